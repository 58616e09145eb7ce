package playbook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot/playbook"
)

// matters are all that a draft can be about: each fact known or not.
func matters() []playbook.Matter {
	all := []playbook.Matter{{}}

	for _, know := range []func(*playbook.Matter){
		func(m *playbook.Matter) { m.Customer = "Ms Kovac" },
		func(m *playbook.Matter) { m.Writer = "Maria Silva" },
		func(m *playbook.Matter) { m.Lead = true },
		func(m *playbook.Matter) { m.Reference = "4711" },
		func(m *playbook.Matter) { m.About = "the parcel came broken, twice" },
		func(m *playbook.Matter) { m.Wants = "A refund today" },
		func(m *playbook.Matter) { m.News = "The new one has left our warehouse" },
		func(m *playbook.Matter) { m.Next = "A new one by post" },
		func(m *playbook.Matter) { m.Agreed = "Forty dollars back" },
		func(m *playbook.Matter) { m.Again = playbook.Again(playbook.English, 24*time.Hour) },
	} {
		for _, m := range all {
			know(&m)
			all = append(all, m)
		}
	}

	return all
}

// TestDrafts: a draft names the matter and everything that is known of it, says
// what comes next and when the customer hears again, and is no empty word.
func TestDrafts(t *testing.T) {
	for _, m := range matters() {
		for kind, draft := range map[string]string{"Update": playbook.Update(m), "SecondTouch": playbook.SecondTouch(m), "ThankYou": playbook.ThankYou(m)} {
			said, want := m.About != "" && strings.Contains(draft, m.About), m.About != "" && kind == "Update"
			if said != want {
				t.Errorf("%v(%+v) = %q, which tells what happened: %v, want %v", kind, m, draft, said, want)
			}

			for _, word := range []string{m.Customer, m.Writer, m.Reference} {
				if !strings.Contains(draft, word) {
					t.Errorf("%v(%+v) = %q, want %q in it", kind, m, draft, word)
				}
			}

			for _, bad := range []string{"working on it", "calm down", "unfortunately", "policy", "inconvenience", "%", "  ", ".."} {
				if strings.Contains(strings.ToLower(draft), bad) {
					t.Errorf("%v(%+v) = %q, which says %q", kind, m, draft, bad)
				}
			}
		}

		draft := playbook.Update(m)
		for _, word := range []string{m.News, m.Next, m.Again, "omes next", "You hear from me again"} {
			if !strings.Contains(draft, word) && (word != "You hear from me again" || m.Again != "") {
				t.Errorf("Update(%+v) = %q, want %q in it", m, draft, word)
			}
		}

		if news := m.News != ""; strings.Contains(draft, "nothing new") == news {
			t.Errorf("Update(%+v) = %q, want it to say that there is nothing new: %v", m, draft, !news)
		}

		if draft := playbook.SecondTouch(m); !strings.Contains(draft, m.Agreed) {
			t.Errorf("SecondTouch(%+v) = %q, want %q in it", m, draft, m.Agreed)
		}
	}
}

func TestAgain(t *testing.T) {
	for every, want := range map[time.Duration]string{
		time.Hour: "within an hour of our working time", 4 * time.Hour: "within 4 hours of our working time",
		24 * time.Hour: "on our next working day", 48 * time.Hour: "within 2 working days", 168 * time.Hour: "within a week",
	} {
		if got := playbook.Again(playbook.English, every); got != want {
			t.Errorf("Again(%v) = %q, want %q", every, got, want)
		}
	}
}
