package workspace

import (
	"math"
	"time"
)

// messageBurst is how many messages a conversation takes at once; after them
// it is one a second.
const messageBurst = 5

// limiter holds the app to Slack's rates.
type limiter struct {
	messages bool // about one a second in each conversation
	tiers    bool // calls a minute of each method
	buckets  map[string]*bucket
}

func newLimiter(messages, tiers bool) limiter {
	return limiter{messages: messages, tiers: tiers, buckets: map[string]*bucket{}}
}

// check counts a call and returns the seconds to wait before it may be made;
// 0 means that it may be made now.
func (l *limiter) check(w *Workspace, c *call, m method) int {
	now := w.now()
	if l.messages && c.method == "chat.postMessage" {
		if wait := l.take("channel "+w.paced(c.str("channel")), messageBurst, 1, now); wait > 0 {
			return wait
		}
	}
	if l.tiers && m.perMinute > 0 {
		return l.take(c.method, float64(m.perMinute), float64(m.perMinute)/60, now)
	}
	return 0
}

// paced names the conversation that a call's channel stands for.
func (w *Workspace) paced(channel string) string {
	if w.people[channel] != nil {
		return w.dm(channel).id
	}
	return channel
}

// take takes one token from a bucket that holds burst and fills at rate a
// second. It returns the whole seconds until there is one.
func (l *limiter) take(name string, burst, rate float64, now time.Time) int {
	b := l.buckets[name]
	if b == nil {
		b = &bucket{tokens: burst, at: now}
		l.buckets[name] = b
	}
	b.tokens = min(burst, b.tokens+now.Sub(b.at).Seconds()*rate)
	b.at = now
	if b.tokens < 1 {
		return max(1, int(math.Ceil((1-b.tokens)/rate)))
	}
	b.tokens--
	return 0
}

// bucket is a token bucket.
type bucket struct {
	tokens float64
	at     time.Time
}
