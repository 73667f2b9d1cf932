// Package workspaces is where the people of an organisation work on an adoption of
// theirs, in private: a plan of tasks made from the steps of the case study, cycles
// of plan, do, study and act, people, files and links. Nobody else learns that it is there.
package workspaces

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/markdown"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	markdown *markdown.Renderer
	uploads  *uploads.Store

	// TellTask has somebody told that they are given a task, and TellAdded that they
	// were added, each in the transaction in which they are.
	TellTask  func(ctx context.Context, t models.Task, of models.Adoption, by string) error
	TellAdded func(ctx context.Context, person string, of models.Adoption, by string) error
	// Forget has the contents of files removed that nothing has any more.
	Forget func(ctx context.Context, sums []string) error
}

// New makes the feature and registers its job.
func New(site *web.Site, queue *jobs.Queue, files *uploads.Store) *Feature {
	f := &Feature{site: site, store: site.Store, markdown: markdown.New(markdown.Options{}), uploads: files}
	jobs.Register(queue, func(ctx context.Context, _ dropFiles) error { return f.DropFiles(ctx) })
	queue.Every(24*time.Hour, dropFiles{})
	return f
}

const at = "/case-studies/:slug/adoptions/:organisation/workspace"

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(at, f.show)
	r.Get(at+"/print", f.print)
	r.Get(at+"/changes", f.changes)
	r.Post(at+"/seen", web.Signed(f.seen))
	r.Post(at+"/plan", web.Signed(f.plan))
	r.Get(at+"/tasks/new", f.newTask)
	r.Post(at+"/tasks/new", web.Signed(f.addTask))
	r.Get(at+"/tasks/:task", f.editTask)
	r.Post(at+"/tasks/:task", web.Signed(f.changeTask))
	r.Post(at+"/tasks/:task/move", web.Signed(f.moveTask))
	r.Post(at+"/tasks/:task/done", web.Signed(f.taskDone))
	r.Post(at+"/tasks/:task/remove", web.Signed(f.removeTask))
	r.Post(at+"/steps/:step/back", web.Signed(f.bringBack))
	r.Get(at+"/cycles/new", f.newCycle)
	r.Post(at+"/cycles/new", web.Signed(f.addCycle))
	r.Get(at+"/cycles/:cycle", f.editCycle)
	r.Post(at+"/cycles/:cycle", web.Signed(f.changeCycle))
	r.Post(at+"/cycles/:cycle/remove", web.Signed(f.removeCycle))
	r.Get(at+"/people/new", f.newPerson)
	r.Post(at+"/people/new", web.Signed(f.addPerson))
	r.Post(at+"/people/:handle/remove", web.Signed(f.removePerson))
	r.Get(at+"/links/new", f.newLink)
	r.Post(at+"/links/new", web.Signed(f.addLink))
	r.Post(at+"/links/:link/remove", web.Signed(f.removeLink))
	r.Get(at+"/files/new", f.newFile)
	r.Post(at+"/files/new", web.Signed(f.addFile))
	r.Get(at+"/files/:file", f.sendFile)
	r.Post(at+"/files/:file/remove", web.Signed(f.removeFile))
}

// room is a workspace with what it is of.
type room struct {
	study    models.CaseStudy
	adoption models.Adoption
	models.Workspace
	today string // in London
}

func (r *room) url() string { return URL(r.study.Slug, r.adoption.Organisation) }

// askURL is where those who wrote the case study are asked in private; empty where
// they are at another instance.
func (r *room) askURL() string {
	if r.study.Copy != nil {
		return ""
	}
	return web.StudyURL(r.study.Slug) + "/ask"
}

func (r *room) commentURL() string { return web.StudyURL(r.study.Slug) + "#comments" }

// URL is where the workspace of an adoption is.
func URL(slug, organisation string) string {
	return web.AdoptionURL(slug, organisation) + "/workspace"
}

// open gives a workspace to whoever may read it, and says of it to all others that
// there is none.
func (f *Feature) open(ctx context.Context, p *models.Person, idOrSlug, organisation string) (room, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return room{}, err
	}
	if p == nil {
		return room{}, models.ErrNoWorkspace
	}
	a, err := f.store.Adoption(ctx, cs.ID, models.CleanCode(organisation))
	if models.KindOf(err) == models.NotFound {
		return room{}, models.ErrNoWorkspace
	}
	if err != nil {
		return room{}, err
	}
	w, err := f.store.Workspace(ctx, a.ID)
	if err == nil && !w.MayOpen(&a, p) {
		err = models.ErrNoWorkspace
	}
	if err != nil {
		return room{}, err
	}
	r := room{cs, a, w, models.InLondonDay(f.site.Now())}
	return r, f.findLeads(ctx, &r)
}

// findLeads notes which of the people of a workspace lead the organisation, where the
// profile of somebody names another.
func (f *Feature) findLeads(ctx context.Context, r *room) error {
	people := []*models.Person{&r.adoption.Owner}
	for i := range r.People {
		people = append(people, &r.People[i].Person)
	}
	people = slices.DeleteFunc(people, func(p *models.Person) bool { return p.ID == "" || p.Organisation == r.adoption.Organisation })
	if len(people) == 0 {
		return nil
	}
	leads, err := f.store.LeadsOf(ctx, r.adoption.Organisation)
	for _, p := range people {
		if slices.Contains(leads, p.ID) {
			p.Grants = []models.Grant{{Role: models.RoleLead, Organisation: r.adoption.Organisation}}
		}
	}
	return err
}

// MayOpen tells whether a person reads the workspace of an adoption. It asks the
// database of those alone who work there and do not run it.
func (f *Feature) MayOpen(ctx context.Context, p *models.Person, a *models.Adoption) (bool, error) {
	switch {
	case a.MayRun(p):
		return true, nil
	case p == nil || a.Site != "" || !a.Belongs(p):
		return false, nil
	}
	return f.store.InWorkspace(ctx, a.ID, p.ID)
}

// Plan makes tasks of those steps of the case study of which there is none yet, and
// gives how many.
func (f *Feature) Plan(ctx context.Context, p *models.Person, r *room) (int, error) {
	steps := markdown.Steps(f.markdown.Parts(r.study.Body))
	if len(steps) == 0 {
		return 0, models.E(models.Conflict, "The case study lists no steps from which a plan could be made. Add what there is to do as tasks of your own, or ask those who wrote it.")
	}
	for i := range steps {
		steps[i] = models.Truncate(models.CleanLine(steps[i]), models.MaxTask)
	}
	return f.store.PlanFrom(ctx, r.adoption.ID, p.ID, r.study.ID, r.study.Revision, func(w models.Workspace) []string { return w.Missing(steps) })
}

// BringBack makes a task again of a step that was taken out of the plan.
func (f *Feature) BringBack(ctx context.Context, p *models.Person, r *room, id string) (task string, err error) {
	if r.Out(id) == nil {
		return "", errNoStep
	}
	return f.store.BringBackStep(ctx, r.adoption.ID, id, p.ID)
}

// TaskChange is what somebody says of a task. What is nil stays as it is.
type TaskChange struct {
	Words, Person, Due *string // Person is the handle of whose it is; empty for nobody
	Done               *bool
	Version            int // that the change was made from; 0 for whichever there is
}

// SaveTask adds a task, where old is nil, or changes one. Whoever is given it is
// told.
func (f *Feature) SaveTask(ctx context.Context, p *models.Person, r *room, old *models.Task, ch TaskChange) (models.Task, error) {
	t := models.Task{ID: f.store.NewID(), AdoptionID: r.adoption.ID, CreatedBy: p.ID}
	former := ""
	if old != nil {
		t, former = *old, old.Words
		if ch.Version != 0 {
			t.Version = ch.Version
		}
	}
	ch.apply(&t)
	if ch.Done != nil && *ch.Done != (t.DoneAt != nil) {
		if now := f.store.Now(); *ch.Done {
			t.DoneAt = &now
		} else {
			t.DoneAt = nil
		}
	}
	err := t.Validate()
	given, wrong := give(r, &t, ch.Person)
	if wrong != "" {
		err = models.WithField(err, "The task was not saved.", "person", wrong)
	}
	if err != nil {
		return t, err
	}
	return t, f.write(ctx, p, r, []personal.Text{{Field: "words", Value: t.Words}}, []personal.Text{{Field: "words", Value: former}}, func(ctx context.Context) error {
		saved := t // this may be another try
		save := f.store.SaveTask
		if old == nil {
			save = f.store.AddTask
		}
		if err := save(ctx, &saved); err != nil {
			return err
		}
		t.Version = saved.Version
		if given && t.PersonID != p.ID && f.TellTask != nil {
			return f.TellTask(ctx, t, r.adoption, p.ID)
		}
		return nil
	})
}

func (ch TaskChange) apply(t *models.Task) {
	if ch.Words != nil {
		t.Words = *ch.Words
	}
	if ch.Due != nil {
		t.Due = *ch.Due
	}
}

// give says whose a task is: one of those to whom tasks can be given. given tells
// that it is somebody else's now, and wrong what is wrong with the handle.
func give(r *room, t *models.Task, handle *string) (given bool, wrong string) {
	if handle == nil {
		return false, ""
	}
	name := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(*handle), "@"))
	switch {
	case name == "":
		t.PersonID, t.PersonName, t.Handle = "", "", ""
		return false, ""
	case name == t.Handle:
		return false, ""
	}
	for _, who := range r.Doers(&r.adoption) {
		if who.Handle == name {
			t.PersonID, t.PersonName, t.Handle = who.ID, who.Name, who.Handle
			return true, ""
		}
	}
	return false, "Choose one of the people of this workspace"
}

// MoveTask has a task change places with its neighbour, where it has one.
func (f *Feature) MoveTask(ctx context.Context, r *room, t *models.Task, up bool) error {
	other := r.Beside(t.ID, up, r.today)
	if other == "" {
		return nil
	}
	return f.store.SwapTasks(ctx, r.adoption.ID, t.ID, other)
}

// write checks what somebody wrote for personal data, and saves it as save does.
func (f *Feature) write(ctx context.Context, p *models.Person, r *room, texts, former []personal.Text, save func(ctx context.Context) error) error {
	overrides, err := f.site.CheckTexts(ctx, texts, former)
	if err != nil {
		return err
	}
	return f.save(ctx, p, r, overrides, save)
}

// save saves what was checked, with what was let stand in it.
func (f *Feature) save(ctx context.Context, p *models.Person, r *room, overrides []models.Override, save func(ctx context.Context) error) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		about := models.Override{PersonID: p.ID, Subject: models.OverrideAdoption, SubjectID: r.adoption.ID, CaseStudyID: r.study.ID}
		if err := f.site.KeepOverrides(ctx, overrides, about); err != nil {
			return err
		}
		return save(ctx)
	})
}

// SaveCycle begins a cycle, where old is nil, or changes one.
func (f *Feature) SaveCycle(ctx context.Context, p *models.Person, r *room, old *models.Cycle, c models.Cycle) (models.Cycle, error) {
	c.AdoptionID = r.adoption.ID
	save, former := f.store.SaveCycle, []personal.Text(nil)
	if old == nil {
		c.ID, c.CreatedBy, save = f.store.NewID(), p.ID, f.store.AddCycle
	} else {
		c.ID, c.Number, former = old.ID, old.Number, cycleTexts(*old)
	}
	if err := c.Validate(); err != nil {
		return c, err
	}
	return c, f.write(ctx, p, r, cycleTexts(c), former, func(ctx context.Context) error {
		saved := c // this may be another try
		err := save(ctx, &saved)
		if err == nil {
			c = saved
		}
		return err
	})
}

func cycleTexts(c models.Cycle) (out []personal.Text) {
	c.EachText(func(field string, text *string) { out = append(out, personal.Text{Field: field, Value: *text}) })
	return out
}

// AddLink adds a link to a document.
func (f *Feature) AddLink(ctx context.Context, p *models.Person, r *room, l models.WorkLink) (models.WorkLink, error) {
	l.ID, l.AdoptionID, l.AddedBy = f.store.NewID(), r.adoption.ID, p.ID
	if err := l.Validate(); err != nil {
		return l, err
	}
	return l, f.write(ctx, p, r, []personal.Text{{Field: "title", Value: l.Title}, {Field: "url", Value: l.URL}}, nil, func(ctx context.Context) error { return f.store.AddWorkLink(ctx, &l) })
}

// AddPerson adds somebody to a workspace, and has them told. Only who runs the
// adoption does.
func (f *Feature) AddPerson(ctx context.Context, p *models.Person, r *room, handle string) (models.Person, error) {
	if !r.adoption.MayRun(p) {
		return models.Person{}, errNotRun
	}
	who, err := f.site.Colleague(ctx, handle)
	switch {
	case err != nil:
		return who, err
	case !r.adoption.Belongs(&who):
		return who, models.InvalidField("handle", "Give the handle of somebody whose profile names the organisation "+r.adoption.Organisation+", such as amina-yusuf")
	case who.ID == r.adoption.OwnerID:
		return who, models.InvalidField("handle", who.Name+" looks after the adoption, and reads this anyway")
	}
	return who, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.AddWorkPerson(ctx, r.adoption.ID, who.ID, p.ID); err != nil || who.ID == p.ID || f.TellAdded == nil || r.Has(who.ID) {
			return err
		}
		return f.TellAdded(ctx, who.ID, r.adoption, p.ID)
	})
}

// What is said of what somebody may not do, and of what is not there.
var (
	errNotRun  = models.E(models.Forbidden, "Who looks after the adoption, a lead of the organisation or an admin of this site says who else works here.")
	errNotIn   = models.E(models.NotFound, "That person is not in this workspace.")
	errNoTask  = models.E(models.NotFound, "That task is not there any more.")
	errNoStep  = models.E(models.NotFound, "That step is not among those that were taken out any more.")
	errNoCycle = models.E(models.NotFound, "That cycle is not there any more.")
	errNoLink  = models.E(models.NotFound, "That link is not there any more.")
)

// RemovePerson takes somebody out of a workspace: who runs the adoption does, and
// everybody can leave.
func (f *Feature) RemovePerson(ctx context.Context, p *models.Person, r *room, handle string) (left bool, err error) {
	for _, wp := range r.People {
		if wp.Person.Handle != handle {
			continue
		}
		if wp.Person.ID != p.ID && !r.adoption.MayRun(p) {
			return false, errNotRun
		}
		return wp.Person.ID == p.ID, f.store.RemoveWorkPerson(ctx, r.adoption.ID, wp.Person.ID)
	}
	return false, errNotIn
}
