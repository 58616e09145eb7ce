package storetest

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
)

// nobodyKnown checks that no customer is known.
func nobodyKnown(t *testing.T, tx bot.Tx) {
	t.Helper()

	_, err := tx.Customer("billing", "A-1")
	isNotFound(t, `Customer("billing", "A-1")`, err)
	_, err = tx.Customer("billing", " ")
	isNotFound(t, `Customer("billing", " ")`, err)
	same(t, "DueCustomers()", must[[]bot.CustomerKey](t)(tx.DueCustomers(never, 10)), []bot.CustomerKey(nil))
	same(t, "CustomersNamed()", must[[]string](t)(tx.CustomersNamed("billing", "Ms Kovac", 10)), []string(nil))
	same(t, "RestrictedCustomers()", must[[]string](t)(tx.RestrictedCustomers("billing", 10)), []string(nil))
}

// customer is one with no field left empty.
type customer struct{ bot.Customer }

func newCustomer() customer {
	var c customer
	Fill(&c.Customer)

	return c
}

func (c customer) put(tx bot.Tx) error { return tx.PutCustomer(&c.Customer) }

func (c customer) check(t *testing.T, tx bot.Tx) {
	t.Helper()

	same(t, "Customer()", must[*bot.Customer](t)(tx.Customer(c.Team, c.Reference)), &c.Customer)
}

func putCustomers(t *testing.T, s bot.Store, all ...*bot.Customer) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, c := range all {
			if err := tx.PutCustomer(c); err != nil {
				return err
			}
		}

		return nil
	})
}

func customerKnown(t *testing.T, s bot.Store) {
	c := &bot.Customer{Team: "billing", Reference: "A-1", Times: 2, Owing: []bot.EscalationID{2}}
	other := &bot.Customer{Team: "sales", Reference: "A-1", Times: 7}
	putCustomers(t, s, c, other)

	known := func(team bot.TeamID, reference string, want *bot.Customer) {
		t.Helper()
		view(t, s, func(tx bot.Tx) error {
			same(t, "Customer("+reference+")", must[*bot.Customer](t)(tx.Customer(team, reference)), want)
			return nil
		})
	}

	known("billing", " a-1\t", c)
	known("sales", "A-1", other)

	c.Reference, c.Times = "a-1 ", 3 // the same one
	putCustomers(t, s, c)
	known("billing", "A-1", c)

	c.Owing[0] = 9 // what was given is copied
	view(t, s, func(tx bot.Tx) error {
		must[*bot.Customer](t)(tx.Customer("billing", "A-1")).Owing[0] = 8 // and what is handed out
		same(t, "Owing", must[*bot.Customer](t)(tx.Customer("billing", "A-1")).Owing, []bot.EscalationID{2})

		for call, err := range map[string]error{"PutCustomer": tx.PutCustomer(c), "ForgetCustomer": tx.ForgetCustomer("billing", "A-1")} {
			if err == nil {
				t.Errorf("%s within a View = nil, want an error", call)
			}
		}

		return nil
	})

	if err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.PutCustomer(&bot.Customer{Team: "billing", Reference: " "}) }); err == nil {
		t.Error("PutCustomer() without a reference = nil, want an error")
	}

	for _, text := range oddTexts {
		if strings.TrimSpace(text) == "" {
			continue
		}

		odd := &bot.Customer{Team: bot.TeamID(text), Reference: text, Name: text, Seen: start, ForgetAt: start}
		putCustomers(t, s, odd)
		known(odd.Team, text, odd)
		view(t, s, func(tx bot.Tx) error {
			same(t, "DueCustomers()", must[[]bot.CustomerKey](t)(tx.DueCustomers(start, 10)), []bot.CustomerKey{odd.Key()})
			return nil
		})
		update(t, s, func(tx bot.Tx) error { return tx.ForgetCustomer(odd.Team, text) })
	}
}

func customersDue(t *testing.T, s bot.Store) {
	isDue := func(until time.Time, most int, want ...string) {
		t.Helper()
		view(t, s, func(tx bot.Tx) error {
			var references []string
			for _, key := range must[[]bot.CustomerKey](t)(tx.DueCustomers(until, most)) {
				same(t, "Team", key.Team, bot.TeamID("billing"))
				references = append(references, key.Reference)
			}

			same(t, "DueCustomers()", references, want)

			return nil
		})
	}
	customer := func(reference string, at time.Time) *bot.Customer {
		return &bot.Customer{Team: "billing", Reference: reference, ForgetAt: at}
	}

	restricted := customer("C-3", never)
	restricted.Restrictions = []bot.Restriction{{N: 1, Until: start.Add(3), Review: start.Add(2)}}
	putCustomers(t, s, customer("A-1", start.Add(1)), customer("b-2 ", start), restricted, customer("D-4", time.Time{}))

	isDue(start.Add(-1), 10)
	isDue(start, 10, "b-2 ")
	isDue(start.Add(1), 10, "b-2 ", "A-1")
	isDue(start.Add(2).In(time.FixedZone("east", 3600)), 10, "b-2 ", "A-1", "C-3")
	isDue(never, 1, "b-2 ")
	isDue(never, 0)

	restricted.Restrictions[0].Review = time.Time{}
	putCustomers(t, s, customer("B-2", start.Add(4)), restricted)
	isDue(start.Add(2), 10, "A-1")
	isDue(start.Add(4), 10, "A-1", "C-3", "B-2")

	restricted.Restrictions[0].Ended = start
	putCustomers(t, s, customer("A-1", time.Time{}), restricted)
	isDue(start.Add(4), 10, "B-2")
}

func customersNamed(t *testing.T, s bot.Store) {
	named := func(team bot.TeamID, reference, name string) *bot.Customer {
		return &bot.Customer{Team: team, Reference: reference, Name: name}
	}
	goBy := func(team bot.TeamID, name string, want ...string) {
		t.Helper()
		view(t, s, func(tx bot.Tx) error {
			same(t, "CustomersNamed("+name+")", slices.Sorted(slices.Values(must[[]string](t)(tx.CustomersNamed(team, name, 10)))), want)
			return nil
		})
	}

	putCustomers(t, s, named("billing", "A-1", "Ms Kovac"), named("billing", "B-2", " KOVAC "), named("billing", "C-3", "Ana Kovac"),
		named("billing", "D-4", ""), named("billing", "E-5", "Mr."), named("sales", "A-1", "kovac"))

	goBy("billing", "Dr. Kovac", "A-1", "B-2")
	goBy("billing", "ana  kovac", "C-3")
	goBy("sales", "Kovac", "A-1")
	goBy("billing", "")
	goBy("billing", "Mr")
	goBy("bill", "Kovac")
	view(t, s, func(tx bot.Tx) error {
		same(t, "how many of one", len(must[[]string](t)(tx.CustomersNamed("billing", "Kovac", 1))), 1)
		return nil
	})

	putCustomers(t, s, named("billing", "a-1", "Kim"), named("billing", "b-2", "Kovac"))
	goBy("billing", "Kovac", "b-2")
	goBy("billing", "Kim", "a-1")
}

func customersRestricted(t *testing.T, s bot.Store) {
	restricted := func(team bot.TeamID, reference string, ended time.Time) *bot.Customer {
		return &bot.Customer{Team: team, Reference: reference, Restrictions: []bot.Restriction{
			{N: 1, Until: start, Ended: start}, {N: 2, Until: start, Ended: ended},
		}}
	}
	are := func(team bot.TeamID, most int, want ...string) {
		t.Helper()
		view(t, s, func(tx bot.Tx) error {
			same(t, "RestrictedCustomers()", slices.Sorted(slices.Values(must[[]string](t)(tx.RestrictedCustomers(team, most)))), want)
			return nil
		})
	}

	putCustomers(t, s, restricted("billing", "A-1", time.Time{}), restricted("billing", "B-2", time.Time{}),
		restricted("billing", "C-3", start), restricted("sales", "A-1", time.Time{}), &bot.Customer{Team: "billing", Reference: "D-4", Times: 1})

	are("billing", 10, "A-1", "B-2")
	are("sales", 10, "A-1")
	are("bill", 10)
	are("billing", 0)

	putCustomers(t, s, restricted("billing", "a-1", start))
	are("billing", 10, "B-2")
	update(t, s, func(tx bot.Tx) error { return tx.ForgetCustomer("billing", "B-2") })
	are("billing", 10)
}

func customerForgotten(t *testing.T, s bot.Store) {
	c := newCustomer()
	c.Team, c.Reference = "billing", "A-1"
	putCustomers(t, s, &c.Customer)
	putAll(t, s, &bot.Escalation{ID: 1, Team: "billing", State: bot.Paging, Context: bot.Context{Reference: "A-1"}})

	update(t, s, func(tx bot.Tx) error {
		return errors.Join(tx.ForgetCustomer("billing", " a-1"), tx.ForgetCustomer("billing", "A-1"), tx.ForgetCustomer("billing", ""))
	})
	view(t, s, func(tx bot.Tx) error {
		nobodyKnown(t, tx)
		same(t, "CustomersNamed()", must[[]string](t)(tx.CustomersNamed("billing", c.Name, 10)), []string(nil))
		same(t, "ByCustomer()", must[[]bot.EscalationID](t)(tx.ByCustomer("billing", "A-1", 10)), []bot.EscalationID{1})

		return nil
	})
}

// What follows is the part of the model that is about customers.

var customerNames = rapid.SampledFrom([]string{"", "Kovac", "Ms kovac", "Ana Kovac"})

func folded(team bot.TeamID, reference string) bot.CustomerKey {
	return bot.CustomerKey{Team: team, Reference: strings.ToLower(strings.TrimSpace(reference))}
}

func drawReference(t *rapid.T) string {
	return rapid.SampledFrom([]string{"A-1", " a-1", "B-2"}).Draw(t, "reference")
}

func putCustomer(t *rapid.T) action {
	c := bot.Customer{
		Team: teams.Draw(t, "team"), Reference: drawReference(t), Name: customerNames.Draw(t, "name"),
		Times: rapid.IntRange(0, 3).Draw(t, "times"), ForgetAt: someTimes.Draw(t, "forget"),
	}

	for n := range rapid.IntRange(0, 2).Draw(t, "restrictions") {
		c.Restrictions = append(c.Restrictions, bot.Restriction{
			N: n + 1, Until: instants.Draw(t, "until"), Review: someTimes.Draw(t, "review"), Ended: someTimes.Draw(t, "ended"),
		})
	}

	return action{
		store: func(tx bot.Tx) error { return tx.PutCustomer(&c) },
		model: func(m *model) { m.customers[folded(c.Team, c.Reference)] = c },
	}
}

func forgetCustomer(t *rapid.T) action {
	team, reference := teams.Draw(t, "team"), drawReference(t)

	return action{
		store: func(tx bot.Tx) error { return tx.ForgetCustomer(team, reference) },
		model: func(m *model) { delete(m.customers, folded(team, reference)) },
	}
}

func emptyCustomers(tx bot.Tx) error {
	for _, team := range []bot.TeamID{"billing", "sales"} {
		for _, reference := range []string{"A-1", "B-2"} {
			if err := tx.ForgetCustomer(team, reference); err != nil {
				return err
			}
		}
	}

	return nil
}

func (m *model) compareCustomers(t *rapid.T, tx bot.Tx) {
	due := map[string]time.Time{}

	for _, team := range []bot.TeamID{"billing", "sales"} {
		var named, restricted []string

		for _, reference := range []string{"a-1", "b-2"} {
			got, err := tx.Customer(team, reference)

			want, kept := m.customers[folded(team, reference)]
			if !kept {
				if !errors.Is(err, bot.ErrNotFound) {
					t.Errorf("Customer(%v, %v) = %v, want %v", team, reference, err, bot.ErrNotFound)
				}

				continue
			}

			equal(t, "Customer()", got, &want)

			due[string(team)+want.Reference] = want.Due()

			if bot.CalledBy(want.Name) == "kovac" {
				named = append(named, want.Reference)
			}

			if want.Restricted() {
				restricted = append(restricted, want.Reference)
			}
		}

		got, _ := tx.CustomersNamed(team, "Mr Kovac", 10)
		equal(t, "CustomersNamed()", slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(named)))

		got, _ = tx.RestrictedCustomers(team, 10)
		equal(t, "RestrictedCustomers()", slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(restricted)))
	}

	keys, _ := tx.DueCustomers(start.Add(3), 100)

	got := make([]string, len(keys))
	for i, key := range keys {
		got[i] = string(key.Team) + key.Reference
	}

	inOrder(t, "DueCustomers()", got, dueUntil(maps.Clone(due), start.Add(3)))
}
