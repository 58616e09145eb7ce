package teams

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

const (
	takesLonger = "This takes longer than usual."
	wentThrough = "Done. It took longer than usual, but it went through."
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

// inTime delivers what Maria did and returns the answer, which is to come before
// Teams has stopped to wait.
func (r *rig) inTime(what string, changes ...said) string {
	r.t.Helper()

	began := time.Now()
	w := r.post(r.request(r.activity("maria", append(changes, said{"id": what})...), bearing(r, connector.Token{})))

	if took := time.Since(began); w.Code != http.StatusOK || took > 4*time.Second {
		r.t.Errorf("the answer to %s is %d after %v, want 200 within 4s", what, w.Code, took)
	}

	return w.Body.String()
}

// wantRead holds that Maria reads these one after another in her chat, as they stand
// now.
func (r *rig) wantRead(after string, want ...string) {
	r.t.Helper()

	if got := r.seen("maria", r.Person("maria").DM()); !slices.EqualFunc(got, want, strings.Contains) {
		r.t.Errorf("after %s Maria reads %q, want %q", after, got, want)
	}
}

// Whoever typed or pressed something is told in time that it takes longer, and how
// it went when that is known. A form comes into their chat.
func TestLateReply(t *testing.T) {
	form := someForm()

	for name, c := range map[string]struct {
		reply chat.Reply
		err   error
		want  string
	}{
		"words":    {chat.Reply{Message: chat.Notice("Paging Dana.")}, nil, "Paging Dana."},
		"nothing":  {chat.Reply{}, nil, wentThrough},
		"a form":   {chat.Reply{Form: &form}, nil, "Resolve E-7"},
		"an error": {chat.Reply{}, errStore, "Something went wrong. Nothing was lost"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				r.slowly(c.reply, c.err)

				button := data(t, encode(draw(chat.Message{Title: "Page", Choices: []chat.Choice{{Action: "take", Label: "Take it"}}})), "Take it")

				for what, a := range map[string]said{
					"a command": {"text": "escalate now"},
					"a click":   invoking("adaptiveCard/action", executed(button)),
				} {
					if got := r.inTime(what, a); what == "a click" && !strings.Contains(got, takesLonger) {
						t.Errorf("the answer to %s is %s, want that it takes longer", what, got)
					}

					time.Sleep(30 * time.Second)
				}

				r.wantRead("10 s", takesLonger, c.want, takesLonger, c.want)

				for what, a := range map[string]said{
					"a dialog":      invoking("task/fetch", filling(button)),
					"the extension": invoking("composeExtension/fetchTask", said{"commandId": "escalate"}),
				} {
					if got := r.inTime(what, a); !strings.Contains(got, takesLonger) {
						t.Errorf("the answer to %s is %s, want that it takes longer", what, got)
					}

					time.Sleep(30 * time.Second)
				}

				r.wantRead("all of it", takesLonger, c.want, takesLonger, c.want, c.want, c.want)

				if !strings.Contains(r.log.String(), "takes longer than people wait for") {
					t.Errorf("the log says %s, want that the bot is slow", r.log)
				}
			})
		})
	}
}

// The message that was pressed is closed also when that takes its time.
func TestLateReplyCloses(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.slowly(chat.Reply{Instead: chat.Notice("It came twice.")}, nil)

		at, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Key: "E-7/page/maria/1", Message: somePage()})
		if err != nil {
			t.Fatalf("Post = %v, want nil", err)
		}

		posted, _ := r.Person("maria").Last("")
		r.inTime("a click", invoking("adaptiveCard/action", executed(data(t, posted.Card, "Take it"))), said{"replyToId": at.ID})
		time.Sleep(30 * time.Second)
		synctest.Wait()

		r.wantRead("the click", "It came twice.", takesLonger, wentThrough)
	})
}

// A form stays with what was written until it is known how it went, which takes its
// place where it stands in a message. What a dialog shows can't be changed: it is
// told beside it.
func TestLateSubmission(t *testing.T) {
	other := longerForm()
	other.Title = "One more question"

	for name, c := range map[string]struct {
		reply  chat.Reply
		err    error
		stands string // in the place of the form in a message
		beside string // what is told beside a dialog
	}{
		"words":    {chat.Reply{Message: chat.Notice("Paging Dana.")}, nil, "Paging Dana.", "Paging Dana."},
		"nothing":  {chat.Reply{}, nil, wentThrough, wentThrough},
		"a form":   {chat.Reply{Form: &other}, nil, "One more question", "One more question"},
		"an error": {chat.Reply{}, errStore, "Something went wrong.", "Something went wrong."},
		"problems": {
			chat.Reply{Problems: chat.Problems{"note": "Say what was done."}}, nil,
			"Say what was done.", "Please look at the form again, and send it once more: Say what was done.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				form := someForm()
				r.slowly(c.reply, c.err)
				r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return chat.Reply{Form: &form}, nil }

				r.deliver(r.activity("maria", said{"text": "resolve", "id": "0"}))

				posted, _ := r.Person("maria").Last("")
				filled := data(t, posted.Card, "Resolve").with(said{"in:how": "fixed", "in:note": "what I typed"})

				got := r.inTime("a form in a message", invoking("adaptiveCard/action", executed(filled)), said{"replyToId": posted.TS})
				if !strings.Contains(got, takesLonger) || !strings.Contains(got, "what I typed") {
					t.Errorf("the form is %s, want it with what was typed and that it takes longer", got)
				}

				time.Sleep(30 * time.Second)
				r.wantRead(name, c.stands)

				stands, _ := r.Person("maria").Last("")
				if keeps := c.err != nil || len(c.reply.Problems) > 0; keeps != strings.Contains(string(stands.Card), "what I typed") {
					t.Errorf("%s stands in the message, with what she typed: want %v", stands.Card, keeps)
				}

				sheet := encode(drawSheet(newSheet("s1", someForm(), "", false), nil, nil, ""))
				filled = data(t, sheet, "Resolve").with(said{"in:how": "fixed", "in:note": "what I typed"})

				got = r.inTime("a dialog", invoking("task/submit", filling(filled)))
				if !strings.Contains(got, takesLonger) || !strings.Contains(got, "what I typed") {
					t.Errorf("the dialog is %s, want it with what was typed and that it takes longer", got)
				}

				time.Sleep(30 * time.Second)
				r.wantRead("the dialog", c.stands, c.beside)
			})
		})
	}
}

// A form that is to be drawn anew and takes its time is asked for again: nothing has
// happened that anybody would have to hear of.
func TestLateRedraw(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		form := longerForm()
		r.slowly(chat.Reply{Form: &form}, nil)

		sheet := encode(drawSheet(newSheet("s1", someForm(), "", false), nil, nil, ""))
		redrawn := data(t, sheet, "Show what this needs").with(said{"in:how": "refund", "in:note": "what I typed"})

		if got := r.inTime("a redrawn form", invoking("task/submit", filling(redrawn))); !strings.Contains(got, "Please press that again") || !strings.Contains(got, "what I typed") {
			t.Errorf("the dialog is %s, want it with what was typed and what to do", got)
		}

		time.Sleep(30 * time.Second)
		r.wantRead("the redrawn form")
	})
}

// A disk that is slow does not keep anybody from having an answer in time, and the
// address that it keeps is known meanwhile.
func TestSlowKeeper(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.teams.addresses.keeper = slowKeeper{r.teams.addresses.keeper}
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("Paging Dana.")}, nil
		}

		began := time.Now()
		r.inTime("a command", said{"text": "escalate now"})

		if took := time.Since(began); took > aMoment {
			t.Errorf("the Front was asked after %v, want %v at most", took, aMoment)
		}

		r.inTime("the home", said{"text": "home"})
		time.Sleep(3 * time.Minute)
		r.wantRead("both", "Paging Dana.", takesLonger, "Paging Dana.")
	})
}

// A slowKeeper keeps what it has begun to keep, whoever waits for it.
type slowKeeper struct{ Keeper }

func (k slowKeeper) KeepAddress(ctx context.Context, room chat.Room, address []byte) error {
	time.Sleep(10 * time.Second)

	return k.Keeper.KeepAddress(context.WithoutCancel(ctx), room, address)
}
