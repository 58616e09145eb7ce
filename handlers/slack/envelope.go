package slack

import (
	"context"
	"encoding/json"
	"time"
)

// ackTimeout is for how long an acknowledgement is tried. Slack waits for 3 s,
// but takes a late one of an event as one.
const ackTimeout = 10 * time.Second

// envelopes are what each type of envelope holds.
var envelopes = map[string]kind{"slash_commands": commands, "interactive": interactions, "events_api": events}

// take handles an envelope in the background. What nobody can handle is
// acknowledged as it is, or Slack would send it again and tell the person that
// it failed.
func (k *sockets) take(c *connection, e envelope) {
	what, known := envelopes[e.Type]
	if e.ID == "" {
		return
	}

	done, ok := k.slack.work.Begin()
	if !ok {
		if k.slack.work.Closed() {
			k.slack.log.Warn("the bot is stopping: what somebody did is not taken", "type", e.Type)
		} else {
			k.slack.log.Warn("too busy to take what somebody did", "type", e.Type)
		}

		return
	}

	ctx, cancel := k.slack.work.Within(k.slack.opts.Answer)

	go func() {
		defer done()
		defer cancel()

		if !known {
			k.slack.log.Warn("slack has sent something unknown", "type", e.Type)
			k.acknowledge(c, e.ID, nil)

			return
		}

		k.handle(ctx, c, what, e)
	}()
}

func (k *sockets) handle(ctx context.Context, c *connection, what kind, e envelope) {
	answer, err := k.slack.dispatch(ctx, what, e.Payload)
	if err != nil {
		k.slack.log.Warn("slack has sent something that can't be read", "type", e.Type)
	}

	k.slack.work.Also(answer.then)
	k.acknowledge(c, e.ID, answer.ack)
	k.slack.work.Also(answer.after)
}

// acknowledge tells Slack that an envelope was taken: over the connection that
// it came by, or over another one when that is gone.
func (k *sockets) acknowledge(c *connection, id string, payload json.RawMessage) {
	ctx, cancel := k.slack.work.Within(ackTimeout)
	defer cancel()

	ack := encode(struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload,omitempty"`
	}{id, payload})

	for c != nil {
		if err := c.send(ctx, ack); err == nil {
			return
		}

		c = k.another(ctx, c)
	}

	k.slack.log.Error("an acknowledgement could not be sent", "envelope", id)
}

// another returns a live connection that is not c, waiting for one, or nil when
// ctx ends.
func (k *sockets) another(ctx context.Context, c *connection) *connection {
	for {
		next, changed := k.other(c)
		if next != nil {
			return next
		}

		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

func (k *sockets) other(c *connection) (*connection, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()

	for _, live := range k.live {
		if live != c {
			return live, k.changed
		}
	}

	return nil, k.changed
}
