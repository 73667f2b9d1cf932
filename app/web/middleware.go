package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/recover"

	"grassroots/models"
)

// Use puts in place what every request passes through, outermost first.
func (s *Site) Use(app *fiber.App) {
	RefuseUnknownMethods(app)
	tellPrograms(app)
	app.Use(s.Identify, s.SecurityHeaders, refuseAmbiguous)
	app.Use(recover.New())
	app.Get("/assets/*", s.ServeAsset)
	app.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed}))
	app.Use(TrimSlash, s.SameOrigin(), s.Authenticate, s.LimitRequests, s.ReadAnswers, s.DropPagesAfterWrites, s.Conditional, s.Idempotent)
}

// OneClickPath begins the addresses to which a mail provider sends a POST when its
// user wants no more e-mail (RFC 8058). What follows it is signed, and all that
// counts: not who is signed in, nor from which site the request comes.
const OneClickPath = "/unsubscribe/"

const requestIDHeader = "X-Request-Id"

type requestIDKey struct{}

// RequestID gives the id under which this request is logged.
func RequestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestIDKey{}).(string)
	return id
}

type arrivedKey struct{}

// Arrived gives when the request in ctx arrived, by the server's clock, before anything
// was done with it; outside of a request it gives now.
func (s *Site) Arrived(ctx context.Context) time.Time {
	if at, ok := ctx.Value(arrivedKey{}).(time.Time); ok {
		return at
	}
	return s.Now()
}

// Identify gives each request an id, which the answer carries, and notes when it came.
func (s *Site) Identify(c *fiber.Ctx) error {
	s.identify(c)
	return c.Next()
}

func (s *Site) identify(c *fiber.Ctx) {
	id := s.Store.NewID()
	c.Locals(requestIDKey{}, id)
	c.Set(requestIDHeader, id)
	c.SetUserContext(context.WithValue(c.UserContext(), arrivedKey{}, s.Now()))
}

// SecurityHeaders tells browsers what this site never does: load from
// elsewhere, run inline code, be framed, have its files guessed at.
func (s *Site) SecurityHeaders(c *fiber.Ctx) error {
	s.secure(c)
	return c.Next()
}

func (s *Site) secure(c *fiber.Ctx) {
	h := &c.Response().Header
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if s.Secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// SameOrigin refuses a write that a page of another site sends, by what the
// browser says of it (Sec-Fetch-Site, else Origin). A request with neither
// header comes from a program, not from a page, and passes; the session cookie
// is SameSite=Lax besides. What is below OneClickPath asks for no cookie.
func (s *Site) SameOrigin() fiber.Handler {
	protection := http.NewCrossOriginProtection()
	if s.Host() != "" {
		if err := protection.AddTrustedOrigin(s.BaseURL); err != nil {
			s.Log.Warn("the base URL is not an origin, so it cannot be trusted as one", "error", err)
		}
	}
	return func(c *fiber.Ctx) error {
		switch c.Method() {
		case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
			return c.Next()
		}
		if strings.HasPrefix(c.Path(), OneClickPath) {
			return c.Next()
		}
		r := &http.Request{Method: c.Method(), Host: c.Hostname(), URL: &url.URL{Path: c.Path()}, Header: http.Header{}}
		if v := c.Get("Sec-Fetch-Site"); v != "" {
			r.Header.Set("Sec-Fetch-Site", v)
		}
		if v := c.Get(fiber.HeaderOrigin); v != "" {
			r.Header.Set("Origin", v)
		}
		if err := protection.Check(r); err != nil {
			return models.Wrap(models.Forbidden, "This came from a page of another site, so nothing was changed. Go back, reload the page and try again.", err)
		}
		return c.Next()
	}
}

// DropPagesAfterWrites lets the next reader see what a write changed.
func (s *Site) DropPagesAfterWrites(c *fiber.Ctx) error {
	err := c.Next()
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
	default:
		if c.Locals(onlyReadKey{}) != nil {
			break
		}
		s.Changed()
	}
	return err
}

type onlyReadKey struct{}

// onlyReads says of a request that its method is one for writes and that it
// writes nothing, so that the pages which are kept stay.
func onlyReads(c *fiber.Ctx) error {
	c.Locals(onlyReadKey{}, true)
	return c.Next()
}

// TrimSlash answers requests for paths with a slash at the end.
func TrimSlash(c *fiber.Ctx) error {
	path := c.Path()
	if len(path) > 1 && strings.HasSuffix(path, "/") && c.Method() == fiber.MethodGet {
		to := strings.TrimRight(path, "/")
		if query := string(c.Request().URI().QueryString()); query != "" {
			to += "?" + query
		}
		return c.Redirect(models.SafeReturn(to, "/"), fiber.StatusMovedPermanently)
	}
	return c.Next()
}
