// Package finding is search over everything: case studies, people,
// organisations, systems and standards. It keeps the index of all but case
// studies, which keep their own, and it makes the whole index again.
package finding

import (
	"context"
	"iter"

	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// CaseStudies is what case studies, which are another feature's, have to do
// with search.
type CaseStudies struct {
	// Documents gives what the index holds of them.
	Documents func(ctx context.Context) iter.Seq2[search.Document, error]
	// Find answers a query without the search engine.
	Find func(ctx context.Context, q models.ListQuery) (models.Page[models.Summary], error)
}

// Feature is the operations, with what they lean on.
type Feature struct {
	site    *web.Site
	store   *store.Store
	queue   *jobs.Queue
	studies CaseStudies
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, studies CaseStudies) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue, studies: studies}
	f.registerJobs()
	return f
}
