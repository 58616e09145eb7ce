package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// atRest opens the data of a bot that does not run, and lets something be asked of a
// desk on it, or of the store itself.
func atRest(w *world, env Environment, ask func(*bot.Desk, *bolt.Store) error) (err error) {
	config, err := configAtRest(env)
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
	}), store)
}

// configAtRest reads the configuration for a command that works on the data of a bot.
// Who has data has a configuration too, and needs none to begin with.
func configAtRest(env Environment) (*Config, error) {
	if _, err := os.Stat(env.ConfigFile); err != nil {
		return nil, fmt.Errorf("the configuration can't be read: name the bot's own with --config or FIREBREAK_CONFIG: %w", err)
	}

	return ReadConfig(env.ConfigFile)
}

// isFile returns what is wrong with a file that somebody named to be read.
func isFile(path, remedy string) error {
	info, err := os.Stat(path)

	switch {
	case errors.Is(err, fs.ErrNotExist):
		return misused("there is no file %v: %v", path, remedy)
	case err != nil:
		return misused("%v; %v", err, remedy)
	case info.IsDir():
		return misused("%v is a directory: %v", path, remedy)
	}

	file, err := os.Open(path)
	if err != nil {
		return misused("%v: let the user that runs this command read it", err)
	}

	return file.Close()
}

// isFree returns what is wrong with a file that somebody named to be written.
func isFree(path string) error {
	if _, err := os.Stat(path); err == nil {
		return misused("%v exists already: name a file that doesn't", path)
	}

	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return misused("there is no directory %v: make it first, or name a file elsewhere", filepath.Dir(path))
	}

	return nil
}
