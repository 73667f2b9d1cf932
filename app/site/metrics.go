package site

import (
	"bytes"
	"context"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"

	"grassroots/app/web"
	"grassroots/models"
)

// metrics are what an operator's Prometheus reads. They are registered with a
// registry of their own, not with the library's global one.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	jobs      *prometheus.GaugeVec
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "grassroots_http_requests_total",
			Help: "Requests answered, by route, method and status."}, []string{"route", "method", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "grassroots_http_request_duration_seconds",
			Help: "How long requests took to answer, by route and method.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route", "method"}),
		jobs: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "grassroots_jobs",
			Help: "Jobs in the queue, by state; available ones wait to be worked."}, []string{"state"})}
	m.registry.MustRegister(m.requests, m.durations, m.jobs, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Measure counts and times every request. It stands outermost and has errors
// answered, so that it sees the status that the client sees.
func (f *Feature) Measure(c *fiber.Ctx) error {
	began := f.site.Now()
	err := c.Next()
	if err != nil {
		err = f.site.HandleError(c, err)
	}
	status := c.Response().StatusCode()
	if err != nil {
		status = fiber.StatusInternalServerError
	}
	route, method := routeOf(c), c.Method()
	f.metrics.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	f.metrics.durations.WithLabelValues(route, method).Observe(f.site.Now().Sub(began).Seconds())
	return err
}

// noRoute stands for every address that no route answers, so that strangers
// who try addresses make no new series.
const noRoute = "none"

// routeOf gives the pattern of the route that answered. Middleware that stands
// at the root has its path as well, which only the start page really has.
func routeOf(c *fiber.Ctx) string {
	pattern := c.Route().Path
	if pattern == "/" && c.Path() != "/" || pattern == "" || pattern == "*" || pattern == "/*" {
		return noRoute
	}
	return pattern
}

// serveMetrics answers an operator's Prometheus. To everybody else there is no
// such page.
func (f *Feature) serveMetrics(c *fiber.Ctx) error {
	if !mayWatch(c.Context().RemoteIP(), throughProxy(c), web.Person(c)) {
		return fiber.ErrNotFound
	}
	f.countJobs(c.UserContext())
	families, err := f.metrics.registry.Gather()
	if err != nil {
		return models.Wrap(models.Internal, "The metrics could not be gathered.", err)
	}
	var out bytes.Buffer
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	encoder := expfmt.NewEncoder(&out, format)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return models.Wrap(models.Internal, "The metrics could not be written.", err)
		}
	}
	c.Set(fiber.HeaderContentType, string(format))
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(out.Bytes())
}

// countJobs reads the queue anew. While it cannot be read there is no count,
// rather than an old one.
func (f *Feature) countJobs(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	counts, err := f.queue.Counts(ctx)
	f.metrics.jobs.Reset()
	if err != nil {
		f.site.Log.WarnContext(ctx, "the jobs could not be counted", "error", err)
		return
	}
	for state, n := range counts {
		f.metrics.jobs.WithLabelValues(state).Set(float64(n))
	}
}

// mayWatch tells who may read the metrics: programs on this machine or in its
// private network that ask directly, and admins. What comes through a proxy
// seems to come from the proxy's address, so it counts as from outside.
func mayWatch(remote net.IP, proxied bool, p *models.Person) bool {
	return p.May(models.Watch, models.Subject{}) || !proxied && (remote.IsLoopback() || remote.IsPrivate() || remote.IsLinkLocalUnicast())
}

// throughProxy tells whether a proxy has left its mark on the request.
func throughProxy(c *fiber.Ctx) bool {
	marks := []string{"Forwarded", "Via", fiber.HeaderXForwardedFor, fiber.HeaderXForwardedHost, fiber.HeaderXForwardedProto, "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip"}
	return slices.ContainsFunc(marks, func(name string) bool { return c.Get(name) != "" })
}
