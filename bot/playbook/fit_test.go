package playbook

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestFit: the right card for the case, as somebody who knows the work would choose
// it.
func TestFit(t *testing.T) {
	phone := func(c Case) Case {
		c.Live, c.Channel = true, "phone"

		return c
	}

	for name, test := range map[string]struct {
		c    Case
		want []string // the first cards
	}{
		"nothing known":               {Case{}, []string{"reflecting-feeling", "setting-expectations", "can-first"}},
		"nothing known, on the phone": {phone(Case{}), []string{"reflecting-feeling", "no-hold", "setting-expectations"}},
		"shouting on the phone":       {phone(Case{Signs: []string{"raised voice"}}), []string{"letting-finish", "steady-voice"}},
		"shouting, to the lead":       {phone(Case{Moment: Leading, Signs: []string{"raised voice"}, Stage: With}), []string{"choice", "steady-voice"}},
		"capitals in a chat":          {Case{Live: true, Channel: "chat", Signs: []string{"raised voice"}}, []string{"written-chat", "reflecting-feeling"}},
		"an e-mail":                   {Case{Channel: "email", Reason: "billing"}, []string{"billing", "written-email"}},
		"repeats the question":        {phone(Case{Signs: []string{"repeats"}}), []string{"same-question", "reading-back"}},
		"withdrawn":                   {phone(Case{Signs: []string{"withdrawn"}}), []string{"gone-silent"}},
		"leaves or goes public":       {Case{Signs: []string{"leave or public"}}, []string{"leaving", "going-public"}},
		"an insult":                   {phone(Case{Signs: []string{"insults"}}), []string{"insults", "not-personal"}},
		"abusive":                     {phone(Case{Reason: "abusive"}), []string{"insults"}},
		"a threat":                    {phone(Case{Signs: []string{"threat", "raised voice", "insults"}, Heat: 5}), []string{"threat-warn", "threat-end", "threat-record"}},
		"the fast path":               {Case{Need: Threat}, []string{"threat-warn", "threat-end", "threat-record"}},
		"a threat at the counter":     {Case{Need: Threat, Channel: "in person"}, []string{"threat-warn", "threat-end", "threat-record", "safe-place"}},
		"a lawyer":                    {phone(Case{Trigger: "legal", Signs: []string{"raised voice"}}), []string{"hard-stop-legal", "letting-finish"}},
		"a threat and a lawyer":       {phone(Case{Trigger: "legal", Need: Threat}), []string{"hard-stop-legal", "threat-warn"}},
		"self-harm, and no other":     {phone(Case{Trigger: "self_harm", Signs: []string{"threat", "insults"}, Need: Threat, Heat: 5}), []string{"hard-stop-self-harm"}},
		"anger":                       {Case{Feeling: "angry", Channel: "email"}, []string{"feeling-angry", "written-email"}},
		"sadness":                     {Case{Feeling: "sad"}, []string{"feeling-sad", "setting-expectations"}},
		"delivery":                    {Case{Reason: "delivery"}, []string{"delivery"}},
		"asks for a supervisor":       {phone(Case{Reason: "asks", Stage: Waiting}), []string{"asks-supervisor"}},
		"the supervisor is coming":    {phone(Case{Reason: "asks", Stage: Coming}), []string{"introducing"}},
		"nobody can be reached":       {Case{Stage: Alone}, []string{"nobody-free"}},
		"an approval":                 {Case{Need: Approval, Stage: Waiting}, []string{"approval-wait", "within-authority"}},
		"approved":                    {Case{Need: Approval, Stage: Approved}, []string{"within-authority", "good-news"}},
		"denied":                      {Case{Stage: Denied}, []string{"not-possible"}},
		"a callback":                  {Case{Need: Callback, Stage: Coming}, []string{"callback"}},
		"a supervisor opens":          {phone(Case{Moment: Leading, Stage: Coming, Signs: []string{"insults"}, Heat: 5}), []string{"opening-lead", "choice"}},
		"resolving":                   {Case{Moment: Closing, Signs: []string{"raised voice"}}, []string{"friendly-close", "follow-up-plan"}},
		"not possible":                {Case{Moment: Refusing}, []string{"not-possible", "choice"}},
		"an update":                   {Case{Moment: Updating, Stage: With}, []string{"no-news"}},
		"a follow-up":                 {Case{Moment: FollowingUp, Stage: Settled}, []string{"follow-up-call"}},
		"a thank-you":                 {Case{Moment: Thanking, Stage: Settled}, []string{"thank-you"}},
		"afterwards":                  {Case{Moment: Afterwards, Heat: 5}, []string{"not-personal", "after-a-hard-contact", "breathing"}},
		"posture":                     {Case{Channel: "in person", Signs: []string{"body language"}}, []string{"body-language"}},
		"early signs":                 {Case{Heat: 1}, []string{"early-signs"}},
	} {
		for _, language := range languages {
			test.c.Language = language

			got := idsOf(Embedded().Fit(test.c, 6))
			if diff := cmp.Diff(test.want, got[:min(len(got), len(test.want))]); diff != "" {
				t.Errorf("%v: Fit(%v) (-want +got):\n%v", name, language, diff)
			}
		}
	}

	if got := idsOf(Embedded().Fit(Case{Trigger: "self_harm", Live: true}, 6)); len(got) != 1 {
		t.Errorf("Fit of a customer in danger = %q, want that one card", got)
	}
}

// anyCase is any case at all.
func anyCase(t *rapid.T) Case {
	none := func(values []string) []string { return append([]string{""}, values...) }

	return Case{
		Language: rapid.SampledFrom(languages).Draw(t, "language"),
		Moment:   rapid.SampledFrom([]Moment{Talking, Talking, Talking, Leading, Leading, Closing, Refusing, Updating, FollowingUp, Thanking, Afterwards}).Draw(t, "moment"),
		Stage:    Stage(rapid.IntRange(int(Waiting), int(Settled)).Draw(t, "stage")),
		Need:     Need(rapid.IntRange(int(TakeOver), int(Threat)).Draw(t, "need")),
		Live:     rapid.Bool().Draw(t, "live"),
		Channel:  rapid.SampledFrom(none(channels)).Draw(t, "channel"),
		Reason:   rapid.SampledFrom(none(reasons)).Draw(t, "reason"),
		Signs:    rapid.SliceOfN(rapid.SampledFrom(append(signs, "something new")), 0, 5).Draw(t, "signs"),
		Feeling:  rapid.SampledFrom(none(feelings)).Draw(t, "feeling"),
		Trigger:  rapid.SampledFrom(append([]string{"", "", "", ""}, triggers...)).Draw(t, "trigger"),
		Heat:     rapid.IntRange(0, 5).Draw(t, "heat"),
		Options:  rapid.SampledFrom([][]string{nil, {"Refund"}, {"Refund", "Replacement"}}).Draw(t, "options"),
	}
}

// ofVoice and ofPosture are what advice for other channels than writing speaks of.
var (
	ofVoice   = regexp.MustCompile(`(?i)\b(voice|shout|loud|louder|quietly|hold music|stay silent|tone|voz|volumen|grite|tono|guarda silencio|música de espera|teclear|typing)\b`)
	ofPosture = regexp.MustCompile(`(?i)\b(posture|folded arms|staring|sit down|door|touching|postura|brazos cruzados|sentamos|puerta|tocar)\b`)
)

// TestWhatFits: whatever the case, the cards keep the promises of Fit.
func TestWhatFits(t *testing.T) {
	leaves := make(map[string]leaf)
	for _, l := range Embedded().leaves {
		leaves[l.id] = l
	}

	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		most := rapid.IntRange(0, 8).Draw(t, "most")
		got := Embedded().Fit(c, most)
		ids := idsOf(got)

		if len(got) > most || len(got) == 0 && most > 0 {
			t.Fatalf("Fit(%+v, %v) = %q, want 1 to %v cards", c, most, ids, most)
		}

		general, calm := "", ""

		for i, card := range got {
			l := leaves[card.ID]
			lines := strings.Join(slices.Concat([]string{card.Title}, card.Do, card.Say, card.Avoid), "\n")

			switch m := mediumOf(c.Channel); {
			case m&spoken == 0 && ofVoice.MatchString(lines):
				t.Errorf("Fit(%+v) = %q: %q is of a voice, on the channel %q", c, ids, card.ID, c.Channel)
			case m&seen == 0 && ofPosture.MatchString(lines):
				t.Errorf("Fit(%+v) = %q: %q is of posture, on the channel %q", c, ids, card.ID, c.Channel)
			}

			if c.Channel != "in person" && c.Channel != "video" && (card.ID == "body-language" || card.ID == "safe-place") {
				t.Errorf("Fit(%+v) = %q, want no %q on the channel %q", c, ids, card.ID, c.Channel)
			}

			if c.Trigger == danger && card.ID != "hard-stop-self-harm" && c.Moment <= Leading {
				t.Errorf("Fit(%+v) = %q, want only what is for a customer in danger", c, ids)
			}

			if l.urgent && calm != "" {
				t.Errorf("Fit(%+v) = %q, want %q before %q", c, ids, card.ID, calm)
			}

			if !l.urgent {
				calm = card.ID
			}

			if c.Moment == Talking && l.specific() && general != "" {
				t.Errorf("Fit(%+v) = %q, want %q before %q, which is for everybody", c, ids, card.ID, general)
			}

			if !l.specific() && len(l.stages) == 0 {
				general = card.ID
			}

			for _, other := range got[:i] {
				if card.echoes(other) || l.topic != "" && l.topic == leaves[other.ID].topic {
					t.Errorf("Fit(%+v) = %q: %q and %q say the same", c, ids, other.ID, card.ID)
				}
			}
		}
	})
}

// TestTheSameCaseHasTheSameCards: neither the order of the signs nor saying one
// twice matters, and whoever asks for fewer cards has the first of them.
func TestTheSameCaseHasTheSameCards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		want := idsOf(Embedded().Fit(c, 8))

		again := c
		again.Signs = slices.Clone(c.Signs)

		if len(c.Signs) > 0 {
			again.Signs = append(again.Signs, rapid.SampledFrom(c.Signs).Draw(t, "said twice"))
		}

		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)) //nolint:gosec // a shuffle
		r.Shuffle(len(again.Signs), func(i, j int) { again.Signs[i], again.Signs[j] = again.Signs[j], again.Signs[i] })

		if got := idsOf(Embedded().Fit(again, 8)); !slices.Equal(got, want) {
			t.Errorf("Fit(%+v) = %q, want %q as for %+v", again, got, want, c)
		}

		fewer := rapid.IntRange(0, 8).Draw(t, "fewer")
		if got := idsOf(Embedded().Fit(c, fewer)); !slices.Equal(got, want[:min(fewer, len(want))]) {
			t.Errorf("Fit(%+v, %v) = %q, want the first of %q", c, fewer, got, want)
		}
	})
}

// TestEverythingThatIsNoticedHasACard: each sign, reason, feeling and hard stop
// brings a card of its own where it can be noticed.
func TestEverythingThatIsNoticedHasACard(t *testing.T) {
	without := idsOf(Embedded().Fit(Case{Live: true, Channel: "phone"}, 1))

	for kind, values := range map[string][]string{"sign": signs, "reason": reasons, "feeling": feelings, "trigger": triggers} {
		for _, value := range values {
			c := Case{Live: true, Channel: "phone"}
			if value == "body language" {
				c.Channel = "in person"
			}

			switch kind {
			case "sign":
				c.Signs = []string{value}
			case "reason":
				c.Reason = value
			case "feeling":
				c.Feeling = value
			case "trigger":
				c.Trigger = value
			}

			if got := idsOf(Embedded().Fit(c, 1)); slices.Equal(got, without) && value != "other" {
				t.Errorf("Fit with the %v %q = %q, want a card of its own", kind, value, got)
			}
		}
	}
}

// TestCardsSpeakOfTheCase: the sentences have the words of the case, and its
// options if there is a choice.
func TestCardsSpeakOfTheCase(t *testing.T) {
	for _, test := range []struct {
		options []string
		want    string
	}{
		{[]string{"Refund or credit", "VIP voucher", "Élite service"}, "These are your options: refund or credit, VIP voucher or élite service. Which helps you more?"},
		{[]string{"Replacement", "Refund"}, "These are your options: replacement or refund. Which helps you more?"},
		{[]string{"Refund"}, "We can settle it now, or I come back to you at a time you choose. Which helps you more?"},
		{nil, "We can settle it now, or I come back to you at a time you choose. Which helps you more?"},
	} {
		card := Embedded().Fit(Case{Moment: Leading, Stage: With, Options: test.options}, 1)[0]
		if got := fmt.Sprint(card.Say); got != "["+test.want+"]" {
			t.Errorf("with %q the card says %v, want %q", test.options, got, test.want)
		}
	}

	c := Case{Moment: Leading, Stage: Coming, Language: Spanish, Happened: "el paquete llegó roto"}
	if got, want := Embedded().Fit(c, 1)[0].Say[0], "Sé lo que ha pasado: el paquete llegó roto. ¿Qué me falta?"; got != want {
		t.Errorf("the card says %q, want %q", got, want)
	}
}
