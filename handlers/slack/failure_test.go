package slack

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// The classes are written down a second time here, by what delivery does about
// them, so that a slip in the table shows.
func TestKindOfEachCode(t *testing.T) {
	classes := map[chat.FailureKind]string{
		chat.Busy:     "ratelimited rate_limited message_limit_exceeded restricted_too_many",
		chat.Unsent:   "team_added_to_org external_channel_migrating streaming_state_conflict",
		chat.Doubtful: "internal_error fatal_error service_unavailable request_timeout update_failed",
		chat.Unreachable: "channel_not_found not_in_channel is_archived user_not_found users_not_found user_disabled user_not_visible " +
			"user_not_in_channel messages_tab_disabled restricted_action restricted_action_read_only_channel " +
			"restricted_action_thread_only_channel restricted_action_non_threadable_channel restricted_action_thread_locked " +
			"cannot_dm_bot ekm_access_denied method_not_supported_for_channel_type not_enabled a_code_of_tomorrow",
		chat.Unacceptable: "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long metadata_too_large " +
			"metadata_must_be_sent_from_app invalid_metadata_format invalid_metadata_schema invalid_arguments no_text " +
			"too_many_attachments view_too_large block_mismatch push_limit_reached " +
			"no_users_provided invalid_users failed_for_some_users subteam_max_users_exceeded",
		chat.Missing: "message_not_found cant_update_message cant_delete_message edit_window_closed is_inactive not_found " +
			"hash_conflict expired_trigger_id exchanged_trigger_id invalid_trigger_id no_such_subteam subteam_not_found",
		chat.Refused: "invalid_auth not_authed account_inactive token_revoked token_expired missing_scope no_permission " +
			"not_allowed_token_type org_login_required access_denied accesslimited enterprise_is_restricted " +
			"team_access_not_granted two_factor_setup_required forbidden_team permission_denied plan_upgrade_required paid_teams_only",
	}

	for kind, codes := range classes {
		for code := range strings.FieldsSeq(codes) {
			failure := failureOf("chat.postMessage", slack.SlackErrorResponse{Err: code})
			if failure.Kind != kind || failure.Code != code {
				t.Errorf("failureOf(%s) = %v, want %v", code, failure, kind)
			}
		}
	}
}

func TestKindOfEachStatus(t *testing.T) {
	classes := map[int]chat.FailureKind{
		500: chat.Doubtful, 502: chat.Doubtful, 503: chat.Doubtful, 504: chat.Doubtful, 408: chat.Doubtful,
		429: chat.Busy, 400: chat.Unacceptable, 413: chat.Unacceptable,
		401: chat.Refused, 403: chat.Refused, 404: chat.Refused, 407: chat.Refused,
		302: chat.Unsent, 405: chat.Unsent, 421: chat.Unsent,
	}

	for status, kind := range classes {
		if got := failureOf("chat.update", slack.StatusCodeError{Code: status}); got.Kind != kind {
			t.Errorf("failureOf(%d) = %v, want %v", status, got, kind)
		}
	}
}

func TestBusy(t *testing.T) {
	cases := []struct {
		method     string
		err        error
		after      time.Duration
		everywhere bool
	}{
		{"chat.postMessage", &slack.RateLimitedError{RetryAfter: 7 * time.Second}, 7 * time.Second, false},
		{"chat.update", &slack.RateLimitedError{RetryAfter: 7 * time.Second}, 7 * time.Second, true},
		{"chat.postMessage", slack.StatusCodeError{Code: http.StatusTooManyRequests}, time.Minute, false},
		{"views.publish", slack.SlackErrorResponse{Err: "ratelimited"}, time.Minute, true},
		{"chat.postMessage", slack.SlackErrorResponse{Err: "message_limit_exceeded"}, time.Minute, true},
		{"chat.postMessage", &slack.RateLimitedError{}, time.Minute, false},
		{"chat.postMessage", &slack.RateLimitedError{RetryAfter: -time.Second}, time.Minute, false},
		{"chat.postMessage", &slack.RateLimitedError{RetryAfter: time.Hour}, time.Hour, false},
		{"chat.postMessage", &slack.RateLimitedError{RetryAfter: time.Hour + time.Second}, time.Minute, false},
		{"chat.update", unread("abc"), time.Minute, true},
		{"chat.postMessage", unread("Wed, 21 Oct 2026 07:28:00 GMT"), time.Minute, false},
	}

	for _, c := range cases {
		got := failureOf(c.method, c.err)
		if got.Kind != chat.Busy || got.After != c.after || got.Everywhere != c.everywhere {
			t.Errorf("failureOf(%s, %v) = %+v, want busy for %v, everywhere %v", c.method, c.err, got, c.after, c.everywhere)
		}
	}
}

func TestMissingScopeNamesTheScope(t *testing.T) {
	err := failed("chat.postMessage", slack.SlackErrorResponse{Err: "missing_scope", Needed: "im:write"})
	if !strings.Contains(err.Error(), "im:write") {
		t.Errorf("failed(missing_scope) = %v, want it to name im:write", err)
	}
}

// What certainly did not arrive is told from what may have.
func TestWhatMayHaveArrived(t *testing.T) {
	cases := map[string]struct {
		serve http.HandlerFunc
		dial  func(ctx context.Context, network, address string) (net.Conn, error)
		want  chat.FailureKind
	}{
		"no connection": {
			dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no route") },
			want: chat.Unsent,
		},
		"a connection that takes nothing": {
			dial: func(context.Context, string, string) (net.Conn, error) { return mute{}, nil },
			want: chat.Unsent,
		},
		"hung up after the request": {serve: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, want: chat.Doubtful},
		"no answer in time": {
			serve: func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			},
			want: chat.Doubtful,
		},
		"half an answer": {serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"ok":`)
		}, want: chat.Doubtful},
		"no JSON": {serve: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, want: chat.Doubtful},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			transport := &http.Transport{DialContext: c.dial}
			defer transport.CloseIdleConnections()

			address := "http://slack.test/"
			if c.serve != nil {
				server := httptest.NewServer(c.serve)
				defer server.Close()

				address = server.URL + "/"
			}

			api := slack.New("xoxb-1", slack.OptionAPIURL(address),
				slack.OptionHTTPClient(link.NewWire(&http.Client{Transport: transport, Timeout: 200 * time.Millisecond})))

			_, _, err := api.PostMessageContext(t.Context(), "C1", slack.MsgOptionText("Ms Kovac", false))

			err = failed("chat.postMessage", err)
			if got := chat.FailureOf(err); got == nil || got.Kind != c.want {
				t.Errorf("PostMessage = %v, want %v", err, c.want)
			}

			if strings.Contains(err.Error(), "Kovac") || strings.Contains(err.Error(), address) {
				t.Errorf("the error %q tells words or addresses, want neither", err)
			}
		})
	}
}

// A call whose time is over before it begins is never sent.
func TestCallThatIsOverBeforeItBegins(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	_, err := slack.New("xoxb-1", slack.OptionHTTPClient(link.NewWire(nil))).AuthTestContext(ctx)
	if got := failureOf("auth.test", err); got.Kind != chat.Unsent || !errors.Is(err, context.Canceled) {
		t.Errorf("AuthTest after its time = %v, want unsent", got)
	}
}

// mute is a connection that nothing can be written to.
type mute struct{ net.Conn }

func (mute) Write([]byte) (int, error) {
	return 0, &net.OpError{Op: "write", Err: errors.New("broken pipe")}
}
func (mute) Read([]byte) (int, error)         { time.Sleep(time.Second); return 0, io.EOF }
func (mute) Close() error                     { return nil }
func (mute) SetDeadline(time.Time) error      { return nil }
func (mute) SetReadDeadline(time.Time) error  { return nil }
func (mute) SetWriteDeadline(time.Time) error { return nil }

// unread is what slack-go returns of a Retry-After that is no number.
func unread(said string) error {
	_, err := strconv.ParseInt(said, 10, 64)

	return err
}
