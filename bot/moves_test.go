package bot

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestDiagram(t *testing.T) {
	const golden = "testdata/escalation.mmd"

	if *update {
		if err := os.WriteFile(golden, []byte(diagram()), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(string(want), diagram()); diff != "" {
		t.Errorf("diagram() is not what %v says; run the test with -update if that is meant (-want +got):\n%v", golden, diff)
	}
}

// Mermaid ends a label at the next colon or semicolon.
func TestLabelsCanBeDrawn(t *testing.T) {
	for _, m := range moves {
		if m.label == "" || strings.ContainsAny(m.label, ":;\n") {
			t.Errorf("the label of %v is %q, want words without colon or semicolon", nameOf(m.event), m.label)
		}
	}
}

// An arrow is one thing that may happen in one state, and where it leads.
type arrow struct {
	event    string
	from, to State
}

func (a arrow) String() string { return fmt.Sprintf("%v: %q → %q", a.event, a.from, a.to) }

func nameOf(ev Event) string { return fmt.Sprintf("%T", ev)[len("bot."):] }

// arrows returns the table of moves, one arrow each.
func arrows() map[arrow]bool {
	all := make(map[arrow]bool)

	for _, m := range moves {
		for _, from := range m.from {
			if len(m.to) == 0 {
				all[arrow{nameOf(m.event), from, from}] = true
			}

			for _, to := range m.to {
				all[arrow{nameOf(m.event), from, to}] = true
			}
		}
	}

	return all
}

// attempts is what people do in the search below: everything that can happen,
// by those whom it matters to.
func attempts(e *Escalation) []Event {
	events := []Event{
		live, ofKind(Approve), inTwoDays, Due{},
		Take{By: "dana"}, Take{By: "lee"}, Join{By: "dana"}, Introduce{By: "maria"},
		HandTo{By: "dana", To: "lee"}, GiveUp{By: "dana"}, HandBack{By: "dana", Advice: "Say sorry."},
		Decide{By: "dana", Approved: true}, EscalateAgain{By: "maria"},
		Ask{By: "dana", Text: "Which?"}, Answer{By: "maria", Text: "That."},
		AddNote{By: "dana", Text: "A note."}, AddContext{By: "maria", Context: live.Context},
		Inform{By: "maria", How: "phone"}, RemindLater{By: "maria"}, touchLater, MakeTouch{By: "dana"},
		EndCall{By: "maria"}, PageEveryone{By: "maria"}, PromiseCallback{By: "maria", At: noon.Add(time.Hour)},
		Withdraw{By: "maria"}, refund, callFriday, Finish{By: "lee", N: 1}, Finish{By: "lee", N: 2},
		Finish{By: "lee", N: 1, Left: "The cable.", Reopen: true}, Finish{By: "lee", N: 1, Left: "The cable.", Reopen: true, Page: true},
		AddOwed{By: "lee", Owed: Owed{Promise: true, Text: "80 USD", Approval: ApprovalWanted, Due: noon.Add(time.Hour)}},
		MoveOwed{By: "lee", N: 1, Due: noon.Add(5 * time.Hour)}, DropOwed{By: "lee", N: 1}, DropOwed{By: "lee", N: 2},
		TakeOwed{By: "kim", N: 1}, DecideOwed{By: "priya", N: 1, Approved: true}, DecideOwed{By: "priya", N: 1}, DecideOwed{By: "priya", N: 3},
		Reopen{By: "maria"}, Reopen{By: "maria", Page: true}, GiveFeedback{By: "maria", Named: true, Helped: "yes", Week: noon},
		Relieve{By: "lee", From: []PersonID{"dana", "maria"}},
		Undelivered{Whom: "lee"}, PossiblyDoubled{Whom: "lee"}, Erase{By: "olga"},
		Warn{By: "maria"}, EndContact{By: "maria"}, WriteDown{By: "maria", Words: "You will see."}, StopFor{By: "maria", Trigger: Legal}, NoneOfThese{By: "maria"},
		Restrict{By: "dana", Restriction: Restriction{What: "no phone", Until: noon.Add(time.Hour)}}, TellRestriction{By: "dana", What: WasLifted},
	}

	if e.Kind == Approve {
		events = append(events, AddContext{By: "maria", Context: muchMoney}, Refer{By: "dana"})
	}

	for _, page := range e.Pages {
		events = append(events,
			Pass{By: page.Who, Attempt: page.Attempt, Reason: Away},
			Unreachable{Who: page.Who, Attempt: page.Attempt, Reason: "user_disabled"})
	}

	return events
}

// muchMoney is more than supervisors may approve.
var muchMoney = Context{Waiting: true, Amount: "Refund, 600 USD", Option: "Refund", Sum: 60000, Currency: "USD"}

// onlyManagers may approve what is more than 500.
func onlyManagers(who PersonID, _ string, amount int64, _ string) bool {
	return amount <= 50000 || who == "priya"
}

// inTwoDays is a customer who is called back then; touchLater is an
// outcome after which somebody asks some days later whether all is well.
var (
	inTwoDays  = Open{ID: 142, Agent: "maria", Kind: CallBack, Context: Context{CallAt: noon.Add(48 * time.Hour), Happened: "His lawyer asks."}}
	touchLater = Resolve{By: "dana", Outcome: Outcome{Name: "Refund"}, Touch: 72 * time.Hour}
)

// situation is what the search tells apart: two escalations of one situation
// lead to the same arrows.
func situation(e *Escalation) string {
	done, waiting, rung := 0, 0, Rung(0)

	for _, owed := range e.Owed {
		if !owed.Open() {
			done++
		} else if owed.Approval == ApprovalWanted {
			waiting++
		}
	}

	if len(e.Owed) == 1 && e.State == Resolved { // it can be given up
		rung = e.Owed[0].Rung
	}

	asked := e.askedOf("maria")

	return fmt.Sprint(e.Context.Option != "", asked != nil && asked.N > 0 && asked.Answered.IsZero(), e.State, e.Kind, e.Holder, e.Handover != nil, e.Question != nil, e.CallEnded.IsZero(),
		e.AskAt.IsZero(), min(len(e.Owed), 3), min(done, 3), min(e.Updates.Nudges, 1), e.Touch.Owner, e.Touch.Result, min(waiting, 1), rung)
}

// Everything that can happen is in the table, and everything in the table can
// happen: a search through all that people may do, in any order.
func TestMovesAreWhatHappens(t *testing.T) {
	m := usual()
	m.Feedback, m.May = true, onlyManagers
	seen := make(map[arrow]bool)
	known := make(map[string]bool)

	for queue := []*Escalation{{}}; len(queue) > 0; queue = queue[1:] {
		for _, ev := range attempts(queue[0]) {
			e := queue[0].clone()
			from := e.State

			m.Now = noon
			if due := e.Due(); due.After(noon) {
				m.Now = due
			}

			if _, err := e.Apply(ev, m); err != nil {
				continue
			}

			seen[arrow{nameOf(ev), from, e.State}] = true

			if key := situation(e); !known[key] {
				known[key] = true
				queue = append(queue, e)
			}
		}

		if e := queue[0].clone(); !e.updateDue().IsZero() { // nothing else happens until then
			m.Now = e.updateDue()

			if _, err := e.Apply(Due{}, m); err == nil && !known[situation(e)] {
				known[situation(e)] = true
				queue = append(queue, e)
			}
		}
	}

	if diff := cmp.Diff(listed(arrows()), listed(seen)); diff != "" {
		t.Errorf("what happens is not what the table says (-table +happens):\n%v", diff)
	}
}

func listed(set map[arrow]bool) []string {
	var list []string
	for a := range set {
		list = append(list, a.String())
	}

	slices.Sort(list)

	return list
}

// diagram returns the life of an escalation as a Mermaid state diagram. Arrows
// that lead back to where they start are left out but for paging's own.
func diagram() string {
	var b strings.Builder

	b.WriteString("stateDiagram-v2\n")

	for _, m := range moves {
		for _, from := range m.from {
			for _, to := range m.to {
				if from == to && to != Paging {
					continue
				}

				fmt.Fprintf(&b, "    %s --> %s: %s\n", node(from), to, m.label)
			}
		}
	}

	for _, state := range []State{Closed, Withdrawn} {
		fmt.Fprintf(&b, "    %s --> [*]\n", state)
	}

	return b.String()
}

func node(s State) string {
	if s == "" {
		return "[*]"
	}

	return string(s)
}
