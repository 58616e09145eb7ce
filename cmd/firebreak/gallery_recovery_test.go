package main

import (
	"slices"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// The scenes of recovery: what people see of their own breaks, and of those who
// wish that somebody checks in.
var recoveryScenes = []galleryScene{
	{name: "recovery", play: recoveryScene, settings: recoverySettings},
	{name: "recovery-queue", play: recoveryQueueScene, settings: recoverySettings},
	{name: "recovery-buddy", play: recoveryBuddyScene, settings: recoverySettings},
	{name: "recovery-fine", play: recoveryFineScene, settings: recoverySettings},
	{name: "recovery-missed", play: recoveryMissedScene, settings: recoverySettings},
}

// withoutBreaks are the settings of scenes that tell of something else.
func withoutBreaks(settings bot.Settings) bot.Settings {
	settings.Recovery.Offer, settings.Recovery.Abuse = nil, 0

	return settings
}

// recoverySettings have breaks offered as by default.
func recoverySettings(t testing.TB) bot.Settings {
	t.Helper()

	config, err := ParseConfig("demo.yaml", append(slices.Clone(demoConfig), galleryConfig...))
	if err != nil {
		t.Fatal(err)
	}

	return config.settings()
}

// tap presses a button as it was drawn last.
func (s *studio) tap(who, action string) {
	s.t.Helper()
	s.click(chat.Click{Who: account(who), Action: action, Value: s.values[action]}, who)
}

func recoveryScene(s *studio) {
	for _, text := range []string{"", "", "help", "coffee", "done"} {
		s.named("maria", "recover", text)
	}

	s.tap("maria", "break_later")
	s.tap("maria", "break_later") // is late
	s.wait(10 * time.Minute)
	s.wait(5 * time.Minute) // reminded
	s.tap("maria", "break_start")
	s.tap("maria", "break_walk")
	s.tap("maria", "break_breathe")

	for range 4 {
		s.wait(5 * time.Minute) // its end
		s.tap("maria", "break_more")
	}

	s.tap("maria", "break_back")
	s.named("maria", "recover", "done")

	s.named("maria", "recover", "")
	s.tap("maria", "break_none")

	s.named("maria", "recover", "")
	s.wait(9 * time.Hour) // expired

	s.named("maria", "recover", "")
	s.tap("maria", "break_later")
	s.wait(2 * time.Hour) // missed

	s.store.full = true
	s.named("maria", "recover", "")
}

func recoveryQueueScene(s *studio) {
	for _, who := range []string{"dana", "lee", "priya"} {
		s.named(who, "recover", "")
		s.tap(who, "break_start")
	}

	s.named("dana", chat.HomeOpened, "")
	s.tap("dana", "break_back")
	s.wait(5 * time.Minute) // nobody answers
}

// threatened has Maria threatened, and Dana take it over from her.
func threatened(s *studio) {
	s.open("maria", bot.Threat)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Refund"}, "amount": {"20"}})
}

func recoveryBuddyScene(s *studio) {
	threatened(s)
	s.tap("maria", "break_buddy")
	s.submit("maria", chat.Values{"who": {string(account("tom"))}})
	s.tap("tom", "check_in")
	s.tap("tom", "check_in")
	s.tap("maria", "break_none")
	s.wait(24 * time.Hour) // asked how they are
	s.tap("maria", "break_talk")
	s.submit("maria", chat.Values{"who": {string(account("stranger"))}})
	s.tap("maria", "break_talk")
}

func recoveryFineScene(s *studio) {
	threatened(s)
	s.gone[bot.PersonID(account("stranger"))] = true
	s.tap("maria", "break_buddy")
	s.submit("maria", chat.Values{"who": {string(account("stranger"))}})
	s.wait(24 * time.Hour)
	s.tap("maria", "break_fine")
}

func recoveryMissedScene(s *studio) {
	threatened(s)
	s.wait(4 * 24 * time.Hour) // too late to ask how they are
	s.tap("maria", "break_talk")
	s.submit("maria", chat.Values{"who": {string(account("priya"))}})
}
