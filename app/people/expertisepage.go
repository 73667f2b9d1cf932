package people

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

const (
	// shownEmpty is how many empty lines a list of the form ends with, and
	// offeredSkills how many skills of others it offers while one is typed.
	shownEmpty    = 3
	offeredSkills = 300
)

func (f *Feature) expertisePage(c *fiber.Ctx, p *models.Person) error {
	k, err := f.known(c.UserContext(), p)
	if err != nil {
		return err
	}
	return f.showExpertise(c, p, fiber.StatusOK, k, nil)
}

// known is what a person says that they know, by its names.
func (f *Feature) known(ctx context.Context, p *models.Person) (Known, error) {
	e, err := f.store.Expertise(ctx, p.ID)
	if err != nil {
		return Known{}, err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return Known{}, err
	}
	k := Known{Skills: p.Skills, Settings: e.Settings, AskMe: e.AskMe, Shown: e.Shown, Findable: e.Findable}
	for _, list := range []struct {
		kind models.KnowKind
		to   *[]string
	}{{models.KnowSystem, &k.Systems}, {models.KnowStandard, &k.Standards}, {models.KnowLanguage, &k.Languages}} {
		for _, value := range e.Values(list.kind) {
			*list.to = append(*list.to, nameOf(v, list.kind, value))
		}
	}
	return k, nil
}

// showExpertise answers with the form, with what it offers to choose from.
func (f *Feature) showExpertise(c *fiber.Ctx, p *models.Person, status int, k Known, errors []templates.FieldError) error {
	page, err := f.expertiseForm(c.UserContext(), p, k)
	if err != nil {
		return err
	}
	page.Errors = errors
	shell := f.site.Shell(c, "What you know")
	shell.NoIndex, shell.Crumbs, shell.Errors = true, crumbsOfMe(), errors
	return f.site.Render(c, status, shell, templates.ExpertiseForm(page))
}

func (f *Feature) expertiseForm(ctx context.Context, p *models.Person, k Known) (templates.ExpertiseFormPage, error) {
	page := templates.ExpertiseFormPage{Settings: k.Settings, AskMe: k.AskMe, Shown: string(k.Shown), Findable: k.Findable, ProfileURL: "/people/" + p.Handle}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return page, err
	}
	lines := func(values []string, name func(string) string) []string {
		out := make([]string, len(values), len(values)+shownEmpty)
		for i, v := range values {
			out[i] = name(v)
		}
		return append(out, make([]string, shownEmpty)...)
	}
	same := func(s string) string { return s }
	page.Lists = []templates.KnownList{
		{Name: "systems", Legend: "Systems that you know", Hint: "One on each line, by any name, such as SystmOne", Line: "System", Values: lines(k.Systems, v.SystemName)},
		{Name: "standards", Legend: "Standards and services that you have worked with", Hint: "Such as HL7 FHIR R4 or GP Connect", Line: "Standard", Values: lines(k.Standards, v.StandardName)},
		{Name: "skills", Legend: "Skills", Hint: "One on each line, such as discharge planning. While you type, you are offered what others wrote", Line: "Skill", Values: lines(k.Skills, same)},
		{Name: "languages", Legend: "Languages that you speak or sign, beside English", Hint: "Such as Polish, Welsh or British Sign Language", Line: "Language", Values: lines(k.Languages, same)},
	}
	for _, s := range v.Systems {
		if s.Kind != models.KindGeneric {
			page.Lists[0].Offers = append(page.Lists[0].Offers, s.Name)
		}
	}
	for _, s := range v.Standards {
		page.Lists[1].Offers = append(page.Lists[1].Offers, s.Name)
	}
	if page.Lists[2].Offers, err = f.skills.Get(ctx, "", func(ctx context.Context) ([]string, error) { return f.store.CommonSkills(ctx, offeredSkills) }); err != nil {
		return page, err
	}
	for _, l := range reference.Languages() {
		page.Lists[3].Offers = append(page.Lists[3].Offers, l.Name)
	}
	for _, s := range reference.Settings() {
		page.SettingChoices = append(page.SettingChoices, templates.Option{Value: s, Text: s})
	}
	for _, shown := range models.Visibilities() {
		page.ShownChoices = append(page.ShownChoices, templates.Option{Value: string(shown), Text: models.ExpertiseShownLabel(shown)})
	}
	return page, f.suggestKnown(ctx, p, v, &page)
}

// suggestKnown adds what follows from what the person did here.
func (f *Feature) suggestKnown(ctx context.Context, p *models.Person, v *web.Vocabulary, page *templates.ExpertiseFormPage) error {
	deeds, err := f.store.DeedsOf(ctx, []string{p.ID})
	if err != nil || len(deeds) == 0 {
		return err
	}
	said, err := f.store.Expertise(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range suggestedFrom(deeds, said, v) {
		page.Suggested = append(page.Suggested, templates.Option{Value: c.Value, Text: c.Text})
	}
	return nil
}

// saveExpertise saves the form, or shows it again with more lines.
func (f *Feature) saveExpertise(c *fiber.Ctx, p *models.Person) error {
	k := readKnown(c)
	if web.Value(c, "action") == "more" {
		return f.showExpertise(c, p, fiber.StatusOK, k, nil)
	}
	if err := f.SaveKnown(c.UserContext(), *p, k); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error { return f.showExpertise(c, p, status, k, errors) })
	}
	f.site.PeopleChanged()
	return f.site.Done(c, "/people/"+p.Handle+"#knows", "What you know is saved.")
}

// addKnown adds to a profile what its person knows, as far as somebody may see
// it.
func (f *Feature) addKnown(ctx context.Context, page *templates.ProfilePage, p, by *models.Person) error {
	e, may, err := f.ExpertiseOf(ctx, p, by)
	if err != nil {
		return err
	}
	facts, err := f.knownFacts(ctx, p, e)
	if err != nil {
		return err
	}
	groups := map[models.KnowKind]*templates.KnownGroup{}
	for _, kind := range models.KnowKinds() {
		groups[kind] = &templates.KnownGroup{Heading: map[models.KnowKind]string{models.KnowSystem: "Systems", models.KnowStandard: "Standards and services", models.KnowSkill: "Skills",
			models.KnowSetting: "Care settings", models.KnowLanguage: "Languages"}[kind]}
	}
	for _, fact := range facts {
		g := groups[fact.Kind]
		g.Facts = append(g.Facts, templates.KnownFact{Name: fact.Name, URL: knownURL(fact), Confirmed: confirmedBy(fact.Deeds)})
	}
	for _, kind := range models.KnowKinds() {
		if len(groups[kind].Facts) > 0 {
			page.Known = append(page.Known, *groups[kind])
		}
	}
	if may {
		page.AskMe = paragraphs(e.AskMe)
	}
	if may && e.Findable && !page.Own {
		page.AskURL = "/people/" + p.Handle + "/ask"
	}
	if page.Own {
		page.KnownShown = models.ExpertiseShownLabel(e.Shown)
	}
	return nil
}

// knownURL leads to what a fact names, or to others of whom the same is so.
func knownURL(fact Fact) string {
	switch fact.Kind {
	case models.KnowSystem:
		return "/systems/" + url.PathEscape(fact.Value)
	case models.KnowStandard:
		return "/standards/" + url.PathEscape(fact.Value)
	case models.KnowSkill:
		return "/people?q=" + web.QueryEscape(fact.Value)
	}
	return ""
}

// confirmedBy says what somebody did here with what they know: “2 case studies
// and 1 adoption”, or nothing.
func confirmedBy(d models.Deeds) string {
	var parts []string
	if d.Wrote > 0 {
		parts = append(parts, templates.FormatCount(d.Wrote, "case study", "case studies"))
	}
	if d.Adopted > 0 {
		parts = append(parts, templates.FormatCount(d.Adopted, "adoption", "adoptions"))
	}
	if d.Answered > 0 {
		parts = append(parts, templates.FormatCount(d.Answered, "answer that helped", "answers that helped"))
	}
	return models.Together(parts)
}
