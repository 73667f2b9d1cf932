// Package thanks lets people thank those who did what a case study describes,
// with a reason, and lets those show what they did here on a page to print. It
// counts nobody against another: there is no list of who has the most.
package thanks

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/templates"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store

	// Tell has people told that they are thanked, in the transaction in which they
	// are.
	Tell func(ctx context.Context, t models.Thanks, people []string) error
}

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site, store: site.Store} }

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/case-studies/:slug/thank", f.form)
	r.Post("/case-studies/:slug/thank", web.Signed(f.send))
	r.Get("/me/thanks", web.Signed(f.list))
	r.Post("/me/thanks/:id/show", web.Signed(f.show))
	r.Post("/me/thanks/:id/remove", web.Signed(f.remove))
	r.Get("/me/contributions", web.Signed(f.contributions))
}

const listURL = "/me/thanks"

// team gives those who can be thanked for a case study: who posted or wrote it and
// has an account here, but for the person.
func (f *Feature) team(ctx context.Context, p *models.Person, slug string) (models.CaseStudy, []models.Person, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, slug)
	if err != nil {
		return cs, nil, err
	}
	var people []models.Person
	if cs.Copy == nil && cs.Status == models.Published {
		ids, err := f.store.TeamOf(ctx, cs.ID, p.ID)
		if err != nil {
			return cs, nil, err
		}
		if people, err = f.store.PeopleByIDs(ctx, ids); err != nil {
			return cs, nil, err
		}
	}
	if len(people) == 0 {
		return cs, nil, models.E(models.Conflict, "Nobody here can be thanked for this case study: it is your own or not for everybody, or those who wrote it have no account on this site.")
	}
	return cs, people, nil
}

// Send thanks those who did what a case study describes: the one with the handle,
// or all of them when it is empty.
func (f *Feature) Send(ctx context.Context, p *models.Person, slug, handle string, t *models.Thanks) error {
	cs, people, err := f.team(ctx, p, slug)
	if err != nil {
		return err
	}
	var to []string
	for _, one := range people {
		if handle == "" || one.Handle == handle {
			to = append(to, one.ID)
		}
	}
	if len(to) == 0 {
		return models.InvalidField("to", "Choose whom you thank from the list")
	}
	t.ID, t.CaseStudyID, t.Slug, t.Title, t.FromID, t.FromName, t.FromHandle, t.CreatedAt = f.store.NewID(), cs.ID, cs.Slug, cs.Title, p.ID, p.Name, p.Handle, f.store.Now()
	if err := t.Validate(); err != nil {
		return err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "words", Value: t.Words}}, nil)
	if err != nil {
		return err
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.AddThanks(ctx, t, to); err != nil {
			return err
		}
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideProfile, SubjectID: p.ID, CaseStudyID: cs.ID}); err != nil {
			return err
		}
		if f.Tell == nil {
			return nil
		}
		return f.Tell(ctx, *t, to)
	})
}

// form shows the form, and tells who is not signed in how to thank.
func (f *Feature) form(c *fiber.Ctx) error {
	page := templates.ThanksForm{Reason: string(models.ThanksHelped)}
	if p := web.Person(c); p != nil {
		return f.showForm(c, p, fiber.StatusOK, page)
	}
	cs, err := f.site.StandingCaseStudy(c.UserContext(), nil, c.Params("slug"))
	if err != nil {
		return err
	}
	page.SignInURL = "/sign-in?next=" + web.QueryEscape("/case-studies/"+cs.Slug+"/thank")
	return f.render(c, fiber.StatusOK, cs, page)
}

func (f *Feature) render(c *fiber.Ctx, status int, cs models.CaseStudy, page templates.ThanksForm) error {
	page.Title, page.BackURL = cs.Title, "/case-studies/"+url.PathEscape(cs.Slug)
	shell := f.site.Shell(c, "Say thanks")
	shell.NoIndex, shell.Errors = true, page.Errors
	shell.Crumbs = []templates.Crumb{{Text: cs.Title, URL: page.BackURL}}
	return f.site.Render(c, status, shell, templates.ThanksFormPage(page))
}

func (f *Feature) showForm(c *fiber.Ctx, p *models.Person, status int, page templates.ThanksForm) error {
	cs, people, err := f.team(c.UserContext(), p, c.Params("slug"))
	if models.KindOf(err) == models.Conflict && c.Method() == fiber.MethodGet {
		page.Why = web.Describe(err).Message
		return f.render(c, status, cs, page)
	}
	if err != nil {
		return err
	}
	page.To = append(page.To, templates.Option{Text: "All of them"})
	for _, one := range people {
		page.To = append(page.To, templates.Option{Value: one.Handle, Text: one.Name})
	}
	if len(people) == 1 {
		page.To = page.To[1:]
		page.Chosen = people[0].Handle
	}
	return f.render(c, status, cs, page)
}

func (f *Feature) send(c *fiber.Ctx, p *models.Person) error {
	page := templates.ThanksForm{Reason: web.Value(c, "reason"), Words: models.CleanText(web.Value(c, "words")), Chosen: web.Value(c, "to")}
	t := models.Thanks{Reason: models.ThanksReason(page.Reason), Words: page.Words}
	if err := f.Send(c.UserContext(), p, c.Params("slug"), page.Chosen, &t); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showForm(c, p, status, page)
		})
	}
	f.site.PeopleChanged()
	return f.site.Done(c, "/case-studies/"+url.PathEscape(t.Slug), "They are told that you thank them.")
}

// list is what a person was thanked for and for what they thanked others.
func (f *Feature) list(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	to, err := f.store.ThanksTo(ctx, p.ID, true, 10*models.ThanksOnProfile)
	if err != nil {
		return err
	}
	from, err := f.store.ThanksFrom(ctx, p.ID, 10*models.ThanksOnProfile)
	if err != nil {
		return err
	}
	shell := f.site.Shell(c, "Thanks")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.ThanksPage(to, from))
}

func (f *Feature) show(c *fiber.Ctx, p *models.Person) error {
	show := web.Value(c, "show") == "true"
	if err := f.Show(c.UserContext(), p, c.Params("id"), show); err != nil {
		return err
	}
	if show {
		return f.site.Done(c, listURL, "It is on your page again.")
	}
	return f.site.Done(c, listURL, "It is not on your page any more. Who thanked you is not told.")
}

// errUnknown is the answer to an id that is none.
var errUnknown = models.E(models.NotFound, "There are no such thanks of yours.")

// Show says whether thanks to a person are on their page.
func (f *Feature) Show(ctx context.Context, p *models.Person, id string, show bool) error {
	if !models.ValidID(id) {
		return errUnknown
	}
	err := f.store.ShowThanks(ctx, p.ID, id, show)
	if err == nil {
		f.site.PeopleChanged()
	}
	return err
}

// Remove takes back what a person said.
func (f *Feature) Remove(ctx context.Context, p *models.Person, id string) error {
	if !models.ValidID(id) {
		return errUnknown
	}
	err := f.store.RemoveThanks(ctx, p.ID, id)
	if err == nil {
		f.site.PeopleChanged()
	}
	return err
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person) error {
	if err := f.Remove(c.UserContext(), p, c.Params("id")); err != nil {
		return err
	}
	return f.site.Done(c, listURL, "It is taken back.")
}

// contributed is how many case studies the page to print names.
const contributed = 200

// contributions is what a person did here, on one page to print. It says what can
// be looked up, with where.
func (f *Feature) contributions(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	page := templates.ContributionsPage{Name: p.Name, JobTitle: p.JobTitle, Organisation: p.OrgName, URL: f.site.URL("/people/" + p.Handle), Host: f.site.Host(), Today: f.site.Now()}
	studies, err := f.store.CaseStudiesOf(ctx, p.ID, contributed)
	if err != nil {
		return err
	}
	teams, err := f.store.TeamNames(ctx, ids(studies))
	if err != nil {
		return err
	}
	for _, s := range studies {
		line := templates.Contribution{Title: s.Title, URL: f.site.URL("/case-studies/" + s.Slug), Stage: s.Stage.Label(), Published: s.PublishedAt, Adoptions: s.Adoptions}
		line.With = slices.DeleteFunc(slices.Clone(teams[s.ID]), func(name string) bool { return name == p.Name })
		page.Studies = append(page.Studies, line)
	}
	if page.Adopters, err = f.store.CountAdopters(ctx, p.ID); err != nil {
		return err
	}
	if page.Thanks, err = f.store.ThanksTo(ctx, p.ID, false, contributed); err != nil {
		return err
	}
	shell := f.site.Shell(c, "What "+p.Name+" contributed")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Contributions(page))
}

func ids(studies []models.Summary) []string {
	out := make([]string, len(studies))
	for i, s := range studies {
		out[i] = s.ID
	}
	return out
}
