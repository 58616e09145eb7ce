package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A Whereabouts is where somebody who has several accounts is written to, and in
// which language.
type Whereabouts struct {
	Who PersonID
	// Active is the account by which they did something last, "" if none did.
	Active chat.Person
	// Chosen is the account by which they want to be paged. Anywhere says that they
	// want to be paged wherever they were active last, whatever is configured. At
	// most one of them is set.
	Chosen   chat.Person
	Anywhere bool
	// Lost is the account by which the platform could not reach them, and LostAt
	// when that was.
	Lost   chat.Person
	LostAt time.Time
	// Language is in which they chose to read, "" if they did not.
	Language Language
}

// lost returns the accounts by which they could not be reached a moment ago.
func (w *Whereabouts) lost(now time.Time) []chat.Person {
	if w.Lost == "" || !now.Before(w.LostAt.Add(unreachableFor)) {
		return nil
	}

	return []chat.Person{w.Lost}
}

// account returns where somebody is written to: the first of the accounts that can
// be used. Where there is none it is one that was deactivated, or themselves.
func (s *session) account(who PersonID) (chat.Person, bool) {
	all, gone := s.accounts(who)
	if usable := s.inOrder(who, without(all, gone)); len(usable) > 0 {
		return usable[0], true
	}

	if len(all) > 0 {
		return all[0], true
	}

	account := chat.Person(who)

	return account, account.Platform() != "" && s.connected(account)
}

// accountOn returns somebody's account on one of some platforms, false if they have
// none that can be used.
func (s *session) accountOn(who PersonID, some ...chat.Platform) (chat.Person, bool) {
	for _, account := range s.usable(who) {
		if slices.Contains(some, account.Platform()) {
			return account, true
		}
	}

	return "", false
}

// usable returns the accounts by which somebody can be written to, in the order in
// which they are tried.
func (s *session) usable(who PersonID) []chat.Person {
	all, gone := s.accounts(who)
	if len(all) == 0 && s.connected(chat.Person(who)) {
		return []chat.Person{chat.Person(who)}
	}

	return s.inOrder(who, without(all, gone))
}

// inOrder returns somebody's accounts in the order in which they are tried: the one
// that they chose, or prefer by the configuration; the one by which they did
// something last; then as they are configured. One by which they could not be
// reached a moment ago comes last, and after it what is on a platform that refuses
// the bot.
func (s *session) inOrder(who PersonID, accounts []chat.Person) []chat.Person {
	if len(accounts) < 2 {
		return accounts
	}

	w := s.whereabouts(who)
	lost := w.lost(s.now)
	prefers := s.desk.settings.People[who].Prefer

	rank := func(account chat.Person) int {
		switch {
		case s.desk.avoids(account.Platform()):
			return 5
		case slices.Contains(lost, account):
			return 4
		case account == w.Chosen:
			return 0
		case w.Chosen == "" && !w.Anywhere && account.Platform() == prefers:
			return 1
		case account == w.Active:
			return 2
		default:
			return 3
		}
	}

	return slices.SortedStableFunc(slices.Values(accounts), func(a, b chat.Person) int { return cmp.Compare(rank(a), rank(b)) })
}

// Avoid has whoever is on two platforms written to on the other one than this, which
// refuses the bot, or no longer. What they chose is kept.
func (d *Desk) Avoid(platform chat.Platform, yes bool) {
	if yes {
		d.avoided.Store(platform, true)
	} else {
		d.avoided.Delete(platform)
	}
}

func (d *Desk) avoids(platform chat.Platform) bool {
	_, yes := d.avoided.Load(platform)

	return yes
}

// whereabouts returns what is known of where somebody is. What can't be read counts
// as unknown: they are written to as they are configured.
func (s *session) whereabouts(who PersonID) *Whereabouts {
	w, err := s.Whereabouts(who)
	if err == nil {
		return w
	}

	if !errors.Is(err, ErrNotFound) {
		s.desk.log.Error("where somebody is can't be read", "person", who, "error", err)
	}

	return &Whereabouts{Who: who}
}

// connected reports whether the bot is on the platform of an account.
func (s *session) connected(account chat.Person) bool {
	on := s.desk.settings.Platforms

	return account.Platform() != "" && (len(on) == 0 || slices.Contains(on, account.Platform()))
}

// accounts returns the accounts of somebody where the bot is, those that are
// configured first, and which of them were deactivated.
func (s *session) accounts(who PersonID) (all, gone []chat.Person) {
	all = slices.Clone(s.desk.settings.People[who].Accounts)

	known, err := s.Accounts(who)
	if err != nil {
		s.desk.log.Error("the accounts of somebody can't be read", "person", who, "error", err)
	}

	for _, identity := range known {
		if !slices.Contains(all, identity.Who) {
			all = append(all, identity.Who)
		}

		if identity.Gone && s.connected(identity.Who) {
			gone = append(gone, identity.Who)
		}
	}

	return slices.DeleteFunc(all, func(account chat.Person) bool { return !s.connected(account) }), gone
}

// noteActive remembers by which of their accounts somebody did something, so that
// they are written to there from now on. It costs a commit only when that changes,
// and what can't be kept stands in nobody's way.
func (d *Desk) noteActive(ctx context.Context, account chat.Person) {
	var news bool

	err := d.view(ctx, func(s *session) error {
		news = s.moved(account) != nil

		return nil
	})

	if err == nil && news {
		err = d.update(ctx, func(s *session) error {
			if w := s.moved(account); w != nil {
				return s.PutWhereabouts(w)
			}

			return nil
		})
	}

	if err != nil && !errors.Is(err, ErrUnwritable) {
		d.log.WarnContext(ctx, "where somebody is could not be kept", "error", err)
	}
}

// moved returns the whereabouts of whose account did something, nil if that is
// known already or makes no difference, since they have no other.
func (s *session) moved(account chat.Person) *Whereabouts {
	who := s.whois(account)
	if all, _ := s.accounts(who); len(all) < 2 {
		return nil
	}

	w := s.whereabouts(who)
	if w.Active == account && w.Lost != account {
		return nil
	}

	w.Active = account
	if w.Lost == account {
		w.Lost, w.LostAt = "", time.Time{}
	}

	return w
}

// choosePlace has somebody paged by the account that they write with, or else
// wherever they were active last.
func (d *Desk) choosePlace(ctx context.Context, account chat.Person, here bool) (chat.Reply, error) {
	var several bool

	err := d.update(ctx, func(s *session) error {
		who := s.whois(account)
		if several = len(s.usable(who)) > 1; !several {
			return nil
		}

		w := s.whereabouts(who)
		w.Chosen, w.Anywhere = "", !here

		if here {
			w.Chosen = account
		}

		return s.PutWhereabouts(w)
	})
	if err != nil {
		return d.unchanged(ctx, account, err)
	}

	return chat.Reply{Message: d.placeChosen(here, several)}, nil
}

// placeChosen says where somebody is paged now.
func (d *Desk) placeChosen(here, several bool) *chat.Message {
	c := "/" + d.commandName(dutyCommand)

	switch {
	case !several:
		return chat.Notice("This is the only account of yours that I know, so you are paged here anyway.")
	case here:
		return chat.Notice("You are paged here from now on, and read here what concerns you. %v anywhere ends that.", c)
	default:
		return chat.Notice("You are paged wherever you were active last, which is here now. %v here has it stay here.", c)
	}
}
