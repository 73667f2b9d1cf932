package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/templates"
)

// limited names the routes that have a limit of their own beside that of every
// request. What else is written counts as a write.
var limited = byLimit(map[limit][]string{
	limitSearch: {
		"GET /api/v1/case-studies", "GET /api/v1/connections", "GET /api/v1/organisations", "GET /api/v1/people", "GET /api/v1/search",
		"GET /api/v1/standards", "GET /api/v1/systems", "GET /case-studies", "GET /case-studies/similar", "GET /interoperability",
		"GET /interoperability/map", "GET /interoperability/map.json", "GET /organisations", "GET /people", "GET /search/suggest",
		"GET /standards", "GET /systems", "POST /admin/people/find",
		"POST /api/v1/reading", "POST /case-studies/reading",
		"POST /api/v1/check", "POST /check", "POST /case-studies/preview", "POST /comments/preview", "POST /mcp", "POST /moderation/act/:kind/:id/check",
	},
	limitExport: {
		"GET /admin/audit.csv", "GET /admin/export/bundles/:id/bundle.zip", "GET /case-studies.csv", "GET /impact.csv", "GET /impact/data/adoptions.csv", "GET /impact/data/benefits.csv", "GET /impact/data/case-studies.csv", "GET /impact/open-data.zip", "GET /organisations/:code/impact.csv", "GET /impact/voices.csv", "GET /interoperability/connections.csv",
		"GET /interoperability/map.csv", "GET /organisations.csv", "GET /people.csv", "GET /standards.csv", "GET /systems.csv",
		"POST /admin/export", "POST /me/data", "GET /me/reflections/record", "GET /me/reflections/record.docx", "GET /me/reflections/record.md",
	},
	limitUpload: {
		"POST /admin/import", "POST /admin/import/bundles", "POST /admin/import/organisations", "POST /me/drafts/:id/files",
		"PUT /admin/import/bundles/:id/parts/:n",
	},
	limitSignIn: {
		"GET /sign-in/link/:secret", "GET /sign-in/provider/callback", "POST /sign-in/demo", "POST /sign-in/email", "POST /sign-in/link/:secret",
		"POST /sign-in/again/demo", "POST /sign-in/again/email", "POST /sign-in/again/passkey", "POST /sign-in/again/provider",
		"GET /me/email/:secret", "POST /me/email", "POST /me/email/:secret",
		"POST /sign-in/passkey", "POST /sign-in/passkey/begin", "POST /sign-in/provider",
	},
	limitLogout: {"POST /sign-in/provider/logout"},
})

func byLimit(table map[limit][]string) map[string]limit {
	out := map[string]limit{}
	for of, routes := range table {
		for _, route := range routes {
			out[route] = of
		}
	}
	return out
}

// routeLimit gives the limit of a route beside that of every request, if any.
func routeLimit(method, path string) limit {
	if of, ok := limited[method+" "+path]; ok {
		return of
	}
	if method == fiber.MethodGet || method == fiber.MethodHead {
		return ""
	}
	return limitWrite
}

// LimitRequests holds every request to the limits of its token, its person or
// its address. How the program is, may be asked at any time.
func (s *Site) LimitRequests(c *fiber.Ctx) error {
	switch c.Path() {
	case "/healthz", "/readyz", "/metrics":
		return c.Next()
	}
	w, _ := c.Locals(whoKey{}).(who)
	var err error
	switch {
	case w.token != "":
		err = s.allow(c, limitToken, w.token, 1)
	case w.person != nil:
		err = s.allow(c, limitPerson, w.person.ID, 1)
	default:
		err = s.allow(c, limitAddress, clientNetwork(s.ClientAddress(c)), 1)
	}
	if err != nil {
		return err
	}
	return c.Next()
}

// limitRoute holds what a route does to its limit. A list that is asked for as
// it is, is no search.
func (s *Site) limitRoute(of limit) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if of == limitSearch && c.Method() != fiber.MethodPost && len(c.Request().URI().QueryString()) == 0 {
			return c.Next()
		}
		p := Person(c)
		var err error
		switch {
		case of == limitSignIn || of == limitLogout:
			err = s.allow(c, of, clientNetwork(s.ClientAddress(c)), 1)
		case p != nil:
			err = s.allow(c, of, p.ID, 1)
		default:
			err = s.allow(c, of, clientNetwork(s.ClientAddress(c)), fellows)
		}
		if err != nil {
			return err
		}
		return c.Next()
	}
}

// allow counts one more of something and is a TooMany when it is one too many.
func (s *Site) allow(c *fiber.Ctx, of limit, subject string, times int) error {
	wait, first := s.counters.allow(of, subject, times)
	if wait == 0 {
		return nil
	}
	if first { // once a window, or the log would be flooded as well
		attrs := []any{"limit", string(of), "request_id", RequestID(c), "address", models.AuditAddress(s.ClientAddress(c).String())}
		if p := Person(c); p != nil {
			attrs = append(attrs, "person", p.ID)
		}
		s.Log.WarnContext(c.UserContext(), "a limit was reached", attrs...)
	}
	most, span := s.counters.limits.most(of)
	return tooMany(of, most*times, span, wait)
}

// LinkAllowed counts one more sign-in link for an e-mail address. TooMany when
// enough were sent, on all nodes together.
func (s *Site) LinkAllowed(ctx context.Context, email string) error {
	wait, err := s.counters.allowExactly(ctx, limitLink, strings.ToLower(email))
	if err != nil || wait == 0 {
		return err
	}
	message := fmt.Sprintf("%d links have been sent to this address within an hour. Use the newest of them, or try again later.", s.Limits.Links)
	return &models.Error{Kind: models.TooMany, Message: message, After: wait, Fields: []models.FieldError{{Field: "email", Message: message}}}
}

func tooMany(of limit, most int, span, wait time.Duration) error {
	within := "a minute"
	if span == time.Hour {
		within = "an hour"
	}
	what := map[limit]string{limitWrite: "changes", limitSearch: "searches", limitExport: "tables and exports", limitUpload: "files",
		limitSignIn: "steps of signing in", limitLogout: "logout tokens"}[of]
	if what == "" {
		what = "requests"
	}
	whose := "That is more"
	if of == limitAddress || of == limitSignIn {
		whose = "From where you are, and others may share your address, that is more"
	}
	return &models.Error{Kind: models.TooMany, After: wait,
		Message: fmt.Sprintf("%s than %d %s within %s. Wait %s, then try again.", whose, most, what, within, waitText(wait))}
}

// wholeSeconds rounds a wait up, so that whoever waits as long is let through.
func wholeSeconds(wait time.Duration) int { return int((wait + time.Second - 1) / time.Second) }

func waitText(wait time.Duration) string {
	n := wholeSeconds(wait)
	if n < 120 {
		return templates.FormatCount(n, "second", "seconds")
	}
	return templates.FormatCount((n+59)/60, "minute", "minutes")
}

// mostEchoed is how large a form may be, in bytes, that is given back to be
// sent again.
const mostEchoed = 1 << 20

// sentForm gives what a form was sent with, without its files, so that its
// person can send it again. ok is false when it is no form, or too large.
func sentForm(c *fiber.Ctx) (page templates.AgainPage, ok bool) {
	page.ActionURL = models.SafeReturn(c.OriginalURL(), "")
	if c.Method() != fiber.MethodPost || page.ActionURL == "" || len(c.Body()) > mostEchoed {
		return page, false
	}
	if multipart, err := c.MultipartForm(); err == nil {
		page.Files = len(multipart.File) > 0
		for _, name := range slices.Sorted(maps.Keys(multipart.Value)) {
			for _, v := range multipart.Value[name] {
				page.Fields = append(page.Fields, templates.HeldField{Name: name, Value: v})
			}
		}
		return page, true
	}
	for name, v := range c.Request().PostArgs().All() {
		page.Fields = append(page.Fields, templates.HeldField{Name: string(name), Value: string(v)})
	}
	return page, strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm)
}

// RetryAfter tells the client how long an error says to wait, in seconds.
func RetryAfter(c *fiber.Ctx, err error) {
	if wait := retryAfter(err); wait != "" {
		c.Set(fiber.HeaderRetryAfter, wait)
	}
}

func retryAfter(err error) string {
	var e *models.Error
	if errors.As(err, &e) && e.After > 0 {
		return strconv.Itoa(wholeSeconds(e.After))
	}
	return ""
}
