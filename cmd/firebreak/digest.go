package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

type digestCommand struct {
	Team string `help:"Key of the team in the configuration." required:"" placeholder:"billing"`
	Week string `help:"The week, like 2026-W47. The last whole one if it is left out." placeholder:"2026-W47"`
}

// Run has the running bot tell of the week, or reads the data itself where none
// runs.
func (c digestCommand) Run(w *world) error {
	env, err := w.environment()
	if err != nil {
		return err
	}

	text, err := askForDigest(w.ctx, env.DataDir, c)
	if errors.Is(err, errNotRunning) {
		text, err = digestAtRest(w, env, c)
	}

	if err != nil {
		return err
	}

	_, err = fmt.Fprint(w.stdout, text)

	return err
}

// digestAtRest tells of a week from the data of a bot that does not run.
func digestAtRest(w *world, env Environment, c digestCommand) (text string, err error) {
	err = atRest(w, env, func(desk *bot.Desk, _ *bolt.Store) (err error) {
		text, err = digestText(w.ctx, desk, c)

		return err
	})

	return text, err
}

// digestText returns the digest as it is printed.
func digestText(ctx context.Context, desk *bot.Desk, c digestCommand) (string, error) {
	m, err := desk.TellWeek(ctx, bot.TeamID(c.Team), c.Week)
	if err != nil {
		return "", err
	}

	return printed(m), nil
}

// printed is a message as text.
func printed(m chat.Message) string {
	var b strings.Builder

	fmt.Fprintln(&b, m.Title)

	for _, part := range m.Parts {
		fmt.Fprintln(&b)

		switch part := part.(type) {
		case chat.Paragraph:
			fmt.Fprintln(&b, part.Text)
		case chat.Small:
			fmt.Fprintln(&b, part.Text)
		case chat.Quote:
			fmt.Fprintf(&b, "%v:\n%v\n", part.Label, part.Text)
		case chat.Advice:
			fmt.Fprintf(&b, "%v: %v\n", part.Label, part.Text)
		case chat.Facts:
			for _, fact := range part {
				fmt.Fprintf(&b, "%v: %v\n", fact.Label, fact.Value)
			}
		case chat.Rule, chat.Buttons:
		}
	}

	return b.String()
}

// askForDigest asks the bot that runs on a data directory. It returns
// errNotRunning if none does.
func askForDigest(ctx context.Context, data string, c digestCommand) (string, error) {
	query := url.Values{"team": {c.Team}, "week": {c.Week}}

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://firebreak/digest?"+query.Encode(), nil)
	if err != nil {
		return "", err
	}

	response, err := askBot(request, data)
	if err != nil {
		return "", err
	}

	defer func() { _ = response.Body.Close() }()

	const most = 1 << 20

	said, err := io.ReadAll(io.LimitReader(response.Body, most))

	switch {
	case err != nil:
		return "", fmt.Errorf("the running bot did not answer in full: %w", err)
	case response.StatusCode == http.StatusOK:
		return string(said), nil
	case response.StatusCode == http.StatusUnprocessableEntity:
		return "", errors.New(string(bytes.TrimSpace(said)))
	default:
		return "", fmt.Errorf("the running bot could not tell of the week: %s", bytes.TrimSpace(said))
	}
}

// orderedDigest answers `firebreak digest`.
func (a *App) orderedDigest(w http.ResponseWriter, r *http.Request) {
	text, err := digestText(r.Context(), a.desk, digestCommand{Team: r.FormValue("team"), Week: r.FormValue("week")})
	if _, refused := errors.AsType[*bot.RefusedError](err); refused {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)

		return
	}

	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)

		return
	}

	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text)
}
