package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// A Subject is somebody who is to be paged: an account, or where that is "" an
// e-mail address.
type Subject struct {
	Who    chat.Person
	Email  string
	OnDuty bool // now, so that it matters whether do-not-disturb is on
}

// name is how the configuration names a subject.
func (s Subject) name() string {
	if s.Who == "" {
		return s.Email
	}

	return s.Who.ID()
}

// An AboutError is a mistake about one room, user group or person.
type AboutError struct {
	About string // the id or the e-mail address by which Check was asked for it
	Err   error
}

func (e *AboutError) Error() string { return e.Err.Error() }
func (e *AboutError) Unwrap() error { return e.Err }

// Check tries everything that the bot needs without posting anything: the
// tokens and what they allow, the rooms that it posts to, the user groups that
// it sets (Options.Needs), and the people whom it pages. Each error is one
// mistake, in a line, and says what to do about it; what is about one of those
// asked for is an *AboutError.
func (s *Slack) Check(ctx context.Context, rooms []chat.Room, people []Subject) []error {
	mistakes := s.checkTokens(ctx)
	if len(mistakes) > 0 && !s.identity.known() {
		return mistakes
	}

	for _, room := range rooms {
		if err := s.InspectRoom(ctx, room); err != nil {
			mistakes = append(mistakes, &AboutError{room.ID(), err})
		}
	}

	if !lack(mistakes, "usergroups:read") {
		mistakes = append(mistakes, s.checkGroups(ctx, s.opts.Needs.Groups)...)
	}

	mistakes = append(mistakes, s.checkStatuses(ctx)...)

	return append(mistakes, s.checkPeople(ctx, askable(people, mistakes, s.opts.Needs.Quiet))...)
}

// askable are the people as far as Slack can be asked about them: what the
// missing scopes forbid was said with these.
func askable(people []Subject, mistakes []error, quiet bool) []Subject {
	quiet = quiet && !lack(mistakes, "dnd:read")
	emails := !lack(mistakes, "users:read.email")

	var some []Subject

	for _, subject := range people {
		subject.OnDuty = subject.OnDuty && quiet
		if subject.Who != "" || emails {
			some = append(some, subject)
		}
	}

	return some
}

// lack reports whether the mistakes say already that the scope is missing.
func lack(mistakes []error, scope string) bool {
	for _, mistake := range mistakes {
		lacks, ok := errors.AsType[*ScopesError](mistake)
		if ok && slices.ContainsFunc(lacks.Missing, func(s Scope) bool { return s.Name == scope }) {
			return true
		}
	}

	return false
}

func (s *Slack) checkTokens(ctx context.Context) []error {
	var mistakes []error

	answer, err := s.authenticate(ctx)
	if err != nil {
		mistakes = append(mistakes, fmt.Errorf("SLACK_BOT_TOKEN: %w", err))
	} else {
		s.identity.is.Store(&self{user: answer.UserID, bot: answer.BotID, site: answer.URL})

		if lacks := lacking(answer.Header.Get("X-Oauth-Scopes"), s.opts.Needs); lacks != nil {
			mistakes = append(mistakes, lacks)
		}
	}

	if s.opts.AppToken == "" {
		return mistakes
	}

	if _, _, err := s.api.StartSocketModeContext(ctx); err != nil {
		mistakes = append(mistakes, fmt.Errorf("SLACK_APP_TOKEN: %w", orRefusal(failed("apps.connections.open", err))))
	}

	return mistakes
}

// orRefusal returns what to do about an error where it is a refusal, and else
// the error.
func orRefusal(err error) error {
	if refused := permanent(err); refused != nil {
		return refused
	}

	return err
}

// checkPeople looks whether the people can be paged. What is the same for
// everybody is said once.
func (s *Slack) checkPeople(ctx context.Context, people []Subject) []error {
	var mistakes []error

	said := make(map[string]bool)
	taken := accountsOf(people)

	for i, subject := range people {
		about := func(err error) { mistakes = append(mistakes, &AboutError{subject.name(), err}) }

		found, err := s.checkPatiently(ctx, subject, taken)
		for _, mistake := range found {
			about(mistake)
		}

		switch failure := chat.FailureOf(err); {
		case failure == nil:
		case failure.Kind == chat.Busy, ctx.Err() != nil:
			return append(mistakes, fmt.Errorf("%d people were not checked: Slack answers only so many questions a minute: check again", len(people)-i))
		case failure.Kind != chat.Refused:
			about(fmt.Errorf("person %s can't be checked: %w", subject.name(), failure))
		case !said[err.Error()]:
			said[err.Error()] = true

			mistakes = append(mistakes, err)
		}
	}

	return mistakes
}

// accountsOf returns who has which account, as far as the people are named by
// these.
func accountsOf(people []Subject) map[chat.Person]string {
	taken := make(map[chat.Person]string)

	for _, subject := range people {
		if subject.Who != "" {
			taken[subject.Who] = subject.name()
		}
	}

	return taken
}

// checkPatiently is checkPerson that waits for the rate limit as long as ctx
// allows.
func (s *Slack) checkPatiently(ctx context.Context, subject Subject, taken map[chat.Person]string) ([]error, error) {
	for {
		found, err := s.checkPerson(ctx, subject, taken)

		failure := chat.FailureOf(err)
		if failure == nil || failure.Kind != chat.Busy || !link.Pause(ctx, failure.After) {
			return found, err
		}
	}
}

// checkPerson returns what is wrong with one person, and an error if that could
// not be found out. An account that is found by its address is noted among
// those that are taken.
func (s *Slack) checkPerson(ctx context.Context, subject Subject, taken map[chat.Person]string) ([]error, error) {
	if subject.Who != "" {
		return s.checkAccount(ctx, subject.Who, subject)
	}

	found, err := s.Lookup(ctx, subject.Email)

	switch failure := chat.FailureOf(err); {
	case failure != nil && failure.Code == "users_not_found":
		return []error{fmt.Errorf("nobody in the workspace has the address %s: correct the e-mail, or write the Slack user id instead", subject.Email)}, nil
	case failure != nil:
		return nil, err
	}

	if other, ok := taken[found.Who]; ok && other != subject.Email {
		return []error{fmt.Errorf("the address %s belongs to %s (%s), who is in the configuration already: keep one of the two, or correct the e-mail",
			subject.Email, other, found.Name)}, nil
	}

	taken[found.Who] = subject.Email

	return s.checkAccount(ctx, found.Who, subject)
}

// checkAccount is checkPerson once the account is known. That a guest is one,
// or will want quiet later, is no mistake.
func (s *Slack) checkAccount(ctx context.Context, who chat.Person, subject Subject) ([]error, error) {
	known, obstacles, reachable, err := s.inspectAccount(ctx, who)

	if err == nil && reachable && subject.OnDuty {
		var times []chat.Obstacle

		now := s.opts.Now()
		times, err = s.quiet(ctx, who, now, now)
		obstacles = append(obstacles, times...)
	}

	var mistakes []error

	for _, o := range obstacles {
		if mistake := inWay(o, subject.name(), known.Name); mistake != nil {
			mistakes = append(mistakes, mistake)
		}
	}

	return mistakes, err
}

// inWay says what to do about an obstacle, nil where there is nothing to do.
func inWay(o chat.Obstacle, id, name string) error {
	switch o.Kind {
	case chat.UnknownAccount:
		return fmt.Errorf("person %s: nobody in this workspace has that id: copy it from the profile, under More, Copy member ID", id)
	case chat.GoneAccount:
		return fmt.Errorf("person %s (%s) is deactivated: take them out of the configuration", id, name)
	case chat.MachineAccount:
		return fmt.Errorf("person %s (%s) is a bot and can't be paged: name a person", id, name)
	case chat.Unwritable:
		return fmt.Errorf("person %s (%s) can't be written to (%s): ask an administrator to allow it, or name somebody else", id, name, o.Code)
	case chat.Quiet:
		return fmt.Errorf("person %s (%s) is on duty and has do-not-disturb on until %s, so that pages stay silent: ask them to switch it off",
			id, name, chat.Line("%v", chat.Day(o.Until)))
	case chat.GuestAccount:
		return nil
	default:
		return nil
	}
}
