package bot

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// noon is when the tests begin.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// The people of the tests: maria asks for help; dana and lee are on duty, kim
// is in their team, priya is the manager.
var (
	duty     = []PersonID{"dana", "lee"}
	team     = []PersonID{"dana", "lee", "kim"}
	managers = []PersonID{"priya"}
)

// usual is the world with the chains of PRODUCT.md "Defaults".
func usual() Moment {
	last := Tier{Name: "managers", People: managers, AtOnce: true, Repeat: true}

	return Moment{Times: DefaultTimes, Chains: map[ChainName][]Tier{
		LiveChain: {
			{Name: "duty", People: duty, Wait: 45 * time.Second, Rounds: 2},
			{Name: "team", People: team, AtOnce: true, Wait: time.Minute},
			waiting(last, time.Minute),
		},
		CallbackChain: {
			{Name: "duty", People: duty, Wait: 3 * time.Minute},
			{Name: "team", People: team, AtOnce: true, Wait: 5 * time.Minute},
			waiting(last, 10*time.Minute),
		},
		ThreatChain: {
			{Name: "all", People: []PersonID{"dana", "lee", "priya"}, AtOnce: true, Wait: 30 * time.Second, Repeat: true},
		},
	}}
}

func waiting(t Tier, wait time.Duration) Tier {
	t.Wait = wait

	return t
}

// withLive is the usual world with another chain for who is waiting.
func withLive(tiers ...Tier) Moment {
	m := usual()
	m.Chains[LiveChain] = tiers

	return m
}

// live is a customer on the line, whom maria wants somebody to take over.
var live = Open{
	ID: 142, Team: "billing", Agent: "maria", Kind: TakeOver,
	Context: Context{Customer: "Ms Kovac", Happened: "Charged twice.", Waiting: true},
}

func ofKind(kind Kind) Open {
	ev := live
	ev.Kind = kind

	return ev
}

// A happening is an event at a time after the beginning. Pass and Unreachable
// that name no attempt mean the latest page.
type happening struct {
	after time.Duration
	ev    Event
}

// A story plays one escalation and writes down what is recorded, whom each
// entry tells with a message of its own, and who was refused.
type story struct {
	t   *testing.T
	e   *Escalation
	m   Moment
	log []string
}

// tell plays an escalation until a time after its beginning. Between the
// happenings Due is applied whenever it is due.
func tell(t *testing.T, m Moment, open Open, until time.Duration, happenings ...happening) *story {
	t.Helper()

	s := &story{t: t, e: new(Escalation), m: m}
	s.m.Now = noon
	s.do(open)

	for _, h := range happenings {
		s.wait(h.after)
		s.do(h.ev)
	}

	s.wait(until)

	return s
}

// wait lets time pass until so long after the beginning.
func (s *story) wait(after time.Duration) {
	s.t.Helper()

	for until := noon.Add(after); ; {
		due := s.e.Due()
		if due.IsZero() || due.After(until) {
			s.m.Now = until

			return
		}

		s.m.Now = due
		s.do(Due{})

		if next := s.e.Due(); !next.IsZero() && !next.After(due) {
			s.t.Fatalf("Due() = %v after Apply(Due{}) at %v, want later", next, due)
		}
	}
}

func (s *story) do(ev Event) {
	effects, err := s.e.Apply(s.latest(ev), s.m)
	if err != nil {
		s.note("%v", refusal(ev, err))
	}

	for _, effect := range effects {
		if r, ok := effect.(Record); ok {
			s.note("%v", words(r.Entry, told(effects, r.Entry.N)))
		}
	}
}

func (s *story) note(format string, args ...any) {
	s.log = append(s.log, clock(s.m.Now)+" "+fmt.Sprintf(format, args...))
}

// clock writes a time as minutes and seconds after the beginning.
func clock(t time.Time) string {
	if t.IsZero() {
		return "never"
	}

	seconds := int(t.Sub(noon) / time.Second)

	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// latest fills in the attempt of the latest page where none is named.
func (s *story) latest(ev Event) Event {
	switch ev := ev.(type) {
	case Pass:
		if page := s.e.page(ev.By); page != nil && ev.Attempt == 0 {
			ev.Attempt = page.Attempt
		}

		return ev
	case Unreachable:
		if page := s.e.page(ev.Who); page != nil && ev.Attempt == 0 {
			ev.Attempt = page.Attempt
		}

		return ev
	default:
		return ev
	}
}

// told returns who gets a message of its own about entry n.
func told(effects []Effect, n int) []string {
	var people []string

	for _, effect := range effects {
		show, ok := effect.(Show)
		if ok && show.Card.N == n && (show.Card.Role == NoticeCard || show.Card.Role == AskCard) {
			people = append(people, string(show.Card.Person))
		}
	}

	return people
}

// words writes an entry as a line: who, what, whom, (text), the new state, and
// who is told.
func words(entry Entry, told []string) string {
	line := []string{string(entry.By), string(entry.What)}
	if entry.Whom != entry.By {
		line = append(line, string(entry.Whom))
	}

	if entry.Text != "" {
		line = append(line, "("+entry.Text+")")
	}

	if entry.From != entry.To {
		line = append(line, "→ "+string(entry.To))
	}

	if len(told) > 0 {
		line = append(line, "! "+strings.Join(told, " "))
	}

	return strings.Join(slices.DeleteFunc(line, func(s string) bool { return s == "" }), " ")
}

func refusal(ev Event, err error) string {
	what := fmt.Sprintf("%T", ev)[len("bot."):]
	if by := reflect.ValueOf(ev).FieldByName("By"); by.IsValid() {
		what = by.String() + " " + what
	}

	if _, ok := errors.AsType[*NoChangeError](err); ok {
		return what + ": done already"
	}

	if late, ok := errors.AsType[*LateError](err); ok {
		return fmt.Sprintf("%v: too late, %v %v", what, late.State, late.Holder)
	}

	return what + ": " + err.Error()
}

// wants compares the story with what should have happened, line by line.
func (s *story) wants(want string) {
	s.t.Helper()

	var lines []string

	for line := range strings.Lines(strings.TrimSpace(want)) {
		lines = append(lines, strings.TrimSpace(line))
	}

	got := slices.Clone(s.log)
	for i := range got {
		got[i] = strings.TrimSpace(got[i])
	}

	if diff := cmp.Diff(lines, got); diff != "" {
		s.t.Errorf("the story (-want +got):\n%v\nin full:\n%v", diff, strings.Join(got, "\n"))
	}
}

// A chapter is a story with how it should go.
type chapter struct {
	name       string
	open       Open
	until      time.Duration
	happenings []happening
	want       string
}

func play(t *testing.T, m Moment, chapters []chapter) {
	t.Helper()

	for _, c := range chapters {
		t.Run(c.name, func(t *testing.T) {
			tell(t, m, c.open, c.until, c.happenings...).wants(c.want)
		})
	}
}

// refund is an outcome with nothing owed; callFriday one with two things owed.
var (
	refund     = Resolve{By: "dana", Outcome: Outcome{Name: "Refund", Amount: "80 USD"}}
	callFriday = Resolve{By: "dana", Outcome: Outcome{Name: "Replacement sent"}, Owed: []Owed{
		{Promise: true, Text: "A new one by Friday", Owner: "lee", Due: noon.Add(24 * time.Hour)},
		{Text: "Ask whether it came", Due: noon.Add(48 * time.Hour)},
	}}
)

func TestTaken(t *testing.T) {
	play(t, usual(), []chapter{
		{
			name: "taken, introduced, joined, resolved with nothing owed", open: live, until: 3 * time.Hour,
			happenings: []happening{
				{10 * time.Second, Take{By: "dana"}},
				{20 * time.Second, Introduce{By: "maria"}},
				{30 * time.Second, Join{By: "dana"}},
				{40 * time.Second, EndCall{By: "maria"}},
				{9 * time.Minute, refund},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken ! maria
				0:20 maria introduced dana ! dana
				0:30 dana joined → joined
				0:40 maria call ended
				9:00 dana resolved (Refund) → resolved ! maria
				9:00 closed → closed`,
		},
		{
			name: "the first of two takes wins", open: live, until: 20 * time.Second,
			happenings: []happening{
				{10 * time.Second, Take{By: "lee"}},
				{10 * time.Second, Take{By: "dana"}},
				{10 * time.Second, Take{By: "lee"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 lee taken → taken ! maria
				0:10 dana Take: too late, taken lee
				0:10 lee Take: done already`,
		},
		{
			name: "an unanswered page may still be taken", open: live, until: time.Minute,
			happenings: []happening{{50 * time.Second, Take{By: "dana"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)
				0:50 dana taken → taken ! maria`,
		},
		{
			name: "the agent can't take their own", open: live, until: 20 * time.Second,
			happenings: []happening{{10 * time.Second, Take{By: "maria"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 maria Take: too late, paging`,
		},
		{
			name: "join overdue: asked at 90 s, on at 150 s, another person first", open: live, until: 6 * time.Minute,
			happenings: []happening{{0, Take{By: "dana"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				1:30 asked whether the customer is with them dana ! dana
				2:30 did not join in time dana → paging ! maria dana
				2:30 paged lee (duty)
				3:15 did not answer lee (duty)
				3:15 paged lee (duty)
				4:00 did not answer lee (duty)
				4:00 paged lee (team)
				4:00 paged kim (team)
				5:00 did not answer lee (team)
				5:00 did not answer kim (team)
				5:00 paged priya (managers)
				6:00 did not answer priya (managers)
				6:00 paged priya (managers)`,
		},
		{
			name: "an introduction restarts the wait for joining", open: live, until: 4 * time.Minute,
			happenings: []happening{
				{0, Take{By: "dana"}},
				{80 * time.Second, Introduce{By: "maria"}},
				{81 * time.Second, Introduce{By: "maria"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				1:20 maria introduced dana ! dana
				1:21 maria Introduce: done already
				2:50 asked whether the customer is with them dana ! dana
				3:50 did not join in time dana → paging ! maria dana
				3:50 paged lee (duty)`,
		},
		{
			name: "given up: on at once with who was still to answer", open: live, until: 5 * time.Minute,
			happenings: []happening{
				{185 * time.Second, Take{By: "dana"}},
				{190 * time.Second, GiveUp{By: "lee"}},
				{190 * time.Second, GiveUp{By: "dana", Note: "fire alarm"}},
				{191 * time.Second, GiveUp{By: "dana", Note: "fire alarm"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)
				1:30 did not answer lee (duty)
				1:30 paged dana (duty)
				2:15 did not answer dana (duty)
				2:15 paged lee (duty)
				3:00 did not answer lee (duty)
				3:00 paged dana (team)
				3:00 paged lee (team)
				3:00 paged kim (team)
				3:05 dana taken → taken ! maria
				3:10 lee GiveUp: too late, taken dana
				3:10 dana gave it up (fire alarm) → paging ! maria
				3:10 paged lee (team)
				3:10 paged kim (team)
				3:11 dana GiveUp: done already
				4:10 did not answer lee (team)
				4:10 did not answer kim (team)
				4:10 paged priya (managers)`,
		},
		{
			name: "reminded to document at 30 min, then hourly, five times", open: live, until: 23 * time.Hour,
			happenings: []happening{{0, Take{By: "dana"}}, {0, Join{By: "dana"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				90:00 reminded dana ! dana
				150:00 reminded dana ! dana
				210:00 reminded dana ! dana
				270:00 reminded dana ! dana`,
		},
		{
			name: "who gets it back is reminded as often as who had it", open: live, until: 8 * time.Hour,
			happenings: []happening{
				{0, Take{By: "dana"}}, {0, Join{By: "dana"}}, {2 * time.Hour, HandBack{By: "dana", Advice: "Offer the credit."}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:00 dana joined → joined
				30:00 reminded dana ! dana
				90:00 reminded dana ! dana
				120:00 dana handed back (Offer the credit.) → returned ! maria
				150:00 reminded maria ! maria
				210:00 reminded maria ! maria
				270:00 reminded maria ! maria
				330:00 reminded maria ! maria
				390:00 reminded maria ! maria`,
		},
		{
			name: "only the holder joins, hands back, resolves", open: live, until: time.Minute,
			happenings: []happening{
				{1 * time.Second, Take{By: "dana"}},
				{2 * time.Second, Join{By: "lee"}},
				{3 * time.Second, HandBack{By: "lee"}},
				{4 * time.Second, Resolve{By: "lee", Outcome: Outcome{Name: "Refund"}}},
				{5 * time.Second, Join{By: "dana"}},
				{6 * time.Second, Join{By: "dana"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 dana taken → taken ! maria
				0:02 lee Join: too late, taken dana
				0:03 lee HandBack: too late, taken dana
				0:04 lee Resolve: too late, taken dana
				0:05 dana joined → joined
				0:06 dana Join: done already`,
		},
		{
			name: "resolved without ever saying that they joined", open: live, until: time.Minute,
			happenings: []happening{{time.Second, Take{By: "dana"}}, {2 * time.Second, refund}, {3 * time.Second, refund}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 dana taken → taken ! maria
				0:02 dana joined → joined
				0:02 dana resolved (Refund) → resolved ! maria
				0:02 closed → closed
				0:03 dana Resolve: done already`,
		},
	})
}

func TestHandover(t *testing.T) {
	taken := happening{0, Take{By: "dana"}}
	joined := happening{time.Second, Join{By: "dana"}}

	play(t, usual(), []chapter{
		{
			name: "accepted: the new holder is waited for", open: live, until: 3 * time.Minute,
			happenings: []happening{
				taken, joined,
				{10 * time.Second, HandTo{By: "dana", To: "kim", Note: "speaks Czech"}},
				{11 * time.Second, HandTo{By: "dana", To: "kim", Note: "speaks Czech"}},
				{15 * time.Second, Take{By: "lee"}},
				{20 * time.Second, Take{By: "kim"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				0:10 dana asked to take over kim (speaks Czech)
				0:11 dana HandTo: done already
				0:15 lee Take: too late, joined dana
				0:20 kim taken → taken ! maria dana
				1:50 asked whether the customer is with them kim ! kim
				2:50 did not join in time kim → paging ! maria kim
				2:50 paged lee (duty)`,
		},
		{
			name: "declined: the holder keeps it and is told", open: live, until: time.Minute,
			happenings: []happening{
				taken, joined,
				{10 * time.Second, HandTo{By: "dana", To: "kim"}},
				{20 * time.Second, Pass{By: "kim", Reason: NotMyArea}},
				{21 * time.Second, Pass{By: "kim", Reason: NotMyArea}},
				{22 * time.Second, Take{By: "kim"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				0:10 dana asked to take over kim
				0:20 kim passed (not my area) ! dana
				0:21 kim Pass: done already
				0:22 kim Take: too late, joined dana`,
		},
		{
			name: "not answered: the holder keeps it and is told", open: live, until: 2 * time.Minute,
			happenings: []happening{
				taken, joined,
				{10 * time.Second, HandTo{By: "dana", To: "kim"}},
				{100 * time.Second, Take{By: "kim"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				0:10 dana asked to take over kim
				0:55 handover not accepted kim ! dana
				1:40 kim Take: too late, joined dana`,
		},
		{
			name: "not deliverable: the holder keeps it and is told", open: live, until: 2 * time.Minute,
			happenings: []happening{
				taken, joined,
				{10 * time.Second, HandTo{By: "dana", To: "kim"}},
				{11 * time.Second, Unreachable{Who: "kim", Reason: "user_disabled"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				0:10 dana asked to take over kim
				0:11 could not be reached kim (user_disabled) ! dana`,
		},
		{
			name: "to another person instead", open: live, until: 20 * time.Second,
			happenings: []happening{
				taken,
				{10 * time.Second, HandTo{By: "dana", To: "kim"}},
				{11 * time.Second, HandTo{By: "dana", To: "priya"}},
				{12 * time.Second, Take{By: "kim"}},
				{13 * time.Second, Take{By: "priya"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:10 dana asked to take over kim
				0:11 dana asked to take over priya
				0:12 kim Take: too late, taken dana
				0:13 priya taken ! maria dana`,
		},
		{
			name: "to oneself, to the agent, by a stranger", open: live, until: 20 * time.Second,
			happenings: []happening{
				taken,
				{10 * time.Second, HandTo{By: "dana", To: "dana"}},
				{11 * time.Second, HandTo{By: "dana", To: "maria"}},
				{12 * time.Second, HandTo{By: "kim", To: "lee"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:10 dana HandTo: too late, taken dana
				0:11 dana HandTo: too late, taken dana
				0:12 kim HandTo: too late, taken dana`,
		},
		{
			name: "the first holder does not join while waiting for the second", open: live, until: 3 * time.Minute,
			happenings: []happening{taken, {140 * time.Second, HandTo{By: "dana", To: "kim"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				1:30 asked whether the customer is with them dana ! dana
				2:20 dana asked to take over kim
				2:30 did not join in time dana → paging ! maria dana
				2:30 paged lee (duty)`,
		},
	})
}

func TestReturned(t *testing.T) {
	taken := happening{0, Take{By: "dana"}}

	play(t, usual(), []chapter{
		{
			name: "handed back with advice, resolved by the agent", open: ofKind(Advise), until: 10 * time.Hour,
			happenings: []happening{
				taken,
				{time.Minute, HandBack{By: "dana", Advice: "Offer the credit."}},
				{61 * time.Second, HandBack{By: "dana", Advice: "Offer the credit."}},
				{8 * time.Hour, Resolve{By: "maria", Outcome: Outcome{Name: "Goodwill credit"}}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				1:00 dana handed back (Offer the credit.) → returned ! maria
				1:01 dana HandBack: done already
				31:00 reminded maria ! maria
				91:00 reminded maria ! maria
				151:00 reminded maria ! maria
				211:00 reminded maria ! maria
				271:00 reminded maria ! maria
				480:00 maria resolved (Goodwill credit) → resolved
				480:00 closed → closed`,
		},
		{
			name: "escalated again: from the first tier, with who passed before", open: live, until: 63 * time.Second,
			happenings: []happening{
				{time.Second, Pass{By: "dana", Reason: OnAnotherCall}},
				{2 * time.Second, Take{By: "lee"}},
				{3 * time.Second, HandBack{By: "lee", Advice: "Explain the fee."}},
				{time.Minute, EscalateAgain{By: "maria", Note: "did not help"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 dana passed (on another call)
				0:01 paged lee (duty)
				0:02 lee taken → taken ! maria
				0:03 lee handed back (Explain the fee.) → returned ! maria
				1:00 maria escalated again (did not help) → paging
				1:00 paged dana (duty)`,
		},
		{
			name: "approved in one tap while paging", open: ofKind(Approve), until: time.Minute,
			happenings: []happening{
				{10 * time.Second, Decide{By: "dana", Approved: true, Amount: "80 USD"}},
				{11 * time.Second, Decide{By: "dana", Approved: true, Amount: "80 USD"}},
				{12 * time.Second, Decide{By: "lee"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken
				0:10 dana joined → joined
				0:10 dana approved (80 USD) → returned ! maria
				0:11 dana Decide: done already
				0:12 lee Decide: too late, returned dana`,
		},
		{
			name: "denied in one tap while paging", open: ofKind(Approve), until: time.Minute,
			happenings: []happening{{10 * time.Second, Decide{By: "dana", Note: "above policy"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken
				0:10 dana joined → joined
				0:10 dana denied (above policy) → returned ! maria`,
		},
		{
			name: "decided by the holder only, and never by the agent", open: ofKind(Approve), until: time.Minute,
			happenings: []happening{
				{10 * time.Second, Decide{By: "maria", Approved: true}},
				{11 * time.Second, Take{By: "dana"}},
				{12 * time.Second, Decide{By: "lee", Approved: true}},
				{13 * time.Second, Decide{By: "dana", Approved: true}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 maria Decide: too late, paging
				0:11 dana taken → taken ! maria
				0:12 lee Decide: too late, taken dana
				0:13 dana joined → joined
				0:13 dana approved → returned ! maria`,
		},
		{
			name: "decided in one tap by whom it was handed to", open: ofKind(Approve), until: time.Minute,
			happenings: []happening{
				{10 * time.Second, Take{By: "dana"}},
				{11 * time.Second, Join{By: "dana"}},
				{12 * time.Second, HandTo{By: "dana", To: "kim"}},
				{13 * time.Second, Decide{By: "lee", Approved: true}},
				{14 * time.Second, Decide{By: "kim", Approved: true}},
				{15 * time.Second, Decide{By: "kim", Approved: true}},
				{16 * time.Second, Decide{By: "dana"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken ! maria
				0:11 dana joined → joined
				0:12 dana asked to take over kim
				0:13 lee Decide: too late, joined dana
				0:14 kim taken → taken
				0:14 kim joined → joined
				0:14 kim approved → returned ! maria
				0:15 kim Decide: done already
				0:16 dana Decide: too late, returned kim`,
		},
		{
			name: "nothing to approve", open: live, until: time.Minute,
			happenings: []happening{{10 * time.Second, Decide{By: "dana", Approved: true}}, {45 * time.Second, Take{By: "dana"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana Decide: too late, paging
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)
				0:45 dana taken → taken ! maria`,
		},
	})
}

func TestWithdraw(t *testing.T) {
	play(t, usual(), []chapter{
		{
			name: "while paging", open: live, until: time.Hour,
			happenings: []happening{
				{10 * time.Second, Withdraw{By: "maria"}},
				{11 * time.Second, Withdraw{By: "maria"}},
				{12 * time.Second, Take{By: "dana"}},
				{13 * time.Second, Reopen{By: "maria"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 maria withdrawn → withdrawn
				0:11 maria Withdraw: done already
				0:12 dana Take: too late, withdrawn
				0:13 maria Reopen: too late, withdrawn`,
		},
		{
			name: "after the take: who had it is told", open: live, until: time.Hour,
			happenings: []happening{{10 * time.Second, Take{By: "dana"}}, {20 * time.Second, Withdraw{By: "maria"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken ! maria
				0:20 maria withdrawn → withdrawn ! dana`,
		},
		{
			name: "not after somebody joined", open: live, until: time.Minute,
			happenings: []happening{
				{10 * time.Second, Take{By: "dana"}}, {11 * time.Second, Join{By: "dana"}}, {20 * time.Second, Withdraw{By: "maria"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken ! maria
				0:11 dana joined → joined
				0:20 maria Withdraw: too late, joined dana`,
		},
		{
			name: "a promise outlives it", open: live, until: 26 * time.Hour,
			happenings: []happening{
				{10 * time.Second, PromiseCallback{By: "maria", At: noon.Add(time.Hour), Where: "555 0100"}},
				{11 * time.Second, PromiseCallback{By: "maria", At: noon.Add(time.Hour), Where: "555 0100"}},
				{20 * time.Second, Withdraw{By: "maria"}},
				{2 * time.Hour, Finish{By: "maria", N: 1}},
				{2 * time.Hour, Finish{By: "maria", N: 1}},
				{2 * time.Hour, Finish{By: "maria", N: 2}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 maria promised a callback (555 0100)
				0:11 maria PromiseCallback: done already
				0:20 maria withdrawn → withdrawn
				60:00 reminded maria (Call the customer back) ! maria
				120:00 reminded maria (Call the customer back) ! maria
				120:00 maria done (Call the customer back)
				120:00 maria Finish: done already
				120:00 maria Finish: too late, withdrawn`,
		},
	})
}

func TestResolved(t *testing.T) {
	joined := []happening{{0, Take{By: "dana"}}, {time.Second, Join{By: "dana"}}}
	with := func(more ...happening) []happening { return append(slices.Clone(joined), more...) }

	play(t, usual(), []chapter{
		{
			name: "what is owed keeps it from closing", open: live, until: 100 * time.Hour,
			happenings: with(
				happening{time.Minute, callFriday},
				happening{25 * time.Hour, Finish{By: "lee", N: 1}},
				happening{50 * time.Hour, Finish{By: "dana", N: 2}},
			),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				1:00 dana resolved (Replacement sent) → resolved ! maria
				1:00 dana promised the customer lee (A new one by Friday) ! lee
				1:00 dana planned a follow-up (Ask whether it came)
				1320:00 reminded lee (A new one by Friday) ! lee
				1440:00 reminded lee (A new one by Friday) ! lee
				1500:00 reminded lee (A new one by Friday) ! lee
				1500:00 lee done (A new one by Friday)
				2760:00 reminded dana (Ask whether it came) ! dana
				2880:00 reminded dana (Ask whether it came) ! dana
				2940:00 reminded dana (Ask whether it came) ! dana
				3000:00 reminded dana (Ask whether it came) ! dana
				3000:00 dana done late (Ask whether it came)
				3000:00 closed → closed ! maria`,
		},
		{
			name: "reopened from resolved, back with the agent", open: live, until: 2 * time.Hour,
			happenings: with(
				happening{time.Minute, callFriday},
				happening{time.Hour, Reopen{By: "lee", Note: "it broke"}},
			),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				1:00 dana resolved (Replacement sent) → resolved ! maria
				1:00 dana promised the customer lee (A new one by Friday) ! lee
				1:00 dana planned a follow-up (Ask whether it came)
				60:00 dana noted (Outcome was: Replacement sent)
				60:00 lee reopened (it broke) → returned ! maria
				90:00 reminded maria ! maria`,
		},
		{
			name: "reopened from closed, paging", open: live, until: 61 * time.Minute,
			happenings: with(
				happening{time.Minute, refund},
				happening{time.Hour, Reopen{By: "lee", Note: "no refund came", Page: true}},
				happening{time.Hour + time.Second, Take{By: "lee"}},
			),
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				1:00 dana resolved (Refund) → resolved ! maria
				1:00 closed → closed
				60:00 dana noted (Outcome was: Refund, 80 USD)
				60:00 lee reopened (no refund came) → paging ! maria
				60:00 paged dana (duty)
				60:01 lee taken → taken ! maria`,
		},
	})
}

func TestWords(t *testing.T) {
	threat := ofKind(Threat)
	threat.Context.Verbatim = "I know where you live."

	changed := threat.Context
	changed.Verbatim = "He said something."

	play(t, usual(), []chapter{
		{
			name: "a question and its answer", open: live, until: time.Minute,
			happenings: []happening{
				{time.Second, Answer{By: "maria", Text: "What?"}},
				{2 * time.Second, Ask{By: "dana", Text: "Which order?"}},
				{3 * time.Second, Ask{By: "dana", Text: "Which order?"}},
				{10 * time.Second, Answer{By: "maria", Text: "The second."}},
				{11 * time.Second, Answer{By: "maria", Text: "The second."}},
				{12 * time.Second, AddNote{By: "lee", Text: "I know her."}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 maria Answer: too late, paging
				0:02 dana asked the agent (Which order?) ! maria
				0:03 dana Ask: done already
				0:10 maria answered dana (The second.) ! dana
				0:11 maria Answer: done already
				0:12 lee noted (I know her.)
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)`,
		},
		{
			name: "an answer to a question that another one followed", open: live, until: 30 * time.Second,
			happenings: []happening{
				{2 * time.Second, Ask{By: "dana", Text: "Which order?"}},
				{3 * time.Second, Ask{By: "lee", Text: "Since when?"}},
				{10 * time.Second, Answer{By: "maria", Text: "The second.", At: noon.Add(2 * time.Second)}},
				{11 * time.Second, Answer{By: "maria", Text: "Since May.", At: noon.Add(3 * time.Second)}},
				{12 * time.Second, Answer{By: "maria", Text: "Since May.", At: noon.Add(3 * time.Second)}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:02 dana asked the agent (Which order?) ! maria
				0:03 lee asked the agent (Since when?) ! maria
				0:10 maria Answer: too late, paging
				0:11 maria answered lee (Since May.) ! lee
				0:12 maria Answer: done already`,
		},
		{
			name: "exact words stay as they were", open: threat, until: 20 * time.Second,
			happenings: []happening{{10 * time.Second, AddContext{By: "maria", Context: changed}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:10 maria added context
				0:10 maria added to the exact words (He said something.)`,
		},
		{
			name: "messages that did not get through", open: live, until: 20 * time.Second,
			happenings: []happening{
				{time.Second, Undelivered{Whom: "maria", Reason: "messages_tab_disabled"}},
				{2 * time.Second, PossiblyDoubled{Whom: "dana", Attempt: 1}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 a message could not be delivered maria (messages_tab_disabled)
				0:02 a message may have been sent twice dana`,
		},
	})
}

// What was decided and documented does not stand in the way of a new beginning.
func TestBeginAnew(t *testing.T) {
	s := tell(t, usual(), ofKind(Approve), time.Minute,
		happening{time.Second, Decide{By: "dana", Approved: true}}, happening{2 * time.Second, EscalateAgain{By: "maria"}})

	if s.e.Decision != nil || s.e.Holder != "" {
		t.Errorf("escalated again: Decision = %+v, Holder = %q, want none", s.e.Decision, s.e.Holder)
	}

	s = tell(t, usual(), live, time.Minute,
		happening{0, Take{By: "dana"}}, happening{time.Second, refund}, happening{2 * time.Second, Reopen{By: "maria"}})

	if s.e.Outcome != nil || !s.e.Ended.IsZero() || s.e.State != Returned {
		t.Errorf("reopened: Outcome = %+v, Ended = %v, State = %q, want none, never, %q", s.e.Outcome, s.e.Ended, s.e.State, Returned)
	}
}

// A record that somebody altered may say that it was resolved, and not how: it can be
// reopened all the same.
func TestReopenWithoutOutcome(t *testing.T) {
	s := tell(t, usual(), live, time.Minute, happening{0, Take{By: "dana"}}, happening{time.Second, refund})
	s.e.Outcome = nil

	if _, err := s.e.Apply(Reopen{By: "maria"}, s.m); err != nil || s.e.State != Returned {
		t.Errorf("Apply(Reopen) = %v in %q, want nil in %q", err, s.e.State, Returned)
	}
}

// What a second form replaces of a first one can be read afterwards.
func TestReplacedWordsAreKept(t *testing.T) {
	first, second := live.Context, live.Context
	first.Promised, first.Reference = "refund by Friday", "4711"
	second.Promised, second.Wants = "a letter", "an apology"

	tell(t, usual(), live, 30*time.Second,
		happening{10 * time.Second, AddContext{By: "dana", Context: first}},
		happening{20 * time.Second, AddContext{By: "maria", Context: second}},
		happening{21 * time.Second, AddContext{By: "maria", Context: second}},
	).wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 paged dana (duty)
		0:10 dana added context
		0:20 maria added context (Reference was: 4711; Promised was: refund by Friday)
		0:21 maria added context`)
}

// Every field of the context that people write in is kept when it is replaced,
// but for the exact words, which are never replaced.
func TestReplacedNamesEveryField(t *testing.T) {
	chosen := []string{"Channel", "Reason", "Feeling", "Confirmed", "Verbatim", "Link", "Option", "Currency"} // an option and its amount stand in Amount

	for _, field := range reflect.VisibleFields(reflect.TypeFor[Context]()) {
		if field.Type.Kind() != reflect.String || slices.Contains(chosen, field.Name) {
			continue
		}

		var old Context

		reflect.ValueOf(&old).Elem().FieldByIndex(field.Index).SetString("what was written")

		if got := replaced(old, Context{}); !strings.HasSuffix(got, " was: what was written") {
			t.Errorf("replaced(%v) = %q, want what was written", field.Name, got)
		}
	}
}

// A form that was opened during the call does not put the customer back on the
// line.
func TestNobodyWaitsAfterTheCall(t *testing.T) {
	s := tell(t, usual(), live, time.Minute,
		happening{time.Second, Take{By: "dana"}}, happening{2 * time.Second, EndCall{By: "maria"}},
		happening{3 * time.Second, AddContext{By: "dana", Context: live.Context}})

	if s.e.Context.Waiting {
		t.Errorf("Context.Waiting = %v after the call ended, want %v", true, false)
	}
}

// A promise to call makes a callback of what the customer waits for, and of
// nothing else.
func TestWhatACallbackMakesOfACase(t *testing.T) {
	call := PromiseCallback{By: "maria", At: noon.Add(time.Hour), Where: "555 0100"}

	for kind, want := range map[Kind]Kind{
		TakeOver: CallBack, JoinUs: CallBack, CallBack: CallBack, Threat: Threat, Approve: Approve, Advise: Advise,
	} {
		s := tell(t, usual(), ofKind(kind), 2*time.Second, happening{time.Second, call})
		if s.e.Kind != want || s.e.Context.Waiting || s.e.Context.CallWhere != call.Where {
			t.Errorf("%q after a promise to call = %q at %q, waiting %v, want %q at %q, waiting false",
				kind, s.e.Kind, s.e.Context.CallWhere, s.e.Context.Waiting, want, call.Where)
		}
	}
}

// Once somebody has it a promise to call is owed, and the case stays theirs as
// it is.
func TestPromiseToCallOnceTaken(t *testing.T) {
	call := PromiseCallback{By: "dana", At: noon.Add(time.Hour), Where: "555 0100", Who: "Ms Kovac"}
	other := call
	other.Where = "555 0199"

	s := tell(t, usual(), live, time.Minute,
		happening{0, Take{By: "dana"}}, happening{time.Second, call}, happening{2 * time.Second, call},
		happening{3 * time.Second, Join{By: "dana"}}, happening{4 * time.Second, other}, happening{5 * time.Second, other})

	s.wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 paged dana (duty)
		0:00 dana taken → taken ! maria
		0:01 dana promised a callback (555 0100, Ms Kovac)
		0:02 dana PromiseCallback: done already
		0:03 dana joined → joined
		0:04 dana promised a callback (555 0199, Ms Kovac)
		0:05 dana PromiseCallback: done already`)

	if diff := cmp.Diff(live.Context, s.e.Context); diff != "" || s.e.Kind != TakeOver || s.e.Chain != LiveChain {
		t.Errorf("a promise to call while taken: %q, %q, want %q, %q:\n%v", s.e.Kind, s.e.Chain, TakeOver, LiveChain, diff)
	}

	if got, want := s.e.Owed[0].Text, "Call the customer back: 555 0100, Ms Kovac"; got != want {
		t.Errorf("Owed[0].Text = %q, want %q", got, want)
	}
}

// All that an outcome says is kept when it is reopened.
func TestReopenedOutcomeIsKept(t *testing.T) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Outcome]()) {
		if field.Type.Kind() != reflect.String || field.Name == "By" || field.Name == "Currency" { // which stands in Amount
			continue
		}

		resolve := refund
		reflect.ValueOf(&resolve.Outcome).Elem().FieldByIndex(field.Index).SetString("what was written")

		s := tell(t, usual(), live, time.Minute,
			happening{0, Take{By: "dana"}}, happening{time.Second, resolve}, happening{2 * time.Second, Reopen{By: "lee"}})

		if !strings.Contains(strings.Join(s.log, "\n"), "what was written") {
			t.Errorf("the timeline of what was reopened lacks Outcome.%v:\n%v", field.Name, strings.Join(s.log, "\n"))
		}
	}
}

// Who is to do something that somebody else promised is told so.
func TestOwnersAreTold(t *testing.T) {
	resolve := refund
	resolve.Owed = []Owed{{Text: "Ask whether it came", Owner: "kim"}, {Promise: true, Text: "A letter"}}

	tell(t, usual(), live, time.Minute,
		happening{time.Second, PromiseCallback{By: "maria", Owner: "lee", At: noon.Add(time.Hour), Where: "555 0100"}},
		happening{2 * time.Second, Take{By: "dana"}},
		happening{3 * time.Second, resolve},
	).wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 paged dana (duty)
		0:01 maria promised a callback lee (555 0100) ! lee
		0:02 dana taken → taken ! maria
		0:03 dana joined → joined
		0:03 dana resolved (Refund) → resolved ! maria
		0:03 dana planned a follow-up kim (Ask whether it came) ! kim
		0:03 dana promised the customer (A letter)`)
}

// When the holder goes away somebody else can end it for them, and it is written
// down who did. That the holder joined is not, if they never did.
func TestForTheHolder(t *testing.T) {
	taken, joined := happening{0, Take{By: "dana"}}, happening{time.Second, Join{By: "dana"}}
	back := HandBack{By: "priya", Advice: "Offer the credit.", Over: true}
	resolve := Resolve{By: "priya", Outcome: Outcome{Name: "Refund"}, Over: true}

	play(t, usual(), []chapter{
		{
			name: "handed back", open: live, until: time.Minute,
			happenings: []happening{
				taken, joined,
				{10 * time.Second, HandBack{By: "priya", Advice: "Offer the credit."}},
				{11 * time.Second, back},
				{12 * time.Second, back},
				{13 * time.Second, Resolve{By: "maria", Outcome: Outcome{Name: "Refund"}}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				0:10 priya HandBack: too late, joined dana
				0:11 priya handed back (Offer the credit.) → returned ! maria
				0:12 priya HandBack: done already
				0:13 maria resolved (Refund) → resolved
				0:13 closed → closed`,
		},
		{
			name: "resolved", open: live, until: time.Minute,
			happenings: []happening{taken, joined, {10 * time.Second, resolve}, {11 * time.Second, resolve}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				0:10 priya resolved (Refund) → resolved ! maria dana
				0:10 closed → closed
				0:11 priya Resolve: done already`,
		},
		{
			name: "resolved before the holder joined", open: live, until: 10 * time.Minute,
			happenings: []happening{taken, {10 * time.Second, resolve}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:10 priya resolved (Refund) → resolved ! maria dana
				0:10 closed → closed`,
		},
	})
}

// However much is asked, what has to be drawn anew stays little.
func TestLooseCardsAreFew(t *testing.T) {
	s := tell(t, usual(), live, 0)

	for i := range 100 {
		s.do(Ask{By: "dana", Text: fmt.Sprintf("Question %v?", i)})
	}

	if got := len(s.e.Loose); got == 0 || got > mostLoose {
		t.Errorf("len(Loose) = %v after 100 questions, want 1 to %v", got, mostLoose)
	}
}

func TestVerbatimIsWrittenOnce(t *testing.T) {
	s := tell(t, usual(), ofKind(Threat), 0)

	for _, verbatim := range []string{"", "I know where you live.", "", "Something else."} {
		s.do(AddContext{By: "maria", Context: Context{Customer: "Ms Kovac", Verbatim: verbatim}})
	}

	if got, want := s.e.Context.Verbatim, "I know where you live."; got != want {
		t.Errorf("Context.Verbatim = %q, want %q", got, want)
	}
}

func TestForget(t *testing.T) {
	s := tell(t, usual(), live, time.Second, happening{time.Second, Withdraw{By: "maria"}})
	s.m.Now = s.m.Now.Add(DefaultTimes.Keep)

	if got, want := s.e.Due(), s.m.Now; !got.Equal(want) {
		t.Errorf("Due() = %v, want %v", got, want)
	}

	effects, err := s.e.Apply(Due{}, s.m)
	if diff := cmp.Diff([]Effect{Forget{}}, effects); err != nil || diff != "" {
		t.Errorf("Apply(Due{}) = %v, %v, want Forget only:\n%v", effects, err, diff)
	}
}
