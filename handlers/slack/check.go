package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Check tries everything that the bot needs without posting anything: the
// tokens and what they allow, the rooms that it posts to, the user groups that
// it sets (Options.Needs), and the people whom it pages. Each error is one
// mistake, in a line, and says what to do about it.
func (s *Slack) Check(ctx context.Context, rooms []chat.Room, people []chat.Person) []error {
	mistakes := s.checkTokens(ctx)
	if len(mistakes) > 0 && !s.identity.known() {
		return mistakes
	}

	for _, room := range rooms {
		if err := s.InspectRoom(ctx, room); err != nil {
			mistakes = append(mistakes, err)
		}
	}

	quiet := s.opts.Needs.Quiet && !lack(mistakes, "dnd:read")
	if !lack(mistakes, "usergroups:read") {
		mistakes = append(mistakes, s.checkGroups(ctx, s.opts.Needs.Groups)...)
	}

	return append(mistakes, s.checkPeople(ctx, people, quiet)...)
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
func (s *Slack) checkPeople(ctx context.Context, people []chat.Person, quiet bool) []error {
	var mistakes []error

	said := make(map[string]bool)

	for i, who := range people {
		found, err := s.checkPatiently(ctx, who, quiet)
		mistakes = append(mistakes, found...)

		switch failure := chat.FailureOf(err); {
		case failure == nil:
		case failure.Kind == chat.Busy, ctx.Err() != nil:
			return append(mistakes, fmt.Errorf("%d people were not checked: Slack answers only so many questions a minute: check again", len(people)-i))
		case failure.Kind != chat.Refused:
			mistakes = append(mistakes, fmt.Errorf("person %s can't be checked: %w", who.ID(), failure))
		case !said[err.Error()]:
			said[err.Error()] = true

			mistakes = append(mistakes, err)
		}
	}

	return mistakes
}

// checkPatiently is checkPerson that waits for the rate limit as long as ctx
// allows.
func (s *Slack) checkPatiently(ctx context.Context, who chat.Person, quiet bool) ([]error, error) {
	for {
		found, err := s.checkPerson(ctx, who, quiet)

		failure := chat.FailureOf(err)
		if failure == nil || failure.Kind != chat.Busy || !pause(ctx, failure.After) {
			return found, err
		}
	}
}

// checkPerson returns what is wrong with one person, and an error if that could
// not be found out. That a guest is one, or will want quiet later, is no
// mistake.
func (s *Slack) checkPerson(ctx context.Context, who chat.Person, quiet bool) ([]error, error) {
	known, obstacles, reachable, err := s.inspectAccount(ctx, who)

	if err == nil && reachable && quiet {
		var times []chat.Obstacle

		now := s.opts.Now()
		times, err = s.quiet(ctx, who, now, now)
		obstacles = append(obstacles, times...)
	}

	var mistakes []error

	for _, o := range obstacles {
		if mistake := inWay(o, who.ID(), known.Name); mistake != nil {
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
		return fmt.Errorf("person %s (%s) has do-not-disturb on until %s: pages stay silent until they switch it off",
			id, name, chat.Line("%v", chat.Day(o.Until)))
	case chat.GuestAccount:
		return nil
	default:
		return nil
	}
}
