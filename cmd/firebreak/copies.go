package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/firebreakhq/firebreak/store/bolt"
)

// copyLayout names the copies, so that they sort by age.
const copyLayout = "firebreak-20060102-150405.db"

// keepCopies makes a copy of the data if the newest one is old enough, and
// removes the oldest ones that are too many.
func (a *App) keepCopies(ctx context.Context) {
	c := a.config.Backup
	if c.Dir == "" {
		return
	}

	if err := a.copyIfDue(ctx, c); err != nil && ctx.Err() == nil {
		a.out.Log.ErrorContext(ctx, "there is no backup: it could not be made", "error", err)
	}
}

func (a *App) copyIfDue(ctx context.Context, c Backup) error {
	copies, err := filepath.Glob(filepath.Join(c.Dir, "firebreak-*.db"))
	if err != nil {
		return err
	}

	// Whatever else lies there is somebody else's.
	copies = slices.DeleteFunc(copies, func(path string) bool { return madeAt(path).IsZero() })
	slices.Sort(copies)

	if len(copies) > 0 {
		age := a.out.Now().Sub(madeAt(copies[len(copies)-1]))
		if age >= 0 && age < c.Every {
			return nil
		}
	}

	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}

	path := filepath.Join(c.Dir, a.out.Now().Format(copyLayout))
	if _, err := a.store.Backup(ctx, path, bolt.BackupRate); err != nil {
		return err
	}

	a.out.Log.InfoContext(ctx, "a backup was made and checked", "path", path)

	return removeOldest(append(copies, path), c.Keep)
}

// madeAt returns when a copy was made, by its name; zero for a file that is no
// copy of ours.
func madeAt(path string) time.Time {
	at, err := time.Parse(copyLayout, filepath.Base(path))
	if err != nil {
		return time.Time{}
	}

	return at
}

func removeOldest(copies []string, keep int) error {
	var failures []error

	for len(copies) > keep {
		failures = append(failures, os.Remove(copies[0]))
		copies = copies[1:]
	}

	return errors.Join(failures...)
}

// controlName is the socket in the data directory on which a running bot takes
// its operator's orders.
const controlName = "firebreak.sock"

// An order is what `firebreak backup` asks of the running bot.
type order struct {
	Path string `json:"path"`
}

// startControl answers orders on a socket that only the bot's own user can
// open.
func (a *App) startControl() error {
	if !a.out.Control {
		return nil
	}

	listener, err := listenPrivately(filepath.Join(a.data, controlName))
	if err != nil {
		// Nobody's page depends on it.
		a.out.Log.Warn("firebreak backup, digest, export, verify and erase won't reach this bot: there is no socket in the data directory", "error", err)

		return nil
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /backup", a.orderedBackup)
	mux.HandleFunc("GET /digest", a.orderedDigest)
	mux.HandleFunc("POST /erase", a.orderedErase)
	mux.HandleFunc("GET /verify", a.orderedVerify)
	mux.HandleFunc("GET /export", a.orderedExport)
	mux.HandleFunc("POST /export-customer", a.orderedExport)

	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	a.background("control", func(ctx context.Context) error {
		server.BaseContext = func(net.Listener) context.Context { return ctx } // a stop ends a backup that runs

		return runServer(ctx, server, func() error { return server.Serve(listener) })
	})

	return nil
}

// listenPrivately listens on a socket that only this user can open.
func listenPrivately(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}

	var c net.ListenConfig

	listener, err := c.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}

	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, listener.Close())
	}

	return listener, nil
}

func (a *App) orderedBackup(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&o); err != nil || !filepath.IsAbs(o.Path) {
		http.Error(w, "the order names no absolute path", http.StatusBadRequest)

		return
	}

	if _, err := a.store.Backup(r.Context(), o.Path, bolt.BackupRate); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)

		return
	}

	answer(w, nil)
}

// askForBackup asks the bot that runs on a data directory for a backup. It
// returns errNotRunning if none does.
func askForBackup(ctx context.Context, data, path string) error {
	body, err := json.Marshal(order{path})
	if err != nil {
		return err
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://firebreak/backup", bytes.NewReader(body))
	if err != nil {
		return err
	}

	response, err := askBot(request, data)
	if err != nil {
		return err
	}

	defer func() { _ = response.Body.Close() }()

	if response.StatusCode == http.StatusOK {
		return nil
	}

	said, _ := io.ReadAll(io.LimitReader(response.Body, 1000))

	return fmt.Errorf("the running bot could not make the backup: %s", bytes.TrimSpace(said))
}

// askBot asks the bot that runs on a data directory. It returns errNotRunning if
// none does.
func askBot(request *http.Request, data string) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer

			return d.DialContext(ctx, "unix", filepath.Join(data, controlName))
		},
		DisableKeepAlives: true,
	}}

	response, err := client.Do(request)

	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, errNotRunning
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("a bot runs on this data and belongs to another user: run this command as that user: %w", err)
	case err != nil:
		return nil, fmt.Errorf("the running bot did not answer: %w", err)
	default:
		return response, nil
	}
}

var errNotRunning = errors.New("no bot runs on this data directory")
