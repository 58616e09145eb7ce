package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

type verifyCommand struct {
	Escalation string `help:"Only this one." placeholder:"E-142"`
	Keep       string `help:"Write the head of each timeline to this file, which must not exist. Store it where nobody who can write the data can write it." placeholder:"FILE" type:"path"`
	Against    string `help:"A file that --keep wrote: also find what was written anew since." placeholder:"FILE" type:"path"`
}

// Run prints what is wrong, and what was looked at. It fails if anything is wrong.
func (c verifyCommand) Run(w *world) (err error) {
	env, err := w.environment()
	if err != nil {
		return err
	}

	if err := c.check(); err != nil {
		return err
	}

	v := verification{out: w.stdout, days: map[string]int{}}

	if c.Against != "" {
		if err := isFile(c.Against, "name one that firebreak verify --keep wrote"); err != nil {
			return err
		}

		file, err := os.Open(c.Against)
		if err != nil {
			return err
		}

		defer func() { _ = file.Close() }() // it was only read

		v.before = &keptHeads{lines: json.NewDecoder(file), path: c.Against, only: c.Escalation}
	}

	if c.Keep != "" {
		if err := isFree(c.Keep); err != nil {
			return err
		}

		if v.keep, err = keepHeads(c.Keep); err != nil {
			return err
		}
	}

	err = v.look(askToVerify(w.ctx, env.DataDir, c.Escalation))
	if errors.Is(err, errNotRunning) {
		err = atRest(w, env, func(desk *bot.Desk, store *bolt.Store) error {
			return v.look(verified(w.ctx, desk, store, c.Escalation))
		})
	}

	if v.keep != nil {
		err = v.keep.end(err)
	}

	if err != nil {
		return err
	}

	return v.sum()
}

func (c verifyCommand) check() error {
	if c.Escalation == "" {
		return nil
	}

	return isEscalation(c.Escalation)
}

// isEscalation returns what is wrong with the number of an escalation as somebody
// typed it.
func isEscalation(name string) error {
	if _, err := bot.ParseEscalationID(name); err != nil {
		return misused("%q is no escalation; write one like E-142", name)
	}

	return nil
}

// A verdict is what is said of one number, as it goes from a running bot to the
// command: without a word of the record.
type verdict struct {
	ID      bot.EscalationID `json:"id,omitzero"`
	Through bot.EscalationID `json:"through,omitzero"`
	Kept    bool             `json:"kept,omitzero"`
	Tallied bool             `json:"tallied,omitzero"`
	Before  bool             `json:"before,omitzero"`
	Unread  bool             `json:"unread,omitzero"`
	Chained time.Time        `json:"chained,omitzero"`
	Entries int              `json:"entries,omitzero"`
	Hashes  [][]byte         `json:"hashes,omitempty"`
	Says    []string         `json:"says,omitempty"`

	Failed string `json:"failed,omitzero"` // why nothing more comes
	Done   bool   `json:"done,omitzero"`   // nothing more is to come
}

func verdictOf(one bot.Verified) verdict {
	return verdict{
		ID: one.ID, Through: one.Through, Kept: one.Kept, Tallied: one.Tallied, Before: one.Before, Unread: one.Unread,
		Chained: one.Chained, Entries: one.Entries, Hashes: one.Hashes, Says: one.Says,
	}
}

// verified has a desk verify one escalation, or all, and then the store the rest of
// its file.
func verified(ctx context.Context, desk *bot.Desk, store *bolt.Store, only string) iter.Seq2[verdict, error] {
	return func(yield func(verdict, error) bool) {
		if id, err := bot.ParseEscalationID(only); err == nil {
			one, err := desk.VerifyOne(ctx, id)
			yield(verdictOf(one), err)

			return
		}

		for one, err := range desk.Verify(ctx) {
			if !yield(verdictOf(one), err) {
				return
			}
		}

		if rest, err := damagedRest(ctx, store); err != nil || len(rest.Says) > 0 {
			yield(rest, err)
		}
	}
}

// damagedRest says what is damaged in a file besides escalations, timelines and
// tallies, which were verified one by one.
func damagedRest(ctx context.Context, store *bolt.Store) (rest verdict, err error) {
	report, err := store.Check(ctx)
	if err != nil {
		return rest, fmt.Errorf("the data file can't be checked: %w", err)
	}

	for _, problem := range report.Problems {
		damaged, one := errors.AsType[*bolt.DamagedError](problem)
		if one && !slices.Contains([]string{"escalations", "timelines", "tallies"}, damaged.Bucket) {
			rest.Says = append(rest.Says, problem.Error()+".")
		}
	}

	if report.More > 0 {
		rest.Says = append(rest.Says, several(report.More, "more problem was", "more problems were")+" found in the data file.")
	}

	return rest, nil
}

// orderedVerify answers `firebreak verify`, a line for each number.
func (a *App) orderedVerify(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")

	lines := json.NewEncoder(w)

	for one, err := range verified(r.Context(), a.desk, a.store, r.FormValue("escalation")) {
		if err != nil {
			one = verdict{Failed: err.Error()}
		}

		if lines.Encode(one) != nil || err != nil {
			return
		}
	}

	_ = lines.Encode(verdict{Done: true}) // who asked has gone otherwise
}

// askToVerify has the bot that runs on a data directory do so. It yields
// errNotRunning if none does.
func askToVerify(ctx context.Context, data, only string) iter.Seq2[verdict, error] {
	return func(yield func(verdict, error) bool) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://firebreak/verify?"+url.Values{"escalation": {only}}.Encode(), nil)
		if err != nil {
			yield(verdict{}, err)

			return
		}

		response, err := askBot(request, data)
		if err != nil {
			yield(verdict{}, err)

			return
		}

		defer func() { _ = response.Body.Close() }()

		if response.StatusCode != http.StatusOK {
			yield(verdict{}, errors.New("the running bot knows no verify: it is of another version"))

			return
		}

		readVerdicts(response.Body, yield)
	}
}

func readVerdicts(body io.Reader, yield func(verdict, error) bool) {
	lines := json.NewDecoder(body)

	for {
		var one verdict

		err := lines.Decode(&one)

		switch {
		case err != nil:
			yield(verdict{}, fmt.Errorf("the running bot did not answer in full: %w", err))

			return
		case one.Done:
			return
		case one.Failed != "":
			yield(verdict{}, errors.New(one.Failed))

			return
		}

		if !yield(one, nil) {
			return
		}
	}
}

// A verification prints what is wrong and counts what was looked at.
type verification struct {
	out    io.Writer
	keep   *headKeeper // nil to keep nothing
	before *keptHeads  // nil to hold nothing against it

	records, entries, tallies, gone, unread int
	faults, faulty                          int
	days                                    map[string]int // on which timelines were chained that were there before
}

func (v *verification) look(all iter.Seq2[verdict, error]) error {
	for one, err := range all {
		if err != nil {
			return err
		}

		says, err := v.heldAgainst(one)
		if err != nil {
			return err
		}

		if err := v.note(one, append(one.Says, says...)); err != nil {
			return err
		}
	}

	says, err := v.lost()
	if err != nil {
		return err
	}

	return v.complain(says)
}

// note counts one number, prints what is wrong with it, and keeps the head of what
// is sound.
func (v *verification) note(one verdict, says []string) error {
	switch {
	case one.Kept:
		v.records++
		v.entries += one.Entries

		if !one.Chained.IsZero() {
			v.days[one.Chained.UTC().Format(time.DateOnly)]++
		}
	case one.Before:
		v.gone += int(max(one.Through, one.ID) - one.ID + 1) //nolint:gosec // counts records
	case one.Tallied:
		v.tallies++
	case one.Unread:
		v.unread++
	}

	if len(says) > 0 {
		return v.complain(says)
	}

	if v.keep == nil || len(one.Hashes) == 0 || one.Before {
		return nil
	}

	return v.keep.add(keptHead{ID: one.ID.String(), Entries: one.Entries, Head: hex.EncodeToString(one.Hashes[len(one.Hashes)-1])})
}

func (v *verification) complain(says []string) error {
	if len(says) > 0 {
		v.faulty++
	}

	for _, line := range says {
		v.faults++

		if _, err := fmt.Fprintln(v.out, line); err != nil {
			return err
		}
	}

	return nil
}

// sum prints what was looked at, and fails if anything was wrong.
func (v *verification) sum() error {
	lines := []string{fmt.Sprintf("%v with %v and %v of forgotten ones were verified.",
		several(v.records, "escalation", "escalations"), several(v.entries, "entry", "entries"), several(v.tallies, "tally", "tallies"))}

	if v.unread > 0 {
		lines = append(lines, several(v.unread, "record", "records")+" could not be read.")
	}

	for day, n := range v.days {
		lines = append(lines, fmt.Sprintf("%v had been written before there was a chain: it shows what was altered after %v.", several(n, "timeline", "timelines"), day))
	}

	if v.gone > 0 {
		lines = append(lines, several(v.gone, "escalation", "escalations")+" had been forgotten before numbers were accounted for.")
	}

	if v.before != nil {
		lines = append(lines, fmt.Sprintf("Compared with %v that were kept in %v.", several(v.before.compared, "head", "heads"), v.before.path))
	}

	if v.keep != nil {
		lines = append(lines, v.kept())
	}

	if v.faults == 0 {
		lines = append(lines, "Nothing was altered.")
	}

	if _, err := fmt.Fprintln(v.out, strings.Join(lines, "\n")); err != nil {
		return err
	}

	if v.faults > 0 {
		return fmt.Errorf("%v found in %v", several(v.faults, "fault was", "faults were"), several(v.faulty, "place", "places"))
	}

	return nil
}

// kept says what --keep wrote.
func (v *verification) kept() string {
	line := fmt.Sprintf("Kept %v in %v", several(v.keep.heads, "head", "heads"), v.keep.file.Name())
	if v.faults > 0 {
		line += ", without those of what has a fault"
	}

	return line + "."
}

// several says how many there are of something.
func several(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}

	return fmt.Sprint(n, " ", more)
}
