package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// wellKnown is an archive in which a customer was given and forbidden something, and
// threatened somebody in a case that is forgotten.
func wellKnown(t *testing.T) *archive {
	t.Helper()

	a := archiveOf(t, 2)

	a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
		if err := store.Update(t.Context(), func(tx bot.Tx) error {
			c, err := tx.Customer("billing", "K-4711")
			if err != nil {
				return err
			}

			c.Gestures = []bot.Gesture{{Escalation: 1, Option: "Refund", Amount: 8000, Currency: "EUR", By: "dana", At: a.now}}
			c.Restrictions = []bot.Restriction{{N: 1, What: "written only", Why: "Bedrohte Maria", By: "priya", From: a.now, Until: a.now.Add(time.Hour)}}
			c.Incidents = []bot.Incident{{Agent: "slack:U0MARIA", At: a.now}}

			return tx.PutCustomer(c)
		}); err != nil {
			t.Fatal(err)
		}
	})

	return a
}

// exported is what lies in a directory, by the names of the files.
func exported(t *testing.T, dir string) map[string]string {
	t.Helper()

	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}

	found := map[string]string{}

	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}

		found[file.Name()] = string(text)
	}

	return found
}

// TestExportOfCustomer has a customer ask what is kept of them: all that they and ours
// wrote is there, nothing of another customer's is, and a bot that runs says the same.
func TestExportOfCustomer(t *testing.T) {
	a := wellKnown(t)
	env := map[string]string{"FIREBREAK_CONFIG": filepath.Join(a.data, "firebreak.yaml"), "FIREBREAK_DATA": a.data}
	got := map[bool]map[string]string{}

	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = control(t, env)
		}

		dir := t.TempDir()

		for _, format := range []string{"jsonl", "csv"} {
			if _, stderr, code := exportsTo(t, env, "--customer", " k-4711 ", "--out", dir, "--format", format); code != 0 {
				t.Errorf("firebreak export --customer = %d and prints %v, want 0", code, stderr)
			}
		}

		got[running] = exported(t, dir)

		_, stderr, code := exportsTo(t, env, "--customer", "nobody", "--out", t.TempDir())
		if want := "nothing is kept with the reference"; code != 0 || !strings.Contains(stderr, want) {
			t.Errorf("firebreak export --customer nobody = %d and prints %v, want 0 and %q", code, stderr, want)
		}

		stop()
	}

	if diff := cmp.Diff(got[false], got[true]); diff != "" {
		t.Errorf("what a bot that runs exports differs (-at rest +running):\n%v", diff)
	}

	for _, format := range []string{"jsonl", "csv"} {
		var all strings.Builder

		for _, kind := range customerExports {
			text, is := got[false][kind+"."+format]
			if !is {
				t.Errorf("there is no %v.%v", kind, format)
			}

			all.WriteString(text)
		}

		for _, words := range append(slices.Clone(secretWords), "K-4711", "Ms Kovac", "Bedrohte Maria", "8000", "Dana Reed", "Priya Nair", "U0MARIA") {
			if !strings.Contains(all.String(), words) {
				t.Errorf("the export as %v lacks %q:\n%v", format, words, all.String())
			}
		}

		for _, words := range []string{"J-1", "Ivo", "Strudel"} {
			if strings.Contains(all.String(), words) {
				t.Errorf("the export as %v has %q, which is another customer's:\n%v", format, words, all.String())
			}
		}
	}

	rows := map[string]int{"escalations": 2, "customer": 1, "visits": 2, "gestures": 1, "restrictions": 1, "incidents": 1}
	for kind, want := range rows {
		if n := strings.Count(got[false][kind+".jsonl"], "\n"); n != want {
			t.Errorf("%v.jsonl has %d rows, want %d:\n%v", kind, n, want, got[false][kind+".jsonl"])
		}
	}

	// What is kept in what was searched for an erasure, and is not in the export, would
	// be kept back from the customer.
	a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
		for _, trace := range a.traces(store) {
			if !slices.Contains([]string{"escalations", "timelines", "known", "known-due", "known-names", "restricted"}, trace.Bucket) {
				t.Errorf("%v has something of the customer, and is exported in no file", trace)
			}
		}
	})
}

// What can't be meant is refused, and what can't be read is named.
func TestExportOfCustomerRefused(t *testing.T) {
	a := wellKnown(t)
	env := map[string]string{"FIREBREAK_CONFIG": filepath.Join(a.data, "firebreak.yaml"), "FIREBREAK_DATA": a.data}

	for args, want := range map[string]string{
		"--customer K-4711":                                 "all kinds need a file each: name a directory with --out, or one kind with --what (escalations, timeline, promises, customer,",
		"--customer K-4711 --what statistics":               "statistics name no customer: with --customer there are escalations,",
		"--what gestures":                                   "gestures are exported of one customer: name them by their reference with --customer",
		"--customer K-4711 --what visits --anonymous":       "leave one of them away",
		"--customer K-4711 --what visits --from 2026-13-01": "is no day",
		"--customer ••••••••••••1111 --what visits":         "a part of this reference was masked",
		"--customer K-4711 --what visits --team sales":      `there is no team "sales"`,
	} {
		stdout, stderr, code := exportsTo(t, env, strings.Fields(args)...)
		if code == 0 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("firebreak export %v = %d and prints %v%v, want %q", args, code, stdout, stderr, want)
		}
	}

	keys, err := insider{filepath.Join(a.data, databaseName)}.keys()
	if err != nil {
		t.Fatal(err)
	}

	for _, key := range keys["known"] {
		a.spoils("known", key)
	}

	a.spoils("escalations", caseKey(1))

	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = control(t, env)
		}

		for what, want := range map[string]string{"escalations": "left out, in whole or in part: E-1; restore", "gestures": "left out, in whole or in part: what Billing knows of a customer; restore"} {
			stdout, stderr, code := exportsTo(t, env, "--customer", "K-4711", "--what", what)
			if code != 1 || !strings.Contains(stderr, want) || what == "escalations" && strings.Count(stdout, "\n") != 1 {
				t.Errorf("firebreak export --what %v = %d and prints %v%v, want what can be read, and %q", what, code, stdout, stderr, want)
			}
		}

		stop()
	}
}
