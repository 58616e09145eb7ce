package teams

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// unsaid is how long to wait where Teams says to wait but not for how long.
const unsaid = 5 * time.Second

// A deed is what a call of the connector does, by which its failures are judged.
type deed string

const (
	sending  deed = "send"    // a message, which stands there twice if it is sent twice
	changing deed = "update"  // a message that stands; once more does no harm
	removing deed = "delete"  // the same
	opening  deed = "create"  // a private conversation; if it is there, that is it
	reading  deed = "members" // changes nothing
)

// codes are Teams' words for what follows from a call, whatever its status. All
// others are judged by their status.
var codes = map[string]chat.FailureKind{
	"ConversationNotFound":           chat.Unreachable,
	"BotNotInConversationRoster":     chat.Unreachable,
	"BotDisabledByAdmin":             chat.Unreachable,
	"ConversationBlockedByUser":      chat.Unreachable,
	"ForbiddenOperationException":    chat.Unreachable,
	"NotEnoughPermissions":           chat.Unreachable,
	"MessageWritesBlocked":           chat.Unreachable,
	"MemberNotFoundInConversation":   chat.Unreachable,
	"ActivityNotFoundInConversation": chat.Missing,
	"ActivityNotFound":               chat.Missing,
	"MessageSizeTooBig":              chat.Unacceptable,
	"BotNotRegistered":               chat.Refused,
	"InvalidBotApiHost":              chat.Unreachable, // of whoever is in another cloud, and of nobody else
}

// kindOf says what follows from an answer.
//
// Teams says of 412, 502, 503 and 504 to try again. A 412 comes before anything
// is done. After the others a message may stand in the conversation: it is in
// doubt, where everything else can simply be done again. A 500 is not to be
// tried again: whoever waits for the message is better served by the next
// person than by the same answer.
func kindOf(d deed, status int, code string) chat.FailureKind {
	if kind, known := codes[code]; known {
		return kind
	}

	switch {
	case status == http.StatusTooManyRequests:
		return chat.Busy
	case status == http.StatusUnauthorized, status == http.StatusProxyAuthRequired:
		return chat.Refused
	case status == http.StatusForbidden:
		return chat.Unreachable
	case status == http.StatusNotFound && (d == changing || d == removing):
		return chat.Missing
	case status == http.StatusPreconditionFailed, status < http.StatusBadRequest: // somebody on the way sends us elsewhere
		return chat.Unsent
	case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge, status == http.StatusInternalServerError:
		return unwelcome(d)
	case status > http.StatusInternalServerError, status == http.StatusRequestTimeout:
		return uncertain(d)
	default:
		return chat.Unreachable
	}
}

// unwelcome is the kind of an answer that refuses what was sent: a message may
// be drawn another way, and a person or room can't.
func unwelcome(d deed) chat.FailureKind {
	switch d {
	case sending, changing, removing:
		return chat.Unacceptable
	case opening, reading:
		return chat.Unreachable
	default:
		return chat.Unreachable
	}
}

// uncertain is the kind of a failure that does not say what was done.
func uncertain(d deed) chat.FailureKind {
	switch d {
	case sending:
		return chat.Doubtful
	case changing, removing, opening, reading:
		return chat.Unsent
	default:
		return chat.Doubtful
	}
}

// serviceError is Teams' word for an answer of 500.
const serviceError = "ServiceError"

// plainerMayDo reports whether a message that was refused may be taken in
// plainer form. After a 500 it may have been taken already.
func plainerMayDo(failure *chat.Failure) bool {
	return failure.Kind == chat.Unacceptable && failure.Code != serviceError
}

// refusedWith is the failure of an answer that is none of success. after is what
// it says of when to come back, 0 if nothing.
func refusedWith(d deed, status int, code string, after time.Duration) *chat.Failure {
	code = cmp.Or(chat.CodeOf(code), httpCode(status))
	if status == http.StatusInternalServerError {
		code = serviceError
	}

	switch kind := kindOf(d, status, code); kind {
	case chat.Busy:
		return &chat.Failure{Kind: kind, Code: code, After: cmp.Or(max(after, 0), unsaid)}
	case chat.Refused:
		return refusal(code)
	case chat.Unreachable:
		failure := &chat.Failure{Kind: kind, Code: code}
		if remedy, known := remedies[code]; known {
			failure.Err = errors.New(remedy)
		}

		return failure
	case chat.Unsent, chat.Doubtful, chat.Unacceptable, chat.Missing:
		return &chat.Failure{Kind: kind, Code: code}
	default:
		return &chat.Failure{Kind: kind, Code: code}
	}
}

func httpCode(status int) string { return "http_" + strconv.Itoa(status) }

// failed wraps the failure of a call, nil for nil. The result wraps a
// *chat.Failure and holds no word of any message.
func failed(what deed, failure error) error {
	if failure == nil {
		return nil
	}

	return fmt.Errorf("teams: %s: %w", what, failure)
}

// unanswered is the failure of a call to which there was no answer.
func unanswered(d deed, err error) *chat.Failure {
	if _, ok := errors.AsType[*link.NeverSentError](err); ok {
		return &chat.Failure{Kind: chat.Unsent, Code: "unsent", Err: err}
	}

	return &chat.Failure{Kind: uncertain(d), Code: "unanswered", Err: err}
}

// withoutAddress is an error of net/http without the address that was called.
func withoutAddress(err error) error {
	if address, ok := errors.AsType[*url.Error](err); ok {
		return address.Err
	}

	return err
}

// remedies say what an operator does about a refusal.
var remedies = map[string]string{
	"AADSTS7000215":       "the secret is wrong: make a new client secret for the app's registration and copy its value, not its id, into TEAMS_APP_PASSWORD",
	"AADSTS7000222":       "the secret has expired: make a new client secret for the app's registration and set TEAMS_APP_PASSWORD",
	"AADSTS700016":        "there is no such app in the tenant: check TEAMS_APP_ID, and that TEAMS_TENANT_ID is where the app is registered",
	"AADSTS90002":         "there is no such tenant: check TEAMS_TENANT_ID",
	"AADSTS900023":        "there is no such tenant: check TEAMS_TENANT_ID",
	"AADSTS7000112":       "the app is disabled: have an administrator enable it under Enterprise applications",
	"invalid_client":      "the app or its secret is wrong: check TEAMS_APP_ID and TEAMS_APP_PASSWORD",
	"unauthorized_client": "the app may not get tokens: check TEAMS_APP_ID, and that TEAMS_TENANT_ID is where the app is registered",
	"BotNotRegistered":    "no bot is registered for the app: make an Azure Bot, or a bot in the Teams developer portal, with TEAMS_APP_ID as its id",
	"InvalidBotApiHost":   "the tenant is in another cloud: set TEAMS_CLOUD, for example to gcc",
	"http_401":            "the bot's token is not taken: check that the bot is registered with TEAMS_APP_ID, and TEAMS_TENANT_ID and TEAMS_CLOUD",
}

// A RefusedError says that Microsoft refuses the app itself, for good.
type RefusedError struct {
	Code   string // Microsoft's word for it
	Remedy string // what an operator does about it
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("microsoft refuses the app (%s): %s", e.Code, e.Remedy)
}

// refusal is the failure that everything has until an operator acts.
func refusal(code string) *chat.Failure {
	remedy := cmp.Or(remedies[code], "look "+code+" up in Microsoft's documentation")

	return &chat.Failure{Kind: chat.Refused, Code: code, Err: &RefusedError{code, remedy}}
}
