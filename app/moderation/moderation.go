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
	// Adoption gives an adoption that a person may know of, and what it is of.
	Adoption func(ctx context.Context, p *models.Person, id string) (models.Adoption, models.CaseStudy, error)
	// Collection gives a collection that a person may read, with what is in it.
	Collection func(ctx context.Context, p *models.Person, id string) (models.Collection, error)
	// Move does what follows when write hides a case study, which it does, or
	// shows it again: it has a status from then on.
	Move func(ctx context.Context, cs models.CaseStudy, status models.Status, write func(context.Context) error) error
	// Tell tells other systems that a comment was hidden, or is shown again.
	Tell func(ctx context.Context, c models.Comment, cs models.CaseStudy, shown bool) error
	// TellAdoption is Tell for an adoption.
	TellAdoption func(ctx context.Context, a models.Adoption, cs models.CaseStudy, shown bool) error
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
	r.Post("/moderation/items/:id/approve", web.Signed(f.approve))
	r.Get("/moderation/act/:kind/:id", web.Signed(f.actPage))
	r.Post("/moderation/act/:kind/:id/check", web.Signed(f.check))
	r.Post("/moderation/act/:kind/:id", web.Signed(f.act))
	r.Get("/moderation/measures", web.Signed(f.measures))
	r.Post("/moderation/measures/:id/lift", web.Signed(f.lift))
	r.Post("/moderation/measures/:id/erase", web.Signed(f.erase))
	r.Get("/me/moderation", web.Signed(f.mine))
	r.Post("/me/moderation/:id/read", web.Signed(f.readWarning))
	r.Get("/me/moderation/:id/appeal", web.Signed(f.appealPage))
	r.Post("/me/moderation/:id/appeal", web.Signed(f.appeal))
	r.Post("/moderation/measures/:id/decide", web.Signed(f.decide))
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
	done, err := f.measuresSection(ctx)
	return append(sections, done), err
}
