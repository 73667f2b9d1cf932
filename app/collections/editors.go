package collections

import (
	"context"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// Invite asks somebody, by their handle, to look after a collection.
func (f *Feature) Invite(ctx context.Context, p *models.Person, c *models.Collection, handle string) (models.Person, error) {
	who, err := f.site.Colleague(ctx, handle)
	if err != nil {
		return who, err
	}
	if who.ID == c.OwnerID {
		return who, models.InvalidField("handle", "That is the owner of this collection")
	}
	return who, f.write(ctx, p, c.ID, nil, func(ctx context.Context) error {
		invited, err := f.store.InviteEditor(ctx, c.ID, who.ID, p.ID)
		if err != nil || !invited || f.TellInvited == nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.PeopleChanged)
		return f.TellInvited(ctx, c.ID, p.ID, who.ID)
	})
}

// Accept has a person look after a collection who was asked to.
func (f *Feature) Accept(ctx context.Context, p *models.Person, c *models.Collection) error {
	return f.write(ctx, p, c.ID, nil, func(ctx context.Context) error { return f.store.AcceptCollection(ctx, c.ID, p.ID) })
}

// Leave has a person look after a collection no more, or says that they do not want
// to.
func (f *Feature) Leave(ctx context.Context, p *models.Person, c *models.Collection) error {
	return f.write(ctx, p, c.ID, nil, func(ctx context.Context) error { return f.store.RemoveEditor(ctx, c.ID, p.ID) })
}

// RemoveEditor takes somebody out of the editors of a collection of a person's.
func (f *Feature) RemoveEditor(ctx context.Context, p *models.Person, c *models.Collection, handle string) error {
	for _, e := range c.Editors {
		if e.Handle == handle {
			return f.write(ctx, p, c.ID, nil, func(ctx context.Context) error { return f.store.RemoveEditor(ctx, c.ID, e.PersonID) })
		}
	}
	return models.E(models.NotFound, "They are no editor of this collection, and were not asked to be.")
}

// Copy makes a copy of a collection that is a person's own, of what they may read of
// it. Nobody else reads it until they say so.
func (f *Feature) Copy(ctx context.Context, p *models.Person, idOrSlug string) (models.Collection, error) {
	from, err := f.Read(ctx, p, idOrSlug)
	if err == nil && from.Hidden != "" {
		err = models.E(models.Conflict, "A moderator has hidden this collection, or has still to look at it, so it cannot be copied.")
	}
	if err != nil {
		return from, err
	}
	to := models.Collection{Title: from.Title, About: from.About, Audience: models.ToEditors, StaffGroup: from.StaffGroup, Organisation: from.Organisation, SourceID: from.ID}
	for _, item := range from.Items {
		if item.Study != nil {
			to.Items = append(to.Items, models.Collected{CaseStudyID: item.Study.ID, Note: item.Note})
		}
	}
	return to, f.make(ctx, p, &to, nil)
}

func (f *Feature) copy(c *fiber.Ctx, p *models.Person) error {
	made, err := f.Copy(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.Done(c, pageURL(&made), "This is your own copy, which nobody else can read yet. Change it as you need it.")
}

// editorsPage is where the owner of a collection says who looks after it with them.
func (f *Feature) editorsPage(c *fiber.Ctx, p *models.Person) error {
	found, err := f.kept(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showEditors(c, fiber.StatusOK, &found, templates.EditorsPage{})
}

func (f *Feature) showEditors(c *fiber.Ctx, status int, found *models.Collection, page templates.EditorsPage) error {
	page.Title, page.URL = found.Title, pageURL(found)+"/editors"
	for _, e := range found.Editors {
		page.Editors = append(page.Editors, templates.EditorLine{Name: e.Name, URL: "/people/" + e.Handle, RemoveURL: page.URL + "/" + e.Handle + "/remove", Accepted: e.AcceptedAt != nil, Invited: e.InvitedAt})
	}
	shell := f.shell(c, "Editors", crumb(found))
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.Editors(page))
}

func (f *Feature) invite(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.kept(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	typed := web.Value(c, "handle")
	who, err := f.Invite(ctx, p, &found, typed)
	if err == nil {
		return f.site.Done(c, pageURL(&found)+"/editors", who.Name+" is asked, and can change the collection once they accept.")
	}
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showEditors(c, status, &found, templates.EditorsPage{Handle: typed, Errors: errors})
	})
}

func (f *Feature) removeEditor(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.kept(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	if err := f.RemoveEditor(ctx, p, &found, c.Params("handle")); err != nil {
		return err
	}
	return f.site.Done(c, pageURL(&found)+"/editors", "They can change it no more.")
}

func (f *Feature) accept(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.Get(ctx, p, c.Params("slug"))
	if err == nil {
		err = f.Accept(ctx, p, &found)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, pageURL(&found), "You look after this collection now, with those who are named here.")
}

func (f *Feature) leave(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.Get(ctx, p, c.Params("slug"))
	if err == nil {
		err = f.Leave(ctx, p, &found)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/me/collections", "You do not look after that collection.")
}

// MarkList says that a collection is the reading list of an organisation, or no more.
func (f *Feature) MarkList(ctx context.Context, p *models.Person, idOrSlug, code string, on bool) (models.Collection, error) {
	code = strings.ToUpper(models.CleanLine(code))
	if !p.May(models.MarkReadingList, models.Subject{Organisation: code}) {
		return models.Collection{}, models.E(models.Forbidden, "Only a lead of that organisation, or an admin, says what its reading list is.")
	}
	c, err := f.Get(ctx, p, idOrSlug)
	switch {
	case err != nil:
		return c, err
	case !models.ValidODSCode(code):
		return c, models.E(models.NotFound, "That is not the code of an organisation. An ODS code has 3 to 10 letters and digits, such as RR8.")
	case on && (c.Hidden != "" || c.Audience == models.ToEditors):
		return c, models.E(models.Conflict, "A reading list is for everybody, or for everybody who signs in. Say so first, or make a copy of your own.")
	case on && c.ListOf != "" && c.ListOf != code:
		return c, models.E(models.Conflict, "This is the reading list of another organisation already. Make a copy of your own.")
	case !on && c.ListOf != code:
		return c, models.E(models.Conflict, "This is not the reading list of that organisation.")
	}
	to := ""
	if on {
		to = code
	}
	return c, f.write(ctx, p, c.ID, nil, func(ctx context.Context) error { return f.store.MarkReadingList(ctx, c.ID, c.ListOf, to) })
}

func (f *Feature) markList(c *fiber.Ctx, p *models.Person) error {
	on := web.Value(c, "on") != "false"
	found, err := f.MarkList(web.SeeOwn(c), p, web.Value(c, "collection"), c.Params("code"), on)
	if err != nil {
		return err
	}
	if on {
		return f.site.Done(c, pageURL(&found), "It stands on the page of your organisation now.")
	}
	return f.site.Done(c, pageURL(&found), "It does not stand on the page of your organisation any more.")
}

// listsShown is how many reading lists the page of an organisation shows.
const listsShown = 5

// OfOrganisation is the reading lists of an organisation, on its page; nil for none.
func (f *Feature) OfOrganisation(c *fiber.Ctx, code string) (templ.Component, error) {
	p := web.Person(c)
	list, err := f.store.ReadingListsOf(c.UserContext(), p, code, listsShown)
	return templates.ReadingLists(lines(list, p), listURL+"?organisation="+code), err
}

// marks are the organisations whose reading list a person may say that a collection
// is, or is no more.
func marks(c *models.Collection, p *models.Person) (out []templates.ListMark) {
	if p == nil || c.Hidden != "" || c.Audience == models.ToEditors {
		return nil
	}
	for _, code := range p.LeadOf() {
		if c.ListOf == "" || c.ListOf == code {
			out = append(out, templates.ListMark{Code: code, On: c.ListOf == code})
		}
	}
	return out
}
