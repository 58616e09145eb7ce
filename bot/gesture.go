package bot

import (
	"errors"
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Gestures: what customers were given, so that none is given twice by mistake.

// remembered reports whether it is kept of a customer that they were given it.
func (o Option) remembered() bool { return o.priced() || o.Gesture }

// kept reports whether something owed was carried out.
func (o Owed) kept() bool {
	switch o.Ended() {
	case Kept, Renegotiated, BrokenThenKept:
		return true
	case NeverKept, NotAnyMore:
		return false
	default:
		return false
	}
}

// promisedAs returns what was promised of an option in the same amount and still
// stands or was carried out, nil if nothing was. An outcome of the same option and
// amount is the same thing.
func (e *Escalation) promisedAs(option string, amount int64) *Owed {
	i := slices.IndexFunc(e.Owed, func(o Owed) bool { return o.Option == option && o.Amount == amount && (o.Open() || o.kept()) })
	if i < 0 {
		return nil
	}

	return &e.Owed[i]
}

// given are what a customer was given of some options in an escalation by now. What
// waits for approval, or is only promised yet, was not given.
func (e *Escalation) given(remembered func(option string) bool) []Gesture {
	var all []Gesture

	if o := e.Outcome; o != nil && o.Waits == 0 && remembered(o.Name) && e.promisedAs(o.Name, o.Sum) == nil {
		all = append(all, Gesture{Escalation: e.ID, Option: o.Name, Amount: o.Sum, Currency: o.Currency, By: o.By, At: o.At})
	}

	for _, o := range e.Owed {
		if o.kept() && o.Option != "" && remembered(o.Option) {
			all = append(all, Gesture{Escalation: e.ID, N: o.N, Option: o.Option, Amount: o.Amount, Currency: o.Currency, By: o.DoneBy, At: o.Done})
		}
	}

	return all
}

// same reports whether two are one gesture: an outcome that was written down anew
// after the escalation was reopened is no second one.
func (g Gesture) same(other Gesture) bool {
	return g.Escalation == other.Escalation && g.N == other.N && g.Option == other.Option
}

// price is what was given.
func (g Gesture) price() string {
	o := Owed{Option: g.Option, Amount: g.Amount, Currency: g.Currency}

	return o.price()
}

// Give keeps what a customer was given, each once, and reports whether any of it was
// new.
func (c *Customer) Give(given []Gesture) bool {
	changed := false

	for _, g := range given {
		switch i := slices.IndexFunc(c.Gestures, g.same); {
		case i < 0:
			c.Gestures, changed = slices.Insert(c.Gestures, 0, g), true // of the same instant, what is told later is newer
		case c.Gestures[i] != g:
			c.Gestures[i], changed = g, true
		}
	}

	if changed {
		c.trim()
	}

	return changed
}

// takeGestures takes from a customer what was given in an escalation that is about
// somebody else, and returns it.
func (c *Customer) takeGestures(id EscalationID) []Gesture {
	var taken []Gesture

	c.Gestures = slices.DeleteFunc(c.Gestures, func(g Gesture) bool {
		if g.Escalation == id {
			taken = append(taken, g)
		}

		return g.Escalation == id
	})

	return taken
}

// keepGestures keeps what a customer was given in an escalation. What is known of
// them and can't be read is left as it is, and holds up nothing.
func (s *session) keepGestures(e *Escalation) error {
	given := e.given(func(option string) bool { return s.option(e.Team, option).remembered() })
	if len(given) == 0 || e.customer().nobody() {
		return nil
	}

	c, err := s.Customer(e.Team, e.Context.Reference)

	switch {
	case errors.Is(err, ErrNotFound):
		c = &Customer{Team: e.Team, Reference: e.Context.Reference, Name: e.Context.Customer, Seen: e.Opened}
	case err != nil:
		s.desk.log.Error("what is known of a customer can't be read: what they were given is not added", "escalation", e.ID, "error", err)

		return nil
	}

	if !c.Give(given) {
		return nil
	}

	return s.PutCustomer(c)
}

// gesturesTo returns what a customer was given, newest first. What can't be read
// counts as nothing.
func (s *session) gesturesTo(team TeamID, reference string) []Gesture {
	if c := s.knows(CustomerKey{team, reference}); c != nil {
		return c.Gestures
	}

	return nil
}

// wasGiven says when something was given, in which escalation and by whom.
func (s *session) wasGiven(g Gesture) chat.Text {
	line := chat.Line("given %v", chat.Day(g.At))
	if g.Escalation != 0 {
		line = append(line, chat.Plain(" ("+g.Escalation.String()+")")...)
	}

	return append(line, chat.Plain(" by "+s.name(g.By))...)
}

// lately returns the last gesture of an option that a customer was given in another
// escalation, not long ago, nil if there is none.
func (s *session) lately(team TeamID, reference string, but EscalationID, option string) *Gesture {
	for _, g := range s.gesturesTo(team, reference) {
		if g.Option == option && (but == 0 || g.Escalation != but) && s.now.Before(g.At.Add(s.desk.settings.GiveAgain)) {
			return &g
		}
	}

	return nil
}

// givenAgain asks whoever chose what a customer was given lately whether they are to
// have it once more, nil if there is nothing to ask.
func (s *session) givenAgain(team TeamID, reference string, but EscalationID, options ...string) []inquiry {
	for _, option := range options {
		g := s.lately(team, reference, but, option)
		if option == "" || g == nil {
			continue
		}

		said := append(append(chat.Line("%v was ", chat.Strong(inline(g.price(), 80))), s.wasGiven(*g)...), chat.Plain(".")...)

		return []inquiry{{said: said, field: chooseOne("again", "Give another one?", yesNo, "", mustFill)}}
	}

	return nil
}

// optionsOf are the options that an event gives or promises.
func optionsOf(ev Event) []string {
	switch ev := ev.(type) {
	case Resolve:
		options := []string{ev.Outcome.Name}
		for _, o := range ev.Owed {
			options = append(options, o.Option)
		}

		return options
	case AddOwed:
		return []string{ev.Owed.Option}
	default:
		return nil
	}
}
