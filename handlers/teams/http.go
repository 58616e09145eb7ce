package teams

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// maxBody is the largest request that is read.
const maxBody = 1 << 20

// lastMoment is how much longer a repeated delivery waits for the answer than the
// first, which may have it when its time is over.
const lastMoment = 500 * time.Millisecond

// Handler serves MessagesPath, where Teams delivers activities. Every request is
// judged by its token before anything else of it is looked at.
func (t *Teams) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+MessagesPath, t.receive)

	return mux
}

func (t *Teams) receive(w http.ResponseWriter, r *http.Request) {
	a, err := t.admit(w, r)

	refused, unwelcome := reasonOf(err)
	_, large := errors.AsType[*http.MaxBytesError](err)

	switch {
	case unwelcome:
		t.log.Warn("a request was refused", "why", refused.why)
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, http.StatusText(refused.status()), refused.status())
	case large:
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, "this is no activity", http.StatusBadRequest)
	default:
		t.serve(w, a)
	}
}

// admit reads an activity of which it is sure that Teams has sent it.
func (t *Teams) admit(w http.ResponseWriter, r *http.Request) (*activity, error) {
	bearer, err := t.verifier.token(r)
	if err != nil {
		return nil, err
	}

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}

	a, err := parseActivity(body)
	if err != nil {
		return nil, err
	}

	return a, t.verifier.activity(bearer, a)
}

// serve does what an activity asks for and answers the request. That Teams hangs
// up does not stop what was begun.
func (t *Teams) serve(w http.ResponseWriter, a *activity) {
	done, ok := t.work.Begin()
	if !ok {
		http.Error(w, "busy", http.StatusServiceUnavailable)

		return
	}
	defer done()

	ctx, cancel := t.work.Within(t.opts.Answer)
	defer cancel()

	again, stop := t.work.Within(t.opts.Answer + lastMoment)
	defer stop()

	answer := t.once.do(again, a.marks(), func() answer { return t.contained(ctx, a) })

	t.work.Also(answer.then)
	respond(w, answer)
}

// contained is take without its panics.
func (t *Teams) contained(ctx context.Context, a *activity) (given answer) {
	var err error

	defer func() {
		if err != nil {
			given = answer{status: http.StatusInternalServerError, failed: true}
		}
	}()
	defer t.work.Contain("activity", &err)

	return t.take(ctx, a)
}

func respond(w http.ResponseWriter, a answer) {
	if a.status == 0 { // it is still being taken, by an earlier delivery
		a.status = http.StatusServiceUnavailable
	}

	if len(a.body) > 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}

	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// encode returns v as JSON. What it is called with can always be encoded.
func encode(v any) json.RawMessage {
	body, err := json.Marshal(v)
	if err != nil {
		return nil
	}

	return body
}
