package bot

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/redact"
)

// CustomersKept is how long a customer is known after they came last unless it is
// configured.
const CustomersKept = 730 * 24 * time.Hour

// refilled is how many of a customer's escalations are looked at to find those that
// come after one that is theirs no more.
const refilled = 20

// remember brings what is known of customers in step with an escalation, in the
// transaction that changes it. It helps whoever is paged, and never keeps anybody
// from being paged: where it can't be read it stays as it was.
func (s *session) remember(was, e *Escalation, effects []Effect) {
	keep := s.desk.settings.Customers.Keep

	forgets := slices.ContainsFunc(effects, func(effect Effect) bool { _, ok := effect.(Forget); return ok })

	note := func() error { return remember(s.Tx, was, e, keep) }
	if forgets {
		note = func() error { return unlink(s.Tx, e, keep) }
	}

	if err := note(); err != nil {
		s.desk.log.Error("what is known of a customer can't be brought up to date", "escalation", e.ID, "error", err)
	}
}

// remember notes of the customer whom an escalation is about what changed since it
// was as it was, and takes it from the one whom it was about before. They are known
// for so long after they came last.
func remember(tx Tx, was, e *Escalation, keep time.Duration) error {
	before, now := was.customer(), e.customer()
	stayed := before.same(now)

	var given []Gesture // which were another customer's

	if !before.nobody() && !stayed {
		err := changeCustomer(tx, before, keep, func(c *Customer, _ bool) error {
			given = c.takeGestures(was.ID)

			return c.lose(tx, was)
		})
		if err != nil {
			return err
		}
	}

	if now.nobody() {
		return nil
	}

	return changeCustomer(tx, now, keep, func(c *Customer, known bool) error {
		counted := known && stayed && was.countsAsVisit()
		c.Note(e, counted)
		c.Give(given)

		if counted && !e.countsAsVisit() {
			return c.refill(tx, e.ID)
		}

		return nil
	})
}

// changeCustomer keeps what a change makes of a team's customer, which is told
// whether anything was known of them. Once nothing is they are forgotten.
func changeCustomer(tx Tx, key CustomerKey, keep time.Duration, change func(c *Customer, known bool) error) error {
	c, err := tx.Customer(key.Team, key.Reference)

	known := err == nil
	if errors.Is(err, ErrNotFound) {
		c, err = &Customer{Team: key.Team, Reference: strings.TrimSpace(key.Reference)}, nil
	}

	if err != nil {
		return err
	}

	if err := change(c, known); err != nil {
		return err
	}

	if c.Empty() {
		return tx.ForgetCustomer(key.Team, key.Reference)
	}

	c.trim()

	if keep > 0 && !c.Seen.IsZero() {
		c.ForgetAt = c.Seen.Add(keep)
	}

	return tx.PutCustomer(c)
}

// lose takes from a customer an escalation that is about somebody else.
func (c *Customer) lose(tx Tx, was *Escalation) error {
	counted := was.countsAsVisit() && c.Times > 0

	gone := *was
	gone.State, gone.Owed = Withdrawn, nil // which leaves nothing of it
	c.Note(&gone, counted)

	return c.refill(tx, was.ID)
}

// refill looks up the last visits anew after one was lost, without that one, and
// what the customer was called then.
func (c *Customer) refill(tx Tx, without EscalationID) error {
	ids, err := tx.ByCustomer(c.Team, c.Reference, refilled)
	if err != nil {
		return err
	}

	c.Visits = slices.DeleteFunc(c.Visits, func(v Visit) bool { return v.Escalation != 0 })

	if len(c.Visits) == 0 {
		c.Name, c.Seen = "", time.Time{}
	}

	for _, id := range ids {
		if id == without {
			continue
		}

		e, err := tx.Escalation(id)
		if err != nil {
			continue // its getter names it to whoever asks for it
		}

		if e.countsAsVisit() {
			c.noteVisit(e)
		}
	}

	return nil
}

// unlink has what is known of a customer lead no more to an escalation that is
// forgotten. What it counted for stays.
func unlink(tx Tx, e *Escalation, keep time.Duration) error {
	if e.customer().nobody() {
		return nil
	}

	return changeCustomer(tx, e.customer(), keep, func(c *Customer, _ bool) error {
		c.unlink(e.ID)

		return nil
	})
}

// unlink removes what leads to an escalation.
func (c *Customer) unlink(id EscalationID) {
	c.Owing = slices.DeleteFunc(c.Owing, func(known EscalationID) bool { return known == id })

	for i := range c.Visits {
		if c.Visits[i].Escalation == id {
			c.Visits[i].Escalation = 0
		}
	}

	for i := range c.Gestures {
		if c.Gestures[i].Escalation == id {
			c.Gestures[i].Escalation = 0
		}
	}

	for i := range c.Incidents {
		if c.Incidents[i].Escalation == id {
			c.Incidents[i].Escalation = 0
		}
	}
}

// customer says whom an escalation is about, nobody if that is not known.
func (e *Escalation) customer() CustomerKey {
	key := CustomerKey{e.Team, e.Context.Reference}
	if e.State == "" || key.nobody() {
		return CustomerKey{}
	}

	return key
}

// nobody reports whether a reference tells no customer: there is none, or something in
// it was masked, so that it may stand for many.
func (k CustomerKey) nobody() bool {
	return strings.TrimSpace(k.Reference) == "" || redact.Redacted(k.Reference)
}

// same reports whether it is the same customer, however the reference is written.
func (k CustomerKey) same(other CustomerKey) bool {
	return k.Team == other.Team && strings.EqualFold(strings.TrimSpace(k.Reference), strings.TrimSpace(other.Reference))
}

// lookAtCustomer does what is due of a customer: of their restrictions, and who has
// not come for long is forgotten once none of their escalations is there any more, no
// restriction holds and nothing is owed to them.
func (s *session) lookAtCustomer(key CustomerKey) error {
	c, err := s.Customer(key.Team, key.Reference)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil {
		return err
	}

	if err := s.lookAtRestrictions(c); err != nil {
		return err
	}

	if keep := s.desk.settings.Customers.Keep; over(c.ForgetAt, s.now) {
		c.ForgetAt = c.Seen.Add(keep) // which may have been configured anew
	}

	if !over(c.ForgetAt, s.now) {
		return s.PutCustomer(c)
	}

	cases, err := s.ByCustomer(c.Team, c.Reference, 1)
	if err != nil {
		return err
	}

	if c.Restricted() || len(cases)+len(c.Owing) > 0 {
		c.ForgetAt = s.now.Add(24 * time.Hour)

		return s.PutCustomer(c)
	}

	return s.ForgetCustomer(c.Team, c.Reference)
}
