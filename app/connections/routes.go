package connections

import "github.com/gofiber/fiber/v2"

// Routes adds the pages of connections.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/interoperability", f.site.Cached(f.ask))
	f.mapRoutes(r)
}
