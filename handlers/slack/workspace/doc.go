// Package workspace is a small real Slack, in memory: the place where the
// whole program is tried out, by its tests, by its benchmarks and by the people
// who start the demo. It knows nothing of any bot. It knows Slack's rules, and
// it keeps them as strictly as Slack does: what Slack refuses is refused here,
// with Slack's own error.
//
// # What is in it
//
// A [Workspace] has people, channels, direct messages and one app. The app
// talks to it as to Slack: the Web API under /api/, Socket Mode (or signed
// HTTP requests to the app's own addresses), response_urls. People act through
// [Person], in Go, or through the page at /, which is the same thing over the
// /ui/ interface. [Workspace.Handler] serves all of it.
//
//	people ── Person, /ui/ ──▶ model ◀── /api/, /response/ ── the app
//	                             │
//	                             └── envelopes (socket) or requests (HTTP) ──▶ the app
//
// # Rules that hold
//
//   - One mutex guards the model. It is never held while waiting for the
//     network or for time, so everything runs in a testing/synctest bubble.
//   - What an app posted is kept as it was posted, byte for byte, unless ids
//     had to be given to blocks that came without.
//   - An answer to an interaction is awaited for three seconds, and nothing a
//     person does is sent twice. Events are sent again at once, after a minute
//     and after five, as Slack does.
//   - Time is what Options.Now says. Waiting is done with ordinary timers.
//   - Nothing people wrote is logged.
//
// # Faults
//
// [Workspace.Inject] makes calls fail in the ways Slack's do: refused, rate
// limited, never answered, or carried out and then not answered. The socket's
// faults (disconnects, silence, duplicates, envelopes of unknown kinds) are
// methods of their own. [Workspace.Journal] tells afterwards what happened.
//
// # Where Slack's behaviour is not written down
//
// A few things can't be looked up. Each is chosen on the strict side, so that
// an app that gets along here gets along there: the sum of the text of a
// message's blocks is held to 12,000 characters, message metadata to 1 KiB,
// an app hears of its own messages if it subscribed to message events, and a
// snooze shows to an app as a quiet time that has just begun. The text of a
// command without ShouldEscape arrives as it was typed.
package workspace
