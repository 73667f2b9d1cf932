package web

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// APIProblem is RFC 9457's problem detail, as every failed call answers.
type APIProblem struct {
	Type   string              `json:"type" example:"about:blank" doc:"Kind of problem; about:blank when the status says it all."`
	Title  string              `json:"title" doc:"The problem in a few words."`
	Status int                 `json:"status" doc:"The HTTP status."`
	Detail string              `json:"detail,omitempty" doc:"What happened and what to do."`
	Errors []models.FieldError `json:"errors,omitempty" doc:"What is wrong with which field."`
}

// Error implements error.
func (p *APIProblem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *APIProblem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *APIProblem) ContentType(string) string { return "application/problem+json" }

// setUpHuma makes huma answer with our problems, and describe lists as lists
// that may be empty and are never null. huma keeps both in variables for the
// whole program, so they are set once.
var setUpHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemOf(status, message, errs)
	}
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return problemOf(status, message, errs)
	}
})

// MaxBody is the largest body that the API takes, in bytes: huma's own limit,
// which it leaves off for a body that it does not read itself.
const MaxBody = 1 << 20

// sentences say what huma has only a few words for.
var sentences = map[int]string{
	http.StatusBadRequest:            "The body could not be read. Send it as the description of the API has it.",
	http.StatusRequestTimeout:        "The body took too long to arrive. Try again.",
	http.StatusRequestEntityTooLarge: "The body is larger than 1 MB, which is the most that is taken.",
	http.StatusUnsupportedMediaType:  "The body is of a kind that is not taken here. Send it as application/json.",
	http.StatusUnprocessableEntity:   "Nothing was saved: some fields need your attention.",
	http.StatusInternalServerError:   "This is our fault, not yours, and it has been noted. Try again in a few minutes.",
}

// problemOf turns what huma found wrong with a request into a problem: 400 for
// the address and headers, 422 for the body.
func problemOf(status int, message string, errs []error) *APIProblem {
	p := &APIProblem{Type: "about:blank", Status: status, Detail: message}
	inBody := false
	for _, err := range errs {
		var d huma.ErrorDetailer
		if !errors.As(err, &d) {
			continue
		}
		detail := d.ErrorDetail()
		where, field, _ := strings.Cut(detail.Location, ".")
		if where == "body" {
			inBody = true
			if field == "" {
				field = "body"
			}
		}
		p.Errors = append(p.Errors, models.FieldError{Field: field, Message: detail.Message})
	}
	switch {
	case status == http.StatusUnprocessableEntity && !inBody && len(p.Errors) > 0:
		p.Status = http.StatusBadRequest
		p.Detail = "The address of the request is not right. " + models.Truncate(p.Errors[0].Field, 60) + ": " + p.Errors[0].Message + "."
	case strings.HasPrefix(message, "validation failed"), strings.HasPrefix(message, "request body"), status >= 500, status == http.StatusRequestTimeout:
		if sentence := sentences[p.Status]; sentence != "" {
			p.Detail = sentence
		}
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// NewAPI makes the API: its operations are added by the features. What
// describes it to people and programs is a feature of its own.
func (s *Site) NewAPI(app *fiber.App, r fiber.Router) huma.API {
	setUpHuma()
	cfg := huma.DefaultConfig("Grassroots", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil
	cfg.RejectUnknownQueryParameters = true
	cfg.Info.Description = apiDescription
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	cfg.Servers = []*huma.Server{{URL: "/"}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer",
		Description: "An API token, made on your own page or with grassroots token create."}}
	return humafiber.NewWithGroup(app, headToo{r}, cfg)
}

const apiDescription = "Case studies of digital change in health and care, and what surrounds them: read without a token, write with one. " +
	"Times are RFC 3339 in UTC, ids are ULIDs. Lists are paged: ask again with `cursor` set to the `next_cursor` of the page before, until that is null. " +
	"Errors are problem details by RFC 9457. Every read has an `ETag` and answers 304 to the same one in `If-None-Match`. " +
	"A write with `If-Match` answers 412 when there is a newer state. A `POST` with an `Idempotency-Key` is done once, however often it is sent within a day. " +
	"Who asks more often than the limits of this site allow gets a 429, and in `Retry-After` how many seconds to wait."

// schemaName names the description of a type: the types of the API begin with
// "api" where they are, which says nothing to who reads about them.
func schemaName(t reflect.Type, hint string) string {
	return strings.ReplaceAll(strings.ReplaceAll(huma.DefaultSchemaNamer(t, hint), "Api", ""), "API", "")
}

// headToo lets whatever can be read with GET be asked about with HEAD.
type headToo struct{ fiber.Router }

// Add implements fiber.Router.
func (r headToo) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	if method == fiber.MethodGet {
		r.Router.Add(fiber.MethodHead, path, handlers...)
	}
	return r.Router.Add(method, path, handlers...)
}

// TokenSecurity marks an operation that needs a token.
func TokenSecurity() []map[string][]string { return []map[string][]string{{"token": {}}} }

// Operation adds one operation to the API, with the domain's errors turned
// into problems. What every operation of its kind may answer is described here.
func Operation[I, O any](s *Site, api huma.API, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Path = "/api/v1" + op.Path
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusUnauthorized, http.StatusRequestHeaderFieldsTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	if len(op.Security) > 0 {
		op.Errors = append(op.Errors, http.StatusForbidden)
		op.Middlewares = append(op.Middlewares, needsToken(api))
	}
	op.Middlewares = append(op.Middlewares, strict(api, op))
	if op.Method == http.MethodGet {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "If-None-Match", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "ETag of an answer that you have: 304 when it is still as it was."})
		op.Responses["304"] = &huma.Response{Description: "It is as it was"}
	}
	if len(op.Security) > 0 && (op.Method == http.MethodPost || op.Method == http.MethodPut) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: AcknowledgeHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(200)},
			Description: "Kinds of doubtful personal data that may stand, with commas between, such as `name, phone`: see `POST /check`. What is certain is never taken."})
	}
	if op.Method == http.MethodPost {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(255)},
			Description: "Any text of your own: the same request with the same key is done once, and answered alike for a day."})
		op.Errors = append(op.Errors, http.StatusConflict, http.StatusUnprocessableEntity)
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err == nil {
			return out, nil
		}
		return nil, s.apiError(ctx, op.OperationID, err)
	})
	describeAnswers(op, describedAs(api, op).RequestBody != nil)
}

// apiError turns the error of an operation into what huma answers.
func (s *Site) apiError(ctx context.Context, operation string, err error) error {
	var ready huma.StatusError
	if errors.As(err, &ready) {
		return err
	}
	f := Describe(err)
	if f.Status >= 500 {
		s.Log.ErrorContext(ctx, "API request failed", "operation", operation, "error", err)
	}
	p := &APIProblem{Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Detail: f.Message, Errors: f.Fields}
	headers := http.Header{}
	if f.Status == http.StatusUnauthorized {
		headers.Set("WWW-Authenticate", bearer)
	}
	var merged *models.MergedError
	if errors.As(err, &merged) {
		headers.Set("Link", "</api/v1/case-studies/"+merged.Merge.IntoID+`>; rel="successor-version"`)
	}
	if wait := retryAfter(err); wait != "" {
		headers.Set("Retry-After", wait)
	}
	if len(headers) == 0 {
		return p
	}
	return huma.ErrorWithHeaders(p, headers)
}

// describeAnswers adds to what huma describes of the answers of an operation.
func describeAnswers(op huma.Operation, hasBody bool) {
	if !hasBody && op.Method != http.MethodPost {
		delete(op.Responses, "422") // huma's answer to a wrong address, which is a 400 here
	}
	header := func(status, name string, p *huma.Param) {
		if answer := op.Responses[status]; answer != nil {
			if answer.Headers == nil {
				answer.Headers = map[string]*huma.Param{}
			}
			answer.Headers[name] = p
		}
	}
	if op.Method == http.MethodGet {
		header("200", "ETag", &huma.Param{Schema: &huma.Schema{Type: huma.TypeString}, Description: "Names this state, for If-None-Match and If-Match."})
	}
	header("429", "Retry-After", &huma.Param{Required: true, Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: new(1.0)}, Description: "How many seconds to wait before the same is asked again."})
}

const (
	bearer     = `Bearer realm="grassroots"`
	tokenMeant = "This needs an API token: send it as “Authorization: Bearer …”."
)

// needsToken turns away who is nobody before anything else of the request is
// looked at, so that what is wrong with it is told only to those who may ask.
func needsToken(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if PersonIn(ctx.Context()) != nil {
			next(ctx)
			return
		}
		ctx.SetHeader("WWW-Authenticate", bearer)
		// The answer is in memory: it cannot fail to be written.
		_ = huma.WriteErr(api, ctx, http.StatusUnauthorized, tokenMeant)
	}
}

// PersonIn gives who an API call is from, or nil.
func PersonIn(ctx context.Context) *models.Person {
	w, ok := ctx.Value(whoKey{}).(who)
	if !ok {
		return nil
	}
	return w.person
}

// RequireIn gives who an API call is from, or an Unauthorised error.
func RequireIn(ctx context.Context) (*models.Person, error) {
	if p := PersonIn(ctx); p != nil {
		return p, nil
	}
	return nil, models.E(models.Unauthorised, tokenMeant)
}

// List is a page of an API list.
type List[T any] struct {
	Items      []T                       `json:"items"`
	NextCursor *string                   `json:"next_cursor" doc:"Cursor of the next page; null on the last."`
	Total      int                       `json:"total" doc:"How many there are on all pages."`
	Facets     map[string]map[string]int `json:"facets,omitempty" doc:"With facets=1: for each facet, how many have each value."`
}

// NewList makes a page; an empty cursor is the last page.
func NewList[T any](items []T, next string, total int) List[T] {
	if items == nil {
		items = []T{}
	}
	l := List[T]{Items: items, Total: total}
	if next != "" {
		l.NextCursor = &next
	}
	return l
}

// PageParams are the parameters of every API list.
type PageParams struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many to give, 1 to 100."`
	Cursor string `query:"cursor" maxLength:"2000" pattern:"^[A-Za-z0-9_-]*$" patternDescription:"cursor that we gave" doc:"next_cursor of the page before."`
}
