package teams

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/firebreakhq/firebreak/handlers/link"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

// loopback is a service URL on this machine.
const loopback = "http://127.0.0.1:56150/_connector"

func bearing(r *rig, token connector.Token) string { return "Bearer " + r.Mint(token) }

// Every bad token is refused for its own reason, and the good ones are not.
func TestTokens(t *testing.T) {
	type attempt struct {
		authorization func(r *rig, now time.Time) string
		change        said
		want          reason // "" if it is taken
	}

	minting := func(token func(now time.Time) connector.Token) func(*rig, time.Time) string {
		return func(r *rig, now time.Time) string { return bearing(r, token(now)) }
	}
	literally := func(s string) func(*rig, time.Time) string {
		return func(*rig, time.Time) string { return s }
	}
	fixed := func(token connector.Token) func(*rig, time.Time) string {
		return minting(func(time.Time) connector.Token { return token })
	}
	good := fixed(connector.Token{})

	cases := map[string]attempt{
		"good":                {good, nil, ""},
		"lower-case scheme":   {func(r *rig, _ time.Time) string { return "bearer " + r.Mint(connector.Token{}) }, nil, ""},
		"another name of app": {fixed(connector.Token{Audience: "api://botid-" + appID}), nil, ""},
		"no token":            {literally(""), nil, noToken},
		"not bearer":          {literally("Basic bWFyaWE6aHVzaA=="), nil, notBearer},
		"empty":               {literally("Bearer "), nil, malformed},
		"garbage":             {literally("Bearer a.b.c"), nil, malformed},
		"as JSON":             {literally(`Bearer {"payload":"e30","protected":"e30","signature":""}`), nil, malformed},
		"alg none":            {fixed(connector.Token{Alg: "none"}), nil, wrongAlgorithm},
		"HS256 with the public key": {
			fixed(connector.Token{Alg: "HS256"}), nil, wrongAlgorithm,
		},
		"unknown kid":    {fixed(connector.Token{Kid: "never-heard-of"}), nil, unknownKey},
		"kid of another": {fixed(connector.Token{Kid: "login-0"}), nil, unknownKey},
		"signature":      {func(r *rig, _ time.Time) string { return otherSignature(bearing(r, connector.Token{})) }, nil, badSignature},
		"claims":         {func(r *rig, _ time.Time) string { return otherClaims(r) }, nil, badSignature},
		"header to be understood": {
			fixed(connector.Token{Header: map[string]any{"crit": []string{"moon"}, "moon": "full"}}), nil, malformed,
		},
		"issuer":          {fixed(connector.Token{Issuer: "https://sts.windows.net/" + tenant + "/"}), nil, wrongIssuer},
		"no issuer":       {fixed(connector.Token{Claims: map[string]any{"iss": nil}}), nil, wrongIssuer},
		"Entra":           {fixed(connector.Token{Entra: true}), nil, unknownKey},
		"audience":        {fixed(connector.Token{Audience: nobodyID}), nil, wrongAudience},
		"no audience":     {fixed(connector.Token{Claims: map[string]any{"aud": nil}}), nil, wrongAudience},
		"one of several":  {fixed(connector.Token{Claims: map[string]any{"aud": []string{nobodyID, appID}}}), nil, ""},
		"expired":         {minting(func(now time.Time) connector.Token { return connector.Token{Expires: now.Add(-skew)} }), nil, expired},
		"just inside":     {minting(func(now time.Time) connector.Token { return connector.Token{Expires: now.Add(-skew + time.Second)} }), nil, ""},
		"no end":          {fixed(connector.Token{Claims: map[string]any{"exp": nil}}), nil, expired},
		"not yet":         {minting(func(now time.Time) connector.Token { return connector.Token{NotBefore: now.Add(skew + time.Second)} }), nil, notYetValid},
		"nearly":          {minting(func(now time.Time) connector.Token { return connector.Token{NotBefore: now.Add(skew)} }), nil, ""},
		"not endorsed":    {fixed(connector.Token{NoEndorsement: true}), nil, notEndorsed},
		"another channel": {good, said{"channelId": "webchat"}, foreignChannel},
		"no channel":      {good, said{"channelId": ""}, foreignChannel},

		"service of another host": {fixed(connector.Token{ServiceURL: "https://elsewhere.test/connector/"}), nil, wrongService},
		"no service":              {fixed(connector.Token{ServiceURL: "-"}), nil, wrongService},
		"service without slash":   {fixed(connector.Token{ServiceURL: "https://teams.test/connector"}), nil, ""},
		"service in capitals":     {fixed(connector.Token{ServiceURL: "HTTPS://Teams.test/Connector/"}), nil, ""},
		"activity elsewhere":      {good, said{"serviceUrl": "https://elsewhere.test/connector/"}, wrongService},
		"both elsewhere": {
			fixed(connector.Token{ServiceURL: "https://elsewhere.test/"}), said{"serviceUrl": "https://elsewhere.test/"}, foreignService,
		},
		"both at Microsoft's": {
			fixed(connector.Token{ServiceURL: "https://smba.trafficmanager.net/emea/"}), said{"serviceUrl": "https://smba.trafficmanager.net/emea/"}, "",
		},
		"both at Microsoft's, unencrypted": {
			fixed(connector.Token{ServiceURL: "http://smba.trafficmanager.net/emea/"}), said{"serviceUrl": "http://smba.trafficmanager.net/emea/"}, foreignService,
		},
		"both nearby": {fixed(connector.Token{ServiceURL: loopback}), said{"serviceUrl": loopback}, foreignService},

		"foreign tenant": {good, said{"conversation": said{"id": "a:1", "conversationType": "personal", "tenantId": nobodyID}}, foreignTenant},
		"foreign tenant besides ours": {
			good, said{"channelData": said{"tenant": said{"id": nobodyID}}}, foreignTenant,
		},
		"no tenant": {good, said{"conversation": said{"id": "a:1"}, "channelData": said{}}, foreignTenant},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				w := r.post(r.request(r.activity("maria", said{"text": "help"}, c.change), c.authorization(r, time.Now())))
				synctest.Wait()

				checkRefusal(t, r, w.Code, c.want)
			})
		})
	}
}

// checkRefusal sees that a request was refused for a reason, or taken where that
// is "".
func checkRefusal(t *testing.T, r *rig, status int, want reason) {
	t.Helper()

	taken := len(r.front.commands) == 1

	if want == "" {
		if status != http.StatusOK || !taken {
			t.Errorf("status %d, taken: %v, want 200 and taken\n%s", status, taken, r.log)
		}

		return
	}

	wanted := (&refusedError{want}).status()
	if status != wanted || taken || !strings.Contains(r.log.String(), string(want)) {
		t.Errorf("status %d, taken: %v, want %d since %s\n%s", status, taken, wanted, want, r.log)
	}

	if strings.Contains(r.log.String(), "eyJ") {
		t.Errorf("a token is in the log:\n%s", r.log)
	}
}

// otherSignature is a token with a bit of its signature changed.
func otherSignature(token string) string {
	at := strings.LastIndexByte(token, '.') + 10
	other := "A"

	if token[at] == 'A' {
		other = "B"
	}

	return token[:at] + other + token[at+1:]
}

// otherClaims is a token with the claims of another.
func otherClaims(r *rig) string {
	good := strings.Split(bearing(r, connector.Token{}), ".")
	other := strings.Split(bearing(r, connector.Token{Claims: map[string]any{"extra": "x"}}), ".")

	return good[0] + "." + other[1] + "." + good[2]
}

// Keys that change are found, and nobody can have them fetched at will.
func TestKeysRotate(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		fetches := func() int {
			n := 0
			for _, call := range r.Journal().Calls {
				if call.Call == "keys" {
					n++
				}
			}

			return n
		}
		before := fetches()
		old := bearing(r, connector.Token{Kid: r.Kid(), Expires: time.Now().Add(100 * time.Hour)})

		for range 10 {
			r.post(r.request(r.activity("maria"), bearing(r, connector.Token{Kid: "guessed"})))
		}

		if got := fetches() - before; got != 0 {
			t.Errorf("the keys were fetched %d times for guesses right after the first time, want none", got)
		}

		r.Rotate()
		time.Sleep(keysAgain)

		for range 10 {
			r.post(r.request(r.activity("maria"), bearing(r, connector.Token{Kid: "guessed"})))
		}

		if got := fetches() - before; got > 2 {
			t.Errorf("the keys were fetched by %d calls for ten guesses, want at most one fetch of two calls", got)
		}

		if w := r.post(r.request(r.activity("maria"), bearing(r, connector.Token{}))); w.Code != http.StatusOK {
			t.Errorf("with the new key: %d, want 200", w.Code)
		}

		if w := r.post(r.request(r.activity("maria"), old)); w.Code != http.StatusUnauthorized {
			t.Errorf("with the key that was withdrawn: %d, want 401", w.Code)
		}
	})
}

// A key that is changed amid a stream of guesses is taken within seconds, and the
// guesses cost Microsoft a request now and then.
func TestKeysRotateAmidGuesses(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		time.Sleep(time.Minute)

		guess := func(n int) {
			r.post(r.request(r.activity("maria"), bearing(r, connector.Token{Kid: fmt.Sprintf("guess-%d", n)})))
		}

		for n := range 101 {
			guess(n)
			time.Sleep(100 * time.Millisecond)
		}

		r.Rotate()

		var taken time.Duration

		for began := time.Now(); taken == 0 && time.Since(began) < time.Minute; {
			guess(1000)

			if w := r.post(r.request(r.activity("maria"), bearing(r, connector.Token{}))); w.Code == http.StatusOK {
				taken = time.Since(began)
			} else {
				time.Sleep(100 * time.Millisecond)
			}
		}

		if taken == 0 || taken > 6*time.Second {
			t.Errorf("the new key is taken after %v, want within 6 s", taken)
		}

		if got := len(r.calls("keys")); got > 12 {
			t.Errorf("the keys were fetched by %d calls in 15 s of guesses, want two each 5 s", got)
		}
	})
}

// What is known stays in use while the signer can't be reached.
func TestMetadataUnreachable(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.MetadataDown(true)
		time.Sleep(3 * keysFresh)

		if w := r.post(r.request(r.activity("maria"), bearing(r, connector.Token{}))); w.Code != http.StatusOK {
			t.Errorf("with known keys: %d, want 200", w.Code)
		}

		if err := r.teams.Ready(); err != nil {
			t.Errorf("Ready = %v after days of silence, want nil", err)
		}
	})

	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.MetadataDown(true)
		r.start()

		w := r.post(r.request(r.activity("maria"), bearing(r, connector.Token{})))
		checkRefusal(t, r, w.Code, noKeys)

		if r.teams.Ready() == nil {
			t.Error("Ready = nil without any keys, want an error")
		}

		r.MetadataDown(false)
		time.Sleep(time.Minute)

		if err := r.teams.Ready(); err != nil {
			t.Errorf("Ready = %v a minute after the keys can be had, want nil", err)
		}
	})
}

// Nobody is kept waiting for keys that are known, however old; and who comes
// while the first are fetched waits for them.
func TestKeysAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fetched atomic.Int32

		work := link.NewWork(slog.New(slog.DiscardHandler))
		k := &keys{work: work, now: time.Now, fetch: func(context.Context) (map[string]key, error) {
			n := fetched.Add(1)
			time.Sleep(3 * time.Second)

			return map[string]key{[]string{"", "one", "one", "two"}[n]: {}}, nil
		}}

		get := func(id string) (bool, time.Duration) {
			began := time.Now()
			_, ok, err := k.get(t.Context(), id)

			return ok && err == nil, time.Since(began)
		}

		go get("one")
		time.Sleep(time.Second)

		if ok, took := get("one"); !ok || took != 2*time.Second || fetched.Load() != 1 {
			t.Errorf("get while the keys are fetched = %v after %v and %d fetches, want the key of the first one", ok, took, fetched.Load())
		}

		time.Sleep(keysFresh)

		if ok, took := get("one"); !ok || took > 0 {
			t.Errorf("get of an old key = %v after %v, want it at once", ok, took)
		}

		time.Sleep(keysAgain + 3*time.Second)

		if ok, _ := get("two"); !ok || fetched.Load() != 3 {
			t.Errorf("get of a new key = %v after %d fetches, want it after the third", ok, fetched.Load())
		}

		if err := work.End(t.Context()); err != nil {
			t.Errorf("end = %v, want nil", err)
		}
	})
}

// Without a token only this machine is taken, and answered at this machine.
func TestUnauthenticated(t *testing.T) {
	near := said{"serviceUrl": loopback}
	entra := connector.Token{Entra: true}

	cases := map[string]struct {
		token   *connector.Token
		remote  string
		headers said
		change  said
		want    reason
	}{
		"nearby":                       {nil, "127.0.0.1:4711", nil, near, ""},
		"nearby by IPv6":               {nil, "[::1]:4711", nil, near, ""},
		"from afar":                    {nil, "192.0.2.1:4711", nil, near, notNearby},
		"through a proxy":              {nil, "127.0.0.1:4711", said{"X-Forwarded-For": "192.0.2.1"}, near, notNearby},
		"through a tunnel":             {nil, "127.0.0.1:4711", said{"Via": "1.1 tunnel"}, near, notNearby},
		"by another name":              {nil, "127.0.0.1:4711", said{"Host": "rebound.example:8080"}, near, notNearby},
		"by no name":                   {nil, "127.0.0.1:4711", said{"Host": ""}, near, notNearby},
		"by a web page":                {nil, "127.0.0.1:4711", said{"Origin": "http://127.0.0.1:3000"}, near, notNearby},
		"by a web page without origin": {nil, "127.0.0.1:4711", said{"Sec-Fetch-Site": "cross-site"}, near, notNearby},
		"to be answered afar":          {nil, "127.0.0.1:4711", nil, said{"serviceUrl": "https://smba.trafficmanager.net/emea/"}, foreignService},
		"our tenant's token":           {&entra, "192.0.2.1:4711", nil, near, ""},
		"our tenant's, answered afar":  {&entra, "127.0.0.1:4711", nil, nil, foreignService},
		"another app's":                {&connector.Token{Entra: true, Claims: map[string]any{"azp": nobodyID}}, "127.0.0.1:4711", nil, near, foreignApp},
		"older version, another app's": {&connector.Token{Entra: true, Claims: map[string]any{"ver": "1.0"}}, "127.0.0.1:4711", nil, near, foreignApp},
		"another tenant's":             {&connector.Token{Entra: true, Tenant: nobodyID}, "127.0.0.1:4711", nil, near, foreignApp},
		"expired":                      {&connector.Token{Entra: true, Expires: time.Unix(1, 0)}, "127.0.0.1:4711", nil, near, expired},
		"for another":                  {&connector.Token{Entra: true, Audience: nobodyID}, "127.0.0.1:4711", nil, near, wrongAudience},
		"a bad token is no missing one": {
			&connector.Token{Alg: "none"}, "127.0.0.1:4711", nil, near, wrongAlgorithm,
		},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(o *Options) { o.Unauthenticated, o.Password, o.ServiceURL = true, "", loopback })
				r.start()

				authorization := ""
				if c.token != nil {
					authorization = bearing(r, *c.token)
				}

				req := r.request(r.activity("maria", said{"text": "help"}, c.change), authorization)
				req.RemoteAddr, req.Host = c.remote, "localhost:8080"

				for name, value := range c.headers {
					if value, _ := value.(string); name == "Host" {
						req.Host = value
					} else {
						req.Header.Set(name, value)
					}
				}

				w := r.post(req)
				synctest.Wait()

				checkRefusal(t, r, w.Code, c.want)
			})
		})
	}
}

// A claim that is no text is none.
func TestTextOfClaims(t *testing.T) {
	claims := jwt.New()
	if err := claims.Set("serviceurl", 7); err != nil {
		t.Fatal(err)
	}

	if got := text(claims, "serviceurl"); got != "" {
		t.Errorf("text = %q, want none", got)
	}
}
