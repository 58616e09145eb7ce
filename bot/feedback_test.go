package bot

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// leavesNothing reports whether an event leaves nothing on the escalation: feedback
// without a name.
func leavesNothing(ev Event) bool {
	feedback, ok := ev.(GiveFeedback)

	return ok && !feedback.Named
}

// checkFeedback: each is asked once in the life of an escalation, in their hours,
// and what they answer without their name leaves nothing but that they did.
func (l *life) checkFeedback(t *rapid.T, ev Event, before *Escalation, effects []Effect) {
	asked := map[PersonID]int{}

	for _, entry := range l.timeline {
		if entry.What == WasAskedHow {
			asked[entry.Whom]++
		}
	}

	for who, times := range asked {
		if times > 1 {
			t.Fatalf("%v was asked %v times how it was, want once", who, times)
		}
	}

	for _, effect := range effects {
		if keep, ok := effect.(KeepFeedback); ok && keep.Feedback.Team != l.Team {
			t.Fatalf("Feedback.Team = %q, want %q", keep.Feedback.Team, l.Team)
		}
	}

	if !leavesNothing(ev) {
		return
	}

	for range entries(effects) {
		t.Fatalf("Apply(%#v) writes on the timeline, want nothing there", ev)
	}

	was := before.clone()
	was.Asked = l.Asked

	if !reflect.DeepEqual(was, l.Escalation) {
		t.Fatalf("Apply(%#v) leaves more than that it was answered:\n%v", ev, cmp.Diff(was, l.Escalation))
	}
}

// resolvedBy is an escalation of maria's that lee took and resolved.
func resolvedBy(t *testing.T, m Moment, more ...happening) *story {
	t.Helper()

	return tell(t, m, live, 48*time.Hour, append([]happening{
		{0, Take{By: "lee"}}, {time.Minute, Join{By: "lee"}}, {2 * time.Minute, Resolve{By: "lee", Outcome: Outcome{Name: "Refund"}}},
	}, more...)...)
}

func feedbackMoment() Moment {
	m := usual()
	m.Feedback = true

	return m
}

// asks returns when people were asked, after the beginning.
func (s *story) asks() string {
	var asks []string

	for _, line := range s.log {
		if strings.Contains(line, string(WasAskedHow)) {
			asks = append(asks, strings.TrimSpace(line))
		}
	}

	return strings.Join(asks, "\n")
}

func TestWhoIsAskedHowItWas(t *testing.T) {
	alone := []happening{
		{0, Take{By: "lee"}}, {time.Minute, HandBack{By: "lee", Advice: "Say sorry."}},
		{2 * time.Minute, Reopen{By: "maria"}}, {3 * time.Minute, Resolve{By: "maria", Outcome: Outcome{Name: "Refund"}}},
	}

	for _, test := range []struct {
		name string
		told *story
		want string
	}{
		{"both, an hour after it was resolved", resolvedBy(t, feedbackMoment()), "62:00 asked how the help was maria ! maria\n62:00 asked how the help was lee ! lee"},
		{"nobody where it is off", resolvedBy(t, usual()), ""},
		{"nobody who was, when it is resolved anew", resolvedBy(t, feedbackMoment(),
			happening{2 * time.Hour, Reopen{By: "maria"}}, happening{3 * time.Hour, Resolve{By: "maria", Outcome: Outcome{Name: "Refund"}}}),
			"62:00 asked how the help was maria ! maria\n62:00 asked how the help was lee ! lee"},
		{"who had it, though the agent resolves it", tell(t, feedbackMoment(), live, 2*time.Hour, alone...),
			"63:00 asked how the help was maria ! maria\n63:00 asked how the help was lee ! lee"},
	} {
		if got := test.told.asks(); got != test.want {
			t.Errorf("%v: asked\n%v\nwant\n%v\nin full:\n%v", test.name, got, test.want, strings.Join(test.told.log, "\n"))
		}
	}
}

// Maria sleeps until eight the next day, lee is up.
func TestNobodyIsAskedInQuietHours(t *testing.T) {
	m := feedbackMoment()
	m.Hours = func(who PersonID) roster.Hours {
		if who != "maria" {
			return roster.Hours{}
		}

		return roster.Hours{Zone: time.UTC, From: 11 * 60, To: 8 * 60} // it is noon
	}

	if got, want := resolvedBy(t, m).asks(), "62:00 asked how the help was lee ! lee\n1200:00 asked how the help was maria ! maria"; got != want {
		t.Errorf("asked\n%v\nwant\n%v", got, want)
	}

	again := resolvedBy(t, m, happening{2 * time.Hour, Reopen{By: "maria"}})
	if got, want := again.asks(), "62:00 asked how the help was lee ! lee"; got != want {
		t.Errorf("of what is open again, asked\n%v\nwant\n%v", got, want)
	}
}

// The bot may be away when somebody is to be asked, and be back when they rest.
func TestNobodyIsAskedLateAtNight(t *testing.T) {
	m := feedbackMoment()
	m.Now = noon.Add(9 * time.Hour)
	m.Hours = func(PersonID) roster.Hours { return roster.Hours{Zone: time.UTC, From: 20 * 60, To: 8 * 60} }

	e := &Escalation{ID: 142, State: Closed, Agent: "maria", ForgetAt: noon.Add(1000 * time.Hour), Asked: []Asked{{Who: "maria", At: noon}}}
	if _, err := e.Apply(Due{}, m); err != nil {
		t.Fatal(err)
	}

	if got, want := e.Asked[0], (Asked{Who: "maria", At: noon.Add(20 * time.Hour)}); got != want {
		t.Errorf("at 21:00 who should have been asked at noon is %+v, want %+v", got, want)
	}
}

// Who gives their name can be asked about it: what they wrote is on the timeline.
func TestFeedbackWithANameIsOnTheTimeline(t *testing.T) {
	s := resolvedBy(t, feedbackMoment(), happening{2 * time.Hour, GiveFeedback{By: "maria", Named: true, Helped: "partly", Change: "Faster refunds", Week: noon}},
		happening{3 * time.Hour, GiveFeedback{By: "maria", Helped: "no", Week: noon}}, happening{4 * time.Hour, GiveFeedback{By: "dana", Helped: "no", Week: noon}})

	log := strings.Join(s.log, "\n")
	for _, want := range []string{"120:00 maria gave feedback (Partly · Faster refunds)", "180:00 maria GiveFeedback: done already", "240:00 dana GiveFeedback: too late, closed lee"} {
		if !strings.Contains(log, want) {
			t.Errorf("the story has no %q:\n%v", want, log)
		}
	}
}

// Nothing of what was said without a name is in the escalation.
func TestFeedbackWithoutANameIsNotInTheEscalation(t *testing.T) {
	s := resolvedBy(t, feedbackMoment(), happening{2 * time.Hour, GiveFeedback{By: "maria", Helped: "partly", Change: "Zwiebelmixer", Week: noon.Add(-time.Hour)}})

	kept, err := json.Marshal(s.e)
	if err != nil {
		t.Fatal(err)
	}

	for _, leak := range []string{"Zwiebelmixer", "partly", noon.Add(time.Hour).Format(time.RFC3339)} {
		if strings.Contains(string(kept), leak) {
			t.Errorf("the escalation has %q:\n%s", leak, kept)
		}
	}
}
