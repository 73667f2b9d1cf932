package comments

import "github.com/gofiber/fiber/v2"

// Routes adds the pages of comments. The comments themselves stand on the page
// of their case study: see Section.
func (f *Feature) Routes(r fiber.Router) {
	r.Post("/case-studies/:slug/comments", f.post)
	r.Get("/case-studies/:slug/comments.csv", f.table)
	r.Post("/comments/preview", f.preview)
	r.Get("/comments/:id", f.show)
	r.Get("/comments/:id/edit", f.editPage)
	r.Post("/comments/:id/edit", f.edit)
	r.Post("/comments/:id/delete", f.delete)
	r.Post("/comments/:id/official", f.official)
	r.Post("/comments/:id/helped", f.helped)
}
