package chat

// A Command is something typed to the bot, or a shortcut that stands for it.
type Command struct {
	// ID is the platform's own id of this delivery, "" if it has none. A
	// second delivery with the same id has the first one's effect and answer.
	ID   string
	Who  Person
	Name string // the bot's own name of the command: "escalate", whatever it is renamed to on the platform
	// Text is what followed, trimmed. Whom it mentions stands in it by
	// Person.Mention, as a word of its own, which Mentioned reads; all else is
	// what people saw as they typed it.
	Text string
	Room Room // where it was typed
	// Quoted holds the words of the message that the command was used on, ""
	// if on none, and Link an address of it.
	Quoted string
	Link   string
}

// Commands of which people type nothing.
const (
	// HomeOpened is the command of somebody who opened their personal view.
	HomeOpened = "home"
)

// A Click is a press of a button, or a changed choice in a form that is drawn
// anew when it changes (Field.Redraws).
type Click struct {
	ID     string // as Command.ID
	Who    Person
	Action string // Choice.Action, or the Field's ID
	Value  string // Choice.Value; "" from a form
	On     Ref    // the message that carries the button; zero in a form or personal view
	// Key is the Posting.Key of that message, "" if there is none or it was edited
	// since it was posted.
	Key string
	// Form is the form's present content when the click came from inside it.
	Form *Submission
}

// A Submission is a filled form.
type Submission struct {
	ID     string // as Command.ID: the same for each delivery of one filled form
	Who    Person
	Form   string // Form.ID
	State  string // Form.State, unchanged
	Values Values
}

// Values are a form's answers by field id. A field that was left empty has no
// entry. What each kind of field answers is said at FieldKind.
type Values map[string][]string

// Get returns the field's only or first answer, "" if it has none.
func (v Values) Get(field string) string {
	if len(v[field]) == 0 {
		return ""
	}

	return v[field][0]
}

// A Reply is what somebody gets at once for what they did. At most one field but
// Instead is set; the zero Reply only acknowledges.
type Reply struct {
	// Form is opened in front of the person, or replaces the one that they
	// are in.
	Form *Form
	// Message is shown to the person alone, and is not kept.
	Message *Message
	// Problems keep a submitted form open, each said at its field.
	Problems Problems
	// Instead takes the place of the message that was pressed, for good, beside
	// whatever else is answered. Nil leaves it as it is.
	Instead *Message
}

// Problems are what is wrong with a submission, by field id: what to do about
// it, in a sentence for the person.
type Problems map[string]string
