package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// A kept is an escalation with its timeline, as the store has them.
type kept struct {
	*bot.Escalation
	timeline []bot.Entry
}

// kept reads the store once the bot has ended, and how many cards wait.
func (f *floor) kept() (all []kept, waiting int) {
	f.t.Helper()

	store, err := bolt.Open(filepath.Join(f.dir, "data", databaseName), bolt.Options{Now: time.Now})
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = store.Close() }()

	err = store.View(f.t.Context(), func(tx bot.Tx) error {
		for id, missing := bot.EscalationID(1), 0; missing < 100; id++ {
			e, err := tx.Escalation(id)
			if errors.Is(err, bot.ErrNotFound) {
				missing++

				continue
			}

			timeline, timelineErr := tx.Timeline(id)
			if err := errors.Join(err, timelineErr); err != nil {
				return err
			}

			all = append(all, kept{e, timeline})
		}

		cards, err := tx.Outbox()
		for _, id := range cards {
			if card, err := tx.Card(id); err == nil && card.Wanted != card.Shown {
				waiting++
			}
		}

		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}

	return all, waiting
}

// A toll is what became of everything.
type toll struct {
	kills, tried, acknowledged, escalations int
	lost, unfinished, waiting               int // acknowledged and not there, not resolved, not shown
	posts, ambiguous                        int
	pages, moot, lostPages                  int // on timelines, needless before they could be sent, never sent
	doubled, standing, unflagged            int // messages that were posted twice, still are there twice, are not flagged
}

func (t *toll) String() string {
	return fmt.Sprintf("%d kills: %d escalations tried, %d acknowledged, %d kept; %d acknowledged lost, %d unfinished, %d cards unshown; "+
		"%d messages, %d of them answered ambiguously; %d pages, %d moot, %d lost; %d doubled, %d still there twice, %d doubled without a flag",
		t.kills, t.tried, t.acknowledged, t.escalations, t.lost, t.unfinished, t.waiting,
		t.posts, t.ambiguous, t.pages, t.moot, t.lostPages, t.doubled, t.standing, t.unflagged)
}

// count compares what people were told with what was kept, and what was kept
// with what was posted.
func (f *floor) count(kills int) toll {
	f.t.Helper()

	all, waiting := f.kept()
	journal := f.workspace.Journal()
	t := toll{kills: kills, tried: f.tried, acknowledged: len(f.acknowledged), escalations: len(all), waiting: waiting, posts: len(journal.Posts)}

	for _, call := range journal.Of("chat.postMessage") {
		if call.Fault == workspace.CutAfter || call.Fault == workspace.LoseAfter {
			t.ambiguous++
		}
	}

	t.lost = f.lost(all)
	posted := journal.ByMetadata("key", false)

	for _, e := range all {
		if e.State.Open() {
			t.unfinished++
			f.t.Logf("%v is %v", e.ID, e.State)
		}

		if posted[cardKey(bot.AgentCard, e.ID, e.Agent, 0)] == 0 {
			t.lostPages++
			f.t.Logf("the agent of %v never saw their card", e.ID)
		}

		e.countPages(f.t, posted, &t)
	}

	t.countDoubles(f.t, all, posted, journal.ByMetadata("key", true))

	return t
}

// lost is how many escalations people were told of and nobody kept.
func (f *floor) lost(all []kept) int {
	there := map[string]string{}
	for _, e := range all {
		there[e.Context.Happened] = e.ID.String()
	}

	lost := 0

	for happened, id := range f.acknowledged {
		if held, ok := there[happened]; !ok || id != "" && id != held {
			lost++
			f.t.Logf("%v was acknowledged as %q and is kept as %q", happened, id, held)
		}
	}

	return lost
}

func cardKey(role bot.Role, id bot.EscalationID, who bot.PersonID, n int) string {
	return bot.CardID{Role: role, Escalation: id, Person: who, N: n}.String()
}

// countPages looks for the message of each page on the timeline. There need be
// none where somebody else took it before it could be sent.
func (e kept) countPages(t *testing.T, posted map[string]int, sum *toll) {
	for i, entry := range e.timeline {
		if entry.What != bot.WasPaged {
			continue
		}

		sum.pages++

		switch {
		case posted[cardKey(bot.PageCard, e.ID, entry.Whom, entry.Attempt)] > 0:
		case e.overtaken(i):
			sum.moot++
		default:
			sum.lostPages++
			t.Logf("page %d of %v never reached %v", entry.Attempt, e.ID, entry.Whom)
		}
	}
}

// overtaken reports whether paging ended before the page's wait was over.
func (e kept) overtaken(page int) bool {
	for _, later := range e.timeline[page+1:] {
		switch {
		case later.Whom == e.timeline[page].Whom && (later.What == bot.WasUnanswered || later.What == bot.WasUnreachable):
			return false
		case later.To != bot.Paging:
			return true
		}
	}

	return false
}

func (t *toll) countDoubles(tb *testing.T, all []kept, posted, live map[string]int) {
	flags := map[string]bool{}

	for _, e := range all {
		for _, entry := range e.timeline {
			if entry.What == bot.WasDoubled {
				flags[fmt.Sprint(e.ID, "/", entry.Whom, "/", entry.Attempt)] = true
			}
		}
	}

	for key, n := range posted {
		if n < 2 {
			continue
		}

		t.doubled++

		if live[key] > 1 {
			t.standing++
		}

		card, err := bot.ParseCardID(key)
		if err != nil {
			tb.Fatal(err)
		}

		// A line of a thread, and what belongs to no escalation, has no timeline to be
		// flagged on.
		if card.Role != bot.ThreadCard && card.Escalation != 0 && !flags[fmt.Sprint(card.Escalation, "/", card.Person, "/", card.N)] {
			t.unflagged++
			tb.Logf("%v was posted %d times without a flag", key, n)
		}
	}
}
