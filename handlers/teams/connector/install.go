package connector

import (
	"errors"
	"fmt"
)

// Install installs the app for somebody, or adds it to a channel, and tells it:
// by a conversationUpdate and an installationUpdate, either of which may be
// first.
func (c *Connector) Install(name string) error { return c.install(name, true) }

// Uninstall takes the app away again, and tells it.
func (c *Connector) Uninstall(name string) error { return c.install(name, false) }

func (c *Connector) install(name string, there bool) error {
	told, err := c.prepareInstall(name, there)
	if err != nil {
		return err
	}
	var failed error
	for _, activity := range told {
		if _, err := c.ask(activity); err != nil {
			failed = errors.Join(failed, fmt.Errorf("telling the app by a %s: %w", str(activity, "type"), err))
		}
	}
	return failed
}

func (c *Connector) prepareInstall(name string, there bool) ([]node, error) {
	c.mu.Lock()
	defer c.mu.Unlock()

	u, v := c.findUser(name), c.findConversation(name)
	switch {
	case u != nil:
		u.WithoutApp = !there
		v = c.conversations[c.personalID(u.ID)]
	case v != nil && v.person == "" && len(v.Members) > 0 && c.people[v.Members[0]] != nil:
		v.WithoutApp = !there
		u = c.people[v.Members[0]]
	default:
		return nil, errors.New("connector: there is nobody called " + name)
	}

	update, installation := c.activity("conversationUpdate", u, v, ""), c.activity("installationUpdate", u, v, "")
	members, action := "membersAdded", "add"
	if !there {
		members, action = "membersRemoved", "remove"
	}
	update[members] = []node{{"id": c.opt.App.mri()}}
	installation["action"] = action
	if c.dice.IntN(2) == 0 {
		return []node{installation, update}, nil
	}
	return []node{update, installation}, nil
}
