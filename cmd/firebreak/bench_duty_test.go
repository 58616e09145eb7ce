package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// How large the company of BenchmarkOnDuty is beside its number of teams.
const (
	dutyTeamSize      = 20 // people of a team
	dutyChangesAYear  = 12 // changes of duty of each of them
	dutyChangesAtOnce = 10_000
)

// BenchmarkOnDuty asks who is on duty now, in a company whose people have
// covered for each other and been off for years: "duty" is /duty with a team's
// name, "page" a call for help until its first page is in the outbox. It waits
// for no disk.
func BenchmarkOnDuty(b *testing.B) {
	sizes := []struct{ teams, years int }{{10, 1}, {10, 10}, {1000, 1}, {1000, 10}}
	if testing.Short() {
		sizes = sizes[:2]
	}

	for _, size := range sizes {
		b.Run(fmt.Sprintf("teams=%d/years=%d", size.teams, size.years), func(b *testing.B) {
			desk := companyDesk(b, size.teams, size.years)

			b.Run("duty", func(b *testing.B) {
				b.ReportAllocs()

				for i := 0; b.Loop(); i++ {
					c := chat.Command{Who: "slack:U0NOBODY", Name: "duty", Text: fmt.Sprint("Team ", i*7919%size.teams)}
					if reply, err := desk.Command(b.Context(), c); err != nil || reply.Message.Title != "On duty now" {
						b.Fatalf("/duty %v = %+v, %v, want who is on duty", c.Text, reply.Message, err)
					}
				}
			})

			b.Run("page", func(b *testing.B) {
				b.ReportAllocs()

				for i := 0; b.Loop(); i++ {
					form := chat.Values{
						"team": {string(benchTeam(i * 7919 % size.teams))}, "kind": {"take over"}, "waiting": {"yes"},
						"customer": {"Ms Kovac"}, "happened": {"She was told something else."},
					}
					f := chat.Submission{ID: fmt.Sprint("V", i, b.N), Who: chat.Person(fmt.Sprint("slack:U0AGENT", i)), Form: "escalate", Values: form}

					if reply, err := desk.Submit(b.Context(), f); err != nil || len(reply.Problems) > 0 {
						b.Fatalf("Submit(%v) = %+v, %v", f.ID, reply, err)
					}
				}
			})
		})
	}
}

// companyDesk returns a desk of a company on a store with all that was ever
// changed of who is on duty.
func companyDesk(b *testing.B, teams, years int) *bot.Desk {
	b.Helper()

	store, err := bolt.Open(filepath.Join(b.TempDir(), databaseName), bolt.Options{Now: time.Now, NoSync: true})
	if err != nil {
		b.Fatal(err)
	}

	b.Cleanup(func() { _ = store.Close() })

	fillCompany(b, store, teams, years)

	return bot.NewDesk(bot.DeskOptions{Store: store, Settings: company(teams), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
}

// company has teams of twenty people, of whom four at a time are on duty for six
// hours.
func company(teams int) bot.Settings {
	config, err := ParseConfig("firebreak.yaml", []byte(shiftConfig))
	if err != nil {
		panic(err)
	}

	s := config.settings()
	chains := s.Teams[0].Chains
	s.People, s.Teams = map[bot.PersonID]bot.Colleague{}, nil

	for n := range teams {
		team := bot.Team{ID: benchTeam(n), Name: fmt.Sprint("Team ", n), Zone: time.UTC, Chains: chains}
		plan := roster.Weekly{Zone: time.UTC}

		for i := range dutyTeamSize {
			who := companyPerson(n*dutyTeamSize + i)
			s.People[who] = bot.Colleague{Name: string(who), Accounts: []chat.Person{chat.Person("slack:" + who)}}
			team.Supervisors = append(team.Supervisors, who)
		}

		team.Managers = team.Supervisors[:2]

		for shift := range 4 {
			hours := roster.Shift{Days: everyDay, From: shift * 360, To: (shift + 1) % 4 * 360}
			for _, who := range team.Supervisors[shift*4 : shift*4+4] {
				hours.Who = append(hours.Who, roster.Person(who))
			}

			plan.Shifts = append(plan.Shifts, hours)
		}

		team.Plan = plan
		s.Teams = append(s.Teams, team)
	}

	return s
}

var everyDay = []time.Weekday{time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}

func companyPerson(n int) bot.PersonID { return bot.PersonID(fmt.Sprint("U0LEAD", n)) }

// fillCompany keeps the changes of years in the order in which they were made:
// covers and absences of two days, the last one of each person in a week.
func fillCompany(b *testing.B, store bot.Store, teams, years int) {
	b.Helper()

	people, each := teams*dutyTeamSize, dutyChangesAYear*years
	month := 365 * 24 * time.Hour / dutyChangesAYear

	for first := 0; first < people*each; first += dutyChangesAtOnce {
		if err := store.Update(b.Context(), func(tx bot.Tx) error {
			for n := first; n < min(first+dutyChangesAtOnce, people*each); n++ {
				if err := keepChangeOf(tx, n%people, time.Now().Add(time.Duration(n/people-each+1)*month+7*24*time.Hour)); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}

func keepChangeOf(tx bot.Tx, person int, from time.Time) error {
	id, err := tx.NextChange()
	if err != nil {
		return err
	}

	c := bot.Change{ID: id, Who: companyPerson(person), From: from, Until: from.Add(48 * time.Hour), By: companyPerson(person), Made: from.AddDate(0, 0, -14)}
	if person%2 == 0 {
		c.Cover = companyPerson(person + 1)
	}

	return tx.PutChange(&c)
}
