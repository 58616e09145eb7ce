package workspace_test

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// withUserToken is a workspace whose app may act as Dana, an administrator.
func withUserToken() workspace.Options {
	o := options()
	o.App.User = workspace.UserToken{Token: "xoxp-1", ID: "U0DANA", Scopes: []string{"users.profile:write"}}
	o.People[1].Admin = true
	return o
}

func TestProfileSetErrors(t *testing.T) {
	member, bare, colleague := withUserToken(), withUserToken(), withUserToken()
	member.People[1].Admin = false
	bare.App.User.Scopes = nil
	colleague.People[0].Admin = true
	owner := withUserToken()
	owner.People[0].Admin, owner.People[1].Owner = true, true

	profile := `{"status_text":"Back soon","status_emoji":":coffee:","status_expiration":0}`
	for _, test := range []struct {
		name, token, user, profile string
		o                          workspace.Options
		want                       string
	}{
		{"an administrator", "xoxp-1", "U0MARIA", profile, withUserToken(), ""},
		{"oneself", "xoxp-1", "", profile, member, ""},
		{"the owner, of an administrator", "xoxp-1", "U0MARIA", profile, owner, ""},
		{"a bot token", "xoxb-1", "U0MARIA", profile, withUserToken(), "not_allowed_token_type"},
		{"another's token", "xoxp-2", "U0MARIA", profile, withUserToken(), "invalid_auth"},
		{"no scope", "xoxp-1", "U0MARIA", profile, bare, "missing_scope"},
		{"no administrator", "xoxp-1", "U0MARIA", profile, member, "not_admin"},
		{"of an administrator", "xoxp-1", "U0MARIA", profile, colleague, "cannot_update_admin_user"},
		{"of a bot", "xoxp-1", "U0ROBOT", profile, withUserToken(), "not_app_admin"},
		{"of nobody", "xoxp-1", "U0NOBODY", profile, withUserToken(), "user_not_found"},
		{"no profile", "xoxp-1", "U0MARIA", "Back soon", withUserToken(), "invalid_profile"},
		{"too long", "xoxp-1", "U0MARIA", `{"status_text":"` + strings.Repeat("é", 101) + `"}`, withUserToken(), "too_long"},
		{"no emoji", "xoxp-1", "U0MARIA", `{"status_emoji":"coffee"}`, withUserToken(), "profile_status_set_failed_not_emoji_syntax"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, test.o)

				answer, _ := r.call("users.profile.set", map[string]string{"token": test.token, "user": test.user, "profile": test.profile})
				if got := errorOf(answer); got != test.want {
					t.Errorf("users.profile.set = %q, want %q", got, test.want)
				}
			})
		})
	}
}

// A status shows beside a name, ends by itself, and an app hears of it.
func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, withUserToken())
		until := time.Now().Add(time.Minute).Truncate(time.Second).UTC()

		set := func(profile string) {
			t.Helper()

			answer, _ := r.call("users.profile.set", map[string]string{"token": "xoxp-1", "user": "U0MARIA", "profile": profile})
			if got := errorOf(answer); got != "" {
				t.Fatalf("users.profile.set(%s) = %s, want ok", profile, got)
			}
		}
		has := func(want workspace.Status) {
			t.Helper()

			if got := r.Status("U0MARIA"); got != want {
				t.Errorf("Status = %+v, want %+v", got, want)
			}

			profile := r.profileOf("U0MARIA")
			if profile["status_text"] != want.Text || profile["status_emoji"] != want.Emoji {
				t.Errorf("users.info tells of %q with %q, want %+v", profile["status_text"], profile["status_emoji"], want)
			}

			if got := r.state("U0DANA").People[0].Status; got.Text != want.Text || got.Emoji != want.Emoji || !got.Until.Equal(want.Until) {
				t.Errorf("the page shows Dana %+v, want %+v", got, want)
			}
		}

		has(workspace.Status{})
		set(`{"status_text":"Back soon"}`)
		has(workspace.Status{Text: "Back soon", Emoji: ":speech_balloon:"})
		set(`{"status_expiration":` + strconv.FormatInt(until.Unix(), 10) + `}`)
		has(workspace.Status{Text: "Back soon", Emoji: ":speech_balloon:", Until: until})
		time.Sleep(time.Until(until))
		has(workspace.Status{})
		set(`{"status_text":"At lunch","status_emoji":":sandwich:","status_expiration":0}`)
		set(`{"status_text":"","status_emoji":""}`)
		has(workspace.Status{})

		if got := r.Status("U0NOBODY"); got != (workspace.Status{}) {
			t.Errorf("Status of nobody = %+v, want none", got)
		}
	})
}

func (r *rig) profileOf(id string) map[string]any {
	r.t.Helper()

	answer, _ := r.call("users.info", map[string]string{"user": id})
	user, _ := answer["user"].(map[string]any)
	profile, _ := user["profile"].(map[string]any)
	return profile
}

// Whoever asks with a user token is the one who gave it.
func TestAuthTestOfAUserToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, withUserToken())

		answer, _ := r.call("auth.test", map[string]string{"token": "xoxp-1"})
		if _, bot := answer["bot_id"]; answer["user_id"] != "U0DANA" || bot {
			t.Errorf("auth.test = %v, want Dana and no bot", answer)
		}
	})
}
