package vocabulary

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/schemaorg"
	"grassroots/templates"
)

// How many of each thing a page shows.
const (
	studiesPerPage = 10
	shownWith      = 20
)

func (f *Feature) systems(c *fiber.Ctx) error {
	ctx := c.UserContext()
	list, err := f.store.Systems(ctx)
	if err != nil {
		return err
	}
	counts, err := f.counts(ctx, nil, models.FacetSystem)
	if err != nil {
		return err
	}
	page := templates.TermsPage{Heading: "Systems", Total: len(list), One: "system", Many: "systems",
		Intro: "What information comes from and goes to. Each shows the case studies that join it to others, and by what standards."}
	var lines []templates.TermLine
	for _, s := range list {
		lines = append(lines, templates.TermLine{Name: s.Name, URL: systemURL(s.Slug), Facts: known(s.Supplier, s.Kind), Count: counts[models.FacetSystem][s.Slug], Proposed: !s.Confirmed})
	}
	page.Groups = byLetter(lines)
	return f.renderList(c, page, "/systems", f.words().Systems())
}

func (f *Feature) standards(c *fiber.Ctx) error {
	ctx := c.UserContext()
	list, err := f.store.Standards(ctx)
	if err != nil {
		return err
	}
	counts, err := f.counts(ctx, nil, models.FacetStandard)
	if err != nil {
		return err
	}
	page := templates.TermsPage{Heading: "Standards", Total: len(list), One: "standard", Many: "standards",
		Intro: "The ways in which systems exchange information, the honest non-standards included. Each shows the case studies that use it."}
	var lines []templates.TermLine
	for _, s := range list {
		lines = append(lines, templates.TermLine{Name: s.Name, URL: standardURL(s.Code), Facts: known(s.Publisher, kindText(s.Kind)), Count: counts[models.FacetStandard][s.Code], Proposed: !s.Confirmed})
	}
	page.Groups = byLetter(lines)
	return f.renderList(c, page, "/standards", f.words().Standards())
}

func (f *Feature) renderList(c *fiber.Ctx, page templates.TermsPage, path string, list schemaorg.DefinedTermSet) error {
	shell := f.site.Shell(c, page.Heading)
	shell.Description, shell.Canonical = page.Intro, f.site.URL(path)
	f.site.Describe(&shell, list)
	return f.site.Render(c, fiber.StatusOK, shell, templates.Terms(page))
}

// system is one system's page. Any of its names leads to it, as in a link that
// somebody wrote by hand.
func (f *Feature) system(c *fiber.Ctx) error {
	ctx := c.UserContext()
	asked := models.CleanLine(c.Params("slug"))
	s, err := f.System(ctx, asked)
	if err != nil {
		return err
	}
	if s.Slug != asked {
		return c.Redirect(systemURL(s.Slug), fiber.StatusMovedPermanently)
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	page := templates.TermPage{Name: s.Name, Kind: s.Kind, What: "system", Proposed: !s.Confirmed, WithHeading: "Standards in the same case studies",
		Facts: []templates.SummaryRow{{Key: "Supplier", Value: s.Supplier}, {Key: "Also called", Value: strings.Join(s.Aliases, ", ")}}}
	if s.Successor != "" {
		page.Successor = &templates.Crumb{Text: v.SystemName(s.Successor), URL: systemURL(s.Successor)}
	}
	for _, other := range v.Systems {
		if other.Successor == s.Slug {
			page.Replaces = append(page.Replaces, templates.Crumb{Text: other.Name, URL: systemURL(other.Slug)})
		}
	}
	counts, err := f.countsWith(ctx, models.FacetSystem, s.Slug, models.FacetStandard, models.FacetFromSystem, models.FacetToSystem)
	if err != nil {
		return err
	}
	for _, d := range []struct{ facet, text string }{{models.FacetFromSystem, "Information comes from it"}, {models.FacetToSystem, "Information goes to it"}} {
		if n := counts[d.facet][s.Slug]; n > 0 {
			page.Directions = append(page.Directions, templates.CountLink{Text: d.text, Count: n, URL: "/case-studies?" + d.facet + "=" + url.QueryEscape(s.Slug)})
		}
	}
	page.With = mostFrequent(counts[models.FacetStandard], v.StandardName, standardURL)
	return f.renderTerm(c, page, models.FacetSystem, s.Slug, systemURL(s.Slug), f.words().System(s), templates.Crumb{Text: "Systems", URL: "/systems"})
}

// System gives a system by its slug or any of its names, as they stand in an
// address. The slug of one that was merged into another is a name of that.
func (f *Feature) System(ctx context.Context, slugOrName string) (models.System, error) {
	s, notFound := f.store.System(ctx, models.CleanLine(slugOrName))
	if models.KindOf(notFound) != models.NotFound {
		return s, notFound
	}
	slug, err := f.idOf(ctx, models.TermSystem, slugOrName)
	if err != nil || slug == "" {
		return s, cmp.Or(err, notFound)
	}
	return f.store.System(ctx, slug)
}

// Standard gives a standard by its code or any of its names, as System does.
func (f *Feature) Standard(ctx context.Context, codeOrName string) (models.Standard, error) {
	s, notFound := f.store.Standard(ctx, models.CleanLine(codeOrName))
	if models.KindOf(notFound) != models.NotFound {
		return s, notFound
	}
	code, err := f.idOf(ctx, models.TermStandard, codeOrName)
	if err != nil || code == "" {
		return s, cmp.Or(err, notFound)
	}
	return f.store.Standard(ctx, code)
}

// idOf gives the id of the term that a name in an address means, or nothing.
func (f *Feature) idOf(ctx context.Context, kind, escaped string) (string, error) {
	name, err := url.PathUnescape(escaped)
	if err != nil { // no name
		return "", nil
	}
	name = models.CleanLine(name)
	ids, err := f.store.TermIDs(ctx, kind, []string{name})
	return ids[name], err
}

// standard is one standard's page. Any of its names leads to it.
func (f *Feature) standard(c *fiber.Ctx) error {
	ctx := c.UserContext()
	asked := models.CleanLine(c.Params("code"))
	s, err := f.Standard(ctx, asked)
	if err != nil {
		return err
	}
	if s.Code != asked {
		return c.Redirect(standardURL(s.Code), fiber.StatusMovedPermanently)
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	page := templates.TermPage{Name: s.Name, Kind: kindText(s.Kind), What: "standard", Purpose: s.Purpose, Proposed: !s.Confirmed, WithHeading: "Systems in the same case studies",
		Facts: []templates.SummaryRow{{Key: "Publisher", Value: s.Publisher}, {Key: "Code here", Value: s.Code}, {Key: "Also called", Value: strings.Join(s.Aliases, ", ")}}}
	if s.Successor != "" {
		page.Successor = &templates.Crumb{Text: v.StandardName(s.Successor), URL: standardURL(s.Successor)}
	}
	for _, other := range v.Standards {
		if other.Successor == s.Code {
			page.Replaces = append(page.Replaces, templates.Crumb{Text: other.Name, URL: standardURL(other.Code)})
		}
	}
	if models.ValidWebURL(s.URL) {
		page.Facts = append(page.Facts, templates.SummaryRow{Key: "Specification", Value: s.URL, URL: s.URL})
	}
	counts, err := f.countsWith(ctx, models.FacetStandard, s.Code, models.FacetSystem)
	if err != nil {
		return err
	}
	page.With = mostFrequent(counts[models.FacetSystem], v.SystemName, systemURL)
	return f.renderTerm(c, page, models.FacetStandard, s.Code, standardURL(s.Code), f.words().Standard(s), templates.Crumb{Text: "Standards", URL: "/standards"})
}

// renderTerm adds the case studies that have the value of a facet and sends
// the page.
func (f *Feature) renderTerm(c *fiber.Ctx, page templates.TermPage, facet, value, path string, linked schemaorg.DefinedTerm, parent templates.Crumb) error {
	cursor, err := models.ParseCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	q := models.ListQuery{Sort: models.SortNew, Limit: studiesPerPage, Cursor: cursor, Filters: map[string][]string{facet: {value}}}
	if err := q.Validate(); err != nil {
		return err
	}
	found, err := f.store.ListCaseStudies(c.UserContext(), q)
	if err != nil {
		return err
	}
	if page.CaseStudies, err = f.cards(c, found.Items, ""); err != nil {
		return err
	}
	for i := range page.CaseStudies {
		page.CaseStudies[i].Level = 3
	}
	page.Studies = found.Total
	if found.Prev != "" {
		page.PrevURL = path + "?cursor=" + found.Prev + "#case-studies"
	}
	if found.Next != "" {
		page.NextURL = path + "?cursor=" + found.Next + "#case-studies"
	}
	narrowed := "?" + facet + "=" + url.QueryEscape(value)
	page.ListURL, page.FeedURL = "/case-studies"+narrowed, "/feeds/case-studies.atom"+narrowed
	shell := f.site.Shell(c, page.Name)
	shell.Description = "Case studies from the NHS that involve " + page.Name + "."
	shell.Canonical, shell.NoIndex = f.site.URL(path), cursor != nil || page.Proposed
	shell.Crumbs = []templates.Crumb{parent}
	shell.FeedURL, shell.FeedTitle = page.FeedURL, "Case studies with "+page.Name
	f.site.Describe(&shell, linked)
	return f.site.Render(c, fiber.StatusOK, shell, templates.Term(page))
}

// words describes the lists to programs, in the words of schema.org.
func (f *Feature) words() schemaorg.Site { return schemaorg.Site(f.site.BaseURL) }

// counts counts case studies by the values of facets, in one statement.
func (f *Feature) counts(ctx context.Context, filters map[string][]string, facets ...string) (map[string]map[string]int, error) {
	return f.store.FacetCounts(ctx, models.ListQuery{Filters: filters}, facets)
}

// countsWith is counts of the case studies that have a value of a facet.
func (f *Feature) countsWith(ctx context.Context, facet, value string, facets ...string) (map[string]map[string]int, error) {
	return f.counts(ctx, map[string][]string{facet: {value}}, facets...)
}

// mostFrequent names the most frequent values of a facet.
func mostFrequent(counts map[string]int, name, address func(string) string) []templates.CountLink {
	var out []templates.CountLink
	for value, n := range counts {
		out = append(out, templates.CountLink{Text: name(value), URL: address(value), Count: n})
	}
	slices.SortFunc(out, func(a, b templates.CountLink) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Text, b.Text), strings.Compare(a.URL, b.URL))
	})
	return out[:min(len(out), shownWith)]
}

// byLetter puts lines under the letters that their names begin with, those
// that begin with none under "Other", which comes last.
func byLetter(lines []templates.TermLine) []templates.TermGroup {
	slices.SortStableFunc(lines, func(a, b templates.TermLine) int {
		return cmp.Or(strings.Compare(letter(a.Name), letter(b.Name)), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	var groups []templates.TermGroup
	for _, l := range lines {
		of := letter(l.Name)
		if of == other {
			of = "Other"
		}
		if len(groups) == 0 || groups[len(groups)-1].Letter != of {
			groups = append(groups, templates.TermGroup{Letter: of})
		}
		last := &groups[len(groups)-1]
		last.Terms = append(last.Terms, l)
	}
	return groups
}

// other sorts after every letter.
const other = "~"

func letter(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if first = unicode.ToUpper(first); first >= 'A' && first <= 'Z' {
		return string(first)
	}
	return other
}

// known leaves out what nobody has said.
func known(facts ...string) []string {
	return slices.DeleteFunc(facts, func(s string) bool { return s == "" })
}

// kindText is the kind of a standard as a person reads it.
func kindText(kind string) string {
	if kind == "api" {
		return "API"
	}
	first, size := utf8.DecodeRuneInString(kind)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + kind[size:]
}

func systemURL(slug string) string { return "/systems/" + url.PathEscape(slug) }

func standardURL(code string) string { return "/standards/" + url.PathEscape(code) }
