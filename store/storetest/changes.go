package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// several does one thing of every kind that writes.
func several(tx bot.Tx) error {
	id, err := tx.NextEscalation()
	if err != nil {
		return err
	}

	f := newFull()
	f.escalation.ID, f.card.ID.Escalation = id, id

	if err := f.put(tx); err != nil {
		return err
	}

	for _, until := range []time.Time{start, start.Add(time.Hour)} {
		if err := tx.PutPause("slack", until); err != nil {
			return err
		}
	}

	if err := tx.ForgetEscalation(1); err != nil {
		return err
	}

	if err := errors.Join(severalOfDuty(tx), severalAfterCall(tx)); err != nil {
		return err
	}

	if _, err := tx.ForgetOnce(start.Add(time.Hour), 1); err != nil {
		return err
	}

	return tx.KeepOnce("key", "other", start.Add(time.Hour))
}

// before puts what several then meets.
func before(t *testing.T, s bot.Store) (full, duty, afterCall) {
	f, d, a := newFull(), dutyNumbered(1, 1), afterCallFound()
	f.escalation.ID, f.card.ID.Escalation = 1, 1

	update(t, s, func(tx bot.Tx) error {
		if _, err := tx.NextEscalation(); err != nil {
			return err
		}

		if err := tx.KeepOnce("key", "first", start); err != nil {
			return err
		}

		if err := errors.Join(d.put(tx), a.put(tx), a.answer(tx)); err != nil {
			return err
		}

		return f.put(tx)
	})

	return f, d, a
}

// untouched checks that several left no trace.
func untouched(t *testing.T, s bot.Store, f full, d duty, a afterCall) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		f.check(t, tx)
		same(t, `Once("key")`, must[string](t)(tx.Once("key")), "first")
		same(t, `Pause("slack")`, must[time.Time](t)(tx.Pause("slack")), time.Time{})
		same(t, "Due()", must[[]bot.EscalationID](t)(tx.Due(start.AddDate(99, 0, 0), 10)), dueOf(f))
		same(t, "Concerning()", must[[]bot.EscalationID](t)(tx.Concerning(f.escalation.Agent)), []bot.EscalationID{1})
		same(t, "Outbox()", must[[]bot.CardID](t)(tx.Outbox()), append([]bot.CardID{f.card.ID}[:outboxOf(f)], d.card.ID, a.card.ID))
		_, err := tx.Escalation(2)
		isNotFound(t, "Escalation(E-2)", err)
		dutyUntouched(t, tx, d)
		afterCallUntouched(t, tx, a)

		return nil
	})

	update(t, s, func(tx bot.Tx) error {
		same(t, "NextChange()", must[bot.ChangeID](t)(tx.NextChange()), bot.ChangeID(2))
		same(t, "NextNote()", must[bot.NoteID](t)(tx.NextNote()), bot.NoteID(2))
		same(t, "ForgetNotes()", must[int](t)(tx.ForgetNotes(d.note.At.Add(1), 10)), 1)
		same(t, "NextEscalation()", must[bot.EscalationID](t)(tx.NextEscalation()), bot.EscalationID(2))
		same(t, "ForgetOnce()", must[int](t)(tx.ForgetOnce(start.Add(1), 10)), 1)

		return nil
	})
}

func dueOf(f full) []bot.EscalationID {
	if f.escalation.Due().IsZero() {
		return nil
	}

	return []bot.EscalationID{f.escalation.ID}
}

func outboxOf(f full) int {
	if f.card.Pending() {
		return 1
	}

	return 0
}

func errorUndoes(t *testing.T, s bot.Store) {
	f, d, a := before(t, s)
	want := errors.New("no")

	got := s.Update(t.Context(), func(tx bot.Tx) error {
		if err := several(tx); err != nil {
			t.Error(err)
		}

		return want
	})
	if got != want { //nolint:errorlint // as it is means as it is
		t.Errorf("Update() = %v, want %v itself", got, want)
	}

	untouched(t, s, f, d, a)

	if got := s.View(t.Context(), func(bot.Tx) error { return want }); got != want { //nolint:errorlint // likewise
		t.Errorf("View() = %v, want %v itself", got, want)
	}
}

func panicUndoes(t *testing.T, s bot.Store) {
	f, d, a := before(t, s)

	func() {
		defer func() {
			if p := recover(); p != "boom" {
				t.Errorf("recover() = %v, want boom", p)
			}
		}()

		_ = s.Update(t.Context(), func(tx bot.Tx) error {
			if err := several(tx); err != nil {
				t.Error(err)
			}

			panic("boom")
		})

		t.Error("Update() returned, want a panic")
	}()

	untouched(t, s, f, d, a)
}

// goexitUndoes is what happens to a test that fails within a change.
func goexitUndoes(t *testing.T, s bot.Store) {
	f, d, a := before(t, s)
	ended := make(chan struct{})

	go func() {
		defer close(ended)

		_ = s.Update(t.Context(), func(tx bot.Tx) error {
			if err := several(tx); err != nil {
				t.Error(err)
			}

			runtime.Goexit()

			return nil
		})
	}()
	<-ended

	untouched(t, s, f, d, a)
}

func ignoredError(t *testing.T, s bot.Store) {
	update(t, s, func(tx bot.Tx) error {
		if err := tx.Append(1, bot.Entry{N: 1, Text: "one"}); err != nil {
			return err
		}

		if err := tx.Append(1, bot.Entry{N: 3}); err == nil {
			t.Error("Append(E-1, 3) = nil, want an error")
		}

		_, err := tx.Escalation(1)
		isNotFound(t, "Escalation(E-1)", err)

		return tx.Append(1, bot.Entry{N: 2, Text: "two"})
	})
	view(t, s, func(tx bot.Tx) error {
		same(t, "Timeline()", must[[]bot.Entry](t)(tx.Timeline(1)), []bot.Entry{{N: 1, Text: "one"}, {N: 2, Text: "two"}})
		return nil
	})
}

func viewChangesNothing(t *testing.T, s bot.Store) {
	f, d, a := before(t, s)

	view(t, s, func(tx bot.Tx) error {
		_, next := tx.NextEscalation()
		_, forget := tx.ForgetOnce(start.Add(time.Hour), 10)
		_, nextChange := tx.NextChange()
		_, nextNote := tx.NextNote()
		_, forgetNotes := tx.ForgetNotes(start.AddDate(99, 0, 0), 10)
		_, forgetBreaks := tx.ForgetBreaks(never, 10)
		_, forgetFeedback := tx.ForgetFeedback(never, 10)

		for call, err := range map[string]error{
			"NextEscalation": next, "ForgetOnce": forget,
			"PutEscalation":    tx.PutEscalation(&bot.Escalation{ID: 1, State: bot.Paging}),
			"ForgetEscalation": tx.ForgetEscalation(1),
			"Append":           tx.Append(1, bot.Entry{N: 4}),
			"PutCard":          tx.PutCard(&bot.Card{ID: f.card.ID, Wanted: 9}),
			"KeepOnce":         tx.KeepOnce("key", "other", start),
			"PutIdentity":      tx.PutIdentity(&bot.Identity{Who: f.identity.Who}),
			"PutPause":         tx.PutPause("slack", start),
			"NextChange":       nextChange, "NextNote": nextNote, "ForgetNotes": forgetNotes,
			"PutChange": tx.PutChange(&bot.Change{ID: 1}),
			"PutNote":   tx.PutNote(&bot.Note{ID: 1}),
			"PutWatch":  tx.PutWatch(&bot.Watch{Team: d.watch.Team}),
			"PutPaged":  tx.PutPaged(d.change.Who, start),
			"PutFeed":   tx.PutFeed(&bot.Feed{Team: d.feed.Team}),

			"ForgetBreaks": forgetBreaks, "ForgetFeedback": forgetFeedback,
			"PutBreak":    tx.PutBreak(&bot.Break{Who: a.rest.Who}),
			"PutDigest":   tx.PutDigest(&bot.Digest{Team: a.digest.Team}),
			"AddFeedback": a.answer(tx),
		} {
			if err == nil {
				t.Errorf("%s within a View = nil, want an error", call)
			}
		}

		return nil
	})

	untouched(t, s, f, d, a)
}

func seesItself(t *testing.T, s bot.Store) {
	f, d, a := newFull(), dutyNumbered(1, 1), afterCallFound()
	update(t, s, func(tx bot.Tx) error {
		if err := f.put(tx); err != nil {
			return err
		}

		f.check(t, tx)

		if err := d.put(tx); err != nil {
			return err
		}

		dutyUntouched(t, tx, d)

		if err := errors.Join(a.put(tx), a.answer(tx)); err != nil {
			return err
		}

		afterCallUntouched(t, tx, a)

		if err := tx.ForgetEscalation(f.escalation.ID); err != nil {
			return err
		}

		_, err := tx.Escalation(f.escalation.ID)
		isNotFound(t, "Escalation()", err)

		return nil
	})
}

// counterKey is where the tests below count.
const counterKey = "counter"

func count(tx bot.Tx) (int, error) {
	result, err := tx.Once(counterKey)
	if errors.Is(err, bot.ErrNotFound) {
		return 0, nil
	}

	if err != nil {
		return 0, err
	}

	return strconv.Atoi(result)
}

func countUp(tx bot.Tx) error {
	n, err := count(tx)
	if err != nil {
		return err
	}

	return tx.KeepOnce(counterKey, strconv.Itoa(n+1), start.Add(time.Duration(n)))
}

// viewIsConsistent moves a number of tokens between two pauses; no View may see
// another sum.
func viewIsConsistent(t *testing.T, s bot.Store) {
	move := func(to time.Duration) func(bot.Tx) error {
		return func(tx bot.Tx) error {
			if err := tx.PutPause("a", start.Add(to)); err != nil {
				return err
			}

			return tx.PutPause("b", start.Add(-to))
		}
	}

	update(t, s, move(0))

	ctx, cancel := context.WithCancel(t.Context())

	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				_ = s.View(t.Context(), func(tx bot.Tx) error {
					a, b := must[time.Time](t)(tx.Pause("a")), must[time.Time](t)(tx.Pause("b"))
					if a.Sub(start) != start.Sub(b) {
						t.Errorf("a View sees %v and %v", a.Sub(start), b.Sub(start))
					}

					return nil
				})
			}
		})
	}

	for i := range 200 {
		update(t, s, move(time.Duration(i)))
	}

	cancel()
	readers.Wait()
}

func noLostUpdate(t *testing.T, s bot.Store) {
	const callers, each = 64, 10

	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for range each {
				if err := s.Update(t.Context(), countUp); err != nil {
					t.Errorf("Update() = %v, want nil", err)
				}
			}
		})
	}
	all.Wait()

	view(t, s, func(tx bot.Tx) error {
		same(t, "the count", must[int](t)(count(tx)), callers*each)
		return nil
	})
}

// failuresApart lets callers that count, that fail, that panic and that are
// stopped share commits.
func failuresApart(t *testing.T, s bot.Store) {
	const callers = 128

	ends := []func(){
		func() {},
		func() { panic("boom") },
		func() { runtime.Goexit() },
	}

	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			defer func() { _ = recover() }()

			err := s.Update(t.Context(), func(tx bot.Tx) error {
				if err := countUp(tx); err != nil {
					return err
				}

				if i%4 == 3 {
					return fmt.Errorf("caller %d", i)
				}

				ends[i%4]()

				return nil
			})

			switch want := fmt.Sprintf("caller %d", i); {
			case i%4 == 3 && (err == nil || err.Error() != want):
				t.Errorf("Update() = %v, want %q", err, want)
			case i%4 == 0 && err != nil:
				t.Errorf("Update() = %v, want nil", err)
			}
		})
	}
	all.Wait()

	view(t, s, func(tx bot.Tx) error {
		same(t, "the count", must[int](t)(count(tx)), callers/4)
		return nil
	})
}

func endedContext(t *testing.T, s bot.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	never := func(bot.Tx) error {
		t.Error("it ran")
		return nil
	}

	if err := s.Update(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("Update() = %v, want %v", err, context.Canceled)
	}

	if err := s.View(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("View() = %v, want %v", err, context.Canceled)
	}
}
