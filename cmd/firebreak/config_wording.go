package main

import (
	"fmt"
	"strings"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/redact"
	"github.com/firebreakhq/firebreak/bot/wording"
)

// Wording is what people read of the words that they write for customers.
type Wording struct {
	Words []wording.Word // of the organisation's own
	Off   []wording.Kind // of which nothing is said
}

// Privacy is what is masked in everything that people write, besides card numbers.
type Privacy struct {
	Mask []redact.Pattern // each can be compiled
}

func (d *decoder) wording(n node, w *Wording) {
	d.fields(n, fields{
		"words": func(n node) { d.items(n, func(n node) { d.word(n, w) }) },
		"off":   many(d, &w.Off, oneOf(wording.Kinds...)),
	})
}

func (d *decoder) word(n node, w *Wording) {
	var word wording.Word

	d.fields(n, fields{
		"find":     one(d, &word.Find, parseText),
		"instead":  one(d, &word.Instead, parseText),
		"language": one(d, &word.Language, oneOf(wording.English, wording.Spanish)),
	})

	if word.Find == "" || word.Instead == "" {
		d.wrong(n, "a word needs what to find and what to say instead; write one like {find: ticket, instead: your request}")

		return
	}

	w.Words = append(w.Words, word)
}

func (d *decoder) privacy(n node, p *Privacy) {
	d.fields(n, fields{
		"mask": func(n node) { d.items(n, func(n node) { d.pattern(n, p) }) },
	})
}

func (d *decoder) pattern(n node, p *Privacy) {
	var mask redact.Pattern

	d.fields(n, fields{
		"name":    one(d, &mask.Name, parseText),
		"pattern": one(d, &mask.Expr, parseText),
	})

	if err := usable(mask); err != nil {
		d.wrong(n, "%v", err)

		return
	}

	p.Mask = append(p.Mask, mask)
}

// usable says what is wrong with a pattern, nil for nothing. One that finds the names
// of escalations would make every form about them useless.
func usable(p redact.Pattern) error {
	if p.Name == "" || p.Expr == "" {
		return fmt.Errorf(`a pattern needs a name and what it finds; write one like {name: passport, pattern: '\b[A-Z]{2}\d{7}\b'}`)
	}

	m, err := redact.New([]redact.Pattern{p})
	if err != nil {
		return err
	}

	for _, id := range []string{"E-1", "E-142", "E-104211"} {
		if _, found := m.Mask(id); found > 0 {
			return fmt.Errorf("the pattern %q matches %s, as escalations are called; have it ask for more", strings.TrimSpace(p.Name), id)
		}
	}

	return nil
}

// masker masks what the configuration says. The patterns were checked as they were
// read: with one that can't be used there is no configuration.
func (p *Privacy) masker() redact.Masker {
	m, err := redact.New(p.Mask)
	if err != nil {
		return redact.Masker{}
	}

	return *m
}

// forBot is what is said of words for customers, as the bot knows it.
func (w *Wording) forBot() bot.Wording { return bot.Wording{Words: w.Words, Off: w.Off} }
