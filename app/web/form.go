package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// Values gives every value that a form or query has for a name, in order.
// Strings are copies: Fiber uses its buffers again.
func Values(c *fiber.Ctx, name string) []string {
	return redacted(c, name, asSent(c, name))
}

// asSent is Values as they were sent.
func asSent(c *fiber.Ctx, name string) []string {
	var out []string
	if form, err := c.MultipartForm(); err == nil {
		return append(out, form.Value[name]...)
	}
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		out = append(out, string(v))
	}
	return out
}

// Value gives the first value of a form for a name.
func Value(c *fiber.Ctx, name string) string {
	if v := Values(c, name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// HasField tells whether a form has a field of the name, empty or not.
func HasField(c *fiber.Ctx, name string) bool { return len(Values(c, name)) > 0 }

// QueryInt reads a whole number of the query, or gives fallback when absent. A
// BadRequest names the parameter when it is no number in the range.
func QueryInt(c *fiber.Ctx, name string, fallback, low, high int) (int, error) {
	text := c.Query(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, models.Errorf(models.BadRequest, "“%s” must be a whole number from %d to %d.", name, low, high)
	}
	return n, nil
}

// NoFilter refuses a parameter of a list's address that the list does not know, so
// that a misspelt filter is not passed over.
func NoFilter(name string) error {
	return models.Errorf(models.BadRequest, "There is no filter called “%s”.", models.Truncate(models.CleanLine(name), 40))
}

// ErrFormVersion is what is said of a form that was made from no version that we gave.
var ErrFormVersion = models.E(models.BadRequest, "The version in this form is not one that we gave. Go back, reload the page and try again.")

// FormVersion reads from a field which version of something a form was made from: least or
// more. The error is ErrFormVersion.
func FormVersion(c *fiber.Ctx, name string, least int) (int, error) {
	n, err := strconv.Atoi(Value(c, name))
	if err != nil || n < least {
		return 0, ErrFormVersion
	}
	return n, nil
}
