package teams

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"log/slog"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// FuzzActivity takes whatever a sender with a good token may make up. Nothing
// panics, and what the bot is told has somebody who did it.
func FuzzActivity(f *testing.F) {
	for _, seed := range []string{
		`{"type":"message","id":"a1","from":{"id":"29:1","aadObjectId":"` + mariaID + `"},"conversation":{"id":"a:1","conversationType":"personal"},"text":"escalate now"}`,
		`{"type":"message","text":"<at>x</at> a","entities":[{"type":"mention","text":"<at>x</at>","mentioned":{"id":"28:1"}}],"recipient":{"id":"28:1"},"from":{"aadObjectId":"a"}}`,
		`{"type":"invoke","name":"adaptiveCard/action","from":{"aadObjectId":"a"},"value":{"action":{"data":{"fb":{"action":"take","value":"E-7"}}}}}`,
		`{"type":"invoke","name":"task/submit","from":{"aadObjectId":"a"},"value":{"data":{"fb":{"sheet":{},"do":"submit"},"in:how":"x"}}}`,
		`{"type":"invoke","name":"composeExtension/fetchTask","from":{"aadObjectId":"a"},"value":{"commandId":"escalate","messagePayload":{"body":{"contentType":"html","content":"<p>a<br/>b</p"}}}}`,
		`{"type":"installationUpdate","action":"remove","conversation":{"id":"19:x@thread.tacv2;messageid=1"},"from":{"aadObjectId":"a"}}`,
		`{"type":"conversationUpdate","membersRemoved":[{"id":"28:1"}],"recipient":{"id":"28:1"}}`,
		`{"type":[],"value":null}`,
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, body string) {
		told := &front{}

		bot, err := New(Options{
			AppID: appID, Tenant: tenant, Unauthenticated: true, ServiceURL: loopback, Front: told, Keeper: &keeper{},
			Client: &http.Client{Transport: inMemory{}}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
			Commands: map[string]string{"escalate": "escalate"},
		})
		if err != nil {
			t.Fatal(err)
		}

		a, err := parseActivity([]byte(body))
		if err != nil {
			return
		}

		answer := bot.take(t.Context(), a)
		if answer.status < http.StatusOK || len(answer.body) > 0 && !json.Valid(answer.body) {
			t.Errorf("take = %d %s, want a status and JSON", answer.status, answer.body)
		}

		respond(httptest.NewRecorder(), answer)

		if answer.then != nil {
			answer.then(t.Context())
		}

		for _, c := range told.commands {
			if c.Who.ID() == "" || strings.ContainsAny(c.Text, "\r\n\u00a0") || len(c.Text) > 4*maxSaid {
				t.Errorf("Command = %+v, want somebody's, in a line", c)
			}
		}

		for _, c := range told.clicks {
			if c.Who.ID() == "" || c.Action == "" {
				t.Errorf("Click = %+v, want somebody's, of something", c)
			}
		}

		for _, s := range told.submissions {
			if s.Who.ID() == "" {
				t.Errorf("Submission = %+v, want somebody's", s)
			}
		}

		if err := bot.Stop(t.Context()); err != nil {
			t.Errorf("Stop = %v, want nil", err)
		}
	})
}

// FuzzQuoted reads any HTML that a quoted message is made of.
func FuzzQuoted(f *testing.F) {
	f.Add("<p>a<br>b</p>")
	f.Add("a < b > c")
	f.Add("<<>&lt;")

	f.Fuzz(func(t *testing.T, content string) {
		got := quoted("html", content)
		if len([]rune(got)) > maxSaid || strings.TrimSpace(got) != got {
			t.Errorf("quoted(%q) = %q, want it trimmed and cut", content, got)
		}
	})
}

// A person and a conversation are told apart by their ids.
func TestIDs(t *testing.T) {
	for id, want := range map[string]bool{
		mariaID: true, strings.ToUpper(mariaID): true, "00000000-0000-0000-0000-0000000000020": true,
		"": false, "a:1": false, desk: false, "personal-chat-id": false, "29:1abc": false, "19:" + mariaID + "_" + danaID + "@unq.gbl.spaces": false,
	} {
		if got := isPerson(roomOf(id)); got != want {
			t.Errorf("isPerson(%q) = %v, want %v", id, got, want)
		}
	}

	for in, want := range map[conversation]bool{
		{ID: "a:1", Kind: "personal"}: true, {ID: "personal-alex"}: true, {}: true,
		{ID: desk}: false, {ID: "x", Group: true}: false, {ID: "19:1@thread.v2", Kind: "groupChat"}: false,
	} {
		if got := (&activity{Conversation: in}).personal(); got != want {
			t.Errorf("personal in %+v = %v, want %v", in, got, want)
		}
	}

	if got := personOf("ABCDEF"); got != chat.Person("teams:abcdef") {
		t.Errorf("personOf = %q, want it in lower case", got)
	}
}
