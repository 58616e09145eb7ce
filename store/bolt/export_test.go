package bolt

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

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

// InCompany is a store whose changes all share their commit with others, of
// which one comes before and one after.
type InCompany struct {
	*Store

	others atomic.Int64
}

// Update runs a change between two others.
func (s *InCompany) Update(ctx context.Context, do func(bot.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}

	group, ended := []*change{s.other(), newChange(), s.other()}, make(chan struct{})

	go func() {
		defer close(ended)
		s.settle(group)
	}()
	defer func() { <-ended }()

	return group[1].follow(do)
}

// other returns a change that keeps something that was not kept before.
func (s *InCompany) other() *change {
	name, c := fmt.Sprint("other ", s.others.Add(1)), newChange()

	go func() {
		if err := c.follow(func(tx bot.Tx) error {
			return tx.PutPause(name, time.Unix(1, 0))
		}); err != nil {
			panic(err)
		}
	}()

	return c
}
