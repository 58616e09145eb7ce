// Package bot holds the rules of Firebreak, the desk that applies them, and
// the delivery of what follows from them.
//
// # How a call for help travels
//
// A platform's adapter decodes what somebody did into the words of bot/chat and
// hands it to the Desk (Command, Click, Submit). The desk runs one transaction
// of the Store: it loads the Escalation, lets the rules Apply the Event, and
// keeps the changed record, the new entries of its timeline, and which cards
// are to be shown. Only then is the adapter told, and acknowledges to the
// platform: what was acknowledged is kept. After the commit Deliver wakes,
// draws each card from the present state, and posts it or edits it in place.
//
// Time comes in the same way. Each second the clock calls Tick, which applies
// Due to every escalation whose deadline has come, and looks at every team's
// rota when who is on duty may have changed. A deadline is a property of
// the state (Escalation.Due) and never a timer, so a restart needs no recovery
// and a stale timer can't exist.
//
// # What is where
//
//	escalation.go, timeline.go, card.go   the records
//	event.go, moves.go, apply.go          what can happen, when, and what it does
//	paging.go                             the chain: who is paged, and who next
//	owed*.go, outcome_form.go             promises and follow-ups, and whose authority covers them
//	update*.go, details.go, touch.go      reminders to tell the customer how it stands, to complete
//	                                      a case, and of the second touch
//	chain.go, fault.go, verify*.go        what shows that a record was altered, and who is told
//	damage.go                             what the disk has changed, and who is told
//	tally.go                              what stays of a record that is forgotten
//	store.go                              what a store must keep
//	desk.go, command.go, click.go,        what people do, and who may
//	submit.go
//	redact_desk.go                        what is masked in what people do, before anything else
//	wording_desk.go                       a thought on words for customers
//	team.go                               people, teams, chains
//	whereabouts.go, address.go            where somebody is written to, and what that takes
//	rota.go                               what is kept of who is on duty
//	duty.go, duty_command.go              who is on duty, and how people change it
//	watch.go, inspect.go                  what happens at a change of shift, and before
//	gap.go                                where nobody is on duty, and who is told
//	group.go, feed.go                     user groups that follow duty, calendars that say it
//	hours.go                              when somebody may be reminded
//	note.go                               messages that belong to no escalation
//	customer.go, remember.go,             what is known of a customer, and who sees it
//	customer_draw.go
//	feedback.go                           how the help was, asked of those concerned
//	roles.go                              who may do what
//	erase.go, erase_desk.go               a customer's data, erased
//	export.go                             the records, for other programs
//	digest*.go                            what a team reads of its week
//	incident.go, threat*.go               a threat: its steps, and what is written down
//	trigger*.go                           hard stops, and words that tell of them
//	restriction*.go                       how a customer may be dealt with for a time
//	vocabulary.go, situation.go,          what people read
//	draw.go, notice.go, form.go,
//	channel.go, list.go
//	calm*.go, language.go                 what to say, found and shown, and in which language
//	break*.go                             breaks: offered, waited for, had, and nobody else's business
//	status.go, status_desk.go             what somebody's status says during their break
//	approval*.go                          limits, and who approves what is beyond them
//	gesture.go, thanks.go                 what customers were given
//	inquiry.go                            what a form asks once more
//	form_since.go                         what happened while a form was open
//	undelivered.go                        what does not get through, or can't be kept
//	deliver*.go, surplus.go               how it reaches them, once
//	complaints.go                         what was logged lately
//
// # Rules that hold everywhere
//
// The rules (Apply and below) are pure: no clock, no store, no platform; they
// are given a Moment. Nothing waits or calls out while a transaction is open.
// Customers' words are data: they are kept and shown, and never logged.
package bot
