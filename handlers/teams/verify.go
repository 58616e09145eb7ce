package teams

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/firebreakhq/firebreak/handlers/link"
)

// skew is by how much the clock of who signed a token may differ from ours.
const skew = 5 * time.Minute

// A reason is why a request is not taken. It is logged, and never told to who
// sent it.
type reason string

// The reasons, in the order in which they are looked for.
const (
	noToken        reason = "there is no token"
	notBearer      reason = "the authorization is no bearer token"
	notNearby      reason = "it has no token and does not come from a program on this machine"
	malformed      reason = "the token can't be read"
	wrongAlgorithm reason = "the token is not signed with RS256"
	noKeys         reason = "the keys of the signer can't be had"
	unknownKey     reason = "the token's key is not one of the signer's"
	badSignature   reason = "the signature is wrong"
	wrongIssuer    reason = "the token is somebody else's"
	wrongAudience  reason = "the token is for another app"
	expired        reason = "the token has expired"
	notYetValid    reason = "the token is not valid yet"
	foreignApp     reason = "the token was given to another app or tenant"
	foreignChannel reason = "the activity is from another channel than Teams"
	notEndorsed    reason = "the key does not sign for this channel"
	wrongService   reason = "the token is for another service URL"
	foreignService reason = "the service URL is none of Microsoft's"
	foreignTenant  reason = "the tenant is not one of those allowed"
)

// A refusedError is a request that is not taken.
type refusedError struct{ why reason }

func (e *refusedError) Error() string { return string(e.why) }

func refuse(why reason) error { return &refusedError{why} }

// status is what the sender of a refused request gets. That no key could be had
// is no fault of theirs.
func (e *refusedError) status() int {
	if e.why == noKeys {
		return http.StatusServiceUnavailable
	}

	return http.StatusUnauthorized
}

// A verifier judges whether requests are from Teams, and for this app.
type verifier struct {
	opts    Options
	teams   *keys // of those who sign for Teams
	tenants *keys // of our own tenant, which sign for the Playground; nil where they are not taken
}

func newVerifier(opts Options, work *link.Work, w link.Wire) *verifier {
	v := &verifier{
		opts:  opts,
		teams: &keys{work: work, now: opts.Now, fetch: fromMetadata(w, opts.MetadataURL)},
	}

	if opts.Unauthenticated {
		v.tenants = &keys{work: work, now: opts.Now, fetch: fromSet(w, opts.LoginURL+"/"+opts.Tenant+"/discovery/v2.0/keys")}
	}

	return v
}

// ready reports whether a good token would be seen to be one.
func (v *verifier) ready() bool { return v.opts.Unauthenticated || v.teams.any() }

// warm fetches the keys before the first activity comes, and goes on until they
// are there.
func (v *verifier) warm(ctx context.Context) {
	for wait := keysAgain; !v.ready(); wait = min(2*wait, time.Minute) {
		_, _, err := v.teams.get(ctx, "")
		if err == nil || !link.Pause(ctx, wait) {
			return
		}
	}
}

// A bearer is whose token came with a request.
type bearer struct {
	nobody bool // there was no token, which is allowed only nearby
	tenant bool // our own tenant signed it, and not Teams
	// endorsements are the channels that the key may sign for, and service is
	// where answers to it may be sent.
	endorsements []string
	service      string
}

// token judges a request by its token alone, before anything else of it is
// looked at. What it can't judge yet is left to activity.
func (v *verifier) token(r *http.Request) (bearer, error) {
	header := r.Header.Get("Authorization")

	switch scheme, compact, _ := strings.Cut(header, " "); {
	case header == "" && !v.opts.Unauthenticated:
		return bearer{}, refuse(noToken)
	case header == "" && !nearby(r):
		return bearer{}, refuse(notNearby)
	case header == "":
		return bearer{nobody: true}, nil
	case !strings.EqualFold(scheme, "Bearer"):
		return bearer{}, refuse(notBearer)
	default:
		return v.signed(r.Context(), []byte(strings.TrimSpace(compact)))
	}
}

// nearby reports whether a request was made on this machine, by a program that
// means to: not through a proxy or tunnel on it, and not by a web page that is
// open in its browser, which can post here too. A page says where it is from, and
// one whose name was made to lead here asks for that name.
func nearby(r *http.Request) bool {
	for _, sign := range []string{"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-Ip", "Via", "Origin", "Sec-Fetch-Site"} {
		if r.Header.Get(sign) != "" {
			return false
		}
	}

	return fromLoopback(r.RemoteAddr) && loopbackURL("http://"+r.Host)
}

// signed judges a token: its algorithm, its key and its signature, and then what
// it claims.
func (v *verifier) signed(ctx context.Context, compact []byte) (bearer, error) {
	id, err := keyOf(compact)
	if err != nil {
		return bearer{}, err
	}

	signer, tenant := v.signer(compact)

	k, ok, err := signer.get(ctx, id)

	switch {
	case err != nil:
		return bearer{}, refuse(noKeys)
	case !ok:
		return bearer{}, refuse(unknownKey)
	}

	payload, err := jws.Verify(compact, jws.WithKey(jwa.RS256(), k.public), jws.WithCompact())
	if err != nil {
		return bearer{}, refuse(badSignature)
	}

	claims := jwt.New()
	if err := json.Unmarshal(payload, claims); err != nil {
		return bearer{}, refuse(malformed)
	}

	if tenant {
		return bearer{tenant: true}, v.ownTenant(claims)
	}

	return bearer{endorsements: k.endorsements, service: text(claims, "serviceurl")}, v.teamsOwn(claims)
}

// keyOf returns which key has signed a token, if it was signed in the one way
// that is allowed: a token that could choose its own algorithm could choose
// none, or take the public key for a password.
func keyOf(compact []byte) (string, error) {
	message, err := jws.Parse(compact, jws.WithCompact())
	if err != nil || len(message.Signatures()) != 1 {
		return "", refuse(malformed)
	}

	header := message.Signatures()[0].ProtectedHeaders()
	if header.Has(jws.CriticalKey) { // what has to be understood, and nothing of it is (RFC 7515, 4.1.11)
		return "", refuse(malformed)
	}

	if algorithm, ok := header.Algorithm(); !ok || algorithm != jwa.RS256() {
		return "", refuse(wrongAlgorithm)
	}

	id, ok := header.KeyID()
	if !ok || id == "" {
		return "", refuse(unknownKey)
	}

	return id, nil
}

// signer returns whose keys a token is to be judged by. For Teams' own tokens
// the question does not arise; in development our tenant signs too, and the
// token itself says which it is, which is believed once the signature is right.
func (v *verifier) signer(compact []byte) (signer *keys, tenant bool) {
	if v.tenants == nil {
		return v.teams, false
	}

	claims, err := jwt.ParseInsecure(compact)
	if err != nil {
		return v.teams, false
	}

	issuer, _ := claims.Issuer()
	if !slices.Contains(v.tenantIssuers(), issuer) {
		return v.teams, false
	}

	return v.tenants, true
}

// tenantIssuers are how our own tenant signs: by the login's address, or by an
// older name.
func (v *verifier) tenantIssuers() []string {
	return []string{
		v.opts.LoginURL + "/" + v.opts.Tenant + "/v2.0",
		clouds[v.opts.Cloud].login + "/" + v.opts.Tenant + "/v2.0",
		"https://sts.windows.net/" + v.opts.Tenant + "/",
	}
}

// teamsOwn judges what a token of Teams claims.
func (v *verifier) teamsOwn(claims jwt.Token) error {
	if issuer, _ := claims.Issuer(); issuer != v.opts.Issuer {
		return refuse(wrongIssuer)
	}

	return v.inForce(claims)
}

// ownTenant judges what a token of our own tenant claims: it has to be one that
// the app has given to itself.
func (v *verifier) ownTenant(claims jwt.Token) error {
	if issuer, _ := claims.Issuer(); !slices.Contains(v.tenantIssuers(), issuer) {
		return refuse(wrongIssuer)
	}

	if err := v.inForce(claims); err != nil {
		return err
	}

	holder := text(claims, "azp")
	if text(claims, "ver") != "2.0" {
		holder = text(claims, "appid")
	}

	if !strings.EqualFold(holder, v.opts.AppID) || !strings.EqualFold(text(claims, "tid"), v.opts.Tenant) {
		return refuse(foreignApp)
	}

	return nil
}

// inForce judges for whom a token is, and when.
func (v *verifier) inForce(claims jwt.Token) error {
	audience, _ := claims.Audience()
	if !slices.ContainsFunc(audience, v.isApp) {
		return refuse(wrongAudience)
	}

	now := v.opts.Now()

	if until, ok := claims.Expiration(); !ok || !now.Before(until.Add(skew)) {
		return refuse(expired)
	}

	if from, ok := claims.NotBefore(); ok && now.Before(from.Add(-skew)) {
		return refuse(notYetValid)
	}

	return nil
}

func (v *verifier) isApp(audience string) bool {
	audience = strings.ToLower(audience)

	return audience == v.opts.AppID || audience == "api://"+v.opts.AppID || audience == "api://botid-"+v.opts.AppID
}

// teamsChannel is how Microsoft calls Teams. The same keys sign for its other
// channels, such as the web chat, whose clients say themselves who they are.
const teamsChannel = "msteams"

// activity judges whether an activity may come with the token that it came with:
// from that channel, to be answered at that address, and from a tenant whose
// people may use the bot.
func (v *verifier) activity(b bearer, a *activity) error {
	switch {
	case a.Channel != teamsChannel:
		return refuse(foreignChannel)
	case len(b.endorsements) > 0 && !slices.Contains(b.endorsements, a.Channel):
		return refuse(notEndorsed)
	case !b.nobody && !b.tenant && normal(b.service) != normal(a.Service):
		return refuse(wrongService)
	case (b.nobody || b.tenant) && !loopbackURL(a.Service), !v.opts.trusts(a.Service):
		return refuse(foreignService)
	case !v.allowed(a):
		return refuse(foreignTenant)
	default:
		return nil
	}
}

// normal is an address as it is compared: a slash at its end and the case of its
// letters don't matter to Teams.
func normal(service string) string { return strings.ToLower(strings.TrimSuffix(service, "/")) }

// allowed reports whether all that an activity says of its tenant is one of
// those allowed, and whether it says anything.
func (v *verifier) allowed(a *activity) bool {
	said := false

	for _, tenant := range []string{a.Conversation.Tenant, a.Data.Tenant.ID} {
		if tenant == "" {
			continue
		}

		if !slices.ContainsFunc(v.opts.Tenants, func(one string) bool { return strings.EqualFold(one, tenant) }) {
			return false
		}

		said = true
	}

	return said
}

// text returns a claim that is a text, "" where there is none.
func text(claims jwt.Token, name string) string {
	var value string
	if claims.Get(name, &value) != nil {
		return ""
	}

	return value
}

// reasonOf returns why a request was refused.
func reasonOf(err error) (*refusedError, bool) { return errors.AsType[*refusedError](err) }
