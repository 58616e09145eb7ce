package main

import (
	"slices"
	"testing"
)

// A difference is what can't be the same on Teams, and why. Everything else in the
// scripts is.
type difference struct {
	script               string
	steps                []string // those that are left out, nil for the whole script
	twice                bool     // nothing is left out, but a message may come twice
	agents, leads, apart bool     // whose being on Teams, or on another platform than the others, makes it differ
	reason               string
}

const (
	noStatuses = "Teams lets no bot set somebody's status."
	noGroups   = "Teams has no groups that a bot could have follow the duty, and tells it nothing of do-not-disturb."
	noLeavers  = "Teams doesn't say when somebody's account is switched off: it shows when they are written to."
	noHistory  = "Teams lets no bot read what it wrote: a message of which it is in doubt whether it came is sent again."
	noSlash    = "In the personal chat commands have no slash: what is no command was said to the bot, and it says how to get help."
	noSearch   = "Teams lets a bot look for somebody's e-mail address among the people of its channels alone, and this team has none."
	sameLimit  = "An answer is a message like any other on Teams, so that what limits messages holds it up as well."
	noMention  = "Nobody can mention somebody who is on the other platform: their name has to be written in full."
)

var differences = []difference{
	{script: "recovery_status", agents: true, leads: true, reason: noStatuses},
	{script: "recovery_status_trouble", agents: true, leads: true, reason: noStatuses},
	{script: "before_shift", leads: true, reason: noGroups},
	{script: "deactivated", leads: true, reason: noLeavers},
	{script: "lost_answer", leads: true, reason: noHistory, twice: true},
	{script: "crashes", agents: true, leads: true, reason: noHistory, twice: true},
	{script: "recovery_queue", leads: true, reason: noSearch},
	{script: "rate_limit_pages", agents: true, reason: sameLimit},
	{script: "promise_owner", agents: true, leads: true, reason: noLeavers},
	{script: "commands", agents: true, reason: noSlash, steps: []string{
		"maria types /board", `maria sees privately "I don't know /board (yet)." "/escalate now"`,
	}},
	{script: "cover_refused", apart: true, reason: noMention, steps: []string{
		"lee types /duty cover @maria until 12:00", `lee sees privately "Maria Silva is on no team's rota, so there is nothing to cover."`,
	}},
}

// TestDifferences holds that each difference is of a script that is there, and of
// steps that are in it, and says why.
func TestDifferences(t *testing.T) {
	all := scripts(t)

	for _, d := range differences {
		i := slices.IndexFunc(all, func(s script) bool { return s.name == d.script })
		if i < 0 || d.reason == "" || !d.agents && !d.leads && !d.apart {
			t.Errorf("the difference %+v is of no script, for nobody or without a reason", d)

			continue
		}

		for _, step := range d.steps {
			if !slices.ContainsFunc(all[i].lines, func(l scriptLine) bool { return l.text == step }) {
				t.Errorf("%v has no step %q that could be left out", d.script, step)
			}
		}
	}
}

// unlike reports whether a script, or a step of it, is left out in a mode. The
// whole script is meant where the step is "".
func (s script) unlike(m mode, step string) bool {
	return slices.ContainsFunc(differences, func(d difference) bool {
		return d.of(s, m) && !d.twice && (d.steps == nil || slices.Contains(d.steps, step))
	})
}

// doubtful reports whether a message may come twice in a mode.
func (s script) doubtful(m mode) bool {
	return slices.ContainsFunc(differences, func(d difference) bool { return d.of(s, m) && d.twice })
}

// of reports whether a script differs in a mode.
func (d difference) of(s script, m mode) bool {
	return d.script == s.name && (d.agents && m.agents || d.leads && m.leads || d.apart && m.agents != m.leads)
}
