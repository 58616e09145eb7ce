package bot

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// deliverMetrics counts what delivery does.
type deliverMetrics struct {
	calls       *prometheus.CounterVec // by errand and result
	adopted     prometheus.Counter
	copies      prometheus.Counter
	doubled     prometheus.Counter
	undelivered *prometheus.CounterVec // by role
	latency     prometheus.Histogram
	outbox      atomic.Int64
	oldest      atomic.Int64 // since when the oldest page waits, in ns of the clock; 0 if none does
	pages       heapOf[*task]
	now         func() time.Time
}

func newDeliverMetrics(now func() time.Time) *deliverMetrics {
	m := &deliverMetrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "firebreak_deliver_calls_total",
			Help: "Calls to chat platforms, by kind of call and result.",
		}, []string{"call", "result"}),
		adopted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "firebreak_deliver_adopted_total",
			Help: "Messages in doubt that were found on the platform.",
		}),
		copies: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "firebreak_deliver_surplus_removed_total",
			Help: "Surplus copies of messages that were removed.",
		}),
		doubled: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "firebreak_deliver_doubled_total",
			Help: "Messages that were posted again although nobody could read whether they had been.",
		}),
		undelivered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "firebreak_deliver_undelivered_total",
			Help: "Cards that a platform will not take, by role.",
		}, []string{"role"}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "firebreak_deliver_page_seconds",
			Help:    "From the commit that wants a page to the platform's answer that it is posted.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}),
		now: now,
	}
	m.pages.before = func(a, b *task) bool { return a.since.Before(b.since) }

	return m
}

// Collectors returns what counts deliveries, for the app to register.
func (d *Deliver) Collectors() []prometheus.Collector {
	m := d.metrics

	return []prometheus.Collector{
		m.calls, m.adopted, m.copies, m.doubled, m.undelivered, m.latency,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "firebreak_deliver_outbox",
			Help: "Cards that wait to be shown or drawn anew.",
		}, func() float64 { return float64(m.outbox.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "firebreak_deliver_oldest_page_seconds",
			Help: "For how long the oldest page that is not shown has been waiting, 0 if none is.",
		}, m.oldestAge),
	}
}

func (m *deliverMetrics) oldestAge() float64 {
	since := m.oldest.Load()
	if since == 0 {
		return 0
	}

	return m.now().Sub(time.Unix(0, since)).Seconds()
}

func (m *deliverMetrics) called(e errand, failure *chat.Failure) {
	result := "done"
	if failure != nil {
		result = failure.Kind.String()
	}

	m.calls.WithLabelValues(e.String(), result).Inc()
}

// waits notes a page that is to be shown.
func (m *deliverMetrics) waits(t *task) {
	if t.class == PageClass {
		m.pages.push(t)
	}
}

// gauge brings the gauges up to date.
func (m *deliverMetrics) gauge(outbox int) {
	m.outbox.Store(int64(outbox))

	for len(m.pages.items) > 0 && m.pages.items[0].gone {
		m.pages.pop()
	}

	if len(m.pages.items) == 0 {
		m.oldest.Store(0)
		return
	}

	m.oldest.Store(m.pages.items[0].since.UnixNano())
}

func (m *deliverMetrics) gaveUp(t *task) { m.undelivered.WithLabelValues(string(t.id.Role)).Inc() }

func (m *deliverMetrics) posted(t *task, now time.Time) {
	if t.class == PageClass {
		m.latency.Observe(now.Sub(t.since).Seconds())
	}
}
