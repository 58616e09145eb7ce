// Package connector is a small real Microsoft Teams, in memory: the place where
// the whole program is tried out on Teams, which can't be had on a desk. It
// knows nothing of any bot. It knows the Bot Framework and Adaptive Cards, and
// it keeps their rules as strictly as Teams does: what Teams refuses is refused
// here, with Teams' own code.
//
// # What is in it
//
// A [Connector] has people, channels, a personal chat of each person with the
// one app there is, and the login service. The app logs in, fetches keys and
// calls the connector over HTTP; people act through [Person], in Go; what they
// do reaches the app as activities, each with a token.
//
//	people ── Person ──▶ model ◀── /connector/v3/ ── the app
//	                       │
//	                       └── activities ──▶ the app ── keys, tokens ──▶ login
//
// # Rules that hold
//
//   - One mutex guards the model. It is never held while waiting for the
//     network or for time, so everything runs in a testing/synctest bubble.
//   - A card that [ValidateCard] finds something wrong with is refused, or shown
//     as trouble where it is an answer: a test sees it that reads nothing of it.
//   - Answers are awaited as long as Teams does: five seconds for an invoke,
//     fifteen for everything else. What got no answer in time is sent again
//     where Teams does that: messages once, message extensions twice.
//   - An edit notifies nobody. A new message notifies whom it mentions, and
//     where it asks for it, its one reader or those in its thread.
//   - Time is what Options.Now says. Waiting is done with ordinary timers.
//   - The same seed makes the same dice. Keys differ from process to process.
//   - Nothing people wrote is logged.
//
// # Faults
//
// [Connector.Inject] makes calls fail in the ways they do: refused, rate
// limited, never answered, or carried out and then not answered. Activities can
// be delivered twice, keys be rotated, tokens be revoked, metadata be out of
// reach, and [Connector.Mint] makes tokens of any kind.
// [Connector.Journal] tells afterwards what happened.
//
// # Where Teams' behaviour is not written down
//
// Each of these is chosen on the strict side, so that an app that gets along
// here gets along there. The 100 KB of a message are counted in bytes of
// UTF-16, two for a plain letter, and a card may have 80 of them. Edits and
// deletions count for the limits of sending. A reader who is not in a channel
// is answered with BotNotInConversationRoster, and so is a chat whose app was
// removed; a chat of an account that is switched off with
// ForbiddenOperationException. Somebody unknown and somebody without the app are
// told apart by nothing when a chat is begun. In a personal chat nobody but the
// app can be mentioned. The app does not hear what is written where it is
// blocked or was removed. An activity that is delivered under a new id comes
// when the first was answered, with the same time of its own.
//
// # What is left out
//
// Reactions, edits and deletions by people, read receipts, refresh, the
// visibility of elements that a button toggles, and cards that a message
// extension puts into the box for writing.
package connector
