// Package bundles takes whole case studies out of a site and brings them in:
// their text with every earlier version, comments, attachments, and who made
// them. Its operations are the same for the command line and the pages.
package bundles

import (
	"context"
	"strings"

	"grassroots/app/jobs"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// Hooks is what this feature needs of others.
type Hooks struct {
	// CheckLists is the rule that the lists of settings and staff groups make.
	CheckLists func(*models.Document) error
	// Prepare completes, checks and renders the document of a case study, as
	// before any other save.
	Prepare func(*models.CaseStudy) error
	// AfterWrite does what follows a revision of a case study, in its
	// transaction.
	AfterWrite func(context.Context, *models.CaseStudy) error
	// Index has the search index see what was written, in its transaction.
	Index func(context.Context) error
	// Importer gives the account in whose name content is brought in.
	Importer func(context.Context) (*models.Person, error)
	// Comment renders a comment, linking the handles that are known.
	Comment func(id, body string, known func(handle string) bool) (html string)
}

// Feature is the operations, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	queue *jobs.Queue
	files *uploads.Store
	hooks Hooks
	// counts is how far this process is with the transfers that it works on.
	counts counts
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, files *uploads.Store, hooks Hooks) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue, files: files, hooks: hooks}
	f.registerJobs()
	return f
}

// placeholder is the address of a person who came without one: nobody can be
// written to there, or sign in by it.
func placeholder(id string) string { return strings.ToLower(id) + "@imported.invalid" }
