package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

var errStore = errors.New("the disk is full")

func formReply() chat.Reply {
	form := forms()["escalate"]

	return chat.Reply{Form: &form}
}

func TestFormFromCommand(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }

		r.must(r.maria.Command("C0TEAM", "/escalate  a <b> & c "))
		synctest.Wait()

		want := chat.Command{Who: "slack:U0MARIA", Name: "escalate", Text: "a <b> & c", Room: "slack:C0TEAM"}
		got := r.front.commands[0]

		if got.ID == "" {
			t.Error("the command has no id, want one")
		}

		got.ID = ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Command (-want +got)\n%s", diff)
		}

		if modal := r.maria.Modal(); modal == nil || modal.Title != "Ask for help" || modal.CallbackID != "escalate" {
			t.Errorf("Maria sees %+v, want the form", modal)
		}
	})
}

// A mention reaches the bot as one, however somebody makes it, and a command
// whose text is not escaped keeps what was typed.
func TestMentions(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.must(r.maria.Command("C0TEAM", "/dienst cover @dana until 18:00, she <said> & #team @nobody"))
		r.must(r.maria.Command("C0TEAM", "/escalate now @dana <said> & &amp; #team"))
		_, err := r.maria.Write("", "duty cover @dana until 18:00, she <said> & #team @nobody")
		r.must(err)
		r.settle()

		want := []string{
			"duty: cover @slack:U0DANA until 18:00, she <said> & #team @nobody",
			"escalate: now @dana <said> & &amp; #team",
			"say: duty cover @slack:U0DANA until 18:00, she <said> & #team @nobody",
		}

		var got []string
		for _, c := range r.front.commands {
			got = append(got, c.Name+": "+c.Text)
		}

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Commands (-want +got)\n%s", diff)
		}
	})
}

func TestSubmission(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }
		r.front.submit = func(context.Context, chat.Submission) (chat.Reply, error) {
			return chat.Reply{Problems: chat.Problems{"what": "Say what happened.", "gone": "And another thing."}}, nil
		}

		r.must(r.maria.Command("", "/escalate"))
		synctest.Wait()

		err := r.maria.Submit(map[string]string{
			"Customer": "Ms Kovac", "What happened": "she <shouts> & *cries*", "Kind of help": "Advise me", "Reason": "Option 3",
			"Signs noticed": "Option 1, Option 2", "Tags": "Option 99", "Call back at": "2026-11-23 18:30", "Amount": "99.95", "Hand to": "dana",
		})

		problems, ok := errors.AsType[*workspace.FieldErrors](err)
		if !ok {
			t.Fatalf("Submit = %v, want problems at the fields", err)
		}

		if diff := cmp.Diff(map[string]string{"what": "Say what happened.", "customer": "And another thing."}, problems.Blocks); diff != "" {
			t.Errorf("problems (-want +got)\n%s", diff)
		}

		r.front.forgive()
		r.must(r.maria.Submit(nil))

		if r.maria.Modal() != nil {
			t.Error("the form is still open, want it closed")
		}

		want := chat.Values{
			"customer": {"Ms Kovac"}, "what": {"she <shouts> & *cries*"}, "help": {"advise"}, "reason": {"v3"}, "signs": {"v1", "v2"},
			"tags": {"v99"}, "when": {"2026-11-23T18:30:00Z"}, "amount": {"99.95"}, "who": {"slack:U0DANA"},
		}
		first, second := r.front.submissions[0], r.front.submissions[1]
		if diff := cmp.Diff(want, second.Values); diff != "" {
			t.Errorf("Values (-want +got)\n%s", diff)
		}

		if first.ID != second.ID || first.Form != "escalate" || first.State != `{"draft":7}` || first.Who != "slack:U0MARIA" {
			t.Errorf("submissions are %+v and %+v, want the same id, form and state", first, second)
		}
	})
}

func TestCommandWithWords(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(_ context.Context, c chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("%v: %v", c.Name, nasty)}, nil
		}

		r.must(r.maria.Command("C0TEAM", "/dienst"))

		m, ok := r.maria.Find("C0TEAM", "duty: *bold*")
		if !ok || !m.Ephemeral {
			t.Fatalf("Maria sees %v, want an answer for her alone", seen(r.maria, "C0TEAM"))
		}

		dead(t, append(workspace.LiveTokens(m.Fallback), workspace.LiveTokensIn(m.Blocks)...))

		if got := len(r.dana.Messages("C0TEAM")); got != 0 {
			t.Errorf("Dana sees %d messages, want none", got)
		}
	})
}

// Words that are too large for an acknowledgement arrive another way.
func TestCommandWithManyWords(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			quote := chat.Quote{Text: strings.Repeat("😀", maxText)}

			return chat.Reply{Message: &chat.Message{Title: "All of it", Parts: []chat.Part{quote, quote, quote}}}, nil
		}

		r.must(r.maria.Command("C0TEAM", "/escalate list"))
		r.settle()

		if m, ok := r.maria.Find("C0TEAM", "All of it"); !ok || !m.Ephemeral || strings.Count(m.Text, "😀") != 3*maxText {
			t.Errorf("Maria sees %d characters, want all", strings.Count(m.Text, "😀"))
		}
	})
}

// The large view comes after the small one that keeps its place.
func TestHugeFormComesAfterItsPlaceholder(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		began := time.Now()
		huge := chat.Form{ID: "second", Fields: make([]chat.Field, 60)}

		for i := range huge.Fields {
			huge.Fields[i] = chat.Field{ID: fmt.Sprint("f", i), Label: strings.Repeat("long ", 100)}
		}

		a := r.slack.replacing(&view{ID: "V1"}, drawForm(huge))
		if len(a.ack) >= maxAck || !strings.Contains(string(a.ack), "One moment") {
			t.Fatalf("the acknowledgement has %d bytes, want a small one", len(a.ack))
		}

		a.after(t.Context())

		if calls := r.Journal().Of("views.update"); len(calls) != 1 || calls[0].At.Sub(began) < settle {
			t.Errorf("views.update = %+v, want one %v later", calls, settle)
		}
	})
}

// failing are the ways in which the bot can fail somebody.
var failing = map[string]func() (chat.Reply, error){
	"error": func() (chat.Reply, error) { return chat.Reply{}, errStore },
	"panic": func() (chat.Reply, error) { panic("Ms Kovac") },
}

func TestSomethingWentWrong(t *testing.T) {
	for name, fail := range failing {
		t.Run(name, func(t *testing.T) {
			inBothModes(t, func(t *testing.T, r *rig) {
				r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return fail() }
				r.front.click = func(context.Context, chat.Click) (chat.Reply, error) { return fail() }

				r.must(r.maria.Command("C0TEAM", "/escalate now"))

				if _, ok := r.maria.Find("C0TEAM", "Something went wrong. Nothing was lost"); !ok {
					t.Errorf("after a command Maria sees %v, want that something went wrong", seen(r.maria, "C0TEAM"))
				}

				r.post("C0TEAM")
				card, _ := r.dana.Last("C0TEAM")
				r.must(r.dana.Click(card, "Take it"))
				r.settle()

				if m, ok := r.dana.Find("C0TEAM", "Something went wrong"); !ok || !m.Ephemeral {
					t.Errorf("after a click Dana sees %v, want that something went wrong", seen(r.dana, "C0TEAM"))
				}

				if log := r.log.String(); strings.Contains(log, "Kovac") {
					t.Errorf("the log says %s, want no words of anybody", log)
				}
			})
		})
	}
}

func TestFormStaysOpenWhenSomethingWentWrong(t *testing.T) {
	for name, fail := range failing {
		t.Run(name, func(t *testing.T) {
			inBothModes(t, func(t *testing.T, r *rig) {
				r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }
				r.front.submit = func(context.Context, chat.Submission) (chat.Reply, error) { return fail() }

				r.must(r.maria.Command("", "/escalate"))
				synctest.Wait()

				err := r.maria.Submit(map[string]string{"Customer": "Ms Kovac"})
				problems, ok := errors.AsType[*workspace.FieldErrors](err)

				if !ok || !strings.Contains(problems.Blocks["customer"], "Something went wrong") {
					t.Errorf("Submit = %v, want that something went wrong, in the form", err)
				}

				r.front.forgive()
				r.must(r.maria.Submit(nil))

				if got := r.front.submissions[len(r.front.submissions)-1].Values.Get("customer"); got != "Ms Kovac" {
					t.Errorf("the second try says %q, want what was typed", got)
				}
			})
		})
	}
}

// seen is what somebody reads in a conversation, for messages of tests.
func seen(p *workspace.Person, conversation string) []string {
	var texts []string
	for _, m := range p.Messages(conversation) {
		texts = append(texts, m.Text)
	}

	return texts
}

// post lets the bot post the gallery's page and returns where it stands.
func (r *rig) post(room string) chat.Ref {
	r.t.Helper()

	at, err := r.slack.Post(r.t.Context(), chat.Posting{To: chat.RoomOn(chat.Slack, room), Key: "page/E-142/2", Message: gallery()["page"]})
	if err != nil {
		r.t.Fatalf("Post = %v, want nil", err)
	}

	return at
}

func TestClickOnMessage(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		at := r.post("U0DANA")

		r.front.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
			if c.Action == "pass" {
				return formReply(), nil
			}

			return chat.Reply{Message: chat.Notice("Maria has it already.")}, nil
		}

		card, _ := r.dana.Last("")
		r.must(r.dana.Click(card, "Take it"))
		r.settle()

		if m, ok := r.dana.Find("", "Maria has it already"); !ok || !m.Ephemeral {
			t.Errorf("Dana sees %v, want an answer for her alone", seen(r.dana, ""))
		}

		r.must(r.dana.Click(card, "Can't take it"))
		synctest.Wait()

		if r.dana.Modal() == nil {
			t.Error("no form is open, want one")
		}

		want := chat.Click{Who: "slack:U0DANA", Action: "take", Value: "E-142/2", On: at, Key: "page/E-142/2"}
		got := r.front.clicks[0]

		if got.ID == "" || got.ID == r.front.clicks[1].ID {
			t.Errorf("clicks have the ids %q and %q, want two", got.ID, r.front.clicks[1].ID)
		}

		got.ID = ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Click (-want +got)\n%s", diff)
		}
	})
}

// A message that was edited since it was posted is the one that is known, and says
// nothing of its posting.
func TestClickOnWhatWasEdited(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		at := r.post("U0DANA")
		if err := r.slack.Edit(t.Context(), at, gallery()["page"]); err != nil {
			t.Fatalf("Edit = %v, want nil", err)
		}

		card, _ := r.dana.Last("")
		r.must(r.dana.Click(card, "Take it"))

		if got := r.front.clicks[0]; got.On != at || got.Key != "" {
			t.Errorf("Click = %+v, want it on %v without a key", got, at)
		}
	})
}

// What takes the place of the message that was pressed comes beside the answer. A
// message that can't be edited is taken away.
func TestPressedMessageIsClosed(t *testing.T) {
	for code, want := range map[string][]string{"": {"It came twice."}, "edit_window_closed": nil} {
		t.Run(code, func(t *testing.T) {
			inBothModes(t, func(t *testing.T, r *rig) {
				r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
					return chat.Reply{Message: chat.Notice("Lee has it."), Instead: chat.Notice("It came twice.")}, nil
				}

				if code != "" {
					r.Inject(workspace.Fault{Method: "chat.update", Do: workspace.Refuse, Error: code})
				}

				r.post("U0DANA")

				card, _ := r.dana.Last("")
				r.must(r.dana.Click(card, "Take it"))
				r.settle()

				var lasting []string

				for _, m := range r.dana.Messages("") {
					switch {
					case !m.Ephemeral:
						lasting = append(lasting, m.Text)
					case m.Text != "Lee has it.":
						t.Errorf("Dana is told %q, want the answer", m.Text)
					}

					if len(m.Buttons) > 0 {
						t.Errorf("Dana sees %q with the buttons %v, want none", m.Text, m.Buttons)
					}
				}

				if diff := cmp.Diff(want, lasting); diff != "" {
					t.Errorf("what stays of the message (-want +got)\n%s", diff)
				}
			})
		})
	}
}

// A button of an answer that only one person sees is on nothing: there is no
// message that could be edited.
func TestClickOnEphemeral(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		list := gallery()["list"]
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return chat.Reply{Message: &list}, nil }

		r.must(r.maria.Command("C0TEAM", "/escalate list"))

		answer, _ := r.maria.Last("C0TEAM")
		r.must(r.maria.Click(answer, "Call ended"))

		if got := r.front.clicks[0]; got.Action != "call_ended" || got.Value != "E-142" || !got.On.IsZero() {
			t.Errorf("Click = %+v, want call_ended of E-142 on nothing", got)
		}

		r.must(r.maria.Click(answer, "show~1"))

		if got := r.front.clicks[1]; got.Action != "show" || got.Value != "E-143" {
			t.Errorf("Click = %+v, want show of E-143", got)
		}
	})
}

func TestFormIsDrawnAnew(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }
		r.front.click = func(_ context.Context, c chat.Click) (chat.Reply, error) {
			form := forms()["escalate"]
			form.Title = "Anew"
			form.Fields = append(form.Fields, chat.Field{ID: "extra", Label: "Extra for " + c.Form.Values.Get("help")})

			return chat.Reply{Form: &form}, nil
		}

		r.must(r.maria.Command("", "/escalate"))
		synctest.Wait()
		r.must(r.maria.ChangeInModal("Customer", "Ms Kovac"))
		r.must(r.maria.ChangeInModal("Kind of help", "Advise me"))
		r.settle()

		click := r.front.clicks[0]
		if click.Action != "help" || click.Value != "" || click.Form == nil || click.Form.Form != "escalate" || click.Form.Values.Get("help") != "advise" {
			t.Errorf("Click = %+v with %+v, want help with the form", click, click.Form)
		}

		if modal := r.maria.Modal(); modal == nil || modal.Title != "Anew" || modal.Fields[len(modal.Fields)-1] != "Extra for advise" {
			t.Errorf("the form is %+v, want it drawn anew", modal)
		}

		r.must(r.maria.Submit(map[string]string{"What happened": "x"}))

		if got := r.front.submissions[0].Values.Get("customer"); got != "Ms Kovac" {
			t.Errorf("the customer is %q, want what was typed before the form was drawn anew", got)
		}
	})
}

// A submission is followed by another form, or by words.
func TestWhatFollowsASubmission(t *testing.T) {
	huge := chat.Form{ID: "second", Title: "Second", Fields: make([]chat.Field, 60)}
	for i := range huge.Fields {
		huge.Fields[i] = chat.Field{ID: fmt.Sprint("f", i), Label: strings.Repeat("long ", 100)}
	}

	cases := map[string]struct {
		reply chat.Reply
		title string
		text  string
	}{
		"form":      {chat.Reply{Form: &chat.Form{ID: "second", Title: "Second", Fields: []chat.Field{{ID: "a", Label: "A"}}}}, "Second", "A"},
		"huge form": {chat.Reply{Form: &huge}, "Second", "long"},
		"words":     {chat.Reply{Message: chat.Notice("Dana is paged.")}, "Firebreak", "Dana is paged."},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBothModes(t, func(t *testing.T, r *rig) {
				r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }
				r.front.submit = func(context.Context, chat.Submission) (chat.Reply, error) { return c.reply, nil }

				r.must(r.maria.Command("", "/escalate"))
				synctest.Wait()
				r.must(r.maria.Submit(map[string]string{"Customer": "Ms Kovac"}))
				r.settle()

				modal := r.maria.Modal()
				if modal == nil || modal.Title != c.title || !strings.Contains(modal.Text, c.text) {
					t.Fatalf("Maria sees %+v, want %q with %q", modal, c.title, c.text)
				}

				if c.reply.Form == nil {
					return
				}

				r.front.forgive()
				r.must(r.maria.Submit(nil))

				if one, two := r.front.submissions[0], r.front.submissions[1]; one.ID == two.ID || two.Form != "second" {
					t.Errorf("submissions are %q of %q and %q of %q, want two", one.ID, one.Form, two.ID, two.Form)
				}
			})
		})
	}
}

func TestShortcut(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }

		ts, err := r.dana.Write("C0TEAM", "Ms Kovac <shouts> & is *angry*")
		r.must(err)

		m, _ := r.maria.Last("C0TEAM")
		r.must(r.maria.Shortcut(m, "escalate_message"))
		synctest.Wait()

		want := chat.Command{
			Who: "slack:U0MARIA", Name: "escalate", Room: "slack:C0TEAM", Quoted: "Ms Kovac <shouts> & is *angry*",
			Link: r.slack.identity.get().site + "archives/C0TEAM/p" + strings.ReplaceAll(ts, ".", ""),
		}
		got := r.front.commands[0]
		got.ID = ""

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Command (-want +got)\n%s", diff)
		}

		if r.maria.Modal() == nil {
			t.Error("no form is open, want one")
		}
	})
}

// A form that can't be opened in time says what to do instead.
func TestFormThatCannotBeOpened(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }
		r.Inject(workspace.Fault{Method: "views.open", Do: workspace.Refuse, Error: "expired_trigger_id"})

		r.must(r.maria.Command("C0TEAM", "/escalate"))
		r.settle()

		if _, ok := r.maria.Find("C0TEAM", "/escalate now to page somebody at once"); !ok {
			t.Errorf("Maria sees %v, want what to do", seen(r.maria, "C0TEAM"))
		}
	})
}

// A form that Slack leaves without an answer is not waited for: the person is
// told while they still look at the screen.
func TestFormThatHangs(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }
		r.Inject(workspace.Fault{Method: "views.open", Do: workspace.Hang})

		r.must(r.maria.Command("C0TEAM", "/escalate"))
		time.Sleep(5 * time.Second)
		r.settle()

		if _, ok := r.maria.Find("C0TEAM", "/escalate now to page somebody at once"); !ok {
			t.Errorf("after 5 s Maria sees %v, want what to do", seen(r.maria, "C0TEAM"))
		}
	})
}

// When the address for an answer is used up, the person is told another way.
func TestAnswerWithoutResponseURL(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("Too late.")}, nil
		}
		r.Inject(workspace.Fault{Method: "response_url", Do: workspace.ServerError, Status: 404})

		r.post("C0TEAM")
		card, _ := r.dana.Last("C0TEAM")
		r.must(r.dana.Click(card, "Take it"))
		r.settle()

		if m, ok := r.dana.Find("C0TEAM", "Too late."); !ok || !m.Ephemeral {
			t.Errorf("Dana sees %v, want an answer for her alone", seen(r.dana, "C0TEAM"))
		}
	})
}

func TestHome(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return chat.Reply{}, nil }
		r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("E-143 is open.")}, nil
		}

		r.must(r.maria.OpenHome())
		r.settle()

		if got := r.front.commands[0]; got.Name != chat.HomeOpened || got.Who != "slack:U0MARIA" || got.ID == "" {
			t.Errorf("Command = %+v, want that Maria opened her view", got)
		}

		if err := r.slack.ShowHome(t.Context(), "slack:U0MARIA", gallery()["list"]); err != nil {
			t.Fatalf("ShowHome = %v, want nil", err)
		}

		if home := r.maria.Home(); home == nil || !strings.Contains(home.Text, "E-143 · Mr Adu") {
			t.Errorf("Maria's view is %+v, want the list", home)
		}

		r.must(r.maria.ClickInHome("show~1"))
		r.settle()

		if got := r.front.clicks[0]; got.Action != "show" || got.Value != "E-143" || !got.On.IsZero() || got.Form != nil {
			t.Errorf("Click = %+v, want show of E-143 on nothing", got)
		}

		if modal := r.maria.Modal(); modal == nil || !strings.Contains(modal.Text, "E-143 is open.") {
			t.Errorf("Maria sees %+v, want the answer over her view", modal)
		}
	})
}

func TestWordsToTheBot(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("Type /escalate for help.")}, nil
		}

		r.post("U0MARIA") // which the bot hears of, and must not answer
		_, err := r.maria.Write("", "help & <me>")
		r.must(err)
		r.settle()

		r.Emit(map[string]any{"type": "message", "channel_type": "im", "channel": r.maria.DM(), "user": "U0OTHERBOT", "bot_id": "B0OTHER", "text": "hi"})
		r.Emit(map[string]any{"type": "message", "channel_type": "im", "channel": r.maria.DM(), "user": "U0MARIA", "subtype": "message_changed"})
		r.Emit(map[string]any{"type": "message", "channel_type": "channel", "channel": "C0TEAM", "user": "U0MARIA", "text": "hi all"})
		r.settle()

		if len(r.front.commands) != 1 {
			t.Fatalf("Commands = %+v, want one", r.front.commands)
		}

		if got := r.front.commands[0]; got.Name != Said || got.Text != "help & <me>" || got.Room != chat.RoomOn(chat.Slack, r.maria.DM()) || got.ID == "" {
			t.Errorf("Command = %+v, want what Maria wrote", got)
		}

		if m, ok := r.maria.Last(""); !ok || !m.Ephemeral || !strings.Contains(m.Text, "Type /escalate") {
			t.Errorf("Maria sees %+v, want the answer", m)
		}
	})
}

// Every delivery of the same thing carries the same id.
func TestDuplicatesHaveTheSameID(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.post("C0TEAM")
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }
		r.Duplicate(1)

		r.must(r.maria.Command("C0TEAM", "/escalate"))
		synctest.Wait()
		r.must(r.maria.Submit(map[string]string{"Customer": "Ms Kovac"}))

		card, _ := r.maria.Find("C0TEAM", "Ms Kovac is waiting")
		r.must(r.maria.Click(card, "Take it"))
		r.must(r.maria.OpenHome())
		r.settle()

		ids := make(map[string]int)
		for _, c := range r.front.commands {
			ids["command "+c.Name+c.ID]++
		}

		for _, c := range r.front.clicks {
			ids["click "+c.ID]++
		}

		for _, s := range r.front.submissions {
			ids["submission "+s.ID]++
		}

		if len(ids) != 4 {
			t.Errorf("ids = %v, want four", ids)
		}

		for id, n := range ids {
			if n != 2 {
				t.Errorf("%s came %d times, want twice", id, n)
			}
		}
	})
}

func TestUninstalled(t *testing.T) {
	for _, event := range []map[string]any{
		{"type": "app_uninstalled"},
		{"type": "tokens_revoked", "tokens": map[string]any{"oauth": []any{}, "bot": []any{"U0FIREBREAK"}}},
	} {
		inBothModes(t, func(t *testing.T, r *rig) {
			r.Emit(event)
			r.settle()

			select {
			case err := <-r.slack.Failed():
				if !strings.Contains(err.Error(), "install it again") {
					t.Errorf("Failed() = %v, want the remedy", err)
				}
			default:
				t.Error("Failed() is silent, want that the app is gone")
			}
		})
	}
}

// Somebody else's token that is revoked is no concern of the bot.
func TestOtherTokensRevoked(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.Emit(map[string]any{"type": "tokens_revoked", "tokens": map[string]any{"oauth": []any{"U0MARIA"}}})
		r.Emit(map[string]any{"type": "from_the_future", "user": map[string]any{"id": 7}})
		r.settle()

		select {
		case err := <-r.slack.Failed():
			t.Errorf("Failed() = %v, want silence", err)
		default:
		}

		for _, ack := range r.Journal().Acks {
			if ack.Error != "" || ack.Attempt > 0 {
				t.Errorf("ack = %+v, want everything acknowledged at once", ack)
			}
		}
	})
}

func TestAcquaintance(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		for range 3 {
			r.must(r.maria.Command("", "/escalate"))
		}

		r.must(r.dana.OpenHome())
		r.settle()

		want := []chat.Profile{
			{Who: "slack:U0MARIA", Name: "Maria Silva", Email: "maria@harbor.example", Zone: "Europe/Lisbon", Language: "es-ES"},
			{Who: "slack:U0DANA", Name: "Dana Kim", Email: "dana@harbor.example", Zone: "UTC", Language: "en-US"},
		}
		if diff := cmp.Diff(want, r.front.profiles); diff != "" {
			t.Errorf("Acquaint (-want +got)\n%s", diff)
		}

		time.Sleep(25 * time.Hour)
		r.must(r.maria.Command("", "/escalate"))
		r.settle()

		if got := len(r.front.profiles); got != 3 {
			t.Errorf("%d profiles a day later, want 3", got)
		}
	})
}

// What changes of an acquaintance is known at once, and nothing is told of
// anybody else.
func TestAcquaintanceChanges(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.slack.Meet("slack:U0DANA")
		r.settle()

		for _, change := range []func(*workspace.User){
			func(u *workspace.User) { u.RealName = "Dana Park" },
			func(u *workspace.User) { u.Title = "Lead" },
			func(u *workspace.User) { u.Guest = true },
			func(u *workspace.User) { u.Locale = "es-MX" },
			func(u *workspace.User) { u.Deleted = true },
		} {
			for _, id := range []string{"U0DANA", "U0MARIA"} {
				if err := r.SetUser(id, change); err != nil {
					t.Fatal(err)
				}
			}

			r.settle()
		}

		r.Emit(map[string]any{"type": "user_change", "user": "U0DANA"})
		r.Emit(map[string]any{"type": "user_change", "user": map[string]any{ // the language is left out
			"id": "U0DANA", "deleted": true, "is_restricted": true, "tz": "UTC",
			"profile": map[string]any{"real_name": "Dana Park", "email": "dana@harbor.example"},
		}})
		r.settle()

		first := chat.Profile{Who: "slack:U0DANA", Name: "Dana Kim", Email: "dana@harbor.example", Zone: "UTC", Language: "en-US"}
		renamed := first
		renamed.Name = "Dana Park"
		guest := renamed
		guest.Guest = true
		moved := guest
		moved.Language = "es-MX"
		gone := moved
		gone.Gone = true

		if diff := cmp.Diff([]chat.Profile{first, renamed, guest, moved, gone}, r.front.profiles); diff != "" {
			t.Errorf("Acquaint (-want +got)\n%s", diff)
		}

		if n := len(r.Journal().Of("users.info")); n != 1 {
			t.Errorf("Slack was asked %d times for a person, want once", n)
		}
	})
}

// A day of work opens no connection anew and logs nothing.
func TestQuietDay(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		for range 24 {
			time.Sleep(time.Hour)
			r.must(r.maria.Command("", "/escalate"))
		}

		if got := len(r.Journal().Of("apps.connections.open")); got > pair {
			t.Errorf("%d connections opened, want %d", got, pair)
		}

		if err := r.slack.Ready(); err != nil {
			t.Errorf("Ready = %v, want nil", err)
		}

		if log := r.log.String(); log != "" {
			t.Errorf("the log says %s, want nothing", log)
		}
	})
}

// Slack's own faults of the connection, seen by somebody who types meanwhile.
func TestPeopleNoticeNothing(t *testing.T) {
	faults := map[string]func(*rig){
		"refresh": func(r *rig) { r.Disconnect("refresh_requested") },
		"warning": func(r *rig) { r.Disconnect("warning") },
		"cut":     func(r *rig) { r.DropSockets() },
		"silence": func(r *rig) { r.Silence(true); time.Sleep(10 * time.Second); r.Silence(false) },
	}

	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, "socket")
				time.Sleep(time.Minute)
				fault(r)
				time.Sleep(1100 * time.Millisecond)

				for range 60 {
					time.Sleep(time.Second)
					r.must(r.maria.Command("", "/escalate now"))
				}
			})
		})
	}
}
