// Package collections lets people put case studies together: a reading list with a
// note of why to read each, in an order, that several can look after, that anybody
// can copy, and that prints.
package collections

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/markdown"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/templates"
)

const listURL = "/collections"

// Cards makes the cards of a list of case studies.
type Cards func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	cards    Cards
	markdown *markdown.Renderer

	// TellInvited has somebody told that they are asked to look after a collection, in
	// the transaction in which they are.
	TellInvited func(ctx context.Context, collection, by, person string) error
	// Hold has a collection of a new account wait until a moderator has looked at it, in
	// the transaction in which others could read it first.
	Hold func(ctx context.Context, c models.Collection) error
}

// New makes the feature.
func New(site *web.Site, cards Cards) *Feature {
	return &Feature{site: site, store: site.Store, cards: cards, markdown: markdown.New(markdown.Options{Prefix: "about"})}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(listURL, f.site.Cached(f.list))
	r.Get(listURL+"/new", web.Signed(f.newPage))
	r.Post(listURL+"/new", web.Signed(f.create))
	r.Get(listURL+"/:slug", f.site.Cached(f.show))
	r.Get(listURL+"/:slug/print", f.site.Cached(f.print))
	r.Get(listURL+"/:slug/edit", web.Signed(f.editPage))
	r.Post(listURL+"/:slug/edit", web.Signed(f.change))
	r.Post(listURL+"/:slug/delete", web.Signed(f.remove))
	r.Post(listURL+"/:slug/items", web.Signed(f.addHere))
	r.Get(listURL+"/:slug/items/:study", web.Signed(f.itemPage))
	r.Post(listURL+"/:slug/items/:study", web.Signed(f.changeItem))
	r.Post(listURL+"/:slug/items/:study/move", web.Signed(f.move))
	r.Post(listURL+"/:slug/items/:study/remove", web.Signed(f.removeItem))
	r.Get(listURL+"/:slug/editors", web.Signed(f.editorsPage))
	r.Post(listURL+"/:slug/editors", web.Signed(f.invite))
	r.Post(listURL+"/:slug/editors/:handle/remove", web.Signed(f.removeEditor))
	r.Post(listURL+"/:slug/accept", web.Signed(f.accept))
	r.Post(listURL+"/:slug/leave", web.Signed(f.leave))
	r.Post(listURL+"/:slug/copy", web.Signed(f.copy))
	r.Post("/organisations/:code/reading-list", web.Signed(f.markList))
	r.Get("/case-studies/:slug/collect", f.collectPage)
	r.Post("/case-studies/:slug/collect", web.Signed(f.collect))
	r.Get("/me/collections", web.Signed(f.mine))
}

func pageURL(c *models.Collection) string { return listURL + "/" + url.PathEscape(c.Slug) }

func itemURL(c *models.Collection, caseStudyID string) string {
	return pageURL(c) + "/items/" + caseStudyID
}

// Get gives a collection by its id or slug to whoever may read it; p is nil for
// somebody who is not signed in. To others it is NotFound, as one that is not there.
func (f *Feature) Get(ctx context.Context, p *models.Person, idOrSlug string) (models.Collection, error) {
	c, err := f.store.Collection(ctx, models.CleanLine(idOrSlug))
	if err == nil && !c.MayRead(p) {
		err = models.ErrNoSuchCollection
	}
	if err != nil {
		return models.Collection{}, err
	}
	return c, nil
}

// Read is Get with what is in it, as p may read that.
func (f *Feature) Read(ctx context.Context, p *models.Person, idOrSlug string) (models.Collection, error) {
	c, err := f.Get(ctx, p, idOrSlug)
	if err != nil {
		return c, err
	}
	if c.Items, err = f.store.CollectedIn(ctx, p, c.ID); err != nil {
		return c, err
	}
	if c.SourceID == "" {
		return c, nil
	}
	switch source, err := f.Get(ctx, p, c.SourceID); models.KindOf(err) {
	case "":
		c.SourceSlug, c.SourceTitle = source.Slug, source.Title
	case models.NotFound:
	default:
		return c, err
	}
	return c, nil
}

// editable gives a collection that a person may change.
func (f *Feature) editable(ctx context.Context, p *models.Person, idOrSlug string) (models.Collection, error) {
	c, err := f.Get(ctx, p, idOrSlug)
	if err == nil && !c.MayEdit(p) {
		err = models.E(models.Forbidden, "Only its editors can change this collection. You can make a copy of your own.")
	}
	return c, err
}

// kept gives a collection that is a person's own.
func (f *Feature) kept(ctx context.Context, p *models.Person, idOrSlug string) (models.Collection, error) {
	c, err := f.Get(ctx, p, idOrSlug)
	if err == nil && !c.MayKeep(p) {
		err = models.E(models.Forbidden, "Only whoever made this collection can do that.")
	}
	return c, err
}

func textsOf(c *models.Collection) []personal.Text {
	return []personal.Text{{Field: "title", Value: c.Title}, {Field: "about", Value: c.About}}
}

// notesOf are the notes of a collection as texts to look through.
func notesOf(items []models.Collected) []personal.Text {
	texts := make([]personal.Text, len(items))
	for i, item := range items {
		texts[i] = personal.Text{Field: "note", Value: item.Note}
	}
	return texts
}

// letStand says of what was let stand in a collection where it is.
func letStand(p *models.Person, id string) models.Override {
	return models.Override{PersonID: p.ID, Subject: models.OverrideCollection, SubjectID: id}
}

// organisation finds the code of what was typed as an organisation: its code or what
// it is called. What is neither stays, for the check to say so.
func (f *Feature) organisation(ctx context.Context, typed string) (string, error) {
	typed = models.CleanLine(typed)
	if typed == "" || models.ValidODSCode(typed) && strings.ContainsAny(typed, "0123456789") {
		return typed, nil
	}
	codes, err := f.store.OrganisationsCalled(ctx, []string{typed})
	for _, code := range codes {
		return code, err
	}
	return typed, err
}

// check looks through what a collection says of itself. former is what stood there
// before.
func (f *Feature) check(ctx context.Context, c *models.Collection, former []personal.Text) ([]models.Override, error) {
	var err error
	if c.Organisation, err = f.organisation(ctx, c.Organisation); err != nil {
		return nil, err
	}
	if err := c.Validate(reference.StaffGroupNames()); err != nil {
		return nil, err
	}
	return f.site.CheckTexts(ctx, textsOf(c), former)
}

// Create makes a collection of a person's, with what is in it. The error is Invalid,
// with the fields, or a refusal for personal data.
func (f *Feature) Create(ctx context.Context, p *models.Person, c *models.Collection) error {
	overrides, err := f.check(ctx, c, nil)
	if err != nil {
		return err
	}
	more, err := f.checkItems(ctx, p, c.Items, nil)
	if err != nil {
		return err
	}
	return f.make(ctx, p, c, append(overrides, more...))
}

// make saves a new collection that has been looked through.
func (f *Feature) make(ctx context.Context, p *models.Person, c *models.Collection, overrides []models.Override) error {
	c.ID, c.OwnerID, c.OwnerName, c.OwnerHandle = f.store.NewID(), p.ID, p.Name, p.Handle
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.MayMakeCollection(ctx, p.ID); err != nil {
			return err
		}
		if err := f.store.CreateCollection(ctx, c); err != nil {
			return err
		}
		if err := f.firstLook(ctx, p, c, models.ToEditors); err != nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.Changed)
		return f.site.KeepOverrides(ctx, overrides, letStand(p, c.ID))
	})
}

// checkItems cleans and checks the notes of what is put into a collection, of which a
// person has to be able to read what is not in it yet, and gives each its id.
func (f *Feature) checkItems(ctx context.Context, p *models.Person, items, former []models.Collected) ([]models.Override, error) {
	if len(items) > models.MaxCollected {
		return nil, models.InvalidField("items", models.Errorf(models.Invalid, "A collection has %d case studies at most", models.MaxCollected).Message)
	}
	had, seen := map[string]bool{}, map[string]bool{}
	for _, item := range former {
		had[item.CaseStudyID] = true
	}
	for i := range items {
		if !had[items[i].CaseStudyID] {
			cs, err := f.site.StandingCaseStudy(ctx, p, models.CleanLine(items[i].CaseStudyID))
			if err != nil {
				return nil, err
			}
			items[i].CaseStudyID = cs.ID
		}
		if seen[items[i].CaseStudyID] {
			return nil, models.InvalidField("items", "A case study stands in a collection once")
		}
		seen[items[i].CaseStudyID] = true
		var err error
		if items[i].Note, err = models.CleanNote(items[i].Note); err != nil {
			return nil, err
		}
	}
	return f.site.CheckTexts(ctx, notesOf(items), notesOf(former))
}

// Save changes what a collection says of itself. c.ID and Version are of what the
// change was made from.
func (f *Feature) Save(ctx context.Context, p *models.Person, c *models.Collection) error {
	old, err := f.editable(ctx, p, c.ID)
	if err != nil {
		return err
	}
	overrides, err := f.check(ctx, c, textsOf(&old))
	if err != nil {
		return err
	}
	return f.write(ctx, p, c.ID, overrides, func(ctx context.Context) error {
		if err := f.store.SaveCollection(ctx, c); err != nil {
			return err
		}
		return f.firstLook(ctx, p, c, old.Audience)
	})
}

// firstLook has a collection wait for a moderator where the site is set up so, a new
// account saves it and others could read it who could not before. was is for whom it
// was.
func (f *Feature) firstLook(ctx context.Context, p *models.Person, c *models.Collection, was models.Visibility) error {
	if !f.site.FirstLook || f.Hold == nil || c.Audience == models.ToEditors || was != models.ToEditors {
		return nil
	}
	isNew, err := f.site.IsNew(ctx, p)
	if err != nil || !isNew {
		return err
	}
	now, err := f.store.Collection(ctx, c.ID)
	if err != nil || now.Hidden != "" {
		return err
	}
	return f.Hold(ctx, now)
}

// write runs a write of a collection, and keeps what was let stand in it.
func (f *Feature) write(ctx context.Context, p *models.Person, id string, overrides []models.Override, do func(context.Context) error) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.Changed)
		return f.site.KeepOverrides(ctx, overrides, letStand(p, id))
	})
}

// Add puts a case study at the end of a collection, with a note of why to read it.
func (f *Feature) Add(ctx context.Context, p *models.Person, collection, study, note string) (models.Collection, models.CaseStudy, error) {
	c, err := f.editable(ctx, p, collection)
	if err != nil {
		return c, models.CaseStudy{}, err
	}
	cs, err := f.site.StandingCaseStudy(ctx, p, study)
	if err != nil {
		return c, cs, err
	}
	item := models.Collected{CaseStudyID: cs.ID, AddedBy: p.ID}
	if item.Note, err = models.CleanNote(note); err != nil {
		return c, cs, err
	}
	overrides, err := f.site.CheckTexts(ctx, notesOf([]models.Collected{item}), nil)
	if err != nil {
		return c, cs, err
	}
	return c, cs, f.write(ctx, p, c.ID, overrides, func(ctx context.Context) error { return f.store.CollectStudy(ctx, c.ID, &item) })
}

// Note changes why to read a case study of a collection. version is of what the
// change was made from, 0 for whatever there is.
func (f *Feature) Note(ctx context.Context, p *models.Person, c *models.Collection, caseStudyID, note string, version int) error {
	old, err := f.store.Collected(ctx, c.ID, caseStudyID)
	if err != nil {
		return err
	}
	if note, err = models.CleanNote(note); err != nil {
		return err
	}
	overrides, err := f.site.CheckTexts(ctx, notesOf([]models.Collected{{Note: note}}), notesOf([]models.Collected{old}))
	if err != nil {
		return err
	}
	return f.write(ctx, p, c.ID, overrides, func(ctx context.Context) error {
		return f.store.NoteCollected(ctx, c.ID, caseStudyID, note, version)
	})
}
