package workspace_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// call calls a method by hand with a form, and returns the answer's body and
// its status. The token is the bot's unless args has one.
func (r *rig) call(method string, args map[string]string) (map[string]any, int) {
	r.t.Helper()
	form := url.Values{"token": {"xoxb-1"}}
	for k, v := range args {
		form.Set(k, v)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, origin+"/api/"+method, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.do(req)
}

func (r *rig) do(req *http.Request) (map[string]any, int) {
	r.t.Helper()
	client := r.net.Client(10 * time.Second)
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		r.t.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		out = map[string]any{"text": string(b)}
	}
	return out, resp.StatusCode
}

// errorOf is the error of an answer, "" when it says ok.
func errorOf(answer map[string]any) string {
	if answer["ok"] == true {
		return ""
	}
	s, _ := answer["error"].(string)
	return s
}

func TestErrors(t *testing.T) {
	limited := options()
	limited.App.Scopes = []string{"chat:write"}
	homeless := options()
	homeless.App.HomeTabOff, homeless.App.MessagesTabOff = true, true
	public := options()
	public.App.Scopes = append([]string{"chat:write.public"}, workspace.UsualScopes...)

	locked, disabled := options(), options()
	locked.UserGroups[0].Locked, disabled.UserGroups[0].Disabled = true, true

	home := `{"type":"home","blocks":[{"type":"divider"}]}`
	modal := `{"type":"modal","title":{"type":"plain_text","text":"T"},"blocks":[]}`
	type args = map[string]string
	for _, test := range []struct {
		name   string
		o      workspace.Options
		method string
		args   args
		want   string
	}{
		{"unknown method", options(), "chat.shout", nil, "unknown_method"},
		{"no token", options(), "auth.test", args{"token": ""}, "not_authed"},
		{"wrong token", options(), "auth.test", args{"token": "xoxb-2"}, "invalid_auth"},
		{"app token for a bot method", options(), "auth.test", args{"token": "xapp-1"}, "not_allowed_token_type"},
		{"bot token for a socket", options(), "apps.connections.open", nil, "not_allowed_token_type"},
		{"app token for a socket", options(), "apps.connections.open", args{"token": "xapp-1"}, ""},
		{"missing scope", limited, "users.info", args{"user": "U0MARIA"}, "missing_scope"},
		{"missing history scope", limited, "conversations.history", args{"channel": "C0TEAM"}, "missing_scope"},

		{"post to a person", options(), "chat.postMessage", args{"channel": "U0MARIA", "text": "hi"}, ""},
		{"post to a channel", options(), "chat.postMessage", args{"channel": "C0TEAM", "text": "hi"}, ""},
		{"post nowhere", options(), "chat.postMessage", args{"channel": "C0NOWHERE", "text": "hi"}, "channel_not_found"},
		{"post to somebody deactivated", options(), "chat.postMessage", args{"channel": "U0GONE", "text": "hi"}, "channel_not_found"},
		{"post to a bot", options(), "chat.postMessage", args{"channel": "U0ROBOT", "text": "hi"}, "cannot_dm_bot"},
		{"post where not a member", options(), "chat.postMessage", args{"channel": "C0OTHER", "text": "hi"}, "not_in_channel"},
		{"post where not a member but public", public, "chat.postMessage", args{"channel": "C0OTHER", "text": "hi"}, ""},
		{"post to an unseen private channel", public, "chat.postMessage", args{"channel": "G0SECRET", "text": "hi"}, "channel_not_found"},
		{"post to an archived channel", options(), "chat.postMessage", args{"channel": "C0OLD", "text": "hi"}, "is_archived"},
		{"post without the messages tab", homeless, "chat.postMessage", args{"channel": "U0MARIA", "text": "hi"}, "messages_tab_disabled"},
		{"post nothing", options(), "chat.postMessage", args{"channel": "C0TEAM"}, "no_text"},
		{"post an empty list of blocks", options(), "chat.postMessage", args{"channel": "C0TEAM", "blocks": "[]"}, "no_text"},
		{"post blocks that are no list", options(), "chat.postMessage", args{"channel": "C0TEAM", "blocks": "{}"}, "invalid_blocks_format"},
		{"post bad blocks", options(), "chat.postMessage", args{"channel": "C0TEAM", "blocks": `[{"type":"shout"}]`}, "invalid_blocks"},
		{"post too much", options(), "chat.postMessage", args{"channel": "C0TEAM", "blocks": manySections(5, 2900)}, "msg_blocks_too_long"},
		{"reply to nothing", options(), "chat.postMessage", args{"channel": "C0TEAM", "text": "hi", "thread_ts": "1.2"}, "cannot_reply_to_message"},
		{"metadata that is no JSON", options(), "chat.postMessage", args{"channel": "C0TEAM", "text": "hi", "metadata": "x"}, "invalid_metadata_format"},
		{"metadata without a type", options(), "chat.postMessage", args{"channel": "C0TEAM", "text": "hi", "metadata": `{"event_payload":{}}`}, "invalid_metadata_schema"},
		{"too much metadata", options(), "chat.postMessage", args{"channel": "C0TEAM", "text": "hi", "metadata": `{"event_type":"x","event_payload":{"k":"` + strings.Repeat("x", 1024) + `"}}`}, "metadata_too_large"},

		{"update by a person's id", options(), "chat.update", args{"channel": "U0MARIA", "ts": "1.2", "text": "hi"}, "channel_not_found"},
		{"update nothing", options(), "chat.update", args{"channel": "C0TEAM", "ts": "1.2", "text": "hi"}, "message_not_found"},
		{"delete nothing", options(), "chat.delete", args{"channel": "C0TEAM", "ts": "1.2"}, "message_not_found"},
		{"whisper to somebody who isn't there", options(), "chat.postEphemeral", args{"channel": "C0TEAM", "user": "U0GONE", "text": "hi"}, "user_not_in_channel"},
		{"whisper where not a member", options(), "chat.postEphemeral", args{"channel": "C0OTHER", "user": "U0MARIA", "text": "hi"}, "not_in_channel"},
		{"link to nothing", options(), "chat.getPermalink", args{"channel": "C0TEAM", "message_ts": "1.2"}, "message_not_found"},

		{"open without a trigger", options(), "views.open", args{"view": modal}, "invalid_arguments"},
		{"open with a made-up trigger", options(), "views.open", args{"view": modal, "trigger_id": "1.2.x"}, "invalid_trigger_id"},
		{"open a home tab", options(), "views.open", args{"view": home, "trigger_id": "1.2.x"}, "invalid_arguments"},
		{"open something too large", options(), "views.open", args{"view": `{"type":"modal","x":"` + strings.Repeat("x", 250_000) + `"}`}, "view_too_large"},
		{"update a view that isn't there", options(), "views.update", args{"view": modal, "view_id": "V0"}, "not_found"},
		{"publish", options(), "views.publish", args{"view": home, "user_id": "U0MARIA"}, ""},
		{"publish for nobody", options(), "views.publish", args{"view": home, "user_id": "U0NOBODY"}, "user_not_found"},
		{"publish without the home tab", homeless, "views.publish", args{"view": home, "user_id": "U0MARIA"}, "not_enabled"},

		{"open nobody's conversation", options(), "conversations.open", args{"users": "U0NOBODY"}, "user_not_found"},
		{"open with somebody deactivated", options(), "conversations.open", args{"users": "U0GONE"}, "user_disabled"},
		{"open with a bot", options(), "conversations.open", args{"users": "U0ROBOT"}, "cannot_dm_bot"},
		{"open with no one", options(), "conversations.open", nil, "users_list_not_supplied"},
		{"open a channel", options(), "conversations.open", args{"channel": "C0TEAM"}, "method_not_supported_for_channel_type"},
		{"look at an unseen private channel", options(), "conversations.info", args{"channel": "G0SECRET"}, "channel_not_found"},
		{"join without the scope", options(), "conversations.join", args{"channel": "C0OTHER"}, "missing_scope"},
		{"history where not a member", options(), "conversations.history", args{"channel": "C0OTHER"}, "not_in_channel"},
		{"history with a bad timestamp", options(), "conversations.history", args{"channel": "C0TEAM", "oldest": "yesterday"}, "invalid_ts_oldest"},
		{"history with a bad cursor", options(), "conversations.history", args{"channel": "C0TEAM", "cursor": "x"}, "invalid_cursor"},
		{"replies to nothing", options(), "conversations.replies", args{"channel": "C0TEAM", "ts": "1.2"}, "thread_not_found"},

		{"nobody", options(), "users.info", args{"user": "U0NOBODY"}, "user_not_found"},
		{"no such address", options(), "users.lookupByEmail", args{"email": "x@y.example"}, "users_not_found"},
		{"address of somebody deactivated", options(), "users.lookupByEmail", args{"email": "gone@harbor.example"}, "users_not_found"},
		{"no such group", options(), "usergroups.users.list", args{"usergroup": "S0NONE"}, "no_such_subteam"},
		{"set a group", options(), "usergroups.users.update", args{"usergroup": "S0LEADS", "users": "U0MARIA,U0DANA"}, ""},
		{"set no such group", options(), "usergroups.users.update", args{"usergroup": "S0NONE", "users": "U0MARIA"}, "no_such_subteam"},
		{"set a group to nobody", options(), "usergroups.users.update", args{"usergroup": "S0LEADS", "users": ""}, "no_users_provided"},
		{"set a group to a stranger", options(), "usergroups.users.update", args{"usergroup": "S0LEADS", "users": "U0DANA,U0NOBODY"}, "invalid_users"},
		{"set a group to somebody deactivated", options(), "usergroups.users.update", args{"usergroup": "S0LEADS", "users": "U0GONE"}, "invalid_users"},
		{"set a group to a bot", options(), "usergroups.users.update", args{"usergroup": "S0LEADS", "users": "U0ROBOT"}, "invalid_users"},
		{"set a group without the scope", limited, "usergroups.users.update", args{"usergroup": "S0LEADS", "users": "U0MARIA"}, "missing_scope"},
		{"set a locked group", locked, "usergroups.users.update", args{"usergroup": "S0LEADS", "users": "U0MARIA"}, "permission_denied"},
		{"set a disabled group", disabled, "usergroups.users.update", args{"usergroup": "S0LEADS", "users": "U0MARIA"}, "no_such_subteam"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, test.o)
				answer, status := r.call(test.method, test.args)
				if got := errorOf(answer); got != test.want || status != http.StatusOK {
					t.Errorf("%s(%v) = %d %q, want 200 %q", test.method, test.args, status, got, test.want)
				}
			})
		})
	}
}

func manySections(n, length int) string {
	section := `{"type":"section","text":{"type":"plain_text","text":"` + strings.Repeat("x", length) + `"}}`
	return "[" + strings.TrimSuffix(strings.Repeat(section+",", n), ",") + "]"
}

func TestMissingScopeSaysWhich(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		o.App.Scopes = []string{"chat:write"}
		r := start(t, o)

		_, err := r.api.GetUserInfoContext(t.Context(), "U0MARIA")

		refused, ok := errors.AsType[slack.SlackErrorResponse](err)
		if !ok || refused.Needed != "users:read" || refused.Provided != "chat:write" {
			t.Errorf("GetUserInfo() = %+v, want missing_scope that needs users:read", err)
		}
	})
}

func TestAuthTestTellsTheScopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())

		who, err := r.api.AuthTestContext(t.Context())

		if err != nil || who.UserID != "U0FIREBREAK" || who.TeamID != "T0HARBOR" {
			t.Fatalf("AuthTest() = %+v, %v, want the app's bot", who, err)
		}
		if got, want := who.Header.Get("X-OAuth-Scopes"), strings.Join(workspace.UsualScopes, ","); got != want {
			t.Errorf("X-OAuth-Scopes = %q, want %q", got, want)
		}
	})
}

func TestArgumentsAsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/api/chat.postMessage",
			strings.NewReader(`{"channel":"C0TEAM","text":"hi","blocks":[{"type":"divider"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		req.Header.Set("Authorization", "Bearer xoxb-1")

		if answer, _ := r.do(req); errorOf(answer) != "" {
			t.Errorf("chat.postMessage with JSON = %v, want ok", answer)
		}
	})
}

func TestPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		ctx := t.Context()

		u, err := r.api.GetUserByEmailContext(ctx, "MARIA@harbor.example")
		if err != nil || u.ID != "U0MARIA" || u.TZ != "Europe/Lisbon" || u.Profile.Email != "maria@harbor.example" {
			t.Errorf("GetUserByEmail() = %+v, %v, want Maria with her zone and address", u, err)
		}
		all, err := r.api.GetUsersContext(ctx, slack.GetUsersOptionLimit(2))
		if err != nil || len(all) != 5 {
			t.Errorf("GetUsers() = %d people, %v, want 5 over three pages", len(all), err)
		}
		groups, err := r.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
		if err != nil || len(groups) != 1 || len(groups[0].Users) != 1 {
			t.Errorf("GetUserGroups() = %+v, %v, want the leads with Dana", groups, err)
		}

		snooze := time.Now().Add(time.Hour)
		if err := r.SetUser("U0DANA", func(u *workspace.User) { u.DND.SnoozeUntil, u.Away = snooze, true }); err != nil {
			t.Fatal(err)
		}
		id := "U0DANA"
		dnd, err := r.api.GetDNDInfoContext(ctx, &id)
		if err != nil || !dnd.Enabled || dnd.NextEndTimestamp != int(snooze.Unix()) || dnd.SnoozeEnabled {
			t.Errorf("GetDNDInfo() = %+v, %v, want a quiet time until %v, which does not say that it is a snooze", dnd, err, snooze)
		}
		presence, err := r.api.GetUserPresenceContext(ctx, id)
		if err != nil || presence.Presence != "away" {
			t.Errorf("GetUserPresence() = %+v, %v, want away", presence, err)
		}
	})
}

func TestGroupIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		r := start(t, o)

		if _, err := r.api.UpdateUserGroupMembersContext(t.Context(), "S0LEADS", "U0MARIA,U0DANA,U0MARIA"); err != nil {
			t.Fatalf("UpdateUserGroupMembers() = %v, want nil", err)
		}
		if g, ok := r.Group("S0LEADS"); !ok || !slices.Equal(g.Users, []string{"U0DANA", "U0MARIA"}) {
			t.Errorf("Group() = %+v, %v, want Dana and Maria", g, ok)
		}
		if members, err := r.api.GetUserGroupMembersContext(t.Context(), "S0LEADS"); err != nil || len(members) != 2 {
			t.Errorf("GetUserGroupMembers() = %v, %v, want two", members, err)
		}
		if len(o.UserGroups[0].Users) != 1 {
			t.Errorf("the options say %v, want them unchanged", o.UserGroups[0].Users)
		}
		if g, ok := r.Group("S0NONE"); ok {
			t.Errorf("Group(S0NONE) = %+v, want none", g)
		}
	})
}

// An app hears of changes to people if it asked for that, and of nothing else
// that happens to them.
func TestUserChange(t *testing.T) {
	for _, subscribed := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			o := options()
			if !subscribed {
				o.App.Events = []string{"app_home_opened"}
			}
			r := start(t, o)
			var names []string
			r.connect(func(e socketmode.Event) any {
				if outer, ok := e.Data.(slackevents.EventsAPIEvent); ok {
					if changed, ok := outer.InnerEvent.Data.(*slackevents.UserChangeEvent); ok {
						names = append(names, changed.User.RealName)
					}
				}
				return nil
			})

			for _, change := range []func(*workspace.User){
				func(u *workspace.User) { u.RealName = "Dana Park" },
				func(u *workspace.User) { u.RealName = "Dana Park" },
				func(u *workspace.User) { u.Away, u.DND.SnoozeUntil = true, time.Now() },
			} {
				if err := r.SetUser("U0DANA", change); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
			}

			if want := map[bool]int{true: 1}[subscribed]; len(names) != want {
				t.Errorf("subscribed %v, the app heard %q, want %d", subscribed, names, want)
			}
		})
	}
}

// The text of a command that asks for it comes with tokens, and that of others
// as it was typed.
func TestShouldEscape(t *testing.T) {
	const typed = "cover @dana (@Maria) and @nobody in #team, not #none: see https://a.example/?b=1&c <now> & @here"
	for escape, want := range map[bool]string{
		false: typed,
		true: "cover <@U0DANA|dana> (<@U0MARIA|maria>) and @nobody in <#C0TEAM|team>, not #none: " +
			"see <https://a.example/?b=1&amp;c> &lt;now&gt; &amp; <!here>",
	} {
		synctest.Test(t, func(t *testing.T) {
			o := options()
			o.App.Commands = []workspace.Command{{Command: "/duty", ShouldEscape: escape}}
			r := start(t, o)
			var got string
			r.connect(func(e socketmode.Event) any {
				if cmd, ok := e.Data.(slack.SlashCommand); ok {
					got = cmd.Text
				}
				return nil
			})

			if err := r.Person("maria").Command("C0TEAM", "/duty "+typed); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("with should_escape %v the text is %q, want %q", escape, got, want)
			}
		})
	}
}

func TestConversations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		ctx := t.Context()

		list, _, err := r.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{
			Types: []string{"public_channel", "private_channel"}, ExcludeArchived: true,
		})
		if err != nil || len(list) != 2 {
			t.Errorf("GetConversations() = %v, %v, want the two channels the app may know", list, err)
		}
		members, _, err := r.api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: "C0TEAM"})
		if err != nil || len(members) != 3 {
			t.Errorf("GetUsersInConversation() = %v, %v, want three", members, err)
		}
		im, _, already, err := r.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{"U0MARIA"}, ReturnIM: true})
		if err != nil || already || im.User != "U0MARIA" || im.ID != r.Person("maria").DM() {
			t.Errorf("OpenConversation() = %+v, %v, %v, want Maria's new one", im, already, err)
		}
	})
}
