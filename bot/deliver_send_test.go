package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

func busy(after time.Duration) error {
	return &chat.Failure{Kind: chat.Busy, After: after, Code: "ratelimited"}
}

func fails(kind chat.FailureKind, code string) error { return &chat.Failure{Kind: kind, Code: code} }

// firstCalls has the first n calls of a kind go wrong.
func firstCalls(n int, what string, f fault) func(call) fault {
	return func(c call) fault {
		if c.what != what || n == 0 {
			return fault{}
		}

		n--

		return f
	}
}

func TestBusyRoomRestsAlone(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = firstCalls(1, "post", fault{err: busy(7 * time.Second)})
		begin := s.now()
		s.want(page(1, "dana"))
		after(time.Millisecond)
		s.want(page(2, "dana"), page(3, "lee"))
		after(10 * time.Second)

		want := []string{
			"E-1/page/dana/1 at 0s", "E-3/page/lee/1 at 1ms",
			"E-1/page/dana/1 at 7s", "E-2/page/dana/1 at 8s",
		}
		if diff := cmp.Diff(want, s.slack.made("post", begin)); diff != "" {
			t.Errorf("posts (-want +got)\n%s", diff)
		}

		s.idle()
	})
}

func TestBusyEverywhereStopsOneKindOfCall(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.want(id)
		synctest.Wait()

		s.slack.faults = firstCalls(1, "post", fault{
			err: &chat.Failure{Kind: chat.Busy, After: 7 * time.Second, Everywhere: true, Code: "ratelimited"},
		})
		s.want(page(2, "lee"))
		synctest.Wait()

		begin := s.now()
		s.artist.says(id, "changed")
		s.want(page(3, "mo"), id)
		synctest.Wait()
		s.sees("slack:dana", "E-1/page/dana/1: changed")
		after(8 * time.Second)

		posts := s.slack.made("post", begin)
		slices.Sort(posts)

		if got, want := posts[len(posts)-2:], []string{"E-2/page/lee/1 at 7s", "E-3/page/mo/1 at 7s"}; !slices.Equal(got, want) {
			t.Errorf("posts = %v, want %v", got, want)
		}
	})
}

func TestBusyIsHonouredOverARestart(t *testing.T) {
	for _, everywhere := range []bool{false, true} {
		t.Run(fmt.Sprint("everywhere=", everywhere), func(t *testing.T) {
			onStage(t, func(s *stage) {
				s.slack.faults = firstCalls(1, "post", fault{
					err: &chat.Failure{Kind: chat.Busy, After: 30 * time.Second, Everywhere: everywhere},
				})
				begin := s.now()
				s.want(page(1, "dana"))
				after(5 * time.Second)
				s.restart()
				after(20 * time.Second)
				s.restart()
				after(10 * time.Second)

				want := []string{"E-1/page/dana/1 at 0s", "E-1/page/dana/1 at 30s"}
				if diff := cmp.Diff(want, s.slack.made("post", begin)); diff != "" {
					t.Errorf("posts (-want +got)\n%s", diff)
				}
			})
		})
	}
}

func TestPauseOfAnotherClockIsCutShort(t *testing.T) {
	onStage(t, func(s *stage) {
		s.store.pauses["slack/post/dana"] = s.now().Add(5 * time.Hour)
		s.want(page(1, "dana"))
		after(16 * time.Minute)
		s.sees("slack:dana", "E-1/page/dana/1: ")
	})
}

// It is cut short for all that wait, and for what comes later.
func TestPauseOfAnotherClockIsOverOnce(t *testing.T) {
	onStage(t, func(s *stage) {
		s.store.pauses["slack/post"] = s.now().Add(5 * time.Hour)
		s.want(page(1, "dana"), page(2, "lee"), page(3, "mo"))
		after(16 * time.Minute)
		s.idle()
		s.want(page(4, "dana"))
		after(time.Second)
		s.idle()

		// Another pause counts as any other.
		s.store.pauses["slack/post"] = s.now().Add(30 * time.Second)
		begin := s.now()
		s.want(page(5, "dana"))
		after(time.Minute)

		posts := s.slack.made("post", begin)
		if got, want := posts[len(posts)-1], "E-5/page/dana/1 at 30s"; got != want {
			t.Errorf("the last post = %v, want %v", got, want)
		}
	})
}

// A record of a pause that the disk has altered may be any of them: it keeps no card
// from going.
func TestUnreadablePauseHoldsUpNobody(t *testing.T) {
	onStage(t, func(s *stage) {
		s.store.torn = fmt.Errorf("slack/post: %w", ErrDamaged)
		s.want(page(1, "dana"), agentCard(1))
		after(time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ")
		s.sees("slack:maria", "E-1/agent/maria/0: ")
		s.idle()
		s.alarmed()
	})
}

func TestUnsentIsTriedUntilItGetsThrough(t *testing.T) {
	onStage(t, func(s *stage) {
		down := true
		s.slack.faults = func(call) fault {
			if down {
				return fault{err: fails(chat.Unsent, "no_route")}
			}

			return fault{}
		}

		begin := s.now()
		s.want(page(1, "dana"), notice(2, "lee"))
		after(24 * time.Hour)

		for room, longest := range map[chat.Room]time.Duration{"slack:dana": 5 * time.Second, "slack:lee": 30 * time.Second} {
			tries := 0

			for _, c := range s.slack.calls {
				if c.room == room {
					tries++
				}
			}

			if low, high := int(24*time.Hour/(longest+time.Second)), int(24*time.Hour/(longest*11/15)); tries < low || tries > high {
				t.Errorf("%v tries in a day in %v, want %v to %v", tries, room, low, high)
			}
		}

		early := 0

		for _, c := range s.slack.calls {
			if c.room == "slack:dana" && c.at.Sub(begin) < 4*time.Second {
				early++
			}
		}

		if early < 4 || early > 7 {
			t.Errorf("%v tries in the first four seconds, want 4 to 7", early)
		}

		down = false
		after(31 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ")

		if got := s.slack.count("find"); got != 0 {
			t.Errorf("%v looks for what was certainly not sent, want 0", got)
		}
	})
}

func TestUndeliverablePageGoesToTheNextPersonAtOnce(t *testing.T) {
	for _, kind := range []chat.FailureKind{chat.Unreachable, chat.Unacceptable, chat.Missing} {
		t.Run(kind.String(), func(t *testing.T) {
			onStage(t, func(s *stage) {
				dana, lee := page(1, "dana"), page(1, "lee")
				s.artist.nobody[dana] = lee
				s.slack.faults = func(c call) fault {
					if c.room == "slack:dana" {
						return fault{err: fails(kind, "user_not_found")}
					}

					return fault{}
				}

				s.want(dana)
				synctest.Wait()
				s.sees("slack:lee", "E-1/page/lee/1: ")
				s.idle()
				s.alarmed(AlarmUndelivered)

				if card := s.card(dana); !card.Dead || card.Failure != "user_not_found" {
					t.Errorf("card = %+v, want it dead of user_not_found", card)
				}

				if diff := cmp.Diff([]CardID{dana}, s.artist.undelivered); diff != "" {
					t.Errorf("the desk was told of (-want +got)\n%s", diff)
				}

				s.want(dana)
				after(time.Hour)

				if got, want := s.slack.count("post"), 2; got != want {
					t.Errorf("%v posts, want %v: none for what is dead", got, want)
				}
			})
		})
	}
}

func TestLateCardThatIsGivenUpDidNotGetThrough(t *testing.T) {
	onStage(t, func(s *stage) {
		how := fails(chat.Unsent, "no_route")
		s.slack.faults = func(call) fault { return fault{err: how} }
		s.want(page(1, "dana"))
		after(12 * time.Second)

		how = fails(chat.Unreachable, "user_not_found")

		after(time.Minute)
		s.alarmed(AlarmLate, AlarmUndelivered)
	})
}

func TestCardOnNoPlatformIsUndeliverable(t *testing.T) {
	onStage(t, func(s *stage) {
		s.deliver.Platforms = nil
		s.want(page(1, "dana"))
		synctest.Wait()
		s.alarmed(AlarmUndelivered)
		s.idle()
	})
}

func TestUnacceptableEditGivesUpThatDrawingOnly(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.want(id)
		synctest.Wait()

		s.slack.faults = firstCalls(1, "edit", fault{err: fails(chat.Unacceptable, "msg_too_long")})
		s.artist.says(id, "too long")
		s.want(id)
		synctest.Wait()
		s.idle()
		s.alarmed(AlarmUndelivered)

		if len(s.artist.undelivered) > 0 || s.card(id).Dead {
			t.Errorf("a page that people can see was given up")
		}

		s.artist.says(id, "short")
		s.want(id)
		synctest.Wait()
		s.sees("slack:dana", "E-1/page/dana/1: short")
	})
}

func TestPersonalViewIsNeverDead(t *testing.T) {
	onStage(t, func(s *stage) {
		id := CardID{Role: HomeCard, Person: "dana"}
		s.slack.faults = firstCalls(1, "home", fault{err: fails(chat.Unacceptable, "not_enabled")})
		s.want(id)
		synctest.Wait()
		s.idle()
		s.alarmed(AlarmUndelivered)

		s.artist.says(id, "now")
		s.want(id)
		synctest.Wait()

		if got, want := s.slack.homes["slack:dana"], "now"; got != want {
			t.Errorf("the home shows %q, want %q", got, want)
		}
	})
}

func TestRemovedMessage(t *testing.T) {
	tests := []struct {
		id   CardID
		want []string
	}{
		{page(1, "dana"), []string{"E-1/page/dana/1: new"}},
		{CardID{Role: AgentCard, Escalation: 1, Person: "dana"}, []string{"E-1/agent/dana/0: new"}},
		{CardID{Role: AskCard, Escalation: 1, Person: "dana", N: 1}, nil},
		{CardID{Role: NoticeCard, Escalation: 1, Person: "dana", N: 1}, nil},
	}

	for _, tt := range tests {
		t.Run(string(tt.id.Role), func(t *testing.T) {
			onStage(t, func(s *stage) {
				s.want(tt.id)
				synctest.Wait()

				s.slack.postings[0].removed = true
				s.artist.says(tt.id, "new")
				s.want(tt.id)
				synctest.Wait()
				s.sees("slack:dana", tt.want...)
				s.idle()
				s.alarmed()
			})
		})
	}
}

func TestRefusedPlatformWaitsAndIsProbed(t *testing.T) {
	onStage(t, func(s *stage) {
		revoked := true
		s.slack.faults = func(call) fault {
			if revoked {
				return fault{err: fails(chat.Refused, "token_revoked")}
			}

			return fault{}
		}

		s.want(page(1, "dana"))
		synctest.Wait()
		s.alarmed(AlarmRefused)

		for e := range EscalationID(20) {
			s.want(page(e+2, PersonID(fmt.Sprint("p", e))))
		}

		after(5 * time.Minute)

		if got, low, high := s.slack.count("post"), 19, 21; got < low || got > high {
			t.Errorf("%v posts in five minutes, want %v to %v: one each 15 s", got, low, high)
		}

		revoked = false
		after(16 * time.Second)
		s.idle()

		s.mu.Lock()
		last := s.alarms[len(s.alarms)-1].Kind
		accepted := slices.IndexFunc(s.alarms, func(a Alarm) bool { return a.Kind == AlarmAccepted })
		s.mu.Unlock()

		if accepted < 0 || last != AlarmThrough {
			t.Errorf("last alarm = %q, accepted at %v, want that the platform accepts the bot and the pages got through", last, accepted)
		}
	})
}

func TestProbeThatIsMootLetsTheNextOneProbe(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = firstCalls(1, "post", fault{err: fails(chat.Refused, "token_revoked")})
		s.want(page(1, "dana"))
		after(time.Millisecond)
		s.want(page(2, "lee"))
		synctest.Wait()

		s.artist.moot[page(1, "dana")] = true
		after(15 * time.Second)
		s.sees("slack:lee", "E-2/page/lee/1: ")
	})
}

func TestUnknownErrorIsDoubtful(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = firstCalls(1, "post", fault{err: errors.New("what?"), done: true})
		s.want(page(1, "dana"))
		after(3 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ")
		s.idle()
	})
}

func TestPanicsAreContained(t *testing.T) {
	onStage(t, func(s *stage) {
		once := true
		s.slack.faults = func(c call) fault {
			if strings.Contains(c.key, "dana") && once {
				once = false
				panic("oh")
			}

			return fault{}
		}

		s.want(page(1, "dana"), page(2, "lee"))
		after(3 * time.Second)
		s.sees("slack:lee", "E-2/page/lee/1: ")
		s.sees("slack:dana", "E-1/page/dana/1: ")
	})
}

func TestStoreThatFails(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		s.slack.latency = time.Second
		s.want(id)
		synctest.Wait()
		s.store.broken = fmt.Errorf("committing: %w", ErrFull)
		after(time.Minute)
		s.sees("slack:dana", "E-1/page/dana/1: ")

		if got, want := s.slack.count("post"), 1; got != want {
			t.Errorf("%v posts, want %v though it could not be recorded", got, want)
		}

		s.alarmed(AlarmUnrecorded, AlarmLate)
		s.store.broken = nil
		after(31 * time.Second)
		s.idle()
		s.alarmed(AlarmRecorded, AlarmThrough)
	})
}

func TestPageInDoubtGoesOutWhenTheStoreFails(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.latency = time.Second
		s.slack.faults = firstCalls(1, "post", fault{err: fails(chat.Doubtful, "")})
		s.want(page(1, "dana"))
		synctest.Wait()
		s.store.broken = ErrFull
		after(10 * time.Second)
		s.sees("slack:dana", "E-1/page/dana/1: ")
		s.store.broken = nil
		after(time.Minute)
		s.idle()
	})
}

func TestUrgent(t *testing.T) {
	onStage(t, func(s *stage) {
		id := page(1, "dana")
		drawing := Drawing{To: "slack:dana", Message: chat.Message{Title: "help"}}
		s.slack.faults = firstCalls(2, "post", fault{err: fails(chat.Unsent, "no_route")})

		for range 3 {
			if _, err := s.deliver.Urgent(s.Context(), drawing, id.String()); err != nil {
				t.Errorf("Urgent(%v) = %v, want nil", id, err)
			}
		}

		s.sees("slack:dana", "E-1/page/dana/1: help")
		s.alarmed(AlarmUrgent)

		// The store works again and the desk wants the card.
		s.artist.says(id, "recorded")
		s.want(id)
		synctest.Wait()
		s.sees("slack:dana", "E-1/page/dana/1: recorded")
		s.idle()

		s.slack.postings[0].removed = true
		s.artist.says(id, "anew")
		s.want(id)
		synctest.Wait()
		s.sees("slack:dana", "E-1/page/dana/1: anew")
	})
}

func TestUrgentGivesUp(t *testing.T) {
	onStage(t, func(s *stage) {
		drawing := Drawing{To: "slack:dana"}
		tests := []struct {
			err   error
			wait  time.Duration
			posts int
		}{
			{fails(chat.Unreachable, "user_not_found"), time.Minute, 1},
			{fails(chat.Unsent, "no_route"), time.Minute, 3},
			{busy(30 * time.Second), time.Second, 1},
		}

		for _, tt := range tests {
			s.slack.calls = nil
			s.slack.faults = func(call) fault { return fault{err: tt.err} }

			ctx, cancel := context.WithTimeout(s.Context(), tt.wait)
			_, err := s.deliver.Urgent(ctx, drawing, "urgent/1")

			cancel()

			if !errors.Is(err, tt.err) || s.slack.count("post") != tt.posts {
				t.Errorf("Urgent = %v after %v posts, want %v after %v", err, s.slack.count("post"), tt.err, tt.posts)
			}
		}
	})
}

func TestPostingKey(t *testing.T) {
	if got, want := postingKey(page(1, "dana")), "E-1/page/dana/1"; got != want {
		t.Errorf("postingKey = %q, want %q", got, want)
	}

	long := PersonID(strings.Repeat("x", 200))
	a, b := postingKey(page(1, long)), postingKey(page(1, long+"y"))

	if a == b || len(a) > 100 || len(b) > 100 {
		t.Errorf("postingKey = %q and %q, want two keys of 100 bytes at most", a, b)
	}
}

func TestFingerprint(t *testing.T) {
	at := time.Date(2026, 11, 23, 14, 3, 0, 0, time.UTC)
	text := chat.Line("since %v", at)
	messages := []chat.Message{
		{},
		{Title: "a"},
		{Summary: "a"},
		{Title: "a", Parts: []chat.Part{chat.Paragraph{Text: text}}},
		{Title: "a", Parts: []chat.Part{chat.Small{Text: text}}},
		{Title: "a", Parts: []chat.Part{chat.Paragraph{Text: chat.Line("since %v", at.Add(24*time.Hour))}}},
		{Title: "a", Parts: []chat.Part{chat.Paragraph{Text: chat.Line("since %v", chat.Day(at))}}},
		{Title: "a", Parts: []chat.Part{chat.Rule{}, chat.Rule{}}},
		{Title: "a", Parts: []chat.Part{chat.Rule{}}},
		{Title: "a", Choices: []chat.Choice{{Action: "take"}}},
		{Title: "a", Parts: []chat.Part{chat.Buttons{{Action: "take"}}}},
	}
	seen := map[string]int{}

	for i, m := range messages {
		mark := fingerprint(m)
		if j, ok := seen[mark]; ok || mark == "" {
			t.Errorf("fingerprint(%+v) = %q, as of %+v", m, mark, messages[j])
		}

		seen[mark] = i
	}

	if a, b := fingerprint(messages[3]), fingerprint(messages[3]); a != b {
		t.Errorf("fingerprint = %q and %q of the same", a, b)
	}
}
