package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/templates"
)

var statuses = map[models.Kind]int{
	models.Invalid:      fiber.StatusUnprocessableEntity,
	models.BadRequest:   fiber.StatusBadRequest,
	models.Unauthorised: fiber.StatusUnauthorized,
	models.Forbidden:    fiber.StatusForbidden,
	models.NotFound:     fiber.StatusNotFound,
	models.Conflict:     fiber.StatusConflict,
	models.Gone:         fiber.StatusGone,
	models.Precondition: fiber.StatusPreconditionFailed,
	models.TooLarge:     fiber.StatusRequestEntityTooLarge,
	models.Unsupported:  fiber.StatusUnsupportedMediaType,
	models.TooMany:      fiber.StatusTooManyRequests,
	models.Unavailable:  fiber.StatusServiceUnavailable,
	models.Internal:     fiber.StatusInternalServerError,
}

// Failure is an error as it is answered: a status, a plain sentence, and what
// is wrong with which field.
type Failure struct {
	Status  int
	Title   string
	Message string
	Fields  []models.FieldError
}

const somethingWrong = "Something went wrong"

// Describe turns any error into what may be said of it. The text of an error
// without a kind is ours alone and is never shown.
func Describe(err error) Failure {
	f := Failure{Status: fiber.StatusInternalServerError, Title: somethingWrong,
		Message: "This is our fault, not yours, and it has been noted. Try again in a few minutes."}
	var known *models.Error
	var fib *fiber.Error
	switch {
	case errors.As(err, &known) && known.Kind != models.Internal:
		f.Status, f.Message, f.Fields = statuses[known.Kind], known.Message, known.Fields
	case errors.As(err, &fib):
		f.Status = fib.Code
		f.Message = fiberMessages[fib.Code]
		if f.Status == fiber.StatusBadRequest {
			f.Title = "The request cannot be read"
		}
		if f.Message == "" {
			f.Message = "The request could not be answered. Go back and try again."
		}
	}
	if title, ok := titles[f.Status]; ok && f.Title == somethingWrong {
		f.Title = title
	}
	return f
}

var titles = map[int]string{
	400: "This address does not work",
	401: "You need to sign in",
	403: "You cannot do this",
	404: "Page not found",
	405: "This cannot be done here",
	408: "The request took too long",
	409: "It has changed meanwhile",
	410: "This cannot be read",
	412: "It has changed meanwhile",
	413: "That is too large",
	415: "That kind of content is not taken",
	422: "Some fields need your attention",
	429: "Too many requests",
	431: "That is too long",
	503: "Part of the service is away",
}

var fiberMessages = map[int]string{
	404: "If you typed the address, check that it is right. If you followed a link, the page may have moved.",
	400: "It is not put together as HTTP asks, or can be read in more than one way. Try again, and with another browser if that does not help.",
	405: "This address does not take that kind of request.",
	408: "The request took too long to arrive. Try again.",
	413: "What was sent is larger than we take: 10 MB for a file, 1 MB for text. Nothing of it was kept.",
	431: "The request's address or headers are longer than we take.",
}

// HandleError is the one place where an error becomes an answer.
func (s *Site) HandleError(c *fiber.Ctx, err error) error {
	if RequestID(c) == "" {
		err = s.neverArrived(c, err)
	}
	f := Describe(err)
	if f.Status >= 500 {
		s.Log.ErrorContext(c.UserContext(), "request failed", "method", c.Method(), "path", loggedPath(c), "status", f.Status,
			"request_id", RequestID(c), "error", err)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	RetryAfter(c, err)
	if WantsJSON(c) {
		return Problem(c, f)
	}
	if to := mergedAt(c, err); to != "" {
		return c.Redirect(to, fiber.StatusFound)
	}
	if form, ok := sentForm(c); ok && f.Status == fiber.StatusTooManyRequests {
		return s.again(c, f, form)
	}
	if f.Status == fiber.StatusUnauthorized && c.Method() == fiber.MethodGet {
		return c.Redirect("/sign-in?next="+QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
	}
	if f.Status == fiber.StatusUnauthorized && isHeld(c) {
		f.Title = "Your session has ended"
		f.Message = "What you sent is kept for an hour, for you alone. Sign in again in this browser to see it and to send it."
	}
	back := ""
	if f.Status == fiber.StatusRequestEntityTooLarge {
		back = s.cameFrom(c) // nothing else of the form has been read
	}
	shell := s.Shell(c, f.Title)
	shell.NoIndex, shell.Canonical = true, ""
	if isHeld(c) {
		shell.Path = "/me/held"
	}
	return s.Render(c, f.Status, shell, templates.ErrorPage(templates.ErrorPageProps{Title: f.Title, Message: f.Message, Fields: FieldErrors(f.Fields), RequestID: requestIDFor(f, c),
		SignIn: f.Status == fiber.StatusUnauthorized, Back: back, Suspended: Person(c).Suspended(s.Now()) != nil}))
}

// mergedAt gives the address at which what was asked for is now, when the case
// study that it is of was merged into another; empty for anything else.
func mergedAt(c *fiber.Ctx, err error) string {
	const prefix = "/case-studies/"
	var merged *models.MergedError
	if !errors.As(err, &merged) || c.Method() != fiber.MethodGet {
		return ""
	}
	to := prefix + merged.Merge.IntoSlug
	slug, view, _ := strings.Cut(strings.TrimPrefix(c.Path(), prefix), "/")
	switch {
	case strings.HasSuffix(slug, ".md"):
		return to + ".md"
	case slices.Contains([]string{"print", "card.png", "comments.atom", "adoptions.atom"}, view):
		return to + "/" + view
	}
	return to
}

// neverArrived is for a request that could not be read, so that it has passed
// nothing of Use. What its error says may hold what was sent, so it is not kept;
// that it broke off is the client's doing, and no fault of ours to note.
func (s *Site) neverArrived(c *fiber.Ctx, err error) error {
	s.identify(c)
	s.secure(c)
	status := Describe(err).Status
	if status >= 500 {
		status = fiber.StatusBadRequest
	}
	return fiber.NewError(status)
}

// again shows a form that came too often, to be sent once more.
func (s *Site) again(c *fiber.Ctx, f Failure, page templates.AgainPage) error {
	page.Title, page.Message = f.Title, f.Message
	shell := s.Shell(c, f.Title)
	shell.NoIndex, shell.Canonical = true, ""
	return s.Render(c, f.Status, shell, templates.Again(page))
}

// loggedPath is the path of a request as it may stand in a log: what follows
// in that of a sign-in link would sign its reader in, and that of another one
// stop somebody's e-mail, or change their address.
func loggedPath(c *fiber.Ctx) string {
	for _, link := range []string{"/sign-in/link/", "/me/email/", OneClickPath} {
		if strings.HasPrefix(c.Path(), link) {
			return link + "…"
		}
	}
	return c.Path()
}

func requestIDFor(f Failure, c *fiber.Ctx) string {
	if f.Status >= 500 {
		return RequestID(c)
	}
	return ""
}

// WantsJSON tells whether the answer goes to a program: the API, or a script
// of ours that asked for JSON.
func WantsJSON(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Path(), "/api/") || strings.HasPrefix(c.Get(fiber.HeaderAccept), fiber.MIMEApplicationJSON)
}

// problem is RFC 9457's problem detail.
type problem struct {
	Type   string              `json:"type"`
	Title  string              `json:"title"`
	Status int                 `json:"status"`
	Detail string              `json:"detail,omitempty"`
	Errors []models.FieldError `json:"errors,omitempty"`
}

// Problem answers with application/problem+json (RFC 9457).
func Problem(c *fiber.Ctx, f Failure) error {
	if f.Status == fiber.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, bearer)
	}
	return c.Status(f.Status).JSON(problem{Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Detail: f.Message, Errors: f.Fields}, "application/problem+json")
}

// FieldErrors turns the domain's field errors into a form's.
func FieldErrors(fields []models.FieldError) []templates.FieldError {
	out := make([]templates.FieldError, len(fields))
	for i, f := range fields {
		out[i] = templates.FieldError{Field: f.Field, Message: f.Message}
	}
	return out
}

// FormErrors gives what a form should show for an error: the fields of an
// Invalid one, else the error's sentence for the form as a whole; ok is false
// for an error that the form is not to blame for.
func FormErrors(err error) (list []templates.FieldError, ok bool) {
	switch models.KindOf(err) {
	case models.Invalid, models.Conflict, models.TooLarge, models.Unsupported, models.TooMany:
	default:
		return nil, false
	}
	if fields := models.Fields(err); len(fields) > 0 {
		return FieldErrors(fields), true
	}
	var e *models.Error
	errors.As(err, &e)
	return []templates.FieldError{{Message: e.Message}}, true
}

// Reshow answers with the form again, by show, when it is to blame for an error;
// any other error goes on to the one place that answers errors.
func Reshow(err error, show func(status int, errors []templates.FieldError) error) error {
	list, ok := FormErrors(err)
	if !ok {
		return err
	}
	return show(Describe(err).Status, list)
}
