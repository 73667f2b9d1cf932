// Package sharing is what a campaign is made known with (a poster, a slide, a QR code
// and a text to send), and the certificates of those who entered it.
package sharing

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/markdown"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// Feature is the operations, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	markdown *markdown.Renderer
}

// New makes the feature.
func New(site *web.Site) *Feature {
	return &Feature{site: site, store: site.Store, markdown: markdown.New(markdown.Options{Prefix: "brief"})}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/campaigns/:slug/share", f.kit)
	r.Get("/campaigns/:slug/share/:file", f.site.Cached(f.file))
	r.Get("/campaigns/:slug/certificates", f.certificates)
	r.Get("/campaigns/:slug/certificates/:study", f.certificate)
	r.Get("/campaigns/:slug/certificates/:study/certificate.pdf", f.certificatePDF)
}

// API has nothing of it: files are what it is.
func (f *Feature) API(huma.API) {}

// Link is where a campaign has what it is made known with.
func (f *Feature) Link(of *models.Campaign) string { return web.CampaignURL(of) + "/share" }

// language is the one that a file is asked for in, else that of the reader. BadRequest
// for one that there is not.
func language(c *fiber.Ctx) (models.Language, error) {
	asked := c.Query("language")
	if asked == "" {
		return web.Language(c), nil
	}
	l, ok := models.ParseLanguage(asked)
	if !ok {
		return l, models.E(models.BadRequest, "Choose en for English or cy for Welsh as the language.")
	}
	return l, nil
}
