package adoptions

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// rowsOnCard are the texts that a list shows of an adoption; the rest is on the
// page of its own.
var rowsOnCard = []string{"sites", "adaptations", "result", "reason"}

// allRows are all of them, as they are called to readers, in their order.
var allRows = []struct{ field, label string }{
	{"sites", "Where"}, {"started", "Began to try it"}, {"in_use", "In use since"}, {"stopped", "Stopped on"}, {"adaptations", "What they changed"}, {"needed", "What they needed"},
	{"baseline", "How it was before"}, {"result", "What came of it"}, {"cost", "What it cost"}, {"reason", "Why they stopped"}}

// rows gives what is said of an adoption, of some fields or of all.
func rows(a *models.Adoption, fields []string) (out []templates.SummaryRow) {
	said := map[string]string{}
	a.EachText(func(field string, text *string) { said[field] = *text })
	if fields == nil {
		said["started"], said["in_use"], said["stopped"] = templates.FormatDay(a.Started), templates.FormatDay(a.InUse), templates.FormatDay(a.Stopped)
		for _, r := range allRows {
			fields = append(fields, r.field)
		}
	}
	for _, field := range fields {
		for _, r := range allRows {
			if r.field == field && said[field] != "" {
				out = append(out, templates.SummaryRow{Key: r.label, Content: templates.Paragraphs(said[field])})
			}
		}
	}
	if lines := figureLines(a); len(fields) == len(rowsOnCard) && len(lines) > 0 {
		out = append(out, templates.SummaryRow{Key: "In figures", Content: templates.FigureLines(lines[:min(len(lines), linesOnCard)], max(0, len(lines)-linesOnCard))})
	}
	return out
}

// item shows one adoption to a reader, nil for nobody.
func item(a *models.Adoption, p *models.Person, fields []string) templates.AdoptionItem {
	i := templates.AdoptionItem{Title: a.OrgName, URL: web.AdoptionURL(a.Slug, a.Organisation), Status: a.Status, Since: templates.FormatDay(a.Since()), Demo: a.Demo, Rows: rows(a, fields)}
	i.SinceSaid, i.Silent = a.Status.Tried() && a.Since() != "", a.SilentSince
	if a.OwnerID != "" {
		i.Owner = templates.BylineProps{Name: a.Owner.Name}
		if a.Owner.Handle != "" {
			i.Owner.URL = "/people/" + a.Owner.Handle
		}
	}
	if a.Site != "" {
		i.URL, i.Elsewhere, i.ElsewhereURL = "/organisations/"+url.PathEscape(a.Organisation), host(a.Site), a.URL
		return i
	}
	if p.May(models.RunAdoption, a.Subject()) {
		i.ChangeURL = formURL(a.Slug, a.Organisation)
	}
	return i
}

func host(site string) string {
	if u, err := url.Parse(site); err == nil && u.Host != "" {
		return u.Host
	}
	return site
}

func formURL(slug, organisation string) string {
	to := web.StudyURL(slug) + "/adopt"
	if organisation != "" {
		to += "?organisation=" + url.QueryEscape(organisation)
	}
	return to
}

func items(list []models.Adoption, p *models.Person) []templates.AdoptionItem {
	out := make([]templates.AdoptionItem, len(list))
	for i := range list {
		out[i] = item(&list[i], p, rowsOnCard)
	}
	return out
}

// Section makes the adoptions of a case study, to stand under it on its page.
// The caller has seen to it that the case study may be read.
func (f *Feature) Section(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) {
	ctx, person := c.UserContext(), web.Person(c)
	section := templates.AdoptionSection{CSVURL: web.StudyURL(cs.Slug) + "/adoptions.csv"}
	q := store.AdoptionQuery{CaseStudyID: cs.ID, Limit: models.AdoptionsOnStudy}
	list, next, err := f.store.Adoptions(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		counts, total, err := f.store.CountAdoptions(ctx, q)
		if err != nil {
			return nil, err
		}
		section.Counts = templates.AdoptionCounts(counts, total)
	}
	section.Items, section.SpreadURL = items(list, person), web.StudyURL(cs.Slug)+"/spread"
	if (cs.Stage != models.StageIdea || len(list) > 0) && cs.Status != models.Withdrawn {
		section.KitURL = web.StudyURL(cs.Slug) + "/kit"
	}
	if section.WorkspaceURL, err = f.workspaceOf(ctx, list, person); err != nil {
		return nil, err
	}
	if next != "" {
		section.MoreURL = web.StudyURL(cs.Slug) + "/adoptions"
	}
	if cs.Status == models.Withdrawn || person != nil && len(f.speaksFor(person, &cs)) == 0 && !person.May(models.Administer, models.Subject{}) && person.Organisation != "" {
		return templates.Adoptions(section), nil // nobody can say anything, or they only for those whose own it is
	}
	section.ActionURL, section.ActionText = formURL(cs.Slug, ""), "We want to try this"
	return templates.Adoptions(section), nil
}

// listPage is a page of adoptions, as a query has it.
func (f *Feature) listPage(ctx context.Context, q store.AdoptionQuery, p *models.Person) (templates.AdoptionsPage, string, error) {
	page := templates.AdoptionsPage{}
	list, next, err := f.store.Adoptions(ctx, q)
	if err != nil {
		return page, "", err
	}
	counts, total, err := f.store.CountAdoptions(ctx, q)
	page.Items, page.Counts = items(list, p), templates.AdoptionCounts(counts, total)
	return page, next, err
}

// list is all the adoptions of a case study, on pages of their own.
func (f *Feature) list(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	cs, err := f.site.StandingCaseStudy(ctx, person, c.Params("slug"))
	if err != nil {
		return err
	}
	path := web.StudyURL(cs.Slug) + "/adoptions"
	after := c.Query("cursor")
	page, next, err := f.listPage(ctx, store.AdoptionQuery{CaseStudyID: cs.ID, After: after, Limit: models.AdoptionsAPage}, person)
	if err != nil {
		return err
	}
	page.Heading, page.Caption, page.CSVURL, page.ActionURL = "Who has adopted it", cs.Title, path+".csv", formURL(cs.Slug, "")
	page.Nothing = "No other organisation has said yet that it tries this."
	page.NextURL, page.FirstURL = pageOf(path, next), firstOf(path, after)
	page.FeedURL = path + ".atom"
	shell := f.shell(c, "Who has adopted it: "+cs.Title, cs)
	shell.Feeds = []templates.Crumb{{Text: "Adoptions of " + cs.Title, URL: page.FeedURL}}
	shell.NoIndex = shell.NoIndex || after != ""
	return f.site.Render(c, fiber.StatusOK, shell, templates.AdoptionsOf(page))
}

func pageOf(path, next string) string {
	if next == "" {
		return ""
	}
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	return path + join + "cursor=" + url.QueryEscape(next)
}

// firstOf leads back to the beginning of a list, from any other page of it.
func firstOf(path, at string) string {
	if at == "" {
		return ""
	}
	return path
}

func (f *Feature) shell(c *fiber.Ctx, title string, cs models.CaseStudy) templates.Shell {
	shell := f.site.Shell(c, title)
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: web.StudyURL(cs.Slug)}}
	shell.NoIndex = cs.Status != models.Published
	return shell
}

// show is one adoption with all that is said of it.
func (f *Feature) show(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	a, cs, err := f.Get(ctx, person, c.Params("slug"), c.Params("organisation"))
	if err != nil {
		return err
	}
	page := templates.AdoptionPage{Heading: a.OrgName, Title: cs.Title, TitleURL: web.StudyURL(cs.Slug) + "#adoptions", Item: item(&a, person, nil), Figures: f.figures(&a, &cs, person)}
	if page.Hidden, err = f.hiddenBy(ctx, &a); err != nil {
		return err
	}
	if page.WorkspaceURL, err = f.workspaceURL(ctx, &a, person); err != nil {
		return err
	}
	switch by := a.SaidBy(); {
	case person != nil && by == person.ID:
	case person.May(models.Moderate, models.Subject{}):
		page.ActURL = "/moderation/act/adoption/" + a.ID
	case a.Hidden == "":
		page.ReportURL = "/report/adoption/" + a.ID
	}
	if page.FollowUps, err = f.followUps(ctx, &a); err != nil {
		return err
	}
	for _, s := range a.Steps {
		page.History = append(page.History, templates.AdoptionStepLine{Status: s.Status.Label(), When: s.At})
	}
	if a.MayRemove(person) {
		page.RemoveURL = web.AdoptionURL(cs.Slug, a.Organisation) + "/remove"
	}
	shell := f.shell(c, a.OrgName+": "+cs.Title, cs)
	shell.NoIndex = shell.NoIndex || a.Hidden != ""
	return f.site.Render(c, fiber.StatusOK, shell, templates.Adoption(page))
}

// workspaceURL gives where the workspace of an adoption is, empty for those who may
// not read it.
func (f *Feature) workspaceURL(ctx context.Context, a *models.Adoption, p *models.Person) (string, error) {
	if p == nil || f.MayWork == nil {
		return "", nil
	}
	ok, err := f.MayWork(ctx, p, a)
	if err != nil || !ok {
		return "", err
	}
	return web.AdoptionURL(a.Slug, a.Organisation) + "/workspace", nil
}

// workspaceOf gives where the workspace of a person's own organisation is, of some
// adoptions of one case study.
func (f *Feature) workspaceOf(ctx context.Context, list []models.Adoption, p *models.Person) (string, error) {
	for i := range list {
		if a := &list[i]; p != nil && a.Site == "" && (a.Belongs(p) || a.OwnerID == p.ID) {
			if to, err := f.workspaceURL(ctx, a, p); to != "" || err != nil {
				return to, err
			}
		}
	}
	return "", nil
}

// OfOrganisation makes what an organisation adopts and what is adopted from it,
// to stand on its page.
func (f *Feature) OfOrganisation(c *fiber.Ctx, code string) (templ.Component, error) {
	ctx := c.UserContext()
	adopts, err := f.some(ctx, store.AdoptionQuery{By: code, Limit: models.AdoptionsOnStudy}, code)
	if err != nil {
		return nil, err
	}
	adopted, err := f.some(ctx, store.AdoptionQuery{From: code, Limit: models.AdoptionsOnStudy}, code)
	if err != nil {
		return nil, err
	}
	adopted.FeedURL = organisationURL(code, false) + ".atom"
	return templates.OrganisationAdoptions(adopts, adopted), nil
}

func (f *Feature) some(ctx context.Context, q store.AdoptionQuery, code string) (templates.AdoptionsPage, error) {
	page := templates.AdoptionsPage{Nothing: nothing(q)}
	list, next, err := f.store.Adoptions(ctx, q)
	if err != nil {
		return page, err
	}
	page.Items = ofOrganisation(list, q)
	if next != "" {
		page.NextURL, page.OthersText = organisationURL(code, q.From != ""), "All of what it adopts"
		if q.From != "" {
			page.OthersText = "All that is adopted from here"
		}
	}
	return page, nil
}

func nothing(q store.AdoptionQuery) string {
	if q.From != "" {
		return "No other organisation has said yet that it tries something from here."
	}
	return "It has not said yet that it tries something of another organisation."
}

// ofOrganisation shows adoptions by what is adopted, and where others adopt it
// by whom.
func ofOrganisation(list []models.Adoption, q store.AdoptionQuery) []templates.AdoptionItem {
	out := items(list, nil)
	for i, a := range list {
		if out[i].Title = a.Title; q.From != "" {
			out[i].Title = a.OrgName + ": " + a.Title
		}
		if a.Site != "" {
			out[i].URL = web.StudyURL(a.Slug)
		}
	}
	return out
}

func organisationURL(code string, from bool) string {
	to := "/organisations/" + url.PathEscape(code) + "/adoptions"
	if from {
		to += "?of=from"
	}
	return to
}

// organisation is all that an organisation adopts, or all that is adopted from
// it.
func (f *Feature) organisation(c *fiber.Ctx) error {
	ctx := c.UserContext()
	o, err := f.store.Organisation(ctx, models.CleanCode(c.Params("code")))
	if err != nil {
		return err
	}
	q := store.AdoptionQuery{By: o.Code, After: c.Query("cursor"), Limit: models.AdoptionsAPage}
	title, from := "What this organisation adopts", c.Query("of") == "from"
	if from {
		q.By, q.From, title = "", o.Code, "Adopted from here"
	}
	list, next, err := f.store.Adoptions(ctx, q)
	if err != nil {
		return err
	}
	path := organisationURL(o.Code, from)
	page := templates.AdoptionsPage{Heading: title, Caption: o.DisplayName(), Items: ofOrganisation(list, q), Nothing: nothing(q), NextURL: pageOf(path, next), FirstURL: firstOf(path, q.After),
		OthersURL: organisationURL(o.Code, !from), OthersText: "What is adopted from here"}
	if from {
		page.OthersText = "What this organisation adopts"
	}
	page.FeedURL = organisationURL(o.Code, false) + ".atom"
	shell := f.site.Shell(c, title+": "+o.DisplayName())
	shell.Feeds = []templates.Crumb{{Text: "Adopted by and from " + o.DisplayName(), URL: page.FeedURL}}
	shell.Crumbs = []templates.Crumb{{Text: "Organisations", URL: "/organisations"}, {Text: o.DisplayName(), URL: "/organisations/" + url.PathEscape(o.Code)}}
	shell.NoIndex = q.After != "" || len(list) == 0
	return f.site.Render(c, fiber.StatusOK, shell, templates.AdoptionsOf(page))
}

// rowsAtOnce is how many rows of a table are read in one statement.
const rowsAtOnce = 200

// table sends the adoptions of a case study as CSV.
func (f *Feature) table(c *fiber.Ctx) error {
	cs, err := f.site.StandingCaseStudy(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	columns := []string{"organisation", "organisation_name", "status", "owner", "sites", "started", "in_use", "stopped", "baseline", "result", "cost", "adaptations", "needed", "reason", "recorded_at", "created", "changed", "url",
		"cost_once", "cost_a_year", "saved_a_year_cash", "saved_a_year_not_cash", "money_known", "measures", "figures",
		"cost_once_expected", "cost_a_year_expected", "saved_a_year_cash_expected", "saved_a_year_not_cash_expected"}
	return f.site.SendCSV(c, "adoptions", columns, func(ctx context.Context, write func(...string) error) error {
		q := store.AdoptionQuery{CaseStudyID: cs.ID, Limit: rowsAtOnce}
		for {
			list, next, err := f.store.Adoptions(ctx, q)
			if err != nil {
				return err
			}
			for _, a := range list {
				m, measures, figures := &a.Figures.Money, "", ""
				if n := len(a.Figures.Measures); n > 0 {
					measures = strconv.Itoa(n)
				}
				if !a.Figures.Empty() && a.Site == "" {
					figures = f.site.URL("/api/v1/case-studies/" + cs.ID + "/adoptions/" + url.PathEscape(a.Organisation) + "/figures")
				}
				if err := write(a.Organisation, a.OrgName, string(a.Status), a.Owner.Name, a.Sites, a.Started, a.InUse, a.Stopped, a.Baseline, a.Result, a.Cost, a.Adaptations, a.Needed, a.Reason,
					a.Site, web.CSVTime(a.CreatedAt), web.CSVTime(a.ChangedAt), f.address(&a),
					web.CSVWhole(m.OneOff), web.CSVWhole(m.Running), web.CSVWhole(m.Cash), web.CSVWhole(m.NonCash), string(m.Known), measures, figures,
					web.CSVWhole(m.Expected.OneOff), web.CSVWhole(m.Expected.Running), web.CSVWhole(m.Expected.Cash), web.CSVWhole(m.Expected.NonCash)); err != nil {
					return err
				}
			}
			if q.After = next; next == "" {
				return nil
			}
		}
	})
}

// address gives where an adoption can be read, in full.
func (f *Feature) address(a *models.Adoption) string {
	if a.Site != "" {
		return a.URL
	}
	return f.site.URL(web.AdoptionAt(a))
}

// remove takes an adoption back.
func (f *Feature) remove(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	cs, err := f.Remove(c.UserContext(), person, c.Params("slug"), c.Params("organisation"), 0)
	if err != nil {
		return err
	}
	return f.site.Done(c, web.StudyURL(cs.Slug)+"#adoptions", "It is taken back.")
}

// dayOf writes a day for the API, which says null of one that nobody has said.
func dayOf(day string) *string {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil
	}
	return &day
}
