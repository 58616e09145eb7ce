package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Secret is a token or password. It shows itself to nobody who prints, logs or
// encodes it; Reveal is for the one call that sends it.
type Secret string

// hidden stands where a secret is printed.
const hidden = "(hidden)"

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String returns whether there is a secret, and not which.
func (s Secret) String() string {
	if s == "" {
		return "(none)"
	}
	return hidden
}

// GoString keeps %#v from showing what %v hides.
func (s Secret) GoString() string { return s.String() }

// LogValue keeps the secret out of the log.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps the secret out of JSON and YAML.
//
//nolint:unparam // the error is encoding.TextMarshaler's
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Environment is what the environment variables say: the secrets, and where the
// program finds its things.
type Environment struct {
	SlackBotToken      Secret // SLACK_BOT_TOKEN, xoxb-…
	SlackAppToken      Secret // SLACK_APP_TOKEN, xapp-…: Socket Mode
	SlackSigningSecret Secret // SLACK_SIGNING_SECRET: HTTP mode
	SlackStatusToken   Secret // SLACK_STATUS_TOKEN, xoxp-…: an administrator's, "" where nobody's status is shown
	SlackAPIURL        string // SLACK_API_URL; "" is Slack's own. It ends in a slash

	TeamsAppID    string   // TEAMS_APP_ID, a GUID in lower case
	TeamsPassword Secret   // TEAMS_APP_PASSWORD, the value of a client secret
	TeamsTenant   string   // TEAMS_TENANT_ID, a GUID in lower case
	TeamsTenants  []string // TEAMS_TENANTS: whose people may use the bot; none is TeamsTenant
	TeamsCloud    string   // TEAMS_CLOUD, default public

	// For proxies and tests. Each is "" for Microsoft's own.
	TeamsLoginURL    string // TEAMS_LOGIN_URL
	TeamsMetadataURL string // TEAMS_METADATA_URL
	TeamsIssuer      string // TEAMS_ISSUER
	TeamsServiceURL  string // TEAMS_SERVICE_URL

	// TeamsUnauthenticated takes requests that nobody signed, from this machine
	// alone: TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=on-loopback-only.
	TeamsUnauthenticated bool

	ConfigFile string // FIREBREAK_CONFIG, default firebreak.yaml
	DataDir    string // FIREBREAK_DATA, default data
	Listen     string // FIREBREAK_LISTEN, default 127.0.0.1:8080
}

// An EnvironmentError is every mistake in the environment. None shows a secret.
type EnvironmentError struct {
	Mistakes []string
}

// Error returns a line for each mistake.
func (e *EnvironmentError) Error() string { return strings.Join(e.Mistakes, "\n") }

// ReadEnvironment reads the variables through lookup, which is os.LookupEnv
// outside of tests. A variable that is set and empty counts as not set. Which
// secrets a command needs is for the command to say, see NeedPlatform; what
// is there must make sense either way. The error is an *EnvironmentError.
func ReadEnvironment(lookup func(string) (string, bool)) (Environment, error) {
	r := envReader{lookup: lookup}

	env := Environment{
		SlackBotToken:      r.token("SLACK_BOT_TOKEN", "xoxb-"),
		SlackAppToken:      r.token("SLACK_APP_TOKEN", "xapp-"),
		SlackSigningSecret: r.signingSecret("SLACK_SIGNING_SECRET"),
		SlackStatusToken:   r.token("SLACK_STATUS_TOKEN", "xoxp-"),
		SlackAPIURL:        r.apiURL("SLACK_API_URL"),
		TeamsAppID:         r.guid("TEAMS_APP_ID", "the Application (client) ID"),
		TeamsPassword:      r.clientSecret("TEAMS_APP_PASSWORD"),
		TeamsTenant:        r.guid("TEAMS_TENANT_ID", "the Directory (tenant) ID"),
		TeamsTenants:       r.guids("TEAMS_TENANTS"),
		TeamsCloud:         r.cloud("TEAMS_CLOUD"),
		TeamsLoginURL:      r.endpoint("TEAMS_LOGIN_URL"),
		TeamsMetadataURL:   r.endpoint("TEAMS_METADATA_URL"),
		TeamsIssuer:        r.text("TEAMS_ISSUER", ""),
		TeamsServiceURL:    r.endpoint("TEAMS_SERVICE_URL"),
		ConfigFile:         r.text("FIREBREAK_CONFIG", "firebreak.yaml"),
		DataDir:            r.text("FIREBREAK_DATA", "data"),
		Listen:             r.address("FIREBREAK_LISTEN", "127.0.0.1:8080"),
	}
	env.TeamsUnauthenticated = r.unauthenticated("TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS", env.Listen)

	if len(r.mistakes) > 0 {
		return Environment{}, &EnvironmentError{Mistakes: r.mistakes}
	}
	return env, nil
}

// OnSlack reports whether the bot is to be on Slack.
func (e Environment) OnSlack() bool {
	return e.SlackBotToken != "" || e.SlackAppToken != "" || e.SlackSigningSecret != "" || e.SlackStatusToken != ""
}

// OnTeams reports whether the bot is to be on Microsoft Teams.
func (e Environment) OnTeams() bool {
	return e.TeamsAppID != "" || e.TeamsPassword != "" || e.TeamsTenant != "" || e.TeamsUnauthenticated
}

// platforms returns those that the bot is to be on.
func (e Environment) platforms() []chat.Platform {
	var on []chat.Platform
	if e.OnSlack() {
		on = append(on, chat.Slack)
	}
	if e.OnTeams() {
		on = append(on, chat.Teams)
	}
	return on
}

// NeedPlatform returns an *EnvironmentError that names what is missing to connect
// with the chat platforms: with one at least, and with each that something is set
// of. It is nil if nothing is.
func (e Environment) NeedPlatform() error {
	var missing []string
	if !e.OnSlack() && !e.OnTeams() {
		missing = append(missing, "no chat platform is set up; for Slack set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET; for Microsoft Teams set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID")
	}
	if e.OnSlack() {
		missing = append(missing, e.missingOfSlack()...)
	}
	if e.OnTeams() {
		missing = append(missing, e.missingOfTeams()...)
	}
	if missing == nil {
		return nil
	}
	return &EnvironmentError{Mistakes: missing}
}

func (e Environment) missingOfSlack() []string {
	var missing []string
	if e.SlackBotToken == "" {
		missing = append(missing, "SLACK_BOT_TOKEN is not set; it is the Bot User OAuth Token (xoxb-…) under OAuth & Permissions")
	}
	if e.SlackAppToken == "" && e.SlackSigningSecret == "" {
		missing = append(missing, "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set; for Socket Mode set SLACK_APP_TOKEN, the App-Level Token (xapp-…) with the scope connections:write under Basic Information, and for HTTP set SLACK_SIGNING_SECRET from there")
	}
	return missing
}

func (e Environment) missingOfTeams() []string {
	var missing []string
	if e.TeamsAppID == "" {
		missing = append(missing, "TEAMS_APP_ID is not set; it is the Application (client) ID on the overview of the app's registration in Microsoft Entra")
	}
	if e.TeamsPassword == "" && !e.TeamsUnauthenticated {
		missing = append(missing, "TEAMS_APP_PASSWORD is not set; it is the value of a client secret under Certificates & secrets of the app's registration")
	}
	if e.TeamsTenant == "" {
		missing = append(missing, "TEAMS_TENANT_ID is not set; it is the Directory (tenant) ID on the overview of the app's registration")
	}
	return missing
}

// envReader reads variables and collects what is wrong with them.
type envReader struct {
	lookup   func(string) (string, bool)
	mistakes []string
}

func (r *envReader) wrong(format string, args ...any) {
	r.mistakes = append(r.mistakes, fmt.Sprintf(format, args...))
}

// text returns a variable, without the spaces and line breaks that copying
// leaves around it.
func (r *envReader) text(name, otherwise string) string {
	value, _ := r.lookup(name)
	if value = strings.TrimSpace(value); value == "" {
		return otherwise
	}
	return value
}

// tokenKinds are Slack's tokens by how they begin, and how people know them.
var tokenKinds = []struct{ prefix, name string }{
	{"xoxb-", "a bot token"},
	{"xapp-", "an app-level token"},
	{"xoxp-", "a user token"},
	{"xoxe", "a configuration or refresh token"},
	{"xoxa-", "a legacy workspace token"},
	{"xoxc-", "a browser session's token"},
}

// token returns a Slack token that must begin with prefix. What is wrong is said
// by the kind of the token and never by its letters.
func (r *envReader) token(name, prefix string) Secret {
	value := r.text(name, "")
	switch {
	case value == "":
	case quoted(value):
		r.wrong("%s has quotation marks around it: remove them", name)
	case !strings.HasPrefix(value, prefix):
		r.wrong("%s holds %s: it must start with %s", name, tokenKind(value), prefix)
	case len(value) < len(prefix)+2 || strings.ContainsAny(value, " \t\r\n…*"):
		r.wrong("%s is cut short or holds a placeholder: copy the whole token, which starts with %s", name, prefix)
	}
	return Secret(value)
}

func quoted(s string) bool {
	return len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0]
}

func tokenKind(value string) string {
	for _, kind := range tokenKinds {
		if strings.HasPrefix(value, kind.prefix) {
			return kind.name + " (" + kind.prefix + "…)"
		}
	}
	return "something that is no Slack token"
}

// signingSecret returns the secret that Slack signs requests with.
func (r *envReader) signingSecret(name string) Secret {
	value := r.text(name, "")
	switch {
	case strings.HasPrefix(value, "xox") || strings.HasPrefix(value, "xapp-"):
		r.wrong("%s holds %s: it must be the Signing Secret under Basic Information", name, tokenKind(value))
	case value != "" && len(value) < 4:
		r.wrong("%s is too short to be one: copy the whole Signing Secret under Basic Information", name)
	}
	return Secret(value)
}

// apiURL returns another address of the Web API, with the slash at its end that
// method names are added to.
func (r *envReader) apiURL(name string) string {
	value := r.text(name, "")

	u := r.webAddress(name, value, "https://slack.example.com/api/", "the tokens")
	if u == nil {
		return ""
	}

	if u.RawQuery != "" || u.Fragment != "" {
		r.wrong("%s has a ? or # in it: it must end with the path, like https://slack.example.com/api/", name)
	}
	return strings.TrimRight(value, "/") + "/"
}

// webAddress parses an address that secrets go to, so that it must be encrypted
// unless it is this machine or one nearby. It returns nil where there is none, or none
// that will do.
func (r *envReader) webAddress(name, value, example, secrets string) *url.URL {
	if value == "" {
		return nil
	}

	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme):
		r.wrong("%s is no web address: write one like %s, or remove it", name, example)
	case u.Scheme == "http" && !nearby(u.Hostname()):
		r.wrong("%s sends %s unencrypted to another machine: it must start with https://", name, secrets)
	default:
		return u
	}
	return nil
}

// nearby reports whether a host is this machine, has a private address, or a
// name without a dot, as a container's neighbours have.
func nearby(host string) bool {
	ip := net.ParseIP(host)
	if ip == nil {
		return !strings.Contains(host, ".")
	}
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
}

// address returns a host and port to listen on. The host may be empty, which is
// every address of the machine, and the port 0, which is any that is free.
func (r *envReader) address(name, otherwise string) string {
	value := r.text(name, otherwise)

	_, port, err := net.SplitHostPort(value)
	switch {
	case err != nil && !strings.Contains(value, ":"):
		r.wrong("%s is %q, without a port: write %s:8080", name, value, value)
	case err != nil:
		r.wrong("%s is %q, which is no address: write a host and a port like 127.0.0.1:8080", name, value)
	case !validPort(port):
		r.wrong("%s has the port %q: write a number from 0 to 65535", name, port)
	}
	return value
}

func validPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// guidShape is how Microsoft writes ids. The Agents Playground's own are a digit or two
// longer.
var guidShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12,14}$`)

// guid returns one of Microsoft's ids in lower case.
func (r *envReader) guid(name, what string) string {
	value := strings.ToLower(r.text(name, ""))
	if value != "" && !guidShape.MatchString(value) {
		r.wrong("%s is no id: copy %s from the overview of the app's registration, which is like 7a1e5c1e-0000-4000-8000-000000000021", name, what)
	}
	return value
}

// guids returns ids that commas stand between.
func (r *envReader) guids(name string) []string {
	var ids []string
	for id := range strings.SplitSeq(r.text(name, ""), ",") {
		id = strings.ToLower(strings.TrimSpace(id))
		switch {
		case id == "":
		case guidShape.MatchString(id):
			ids = append(ids, id)
		default:
			r.wrong("%s has %q in it, which is no id: write the Directory (tenant) IDs with commas between them", name, id)
		}
	}
	return ids
}

// clientSecret returns the app's secret. What is wrong is said without its
// letters.
func (r *envReader) clientSecret(name string) Secret {
	value := r.text(name, "")
	switch {
	case value == "":
	case quoted(value):
		r.wrong("%s has quotation marks around it: remove them", name)
	case guidShape.MatchString(strings.ToLower(value)):
		r.wrong("%s holds the Secret ID: it must be the secret's Value, which is shown only once, when the secret is made", name)
	case strings.ContainsAny(value, " \t\r\n…") || strings.HasSuffix(value, "***"):
		r.wrong("%s is cut short or holds a placeholder: copy the whole Value of the client secret", name)
	}
	return Secret(value)
}

// clouds are Microsoft's.
var clouds = []string{"public", "gcc", "gcc-high", "dod", "china"}

func (r *envReader) cloud(name string) string {
	value := r.text(name, "public")
	if !slices.Contains(clouds, value) {
		r.wrong("%s is %q: write %s", name, value, alternatives(clouds))
	}
	return value
}

// endpoint returns the address of something that stands in for Microsoft's own.
func (r *envReader) endpoint(name string) string {
	value := r.text(name, "")
	r.webAddress(name, value, "https://teams.example.com", "secrets")
	return value
}

// loopbackOnly is the one value that takes unsigned requests.
const loopbackOnly = "on-loopback-only"

// unauthenticated reports whether requests are taken that nobody signed. No other
// machine may ever reach a bot that does.
func (r *envReader) unauthenticated(name, listen string) bool {
	switch value := r.text(name, ""); {
	case value == "":
		return false
	case value != loopbackOnly:
		r.wrong("%s is %q: anybody who reaches the bot could then pretend to be anybody; for development on this machine write %s, else remove it", name, value, loopbackOnly)
	case !loopback(listen):
		r.wrong("%s is set, and FIREBREAK_LISTEN is %q, where other machines reach the bot: listen on 127.0.0.1, or remove it", name, listen)
	}
	return true
}

// loopback reports whether only this machine reaches an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)

	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
