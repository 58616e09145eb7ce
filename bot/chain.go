package bot

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"
)

// A timeline is a chain: each entry's Hash covers the entry and the Hash of the
// one before, and the escalation's Head is the Hash of the last. So nothing can be
// altered, taken out or put in without every Hash after it being another.
//
// Anybody can check it with nothing but SHA-256. A field is written as its length
// in bytes, as 4 bytes, and then its bytes; numbers are 8 bytes; all are big endian
// and signed; text is UTF-8. A time is two numbers, the seconds since 1970 and the
// nanoseconds, which make one field. Then, with + for one after the other:
//
//	root  = SHA-256( "firebreak timeline 1" + number of the escalation )
//	words = SHA-256( Salt + Text )
//	Hash  = SHA-256( Hash of the entry before, or root + N + At + By + What +
//	                 From + To + Holder + Whom + Attempt + words )
//
// where each name stands for that field. Salt is 16 random bytes where there is a
// Text, and empty where there is none. When a text is erased its Salt goes too and
// words stays as TextHash: the chain holds, and nobody can find out by trying
// whether it was this or that.

// chainVersion names the encoding, and goes into every Hash by way of the root.
const chainVersion = "firebreak timeline 1"

// SaltSize is how long a Salt is, in bytes.
const SaltSize = 16

// NewSalt returns what goes with a text: random bytes.
func NewSalt() []byte {
	salt := make([]byte, SaltSize)
	_, _ = rand.Read(salt) // never fails

	return salt
}

// Link returns an entry as it is kept after the last of the timeline, and notes
// that it is the last one now. The salt goes with its text, if it has any.
func (e *Escalation) Link(entry Entry, salt []byte) Entry {
	entry = chain(e.ID, e.Head, entry, salt)
	e.Head = entry.Hash

	return entry
}

// chain returns an entry as it is kept on the timeline of an escalation, after the
// one whose Hash is head, nil for none.
func chain(id EscalationID, head []byte, entry Entry, salt []byte) Entry {
	entry.Text = valid(entry.Text)
	entry.Salt, entry.TextHash = nil, nil

	if entry.Text != "" {
		entry.Salt = salt
	}

	if head == nil {
		head = chainRoot(id)
	}

	entry.Hash = entry.hash(head)

	return entry
}

// valid returns a text as it is read again once it was kept.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// chainRoot returns what the first entry of a timeline follows. Entries of one
// escalation are no use on the timeline of another.
func chainRoot(id EscalationID) []byte {
	var s sealed
	s.text(chainVersion)
	s.number(int64(id))

	return s.sum()
}

// hash returns what the Hash of the entry must be after that of another.
func (e *Entry) hash(head []byte) []byte {
	var s sealed
	s.field(head)
	s.number(int64(e.N))
	s.time(e.At)
	s.text(string(e.By))
	s.text(string(e.What))
	s.text(string(e.From))
	s.text(string(e.To))
	s.text(string(e.Holder))
	s.text(string(e.Whom))
	s.number(int64(e.Attempt))
	s.field(e.words())

	return s.sum()
}

// words returns what stands for the text in the Hash.
func (e *Entry) words() []byte {
	if e.Erased() {
		return e.TextHash
	}

	var s sealed
	s.field(e.Salt)
	s.text(e.Text)

	return s.sum()
}

// Erased reports whether the text was erased.
func (e *Entry) Erased() bool { return len(e.TextHash) > 0 }

// EraseText takes the text out of an entry and keeps the chain whole. One without
// a text stays as it is. Who does so has WasErased on the timeline too: a text that
// is gone without it counts as altered.
func (e *Entry) EraseText() {
	if e.Text == "" || e.Erased() {
		return
	}

	e.TextHash, e.Salt, e.Text = e.words(), nil, ""
}

// A sealed is what a Hash is made over.
type sealed struct{ written []byte }

func (s *sealed) field(value []byte) {
	s.written = binary.BigEndian.AppendUint32(s.written, uint32(len(value)))
	s.written = append(s.written, value...)
}

func (s *sealed) text(value string) { s.field([]byte(value)) }

func (s *sealed) number(n int64) { s.field(binary.BigEndian.AppendUint64(nil, uint64(n))) }

func (s *sealed) time(t time.Time) {
	value := binary.BigEndian.AppendUint64(nil, uint64(t.Unix()))

	s.field(binary.BigEndian.AppendUint64(value, uint64(t.Nanosecond())))
}

func (s *sealed) sum() []byte {
	sum := sha256.Sum256(s.written)

	return sum[:]
}
