package bot

import "time"

// What can happen to something owed. N is its number.
type (
	// AddOwed owes something to the customer that somebody wrote down by hand.
	AddOwed struct {
		By     PersonID
		Owed   Owed // N is given
		Spends bool // what is promised was approved before
	}
	// Finish says that a promise or follow-up was carried out, and of a
	// follow-up what came out.
	Finish struct {
		By                            PersonID
		N                             int
		Agreed, Left, Says, Satisfied string
		Reopen                        bool // what is left over opens the case anew, if it was resolved
		Page                          bool // … and a supervisor is paged
	}
	// MoveOwed gives it another time. Entries name Due in its own zone.
	MoveOwed struct {
		By   PersonID
		N    int
		Due  time.Time
		Zone string // of the customer, "" for the owner's
		Told string // what the customer was told
	}
	// DropOwed says that it is not needed any more.
	DropOwed struct {
		By  PersonID
		N   int
		Why string
	}
	// TakeOwed makes By its owner.
	TakeOwed struct {
		By PersonID
		N  int
	}
	// DecideOwed approves or denies what is beyond the owner's authority.
	DecideOwed struct {
		By       PersonID
		N        int
		Approved bool
	}
)

func (AddOwed) event()    {}
func (Finish) event()     {}
func (MoveOwed) event()   {}
func (DropOwed) event()   {}
func (TakeOwed) event()   {}
func (DecideOwed) event() {}
