package teams

import "encoding/json"

// The version of Adaptive Cards that all drawings keep to: the newest that every
// client of Teams draws.
const (
	cardVersion = "1.5"
	cardSchema  = "http://adaptivecards.io/schemas/adaptive-card.json"
)

// A card is an Adaptive Card as Teams takes it.
type card struct {
	Type     string    `json:"type"`
	Schema   string    `json:"$schema,omitempty"`
	Version  string    `json:"version,omitempty"` // "" for a card within another
	Teams    *manner   `json:"msteams,omitempty"`
	Fallback string    `json:"fallbackText,omitempty"` // for clients that draw no cards of this version
	Body     []element `json:"body,omitempty"`
	Actions  []action  `json:"actions,omitempty"`
}

// A manner is what Teams alone understands.
type manner struct {
	Width string `json:"width,omitempty"` // of a card
	Type  string `json:"type,omitempty"`  // of a button
}

// An element is a piece of a card's body. Which fields count depends on Type.
type element struct {
	Type      string `json:"type"`
	ID        string `json:"id,omitempty"`
	Spacing   string `json:"spacing,omitempty"` // to what stands above
	Separator bool   `json:"separator,omitempty"`
	Style     string `json:"style,omitempty"`

	// Words: TextBlock and RichTextBlock.
	Text    string `json:"text,omitempty"`
	Size    string `json:"size,omitempty"`
	Weight  string `json:"weight,omitempty"`
	Wrap    bool   `json:"wrap,omitempty"`
	Inlines []run  `json:"inlines,omitempty"`

	// What holds others: Container, ColumnSet, Column and ActionSet.
	Items   []element `json:"items,omitempty"`
	Columns []element `json:"columns,omitempty"`
	Width   string    `json:"width,omitempty"`
	Actions []action  `json:"actions,omitempty"`

	// Fields: Input.Text, Input.ChoiceSet, Input.Date and Input.Time.
	Label       string   `json:"label,omitempty"`
	Value       string   `json:"value,omitempty"`
	Placeholder string   `json:"placeholder,omitempty"`
	Required    bool     `json:"isRequired,omitempty"`
	Mistake     string   `json:"errorMessage,omitempty"`
	Max         int      `json:"maxLength,omitempty"`
	Multiline   bool     `json:"isMultiline,omitempty"`
	Regex       string   `json:"regex,omitempty"`
	Multi       bool     `json:"isMultiSelect,omitempty"`
	Choices     []option `json:"choices,omitempty"`
	Data        *query   `json:"choices.data,omitempty"`
}

// A run is a stretch of a RichTextBlock.
type run struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Size   string `json:"size,omitempty"`
	Weight string `json:"weight,omitempty"`
	Color  string `json:"color,omitempty"`
	Subtle bool   `json:"isSubtle,omitempty"`

	Select *action `json:"selectAction,omitempty"` // what a tap on it does
}

// An option is an answer of an Input.ChoiceSet.
type option struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// A query is where Teams looks for further answers of an Input.ChoiceSet.
type query struct {
	Type    string `json:"type"`
	Dataset string `json:"dataset"`
}

// An action is a button.
type action struct {
	Type     string   `json:"type"`
	Title    string   `json:"title"`
	Verb     string   `json:"verb,omitempty"`
	Data     *payload `json:"data,omitempty"`
	Inputs   string   `json:"associatedInputs,omitempty"` // "none" where they need not be right for it
	Fallback *action  `json:"fallback,omitempty"`
	Style    string   `json:"style,omitempty"`
	Mode     string   `json:"mode,omitempty"`
	Tooltip  string   `json:"tooltip,omitempty"`
	Card     *card    `json:"card,omitempty"` // of an Action.ShowCard
	URL      string   `json:"url,omitempty"`  // of an Action.OpenUrl
}

// A payload is what comes back when a button is pressed, together with the
// inputs of its card. Ours has a name of its own, so that no input takes its
// place.
type payload struct {
	Teams *manner `json:"msteams,omitempty"`
	FB    mark    `json:"fb"`
}

// A mark says which button it was: a choice of a message, or one of a form.
type mark struct {
	Action string `json:"action,omitempty"`
	Value  string `json:"value,omitempty"`
	Key    string `json:"key,omitempty"` // of the posting, unless it was edited since

	Sheet *sheet `json:"sheet,omitempty"`
	Do    string `json:"do,omitempty"`
}

// newCard returns an empty card as wide as the conversation.
func newCard() card {
	return card{Type: "AdaptiveCard", Schema: cardSchema, Version: cardVersion, Teams: &manner{Width: "Full"}}
}

// maxCard is the most that a drawing may take, in UTF-16 code units, in which
// Teams counts. It refuses messages of 100 KB, which is 51,200 of them, and
// there is more in a message than its card.
const maxCard = 40_000

func (c card) fits() bool {
	drawn, err := json.Marshal(c)

	return err == nil && units(string(drawn)) <= maxCard
}

// execute is a button that Teams answers within the card. Clients that don't
// know it send the same as a message.
func execute(title, verb string, data payload) action {
	return action{Type: "Action.Execute", Title: title, Verb: verb, Data: &data, Fallback: new(submit(title, data))}
}

func submit(title string, data payload) action {
	return action{Type: "Action.Submit", Title: title, Data: &data}
}

// key puts a posting's key into each of the card's buttons. Their data are shared
// with nobody: the card was drawn for this posting.
func (c card) key(key string) {
	keying(c.Actions, key)
	keyingIn(c.Body, key)
}

func keyingIn(elements []element, key string) {
	for _, e := range elements {
		keying(e.Actions, key)
		keyingIn(e.Items, key)
		keyingIn(e.Columns, key)
	}
}

func keying(buttons []action, key string) {
	for _, b := range buttons {
		if b.Card != nil {
			b.Card.key(key)
		}

		if b.Data != nil {
			b.Data.FB.Key = key
		}

		if b.Fallback != nil {
			keying([]action{*b.Fallback}, key)
		}
	}
}

// inDialog is the card with buttons that work in a dialog, which has but one
// kind: whatever is pressed in it is sent, and its answer shows in the dialog.
func (c card) inDialog() card {
	submitting(c.Actions)
	submittingIn(c.Body)

	return c
}

func submittingIn(elements []element) {
	for _, e := range elements {
		submitting(e.Actions)
		submittingIn(e.Items)
		submittingIn(e.Columns)
	}
}

func submitting(buttons []action) {
	for i := range buttons {
		b := &buttons[i]

		switch {
		case b.Card != nil:
			b.Card.inDialog()
		case b.Data != nil:
			b.Type, b.Verb, b.Fallback, b.Data.Teams = "Action.Submit", "", nil, nil
		}
	}
}
