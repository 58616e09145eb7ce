package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// What is needed to set people's statuses.
const (
	setProfile  = "users.profile.set"
	statusScope = "users.profile:write"
	// statusEmoji stands before the text of each status that is ours.
	statusEmoji = ":hourglass_flowing_sand:"
)

// statusRemedies say what is done about a status that can't be set.
var statusRemedies = map[string]string{
	"missing_scope":            "the user token of SLACK_STATUS_TOKEN lacks " + statusScope + ": " + grantStatuses,
	"not_admin":                notAdmin,
	"cannot_update_admin_user": "Slack lets nobody but the primary owner set the status of an administrator",
	"not_allowed_token_type":   "SLACK_STATUS_TOKEN has to be a user token, which begins with xoxp-",
	"plan_upgrade_required":    noStatuses,
	"paid_teams_only":          noStatuses,
}

const (
	grantStatuses = "add it to the User Token Scopes under OAuth & Permissions, have an administrator install the app again, and set the new token"
	notAdmin      = "SLACK_STATUS_TOKEN is the token of somebody who is no administrator: have one install the app, and set the User OAuth Token that comes of it"
	noStatuses    = "only on Slack's paid plans can an app set people's statuses: remove SLACK_STATUS_TOKEN"
)

// errNoStatuses is why nobody's status is set without a token for it.
var errNoStatuses = &chat.Failure{Kind: chat.Refused, Err: errors.New("SLACK_STATUS_TOKEN is not set")}

// newStatuses returns a client with the status token, nil if there is none.
func newStatuses(o Options, w link.Wire) *slack.Client {
	if o.StatusToken == "" {
		return nil
	}

	return slack.New(o.StatusToken, slack.OptionAPIURL(o.APIURL), slack.OptionHTTPClient(w))
}

// ShowStatus has a text of at most 100 letters stand in somebody's status until a
// time, when Slack takes it away by itself. It returns false, and changes nothing,
// if they have set a status of their own. Doing it again with another time moves
// the end.
//
// Slack lets no bot set a status, and on its paid plans an administrator that of
// others: it takes Options.StatusToken, with the scope users.profile:write. That
// of other administrators only the primary owner can set. What stands there is
// read as the bot, with users:read; if somebody sets a status in the moment
// between, it is lost.
//
// An error wraps a *chat.Failure: Refused where the token is, with the remedy as
// its Err, and Unreachable where this person's status can't be set.
func (s *Slack) ShowStatus(ctx context.Context, who chat.Person, text string, until time.Time) (bool, error) {
	there, err := s.status(ctx, who)
	if err != nil {
		return false, err
	}

	if there != (status{}) && there != ours(text) {
		return false, nil
	}

	return true, s.setStatus(ctx, who, ours(text), until)
}

// ClearStatus takes a text away that ShowStatus has put into somebody's status. If
// anything else stands there by now, it is left alone. Errors are those of
// ShowStatus.
func (s *Slack) ClearStatus(ctx context.Context, who chat.Person, text string) error {
	there, err := s.status(ctx, who)
	if err != nil || there != ours(text) {
		return err
	}

	return s.setStatus(ctx, who, status{}, time.Time{})
}

// A status is what stands beside somebody's name.
type status struct{ text, emoji string }

// ours is a text as ShowStatus sets it.
func ours(text string) status { return status{text, statusEmoji} }

// status returns somebody's status. One that is over may stand there a little
// longer, and counts as none.
func (s *Slack) status(ctx context.Context, who chat.Person) (status, error) {
	if s.statuses == nil {
		return status{}, errNoStatuses
	}

	user, err := s.api.GetUserInfoContext(ctx, who.ID())
	if err != nil {
		return status{}, failed("users.info", err)
	}

	if ends := user.Profile.StatusExpiration; ends != 0 && !s.opts.Now().Before(atSecond(ends)) {
		return status{}, nil
	}

	return status{user.Profile.StatusText, user.Profile.StatusEmoji}, nil
}

func (s *Slack) setStatus(ctx context.Context, who chat.Person, to status, until time.Time) error {
	var ends int64
	if !until.IsZero() {
		ends = until.Unix()
	}

	return failed(setProfile, s.statuses.SetUserCustomStatusContextWithUser(ctx, who.ID(), to.text, to.emoji, ends))
}

// checkStatuses looks whether the status token can set anybody's status, as far as
// can be known without setting one: the plan can't.
func (s *Slack) checkStatuses(ctx context.Context) []error {
	if s.statuses == nil {
		return nil
	}

	mistake := func(err error) []error { return []error{fmt.Errorf("SLACK_STATUS_TOKEN: %w", err)} }

	answer, err := s.statuses.AuthTestContext(ctx)
	if err != nil {
		return mistake(orRefusal(failed("auth.test", err)))
	}

	if s.identity.known() && answer.URL != s.identity.get().site {
		return mistake(fmt.Errorf("it is of another workspace, %s: copy the one of the app in this workspace", answer.URL))
	}

	if scopes := answer.Header.Get("X-Oauth-Scopes"); scopes != "" && !slices.Contains(scopesIn(scopes), statusScope) {
		return mistake(fmt.Errorf("it lacks %s (to show in people's statuses that they will be back): %s", statusScope, grantStatuses))
	}

	user, err := s.api.GetUserInfoContext(ctx, answer.UserID)
	if err != nil {
		return mistake(fmt.Errorf("whose it is can't be checked: %w", failed("users.info", err)))
	}

	if !user.IsAdmin && !user.IsOwner && !user.IsPrimaryOwner {
		return []error{errors.New(notAdmin)}
	}

	return nil
}
