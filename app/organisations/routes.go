// Package organisations is the trusts, boards and other bodies that people and
// case studies belong to, by their ODS codes.
package organisations

import (
	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// Cards makes the cards of a list of case studies.
type Cards func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)

// Feature is the pages of organisations, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	cards Cards

	// Below makes what stands below the case studies of an organisation, by its
	// code, on its page: what other features know of it.
	Below func(c *fiber.Ctx, code string) (templ.Component, error)
}

// New makes the feature. Case studies are another feature's, so it is given
// what makes their cards.
func New(site *web.Site, cards Cards) *Feature {
	return &Feature{site: site, store: site.Store, cards: cards}
}

// Routes adds the pages of organisations, and for admins those that bring them
// up to date from a file.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/organisations.csv", f.table)
	r.Get("/organisations", f.site.Cached(f.list))
	r.Get("/organisations/:code", f.site.Cached(f.show))
	r.Get("/admin/import/organisations", f.uploadPage)
	r.Post("/admin/import/organisations", f.upload)
	r.Get("/admin/import/organisations/:id", f.trialPage)
	r.Post("/admin/import/organisations/:id", f.importKept)
}
