// Package slack is the bot on Slack: what people do there comes in as the words
// of package chat, and what the bot has to say goes out drawn in blocks.
//
// # In
//
// Slack delivers what people do over WebSockets that we open (Socket Mode,
// sockets.go and socket.go) or in signed requests that it sends (HTTP, http.go).
// Both hand the same payload to the same dispatch (dispatch.go), which decodes
// it (decode.go), calls the Front, and turns the reply into an acknowledgement
// and the calls that go with it (answer.go). So the bot behaves the same behind
// both.
//
// Slack waits three seconds for an acknowledgement. The Front has two and a half
// and returns when it has kept what happened; only then is it acknowledged. A
// form is opened at the same time as the acknowledgement is sent, since the
// trigger that opens it is good for three seconds too. When the Front fails or
// panics, the person reads that something went wrong, and a form that they had
// filled stays open.
//
// When it takes longer they read that, and how it went when that is known (late.go):
// by the address that came with what they did, and for a filled form in its place,
// where it stays open until then. It is sent again under the same id, and so has one
// effect. A form that comes too late to be opened is to be asked for again, and one
// that is drawn anew just comes later.
//
// Nothing is taken twice by the Front's own memory: every Command, Click and
// Submission has an id that is the same for each delivery of the same thing.
// Slack's sign that a delivery is a repeated one is not looked at, since the
// repeated one may be the first to arrive.
//
// # Out
//
// Post, Edit, Remove, Find and ShowHome are what a bot's delivery needs. Nothing
// is tried again here: each error wraps a chat.Failure that says what may have
// happened, from the table in failure.go, and package link knows whether a request
// can have arrived. The one exception is a message that Slack does not take: a
// shorter drawing follows at once, and then the bare words, since an ugly page
// is better than none.
//
// A posting carries its key as metadata, by which Find finds it in the history
// of its room when nobody knows whether it was sent.
//
// # Who is on duty
//
// Inspect, InspectRoom and SetGroup are for those who plan who is paged: what
// would keep a page from somebody or from a room, and a user group that is made
// to follow the plan (inspect.go, group.go). Check uses the same to look over a
// whole configuration. Mentions in what people type reach the bot in the words
// of package chat (text.go); Slack puts them there for commands that ask for it
// and in messages. What changes of a person whom the bot knows is passed on at
// once (people.go).
//
// # Drawing
//
// What people wrote is only ever put where Slack takes it literally: in rich
// text and plain text, in which nothing is a mention, a link or formatting. The
// two places that know nothing but mrkdwn, the fallback text and small print
// with instants in it, are escaped (text.go). Every text is cut before it is
// escaped, and a message that is too long as a whole is cut further until it
// fits (draw.go, form.go); none is refused for its length.
//
// slack-go carries the calls of the Web API and names the blocks. It is not
// used for Socket Mode: bot/decisions/0003-own-socket-loop.md says why.
package slack
