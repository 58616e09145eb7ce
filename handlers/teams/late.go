package teams

import (
	"context"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// late is the answer with what tells the person of a reply that was not there in
// time, nil for none. It comes after what says that it takes longer.
func (a answer) late(l *link.Late[chat.Reply], tell func(ctx context.Context, r reply)) answer {
	if l == nil {
		return a
	}

	return a.and(func(context.Context) {
		l.Tell(func(ctx context.Context, came chat.Reply, ok bool) { tell(ctx, reply{Reply: came, failed: !ok}) })
	})
}

// catchingUp tells a person beside everything else how it went. A form stands in
// their chat then: no dialog can open any more.
func (t *Teams) catchingUp(by origin) func(ctx context.Context, r reply) {
	return func(ctx context.Context, r reply) {
		if !r.failed {
			r.Message = r.Belated()
		}

		link.Both(t.aside(by, r), t.closing(by, r.Instead))(ctx)
	}
}

// concluding shows how a form went that was left open: in its place where it stands
// in a message, and else beside it, since what a dialog shows can't be changed.
func (t *Teams) concluding(by origin, in filled) func(ctx context.Context, r reply) {
	if !in.Sheet.Inline || !by.personal() {
		return t.catchingUp(by)
	}

	return func(ctx context.Context, r reply) {
		if !r.failed && len(r.Problems) == 0 {
			r.Message = r.Belated()
		}

		t.replacing(by, t.sent(ctx, by, t.masked(in), r))(ctx)
	}
}
