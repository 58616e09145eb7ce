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
)

// buckets lists all there are, in the order in which a file is walked: records
// before the indexes that lead to them.
var buckets = []string{
	meta, numbers,
	escalations, timelines, cards, once, identities, pauses,
	due, concerns, customers, holdings, outbox, onceByTime, accounts,
}
