package main

import (
	"context"
	"errors"
	"slices"
	"time"
)

// A search is for the accounts of a colleague who is configured by e-mail, on the
// platforms where none of theirs is configured.
type search struct {
	email   string
	on      []*connection // where none was found yet
	reached bool          // they can be paged somewhere already
}

func (a *App) searches() []*search {
	var all []*search

	for _, p := range a.config.People {
		s := &search{email: p.Email}

		for _, c := range a.platforms {
			if p.on(c.on) {
				s.reached = true
			} else {
				s.on = append(s.on, c)
			}
		}

		if p.Email != "" && len(s.on) > 0 {
			all = append(all, s)
		}
	}

	return all
}

// lookUpColleagues finds the accounts of those who are configured by e-mail. It
// goes on trying until each was found everywhere: whoever is missing may be invited
// later.
func (a *App) lookUpColleagues(ctx context.Context) error {
	missing := a.searches()

	for wait := time.Second; ; wait = min(2*wait, 10*time.Minute) {
		missing = slices.DeleteFunc(missing, func(s *search) bool { return a.lookUp(ctx, s) })
		if len(missing) == 0 {
			return nil
		}

		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// lookUp goes on with a search, and reports whether it is over. Somebody who is
// found on one platform need not be on another.
func (a *App) lookUp(ctx context.Context, s *search) (over bool) {
	var failures []error

	for _, c := range slices.Clone(s.on) {
		if err := a.find(ctx, c, s.email); err != nil {
			failures = append(failures, err)

			continue
		}

		s.reached = true
		s.on = slices.DeleteFunc(s.on, func(o *connection) bool { return o == c })
	}

	if err := errors.Join(failures...); err != nil && !s.reached {
		a.out.Log.WarnContext(ctx, "a colleague's account was not found by e-mail; they can't be paged until it is", "error", err)
	}

	return len(s.on) == 0
}

// find finds a colleague's account on one platform.
func (a *App) find(ctx context.Context, c *connection, email string) error {
	profile, err := c.Lookup(ctx, email)
	if err != nil {
		return err
	}

	c.Meet(profile.Who) // so that it is heard when the account is deactivated

	return a.desk.Acquaint(ctx, profile)
}
