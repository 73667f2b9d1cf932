package collections

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// Remove deletes a collection for good.
func (f *Feature) Remove(ctx context.Context, c *models.Collection) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		f.store.AfterCommit(ctx, f.site.Changed)
		return f.store.RemoveCollection(ctx, c.ID)
	})
}

// collectPage asks into which collection a case study goes, and tells who is not
// signed in how to.
func (f *Feature) collectPage(c *fiber.Ctx) error {
	p := web.Person(c)
	cs, err := f.site.StandingCaseStudy(c.UserContext(), p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.CollectPage{Collection: newOne}
	if p == nil {
		page.SignInURL = "/sign-in?next=" + web.QueryEscape(web.StudyURL(cs.Slug)+"/collect")
	}
	return f.showCollect(c, p, fiber.StatusOK, cs, page)
}

// newOne is chosen by who begins a collection with a case study.
const newOne = "new"

func (f *Feature) showCollect(c *fiber.Ctx, p *models.Person, status int, cs models.CaseStudy, page templates.CollectPage) error {
	page.Title, page.BackURL = cs.Title, web.StudyURL(cs.Slug)
	page.ActionURL = page.BackURL + "/collect"
	if p != nil {
		list, has, err := f.store.CollectionsToAdd(web.SeeOwn(c), p.ID, cs.ID)
		if err != nil {
			return err
		}
		for i, one := range list {
			if has[one.ID] {
				page.In = append(page.In, templates.Crumb{Text: one.Title, URL: pageURL(&list[i])})
				continue
			}
			page.Options = append(page.Options, templates.Option{Value: one.ID, Text: one.Title})
		}
		if page.Collection == newOne && len(page.Options) > 0 && page.NewTitle == "" && len(page.Errors) == 0 {
			page.Collection = page.Options[0].Value
		}
	}
	shell := f.site.Shell(c, "Add to a collection")
	shell.NoIndex, shell.Errors = true, page.Errors
	shell.Crumbs = []templates.Crumb{{Text: cs.Title, URL: page.BackURL}}
	return f.site.Render(c, status, shell, templates.Collect(page))
}

func (f *Feature) collect(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	cs, err := f.site.StandingCaseStudy(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.CollectPage{Collection: web.Value(c, "collection"), NewTitle: models.CleanLine(web.Value(c, "title")), Note: models.CleanText(web.Value(c, "note"))}
	var into models.Collection
	if page.Collection == "" || page.Collection == newOne {
		into = models.Collection{Title: page.NewTitle, Audience: models.ToEditors, Items: []models.Collected{{CaseStudyID: cs.ID, Note: page.Note}}}
		err = f.Create(ctx, p, &into)
	} else {
		into, _, err = f.Add(ctx, p, page.Collection, cs.ID, page.Note)
	}
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showCollect(c, p, status, cs, page)
		})
	}
	text := "It is in the collection."
	if into.Audience == models.ToEditors && page.Collection == newOne {
		text = "It is in a new collection, which nobody else can read yet. Change it to say for whom it is."
	}
	return f.site.Done(c, pageURL(&into), text)
}

// studyIn finds the id or slug of a case study in what was typed: its address, a part
// of it, or the id or slug itself.
func studyIn(typed string) string {
	typed = models.CleanLine(typed)
	if u, err := url.Parse(typed); err == nil {
		typed = strings.Trim(u.Path, "/")
	}
	if _, after, ok := strings.Cut(typed, "case-studies/"); ok {
		typed = after
	}
	slug, _, _ := strings.Cut(typed, "/")
	return slug
}

// addHere adds a case study by its address, on the page of the collection.
func (f *Feature) addHere(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.editable(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.CollectionPage{Study: models.CleanLine(web.Value(c, "case_study")), Note: models.CleanText(web.Value(c, "note"))}
	if _, _, err = f.Add(ctx, p, found.ID, studyIn(page.Study), page.Note); err == nil {
		return f.site.Done(c, pageURL(&found), "It is in the collection.")
	}
	if kind := models.KindOf(err); kind == models.NotFound || kind == models.Gone {
		err = models.InvalidField("case_study", "There is no case study there that you can read. Copy the address of its page, such as "+f.site.URL("/case-studies/…"))
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		page.Errors = errors
		if found, err = f.Read(ctx, p, found.ID); err != nil {
			return err
		}
		return f.showPage(c, status, &found, page)
	})
}

// item gives a collection that a person may change, and one of what is in it with
// what they may read of that.
func (f *Feature) item(c *fiber.Ctx, p *models.Person) (models.Collection, models.Collected, error) {
	ctx := web.SeeOwn(c)
	found, err := f.editable(ctx, p, c.Params("slug"))
	if err != nil {
		return found, models.Collected{}, err
	}
	if found.Items, err = f.store.CollectedIn(ctx, p, found.ID); err != nil {
		return found, models.Collected{}, err
	}
	for _, item := range found.Items {
		if item.CaseStudyID == c.Params("study") {
			return found, item, nil
		}
	}
	return found, models.Collected{}, models.ErrNotCollected
}

func (f *Feature) itemPage(c *fiber.Ctx, p *models.Person) error {
	found, item, err := f.item(c, p)
	if err != nil {
		return err
	}
	return f.showItem(c, fiber.StatusOK, &found, item, templates.CollectedForm{Note: item.Note, Place: strconv.Itoa(item.Position), Version: item.Version})
}

func (f *Feature) showItem(c *fiber.Ctx, status int, found *models.Collection, item models.Collected, page templates.CollectedForm) error {
	page.Title, page.URL, page.BackURL, page.Count = "A case study that you may not read any more", itemURL(found, item.CaseStudyID), pageURL(found), len(found.Items)
	switch {
	case item.Study != nil:
		page.Title = item.Study.Title
	case item.IntoTitle != "":
		page.Title = item.IntoTitle
	case len(page.Errors) == 0:
		page.Note = ""
	}
	page.Readable = item.Study != nil || item.IntoTitle != ""
	shell := f.shell(c, "Note and place", crumb(found))
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.CollectedFormPage(page))
}

// changeItem saves the note and the place of a case study in a collection.
func (f *Feature) changeItem(c *fiber.Ctx, p *models.Person) error {
	found, item, err := f.item(c, p)
	if err != nil {
		return err
	}
	page := templates.CollectedForm{Note: models.CleanText(web.Value(c, "note")), Place: models.CleanLine(web.Value(c, "place"))}
	if page.Version, err = web.FormVersion(c, "version", 1); err != nil {
		return err
	}
	place, err := strconv.Atoi(page.Place)
	if err != nil || place < 1 {
		err = models.InvalidField("place", models.Errorf(models.Invalid, "Enter a place from 1 to %d", len(found.Items)).Message)
	}
	if err == nil {
		err = f.write(c.UserContext(), p, found.ID, nil, func(ctx context.Context) error {
			if item.Study != nil || item.IntoTitle != "" { // else its note is not shown here, and stays
				if err := f.Note(ctx, p, &found, item.CaseStudyID, page.Note, page.Version); err != nil {
					return err
				}
			}
			if place == item.Position {
				return nil
			}
			return f.store.MoveCollected(ctx, found.ID, item.CaseStudyID, func(int, int) int { return place })
		})
	}
	if err == nil {
		return f.site.Done(c, pageURL(&found), "It is saved.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		page.Errors = errors
		if models.KindOf(err) == models.Conflict {
			page.Saved, page.Version = &item.Note, item.Version
		}
		return f.showItem(c, status, &found, item, page)
	})
}

// studyParam reads the id of a case study out of an address.
func studyParam(c *fiber.Ctx) (string, error) {
	id := c.Params("study")
	if !models.ValidID(id) {
		return "", models.ErrNotCollected
	}
	return id, nil
}

// steps are the ways in which a case study moves, by what a button says.
var steps = map[string]func(at, last int) int{
	"up":    func(at, _ int) int { return at - 1 },
	"down":  func(at, _ int) int { return at + 1 },
	"first": func(int, int) int { return 1 },
	"last":  func(_, last int) int { return last },
}

func (f *Feature) move(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.editable(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	step, ok := steps[web.Value(c, "to")]
	if !ok {
		return models.E(models.BadRequest, "Say where it is to go: up, down, first or last.")
	}
	study, err := studyParam(c)
	if err != nil {
		return err
	}
	if err := f.write(ctx, p, found.ID, nil, func(ctx context.Context) error { return f.store.MoveCollected(ctx, found.ID, study, step) }); err != nil {
		return err
	}
	return c.Redirect(pageURL(&found)+"#study-"+url.PathEscape(study), fiber.StatusSeeOther)
}

func (f *Feature) removeItem(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.editable(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	study, err := studyParam(c)
	if err != nil {
		return err
	}
	if err := f.write(ctx, p, found.ID, nil, func(ctx context.Context) error { return f.store.UncollectStudy(ctx, found.ID, study) }); err != nil {
		return err
	}
	return f.site.Done(c, pageURL(&found), "It is not in the collection any more.")
}
