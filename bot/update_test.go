package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// hourly is a customer who was promised to hear from us each so many hours; nobody
// waits on the line.
func hourly(every time.Duration) Open {
	ev := live
	ev.Context.Waiting, ev.Every, ev.Kind = false, every, Advise

	return ev
}

// withMe begins a story in which dana has the case from its first minute.
func withMe(more ...happening) []happening {
	return append([]happening{{0, Take{By: "dana"}}, {0, Join{By: "dana"}}}, more...)
}

// managed is the usual world with somebody to tell.
func managed() Moment {
	m := usual()
	m.Managers = managers
	m.Times.MostNudges = 1 // of the outcome, which other stories are about

	return m
}

func TestUpdates(t *testing.T) {
	const day = 24 * time.Hour

	play(t, managed(), []chapter{
		{
			name: "a day after the customer heard, and again until somebody tells them", open: hourly(0), until: 5 * day,
			happenings: withMe(happening{3*day - time.Hour, Inform{By: "dana", How: "phone", Said: "The part is on its way."}}),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				1440:00 reminded to update the customer dana ! dana
				2880:00 reminded to update the customer dana ! dana
				4260:00 dana updated the customer (Phone, The part is on its way.)
				5700:00 reminded to update the customer dana ! dana
				7140:00 reminded to update the customer dana ! dana`,
		},
		{
			name: "after five in a row the managers are told, once", open: hourly(0), until: 30 * day,
			happenings: withMe(),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				1440:00 reminded to update the customer dana ! dana
				2880:00 reminded to update the customer dana ! dana
				4320:00 reminded to update the customer dana ! dana
				5760:00 reminded to update the customer dana ! dana
				7200:00 reminded to update the customer dana ! dana
				8640:00 the customer has not heard from us dana ! priya`,
		},
		{
			name: "each two hours, put off once, and not twice", open: hourly(2 * time.Hour), until: 5 * time.Hour,
			happenings: withMe(
				happening{2*time.Hour + time.Minute, RemindLater{By: "dana"}}, happening{2*time.Hour + time.Minute, RemindLater{By: "dana"}},
				happening{4*time.Hour + 30*time.Minute, Inform{By: "maria", How: "email"}}, happening{4*time.Hour + 31*time.Minute, RemindLater{By: "dana"}}),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				120:00 reminded to update the customer dana ! dana
				121:00 dana put a reminder off
				121:00 dana RemindLater: done already
				241:00 reminded to update the customer dana ! dana
				270:00 maria updated the customer (E-mail)
				271:00 dana RemindLater: too late, joined dana`,
		},
		{
			name: "half an hour before the customer expects to hear", open: hourly(0), until: 8 * time.Hour,
			happenings: withMe(happening{time.Hour, Inform{By: "dana", How: "chat", Next: noon.Add(4 * time.Hour)}}),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				60:00 dana updated the customer (Chat)
				210:00 reminded to update the customer dana ! dana`,
		},
		{
			name: "nobody is reminded who has the customer with them", open: live, until: 2 * time.Hour,
			happenings: []happening{{0, Take{By: "dana"}}, {0, Join{By: "dana"}}, {50 * time.Minute, HandBack{By: "dana", Advice: "Say sorry.", Every: time.Hour}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				50:00 dana handed back (Say sorry.) → returned ! maria
				80:00 reminded maria ! maria
				110:00 reminded to update the customer maria ! maria`,
		},
		{
			name: "whom it goes to is reminded by the hour at the earliest", open: hourly(0), until: 51 * time.Hour,
			happenings: withMe(happening{49 * time.Hour, HandTo{By: "dana", To: "lee"}}, happening{49*time.Hour + 10*time.Second, Take{By: "lee"}},
				happening{49*time.Hour + 20*time.Second, Join{By: "lee"}}),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				1440:00 reminded to update the customer dana ! dana
				2880:00 reminded to update the customer dana ! dana
				2940:00 dana asked to take over lee
				2940:10 lee taken → taken ! maria dana
				2940:20 lee joined → joined
				2970:20 reminded lee ! lee`,
		},
	})
}

func TestLastHeardNeverGoesBack(t *testing.T) {
	s := tell(t, managed(), hourly(0), 3*time.Hour, withMe(
		happening{time.Hour, Inform{By: "dana", How: "phone"}}, happening{2 * time.Hour, HandTo{By: "dana", To: "lee"}},
		happening{2*time.Hour + time.Second, Take{By: "lee"}})...)

	if got, want := s.e.lastHeard(), noon.Add(time.Hour); !got.Equal(want) || s.e.Updates.How != "phone" {
		t.Errorf("lastHeard() after a handover = %v by %q, want %v by phone", got, s.e.Updates.How, want)
	}

	s = tell(t, managed(), hourly(0), 3*time.Hour, happening{0, Take{By: "dana"}}, happening{time.Minute, Join{By: "dana"}},
		happening{2 * time.Hour, HandTo{By: "dana", To: "lee"}}, happening{2*time.Hour + time.Second, Take{By: "lee"}})
	if got, want := s.e.lastHeard(), noon.Add(time.Minute); !got.Equal(want) {
		t.Errorf("lastHeard() after a handover, joined before = %v, want %v", got, want)
	}
}

func TestDetails(t *testing.T) {
	bare := live
	bare.Context = Context{Waiting: true, Happened: "Shouting."}
	filled := AddContext{By: "maria", Context: live.Context}

	play(t, managed(), []chapter{
		{
			name: "while the customer is on the line nobody asks for paper; then three times at most", open: bare, until: 12 * time.Hour,
			happenings: []happening{{0, Take{By: "dana"}}, {time.Second, EndCall{By: "maria"}}, {time.Minute, Join{By: "dana"}}},
			want: `
				0:00 maria opened (Shouting.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 maria call ended
				1:00 dana joined → joined
				15:01 reminded to complete it maria ! maria
				31:00 reminded dana ! dana
				75:01 reminded to complete it maria ! maria
				135:01 reminded to complete it maria ! maria`,
		},
		{
			name: "handed over, and completed: no word more", open: bare, until: 12 * time.Hour,
			happenings: []happening{{0, Take{By: "dana"}}, {0, Join{By: "dana"}}, {20 * time.Minute, filled}},
			want: `
				0:00 maria opened (Shouting.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				15:00 reminded to complete it maria ! maria
				20:00 maria added context (Happened was: Shouting.)
				30:00 reminded dana ! dana`,
		},
		{
			name: "closed, and completed late", open: bare, until: 12 * time.Hour,
			happenings: []happening{{0, Take{By: "dana"}}, {time.Minute, refund}, {70 * time.Minute, filled}},
			want: `
				0:00 maria opened (Shouting.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				1:00 dana joined → joined
				1:00 dana resolved (Refund) → resolved ! maria
				1:00 closed → closed
				16:00 reminded to complete it maria ! maria
				70:00 maria added context (Happened was: Shouting.)`,
		},
		{
			name: "taken back: nothing to write", open: bare, until: 12 * time.Hour,
			happenings: []happening{{time.Second, EndCall{By: "maria"}}, {2 * time.Second, Withdraw{By: "maria"}}},
			want: `
				0:00 maria opened (Shouting.) → paging
				0:00 paged dana (duty)
				0:01 maria call ended
				0:02 maria withdrawn → withdrawn`,
		},
	})
}

func TestDetailsOfWhatIsOverForLong(t *testing.T) {
	bare := live
	bare.Context.Customer = ""

	s := tell(t, managed(), bare, 10*time.Minute, happening{0, Take{By: "dana"}}, happening{time.Minute, refund})
	s.m.Now = noon.Add(8 * 24 * time.Hour) // the bot was down
	s.do(Due{})

	if s.e.Details.Nudges != 0 || !s.e.Details.NextAt.IsZero() {
		t.Errorf("after a week: %+v, want no reminder", s.e.Details)
	}
}

func TestSecondTouch(t *testing.T) {
	const day = 24 * time.Hour

	later := func(owed ...Owed) Resolve {
		ev := refund
		ev.Touch, ev.Owed = 3*day, owed

		return ev
	}
	begun := `
		0:00 maria opened (Charged twice.) → paging
		0:00 paged dana (duty)
		0:00 dana taken → taken ! maria
		1:00 dana joined → joined
		1:00 dana resolved (Refund) → resolved ! maria`

	play(t, managed(), []chapter{
		{
			name: "made, once", open: live, until: 20 * day,
			happenings: []happening{
				{0, Take{By: "dana"}}, {time.Minute, later()}, {3*day + time.Hour, MakeTouch{By: "dana"}},
				{3*day + time.Hour, MakeTouch{By: "dana"}}, {3*day + time.Hour, MakeTouch{By: "maria", Needless: true}},
			},
			want: begun + `
				1:00 closed → closed
				4321:00 reminded of the second touch dana ! dana
				4380:00 dana made the second touch
				4380:00 dana MakeTouch: done already
				4380:00 maria MakeTouch: too late, closed dana`,
		},
		{
			name: "not needed", open: live, until: 20 * day,
			happenings: []happening{{0, Take{By: "dana"}}, {time.Minute, later()}, {day, MakeTouch{By: "maria", Needless: true}}},
			want: begun + `
				1:00 closed → closed
				1440:00 maria second touch not needed`,
		},
		{
			name: "reminded twice, then missed; made all the same", open: live, until: 20 * day,
			happenings: []happening{{0, Take{By: "dana"}}, {time.Minute, later()}, {10 * day, MakeTouch{By: "dana"}}},
			want: begun + `
				1:00 closed → closed
				4321:00 reminded of the second touch dana ! dana
				5761:00 reminded of the second touch dana ! dana
				7201:00 second touch missed dana
				14400:00 dana made the second touch`,
		},
		{
			name: "a follow-up meanwhile moves it", open: live, until: 5*day + time.Hour,
			happenings: []happening{
				{0, Take{By: "dana"}}, {time.Minute, later(Owed{Text: "Ask", Due: noon.Add(60 * day)})}, {2 * day, Finish{By: "dana", N: 1}},
			},
			want: begun + `
				1:00 dana planned a follow-up (Ask)
				2880:00 dana done (Ask)
				2880:00 closed → closed ! maria
				7200:00 reminded of the second touch dana ! dana`,
		},
		{
			name: "nobody asks whether all is well while something is owed", open: live, until: 6 * day,
			happenings: []happening{{0, Take{By: "dana"}}, {time.Minute, later(Owed{Text: "Ask", Due: noon.Add(60 * day)})}},
			want:       begun + "\n1:00 dana planned a follow-up (Ask)",
		},
		{
			name: "what is reopened is touched after its next outcome", open: live, until: 10 * day,
			happenings: []happening{
				{0, Take{By: "dana"}}, {time.Minute, later()}, {2 * day, Reopen{By: "maria"}}, {2 * day, MakeTouch{By: "maria"}},
				{3*day - time.Hour, later()},
			},
			want: begun + `
				1:00 closed → closed
				2880:00 dana noted (Outcome was: Refund, 80 USD)
				2880:00 maria reopened → returned ! maria
				2880:00 maria MakeTouch: too late, returned 
				2910:00 reminded maria ! maria
				4260:00 dana resolved (Refund) → resolved ! maria
				4260:00 closed → closed
				8580:00 reminded of the second touch dana ! dana
				10020:00 reminded of the second touch dana ! dana
				11460:00 second touch missed dana`,
		},
	})
}

// A bot that was down for longer than a week wakes nobody with a touch of then.
func TestSecondTouchFarTooLate(t *testing.T) {
	const day = 24 * time.Hour

	ev := refund
	ev.Touch = 3 * day

	s := tell(t, managed(), live, time.Hour, happening{0, Take{By: "dana"}}, happening{time.Minute, ev})
	s.log, s.m.Now = nil, noon.Add(11*day)
	s.do(Due{})
	s.do(Due{})
	s.wants("15840:00 second touch missed dana\n15840:00 Due: done already")
}

// Managers whose hours never meet are not all waited for: those who may be reminded
// hear of it, and the others see it on the case.
func TestUnheardOfByManagersWhoNeverMeet(t *testing.T) {
	m := managed()
	m.Managers = []PersonID{"priya", "kim"}
	m.Hours = func(who PersonID) roster.Hours {
		switch who {
		case "priya":
			return roster.Hours{From: 18 * 60, To: 8 * 60, Zone: time.FixedZone("here", 0)}
		case "kim":
			return roster.Hours{From: 18 * 60, To: 8 * 60, Zone: time.FixedZone("antipodes", 12*3600)}
		default:
			return roster.Hours{}
		}
	}

	s := tell(t, m, hourly(0), 30*24*time.Hour, withMe()...)

	var heard []string

	for _, line := range s.log {
		if strings.Contains(line, string(WasUnheard)) {
			heard = append(heard, line)
		}
	}

	if want := []string{"8640:00 the customer has not heard from us dana ! priya"}; !slices.Equal(heard, want) {
		t.Errorf("who heard of it = %q, want %q", heard, want)
	}
}
