package slack

import (
	"cmp"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

const backSoon = "Back soon"

// newStatusRig is a workspace in which Dana, an administrator, lets the bot set
// statuses.
func newStatusRig(t *testing.T, change func(*workspace.App, *Options)) *rig {
	t.Helper()

	r := newRigWith(t, "socket", func(app *workspace.App, o *Options) {
		app.User = workspace.UserToken{Token: "xoxp-1", ID: "U0DANA", Scopes: []string{"users.profile:write"}}
		o.StatusToken = "xoxp-1"

		if change != nil {
			change(app, o)
		}
	})

	r.set("U0DANA", func(u *workspace.User) { u.Admin = true })

	return r
}

func (r *rig) set(id string, change func(*workspace.User)) {
	r.t.Helper()

	if err := r.SetUser(id, change); err != nil {
		r.t.Fatal(err)
	}
}

// hasStatus holds that Maria's status is so.
func (r *rig) hasStatus(after, text string, until time.Time) {
	r.t.Helper()

	if got := r.Status("U0MARIA"); got.Text != text || !got.Until.Equal(until) {
		r.t.Errorf("Maria's status after %s = %q until %v, want %q until %v", after, got.Text, got.Until, text, until)
	}
}

func TestShowStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newStatusRig(t, nil)
		first := time.Now().Add(10 * time.Minute).Truncate(time.Second)

		for _, until := range []time.Time{first, first, first.Add(5 * time.Minute)} {
			if shown, err := r.slack.ShowStatus(t.Context(), "slack:U0MARIA", backSoon, until); !shown || err != nil {
				t.Fatalf("ShowStatus(%v) = %v, %v, want true, nil", until, shown, err)
			}

			r.hasStatus("ShowStatus", backSoon, until.UTC())
		}

		for range 2 {
			if err := r.slack.ClearStatus(t.Context(), "slack:U0MARIA", backSoon); err != nil {
				t.Fatalf("ClearStatus = %v, want nil", err)
			}

			r.hasStatus("ClearStatus", "", time.Time{})
		}

		if shown, err := r.slack.ShowStatus(t.Context(), "slack:U0MARIA", backSoon, first); !shown || err != nil {
			t.Fatalf("ShowStatus after ClearStatus = %v, %v, want true, nil", shown, err)
		}

		time.Sleep(time.Until(first))
		r.hasStatus("its end", "", time.Time{})
	})
}

// What somebody has set themselves is theirs.
func TestStatusOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newStatusRig(t, nil)
		until := time.Now().Add(10 * time.Minute).Truncate(time.Second)

		for _, own := range []workspace.Status{
			{Text: "At lunch", Emoji: ":sandwich:"},
			{Text: backSoon, Emoji: ":sandwich:"},
			{Emoji: statusEmoji},
			{Text: "At lunch", Emoji: ":sandwich:", Until: until},
		} {
			r.set("U0MARIA", func(u *workspace.User) { u.Status = own })

			if shown, err := r.slack.ShowStatus(t.Context(), "slack:U0MARIA", backSoon, until); shown || err != nil {
				t.Errorf("ShowStatus over %+v = %v, %v, want false, nil", own, shown, err)
			}

			if err := r.slack.ClearStatus(t.Context(), "slack:U0MARIA", backSoon); err != nil {
				t.Errorf("ClearStatus over %+v = %v, want nil", own, err)
			}

			if got := r.Status("U0MARIA"); got != own {
				t.Errorf("status after both = %+v, want %+v, her own", got, own)
			}
		}

		time.Sleep(time.Until(until))

		if shown, err := r.slack.ShowStatus(t.Context(), "slack:U0MARIA", backSoon, until.Add(time.Minute)); !shown || err != nil {
			t.Errorf("ShowStatus after her own is over = %v, %v, want true, nil", shown, err)
		}
	})
}

// A status whose end has come may be told a little longer.
func TestShowStatusOverOneThatIsOver(t *testing.T) {
	f := newFake(t)
	f.slack.opts.StatusToken = "xoxp-1"
	f.slack.statuses = newStatuses(f.slack.opts, f.slack.wire)
	f.answer = answering(map[string]string{
		"users.info": `{"ok":true,"user":{"id":"U0MARIA","profile":{"status_text":"At lunch","status_emoji":":sandwich:","status_expiration":1000000000}}}`,
	})

	if shown, err := f.slack.ShowStatus(t.Context(), "slack:U0MARIA", backSoon, time.Now().Add(time.Minute)); !shown || err != nil {
		t.Errorf("ShowStatus over one that is over = %v, %v, want true, nil", shown, err)
	}
}

func TestShowStatusFails(t *testing.T) {
	on := func(method string, do workspace.Effect) workspace.Fault {
		return workspace.Fault{Method: method, Do: do, RetryAfter: 7}
	}
	refuse := func(code string) workspace.Fault {
		return workspace.Fault{Method: setProfile, Do: workspace.Refuse, Error: code}
	}
	owner := func(u *workspace.User) { u.Owner = true }
	demoted := func(r *rig) { r.set("U0DANA", func(u *workspace.User) { u.Admin = false }) }

	for name, c := range map[string]struct {
		who   chat.Person
		fault workspace.Fault
		set   func(*rig)
		token func(*workspace.App, *Options)
		want  chat.FailureKind
		says  string
	}{
		"limited":                {fault: on(setProfile, workspace.RateLimit), want: chat.Busy},
		"limited while it looks": {fault: on("users.info", workspace.RateLimit), want: chat.Busy},
		"down":                   {fault: on(setProfile, workspace.ServerError), want: chat.Doubtful},
		"hangs":                  {fault: on(setProfile, workspace.Hang), want: chat.Doubtful},
		"cut off":                {fault: on(setProfile, workspace.CutAfter), want: chat.Doubtful},
		"free plan":              {fault: refuse("paid_teams_only"), want: chat.Refused, says: "paid plans"},
		"emoji taken away":       {fault: refuse("profile_status_set_failed_not_valid_emoji"), want: chat.Unacceptable},
		"nobody":                 {who: "slack:U0NOBODY", want: chat.Unreachable},
		"a bot":                  {who: "slack:U0ROBOT", want: chat.Unreachable},
		"another administrator": {
			set:  func(r *rig) { r.set("U0MARIA", owner) },
			want: chat.Unreachable, says: "nobody but the primary owner",
		},
		"no administrator": {set: demoted, want: chat.Refused, says: "no administrator"},
		"no scope": {
			token: func(app *workspace.App, _ *Options) { app.User.Scopes = []string{"users:read"} },
			want:  chat.Refused, says: "lacks users.profile:write",
		},
		"another's token": {token: func(_ *workspace.App, o *Options) { o.StatusToken = "xoxp-2" }, want: chat.Refused},
		"no token":        {token: func(_ *workspace.App, o *Options) { o.StatusToken = "" }, want: chat.Refused, says: "SLACK_STATUS_TOKEN is not set"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newStatusRig(t, c.token)
				if c.set != nil {
					c.set(r)
				}

				if c.fault.Do != "" {
					r.Inject(c.fault)
				}

				who := chat.Person(cmp.Or(string(c.who), "slack:U0MARIA"))

				shown, err := r.slack.ShowStatus(t.Context(), who, backSoon, time.Now().Add(time.Minute))

				failure := chat.FailureOf(err)
				if failure == nil || failure.Kind != c.want || c.says != "" && !strings.Contains(failure.Error(), c.says) {
					t.Errorf("ShowStatus(%v) = %v, %v, want %v with %q", who, shown, err, c.want, c.says)
				}

				if err != nil && strings.Contains(err.Error(), who.ID()) {
					t.Errorf("ShowStatus(%v) = %v, want no word of whose status it is", who, err)
				}
			})
		})
	}
}

func TestCheckStatuses(t *testing.T) {
	for name, c := range map[string]struct {
		token func(*workspace.App, *Options)
		admin bool
		want  string // "" for no mistake
	}{
		"right":            {admin: true},
		"no token":         {token: func(_ *workspace.App, o *Options) { o.StatusToken = "" }},
		"another's token":  {token: func(_ *workspace.App, o *Options) { o.StatusToken = "xoxp-2" }, want: "SLACK_STATUS_TOKEN: slack refuses the bot (invalid_auth): the token is wrong"},
		"no scope":         {token: func(app *workspace.App, _ *Options) { app.User.Scopes = []string{"users:read"} }, admin: true, want: "SLACK_STATUS_TOKEN: it lacks users.profile:write (to show in people's statuses that they will be back): add it"},
		"no administrator": {want: "SLACK_STATUS_TOKEN is the token of somebody who is no administrator: have one install"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newStatusRig(t, c.token)
				r.set("U0DANA", func(u *workspace.User) { u.Admin = c.admin })

				err := errors.Join(r.slack.Check(t.Context(), nil, nil)...)
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
					t.Errorf("Check = %v, want %q", err, c.want)
				}
			})
		})
	}
}

// A token of another workspace is found out.
func TestCheckStatusesElsewhere(t *testing.T) {
	f := newFake(t)
	f.slack.opts.StatusToken = "xoxp-1"
	f.slack.statuses = newStatuses(f.slack.opts, f.slack.wire)
	f.slack.identity.is.Store(&self{user: "U0BOT", site: "https://other.slack.com/"})

	err := errors.Join(f.slack.checkStatuses(t.Context())...)
	if err == nil || !strings.Contains(err.Error(), "it is of another workspace, https://harbor.slack.com/") {
		t.Errorf("checkStatuses = %v, want that it is of another workspace", err)
	}
}
