package connections

import "github.com/gofiber/fiber/v2"

// Routes adds the pages of connections.
func (f *Feature) Routes(fiber.Router) {}
