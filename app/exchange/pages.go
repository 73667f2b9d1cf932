package exchange

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// shownFaults is how many copies that were changed are named.
const shownFaults = 50

var listCrumb = templates.Crumb{Text: "Other instances", URL: "/admin/exchange"}

func stateOf(o models.Origin) templates.OriginState {
	switch {
	case o.PausedAt != nil:
		return templates.OriginPaused
	case o.FailingSince != nil:
		return templates.OriginFailing
	case o.SucceededAt == nil:
		return templates.OriginNew
	}
	return templates.OriginWell
}

func (f *Feature) listPage(c *fiber.Ctx, _ *models.Person) error {
	ctx := c.UserContext()
	list, err := f.List(ctx)
	if err != nil {
		return err
	}
	page := templates.ExchangePage{Full: len(list) >= models.MaxOrigins, Address: f.site.BaseURL}
	for _, o := range list {
		page.Origins = append(page.Origins, templates.OriginLine{URL: "/admin/exchange/" + o.ID, Address: o.URL, State: stateOf(o.Origin), Succeeded: o.SucceededAt,
			Copies: o.Copies.Total, Refused: o.Refusal, LeftOut: o.LeftOut})
	}
	faults, err := f.store.CopiesAtFault(ctx, shownFaults)
	if err != nil {
		return err
	}
	for _, k := range faults {
		page.Faults = append(page.Faults, templates.CopyFault{URL: "/case-studies/" + k.Slug, Title: k.Title, Why: k.Fault})
	}
	key, err := f.Key(ctx)
	if err == nil {
		page.Key = key.ID()
	} else if models.KindOf(err) != models.Unavailable {
		return err
	}
	return f.site.Render(c, fiber.StatusOK, f.site.AdminShell(c, "Other instances", nil), templates.Exchange(page))
}

func (f *Feature) newPage(c *fiber.Ctx, _ *models.Person) error {
	return f.showForm(c, fiber.StatusOK, templates.OriginForm{})
}

func (f *Feature) showForm(c *fiber.Ctx, status int, form templates.OriginForm) error {
	return f.site.Render(c, status, f.site.AdminShell(c, "Add an instance", form.Errors, listCrumb), templates.OriginAdd(form))
}

func (f *Feature) create(c *fiber.Ctx, p *models.Person) error {
	form := templates.OriginForm{Address: models.CleanLine(web.Value(c, "url")), Key: models.CleanLine(web.Value(c, "key"))}
	o, err := f.Add(c.UserContext(), form.Address, form.Key, p.Name)
	if list, ok := web.FormErrors(err); ok && err != nil {
		form.Errors = list
		return f.showForm(c, web.Describe(err).Status, form)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/admin/exchange/"+o.ID, "The instance is added. Its case studies are on their way: reload this page in a moment.")
}

func (f *Feature) showPage(c *fiber.Ctx, _ *models.Person) error {
	ctx := c.UserContext()
	o, err := f.store.Origin(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	list, err := f.List(ctx)
	if err != nil {
		return err
	}
	page := templates.OriginPage{ID: o.ID, Address: o.URL, Key: KeyOf(o), Failure: o.Failure, State: stateOf(o), Added: o.AddedAt, AddedBy: o.AddedBy, PausedBy: o.PausedBy,
		Paused: o.PausedAt, Succeeded: o.SucceededAt, Failed: o.FailingSince, FailedAt: o.FailedAt}
	for _, l := range list {
		if l.ID == o.ID {
			page.Copies, page.Shown, page.Faults = l.Copies.Total, l.Copies.Shown, l.Copies.AtFault
			page.Refused, page.RefusedInAll, page.LeftOut = l.Refused, l.Refusal, l.LeftOut
		}
	}
	return f.site.Render(c, fiber.StatusOK, f.site.AdminShell(c, o.Name(), nil, listCrumb), templates.Origin(page))
}

// did goes back to the page of an instance after something that worked.
func (f *Feature) did(c *fiber.Ctx, err error, message string) error {
	if err != nil {
		return err
	}
	return f.site.Done(c, "/admin/exchange/"+c.Params("id"), message)
}

func (f *Feature) syncNow(c *fiber.Ctx, _ *models.Person) error {
	o, err := f.store.Origin(c.UserContext(), c.Params("id"))
	if err == nil && !o.Active() {
		err = models.E(models.Conflict, "This instance is paused. Resume it first.")
	}
	if err == nil {
		err = f.ask(c.UserContext(), syncOne{Origin: o.ID, All: true})
	}
	return f.did(c, err, "The instance is being asked. Reload this page in a moment to see what came of it.")
}

func (f *Feature) pause(c *fiber.Ctx, p *models.Person) error {
	return f.did(c, f.Pause(c.UserContext(), c.Params("id"), p.Name), "The instance is paused. Its copies stay as they are.")
}

func (f *Feature) resume(c *fiber.Ctx, _ *models.Person) error {
	return f.did(c, f.Resume(c.UserContext(), c.Params("id")), "The instance is resumed, and asked for what has changed meanwhile.")
}

func (f *Feature) removePage(c *fiber.Ctx, _ *models.Person) error {
	return f.askRemoval(c, fiber.StatusOK, nil)
}

func (f *Feature) askRemoval(c *fiber.Ctx, status int, errors []templates.FieldError) error {
	ctx := c.UserContext()
	o, err := f.store.Origin(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	copies, err := f.store.CountCopies(ctx)
	if err != nil {
		return err
	}
	crumb := templates.Crumb{Text: o.Name(), URL: "/admin/exchange/" + o.ID}
	return f.site.Render(c, status, f.site.AdminShell(c, "Remove an instance", errors, listCrumb, crumb),
		templates.OriginRemove(templates.OriginRemoval{ID: o.ID, Address: o.Name(), Copies: copies[o.ID].Total, Errors: errors}))
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person) error {
	choice := web.Value(c, "copies")
	if choice != "keep" && choice != "withdraw" {
		return f.askRemoval(c, fiber.StatusUnprocessableEntity, []templates.FieldError{{Field: "copies", Message: "Choose what becomes of its copies"}})
	}
	o, err := f.store.Origin(c.UserContext(), c.Params("id"))
	if err == nil {
		err = f.Remove(c.UserContext(), o, choice == "withdraw", p.Name)
	}
	if err != nil {
		return err
	}
	said := "Its copies stay as they are."
	if choice == "withdraw" {
		said = "Its copies are being withdrawn."
	}
	return f.site.Done(c, "/admin/exchange", "The instance is removed. "+said)
}
