package bolt

import (
	"bytes"
	"crypto/rand"
	"errors"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// Digest returns how a team's digest recurs, ErrNotFound if nothing is kept of
// it.
func (tx *Tx) Digest(team bot.TeamID) (*bot.Digest, error) {
	var record digestRecord
	if err := tx.table(digests).read(text(string(team)), &record); err != nil {
		return nil, err
	}

	return record.digest(), nil
}

// PutDigest keeps d and brings the index in step with it.
func (tx *Tx) PutDigest(d *bot.Digest) error {
	key := text(string(d.Team))

	var old digestRecord

	err := tx.table(digests).read(key, &old)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}

	record := newDigestRecord(d)
	if err := tx.table(digests).write(key, record); err != nil {
		return err
	}

	return tx.reindex(old.keys(key), record.keys(key))
}

// DueDigests returns the teams whose digest has a Due not after until, oldest
// first.
func (tx *Tx) DueDigests(until time.Time, most int) ([]bot.TeamID, error) {
	return dueNames[bot.TeamID](tx, digestDue, until, most)
}

// AddFeedback keeps what somebody answered. Its key is random, so that nothing
// tells when it came, or after what. What a change kept that did not count is
// gone when it is run again, and so is its key.
func (tx *Tx) AddFeedback(f *bot.Feedback) error {
	random := make([]byte, hashSize)
	_, _ = rand.Read(random) // never fails

	key := feedbackKey(f.Team, f.Week, random)
	if err := tx.table(feedback).write(key, feedbackRecord(*f)); err != nil {
		return err
	}

	return tx.table(feedbackByWeek).mark(weekKey(key))
}

// FeedbackOf returns a team's feedback of some weeks, in their order.
func (tx *Tx) FeedbackOf(team bot.TeamID, from, until time.Time) ([]*bot.Feedback, error) {
	var all []*bot.Feedback

	t, end := tx.table(feedback), feedbackKey(team, until, nil)
	for found := range t.scanFrom(hash(string(team)), feedbackKey(team, from, nil)) {
		if found.err == nil && bytes.Compare(found.key, end) >= 0 {
			break
		}

		if found.err != nil {
			return nil, found.err
		}

		var record feedbackRecord
		if err := t.decode(found.key, found.payload, &record); err != nil {
			return nil, err
		}

		f := bot.Feedback(record)
		all = append(all, &f)
	}

	return all, nil
}

// ForgetFeedback removes feedback of weeks that began before a time, oldest
// first.
func (tx *Tx) ForgetFeedback(before time.Time, most int) (int, error) {
	index := tx.table(feedbackByWeek)
	end := timeKey(before)

	var old [][]byte
	for found, err := range index.sound(nil) {
		if err != nil {
			return 0, err
		}

		if len(old) >= most || bytes.Compare(found.key, end) >= 0 {
			break
		}

		old = append(old, bytes.Clone(found.key))
	}

	for _, key := range old {
		if err := errors.Join(index.remove(key), tx.table(feedback).remove(ofWeek(key))); err != nil {
			return 0, err
		}
	}

	return len(old), nil
}
