package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

type exportCommand struct {
	What      string `help:"escalations, timeline, promises, statistics, feedback, or all; with --customer also customer, visits, gestures, restrictions, incidents, and no statistics or feedback, which name nobody." enum:"escalations,timeline,promises,statistics,feedback,customer,visits,gestures,restrictions,incidents,all" default:"all"`
	Customer  string `help:"The reference of a customer: all that is kept with it, for whoever asks what is known of them." placeholder:"C-1042"`
	Format    string `help:"jsonl, a JSON object a line, or csv, for spreadsheets." enum:"jsonl,csv" default:"jsonl"`
	Team      string `help:"Key of a team in the configuration; all if it is left out." placeholder:"billing"`
	From      string `help:"The first day on which it was opened, in the team's zone." placeholder:"2026-01-01"`
	To        string `help:"The last day." placeholder:"2026-12-31"`
	Out       string `help:"Directory to write the files to, which is made if it is not there, or - for one kind on the standard output." default:"-" placeholder:"DIR"`
	Anonymous bool   `help:"Leave out what people wrote, and who the customers are."`
}

// exports are the kinds, in the order in which they are written, and customerExports
// those of one customer.
var (
	exports         = []string{"escalations", "timeline", "promises", "statistics", "feedback"}
	customerExports = []string{"escalations", "timeline", "promises", "customer", "visits", "gestures", "restrictions", "incidents"}
)

// kinds returns what there is to export.
func (c exportCommand) kinds() []string {
	if c.Customer != "" {
		return customerExports
	}

	return exports
}

// check returns what is wrong with how it was called.
func (c exportCommand) check() error {
	kinds := c.kinds()

	switch {
	case c.Customer != "" && c.Anonymous:
		return misused("--anonymous leaves out who the customers are, and --customer asks for one: leave one of them away")
	case c.What == "all" && c.Out == "-":
		return misused("all kinds need a file each: name a directory with --out, or one kind with --what (%v)", strings.Join(kinds, ", "))
	case c.What != "all" && !slices.Contains(kinds, c.What) && c.Customer == "":
		return misused("%v are exported of one customer: name them by their reference with --customer", c.What)
	case c.What != "all" && !slices.Contains(kinds, c.What):
		return misused("%v name no customer: with --customer there are %v", c.What, strings.Join(kinds, ", "))
	default:
		return nil
	}
}

// Run has the running bot export, or reads the data itself where none runs.
func (c exportCommand) Run(w *world) error {
	env, err := w.environment()
	if err != nil {
		return err
	}

	if _, err := c.selection(); err != nil {
		return err
	}

	if err := c.check(); err != nil {
		return err
	}

	kinds := []string{c.What}
	if c.What == "all" {
		kinds = c.kinds()
	}

	var (
		rows   rowCounter
		unread []error
	)

	for _, kind := range kinds {
		c.What = kind

		err := c.write(w, env, &rows)
		if _, left := errors.AsType[*leftOutError](err); err != nil && !left {
			return err
		}

		unread = append(unread, err)
	}

	if err := errors.Join(unread...); err != nil || c.Customer == "" || rows > 0 {
		return err
	}

	_, err = fmt.Fprintln(w.stderr, "nothing is kept with the reference: look whether it is written as it was in the form")

	return err
}

// A rowCounter counts the rows that are written through it.
type rowCounter int

// through returns a writer that counts what goes to another one. The head of a table is
// no row.
func (n *rowCounter) through(out io.Writer, format string) io.Writer {
	if format == "csv" {
		*n--
	}

	return io.MultiWriter(out, n)
}

// Write counts lines.
func (n *rowCounter) Write(p []byte) (int, error) {
	*n += rowCounter(bytes.Count(p, []byte("\n")))

	return len(p), nil
}

// write exports one kind.
func (c exportCommand) write(w *world, env Environment, rows *rowCounter) error {
	if c.Out == "-" {
		return c.export(w, env, rows.through(w.stdout, c.Format))
	}

	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return fmt.Errorf("nothing was exported: the directory can't be made, name another with --out: %w", err)
	}

	path := filepath.Join(c.Out, c.What+"."+c.Format)

	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("nothing was exported to %v, name another directory with --out: %w", path, err)
	}

	err = errors.Join(c.export(w, env, rows.through(file, c.Format)), file.Close())

	if unread := (*leftOutError)(nil); err != nil && !errors.As(err, &unread) {
		return errors.Join(err, os.Remove(path)) // a part would pass for the whole
	}

	_, failed := fmt.Fprintln(w.stderr, "exported", path)

	return errors.Join(err, failed)
}

func (c exportCommand) export(w *world, env Environment, out io.Writer) error {
	err := c.ask(w.ctx, env.DataDir, out)
	if errors.Is(err, errNotRunning) {
		err = atRest(w, env, func(desk *bot.Desk, _ *bolt.Store) error { return c.from(w.ctx, desk, out) })
	}

	return err
}

// selection reads what of the records is meant.
func (c exportCommand) selection() (sel bot.Selection, err error) {
	sel.Team, sel.Customer = bot.TeamID(c.Team), strings.TrimSpace(c.Customer)

	for _, day := range []struct {
		text string
		into *time.Time
	}{{c.From, &sel.From}, {c.To, &sel.To}} {
		if day.text == "" {
			continue
		}

		if *day.into, err = time.Parse(time.DateOnly, day.text); err != nil {
			return sel, misused("%q is no day; write one like 2026-01-31", day.text)
		}
	}

	if !sel.From.IsZero() && !sel.To.IsZero() && sel.To.Before(sel.From) {
		return sel, misused("the last day is before the first: exchange --from and --to")
	}

	return sel, nil
}

// from exports from a desk.
func (c exportCommand) from(ctx context.Context, desk *bot.Desk, out io.Writer) error {
	sel, err := c.selection()
	if err != nil {
		return err
	}

	s := newSheet(c.Format, out)

	switch c.What {
	case "escalations":
		err = tabulate(s, escalationColumns, c.Anonymous, desk.Export(ctx, sel), recordOf)
	case "timeline":
		err = tabulate(s, timelineColumns, c.Anonymous, desk.Export(ctx, sel), func(x bot.Exported) (moves []move) {
			for _, r := range recordOf(x) {
				for _, entry := range r.Timeline {
					moves = append(moves, move{r, entry})
				}
			}

			return moves
		})
	case "promises":
		err = tabulate(s, promiseColumns, c.Anonymous, desk.Export(ctx, sel), func(x bot.Exported) (debts []debt) {
			for _, r := range recordOf(x) {
				for _, owed := range r.Owed {
					debts = append(debts, debt{r, owed})
				}
			}

			return debts
		})
	case "statistics":
		err = tabulate(s, statisticsColumns, c.Anonymous, desk.Export(ctx, sel), func(x bot.Exported) []bot.Exported {
			if x.Tally == nil {
				return nil
			}

			return []bot.Exported{x}
		})
	case "feedback":
		err = tabulate(s, feedbackColumns, c.Anonymous, desk.ExportFeedback(ctx, sel), func(f bot.FeedbackCount) []bot.FeedbackCount { return []bot.FeedbackCount{f} })
	case "customer":
		err = tabulate(s, customerColumns, c.Anonymous, desk.ExportCustomer(ctx, sel), knownCustomer)
	case "visits":
		err = tabulate(s, visitColumns, c.Anonymous, desk.ExportCustomer(ctx, sel), each(func(k bot.ExportedCustomer) []bot.Visit { return k.Visits }))
	case "gestures":
		err = tabulate(s, gestureColumns, c.Anonymous, desk.ExportCustomer(ctx, sel), each(func(k bot.ExportedCustomer) []bot.Gesture { return k.Gestures }))
	case "restrictions":
		err = tabulate(s, restrictionColumns, c.Anonymous, desk.ExportCustomer(ctx, sel), each(func(k bot.ExportedCustomer) []bot.Restriction { return k.Restrictions }))
	case "incidents":
		err = tabulate(s, incidentColumns, c.Anonymous, desk.ExportCustomer(ctx, sel), each(func(k bot.ExportedCustomer) []bot.Incident { return k.Incidents }))
	default:
		return fmt.Errorf("%q can't be exported: what can is %v", c.What, strings.Join(exports, ", "))
	}

	return errors.Join(err, s.end())
}

// recordOf returns the record, none if it was forgotten.
func recordOf(x bot.Exported) []record {
	if x.Escalation == nil {
		return nil
	}

	return []record{{x.Escalation, x}}
}

// knownCustomer returns what is known of a customer, nothing if it can't be read.
func knownCustomer(c bot.ExportedCustomer) []bot.ExportedCustomer {
	if c.Customer == nil {
		return nil
	}

	return []bot.ExportedCustomer{c}
}

// A piece is one of several things that are known of a customer.
type piece[T any] struct {
	bot.ExportedCustomer
	one T
}

func (p piece[T]) name(who bot.PersonID) any { return p.Names[who] }

// each returns the pieces of one kind of what is known of a customer.
func each[T any](of func(bot.ExportedCustomer) []T) func(bot.ExportedCustomer) []piece[T] {
	return func(c bot.ExportedCustomer) (pieces []piece[T]) {
		for _, c := range knownCustomer(c) {
			for _, one := range of(c) {
				pieces = append(pieces, piece[T]{c, one})
			}
		}

		return pieces
	}
}

// tabulate writes the rows of each of what is exported. What can't be read is left
// out, and an *leftOutError says so at the end.
func tabulate[X, T any](s sheet, columns []column[T], anonymous bool, all iter.Seq2[X, error], rows func(X) []T) error {
	t, err := newTable(s, columns, anonymous)
	if err != nil {
		return err
	}

	var unread leftOutError

	for one, err := range all {
		if err != nil {
			return err
		}

		switch x := any(one).(type) {
		case bot.Exported:
			if x.Unread != 0 {
				unread.IDs = append(unread.IDs, x.Unread.String())
			}
		case bot.ExportedCustomer:
			if x.Unread {
				unread.IDs = append(unread.IDs, "what "+x.TeamName+" knows of a customer")
			}
		}

		for _, row := range rows(one) {
			if err := t.add(row); err != nil {
				return err
			}
		}
	}

	if len(unread.IDs) > 0 {
		return &unread
	}

	return nil
}

// An leftOutError says what an export lacks, which is whole otherwise.
type leftOutError struct{ IDs []string }

func (e *leftOutError) Error() string {
	return fmt.Sprintf("these could not be read in full and are left out, in whole or in part: %v; restore the last good backup", strings.Join(e.IDs, ", "))
}

// What an answer says after its last row: nothing if all is there.
const (
	failedTrailer = "Firebreak-Failed"
	unreadTrailer = "Firebreak-Unread"
)

// orderedExport answers `firebreak export`. What went wrong on the way is said
// behind the rows, since there is no taking them back.
func (a *App) orderedExport(w http.ResponseWriter, r *http.Request) {
	c := exportCommand{
		What: r.FormValue("what"), Format: r.FormValue("format"), Team: r.FormValue("team"), From: r.FormValue("from"), To: r.FormValue("to"),
		Anonymous: r.FormValue("anonymous") == "true", Customer: r.FormValue("customer"),
	}

	w.Header().Set("Trailer", failedTrailer+", "+unreadTrailer)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusOK)

	err := c.from(r.Context(), a.desk, w)
	if unread, ok := errors.AsType[*leftOutError](err); ok {
		w.Header().Set(unreadTrailer, strconv.Quote(strings.Join(unread.IDs, "; ")))
		err = nil
	}

	w.Header().Set(failedTrailer, "no")

	if err != nil {
		w.Header().Set(failedTrailer, strconv.Quote(err.Error()))
	}
}

// ask has the bot that runs on a data directory export. It returns errNotRunning if
// none does.
func (c exportCommand) ask(ctx context.Context, data string, out io.Writer) error {
	query := url.Values{
		"what": {c.What}, "format": {c.Format}, "team": {c.Team}, "from": {c.From}, "to": {c.To}, "anonymous": {strconv.FormatBool(c.Anonymous)},
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://firebreak/export?"+query.Encode(), nil)
	if c.Customer != "" { // a bot that knows no customers must not answer with all of them, and no address is to hold whose they are
		query.Set("customer", c.Customer)

		request, err = http.NewRequestWithContext(ctx, http.MethodPost, "http://firebreak/export-customer", strings.NewReader(query.Encode()))
	}

	if err != nil {
		return err
	}

	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")

	response, err := askBot(request, data)
	if err != nil {
		return err
	}

	defer func() { _ = response.Body.Close() }()

	if response.StatusCode != http.StatusOK {
		return errors.New("the running bot knows no export: it is of another version")
	}

	if _, err := io.Copy(out, response.Body); err != nil {
		return fmt.Errorf("the running bot did not answer in full: %w", err)
	}

	var unread []string

	if quoted := response.Trailer.Get(unreadTrailer); quoted != "" {
		names, _ := strconv.Unquote(quoted) // it was quoted to fit into a header
		unread = strings.Split(names, "; ")
	}

	switch failed := response.Trailer.Get(failedTrailer); {
	case failed == "":
		return errors.New("the running bot did not answer in full")
	case failed != "no":
		said, _ := strconv.Unquote(failed) // it was quoted to fit into a header

		return errors.New(said)
	case len(unread) > 0:
		return &leftOutError{unread}
	default:
		return nil
	}
}
