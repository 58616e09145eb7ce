package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

// What is erased is gone from the records at once. bbolt leaves the old pages in
// the file until new ones need their room, so a file from which something was
// erased is written anew: by Compact, or else when it is opened next.

// NextErasing returns an id that was never returned before.
func (tx *Tx) NextErasing() (bot.ErasingID, error) {
	next, err := tx.next(erasingNumbers)

	return bot.ErasingID(next), err
}

// PutErasing keeps e. From then on the file is to be written anew.
func (tx *Tx) PutErasing(e *bot.Erasing) error {
	if e.ID == 0 {
		return errors.New("an erasing without a number can't be kept")
	}

	if err := tx.giveOut(erasingNumbers, uint64(e.ID)); err != nil {
		return err
	}

	return tx.table(erasings).write(idKey(bot.EscalationID(e.ID)), newErasingRecord(e))
}

// Erasings returns all there were, oldest first. Where some are damaged the others are
// there with the error.
func (tx *Tx) Erasings() ([]*bot.Erasing, error) {
	var all []*bot.Erasing

	err := tx.eachErasing(func(record *erasingRecord) { all = append(all, record.erasing()) })

	return all, err
}

// eachErasing sees all that are sound, and returns the error of the first that is not.
func (tx *Tx) eachErasing(see func(*erasingRecord)) error {
	var unread error

	t := tx.table(erasings)

	for found := range t.scan(nil) {
		if tx.err != nil {
			return tx.err
		}

		var record erasingRecord

		err := found.err
		if err == nil {
			err = t.decode(found.key, found.payload, &record)
		}

		if err != nil {
			unread = cmp.Or(unread, err)

			continue
		}

		see(&record)
	}

	return cmp.Or(unread, tx.err)
}

// EraseFeedback takes the words out of some of a team's feedback. It stays where it
// is: that somebody answered is a figure.
func (tx *Tx) EraseFeedback(team bot.TeamID, holds func(words string) bool) (int, error) {
	t := tx.table(feedback)
	changed := map[string]feedbackRecord{}

	for found, err := range t.sound(hash(string(team))) {
		if err != nil {
			return 0, err
		}

		var record feedbackRecord
		if t.decode(found.key, found.payload, &record) != nil || record.Change == "" || !holds(record.Change) {
			continue
		}

		record.Change = ""
		changed[string(found.key)] = record
	}

	for key, record := range changed {
		if err := t.write([]byte(key), record); err != nil {
			return 0, err
		}
	}

	return len(changed), nil
}

// Notes returns the numbers of all notes, oldest first.
func (tx *Tx) Notes() ([]bot.NoteID, error) {
	var ids []bot.NoteID

	for found, err := range tx.table(notesByTime).sound(nil) {
		if err != nil {
			return nil, err
		}

		ids = append(ids, bot.NoteID(binary.BigEndian.Uint64(found.key[timeSize:])))
	}

	return ids, nil
}

// Stale reports whether something was erased since the file was written anew, so
// that its free room may still hold it. What is damaged can't tell.
func (s *Store) Stale() (stale bool, err error) {
	err = s.view(func(tx *Tx) error {
		stale = false

		return unlessDamaged(tx, tx.eachErasing(func(record *erasingRecord) { stale = stale || record.stale() }))
	})

	return stale, err
}

// unlessDamaged returns an error unless it says that some record is damaged, and the
// transaction goes on.
func unlessDamaged(tx *Tx, err error) error {
	return unless(tx.err == nil && errors.Is(err, bot.ErrDamaged), err)
}

// stale reports whether the file may still hold what it erased. What is not done
// has still to be erased.
func (r *erasingRecord) stale() bool { return !r.Rewritten && !r.Done.IsZero() }

// Rewrite writes a file that no process has anew, without what was erased from it.
// Unlike Compact it takes damaged records along, as they are: that a disk has failed is
// no reason to keep what was erased.
func Rewrite(ctx context.Context, path string) error {
	if err := verifyStructure(path); err != nil {
		return fmt.Errorf("the file %s is damaged as a whole: %w", path, err)
	}

	before, err := Verify(ctx, path)
	if err != nil {
		return err
	}

	return compact(ctx, path, func(after *Report) error {
		if len(before.Problems) > 0 && maps.Equal(after.Records, before.Records) && len(after.Problems)+after.More == len(before.Problems)+before.More {
			return nil
		}

		return after.Err()
	})
}

// rewrittenIfStale writes a file anew from which something was erased, and opens it
// again. One that can't be written anew is used as it is: nobody's page waits for
// that.
func rewrittenIfStale(s *Store, options Options) (*Store, error) {
	if stale, err := s.Stale(); err != nil || !stale {
		return s, nil //nolint:nilerr // what can't be read is told of when somebody asks for it
	}

	if err := s.Close(); err != nil {
		return nil, err
	}

	if err := Rewrite(context.Background(), s.path); err != nil {
		s.log.Error("something was erased, and the database could not be written anew without it: it is tried at the next start", "error", err)
	} else {
		s.log.Info("the database was written anew, without what was erased")
	}

	db, err := openFile(s.path, options)
	if err != nil {
		return nil, err
	}

	return newStore(db, s.path, options), nil
}

// markRewritten notes in a copy that nothing but its records is in it.
func markRewritten(db *bbolt.DB) error {
	return db.Update(func(inner *bbolt.Tx) error {
		if inner.Bucket([]byte(erasings)) == nil {
			return nil // an older version's, which has erased nothing
		}

		tx := newTx(&Store{log: slog.New(slog.DiscardHandler)}, inner)

		var stale []*erasingRecord

		if err := unlessDamaged(tx, tx.eachErasing(func(record *erasingRecord) {
			if record.stale() {
				stale = append(stale, record)
			}
		})); err != nil {
			return err
		}

		for _, record := range stale {
			record.Rewritten = true
			if err := tx.table(erasings).write(idKey(bot.EscalationID(record.ID)), record); err != nil {
				return err
			}
		}

		return nil
	})
}

// A Trace is where words were found, or may be.
type Trace struct {
	Bucket  string
	Key     string // as people read it, never the words
	Times   int
	Damaged bool // it can't be read: what is left of it was searched, and may lack the words
}

// String names the record.
func (t Trace) String() string { return fmt.Sprintf("%s in %q", t.Key, t.Bucket) }

// Traces searches every key and every record for words, without regard to case,
// each as a whole: "Kovac" is not found in "Kovacs". It reads all there is. What is
// damaged is among the traces whatever is found in it.
func (s *Store) Traces(ctx context.Context, words []string) ([]Trace, error) {
	var traces []Trace

	needles := needlesOf(words)

	err := s.view(func(tx *Tx) error {
		traces = nil

		for _, name := range buckets {
			for found := range tx.table(name).scan(nil) {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}

				if found.err != nil && tx.err != nil {
					return found.err
				}

				times := needles.countIn(found.key) + needles.countIn(found.value)
				if times > 0 || found.err != nil {
					traces = append(traces, Trace{name, readable(name, found.key), times, found.err != nil})
				}
			}
		}

		return tx.err
	})

	return traces, err
}

// RawTraces counts the words in all bytes of a file, whatever they belong to.
func RawTraces(ctx context.Context, path string, words []string) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()

	needles := needlesOf(words)

	const step = 1 << 20

	found, kept, chunk := 0, []byte(nil), make([]byte, step)

	for ctx.Err() == nil {
		n, err := io.ReadFull(file, chunk)

		part := append(kept, chunk[:n]...)
		if n > 0 {
			found += needles.countIn(part)
		}

		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return found, nil
		case err != nil:
			return found, err
		}

		// What is kept for the next step may be counted twice, which is no harm: none
		// is counted never.
		kept = bytes.Clone(part[max(0, len(part)-needles.longest-utf8.UTFMax):])
	}

	return found, context.Cause(ctx)
}

// needles are words as a record has them, folded, by how they begin: a customer of
// many escalations has ten thousands of them, and each byte is looked at once.
type needles struct {
	begin   [1 << 16]bool // with which two bytes any does
	lengths map[[startSize]byte][]int
	known   map[string]bool
	short   [][]byte
	longest int
}

// startSize is by how many bytes needles are found; what is shorter is looked for by
// itself.
const startSize = 12

func needlesOf(words []string) *needles {
	n := &needles{lengths: map[[startSize]byte][]int{}, known: map[string]bool{}}

	for _, word := range words {
		value, err := encode(word)
		if err != nil || len(value) <= sealSize+2 {
			continue
		}

		quoted := value[sealSize:]
		needle := []byte(strings.ToLower(string(quoted[1 : len(quoted)-1])))
		n.longest = max(n.longest, len(needle))

		switch {
		case n.known[string(needle)]:
			continue
		case len(needle) < startSize:
			n.short = append(n.short, needle)
		default:
			n.begin[binary.LittleEndian.Uint16(needle)] = true

			start := [startSize]byte(needle)
			if !slices.Contains(n.lengths[start], len(needle)) {
				n.lengths[start] = append(n.lengths[start], len(needle))
			}
		}

		n.known[string(needle)] = true
	}

	return n
}

// countIn counts needles that stand in text as whole words.
func (n *needles) countIn(text []byte) int {
	folded, times := bytes.ToLower(text), 0

	for _, needle := range n.short {
		for i := 0; ; i++ {
			next := bytes.Index(folded[i:], needle)
			if next < 0 {
				break
			}

			if i += next; wholeWord(folded, i, i+len(needle)) {
				times++
			}
		}
	}

	for i := range max(0, len(folded)-startSize+1) {
		if !n.begin[binary.LittleEndian.Uint16(folded[i:])] {
			continue
		}

		for _, length := range n.lengths[[startSize]byte(folded[i:])] {
			if to := i + length; to <= len(folded) && n.known[string(folded[i:to])] && wholeWord(folded, i, to) {
				times++
			}
		}
	}

	return times
}

// wholeWord reports whether what stands between two places of a text is no part of a
// longer word.
func wholeWord(text []byte, from, to int) bool {
	before, _ := utf8.DecodeLastRune(text[:from])
	after, _ := utf8.DecodeRune(text[to:])

	return !inWord(after) && (!inWord(before) || escaped(text[:from]))
}

// inWord reports whether a word goes on with a rune.
func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// escaped reports whether text ends in a letter that stands for a blank: \n or \t.
func escaped(text []byte) bool {
	return bytes.HasSuffix(text, []byte(`\n`)) || bytes.HasSuffix(text, []byte(`\t`)) || bytes.HasSuffix(text, []byte(`\r`))
}
