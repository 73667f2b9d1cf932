package people

import (
	"cmp"
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	// offeredSystems is how many of the systems that most case studies name can be
	// ticked, and typedSystems how many lines there are to write others.
	offeredSystems = 12
	typedSystems   = 2
)

// answers are what somebody says to the three questions, as they were typed.
type answers struct {
	name, jobTitle, staffGroup, organisation string

	ticked []string // slugs of systems
	typed  []string // systems by any name
}

// welcomePage asks what its reader does, where, and with which systems.
func (f *Feature) welcomePage(c *fiber.Ctx, p *models.Person) error {
	e, err := f.store.Expertise(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	a := answers{name: p.Name, jobTitle: p.JobTitle, staffGroup: p.StaffGroup, organisation: organisationText(p), ticked: e.Systems}
	return f.showWelcome(c, fiber.StatusOK, a, e.Systems, next(c.Query("next")), nil)
}

func (f *Feature) showWelcome(c *fiber.Ctx, status int, a answers, own []string, next string, wrong []templates.FieldError) error {
	page := templates.WelcomePage{Name: a.name, JobTitle: a.jobTitle, StaffGroup: a.staffGroup, Organisation: a.organisation, Ticked: a.ticked, Typed: a.typed, Next: next, Errors: wrong, StaffGroups: reference.StaffGroupNames()}
	page.Typed = append(slices.Clip(page.Typed), make([]string, max(0, typedSystems-len(page.Typed)))...)
	var err error
	if page.Organisations, err = f.offeredOrganisations(c.UserContext()); err != nil {
		return err
	}
	v, err := f.site.Vocabulary(c.UserContext())
	if err != nil {
		return err
	}
	common, err := f.common.Get(c.UserContext(), "", f.commonSystems)
	if err != nil {
		return err
	}
	generic := web.GenericSystems(v)
	var offered []string
	for _, slug := range slices.Concat(own, a.ticked, common) {
		if slug = v.Now(models.TermSystem, slug); !generic[slug] && v.SystemName(slug) != slug && !slices.Contains(offered, slug) {
			offered = append(offered, slug)
			page.Systems = append(page.Systems, templates.Option{Value: slug, Text: v.SystemName(slug)})
		}
	}
	for _, s := range v.Systems {
		if s.Kind != models.KindGeneric && !slices.Contains(offered, s.Slug) {
			page.Offers = append(page.Offers, s.Name)
		}
	}
	shell := f.site.Shell(c, "Welcome")
	shell.NoIndex, shell.Errors = true, wrong
	return f.site.Render(c, status, shell, templates.Welcome(page))
}

// commonSystems gives the systems that most case studies name, those of most
// first.
func (f *Feature) commonSystems(ctx context.Context) ([]string, error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := f.store.FacetCounts(ctx, models.ListQuery{}, []string{models.FacetSystem})
	if err != nil {
		return nil, err
	}
	generic, n := web.GenericSystems(v), counts[models.FacetSystem]
	var slugs []string
	for slug := range n {
		if !generic[slug] {
			slugs = append(slugs, slug)
		}
	}
	slices.SortFunc(slugs, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	return slugs[:min(len(slugs), offeredSystems)], nil
}

// offeredOrganisations are those that a form offers while one is typed.
func (f *Feature) offeredOrganisations(ctx context.Context) (names []string, err error) {
	q := store.OrganisationQuery{Limit: offered}
	list, more, err := f.store.Organisations(ctx, q)
	if err == nil && more { // too many to send: those that somebody here works at or writes of
		q.Active = true
		list, _, err = f.store.Organisations(ctx, q)
	}
	for _, o := range list {
		if o.Named && o.Closed == nil {
			names = append(names, offer(o))
		}
	}
	return names, err
}

// saveWelcome saves the answers: all of them, or none when one is wrong.
func (f *Feature) saveWelcome(c *fiber.Ctx, p *models.Person) error {
	line := func(name string) string { return models.CleanLine(web.Value(c, name)) }
	a := answers{name: line("name"), jobTitle: line("job_title"), staffGroup: line("staff_group"), organisation: line("organisation")}
	for i := 0; i < models.MaxKnown && web.HasField(c, row("systems", i)); i++ {
		a.typed = append(a.typed, line(row("systems", i)))
	}
	for _, s := range web.Values(c, "uses") {
		a.ticked = append(a.ticked, models.CleanLine(s))
	}
	to := next(web.Value(c, "next"))
	if err := f.answer(c.UserContext(), *p, a); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, wrong []templates.FieldError) error {
			return f.showWelcome(c, status, a, nil, to, wrong)
		})
	}
	f.site.PeopleChanged()
	return f.site.Done(c, nextOr(to), "Thank you. What you said is saved, and your start page goes by it.")
}

// answer saves what somebody says of what they do, where, and with which systems,
// in one transaction. What else they know, and who sees it, stays as it is.
func (f *Feature) answer(ctx context.Context, p models.Person, a answers) error {
	known, err := f.known(ctx, &p)
	if err != nil {
		return err
	}
	known.Systems = append(slices.Clip(a.typed), a.ticked...)
	form, err := f.settingsOf(ctx, &p)
	if err != nil {
		return err
	}
	form.Name, form.JobTitle, form.StaffGroup, form.Organisation = a.name, a.jobTitle, a.staffGroup, a.organisation
	return f.store.Tx(ctx, func(ctx context.Context) error {
		var wrong lookup
		now, err := f.updateProfile(ctx, p, form)
		if err := wrong.add(err); err != nil {
			return err
		}
		if err != nil {
			now = p
		}
		if err := wrong.add(f.SaveKnown(ctx, now, known)); err != nil {
			return err
		}
		if len(wrong.wrong) > 0 {
			return &models.Error{Kind: models.Invalid, Message: "It was not saved: some fields need your attention.", Fields: wrong.wrong}
		}
		return nil
	})
}
