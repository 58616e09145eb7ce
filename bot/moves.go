package bot

import (
	"reflect"
	"slices"
)

// A move is an arrow of the state diagram: what may happen in a state, and
// which states it may lead to. Due and what can happen anywhere are in the
// table too; what isn't in it is refused.
type move struct {
	event Event
	from  []State
	to    []State // empty: the state stays as it is
	label string  // on the arrow
}

// moves is the life of an escalation (PRODUCT.md). Apply refuses what is not in
// it, the properties hold every step to it, and the diagram is drawn from it.
var moves = []move{
	{Open{}, []State{""}, []State{Paging}, "escalate"},
	{Due{}, []State{Paging}, []State{Paging}, "no answer, next tier"},
	{Due{}, []State{Taken}, []State{Taken, Paging}, "join overdue"},
	{Due{}, []State{Joined, Returned, Closed, Withdrawn}, nil, "reminder"},
	{Due{}, []State{Resolved}, []State{Resolved, Closed}, "last one given up"},
	{Take{}, []State{Paging}, []State{Taken}, "take"},
	{Take{}, []State{Taken, Joined}, []State{Taken}, "handover accepted"},
	{Pass{}, []State{Paging, Taken, Joined}, nil, "pass"},
	{Unreachable{}, []State{Paging, Taken, Joined}, nil, "page not deliverable"},
	{Join{}, []State{Taken}, []State{Joined}, "join"},
	{Introduce{}, []State{Taken, Joined}, nil, "introduce"},
	{HandTo{}, []State{Taken, Joined}, nil, "hand to"},
	{GiveUp{}, []State{Taken}, []State{Paging}, "give up"},
	{HandBack{}, []State{Taken, Joined}, []State{Returned}, "hand back"},
	{Decide{}, []State{Paging, Taken, Joined}, []State{Returned}, "approve or deny"},
	{Refer{}, []State{Paging, Taken, Joined}, []State{Paging}, "beyond their limit"},
	{EscalateAgain{}, []State{Returned}, []State{Paging}, "escalate again"},
	{Ask{}, []State{Paging, Taken, Joined}, nil, "ask the agent"},
	{Answer{}, []State{Paging, Taken, Joined, Returned}, nil, "answer"},
	{AddNote{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "note"},
	{AddContext{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed}, nil, "add context"},
	{Inform{}, []State{Paging, Taken, Joined, Returned}, nil, "customer updated"},
	{RemindLater{}, []State{Paging, Taken, Joined, Returned}, nil, "remind later"},
	{EndCall{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "call ended"},
	{Warn{}, []State{Paging, Taken, Joined, Returned}, nil, "customer warned"},
	{EndContact{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "contact ended"},
	{WriteDown{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "incident written down"},
	{StopFor{}, []State{Paging, Taken, Joined, Returned}, nil, "hard stop"},
	{NoneOfThese{}, []State{Paging, Taken}, nil, "no hard stop"},
	{Restrict{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "customer restricted"},
	{TellRestriction{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "restriction changed"},
	{PageEveryone{}, []State{Paging}, nil, "page everyone"},
	{PromiseCallback{}, []State{Paging, Taken, Joined}, nil, "promise a callback"},
	{Withdraw{}, []State{Paging, Taken}, []State{Withdrawn}, "withdraw"},
	{Resolve{}, []State{Taken, Joined, Returned}, []State{Resolved, Closed}, "resolve"},
	{MakeTouch{}, []State{Resolved, Closed}, nil, "second touch"},
	{Finish{}, []State{Paging, Taken, Joined, Returned, Withdrawn}, nil, "promise kept"},
	{Finish{}, []State{Resolved}, []State{Resolved, Closed}, "last one done"},
	{Finish{}, []State{Resolved}, []State{Returned, Paging}, "something is left over"},
	{AddOwed{}, []State{Paging, Taken, Joined, Returned, Resolved}, nil, "follow-up added"},
	{MoveOwed{}, []State{Paging, Taken, Joined, Returned, Resolved, Withdrawn}, nil, "promise moved"},
	{DropOwed{}, []State{Paging, Taken, Joined, Returned, Withdrawn}, nil, "promise not needed"},
	{DropOwed{}, []State{Resolved}, []State{Resolved, Closed}, "last one not needed"},
	{TakeOwed{}, []State{Paging, Taken, Joined, Returned, Resolved, Withdrawn}, nil, "promise taken on"},
	{DecideOwed{}, []State{Paging, Taken, Joined, Returned, Resolved, Withdrawn}, nil, "promise approved or denied"},
	{GiveFeedback{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed}, nil, "feedback"},
	{Reopen{}, []State{Resolved, Closed}, []State{Returned, Paging}, "reopen"},
	{Relieve{}, []State{Paging, Taken, Joined, Returned, Resolved, Withdrawn}, nil, "shift handed over"},
	{Undelivered{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "message not deliverable"},
	{Erase{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "customer's data erased"},
	{PossiblyDoubled{}, []State{Paging, Taken, Joined, Returned, Resolved, Closed, Withdrawn}, nil, "message maybe sent twice"},
}

// allowed returns the moves that an event may make in a state.
func allowed(state State, ev Event) []move {
	return slices.DeleteFunc(slices.Clone(moves), func(m move) bool {
		return reflect.TypeOf(m.event) != reflect.TypeOf(ev) || !slices.Contains(m.from, state)
	})
}
