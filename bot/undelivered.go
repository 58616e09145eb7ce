package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Undeliverable is told, inside the transaction that records it, that a card
// can't be delivered. Whoever has another account is written to there. Else a page
// goes to the next person at once, a digest elsewhere, who wished a check-in is
// told, and all else is written on the timeline. It returns the cards that are to be
// shown for it.
func (d *Desk) Undeliverable(tx Tx, card *Card, failure *chat.Failure, now time.Time) ([]CardID, error) {
	s := &session{Tx: tx, desk: d, now: now}

	if card.ID.Role != PageCard && failure.Kind == chat.Unreachable {
		if moved, err := s.move(card); moved || err != nil {
			return nil, err
		}
	}

	if card.ID.Role == NoteCard {
		lost := s.inviteLost

		if card.ID.Person == "" {
			lost = s.digestElsewhere
		}

		err := lost(NoteID(card.ID.N)) //nolint:gosec // it came from one

		return s.wanted, err
	}

	return d.onTimeline(tx, card, now, func(s *session, e *Escalation) (Event, error) {
		if card.ID.Role != PageCard {
			return Undelivered{Whom: card.ID.Person, Reason: failure.Code}, nil
		}

		ev := s.unreachable(e, card, failure.Code)
		if failure.Kind != chat.Unreachable {
			return ev, nil
		}

		return ev, s.lose(card.ID.Person, ev.On)
	})
}

// Late is told, inside the transaction that records it, that a page does not get
// through. Whoever has another account is paged there too: a platform that does not
// answer must not keep a page from somebody who can be reached by the other. Without
// one it is waited for like any other.
func (d *Desk) Late(tx Tx, card *Card, failure string, now time.Time) ([]CardID, error) {
	return d.onTimeline(tx, card, now, func(s *session, e *Escalation) (Event, error) {
		ev := s.unreachable(e, card, cmp.Or(failure, "late"))
		if ev.Elsewhere == "" {
			return nil, &NoChangeError{e.ID}
		}

		return ev, s.lose(card.ID.Person, ev.On)
	})
}

// unreachable is what follows from a page that can't be delivered: it goes to
// another account of the person's, if there is one that it was not tried by. On a
// platform that refuses the bot it would only wait, while the next person could come.
func (s *session) unreachable(e *Escalation, card *Card, reason string) Unreachable {
	who := card.ID.Person
	ev := Unreachable{Who: who, Attempt: card.ID.N, Reason: reason, On: s.wentTo(card)}
	tried := []chat.Person{ev.On}
	if page := e.page(who); page != nil {
		tried = append(tried, page.Tried...)
	}

	left := slices.DeleteFunc(without(s.usable(who), tried), func(account chat.Person) bool { return s.desk.avoids(account.Platform()) })
	if len(left) > 0 {
		ev.Elsewhere = left[0]
	}

	return ev
}

// wentTo returns the account that a card went to.
func (s *session) wentTo(card *Card) chat.Person {
	if card.To != "" {
		return card.To
	}

	account, _ := s.account(card.ID.Person) // it was wanted by an older version, or before they had an account

	return account
}

// move has a card other than a page go to another account of the person's, unless
// that could not be reached a moment ago either, and reports whether it does. What
// stands by one account is not told again by the other, but for the card that the
// agent works with.
func (s *session) move(card *Card) (bool, error) {
	who := card.ID.Person
	if who == "" || !card.Ref.IsZero() && card.ID.Role != AgentCard {
		return false, nil
	}

	from := s.wentTo(card)
	left := without(s.usable(who), append(s.whereabouts(who).lost(s.now), from))

	if err := s.lose(who, from); err != nil || len(left) == 0 {
		return false, err
	}

	card.To, card.Ref, card.Drawn = left[0], chat.Ref{}, ""
	card.Dead, card.Failure = false, ""

	return true, s.PutCard(card)
}

// lose remembers that somebody can't be reached by an account, if they have
// another.
func (s *session) lose(who PersonID, account chat.Person) error {
	if len(s.usable(who)) < 2 {
		return nil
	}

	w := s.whereabouts(who)
	w.Lost, w.LostAt = account, s.now

	return s.PutWhereabouts(w)
}

// Doubled is told that a message may have been sent twice.
func (d *Desk) Doubled(tx Tx, card *Card, now time.Time) ([]CardID, error) {
	return d.onTimeline(tx, card, now, func(*session, *Escalation) (Event, error) {
		return PossiblyDoubled{Whom: card.ID.Person, Attempt: card.ID.N}, nil
	})
}

// onTimeline applies what happened with a card to its escalation, if it has one. That
// the escalation can't be read keeps nobody from recording what became of the card.
func (d *Desk) onTimeline(tx Tx, card *Card, now time.Time, happened func(*session, *Escalation) (Event, error)) ([]CardID, error) {
	if card.ID.Role == HomeCard || card.ID.Role == ThreadCard || card.ID.Role == BreakCard {
		return nil, nil
	}

	s := &session{Tx: tx, desk: d, now: now}

	e, err := s.Escalation(card.ID.Escalation)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
		return nil, nil
	}

	if err != nil {
		return nil, err
	}

	ev, err := happened(s, e)
	if err == nil {
		err = s.apply(e, ev)
	}

	if harmless(err) {
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
