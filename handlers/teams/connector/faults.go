package connector

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// Effect is what a [Fault] does to a call.
type Effect string

// The effects. Slow lets the call go on after Delay; the two before it happen
// after the call was carried out, so that the app can't know whether it was;
// all others happen instead of the call.
const (
	RateLimit   Effect = "rate_limit"   // status 429 with Retry-After
	ServerError Effect = "server_error" // Status, or 503
	Refuse      Effect = "refuse"       // Status, or 403, with Code
	Hang        Effect = "hang"         // no answer until the app gives up

	CutAfter  Effect = "cut_after"  // carried out; the connection ends without an answer
	LoseAfter Effect = "lose_after" // carried out; the answer is Status, or 502
	Slow      Effect = "slow"
)

// Fault makes the app's calls fail. A zero field matches everything.
type Fault struct {
	Call string // send, update, delete, create, members, token or keys
	To   string // id of a conversation, or somebody's id or handle: their personal chat
	Do   Effect

	Status     int
	Code       string        // for Refuse; BotNotInConversationRoster when empty
	RetryAfter int           // for RateLimit, in seconds; 0 sends no header
	Delay      time.Duration // for Slow
	Times      int           // how many calls it hits; 0 is all
	Chance     float64       // of each call; 0 is always
}

// faultRoom is the faults in force.
type faultRoom struct {
	list        []*Fault
	duplicates  float64
	anew        float64
	duplicateIn int
}

// Inject lets a fault happen from now on. The first fault that matches a call
// happens to it. It stays until it has hit Times calls, remove is called, or
// [Connector.Heal].
func (c *Connector) Inject(f Fault) (remove func()) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.faults.list = append(c.faults.list, &f)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.faults.list = slices.DeleteFunc(c.faults.list, func(o *Fault) bool { return o == &f })
	}
}

// Heal ends every fault: those injected, duplicates, and unreachable metadata.
func (c *Connector) Heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = faultRoom{}
	c.login.down = false
}

// Duplicate delivers activities twice with the same id, at the same time, each
// with that chance. 1 is always, 0 ends it.
func (c *Connector) Duplicate(chance float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults.duplicates = chance
}

// DuplicateNext delivers the next n activities twice.
func (c *Connector) DuplicateNext(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults.duplicateIn = n
}

// DuplicateAnew delivers invokes once more under a new id when they have been
// answered, each with that chance, as Teams was seen to do. Messages keep their
// ids.
func (c *Connector) DuplicateAnew(chance float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults.anew = chance
}

// LimitRate switches the connector's limits on or off.
func (c *Connector) LimitRate(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limits.off = !on
}

func (c *Connector) rollDuplicate() bool {
	f := &c.faults
	if f.duplicateIn > 0 {
		f.duplicateIn--
		return true
	}
	return f.duplicates > 0 && c.dice.Float64() < f.duplicates
}

func (c *Connector) rollAnew() bool {
	return c.faults.anew > 0 && c.dice.Float64() < c.faults.anew
}

// pick returns the fault that happens to a call, or nil.
func (c *Connector) pick(k *call) *Fault {
	c.mu.Lock()
	defer c.mu.Unlock()

	for i, f := range c.faults.list {
		if f.Call != "" && f.Call != k.name || f.To != "" && !c.concerns(k, f.To) {
			continue
		}
		if f.Chance > 0 && c.dice.Float64() >= f.Chance {
			continue
		}
		picked := *f
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				c.faults.list = slices.Delete(c.faults.list, i, i+1)
			}
		}
		return &picked
	}
	return nil
}

// concerns tells whether a call is about a conversation or about somebody: in
// their personal chat, or a message that they alone may read.
func (c *Connector) concerns(k *call, to string) bool {
	about, _ := splitThread(k.about())
	if u := c.findUser(to); u != nil {
		return about == c.personalID(u.ID) || c.userByID(about) == u || k.targeted && c.userByID(str(object(k.body, "recipient"), "id")) == u
	}
	v := c.findConversation(to)
	return v != nil && v.ID == about
}

// obstruct lets a fault happen instead of the call, and tells whether it did.
func (c *Connector) obstruct(rw http.ResponseWriter, r *http.Request, k *call, f *Fault) bool {
	if f == nil || f.Do == CutAfter || f.Do == LoseAfter {
		return false
	}
	switch {
	case f.Do == Slow && c.pause(r.Context(), f.Delay):
		return false
	case f.Do == Slow, f.Do == Hang:
		c.journalCall(k, outcome{code: string(f.Do)}, f)
		c.untilGone(r)
	}

	o := failed(c.inPlace(k, f))
	if f.Do == RateLimit {
		o.wait = f.RetryAfter
	}
	c.journalCall(k, o, f)
	c.answer(rw, o)
	return true
}

// untilGone waits until whoever asked has given up, or Teams closes, and ends
// the request without an answer.
func (c *Connector) untilGone(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-c.ctx.Done():
	}
	panic(http.ErrAbortHandler)
}

// inPlace is what a call is refused with, in the words of who is called.
func (c *Connector) inPlace(k *call, f *Fault) error {
	e := refusalError{status: cmp.Or(f.Status, http.StatusForbidden), code: cmp.Or(f.Code, "BotNotInConversationRoster"), login: k.name == callToken}
	switch f.Do {
	case RateLimit:
		e.status, e.code = http.StatusTooManyRequests, "Throttled"
	case ServerError:
		e.status, e.code = cmp.Or(f.Status, http.StatusServiceUnavailable), cmp.Or(f.Code, "ServiceError")
	case Refuse, Hang, CutAfter, LoseAfter, Slow:
	}
	e.message = "This was injected."
	return &e
}

// spoil lets a fault happen to the answer of a call that was carried out.
func (c *Connector) spoil(rw http.ResponseWriter, f *Fault) bool {
	switch {
	case f == nil:
		return false
	case f.Do == CutAfter:
		panic(http.ErrAbortHandler)
	case f.Do == LoseAfter:
		http.Error(rw, "bad gateway", cmp.Or(f.Status, http.StatusBadGateway))
		return true
	default:
		return false
	}
}
