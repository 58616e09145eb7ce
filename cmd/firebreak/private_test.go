package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/firebreakhq/firebreak/bot"
)

// aDayOfBreaks is lived by Zoe, who does nothing but take breaks: whoever says her
// name tells of them. Dana is passed over while she is on one, and Lee is off. Maria waits in the queue behind her, Slack does not take all
// that is meant for her, and the bot ends and begins anew.
const aDayOfBreaks = `
zoe opens the home
maria opens the home
dana opens the home
zoe types /recover
zoe sees privately "Your break is in our private chat"
zoe is notified "Take a break of 5 minutes?"
zoe clicks "Start now"
zoe sees edited "It is yours until 10:05 UTC."
maria types /escalate now Zwiebelmixer
maria sees privately "E-1"
maria sees "Paging Dana Reed"
dana is notified "needs you to take over"
dana clicks "Take it"
dana clicks "Customer is with me"
maria is notified "Take a break of 5 minutes?"
maria clicks "Start now"
maria sees edited "You are next"
slack refuses chat.postMessage to zoe with channel_not_found
after 6m
slack refuses chat.update with internal_error
zoe types /recover done
after 7m
slack is well again
restart
maria is notified "There is a place for your break now"
maria clicks "Start now"
maria sees edited "It is yours until"
zoe types /recover
crash
after 10s
zoe opens the home
zoe clicks "Start now" in the home
zoe types /recover done
dana clicks "Resolve"
dana submits outcome=Solved
dana clicks "Start now"
lee types /duty off until 16:00
tom types /escalate now Apfelstrudel
after 2m
tom types /escalate list
tom types /escalate E-1
tom types /escalate E-2
tom types /duty
tom types /duty week
tom types /escalate help
lee types /escalate E-1
lee opens the home
priya opens the home
priya types /escalate list
after 20m
`

// TestBreaksArePrivate lives through a day of breaks and looks for them in
// everything that anybody but their owner can read.
func TestBreaksArePrivate(t *testing.T) {
	begun := usual()
	begun.rota, begun.breaks = "four agents", true

	s := script{name: "a day of breaks", begun: begun}
	for i, line := range strings.Split(strings.TrimSpace(aDayOfBreaks), "\n") {
		s.lines = append(s.lines, scriptLine{fmt.Sprintf("line %d", i+1), line})
	}

	quietly(t, func() {
		synctest.Test(t, func(t *testing.T) {
			p := &play{stage: stageOf(t, mode{}, begun), script: s}

			for _, p.line = range s.lines {
				if err := p.step(p.line.text); err != nil {
					p.fail(err)
				}

				p.settle()
			}

			p.drain()

			if screen := p.people["zoe"].view(); !strings.Contains(screen, "break") {
				t.Errorf("Zoe sees %v, want her breaks", screen)
			}

			if _, found := p.diary.shows("card=break "); !found {
				t.Error("the log tells of no message about a break that did not get through, want that it does, without whose it is")
			}

			for where, text := range p.readable(t) {
				for _, word := range []string{"zoe", "break_start", "break/", "your break", "a break of", "nobody to page"} {
					if i := strings.Index(strings.ToLower(text), word); i >= 0 {
						t.Errorf("%v shows %q: …%v…", where, word, text[max(0, i-100):min(len(text), i+100)])
					}
				}
			}

			p.close()
		})
	})
}

// readable is everything that anybody but Zoe can read, without what people read
// of their own breaks.
func (p *play) readable(t *testing.T) map[string]string {
	t.Helper()

	all := map[string]string{"the channel": p.room("billing-desk") + p.room(teamRoom), "the log": strings.Join(p.diary.lines, "\n")}

	for _, who := range []string{"tom", "lee", "priya", "sam"} {
		all["the screen of "+who] = p.people[who].view()

		all["the home of "+who] = p.people[who].home()
	}

	response, err := p.client.Get("http://" + botHost + "/metrics")
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = response.Body.Close() }()

	metrics, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("the metrics: %v, %v", response.Status, err)
	}

	all["the metrics"] = string(metrics)

	kept := map[string]string{}
	if err := p.app.store.View(context.Background(), func(tx bot.Tx) error { return keptOfEscalations(tx, kept) }); err != nil {
		t.Fatal(err)
	}

	if len(kept) < 4 {
		t.Errorf("the store holds %v, want two escalations with their timelines", slices.Collect(maps.Keys(kept)))
	}

	maps.Copy(all, kept)

	return all
}

// keptOfEscalations is what the store holds of escalations: what an export can
// take from it.
func keptOfEscalations(tx bot.Tx, into map[string]string) error {
	for id := bot.EscalationID(1); ; id++ {
		e, err := tx.Escalation(id)
		if errors.Is(err, bot.ErrNotFound) {
			return nil
		}

		if err != nil {
			return err
		}

		entries, err := tx.Timeline(id)
		if err != nil {
			return err
		}

		cards, err := tx.CardsOf(id)
		if err != nil {
			return err
		}

		into[id.String()] = fmt.Sprintf("%+v", *e)
		into["the timeline of "+id.String()] = fmt.Sprintf("%+v", entries)
		into["the cards of "+id.String()] = ""

		for _, card := range cards {
			into["the cards of "+id.String()] += fmt.Sprintf("%+v ", *card)
		}
	}
}
