package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
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

// useProblems makes huma answer with our problems. huma keeps the maker of its
// errors in one variable for the whole program, so it is set once.
var useProblems = sync.OnceFunc(func() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemOf(status, message, errs)
	}
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return problemOf(status, message, errs)
	}
})

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
	if status == http.StatusUnprocessableEntity && !inBody && len(errs) > 0 {
		p.Status = http.StatusBadRequest
		p.Detail = "The address of the request is not right: " + p.Errors[0].Field + " " + p.Errors[0].Message + "."
	}
	if p.Title = titles[p.Status]; p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	return p
}

// NewAPI makes the API: its operations are added by the features. The
// description is at /api/openapi.json.
func (s *Site) NewAPI(app *fiber.App) huma.API {
	useProblems()
	cfg := huma.DefaultConfig("Grassroots", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/openapi", "", ""
	cfg.CreateHooks = nil
	cfg.RejectUnknownQueryParameters = true
	cfg.Info.Description = "Case studies of digital change in health and care: read without a token, write with one. Times are RFC 3339 in UTC, ids are ULIDs, lists are paged by cursor."
	cfg.Servers = []*huma.Server{{URL: "/"}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer",
		Description: "An API token, made on your own page or with grassroots token create."}}
	return humafiber.New(app, cfg)
}

// TokenSecurity marks an operation that needs a token.
func TokenSecurity() []map[string][]string { return []map[string][]string{{"token": {}}} }

// Operation adds one operation to the API, with the domain's errors turned
// into problems.
func Operation[I, O any](s *Site, api huma.API, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Path = "/api/v1" + op.Path
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusInternalServerError)
	if len(op.Security) > 0 {
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err == nil {
			return out, nil
		}
		var ready huma.StatusError
		if errors.As(err, &ready) {
			return nil, err
		}
		f := Describe(err)
		if f.Status >= 500 {
			s.Log.ErrorContext(ctx, "API request failed", "operation", op.OperationID, "error", err)
		}
		p := &APIProblem{Type: "about:blank", Title: f.Title, Status: f.Status, Detail: f.Message, Errors: f.Fields}
		if f.Status == http.StatusUnauthorized {
			return nil, huma.ErrorWithHeaders(p, http.Header{"WWW-Authenticate": {`Bearer realm="grassroots"`}})
		}
		return nil, p
	})
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
	return nil, models.E(models.Unauthorised, "This needs an API token: send it as “Authorization: Bearer …”.")
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
	Cursor string `query:"cursor" maxLength:"400" doc:"next_cursor of the page before."`
}

// EncodeCursor and DecodeCursor hide the place in a list of names.
func EncodeCursor(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// DecodeCursor gives what EncodeCursor was given, or a BadRequest.
func DecodeCursor(s string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", models.E(models.BadRequest, "This cursor is not one that we gave. Start again from the first page.")
	}
	return string(raw), nil
}
