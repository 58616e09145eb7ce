package main

import (
	"encoding/hex"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// What is exported. These tables are all there is: a value that is not named here
// leaves the bot in no export. Columns are only ever added, at the end. Those of
// words hold what people wrote, or who the customer is, and --anonymous leaves
// them out.

// A column of an export of T.
type column[T any] struct {
	name  string
	value func(T) any // a string, number, truth, time or list of strings; nil for nothing
	words bool
}

// A record is an escalation whose record is still there.
type record struct {
	*bot.Escalation
	bot.Exported
}

func (r record) name(who bot.PersonID) any { return r.Names[who] }

var escalationColumns = []column[record]{
	{name: "id", value: func(r record) any { return r.ID.String() }},
	{name: "team", value: func(r record) any { return r.Team }},
	{name: "team_name", value: func(r record) any { return r.TeamName }},
	{name: "state", value: func(r record) any { return r.State }},
	{name: "kind", value: func(r record) any { return r.Kind }},
	{name: "agent", value: func(r record) any { return r.Agent }},
	{name: "agent_name", value: func(r record) any { return r.name(r.Agent) }},
	{name: "holder", value: func(r record) any { return r.Holder }},
	{name: "holder_name", value: func(r record) any { return r.name(r.Holder) }},
	{name: "opened", value: func(r record) any { return r.Opened }},
	{name: "taken", value: func(r record) any { return r.TakenAt }},
	{name: "joined", value: func(r record) any { return r.JoinedAt }},
	{name: "changed", value: func(r record) any { return r.Changed }},
	{name: "ended", value: func(r record) any { return r.Ended }},
	{name: "channel", value: func(r record) any { return r.Context.Channel }},
	{name: "waiting", value: func(r record) any { return r.Context.Waiting }},
	{name: "reason", value: func(r record) any { return r.Context.Reason }},
	{name: "signs", value: func(r record) any { return r.Context.Signs }},
	{name: "heat", value: func(r record) any { return r.Context.Heat }},
	{name: "customer", words: true, value: func(r record) any { return r.Context.Customer }},
	{name: "reference", words: true, value: func(r record) any { return r.Context.Reference }},
	{name: "happened", words: true, value: func(r record) any { return r.Context.Happened }},
	{name: "confirmed", value: func(r record) any { return r.Context.Confirmed }},
	{name: "wants", words: true, value: func(r record) any { return r.Context.Wants }},
	{name: "tried", words: true, value: func(r record) any { return r.Context.Tried }},
	{name: "promised", words: true, value: func(r record) any { return r.Context.Promised }},
	{name: "told", words: true, value: func(r record) any { return r.Context.Told }},
	{name: "amount", words: true, value: func(r record) any { return r.Context.Amount }},
	{name: "call_at", value: func(r record) any { return r.Context.CallAt }},
	{name: "call_where", words: true, value: func(r record) any { return r.Context.CallWhere }},
	{name: "call_who", words: true, value: func(r record) any { return r.Context.CallWho }},
	{name: "zone", words: true, value: func(r record) any { return r.Context.Zone }},
	{name: "verbatim", words: true, value: func(r record) any { return r.Context.Verbatim }},
	{name: "link", words: true, value: func(r record) any { return r.Context.Link }},
	{name: "advice", words: true, value: func(r record) any { return r.Advice }},
	{name: "decision", value: func(r record) any { return decision(r.Decision) }},
	{name: "decided", value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.At }) }},
	{name: "decided_by", value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.By }) }},
	{name: "decided_amount", words: true, value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.Amount }) }},
	{name: "decision_note", words: true, value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.Note }) }},
	{name: "resolved", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.At }) }},
	{name: "resolved_by", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.By }) }},
	{name: "resolved_by_name", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return r.name(o.By) }) }},
	{name: "outcome", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Name }) }},
	{name: "outcome_amount", words: true, value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Amount }) }},
	{name: "agreed", words: true, value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Agreed }) }},
	{name: "why", words: true, value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Why }) }},
	{name: "instead", words: true, value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Instead }) }},
	{name: "satisfied", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Satisfied }) }},
	{name: "worked", words: true, value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Worked }) }},
	{name: "change", words: true, value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Change }) }},
	{name: "pages", value: func(r record) any { return r.Attempts }},
	{name: "entries", value: func(r record) any { return r.Entries }},
	{name: "head", value: func(r record) any { return hex.EncodeToString(r.Head) }},
	{name: "feeling", value: func(r record) any { return r.Context.Feeling }},
	{name: "hard_stop", value: func(r record) any { return r.Context.Trigger }},
	{name: "option", value: func(r record) any { return r.Context.Option }},
	{name: "amount_hundredths", value: func(r record) any { return r.Context.Sum }},
	{name: "currency", value: func(r record) any { return r.Context.Currency }},
	{name: "decided_option", value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.Option }) }},
	{name: "decided_hundredths", value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.Sum }) }},
	{name: "decided_currency", value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.Currency }) }},
	{name: "approved_until", value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.Until }) }},
	{name: "approval_used", value: func(r record) any { return decided(r, func(d *bot.Decision) any { return d.Used }) }},
	{name: "outcome_hundredths", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Sum }) }},
	{name: "outcome_currency", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Currency }) }},
	{name: "outcome_waits_for", value: func(r record) any { return ended(r, func(o *bot.Outcome) any { return o.Waits }) }},
	{name: "incident", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.What }) }},
	{name: "incident_at", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.At }) }},
	{name: "incident_where", words: true, value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Where }) }},
	{name: "incident_against", words: true, value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Against }) }},
	{name: "incident_witnesses", words: true, value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Witnesses }) }},
	{name: "incident_danger", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Danger }) }},
	{name: "incident_reported_to", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Reported }) }},
	{name: "incident_reported_as", words: true, value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.ReportRef }) }},
	{name: "incident_warned", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Warned }) }},
	{name: "incident_warned_by", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.WarnedBy }) }},
	{name: "incident_ended", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Ended }) }},
	{name: "incident_ended_by", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.EndedBy }) }},
	{name: "incident_written", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.Written }) }},
	{name: "incident_written_by", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.By }) }},
	{name: "verbatim_at", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.WordsAt }) }},
	{name: "verbatim_by", value: func(r record) any { return wroteDown(r, func(i *bot.Report) any { return i.WordsBy }) }},
	{name: "verbatim_later", words: true, value: func(r record) any { return wroteDown(r, laterWords) }},
	{name: "erased", value: func(r record) any { return r.Erased.At }},
}

func decision(d *bot.Decision) any {
	switch {
	case d == nil:
		return nil
	case d.Approved:
		return "approved"
	default:
		return "denied"
	}
}

func decided(r record, value func(*bot.Decision) any) any {
	if r.Decision == nil {
		return nil
	}

	return value(r.Decision)
}

func wroteDown(r record, value func(*bot.Report) any) any {
	if r.Incident == nil {
		return nil
	}

	return value(r.Incident)
}

// laterWords are what was written of the exact words after the first ones.
func laterWords(i *bot.Report) any {
	var words []string
	for _, s := range i.Statements {
		words = append(words, s.Text)
	}

	return words
}

func ended(r record, value func(*bot.Outcome) any) any {
	if r.Outcome == nil {
		return nil
	}

	return value(r.Outcome)
}

// A move is an entry of a record's timeline.
type move struct {
	record
	entry bot.Entry
}

var timelineColumns = []column[move]{
	{name: "escalation", value: func(m move) any { return m.ID.String() }},
	{name: "n", value: func(m move) any { return m.entry.N }},
	{name: "at", value: func(m move) any { return m.entry.At }},
	{name: "what", value: func(m move) any { return m.entry.What }},
	{name: "by", value: func(m move) any { return m.entry.By }},
	{name: "by_name", value: func(m move) any { return m.name(m.entry.By) }},
	{name: "whom", value: func(m move) any { return m.entry.Whom }},
	{name: "whom_name", value: func(m move) any { return m.name(m.entry.Whom) }},
	{name: "from", value: func(m move) any { return m.entry.From }},
	{name: "to", value: func(m move) any { return m.entry.To }},
	{name: "holder", value: func(m move) any { return m.entry.Holder }},
	{name: "attempt", value: func(m move) any { return m.entry.Attempt }},
	{name: "text", words: true, value: func(m move) any { return m.entry.Text }},
	{name: "erased", value: func(m move) any { return m.entry.Erased() }},
	{name: "hash", value: func(m move) any { return hex.EncodeToString(m.entry.Hash) }},
}

// A debt is something that is owed in a record.
type debt struct {
	record
	owed bot.Owed
}

var promiseColumns = []column[debt]{
	{name: "escalation", value: func(d debt) any { return d.ID.String() }},
	{name: "n", value: func(d debt) any { return d.owed.N }},
	{name: "what", value: func(d debt) any { return map[bool]string{true: "promise", false: "follow-up"}[d.owed.Promise] }},
	{name: "team", value: func(d debt) any { return d.Team }},
	{name: "owner", value: func(d debt) any { return d.owed.Owner }},
	{name: "owner_name", value: func(d debt) any { return d.name(d.owed.Owner) }},
	{name: "by", value: func(d debt) any { return d.owed.By }},
	{name: "text", words: true, value: func(d debt) any { return d.owed.Text }},
	{name: "channel", value: func(d debt) any { return d.owed.How }},
	{name: "where", words: true, value: func(d debt) any { return d.owed.Where }},
	{name: "made", value: func(d debt) any { return d.owed.Made }},
	{name: "first_due", value: func(d debt) any { return d.owed.First }},
	{name: "due", value: func(d debt) any { return d.owed.Due }},
	{name: "moves", value: func(d debt) any { return d.owed.Moves }},
	{name: "done", value: func(d debt) any { return d.owed.Done }},
	{name: "done_by", value: func(d debt) any { return d.owed.DoneBy }},
	{name: "result", value: func(d debt) any { return d.owed.Ended() }},
	{name: "option", value: func(d debt) any { return d.owed.Option }},
	{name: "amount_hundredths", value: func(d debt) any { return d.owed.Amount }},
	{name: "currency", value: func(d debt) any { return d.owed.Currency }},
	{name: "approval", value: func(d debt) any { return d.owed.Approval }},
	{name: "decided_by", value: func(d debt) any { return d.owed.DecidedBy }},
	{name: "agreed", value: func(d debt) any { return d.owed.Agreed }},
	{name: "left", words: true, value: func(d debt) any { return d.owed.Left }},
	{name: "says", words: true, value: func(d debt) any { return d.owed.Says }},
	{name: "satisfied", value: func(d debt) any { return d.owed.Satisfied }},
	{name: "why", words: true, value: func(d debt) any { return d.owed.Why }},
}

// Statistics name nobody: neither the customer nor a colleague.
var statisticsColumns = []column[bot.Exported]{
	{name: "id", value: func(x bot.Exported) any { return x.Tally.ID.String() }},
	{name: "team", value: func(x bot.Exported) any { return x.Tally.Team }},
	{name: "team_name", value: func(x bot.Exported) any { return x.TeamName }},
	{name: "forgotten", value: func(x bot.Exported) any { return x.Escalation == nil }},
	{name: "kind", value: func(x bot.Exported) any { return x.Tally.Kind }},
	{name: "chain", value: func(x bot.Exported) any { return x.Tally.Chain }},
	{name: "channel", value: func(x bot.Exported) any { return x.Tally.Channel }},
	{name: "waiting", value: func(x bot.Exported) any { return x.Tally.Waiting }},
	{name: "reason", value: func(x bot.Exported) any { return x.Tally.Reason }},
	{name: "heat", value: func(x bot.Exported) any { return x.Tally.Heat }},
	{name: "opened", value: func(x bot.Exported) any { return x.Tally.Opened }},
	{name: "resolved", value: func(x bot.Exported) any { return x.Tally.Resolved }},
	{name: "outcome", value: func(x bot.Exported) any { return x.Tally.Outcome }},
	{name: "satisfied", value: func(x bot.Exported) any { return x.Tally.Satisfied }},
	{name: "ended", value: func(x bot.Exported) any { return x.Tally.Ended }},
	{name: "pages", value: func(x bot.Exported) any { return x.Tally.Attempts }},
	{name: "unanswered", value: func(x bot.Exported) any { return len(x.Tally.Unanswered) }},
	{name: "took", value: func(x bot.Exported) any { return x.Tally.Took }},
	{name: "seconds_to_take", value: func(x bot.Exported) any { return inSeconds(x.Tally.Opened, x.Tally.Taken.At) }},
	{name: "seconds_to_join", value: func(x bot.Exported) any { return inSeconds(x.Tally.Taken.At, x.Tally.Joined.At) }},
	{name: "owed", value: func(x bot.Exported) any { return len(x.Tally.Owed) }},
	{name: "kept", value: func(x bot.Exported) any { return endedAs(x.Tally, bot.Kept, bot.Renegotiated) }},
	{name: "broken", value: func(x bot.Exported) any { return endedAs(x.Tally, bot.BrokenThenKept, bot.NeverKept) }},
	{name: "entries", value: func(x bot.Exported) any { return x.Tally.Entries }},
}

// inSeconds returns how long it took, nothing if it never happened.
func inSeconds(from, to time.Time) any {
	if from.IsZero() || to.IsZero() {
		return nil
	}

	return int(to.Sub(from) / time.Second)
}

func endedAs(t *bot.Tally, results ...bot.Result) int {
	n := 0

	for _, o := range t.Owed {
		if slices.Contains(results, o.Ended) {
			n++
		}
	}

	return n
}

// Answers are counted where the digest may tell them.
var feedbackColumns = []column[bot.FeedbackCount]{
	{name: "team", value: func(f bot.FeedbackCount) any { return f.Team }},
	{name: "team_name", value: func(f bot.FeedbackCount) any { return f.TeamName }},
	{name: "week", value: func(f bot.FeedbackCount) any { return f.Week }},
	{name: "of", value: func(f bot.FeedbackCount) any {
		return map[bool]string{true: "who took it", false: "who asked for help"}[f.Taker]
	}},
	{name: "answer", value: func(f bot.FeedbackCount) any { return f.Answer }},
	{name: "count", value: func(f bot.FeedbackCount) any { return f.Count }},
}

// What is known of a customer beyond a single case: of each list the newest are kept,
// also when their escalations are forgotten.
var customerColumns = []column[bot.ExportedCustomer]{
	{name: "team", value: func(c bot.ExportedCustomer) any { return c.Team }},
	{name: "team_name", value: func(c bot.ExportedCustomer) any { return c.TeamName }},
	{name: "reference", words: true, value: func(c bot.ExportedCustomer) any { return c.Reference }},
	{name: "name", words: true, value: func(c bot.ExportedCustomer) any { return c.Name }},
	{name: "times", value: func(c bot.ExportedCustomer) any { return c.Times }},
	{name: "seen", value: func(c bot.ExportedCustomer) any { return c.Seen }},
	{name: "owing", value: func(c bot.ExportedCustomer) any {
		names := make([]string, len(c.Owing))
		for i, id := range c.Owing {
			names[i] = id.String()
		}

		return names
	}},
	{name: "forgotten_after", value: func(c bot.ExportedCustomer) any { return c.ForgetAt }},
}

// numbered returns the number of an escalation, nothing once it is forgotten.
func numbered(id bot.EscalationID) any {
	if id == 0 {
		return nil
	}

	return id.String()
}

var visitColumns = []column[piece[bot.Visit]]{
	{name: "team", value: func(p piece[bot.Visit]) any { return p.Team }},
	{name: "escalation", value: func(p piece[bot.Visit]) any { return numbered(p.one.Escalation) }},
	{name: "at", value: func(p piece[bot.Visit]) any { return p.one.At }},
	{name: "owner", value: func(p piece[bot.Visit]) any { return p.one.Owner }},
	{name: "owner_name", value: func(p piece[bot.Visit]) any { return p.name(p.one.Owner) }},
	{name: "outcome", value: func(p piece[bot.Visit]) any { return p.one.Outcome }},
}

var gestureColumns = []column[piece[bot.Gesture]]{
	{name: "team", value: func(p piece[bot.Gesture]) any { return p.Team }},
	{name: "escalation", value: func(p piece[bot.Gesture]) any { return numbered(p.one.Escalation) }},
	{name: "n", value: func(p piece[bot.Gesture]) any { return p.one.N }},
	{name: "option", value: func(p piece[bot.Gesture]) any { return p.one.Option }},
	{name: "amount_hundredths", value: func(p piece[bot.Gesture]) any { return p.one.Amount }},
	{name: "currency", value: func(p piece[bot.Gesture]) any { return p.one.Currency }},
	{name: "by", value: func(p piece[bot.Gesture]) any { return p.one.By }},
	{name: "by_name", value: func(p piece[bot.Gesture]) any { return p.name(p.one.By) }},
	{name: "at", value: func(p piece[bot.Gesture]) any { return p.one.At }},
}

var restrictionColumns = []column[piece[bot.Restriction]]{
	{name: "team", value: func(p piece[bot.Restriction]) any { return p.Team }},
	{name: "n", value: func(p piece[bot.Restriction]) any { return p.one.N }},
	{name: "what", value: func(p piece[bot.Restriction]) any { return p.one.What }},
	{name: "why", words: true, value: func(p piece[bot.Restriction]) any { return p.one.Why }},
	{name: "by", value: func(p piece[bot.Restriction]) any { return p.one.By }},
	{name: "by_name", value: func(p piece[bot.Restriction]) any { return p.name(p.one.By) }},
	{name: "from", value: func(p piece[bot.Restriction]) any { return p.one.From }},
	{name: "until", value: func(p piece[bot.Restriction]) any { return p.one.Until }},
	{name: "review", value: func(p piece[bot.Restriction]) any { return p.one.Review }},
	{name: "ended", value: func(p piece[bot.Restriction]) any { return p.one.Ended }},
	{name: "ended_by", value: func(p piece[bot.Restriction]) any { return p.one.EndedBy }},
	{name: "escalation", value: func(p piece[bot.Restriction]) any { return numbered(p.one.Escalation) }},
}

var incidentColumns = []column[piece[bot.Incident]]{
	{name: "team", value: func(p piece[bot.Incident]) any { return p.Team }},
	{name: "escalation", value: func(p piece[bot.Incident]) any { return numbered(p.one.Escalation) }},
	{name: "agent", value: func(p piece[bot.Incident]) any { return p.one.Agent }},
	{name: "agent_name", value: func(p piece[bot.Incident]) any { return p.name(p.one.Agent) }},
	{name: "at", value: func(p piece[bot.Incident]) any { return p.one.At }},
}
