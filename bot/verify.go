package bot

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A Verified is what there is to say of one number: a record that was held against
// its timeline, what is left of one that was forgotten, or that there is nothing.
type Verified struct {
	ID      EscalationID
	Through EscalationID // of several numbers of which the same is true: the last, else 0
	Kept    bool         // its record is there
	Tallied bool         // it was forgotten, and its tally is there
	Before  bool         // it was forgotten before there were tallies
	Unread  bool         // there is a record or a tally, and it can't be read
	Chained time.Time    // when its timeline was chained, zero if it was from its beginning
	Entries int
	Hashes  [][]byte // of its entries, or of a tally the last alone
	Faults  []Fault
	Says    []string // the faults in words, one for each
}

// verifiedAtOnce is how many records are read in a transaction, so that none lasts
// long: a file grows by what is written beside it.
const verifiedAtOnce = 100

// mostProbed is how many numbers in a row without a record are looked at one by one.
const mostProbed = 1000

// Verify holds all records against their timelines, in the order of their numbers,
// and names the numbers that have no record. It reads a little at a time, so that
// what it says of each was true at some time of its run.
func (d *Desk) Verify(ctx context.Context) iter.Seq2[Verified, error] {
	return someAtATime(ctx, d, (*session).verifyAbove)
}

// someAtATime yields what read returns of all numbers, in their order: each time of
// some above one, with up to which it got and whether there are more. Each time is a
// transaction of its own.
func someAtATime[T any](ctx context.Context, d *Desk, read func(s *session, above EscalationID) (some []T, done EscalationID, more bool, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		done := EscalationID(0)

		for more := true; more; {
			var some []T

			above := done

			if err := d.view(ctx, func(s *session) (err error) {
				some, done, more, err = read(s, above)

				return err
			}); err != nil {
				var none T

				yield(none, err)

				return
			}

			for _, one := range some {
				if !yield(one, nil) {
					return
				}
			}
		}
	}
}

// VerifyOne holds one record against its timeline. A number that was never given
// out is a *RefusedError.
func (d *Desk) VerifyOne(ctx context.Context, id EscalationID) (Verified, error) {
	var one Verified

	err := d.view(ctx, func(s *session) error {
		last, err := s.LastEscalation()
		if err != nil {
			return err
		}

		if id == 0 || id > last {
			return &RefusedError{fmt.Sprintf("there is no %v: the last one is %v", id, last)}
		}

		one = s.verify(id)

		return nil
	})

	return one, err
}

// verifyAbove verifies some numbers above one, those without a record among them,
// and returns up to which it got and whether there are more.
func (s *session) verifyAbove(above EscalationID) (some []Verified, done EscalationID, more bool, err error) {
	ids, err := s.Recorded(above, verifiedAtOnce)
	if err != nil {
		return nil, above, false, err
	}

	done = above

	for _, id := range ids {
		if id <= done {
			continue // one that stands for several reaches over it
		}

		some = append(some, s.missing(done+1, id)...)
		one := s.verify(id)
		some, done = append(some, one), max(id, one.Through)
	}

	if len(ids) == verifiedAtOnce {
		return some, done, true, nil
	}

	last, err := s.LastEscalation()
	if err == nil && last > done {
		some, done = append(some, s.missing(done+1, last+1)...), last
	}

	return some, done, false, err
}

// missing tells of numbers that no sound record is kept of: from one, to before
// another.
func (s *session) missing(from, to EscalationID) []Verified {
	var all []Verified

	for id := from; id < to; id++ {
		one := Verified{ID: id, Through: to - 1, Faults: []Fault{{ID: id, What: RecordMissing}}}
		if id-from < mostProbed {
			one = s.verify(id) // it may be there and damaged
		}

		id = max(id, one.Through)

		if n := len(all) - 1; n >= 0 && one.lost() && all[n].lost() {
			all[n].Through = id

			continue
		}

		all = append(all, one)
	}

	for i := range all {
		if all[i].lost() {
			all[i].Faults[0].Last = all[i].Through
			all[i].Says = s.inWords(all[i].Faults)
		}
	}

	return all
}

// lost reports whether there is nothing of the number.
func (v *Verified) lost() bool { return len(v.Faults) == 1 && v.Faults[0].What == RecordMissing }

// verify tells of one number.
func (s *session) verify(id EscalationID) Verified {
	e, err := s.Escalation(id)

	switch {
	case errors.Is(err, ErrNotFound):
		return s.verifyTally(id)
	case err != nil:
		return s.faulty(Verified{ID: id, Unread: true}, Fault{ID: id, What: RecordDamaged})
	}

	entries, err := s.Timeline(id)
	one := Verified{ID: id, Kept: true, Chained: e.Chained, Entries: e.Entries}

	for _, entry := range entries {
		one.Hashes = append(one.Hashes, entry.Hash)
	}

	return s.faulty(one, faults(e, entries, err)...)
}

func (s *session) verifyTally(id EscalationID) Verified {
	t, err := s.Tally(id)

	switch {
	case errors.Is(err, ErrNotFound):
		return s.faulty(Verified{ID: id}, Fault{ID: id, What: RecordMissing})
	case err != nil:
		return s.faulty(Verified{ID: id, Unread: true}, Fault{ID: id, What: RecordDamaged})
	}

	return Verified{ID: id, Through: s.reaches(id, t), Tallied: true, Before: t.Before, Entries: t.Entries, Hashes: [][]byte{t.Head}}
}

// reaches returns the last number that a tally stands for, 0 for one alone. None
// stands for a number of which there is a record: that is looked at whatever the
// tally says.
func (s *session) reaches(id EscalationID, t *Tally) EscalationID {
	if t.Through <= id {
		return 0
	}

	next, err := s.Recorded(id, 1)
	if err != nil || len(next) == 0 {
		return t.Through
	}

	return min(t.Through, next[0]-1)
}

func (s *session) faulty(one Verified, faults ...Fault) Verified {
	one.Faults, one.Says = faults, s.inWords(faults)

	return one
}

// faults returns what is wrong with a record whose timeline was read, with an error
// where it may not have been read in full: what is damaged may be of another
// timeline, and one that holds up to its head lacks nothing.
func faults(e *Escalation, entries []Entry, unread error) []Fault {
	found := VerifyTimeline(e, entries)
	if unread == nil {
		return found
	}

	for i := range found { // what can't be read looks as if it were not there
		if found[i].What == EntryMissing {
			found[i].What = EntryDamaged
		}
	}

	return found
}

// tampered reports whether somebody did it, and not the disk.
func tampered(found []Fault) bool {
	return slices.ContainsFunc(found, func(f Fault) bool { return f.What != EntryDamaged && f.What != RecordDamaged })
}

// complain logs what is wrong with a record, without a word of it.
func (s *session) complain(found []Fault) {
	for _, f := range found {
		if s.desk.failing.isNew(f.ID, fmt.Errorf("%v %d", f.What, f.Entry), s.now) {
			s.desk.log.Error("a record is not as it was written: run firebreak verify", "escalation", f.ID, "entry", f.Entry, "fault", f.What)
		}
	}
}

// inWords says what is wrong, for operators: whole, with times in UTC.
func (s *session) inWords(found []Fault) []string {
	var lines []string

	for _, f := range found {
		line := f.of() + ": " + utc(f.line()) + "."
		if f.After != nil && f.Entry > 0 {
			line += fmt.Sprintf(" The last before it that holds is entry %d, written at %v by %v.", f.After.N, utc(chat.Line("%v", f.After.At)), s.name(f.After.By))
		}

		lines = append(lines, line)
	}

	return lines
}

// of says what a fault is about: E-142, or E-142 to E-150.
func (f *Fault) of() string {
	if f.Last > f.ID {
		return fmt.Sprintf("%v to %v", f.ID, f.Last)
	}

	return f.ID.String()
}

// utc writes a text with its times in full.
func utc(t chat.Text) string {
	var b strings.Builder

	for _, span := range t {
		if span.At.IsZero() {
			b.WriteString(span.Text)
		} else {
			b.WriteString(span.At.UTC().Format("2006-01-02 15:04:05 UTC"))
		}
	}

	return b.String()
}

// line says what is wrong, without its full stop.
func (f *Fault) line() chat.Text {
	switch f.What {
	case EntryAltered:
		return chat.Line("entry %v is not what was written at %v", f.Entry, chat.Day(f.At))
	case EntryMissing:
		return chat.Line("entry %v is missing", f.Entry)
	case EntryInserted:
		return chat.Line("entry %v was put in afterwards", f.Entry)
	case EntryMoved:
		return chat.Line("entry %v is out of order: it was written elsewhere on the timeline", f.Entry)
	case EntryEmptied:
		return chat.Line("the words of entry %v are gone, and nobody erased them", f.Entry)
	case EntryUnchained:
		return chat.Line("entry %v has nothing that tells whether it was altered", f.Entry)
	case EntryDamaged:
		return chat.Line("entry %v can't be read: its checksum does not fit, by a fault of the disk or since somebody changed the file", f.Entry)
	case HeadDiffers:
		return chat.Plain("its timeline does not end with what was written last")
	case OpenedDiffers:
		return chat.Plain("it says that it began at another time than its timeline does")
	case StateDiffers:
		return chat.Plain("it says that it stands otherwise than its timeline does")
	case HolderDiffers:
		return chat.Plain("it says that somebody else has it than its timeline does")
	case OutcomeDiffers:
		return chat.Plain("it says another outcome than its timeline does")
	case RecordMissing:
		if f.Last > f.ID {
			return chat.Plain("missing without a record")
		}

		return chat.Plain("it is missing without a record")
	case RecordDamaged:
		return chat.Plain("its record can't be read: its checksum does not fit, by a fault of the disk or since somebody changed the file; restore the last good backup")
	}

	return nil
}

// mostFaults is how many faults a message tells of.
const mostFaults = 5

// alteredParts warns whoever is shown a record that is not as it was written. Who
// leads its team learns more: they have to judge what it is still worth.
func (s *session) alteredParts(e *Escalation, found []Fault, who PersonID) []chat.Part {
	if len(found) == 0 {
		return nil
	}

	lead := chat.Strong("This record was altered:")
	if !tampered(found) {
		lead = "This record is damaged:"
	}

	parts := []chat.Part{chat.Paragraph{Text: chat.Line("%v %v. Ask your operator to run firebreak verify.", lead, found[0].line())}}

	if s.desk.settings.leads(who, e.Team) {
		parts = append(parts, s.faultDetails(found)...)
	}

	return append(parts, chat.Rule{})
}

func (s *session) faultDetails(found []Fault) []chat.Part {
	var parts []chat.Part

	for i, f := range found {
		if i == mostFaults {
			parts = append(parts, chat.Small{Text: chat.Line("And %v more.", len(found)-mostFaults)})

			break
		}

		line := slices.Concat(chat.Text{{Text: "• "}}, f.line())
		if f.After != nil && f.Entry > 0 {
			line = chat.Line("%v; entry %v before it holds, of %v by %v", line, f.After.N, chat.Day(f.After.At), s.name(f.After.By))
		}

		parts = append(parts, chat.Small{Text: chat.Line("%v.", line)})
	}

	return parts
}
