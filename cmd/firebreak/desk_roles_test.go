package main

import (
	"bufio"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// whoMay is the table of who may do what, by the deed and the role.
func whoMay(t *testing.T) (table map[string]map[string]bool, deeds, roles []string) {
	t.Helper()

	file, err := os.Open("testdata/roles/who-may.txt")
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = file.Close() }()

	table = map[string]map[string]bool{}

	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())

		switch {
		case len(words) == 0 || words[0] == "#":
			continue
		case roles == nil:
			roles = words

			continue
		case len(words) <= len(roles):
			t.Fatalf("%q has %d words, want a name and %d answers", lines.Text(), len(words), len(roles))
		}

		answers := words[len(words)-len(roles):]
		name := strings.Join(words[:len(words)-len(roles)], " ")
		table[name], deeds = map[string]bool{}, append(deeds, name)

		for i, answer := range answers {
			if answer != "yes" && answer != "-" {
				t.Fatalf("%q says %q, want yes or -", lines.Text(), answer)
			}

			table[name][roles[i]] = answer == "yes"
		}
	}

	return table, deeds, roles
}

// A counter is a desk with people of every role, and the escalations that they
// try things with.
type counter struct {
	t     *testing.T
	desk  *bot.Desk
	store bot.Store
	last  bot.EscalationID
}

// rolesAccount is the account of whoever has a role.
func rolesAccount(role string) chat.Person {
	return chat.PersonOn(chat.Slack, "U0"+strings.ToUpper(role))
}

// rolesPerson is whoever has a role.
func rolesPerson(role string) bot.PersonID {
	if slices.Contains([]string{"supervisor", "elsewhere", "manager", "chief", "operator", "own"}, role) {
		return bot.PersonID(role)
	}

	return bot.PersonID(rolesAccount(role))
}

func counterOf(t *testing.T) *counter {
	t.Helper()

	now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

	store, err := bolt.Open(filepath.Join(t.TempDir(), databaseName), bolt.Options{Now: now, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = store.Close() })

	settings := bot.Settings{Times: bot.DefaultTimes, People: map[bot.PersonID]bot.Colleague{}}
	for _, role := range []string{"supervisor", "elsewhere", "manager", "chief", "operator", "own", "lee", "kim"} {
		settings.People[bot.PersonID(role)] = bot.Colleague{
			Name: role, Accounts: []chat.Person{rolesAccount(role)}, Manager: role == "chief", Operator: role == "operator",
		}
	}

	settings.Teams = []bot.Team{
		{
			ID: "billing", Name: "Billing", Zone: time.UTC, Agents: []bot.PersonID{"slack:U0AGENT", "slack:U0COLLEAGUE"},
			Supervisors: []bot.PersonID{"supervisor", "lee", "kim"}, Managers: []bot.PersonID{"manager", "chief", "own"},
			Options: []bot.Option{{Name: "Refund", Currency: "USD", UpTo: map[bot.Rank]int64{bot.SupervisorRank: 10_000}}},
		},
		{ID: "sales", Name: "Sales", Zone: time.UTC, Supervisors: []bot.PersonID{"elsewhere"}},
	}

	return &counter{t: t, store: store, desk: bot.NewDesk(bot.DeskOptions{
		Store: store, Settings: settings, Now: now, Log: slog.New(slog.DiscardHandler),
	})}
}

// fresh keeps a new case in which everybody has their role.
func (c *counter) fresh(role string) bot.EscalationID {
	c.last++

	agent := bot.PersonID("slack:U0AGENT")
	if role == "own" {
		agent = "own"
	}

	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	asked := func(who bot.PersonID) bot.Asked { return bot.Asked{Who: who, N: 1} }

	c.update(func(tx bot.Tx) error {
		return tx.PutEscalation(&bot.Escalation{
			ID: c.last, Team: "billing", Agent: agent, Kind: bot.TakeOver, State: bot.Taken, Holder: "slack:U0HOLDER",
			Opened: at, Since: at, Context: bot.Context{Customer: "Ms Kovac", Happened: "It broke"},
			Pages: []bot.Page{{Who: "slack:U0PAGED", Attempt: 1, State: bot.PageMoot, At: at}},
			Owed: []bot.Owed{{
				N: 1, Promise: true, Text: "A refund", Owner: "slack:U0OWNER", Due: at.Add(48 * time.Hour),
				Option: "Refund", Amount: 100, Currency: "USD", Approval: bot.ApprovalWanted,
			}},
			Question: &bot.Question{By: "slack:U0HOLDER", Text: "Which one?", At: at},
			Asked:    []bot.Asked{asked("slack:U0AGENT"), asked("slack:U0HOLDER")},
		})
	})

	return c.last
}

func (c *counter) update(change func(bot.Tx) error) {
	c.t.Helper()

	if err := c.store.Update(c.t.Context(), change); err != nil {
		c.t.Fatal(err)
	}
}

// says returns what somebody reads in answer, nothing if it just happens.
func (c *counter) says(reply chat.Reply, err error) string {
	c.t.Helper()

	if err != nil {
		c.t.Fatal(err)
	}

	if reply.Problems != nil {
		return strings.Join(slices.Collect(maps.Values(reply.Problems)), " ")
	}

	if reply.Message == nil {
		return ""
	}

	return printed(*reply.Message)
}

func (c *counter) clicks(role, action, value string) string {
	return c.says(c.desk.Click(c.t.Context(), chat.Click{Who: rolesAccount(role), Action: action, Value: value}))
}

func (c *counter) types(role, name, text string) string {
	return c.says(c.desk.Command(c.t.Context(), chat.Command{Who: rolesAccount(role), Name: name, Text: text}))
}

func (c *counter) submits(role, form, state string, values chat.Values) string {
	return c.says(c.desk.Submit(c.t.Context(), chat.Submission{Who: rolesAccount(role), Form: form, State: state, Values: values}))
}

// refused reports whether an answer is a no to who asked, and not to the moment.
func refused(answer string) bool {
	return slices.ContainsFunc([]string{
		"Only ", "can't show it to you", "Those questions are for", "That button is for", "That list is for",
		"no team's rota", "can have no duty", "can't have duty", "Choose a supervisor or manager",
		"no such restriction", "listed for supervisors and managers", "more than 90 days",
	}, func(words string) bool { return strings.Contains(answer, words) })
}

// formsOf are the forms behind buttons that have another name.
var formsOf = map[string]string{"told_customer": "inform", "add_context": "context"}

// tries does something in a role, and reports whether they may.
func (c *counter) tries(deed, role string) (allowed bool, answer string) {
	c.t.Helper()

	id := c.fresh(role)

	switch deed {
	case "act for":
		answer = c.submits(role, "hand_back", id.String(), chat.Values{"advice": {"Do this"}})

		return inStore(c.t, c.store, id).State == bot.Returned, answer
	case "be handed to":
		answer = c.submits("holder", "hand_to", id.String(), chat.Values{"who": {string(rolesPerson(role))}})
	case "add_words":
		answer = c.clicks(role, deed, id.String()+"/and again")
	case "change duty own":
		answer = c.types(role, "duty", "off until 18:00")
		c.callOff()
	case "change duty other":
		answer = c.types(role, "duty", "off @lee until 18:00")
		c.callOff()
	case "have duty":
		answer = c.types(role, "duty", "cover @lee until 18:00")
		c.callOff()
	case "cover by other":
		answer = c.types(role, "duty", "cover @lee by @kim until 18:00")
		c.callOff()
	case "cancel_change":
		at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

		c.update(func(tx bot.Tx) error {
			return tx.PutChange(&bot.Change{ID: 1000, Who: "lee", By: "kim", From: at, Until: at.Add(time.Hour), Made: at})
		})

		answer = c.clicks(role, deed, "1000")
	case "handover":
		c.update(func(tx bot.Tx) error {
			return tx.PutWatch(&bot.Watch{Team: "billing", On: []bot.PersonID{"kim"}, Count: 1, Handovers: []bot.ShiftHandover{
				{N: 1, From: []bot.PersonID{"slack:U0HOLDER"}, Escalations: []bot.EscalationID{id}, To: []bot.PersonID{"kim"}},
			}})
		})

		answer = c.clicks(role, deed, "billing/1")
	case "list of teams":
		answer = c.types(role, "followups", "team")
	case "restrictions":
		answer = c.types(role, "escalate", "restrictions")
	case "decide restriction", "decide restriction own":
		by := bot.PersonID("lee")
		if deed != "decide restriction" {
			by = rolesPerson(role)
		}

		at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

		c.update(func(tx bot.Tx) error {
			return tx.PutCustomer(&bot.Customer{Team: "billing", Reference: "K-1", Restrictions: []bot.Restriction{{
				N: 1, What: "Supervisor only", Why: "Threats", By: by, From: at, Until: at.Add(480 * time.Hour), Review: at.Add(240 * time.Hour),
			}}})
		})

		answer = c.clicks(role, "lift_restriction", "billing/1/K-1")
	case "restrict for long":
		answer = c.submits(role, "restrict", id.String(), chat.Values{
			"what": {"Supervisor only"}, "why": {"Threats"}, "until": {"2027-06-01T09:00:00Z"},
		})
	default:
		answer = c.clicks(role, deed, id.String()+"/1")
		c.alike(deed, role, refused(answer))
	}

	return !refused(answer), answer
}

// callOff calls off what was changed, so that the next can change it too.
func (c *counter) callOff() {
	c.t.Helper()

	c.update(func(tx bot.Tx) error {
		for id := bot.ChangeID(1); ; id++ {
			change, err := tx.Change(id)
			if err != nil {
				return nil //nolint:nilerr // there are no more
			}

			change.Cancelled, change.CancelledBy = change.Made, change.By
			if err := tx.PutChange(change); err != nil {
				return err
			}
		}
	})
}

// alike has the form behind a button refuse whom the button refuses: a form may
// have been opened while it was theirs.
func (c *counter) alike(deed, role string, no bool) {
	c.t.Helper()

	form := deed
	if named, ok := formsOf[deed]; ok {
		form = named
	}

	reply, err := c.desk.Submit(c.t.Context(), chat.Submission{Who: rolesAccount(role), Form: form, State: c.fresh(role).String() + "/1"})
	if err != nil {
		return // there is no such form
	}

	if says := c.says(reply, nil); refused(says) != no {
		c.t.Errorf("the form %v answers %v %q, the button refuses: %v, want the same", form, role, says, no)
	}
}

// TestWhoMay tries everything in every role at the desk.
func TestWhoMay(t *testing.T) {
	table, deeds, roles := whoMay(t)

	for _, deed := range deeds {
		t.Run(deed, func(t *testing.T) {
			c := counterOf(t)

			for _, role := range roles {
				if got, answer := c.tries(deed, role); got != table[deed][role] {
					t.Errorf("%v tries %v: may %v, want %v; the answer is %q", role, deed, got, table[deed][role], answer)
				}
			}
		})
	}
}

// Whatever there is to do has its line in the table, and nothing else has.
func TestWhoMayIsComplete(t *testing.T) {
	_, deeds, _ := whoMay(t)

	want := mapKeys(t, "../../bot/click.go", "actions")
	want = append(want, mapKeys(t, "../../bot/owed_form.go", "owedActions")...)
	want = append(want, slices.Collect(maps.Values(constants(t, "../../bot/roles.go", "deed")))...)
	want = append(want, "cancel_change", "thank_you", "cover by other", "change duty own", "change duty other", "decide restriction own")
	want = slices.DeleteFunc(want, func(deed string) bool {
		return deed == "change duty" || deed == "erase" // two lines of their own; TestOnlyOperatorsErase
	})

	compare(t, "lines of the table", want, deeds)
}
