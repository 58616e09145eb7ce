package connector_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

// get fetches what is published.
func (r *rig) get(address string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.do(req)
}

// published finds the key of a token among those at an address, by way of the
// metadata there.
func (r *rig) published(metadata, kid string) (key *rsa.PublicKey, endorsements []any) {
	r.t.Helper()
	uri, _ := r.get(metadata).body["jwks_uri"].(string)
	keys, _ := r.get(uri).body["keys"].([]any)
	for _, k := range keys {
		k := k.(map[string]any)
		if k["kid"] == kid {
			n, _ := base64.RawURLEncoding.DecodeString(k["n"].(string))
			e, _ := base64.RawURLEncoding.DecodeString(k["e"].(string))
			endorsements, _ = k["endorsements"].([]any)
			return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, endorsements
		}
	}
	return nil, nil
}

// opened is a token in its parts.
func opened(t *testing.T, token string) (header, claims map[string]any, signature []byte) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("a token of %d parts, want 3", len(parts))
	}
	for i, into := range []*map[string]any{&header, &claims} {
		b, _ := base64.RawURLEncoding.DecodeString(parts[i])
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatal(err)
		}
	}
	signature, _ = base64.RawURLEncoding.DecodeString(parts[2])
	return header, claims, signature
}

func TestMintedTokens(t *testing.T) {
	r := start(t, options(), nil)
	entra := base + "/" + tenant + "/v2.0/.well-known/openid-configuration"
	soon := time.Now().Add(time.Minute)
	for _, test := range []struct {
		name             string
		token            connector.Token
		metadata         string
		signed, endorsed bool
		claim            string
		want             any
	}{
		{"good", connector.Token{}, r.MetadataURL(), true, true, "serviceurl", base + "/connector/"},
		{"for the app", connector.Token{}, r.MetadataURL(), true, true, "aud", appID},
		{"by the issuer", connector.Token{}, r.MetadataURL(), true, true, "iss", connector.Issuer},
		{"for another", connector.Token{Audience: "x"}, r.MetadataURL(), true, true, "aud", "x"},
		{"expiring", connector.Token{Expires: soon}, r.MetadataURL(), true, true, "exp", float64(soon.Unix())},
		{"not yet", connector.Token{NotBefore: soon}, r.MetadataURL(), true, true, "nbf", float64(soon.Unix())},
		{"without an address", connector.Token{ServiceURL: "-"}, r.MetadataURL(), true, true, "serviceurl", nil},
		{"not endorsed", connector.Token{NoEndorsement: true}, r.MetadataURL(), true, false, "aud", appID},
		{"of no known key", connector.Token{Kid: "nobody"}, r.MetadataURL(), false, false, "aud", appID},
		{"not signed", connector.Token{Alg: "none"}, r.MetadataURL(), false, true, "aud", appID},
		{"signed with the public key", connector.Token{Alg: "HS256"}, r.MetadataURL(), false, true, "aud", appID},
		{"of Entra", connector.Token{Entra: true}, entra, true, false, "tid", tenant},
		{"of Entra, not ours", connector.Token{Entra: true}, r.MetadataURL(), false, false, "azp", appID},
		{"with less", connector.Token{Claims: map[string]any{"iss": nil}}, r.MetadataURL(), true, true, "iss", nil},
	} {
		token := r.Mint(test.token)
		header, claims, signature := opened(t, token)
		kid, _ := header["kid"].(string)
		key, endorsements := r.published(test.metadata, kid)
		signed := token[:strings.LastIndex(token, ".")]
		sum := sha256.Sum256([]byte(signed))
		right := key != nil && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
		if right != test.signed || slices.Contains(endorsements, any("msteams")) != test.endorsed || claims[test.claim] != test.want {
			t.Errorf("Mint, %s: signed %v, endorsed by %v, %s %v, want %v, %v and %v",
				test.name, right, endorsements, test.claim, claims[test.claim], test.signed, test.endorsed, test.want)
		}
		if want := test.token.Alg; want != "" && header["alg"] != want {
			t.Errorf("Mint, %s: alg %v, want %s", test.name, header["alg"], want)
		}
	}
}

func TestRotate(t *testing.T) {
	r := start(t, options(), nil)
	old := r.Kid()
	r.Rotate()
	if r.Kid() == old {
		t.Fatalf("Kid() after Rotate = %s, want another", old)
	}
	if key, _ := r.published(r.MetadataURL(), old); key != nil {
		t.Error("the old key is still published")
	}
	if key, _ := r.published(r.MetadataURL(), r.Kid()); key == nil {
		t.Error("the new key is not published")
	}
	if header, _, _ := opened(t, r.Mint(connector.Token{Kid: old})); header["kid"] != old {
		t.Errorf("Mint with the old key = %v, want %s", header["kid"], old)
	}
}

func TestMetadataDown(t *testing.T) {
	r := start(t, options(), nil)
	r.MetadataDown(true)
	if a := r.get(r.MetadataURL()); a.status != http.StatusServiceUnavailable {
		t.Errorf("metadata that is down = %d, want 503", a.status)
	}
	r.MetadataDown(false)
	if a := r.get(r.MetadataURL()); a.status != http.StatusOK {
		t.Errorf("metadata that is up again = %d, want 200", a.status)
	}
}
