package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/firebreakhq/firebreak/store/bolt"
)

type backupCommand struct {
	File string `arg:"" help:"Where to write the copy. It must not exist." type:"path"`
}

// Run has the running bot make the copy, or makes it itself where none runs.
func (c backupCommand) Run(w *world) error {
	env, err := w.environment()
	if err != nil {
		return err
	}

	if err := isFree(c.File); err != nil {
		return err
	}

	err = askForBackup(w.ctx, env.DataDir, c.File)
	if errors.Is(err, errNotRunning) {
		err = backUpAtRest(w, env.DataDir, c.File)
	}

	if err != nil {
		return err
	}

	_, err = fmt.Fprintln(w.stdout, "made and checked", c.File)

	return err
}

func backUpAtRest(w *world, data, path string) error {
	database := filepath.Join(data, databaseName)
	if _, err := os.Stat(database); err != nil {
		return fmt.Errorf("there is nothing to back up (set FIREBREAK_DATA to the bot's data directory): %w", err)
	}

	store, err := bolt.Open(database, bolt.Options{Now: newClock().now})
	if err != nil {
		return err
	}

	_, err = store.Backup(w.ctx, path, bolt.BackupRate)

	return errors.Join(err, store.Close())
}

type compactCommand struct{}

// Run writes the data anew without the room that deleted records left. It needs
// as much free disk as the data takes.
func (compactCommand) Run(w *world) error {
	env, err := w.environment()
	if err != nil {
		return err
	}

	database := filepath.Join(env.DataDir, databaseName)
	if _, err := os.Stat(database); err != nil {
		return fmt.Errorf("there is nothing to compact (set FIREBREAK_DATA to the bot's data directory): %w", err)
	}

	report, err := bolt.Compact(w.ctx, database)
	if err != nil {
		return err
	}

	_, err = fmt.Fprintf(w.stdout, "compacted to %.1f MiB\n", float64(report.Size)/(1<<20))

	return err
}

type restoreCommand struct {
	File  string `arg:"" help:"The backup." type:"path"`
	Force bool   `help:"Replace the data that is there. It is kept beside it."`
}

// Run checks the backup and puts it in place.
func (c restoreCommand) Run(w *world) error {
	if err := isFile(c.File, "name the file that firebreak backup wrote"); err != nil {
		return err
	}

	env, err := w.environment()
	if err != nil {
		return err
	}

	if err := os.MkdirAll(env.DataDir, 0o700); err != nil {
		return err
	}

	database := filepath.Join(env.DataDir, databaseName)

	_, err = bolt.Restore(w.ctx, c.File, database, c.Force)
	if errors.Is(err, bolt.ErrExists) {
		return fmt.Errorf("nothing was restored: %v is there already: stop the bot and add --force to replace it; it is kept beside the new one", database)
	}

	if err != nil {
		return err
	}

	_, err = fmt.Fprintln(w.stdout, "restored", c.File)

	return err
}
