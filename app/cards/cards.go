// Package cards draws the pictures that stand for a page where somebody has
// shared its address, in a chat or a mail: what it is called, on our colours.
package cards

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// Kept pictures, and for how long they are: a picture changes with a revision
// alone, which then has an address of its own.
const (
	kept    = 200
	keptFor = 24 * time.Hour
)

// Feature is the pictures, with what they lean on.
type Feature struct {
	site *web.Site
	// caseStudy gives one that may be read by everybody, by its slug.
	caseStudy func(ctx context.Context, slug string) (models.CaseStudy, error)
	pictures  *web.Memo[[]byte]
}

// New makes the feature. caseStudy gives a case study that everybody may read.
func New(site *web.Site, caseStudy func(ctx context.Context, slug string) (models.CaseStudy, error)) *Feature {
	return &Feature{site: site, caseStudy: caseStudy, pictures: web.NewLastingMemo[[]byte](site, kept, keptFor)}
}

// Routes adds the pictures.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/card.png", f.ofSite)
	r.Get("/case-studies/:slug/card.png", f.ofCaseStudy)
}

func (f *Feature) ofSite(c *fiber.Ctx) error {
	return f.send(c, "site", card{Title: "What NHS staff have tried, joined up and learnt", Note: f.site.Host()})
}

func (f *Feature) ofCaseStudy(c *fiber.Ctx) error {
	cs, err := f.caseStudy(c.UserContext(), c.Params("slug"))
	if err != nil {
		return err
	}
	names, err := f.site.Store.OrganisationNames(c.UserContext(), []string{cs.Organisation})
	if err != nil {
		return err
	}
	return f.send(c, cs.ID+"."+strconv.Itoa(cs.Revision)+"."+names[cs.Organisation], card{Title: cs.Title, Stage: cs.Stage.Label(), Note: names[cs.Organisation]})
}

func (f *Feature) send(c *fiber.Ctx, key string, what card) error {
	picture, err := f.pictures.Get(c.UserContext(), key, func(context.Context) ([]byte, error) { return what.draw() })
	if err != nil {
		return models.Wrap(models.Internal, "The picture could not be drawn.", err)
	}
	tag := web.ETag("p", picture)
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	// Whoever shows the preview of a page is somewhere else.
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if match := c.Get(fiber.HeaderIfNoneMatch); match != "" && web.MatchesTag(match, tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(picture)
}
