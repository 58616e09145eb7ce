package slack

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// late is the answer with what tells the person of a reply that was not there in
// time. It is told once there was time to read that it takes longer.
func (a answer) late(r reply, tell func(ctx context.Context, r reply)) answer {
	if r.late == nil {
		return a
	}

	a.after = link.Both(a.after, func(ctx context.Context) {
		link.Pause(ctx, settle)

		r.late.Tell(func(ctx context.Context, came chat.Reply, ok bool) { tell(ctx, reply{Reply: came, failed: !ok}) })
	})

	return a
}

// catchingUp tells a person beside everything else how it went.
func (s *Slack) catchingUp(by origin) func(ctx context.Context, r reply) {
	return func(ctx context.Context, r reply) {
		link.Both(s.whispering(by, *s.outcome(r)), s.closing(by.pressed, r.Instead))(ctx)
	}
}

// outcome is a late reply in words. There is no trigger any more that would open a
// form.
func (s *Slack) outcome(r reply) *chat.Message {
	message := r.Belated()

	switch {
	case r.failed:
		return s.sorry()
	case message == nil:
		return chat.Notice("It took too long for the form to open by itself. Ask for it again now, or type %v to page somebody at once.", s.slash()+" now")
	default:
		return message
	}
}

// catchingUpInForm is catchingUp for a changed answer in a form, which is drawn anew
// as ever: it has nothing to say.
func (s *Slack) catchingUpInForm(i interaction) func(ctx context.Context, r reply) {
	return func(ctx context.Context, r reply) {
		switch {
		case r.Form != nil:
			s.redrawing(*i.View, drawForm(*r.Form))(ctx)
		case s.says(r) != nil:
			s.catchingUp(i.origin())(ctx, r)
		}
	}
}

// concluding shows in the form that was left open how it went. Where it has to be
// sent again it stays as it is, and who has closed it meanwhile is told beside it.
func (s *Slack) concluding(v *view, by origin) func(ctx context.Context, r reply) {
	return func(ctx context.Context, r reply) {
		if r.failed || len(r.Problems) > 0 || !s.concluded(ctx, v, r) {
			s.catchingUp(by)(ctx, r)
		}
	}
}

// concluded puts the outcome in a form's place, and returns false if it can't.
func (s *Slack) concluded(ctx context.Context, v *view, r reply) bool {
	var with slack.ModalViewRequest
	if r.Message == nil && r.Form != nil {
		with = drawForm(*r.Form)
	} else {
		with = drawNotice(*s.outcome(r))
	}

	_, err := s.api.UpdateViewContext(ctx, with, "", "", v.ID)
	if err = failed("views.update", err); err != nil && chat.FailureOf(err).Kind != chat.Missing {
		s.log.Warn("a form could not be drawn anew", "error", err)
	}

	return err == nil
}
