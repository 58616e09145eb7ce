package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// A Report says what a file holds and what is wrong with it.
type Report struct {
	Schema   int
	Size     int64          // of the file, in bytes
	Records  map[string]int // by bucket
	Problems []error        // the first hundred
	More     int            // how many more there were
}

func newReport() *Report { return &Report{Records: make(map[string]int)} }

// Err returns nil if nothing is wrong with the file.
func (r *Report) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}

	if n := len(r.Problems) + r.More; n > 1 {
		return fmt.Errorf("%d problems, the first: %w", n, r.Problems[0])
	}

	return r.Problems[0]
}

const problemsMax = 100

func (r *Report) problem(err error) {
	if len(r.Problems) < problemsMax {
		r.Problems = append(r.Problems, err)
	} else {
		r.More++
	}
}

// Verify judges a file that nobody has open: its structure, the checksum of each
// record, that none is missing, and that the indexes lead to exactly what the
// records say. It returns an error if the file can't be judged at all, and what
// it found wrong in the report.
func Verify(ctx context.Context, path string) (*Report, error) {
	release, err := hold(path, toolWait)
	if err != nil {
		return nil, err
	}
	defer release()

	return verify(ctx, path)
}

// verify judges a file that can't change meanwhile.
func verify(ctx context.Context, path string) (*Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, explain(path, err)
	}
	defer file.Close()

	info, err := file.Stat()
	if err != nil {
		return nil, explain(path, err)
	}

	pages, err := newPager(&interruptible{ctx, file}, info.Size())
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}

	if err != nil {
		return nil, fmt.Errorf("%s is %w (%w)", path, ErrNotAStore, err)
	}

	report := newReport()
	report.Size = info.Size()
	newInspector(report).inspect(pages)

	return report, ctx.Err()
}

// Check judges the file as Verify does while the store serves: as it was when
// the check began.
func (s *Store) Check(ctx context.Context) (*Report, error) {
	file, err := os.Open(s.path)
	if err != nil {
		return nil, explain(s.path, err)
	}
	defer file.Close()

	report := newReport()

	// The pages of a transaction are not written to while it lasts.
	err = s.db.View(func(tx *bbolt.Tx) error {
		report.Size = tx.Size()

		info, err := metaOf(tx)
		if err != nil {
			return err
		}

		newInspector(report).inspect(&pager{file: &interruptible{ctx, file}, meta: info})

		return nil
	})

	return report, errors.Join(err, ctx.Err())
}

// metaOf returns what a transaction's meta page says, which bbolt shows to
// nobody but begins each copy with.
func metaOf(tx *bbolt.Tx) (metaInfo, error) {
	var first firstWrite
	if _, err := tx.WriteTo(&first); !errors.Is(err, io.EOF) && first.page == nil {
		return metaInfo{}, err
	}

	return readMetaAt(bytes.NewReader(first.page), 0)
}

// firstWrite keeps what is first written to it and takes no more.
type firstWrite struct{ page []byte }

func (w *firstWrite) Write(p []byte) (int, error) {
	w.page = bytes.Clone(p)

	return 0, io.EOF
}

// interruptible fails to read when its context has ended.
type interruptible struct {
	ctx  context.Context
	file io.ReaderAt
}

func (r *interruptible) ReadAt(p []byte, off int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}

	return r.file.ReadAt(p, off)
}

// An inspector judges what is in a file. Of each index it adds up the hashes of
// the entries it finds and of those that the records ask for: the sums are equal
// if the sets are, in whatever order they come and without keeping them.
type inspector struct {
	report   *Report
	seed     maphash.Seed
	sequence map[string]uint64
	asked    map[string]uint64
	found    map[string]uint64
	highest  map[string]uint64 // number among the records of a bucket
	damaged  bool              // so that a sum that differs tells nothing new
}

func newInspector(report *Report) *inspector {
	return &inspector{
		report: report, seed: maphash.MakeSeed(),
		sequence: make(map[string]uint64), highest: make(map[string]uint64),
		asked: make(map[string]uint64), found: make(map[string]uint64),
	}
}

func (in *inspector) inspect(pages *pager) {
	pages.walk(visitor{
		bucket:  func(name string, sequence uint64) { in.sequence[name] = sequence },
		record:  in.record,
		problem: in.problem,
	})

	for _, name := range buckets {
		if addedBy[name] <= in.report.Schema {
			in.bucket(name)
		}
	}

	// One that is older is sound as it is, and migrated when it is opened.
	if in.report.Schema < 1 || in.report.Schema > len(schemas) {
		in.problem(fmt.Errorf("it has schema %d, this program knows %d", in.report.Schema, len(schemas)))
	}
}

func (in *inspector) problem(err error) {
	in.damaged = true
	in.report.problem(err)
}

func (in *inspector) record(name string, key, value []byte) {
	in.report.Records[name]++

	payload, err := unseal(name, key, value)
	if err == nil {
		err = in.learn(name, key, payload)
	}

	if err != nil {
		in.problem(&DamagedError{Bucket: name, Key: readable(name, key), Cause: err})
	}
}

// learn notes what a record asks the indexes to hold, and what an index holds.
func (in *inspector) learn(name string, key, payload []byte) error {
	switch name {
	case meta:
		return learned(payload, func(r *schemaRecord) { in.report.Schema = r.Version })
	case escalations:
		return in.learnEscalation(payload)
	case cards:
		return learned(payload, func(r *cardRecord) { in.ask(outbox, r.Queued.key(key)) })
	case once:
		return learned(payload, func(r *onceRecord) { in.ask(onceByTime, onceKey(r.At, key)) })
	case identities:
		return learned(payload, func(r *identityRecord) { in.askAll(r.keys(key)) })
	case changes:
		return in.learnChange(payload)
	case notes:
		return in.learnNote(payload)
	case watches:
		return learned(payload, func(r *watchRecord) { in.ask(watchDue, r.key(key)) })
	case breaks:
		return learned(payload, func(r *breakRecord) { in.askAll(r.keys(key)) })
	case digests:
		return learned(payload, func(r *digestRecord) { in.askAll(r.keys(key)) })
	case known:
		return learned(payload, func(r *customerRecord) { in.askAll(r.keys(key)) })
	case tallies:
		return learned(payload, func(r *tallyRecord) {
			in.used(tallies, uint64(r.ID))
			in.askAll(r.keys())
		})
	case erasings:
		return learned(payload, func(r *erasingRecord) { in.used(erasings, uint64(r.ID)) })
	case feedback:
		in.ask(feedbackByWeek, weekKey(key))
	case due, concerns, customers, holdings, outbox, onceByTime, accounts, changesOf, notesByTime, watchDue,
		opened, owing, members, breakDue, breaksByTime, resting, digestDue, feedbackByWeek, knownDue, knownNames, restricted, tallied, tallyDue:
		in.found[name] += maphash.Bytes(in.seed, key)
	}

	return nil
}

// learned decodes a record and has note say what it asks for, as far as it can be
// decoded.
func learned[R any](payload []byte, note func(*R)) error {
	var record R

	err := json.Unmarshal(payload, &record)
	note(&record)

	return err
}

func (in *inspector) learnEscalation(payload []byte) error {
	var record indexed
	if err := json.Unmarshal(payload, &record); err != nil {
		return err
	}

	in.used(escalations, uint64(record.ID))

	in.askAll(record.keys())

	return nil
}

func (in *inspector) learnChange(payload []byte) error {
	var record changeRecord
	if err := json.Unmarshal(payload, &record); err != nil {
		return err
	}

	in.used(changes, uint64(record.ID))

	in.askAll(record.keys())

	return nil
}

func (in *inspector) learnNote(payload []byte) error {
	var record noteRecord
	if err := json.Unmarshal(payload, &record); err != nil {
		return err
	}

	in.used(notes, uint64(record.ID))
	in.ask(notesByTime, noteKey(record.At, record.ID))

	return nil
}

// used notes that there is a record of that number.
func (in *inspector) used(name string, number uint64) {
	in.highest[name] = max(in.highest[name], number)
}

func (in *inspector) askAll(entries []indexKey) {
	for _, entry := range entries {
		in.ask(entry.bucket, entry.key)
	}
}

func (in *inspector) ask(index string, key []byte) {
	if key != nil {
		in.asked[index] += maphash.Bytes(in.seed, key)
	}
}

// bucket judges a bucket as a whole.
func (in *inspector) bucket(name string) {
	sequence, ok := in.sequence[name]
	numbers, gives := numbered[name]

	switch {
	case !ok:
		in.problem(fmt.Errorf("bucket %q is missing", name))
	case gives:
		for _, records := range numbers {
			if highest := in.highest[records]; sequence < highest {
				in.problem(fmt.Errorf("%d is there in %q, and the last number given out is %d", highest, records, sequence))
			}
		}
	case uint64(in.report.Records[name]) != sequence:
		in.problem(fmt.Errorf("bucket %q holds %d records and should hold %d", name, in.report.Records[name], sequence))
	case in.asked[name] != in.found[name] && !in.damaged:
		in.problem(fmt.Errorf("the index %q does not lead to what the records say", name))
	}
}

// verifyStructure judges a file without what is in its records.
func verifyStructure(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()

	info, err := file.Stat()
	if err != nil {
		return err
	}

	pages, err := newPager(file, info.Size())
	if err != nil {
		return err
	}

	report := newReport()
	pages.walk(visitor{
		bucket:  func(string, uint64) {},
		record:  func(string, []byte, []byte) {},
		problem: report.problem,
	})

	return report.Err()
}
