package casestudies

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/schemaorg"
	"grassroots/search"
	"grassroots/templates"
)

// pageSize is how many case studies a page lists.
const pageSize = 20

// shownValues is how many values of a facet are offered.
const shownValues = 12

// ParseQuery reads a list query out of an address. Parameters that are no
// facet, nor q, sort, limit, cursor or one of also, are a BadRequest.
func ParseQuery(c *fiber.Ctx, limit int, also ...string) (models.ListQuery, error) {
	q := models.ListQuery{Filters: map[string][]string{}, Limit: limit}
	var err error
	for k, v := range c.Context().QueryArgs().All() {
		name, value := string(k), models.CleanLine(string(v))
		switch {
		case name == "q":
			q.Text = value
		case name == "sort":
			q.Sort = models.Sort(value)
		case name == "cursor" && value != "":
			cursor, bad := models.ParseCursor(value)
			q.Cursor, err = cursor, cmp.Or(err, bad)
		case name == "cursor", name == "limit", slices.Contains(also, name):
		case slices.Contains(models.FacetNames(), name):
			if value != "" && !slices.Contains(q.Filters[name], value) {
				q.Filters[name] = append(q.Filters[name], value)
			}
		default:
			err = cmp.Or(err, web.NoFilter(name))
		}
	}
	if err != nil {
		return q, err
	}
	return q, q.Validate()
}

// Address gives the address of a list: path, query, filters and order.
func Address(path string, q models.ListQuery, cursor string) string {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	standard := models.SortHot
	if q.Text != "" {
		standard = models.SortRelevance
	}
	if q.Sort != standard && q.Sort != "" {
		v.Set("sort", string(q.Sort))
	}
	for name, values := range q.Filters {
		v[name] = values
	}
	if cursor != "" && cursor != firstPage {
		v.Set("cursor", cursor)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (f *Feature) list(c *fiber.Ctx) error {
	q, err := ParseQuery(c, pageSize)
	if err != nil {
		return err
	}
	listing, err := f.shared(c.UserContext(), q, ShownFacets(), shownValues)
	if err != nil {
		return err
	}
	q = listing.Query
	cards, err := f.Cards(c, listing.Items, q.Text)
	if err != nil {
		return err
	}
	title := "Case studies"
	if q.Text != "" {
		title = "Search: " + q.Text
	}
	shell := f.site.Shell(c, title)
	shell.Description = "What NHS staff have tried, joined up and learnt, from raw ideas to work that has spread."
	shell.Wide, shell.Search = true, q.Text
	shell.Canonical = f.site.URL(Address("/case-studies", models.ListQuery{Filters: q.Filters, Text: q.Text}, ""))
	shell.NoIndex = q.Text != "" || q.Cursor != nil
	shell.FeedURL = Address("/feeds/case-studies.atom", q, "")
	page := templates.CaseStudyList{Heading: "Case studies", Query: q.Text, Total: listing.Total, Cards: cards, Sorts: sorts("/case-studies", q),
		FeedURL: shell.FeedURL, CSVURL: Address("/case-studies.csv", q, ""), First: listing.Total == 0 && q.Text == "" && len(q.Filters) == 0}
	if q.Text != "" {
		page.Heading = "Case studies about “" + q.Text + "”"
	}
	if q.Text != "" && f.WhoKnows != nil {
		if page.WhoKnowsURL, err = f.WhoKnows(c.UserContext(), q.Text); err != nil {
			return err
		}
	}
	if listing.Next != "" {
		page.NextURL = Address("/case-studies", q, listing.Next)
	}
	if listing.Prev != "" {
		page.PrevURL = Address("/case-studies", q, listing.Prev)
	}
	page.Facets, page.Chosen = facetProps(q, listing.labels)
	page.Filters = filterProps(q)
	keepProps(&page, q)
	page.SignedIn = web.Person(c) != nil
	return f.site.Render(c, fiber.StatusOK, shell, templates.CaseStudies(page))
}

func sorts(path string, q models.ListQuery) []templates.Sort {
	var out []templates.Sort
	for _, s := range models.Sorts() {
		if s == models.SortRelevance && q.Text == "" || s == models.SortUpdated && s != q.Sort {
			continue
		}
		to := q
		to.Sort = s
		out = append(out, templates.Sort{Text: s.Label(), URL: Address(path, to, ""), Current: s == q.Sort})
	}
	return out
}

func facetProps(q models.ListQuery, labels map[string][]models.FacetCount) (facets []templates.ListFacet, chosen []templates.ChosenFilter) {
	for _, name := range ShownFacets() {
		facet := templates.ListFacet{Name: name, Legend: models.FacetLegend(name), Named: models.FacetOfNames(name)}
		for _, v := range labels[name] {
			checked := slices.Contains(q.Filters[name], v.Value)
			facet.Options = append(facet.Options, templates.FacetOption{Value: v.Value, Text: v.Label, Count: v.Count, Checked: checked})
			if checked {
				chosen = append(chosen, templates.ChosenFilter{Legend: facet.Legend, Value: v.Label, Named: facet.Named, URL: Address("/case-studies", without(q, name, v.Value), "")})
			}
		}
		facets = append(facets, facet)
	}
	for _, name := range []string{models.FacetFromSystem, models.FacetToSystem, models.FacetCampaign} {
		for _, v := range q.Filters[name] {
			chosen = append(chosen, templates.ChosenFilter{Legend: models.FacetLegend(name), Value: v, Named: true, URL: Address("/case-studies", without(q, name, v), "")})
		}
	}
	return facets, chosen
}

// keepProps lets a person save what a list shows, and follow its tag where it is
// the list of one.
func keepProps(page *templates.CaseStudyList, q models.ListQuery) {
	query := models.CanonicalSearch(q)
	if query != "" {
		page.SaveURL = "/me/searches/new?" + query
	}
	if tags := q.Filters[models.FacetTag]; len(tags) == 1 && tags[0] == models.CleanTag(tags[0]) && query == "tag="+url.QueryEscape(tags[0]) {
		page.FollowTag = tags[0]
	}
}

func without(q models.ListQuery, name, value string) models.ListQuery {
	filters := map[string][]string{}
	for n, values := range q.Filters {
		for _, v := range values {
			if n != name || v != value {
				filters[n] = append(filters[n], v)
			}
		}
	}
	q.Filters = filters
	return q
}

func filterProps(q models.ListQuery) templates.FiltersProps {
	p := templates.FiltersProps{ActionURL: "/case-studies", ClearURL: Address("/case-studies", models.ListQuery{Text: q.Text, Sort: q.Sort}, "")}
	if q.Text != "" {
		p.Keep = append(p.Keep, templates.NameValue{Name: "q", Value: q.Text})
	}
	if q.Sort != models.SortHot && q.Sort != models.SortRelevance {
		p.Keep = append(p.Keep, templates.NameValue{Name: "sort", Value: string(q.Sort)})
	}
	shown := ShownFacets()
	for _, name := range models.FacetNames() {
		p.Active += len(q.Filters[name])
		if !slices.Contains(shown, name) {
			for _, v := range q.Filters[name] {
				p.Keep = append(p.Keep, templates.NameValue{Name: name, Value: v})
			}
		}
	}
	return p
}

// Cards makes the cards of a list, with the person's own marks in one
// statement and what matched marked.
func (f *Feature) Cards(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error) {
	person := web.Person(c)
	var marks models.OwnMarks
	shared := web.IsShared(c)
	if person != nil && !shared {
		ids := make([]string, len(items))
		for i, s := range items {
			ids[i] = s.ID
		}
		var err error
		if marks, err = f.store.Marks(c.UserContext(), person.ID, ids); err != nil {
			return nil, err
		}
	}
	back := models.SafeReturn(c.OriginalURL(), "/case-studies")
	cards := make([]templates.ListCardProps, len(items))
	highlighter := f.site.Highlighter(c.UserContext())
	for i, s := range items {
		cards[i] = card(s, f.site.Now(), marks[s.ID], person != nil, back)
		if person != nil {
			cards[i].Keep = &templates.BookmarkButtonProps{ActionURL: cards[i].URL + "/bookmark", Kept: marks[models.BookmarkMark(s.ID)], SignedIn: true, Title: s.Title, BackURL: back, Side: true}
		}
		if shared {
			cards[i].Vote.Gap, cards[i].Keep.Gap = s.ID, models.BookmarkMark(s.ID)
		}
		if text != "" {
			mark(&cards[i], highlighter, text)
		}
	}
	return cards, nil
}

func card(s models.Summary, now time.Time, voted, signedIn bool, back string) templates.ListCardProps {
	url := "/case-studies/" + s.Slug
	p := templates.ListCardProps{Title: s.Title, URL: url, Summary: s.Summary, Stage: string(s.Stage), Organisation: s.OrgName, Date: s.PublishedAt,
		Comments: s.Comments, Vote: &templates.VoteButtonProps{ActionURL: url + "/vote", Votes: s.Votes, Voted: voted, SignedIn: signedIn, Title: s.Title, BackURL: back, Side: true}}
	if s.Organisation != "" {
		p.OrganisationURL = "/organisations/" + s.Organisation
	}
	if s.Visibility != "" {
		p.Facts = append(p.Facts, "For: "+s.Visibility.Label())
	}
	if s.Adoptions > 0 {
		p.Facts = append(p.Facts, templates.FormatCount(s.Adoptions, "adoption", "adoptions"))
	}
	if s.Stale(now) {
		p.Facts = append(p.Facts, models.ReviewFacets()[0].Label)
	}
	for _, t := range s.Tags {
		p.Tags = append(p.Tags, templates.Crumb{Text: t, URL: "/case-studies?tag=" + web.QueryEscape(t)})
	}
	return p
}

func mark(p *templates.ListCardProps, highlighter search.Highlighter, text string) {
	p.TitleMarks = marks(p.Title, highlighter.Highlight(p.Title, text))
	p.SummaryMarks = marks(p.Summary, highlighter.Highlight(p.Summary, text))
}

// marks turns byte offsets into character offsets.
func marks(text string, spans []search.Span) [][2]int {
	out := make([][2]int, 0, len(spans))
	for _, s := range spans {
		start := len([]rune(text[:s.Start]))
		out = append(out, [2]int{start, start + len([]rune(text[s.Start:s.End]))})
	}
	return out
}

// Front is the start page for who is not signed in.
func (f *Feature) Front(c *fiber.Ctx) error {
	ctx := c.UserContext()
	hot, err := f.shared(ctx, models.ListQuery{Sort: models.SortHot, Limit: 5, Filters: map[string][]string{models.FacetStage: worked()}}, []string{models.FacetStage, models.FacetSystem}, 14)
	if err != nil {
		return err
	}
	newest, err := f.shared(ctx, models.ListQuery{Sort: models.SortNew, Limit: 5, Filters: map[string][]string{models.FacetStage: {string(models.StageIdea)}}}, nil, 0)
	if err != nil {
		return err
	}
	all, err := f.store.CountCaseStudies(ctx, models.ListQuery{})
	if err != nil {
		return err
	}
	page := templates.HomePage{Total: all, Demo: f.site.Demo}
	if page.Hot, err = f.Cards(c, hot.Items, ""); err != nil {
		return err
	}
	if page.Ideas, err = f.Cards(c, newest.Items, ""); err != nil {
		return err
	}
	for _, v := range hot.labels[models.FacetStage] {
		page.Stages = append(page.Stages, templates.CountLink{Text: v.Label, Count: v.Count, URL: "/case-studies?stage=" + web.QueryEscape(v.Value)})
	}
	for _, v := range hot.labels[models.FacetSystem] {
		page.Systems = append(page.Systems, templates.CountLink{Text: v.Label, Count: v.Count, URL: "/case-studies?system=" + web.QueryEscape(v.Value)})
	}
	shell := f.site.Shell(c, "")
	shell.Description = "Where NHS staff post digital ideas and case studies, find what others have joined up, and give feedback."
	shell.Canonical, shell.Wide = f.site.URL("/"), true
	f.site.Describe(&shell, schemaorg.Site(f.site.BaseURL).WebSite())
	return f.site.Render(c, fiber.StatusOK, shell, templates.Home(page))
}

func (f *Feature) similar(c *fiber.Ctx) error {
	list, err := f.Similar(c.UserContext(), c.Query("title"), c.Query("summary"), c.Query("exclude"), 4)
	if err != nil {
		return err
	}
	return f.site.Fragment(c, templates.SimilarTitles(crumbs(list)))
}

func crumbs(list []models.Summary) []templates.Crumb {
	var out []templates.Crumb
	for _, s := range list {
		out = append(out, templates.Crumb{Text: s.Title, URL: "/case-studies/" + s.Slug})
	}
	return out
}

// suggestion is one line of what is offered while a person types.
type suggestion struct {
	Title string   `json:"title"`
	URL   string   `json:"url"`
	Kind  string   `json:"kind"`
	Marks [][2]int `json:"marks"`
}

func (f *Feature) suggest(c *fiber.Ctx) error {
	text := models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery)
	items := []suggestion{}
	if text != "" {
		hits, err := f.site.Index.Suggest(c.UserContext(), text, 8)
		f.noteSearch(err)
		if err != nil && !isAway(err) {
			return err
		}
		open, err := f.openCollections(c.UserContext(), hits)
		if err != nil {
			return err
		}
		highlighter := f.site.Highlighter(c.UserContext())
		for _, h := range hits {
			if h.Kind == search.KindCollection && !open[h.ID] {
				continue
			}
			items = append(items, suggestion{h.Title, h.URL, kindText(h.Kind), marks(h.Title, highlighter.Highlight(h.Title, text))})
		}
	}
	return c.JSON(struct {
		Items []suggestion `json:"items"`
	}{items})
}

// openCollections tells which of the collections that were found everybody may read
// now: the index hears only a little later that one is for its editors alone, or
// hidden. It takes a statement where there are any.
func (f *Feature) openCollections(ctx context.Context, hits []search.Hit) (map[string]bool, error) {
	var ids []string
	for _, h := range hits {
		if h.Kind == search.KindCollection {
			ids = append(ids, h.ID)
		}
	}
	list, err := f.store.OpenCollections(ctx, ids)
	open := make(map[string]bool, len(list))
	for _, c := range list {
		open[c.ID] = true
	}
	return open, err
}

func kindText(k search.Kind) string { return strings.ReplaceAll(string(k), "-", " ") }

func pathInt(c *fiber.Ctx, name string) (int, error) {
	n, err := strconv.Atoi(c.Params(name))
	if err != nil || n < 1 {
		return 0, models.E(models.NotFound, "There is no such page.")
	}
	return n, nil
}
