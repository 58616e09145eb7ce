package chat

// A Form asks somebody for several things at once.
type Form struct {
	ID     string // which form it is
	Title  string // at most 24 characters
	Submit string // label of the button that sends it, at most 24 characters
	Cancel string // label of the button that leaves it, at most 24 characters
	State  string // carried along unchanged to the Submission, at most 2,000 bytes
	Intro  []Part // what stands above the fields; no Buttons
	Fields []Field
}

// A Field is one question of a Form.
type Field struct {
	ID       string
	Kind     FieldKind
	Label    string
	Hint     string // what helps to answer, "" for none
	Example  string // shown in the empty field, "" for none
	Required bool
	Max      int // most characters of Line and Paragraph; 0 means the platform's most
	// Options are the answers of a field of choices. Those of a PersonField are
	// Persons who are to be offered besides whom the platform knows; where it
	// has a list of its own people, it may offer those alone.
	Options []Option
	// Initial holds the answers that stand in the field at first, in the form
	// in which its kind answers.
	Initial []string
	// Redraws says that a changed answer is sent at once, as a Click with the
	// field's id as its action, and may be answered with the form anew.
	Redraws bool
}

// An Option is one answer of a field of choices.
type Option struct {
	Value string // at most 75 bytes
	Label string // at most 75 characters
}

// FieldKind says how a field is answered.
type FieldKind int

// The kinds of fields, and what each answers.
const (
	LineField      FieldKind = iota // one line of text
	ParagraphField                  // text of several lines
	ChoiceField                     // one Option.Value
	ChoicesField                    // any number of Option.Values
	MomentField                     // a date and time: RFC 3339 in UTC
	NumberField                     // a decimal number, such as "80.50"
	PersonField                     // a Person of the platform
)
