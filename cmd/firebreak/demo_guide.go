package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// guide is the checklist that the page shows: one hard call, and the week after
// it. Its steps check themselves by what happened.
func (d *demo) guide() *workspace.Guide {
	saw := d.look()

	const lead = "When a call with a customer gets hard, Firebreak brings a supervisor, and sees to it that what was promised is kept. " +
		"Here you are everybody: press a face to be that person."

	paged := "A Ms Kovac came before. Press *Same customer* to see what she is owed, then *Take it*"
	if saw.known {
		paged = "Her page says how often this customer came, and what they are owed. Press *Take it*"
	}

	return d.ticks.keep(&workspace.Guide{Lead: lead, Parts: []workspace.GuidePart{
		{Title: "Your first escalation", Steps: []workspace.GuideStep{
			{As: "U0MARIA", Text: "A customer is shouting at her. Type `/escalate now`", Done: saw.happened[bot.WasOpened]},
			{As: "U0MARIA", Text: "Dana is paged. Who is the customer? Press *Add context*, and write `Ms Kovac`", Done: saw.named || saw.happened[bot.WasResolved]},
			{As: "U0DANA", Text: paged, Done: saw.happened[bot.WasTaken]},
			{As: "U0MARIA", Text: "She sees who is coming, and how to say it. Press *I introduced them*", Done: saw.happened[bot.WasIntroduced] || saw.happened[bot.WasResolved]},
			{As: "U0DANA", Text: "She has the customer. Press *Customer is with me*", Done: saw.happened[bot.WasJoined]},
			{As: "U0DANA", Text: "It is settled. Press *Resolve*: how did it end, what was promised?", Done: saw.happened[bot.WasResolved]},
		}},
		{Title: "The week after", Steps: []workspace.GuideStep{
			{As: "U0MARIA", Text: "That was hard: she is offered a break. Press *Start now*", Done: saw.rested || saw.resting},
			{As: "U0MARIA", Text: "Move the clock by *+10 min*. Then she presses *I'm ready*", Done: saw.rested},
			{As: "U0DANA", Text: "What does she owe the customer? Type `/followups`", Done: saw.listed},
			{As: "U0DANA", Text: "Move the clock by *+1 day*. What she owes is due: press *Done* or *Reschedule*", Done: saw.happened[bot.WasDone] || saw.happened[bot.WasDoneLate] || saw.happened[bot.WasMoved]},
			{As: "U0MARIA", Text: "She was asked how the help was. Press *Give feedback*", Done: saw.answered},
			{As: "U0PRIYA", Text: "Move it to *Mon 09:00*, and read the week in *#billing-escalations*", Done: saw.told},
		}},
		{Title: "When nobody answers", Steps: []workspace.GuideStep{
			{As: "U0TOM", Text: "He needs help too. Type `/escalate now`, then move the clock by *+1 min*", Done: saw.happened[bot.WasUnanswered]},
			{As: "U0LEE", Text: "Dana must leave for a while. Type `/duty cover @dana for 1h`", Done: saw.covered},
		}},
	}})
}

// ticks are the steps that were done: they stay so, whatever happens then.
type ticks struct {
	mu   sync.Mutex
	done map[string]bool // by the step's text
}

// keep ticks what was done before.
func (t *ticks) keep(g *workspace.Guide) *workspace.Guide {
	t.mu.Lock()
	defer t.mu.Unlock()

	if t.done == nil {
		t.done = map[string]bool{}
	}

	for _, part := range g.Parts {
		for i := range part.Steps {
			step := &part.Steps[i]
			t.done[step.Text] = t.done[step.Text] || step.Done
			step.Done = t.done[step.Text]
		}
	}

	return g
}

// A look is what the guide knows of what happened in the demo.
type look struct {
	happened map[bot.What]bool // since the demo began, in those of the past and the first few after
	named    bool              // it was said of one of them who the customer is
	known    bool              // … by their reference
	resting  bool              // Maria is on a break
	rested   bool              // … or had one, or wanted none
	answered bool              // she said how the help was
	covered  bool              // somebody was given Dana's duty
	told     bool              // the digest of the demo's week was sent
	listed   bool              // Dana saw what she owes
}

func (d *demo) look() look {
	saw := look{happened: map[bot.What]bool{}, listed: d.listed()}

	_ = d.app.store.View(context.Background(), func(tx bot.Tx) error {
		for id := bot.EscalationID(1); id < d.first+5; id++ {
			if err := saw.lookAt(tx, id, d.began); err != nil {
				return err
			}
		}

		if b, err := tx.Break(maria); err == nil {
			saw.resting = b.State == bot.BreakRunning || b.State == bot.BreakEnding
			saw.rested = b.End != ""
		}

		if digest, err := tx.Digest(bot.TeamID(d.app.config.Teams[0].Key)); err == nil {
			saw.told = digest.Until.After(d.began)
		}

		changes, err := tx.Changes("dana", time.Time{})
		saw.covered = len(changes) > 0

		return err
	})

	return saw
}

// lookAt looks at an escalation: what there was before the demo began is no
// step of the guide.
func (s *look) lookAt(tx bot.Tx, id bot.EscalationID, began time.Time) error {
	entries, err := tx.Timeline(id)
	if err != nil {
		return err
	}

	for _, entry := range entries {
		s.happened[entry.What] = s.happened[entry.What] || !entry.At.Before(began)
	}

	if e, err := tx.Escalation(id); err == nil && !e.Opened.Before(began) {
		s.known = s.known || e.Context.Reference != ""
		s.named = s.named || s.known || e.Context.Customer != ""
		s.answered = s.answered || slices.ContainsFunc(e.Asked, func(a bot.Asked) bool { return !a.Answered.IsZero() })
	}

	return nil
}

// listed reports whether Dana sees what she owes: only she does, and nothing is
// kept of it.
func (d *demo) listed() bool {
	dana := d.workspace.Person("dana")

	return slices.ContainsFunc([]string{dana.DM(), "C0BILLING", "C0DESK"}, func(conversation string) bool {
		_, owes := dana.Find(conversation, "Your follow-ups and promises")
		_, free := dana.Find(conversation, "You owe nobody anything")

		return owes || free
	})
}
