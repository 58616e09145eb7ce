package teams

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// tokenEarly is how long before its end a token is replaced.
const tokenEarly = 5 * time.Minute

// A token is what calls of the connector are made with. It is got with the
// app's secret from the tenant where the app is registered, whosever tenant is
// written to.
type token struct {
	config *clientcredentials.Config // nil where calls are made without one
	client *http.Client
	work   *link.Work
	now    func() time.Time
	joint  joint[string]

	mu    sync.Mutex
	value string
	until time.Time // from when on it is replaced
	ends  time.Time // when it is of no use any more
	good  bool      // the last time one was wanted it was given
}

func newToken(o Options, work *link.Work, w link.Wire) *token {
	k := &token{work: work, now: o.Now, client: w.Client}
	if o.Password == "" {
		return k
	}

	k.config = &clientcredentials.Config{
		ClientID:     o.AppID,
		ClientSecret: o.Password,
		TokenURL:     o.LoginURL + "/" + o.Tenant + "/oauth2/v2.0/token",
		Scopes:       []string{clouds[o.Cloud].scope},
		AuthStyle:    oauth2.AuthStyleInParams,
	}

	return k
}

// get returns the token, "" where there is none to be had. Its error wraps a
// *chat.Failure, and is a *RefusedError where only an operator can help. One that
// is good still is not waited for while it is replaced: a page is not to wait for
// Microsoft's login.
func (k *token) get(ctx context.Context) (string, error) {
	if k.config == nil {
		return "", nil
	}

	value, due := k.current()
	if value != "" && due {
		k.joint.join(k.work, k.renew)
	}

	if value != "" {
		return value, nil
	}

	value, err := k.joint.get(ctx, k.work, k.renew)

	return value, unsigned(err)
}

// current returns the token, "" where there is none or it has ended, and whether
// it is to be replaced.
func (k *token) current() (value string, due bool) {
	k.mu.Lock()
	defer k.mu.Unlock()

	now := k.now()
	if !now.Before(k.ends) {
		return "", true
	}

	return k.value, !now.Before(k.until)
}

// held reports whether the secret is known to be good, or none is needed. A
// token that has run out while there was nothing to send counts.
func (k *token) held() bool {
	k.mu.Lock()
	defer k.mu.Unlock()

	return k.config == nil || k.good
}

// renew gets a new token. Its end is reckoned by our own clock, which the demo
// can move.
func (k *token) renew(ctx context.Context) (string, error) {
	asked := k.now()

	got, err := k.config.Token(context.WithValue(ctx, oauth2.HTTPClient, k.client))

	k.mu.Lock()
	defer k.mu.Unlock()

	if k.good = err == nil; !k.good {
		return "", err
	}

	lasts := lasting(got)
	k.value = got.AccessToken
	k.until, k.ends = asked.Add(max(lasts-tokenEarly, time.Minute)), asked.Add(max(lasts, time.Minute))

	return k.value, nil
}

// lasting is for how long a token is good. It is not reckoned from the token's
// Expiry, which goes by the system's clock.
func lasting(t *oauth2.Token) time.Duration {
	seconds, _ := t.Extra("expires_in").(float64)

	return time.Duration(seconds) * time.Second
}

// drop forgets a token that was not taken.
func (k *token) drop(value string) {
	k.mu.Lock()
	defer k.mu.Unlock()

	if k.value == value {
		k.value = ""
	}
}

// aadsts is Microsoft's own number of what is wrong with a login.
var aadsts = regexp.MustCompile(`AADSTS\d+`)

// unsigned is the failure to get a token: whatever it was for was certainly not
// done.
func unsigned(err error) error {
	if err == nil {
		return nil
	}

	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return failed("token", &chat.Failure{Kind: chat.Unsent, Code: "no_token", Err: withoutAddress(err)})
	}

	status := 0
	if answer.Response != nil {
		status = answer.Response.StatusCode
	}

	if status < http.StatusBadRequest || status >= http.StatusInternalServerError || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout {
		return failed("token", &chat.Failure{Kind: chat.Unsent, Code: "no_token"})
	}

	code := aadsts.FindString(answer.ErrorDescription)
	if code == "" {
		code = aadsts.FindString(string(answer.Body))
	}

	if code == "" {
		code = answer.ErrorCode
	}

	if code == "" { // no answer of Microsoft's: a proxy on its way up gives such
		return failed("token", &chat.Failure{Kind: chat.Unsent, Code: "no_token"})
	}

	return failed("token", refusal(code))
}
