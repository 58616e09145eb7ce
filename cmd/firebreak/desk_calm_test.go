package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// readOnly is a store in which nothing may be kept.
type readOnly struct {
	bot.Store

	t *testing.T
}

func (s readOnly) Update(context.Context, func(bot.Tx) error) error {
	s.t.Helper()
	s.t.Error("something was kept, want nothing")

	return nil
}

// calmConfig has teams with cards of their own.
const calmConfig = shiftConfig + `    playbook:
      our-outage:
        new: true
        en: {title: The outage, do: Say that we know of it., say: ["[{customer}, ]we know of it."], notice: [blackout]}
playbook:
  breathing: {en: {title: Breathe out}}
  our-recall:
    new: true
    signs: [terse]
    en: {title: The recall, do: Offer the pick-up., say: ["[{customer}, ]we collect it[; you choose: {options}]."], notice: [recall]}
`

// What somebody asks of the playbook is their own: it is neither kept nor logged,
// no button carries it, and none of it shows anybody a case that is not theirs.
func TestNothingOfCalmIsKept(t *testing.T) {
	d := dutyDeskOf(t, calmConfig)
	d.says("maria", "/escalate now Zwiebelmixer")

	config, err := ParseConfig("test.yaml", []byte(calmConfig))
	if err != nil {
		t.Fatal(err)
	}

	var log bytes.Buffer

	desk := bot.NewDesk(bot.DeskOptions{
		Store: readOnly{d.store, t}, Settings: config.settings(), Now: func() time.Time { return d.now },
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})

	const noticed = "she hates my Knoblauchpresse and keeps shouting"

	for _, typed := range []string{"", noticed, "Knoblauchpresse", "breathe", "help"} {
		reply, err := desk.Command(t.Context(), chat.Command{ID: "c" + typed, Who: account("maria"), Name: "calm", Text: typed})
		if err != nil || reply.Message == nil {
			t.Fatalf("Command(calm %v) = %+v, %v, want a message", typed, reply, err)
		}

		for _, button := range reply.Message.Choices {
			if strings.Contains(fmt.Sprint(button), "Knoblauch") {
				t.Errorf("the button %+v carries what was typed", button)
			}

			if button.Action == "calm_language" {
				continue // a choice is kept
			}

			pressed, err := desk.Click(t.Context(), chat.Click{ID: "p", Who: account("maria"), Action: button.Action, Value: button.Value})
			if err != nil || pressed.Message == nil {
				t.Errorf("Click(%+v) = %+v, %v, want a message", button, pressed, err)
			}
		}
	}

	if log.Len() > 0 {
		t.Errorf("the log says %q, want nothing", log.String())
	}
}

func (d *dutyDesk) calm(who, action, value string) string {
	d.t.Helper()

	reply, err := d.Click(d.t.Context(), chat.Click{Who: account(who), Action: action, Value: value})
	if err != nil || reply.Message == nil {
		d.t.Fatalf("Click(%v, %v) by %v = %+v, %v, want a message", action, value, who, reply, err)
	}

	return strings.Join(append([]string{reply.Message.Title}, partsOf(reply.Message)...), "\n")
}

// partsOf returns the parts of a message as text.
func partsOf(m *chat.Message) []string {
	var all []string
	for _, part := range m.Parts {
		all = append(all, fmt.Sprint(part))
	}

	return all
}

// The playbook's buttons show a case to those alone whom it concerns, whoever
// presses them and whatever they carry.
func TestCalmShowsNobodyElsesCase(t *testing.T) {
	d := dutyDeskOf(t, calmConfig)
	if _, err := d.Submit(t.Context(), chat.Submission{ID: "1", Who: account("maria"), Form: "escalate", Values: chat.Values{
		"team": {"billing"}, "kind": {"take over"}, "customer": {"Ms Kovac"}, "happened": {"It broke"}, "signs": {"terse"},
	}}); err != nil {
		t.Fatal(err)
	}

	if got := d.calm("maria", "calm", "E-1"); !strings.Contains(got, "The recall") || !strings.Contains(got, "Ms Kovac, we collect it") {
		t.Errorf("maria reads %q, want what helps in her case", got)
	}

	if got := d.calm("omar", "calm", "E-1"); strings.Contains(got, "Kovac") || !strings.Contains(got, "E-1 is for its agent") {
		t.Errorf("omar reads %q, want a friendly no", got)
	}

	if got := d.calm("omar", "calm_card", "our-recall E-1"); strings.Contains(got, "Kovac") || !strings.Contains(got, "We collect it") {
		t.Errorf("omar reads %q, want the card without the case", got)
	}

	if got := d.calm("maria", "calm_card", "our-recall E-1"); !strings.Contains(got, "Ms Kovac, we collect it") {
		t.Errorf("maria reads %q, want the card of her case", got)
	}

	for _, value := range []string{"", "no-such-card", "no-such-card E-1", "our-recall E-99", "our-recall nonsense"} {
		if got := d.calm("omar", "calm_card", value); strings.Contains(got, "Kovac") || !strings.Contains(got, "What helps now") {
			t.Errorf("omar reads %q, want some card", got)
		}
	}
}

// A team's own cards are for its people alone, and those of all for everybody.
func TestTeamsHaveCardsOfTheirOwn(t *testing.T) {
	d := dutyDeskOf(t, strings.Replace(calmConfig, "    managers: [priya]\n    playbook:", "    managers: [priya]\n    agents: [U0TOM]\n    playbook:", 1))

	for _, tt := range []struct{ who, typed, want string }{
		{"tom", "blackout", "The outage"}, {"tom", "recall", "The recall"}, {"maria", "recall", "The recall"},
		{"maria", "blackout", "I found nothing for that"}, {"maria", "my heart is racing", "Breathe out"}, {"tom", "my heart is racing", "Breathe out"},
	} {
		if got := d.says(tt.who, "/calm "+tt.typed); !strings.Contains(got, tt.want) {
			t.Errorf("/calm %v by %v = %q, want %q", tt.typed, tt.who, got, tt.want)
		}
	}
}

// Somebody reads in the language of their platform, also when it leaves that out
// the next time.
func TestAPlatformThatTellsNoLanguageTakesNoneAway(t *testing.T) {
	d := dutyDeskOf(t, calmConfig)

	for _, tt := range []struct{ told, want string }{
		{"es-MX", "Lo que ayuda ahora"}, {"", "Lo que ayuda ahora"}, {"en-US", "What helps now"}, {"es", "Lo que ayuda ahora"}, {"fr-FR", "What helps now"},
	} {
		d.knows(chat.Profile{Who: account("maria"), Name: "Maria Silva", Language: tt.told})

		if got := d.says("maria", "/calm"); !strings.HasPrefix(got, tt.want) {
			t.Errorf("/calm once %q is her language = %q, want %q", tt.told, got, tt.want)
		}
	}
}

// What a supervisor is told to offer is in their own power: the rest is for managers, and
// where that leaves no choice of two there is what anybody can do.
func TestOfferedWithinTheLimit(t *testing.T) {
	d := newAccountDesk(t, func(s *bot.Settings) {
		s.Teams[0].Options = []bot.Option{
			{Name: "Refund", Currency: "USD", UpTo: map[bot.Rank]int64{bot.ManagerRank: 500_00}},
			{Name: "Voucher", Currency: "USD", UpTo: map[bot.Rank]int64{bot.SupervisorRank: 50_00}},
			{Name: "Explained and accepted"},
		}
	})
	d.does(mariaOnTeams, "escalate", "now the parcel is lost")
	_, err := d.Click(t.Context(), chat.Click{ID: "take", Who: danaOnSlack, Action: "take", Value: "E-1"})
	d.must(err)

	reply, err := d.Click(t.Context(), chat.Click{ID: "more", Who: danaOnSlack, Action: "calm", Value: "E-1"})
	d.must(err)

	said := fmt.Sprint(reply.Message.Parts)
	if !strings.Contains(said, "voucher or a call at a time that you choose") || strings.Contains(said, "refund") {
		t.Errorf("the supervisor is told to offer %v, want the voucher and a call, and no refund", said)
	}
}
