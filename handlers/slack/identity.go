package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/handlers/link"
)

// Scopes are what the bot token is allowed to do, with what it is for. The
// first two the bot can't be without.
var Scopes = []Scope{
	{"chat:write", "to page people", true},
	{"commands", "to be called at all", true},
	{"im:write", "to open private conversations", false},
	{"im:history", "to find a page again after an ambiguous answer, instead of sending it twice", false},
	{"users:read", "to know people's names and whether they can be paged", false},
}

// Needs say which of the abilities that an administrator may take away a
// configuration makes use of. What it does not need is not asked for.
type Needs struct {
	Emails bool     // people are named by their e-mail addresses
	Groups []string // ids of the user groups that follow who is on duty
	Quiet  bool     // do-not-disturb is looked at
}

// scopes are those to be had besides Scopes.
func (n Needs) scopes() []Scope {
	var scopes []Scope

	if n.Emails {
		scopes = append(scopes, Scope{"users:read.email", "to find people by their e-mail addresses", false})
	}

	if len(n.Groups) > 0 {
		scopes = append(scopes,
			Scope{"usergroups:read", "to see who is in the user groups", false},
			Scope{"usergroups:write", "to let the user groups follow who is on duty", false})
	}

	if n.Quiet {
		scopes = append(scopes, Scope{"dnd:read", "to see who has do-not-disturb on", false})
	}

	return scopes
}

// A Scope is something that Slack allows an app to do.
type Scope struct {
	Name, For string
	Vital     bool
}

// A ScopesError names the scopes that the bot token lacks.
type ScopesError struct{ Missing []Scope }

func (e *ScopesError) Error() string {
	lacks := make([]string, 0, len(e.Missing))
	for _, scope := range e.Missing {
		lacks = append(lacks, scope.Name+" ("+scope.For+")")
	}

	return "the Slack app lacks " + strings.Join(lacks, ", ") + ": add them under OAuth & Permissions and install the app again"
}

// vital reports whether one of those that miss is vital.
func (e *ScopesError) vital() bool {
	return slices.ContainsFunc(e.Missing, func(s Scope) bool { return s.Vital })
}

// lacking returns what misses in the list that Slack sends, nil for nothing. A
// list that is empty was not sent: a proxy may swallow it.
func lacking(header string, needs Needs) *ScopesError {
	if strings.TrimSpace(header) == "" {
		return nil
	}

	has := scopesIn(header)

	var missing []Scope

	for _, scope := range append(slices.Clip(Scopes), needs.scopes()...) {
		if !slices.Contains(has, scope.Name) {
			missing = append(missing, scope)
		}
	}

	if len(missing) == 0 {
		return nil
	}

	return &ScopesError{missing}
}

// scopesIn reads the list that Slack sends.
func scopesIn(header string) []string {
	var scopes []string
	for name := range strings.SplitSeq(header, ",") {
		scopes = append(scopes, strings.TrimSpace(name))
	}

	return scopes
}

// self is who the bot is.
type self struct {
	user string // U…
	bot  string // B…
	site string // https://team.slack.com/
}

// identity is self once Slack has said it.
type identity struct{ is atomic.Pointer[self] }

func (i *identity) known() bool { return i.is.Load() != nil }

// get returns who the bot is, empty as long as Slack has not said it.
func (i *identity) get() self {
	if is := i.is.Load(); is != nil {
		return *is
	}

	return self{}
}

// identify asks Slack who the bot is and what it may.
func (s *Slack) identify(ctx context.Context) error {
	answer, err := s.authenticate(ctx)
	if err != nil {
		return err
	}

	s.identity.is.Store(&self{user: answer.UserID, bot: answer.BotID, site: answer.URL})

	if lacks := lacking(answer.Header.Get("X-Oauth-Scopes"), s.opts.Needs); lacks != nil {
		if lacks.vital() {
			return lacks
		}

		s.log.Warn("the slack app should be allowed more", "error", lacks)
	}

	return nil
}

func (s *Slack) authenticate(ctx context.Context) (*slack.AuthTestResponse, error) {
	answer, err := s.api.AuthTestContext(ctx)
	if err := failed("auth.test", err); err != nil {
		if refused := permanent(err); refused != nil {
			return nil, refused
		}

		return nil, fmt.Errorf("who the bot is: %w", err)
	}

	return answer, nil
}

// identifyLater goes on asking until Slack has said who the bot is.
func (s *Slack) identifyLater(ctx context.Context) {
	for wait := time.Second; link.Pause(ctx, wait); wait = min(2*wait, 30*time.Second) {
		err := s.identify(ctx)
		if err == nil {
			return
		}

		if lasting(err) {
			s.fail(err)

			return
		}
	}
}
