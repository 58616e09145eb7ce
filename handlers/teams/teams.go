package teams

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// Front is the bot as this package calls it. A call is answered within
// Options.Answer. One that takes longer goes on, and its reply is told to the person
// when it comes; an error of it is told them as "Something went wrong".
type Front interface {
	Command(ctx context.Context, c chat.Command) (chat.Reply, error)
	Click(ctx context.Context, c chat.Click) (chat.Reply, error)
	Submit(ctx context.Context, s chat.Submission) (chat.Reply, error)
}

// Acquainted is a Front that wants to know what Teams knows of the people who
// use it: on a person's first activity after a start, then at most daily.
type Acquainted interface {
	Acquaint(ctx context.Context, p chat.Profile) error
}

// Redacting is a Front that has something masked in what people write. A form that
// is drawn anew with what was written stands in a message, so that has to go through
// it first.
type Redacting interface {
	// Masked returns what somebody filled in as it may be shown again.
	Masked(v chat.Values) chat.Values
}

// Keeper keeps over restarts what is needed to write to a room.
type Keeper interface {
	// Address returns what was kept of a room, nil if nothing was.
	Address(ctx context.Context, room chat.Room) ([]byte, error)
	// KeepAddress keeps it in place of what was kept before.
	KeepAddress(ctx context.Context, room chat.Room, address []byte) error
}

// Options say which app this is, and whom it calls.
type Options struct {
	AppID    string // of the app's registration, a GUID
	Password string // client secret
	Tenant   string // where the app is registered, a GUID
	// Tenants are those whose people may use the bot. Empty means Tenant.
	Tenants []string

	// Cloud is one of Microsoft's: public, gcc, gcc-high, dod or china; public
	// where empty. The four addresses below take its place where they are set.
	Cloud       string
	LoginURL    string // such as https://login.microsoftonline.com
	MetadataURL string // the OpenID metadata of those who sign activities
	Issuer      string // of the tokens that come with activities
	ServiceURL  string // where conversations are begun with people who have not been heard of yet

	// Unauthenticated takes requests without a token, for development: only
	// from this machine, and it answers to this machine alone.
	Unauthenticated bool

	// Client carries all calls out. Nil means a client of its own.
	Client *http.Client

	// Commands are the bot's own names of the commands by what people type.
	Commands map[string]string

	// Channels are the rooms of the teams, in whose rosters people are looked
	// for whom nothing else is known of than an e-mail address.
	Channels []chat.Room

	Front  Front
	Keeper Keeper
	Now    func() time.Time
	Log    *slog.Logger

	// Answer is how long the Front may take before the person is told that it takes
	// longer, 4 s where 0: Teams waits 5 s for the answer to a click.
	Answer time.Duration
}

// MessagesPath is where Teams delivers activities.
const MessagesPath = "/teams/messages"

func (o Options) withDefaults() Options {
	known := clouds[o.Cloud]

	o.LoginURL = strings.TrimSuffix(cmp.Or(o.LoginURL, known.login), "/")
	o.MetadataURL = cmp.Or(o.MetadataURL, known.metadata)
	o.Issuer = cmp.Or(o.Issuer, known.issuer)
	o.ServiceURL = strings.TrimSuffix(cmp.Or(o.ServiceURL, known.service), "/")
	o.AppID, o.Tenant = strings.ToLower(o.AppID), strings.ToLower(o.Tenant)

	if len(o.Tenants) == 0 {
		o.Tenants = []string{o.Tenant}
	}

	if o.Answer <= 0 {
		o.Answer = 4 * time.Second
	}

	return o
}

// guid is how Microsoft writes ids. The Playground's are a digit or two longer.
var guid = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12,14}$`)

// validate finds the mistakes that are made with ids and secrets.
func (o Options) validate() error {
	_, known := clouds[o.Cloud]

	switch {
	case o.Front == nil || o.Keeper == nil || o.Now == nil || o.Log == nil:
		return errors.New("teams: Front, Keeper, Now and Log are needed")
	case !guid.MatchString(o.AppID):
		return errors.New("teams: TEAMS_APP_ID is no application id: copy the Application (client) ID of the app's registration in Microsoft Entra")
	case !guid.MatchString(o.Tenant):
		return errors.New("teams: TEAMS_TENANT_ID is no directory id: copy the Directory (tenant) ID of the app's registration in Microsoft Entra")
	case o.Password == "" && !o.Unauthenticated:
		return errors.New("teams: TEAMS_APP_PASSWORD is missing: make a client secret for the app's registration, and copy its value when it is shown")
	case guid.MatchString(o.Password):
		return errors.New("teams: TEAMS_APP_PASSWORD is the id of a secret: copy its value, which is shown once, when the secret is made")
	case !known:
		return fmt.Errorf("teams: TEAMS_CLOUD is none of Microsoft's clouds: write one of %s", strings.Join(cloudNames(), ", "))
	}

	for _, tenant := range o.Tenants {
		if !guid.MatchString(tenant) {
			return fmt.Errorf("teams: TEAMS_TENANTS names %q, which is no directory id", tenant)
		}
	}

	return o.validateAddresses()
}

// validateAddresses sees that what is secret goes over encrypted connections
// only, or nowhere further than this machine.
func (o Options) validateAddresses() error {
	addresses := []struct{ variable, address string }{
		{"TEAMS_LOGIN_URL", o.LoginURL}, {"TEAMS_METADATA_URL", o.MetadataURL}, {"TEAMS_SERVICE_URL", o.ServiceURL},
	}

	for _, a := range addresses {
		u, err := url.Parse(a.address)
		if a.address != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !isLoopback(u.Hostname())) {
			return fmt.Errorf("teams: %s is no address that begins with https://", a.variable)
		}
	}

	if o.Unauthenticated && o.ServiceURL != "" && !loopbackURL(o.ServiceURL) {
		return errors.New("teams: requests without a token are answered to this machine alone, and TEAMS_SERVICE_URL is another one: leave one of the two out")
	}

	return nil
}

// Teams is one app. Its methods may be called at the same time.
type Teams struct {
	opts      Options
	log       *slog.Logger
	work      *link.Work
	wire      link.Wire
	token     *token
	verifier  *verifier
	pace      *pace  // of all calls
	paces     *paces // of those about each conversation
	addresses *addresses
	people    *acquaintances
	rosters   *rosters
	once      *once
	homes     *gates
	failure   chan error
}

// New returns the app. Nothing is sent before Start.
func New(opts Options) (*Teams, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}

	opts = opts.withDefaults()

	t := &Teams{
		opts:    opts,
		log:     opts.Log,
		wire:    newWire(opts.Client),
		work:    link.NewWork(opts.Log),
		pace:    newPace(opts.Now, perSecond, time.Second/perSecond),
		paces:   newPaces(opts.Now),
		once:    newOnce(opts.Now),
		homes:   newGates(),
		failure: make(chan error, 1),
	}
	t.token = newToken(opts, t.work, t.wire)
	t.verifier = newVerifier(opts, t.work, t.wire)
	t.addresses = newAddresses(opts)
	t.people = newAcquaintances(t)
	t.rosters = newRosters(t)

	return t, nil
}

// Start has Microsoft say whether the app's secret is right, and begins to
// acquaint the Front with people. It returns the errors that waiting does not
// cure, such as a wrong secret, as a *RefusedError. When Microsoft can't be
// reached it returns nil and goes on trying; Ready says when it worked.
// Activities are taken as soon as Handler is served.
func (t *Teams) Start(ctx context.Context) error {
	if err := t.signIn(ctx); err != nil {
		if refused, ok := errors.AsType[*RefusedError](err); ok {
			return refused
		}

		t.log.Warn("microsoft's login can't be reached yet, trying again", "error", err)
		t.work.Background(t.signInLater)
	}

	t.work.Background(t.verifier.warm)
	t.work.Background(t.people.run)

	return nil
}

// signIn gets the token of the calls out, where there is a secret to get it
// with.
func (t *Teams) signIn(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, link.CallTimeout)
	defer cancel()

	_, err := t.token.get(within)

	return err
}

// signInLater goes on until there is a token, or never will be.
func (t *Teams) signInLater(ctx context.Context) {
	for wait := time.Second; link.Pause(ctx, wait); wait = min(2*wait, 30*time.Second) {
		err := t.signIn(ctx)
		if err == nil {
			return
		}

		if refused, ok := errors.AsType[*RefusedError](err); ok {
			t.fail(refused)

			return
		}
	}
}

// Failed delivers at most one error: that Microsoft refuses the app for good.
// Who runs it says so.
func (t *Teams) Failed() <-chan error { return t.failure }

func (t *Teams) fail(err error) {
	select {
	case t.failure <- err:
	default:
	}
}

// Stop takes no more work, waits for what was begun, and closes. When it returns
// nil no goroutine is left; when ctx ends first, what is under way is cut off
// and ctx's error returned.
func (t *Teams) Stop(ctx context.Context) error {
	drained := t.work.Drain(ctx)
	err := t.work.End(ctx)

	t.wire.Client.CloseIdleConnections()

	if err = cmp.Or(err, drained); err != nil {
		return fmt.Errorf("teams: stop: %w", err)
	}

	return nil
}

// Ready returns nil while the bot can judge what comes in and may answer it.
func (t *Teams) Ready() error {
	switch {
	case !t.token.held():
		return errors.New("microsoft has given no token yet")
	case !t.verifier.ready():
		return errors.New("the keys of those who sign activities are not known yet")
	default:
		return nil
	}
}
