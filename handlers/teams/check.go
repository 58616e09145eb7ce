package teams

import (
	"context"
	"errors"
	"fmt"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// A Subject is somebody who is to be paged: an account, or where that is "" an
// e-mail address.
type Subject struct {
	Who   chat.Person
	Email string
}

// name is how the configuration names a subject.
func (s Subject) name() string {
	if s.Who == "" {
		return s.Email
	}

	return s.Who.ID()
}

// An AboutError is a mistake about one room or person.
type AboutError struct {
	About string // the id or the e-mail address by which Check was asked for it
	Err   error
}

func (e *AboutError) Error() string { return e.Err.Error() }
func (e *AboutError) Unwrap() error { return e.Err }

// Check tries everything that the bot needs without posting anything: the app's
// secret, the keys by which activities are judged, the rooms that it posts to,
// and the people whom it pages. Each error is one mistake, in a line, and says
// what to do about it; what is about one of those asked for is an *AboutError.
func (t *Teams) Check(ctx context.Context, rooms []chat.Room, people []Subject) []error {
	var mistakes []error

	if err := t.checkKeys(ctx); err != nil {
		mistakes = append(mistakes, err)
	}

	if err := t.checkSecret(ctx); err != nil {
		return append(mistakes, err)
	}

	for _, room := range rooms {
		err := t.InspectRoom(ctx, room)

		switch failure := chat.FailureOf(err); {
		case failure == nil:
		case failure.Kind == chat.Refused:
			return append(mistakes, orRefusal(err)) // the same for everything
		default:
			mistakes = append(mistakes, &AboutError{room.ID(), err})
		}
	}

	return append(mistakes, t.checkPeople(ctx, people)...)
}

func (t *Teams) checkKeys(ctx context.Context) error {
	if t.opts.Unauthenticated {
		return nil
	}

	if _, _, err := t.verifier.teams.get(ctx, ""); err != nil && !t.verifier.ready() {
		return fmt.Errorf("what comes from Teams can't be judged: %w at %s: let the bot reach it, through a proxy if need be", err, t.opts.MetadataURL)
	}

	return nil
}

func (t *Teams) checkSecret(ctx context.Context) error {
	err := t.signIn(ctx)
	if err == nil {
		return nil
	}

	return fmt.Errorf("TEAMS_APP_PASSWORD: %w", orRefusal(err))
}

// orRefusal returns what to do about an error where it is a refusal, and else
// the error.
func orRefusal(err error) error {
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return refused
	}

	return err
}

// checkPeople looks whether the people can be paged. A refusal is the same for
// everybody, and said once.
func (t *Teams) checkPeople(ctx context.Context, people []Subject) []error {
	var mistakes []error

	taken := make(map[chat.Person]string)

	for i, subject := range people {
		mistake, err := t.checkPatiently(ctx, subject, taken)
		if mistake != nil {
			mistakes = append(mistakes, &AboutError{subject.name(), mistake})
		}

		switch failure := chat.FailureOf(err); {
		case failure == nil:
		case failure.Kind == chat.Refused:
			return append(mistakes, orRefusal(err))
		case failure.Kind == chat.Busy, ctx.Err() != nil:
			return append(mistakes, fmt.Errorf("%d people were not checked: Teams answers only so many questions a minute: check again", len(people)-i))
		default:
			mistakes = append(mistakes, &AboutError{subject.name(), fmt.Errorf("person %s can't be checked: %w", subject.name(), failure)})
		}
	}

	return mistakes
}

// checkPatiently is checkPerson that waits for the rate limit as long as ctx
// allows.
func (t *Teams) checkPatiently(ctx context.Context, subject Subject, taken map[chat.Person]string) (mistake, err error) {
	for {
		mistake, err = t.checkPerson(ctx, subject, taken)

		failure := chat.FailureOf(err)
		if failure == nil || failure.Kind != chat.Busy || !link.Pause(ctx, failure.After) {
			return mistake, err
		}
	}
}

// checkPerson returns what is wrong with one person, and an error if that could
// not be found out. taken says by which name each account was checked already.
func (t *Teams) checkPerson(ctx context.Context, subject Subject, taken map[chat.Person]string) (mistake, err error) {
	who := subject.Who

	if who == "" {
		found, err := t.Lookup(ctx, subject.Email)

		switch failure := chat.FailureOf(err); {
		case failure != nil && failure.Code == "users_not_found":
			return fmt.Errorf("nobody in the teams' channels has the address %s: correct the e-mail, write the Entra object id under teams, or have them write to the bot once",
				subject.Email), nil
		case failure != nil:
			return nil, err
		}

		who = found.Who
	}

	if other, ok := taken[who]; ok {
		return fmt.Errorf("person %s is the same as %s: keep one of the two, or correct the e-mail", subject.name(), other), nil
	}

	taken[who] = subject.name()

	known, obstacles, err := t.inspect(ctx, who)
	if err != nil {
		return nil, err
	}

	for _, o := range obstacles {
		if mistake := inWay(o, subject.name(), known.Name); mistake != nil {
			return mistake, nil
		}
	}

	return nil, nil
}

// inWay says what to do about an obstacle, nil where there is nothing to do.
func inWay(o chat.Obstacle, id, name string) error {
	if name != "" {
		id += " (" + name + ")"
	}

	switch o.Kind {
	case chat.UnknownAccount:
		return fmt.Errorf("person %s: nobody in the tenant has that id: copy the Object ID of their account from Microsoft Entra", id)
	case chat.Unwritable:
		return fmt.Errorf("person %s has not installed the app, or has blocked it (%s): install it for them by an app setup policy in the Teams admin centre, or have them add it",
			id, o.Code)
	case chat.GoneAccount, chat.MachineAccount, chat.GuestAccount, chat.Quiet:
		return nil
	default:
		return nil
	}
}
