// Package site is what a service has beside its content: statements and help, the
// map of the site, what browsers and search engines ask for by custom, and
// what operators watch.
package site

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/markdown"
	"grassroots/app/web"
	"grassroots/models/store"
)

// Feature is the pages, with what they lean on.
type Feature struct {
	site    *web.Site
	store   *store.Store
	queue   *jobs.Queue
	metrics *metrics
	// examples are the rendered examples of the help for Markdown.
	examples []example
	// perSitemap is how many addresses one map of the site may have.
	perSitemap int
}

// sweepEvery is how often what has had its day is removed.
const sweepEvery = 10 * time.Minute

// sweepArgs is the job that removes sessions, links, kept forms and answers, and
// counts that have had their day.
type sweepArgs struct{}

// Kind implements jobs.Args.
func (sweepArgs) Kind() string { return "site.sweep" }

// New makes the feature and registers its job.
func New(site *web.Site, queue *jobs.Queue) *Feature {
	jobs.Register(queue, func(ctx context.Context, _ sweepArgs) error {
		_, err := site.Store.Sweep(ctx)
		return err
	})
	queue.Every(sweepEvery, sweepArgs{})
	return &Feature{site: site, store: site.Store, queue: queue, metrics: newMetrics(), perSitemap: 50_000,
		examples: renderExamples(markdown.New(markdown.Options{Prefix: "example"}))}
}

// Routes adds the pages. Measure is no part of them: it has to stand before
// every other handler of the application.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/accessibility", f.site.Cached(f.accessibility))
	r.Get("/privacy", f.site.Cached(f.privacy))
	r.Post("/language", f.language)
	r.Get("/help/contact", f.site.Cached(f.contact))
	r.Get("/help/markdown", f.site.Cached(f.markdownHelp))
	r.Get("/.well-known/security.txt", f.securityTxt)
	r.Get("/robots.txt", f.robotsTxt)
	r.Get("/sitemap.xml", f.sitemap)
	r.Get("/sitemaps/:kind", f.sitemapOf)
	r.Get("/healthz", f.healthz)
	r.Get("/readyz", f.readyz)
	r.Get("/metrics", f.serveMetrics)
}
