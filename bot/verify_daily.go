package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// lookedAt is how many numbers are verified in an hour. It takes some forty
// milliseconds, in which no wait runs out that is counted in seconds.
const lookedAt = 200

// verifySome verifies, once an hour, the next records. Which these are follows from
// the hour: all come to their turn, however often the bot is restarted.
func (d *Desk) verifySome(ctx context.Context) error {
	now := d.now()
	if now.Minute() != 0 {
		return nil
	}

	var found []Verified

	err := d.view(ctx, func(s *session) error {
		last, err := s.LastEscalation()
		if err != nil || last == 0 {
			return err
		}

		parts := (uint64(last) + lookedAt - 1) / lookedAt
		first := EscalationID(uint64(now.Unix()) / uint64(time.Hour/time.Second) % parts * lookedAt) //nolint:gosec // after 1970

		found, err = s.faultyAmong(first, min(first+lookedAt, last))

		return err
	})

	return errors.Join(err, d.tellOfFaults(ctx, found))
}

// faultyAmong returns what is wrong with the numbers above one up to another.
func (s *session) faultyAmong(above, through EscalationID) ([]Verified, error) {
	var found []Verified

	for more := true; more && above < through; {
		var (
			some []Verified
			err  error
		)

		some, above, more, err = s.verifyAbove(above)
		if err != nil {
			return nil, err
		}

		for _, one := range some {
			if tampered(one.Faults) && one.ID <= through { // the store tells of what is damaged
				found = append(found, one)
			}
		}
	}

	return found, nil
}

// tellOfFaults logs what was found, and has the managers told of it once.
func (d *Desk) tellOfFaults(ctx context.Context, found []Verified) error {
	found = slices.DeleteFunc(found, func(one Verified) bool {
		_, told := d.doubted.Load(one.ID)

		return told
	})

	if len(found) == 0 {
		return nil
	}

	if err := d.update(ctx, func(s *session) error { return s.tellManagers(found) }); err != nil {
		return err
	}

	for _, one := range found {
		d.doubted.Store(one.ID, true)
	}

	return nil
}

// tellManagers sends the managers of each team one note about its records, without
// those of which they had one.
func (s *session) tellManagers(found []Verified) error {
	of := map[TeamID][]EscalationID{} // "" is of records that are gone

	for _, one := range found {
		s.complain(one.Faults)

		e, err := s.Escalation(one.ID)

		switch {
		case err != nil: // there is no record to write it on
			told, err := s.toldBefore(fmt.Sprintf("gone/%v/%v", one.ID, one.Through))
			if err != nil {
				return err
			}

			if !told {
				of[""] = append(of[""], one.ID)
			}
		case e.Doubted.IsZero():
			of[e.Team], e.Doubted = append(of[e.Team], e.ID), s.now
			if err := s.PutEscalation(e); err != nil {
				return err
			}
		}
	}

	for _, team := range slices.Sorted(maps.Keys(of)) {
		n := Note{What: RecordAltered, Team: team, At: s.now, Escalations: of[team]}
		if err := s.noteAll(s.overseers(team), n); err != nil {
			return err
		}
	}

	return nil
}

// overseers returns the managers of a team, or of all teams where it is not known.
func (s *session) overseers(id TeamID) []PersonID {
	settings := &s.desk.settings
	if team := settings.team(id); team != nil {
		return settings.managersOf(team)
	}

	var all []PersonID
	for i := range settings.Teams {
		all = union(all, settings.managersOf(&settings.Teams[i]))
	}

	return all
}

// mostAltered is how many records a note names.
const mostAltered = 10

// alteredNote tells a manager of records as they are now: they may be whole again,
// if a backup was restored.
func (s *session) alteredNote(n *Note) chat.Message {
	var altered []Verified

	for _, id := range n.Escalations {
		if one := s.verify(id); len(one.Faults) > 0 {
			altered = append(altered, one)
		}
	}

	m := chat.Message{Title: alteredTitle(n.Escalations, altered)}

	if len(altered) == 0 {
		m.Parts = []chat.Part{chat.Paragraph{Text: chat.Plain("It had been altered. What it says now holds.")}}

		return m
	}

	if len(altered) == 1 {
		m.Parts = s.faultDetails(altered[0].Faults)

		if e, err := s.Escalation(altered[0].ID); err == nil {
			m.Choices = []chat.Choice{s.button(e, "show", "Show", chat.Normal)}
		}
	} else {
		m.Parts = alteredLines(altered)
	}

	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain("Don’t rely on what is written there. Ask your operator to run firebreak verify: it says what was altered, and what is still as it was written.")})

	return m
}

// alteredLines say of each record what is wrong with it first.
func alteredLines(altered []Verified) []chat.Part {
	var parts []chat.Part

	for _, one := range altered[:min(mostAltered, len(altered))] {
		parts = append(parts, chat.Small{Text: chat.Line("• %v: %v.", one.ID, one.Faults[0].line())})
	}

	if more := len(altered) - mostAltered; more > 0 {
		parts = append(parts, chat.Small{Text: chat.Line("And %v more.", more)})
	}

	return parts
}

func alteredTitle(told []EscalationID, altered []Verified) string {
	switch {
	case len(altered) == 0 && len(told) == 1:
		return fmt.Sprintf("The record of %v is as it was written", told[0])
	case len(altered) == 0:
		return "The records are as they were written"
	case len(altered) > 1:
		return fmt.Sprintf("%d records were altered", len(altered))
	case altered[0].lost():
		return fmt.Sprintf("The record of %v is gone", altered[0].ID)
	default:
		return fmt.Sprintf("The record of %v was altered", altered[0].ID)
	}
}
