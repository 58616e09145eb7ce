package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/teams"
)

// An adapter is a chat platform as the app needs it.
type adapter interface {
	bot.Platform
	bot.Inspector

	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	Ready() error
	Failed() <-chan error
	Handler() http.Handler
	Meet(people ...chat.Person)
	Lookup(ctx context.Context, email string) (chat.Profile, error)
}

// A connection is a chat platform that the bot is on.
type connection struct {
	adapter
	on      chat.Platform
	refusal atomic.Pointer[string] // the platform's word for why it takes nothing from the bot, nil while it does
	silence atomic.Pointer[string] // why nothing that the bot sends arrives, nil while it does
	lost    atomic.Pointer[loss]   // why the bot is not on it, nil while it is
}

// A loss is that a platform refuses the bot for good.
type loss struct {
	err  error
	next string // how the bot comes back to it once err is mended
}

// titles are what people call the platforms.
var titles = map[chat.Platform]string{chat.Slack: "Slack", chat.Teams: "Microsoft Teams"}

func (c *connection) title() string { return titles[c.on] }

// note remembers what an alarm says of the platform.
func (c *connection) note(alarm bot.Alarm) {
	switch alarm.Kind {
	case bot.AlarmRefused:
		c.refusal.Store(&alarm.Code)
	case bot.AlarmAccepted:
		c.refusal.Store(nil)
	case bot.AlarmSilent:
		c.silence.Store(&alarm.Code)
	case bot.AlarmAnswers:
		c.silence.Store(nil)
	case bot.AlarmLate, bot.AlarmThrough, bot.AlarmUnrecorded, bot.AlarmRecorded, bot.AlarmUndelivered, bot.AlarmSurplus, bot.AlarmUrgent: // of cards
	}
}

// ready returns why nobody can be paged there, nil if people can.
func (c *connection) ready() error {
	var refused, silent error
	if code := c.refusal.Load(); code != nil {
		refused = fmt.Errorf("it refuses what the bot sends (%v): see what `firebreak check` says", *code)
	}

	if why := c.lost.Load(); why != nil {
		return fmt.Errorf("%v: the bot is not on it: %w; %v", strings.ToLower(c.title()), why.err, why.next)
	}

	if code := c.silence.Load(); code != nil {
		silent = fmt.Errorf("nothing that the bot sends arrives (%v): look at the network between, and at the platform's status page; what waits is sent once it answers", cmp.Or(*code, "no answer"))
	}

	if err := errors.Join(c.Ready(), refused, silent); err != nil {
		return fmt.Errorf("%v: %w", strings.ToLower(c.title()), err)
	}

	return nil
}

// platforms are all that the bot is on. They stand in for any of them: each call
// goes to the one that the person or room is on.
type platforms []*connection

// on returns the platform's connection, nil if the bot is not on it.
func (p platforms) on(platform chat.Platform) *connection {
	for _, c := range p {
		if c.on == platform {
			return c
		}
	}

	return nil
}

// gone returns why the bot is on no platform any more, nil while it is on one.
func (p platforms) gone() error {
	var all []error

	for _, c := range p {
		why := c.lost.Load()
		if why == nil {
			return nil
		}

		all = append(all, why.err)
	}

	return errors.Join(all...)
}

// delivery returns where delivery sends what.
func (p platforms) delivery() map[chat.Platform]bot.Platform {
	to := map[chat.Platform]bot.Platform{}
	for _, c := range p {
		to[c.on] = c.adapter
	}

	return to
}

// Inspect asks the platform that somebody is on.
func (p platforms) Inspect(ctx context.Context, who chat.Person, from, until time.Time) ([]chat.Obstacle, error) {
	c := p.on(who.Platform())
	if c == nil {
		return nil, notOn(who.Platform())
	}

	return c.Inspect(ctx, who, from, until)
}

// InspectRoom asks the platform that a room is on.
func (p platforms) InspectRoom(ctx context.Context, room chat.Room) error {
	c := p.on(room.Platform())
	if c == nil {
		return notOn(room.Platform())
	}

	return c.InspectRoom(ctx, room)
}

// SetGroup has exactly these people in a group of the one platform that has
// groups.
func (p platforms) SetGroup(ctx context.Context, group string, people []chat.Person) error {
	grouper, ok := p.able(chat.Slack).(bot.Grouper)
	if !ok {
		return notOn(chat.Slack)
	}

	return grouper.SetGroup(ctx, group, people)
}

// ShowStatus has a text stand in somebody's status.
func (p platforms) ShowStatus(ctx context.Context, who chat.Person, text string, until time.Time) (bool, error) {
	statuser, ok := p.able(who.Platform()).(bot.Statuser)
	if !ok {
		return false, notOn(who.Platform())
	}

	return statuser.ShowStatus(ctx, who, text, until)
}

// ClearStatus takes a text out of somebody's status.
func (p platforms) ClearStatus(ctx context.Context, who chat.Person, text string) error {
	statuser, ok := p.able(who.Platform()).(bot.Statuser)
	if !ok {
		return notOn(who.Platform())
	}

	return statuser.ClearStatus(ctx, who, text)
}

// able returns the adapter of a platform, nil if the bot is not on it.
func (p platforms) able(platform chat.Platform) adapter {
	if c := p.on(platform); c != nil {
		return c.adapter
	}

	return nil
}

// notOn is the failure of a call about a platform that the bot is not on.
func notOn(platform chat.Platform) error {
	return &chat.Failure{Kind: chat.Unreachable, Code: "not_connected", Err: fmt.Errorf("the bot is not on %v: it has no secrets for it", titles[platform])}
}

// A desk is what the platforms' adapters call, and what keeps things for them.
type desk interface {
	slack.Front
	teams.Keeper
}

// connect makes an adapter of each platform that the environment has secrets for.
func connect(c *Config, env Environment, front desk, out Outsides) (platforms, error) {
	var all platforms

	if env.OnSlack() {
		s, err := newSlack(c, env, front, out)
		if err != nil {
			return nil, err
		}

		all = append(all, &connection{adapter: s, on: chat.Slack})
	}

	if env.OnTeams() {
		t, err := newTeams(c, env, front, out)
		if err != nil {
			return nil, err
		}

		all = append(all, &connection{adapter: t, on: chat.Teams})
	}

	return all, nil
}

func newSlack(c *Config, env Environment, front slack.Front, out Outsides) (*slack.Slack, error) {
	return slack.New(slack.Options{
		BotToken: env.SlackBotToken.Reveal(), AppToken: env.SlackAppToken.Reveal(), SigningSecret: env.SlackSigningSecret.Reveal(),
		StatusToken: env.SlackStatusToken.Reveal(), APIURL: env.SlackAPIURL,
		Client: out.Client, DialContext: out.DialContext,
		Commands: c.Commands.heard(), Escaped: slices.Collect(maps.Keys(c.Commands.names())), Needs: c.needs(), Front: front, Now: out.wall(), Log: out.Log,
	})
}

func newTeams(c *Config, env Environment, front desk, out Outsides) (*teams.Teams, error) {
	return teams.New(teams.Options{
		AppID: env.TeamsAppID, Password: env.TeamsPassword.Reveal(), Tenant: env.TeamsTenant, Tenants: env.TeamsTenants,
		Cloud: env.TeamsCloud, LoginURL: env.TeamsLoginURL, MetadataURL: env.TeamsMetadataURL, Issuer: env.TeamsIssuer, ServiceURL: env.TeamsServiceURL,
		Unauthenticated: env.TeamsUnauthenticated, Client: out.Client,
		Commands: c.Commands.heard(), Channels: c.rooms(chat.Teams), Front: front, Keeper: front, Now: out.wall(), Log: out.Log,
	})
}

// wall returns the time of day by which signatures are judged.
func (o Outsides) wall() func() time.Time {
	if o.Wall != nil {
		return o.Wall
	}

	return o.Now
}
