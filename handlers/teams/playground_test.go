package teams

import (
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/bot/chat"
)

func TestForPlayground(t *testing.T) {
	opens := func(action, label string) chat.Choice {
		return chat.Choice{Action: action, Value: "E-7", Label: label, Opens: true, Weight: chat.Primary, Spoken: label + " of E-7"}
	}
	asks := opens("reopen", "Reopen")
	asks.Confirm = &chat.Confirm{Title: "Reopen?", Yes: "Yes, reopen"}

	m := chat.Message{
		Title:   "E-7",
		Parts:   []chat.Part{chat.Buttons{opens("note", "Add note")}},
		Choices: []chat.Choice{opens("resolve", "Resolve"), asks},
	}

	if drawn := string(encode(draw(m))); strings.Count(drawn, "task/fetch") != 3 {
		t.Fatalf("the card for Teams = %v, want three buttons that open dialogs", drawn)
	}

	c := forPlayground(draw(m))

	drawn := string(encode(c))
	if strings.Contains(drawn, "msteams") {
		t.Errorf("the card for the Playground = %v, want nothing that only Teams understands", drawn)
	}

	for label, want := range map[string]string{"Add note": "note", "Resolve": "resolve", "Yes, reopen": "reopen"} {
		if of, ok := readClick(encode(data(t, encode(c), label))); !ok || of != (mark{Action: want, Value: "E-7"}) {
			t.Errorf("pressing %v = %+v, %v; want %v E-7, true", label, of, ok, want)
		}
	}

	resolve := c.Actions[0]
	if resolve.Type != "Action.Execute" || resolve.Style != "positive" || resolve.Tooltip != "Resolve of E-7" {
		t.Errorf("the button = %+v, want an Action.Execute that looks as it does in Teams", resolve)
	}
}
