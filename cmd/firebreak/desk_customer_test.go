package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// A customerDesk is a desk at which customers come again and again, with a slow
// count of how often.
type customerDesk struct {
	*accountDesk
	settings      bot.Settings
	sent          int
	known         map[bot.EscalationID]*bot.Escalation // as they were before the last step
	forgotten     map[string]gone                      // of escalations that are gone
	mostIncidents map[string]int                       // that there ever were at once
}

// A gone is what is left of a customer's escalations once they are gone.
type gone struct{ times, incidents int }

func newCustomerDesk(t testing.TB) *customerDesk {
	d := &customerDesk{known: map[bot.EscalationID]*bot.Escalation{}, forgotten: map[string]gone{}, mostIncidents: map[string]int{}}
	d.accountDesk = newAccountDesk(t, func(s *bot.Settings) {
		s.Times.Keep, s.Customers.Keep = 10*day, 30*day
		s.Teams[0].CustomerLink = "https://crm.example.com/{reference}?from=firebreak"
		d.settings = *s
	})

	return d
}

// on has the desk use another store, and say in a log what goes wrong.
func (d *customerDesk) on(store bot.Store, log io.Writer) {
	d.store = store
	d.Desk = bot.NewDesk(bot.DeskOptions{Store: store, Settings: d.settings, Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(log, nil))})
}

// drawn returns what a card says, but for its buttons.
func (d *customerDesk) drawn(id bot.CardID) string {
	d.t.Helper()

	var said string

	d.must(d.store.View(context.Background(), func(tx bot.Tx) error {
		drawing, err := d.Draw(tx, id)
		said = spoken(drawing.Message)

		return err
	}))

	return said
}

// spoken is all that a message says, with where its links lead.
func spoken(m chat.Message) string {
	var said strings.Builder

	text := func(t chat.Text) {
		for _, span := range t {
			said.WriteString(chat.Text{span}.String())

			if span.To != "" {
				said.WriteString("<" + span.To + ">")
			}
		}

		said.WriteString("\n")
	}

	text(chat.Plain(m.Title))

	for _, part := range m.Parts {
		switch p := part.(type) {
		case chat.Paragraph:
			text(p.Text)
		case chat.Small:
			text(p.Text)
		case chat.Advice:
			text(append(chat.Plain(p.Label+": "), p.Text...))
		case chat.Quote:
			text(chat.Plain(p.Label + ": " + p.Text))
		case chat.Facts:
			for _, fact := range p {
				text(append(chat.Plain(fact.Label+": "), fact.Value...))
			}
		case chat.Buttons:
			for _, choice := range p {
				text(chat.Plain("[" + choice.Label + "]"))
			}
		case chat.Rule:
		}
	}

	return said.String()
}

// sends has somebody send a form.
func (d *customerDesk) sends(who chat.Person, form, state string, values chat.Values) {
	d.t.Helper()

	d.sent++
	d.now = d.now.Add(time.Second) // no two come at once

	reply, err := d.Submit(context.Background(), chat.Submission{ID: fmt.Sprint(d.sent), Who: who, Form: form, State: state, Values: values})
	d.must(err)

	if len(reply.Problems) > 0 && reply.Problems[""] == "" {
		d.t.Fatalf("%v of %q has problems: %v", form, state, reply.Problems)
	}
}

func (d *customerDesk) presses(who chat.Person, action, value string) {
	d.t.Helper()

	_, err := d.Click(context.Background(), chat.Click{Who: who, Action: action, Value: value})
	d.must(err)
}

// all returns every escalation there is.
func (d *customerDesk) all() map[bot.EscalationID]*bot.Escalation {
	d.t.Helper()

	all := map[bot.EscalationID]*bot.Escalation{}

	d.must(d.store.View(context.Background(), func(tx bot.Tx) error {
		for id := range bot.EscalationID(d.sent + 1) {
			e, err := tx.Escalation(id)
			if errors.Is(err, bot.ErrNotFound) {
				continue
			}

			if err != nil {
				return err
			}

			all[id] = e
		}

		return nil
	}))

	return all
}

func (d *customerDesk) customer(reference string) *bot.Customer {
	d.t.Helper()

	var c *bot.Customer

	d.must(d.store.View(context.Background(), func(tx bot.Tx) (err error) {
		c, err = tx.Customer("billing", reference)
		if errors.Is(err, bot.ErrNotFound) {
			return nil
		}

		return err
	}))

	return c
}

func counts(e *bot.Escalation, reference string) bool {
	return strings.EqualFold(strings.TrimSpace(e.Context.Reference), reference) && e.State != bot.Withdrawn
}

// check counts what there is of a customer one by one, and returns what is known
// differently.
func (d *customerDesk) check(reference string) string {
	d.t.Helper()

	all := d.all()

	left := d.forgotten[reference]
	for id, e := range d.known {
		if _, kept := all[id]; !kept && counts(e, reference) {
			left.times++

			if e.Kind == bot.Threat {
				left.incidents++
			}
		}
	}

	want := &bot.Customer{Times: left.times}
	incidents := left.incidents

	for id := bot.EscalationID(d.sent); id > 0; id-- {
		e := all[id]
		if e == nil || !strings.EqualFold(strings.TrimSpace(e.Context.Reference), reference) {
			continue
		}

		if slices.ContainsFunc(e.Owed, bot.Owed.Open) {
			want.Owing = append(want.Owing, id)
		}

		if counts(e, reference) {
			want.Times++
			want.Visits = append(want.Visits, visit(e))

			if e.Kind == bot.Threat {
				incidents++
			}
		}
	}

	want.Visits = want.Visits[:min(len(want.Visits), 4)]

	got := d.customer(reference)
	if got == nil {
		if left.times == want.Times && len(want.Owing) == 0 { // they have not come for long
			left, want.Times, incidents = gone{}, 0, 0
		}

		got = &bot.Customer{}
	}

	d.forgotten[reference] = left

	links := slices.DeleteFunc(slices.Clone(got.Visits), func(v bot.Visit) bool { return v.Escalation == 0 })
	if n := len(want.Visits) - len(links); n > 0 && len(got.Visits) == 4 {
		want.Visits = want.Visits[:len(links)] // older ones that are gone take the place
	}

	// The twenty newest incidents are known. Those that had to make room do not come
	// back when one of the twenty turns out to have been none.
	d.mostIncidents[reference] = max(d.mostIncidents[reference], incidents)
	wantIncidents := min(incidents, 20)

	if madeRoom := d.mostIncidents[reference] - 20; madeRoom > 0 {
		wantIncidents = min(wantIncidents, max(len(got.Incidents), incidents-madeRoom))
	}

	return cmp.Diff(
		[]any{want.Times, want.Owing, want.Visits, wantIncidents}, []any{got.Times, got.Owing, links, len(got.Incidents)},
		cmpopts.EquateEmpty(),
	)
}

// visit is what is to be known of an escalation.
func visit(e *bot.Escalation) bot.Visit {
	v := bot.Visit{Escalation: e.ID, At: e.Opened, Owner: e.Holder}
	if e.Outcome != nil {
		v.Outcome = e.Outcome.Name
	}

	return v
}

// Whatever happens to their escalations, how often a customer came is what a slow
// count finds, and so are the promises that are open.
func TestCustomerIsWhatACountFinds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newCustomerDesk(t)
		defer d.close()

		references := rapid.SampledFrom([]string{"A-1", " a-1", "A-1", "B-2", ""})
		drawID := func(rt *rapid.T) string { // of those that are there, mostly
			ids := append(slices.Sorted(maps.Keys(d.known)), 1)

			return rapid.SampledFrom(ids).Draw(rt, "id").String()
		}
		form := func(rt *rapid.T) chat.Values {
			return chat.Values{
				"kind": {rapid.SampledFrom([]string{"take over", "threat"}).Draw(rt, "kind")}, "same": {"another"}, "team": {"billing"},
				"customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {references.Draw(rt, "reference")},
			}
		}

		rt.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) {
				for _, reference := range []string{"A-1", "B-2"} {
					if diff := d.check(reference); diff != "" {
						rt.Fatalf("what is known of %v at %v (-counted +known):\n%v", reference, d.now, diff)
					}
				}

				d.known = d.all()
			},
			"open":     func(rt *rapid.T) { d.sends(mariaOnTeams, "escalate", "", form(rt)) },
			"again":    func(rt *rapid.T) { d.sends(mariaOnTeams, "escalate", "", form(rt)) },
			"change":   func(rt *rapid.T) { d.sends(mariaOnTeams, "context", drawID(rt), form(rt)) },
			"withdraw": func(rt *rapid.T) { d.presses(mariaOnTeams, "withdraw", drawID(rt)) },
			"take":     func(rt *rapid.T) { d.presses(danaOnTeams, "take", drawID(rt)) },
			"resolve": func(rt *rapid.T) {
				id := drawID(rt)
				d.presses(danaOnTeams, "take", id)
				d.sends(danaOnTeams, "resolve", id, chat.Values{"outcome": {bot.NotPossible}, "why": {"Policy"}, "instead": {"Credit"}})
			},
			"reopen": func(rt *rapid.T) {
				d.sends(danaOnTeams, "reopen", drawID(rt), chat.Values{"why": {"More"}, "page": {"yes"}})
			},
			"promise": func(rt *rapid.T) {
				d.sends(mariaOnTeams, "promise_callback", drawID(rt), chat.Values{"when": {d.now.Add(time.Hour).Format(time.RFC3339)}, "where": {"1"}})
			},
			"keep": func(rt *rapid.T) { d.presses(mariaOnTeams, "done", drawID(rt)+"/1") },
			"time": func(rt *rapid.T) { d.tick(time.Duration(rapid.IntRange(1, 20).Draw(rt, "days")) * day) },
		})
	})
}

// A customer who was forgotten while one of their escalations runs begins anew
// with it.
func TestForgottenCustomerBeginsAnew(t *testing.T) {
	d := newCustomerDesk(t)
	values := chat.Values{"customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {"A-1"}, "same": {"another"}}

	for range 3 {
		d.sends(mariaOnTeams, "escalate", "", values)
	}

	d.must(d.store.Update(t.Context(), func(tx bot.Tx) error { return tx.ForgetCustomer("billing", "A-1") }))
	d.presses(danaOnTeams, "take", "E-2")

	if c := d.customer("a-1"); c == nil || c.Times != 1 || len(c.Visits) != 1 || c.Visits[0].Owner != "dana" {
		t.Errorf("Customer(A-1) = %+v, want the one time that Dana has", c)
	}
}

// came has a customer in the store who came so often before, each time with another
// reference than everybody else.
func came(t testing.TB, store bot.Store, reference string, times int) {
	t.Helper()

	if err := store.Update(t.Context(), func(tx bot.Tx) error {
		c := &bot.Customer{Team: "billing"}

		for range times {
			id, err := tx.NextEscalation()
			if err != nil {
				return err
			}

			e := &bot.Escalation{
				ID: id, Team: "billing", Agent: "slack:U0TOM", State: bot.Closed, Kind: bot.TakeOver, Holder: "dana",
				Context: bot.Context{Customer: "Ms Kovac", Reference: reference}, Opened: time.Date(2026, 11, 1, 9, 0, int(id), 0, time.UTC),
				Outcome: &bot.Outcome{Name: "Refund"},
			}
			c.Note(e, false)

			if err := tx.PutEscalation(e); err != nil {
				return err
			}
		}

		return tx.PutCustomer(c)
	}); err != nil {
		t.Fatal(err)
	}
}

// A readsStore counts what is read of escalations and customers.
type readsStore struct {
	bot.Store
	n *int
}

type readsTx struct {
	bot.Tx
	n *int
}

func (s readsStore) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(readsTx{tx, s.n}) })
}

func (s readsStore) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(readsTx{tx, s.n}) })
}

func (tx readsTx) Escalation(id bot.EscalationID) (*bot.Escalation, error) {
	*tx.n++

	return tx.Tx.Escalation(id)
}

func (tx readsTx) Customer(team bot.TeamID, reference string) (*bot.Customer, error) {
	*tx.n++

	return tx.Tx.Customer(team, reference)
}

func (tx readsTx) ByCustomer(team bot.TeamID, reference string, most int) ([]bot.EscalationID, error) {
	ids, err := tx.Tx.ByCustomer(team, reference, most)
	*tx.n += len(ids)

	return ids, err
}

func (tx readsTx) Timeline(id bot.EscalationID) ([]bot.Entry, error) {
	entries, err := tx.Tx.Timeline(id)
	*tx.n += len(entries)

	return entries, err
}

func danasPage(id int) bot.CardID {
	return bot.CardID{Role: bot.PageCard, Escalation: bot.EscalationID(id), Person: "dana", N: 1}
}

func mariasCard(id int) bot.CardID {
	return bot.CardID{Role: bot.AgentCard, Escalation: bot.EscalationID(id), Person: bot.PersonID(mariaOnTeams)}
}

// However often a customer came, their page and the agent's card need the same few
// records: nobody waits longer for help because it is not the first time.
func TestPageReadsNoMoreOfAnOldCustomer(t *testing.T) {
	reads := func(times int) (opened, drawn int) {
		n := 0
		d := newCustomerDesk(t)
		came(t, d.store, "A-1", times)
		d.on(readsStore{d.store, &n}, io.Discard)

		d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {"A-1"}})

		opened, n = n, 0

		for _, id := range []bot.CardID{danasPage(times + 1), mariasCard(times + 1)} {
			said := d.drawn(id)
			if times > 0 && !strings.Contains(said, "time · last Sun 1 Nov") {
				t.Errorf("%v says %q, want that the customer is known", id, said)
			}
		}

		return opened, n
	}

	opened1, drawn1 := reads(1)
	opened1000, drawn1000 := reads(1000)

	if opened1 == 0 || drawn1 == 0 || opened1000 > opened1 || drawn1000 > drawn1 {
		t.Errorf("after 1,000 times %d records are read to page and %d to draw, want %d and %d as after one, and some", opened1000, drawn1000, opened1, drawn1)
	}
}

// unreadableCustomers is a store in which nothing can be read of customers.
type unreadableCustomers struct{ bot.Store }

type unreadableCustomersTx struct{ bot.Tx }

func (s unreadableCustomers) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(unreadableCustomersTx{tx}) })
}

func (s unreadableCustomers) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(unreadableCustomersTx{tx}) })
}

func (unreadableCustomersTx) Customer(bot.TeamID, string) (*bot.Customer, error) {
	return nil, errDamaged
}

func (unreadableCustomersTx) CustomersNamed(bot.TeamID, string, int) ([]string, error) {
	return nil, errDamaged
}

// What can't be read of customers keeps nobody from being paged, and the log says so
// without a word of theirs.
func TestUnreadableCustomerStopsNoPage(t *testing.T) {
	var log bytes.Buffer

	d := newCustomerDesk(t)
	came(t, d.store, "Schlagsahne-1", 2)
	d.on(unreadableCustomers{d.store}, &log)
	d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {"Schlagsahne-1"}})
	d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"Ms Zwiebel"}, "happened": {"She waits"}})

	for i, want := range []string{"Ms Kovac · Schlagsahne-1", "Ms Zwiebel"} {
		if said := d.drawn(danasPage(3 + i)); !strings.Contains(said, want) || strings.Contains(said, "Known") {
			t.Errorf("the page says %q, want %q and nothing of what is known", said, want)
		}
	}

	d.presses(danaOnTeams, "take", "E-3")
	d.sends(danaOnTeams, "resolve", "E-3", chat.Values{"outcome": {bot.NotPossible}, "why": {"Policy"}, "instead": {"Credit"}})

	if e := inStore(t, d.store, 3); e.Outcome == nil {
		t.Errorf("E-3 is %v, want it resolved", e.State)
	}

	if said := log.String(); !strings.Contains(said, "can't be read: it is left out") || strings.Contains(said, "Schlagsahne") || strings.Contains(said, "Kovac") {
		t.Errorf("the log says %q, want that something is wrong, and no words of the customer", said)
	}
}

// A link is one step of the address, whatever people wrote as the reference.
func TestLinkOfAReference(t *testing.T) {
	for reference, want := range map[string]string{
		"K-1042":            "K-1042<https://crm.example.com/K-1042?from=firebreak>",
		"a/b?c=d&e#f":       "<https://crm.example.com/a%2Fb%3Fc%3Dd%26e%23f?from=firebreak>",
		"10 % \u202Eof":     "<https://crm.example.com/10%20%25%20of?from=firebreak>",
		"<!channel>|(x)[y]": "<https://crm.example.com/%3C%21channel%3E%7C%28x%29%5By%5D?from=firebreak>",
		"{reference}":       "<https://crm.example.com/%7Breference%7D?from=firebreak>",
		"Grüße":             "<https://crm.example.com/Gr%C3%BC%C3%9Fe?from=firebreak>",
		"..":                "Customer: Ms Kovac · ..\n",
	} {
		d := newCustomerDesk(t)
		d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {reference}})

		if said := d.drawn(danasPage(1)); !strings.Contains(said, want) {
			t.Errorf("with the reference %q the page says %q, want %q", reference, said, want)
		}

		if said, link := d.drawn(mariasCard(1)), strings.Contains(want, "https://"); strings.Contains(said, "https://crm") != link {
			t.Errorf("with the reference %q the agent's card says %q, want a link: %v", reference, said, link)
		}
	}

	d := newCustomerDesk(t)
	d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"Ms Kovac"}, "happened": {"She waits"}})

	if said := d.drawn(danasPage(1)); strings.Contains(said, "https://crm") {
		t.Errorf("without a reference the page says %q, want no link", said)
	}
}

// Two customers whose references were masked to the same are strangers to each other.
func TestMaskedReferencesAreStrangers(t *testing.T) {
	d := newCustomerDesk(t)

	for i, name := range []string{"Ms Kovac", "Mr Lee"} {
		card := []string{"4111 1111 1111 1111", "4000 0600 0000 1111"}[i]
		d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {name}, "happened": {"They wait"}, "reference": {card}})

		said := d.drawn(danasPage(i+1)) + d.drawn(mariasCard(i+1))
		if !strings.Contains(said, "•••• •••• •••• 1111") || strings.Contains(said, "Known") || strings.Contains(said, "https://crm") {
			t.Errorf("page and card of %v with the reference %q: %q, want its last digits, nothing known and no link", name, card, said)
		}
	}
}

// Whoever leads the team sees what is known with names and can open what was before;
// everybody else sees what they need.
func TestWhoSeesWhatIsKnown(t *testing.T) {
	d := newCustomerDesk(t)
	came(t, d.store, "A-1", 3)
	d.must(d.store.Update(t.Context(), func(tx bot.Tx) error {
		c, err := tx.Customer("billing", "A-1")
		if err != nil {
			return err
		}

		c.Gestures = []bot.Gesture{{Escalation: 1, Option: "Refund", Amount: 4050, Currency: "USD", By: "lee", At: d.now.AddDate(0, 0, -1)}}
		c.Restrictions = []bot.Restriction{
			{N: 1, What: "Supervisor only", Why: "He said Zwiebel", From: d.now.AddDate(0, 0, -1), Until: d.now.AddDate(0, 0, 1)},
			{N: 2, What: "Over", From: d.now.AddDate(0, 0, -3), Until: d.now},
			{N: 3, What: "Lifted", From: d.now.AddDate(0, 0, -3), Until: d.now.AddDate(0, 0, 1), Ended: d.now},
			{N: 4, What: "To come", From: d.now.AddDate(0, 0, 1), Until: d.now.AddDate(0, 0, 2)},
		}
		c.Incidents = []bot.Incident{{Agent: "slack:U0TOM", At: d.now.AddDate(0, 0, -1)}, {Agent: bot.PersonID(mariaOnTeams), At: d.now.AddDate(0, 0, -2)}}

		return tx.PutCustomer(c)
	}))
	d.does(mariaOnTeams, "escalate", "now help")
	d.sends(mariaOnTeams, "context", "E-4", chat.Values{"kind": {"advise me"}, "customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {"a-1"}})

	for id, want := range map[bot.CardID]string{
		danasPage(4):  "yes",
		mariasCard(4): "no",
	} {
		said := d.drawn(id)

		for _, words := range []string{
			"Restriction: Supervisor only, until Tue 24 Nov, 09:00 UTC", "4th time · last Sun 1 Nov, 09:00 UTC", "Refund 40.50 USD, Sun 22 Nov, 09:00 UTC", " · 2 times in all",
		} {
			if !strings.Contains(said, words) {
				t.Errorf("%v says %q, want %q", id, said, words)
			}
		}

		for _, words := range []string{"Zwiebel", "with Dana Reed: Refund", "[E-3]", "[E-2]", "[E-1]", "Take it over rather than"} {
			if strings.Contains(said, words) != (want == "yes") {
				t.Errorf("%v says %q, want %q in it: %v", id, said, words, want)
			}
		}

		for _, words := range []string{"one of the team", "You had threats from this customer: Sat 21 Nov"} {
			if strings.Contains(said, words) != (want == "no") {
				t.Errorf("%v says %q, want %q in it: %v", id, said, words, want == "no")
			}
		}

		for _, words := range []string{"Over", "Lifted", "To come"} {
			if strings.Contains(said, words) {
				t.Errorf("%v says %q, want nothing of the restriction %q, which does not hold", id, said, words)
			}
		}

		if restriction, customer := strings.Index(said, "Restriction"), strings.Index(said, "Known"); restriction > customer {
			t.Errorf("%v says %q, want the restriction first", id, said)
		}
	}
}

// A customer is forgotten some time after they came last, and not before the last of
// their escalations, nor while a restriction holds, which ends by itself.
func TestCustomerIsForgotten(t *testing.T) {
	d := newCustomerDesk(t)
	d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {"A-1"}})
	d.presses(danaOnTeams, "take", "E-1")
	d.sends(danaOnTeams, "resolve", "E-1", chat.Values{"outcome": {bot.NotPossible}, "why": {"Policy"}, "instead": {"Credit"}})
	d.must(d.store.Update(t.Context(), func(tx bot.Tx) error {
		c, err := tx.Customer("billing", "A-1")
		if err != nil {
			return err
		}

		c.Restrictions = []bot.Restriction{{N: 1, What: "Supervisor only", From: d.now, Until: d.now.Add(40 * day)}}

		return tx.PutCustomer(c)
	}))

	d.tick(11 * day)

	if len(d.all()) > 0 {
		t.Errorf("after 11 days there is %v, want nothing", d.all())
	}

	c := d.customer("A-1")
	if c == nil || c.Times != 1 || c.Visits[0].Escalation != 0 || c.Visits[0].Owner != "dana" || c.Visits[0].Outcome != bot.NotPossible {
		t.Fatalf("after 11 days Customer(A-1) = %+v, want one time with Dana that leads nowhere", c)
	}

	d.tick(20 * day)

	if c := d.customer("A-1"); c == nil || !c.Restrictions[0].Ended.IsZero() {
		t.Fatalf("after 31 days Customer(A-1) = %+v, want them while the restriction holds", c)
	}

	d.tick(9*day - time.Second)

	if c := d.customer("A-1"); c == nil {
		t.Errorf("a second before 40 days Customer(A-1) = nil, want them while the restriction holds")
	}

	d.tick(2 * day)

	if c := d.customer("A-1"); c != nil {
		t.Errorf("after 42 days Customer(A-1) = %+v, want none", c)
	}
}

// A button takes over the customer whom it asked about, and no other who goes by the
// name since.
func TestSameCustomerIsWhoWasAsked(t *testing.T) {
	d := newCustomerDesk(t)
	came(t, d.store, "A-1", 1)
	d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"kovac"}, "happened": {"She waits"}})

	var asked chat.Choice

	d.must(d.store.View(t.Context(), func(tx bot.Tx) error {
		drawing, err := d.Draw(tx, mariasCard(2))
		for _, part := range drawing.Message.Parts {
			if row, ok := part.(chat.Buttons); ok {
				asked = row[0]
			}
		}

		return err
	}))

	d.must(d.store.Update(t.Context(), func(tx bot.Tx) error { return tx.ForgetCustomer("billing", "A-1") }))
	came(t, d.store, "B-2", 1)
	d.presses(mariaOnTeams, asked.Action, asked.Value)

	if e := inStore(t, d.store, 2); e.Context.Reference != "" {
		t.Errorf("the reference is %q, want none: nobody asked about that one", e.Context.Reference)
	}

	d.must(d.store.Update(t.Context(), func(tx bot.Tx) error { return tx.ForgetCustomer("billing", "B-2") }))
	came(t, d.store, "a-1", 1)
	d.presses(priyaOnTeams, asked.Action, asked.Value)

	if e := inStore(t, d.store, 2); e.Context.Reference != "a-1" {
		t.Errorf("the reference is %q, want a-1, whom the button asked about", e.Context.Reference)
	}
}
