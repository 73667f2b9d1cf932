package vocabulary

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// moderatedPerPage is how many terms a page of the moderators' list shows.
const moderatedPerPage = 50

// vocabulary is what the two lists differ in for their moderators.
type vocabulary struct {
	kind, facet string
	words       templates.TermWords
	address     func(id string) string
}

func vocabularies() []vocabulary {
	return []vocabulary{
		{models.TermSystem, models.FacetSystem, templates.TermWords{One: "system", Many: "systems", Path: "/moderation/systems", NewPath: "/moderation/new-system", Public: "/systems",
			Maker: "Supplier", MakerHint: "Who supplies it now", KindHint: "Such as Acute record, GP record or Integration engine"}, systemURL},
		{models.TermStandard, models.FacetStandard, templates.TermWords{One: "standard", Many: "standards", Path: "/moderation/standards", NewPath: "/moderation/new-standard", Public: "/standards",
			Maker: "Publisher", MakerHint: "Who publishes it", IDLabel: "Code", KindHint: "Such as message, api, terminology or local"}, standardURL},
	}
}

// page gives the address of a term's page for moderators.
func (v vocabulary) page(id string) string { return v.words.Path + "/" + id }

// moderation adds the moderators' pages.
func (f *Feature) moderation(r fiber.Router) {
	for _, v := range vocabularies() {
		for _, route := range []struct {
			method, path string
			handler      func(*fiber.Ctx, vocabulary, *models.Person) error
		}{
			{fiber.MethodGet, v.words.Path, f.moderatedList}, {fiber.MethodGet, v.words.NewPath, f.newTerm}, {fiber.MethodPost, v.words.NewPath, f.addTerm},
			{fiber.MethodGet, v.words.Path + "/:id", f.termPage}, {fiber.MethodPost, v.words.Path + "/:id", f.saveTerm},
			{fiber.MethodGet, v.words.Path + "/:id/merge", f.mergePage}, {fiber.MethodPost, v.words.Path + "/:id/merge", f.merge},
			{fiber.MethodPost, v.words.Path + "/:id/split", f.split}, {fiber.MethodPost, v.words.Path + "/:id/remove", f.remove},
		} {
			r.Add(route.method, route.path, web.Signed(func(c *fiber.Ctx, p *models.Person) error {
				// A replica may not have heard yet of what was saved a moment ago.
				web.SeeOwn(c)
				return route.handler(c, v, p)
			}))
		}
	}
}

// Waiting tells moderators what the two lists hold and what waits in them.
func (f *Feature) Waiting(ctx context.Context) ([]templates.ModerationSection, error) {
	var out []templates.ModerationSection
	for i, v := range vocabularies() {
		total, proposed, err := f.store.CountTerms(ctx, v.kind)
		if err != nil {
			return nil, err
		}
		s := templates.ModerationSection{Title: []string{"Systems", "Standards"}[i], URL: v.words.Path,
			Description: []string{"What information comes from and goes to: names, suppliers, and what is the same as what.", "How systems exchange information, the honest non-standards included."}[i],
			Waiting:     templates.FormatCount(total, v.words.One, v.words.Many) + ", none waiting"}
		if proposed > 0 {
			s.URL += "?show=proposed"
			s.Waiting = templates.FormatCount(proposed, "proposed "+v.words.One+" to look at", "proposed "+v.words.Many+" to look at") + ", of " + templates.FormatNumber(total)
		}
		out = append(out, s)
	}
	return out, nil
}

// shell starts the frame of a moderators' page.
func (f *Feature) shell(c *fiber.Ctx, v vocabulary, title string, errors []templates.FieldError) templates.Shell {
	s := f.site.Shell(c, title)
	s.NoIndex, s.Errors = true, errors
	s.Search = "" // the q of these lists is not for the search of case studies
	s.Crumbs = []templates.Crumb{{Text: "Moderation", URL: "/moderation"}}
	if c.Path() != v.words.Path {
		s.Crumbs = append(s.Crumbs, templates.Crumb{Text: kindText(v.words.Many), URL: v.words.Path})
	}
	return s
}

func (f *Feature) moderatedList(c *fiber.Ctx, v vocabulary, _ *models.Person) error {
	ctx := c.UserContext()
	cursor, err := store.ParseNameCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	page := templates.ModerateTermsPage{Words: v.words, Query: models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery), Show: c.Query("show")}
	if !slices.Contains([]string{"", "proposed", "confirmed"}, page.Show) {
		return models.E(models.BadRequest, "There is no such part of the list. Use proposed or confirmed.")
	}
	q := store.TermQuery{Text: page.Query, State: page.Show, After: cursor, Limit: moderatedPerPage}
	list, more, total, err := f.store.PageOfTerms(ctx, v.kind, q)
	if err != nil {
		return err
	}
	page.Total = total
	if _, page.Proposed, err = f.store.CountTerms(ctx, v.kind); err != nil {
		return err
	}
	counts, err := f.counts(ctx, nil, v.facet)
	if err != nil {
		return err
	}
	for _, t := range list {
		page.Terms = append(page.Terms, templates.ModeratedTerm{Name: t.Name, URL: v.page(t.ID), Maker: t.Maker, Kind: t.Category,
			Count: counts[v.facet][t.ID], Proposed: !t.Confirmed, Successor: t.Successor})
	}
	if len(list) > 0 {
		first, last := list[0], list[len(list)-1]
		page.PrevURL, page.NextURL = around(store.NameCursor{Name: first.Name, Key: first.ID}, store.NameCursor{Name: last.Name, Key: last.ID}, cursor, more,
			func(cursor string) string {
				return v.words.Path + "?cursor=" + web.QueryEscape(cursor) + "&q=" + web.QueryEscape(page.Query) + "&show=" + web.QueryEscape(page.Show)
			})
	}
	return f.site.Render(c, fiber.StatusOK, f.shell(c, v, kindText(v.words.Many), nil), templates.ModerateTerms(page))
}

// around gives the addresses of the pages before and after one of a list by
// name. address makes one of a cursor.
func around(first, last store.NameCursor, asked *store.NameCursor, more bool, address func(cursor string) string) (prev, next string) {
	back := asked != nil && asked.Back
	if back && more || asked != nil && !back {
		first.Back = true
		prev = address(first.String())
	}
	if back || more {
		next = address(last.String())
	}
	return prev, next
}

// found gives the term that an address names. One that was merged leads to the
// page of what it is now: then moved is that address.
func (f *Feature) found(c *fiber.Ctx, v vocabulary) (t models.Term, moved string, err error) {
	id := models.CleanLine(c.Params("id"))
	t, err = f.store.Term(c.UserContext(), v.kind, id)
	if models.KindOf(err) != models.NotFound {
		return t, "", err
	}
	now, lookup := f.store.TermIDs(c.UserContext(), v.kind, []string{id})
	if lookup != nil {
		return t, "", lookup
	}
	if now[id] != "" {
		return t, v.page(now[id]), nil
	}
	return t, "", err
}

// remove takes a term that nothing names out of the list.
func (f *Feature) remove(c *fiber.Ctx, v vocabulary, p *models.Person) error {
	t, moved, err := f.found(c, v)
	if err != nil {
		return err
	}
	if moved != "" {
		return c.Redirect(moved, fiber.StatusSeeOther)
	}
	if err := f.store.RemoveTerm(c.UserContext(), v.kind, t.ID, formVersion(c, "version"), p.ID); err != nil {
		return f.reshowTerm(c, v, t.ID, "", err)
	}
	f.site.VocabularyChanged()
	f.site.Log.InfoContext(c.UserContext(), "a term was removed", "by", p.ID, "kind", v.kind, "term", t.ID)
	return f.site.Done(c, v.words.Path, t.Name+" is not in the list any more.")
}

// reshowTerm answers with a term's page as it is now, and an error that is
// about what was asked of it.
func (f *Feature) reshowTerm(c *fiber.Ctx, v vocabulary, id, into string, failed error) error {
	errors, ok := web.FormErrors(failed)
	if !ok {
		return failed
	}
	t, err := f.store.Term(c.UserContext(), v.kind, id)
	if err != nil {
		return failed
	}
	page, err := f.termPageOf(c.UserContext(), v, t)
	if err != nil {
		return err
	}
	page.Errors, page.Into = errors, into
	return f.showTerm(c, v, web.Describe(failed).Status, page)
}
