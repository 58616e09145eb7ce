package playbook

import (
	"slices"
	"testing"
)

// unseen are notices that were written after the keywords of the cards and after
// the search. They measure what the search is worth to somebody who knows no
// keyword, so neither was mended by them but for one thing: "doesn't" and its like
// are passed over since. Whoever mends more writes new ones.
var unseen = map[Language][]struct{ typed, want string }{
	English: {
		{"won't stop yelling", "steady-voice"},
		{"he just talks and talks", "letting-finish"},
		{"she doesn't let me speak", "letting-finish"},
		{"bursts into tears", "crying"},
		{"get me your boss, he says", "asks-supervisor"},
		{"uses foul words", "insults"},
		{"calls me names", "insults"},
		{"he wants to come here and beat me up", "threat-warn"},
		{"may I end this chat", "threat-end"},
		{"hints that she might hurt herself", "hard-stop-self-harm"},
		{"mentions taking us to court", "hard-stop-legal"},
		{"a reporter is asking questions", "hard-stop-media"},
		{"something smells fishy, maybe stolen card", "hard-stop-fraud"},
		{"will tell everyone on twitter", "going-public"},
		{"wants to close her account", "leaving"},
		{"asking me the same again", "same-question"},
		{"barely answers me", "terse"},
		{"silence on the other side", "gone-silent"},
		{"mad at us", "feeling-angry"},
		{"afraid he loses his savings", "feeling-anxious"},
		{"expected better from us", "feeling-disappointed"},
		{"ashamed that he can't pay", "feeling-ashamed"},
		{"doesn't get it, keeps mixing up the steps", "feeling-confused"},
		{"lost her mother last week", "feeling-sad"},
		{"has only five minutes", "feeling-hurried"},
		{"no one has replied to him for weeks", "feeling-ignored"},
		{"insists on an apology", "apology"},
		{"rang four times already", "repeat-contact"},
		{"our colleague promised her something", "broken-promise"},
		{"I'm about to lose my temper", "not-personal"},
		{"need to breathe", "breathing"},
		{"hard of hearing", "plain-words"},
		{"asks for something we can't do", "can-first"},
		{"doesn't like any of my offers", "choice"},
		{"I need a few minutes to look something up", "no-hold"},
		{"when will he get it", "setting-expectations"},
		{"I'm not allowed to approve that amount", "within-authority"},
		{"I'm out of my depth", "when-to-escalate"},
		{"package got lost", "delivery"},
		{"it arrived damaged", "faulty"},
		{"invoice is wrong", "billing"},
		{"return window has passed", "rule"},
		{"says I lied to him", "misunderstanding"},
		{"capital letters and exclamation marks", "written-chat"},
		{"he's pointing his finger at me", "body-language"},
		{"supervisor hasn't come yet", "nobody-free"},
		{"wants us to ring her back later", "callback"},
		{"transferring to my supervisor", "introducing"},
		{"request was denied", "not-possible"},
		{"exhausted after that call", "after-a-hard-contact"},
	},
	Spanish: {
		{"no para de chillarme", "steady-voice"},
		{"habla y habla sin parar", "letting-finish"},
		{"no puedo ni abrir la boca", "letting-finish"},
		{"se ha puesto a llorar", "crying"},
		{"que le ponga con mi jefa", "asks-supervisor"},
		{"me insultó dos veces", "insults"},
		{"me llama inútil", "insults"},
		{"dice que va a venir a pegarnos", "threat-warn"},
		{"puedo terminar el chat", "threat-end"},
		{"creo que piensa en suicidarse", "hard-stop-self-harm"},
		{"nos llevará a juicio", "hard-stop-legal"},
		{"llama un reportero de la tele", "hard-stop-media"},
		{"parece un fraude con tarjeta", "hard-stop-fraud"},
		{"lo va a contar en twitter", "going-public"},
		{"quiere cerrar su cuenta", "leaving"},
		{"pregunta otra vez lo mismo", "same-question"},
		{"contesta seca", "terse"},
		{"no dice nada desde hace un minuto", "gone-silent"},
		{"está indignada", "feeling-angry"},
		{"muy angustiado", "feeling-anxious"},
		{"esperaba más de nosotros", "feeling-disappointed"},
		{"avergonzada porque no puede pagar", "feeling-ashamed"},
		{"se pierde con los pasos", "feeling-confused"},
		{"está de luto por su hermano", "feeling-sad"},
		{"dice que no tiene tiempo", "feeling-hurried"},
		{"nadie le hace caso", "feeling-ignored"},
		{"pide que le pidamos perdón", "apology"},
		{"ya ha llamado cuatro veces", "repeat-contact"},
		{"no cumplimos lo prometido", "broken-promise"},
		{"estoy perdiendo la paciencia", "not-personal"},
		{"necesito respirar", "breathing"},
		{"es mayor y oye mal", "plain-words"},
		{"pide algo que no podemos hacer", "can-first"},
		{"no le vale ninguna oferta", "choice"},
		{"tengo que buscarlo y tardo", "no-hold"},
		{"quiere saber cuándo", "setting-expectations"},
		{"no puedo aprobar esa cantidad", "within-authority"},
		{"ya no puedo con ella", "when-to-escalate"},
		{"su pedido se ha perdido", "delivery"},
		{"llegó roto", "faulty"},
		{"la factura está mal", "billing"},
		{"se pasó el plazo de devolución", "rule"},
		{"dice que le mentí", "misunderstanding"},
		{"todo mayúsculas", "written-chat"},
		{"me señala con el dedo", "body-language"},
		{"el supervisor no llega", "nobody-free"},
		{"que le devolvamos la llamada", "callback"},
		{"voy a transferir la llamada", "introducing"},
		{"han denegado su petición", "not-possible"},
		{"estoy agotada después de la llamada", "after-a-hard-contact"},
	},
}

// TestSearchOfUnseenNotices: when it was measured first, 41 of 50 in English and 45
// of 50 in Spanish had their card among the first two.
func TestSearchOfUnseenNotices(t *testing.T) {
	const among = 2

	for language, least := range map[Language]int{English: 41, Spanish: 45} {
		led := 0

		for _, n := range unseen[language] {
			cards, found := Embedded().Search(language, n.typed, among)
			if got := idsOf(cards); found && slices.Contains(got, n.want) {
				led++
			} else {
				t.Logf("Search(%v, %q) = %q, %v, without %q", language, n.typed, got, found, n.want)
			}
		}

		if led < least {
			t.Errorf("%v: %v of %v notices led to their card, want at least %v", language, led, len(unseen[language]), least)
		}
	}
}
