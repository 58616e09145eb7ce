package bolt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/firebreakhq/firebreak/bot"
)

// The sizes of what keys are made of, in bytes.
const (
	idSize   = 8
	timeSize = 12
	hashSize = 16
	textMax  = 255
	textKept = textMax - 55 // of what is longer, in runes
)

func idKey[ID bot.EscalationID | bot.ChangeID | bot.NoteID](id ID) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(id))
}

func entryKey(id bot.EscalationID, n int) []byte {
	return binary.BigEndian.AppendUint32(idKey(id), uint32(n))
}

func cardKey(id bot.CardID) []byte {
	return append(idKey(id.Escalation), text(id.String())...)
}

func dueKey(due time.Time, id bot.EscalationID) []byte {
	return append(timeKey(due), idKey(id)...)
}

func outboxKey(since time.Time, card []byte) []byte {
	return append(timeKey(since), card...)
}

func onceKey(at time.Time, key []byte) []byte {
	return append(timeKey(at), key...)
}

func changeKey(person []byte, until time.Time, id bot.ChangeID) []byte {
	return slices.Concat(person, timeKey(until), idKey(id))
}

func noteKey(at time.Time, id bot.NoteID) []byte {
	return append(timeKey(at), idKey(id)...)
}

func watchKey(due time.Time, team []byte) []byte {
	return append(timeKey(due), team...)
}

func openedKey(team bot.TeamID, at time.Time, id bot.EscalationID) []byte {
	return slices.Concat(hash(string(team)), timeKey(at), idKey(id))
}

func restingKey(team bot.TeamID, since time.Time, person []byte) []byte {
	return slices.Concat(hash(string(team)), timeKey(since), person)
}

// feedbackKey ends in something random.
func feedbackKey(team bot.TeamID, week time.Time, random []byte) []byte {
	return slices.Concat(hash(string(team)), timeKey(week), random)
}

// weekKey is where the index by weeks has what feedbackKey made.
func weekKey(feedback []byte) []byte {
	team, week, random := feedback[:hashSize], feedback[hashSize:hashSize+timeSize], feedback[hashSize+timeSize:]

	return slices.Concat(week, team, random)
}

// ofWeek returns the key that weekKey was made of.
func ofWeek(key []byte) []byte {
	week, team, random := key[:timeSize], key[timeSize:timeSize+hashSize], key[timeSize+hashSize:]

	return slices.Concat(team, week, random)
}

// newestFirst is the key of an escalation in an index that is read from the
// newest to the oldest.
func newestFirst(hash []byte, id bot.EscalationID) []byte {
	return binary.BigEndian.AppendUint64(bytes.Clone(hash), ^uint64(id))
}

// idOf returns the escalation at the end of a key that newestFirst made.
func idOf(newestFirst []byte) bot.EscalationID {
	return bot.EscalationID(^binary.BigEndian.Uint64(newestFirst[len(newestFirst)-idSize:]))
}

// timeKey sorts as the instants do, over all that a time.Time can be.
func timeKey(t time.Time) []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(t.Unix())^(1<<63))

	return binary.BigEndian.AppendUint32(key, uint32(t.Nanosecond()))
}

// text makes any string a key that bbolt takes, whatever its length.
func text(s string) []byte {
	if len(s) > 0 && len(s) <= textMax {
		return []byte(s)
	}

	sum := sha256.Sum256([]byte(s))

	return fmt.Appendf(nil, "%.*s#%x", textKept, s, sum)
}

func personHash(p bot.PersonID) []byte { return hash(string(p)) }

// customerHash returns what a team's customer is found under, nil for none.
func customerHash(team bot.TeamID, reference string) []byte {
	reference = strings.Map(fold, strings.TrimSpace(reference))
	if reference == "" {
		return nil
	}

	return hash(string(team) + "\x00" + reference)
}

// nameHash returns what a team's customers of a name are found under, nil for none.
func nameHash(team bot.TeamID, name string) []byte {
	name = bot.CalledBy(name)
	if name == "" {
		return nil
	}

	return hash(string(team) + "\x00" + name)
}

// fold returns the same rune for all that strings.EqualFold holds equal.
func fold(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}

	return least
}

func hash(s string) []byte {
	sum := sha256.Sum256([]byte(s))

	return sum[:hashSize]
}

// named lists the buckets whose keys are texts.
var named = []string{meta, once, identities, pauses, watches, paged, feeds, digests, addresses, whereabouts}

// readable writes a key for people. It is careful with what it is given, since
// the keys it is asked about are mostly damaged ones.
func readable(bucket string, key []byte) string {
	switch {
	case private(bucket, key):
		return hex.EncodeToString(hash(string(key)))
	case (bucket == escalations || bucket == tallies) && len(key) == idSize:
		return bot.EscalationID(binary.BigEndian.Uint64(key)).String()
	case (bucket == changes || bucket == notes || bucket == erasings) && len(key) == idSize:
		return strconv.FormatUint(binary.BigEndian.Uint64(key), 10)
	case bucket == timelines && len(key) == idSize+4:
		id := bot.EscalationID(binary.BigEndian.Uint64(key))
		return fmt.Sprintf("%v/%d", id, binary.BigEndian.Uint32(key[idSize:]))
	case bucket == cards && len(key) > idSize:
		return fmt.Sprintf("%q", key[idSize:])
	case slices.Contains(named, bucket):
		return fmt.Sprintf("%q", key)
	default:
		return hex.EncodeToString(key)
	}
}

// private reports whether a key tells of whose break something is, which is
// nobody's business.
func private(bucket string, key []byte) bool {
	switch bucket {
	case breaks, breakDue, breaksByTime, resting:
		return true
	case cards:
		return bytes.HasPrefix(key, breakCards)
	case outbox:
		return len(key) > timeSize && bytes.HasPrefix(key[timeSize:], breakCards)
	default:
		return false
	}
}
