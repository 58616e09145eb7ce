package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/firebreakhq/firebreak/bot"
)

// A DamagedError says that the file does not hold what was written. Nothing of
// the record is returned with it.
type DamagedError struct {
	Bucket string
	Key    string // as people read it, never a customer's words
	Cause  error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the record %s in %q is damaged (%v): stop and restore the last good backup with `firebreak restore`",
		e.Key, e.Bucket, e.Cause)
}

func (e *DamagedError) Unwrap() error { return e.Cause }

// Is has it be a bot.ErrDamaged.
func (e *DamagedError) Is(target error) bool { return target == bot.ErrDamaged }

var (
	errSum      = errors.New("the checksum does not match")
	errShort    = errors.New("it is cut off")
	errEncoding = errors.New("its encoding is unknown")
	errNowhere  = errors.New("an index leads to it and it is not there")
	errOrder    = errors.New("the keys around it are out of order")
)

// A brokenPageError says that bbolt could not find its way in the file. What it
// stumbled over is for the log.
type brokenPageError struct{ panicked any }

func (brokenPageError) Error() string { return "the page that it is on is not as it was written" }

// sealed is how a payload is kept: an encoding, a checksum, the payload.
const (
	encodingJSON = 1
	sealSize     = 1 + crc32.Size
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal completes a value whose first sealSize bytes are still free.
func seal(bucket string, key, value []byte) {
	value[0] = encodingJSON
	binary.LittleEndian.PutUint32(value[1:], checksum(bucket, key, value[sealSize:]))
}

// unseal returns the payload of a value, an error if it is not what was sealed.
func unseal(bucket string, key, value []byte) ([]byte, error) {
	switch {
	case len(value) < sealSize:
		return nil, errShort
	case binary.LittleEndian.Uint32(value[1:]) != checksum(bucket, key, value[sealSize:]):
		return nil, errSum
	case value[0] != encodingJSON:
		return nil, errEncoding
	}

	return value[sealSize:], nil
}

// checksum covers the bucket and the key, so that a record that turns up in the
// wrong place is found out too.
func checksum(bucket string, key, payload []byte) uint32 {
	sum := crc32.Update(0, castagnoli, []byte(bucket))
	sum = crc32.Update(sum, castagnoli, []byte{0})
	sum = crc32.Update(sum, castagnoli, key)

	return crc32.Update(sum, castagnoli, payload)
}
