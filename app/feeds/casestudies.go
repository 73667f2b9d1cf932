package feeds

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// caseStudies is a list of case studies as a feed. It takes the list's
// parameters. Readers of feeds sort by time themselves, so without an order of
// its own it is the newest.
func (f *Feature) caseStudies(c *fiber.Ctx) error {
	q, err := f.query(c)
	if err != nil {
		return err
	}
	title, err := f.title(c.UserContext(), q)
	if err != nil {
		return err
	}
	return f.sendStudies(c, "/feeds/case-studies.atom", title, q, q)
}

// ofSystem is the case studies that involve a system, under an address that
// people can guess. A name that the system had leads to the one that it has.
func (f *Feature) ofSystem(c *fiber.Ctx) error {
	asked := models.CleanLine(c.Params("slug"))
	s, err := f.lists.System(c.UserContext(), asked)
	if err != nil {
		return err
	}
	return f.sendOf(c, "/systems/", asked, s.Slug, s.Name, models.FacetSystem)
}

func (f *Feature) ofStandard(c *fiber.Ctx) error {
	asked := models.CleanLine(c.Params("code"))
	s, err := f.store.Standard(c.UserContext(), strings.ToLower(asked))
	if err != nil {
		return err
	}
	return f.sendOf(c, "/standards/", asked, s.Code, s.Name, models.FacetStandard)
}

func (f *Feature) ofOrganisation(c *fiber.Ctx) error {
	asked := models.CleanLine(c.Params("code"))
	o, err := f.store.Organisation(c.UserContext(), strings.ToUpper(asked))
	if err != nil {
		return err
	}
	return f.sendOf(c, "/organisations/", asked, o.Code, o.DisplayName(), models.FacetOrganisation)
}

// sendOf sends the case studies with a value of a facet, narrowed further by
// what else stands in the address. asked is what stands there for the value.
func (f *Feature) sendOf(c *fiber.Ctx, folder, asked, value, name, facet string) error {
	path := folder + url.PathEscape(value) + "/feed.atom"
	if asked != value {
		if query := string(c.Request().URI().QueryString()); query != "" {
			path += "?" + query
		}
		return c.Redirect(path, fiber.StatusMovedPermanently)
	}
	rest, err := f.query(c)
	if err != nil {
		return err
	}
	q := rest
	q.Filters = map[string][]string{facet: {value}}
	for other, values := range rest.Filters {
		if other != facet {
			q.Filters[other] = values
		}
	}
	delete(rest.Filters, facet)
	title, err := f.title(c.UserContext(), rest)
	if err != nil {
		return err
	}
	return f.sendStudies(c, path, strings.Replace(title, "case studies", "case studies of "+name, 1), q, rest)
}

// query reads a list's parameters, and the feed's own limit.
func (f *Feature) query(c *fiber.Ctx) (models.ListQuery, error) {
	limit, err := web.QueryInt(c, "limit", length, 1, 100)
	if err != nil {
		return models.ListQuery{}, err
	}
	// The standard order of a feed has to be known before its cursor is looked at.
	if c.Query("sort") == "" {
		c.Context().QueryArgs().Set("sort", string(models.SortNew))
	}
	return f.lists.Parse(c, limit)
}

// sendStudies sends the case studies of q. inQuery is that part of q which
// stands in the query of the feed's own address, path.
func (f *Feature) sendStudies(c *fiber.Ctx, path, title string, q, inQuery models.ListQuery) error {
	found, err := f.lists.Find(c.UserContext(), q)
	if err != nil {
		return err
	}
	list := values(q)
	if q.Sort == models.SortNew { // the order that the page has of itself
		list.Del("sort")
	}
	d := feed{specific: "feeds/case-studies" + question(values(q)), title: title, list: "/case-studies" + question(list)}
	cursor := ""
	if q.Cursor != nil {
		cursor = q.Cursor.String()
	}
	d.page(cursor, found.Prev, found.Next, func(cursor string) string {
		v := values(inQuery)
		if q.Limit != length {
			v.Set("limit", strconv.Itoa(q.Limit))
		}
		if cursor != "" && cursor != firstPage {
			v.Set("cursor", cursor)
		}
		return f.site.URL(path + question(v))
	})
	for _, s := range found.Items {
		d.add(f.study(s), s.UpdatedAt)
	}
	return f.send(c, d)
}

// firstPage is how a list names the page that has no cursor.
const firstPage = "first"

// values are the parameters of a query that say which case studies, in the one
// form that an id needs.
func values(q models.ListQuery) url.Values {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	if q.Sort != models.SortNew && q.Sort != "" {
		v.Set("sort", string(q.Sort))
	}
	for name, list := range q.Filters {
		v[name] = list
	}
	return v
}

func question(v url.Values) string {
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

func (f *Feature) study(s models.Summary) entry {
	address := f.site.URL("/case-studies/" + url.PathEscape(s.Slug))
	e := entry{ID: entryID(s.ID), Title: plain(s.Title), Published: atomTime(s.PublishedAt),
		Links: []link{{Rel: "alternate", Type: "text/html", Href: address},
			{Rel: "replies", Type: mediaType, Href: address + "/comments.atom", Title: "Comments"}},
		Categories: []category{{Term: string(s.Stage), Scheme: tagID(f.site.BaseURL, "stage"), Label: s.Stage.Label()}}}
	for _, t := range s.Tags {
		e.Categories = append(e.Categories, category{Term: t})
	}
	if text := studyText(s); text != "" {
		t := plain(text)
		e.Summary = &t
	}
	if s.Byline != "" {
		e.Authors = []person{{Name: s.Byline}}
	}
	return e
}

// studyText is the summary, with the stage and the place of the work.
func studyText(s models.Summary) string {
	parts := []string{s.Stage.Label()}
	if s.OrgName != "" {
		parts = append(parts, s.OrgName)
	}
	return strings.TrimSpace(s.Summary + "\n\n" + strings.Join(parts, ", "))
}

// title says what the case studies of a query have in common.
func (f *Feature) title(ctx context.Context, q models.ListQuery) (string, error) {
	title := serviceName + ": case studies"
	if q.Text != "" {
		title += " about “" + q.Text + "”"
	}
	vocabulary, err := f.site.Vocabulary(ctx)
	if err != nil {
		return "", err
	}
	names, err := f.store.OrganisationNames(ctx, q.Filters[models.FacetOrganisation])
	if err != nil {
		return "", err
	}
	var parts []string
	for _, name := range models.FacetNames() {
		for _, v := range q.Filters[name] {
			switch {
			case name == models.FacetStage:
				v = models.Stage(v).Label()
			case name == models.FacetSystem, name == models.FacetFromSystem, name == models.FacetToSystem:
				v = vocabulary.SystemName(v)
			case name == models.FacetStandard:
				v = vocabulary.StandardName(v)
			case name == models.FacetOrganisation && names[v] != "":
				v = names[v]
			}
			parts = append(parts, v)
		}
	}
	if len(parts) > 0 {
		title += " (" + strings.Join(parts, ", ") + ")"
	}
	return title, nil
}
