package teams

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

const (
	// rosterFresh is for how long a channel's members count as known.
	rosterFresh = 10 * time.Minute
	// wholeRoster is as many members as there can be.
	wholeRoster = 1 << 20
)

// whois returns which person an account of an activity is. Nearly all come with
// the Entra id; of the others the conversation is asked.
func (t *Teams) whois(ctx context.Context, a *activity, one account) (chat.Person, bool) {
	if one.Entra != "" {
		return personOf(one.Entra), true
	}

	if one.ID == "" || strings.HasPrefix(one.ID, botPrefix) || strings.HasPrefix(one.ID, channelPrefix) {
		return "", false // people mention bots and channels too
	}

	if who, known := t.addresses.user(one.ID); known {
		return who, true
	}

	m, err := t.member(ctx, a.Service, base(a.Conversation.ID), one.ID)
	if err != nil || m.entra() == "" {
		t.log.Warn("an account could not be told", "error", err)

		return "", false
	}

	t.addresses.called(one.ID, personOf(m.entra()))

	return personOf(m.entra()), true
}

// lookUp returns what Teams knows of a person: from the conversation where they
// were last seen, or where that is "" from their private one, or else from the
// channels of the teams.
func (t *Teams) lookUp(ctx context.Context, who chat.Person, seen string) (chat.Profile, error) {
	at := t.addressOf(ctx, who.Private())
	m, err := t.look(ctx, who, at, seen)

	if err != nil {
		return chat.Profile{}, err
	}

	known := profile(m)
	known.Who, known.Zone, known.Language = who, at.Zone, at.Locale

	return known, nil
}

// look finds somebody in a conversation that they are in.
func (t *Teams) look(ctx context.Context, who chat.Person, at address, seen string) (member, error) {
	if seen == "" && at.Conversation == "" {
		conversation, err := t.openPrivate(ctx, at, who.Private())
		if err != nil {
			if m, found := t.inRosters(ctx, func(m member) bool { return personOf(m.entra()) == who }); found {
				return m, nil
			}

			return member{}, err
		}

		at.Conversation = conversation
	}

	return t.member(ctx, at.Service, cmp.Or(base(seen), at.Conversation), cmp.Or(at.User, who.ID()))
}

// profile is what Teams knows of somebody.
func profile(m member) chat.Profile {
	login := strings.ToLower(cmp.Or(m.Role, m.Standing))

	return chat.Profile{
		Who:   personOf(m.entra()),
		Name:  chat.Single(m.Name, maxName),
		Email: cmp.Or(m.Email, m.Login),
		Guest: login == "guest" || login == "anonymous" || strings.Contains(m.Login, "#EXT#"),
	}
}

// maxName is the longest name of a person, in characters.
const maxName = 80

// Lookup returns the person with an e-mail address, if they are in one of the
// teams whose channels the bot was told of: Teams lets a bot look nowhere else.
// Where nobody there has it the error is a failure of kind chat.Unreachable with
// the code "users_not_found".
func (t *Teams) Lookup(ctx context.Context, email string) (chat.Profile, error) {
	m, err := t.rosters.find(ctx, func(m member) bool {
		return strings.EqualFold(m.Email, email) || strings.EqualFold(m.Login, email)
	})
	if err != nil {
		return chat.Profile{}, err
	}

	return profile(m), nil
}

// inRosters looks for somebody in the channels of the teams.
func (t *Teams) inRosters(ctx context.Context, is func(member) bool) (member, bool) {
	m, err := t.rosters.find(ctx, is)

	return m, err == nil
}

// rosters are who is in the channels of the teams.
type rosters struct {
	teams *Teams

	mu sync.Mutex
	of map[chat.Room]*roster
}

type roster struct {
	joint   joint[[]member]
	members []member
	read    time.Time
}

func newRosters(t *Teams) *rosters { return &rosters{teams: t, of: make(map[chat.Room]*roster)} }

// notFound is that nobody in the rosters is who was looked for.
func notFound() error {
	return failed(reading, &chat.Failure{Kind: chat.Unreachable, Code: "users_not_found"})
}

// find returns the first who is the one. Where there is none, and a roster could
// not be read, its error is returned.
func (r *rosters) find(ctx context.Context, is func(member) bool) (member, error) {
	missing := notFound()

	for _, channel := range r.teams.opts.Channels {
		members, err := r.in(ctx, channel)
		if err != nil {
			missing = err
		}

		for _, m := range members {
			if m.entra() != "" && is(m) {
				return m, nil
			}
		}
	}

	return member{}, missing
}

func (r *rosters) in(ctx context.Context, channel chat.Room) ([]member, error) {
	one, members, fresh := r.known(channel)
	if fresh {
		return members, nil
	}

	members, err := one.joint.get(ctx, r.teams.work, func(ctx context.Context) ([]member, error) {
		return r.teams.roster(ctx, r.teams.addressOf(ctx, channel).Service, base(channel.ID()), wholeRoster)
	})
	if err != nil {
		return nil, failed(reading, chat.FailureOf(err))
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	one.members, one.read = members, r.teams.opts.Now()

	return members, nil
}

func (r *rosters) known(channel chat.Room) (*roster, []member, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()

	one := r.of[channel]
	if one == nil {
		one = &roster{}
		r.of[channel] = one
	}

	return one, one.members, !one.read.IsZero() && r.teams.opts.Now().Sub(one.read) < rosterFresh
}

// acquaintances tell the Front of everybody who does something, in the
// background.
type acquaintances struct {
	teams     *Teams
	front     Acquainted              // nil if the Front does not want to know
	newcomers *link.Newcomers[string] // with the conversation in which they did something, "" for none
}

func newAcquaintances(t *Teams) *acquaintances {
	front, _ := t.opts.Front.(Acquainted)

	return &acquaintances{teams: t, front: front, newcomers: link.NewNewcomers[string](t.opts.Now)}
}

// Meet has the Front told of people before they do anything, so that their first
// page already says who they are. It is for those who are known to come: when
// there are too many, the rest are looked up on what they do first.
func (t *Teams) Meet(people ...chat.Person) {
	for _, who := range people {
		t.people.met(who, "")
	}
}

// introduce tells the Front how somebody is called of whom it knows nothing yet,
// before it hears what they want: their first call for help is to bear their name.
// All else is looked up later.
func (p *acquaintances) introduce(ctx context.Context, by origin) {
	if p.front == nil {
		return
	}

	profile := chat.Profile{Who: by.who, Name: chat.Single(by.From.Name, maxName), Zone: by.zone, Language: by.Locale}
	if err := p.front.Acquaint(ctx, profile); err != nil {
		p.teams.log.Warn("a person could not be introduced", "user", by.who, "error", err)
	}
}

// met notes that somebody did something.
func (p *acquaintances) met(who chat.Person, seen string) {
	if p.front != nil && who != "" {
		p.newcomers.Met(string(who), seen)
	}
}

func (p *acquaintances) run(ctx context.Context) { p.newcomers.Run(ctx, p.acquaint) }

// acquaint tells of one person, looked up where they were seen. A rate limit is
// waited for.
func (p *acquaintances) acquaint(ctx context.Context, who, seen string) (time.Duration, bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*link.CallTimeout)
	defer cancel()

	known, err := p.teams.lookUp(ctx, chat.Person(who), seen)
	if err == nil {
		err = p.front.Acquaint(ctx, known)
	}

	if err != nil {
		p.teams.log.Warn("a person could not be looked up", "user", who, "error", err)

		return chat.FailureOf(err).After, false
	}

	return 0, true
}
