package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
)

// aDayOfTrouble fills every form with words of a customer, and lets everything go
// wrong on the way: refusals, an error that repeats what was sent, rate limits, lost
// answers, a full disk, a crash, an erasure.
const aDayOfTrouble = `
maria types /escalate Gartenzwerg zerbrochen
slack refuses chat.postMessage to dana with invalid_blocks:Zwiebelmixer
maria submits customer="Frau Eisenhut" reference=K-471147 "what happened"="Der Zwiebelmixer explodierte" "what the customer wants"="Schadenersatz sofort" "what was tried and offered"="Gutschein angeboten" "what was promised"="Lieferung morgen" "what the customer was told happens next"="Anruf nachher"
after 3s
slack is well again
tom types /escalate E-1
tom types /escalate now Feuerwerk gezündet
after 2m
slack answers 429 for 20s on chat.update
slack accepts and cuts the next chat.postMessage
dana types /escalate E-2
maria types /escalate now Quarktasche verloren
tom clicks "Add context"
tom submits customer="Herr Nachtigall" reference=N-774411 "what happened"="Topfpflanze verwelkt"
slack is well again
after 2m
lee types /escalate E-2
lee clicks "Take it" on "still paging"
lee clicks "Ask the agent"
lee submits "What do you want to know from Tom Becker?"="Kassenbon vorhanden?"
lee clicks "Customer is with me"
lee clicks "Add note"
lee submits note="Donnerwetter geschimpft"
lee clicks "Promise a callback"
lee submits "number to call"="Hauptstrasse Eins" "ask for"="Grossmutter Hilde"
lee clicks "Resolve"
lee fills outcome="Not possible"
lee submits "the explanation that the customer was given"="Garantie abgelaufen" "what was offered instead"="Ersatzteil gratis" "what was agreed"="Stillschweigen bewahren"
the disk is full
maria types /escalate
maria submits customer="Frau Sturmhaube" reference=S-118822 "what happened"="Dampfkessel geplatzt"
after 5s
the disk has room again
after 1m
crash
after 1m
the operator erases K-471147 with what is open and reads ""
after 30s
the operator erases N-774411 with what is open and reads ""
after 30s
restart
after 30s
`

// TestNothingOfACustomerIsLogged plays a day on which everything goes wrong, with
// every level of the log, and looks for what people wrote, and for secrets, in all
// that an operator reads. What a step does not find in all this trouble is no matter.
func TestNothingOfACustomerIsLogged(t *testing.T) {
	for _, m := range []mode{{}, {http: true}, {agents: true, leads: true}} {
		t.Run(m.String(), func(t *testing.T) {
			said := quietly(t, func() { synctest.Test(t, func(t *testing.T) { livesThroughTrouble(t, m) }) })
			if said != "" {
				t.Errorf("the terminal shows %q, want nothing", said)
			}
		})
	}
}

func livesThroughTrouble(t *testing.T, m mode) {
	t.Helper()

	p := &play{stage: stageOf(t, m, usual()), script: script{name: "a day of trouble"}}
	missed := 0

	for i, line := range strings.Split(strings.TrimSpace(aDayOfTrouble), "\n") {
		p.line, p.trouble = scriptLine{fmt.Sprintf("line %d", i+1), line}, nil

		if err := errors.Join(append([]error{p.step(line)}, p.trouble...)...); err != nil {
			t.Logf("%v: %v", line, err)

			missed++
		}

		p.settle()
	}

	if missed > 1 {
		t.Errorf("%d steps could not be done, want a day on which most can: what was not written can't be logged", missed)
	}

	words := append(p.words(), "Geheimnis", "K-471147", "N-774411", "S-118822")
	if len(words) < 40 {
		t.Errorf("people wrote %q, want more", words)
	}

	metrics := p.metricsPage(t)
	log := strings.ToLower(strings.Join(p.diary.lines, "\n"))

	if !strings.Contains(log, "level=error") {
		t.Errorf("the log says\n%v\nwant that it tells of the trouble", log)
	}

	for _, word := range words {
		for where, text := range map[string]string{"the log": log, "the metrics": strings.ToLower(ofTheBot(metrics))} {
			if i := strings.Index(text, strings.ToLower(word)); i >= 0 {
				t.Errorf("%v shows %q: …%v…", where, word, text[max(0, i-150):min(len(text), i+100)])
			}
		}
	}

	p.close()
}

// metricsPage is what /metrics shows.
func (p *play) metricsPage(t *testing.T) string {
	t.Helper()

	response, err := p.client.Get("http://" + botHost + "/metrics")
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = response.Body.Close() }()

	page, err := io.ReadAll(response.Body)
	if err != nil || len(page) == 0 {
		t.Fatalf("the metrics: %v, %v", response.Status, err)
	}

	return string(page)
}

// ofTheBot are the metrics without the values of what Go tells of itself, in which any
// digits may stand by chance: those of memory in bytes above all.
func ofTheBot(metrics string) string {
	return regexp.MustCompile(`(?m)^((?:go|process)_[^\n]*) [^ \n]+$`).ReplaceAllString(metrics, "$1")
}
