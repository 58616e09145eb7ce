package main

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// Whatever kind of record the disk has altered, the bot starts: nobody can be paged by one
// that does not.
func TestDamageStopsNoStart(t *testing.T) {
	config := with(t, shiftConfig, shiftConfig[strings.Index(shiftConfig, "    shifts:"):strings.Index(shiftConfig, "    options:")], "    calendar: duty.ics\n")
	a := archiveOf(t, 1)

	starts := func(t *testing.T, use func(*App)) {
		t.Helper()

		c, err := ParseConfig("test.yaml", []byte(config))
		if err != nil {
			t.Fatal(err)
		}

		env := onSlackAlone
		env.DataDir, env.Listen = a.data, botHost

		network := workspace.NewNetwork()

		app, err := New(c, env, Outsides{
			Now: func() time.Time { return a.now }, Log: slog.New(slog.DiscardHandler), NoSync: true,
			Client: &http.Client{Transport: unplugged{}}, DialContext: network.DialContext, Listen: network.Listen,
		})
		if err != nil {
			t.Fatal(err)
		}

		if err := app.Start(t.Context()); err != nil {
			t.Errorf("Start = %v, want nil", err)
		}

		if use != nil {
			use(app)
		}

		if err := app.Stop(t.Context()); err != nil {
			t.Errorf("Stop = %v, want nil", err)
		}
	}

	synctest.Test(t, func(t *testing.T) {
		starts(t, func(app *App) {
			feed := bot.Feed{Team: "billing", Source: "duty.ics", At: a.now, Data: []byte(calendarOf("Dana Reed"))}
			if err := app.desk.KeepFeed(t.Context(), feed); err != nil {
				t.Fatal(err)
			}
		})
	})

	keys, err := insider{filepath.Join(a.data, databaseName)}.keys()
	if err != nil {
		t.Fatal(err)
	}

	if len(keys["feeds"]) == 0 || len(keys["watches"]) == 0 {
		t.Fatalf("the file has %v, want a calendar and a rota among it", slices.Collect(maps.Keys(keys)))
	}

	for _, bucket := range slices.Sorted(maps.Keys(keys)) {
		if bucket == "meta" {
			continue // which says what the file is: without it nothing is opened
		}

		t.Run(bucket, func(t *testing.T) {
			defer a.mends(a.spoils(bucket, keys[bucket][0]))

			synctest.Test(t, func(t *testing.T) { starts(t, nil) })
		})
	}
}

// An unplugged network answers nothing.
type unplugged struct{}

func (unplugged) RoundTrip(*http.Request) (*http.Response, error) { return nil, errUnplugged }

var errUnplugged = errors.New("the network is unplugged")
