package link

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// A Wire sends requests and tells of a failed one whether it can have arrived.
// Addresses are kept out of its errors: some are secrets, others name
// conversations and people.
type Wire struct {
	// Client is the wire's own. It may be changed until the first request.
	Client *http.Client
}

// NewWire returns a wire with a copy of the client. One without a timeout gets
// CallTimeout, and nil stands for one with a transport of its own.
func NewWire(client *http.Client) Wire {
	own := http.Client{Transport: transport()}
	if client != nil {
		own = *client
	}

	if own.Timeout <= 0 {
		own.Timeout = CallTimeout
	}

	return Wire{Client: &own}
}

// transport is net/http's own, with connections that are let go before the
// platform may close them: one that closes just as it is written to leaves a
// page in doubt.
func transport() http.RoundTripper {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}

	own := usual.Clone()
	own.IdleConnTimeout = 20 * time.Second
	own.ResponseHeaderTimeout = CallTimeout

	return own
}

// NeverSentError is the failure of a request that certainly did not arrive.
type NeverSentError struct{ Cause error }

func (e *NeverSentError) Error() string { return "not sent: " + e.Cause.Error() }
func (e *NeverSentError) Unwrap() error { return e.Cause }

// Do is http.Client.Do with a *NeverSentError where there was no connection, or
// where the connection did not take the request. Everything else may have
// arrived: net/http tells a request as written before it leaves its buffer, so
// that its trace is good for nothing finer.
func (w Wire) Do(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, &NeverSentError{err}
	}

	var got progress

	resp, err := w.Client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), got.trace())))
	if err == nil {
		return resp, nil
	}

	if address, ok := errors.AsType[*url.Error](err); ok {
		err = address.Err
	}

	if got.nowhere() || refusedToWrite(err) {
		err = &NeverSentError{err}
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
