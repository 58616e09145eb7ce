package connector_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

// heard is an activity as an app gets it.
type heard struct {
	Type, Name, ID, Text, Action, ReplyToID, Timestamp, ServiceURL, LocalTimezone string

	From struct{ ID, AadObjectID string }
	// Recipient is the app; a targeted message says so here.
	Recipient struct {
		ID         string
		IsTargeted bool
	}
	Conversation struct{ ID, ConversationType, TenantID string }
	Entities     []struct {
		Type, Text string
		Mentioned  struct{ ID, Name string }
	}
	MembersAdded []struct{ ID string }
	Value        struct {
		Action struct {
			Type, Verb, Title string
			Data              map[string]any
		}
		Trigger        string
		Data           map[string]any
		CommandID      string
		CommandContext string
		MessagePayload struct{ Body struct{ Content string } }
	}
	raw map[string]any
}

// echo is an app that keeps what it hears, and answers as it is told to.
type echo struct {
	mu     sync.Mutex
	heard  []heard
	tokens []string
	answer func(heard) (status int, body string)
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	var h heard
	_ = json.Unmarshal(b, &h)
	_ = json.Unmarshal(b, &h.raw)
	e.mu.Lock()
	e.heard = append(e.heard, h)
	e.tokens = append(e.tokens, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	answer := e.answer
	e.mu.Unlock()
	if answer == nil {
		return
	}
	status, body := answer(h)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func (e *echo) last(t *testing.T) heard {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.heard) == 0 {
		t.Fatal("the app heard nothing")
	}
	return e.heard[len(e.heard)-1]
}

func (e *echo) says(body string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = func(heard) (int, string) { return http.StatusOK, body }
}

// post lets the app post a message to maria, and returns it as she sees it.
func (r *rig) post(body any) connector.Message {
	r.t.Helper()
	if a := r.call(http.MethodPost, activities(r.chat(mariaID)), body); a.status != http.StatusCreated {
		r.t.Fatalf("posting = %d %v, want 201", a.status, a.body)
	}
	m, _ := r.Person("maria").Last("")
	return m
}

func TestMessagesTyped(t *testing.T) {
	o := options()
	o.People[0].Zone = "Europe/Lisbon"
	app := &echo{}
	r := start(t, o, app)
	maria := r.Person("maria")
	for _, test := range []struct {
		where, typed string
		hears        bool
		text         string
		mentioned    []string
		targeted     bool
		kind         string
	}{
		{"", "help", true, "help", nil, false, "personal"},
		{"", "/help", true, "/help", nil, false, "personal"},
		{"", "@Firebreak help\nme", true, "<at>Firebreak</at>&nbsp;help\r\nme", []string{"28:" + appID}, false, "personal"},
		{"", "ask @lee", true, "ask @lee", nil, false, "personal"},
		{"#billing-desk", "hello", false, "", nil, false, ""},
		{"#billing-desk", "@firebreak ask @lee and @Lee Chan, mail lee@lee", true,
			"<at>Firebreak</at>&nbsp;ask <at>Lee Chan</at> and <at>Lee Chan</at>, mail lee@lee",
			[]string{"28:" + appID, r.Person("lee").MRI(), r.Person("lee").MRI()}, false, "channel"},
		{"#billing-desk", "/escalate @lee @leeds @dana", true, "/escalate <at>Lee Chan</at> @leeds @dana", []string{r.Person("lee").MRI()}, true, "channel"},
		{"#quiet", "@firebreak hello", false, "", nil, false, ""},
		{"#quiet", "/hello", false, "", nil, false, ""},
	} {
		before := len(app.heard)
		id, err := maria.Write(test.where, test.typed)
		if err != nil {
			t.Fatalf("Write(%q, %q) = %v", test.where, test.typed, err)
		}
		if hears := len(app.heard) > before; hears != test.hears {
			t.Errorf("Write(%q, %q): the app hears of it: %v, want %v", test.where, test.typed, hears, test.hears)
		}
		if !test.hears {
			continue
		}
		got := app.last(t)
		var mentioned []string
		for _, e := range got.Entities {
			if e.Type == "mention" {
				mentioned = append(mentioned, e.Mentioned.ID)
			}
		}
		if got.ID != id || got.Text != test.text || got.Recipient.IsTargeted != test.targeted || got.Conversation.ConversationType != test.kind || !slices.Equal(mentioned, test.mentioned) {
			t.Errorf("Write(%q, %q) is heard as %+v, want %q that mentions %v", test.where, test.typed, got, test.text, test.mentioned)
		}
		if got.From.AadObjectID != mariaID || got.From.ID != maria.MRI() || got.LocalTimezone != "Europe/Lisbon" || got.ServiceURL != r.ServiceURL() {
			t.Errorf("Write(%q, %q) comes from %+v in %s, want maria in Lisbon", test.where, test.typed, got.From, got.LocalTimezone)
		}
	}
	if seen := r.Person("lee").Messages("#billing-desk"); len(seen) != 2 || seen[1].Text != "@Firebreak ask @Lee Chan and @Lee Chan, mail lee@lee" {
		t.Errorf("lee sees %v, want the two messages that are for all", seen)
	}
	if got := len(r.Person("lee").Notifications()); got != 1 {
		t.Errorf("lee has %d notifications, want one for being mentioned where they can see it", got)
	}
	if seen := maria.Messages("#quiet"); len(seen) != 2 || seen[1].Targeted {
		t.Errorf("maria sees %v, want two messages for all where the app is not", seen)
	}
	for _, token := range app.tokens {
		if _, claims, _ := opened(t, token); claims["serviceurl"] != r.ServiceURL() || claims["aud"] != appID {
			t.Errorf("an activity's token claims %v, want this service and this app", claims)
		}
	}
}

func TestCommandInAChannelIsPrivate(t *testing.T) {
	app := &echo{}
	r := start(t, options(), app)
	if err := r.Person("maria").Command("#billing-desk", "status"); err != nil {
		t.Fatal(err)
	}
	got := app.last(t)
	if got.Text != "/status" || !got.Recipient.IsTargeted {
		t.Errorf("a command in a channel is heard as %q, targeted %v, want /status in private", got.Text, got.Recipient.IsTargeted)
	}
	psst := message("psst")
	psst["recipient"] = map[string]any{"id": r.Person("maria").MRI()}
	if a := r.call(http.MethodPost, activities(got.Conversation.ID)+"?isTargetedActivity=true", psst); a.status != http.StatusCreated {
		t.Errorf("a private answer to it = %d %v, want 201", a.status, a.body)
	}
	if got := r.Person("maria").Messages("#billing-desk"); len(got) != 2 || got[0].Thread != got[1].Thread {
		t.Errorf("maria sees %v, want both in one thread", got)
	}
}

const (
	take   = `{"type":"Action.Execute","title":"Take it","verb":"click","data":{"a":1},"fallback":{"type":"Action.Submit","title":"Take it","data":{"a":2}}}`
	form   = `{"type":"Action.Submit","title":"Write it","data":{"msteams":{"type":"task/fetch"},"f":1}}`
	ask    = `{"type":"Action.ShowCard","title":"Close it","card":{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"Sure?"}],"actions":[{"type":"Action.Submit","title":"Write it","data":{"yes":1}}]}}`
	inputs = `{"type":"Input.Text","id":"note","label":"Note","isRequired":true,"errorMessage":"Say something."},
		{"type":"Input.ChoiceSet","id":"why","label":"Why","choices":[{"title":"Angry","value":"a"},{"title":"Sad, too","value":"b"}],"isMultiSelect":true},
		{"type":"Input.ChoiceSet","id":"who","label":"Who","style":"filtered","choices":[],"choices.data":{"type":"Data.Query","dataset":"graph.microsoft.com/users"}},
		{"type":"ColumnSet","columns":[{"type":"Column","items":[{"type":"Input.Date","id":"d","label":"Until (Lisbon)"}]},{"type":"Column","items":[{"type":"Input.Time","id":"t","label":"Time"}]}]}`
	toast = `{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":"Got it."}`
)

func TestPresses(t *testing.T) {
	for _, test := range []struct {
		name, button string
		old          bool // client
		answer       string
		invoke       string // "" for a message
		data         map[string]any
		toasts       []string
		troubles     int
	}{
		{"execute", "take IT", false, toast, "adaptiveCard/action", map[string]any{"a": 1.0}, []string{"Got it."}, 0},
		{"asked first", "Close it", false, "", "", map[string]any{"yes": 1.0}, []string{"Your response was sent to the app"}, 0},
		{"an old client", "Take it", true, "", "", map[string]any{"a": 2.0}, []string{"Your response was sent to the app"}, 0},
		{"an old client's form", "Write it", true, "", "", map[string]any{"f": 1.0, "msteams": map[string]any{"type": "task/fetch"}}, []string{"Your response was sent to the app"}, 0},
		{"a form", "Write it", false, "", "task/fetch", map[string]any{"f": 1.0, "msteams": map[string]any{"type": "task/fetch"}}, nil, 0},
		{"no answer", "Take it", false, "", "adaptiveCard/action", map[string]any{"a": 1.0}, nil, 1},
		{"a refusal", "Take it", false, `{"statusCode":400,"type":"application/vnd.microsoft.error","value":{"code":"x","message":"y"}}`, "adaptiveCard/action", map[string]any{"a": 1.0}, nil, 1},
		{"a bad card", "Take it", false, `{"statusCode":200,"type":"application/vnd.microsoft.card.adaptive","value":{}}`, "adaptiveCard/action", map[string]any{"a": 1.0}, nil, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := options()
			o.People[0].OldClient = test.old
			app := &echo{}
			app.says(test.answer)
			r := start(t, o, app)
			m := r.post(drawn(`{"type":"TextBlock","text":"Page"}`, take+","+ask+","+form))
			if want := []string{"Take it", "Close it", "Write it"}; !slices.Equal(m.Buttons, want) {
				t.Errorf("Buttons = %q, want %q", m.Buttons, want)
			}

			maria := r.Person("maria")
			if err := maria.Click(m, test.button); (err != nil) != (test.troubles > 0) {
				t.Errorf("Click(%q) = %v, want trouble: %v", test.button, err, test.troubles > 0)
			}
			got := app.last(t)
			data, _ := got.raw["value"].(map[string]any)
			if test.invoke == "adaptiveCard/action" {
				data = got.Value.Action.Data
			} else if test.invoke != "" {
				data = got.Value.Data
			}
			if got.Name != test.invoke || got.ReplyToID != m.TS {
				t.Errorf("the app hears of a %s %q about %q, want %q about %q", got.Type, got.Name, got.ReplyToID, test.invoke, m.TS)
			}
			if diff := cmp.Diff(test.data, data); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
			if !slices.Equal(maria.Toasts(), test.toasts) || len(maria.Troubles()) != test.troubles {
				t.Errorf("toasts %q and troubles %q, want %q and %d", maria.Toasts(), maria.Troubles(), test.toasts, test.troubles)
			}
		})
	}
}

func TestPressesOfWhatIsGone(t *testing.T) {
	app := &echo{}
	app.says(toast)
	r := start(t, options(), app)
	maria := r.Person("maria")
	m := r.post(drawn(`{"type":"TextBlock","text":"Page"}`, take))
	one := activities(maria.DM()) + "/" + m.TS
	if a := r.call(http.MethodPut, one, drawn(`{"type":"TextBlock","text":"Taken"}`, "")); a.status != http.StatusOK {
		t.Fatalf("PUT = %d %v", a.status, a.body)
	}
	if err := maria.Click(m, "Take it"); err == nil {
		t.Error("Click on a button that is gone = nil, want an error")
	}
	if err := maria.ClickStale(m, "Take it"); err != nil {
		t.Errorf("ClickStale = %v, want nil", err)
	}
	if got := r.Person("maria").Messages(""); len(got) != 1 || !got[0].Edited || got[0].Text != "Taken" {
		t.Errorf("maria sees %v, want the message edited", got)
	}
	if got := len(maria.Notifications()); got != 1 {
		t.Errorf("%d notifications, want one: an edit makes none", got)
	}
	r.call(http.MethodDelete, one, nil)
	if err := maria.ClickStale(m, "Take it"); err == nil {
		t.Error("ClickStale in a message that is gone = nil, want an error")
	}
}

func TestCardForOneReader(t *testing.T) {
	app := &echo{}
	app.says(`{"statusCode":200,"type":"application/vnd.microsoft.card.adaptive","value":` + card(`{"type":"TextBlock","text":"Yours"}`, "") + `}`)
	r := start(t, options(), app)
	if a := r.call(http.MethodPost, activities(desk), drawn(`{"type":"TextBlock","text":"Page"}`, take)); a.status != http.StatusCreated {
		t.Fatalf("posting = %d %v", a.status, a.body)
	}
	m, _ := r.Person("maria").Last(desk)
	if err := r.Person("maria").Click(m, "Take it"); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]string{"maria": "Yours", "lee": "Page\n[Take it]"} {
		if m, _ := r.Person(who).Last(desk); m.Text != want {
			t.Errorf("%s reads %q, want %q", who, m.Text, want)
		}
	}
	if a := r.call(http.MethodPut, activities(desk)+"/"+m.TS, drawn(`{"type":"TextBlock","text":"Closed"}`, "")); a.status != http.StatusOK {
		t.Fatalf("PUT = %d %v", a.status, a.body)
	}
	if m, _ := r.Person("maria").Last(desk); m.Text != "Closed" {
		t.Errorf("after an edit maria reads %q, want Closed", m.Text)
	}
}

func TestFormInAMessage(t *testing.T) {
	app := &echo{}
	app.says(toast)
	r := start(t, options(), app)
	maria := r.Person("maria")
	m := r.post(drawn(inputs, take))
	if err := maria.Click(m, "Take it"); fmt.Sprint(err) != "Note: Say something." {
		t.Errorf("Click without what is required = %v, want the mistake", err)
	}
	if m, _ := maria.Last(""); m.Mistakes["Note"] != "Say something." || !strings.Contains(m.Text, "⚠ Say something.") {
		t.Errorf("maria sees %q and %v, want the mistake", m.Text, m.Mistakes)
	}
	for label, value := range map[string]string{"note": "So sad", "Why": "Sad, too", "until": "2026-11-23 14:05"} {
		if err := maria.Fill(m, label, value); err != nil {
			t.Errorf("Fill(%q, %q) = %v", label, value, err)
		}
	}
	if err := maria.Fill(m, "Why", "Glad"); err == nil {
		t.Error("Fill with what is not offered = nil, want an error")
	}
	if err := maria.Fill(m, "When", "now"); err == nil {
		t.Error("Fill of no field = nil, want an error")
	}
	if err := maria.Click(m, "Take it"); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"a": 1.0, "note": "So sad", "why": "b", "d": "2026-11-23", "t": "14:05"}
	if diff := cmp.Diff(want, app.last(t).Value.Action.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	for label, value := range map[string]string{"Why": "sad, TOO", "who": "@lee", "until": ""} {
		if err := maria.Fill(m, label, value); err != nil {
			t.Errorf("Fill(%q, %q) = %v", label, value, err)
		}
	}
	if err := maria.Click(m, "Take it"); err != nil {
		t.Fatal(err)
	}
	want = map[string]any{"a": 1.0, "note": "So sad", "why": "b", "who": leeID}
	if diff := cmp.Diff(want, app.last(t).Value.Action.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
}

// continued is an answer that shows a dialog.
func continued(title, body, actions string) string {
	return fmt.Sprintf(`{"task":{"type":"continue","value":{"title":%q,"card":{"contentType":"application/vnd.microsoft.card.adaptive","content":%s}}}}`, title, card(body, actions))
}

func TestDialog(t *testing.T) {
	const send, more = `{"type":"Action.Submit","title":"Send","data":{"do":"submit"}}`, `{"type":"ActionSet","actions":[{"type":"Action.Submit","title":"More","data":{"do":"more"}}]}`
	app := &echo{}
	app.says(continued("Write it", inputs+","+more, send))
	r := start(t, options(), app)
	maria := r.Person("maria")
	m := r.post(drawn(`{"type":"TextBlock","text":"Page"}`, form))
	if err := maria.Click(m, "Write it"); err != nil {
		t.Fatal(err)
	}
	d := maria.Dialog()
	if d == nil || d.Title != "Write it" || !slices.Equal(d.Fields, []string{"Note", "Why", "Who", "Until (Lisbon)"}) || !slices.Equal(d.Buttons, []string{"More", "Send"}) {
		t.Fatalf("Dialog() = %+v, want the form", d)
	}

	if err := maria.SubmitDialog(nil); fmt.Sprint(err) != "Note: Say something." || maria.Dialog().Mistakes["Note"] == "" {
		t.Errorf("SubmitDialog without what is required = %v, want the mistake", err)
	}
	if err := maria.ChangeInDialog("Note", "hm"); err != nil {
		t.Error(err)
	}
	if err := maria.ClickInDialog("More"); err != nil {
		t.Error(err)
	}
	if got := app.last(t); got.Name != "task/submit" || got.Value.Data["do"] != "more" || got.Value.Data["note"] != "hm" {
		t.Errorf("More is heard as %s %v, want a submission with the note", got.Name, got.Value.Data)
	}

	app.says(continued("Write it", inputs+`,{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Too late.","color":"attention"}]},
		{"type":"Container","style":"attention","items":[{"type":"TextBlock","text":"Look below."}]}`, send))
	err := maria.SubmitDialog(map[string]string{"Note": "hm"})
	if want := "Look below.; Until (Lisbon): Too late."; fmt.Sprint(err) != want {
		t.Errorf("SubmitDialog with what the app finds wrong = %v, want %v", err, want)
	}
	app.says(`{"task":{"type":"message","value":"Sent."}}`)
	if err := maria.SubmitDialog(map[string]string{"Note": "hm"}); err != nil {
		t.Error(err)
	}
	if d := maria.Dialog(); d == nil || d.Text != "Sent." || d.Buttons != nil {
		t.Errorf("Dialog() = %+v, want just the words", d)
	}
	if err := maria.CloseDialog(); err != nil || maria.Dialog() != nil {
		t.Errorf("CloseDialog() = %v and %v, want it closed", err, maria.Dialog())
	}
}

func TestDialogAnswers(t *testing.T) {
	for _, test := range []struct {
		answer  string
		closes  bool
		trouble bool
	}{
		{"", true, false},
		{"{}", true, false},
		{"hello", false, true},
		{`{"task":{"type":"message"}}`, false, true},
		{`{"task":{"type":"open"}}`, false, true},
		{continued("", inputs, ""), false, true},
		{continued("X", inputs, take), false, true},
		{continued("X", `{"type":"Y"}`, ""), false, true},
	} {
		app := &echo{}
		app.says(continued("Write it", "", `{"type":"Action.Submit","title":"Send"}`))
		r := start(t, options(), app)
		maria := r.Person("maria")
		if err := maria.Click(r.post(drawn(`{"type":"TextBlock","text":"Page"}`, form)), "Write it"); err != nil {
			t.Fatal(err)
		}
		app.says(test.answer)
		err := maria.SubmitDialog(nil)
		if (maria.Dialog() == nil) != test.closes || (err != nil) != test.trouble || len(maria.Troubles()) > 0 != test.trouble {
			t.Errorf("the answer %s: %v, closed %v, want trouble %v, closed %v", test.answer, err, maria.Dialog() == nil, test.trouble, test.closes)
		}
	}
}

func TestExtension(t *testing.T) {
	app := &echo{}
	app.says(continued("Ask for help", inputs, `{"type":"Action.Submit","title":"Send"}`))
	r := start(t, options(), app)
	maria := r.Person("maria")
	if _, err := r.Person("lee").Write(desk, "my <customer> is angry"); err != nil {
		t.Fatal(err)
	}
	m, _ := maria.Last(desk)
	if err := maria.Extension("escalate", "message", &m); err != nil {
		t.Fatal(err)
	}
	got := app.last(t)
	if got.Name != "composeExtension/fetchTask" || got.Value.CommandID != "escalate" || got.Value.CommandContext != "message" ||
		!strings.Contains(got.Value.MessagePayload.Body.Content, "my &lt;customer&gt; is angry") || got.Conversation.ID != desk+";messageid="+m.TS {
		t.Errorf("the command is heard as %+v, want one about the message", got)
	}
	app.says("")
	if err := maria.SubmitDialog(map[string]string{"Note": "hm"}); err != nil {
		t.Fatal(err)
	}
	if got := app.last(t); got.Name != "composeExtension/submitAction" || got.Value.CommandID != "escalate" || got.Value.Data["note"] != "hm" {
		t.Errorf("the submission is heard as %+v, want the command's", got)
	}
	for _, test := range []struct {
		who, context string
		m            *connector.Message
	}{{"maria", "message", nil}, {"maria", "compose", &m}, {"maria", "elsewhere", nil}, {"dana", "compose", nil}} {
		if err := r.Person(test.who).Extension("escalate", test.context, test.m); err == nil {
			t.Errorf("Extension of %s in %s = nil, want an error", test.who, test.context)
		}
	}
}

func TestSubmitTwice(t *testing.T) {
	app := &echo{}
	app.says(continued("Write it", "", `{"type":"Action.Submit","title":"Send"}`))
	r := start(t, options(), app)
	maria := r.Person("maria")
	if err := maria.Extension("escalate", "compose", nil); err != nil {
		t.Fatal(err)
	}
	app.says("")
	if err := maria.SubmitTwice(nil); err != nil || maria.Dialog() != nil {
		t.Errorf("SubmitTwice = %v, dialog %v, want it closed", err, maria.Dialog())
	}
	if got := app.heard[1:]; len(got) != 2 || got[0].ID == got[1].ID {
		t.Errorf("the app hears of %d submissions, want two of their own ids", len(got))
	}
}

func TestDuplicates(t *testing.T) {
	app := &echo{}
	app.says(toast)
	r := start(t, options(), app)
	maria := r.Person("maria")
	m := r.post(drawn(`{"type":"TextBlock","text":"Page"}`, take))
	for _, test := range []struct {
		set  func()
		do   func() error
		want int // activities
		ids  int
	}{
		{func() { r.Duplicate(1) }, func() error { return maria.Command("", "help") }, 2, 1},
		{func() {}, func() error { return maria.Click(m, "Take it") }, 2, 1},
		{func() { r.DuplicateAnew(1) }, func() error { return maria.Click(m, "Take it") }, 3, 2},
		{func() {}, func() error { return maria.Command("", "help") }, 2, 1},
		{func() { r.Heal(); r.DuplicateNext(1) }, func() error { return maria.Command("", "help") }, 2, 1},
		{func() {}, func() error { return maria.Command("", "help") }, 1, 1},
	} {
		test.set()
		before := len(app.heard)
		if err := test.do(); err != nil {
			t.Fatal(err)
		}
		ids, stamps := map[string]bool{}, map[string]bool{}
		for _, h := range app.heard[before:] {
			ids[h.ID], stamps[h.Timestamp] = true, true
		}
		if got := len(app.heard) - before; got != test.want || len(ids) != test.ids || len(stamps) != 1 {
			t.Errorf("%d activities with %d ids, want %d with %d", got, len(ids), test.want, test.ids)
		}
	}
}

func TestLateAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := &echo{}
		var delay atomic.Int64
		app.answer = func(heard) (int, string) { time.Sleep(time.Duration(delay.Load())); return http.StatusOK, toast }
		r := start(t, options(), app)
		maria := r.Person("maria")
		m := r.post(drawn(`{"type":"TextBlock","text":"Page"}`, take))
		for _, test := range []struct {
			delay time.Duration
			do    func() error
			late  int // attempts that got no answer in time
		}{
			{4 * time.Second, func() error { return maria.Click(m, "Take it") }, 0},
			{6 * time.Second, func() error { return maria.Click(m, "Take it") }, 1},
			{14 * time.Second, func() error { return maria.Command("", "help") }, 0},
			{16 * time.Second, func() error { return maria.Command("", "help") }, 2},
			{6 * time.Second, func() error { return maria.Extension("escalate", "compose", nil) }, 3},
		} {
			delay.Store(int64(test.delay))
			before := len(r.Journal().Late())
			err := test.do()
			if late := len(r.Journal().Late()) - before; late != test.late || (err != nil) != (late > 0) {
				t.Errorf("an answer after %v: %v with %d late, want %d", test.delay, err, late, test.late)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestAnswerToAClosedDialog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := &echo{}
		app.says(continued("Write it", "", `{"type":"Action.Submit","title":"Send"}`))
		r := start(t, options(), app)
		maria := r.Person("maria")
		if err := maria.Extension("escalate", "compose", nil); err != nil {
			t.Fatal(err)
		}
		app.answer = func(heard) (int, string) {
			time.Sleep(time.Second)
			return http.StatusOK, continued("Write it again", "", `{"type":"Action.Submit","title":"Send"}`)
		}
		go func() { _ = maria.SubmitDialog(nil) }()
		synctest.Wait()
		if err := maria.CloseDialog(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if d := maria.Dialog(); d != nil {
			t.Errorf("Dialog() = %+v, want it to stay closed", d)
		}
	})
}

func TestActivitiesAreSignedWithThePresentKey(t *testing.T) {
	app := &echo{}
	r := start(t, options(), app)
	for range 2 {
		if err := r.Person("maria").Command("", "help"); err != nil {
			t.Fatal(err)
		}
		if header, _, _ := opened(t, app.tokens[len(app.tokens)-1]); header["kid"] != r.Kid() {
			t.Errorf("an activity is signed with %v, want %s", header["kid"], r.Kid())
		}
		r.Rotate()
	}
}

func TestBadAnswersAreTrouble(t *testing.T) {
	app := &echo{answer: func(heard) (int, string) { return http.StatusInternalServerError, "" }}
	r := start(t, options(), app)
	maria := r.Person("maria")
	if err := maria.Command("", "help"); err == nil || len(maria.Troubles()) != 1 {
		t.Errorf("a command that fails = %v with troubles %q, want one", err, maria.Troubles())
	}
	if got := r.Journal().Late(); len(got) != 1 || got[0].Error != "status 500" {
		t.Errorf("Late() = %+v, want the status", got)
	}
}

func TestInstall(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(8) {
		o := options()
		o.Seed = seed
		app := &echo{}
		r := start(t, o, app)
		if err := r.Install("dana"); err != nil {
			t.Fatal(err)
		}
		if len(app.heard) != 2 || app.heard[0].From.AadObjectID != danaID {
			t.Fatalf("the app hears %+v, want two activities of dana", app.heard)
		}
		orders[app.heard[0].Type] = true
		for _, h := range app.heard {
			if h.Type == "conversationUpdate" && (len(h.MembersAdded) != 1 || h.MembersAdded[0].ID != h.Recipient.ID) || h.Type == "installationUpdate" && h.Action != "add" {
				t.Errorf("the app hears %+v, want to be added", h)
			}
		}
		if got := r.chat(danaID); got != app.heard[0].Conversation.ID {
			t.Errorf("a chat with dana = %s, want %s", got, app.heard[0].Conversation.ID)
		}
		if err := r.Uninstall("dana"); err != nil {
			t.Fatal(err)
		}
		if a := r.call(http.MethodPost, activities(app.heard[0].Conversation.ID), message("hi")); a.code() != "BotNotInConversationRoster" {
			t.Errorf("writing to dana = %q, want BotNotInConversationRoster", a.code())
		}
	}
	if len(orders) != 2 {
		t.Errorf("of 8 installations the first is always %v, want either", orders)
	}
}

func TestInstallInAChannel(t *testing.T) {
	app := &echo{}
	r := start(t, options(), app)
	if err := r.Install("#quiet"); err != nil {
		t.Fatal(err)
	}
	if got := app.last(t); got.Conversation.ID != "19:quiet@thread.tacv2" || got.Conversation.ConversationType != "channel" {
		t.Errorf("the app hears of %+v, want the channel", got.Conversation)
	}
	if a := r.call(http.MethodPost, activities("19:quiet@thread.tacv2"), message("hi")); a.status != http.StatusCreated {
		t.Errorf("writing there = %d, want 201", a.status)
	}
}

func TestNotifications(t *testing.T) {
	r := start(t, options(), nil)
	mention := message("<at>Lee Chan</at> look")
	mention["entities"] = []any{map[string]any{"type": "mention", "text": "<at>Lee Chan</at>", "mentioned": map[string]any{"id": r.Person("lee").MRI()}}}
	quiet := drawn(`{"type":"TextBlock","text":"Page"}`, "")
	delete(quiet, "channelData")
	plainly := drawn(`{"type":"TextBlock","text":"**Page**"}`, take)
	delete(plainly, "summary")
	for _, test := range []struct {
		conversation string
		body         map[string]any
		maria, lee   string // what is read on their device
	}{
		{r.Person("maria").DM(), drawn(`{"type":"TextBlock","text":"Page"}`, ""), "In short", ""},
		{r.Person("maria").DM(), plainly, "Page", ""},
		{r.Person("maria").DM(), quiet, "", ""},
		{desk, drawn(`{"type":"TextBlock","text":"Page"}`, ""), "", ""},
		{desk, mention, "", "@Lee Chan look"},
	} {
		before := [2]int{len(r.Person("maria").Notifications()), len(r.Person("lee").Notifications())}
		if a := r.call(http.MethodPost, activities(test.conversation), test.body); a.status != http.StatusCreated {
			t.Fatalf("posting = %d %v", a.status, a.body)
		}
		for i, want := range map[int]string{0: test.maria, 1: test.lee} {
			who := r.Person([]string{"maria", "lee"}[i])
			var got strings.Builder
			for _, n := range who.Notifications()[before[i]:] {
				got.WriteString(n.Text)
			}
			if got.String() != want {
				t.Errorf("of %v in %s, %s is notified %q, want %q", test.body, test.conversation, who.ID(), got.String(), want)
			}
		}
	}
	if err := r.SetUser("maria", func(u *connector.User) { u.DoNotDisturb = true }); err != nil {
		t.Fatal(err)
	}
	before := len(r.Person("maria").Notifications())
	r.post(drawn(`{"type":"TextBlock","text":"Page"}`, ""))
	if got := len(r.Person("maria").Notifications()) - before; got != 0 {
		t.Errorf("%d notifications while they want none, want 0", got)
	}
}

func TestTimesAreTheReaders(t *testing.T) {
	r := start(t, options(), nil)
	if a := r.call(http.MethodPost, activities(desk), drawn(`{"type":"TextBlock","text":"At {{TIME(2026-07-01T12:00:00Z)}}"}`, "")); a.status != http.StatusCreated {
		t.Fatalf("posting = %d %v", a.status, a.body)
	}
	for who, want := range map[string]string{"maria": "At 12:00 UTC", "lee": "At 14:00 CEST"} {
		if m, _ := r.Person(who).Last(desk); m.Text != want {
			t.Errorf("%s reads %q, want %q", who, m.Text, want)
		}
	}

	o := options()
	o.Zone = "Asia/Tokyo"
	r = start(t, o, nil)
	r.post(drawn(`{"type":"TextBlock","text":"At {{TIME(2026-07-01T12:00:00Z)}}"}`, ""))
	if m, _ := r.Person("maria").Last(""); m.Text != "At 21:00 JST" {
		t.Errorf("with a zone for all maria reads %q, want 21:00 JST", m.Text)
	}
}

func TestEverythingAtOnce(t *testing.T) {
	app := &echo{}
	app.says(toast)
	o := options()
	o.NoRateLimits = true
	r := start(t, o, app)
	m := r.post(drawn(`{"type":"TextBlock","text":"Page"}`, take))
	r.Duplicate(0.5)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			maria := r.Person("maria")
			if err := maria.Click(m, "Take it"); err != nil {
				t.Error(err)
			}
			if err := maria.Command("", "help"); err != nil {
				t.Error(err)
			}
			maria.Messages("")
			r.Journal()
		})
	}
	r.Rotate()
	all.Wait()
	r.Close()
	if err := r.Person("maria").Command("", "help"); err == nil {
		t.Error("a command after Close = nil, want an error")
	}
}
