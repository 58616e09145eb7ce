// Package teams is the bot on Microsoft Teams: what people do there comes in as
// the words of package chat, and what the bot has to say goes out drawn as
// Adaptive Cards.
//
// # In
//
// Teams posts activities to MessagesPath (http.go). Each is judged by its token
// before anything else of it is looked at (verify.go): whether Microsoft has
// signed it, by a key that may sign for Teams, for this app, now; and then
// whether it is from Teams, the address that it asks to be answered at is the one
// in the token, and its tenant is allowed. Each refusal has a reason of its own, which is logged;
// who sent it learns nothing. Keys are fetched daily, and for an unknown one at
// most every five seconds; those that are known stay in use while Microsoft can't
// be reached (keys.go).
//
// What is taken is handed to take (dispatch.go), which decodes it (activity.go,
// spoken.go), calls the Front, and turns the reply into the answer and the calls
// that go with it (answer.go). Teams waits five seconds for the answer to a
// button or a dialog and fifteen for that to a message; the Front has four, and
// returns when it has kept what happened. When it fails or panics, the person
// reads that something went wrong, and a form that they had filled stays open.
//
// When it takes longer they read that, and how it went when that is known (late.go):
// in a message as every answer, and for a form that stands in a message in its place.
// The form stays open until then. What a dialog shows can't be changed once it was
// answered, so that what becomes of it is told beside it, and a form that it would
// have shown stands in their chat. Sent again with the same answers a form has one
// effect. What Teams tells of addresses is kept before the Front is called, and not
// waited for longer than a moment.
//
// Teams and its clients repeat what they hear no answer to, under the same id or
// another one, and always with the same instant. All deliveries of one activity
// get the first one's answer, or another try where that was a failure (once.go).
// Over restarts the Front's own memory does it by the ids of Command, Click and
// Submission, which are the same for each delivery.
//
// # Out
//
// Post, Edit, Remove and ShowHome are what a bot's delivery needs (post.go). They
// make calls of the Bot Connector (connector.go), with a token that is got with
// the app's secret (token.go) and is sent to Microsoft's hosts or to the
// configured one alone (cloud.go). All calls together, and those about one
// conversation, are kept below what Teams allows in a second (pace.go): answers
// wait for their turn, and delivery is told to come again, since it knows what is
// to go first. Nothing is tried again here but a token
// that was refused: each error wraps a chat.Failure that says what may have
// happened, from the table in failure.go, and package link knows whether a request can
// have arrived. The one exception is a message that Teams does not take: a
// shorter drawing follows at once, and then the bare words, since an ugly page is
// better than none.
//
// To write to somebody Teams wants more than who they are: the conversation, the
// server that it is on, and what they are called there. That is learnt from each
// activity, but for those of the message extension, which works where the bot is
// not, and kept by the Keeper (address.go). Of somebody who has not been
// heard of the conversation is begun by their Entra id, for which the app has to
// be installed for them. Where Teams refuses a room the next person is
// asked at once. Nothing is changed there until there is a sign of life from it or
// an hour is over; but a new message is tried each time, since Teams need not tell
// that the app is there again, and nobody is to be missed for that.
//
// Inspect, InspectRoom, Check and Lookup are for those who plan who is paged:
// what would keep a page from somebody or from a room, and who has an e-mail
// address (inspect.go, check.go, people.go).
//
// # Drawing
//
// What people wrote is drawn literally: nothing in it is ever a mention, a link,
// formatting or a function of the card. A form travels within its own card as a
// sheet, together with what was filled in, and comes back with the answers, so
// that nothing is kept of a form that is open and a restart loses none.
//
// # What is different from Slack, and why
//
//   - What only one person is to see in a channel is a targeted message. Clients
//     and tenants that know none get it in the private conversation instead.
//   - No message is urgent: Teams lets bots send none. Pages notify as all
//     messages may, and whom they don't reach is made up for by the next page
//     and the next person.
//   - There is no history that a bot could read, so that a message in doubt is
//     never looked for: it is sent again, and says that it may be the second.
//   - No dialog asks whether somebody is sure. The question opens below the
//     button, with the button that counts in it.
//   - A form is not drawn anew while it is filled. A button at its end does it;
//     and who sends the form without it is shown what else their answer needs,
//     before anything counts.
//   - A dialog opens only from a button that said so when it was drawn, and from
//     the message extension. What is typed is answered with the form in a
//     message, which works the same on every client.
//   - The personal view is a card, posted when somebody writes "home" and kept up
//     to date from then on. Who never asked has none.
//   - Nobody's status is known or can be set, and neither is do-not-disturb, so
//     that a page may be silent without anybody knowing.
//   - There are no user groups that a bot could have follow who is on duty.
//   - What is not known as a command was said to the bot, since commands in the
//     private conversation have no slash: it says how to get help.
//   - Instants are written by the client in the reader's zone, and without
//     seconds.
//   - An answer is a message like any other, so that what limits messages holds
//     it up as well.
//   - Somebody who is on the other platform can't be mentioned: their name is to
//     be written. A field for a person offers of them those who are configured.
//   - People are found by an e-mail address in the teams that the app is in, and
//     nowhere else.
//   - That an account is switched off is not told. It shows when a page is
//     refused.
package teams
