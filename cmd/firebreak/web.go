package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/firebreakhq/firebreak/bot"
)

// serveWeb answers on the listen address until ctx is done.
func (a *App) serveWeb(ctx context.Context) error {
	server := &http.Server{
		Handler: a.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}

	return runServer(ctx, server, func() error { return server.Serve(a.listener) })
}

// runServer serves until ctx is done, and then lets requests that run end.
func runServer(ctx context.Context, server *http.Server, serve func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- serve() }()

	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}

	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()

	err := server.Shutdown(grace)
	if err != nil {
		err = errors.Join(err, server.Close())
	}

	<-ended //nolint:errcheck // it is http.ErrServerClosed

	return err
}

// handler has the paths of PRODUCT.md that this version serves.
func (a *App) handler() http.Handler {
	mux := http.NewServeMux()
	for _, c := range a.platforms {
		mux.Handle("/"+string(c.on)+"/", c.Handler())
	}
	mux.HandleFunc("GET /healthz", a.healthz)
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}))

	return mux
}

// register adds what is measured.
func (a *App) register() error {
	all := append(a.deliver.Collectors(),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "firebreak_beat_age_seconds", Help: "Seconds since everything that was due was last done.",
		}, func() float64 { return a.beatAge().Seconds() }),
	)

	var failures []error
	for _, collector := range all {
		failures = append(failures, a.metrics.Register(collector))
	}

	return errors.Join(failures...)
}

// beatAge returns how long ago everything that was due was last done.
func (a *App) beatAge() time.Duration { return a.out.Now().Sub(time.Unix(a.ticked.Load(), 0)) }

// lateBeat is how old the beat may be before the bot counts as ill.
const lateBeat = 15 * time.Second

// health returns why the bot is ill, nil if it isn't: the store can't be read,
// or what is due is not done.
func (a *App) health(ctx context.Context) error {
	if err := a.store.View(ctx, func(bot.Tx) error { return nil }); err != nil {
		return err
	}

	if err := a.store.Failing(); err != nil {
		return fmt.Errorf("the last change could not be kept: %w", err)
	}

	if a.beatAge() > lateBeat {
		return errors.New("what is due is not being done")
	}

	return nil
}

func (a *App) healthz(w http.ResponseWriter, r *http.Request) { answer(w, a.health(r.Context())) }

// readyz says in addition whether each platform is connected and takes what the
// bot sends.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) { answer(w, a.ready(r.Context())) }

// ready returns why somebody can't be paged, nil if everybody can.
func (a *App) ready(ctx context.Context) error {
	failures := []error{a.health(ctx)}
	for _, c := range a.platforms {
		failures = append(failures, c.ready())
	}

	return errors.Join(failures...)
}

func answer(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")

	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(err.Error() + "\n"))

		return
	}

	_, _ = w.Write([]byte("ok\n"))
}

// heartbeat calls the configured address while the bot is well, so that its
// silence is noticed.
func (a *App) heartbeat(ctx context.Context) {
	if err := a.ready(ctx); err != nil {
		a.out.Log.WarnContext(ctx, "no heartbeat: the bot is not well", "error", err)

		return
	}

	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.config.Heartbeat.URL, nil)
	if err != nil {
		a.out.Log.ErrorContext(ctx, "the heartbeat's address can't be called", "error", withoutAddress(err))

		return
	}

	response, err := a.client().Do(request)
	if err != nil {
		a.out.Log.WarnContext(ctx, "the heartbeat was not received", "error", withoutAddress(err))

		return
	}

	if response.StatusCode >= http.StatusMultipleChoices {
		a.out.Log.WarnContext(ctx, "the heartbeat was not accepted", "status", response.StatusCode)
	}

	_ = response.Body.Close()
}

// withoutAddress returns what went wrong with a call without where it went: the
// address of a heartbeat is often a secret.
func withoutAddress(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}

	return err
}

func (a *App) client() *http.Client {
	if a.out.Client != nil {
		return a.out.Client
	}

	return http.DefaultClient
}
