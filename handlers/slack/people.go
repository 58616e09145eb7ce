package slack

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// Lookup returns the person with an e-mail address. It needs the scope
// users:read.email.
func (s *Slack) Lookup(ctx context.Context, email string) (chat.Profile, error) {
	user, err := s.api.GetUserByEmailContext(ctx, email)
	if err != nil {
		return chat.Profile{}, failed("users.lookupByEmail", err)
	}

	return profile(user), nil
}

// Profile returns what Slack knows of a person.
func (s *Slack) Profile(ctx context.Context, who chat.Person) (chat.Profile, error) {
	user, err := s.api.GetUserInfoContext(ctx, who.ID())
	if err != nil {
		return chat.Profile{}, failed("users.info", err)
	}

	return profile(user), nil
}

// profile is what Slack knows of somebody. They are called by their full name
// and not by the handle or nickname that they chose: colleagues who never met
// and customers hear it.
func profile(user *slack.User) chat.Profile {
	return chat.Profile{
		Who:      chat.PersonOn(chat.Slack, user.ID),
		Name:     chat.Single(cmp.Or(user.Profile.RealName, user.RealName, user.Profile.DisplayName, user.Name), maxLabel),
		Email:    user.Profile.Email,
		Zone:     user.TZ,
		Language: user.Locale,
		Gone:     user.Deleted,
		Guest:    user.IsRestricted || user.IsUltraRestricted,
		Machine:  user.IsBot || user.IsWorkflowBot || user.ID == "USLACKBOT",
	}
}

const (
	// acquaintAgain is for how long a profile counts as known.
	acquaintAgain = 24 * time.Hour
	// strangers is how many people may wait to be looked up. More than that
	// are looked up on what they do next.
	strangers = 256
)

// people tells the Front of everybody who does something, in the background and
// one at a time: it is not urgent, and must not use up the rate limit.
type people struct {
	slack *Slack
	front Acquainted // nil if the Front does not want to know

	mu    sync.Mutex
	known map[string]acquaintance

	waiting chan caller
}

// An acquaintance is somebody of whom the Front was told, or soon will be.
type acquaintance struct {
	at   time.Time    // when they were last to be looked up
	told chat.Profile // zero before it was
}

// A caller waits to be told of: as they now are, if Slack has said it, and else
// looked up.
type caller struct {
	user string
	now  *chat.Profile
}

func newPeople(s *Slack) *people {
	front, _ := s.opts.Front.(Acquainted)

	return &people{slack: s, front: front, known: make(map[string]acquaintance), waiting: make(chan caller, strangers)}
}

// Meet has the Front told of people before they do anything, so that their
// first page already says who they are. It is for those who are known to come:
// when there are too many, the rest are looked up on what they do first.
func (s *Slack) Meet(people ...chat.Person) {
	for _, who := range people {
		s.people.met(who.ID())
	}
}

// met notes that somebody did something.
func (p *people) met(user string) {
	if p.front == nil || user == "" || !p.stranger(user) {
		return
	}

	p.wait(caller{user: user})
}

// changed notes that Slack has told of somebody anew. It does so for everybody
// in the workspace and at every change of a status, so that only what the Front
// knows and has not heard yet is passed on.
func (p *people) changed(now chat.Profile) {
	user := now.Who.ID()
	if p.front == nil || user == "" || !p.news(now) {
		return
	}

	p.wait(caller{user, &now})
}

// news reports whether the profile is of an acquaintance and differs from what
// was told of them. Slack does not always tell the language; that is no news.
func (p *people) news(now chat.Profile) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	known, ok := p.known[now.Who.ID()]
	now.Language = cmp.Or(now.Language, known.told.Language)

	return ok && known.told != now
}

// wait queues a caller. One for whom there is no room is looked up on what they
// do next.
func (p *people) wait(c caller) {
	select {
	case p.waiting <- c:
	default:
		p.forget(c.user)
	}
}

// stranger reports whether the user is to be looked up, and counts them as
// known from then on.
func (p *people) stranger(user string) bool {
	now := p.slack.opts.Now()

	p.mu.Lock()
	defer p.mu.Unlock()

	known, ok := p.known[user]
	if ok && now.Sub(known.at) < acquaintAgain {
		return false
	}

	known.at = now
	p.known[user] = known

	return true
}

func (p *people) forget(user string) {
	p.mu.Lock()
	defer p.mu.Unlock()

	delete(p.known, user)
}

// keep notes what the Front was told.
func (p *people) keep(user string, told chat.Profile) {
	p.mu.Lock()
	defer p.mu.Unlock()

	known := p.known[user]
	known.told = told
	p.known[user] = known
}

func (p *people) run(ctx context.Context) {
	for {
		select {
		case c := <-p.waiting:
			p.acquaint(ctx, c)
		case <-ctx.Done():
			return
		}
	}
}

// acquaint tells of one person. A failure is forgotten, so that it is tried
// again on what they do next; a rate limit is waited for.
func (p *people) acquaint(ctx context.Context, c caller) {
	within, cancel := context.WithTimeout(ctx, 2*link.CallTimeout)
	defer cancel()

	now, err := p.lookUp(within, c)
	if err == nil {
		err = p.front.Acquaint(within, now)
	}

	if err == nil {
		p.keep(c.user, now)

		return
	}

	p.forget(c.user)
	p.slack.log.Warn("a person could not be looked up", "user", c.user, "error", err)

	if failure := chat.FailureOf(err); failure.Kind == chat.Busy {
		link.Pause(ctx, failure.After)
	}
}

func (p *people) lookUp(ctx context.Context, c caller) (chat.Profile, error) {
	if c.now != nil {
		return *c.now, nil
	}

	return p.slack.Profile(ctx, chat.PersonOn(chat.Slack, c.user))
}
