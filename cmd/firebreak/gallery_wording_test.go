package main

import (
	"testing"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/redact"
	"github.com/firebreakhq/firebreak/bot/wording"
)

// wordingScenes are about what is masked in what people write, and what is thought of
// their words for customers.
var wordingScenes = []galleryScene{
	{name: "masked", play: maskedScene, settings: maskedSettings},
	{name: "wording", play: wordingScene, settings: maskedSettings},
}

// maskedSettings have a pattern and a word of their own.
func maskedSettings(t testing.TB) bot.Settings {
	t.Helper()

	masker, err := redact.New([]redact.Pattern{{Name: "passport", Expr: `\b[A-Z]{2}\d{7}\b`}})
	if err != nil {
		t.Fatal(err)
	}

	settings := touchSettings(t)
	settings.Mask = *masker
	settings.Wording.Words = []wording.Word{{Find: "goodwill", Instead: "a refund of what you paid for it"}}

	return settings
}

// maskedScene says so with a form, with an answer, and in place of a form.
func maskedScene(s *studio) {
	s.command("maria", "she paid with 4111 1111 1111 1111")
	s.command("maria", "now she paid with 4111 1111 1111 1111, and with 5500-0000-0000-0004; passport AB1234567")
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"customer": {"Ms Kovac 378282246310005"}, "reference": {"4711"}})
	s.press("dana", "take")
	s.press("dana", "note")
	s.submit("dana", chat.Values{"note": {"She has the passport AB1234567"}})
}

// wordingScene has a thought on what a customer was told, in both languages, and with a
// card's number in it.
func wordingScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"customer": {"Ms Kovac"}, "told": {"Please calm down, we can't send it today, our SLA is two days. A goodwill is possible."}})
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"customer": {"Ms Kovac"}, "told": {"No se preocupe, le garantizo que llega mañana."}})
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"customer": {"Ms Kovac"}, "told": {"You should have paid with 4111 1111 1111 1111."}})
}
