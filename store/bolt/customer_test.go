package bolt_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// fourCustomers is what fourCases is, of customers.
func fourCustomers(tx bot.Tx) error {
	for i := range 4 {
		id := i + 1

		if err := tx.PutCustomer(&bot.Customer{
			Team: "billing", Reference: fmt.Sprintf("K-%d", id), Name: "Ms Kovac", Times: id,
			Gestures: []bot.Gesture{{Option: fmt.Sprintf("option %d", id)}}, ForgetAt: now().Add(time.Duration(id) * time.Hour),
		}); err != nil {
			return err
		}
	}

	return nil
}

// TestDamagedCustomer has a customer's record altered: it is an error, the others
// are found, and it can be forgotten, with all that leads to it.
func TestDamagedCustomer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	withRotas(t, path, func(*bbolt.Tx) error { return nil })
	alter(t, path, []byte("option 2"), []byte("option 7"))

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}
	defer func() { _ = s.Close() }()

	found := func(want int) {
		t.Helper()

		if err := s.View(t.Context(), func(tx bot.Tx) error {
			due, dueErr := tx.DueCustomers(now().AddDate(1, 0, 0), 10)
			named, namedErr := tx.CustomersNamed("billing", "Kovac", 10)

			if len(due) != want || len(named) != want {
				t.Errorf("DueCustomers(), CustomersNamed() = %v, %v, want %d of each", due, named, want)
			}

			return errors.Join(dueErr, namedErr)
		}); err != nil {
			t.Errorf("View() = %v, want nil", err)
		}
	}

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Customer("billing", "K-2")
		damaged, ok := errors.AsType[*bolt.DamagedError](err)

		if !ok || damaged.Bucket != "known" || strings.Contains(err.Error(), "K-2") {
			t.Errorf("Customer(K-2) = %v, want that a record of known is damaged, without the reference", err)
		}

		_, err = tx.Customer("billing", "K-3")

		return err
	}); err != nil {
		t.Errorf("Customer(K-3) = %v, want nil", err)
	}

	found(4)

	if err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.ForgetCustomer("billing", "K-2") }); err != nil {
		t.Errorf("ForgetCustomer() = %v, want nil", err)
	}

	found(3)
}

// TestCustomersRemembered has a file of before customers were known, with one who
// came so often that no single transaction reads it all.
func TestCustomersRemembered(t *testing.T) {
	const many = 7000

	path := filepath.Join(t.TempDir(), "firebreak.db")

	old, err := bolt.OpenAs(path, quick, make([]bolt.Migration, 4))
	if err != nil {
		t.Fatal(err)
	}

	if err := old.Update(t.Context(), func(tx bot.Tx) error {
		for id := range bot.EscalationID(many) {
			if err := tx.PutEscalation(before(id + 1)); err != nil {
				return err
			}
		}

		return tx.PutCustomer(&bot.Customer{Team: "billing", Reference: "K-9", Times: 9}) // of an attempt that was cut short
	}); err != nil {
		t.Fatal(err)
	}

	if err := old.Close(); err != nil {
		t.Fatal(err)
	}

	s := open(t, path) // which verifies it too

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		often, err := tx.Customer("billing", "OFTEN")
		if err != nil || often.Times != many-100 || often.Name != "Ms Kovac" || len(often.Visits) != 4 || often.Visits[0].Escalation != many {
			t.Errorf("Customer(OFTEN) = %+v, %v, want %d times, and E-%d last", often, err, many-100, many)
		}

		seldom, err := tx.Customer("billing", "seldom 7")
		if err != nil || seldom.Times != 1 {
			t.Errorf("Customer(seldom 7) = %+v, %v, want one time", seldom, err)
		}

		if _, err := tx.Customer("billing", "K-9"); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Customer(K-9) = %v, want %v", err, bot.ErrNotFound)
		}

		named, err := tx.CustomersNamed("billing", "kovac", 10)
		if err != nil || len(named) != 1 || named[0] != "OFTEN" {
			t.Errorf("CustomersNamed(kovac) = %v, %v, want OFTEN", named, err)
		}

		return nil
	}); err != nil {
		t.Errorf("View() = %v, want nil", err)
	}
}

// before is an escalation of before customers were known: the first hundred are of
// one customer each.
func before(id bot.EscalationID) *bot.Escalation {
	e := &bot.Escalation{
		ID: id, Team: "billing", Agent: "maria", State: bot.Closed, Opened: now().Add(time.Duration(id) * time.Minute),
		Context: bot.Context{Reference: "OFTEN", Customer: "Ms Kovac"},
	}

	if id <= 100 {
		e.Context.Reference, e.Context.Customer = fmt.Sprintf("seldom %d", id), ""
	}

	return e
}
