package bot

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// How a digest reads: a few sentences, as a colleague would tell them, and what
// people wrote.

// A telling is a week as it is told.
type telling struct {
	*figures
	team     *Team
	week     roster.Span
	label    string
	compared bool // the week before is known too
	hide     *hiding
}

func (t *telling) message() chat.Message {
	m := chat.Message{Title: t.team.Name + ": the week of " + days(t.week)}

	switch {
	case t.opened.n > 0 && !t.opened.telling():
		m.Parts = []chat.Part{chat.Paragraph{Text: chat.Plain(
			"So few people called for help that anything I could tell would point at somebody. So I keep it to myself: thank you all for this week.")}}
	case t.opened.n == 0:
		m.Parts = append([]chat.Part{chat.Paragraph{Text: chat.Plain("Nobody had to call for help. A quiet week is a good one: enjoy it.")}}, t.ended()...)
	default:
		m.Parts = append(t.began(), t.ended()...)
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain("Thank you all for looking after each other.")})
	}

	m.Parts = append(m.Parts, chat.Small{Text: chat.Plain("Week " + t.label + " · no names, and no figure over fewer than three people")})

	return m
}

// days writes the days of a week: "16 to 22 November".
func days(week roster.Span) string {
	first, last := week.From, week.Until.Add(-time.Minute)
	if first.Month() == last.Month() {
		return first.Format("2") + " to " + last.Format("2 January")
	}

	return first.Format("2 January") + " to " + last.Format("2 January")
}

// missedLine names weeks that nobody was told of.
func missedLine(team TeamID, missed []string) chat.Text {
	const most = 3

	command := "firebreak digest --team " + string(team) + " --week "

	if len(missed) > most {
		return chat.Line("I was away when the digests of the weeks from %v to %v were due. “%v%v” prints one.", missed[0], missed[len(missed)-1], command, missed[0])
	}

	return chat.Line("I was away when the %v of %v %v due. “%v%v” prints %v.", inNumber(len(missed) == 1, "digest", "digests"),
		enumerated(missed), inNumber(len(missed) == 1, "was", "were"), command, missed[0], inNumber(len(missed) == 1, "it", "one"))
}

// began tells of what began in the week.
func (t *telling) began() []chat.Part {
	lines := []chat.Text{
		append(t.sum(), t.busiest()...),
		t.why(),
		t.howLong(),
		t.whoTook(),
	}

	return paragraphs(lines)
}

// ended tells of what ended in the week, whenever it began.
func (t *telling) ended() []chat.Part {
	parts := paragraphs([]chat.Text{
		splitLine("They ended with ", t.outcomes, nil, "something else"),
		splitLine("What customers were told would happen was ", t.owed, owedWords, "something else"),
		t.answered("Asked whether they got the help they needed, ", &t.asked),
		t.answered("Asked whether they had what they needed to help, ", &t.helped),
	})

	const (
		mostWorked = 4
		mostChange = 6
	)

	parts = append(parts, quoted("What worked", picked(t.texts(t.worked), mostWorked))...)

	// Half of these by those who resolved something, half by who was asked.
	change, wishes := t.texts(t.change), t.wished()
	change = picked(change, mostChange-min(len(picked(wishes, mostChange)), mostChange/2))

	return append(parts, quoted("What to change", picked(append(change, picked(wishes, mostChange-len(change))...), mostChange))...)
}

func paragraphs(lines []chat.Text) []chat.Part {
	var parts []chat.Part

	for _, line := range lines {
		if len(line) > 0 {
			parts = append(parts, chat.Paragraph{Text: line})
		}
	}

	return parts
}

// sum tells how many there were.
func (t *telling) sum() chat.Text {
	line := chat.Line("%v", chat.Strong(itoa(t.opened.n)+" calls for help"))

	switch more := t.opened.n - t.before.n; {
	case !t.compared || t.before.n > 0 && !t.before.telling():
		return append(line, chat.Plain(".")...)
	case t.before.n == 0:
		return append(line, chat.Plain(", after a week without any.")...)
	case more == 0:
		return append(line, chat.Plain(", as many as the week before.")...)
	case more > 0:
		return append(line, chat.Line(", %v more than the week before.", more)...)
	default:
		return append(line, chat.Line(", %v fewer than the week before.", -more)...)
	}
}

// why tells the reasons, unless nobody wrote any down.
func (t *telling) why() chat.Text {
	if unsaid := t.reasons[""]; unsaid != nil && unsaid.n == t.opened.n {
		return nil
	}

	return splitLine("They were about ", t.reasons, reasonWords, "other things")
}

// busiest tells the hour in which most of them began.
func (t *telling) busiest() chat.Text {
	hours, _ := t.hours.told()
	if len(hours) == 0 {
		return nil
	}

	const most = 2

	var times []string
	for _, hour := range hours[:min(len(hours), most)] {
		times = append(times, "from "+hour.name+":00 to "+hour.name+":59 ("+itoa(hour.n)+")")
	}

	return chat.Line(" It was busiest %v.", enumerated(times))
}

// splitLine tells the parts of something, each with its figure, nothing if none of
// them may be told.
func splitLine(begin string, p parting, words map[string]string, others string) chat.Text {
	const most = 6

	parts, rest := p.told()
	if len(parts) == 0 {
		return nil
	}

	for _, small := range parts[min(len(parts), most):] {
		rest = rest.with(&small.headcount)
	}

	var all []string
	for _, one := range parts[:min(len(parts), most)] {
		all = append(all, cmp.Or(words[one.name], one.name)+" ("+itoa(one.n)+")")
	}

	if rest.n > 0 {
		all = append(all, others+" ("+itoa(rest.n)+")")
	}

	return chat.Line("%v%v.", begin, enumerated(all))
}

// reasonWords are the reasons as they stand in a sentence.
var reasonWords = map[string]string{
	"":                 "something that nobody wrote down",
	"authority":        "what only a supervisor may decide",
	"asks":             "somebody who asked for a supervisor",
	"abusive":          "abuse or threats",
	"repeated":         "repeated contacts",
	"delivery":         "deliveries",
	"faulty":           "faulty products",
	"billing":          "billing",
	"policy":           "policy",
	"slow":             "slow replies",
	"misunderstanding": "misunderstandings",
	"specialist":       "what needs a specialist",
	"other":            "something else",
}

// owedWords are the ways in which something owed ends.
var owedWords = map[string]string{
	string(Kept):           "done in time",
	string(Renegotiated):   "moved in good time",
	string(BrokenThenKept): "done late",
	string(NeverKept):      "not done",
	string(NotAnyMore):     "not needed any more",
	stillOwed:              "left overdue",
}

// howLong tells how long it took until somebody had it, and until they joined: of
// those with a customer waiting, if enough is known of them.
func (t *telling) howLong() chat.Text {
	begin, l := "With the customer waiting", &t.live
	if !l.take.telling() {
		begin, l = "With nobody waiting on the line", &t.calm
	}

	half, ok := l.take.half()
	if !ok {
		return nil
	}

	line := chat.Line("%v, half of them were taken within %v", begin, roughly(half))

	if joined, ok := l.join.half(); ok {
		line = append(line, chat.Line(", and half of the supervisors had joined within %v of taking it", roughly(joined))...)
	}

	line = append(line, chat.Plain(".")...)

	for _, few := range []struct {
		ofSoMany int
		name     string
	}{{10, "tenth"}, {4, "quarter"}} {
		if longest, ok := l.take.slowest(few.ofSoMany); ok {
			return append(line, chat.Line(" The slowest %v took %v or longer.", few.name, roughly(longest))...)
		}
	}

	return line
}

// roughly says how long something took, as people say it, and never less.
func roughly(d time.Duration) string {
	up := func(unit time.Duration) int { return int((d + unit - 1) / unit) }

	switch {
	case d <= 90*time.Second:
		return itoa(max(up(5*time.Second), 1)*5) + " seconds"
	case d <= 90*time.Minute:
		return itoa(up(time.Minute)) + " minutes"
	default:
		return strconv.FormatFloat(float64(up(30*time.Minute))/2, 'f', -1, 64) + " hours"
	}
}

// whoTook tells how many went past the first who was paged, and how many pages
// nobody took.
func (t *telling) whoTook() chat.Text {
	line := splitLine("They were taken by ", t.reached, reachedWords, "others or nobody")

	if !t.unanswered.telling() {
		return line
	}

	if len(line) > 0 {
		line = append(line, chat.Plain(" ")...)
	}

	return append(line, chat.Line("%v pages went by without an answer.", t.unanswered.n)...)
}

// reachedWords are who takes an escalation.
var reachedWords = map[string]string{
	firstTook:  "the first person who was paged",
	laterTook:  "somebody further on",
	nobodyTook: "nobody",
}

// answered tells what people answered.
func (t *telling) answered(begin string, a *answers) chat.Text {
	parts := a.told()
	if len(parts) == 0 {
		return nil
	}

	var all []string
	for _, one := range parts {
		all = append(all, itoa(one.n)+" said "+one.name)
	}

	return chat.Line("%v%v.", begin, enumerated(all))
}

// texts returns what people wrote if nobody can tell who did, without names.
func (t *telling) texts(all []saying) []string {
	var texts []string

	for _, one := range sayings(all) {
		texts = append(texts, t.hide.with(one.about...).from(one.text))
	}

	return texts
}

// wished returns what people want to be different who gave no name, if nobody can
// tell who did.
func (t *telling) wished() []string {
	if !t.wishing.telling(len(t.wishes)) {
		return nil
	}

	var texts []string
	for _, wish := range t.wishes {
		texts = append(texts, t.hide.from(wish))
	}

	return texts
}

// picked returns so many of some texts, none twice and none that says nothing.
// Which, and in which order, is chance, and the same each time: so neither tells
// who wrote what, or when.
func picked(texts []string, most int) []string {
	seen := map[string]bool{}
	texts = slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		again := seen[fold(text)]
		seen[fold(text)] = true

		return again || strings.Trim(text, hidden+" .,;:!?-–—") == ""
	})

	slices.SortFunc(texts, func(a, b string) int { return cmp.Compare(digest(fold(a)), digest(fold(b))) })

	return texts[:min(len(texts), most)]
}

// quoted shows texts below one another.
func quoted(label string, texts []string) []chat.Part {
	const width = 200

	if len(texts) == 0 {
		return nil
	}

	var lines []string
	for _, text := range texts {
		lines = append(lines, "• "+inline(text, width))
	}

	return []chat.Part{chat.Quote{Label: label, Text: strings.Join(lines, "\n")}}
}
