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
// group, or nobody is given. Its Err is then the remedy. Slack's groups are never
// empty, so that the caller leaves the last ones in.
func (s *Slack) SetGroup(ctx context.Context, group string, people []chat.Person) error {
	if len(people) == 0 {
		return failed("usergroups.users.update", slack.SlackErrorResponse{Err: "no_users_provided"})
	}

	wanted := make([]string, 0, len(people))
	for _, who := range people {
		wanted = append(wanted, who.ID())
	}

	same, err := s.groupIs(ctx, group, inSet(wanted))
	if same || err != nil {
		return err
	}

	_, err = s.api.UpdateUserGroupMembersContext(ctx, group, strings.Join(inSet(wanted), ","))

	return failed("usergroups.users.update", err)
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
