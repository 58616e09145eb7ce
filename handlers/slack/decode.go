package slack

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The payloads of Slack, as far as they are used. They are decoded leniently: a
// field of an unknown shape is left out, and nothing that is not used can make
// a payload fail.

// A slashCommand is something typed after a slash.
type slashCommand struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	User        string `json:"user_id"`
	Channel     string `json:"channel_id"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	SSLCheck    string `json:"ssl_check"` // Slack only looks whether somebody is there
}

// An interaction is a press of a button, a filled form or a shortcut.
type interaction struct {
	Type        string        `json:"type"`
	Trigger     string        `json:"trigger_id"`
	Callback    string        `json:"callback_id"`
	ResponseURL string        `json:"response_url"`
	User        named         `json:"user"`
	Channel     named         `json:"channel"`
	Container   container     `json:"container"`
	Message     echoedMessage `json:"message"`
	View        *view         `json:"view"`
	Actions     []action      `json:"actions"`
	MessageTS   string        `json:"message_ts"`
}

type named struct {
	ID string `json:"id"`
}

type container struct {
	MessageTS string `json:"message_ts"`
	Channel   string `json:"channel_id"`
	Ephemeral bool   `json:"is_ephemeral"`
}

type echoedMessage struct {
	TS   string `json:"ts"`
	Text string `json:"text"`
}

// A view is a form or a personal view.
type view struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Hash     string `json:"hash"`
	Callback string `json:"callback_id"`
	Metadata string `json:"private_metadata"`
	Blocks   []struct {
		Type string `json:"type"`
		ID   string `json:"block_id"`
	} `json:"blocks"`
	State struct {
		Values map[string]map[string]response `json:"values"`
	} `json:"state"`
}

// An action is what was pressed or chosen.
type action struct {
	ID    string `json:"action_id"`
	Block string `json:"block_id"`
	TS    string `json:"action_ts"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

// A response is what stands in a field.
type response struct {
	Type     string      `json:"type"`
	Value    string      `json:"value"`
	Option   *selected   `json:"selected_option"`
	Options  []selected  `json:"selected_options"`
	User     string      `json:"selected_user"`
	DateTime json.Number `json:"selected_date_time"`
}

type selected struct {
	Value string `json:"value"`
}

// An outer is what the Events API sends.
type outer struct {
	Type      string `json:"type"`
	ID        string `json:"event_id"`
	Challenge string `json:"challenge"`
	Event     event  `json:"event"`
}

type event struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	User        string `json:"user"`
	Bot         string `json:"bot_id"`
	Text        string `json:"text"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	Tab         string `json:"tab"`
	Tokens      struct {
		Bot []string `json:"bot"`
	} `json:"tokens"`
}

// lenient decodes what it can: a value of the wrong type is left out, which
// encoding/json does by itself before it complains.
func lenient(payload []byte, into any) error {
	err := json.Unmarshal(payload, into)
	if _, misfit := errors.AsType[*json.UnmarshalTypeError](err); misfit {
		return nil
	}

	return err
}

// command returns the bot's view of a slash command. Its text is what was typed,
// with mentions where Slack was asked to put them.
func (c slashCommand) command(o Options) chat.Command {
	typed := strings.TrimPrefix(c.Command, "/")
	name := cmp.Or(o.Commands[typed], typed)
	read := asTyped

	if slices.Contains(o.Escaped, name) {
		read = addressed
	}

	return chat.Command{
		ID:   c.Trigger,
		Who:  chat.PersonOn(chat.Slack, c.User),
		Name: name,
		Text: strings.TrimSpace(read(c.Text)),
		Room: roomOf(c.Channel),
	}
}

// quoting returns the command that a shortcut on a message stands for. site is
// the workspace's address, "" if it is not known.
func (i interaction) quoting(name, site string) chat.Command {
	command := chat.Command{
		ID:     i.Trigger,
		Who:    chat.PersonOn(chat.Slack, i.User.ID),
		Name:   name,
		Room:   roomOf(i.Channel.ID),
		Quoted: strings.TrimSpace(plain(i.Message.Text)),
	}

	if ts := cmp.Or(i.Message.TS, i.MessageTS); ts != "" && i.Channel.ID != "" && site != "" {
		command.Link = strings.TrimSuffix(site, "/") + "/archives/" + i.Channel.ID + "/p" + strings.ReplaceAll(ts, ".", "")
	}

	return command
}

// click returns the press of a button, and false if there is none in it.
func (i interaction) click() (chat.Click, bool) {
	if len(i.Actions) == 0 {
		return chat.Click{}, false
	}

	pressed := i.Actions[0]
	click := chat.Click{
		ID:     cmp.Or(i.Trigger, pressed.TS),
		Who:    chat.PersonOn(chat.Slack, i.User.ID),
		Action: actionOf(pressed.ID),
		Value:  pressed.Value,
	}

	switch {
	case i.inForm():
		form := i.submission()
		click.Form = &form

		if pressed.Type != "button" {
			click.Action, click.Value = cmp.Or(pressed.Block, pressed.ID), ""
		}
	case i.View == nil && !i.Container.Ephemeral:
		click.On = i.pressed()
		click.Key = keyOf(pressed.Block)
	}

	return click, true
}

// pressed is the message that the button stands in, zero for none of the bot's that
// can be edited.
func (i interaction) pressed() chat.Ref {
	if i.Type != "block_actions" || i.View != nil || i.Container.Ephemeral {
		return chat.Ref{}
	}

	return chat.Ref{Room: roomOf(cmp.Or(i.Container.Channel, i.Channel.ID)), ID: cmp.Or(i.Container.MessageTS, i.Message.TS)}
}

// inForm reports whether it happened inside a form of the bot.
func (i interaction) inForm() bool {
	return i.View != nil && i.View.Type != "home" && i.View.Callback != ""
}

// submission returns the form that the interaction came with. A view keeps its
// id when another form takes its place, so that both name a submission.
func (i interaction) submission() chat.Submission {
	return chat.Submission{
		ID:     i.View.ID + "/" + i.View.Callback,
		Who:    chat.PersonOn(chat.Slack, i.User.ID),
		Form:   i.View.Callback,
		State:  i.View.Metadata,
		Values: i.View.values(),
	}
}

func (v *view) values() chat.Values {
	values := make(chat.Values)

	for block, responses := range v.State.Values {
		for _, r := range responses {
			if answer := r.answer(); len(answer) > 0 {
				values[block] = answer
			}
		}
	}

	for block, answer := range maps.Clone(values) {
		if field, ok := strings.CutSuffix(block, elsewhereMark); ok {
			values[field] = answer
			delete(values, block)
		}
	}

	return values
}

// answer returns what stands in a field, nil for nothing.
func (r response) answer() []string {
	switch {
	case r.Option != nil && r.Option.Value != "":
		return []string{r.Option.Value}
	case len(r.Options) > 0:
		all := make([]string, 0, len(r.Options))
		for _, option := range r.Options {
			all = append(all, option.Value)
		}

		return all
	case r.User != "":
		return []string{string(chat.PersonOn(chat.Slack, r.User))}
	case strings.TrimSpace(r.Value) != "":
		return []string{r.Value}
	default:
		return r.moment()
	}
}

func (r response) moment() []string {
	unix, err := r.DateTime.Int64()
	if err != nil || unix <= 0 {
		return nil
	}

	return []string{time.Unix(unix, 0).UTC().Format(time.RFC3339)}
}

// inputs are the ids of the fields, as they stand.
func (v *view) inputs() []string {
	var ids []string

	for _, block := range v.Blocks {
		if block.Type == "input" {
			ids = append(ids, block.ID)
		}
	}

	return ids
}

func roomOf(channel string) chat.Room {
	if channel == "" {
		return ""
	}

	return chat.RoomOn(chat.Slack, channel)
}
