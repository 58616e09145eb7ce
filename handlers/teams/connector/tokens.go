package connector

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"sync"
	"time"
)

// Issuer is who signs the tokens that come with activities.
const Issuer = "https://api.botframework.com"

const (
	tokenLife = time.Hour
	// apiAudience is whom a token for the connector is for.
	apiAudience = "https://api.botframework.com"
)

// Token says what is in a token that [Connector.Mint] makes. What is zero is
// as in a good one.
type Token struct {
	Issuer     string // Issuer, or Entra's where Entra is set
	Audience   string // the app's id
	Tenant     string // claim tid; an activity's token has none
	ServiceURL string // claim serviceurl; "-" leaves it out, as Entra's tokens do
	Expires    time.Time
	NotBefore  time.Time

	// Alg is RS256. "none" makes a token without a signature, and HS256 one that
	// is signed with the public key as if it were a shared secret.
	Alg string
	// Kid names the key. A name that was never anybody's is signed with the
	// present key nevertheless.
	Kid string
	// NoEndorsement signs with a published key that is not endorsed for Teams.
	NoEndorsement bool
	// Entra makes a token as the login service does for one app that calls
	// another, in place of one that comes with an activity.
	Entra bool
	// Claims replace others of the same name; nil takes one away.
	Claims map[string]any
	// Header is added to the token's header.
	Header map[string]any
}

// key is a key pair with its name.
type key struct {
	kid     string
	private *rsa.PrivateKey
}

// login is who signs, and with what.
type login struct {
	channel, unendorsed, entra key
	retired                    []key // those that were rotated away
	rotations                  int
	down                       bool // the metadata can't be reached
	revoked                    time.Time
	bearer                     string // the token of activities, made once an hour
	bearerUntil                time.Time
}

func newLogin() login {
	return login{channel: key{"activities-0", pooled(0)}, unendorsed: key{"others-0", pooled(1)}, entra: key{"login-0", pooled(2)}}
}

// pool holds the key pairs that were made in this process. Making one takes a
// tenth of a second, which a test of a few milliseconds should not pay.
var pool struct {
	sync.Mutex
	pairs []*rsa.PrivateKey
}

func pooled(i int) *rsa.PrivateKey {
	pool.Lock()
	defer pool.Unlock()

	for len(pool.pairs) <= i {
		pair, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic("connector: " + err.Error())
		}
		pool.pairs = append(pool.pairs, pair)
	}
	return pool.pairs[i]
}

// Rotate replaces the keys: what is signed from now on is signed with new ones,
// and the old ones are published no more.
func (c *Connector) Rotate() {
	c.mu.Lock()
	defer c.mu.Unlock()

	l := &c.login
	l.rotations++
	l.retired = append(l.retired, l.channel, l.entra)
	l.channel = key{fmt.Sprintf("activities-%d", l.rotations), pooled(1 + 2*l.rotations)}
	l.entra = key{fmt.Sprintf("login-%d", l.rotations), pooled(2 + 2*l.rotations)}
	l.bearer = ""
}

// Kid is the name of the key that activities are signed with at present.
func (c *Connector) Kid() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.login.channel.kid
}

// MetadataDown makes metadata and keys unreachable, or reachable again.
func (c *Connector) MetadataDown(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.login.down = down
}

// RevokeTokens makes the connector refuse every token that was issued before,
// whatever its expiry says.
func (c *Connector) RevokeTokens() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.login.revoked = c.now()
}

// Mint makes a token of any kind, good or bad.
func (c *Connector) Mint(t Token) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mint(t)
}

func (c *Connector) mint(t Token) string {
	now := c.now()
	claims := node{
		"iss": Issuer, "aud": c.opt.App.ID, "serviceurl": c.ServiceURL(),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(tokenLife).Unix(),
	}
	if t.Entra {
		claims["iss"], claims["tid"], claims["azp"], claims["ver"] = c.entraIssuer(), c.opt.Tenant.ID, c.opt.App.ID, "2.0"
		delete(claims, "serviceurl")
	}

	for name, v := range map[string]string{"iss": t.Issuer, "aud": t.Audience, "tid": t.Tenant, "serviceurl": t.ServiceURL} {
		if v != "" {
			claims[name] = v
		}
	}
	if t.ServiceURL == "-" {
		delete(claims, "serviceurl")
	}
	if !t.Expires.IsZero() {
		claims["exp"] = t.Expires.Unix()
	}
	if !t.NotBefore.IsZero() {
		claims["nbf"] = t.NotBefore.Unix()
	}
	maps.Copy(claims, t.Claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return c.login.sign(t, claims)
}

// keyFor is the key that a token is signed with.
func (l *login) keyFor(t Token) key {
	for _, k := range append([]key{l.channel, l.unendorsed, l.entra}, l.retired...) {
		if k.kid == t.Kid {
			return k
		}
	}
	switch {
	case t.NoEndorsement:
		return l.unendorsed
	case t.Entra:
		return l.entra
	default:
		return l.channel
	}
}

func (l *login) sign(t Token, claims node) string {
	k := l.keyFor(t)
	header := node{"typ": "JWT", "alg": "RS256", "kid": k.kid, "x5t": k.kid}
	if t.Alg != "" {
		header["alg"] = t.Alg
	}
	if t.Kid != "" {
		header["kid"] = t.Kid
	}
	maps.Copy(header, t.Header)
	signed := encoded(raw(header)) + "." + encoded(raw(claims))

	switch t.Alg {
	case "none":
		return signed + "."
	case "HS256":
		mac := hmac.New(sha256.New, publicPEM(k))
		mac.Write([]byte(signed))
		return signed + "." + encoded(mac.Sum(nil))
	}
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, k.private, crypto.SHA256, sum[:])
	if err != nil {
		panic("connector: " + err.Error())
	}
	return signed + "." + encoded(signature)
}

// publicPEM is a public key as people keep it in files, which is what a
// verifier that is fooled takes for a shared secret.
func publicPEM(k key) []byte {
	der, err := x509.MarshalPKIXPublicKey(&k.private.PublicKey)
	if err != nil {
		panic("connector: " + err.Error())
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// jwk is a key as it is published.
func (k key) jwk() node {
	public := k.private.PublicKey
	return node{
		"kty": "RSA", "use": "sig", "kid": k.kid, "x5t": k.kid,
		"n": encoded(public.N.Bytes()), "e": encoded(big.NewInt(int64(public.E)).Bytes()),
	}
}

// activityToken is the token that comes with an activity.
func (c *Connector) activityToken() string {
	l := &c.login
	if l.bearer == "" || c.now().After(l.bearerUntil) {
		l.bearer, l.bearerUntil = c.mint(Token{}), c.now().Add(tokenLife-10*time.Minute)
	}
	return l.bearer
}

// errDenied is what the connector says to a token that it does not take.
var errDenied = refuse(401, "Unauthorized", "Authorization has been denied for this request.")

// authorize checks the token of a call to the connector.
func (c *Connector) authorize(token string) error {
	claims, err := c.login.open(token)
	if err != nil {
		c.log.Debug("a token was not taken", "error", err)
		return errDenied
	}
	expires, issued := instant(claims, "exp"), instant(claims, "iat")
	switch {
	case str(claims, "aud") != apiAudience, str(claims, "iss") != c.entraIssuer(), !c.now().Before(expires), issued.Before(c.login.revoked):
		return errDenied
	case str(claims, "azp") != c.opt.App.ID:
		return refuse(401, "BotNotRegistered", "Bot is not registered with Bot Connector Service.")
	}
	return nil
}

// open checks the signature of a token that the login service made, and returns
// what the token claims.
func (l *login) open(token string) (node, error) {
	signed, signature, _ := cutLast(token, ".")
	head, body, _ := strings.Cut(signed, ".")
	header, claims := part(head), part(body)
	given, err := base64.RawURLEncoding.DecodeString(signature)
	if header == nil || claims == nil || err != nil || str(header, "alg") != "RS256" {
		return nil, errors.New("it is no token")
	}

	sum := sha256.Sum256([]byte(signed))
	for _, k := range append([]key{l.entra}, l.retired...) {
		if k.kid == str(header, "kid") {
			return claims, rsa.VerifyPKCS1v15(&k.private.PublicKey, crypto.SHA256, sum[:], given)
		}
	}
	return nil, errors.New("its key is not known")
}

// part reads the header or the claims of a token, nil if they can't be read.
func part(s string) node {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return objectOf(b)
}

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

func instant(claims node, name string) time.Time {
	n, _ := claims[name].(json.Number)
	seconds, err := n.Int64()
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
