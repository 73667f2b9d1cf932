package workspaces

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// enter gives the workspace of an address.
func (f *Feature) enter(c *fiber.Ctx) (room, error) {
	return f.open(web.SeeOwn(c), web.Person(c), c.Params("slug"), c.Params("organisation"))
}

func (f *Feature) shell(c *fiber.Ctx, r *room, title string, inside bool) templates.Shell {
	shell := f.site.Shell(c, title)
	shell.NoIndex = true
	study := "/case-studies/" + r.study.Slug
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: r.study.Title, URL: study}}
	if inside {
		shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: "Workspace", URL: r.url()})
	}
	return shell
}

func (r *room) page(p *models.Person) templates.WorkspacePage {
	study := "/case-studies/" + r.study.Slug
	page := templates.WorkspacePage{Title: r.study.Title, OrgName: r.adoption.OrgName, URL: r.url(), StudyURL: study, AdoptionURL: study + "/adoptions/" + r.adoption.Organisation, Status: r.adoption.Status,
		Planned: r.Revision > 0 && r.StudyID == r.study.ID, Revision: r.study.Revision, CanRun: r.adoption.MayRun(p), Links: r.Links, Files: r.Files, StepsOut: r.StepsOut, Cycles: r.Cycles, AskURL: r.askURL(), CommentURL: r.commentURL(), TaskForm: r.taskForm(nil)}
	overdue, open, done := r.Sorted(r.today)
	page.Overdue, page.Open, page.Done = r.lines(overdue, true), r.lines(open, false), r.lines(done, false)
	page.Total = len(r.Tasks)
	for i := range page.Open {
		page.Open[i].Up, page.Open[i].Down = i > 0, i < len(page.Open)-1
	}
	if a := &r.adoption; a.OwnerID != "" {
		page.Owner = templates.BylineProps{Name: a.Owner.Name, Role: a.Owner.JobTitle}
		if a.Owner.Handle != "" {
			page.Owner.URL = "/people/" + a.Owner.Handle
		}
	}
	for _, wp := range r.People {
		line := templates.WorkPersonLine{Byline: templates.BylineProps{Name: wp.Person.Name, URL: "/people/" + wp.Person.Handle, Role: wp.Person.JobTitle}, Gone: !r.adoption.Belongs(&wp.Person), Self: p != nil && wp.Person.ID == p.ID}
		if page.CanRun || line.Self {
			line.RemoveURL = r.url() + "/people/" + wp.Person.Handle + "/remove"
		}
		page.People = append(page.People, line)
	}
	return page
}

func (r *room) lines(list []models.Task, overdue bool) []templates.TaskLine {
	out := make([]templates.TaskLine, len(list))
	for i, t := range list {
		out[i] = templates.TaskLine{Task: t, URL: r.url() + "/tasks/" + t.ID, Overdue: overdue}
	}
	return out
}

func (f *Feature) show(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	page := r.page(web.Person(c))
	if page.ChangedSince, err = f.changed(c.UserContext(), web.Person(c), &r); err != nil {
		return err
	}
	return f.site.Render(c, fiber.StatusOK, f.shell(c, &r, "Workspace: "+r.study.Title, false), templates.Workspace(page))
}

// print is the workspace on paper.
func (f *Feature) print(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	page := r.page(web.Person(c))
	page.Today, page.PrintedURL = f.site.Now(), f.site.URL(r.url())
	return f.site.Render(c, fiber.StatusOK, f.shell(c, &r, "Workspace: "+r.study.Title, true), templates.PrintWorkspace(page))
}

func (f *Feature) done(c *fiber.Ctx, r *room, place, text string) error {
	return f.site.Done(c, r.url()+place, text)
}

func (f *Feature) plan(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	n, err := f.Plan(c.UserContext(), p, &r)
	switch {
	case models.KindOf(err) == models.Conflict:
		f.site.Flash(c, templates.Flash{Message: web.Describe(err).Message})
		return c.Redirect(r.url()+"#plan", fiber.StatusSeeOther)
	case err != nil:
		return err
	case n == 0 && len(r.StepsOut) > 0:
		return f.done(c, &r, "#plan", "Every step of the case study is in the plan, or was taken out of it.")
	case n == 0:
		return f.done(c, &r, "#plan", "Every step of the case study is in the plan already.")
	}
	return f.done(c, &r, "#plan", templates.FormatCount(n, "step is added to the plan.", "steps are added to the plan."))
}

// taskForm is the form of a task, nil for a new one.
func (r *room) taskForm(t *models.Task) templates.TaskForm {
	form := templates.TaskForm{Title: r.study.Title, ActionURL: r.url() + "/tasks/new", BackURL: r.url()}
	if t != nil {
		form.Task, form.ActionURL = *t, r.url()+"/tasks/"+t.ID
		form.RemoveURL, form.OfStep = form.ActionURL+"/remove", t.Step != ""
	}
	listed := t == nil || t.Handle == ""
	for _, who := range r.Doers(&r.adoption) {
		form.People = append(form.People, templates.Option{Value: who.Handle, Text: who.Name})
		listed = listed || who.Handle == t.Handle
	}
	if !listed {
		form.People = append(form.People, templates.Option{Value: t.Handle, Text: t.PersonName})
	}
	return form
}

func (f *Feature) showTask(c *fiber.Ctx, status int, r *room, form templates.TaskForm) error {
	title := "Add a task"
	if form.Task.ID != "" {
		title = "Change a task"
	}
	shell := f.shell(c, r, title, true)
	shell.Errors = form.Errors
	return f.site.Render(c, status, shell, templates.TaskFormPage(form))
}

func (f *Feature) newTask(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	return f.showTask(c, fiber.StatusOK, &r, r.taskForm(nil))
}

// task gives the task of an address, with its workspace.
func (f *Feature) task(c *fiber.Ctx) (room, *models.Task, error) {
	r, err := f.enter(c)
	if err != nil {
		return r, nil, err
	}
	t := r.Task(c.Params("task"))
	if t == nil {
		return r, nil, errNoTask
	}
	return r, t, nil
}

func (f *Feature) editTask(c *fiber.Ctx) error {
	r, t, err := f.task(c)
	if err != nil {
		return err
	}
	return f.showTask(c, fiber.StatusOK, &r, r.taskForm(t))
}

func readTask(c *fiber.Ctx) TaskChange {
	words, person, due := web.Value(c, "words"), web.Value(c, "person"), web.Value(c, "due")
	return TaskChange{Words: &words, Person: &person, Due: &due}
}

func (f *Feature) addTask(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	ch := readTask(c)
	if _, err = f.SaveTask(c.UserContext(), p, &r, nil, ch); err == nil {
		return f.done(c, &r, "#plan", "The task is added.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		form := r.taskForm(nil)
		form.Errors = errors
		typed(&form, ch)
		return f.showTask(c, status, &r, form)
	})
}

// typed puts what was typed into a form.
func typed(form *templates.TaskForm, ch TaskChange) {
	form.Task.Words, form.Task.Handle, form.Task.Due = *ch.Words, *ch.Person, *ch.Due
}

func (f *Feature) changeTask(c *fiber.Ctx, p *models.Person) error {
	r, t, err := f.task(c)
	if err != nil {
		return err
	}
	ch := readTask(c)
	if ch.Version, err = web.FormVersion(c, "version", 1); err != nil {
		return err
	}
	if _, err = f.SaveTask(c.UserContext(), p, &r, t, ch); err == nil {
		return f.done(c, &r, "#plan", "The task is saved.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		form := r.taskForm(t)
		if models.KindOf(err) == models.Conflict {
			form.Saved = t
		} else {
			form.Task.Version = ch.Version
		}
		form.Errors = errors
		typed(&form, ch)
		return f.showTask(c, status, &r, form)
	})
}

func (f *Feature) moveTask(c *fiber.Ctx, _ *models.Person) error {
	r, t, err := f.task(c)
	if err != nil {
		return err
	}
	to := web.Value(c, "to")
	if to != "up" && to != "down" {
		return models.E(models.BadRequest, "A task moves up or down.")
	}
	if err := f.MoveTask(c.UserContext(), &r, t, to == "up"); err != nil {
		return err
	}
	return f.done(c, &r, "#task-"+t.ID, "The task is moved.")
}

func (f *Feature) taskDone(c *fiber.Ctx, _ *models.Person) error {
	r, t, err := f.task(c)
	if err != nil {
		return err
	}
	isDone := web.Value(c, "done") != "false"
	if err := f.store.TaskDone(c.UserContext(), r.adoption.ID, t.ID, isDone); err != nil {
		return err
	}
	if isDone {
		return f.done(c, &r, "#plan", "The task is done.")
	}
	return f.done(c, &r, "#plan", "The task is to do again.")
}

func (f *Feature) removeTask(c *fiber.Ctx, _ *models.Person) error {
	r, t, err := f.task(c)
	if err != nil {
		return err
	}
	if err := f.store.RemoveTask(c.UserContext(), r.adoption.ID, t.ID, 0); err != nil {
		return err
	}
	return f.done(c, &r, "#plan", "The task is deleted.")
}

func (f *Feature) bringBack(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	task, err := f.BringBack(c.UserContext(), p, &r, c.Params("step"))
	if err != nil {
		return err
	}
	return f.done(c, &r, "#task-"+task, "The step is in the plan again.")
}
