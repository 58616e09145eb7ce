package workspace

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// invalidResponse is what a person reads when the app's answer to a command
// can't be shown.
const invalidResponse = "invalid_command_response"

// command lets a person type a slash command. The error is what they read.
func (w *Workspace) command(user, conversation, typed string) error {
	d, name, err := w.prepareCommand(user, conversation, typed)
	if err != nil {
		return err
	}
	answer, err := w.ask(d.delivery)
	if err == nil {
		err = w.takeCommandAnswer(d.response, answer)
	}
	if err != nil {
		return w.trouble(user, fmt.Errorf("%s failed with the error “%w”", name, err))
	}
	return nil
}

// commandCall is a command on its way to the app.
type commandCall struct {
	delivery
	response *responseURL
}

func (w *Workspace) prepareCommand(user, conversation, typed string) (d commandCall, name string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	u, conv, err := w.actor(user, conversation)
	if err != nil {
		return d, "", err
	}
	name, text, _ := strings.Cut(strings.TrimSpace(typed), " ")
	cmd, known := w.opt.App.command(name)
	if !known || !w.scopes["commands"] || w.appState.uninstalled {
		return d, name, fmt.Errorf("%s is not a valid command. In Slack, all messages that start with the “/” character are interpreted as commands", name)
	}
	w.whisper(&message{conv: conv, user: user, onlyFor: user, text: Escape(typed), echo: typed})

	text = strings.TrimSpace(text)
	if cmd.ShouldEscape {
		text = w.linked(text)
	}
	link := w.newResponseURL(user, conv, nil)
	channelName := conv.name
	if conv.private {
		channelName = "privategroup"
	}
	d.response = w.responses[link[strings.LastIndex(link, "/")+1:]]
	d.delivery = delivery{kind: commandDelivery, answers: true, url: cmp.Or(cmd.URL, w.opt.App.CommandsURL), payload: node{
		"token": "workspace", "team_id": w.opt.Team.ID, "team_domain": w.opt.Team.Domain,
		"channel_id": conv.id, "channel_name": channelName, "user_id": u.ID, "user_name": u.Name,
		"command": name, "text": text, "api_app_id": w.opt.App.ID, "is_enterprise_install": "false",
		"response_url": link, "trigger_id": w.newTrigger(user, false),
	}}
	return d, name, nil
}

// takeCommandAnswer shows what an app answers a command with.
func (w *Workspace) takeCommandAnswer(u *responseURL, answer json.RawMessage) error {
	if len(answer) == 0 || string(answer) == "null" || string(answer) == "{}" {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()

	var a answerTo
	if json.Unmarshal(answer, &a) != nil || a.ReplaceOriginal || a.DeleteOriginal {
		return errors.New(invalidResponse)
	}
	if w.answerAt(u, a) != nil {
		return errors.New(invalidResponse)
	}
	return nil
}

// openHome lets a person open the home tab of the app.
func (w *Workspace) openHome(user string) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	if _, _, err := w.actor(user, ""); err != nil {
		return err
	}
	if w.opt.App.HomeTabOff {
		return errors.New("this app has no home tab")
	}
	if !w.opt.App.subscribed("app_home_opened") {
		return nil
	}
	event := node{"type": "app_home_opened", "user": user, "channel": w.dm(user).id, "tab": "home", "event_ts": w.stamp()}
	if v := w.homes[user]; v != nil {
		event["view"] = w.told(v)
	}
	w.sendEvent(event)
	return nil
}

// write lets a person write a message, and returns its timestamp.
func (w *Workspace) write(user, conversation, text, thread string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	_, conv, err := w.actor(user, conversation)
	switch {
	case err != nil:
		return "", err
	case !conv.members[user]:
		return "", errors.New("you are not in #" + conv.name)
	case conv.archived:
		return "", errors.New("#" + conv.name + " is archived")
	case strings.TrimSpace(text) == "":
		return "", errors.New("there is nothing to send")
	case conv.direct() && w.opt.App.MessagesTabOff:
		return "", errors.New("sending messages to this app has been turned off")
	}
	m := &message{conv: conv, user: user, text: w.linked(text)}
	if parent := conv.byStamp[thread]; parent != nil {
		m.thread = cmp.Or(parent.thread, parent.stamp)
	}
	w.post(m)
	return m.stamp, nil
}
