package workspaces

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

func (f *Feature) showCycle(c *fiber.Ctx, status int, r *room, form templates.CycleForm) error {
	form.Title, form.BackURL, form.ActionURL = r.study.Title, r.url(), r.url()+"/cycles/new"
	title := "Begin a cycle"
	if form.Cycle.ID != "" {
		title = "Cycle " + strconv.Itoa(form.Cycle.Number)
		form.ActionURL = r.url() + "/cycles/" + form.Cycle.ID
		form.RemoveURL = form.ActionURL + "/remove"
	}
	shell := f.shell(c, r, title, true)
	shell.Errors = form.Errors
	return f.site.Render(c, status, shell, templates.CycleFormPage(form))
}

func (f *Feature) newCycle(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	return f.showCycle(c, fiber.StatusOK, &r, templates.CycleForm{Cycle: models.Cycle{Started: r.today}})
}

// cycle gives the cycle of an address, with its workspace.
func (f *Feature) cycle(c *fiber.Ctx) (room, *models.Cycle, error) {
	r, err := f.enter(c)
	if err != nil {
		return r, nil, err
	}
	found := r.Cycle(c.Params("cycle"))
	if found == nil {
		return r, nil, errNoCycle
	}
	return r, found, nil
}

func (f *Feature) editCycle(c *fiber.Ctx) error {
	r, found, err := f.cycle(c)
	if err != nil {
		return err
	}
	return f.showCycle(c, fiber.StatusOK, &r, templates.CycleForm{Cycle: *found})
}

func readCycle(c *fiber.Ctx) models.Cycle {
	return models.Cycle{Plan: web.Value(c, "plan"), Prediction: web.Value(c, "prediction"), Did: web.Value(c, "did"), Studied: web.Value(c, "studied"), Act: models.CycleAct(web.Value(c, "act")),
		Next: web.Value(c, "next"), Started: web.Value(c, "started"), Ended: web.Value(c, "ended")}
}

func (f *Feature) addCycle(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	typed := readCycle(c)
	made, err := f.SaveCycle(c.UserContext(), p, &r, nil, typed)
	if err == nil {
		return f.done(c, &r, "#cycle-"+strconv.Itoa(made.Number), "The cycle is begun.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showCycle(c, status, &r, templates.CycleForm{Cycle: typed, Errors: errors})
	})
}

func (f *Feature) changeCycle(c *fiber.Ctx, p *models.Person) error {
	r, old, err := f.cycle(c)
	if err != nil {
		return err
	}
	typed := readCycle(c)
	if typed.Version, err = web.FormVersion(c, "version", 1); err != nil {
		return err
	}
	if _, err = f.SaveCycle(c.UserContext(), p, &r, old, typed); err == nil {
		return f.done(c, &r, "#cycle-"+strconv.Itoa(old.Number), "The cycle is saved.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		form := templates.CycleForm{Cycle: typed, Errors: errors}
		form.Cycle.ID, form.Cycle.Number = old.ID, old.Number
		if models.KindOf(err) == models.Conflict { // what was typed, beside what is saved by now
			form.Saved, form.Cycle.Version = old, old.Version
		}
		return f.showCycle(c, status, &r, form)
	})
}

func (f *Feature) removeCycle(c *fiber.Ctx, _ *models.Person) error {
	r, found, err := f.cycle(c)
	if err != nil {
		return err
	}
	if err := f.store.RemoveCycle(c.UserContext(), r.adoption.ID, found.ID, 0); err != nil {
		return err
	}
	return f.done(c, &r, "#cycles", "The cycle is deleted.")
}

func (f *Feature) showPerson(c *fiber.Ctx, status int, r *room, handle string, errors []templates.FieldError) error {
	shell := f.shell(c, r, "Add somebody", true)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.WorkPersonPage(templates.WorkPersonForm{Title: r.study.Title, URL: r.url(), Handle: handle, Organisation: r.adoption.Organisation, Errors: errors}))
}

func (f *Feature) newPerson(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err == nil && !r.adoption.MayRun(web.Person(c)) {
		err = errNotRun
	}
	if err != nil {
		return err
	}
	return f.showPerson(c, fiber.StatusOK, &r, "", nil)
}

func (f *Feature) addPerson(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	handle := web.Value(c, "handle")
	who, err := f.AddPerson(c.UserContext(), p, &r, handle)
	if err == nil {
		return f.done(c, &r, "#people", who.Name+" can read and write here now.")
	}
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showPerson(c, status, &r, handle, errors)
	})
}

func (f *Feature) removePerson(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	left, err := f.RemovePerson(c.UserContext(), p, &r, c.Params("handle"))
	switch {
	case err != nil:
		return err
	case left && !r.adoption.MayRun(p):
		return f.site.Done(c, "/case-studies/"+r.study.Slug+"/adoptions/"+r.adoption.Organisation, "You have left the workspace.")
	}
	return f.done(c, &r, "#people", "They can read it no more. What they had to do is nobody’s now.")
}

func (f *Feature) showLink(c *fiber.Ctx, status int, r *room, l models.WorkLink, errors []templates.FieldError) error {
	shell := f.shell(c, r, "Add a link to a document", true)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.WorkLinkPage(templates.WorkLinkForm{Title: r.study.Title, URL: r.url(), Link: l, Errors: errors}))
}

func (f *Feature) newLink(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	return f.showLink(c, fiber.StatusOK, &r, models.WorkLink{}, nil)
}

func (f *Feature) addLink(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	l := models.WorkLink{Title: web.Value(c, "title"), URL: web.Value(c, "url")}
	if _, err = f.AddLink(c.UserContext(), p, &r, l); err == nil {
		return f.done(c, &r, "#documents", "The link is added.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showLink(c, status, &r, l, errors)
	})
}

func (f *Feature) removeLink(c *fiber.Ctx, _ *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	if err := f.store.RemoveWorkLink(c.UserContext(), r.adoption.ID, c.Params("link")); err != nil {
		return err
	}
	return f.done(c, &r, "#documents", "The link is removed.")
}
