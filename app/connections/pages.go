package connections

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

// How many of the most frequent things the page shows where to begin.
const (
	shownPairs     = 12
	shownUsed      = 12
	shownOfStudy   = 6 // connections of one case study
	askHeading     = "Who has joined what to what?"
	askDescription = "Which NHS organisations have joined two systems, by which standard, how far they are, and whom you can ask."
)

// ask is the page of the question.
func (f *Feature) ask(c *fiber.Ctx) error {
	t, err := readTyped(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	q, err := f.understand(ctx, t, web.Person(c))
	if err != nil {
		return err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	page := templates.InteroperabilityPage{Heading: askHeading, Form: form(v, q), Suggestions: q.suggestions}
	status := fiber.StatusOK
	switch {
	case len(q.errors) > 0:
		status = fiber.StatusUnprocessableEntity
		err = f.beginnings(ctx, v, &page)
	case q.empty():
		err = f.beginnings(ctx, v, &page)
	default:
		var a *answer
		if a, err = f.answer(ctx, q); err == nil {
			a.fill(&page)
			if facets := facetsOf(q); facets != "" && web.Person(c) != nil {
				page.SaveURL = "/me/searches/new" + facets
			}
		}
	}
	if err != nil {
		return err
	}
	shell := f.site.Shell(c, page.Heading)
	shell.Description, shell.Errors = askDescription, q.errors
	shell.Canonical = f.site.URL(templates.InteroperabilityURL(q.from, q.to))
	shell.NoIndex = q.narrowed() || t.Near != "" || page.Nothing != "" || len(q.errors) > 0
	if page.FeedURL != "" {
		shell.FeedURL, shell.FeedTitle = page.FeedURL, page.Heading
	}
	return f.site.Render(c, status, shell, templates.Interoperability(page))
}

// form fills the form in with the question.
func form(v *web.Vocabulary, q question) templates.JoinForm {
	out := templates.JoinForm{From: q.From, To: q.To, Standard: q.standard, Status: q.Status, Region: q.Region, Near: q.Near, NearHint: "Its code or name. Answers from places like it come first",
		Standards: v.StandardGroups(), Errors: q.errors}
	out.Open = q.narrowed() || q.Near != "" || len(q.errors) > 0
	if q.Near == "" && q.near != nil {
		out.NearHint = "Left empty, it is yours: " + q.near.DisplayName()
	}
	for _, r := range reference.Regions() {
		out.Regions = append(out.Regions, templates.Option{Value: r.Name, Text: r.Name})
	}
	for _, s := range v.Systems {
		out.Systems = append(out.Systems, templates.SystemOption{Name: s.Name, Also: strings.Join(s.Aliases, ", ")})
	}
	return out
}

// beginnings shows what has been joined most often.
func (f *Feature) beginnings(ctx context.Context, v *web.Vocabulary, page *templates.InteroperabilityPage) error {
	totals, err := f.store.JoinTotals(ctx, models.JoinQuery{})
	if err != nil || totals.Connections == 0 {
		return err
	}
	page.Total = templates.FormatCount(totals.Connections, "connection", "connections") + " in " + templates.FormatCount(totals.CaseStudies, "case study", "case studies") +
		" from " + templates.FormatCount(totals.Organisations, "organisation", "organisations") + "."
	pairs, err := f.store.JoinPairs(ctx, models.JoinQuery{Limit: shownPairs})
	if err != nil {
		return err
	}
	for _, p := range pairs {
		page.Pairs = append(page.Pairs, templates.JoinLine{From: v.SystemName(p.From), To: v.SystemName(p.To), Evidence: evidence(p.Organisations, p.CaseStudies),
			URL: templates.InteroperabilityURL(p.From, p.To)})
	}
	used := totals.ByStandard
	slices.SortStableFunc(used, func(x, y models.JoinCount) int { return cmp.Compare(y.CaseStudies, x.CaseStudies) })
	for _, s := range used[:min(len(used), shownUsed)] {
		if s.Value != models.Unknown {
			page.Standards = append(page.Standards, templates.CountLink{Text: v.StandardName(s.Value), URL: typed{Standard: s.Value}.address(), Count: s.CaseStudies})
		}
	}
	return nil
}

// fill puts the answer into the page.
func (a *answer) fill(page *templates.InteroperabilityPage) {
	q := a.question
	page.Asked, page.Heading = true, a.heading()
	if !a.direct() {
		a.fillInstead(page)
		return
	}
	for _, s := range a.sentences() {
		if s != "" {
			page.Sentences = append(page.Sentences, s)
		}
	}
	page.StudiesTotal = a.totals.CaseStudies
	facets := facetsOf(q)
	page.FeedURL = "/feeds/case-studies.atom" + facets
	if a.totals.CaseStudies > len(a.studies) {
		page.StudiesURL = "/case-studies" + facets
	}
	if a.asker != nil {
		page.NearText = "Those that are most like " + a.asker.DisplayName() + " come first."
	}
	for _, s := range a.studies {
		page.Studies = append(page.Studies, a.study(s))
	}
	for _, w := range a.writers {
		page.People = append(page.People, a.person(w))
	}
	page.Steps = a.lines(a.steps)
}

func (a *answer) heading() string {
	q := a.question
	switch {
	case q.from != "" && q.to != "":
		return "Who joins " + q.From + " to " + q.To + "?"
	case q.from != "":
		return "Where does information from " + q.From + " go?"
	case q.to != "":
		return "Where does information in " + q.To + " come from?"
	}
	return askHeading
}

// facetsOf gives the question as the filters of the list of case studies,
// which knows of no status.
func facetsOf(q question) string {
	var parts []string
	for _, f := range [][2]string{{models.FacetFromSystem, q.from}, {models.FacetToSystem, q.to}, {models.FacetStandard, q.standard}, {models.FacetRegion, q.Region}} {
		if f[1] != "" {
			parts = append(parts, f[0]+"="+web.QueryEscape(f[1]))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}

func (a *answer) lines(steps []models.JoinStep) []templates.JoinLine {
	out := make([]templates.JoinLine, len(steps))
	for i, s := range steps {
		out[i] = templates.JoinLine{From: a.v.SystemName(s.From), To: a.v.SystemName(s.To), ViewOnly: s.ViewOnly, Evidence: evidence(s.Organisations, s.CaseStudies),
			URL: templates.InteroperabilityURL(s.From, s.To)}
	}
	return out
}

func (a *answer) study(s study) templates.JoinStudy {
	card := templates.ListCardProps{Title: s.Title, URL: "/case-studies/" + s.Slug, Summary: s.Summary.Summary, Stage: string(s.Stage), Organisation: s.OrgName, Date: s.PublishedAt, Comments: s.Comments, Level: 3}
	if s.Organisation != "" {
		card.OrganisationURL = "/organisations/" + s.Organisation
	}
	out := templates.JoinStudy{Card: card, Near: a.asker.Words(s.place, s.Organisation)}
	for i, j := range s.joins {
		if i == shownOfStudy {
			out.Lines = append(out.Lines, "and "+templates.FormatCount(len(s.joins)-i, "more connection", "more connections"))
			break
		}
		out.Lines = append(out.Lines, a.line(j))
	}
	return out
}

// line is a connection in words: "PPM+ to SystmOne by HL7 version 2 (2.4) over
// MESH: discharge summary. Live, one way."
func (a *answer) line(j models.Join) string {
	s := a.v.SystemName(j.From) + " to " + a.v.SystemName(j.To)
	if j.Standard != models.Unknown {
		s += " by " + templates.StandardVersion(how(j.Standard, a.standardName(j.Standard)), j.Version)
	}
	if j.Transport != "" {
		s += " over " + j.Transport
	}
	if len(j.Data) > 0 {
		s += ": " + strings.Join(j.Data, ", ")
	}
	if state := templates.ConnectionState(j.Status, j.Direction); state != templates.ConnectionText(models.Unknown) {
		s += ". " + state
	}
	return s + "."
}

func (a *answer) person(w writer) templates.JoinPerson {
	out := templates.JoinPerson{Near: a.asker.Words(w.place, w.Organisation), Byline: templates.BylineProps{Name: w.Name, URL: "/people/" + w.Handle, Role: w.JobTitle, StaffGroup: w.StaffGroup,
		Organisation: w.OrgName, Years: w.YearsExperience}}
	if w.Organisation != "" {
		out.Byline.OrganisationURL = "/organisations/" + w.Organisation
	}
	for _, s := range w.wrote {
		out.Wrote = append(out.Wrote, templates.Crumb{Text: s.Title, URL: "/case-studies/" + s.Slug})
	}
	return out
}

// fillInstead says that there is nothing, and what there is in place of it.
func (a *answer) fillInstead(page *templates.InteroperabilityPage) {
	q := a.question
	page.Nothing = "Nobody has written yet of joining " + a.ends() + a.otherChoices() + "."
	if n := a.wider.CaseStudies; n > 0 {
		page.Instead = append(page.Instead, templates.JoinHint{Text: "Without your other choices there " + verb(n, "is", "are") + " " + templates.FormatCount(n, "case study", "case studies") + ":",
			LinkText: a.heading(), URL: templates.InteroperabilityURL(q.from, q.to)})
	}
	if a.reverse.CaseStudies > 0 {
		page.Instead = append(page.Instead, templates.JoinHint{Text: "The other way round it has been done by " + evidence(a.reverse.Organisations, a.reverse.CaseStudies) + ":",
			LinkText: "Who joins " + q.To + " to " + q.From + "?", URL: templates.InteroperabilityURL(q.to, q.from)})
	}
	for _, p := range a.paths {
		names := []string{q.From}
		for _, s := range p {
			names = append(names, a.v.SystemName(s.To))
		}
		page.Paths = append(page.Paths, templates.JoinPath{Name: strings.Join(names, " → "), Steps: a.lines(p)})
	}
	if q.from != "" && q.to != "" {
		page.Instead = append(page.Instead,
			templates.JoinHint{Text: "See all that the one or the other is joined to:", LinkText: "Where does information from " + q.From + " go?", URL: templates.InteroperabilityURL(q.from, "")},
			templates.JoinHint{Text: "", LinkText: "Where does information in " + q.To + " come from?", URL: templates.InteroperabilityURL("", q.to)})
	}
	page.Instead = append(page.Instead, templates.JoinHint{Text: "Do you need it, or have you done it?", LinkText: "Post an idea", URL: "/case-studies/new"})
}

// otherChoices says what beside systems was asked for.
func (a *answer) otherChoices() string {
	q, s := a.question, ""
	if q.standard != "" && q.standard != models.Unknown {
		s += " by " + how(q.standard, a.standardName(q.standard))
	}
	if q.Region != "" {
		s += " in " + q.Region
	}
	if q.Status != "" && q.Status != models.Unknown {
		s += " (" + statusWord(q.Status) + ")"
	}
	return s
}
