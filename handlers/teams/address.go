package teams

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

const (
	// seenAgain is how often it is kept at most that somebody did something.
	seenAgain = 24 * time.Hour
	// deadFor is for how long nothing is changed at an address that Teams has
	// refused. What brings it back to life before is a word from there. That
	// an app was installed again Teams may not tell, so that it is then tried.
	deadFor = time.Hour
)

// An address is all that is needed to write to a room, and what its activities
// have told besides. That of a person is their private conversation with the
// bot; that of the conversation itself only names the person.
type address struct {
	Who          chat.Person `json:"who,omitempty"`          // whose private conversation this is
	Conversation string      `json:"conversation,omitempty"` // "" for a person who has none yet
	Kind         string      `json:"kind,omitempty"`         // Teams' word: personal, groupChat or channel
	Service      string      `json:"service,omitempty"`
	Tenant       string      `json:"tenant,omitempty"`
	User         string      `json:"user,omitempty"` // 29:…, who the person is to this bot
	Bot          string      `json:"bot,omitempty"`  // 28:…
	Name         string      `json:"name,omitempty"`
	Zone         string      `json:"zone,omitempty"` // IANA
	Locale       string      `json:"locale,omitempty"`
	Seen         time.Time   `json:"seen,omitzero"`

	// Dead is the code with which Teams has refused it at DeadAt, "" while it
	// can be written to.
	Dead   string    `json:"dead,omitempty"`
	DeadAt time.Time `json:"dead_at,omitzero"`

	// Home is the message that is the person's personal view, and Wanted that
	// one was asked for which is not there yet.
	Home   string `json:"home,omitempty"`
	Wanted bool   `json:"wanted,omitempty"`
}

// addresses are those that are kept, and a copy of them in memory.
type addresses struct {
	keeper Keeper
	now    func() time.Time
	tenant string
	turns  *gates // one change of an address after the other

	mu    sync.Mutex
	known map[chat.Room]address
	users map[string]chat.Person // by 29:…
}

func newAddresses(o Options) *addresses {
	return &addresses{
		keeper: o.Keeper, now: o.Now, tenant: o.Tenant, turns: newGates(),
		known: make(map[chat.Room]address), users: make(map[string]chat.Person),
	}
}

// of returns the address of a room: that of the person, for a private
// conversation. It is empty if nothing is known.
func (s *addresses) of(ctx context.Context, room chat.Room) (address, error) {
	at, err := s.load(ctx, room)
	if err != nil || at.Who == "" {
		return at, err
	}

	return s.load(ctx, at.Who.Private())
}

// owner returns the room whose address a room has: the person, for a private
// conversation.
func (s *addresses) owner(ctx context.Context, room chat.Room) (chat.Room, error) {
	at, err := s.load(ctx, room)
	if err != nil || at.Who == "" {
		return room, err
	}

	return at.Who.Private(), nil
}

func (s *addresses) load(ctx context.Context, room chat.Room) (address, error) {
	s.mu.Lock()
	at, ok := s.known[room]
	s.mu.Unlock()

	if ok {
		return at, nil
	}

	kept, err := s.keeper.Address(ctx, room)
	if err != nil {
		return address{}, fmt.Errorf("teams: the address of a room: %w", err)
	}

	if len(kept) > 0 {
		if err := json.Unmarshal(kept, &at); err != nil {
			return address{}, fmt.Errorf("teams: the address of a room: %w", err)
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if newer, ok := s.known[room]; ok {
		return newer, nil
	}

	s.remember(room, at)

	return at, nil
}

// remember is called with the lock held.
func (s *addresses) remember(room chat.Room, at address) {
	s.known[room] = at

	if isPerson(room) && at.User != "" {
		s.users[at.User] = chat.Person(room)
	}
}

// change changes the address of a room and keeps it, if there is anything new
// in it.
func (s *addresses) change(ctx context.Context, room chat.Room, edit func(*address)) error {
	leave, ok := s.turns.enter(ctx, string(room))
	if !ok {
		return ctx.Err()
	}
	defer leave()

	before, err := s.load(ctx, room)
	if err != nil {
		return err
	}

	after := before
	edit(&after)

	if after == before {
		return nil
	}

	kept, err := json.Marshal(after)
	if err != nil {
		return err
	}

	// What can't be kept is known until the next start.
	s.mu.Lock()
	s.remember(room, after)
	s.mu.Unlock()

	if err := s.keeper.KeepAddress(ctx, room, kept); err != nil {
		return fmt.Errorf("teams: keep the address of a room: %w", err)
	}

	return nil
}

// heard keeps what an activity tells of the addresses of who did it and of where
// they did it.
func (s *addresses) heard(ctx context.Context, who chat.Person, a *activity) error {
	if who != "" {
		if err := s.change(ctx, who.Private(), func(at *address) { s.hearPerson(at, a) }); err != nil {
			return err
		}
	}

	room := a.room()

	switch {
	case room == "" || a.foreign() || a.personal() && who == "":
		return nil
	case a.personal():
		return s.change(ctx, room, func(at *address) { at.Who = who })
	default:
		return s.change(ctx, room, func(at *address) {
			s.hear(at, a)
			at.Conversation, at.Kind = base(a.Conversation.ID), a.Conversation.Kind
			at.revive()
		})
	}
}

// hearPerson notes what an activity tells of a person. That they can be written
// to alone is only told by what they do there.
func (s *addresses) hearPerson(at *address, a *activity) {
	s.hear(at, a)

	set(&at.User, a.From.ID)
	set(&at.Name, a.From.Name)
	set(&at.Zone, a.Zone)
	set(&at.Locale, a.Locale)

	if a.personal() && !a.foreign() && a.Conversation.ID != "" {
		at.Conversation, at.Kind = a.Conversation.ID, "personal"
		at.revive()
	}
}

func (s *addresses) hear(at *address, a *activity) {
	if !a.foreign() { // extensions are served by servers of their own
		set(&at.Service, a.Service)
	}

	set(&at.Tenant, a.Conversation.Tenant)
	set(&at.Bot, a.Recipient.ID)

	if now := s.now().UTC(); now.Sub(at.Seen) >= seenAgain {
		at.Seen = now.Truncate(time.Second)
	}
}

func set(field *string, value string) {
	if value != "" {
		*field = value
	}
}

func (a *address) revive() { a.Dead, a.DeadAt = "", time.Time{} }

// bury notes that Teams has refused a room with a code.
func (s *addresses) bury(ctx context.Context, room chat.Room, code string) error {
	owner, err := s.owner(ctx, room)
	if err != nil {
		return err
	}

	return s.change(ctx, owner, func(at *address) { at.Dead, at.DeadAt = code, s.now().UTC().Truncate(time.Second) })
}

// refused returns the code with which Teams has refused an address a short while
// ago, "" if it is worth trying.
func (s *addresses) refused(at address) string {
	if at.Dead == "" || s.now().Sub(at.DeadAt) >= deadFor {
		return ""
	}

	return at.Dead
}

// user returns who is known to the bot by 29:….
func (s *addresses) user(id string) (chat.Person, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	who, ok := s.users[id]

	return who, ok
}

// called notes who is known to the bot by 29:….
func (s *addresses) called(id string, who chat.Person) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.users[id] = who
}
