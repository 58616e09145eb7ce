package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// atRest opens the data of a bot that does not run, and lets something be asked of a
// desk on it.
func atRest(w *world, env Environment, ask func(*bot.Desk) error) (err error) {
	config, err := ReadConfig(env.ConfigFile)
	if err != nil {
		return err
	}

	database := filepath.Join(env.DataDir, databaseName)
	if _, err := os.Stat(database); err != nil {
		return fmt.Errorf("there is no data to tell of (set FIREBREAK_DATA to the bot's data directory): %w", err)
	}

	clock := newClock()

	store, err := bolt.Open(database, bolt.Options{Now: clock.now})
	if err != nil {
		return err
	}

	defer func() { err = errors.Join(err, store.Close()) }()

	return ask(bot.NewDesk(bot.DeskOptions{
		Store: store, Settings: config.settings(), Now: clock.now, Log: slog.New(slog.NewTextHandler(w.stderr, nil)),
	}))
}
