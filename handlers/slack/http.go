package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// maxBody is the largest request that is read.
	maxBody = 1 << 20
	// tolerance is by how much a request's time may differ from ours, to
	// either side.
	tolerance = 5 * time.Minute
)

// Handler serves the addresses that Slack calls in HTTP mode. Every request is
// judged by its signature before anything of it is looked at. One that is
// replayed within five minutes carries the same ids, and so has the first one's
// effect and answer.
func (s *Slack) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(CommandsPath, s.receiving(commands, fromForm))
	mux.HandleFunc(InteractionsPath, s.receiving(interactions, fromPayload))
	mux.HandleFunc(EventsPath, s.receiving(events, fromJSON))

	return mux
}

// receiving handles requests of one kind; read gets the payload out of a body.
func (s *Slack) receiving(k kind, read func(body []byte) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, status := s.admit(w, r)
		if status != http.StatusOK {
			http.Error(w, http.StatusText(status), status)

			return
		}

		payload, err := read(body)
		if err != nil {
			http.Error(w, "this is no payload of Slack's", http.StatusBadRequest)

			return
		}

		s.serve(w, k, payload)
	}
}

// admit reads the body of a request that Slack has signed. Any other gets the
// status that it deserves.
func (s *Slack) admit(w http.ResponseWriter, r *http.Request) ([]byte, int) {
	if s.opts.SigningSecret == "" {
		return nil, http.StatusNotFound
	}

	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)

		return nil, http.StatusMethodNotAllowed
	}

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, http.StatusRequestEntityTooLarge
	}

	if err != nil {
		return nil, http.StatusBadRequest
	}

	if !s.signed(r.Header, body) {
		return nil, http.StatusUnauthorized
	}

	return body, http.StatusOK
}

// signed reports whether Slack has signed the body, and just now. slack-go's
// verifier does the same but reads the system's clock, which the demo can move.
func (s *Slack) signed(h http.Header, body []byte) bool {
	stamp := h.Get("X-Slack-Request-Timestamp")

	unix, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return false
	}

	if age := s.opts.Now().Sub(time.Unix(unix, 0)); age > tolerance || age < -tolerance {
		return false
	}

	given, err := hex.DecodeString(strings.TrimPrefix(h.Get("X-Slack-Signature"), "v0="))
	if err != nil {
		return false
	}

	mac := hmac.New(sha256.New, []byte(s.opts.SigningSecret))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)

	return hmac.Equal(given, mac.Sum(nil))
}

// serve does what a payload asks for and answers the request. That Slack hangs
// up does not stop what was begun.
func (s *Slack) serve(w http.ResponseWriter, k kind, payload []byte) {
	done, ok := s.work.Begin()
	if !ok {
		http.Error(w, "busy", http.StatusServiceUnavailable)

		return
	}
	defer done()

	ctx, cancel := s.work.Within(s.opts.Answer)
	defer cancel()

	answer, err := s.dispatch(ctx, k, payload)
	if err != nil {
		http.Error(w, "this is no payload of Slack's", http.StatusBadRequest)

		return
	}

	s.work.Also(answer.then)
	respond(w, answer.ack)
	s.work.Also(answer.after)
}

func respond(w http.ResponseWriter, ack json.RawMessage) {
	if len(ack) > 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}

	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(ack)
}

// fromForm is the payload of a slash command: its form, as JSON.
func fromForm(body []byte) ([]byte, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}

	fields := make(map[string]string, len(form))
	for name := range form {
		fields[name] = form.Get(name)
	}

	return json.Marshal(fields)
}

// fromPayload is the payload of an interaction: one field of a form.
func fromPayload(body []byte) ([]byte, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}

	return []byte(form.Get("payload")), nil
}

func fromJSON(body []byte) ([]byte, error) { return body, nil }
