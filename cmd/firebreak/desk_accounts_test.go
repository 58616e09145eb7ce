package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// Dana and Priya have accounts on both platforms; Lee is on one.
const (
	danaOnSlack  chat.Person = "slack:U0DANA"
	danaOnTeams  chat.Person = "teams:7a1e5c1e-0000-4000-8000-0000000000da"
	leeOnSlack   chat.Person = "slack:U0LEE"
	priyaOnSlack chat.Person = "slack:U0PRIYA"
	priyaOnTeams chat.Person = "teams:7a1e5c1e-0000-4000-8000-0000000000aa"
	mariaOnTeams chat.Person = "teams:7a1e5c1e-0000-4000-8000-00000000003a"
)

const twoPlatforms = `
people:
  dana:  {name: Dana Reed,  role: supervisor, slack: U0DANA, teams: 7a1e5c1e-0000-4000-8000-0000000000da}
  lee:   {name: Lee Chan,   role: supervisor, slack: U0LEE}
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA, teams: 7a1e5c1e-0000-4000-8000-0000000000aa, prefer: teams}
teams:
  billing:
    name: Billing
    supervisors: [dana, lee]
    managers: [priya]
    chains:
      live:
        - {page: dana, how: one at a time, wait: 45s}
        - {page: lee, how: one at a time, wait: 45s}
        - {page: priya, how: one at a time, wait: 45s, repeat: until taken}
`

// An accountDesk is a desk whose cards are looked at as delivery would.
type accountDesk struct {
	*bot.Desk
	t       testing.TB
	store   bot.Store
	now     time.Time
	commits int
	close   func()
}

func newAccountDesk(t testing.TB, settle func(*bot.Settings)) *accountDesk {
	t.Helper()

	c, err := ParseConfig("test.yaml", []byte(twoPlatforms))
	if err != nil {
		t.Fatal(err)
	}

	d := &accountDesk{t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return d.now }

	store, err := bolt.Open(filepath.Join(t.TempDir(), databaseName), bolt.Options{Now: now, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	d.close = func() { _ = store.Close() }
	t.Cleanup(d.close)

	settings := withoutBreaks(c.settings())
	if settle != nil {
		settle(&settings)
	}

	d.store = countingStore{store, &d.commits}
	d.Desk = bot.NewDesk(bot.DeskOptions{Store: d.store, Settings: settings, Now: now, Log: slog.New(slog.DiscardHandler)})

	return d
}

// A countingStore counts its updates.
type countingStore struct {
	bot.Store
	n *int
}

func (c countingStore) Update(ctx context.Context, change func(bot.Tx) error) error {
	*c.n++

	return c.Store.Update(ctx, change)
}

func (d *accountDesk) must(err error) {
	d.t.Helper()

	if err != nil {
		d.t.Fatal(err)
	}
}

// does has an account type a command, and returns the title of the answer.
func (d *accountDesk) does(who chat.Person, name, text string) string {
	d.t.Helper()

	reply, err := d.Command(context.Background(), chat.Command{Who: who, Name: name, Text: text})
	d.must(err)

	if reply.Message == nil {
		return ""
	}

	return reply.Message.Title
}

// escalates opens an escalation as somebody who is on Teams alone.
func (d *accountDesk) escalates() { d.does(mariaOnTeams, "escalate", "now he shouts") }

// tick lets time pass.
func (d *accountDesk) tick(by time.Duration) {
	d.t.Helper()

	d.now = d.now.Add(by)
	d.must(d.Tick(context.Background()))
}

// page returns the newest page of somebody.
func (d *accountDesk) page(who bot.PersonID) bot.CardID {
	d.t.Helper()

	return bot.CardID{Role: bot.PageCard, Escalation: 1, Person: who, N: d.pageOf(who).Attempt}
}

func (d *accountDesk) pageOf(who bot.PersonID) bot.Page {
	d.t.Helper()

	var found bot.Page

	d.must(d.store.View(context.Background(), func(tx bot.Tx) error {
		e, err := tx.Escalation(1)
		if err != nil {
			return err
		}

		if i := slices.IndexFunc(e.Pages, func(p bot.Page) bool { return p.Who == who }); i >= 0 {
			found = e.Pages[i]
		}

		return nil
	}))

	return found
}

// where returns to whom a card goes, "" if to nobody.
func (d *accountDesk) where(id bot.CardID) chat.Person {
	d.t.Helper()

	var to chat.Person

	d.must(d.store.View(context.Background(), func(tx bot.Tx) error {
		drawing, err := d.Draw(tx, id)
		if err == nil {
			to = drawing.Person
		}

		return nil
	}))

	return to
}

// refuse has the platform refuse to deliver a page.
func (d *accountDesk) refuse(id bot.CardID, kind chat.FailureKind) {
	d.t.Helper()

	d.must(d.store.Update(context.Background(), func(tx bot.Tx) error {
		card, err := tx.Card(id)
		if err != nil {
			return err
		}

		card.Dead = true
		if err := tx.PutCard(card); err != nil {
			return err
		}

		_, err = d.Undeliverable(tx, card, &chat.Failure{Kind: kind, Code: "BotNotInConversationRoster"}, d.now)

		return err
	}))
}

// post has a card stand where it was to go.
func (d *accountDesk) post(id bot.CardID) {
	d.t.Helper()

	d.must(d.store.Update(context.Background(), func(tx bot.Tx) error {
		card, err := tx.Card(id)
		if err != nil {
			return err
		}

		card.Ref, card.Shown = chat.Ref{Room: "slack:D1", ID: "1"}, card.Wanted

		return tx.PutCard(card)
	}))
}

// newest returns the card of a role that was put into the outbox last.
func (d *accountDesk) newest(role bot.Role) (id bot.CardID) {
	d.t.Helper()

	d.must(d.store.View(context.Background(), func(tx bot.Tx) error {
		ids, err := tx.Outbox()
		for _, one := range ids {
			if one.Role == role {
				id = one
			}
		}

		return err
	}))

	return id
}

func (d *accountDesk) card(id bot.CardID) (card *bot.Card) {
	d.t.Helper()

	d.must(d.store.View(context.Background(), func(tx bot.Tx) (err error) {
		card, err = tx.Card(id)

		return err
	}))

	return card
}

func (d *accountDesk) goes(what string, id bot.CardID, want chat.Person) {
	d.t.Helper()

	if got := d.where(id); got != want {
		d.t.Errorf("%s: %v goes to %q, want %q", what, id, got, want)
	}
}

func TestPagedWhereTheyWereActiveLast(t *testing.T) {
	for _, test := range []struct {
		name string
		did  func(d *accountDesk)
		want chat.Person
	}{
		{"nothing is known", func(*accountDesk) {}, danaOnSlack},
		{"active on Teams", func(d *accountDesk) { d.does(danaOnTeams, "duty", "") }, danaOnTeams},
		{"active on Teams, then on Slack", func(d *accountDesk) { d.does(danaOnTeams, "duty", ""); d.does(danaOnSlack, "say", "hello") }, danaOnSlack},
		{"a button on Teams", func(d *accountDesk) {
			_, err := d.Click(t.Context(), chat.Click{Who: danaOnTeams, Action: "new"})
			d.must(err)
		}, danaOnTeams},
		{"a form on Teams", func(d *accountDesk) {
			_, err := d.Submit(t.Context(), chat.Submission{Who: danaOnTeams, Form: "escalate", Values: chat.Values{}})
			d.must(err)
		}, danaOnTeams},
		{"chose Slack, active on Teams", func(d *accountDesk) { d.does(danaOnSlack, "duty", "here"); d.does(danaOnTeams, "duty", "") }, danaOnSlack},
		{"chose Slack, then Teams", func(d *accountDesk) { d.does(danaOnSlack, "duty", "here"); d.does(danaOnTeams, "duty", "Here!") }, danaOnTeams},
		{"chose Slack, then anywhere", func(d *accountDesk) { d.does(danaOnSlack, "duty", "here"); d.does(danaOnTeams, "duty", "anywhere") }, danaOnTeams},
		{"Teams is gone", func(d *accountDesk) {
			d.does(danaOnTeams, "duty", "here")
			d.must(d.Acquaint(t.Context(), chat.Profile{Who: danaOnTeams, Gone: true}))
		}, danaOnSlack},
	} {
		d := newAccountDesk(t, nil)
		test.did(d)
		d.escalates()
		d.goes(test.name, d.page("dana"), test.want)
	}
}

func TestPreferredUntilTheyChoose(t *testing.T) {
	priya := bot.CardID{Role: bot.PageCard, Escalation: 1, Person: "priya", N: 3}

	for _, test := range []struct {
		name string
		did  func(d *accountDesk)
		want chat.Person
	}{
		{"nothing is known", func(*accountDesk) {}, priyaOnTeams},
		{"active on Slack", func(d *accountDesk) { d.does(priyaOnSlack, "duty", "") }, priyaOnTeams},
		{"chose Slack", func(d *accountDesk) { d.does(priyaOnSlack, "duty", "here") }, priyaOnSlack},
		{"anywhere, and active on Slack", func(d *accountDesk) { d.does(priyaOnSlack, "duty", "anywhere") }, priyaOnSlack},
	} {
		d := newAccountDesk(t, nil)
		test.did(d)
		d.escalates()
		d.tick(46 * time.Second)
		d.tick(46 * time.Second)
		d.goes(test.name, priya, test.want)
	}
}

// On a platform that the bot is not on nobody is paged.
func TestNobodyIsPagedWhereTheBotIsNot(t *testing.T) {
	d := newAccountDesk(t, func(s *bot.Settings) { s.Platforms = []chat.Platform{chat.Slack} })
	d.must(d.Acquaint(t.Context(), chat.Profile{Who: danaOnTeams, Name: "Dana"})) // from a time when it was
	d.does(danaOnTeams, "duty", "here")
	d.escalates()
	d.goes("Teams is not connected", d.page("dana"), danaOnSlack)
}

// An account that was deactivated where the bot is not makes nobody unreachable.
func TestGoneWhereTheBotIsNot(t *testing.T) {
	d := newAccountDesk(t, func(s *bot.Settings) { s.Platforms = []chat.Platform{chat.Slack} })
	d.must(d.Acquaint(t.Context(), chat.Profile{Who: danaOnTeams, Name: "Dana", Gone: true}))
	d.escalates()

	if page := d.pageOf("dana"); page.State != bot.PageOpen {
		t.Errorf("Dana's page = %+v, want an open one", page)
	}
}

func TestPlaceIsChosenByThoseWhoHaveOne(t *testing.T) {
	d := newAccountDesk(t, nil)

	for _, test := range []struct {
		who  chat.Person
		text string
		want string
	}{
		{danaOnTeams, "here", "You are paged here from now on, and read here what concerns you. /duty anywhere ends that."},
		{danaOnTeams, "anywhere", "You are paged wherever you were active last, which is here now. /duty here has it stay here."},
		{leeOnSlack, "here", "This is the only account of yours that I know, so you are paged here anyway."},
		{leeOnSlack, "anywhere", "This is the only account of yours that I know, so you are paged here anyway."},
	} {
		if got := d.does(test.who, "duty", test.text); got != test.want {
			t.Errorf("/duty %s of %s = %q, want %q", test.text, test.who, got, test.want)
		}
	}

	for who, want := range map[chat.Person]bool{danaOnSlack: true, leeOnSlack: false} {
		reply, err := d.Command(t.Context(), chat.Command{Who: who, Name: "duty", Text: "help"})
		d.must(err)

		facts, _ := reply.Message.Parts[0].(chat.Facts)
		if got := slices.ContainsFunc(facts, func(f chat.Fact) bool { return f.Label == "/duty anywhere" }); got != want {
			t.Errorf("/duty help of %s tells of /duty anywhere = %v, want %v", who, got, want)
		}
	}
}

// Where somebody is costs a commit only when it changes, and nothing for those who
// have one account.
func TestWhereTheyAreIsKeptWhenItChanges(t *testing.T) {
	d := newAccountDesk(t, nil)

	for _, test := range []struct {
		who  chat.Person
		want int
	}{{danaOnTeams, 1}, {danaOnTeams, 0}, {danaOnSlack, 1}, {leeOnSlack, 0}, {mariaOnTeams, 0}} {
		d.commits = 0
		d.does(test.who, "duty", "")

		if d.commits != test.want {
			t.Errorf("%s did something: %d commits, want %d", test.who, d.commits, test.want)
		}
	}
}

// A card stays where it is, and one that may be on its way goes nowhere else.
func TestOnlyNewCardsGoElsewhere(t *testing.T) {
	d := newAccountDesk(t, nil)
	d.escalates()

	first := d.page("dana")
	d.does(danaOnTeams, "duty", "here")
	d.goes("before it was posted", first, danaOnSlack)
	d.post(first)
	d.goes("once it was posted", first, danaOnSlack)

	d.does(mariaOnTeams, "escalate", "now another one shouts")
	d.goes("a new one", bot.CardID{Role: bot.PageCard, Escalation: 1, Person: "dana", N: 1}, danaOnSlack)
}

// A personal view is shown where it was opened, wherever they are paged.
func TestHomeIsShownWhereItWasOpened(t *testing.T) {
	d := newAccountDesk(t, nil)
	home := bot.CardID{Role: bot.HomeCard, Person: "priya"}

	for _, who := range []chat.Person{priyaOnSlack, priyaOnTeams, priyaOnSlack} {
		d.does(who, chat.HomeOpened, "")
		d.goes("home", home, who)
	}
}

func TestUnreachablePageGoesToTheirOtherAccountFirst(t *testing.T) {
	d := newAccountDesk(t, nil)
	d.does(danaOnTeams, "duty", "")
	d.escalates()

	first := d.page("dana")
	d.goes("at first", first, danaOnTeams)
	d.refuse(first, chat.Unreachable)

	second := d.page("dana")
	if second == first {
		t.Fatalf("the page that was refused is %v still, want a new one", second)
	}

	d.goes("refused once", second, danaOnSlack)

	if page := d.pageOf("dana"); page.State != bot.PageOpen || d.pageOf("lee").Who != "" {
		t.Errorf("refused once: Dana's page is %v, and Lee's %+v; want one open and none", page.State, d.pageOf("lee"))
	}

	d.refuse(first, chat.Unreachable) // as a second delivery of the same news
	d.refuse(second, chat.Unreachable)

	if page := d.pageOf("dana"); page.State != bot.PageUnreachable || d.pageOf("lee").State != bot.PageOpen {
		t.Errorf("refused twice: Dana's page is %v and Lee's %v, want unreachable and open", page.State, d.pageOf("lee").State)
	}

	var whats []string

	d.must(d.store.View(t.Context(), func(tx bot.Tx) error {
		entries, err := tx.Timeline(1)
		for _, entry := range entries {
			whats = append(whats, string(entry.What)+" "+string(entry.Whom))
		}

		return err
	}))

	want := "opened , paged dana, paged by another account dana, could not be reached dana, paged lee"
	if got := strings.Join(whats, ", "); got != want {
		t.Errorf("the timeline is %q, want %q", got, want)
	}
}

// late has a page not get through in time.
func (d *accountDesk) late(id bot.CardID) {
	d.t.Helper()

	d.must(d.store.Update(context.Background(), func(tx bot.Tx) error {
		card, err := tx.Card(id)
		if err != nil {
			return err
		}

		_, err = d.Late(tx, card, "http_503", d.now)

		return err
	}))
}

// A page leaves no account for one on a platform that refuses the bot: there it would
// wait, and where it was it would be over.
func TestPageGoesNowhereThatRefusesTheBot(t *testing.T) {
	d := newAccountDesk(t, nil)
	d.Avoid(chat.Slack, true)
	d.escalates()

	first := d.page("dana")
	d.goes("at first", first, danaOnTeams)
	d.late(first)

	if got := d.page("dana"); got != first || d.pageOf("dana").State != bot.PageOpen {
		t.Errorf("late: Dana's page is %v and %v, want %v and open", got, d.pageOf("dana").State, first)
	}

	d.refuse(first, chat.Unreachable)

	if page := d.pageOf("dana"); page.State != bot.PageUnreachable || d.pageOf("lee").State != bot.PageOpen {
		t.Errorf("refused: Dana's page is %v and Lee's %v, want unreachable and open", page.State, d.pageOf("lee").State)
	}

	d = newAccountDesk(t, nil)
	d.Avoid(chat.Slack, true)
	d.escalates()
	d.Avoid(chat.Slack, false)
	d.late(d.page("dana"))
	d.goes("late once Slack accepts the bot again", d.page("dana"), danaOnSlack)
}

// What can't be reached is not tried first the next time, until a while has passed
// or they did something with it.
func TestUnreachableAccountComesLastForAWhile(t *testing.T) {
	for name, test := range map[string]struct {
		then func(d *accountDesk)
		want chat.Person
	}{
		"soon":           {func(*accountDesk) {}, danaOnSlack},
		"after a while":  {func(d *accountDesk) { d.now = d.now.Add(6 * time.Minute) }, danaOnTeams},
		"after they did": {func(d *accountDesk) { d.does(danaOnTeams, "duty", "") }, danaOnTeams},
	} {
		d := newAccountDesk(t, nil)
		d.does(danaOnTeams, "duty", "")
		d.escalates()
		d.refuse(d.page("dana"), chat.Unreachable)
		test.then(d)

		_, err := d.Submit(t.Context(), chat.Submission{ID: "1", Who: chat.Person("slack:U0ZOE"), Form: "escalate", Values: chat.Values{
			"team": {"billing"}, "kind": {"take_over"}, "happened": {"he shouts"}, "customer": {"Ms Kovac"},
		}})
		d.must(err)

		page := bot.CardID{Role: bot.PageCard, Escalation: 2, Person: "dana", N: 1}
		d.goes(name, page, test.want)
	}
}

// The card that an agent works with, and what was not told yet, go to the other
// account as well; but not back to one that could not be reached a moment ago.
func TestWhatIsNoPageGoesToTheirOtherAccountToo(t *testing.T) {
	for name, posted := range map[string]bool{"before it was posted": false, "once it was posted": true} {
		d := newAccountDesk(t, nil)
		d.does(danaOnTeams, "escalate", "now he shouts")

		card := bot.CardID{Role: bot.AgentCard, Escalation: 1, Person: "dana"}
		if posted {
			d.post(card)
			d.tick(46 * time.Second) // which changes it
		}

		d.refuse(card, chat.Unreachable)
		d.goes(name+", refused once", card, danaOnSlack)

		if c := d.card(card); c.Dead || !c.Pending() || !c.Ref.IsZero() {
			t.Errorf("%s, refused once: the card is %+v, want it to be posted", name, c)
		}

		d.refuse(card, chat.Unreachable)

		if c := d.card(card); !c.Dead {
			t.Errorf("%s, refused twice: the card is %+v, want it given up", name, c)
		}
	}

	for name, test := range map[string]struct {
		posted bool
		want   chat.Person
	}{
		"a break that was not offered yet": {false, danaOnSlack},
		"a break that was offered":         {true, danaOnTeams},
	} {
		d := newAccountDesk(t, func(s *bot.Settings) { s.Recovery.Abuse = 15 * time.Minute })
		d.does(danaOnTeams, "recover", "")

		offer := d.newest(bot.BreakCard)
		if test.posted {
			d.post(offer)
		}

		d.refuse(offer, chat.Unreachable)

		if c := d.card(offer); c.To != test.want || c.Dead != test.posted {
			t.Errorf("%s: the card is %+v, want it for %v, and given up = %v", name, c, test.want, test.posted)
		}
	}
}

// A page to somebody whom no platform knows yet is settled for no account.
func TestPageOfSomebodyUnknownGoesToNoAccount(t *testing.T) {
	d := newAccountDesk(t, func(s *bot.Settings) { s.People["lee"] = bot.Colleague{Name: "Lee Chan", Email: "lee@example.com"} })
	d.escalates()
	d.tick(46 * time.Second)

	if to := d.card(d.page("lee")).To; to != "" {
		t.Errorf("the page of somebody without an account is for %q, want nobody", to)
	}
}

// A message that a platform does not take may be taken by another.
func TestUnacceptablePageGoesToTheirOtherAccountToo(t *testing.T) {
	d := newAccountDesk(t, nil)
	d.escalates()
	d.refuse(d.page("dana"), chat.Unacceptable)
	d.goes("refused", d.page("dana"), danaOnTeams)
}

func TestDeactivatedAccountHasItsPagesGoToTheOther(t *testing.T) {
	d := newAccountDesk(t, nil)
	d.escalates()

	first := d.page("dana")
	d.post(first)
	d.must(d.Acquaint(t.Context(), chat.Profile{Who: danaOnTeams, Gone: true}))

	if got := d.page("dana"); got != first || d.pageOf("dana").State != bot.PageOpen {
		t.Errorf("another account was deactivated: the page is %v and %v, want %v and open", got, d.pageOf("dana").State, first)
	}

	d.must(d.Acquaint(t.Context(), chat.Profile{Who: danaOnTeams}))
	d.must(d.Acquaint(t.Context(), chat.Profile{Who: danaOnSlack, Gone: true}))
	d.goes("their account was deactivated", d.page("dana"), danaOnTeams)

	d.must(d.Acquaint(t.Context(), chat.Profile{Who: danaOnTeams, Gone: true}))

	if page := d.pageOf("lee"); page.State != bot.PageOpen {
		t.Errorf("both were deactivated: Lee's page is %q, want it open", page.State)
	}
}

// An address joins accounts on both platforms.
func TestAddressJoinsAccounts(t *testing.T) {
	d := newAccountDesk(t, func(s *bot.Settings) { s.People["lee"] = bot.Colleague{Name: "Lee Chan", Email: "lee@example.com"} })
	onTeams := chat.Person("teams:7a1e5c1e-0000-4000-8000-0000000001ee")

	d.must(d.Acquaint(t.Context(), chat.Profile{Who: leeOnSlack, Name: "Lee", Email: "lee@example.com"}))
	d.must(d.Acquaint(t.Context(), chat.Profile{Who: onTeams, Name: "Lee", Email: "Lee@Example.com"}))
	d.does(onTeams, "duty", "here")
	d.escalates()
	d.tick(46 * time.Second)
	d.goes("joined by address", d.page("lee"), onTeams)
}

// Somebody on one platform can choose a colleague, or the agent of the case, who is
// on the other alone.
func TestColleaguesOnTheOtherPlatformCanBeChosen(t *testing.T) {
	d := newAccountDesk(t, nil)
	d.must(d.Acquaint(t.Context(), chat.Profile{Who: mariaOnTeams, Name: "Maria Silva"}))
	d.does(danaOnTeams, "duty", "")
	d.escalates()

	reply, err := d.Click(t.Context(), chat.Click{ID: "1", Who: mariaOnTeams, Action: "promise_callback", Value: "E-1"})
	d.must(err)

	var options []chat.Option

	for _, field := range reply.Form.Fields {
		if field.Kind == chat.PersonField {
			options = field.Options
		}
	}

	want := []chat.Option{
		{Value: string(danaOnTeams), Label: "Dana Reed"}, {Value: string(leeOnSlack), Label: "Lee Chan"},
		{Value: string(mariaOnTeams), Label: "Maria Silva"}, {Value: string(priyaOnTeams), Label: "Priya Nair"},
	}
	if diff := cmp.Diff(want, options); diff != "" {
		t.Errorf("who calls (-want +got):\n%s", diff)
	}

	reply, err = d.Submit(t.Context(), chat.Submission{ID: "2", Who: mariaOnTeams, Form: "promise_callback", State: "E-1", Values: chat.Values{
		"when": {"2026-11-23T11:00:00Z"}, "where": {"+44 20 7946 0000"}, "owner": {string(leeOnSlack)},
	}})
	d.must(err)

	if e := inStore(t, d.store, 1); len(e.Owed) != 1 || e.Owed[0].Owner != "lee" {
		t.Errorf("after %+v Owed = %+v, want one thing that Lee owes", reply, e.Owed)
	}
}

// The status in chat is offered to those alone who are written to where it can be
// set.
func TestStatusIsOfferedWhereItCanBeSet(t *testing.T) {
	for who, want := range map[chat.Person]bool{danaOnSlack: true, danaOnTeams: false} {
		d := newAccountDesk(t, func(s *bot.Settings) {
			s.Statuses = []chat.Platform{chat.Slack}
			s.Recovery.Abuse = 15 * time.Minute
		})

		d.does(who, "recover", "")

		_, err := d.Click(t.Context(), chat.Click{ID: "1", Who: who, Action: "break_start", Value: "1"})
		d.must(err)

		reply, err := d.Command(t.Context(), chat.Command{Who: who, Name: "recover"})
		d.must(err)

		got := slices.ContainsFunc(reply.Message.Choices, func(c chat.Choice) bool { return c.Action == "break_show" })
		if got != want {
			t.Errorf("%s is offered to show their break = %v, want %v: %+v", who, got, want, reply.Message)
		}
	}
}

// Whatever people do, an attempt goes to one account from the first drawing to the
// last, and no account of a person has two attempts of one page.
func TestNeverTwoCopiesOfAnAttempt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newAccountDesk(t, nil)
		defer d.close()
		d.escalates()

		accounts := rapid.SampledFrom([]chat.Person{danaOnSlack, danaOnTeams, priyaOnSlack, priyaOnTeams, leeOnSlack})
		people := rapid.SampledFrom([]bot.PersonID{"dana", "lee", "priya"})
		went := map[bot.CardID]chat.Person{}

		look := func() {
			for _, who := range []bot.PersonID{"dana", "lee", "priya"} {
				page := d.pageOf(who)
				if page.Who == "" || page.State == bot.PageUnreachable { // it goes nowhere
					continue
				}

				id := d.page(who)

				to := d.where(id)
				if to == "" {
					continue
				}

				if before, drawn := went[id]; drawn && before != to {
					rt.Fatalf("%v goes to %q, and went to %q", id, to, before)
				}

				if slices.Contains(page.Tried, to) {
					rt.Fatalf("%v goes to %q, which was tried for it: %+v", id, to, page)
				}

				went[id] = to
			}
		}

		rt.Repeat(map[string]func(*rapid.T){
			"":       func(*rapid.T) { look() },
			"active": func(t *rapid.T) { d.does(accounts.Draw(t, "who"), "duty", "") },
			"here":   func(t *rapid.T) { d.does(accounts.Draw(t, "who"), "duty", "here") },
			"anywhere": func(t *rapid.T) {
				d.does(accounts.Draw(t, "who"), "duty", "anywhere")
			},
			"gone": func(t *rapid.T) {
				d.must(d.Acquaint(context.Background(), chat.Profile{Who: accounts.Draw(t, "who"), Gone: rapid.Bool().Draw(t, "gone")}))
			},
			"time": func(t *rapid.T) { d.tick(time.Duration(rapid.IntRange(1, 60).Draw(t, "s")) * time.Second) },
			"post": func(t *rapid.T) {
				if who := people.Draw(t, "who"); d.pageOf(who).Who != "" {
					d.post(d.page(who))
				}
			},
			"refuse": func(t *rapid.T) {
				if who := people.Draw(t, "who"); d.pageOf(who).Who != "" {
					d.refuse(d.page(who), chat.Unreachable)
				}
			},
		})
	})
}

// A group keeps who was put into it.
type group struct {
	people []chat.Person
	sets   int
}

func (g *group) SetGroup(_ context.Context, _ string, people []chat.Person) error {
	g.people, g.sets = people, g.sets+1

	return nil
}

// A group has the accounts of its own platform, wherever people are paged. Who has
// none there, and one elsewhere, is not waited for.
func TestGroupHasTheAccountsOfItsPlatform(t *testing.T) {
	for name, test := range map[string]struct {
		lee  bot.Colleague
		sets int // in an hour
	}{
		"somebody is elsewhere":     {bot.Colleague{Name: "Lee", Accounts: []chat.Person{"teams:7a1e5c1e-0000-4000-8000-0000000001ee"}}, 1},
		"somebody is not found yet": {bot.Colleague{Name: "Lee", Email: "lee@example.com"}, 4},
	} {
		d := newAccountDesk(t, func(s *bot.Settings) {
			s.People["lee"] = test.lee
			s.Teams[0].Group = chat.RoomOn(chat.Slack, "S0DUTY")
		})
		d.does(danaOnTeams, "duty", "here")
		d.must(d.WatchRotas(t.Context()))

		var g group

		for range 60 {
			d.must(d.SetGroups(t.Context(), &g))
			d.tick(time.Minute)
		}

		if want := []chat.Person{danaOnSlack}; !slices.Equal(g.people, want) || g.sets != test.sets {
			t.Errorf("%s: the group is %q, set %d times; want %q, %d times", name, g.people, g.sets, want, test.sets)
		}
	}
}
