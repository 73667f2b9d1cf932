// Package leading is the page of those who lead an organisation: what is new that fits
// it, which ideas of its staff wait, what it tries, what is overdue and whom to thank.
// It writes nothing and has nothing of its own: it gathers what other features keep.
package leading

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	pageURL = "/me/lead"
	// How many of each are shown; the rest is where each part of the page leads.
	shownNew, shownThanks                    = 5, 5
	shownIdeas, shownAdoptions, shownOverdue = 10, 10, 10
	// searched is by how many systems at most the link to more searches.
	searched = 10
)

// Hooks are what the feature of case studies does for this one.
type Hooks struct {
	Cards func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)
}

// Feature is the page, with what it leans on.
type Feature struct {
	site  *web.Site
	store *store.Store
	hooks Hooks
}

// New makes the feature.
func New(site *web.Site, hooks Hooks) *Feature {
	return &Feature{site: site, store: site.Store, hooks: hooks}
}

// Routes puts the page in its place.
func (f *Feature) Routes(r fiber.Router) { r.Get(pageURL, web.Signed(f.show)) }

// led gives the codes of the organisations that a person leads, in their order.
func led(p *models.Person) (codes []string) {
	for _, g := range p.Grants {
		if g.Role == models.RoleLead && g.Organisation != "" && !slices.Contains(codes, g.Organisation) {
			codes = append(codes, g.Organisation)
		}
	}
	slices.Sort(codes)
	return codes
}

// organisation gives the one that a person asks for, or the first that they lead. Whoever
// leads none and may see all has their own.
func (f *Feature) organisation(ctx context.Context, p *models.Person, code string) (models.Organisation, error) {
	if code = models.CleanCode(code); code == "" {
		code = p.Organisation
		if codes := led(p); len(codes) > 0 {
			code = codes[0]
		}
		if code == "" && p.May(models.SeeLeading, models.Subject{}) {
			return models.Organisation{}, models.E(models.NotFound, "You lead no organisation. Name one at the end of the address, such as ?organisation=RR8.")
		}
	}
	if !p.May(models.SeeLeading, models.Subject{Organisation: code}) {
		return models.Organisation{}, models.E(models.Forbidden, "Only the leads of an organisation see this page.")
	}
	if !models.ValidODSCode(code) {
		return models.Organisation{}, models.E(models.NotFound, "That is not the code of an organisation.")
	}
	return f.store.Organisation(ctx, code)
}

func (f *Feature) show(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	o, err := f.organisation(ctx, p, c.Query("organisation"))
	if err != nil {
		return err
	}
	page := templates.LeadingPage{Organisation: o.DisplayName(), OrganisationURL: "/organisations/" + url.PathEscape(o.Code)}
	for _, code := range led(p) {
		if code != o.Code {
			page.Others = append(page.Others, templates.Crumb{Text: code, URL: pageURL + "?organisation=" + url.QueryEscape(code)})
		}
	}
	if err := f.addNew(c, o.Code, &page); err != nil {
		return err
	}
	ideas, err := f.addIdeas(ctx, o.Code, &page)
	if err != nil {
		return err
	}
	if err := f.addAdoptions(ctx, p, o.Code, &page); err != nil {
		return err
	}
	if err := f.addOverdue(ctx, o.Code, ideas, &page); err != nil {
		return err
	}
	thanks, err := f.store.ToThank(ctx, o.Code, p.ID, shownThanks)
	if err != nil {
		return err
	}
	for _, t := range thanks {
		page.Thanks = append(page.Thanks, templates.ToThankLine{Title: t.Title, URL: web.StudyURL(t.Slug), Names: models.Together(t.Names), ThankURL: web.StudyURL(t.Slug) + "/thank"})
	}
	shell := f.site.Shell(c, "Lead’s home")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Leading(page))
}

// addNew adds what is new and names a system or standard that the organisation uses.
func (f *Feature) addNew(c *fiber.Ctx, code string, page *templates.LeadingPage) error {
	ctx := c.UserContext()
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	systems, err := f.store.SystemsAt(ctx, code)
	if err != nil {
		return err
	}
	generic := web.GenericSystems(v)
	systems = slices.DeleteFunc(v.NowAll(models.TermSystem, systems), func(s string) bool { return generic[s] })
	standards, err := f.store.StandardsAt(ctx, code)
	if err != nil {
		return err
	}
	standards = v.NowAll(models.TermStandard, standards)
	systems, standards = systems[:min(len(systems), models.MaxJoinValues)], standards[:min(len(standards), models.MaxJoinValues)]
	page.Uses = len(systems)+len(standards) > 0
	found, err := f.store.NewWith(ctx, code, systems, standards, f.site.Now().Add(-models.NewFor), shownNew)
	if err != nil {
		return err
	}
	items := make([]models.Summary, len(found))
	for i, n := range found {
		items[i] = n.Summary
	}
	cards, err := f.hooks.Cards(c, items, "")
	if err != nil {
		return err
	}
	for i, n := range found {
		cards[i].Level = 3
		page.New = append(page.New, templates.LikeMineLine{Card: cards[i], Why: why(v, n)})
	}
	if len(systems) > 0 {
		q := url.Values{"sort": {string(models.SortNew)}, models.FacetSystem: systems[:min(len(systems), searched)]}
		page.NewURL = "/case-studies?" + q.Encode()
	}
	return nil
}

// why says what a case study names of what the organisation uses.
func why(v *web.Vocabulary, n models.NewWith) string {
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
	return "Names " + models.Together(names) + ", which your organisation uses."
}

// addIdeas adds the ideas that wait for a first response, and gives them.
func (f *Feature) addIdeas(ctx context.Context, code string, page *templates.LeadingPage) ([]models.WaitingIdea, error) {
	ideas, total, err := f.store.UnansweredIdeas(ctx, code, f.site.Feedback.Days, shownIdeas)
	if err != nil {
		return nil, err
	}
	page.IdeasTotal = total
	now := f.site.Now()
	for i := range ideas {
		w := &ideas[i]
		page.Ideas = append(page.Ideas, templates.LeadingIdea{Title: w.Title, URL: web.StudyURL(w.Slug), By: w.OwnerName, Posted: w.PublishedAt, Waits: w.Waits(now), Overdue: w.Overdue(now)})
	}
	return ideas, nil
}

// addAdoptions adds what the organisation adopts, with how far its workspaces are where
// the reader may read them.
func (f *Feature) addAdoptions(ctx context.Context, p *models.Person, code string, page *templates.LeadingPage) error {
	q := store.AdoptionQuery{By: code, Limit: shownAdoptions}
	list, _, err := f.store.Adoptions(ctx, q)
	if err != nil {
		return err
	}
	if page.Counts, page.AdoptionsTotal, err = f.store.CountAdoptions(ctx, q); err != nil {
		return err
	}
	var ids []string
	for _, a := range list {
		if a.MayRun(p) {
			ids = append(ids, a.ID)
		}
	}
	tasks, err := f.store.CountTasks(ctx, ids, models.InLondonDay(f.site.Now()))
	if err != nil {
		return err
	}
	for _, a := range list {
		line := templates.LeadingAdoption{AdoptionItem: templates.AdoptionItem{Title: a.Title, URL: web.AdoptionURL(a.Slug, code), Status: a.Status, Since: templates.FormatDay(a.Since()), SinceSaid: true,
			Owner: templates.BylineProps{Name: a.Owner.Name}, Silent: a.SilentSince, Demo: a.Demo}}
		if a.Owner.Handle != "" {
			line.Owner.URL = "/people/" + a.Owner.Handle
		}
		if line.Since == "" {
			line.Since, line.SinceSaid = templates.FormatDate(a.ChangedAt), false
		}
		if a.MayRun(p) {
			line.WorkspaceURL, line.Tasks = line.URL+"/workspace", tasks[a.ID]
		}
		page.Adoptions = append(page.Adoptions, line)
	}
	return nil
}

// addOverdue adds what is overdue, of all kinds in one list.
func (f *Feature) addOverdue(ctx context.Context, code string, ideas []models.WaitingIdea, page *templates.LeadingPage) error {
	now := f.site.Now()
	tasks, err := f.store.OverdueTasks(ctx, code, models.InLondonDay(now), shownOverdue+1)
	if err != nil {
		return err
	}
	silent, err := f.store.SilentAdoptions(ctx, code, shownOverdue+1)
	if err != nil {
		return err
	}
	all := models.AllOverdue(tasks, ideas, silent, now)
	page.MoreOverdue = len(all) > shownOverdue
	for _, o := range all[:min(len(all), shownOverdue)] {
		line := templates.OverdueLine{Kind: o.Kind, Days: int(now.Sub(o.Since) / (24 * time.Hour))}
		switch o.Kind {
		case models.OverdueTasks:
			line.Title, line.URL, line.Of, line.Who = o.Task.Words, web.AdoptionURL(o.Task.Slug, code)+"/workspace#task-"+o.Task.ID, o.Task.Title, o.Task.PersonName
		case models.OverdueAnswer:
			line.Title, line.URL, line.Who = o.Idea.Title, web.StudyURL(o.Idea.Slug), o.Idea.OwnerName
		case models.OverdueNews:
			line.Title, line.URL, line.Who = o.Adoption.Title, web.AdoptionURL(o.Adoption.Slug, code), o.Adoption.Owner.Name
		}
		page.Overdue = append(page.Overdue, line)
	}
	return nil
}
