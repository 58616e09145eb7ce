package slack

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// unsaid is how long to wait where Slack says to wait but not for how long, or says
// what makes no sense: nothing is waited for longer than longestBusy.
const (
	unsaid      = time.Minute
	longestBusy = time.Hour
)

// kinds says of each of Slack's error codes what follows from it. The codes are
// those of the reference of the methods used here, and a code that is missing
// counts as Unreachable: Slack has said no, certainly did nothing, and would say
// no again, so that somebody else is to be asked and somebody is to be told.
var kinds = map[string]chat.FailureKind{
	"ratelimited":            chat.Busy,
	"rate_limited":           chat.Busy,
	"message_limit_exceeded": chat.Busy,
	"restricted_too_many":    chat.Busy,

	"team_added_to_org":          chat.Unsent,
	"external_channel_migrating": chat.Unsent,
	"streaming_state_conflict":   chat.Unsent,

	"internal_error":      chat.Doubtful,
	"fatal_error":         chat.Doubtful,
	"service_unavailable": chat.Doubtful,
	"request_timeout":     chat.Doubtful,
	"update_failed":       chat.Doubtful,

	"channel_not_found":                     chat.Unreachable,
	"not_in_channel":                        chat.Unreachable,
	"is_archived":                           chat.Unreachable,
	"user_not_found":                        chat.Unreachable,
	"users_not_found":                       chat.Unreachable,
	"user_disabled":                         chat.Unreachable,
	"user_not_visible":                      chat.Unreachable,
	"user_not_in_channel":                   chat.Unreachable,
	"messages_tab_disabled":                 chat.Unreachable,
	"cannot_dm_bot":                         chat.Unreachable,
	"method_not_supported_for_channel_type": chat.Unreachable,
	"ekm_access_denied":                     chat.Unreachable,
	"not_enabled":                           chat.Unreachable,
	"thread_not_found":                      chat.Unreachable,
	"cannot_reply_to_message":               chat.Unreachable,

	"no_users_provided":          chat.Unacceptable,
	"invalid_users":              chat.Unacceptable,
	"failed_for_some_users":      chat.Unacceptable,
	"subteam_max_users_exceeded": chat.Unacceptable,

	"not_admin":                chat.Refused,
	"cannot_update_admin_user": chat.Unreachable,
	"not_app_admin":            chat.Unreachable,
	"too_long":                 chat.Unacceptable,
	"invalid_profile":          chat.Unacceptable,
	"profile_set_failed":       chat.Doubtful,

	"no_text":               chat.Unacceptable,
	"msg_too_long":          chat.Unacceptable,
	"msg_blocks_too_long":   chat.Unacceptable,
	"too_many_attachments":  chat.Unacceptable,
	"invalid_attachments":   chat.Unacceptable,
	"invalid_arguments":     chat.Unacceptable,
	"invalid_arg_name":      chat.Unacceptable,
	"invalid_array_arg":     chat.Unacceptable,
	"invalid_charset":       chat.Unacceptable,
	"invalid_form_data":     chat.Unacceptable,
	"invalid_json":          chat.Unacceptable,
	"block_mismatch":        chat.Unacceptable,
	"view_too_large":        chat.Unacceptable,
	"push_limit_reached":    chat.Unacceptable,
	"duplicate_external_id": chat.Unacceptable,

	"message_not_found":    chat.Missing,
	"cant_update_message":  chat.Missing,
	"cant_delete_message":  chat.Missing,
	"edit_window_closed":   chat.Missing,
	"is_inactive":          chat.Missing,
	"not_found":            chat.Missing,
	"no_such_subteam":      chat.Missing,
	"subteam_not_found":    chat.Missing,
	"hash_conflict":        chat.Missing,
	"expired_trigger_id":   chat.Missing,
	"exchanged_trigger_id": chat.Missing,
	"invalid_trigger_id":   chat.Missing,

	"invalid_auth":              chat.Refused,
	"not_authed":                chat.Refused,
	"account_inactive":          chat.Refused,
	"token_revoked":             chat.Refused,
	"token_expired":             chat.Refused,
	"missing_scope":             chat.Refused,
	"no_permission":             chat.Refused,
	"permission_denied":         chat.Refused,
	"plan_upgrade_required":     chat.Refused,
	"paid_teams_only":           chat.Refused,
	"not_allowed_token_type":    chat.Refused,
	"org_login_required":        chat.Refused,
	"access_denied":             chat.Refused,
	"accesslimited":             chat.Refused,
	"enterprise_is_restricted":  chat.Refused,
	"team_access_not_granted":   chat.Refused,
	"two_factor_setup_required": chat.Refused,
	"forbidden_team":            chat.Refused,
	"app_not_installed":         chat.Refused,
	"unknown_method":            chat.Refused,
	"method_deprecated":         chat.Refused,
	"deprecated_endpoint":       chat.Refused,
}

// staying are the codes of a message that is there and can't be changed any more.
var staying = []string{"cant_update_message", "cant_delete_message", "edit_window_closed"}

// families are codes that come in many endings.
var families = []struct {
	prefix string
	kind   chat.FailureKind
}{
	{"invalid_blocks", chat.Unacceptable},
	{"invalid_metadata", chat.Unacceptable},
	{"metadata_", chat.Unacceptable},
	{"restricted_action", chat.Unreachable},
	{"profile_status_set_failed", chat.Unacceptable},
}

// kindOf returns what follows from one of Slack's codes.
func kindOf(code string) chat.FailureKind {
	if kind, ok := kinds[code]; ok {
		return kind
	}

	for _, family := range families {
		if strings.HasPrefix(code, family.prefix) {
			return family.kind
		}
	}

	return chat.Unreachable
}

// failed wraps the error of a call of one of Slack's methods, nil for nil. The
// result wraps a *chat.Failure and holds no word of any message.
func failed(method string, err error) error {
	if err == nil {
		return nil
	}

	return fmt.Errorf("slack: %s: %w", method, failureOf(method, err))
}

func failureOf(method string, err error) *chat.Failure {
	if failure, ok := errors.AsType[*chat.Failure](err); ok {
		return failure
	}

	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return busy(method, "ratelimited", limited.RetryAfter)
	}

	// slack-go returns its failure to read a Retry-After in place of the limit.
	if _, ok := errors.AsType[*strconv.NumError](err); ok {
		return busy(method, "ratelimited", unsaid)
	}

	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return refusedBy(method, status.Code)
	}

	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return said(method, answer)
	}

	if _, ok := errors.AsType[*link.NeverSentError](err); ok {
		return &chat.Failure{Kind: chat.Unsent, Err: err}
	}

	return &chat.Failure{Kind: chat.Doubtful, Err: err}
}

// said is the failure of an answer that is not ok.
func said(method string, answer slack.SlackErrorResponse) *chat.Failure {
	answer.Err = chat.CodeOf(answer.Err)

	kind := kindOf(answer.Err)
	if kind == chat.Busy {
		return busy(method, answer.Err, unsaid)
	}

	failure := &chat.Failure{Kind: kind, Code: answer.Err, Stays: slices.Contains(staying, answer.Err)}

	switch remedy, known := remediesOf(method)[answer.Err]; {
	case known:
		failure.Err = errors.New(remedy)
	case answer.Err == "missing_scope" && answer.Needed != "":
		failure.Err = fmt.Errorf("the app lacks the scope %s: add it under OAuth & Permissions and install the app again", answer.Needed)
	}

	return failure
}

// busy is a rate limit. That of posting counts for the channel, those of the
// other methods for the whole workspace.
func busy(method, code string, after time.Duration) *chat.Failure {
	if after <= 0 || after > longestBusy {
		after = unsaid
	}

	inRoom := code != "message_limit_exceeded" && (method == "chat.postMessage" || method == "chat.postEphemeral")

	return &chat.Failure{Kind: chat.Busy, After: after, Everywhere: !inRoom, Code: code}
}

// refusedBy is the failure of an answer that HTTP calls one: 5xx says nothing
// of what was done, and all others come from before anything was.
func refusedBy(method string, status int) *chat.Failure {
	code := "http_" + strconv.Itoa(status)

	switch {
	case status == http.StatusTooManyRequests:
		return busy(method, code, unsaid)
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout:
		return &chat.Failure{Kind: chat.Doubtful, Code: code}
	case status == http.StatusRequestEntityTooLarge, status == http.StatusBadRequest:
		return &chat.Failure{Kind: chat.Unacceptable, Code: code}
	case status == http.StatusUnauthorized, status == http.StatusForbidden,
		status == http.StatusNotFound, status == http.StatusProxyAuthRequired:
		return &chat.Failure{Kind: chat.Refused, Code: code}
	default:
		return &chat.Failure{Kind: chat.Unsent, Code: code}
	}
}

// remedies say what an operator does about a refusal.
var remedies = map[string]string{
	"invalid_auth":            "the token is wrong: copy it anew from the app's pages",
	"not_authed":              "no token was sent: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN",
	"account_inactive":        "the app was uninstalled or its workspace deleted: install the app again and set the new tokens",
	"token_revoked":           "the token was revoked: install the app again and set the new tokens",
	"token_expired":           "the token has expired: switch token rotation off for the app and install it again",
	"missing_scope":           "the token lacks a scope: compare with `firebreak manifest slack`, and install the app again",
	"not_allowed_token_type":  "this is the wrong kind of token: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
	"team_access_not_granted": "the app may not act in this workspace: an organisation's administrator has to grant it",
	"forbidden_team":          "the app may not use Socket Mode in this workspace: an administrator has to allow it",
	"app_uninstalled":         "the app was uninstalled: install it again and set the new tokens",
	"tokens_revoked":          "the app's tokens were revoked: install it again and set the new tokens",
	"http_404":                "there is no Slack at this address: check SLACK_API_URL",
}

// remediesOf returns what is done about the failures of a method, by their codes.
func remediesOf(method string) map[string]string {
	if method == setProfile {
		return statusRemedies
	}

	return groupRemedies
}

// groupRemedies say what is done about a user group that can't be set.
var groupRemedies = map[string]string{
	"no_such_subteam":            noSuchGroup,
	"subteam_not_found":          noSuchGroup,
	"permission_denied":          "the app may not change this user group: allow everyone to under Settings, Permissions, User groups, or name a group that nothing else manages",
	"plan_upgrade_required":      noGroups,
	"paid_teams_only":            noGroups,
	"no_users_provided":          "a user group can't be empty",
	"invalid_users":              "somebody can't be in a user group: a deactivated account, an app, or a guest of a single channel",
	"failed_for_some_users":      "somebody is not in the workspace that the user group belongs to",
	"subteam_max_users_exceeded": "there are more people than a user group can have",
}

const (
	noSuchGroup = "there is no such user group: copy its id, which begins with S, from the address of its page, and see that it is not disabled"
	noGroups    = "this workspace has no user groups: they come with Slack's paid plans"
)

// A RefusedError says that Slack refuses the bot itself, for good.
type RefusedError struct {
	Code   string // Slack's word for it
	Remedy string // what an operator does about it
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("slack refuses the bot (%s): %s", e.Code, e.Remedy)
}

func refusal(code string) *RefusedError {
	return &RefusedError{
		Code:   code,
		Remedy: cmp.Or(remedies[code], "see "+code+" in Slack's reference of auth.test and apps.connections.open"),
	}
}

// permanent returns the refusal in an error of a call, nil if there is none.
// An answer of HTTP is never permanent: a proxy on its way up gives those too.
func permanent(err error) *RefusedError {
	failure := chat.FailureOf(err)
	if failure == nil || failure.Kind != chat.Refused || strings.HasPrefix(failure.Code, "http_") {
		return nil
	}

	return refusal(failure.Code)
}
