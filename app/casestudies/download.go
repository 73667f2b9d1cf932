package casestudies

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models/format"
)

// markdownFile sends a case study as a file in the case study format, without
// e-mail addresses, to whoever may read it.
func (f *Feature) markdownFile(c *fiber.Ctx) error {
	slug := c.Params("slug")
	cs, err := f.Get(c.UserContext(), web.Person(c), slug)
	if err != nil {
		return err
	}
	if cs.Slug != slug {
		return c.Redirect("/case-studies/"+cs.Slug+format.Extension, fiber.StatusMovedPermanently)
	}
	text, err := format.Write(f.File(cs))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/markdown; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+cs.Slug+format.Extension+`"`)
	return c.Send(text)
}
