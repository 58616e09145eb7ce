package bot

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/wording"
)

// TestToldIn: words for customers are looked at in the forms that have some, and
// those that stood there before are not.
func TestToldIn(t *testing.T) {
	before := marks(&chat.Form{Fields: caseFields(draft{Context: Context{Told: "We call her", Promised: "A new one"}})})

	for name, c := range map[string]struct {
		form chat.Submission
		want []string
	}{
		"context":           {chat.Submission{Form: contextFormID, Values: chat.Values{"told": {"x"}, "promised": {"y"}, "happened": {"z"}, "verbatim": {"w"}}}, []string{"x", "y"}},
		"unchanged context": {chat.Submission{Form: contextFormID, State: "E-1/" + before, Values: chat.Values{"told": {"We call her "}, "promised": {"Two new ones"}}}, []string{"Two new ones"}},
		"promise":           {chat.Submission{Form: addOwedFormID, Values: chat.Values{"kind": {"promise"}, "text": {"x"}}}, []string{"x"}},
		"follow-up":         {chat.Submission{Form: addOwedFormID, Values: chat.Values{"kind": {"follow-up"}, "text": {"x"}}}, nil},
		"note":              {chat.Submission{Form: "note", Values: chat.Values{"note": {"x"}}}, nil},
		"what they say":     {chat.Submission{Form: "follow_up_done", Values: chat.Values{"says": {"x"}, "left": {"y"}}}, nil},
	} {
		if diff := cmp.Diff(c.want, toldIn(c.form)); diff != "" {
			t.Errorf("toldIn(%v) differs (-want +got):\n%v", name, diff)
		}
	}
}

// TestThoughts: each phrase is remarked once, three at most, in the language in which
// it is written, and nothing of a kind that is off.
func TestThoughts(t *testing.T) {
	s := Settings{Wording: Wording{Words: []wording.Word{{Find: "goodwill", Instead: "a refund"}}, Off: []wording.Kind{wording.Jargon}}}

	got := s.thoughts("Calm down. Our SLA is two days. A goodwill it is.", "calm down! No se preocupe, le llamo hoy.", "We can't do that. You should have called.")

	want := chat.Facts{
		{Label: "“Calm down”", Value: chat.Plain("I see why this upsets you. Let us go through it step by step.")},
		{Label: "“goodwill”", Value: chat.Plain("a refund")},
		{Label: "“No se preocupe”", Value: chat.Plain("Entiendo que esto le preocupe. Lo que ocurre ahora es …")},
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("thoughts differ (-want +got):\n%v", diff)
	}

	if got := s.afterwards([]string{"Your new one is on its way."}); got.Message != nil {
		t.Errorf("afterwards(good words) = %+v, want nothing", got)
	}
}
