package bot

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// onStage runs a test in virtual time with a Deliver that has started.
func onStage(t *testing.T, play func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.start()
		play(s)
		s.stop()

		if len(s.slack.crowded) > 0 {
			t.Errorf("%v had two calls in flight, want one at a time", s.slack.crowded)
		}
	})
}

func notice(e EscalationID, who PersonID) CardID {
	return CardID{Role: NoticeCard, Escalation: e, Person: who, N: 1}
}

func after(d time.Duration) { rest(d); synctest.Wait() }

// turn is passed on by everybody who has slept, and before: what the test set
// before it slept is seen by whoever wakes up in the meantime. A timer alone
// promises that to nobody, so that the race detector would object.
var turn sync.Mutex

func takeTurn() { turn.Lock(); turn.Unlock() } //nolint:staticcheck // the critical section is the point

// rest sleeps, and hands over.
func rest(d time.Duration) { takeTurn(); time.Sleep(d); takeTurn() }

func TestDeliverPostsThenEdits(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(142, "dana")
		s.artist.says(id, "help")
		s.want(id)
		synctest.Wait()
		s.sees("slack:dana", "E-142/page/dana/1: help")
		s.idle()

		if got, want := s.store.commits, 2; got != want {
			t.Errorf("%v commits until the page was recorded, want %v: the desk's and one more", got, want)
		}

		s.artist.says(id, "taken")
		s.want(id)
		synctest.Wait()
		s.sees("slack:dana", "E-142/page/dana/1: taken")

		if got, want := s.slack.count("edit"), 1; got != want {
			t.Errorf("%v edits, want %v", got, want)
		}

		s.idle()
		s.alarmed()
	})
}

func TestDeliverSkipsWhatLooksTheSame(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.want(id)
		synctest.Wait()
		s.want(id)
		s.want(id)
		synctest.Wait()
		s.idle()

		if got := s.slack.count("edit"); got != 0 {
			t.Errorf("%v edits of a card that did not change, want 0", got)
		}
	})
}

func TestDeliverPacesARoom(t *testing.T) {
	onStage(t, func(s *stage) {
		begin := s.now()

		for e := range EscalationID(6) {
			s.want(notice(e+1, "dana"))
			rest(time.Millisecond) // in this order
		}

		after(10 * time.Second)

		got := s.slack.made("post", begin)
		want := []string{
			"E-1/notice/dana/1 at 0s", "E-2/notice/dana/1 at 1ms", "E-3/notice/dana/1 at 2ms",
			"E-4/notice/dana/1 at 1s", "E-5/notice/dana/1 at 2s", "E-6/notice/dana/1 at 3s",
		}

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("posts (-want +got)\n%s", diff)
		}
	})
}

func TestDeliverLetsAPageWaitForOneSlot(t *testing.T) {
	onStage(t, func(s *stage) {
		for e := range EscalationID(20) {
			s.want(notice(e+1, "dana"))
		}

		after(2500 * time.Millisecond)

		wanted := s.now()
		s.want(CardID{Role: AskCard, Escalation: 99, Person: "dana", N: 1}, page(98, "lee"))
		after(time.Second)

		got := s.slack.made("post", wanted)
		if want := "E-98/page/lee/1 at 0s"; !slices.Contains(got, want) {
			t.Errorf("posts = %v, want %v among them, in another room", got, want)
		}

		if want := "E-99/ask/dana/1 at 500ms"; got[len(got)-1] != want {
			t.Errorf("last post = %v, want %v, in the next slot", got[len(got)-1], want)
		}
	})
}

func TestDeliverOrdersByClassThenAge(t *testing.T) {
	onStage(t, func(s *stage) {
		for e := range EscalationID(3) {
			s.want(notice(e+1, "dana"))
		}

		synctest.Wait()

		begin := s.now()
		s.want(CardID{Role: ChannelCard, Escalation: 9}) // another room, at once
		s.want(notice(5, "dana"))
		rest(time.Millisecond)
		s.want(notice(4, "dana"))
		s.want(page(6, "dana"))
		rest(time.Millisecond)
		s.want(page(3, "dana"))
		after(9 * time.Second)

		want := []string{
			"E-9/channel//0 at 0s", "E-6/page/dana/1 at 1s", "E-3/page/dana/1 at 2s",
			"E-5/notice/dana/1 at 3s", "E-4/notice/dana/1 at 4s",
		}
		if diff := cmp.Diff(want, s.slack.made("post", begin)[3:]); diff != "" {
			t.Errorf("posts (-want +got)\n%s", diff)
		}
	})
}

func TestDeliverHasOneCallInFlightPerEscalation(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.latency = 100 * time.Millisecond
		begin := s.now()
		s.want(agentCard(1), page(1, "dana"), page(1, "lee"), page(1, "mo"), page(2, "ann"))
		after(time.Second)

		// E-2 goes beside E-1; within E-1 pages go first. onStage checks that
		// none went side by side.
		got := s.slack.made("post", begin)
		slices.Sort(got)

		want := []string{
			"E-1/agent/maria/0 at 300ms", "E-1/page/dana/1 at 0s", "E-1/page/lee/1 at 100ms",
			"E-1/page/mo/1 at 200ms", "E-2/page/ann/1 at 0s",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("posts (-want +got)\n%s", diff)
		}
	})
}

func TestDeliverPagesPassWhatHangs(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = func(c call) fault {
			if c.room == "slack:dana" {
				return fault{err: errHang}
			}

			return fault{}
		}

		begin := s.now()
		s.want(page(1, "dana"))
		synctest.Wait()
		s.want(page(1, "lee"), agentCard(1), CardID{Role: ThreadCard, Escalation: 1, N: 1})
		after(10 * time.Second)

		// The thread has time.
		want := []string{"E-1/page/dana/1 at 0s", "E-1/page/lee/1 at 1s", "E-1/agent/maria/0 at 2s"}
		if diff := cmp.Diff(want, s.slack.made("post", begin)); diff != "" {
			t.Errorf("posts (-want +got)\n%s", diff)
		}
	})
}

// One platform that hangs holds up nobody on the other, however many wait for it.
func TestDeliverHangsOnOnePlatformAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.artist.onTeams = map[PersonID]bool{}
		s.adapt = func(o *DeliverOptions) { o.Platforms[chat.Teams] = s.slack }
		s.slack.faults = func(c call) fault {
			if c.room.Platform() == chat.Teams {
				return fault{err: errHang}
			}

			return fault{}
		}
		s.start()

		for e := range EscalationID(40) {
			who := PersonID(fmt.Sprint("t", e))
			s.artist.onTeams[who] = true
			s.want(page(e+1, who), notice(e+1, who))
		}

		after(time.Minute)

		begin := s.now()
		s.want(page(100, "dana"), notice(101, "lee"))
		after(time.Second)

		got := s.slack.made("post", begin)
		for _, want := range []string{"E-100/page/dana/1 at 0s", "E-101/notice/lee/1 at 0s"} {
			if !slices.Contains(got, want) {
				t.Errorf("posts = %v, want %v among them", got, want)
			}
		}

		s.stop()
	})
}

func TestDeliverSendsTenChangesAsOne(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.want(id)
		synctest.Wait()

		s.slack.faults = func(c call) fault {
			if c.what == "edit" && s.slack.count("edit") == 1 {
				return fault{err: busy(30 * time.Second)}
			}

			return fault{}
		}

		for i := range 10 {
			s.artist.says(id, fmt.Sprint("state ", i))
			s.want(id)
			after(time.Second)
		}

		after(time.Minute)
		s.sees("slack:dana", "E-1/page/dana/1: state 9")

		if got, want := s.slack.count("edit"), 2; got != want {
			t.Errorf("%v edits, want %v: the refused one and the last state", got, want)
		}
	})
}

func TestDeliverDrawsAgainWhatChangedDuringTheCall(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.latency = time.Second
		id := page(1, "dana")
		s.artist.says(id, "old")
		s.want(id)
		after(500 * time.Millisecond)
		s.artist.says(id, "new")
		s.want(id)
		after(700 * time.Millisecond)
		s.sees("slack:dana", "E-1/page/dana/1: old")

		if !s.card(id).Pending() {
			t.Errorf("a card that was wanted during its call isn't pending, want pending")
		}

		after(time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: new")
		s.idle()
	})
}

func TestDeliverDrawsAgainWhatChangedDuringTheRecord(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.artist.says(id, "old")
		s.slack.latency = time.Second
		s.want(id)
		after(500 * time.Millisecond)

		s.store.latency = time.Second
		after(2 * time.Second) // posted at 1 s, recorded at 2 s, known at 3 s

		s.store.latency = 0
		s.artist.says(id, "new")
		s.want(id)
		after(10 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: new")
		s.idle()
	})
}

func TestWant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		id := page(1, "dana")
		s.want(id)
		after(time.Second)
		s.want(id)

		want := Card{ID: id, Wanted: 2, Since: s.now().Add(-time.Second)}
		if diff := cmp.Diff(&want, s.card(id)); diff != "" {
			t.Errorf("wanted twice (-want +got)\n%s", diff)
		}

		shown := *s.card(id)
		shown.Shown = 2
		s.store.cards[id] = shown
		s.want(id)

		want = Card{ID: id, Wanted: 3, Shown: 2, Since: s.now()}
		if diff := cmp.Diff(&want, s.card(id)); diff != "" {
			t.Errorf("wanted anew (-want +got)\n%s", diff)
		}

		dead := Card{ID: id, Wanted: 3, Shown: 2, Dead: true}
		s.store.cards[id] = dead
		s.want(id)

		if diff := cmp.Diff(&dead, s.card(id)); diff != "" {
			t.Errorf("wanted though dead (-want +got)\n%s", diff)
		}
	})
}

func TestDeliverBoundsItsCalls(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.latency = time.Second

		for e := range EscalationID(100) {
			s.want(page(e+1, PersonID(fmt.Sprint("p", e))))
		}

		after(20 * time.Second)
		s.idle()

		if got, want := s.slack.most, 8; got != want {
			t.Errorf("%v posts in flight at once, want %v", got, want)
		}
	})
}

func TestDeliverKeepsRoomForPages(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = func(c call) fault {
			if strings.Contains(c.key, "notice") {
				return fault{err: errHang}
			}

			return fault{}
		}

		for e := range EscalationID(50) {
			s.want(notice(e+1, PersonID(fmt.Sprint("p", e))))
		}

		after(time.Second)
		begin := s.now()
		s.want(page(99, "dana"))
		synctest.Wait()

		if got, want := s.slack.made("post", begin), "E-99/page/dana/1 at 0s"; !slices.Contains(got, want) {
			t.Errorf("posts = %v, want %v among them, whatever hangs", got, want)
		}
	})
}

func TestDeliverEditsDoNotHoldUpPosts(t *testing.T) {
	onStage(t, func(s *stage) {
		var cards []CardID

		for e := range EscalationID(60) {
			id := agentCard(e + 1)
			id.Person = PersonID(fmt.Sprint("p", e))
			cards = append(cards, id)
		}

		cards = append(cards, page(99, "lee"))
		s.want(cards...)
		after(time.Second)
		s.idle()

		for _, id := range cards[:60] {
			s.artist.says(id, "changed")
		}

		s.want(cards[:60]...)
		after(time.Second)

		begin := s.now()
		s.artist.says(cards[60], "changed")
		s.want(cards[60], page(100, "dana"))
		after(1200 * time.Millisecond)

		if got, want := s.slack.made("post", begin), "E-100/page/dana/1 at 0s"; !slices.Contains(got, want) {
			t.Errorf("posts = %v, want %v among them", got, want)
		}

		edits := s.slack.made("edit", begin)
		if got, want := edits[len(edits)-1], "E-99/page/lee/1 at 200ms"; got != want {
			t.Errorf("last edit = %v, want %v: pages' edits go first", got, want)
		}

		// 20 at once, then 50 a minute.
		after(time.Minute - 2200*time.Millisecond)

		if got, want := s.slack.count("edit"), 61; got != want {
			t.Errorf("%v edits within a minute, want %v", got, want)
		}

		if n := len(edits); n > 23 {
			t.Errorf("%v edits within two seconds, want no more than 23", n)
		}
	})
}

func TestDeliverSpendsNothingOnWhatIsNotSent(t *testing.T) {
	onStage(t, func(s *stage) {
		var cards []CardID

		for e := range EscalationID(50) {
			id := agentCard(e + 1)
			id.Person = PersonID(fmt.Sprint("p", uint64(e)))
			cards = append(cards, id)
			s.want(id)
			rest(time.Millisecond)
		}

		synctest.Wait()

		for _, id := range cards {
			s.artist.says(id, "changed")
			s.want(id)
			rest(time.Millisecond)
		}

		synctest.Wait() // 20 are edited, 30 wait

		for _, id := range cards[20:49] {
			s.artist.says(id, "")
		}

		after(1300 * time.Millisecond)

		if got, want := s.slack.shown("slack:p49"), "E-50/agent/p49/0: changed"; got[0] != want {
			t.Errorf("shows %q, want %q: those before it were not sent", got, want)
		}

		s.idle()
	})
}

func TestDeliverShowsThreadsAfterTheirParents(t *testing.T) {
	onStage(t, func(s *stage) {
		channel, entry := CardID{Role: ChannelCard, Escalation: 1}, CardID{Role: ThreadCard, Escalation: 1, N: 1}
		s.slack.latency = 100 * time.Millisecond
		s.want(entry)
		synctest.Wait()
		s.want(channel)
		after(250 * time.Millisecond)
		s.sees("slack:C0TEAM", "E-1/channel//0: ", "E-1/thread//1: ")

		if got, want := s.slack.postings[1].Under, s.card(channel).Ref; got != want {
			t.Errorf("the entry stands under %v, want %v", got, want)
		}
	})
}

func TestDeliverShowsPersonalViews(t *testing.T) {
	onStage(t, func(s *stage) {
		id := CardID{Role: HomeCard, Person: "dana"}
		s.artist.says(id, "nothing open")
		s.want(id)
		synctest.Wait()
		s.want(id)
		synctest.Wait()
		s.idle()

		if got, want := s.slack.homes["slack:dana"], "nothing open"; got != want {
			t.Errorf("the home shows %q, want %q", got, want)
		}

		if got, want := s.slack.count("home"), 1; got != want {
			t.Errorf("shown %v times, want %v", got, want)
		}
	})
}

func TestDeliverDropsWhatIsMoot(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.artist.moot[id] = true
		s.want(id)
		synctest.Wait()
		s.sees("slack:dana")
		s.idle()
		s.alarmed()
	})
}

func TestDeliverForgottenCard(t *testing.T) {
	onStage(t, func(s *stage) {
		s.deliver.Wake([]CardID{page(1, "dana")})
		synctest.Wait()
		s.sees("slack:dana")
	})
}

func TestDeliverAfterTheClockWasMoved(t *testing.T) {
	for _, shift := range []time.Duration{5 * time.Hour, -5 * time.Hour} {
		t.Run(shift.String(), func(t *testing.T) {
			onStage(t, func(s *stage) {
				for e := range EscalationID(5) {
					s.want(notice(e+1, "dana"))
				}

				rest, wait := 4*time.Second, 5*time.Second
				if shift > 0 {
					after(3 * time.Second) // nothing but the page waits

					rest, wait = 4*time.Hour, time.Second
				}

				busyOnce := true
				s.slack.faults = func(c call) fault {
					if c.room == "slack:lee" && busyOnce {
						busyOnce = false
						return fault{err: busy(rest)}
					}

					return fault{}
				}

				s.want(page(9, "lee"))
				synctest.Wait()

				s.shift.Add(int64(shift))
				after(wait)
				s.idle()
			})
		})
	}
}

func TestDeliverSaysWhatIsLate(t *testing.T) {
	onStage(t, func(s *stage) {
		var down atomic.Bool

		down.Store(true)
		s.slack.faults = whileDown(&down, fails(chat.Unsent, "no_route"))

		id := page(1, "dana")
		s.want(id, agentCard(1))
		after(9 * time.Second)
		s.alarmed()
		after(time.Second)
		s.alarmed(AlarmLate)

		if diff := cmp.Diff([]CardID{id}, s.artist.lates); diff != "" {
			t.Errorf("the desk was told of late pages (-want +got)\n%s", diff)
		}

		if card := s.card(id); !card.Alarmed || card.Failure != "no_route" {
			t.Errorf("card = %+v, want it alarmed for no_route", card)
		}

		after(5 * time.Minute)
		s.alarmed(AlarmSilent, AlarmLate) // the agent's card

		if got := len(s.artist.lates); got != 1 {
			t.Errorf("the desk was told of %v late pages, want of 1", got)
		}

		down.Store(false)
		after(30 * time.Second)
		s.alarmed(AlarmAnswers, AlarmThrough, AlarmThrough)
		s.idle()

		if card := s.card(id); card.Alarmed {
			t.Errorf("card = %+v, want it not alarmed any more", card)
		}
	})
}

// A page that has woken whom it was to wake is late like any other card.
func TestDeliverSaysLaterWhatIsOnlyDrawnAnew(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.want(id)
		after(time.Second)

		s.slack.faults = always(fault{err: fails(chat.Unsent, "no_route")})
		s.artist.says(id, "taken")
		s.want(id)
		after(4 * time.Minute)
		s.alarmed()
		after(2 * time.Minute)
		s.alarmed(AlarmLate)

		if got := len(s.artist.lates); got != 0 {
			t.Errorf("the desk was told of %v late pages, want of 0", got)
		}
	})
}

// That a page is late is told to the desk even if nothing can be kept at first.
func TestDeliverSaysWhatIsLateOnceItCanBeKept(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = always(fault{err: fails(chat.Unsent, "no_route")})

		id := page(1, "dana")
		s.want(id)
		after(9 * time.Second)
		s.store.fail(ErrFull)
		after(5 * time.Second)

		if got := len(s.artist.lates); got != 0 {
			t.Errorf("the desk was told of %v late pages though nothing can be kept, want of 0", got)
		}

		s.store.fail(nil)
		after(2 * time.Second)

		if diff := cmp.Diff([]CardID{id}, s.artist.lates); diff != "" {
			t.Errorf("the desk was told of late pages (-want +got)\n%s", diff)
		}

		s.alarmed(AlarmLate, AlarmUnrecorded, AlarmRecorded)
		s.slack.faults = nil
		after(30 * time.Second)
		s.alarmed(AlarmThrough)
	})
}

func TestDeliverSendsNothingOnceItIsStopped(t *testing.T) {
	onStage(t, func(s *stage) {
		s.store.reading = time.Second
		s.want(page(1, "dana"))
		after(500 * time.Millisecond)
		s.stop()
		s.sees("slack:dana")
		s.start()
	})
}

func TestDeliverStopsWithinItsGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.slack.latency = 2 * time.Second
		s.slack.faults = func(c call) fault {
			if c.room == "slack:lee" {
				return fault{err: errHang}
			}

			return fault{}
		}
		s.start()

		ends, hangs, waits := page(1, "dana"), page(2, "lee"), agentCard(2)
		s.want(ends, hangs, waits)
		after(900 * time.Millisecond) // what people look at waits a second

		begin := s.now()
		s.stop()

		if got, want := s.now().Sub(begin), 3*time.Second; got != want {
			t.Errorf("Run returned after %v, want %v", got, want)
		}

		if s.card(ends).Pending() {
			t.Errorf("what ended within the grace isn't recorded")
		}

		if s.card(hangs).Doubt.IsZero() {
			t.Errorf("what did not end isn't in doubt")
		}

		if got, want := s.slack.count("post"), 2; got != want {
			t.Errorf("%v posts, want %v: none after the stop", got, want)
		}
	})
}
