package main

import (
	"testing"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// calmScenes are about the playbook, and the language in which people read.
var calmScenes = []galleryScene{
	{name: "calm", play: calmScene},
	{name: "calm-es", play: calmScene, settings: inSpanish},
	{name: "playbook-es", play: spanishScene, settings: inSpanish},
	{name: "playbook-es-updates", play: updatesScene, settings: inSpanish},
	{name: "playbook-es-break", play: spanishBreakScene, settings: func(t testing.TB) bot.Settings {
		t.Helper()

		return spanish(recoverySettings(t))
	}},
}

// inSpanish has people read in Spanish of whom nothing else is known.
func inSpanish(t testing.TB) bot.Settings {
	t.Helper()

	return spanish(withoutBreaks(touchSettings(t)))
}

func spanish(settings bot.Settings) bot.Settings {
	settings.Language = playbook.Spanish

	return settings
}

// calmScene asks for what helps, without and with a case.
func calmScene(s *studio) {
	for _, text := range []string{"", "she keeps shouting", "no para de gritar", "xyzzy", "breathe", "help"} {
		s.named("maria", "calm", text)
	}

	s.tap("maria", "calm_card")
	s.tap("maria", "calm_breathe")

	s.submitNew("maria", chat.Values{
		"kind": {"take over"}, "customer": {"Ms Kovac"}, "reference": {"4711"}, "channel": {"chat"}, "feeling": {"ignored"},
		"happened": {"Second broken blender in two weeks"}, "signs": {"repeats", "leave or public"}, "reason": {"repeated"},
	})
	s.tap("maria", "calm")
	s.tap("maria", "calm_card")
	s.press("dana", "take")
	s.named("dana", "calm", "")
	s.tap("lee", "calm")
	s.tap("maria", "calm_language")
	s.named("maria", "calm", "español")
	s.named("maria", "calm", "in english")
}

// submitNew opens an escalation with just these fields.
func (s *studio) submitNew(who string, v chat.Values) {
	s.command(who, "")
	s.submit(who, v)
}

// spanishScene goes through an escalation whose people read in Spanish.
func spanishScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.changeOutcome("dana", bot.NotPossible)
	s.submit("dana", chat.Values{"outcome": {bot.NotPossible}, "why": {"The guarantee is over"}, "instead": {"Half of the price of a new one"}})
	s.wait(4 * day)

	s.open("tom", bot.Threat)
	s.press("dana", "take", "E-2")
	s.press("dana", "hand_back", "E-2")
	s.submit("dana", chat.Values{"advice": {"Offer the replacement"}})
}

// spanishBreakScene is a break in Spanish.
func spanishBreakScene(s *studio) {
	s.named("maria", "recover", "")
	s.tap("maria", "break_start")
	s.tap("maria", "break_walk")
}
