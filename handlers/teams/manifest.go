package teams

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// ManifestOptions say which app it is, and what the bot is to be told there.
type ManifestOptions struct {
	AppID string // of the app's registration, a GUID; it is the id of the app in Teams too
	// Version is how Teams tells a newer package from an older one: three
	// numbers, and each upload needs higher ones.
	Version string
	// Commands are offered to whoever begins to type, in this order. The first
	// opens a form where Teams can, also from a message.
	Commands []ManifestCommand
}

// ManifestCommand is a command as people see it in the list that Teams shows.
type ManifestCommand struct {
	Title       string // what is typed, as this organization calls it, without a slash: "duty week"
	Description string
	// Alone is offered only in the chat with the bot: what is typed in a
	// channel may be read by everybody there.
	Alone bool
}

// Teams' limits for what a manifest names, in letters.
const (
	maxCommandTitle       = 32 // of a command that opens a dialog; others could have 128
	maxCommandDescription = 128
	maxListed             = 12 // commands in a list
)

// The files of an app package.
const (
	manifestFile = "manifest.json"
	colorFile    = "color.png"
	outlineFile  = "outline.png"
)

// accent is the colour that Teams puts around the icon.
const accent = "#B8390E"

// escalateCommand is the id of the command that opens a form: the bot's own name of it,
// whatever the organization calls it.
const escalateCommand = "escalate"

var versions = regexp.MustCompile(`^\d{1,5}\.\d{1,5}\.\d{1,5}$`)

// Manifest returns the app package that an administrator uploads to Teams: a zip
// of the manifest and two icons. The same options give the same bytes. The error
// says what in the options Teams would refuse.
//
// The app asks for nothing beyond what a bot may do anyway: to write to those
// who have it, and to read who is in the teams and chats that have it. It reads
// what is written to it, and nothing else of a channel.
func Manifest(o ManifestOptions) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("make the app package: %w", err)
	}

	manifest, err := json.MarshalIndent(o.manifest(), "", "  ")
	if err != nil {
		return nil, err
	}

	var out bytes.Buffer

	packed := zip.NewWriter(&out)
	err = errors.Join(
		zipFile(packed, manifestFile, func(w io.Writer) error { _, err := w.Write(append(manifest, '\n')); return err }),
		zipFile(packed, colorFile, func(w io.Writer) error { return png.Encode(w, colorIcon()) }),
		zipFile(packed, outlineFile, func(w io.Writer) error { return png.Encode(w, outlineIcon()) }),
		packed.Close(),
	)

	return out.Bytes(), err
}

func zipFile(packed *zip.Writer, name string, write func(io.Writer) error) error {
	w, err := packed.Create(name)
	if err != nil {
		return err
	}

	return write(w)
}

// check returns the first thing that Teams would refuse.
func (o ManifestOptions) check() error {
	switch {
	case !guid.MatchString(o.AppID):
		return fmt.Errorf("the app's id %q is not a GUID such as 00000000-0000-0000-0000-000000000000", o.AppID)
	case !versions.MatchString(o.Version):
		return fmt.Errorf("the version %q is not three numbers such as 1.0.1", o.Version)
	case len(o.Commands) == 0:
		return errors.New("it needs at least one command")
	case len(o.Commands) > maxListed:
		return fmt.Errorf("%d commands are more than the %d that Teams lists", len(o.Commands), maxListed)
	}

	for i, c := range o.Commands {
		twice := slices.ContainsFunc(o.Commands[:i], func(other ManifestCommand) bool { return other.Title == c.Title })

		switch {
		case c.Title == "" || c.Description == "":
			return fmt.Errorf("command %q needs a title and a description", c.Title)
		case twice:
			return fmt.Errorf("command %q stands twice", c.Title)
		case strings.HasPrefix(c.Title, "/"):
			return fmt.Errorf("command %q begins with the slash that Teams puts there itself", c.Title)
		case utf8.RuneCountInString(c.Title) > maxCommandTitle:
			return fmt.Errorf("command %q is longer than %d letters", c.Title, maxCommandTitle)
		case utf8.RuneCountInString(c.Description) > maxCommandDescription:
			return fmt.Errorf("the description of %q is longer than %d letters", c.Title, maxCommandDescription)
		}
	}

	return nil
}

// A manifest is Teams' app manifest, as far as this app has anything to say.
type manifest struct {
	Schema           string      `json:"$schema"`
	ManifestVersion  string      `json:"manifestVersion"`
	Version          string      `json:"version"`
	ID               string      `json:"id"`
	Developer        developer   `json:"developer"`
	Name             wording     `json:"name"`
	Description      wording     `json:"description"`
	Icons            icons       `json:"icons"`
	AccentColor      string      `json:"accentColor"`
	Bots             []robot     `json:"bots"`
	ComposeExtension []extension `json:"composeExtensions"`
	Permissions      []string    `json:"permissions"`
	// ChannelFeatures is asked for by the admin centre wherever a team can have
	// the app, though the schema does without.
	ChannelFeatures   string            `json:"supportsChannelFeatures"`
	InstallScope      string            `json:"defaultInstallScope"`
	GroupCapabilities map[string]string `json:"defaultGroupCapability"`
}

type developer struct {
	Name    string `json:"name"`
	Website string `json:"websiteUrl"`
	Privacy string `json:"privacyUrl"`
	Terms   string `json:"termsOfUseUrl"`
}

type wording struct {
	Short string `json:"short"`
	Full  string `json:"full"`
}

type icons struct {
	Color   string `json:"color"`
	Outline string `json:"outline"`
}

type robot struct {
	ID       string        `json:"botId"`
	Scopes   []string      `json:"scopes"`
	Targeted bool          `json:"supportsTargetedMessages"` // what is typed behind a slash, which nobody else sees
	Lists    []commandList `json:"commandLists"`
}

type commandList struct {
	Scopes   []string    `json:"scopes"`
	Triggers []string    `json:"triggers"`
	Commands []menuEntry `json:"commands"`
}

type menuEntry struct {
	Title       string `json:"title"`
	Description string `json:"description"`
}

type extension struct {
	ID       string       `json:"botId"`
	Commands []formOpener `json:"commands"`
}

type formOpener struct {
	ID          string   `json:"id"`
	Type        string   `json:"type"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Context     []string `json:"context"`
	Triggers    []string `json:"triggers"`
	FetchTask   bool     `json:"fetchTask"`
}

const (
	website        = "https://github.com/firebreakhq/firebreak"
	manifestSchema = "https://developer.microsoft.com/json-schemas/teams/v1.30/MicrosoftTeams.schema.json"
)

func (o ManifestOptions) manifest() manifest {
	id := strings.ToLower(o.AppID)

	return manifest{
		Schema:          manifestSchema,
		ManifestVersion: "1.30",
		Version:         o.Version,
		ID:              id,
		Developer:       developer{"Firebreak", website, website + "#operations", website + "/blob/main/LICENSE"},
		Name:            wording{"Firebreak", "Firebreak, supervisors for hard conversations"},
		Description: wording{
			"Get a supervisor into a hard conversation, at once",
			"One command pages the right supervisor, and then the next one, until somebody has the customer. " +
				"The agent always sees who is coming and what to say meanwhile; the supervisor opens with what happened, " +
				"so that the customer need not tell it again. What is promised has an owner and a clock, and the agent gets time to recover, in private.",
		},
		Icons:       icons{colorFile, outlineFile},
		AccentColor: accent,
		Bots: []robot{{
			ID: id, Scopes: []string{"personal", "team", "groupChat"}, Targeted: true, Lists: o.lists(),
		}},
		ComposeExtension:  []extension{{id, []formOpener{o.opener()}}},
		Permissions:       []string{"messageTeamMembers"},
		ChannelFeatures:   "tier1",
		InstallScope:      "personal",
		GroupCapabilities: map[string]string{"team": "bot", "groupchat": "bot"},
	}
}

// lists returns what is offered in the chat with the bot, and what elsewhere:
// there the first command stands behind the slash as what opens the form, so that
// its own entry is for those who mention the bot.
func (o ManifestOptions) lists() []commandList {
	var alone, elsewhere []menuEntry

	for _, c := range o.Commands {
		alone = append(alone, menuEntry{c.Title, c.Description})
		if !c.Alone {
			elsewhere = append(elsewhere, menuEntry{c.Title, c.Description})
		}
	}

	lists := []commandList{{Scopes: []string{"personal"}, Triggers: []string{"mention"}, Commands: alone}}
	shared := []string{"team", "groupChat"}

	if len(elsewhere) > 0 {
		lists = append(lists, commandList{Scopes: shared, Triggers: []string{"mention"}, Commands: elsewhere[:1]})
	}

	if len(elsewhere) > 1 {
		lists = append(lists, commandList{Scopes: shared, Triggers: []string{"mention", "slash"}, Commands: elsewhere[1:]})
	}

	return lists
}

// opener is the first command once more, as what opens a form: behind the plus
// below a message, in the command box, in the menu of a message, behind a slash.
func (o ManifestOptions) opener() formOpener {
	first := o.Commands[0]

	return formOpener{
		ID: escalateCommand, Type: "action", Title: first.Title, Description: first.Description,
		Context: []string{"compose", "commandBox", "message"}, Triggers: []string{"slash"}, FetchTask: true,
	}
}
