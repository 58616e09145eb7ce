package workspace

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say what a workspace consists of. Now is required; everything else
// has a default that serves a small test.
type Options struct {
	Team       Team
	People     []User
	Channels   []Channel
	UserGroups []UserGroup
	App        App

	// Now is the workspace's clock.
	Now func() time.Time
	// Zone is the time zone in which the page shows times, an IANA name. Empty
	// means the browser's.
	Zone string
	// MoveClock sets the clock forward, for the page's buttons. Nil means that
	// the clock can't be moved.
	MoveClock func(time.Duration)
	// Guide returns the checklist the page shows. It is called with no lock
	// held, once for every state that is sent to a browser. Nil means none.
	Guide func() *Guide

	// Client makes the requests of the HTTP mode. Nil means one on the real
	// network with a timeout.
	Client *http.Client
	// BaseURL is where the app reaches this workspace, without a slash at the
	// end; response_urls start with it. Empty means the address that the app
	// used in its latest call.
	BaseURL string
	// PingEvery is the time between two pings of a socket; 10 s when zero.
	PingEvery time.Duration

	// NoRateLimits switches off the limit of about one message a second in
	// each conversation. TierLimits switches on those of the methods' tiers.
	NoRateLimits bool
	TierLimits   bool
	// Seed seeds the dice of the faults.
	Seed uint64
	// FaultsOverHTTP serves POST /faults and GET /log, for tests whose app is
	// another process.
	FaultsOverHTTP bool
	// AnyHost answers requests whatever their Host header says. Otherwise it
	// has to be a name or an address of loopback, so that a web page elsewhere
	// can't reach a workspace on this machine through a name of its own.
	AnyHost bool

	// Log gets what goes wrong here, never what people wrote. Nil means silence.
	Log *slog.Logger
}

// Team is the workspace as its people know it.
type Team struct {
	ID, Name, Domain string
}

// Guide is a checklist for whoever tries the workspace out, in parts that are
// done one after the other. Its lead says what this is, until the first step is
// done.
type Guide struct {
	Lead  string      `json:"lead,omitempty"`
	Parts []GuidePart `json:"parts"`
}

// GuidePart is a part of a [Guide] that is told in one go.
type GuidePart struct {
	Title string      `json:"title"`
	Steps []GuideStep `json:"steps"`
}

// GuideStep is one line of a [GuidePart]: what to do, as whom (a user id).
type GuideStep struct {
	Text string `json:"text"`
	As   string `json:"as"`
	Done bool   `json:"done"`
}

// Workspace is a running Slack workspace. Its methods may be called from any
// goroutine.
type Workspace struct {
	opt     Options
	now     func() time.Time
	log     *slog.Logger
	scopes  map[string]bool
	ctx     context.Context // ends with Close; carries nothing
	stop    context.CancelFunc
	running sync.WaitGroup

	// mu guards what follows. It is never held while waiting for anything.
	mu            sync.Mutex
	closed        bool
	base          string // where the app last reached us
	sequence      int64
	lastStamp     int64 // microseconds of the newest timestamp given out
	people        map[string]*User
	peopleOrder   []string
	groups        []*UserGroup
	conversations map[string]*conversation
	order         []*conversation
	dms           map[string]*conversation // by the person's id
	modals        map[string][]*view       // stacks, the top one last
	homes         map[string]*view
	views         map[string]*view
	triggers      map[string]*trigger
	triggerOrder  []string
	responses     map[string]*responseURL
	responseOrder []string
	notes         map[string][]Notification
	troubles      map[string][]string
	noteSequence  int
	watchers      map[chan struct{}]bool
	clockMoves    int

	sockets  socketRoom
	faults   faultRoom
	journal  ledger
	limits   limiter
	dice     *rand.Rand
	appState appState
}

// appState is what can befall the installed app.
type appState struct {
	uninstalled bool
	tokenError  string // what every call answers instead, for example token_revoked
}

// New returns a running workspace. End it with [Workspace.Close]. It panics
// when Options.Now is missing, since no useful default exists.
func New(o Options) *Workspace {
	if o.Now == nil {
		panic("workspace: Options.Now is missing")
	}
	o = o.withDefaults()

	ctx, stop := context.WithCancel(context.Background())
	w := &Workspace{
		opt: o, now: o.Now, log: o.Log, ctx: ctx, stop: stop,
		scopes:        set(o.App.Scopes),
		base:          o.BaseURL,
		people:        map[string]*User{},
		conversations: map[string]*conversation{},
		dms:           map[string]*conversation{},
		modals:        map[string][]*view{},
		homes:         map[string]*view{},
		views:         map[string]*view{},
		triggers:      map[string]*trigger{},
		responses:     map[string]*responseURL{},
		notes:         map[string][]Notification{},
		troubles:      map[string][]string{},
		watchers:      map[chan struct{}]bool{},
		sockets:       newSocketRoom(),
		limits:        newLimiter(!o.NoRateLimits, o.TierLimits),
		dice:          rand.New(rand.NewPCG(o.Seed, 0x5eed)),
	}
	w.settle()
	return w
}

func (o Options) withDefaults() Options {
	o.Team.ID = cmp.Or(o.Team.ID, "T0WORKSPACE")
	o.Team.Name = cmp.Or(o.Team.Name, "Workspace")
	o.Team.Domain = cmp.Or(o.Team.Domain, "workspace")
	o.App = o.App.withDefaults()
	if o.PingEvery == 0 {
		o.PingEvery = 10 * time.Second
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 10 * time.Second}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// settle moves the people, groups and channels of the options in.
func (w *Workspace) settle() {
	bot := User{ID: w.opt.App.BotUser, Name: strings.ToLower(w.opt.App.Name), RealName: w.opt.App.Name, Bot: true, TZ: "UTC"}
	for _, u := range append(append([]User{}, w.opt.People...), bot) {
		w.people[u.ID] = &u
		w.peopleOrder = append(w.peopleOrder, u.ID)
	}
	for _, g := range w.opt.UserGroups {
		g.Users = slices.Clone(g.Users)
		w.groups = append(w.groups, &g)
	}
	for _, c := range w.opt.Channels {
		w.addConversation(newChannel(c))
	}
}

// Close ends every socket, stream and goroutine of the workspace, and returns
// when they have ended. Calls after Close are answered as by a Slack that is
// down.
func (w *Workspace) Close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()

	w.stop()
	w.dropSockets()
	w.running.Wait()
}

// spawn runs f in a goroutine that Close waits for. It does nothing once the
// workspace is closed. The caller holds the lock.
func (w *Workspace) spawn(f func()) {
	if w.closed {
		return
	}
	w.running.Go(f)
}

// enter registers the calling goroutine with Close; false means too late.
func (w *Workspace) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	if w.closed {
		return false
	}
	w.running.Add(1)
	return true
}

// id returns a new id in Slack's form: a letter and nine digits or letters.
func (w *Workspace) id(prefix string) string {
	w.sequence++
	return fmt.Sprintf("%s0%s", prefix, strings.ToUpper(strconv.FormatInt(w.sequence+46655, 36)))
}

// secret returns an unguessable-looking part of a hash or a trigger.
func (w *Workspace) secret() string {
	w.sequence++
	return fmt.Sprintf("%08x%08x", w.dice.Uint32(), uint32(w.sequence))
}

// stamp returns a new message timestamp: the present time, in microseconds,
// or a little later when that one is taken.
func (w *Workspace) stamp() string {
	micros := max(w.now().UnixMicro(), w.lastStamp+1)
	w.lastStamp = micros
	return fmt.Sprintf("%010d.%06d", micros/1e6, micros%1e6)
}

// touch tells the browsers that something changed.
func (w *Workspace) touch() {
	for c := range w.watchers {
		select {
		case c <- struct{}{}:
		default: // already told
		}
	}
}

// raw is v as JSON. Everything given to it can be marshalled.
func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("workspace: " + err.Error())
	}
	return b
}
