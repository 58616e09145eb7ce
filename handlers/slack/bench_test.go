package slack

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// BenchmarkCommandToModal is a command typed in the workspace until the form
// stands on the person's screen, over an in-memory network.
func BenchmarkCommandToModal(b *testing.B) {
	for _, mode := range modes {
		b.Run(mode, func(b *testing.B) {
			r := newRig(b, mode)
			r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }

			for b.Loop() {
				r.must(r.maria.Command("", "/escalate she shouts"))

				for r.maria.Modal() == nil {
					time.Sleep(20 * time.Microsecond)
				}

				b.StopTimer()
				r.must(r.maria.CloseModal())
				b.StartTimer()
			}
		})
	}
}

// BenchmarkDecodeSubmission compares what a filled form costs to decode with
// what slack-go's own type costs.
func BenchmarkDecodeSubmission(b *testing.B) {
	payload := submissionPayload(b)
	b.SetBytes(int64(len(payload)))

	b.Run("lean", func(b *testing.B) {
		b.ReportAllocs()

		for b.Loop() {
			var i interaction
			if err := lenient(payload, &i); err != nil || len(i.submission().Values) != 8 {
				b.Fatal(i.submission(), err)
			}
		}
	})

	b.Run("slack-go", func(b *testing.B) {
		b.ReportAllocs()

		for b.Loop() {
			var i slack.InteractionCallback
			if err := i.UnmarshalJSON(payload); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDrawPage draws the gallery's page.
func BenchmarkDrawPage(b *testing.B) {
	m := gallery()["page"]
	b.ReportAllocs()

	for b.Loop() {
		if _, err := Draw(m); err != nil {
			b.Fatal(err)
		}
	}
}

// submissionPayload is the gallery's form, filled in, as Slack sends it.
func submissionPayload(b *testing.B) []byte {
	b.Helper()

	drawn, err := DrawForm(forms()["escalate"])
	if err != nil {
		b.Fatal(err)
	}

	var view map[string]any
	if err := json.Unmarshal(drawn, &view); err != nil {
		b.Fatal(err)
	}

	view["id"] = "V0FORM"
	view["state"] = map[string]any{"values": map[string]any{
		"customer": map[string]any{"customer": map[string]any{"type": "plain_text_input", "value": "Ms Kovac"}},
		"what":     map[string]any{"what": map[string]any{"type": "plain_text_input", "value": strings.Repeat("she shouts ", 50)}},
		"help":     map[string]any{"help": map[string]any{"type": "radio_buttons", "selected_option": map[string]any{"value": "join"}}},
		"reason":   map[string]any{"reason": map[string]any{"type": "static_select", "selected_option": map[string]any{"value": "v3"}}},
		"signs":    map[string]any{"signs": map[string]any{"type": "checkboxes", "selected_options": []any{map[string]any{"value": "v1"}}}},
		"when":     map[string]any{"when": map[string]any{"type": "datetimepicker", "selected_date_time": 1795435200}},
		"amount":   map[string]any{"amount": map[string]any{"type": "number_input", "value": "80.50"}},
		"who":      map[string]any{"who": map[string]any{"type": "users_select", "selected_user": "U0DANA"}},
		"tags":     map[string]any{"tags": map[string]any{"type": "multi_static_select", "selected_options": []any{}}},
	}}

	payload, err := json.Marshal(map[string]any{
		"type": "view_submission", "trigger_id": "1.2.3", "user": map[string]any{"id": "U0MARIA", "username": "maria"}, "view": view,
	})
	if err != nil {
		b.Fatal(err)
	}

	return payload
}
