package workspace

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

var (
	errConnection = fmt.Errorf("%w: no connection", errDispatch)
	errNoRetry    = errors.New("the app asked for no retry")
)

// sendHTTP posts a delivery to the app's own address, signed, and returns the
// body of its answer.
func (w *Workspace) sendHTTP(d delivery) (id string, answer json.RawMessage, err error) {
	w.mu.Lock()
	id = w.id("H")
	times := 1
	if w.faults.duplicate(w) {
		times = 2
	}
	w.mu.Unlock()

	for range times {
		answer, err = w.postSigned(d)
	}
	return id, answer, err
}

func (w *Workspace) postSigned(d delivery) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(w.ctx, ackWithin)
	defer cancel()

	req, err := w.signedRequest(ctx, d)
	if err != nil {
		return nil, errDispatch
	}
	resp, err := w.opt.Client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, errTimeout
		}
		return nil, errConnection
	}
	defer resp.Body.Close()

	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, errTimeout
	case err != nil:
		return nil, errConnection
	case resp.StatusCode == http.StatusOK:
		return answerBody(resp.Header, body), nil
	case resp.Header.Get("X-Slack-No-Retry") == "1":
		return nil, errNoRetry
	default:
		return nil, errDispatch
	}
}

// answerBody is an answer as JSON: plain text stands for a message's text.
func answerBody(h http.Header, body []byte) json.RawMessage {
	text := strings.TrimSpace(string(body))
	if text == "" {
		return nil
	}
	if strings.HasPrefix(h.Get("Content-Type"), "application/json") && json.Valid(body) {
		return json.RawMessage(text)
	}
	return raw(node{"text": text})
}

func (w *Workspace) signedRequest(ctx context.Context, d delivery) (*http.Request, error) {
	body, contentType := []byte(d.form().Encode()), "application/x-www-form-urlencoded"
	if d.kind == eventDelivery {
		body, contentType = raw(d.payload), "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	Sign(req.Header, w.opt.App.SigningSecret, strconv.Itoa(int(w.now().Unix())), body)
	if d.attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(d.attempt))
		req.Header.Set("X-Slack-Retry-Reason", d.reason)
	}
	return req, nil
}

// Sign sets the headers by which an app recognises a request of Slack's, for
// a body sent at timestamp (Unix seconds, in decimal).
func Sign(h http.Header, secret, timestamp string, body []byte) {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", timestamp, body)
	h.Set("X-Slack-Request-Timestamp", timestamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// VerifyURL does what Slack does when an events address is entered: it sends
// url_verification and expects the challenge back.
func (w *Workspace) VerifyURL() error {
	w.mu.Lock()
	challenge := w.secret()
	w.mu.Unlock()

	payload := node{"type": "url_verification", "token": "workspace", "challenge": challenge}
	answer, err := w.postSigned(delivery{kind: eventDelivery, payload: payload, url: w.opt.App.EventsURL})
	if err != nil {
		return fmt.Errorf("workspace: verifying the events address: %w", err)
	}
	var got struct{ Challenge, Text string }
	if err := json.Unmarshal(answer, &got); err != nil || cmp.Or(got.Challenge, got.Text) != challenge {
		return errors.New("workspace: the events address did not respond with the challenge")
	}
	return nil
}
