package bot

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A Customer is what a team knows of one of its customers beyond a single case:
// how often they came, what they are owed, what they were given, and what
// anybody who meets them must know. It is found by the reference, and is kept in
// step with the escalations: each is noted in the transaction that changes it.
//
// The lists are bounded, so that the thousandth time costs no more than the
// first: of each the newest are kept. What counts, counts all of it.
type Customer struct {
	Team TeamID
	// Reference is their account or case number, as it was written last.
	Reference string
	// Name is how people called them last, "" if nobody did.
	Name string
	// Times is how often they came: how many escalations had their reference, but
	// for those that the agent took back. It stays when those are forgotten.
	Times int
	// Seen is when they came last.
	Seen time.Time
	// Visits are the last times, newest first.
	Visits []Visit
	// Owing are the escalations in which something is still owed to them, newest
	// first.
	Owing []EscalationID
	// Gestures are what they were given, newest first.
	Gestures []Gesture
	// Restrictions are how they may be dealt with, in the order of their numbers.
	Restrictions []Restriction
	// Incidents are when they threatened or abused somebody, newest first.
	Incidents []Incident
	// ForgetAt is when to look whether all of this can be forgotten, zero for
	// as long as one of their escalations is there to say when.
	ForgetAt time.Time
}

// A CustomerKey says which customer: those of two teams are strangers.
type CustomerKey struct {
	Team      TeamID
	Reference string
}

// A Visit is one time that a customer came.
type Visit struct {
	Escalation EscalationID // 0 once it is forgotten
	At         time.Time    // when it was opened
	Owner      PersonID     // who had it, "" if nobody took it yet
	Outcome    string       // how it ended, "" if it did not yet
}

// A Gesture is something that a customer was given.
type Gesture struct {
	Escalation EscalationID // in which it was given, 0 once that is forgotten
	N          int          // number of the promise that it was there, 0 for the outcome
	Option     string       // of the team's options
	Amount     int64        // in hundredths of Currency, 0 if it has none
	Currency   string
	By         PersonID
	At         time.Time
}

// A Restriction is how a customer may be dealt with for a time.
type Restriction struct {
	N       int // numbers it among the customer's, from 1
	What    string
	Why     string
	By      PersonID
	From    time.Time
	Until   time.Time // there is none without an end
	Review  time.Time // when to ask whether it is still needed, zero once that was asked
	Ended   time.Time // when it was lifted or ran out, zero before
	EndedBy PersonID  // "" if it ran out

	Escalation EscalationID // of which it came, 0 for none
	Asked      int          // how often it was asked whether it is still needed, since somebody answered last
	Notes      []NoteID     // which ask it now
}

// InForce reports whether it holds at a time.
func (r *Restriction) InForce(at time.Time) bool {
	return r.Ended.IsZero() && !at.Before(r.From) && at.Before(r.Until)
}

// An Incident is a call for help because of a threat or abuse.
type Incident struct {
	Escalation EscalationID // 0 once it is forgotten
	Agent      PersonID     // who met it
	At         time.Time
}

// How many of each are kept of a customer. A page shows three of what was before,
// and needs one more since it is among them itself.
const (
	visitsKept    = 4
	owingKept     = 20
	gesturesKept  = 50
	incidentsKept = 20
	endedKept     = 20 // restrictions that are over; those that are not are all kept
)

// Due returns when something is to be done about a customer: look whether they
// can be forgotten, or whether a restriction is still needed or has run out. Zero
// means never.
func (c *Customer) Due() time.Time {
	due := c.ForgetAt

	for i := range c.Restrictions {
		if r := &c.Restrictions[i]; r.Ended.IsZero() {
			due = first(due, r.Review, r.Until)
		}
	}

	return due
}

// Restricted reports whether any restriction is not over.
func (c *Customer) Restricted() bool {
	return slices.ContainsFunc(c.Restrictions, func(r Restriction) bool { return r.Ended.IsZero() })
}

// Key says which customer it is.
func (c *Customer) Key() CustomerKey { return CustomerKey{c.Team, c.Reference} }

// Empty reports whether nothing is known that is worth keeping.
func (c *Customer) Empty() bool {
	return c.Times == 0 && len(c.Owing)+len(c.Gestures)+len(c.Restrictions)+len(c.Incidents) == 0
}

// Note brings c in step with one of their escalations as it is now. Counted says
// whether it was counted before. The order in which several are noted does not
// matter.
func (c *Customer) Note(e *Escalation, counted bool) {
	counts := e.countsAsVisit()

	switch {
	case counts && !counted:
		c.Times++
	case counted && !counts:
		c.Times--
	}

	c.Visits = slices.DeleteFunc(c.Visits, func(known Visit) bool { return known.Escalation == e.ID })
	c.Incidents = slices.DeleteFunc(c.Incidents, func(known Incident) bool { return known.Escalation == e.ID })
	c.Owing = slices.DeleteFunc(c.Owing, func(known EscalationID) bool { return known == e.ID })

	if counts {
		c.noteVisit(e)
	}

	if counts && e.Kind == Threat {
		c.Incidents = append(c.Incidents, Incident{Escalation: e.ID, Agent: e.Agent, At: e.Opened})
	}

	if e.owesAnything() {
		c.Owing = append(c.Owing, e.ID)
	}

	c.trim()
}

// noteVisit adds one of the times that a customer came. What was said last of
// how they are called and written counts.
func (c *Customer) noteVisit(e *Escalation) {
	visit := Visit{Escalation: e.ID, At: e.Opened, Owner: e.Holder}
	if e.Outcome != nil {
		visit.Outcome = e.Outcome.Name
	}

	newest := !slices.ContainsFunc(c.Visits, func(known Visit) bool { return newestVisit(known, visit) < 0 })
	name, reference := strings.TrimSpace(e.Context.Customer), strings.TrimSpace(e.Context.Reference)

	if newest || c.Reference == "" {
		c.Reference = reference
	}

	if name != "" && (newest || c.Name == "") {
		c.Name = name
	}

	c.Seen = later(c.Seen, e.Opened)
	c.Visits = append(c.Visits, visit)
}

// trim brings the lists into their order and cuts what is too old.
func (c *Customer) trim() {
	slices.SortStableFunc(c.Visits, newestVisit)
	slices.SortStableFunc(c.Gestures, func(a, b Gesture) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Escalation, a.Escalation)) })
	slices.SortStableFunc(c.Incidents, func(a, b Incident) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Escalation, a.Escalation)) })
	slices.SortFunc(c.Owing, func(a, b EscalationID) int { return cmp.Compare(b, a) })
	slices.SortStableFunc(c.Restrictions, func(a, b Restriction) int { return cmp.Compare(a.N, b.N) })

	c.Visits = c.Visits[:min(len(c.Visits), visitsKept)]
	c.Gestures = c.Gestures[:min(len(c.Gestures), gesturesKept)]
	c.Incidents = c.Incidents[:min(len(c.Incidents), incidentsKept)]
	c.Owing = c.Owing[:min(len(c.Owing), owingKept)]

	ended := 0
	for i := range c.Restrictions {
		if !c.Restrictions[i].Ended.IsZero() {
			ended++
		}
	}

	c.Restrictions = slices.DeleteFunc(c.Restrictions, func(r Restriction) bool {
		if r.Ended.IsZero() || ended <= endedKept {
			return false
		}

		ended--

		return true
	})
}

func newestVisit(a, b Visit) int {
	return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Escalation, a.Escalation))
}

// countsAsVisit reports whether a customer came. One that the agent took back
// was no call for help in the end: a slip of the finger makes nobody a repeated
// customer.
func (e *Escalation) countsAsVisit() bool {
	return e.State != "" && e.State != Withdrawn && strings.TrimSpace(e.Context.Reference) != ""
}

// titles are what people write before a name, or leave out, without the dot.
var titles = []string{
	"mr", "mister", "ms", "mrs", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "madam",
	"herr", "frau", "señor", "señora", "señorita", "sr", "sra", "srta", "don", "doña", "monsieur", "madame", "mme", "mlle",
}

// CalledBy returns what two ways to write a customer's name have in common: the
// words in lower case, without titles. It is "" if nothing is left.
func CalledBy(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return unicode.IsSpace(r) || r == ',' })

	words = slices.DeleteFunc(words, func(word string) bool { return slices.Contains(titles, strings.TrimSuffix(word, ".")) })

	return strings.Join(words, " ")
}
