package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Undeliverable is told, inside the transaction that records it, that a card
// can't be delivered: a page goes to the next person at once, and all else is
// written on the timeline. It returns the cards that are to be shown for it.
func (d *Desk) Undeliverable(tx Tx, card *Card, failure *chat.Failure, now time.Time) ([]CardID, error) {
	return d.onTimeline(tx, card, now, func() Event {
		if card.ID.Role == PageCard {
			return Unreachable{Who: card.ID.Person, Attempt: card.ID.N, Reason: failure.Code}
		}

		return Undelivered{Whom: card.ID.Person, Reason: failure.Code}
	}())
}

// Doubled is told that a message may have been sent twice.
func (d *Desk) Doubled(tx Tx, card *Card, now time.Time) ([]CardID, error) {
	return d.onTimeline(tx, card, now, PossiblyDoubled{Whom: card.ID.Person, Attempt: card.ID.N})
}

func (d *Desk) onTimeline(tx Tx, card *Card, now time.Time, ev Event) ([]CardID, error) {
	if card.ID.Role == HomeCard || card.ID.Role == ThreadCard {
		return nil, nil
	}

	s := &session{Tx: tx, desk: d, now: now}

	e, err := s.Escalation(card.ID.Escalation)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}

	if err != nil {
		return nil, err
	}

	err = s.apply(e, ev)
	if _, late := errors.AsType[*LateError](err); late {
		return nil, nil
	}

	if _, again := errors.AsType[*NoChangeError](err); again {
		return nil, nil
	}

	return s.wanted, err
}

// unrecorded is what happens to a call for help while nothing can be kept: the
// page goes out all the same, to everybody at once, and says so.
func (d *Desk) unrecorded(ctx context.Context, key string, account chat.Person, team TeamID) chat.Reply {
	d.log.ErrorContext(ctx, "the disk is full: a page goes out unrecorded", "team", team)

	drawings := map[string]Drawing{}

	err := d.view(ctx, func(s *session) error {
		drawings = s.unrecordedPages(account, team)

		return nil
	})

	var told []string

	for _, name := range slices.Sorted(maps.Keys(drawings)) {
		if d.urgent == nil {
			break
		}

		if _, err := d.urgent(ctx, drawings[name], "unrecorded/"+key+"/"+name); err == nil {
			told = append(told, name)
		}
	}

	if err != nil || len(told) == 0 {
		return chat.Reply{Message: chat.Notice("I can't keep anything right now (the disk is full) and could not reach anybody. Call a supervisor yourself, and tell whoever runs this bot.")}
	}

	return chat.Reply{Message: chat.Notice(
		"I can't keep anything right now (the disk is full), so this has no number and I can't follow it up. I have written to %v. If nobody answers within a minute, call a supervisor yourself.", enumerated(told))}
}

// unrecordedPages are the messages to everybody who could be paged, by name.
func (s *session) unrecordedPages(account chat.Person, id TeamID) map[string]Drawing {
	drawings := map[string]Drawing{}

	team := s.desk.settings.team(id)
	if team == nil {
		return drawings
	}

	agent := s.whois(account)
	onDuty := s.desk.duty.OnDuty(id, s.now)

	for _, who := range without(append(slices.Clone(onDuty), team.Managers...), []PersonID{agent}) {
		drawing, err := s.drawFor(who, chat.Message{
			Title: s.name(agent) + " needs a supervisor now",
			Parts: []chat.Part{chat.Paragraph{Text: chat.Line(
				"I can't keep anything right now (the disk is full), so there are no buttons: write to %v directly, and tell the others that you have it.", s.name(agent))}},
		})
		if err == nil {
			drawings[s.name(who)] = drawing
		}
	}

	return drawings
}
