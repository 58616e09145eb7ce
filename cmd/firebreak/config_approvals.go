package main

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// Approvals is how long an approval and a request for one stand, and how long a
// gesture is remembered.
type Approvals struct {
	AnswerWithin time.Duration // after which the managers are asked to approve a promise; default 15m
	Valid        time.Duration // how long a promise waits for approval, and an approval holds; default 24h
	AgainAfter   time.Duration // until then whoever gives a gesture once more is asked whether they mean it; default 90d
}

func defaultApprovals() Approvals {
	return Approvals{AnswerWithin: 15 * time.Minute, Valid: day, AgainAfter: 90 * day}
}

func (d *decoder) approvals(n node, a *Approvals) {
	d.fields(n, fields{
		"answer_within": one(d, &a.AnswerWithin, parseDuration),
		"valid":         one(d, &a.Valid, parseDuration),
		"again_after":   one(d, &a.AgainAfter, parseDuration),
	})
}

// approvals checks that nothing ends before anybody could see it.
func (v *validator) approvals() {
	a := v.config.Approvals

	v.between("approvals.answer_within", a.AnswerWithin, time.Minute, 7*day)
	v.between("approvals.valid", a.Valid, max(2*a.AnswerWithin, time.Minute), 365*day) // the managers need their time too
	v.between("approvals.again_after", a.AgainAfter, 0, 3650*day)
}

// set sets what the bot must know of it.
func (a Approvals) set(s *bot.Settings) {
	s.Times.Answer, s.Times.Valid, s.GiveAgain = a.AnswerWithin, a.Valid, a.AgainAfter
}
