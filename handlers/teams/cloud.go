package teams

import (
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// A cloud is one of those that Microsoft runs apart from each other, each with
// its own login, its own signatures and its own Teams.
type cloud struct {
	login    string // where tokens for calls are got
	scope    string // of these tokens
	metadata string // says where the keys are by which activities are signed
	issuer   string // of the tokens that come with activities
	service  string // where conversations are begun
	hosts    []string
}

// clouds are the clouds by the names that TEAMS_CLOUD takes. A host that begins
// with a dot stands for all below it.
var clouds = map[string]cloud{
	"":       public,
	"public": public,
	"gcc":    {public.login, public.scope, public.metadata, public.issuer, "https://smba.infra.gcc.teams.microsoft.com/gcc", public.hosts},
	"gcc-high": {
		"https://login.microsoftonline.us", governmentScope, governmentMetadata, governmentIssuer,
		"https://smba.infra.gov.teams.microsoft.us/gcch", governmentHosts,
	},
	"dod": {
		"https://login.microsoftonline.us", governmentScope, governmentMetadata, governmentIssuer,
		"https://smba.infra.dod.teams.microsoft.us/dod", governmentHosts,
	},
	"china": {
		"https://login.partner.microsoftonline.cn", "https://api.botframework.azure.cn/.default",
		"https://login.botframework.azure.cn/v1/.well-known/openidconfiguration", "https://api.botframework.azure.cn",
		"https://frontend.botapi.msg.infra.teams.microsoftonline.cn", []string{".botframework.azure.cn", ".teams.microsoftonline.cn"},
	},
}

var public = cloud{
	login:    "https://login.microsoftonline.com",
	scope:    "https://api.botframework.com/.default",
	metadata: "https://login.botframework.com/v1/.well-known/openidconfiguration",
	issuer:   "https://api.botframework.com",
	service:  "https://smba.trafficmanager.net/teams",
	hosts:    []string{"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", ".botframework.com"},
}

const (
	governmentScope    = "https://api.botframework.us/.default"
	governmentMetadata = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"
	governmentIssuer   = "https://api.botframework.us"
)

var governmentHosts = []string{
	"smba.infra.gov.teams.microsoft.us", "smba.infra.dod.teams.microsoft.us", ".botframework.azure.us", ".botframework.us",
}

func cloudNames() []string {
	return slices.Sorted(maps.Keys(clouds))[1:] // the first is the empty one
}

// trusts reports whether the bot's own token may be sent to an address: one of
// Microsoft's, or the one that was configured. A token that went anywhere else
// could be used there to speak as the bot. Without authentication it is this
// machine alone.
func (o Options) trusts(service string) bool {
	u, err := url.Parse(service)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}

	own, err := url.Parse(o.ServiceURL)

	switch {
	case o.Unauthenticated:
		return isLoopback(u.Hostname())
	case err == nil && u.Scheme == own.Scheme && strings.EqualFold(u.Host, own.Host):
		return true
	case u.Scheme != "https" || u.Port() != "" && u.Port() != "443":
		return false
	}

	host := strings.ToLower(u.Hostname())

	return slices.ContainsFunc(clouds[o.Cloud].hosts, func(known string) bool {
		return host == known || known[0] == '.' && strings.HasSuffix(host, known)
	})
}

func loopbackURL(address string) bool {
	u, err := url.Parse(address)

	return err == nil && isLoopback(u.Hostname())
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}

	ip, err := netip.ParseAddr(host)

	return err == nil && ip.Unmap().IsLoopback()
}

// fromLoopback reports whether a request's remote address is this machine.
func fromLoopback(remote string) bool {
	host, _, err := net.SplitHostPort(remote)

	return err == nil && isLoopback(host)
}
