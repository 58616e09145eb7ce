package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// wantPaged checks whose pages of E-1 are open, in the order in which
// they were sent.
func (d *dutyDesk) wantPaged(want ...bot.PersonID) {
	d.t.Helper()

	var got []bot.PersonID

	for _, page := range inStore(d.t, d.store, 1).Pages {
		if page.State == bot.PageOpen {
			got = append(got, page.Who)
		}
	}

	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("open pages of E-1 at %v (-want +got):\n%v", d.now.Format("15:04:05"), diff)
	}
}

// unreadable is a store in which what is kept of some people, or of a team, can't be
// read.
type unreadable struct {
	bot.Store
	changes, paged, holding bot.PersonID
	watch                   bot.TeamID
}

type unreadableTx struct {
	bot.Tx
	of unreadable
}

var errDamaged = errors.New("damaged")

func (s unreadable) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(unreadableTx{tx, s}) })
}

func (s unreadable) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(unreadableTx{tx, s}) })
}

func (tx unreadableTx) Changes(who bot.PersonID, after time.Time) ([]*bot.Change, error) {
	if who == tx.of.changes {
		return nil, errDamaged
	}

	return tx.Tx.Changes(who, after)
}

func (tx unreadableTx) Paged(who bot.PersonID) (time.Time, error) {
	if who == tx.of.paged {
		return time.Time{}, errDamaged
	}

	return tx.Tx.Paged(who)
}

func (tx unreadableTx) Holding(who bot.PersonID) ([]bot.EscalationID, error) {
	if who == tx.of.holding {
		return nil, errDamaged
	}

	return tx.Tx.Holding(who)
}

func (tx unreadableTx) Watch(team bot.TeamID) (*bot.Watch, error) {
	if team == tx.of.watch {
		return nil, errDamaged
	}

	return tx.Tx.Watch(team)
}

// What can't be read of one person stops nobody's page, theirs neither: what is
// not known of them does not count.
func TestOneDamagedRecordStopsNoPage(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage unreadable
	}{
		{"the changes of who is on duty", unreadable{changes: "dana"}},
		{"the changes of somebody else on the chain", unreadable{changes: "kim"}},
		{"when somebody was paged last", unreadable{paged: "dana"}},
		{"what somebody has", unreadable{holding: "dana"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)
			test.damage.Store = d.store
			d.store = test.damage
			d.restart(shiftConfig)

			d.says("maria", "/escalate now Zwiebelmixer")
			d.wantPaged("dana")
			d.at(23, 9, 1, 30)
			d.wantPaged("dana")
			d.at(23, 9, 2, 30)
			d.wantPaged("dana", "lee", "kim")
		})
	}
}

// panicking is a store in which the first escalation makes who changes it panic.
type panicking struct {
	bot.Store
	armed *bool
}

type panickingTx struct {
	bot.Tx
	armed bool
}

func (s panicking) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(panickingTx{tx, *s.armed}) })
}

func (tx panickingTx) Escalation(id bot.EscalationID) (*bot.Escalation, error) {
	if tx.armed && id == 1 {
		panic("Ms Zwiebel shouts")
	}

	return tx.Tx.Escalation(id)
}

// One escalation that makes the bot panic whenever it is due holds up no other, and
// itself only for as long. The log has the place, and nothing of what was said.
func TestOnePanicHoldsUpNoOtherPage(t *testing.T) {
	var (
		armed bool
		log   bytes.Buffer
	)

	config := with(t, shiftConfig, "[U0MARIA]", "[U0MARIA, U0OMAR]")
	d := dutyDeskOf(t, config)
	d.store = panicking{d.store, &armed}
	d.logs = &log
	d.restart(config)

	d.says("maria", "/escalate now Zwiebelmixer")
	d.says("omar", "/escalate now Kohl")

	paged := func(id bot.EscalationID) int { return len(inStore(t, d.store, id).Pages) }
	first, second := paged(1), paged(2)
	armed = true

	d.at(23, 9, 1, 30)
	d.at(23, 9, 2, 30)

	if got := paged(1); got != first {
		t.Errorf("E-1 has %v pages although it panics, want %v", got, first)
	}

	if got := paged(2); got <= second {
		t.Errorf("E-2 has %v pages after its wait, want more than %v", got, second)
	}

	if said := log.String(); !strings.Contains(said, "a panic of type string") || !strings.Contains(said, "panickingTx") || strings.Contains(said, "Zwiebel") {
		t.Errorf("the log says\n%v\nwant the panic's place, and not what was said", said)
	}

	armed = false

	d.at(23, 9, 2, 31)
	d.at(23, 9, 4, 0)

	if got := paged(1); got <= first {
		t.Errorf("E-1 has %v pages once it can be handled, want more than %v", got, first)
	}
}

// unwritable is a store that can keep nothing.
type unwritable struct{ bot.Store }

func (s unwritable) Update(context.Context, func(bot.Tx) error) error { return bot.ErrFull }

// While nothing can be kept, a call for help goes out all the same: to those on
// duty and the managers, and to the whole team while nobody else is on duty.
func TestUnrecordedWithNobodyOnDuty(t *testing.T) {
	managerless := strings.NewReplacer("    managers: [priya]\n", "", "[U0MARIA]", "[U0MARIA, U0DANA]").Replace(shiftConfig)

	for _, test := range []struct {
		name, config string
		off, gone    string
		by           string
		want         []string
	}{
		{name: "somebody on duty", config: shiftConfig, by: "maria", want: []string{"U0DANA", "U0PRIYA"}},
		{name: "nobody on duty", config: shiftConfig, off: "dana", by: "maria", want: []string{"U0DANA", "U0KIM", "U0LEE", "U0PRIYA"}},
		{name: "nobody on duty, and no managers", config: managerless, off: "dana", by: "maria", want: []string{"U0DANA", "U0KIM", "U0LEE"}},
		{name: "only who calls is on duty", config: managerless, by: "dana", want: []string{"U0KIM", "U0LEE"}},
		{name: "only somebody on duty whose account is gone", config: managerless, gone: "dana", by: "maria", want: []string{"U0DANA", "U0KIM", "U0LEE"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, test.config)
			if test.off != "" {
				d.says(test.off, "/duty off until 16:00")
			}

			if test.gone != "" {
				if err := d.Acquaint(t.Context(), chat.Profile{Who: account(test.gone), Name: "Gone", Gone: true}); err != nil {
					t.Fatal(err)
				}
			}

			c, err := ParseConfig("test.yaml", []byte(test.config))
			if err != nil {
				t.Fatal(err)
			}

			d.Desk = bot.NewDesk(bot.DeskOptions{
				Store: unwritable{d.store}, Settings: c.settings(), Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler),
			})

			var (
				one  sync.Mutex
				told []string
			)

			d.OnUrgent(func(_ context.Context, drawing bot.Drawing, _ string) (chat.Ref, error) {
				one.Lock()
				defer one.Unlock()

				told = append(told, drawing.Person.ID())

				return chat.Ref{Room: drawing.To, ID: "1"}, nil
			})

			d.says(test.by, "/escalate now Zwiebelmixer")
			one.Lock()
			defer one.Unlock()

			slices.Sort(told)

			if diff := cmp.Diff(test.want, told); diff != "" {
				t.Errorf("written to (-want +got):\n%v", diff)
			}
		})
	}
}

// pageOf returns what somebody's page of E-1 shows.
func (d *dutyDesk) pageOf(who bot.PersonID) string {
	d.t.Helper()

	card := bot.CardID{Role: bot.PageCard, Escalation: 1, Person: who}

	for _, page := range inStore(d.t, d.store, 1).Pages {
		if page.Who == who {
			card.N = page.Attempt
		}
	}

	var shown string

	d.read(func(tx bot.Tx) error {
		drawing, err := d.Draw(tx, card)
		shown = answerText(&drawing.Message)

		return err
	})

	return shown
}

// A page says to somebody who is off that this is known, and why they are paged
// all the same, also when others are left who are not off.
func TestPageOfWhoIsOff(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.says("lee", "/duty off until 16:00")
	d.advice("Ms Kovac")
	d.wantPaged("dana")

	d.clicks("maria", "page_everyone", "E-1")

	const off = "You are off, I know."

	if got, want := d.pageOf("lee"), off+" Everybody is asked now, so I ask you too."; !strings.Contains(got, want) {
		t.Errorf("lee's page shows %q, want %q", got, want)
	}

	if got := d.pageOf("kim"); strings.Contains(got, off) {
		t.Errorf("kim's page shows %q, want nothing of being off", got)
	}
}

// emailConfig knows dana by her address, and lee by an account and an address.
var emailConfig = strings.NewReplacer(
	"slack: U0DANA}", "email: dana@example.com}", "slack: U0LEE}", "slack: U0LEE, email: lee@example.com}",
).Replace(shiftConfig)

// knows has the desk hear of an account from its platform.
func (d *dutyDesk) knows(profile chat.Profile) {
	d.t.Helper()

	if err := d.Acquaint(d.t.Context(), profile); err != nil {
		d.t.Fatal(err)
	}
}

// An account that is deactivated loses its address on the platform, and stays
// whose it is: their page goes on at once, and they get no other.
func TestGoneWithoutAnAddress(t *testing.T) {
	d := dutyDeskOf(t, emailConfig)
	d.knows(chat.Profile{Who: account("dana"), Name: "Dana", Email: "dana@example.com"})
	d.knows(chat.Profile{Who: account("dana"), Name: "Dana"})
	d.says("maria", "/escalate now Zwiebelmixer")
	d.wantPaged("dana")

	d.knows(chat.Profile{Who: account("dana"), Name: "Dana", Gone: true})
	d.wantPaged("lee", "kim")
}

// Who has two accounts is written to on the one that is left, and keeps their
// page while there is one.
func TestOneAccountOfTwoIsGone(t *testing.T) {
	for _, test := range []struct {
		name       string
		who        bot.PersonID
		config     string
		gone, left string
		address    string
	}{
		{"both known by the address", "dana", emailConfig, "dana", "dana2", "dana@example.com"},
		{"the configured one is gone", "lee", strings.Replace(emailConfig, "who: [dana]", "who: [lee]", 1), "lee", "lee2", "lee@example.com"},
		{"the configured one was never heard of", "lee", strings.Replace(emailConfig, "who: [dana]", "who: [lee]", 1), "lee2", "lee", "lee@example.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, test.config)

			if test.left != string(test.who) {
				d.knows(chat.Profile{Who: account(test.left), Name: "Left", Email: test.address})
			}

			d.now = d.now.Add(time.Second)
			d.knows(chat.Profile{Who: account(test.gone), Name: "Gone", Email: test.address})
			d.says("maria", "/escalate now Zwiebelmixer")
			d.wantPaged(test.who)

			d.knows(chat.Profile{Who: account(test.gone), Name: "Gone", Gone: true})
			d.wantPaged(test.who)

			page := inStore(t, d.store, 1).Pages[0]

			d.read(func(tx bot.Tx) error {
				drawing, err := d.Draw(tx, bot.CardID{Role: bot.PageCard, Escalation: 1, Person: test.who, N: page.Attempt})
				if drawing.Person != account(test.left) {
					t.Errorf("%v is written to as %v, want %v", test.who, drawing.Person, account(test.left))
				}

				return err
			})

			d.knows(chat.Profile{Who: account(test.left), Name: "Left", Email: test.address, Gone: true})

			if e := inStore(t, d.store, 1); e.Pages[0].State != bot.PageUnreachable {
				t.Errorf("the page of somebody without an account is %v, want %v", e.Pages[0].State, bot.PageUnreachable)
			}
		})
	}
}
