package adoptions

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// speaksFor lists the organisations that a person can say something for about a
// case study, their own first.
func (f *Feature) speaksFor(p *models.Person, cs *models.CaseStudy) (codes []string) {
	if p == nil {
		return nil
	}
	add := func(code string) {
		if code != "" && code != cs.Organisation && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	add(p.Organisation)
	for _, code := range p.LeadOf() {
		add(code)
	}
	return codes
}

// typed is what the form sent.
type typed struct {
	Change
	status string
	owner  string
}

func readForm(c *fiber.Ctx) (typed, error) {
	in := typed{status: web.Value(c, "status"), owner: web.Value(c, "owner")}
	status := models.AdoptionStatus(in.status)
	value := func(name string) *string { v := models.CleanLine(web.Value(c, name)); return &v }
	in.Change = Change{CaseStudy: c.Params("slug"), Organisation: web.Value(c, "organisation"), Status: &status, Started: value("started"), InUse: value("in_use"), Stopped: value("stopped"), Texts: map[string]string{}, New: true}
	new(models.Adoption).EachText(func(field string, _ *string) { in.Texts[field] = models.CleanText(web.Value(c, field)) })
	if web.HasField(c, "owner") { // a form that has no such field leaves it to us
		in.Owner = &in.owner
	}
	if v := web.Value(c, "version"); v != "" {
		n, err := web.FormVersion(c, "version", 1)
		if err != nil {
			return in, err
		}
		in.New, in.Version = false, n
	}
	return in, nil
}

// form shows the form: empty, or with what the organisation says by now.
func (f *Feature) form(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	cs, err := f.site.StandingCaseStudy(ctx, person, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.AdoptionForm{Status: string(models.AdoptionInterested), Organisation: models.CleanCode(c.Query("organisation")), Texts: map[string]string{}}
	if person == nil {
		return f.showForm(c, cs, page, fiber.StatusOK)
	}
	if codes := f.speaksFor(person, &cs); page.Organisation == "" && len(codes) > 0 {
		page.Organisation = codes[0]
	}
	a, err := f.store.Adoption(ctx, cs.ID, page.Organisation)
	switch {
	case models.KindOf(err) == models.NotFound:
		page.Owner = person.Handle
	case err != nil:
		return err
	case !person.May(models.RunAdoption, a.Subject()):
		page.Why, page.WhyURL, page.WhyText = a.OrgName+" has said already that it adopts this case study. "+notYours(&a), web.AdoptionURL(cs.Slug, a.Organisation), "Read what it says"
	default:
		page.Status, page.Owner, page.Started, page.InUse, page.Stopped, page.Version = string(a.Status), a.Owner.Handle, a.Started, a.InUse, a.Stopped, a.Version
		a.EachText(func(field string, text *string) { page.Texts[field] = *text })
	}
	return f.showForm(c, cs, page, fiber.StatusOK)
}

// showForm answers with the form, with whom its person can speak for.
func (f *Feature) showForm(c *fiber.Ctx, cs models.CaseStudy, page templates.AdoptionForm, status int) error {
	ctx, person := c.UserContext(), web.Person(c)
	page.Title, page.TitleURL, page.ActionURL = cs.Title, web.StudyURL(cs.Slug)+"#adoptions", web.StudyURL(cs.Slug)+"/adopt"
	codes := f.speaksFor(person, &cs)
	page.TypeCode = person.May(models.Administer, models.Subject{})
	switch {
	case person == nil:
		page.SignInURL = "/sign-in?next=" + web.QueryEscape(page.ActionURL)
	case page.Why != "" || page.TypeCode || page.Version > 0:
	case len(codes) == 0 && person.Organisation == "":
		page.Why, page.WhyURL, page.WhyText = "Say in your profile which organisation you work for. Then you can say here that it wants to try this.", "/me/settings", "Your profile"
	case len(codes) == 0:
		page.Why = "This is your organisation's own case study. Others can adopt it."
	case !slices.Contains(codes, page.Organisation):
		page.Organisation = codes[0]
	}
	names, err := f.store.OrganisationNames(ctx, append(codes, page.Organisation))
	if err != nil {
		return err
	}
	page.OrgName = models.Organisation{Code: page.Organisation, Name: names[page.Organisation]}.DisplayName()
	for _, code := range codes {
		page.Organisations = append(page.Organisations, templates.Option{Value: code, Text: models.Organisation{Code: code, Name: names[code]}.DisplayName()})
	}
	shell := f.shell(c, "We want to try this: "+cs.Title, cs)
	shell.NoIndex, shell.Errors = true, page.Errors
	return f.site.Render(c, status, shell, templates.AdoptionFormPage(page))
}

// save takes the form. One that is wrong comes back with all that was typed.
func (f *Feature) save(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	in, err := readForm(c)
	if err != nil {
		return err
	}
	a, created, err := f.Save(ctx, person, in.Change)
	if err == nil && a.Hidden != "" {
		text := "It is kept. Others see it once a moderator shows it."
		if created {
			text = "It is kept. Your account is new, so a moderator looks at it before others see it."
		}
		return f.site.Done(c, web.AdoptionURL(c.Params("slug"), a.Organisation), text)
	}
	if err == nil {
		return f.site.Done(c, web.StudyURL(c.Params("slug"))+"#adoptions", "It is said for "+a.OrgName+". You can change it at any time.")
	}
	web.ShowStopped(c, err)
	web.RetryAfter(c, err)
	cs, lost := f.site.StandingCaseStudy(ctx, person, in.CaseStudy)
	if lost != nil {
		return lost
	}
	page := templates.AdoptionForm{Status: in.status, Organisation: models.CleanCode(in.Organisation), Owner: in.owner, Started: *in.Started, InUse: *in.InUse, Stopped: *in.Stopped, Texts: in.Texts, Version: in.Version, Typed: true}
	if person == nil {
		page.Errors = []templates.FieldError{{Message: "You are not signed in any more."}}
		return f.showForm(c, cs, page, fiber.StatusUnauthorized)
	}
	errors, ok := web.FormErrors(err)
	if !ok {
		return err
	}
	page.Errors = errors
	if models.KindOf(err) == models.Conflict { // beside what is saved by now
		if now, err := f.store.Adoption(ctx, cs.ID, page.Organisation); err == nil && person.May(models.RunAdoption, now.Subject()) {
			saved := item(&now, nil, nil)
			page.Version, page.Saved = now.Version, &saved
		}
	}
	return f.showForm(c, cs, page, web.Describe(err).Status)
}
