package bolt

import (
	"errors"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// Once returns what was kept under a key, ErrNotFound if nothing was.
func (tx *Tx) Once(key string) (string, error) {
	var record onceRecord
	if err := tx.table(once).read(text(key), &record); err != nil {
		return "", err
	}

	return record.Result, nil
}

// KeepOnce marks something as done.
func (tx *Tx) KeepOnce(key, result string, at time.Time) error {
	k := text(key)

	var old onceRecord

	err := tx.table(once).was(k, &old)

	switch {
	case err == nil:
		err = tx.table(onceByTime).remove(onceKey(old.At, k))
	case errors.Is(err, bot.ErrNotFound):
		err = nil
	case errors.Is(err, bot.ErrDamaged) && tx.err == nil:
		err = tx.forgetSuffix(onceByTime, k)
	}

	if err != nil {
		return err
	}

	if err := tx.table(once).write(k, onceRecord{Result: result, At: at}); err != nil {
		return err
	}

	return tx.table(onceByTime).mark(onceKey(at, k))
}

// ForgetOnce removes keys that were kept before a time, oldest first.
func (tx *Tx) ForgetOnce(before time.Time, most int) (int, error) {
	index := tx.table(onceByTime)

	old, err := index.before(before, most)
	if err != nil {
		return 0, err
	}

	for _, entry := range old {
		if err := errors.Join(index.remove(entry.key), tx.table(once).remove(entry.key[timeSize:])); err != nil {
			return 0, err
		}
	}

	return len(old), nil
}
