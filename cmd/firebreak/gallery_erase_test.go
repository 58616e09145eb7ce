package main

import (
	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// eraseScenes are about customers who want to be forgotten.
var eraseScenes = []galleryScene{
	{name: "erased", play: erasedScene},
	{name: "erased-open", play: erasedOpenScene},
}

// erases has what is known of a customer erased.
func (s *studio) erases(order bot.Erasure) {
	_, _, err := s.desk.Erase(s.t.Context(), order)
	s.must(err)
	s.deliver()
}

// erasedScene has a case that is closed erased, and somebody press an old button.
func erasedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Replacement sent"}, "agreed": {"A new one, and flowers"}})
	s.erases(bot.Erasure{Reference: "4711", By: "operator:olga"})
	s.press("maria", "reopen")
	s.command("dana", "E-1")
}

// erasedOpenScene has one erased that goes on.
func erasedOpenScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "ask")
	s.submit("dana", chat.Values{"question": {"Which parcel?"}})
	s.press("dana", "take")
	s.press("dana", "join")
	s.erases(bot.Erasure{Reference: "4711", By: "operator:olga", Open: true})
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Replacement sent"}})
}
