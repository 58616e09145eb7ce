package bolt

import (
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// The stored structs. Those that convert to a struct of the rules as they are do
// so by a Go conversion: a field that is added there does not compile until it
// is added here. None is ever removed or given another meaning; what is new is
// absent in old files and must be right as a zero.
type (
	escalationRecord struct {
		Found found `json:"found,omitzero"`

		ID       bot.EscalationID `json:"id"`
		Team     bot.TeamID       `json:"team,omitzero"`
		Agent    bot.PersonID     `json:"agent,omitzero"`
		State    bot.State        `json:"state,omitzero"`
		Kind     bot.Kind         `json:"kind,omitzero"`
		Context  contextRecord    `json:"context,omitzero"`
		Opened   time.Time        `json:"opened,omitzero"`
		Since    time.Time        `json:"since,omitzero"`
		Changed  time.Time        `json:"changed,omitzero"`
		Entries  int              `json:"entries,omitzero"`
		Head     []byte           `json:"head,omitempty"`
		Chained  time.Time        `json:"chained,omitzero"`
		Doubted  time.Time        `json:"doubted,omitzero"`
		Attempts int              `json:"attempts,omitzero"`

		Chain    bot.ChainName   `json:"chain,omitzero"`
		Turn     turnRecord      `json:"turn,omitzero"`
		Pages    []pageRecord    `json:"pages,omitempty"`
		Holder   bot.PersonID    `json:"holder,omitzero"`
		TakenAt  time.Time       `json:"takenAt,omitzero"`
		AskAt    time.Time       `json:"askAt,omitzero"`
		JoinBy   time.Time       `json:"joinBy,omitzero"`
		JoinedAt time.Time       `json:"joinedAt,omitzero"`
		Handover *handoverRecord `json:"handover,omitzero"`

		Introduced time.Time       `json:"introduced,omitzero"`
		CallEnded  time.Time       `json:"callEnded,omitzero"`
		Question   *questionRecord `json:"question,omitzero"`
		Advice     string          `json:"advice,omitzero"`
		Decision   *decisionRecord `json:"decision,omitzero"`
		Loose      []looseRecord   `json:"loose,omitempty"`

		Outcome  *outcomeRecord `json:"outcome,omitzero"`
		Owed     []owedRecord   `json:"owed,omitempty"`
		Nudges   int            `json:"nudges,omitzero"`
		NudgeAt  time.Time      `json:"nudgeAt,omitzero"`
		Updates  updatesRecord  `json:"updates,omitzero"`
		Details  detailsRecord  `json:"details,omitzero"`
		Touch    touchRecord    `json:"touch,omitzero"`
		Ended    time.Time      `json:"ended,omitzero"`
		ForgetAt time.Time      `json:"forgetAt,omitzero"`
		Asked    []askedRecord  `json:"asked,omitempty"`
		Erased   erasedRecord   `json:"erased,omitzero"`

		Incident *reportRecord  `json:"incident,omitzero"`
		Told     []bot.PersonID `json:"told,omitempty"`
		NoSign   []string       `json:"noSign,omitempty"`
	}

	erasedRecord struct {
		At time.Time `json:"at,omitzero"`
		N  int       `json:"n,omitzero"`
	}

	reportRecord struct {
		WordsBy    bot.PersonID      `json:"wordsBy,omitzero"`
		WordsAt    time.Time         `json:"wordsAt,omitzero"`
		Statements []statementRecord `json:"statements,omitempty"`

		What      string    `json:"what,omitzero"`
		At        time.Time `json:"at,omitzero"`
		Where     string    `json:"where,omitzero"`
		Against   string    `json:"against,omitzero"`
		Witnesses string    `json:"witnesses,omitzero"`
		Danger    string    `json:"danger,omitzero"`
		Reported  []string  `json:"reported,omitempty"`
		ReportRef string    `json:"reportRef,omitzero"`

		Warned   time.Time    `json:"warned,omitzero"`
		WarnedBy bot.PersonID `json:"warnedBy,omitzero"`
		Ended    time.Time    `json:"ended,omitzero"`
		EndedBy  bot.PersonID `json:"endedBy,omitzero"`

		By      bot.PersonID `json:"by,omitzero"`
		Written time.Time    `json:"written,omitzero"`
	}

	statementRecord struct {
		By   bot.PersonID `json:"by,omitzero"`
		At   time.Time    `json:"at,omitzero"`
		Text string       `json:"text,omitzero"`
	}

	askedRecord struct {
		Who      bot.PersonID `json:"who,omitzero"`
		Taker    bool         `json:"taker,omitzero"`
		At       time.Time    `json:"at,omitzero"`
		N        int          `json:"n,omitzero"`
		Answered time.Time    `json:"answered,omitzero"`
	}

	updatesRecord struct {
		Every  time.Duration `json:"every,omitzero"`
		Heard  time.Time     `json:"heard,omitzero"`
		How    string        `json:"how,omitzero"`
		Expect time.Time     `json:"expect,omitzero"`
		NextAt time.Time     `json:"nextAt,omitzero"`
		Nudges int           `json:"nudges,omitzero"`
		Later  bool          `json:"later,omitzero"`
		Asked  int           `json:"asked,omitzero"`
		Whom   bot.PersonID  `json:"whom,omitzero"`
	}

	detailsRecord struct {
		NextAt time.Time `json:"nextAt,omitzero"`
		Nudges int       `json:"nudges,omitzero"`
		Asked  int       `json:"asked,omitzero"`
	}

	touchRecord struct {
		At     time.Time     `json:"at,omitzero"`
		Owner  bot.PersonID  `json:"owner,omitzero"`
		In     time.Duration `json:"in,omitzero"`
		Nudges int           `json:"nudges,omitzero"`
		Asked  int           `json:"asked,omitzero"`
		Done   time.Time     `json:"done,omitzero"`
		Result string        `json:"result,omitzero"`
	}

	contextRecord struct {
		Customer  string      `json:"customer,omitzero"`
		Reference string      `json:"reference,omitzero"`
		Channel   string      `json:"channel,omitzero"`
		Waiting   bool        `json:"waiting,omitzero"`
		Reason    string      `json:"reason,omitzero"`
		Signs     []string    `json:"signs,omitempty"`
		Feeling   string      `json:"feeling,omitzero"`
		Heat      int         `json:"heat,omitzero"`
		Happened  string      `json:"happened,omitzero"`
		Confirmed string      `json:"confirmed,omitzero"`
		Wants     string      `json:"wants,omitzero"`
		Tried     string      `json:"tried,omitzero"`
		Promised  string      `json:"promised,omitzero"`
		Told      string      `json:"told,omitzero"`
		Amount    string      `json:"amount,omitzero"`
		Option    string      `json:"option,omitzero"`
		Sum       int64       `json:"sum,omitzero"`
		Currency  string      `json:"currency,omitzero"`
		CallAt    time.Time   `json:"callAt,omitzero"`
		CallWhere string      `json:"callWhere,omitzero"`
		CallWho   string      `json:"callWho,omitzero"`
		Zone      string      `json:"zone,omitzero"`
		Verbatim  string      `json:"verbatim,omitzero"`
		Link      string      `json:"link,omitzero"`
		Trigger   bot.Trigger `json:"trigger,omitzero"`
	}

	turnRecord struct {
		Tier     int            `json:"tier,omitzero"`
		Name     string         `json:"name,omitzero"`
		Round    int            `json:"round,omitzero"`
		Asked    []bot.PersonID `json:"asked,omitempty"`
		Until    time.Time      `json:"until,omitzero"`
		Next     []bot.PersonID `json:"next,omitempty"`
		NextName string         `json:"nextName,omitzero"`
		Nobody   bool           `json:"nobody,omitzero"`
		AllOff   bool           `json:"allOff,omitzero"`
		Avoid    bot.PersonID   `json:"avoid,omitzero"`
	}

	pageRecord struct {
		Who     bot.PersonID  `json:"who,omitzero"`
		Attempt int           `json:"attempt,omitzero"`
		Tier    string        `json:"tier,omitzero"`
		At      time.Time     `json:"at,omitzero"`
		State   bot.PageState `json:"state,omitzero"`
		Busy    bool          `json:"busy,omitzero"`
		Off     bool          `json:"off,omitzero"`
		Reason  string        `json:"reason,omitzero"`
		Closed  time.Time     `json:"closed,omitzero"`
		On      chat.Person   `json:"on,omitzero"`
		Tried   []chat.Person `json:"tried,omitempty"`
	}

	looseRecord struct {
		Role       bot.Role         `json:"role,omitzero"`
		Escalation bot.EscalationID `json:"escalation,omitzero"`
		Person     bot.PersonID     `json:"person,omitzero"`
		N          int              `json:"n,omitzero"`
	}

	handoverRecord struct {
		To      bot.PersonID `json:"to,omitzero"`
		Attempt int          `json:"attempt,omitzero"`
		Note    string       `json:"note,omitzero"`
		Until   time.Time    `json:"until,omitzero"`
	}

	questionRecord struct {
		By     bot.PersonID `json:"by,omitzero"`
		Text   string       `json:"text,omitzero"`
		At     time.Time    `json:"at,omitzero"`
		Answer string       `json:"answer,omitzero"`
	}

	decisionRecord struct {
		By       bot.PersonID `json:"by,omitzero"`
		Approved bool         `json:"approved,omitzero"`
		Amount   string       `json:"amount,omitzero"`
		Note     string       `json:"note,omitzero"`
		At       time.Time    `json:"at,omitzero"`

		Option   string    `json:"option,omitzero"`
		Sum      int64     `json:"sum,omitzero"`
		Currency string    `json:"currency,omitzero"`
		Until    time.Time `json:"until,omitzero"`
		TellAt   time.Time `json:"tellAt,omitzero"`
		Used     time.Time `json:"used,omitzero"`
	}

	outcomeRecord struct {
		By        bot.PersonID `json:"by,omitzero"`
		At        time.Time    `json:"at,omitzero"`
		Name      string       `json:"name,omitzero"`
		Amount    string       `json:"amount,omitzero"`
		Sum       int64        `json:"sum,omitzero"`
		Currency  string       `json:"currency,omitzero"`
		Waits     int          `json:"waits,omitzero"`
		Agreed    string       `json:"agreed,omitzero"`
		Why       string       `json:"why,omitzero"`
		Instead   string       `json:"instead,omitzero"`
		Satisfied string       `json:"satisfied,omitzero"`
		Worked    string       `json:"worked,omitzero"`
		Change    string       `json:"change,omitzero"`
	}

	owedRecord struct {
		N       int          `json:"n,omitzero"`
		Promise bool         `json:"promise,omitzero"`
		Text    string       `json:"text,omitzero"`
		Owner   bot.PersonID `json:"owner,omitzero"`
		By      bot.PersonID `json:"by,omitzero"`
		How     string       `json:"how,omitzero"`
		Where   string       `json:"where,omitzero"`
		Due     time.Time    `json:"due,omitzero"`
		Nudged  bool         `json:"nudged,omitzero"`
		Done    time.Time    `json:"done,omitzero"`
		DoneBy  bot.PersonID `json:"doneBy,omitzero"`

		Made   time.Time `json:"made,omitzero"`
		First  time.Time `json:"first,omitzero"`
		Moves  int       `json:"moves,omitzero"`
		Broken bool      `json:"broken,omitzero"`
		Zone   string    `json:"zone,omitzero"`

		Rung    bot.Rung  `json:"rung,omitzero"`
		NudgeAt time.Time `json:"nudgeAt,omitzero"`
		Fresh   bool      `json:"fresh,omitzero"`

		Option    string         `json:"option,omitzero"`
		Amount    int64          `json:"amount,omitzero"`
		Currency  string         `json:"currency,omitzero"`
		Approval  bot.Approval   `json:"approval,omitzero"`
		Approvers []bot.PersonID `json:"approvers,omitempty"`
		DecidedBy bot.PersonID   `json:"decidedBy,omitzero"`
		ClimbAt   time.Time      `json:"climbAt,omitzero"`
		ExpiresAt time.Time      `json:"expiresAt,omitzero"`

		Result    bot.Result `json:"result,omitzero"`
		Agreed    string     `json:"agreed,omitzero"`
		Left      string     `json:"left,omitzero"`
		Says      string     `json:"says,omitzero"`
		Satisfied string     `json:"satisfied,omitzero"`
		Why       string     `json:"why,omitzero"`
	}
)

// found says under which keys the indexes lead to an escalation.
type found struct {
	Due      time.Time `json:"due,omitzero"`
	Concerns [][]byte  `json:"concerns,omitempty"` // hashes of people
	Customer []byte    `json:"customer,omitempty"` // hash of team and reference
	Holder   []byte    `json:"holder,omitempty"`   // hash of who has it now
	Owing    [][]byte  `json:"owing,omitempty"`    // hashes of people
}

func newFound(e *bot.Escalation) found {
	f := found{Due: e.Due(), Customer: customerHash(e.Team, e.Context.Reference)}

	if !e.State.Over() {
		for _, person := range e.Concerns() {
			f.Concerns = append(f.Concerns, personHash(person))
		}
	}

	if e.State == bot.Taken || e.State == bot.Joined {
		f.Holder = personHash(e.Holder)
	}

	f.Owing = owingHashes(e.Owed)

	return f
}

// owingHashes returns the hashes of who owes something, each once.
func owingHashes(all []bot.Owed) [][]byte {
	var owners []bot.PersonID

	for _, owed := range all {
		if owed.Open() && !slices.Contains(owners, owed.Owner) {
			owners = append(owners, owed.Owner)
		}
	}

	return each(owners, personHash)
}

// indexed is what the indexes need of an escalation's record. Opened rests on no
// rule, so that found needn't say it.
type indexed struct {
	ID     bot.EscalationID `json:"id"`
	Team   bot.TeamID       `json:"team"`
	Opened time.Time        `json:"opened"`
	Found  found            `json:"found"`
}

func (r *escalationRecord) indexed() indexed { return indexed{r.ID, r.Team, r.Opened, r.Found} }

// keys returns under which keys the indexes lead to an escalation, none if there
// is no record of it.
func (r indexed) keys() []indexKey {
	if r.ID == 0 {
		return nil
	}

	keys := []indexKey{{bucket: opened, key: openedKey(r.Team, r.Opened, r.ID)}}

	if !r.Found.Due.IsZero() {
		keys = append(keys, indexKey{bucket: due, key: dueKey(r.Found.Due, r.ID)})
	}

	for _, person := range r.Found.Concerns {
		keys = append(keys, indexKey{bucket: concerns, key: newestFirst(person, r.ID)})
	}

	if len(r.Found.Customer) > 0 {
		keys = append(keys, indexKey{bucket: customers, key: newestFirst(r.Found.Customer, r.ID)})
	}

	if len(r.Found.Holder) > 0 {
		keys = append(keys, indexKey{bucket: holdings, key: newestFirst(r.Found.Holder, r.ID)})
	}

	for _, person := range r.Found.Owing {
		keys = append(keys, indexKey{bucket: owing, key: newestFirst(person, r.ID)})
	}

	return keys
}

func newEscalationRecord(e *bot.Escalation) *escalationRecord {
	return &escalationRecord{
		Found: newFound(e),

		ID:       e.ID,
		Team:     e.Team,
		Agent:    e.Agent,
		State:    e.State,
		Kind:     e.Kind,
		Context:  contextRecord(e.Context),
		Opened:   e.Opened,
		Since:    e.Since,
		Changed:  e.Changed,
		Entries:  e.Entries,
		Head:     e.Head,
		Chained:  e.Chained,
		Doubted:  e.Doubted,
		Attempts: e.Attempts,

		Chain:    e.Chain,
		Turn:     turnRecord(e.Turn),
		Pages:    each(e.Pages, func(p bot.Page) pageRecord { return pageRecord(p) }),
		Holder:   e.Holder,
		TakenAt:  e.TakenAt,
		AskAt:    e.AskAt,
		JoinBy:   e.JoinBy,
		JoinedAt: e.JoinedAt,
		Handover: (*handoverRecord)(e.Handover),

		Introduced: e.Introduced,
		CallEnded:  e.CallEnded,
		Question:   (*questionRecord)(e.Question),
		Advice:     e.Advice,
		Decision:   (*decisionRecord)(e.Decision),
		Loose:      each(e.Loose, func(c bot.CardID) looseRecord { return looseRecord(c) }),

		Outcome:  (*outcomeRecord)(e.Outcome),
		Owed:     each(e.Owed, func(o bot.Owed) owedRecord { return owedRecord(o) }),
		Nudges:   e.Nudges,
		NudgeAt:  e.NudgeAt,
		Updates:  updatesRecord(e.Updates),
		Details:  detailsRecord(e.Details),
		Touch:    touchRecord(e.Touch),
		Ended:    e.Ended,
		ForgetAt: e.ForgetAt,
		Asked:    each(e.Asked, func(a bot.Asked) askedRecord { return askedRecord(a) }),
		Erased:   erasedRecord(e.Erased),

		Incident: newReportRecord(e.Incident),
		Told:     e.Told,
		NoSign:   e.NoSign,
	}
}

func (r *escalationRecord) escalation() *bot.Escalation {
	return &bot.Escalation{
		ID:       r.ID,
		Team:     r.Team,
		Agent:    r.Agent,
		State:    r.State,
		Kind:     r.Kind,
		Context:  bot.Context(r.Context),
		Opened:   r.Opened,
		Since:    r.Since,
		Changed:  r.Changed,
		Entries:  r.Entries,
		Head:     r.Head,
		Chained:  r.Chained,
		Doubted:  r.Doubted,
		Attempts: r.Attempts,

		Chain:    r.Chain,
		Turn:     bot.Turn(r.Turn),
		Pages:    each(r.Pages, func(p pageRecord) bot.Page { return bot.Page(p) }),
		Holder:   r.Holder,
		TakenAt:  r.TakenAt,
		AskAt:    r.AskAt,
		JoinBy:   r.JoinBy,
		JoinedAt: r.JoinedAt,
		Handover: (*bot.Handover)(r.Handover),

		Introduced: r.Introduced,
		CallEnded:  r.CallEnded,
		Question:   (*bot.Question)(r.Question),
		Advice:     r.Advice,
		Decision:   (*bot.Decision)(r.Decision),
		Loose:      each(r.Loose, func(c looseRecord) bot.CardID { return bot.CardID(c) }),

		Outcome:  (*bot.Outcome)(r.Outcome),
		Owed:     each(r.Owed, func(o owedRecord) bot.Owed { return bot.Owed(o) }),
		Nudges:   r.Nudges,
		NudgeAt:  r.NudgeAt,
		Updates:  bot.Updates(r.Updates),
		Details:  bot.Details(r.Details),
		Touch:    bot.Touch(r.Touch),
		Ended:    r.Ended,
		ForgetAt: r.ForgetAt,
		Asked:    each(r.Asked, func(a askedRecord) bot.Asked { return bot.Asked(a) }),
		Erased:   bot.Erased(r.Erased),

		Incident: r.Incident.report(),
		Told:     r.Told,
		NoSign:   r.NoSign,
	}
}

func each[A, B any](list []A, convert func(A) B) []B {
	if list == nil {
		return nil
	}

	converted := make([]B, len(list))
	for i, a := range list {
		converted[i] = convert(a)
	}

	return converted
}
