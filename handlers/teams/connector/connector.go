package connector

import (
	"cmp"
	"context"
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

// Options say whose Teams it is and which app is in it. Now is required;
// everything else has a default that serves a small test.
type Options struct {
	Tenant   Tenant
	People   []User
	Channels []Channel
	App      App

	// Endpoint is where the app takes activities.
	Endpoint string
	// Client delivers them. Nil means one on the real network with a timeout.
	Client *http.Client
	// BaseURL is where Handler is served, without a slash at the end.
	BaseURL string

	// Zone is the time zone in which people read instants, an IANA name. Empty
	// means each one's own.
	Zone string

	// Now is the clock of everything here.
	Now func() time.Time
	// NoRateLimits switches the connector's limits off.
	NoRateLimits bool
	// Seed seeds the dice: of the faults, and of what Teams leaves open.
	Seed uint64

	// Log gets what goes wrong here, never what people wrote. Nil means silence.
	Log *slog.Logger
}

// Tenant is the organisation whose people these are.
type Tenant struct {
	ID   string // a GUID
	Name string
}

// App is the one app that is installed here: a bot.
type App struct {
	ID       string // of its registration, a GUID
	Password string // the client secret
	Name     string
}

// mri is the bot's own id in a conversation.
func (a App) mri() string { return "28:" + a.ID }

// Connector is a running Teams. Its methods may be called from any goroutine.
type Connector struct {
	opt     Options
	now     func() time.Time
	log     *slog.Logger
	ctx     context.Context // ends with Close; carries nothing
	stop    context.CancelFunc
	running sync.WaitGroup

	// mu guards what follows. It is never held while waiting for anything.
	mu            sync.Mutex
	closed        bool
	sequence      int64
	lastStamp     int64 // milliseconds of the newest message id given out
	lastDeed      int64 // those of what somebody did last
	people        map[string]*User
	peopleOrder   []string
	byMRI         map[string]string // aadObjectIds
	conversations map[string]*conversation
	screens       map[string]*screen
	noteSequence  int

	login   login
	faults  faultRoom
	journal ledger
	limits  limiter
	dice    *rand.Rand
}

// New returns a running Teams. End it with [Connector.Close]. It panics when
// Options.Now is missing, since no useful default exists.
func New(o Options) *Connector {
	if o.Now == nil {
		panic("connector: Options.Now is missing")
	}
	o = o.withDefaults()

	ctx, stop := context.WithCancel(context.Background())
	c := &Connector{
		opt: o, now: o.Now, log: o.Log, ctx: ctx, stop: stop,
		people:        map[string]*User{},
		byMRI:         map[string]string{},
		conversations: map[string]*conversation{},
		screens:       map[string]*screen{},
		login:         newLogin(),
		limits:        limiter{off: o.NoRateLimits, used: map[string][]time.Time{}},
		dice:          rand.New(rand.NewPCG(o.Seed, 0x7ea5)),
	}
	c.settle()
	return c
}

func (o Options) withDefaults() Options {
	o.Tenant.ID = cmp.Or(o.Tenant.ID, "00000000-0000-4000-8000-00000000000a")
	o.Tenant.Name = cmp.Or(o.Tenant.Name, "Organisation")
	o.App.ID = cmp.Or(o.App.ID, "00000000-0000-4000-8000-00000000000b")
	o.App.Password = cmp.Or(o.App.Password, "secret")
	o.App.Name = cmp.Or(o.App.Name, "App")
	o.BaseURL = cmp.Or(o.BaseURL, "http://localhost")
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 30 * time.Second}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// settle moves the people and channels of the options in.
func (c *Connector) settle() {
	for _, u := range c.opt.People {
		u.ID = strings.ToLower(u.ID)
		c.people[u.ID] = &u
		c.peopleOrder = append(c.peopleOrder, u.ID)
		c.byMRI[c.mri(u.ID)] = u.ID
		c.screens[u.ID] = &screen{}
		c.conversations[c.personalID(u.ID)] = newConversation(Channel{ID: c.personalID(u.ID), Members: []string{u.ID}}, u.ID)
	}
	for _, ch := range c.opt.Channels {
		ch.Members = slices.Clone(ch.Members)
		for i, id := range ch.Members {
			ch.Members[i] = strings.ToLower(id)
		}
		c.conversations[ch.ID] = newConversation(ch, "")
	}
}

// LoginURL is where tokens are to be had, MetadataURL the OpenID metadata of
// those who sign activities, and ServiceURL the connector itself.
func (c *Connector) LoginURL() string    { return c.opt.BaseURL }
func (c *Connector) MetadataURL() string { return c.opt.BaseURL + metadataPath }
func (c *Connector) ServiceURL() string  { return c.opt.BaseURL + "/connector/" }

// Close ends everything that is under way, and returns when it has ended.
// Calls after Close are answered as by a service that is down.
func (c *Connector) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()

	c.stop()
	c.running.Wait()
}

// enter registers the calling goroutine with Close; false means too late.
func (c *Connector) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()

	if c.closed {
		return false
	}
	c.running.Add(1)
	return true
}

// pause waits, and returns false when Teams closed or ctx ended meanwhile.
func (c *Connector) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	case <-c.ctx.Done():
		return false
	}
}

// stamp returns a new message id: the present time in milliseconds, or a
// little later when that one is taken.
func (c *Connector) stamp() string {
	c.lastStamp = max(c.now().UnixMilli(), c.lastStamp+1)
	return strconv.FormatInt(c.lastStamp, 10)
}

// secret returns an unguessable-looking id of anything that is no message.
func (c *Connector) secret() string {
	c.sequence++
	return fmt.Sprintf("f:%08x-%08x", c.dice.Uint32(), uint32(c.sequence))
}

// instant is when somebody does something. Nobody does two things within a
// thousandth of a second, however still the clock stands.
func (c *Connector) instant() time.Time {
	c.lastDeed = max(c.now().UnixMilli(), c.lastDeed+1)
	return time.UnixMilli(c.lastDeed)
}
