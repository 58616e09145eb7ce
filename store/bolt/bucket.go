package bolt

// The buckets. The package comment says what is in them.
const (
	meta        = "meta"
	numbers     = "numbers"
	escalations = "escalations"
	due         = "due"
	concerns    = "concerns"
	customers   = "customers"
	holdings    = "holdings"
	timelines   = "timelines"
	cards       = "cards"
	outbox      = "outbox"
	once        = "once"
	onceByTime  = "once-by-time"
	identities  = "identities"
	accounts    = "accounts"
	pauses      = "pauses"

	changeNumbers = "change-numbers"
	changes       = "changes"
	changesOf     = "changes-of"
	noteNumbers   = "note-numbers"
	notes         = "notes"
	notesByTime   = "notes-by-time"
	watches       = "watches"
	watchDue      = "watch-due"
	paged         = "paged"
	feeds         = "feeds"

	opened         = "opened"
	owing          = "owing"
	members        = "members"
	breaks         = "breaks"
	breakDue       = "break-due"
	breaksByTime   = "breaks-by-time"
	resting        = "resting"
	digests        = "digests"
	digestDue      = "digest-due"
	feedback       = "feedback"
	feedbackByWeek = "feedback-by-week"

	addresses   = "addresses"
	whereabouts = "whereabouts"

	known      = "known"
	knownDue   = "known-due"
	knownNames = "known-names"

	tallies  = "tallies"
	tallied  = "tallied"
	tallyDue = "tally-due"

	erasingNumbers = "erasing-numbers"
	erasings       = "erasings"
	restricted     = "restricted"
)

// buckets lists all there are, in the order in which a file is walked: records
// before the indexes that lead to them.
var buckets = []string{
	meta, numbers, changeNumbers, noteNumbers, erasingNumbers,
	escalations, timelines, cards, once, identities, pauses, changes, notes, watches, paged, feeds,
	breaks, digests, feedback, addresses, whereabouts, known, tallies, erasings,
	due, concerns, customers, holdings, outbox, onceByTime, accounts, changesOf, notesByTime, watchDue,
	opened, owing, members, breakDue, breaksByTime, resting, digestDue, feedbackByWeek,
	knownDue, knownNames, restricted, tallied, tallyDue,
}

// numbered says which records get their numbers from the sequence of which
// bucket.
var numbered = map[string][]string{numbers: {escalations, tallies}, changeNumbers: {changes}, noteNumbers: {notes}, erasingNumbers: {erasings}}

// addedBy says which buckets came with which version. Those of version 1 are
// not listed.
var addedBy = map[string]int{
	changeNumbers: 2, changes: 2, changesOf: 2, noteNumbers: 2, notes: 2, notesByTime: 2,
	watches: 2, watchDue: 2, paged: 2, feeds: 2,

	opened: 3, owing: 3, members: 3, breaks: 3, breakDue: 3, breaksByTime: 3, resting: 3,
	digests: 3, digestDue: 3, feedback: 3, feedbackByWeek: 3,

	addresses: 4, whereabouts: 4,

	known: 5, knownDue: 5, knownNames: 5, restricted: 5,
	tallies: 5, tallied: 5, tallyDue: 5,
	erasingNumbers: 5, erasings: 5,
}

// growing lists those whose keys mostly come in order. bbolt leaves pages half
// empty when it splits them, for what comes in between; these need less room for
// that, and take a third less of the disk. (At 60 days of 1,000 escalations with
// daily retention: 3.9 KB an escalation with its timeline and cards, not 5.8.)
var growing = []string{escalations, timelines, cards, due, onceByTime, changes, notes, notesByTime, opened, tallies}

const growingFill = 0.9
