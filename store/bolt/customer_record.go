package bolt

import (
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

type (
	customerRecord struct {
		Found foundCustomer `json:"found,omitzero"`

		Team         bot.TeamID          `json:"team,omitzero"`
		Reference    string              `json:"reference,omitzero"`
		Name         string              `json:"name,omitzero"`
		Times        int                 `json:"times,omitzero"`
		Seen         time.Time           `json:"seen,omitzero"`
		Visits       []visitRecord       `json:"visits,omitempty"`
		Owing        []bot.EscalationID  `json:"owing,omitempty"`
		Gestures     []gestureRecord     `json:"gestures,omitempty"`
		Restrictions []restrictionRecord `json:"restrictions,omitempty"`
		Incidents    []incidentRecord    `json:"incidents,omitempty"`
		ForgetAt     time.Time           `json:"forgetAt,omitzero"`
	}

	// foundCustomer says under what the indexes lead to a customer.
	foundCustomer struct {
		Due        time.Time `json:"due,omitzero"`
		Name       []byte    `json:"name,omitempty"` // hash of the team and of what the name comes to
		Restricted bool      `json:"restricted,omitzero"`
	}

	visitRecord struct {
		Escalation bot.EscalationID `json:"escalation,omitzero"`
		At         time.Time        `json:"at,omitzero"`
		Owner      bot.PersonID     `json:"owner,omitzero"`
		Outcome    string           `json:"outcome,omitzero"`
	}

	gestureRecord struct {
		Escalation bot.EscalationID `json:"escalation,omitzero"`
		N          int              `json:"n,omitzero"`
		Option     string           `json:"option,omitzero"`
		Amount     int64            `json:"amount,omitzero"`
		Currency   string           `json:"currency,omitzero"`
		By         bot.PersonID     `json:"by,omitzero"`
		At         time.Time        `json:"at,omitzero"`
	}

	restrictionRecord struct {
		N       int          `json:"n,omitzero"`
		What    string       `json:"what,omitzero"`
		Why     string       `json:"why,omitzero"`
		By      bot.PersonID `json:"by,omitzero"`
		From    time.Time    `json:"from,omitzero"`
		Until   time.Time    `json:"until,omitzero"`
		Review  time.Time    `json:"review,omitzero"`
		Ended   time.Time    `json:"ended,omitzero"`
		EndedBy bot.PersonID `json:"endedBy,omitzero"`

		Escalation bot.EscalationID `json:"escalation,omitzero"`
		Asked      int              `json:"asked,omitzero"`
		Notes      []bot.NoteID     `json:"notes,omitempty"`
	}

	incidentRecord struct {
		Escalation bot.EscalationID `json:"escalation,omitzero"`
		Agent      bot.PersonID     `json:"agent,omitzero"`
		At         time.Time        `json:"at,omitzero"`
	}
)

// keys returns under which keys the indexes lead to the customer with a hash.
func (r *customerRecord) keys(customer []byte) []indexKey {
	var keys []indexKey

	if !r.Found.Due.IsZero() {
		keys = append(keys, indexKey{knownDue, append(timeKey(r.Found.Due), customer...), customerPayload(r.Team, r.Reference)})
	}

	if len(r.Found.Name) > 0 {
		keys = append(keys, indexKey{knownNames, slices.Concat(r.Found.Name, customer), []byte(r.Reference)})
	}

	if r.Found.Restricted {
		keys = append(keys, indexKey{restricted, slices.Concat(hash(string(r.Team)), customer), []byte(r.Reference)})
	}

	return keys
}

func newCustomerRecord(c *bot.Customer) *customerRecord {
	return &customerRecord{
		Found: foundCustomer{Due: c.Due(), Name: nameHash(c.Team, c.Name), Restricted: c.Restricted()},

		Team:         c.Team,
		Reference:    c.Reference,
		Name:         c.Name,
		Times:        c.Times,
		Seen:         c.Seen,
		Visits:       each(c.Visits, func(v bot.Visit) visitRecord { return visitRecord(v) }),
		Owing:        c.Owing,
		Gestures:     each(c.Gestures, func(g bot.Gesture) gestureRecord { return gestureRecord(g) }),
		Restrictions: each(c.Restrictions, func(r bot.Restriction) restrictionRecord { return restrictionRecord(r) }),
		Incidents:    each(c.Incidents, func(i bot.Incident) incidentRecord { return incidentRecord(i) }),
		ForgetAt:     c.ForgetAt,
	}
}

func (r *customerRecord) customer() *bot.Customer {
	return &bot.Customer{
		Team:         r.Team,
		Reference:    r.Reference,
		Name:         r.Name,
		Times:        r.Times,
		Seen:         r.Seen,
		Visits:       each(r.Visits, func(v visitRecord) bot.Visit { return bot.Visit(v) }),
		Owing:        r.Owing,
		Gestures:     each(r.Gestures, func(g gestureRecord) bot.Gesture { return bot.Gesture(g) }),
		Restrictions: each(r.Restrictions, func(r restrictionRecord) bot.Restriction { return bot.Restriction(r) }),
		Incidents:    each(r.Incidents, func(i incidentRecord) bot.Incident { return bot.Incident(i) }),
		ForgetAt:     r.ForgetAt,
	}
}
