package main

import (
	"strings"
	"time"
)

// A client is what one person has before them: Slack or Teams, as they use it. What
// they do waits until the bot has answered; an error is what they then read on
// their screen, or says that what they wanted to press isn't there.
type client interface {
	// messages are what the bot wrote to them alone, oldest first: in their
	// private chat, or so that only they see it where they type commands.
	messages() []message
	// notices are what their devices showed, oldest first.
	notices() []notice

	// command types a command, such as "/escalate now", where they work.
	command(typed string) error
	writeToBot(text string) error
	write(room, text string) error
	// escalateMessage asks for help with the newest message where they work
	// that has the words, by the menu of the message.
	escalateMessage(words string) error

	// click presses a button as it is now, and clickStale one as it was when
	// the message was taken.
	click(m message, button string) error
	clickStale(m message, button string) error

	// form returns the form on their screen, nil if there is none.
	form() *form
	fill(field, value string) error
	// submit fills the rest in and sends it. What is then wrong at its fields is
	// no error; the form shows it.
	submit(values map[string]string) error
	// submitTwice presses the button twice at once. It returns what each press
	// that found the button led to.
	submitTwice(values map[string]string) []error
	clickInForm(button string) error
	closeForm() error

	openHome() error
	// home returns what they read in the bot's home, "" if there is none.
	home() string
	clickInHome(button string) error
}

// A message is one of the bot's as a person sees it.
type message struct {
	id      string // the same for all its versions
	text    string // what is read of it, buttons and all
	buttons []string
	private bool // only they see it
	lasting bool // it stands where it will be found again
	as      any  // what its client knows it by
}

// fits reports whether a step that says whether somebody sees a message privately
// may mean this one. In a chat with the bot alone, both are true of a message.
func (m message) fits(private bool) bool {
	if private {
		return m.private
	}

	return m.lasting
}

// A notice is what a person's devices showed when a message came.
type notice struct {
	of   string // id of the message
	text string
}

// A form is open before somebody.
type form struct {
	title, text string
	mistakes    map[string]string // by the field's label
}

// A fault is something that befalls a platform. Calls and errors are named as Slack
// names them; another platform does what it has in their place, and nothing for
// what it has not.
type fault struct {
	call   string
	to     string // whom the call writes to, "" for anybody
	do     effect
	code   string
	after  int // seconds after which a call may be tried again
	asMany int // how many calls it hits, 0 for all
}

type effect int

const (
	refuse   effect = iota // with the code
	slowDown               // too many calls
	cutAfter               // it is carried out, and the connection ends without an answer
)

// A platform is Slack or Teams as the whole of a stage uses it.
type platform interface {
	// client returns what somebody uses.
	client(name string) client
	// environment adds what a bot has to know to the environment it starts in.
	environment(env *Environment, b beginning)
	// ready returns nil when the platform and the bot have each other.
	ready(app *App) error
	// reachable cuts the bot off from the platform, or no longer.
	reachable(yes bool)
	// repeat has everything be sent twice from now on.
	repeat()

	// inItsWords returns what the platform says to people, and the log of it,
	// where a script has the words of Slack.
	inItsWords(words string) string

	inject(f fault) (remove func())
	// heal ends all faults and what repeat began.
	heal()
	forgetful() // what it showed can't be read again
	lag(d time.Duration)

	deactivate(name string) error
	// speak has somebody use the platform in a language from now on.
	speak(name, locale string) error
	disturb(name string, until time.Time) error
	join(room string, bot bool) error

	// room is what everybody reads in a channel of the bot's words.
	room(name string) string

	// refusals are the calls that the platform refused and nobody made it
	// refuse: what the bot ought not to have tried. A bot that was away may do
	// more.
	refusals(wounded bool) []refusal
	// unanswered says what the bot did not answer as it should have.
	unanswered() []string
	// doubled says which of the bot's cards stand there twice.
	doubled() []string

	close()
}

// A refusal is a call that a platform refused.
type refusal struct {
	said string // as "chat.postMessage with channel_not_found"
	at   time.Time
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text + "\n") {
		b.WriteString("  │ " + line)
	}

	return b.String()
}
