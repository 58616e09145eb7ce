package workspace

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Handler serves everything: the Web API, the sockets, response_urls and the
// page. Close the workspace before the http.Server that serves it: streams and
// sockets last until then.
func (w *Workspace) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", w.serveAPI)
	mux.HandleFunc("GET /link/", w.serveLink)
	mux.HandleFunc("POST /response/", w.serveResponse)
	if w.opt.FaultsOverHTTP {
		mux.HandleFunc("POST /faults", w.serveFaults)
		mux.HandleFunc("GET /log", w.serveLog)
	}
	w.addPage(mux)
	return w.guard(mux)
}

// guard refuses requests that a web page elsewhere could have made a browser
// send here: those for a name that isn't loopback's, and posts of another
// origin to anything a browser may post to.
func (w *Workspace) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch {
		case !w.opt.AnyHost && !loopback(r.Host):
			http.Error(rw, "this workspace is for this machine only", http.StatusForbidden)
		case r.Method != http.MethodGet && !strings.HasPrefix(r.URL.Path, "/api/") && !sameOrigin(r):
			http.Error(rw, "posts of other origins are refused", http.StatusForbidden)
		default:
			next.ServeHTTP(rw, r)
		}
	})
}

// loopback tells whether a Host header names this machine by a loopback name
// or address.
func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

// sameOrigin tells whether a post comes from our own page, or from no page.
func sameOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}
