package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// SetGroup makes a user group consist of these people and nobody else. It needs
// the scope usergroups:write, and with usergroups:read it changes nothing where
// all is right already. Doing it again does no harm.
//
// An error wraps a *chat.Failure: Missing where there is no such group, Refused
// where the bot may not change it, and Unacceptable where somebody can't be in a
// group, or nobody is given. Its Err is then the remedy. Whoever can't be in it
// is left out, and all others are set all the same. Slack's groups are never
// empty, so that the caller leaves the last ones in.
func (s *Slack) SetGroup(ctx context.Context, group string, people []chat.Person) error {
	if len(people) == 0 {
		return failed("usergroups.users.update", slack.SlackErrorResponse{Err: "no_users_provided"})
	}

	wanted := make([]string, 0, len(people))
	for _, who := range people {
		wanted = append(wanted, who.ID())
	}

	err := s.setGroup(ctx, group, inSet(wanted))
	if failure := chat.FailureOf(err); failure == nil || failure.Code != "invalid_users" {
		return err
	}

	fit, unfit, failure := s.whoFits(ctx, inSet(wanted))
	if failure != nil {
		return failure
	}

	if len(fit) == 0 || len(unfit) == 0 {
		return err
	}

	if failure := s.setGroup(ctx, group, fit); failure != nil {
		return failure
	}

	return &chat.Failure{Kind: chat.Unacceptable, Code: "invalid_users", Err: fmt.Errorf(
		"%s can't be in a user group: a deactivated account, an app, or a guest of a single channel. All others are in it", strings.Join(unfit, ", "))}
}

func (s *Slack) setGroup(ctx context.Context, group string, wanted []string) error {
	same, err := s.groupIs(ctx, group, wanted)
	if same || err != nil {
		return err
	}

	_, err = s.api.UpdateUserGroupMembersContext(ctx, group, strings.Join(wanted, ","))

	return failed("usergroups.users.update", err)
}

// whoFits returns the accounts that can be in a group, and those that can't, as
// people call them.
func (s *Slack) whoFits(ctx context.Context, ids []string) (fit, unfit []string, err error) {
	for _, id := range ids {
		user, err := s.api.GetUserInfoContext(ctx, id)
		failure := chat.FailureOf(failed("users.info", err))

		switch {
		case nobody(failure):
			unfit = append(unfit, id)
		case failure != nil:
			return nil, nil, failure
		case user.Deleted, user.IsBot, user.IsUltraRestricted:
			unfit = append(unfit, profile(user).Name)
		default:
			fit = append(fit, id)
		}
	}

	return fit, unfit, nil
}

// groupIs reports whether the group consists of just these people. Where the
// bot may not look, it does not.
func (s *Slack) groupIs(ctx context.Context, group string, wanted []string) (bool, error) {
	members, err := s.api.GetUserGroupMembersContext(ctx, group)
	if err := failed("usergroups.users.list", err); err != nil {
		if chat.FailureOf(err).Code == "missing_scope" {
			return false, nil
		}

		return false, err
	}

	return slices.Equal(inSet(members), wanted), nil
}

// inSet returns the ids sorted, each once.
func inSet(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }

// checkGroups looks whether the user groups are there and may be changed, as
// far as can be known without changing them.
func (s *Slack) checkGroups(ctx context.Context, ids []string) []error {
	if len(ids) == 0 {
		return nil
	}

	all, err := s.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeDisabled(true))
	if err != nil {
		return []error{fmt.Errorf("the user groups can't be checked: %w", failed("usergroups.list", err))}
	}

	var mistakes []error

	for _, id := range ids {
		i := slices.IndexFunc(all, func(g slack.UserGroup) bool { return g.ID == id })
		if i < 0 {
			mistakes = append(mistakes, &AboutError{id, fmt.Errorf("user group %s: %s", id, noSuchGroup)})
		} else if err := unusable(all[i]); err != nil {
			mistakes = append(mistakes, &AboutError{id, err})
		}
	}

	return mistakes
}

// unusable returns why nobody can set who is in a group.
func unusable(g slack.UserGroup) error {
	switch {
	case g.DateDelete != 0:
		return fmt.Errorf("user group %s (@%s) is disabled: enable it, or name another", g.ID, g.Handle)
	case g.AutoType != "", g.AutoProvision, g.IsIDPGroup, g.IsMembershipLocked, g.IsExternal:
		return fmt.Errorf("user group %s (@%s) is filled by Slack or by a directory: name one that people may change", g.ID, g.Handle)
	default:
		return nil
	}
}
