package bolt

import "go.etcd.io/bbolt"

// A Migration is what OpenAs takes.
type Migration = migration

// OpenAs opens a file as a program would whose versions those are.
var OpenAs = open

// OpenFile opens a file that was judged.
var OpenFile = openFile

// FailCommits makes commits end as fate says.
func (s *Store) FailCommits(fate func(*bbolt.Tx) error) { s.fate = fate }

// DueKey is where the index due has an escalation.
var DueKey = dueKey

// Seal completes a value as the store does.
func Seal(bucket string, key, payload []byte) []byte {
	value := append(make([]byte, sealSize), payload...)
	seal(bucket, key, value)

	return value
}
