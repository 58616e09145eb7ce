package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/storetest"
)

// columnsOf are the names of all columns, by what is exported.
func columnsOf() map[string][]string {
	return map[string][]string{
		"escalations": columnNames(escalationColumns), "timeline": columnNames(timelineColumns), "promises": columnNames(promiseColumns),
		"statistics": columnNames(statisticsColumns), "feedback": columnNames(feedbackColumns),
		"customer": columnNames(customerColumns), "visits": columnNames(visitColumns), "gestures": columnNames(gestureColumns),
		"restrictions": columnNames(restrictionColumns), "incidents": columnNames(incidentColumns),
	}
}

func columnNames[T any](columns []column[T]) []string {
	var all []string
	for _, c := range columns {
		all = append(all, c.name)
	}

	return all
}

// A filled record has every field set to something of its own.
func filledRecord() record {
	x := bot.Exported{Escalation: &bot.Escalation{}, TeamName: "Billing"}
	storetest.Fill(x.Escalation)

	x.Names = map[bot.PersonID]string{}
	for _, who := range append(x.Escalation.Concerns(), x.Escalation.Outcome.By) {
		x.Names[who] = "name of " + string(who)
	}

	return record{x.Escalation, x}
}

// notExported are the fields of a record that no export has, and why.
var notExported = map[string]string{
	"Since": "it is on the timeline", "Chain": "statistics", "Turn": "it is about paging", "Pages": "it is on the timeline",
	"AskAt": "a deadline", "JoinBy": "a deadline", "Handover": "it is on the timeline", "Introduced": "it is on the timeline", "CallEnded": "it is on the timeline",
	"Question": "it is on the timeline", "Loose": "cards", "Nudges": "reminders", "NudgeAt": "a deadline", "Updates": "reminders", "Details": "reminders",
	"Touch": "reminders", "ForgetAt": "a deadline", "Asked": "nobody learns who answered", "Owed": "promises", "Doubted": "firebreak verify", "Chained": "firebreak verify",
	"Told": "it is on the timeline", "NoSign": "it is on the timeline",
}

// Each field of a record is exported, or is left out for a reason that is written
// down: a new one can't be forgotten.
func TestExportHasEveryField(t *testing.T) {
	r := filledRecord()
	row := rowOf(t, escalationColumns, r)

	fields := reflect.ValueOf(*r.Escalation)
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name

		switch value := fields.Field(i).Interface(); {
		case notExported[name] != "":
		case name == "Context":
			everyField(t, row, r.Context)
		case name == "Outcome":
			everyField(t, row, *r.Outcome)
		case name == "Decision":
			everyField(t, row, *r.Decision, "Approved", "TellAt")
		case name == "Incident":
			everyField(t, row, *r.Incident, "Statements")

			if !slices.Contains(row, cell(laterWords(r.Incident))) {
				t.Errorf("the row is %q, want the later exact words in it", row)
			}
		case name == "Erased":
			everyField(t, row, r.Erased, "N")
		case !slices.Contains(row, cell(hexed(value))):
			t.Errorf("%v of an escalation is in no column and has no reason in notExported", name)
		}
	}

	var entry bot.Entry

	storetest.Fill(&entry)
	everyField(t, rowOf(t, timelineColumns, move{r, entry}), entry, "Salt", "TextHash")

	owed := r.Owed[0]
	everyField(t, rowOf(t, promiseColumns, debt{r, owed}), owed,
		"Promise", "Nudged", "Broken", "Zone", "Rung", "NudgeAt", "Fresh", "Approvers", "ClimbAt", "ExpiresAt") // reminders; what the others come to is in the result
}

// So is each field of what is known of a customer.
func TestExportHasEveryFieldOfCustomer(t *testing.T) {
	c := bot.ExportedCustomer{Customer: &bot.Customer{}, TeamName: "Billing", Names: map[bot.PersonID]string{}}
	storetest.Fill(c.Customer)

	everyField(t, rowOf(t, customerColumns, c), *c.Customer, "Visits", "Gestures", "Restrictions", "Incidents", "Owing")

	if row, want := rowOf(t, customerColumns, c), c.Owing[0].String()+"; "+c.Owing[1].String(); !slices.Contains(row, want) {
		t.Errorf("the row is %q, want %q in it", row, want)
	}

	everyField(t, rowOf(t, visitColumns, piece[bot.Visit]{c, c.Visits[0]}), c.Visits[0])
	everyField(t, rowOf(t, gestureColumns, piece[bot.Gesture]{c, c.Gestures[0]}), c.Gestures[0])
	everyField(t, rowOf(t, restrictionColumns, piece[bot.Restriction]{c, c.Restrictions[0]}), c.Restrictions[0], "Asked", "Notes") // reminders
	everyField(t, rowOf(t, incidentColumns, piece[bot.Incident]{c, c.Incidents[0]}), c.Incidents[0])
}

func rowOf[T any](t *testing.T, columns []column[T], one T) []string {
	t.Helper()

	var out strings.Builder

	s := newSheet("csv", &out)

	table, err := newTable(s, columns, false)
	if err != nil {
		t.Fatal(err)
	}

	if err := table.add(one); err != nil {
		t.Fatal(err)
	}

	if err := s.end(); err != nil {
		t.Fatal(err)
	}

	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("the table is %q, %v, want a head and a row", out.String(), err)
	}

	return rows[1]
}

func everyField(t *testing.T, row []string, of any, but ...string) {
	t.Helper()

	fields := reflect.ValueOf(of)
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name
		if slices.Contains(but, name) {
			continue
		}

		if want := cell(hexed(fields.Field(i).Interface())); !slices.Contains(row, want) {
			t.Errorf("%v of a %T is in no column: want %q among %q", name, of, want, row)
		}
	}
}

func hexed(v any) any {
	switch v := v.(type) {
	case []byte:
		return fmt.Sprintf("%x", v)
	case bot.EscalationID:
		return v.String()
	default:
		return v
	}
}

// A row comes back as it went out, whatever people wrote.
func TestExportRoundTrip(t *testing.T) {
	for _, text := range []string{
		"plain", "", "two\nlines", `"quoted", with a comma`, "=1+1", "+49 30", "-5", "@SUM(A1)", "\tx", "'single", "''=x", "ü ’ “ 😀", "＝1", " =1", "a;b",
	} {
		r := filledRecord()
		r.Context.Happened = text

		head, row := columnNames(escalationColumns), rowOf(t, escalationColumns, r)

		back := row[slices.Index(head, "happened")]
		if back != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(back)[0]) {
			t.Errorf("a spreadsheet takes %q for a formula", back)
		}

		if got := strings.TrimPrefix(back, "'"); got != text {
			t.Errorf("%q comes back as %q", text, got)
		}

		var out strings.Builder

		table, err := newTable(newSheet("jsonl", &out), escalationColumns, false)
		if err != nil {
			t.Fatal(err)
		}

		if err := table.add(r); err != nil {
			t.Fatal(err)
		}

		var object map[string]any
		if err := json.Unmarshal([]byte(out.String()), &object); err != nil {
			t.Fatal(err)
		}

		if got, _ := object["happened"].(string); got != text || len(object) != len(escalationColumns) || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%q comes back as %q in %v", text, got, out.String())
		}
	}
}

// exports types firebreak export.
func exportsTo(t *testing.T, env map[string]string, args ...string) (stdout, stderr string, code int) {
	t.Helper()

	return called(t, env, append([]string{"export"}, args...)...)
}

// It writes the same of a bot that runs as of one that does not.
func TestExportCommand(t *testing.T) {
	env := operable(t)
	escalated(t, env, 3)

	today := time.Now().Format(time.DateOnly)
	kinds := map[bool]map[string]string{false: {}, true: {}}

	for running := range kinds {
		stop := func() {}
		if running {
			stop = control(t, env)
		}

		for _, format := range []string{"csv", "jsonl"} {
			dir := t.TempDir()
			if _, stderr, code := exportsTo(t, env, "--out", dir, "--format", format, "--team", "billing"); code != 0 {
				t.Errorf("firebreak export = %d and prints %v", code, stderr)
			}

			missing := filepath.Join(dir, "not", "there") // which is made
			if _, stderr, code := exportsTo(t, env, "--what", "promises", "--out", missing, "--format", format); code != 0 {
				t.Errorf("firebreak export --out %v = %d and prints %v, want that it makes the directory", missing, code, stderr)
			}

			for _, kind := range exports {
				data, err := os.ReadFile(filepath.Join(dir, kind+"."+format))
				if err != nil {
					t.Fatal(err)
				}

				kinds[running][kind+"."+format] = string(data)
			}

			if _, stderr, code := exportsTo(t, env, "--out", dir, "--format", format); code != 1 || !strings.Contains(stderr, "nothing was exported to") {
				t.Errorf("firebreak export over files that exist = %d and prints %v, want that it refuses", code, stderr)
			}
		}

		for _, refusal := range []struct {
			args string
			code int
			want string
		}{
			{"--what escalations --team sales", 1, `there is no team "sales": the teams are billing`},
			{"--what escalations --from 2026-02-30", 2, `"2026-02-30" is no day; write one like 2026-01-31`},
			{"--what escalations --from 2026-02-02 --to 2026-02-01", 2, "the last day is before the first"},
			{"--what all", 2, "name a directory with --out"},
			{"--what escalations --out " + env["FIREBREAK_CONFIG"] + "/below", 1, "nothing was exported: the directory can't be made, name another"},
		} {
			stdout, stderr, code := exportsTo(t, env, strings.Fields(refusal.args)...)
			if code != refusal.code || !strings.Contains(stderr, refusal.want) || stdout != "" {
				t.Errorf("firebreak export %v = %d and prints %v%v, want %d and %q", refusal.args, code, stdout, stderr, refusal.code, refusal.want)
			}
		}

		for args, want := range map[string]int{
			"": 3, "--from " + today: 3, "--to " + today: 3, "--from " + today + " --to " + today: 3, "--to 2020-01-01": 0, "--from 2099-01-01": 0,
		} {
			stdout, stderr, code := exportsTo(t, env, append([]string{"--what", "escalations"}, strings.Fields(args)...)...)
			if got := strings.Count(stdout, "\n"); got != want || code != 0 {
				t.Errorf("firebreak export %v has %d lines and prints %v, want %d", args, got, stderr, want)
			}
		}

		stop()
	}

	if diff := cmp.Diff(kinds[false], kinds[true]); diff != "" {
		t.Errorf("what a bot that runs exports differs (-at rest +running):\n%v", diff)
	}

	files := kinds[true]
	if !strings.HasPrefix(files["escalations.csv"], "id,team,team_name,state,kind,agent,") || !strings.Contains(files["escalations.csv"], ",'=It broke,") {
		t.Errorf("escalations.csv is %v", files["escalations.csv"])
	}

	if !strings.HasPrefix(files["statistics.jsonl"], `{"id":"E-1","team":"billing","team_name":"Billing","forgotten":false,"kind":"take over"`) {
		t.Errorf("statistics.jsonl is %v", files["statistics.jsonl"])
	}

	if got := strings.Count(files["timeline.jsonl"], "\n"); got != 6 {
		t.Errorf("timeline.jsonl has %d lines, want 6", got)
	}
}

// What is anonymous holds no word that people wrote and no customer; statistics
// hold nobody at all.
func TestExportAnonymous(t *testing.T) {
	env := operable(t)
	escalated(t, env, 1)

	for _, kind := range exports {
		for _, format := range []string{"csv", "jsonl"} {
			stdout, stderr, code := exportsTo(t, env, "--what", kind, "--format", format, "--anonymous")
			if code != 0 || strings.Contains(stdout, "Kovac") || strings.Contains(stdout, "It broke") || strings.Contains(stdout, "happened") {
				t.Errorf("firebreak export --anonymous of %v = %d and prints %v%v", kind, code, stdout, stderr)
			}
		}
	}

	stdout, _, _ := exportsTo(t, env, "--what", "statistics")
	for _, word := range []string{"Kovac", "It broke", "MARIA", "maria", "dana", "Dana"} {
		if strings.Contains(stdout, word) {
			t.Errorf("statistics hold %q: %v", word, stdout)
		}
	}
}

// exportOf is what a desk exports of a kind.
func exportOf(t *testing.T, desk *bot.Desk, kind string) string {
	t.Helper()

	var out strings.Builder
	if err := (exportCommand{What: kind, Format: "jsonl"}).from(t.Context(), desk, &out); err != nil {
		t.Fatalf("exporting %v: %v", kind, err)
	}

	return out.String()
}

// Of a break nothing is exported: all is the same with it as without.
func TestExportOfBreaks(t *testing.T) {
	env := operable(t)
	escalated(t, env, 1)

	atDesk(t, env, func(desk *bot.Desk, store bot.Store) {
		before := map[string]string{}
		for _, kind := range exports {
			before[kind] = exportOf(t, desk, kind)
		}

		reply, err := desk.Command(t.Context(), chat.Command{ID: "1", Who: "slack:U0MARIA", Name: "recover"})
		if err != nil {
			t.Fatalf("Command(recover) = %+v, %v, want an offer", reply, err)
		}

		if err := store.View(t.Context(), func(tx bot.Tx) error {
			b, err := tx.Break("slack:U0MARIA")
			if err == nil && b.State == bot.BreakOver {
				err = fmt.Errorf("the break is %+v", b)
			}

			return err
		}); err != nil {
			t.Fatalf("Break(maria) = %v, want one that is kept", err)
		}

		for _, kind := range exports {
			if diff := cmp.Diff(before[kind], exportOf(t, desk, kind)); diff != "" {
				t.Errorf("%v after a break (-before +after):\n%v", kind, diff)
			}
		}
	})
}

// Answers are exported as counts over enough people, and never who gave them.
func TestExportOfFeedback(t *testing.T) {
	for answering, want := range map[int]string{
		2: "",
		5: `{"team":"billing","team_name":"Billing","week":"2026-11-02T00:00:00Z","of":"who asked for help","answer":"yes","count":5}` + "\n",
	} {
		d := digestDeskOf(t, on(1, 12, 0), digestConfig)
		d.keepWeek()

		if err := d.store.Update(t.Context(), func(tx bot.Tx) error {
			for id := bot.EscalationID(1); int(id) <= answering; id++ { //nolint:gosec // a few
				e, err := tx.Escalation(id)
				if err != nil {
					return err
				}

				e.Asked = []bot.Asked{{Who: e.Agent, N: 1, Answered: on(2, 0, 0)}}
				if err := tx.PutEscalation(e); err != nil {
					return err
				}

				if err := tx.AddFeedback(&bot.Feedback{Team: "billing", Week: on(2, 0, 0), Helped: "yes", Change: "More people"}); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			t.Fatal(err)
		}

		d.now = on(20, 9, 0)

		if got := exportOf(t, d.Desk, "feedback"); got != want {
			t.Errorf("with %d answers the export is\n%vwant\n%v", answering, got, want)
		}
	}
}

// What can't be read is left out and named; the rest is exported.
func TestExportWithDamage(t *testing.T) {
	env := operable(t)
	escalated(t, env, 3)

	in := insider{filepath.Join(env["FIREBREAK_DATA"], databaseName)}
	if err := in.update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("timelines")).Put(entryOf(2, 1), []byte("spoiled"))
	}); err != nil {
		t.Fatal(err)
	}

	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = control(t, env)
		}

		stdout, stderr, code := exportsTo(t, env, "--what", "timeline")
		if code != 1 || strings.Count(stdout, "\n") != 5 || !strings.Contains(stderr, "left out, in whole or in part: E-2; restore") {
			t.Errorf("firebreak export = %d and prints\n%v%v\nwant five entries, and that a part of E-2 is left out", code, stdout, stderr)
		}

		stop()
	}
}
