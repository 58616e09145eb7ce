package connector

import (
	"net/http"
	"net/url"
	"strings"
)

const (
	metadataPath = "/v1/.well-known/openidconfiguration"
	keysPath     = "/v1/.well-known/keys"
	scopeEnd     = "/.default"
)

// loginHost is the real one: it stands in what tokens claim, wherever they are
// made.
const loginHost = "https://login.microsoftonline.com/"

func (c *Connector) entraIssuer() string { return loginHost + c.opt.Tenant.ID + "/v2.0" }

// serveToken issues a token to the app: client credentials, in the form or in
// the header.
func (c *Connector) serveToken(rw http.ResponseWriter, r *http.Request) {
	c.guarded(rw, r, &call{name: "token"}, func(*call) (any, error) { return c.issue(r) })
}

func (c *Connector) issue(r *http.Request) (any, error) {
	if err := r.ParseForm(); err != nil {
		return nil, denied(400, "invalid_request", "AADSTS900144: The request body could not be read.")
	}
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = unescaped(user), unescaped(password)
	}
	scope := r.PostForm.Get("scope")

	switch {
	case !strings.EqualFold(r.PathValue("tenant"), c.opt.Tenant.ID):
		return nil, denied(400, "invalid_request", "AADSTS90002: Tenant '"+r.PathValue("tenant")+"' not found.")
	case r.PostForm.Get("grant_type") != "client_credentials":
		return nil, denied(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.")
	case id != c.opt.App.ID:
		return nil, denied(400, "unauthorized_client", "AADSTS700016: Application with identifier '"+id+"' was not found in the directory '"+c.opt.Tenant.Name+"'.")
	case secret != c.opt.App.Password:
		return nil, denied(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
	case !strings.HasSuffix(scope, scopeEnd):
		return nil, denied(400, "invalid_scope", "AADSTS1002012: The provided value for scope "+scope+" is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.")
	}
	token := c.mint(Token{Entra: true, Audience: strings.TrimSuffix(scope, scopeEnd)})
	return node{"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}, nil
}

// unescaped is one half of a client's basic credentials, which are escaped as
// in a form.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// denied is a refusal in the login service's form.
func denied(status int, code, message string) error {
	return &refusalError{status: status, code: code, message: message, login: true}
}

// errMetadataDown is the answer of a metadata endpoint that has trouble.
var errMetadataDown = refuse(503, "ServiceUnavailable", "The service is unavailable.")

// serveKeys answers with what build returns, unless metadata is down.
func (c *Connector) serveKeys(build func() node) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		c.guarded(rw, r, &call{name: "keys"}, func(*call) (any, error) {
			if c.login.down {
				return nil, errMetadataDown
			}
			return build(), nil
		})
	}
}

func (c *Connector) channelMetadata() node {
	return node{
		"issuer": Issuer, "authorization_endpoint": "https://invalid.botframework.com",
		"jwks_uri":                              c.opt.BaseURL + keysPath,
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
	}
}

func (c *Connector) channelKeys() node {
	present, other := c.login.channel.jwk(), c.login.unendorsed.jwk()
	present["endorsements"] = []string{"msteams", "webchat", "directline"}
	other["endorsements"] = []string{"webchat", "directline"}
	return node{"keys": []node{other, present}}
}

func (c *Connector) entraMetadata() node {
	base := c.opt.BaseURL + "/" + c.opt.Tenant.ID
	return node{
		"issuer": c.entraIssuer(), "token_endpoint": base + "/oauth2/v2.0/token", "jwks_uri": base + "/discovery/v2.0/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}
}

func (c *Connector) entraKeys() node { return node{"keys": []node{c.login.entra.jwk()}} }
