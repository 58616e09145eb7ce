package bot

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

var (
	accepted    = fault{err: fails(chat.Doubtful, "timeout"), done: true}
	notAccepted = fault{err: fails(chat.Doubtful, "timeout")}
)

// faultsBy has calls of each kind go wrong in its own way.
func faultsBy(kinds map[string]func(call) fault) func(call) fault {
	return func(c call) fault {
		if f := kinds[c.what]; f != nil {
			return f(c)
		}

		return fault{}
	}
}

func always(f fault) func(call) fault { return func(call) fault { return f } }

// flagged checks which cards the desk was told may be doubled.
func (s *stage) flagged(want ...CardID) {
	s.Helper()

	if got := s.artist.doubled; !slices.Equal(got, want) {
		s.Errorf("flagged as doubled = %v, want %v", got, want)
	}
}

func TestDoubtThatWasPostedIsAdopted(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.slack.faults = firstCalls(1, "post", accepted)
		s.artist.says(id, "old")
		begin := s.now()
		s.want(id)
		after(time.Second)

		if s.card(id).Doubt.IsZero() {
			t.Errorf("card = %+v, want it in doubt", s.card(id))
		}

		s.artist.says(id, "new")
		after(1500 * time.Millisecond)
		s.sees("slack:dana", "E-1/page/dana/1: new")
		s.idle()
		s.flagged()

		if diff := cmp.Diff([]string{"E-1/page/dana/1 at 2s"}, s.slack.made("find", begin)); diff != "" {
			t.Errorf("looks (-want +got)\n%s", diff)
		}
	})
}

func TestDoubtThatWasNotPostedIsPostedAgain(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = firstCalls(1, "post", notAccepted)
		begin := s.now()
		s.want(page(1, "dana"))
		after(5 * time.Minute)
		s.sees("slack:dana", "E-1/page/dana/1: ")
		s.flagged()

		want := []string{"E-1/page/dana/1 at 0s", "E-1/page/dana/1 at 2s"}
		if diff := cmp.Diff(want, s.slack.made("post", begin)); diff != "" {
			t.Errorf("posts (-want +got)\n%s", diff)
		}

		want = []string{"E-1/page/dana/1 at 2s", "E-1/page/dana/1 at 32s", "E-1/page/dana/1 at 2m2s"}
		if diff := cmp.Diff(want, s.slack.made("find", begin)); diff != "" {
			t.Errorf("looks (-want +got)\n%s", diff)
		}

		if card := s.card(page(1, "dana")); card.Pending() {
			t.Errorf("card = %+v, want the watch to be over", card)
		}
	})
}

func TestDoubtHoldsUpNobody(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = firstCalls(1, "post", notAccepted)
		begin := s.now()
		s.want(page(1, "dana"))
		synctest.Wait()
		s.want(agentCard(1), page(2, "dana"), page(1, "lee"))
		synctest.Wait()

		posts := s.slack.made("post", begin)
		slices.Sort(posts)

		want := []string{
			"E-1/agent/maria/0 at 0s", "E-1/page/dana/1 at 0s", "E-1/page/lee/1 at 0s", "E-2/page/dana/1 at 0s",
		}
		if diff := cmp.Diff(want, posts); diff != "" {
			t.Errorf("posts (-want +got)\n%s", diff)
		}
	})
}

func TestUnreadableDoubtIsPostedAgainAndFlagged(t *testing.T) {
	for _, how := range []fault{
		{err: fails(chat.Unsent, "fatal_error")}, {err: errHang}, {err: fails(chat.Refused, "missing_scope")}, {err: busy(2 * time.Minute)},
	} {
		t.Run(chat.FailureOf(how.err).Error(), func(t *testing.T) {
			onStage(t, func(s *stage) {
				unreadable := always(how)
				s.slack.faults = faultsBy(map[string]func(call) fault{
					"post": firstCalls(2, "post", accepted), "find": func(c call) fault { return unreadable(c) },
				})

				dana, maria := page(1, "dana"), agentCard(2)
				s.want(dana)
				synctest.Wait()
				s.want(maria)
				after(7100 * time.Millisecond) // 2 s to settle, 5 s of patience

				s.sees("slack:dana", "E-1/page/dana/1: ", "E-1/page/dana/1: ")
				s.idleBut(maria, chat.FailureOf(how.err).Kind != chat.Refused)

				if !slices.Contains(s.artist.doubled, dana) {
					t.Errorf("the desk was not told that %v may be doubled", dana)
				}

				// What is less urgent has more patience.
				after(55 * time.Second)
				s.sees("slack:maria", "E-2/agent/maria/0: ", "E-2/agent/maria/0: ")
				s.idle()

				if n := s.slack.count("find"); n > 40 {
					t.Errorf("%v looks within a minute, want no more than 40", n)
				}

				// The surplus goes as soon as history reads.
				unreadable = always(fault{})

				after(12 * time.Minute)
				s.sees("slack:dana", "E-1/page/dana/1: ")
				s.sees("slack:maria", "E-2/agent/maria/0: ")

				for _, id := range []CardID{dana, maria} {
					if card := s.card(id); card.Pending() || s.slack.find(card.Ref) == nil {
						t.Errorf("card = %+v, want it to stand and its watch to be over", card)
					}
				}
			})
		})
	}
}

// idleBut checks that only one card waits, if any does.
func (s *stage) idleBut(id CardID, waits bool) {
	s.Helper()

	for other, card := range s.store.cards {
		if want := waits && other == id; wanted(&card) != want {
			s.Errorf("%v waits = %v, want %v", other, wanted(&card), want)
		}
	}
}

func TestLaggingHistoryIsWatched(t *testing.T) {
	for _, lag := range []time.Duration{10 * time.Second, time.Minute} {
		t.Run(lag.String(), func(t *testing.T) {
			onStage(t, func(s *stage) {
				id := page(1, "dana")
				s.slack.lag.Store(int64(lag))
				s.slack.faults = firstCalls(1, "post", accepted)
				s.want(id)
				after(3 * time.Second)

				if got := s.slack.shown("slack:dana"); len(got) != 2 {
					t.Fatalf("slack:dana shows %q, want it twice while history lags", got)
				}

				s.restart() // the watch goes on
				after(3 * time.Minute)
				s.sees("slack:dana", "E-1/page/dana/1: ")
				s.flagged(id)

				if s.slack.find(s.card(id).Ref) == nil {
					t.Errorf("the copy that we know was removed, want the other one to be")
				}

				if s.card(id).Pending() {
					t.Errorf("card = %+v, want the watch to be over", s.card(id))
				}
			})
		})
	}
}

func TestWatchThatSeesNothing(t *testing.T) {
	for _, forever := range []bool{false, true} {
		t.Run(fmt.Sprint("forever=", forever), func(t *testing.T) {
			onStage(t, func(s *stage) {
				s.slack.lag.Store(int64(20 * time.Second))
				s.slack.faults = firstCalls(1, "post", accepted)
				s.want(page(1, "dana"))
				after(3 * time.Second)

				s.slack.faults = faultsBy(map[string]func(call) fault{
					"find": always(fault{err: fails(chat.Unsent, "fatal_error")}),
				})
				after(4 * time.Minute) // longer than the watch

				if !forever {
					s.slack.faults = nil
				}

				after(10 * time.Minute)
				s.flagged(page(1, "dana"))

				if forever {
					s.alarmed(AlarmSurplus)
				} else {
					s.sees("slack:dana", "E-1/page/dana/1: ")
				}

				if s.card(page(1, "dana")).Pending() {
					t.Errorf("card = %+v, want the watch to be over", s.card(page(1, "dana")))
				}
			})
		})
	}
}

func TestWatchLeavesTheLastCopy(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.lag.Store(int64(10 * time.Second))
		s.slack.faults = firstCalls(1, "post", accepted)
		s.want(page(1, "dana"))
		after(5 * time.Second)

		s.slack.find(s.card(page(1, "dana")).Ref).removed = true // by somebody
		after(time.Hour)
		s.sees("slack:dana", "E-1/page/dana/1: ")
	})
}

func TestSurplusThatCannotBeRemoved(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.lag.Store(int64(10 * time.Second))
		s.slack.faults = faultsBy(map[string]func(call) fault{
			"post":   firstCalls(1, "post", accepted),
			"remove": always(fault{err: fails(chat.Unacceptable, "cant_delete_message")}),
		})
		s.want(page(1, "dana"))
		after(time.Hour)
		s.alarmed(AlarmSurplus)
		s.flagged(page(1, "dana"))

		if s.card(page(1, "dana")).Pending() {
			t.Errorf("card = %+v, want the watch to be over", s.card(page(1, "dana")))
		}
	})
}

func TestDoubtOnAPlatformThatCannotLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.adapt = func(o *DeliverOptions) {
			o.Platforms = map[chat.Platform]Platform{chat.Slack: struct{ Platform }{s.slack}}
		}
		s.start()

		id := page(1, "dana")
		s.slack.faults = firstCalls(1, "post", accepted)
		s.want(id)
		after(2 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ", "E-1/page/dana/1: ")
		s.flagged(id)
		after(time.Hour)

		if s.card(id).Pending() {
			t.Errorf("card = %+v, want no watch that sees nothing", s.card(id))
		}

		s.stop()
	})
}

func TestDoubtWithoutReconciliation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.adapt = func(o *DeliverOptions) { o.NoReconcile = true }
		s.start()
		s.slack.faults = firstCalls(1, "post", accepted)
		s.want(page(1, "dana"))
		after(3 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ", "E-1/page/dana/1: ")

		if got := s.slack.count("find"); got != 0 {
			t.Errorf("%v looks, want none", got)
		}

		s.stop()
	})
}

func TestDoubtThatIsMoot(t *testing.T) {
	for _, f := range []fault{accepted, notAccepted} {
		t.Run(fmt.Sprint("posted=", f.done), func(t *testing.T) {
			onStage(t, func(s *stage) {
				id := page(1, "dana")
				s.slack.faults = firstCalls(1, "post", f)
				s.artist.says(id, "help")
				s.want(id)
				synctest.Wait()

				s.artist.moot[id] = true
				s.artist.says(id, "Lee has it")
				s.restart()
				after(5 * time.Second)

				if f.done {
					s.sees("slack:dana", "E-1/page/dana/1: Lee has it")
				} else {
					s.sees("slack:dana")
				}

				s.idle()
			})
		})
	}
}

// TestMootAppears has history show a page, that was posted without our knowing, only
// after nobody needs it any more: it must not go on offering what is over.
func TestMootAppears(t *testing.T) {
	for _, readable := range []bool{true, false} {
		t.Run(fmt.Sprint("readable=", readable), func(t *testing.T) {
			onStage(t, func(s *stage) {
				id := page(1, "dana")
				s.slack.faults = firstCalls(1, "post", accepted)
				s.artist.says(id, "help")
				s.want(id)
				synctest.Wait()

				s.artist.moot[id] = true
				s.artist.says(id, "Lee has it")
				s.slack.lag.Store(int64(20 * time.Second))

				if !readable {
					s.slack.faults = firstCalls(100, "find", fault{err: fails(chat.Unsent, "internal_error")})
				}

				s.restart()
				after(15 * time.Second)
				s.sees("slack:dana", "E-1/page/dana/1: help")

				s.slack.faults = nil
				after(3 * time.Minute)
				s.sees("slack:dana", "E-1/page/dana/1: Lee has it")
				s.idle()
			})
		})
	}
}

// TestMootNeverAppears ends the look for what was not posted.
func TestMootNeverAppears(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.slack.faults = firstCalls(1, "post", notAccepted)
		s.want(id)
		synctest.Wait()

		s.artist.moot[id] = true
		s.restart()
		after(10 * time.Minute)
		s.sees("slack:dana")
		s.idle()

		looks := s.slack.count("find")
		after(time.Hour)

		if got := s.slack.count("find"); got != looks {
			t.Errorf("%v looks an hour later, want none after %v", got-looks, looks)
		}
	})
}

func TestTwoCopiesBecomeOne(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.slack.latency = time.Second
		s.want(id)
		after(500 * time.Millisecond)
		s.store.broken = ErrFull // it's posted, and nobody knows

		after(time.Second)

		first := s.slack.postings[0]
		second := *first
		second.ref.ID = "again"
		s.slack.postings = append(s.slack.postings, &second)

		s.stop()
		s.store.broken = nil
		s.start()
		after(6 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ")
		s.flagged(id)
		s.idle()
	})
}

func TestRestartLooksBeforeItPosts(t *testing.T) {
	onStage(t, func(s *stage) {
		s.stop()
		s.slack.latency = time.Second

		var cards []CardID

		for e := range EscalationID(60) {
			cards = append(cards, page(e+1, PersonID(fmt.Sprint("p", e))))
		}

		s.want(cards...)
		s.start()
		s.deliver.Wake(cards[:10])
		after(30 * time.Second)
		s.idle()
		s.flagged()

		if finds, posts := s.slack.count("find"), s.slack.count("post"); finds < 60 || posts != 60 {
			t.Errorf("%v looks and %v posts, want 60 and 60", finds, posts)
		}
	})
}

func TestDoubtOnAPlatformThatRefusesTheBot(t *testing.T) {
	onStage(t, func(s *stage) {
		id, revoked := page(1, "dana"), false
		s.slack.latency = time.Second
		s.slack.faults = func(c call) fault {
			if revoked {
				return fault{err: fails(chat.Refused, "token_revoked")}
			}

			if len(s.slack.postings) == 0 {
				return accepted
			}

			return fault{}
		}
		s.want(id)
		synctest.Wait()

		revoked = true // its answer is doubtful, the next one a refusal
		s.want(page(2, "lee"))
		after(time.Minute)
		s.flagged()

		revoked = false
		after(time.Minute)
		s.sees("slack:dana", "E-1/page/dana/1: ")
		s.sees("slack:lee", "E-2/page/lee/1: ")
		s.flagged()
	})
}

func TestDoubtOnAPlatformWhoseClockIsBehind(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.now = func() time.Time { return s.now().Add(-30 * time.Minute) }
		s.slack.faults = firstCalls(1, "post", accepted)
		s.want(page(1, "dana"))
		after(3 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ")
	})
}

func TestWatchEndsThoughTheClockWasSetBack(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = firstCalls(1, "post", accepted)
		s.want(page(1, "dana"))
		after(10 * time.Second)
		s.stop()
		s.shift.Add(-int64(5 * time.Hour))
		s.start()
		after(time.Hour)

		if card := s.card(page(1, "dana")); card.Pending() {
			t.Errorf("card = %+v, want the watch to be over", card)
		}
	})
}

func TestDoubtForEver(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = faultsBy(map[string]func(call) fault{
			"post": always(accepted), "find": always(fault{err: fails(chat.Unsent, "fatal_error")}),
		})
		s.want(page(1, "dana"))
		after(10 * time.Minute)

		if got := len(s.slack.postings); got > 14 {
			t.Errorf("%v copies in ten minutes, want fewer and fewer", got)
		}

		s.slack.faults = nil
		after(20 * time.Minute)
		s.sees("slack:dana", "E-1/page/dana/1: ")
		s.flagged(page(1, "dana"))
	})
}

func TestDoubtfulEditIsMadeAgain(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.want(id)
		synctest.Wait()
		s.slack.faults = firstCalls(1, "edit", accepted)
		s.artist.says(id, "new")
		s.want(id)
		after(time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: new")
		s.idle()
	})
}

// TestCrashAtEveryStep kills the process at each write and each call of a small
// history, starts anew, and sees that nothing is lost or doubled.
func TestCrashAtEveryStep(t *testing.T) {
	for steps := 0; ; steps++ {
		died := false

		synctest.Test(t, func(t *testing.T) { died = crashAfter(t, steps) })

		if !died {
			if steps < 20 {
				t.Errorf("the history has %v steps, want 20 at least", steps)
			}

			return
		}
	}
}

func crashAfter(t *testing.T, steps int) (died bool) {
	s := newStage(t)
	s.slack.latency = 10 * time.Millisecond
	s.slack.faults = firstCalls(2, "post", accepted)
	s.start()

	mortal := &cardLife{left: steps}
	s.slack.life.Store(mortal)
	cards := []CardID{page(1, "dana"), agentCard(1), {Role: ChannelCard, Escalation: 1}, {Role: ThreadCard, Escalation: 1, N: 1}}
	s.want(cards...)
	s.store.life.Store(mortal)
	after(6 * time.Second)

	died = mortal.over()
	s.store.life.Store(nil)
	s.slack.life.Store(nil)

	for _, id := range cards {
		s.artist.says(id, "new")
	}

	s.stop()
	s.want(cards...)
	s.start()
	after(time.Minute)
	s.idle()
	s.flagged()
	s.sees("slack:dana", "E-1/page/dana/1: new")
	s.sees("slack:maria", "E-1/agent/maria/0: new")
	s.sees("slack:C0TEAM", "E-1/channel//0: new", "E-1/thread//1: new")
	s.stop()

	return died
}
