package teams

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

var errStore = errors.New("the disk is full")

// What people type reaches the bot as what they meant, however they address it.
func TestTyped(t *testing.T) {
	mention := func(text, id string) said {
		return said{"type": "mention", "text": text, "mentioned": said{"id": id, "name": "x"}}
	}
	named := func(text, id string) said {
		return said{"text": text, "entities": []said{mention("<at>Firebreak</at>", id)}}
	}
	bot := "28:" + appID

	cases := map[string]struct {
		change said
		want   string
	}{
		"command":           {said{"text": "escalate now Ms Kovac"}, "escalate: now Ms Kovac"},
		"slash":             {said{"text": "/escalate now"}, "escalate: now"},
		"two slashes":       {said{"text": "//escalate now"}, "escalate: now"},
		"capitals":          {said{"text": "Escalate"}, "escalate: "},
		"renamed":           {said{"text": "dienst swap"}, "duty: swap"},
		"mention":           {named("<at>Firebreak</at> escalate now\r\n", bot), "escalate: now"},
		"mention at end":    {named("escalate now <at>Firebreak</at>", bot), "escalate: now"},
		"nothing but it":    {named("<at>Firebreak</at>", bot), "say: "},
		"hard blanks":       {named("<at>Firebreak</at>&nbsp;escalate&nbsp;\u00a0now", bot), "escalate: now"},
		"words":             {said{"text": "what is &lt;this&gt; &amp; that?\nhelp"}, "say: what is <this> & that? help"},
		"address":           {said{"text": "see https://x.example/?a=1&region=2&copy=3"}, "say: see https://x.example/?a=1&region=2&copy=3"},
		"home":              {said{"text": "home"}, "home: "},
		"home with slash":   {named("<at>Firebreak</at> /Home", bot), "home: "},
		"home and more":     {said{"text": "home sweet home"}, "say: home sweet home"},
		"mention forged":    {said{"text": "duty cover <at>Dana Kim</at>"}, "say: duty cover Dana Kim"},
		"mention of nobody": {named("duty <at>Firebreak</at>", "29:unknown"), "say: duty x"},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				if w := r.deliver(r.activity("maria", c.change)); w.Code != http.StatusOK || w.Body.Len() > 0 {
					t.Errorf("the answer is %d %s, want an empty 200", w.Code, w.Body)
				}

				if len(r.front.commands) != 1 {
					t.Fatalf("Commands = %v, want one", r.front.commands)
				}

				got := r.front.commands[0]
				if line := got.Name + ": " + got.Text; line != c.want {
					t.Errorf("the command is %q, want %q", line, c.want)
				}

				if got.Who != maria || got.Room != roomOf(r.Person("maria").DM()) || got.ID == "" {
					t.Errorf("the command is %+v, want Maria's in her conversation, with an id", got)
				}
			})
		})
	}
}

// Whom somebody mentions is told by the conversation where the activity does not
// say it, and only once.
func TestMentionsOfPeople(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		text := said{
			"text": "<at>Firebreak</at> dienst cover <at>Dana Kim</at> until 18:00",
			"entities": []said{
				{"type": "mention", "text": "<at>Dana Kim</at>", "mentioned": said{"id": r.Person("dana").MRI(), "name": "Dana Kim"}},
				{"type": "mention", "text": "<at>Firebreak</at>", "mentioned": said{"id": "28:" + appID, "name": "Firebreak"}},
			},
		}
		r.deliver(r.activity("maria", text, inChannel))
		r.deliver(r.activity("maria", text, inChannel, said{"id": "a2"}))

		for _, c := range r.front.commands {
			if want := "cover " + dana.Mention() + " until 18:00"; c.Name != "duty" || c.Text != want || c.Room != roomOf(desk) {
				t.Errorf("the command is %+v, want duty, %q, in the channel", c, want)
			}
		}

		asked := 0
		for _, call := range r.Journal().Calls {
			if call.Call == "members" && call.Conversation == desk {
				asked++
			}
		}

		if asked != 2 { // Maria, to be acquainted, and Dana
			t.Errorf("members were asked for %d times, want once each for Maria and Dana", asked)
		}
	})
}

// A call for help does not wait for names.
func TestMentionThatHangs(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.Inject(connector.Fault{Call: "members", Do: connector.Hang})

		mention := said{"type": "mention", "text": "<at>Dana Kim</at>", "mentioned": said{"id": r.Person("dana").MRI(), "name": "Dana Kim"}}
		began := time.Now()
		r.post(r.request(r.activity("maria", said{"text": "escalate now ask <at>Dana Kim</at>", "entities": []said{mention}}), bearing(r, connector.Token{})))

		if took := time.Since(began); len(r.front.commands) != 1 || r.front.commands[0].Text != "now ask Dana Kim" || took > 2*time.Second {
			t.Errorf("Commands = %+v after %v, want it soon, with the name as it stands there", r.front.commands, took)
		}
	})
}

// Somebody who can't be told is told so, where they wrote. Bots are told nothing,
// and nothing is asked about them.
func TestStrangers(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		dm := r.Person("maria").DM()
		from := func(id string) said { return said{"text": "escalate now", "from": said{"id": id, "name": "Somebody"}} }

		remove := r.Inject(connector.Fault{Call: "members", Do: connector.Refuse, Status: 404, Code: "MemberNotFoundInConversation"})
		r.deliver(r.activity("maria", from(r.Person("maria").MRI())))

		if got := r.seen("maria", dm); len(got) != 1 || !strings.Contains(got[0], "Something went wrong") || len(r.front.commands) > 0 {
			t.Errorf("Maria reads %q, want that it went wrong", got)
		}

		r.deliver(r.activity("maria", from(r.Person("maria").MRI()), inChannel))

		if got := r.seen("maria", desk); len(got) != 1 || len(r.seen("dana", desk)) > 0 {
			t.Errorf("Maria reads %q in the channel, want the same for her alone", got)
		}

		remove()

		before := len(r.calls("members"))
		r.deliver(r.activity("maria", from("28:another"), said{"id": "b1"}))
		r.deliver(r.activity("maria", from("28:another"), inChannel, said{"id": "a2"}))

		if got := r.seen("maria", dm); len(got) != 1 || len(r.calls("members")) != before {
			t.Errorf("Maria reads %q after %q, want no word to a bot", got, r.calls("members"))
		}

		// What failed is tried again when it comes again.
		r.deliver(r.activity("maria", from(r.Person("maria").MRI())))

		if len(r.front.commands) != 1 || r.front.commands[0].Who != maria {
			t.Errorf("Commands = %+v, want Maria's", r.front.commands)
		}
	})
}

// A reply to what was typed is for who typed it alone.
func TestRepliesInWords(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.command = func(_ context.Context, c chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("You said %v", c.Text)}, nil
		}

		r.deliver(r.activity("maria", said{"text": "one"}))
		r.deliver(r.activity("maria", said{"text": "two", "id": "a2"}, inChannel))

		if got := r.seen("maria", r.Person("maria").DM()); len(got) != 1 || !strings.Contains(got[0], "You said one") {
			t.Errorf("Maria reads %q in her conversation, want the first answer", got)
		}

		if got := r.seen("maria", desk); len(got) != 1 || !strings.Contains(got[0], "You said two") {
			t.Errorf("Maria reads %q in the channel, want the second answer", got)
		}

		if got := r.seen("dana", desk); len(got) != 0 {
			t.Errorf("Dana reads %q in the channel, want nothing", got)
		}

		// Clients and tenants that know no such messages.
		for i, status := range []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound} {
			remove := r.Inject(connector.Fault{Call: "send", To: desk, Do: connector.Refuse, Status: status, Code: "Whatever"})
			r.deliver(r.activity("maria", said{"text": "three", "id": "b" + string(rune('0'+i))}, inChannel))
			remove()
		}

		if got := r.seen("maria", r.Person("maria").DM()); len(got) != 4 {
			t.Errorf("Maria reads %d messages in her conversation, want those that the channel did not take too", len(got))
		}
	})
}

// A button is answered at once, in a line, and with what there is to say.
func TestClick(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		card := encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{
			{Action: "take", Value: "E-7", Label: "Take it"}, {Action: "resolve", Value: "E-7", Label: "Resolve", Opens: true},
		}}))
		value := executed(data(t, card, "Take it"))

		w := r.deliver(r.activity("maria", invoking("adaptiveCard/action", value), said{"replyToId": "m7"}))
		if want := `{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":"Got it."}`; w.Body.String() != want {
			t.Errorf("the answer is %s, want %s", w.Body, want)
		}

		want := chat.Click{Who: maria, Action: "take", Value: "E-7", On: chat.Ref{Room: roomOf(r.Person("maria").DM()), ID: "m7"}}
		got := r.front.clicks[0]
		got.ID = ""

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Click (-want +got)\n%s", diff)
		}

		r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("Lee has it already.")}, nil
		}

		w = r.deliver(r.activity("maria", invoking("adaptiveCard/action", value), said{"id": "a2"}))
		if !strings.Contains(w.Body.String(), `"value":"Lee has it already."`) {
			t.Errorf("the answer is %s, want the words", w.Body)
		}

		// A client that sends buttons as messages, and one that opens dialogs.
		r.deliver(r.activity("maria", said{"id": "a3", "value": data(t, card, "Take it"), "replyToId": "m7"}))

		if got := r.seen("maria", r.Person("maria").DM()); len(got) != 2 {
			t.Errorf("Maria reads %q, want the words for the second and the third click", got)
		}

		w = r.deliver(r.activity("maria", invoking("task/fetch", filling(data(t, card, "Resolve"))), said{"id": "a4"}))
		if want := `{"task":{"type":"message","value":"Lee has it already."}}`; w.Body.String() != want {
			t.Errorf("the answer is %s, want %s", w.Body, want)
		}

		if len(r.front.clicks) != 4 {
			t.Errorf("there were %d clicks, want 4", len(r.front.clicks))
		}
	})
}

// A button says which posting it is of until the message is edited, and what takes
// the place of the message comes beside the answer, whichever kind of button it is.
func TestPressedMessageIsClosed(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		dm, page := r.Person("maria").DM(), somePage()
		page.Choices = append(page.Choices,
			chat.Choice{Action: "reopen", Value: "E-7", Label: "Reopen", Confirm: &chat.Confirm{Yes: "Yes, reopen"}},
			chat.Choice{Action: "resolve", Value: "E-7", Label: "Resolve", Opens: true},
		)
		page.Parts = append(page.Parts, chat.Buttons{{Action: "show", Value: "E-8", Label: "Show"}})

		r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
			return chat.Reply{Instead: chat.Notice("It came twice.")}, nil
		}

		for i, button := range []string{"Take it", "Yes, reopen", "Resolve", "Show"} {
			time.Sleep(10 * time.Second) // or Teams is told to take no more

			at, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Key: "E-7/page/maria/1", Message: page})
			if err != nil {
				t.Fatalf("Post = %v, want nil", err)
			}

			posted, _ := r.Person("maria").Last(dm)
			pressed := data(t, posted.Card, button)

			switch button {
			case "Resolve":
				r.deliver(r.activity("maria", invoking("task/fetch", filling(pressed)), said{"replyToId": at.ID, "id": button}))
			case "Show":
				r.deliver(r.activity("maria", said{"value": pressed, "replyToId": at.ID, "id": button}))
			default:
				r.deliver(r.activity("maria", invoking("adaptiveCard/action", executed(pressed)), said{"replyToId": at.ID, "id": button}))
			}

			if got := r.front.clicks[i]; got.On != at || got.Key != "E-7/page/maria/1" {
				t.Errorf("%s: the click is %+v, want it on %v with the key of the posting", button, got, at)
			}

			if closed, _ := r.Person("maria").Last(dm); closed.Text != "It came twice." {
				t.Errorf("%s: Maria reads %q, want the message closed", button, closed.Text)
			}
		}

		at, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Key: "E-7/page/maria/1", Message: page})
		if err != nil {
			t.Fatalf("Post = %v, want nil", err)
		}

		if err := r.teams.Edit(t.Context(), at, page); err != nil {
			t.Fatalf("Edit = %v, want nil", err)
		}

		edited, _ := r.Person("maria").Last(dm)
		if strings.Contains(string(edited.Card), "E-7/page/maria/1") {
			t.Errorf("the edited card is %s, want no key in it", edited.Card)
		}
	})
}

// A message in a thread is named as it was when it was posted.
func TestClickInThread(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		value := executed(data(t, encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "take", Label: "Take it"}}})), "Take it"))
		thread := said{"conversation": said{"id": desk + ";messageid=m1", "conversationType": "channel", "isGroup": true, "tenantId": tenant}}

		for i, on := range []string{"m1", "m2"} {
			r.deliver(r.activity("maria", invoking("adaptiveCard/action", value), thread, said{"replyToId": on, "id": on, "seq": i}))
		}

		want := []chat.Ref{{Room: roomOf(desk), ID: "m1"}, {Room: roomOf(desk + ";messageid=m1"), ID: "m2"}}
		for i, click := range r.front.clicks {
			if click.On != want[i] {
				t.Errorf("the click is on %v, want %v", click.On, want[i])
			}
		}
	})
}

func someForm() chat.Form {
	return chat.Form{
		ID: "resolve", Title: "Resolve E-7", Submit: "Resolve", Cancel: "Not now", State: "E-7",
		Fields: []chat.Field{
			{ID: "how", Kind: chat.ChoiceField, Label: "How", Required: true, Redraws: true, Initial: []string{"fixed"}, Options: []chat.Option{
				{Value: "fixed", Label: "Fixed"}, {Value: "refund", Label: "Refunded"},
			}},
			{ID: "note", Kind: chat.LineField, Label: "Note"},
		},
	}
}

// longerForm is someForm as it is for a refund.
func longerForm() chat.Form {
	form := someForm()
	form.Fields = append(form.Fields, chat.Field{ID: "amount", Kind: chat.NumberField, Label: "Amount", Required: true})

	return form
}

// dialogCard is the card of a dialog.
func dialogCard(t *testing.T, body []byte) []byte {
	t.Helper()

	var a struct {
		Task struct {
			Type  string `json:"type"`
			Value struct {
				Title string `json:"title"`
				Card  struct {
					Content json.RawMessage `json:"content"`
				} `json:"card"`
			} `json:"value"`
		} `json:"task"`
	}

	if err := json.Unmarshal(body, &a); err != nil || a.Task.Type != "continue" || a.Task.Value.Title != "Resolve E-7" {
		t.Fatalf("the answer is %s, want a dialog with the form", body)
	}

	return a.Task.Value.Card.Content
}

// A form opens in a dialog, comes back with problems, asks for more when an
// answer needs it, and closes.
func TestDialog(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		form := someForm()
		r.front.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
			if c.Form != nil && c.Form.Values.Get("how") == "refund" {
				form = longerForm()
			}

			return chat.Reply{Form: &form}, nil
		}
		r.front.submit = func(_ context.Context, s chat.Submission) (chat.Reply, error) {
			if s.Values.Get("note") == "" {
				return chat.Reply{Problems: chat.Problems{"note": "Say what was done."}}, nil
			}

			return chat.Reply{}, nil
		}

		opening := data(t, encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "resolve", Label: "Resolve", Opens: true}}})), "Resolve")
		w := r.deliver(r.activity("maria", invoking("task/fetch", filling(opening))))
		shown := dialogCard(t, w.Body.Bytes())

		// What the form itself can tell is told without the bot.
		sent := data(t, shown, "Resolve").with(said{"in:note": "so far"})
		w = r.deliver(r.activity("maria", invoking("task/submit", filling(sent)), said{"id": "a1b"}))

		if shown = dialogCard(t, w.Body.Bytes()); !strings.Contains(string(shown), "so far") || len(r.front.submissions) > 0 {
			t.Errorf("%d submissions, the form is %s, want it to ask for what is missing", len(r.front.submissions), shown)
		}

		// Problems, with what was filled in.
		sent = data(t, shown, "Resolve").with(said{"in:how": "fixed"})
		w = r.deliver(r.activity("maria", invoking("task/submit", filling(sent)), said{"id": "a2"}))

		if shown = dialogCard(t, w.Body.Bytes()); !strings.Contains(string(shown), "Say what was done.") {
			t.Errorf("the form is %s, want the problem in it", shown)
		}

		// More is asked for before anything is sent.
		sent = data(t, shown, "Resolve").with(said{"in:how": "refund", "in:note": "Money back"})
		w = r.deliver(r.activity("maria", invoking("task/submit", filling(sent)), said{"id": "a3"}))

		shown = dialogCard(t, w.Body.Bytes())
		if !strings.Contains(string(shown), "Amount") || !strings.Contains(string(shown), "Money back") || len(r.front.submissions) != 1 {
			t.Errorf("%d submissions, the form is %s, want it to ask for the amount, with the note kept", len(r.front.submissions), shown)
		}

		// Then it is sent.
		sent = data(t, shown, "Resolve").with(said{"in:how": "refund", "in:note": "Money back", "in:amount": "40"})
		w = r.deliver(r.activity("maria", invoking("task/submit", filling(sent)), said{"id": "a4"}))

		if w.Code != http.StatusOK || w.Body.Len() > 0 {
			t.Errorf("the answer is %d %s, want an empty 200, which closes the dialog", w.Code, w.Body)
		}

		// The same again, as Teams repeats it under another id.
		r.deliver(r.activity("maria", invoking("task/submit", filling(sent)), said{"id": "a5"}))

		want := chat.Values{"how": {"refund"}, "note": {"Money back"}, "amount": {"40"}}
		second, third := r.front.submissions[1], r.front.submissions[2]

		if diff := cmp.Diff(want, second.Values); diff != "" {
			t.Errorf("Values (-want +got)\n%s", diff)
		}

		if second.ID != third.ID || second.ID == r.front.submissions[0].ID || second.Form != "resolve" || second.State != "E-7" || second.Who != maria {
			t.Errorf("submissions are %+v, want the same id for the same content alone", r.front.submissions)
		}
	})
}

// A form that is drawn anew shows nothing that has to be masked, whoever found that it
// needs more: the form itself, the bot, or what was chosen. The bot gets it as it was
// written.
func TestFormsAreDrawnMasked(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		form := someForm()
		r.front.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
			if c.Form != nil && c.Form.Values.Get("how") == "refund" {
				form = longerForm()
			}

			return chat.Reply{Form: &form}, nil
		}
		r.front.submit = func(context.Context, chat.Submission) (chat.Reply, error) {
			return chat.Reply{Problems: chat.Problems{"how": "Choose another."}}, nil
		}

		opening := data(t, encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "resolve", Label: "Resolve", Opens: true}}})), "Resolve")
		shown := dialogCard(t, r.deliver(r.activity("maria", invoking("task/fetch", filling(opening)))).Body.Bytes())

		for i, inputs := range []said{{}, {"in:how": "fixed"}, {"in:how": "refund"}} {
			inputs["in:note"] = "paid with " + aSecret
			sent := data(t, shown, "Resolve").with(inputs)
			shown = dialogCard(t, r.deliver(r.activity("maria", invoking("task/submit", filling(sent)), said{"id": fmt.Sprint("a", i)})).Body.Bytes())

			if !strings.Contains(string(shown), "paid with masked") || strings.Contains(string(shown), aSecret) {
				t.Errorf("with %v the form is %s, want the note masked", inputs, shown)
			}
		}

		if len(r.front.submissions) != 1 || r.front.submissions[0].Values.Get("note") != "paid with "+aSecret {
			t.Errorf("submissions are %+v, want one as it was written", r.front.submissions)
		}
	})
}

// What only another choice asked for holds up no form that no longer makes it.
func TestDialogBackToLess(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
			form := longerForm()
			if c.Form != nil && c.Form.Values.Get("how") == "fixed" {
				form = someForm()
			}

			form.Fields[0].Initial = []string{"refund"}

			return chat.Reply{Form: &form}, nil
		}

		opening := data(t, encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "resolve", Label: "Resolve", Opens: true}}})), "Resolve")
		shown := dialogCard(t, r.deliver(r.activity("maria", invoking("task/fetch", filling(opening)))).Body.Bytes())
		sent := data(t, shown, "Resolve").with(said{"in:how": "fixed"})

		if w := r.deliver(r.activity("maria", invoking("task/submit", filling(sent)), said{"id": "a2"})); w.Body.Len() > 0 || len(r.front.submissions) != 1 {
			t.Errorf("%d submissions, the answer is %s, want the form sent without the amount", len(r.front.submissions), w.Body)
		}
	})
}

// A form in a message is drawn again in place, and closed in the end.
func TestInlineForm(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		form := someForm()
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return chat.Reply{Form: &form}, nil }
		r.front.submit = func(_ context.Context, s chat.Submission) (chat.Reply, error) {
			if s.Values.Get("note") == "" {
				return chat.Reply{Problems: chat.Problems{"note": "Say what was done."}}, nil
			}

			return chat.Reply{Message: chat.Notice("E-7 is resolved.")}, nil
		}

		r.deliver(r.activity("maria", said{"text": "resolve"}, inChannel))

		dm := r.Person("maria").DM()
		shown, ok := r.Person("maria").Last(dm)

		if !ok || len(r.seen("dana", desk)) > 0 {
			t.Fatalf("Maria reads %q, want the form in her own conversation alone", r.seen("maria", dm))
		}

		press := func(id, button string, inputs said) string {
			m, _ := r.Person("maria").Last(dm)
			value := executed(data(t, m.Card, button).with(inputs))
			w := r.deliver(r.activity("maria", invoking("adaptiveCard/action", value), said{"id": id, "replyToId": shown.TS}))

			return w.Body.String()
		}

		answer := press("b1", "Resolve", said{"in:how": "fixed"})
		if !strings.Contains(answer, `"type":"application/vnd.microsoft.card.adaptive"`) || !strings.Contains(answer, "Say what was done.") {
			t.Errorf("the answer is %s, want the form with the problem", answer)
		}

		press("b2", "Resolve", said{"in:how": "fixed", "in:note": "Done"})

		if got := r.seen("maria", dm); len(got) != 1 || !strings.Contains(got[0], "E-7 is resolved.") || strings.Contains(got[0], "Note") {
			t.Errorf("Maria reads %q, want the form closed with the words", got)
		}

		// Left without sending.
		r.deliver(r.activity("maria", said{"text": "resolve", "id": "c1"}))
		shown, _ = r.Person("maria").Last(dm)
		press("c2", "Not now", nil)

		if got := r.seen("maria", dm); len(got) != 2 || !strings.Contains(got[1], "Closed.") || len(r.front.submissions) != 2 {
			t.Errorf("Maria reads %q, want the second form closed and nothing sent", got)
		}

		time.Sleep(10 * time.Second)

		// As a message, from a client that knows no better.
		r.deliver(r.activity("maria", said{"text": "resolve", "id": "d1"}))
		shown, _ = r.Person("maria").Last(dm)
		r.deliver(r.activity("maria", said{
			"id": "d2", "replyToId": shown.TS, "value": data(t, shown.Card, "Resolve").with(said{"in:how": "fixed", "in:note": "Done"}),
		}))

		if got := r.seen("maria", dm); len(got) != 3 || !strings.Contains(got[2], "E-7 is resolved.") {
			t.Errorf("Maria reads %q, want the third form closed", got)
		}
	})
}

// Who has no chat with the bot that a form could open in is told so.
func TestFormWithoutChat(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		form := someForm()
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return chat.Reply{Form: &form}, nil }

		r.deliver(r.activity("away", said{"text": "/escalate"}, inChannel))

		if got := r.seen("away", desk); len(got) != 1 || !strings.Contains(got[0], "escalate now") || len(r.seen("dana", desk)) > 0 {
			t.Errorf("Away reads %q in the channel, want what to do, for them alone", got)
		}

		r.deliver(r.activity("maria", said{"text": "/escalate"}, inChannel))

		if got := r.seen("maria", desk); len(got) > 0 {
			t.Errorf("Maria reads %q in the channel, want the form in her own conversation", got)
		}
	})
}

// Nobody can put a form in the place of what all see.
func TestFormElsewhere(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		page, err := r.teams.Post(t.Context(), chat.Posting{To: roomOf(desk), Message: *chat.Notice("E-7 waits.")})
		if err != nil {
			t.Fatal(err)
		}

		form := encode(drawSheet(newSheet("s1", someForm(), "", true), nil, nil, ""))
		for i, a := range []said{
			{"value": data(t, form, "Not now")},
			invoking("adaptiveCard/action", executed(data(t, form, "Not now"))),
		} {
			r.deliver(r.activity("maria", a, inChannel, said{"id": "f" + string(rune('0'+i)), "replyToId": page.ID}))
		}

		if got := r.seen("dana", desk); len(got) != 1 || got[0] != "E-7 waits." {
			t.Errorf("Dana reads %q, want what was posted", got)
		}
	})
}

// The button below a field that redraws draws the form for what was chosen.
func TestRedrawnForm(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
			form := someForm()
			if c.Form != nil && c.Form.Values.Get("how") == "refund" {
				form = longerForm()
			}

			return chat.Reply{Form: &form}, nil
		}

		in, ok := readSheet(encode(said{"fb": said{"sheet": newSheet("s1", someForm(), "", false), "do": "redraw", "field": "how"}, "in:how": "refund", "in:note": "so far"}))
		if !ok {
			t.Fatal("the form can't be read")
		}

		sent := said{"fb": said{"sheet": in.Sheet, "do": "redraw", "field": "how"}, "in:how": "refund", "in:note": "so far"}
		w := r.deliver(r.activity("maria", invoking("task/submit", filling(sent))))
		shown := string(dialogCard(t, w.Body.Bytes()))

		if !strings.Contains(shown, "Amount") || !strings.Contains(shown, "so far") {
			t.Errorf("the form is %s, want it with the amount and the note", shown)
		}

		if c := r.front.clicks[0]; c.Action != "how" || c.Value != "" || c.Form == nil || c.Form.Form != "resolve" {
			t.Errorf("Click = %+v, want the field with the form's content", c)
		}
	})
}

// The message extension opens the form, with the message that it was used on.
func TestExtension(t *testing.T) {
	for _, name := range []string{"composeExtension/fetchTask", "composeExtensions/fetchTask"} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
					form := someForm()

					return chat.Reply{Form: &form}, nil
				}

				w := r.deliver(r.activity("maria", invoking(name, said{
					"commandId": "escalate", "commandContext": "message", "messagePayload": said{
						"linkToMessage": "https://teams.example/l/1",
						"body":          said{"contentType": "html", "content": "<p>Ms Kovac is <b>furious</b> &amp; loud</p><p>2 &lt; 3</p>"},
					},
				}), inChannel))
				shown := dialogCard(t, w.Body.Bytes())

				want := chat.Command{
					Who: maria, Name: "escalate", Room: roomOf(desk), Quoted: "Ms Kovac is furious & loud\n2 < 3", Link: "https://teams.example/l/1",
				}
				got := r.front.commands[0]
				got.ID = ""

				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("Command (-want +got)\n%s", diff)
				}

				sent := data(t, shown, "Resolve").with(said{"in:how": "fixed"})
				w = r.deliver(r.activity("maria", invoking(strings.Replace(name, "fetchTask", "submitAction", 1), filling(sent)), inChannel))

				if len(r.front.submissions) != 1 || w.Code != http.StatusOK {
					t.Errorf("%d submissions, status %d, want one and 200", len(r.front.submissions), w.Code)
				}
			})
		})
	}
}

// What is no activity, or none that is known, gets the status that it deserves.
func TestUnknownActivities(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)

	cases := map[string]struct {
		body func(r *rig) any
		want int
	}{
		"unknown type": {func(r *rig) any { return r.activity("maria", said{"type": "handover"}) }, 200},
		"typing":       {func(r *rig) any { return r.activity("maria", said{"type": "typing"}) }, 200},
		"reaction":     {func(r *rig) any { return r.activity("maria", said{"type": "messageReaction"}) }, 200},
		"edited":       {func(r *rig) any { return r.activity("maria", said{"type": "messageUpdate", "text": "escalate"}) }, 200},
		"read": {func(r *rig) any {
			return r.activity("maria", said{"type": "event", "name": "application/vnd.microsoft.readReceipt"})
		}, 200},
		"the bot's own": {func(r *rig) any {
			return r.activity("maria", said{"text": "escalate", "from": said{"id": "28:" + appID, "aadObjectId": nobodyID}})
		}, 200},
		"another bot's": {func(r *rig) any {
			return r.activity("maria", said{"text": "escalate", "from": said{"id": "28:x", "role": "bot", "aadObjectId": nobodyID}})
		}, 200},
		"nobody's":          {func(r *rig) any { return r.activity("maria", said{"text": "escalate", "from": said{}}) }, 200},
		"unknown invoke":    {func(r *rig) any { return r.activity("maria", invoking("signin/verifyState", said{})) }, 501},
		"invoke of nothing": {func(r *rig) any { return r.activity("maria", invoking("adaptiveCard/action", nil)) }, 200},
		"foreign button":    {func(r *rig) any { return r.activity("maria", invoking("adaptiveCard/action", executed(said{"x": 1}))) }, 200},
		"foreign dialog":    {func(r *rig) any { return r.activity("maria", invoking("task/submit", filling(said{"x": 1}))) }, 200},
		"odd members":       {func(r *rig) any { return r.activity("maria", said{"entities": 7, "type": "typing", "text": []int{1}}) }, 200},
		"garbage":           {func(*rig) any { return "{" }, 400},
		"a list":            {func(*rig) any { return "[]" }, 400},
		"nothing":           {func(*rig) any { return "" }, 400},
		"no type":           {func(*rig) any { return "{}" }, 400},
		"deep":              {func(*rig) any { return deep }, 400},
		"large":             {func(*rig) any { return strings.Repeat(" ", maxBody+1) }, 413},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				if w := r.deliver(c.body(r)); w.Code != c.want {
					t.Errorf("the answer is %d %s, want %d", w.Code, w.Body, c.want)
				}

				if len(r.front.commands)+len(r.front.clicks)+len(r.front.submissions) > 0 {
					t.Error("the bot was told something, want nothing")
				}
			})
		})
	}

	inBubble(t, func(t *testing.T, r *rig) {
		req := r.request("", "")
		req.Method = http.MethodGet

		if w := r.post(req); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("GET is answered with %d, want 405", w.Code)
		}
	})
}

// Each activity is taken once, however often it comes, and each delivery gets
// the first one's answer.
func TestOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		n := 0
		r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
			n++
			time.Sleep(time.Second)

			return chat.Reply{Message: chat.Notice("Click %v", n)}, nil
		}

		value := executed(data(t, encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "take", Label: "Take it"}}})), "Take it"))
		answers := make(chan string, 3)

		for range 3 {
			req := r.request(r.activity("maria", invoking("adaptiveCard/action", value)), bearing(r, connector.Token{}))

			go func() { answers <- r.post(req).Body.String() }()
		}

		for range 3 {
			if got := <-answers; !strings.Contains(got, `"Click 1"`) {
				t.Errorf("the answer is %s, want the first click's", got)
			}
		}

		time.Sleep(remember - 2*time.Second)

		if got := r.deliver(r.activity("maria", invoking("adaptiveCard/action", value))).Body.String(); !strings.Contains(got, `"Click 1"`) {
			t.Errorf("the answer is %s nearly ten minutes later, want the first click's", got)
		}

		if got := r.seen("maria", r.Person("maria").DM()); len(got) != 1 {
			t.Errorf("Maria reads %q, want one message", got)
		}

		// Messages of two conversations may have the same id, and a message and
		// its change do.
		r.deliver(r.activity("maria", said{"text": "one", "id": "1795"}))
		r.deliver(r.activity("dana", said{"text": "two", "id": "1795"}))

		if len(r.front.commands) != 2 || r.front.commands[0].ID == r.front.commands[1].ID {
			t.Errorf("Commands = %v, want two with different ids", r.front.commands)
		}

		time.Sleep(remember)
		r.deliver(r.activity("maria", invoking("adaptiveCard/action", value)))

		if n != 2 {
			t.Errorf("there were %d clicks, want the one that came long after as another", n)
		}
	})
}

// Teams repeats what it hears no answer to under another id too, after a while:
// what was done once is done once, over restarts as well.
func TestOnceUnderAnotherID(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("Paging Lee.")}, nil
		}

		typed := said{"text": "escalate now Ms Kovac", "timestamp": "2026-11-22T04:42:22.662Z"}
		r.deliver(r.activity("maria", typed, said{"id": "a1"}))
		time.Sleep(15 * time.Second)
		r.deliver(r.activity("maria", typed, said{"id": "a2"}))

		if got := r.seen("maria", r.Person("maria").DM()); len(r.front.commands) != 1 || len(got) != 1 {
			t.Errorf("%d commands, and Maria reads %q, want one of each", len(r.front.commands), got)
		}

		for i, other := range []said{
			{"timestamp": "2026-11-22T04:42:22.663Z"}, {"text": "escalate now"}, {"from": said{"id": "29:dana", "aadObjectId": danaID}},
		} {
			r.deliver(r.activity("maria", typed, said{"id": "b" + string(rune('0'+i))}, other))
		}

		ids := make(map[string]bool)
		for _, c := range r.front.commands {
			ids[c.ID] = true
		}

		if len(ids) != 4 {
			t.Errorf("Commands = %+v, want four of their own", r.front.commands)
		}

		time.Sleep(remember) // which is the same as a restart to what is kept in memory
		r.deliver(r.activity("maria", typed, said{"id": "c1"}))

		if first, last := r.front.commands[0], r.front.commands[4]; first.ID != last.ID || strings.Contains(first.ID, "/") {
			t.Errorf("the ids are %q and %q, want the same, which can stand in a button", first.ID, last.ID)
		}
	})
}

// What failed is tried anew when Teams sends it again.
func TestAgainAfterFailure(t *testing.T) {
	for name, fail := range failing {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				works := false
				r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
					if works {
						return chat.Reply{Message: chat.Notice("Now it works.")}, nil
					}

					return fail()
				}
				r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
					return r.front.command(t.Context(), chat.Command{})
				}
				r.front.submit = func(context.Context, chat.Submission) (chat.Reply, error) {
					return r.front.command(t.Context(), chat.Command{})
				}

				button := data(t, encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "take", Label: "Take it"}}})), "Take it")
				form := encode(drawSheet(newSheet("s1", someForm(), "", false), nil, nil, ""))
				resolved := data(t, form, "Resolve").with(said{"in:how": "fixed", "in:note": "Done"})
				redrawn := data(t, form, "Show what this needs").with(said{"in:how": "refund"})

				for kind, a := range map[string]said{
					"a message":           {"text": "escalate now"},
					"the home":            {"text": "home"},
					"a click":             invoking("adaptiveCard/action", executed(button)),
					"a click by message":  {"value": button},
					"a form":              invoking("task/submit", filling(resolved)),
					"a form in a message": invoking("adaptiveCard/action", executed(resolved)),
					"a form by message":   {"value": resolved},
					"a redrawn form":      invoking("task/submit", filling(redrawn)),
					"a dialog":            invoking("task/fetch", filling(button)),
					"the extension":       invoking("composeExtension/fetchTask", said{"commandId": "escalate"}),
				} {
					told := func() int { return len(r.front.commands) + len(r.front.clicks) + len(r.front.submissions) }
					before := told()

					works = false
					r.deliver(r.activity("maria", a, said{"id": kind}))

					works = true
					r.deliver(r.activity("maria", a, said{"id": kind}))

					if got := told() - before; got != 2 {
						t.Errorf("%s that failed and came again was told to the bot %d times, want 2", kind, got)
					}

					r.deliver(r.activity("maria", a, said{"id": kind}))

					if got := told() - before; got != 2 {
						t.Errorf("%s that came once more was told to the bot %d times, want 2", kind, got)
					}
				}
			})
		})
	}
}

// failing are the ways in which the bot can fail somebody.
var failing = map[string]func() (chat.Reply, error){
	"error": func() (chat.Reply, error) { return chat.Reply{}, errStore },
	"panic": func() (chat.Reply, error) { panic("Ms Kovac") },
}

// Whoever was failed is told so, in time, and a form stays open.
func TestSomethingWentWrong(t *testing.T) {
	for name, fail := range failing {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return fail() }
				r.front.click = func(context.Context, chat.Click) (chat.Reply, error) { return fail() }
				r.front.submit = func(context.Context, chat.Submission) (chat.Reply, error) { return fail() }

				card := encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "take", Label: "Take it"}}}))
				form := encode(drawSheet(newSheet("s1", someForm(), "", false), nil, nil, ""))

				for i, a := range []said{
					{"text": "escalate now"},
					invoking("adaptiveCard/action", executed(data(t, card, "Take it"))),
					invoking("task/submit", filling(data(t, form, "Resolve").with(said{"in:how": "fixed", "in:note": "what I typed"}))),
				} {
					began := time.Now()
					w := r.post(r.request(r.activity("maria", a, said{"id": string(rune('a' + i))}), bearing(r, connector.Token{})))

					if took := time.Since(began); w.Code != http.StatusOK || took > 4*time.Second {
						t.Errorf("%v: the answer %d took %v, want 200 within 4s", a["type"], w.Code, took)
					}

					if i > 0 && !strings.Contains(w.Body.String(), "Something went wrong") {
						t.Errorf("%v: the answer is %s, want an apology", a["name"], w.Body)
					}

					if i == 2 && !strings.Contains(w.Body.String(), "what I typed") {
						t.Errorf("the form is %s, want it with what was typed", w.Body)
					}
				}

				synctest.Wait()

				if got := r.seen("maria", r.Person("maria").DM()); len(got) != 2 || !strings.Contains(got[0], "escalate now") {
					t.Errorf("Maria reads %q, want what to do", got)
				}

				if strings.Contains(r.log.String(), "Kovac") {
					t.Errorf("a customer's name is in the log:\n%s", r.log)
				}
			})
		})
	}
}

// A panic in the adapter itself ends no more than the request.
func TestPanicInside(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.teams.addresses.keeper = nil

		if w := r.deliver(r.activity("maria", said{"text": "help"})); w.Code != http.StatusInternalServerError {
			t.Errorf("the answer is %d, want 500", w.Code)
		}

		if !strings.Contains(r.log.String(), "panicked") {
			t.Errorf("the log is %s, want the panic in it", r.log)
		}
	})
}

// The personal view is a card: a new one for each time that it is asked for, and
// kept up to date in place; who never asked has none.
func TestHome(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		dm := r.Person("maria").DM()
		show := func(words string) {
			t.Helper()

			if err := r.teams.ShowHome(t.Context(), maria, *chat.Notice("%v", words)); err != nil {
				t.Errorf("ShowHome = %v, want nil", err)
			}
		}

		show("zero")

		r.front.command = func(ctx context.Context, _ chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("one")}, r.teams.ShowHome(ctx, maria, *chat.Notice("at the same time"))
		}
		r.deliver(r.activity("maria", said{"text": "home"}))
		show("two")

		if got := r.seen("maria", dm); !slices.Equal(got, []string{"two"}) {
			t.Errorf("Maria reads %q, want one card that was changed", got)
		}

		r.front.command = nil
		r.deliver(r.activity("maria", said{"text": "home", "id": "a2"}))
		show("three")
		show("four")

		if got := r.seen("maria", dm); !slices.Equal(got, []string{"two", "four"}) {
			t.Errorf("Maria reads %q, want a new card", got)
		}

		r.Inject(connector.Fault{Call: "update", Do: connector.Refuse, Status: 404, Code: "ActivityNotFoundInConversation"})
		show("five")
		r.Heal()
		show("six")

		if got := r.seen("maria", dm); !slices.Equal(got, []string{"two", "four"}) {
			t.Errorf("Maria reads %q, want the one that was taken away left alone", got)
		}
	})
}
