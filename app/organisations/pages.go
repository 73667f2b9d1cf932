package organisations

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/models/schemaorg"
	"grassroots/models/store"
	"grassroots/templates"
)

// How many of each thing a page shows.
const (
	organisationsPerPage = 20
	studiesPerPage       = 10
	peoplePerPage        = 20
)

// listQuery is what the list of organisations was asked for.
type listQuery struct {
	store.OrganisationQuery
	all bool // asked for by name, not by a search
}

func readQuery(c *fiber.Ctx) (listQuery, error) {
	q := listQuery{all: c.Query("all") != ""}
	q.Text = models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery)
	q.Region, q.Kind = models.CleanLine(c.Query("region")), models.CleanLine(c.Query("kind"))
	q.Unnamed, q.Limit = c.Query("unnamed") != "", organisationsPerPage
	// Whoever types a name or a code wants that one, wherever it is.
	everything := q.all || q.Text != ""
	q.Active, q.Named = !everything && !q.Unnamed, !everything && !q.Unnamed
	var err error
	q.After, err = store.ParseNameCursor(c.Query("cursor"))
	return q, err
}

// address gives the address of the list with what was asked for.
func (q listQuery) address(cursor string) string {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Text, "region": q.Region, "kind": q.Kind, "cursor": cursor} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.all {
		v.Set("all", "1")
	}
	if q.Unnamed {
		v.Set("unnamed", "1")
	}
	if len(v) == 0 {
		return "/organisations"
	}
	return "/organisations?" + v.Encode()
}

// List gives a page of organisations by name.
func (f *Feature) List(ctx context.Context, q store.OrganisationQuery) (models.Page[models.Organisation], error) {
	q.Text = models.Truncate(models.CleanLine(q.Text), models.MaxQuery)
	total, err := f.store.CountOrganisations(ctx, q)
	if err != nil {
		return models.Page[models.Organisation]{}, err
	}
	found, more, err := f.store.Organisations(ctx, q)
	page := models.Page[models.Organisation]{Items: found, Total: total}
	if len(found) > 0 {
		first, last := found[0], found[len(found)-1]
		page.Prev, page.Next = pages(store.NameCursor{Name: first.Name, Key: first.Code}, store.NameCursor{Name: last.Name, Key: last.Code}, q.After, more)
	}
	return page, err
}

// Get gives an organisation by its code, in capitals.
func (f *Feature) Get(ctx context.Context, code string) (models.Organisation, error) {
	if !models.ValidODSCode(code) {
		return models.Organisation{}, models.E(models.NotFound, "That is not the code of an organisation. An ODS code has 3 to 10 letters and digits, such as RR8.")
	}
	return f.store.Organisation(ctx, code)
}

func (f *Feature) list(c *fiber.Ctx) error {
	ctx := c.UserContext()
	q, err := readQuery(c)
	if err != nil {
		return err
	}
	found, err := f.List(ctx, q.OrganisationQuery)
	if err != nil {
		return err
	}
	page := templates.OrganisationsPage{Query: q.Text, Region: q.Region, Kind: q.Kind, Everything: !q.Active, Unnamed: q.Unnamed, Total: found.Total, FeedURL: "/feeds/organisations.atom", CSVURL: q.tableAddress()}
	for _, o := range found.Items {
		page.Items = append(page.Items, templates.OrganisationCard{Name: o.DisplayName(), URL: address(o.Code), Code: o.Code, Kind: o.Kind,
			Region: o.Region, Studies: o.Studies, People: o.People, Closed: o.Closed != nil, Unnamed: !o.Named})
	}
	page.PrevURL, page.NextURL = linkTo(q.address, found.Prev), linkTo(q.address, found.Next)
	if err := f.otherLists(ctx, q, &page); err != nil {
		return err
	}
	if err := f.choices(ctx, &page); err != nil {
		return err
	}
	shell := f.site.Shell(c, "Organisations")
	shell.Search = "" // the words are for organisations, not for the search of case studies
	shell.Description = "The trusts, boards and other bodies whose people have posted ideas and case studies."
	shell.Canonical = f.site.URL("/organisations")
	shell.FeedURL, shell.FeedTitle = page.FeedURL, "Organisations"
	shell.NoIndex = q.Text != "" || q.After != nil || q.Unnamed
	return f.site.Render(c, fiber.StatusOK, shell, templates.Organisations(page))
}

// otherLists offers all organisations beside those that are active, and says
// how many codes have no name yet.
func (f *Feature) otherLists(ctx context.Context, q listQuery, page *templates.OrganisationsPage) error {
	unnamed, err := f.store.CountOrganisations(ctx, store.OrganisationQuery{Unnamed: true})
	if err != nil {
		return err
	}
	if !q.Unnamed {
		page.UnnamedCount = unnamed
	}
	if !q.Active {
		if q.all || q.Unnamed {
			page.OtherURL, page.OtherText = "/organisations", "Show those with people or case studies here"
		}
		return nil
	}
	all := q
	all.all, all.Active, all.Named, all.After = true, false, false, nil
	n, err := f.store.CountOrganisations(ctx, all.OrganisationQuery)
	if err == nil && n > page.Total {
		page.OtherURL, page.OtherText = all.address(""), "Show all "+templates.FormatCount(n, "organisation", "organisations")
	}
	return err
}

// choices fills in what the form offers.
func (f *Feature) choices(ctx context.Context, page *templates.OrganisationsPage) error {
	for _, r := range reference.Regions() {
		page.Regions = append(page.Regions, templates.Option{Value: r.Name, Text: r.Name})
	}
	kinds, err := f.store.OrganisationKinds(ctx)
	for _, k := range kinds {
		page.Kinds = append(page.Kinds, templates.Option{Value: k, Text: k})
	}
	return err
}

// pages gives the cursors of the pages before and after one of a list by name.
func pages(first, last store.NameCursor, at *store.NameCursor, more bool) (prev, next string) {
	back := at != nil && at.Back
	if back && more || at != nil && !back {
		first.Back = true
		prev = first.String()
	}
	if back || more {
		next = last.String()
	}
	return prev, next
}

// linkTo gives the address of a page, or nothing without a cursor.
func linkTo(address func(cursor string) string, cursor string) string {
	if cursor == "" {
		return ""
	}
	return address(cursor)
}

func address(code string) string { return "/organisations/" + url.PathEscape(code) }

// show is one organisation's page. Small letters in the code lead to it.
func (f *Feature) show(c *fiber.Ctx) error {
	ctx := c.UserContext()
	asked := c.Params("code")
	code := strings.ToUpper(asked)
	if asked != code && models.ValidODSCode(code) {
		return c.Redirect(address(code), fiber.StatusMovedPermanently)
	}
	o, err := f.Get(ctx, code)
	if err != nil {
		return err
	}
	page := templates.OrganisationPage{Name: o.DisplayName(), Code: o.Code, Kind: o.Kind, Region: o.Region, ICB: o.ICBName, Postcode: o.Postcode,
		Opened: o.Opened, Closed: o.Closed, Unnamed: !o.Named, Studies: o.Studies, People: o.People,
		ListURL: "/case-studies?organisation=" + code, FeedURL: "/feeds/case-studies.atom?organisation=" + code}
	if err := f.addRelated(ctx, o, &page); err != nil {
		return err
	}
	if err := f.addStudies(c, &page); err != nil {
		return err
	}
	if err := f.addPeople(c, &page); err != nil {
		return err
	}
	if f.Below != nil {
		if page.Below, err = f.Below(c, o.Code); err != nil {
			return err
		}
	}
	shell := f.site.Shell(c, o.DisplayName())
	shell.Description = "Ideas and case studies from " + o.DisplayName() + "."
	shell.Canonical = f.site.URL(address(code))
	shell.Feeds = []templates.Crumb{{Text: "Adopted by and from " + o.DisplayName(), URL: address(code) + "/adoptions.atom"}}
	shell.NoIndex = c.Query("cursor") != "" || c.Query("people") != "" || o.Studies == 0
	shell.Crumbs = []templates.Crumb{{Text: "Organisations", URL: "/organisations"}}
	shell.FeedURL, shell.FeedTitle = page.FeedURL, "Case studies of "+o.DisplayName()
	f.site.Describe(&shell, schemaorg.Site(f.site.BaseURL).Organisation(o))
	return f.site.Render(c, fiber.StatusOK, shell, templates.Organisation(page))
}

// addRelated names the organisations that took over this one's work, and its
// integrated care board. Those that are not here have no page to lead to.
func (f *Feature) addRelated(ctx context.Context, o models.Organisation, page *templates.OrganisationPage) error {
	names, err := f.store.OrganisationNames(ctx, append([]string{o.ICBCode}, o.Successors...))
	if err != nil {
		return err
	}
	if names[o.ICBCode] != "" && o.ICBCode != o.Code {
		page.ICBURL = address(o.ICBCode)
	}
	for _, code := range o.Successors {
		s := templates.Crumb{Text: models.Organisation{Code: code}.DisplayName()}
		if names[code] != "" {
			s = templates.Crumb{Text: names[code], URL: address(code)}
		}
		page.Successors = append(page.Successors, s)
	}
	return nil
}

func (f *Feature) addStudies(c *fiber.Ctx, page *templates.OrganisationPage) error {
	cursor, err := models.ParseCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	q := models.ListQuery{Sort: models.SortNew, Limit: studiesPerPage, Cursor: cursor, Filters: map[string][]string{models.FacetOrganisation: {page.Code}}}
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
	to := func(cursor string) string { return address(page.Code) + "?cursor=" + cursor + "#case-studies" }
	page.PrevURL, page.NextURL = linkTo(to, found.Prev), linkTo(to, found.Next)
	return nil
}

func (f *Feature) addPeople(c *fiber.Ctx, page *templates.OrganisationPage) error {
	cursor, err := store.ParseNameCursor(c.Query("people"))
	if err != nil {
		return err
	}
	people, more, err := f.store.People(c.UserContext(), store.PeopleQuery{Organisation: page.Code, After: cursor, Limit: peoplePerPage})
	if err != nil || len(people) == 0 {
		return err
	}
	for _, p := range people {
		card := templates.PersonCard{Name: p.Name, URL: "/people/" + p.Handle, JobTitle: p.JobTitle}
		for _, s := range p.Skills {
			card.Skills = append(card.Skills, templates.Crumb{Text: s, URL: "/people?q=" + web.QueryEscape(s)})
		}
		page.Colleagues = append(page.Colleagues, card)
	}
	first, last := people[0], people[len(people)-1]
	prev, next := pages(store.NameCursor{Name: first.Name, Key: first.ID}, store.NameCursor{Name: last.Name, Key: last.ID}, cursor, more)
	to := func(cursor string) string { return address(page.Code) + "?people=" + cursor + "#people" }
	page.PeoplePrevURL, page.PeopleURL = linkTo(to, prev), linkTo(to, next)
	return nil
}
