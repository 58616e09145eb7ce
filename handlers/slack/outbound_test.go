package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// inBubble runs a test with a connected bot.
func inBubble(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newRig(t, "socket")) })
}

func TestPostAndEditAndRemove(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		at := r.post("U0DANA")
		if at.Room != chat.RoomOn(chat.Slack, r.dana.DM()) || at.ID == "" {
			t.Errorf("Post to Dana = %+v, want her private conversation", at)
		}

		if got := len(r.dana.Notifications()); got != 1 {
			t.Errorf("Dana is notified %d times, want once", got)
		}

		if err := r.slack.Edit(t.Context(), at, *chat.Notice("Lee has it.")); err != nil {
			t.Fatalf("Edit = %v, want nil", err)
		}

		m, _ := r.dana.Last("")
		if !strings.Contains(m.Text, "Lee has it.") || len(m.Buttons) != 0 || !m.Edited {
			t.Errorf("Dana sees %+v, want the edited message without buttons", m.Text)
		}

		if found, err := r.slack.Find(t.Context(), at.Room, chat.Ref{}, "page/E-142/2", time.Now().Add(-time.Hour)); err != nil || len(found) != 1 {
			t.Errorf("Find after an edit = %v, %v, want the message with its key", found, err)
		}

		if err := r.slack.Remove(t.Context(), at); err != nil {
			t.Fatalf("Remove = %v, want nil", err)
		}

		if got := len(r.dana.Messages("")); got != 0 {
			t.Errorf("Dana sees %d messages, want none", got)
		}

		for what, err := range map[string]error{
			"Edit":   r.slack.Edit(t.Context(), at, *chat.Notice("gone")),
			"Remove": r.slack.Remove(t.Context(), at),
		} {
			if got := chat.FailureOf(err); got == nil || got.Kind != chat.Missing {
				t.Errorf("%s of what is gone = %v, want missing", what, err)
			}
		}
	})
}

func TestPostUnreachable(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		for _, room := range []chat.Room{"slack:C0OLD", "slack:C0OTHER", "slack:C0NONE", "slack:U0NOBODY"} {
			_, err := r.slack.Post(t.Context(), chat.Posting{To: room, Key: "k", Message: *chat.Notice("hello")})
			if got := chat.FailureOf(err); got == nil || got.Kind != chat.Unreachable {
				t.Errorf("Post to %s = %v, want unreachable", room, err)
			}
		}
	})
}

func TestThread(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		parent := r.post("C0TEAM")

		for i := range 3 {
			_, err := r.slack.Post(t.Context(), chat.Posting{
				To: parent.Room, Under: parent, Key: fmt.Sprintf("line/%d", i), Message: *chat.Notice("line %v", i),
			})
			if err != nil {
				t.Fatalf("Post = %v, want nil", err)
			}
		}

		found, err := r.slack.Find(t.Context(), parent.Room, parent, "line/1", time.Now().Add(-time.Hour))
		if err != nil || len(found) != 1 {
			t.Fatalf("Find in the thread = %v, %v, want one", found, err)
		}

		m, _ := r.maria.Find("C0TEAM", "line 1")
		if m.TS != found[0].ID || m.Thread != parent.ID {
			t.Errorf("Find = %v, want %s in the thread of %s", found, m.TS, parent.ID)
		}
	})
}

// Find reads as far back as it has to, and tells copies by their key alone.
func TestFind(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		began := time.Now()
		one := r.post("U0DANA")

		for i := range 2*perPage + 50 {
			if i == perPage {
				time.Sleep(time.Second)
			}

			_, err := r.slack.Post(t.Context(), chat.Posting{To: "slack:U0DANA", Key: fmt.Sprint("other", i), Message: *chat.Notice("x")})
			if err != nil {
				t.Fatal(err)
			}
		}

		two := r.post("U0DANA")

		r.slack.rooms = newRooms() // as after a restart: the conversation is opened anew

		found, err := r.slack.Find(t.Context(), "slack:U0DANA", chat.Ref{}, "page/E-142/2", began)
		if err != nil {
			t.Fatalf("Find = %v, want nil", err)
		}

		if diff := cmp.Diff([]chat.Ref{one, two}, found); diff != "" {
			t.Errorf("Find (-want +got)\n%s", diff)
		}

		time.Sleep(2 * skew)

		if found, err := r.slack.Find(t.Context(), "slack:U0DANA", chat.Ref{}, "page/E-142/2", time.Now()); err != nil || len(found) != 0 {
			t.Errorf("Find of what is older = %v, %v, want nothing", found, err)
		}

		r.RefuseHistory("internal_error")

		if _, err := r.slack.Find(t.Context(), "slack:U0DANA", chat.Ref{}, "page/E-142/2", began); err == nil {
			t.Error("Find without history = nil, want an error")
		}
	})
}

// Somebody else's message with the same metadata is not ours.
func TestFindOnlyOwn(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.post("U0DANA")
		r.slack.identity.is.Store(&self{user: "U0OTHER", bot: "B0OTHER"})

		if found, err := r.slack.Find(t.Context(), "slack:U0DANA", chat.Ref{}, "page/E-142/2", time.Now().Add(-time.Hour)); err != nil || len(found) != 0 {
			t.Errorf("Find = %v, %v, want nothing", found, err)
		}
	})
}

// What Slack does not take is followed by something plainer, at once.
func TestPlainer(t *testing.T) {
	cases := map[string]struct {
		code    string
		times   int
		buttons int
		want    chat.FailureKind
		keyed   int
	}{
		"shortened":  {"invalid_blocks", 1, 3, 0, 1},
		"bare words": {"msg_blocks_too_long", 2, 0, 0, 1},
		"never":      {"invalid_blocks_format", 0, 0, chat.Unacceptable, 0},
		"metadata":   {"metadata_too_large", 1, 3, 0, 0},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.Inject(workspace.Fault{Method: "chat.postMessage", Do: workspace.Refuse, Error: c.code, Times: c.times})

				at, err := r.slack.Post(t.Context(), chat.Posting{To: "slack:U0DANA", Key: "k", Message: gallery()["page"]})
				if c.want != 0 {
					if got := chat.FailureOf(err); got == nil || got.Kind != c.want {
						t.Errorf("Post = %v, want %v", err, c.want)
					}

					return
				}

				if err != nil {
					t.Fatalf("Post = %v, want nil", err)
				}

				m, _ := r.dana.Last("")
				if m.TS != at.ID || len(m.Buttons) != c.buttons || !strings.Contains(m.Text+m.Fallback, "Ms Kovac is waiting") || !strings.Contains(m.Text+m.Fallback, "Heat: 4 of 5") {
					t.Errorf("Dana sees %q with %q, want the page with %d buttons", m.Text, m.Buttons, c.buttons)
				}

				if found, err := r.slack.Find(t.Context(), "slack:U0DANA", chat.Ref{}, "k", time.Now().Add(-time.Hour)); err != nil || len(found) != c.keyed {
					t.Errorf("Find = %v, %v, want %d", found, err, c.keyed)
				}

				if log := r.log.String(); !strings.Contains(log, c.code) || strings.Contains(log, "Kovac") {
					t.Errorf("the log says %s, want the code and no words", log)
				}
			})
		})
	}
}

func TestEditBecomesPlainer(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		at := r.post("U0DANA")
		r.Inject(workspace.Fault{Method: "chat.update", Do: workspace.Refuse, Error: "invalid_blocks", Times: 2})

		if err := r.slack.Edit(t.Context(), at, *chat.Notice("Lee has it.")); err != nil {
			t.Fatalf("Edit = %v, want nil", err)
		}

		if m, _ := r.dana.Last(""); !strings.Contains(m.Text, "Lee has it.") || len(m.Buttons) != 0 {
			t.Errorf("Dana sees %q with %q, want bare words", m.Text, m.Buttons)
		}
	})
}

// What the network does to a post, and what is said of it.
func TestAmbiguousPosts(t *testing.T) {
	cases := map[string]struct {
		fault workspace.Fault
		want  chat.Failure
		sent  int
	}{
		"cut":          {workspace.Fault{Do: workspace.CutAfter}, chat.Failure{Kind: chat.Doubtful}, 1},
		"lost":         {workspace.Fault{Do: workspace.LoseAfter}, chat.Failure{Kind: chat.Doubtful, Code: "http_500"}, 1},
		"hang":         {workspace.Fault{Do: workspace.Hang}, chat.Failure{Kind: chat.Doubtful}, 0},
		"down":         {workspace.Fault{Do: workspace.ServerError}, chat.Failure{Kind: chat.Doubtful, Code: "http_503"}, 0},
		"limited":      {workspace.Fault{Do: workspace.RateLimit, RetryAfter: 7}, chat.Failure{Kind: chat.Busy, After: 7 * time.Second, Code: "ratelimited"}, 0},
		"limited, how": {workspace.Fault{Do: workspace.RateLimit}, chat.Failure{Kind: chat.Busy, After: time.Minute, Code: "http_429"}, 0},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				c.fault.Method = "chat.postMessage"
				r.Inject(c.fault)

				began := time.Now()
				_, err := r.slack.Post(t.Context(), chat.Posting{To: "slack:U0DANA", Key: "k", Message: gallery()["page"]})

				got := chat.FailureOf(err)
				if got == nil || got.Kind != c.want.Kind || got.After != c.want.After || got.Code != c.want.Code || got.Everywhere {
					t.Errorf("Post = %v, want %v", err, &c.want)
				}

				if took := time.Since(began); took > link.CallTimeout {
					t.Errorf("Post took %v, want %v at most", took, link.CallTimeout)
				}

				r.Heal()

				if found, err := r.slack.Find(t.Context(), "slack:U0DANA", chat.Ref{}, "k", began); err != nil || len(found) != c.sent {
					t.Errorf("Find = %v, %v, want %d", found, err, c.sent)
				}
			})
		})
	}
}

func TestNoWayToSlack(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.net.Refuse("localhost:80", true)
		r.net.Cut("localhost:80")

		_, err := r.slack.Post(t.Context(), chat.Posting{To: "slack:U0DANA", Key: "k", Message: gallery()["page"]})
		if got := chat.FailureOf(err); got == nil || got.Kind != chat.Unsent {
			t.Errorf("Post without a network = %v, want unsent", err)
		}

		r.net.Refuse("localhost:80", false)
	})
}

func TestProfiles(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		want := chat.Profile{Who: "slack:U0MARIA", Name: "Maria Silva", Email: "maria@harbor.example", Zone: "Europe/Lisbon"}

		got, err := r.slack.Lookup(t.Context(), "maria@harbor.example")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Lookup = %v (-want +got)\n%s", err, diff)
		}

		if got, err := r.slack.Profile(t.Context(), "slack:U0GONE"); err != nil || !got.Gone {
			t.Errorf("Profile(gone) = %+v, %v, want somebody who is gone", got, err)
		}

		if got, err := r.slack.Profile(t.Context(), "slack:U0ROBOT"); err != nil || !got.Machine {
			t.Errorf("Profile(robot) = %+v, %v, want a machine", got, err)
		}

		if _, err := r.slack.Lookup(t.Context(), "nobody@harbor.example"); chat.FailureOf(err).Kind != chat.Unreachable {
			t.Errorf("Lookup(nobody) = %v, want unreachable", err)
		}
	})
}

func TestCheck(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		all := r.slack.Check(t.Context(),
			[]chat.Room{"slack:C0TEAM", "slack:C0OTHER", "slack:C0OLD", "slack:C0NONE"},
			[]Subject{{Who: "slack:U0MARIA"}, {Who: "slack:U0GONE"}, {Who: "slack:U0ROBOT"}, {Who: "slack:U0NOBODY"}})

		want := []string{"#other): the bot is not in it", "is archived", "there is none", "is deactivated", "is a bot", "nobody in this workspace"}
		if len(all) != len(want) {
			t.Fatalf("Check = %q, want %d mistakes", all, len(want))
		}

		for i, err := range all {
			if !strings.Contains(err.Error(), want[i]) {
				t.Errorf("mistake %d = %q, want %q", i, err, want[i])
			}
		}

		r.RevokeToken("token_revoked")

		if all := r.slack.Check(t.Context(), nil, nil); len(all) == 0 || !strings.Contains(all[0].Error(), "install the app again") {
			t.Errorf("Check with a revoked token = %v, want the remedy", all)
		}
	})
}

// mistaken compares what a check found with what it ought to, by parts.
func mistaken(t *testing.T, got []error, want ...string) {
	t.Helper()

	if len(got) != len(want) {
		t.Fatalf("Check = %q, want %d mistakes: %q", got, len(want), want)
	}

	for i, err := range got {
		if !strings.Contains(err.Error(), want[i]) || strings.Contains(err.Error(), "\n") {
			t.Errorf("mistake %d = %q, want %q in a line", i, err, want[i])
		}
	}
}

// A check looks at what the configuration makes use of, and at nothing else.
func TestCheckNeeds(t *testing.T) {
	people := []Subject{{Who: "slack:U0MARIA", OnDuty: true}, {Who: "slack:U0GUEST"}, {Who: "slack:U0DANA", OnDuty: true}}
	needs := Needs{Emails: true, Groups: []string{"S0DUTY", "S0NONE", "S0OLD", "S0SYNC"}, Quiet: true}
	optional := []string{"dnd:read", "usergroups:read", "usergroups:write", "users:read.email"}

	cases := map[string]struct {
		needs  Needs
		scopes []string
		want   []string
	}{
		"nothing": {Needs{}, without(optional...), nil},
		"all": {needs, nil, []string{
			"S0NONE: there is no such", "S0OLD (@old) is disabled", "S0SYNC (@synced) is filled", "U0DANA (Dana Kim) is on duty and has do-not-disturb on until Sat 1 Jan, 02:00 UTC",
		}},
		"all, which is not allowed": {needs, without(optional...), []string{
			"users:read.email (to find people by their e-mail addresses), usergroups:read (to see who is in the user groups), " +
				"usergroups:write (to let the user groups follow who is on duty), dnd:read (to see who has do-not-disturb on)",
		}},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRigWith(t, "socket", func(app *workspace.App, opts *Options) { app.Scopes, opts.Needs = c.scopes, c.needs })
				now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

				for id, dnd := range map[string]workspace.DND{
					"U0DANA":  {Start: now.Add(-time.Hour), End: now.Add(2 * time.Hour)},
					"U0MARIA": {Start: now.Add(time.Hour), End: now.Add(2 * time.Hour)},
				} {
					if err := r.SetUser(id, func(u *workspace.User) { u.DND = dnd }); err != nil {
						t.Fatal(err)
					}
				}

				mistaken(t, r.slack.Check(t.Context(), nil, people), c.want...)

				if calls := r.Journal().Of("dnd.info"); name != "all" && len(calls) > 0 {
					t.Errorf("do-not-disturb was asked for %d times, want never", len(calls))
				}
			})
		})
	}
}

// Who is named by an address is found, and then checked like everybody else.
func TestCheckByAddress(t *testing.T) {
	cases := map[string]struct {
		people []Subject
		change func(*workspace.User) // of Dana's account
		scopes []string
		fault  workspace.Fault
		want   []string
	}{
		"all is well": {people: []Subject{{Email: "dana@harbor.example"}, {Email: "maria@harbor.example"}}},
		"nobody":      {people: []Subject{{Email: "dan@harbor.example"}}, want: []string{"has the address dan@harbor.example: correct the e-mail"}},
		"gone": {
			people: []Subject{{Email: "dana@harbor.example"}}, change: func(u *workspace.User) { u.Deleted = true },
			want: []string{"has the address dana@harbor.example"},
		},
		"a bot": {
			people: []Subject{{Email: "dana@harbor.example"}}, change: func(u *workspace.User) { u.Bot = true },
			want: []string{"person dana@harbor.example (Dana Kim) is a bot"},
		},
		"quiet and on duty": {
			people: []Subject{{Email: "dana@harbor.example", OnDuty: true}}, change: func(u *workspace.User) { u.DND.SnoozeUntil = time.Now().Add(time.Hour) },
			want: []string{"person dana@harbor.example (Dana Kim) is on duty and has do-not-disturb on"},
		},
		"quiet and off duty": {
			people: []Subject{{Email: "dana@harbor.example"}}, change: func(u *workspace.User) { u.DND.SnoozeUntil = time.Now().Add(time.Hour) },
		},
		"the same account twice": {
			people: []Subject{{Email: "dana@harbor.example"}, {Who: "slack:U0DANA"}},
			want:   []string{"dana@harbor.example belongs to U0DANA (Dana Kim), who is in the configuration already: keep one"},
		},
		"limited":     {people: []Subject{{Email: "dana@harbor.example"}}, fault: workspace.Fault{Method: "users.lookupByEmail", Do: workspace.RateLimit, RetryAfter: 20, Times: 2}},
		"refused":     {people: []Subject{{Email: "dana@harbor.example"}}, fault: workspace.Fault{Method: "users.lookupByEmail", Do: workspace.Refuse, Error: "fatal_error"}, want: []string{"dana@harbor.example can't be checked"}},
		"not allowed": {people: []Subject{{Email: "dana@harbor.example"}, {Email: "maria@harbor.example"}}, scopes: without("users:read.email"), want: []string{"lacks users:read.email"}},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRigWith(t, "socket", func(app *workspace.App, opts *Options) {
					app.Scopes, opts.Needs = c.scopes, Needs{Emails: true, Quiet: true}
				})
				if c.fault.Method != "" {
					r.Inject(c.fault)
				}

				if c.change != nil {
					if err := r.SetUser("U0DANA", c.change); err != nil {
						t.Fatal(err)
					}
				}

				mistaken(t, r.slack.Check(t.Context(), nil, c.people), c.want...)
			})
		})
	}
}

// What is about one of those asked for says so by its name in the configuration.
func TestCheckSaysWhatItIsAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRigWith(t, "socket", func(_ *workspace.App, opts *Options) { opts.Needs.Groups = []string{"S0NONE", "S0OLD"} })

		var got []string

		for _, mistake := range r.slack.Check(t.Context(), []chat.Room{"slack:C0OTHER"}, []Subject{{Who: "slack:U0GONE"}, {Email: "dan@harbor.example"}}) {
			if about, ok := errors.AsType[*AboutError](mistake); ok {
				got = append(got, about.About)
			} else {
				t.Errorf("Check found %q, want it to say what it is about", mistake)
			}
		}

		if diff := cmp.Diff([]string{"C0OTHER", "S0NONE", "S0OLD", "U0GONE", "dan@harbor.example"}, got); diff != "" {
			t.Errorf("Check is about (-want +got):\n%s", diff)
		}
	})
}

// What keeps the check from looking is told once, and the rate limit waited for.
func TestCheckUnderFaults(t *testing.T) {
	people := []Subject{{Who: "slack:U0MARIA", OnDuty: true}, {Who: "slack:U0GUEST", OnDuty: true}, {Who: "slack:U0DANA", OnDuty: true}}
	cases := map[string]struct {
		fault workspace.Fault
		want  []string
	}{
		"unwritable": {workspace.Fault{Method: "conversations.open", Do: workspace.Refuse, Error: "cannot_dm_this_user", Times: 1},
			[]string{"U0MARIA (Maria Silva) can't be written to (cannot_dm_this_user)"}},
		"not allowed": {workspace.Fault{Method: "dnd.info", Do: workspace.Refuse, Error: "missing_scope"},
			[]string{"give the app dnd:read"}},
		"down":        {workspace.Fault{Method: "dnd.info", Do: workspace.ServerError, Times: 1}, []string{"U0MARIA can't be checked"}},
		"hangs":       {workspace.Fault{Method: "dnd.info", Do: workspace.Hang, Times: 1}, []string{"U0MARIA can't be checked"}},
		"limited":     {workspace.Fault{Method: "dnd.info", Do: workspace.RateLimit, RetryAfter: 20, Times: 2}, nil},
		"too limited": {workspace.Fault{Method: "dnd.info", Do: workspace.RateLimit, RetryAfter: 20}, []string{"3 people were not checked"}},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRigWith(t, "socket", func(_ *workspace.App, opts *Options) { opts.Needs.Quiet = true })
				r.Inject(c.fault)

				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()

				mistaken(t, r.slack.Check(ctx, nil, people), c.want...)
			})
		})
	}
}

func TestLacking(t *testing.T) {
	if got := lacking("", Needs{}); got != nil {
		t.Errorf("lacking() of no header = %v, want nil", got)
	}

	if got := lacking("chat:write, commands,im:write,im:history,users:read,extra", Needs{}); got != nil {
		t.Errorf("lacking() of all = %v, want nil", got)
	}

	got := lacking("commands,chat:write", Needs{})
	if got == nil || got.vital() || !strings.Contains(got.Error(), "im:history (to find a page again") {
		t.Errorf("lacking() of two = %v, want three that are not vital, with what they are for", got)
	}

	if got := lacking("users:read", Needs{}); got == nil || !got.vital() {
		t.Errorf("lacking() without chat:write = %v, want a vital one", got)
	}
}

func TestOptions(t *testing.T) {
	good := Options{BotToken: "xoxb-1", AppToken: "xapp-1", Front: &front{}, Now: time.Now, Log: newRigLog()}

	cases := map[string]struct {
		change func(*Options)
		want   string
	}{
		"all is well":    {func(*Options) {}, ""},
		"HTTP":           {func(o *Options) { o.AppToken, o.SigningSecret = "", "hush" }, ""},
		"tokens swapped": {func(o *Options) { o.BotToken, o.AppToken = o.AppToken, o.BotToken }, "SLACK_BOT_TOKEN"},
		"wrong app":      {func(o *Options) { o.AppToken = "xoxb-1" }, "SLACK_APP_TOKEN"},
		"no way in":      {func(o *Options) { o.AppToken = "" }, "SLACK_SIGNING_SECRET"},
		"no front":       {func(o *Options) { o.Front = nil }, "Front"},
	}

	for name, c := range cases {
		opts := good
		c.change(&opts)

		_, err := New(opts)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("New with %s = %v, want %q", name, err, c.want)
		}

		if err != nil && strings.Contains(err.Error(), "-1") {
			t.Errorf("New with %s = %v, which tells a token", name, err)
		}
	}
}

// A stop that takes too long gives up and says so.
func TestStopThatTakesTooLong(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		release := make(chan struct{})
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			<-release

			return chat.Reply{}, nil
		}

		go func() { _ = r.maria.Command("", "/escalate") }()

		time.Sleep(100 * time.Millisecond)

		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()

		began := time.Now()
		if err := r.slack.Stop(ctx); err == nil || time.Since(began) > 6*time.Second {
			t.Errorf("Stop = %v after %v, want an error after 5 s", err, time.Since(began))
		}

		close(release)
		synctest.Wait()
	})
}
