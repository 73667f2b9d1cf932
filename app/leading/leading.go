// Package leading is the page of those who lead an organisation: what is new that fits
// it, which ideas of its staff wait, what it tries, what is overdue and whom to thank.
// Its own are the priorities of organisations alone: else it gathers what other features keep.
package leading

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	pageURL    = "/me/lead"
	overdueURL = pageURL + "/overdue"
	// How many of each are shown; the rest is where each part of the page leads.
	shownNew, shownThanks                    = 5, 5
	shownIdeas, shownAdoptions, shownOverdue = 10, 10, 10
	// overdueAPage is how many stand on a page of all that is overdue.
	overdueAPage = 20
	// searched is by how many systems at most the link to more searches.
	searched = 10
)

// Hooks are what the feature of case studies does for this one.
type Hooks struct {
	Cards func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)
}

// Feature is the pages and operations, with what it leans on.
type Feature struct {
	site  *web.Site
	store *store.Store
	hooks Hooks
}

// New makes the feature.
func New(site *web.Site, hooks Hooks) *Feature {
	return &Feature{site: site, store: site.Store, hooks: hooks}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(pageURL, web.Signed(f.show))
	r.Get(overdueURL, web.Signed(f.showOverdue))
	r.Post(prioritiesURL, web.Signed(f.savePriorities))
}

// of gives the address of a page for an organisation.
func of(page, code string) string { return page + "?organisation=" + url.QueryEscape(code) }

func (f *Feature) show(c *fiber.Ctx, p *models.Person) error {
	return f.page(c, p, fiber.StatusOK, nil)
}

// page shows the lead's home; with a form of priorities that was not taken, that as it was
// typed.
func (f *Feature) page(c *fiber.Ctx, p *models.Person, status int, typed *templates.PrioritiesForm) error {
	h, err := f.Get(web.SeeOwn(c), p, c.Query("organisation"))
	if err != nil {
		return err
	}
	o := &h.Organisation
	page := templates.LeadingPage{Organisation: o.DisplayName(), OrganisationURL: "/organisations/" + url.PathEscape(o.Code), Uses: len(h.Systems)+len(h.Standards)+len(h.Priorities) > 0, IdeasTotal: h.IdeasTotal,
		Counts: h.Counts, AdoptionsTotal: h.AdoptionsTotal, Overdue: f.overdueLines(o.Code, h.Overdue), OverdueTotal: h.OverdueTotal, OverdueURL: of(overdueURL, o.Code)}
	for _, other := range h.Others {
		page.Others = append(page.Others, templates.LedOrganisation{Name: other.DisplayName(), Code: other.Code, URL: of(pageURL, other.Code)})
	}
	if err := f.addNew(c, &h, &page); err != nil {
		return err
	}
	now := f.site.Now()
	for i := range h.Ideas {
		w := &h.Ideas[i]
		page.Ideas = append(page.Ideas, templates.LeadingIdea{Title: w.Title, URL: web.StudyURL(w.Slug), By: w.OwnerName, Posted: w.PublishedAt, Waits: w.Waits(now), Overdue: w.Overdue(now)})
	}
	addAdoptions(&h, &page)
	for _, t := range h.Thanks {
		page.Thanks = append(page.Thanks, templates.ToThankLine{Title: t.Title, URL: web.StudyURL(t.Slug), Names: models.Together(t.Names), ThankURL: web.StudyURL(t.Slug) + "/thank"})
	}
	shell := f.site.Shell(c, "Lead’s home")
	page.Form = templates.PrioritiesForm{Typed: strings.Join(h.Priorities, ", ")}
	if typed != nil {
		page.Form = *typed
	}
	page.Form.ActionURL = of(prioritiesURL, o.Code)
	shell.NoIndex, shell.Errors, shell.Crumbs = true, page.Form.Errors, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, status, shell, templates.Leading(page))
}

// addNew adds what is new and names a system or standard that the organisation uses.
func (f *Feature) addNew(c *fiber.Ctx, h *Home, page *templates.LeadingPage) error {
	items := make([]models.Summary, len(h.New))
	for i, n := range h.New {
		items[i] = n.Summary
	}
	cards, err := f.hooks.Cards(c, items, "")
	if err != nil {
		return err
	}
	for i, n := range h.New {
		cards[i].Level = 3
		page.New = append(page.New, templates.LeadingNew{Card: cards[i], Why: why(h.words, n)})
	}
	if len(h.Systems) > 0 {
		page.NewURL = newURL(h)
	}
	for _, t := range h.Priorities {
		page.PriorityLinks = append(page.PriorityLinks, templates.Crumb{Text: t, URL: "/case-studies?" + url.Values{models.FacetTag: {t}, "sort": {string(models.SortNew)}}.Encode()})
	}
	return nil
}

// newURL is the list of all case studies about systems of the organisation.
func newURL(h *Home) string {
	q := url.Values{"sort": {string(models.SortNew)}, models.FacetSystem: h.Systems[:min(len(h.Systems), searched)]}
	return "/case-studies?" + q.Encode()
}

// why says what a case study names of what the organisation uses, and which of its
// priorities it has.
func why(v *web.Vocabulary, n models.NewWith) (out []string) {
	const most = 4
	var names []string
	for _, s := range n.Systems {
		names = append(names, v.SystemName(s))
	}
	for _, s := range n.Standards {
		names = append(names, v.StandardName(s))
	}
	if more := len(names) - most; more > 0 {
		names = append(names[:most], templates.FormatNumber(more)+" more")
	}
	if len(names) > 0 {
		out = append(out, "Names "+models.Together(names)+", which your organisation uses.")
	}
	if len(n.Tags) > 0 {
		out = append(out, "Among your priorities: "+models.Together(n.Tags)+".")
	}
	return out
}

// addAdoptions adds what the organisation adopts.
func addAdoptions(h *Home, page *templates.LeadingPage) {
	for i := range h.Adoptions {
		a := &h.Adoptions[i]
		line := templates.LeadingAdoption{AdoptionItem: templates.AdoptionItem{Title: a.Title, URL: web.AdoptionURL(a.Slug, h.Organisation.Code), Status: a.Status, Since: templates.FormatDay(a.Since()), SinceSaid: true,
			Owner: templates.BylineProps{Name: a.Owner.Name}, Silent: a.SilentSince, Demo: a.Demo}}
		if a.Owner.Handle != "" {
			line.Owner.URL = "/people/" + a.Owner.Handle
		}
		if line.Since == "" {
			line.Since, line.SinceSaid = templates.FormatDate(a.ChangedAt), false
		}
		if tasks, may := h.Tasks[a.ID]; may {
			line.WorkspaceURL, line.Tasks = line.URL+"/workspace", tasks
		}
		page.Adoptions = append(page.Adoptions, line)
	}
}

// overdueLines show what is overdue.
func (f *Feature) overdueLines(code string, list []models.Overdue) (lines []templates.OverdueLine) {
	now := f.site.Now()
	for i := range list {
		o := &list[i]
		line := templates.OverdueLine{Kind: o.Kind, Days: days(now, o.Since), URL: overdueAt(code, o)}
		switch o.Kind {
		case models.OverdueTasks:
			line.Title, line.Of, line.Who = o.Task.Words, o.Task.Title, o.Task.PersonName
		case models.OverdueAnswer:
			line.Title, line.Who = o.Idea.Title, o.Idea.OwnerName
		case models.OverdueNews:
			line.Title, line.Who = o.Adoption.Title, o.Adoption.Owner.Name
		}
		lines = append(lines, line)
	}
	return lines
}

// days counts the whole days since a moment.
func days(now, since time.Time) int { return int(now.Sub(since) / (24 * time.Hour)) }

// overdueAt is where something is done about what is overdue.
func overdueAt(code string, o *models.Overdue) string {
	switch o.Kind {
	case models.OverdueTasks:
		return web.AdoptionURL(o.Task.Slug, code) + "/workspace#task-" + o.Task.ID
	case models.OverdueAnswer:
		return web.StudyURL(o.Idea.Slug)
	}
	return web.AdoptionURL(o.Adoption.Slug, code)
}

// showOverdue is the list of all that is overdue.
func (f *Feature) showOverdue(c *fiber.Ctx, p *models.Person) error {
	o, found, err := f.Overdue(web.SeeOwn(c), p, c.Query("organisation"), c.Query("cursor"), overdueAPage)
	if err != nil {
		return err
	}
	page := templates.OverduePage{Organisation: o.DisplayName(), OrganisationURL: "/organisations/" + url.PathEscape(o.Code), HomeURL: of(pageURL, o.Code), Lines: f.overdueLines(o.Code, found.Items), Total: found.Total}
	if c.Query("cursor") != "" {
		page.FirstURL = of(overdueURL, o.Code)
	}
	if found.Next != "" {
		page.NextURL = of(overdueURL, o.Code) + "&cursor=" + url.QueryEscape(found.Next)
	}
	shell := f.site.Shell(c, "What is overdue")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}, {Text: "Lead’s home", URL: page.HomeURL}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Overdue(page))
}
