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

	if err := tx.unindexDigest(key); err != nil {
		return err
	}

	record := newDigestRecord(d)
	if err := tx.table(digests).write(key, record); err != nil {
		return err
	}

	return tx.reindex(nil, record.keys(key))
}

// unindexDigest removes what leads to a digest. If its record can't tell any more,
// the index is searched: a new record can then take its place.
func (tx *Tx) unindexDigest(team []byte) error {
	var old digestRecord

	err := tx.table(digests).read(team, &old)

	damaged := (*DamagedError)(nil)
	switch {
	case err == nil:
		return tx.reindex(old.keys(team), nil)
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case tx.err != nil || !errors.As(err, &damaged):
		return err
	}

	return tx.forget(digestDue, nil, func(key []byte) bool {
		return len(key) > timeSize && bytes.Equal(key[timeSize:], team)
	})
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

// FeedbackOf returns a team's feedback of some weeks, in their order, without what
// is damaged: an answer less changes little.
func (tx *Tx) FeedbackOf(team bot.TeamID, from, until time.Time) ([]*bot.Feedback, error) {
	var all []*bot.Feedback

	t, end := tx.table(feedback), feedbackKey(team, until, nil)
	for found, err := range t.soundFrom(hash(string(team)), feedbackKey(team, from, nil)) {
		if err != nil {
			return nil, err
		}

		if bytes.Compare(found.key, end) >= 0 {
			break
		}

		var record feedbackRecord
		if t.decode(found.key, found.payload, &record) != nil { // which makes it known
			continue
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

	old, err := index.before(before, most)
	if err != nil {
		return 0, err
	}

	for _, entry := range old {
		if err := errors.Join(index.remove(entry.key), tx.table(feedback).remove(ofWeek(entry.key))); err != nil {
			return 0, err
		}
	}

	return len(old), nil
}
