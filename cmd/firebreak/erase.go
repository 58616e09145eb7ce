package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

type eraseCommand struct {
	Customer   string        `help:"The customer's reference." placeholder:"C-1042"`
	Escalation []string      `help:"An escalation by its number, such as one that names the customer without the reference. Can be given several times." placeholder:"E-12"`
	Team       string        `help:"Key of the team in the configuration, or of one that was there. All teams if it is left out." placeholder:"billing"`
	By         string        `help:"Who orders it, as the timelines will say: your user name if it is left out." placeholder:"olga"`
	Open       bool          `help:"Erase what is open too. It stays open, without a word of what it is about."`
	DryRun     bool          `help:"Say what there is, and erase nothing."`
	Yes        bool          `help:"Erase. There is no way back."`
	Wait       time.Duration `help:"For how long to wait until the running bot has edited what it posted." default:"2m"`
}

// check returns what is wrong with an order.
func (c eraseCommand) check() error {
	if strings.TrimSpace(c.Customer) == "" && len(c.Escalation) == 0 {
		return misused("whose data? Name a customer by their reference (--customer C-1042), or escalations by their numbers (--escalation E-12)")
	}

	for _, name := range c.Escalation {
		if err := isEscalation(name); err != nil {
			return err
		}
	}

	return nil
}

// eraseLeaves is the exit code where the records are erased and something else may
// still hold the customer's data: a message, a backup, the file's free room.
const eraseLeaves = 3

// A leftError says what an erasure leaves, which its report names.
type leftError struct{ what []string }

// Error names it.
func (e *leftError) Error() string {
	return "the records are erased, and this may still hold the customer's data: " + strings.Join(e.what, ", ") + " (see above)"
}

// Run has the running bot erase, or does so itself where none runs.
func (c eraseCommand) Run(w *world) error {
	if err := c.check(); err != nil {
		return err
	}

	env, err := w.environment()
	if err != nil {
		return err
	}

	if !c.Yes {
		c.DryRun = true
	}

	c.By = cmp.Or(c.By, userName())

	err = askToErase(w.ctx, env.DataDir, c, w.stdout)
	if errors.Is(err, errNotRunning) {
		err = eraseAtRest(w, env, c)
	}

	return err
}

// userName is who runs this program.
func userName() string {
	if who, err := user.Current(); err == nil && who.Username != "" {
		return who.Username
	}

	return "somebody"
}

// eraseAtRest erases from the data of a bot that does not run, and writes the file
// anew.
func eraseAtRest(w *world, env Environment, c eraseCommand) (err error) {
	config, err := configAtRest(env)
	if err != nil {
		return err
	}

	database := filepath.Join(env.DataDir, databaseName)
	if _, err := os.Stat(database); err != nil {
		return fmt.Errorf("there is no data to erase from (set FIREBREAK_DATA to the bot's data directory): %w", err)
	}

	clock, log := newClock(), slog.New(slog.NewTextHandler(w.stderr, nil))

	store, err := bolt.Open(database, bolt.Options{Now: clock.now, Log: log})
	if err != nil {
		return err
	}

	e := eraser{
		desk:  bot.NewDesk(bot.DeskOptions{Store: store, Settings: config.settings(), Now: clock.now, Log: log}),
		store: store, database: database, copies: config.Backup.Dir, out: w.stdout, eraseCommand: c,
	}

	err = e.records(w.ctx)
	if err := errors.Join(err, store.Close()); err != nil || e.DryRun {
		return err
	}

	if err := e.rewrite(w.ctx); err != nil {
		return err
	}

	return e.rest(w.ctx)
}

// An eraser erases one customer's data and proves it.
type eraser struct {
	eraseCommand
	desk     *bot.Desk
	store    *bolt.Store
	database string // its file
	copies   string // where backups are, "" for nowhere
	runs     bool   // the bot runs, and delivers
	out      io.Writer

	found *bot.ErasureFindings
	left  []string // what may still hold the data
}

func (e *eraser) order() bot.Erasure {
	order := bot.Erasure{Reference: e.Customer, Team: bot.TeamID(e.Team), By: e.desk.OperatorNamed(e.By), Open: e.Open}

	for _, name := range e.Escalation {
		id, _ := bot.ParseEscalationID(name) // which was checked
		order.Escalations = append(order.Escalations, id)
	}

	return order
}

func (e *eraser) say(format string, args ...any) { _, _ = fmt.Fprintf(e.out, format+"\n", args...) }

// records erases the records, has what was posted taken away, and searches for what
// is left. A dry run only says what there is.
func (e *eraser) records(ctx context.Context) (err error) {
	if e.DryRun {
		return e.foresee(ctx)
	}

	var erasing *bot.Erasing

	e.found, erasing, err = e.desk.Erase(ctx, e.order())
	if err != nil {
		return err
	}

	e.tell()

	switch {
	case e.found.None():
		e.say("What follows is of all that was erased before.")
	case len(e.found.Unread) > 0:
		e.say("Erased from the records what can be read, by %v.", chat.Person(e.order().By).ID())
	default:
		e.say("Erased from the records, by %v.", chat.Person(e.order().By).ID())
	}

	if err := e.messages(ctx, erasing); err != nil {
		return err
	}

	return e.search(ctx)
}

// foresee says what there is.
func (e *eraser) foresee(ctx context.Context) (err error) {
	if e.found, err = e.desk.FindForErasure(ctx, e.order()); err != nil {
		return err
	}

	e.tell()

	if e.found.None() {
		return nil // there is nothing to add --yes for
	}

	if len(e.found.Open) > 0 {
		e.say("Something is still to be done in %v: that is erased with --open only.", ids(e.found.Open))
	}

	if e.Yes {
		e.say("Nothing was erased. Leave out --dry-run to erase it; there is no way back.")
	} else {
		e.say("Nothing was erased. Add --yes to erase it; there is no way back.")
	}

	return nil
}

// tell says what there was.
func (e *eraser) tell() {
	defer e.tellUnread()

	switch {
	case e.found.None() && e.Customer == "":
		e.say("There is nothing to erase in %v: it was forgotten, or erased before.", strings.Join(e.Escalation, ", "))

		return
	case e.found.None():
		e.say("There is no escalation and no record of this customer.")

		return
	}

	e.say("Escalations: %d%v", len(e.found.Escalations), behind(ids(e.found.Escalations)))
	e.say("Records of the customer: %d", len(e.found.Records))
	e.say("Messages that were posted: %d", e.found.Messages)

	if e.found.Restricted > 0 {
		e.say("Restrictions in force: %d, which end with it", e.found.Restricted)
	}

	if len(e.found.Referenced) > 0 {
		e.say("Named by number, of customers with a reference: %v. What else is known of these customers stays: erase it with --customer.", ids(e.found.Referenced))
	}
}

// tellUnread says what can't be read of what is to be erased.
func (e *eraser) tellUnread() {
	if len(e.found.Unread) == 0 {
		return
	}

	e.say("The data file is damaged. What can't be read can't be erased:")

	for _, what := range e.found.Unread {
		e.say("  %v", what)
	}
}

func ids(all []bot.EscalationID) string {
	const most = 20

	names := make([]string, 0, most)
	for _, id := range all[:min(len(all), most)] {
		names = append(names, id.String())
	}

	if surplus := len(all) - most; surplus > 0 {
		names = append(names, fmt.Sprintf("and %d more", surplus))
	}

	return strings.Join(names, ", ")
}

func behind(words string) string {
	if words == "" {
		return ""
	}

	return " (" + words + ")"
}

// messages waits until what was posted is edited or deleted, and says how far it is.
func (e *eraser) messages(ctx context.Context, erasing *bot.Erasing) error {
	cards, err := e.desk.CardsErased(ctx, erasing)
	if err != nil {
		return err
	}

	const blink = 500 * time.Millisecond

	for waited := time.Duration(0); e.runs && cards.Pending > 0 && waited < e.Wait; waited += blink {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(blink):
		}

		if cards, err = e.desk.CardsErased(ctx, erasing); err != nil {
			return err
		}
	}

	e.say("Messages: %d edited, %d deleted, %d on their way, %d that stay", cards.Edited, cards.Deleted, cards.Pending, len(cards.Stay))

	byHand := false

	for _, stays := range cards.Stay {
		e.say("  stays: %v", whatStays(stays))

		byHand = byHand || !stays.Unconnected()
	}

	switch {
	case cards.Pending > 0 && e.runs:
		e.leave("messages on their way", "  The bot goes on with them, also after a restart. Ask again with the same command.")
	case cards.Pending > 0:
		e.leave("messages on their way", "  They are edited and deleted when the bot runs. Ask again with the same command then.")
	}

	if len(erasing.Unread) > 0 {
		e.say("Could not be read in full when they were erased: %v", ids(erasing.Unread))
		e.leave("messages that nobody knows of", "  Something that was posted of these may still stand in the chats: look there, and delete it by hand.")
	}

	if len(cards.Stay) > 0 {
		e.leave("messages that stay", howToRemove(byHand, slices.ContainsFunc(cards.Stay, func(c bot.CardThatStays) bool { return c.Unconnected() })))
	}

	return nil
}

// howToRemove says what to do about messages that stay.
func howToRemove(byHand, unconnected bool) string {
	var lines []string

	if byHand {
		lines = append(lines, "  Delete these by hand, with an account that may.")
	}

	if unconnected {
		lines = append(lines, "  Where the bot is not connected: connect it, start it, and ask again with the same command.")
	}

	return strings.Join(lines, "\n")
}

// whatStays says which message stays, where to find it, and why it stays.
func whatStays(c bot.CardThatStays) string {
	line := fmt.Sprintf("%v for %v", c.ID.Role, cmp.Or(c.For, "the channel"))
	if c.ID.Escalation != 0 {
		line = c.ID.Escalation.String() + ", " + line
	}

	platform := cmp.Or(titles[c.Ref.Room.Platform()], string(c.Ref.Room.Platform()))
	line += fmt.Sprintf(", on %v in %v, message %v", platform, c.Ref.Room.ID(), c.Ref.ID)

	if !c.Posted.IsZero() {
		line += ", posted " + c.Posted.UTC().Format("2006-01-02 15:04:05 UTC")
	}

	switch {
	case c.Unconnected():
		return line + ": the bot is not connected to " + platform
	case c.Code == "no_account":
		return line + ": the bot knows no account of theirs any more"
	default:
		return line + ": the platform says " + cmp.Or(c.Code, "nothing more")
	}
}

// leave notes that something may still hold the data, with what to do.
func (e *eraser) leave(what, remedy string) {
	e.left = append(e.left, what)
	e.say("%v", remedy)
}

// words are all that is searched for.
func (e *eraser) words() []string { return append(slices.Clone(e.found.Names), e.found.Words...) }

// search searches every record.
func (e *eraser) search(ctx context.Context) error {
	traces, err := e.store.Traces(ctx, e.words())
	if err != nil {
		return fmt.Errorf("the records are erased, and could not be searched: %w", err)
	}

	damaged := slices.DeleteFunc(slices.Clone(traces), func(t bolt.Trace) bool { return !t.Damaged })
	traces = slices.DeleteFunc(traces, func(t bolt.Trace) bool { return t.Damaged })

	e.say("Searched every record for %v and %v: found in %d",
		several(len(e.found.Names), "name", "names"), several(len(e.found.Words), "text", "texts"), len(traces))

	for _, trace := range traces {
		e.say("  %v", trace)
	}

	if len(traces) > 0 {
		e.leave("other records", "  Look at them. An escalation that names this customer without the reference is erased with --escalation; a team that is not in the configuration any more is named with --team; the others are of other customers.")
	}

	e.tellDamaged(damaged)

	return nil
}

// tellDamaged names the records that can't be read, and says in which of them the
// words were seen.
func (e *eraser) tellDamaged(damaged []bolt.Trace) {
	if len(damaged) == 0 {
		return
	}

	e.say("Damaged, so that nobody knows what they hold: %v", several(len(damaged), "record", "records"))

	for _, trace := range damaged {
		seen := ""
		if trace.Times > 0 {
			seen = ", with something of this customer"
		}

		e.say("  %v%v", trace, seen)
	}

	e.leave("damaged records", "  Restore the last good backup and give this order again, with all that were given since the backup was made. Without a backup they stay as they are.")
}

// rewrite writes the file anew without what was erased, and searches all its bytes.
func (e *eraser) rewrite(ctx context.Context) error {
	if err := bolt.Rewrite(ctx, e.database); err != nil {
		return fmt.Errorf("the records are erased, and the file could not be written anew without them: %w", err)
	}

	times, err := bolt.RawTraces(ctx, e.database, e.words())
	if err != nil {
		return err
	}

	e.say("The file was written anew. Searched all its bytes: found %d times", times)

	if times > 0 && !slices.Contains(e.left, "other records") && !slices.Contains(e.left, "damaged records") {
		e.left = append(e.left, "the file")
	}

	return nil
}

// rest names what else holds the data, and is the result.
func (e *eraser) rest(ctx context.Context) error {
	stale, err := e.backups(ctx)
	if err != nil {
		return err
	}

	if len(stale) > 0 {
		e.say("Backups that still hold it:")

		for _, path := range stale {
			e.say("  %v", path)
		}

		e.leave("backups", "  Delete them, or wait until newer ones take their place.")
	}

	switch {
	case len(e.left) > 0:
		return &leftError{e.left}
	case e.found.None(): // what people wrote is known no more, so that only the reference was searched for
		e.say("Nothing is left that the reference leads to.")
	default:
		e.say("Nothing of it is left.")
	}

	return nil
}

// backups returns the copies that hold the data: those that the bot makes, and those
// that were made before a newer version or a restore.
func (e *eraser) backups(ctx context.Context) ([]string, error) {
	patterns := []string{e.database + ".schema*", e.database + ".before-restore*"}
	if e.copies != "" {
		patterns = append(patterns, filepath.Join(e.copies, "firebreak-*.db"))
	}

	var holding []string

	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}

		for _, path := range paths {
			times, err := bolt.RawTraces(ctx, path, e.words())
			if err != nil {
				return nil, fmt.Errorf("searching %v: %w", path, err)
			}

			if times > 0 {
				holding = append(holding, path)
			}
		}
	}

	return holding, nil
}

// erase erases while the bot runs.
func (a *App) erase(ctx context.Context, c eraseCommand, out io.Writer) error {
	e := eraser{
		desk: a.desk, store: a.store, database: filepath.Join(a.data, databaseName), copies: a.config.Backup.Dir, runs: true, out: out, eraseCommand: c,
	}

	if err := e.records(ctx); err != nil || e.DryRun {
		return err
	}

	if !e.found.None() {
		a.out.Log.InfoContext(ctx, "a customer's data was erased", "by", c.By, "escalations", len(e.found.Escalations))
	}

	stale, err := a.store.Stale()
	if err != nil {
		return err
	}

	if stale {
		e.say("The file still has the room where it stood, until it is written anew: the bot does that at its next start.")
		e.leave("the file", "  Restart the bot, then ask again with the same command.")
	}

	return e.rest(ctx)
}

// resumeErasings brings to its end what a crash has interrupted.
func (a *App) resumeErasings(ctx context.Context) {
	if err := a.desk.ResumeErasings(ctx); err != nil && ctx.Err() == nil {
		a.out.Log.ErrorContext(ctx, "the erasing of a customer's data could not be brought to its end: order it again", "error", err)
	}
}

// An answer to an order to erase is text, and ends with what came of it.
const eraseTrailer = "Firebreak-Erased"

// orderedErase answers `firebreak erase`.
func (a *App) orderedErase(w http.ResponseWriter, r *http.Request) {
	var c eraseCommand
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&c); err != nil {
		http.Error(w, "the order can't be read", http.StatusBadRequest)

		return
	}

	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Trailer", eraseTrailer)

	outcome := "all"

	if err := a.erase(r.Context(), c, &flushed{w}); err != nil {
		outcome = "failed: " + err.Error()

		if left, ok := errors.AsType[*leftError](err); ok {
			outcome = "left: " + strings.Join(left.what, ", ")
		}
	}

	w.Header().Set(eraseTrailer, outcome)
}

// flushed hands on each line at once.
type flushed struct{ http.ResponseWriter }

// Write writes and flushes.
func (f *flushed) Write(p []byte) (int, error) {
	n, err := f.ResponseWriter.Write(p)

	return n, errors.Join(err, http.NewResponseController(f.ResponseWriter).Flush())
}

// askToErase has the bot that runs on a data directory erase. It returns
// errNotRunning if none does.
func askToErase(ctx context.Context, data string, c eraseCommand, out io.Writer) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://firebreak/erase", bytes.NewReader(body))
	if err != nil {
		return err
	}

	response, err := askBot(request, data)
	if errors.Is(err, errNotRunning) {
		return err
	}

	if err != nil {
		return fmt.Errorf("%w; order it again, it goes on where it stopped", err)
	}

	defer func() { _ = response.Body.Close() }()

	if _, err := io.Copy(out, response.Body); err != nil {
		return fmt.Errorf("the running bot did not answer in full: order it again, it goes on where it stopped: %w", err)
	}

	outcome, what, _ := strings.Cut(response.Trailer.Get(eraseTrailer), ": ")

	switch {
	case outcome == "all":
		return nil
	case outcome == "left":
		return &leftError{strings.Split(what, ", ")}
	case what != "":
		return errors.New(what)
	default:
		return fmt.Errorf("the running bot could not erase: %v", response.Status)
	}
}
