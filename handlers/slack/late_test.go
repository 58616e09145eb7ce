package slack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

const (
	takesLonger = "This takes longer than usual."
	wentThrough = "Done. It took longer than usual, but it went through."
	tooLateOpen = "It took too long for the form to open by itself. Ask for it again now, or type /escalate now"
)

// slowly has the Front take ten seconds for everything.
func (r *rig) slowly(reply chat.Reply, err error) {
	slow := func() (chat.Reply, error) {
		time.Sleep(10 * time.Second)

		return reply, err
	}

	r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return slow() }
	r.front.click = func(context.Context, chat.Click) (chat.Reply, error) { return slow() }
	r.front.submit = func(context.Context, chat.Submission) (chat.Reply, error) { return slow() }
}

// late are the replies that may come late, and what is said of each beside what it
// is about.
var late = map[string]struct {
	reply chat.Reply
	err   error
	want  string
}{
	"words":    {chat.Reply{Message: chat.Notice("Paging Dana.")}, nil, "Paging Dana."},
	"nothing":  {chat.Reply{}, nil, wentThrough},
	"a form":   {formReply(), nil, tooLateOpen},
	"an error": {chat.Reply{}, errStore, "Something went wrong. Nothing was lost that you typed"},
}

// wantWhispers holds that somebody reads these one after another, alone.
func wantWhispers(t *testing.T, p *workspace.Person, room, after string, want ...string) {
	t.Helper()

	var got []string

	for _, m := range p.Messages(room) {
		if m.Ephemeral {
			got = append(got, m.Text)
		}
	}

	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("after %s they are told %q, want %q", after, got, want)
	}
}

// Whoever typed or pressed something is told in time that it takes longer, and how
// it went when that is known.
func TestLateReply(t *testing.T) {
	for name, c := range late {
		t.Run(name, func(t *testing.T) {
			inBothModes(t, func(t *testing.T, r *rig) {
				c.reply.Instead = chat.Notice("It came twice.")
				r.slowly(c.reply, c.err)
				r.post("C0TEAM")

				began := time.Now()
				r.must(r.maria.Command("C0TEAM", "/escalate now"))

				card, _ := r.dana.Last("C0TEAM")
				r.must(r.dana.Click(card, "Take it"))

				if took := time.Since(began); took > 6*time.Second {
					t.Errorf("both were acknowledged after %v, want 3s each at most", took)
				}

				r.settle()
				wantWhispers(t, r.maria, "C0TEAM", "the command", takesLonger)
				wantWhispers(t, r.dana, "C0TEAM", "the click", takesLonger)

				time.Sleep(20 * time.Second)
				r.settle()
				wantWhispers(t, r.maria, "C0TEAM", "10 s of the command", takesLonger, c.want)
				wantWhispers(t, r.dana, "C0TEAM", "10 s of the click", takesLonger, c.want)

				if _, closed := r.dana.Find("C0TEAM", "It came twice."); closed != (c.err == nil) {
					t.Errorf("the message that was pressed is closed: %v, want %v", closed, c.err == nil)
				}

				if log := r.log.String(); !strings.Contains(log, "takes longer than people wait for") {
					t.Errorf("the log says %s, want that the bot is slow", log)
				}
			})
		})
	}
}

// A form stays open with what was typed until it is known how it went. Then that
// takes its place, unless the form has to be sent again.
func TestLateSubmission(t *testing.T) {
	again := formReply()
	again.Form.Title = "One more question"

	cases := map[string]struct {
		reply  chat.Reply
		err    error
		modal  string // what the view on the screen shows
		beside string // what they are told in their chat with the bot, "" for nothing
		closed string // the same if they have closed the form
	}{
		"words":    {chat.Reply{Message: chat.Notice("Paging Dana.")}, nil, "Paging Dana.", "", "Paging Dana."},
		"nothing":  {chat.Reply{}, nil, wentThrough, "", wentThrough},
		"a form":   {again, nil, "One more question", "", tooLateOpen},
		"an error": {chat.Reply{}, errStore, "Ask for help", "Something went wrong.", "Something went wrong."},
		"problems": {
			chat.Reply{Problems: chat.Problems{"customer": "Who is it?", "happened": "What is it?"}}, nil,
			"Ask for help", "Please look at the form again, and send it once more: What is it? Who is it?", "Please look at the form again",
		},
	}

	for name, c := range cases {
		for _, closes := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				inBothModes(t, func(t *testing.T, r *rig) {
					r.slowly(c.reply, c.err)
					r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }

					r.must(r.maria.Command("", "/escalate"))
					synctest.Wait()

					err := r.maria.Submit(map[string]string{"Customer": "Ms Kovac"})
					if mistakes, ok := errors.AsType[*workspace.FieldErrors](err); !ok || !strings.Contains(mistakes.Blocks["customer"], takesLonger) {
						t.Errorf("Submit = %v, want the form to stay open and to say that it takes longer", err)
					}

					if closes {
						r.must(r.maria.CloseModal())
					}

					time.Sleep(20 * time.Second)
					r.settle()

					if closes {
						wantWhispers(t, r.maria, "", name, c.closed)

						return
					}

					if v := r.maria.Modal(); v == nil || !strings.Contains(v.Text, c.modal) {
						t.Errorf("after %s the screen shows no %q, want it", name, c.modal)
					}

					if c.beside == "" {
						wantWhispers(t, r.maria, "", name)
					} else {
						wantWhispers(t, r.maria, "", name, c.beside)
					}
				})
			})
		}
	}
}

// What comes a moment after the deadline waits until there was time to read that it
// takes longer.
func TestLateByAMoment(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
			time.Sleep(2600 * time.Millisecond)

			return chat.Reply{Message: chat.Notice("Paging Dana.")}, nil
		}

		r.post("C0TEAM")

		card, _ := r.dana.Last("C0TEAM")
		r.must(r.dana.Click(card, "Take it"))
		time.Sleep(300 * time.Millisecond)
		wantWhispers(t, r.dana, "C0TEAM", "2.8 s", takesLonger)
		r.settle()
		wantWhispers(t, r.dana, "C0TEAM", "4 s", takesLonger, "Paging Dana.")
	})
}

// A form that is drawn anew has nothing to say while that takes its time; over the
// personal view the words open as ever, or come into the chat.
func TestLateInViews(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		form := formReply()
		form.Form.Title = "Drawn anew"
		r.slowly(form, nil)
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return formReply(), nil }

		r.must(r.maria.Command("", "/escalate"))
		synctest.Wait()
		r.must(r.maria.ChangeInModal("Kind of help", "Advise me"))
		time.Sleep(20 * time.Second)
		r.settle()

		if v := r.maria.Modal(); v == nil || v.Title != "Drawn anew" {
			t.Errorf("20 s after the change the screen does not show the form anew, want it")
		}

		wantWhispers(t, r.maria, "", "the change")
		r.must(r.maria.CloseModal())

		r.slowly(chat.Reply{Message: chat.Notice("E-143 is open.")}, nil)
		r.must(errors.Join(r.slack.ShowHome(t.Context(), "slack:U0MARIA", gallery()["list"]), r.maria.ClickInHome("show~1")))
		r.settle()

		if v := r.maria.Modal(); v == nil || !strings.Contains(v.Text, takesLonger) {
			t.Errorf("over the personal view opens %v, want that it takes longer", v)
		}

		time.Sleep(20 * time.Second)
		r.must(r.maria.CloseModal())
		r.Inject(workspace.Fault{Method: "views.open", Do: workspace.Refuse, Error: "expired_trigger_id"})
		r.must(r.maria.ClickInHome("show~1"))
		time.Sleep(20 * time.Second)
		r.settle()
		wantWhispers(t, r.maria, "", "the clicks", "E-143 is open.", takesLonger, "E-143 is open.")
	})
}

// Who opens their personal view is shown it also when that takes its time.
func TestLateHome(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		home := gallery()["list"]
		r.slowly(chat.Reply{Message: &home}, nil)
		r.must(r.maria.OpenHome())
		time.Sleep(20 * time.Second)
		r.settle()

		if v := r.maria.Home(); v == nil || !strings.Contains(v.Text, "E-143 · Mr Adu") {
			t.Errorf("Maria's view is %+v, want the list", v)
		}
	})
}

// Stop waits for what is late, and for its being told.
func TestStopWaitsForLateReply(t *testing.T) {
	inBothModes(t, func(t *testing.T, r *rig) {
		r.slowly(chat.Reply{Message: chat.Notice("Paging Dana.")}, nil)
		r.must(r.maria.Command("C0TEAM", "/escalate now"))
		r.stop()

		wantWhispers(t, r.maria, "C0TEAM", "the end", takesLonger, "Paging Dana.")
	})
}
