package slack

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

func (r *rig) members() []string {
	g, _ := r.Group("S0DUTY")

	return g.Users
}

func TestSetGroup(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		for _, people := range [][]chat.Person{
			{"slack:U0MARIA", "slack:U0DANA", "slack:U0MARIA"},
			{"slack:U0DANA", "slack:U0MARIA"},
		} {
			if err := r.slack.SetGroup(t.Context(), "S0DUTY", people); err != nil {
				t.Fatalf("SetGroup(%v) = %v, want nil", people, err)
			}

			if diff := cmp.Diff([]string{"U0DANA", "U0MARIA"}, r.members()); diff != "" {
				t.Errorf("members after SetGroup(%v) (-want +got)\n%s", people, diff)
			}
		}

		if n := len(r.Journal().Of("usergroups.users.update")); n != 1 {
			t.Errorf("the group was set %d times, want once: it was right already", n)
		}
	})
}

// A bot that may not look sets the group each time.
func TestSetGroupUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRigWith(t, "socket", func(app *workspace.App, _ *Options) { app.Scopes = without("usergroups:read") })

		if err := r.slack.SetGroup(t.Context(), "S0DUTY", []chat.Person{"slack:U0MARIA"}); err != nil {
			t.Fatalf("SetGroup = %v, want nil", err)
		}

		if diff := cmp.Diff([]string{"U0MARIA"}, r.members()); diff != "" {
			t.Errorf("members (-want +got)\n%s", diff)
		}
	})
}

func TestSetGroupFails(t *testing.T) {
	refuse := func(code string) workspace.Fault {
		return workspace.Fault{Method: "usergroups.users.update", Do: workspace.Refuse, Error: code}
	}
	cases := map[string]struct {
		group  string
		people []chat.Person
		fault  workspace.Fault
		scopes []string
		want   chat.FailureKind
		says   string
	}{
		"nobody":         {"S0DUTY", nil, workspace.Fault{}, nil, chat.Unacceptable, "can't be empty"},
		"no group":       {"S0NONE", []chat.Person{"slack:U0MARIA"}, workspace.Fault{}, nil, chat.Missing, "copy its id"},
		"gone meanwhile": {"S0DUTY", []chat.Person{"slack:U0MARIA"}, refuse("subteam_not_found"), nil, chat.Missing, "copy its id"},
		"disabled":       {"S0OLD", []chat.Person{"slack:U0MARIA"}, workspace.Fault{}, nil, chat.Missing, "not disabled"},
		"locked":         {"S0SYNC", []chat.Person{"slack:U0MARIA"}, workspace.Fault{}, nil, chat.Refused, "may not change this user group"},
		"stranger":       {"S0DUTY", []chat.Person{"slack:U0NOBODY"}, workspace.Fault{}, nil, chat.Unacceptable, "deactivated account"},
		"free plan":      {"S0DUTY", []chat.Person{"slack:U0MARIA"}, refuse("plan_upgrade_required"), nil, chat.Refused, "paid plans"},
		"no scope":       {"S0DUTY", []chat.Person{"slack:U0MARIA"}, workspace.Fault{}, without("usergroups:write"), chat.Refused, "usergroups:write"},
		"limited":        {"S0DUTY", []chat.Person{"slack:U0MARIA"}, workspace.Fault{Do: workspace.RateLimit, RetryAfter: 7}, nil, chat.Busy, ""},
		"hangs": {"S0DUTY", []chat.Person{"slack:U0MARIA"}, workspace.Fault{Method: "usergroups.users.update", Do: workspace.Hang},
			nil, chat.Doubtful, ""},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRigWith(t, "socket", func(app *workspace.App, _ *Options) { app.Scopes = c.scopes })
				if c.fault.Do != "" {
					r.Inject(c.fault)
				}

				failure := chat.FailureOf(r.slack.SetGroup(t.Context(), c.group, c.people))
				if failure == nil || failure.Kind != c.want || c.says != "" && !strings.Contains(failure.Err.Error(), c.says) {
					t.Errorf("SetGroup(%s, %v) = %v, want %v with %q", c.group, c.people, failure, c.want, c.says)
				}

				if diff := cmp.Diff([]string{"U0DANA"}, r.members()); diff != "" {
					t.Errorf("members (-want +got)\n%s", diff)
				}
			})
		})
	}
}

// Whoever can't be in a group is left out, and the rest are in it.
func TestSetGroupLeavesOut(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		people := []chat.Person{"slack:U0MARIA", "slack:U0GONE", "slack:U0ROBOT", "slack:U0NOBODY"}

		for range 2 {
			failure := chat.FailureOf(r.slack.SetGroup(t.Context(), "S0DUTY", people))
			if failure == nil || failure.Kind != chat.Unacceptable || !strings.Contains(failure.Err.Error(), "All others are in it") {
				t.Errorf("SetGroup(%v) = %v, want Unacceptable, and that all others are in it", people, failure)
			}

			if diff := cmp.Diff([]string{"U0MARIA"}, r.members()); diff != "" {
				t.Errorf("members after SetGroup(%v) (-want +got)\n%s", people, diff)
			}
		}

		if n := len(r.Journal().Of("usergroups.users.update")); n != 3 {
			t.Errorf("the group was set %d times, want three times: it was right before the last", n)
		}
	})
}
