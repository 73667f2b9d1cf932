// Package exchange lets case studies travel between instances. What is posted
// here is published for others as signed documents, with a list of changes that
// misses nothing; what others publish is fetched, checked and kept here as
// copies that only their origin changes. docs/exchange.md describes the
// protocol.
package exchange

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/outbound"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// Hooks is what this feature needs of others.
type Hooks struct {
	// Read gives a case study that everybody may read.
	Read func(ctx context.Context, id string) (models.CaseStudy, error)
	// Prepare completes, checks and renders the document of a case study, as
	// before any other save.
	Prepare func(*models.CaseStudy) error
	// AfterWrite does what follows a revision of a case study, in its
	// transaction.
	AfterWrite func(context.Context, *models.CaseStudy) error
	// Announce tells other systems what happened to a case study.
	Announce func(ctx context.Context, what models.EventType, cs models.CaseStudy) error
}

// Bounds of what is taken from others.
const (
	// maxDocument is how large a document may be, in bytes: a case study of
	// 1 MB, signed.
	maxDocument = 4 << 20
	// syncEvery is how often others are asked for what has changed.
	syncEvery = 5 * time.Minute
	// verifyEvery is how often the copies are checked.
	verifyEvery = 24 * time.Hour
	// syncWithin is how long one instance is asked before others have their
	// turn; what is left is fetched the next time.
	syncWithin = 4 * time.Minute
)

// Config is what an operator decides of the exchange.
type Config struct {
	// Outbound says how other instances are asked.
	Outbound outbound.Config
	// MaxCopies is how many copies of one instance are kept at most; 0 sets no
	// limit.
	MaxCopies int
}

// Feature is the pages, operations and jobs, with what they lean on.
type Feature struct {
	site      *web.Site
	store     *store.Store
	queue     *jobs.Queue
	uploads   *uploads.Store
	hooks     Hooks
	maxCopies int
	documents *outbound.Client
	files     *outbound.Client
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, files *uploads.Store, cfg Config, hooks Hooks) *Feature {
	forDocuments, forFiles := cfg.Outbound, cfg.Outbound
	forDocuments.MaxBody, forFiles.MaxBody = maxDocument, maxFile
	f := &Feature{site: site, store: site.Store, queue: queue, uploads: files, hooks: hooks, maxCopies: cfg.MaxCopies,
		documents: outbound.New(forDocuments), files: outbound.New(forFiles)}
	jobs.Register(queue, f.syncAll)
	jobs.Register(queue, f.syncOne)
	jobs.Register(queue, f.dropped)
	jobs.Register(queue, f.verifyAll)
	queue.Every(syncEvery, syncAll{})
	queue.Every(verifyEvery, verifyAll{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	f.publish(r)
	r.Get("/admin/exchange", web.Signed(f.listPage))
	r.Get("/admin/exchange/new", web.Signed(f.newPage))
	r.Post("/admin/exchange/new", web.Signed(f.create))
	r.Get("/admin/exchange/:id", web.Signed(f.showPage))
	r.Post("/admin/exchange/:id/sync", web.Signed(f.syncNow))
	r.Post("/admin/exchange/:id/pause", web.Signed(f.pause))
	r.Post("/admin/exchange/:id/resume", web.Signed(f.resume))
	r.Get("/admin/exchange/:id/remove", web.Signed(f.removePage))
	r.Post("/admin/exchange/:id/remove", web.Signed(f.remove))
}

// syncAll is the job that has every instance asked.
type syncAll struct{}

// Kind implements jobs.Args.
func (syncAll) Kind() string { return "exchange.sync_all" }

// syncOne is the job that asks one instance.
type syncOne struct {
	Origin string `json:"origin"`
	All    bool   `json:"all,omitempty"` // see SyncOptions
}

// Kind implements jobs.Args.
func (syncOne) Kind() string { return "exchange.sync" }

// dropped is the job that withdraws the copies of an instance that was removed.
type dropped struct {
	Origin string `json:"origin"`
}

// Kind implements jobs.Args.
func (dropped) Kind() string { return "exchange.drop" }

// verifyAll is the job that checks every copy.
type verifyAll struct{}

// Kind implements jobs.Args.
func (verifyAll) Kind() string { return "exchange.verify" }

func (f *Feature) syncAll(ctx context.Context, _ syncAll) error {
	list, err := f.store.Origins(ctx)
	if err != nil {
		return err
	}
	for _, o := range list {
		if !o.Active() {
			continue
		}
		if err := f.ask(ctx, syncOne{Origin: o.ID}); err != nil {
			return err
		}
	}
	return nil
}

// ask has an instance asked soon. It comes round by itself, so one that is away
// is not tried again by the queue.
func (f *Feature) ask(ctx context.Context, job syncOne) error {
	return f.queue.Enqueue(ctx, job, jobs.Outside(), jobs.Attempts(1))
}

func (f *Feature) syncOne(ctx context.Context, job syncOne) error {
	o, err := f.store.Origin(ctx, job.Origin)
	if models.KindOf(err) == models.NotFound || err == nil && !o.Active() {
		return nil
	}
	if err != nil {
		return err
	}
	report, err := f.Sync(ctx, o, SyncOptions{All: job.All})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil: // noted with the instance, for people to see
		f.site.Log.WarnContext(ctx, "another instance could not be asked for its case studies", "origin", o.URL, "reason", explain(err), "error", err)
		return nil
	case report.More:
		return f.ask(ctx, syncOne{Origin: o.ID})
	}
	return nil
}

func (f *Feature) verifyAll(ctx context.Context, _ verifyAll) error {
	report, err := f.Verify(ctx, nil)
	if err == nil && len(report.Faults) > 0 {
		f.site.Log.WarnContext(ctx, "copies of case studies are not what was signed at their origin", "copies", len(report.Faults))
	}
	return err
}
