package bot

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// said is a message as people read it.
func said(m chat.Message) string {
	lines := []string{m.Title}

	for _, part := range m.Parts {
		switch part := part.(type) {
		case chat.Paragraph:
			lines = append(lines, part.Text.String())
		case chat.Small:
			lines = append(lines, part.Text.String())
		case chat.Quote:
			lines = append(lines, part.Label+":\n"+part.Text)
		case chat.Facts, chat.Advice, chat.Rule, chat.Buttons:
			lines = append(lines, fmt.Sprint(part))
		}
	}

	return strings.Join(lines, "\n")
}

// the week of the examples, and the one before it.
var (
	thatWeek = roster.Span{From: time.Date(2026, time.November, 16, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)}
	itsEve   = roster.Span{From: time.Date(2026, time.November, 9, 0, 0, 0, 0, time.UTC), Until: thatWeek.From}
)

func tellThatWeek(histories []history, feedback []*Feedback, hide *hiding) string {
	t := telling{
		figures: count(thatWeek, itsEve, time.UTC, histories, nil, feedback), team: &Team{ID: "billing", Name: "Billing"},
		week: thatWeek, label: "2026-W47", compared: true, hide: hide,
	}

	return said(t.message())
}

// aCase is an escalation of that week that lead took after so long.
func aCase(agent, lead PersonID, hour int, reason string, after time.Duration) history {
	opened := thatWeek.From.Add(time.Duration(hour)*time.Hour + time.Minute)

	return history{Escalation: &Escalation{
		Agent: agent, Holder: lead, Opened: opened, Chain: LiveChain, Context: Context{Reason: reason},
		Outcome: &Outcome{By: lead, At: opened.Add(time.Hour), Name: "Refund"},
	}, entries: []Entry{
		{N: 1, At: opened, What: WasOpened, By: agent}, {N: 2, At: opened, What: WasPaged, Whom: lead},
		{N: 3, At: opened.Add(after), What: WasTaken, By: lead}, {N: 4, At: opened.Add(2 * after), What: WasJoined, By: lead},
	}}
}

func answered(one *history, week time.Time, helped, change string) []*Feedback {
	one.Asked = []Asked{{Who: one.Agent, Answered: week}, {Who: one.Holder, Taker: true, Answered: week}}

	return []*Feedback{{Week: week, Helped: helped, Change: change}, {Week: week, Taker: true, Helped: "yes"}}
}

func TestDigestInWords(t *testing.T) {
	var (
		histories []history
		feedback  []*Feedback
	)

	for i := range 12 {
		agent, lead := PersonID(fmt.Sprint("agent", i)), PersonID(fmt.Sprint("lead", i%4))
		one := aCase(agent, lead, 24*(i%5)+[]int{10, 10, 14}[i%3], []string{"billing", "delivery"}[i%2], time.Duration(10+7*i)*time.Second)
		one.Context.Customer = "Ms Kovac"

		if i%3 == 0 {
			one.Outcome.Name, one.Outcome.Worked = NotPossible, fmt.Sprint("Reading it back to Ms Kovac, ", []string{"slowly", "twice", "in her words", "calmly"}[i/3])
			one.entries = slices.Insert(one.entries, 2, Entry{At: one.Opened, What: WasUnanswered, Whom: PersonID(fmt.Sprint("lead", i%5))})
			one.Outcome.Change = []string{"Dana should answer sooner", "faster refunds", "Faster refunds", ""}[i/3]
		}

		one.Owed = []Owed{{Owner: lead, Due: one.Opened.Add(90 * time.Minute), Done: one.Opened.Add(time.Duration(i/3) * time.Hour)}}
		feedback = append(feedback, answered(&one, thatWeek.From, []string{"yes", "yes", "partly"}[i%3], fmt.Sprint("More people at ", 8+i))...)
		histories = append(histories, one)
	}

	for i := range 9 {
		before := aCase(PersonID(fmt.Sprint("agent", i%3)), "lead0", -100, "billing", time.Second)
		before.Outcome = nil
		histories = append(histories, before)
	}

	var hide hiding
	hide.hide("Dana Reed")

	const want = `Billing: the week of 16 to 22 November
12 calls for help, 3 more than the week before. It was busiest from 10:00 to 10:59 (8) and from 14:00 to 14:59 (4).
They were about billing (6) and deliveries (6).
With the customer waiting, half of them were taken within 45 seconds, and half of the supervisors had joined within 45 seconds of taking it. The slowest quarter took 75 seconds or longer.
They were taken by the first person who was paged (8) and somebody further on (4). 4 pages went by without an answer.
They ended with Refund (8) and Not possible (4).
What customers were told would happen was done in time (9) and done late (3).
Asked whether they got the help they needed, 8 said yes and 4 said partly.
Asked whether they had what they needed to help, 12 said yes.
What worked:
• Reading it back to …, twice
• Reading it back to …, slowly
• Reading it back to …, calmly
• Reading it back to …, in her words
What to change:
• More people at 15
• More people at 19
• More people at 18
• More people at 16
• … should answer sooner
• faster refunds
Thank you all for looking after each other.
Week 2026-W47 · no names, and no figure over fewer than three people`

	if diff := cmp.Diff(want, tellThatWeek(histories, feedback, &hide)); diff != "" {
		t.Errorf("the digest (-want +got):\n%v", diff)
	}
}

func TestDigestOfFewAndOfNone(t *testing.T) {
	two := []history{aCase("a", "x", 10, "billing", time.Minute), aCase("b", "y", 11, "billing", time.Minute), aCase("b", "z", 12, "billing", time.Minute)}

	for _, test := range []struct {
		name      string
		histories []history
		want      string
	}{
		{"none", nil, "Billing: the week of 16 to 22 November\nNobody had to call for help. A quiet week is a good one: enjoy it.\nWeek 2026-W47 · no names, and no figure over fewer than three people"},
		{"three of two people", two, "Billing: the week of 16 to 22 November\nSo few people called for help that anything I could tell would point at somebody. So I keep it to myself: thank you all for this week.\nWeek 2026-W47 · no names, and no figure over fewer than three people"},
	} {
		if diff := cmp.Diff(test.want, tellThatWeek(test.histories, nil, &hiding{})); diff != "" {
			t.Errorf("%v (-want +got):\n%v", test.name, diff)
		}
	}
}

func TestComparedWithTheWeekBefore(t *testing.T) {
	some := func(hour int, agents ...PersonID) (all []history) {
		for _, agent := range agents {
			all = append(all, aCase(agent, "x", hour, "billing", time.Minute))
		}

		return all
	}
	now := some(10, "a", "b", "c", "c")

	for _, test := range []struct {
		before []history
		want   string
	}{
		{nil, "4 calls for help, after a week without any."},
		{some(-10, "a", "b"), "4 calls for help. It was"},
		{some(-10, "a", "b", "c"), "4 calls for help, 1 more than the week before."},
		{some(-10, "a", "b", "c", "c"), "4 calls for help, as many as the week before."},
		{some(-10, "a", "b", "c", "c", "a"), "4 calls for help, 1 fewer than the week before."},
	} {
		if got := tellThatWeek(append(test.before, now...), nil, &hiding{}); !strings.Contains(got, test.want) {
			t.Errorf("after %v the week before: %v\nwant %q in it", len(test.before), got, test.want)
		}
	}
}

func TestHiding(t *testing.T) {
	var h hiding
	for _, name := range []string{"Dana Reed", "Kim", "Ada O'Neil", "Łukasz Żak", "José Álvarez", "slack:U0MARIA"} {
		h.hide(name)
	}

	more := h.with("Ms Kovac", "AB-4711")

	for words, want := range map[string]string{
		"Ask Dana Reed":                             "Ask …",
		"ask DANA, or Kim's team":                   "ask …, or …'s team",
		"Danas idea":                                "… idea",
		"@dana.reed knows":                          "@… knows",
		"danareed knows":                            "… knows",
		"O'Neil's, and Łukasz, żak, ÁLVAREZ":        "…'s, and …",
		"Kimono and Dance are words":                "Kimono and Dance are words",
		"Ms Kovac (AB-4711) called":                 "… (…) called",
		"kovacs parcel":                             "… parcel",
		"see E-142 or e142, call +44 20 7946 0000":  "see … or …, call …",
		"write to x@example.com, www.example.com/a": "write to …",
		"Refunds within 14 days, at 9:30":           "Refunds within 14 days, at 9:30",
		"":                                          "",
	} {
		if got := more.from(words); got != want {
			t.Errorf("from(%q) = %q, want %q", words, got, want)
		}
	}

	if got := h.from("Kovac"); got != "Kovac" {
		t.Errorf("from(%q) = %q, want it left: with() changed what it began with", "Kovac", got)
	}
}

// Names that are no words of the digest's own, so that they can be looked for.
var (
	agentNames = []string{"Zora Quint", "Bo", "Yusuf Azerbal", "Åsa Öhrn", "Quirin O'Xany"}
	leadNames  = []string{"Vex Wulfgar", "Jutta Zwick", "Kyx", "Wanda Fjord"}
	customers  = []string{"Ms Pfuhl", "Xaver Zingg GmbH", "Qi"}
)

func aWriting(about ...string) *rapid.Generator[string] {
	forms := []func(string) string{
		strings.ToUpper, strings.ToLower, func(s string) string { return s },
		func(s string) string { return strings.ReplaceAll(s, " ", "") }, func(s string) string { return strings.Fields(s)[0] + "'s" },
		func(s string) string { return "(" + s[strings.LastIndex(s, " ")+1:] + ")" },
	}

	return rapid.Custom(func(t *rapid.T) string {
		name := rapid.SampledFrom(about).Draw(t, "about")
		form := rapid.SampledFrom(forms).Draw(t, "form")

		words := rapid.SampledFrom([]string{"", "It was good that %v listened", "%v: slower", "faster refunds for %v and all"}).Draw(t, "words")

		return strings.Replace(words, "%v", form(name), 1)
	})
}

// aWeek draws what a team went through.
func aWeek(t *rapid.T) (histories []history, feedback []*Feedback) {
	who := func(kind string, names []string) PersonID {
		return PersonID(rapid.SampledFrom(names[:rapid.IntRange(1, len(names)).Draw(t, kind+"s")]).Draw(t, kind))
	}

	for range rapid.IntRange(0, 25).Draw(t, "cases") {
		agent, lead, customer := who("agent", agentNames), who("lead", leadNames), rapid.SampledFrom(customers).Draw(t, "customer")
		one := aCase(agent, lead, rapid.SampledFrom([]int{-30, 9, 33, 14, 57, 60}).Draw(t, "hour"), rapid.SampledFrom([]string{"", "billing", "policy"}).Draw(t, "reason"),
			time.Duration(rapid.IntRange(1, 500).Draw(t, "seconds"))*time.Second)
		one.Context.Customer, one.Context.Reference = customer, "AB-99"
		one.Outcome.Name = rapid.SampledFrom([]string{"Refund", NotPossible, "Explained"}).Draw(t, "outcome")
		one.Outcome.Worked = aWriting(string(agent), string(lead), customer).Draw(t, "worked")
		one.Outcome.Change = aWriting(string(agent), string(lead), customer, "AB-99").Draw(t, "change")

		if rapid.Bool().Draw(t, "unanswered") {
			one.entries = slices.Insert(one.entries, 2, Entry{What: WasUnanswered, Whom: who("lead", leadNames)})
		}

		if due := rapid.IntRange(-1, 5).Draw(t, "due"); due >= 0 {
			one.Owed = []Owed{{Owner: lead, Due: one.Opened.Add(time.Duration(due) * time.Hour), Done: one.Opened.Add(3 * time.Hour)}}
		}

		if rapid.Bool().Draw(t, "answered") {
			feedback = append(feedback, answered(&one, thatWeek.From, rapid.SampledFrom(helped).Draw(t, "helped").value,
				wished(aWriting(string(agent), string(lead), customer, "AB-99").Draw(t, "wish")))...)
		}

		histories = append(histories, one)
	}

	return histories, feedback
}

// wished tells what somebody wishes from what others write.
func wished(text string) string {
	if text == "" {
		return ""
	}

	return "Wish: " + text
}

// hidingOf hides as the desk does, whoever is meant.
func hidingOf(histories []history) *hiding {
	var h hiding
	for _, name := range slices.Concat(agentNames, leadNames) {
		h.hide(name)
	}

	for _, one := range histories {
		if len(one.Asked) > 0 {
			h.hide(one.Context.Customer)
			h.hide(one.Context.Reference)
		}
	}

	return &h
}

var (
	figure   = regexp.MustCompile(`(?:from )?([\p{L}’: 0-9]*?) \((\d+)\)`)
	nameWord = regexp.MustCompile(`[\p{L}\p{M}]+`)
)

// A digest has no name of anybody, and no figure over fewer than three people,
// whoever of the team had not been there.
func TestDigestPointsAtNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		histories, feedback := aWeek(t)

		for _, without := range append([]string{""}, slices.Concat(agentNames, leadNames)...) {
			left := slices.DeleteFunc(slices.Clone(histories), func(one history) bool {
				return one.Agent == PersonID(without) || one.Holder == PersonID(without)
			})
			text := tellThatWeek(left, feedback, hidingOf(left))

			checkNames(t, text)
			checkFigures(t, text, left)
			checkAnswers(t, text, left, feedback)
		}
	})
}

func checkNames(t *rapid.T, text string) {
	words := map[string]bool{}
	for _, word := range nameWord.FindAllString(strings.ToLower(text), -1) {
		words[word] = true
	}

	for _, name := range slices.Concat(agentNames, leadNames, customers, []string{"AB-99"}) {
		for _, part := range nameWord.FindAllString(strings.ToLower(name), -1) {
			if (words[part] || words[part+"s"]) && part != "ms" && part != "o" {
				t.Fatalf("the digest has %q of %q:\n%v", part, name, text)
			}
		}

		if strings.Contains(strings.ToLower(text), strings.ToLower(strings.ReplaceAll(name, " ", ""))) && len(name) > 3 {
			t.Fatalf("the digest has %q:\n%v", name, text)
		}
	}
}

// checkFigures looks up by itself whom each figure in a text is about, and whom
// what it leaves of its sum is about.
func checkFigures(t *rapid.T, text string, histories []history) {
	people := func(so func(history) bool, whom func(history) PersonID) map[PersonID]bool {
		found := map[PersonID]bool{}

		for _, one := range histories {
			if so(one) {
				found[whom(one)] = true
			}
		}

		return found
	}
	agent := func(one history) PersonID { return one.Agent }
	holder := func(one history) PersonID { return one.Holder }
	began := func(one history) bool { return within(thatWeek, one.Opened) }
	ended := func(one history) bool { return within(thatWeek, one.Outcome.At) }
	owes := func(one history) bool { return len(one.Owed) > 0 && within(thatWeek, one.Owed[0].Done) }
	late := func(one history) bool { return owes(one) && one.Owed[0].Done.After(one.Owed[0].Due.Add(time.Hour)) }
	further := func(one history) bool { return began(one) && one.entries[2].What == WasUnanswered }
	both := func(a, b func(history) bool) func(history) bool {
		return func(one history) bool { return a(one) && b(one) }
	}
	not := func(a func(history) bool) func(history) bool { return func(one history) bool { return !a(one) } }
	reason := func(value string) func(history) bool {
		return both(began, func(one history) bool { return one.Context.Reason == value })
	}
	outcome := func(name string) func(history) bool {
		return both(ended, func(one history) bool { return one.Outcome.Name == name })
	}

	kinds := map[string]struct {
		so, of func(history) bool
		whom   func(history) PersonID
	}{
		"billing": {reason("billing"), began, agent}, "policy": {reason("policy"), began, agent}, "something that nobody wrote down": {reason(""), began, agent},
		"Refund": {outcome("Refund"), ended, agent}, NotPossible: {outcome(NotPossible), ended, agent}, "Explained": {outcome("Explained"), ended, agent},
		"done late": {late, owes, holder}, "done in time": {both(owes, not(late)), owes, holder},
		"somebody further on": {further, began, agent}, "the first person who was paged": {both(began, not(further)), began, agent},
	}

	for hour := range 24 {
		at := func(one history) bool { return began(one) && one.Opened.Hour() == hour }
		kinds[fmt.Sprintf("%02d:00 to %02d:59", hour, hour)] = struct {
			so, of func(history) bool
			whom   func(history) PersonID
		}{at, began, agent}
	}

	for _, found := range figure.FindAllStringSubmatch(text, -1) {
		name, n := trimmed(found[1]), found[2]

		kind, ok := kinds[name]
		if !ok {
			if !slices.Contains([]string{"other things", "something else", "others or nobody"}, name) {
				t.Fatalf("the digest has the figure %q, which nobody knows:\n%v", found[0], text)
			}

			continue
		}

		if sum := sumOf(histories, kind.so); strconv.Itoa(sum) != n {
			t.Fatalf("%q is %v, want %v:\n%v", name, n, sum, text)
		}

		over := people(kind.so, kind.whom)
		rest := people(both(kind.of, not(kind.so)), kind.whom)

		if len(over) < 3 || len(rest) > 0 && len(rest) < 3 {
			t.Fatalf("%q is over %v, and what it leaves over %v, want three at least:\n%v",
				name, slices.Collect(maps.Keys(over)), slices.Collect(maps.Keys(rest)), text)
		}
	}
}

var answersSaid = regexp.MustCompile(`(\d+) said`)

// checkAnswers: no two people together can have given all answers of a kind that
// are told, or written all that is quoted.
func checkAnswers(t *rapid.T, text string, histories []history, feedback []*Feedback) {
	asked, both, worked := map[PersonID]int{}, map[PersonID]int{}, map[PersonID]bool{}

	for _, one := range histories {
		if len(one.Asked) > 0 {
			asked[one.Agent]++
			both[one.Agent]++
			both[one.Holder]++
		}

		if one.Outcome.Worked != "" && within(thatWeek, one.Outcome.At) {
			worked[one.Holder] = true
		}
	}

	ofTwo := func(each map[PersonID]int) int {
		most := 0

		for a := range each {
			for b := range each {
				if a != b {
					most = max(most, each[a]+each[b])
				}
			}

			most = max(most, each[a])
		}

		return most
	}

	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "Asked whether they got the help") {
			continue
		}

		for _, found := range answersSaid.FindAllStringSubmatch(line, -1) {
			if n, _ := strconv.Atoi(found[1]); n <= ofTwo(asked) {
				t.Fatalf("two people may have given the answers %q, of %v:\n%v", found[0], asked, text)
			}
		}
	}

	if strings.Contains(text, "What worked") && len(worked) < 3 {
		t.Fatalf("what worked is of %v, want of three at least:\n%v", worked, text)
	}

	wishes := len(slices.DeleteFunc(slices.Clone(feedback), func(f *Feedback) bool { return f.Change == "" }))
	if strings.Contains(text, "• Wish:") && wishes <= ofTwo(both) {
		t.Fatalf("two people may have written the %v wishes, of %v answers:\n%v", wishes, both, text)
	}
}

// trimmed is what a figure is of, without the words that lead to it.
func trimmed(name string) string {
	for _, before := range []string{"They were about ", "They ended with ", "What customers were told would happen was ", "They were taken by ", "It was busiest from ", "and from ", "from ", "and "} {
		name = strings.TrimPrefix(strings.TrimSpace(name), before)
	}

	return name
}

func sumOf(histories []history, so func(history) bool) int {
	n := 0

	for _, one := range histories {
		if so(one) {
			n++
		}
	}

	return n
}
