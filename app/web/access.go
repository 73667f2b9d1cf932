package web

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// access says which right each route needs, as method and path stand where the
// route is put in place. Who has a right is in the table of models/rights.go. Of
// a right over one's own things, or over those of an organisation, the
// operation behind the route asks for the rest: it knows what it is about.
var access = byRoute(map[models.Right][]string{
	models.Browse: {
		"GET /",
		"GET /.well-known/grassroots-exchange",
		"GET /.well-known/security.txt",
		"GET /accessibility",
		"GET /api",
		"GET /api/docs",
		"GET /api/openapi.json",
		"GET /api/v1/case-studies",
		"GET /api/v1/connections",
		"GET /api/v1/organisations",
		"GET /api/v1/organisations/:code",
		"GET /api/v1/people",
		"GET /api/v1/people/:id",
		"GET /api/v1/search",
		"GET /api/v1/standards",
		"GET /api/v1/standards/:code",
		"GET /api/v1/systems",
		"GET /api/v1/systems/:slug",
		"POST /api/v1/check",
		"GET /card.png",
		"GET /case-studies",
		"GET /case-studies.csv",
		"GET /case-studies/similar",
		"GET /check",
		"POST /check",
		"GET /exchange/case-studies/:id",
		"GET /exchange/changes",
		"GET /exchange/offers",
		"GET /feeds/adoptions.atom",
		"GET /feeds/case-studies.atom",
		"GET /feeds/comments.atom",
		"GET /feeds/organisations.atom",
		"GET /feeds/standards.atom",
		"GET /feeds/systems.atom",
		"GET /healthz",
		"GET /help/contact",
		"GET /help/markdown",
		"GET /interoperability",
		"GET /interoperability/connections.csv",
		"GET /interoperability/map",
		"GET /interoperability/map.csv",
		"GET /interoperability/map.json",
		"POST /mcp",
		"GET /organisations",
		"GET /organisations.csv",
		"GET /organisations/:code",
		"GET /organisations/:code/adoptions",
		"GET /organisations/:code/adoptions.atom",
		"GET /organisations/:code/feed.atom",
		"GET /people",
		"GET /people.csv",
		"GET /people/:handle",
		"GET /privacy",
		"GET /readyz",
		"GET /robots.txt",
		"GET /schemas/case-study-1.json",
		"GET /search/suggest",
		"GET /sign-in",
		"POST /sign-in/demo",
		"POST /sign-in/email",
		"GET /sign-in/link/:secret",
		"POST /sign-in/link/:secret",
		"POST /sign-in/passkey",
		"POST /sign-in/passkey/begin",
		"POST /sign-in/provider",
		"GET /sign-in/provider/callback",
		"POST /sign-in/provider/logout",
		"GET /sign-in/sent",
		"GET /sign-out",
		"POST /sign-out",
		"GET /sitemap.xml",
		"GET /sitemaps/:kind",
		"GET /standards",
		"GET /standards.csv",
		"GET /standards/:code",
		"GET /standards/:code/feed.atom",
		"GET /systems",
		"GET /systems.csv",
		"GET /systems/:slug",
		"GET /systems/:slug/feed.atom",
		"GET /unsubscribe/:token",
		"POST /unsubscribe/:token",
	},
	models.TakePart: {
		"POST /api/v1/case-studies",
		"POST /api/v1/case-studies/:id/adoptions",
		"DELETE /api/v1/case-studies/:id/adoptions/:organisation",
		"PUT /api/v1/case-studies/:id/adoptions/:organisation",
		"POST /api/v1/case-studies/:id/comments",
		"DELETE /api/v1/case-studies/:id/vote",
		"PUT /api/v1/case-studies/:id/vote",
		"DELETE /api/v1/case-studies/:id/bookmark",
		"PUT /api/v1/case-studies/:id/bookmark",
		"GET /api/v1/me/bookmarks",
		"GET /me/bookmarks",
		"POST /case-studies/:slug/bookmark",
		"GET /api/v1/me",
		"POST /case-studies/:slug/adopt",
		"POST /case-studies/:slug/adoptions/:organisation/remove",
		"POST /case-studies/:slug/comments",
		"POST /case-studies/:slug/vote",
		"GET /case-studies/new",
		"POST /case-studies/new",
		"POST /case-studies/preview",
		"POST /comments/preview",
		"GET /sign-in/again",
		"POST /sign-in/again/demo",
		"POST /sign-in/again/email",
		"POST /sign-in/again/passkey",
		"POST /sign-in/again/provider",
		"GET /me",
		"GET /me/close",
		"POST /me/close",
		"GET /api/v1/me/following",
		"DELETE /api/v1/me/following/:kind/:thing",
		"PUT /api/v1/me/following/:kind/:thing",
		"GET /api/v1/me/notifications",
		"GET /me/following",
		"GET /me/mentions",
		"GET /me/notifications",
		"GET /me/notifications/:id",
		"GET /me/notifications/settings",
		"POST /me/notifications/settings",
		"GET /api/v1/me/notification-settings",
		"PUT /api/v1/me/notification-settings",
		"POST /me/notifications/read",
		"GET /follow/:kind/:thing",
		"POST /follow",
		"GET /me/held",
		"POST /me/held/:id/drop",
		"POST /me/held/:id/send",
		"GET /me/passkeys",
		"POST /me/passkeys",
		"POST /me/passkeys/:id/remove",
		"POST /me/passkeys/:id/rename",
		"POST /me/passkeys/begin",
		"GET /me/sessions",
		"POST /me/sessions/:id/end",
		"POST /me/sessions/end-others",
		"GET /api/v1/me/case-studies",
		"POST /api/v1/reports",
		"GET /api/v1/me/measures",
		"GET /me/moderation",
		"POST /me/moderation/:id/read",
		"GET /me/moderation/:id/appeal",
		"POST /me/moderation/:id/appeal",
		"POST /api/v1/measures/:id/appeal",
		"GET /me/reports",
		"GET /report/:kind/:id",
		"POST /report/:kind/:id",
		"GET /api/v1/me/expertise",
		"PUT /api/v1/me/expertise",
		"GET /me/expertise",
		"POST /me/expertise",
		"POST /case-studies/:slug/ask",
		"GET /people/:handle/ask",
		"POST /people/:handle/ask",
		"GET /me/conversations",
		"GET /me/conversations/:id",
		"POST /me/conversations/:id",
		"POST /me/conversations/:id/decline",
		"POST /me/conversations/:id/block",
		"GET /me/conversations/:id/report/:message",
		"POST /me/conversations/:id/report/:message",
		"GET /me/settings",
		"GET /me/shared",
		"POST /me/settings",
		"GET /me/sign-in",
		"POST /me/sign-in/:id/unlink",
		"GET /me/data",
		"POST /me/data",
		"GET /me/email",
		"POST /me/email",
		"GET /me/email/:secret",
		"POST /me/email/:secret",
		"GET /me/tokens",
		"POST /me/tokens",
		"POST /me/tokens/:id/revoke",
	},
	models.ReadPublic: {
		"GET /api/v1/case-studies/:id",
		"GET /api/v1/case-studies/:id/adoptions",
		"GET /api/v1/case-studies/:id/adoptions/:organisation",
		"GET /api/v1/case-studies/:id/comments",
		"GET /api/v1/case-studies/:id/revisions",
		"GET /api/v1/case-studies/:id/similar",
		"GET /api/v1/comments/:id",
		"GET /attachments/:id/:name",
		"GET /case-studies/:slug",
		"GET /case-studies/:slug.md",
		"GET /case-studies/:slug/adopt",
		"GET /case-studies/:slug/adoptions",
		"GET /case-studies/:slug/adoptions.atom",
		"GET /case-studies/:slug/ask",
		"GET /case-studies/:slug/adoptions.csv",
		"GET /case-studies/:slug/adoptions/:organisation",
		"GET /case-studies/:slug/card.png",
		"GET /case-studies/:slug/comments.atom",
		"GET /case-studies/:slug/comments.csv",
		"GET /case-studies/:slug/history",
		"GET /case-studies/:slug/history/:number<int>",
		"GET /case-studies/:slug/history/compare",
		"GET /case-studies/:slug/print",
		"GET /comments/:id",
	},
	models.EditStudy: {
		"PUT /api/v1/case-studies/:id",
		"GET /case-studies/:slug/edit",
		"POST /case-studies/:slug/history/:number<int>/restore",
		"GET /me/drafts/:id",
		"POST /me/drafts/:id",
		"POST /me/drafts/:id/delete",
		"POST /me/drafts/:id/files",
		"POST /me/drafts/:id/files/:file/delete",
	},
	models.WithdrawStudy: {
		"DELETE /api/v1/case-studies/:id",
		"POST /case-studies/:slug/bring-back",
		"POST /case-studies/:slug/withdraw",
	},
	models.ConfirmColleague: {
		"POST /people/:handle/confirm",
	},
	models.KeepChannels: {
		"GET /organisations/:code/channels",
		"GET /organisations/:code/channels/new",
		"POST /organisations/:code/channels/new",
		"POST /organisations/:code/channels/:id/test",
		"POST /organisations/:code/channels/:id/delete",
	},
	models.AnswerOfficially: {
		"POST /comments/:id/official",
	},
	models.MarkHelpful: {
		"PUT /api/v1/comments/:id/helped",
		"POST /comments/:id/helped",
	},
	models.EditComment: {
		"PUT /api/v1/comments/:id",
		"GET /comments/:id/edit",
		"POST /comments/:id/edit",
	},
	models.DeleteComment: {
		"DELETE /api/v1/comments/:id",
		"POST /comments/:id/delete",
	},
	models.KeepVocabulary: {
		"GET /moderation/new-standard",
		"POST /moderation/new-standard",
		"GET /moderation/new-system",
		"POST /moderation/new-system",
		"GET /moderation/standards",
		"GET /moderation/standards/:id",
		"POST /moderation/standards/:id",
		"GET /moderation/standards/:id/merge",
		"POST /moderation/standards/:id/merge",
		"POST /moderation/standards/:id/remove",
		"POST /moderation/standards/:id/split",
		"GET /moderation/systems",
		"GET /moderation/systems/:id",
		"POST /moderation/systems/:id",
		"GET /moderation/systems/:id/merge",
		"POST /moderation/systems/:id/merge",
		"POST /moderation/systems/:id/remove",
		"POST /moderation/systems/:id/split",
	},
	models.Moderate: {
		"DELETE /api/v1/case-studies/:id/merge",
		"POST /api/v1/case-studies/:id/merge",
		"GET /case-studies/:slug/merge",
		"POST /case-studies/:slug/merge",
		"POST /case-studies/:slug/unmerge",
		"GET /moderation",
		"GET /moderation/items/:id",
		"POST /moderation/items/:id/assign",
		"POST /moderation/items/:id/approve",
		"POST /moderation/items/:id/close",
		"GET /moderation/act/:kind/:id",
		"POST /moderation/act/:kind/:id",
		"POST /moderation/act/:kind/:id/check",
		"GET /moderation/measures",
		"POST /moderation/measures/:id/decide",
		"POST /moderation/measures/:id/erase",
		"POST /moderation/measures/:id/lift",
		"GET /moderation/overrides",
		"GET /api/v1/measures",
		"POST /api/v1/measures",
		"POST /api/v1/measures/:id/decide",
		"POST /api/v1/measures/:id/erase",
		"POST /api/v1/measures/:id/lift",
	},
	models.Administer: {
		"GET /admin",
		"GET /admin/audit",
		"GET /admin/audit.csv",
		"GET /admin/exchange",
		"GET /admin/exchange/:id",
		"POST /admin/exchange/:id/pause",
		"GET /admin/exchange/:id/remove",
		"POST /admin/exchange/:id/remove",
		"POST /admin/exchange/:id/resume",
		"POST /admin/exchange/:id/sync",
		"GET /admin/exchange/new",
		"POST /admin/exchange/new",
		"GET /admin/export",
		"POST /admin/export",
		"GET /admin/export/bundles/:id",
		"GET /admin/export/bundles/:id/bundle.zip",
		"POST /admin/export/bundles/:id/remove",
		"GET /admin/import",
		"POST /admin/import",
		"POST /admin/import/bundles",
		"GET /admin/import/bundles/:id",
		"POST /admin/import/bundles/:id/apply",
		"POST /admin/import/bundles/:id/end",
		"PUT /admin/import/bundles/:id/parts/:n",
		"POST /admin/import/bundles/:id/remove",
		"GET /admin/import/organisations",
		"POST /admin/import/organisations",
		"GET /admin/import/organisations/:id",
		"POST /admin/import/organisations/:id",
		"GET /admin/mail",
		"POST /admin/mail/:id/drop",
		"POST /admin/mail/:id/resend",
		"GET /admin/organisations",
		"GET /admin/organisations/:code",
		"POST /admin/organisations/:code",
		"GET /admin/people",
		"GET /admin/people/:handle",
		"POST /admin/people/:handle/grant",
		"POST /admin/people/:handle/revoke",
		"POST /admin/people/find",
		"GET /admin/synonyms",
		"POST /admin/synonyms",
		"POST /admin/synonyms/restore",
		"GET /admin/webhooks",
		"GET /admin/webhooks/:id",
		"POST /admin/webhooks/:id/delete",
		"POST /admin/webhooks/:id/deliveries/:delivery/resend",
		"GET /admin/webhooks/:id/edit",
		"POST /admin/webhooks/:id/edit",
		"POST /admin/webhooks/:id/pause",
		"POST /admin/webhooks/:id/resume",
		"POST /admin/webhooks/:id/secret",
		"POST /admin/webhooks/:id/test",
		"GET /admin/webhooks/new",
		"POST /admin/webhooks/new",
	},
	models.Watch: {
		"GET /metrics",
	},
})

func byRoute(table map[models.Right][]string) map[string]models.Right {
	out := map[string]models.Right{}
	for right, routes := range table {
		for _, route := range routes {
			if _, twice := out[route]; twice {
				panic("web: two rules for " + route)
			}
			out[route] = right
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
	return []string{"POST /api/v1/check", "POST /check", "POST /case-studies/preview", "POST /comments/preview", "POST /mcp", "POST /moderation/act/:kind/:id/check"}
}

// RuledRoutes lists every route that has a rule, as "METHOD /path".
func RuledRoutes() []string { return slices.Sorted(maps.Keys(access)) }
