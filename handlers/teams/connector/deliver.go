package connector

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// How long Teams waits for an answer.
const (
	messageWithin = 15 * time.Second
	invokeWithin  = 5 * time.Second
)

// What becomes of an activity that is not answered as it should.
var (
	errTimeout   = errors.New("no answer in time")
	errUnreached = errors.New("the app can't be reached")
)

// reply is what the app answered an activity with.
type reply struct {
	status int
	body   []byte
}

// invoking tells whether an activity waits for an answer with a body.
func invoking(activity node) bool { return str(activity, "type") == "invoke" }

// attempts is how often an activity is sent at most, while there is no answer
// in time.
func attempts(activity node) int {
	switch name := str(activity, "name"); {
	case !invoking(activity):
		return 2
	case strings.HasPrefix(name, "composeExtension/"):
		return 3
	default:
		return 1
	}
}

// ask delivers an activity and waits for the answer. It is called without the
// lock.
func (c *Connector) ask(activity node) (reply, error) {
	if !c.enter() {
		return reply{}, errUnreached
	}
	defer c.running.Done()

	c.mu.Lock()
	twice, anew := c.rollDuplicate(), invoking(activity) && c.rollAnew()
	c.mu.Unlock()

	var copied sync.WaitGroup
	if twice {
		copied.Go(func() { _, _ = c.deliver(activity, 1) })
	}
	answer, err := c.insist(activity)
	copied.Wait()

	if anew {
		again := maps.Clone(activity)
		c.mu.Lock()
		again["id"] = c.secret()
		c.mu.Unlock()
		_, _ = c.deliver(again, 1)
	}
	return answer, err
}

// insist sends an activity again as long as there is no answer in time.
func (c *Connector) insist(activity node) (reply, error) {
	answer, err := c.deliver(activity, 0)
	for i := 1; i < attempts(activity) && errors.Is(err, errTimeout); i++ {
		answer, err = c.deliver(activity, i)
	}
	return answer, err
}

// deliver makes one attempt, and keeps what became of it.
func (c *Connector) deliver(activity node, attempt int) (reply, error) {
	c.mu.Lock()
	token, began := c.activityToken(), c.now()
	c.mu.Unlock()
	answer, err := c.post(activity, token)

	c.mu.Lock()
	defer c.mu.Unlock()
	ack := Ack{ID: str(activity, "id"), Kind: str(activity, "type"), At: began, Delay: c.now().Sub(began), Status: answer.status, Attempt: attempt}
	if invoking(activity) {
		ack.Kind = str(activity, "name")
	}
	if err != nil {
		ack.Error = err.Error()
		c.log.Debug("an activity was not answered as it should", "kind", ack.Kind, "error", err)
	}
	c.journal.acked(ack)
	return answer, err
}

// post sends an activity to the app's endpoint.
func (c *Connector) post(activity node, token string) (reply, error) {
	within := messageWithin
	if invoking(activity) {
		within = invokeWithin
	}
	ctx, cancel := context.WithTimeout(c.ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.opt.Endpoint, bytes.NewReader(raw(activity)))
	if err != nil {
		return reply{}, errUnreached
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("X-Ms-Conversation-Id", str(object(activity, "conversation"), "id"))
	req.Header.Set("X-Ms-Tenant-Id", c.opt.Tenant.ID)

	resp, err := c.opt.Client.Do(req)
	if err != nil {
		return reply{}, whyNot(ctx)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return reply{}, whyNot(ctx)
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return reply{status: resp.StatusCode}, fmt.Errorf("status %d", resp.StatusCode)
	}
	return reply{status: resp.StatusCode, body: body}, nil
}

func whyNot(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errTimeout
	}
	return errUnreached
}

// activity is what every activity has that somebody causes in a conversation.
func (c *Connector) activity(kind string, u *User, v *conversation, root string) node {
	now := c.instant()
	locale, zone := cmp.Or(u.Locale, "en-GB"), u.zone()
	place := node{"id": threadID(v.ID, root), "conversationType": v.kind(), "tenantId": c.opt.Tenant.ID}
	data := node{"tenant": node{"id": c.opt.Tenant.ID}}
	switch v.kind() {
	case "channel":
		place["isGroup"] = true
		data["teamsChannelId"], data["teamsTeamId"] = v.ID, v.TeamID
		data["channel"], data["team"] = node{"id": v.ID}, node{"id": v.TeamID}
	case "groupChat":
		place["isGroup"], place["name"] = true, v.Name
	}

	return node{
		"type": kind, "id": c.secret(), "timestamp": now.UTC().Format("2006-01-02T15:04:05.000Z"),
		"localTimestamp": now.In(zone).Format("2006-01-02T15:04:05.000Z07:00"), "localTimezone": zone.String(),
		"serviceUrl": c.ServiceURL(), "channelId": "msteams",
		"from":      node{"id": c.mri(u.ID), "name": u.RealName, "aadObjectId": u.ID},
		"recipient": node{"id": c.opt.App.mri(), "name": c.opt.App.Name}, "conversation": place, "channelData": data, "locale": locale,
		"entities": []node{{"type": "clientInfo", "locale": locale, "country": "GB", "platform": "Windows", "timezone": zone.String()}},
	}
}
