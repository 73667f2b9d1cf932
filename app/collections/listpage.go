package collections

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

const aPage = 20

// List gives a page of the collections that somebody may find. Prev is empty on every
// page: the list goes forward alone.
func (f *Feature) List(ctx context.Context, p *models.Person, q models.CollectionQuery) (models.Page[models.Collection], error) {
	var page models.Page[models.Collection]
	if err := q.Validate(); err != nil {
		return page, err
	}
	var err error
	if page.Total, err = f.store.CountCollections(ctx, p, q); err != nil {
		return page, err
	}
	more := false
	if page.Items, more, err = f.store.Collections(ctx, p, q); err != nil || !more {
		return page, err
	}
	last := page.Items[len(page.Items)-1]
	at := models.Cursor{Sort: q.Sort, ID: last.ID}
	if q.Sort != models.SortNew {
		at.Value = float64(last.UpdatedAt.UnixMicro())
	}
	page.Next = at.String()
	return page, nil
}

// readQuery reads what the list is asked for out of an address.
func readQuery(c *fiber.Ctx, p *models.Person) (models.CollectionQuery, error) {
	q := models.CollectionQuery{Text: c.Query("q"), StaffGroup: c.Query("staff_group"), Organisation: c.Query("organisation"), Sort: models.Sort(c.Query("sort")), Limit: aPage}
	if c.Query("for") == "me" {
		q.For = p
	}
	var err error
	if q.Cursor, err = models.ParseCursor(c.Query("cursor")); err != nil {
		return q, err
	}
	return q, q.Validate()
}

// address gives the address of a list with what was asked for.
func address(path string, q models.CollectionQuery, cursor string) string {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Text, "staff_group": q.StaffGroup, "organisation": q.Organisation, "cursor": cursor} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Sort == models.SortNew {
		v.Set("sort", string(q.Sort))
	}
	if q.For != nil {
		v.Set("for", "me")
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (f *Feature) list(c *fiber.Ctx) error {
	p := web.Person(c)
	q, err := readQuery(c, p)
	if err != nil {
		return err
	}
	if c.Query("for") == "me" && p == nil {
		return c.Redirect("/sign-in?next="+web.QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
	}
	if q.Organisation, err = f.organisation(c.UserContext(), q.Organisation); err != nil {
		return err
	}
	found, err := f.List(c.UserContext(), p, q)
	if err != nil {
		return err
	}
	page := templates.CollectionsPage{Query: q.Text, StaffGroup: q.StaffGroup, Organisation: q.Organisation, ForMe: q.For != nil, SignedIn: p != nil, Total: found.Total, First: q.Cursor == nil,
		FirstURL: address(listURL, q, ""), StaffGroups: groupOptions()}
	page.Searching = q.Text != "" || q.StaffGroup != "" || q.Organisation != "" || page.ForMe
	page.HasPlace = p != nil && (p.StaffGroup != "" || p.Organisation != "")
	for _, sort := range []models.Sort{models.SortUpdated, models.SortNew} {
		to := q
		to.Sort = sort
		page.Sorts = append(page.Sorts, templates.Sort{Text: sort.Label(), URL: address(listURL, to, ""), Current: sort == q.Sort})
	}
	page.Lines = lines(found.Items, p)
	if found.Next != "" {
		page.NextURL = address(listURL, q, found.Next)
	}
	shell := f.site.Shell(c, "Collections")
	shell.Search = "" // the words are for collections, not for the search of case studies
	shell.Description = "Reading lists that staff have put together from case studies, with a note of why to read each."
	shell.Canonical, shell.NoIndex = f.site.URL(listURL), page.Searching || !page.First
	return f.site.Render(c, fiber.StatusOK, shell, templates.Collections(page))
}

func groupOptions() []templates.Option {
	var out []templates.Option
	for _, name := range reference.StaffGroupNames() {
		out = append(out, templates.Option{Value: name, Text: name})
	}
	return out
}

// lines are collections as a list shows them to somebody.
func lines(list []models.Collection, p *models.Person) []templates.CollectionLine {
	out := make([]templates.CollectionLine, len(list))
	for i, c := range list {
		out[i] = line(c, p)
	}
	return out
}

func line(c models.Collection, p *models.Person) templates.CollectionLine {
	l := templates.CollectionLine{Title: c.Title, URL: pageURL(&c), Studies: c.Studies, Copies: c.Copies, Updated: c.UpdatedAt, Owner: c.OwnerName, For: forWhom(&c), ListOf: listOf(&c), Hidden: c.Hidden != ""}
	if c.OwnerHandle != "" {
		l.OwnerURL = "/people/" + c.OwnerHandle
	}
	if c.Audience != models.ToEverybody {
		l.Audience = "For: " + c.Audience.Label()
	}
	l.Own = p != nil && c.OwnerID == p.ID
	return l
}

// forWhom says for whom a collection is a reading list, in words of a list of facts.
func forWhom(c *models.Collection) []string {
	var out []string
	if c.StaffGroup != "" {
		out = append(out, "For "+c.StaffGroup)
	}
	if c.Organisation != "" && c.ListOf == "" {
		out = append(out, "For "+c.OrgName)
	}
	return out
}

// listOf names whose reading list a collection is.
func listOf(c *models.Collection) string {
	if c.ListOf == "" {
		return ""
	}
	return c.OrgName
}

// mine are the collections that a person owns or edits.
func (f *Feature) mine(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	q, err := readQuery(c, nil)
	if err != nil {
		return err
	}
	q.Of = p.ID
	found, err := f.List(ctx, p, q)
	if err != nil {
		return err
	}
	page := templates.MyCollectionsPage{Lines: lines(found.Items, p), First: q.Cursor == nil}
	if found.Next != "" {
		page.NextURL = address("/me/collections", q, found.Next)
	}
	shell := f.site.Shell(c, "Your collections")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.MyCollections(page))
}
