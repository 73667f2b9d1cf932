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

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/schemaorg"
	"grassroots/templates"
)

// How many of each thing a page shows.
const (
	studiesPerPage = 10
	shownWith      = 20
)

// system is one system's page. Any of its names leads to it, as in a link that
// somebody wrote by hand.
func (f *Feature) system(c *fiber.Ctx) error {
	asked := models.CleanLine(c.Params("slug"))
	s, err := f.System(c.UserContext(), asked)
	if err != nil {
		return err
	}
	if s.Slug != asked {
		return c.Redirect(systemURL(s.Slug), fiber.StatusMovedPermanently)
	}
	v, err := f.site.Vocabulary(c.UserContext())
	if err != nil {
		return err
	}
	page := templates.TermPage{ID: s.Slug, Name: s.Name, Kind: s.Kind, What: "system", Proposed: !s.Confirmed, WithHeading: "Standards in the same case studies"}
	supplier := templates.SummaryRow{Key: "Supplier", Value: s.Supplier}
	if s.Kind != models.KindGeneric && s.Supplier != "" {
		supplier.URL = "/systems?q=" + url.QueryEscape(s.Supplier)
	}
	page.Facts = []templates.SummaryRow{supplier, {Key: "Also called", Value: strings.Join(s.Aliases, ", ")}, {Key: "Care settings", Value: strings.Join(s.Settings, ", ")}}
	page.Questions = []templates.Crumb{{Text: "Ask who has joined " + s.Name + " to other systems, and by what", URL: templates.InteroperabilityURL(s.Slug, "")},
		{Text: "Ask who has joined other systems to " + s.Name, URL: templates.InteroperabilityURL("", s.Slug)},
		{Text: s.Name + " on the map of connections", URL: "/interoperability/map?selected=" + url.QueryEscape(s.Slug) + "&system=" + url.QueryEscape(s.Slug)}}
	if s.Successor != "" {
		page.Successor = &templates.Crumb{Text: v.SystemName(s.Successor), URL: systemURL(s.Successor)}
	}
	for _, other := range v.Systems {
		if other.Successor == s.Slug {
			page.Replaces = append(page.Replaces, templates.Crumb{Text: other.Name, URL: systemURL(other.Slug)})
		}
	}
	return f.renderTerm(c, page, term{vocabularies()[0], s.Slug, append([]string{s.Name}, s.Aliases...), models.JoinQuery{System: []string{s.Slug}}, models.FacetStandard}, f.words().System(s))
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
	asked := models.CleanLine(c.Params("code"))
	s, err := f.Standard(c.UserContext(), asked)
	if err != nil {
		return err
	}
	if s.Code != asked {
		return c.Redirect(standardURL(s.Code), fiber.StatusMovedPermanently)
	}
	v, err := f.site.Vocabulary(c.UserContext())
	if err != nil {
		return err
	}
	page := templates.TermPage{ID: s.Code, Name: s.Name, Kind: kindText(s.Kind), What: "standard", Purpose: s.Purpose, Proposed: !s.Confirmed, WithHeading: "Systems in the same case studies",
		Facts: []templates.SummaryRow{{Key: "Publisher", Value: s.Publisher}, {Key: "Code here", Value: s.Code}, {Key: "Also called", Value: strings.Join(s.Aliases, ", ")}}}
	page.Questions = []templates.Crumb{{Text: "Ask who has joined systems by " + s.Name, URL: "/interoperability?standard=" + url.QueryEscape(s.Code)},
		{Text: "What it joins, on the map of connections", URL: "/interoperability/map?standard=" + url.QueryEscape(s.Code)}}
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
	return f.renderTerm(c, page, term{vocabularies()[1], s.Code, append([]string{s.Name}, s.Aliases...), models.JoinQuery{Standard: []string{s.Code}}, models.FacetSystem}, f.words().Standard(s))
}

// term is what a page is of: names are what it is called, joins the connections
// that name it, and with the facet that is shown beside it.
type term struct {
	vocabulary
	id    string
	names []string
	joins models.JoinQuery
	with  string
}

// listed is the address of the list of the case studies that name the term.
func (t term) listed() string { return "/case-studies?" + t.facet + "=" + url.QueryEscape(t.id) }

// renderTerm adds what the case studies tell of a term and sends the page.
func (f *Feature) renderTerm(c *fiber.Ctx, page templates.TermPage, t term, linked schemaorg.DefinedTerm) error {
	ctx := c.UserContext()
	cursor, err := models.ParseCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	path := t.address(t.id)
	q := models.ListQuery{Sort: models.SortNew, Limit: studiesPerPage, Cursor: cursor, Filters: map[string][]string{t.facet: {t.id}}}
	if err := q.Validate(); err != nil {
		return err
	}
	found, err := f.store.ListCaseStudies(ctx, q)
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
	page.FindURL = "/people?" + t.kind + "=" + url.QueryEscape(t.id)
	page.ListURL, page.FeedURL = t.listed(), "/feeds/case-studies.atom?"+t.facet+"="+url.QueryEscape(t.id)
	if page.Studies > 0 {
		if page.Use, err = f.useOf(ctx, t); err != nil {
			return err
		}
	}
	if page.Studies > 0 && f.Learnt != nil {
		if page.Learnt, err = f.Learnt(c, t.facet, t.id); err != nil {
			return err
		}
	}
	if p := web.Person(c); p.MightDo(models.KeepVocabulary) {
		page.EditURL = t.page(t.id)
	}
	shell := f.site.Shell(c, page.Name)
	shell.Description = "Who uses " + page.Name + " in the NHS, what it is joined to, what failed, and whom to ask."
	shell.Canonical, shell.NoIndex = f.site.URL(path), cursor != nil || page.Proposed
	shell.Crumbs = []templates.Crumb{{Text: kindText(t.words.Many), URL: t.words.Public}}
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
