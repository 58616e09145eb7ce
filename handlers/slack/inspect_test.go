package slack

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// without are the usual scopes less some.
func without(scopes ...string) []string {
	return slices.DeleteFunc(slices.Clone(workspace.UsualScopes), func(s string) bool { return slices.Contains(scopes, s) })
}

func TestInspectAccounts(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		want := map[chat.Person][]chat.Obstacle{
			"slack:U0MARIA":  nil,
			"slack:U0NOBODY": {{Kind: chat.UnknownAccount, Code: "user_not_found"}},
			"slack:U0GONE":   {{Kind: chat.GoneAccount}},
			"slack:U0ROBOT":  {{Kind: chat.MachineAccount}},
			"slack:U0GUEST":  {{Kind: chat.GuestAccount}},
		}

		for who, obstacles := range want {
			got, err := r.slack.Inspect(t.Context(), who, time.Now(), time.Now().Add(8*time.Hour))
			if diff := cmp.Diff(obstacles, got); diff != "" || err != nil {
				t.Errorf("Inspect(%s) = %v (-want +got)\n%s", who, err, diff)
			}
		}

		r.Inject(workspace.Fault{Method: "conversations.open", Do: workspace.Refuse, Error: "user_disabled"})

		got, err := r.slack.Inspect(t.Context(), "slack:U0GUEST", time.Now(), time.Now())
		if diff := cmp.Diff([]chat.Obstacle{{Kind: chat.GuestAccount}, {Kind: chat.Unwritable, Code: "user_disabled"}}, got); diff != "" || err != nil {
			t.Errorf("Inspect(guest who can't be written to) = %v (-want +got)\n%s", err, diff)
		}

		if n := len(r.Journal().Posts); n != 0 {
			t.Errorf("%d messages were posted, want none", n)
		}
	})
}

// A quiet time is in the way if it is on when the time begins, or begins within
// it.
func TestInspectQuiet(t *testing.T) {
	hours := func(n int) time.Time { return time.Now().Add(time.Duration(n) * time.Hour).UTC() }
	span := func(from, until int) []chat.Obstacle {
		return []chat.Obstacle{{Kind: chat.Quiet, From: hours(from), Until: hours(until)}}
	}
	cases := map[string]struct {
		dnd         func() workspace.DND
		from, until int
		want        func() []chat.Obstacle
	}{
		"on now":                {func() workspace.DND { return workspace.DND{Start: hours(-1), End: hours(2)} }, 0, 8, func() []chat.Obstacle { return span(-1, 2) }},
		"on at an instant":      {func() workspace.DND { return workspace.DND{Start: hours(-1), End: hours(2)} }, 0, 0, func() []chat.Obstacle { return span(-1, 2) }},
		"begins within":         {func() workspace.DND { return workspace.DND{Start: hours(7), End: hours(20)} }, 0, 8, func() []chat.Obstacle { return span(7, 20) }},
		"begins after":          {func() workspace.DND { return workspace.DND{Start: hours(8), End: hours(20)} }, 0, 8, nil},
		"over before":           {func() workspace.DND { return workspace.DND{Start: hours(-1), End: hours(2)} }, 2, 8, nil},
		"later than an instant": {func() workspace.DND { return workspace.DND{Start: hours(1), End: hours(2)} }, 0, 0, nil},
		"snoozed":               {func() workspace.DND { return workspace.DND{SnoozeUntil: hours(1)} }, 0, 8, func() []chat.Obstacle { return span(0, 1) }},
		"snoozed at an instant": {func() workspace.DND { return workspace.DND{SnoozeUntil: hours(1)} }, 0, 0, func() []chat.Obstacle { return span(0, 1) }},
		"never":                 {func() workspace.DND { return workspace.DND{} }, 0, 8, nil},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				if err := r.SetUser("U0DANA", func(u *workspace.User) { u.DND = c.dnd() }); err != nil {
					t.Fatal(err)
				}

				var want []chat.Obstacle
				if c.want != nil {
					want = c.want()
				}

				got, err := r.slack.Inspect(t.Context(), "slack:U0DANA", hours(c.from), hours(c.until))
				if diff := cmp.Diff(want, got); diff != "" || err != nil {
					t.Errorf("Inspect = %v (-want +got)\n%s", err, diff)
				}
			})
		})
	}
}

// Slack may tell of a snooze by its name, which then has begun.
func TestInspectNamedSnooze(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = answering(map[string]string{
			"users.info": `{"ok":true,"user":{"id":"U0DANA"}}`, "conversations.open": `{"ok":true,"channel":{"id":"D1"}}`,
			"dnd.info": `{"ok":true,"dnd_enabled":false,"next_dnd_start_ts":1,"next_dnd_end_ts":1,"snooze_enabled":true,"snooze_endtime":7200}`,
		})

		want := []chat.Obstacle{{Kind: chat.Quiet, Until: time.Unix(7200, 0).UTC()}}
		got, err := f.slack.Inspect(t.Context(), "slack:U0DANA", time.Unix(3600, 0), time.Unix(9000, 0))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Inspect = %v (-want +got)\n%s", err, diff)
		}
	})
}

// What can't be looked up is an error of a kind, beside what was found.
func TestInspectFails(t *testing.T) {
	cases := map[string]struct {
		fault workspace.Fault
		want  chat.FailureKind
		found bool
	}{
		"people limited":   {workspace.Fault{Method: "users.info", Do: workspace.RateLimit, RetryAfter: 7}, chat.Busy, false},
		"people hang":      {workspace.Fault{Method: "users.info", Do: workspace.Hang}, chat.Doubtful, false},
		"people of a code": {workspace.Fault{Method: "users.info", Do: workspace.Refuse, Error: "fatal_error"}, chat.Doubtful, false},
		"rooms limited":    {workspace.Fault{Method: "conversations.open", Do: workspace.RateLimit, RetryAfter: 7}, chat.Busy, true},
		"quiet limited":    {workspace.Fault{Method: "dnd.info", Do: workspace.RateLimit, RetryAfter: 7}, chat.Busy, true},
		"quiet hangs":      {workspace.Fault{Method: "dnd.info", Do: workspace.Hang}, chat.Doubtful, true},
		"quiet is down":    {workspace.Fault{Method: "dnd.info", Do: workspace.ServerError}, chat.Doubtful, true},
		"revoked":          {workspace.Fault{Method: "dnd.info", Do: workspace.Refuse, Error: "token_revoked"}, chat.Refused, true},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.Inject(c.fault)

				began := time.Now()
				got, err := r.slack.Inspect(t.Context(), "slack:U0GUEST", began, began.Add(time.Hour))

				failure := chat.FailureOf(err)
				if failure == nil || failure.Kind != c.want || failure.Kind == chat.Busy && failure.After != 7*time.Second {
					t.Errorf("Inspect = %v, want %v", err, c.want)
				}

				if found := len(got) == 1 && got[0].Kind == chat.GuestAccount; found != c.found || len(got) > 1 {
					t.Errorf("Inspect = %v, want the guest found to be %v", got, c.found)
				}

				if took := time.Since(began); took > link.CallTimeout {
					t.Errorf("Inspect took %v, want %v at most", took, link.CallTimeout)
				}
			})
		})
	}
}

func TestInspectWithoutScope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRigWith(t, "socket", func(app *workspace.App, _ *Options) { app.Scopes = without("dnd:read") })

		got, err := r.slack.Inspect(t.Context(), "slack:U0GUEST", time.Now(), time.Now())
		if len(got) != 1 || chat.FailureOf(err).Kind != chat.Refused || !strings.Contains(err.Error(), "give the app dnd:read") {
			t.Errorf("Inspect = %v, %v, want the guest, and what the app lacks", got, err)
		}
	})
}

func TestInspectRoom(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		cases := map[chat.Room]struct {
			kind chat.FailureKind
			says string
		}{
			"slack:C0TEAM":  {},
			"slack:C0OLD":   {chat.Unreachable, "unarchive it"},
			"slack:C0OTHER": {chat.Unreachable, "/invite"},
			"slack:C0NONE":  {chat.Unreachable, "check the id"},
		}

		for room, c := range cases {
			err := r.slack.InspectRoom(t.Context(), room)
			if c.says == "" && err != nil {
				t.Errorf("InspectRoom(%s) = %v, want nil", room, err)
			}

			if c.says != "" && (err == nil || chat.FailureOf(err).Kind != c.kind || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("InspectRoom(%s) = %v, want %v with %q", room, err, c.kind, c.says)
			}
		}

		r.Inject(workspace.Fault{Method: "conversations.info", Do: workspace.RateLimit, RetryAfter: 7})

		if err := r.slack.InspectRoom(t.Context(), "slack:C0TEAM"); chat.FailureOf(err).Kind != chat.Busy {
			t.Errorf("InspectRoom under a rate limit = %v, want busy", err)
		}
	})
}
