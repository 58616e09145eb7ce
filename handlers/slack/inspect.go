package slack

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Inspect looks for what may keep a page from somebody between from and until.
// Nothing is posted, but their private conversation with the bot is opened,
// which they do not notice.
//
// Of do-not-disturb Slack tells only the present or next quiet time, so that
// one of a later day is not found; it also needs the scope dnd:read. An error
// wraps a *chat.Failure and says what could not be looked up; the obstacles
// beside it hold. One of kind Refused is about what the bot may see: it comes
// for everybody alike, with the remedy in its text, so that it is to be told
// once.
func (s *Slack) Inspect(ctx context.Context, who chat.Person, from, until time.Time) ([]chat.Obstacle, error) {
	_, obstacles, reachable, err := s.inspectAccount(ctx, who)
	if err != nil || !reachable {
		return obstacles, err
	}

	quiet, err := s.quiet(ctx, who, from, until)

	return append(obstacles, quiet...), err
}

// inspectAccount is Inspect without do-not-disturb. It also returns what Slack
// knows of the person, and whether a page can reach them at all.
func (s *Slack) inspectAccount(ctx context.Context, who chat.Person) (chat.Profile, []chat.Obstacle, bool, error) {
	known, err := s.Profile(ctx, who)

	switch failure := chat.FailureOf(err); {
	case nobody(failure):
		return known, []chat.Obstacle{{Kind: chat.UnknownAccount, Code: failure.Code}}, false, nil
	case failure != nil:
		return known, nil, false, err
	case known.Gone:
		return known, []chat.Obstacle{{Kind: chat.GoneAccount}}, false, nil
	case known.Machine:
		return known, []chat.Obstacle{{Kind: chat.MachineAccount}}, false, nil
	}

	var obstacles []chat.Obstacle
	if known.Guest {
		obstacles = append(obstacles, chat.Obstacle{Kind: chat.GuestAccount})
	}

	_, err = s.open(ctx, who.ID())

	switch failure := chat.FailureOf(err); {
	case failure == nil:
		return known, obstacles, true, nil
	case failure.Kind == chat.Unreachable:
		return known, append(obstacles, chat.Obstacle{Kind: chat.Unwritable, Code: failure.Code}), false, nil
	default:
		return known, obstacles, false, err
	}
}

// nobody reports whether a call failed since there is no such person, or none
// that the bot may see.
func nobody(failure *chat.Failure) bool {
	return failure != nil && (failure.Code == "user_not_found" || failure.Code == "user_not_visible")
}

// quiet returns when somebody's devices hold notifications back between from
// and until: at from, if both are the same.
func (s *Slack) quiet(ctx context.Context, who chat.Person, from, until time.Time) ([]chat.Obstacle, error) {
	id := who.ID()

	status, err := s.api.GetDNDInfoContext(ctx, &id)
	if err := failed("dnd.info", err); err != nil {
		if chat.FailureOf(err).Code == "missing_scope" {
			return nil, chat.Finding(err, "do-not-disturb can't be seen: give the app dnd:read under OAuth & Permissions and install it again")
		}

		return nil, err
	}

	var quiet []chat.Obstacle

	for _, o := range quietTimes(status) {
		if o.Until.After(from) && (!o.From.After(from) || o.From.Before(until)) {
			quiet = append(quiet, o)
		}
	}

	return quiet, nil
}

// quietTimes are those that Slack tells of. A snooze that it tells of by name
// has begun; to a bot it tells of it as a quiet time like any other.
func quietTimes(status *slack.DNDStatus) []chat.Obstacle {
	var times []chat.Obstacle

	if status.SnoozeEnabled {
		times = append(times, chat.Obstacle{Kind: chat.Quiet, Until: atSecond(status.SnoozeEndTime)})
	}

	if status.Enabled {
		times = append(times, chat.Obstacle{
			Kind: chat.Quiet, From: atSecond(status.NextStartTimestamp), Until: atSecond(status.NextEndTimestamp),
		})
	}

	return times
}

func atSecond(unix int) time.Time { return time.Unix(int64(unix), 0).UTC() }

// InspectRoom returns what keeps the bot from posting to a room, nil for
// nothing. The error's text is for an operator, with the remedy. It wraps a
// *chat.Failure: Unreachable where something is to be done in the room, Refused
// where the bot may not look, and any other kind where Slack could not be asked.
func (s *Slack) InspectRoom(ctx context.Context, room chat.Room) error {
	channel, err := s.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: room.ID()})
	err = failed("conversations.info", err)

	switch failure := chat.FailureOf(err); {
	case failure != nil && failure.Code == "channel_not_found":
		return chat.Finding(err, "channel %s: there is none that the bot can see: check the id, and invite the bot if the channel is private", room.ID())
	case failure != nil && failure.Code == "missing_scope":
		return chat.Finding(err, "channel %s can't be checked: give the app channels:read and groups:read, or post a test message there", room.ID())
	case failure != nil:
		return chat.Finding(err, "channel %s can't be checked: %v", room.ID(), failure)
	case channel.IsArchived:
		return chat.Finding(&chat.Failure{Kind: chat.Unreachable, Code: "is_archived"},
			"channel %s (#%s) is archived: unarchive it, or name another", room.ID(), channel.Name)
	case !channel.IsMember && !channel.IsIM:
		return chat.Finding(&chat.Failure{Kind: chat.Unreachable, Code: "not_in_channel"},
			"channel %s (#%s): the bot is not in it: type /invite and the bot's name there", room.ID(), channel.Name)
	default:
		return nil
	}
}
