// Package searches lets people keep searches of case studies under a name, and
// see what is new in them. What somebody searches for, nobody else sees.
package searches

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	pageURL = "/me/searches"
	newURL  = "/me/searches/new"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
}

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site, store: site.Store} }

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(pageURL, web.Signed(f.page))
	r.Post(pageURL, web.Signed(f.save))
	r.Get(newURL, web.Signed(f.newPage))
	r.Get("/me/searches/:id", web.Signed(f.open))
	r.Post("/me/searches/:id/remove", web.Signed(f.remove))
}

// Save keeps a search for a person under a name, and has them told of what comes
// or not. What they keep already gets the name.
func (f *Feature) Save(ctx context.Context, p *models.Person, name, query string, follow bool) (models.SavedSearch, error) {
	q, err := models.ParseSearch(query)
	if err != nil {
		return models.SavedSearch{}, err
	}
	now := f.store.Now()
	s := models.SavedSearch{ID: f.store.NewID(), PersonID: p.ID, Name: name, Query: models.CanonicalSearch(q), CreatedAt: now, SeenAt: now, Followed: follow}
	if s.Query == "" {
		return s, models.E(models.BadRequest, "This search asks for every case study. Search for words or choose a filter first, then save that.")
	}
	if err := s.Validate(); err != nil {
		return s, err
	}
	// Nobody else reads it, so that nobody is asked about what is in doubt.
	if err := f.site.CheckDraft([]personal.Text{{Field: "name", Value: s.Name}, {Field: "query", Value: q.Text}}); err != nil {
		return s, err
	}
	return s, f.store.SaveSearch(ctx, &s)
}

// get gives a search of a person's.
func (f *Feature) get(ctx context.Context, p *models.Person, id string) (models.SavedSearch, error) {
	if !models.ValidID(id) {
		return models.SavedSearch{}, models.E(models.NotFound, "There is no such saved search of yours.")
	}
	return f.store.SavedSearch(ctx, p.ID, id)
}

// listURL leads to what a search finds, the newest first.
func listURL(s models.SavedSearch) string { return "/case-studies?" + s.Query + "&sort=new" }

// describe says what a search asks for.
func describe(v *web.Vocabulary, query string) string {
	q, err := models.ParseSearch(query)
	if err != nil {
		return "A search that there is no more"
	}
	var parts []string
	if q.Text != "" {
		parts = append(parts, "“"+q.Text+"”")
	}
	for _, name := range models.FacetNames() {
		var values []string
		for _, value := range q.Filters[name] {
			values = append(values, v.FacetLabel(name, value))
		}
		if len(values) > 0 {
			parts = append(parts, models.FacetLegend(name)+": "+strings.Join(values, " or "))
		}
	}
	return strings.Join(parts, "; ")
}

func (f *Feature) page(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	list, err := f.store.SavedSearches(ctx, p.ID)
	if err != nil {
		return err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	var page templates.SearchesPage
	for _, s := range list {
		page.Lines = append(page.Lines, templates.SearchLine{Name: s.Name, Asks: describe(v, s.Query), New: s.New, URL: pageURL + "/" + s.ID, RemoveURL: pageURL + "/" + s.ID + "/remove",
			Follow: templates.FollowButtonProps{Kind: string(models.FollowSearch), Thing: s.ID, Name: s.Name, Following: s.Followed, SignedIn: true, BackURL: pageURL}})
	}
	shell := f.site.Shell(c, "Saved searches")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Searches(page))
}

func (f *Feature) newPage(c *fiber.Ctx, p *models.Person) error {
	q, err := models.ParseSearch(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		return err
	}
	query := models.CanonicalSearch(q)
	if query == "" {
		return c.Redirect("/case-studies", fiber.StatusSeeOther)
	}
	ctx := web.SeeOwn(c)
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	page := templates.SaveSearchPage{Query: query, Asks: describe(v, query), Name: models.Truncate(describe(v, query), models.MaxSearchName), Follow: true}
	list, err := f.store.SavedSearches(ctx, p.ID)
	if i := slices.IndexFunc(list, func(s models.SavedSearch) bool { return s.Query == query }); i >= 0 {
		page.Name, page.Kept, page.Follow = list[i].Name, true, list[i].Followed
	}
	if err != nil {
		return err
	}
	return f.showNew(c, fiber.StatusOK, page)
}

func (f *Feature) showNew(c *fiber.Ctx, status int, page templates.SaveSearchPage) error {
	shell := f.site.Shell(c, "Save this search")
	shell.NoIndex, shell.Crumbs, shell.Errors = true, []templates.Crumb{{Text: "Case studies", URL: "/case-studies?" + page.Query}}, page.Errors
	return f.site.Render(c, status, shell, templates.SaveSearch(page))
}

func (f *Feature) save(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	name, query, follow := web.Value(c, "name"), web.Value(c, "query"), web.Value(c, "follow") != ""
	s, err := f.Save(ctx, p, name, query, follow)
	if list, ok := web.FormErrors(err); ok && err != nil {
		web.ShowStopped(c, err)
		v, err := f.site.Vocabulary(ctx)
		if err != nil {
			return err
		}
		return f.showNew(c, fiber.StatusUnprocessableEntity, templates.SaveSearchPage{Query: s.Query, Asks: describe(v, s.Query), Name: name, Follow: follow, Errors: list})
	}
	if err != nil {
		return err
	}
	text := "The search is saved. What is new in it stands here."
	if follow {
		text = "The search is saved. You are told of what is new in it."
	}
	return f.site.Done(c, pageURL, text)
}

// open leads to what a search finds, and notes that it was seen.
func (f *Feature) open(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	s, err := f.get(ctx, p, c.Params("id"))
	if err == nil {
		err = f.store.SeeSearch(ctx, p.ID, s.ID)
	}
	if err != nil {
		return err
	}
	return c.Redirect(listURL(s), fiber.StatusSeeOther)
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	s, err := f.get(ctx, p, c.Params("id"))
	if err == nil {
		err = f.store.RemoveSearch(ctx, p.ID, s.ID)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, pageURL, "“"+models.Truncate(s.Name, models.MaxSearchName)+"” is removed.")
}

// queryOf gives the query of an address, or what is one already.
func queryOf(s string) string {
	if u, err := url.Parse(s); err == nil && (u.Path == "/case-studies" || u.RawQuery != "") {
		return u.RawQuery
	}
	return s
}
