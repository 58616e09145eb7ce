package slack

import (
	"errors"
	"net"
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
	own := http.Client{Transport: transport()}
	if client != nil {
		own = *client
	}

	if own.Timeout <= 0 {
		own.Timeout = callTimeout
	}

	return wire{client: &own}
}

// transport is net/http's own, with connections that are let go before Slack
// may close them: one that closes just as it is written to leaves a page in
// doubt.
func transport() http.RoundTripper {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}

	own := usual.Clone()
	own.IdleConnTimeout = 20 * time.Second
	own.ResponseHeaderTimeout = callTimeout

	return own
}

// neverSentError is the cause of a request that certainly did not arrive.
type neverSentError struct{ cause error }

func (e *neverSentError) Error() string { return "not sent: " + e.cause.Error() }
func (e *neverSentError) Unwrap() error { return e.cause }

// Do is http.Client.Do with a *neverSentError where there was no connection, or
// where the connection did not take the request. Everything else may have
// arrived: net/http tells a request as written before it leaves its buffer, so
// that its trace is good for nothing finer.
func (w wire) Do(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, &neverSentError{err}
	}

	var got progress

	resp, err := w.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), got.trace())))
	if err == nil {
		return resp, nil
	}

	if address, ok := errors.AsType[*url.Error](err); ok {
		err = address.Err
	}

	if got.nowhere() || refusedToWrite(err) {
		err = &neverSentError{err}
	}

	return nil, err
}

// refusedToWrite reports whether a connection broke while it was written to:
// the other side has half a request at most.
func refusedToWrite(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)

	return ok && op.Op == "write"
}

// progress is how far a request got. A transport that does not trace leaves it
// empty, which counts as not known.
type progress struct{ asked, connected atomic.Bool }

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { p.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { p.connected.Store(true) },
	}
}

// nowhere reports whether there never was a connection.
func (p *progress) nowhere() bool { return p.asked.Load() && !p.connected.Load() }
