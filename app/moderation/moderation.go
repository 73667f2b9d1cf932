// Package moderation is what people do about what should not be here: report
// it, look at what was reported, and decide. What a thing is belongs to its own
// feature, which gives this one its part.
package moderation

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// Source gives what moderators look after in one feature, and what waits there.
type Source func(ctx context.Context) ([]templates.ModerationSection, error)

// Hooks are what other features do for this one.
type Hooks struct {
	// CaseStudy gives a case study that a person may read.
	CaseStudy func(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error)
	// Comment gives a comment that a person may read, and what it is on.
	Comment func(ctx context.Context, p *models.Person, id string) (models.Comment, models.CaseStudy, error)
}

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site    *web.Site
	store   *store.Store
	mail    *mail.Service
	hooks   Hooks
	sources []Source
}

// New makes the feature. The sources are shown in their order.
func New(site *web.Site, mailer *mail.Service, hooks Hooks, sources ...Source) *Feature {
	return &Feature{site: site, store: site.Store, mail: mailer, hooks: hooks, sources: sources}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/report/:kind/:id", web.Signed(f.reportPage))
	r.Post("/report/:kind/:id", f.report)
	r.Get("/me/reports", web.Signed(f.myReports))
	r.Get("/moderation", web.Signed(f.queue))
	r.Get("/moderation/items/:id", web.Signed(f.itemPage))
	r.Post("/moderation/items/:id/assign", web.Signed(f.assign))
	r.Post("/moderation/items/:id/close", web.Signed(f.closeItem))
}

// sections gathers what else moderators look after.
func (f *Feature) sections(ctx context.Context) ([]templates.ModerationSection, error) {
	var sections []templates.ModerationSection
	for _, source := range f.sources {
		more, err := source(ctx)
		if err != nil {
			return nil, err
		}
		sections = append(sections, more...)
	}
	return sections, nil
}

// fresh has a moderator see what another did a moment ago, whatever a replica
// has heard of it.
func fresh(c *fiber.Ctx) context.Context {
	ctx := store.Fresh(c.UserContext())
	c.SetUserContext(ctx)
	return ctx
}
