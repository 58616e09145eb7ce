package bot

import "time"

// A Digest is a team's weekly digest as it recurs.
type Digest struct {
	Team TeamID
	// NextAt is when the next one is to be sent.
	NextAt time.Time
	// Until is the end of the last week that was told of, zero for none.
	Until time.Time
}

// Due returns when the next digest is to be sent.
func (d *Digest) Due() time.Time { return d.NextAt }

// Feedback is what somebody answered to the two questions after an escalation.
// It names nobody and no escalation, and no instant: only the week.
type Feedback struct {
	Team   TeamID
	Week   time.Time // its first instant, in the team's zone
	Taker  bool      // they had it; else they had asked for help
	Helped string    // "yes", "partly", "no"
	Change string    // what should be different the next time
}
