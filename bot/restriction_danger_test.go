package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A customer who may hurt themselves is not left alone, whatever they did before.
func TestNobodyInDangerIsLeft(t *testing.T) {
	now := time.Date(2000, 1, 3, 10, 0, 0, 0, time.UTC)

	for trigger, want := range map[Trigger]string{"": "Hand over at once.", SelfHarm: "Stay until somebody is with them."} {
		v := knownView{
			session: &session{now: now},
			c:       &Customer{Restrictions: []Restriction{{What: SupervisorOnly, From: now.Add(-time.Hour), Until: now.Add(time.Hour)}}},
			e:       &Escalation{State: Paging, Context: Context{Trigger: trigger}},
		}

		if got := fmt.Sprint(v.handOver()); !strings.Contains(got, want) {
			t.Errorf("handOver() with the hard stop %q = %v, want %v in it", trigger, got, want)
		}
	}
}
