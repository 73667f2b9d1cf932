package web

import (
	"github.com/gofiber/fiber/v2"
)

// ServeAsset sends a built file, compressed beforehand. Its name changes with
// its content, so a browser may keep it for ever.
func (s *Site) ServeAsset(c *fiber.Ctx) error {
	file, ok := s.Assets.Lookup(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderETag, file.ETag)
	if c.Get(fiber.HeaderIfNoneMatch) == file.ETag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, file.ContentType)
	body := file.Body
	switch Encoding(c.Get(fiber.HeaderAcceptEncoding)) {
	case "br":
		if len(file.Brotli) > 0 {
			body = file.Brotli
			c.Set(fiber.HeaderContentEncoding, "br")
		}
	case "gzip":
		if len(file.Gzip) > 0 {
			body = file.Gzip
			c.Set(fiber.HeaderContentEncoding, "gzip")
		}
	}
	c.Response().SetBodyRaw(body)
	return nil
}
