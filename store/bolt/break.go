package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// Break returns what is known of somebody's recovery, ErrNotFound if nothing is.
func (tx *Tx) Break(who bot.PersonID) (*bot.Break, error) {
	var record breakRecord
	if err := tx.table(breaks).read(text(string(who)), &record); err != nil {
		return nil, err
	}

	return record.breakOf(), nil
}

// PutBreak keeps b and brings the indexes in step with it.
func (tx *Tx) PutBreak(b *bot.Break) error {
	key := text(string(b.Who))

	old, err := tx.breakIndexed(key)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}

	record := newBreakRecord(b)
	if err := tx.table(breaks).write(key, record); err != nil {
		return err
	}

	return tx.reindex(old, record.keys(key))
}

// breakIndexed returns where the indexes lead to a kept break.
func (tx *Tx) breakIndexed(person []byte) ([]indexKey, error) {
	var record breakRecord
	if err := tx.table(breaks).read(person, &record); err != nil {
		return nil, err
	}

	return record.keys(person), nil
}

// DueBreaks returns whose break has a Due not after until, oldest first.
func (tx *Tx) DueBreaks(until time.Time, most int) ([]bot.PersonID, error) {
	return dueNames[bot.PersonID](tx, breakDue, until, most)
}

// Resting returns the breaks of a team that are Resting, oldest Since first. Those
// that can't be read are left out, and the error names them.
func (tx *Tx) Resting(team bot.TeamID) ([]*bot.Break, error) {
	var (
		all     []*bot.Break
		damaged []error
	)

	for found, err := range tx.table(resting).sound(hash(string(team))) {
		if err != nil {
			return nil, err
		}

		who := bot.PersonID(found.payload)

		b, err := tx.Break(who)
		if errors.Is(err, bot.ErrNotFound) {
			err = tx.table(breaks).damaged(text(string(who)), errNowhere)
		}

		if err != nil {
			damaged = append(damaged, err)

			continue
		}

		all = append(all, b)
	}

	return all, errors.Join(damaged...)
}

// ForgetBreaks removes breaks that were changed before a time, oldest first,
// with their cards.
func (tx *Tx) ForgetBreaks(before time.Time, most int) (int, error) {
	old, err := tx.table(breaksByTime).before(before, most)
	if err != nil {
		return 0, err
	}

	for _, entry := range old {
		if err := tx.forgetBreak(entry.key, bot.PersonID(entry.payload)); err != nil {
			return 0, err
		}
	}

	return len(old), nil
}

// forgetBreak removes what an entry of the index by time leads to.
func (tx *Tx) forgetBreak(entry []byte, who bot.PersonID) error {
	if err := tx.forgetBreakCards(who); err != nil {
		return err
	}

	person := entry[timeSize:]
	if err := tx.unindexBreak(person); err != nil {
		return err
	}

	return errors.Join(tx.table(breaksByTime).remove(entry), tx.table(breaks).remove(person))
}

// unindexBreak removes what leads to a break. If its record can't tell any more,
// the indexes are searched.
func (tx *Tx) unindexBreak(person []byte) error {
	old, err := tx.breakIndexed(person)

	damaged := (*DamagedError)(nil)
	switch {
	case err == nil:
		return tx.reindex(old, nil)
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case tx.err != nil || !errors.As(err, &damaged):
		return err
	}

	for name, start := range map[string]int{breakDue: timeSize, breaksByTime: timeSize, resting: hashSize + timeSize} {
		if err := tx.forget(name, nil, func(key []byte) bool {
			return len(key) > start && bytes.Equal(key[start:], person)
		}); err != nil {
			return err
		}
	}

	return nil
}

// breakCards is what the keys of all cards about breaks begin with.
var breakCards = append(idKey(bot.EscalationID(0)), string(bot.BreakCard)+"/"...)

// forgetBreakCards removes what somebody was shown about their breaks.
func (tx *Tx) forgetBreakCards(who bot.PersonID) error {
	// Of a long key no more may be left than this.
	prefix := fmt.Appendf(idKey(bot.EscalationID(0)), "%.*s", textKept, fmt.Sprintf("%s/%s/", bot.BreakCard, who))

	var theirs [][]byte

	for found := range tx.table(cards).scan(prefix) {
		if tx.err != nil {
			return tx.err
		}

		if bytes.HasPrefix(found.key, prefix) && tx.isBreakCard(found, who) {
			theirs = append(theirs, bytes.Clone(found.key))
		}
	}

	for _, key := range theirs {
		if err := tx.forgetCard(key); err != nil {
			return err
		}
	}

	return nil
}

// ForgetBreakCards removes the cards of breaks that were posted before a time, or
// wanted if they were not, except those that still show how a break stands. One that
// is damaged goes with its break.
func (tx *Tx) ForgetBreakCards(before time.Time) error {
	var old [][]byte

	for found, err := range tx.table(cards).sound(breakCards) {
		if err != nil {
			return err
		}

		if !bytes.HasPrefix(found.key, breakCards) {
			break
		}

		var record cardRecord
		if tx.table(cards).decode(found.key, found.payload, &record) != nil {
			continue
		}

		at := record.Posted
		if at.IsZero() {
			at = record.Since
		}

		if at.Before(before) && !tx.showsBreak(bot.CardID(record.ID)) {
			old = append(old, bytes.Clone(found.key))
		}
	}

	for _, key := range old {
		if err := tx.forgetCard(key); err != nil {
			return err
		}
	}

	return nil
}

// showsBreak reports whether a card is one of the two that show how somebody's break
// stands: without it, the next change would be a new message.
func (tx *Tx) showsBreak(id bot.CardID) bool {
	b, err := tx.Break(id.Person)

	return err == nil && (id.N == b.Message || id.N == b.Check)
}

// isBreakCard reports whether a card is about somebody's break. One that is
// damaged still has its key to tell.
func (tx *Tx) isBreakCard(found item, who bot.PersonID) bool {
	var record cardRecord
	if found.err == nil && tx.table(cards).decode(found.key, found.payload, &record) == nil {
		return record.ID.Role == bot.BreakCard && record.ID.Person == who
	}

	id, err := bot.ParseCardID(string(found.key[idSize:]))

	return err == nil && id.Role == bot.BreakCard && id.Person == who
}
