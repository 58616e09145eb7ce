package bolt_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// fourAfterCall is what fourCases is, of what is kept of the time after a call.
func fourAfterCall(tx bot.Tx) error {
	for i := range 4 {
		id := i + 1
		who, at := bot.PersonID(fmt.Sprintf("person %d", id)), now().Add(time.Duration(id)*time.Hour)

		if err := errors.Join(
			tx.PutBreak(&bot.Break{
				Who: who, Team: "billing", State: bot.BreakRunning, Since: at, Until: at, Changed: at, Buddy: bot.PersonID(fmt.Sprintf("buddy %d", id)),
			}),
			tx.PutCard(&bot.Card{ID: bot.CardID{Role: bot.BreakCard, Person: who, N: id}, Wanted: 1, Since: now(), Drawn: fmt.Sprintf("picture %d", id)}),
			tx.PutDigest(&bot.Digest{Team: bot.TeamID(fmt.Sprintf("digest %d", id)), NextAt: at}),
			tx.AddFeedback(&bot.Feedback{Team: "billing", Week: at, Change: fmt.Sprintf("answer %d", id)}),
			tx.PutIdentity(&bot.Identity{Who: chat.Person(fmt.Sprintf("slack:U%d", id)), Team: "billing", Name: fmt.Sprintf("name %d", id)}),
		); err != nil {
			return err
		}
	}

	return nil
}

// TestDamagedAfterCall has one record of each kind altered: it is an error, and
// what does not need it goes on.
func TestDamagedAfterCall(t *testing.T) {
	later := now().AddDate(1, 0, 0)

	for _, test := range []struct {
		call, from, to, bucket string
		get                    func(bot.Tx) error
		others                 func(bot.Tx) (int, error) // finds four
	}{
		{
			"Break(person 2)", "buddy 2", "buddy 7", "breaks",
			func(tx bot.Tx) error { _, err := tx.Break("person 2"); return err },
			func(tx bot.Tx) (int, error) { people, err := tx.DueBreaks(later, 10); return len(people), err },
		},
		{
			"Resting(billing)", "buddy 2", "buddy 7", "breaks",
			func(tx bot.Tx) error { _, err := tx.Resting("billing"); return err },
			func(tx bot.Tx) (int, error) { all, _ := tx.Resting("billing"); return len(all) + 1, nil },
		},
		{
			"Digest(digest 2)", "digest 2", "digest 7", "digests",
			func(tx bot.Tx) error { _, err := tx.Digest("digest 2"); return err },
			func(tx bot.Tx) (int, error) { _, err := tx.Digest("digest 4"); return 4, err },
		},
		{
			"Identity(slack:U2)", "name 2", "name 7", "identities",
			func(tx bot.Tx) error { _, err := tx.Identity("slack:U2"); return err },
			func(tx bot.Tx) (int, error) { return tx.Members("billing") },
		},
	} {
		s, _ := damagedStore(t, fourAfterCall, test.from, test.to)

		if err := s.View(t.Context(), func(tx bot.Tx) error {
			var damaged *bolt.DamagedError
			if err := test.get(tx); !errors.As(err, &damaged) || damaged.Bucket != test.bucket || errors.Is(err, bot.ErrNotFound) {
				t.Errorf("%s = %v, want that one in %s is damaged", test.call, err, test.bucket)
			}

			if n, err := test.others(tx); n != 4 || err != nil {
				t.Errorf("beside the damaged %s there are %d, %v, want 4", test.call, n, err)
			}

			return nil
		}); err != nil {
			t.Errorf("View() = %v, want nil", err)
		}

		report, err := s.Check(t.Context())
		if err != nil || !slices.ContainsFunc(report.Problems, func(err error) bool {
			var damaged *bolt.DamagedError
			return errors.As(err, &damaged) && damaged.Bucket == test.bucket
		}) {
			t.Errorf("Check() after %s = %v, %v, want that one in %s is damaged", test.call, report.Problems, err, test.bucket)
		}
	}
}

// TestDamagedBreakIsNobodys has a break, a card of one and an entry of each index
// altered: neither the log nor an error may tell whose it was.
func TestDamagedBreakIsNobodys(t *testing.T) {
	for from, to := range map[string]string{"buddy 2": "buddy 7", "picture 2": "picture 7", "person 2": "person 7"} {
		s, log := damagedStore(t, fourAfterCall, from, to)

		report, err := s.Check(t.Context())
		if err != nil || report.Err() == nil {
			t.Errorf("Check() = %v, %v, want that one is damaged", report.Err(), err)
		}

		said := fmt.Sprint(report.Problems)

		if err := s.View(t.Context(), func(tx bot.Tx) error {
			_, getErr := tx.Break("person 2")
			_, restingErr := tx.Resting("billing")
			_, cardErr := tx.Card(bot.CardID{Role: bot.BreakCard, Person: "person 2", N: 2})
			_, dueErr := tx.DueBreaks(now().AddDate(1, 0, 0), 10)
			_, outboxErr := tx.Outbox()
			said += fmt.Sprint(getErr, restingErr, cardErr, dueErr, outboxErr)

			return nil
		}); err != nil {
			t.Errorf("View() = %v, want nil", err)
		}

		said += log.String()
		if !strings.Contains(said, "damaged") {
			t.Errorf("%q tells of no damage", said)
		}

		for _, name := range []string{"person ", "buddy ", hex.EncodeToString([]byte("person ")), "picture"} {
			if strings.Contains(said, name) {
				t.Errorf("with %q altered it is said whose break it is:\n%s", from, said)
			}
		}
	}
}

// TestDamagedBreakForgotten has a break and the card of another altered: both
// can be forgotten all the same.
func TestDamagedBreakForgotten(t *testing.T) {
	for from, to := range map[string]string{"buddy 2": "buddy 7", "picture 2": "picture 7"} {
		s, _ := damagedStore(t, fourAfterCall, from, to)

		if err := s.Update(t.Context(), func(tx bot.Tx) error {
			n, err := tx.ForgetBreaks(now().Add(3*time.Hour), 10)
			if n != 2 {
				t.Errorf("ForgetBreaks() = %d, %v, want 2", n, err)
			}

			return err
		}); err != nil {
			t.Errorf("Update() = %v, want nil", err)
		}

		report, err := s.Check(t.Context())
		if err != nil || report.Err() != nil {
			t.Errorf("Check() = %+v, %v, want nothing wrong", report.Problems, err)
		}

		for _, name := range []string{"breaks", "break-due", "breaks-by-time", "resting", "cards", "outbox"} {
			if got := report.Records[name]; got != 2 {
				t.Errorf("%d are left in %s, want 2", got, name)
			}
		}
	}
}

// TestDamagedDigestReplaced has a digest altered: a new one takes its place, and
// nothing leads to the old one.
func TestDamagedDigestReplaced(t *testing.T) {
	second := `"nextAt":"` + now().Add(2*time.Hour).Format(time.RFC3339)
	s, _ := damagedStore(t, fourAfterCall, second, `"nextAT`+second[len(`"nextAt`):])

	if err := s.Update(t.Context(), func(tx bot.Tx) error {
		return tx.PutDigest(&bot.Digest{Team: "digest 2", NextAt: now().AddDate(0, 0, 1)})
	}); err != nil {
		t.Errorf("PutDigest() = %v, want nil", err)
	}

	report, err := s.Check(t.Context())
	if err != nil || report.Err() != nil || report.Records["digests"] != 4 || report.Records["digest-due"] != 4 {
		t.Errorf("Check() = %+v, %v, want four that are sound", report, err)
	}
}

// TestDamagedFeedback has feedback altered: what else people answered is there.
func TestDamagedFeedback(t *testing.T) {
	s, log := damagedStore(t, fourAfterCall, "answer 2", "answer 7")

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		all, err := tx.FeedbackOf("billing", now(), now().AddDate(1, 0, 0))

		var changes []string
		for _, f := range all {
			changes = append(changes, f.Change)
		}

		if want := []string{"answer 1", "answer 3", "answer 4"}; !slices.Equal(changes, want) || err != nil {
			t.Errorf("FeedbackOf() = %q, %v, want %q", changes, err, want)
		}

		return nil
	}); err != nil {
		t.Errorf("View() = %v, want nil", err)
	}

	if !strings.Contains(log.String(), "damaged") {
		t.Errorf("the log says %q, want that one is damaged", log)
	}
}

// TestDamagedFeedbackForgotten has feedback altered: it is forgotten all the
// same.
func TestDamagedFeedbackForgotten(t *testing.T) {
	s, _ := damagedStore(t, fourAfterCall, "answer 2", "answer 7")

	if err := s.Update(t.Context(), func(tx bot.Tx) error {
		n, err := tx.ForgetFeedback(now().Add(3*time.Hour), 10)
		if n != 2 {
			t.Errorf("ForgetFeedback() = %d, %v, want 2", n, err)
		}

		return err
	}); err != nil {
		t.Errorf("Update() = %v, want nil", err)
	}

	report, err := s.Check(t.Context())
	if err != nil || report.Err() != nil || report.Records["feedback"] != 2 || report.Records["feedback-by-week"] != 2 {
		t.Errorf("Check() = %+v, %v, want two that are sound", report, err)
	}
}

// TestRestingToNowhere has an entry that leads to no break, as a bug of ours
// would leave: it must not pass for a team in which nobody rests.
func TestRestingToNowhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	withRotas(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("breaks")).Delete([]byte("person 2")) })

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()

	_ = s.View(t.Context(), func(tx bot.Tx) error {
		var damaged *bolt.DamagedError
		if all, err := tx.Resting("billing"); len(all) != 3 || !errors.As(err, &damaged) || errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Resting() = %d breaks, %v, want three and that one is damaged", len(all), err)
		}

		return nil
	})
}

// keepAfterCall keeps one of each kind that is about the time after a call.
func keepAfterCall(tx bot.Tx, i int) error {
	at, team := now().AddDate(0, 0, i), afterTeam(i)

	return errors.Join(
		tx.PutBreak(&bot.Break{Who: afterPerson(i), Team: team, State: bot.BreakRunning, Since: at, Until: at, Changed: at}),
		tx.PutCard(&bot.Card{ID: bot.CardID{Role: bot.BreakCard, Person: afterPerson(i), N: 1}, Wanted: 1, Since: at}),
		tx.PutDigest(&bot.Digest{Team: rotaTeam(i), NextAt: at}),
		tx.AddFeedback(&bot.Feedback{Team: team, Week: at, Change: fmt.Sprintf("answer %d", i)}),
		tx.PutIdentity(&bot.Identity{Who: chat.Person(afterPerson(i)), Team: team}),
		tx.PutEscalation(&bot.Escalation{
			ID: bot.EscalationID(1000 + i), Team: team, State: bot.Resolved, Opened: at, Owed: []bot.Owed{{N: 1, Owner: afterPerson(i % groups)}},
		}),
	)
}

func afterPerson(i int) bot.PersonID { return bot.PersonID(fmt.Sprintf("agent %d", i)) }

func afterTeam(i int) bot.TeamID { return bot.TeamID(fmt.Sprintf("group %d", i%groups)) }

// groups is how many teams there are, and people who owe something.
const groups = 40

// askAfterCall asks for what keepAfterCall keeps.
func askAfterCall(tx bot.Tx, i int, keep func(name string, value any, err error)) {
	ask := func(name string, value any, err error) {
		if errors.Is(err, bot.ErrNotFound) {
			value, err = nil, nil
		}

		keep(fmt.Sprintf("%s(%d)", name, i), value, err)
	}

	b, err := tx.Break(afterPerson(i))
	ask("Break", b, err)

	card, err := tx.Card(bot.CardID{Role: bot.BreakCard, Person: afterPerson(i), N: 1})
	ask("Card(break)", card, err)

	d, err := tx.Digest(rotaTeam(i))
	ask("Digest", d, err)

	if i > groups {
		return
	}

	from, until := now().AddDate(0, 0, flipped/3), now().AddDate(0, 0, flipped/2)

	resting, err := tx.Resting(afterTeam(i))
	ask("index Resting", resting, err)

	due, err := tx.DueBreaks(until, i)
	ask("index DueBreaks", due, err)

	teams, err := tx.DueDigests(until, i)
	ask("index DueDigests", teams, err)

	answers, err := tx.FeedbackOf(afterTeam(i), from, until)
	ask("index FeedbackOf", answers, err)

	members, err := tx.Members(afterTeam(i))
	ask("index Members", members, err)

	owing, err := tx.Owing(afterPerson(i))
	ask("index Owing", owing, err)

	opened, err := tx.OpenedIn(afterTeam(i), from, until)
	ask("index OpenedIn", opened, err)
}
