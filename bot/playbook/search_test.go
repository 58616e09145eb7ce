package playbook

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// noticed is what agents type, as people type, and the card that they need.
var noticed = map[Language][]struct{ typed, want string }{
	English: {
		{"she keeps shouting", "steady-voice"},
		{"he's gone quiet", "gone-silent"},
		{"customer is yelling at me", "steady-voice"},
		{"screaming", "steady-voice"},
		{"SHE IS SHOUTING!!!", "steady-voice"},
		{"shoutng at me the whole time", "steady-voice"},
		{"he won't let me finish a sentence", "letting-finish"},
		{"interrupting me constantly", "letting-finish"},
		{"can't get a word in edgeways", "letting-finish"},
		{"she is in tears", "crying"},
		{"he started crying", "crying"},
		{"wants to talk to my manager", "asks-supervisor"},
		{"demands to speak to a supervisor", "asks-supervisor"},
		{"wants someone in charge now", "asks-supervisor"},
		{"he called me an idiot", "insults"},
		{"keeps swearing", "insults"},
		{"she's insulting me", "insults"},
		{"racist comments", "harassment"},
		{"he asked me what I'm wearing", "harassment"},
		{"threatened to kill me", "threat-warn"},
		{"he says he knows where I live", "threat-warn"},
		{"threatening me", "threat-warn"},
		{"can I hang up on him?", "threat-end"},
		{"he goes on although I warned him", "threat-end"},
		{"what should I write down about the threat", "threat-record"},
		{"she says she doesn't want to live anymore", "hard-stop-self-harm"},
		{"talks about suicide", "hard-stop-self-harm"},
		{"he'll get his lawyer involved", "hard-stop-legal"},
		{"going to sue", "hard-stop-legal"},
		{"is a journalist and wants a statement", "hard-stop-media"},
		{"I think this is a scam", "hard-stop-fraud"},
		{"will leave a bad review", "going-public"},
		{"going to post this on facebook", "going-public"},
		{"wants to cancel everything", "leaving"},
		{"switching to a competitor", "leaving"},
		{"asks the same thing over and over", "same-question"},
		{"repeating the same question", "same-question"},
		{"only one-word answers", "terse"},
		{"very curt with me", "terse"},
		{"furious", "steady-voice"},
		{"really angry", "feeling-angry"},
		{"worried about her money", "feeling-anxious"},
		{"he sounds scared", "feeling-anxious"},
		{"let down by us", "feeling-disappointed"},
		{"disapointed", "feeling-disappointed"},
		{"embarrassed because it was her own mistake", "feeling-ashamed"},
		{"totally confused", "feeling-confused"},
		{"doesn't follow what I'm saying, overwhelmed", "feeling-confused"},
		{"her husband just died", "feeling-sad"},
		{"in a rush, train leaves in ten minutes", "feeling-hurried"},
		{"nobody ever called her back", "feeling-ignored"},
		{"feels like nobody cares, ignored", "feeling-ignored"},
		{"waited two weeks for a reply", "slow-reply"},
		{"wants us to apologise", "apology"},
		{"he's right, we made the mistake", "customer-right"},
		{"it's the third time she calls about this", "repeat-contact"},
		{"we promised him a call and forgot", "broken-promise"},
		{"he's blaming me for everything", "not-personal"},
		{"my hands are shaking", "breathing"},
		{"I'm so stressed", "breathing"},
		{"too many technical terms for him", "plain-words"},
		{"wants an exception", "can-first"},
		{"refuses every offer", "choice"},
		{"wants compensation", "choice"},
		{"the computer is so slow today", "no-hold"},
		{"how long is this going to take", "setting-expectations"},
		{"refund is above my limit", "within-authority"},
		{"I don't know what to do anymore", "when-to-escalate"},
		{"should I escalate this?", "when-to-escalate"},
		{"parcel never arrived", "delivery"},
		{"product is broken", "faulty"},
		{"charged him twice", "billing"},
		{"says our rules are unfair", "rule"},
		{"claims I told him something else", "misunderstanding"},
		{"too technical for me, needs an engineer", "specialist"},
		{"writes everything in caps", "written-chat"},
		{"angry email", "written-email"},
		{"comments under our instagram post", "social-post"},
		{"clenching his fists", "body-language"},
		{"leaning over the counter", "body-language"},
		{"blocking the door", "safe-place"},
		{"no supervisor is free", "nobody-free"},
		{"still waiting for the approval", "approval-wait"},
		{"wants to be called back tomorrow", "callback"},
		{"how do I hand the call over", "introducing"},
		{"we have to turn her down", "not-possible"},
		{"how do I end this call nicely", "friendly-close"},
		{"getting irritated", "early-signs"},
		{"sighing all the time", "early-signs"},
		{"I can't stop thinking about that call", "after-a-hard-contact"},
		{"how do I say thank you", "thank-you"},
		{"customer wants an update but there's no news", "no-news"},
	},
	Spanish: {
		{"quiere hablar con el jefe", "asks-supervisor"},
		{"me está gritando", "steady-voice"},
		{"no deja de gritar", "steady-voice"},
		{"GRITA MUCHO!!", "steady-voice"},
		{"se ha puesto a chillar", "steady-voice"},
		{"gritnado todo el rato", "steady-voice"},
		{"no me deja hablar", "letting-finish"},
		{"me interrumpe constantemente", "letting-finish"},
		{"está llorando", "crying"},
		{"se ha echado a llorar", "crying"},
		{"pide hablar con un supervisor", "asks-supervisor"},
		{"quiere hablar con el encargado", "asks-supervisor"},
		{"me ha llamado idiota", "insults"},
		{"no para de insultarme", "insults"},
		{"dice palabrotas", "insults"},
		{"comentarios racistas", "harassment"},
		{"me ha amenazado", "threat-warn"},
		{"amenaza con pegarme", "threat-warn"},
		{"sabe donde vivo", "threat-warn"},
		{"puedo colgarle?", "threat-end"},
		{"sigue amenazándome después de avisarle", "threat-end"},
		{"qué tengo que apuntar de la amenaza", "threat-record"},
		{"dice que no quiere vivir", "hard-stop-self-harm"},
		{"habla de suicidarse", "hard-stop-self-harm"},
		{"va a llamar a su abogado", "hard-stop-legal"},
		{"dice que nos va a denunciar", "hard-stop-legal"},
		{"es periodista", "hard-stop-media"},
		{"quiere la hoja de reclamaciones", "hard-stop-media"},
		{"creo que es una estafa", "hard-stop-fraud"},
		{"va a poner una mala reseña", "going-public"},
		{"lo publicará en redes", "going-public"},
		{"quiere darse de baja", "leaving"},
		{"se va a la competencia", "leaving"},
		{"pregunta lo mismo una y otra vez", "same-question"},
		{"repite siempre la misma pregunta", "same-question"},
		{"contesta con monosilabos", "terse"},
		{"muy cortante", "terse"},
		{"se ha quedado callada", "gone-silent"},
		{"ya no responde", "gone-silent"},
		{"está muy enfadado", "feeling-angry"},
		{"enfadadísima", "feeling-angry"},
		{"preocupada por su dinero", "feeling-anxious"},
		{"tiene mucho miedo", "feeling-anxious"},
		{"decepcionada con nosotros", "feeling-disappointed"},
		{"decepcoinado", "feeling-disappointed"},
		{"le da verguenza", "feeling-ashamed"},
		{"está confundida", "feeling-confused"},
		{"no sabe qué hacer, se lía", "feeling-confused"},
		{"ha muerto su madre", "feeling-sad"},
		{"tiene mucha prisa", "feeling-hurried"},
		{"nadie le ha contestado", "feeling-ignored"},
		{"se siente ignorada", "feeling-ignored"},
		{"lleva días esperando respuesta", "slow-reply"},
		{"quiere que nos disculpemos", "apology"},
		{"tiene razón", "customer-right"},
		{"es la tercera vez que llama", "repeat-contact"},
		{"prometimos llamarle y no llamamos", "broken-promise"},
		{"me echa la culpa de todo", "not-personal"},
		{"me tiemblan las manos", "breathing"},
		{"estoy muy nerviosa", "breathing"},
		{"no entiende las palabras técnicas", "plain-words"},
		{"exige una excepción", "can-first"},
		{"rechaza todo lo que le ofrezco", "choice"},
		{"quiere una compensación", "choice"},
		{"el sistema va muy lento", "no-hold"},
		{"cuánto va a tardar", "setting-expectations"},
		{"el reembolso supera mi límite", "within-authority"},
		{"no sé qué más hacer", "when-to-escalate"},
		{"el paquete no ha llegado", "delivery"},
		{"el producto está roto", "faulty"},
		{"le cobraron dos veces", "billing"},
		{"dice que la norma es injusta", "rule"},
		{"dice que le dije otra cosa", "misunderstanding"},
		{"necesita un técnico", "specialist"},
		{"escribe todo en mayúsculas", "written-chat"},
		{"correo muy enfadado", "written-email"},
		{"aprieta los puños", "body-language"},
		{"bloquea la puerta", "safe-place"},
		{"no hay ningún supervisor libre", "nobody-free"},
		{"esperando que lo aprueben", "approval-wait"},
		{"quiere que le llamemos mañana", "callback"},
		{"cómo le paso la llamada al supervisor", "introducing"},
		{"hay que decirle que no es posible", "not-possible"},
		{"cómo me despido", "friendly-close"},
		{"empieza a irritarse", "early-signs"},
		{"suspira todo el tiempo", "early-signs"},
		{"no puedo dejar de pensar en esa llamada", "after-a-hard-contact"},
		{"quiero darle las gracias", "thank-you"},
	},
}

// TestSearch: what agents type leads to the card they need, among the first two.
func TestSearch(t *testing.T) {
	const among = 2

	for language, notices := range noticed {
		first := 0

		for _, n := range notices {
			cards, found := Embedded().Search(language, n.typed, among)
			got := idsOf(cards)

			if !found || !slices.Contains(got, n.want) {
				t.Errorf("Search(%v, %q) = %q, %v, want %q among them", language, n.typed, got, found, n.want)
			}

			if len(got) > 0 && got[0] == n.want {
				first++
			}
		}

		t.Logf("%v: %v of %v notices lead to their card as the first", language, first, len(notices))

		if len(notices) < 60 {
			t.Errorf("%v has %v notices, want at least 60", language, len(notices))
		}
	}
}

// TestSearchIsNeverEmpty: whatever is typed, there is something that helps, and it
// is said whether the words led to it.
func TestSearchIsNeverEmpty(t *testing.T) {
	for _, language := range append(languages, "") {
		for _, typed := range []string{"", "   ", "xyzzy", "the", "¿?", "🙂", "qqqqqqq wwwwwww"} {
			cards, found := Embedded().Search(language, typed, 3)
			if got := idsOf(cards); found || !slices.Equal(got, mainstays) {
				t.Errorf("Search(%v, %q) = %q, %v, want %q, false", language, typed, got, found, mainstays)
			}
		}
	}

	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.String().Draw(t, "typed")
		most := rapid.IntRange(1, 5).Draw(t, "most")

		cards, found := Embedded().Search(rapid.SampledFrom(languages).Draw(t, "language"), typed, most)
		if len(cards) == 0 || len(cards) > most {
			t.Errorf("Search(%q, %v) = %q, %v, want 1 to %v cards", typed, most, idsOf(cards), found, most)
		}
	})
}

// TestSearchDoesNotMindHowItIsTyped: capitals, accents and apostrophes change
// nothing.
func TestSearchDoesNotMindHowItIsTyped(t *testing.T) {
	for language, notices := range noticed {
		for _, n := range notices {
			want, _ := Embedded().Search(language, n.typed, 3)

			for _, typed := range []string{strings.ToUpper(n.typed), unaccented.Replace(n.typed), strings.ReplaceAll(n.typed, "'", "’"), "… " + n.typed + "!!"} {
				if got, _ := Embedded().Search(language, typed, 3); !slices.Equal(idsOf(got), idsOf(want)) {
					t.Errorf("Search(%v, %q) = %q, want %q as for %q", language, typed, idsOf(got), idsOf(want), n.typed)
				}
			}
		}
	}
}

func TestSlipped(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"shout", "shout", true},
		{"shout", "shuot", true},
		{"shout", "shot", true},
		{"shout", "shoutt", true},
		{"shout", "shaut", true},
		{"shout", "short", true},
		{"shout", "shuto", false},
		{"shout", "spout!", false},
		{"call", "calm", false},
		{"cry", "try", false},
	} {
		if got := slipped(test.a, test.b); got != test.want {
			t.Errorf("slipped(%q, %q) = %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

func idsOf(cards []Card) []string {
	var all []string
	for _, card := range cards {
		all = append(all, card.ID)
	}

	return all
}

func BenchmarkSearch(b *testing.B) {
	book := Embedded()

	for b.Loop() {
		book.Search(English, "she keeps shoutng at me and wants to talk to my manager", 3)
	}
}
