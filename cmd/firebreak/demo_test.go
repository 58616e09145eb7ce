package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/bot"
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
	tidy(t)

	d, err := newDemo(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := d.close(); err != nil {
			t.Error(err)
		}
	}()

	if got := d.clock.now().In(d.app.config.Teams[0].Timezone).Format("Mon 15:04"); got != "Thu 10:00" {
		t.Errorf("the demo begins at %v, want Thu 10:00", got)
	}

	err = d.app.store.View(t.Context(), func(tx bot.Tx) error {
		cards, err := tx.Outbox()
		if len(cards) > 0 {
			t.Errorf("the demo begins with %v to be sent, want nothing", cards)
		}

		for id := range d.first {
			if e, err := tx.Escalation(id); id > 0 && (err != nil || e.State != bot.Closed || e.Opened.After(d.began)) {
				t.Errorf("%v of the past is %+v (%v), want it to be closed", id, e, err)
			}
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
