package web

import (
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/templates"
)

// Signed gives a handler who is signed in. Whether that is enough, Guard asks.
func Signed(handler func(*fiber.Ctx, *models.Person) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p, err := Require(c)
		if err != nil {
			return err
		}
		return handler(c, p)
	}
}

// AdminShell starts the frame of a page below /admin; crumbs are what lies
// between the two.
func (s *Site) AdminShell(c *fiber.Ctx, title string, errors []templates.FieldError, crumbs ...templates.Crumb) templates.Shell {
	shell := s.Shell(c, title)
	shell.NoIndex, shell.Errors = true, errors
	shell.Crumbs = append([]templates.Crumb{{Text: "Admin", URL: "/admin"}}, crumbs...)
	return shell
}

// FileName keeps the last part of the name of a file that somebody sent, as a
// page may show it.
func FileName(name string) string {
	name = path.Base(strings.ReplaceAll(models.CleanLine(name), `\`, "/"))
	return models.Truncate(name, 100)
}
