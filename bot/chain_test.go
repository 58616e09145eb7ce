package bot

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// someSalt is no random one, so that Hashes can be written down.
var someSalt = []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

// TestChainEncoding holds the encoding to Hashes that another program has made of
// what chain.go says: Python's hashlib and struct.
func TestChainEncoding(t *testing.T) {
	entries := []Entry{
		{N: 1, At: noon.Add(5), By: "maria", What: WasOpened, To: Paging, Text: "Charged twice, “again”."},
		{N: 2, At: noon.Add(time.Second), What: WasPaged, From: Paging, To: Paging, Whom: "dana", Attempt: 1, Text: "duty"},
		{N: 3, By: "dana", What: WasTaken, From: Paging, To: Taken, Holder: "dana", Attempt: 1},
	}
	entries[2].At = time.Unix(noon.Unix()-1e10, 0).In(time.FixedZone("", 3600)) // before 1970, in another zone

	hashes := []string{
		"6f7f48329be7b607789a4351f65013d3fea6d209f2cb18469b9d1d31aaa63e7a",
		"77337f0bd0079934c189d244f0b91980652ad5bf903339e4d822c9b79e56a8fb",
		"e655dd855f79717a598e7886db1315e6bb0cd7e1001be03b49ae1cc75e4f1169",
	}

	var head []byte

	for i, want := range hashes {
		chained := chain(142, head, entries[i], someSalt)
		head = chained.Hash

		if got := hex.EncodeToString(head); got != want {
			t.Errorf("Hash of entry %d = %v, want %v", i+1, got, want)
		}

		chained.EraseText()

		if got := hex.EncodeToString(chained.TextHash); i == 0 && got != "7afe3e16e5f3c0af315cf5ccc917fb7a95229675945c2033e6ca4def78af2b82" {
			t.Errorf("TextHash = %v, which is not what stands for the text", got)
		}
	}
}

// chained returns a life's record with its timeline as the desk keeps it.
func (l *life) chained(t *rapid.T) (*Escalation, []Entry) {
	e, entries := l.clone(), slices.Clone(l.timeline)
	salts := rapid.SliceOfN(rapid.Byte(), SaltSize, SaltSize)

	for i := range entries {
		entries[i] = e.Link(entries[i], salts.Draw(t, "salt"))
	}

	return e, entries
}

// livedThrough draws a life with some entries.
func livedThrough(t *rapid.T) *life {
	l := begin(t)
	for range rapid.IntRange(1, 12).Draw(t, "events") {
		if rapid.IntRange(0, 3).Draw(t, "due") == 0 && !l.Due().IsZero() && l.ForgetAt.IsZero() {
			l.m.Now = later(l.m.Now, l.Due())
			_, _ = l.apply(t, Due{})

			continue
		}

		_, _ = l.apply(t, l.theUsual(t))
	}

	return l
}

// Whatever happened verifies, with words erased or not, and as the store has it.
func TestTimelineVerifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := livedThrough(t)
		if erased := rapid.Bool().Draw(t, "erased"); erased {
			l.timeline = append(l.timeline, Entry{N: l.Entries + 1, At: l.m.Now, What: WasErased, From: l.State, To: l.State, Holder: l.Holder})
			l.Entries++
		}

		e, entries := l.chained(t)
		for i := range entries {
			if l.timeline[len(l.timeline)-1].What == WasErased && entries[i].tellsOfCustomer() && rapid.Bool().Draw(t, "erase") {
				entries[i].EraseText()
			}
		}

		data, err := json.Marshal(entries)
		if err != nil {
			t.Fatal(err)
		}

		var kept []Entry
		if err := json.Unmarshal(data, &kept); err != nil {
			t.Fatal(err)
		}

		if faults := VerifyTimeline(e, kept); len(faults) > 0 {
			t.Fatalf("VerifyTimeline() = %v, want no faults in\n%+v", faults, kept)
		}
	})
}

// A tampering is one change of a record by somebody who knows the store, and the
// entries that may be named for it.
type tampering struct {
	what    string
	entries []Entry
	e       *Escalation
	named   []int
}

// Any single change is found, and named for what it is.
func TestTamperingIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, entries := livedThrough(t).chained(t)

		done := tamper(t, e, entries)

		faults := VerifyTimeline(done.e, done.entries)
		if !slices.ContainsFunc(faults, func(f Fault) bool { return slices.Contains(done.named, f.Entry) }) {
			t.Fatalf("VerifyTimeline() after %v = %+v, want a fault of one of the entries %v", done.what, faults, done.named)
		}

		if len(done.named) == 1 && done.named[0] > 0 && faults[0].Entry != done.named[0] {
			t.Fatalf("VerifyTimeline() after %v begins with %+v, want entry %v", done.what, faults[0], done.named[0])
		}
	})
}

func tamper(t *rapid.T, e *Escalation, entries []Entry) tampering {
	i := rapid.IntRange(0, len(entries)-1).Draw(t, "entry")
	n := i + 1
	out := tampering{e: e, entries: entries, named: []int{n}}
	last := n == len(entries)

	switch kind := rapid.IntRange(0, 9).Draw(t, "tampering"); kind {
	case 0:
		out.what = "an altered entry: " + entries[i].alter(t)
	case 1:
		out.what = "an entry written anew: " + entries[i].alter(t)
		entries[i].Hash = entries[i].hash(hashBefore(e.ID, entries, i))
		out.named = []int{n, n + 1}

		if last {
			out.named = []int{n, 0}
		}
	case 2:
		out.what, out.entries = "an entry taken out", slices.Delete(entries, i, i+1)
	case 3:
		out.what, out.entries = "a timeline cut off", entries[:i]
	case 4:
		forged := chain(e.ID, hashBefore(e.ID, entries, i), entries[i], someSalt)
		forged.Text, forged.By = "forged", "stranger"
		out.what, out.entries = "an entry put in", slices.Insert(entries, i, forged)
	case 5:
		out.what, out.entries = "an entry twice", slices.Insert(entries, i, entries[i])
	case 6:
		if last {
			t.Skip("nothing to swap it with")
		}

		j := rapid.IntRange(i+1, len(entries)-1).Draw(t, "with")
		entries[i], entries[j] = entries[j], entries[i]
		out.what, out.named = "entries swapped", []int{n, j + 1}
	case 7:
		e.Head = bytes.Clone(e.Head)
		e.Head[rapid.IntRange(0, len(e.Head)-1).Draw(t, "byte")] ^= 1
		out.what, out.named = "another head", []int{0}
	case 8:
		e.Entries += rapid.SampledFrom([]int{-1, 1}).Draw(t, "entries")
		out.what, out.named = "another number of entries", []int{len(entries), len(entries) + 1}
	case 9:
		out.what, out.named = "a record that says something else: "+e.claim(t), []int{0}
	}

	return out
}

func hashBefore(id EscalationID, entries []Entry, i int) []byte {
	if i == 0 {
		return chainRoot(id)
	}

	return entries[i-1].Hash
}

// alter changes one field of an entry.
func (e *Entry) alter(t *rapid.T) string {
	was := fmt.Sprintf("%+v", *e)

	switch rapid.IntRange(0, 11).Draw(t, "field") {
	case 0:
		e.At = e.At.Add(1)
	case 1:
		e.By += "x"
	case 2:
		e.What += "x"
	case 3:
		e.From += "x"
	case 4:
		e.To += "x"
	case 5:
		e.Holder += "x"
	case 6:
		e.Whom += "x"
	case 7:
		e.Attempt++
	case 8:
		e.Text += "x"
	case 9:
		e.N += 1000
	case 10: // the same letters, another border
		if e.Whom == "" {
			e.Whom = "x"
		} else {
			e.Holder, e.Whom = e.Holder+e.Whom[:1], e.Whom[1:]
		}
	case 11: // emptied, as an erasure would, which nobody ordered
		if e.Text == "" {
			e.Text = "x"
		}

		e.EraseText()
	}

	return was + " became " + fmt.Sprintf("%+v", *e)
}

// claim has the record say something else than its timeline.
func (e *Escalation) claim(t *rapid.T) string {
	switch rapid.IntRange(0, 3).Draw(t, "claim") {
	case 0:
		e.State += "x"

		return "state"
	case 1:
		e.Holder += "x"

		return "holder"
	case 2:
		e.Opened = e.Opened.Add(-time.Second)

		return "opened"
	default:
		if e.Outcome == nil {
			e.Outcome = &Outcome{By: "dana"}
		} else {
			e.Outcome = copied(e.Outcome)
			e.Outcome.Name += "x"
		}

		return "outcome"
	}
}

// TestFaultsNamed has what people do to a record called what it is.
func TestFaultsNamed(t *testing.T) {
	for _, test := range []struct {
		name   string
		tamper func(*Escalation, []Entry) []Entry
		want   []Fault // with no more than what, which, and after which
	}{
		{"nothing", func(_ *Escalation, all []Entry) []Entry { return all }, nil},
		{"words changed", func(_ *Escalation, all []Entry) []Entry { all[2].Text = "He swore."; return all },
			[]Fault{{Entry: 3, What: EntryAltered, After: &Entry{N: 2}}}},
		{"two entries out", func(_ *Escalation, all []Entry) []Entry { return slices.Delete(all, 1, 3) },
			[]Fault{{Entry: 2, What: EntryMissing, After: &Entry{N: 1}}, {Entry: 3, What: EntryMissing, After: &Entry{N: 1}}}},
		{"the first out", func(_ *Escalation, all []Entry) []Entry { return all[1:] },
			[]Fault{{Entry: 1, What: EntryMissing}}},
		{"the last out", func(_ *Escalation, all []Entry) []Entry { return all[:4] },
			[]Fault{{Entry: 5, What: EntryMissing, After: &Entry{N: 4}}}},
		{"all out", func(*Escalation, []Entry) []Entry { return nil },
			[]Fault{{Entry: 1, What: EntryMissing}, {Entry: 2, What: EntryMissing}, {Entry: 3, What: EntryMissing}, {Entry: 4, What: EntryMissing}, {Entry: 5, What: EntryMissing}}},
		{"all out, and the record says so", func(e *Escalation, _ []Entry) []Entry { e.Entries, e.Head = 0, nil; return nil },
			[]Fault{{Entry: 1, What: EntryMissing}}},
		{"one put in", func(_ *Escalation, all []Entry) []Entry {
			return slices.Insert(all, 2, Entry{N: 3, Hash: []byte("forged")})
		}, []Fault{{Entry: 3, What: EntryInserted, After: &Entry{N: 2}}}},
		{"one put in at the end", func(_ *Escalation, all []Entry) []Entry {
			return append(all, chain(1, all[4].Hash, Entry{N: 6, From: Paging, To: Paging}, someSalt))
		}, []Fault{{Entry: 6, What: EntryInserted, After: &Entry{N: 6}}}},
		{"two swapped", func(_ *Escalation, all []Entry) []Entry { all[1], all[2] = all[2], all[1]; return all },
			[]Fault{{Entry: 3, What: EntryMoved, After: &Entry{N: 1}}}},
		{"emptied", func(_ *Escalation, all []Entry) []Entry { all[2].EraseText(); return all },
			[]Fault{{Entry: 3, What: EntryEmptied, After: &Entry{N: 2}}}},
		{"no hashes", func(e *Escalation, all []Entry) []Entry { all[4].Hash, e.Head = nil, nil; return all },
			[]Fault{{Entry: 5, What: EntryUnchained, After: &Entry{N: 4}}}},
		{"of another escalation", func(e *Escalation, all []Entry) []Entry { e.ID = 2; return all },
			[]Fault{{Entry: 1, What: EntryAltered}}},
		{"another end", func(e *Escalation, all []Entry) []Entry { e.Head = all[3].Hash; return all },
			[]Fault{{What: HeadDiffers, After: &Entry{N: 5}}}},
		{"another state", func(e *Escalation, all []Entry) []Entry { e.State = Closed; return all },
			[]Fault{{What: StateDiffers, After: &Entry{N: 5}}}},
	} {
		e := &Escalation{ID: 1, State: Paging, Opened: noon, Entries: 5}

		var entries []Entry

		for n := 1; n <= 5; n++ {
			entry := Entry{N: n, At: noon, By: "maria", What: WasNoted, From: Paging, To: Paging, Text: fmt.Sprint("note ", n)}
			if n == 1 {
				entry.From = ""
			}

			entries = append(entries, chain(e.ID, e.Head, entry, someSalt))
			e.Head = entries[n-1].Hash
		}

		faults := VerifyTimeline(e, test.tamper(e, entries))

		same := slices.EqualFunc(faults, test.want, func(got, want Fault) bool {
			after, wanted := 0, 0
			if got.After != nil {
				after = got.After.N
			}

			if want.After != nil {
				wanted = want.After.N
			}

			return got.Entry == want.Entry && got.What == want.What && after == wanted
		})
		if !same {
			t.Errorf("%v: VerifyTimeline() = %+v, want %+v", test.name, faults, test.want)
		}
	}
}

// Erasing a customer leaves the outcome's name, so that one that is gone was not erased:
// it would let the record say another.
func TestOutcomeIsNeverErased(t *testing.T) {
	e := &Escalation{ID: 1, State: Closed, Opened: noon, Outcome: &Outcome{At: noon, By: "dana", Name: "Refund"}}

	var entries []Entry

	for n, what := range []What{WasOpened, WasResolved, WasErased} {
		entry := Entry{N: n + 1, At: noon, By: "dana", What: what, From: Closed, To: Closed}
		if n == 0 {
			entry.From = ""
		}

		if what == WasResolved {
			entry.Text = "Refund"
		}

		entries, e.Entries = append(entries, e.Link(entry, someSalt)), n+1
	}

	if faults := VerifyTimeline(e, entries); len(faults) > 0 {
		t.Fatalf("VerifyTimeline() = %+v, want nothing", faults)
	}

	entries[1].EraseText()
	e.Outcome.Name = "Not possible"

	if faults := VerifyTimeline(e, entries); len(faults) != 1 || faults[0].Entry != 2 || faults[0].What != EntryEmptied {
		t.Errorf("VerifyTimeline() = %+v, want that entry 2 is emptied", faults)
	}
}

// An erased text can't be found out by trying: without its salt, no text leads to
// what is left of it, the right one neither.
func TestErasedTextCannotBeTried(t *testing.T) {
	entry := chain(1, nil, Entry{N: 1, Text: "He swore."}, someSalt)
	entry.EraseText()

	if entry.Text != "" || entry.Salt != nil {
		t.Errorf("EraseText() leaves %q and the salt %x", entry.Text, entry.Salt)
	}

	for _, salt := range [][]byte{nil, {}, make([]byte, SaltSize)} {
		guess := Entry{Salt: salt, Text: "He swore."}
		if bytes.Equal(guess.words(), entry.TextHash) {
			t.Errorf("TextHash tells of the text with the salt %x", salt)
		}
	}

	if again := chain(1, nil, Entry{N: 1, Text: "He swore."}, bytes.Repeat([]byte{7}, SaltSize)); bytes.Equal(again.words(), entry.TextHash) {
		t.Error("two entries with the same text have the same TextHash")
	}
}
