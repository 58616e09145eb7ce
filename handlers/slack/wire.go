package slack

import (
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// callTimeout is how long one call of the Web API may take, from the dialling
// to the last byte of the answer.
const callTimeout = 10 * time.Second

// A wire sends requests and tells of a failed one whether it can have arrived.
// Addresses are kept out of its errors: those of response URLs are secrets.
type wire struct{ client *http.Client }

// newWire returns a wire on the client's transport. A client without a timeout
// gets one.
func newWire(client *http.Client) wire {
	own := http.Client{}
	if client != nil {
		own = *client
	}

	if own.Timeout <= 0 {
		own.Timeout = callTimeout
	}

	return wire{client: &own}
}

// neverSentError is the cause of a request that certainly did not arrive.
type neverSentError struct{ cause error }

func (e *neverSentError) Error() string { return "not sent: " + e.cause.Error() }
func (e *neverSentError) Unwrap() error { return e.cause }

// Do is http.Client.Do with a *neverSentError where there was no connection, or
// where the request could not be written whole.
func (w wire) Do(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, &neverSentError{err}
	}

	var sent progress

	resp, err := w.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), sent.trace())))
	if err == nil {
		return resp, nil
	}

	if address, ok := errors.AsType[*url.Error](err); ok {
		err = address.Err
	}

	if sent.none() {
		err = &neverSentError{err}
	}

	return nil, err
}

// progress is how far a request got. A transport that does not trace leaves it
// empty, which counts as not known.
type progress struct{ asked, connected, broken atomic.Bool }

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { p.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) {
			p.connected.Store(true)
			p.broken.Store(false)
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) { p.broken.Store(info.Err != nil) },
	}
}

func (p *progress) none() bool {
	return p.asked.Load() && (!p.connected.Load() || p.broken.Load())
}
