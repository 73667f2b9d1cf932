// Package audit looks after the audit record: it seals what was recorded into
// the chain, removes what is older than it is to be kept, and shows it to
// admins.
package audit

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models/store"
)

const (
	// sealEvery is how long an event waits at most to be sealed.
	sealEvery = 10 * time.Second
	// headEvery is how often the end of the chain is told to the log, which is
	// kept elsewhere: whoever rewrites the record cannot rewrite that.
	headEvery = time.Hour
)

// Feature is the record as jobs and pages.
type Feature struct {
	site  *web.Site
	store *store.Store
	keep  time.Duration // 0: for ever
}

type (
	sealArgs struct{}
	headArgs struct{}
)

// Kind implements jobs.Args.
func (sealArgs) Kind() string { return "audit.seal" }

// Kind implements jobs.Args.
func (headArgs) Kind() string { return "audit.head" }

// New makes the feature and registers its jobs. Events go when they are older
// than keep; 0 keeps them for ever.
func New(site *web.Site, queue *jobs.Queue, keep time.Duration) *Feature {
	f := &Feature{site: site, store: site.Store, keep: keep}
	jobs.Register(queue, func(ctx context.Context, _ sealArgs) error {
		_, err := f.store.SealAudit(ctx)
		return err
	})
	queue.Every(sealEvery, sealArgs{})
	jobs.Register(queue, func(ctx context.Context, _ headArgs) error { return f.look(ctx) })
	queue.Every(headEvery, headArgs{})
	return f
}

// look tells the log where the chain ends, and removes what is too old.
func (f *Feature) look(ctx context.Context) error {
	if f.keep > 0 {
		gone, err := f.store.PruneAudit(ctx, f.site.Now().Add(-f.keep))
		if err != nil {
			return err
		}
		if gone > 0 {
			f.site.Log.InfoContext(ctx, "audit events were removed that are older than they are kept", "events", gone)
		}
	}
	seq, hash, err := f.store.AuditHead(ctx)
	if err != nil {
		return err
	}
	f.site.Log.InfoContext(ctx, "the audit record ends here", "place", seq, "hash", hash)
	return nil
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(path, web.Signed(f.page))
	r.Get(path+".csv", web.Signed(f.table))
}
