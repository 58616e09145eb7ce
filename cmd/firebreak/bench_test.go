package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// The benchmarks measure the whole program over loopback, with every commit
// brought to disk, against a workspace that sets no limits. The stores that they
// need are built once a run.

// benchTeams is how many teams there are, each with an agent and a supervisor:
// so many that no conversation has to wait for its pace.
const benchTeams = 400

// million is how many escalations an old store keeps.
const million = 1_000_000

// sizes leaves out what takes minutes to make when the benchmarks are to be
// short.
func sizes(all ...int) []int {
	return slices.DeleteFunc(all, func(n int) bool { return testing.Short() && n == million })
}

// filled returns a data directory with so many closed escalations, each with a
// timeline, a card, and a day on which it is to be forgotten. Each directory is
// built once and used by one store at a time.
var filled = struct {
	sync.Mutex
	dirs map[int]string
}{dirs: map[int]string{}}

func filledDir(b *testing.B, closed int) string {
	b.Helper()
	filled.Lock()
	defer filled.Unlock()

	if dir := filled.dirs[closed]; dir != "" {
		return dir
	}

	dir, err := scratch(fmt.Sprintf("filled-%d", closed))
	if err != nil {
		b.Fatal(err)
	}

	store, err := bolt.Open(filepath.Join(dir, databaseName), bolt.Options{Now: time.Now, NoSync: true})
	if err != nil {
		b.Fatal(err)
	}

	for first := 0; first < closed; first += 1000 {
		if err := store.Update(b.Context(), func(tx bot.Tx) error { return fillClosed(tx, min(1000, closed-first)) }); err != nil {
			b.Fatal(err)
		}
	}

	if err := store.Close(); err != nil {
		b.Fatal(err)
	}

	filled.dirs[closed] = dir

	return dir
}

// closedCase is a closed escalation of a team.
func closedCase(id bot.EscalationID, team int, opened time.Time) *bot.Escalation {
	return &bot.Escalation{
		ID: id, Team: benchTeam(team), Agent: bot.PersonID("slack:" + benchAgent(team)), Holder: benchLead(team), State: bot.Closed, Kind: bot.TakeOver,
		Context: bot.Context{Customer: "Ms Kovac", Reference: fmt.Sprintf("A-%d", id/3), Happened: strings.Repeat("She was told something else. ", 5), Heat: 4},
		Opened:  opened, Since: opened, Changed: opened, Ended: opened, Entries: 3, ForgetAt: opened.AddDate(2, 0, 0),
		Outcome: &bot.Outcome{Name: "Explained", At: opened, By: benchLead(team)},
	}
}

// fillClosed adds closed escalations of the past year.
func fillClosed(tx bot.Tx, count int) error {
	for range count {
		id, err := tx.NextEscalation()
		if err != nil {
			return err
		}

		opened := time.Now().Add(-time.Duration(id) * 30 * time.Second)
		team := int(id) % benchTeams
		e := closedCase(id, team, opened)

		for n, what := range []bot.What{bot.WasOpened, bot.WasTaken, bot.WasResolved} {
			if err := tx.Append(id, bot.Entry{N: n + 1, At: opened, By: e.Agent, What: what, To: bot.Closed}); err != nil {
				return err
			}
		}

		card := bot.Card{ID: bot.CardID{Role: bot.AgentCard, Escalation: id, Person: e.Agent}, Wanted: 3, Shown: 3, Posted: opened}
		if err := tx.PutCard(&card); err != nil {
			return err
		}

		if err := errors.Join(tx.PutEscalation(e), known(tx, e)); err != nil {
			return err
		}
	}

	return nil
}

func benchTeam(n int) bot.TeamID { return bot.TeamID(fmt.Sprintf("team%d", n)) }

func benchLead(n int) bot.PersonID { return bot.PersonID(fmt.Sprintf("lead%d", n)) }

func benchAgent(n int) string { return fmt.Sprintf("U0AGENT%d", n) }

// benchConfig has the teams, and people for them.
func benchConfig() ([]byte, []workspace.User) {
	var people, teams strings.Builder

	var users []workspace.User

	for n := range benchTeams {
		fmt.Fprintf(&people, "  lead%d: {name: Lead %d, role: supervisor, slack: U0LEAD%d}\n", n, n, n)
		fmt.Fprintf(&teams, "  team%d: {name: Team %d, supervisors: [lead%d], agents: [%v], options: [{name: Explained}]}\n", n, n, n, benchAgent(n))

		users = append(users,
			workspace.User{ID: fmt.Sprintf("U0LEAD%d", n), Name: fmt.Sprintf("lead%d", n), RealName: fmt.Sprintf("Lead %d", n)},
			workspace.User{ID: benchAgent(n), Name: fmt.Sprintf("agent%d", n), RealName: fmt.Sprintf("Agent %d", n)})
	}

	return []byte("people:\n" + people.String() + "teams:\n" + teams.String()), users
}

const benchSecret = "a-secret-of-the-benchmarks"

// A rig is a workspace on loopback for a bot in HTTP mode, that notes when pages
// come in.
type rig struct {
	config  *Config
	file    []byte
	env     Environment
	arrived chan arrival
	pages   atomic.Int64
	client  *http.Client
	sent    atomic.Int64 // submissions, to number them
	run     string       // tells the submissions of one run from another's on the same store
}

// An arrival is a page that came in at the workspace.
type arrival struct {
	at   time.Time
	lead string // for whom
}

func newRig(b *testing.B, data string) *rig {
	b.Helper()

	file, users := benchConfig()

	config, err := ParseConfig("firebreak.yaml", file)
	if err != nil {
		b.Fatal(err)
	}

	app := demoApp(config)
	app.HTTPMode, app.SigningSecret = true, benchSecret

	w := workspace.New(workspace.Options{People: users, App: app, Now: time.Now, NoRateLimits: true})
	b.Cleanup(w.Close)

	r := &rig{config: config, file: file, arrived: make(chan arrival, 100_000), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	b.Cleanup(r.client.CloseIdleConnections)

	server := httptest.NewServer(r.watched(w.Handler()))
	b.Cleanup(server.Close)

	r.env = Environment{
		SlackBotToken: demoBotToken, SlackSigningSecret: benchSecret, SlackAPIURL: server.URL + "/api/",
		DataDir: data, Listen: freeAddress(b),
	}
	r.run = strconv.FormatInt(time.Now().UnixNano(), 36)

	return r
}

// watched notes each page that comes in before the workspace sees it.
func (r *rig) watched(next http.Handler) http.Handler {
	page := regexp.MustCompile(`%2Fpage%2F(lead\d+)%2F`) // in the metadata's key, as a form spells it

	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if strings.HasSuffix(request.URL.Path, "/chat.postMessage") {
			body, err := io.ReadAll(request.Body)
			if found := page.FindSubmatch(body); err == nil && found != nil {
				r.pages.Add(1)

				select {
				case r.arrived <- arrival{time.Now(), string(found[1])}:
				default:
				}
			}

			request.Body = io.NopCloser(bytes.NewReader(body))
		}

		next.ServeHTTP(w, request)
	})
}

// start runs an app in this process until the benchmark ends.
func (r *rig) start(b *testing.B) {
	b.Helper()

	app, err := New(r.config, r.env, Outsides{Now: newClock().now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}

	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()

		if err := app.Stop(ctx); err != nil {
			b.Error(err)
		}
	})

	if err := app.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// submission is a filled form as Slack sends it.
func (r *rig) submission(n int64) []byte {
	value := func(member, v string) map[string]any {
		return map[string]any{"type": "plain_text_input", member: v}
	}
	chosen := func(v string) map[string]any {
		return map[string]any{"type": "static_select", "selected_option": map[string]any{"value": v}}
	}

	values := map[string]any{}
	for field, v := range map[string]map[string]any{
		"team": chosen(string(benchTeam(int(n % benchTeams)))), "kind": chosen("take over"), "waiting": chosen("yes"), "heat": chosen("4"),
		"customer": value("value", "Ms Kovac"), "reference": value("value", fmt.Sprintf("A-%v-%d", r.run, n)),
		"happened": value("value", strings.Repeat("She was told something else. ", 5)),
	} {
		values[field] = map[string]any{field: v}
	}

	payload, err := json.Marshal(map[string]any{
		"type": "view_submission", "user": map[string]any{"id": benchAgent(int(n % benchTeams))},
		"view": map[string]any{"id": fmt.Sprintf("V%v%d", r.run, n), "type": "modal", "callback_id": "escalate", "state": map[string]any{"values": values}},
	})
	if err != nil {
		panic(err)
	}

	return []byte("payload=" + url.QueryEscape(string(payload)))
}

// page waits for the page of the latest submission, and passes over those of
// earlier escalations that nobody answers.
func (r *rig) page() time.Time {
	lead := string(benchLead(int(r.sent.Load() % benchTeams)))

	for {
		select {
		case page := <-r.arrived:
			if page.lead == lead {
				return page.at
			}
		case <-time.After(time.Minute): // go test's own timeout ends no benchmark
			panic("no page came within a minute")
		}
	}
}

// submit sends a signed submission, and returns when that began.
func (r *rig) submit() (began time.Time, err error) {
	body := r.submission(r.sent.Add(1))

	began = time.Now()

	request, err := http.NewRequest(http.MethodPost, "http://"+r.env.Listen+"/slack/interactions", bytes.NewReader(body))
	if err != nil {
		return began, err
	}

	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	workspace.Sign(request.Header, benchSecret, strconv.FormatInt(began.Unix(), 10), body)

	response, err := r.client.Do(request)
	if err != nil {
		return began, err
	}
	defer response.Body.Close()

	answer, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || bytes.Contains(answer, []byte("errors"))) {
		err = fmt.Errorf("the submission was answered with %v: %s", response.Status, answer)
	}

	return began, err
}

// percentiles reports the middle and the 99th percentile in milliseconds.
func percentiles(b *testing.B, took []time.Duration, what string) {
	b.Helper()

	if len(took) == 0 {
		return
	}

	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2])/1e6, "p50-ms/"+what)
	b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms/"+what)
}

// BenchmarkCommandToModal is a command typed until the form stands on the
// person's screen, in the demo.
func BenchmarkCommandToModal(b *testing.B) {
	d, err := newDemo(slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}

	var took []time.Duration

	if err := d.during(b.Context(), func(context.Context) error {
		maria := d.workspace.Person("maria")

		for b.Loop() {
			began := time.Now()

			if err := maria.Command("C0DESK", "/escalate she is shouting"); err != nil {
				return err
			}

			for maria.Modal() == nil {
				time.Sleep(20 * time.Microsecond)
			}

			took = append(took, time.Since(began))

			if err := maria.CloseModal(); err != nil {
				return err
			}
		}

		return nil
	}); err != nil {
		b.Fatal(err)
	}

	percentiles(b, took, "modal")
}

// BenchmarkTick is the beat of a second in which one of many escalations that
// wait for something is due. It stands before what leaves open escalations
// behind in the same stores.
func BenchmarkTick(b *testing.B) {
	for _, pending := range sizes(10, 10_000, million) {
		b.Run(fmt.Sprintf("pending=%d", pending), func(b *testing.B) {
			config, _ := benchConfig()

			parsed, err := ParseConfig("firebreak.yaml", config)
			if err != nil {
				b.Fatal(err)
			}

			store, err := bolt.Open(filepath.Join(filledDir(b, pending), databaseName), bolt.Options{Now: time.Now, NoSync: true})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = store.Close() }()

			settings := parsed.settings()
			desk := bot.NewDesk(bot.DeskOptions{
				Store: store, Settings: settings, Now: time.Now, Log: slog.New(slog.DiscardHandler),
			})

			for b.Loop() {
				b.StopTimer()
				due(b, store)
				b.StartTimer()

				if err := desk.Tick(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// due has the last page of an escalation go unanswered a second ago. It is E-1,
// or any other that is at hand.
func due(b *testing.B, store *bolt.Store) {
	b.Helper()

	now := time.Now()

	if err := store.Update(b.Context(), func(tx bot.Tx) error {
		e, err := tx.Escalation(1)
		if err != nil {
			return err
		}

		e.State, e.Chain, e.Ended, e.ForgetAt, e.Outcome, e.Holder = bot.Paging, bot.LiveChain, time.Time{}, time.Time{}, nil, ""
		e.Turn = bot.Turn{Name: "on duty", Until: now.Add(-time.Second), Asked: []bot.PersonID{benchLead(1)}}
		e.Pages = []bot.Page{{Who: benchLead(1), Attempt: 1, Tier: "on duty", At: now.Add(-time.Minute), State: bot.PageOpen}}

		return tx.PutEscalation(e)
	}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSubmission is a signed submission, one after the other, until it is
// acknowledged, and until its page is at the workspace; on a fresh store and on
// one that keeps a million closed escalations.
func BenchmarkSubmission(b *testing.B) {
	for _, kept := range sizes(0, 10_000, million) {
		b.Run(fmt.Sprintf("kept=%d", kept), func(b *testing.B) {
			r := newRig(b, filledDir(b, kept))
			r.start(b)
			r.warm(b)

			var acknowledged, paged []time.Duration

			for b.Loop() {
				began, err := r.submit()
				if err != nil {
					b.Fatal(err)
				}

				acknowledged = append(acknowledged, time.Since(began))
				paged = append(paged, r.page().Sub(began))
			}

			percentiles(b, acknowledged, "ack")
			percentiles(b, paged, "page")
		})
	}
}

// warm has the bot meet everybody.
func (r *rig) warm(b *testing.B) {
	b.Helper()

	for range 20 {
		if _, err := r.submit(); err != nil {
			b.Fatal(err)
		}

		r.page()
	}
}

// BenchmarkSustained is how many escalations a second are taken in, while their
// pages go out.
func BenchmarkSustained(b *testing.B) {
	for _, submitters := range []int{1, 32} {
		b.Run(fmt.Sprintf("submitters=%d", submitters), func(b *testing.B) {
			r := newRig(b, filledDir(b, 0))
			r.start(b)
			r.warm(b)
			r.pages.Store(0)

			b.ResetTimer()
			r.load(b, submitters, b.N)

			elapsed := b.Elapsed().Seconds()
			b.ReportMetric(float64(b.N)/elapsed, "escalations/s")
			b.ReportMetric(float64(r.pages.Load())/elapsed, "pages/s")
		})
	}
}

// load submits so many escalations, several at a time.
func (r *rig) load(b *testing.B, submitters, count int) {
	b.Helper()

	var (
		left atomic.Int64
		all  sync.WaitGroup
	)

	left.Store(int64(count))

	for range submitters {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := r.submit(); err != nil {
					b.Error(err)

					return
				}
			}
		})
	}

	all.Wait()
}

// BenchmarkServe starts the real binary on a store, puts it under load, and
// measures how long it took until it was ready and what memory it has of its own
// afterwards.
func BenchmarkServe(b *testing.B) {
	program, err := binary()
	if err != nil {
		b.Fatal(err)
	}

	for _, kept := range sizes(0, million) {
		b.Run(fmt.Sprintf("kept=%d", kept), func(b *testing.B) {
			r := newRig(b, filledDir(b, kept))

			var ready time.Duration

			var memory int

			for range b.N {
				ready, memory = r.serve(b, program)
			}

			b.ReportMetric(float64(ready)/1e6, "ms/ready")
			b.ReportMetric(float64(memory)/1024, "MiB-RssAnon")
		})
	}
}

// serve returns when the program was ready, and its RssAnon in KiB after a
// thousand escalations.
func (r *rig) serve(b *testing.B, program string) (ready time.Duration, memory int) {
	b.Helper()

	path := filepath.Join(b.TempDir(), "firebreak.yaml")
	if err := os.WriteFile(path, r.file, 0o600); err != nil {
		b.Fatal(err)
	}

	process := exec.CommandContext(b.Context(), program, "serve")
	process.Env = append(os.Environ(),
		"SLACK_BOT_TOKEN="+r.env.SlackBotToken.Reveal(), "SLACK_APP_TOKEN=", "SLACK_SIGNING_SECRET="+r.env.SlackSigningSecret.Reveal(),
		"SLACK_API_URL="+r.env.SlackAPIURL, "FIREBREAK_CONFIG="+path, "FIREBREAK_DATA="+r.env.DataDir, "FIREBREAK_LISTEN="+r.env.Listen)

	began := time.Now()
	if err := process.Start(); err != nil {
		b.Fatal(err)
	}

	for !r.isReady() {
		if time.Since(began) > time.Minute {
			b.Fatal("the bot is not ready after a minute")
		}

		time.Sleep(time.Millisecond)
	}

	ready = time.Since(began)

	r.load(b, 32, 1000)
	memory = anonymous(b, process.Process.Pid)

	if err := process.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}

	if err := process.Wait(); err != nil {
		b.Errorf("the bot ended with %v", err)
	}

	return ready, memory
}

func (r *rig) isReady() bool {
	response, err := r.client.Get("http://" + r.env.Listen + "/readyz")
	if err != nil {
		return false
	}
	defer response.Body.Close()

	return response.StatusCode == http.StatusOK
}

var rssAnon = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)

// anonymous returns the memory that a process has of its own, in KiB.
func anonymous(b *testing.B, pid int) int {
	b.Helper()

	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skipf("memory is measured on Linux: %v", err)
	}

	found := rssAnon.FindSubmatch(status)
	if found == nil {
		b.Fatal("the system does not say what memory the process has")
	}

	kib, err := strconv.Atoi(string(found[1]))
	if err != nil {
		b.Fatal(err)
	}

	return kib
}
