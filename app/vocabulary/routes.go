// Package vocabulary is the pages of the lists that case studies draw on: the
// systems that information comes from and goes to, and the standards by which
// it does. Moderators keep the lists here.
package vocabulary

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

// Feature is the pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	cards Cards
	uses  *web.Memo[templates.TermUse]

	// Learnt is what others learnt of a system or a standard, by its facet and its slug
	// or code.
	Learnt func(c *fiber.Ctx, facet, id string) (templ.Component, error)
}

// New makes the feature. Case studies are another feature's, so it is given
// what makes their cards.
func New(site *web.Site, cards Cards) *Feature {
	return &Feature{site: site, store: site.Store, cards: cards, uses: web.NewContentMemo[templates.TermUse](site, 256)}
}

// Routes adds the pages of systems and standards, and those by which moderators
// keep the two lists.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/systems", f.site.Cached(f.systems))
	r.Get("/systems.csv", f.systemsTable)
	r.Get("/standards.csv", f.standardsTable)
	r.Get("/systems/:slug", f.site.Cached(f.system))
	r.Get("/standards", f.site.Cached(f.standards))
	r.Get("/standards/:code", f.site.Cached(f.standard))
	f.moderation(r)
}
