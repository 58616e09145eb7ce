package teams

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

func somePage() chat.Message {
	return chat.Message{
		Title: "E-7: Ms Kovac", Summary: "Ms Kovac waits on the line.",
		Parts:   []chat.Part{chat.Paragraph{Text: chat.Plain("She was promised a refund.")}},
		Choices: []chat.Choice{{Action: "take", Value: "E-7", Label: "Take it"}},
	}
}

// calls are those that were made, as "send 201", oldest first.
func (r *rig) calls(names ...string) []string {
	var all []string

	for _, call := range r.Journal().Calls {
		if slices.Contains(names, call.Call) {
			all = append(all, call.Call+" "+call.Code)
		}
	}

	return all
}

// A page notifies, stands where it says that it does, and is changed in place.
func TestPage(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		at, err := r.teams.Post(t.Context(), chat.Posting{To: dana.Private(), Message: somePage()})
		if err != nil {
			t.Fatalf("Post = %v, want nil", err)
		}

		dm := r.Person("dana").DM()
		if at.Room != roomOf(dm) || at.ID == "" {
			t.Errorf("Post = %v, want a message in %v", at, dm)
		}

		notified := r.Person("dana").Notifications()
		if len(notified) != 1 || notified[0].Text != "Ms Kovac waits on the line." {
			t.Errorf("Dana is notified of %+v, want the summary", notified)
		}

		if err := r.teams.Edit(t.Context(), at, *chat.Notice("Lee has it")); err != nil {
			t.Errorf("Edit = %v, want nil", err)
		}

		if got := r.seen("dana", dm); !slices.Equal(got, []string{"Lee has it"}) {
			t.Errorf("Dana reads %q, want the change", got)
		}

		if err := r.teams.Remove(t.Context(), at); err != nil {
			t.Errorf("Remove = %v, want nil", err)
		}

		if got := r.seen("dana", dm); len(got) > 0 {
			t.Errorf("Dana reads %q, want nothing", got)
		}

		for what, err := range map[string]error{
			"Edit": r.teams.Edit(t.Context(), at, *chat.Notice("x")), "Remove": r.teams.Remove(t.Context(), at),
			"Edit of nothing": r.teams.Edit(t.Context(), chat.Ref{Room: at.Room}, *chat.Notice("x")),
		} {
			if failure := chat.FailureOf(err); failure == nil || failure.Kind != chat.Missing {
				t.Errorf("%s = %v once it is gone, want missing", what, err)
			}
		}

		if len(r.Person("dana").Notifications()) != 1 {
			t.Error("Dana is notified of changes, want of the page alone")
		}
	})
}

// The conversation is begun once, and known after a restart.
func TestConversationIsKept(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		post := func() {
			t.Helper()

			if _, err := r.teams.Post(t.Context(), chat.Posting{To: dana.Private(), Message: somePage()}); err != nil {
				t.Fatalf("Post = %v, want nil", err)
			}
		}

		post()
		post()

		r.teams.addresses.known = make(map[chat.Room]address)
		post()

		if got := r.calls("create"); len(got) != 1 {
			t.Errorf("calls are %q, want the conversation begun once", got)
		}

		// The store is broken: it goes out all the same.
		r.teams.addresses.known = make(map[chat.Room]address)
		r.keeper.broken = true
		post()
	})
}

// What is posted to a channel begins a thread, and what belongs to a message goes
// below it.
func TestThread(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		root, err := r.teams.Post(t.Context(), chat.Posting{To: roomOf(desk), Message: somePage()})
		if err != nil || root.Room != roomOf(desk) {
			t.Fatalf("Post = %v, %v, want a message in the channel", root, err)
		}

		below, err := r.teams.Post(t.Context(), chat.Posting{To: roomOf(desk), Under: root, Message: *chat.Notice("Lee has it")})
		if want := roomOf(desk + ";messageid=" + root.ID); err != nil || below.Room != want {
			t.Fatalf("Post = %v, %v, want a message in %v", below, err, want)
		}

		third, err := r.teams.Post(t.Context(), chat.Posting{To: roomOf(desk), Under: below, Message: *chat.Notice("And more")})
		if err != nil || third.Room != below.Room {
			t.Errorf("Post = %v, %v, want a message in the same thread", third, err)
		}

		for _, ref := range []chat.Ref{root, below} {
			if err := r.teams.Edit(t.Context(), ref, *chat.Notice("changed")); err != nil {
				t.Errorf("Edit(%v) = %v, want nil", ref, err)
			}
		}

		if got := r.seen("maria", desk); !slices.Equal(got, []string{"changed", "changed", "And more"}) {
			t.Errorf("Maria reads %q, want all three", got)
		}
	})
}

// An address that is refused is left alone at once, until there is a sign of
// life, or an hour has gone by.
func TestDeadAddress(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		var at chat.Ref

		post := func() *chat.Failure {
			ref, err := r.teams.Post(t.Context(), chat.Posting{To: away.Private(), Message: somePage()})
			if err == nil {
				at = ref
			}

			return chat.FailureOf(err)
		}
		edit := func() *chat.Failure { return chat.FailureOf(r.teams.Edit(t.Context(), at, somePage())) }
		installed := func(yes bool) {
			t.Helper()

			if err := r.SetUser("away", func(u *connector.User) { u.WithoutApp = !yes }); err != nil {
				t.Fatal(err)
			}
		}
		refused := func(failure *chat.Failure) bool {
			return failure != nil && failure.Kind == chat.Unreachable && failure.Code == "ForbiddenOperationException"
		}

		if failure := post(); !refused(failure) {
			t.Fatalf("Post = %v, want unreachable with Teams' code", failure)
		}

		installed(true)

		// Teams need not tell that the app was installed again.
		if failure := post(); failure != nil {
			t.Errorf("Post = %v once it is installed, want nil", failure)
		}

		if failure := edit(); failure != nil {
			t.Errorf("Edit = %v of what came through, want nil", failure)
		}

		// Taken away, as Teams tells of it in either way.
		for i, gone := range []said{
			{"type": "installationUpdate", "action": "remove"},
			{"type": "conversationUpdate", "membersRemoved": []said{{"id": "28:" + appID}}},
		} {
			r.deliver(r.activity("away", gone, said{"id": "g" + string(rune('0'+i))}))

			if failure := edit(); failure == nil || failure.Kind != chat.Unreachable || len(r.calls("update")) != i+1 {
				t.Errorf("Edit = %v after %v, want unreachable without a call", failure, gone)
			}

			r.deliver(r.activity("away", said{"text": "I am back", "id": "t" + string(rune('0'+i))}))

			if failure := edit(); failure != nil {
				t.Errorf("Edit = %v after a message, want nil", failure)
			}
		}

		// An upgrade, told in the wrong order.
		r.deliver(r.activity("away", said{"type": "installationUpdate", "action": "add-upgrade", "id": "u1"}))
		r.deliver(r.activity("away", said{"type": "installationUpdate", "action": "remove-upgrade", "id": "u2"}))

		if failure := post(); failure != nil {
			t.Errorf("Post = %v after an upgrade, want nil", failure)
		}

		// Nobody tells of the next one.
		installed(false)

		if failure := post(); failure == nil || failure.Kind != chat.Unreachable {
			t.Errorf("Post = %v, want unreachable", failure)
		}

		installed(true)
		time.Sleep(deadFor)

		if failure := edit(); failure != nil {
			t.Errorf("Edit = %v an hour later, want nil", failure)
		}
	})
}

// The message extension works where the bot is not, and is served by servers of
// its own. What comes from there is no address to write to.
func TestExtensionIsNoAddress(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.deliver(r.activity("maria", invoking("composeExtension/fetchTask", said{"commandId": "escalate"}), said{
			"conversation": said{"id": "19:" + mariaID + "_" + danaID + "@unq.gbl.spaces", "conversationType": "personal", "tenantId": tenant},
		}))

		if len(r.front.commands) != 1 || r.front.commands[0].Who != maria {
			t.Errorf("Commands = %+v, want Maria's", r.front.commands)
		}

		if at := r.teams.addressOf(t.Context(), maria.Private()); at.Service != "" || at.User != r.Person("maria").MRI() {
			t.Errorf("Maria's address is %+v, want who she is and no service", at)
		}

		if _, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: *chat.Notice("a page")}); err != nil {
			t.Errorf("Post = %v, want nil", err)
		}

		if got := r.seen("maria", r.Person("maria").DM()); len(got) != 1 || !strings.Contains(got[0], "a page") {
			t.Errorf("Maria reads %q in her conversation with the bot, want the page", got)
		}

		if got := r.front.acquainted; len(got) != 2 || got[1].Email != "maria@harbor.example" {
			t.Errorf("acquainted with %+v, want Maria", got)
		}
	})
}

// Where somebody writes from is where they are written to from then on.
func TestServiceURLChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const elsewhere = "https://smba.trafficmanager.net/emea/"

		r := newRig(t, nil)
		r.start()
		r.post(r.request(r.activity("maria", said{"text": "help", "serviceUrl": elsewhere}), bearing(r, connector.Token{ServiceURL: elsewhere})))
		synctest.Wait()

		_, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()})
		if failure := chat.FailureOf(err); failure == nil || failure.Kind != chat.Unsent && failure.Kind != chat.Doubtful {
			t.Errorf("Post = %v, want it to go where nobody answers", err)
		}

		r.deliver(r.activity("maria", said{"text": "help", "id": "a2"}))

		if _, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()}); err != nil {
			t.Errorf("Post = %v, want nil", err)
		}

		// One that was kept when another machine was trusted gets no token.
		r.teams.addresses.known[maria.Private()] = address{Conversation: r.Person("maria").DM(), Service: loopback}

		if _, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()}); err != nil {
			t.Errorf("Post = %v, want it to go where conversations are begun", err)
		}
	})
}

// Addresses are written when something is new, and not on each activity.
func TestAddressesAreKeptSparingly(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		n := 0
		say := func(changes ...said) int {
			n++
			before := r.keeper.writes
			r.deliver(r.activity("maria", append([]said{{"text": "help", "id": "n" + string(rune('a'+n))}}, changes...)...))

			return r.keeper.writes - before
		}

		if got := say(); got != 2 {
			t.Errorf("the first message is kept in %d writes, want one for Maria and one for the conversation", got)
		}

		if got := say(); got != 0 {
			t.Errorf("the next one in %d, want none", got)
		}

		if got := say(said{"localTimezone": "Europe/Berlin"}); got != 1 {
			t.Errorf("one from another zone in %d, want one", got)
		}

		time.Sleep(seenAgain)

		if got := say(said{"localTimezone": ""}); got != 1 {
			t.Errorf("one on the next day in %d, want one", got)
		}

		var kept map[string]any
		if err := json.Unmarshal(r.keeper.kept[maria.Private()], &kept); err != nil || kept["zone"] != "Europe/Berlin" {
			t.Errorf("kept is %v, want the last zone that was told", kept)
		}
	})
}

// Each failure says what may have happened, and nothing is sent twice.
func TestFailures(t *testing.T) {
	refuse := func(status int, code string) connector.Fault {
		return connector.Fault{Do: connector.Refuse, Status: status, Code: code}
	}
	errs := func(status int) connector.Fault { return connector.Fault{Do: connector.ServerError, Status: status} }

	type kinds struct{ post, edit, begin chat.FailureKind }

	all := func(k chat.FailureKind) kinds { return kinds{k, k, k} }
	doubt := kinds{chat.Doubtful, chat.Unsent, chat.Unsent}

	cases := map[string]struct {
		fault connector.Fault
		want  kinds
	}{
		"400":           {refuse(400, "BadArgument"), kinds{chat.Unacceptable, chat.Unacceptable, chat.Unreachable}},
		"413":           {refuse(413, "MessageSizeTooBig"), all(chat.Unacceptable)},
		"401 bot":       {refuse(401, "BotNotRegistered"), all(chat.Refused)},
		"403 disabled":  {refuse(403, "BotDisabledByAdmin"), all(chat.Unreachable)},
		"403 roster":    {refuse(403, "BotNotInConversationRoster"), all(chat.Unreachable)},
		"403 blocked":   {refuse(403, "ConversationBlockedByUser"), all(chat.Unreachable)},
		"403 forbidden": {refuse(403, "ForbiddenOperationException"), all(chat.Unreachable)},
		"403 rights":    {refuse(403, "NotEnoughPermissions"), all(chat.Unreachable)},
		"403 other":     {refuse(403, "SomethingNew"), all(chat.Unreachable)},
		"403 cloud":     {refuse(403, "InvalidBotApiHost"), all(chat.Unreachable)},
		"404 room":      {refuse(404, "ConversationNotFound"), all(chat.Unreachable)},
		"404 message":   {refuse(404, "ActivityNotFoundInConversation"), all(chat.Missing)},
		"404 other":     {refuse(404, "SomethingNew"), kinds{chat.Unreachable, chat.Missing, chat.Unreachable}},
		"412":           {refuse(412, "PreconditionFailed"), all(chat.Unsent)},
		"429":           {connector.Fault{Do: connector.RateLimit, RetryAfter: 7}, all(chat.Busy)},
		"500":           {refuse(500, "ServiceError"), kinds{chat.Unacceptable, chat.Unacceptable, chat.Unreachable}},
		"502":           {errs(502), doubt},
		"503":           {errs(503), doubt},
		"504":           {errs(504), doubt},
		"cut":           {connector.Fault{Do: connector.CutAfter}, doubt},
		"lost":          {connector.Fault{Do: connector.LoseAfter}, doubt},
		"hang":          {connector.Fault{Do: connector.Hang}, doubt},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				at, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()})
				if err != nil {
					t.Fatal(err)
				}

				before := len(r.calls("send"))

				for call, want := range map[string]chat.FailureKind{"send": c.want.post, "update": c.want.edit, "create": c.want.begin} {
					fault := c.fault
					fault.Call = call
					remove := r.Inject(fault)

					var err error

					switch call {
					case "send":
						_, err = r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()})
					case "update":
						err = r.teams.Edit(t.Context(), at, somePage())
					default:
						_, err = r.teams.Post(t.Context(), chat.Posting{To: dana.Private(), Message: somePage()})
					}

					remove()
					checkFailure(t, call, err, want)
					revive(t, r)
					time.Sleep(10 * time.Second) // until more is taken for one person
				}

				sent := len(r.calls("send")) - before
				if most := map[bool]int{true: 3, false: 1}[name == "400" || name == "413"]; sent != most {
					t.Errorf("the page was sent %d times, want %d", sent, most)
				}
			})
		})
	}
}

// revive forgets that an address was refused.
func revive(t *testing.T, r *rig) {
	t.Helper()

	for _, who := range []chat.Person{maria, dana} {
		if err := r.teams.addresses.change(t.Context(), who.Private(), (*address).revive); err != nil {
			t.Fatal(err)
		}
	}
}

func checkFailure(t *testing.T, call string, err error, want chat.FailureKind) {
	t.Helper()

	failure := chat.FailureOf(err)

	if failure == nil || failure.Kind != want || failure.Code == "" {
		t.Errorf("%s = %v, want %v with a code", call, err, want)

		return
	}

	if want == chat.Busy && (failure.After != 7*time.Second || failure.Everywhere) {
		t.Errorf("%s = %+v, want to wait for 7s in this room", call, failure)
	}

	if strings.Contains(err.Error(), "Kovac") || strings.Contains(err.Error(), "https://") {
		t.Errorf("%s = %v, want neither words nor addresses in it", call, err)
	}
}

// A drawing that is refused is followed by plainer ones.
func TestPlainerDrawings(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.Inject(connector.Fault{Call: "send", Do: connector.Refuse, Status: 400, Code: "BadArgument", Times: 2})

		at, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()})
		if err != nil {
			t.Fatalf("Post = %v, want nil", err)
		}

		want := "E-7: Ms Kovac\nShe was promised a refund."
		if got := r.seen("maria", at.Room.ID()); !slices.Equal(got, []string{want}) {
			t.Errorf("Maria reads %q, want the bare words", got)
		}

		if strings.Contains(r.log.String(), "Kovac") {
			t.Errorf("a customer's name is in the log:\n%s", r.log)
		}
	})
}

// Where Teams deletes nothing the message is emptied.
func TestRemoveWithoutDelete(t *testing.T) {
	for _, status := range []int{http.StatusNotImplemented, http.StatusMethodNotAllowed} {
		inBubble(t, func(t *testing.T, r *rig) {
			at, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()})
			if err != nil {
				t.Fatal(err)
			}

			r.Inject(connector.Fault{Call: "delete", Do: connector.Refuse, Status: status, Code: "DeleteActivityAPINotImplemented"})

			if err := r.teams.Remove(t.Context(), at); err != nil {
				t.Errorf("Remove = %v, want nil", err)
			}

			if got := r.seen("maria", at.Room.ID()); len(got) != 1 || strings.Contains(got[0], "Kovac") {
				t.Errorf("Maria reads %q, want nothing of what it was", got)
			}
		})
	}
}

// Who somehow can't be written to once is tried again with the next page.
func TestTroubleIsNoDeath(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.Inject(connector.Fault{Call: "create", Do: connector.Refuse, Status: 500, Code: "ServiceError", Times: 1})

		for _, want := range []chat.FailureKind{chat.Unreachable, 0} {
			_, err := r.teams.Post(t.Context(), chat.Posting{To: dana.Private(), Message: somePage()})
			if failure := chat.FailureOf(err); failure != nil && failure.Kind != want || failure == nil && want != 0 {
				t.Errorf("Post = %v, want %v", err, want)
			}
		}
	})
}

// What is secret is sent on to nobody, and nothing is posted by being sent on.
func TestRedirects(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		var elsewhere []string

		usual := r.teams.wire.Client.Transport
		network := redirecting(func(req *http.Request) (*http.Response, error) {
			switch {
			case req.URL.Host == "elsewhere.test":
				elsewhere = append(elsewhere, req.Method+" "+req.URL.Path)

				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
			case req.Method == http.MethodPost || req.URL.Path == "/public":
				status := map[bool]int{true: http.StatusFound, false: http.StatusTemporaryRedirect}[strings.HasSuffix(req.URL.Path, "token")]

				return &http.Response{
					StatusCode: status, Header: http.Header{"Location": {"https://elsewhere.test" + req.URL.Path}}, Body: http.NoBody, Request: req,
				}, nil
			default:
				return usual.RoundTrip(req)
			}
		})
		r.teams.wire = newWire(&http.Client{Transport: network})

		_, err := r.teams.Post(t.Context(), chat.Posting{To: dana.Private(), Message: somePage()})
		if failure := chat.FailureOf(err); failure == nil || failure.Kind != chat.Unsent {
			t.Errorf("Post = %v, want it unsent", err)
		}

		options := r.teams.opts
		if _, err := newToken(options, r.teams.work, r.teams.wire).get(t.Context()); err == nil {
			t.Error("get = nil, want no token")
		}

		if len(elsewhere) > 0 {
			t.Errorf("elsewhere got %q, want nothing", elsewhere)
		}

		_ = fetch(t.Context(), r.teams.wire, "https://teams.test/public", new(any))

		if !slices.Equal(elsewhere, []string{"GET /public"}) {
			t.Errorf("elsewhere got %q, want what is public", elsewhere)
		}
	})
}

type redirecting func(*http.Request) (*http.Response, error)

func (f redirecting) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A token that is refused is replaced once, and one that runs out before it does.
func TestTokenIsRenewed(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		post := func() error {
			_, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()})
			synctest.Wait()

			return err
		}

		time.Sleep(time.Second)
		r.RevokeTokens()
		time.Sleep(time.Second)

		if err := post(); err != nil || len(r.calls("token")) != 2 {
			t.Errorf("Post = %v with token calls %q, want nil after a second one", err, r.calls("token"))
		}

		time.Sleep(54 * time.Minute)

		if err := post(); err != nil || len(r.calls("token")) != 2 {
			t.Errorf("Post = %v with token calls %q, want the same token", err, r.calls("token"))
		}

		time.Sleep(time.Minute)

		if err := post(); err != nil || len(r.calls("token")) != 3 {
			t.Errorf("Post = %v with token calls %q, want a new token five minutes early", err, r.calls("token"))
		}

		r.Inject(connector.Fault{Call: "send", Do: connector.Refuse, Status: 401, Code: "Unauthorized"})

		if failure := chat.FailureOf(post()); failure == nil || failure.Kind != chat.Refused || len(r.calls("token")) != 4 {
			t.Errorf("Post = %v with token calls %q, want a refusal after one more token", failure, r.calls("token"))
		}
	})
}

// A token that is good for some minutes still is not waited for: a page goes while
// Microsoft's login is slow or away.
func TestTokenIsRenewedMeanwhile(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		post := func() (time.Duration, error) {
			began := time.Now()
			_, err := r.teams.Post(t.Context(), chat.Posting{To: maria.Private(), Message: somePage()})

			return time.Since(began), err
		}

		r.Inject(connector.Fault{Call: "token", Do: connector.Hang})
		time.Sleep(56 * time.Minute)

		if took, err := post(); err != nil || took > 0 {
			t.Errorf("Post with a token that ends soon = %v after %v, want nil at once", err, took)
		}

		time.Sleep(4 * time.Minute)

		if _, err := post(); err == nil || chat.FailureOf(err).Kind != chat.Unsent || len(r.calls("send")) != 1 {
			t.Errorf("Post with a token that has ended = %v with send calls %q, want that it was not even tried", err, r.calls("send"))
		}

		r.Heal()
		time.Sleep(time.Minute)

		if _, err := post(); err != nil {
			t.Errorf("Post with the login back = %v, want nil", err)
		}
	})
}

// A secret that is wrong ends the program with what to do, at once or later; a
// login that can't be reached does not.
func TestStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(o *Options) { o.Password = "another~secret" })

		err := r.teams.Start(t.Context())
		if refused, ok := err.(*RefusedError); !ok || !strings.Contains(refused.Remedy, "TEAMS_APP_") { //nolint:errorlint // Start promises this very type
			t.Errorf("Start = %v, want a refusal with a remedy", err)
		}

		if strings.Contains(err.Error(), "another~secret") {
			t.Errorf("Start = %v, want no secret in it", err)
		}
	})

	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.Inject(connector.Fault{Call: "token", Do: connector.ServerError, Times: 2})
		r.start()

		if r.teams.Ready() == nil {
			t.Error("Ready = nil without a token, want an error")
		}

		time.Sleep(10 * time.Second)

		if err := r.teams.Ready(); err != nil {
			t.Errorf("Ready = %v, want nil once there is a token", err)
		}
	})

	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(o *Options) { o.Password = "another~secret" })
		r.Inject(connector.Fault{Call: "token", Do: connector.ServerError, Times: 1})
		r.start()
		time.Sleep(10 * time.Second)

		select {
		case err := <-r.teams.Failed():
			if !strings.Contains(err.Error(), "TEAMS_APP_") {
				t.Errorf("Failed = %v, want what to do", err)
			}
		default:
			t.Error("Failed says nothing, want the refusal")
		}
	})
}

// Calls are paced: a second's worth at once, and then one after the other.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(time.Now, perSecond, time.Second/perSecond)
		began := time.Now()

		for range 3 * perSecond {
			if !p.wait(t.Context()) {
				t.Fatal("wait = false, want true")
			}
		}

		if got := time.Since(began); got != 2*time.Second {
			t.Errorf("%d calls took %v, want 2s", 3*perSecond, got)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()

		if p.wait(ctx) {
			t.Error("wait = true in a context that ends before, want false")
		}
	})
}

// About one conversation no more is sent at once than Teams takes: what is posted is
// told when to come again, answers wait, and nobody else does.
func TestPaceOfAConversation(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		post := func(to chat.Person) error {
			_, err := r.teams.Post(t.Context(), chat.Posting{To: to.Private(), Message: somePage()})

			return err
		}

		for i := range atOnce {
			if err := post(maria); err != nil {
				t.Fatalf("Post %d = %v, want nil", i+1, err)
			}
		}

		failure := chat.FailureOf(post(maria))
		if failure == nil || failure.Kind != chat.Busy || failure.After != time.Second || failure.Everywhere {
			t.Fatalf("Post %d = %v, want busy for a second, there alone", atOnce+1, failure)
		}

		if err := post(dana); err != nil {
			t.Errorf("Post to somebody else = %v, want nil", err)
		}

		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("done")}, nil
		}

		began := time.Now()
		r.deliver(r.activity("maria", said{"text": "help"}))
		time.Sleep(3 * time.Second)

		all := r.Person("maria").Messages("")
		if at := all[len(all)-1].At; len(all) != atOnce+1 || at.Sub(began) < time.Second {
			t.Errorf("the last of %d messages came after %v, want the answer once there is room", len(all), at.Sub(began))
		}

		if err := post(maria); err != nil {
			t.Errorf("Post later = %v, want nil", err)
		}
	})
}

// Stop waits for what people wait for, and cuts off what takes too long.
func TestStop(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			time.Sleep(time.Second)

			return chat.Reply{Message: chat.Notice("done")}, nil
		}

		go r.post(r.request(r.activity("maria", said{"text": "help"}), bearing(r, connector.Token{})))
		time.Sleep(500 * time.Millisecond)

		// The answer needs a new token.
		value, _ := r.teams.token.current()
		r.teams.token.drop(value)

		if err := r.teams.Stop(t.Context()); err != nil {
			t.Errorf("Stop = %v, want nil", err)
		}

		if got := r.seen("maria", r.Person("maria").DM()); !slices.Equal(got, []string{"done"}) {
			t.Errorf("Maria reads %q, want the answer that was under way", got)
		}

		if w := r.post(r.request(r.activity("maria", said{"text": "help", "id": "a2"}), bearing(r, connector.Token{}))); w.Code != http.StatusServiceUnavailable {
			t.Errorf("the answer after Stop is %d, want 503", w.Code)
		}
	})
}

// People are introduced by what they do first, before the bot hears of that, and
// looked up then, daily, and when the bot is told of them.
func TestAcquaint(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			r.front.mu.Lock()
			defer r.front.mu.Unlock()

			if len(r.front.acquainted) == 0 {
				t.Error("the bot hears of a command of somebody whom it does not know, want their name first")
			}

			return chat.Reply{}, nil
		}

		r.deliver(r.activity("maria", said{"text": "help"}))
		r.deliver(r.activity("maria", said{"text": "help", "id": "a2"}))
		r.teams.Meet(dana, maria)
		synctest.Wait()

		want := []chat.Profile{
			{Who: maria, Name: "maria", Zone: "Europe/Lisbon", Language: "pt-PT"},
			{Who: maria, Name: "Maria Silva", Email: "maria@harbor.example", Zone: "Europe/Lisbon", Language: "pt-PT"},
			{Who: dana, Name: "Dana Kim", Email: "dana@harbor.example"},
		}
		if diff := cmp.Diff(want, r.front.acquainted); diff != "" {
			t.Errorf("acquainted (-want +got)\n%s", diff)
		}

		// The app is not installed for them, but they are in a team.
		r.teams.Meet(away)
		synctest.Wait()

		if got := r.front.acquainted; len(got) != 4 || got[3].Name != "Away Person" || got[3].Who != away {
			t.Errorf("acquainted with %+v, want the roster asked too", got)
		}

		time.Sleep(link.KnownFor)
		r.deliver(r.activity("maria", said{"text": "help", "id": "a3"}))

		if got := len(r.front.acquainted); got != 5 {
			t.Errorf("acquainted %d times, want again on the next day", got)
		}
	})
}

// People are found by their addresses in the teams that the bot was told of.
func TestLookup(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		found, err := r.teams.Lookup(t.Context(), "Dana@Harbor.example")
		if err != nil || found.Who != dana || found.Name != "Dana Kim" {
			t.Errorf("Lookup = %+v, %v, want Dana", found, err)
		}

		_, err = r.teams.Lookup(t.Context(), "guest@other.example")
		if failure := chat.FailureOf(err); failure == nil || failure.Kind != chat.Unreachable || failure.Code != "users_not_found" {
			t.Errorf("Lookup = %v, want users_not_found", err)
		}

		if got := r.calls("members"); len(got) != 1 {
			t.Errorf("calls are %q, want the roster read once", got)
		}

		time.Sleep(rosterFresh)
		r.Inject(connector.Fault{Call: "members", Do: connector.ServerError})

		if _, err = r.teams.Lookup(t.Context(), "dana@harbor.example"); err == nil || chat.FailureOf(err).Kind != chat.Unsent {
			t.Errorf("Lookup = %v, want that it could not be found out", err)
		}
	})
}

// What would keep a page from somebody is told before one is sent.
func TestInspect(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		cases := map[chat.Person][]chat.Obstacle{
			maria:                             nil,
			personOf(guestID):                 {{Kind: chat.GuestAccount}},
			away:                              {{Kind: chat.Unwritable, Code: "ForbiddenOperationException"}},
			personOf(strings.ToUpper(awayID)): {{Kind: chat.Unwritable, Code: "ForbiddenOperationException"}},
		}

		for who, want := range cases {
			got, err := r.teams.Inspect(t.Context(), who, time.Now(), time.Now())
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("Inspect(%v) = %v, want nil (-want +got)\n%s", who, err, diff)
			}
		}

		if err := r.SetUser("dana", func(u *connector.User) { u.Blocked = true }); err != nil {
			t.Fatal(err)
		}

		if got, err := r.teams.Inspect(t.Context(), dana, time.Now(), time.Now()); err != nil || len(got) != 1 || got[0].Kind != chat.Unwritable {
			t.Errorf("Inspect = %v, %v for somebody who has blocked the bot, want unwritable", got, err)
		}

		r.Inject(connector.Fault{Call: "members", Do: connector.Refuse, Status: 404, Code: "MemberNotFoundInConversation"})

		if got, err := r.teams.Inspect(t.Context(), maria, time.Now(), time.Now()); err != nil || len(got) != 1 || got[0].Kind != chat.UnknownAccount {
			t.Errorf("Inspect = %v, %v for somebody who is not there, want unknown", got, err)
		}

		r.Heal()
		r.Inject(connector.Fault{Call: "create", Do: connector.RateLimit, RetryAfter: 3})

		if _, err := r.teams.Inspect(t.Context(), maria, time.Now(), time.Now()); err == nil || chat.FailureOf(err).Kind != chat.Busy {
			t.Errorf("Inspect = %v, want busy", err)
		}
	})
}

// An address that was refused counts again once it can be written to.
func TestInspectRevives(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		posting := chat.Posting{To: away.Private(), Message: somePage()}

		if _, err := r.teams.Post(t.Context(), posting); err == nil {
			t.Fatal("Post = nil, want that it is not installed")
		}

		if err := r.SetUser("away", func(u *connector.User) { u.WithoutApp = false }); err != nil {
			t.Fatal(err)
		}

		if got, err := r.teams.Inspect(t.Context(), away, time.Now(), time.Now()); err != nil || len(got) > 0 {
			t.Errorf("Inspect = %v, %v, want nothing", got, err)
		}

		if _, err := r.teams.Post(t.Context(), posting); err != nil {
			t.Errorf("Post = %v, want nil", err)
		}

		posting.To = roomOf(quiet)

		if _, err := r.teams.Post(t.Context(), posting); err == nil {
			t.Fatal("Post = nil, want that the app is not in the team")
		}

		if err := r.SetChannel("quiet", func(c *connector.Channel) { c.WithoutApp = false }); err != nil {
			t.Fatal(err)
		}

		if err := r.teams.InspectRoom(t.Context(), posting.To); err != nil {
			t.Errorf("InspectRoom = %v, want nil", err)
		}

		if _, err := r.teams.Post(t.Context(), posting); err != nil {
			t.Errorf("Post = %v, want nil", err)
		}
	})
}

// Check names each mistake with what to do about it.
func TestCheck(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		rooms := []chat.Room{roomOf(desk), roomOf(quiet), roomOf("19:none@thread.tacv2")}
		people := []Subject{
			{Who: maria, Email: "maria@harbor.example"}, {Email: "dana@harbor.example"}, {Who: personOf(guestID)},
			{Who: away}, {Email: "nobody@harbor.example"}, {Email: "maria@harbor.example"},
		}

		var got []string
		for _, mistake := range r.teams.Check(t.Context(), rooms, people) {
			about, _ := mistake.(*AboutError) //nolint:errorlint // Check promises this very type
			if about == nil {
				t.Errorf("%v is about nothing", mistake)

				continue
			}

			got = append(got, about.About+": "+mistake.Error())
		}

		want := []string{
			quiet + ": channel " + quiet + ": the bot is not in its team, or there is no such channel (BotNotInConversationRoster): add the app to the team, or take the id from the channel's link",
			"19:none@thread.tacv2: channel 19:none@thread.tacv2: the bot is not in its team, or there is no such channel (ConversationNotFound): add the app to the team, or take the id from the channel's link",
			awayID + ": person " + awayID + " has not installed the app, or has blocked it (ForbiddenOperationException): install it for them by an app setup policy in the Teams admin centre, or have them add it",
			"nobody@harbor.example: nobody in the teams' channels has the address nobody@harbor.example: correct the e-mail, write the Entra object id under teams, or have them write to the bot once",
			"maria@harbor.example: person maria@harbor.example is the same as " + mariaID + ": keep one of the two, or correct the e-mail",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Check (-want +got)\n%s", diff)
		}
	})
}

// What is wrong with the app itself is said once, and alone.
func TestCheckOfTheApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(o *Options) { o.Password = "another~secret" })
		r.MetadataDown(true)

		got := r.teams.Check(t.Context(), []chat.Room{roomOf(desk)}, []Subject{{Who: maria}, {Who: dana}})
		if len(got) != 2 || !strings.Contains(got[0].Error(), "can't be judged") || !strings.HasPrefix(got[1].Error(), "TEAMS_APP_PASSWORD: ") {
			t.Errorf("Check = %v, want the keys and the secret", got)
		}
	})

	inBubble(t, func(t *testing.T, r *rig) {
		r.Inject(connector.Fault{Call: "create", Do: connector.Refuse, Status: 401, Code: "BotNotRegistered"})

		got := r.teams.Check(t.Context(), nil, []Subject{{Who: maria}, {Who: dana}})
		if len(got) != 1 || !strings.Contains(got[0].Error(), "Azure Bot") {
			t.Errorf("Check = %v, want one mistake with the remedy", got)
		}
	})
}

// A private answer among several says for whom it is, and to which private
// message.
func TestTargeted(t *testing.T) {
	by := origin{activity: &activity{Type: "message", ID: "a1", From: account{ID: "29:1", Name: "Maria"}}}
	plain := outgoing{Type: "message", Text: "x"}

	if got, want := string(encode(plain.to(by))), `{"type":"message","text":"x","recipient":{"id":"29:1","name":"Maria"}}`; got != want {
		t.Errorf("to = %s, want %s", got, want)
	}

	by.Recipient.Targeted = true

	got := string(encode(plain.to(by)))
	if want := `"entities":[{"type":"targetedMessageInfo","messageId":"a1"}]`; !strings.Contains(got, want) {
		t.Errorf("to = %s, want %s in it", got, want)
	}
}

// Guests are told by their role, or by their name in the tenant.
func TestGuests(t *testing.T) {
	for m, want := range map[member]bool{
		{Role: "user"}: false, {Role: "guest"}: true, {Standing: "Guest"}: true, {Role: "anonymous"}: true,
		{Login: "lee_other.example#EXT#@harbor.example"}: true,
	} {
		if got := profile(m).Guest; got != want {
			t.Errorf("profile(%+v).Guest = %v, want %v", m, got, want)
		}
	}
}
