package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// cardWords hold a card's number twice, and cardDigits finds what must be left of
// neither.
const cardWords = marker + " wrote 4012 8888 8888 1881, that is 4012888888881881"

var cardDigits = regexp.MustCompile(`4012\D{0,3}8888`)

// TestCardNumbersAreKeptNowhere writes a card's number into every field and behind
// every command, over the whole life of escalations of each kind, and looks for it in
// everything that the bot then shows, logs and keeps.
func TestCardNumbersAreKeptNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)))

		log := &lockedLog{}

		d, err := newDemo(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		if err != nil {
			t.Fatal(err)
		}

		h := &hostile{demo: d, t: t, words: cardWords, forms: map[string]bool{}}

		if err := d.during(t.Context(), func(context.Context) error {
			defer h.giveUp()

			h.wantNoCardInQuoted()
			h.play()
			h.wantNoCards(log.String())

			return nil
		}); err != nil {
			t.Fatal(err)
		}

		for _, title := range everyForm {
			if !h.forms[title] {
				t.Errorf("nobody filled the form %q", title)
			}
		}
	})
}

// wantNoCardInQuoted looks at the form that opens with the words of a message.
func (h *hostile) wantNoCardInQuoted() {
	h.t.Helper()
	h.typeShortcut()

	form := (&pressed{h, "tom"}).modal()
	h.wantNoCard("the form with a message's words", string(form.JSON))

	if !strings.Contains(string(form.JSON), "1881") {
		h.t.Errorf("the form is %s, want the message's words in it", form.JSON)
	}

	h.must(h.workspace.Person("tom").CloseModal())
}

// wantNoCards looks for the number wherever it could be.
func (h *hostile) wantNoCards(log string) {
	h.t.Helper()

	shown := 0

	h.wantNoCard("the log", log)

	for _, who := range demoNames {
		person := h.workspace.Person(who)

		if home := person.Home(); home != nil {
			h.wantNoCard(who+"'s personal view", string(home.JSON))
		}

		for _, conversation := range []string{person.DM(), "C0DESK", "C0BILLING"} {
			for _, m := range person.Messages(conversation) {
				if m.From == "U0FIREBREAK" {
					shown += strings.Count(m.Text, "1881")
					h.wantNoCard(fmt.Sprintf("%v's message %.60q", who, m.Text), m.Text+m.Fallback+string(m.Blocks))
				}
			}
		}
	}

	if shown == 0 {
		h.t.Error("nobody saw the last digits, want that the words were shown")
	}

	h.wantNoCardInFiles()
}

func (h *hostile) wantNoCard(where, text string) {
	h.t.Helper()

	if at := cardDigits.FindStringIndex(text); at != nil {
		h.t.Errorf("%v has the card's number: …%v…", where, text[max(0, at[0]-80):min(len(text), at[1]+20)])
	}
}

// wantNoCardInFiles reads what the bot keeps, to the byte: also what bbolt has not
// written over yet.
func (h *hostile) wantNoCardInFiles() {
	h.t.Helper()

	files, err := filepath.Glob(filepath.Join(h.data, "*"))
	if err != nil {
		h.t.Fatal(err)
	}

	held := false

	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			h.t.Fatal(err)
		}

		held = held || strings.Contains(string(data), marker)
		h.wantNoCard(filepath.Base(file), string(data))
	}

	if !held {
		h.t.Errorf("none of %q has the words, want that they are kept without the number", files)
	}
}

// TestCardNumbersInAnyDrawing writes a card's number into every field at the desk and
// draws every card, answer and form that follows, on both platforms, also while
// nothing can be kept.
func TestCardNumbersInAnyDrawing(t *testing.T) {
	x := newExhibition()
	s := newStudio(t, x, "masked")

	for _, kind := range []bot.Kind{bot.Threat, bot.Approve, bot.CallBack, bot.TakeOver} {
		s.command("maria", "she says "+cardWords)
		s.change("maria", everywhere(theCase(kind), cardWords))
		s.submit("maria", everywhere(theCase(kind), cardWords))
	}

	s.command("maria", "now "+cardWords)
	s.handAround(cardWords)
	s.command("maria", "list")
	s.command("dana", "E-1")
	s.named("dana", chat.HomeOpened, "")
	s.deliver()

	s.store.full = true
	s.command("maria", "now "+cardWords)
	s.command("maria", "")
	s.submit("maria", everywhere(theCase(bot.TakeOver), cardWords))

	unrecorded, told := false, false

	for name, drawing := range x.files {
		unrecorded = unrecorded || strings.Contains(name, "unrecorded-page") && strings.Contains(drawing, "1881")
		told = told || strings.Contains(drawing, "I masked 2 card numbers in what you wrote")

		if at := cardDigits.FindStringIndex(drawing); at != nil {
			t.Errorf("%v has the card's number: …%v…", name, drawing[max(0, at[0]-80):at[1]])
		}
	}

	if !unrecorded || !told {
		t.Errorf("a page goes out unrecorded with the words: %v, people are told: %v, want both", unrecorded, told)
	}

	for name, drawing := range x.teams.files {
		if at := cardDigits.FindStringIndex(drawing); at != nil {
			t.Errorf("on Teams, %v has the card's number: …%v…", name, drawing[max(0, at[0]-80):at[1]])
		}
	}
}
