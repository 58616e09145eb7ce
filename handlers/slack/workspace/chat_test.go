package workspace_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

func metadata(key string) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "page", EventPayload: map[string]any{"key": key}})
}

func take() slack.Block {
	button := slack.NewButtonBlockElement("take", "E-1", slack.NewTextBlockObject("plain_text", "Take it", false, false))
	return slack.NewActionBlock("moves", button)
}

func texts(messages []workspace.Message) []string {
	out := []string{}
	for _, m := range messages {
		out = append(out, m.Text)
	}
	return out
}

func TestPostUpdateDelete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		ctx, dana := t.Context(), r.Person("dana")

		channel, ts, err := r.api.PostMessageContext(ctx, "U0DANA", slack.MsgOptionText("Ms Kovac", false), slack.MsgOptionBlocks(take()), metadata("k1"))
		if err != nil || channel != dana.DM() {
			t.Fatalf("PostMessage() = %q, %v, want the id of Dana's conversation", channel, err)
		}
		if got, _ := dana.Last(""); got.Text != "[Take it]" || got.Edited {
			t.Errorf("Dana sees %+v, want an unedited [Take it]", got)
		}

		if _, _, _, err := r.api.UpdateMessageContext(ctx, channel, ts, slack.MsgOptionText("Taken", false), slack.MsgOptionBlocks()); err != nil {
			t.Fatalf("UpdateMessage() = %v, want nil", err)
		}
		got, _ := dana.Last("")
		if got.Text != "Taken" || !got.Edited || len(got.Buttons) != 0 {
			t.Errorf("Dana sees %+v, want the edit without buttons", got)
		}
		if n := len(dana.Notifications()); n != 1 {
			t.Errorf("Dana has %d notifications, want 1: an edit does not notify", n)
		}

		if _, _, err := r.api.DeleteMessageContext(ctx, channel, ts); err != nil {
			t.Fatalf("DeleteMessage() = %v, want nil", err)
		}
		if got := dana.Messages(""); len(got) != 0 {
			t.Errorf("Dana sees %v, want nothing", texts(got))
		}
		want := map[string]int{"k1": 1}
		if diff := cmp.Diff(want, r.Journal().ByMetadata("key", false)); diff != "" {
			t.Errorf("ByMetadata(key, false): %s", diff)
		}
		if got := r.Journal().ByMetadata("key", true); len(got) != 0 {
			t.Errorf("ByMetadata(key, true) = %v, want none: it was deleted", got)
		}
	})
}

func TestUpdateLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		_, ts, err := r.api.PostMessageContext(t.Context(), "C0TEAM", slack.MsgOptionText(strings.Repeat("é", 40_001), false))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := r.Person("dana").Last("team")
		if n := len([]rune(got.Fallback)); n != 40_000 {
			t.Errorf("the posted text has %d characters, want it cut at 40000", n)
		}

		for length, want := range map[int]string{4000: "", 4001: "msg_too_long"} {
			answer, _ := r.call("chat.update", map[string]string{"channel": "C0TEAM", "ts": ts, "text": strings.Repeat("é", length)})
			if got := errorOf(answer); got != want {
				t.Errorf("chat.update with %d characters = %q, want %q", length, got, want)
			}
		}
		theirs, err := r.Person("dana").Write("team", "mine")
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := r.call("chat.update", map[string]string{"channel": "C0TEAM", "ts": theirs, "text": "yours"})
		if got := errorOf(answer); got != "cant_update_message" {
			t.Errorf("chat.update of somebody's message = %q, want cant_update_message", got)
		}
		answer, _ = r.call("chat.delete", map[string]string{"channel": "C0TEAM", "ts": theirs})
		if got := errorOf(answer); got != "cant_delete_message" {
			t.Errorf("chat.delete of somebody's message = %q, want cant_delete_message", got)
		}
	})
}

// post posts to the team channel, a second apart so as not to be limited.
func (r *rig) post(text string, options ...slack.MsgOption) string {
	r.t.Helper()
	_, ts, err := r.api.PostMessageContext(r.t.Context(), "C0TEAM", append(options, slack.MsgOptionText(text, false))...)
	if err != nil {
		r.t.Fatalf("PostMessage(%q) = %v, want nil", text, err)
	}
	time.Sleep(time.Second)
	return ts
}

func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		ctx := t.Context()
		a := r.post("a", metadata("ka"))
		b := r.post("b", metadata("kb"))
		r.post("b1", slack.MsgOptionTS(b), metadata("kb1"))
		r.post("b2", slack.MsgOptionTS(b), slack.MsgOptionBroadcast())
		c := r.post("c")

		read := func(p slack.GetConversationHistoryParameters) (got []string, next string) {
			p.ChannelID = "C0TEAM"
			h, err := r.api.GetConversationHistoryContext(ctx, &p)
			if err != nil {
				t.Fatalf("GetConversationHistory(%+v) = %v, want nil", p, err)
			}
			for _, m := range h.Messages {
				got = append(got, m.Text)
			}
			return got, h.ResponseMetaData.NextCursor
		}
		for _, test := range []struct {
			name string
			p    slack.GetConversationHistoryParameters
			want []string
		}{
			{"all, newest first, replies only when broadcast", slack.GetConversationHistoryParameters{}, []string{"c", "b2", "b", "a"}},
			{"after a", slack.GetConversationHistoryParameters{Oldest: a}, []string{"c", "b2", "b"}},
			{"from a", slack.GetConversationHistoryParameters{Oldest: a, Inclusive: true}, []string{"c", "b2", "b", "a"}},
			{"before c", slack.GetConversationHistoryParameters{Latest: c}, []string{"b2", "b", "a"}},
			{"exactly b", slack.GetConversationHistoryParameters{Oldest: b, Latest: b, Inclusive: true}, []string{"b"}},
			{"the newest", slack.GetConversationHistoryParameters{Limit: 1}, []string{"c"}},
			{"whole seconds", slack.GetConversationHistoryParameters{Oldest: "1"}, []string{"c", "b2", "b", "a"}},
		} {
			if got, _ := read(test.p); !cmp.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v", test.name, got, test.want)
			}
		}

		var paged []string
		for cursor := ""; ; {
			got, next := read(slack.GetConversationHistoryParameters{Limit: 3, Cursor: cursor})
			paged = append(paged, got...)
			if cursor = next; cursor == "" {
				break
			}
		}
		if want := []string{"c", "b2", "b", "a"}; !cmp.Equal(paged, want) {
			t.Errorf("pages of 3: %v, want %v", paged, want)
		}
	})
}

func TestMetadataInHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		ts := r.post("a", metadata("ka"))

		for _, all := range []bool{true, false} {
			h, err := r.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{
				ChannelID: "C0TEAM", IncludeAllMetadata: all,
			})
			if err != nil || len(h.Messages) != 1 || h.Messages[0].Timestamp != ts {
				t.Fatalf("GetConversationHistory() = %+v, %v, want the one message", h, err)
			}
			got, has := h.Messages[0].Metadata.EventPayload["key"]
			if has != all || all && got != "ka" {
				t.Errorf("with include_all_metadata=%v the key is %v, want it only with it", all, got)
			}
		}
	})
}

func TestReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		parent := r.post("parent")
		first := r.post("one", slack.MsgOptionTS(parent))
		r.post("two", slack.MsgOptionTS(first)) // a reply to a reply goes to the same thread
		r.post("beside")

		var got []string
		for cursor := ""; ; {
			page, more, next, err := r.api.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{
				ChannelID: "C0TEAM", Timestamp: parent, Limit: 2, Cursor: cursor,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page {
				got = append(got, m.Text)
			}
			if cursor = next; !more {
				break
			}
		}
		if want := []string{"parent", "one", "two"}; !cmp.Equal(got, want) {
			t.Errorf("replies = %v, want %v", got, want)
		}
	})
}

func TestNotifications(t *testing.T) {
	for _, test := range []struct {
		name, channel, text string
		want                []string // who is notified
	}{
		{"a direct message", "U0DANA", "hello", []string{"dana"}},
		{"a channel message", "C0TEAM", "hello", nil},
		{"a mention", "C0TEAM", "<@U0DANA> hello", []string{"dana"}},
		{"an escaped mention", "C0TEAM", "&lt;@U0DANA&gt; &lt;!channel&gt;", nil},
		{"everybody", "C0TEAM", "<!channel> hello", []string{"maria", "dana"}},
		{"a group", "C0TEAM", "<!subteam^S0LEADS>", []string{"dana"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, options())
				if _, _, err := r.api.PostMessageContext(t.Context(), test.channel, slack.MsgOptionText(test.text, false)); err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, name := range []string{"maria", "dana"} {
					if len(r.Person(name).Notifications()) > 0 {
						got = append(got, name)
					}
				}
				if !cmp.Equal(got, test.want) {
					t.Errorf("%q notified %v, want %v", test.text, got, test.want)
				}
			})
		})
	}
}

func TestNotificationTexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		header := slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "From the blocks", false, false))
		_, _, err := r.api.PostMessageContext(t.Context(), "U0DANA", slack.MsgOptionText("from the *text* &amp; more", false), slack.MsgOptionBlocks(header, take()))
		if err != nil {
			t.Fatal(err)
		}
		got := r.Person("dana").Notifications()[0]
		if got.Text != "From the blocks" || got.Mobile != "from the text & more" {
			t.Errorf("the notification reads %q and %q, want the blocks on a desktop and the text on a phone", got.Text, got.Mobile)
		}
	})
}

func TestThreadRepliesNotifyWhoIsInTheThread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		maria, dana := r.Person("maria"), r.Person("dana")
		if _, err := maria.Write("team", "who can help?"); err != nil {
			t.Fatal(err)
		}
		question, _ := maria.Last("team")
		if _, err := dana.Reply(question, "I can"); err != nil {
			t.Fatal(err)
		}
		if got := len(maria.Notifications()); got != 1 {
			t.Errorf("Maria has %d notifications, want 1 for the reply to her", got)
		}
		if got := len(dana.Notifications()); got != 0 {
			t.Errorf("Dana has %d notifications, want none for her own reply", got)
		}
	})
}

func TestDoNotDisturb(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		if err := r.SetUser("U0DANA", func(u *workspace.User) { u.DND.SnoozeUntil = time.Now().Add(time.Minute) }); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, _, err := r.api.PostMessageContext(t.Context(), "U0DANA", slack.MsgOptionText("hi", false)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Minute)
		}
		if got := len(r.Person("dana").Notifications()); got != 1 {
			t.Errorf("Dana has %d notifications, want only the one after her quiet minute", got)
		}
	})
}

func TestEphemeral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		maria, dana := r.Person("maria"), r.Person("dana")
		ts, err := r.api.PostEphemeralContext(t.Context(), "C0TEAM", "U0MARIA", slack.MsgOptionText("psst", false))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := maria.Last("team")
		if got.Text != "psst" || !got.Ephemeral || len(dana.Messages("team")) != 0 {
			t.Errorf("Maria sees %+v and Dana %v, want it only with Maria", got, texts(dana.Messages("team")))
		}
		answer, _ := r.call("chat.update", map[string]string{"channel": "C0TEAM", "ts": ts, "text": "x"})
		if got := errorOf(answer); got != "message_not_found" {
			t.Errorf("chat.update of an ephemeral message = %q, want message_not_found", got)
		}
		if err := maria.Dismiss(got); err != nil || len(maria.Messages("team")) != 0 {
			t.Errorf("Dismiss() = %v and Maria sees %v, want it gone", err, texts(maria.Messages("team")))
		}
	})
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		send := func(channel string) error {
			_, _, err := r.api.PostMessageContext(t.Context(), channel, slack.MsgOptionText("hi", false))
			return err
		}
		for i := range 5 {
			if err := send("U0DANA"); err != nil {
				t.Fatalf("message %d of a burst: %v, want nil", i+1, err)
			}
		}
		limited, ok := errors.AsType[*slack.RateLimitedError](send(r.Person("dana").DM()))
		if !ok || limited.RetryAfter != time.Second {
			t.Errorf("after a burst: %v, want a rate limit of one second", limited)
		}
		if err := send("C0TEAM"); err != nil {
			t.Errorf("another conversation: %v, want nil", err)
		}
		time.Sleep(time.Second)
		if err := send("U0DANA"); err != nil {
			t.Errorf("a second later: %v, want nil", err)
		}
		if err := send("U0DANA"); err == nil {
			t.Error("twice a second later: nil, want a rate limit")
		}
		r.LimitRate(false)
		if err := send("U0DANA"); err != nil {
			t.Errorf("with the limit off: %v, want nil", err)
		}
	})
}
