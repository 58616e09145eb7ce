package teams

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/bot/chat"
	"time"
)

// What is wrong with the options is named by the variable that it came from, and
// no secret is told.
func TestOptions(t *testing.T) {
	good := func() Options {
		return Options{
			AppID: appID, Password: secret, Tenant: tenant, Front: &front{}, Keeper: &keeper{}, Now: time.Now,
			Log: slog.New(slog.DiscardHandler),
		}
	}

	cases := map[string]struct {
		change func(o *Options)
		want   string // "" if nothing is wrong
	}{
		"good":                     {func(*Options) {}, ""},
		"no front":                 {func(o *Options) { o.Front = nil }, "Front"},
		"no keeper":                {func(o *Options) { o.Keeper = nil }, "Keeper"},
		"app":                      {func(o *Options) { o.AppID = "firebreak" }, "TEAMS_APP_ID"},
		"tenant":                   {func(o *Options) { o.Tenant = "harbor.example" }, "TEAMS_TENANT_ID"},
		"tenants":                  {func(o *Options) { o.Tenants = []string{tenant, "other"} }, "TEAMS_TENANTS"},
		"no secret":                {func(o *Options) { o.Password = "" }, "TEAMS_APP_PASSWORD"},
		"id of a secret":           {func(o *Options) { o.Password = nobodyID[:35] + "1" }, "TEAMS_APP_PASSWORD"},
		"no secret in dev":         {func(o *Options) { o.Password, o.Unauthenticated = "", true }, ""},
		"dev away":                 {func(o *Options) { o.Unauthenticated, o.ServiceURL = true, "https://smba.trafficmanager.net/" }, "TEAMS_SERVICE_URL"},
		"dev nearby":               {func(o *Options) { o.Unauthenticated, o.ServiceURL = true, loopback }, ""},
		"cloud":                    {func(o *Options) { o.Cloud = "moon" }, "public"},
		"another cloud":            {func(o *Options) { o.Cloud = "gcc-high" }, ""},
		"unencrypted login":        {func(o *Options) { o.LoginURL = "http://login.example" }, "TEAMS_LOGIN_URL"},
		"unencrypted metadata":     {func(o *Options) { o.MetadataURL = "http://login.example/x" }, "TEAMS_METADATA_URL"},
		"no address":               {func(o *Options) { o.ServiceURL = "smba" }, "TEAMS_SERVICE_URL"},
		"unencrypted but nearby":   {func(o *Options) { o.LoginURL = "http://localhost:8080" }, ""},
		"nearby by another name":   {func(o *Options) { o.LoginURL = "http://localhost.example:8080" }, "TEAMS_LOGIN_URL"},
		"nearby by an IPv6 number": {func(o *Options) { o.LoginURL = "http://[::1]:8080" }, ""},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := good()
			c.change(&o)

			_, err := New(o)

			switch {
			case c.want == "" && err != nil:
				t.Errorf("New = %v, want nil", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("New = %v, want it to name %s", err, c.want)
			case err != nil && strings.Contains(err.Error(), secret):
				t.Errorf("New = %v, want no secret in it", err)
			}
		})
	}
}

// The bot's token goes to Microsoft's hosts and to the configured one alone.
func TestTrust(t *testing.T) {
	cases := map[string]struct {
		o    Options
		want bool
	}{
		"https://smba.trafficmanager.net/emea/":          {Options{}, true},
		"https://SMBA.trafficmanager.net:443/emea":       {Options{}, true},
		"https://smba.trafficmanager.net:8443/emea":      {Options{}, false},
		"https://smba.trafficmanager.net.evil.example/":  {Options{}, false},
		"https://evil.example/smba.trafficmanager.net":   {Options{}, false},
		"https://smba.trafficmanager.net@evil.example/":  {Options{}, false},
		"https://user@smba.trafficmanager.net/":          {Options{}, false},
		"http://smba.trafficmanager.net/":                {Options{}, false},
		"https://webchat.botframework.com/":              {Options{}, true},
		"https://evilbotframework.com/":                  {Options{}, false},
		"https://smba.infra.gcc.teams.microsoft.com/gcc": {Options{Cloud: "gcc"}, true},
		"https://smba.infra.gov.teams.microsoft.us/gcch": {Options{Cloud: "gcc-high"}, true},
		"https://smba.infra.dod.teams.microsoft.us/dod":  {Options{}, false},
		"https://proxy.example:8443/other":               {Options{ServiceURL: "https://proxy.example:8443/teams"}, true},
		"http://proxy.example:8443/other":                {Options{ServiceURL: "https://proxy.example:8443/teams"}, false},
		"http://localhost:56150/_connector":              {Options{}, false},
		"http://127.0.0.1:56150/_connector":              {Options{Unauthenticated: true}, true},
		"http://[::1]:56150/_connector":                  {Options{Unauthenticated: true}, true},
		"https://smba.trafficmanager.net/teams/":         {Options{Unauthenticated: true}, false},
		"https://smba.trafficmanager.net/%zz":            {Options{}, false},
		"":                                               {Options{}, false},
	}

	for address, c := range cases {
		if got := c.o.trusts(address); got != c.want {
			t.Errorf("trusts(%q) = %v with %q and unauthenticated %v, want %v", address, got, c.o.ServiceURL, c.o.Unauthenticated, c.want)
		}
	}
}

// Where nobody knows where to begin, one person can't be written to: that is no
// reason to hold up everybody else's messages.
func TestUnheard(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.teams.opts.Unauthenticated, r.teams.opts.ServiceURL = true, "https://smba.trafficmanager.net/teams"

		_, err := r.teams.Post(t.Context(), chat.Posting{To: chat.PersonOn(chat.Teams, "7a1e5c1e-0000-4000-8000-0000000000ff").Private(), Message: *chat.Notice("Hello")})
		if failure := chat.FailureOf(err); failure == nil || failure.Kind != chat.Unreachable || failure.Code != "unheard" {
			t.Errorf("Post = %v, want it unreachable, since nothing was heard of them", err)
		}
	})
}
