package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

const teamsGalleryDir = "testdata/gallery-teams"

// A wall is where the drawings for Microsoft Teams hang.
type wall struct {
	files map[string]string          // the drawings by file name
	cards map[string]json.RawMessage // their cards
	hung  map[string]bool
}

func newWall() *wall {
	return &wall{files: map[string]string{}, cards: map[string]json.RawMessage{}, hung: map[string]bool{}}
}

// message hangs a message as it is posted.
func (w *wall) message(x *exhibition, name string, m chat.Message) {
	drawn, err := teams.Draw(m)
	if err != nil {
		panic(err)
	}

	var posted struct {
		Summary string
		Card    json.RawMessage
	}
	if err := json.Unmarshal(drawn, &posted); err != nil {
		panic(err)
	}

	w.hang(x, name, posted.Card, "\n\nSpoken: "+posted.Summary)
}

// form hangs a form as it stands in a dialog, and holds the one in a message to
// the same rules.
func (w *wall) form(x *exhibition, name string, f chat.Form) {
	for _, inline := range []bool{true, false} {
		drawn, err := teams.DrawForm(f, inline)
		if err != nil {
			panic(err)
		}

		if inline {
			w.look(x, name+" in a message", drawn)
		} else {
			w.hang(x, name, drawn, "")
		}
	}
}

// look notes what is wrong with a card.
func (w *wall) look(x *exhibition, name string, card json.RawMessage) {
	for _, mistake := range cardMistakes(card) {
		x.mistakes = append(x.mistakes, name+" on Teams: "+mistake)
	}
}

// varyingOnTeams is what tells two cards of the same kind apart.
var varyingOnTeams = regexp.MustCompile(`E-\d+|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|"sheet":"[^"]*"|\d\d:\d\d(:\d\d)? UTC`)

func (w *wall) hang(x *exhibition, name string, card json.RawMessage, spoken string) {
	w.look(x, name, card)

	if r := disturbing(spoken); r != 0 {
		x.mistakes = append(x.mistakes, fmt.Sprintf("%v on Teams: its notification has the rune %U", name, r))
	}

	like := varyingOnTeams.ReplaceAllString(string(card)+spoken, "0")
	if w.hung[like] || x.aside {
		return
	}

	w.hung[like] = true

	base := name
	for n := 2; w.files[name] != ""; n++ {
		name = fmt.Sprintf("%v.%d", base, n)
	}

	w.cards[name] = card
	w.files[name] = connector.Render(card) + spoken + "\n\n" + byElement(card)
}

// packed matches the form that its own buttons carry, which can't be read.
var packed = regexp.MustCompile(`"sheet":"[^"]*"`)

// byElement returns the JSON of a card with a line for each element and button.
func byElement(card json.RawMessage) string {
	card = packed.ReplaceAll(card, []byte(`"sheet":"…"`))

	var members map[string]json.RawMessage
	if err := json.Unmarshal(card, &members); err != nil {
		panic(err)
	}

	var lines []string

	for _, name := range slices.Sorted(maps.Keys(members)) {
		var list []json.RawMessage
		if err := json.Unmarshal(members[name], &list); err != nil {
			lines = append(lines, name+": "+string(members[name]))

			continue
		}

		lines = append(lines, name+":")
		for _, one := range list {
			lines = append(lines, "  "+string(one))
		}
	}

	return strings.Join(lines, "\n") + "\n"
}
