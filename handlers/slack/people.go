package slack

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
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
		Who:     chat.PersonOn(chat.Slack, user.ID),
		Name:    single(or(user.Profile.RealName, user.RealName, user.Profile.DisplayName, user.Name), maxLabel),
		Email:   user.Profile.Email,
		Zone:    user.TZ,
		Gone:    user.Deleted,
		Guest:   user.IsRestricted || user.IsUltraRestricted,
		Machine: user.IsBot || user.IsWorkflowBot || user.ID == "USLACKBOT",
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
	known map[string]time.Time

	waiting chan string
}

func newPeople(s *Slack) *people {
	front, _ := s.opts.Front.(Acquainted)

	return &people{slack: s, front: front, known: make(map[string]time.Time), waiting: make(chan string, strangers)}
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

	select {
	case p.waiting <- user:
	default:
		p.forget(user)
	}
}

// stranger reports whether the user is to be looked up, and counts them as
// known from then on.
func (p *people) stranger(user string) bool {
	now := p.slack.opts.Now()

	p.mu.Lock()
	defer p.mu.Unlock()

	if at, ok := p.known[user]; ok && now.Sub(at) < acquaintAgain {
		return false
	}

	p.known[user] = now

	return true
}

func (p *people) forget(user string) {
	p.mu.Lock()
	defer p.mu.Unlock()

	delete(p.known, user)
}

func (p *people) run(ctx context.Context) {
	for {
		select {
		case user := <-p.waiting:
			p.acquaint(ctx, user)
		case <-ctx.Done():
			return
		}
	}
}

// acquaint looks one person up. A failure is forgotten, so that it is tried
// again on what they do next; a rate limit is waited for.
func (p *people) acquaint(ctx context.Context, user string) {
	within, cancel := context.WithTimeout(ctx, 2*callTimeout)
	defer cancel()

	known, err := p.slack.Profile(within, chat.PersonOn(chat.Slack, user))
	if err == nil {
		err = p.front.Acquaint(within, known)
	}

	if err == nil {
		return
	}

	p.forget(user)
	p.slack.log.Warn("a person could not be looked up", "user", user, "err", err)

	if failure := chat.FailureOf(err); failure.Kind == chat.Busy {
		pause(ctx, failure.After)
	}
}
