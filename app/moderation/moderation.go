// Package moderation is the page that leads moderators to what they look after.
// What that is belongs to the features: each gives the page its part.
package moderation

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/templates"
)

// Source gives what moderators look after in one feature, and what waits there.
type Source func(ctx context.Context) ([]templates.ModerationSection, error)

// Feature is the page, with what it is made of.
type Feature struct {
	site    *web.Site
	sources []Source
}

// New makes the feature. The sources are shown in their order.
func New(site *web.Site, sources ...Source) *Feature { return &Feature{site: site, sources: sources} }

// Routes puts the page in its place.
func (f *Feature) Routes(r fiber.Router) { r.Get("/moderation", f.page) }

func (f *Feature) page(c *fiber.Ctx) error {
	var sections []templates.ModerationSection
	for _, source := range f.sources {
		more, err := source(c.UserContext())
		if err != nil {
			return err
		}
		sections = append(sections, more...)
	}
	shell := f.site.Shell(c, "Moderation")
	shell.NoIndex = true
	return f.site.Render(c, fiber.StatusOK, shell, templates.Moderation(sections))
}
