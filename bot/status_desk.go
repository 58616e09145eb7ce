package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A Statuser is a platform on which the bot may set people's statuses.
type Statuser interface {
	// ShowStatus has a text stand in somebody's status until a time. It returns
	// false, and changes nothing, if they have set a status of their own.
	ShowStatus(ctx context.Context, who chat.Person, text string, until time.Time) (bool, error)
	// ClearStatus takes the text away if it still stands there.
	ClearStatus(ctx context.Context, who chat.Person, text string) error
}

// A statusQueue is whose status is to be set. It is lost at a crash: what was in it
// is due again after statusAgain.
type statusQueue struct {
	mu  sync.Mutex
	who []PersonID
}

func (q *statusQueue) add(who []PersonID) {
	q.mu.Lock()
	defer q.mu.Unlock()

	q.who = union(q.who, who)
}

// take empties the queue.
func (q *statusQueue) take() []PersonID {
	q.mu.Lock()
	defer q.mu.Unlock()

	who := q.who
	q.who = nil

	return who
}

// SetStatuses has people's statuses follow their breaks, as far as they agreed. It
// is to be called often, and by one goroutine: without anything to do it costs
// nothing.
func (d *Desk) SetStatuses(ctx context.Context, platform Statuser) error {
	var failures []error

	for _, who := range d.statuses.take() {
		if err := ctx.Err(); err != nil {
			return err
		}

		failures = append(failures, d.setStatus(ctx, platform, who))
	}

	return errors.Join(failures...)
}

// setStatus has one status set as it is wanted now, and keeps what came of that.
func (d *Desk) setStatus(ctx context.Context, platform Statuser, who PersonID) error {
	var (
		account chat.Person
		until   time.Time
		stands  bool
	)

	err := d.view(ctx, func(s *session) error {
		b, err := s.breakOf(who)
		if err != nil {
			return err
		}

		until, stands = b.statusWanted(), b.statusStands(s.now)
		account, _ = s.accountOn(who, s.desk.settings.Statuses...)

		return nil
	})
	if err != nil || stands {
		return err
	}

	tried := d.tryStatus(ctx, platform, account, until)
	if err := ctx.Err(); err != nil {
		return err
	}

	return d.update(ctx, func(s *session) error {
		b, err := s.breakOf(who)
		if err != nil {
			return err
		}

		return harmlessBreak(s.applyBreak(b, tried))
	})
}

// tryStatus asks the platform, and returns what came of it. The log does not say
// whose status it is.
func (d *Desk) tryStatus(ctx context.Context, platform Statuser, account chat.Person, until time.Time) StatusTried {
	tried, shown := StatusTried{Until: until}, true

	var err error

	if until.IsZero() {
		err = platform.ClearStatus(ctx, account, statusText)
	} else {
		shown, err = platform.ShowStatus(ctx, account, statusText, until)
	}

	switch failure := chat.FailureOf(err); {
	case ctx.Err() != nil:
	case failure == nil && shown:
	case failure == nil:
		tried.Trouble = StatusTheirs
	case failure.Kind == chat.Busy:
		tried.Trouble, tried.Again = StatusWaits, max(failure.After, leastWait)
	case failure.Kind == chat.Unsent, failure.Kind == chat.Doubtful:
		tried.Trouble, tried.Again = StatusWaits, statusAgain
		d.log.WarnContext(ctx, "a status could not be set; it is tried again", "error", err)
	default:
		tried.Trouble = StatusFails
		d.log.WarnContext(ctx, "a status could not be set", "error", err)
	}

	return tried
}

// offersStatus reports whether somebody on a break can show it where they are
// written to, or does show it.
func (s *session) offersStatus(b *Break) bool {
	if len(s.desk.settings.Statuses) == 0 || b.State != BreakRunning {
		return false
	}

	account, ok := s.account(b.Who)

	return b.Away || ok && slices.Contains(s.desk.settings.Statuses, account.Platform())
}

// statusParts say what others see of somebody's break, which is nothing unless they
// wish it.
func (s *session) statusParts(b *Break) []chat.Part {
	if !s.offersStatus(b) {
		return nil
	}

	var line chat.Text

	switch {
	case b.Status.Trouble == StatusTheirs:
		line = chat.Plain("You have a status of your own, so I leave it as it is.")
	case b.Status.Trouble == StatusFails:
		line = chat.Plain("I can't set your status. Nobody else was told.")
	case b.Status.Trouble == StatusWaits:
		line = chat.Plain("I can't set your status yet; I try again in a moment.")
	case !b.Away:
		line = chat.Line("If you like, others read “%v” in your status meanwhile, and no reason.", statusText)
	case b.Status.Unsure:
		line = chat.Line("Your status says “%v” in a moment.", statusText)
	default:
		line = chat.Line("Your status says “%v”. It goes away at %v, or when you are ready.", statusText, b.Until)
	}

	return []chat.Part{chat.Small{Text: line}}
}

// statusChoices let somebody show in their status that they will be back.
func (s *session) statusChoices(b *Break) []chat.Choice {
	if !s.offersStatus(b) {
		return nil
	}

	choice := chat.Choice{Action: "break_show", Value: strconv.Itoa(b.Message), Label: "Show it in my status"}
	if b.Away {
		choice.Action, choice.Label = "break_hide", "Don't show it"
	}

	return []chat.Choice{choice}
}
