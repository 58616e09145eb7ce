package teams

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

// These are the same things as in the tests of what comes in, done by people with
// clients of Teams.

func (r *rig) must(err error) {
	r.t.Helper()

	if err != nil {
		r.t.Fatal(err)
	}

	synctest.Wait()
}

// untroubled sees that nobody's client complained, and that Teams had no reason
// to refuse anything.
func (r *rig) untroubled() {
	r.t.Helper()

	for _, name := range []string{"maria", "dana", "guest"} {
		if got := r.Person(name).Troubles(); len(got) > 0 {
			r.t.Errorf("%s reads %q, want no trouble", name, got)
		}
	}

	for _, ack := range r.Journal().Acks {
		if ack.Error != "" {
			r.t.Errorf("%s: %s", ack.Kind, ack.Error)
		}
	}

	for _, call := range r.Journal().Calls {
		if call.Status >= 400 {
			r.t.Errorf("%s is answered with %d %s", call.Call, call.Status, call.Code)
		}
	}
}

// resolving is a front with a page whose button opens a form that asks for more
// when money was paid back.
func resolving(f *front) {
	f.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
		form := someForm()
		if c.Form != nil && c.Form.Values.Get("how") == "refund" {
			form = longerForm()
		}

		return chat.Reply{Form: &form}, nil
	}
	f.submit = func(_ context.Context, s chat.Submission) (chat.Reply, error) {
		if s.Values.Get("note") == "" {
			return chat.Reply{Problems: chat.Problems{"note": "Say what was done."}}, nil
		}

		return chat.Reply{}, nil
	}
}

func (r *rig) page(who chat.Person) connector.Message {
	r.t.Helper()

	_, err := r.teams.Post(r.t.Context(), chat.Posting{To: who.Private(), Message: chat.Message{
		Title: "E-7", Choices: []chat.Choice{{Action: "resolve", Value: "E-7", Label: "Resolve", Opens: true}},
	}})
	r.must(err)

	m, ok := r.Person(who.ID()).Last(r.Person(who.ID()).DM())
	if !ok {
		r.t.Fatal("there is no page")
	}

	return m
}

func TestWholeDialog(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		resolving(r.front)

		p := r.Person("maria")
		r.must(p.Click(r.page(maria), "Resolve"))

		d := p.Dialog()
		if d == nil || d.Title != "Resolve E-7" {
			t.Fatalf("Maria sees %+v, want the form", d)
		}

		r.must(p.SubmitDialog(map[string]string{"How": "Refunded", "Note": "Money back"}))

		if d = p.Dialog(); d == nil || !strings.Contains(connector.Render(d.Card), "Amount") {
			t.Fatalf("Maria sees %+v, want to be asked for the amount", d)
		}

		r.must(p.SubmitDialog(map[string]string{"Amount": "40"}))

		if d = p.Dialog(); d != nil {
			t.Errorf("Maria sees %+v, want the dialog closed", d)
		}

		if got := r.front.submissions; len(got) != 1 || got[0].Values.Get("amount") != "40" || got[0].Values.Get("note") != "Money back" {
			t.Errorf("submissions = %+v, want one with everything", got)
		}

		r.untroubled()
	})
}

// A client that knows no dialogs gets the form as a message.
func TestWholeOldClient(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		resolving(r.front)
		r.must(r.SetUser("maria", func(u *connector.User) { u.OldClient = true }))

		p := r.Person("maria")
		r.must(p.Click(r.page(maria), "Resolve"))

		form, ok := p.Last(p.DM())
		if !ok || !strings.Contains(form.Text, "Resolve E-7") {
			t.Fatalf("Maria reads %q, want the form", r.seen("maria", p.DM()))
		}

		r.must(p.Fill(form, "How", "Fixed"))
		r.must(p.Click(form, "Resolve"))

		if form, _ = p.Last(p.DM()); !strings.Contains(form.Text, "Say what was done.") {
			t.Fatalf("Maria reads %q, want the problem", form.Text)
		}

		r.must(p.Fill(form, "Note", "Done"))
		r.must(p.Click(form, "Resolve"))

		if form, _ = p.Last(p.DM()); !strings.Contains(form.Text, "Sent.") {
			t.Errorf("Maria reads %q, want the form closed", form.Text)
		}

		r.untroubled()
	})
}

// What is answered to a dialog can be pressed there.
func TestWholeDialogWithButtons(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		buttons := chat.Buttons{{Action: "resolve", Value: "again", Label: "Resolve it", Opens: true}}
		r.front.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
			switch c.Value {
			case "E-7":
				return chat.Reply{Message: &chat.Message{Title: "E-7 is Lee's", Parts: []chat.Part{buttons}, Choices: []chat.Choice{
					{Action: "take", Value: "yes", Label: "Take it", Confirm: &chat.Confirm{Title: "Sure?", Yes: "Take it over"}}, {Action: "show", Value: "show", Label: "Show"},
				}}}, nil
			case "again":
				return chat.Reply{Form: new(someForm())}, nil
			default:
				return chat.Reply{Message: chat.Notice("You pressed %v.", c.Value)}, nil
			}
		}

		p := r.Person("maria")
		page := r.page(maria)

		for button, want := range map[string]string{"Take it over": "You pressed yes.", "Show": "You pressed show.", "Resolve it": "Resolve E-7"} {
			r.must(p.Click(page, "Resolve"))

			if d := p.Dialog(); d == nil || d.Title != "E-7 is Lee's" {
				t.Fatalf("Maria sees %+v, want how it stands", d)
			}

			r.must(p.ClickInDialog(button))

			if d := p.Dialog(); d == nil || d.Text != want && d.Title != want {
				t.Errorf("Maria sees %+v after %s, want %q", d, button, want)
			}

			if p.Dialog() != nil {
				r.must(p.CloseDialog())
			}

			time.Sleep(time.Second)
		}

		r.untroubled()
	})
}

// A form can be left with nothing filled in.
func TestWholeCancel(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			return chat.Reply{Form: &chat.Form{
				ID: "ask", Title: "Ask", Submit: "Ask", Cancel: "Not now",
				Fields: []chat.Field{{ID: "question", Kind: chat.LineField, Label: "Question", Required: true}},
			}}, nil
		}

		for _, old := range []bool{false, true} {
			r.must(r.SetUser("maria", func(u *connector.User) { u.OldClient = old }))

			p := r.Person("maria")
			_, err := p.Write("", "ask")
			r.must(err)

			form, _ := p.Last(p.DM())
			if err := p.Click(form, "Ask"); err == nil {
				t.Error("Click(Ask) = nil with nothing filled in, want what is missing")
			}

			r.must(p.Click(form, "Not now"))

			if form, _ = p.Last(p.DM()); form.Text != "Closed." || len(r.front.submissions) > 0 {
				t.Errorf("Maria reads %q, want the form closed", form.Text)
			}
		}

		r.untroubled()
	})
}

// A slash command in a channel is answered to who typed it alone, and each
// activity counts once although all come three times.
func TestWholeChannel(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.Duplicate(1)
		r.front.command = func(_ context.Context, c chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("%v: %v", c.Name, c.Text)}, nil
		}

		r.must(r.Person("maria").Command(desk, "dienst cover @dana"))
		_, err := r.Person("maria").Write(desk, "@Firebreak escalate now")
		r.must(err)
		time.Sleep(2 * time.Minute)
		synctest.Wait()

		want := []string{"duty: cover " + dana.Mention(), "escalate: now"}

		var got []string
		for _, c := range r.front.commands {
			got = append(got, c.Name+": "+c.Text)
		}

		if !slices.Equal(got, want) {
			t.Errorf("Commands = %q, want %q", got, want)
		}

		answers := 0
		for _, m := range r.Person("maria").Messages(desk) {
			if m.Targeted && strings.Contains(m.Text, ": ") {
				answers++
			}
		}

		if answers != 2 {
			t.Errorf("Maria reads %q, want two answers for her alone", r.seen("maria", desk))
		}

		if slices.ContainsFunc(r.seen("dana", desk), func(s string) bool { return strings.Contains(s, "duty: ") }) {
			t.Errorf("Dana reads %q, want nothing for Maria", r.seen("dana", desk))
		}

		r.untroubled()
	})
}

// The message extension opens the form on what a customer wrote.
func TestWholeExtension(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		form := someForm()
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return chat.Reply{Form: &form}, nil }

		_, err := r.Person("dana").Write(desk, "Ms Kovac is <furious> & loud")
		r.must(err)

		m, _ := r.Person("maria").Last(desk)
		r.must(r.Person("maria").Extension("escalate", "message", &m))

		if got := r.front.commands; len(got) != 1 || got[0].Quoted != "Ms Kovac is <furious> & loud" || got[0].Link == "" {
			t.Errorf("Commands = %+v, want the words and a link", got)
		}

		r.must(r.Person("maria").SubmitDialog(map[string]string{"How": "Fixed", "Note": "x"}))

		if len(r.front.submissions) != 1 || r.Person("maria").Dialog() != nil {
			t.Errorf("%d submissions, want one and the dialog closed", len(r.front.submissions))
		}

		r.untroubled()
	})
}
