package bot

import (
	"bytes"
	"slices"
	"time"
)

// A Fault is something about a record that is not as it was written.
type Fault struct {
	ID    EscalationID
	Last  EscalationID // of several that are missing: the last, 0 for one alone
	Entry int          // of the timeline, 0 for the record itself
	What  Flaw
	At    time.Time // when the entry says that it was written, zero if nothing says so
	After *Entry    // the last before it that is as it was written, nil for none
}

// A Flaw is the kind of a Fault.
type Flaw string

// What can be wrong with a record.
const (
	// Of an entry.
	EntryAltered   Flaw = "altered"      // it, or the one before was written anew with a Hash that fits
	EntryMissing   Flaw = "missing"      // it was taken out
	EntryInserted  Flaw = "inserted"     // it was put in
	EntryMoved     Flaw = "out of order" // it is sound and belongs elsewhere
	EntryEmptied   Flaw = "emptied"      // its words are gone, and nobody erased them
	EntryUnchained Flaw = "not chained"  // it has no Hash
	EntryDamaged   Flaw = "unreadable"   // the disk has changed it, or a program that knows no checksums

	// Of the record itself, where it says something else than its timeline.
	HeadDiffers    Flaw = "another end"
	OpenedDiffers  Flaw = "another beginning"
	StateDiffers   Flaw = "another state"
	HolderDiffers  Flaw = "another holder"
	OutcomeDiffers Flaw = "another outcome"

	// Of the record as a whole.
	RecordMissing Flaw = "missing without a record"
	RecordDamaged Flaw = "record unreadable"
)

// VerifyTimeline returns what is wrong with a timeline and with the record that it
// belongs to, in the order of the entries, nothing if both are as they were
// written. It needs no store, and nothing but what is on the two.
//
// Where a fault has two explanations it names the simpler. What a chain alone can't
// show is that all of it was written anew, up to the Head: for that a copy of the
// Head must have been kept elsewhere.
func VerifyTimeline(e *Escalation, entries []Entry) []Fault {
	v := verifier{e: e, entries: entries, next: 1, head: chainRoot(e.ID), placed: map[int][]byte{0: chainRoot(e.ID)}}

	for i := range entries {
		v.look(i)
	}

	v.atEnd()
	v.checkTexts()
	v.checkRecord()

	slices.SortStableFunc(v.faults, func(a, b Fault) int { return a.place() - b.place() })

	return v.faults
}

// place sorts faults: those of the record come last.
func (f *Fault) place() int {
	if f.Entry == 0 {
		return int(^uint(0) >> 1)
	}

	return f.Entry
}

// A verifier walks along a timeline.
type verifier struct {
	e       *Escalation
	entries []Entry
	next    int            // the number that comes next
	head    []byte         // what it must follow
	last    *Entry         // the last that was as it was written
	placed  map[int][]byte // the Hashes of those that were seen, by number
	cut     bool           // the end is explained already
	faults  []Fault
}

func (v *verifier) fault(entry int, what Flaw, at time.Time) {
	v.faults = append(v.faults, Fault{ID: v.e.ID, Entry: entry, What: what, At: at, After: v.last})
}

// look judges an entry by those before it and, where it does not follow them, by
// those after it.
func (v *verifier) look(i int) {
	entry := &v.entries[i]
	sound := entry.follows(v.head) && entry.N == v.next

	switch before := v.placed[entry.N-1]; {
	case sound:
		v.last = entry
	case len(entry.Hash) == 0:
		v.fault(v.next, EntryUnchained, entry.At)
		v.goOn(v.next, entry.Hash)

		return
	case entry.N > v.next && before != nil && entry.follows(before): // what lies between is elsewhere
		v.last = entry
	case v.comesLater(i) && v.soundElsewhere(i):
		v.fault(entry.N, EntryMoved, entry.At)
		v.placed[entry.N] = entry.Hash

		return
	case v.comesLater(i):
		v.fault(v.next, EntryInserted, entry.At)

		return
	case entry.N < v.next && v.soundElsewhere(i):
		v.fault(entry.N, EntryMoved, entry.At)

		return
	case entry.N > v.next && entry.N <= v.e.Entries:
		for n := v.next; n < entry.N; n++ {
			v.fault(n, EntryMissing, time.Time{})
		}

		v.last = entry // as far as can be told
	default:
		v.fault(v.next, EntryAltered, entry.At)
		v.goOn(v.next, entry.Hash)

		return
	}

	v.goOn(entry.N, entry.Hash)
}

// goOn has the entry n be the one before the next.
func (v *verifier) goOn(n int, hash []byte) {
	v.placed[n] = hash
	v.next, v.head = n+1, hash
}

// comesLater reports whether what should be at a place is further on.
func (v *verifier) comesLater(i int) bool {
	for j := i + 1; j < len(v.entries); j++ {
		if later := &v.entries[j]; later.N == v.next && later.follows(v.head) {
			return true
		}
	}

	return false
}

// soundElsewhere reports whether an entry follows one that is not before it.
func (v *verifier) soundElsewhere(i int) bool {
	entry := &v.entries[i]
	if entry.N == 1 {
		return entry.follows(chainRoot(v.e.ID))
	}

	return slices.ContainsFunc(v.entries, func(other Entry) bool {
		return other.N == entry.N-1 && entry.follows(other.Hash)
	})
}

// follows reports whether the entry is as it was written, after the one with a Hash.
func (e *Entry) follows(head []byte) bool {
	return len(e.Hash) > 0 && bytes.Equal(e.hash(head), e.Hash)
}

// atEnd looks whether the timeline ends where the record says that it does.
func (v *verifier) atEnd() {
	for n := v.next; n <= max(v.e.Entries, 1); n++ { // each begins with an entry
		v.fault(n, EntryMissing, time.Time{})
		v.cut = true
	}

	for i := range v.entries { // a sound end that the record does not know of
		if n := v.entries[i].N; n > v.e.Entries && n < v.next && !v.known(n) {
			v.fault(n, EntryInserted, v.entries[i].At)
			v.cut = true
		}
	}

	if !v.cut && !bytes.Equal(v.end(), v.e.Head) {
		v.fault(0, HeadDiffers, time.Time{})
	}
}

// end returns the Hash that the record must have as its Head.
func (v *verifier) end() []byte {
	if v.next == 1 {
		return nil
	}

	return v.head
}

// known reports whether there is a fault with an entry already.
func (v *verifier) known(n int) bool {
	return slices.ContainsFunc(v.faults, func(f Fault) bool { return f.Entry == n })
}

// checkTexts looks for words that went without having been erased.
func (v *verifier) checkTexts() {
	erased := 0

	for i := range v.entries {
		if v.entries[i].What == WasErased {
			erased = v.entries[i].N
		}
	}

	for i := range v.entries {
		entry := &v.entries[i]

		switch {
		case !entry.Erased():
		case entry.Text != "" || len(entry.Salt) > 0:
			v.faultOf(i, EntryAltered)
		case entry.N > erased, entry.What == WasResolved: // whose text is a name of ours, which stays
			v.faultOf(i, EntryEmptied)
		}
	}
}

func (v *verifier) faultOf(i int, what Flaw) {
	entry := &v.entries[i]
	if v.known(entry.N) {
		return
	}

	f := Fault{ID: v.e.ID, Entry: entry.N, What: what, At: entry.At}
	if i > 0 {
		f.After = &v.entries[i-1]
	}

	v.faults = append(v.faults, f)
}

// checkRecord holds what the record says against its timeline, if that is whole.
func (v *verifier) checkRecord() {
	for i := range v.entries {
		before := State("")
		if i > 0 {
			before = v.entries[i-1].To
		}

		if v.entries[i].From != before && !v.known(v.entries[i].N) && !v.known(v.entries[i].N-1) {
			v.faultOf(i, EntryAltered)
		}
	}

	if len(v.entries) == 0 || slices.ContainsFunc(v.faults, func(f Fault) bool { return f.What != EntryEmptied }) {
		return
	}

	opened, last := v.entries[0], v.entries[len(v.entries)-1]

	if !v.e.Opened.Equal(opened.At) {
		v.fault(0, OpenedDiffers, opened.At)
	}

	if v.e.State != last.To {
		v.fault(0, StateDiffers, last.At)
	}

	if v.e.Holder != last.Holder {
		v.fault(0, HolderDiffers, last.At)
	}

	v.checkOutcome()
}

// checkOutcome looks whether the outcome is the one that the timeline tells of.
func (v *verifier) checkOutcome() {
	var told *Entry

	for i := range v.entries {
		switch v.entries[i].What { //nolint:exhaustive // nothing else brings an outcome about or takes it back
		case WasResolved:
			told = &v.entries[i]
		case WasReopened:
			told = nil
		}
	}

	o := v.e.Outcome

	switch {
	case told == nil && o == nil:
	case told == nil:
		v.fault(0, OutcomeDiffers, o.At)
	case o == nil || o.By != told.By || !o.At.Equal(told.At) || !told.Erased() && valid(o.Name) != told.Text:
		v.fault(0, OutcomeDiffers, told.At)
	}
}
