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

// A Damage is a record that a store could not read: the disk has changed it, or
// somebody who knows no checksums.
type Damage struct {
	Record     string // names it for operators, and tells it from all others, without anybody's words
	Part       DamagedPart
	Escalation EscalationID // of which it is, 0 for none or if that can't be told
	Entry      int          // of its timeline, 0 for none
}

// A DamagedPart says what a damaged record is about.
type DamagedPart string

// What can be damaged.
const (
	DamagedCase     DamagedPart = "case"
	DamagedTimeline DamagedPart = "timeline"
	DamagedFigures  DamagedPart = "figures"
	DamagedMessage  DamagedPart = "message"
	DamagedCustomer DamagedPart = "customer"
	DamagedPerson   DamagedPart = "person"
	DamagedDuty     DamagedPart = "duty"
	DamagedOther    DamagedPart = "other"
)

const (
	// damageApart is how long after a note of damage there is no other: a disk has
	// seldom one fault alone.
	damageApart = time.Hour
	// damageKnown is how long it is remembered that the managers were told of a record
	// that is damaged or gone.
	damageKnown = 365 * 24 * time.Hour
)

// line says what can't be read, without its full stop.
func (d *Damage) line() string {
	switch d.Part {
	case DamagedCase:
		return fmt.Sprintf("the record of %v", d.Escalation)
	case DamagedTimeline:
		return fmt.Sprintf("entry %v of the timeline of %v", d.Entry, d.Escalation)
	case DamagedFigures:
		return fmt.Sprintf("the figures of %v", d.Escalation)
	case DamagedMessage:
		if d.Escalation == 0 {
			return "what is kept of a message"
		}

		return fmt.Sprintf("what is kept of a message of %v", d.Escalation)
	case DamagedCustomer:
		return "what is known of a customer"
	case DamagedPerson:
		return "what is known of somebody’s account"
	case DamagedDuty:
		return "something about who is on duty"
	case DamagedOther:
	}

	return "something else in the data file"
}

// TellOfDamage has the managers told of records that can't be read, of each once: at
// once of the first, and of what comes to light in the hour after it together. The log
// has them already.
func (d *Desk) TellOfDamage(ctx context.Context, found []Damage) error {
	now := d.now()

	if len(found) <= d.damage.told || now.Sub(d.damage.at) < damageApart && !d.damage.at.IsZero() {
		return nil
	}

	told := false

	if err := d.update(ctx, func(s *session) (err error) {
		told, err = s.tellOfDamage(found[d.damage.told:])

		return err
	}); err != nil {
		return err
	}

	d.damage.told = len(found)
	if told {
		d.damage.at = now
	}

	return nil
}

// tellOfDamage sends the managers of each team one note, without the records of which
// they had one. It reports whether there was anything to tell.
func (s *session) tellOfDamage(found []Damage) (told bool, err error) {
	of := map[TeamID][]Finding{} // "" is of no team, or of one that can't be told

	for _, one := range found {
		known, err := s.toldBefore("damage/" + one.Record)
		if err != nil {
			return false, err
		}

		if known {
			continue
		}

		team := TeamID("")
		if e, err := s.Escalation(one.Escalation); err == nil {
			team = e.Team
		}

		if line := (Finding{Text: one.line()}); !slices.Contains(of[team], line) {
			of[team] = append(of[team], line)
		}
	}

	for _, team := range slices.Sorted(maps.Keys(of)) {
		if err := s.noteAll(s.overseers(team), Note{What: DamageFound, Team: team, At: s.now, Findings: of[team]}); err != nil {
			return false, err
		}
	}

	return len(of) > 0, nil
}

// toldBefore reports whether the managers were told of something under a key, and notes
// that they are.
func (s *session) toldBefore(key string) (bool, error) {
	if _, err := s.Once(key); err == nil {
		return true, nil
	} else if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrDamaged) {
		return false, err
	}

	return false, s.KeepOnce(key, "", s.now.Add(damageKnown))
}

// damagedNote tells a manager what can't be read any more.
func (s *session) damagedNote(n *Note) chat.Message {
	m := chat.Message{Title: "A part of my records is damaged", Parts: []chat.Part{chat.Paragraph{Text: chat.Plain("I can’t read this any more:")}}}

	for _, f := range n.Findings[:min(mostAltered, len(n.Findings))] {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("• %v", f.Text)})
	}

	if more := len(n.Findings) - mostAltered; more > 0 {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("And %v more.", more)})
	}

	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain(
		"The disk has changed it, or somebody the file. Everything else goes on. Ask your operator today to run firebreak verify, which names all that is damaged, and to put back the last good backup: a disk that has failed once often fails again.")})

	return m
}
