package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Check tries everything that the bot needs without posting anything: the
// tokens and what they allow, the rooms that it posts to, and the people whom
// it pages. Each error is one mistake and says what to do about it.
func (s *Slack) Check(ctx context.Context, rooms []chat.Room, people []chat.Person) []error {
	mistakes := s.checkTokens(ctx)
	if len(mistakes) > 0 && !s.identity.known() {
		return mistakes
	}

	for _, room := range rooms {
		if err := s.checkRoom(ctx, room); err != nil {
			mistakes = append(mistakes, err)
		}
	}

	for _, who := range people {
		if err := s.checkPerson(ctx, who); err != nil {
			mistakes = append(mistakes, err)
		}
	}

	return mistakes
}

func (s *Slack) checkTokens(ctx context.Context) []error {
	var mistakes []error

	answer, err := s.authenticate(ctx)
	if err != nil {
		mistakes = append(mistakes, fmt.Errorf("SLACK_BOT_TOKEN: %w", err))
	} else {
		s.identity.is.Store(&self{user: answer.UserID, bot: answer.BotID, site: answer.URL})

		if lacks := lacking(answer.Header.Get("X-Oauth-Scopes")); lacks != nil {
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

func (s *Slack) checkRoom(ctx context.Context, room chat.Room) error {
	channel, err := s.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: room.ID()})

	switch failure := chat.FailureOf(failed("conversations.info", err)); {
	case failure != nil && failure.Code == "channel_not_found":
		return fmt.Errorf("channel %s: there is none that the bot can see: check the id, and invite the bot if the channel is private", room.ID())
	case failure != nil && failure.Code == "missing_scope":
		return fmt.Errorf("channel %s can't be checked: give the app channels:read and groups:read, or post a test message there", room.ID())
	case failure != nil:
		return fmt.Errorf("channel %s can't be checked: %w", room.ID(), failure)
	case channel.IsArchived:
		return fmt.Errorf("channel %s (#%s) is archived: unarchive it, or name another", room.ID(), channel.Name)
	case !channel.IsMember && !channel.IsIM:
		return fmt.Errorf("channel %s (#%s): the bot is not in it: type /invite and the bot's name there", room.ID(), channel.Name)
	default:
		return nil
	}
}

func (s *Slack) checkPerson(ctx context.Context, who chat.Person) error {
	known, err := s.Profile(ctx, who)

	switch failure := chat.FailureOf(err); {
	case failure != nil && (failure.Code == "user_not_found" || failure.Code == "user_not_visible"):
		return fmt.Errorf("person %s: nobody in this workspace has that id: copy it from the profile, under More, Copy member ID", who.ID())
	case failure != nil:
		return fmt.Errorf("person %s can't be checked: %w", who.ID(), failure)
	case known.Gone:
		return fmt.Errorf("person %s (%s) is deactivated: take them out of the configuration", who.ID(), known.Name)
	case known.Machine:
		return fmt.Errorf("person %s (%s) is a bot and can't be paged: name a person", who.ID(), known.Name)
	default:
		return nil
	}
}
