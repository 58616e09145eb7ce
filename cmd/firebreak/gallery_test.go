package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// The gallery shows every message and form that the bot can produce. Scenes
// (gallery_scenes_test.go) drive a desk through its public methods, and what
// delivery would draw after each step, and what people are answered, hangs in
// testdata/gallery: one file for each distinct drawing, to be read as people
// read it, with the JSON that Slack gets; and in testdata/gallery-teams with the
// JSON that Teams gets. A changed sentence shows there as a
// difference; `go test ./cmd/firebreak -run TestGallery -update` takes it over.

var update = flag.Bool("update", false, "write the drawings of the gallery anew")

const galleryDir = "testdata/gallery"

// An exhibition is what was drawn in all scenes.
type exhibition struct {
	files    map[string]string // the drawings by file name
	hung     map[string]bool   // drawings that hang already
	buttons  map[string]string // file by action
	values   map[string]string // with which each button was drawn last, by action
	opens    map[string][]bool // what each drawing of a button said of opening a form, by action
	opened   map[string]string // the form that a button opened, by action
	happened map[bot.What]bool // on any timeline
	notices  map[bot.What]bool // drawn as a notice
	notes    map[bot.NoteKind]bool
	roles    map[bot.Role]bool
	stood    map[string]bool // "state, kind"
	mistakes []string        // against Slack's rules, and what is live in a drawing
	aside    bool            // what is drawn is looked at, and does not hang
	teams    *wall           // the same on Microsoft Teams
}

func newExhibition() *exhibition {
	return &exhibition{
		files: map[string]string{}, hung: map[string]bool{}, buttons: map[string]string{}, values: map[string]string{},
		opens: map[string][]bool{}, opened: map[string]string{},
		happened: map[bot.What]bool{}, notices: map[bot.What]bool{}, stood: map[string]bool{},
		notes: map[bot.NoteKind]bool{}, roles: map[bot.Role]bool{}, teams: newWall(),
	}
}

// varying is what tells two drawings of the same kind apart: ids and instants.
var varying = regexp.MustCompile(`E-\d+|"timestamp":\d+|\^\d+\^|\d\d:\d\d(:\d\d)? UTC`)

// hang keeps a drawing under a name unless one like it hangs already.
func (x *exhibition) hang(name string, read string, drawn []byte, mistakes []string) {
	if r := disturbing(read); r != 0 {
		mistakes = append(mistakes, fmt.Sprintf("it has the rune %U", r))
	}

	for _, mistake := range append(mistakes, live(drawn)...) {
		x.mistakes = append(x.mistakes, name+": "+mistake)
	}

	like := varying.ReplaceAllString(string(drawn), "0")
	if x.hung[like] || x.aside {
		return
	}

	x.hung[like] = true

	base := name
	for n := 2; x.files[name] != ""; n++ {
		name = fmt.Sprintf("%v.%d", base, n)
	}

	x.files[name] = read + "\n\n" + byBlock(drawn)
}

// live returns the mentions and links in a drawing. The bot never makes any but links
// to where the configuration says.
func live(drawn []byte) []string {
	var posted struct{ Text string }

	_ = json.Unmarshal(drawn, &posted) // views have none

	var found []string

	for _, token := range append(workspace.LiveTokensIn(drawn), workspace.LiveTokens(posted.Text)...) {
		ours := token.Kind == workspace.Link && strings.HasPrefix(token.Target, galleryCRM)
		if token.Kind != workspace.Date && !ours {
			found = append(found, fmt.Sprintf("%v %q is live", token.Kind, token.Target))
		}
	}

	return found
}

// byBlock returns the JSON of a message or view with a line for each block.
func byBlock(drawn []byte) string {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(drawn, &members); err != nil {
		panic(err)
	}

	var blocks []json.RawMessage
	if err := json.Unmarshal(members["blocks"], &blocks); err != nil {
		panic(err)
	}

	delete(members, "blocks")

	lines := make([]string, 0, len(members)+len(blocks))
	for _, name := range slices.Sorted(maps.Keys(members)) {
		lines = append(lines, name+": "+string(members[name]))
	}

	for _, block := range blocks {
		lines = append(lines, string(block))
	}

	return strings.Join(lines, "\n") + "\n"
}

// message hangs a message as it is posted.
func (x *exhibition) message(name string, m chat.Message) {
	drawn, err := slack.Draw(m)
	if err != nil {
		panic(err)
	}

	var posted struct {
		Text   string
		Blocks json.RawMessage
	}
	if err := json.Unmarshal(drawn, &posted); err != nil {
		panic(err)
	}

	x.note(name, m)
	x.teams.message(x, name, m)
	x.hang(name, workspace.Render(posted.Blocks)+"\n\nSpoken: "+posted.Text, drawn, workspace.ValidateMessage(posted.Blocks))
}

// home hangs a personal view.
func (x *exhibition) home(name string, m chat.Message) {
	drawn, err := slack.DrawHome(m)
	if err != nil {
		panic(err)
	}

	x.note(name, m)
	x.teams.message(x, name, m)
	x.view(name, drawn)
}

// form hangs a form.
func (x *exhibition) form(name string, f chat.Form) {
	drawn, err := slack.DrawForm(f)
	if err != nil {
		panic(err)
	}

	x.teams.form(x, name, f)
	x.view(name, drawn)
}

func (x *exhibition) view(name string, drawn []byte) {
	var view struct {
		Title  struct{ Text string }
		Blocks json.RawMessage
	}
	if err := json.Unmarshal(drawn, &view); err != nil {
		panic(err)
	}

	x.hang(name, strings.TrimSpace(view.Title.Text+"\n\n"+workspace.Render(view.Blocks)), drawn, workspace.ValidateView(drawn))
}

// note remembers the buttons of a message.
func (x *exhibition) note(name string, m chat.Message) {
	choices := m.Choices

	for _, part := range m.Parts {
		if row, ok := part.(chat.Buttons); ok {
			choices = append(slices.Clone(choices), row...)
		}
	}

	for _, choice := range choices {
		x.buttons[choice.Action], x.values[choice.Action] = name, choice.Value
		x.opens[choice.Action] = append(x.opens[choice.Action], choice.Opens)
	}
}

// A studio is a desk in a scene of its own.
type studio struct {
	*exhibition
	t     testing.TB
	now   time.Time
	store *fillable
	desk  *bot.Desk
	scene string
	step  int
	form  *chat.Form            // the form that was opened last
	gone  map[bot.PersonID]bool // can't be reached
	// holding says that nothing is delivered but by a call of deliver.
	holding bool
	words   string // written into all cases in place of their own, "" for their own
}

// A fillable is a store on a disk that can be full.
type fillable struct {
	bot.Store
	full bool
}

func (f *fillable) Update(ctx context.Context, change func(bot.Tx) error) error {
	if f.full {
		return bot.ErrFull
	}

	return f.Store.Update(ctx, change)
}

// galleryConfig has the demo's team, and a second one that has no agents of its
// own.
const galleryConfig = `
  delivery:
    name: Delivery
    supervisors: [lee]
    managers: [priya]
`

func newStudio(t testing.TB, x *exhibition, scene string) *studio {
	t.Helper()

	config, err := ParseConfig("demo.yaml", append(slices.Clone(demoConfig), galleryConfig...))
	if err != nil {
		t.Fatal(err)
	}

	settings := withoutBreaks(config.settings())
	settings.AskFeedback = false // but in the scenes that are about it

	return newStudioWith(t, x, scene, settings)
}

// newStudioWith has a desk of other settings.
func newStudioWith(t testing.TB, x *exhibition, scene string, settings bot.Settings) *studio {
	t.Helper()

	x.aside = false
	s := &studio{exhibition: x, t: t, scene: scene, gone: map[bot.PersonID]bool{}}
	s.now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

	store, err := bolt.Open(filepath.Join(t.TempDir(), databaseName), bolt.Options{Now: s.clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = store.Close() })

	s.store = &fillable{Store: store}
	s.desk = bot.NewDesk(bot.DeskOptions{
		Store: s.store, Settings: settings, Now: s.clock, Log: slog.New(slog.DiscardHandler),
	})

	var one sync.Mutex // they are posted at the same time

	s.desk.OnUrgent(func(_ context.Context, drawing bot.Drawing, _ string) (chat.Ref, error) {
		one.Lock()
		defer one.Unlock()

		s.message(s.name("unrecorded-page"), drawing.Message)

		return chat.Ref{Room: drawing.To, ID: "1"}, nil
	})

	for _, profile := range []chat.Profile{
		{Who: account("maria"), Name: "Maria Silva"}, {Who: account("tom"), Name: "Tom Becker"},
		{Who: account("lee"), Name: "Lee Chan", Email: "lee@example.com"},
	} {
		s.must(s.desk.Acquaint(t.Context(), profile))
	}

	return s
}

func account(who string) chat.Person {
	return chat.PersonOn(chat.Slack, "U0"+strings.ToUpper(who))
}

func (s *studio) clock() time.Time { return s.now }

func (s *studio) must(err error) {
	s.t.Helper()

	if err != nil {
		s.t.Fatalf("%v, step %d: %v", s.scene, s.step, err)
	}
}

var unfit = regexp.MustCompile(`[^a-z0-9]+`)

// name returns a file's name for something of the present step.
func (s *studio) name(what string) string {
	return fmt.Sprintf("%v-%02d-%v", s.scene, s.step, strings.Trim(unfit.ReplaceAllString(strings.ToLower(what), "-"), "-"))
}

// command types a command.
func (s *studio) command(who, text string) {
	s.t.Helper()
	s.named(who, "escalate", text)
}

func (s *studio) named(who, name, text string) {
	s.t.Helper()
	s.answer(who)(s.desk.Command(s.t.Context(), chat.Command{Who: account(who), Name: name, Text: text, Room: account(who).Private()}))
}

// press presses a button of E-1, or of "E-1/2" where value says so.
func (s *studio) press(who, action string, value ...string) {
	s.t.Helper()

	if drawn := s.values[action]; strings.HasPrefix(drawn, "E-1/") {
		value = append(value, drawn)
	}

	s.click(chat.Click{Who: account(who), Action: action, Value: append(value, "E-1")[0]}, who)
}

// click presses a button, and remembers whether a form opened.
func (s *studio) click(c chat.Click, who string) {
	s.t.Helper()

	reply, err := s.desk.Click(s.t.Context(), c)
	if reply.Form != nil {
		s.opened[c.Action] = s.name("form-" + reply.Form.ID)
	}

	s.answer(who)(reply, err)
}

// change changes an answer in the form that was opened last.
func (s *studio) change(who string, values chat.Values) {
	s.t.Helper()
	s.answer(who)(s.desk.Click(s.t.Context(), chat.Click{Who: account(who), Action: "kind", Form: s.filled(who, values)}))
}

// submit sends the form that was opened last.
func (s *studio) submit(who string, values chat.Values) {
	s.t.Helper()

	form := s.filled(who, values)
	s.form = nil
	s.answer(who)(s.desk.Submit(s.t.Context(), *form))
}

func (s *studio) filled(who string, values chat.Values) *chat.Submission {
	s.t.Helper()

	if s.form == nil {
		s.t.Fatalf("%v, step %d: no form is open", s.scene, s.step)
	}

	return &chat.Submission{Who: account(who), Form: s.form.ID, State: s.form.State, Values: values}
}

// answer hangs what somebody was answered, and what is delivered then.
func (s *studio) answer(who string) func(chat.Reply, error) {
	s.t.Helper()
	s.step++

	return func(reply chat.Reply, err error) {
		s.t.Helper()
		s.must(err)

		if reply.Instead != nil {
			s.message(s.name("instead-"+who), *reply.Instead)
		}

		switch {
		case reply.Form != nil:
			s.form = reply.Form
			s.exhibition.form(s.name("form-"+reply.Form.ID), *reply.Form)
		case reply.Message != nil:
			s.message(s.name("answer-"+who), *reply.Message)
		case len(reply.Problems) > 0:
			s.t.Fatalf("%v, step %d: the form has problems: %v", s.scene, s.step, reply.Problems)
		}

		if !s.holding {
			s.deliver()
		}
	}
}

// wait lets time pass, a second at a time where something may be due.
func (s *studio) wait(d time.Duration) {
	s.t.Helper()
	s.step++
	s.now = s.now.Add(d)
	s.must(s.desk.Tick(s.t.Context()))
	s.deliver()
}

// deliver draws what is in the outbox, as delivery would.
func (s *studio) deliver() {
	s.t.Helper()

	if s.store.full {
		return
	}

	for range 4 {
		s.must(s.store.Update(s.t.Context(), s.deliverAll))
	}

	s.must(s.store.View(s.t.Context(), s.remember))
}

func (s *studio) deliverAll(tx bot.Tx) error {
	ids, err := tx.Outbox()
	if err != nil {
		return err
	}

	for _, id := range ids {
		card, err := tx.Card(id)
		if err != nil {
			return err
		}

		if err := s.deliverCard(tx, card); err != nil {
			return err
		}
	}

	return nil
}

func (s *studio) deliverCard(tx bot.Tx, card *bot.Card) error {
	drawing, err := s.desk.Draw(tx, card.ID)

	switch {
	case err != nil && strings.Contains(err.Error(), "another card"):
		return nil // later
	case err != nil:
	case s.gone[card.ID.Person] && (card.ID.Role == bot.PageCard || card.ID.Role == bot.NoteCard):
		card.Dead = true
		if err := tx.PutCard(card); err != nil {
			return err
		}

		_, err := s.desk.Undeliverable(tx, card, &chat.Failure{Kind: chat.Unreachable, Code: "user_disabled"}, s.now)

		return err
	default:
		s.draw(tx, card.ID, drawing)

		if card.Ref.IsZero() {
			card.Ref = chat.Ref{Room: drawing.To, ID: "1"}
		}
	}

	card.Shown = card.Wanted

	return tx.PutCard(card)
}

func (s *studio) draw(tx bot.Tx, id bot.CardID, drawing bot.Drawing) {
	name := s.name(fmt.Sprint(id.Role, " ", strings.TrimPrefix(string(id.Person), "slack:U0"), " ", id.N))

	s.roles[id.Role] = true

	if id.Role == bot.NoteCard {
		if n, err := tx.Note(bot.NoteID(id.N)); err == nil { //nolint:gosec // it came from one
			s.notes[n.What] = true
		}
	}

	if id.Role == bot.HomeCard {
		s.home(name, drawing.Message)

		return
	}

	if id.Role == bot.NoticeCard {
		if entries, err := tx.Timeline(id.Escalation); err == nil {
			s.notices[entries[id.N-1].What] = true
		}
	}

	s.message(name, drawing.Message)
}

// remember keeps what happened and where escalations stood.
func (s *studio) remember(tx bot.Tx) error {
	for id := bot.EscalationID(1); ; id++ {
		e, err := tx.Escalation(id)
		if errors.Is(err, bot.ErrNotFound) {
			return nil
		}

		if err != nil {
			return err
		}

		s.stood[fmt.Sprint(e.State, ", ", e.Kind)] = true

		entries, err := tx.Timeline(id)
		if err != nil {
			return err
		}

		for _, entry := range entries {
			s.happened[entry.What] = true
		}
	}
}

// TestGallery draws everything and compares it with what hangs.
func TestGallery(t *testing.T) {
	x := exhibit(t)

	for _, mistake := range x.mistakes {
		t.Errorf("this must not be shown: %v", mistake)
	}

	compareGallery(t, galleryDir, x.files)
	compareGallery(t, teamsGalleryDir, x.teams.files)
}

// compareGallery compares drawings with those that hang in a directory, or hangs
// them with -update.
func compareGallery(t *testing.T, dir string, files map[string]string) {
	t.Helper()

	if *update {
		hangAnew(t, dir, files)

		return
	}

	hanging, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}

	for _, path := range hanging {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		if _, drawn := files[name]; !drawn {
			t.Errorf("%v hangs and is not drawn any more", path)
		}
	}

	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name+".txt")

		want, err := os.ReadFile(path)
		if diff := cmp.Diff(string(want), files[name]); err != nil || diff != "" {
			t.Errorf("%v: %v (-want +got; -update takes it over)\n%v", path, err, diff)
		}
	}
}

// exhibited is what exhibit has drawn, nil before it has. It is only looked at.
var exhibited *exhibition

// exhibit draws everything, once for all tests.
func exhibit(t *testing.T) *exhibition {
	t.Helper()

	if exhibited != nil {
		return exhibited
	}

	x := newExhibition()

	for _, scene := range galleryScenes {
		t.Run(scene.name, func(t *testing.T) {
			if scene.settings == nil {
				scene.play(newStudio(t, x, scene.name))
			} else {
				scene.play(newStudioWith(t, x, scene.name, scene.settings(t)))
			}
		})
	}

	exhibited = x

	return x
}

func hangAnew(t *testing.T, dir string, files map[string]string) {
	t.Helper()

	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		t.Fatal(err)
	}

	for name, drawing := range files {
		if err := os.WriteFile(filepath.Join(dir, name+".txt"), []byte(drawing), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGalleryOpens holds every choice to what it says of the answer: some
// platforms must know before it is pressed that a form will open.
func TestGalleryOpens(t *testing.T) {
	x := exhibit(t)

	for action, form := range x.opened {
		if slices.Contains(x.opens[action], false) {
			t.Errorf("%q opened %v, want that each choice of it says so by Opens", action, form)
		}
	}

	for action, opens := range x.opens {
		if _, opened := x.opened[action]; !opened && slices.Contains(opens, true) {
			t.Errorf("%q says by Opens that it opens a form (%v), and never does", action, x.buttons[action])
		}
	}
}

// TestGalleryIsComplete compares the gallery with the tables of the bot's
// source: every action has a button and every button an action, every kind of
// entry happened, every announcement was made, every kind of note was sent,
// there is a card of every role, and every kind of help stood in every state.
func TestGalleryIsComplete(t *testing.T) {
	x := exhibit(t)

	actions := mapKeys(t, "../../bot/click.go", "actions")
	actions = append(actions, mapKeys(t, "../../bot/owed_form.go", "owedActions")...)
	actions = append(actions, mapKeys(t, "../../bot/break_command.go", "breakDeeds")...)
	actions = append(actions, mapKeys(t, "../../bot/break_command.go", "breakForms")...)
	actions = append(actions, "check_in", "keep_restriction", "lift_restriction", "change_restriction")
	others := []string{
		"new", "add_owed_to", "now", "show", "add_words", "another", "cancel_change", "handover", "feedback", "thank_you",
		"calm", "calm_card", "calm_breathe", "calm_language",
	} // that belong to no escalation
	compare(t, "actions with a button", append(actions, others...), slices.Collect(maps.Keys(x.buttons)))

	whats := constants(t, "../../bot/timeline.go", "What")

	var notices []string
	for _, name := range mapKeys(t, "../../bot/notice.go", "announcements") {
		notices = append(notices, whats[name])
	}

	for _, name := range mapKeys(t, "../../bot/owed_draw.go", "owedAnnouncements") {
		notices = append(notices, whats[name])
	}

	for _, name := range mapKeys(t, "../../bot/threat_draw.go", "threatAnnouncements") {
		notices = append(notices, whats[name])
	}

	compare(t, "announcements", notices, texts(maps.Keys(x.notices)))

	kindsOfNotes := slices.Collect(maps.Values(constants(t, "../../bot/note.go", "NoteKind")))
	kindsOfNotes = append(kindsOfNotes, slices.Collect(maps.Values(constants(t, "../../bot/break_note.go", "NoteKind")))...)
	kindsOfNotes = append(kindsOfNotes, slices.Collect(maps.Values(constants(t, "../../bot/restriction_desk.go", "NoteKind")))...)
	compare(t, "kinds of notes", kindsOfNotes, texts(maps.Keys(x.notes)))
	compare(t, "roles of cards", slices.Collect(maps.Values(constants(t, "../../bot/card.go", "Role"))), texts(maps.Keys(x.roles)))
	compare(t, "kinds of entries", slices.Collect(maps.Values(whats)), texts(maps.Keys(x.happened)))

	var stood []string

	for _, state := range []bot.State{bot.Paging, bot.Taken, bot.Joined, bot.Returned, bot.Resolved, bot.Closed, bot.Withdrawn} {
		for _, kind := range []bot.Kind{bot.TakeOver, bot.JoinUs, bot.Advise, bot.Approve, bot.CallBack, bot.Threat} {
			stood = append(stood, fmt.Sprint(state, ", ", kind))
		}
	}

	compare(t, "states and kinds", stood, slices.Collect(maps.Keys(x.stood)))
}

func texts[T ~string](whats iter.Seq[T]) []string {
	var all []string
	for what := range whats {
		all = append(all, string(what))
	}

	return all
}

func compare(t *testing.T, what string, want, got []string) {
	t.Helper()
	slices.Sort(want)
	slices.Sort(got)

	if diff := cmp.Diff(slices.Compact(want), slices.Compact(got)); diff != "" {
		t.Errorf("%v of the bot (-) and of the gallery (+):\n%v", what, diff)
	}
}

// mapKeys returns the keys of a map that a source file declares: strings, or
// the names of constants.
func mapKeys(t *testing.T, file, name string) []string {
	t.Helper()

	var keys []string

	ast.Inspect(parsed(t, file), func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != name {
			return true
		}

		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			switch key := element.(*ast.KeyValueExpr).Key.(type) {
			case *ast.BasicLit:
				keys = append(keys, unquoted(key))
			case *ast.Ident:
				keys = append(keys, key.Name)
			}
		}

		return false
	})

	if len(keys) == 0 {
		t.Fatalf("%v declares no map %v", file, name)
	}

	return keys
}

// constants returns the constants of a type that a file declares.
func constants(t *testing.T, file, typ string) map[string]string {
	t.Helper()

	values := map[string]string{}

	ast.Inspect(parsed(t, file), func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			named, ok := spec.Type.(*ast.Ident)
			if literal, isLiteral := spec.Values[0].(*ast.BasicLit); ok && isLiteral && named.Name == typ {
				values[spec.Names[0].Name] = unquoted(literal)
			}
		}

		return true
	})

	if len(values) == 0 {
		t.Fatalf("%v declares no constants of type %v", file, typ)
	}

	return values
}

func parsed(t *testing.T, file string) *ast.File {
	t.Helper()

	source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}

	return source
}

func unquoted(literal *ast.BasicLit) string {
	s, err := strconv.Unquote(literal.Value)
	if err != nil {
		panic(err)
	}

	return s
}
