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

// people tells the Front of everybody who does something, in the background.
type people struct {
	slack     *Slack
	front     Acquainted // nil if the Front does not want to know
	newcomers *link.Newcomers[*chat.Profile]

	mu   sync.Mutex
	told map[string]chat.Profile // of whom the Front was told, by user
}

func newPeople(s *Slack) *people {
	front, _ := s.opts.Front.(Acquainted)

	return &people{slack: s, front: front, newcomers: link.NewNewcomers[*chat.Profile](s.opts.Now), told: make(map[string]chat.Profile)}
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
	if p.front != nil && user != "" {
		p.newcomers.Met(user, nil)
	}
}

// changed notes that Slack has told of somebody anew. It does so for everybody
// in the workspace and at every change of a status, so that only what the Front
// knows and has not heard yet is passed on.
func (p *people) changed(now chat.Profile) {
	user := now.Who.ID()
	if p.front != nil && p.newcomers.Knows(user) && p.news(now) {
		p.newcomers.Again(user, &now)
	}
}

// news reports whether the profile differs from what was told of them. Slack does
// not always tell the language; that is no news.
func (p *people) news(now chat.Profile) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	told := p.told[now.Who.ID()]
	now.Language = cmp.Or(now.Language, told.Language)

	return told != now
}

func (p *people) run(ctx context.Context) { p.newcomers.Run(ctx, p.acquaint) }

// acquaint tells of one person: as they now are, if Slack has said it, and else
// looked up. A rate limit is waited for.
func (p *people) acquaint(ctx context.Context, user string, now *chat.Profile) (time.Duration, bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*link.CallTimeout)
	defer cancel()

	if err := p.tell(ctx, user, now); err != nil {
		p.slack.log.Warn("a person could not be looked up", "user", user, "error", err)

		return chat.FailureOf(err).After, false
	}

	return 0, true
}

func (p *people) tell(ctx context.Context, user string, now *chat.Profile) error {
	if now == nil {
		known, err := p.slack.Profile(ctx, chat.PersonOn(chat.Slack, user))
		if err != nil {
			return err
		}

		now = &known
	}

	if err := p.front.Acquaint(ctx, *now); err != nil {
		return err
	}

	p.mu.Lock()
	defer p.mu.Unlock()

	p.told[user] = *now

	return nil
}
