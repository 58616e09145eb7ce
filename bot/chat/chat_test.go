package chat_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

func TestPersonAndRoomComeApart(t *testing.T) {
	dana := chat.PersonOn(chat.Slack, "U0DANA")
	if dana.Platform() != chat.Slack || dana.ID() != "U0DANA" {
		t.Errorf("%q = %q on %q, want U0DANA on slack", dana, dana.ID(), dana.Platform())
	}

	if room := dana.Private(); room.Platform() != chat.Slack || room.ID() != "U0DANA" {
		t.Errorf("%q.Private() = %q on %q, want U0DANA on slack", dana, room.ID(), room.Platform())
	}

	if p := chat.Person("nobody"); p.Platform() != "" || p.ID() != "nobody" {
		t.Errorf("%q = %q on %q, want nobody on no platform", p, p.ID(), p.Platform())
	}
}

func TestMentioned(t *testing.T) {
	for _, who := range []chat.Person{"slack:U0LEE", "slack:W012AB", "teams:29:1bSnHZ7Js2ST-Wrg_k6S", "teams:8a4f0c1e-55aa"} {
		if got, ok := chat.Mentioned(who.Mention()); !ok || got != who {
			t.Errorf("Mentioned(%q) = %q, %v, want %q", who.Mention(), got, ok, who)
		}
	}

	for _, word := range []string{"", "@", "@lee", "slack:U0LEE", "@slack:", "@:U0LEE", "@irc:U0LEE", "@slack:U0LEE,", "@slack:U0 LEE", "lee@slack:U0LEE"} {
		if got, ok := chat.Mentioned(word); ok {
			t.Errorf("Mentioned(%q) = %q, want nobody", word, got)
		}
	}
}

func TestLine(t *testing.T) {
	at := time.Date(2026, 11, 23, 14, 3, 0, 0, time.UTC)
	got := chat.Line("%v was paged at %v, 100%% sure until %v. %v%v", chat.Strong("Dana"), at, chat.Day(at), chat.Plain("Bye <!channel>"), chat.Link{Text: ", K-1", To: "https://x/1"})
	want := chat.Text{
		{Text: "Dana", Strong: true}, {Text: " was paged at "}, {At: at}, {Text: ", 100% sure until "},
		{At: at, Form: chat.DayTime}, {Text: ". "}, {Text: "Bye <!channel>"}, {Text: ", K-1", To: "https://x/1"},
	}

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Line: (-want +got)\n%s", diff)
	}

	if got, want := got.String(), "Dana was paged at 14:03 UTC, 100% sure until Mon 23 Nov, 14:03 UTC. Bye <!channel>, K-1"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestLineIgnoresVerbsInArguments(t *testing.T) {
	if got, want := chat.Line("%v said %v", "Maria", "%v %d").String(), "Maria said %v %d"; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
}

func TestFailureOf(t *testing.T) {
	refused := &chat.Failure{Kind: chat.Refused, Code: "invalid_auth"}
	if got := chat.FailureOf(fmt.Errorf("posting: %w", refused)); got != refused {
		t.Errorf("FailureOf(wrapped) = %v, want %v", got, refused)
	}

	if got := chat.FailureOf(errors.New("what?")); got.Kind != chat.Doubtful {
		t.Errorf("FailureOf(unknown) = %v, want doubtful", got)
	}

	if got := chat.FailureOf(nil); got != nil {
		t.Errorf("FailureOf(nil) = %v, want nil", got)
	}
}
