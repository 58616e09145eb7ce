package teams

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Inspect looks for what may keep a page from somebody, at whatever time: of
// quiet hours and do-not-disturb Teams tells a bot nothing. Nothing is posted,
// but their private conversation with the bot is begun, which they do not
// notice. Where that can be done, an address that was refused counts again.
//
// An error wraps a *chat.Failure and says what could not be looked up; the
// obstacles beside it hold.
func (t *Teams) Inspect(ctx context.Context, who chat.Person, _, _ time.Time) ([]chat.Obstacle, error) {
	_, obstacles, err := t.inspect(ctx, who)

	return obstacles, err
}

// inspect is Inspect that also returns what Teams knows of the person.
func (t *Teams) inspect(ctx context.Context, who chat.Person) (chat.Profile, []chat.Obstacle, error) {
	at := t.addressOf(ctx, who.Private())
	conversation, err := t.openPrivate(ctx, at, who.Private())

	var m member
	if err == nil {
		m, err = t.member(ctx, at.Service, conversation, cmp.Or(at.User, who.ID()))
	}

	switch failure := chat.FailureOf(err); {
	case failure == nil:
	case failure.Kind != chat.Unreachable:
		return chat.Profile{}, nil, err
	case slices.Contains(strangerCodes, failure.Code):
		return chat.Profile{}, []chat.Obstacle{{Kind: chat.UnknownAccount, Code: failure.Code}}, nil
	default:
		return chat.Profile{Name: at.Name}, []chat.Obstacle{{Kind: chat.Unwritable, Code: failure.Code}}, nil
	}

	known := profile(m)
	if known.Guest {
		return known, []chat.Obstacle{{Kind: chat.GuestAccount}}, nil
	}

	return known, nil, nil
}

// strangerCodes are the answers about somebody who is not there: who can't be
// named, or is not found.
var strangerCodes = []string{
	"BadArgument", "BadSyntax", "UserNotFound", "MemberNotFoundInConversation",
	httpCode(http.StatusBadRequest), httpCode(http.StatusNotFound),
}

// InspectRoom returns what keeps the bot from posting to a room, nil for
// nothing. The error's text is for an operator, with the remedy. It wraps a
// *chat.Failure: Unreachable where something is to be done in the room, and any
// other kind where Teams could not be asked.
func (t *Teams) InspectRoom(ctx context.Context, room chat.Room) error {
	_, err := t.roster(ctx, t.addressOf(ctx, room).Service, base(room.ID()), 1)

	switch failure := chat.FailureOf(err); {
	case failure == nil:
		t.revive(ctx, room)

		return nil
	case failure.Kind == chat.Unreachable:
		return chat.Finding(err, "channel %s: the bot is not in its team, or there is no such channel (%s): add the app to the team, or take the id from the channel's link",
			room.ID(), failure.Code)
	default:
		return chat.Finding(err, "channel %s can't be checked: %v", room.ID(), failure)
	}
}
