package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams"
)

type teamsManifestCommand struct {
	AppID   string `help:"Application (client) ID of the app's registration (TEAMS_APP_ID)." placeholder:"GUID"`
	Version string `name:"app-version" help:"Version of the package; Teams takes each only once, and only higher ones." default:"1.0.0"`
	Out     string `help:"File to write; - is the standard output." default:"firebreak-teams.zip"`
}

// Run writes the app package, with the commands as they are renamed in the
// configuration if there is one.
func (c teamsManifestCommand) Run(w *world) error {
	env, commands, err := w.renamed()
	if err != nil {
		return err
	}

	id := c.AppID
	if id == "" {
		id = env.TeamsAppID
	}

	if id == "" {
		return errors.New("which app? Set TEAMS_APP_ID, or say --app-id: it is the Application (client) ID on the overview of the app's registration in Microsoft Entra")
	}

	packed, err := teams.Manifest(teams.ManifestOptions{AppID: id, Version: c.Version, Commands: commands.menu()})
	if err != nil {
		return err
	}

	if c.Out == "-" {
		_, err = w.stdout.Write(packed)

		return err
	}

	if err := os.WriteFile(c.Out, packed, 0o644); err != nil {
		return fmt.Errorf("write the app package: %w", err)
	}

	_, err = fmt.Fprintf(w.stdout, "%v holds version %v of the app. Upload it in the Teams admin center under Teams apps, Manage apps.\n", c.Out, c.Version)

	return err
}

// menu returns what Teams offers to whoever begins to type. What is somebody's
// own business is offered only where nobody else reads along.
func (c *Commands) menu() []teams.ManifestCommand {
	return []teams.ManifestCommand{
		{Title: c.Escalate, Description: "Get a supervisor into a hard conversation"},
		{Title: c.Escalate + " now", Description: "Page at once; what is happening can follow"},
		{Title: c.Escalate + " list", Description: "What is open and concerns you"},
		{Title: c.Duty, Description: "Who is on duty now and next"},
		{Title: c.Duty + " week", Description: "The next seven days of your teams"},
		{Title: c.Followups, Description: "What you promised or planned", Alone: true},
		{Title: c.Calm, Description: "What to say now, and what to avoid", Alone: true},
		{Title: c.Recover, Description: "A break after a hard contact; nobody else sees it", Alone: true},
		{Title: chat.HomeOpened, Description: "What is open, with its buttons", Alone: true},
		{Title: c.Escalate + " help", Description: "The commands"},
	}
}
