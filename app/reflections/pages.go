package reflections

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

const listURL = "/me/reflections"

func (f *Feature) shell(c *fiber.Ctx, title string, more ...templates.Crumb) templates.Shell {
	shell := f.site.Shell(c, title)
	shell.NoIndex = true
	shell.Crumbs = append([]templates.Crumb{{Text: "Your account", URL: "/me"}}, more...)
	return shell
}

func (f *Feature) list(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	after, err := readCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	page := templates.ReflectionsPage{First: after == nil}
	page.Period, err = f.period(c.Query("from"), c.Query("to"))
	shell := f.shell(c, "Your CPD record")
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors, shell.Errors = errors, errors
			return f.site.Render(c, status, shell, templates.Reflections(page))
		})
	}
	if page.Totals, err = f.store.ReflectionTotals(ctx, p.ID, page.Period); err != nil {
		return err
	}
	more := false
	if page.List, more, err = f.store.Reflections(ctx, p.ID, page.Period, after, models.ReflectionsAPage); err != nil {
		return err
	}
	page.Query = "?from=" + web.QueryEscape(page.Period.From) + "&to=" + web.QueryEscape(page.Period.To)
	if more {
		page.NextURL = listURL + page.Query + "&cursor=" + cursor(page.List[len(page.List)-1])
	}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Reflections(page))
}

// newPage is the form of a new reflection, on a case study where one is named.
func (f *Feature) newPage(c *fiber.Ctx, p *models.Person) error {
	ctx := c.UserContext()
	page := templates.ReflectionForm{Reflection: models.Reflection{Day: f.today(), Register: registerOf(p)}}
	if slug := c.Query("case_study"); slug != "" {
		cs, err := f.site.StandingCaseStudy(ctx, p, slug)
		if err != nil {
			return err
		}
		page.Slug, page.Reflection.Title, page.Reflection.Method = cs.Slug, models.Truncate("Read: "+cs.Title, models.MaxTitle), "self-directed"
	}
	// Whoever reflects once does so for the same register again.
	last, _, err := f.store.Reflections(ctx, p.ID, models.Period{}, nil, 1)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		page.Reflection.Register = last[0].Register
	}
	return f.showForm(c, fiber.StatusOK, page)
}

// registerOf guesses the register of somebody by the staff group that they chose.
func registerOf(p *models.Person) models.Register {
	switch p.StaffGroup {
	case "Nursing and Midwifery Registered":
		return models.RegisterNMC
	case "Medical and Dental":
		return models.RegisterGMC
	case "Allied Health Professionals", "Healthcare Scientists":
		return models.RegisterHCPC
	}
	return models.RegisterOther
}

func (f *Feature) showForm(c *fiber.Ctx, status int, page templates.ReflectionForm) error {
	page.ActionURL, page.BackURL = listURL+"/new", listURL
	title := "Add a reflection"
	crumbs := []templates.Crumb{{Text: "Your CPD record", URL: listURL}}
	if page.Slug != "" {
		page.BackURL = "/case-studies/" + page.Slug
	}
	if page.Reflection.ID != "" {
		page.BackURL = listURL + "/" + page.Reflection.ID
		title, page.ActionURL = "Change a reflection", page.BackURL+"/edit"
		crumbs = append(crumbs, templates.Crumb{Text: page.Was, URL: page.BackURL})
	}
	shell := f.shell(c, title, crumbs...)
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.ReflectionFormPage(page))
}

func readForm(c *fiber.Ctx) templates.ReflectionForm {
	r := models.Reflection{Register: models.Register(web.Value(c, "register")), Title: web.Value(c, "title"), Day: models.CleanLine(web.Value(c, "day")), Method: web.Value(c, "method"),
		With: web.Value(c, "with") == "yes", Themes: web.Values(c, "themes"), What: models.CleanText(web.Value(c, "what")), Learnt: models.CleanText(web.Value(c, "learnt")),
		Changed: models.CleanText(web.Value(c, "changed")), Relevance: models.CleanText(web.Value(c, "relevance"))}
	page := templates.ReflectionForm{Reflection: r, Slug: models.CleanLine(web.Value(c, "case_study")), Hours: web.Value(c, "hours")}
	page.Reflection.Minutes = models.ParseHours(page.Hours)
	return page
}

func (f *Feature) create(c *fiber.Ctx, p *models.Person) error {
	page := readForm(c)
	page.Reflection.Slug = page.Slug
	return f.save(c, p, page)
}

func (f *Feature) change(c *fiber.Ctx, p *models.Person) error {
	old, err := f.get(web.SeeOwn(c), p, c.Params("id"))
	if err != nil {
		return err
	}
	page := readForm(c)
	page.Was, page.Reflection.ID = old.Title, old.ID
	if page.Reflection.Version, err = web.FormVersion(c, "version", 1); err != nil {
		return err
	}
	return f.save(c, p, page)
}

func (f *Feature) save(c *fiber.Ctx, p *models.Person, page templates.ReflectionForm) error {
	r, isNew := page.Reflection, page.Reflection.ID == ""
	err := f.Save(c.UserContext(), p, &r)
	if err == nil {
		text := "It is saved. Nobody else can read it."
		if r.Unfinished() {
			text = "It is saved, and you can finish it later. Nobody else can read it."
		}
		return f.site.Done(c, listURL+"/"+r.ID, text)
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		page.Errors = errors
		if models.KindOf(err) == models.Conflict && !isNew {
			now, err := f.get(web.SeeOwn(c), p, page.Reflection.ID)
			if err != nil {
				return err
			}
			page.Saved, page.Reflection.Version = &now, now.Version
		}
		return f.showForm(c, status, page)
	})
}

func (f *Feature) editPage(c *fiber.Ctx, p *models.Person) error {
	r, err := f.get(web.SeeOwn(c), p, c.Params("id"))
	if err != nil {
		return err
	}
	page := templates.ReflectionForm{Reflection: r, Was: r.Title}
	if r.Minutes > 0 {
		page.Hours = fmt.Sprintf("%d:%02d", r.Minutes/60, r.Minutes%60)
	}
	return f.showForm(c, fiber.StatusOK, page)
}

func (f *Feature) show(c *fiber.Ctx, p *models.Person) error {
	r, err := f.get(web.SeeOwn(c), p, c.Params("id"))
	if err != nil {
		return err
	}
	return f.site.Render(c, fiber.StatusOK, f.shell(c, r.Title, templates.Crumb{Text: "Your CPD record", URL: listURL}), templates.Reflection(r))
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person) error {
	id := c.Params("id")
	if !models.ValidID(id) {
		return errUnknown
	}
	if err := f.store.RemoveReflection(c.UserContext(), p.ID, id); err != nil {
		return err
	}
	return f.site.Done(c, listURL, "The reflection is deleted.")
}
