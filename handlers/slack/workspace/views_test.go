package workspace_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

const formJSON = `{
	"type": "modal", "callback_id": "open", "private_metadata": "p", "notify_on_close": true,
	"title": {"type": "plain_text", "text": "Ask for help"}, "submit": {"type": "plain_text", "text": "Page now"},
	"blocks": [
		{"type": "input", "block_id": "customer", "label": {"type": "plain_text", "text": "Customer"},
		 "element": {"type": "plain_text_input", "action_id": "v", "max_length": 20}},
		{"type": "input", "block_id": "kind", "dispatch_action": true, "label": {"type": "plain_text", "text": "Kind of help"},
		 "element": {"type": "static_select", "action_id": "v", "options": [
			{"text": {"type": "plain_text", "text": "Take over"}, "value": "take"},
			{"text": {"type": "plain_text", "text": "Advise me"}, "value": "advise"}],
			"initial_option": {"text": {"type": "plain_text", "text": "Take over"}, "value": "take"}}},
		{"type": "input", "block_id": "signs", "optional": true, "label": {"type": "plain_text", "text": "Signs"},
		 "element": {"type": "checkboxes", "action_id": "v", "options": [
			{"text": {"type": "plain_text", "text": "Raised voice"}, "value": "voice"},
			{"text": {"type": "plain_text", "text": "Insults"}, "value": "insults"}]}},
		{"type": "input", "block_id": "when", "optional": true, "label": {"type": "plain_text", "text": "Call back"},
		 "element": {"type": "datetimepicker", "action_id": "v"}},
		{"type": "input", "block_id": "who", "optional": true, "label": {"type": "plain_text", "text": "Colleague"},
		 "element": {"type": "users_select", "action_id": "v"}},
		{"type": "actions", "block_id": "more", "elements": [
			{"type": "button", "action_id": "add", "value": "1", "text": {"type": "plain_text", "text": "More & more"}}]}
	]
}`

func form(t *testing.T) slack.ModalViewRequest {
	t.Helper()
	var v slack.ModalViewRequest
	if err := json.Unmarshal([]byte(formJSON), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// desk is an app that opens the form when it hears a command, and answers
// submissions with what answer returns.
type desk struct {
	*rig
	answer   func(slack.InteractionCallback) any
	heard    []slack.InteractionCallback
	commands []slack.SlashCommand
	events   []string // raw payloads
}

func newDesk(t *testing.T, o workspace.Options) *desk {
	t.Helper()
	d := &desk{rig: start(t, o)}
	d.connect(func(e socketmode.Event) any {
		switch data := e.Data.(type) {
		case slack.SlashCommand:
			d.commands = append(d.commands, data)
			if _, err := d.api.OpenViewContext(t.Context(), data.TriggerID, form(t)); err != nil {
				t.Errorf("OpenView() = %v, want nil", err)
			}
		case slack.InteractionCallback:
			d.heard = append(d.heard, data)
			if d.answer != nil {
				return d.answer(data)
			}
		default:
			d.events = append(d.events, string(e.Request.Payload))
		}
		return nil
	})
	return d
}

// last is the newest interaction that the app heard of.
func (d *desk) last() slack.InteractionCallback {
	d.t.Helper()
	if len(d.heard) == 0 {
		d.t.Fatal("the app has heard of nothing")
	}
	return d.heard[len(d.heard)-1]
}

func (d *desk) openForm() *workspace.Person {
	d.t.Helper()
	maria := d.Person("maria")
	if err := maria.Command("", "/escalate he shouts"); err != nil {
		d.t.Fatal(err)
	}
	return maria
}

func TestSubmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		maria := d.openForm()
		modal := maria.Modal()
		if modal == nil || modal.Title != "Ask for help" || modal.CallbackID != "open" {
			t.Fatalf("Modal() = %+v, want the form", modal)
		}

		err := maria.Submit(map[string]string{
			"Customer": "Ms Kovac", "Kind of help": "advise me", "Signs": "Raised voice, Insults",
			"Call back": "2026-07-01 15:00", "Colleague": "Dana Kim",
		})
		if err != nil || maria.Modal() != nil {
			t.Fatalf("Submit() = %v, want nil and the form closed", err)
		}

		got := d.last()
		if got.Type != slack.InteractionTypeViewSubmission || got.View.ID != modal.ID || got.View.RootViewID != modal.ID ||
			got.User.ID != "U0MARIA" || got.View.PrivateMetadata != "p" {
			t.Errorf("the app heard %+v, want the submission of %s by Maria", got, modal.ID)
		}
		values := got.View.State.Values
		if v := values["customer"]["v"].Value; v != "Ms Kovac" {
			t.Errorf("customer = %q, want Ms Kovac", v)
		}
		if v := values["kind"]["v"].SelectedOption.Value; v != "advise" {
			t.Errorf("kind = %q, want advise", v)
		}
		if v := len(values["signs"]["v"].SelectedOptions); v != 2 {
			t.Errorf("signs = %d options, want 2", v)
		}
		lisbon := time.Date(2026, 7, 1, 14, 0, 0, 0, time.UTC)
		if v := values["when"]["v"].SelectedDateTime; v != lisbon.Unix() {
			t.Errorf("when = %v, want %v: three o'clock in Lisbon", time.Unix(v, 0).UTC(), lisbon)
		}
		if v := values["who"]["v"].SelectedUser; v != "U0DANA" {
			t.Errorf("who = %q, want U0DANA", v)
		}
	})
}

func TestTheClientChecksFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		maria := d.openForm()
		for value, want := range map[string]string{
			"":                      "Please complete this required field.",
			"a name far too long x": "Please enter no more than 20 characters.",
		} {
			err := maria.Submit(map[string]string{"Customer": value})
			wrong, ok := errors.AsType[*workspace.FieldErrors](err)
			if !ok || wrong.Labels["Customer"] != want || wrong.Blocks["customer"] != want {
				t.Errorf("Submit(Customer=%q) = %v, want %q", value, err, want)
			}
			if got := maria.Modal().Mistakes["Customer"]; got != want {
				t.Errorf("the form shows %q, want %q", got, want)
			}
		}
		if len(d.heard) != 0 {
			t.Errorf("the app heard of %d submissions, want none", len(d.heard))
		}
	})
}

func TestAnswersToASubmission(t *testing.T) {
	type answer = map[string]any
	var next, broken map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(formJSON, "Ask for help", "Next")), &next); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(formJSON, "Ask for help", strings.Repeat("x", 25))), &broken); err != nil {
		t.Fatal(err)
	}
	const trouble = "We had some trouble connecting. Try again?"
	for _, test := range []struct {
		name   string
		answer any
		err    string
		title  string // of what is then on top
		depth  int
	}{
		{"nothing", nil, "", "", 0},
		{"empty", answer{}, "", "", 0},
		{"clear", answer{"response_action": "clear"}, "", "", 0},
		{"errors", answer{"response_action": "errors", "errors": answer{"customer": "Who?"}}, "Customer: Who?", "Ask for help", 1},
		{"errors for what is no field", answer{"response_action": "errors", "errors": answer{"more": "Who?"}}, trouble, "Ask for help", 1},
		{"no errors", answer{"response_action": "errors", "errors": answer{}}, trouble, "Ask for help", 1},
		{"update", answer{"response_action": "update", "view": next}, "", "Next", 1},
		{"update with a bad view", answer{"response_action": "update", "view": broken}, trouble, "Ask for help", 1},
		{"push", answer{"response_action": "push", "view": next}, "", "Next", 2},
		{"unknown", answer{"response_action": "dance"}, trouble, "Ask for help", 1},
		{"an answer for a command", answer{"text": "hi"}, trouble, "Ask for help", 1},
		{"too large an answer", answer{"response_action": "clear", "padding": strings.Repeat("x", 15<<10)}, "", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, options())
				d.answer = func(slack.InteractionCallback) any { return test.answer }
				maria := d.openForm()

				err := maria.Submit(map[string]string{"Customer": "Ms Kovac"})

				if got := errText(err); got != test.err {
					t.Errorf("Submit() = %q, want %q", got, test.err)
				}
				title, depth := "", 0
				if m := maria.Modal(); m != nil {
					title, depth = m.Title, m.Depth
				}
				if title != test.title || depth != test.depth {
					t.Errorf("then %q is open at depth %d, want %q at %d", title, depth, test.title, test.depth)
				}
			})
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestUpdatedViewsKeepWhatIsFilledIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		maria := d.openForm()
		if err := maria.ChangeInModal("Customer", "Ms Kovac"); err != nil {
			t.Fatal(err)
		}
		if len(d.heard) != 0 {
			t.Errorf("a field without dispatch_action told the app")
		}
		if err := maria.ChangeInModal("Kind of help", "Advise me"); err != nil {
			t.Fatal(err)
		}
		got := d.last()
		if got.Type != slack.InteractionTypeBlockActions || got.Container.Type != "view" || got.Container.ViewID != maria.Modal().ID {
			t.Fatalf("the app heard %+v, want a change in the view", got)
		}
		if a := got.ActionCallback.BlockActions[0]; a.SelectedOption.Value != "advise" || a.BlockID != "kind" || a.ActionID != "v" {
			t.Errorf("the action is %+v, want the choice of advise", a)
		}
		if v := got.View.State.Values["customer"]["v"].Value; v != "Ms Kovac" {
			t.Errorf("the state's customer = %q, want Ms Kovac", v)
		}

		view := form(t)
		view.Title.Text = "Ask for advice"
		if _, err := d.api.UpdateViewContext(t.Context(), view, "", got.View.Hash, got.View.ID); err != nil {
			t.Fatalf("UpdateView() = %v, want nil", err)
		}
		if _, err := d.api.UpdateViewContext(t.Context(), view, "", got.View.Hash, got.View.ID); !code("hash_conflict")(err) {
			t.Errorf("UpdateView() with the old hash = %v, want hash_conflict", err)
		}
		if err := maria.Submit(nil); err != nil {
			t.Fatal(err)
		}
		values := d.last().View.State.Values
		if values["customer"]["v"].Value != "Ms Kovac" || values["kind"]["v"].SelectedOption.Value != "advise" {
			t.Errorf("after the update the state is %+v, want what was filled in before", values)
		}
	})
}

func TestTriggers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		var trigger string
		r.connect(func(e socketmode.Event) any {
			trigger = e.Data.(slack.SlashCommand).TriggerID
			return nil
		})
		open := func(after time.Duration) error {
			if err := r.Person("maria").Command("", "/escalate"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(after)
			_, err := r.api.OpenViewContext(t.Context(), trigger, form(t))
			return err
		}
		if err := open(3 * time.Second); err != nil {
			t.Errorf("within three seconds: %v, want nil", err)
		}
		if _, err := r.api.OpenViewContext(t.Context(), trigger, form(t)); !code("exchanged_trigger_id")(err) {
			t.Errorf("a second time: %v, want exchanged_trigger_id", err)
		}
		if err := open(3*time.Second + time.Millisecond); !code("expired_trigger_id")(err) {
			t.Errorf("after three seconds: %v, want expired_trigger_id", err)
		}
		if _, err := r.api.PushViewContext(t.Context(), trigger, form(t)); !code("expired_trigger_id")(err) {
			t.Errorf("pushing with it: %v, want expired_trigger_id", err)
		}
	})
}

func TestTheStackHoldsThree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		maria := d.openForm()
		for depth := 2; depth <= 4; depth++ {
			if err := maria.ClickInModal("More & more"); err != nil {
				t.Fatal(err)
			}
			_, err := d.api.PushViewContext(t.Context(), d.last().TriggerID, form(t))
			if depth <= 3 && (err != nil || maria.Modal().Depth != depth) {
				t.Errorf("push to depth %d: %v, depth %d, want it pushed", depth, err, maria.Modal().Depth)
			}
			if depth == 4 && !code("push_limit_reached")(err) {
				t.Errorf("push to depth 4: %v, want push_limit_reached", err)
			}
		}
		if err := maria.CloseModal(); err != nil || maria.Modal().Depth != 2 {
			t.Errorf("CloseModal() = %v, depth %d, want the one below", err, maria.Modal().Depth)
		}
		if got := d.last(); got.Type != slack.InteractionTypeViewClosed || got.IsCleared {
			t.Errorf("the app heard %v, want view_closed, since the view asks for it", got.Type)
		}
	})
}

func TestHome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		dana := d.Person("dana")
		if err := dana.OpenHome(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(d.events) != 1 || !strings.Contains(d.events[0], `"app_home_opened"`) {
			t.Fatalf("the app heard %v, want app_home_opened", d.events)
		}
		home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{take()}}}
		resp, err := d.api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U0DANA", View: home})
		if err != nil {
			t.Fatal(err)
		}
		if got := dana.Home(); got == nil || got.Text != "[Take it]" {
			t.Errorf("Home() = %+v, want [Take it]", got)
		}
		stale := "1.x"
		if _, err := d.api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U0DANA", View: home, Hash: &stale}); !code("hash_conflict")(err) {
			t.Errorf("PublishView() with a stale hash = %v, want hash_conflict", err)
		}
		if err := dana.ClickInHome("Take it"); err != nil {
			t.Fatal(err)
		}
		if got := d.last(); got.View.ID != resp.ID || got.ActionCallback.BlockActions[0].Value != "E-1" {
			t.Errorf("the app heard %+v, want the press in the home tab", got)
		}
	})
}

func TestPressInAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		dana := d.Person("dana")
		button := slack.NewButtonBlockElement("take", "E-1 & more", slack.NewTextBlockObject("plain_text", "Take <it>", false, false))
		text := slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "a &amp; *b*", false, false), nil, nil)
		_, ts, err := d.api.PostMessageContext(t.Context(), "U0DANA", slack.MsgOptionText("page", false), metadata("k"),
			slack.MsgOptionBlocks(text, slack.NewActionBlock("moves", button)))
		if err != nil {
			t.Fatal(err)
		}
		page, _ := dana.Last("")
		if err := dana.Click(page, "take <IT>"); err != nil {
			t.Fatal(err)
		}

		got := d.last()
		if got.Container.MessageTs != ts || got.Container.ChannelID != dana.DM() || got.Channel.ID != dana.DM() ||
			got.TriggerID == "" || got.Team.ID != "T0HARBOR" || got.APIAppID != "A0FIREBREAK" || got.User.ID != "U0DANA" {
			t.Errorf("the app heard %+v, want the press with where and who", got)
		}
		action := got.ActionCallback.BlockActions[0]
		if action.ActionID != "take" || action.BlockID != "moves" || action.Value != "E-1 & more" || action.Type != "button" {
			t.Errorf("the action is %+v, want take with its value", action)
		}
		echoed, err := json.Marshal(got.Message.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		if s := unhex(string(echoed)); !strings.Contains(s, "Take &lt;it&gt;") || !strings.Contains(s, "a &amp; *b*") {
			t.Errorf("the message comes back as %s, want plain text escaped and mrkdwn as it was", s)
		}

		if err := dana.Click(page, "Pass"); err == nil || !strings.Contains(err.Error(), "there is no [Pass] here, but [Take <it>]") {
			t.Errorf("Click(Pass) = %v, want that it isn't there", err)
		}
		if _, _, _, err := d.api.UpdateMessageContext(t.Context(), dana.DM(), ts, slack.MsgOptionText("taken", false), slack.MsgOptionBlocks()); err != nil {
			t.Fatal(err)
		}
		if err := dana.Click(page, "Take <it>"); err == nil {
			t.Error("Click() on a button that is gone = nil, want an error")
		}
		heard := len(d.heard)
		if err := dana.ClickStale(page, "Take <it>"); err != nil || len(d.heard) != heard+1 {
			t.Errorf("ClickStale() = %v, want the press from a screen that lags", err)
		}
	})
}

// unhex undoes encoding/json's escapes for HTML.
func unhex(s string) string {
	return strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(s)
}

func TestResponseURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		dana := d.Person("dana")
		if _, _, err := d.api.PostMessageContext(t.Context(), "C0TEAM", slack.MsgOptionText("page", false), slack.MsgOptionBlocks(take())); err != nil {
			t.Fatal(err)
		}
		page, _ := dana.Last("team")
		if err := dana.Click(page, "Take it"); err != nil {
			t.Fatal(err)
		}
		link := d.last().ResponseURL
		respond := func(options ...slack.MsgOption) error {
			_, _, err := d.api.PostMessageContext(t.Context(), "", options...)
			return err
		}

		if err := respond(slack.MsgOptionResponseURL(link, slack.ResponseTypeEphemeral), slack.MsgOptionText("only you", false)); err != nil {
			t.Fatal(err)
		}
		if got, _ := dana.Last("team"); got.Text != "only you" || !got.Ephemeral {
			t.Errorf("Dana sees %+v, want an ephemeral answer", got)
		}
		if err := respond(slack.MsgOptionResponseURL(link, slack.ResponseTypeInChannel), slack.MsgOptionText("all", false)); err != nil {
			t.Fatal(err)
		}
		if got, _ := d.Person("maria").Last("team"); got.Text != "all" {
			t.Errorf("Maria sees %+v, want the answer in the channel", got)
		}
		if err := respond(slack.MsgOptionReplaceOriginal(link), slack.MsgOptionText("taken", false)); err != nil {
			t.Fatal(err)
		}
		if got := dana.Messages("team")[0]; got.Text != "taken" || !got.Edited || got.TS != page.TS {
			t.Errorf("the page reads %+v, want it replaced", got)
		}
		if err := respond(slack.MsgOptionDeleteOriginal(link)); err != nil {
			t.Fatal(err)
		}
		if got := texts(dana.Messages("team")); !cmp.Equal(got, []string{"only you", "all"}) {
			t.Errorf("Dana sees %v, want the page gone", got)
		}
		if err := respond(slack.MsgOptionResponseURL(link, slack.ResponseTypeEphemeral), slack.MsgOptionText("fifth", false)); err != nil {
			t.Errorf("the fifth use: %v, want nil", err)
		}
		if err := respond(slack.MsgOptionResponseURL(link, slack.ResponseTypeEphemeral), slack.MsgOptionText("sixth", false)); err == nil {
			t.Error("the sixth use = nil, want it refused")
		}

		if err := dana.Command("team", "/escalate"); err != nil {
			t.Fatal(err)
		}
		link = d.commands[len(d.commands)-1].ResponseURL
		time.Sleep(30*time.Minute + time.Second)
		if err := respond(slack.MsgOptionResponseURL(link, slack.ResponseTypeEphemeral), slack.MsgOptionText("late", false)); err == nil {
			t.Error("after half an hour = nil, want it refused")
		}
	})
}

func TestShortcut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		maria := d.Person("maria")
		if _, err := maria.Write("team", "he says <b>never</b> again & shouts"); err != nil {
			t.Fatal(err)
		}
		m, _ := maria.Last("team")
		if err := maria.Shortcut(m, "Escalate this conversation"); err != nil {
			t.Fatal(err)
		}
		got := d.last()
		if got.Type != slack.InteractionTypeMessageAction || got.CallbackID != "escalate_message" || got.Message.Timestamp != m.TS || got.Channel.ID != "C0TEAM" {
			t.Errorf("the app heard %+v, want the shortcut on the message", got)
		}
		if want := "he says &lt;b&gt;never&lt;/b&gt; again &amp; shouts"; got.Message.Text != want {
			t.Errorf("its text is %q, want %q", got.Message.Text, want)
		}
	})
}

func TestStrangeViews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		r.connect(func(e socketmode.Event) any {
			if cmd, ok := e.Data.(slack.SlashCommand); ok {
				_, _ = r.api.OpenViewContext(t.Context(), cmd.TriggerID, form(t))
			}
			return nil
		})
		r.StrangeViews(true)
		maria := r.Person("maria")
		if err := maria.Command("", "/escalate"); err != nil {
			t.Fatal(err)
		}
		err := maria.Submit(map[string]string{"Customer": "Ms Kovac"})
		if got := errText(err); got != "We had some trouble connecting. Try again?" {
			t.Errorf("Submit() to a library that can't read it = %q, want trouble", got)
		}
		if got := maria.Troubles(); len(got) != 1 {
			t.Errorf("Troubles() = %v, want the one", got)
		}
	})
}
