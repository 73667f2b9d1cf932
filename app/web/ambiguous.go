package web

import (
	"bytes"

	"github.com/gofiber/fiber/v2"
)

// refuseAmbiguous refuses a request whose headers another server on the way may
// have read in another way than this one: where it ends, above all. Nothing
// more is taken from the connection, since what follows may be a part of it.
// The library refuses most of them itself, and reads these.
func refuseAmbiguous(c *fiber.Ctx) error {
	if !ambiguous(c.Request().Header.RawHeaders()) {
		return c.Next()
	}
	c.Context().SetConnectionClose()
	return fiber.ErrBadRequest
}

// ambiguous tells whether headers hold a length as well as an encoding
// (RFC 9112, 6.1), a line that goes on in the next (5.2), or a name with a space
// in it (5.1).
func ambiguous(headers []byte) bool {
	length, encoding := false, false
	for line := range bytes.Lines(headers) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		switch {
		case len(bytes.TrimRight(line, "\r\n")) == 0:
		case bytes.ContainsAny(name, " \t"):
			return true
		case bytes.EqualFold(name, []byte(fiber.HeaderContentLength)):
			length = true
		case bytes.EqualFold(name, []byte(fiber.HeaderTransferEncoding)):
			encoding = true
		}
	}
	return length && encoding
}
