// Package apidocs tells people and programs what the API does: a page, the
// OpenAPI description that the page is made from, and the schema of the case
// study format.
package apidocs

import (
	"encoding/json"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models/format"
)

// Feature is the pages, with what they tell of.
type Feature struct {
	site *web.Site
	api  huma.API
	// description is the OpenAPI document, made when it is first asked for: by
	// then every operation has been added.
	description func() ([]byte, error)
}

// New makes the feature. Other features may add operations to the API until
// the first request.
func New(site *web.Site, api huma.API) *Feature {
	return &Feature{site: site, api: api, description: sync.OnceValues(func() ([]byte, error) { return Description(api) })}
}

// Description gives the OpenAPI document of an API as JSON that people can
// read, the same each time.
func Description(api huma.API) ([]byte, error) {
	raw, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
	return append(raw, '\n'), err
}

// Routes adds the pages.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/api", func(c *fiber.Ctx) error { return c.Redirect("/api/docs", fiber.StatusMovedPermanently) })
	r.Get("/api/docs", f.site.Cached(f.docs))
	r.Get("/api/openapi.json", f.openAPI)
	r.Get("/schemas/case-study-1.json", f.site.Cached(f.schema))
}

func (f *Feature) openAPI(c *fiber.Ctx) error {
	raw, err := f.description()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/openapi+json")
	return c.Send(raw)
}

func (f *Feature) schema(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/schema+json")
	return c.Send(format.Schema())
}
