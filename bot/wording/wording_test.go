package wording_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/playbook"
	"github.com/firebreakhq/firebreak/bot/wording"
)

// A said is a text with the kinds that are to be remarked about it.
type said struct {
	language, text string
	want           []wording.Kind
}

// kindsOf returns the kinds of remarks, in order.
func kindsOf(remarks []wording.Remark) []wording.Kind {
	var kinds []wording.Kind
	for _, r := range remarks {
		kinds = append(kinds, r.Kind)
	}

	return kinds
}

// TestCheck: phrases of each kind are found, and what makes them good is seen.
func TestCheck(t *testing.T) {
	const (
		en = wording.English
		es = wording.Spanish
	)

	for _, s := range []said{
		{en, "We can't do that.", []wording.Kind{wording.Negating}},
		{en, "We can’t do that today, but I can do it tomorrow at nine.", nil},
		{en, "We cannot send it today. I can have it with you on Friday.", nil},
		{en, "There is nothing I can do about it.", []wording.Kind{wording.Negating}},
		{en, "I can't imagine how tiring this was.", nil},
		{en, "That is not my department.", []wording.Kind{wording.Negating}},
		{en, "It's just a small delay.", []wording.Kind{wording.Minimising}},
		{en, "Please calm down.", []wording.Kind{wording.Minimising}},
		{en, "You should have told us earlier.", []wording.Kind{wording.Blaming}},
		{en, "You should receive it on Monday.", nil},
		{en, "You need to send the receipt.", []wording.Kind{wording.Blaming}},
		{en, "You don't need to send anything.", nil},
		{en, "That was clearly your own mistake.", []wording.Kind{wording.Blaming}},
		{en, "You are wrong about the date.", []wording.Kind{wording.Arguing}},
		{en, "As I already told you, it was shipped.", []wording.Kind{wording.Arguing}},
		{en, "I understand, but those are the rules here.", []wording.Kind{wording.Arguing}},
		{en, "I guarantee that it arrives tomorrow.", []wording.Kind{wording.Promising}},
		{en, "This will never happen again.", []wording.Kind{wording.Promising}},
		{en, "I promise to call you back by 10.", nil},
		{en, "I promise you a full refund.", []wording.Kind{wording.Promising}},
		{en, "I have opened a ticket for you.", []wording.Kind{wording.Jargon}},
		{en, "Our SLA is two days.", []wording.Kind{wording.Jargon}},
		{en, "We apologise for any inconvenience this may have caused.", []wording.Kind{wording.Apology}},
		{en, "I am sorry that your parcel came broken, twice.", nil},
		{en, "The customer wrote “calm down, you can't do that” to us.", nil},
		{en, "He said \"you are wrong\" and left.", nil},
		{en, "> You should have told us.\nYour new blender is on its way.", nil},
		{en, "Your new blender left our warehouse this morning. I call you on Friday at ten.", nil},
		{en, "", nil},

		{es, "No podemos hacer eso.", []wording.Kind{wording.Negating}},
		{es, "Hoy no podemos enviarlo, pero puedo tenerlo listo mañana.", nil},
		{es, "No se preocupe, que no es para tanto.", []wording.Kind{wording.Minimising, wording.Minimising}},
		{es, "Debería haber avisado antes.", []wording.Kind{wording.Blaming}},
		{es, "Usted no leyó las condiciones.", []wording.Kind{wording.Blaming}},
		{es, "Tiene que enviar el recibo.", []wording.Kind{wording.Blaming}},
		{es, "Está usted equivocado.", []wording.Kind{wording.Arguing}},
		{es, "Como ya le he dicho, salió el lunes.", []wording.Kind{wording.Arguing}},
		{es, "Le garantizo que llega mañana.", []wording.Kind{wording.Promising}},
		{es, "Le prometo que le llamo antes de las diez.", nil},
		{es, "He abierto un ticket.", []wording.Kind{wording.Jargon}},
		{es, "Disculpe las molestias ocasionadas.", []wording.Kind{wording.Apology}},
		{es, "Siento que el paquete llegara roto dos veces.", nil},
		{es, "El cliente dijo «cálmese» dos veces.", nil},
		{es, "Su batidora nueva ha salido hoy del almacén. Le llamo el viernes a las diez.", nil},
	} {
		got := wording.Check(s.text, s.language, nil)
		if diff := cmp.Diff(s.want, kindsOf(got)); diff != "" {
			t.Errorf("Check(%q, %v) = %+v, want %v", s.text, s.language, got, s.want)
		}
	}
}

// TestRemark: a remark names the words as they stand in the text, and what fits them.
func TestRemark(t *testing.T) {
	text := "Señora Ruiz:  you need   to Send the receipt, please."

	want := []wording.Remark{{
		Kind: wording.Blaming, Found: "you need   to Send", Instead: "Could you Send …? Then I can …", From: 15, To: 33,
	}}

	if diff := cmp.Diff(want, wording.Check(text, "", nil)); diff != "" {
		t.Errorf("Check(%q) differs (-want +got):\n%v", text, diff)
	}
}

// TestOwnWords: a team's words are found in their language, go before what is known
// here, and are whole words.
func TestOwnWords(t *testing.T) {
	own := []wording.Word{
		{Find: "Rückläufer", Instead: "the parcel that came back"}, {Find: "ticket", Instead: "your request", Language: wording.English},
		{Find: "cupón", Instead: "vale", Language: wording.Spanish}, {Find: " ", Instead: "x"},
	}

	for _, s := range []struct {
		text, language string
		want           []string
	}{
		{"A ruckläufer and a ticket.", wording.English, []string{"ruckläufer", "ticket"}},
		{"Your tickets", wording.English, nil},
		{"El cupon y el ticket", wording.Spanish, []string{"cupon"}},
	} {
		var got []string

		for _, r := range wording.Check(s.text, s.language, own) {
			if r.Kind == wording.Own {
				got = append(got, r.Found)
			}
		}

		if diff := cmp.Diff(s.want, got); diff != "" {
			t.Errorf("Check(%q, %v, own) = %q, want %q", s.text, s.language, got, s.want)
		}
	}
}

func TestWithout(t *testing.T) {
	remarks := wording.Check("I opened a ticket. Calm down.", wording.English, nil)

	if got := kindsOf(wording.Without(remarks, []wording.Kind{wording.Jargon})); !cmp.Equal(got, []wording.Kind{wording.Minimising}) {
		t.Errorf("Without(%+v, jargon) = %v, want %v", remarks, got, wording.Minimising)
	}
}

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"": wording.English, "Your blender is on the way.": wording.English, "Su batidora está en camino, le llamo mañana.": wording.Spanish,
		"¿Mañana?": wording.Spanish, "ok": wording.English,
	} {
		if got := wording.Language(text); got != want {
			t.Errorf("Language(%q) = %v, want %v", text, got, want)
		}
	}
}

// situations are all that can be said of, in a language.
func situations(language playbook.Language) []playbook.Situation {
	var all []playbook.Situation

	for stage := playbook.Waiting; stage <= playbook.Settled; stage++ {
		for need := playbook.TakeOver; need <= playbook.Threat; need++ {
			for _, live := range []bool{true, false} {
				all = append(all, playbook.Situation{Language: language, Stage: stage, Need: need, Live: live},
					playbook.Situation{Language: language, Stage: stage, Need: need, Live: live, Supervisor: "Dana Reed", Customer: "Ms Kovac", Amount: "80 USD", When: "10:00"})
			}
		}
	}

	return all
}

// cards are all cards of the playbook in a language.
func cards(t *testing.T, language playbook.Language) []playbook.Card {
	t.Helper()

	data, err := os.ReadFile("../playbook/cards/en.yaml")
	if err != nil {
		t.Fatal(err)
	}

	var all []playbook.Card

	for line := range strings.Lines(string(data)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "- card: "); ok {
			card, known := playbook.Embedded().Card(language, id)
			if !known {
				t.Fatalf("there is no card %q in %v", id, language)
			}

			all = append(all, card)
		}
	}

	if len(all) < 20 {
		t.Fatalf("the playbook has %v cards, want all of them", len(all))
	}

	return all
}

// TestWhatWeSayIsClean: nothing that the playbook has people say, and no draft of a
// message, has anything in it that would be remarked.
func TestWhatWeSayIsClean(t *testing.T) {
	for _, language := range []playbook.Language{playbook.English, playbook.Spanish} {
		clean := func(name, text string) {
			t.Helper()

			bare := strings.Trim(text, "“”«»") // as it is said: in quotation marks nothing is looked at
			if got := wording.Check(bare, string(language), nil); len(got) > 0 {
				t.Errorf("%v says %q: Check = %+v, want nothing", name, bare, got)
			}
		}

		for _, s := range situations(language) {
			clean("Say", playbook.Say(s))
			clean("Introduce", playbook.Introduce(s))
		}

		for _, m := range []playbook.Matter{
			{Language: language}, {Language: language, Lead: true, News: "Ya ha salido"},
			{
				Language: language, Customer: "Ms Kovac", Writer: "Maria", Reference: "4711", About: "PARCEL", Wants: "REFUND",
				Next: "BLENDER", Again: playbook.Again(language, 24*time.Hour), Agreed: "40 USD",
			},
		} {
			clean("Update", playbook.Update(m))
			clean("SecondTouch", playbook.SecondTouch(m))
			clean("ThankYou", playbook.ThankYou(m))
		}

		clean("TakeBack", playbook.TakeBack(language, "Ms Kovac"))
		for _, card := range cards(t, language) {
			for _, sentence := range card.Say {
				clean(card.ID, sentence)
			}
		}
	}
}

// pieces are what texts are made of.
func pieces() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.SampledFrom([]string{
		"we can't do that", "you should have", "calm down", "I promise", "ticket", "sorry for the inconvenience", "no se preocupe", "le garantizo",
		" ", "\n", "\n\n", ". ", "“", "”", "\"", "«", "»", "> ", "’", "é", "\u0301", "\xff", "…", "İ", ", but I can",
	}), rapid.String())

	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 20).Draw(t, "pieces"), " ") })
}

// holds says what is wrong with what Check returns about a text, nil for nothing.
func holds(text string) error {
	for _, language := range []string{wording.English, wording.Spanish} {
		end := 0

		for _, r := range wording.Check(text, language, []wording.Word{{Find: "do", Instead: "make"}}) {
			if r.From < end || r.To <= r.From || r.To > len(text) || r.Instead == "" || strings.TrimSpace(text[r.From:r.To]) != r.Found {
				return fmt.Errorf("Check(%q, %v) has %+v behind %v", text, language, r, end)
			}

			end = r.To
		}
	}

	return nil
}

// TestRemarksStandInTheText: remarks are in order, apart, and about what stands there.
func TestRemarksStandInTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if err := holds(pieces().Draw(t, "text")); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzCheck(f *testing.F) {
	f.Add("We can't do that. You should have called, “calm down”.")
	f.Add("> No se preocupe\nLe garantizo que « no pasa nada")

	f.Fuzz(func(t *testing.T, text string) {
		if err := holds(text); err != nil {
			t.Error(err)
		}
	})
}

// BenchmarkCheck shows that ten times the text takes ten times as long.
func BenchmarkCheck(b *testing.B) {
	for name, piece := range map[string]string{
		"plain": "Your new blender left our warehouse this morning. ", "phrases": "We can't do that, calm down. ", "one sentence": "i understand and we can't ",
		"quotes": "“", "short": "a. ",
	} {
		for _, size := range []int{1_000, 10_000, 100_000} {
			text := strings.Repeat(piece, size/len(piece))

			b.Run(fmt.Sprintf("%v/%v", name, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))

				for b.Loop() {
					wording.Check(text, wording.English, nil)
				}
			})
		}
	}
}
