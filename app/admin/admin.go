// Package admin is what admins of a site look after: the synonyms of the
// search, organisations without a name, who has which role, and what became of
// the e-mail.
package admin

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// perPage is how many rows a list shows.
const perPage = 50

// Feature is the pages and operations, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	mail  *mail.Service
}

// New makes the feature.
func New(site *web.Site, mailer *mail.Service) *Feature {
	return &Feature{site: site, store: site.Store, mail: mailer}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/admin", web.Signed(f.overview))
	r.Get("/admin/synonyms", web.Signed(f.synonymsPage))
	r.Post("/admin/synonyms", web.Signed(f.saveSynonyms))
	r.Post("/admin/synonyms/restore", web.Signed(f.restoreSynonyms))
	r.Get("/admin/organisations", web.Signed(f.organisationsPage))
	r.Get("/admin/organisations/:code", web.Signed(f.organisationPage))
	r.Post("/admin/organisations/:code", web.Signed(f.nameOrganisation))
	r.Get("/admin/mail", web.Signed(f.mailPage))
	r.Post("/admin/mail/:id/resend", web.Signed(f.resendMail))
	r.Post("/admin/mail/:id/drop", web.Signed(f.dropMail))
	r.Get("/admin/people", web.Signed(f.peoplePage))
	r.Post("/admin/people/find", web.Signed(f.findPerson))
	r.Get("/admin/people/:handle", web.Signed(f.rolesPage))
	r.Post("/admin/people/:handle/grant", web.Signed(f.grant))
	r.Post("/admin/people/:handle/revoke", web.Signed(f.revoke))
}

// shell starts the frame of an admin page.
func (f *Feature) shell(c *fiber.Ctx, title string, errors []templates.FieldError) templates.Shell {
	s := f.site.Shell(c, title)
	s.NoIndex, s.Errors = true, errors
	s.Search = "" // the q of these lists is not for the search of case studies
	if c.Path() != "/admin" {
		s.Crumbs = []templates.Crumb{{Text: "Admin", URL: "/admin"}}
	}
	return s
}

// around gives the addresses of the pages before and after one of a list by
// name. address makes one of a cursor.
func around(first, last store.NameCursor, asked *store.NameCursor, more bool, address func(cursor string) string) (prev, next string) {
	back := asked != nil && asked.Back
	if back && more || asked != nil && !back {
		first.Back = true
		prev = address(first.String())
	}
	if back || more {
		next = address(last.String())
	}
	return prev, next
}

func (f *Feature) overview(c *fiber.Ctx, _ *models.Person) error {
	ctx := c.UserContext()
	var page templates.AdminPage
	var err error
	if page.People, err = f.store.CountPeople(ctx, store.PeopleQuery{}); err != nil {
		return err
	}
	if page.Organisations, err = f.store.CountOrganisations(ctx, store.OrganisationQuery{}); err != nil {
		return err
	}
	if page.Unnamed, err = f.store.CountOrganisations(ctx, store.OrganisationQuery{Unnamed: true}); err != nil {
		return err
	}
	failed, err := f.store.CountEmails(ctx, store.EmailFailed)
	if err != nil {
		return err
	}
	page.FailedMail = int(failed)
	hooks, err := f.store.Webhooks(ctx)
	if err != nil {
		return err
	}
	page.Webhooks = len(hooks)
	for _, w := range hooks {
		if w.PausedAt != nil {
			page.PausedWebhooks++
		}
	}
	origins, err := f.store.Origins(ctx)
	if err != nil {
		return err
	}
	page.Origins = len(origins)
	for _, o := range origins {
		if o.PausedAt != nil || o.FailingSince != nil {
			page.TroubledOrigins++
		}
	}
	text, edited, err := synonymsText(ctx, f.store)
	if err != nil {
		return err
	}
	page.SynonymGroups, page.SynonymsEdited = groups(text), edited
	return f.site.Render(c, fiber.StatusOK, f.shell(c, "Admin", nil), templates.Admin(page))
}
