// Package bolt keeps everything the bot must not forget in one bbolt file.
//
// # What it promises
//
// A Store is a bot.Store: store/storetest holds those promises. Beyond them:
// what Update acknowledged survives kill -9 and a power cut (two fdatasyncs a
// commit, never switched off in production); a record that the disk has changed
// is an error and never wrong data; a full disk fails the update with
// bot.ErrFull, leaves reads going, and heals when there is room again.
//
// # Where things are
//
// Every value is sealed: one byte that tells the encoding (1), the CRC-32C
// (Castagnoli, little endian, four bytes) of the bucket's name, a zero byte, the
// key and the payload, then the payload. Payloads are JSON of the stored structs
// in the *_record.go files, which stand apart from those of the rules and may
// only grow.
//
// In keys, id is the number of an escalation, a change, a note or an erasing in 8 bytes, big
// endian; ^id is its complement, so that the newest comes first; time is 12
// bytes, seconds since 1970 with the sign bit flipped and then nanoseconds, big
// endian; text is UTF-8, and what is longer than 255 bytes is cut and ends in its
// SHA-256; hash is 16 bytes of SHA-256, which also keeps customers' references
// out of keys.
//
//	bucket         key                         payload
//	meta           "schema"                    the version of what is described here
//	numbers        (none)                      its sequence is the last escalation's number
//	escalations    id                          escalationRecord
//	due            time id                     (empty) Due of what has one
//	concerns       hash(person) ^id            (empty) who has to do with what is not over
//	holdings       hash(person) ^id            (empty) who has it now
//	customers      hash(team, reference) ^id   (empty) the reference folded and trimmed
//	timelines      id n (4 bytes, big endian)  entryRecord
//	cards          id text(card's key)         cardRecord; id is 0 for personal views, notes and breaks
//	outbox         time id text(card's key)    the card's id, of those pending
//	once           text(key)                   onceRecord
//	once-by-time   time text(key)              (empty)
//	identities     text(person)                identityRecord
//	accounts       hash(person) text(account)  (empty) whose each identity is
//	pauses         text(name)                  pauseRecord
//	change-numbers (none)                      its sequence is the last change's number
//	changes        id                          changeRecord
//	changes-of     hash(person) time id        (empty) Until of what is not cancelled, of Who and Cover
//	note-numbers   (none)                      its sequence is the last note's number
//	notes          id                          noteRecord
//	notes-by-time  time id                     the key of the note's card
//	watches        text(team)                  watchRecord
//	watch-due      time text(team)             the team, Due of what has one
//	paged          text(person)                pagedRecord
//	feeds          text(team)                  feedRecord
//	opened         hash(team) time id          (empty) Opened of each escalation
//	owing          hash(person) ^id            (empty) who owes something that is not done
//	members        hash(team) text(account)    (empty) whose Team each identity's is
//	breaks         text(person)                breakRecord
//	break-due      time text(person)           the person, Due of what has one
//	breaks-by-time time text(person)           the person, Changed
//	resting        hash(team) time text(person)  the person, Since of who has a place or waits for one
//	digests        text(team)                  digestRecord
//	digest-due     time text(team)             the team, Due of what has one
//	feedback       hash(team) time random      feedbackRecord, Week and 16 bytes that tell nothing
//	feedback-by-week  time hash(team) random   (empty) Week
//	addresses      text(room)                  addressRecord, whose bytes only the platform's adapter reads
//	whereabouts    text(person)                whereaboutsRecord
//	known          hash(team, reference)       customerRecord
//	known-due      time hash(team, reference)  the team and the reference, Due of what has one
//	known-names    hash(team, name) hash(team, reference)  the reference, of what has a name
//	restricted     hash(team) hash(team, reference)  the reference, of what has a restriction that is not over
//	tallies        id                          tallyRecord, of an escalation that was forgotten
//	tallied        hash(team) time id          (empty) Opened of each tally that has a team
//	tally-due      time id                     (empty) Due of what has one
//	erasing-numbers (none)                     its sequence is the last erasing's number
//	erasings       id                          erasingRecord
//
// Schema 2 added change-numbers and what follows it, and identities that are Gone.
// Schema 3 added opened and what follows it, and what an escalation keeps of the
// time after the call. Schema 4 added addresses and whereabouts, and by which
// account a card and a page go. Schema 5 added known and what follows it, and
// chained the timelines (see bot/chain.go).
//
// The sequence of every bucket but the four of numbers counts its keys, so that
// a backup can be checked for completeness and Stats costs nothing.
//
// # Indexes
//
// due, concerns, holdings, customers, outbox, once-by-time, accounts, changes-of,
// notes-by-time, watch-due, opened, owing, members, break-due, breaks-by-time,
// resting, digest-due, feedback-by-week, known-due, known-names, restricted, tallied
// and tally-due are indexes. A record says itself under which keys it is found there,
// as they were when it was written: the rules that lead to them may have changed
// since, the old entries must go all the same. No index is decoded to be walked, and
// a damaged record in its midst does not stop the walk:
// the getter of that record fails.
//
// A record whose key was altered can't be found any more, and must not pass for
// one that was never there. So where nothing is found the keys on both sides
// must be sound: next to a damaged record "not found" is an error too. What is
// about to be kept is another matter: only damage under its own key is an error
// then, so that nothing new waits for a restore, and a card, an account and a mark
// of something done take the place of one that can't be read.
//
// # How it commits
//
// See commit.go. Why it is built this way, and what was measured, is in
// bot/decisions/0004-the-store.md.
package bolt
