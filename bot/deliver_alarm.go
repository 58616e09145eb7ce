package bot

import (
	"context"
	"log/slog"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An Alarm tells an operator what delivery can't help by itself. It holds no
// words of people.
type Alarm struct {
	Kind     AlarmKind
	Card     CardID        // the card, or an example of those concerned
	Platform chat.Platform // "" if it isn't about one
	Code     string        // the platform's word for the reason, "" if there is none
}

// AlarmKind is what an Alarm is about.
type AlarmKind string

// The kinds of alarms. The second of a pair ends the first.
const (
	AlarmLate    AlarmKind = "a card does not get through"
	AlarmThrough AlarmKind = "a late card got through"

	AlarmRefused  AlarmKind = "the platform refuses the bot"
	AlarmAccepted AlarmKind = "the platform accepts the bot again"

	AlarmSilent  AlarmKind = "the platform does not answer"
	AlarmAnswers AlarmKind = "the platform answers again"

	AlarmUnrecorded AlarmKind = "what was delivered can't be recorded"
	AlarmRecorded   AlarmKind = "what is delivered is recorded again"

	AlarmUndelivered AlarmKind = "a card can't be delivered"
	AlarmSurplus     AlarmKind = "a surplus copy of a card could not be removed"
	AlarmUrgent      AlarmKind = "a page was sent without a record"
)

// Good reports whether the alarm ends another.
func (k AlarmKind) Good() bool {
	return k == AlarmThrough || k == AlarmAccepted || k == AlarmAnswers || k == AlarmRecorded
}

// LogAlarm returns the alarm of a Deliver that has no other: it logs.
func LogAlarm(log *slog.Logger) func(context.Context, Alarm) {
	return func(ctx context.Context, a Alarm) {
		level := slog.LevelError
		if a.Kind.Good() {
			level = slog.LevelInfo
		}

		log.Log(ctx, level, "delivery alarm",
			"kind", string(a.Kind), "card", a.Card, "platform", string(a.Platform), "code", a.Code)
	}
}
