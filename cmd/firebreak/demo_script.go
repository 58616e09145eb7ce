package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A scene is one step of the played escalation: somebody does something, and
// then sees words appear.
type scene struct {
	who  string
	does string
	do   func(p *workspace.Person, at workspace.Message) error // opens a form, if fill is set
	fill map[string]string                                     // the form's answers by label
	on   string                                                // words on the message that they act upon, "" for none
	sees map[string]string                                     // who then sees which words in the bot's messages
	// choose is a field that is answered first, as something after which the form asks
	// for more. "" is none.
	choose, as string
}

// scenes are one escalation from the command to the documented outcome.
func scenes() []scene {
	click := func(label string) func(*workspace.Person, workspace.Message) error {
		return func(p *workspace.Person, m workspace.Message) error { return p.Click(m, label) }
	}

	return []scene{
		{
			who: "maria", does: "types  /escalate",
			do: func(p *workspace.Person, _ workspace.Message) error { return p.Command("C0DESK", "/escalate") },
			fill: map[string]string{
				"Customer": "Ms Kovac", "What happened": "Second broken blender in two weeks, and a refund was said to take 14 days",
				"Reference": "4711", "Heat": "4 · furious", "What the customer wants": "Her money back today",
			},
			sees: map[string]string{"maria": "Paging Dana Reed", "dana": "Maria Silva needs you to take over"},
		},
		{
			who: "dana", does: "presses  Can't take it", on: "needs you to take over",
			do: click("Can't take it"), fill: map[string]string{"Reason": "On another call"},
			sees: map[string]string{"maria": "on another call", "lee": "Maria Silva needs you to take over"},
		},
		{
			who: "lee", does: "presses  Take it", on: "needs you to take over", do: click("Take it"),
			sees: map[string]string{"maria": "this is Lee Chan", "lee": "You have it", "dana": "Lee Chan has it"},
		},
		{
			who: "maria", does: "presses  I introduced them", on: "Introduce them", do: click("I introduced them"),
			sees: map[string]string{"lee": "has introduced you"},
		},
		{
			who: "lee", does: "presses  Customer is with me", on: "You have it", do: click("Customer is with me"),
			sees: map[string]string{"maria": "Lee Chan has joined"},
		},
		{
			who: "lee", does: "presses  Resolve", on: "You are on it",
			do: click("Resolve"), choose: "Outcome", as: "Refund",
			fill: map[string]string{"Amount in USD": "80", "What was agreed": "The money goes back to her card today"},
			sees: map[string]string{"maria": "Resolved by Lee Chan"},
		},
	}
}

// play plays the scenes and prints who does and sees what.
func (d *demo) play(ctx context.Context, out io.Writer) error {
	shown := map[string]bool{}

	for _, s := range scenes() {
		person := d.workspace.Person(s.who)

		var at workspace.Message

		if s.on != "" {
			found, err := d.await(ctx, s.who, s.on)
			if err != nil {
				return err
			}

			at = found
		}

		if _, err := fmt.Fprintf(out, "%s  %s %s\n\n", d.clock.now().Format("15:04:05"), realName(s.who), s.does); err != nil {
			return err
		}

		if err := errors.Join(s.do(person, at), d.fill(ctx, person, s)); err != nil {
			return fmt.Errorf("%v %v: %w", s.who, s.does, err)
		}

		if err := d.printSights(ctx, out, s.sees, shown); err != nil {
			return err
		}
	}

	_, err := fmt.Fprintln(out, "The outcome is written down and nothing is owed. Try it yourself: firebreak demo")

	return err
}

// printSights prints what each person now sees of the case, once each.
func (d *demo) printSights(ctx context.Context, out io.Writer, sees map[string]string, shown map[string]bool) error {
	for _, who := range []string{"maria", "dana", "lee", "priya"} {
		words, ok := sees[who]
		if !ok {
			continue
		}

		m, err := d.await(ctx, who, words)
		if err != nil {
			return err
		}

		if text := realName(who) + " sees\n" + boxed(m.Text); !shown[text] {
			shown[text] = true

			if _, err := fmt.Fprintln(out, text); err != nil {
				return err
			}
		}
	}

	return nil
}

// fill waits for a form and sends it.
func (d *demo) fill(ctx context.Context, p *workspace.Person, s scene) error {
	if s.fill == nil {
		return nil
	}

	if err := d.until(ctx, func() bool { return p.Modal() != nil }); err != nil {
		return fmt.Errorf("no form opened: %w", err)
	}

	if s.choose != "" {
		if err := p.ChangeInModal(s.choose, s.as); err != nil {
			return err
		}
	}

	labels := slices.Collect(maps.Keys(s.fill))
	lacks := func(label string) bool { return !slices.Contains(p.Modal().Fields, label) }

	if err := d.until(ctx, func() bool { return !slices.ContainsFunc(labels, lacks) }); err != nil {
		return fmt.Errorf("the form does not ask for all that is to be filled in: %w", err)
	}

	return p.Submit(s.fill)
}

// until waits until something is so.
func (d *demo) until(ctx context.Context, so func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()

	for !so() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}

	return nil
}

// await waits until somebody's conversation with the bot has the words.
func (d *demo) await(ctx context.Context, who, words string) (m workspace.Message, err error) {
	person := d.workspace.Person(who)

	err = d.until(ctx, func() (found bool) {
		m, found = person.Find(person.DM(), words)

		return found
	})
	if err != nil {
		return m, fmt.Errorf("%v did not get to see %q: %w", who, words, err)
	}

	return m, nil
}

func realName(who string) string {
	for _, user := range demoPeople() {
		if user.Name == who {
			return user.RealName
		}
	}

	return who
}

// boxed indents a message as it is read, and breaks its long lines.
func boxed(text string) string {
	var b strings.Builder

	for line := range strings.Lines(text) {
		for _, row := range broken(line) {
			b.WriteString("  │ " + row + "\n")
		}
	}

	return b.String()
}

// broken breaks a line between words, so that it fits into a terminal.
func broken(line string) []string {
	const width = 76

	var rows []string

	row, length := "", 0

	for word := range strings.FieldsSeq(line) {
		n := utf8.RuneCountInString(word)
		if row != "" && length+1+n > width {
			rows, row, length = append(rows, row), "", 0
		}

		if row != "" {
			row, length = row+" ", length+1
		}

		row, length = row+word, length+n
	}

	return append(rows, row)
}
