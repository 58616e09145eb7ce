package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/firebreakhq/firebreak/bot"
)

// A keptHead is a line of what --keep writes: where a timeline ended. The last line
// counts those before it, so that a file that was cut is known for one.
type keptHead struct {
	ID      string `json:"id,omitzero"`
	Entries int    `json:"entries,omitzero"`
	Head    string `json:"head,omitzero"` // in hexadecimal digits
	Heads   *int   `json:"heads,omitempty"`
}

// A headKeeper writes them.
type headKeeper struct {
	file  *os.File
	heads int
}

func keepHeads(path string) (*headKeeper, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the heads can't be kept: %w", err)
	}

	return &headKeeper{file: file}, nil
}

func (k *headKeeper) add(head keptHead) error {
	k.heads++

	return json.NewEncoder(k.file).Encode(head)
}

// end writes the count. Where something failed the file goes: it lacks heads.
func (k *headKeeper) end(failed error) error {
	if failed == nil {
		failed = json.NewEncoder(k.file).Encode(keptHead{Heads: &k.heads})
	}

	failed = errors.Join(failed, k.file.Close())
	if failed != nil {
		failed = errors.Join(failed, os.Remove(k.file.Name()))
	}

	return failed
}

// keptHeads are read beside the records, which come in the same order.
type keptHeads struct {
	lines *json.Decoder
	path  string
	only  string           // the only escalation that counts, "" for all
	next  *keptHead        // read and not compared yet
	id    bot.EscalationID // of next
	read  int              // how many there were so far
	ended bool             // the line that counts them was read

	compared int
}

// peek returns the next line, nil at the end.
func (k *keptHeads) peek() (*keptHead, error) {
	for k.next == nil {
		if k.ended {
			return nil, nil //nolint:nilnil // which says that there are no more
		}

		var line keptHead

		err := k.lines.Decode(&line)

		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fmt.Errorf("%v was cut: what firebreak verify --keep wrote ends with a line that counts the heads, and this ends after %v", k.path, several(k.read, "head", "heads"))
		case err == nil && line.Heads != nil:
			if err := k.end(*line.Heads); err != nil {
				return nil, err
			}

			continue
		}

		if err != nil {
			return nil, fmt.Errorf("%v is no file that firebreak verify --keep wrote: line %d can't be read: %w", k.path, k.read+1, err)
		}

		id, wrong := bot.ParseEscalationID(line.ID)
		if wrong != nil || id <= k.id {
			return nil, fmt.Errorf("%v is no file that firebreak verify --keep wrote: line %d: %w", k.path, k.read+1, errOrder)
		}

		k.id = id
		k.read++

		if k.only == "" || k.only == line.ID {
			k.next = &line
		}
	}

	return k.next, nil
}

// end holds the number of heads against what was read.
func (k *keptHeads) end(heads int) error {
	if heads != k.read || k.lines.More() {
		return fmt.Errorf("%v is not as firebreak verify --keep wrote it: it says that it has %v, and that is not so", k.path, several(heads, "head", "heads"))
	}

	k.ended = true

	return nil
}

var errOrder = errors.New("each line is of an escalation, in the order of their numbers")

// heldAgainst says what differs from the heads that were kept of a number, and of
// those before it that were not told of.
func (v *verification) heldAgainst(one verdict) ([]string, error) {
	if v.before == nil {
		return nil, nil
	}

	var says []string

	for {
		kept, err := v.before.peek()
		if err != nil || kept == nil || v.before.id > max(one.ID, one.Through) {
			return says, err
		}

		if line := one.differs(kept, v.before.id); line != "" {
			says = append(says, line)
		}

		v.before.next = nil
		v.before.compared++
	}
}

// differs says how a number differs from the head that was kept of it, "" if it
// does not.
func (one verdict) differs(kept *keptHead, id bot.EscalationID) string {
	at := kept.Entries

	switch {
	case !one.Kept && !one.Tallied: // which is told already
		return ""
	case one.Before || id != one.ID:
		return fmt.Sprintf("%v: its head was kept, and now it is said to have been forgotten before.", kept.ID)
	case at > one.Entries || one.Kept && at > len(one.Hashes):
		return fmt.Sprintf("%v: it had %v when its head was kept, and now it has %d.", kept.ID, several(at, "entry", "entries"), one.Entries)
	case one.Tallied && at < one.Entries: // what came between is gone
		return ""
	case one.Tallied:
		at = 1
	}

	if at > 0 && hex.EncodeToString(one.Hashes[at-1]) != kept.Head {
		return fmt.Sprintf("%v: it was written anew: entry %d is not the one whose head was kept.", kept.ID, kept.Entries)
	}

	return ""
}

// lost says which of the heads that were kept belong to numbers of which nothing
// is known any more.
func (v *verification) lost() ([]string, error) {
	if v.before == nil {
		return nil, nil
	}

	var says []string

	for {
		kept, err := v.before.peek()
		if err != nil || kept == nil {
			return says, err
		}

		says = append(says, fmt.Sprintf("%v: its head was kept, and now it is said never to have been.", kept.ID))
		v.before.next = nil
		v.before.compared++
	}
}
