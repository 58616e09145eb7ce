package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// erases has an operator give an order to erase, who reads what comes of it.
func erases(p *play, c eraseCommand, words string) error {
	p.heard(c.Customer)

	c.By, c.Wait = "olga", 2*time.Minute

	var report strings.Builder

	err := p.app.erase(p.t.Context(), c, &report)
	if _, left := errors.AsType[*leftError](err); !left && err != nil {
		report.WriteString(err.Error())
	}

	for _, words := range inQuotes(words) {
		if !strings.Contains(report.String(), words) {
			return fmt.Errorf("the operator reads\n%v\nwant %q", report.String(), words)
		}
	}

	return nil
}

// secretWords are written by people about a customer; each is found nowhere else.
var secretWords = []string{"Der Zwiebelmixer fing Feuer", "Schadenersatz sofort", "Rückruf am Dienstag", "Sie weinte bitterlich", "Blumen zur Versöhnung"}

// An archive is a data directory with customers of whom much is known.
type archive struct {
	t    *testing.T
	data string
	now  time.Time
}

const eraseConfig = `
timezone: UTC
people:
  dana:  {name: Dana Reed, role: supervisor, slack: U0DANA}
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA}
  olga:  {name: Olga Moss, role: operator, slack: U0OLGA}
teams:
  billing: {name: Billing, supervisors: [dana], managers: [priya], channel: C0BILLING, options: [{name: Refund}]}
`

// archiveOf has some escalations of the customer K-4711, and one of another.
func archiveOf(t *testing.T, escalations int) *archive {
	t.Helper()

	a := &archive{t: t, data: t.TempDir(), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	if err := os.WriteFile(filepath.Join(a.data, "firebreak.yaml"), []byte(eraseConfig), 0o600); err != nil {
		t.Fatal(err)
	}

	a.with(nil, func(desk *bot.Desk, _ *bolt.Store) {
		for range escalations {
			a.live(desk, "K-4711", "Ms Kovac", secretWords)
		}

		a.live(desk, "J-1", "Mr Ivo", []string{"Apfelstrudel verbrannt", "Ein neuer Strudel", "", "Er war ruhig", "Ein Gutschein"})
	})

	return a
}

// with opens the data for a desk, whose store dies as it says, and closes it.
func (a *archive) with(dies func(*mind), use func(*bot.Desk, *bolt.Store)) {
	a.t.Helper()

	store, err := bolt.Open(filepath.Join(a.data, databaseName), bolt.Options{Now: func() time.Time { return a.now }, NoSync: true})
	if err != nil {
		a.t.Fatal(err)
	}

	defer func() {
		if err := store.Close(); err != nil {
			a.t.Error(err)
		}
	}()

	config, err := ParseConfig("test.yaml", []byte(eraseConfig))
	if err != nil {
		a.t.Fatal(err)
	}

	m := &mind{Store: store, died: func() {}}
	if dies != nil {
		dies(m)
	}

	use(bot.NewDesk(bot.DeskOptions{
		Store: m, Settings: config.settings(), Now: func() time.Time { return a.now }, Log: slog.New(slog.DiscardHandler),
	}), store)
}

// live is the life of an escalation from the call for help to its end.
func (a *archive) live(desk *bot.Desk, reference, name string, words []string) {
	a.t.Helper()

	last, maria, dana := bot.EscalationID(0), chat.Person("slack:U0MARIA"), chat.Person("slack:U0DANA")
	submit := func(who chat.Person, form string, values chat.Values) {
		state := ""
		if last > 0 {
			state = last.String()
		}

		reply, err := desk.Submit(a.t.Context(), chat.Submission{Who: who, Form: form, State: state, Values: values})
		if err != nil || reply.Problems != nil || reply.Message != nil {
			a.t.Fatalf("Submit(%v) = %+v, %v, want it done", form, reply, err)
		}
	}

	submit(maria, "escalate", chat.Values{
		"customer": {name}, "reference": {reference}, "happened": {words[0]}, "wants": {words[1]}, "told": {words[2]}, "team": {"billing"}, "same": {"another"},
	})

	list, err := desk.Command(a.t.Context(), chat.Command{Who: maria, Name: "escalate", Text: "list"})
	if err != nil {
		a.t.Fatal(err)
	}

	for _, part := range list.Message.Parts {
		if buttons, ok := part.(chat.Buttons); ok && last == 0 {
			last, _ = bot.ParseEscalationID(buttons[0].Value)
		}
	}

	for _, action := range []string{"take", "join"} {
		if _, err := desk.Click(a.t.Context(), chat.Click{Who: dana, Action: action, Value: last.String()}); err != nil {
			a.t.Fatal(err)
		}
	}

	submit(dana, "note", chat.Values{"note": {words[3]}})
	submit(dana, "resolve", chat.Values{"outcome": {"Refund"}, "agreed": {words[4]}, "worked": {words[4]}})
}

// traces are the records that still tell of the customer.
func (a *archive) traces(store *bolt.Store) []bolt.Trace {
	a.t.Helper()

	traces, err := store.Traces(a.t.Context(), append([]string{"K-4711", "Ms Kovac", "Kovac"}, secretWords...))
	if err != nil {
		a.t.Fatal(err)
	}

	return traces
}

// runs has the program run on the data, and returns what it prints.
func (a *archive) runs(args ...string) (code int, said string) {
	a.t.Helper()

	var out, complaints strings.Builder

	code = run(append([]string{"--data", a.data, "--config", filepath.Join(a.data, "firebreak.yaml")}, args...), &out, &complaints, func(string) (string, bool) { return "", false })

	return code, out.String() + complaints.String()
}

func wantWords(t *testing.T, what, said string, words ...string) {
	t.Helper()

	for _, words := range words {
		if !strings.Contains(said, words) {
			t.Errorf("%v says\n%v\nwant %q", what, said, words)
		}
	}
}

// TestEraseAtRest erases with the program itself, and looks at every byte.
func TestEraseAtRest(t *testing.T) {
	a := archiveOf(t, 3)
	database := filepath.Join(a.data, databaseName)

	code, said := a.runs("erase", "--customer", "K-4711", "--by", "olga")
	wantWords(t, "a dry run", said, "Escalations: 3 (E-1, E-2, E-3)", "Nothing was erased")

	if before, err := bolt.RawTraces(t.Context(), database, secretWords); err != nil || code != 0 || before == 0 {
		t.Fatalf("a dry run = %d, and %d traces, %v, want 0 and some: nothing is erased", code, before, err)
	}

	_, said = a.runs("erase", "--customer", "K-4711", "--by", "olga", "--yes", "--dry-run")
	wantWords(t, "a dry run with --yes", said, "Nothing was erased. Leave out --dry-run to erase it")

	if _, said = a.runs("erase", "--customer", "nobody", "--by", "olga"); strings.Contains(said, "--yes") {
		t.Errorf("a dry run for nobody says\n%v\nwant nothing of --yes", said)
	}

	code, said = a.runs("erase", "--customer", " k-4711", "--by", "olga", "--yes")
	wantWords(t, "erase", said, "Escalations: 3 (E-1, E-2, E-3)", "Erased from the records, by olga.",
		"for 2 names and ", "found in 0", "The file was written anew. Searched all its bytes: found 0 times")

	// No bot ran, so that nobody knows whether what was to be posted was.
	wantWords(t, "erase", said, "messages on their way (see above)")

	if code != eraseLeaves {
		t.Errorf("erase = %d, want %d", code, eraseLeaves)
	}

	// The same order again does not pass for done while they are on their way.
	code, said = a.runs("erase", "--customer", "K-4711", "--by", "olga", "--yes")
	wantWords(t, "erase again", said, "There is no escalation and no record of this customer.", "messages on their way (see above)")

	if code != eraseLeaves {
		t.Errorf("erase again = %d, want %d", code, eraseLeaves)
	}

	if after, err := bolt.RawTraces(t.Context(), database, append([]string{"K-4711", "Kovac"}, secretWords...)); err != nil || after != 0 {
		t.Errorf("the file holds the words %d times, %v, want 0", after, err)
	}

	a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
		if traces := a.traces(store); len(traces) > 0 {
			t.Errorf("the records hold the words in %v, want none", traces)
		}

		e := inStore(t, store, 1)
		if e.State != bot.Closed || e.Outcome == nil || e.Outcome.Name != "Refund" || e.TakenAt.IsZero() || len(e.Pages) == 0 {
			t.Errorf("E-1 = %+v, want its figures to stay", e)
		}

		if e := inStore(t, store, 4); e.Context.Happened != "Apfelstrudel verbrannt" {
			t.Errorf("E-4 = %+v, want another customer's words to stay", e)
		}
	})
}

// A case that is erased by its number takes nothing else of its customer along: their
// other cases stay, and what they were given and forbidden.
func TestEraseByNumber(t *testing.T) {
	a := wellKnown(t)

	code, said := a.runs("erase", "--escalation", "E-1", "--by", "olga", "--yes")
	wantWords(t, "erase", said, "Escalations: 1 (E-1)", "Named by number, of customers with a reference: E-1. What else is known of these customers stays: erase it with --customer.")

	if code != eraseLeaves {
		t.Errorf("erase = %d, want %d: messages are on their way", code, eraseLeaves)
	}

	a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
		if e, other := inStore(t, store, 1), inStore(t, store, 2); e.Context.Happened != "" || e.Context.Reference != "" || other.Context.Happened != secretWords[0] {
			t.Errorf("E-1 says %+v and E-2 %+v, want the first erased and the second as it was", e.Context, other.Context)
		}

		if err := store.View(t.Context(), func(tx bot.Tx) error {
			c, err := tx.Customer("billing", "K-4711")
			if err == nil && (len(c.Restrictions) != 1 || len(c.Incidents) != 1 || c.Times != 1) {
				t.Errorf("the customer is %+v, want their restriction and incident, and one time less", c)
			}

			return err
		}); err != nil {
			t.Error(err)
		}
	})

	code, said = a.runs("erase", "--customer", "K-4711", "--escalation", "E-3", "--by", "olga", "--yes")
	if wantWords(t, "erase", said, "Escalations: 2 (E-2, E-3)", "Records of the customer: 1", "found in 0"); code != eraseLeaves {
		t.Errorf("erase = %d, want %d", code, eraseLeaves)
	}
}

// TestEraseNamesBackups has copies that hold the data, and one that does not.
func TestEraseNamesBackups(t *testing.T) {
	a := archiveOf(t, 1)
	copies := filepath.Join(a.data, "copies")

	if err := errors.Join(os.Mkdir(copies, 0o700), os.WriteFile(filepath.Join(a.data, "firebreak.yaml"), []byte(eraseConfig+"backup: {dir: "+copies+"}\n"), 0o600)); err != nil {
		t.Fatal(err)
	}

	if code, said := a.runs("backup", filepath.Join(copies, "firebreak-20261123-080000.db")); code != 0 {
		t.Fatal(said)
	}

	if err := os.WriteFile(filepath.Join(copies, "firebreak-20261123-090000.db"), []byte("nothing of it"), 0o600); err != nil {
		t.Fatal(err)
	}

	code, said := a.runs("erase", "--customer", "K-4711", "--by", "olga", "--yes")
	wantWords(t, "erase", said, "Backups that still hold it:\n  "+copies+"/firebreak-20261123-080000.db\n", "backups (see above)")

	if strings.Contains(said, "090000") || code != eraseLeaves {
		t.Errorf("erase = %d with\n%v\nwant %d, and the second copy not named", code, said, eraseLeaves)
	}
}

// TestOnlyOperatorsErase has everybody try who is in the configuration, and somebody
// at the machine.
func TestOnlyOperatorsErase(t *testing.T) {
	for by, may := range map[string]bool{"dana": false, "priya": false, "olga": true, "root": false} {
		a := archiveOf(t, 1)

		_, said := a.runs("erase", "--customer", "K-4711", "--by", by, "--yes")
		if erased := strings.Contains(said, "Erased from the records"); erased != may {
			t.Errorf("erase --by %v says\n%v\nwant it erased: %v", by, said, may)
		}

		if !may {
			wantWords(t, "erase --by "+by, said, "Only an operator can erase what is kept of a customer: Olga Moss.")
		}

		if by == "root" {
			wantWords(t, "erase --by "+by, said, "Say who orders it as the configuration does: --by olga.")
		}
	}
}

// Where the configuration names no operator, whoever is at the machine erases, and the
// timeline says that nobody vouches for the name.
func TestEraseWithoutOperators(t *testing.T) {
	a := archiveOf(t, 1)
	if err := os.WriteFile(filepath.Join(a.data, "firebreak.yaml"), []byte(strings.Replace(eraseConfig, "role: operator", "role: manager", 1)), 0o600); err != nil {
		t.Fatal(err)
	}

	_, said := a.runs("erase", "--customer", "K-4711", "--by", "root", "--yes")
	wantWords(t, "erase --by root", said, "Erased from the records, by root (not configured).")

	a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
		if err := store.View(t.Context(), func(tx bot.Tx) error {
			entries, err := tx.Timeline(1)
			if last := entries[len(entries)-1]; last.By != "operator:root (not configured)" {
				t.Errorf("the erasure is by %q, want that the name is not configured", last.By)
			}

			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// A team that is mistyped does not pass for one without the customer, and one that is
// in the configuration no more is found in the records.
func TestEraseKnowsTeams(t *testing.T) {
	a := archiveOf(t, 1)

	for _, args := range [][]string{{}, {"--yes"}} {
		code, said := a.runs(append([]string{"erase", "--customer", "K-4711", "--team", "biling", "--by", "olga"}, args...)...)
		if wantWords(t, "erase", said, `There is no team "biling", and no record of one. The teams are billing`); code != 1 {
			t.Errorf("erase --team biling %v = %d, want 1", args, code)
		}
	}

	if err := os.WriteFile(filepath.Join(a.data, "firebreak.yaml"), []byte(strings.Replace(eraseConfig, "  billing: {name: Billing", "  sales: {name: Sales", 1)), 0o600); err != nil {
		t.Fatal(err)
	}

	code, said := a.runs("erase", "--customer", "nobody", "--team", "billing", "--by", "olga")
	if wantWords(t, "erase", said, "There is no escalation"); code != 0 {
		t.Errorf("erase --team billing = %d with %v, want 0: there are records of it", code, said)
	}
}

// TestEraseSurvivesCrashes has the bot die after each of the writes of an erasure:
// the next one brings it to its end, by itself.
func TestEraseSurvivesCrashes(t *testing.T) {
	order := bot.Erasure{Reference: "K-4711", By: "olga"}

	for writes := 1; ; writes++ {
		a, died := archiveOf(t, 12), false

		a.with(func(m *mind) { m.after = writes }, func(desk *bot.Desk, _ *bolt.Store) {
			_, _, err := desk.Erase(t.Context(), order)
			died = errors.Is(err, errDead)
		})

		a.with(nil, func(desk *bot.Desk, store *bolt.Store) {
			if err := desk.ResumeErasings(t.Context()); err != nil {
				t.Fatal(err)
			}

			if traces := a.traces(store); len(traces) > 0 {
				t.Errorf("after a crash at write %d the records hold the words in %v, want none", writes, traces)
			}

			for id := bot.EscalationID(1); id <= 12; id++ {
				if n := timesErased(t, store, id); n != 1 {
					t.Errorf("after a crash at write %d %v was erased %d times, want once", writes, id, n)
				}
			}
		})

		if !died {
			if writes < 4 {
				t.Errorf("an erasure of 12 escalations took %d writes, want several: a page must not wait for all of them", writes)
			}

			return
		}
	}
}

// timesErased counts how often a timeline says that it was erased.
func timesErased(t *testing.T, store bot.Store, id bot.EscalationID) (times int) {
	t.Helper()

	if err := store.View(t.Context(), func(tx bot.Tx) error {
		entries, err := tx.Timeline(id)

		for _, entry := range entries {
			if entry.What == bot.WasErased {
				times++
			}
		}

		return err
	}); err != nil {
		t.Fatal(err)
	}

	return times
}

// TestEraseWhileRunning erases where the file can't be written anew at once: until
// the next start its free room holds what was erased, and no backup does.
func TestEraseWhileRunning(t *testing.T) {
	a := archiveOf(t, 3)
	database, backup := filepath.Join(a.data, databaseName), filepath.Join(a.data, "backup.db")

	raw := func(path string) int {
		times, err := bolt.RawTraces(t.Context(), path, secretWords)
		if err != nil {
			t.Fatal(err)
		}

		return times
	}

	a.with(nil, func(desk *bot.Desk, store *bolt.Store) {
		if _, _, err := desk.Erase(t.Context(), bot.Erasure{Reference: "K-4711", By: "olga"}); err != nil {
			t.Fatal(err)
		}

		if stale, err := store.Stale(); err != nil || !stale || raw(database) == 0 {
			t.Errorf("Stale() = %v, %v, and %d traces, want a file that holds what was erased", stale, err, raw(database))
		}

		if _, err := store.Backup(t.Context(), backup, bolt.BackupRate); err != nil || raw(backup) > 0 {
			t.Errorf("Backup() = %v, and %d traces, want none", err, raw(backup))
		}
	})

	a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
		if stale, err := store.Stale(); err != nil || stale || raw(database) > 0 {
			t.Errorf("at the next start Stale() = %v, %v, and %d traces, want none", stale, err, raw(database))
		}
	})
}

// TestEraseRedrawsNotes has messages that belong to no escalation and may show what
// was erased: one that lists it, and a digest. Others are left alone.
func TestEraseRedrawsNotes(t *testing.T) {
	a := archiveOf(t, 1)

	notes := []struct {
		bot.Note
		want bool
	}{
		{bot.Note{What: bot.ShiftBegan, Escalations: []bot.EscalationID{2, 1}}, true},
		{bot.Note{What: bot.WeeklyDigest}, true},
		{bot.Note{What: bot.ShiftBegan, Escalations: []bot.EscalationID{2}}, false},
	}

	a.with(nil, func(desk *bot.Desk, store *bolt.Store) {
		if err := store.Update(t.Context(), func(tx bot.Tx) error {
			for i := range notes {
				n := &notes[i].Note

				var err error
				if n.ID, err = tx.NextNote(); err != nil {
					return err
				}

				n.To, n.Team, n.At = "dana", "billing", a.now
				if err := tx.PutNote(n); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			t.Fatal(err)
		}

		if _, _, err := desk.Erase(t.Context(), bot.Erasure{Reference: "K-4711", By: "olga"}); err != nil {
			t.Fatal(err)
		}

		if err := store.View(t.Context(), func(tx bot.Tx) error {
			for _, n := range notes {
				card, err := tx.Card(bot.CardID{Role: bot.NoteCard, Person: "dana", N: int(n.ID)})
				if err != nil && !errors.Is(err, bot.ErrNotFound) {
					return err
				}

				if redrawn := err == nil && card.Pending(); redrawn != n.want {
					t.Errorf("the note %q of %v is drawn anew: %v, want %v", n.What, n.Escalations, redrawn, n.want)
				}
			}

			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// TestEraseNamesWhatStays has messages that could not be changed: none of them passes
// for edited, and each is named with what to find it by and what to do.
func TestEraseNamesWhatStays(t *testing.T) {
	page := bot.CardID{Role: bot.PageCard, Escalation: 1, Person: "dana", N: 1}

	for code, want := range map[string][]string{
		"not_connected":          {"the bot is not connected to Slack\n", "connect it, start it, and ask again with the same command"},
		"no_account":             {"the bot knows no account of theirs any more\n", "Delete these by hand"},
		"cant_update_message":    {"the platform says cant_update_message\n", "Delete these by hand"},
		"cant_update_message ok": {"1 edited"},
	} {
		var report strings.Builder

		a := archiveOf(t, 1)

		a.with(nil, func(desk *bot.Desk, store *bolt.Store) {
			_, erasing, err := desk.Erase(t.Context(), bot.Erasure{Reference: "K-4711", By: "olga"})
			if err != nil {
				t.Fatal(err)
			}

			if err := store.Update(t.Context(), func(tx bot.Tx) error {
				card, err := tx.Card(page)
				if err != nil {
					return err
				}

				card.Ref, card.Posted = chat.Ref{Room: "slack:D0DANA", ID: "1700000000.000100"}, a.now
				card.Shown, card.Dead, card.Failure = card.Wanted, !strings.HasSuffix(code, "ok"), strings.TrimSuffix(code, " ok")

				if !card.Dead {
					card.Failure, card.Erased = "", bot.CardEdited
				}

				return tx.PutCard(card)
			}); err != nil {
				t.Fatal(err)
			}

			e := eraser{desk: desk, store: store, out: &report}
			if err := e.messages(t.Context(), erasing); err != nil {
				t.Fatal(err)
			}
		})

		if !strings.HasSuffix(code, "ok") {
			want = append(want, "0 edited", "1 that stay", "  stays: E-1, page for Dana Reed, on Slack in D0DANA, message 1700000000.000100, posted 2026-11-23 09:00:00 UTC: ")
		}

		wantWords(t, code, report.String(), want...)
	}
}
