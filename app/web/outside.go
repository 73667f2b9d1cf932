package web

import (
	"io"
	"mime"

	"github.com/gofiber/fiber/v2"
)

// OutsideFile is a file that somebody sent, on its way to a reader.
type OutsideFile struct {
	ContentType string
	Name        string // what it is saved as; empty for a picture that a page shows
	SHA256      string
	Cache       string // of whom it may be kept, and how long
	Size        int
	Content     io.Reader
}

// SendOutside sends a file that somebody sent. It is content from outside: never run,
// never framed, and where it has a name opened by the reader's own program.
func SendOutside(c *fiber.Ctx, f OutsideFile) error {
	c.Set(fiber.HeaderContentType, f.ContentType)
	if f.Name != "" {
		c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Set(fiber.HeaderCacheControl, f.Cache)
	c.Set(fiber.HeaderETag, `"`+f.SHA256[:32]+`"`)
	if f.Size > 0 {
		return c.SendStream(f.Content, f.Size)
	}
	return c.SendStream(f.Content)
}
