package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// tidy has a demo keep its data below a directory of the test's own, and fails
// the test if anything is left there at its end.
func tidy(t *testing.T) {
	t.Helper()

	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Cleanup(func() {
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("the demo left %v behind (%v), want nothing", left, err)
		}
	})
}

// quietDemo returns a demo that was not started.
func quietDemo(t *testing.T) *demo {
	t.Helper()
	tidy(t)

	d, err := newDemo(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := d.close(); err != nil {
			t.Error(err)
		}
	})

	return d
}

func TestDemoScript(t *testing.T) {
	tidy(t)

	stdout, stderr, code := called(t, nil, "demo", "--script")
	if code != 0 || stderr != "" {
		t.Fatalf("demo --script = %v with the complaint %q, want 0 and none", code, stderr)
	}

	rest := stdout
	for _, line := range []string{
		"Maria Silva types  /escalate\n",
		"Maria Silva sees\n  │ E-15 · Paging Dana Reed\n",
		"Dana Reed sees\n  │ E-15 · Maria Silva needs you to take over\n  │ Customer: Ms Kovac · 4711\n",
		"  │ Known: 3rd time · last ",
		", with Dana Reed: Replacement",
		"  │ Already promised: A call when the new blender is on its way, ",
		"  │ Already given: Goodwill credit 20 USD, ",
		"[Take it] [Can't take it] [Ask the agent]\n",
		"Dana Reed presses  Can't take it\n",
		"  │ E-15 · Paging Lee Chan\n",
		"  │ Dana Reed: can't take it: on another call\n",
		"Lee Chan presses  Take it\n",
		"  │ > “Ms Kovac, this is Lee Chan, who is responsible here. Lee knows what",
		"  │ E-15 · You have it\n",
		"Maria Silva presses  I introduced them\n",
		"Lee Chan presses  Customer is with me\n",
		"Lee Chan presses  Resolve\n",
		"  │ E-15 · Resolved by Lee Chan\n  │ Closed: Refund. Nothing is owed to the customer.\n",
		"Try it yourself: firebreak demo\n",
	} {
		_, after, found := strings.Cut(rest, line)
		if !found {
			t.Fatalf("demo --script prints no %q here:\n%v", line, rest)
		}

		rest = after
	}

	for line := range strings.Lines(stdout) {
		if n := len([]rune(line)); n > 81 {
			t.Errorf("demo --script prints a line of %v characters, want 80 at most: %q", n-1, line)
		}
	}
}

// The demo begins on a Thursday at ten, with a past of which nobody is told now.
func TestDemoRemembers(t *testing.T) {
	d := quietDemo(t)

	if got := d.clock.now().In(d.app.config.Teams[0].Timezone).Format("Mon 15:04"); got != "Thu 10:00" {
		t.Errorf("the demo begins at %v, want Thu 10:00", got)
	}

	err := d.app.store.View(t.Context(), func(tx bot.Tx) error {
		cards, err := tx.Outbox()
		if len(cards) > 0 {
			t.Errorf("the demo begins with %v to be sent, want nothing", cards)
		}

		var owing []bot.EscalationID

		for id := bot.EscalationID(1); id < d.first; id++ {
			e, err := tx.Escalation(id)

			switch {
			case err != nil, e.Context.Reference == "", e.Opened.After(d.began), e.Due().Before(d.began.Add(time.Hour)):
				t.Errorf("%v of the past is %+v (%v), want a customer with a reference and nothing to be done now", id, e, err)
			case e.State == bot.Resolved:
				owing = append(owing, id)
			case e.State != bot.Closed:
				t.Errorf("%v of the past is %v, want closed", id, e.State)
			}
		}

		c, known := tx.Customer("billing", kovacsAccount)
		if known != nil {
			return known
		}

		if c.Name != kovac || c.Times != 2 || len(c.Gestures) != 1 || len(owing) != 1 || !slices.Equal(c.Owing, owing) {
			t.Errorf("of Ms Kovac is known %+v, want that she came twice, was given something once, and is owed what %v promises", c, owing)
		}

		return err
	})
	if err != nil {
		t.Error(err)
	}

	m, err := d.app.desk.TellWeek(t.Context(), "billing", "")
	if got := fmt.Sprint(m); err != nil || !strings.Contains(got, "5 calls for help") {
		t.Errorf("TellWeek(billing) = %v, %v, want 5 calls for help", got, err)
	}
}

// The guide begins with nothing done, though much was done before. What Dana owes
// from then can be kept whatever is promised in the guide's own call.
func TestDemoGuide(t *testing.T) {
	d := quietDemo(t)

	if got := done(d.guide()); len(got) > 0 {
		t.Errorf("the guide begins with %q done, want nothing", got)
	}

	err := d.app.store.Update(t.Context(), func(tx bot.Tx) error {
		c, err := tx.Customer("billing", kovacsAccount)
		if err != nil {
			return err
		}

		e, err := tx.Escalation(c.Owing[0])
		if err != nil {
			return err
		}

		kept := bot.Finish{By: "dana", N: 1}

		return errors.Join((&past{}).apply(tx, e, kept, d.began.AddDate(0, 0, 1), nil), tx.PutEscalation(e))
	})
	if err != nil {
		t.Fatal(err)
	}

	if got := done(d.guide()); len(got) != 1 || !strings.Contains(got[0], "*Done*") {
		t.Errorf("after a promise of before was kept the guide has %q done, want the step with Done", got)
	}
}

// done returns the steps of a guide that are done.
func done(g *workspace.Guide) []string {
	var texts []string

	for _, part := range g.Parts {
		for _, step := range part.Steps {
			if step.Done {
				texts = append(texts, step.Text)
			}
		}
	}

	return texts
}

func TestDemoOnATakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()

	tidy(t)

	_, stderr, code := called(t, nil, "demo", "--listen", taken.Addr().String())
	if code != 1 || !strings.Contains(stderr, taken.Addr().String()) || !strings.Contains(stderr, "--listen") {
		t.Errorf("demo on a taken address = %v with the complaint %q, want 1 and what to do", code, stderr)
	}
}

// An address of every network is none that a browser can open.
func TestDemoSaysAnAddressToOpen(t *testing.T) {
	for said, want := range map[string]string{"[::]:81": "http://localhost:81/?", "0.0.0.0:81": "http://localhost:81/?", "127.0.0.1:81": "http://127.0.0.1:81/?"} {
		at, err := net.ResolveTCPAddr("tcp", said)
		if err != nil {
			t.Fatal(err)
		}

		var out strings.Builder
		if err := sayHello(&out, at, false); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("sayHello(%v) = %v, printed %q; want %q", said, err, out.String(), want)
		}
	}
}

// Without an address named, a taken port is no reason to fail.
func TestDemoFindsAPort(t *testing.T) {
	if taken, err := net.Listen("tcp", demoAddress); err == nil {
		defer taken.Close()
	}

	tidy(t)

	ctx, cancel := context.WithCancel(t.Context())
	printed, stdout := io.Pipe()
	ended := make(chan error, 1)
	nothing := func(string) (string, bool) { return "", false }

	go func() {
		ended <- demoCommand{}.Run(&world{ctx: ctx, flags: &commands{}, stdout: stdout, stderr: io.Discard, lookup: nothing})
	}()

	hello := make([]byte, 4096)

	n, err := printed.Read(hello)
	if err != nil {
		t.Fatal(err)
	}

	if said := string(hello[:n]); !strings.Contains(said, demoAddress+" is in use") {
		t.Errorf("the demo says %q, want why it is on another port", said)
	}

	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/\?\S+`).FindString(string(hello[:n]))
	if address == "" || strings.HasPrefix(address, "http://"+demoAddress+"/") {
		t.Fatalf("the demo says %q, want an address on another port than %v", hello[:n], demoAddress)
	}

	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	if response.StatusCode != http.StatusOK {
		t.Errorf("GET %v = %v, want the page", address, response.Status)
	}

	cancel()

	if err := <-ended; err != nil {
		t.Errorf("the demo ended with %v, want nil", err)
	}
}
