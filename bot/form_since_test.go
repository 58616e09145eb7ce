package bot

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// formWith is a form in which something stands.
func formWith(v chat.Values) *chat.Form {
	form := &chat.Form{}
	for _, id := range []string{"kind", "trigger", "danger", "wants", "signs", "call_at"} {
		form.Fields = append(form.Fields, chat.Field{ID: id, Initial: v[id]})
	}

	return form
}

// What nobody changed in a form undoes nothing of what happened since it was opened,
// what they changed counts, and nobody takes back what is gravest without having seen
// it.
func TestSince(t *testing.T) {
	for name, tt := range map[string]struct{ drawn, now, sent, want chat.Values }{
		"a hard stop was set since": {
			now: chat.Values{"trigger": {"legal"}}, sent: chat.Values{"wants": {"Money"}}, want: chat.Values{"trigger": {"legal"}, "wants": {"Money"}},
		},
		"it was seen, and taken back": {
			drawn: chat.Values{"trigger": {"self_harm"}}, now: chat.Values{"trigger": {"self_harm"}},
		},
		"it was taken back since": {
			drawn: chat.Values{"trigger": {"legal"}}, sent: chat.Values{"trigger": {"legal"}},
		},
		"another one is chosen than was set since": {
			now: chat.Values{"trigger": {"legal"}}, sent: chat.Values{"trigger": {"fraud"}}, want: chat.Values{"trigger": {"fraud"}},
		},
		"nobody knew of the danger": {
			now:  chat.Values{"trigger": {"self_harm"}, "danger": {"yes"}, "kind": {"threat"}},
			sent: chat.Values{"trigger": {"legal"}, "danger": {"no"}, "kind": {"advise me"}},
			want: chat.Values{"trigger": {"self_harm"}, "danger": {"yes"}, "kind": {"threat"}},
		},
		"somebody wrote something since": {
			drawn: chat.Values{"wants": {"Money"}, "kind": {"take over"}}, now: chat.Values{"wants": {"All her money"}, "kind": {"threat"}, "signs": {"insults", "terse"}},
			sent: chat.Values{"wants": {"Money "}, "kind": {"take over"}, "call_at": {"2026-11-23T14:00:00Z"}},
			want: chat.Values{"wants": {"All her money"}, "kind": {"threat"}, "signs": {"insults", "terse"}, "call_at": {"2026-11-23T14:00:00Z"}},
		},
		"a time is written in another way": {
			drawn: chat.Values{"call_at": {"2026-11-23T14:00:30Z"}}, now: chat.Values{"call_at": {"2026-11-23T16:00:00Z"}},
			sent: chat.Values{"call_at": {"2026-11-23T15:00:00+01:00"}}, want: chat.Values{"call_at": {"2026-11-23T16:00:00Z"}},
		},
		"all was left": {
			drawn: chat.Values{"signs": {"insults", "terse"}}, now: chat.Values{"signs": {"insults", "terse"}},
			sent: chat.Values{"signs": {"terse", "insults"}}, want: chat.Values{"signs": {"insults", "terse"}},
		},
	} {
		f := filled{v: tt.sent, detail: marks(formWith(tt.drawn))}
		if f.v == nil {
			f.v = chat.Values{}
		}

		want := chat.Values{}
		maps.Copy(want, tt.want)

		if diff := cmp.Diff(want, f.since(formWith(tt.now))); diff != "" {
			t.Errorf("%v: since differs (-want +got):\n%v", name, diff)
		}
	}

	old := filled{v: chat.Values{"wants": {"Money"}}, detail: "3"}
	if diff := cmp.Diff(old.v, old.since(formWith(chat.Values{"trigger": {"legal"}}))); diff != "" {
		t.Errorf("since of a form without marks differs (-want +got):\n%v", diff)
	}
}
