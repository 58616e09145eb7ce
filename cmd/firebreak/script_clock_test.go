package main

import "time"

// A machine is what the bot runs on, whose clock may be wrong: it is so far ahead
// of that of Slack, of the people, and of the script.
type machine struct {
	ahead time.Duration
	clock *clock // of the bot that runs
}

// begin returns the clock of a bot that begins, as main has it.
func (m *machine) begin() func() time.Time {
	m.clock = newClock()
	m.clock.moved = m.ahead

	return m.clock.now
}

// step sets the machine's clock. One that goes back means nothing to the bot that
// runs, which has seen how much time has passed, but to the next that begins.
func (m *machine) step(span string, sign time.Duration) error {
	by, err := time.ParseDuration(span)
	m.ahead += sign * by
	m.clock.move(sign * by)

	return err
}
