package collections

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

func (f *Feature) shell(c *fiber.Ctx, title string, more ...templates.Crumb) templates.Shell {
	shell := f.site.Shell(c, title)
	shell.NoIndex = true
	shell.Crumbs = append([]templates.Crumb{{Text: "Collections", URL: listURL}}, more...)
	return shell
}

func crumb(c *models.Collection) templates.Crumb {
	return templates.Crumb{Text: c.Title, URL: pageURL(c)}
}

// show is the page of a collection. Its id leads to it.
func (f *Feature) show(c *fiber.Ctx) error {
	found, err := f.Read(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	if c.Params("slug") != found.Slug {
		return c.Redirect(pageURL(&found), fiber.StatusMovedPermanently)
	}
	return f.showPage(c, fiber.StatusOK, &found, templates.CollectionPage{})
}

// showPage shows a collection, with what was typed into the form below it.
func (f *Feature) showPage(c *fiber.Ctx, status int, found *models.Collection, page templates.CollectionPage) error {
	p := web.Person(c)
	page.Line, page.HTML = line(*found, p), f.markdown.Render(found.About).HTML
	page.CanEdit, page.CanKeep, page.SignedIn = found.MayEdit(p), found.MayKeep(p), p != nil
	page.SourceTitle, page.Marks = found.SourceTitle, marks(found, p)
	if p != nil {
		e := found.EditorOf(p.ID)
		page.Invited = e != nil && e.AcceptedAt == nil
	}
	if !page.CanEdit && found.Hidden == "" {
		page.ReportURL = "/report/" + string(models.ThingCollection) + "/" + found.ID
	}
	if found.Hidden != "" {
		m, err := f.store.Measure(c.UserContext(), found.Hidden)
		if err != nil {
			return err
		}
		page.Hidden = &m
	}
	if page.Copied = found.SourceID != ""; found.SourceSlug != "" {
		page.SourceURL = listURL + "/" + found.SourceSlug
	}
	for _, e := range found.Editors {
		if e.AcceptedAt != nil {
			page.Editors = append(page.Editors, templates.BylineProps{Name: e.Name, URL: "/people/" + e.Handle})
		}
	}
	var studies []models.Summary
	for _, item := range found.Items {
		if item.Study != nil {
			studies = append(studies, *item.Study)
		}
	}
	cards, err := f.cards(c, studies, "")
	if err != nil {
		return err
	}
	for i, item := range found.Items {
		l := templates.CollectedLine{Position: i + 1, Last: i == len(found.Items)-1, Note: item.Note, URL: itemURL(found, item.CaseStudyID), IntoTitle: item.IntoTitle}
		if item.IntoSlug != "" {
			l.IntoURL = web.StudyURL(item.IntoSlug)
		}
		if item.Study != nil {
			l.Card, cards = &cards[0], cards[1:]
			l.Card.Facts = append(l.Card.Facts, strconv.Itoa(i+1)+" of "+strconv.Itoa(len(found.Items)))
		} else if item.IntoSlug == "" {
			l.Note = "" // it may tell of what is not to be read
		}
		page.Items = append(page.Items, l)
	}
	shell := f.shell(c, found.Title)
	shell.NoIndex = found.Audience != models.ToEverybody || found.Hidden != ""
	shell.Description, shell.Errors = models.Truncate(models.CleanLine(f.markdown.Render(found.About).Text), 300), page.Errors
	shell.Canonical = f.site.URL(pageURL(found))
	return f.site.Render(c, status, shell, templates.Collection(page))
}

// print is a collection alone, for paper.
func (f *Feature) print(c *fiber.Ctx) error {
	found, err := f.Read(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.CollectionPrint{Line: line(found, nil), HTML: f.markdown.Render(found.About).HTML, URL: f.site.URL(pageURL(&found)), Today: f.site.Now()}
	for _, item := range found.Items {
		if item.Study != nil {
			page.Items = append(page.Items, templates.PrintedItem{Title: item.Study.Title, Summary: item.Study.Summary, Stage: item.Study.Stage.Label(), Organisation: item.Study.OrgName,
				URL: f.site.URL(web.StudyURL(item.Study.Slug)), Note: item.Note})
		}
	}
	page.Missing = len(found.Items) - len(page.Items)
	shell := f.shell(c, found.Title, crumb(&found))
	return f.site.Render(c, fiber.StatusOK, shell, templates.PrintCollection(page))
}

// newPage is the form of a new collection.
func (f *Feature) newPage(c *fiber.Ctx, _ *models.Person) error {
	return f.showForm(c, fiber.StatusOK, templates.CollectionForm{Collection: models.Collection{Audience: models.ToEverybody}})
}

func (f *Feature) showForm(c *fiber.Ctx, status int, page templates.CollectionForm) error {
	page.ActionURL, page.BackURL, page.StaffGroups = listURL+"/new", listURL, groupOptions()
	title := "Begin a collection"
	shell := f.shell(c, title)
	if page.Collection.ID != "" {
		page.BackURL = pageURL(&page.Collection)
		page.ActionURL = page.BackURL + "/edit"
		shell = f.shell(c, "Change a collection", templates.Crumb{Text: page.Was, URL: page.BackURL})
	}
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.CollectionFormPage(page))
}

func readForm(c *fiber.Ctx) models.Collection {
	return models.Collection{Title: web.Value(c, "title"), About: models.CleanText(web.Value(c, "about")), Audience: models.Visibility(web.Value(c, "audience")),
		StaffGroup: web.Value(c, "staff_group"), Organisation: web.Value(c, "organisation")}
}

func (f *Feature) create(c *fiber.Ctx, p *models.Person) error {
	typed := readForm(c)
	made := typed
	if err := f.Create(web.SeeOwn(c), p, &made); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showForm(c, status, templates.CollectionForm{Collection: typed, Errors: errors})
		})
	}
	return f.site.Done(c, pageURL(&made), "The collection is there. Add case studies to it here, or from their own pages.")
}

func (f *Feature) editPage(c *fiber.Ctx, p *models.Person) error {
	found, err := f.editable(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showForm(c, fiber.StatusOK, templates.CollectionForm{Collection: found, Was: found.Title, CanKeep: found.MayKeep(p)})
}

func (f *Feature) change(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	old, err := f.editable(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	typed := readForm(c)
	typed.ID, typed.Slug = old.ID, old.Slug
	if typed.Version, err = web.FormVersion(c, "version", 1); err != nil {
		return err
	}
	saved := typed
	err = f.Save(ctx, p, &saved)
	if err == nil {
		return f.site.Done(c, pageURL(&old), "The collection is saved.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		page := templates.CollectionForm{Collection: typed, Was: old.Title, CanKeep: old.MayKeep(p), Errors: errors}
		if models.KindOf(err) == models.Conflict {
			if old, err = f.editable(ctx, p, old.ID); err != nil {
				return err
			}
			page.Saved, page.Collection.Version = &old, old.Version
		}
		return f.showForm(c, status, page)
	})
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.kept(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	if err := f.Remove(ctx, &found); err != nil {
		return err
	}
	return f.site.Done(c, "/me/collections", "The collection is deleted. Copies that others made of it stay.")
}
