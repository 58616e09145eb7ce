package bot

import "fmt"

// An Approval says how it stands with a promise that is beyond its owner's
// authority.
type Approval string

// The states of an approval.
const (
	ApprovalNone   Approval = ""       // it is within their authority
	ApprovalWanted Approval = "wanted" // it waits for somebody who may
	ApprovalGiven  Approval = "given"
	ApprovalDenied Approval = "denied"
)

// askApproval asks those who may approve it, at once: somebody was told that it
// will happen.
func (a *application) askApproval(o Owed, by PersonID) {
	n := a.record(Entry{What: WasUnapproved, By: by, Whom: o.Owner, Attempt: o.N, Text: o.price()}, a.State)
	for _, who := range o.Approvers {
		a.tell(who, n)
	}
}

// price is what was promised of the team's options, "" if it is none of them.
func (o *Owed) price() string {
	if o.Amount == 0 {
		return o.Option
	}

	return joinWords(o.Option, money(o.Amount, o.Currency))
}

// money writes hundredths as people do.
func money(hundredths int64, currency string) string {
	if hundredths%100 == 0 {
		return fmt.Sprintf("%d %v", hundredths/100, currency)
	}

	return fmt.Sprintf("%d.%02d %v", hundredths/100, hundredths%100, currency)
}

// decideOwed approves it, or ends it: the customer has to hear that it is not
// possible. The first who decides counts. Who may is asked at the desk.
func (a *application) decideOwed(ev DecideOwed) error {
	if ev.N < 1 || ev.N > len(a.Owed) {
		return a.late()
	}

	o := &a.Owed[ev.N-1]

	decided, what := ApprovalGiven, WasGranted
	if !ev.Approved {
		decided, what = ApprovalDenied, WasRefused
	}

	switch {
	case o.Approval == decided && o.DecidedBy == ev.By:
		return &NoChangeError{a.ID}
	case o.Approval != ApprovalWanted || !o.Open():
		return a.late()
	}

	o.Approval, o.DecidedBy, a.settled = decided, ev.By, true

	n := a.record(Entry{What: what, By: ev.By, Whom: o.Owner, Attempt: o.N, Text: o.price()}, a.State)
	a.tell(o.Owner, n)

	if !ev.Approved {
		a.endOwed(o, NotAnyMore, ev.By)
		a.closeIfDone()
	}

	return nil
}
