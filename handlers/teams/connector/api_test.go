package connector_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

func TestLogin(t *testing.T) {
	r := start(t, options(), nil)
	for _, test := range []struct {
		field, value string
		status       int
		says         string
	}{
		{"", "", http.StatusOK, ""},
		{"client_secret", "guess", http.StatusUnauthorized, "AADSTS7000215"},
		{"client_id", "another", http.StatusBadRequest, "AADSTS700016"},
		{"grant_type", "password", http.StatusBadRequest, "AADSTS70003"},
		{"scope", "https://api.botframework.com", http.StatusBadRequest, "AADSTS1002012"},
	} {
		form := credentials()
		if test.field != "" {
			form.Set(test.field, test.value)
		}
		a := r.login(form)
		if says, _ := a.body["error_description"].(string); a.status != test.status || !strings.HasPrefix(says, test.says) {
			t.Errorf("a token with %s %q = %d %q, want %d %s", test.field, test.value, a.status, says, test.status, test.says)
		}
	}
}

func TestTokensOfCalls(t *testing.T) {
	r := start(t, options(), nil)
	const api = "https://api.botframework.com"
	good := connector.Token{Entra: true, Audience: api}
	with := func(change func(*connector.Token)) string {
		t := good
		change(&t)
		return r.Mint(t)
	}
	for _, test := range []struct {
		name, token, code string
	}{
		{"good", r.Mint(good), ""},
		{"none", "", "Unauthorized"},
		{"for somebody else", with(func(t *connector.Token) { t.Audience = appID }), "Unauthorized"},
		{"of an activity", r.Mint(connector.Token{Audience: api}), "Unauthorized"},
		{"expired", with(func(t *connector.Token) { t.Expires = time.Now().Add(-time.Second) }), "Unauthorized"},
		{"without a signature", with(func(t *connector.Token) { t.Alg = "none" }), "Unauthorized"},
		{"signed with the public key", with(func(t *connector.Token) { t.Alg = "HS256" }), "Unauthorized"},
		{"changed", strings.Replace(r.Mint(good), ".", "x.", 1), "Unauthorized"},
		{"of another app", with(func(t *connector.Token) { t.Claims = map[string]any{"azp": "another"} }), "BotNotRegistered"},
	} {
		r.token = test.token
		if test.token == "" {
			r.token = "nothing"
		}
		if a := r.call(http.MethodGet, "/"+url.PathEscape(desk)+"/members", nil); a.code() != test.code {
			t.Errorf("a call with a token that is %s = %d %q, want %q", test.name, a.status, a.code(), test.code)
		}
	}
}

func TestRevokedTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options(), nil)
		members := "/" + url.PathEscape(desk) + "/members"
		if a := r.call(http.MethodGet, members, nil); a.status != http.StatusOK {
			t.Fatalf("members = %d, want 200", a.status)
		}
		time.Sleep(time.Minute)
		r.RevokeTokens()
		if a := r.call(http.MethodGet, members, nil); a.status != http.StatusUnauthorized {
			t.Errorf("members with a revoked token = %d, want 401", a.status)
		}
		r.token = ""
		if a := r.call(http.MethodGet, members, nil); a.status != http.StatusOK {
			t.Errorf("members with a new token = %d, want 200", a.status)
		}
	})
}

func TestSendUpdateDelete(t *testing.T) {
	r := start(t, options(), nil)
	chat := r.chat(mariaID)
	if again := r.chat(mariaID); again != chat {
		t.Errorf("the same chat begun twice = %s and %s, want one", chat, again)
	}
	sent := r.call(http.MethodPost, activities(chat), message("hello"))
	if sent.status != http.StatusCreated || sent.id() == "" {
		t.Fatalf("sending = %d %v, want 201 and an id", sent.status, sent.body)
	}
	one := activities(chat) + "/" + sent.id()
	if a := r.call(http.MethodPut, one, message("changed")); a.status != http.StatusOK || a.id() != sent.id() {
		t.Errorf("updating = %d %v, want 200 and the id", a.status, a.body)
	}
	if a := r.call(http.MethodDelete, one, nil); a.status != http.StatusOK {
		t.Errorf("deleting = %d, want 200", a.status)
	}
	if a := r.call(http.MethodPut, one, message("late")); a.code() != "ActivityNotFoundInConversation" {
		t.Errorf("updating what is deleted = %q, want ActivityNotFoundInConversation", a.code())
	}

	posts := r.Journal().Posts
	if len(posts) != 1 || posts[0].Updates != 1 || posts[0].Deleted.IsZero() || posts[0].Person != mariaID || posts[0].Text != "changed" {
		t.Errorf("Journal().Posts = %+v, want one of maria's, changed once and deleted", posts)
	}
}

func TestThreads(t *testing.T) {
	r := start(t, options(), nil)
	a := r.call(http.MethodPost, "", map[string]any{
		"isGroup": true, "channelData": map[string]any{"channel": map[string]any{"id": desk}, "tenant": map[string]any{"id": tenant}},
		"activity": message("root"),
	})
	root, _ := a.body["activityId"].(string)
	if a.status != http.StatusCreated || a.id() != desk+";messageid="+root {
		t.Fatalf("beginning a thread = %d %v, want 201 and the thread's id", a.status, a.body)
	}
	if a := r.call(http.MethodPost, activities(a.id()), message("reply")); a.status != http.StatusCreated {
		t.Errorf("a reply = %d %v, want 201", a.status, a.body)
	}
	if a := r.call(http.MethodPost, activities(desk+";messageid=1"), message("reply")); a.code() != "ConversationNotFound" {
		t.Errorf("a reply to nothing = %q, want ConversationNotFound", a.code())
	}
	if got := r.Journal().Posts[1].Thread; got != root {
		t.Errorf("the thread of the reply = %q, want %q", got, root)
	}
}

func TestRefusals(t *testing.T) {
	o := options()
	o.NoRateLimits = true
	r := start(t, o, nil)
	chat := r.chat(mariaID)
	person := func(id string) map[string]any {
		return map[string]any{"members": []any{map[string]any{"id": id}}, "tenantId": tenant}
	}
	both := drawn(`{"type":"TextBlock","text":"hi"}`, "")
	both["text"] = "and this"
	targeted := message("psst")
	targeted["recipient"] = map[string]any{"id": danaID}

	for _, test := range []struct {
		name, method, path string
		body               any
		status             int
		code               string
	}{
		{"a chat with a stranger", http.MethodPost, "", person("44444444-0000-4000-8000-000000000000"), 403, "ForbiddenOperationException"},
		{"a chat without the app", http.MethodPost, "", person(danaID), 403, "ForbiddenOperationException"},
		{"a chat by e-mail", http.MethodPost, "", person("maria@harbor.example"), 400, "BadArgument"},
		{"a chat in no tenant", http.MethodPost, "", map[string]any{"members": []any{map[string]any{"id": mariaID}}}, 400, "BadArgument"},
		{"no conversation", http.MethodPost, activities("a:none"), message("hi"), 404, "ConversationNotFound"},
		{"a channel without the bot", http.MethodPost, activities("19:quiet@thread.tacv2"), message("hi"), 403, "BotNotInConversationRoster"},
		{"no JSON", http.MethodPost, activities(chat), "hi", 400, "BadArgument"},
		{"no type", http.MethodPost, activities(chat), map[string]any{"text": "hi"}, 400, "BadArgument"},
		{"nothing to say", http.MethodPost, activities(chat), message(""), 400, "BadArgument"},
		{"a bad card", http.MethodPost, activities(chat), drawn(`{"type":"TextBlok","text":"hi"}`, ""), 400, "BadArgument"},
		{"too long", http.MethodPost, activities(chat), message(strings.Repeat("x", 51_200)), 413, "MessageSizeTooBig"},
		{"not too long", http.MethodPost, activities(chat), message(strings.Repeat("x", 51_000)), 201, ""},
		{"text and card, without an id", http.MethodPost, activities(chat), both, 201, ""},
		{"a private message in a chat", http.MethodPost, activities(chat) + "?isTargetedActivity=true", targeted, 400, "BadArgument"},
		{"a private message without a reader", http.MethodPost, activities(desk) + "?isTargetedActivity=true", message("psst"), 400, "BadArgument"},
		{"a private message to somebody elsewhere", http.MethodPost, activities(desk) + "?isTargetedActivity=true", targeted, 404, "BotNotInConversationRoster"},
		{"a mention that is not there", http.MethodPost, activities(desk), map[string]any{
			"type": "message", "text": "hi", "entities": []any{map[string]any{"type": "mention", "text": "<at>Lee</at>", "mentioned": map[string]any{"id": leeID}}},
		}, 400, "BadArgument"},
		{"a member elsewhere", http.MethodGet, "/" + url.PathEscape(desk) + "/members/" + danaID, nil, 404, "MemberNotFoundInConversation"},
	} {
		if a := r.call(test.method, test.path, test.body); a.status != test.status || a.code() != test.code || test.name == "text and card, without an id" && a.id() != "" {
			t.Errorf("%s = %d %q %v, want %d %q", test.name, a.status, a.code(), a.body, test.status, test.code)
		}
	}
}

func TestBlockedAndSwitchedOff(t *testing.T) {
	r := start(t, options(), nil)
	chat := r.chat(mariaID)
	for _, test := range []struct {
		change func(*connector.User)
		code   string
	}{
		{func(u *connector.User) { u.Blocked = true }, "ConversationBlockedByUser"},
		{func(u *connector.User) { u.Blocked, u.Deleted = false, true }, "ForbiddenOperationException"},
		{func(u *connector.User) { u.Deleted, u.WithoutApp = false, true }, "BotNotInConversationRoster"},
		{func(u *connector.User) { u.WithoutApp = false }, ""},
	} {
		if err := r.SetUser("maria", test.change); err != nil {
			t.Fatal(err)
		}
		if a := r.call(http.MethodPost, activities(chat), message("hi")); a.code() != test.code {
			t.Errorf("writing = %q, want %q", a.code(), test.code)
		}
	}
}

func TestTargetedMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options(), nil)
		psst := message("psst")
		psst["recipient"] = map[string]any{"id": leeID}
		a := r.call(http.MethodPost, activities(desk)+"?isTargetedActivity=true", psst)
		if a.status != http.StatusCreated {
			t.Fatalf("a targeted message = %d %v, want 201", a.status, a.body)
		}
		if got := r.Person("lee").Messages("#billing-desk"); len(got) != 1 || !got[0].Targeted {
			t.Errorf("lee sees %v, want the targeted message", got)
		}
		if got := r.Person("maria").Messages("#billing-desk"); len(got) != 0 {
			t.Errorf("maria sees %v, want nothing", got)
		}

		one := activities(desk) + "/" + a.id()
		for _, test := range []struct {
			path string
			body any
			code string
		}{
			{one, message("open"), "ActivityNotFoundInConversation"},
			{one + "?isTargetedActivity=true", psst, "BadArgument"},
			{one + "?isTargetedActivity=true", message("changed"), ""},
		} {
			if a := r.call(http.MethodPut, test.path, test.body); a.code() != test.code {
				t.Errorf("PUT %s = %q, want %q", test.path, a.code(), test.code)
			}
		}
		time.Sleep(24 * time.Hour)
		r.token = ""
		if a := r.call(http.MethodPut, one+"?isTargetedActivity=true", message("late")); a.code() != "ActivityNotFoundInConversation" {
			t.Errorf("changing it after a day = %q, want ActivityNotFoundInConversation", a.code())
		}
	})
}

func TestMembersByPage(t *testing.T) {
	o := options()
	for i := range 120 {
		id := fmt.Sprintf("55555555-0000-4000-8000-%012d", i)
		o.People = append(o.People, connector.User{ID: id, Name: fmt.Sprintf("p%d", i)})
		o.Channels[0].Members = append(o.Channels[0].Members, id)
	}
	r := start(t, o, nil)
	seen := map[string]bool{}
	next := ""
	for pages := 1; ; pages++ {
		a := r.call(http.MethodGet, "/"+url.PathEscape(desk)+"/pagedmembers?pageSize=10&continuationToken="+next, nil)
		list, _ := a.body["members"].([]any)
		for _, m := range list {
			seen[m.(map[string]any)["aadObjectId"].(string)] = true
		}
		if next, _ = a.body["continuationToken"].(string); next == "" {
			if pages != 3 || len(seen) != 122 {
				t.Errorf("%d pages with %d members, want 3 with 122", pages, len(seen))
			}
			break
		}
	}
}

func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options(), nil)
		chat := r.chat(mariaID)
		refused := 0
		for range 8 {
			if a := r.call(http.MethodPost, activities(chat), message("hi")); a.status == http.StatusTooManyRequests {
				refused++
				if got := a.header.Get("Retry-After"); got != "1" {
					t.Errorf("Retry-After = %q, want 1", got)
				}
			}
		}
		if refused != 1 {
			t.Errorf("%d of 8 messages at once were refused, want 1", refused)
		}
		if a := r.call(http.MethodPost, activities(r.chat(leeID)), message("hi")); a.status != http.StatusCreated {
			t.Errorf("a message to somebody else = %d, want 201", a.status)
		}
		time.Sleep(2 * time.Second)
		if a := r.call(http.MethodPost, activities(chat), message("hi")); a.status != http.StatusCreated {
			t.Errorf("a message after two seconds = %d, want 201", a.status)
		}
	})
}

func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options(), nil)
		maria, lee := r.chat(mariaID), r.chat(leeID)
		r.LimitRate(false)
		for _, test := range []struct {
			fault  connector.Fault
			status int // of a message to maria
			code   string
			kept   int // how many messages it makes
		}{
			{connector.Fault{Do: connector.RateLimit, RetryAfter: 3}, 429, "Throttled", 0},
			{connector.Fault{Do: connector.Refuse, To: "maria"}, 403, "BotNotInConversationRoster", 0},
			{connector.Fault{Do: connector.Refuse, To: "lee"}, 201, "", 1},
			{connector.Fault{Do: connector.Refuse, Call: "update"}, 201, "", 1},
			{connector.Fault{Do: connector.Refuse, Call: "send", Status: 412, Code: "PreconditionFailed"}, 412, "PreconditionFailed", 0},
			{connector.Fault{Do: connector.ServerError, Status: 502}, 502, "ServiceError", 0},
			{connector.Fault{Do: connector.LoseAfter, Status: 504, To: maria}, 504, "", 1},
			{connector.Fault{Do: connector.CutAfter}, 0, "no answer", 1},
			{connector.Fault{Do: connector.Slow, Delay: time.Minute}, 201, "", 1},
		} {
			test.fault.Times = 1
			remove := r.Inject(test.fault)
			before := len(r.Journal().Posts)
			a := r.call(http.MethodPost, activities(maria), message("hi"))
			if kept := len(r.Journal().Posts) - before; a.status != test.status || a.code() != test.code || kept != test.kept {
				t.Errorf("with %+v a message = %d %q and %d kept, want %d %q and %d", test.fault, a.status, a.code(), kept, test.status, test.code, test.kept)
			}
			remove()
			if a := r.call(http.MethodPost, activities(lee), message("hi")); a.status != http.StatusCreated {
				t.Errorf("after %+v a message = %d, want 201", test.fault, a.status)
			}
		}
		r.Inject(connector.Fault{Do: connector.ServerError, Times: 2})
		for i, want := range []int{503, 503, 201} {
			if a := r.call(http.MethodPost, activities(lee), message("hi")); a.status != want {
				t.Errorf("message %d with two faults = %d, want %d", i+1, a.status, want)
			}
		}
		if got := r.Journal().Errors(); len(got) != 0 {
			t.Errorf("Journal().Errors() = %v, want none that was not injected", got)
		}
	})
}
