package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Undeliverable is told, inside the transaction that records it, that a card
// can't be delivered: a page goes to the next person at once, a digest elsewhere,
// who wished a check-in is told, and all else is written on the timeline. It returns
// the cards that are to be shown for it.
func (d *Desk) Undeliverable(tx Tx, card *Card, failure *chat.Failure, now time.Time) ([]CardID, error) {
	if card.ID.Role == NoteCard {
		s := &session{Tx: tx, desk: d, now: now}
		lost := s.inviteLost

		if card.ID.Person == "" {
			lost = s.digestElsewhere
		}

		err := lost(NoteID(card.ID.N)) //nolint:gosec // it came from one

		return s.wanted, err
	}

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
	if card.ID.Role == HomeCard || card.ID.Role == ThreadCard || card.ID.Role == BreakCard {
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

// unrecordedFor is how long posting an unrecorded page may take, and
// unrecordedWait how long the agent waits to read whom it reached.
const (
	unrecordedFor  = 10 * time.Second
	unrecordedWait = 1500 * time.Millisecond
)

// unrecorded is what happens to a call for help while nothing can be kept: the
// page goes out all the same, to everybody at once, and says so.
func (d *Desk) unrecorded(ctx context.Context, key string, account chat.Person, call Open) chat.Reply {
	d.log.ErrorContext(ctx, "nothing can be kept: a page goes out unrecorded", "team", call.Team)

	var pages []unrecordedPage

	err := d.view(ctx, func(s *session) error {
		pages = s.unrecordedPages(account, call)

		return nil
	})
	if told := d.postUnrecorded(ctx, key, pages); err == nil && len(told) > 0 {
		return chat.Reply{Message: chat.Notice(
			"I can't keep anything right now, so this has no number and I can't follow it up. I have written to %v. If nobody answers within a minute, call a supervisor yourself.", enumerated(told))}
	}

	return chat.Reply{Message: chat.Notice("I can't keep anything right now, and I don't know whether I reached anybody. Call a supervisor yourself, and tell whoever runs this bot.")}
}

// An unrecordedPage is a page that is kept nowhere.
type unrecordedPage struct {
	who     PersonID
	name    string
	drawing Drawing
}

// postUnrecorded posts all pages at the same time, and returns the names of
// those whom they reached while the agent waits. The others are still tried.
func (d *Desk) postUnrecorded(ctx context.Context, key string, pages []unrecordedPage) []string {
	if d.urgent == nil {
		return nil
	}

	posting, cancel := context.WithTimeout(context.WithoutCancel(ctx), unrecordedFor)
	reached := make(chan int, len(pages))

	var all sync.WaitGroup

	for i, page := range pages {
		all.Go(func() {
			if _, err := d.urgent(posting, page.drawing, "unrecorded/"+key+"/"+string(page.who)); err == nil {
				reached <- i
			}
		})
	}

	go func() {
		all.Wait()
		cancel()
		close(reached)
	}()

	return namesReached(pages, reached)
}

// namesReached waits a little for the numbers of pages that got through, and returns
// the names of those people, in the order of the pages.
func namesReached(pages []unrecordedPage, reached <-chan int) []string {
	var got []int

	wait := time.NewTimer(unrecordedWait)
	defer wait.Stop()

	for open := true; open; {
		var i int

		select {
		case i, open = <-reached:
			if open {
				got = append(got, i)
			}
		case <-wait.C:
			open = false
		}
	}

	slices.Sort(got)

	names := make([]string, len(got))
	for i, n := range got {
		names[i] = pages[n].name
	}

	return names
}

// unrecordedPages are the messages to everybody who could be paged.
func (s *session) unrecordedPages(account chat.Person, call Open) []unrecordedPage {
	team := s.desk.settings.team(call.Team)
	if team == nil {
		return nil
	}

	agent := s.name(s.whois(account))
	m := chat.Message{
		Title: agent + " needs a supervisor now",
		Parts: []chat.Part{chat.Paragraph{Text: chat.Line(
			"I can't keep anything right now, so there are no buttons: write to %v directly, and tell the others that you have it.", agent)}},
	}

	for _, words := range []chat.Quote{{Label: "Customer", Text: call.Context.Customer}, {Label: "What happened", Text: call.Context.Happened}} {
		if words.Text != "" {
			m.Parts = append(m.Parts, words)
		}
	}

	var pages []unrecordedPage

	for _, who := range s.unrecordedTo(team, s.whois(account)) {
		if drawing, err := s.drawFor(who, m); err == nil {
			pages = append(pages, unrecordedPage{who, s.name(who), drawing})
		}
	}

	return pages
}

// unrecordedTo returns who is on duty and the managers; the whole team where
// nobody on duty can be written to but the agent. Nothing follows this page up,
// so it goes to one too many rather than to nobody.
func (s *session) unrecordedTo(team *Team, agent PersonID) []PersonID {
	people := without(s.onDuty(team, s.now), []PersonID{agent})
	if !slices.ContainsFunc(people, func(who PersonID) bool { return !s.gone(who) }) {
		people = team.Supervisors
	}

	return without(union(people, team.Managers), []PersonID{agent})
}
