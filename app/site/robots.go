package site

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// securityValid is how long what security.txt says may be believed; RFC 9116
// asks for less than a year.
const securityValid = 180 * 24 * time.Hour

// securityTxt says where to report a weakness (RFC 9116).
func (f *Feature) securityTxt(c *fiber.Ctx) error {
	expires := f.site.Now().UTC().Truncate(24 * time.Hour).Add(securityValid)
	lines := []string{
		"# How to tell those who run this site about a security problem",
		"Contact: " + f.site.URL("/help/contact#security"),
		"Expires: " + expires.Format(time.RFC3339),
		"Preferred-Languages: en",
		"Canonical: " + f.site.URL("/.well-known/security.txt"),
		"Policy: " + f.site.URL("/help/contact#security"),
	}
	return plainText(c, lines)
}

// robotsTxt keeps search engines to what is for everybody to read.
func (f *Feature) robotsTxt(c *fiber.Ctx) error {
	return plainText(c, []string{
		"User-agent: *",
		"Disallow: /admin",
		"Disallow: /api/v1/",
		"Disallow: /case-studies/new",
		"Disallow: /case-studies/*/edit",
		"Disallow: /case-studies/*/history",
		"Disallow: /comments/",
		"Disallow: /me",
		"Disallow: /metrics",
		"Disallow: /moderation",
		"Disallow: /sign-in",
		"Sitemap: " + f.site.URL("/sitemap.xml"),
	})
}

func plainText(c *fiber.Ctx, lines []string) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.SendString(strings.Join(lines, "\n") + "\n")
}
