package web

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

func byRoute(tables ...map[models.Right][]string) map[string]models.Right {
	out := map[string]models.Right{}
	for _, table := range tables {
		for right, routes := range table {
			for _, route := range routes {
				if _, twice := out[route]; twice {
					panic("web: two rules for " + route)
				}
				out[route] = right
			}
		}
	}
	return out
}

// Access gives the right that a route needs.
func Access(method, path string) (models.Right, bool) {
	if method == fiber.MethodHead {
		method = fiber.MethodGet
	}
	right, ok := access[method+" "+path]
	return right, ok
}

// Guard gives a router which lets nobody through to a route who has not the
// right that the table of access has for it, and has what its writes do put on
// record. A route that is not in the table is unruled's to judge: the program
// does not start with one.
func (s *Site) Guard(r fiber.Router, unruled func(method, path string)) fiber.Router {
	return guarded{r, s, unruled}
}

type guarded struct {
	fiber.Router
	site    *Site
	unruled func(method, path string)
}

// Add implements fiber.Router; the methods below are the others that features
// use, so that none goes round it.
func (g guarded) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	right, ok := Access(method, path)
	if !ok {
		g.unruled(method, path)
		return g.Router.Add(method, path, handlers...)
	}
	var before []fiber.Handler
	if of := routeLimit(method, path); of != "" {
		before = append(before, g.site.limitRoute(of))
	}
	before = append(before, needs(right))
	if !staysOpen(method, path) {
		before = append(before, g.site.notSuspended)
	}
	if what, ok := NeedsProof(method, path); ok {
		before = append(before, g.site.proven(what))
	}
	switch {
	case slices.Contains(ReadsByPost(), method+" "+path):
		before = append(before, onlyReads)
	case method != fiber.MethodGet && method != fiber.MethodHead:
		before = append(before, knownAnswers, g.site.audited(method, path))
	}
	return g.Router.Add(method, path, append(before, handlers...)...)
}

// Get implements fiber.Router.
func (g guarded) Get(path string, handlers ...fiber.Handler) fiber.Router {
	g.Add(fiber.MethodHead, path, handlers...)
	return g.Add(fiber.MethodGet, path, handlers...)
}

// Post implements fiber.Router.
func (g guarded) Post(path string, handlers ...fiber.Handler) fiber.Router {
	return g.Add(fiber.MethodPost, path, handlers...)
}

// Put implements fiber.Router.
func (g guarded) Put(path string, handlers ...fiber.Handler) fiber.Router {
	return g.Add(fiber.MethodPut, path, handlers...)
}

// Delete implements fiber.Router.
func (g guarded) Delete(path string, handlers ...fiber.Handler) fiber.Router {
	return g.Add(fiber.MethodDelete, path, handlers...)
}

// needs turns away who has the right over nothing at all. A form that comes
// from somebody whose session has ended goes on to its operation, which refuses
// it too, and whose page keeps what was typed.
func needs(right models.Right) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := Person(c)
		if p.MightDo(right) {
			return c.Next()
		}
		switch {
		case p != nil:
			return errNotAllowed()
		case strings.HasPrefix(c.Path(), "/api/"):
			return models.E(models.Unauthorised, tokenMeant)
		case c.Method() == fiber.MethodPost && right.OfMembers():
			return c.Next()
		}
		return errSignInFirst()
	}
}

// May tells whether a person has a right over a case study. Who its co-authors
// are is asked only when it matters.
func (s *Site) May(ctx context.Context, p *models.Person, right models.Right, cs *models.CaseStudy) (bool, error) {
	subject := cs.Subject()
	if p.May(right, subject) {
		return true, nil
	}
	subject.CoAuthor = true
	if !p.May(right, subject) {
		return false, nil
	}
	return s.Store.IsEditor(ctx, cs.ID, p.ID)
}

// ReadsByPost are the routes of writes that write nothing, so that nothing of
// them is recorded and the pages which are kept stay.
func ReadsByPost() []string {
	return []string{"POST /api/v1/check", "POST /api/v1/reading", "POST /check", "POST /case-studies/preview", "POST /case-studies/reading", "POST /comments/preview", "POST /mcp", "POST /moderation/act/:kind/:id/check"}
}

// RuledRoutes lists every route that has a rule, as "METHOD /path".
func RuledRoutes() []string { return slices.Sorted(maps.Keys(access)) }
