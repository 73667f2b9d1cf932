package people

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/templates"
)

// needParameters are what of a need stands in an address, beside need for all of
// it in words.
var needParameters = []string{string(models.KnowSystem), string(models.KnowStandard), string(models.KnowSkill), string(models.KnowSetting), string(models.KnowLanguage), models.NeedOrgKind, models.NeedRegion}

// asked is what somebody asks for, as they typed it and as it is understood.
type asked struct {
	text    string
	typed   map[string]string // by parameter
	need    models.Need
	unknown []string // words of the text that say nothing here
	errors  []templates.FieldError
}

// given tells whether anything is asked for.
func (a *asked) given() bool { return a.text != "" || len(a.typed) > 0 }

// understand looks up what was typed. What is in no list is an error of its
// field.
func (f *Feature) understand(ctx context.Context, text string, typed map[string]string) (asked, error) {
	a := asked{text: models.Truncate(models.CleanLine(text), models.MaxQuery), typed: map[string]string{}}
	for name, value := range typed {
		if value = models.Truncate(models.CleanLine(value), models.MaxQuery); value != "" {
			a.typed[name] = value
		}
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return a, err
	}
	for _, name := range needParameters {
		value := a.typed[name]
		if value == "" {
			continue
		}
		found, err := f.partOf(ctx, name, value)
		if err != nil {
			return a, err
		}
		if found == "" {
			a.errors = append(a.errors, templates.FieldError{Field: name, Message: "“" + models.Truncate(value, 60) + "” is not in the list. " + instead(v, name, value)})
			continue
		}
		a.need.Set(name, found)
	}
	if a.text == "" {
		return a, nil
	}
	r, err := f.recogniser(ctx, v)
	if err == nil {
		a.unknown = r.read(a.text, &a.need)
	}
	return a, err
}

func instead(v *web.Vocabulary, name, value string) string {
	var meant []web.Choice
	switch name {
	case string(models.KnowSystem):
		meant = web.SimilarSystems(v, value)
	case string(models.KnowStandard):
		meant = web.SimilarStandards(v, value)
	}
	return cmp.Or(web.DidYouMean(meant), "Choose from the list, or leave this empty")
}

// partOf gives the value that a parameter's text means, or nothing.
func (f *Feature) partOf(ctx context.Context, name, text string) (string, error) {
	same := func(list []string) string {
		if at := slices.IndexFunc(list, func(s string) bool { return strings.EqualFold(s, text) }); at >= 0 {
			return list[at]
		}
		return ""
	}
	switch name {
	case string(models.KnowSystem), string(models.KnowStandard):
		ids, err := f.store.TermIDs(ctx, name, []string{text})
		return ids[text], err
	case string(models.KnowSkill):
		return models.SkillKey(text), nil
	case string(models.KnowSetting):
		return same(reference.Settings()), nil
	case string(models.KnowLanguage):
		return reference.LanguageCode(text), nil
	case models.NeedRegion:
		var names []string
		for _, r := range reference.Regions() {
			names = append(names, r.Name)
		}
		return same(names), nil
	}
	kinds, err := f.store.OrganisationKinds(ctx)
	return same(kinds), err
}

// Expert is somebody who fits a need, and why, in sentences.
type Expert struct {
	models.Person
	Why   []string
	AskMe string // as far as whoever asks may see it
}

// Experts gives a page of people who agreed to be found and fit a need: all of it,
// or, where nobody does, all but one part; missed then says so. The number of
// statements does not depend on how many there are.
func (f *Feature) Experts(ctx context.Context, need models.Need, by *models.Person, after *store.NameCursor, limit int) (page models.Page[Expert], missed bool, err error) {
	q := store.ExpertQuery{Parts: need.Parts(), By: by, After: after, Limit: limit}
	if len(q.Parts) == 0 {
		return page, false, nil
	}
	people, more, total, err := f.store.Experts(ctx, q)
	if err == nil && total == 0 && len(q.Parts) > 1 {
		missed, q.Missed = true, 1
		people, more, total, err = f.store.Experts(ctx, q)
	}
	if err != nil {
		return page, missed, err
	}
	page.Total = total
	if page.Items, err = f.explained(ctx, q.Parts, people); err != nil || len(people) == 0 {
		return page, missed, err
	}
	at := func(p models.Person, back bool) string {
		return store.NameCursor{Name: p.Name, Key: p.ID, Back: back}.String()
	}
	back := after != nil && after.Back
	if back && more || after != nil && !back {
		page.Prev = at(people[0], true)
	}
	if back || more {
		page.Next = at(people[len(people)-1], false)
	}
	return page, missed, nil
}

// explained says of each of some people why they fit a need.
func (f *Feature) explained(ctx context.Context, parts []models.NeedPart, people []models.Person) ([]Expert, error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	said, err := f.store.ExpertiseOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	list, err := f.store.DeedsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	deeds := map[string]models.Deeds{}
	for _, d := range list {
		deeds[d.PersonID+" "+string(d.Kind)+" "+d.Value] = d.Deeds
	}
	codes := make([]string, 0, len(people))
	for _, p := range people {
		codes = append(codes, p.Organisation)
	}
	places, err := f.store.OrganisationsByCode(ctx, codes)
	if err != nil {
		return nil, err
	}
	out := make([]Expert, len(people))
	for i, p := range people {
		e := said[p.ID]
		out[i] = Expert{Person: p, AskMe: e.AskMe}
		for _, part := range parts {
			if why := sentence(v, part, p, e, deeds, places[p.Organisation]); why != "" {
				out[i].Why = append(out[i].Why, why)
			}
		}
		if p.YearsExperience != nil && *p.YearsExperience > 0 {
			out[i].Why = append(out[i].Why, templates.FormatCount(*p.YearsExperience, "year", "years")+" in health and care.")
		}
	}
	return out, nil
}

// sentence says why somebody fits a part of a need; nothing where they do not.
func sentence(v *web.Vocabulary, part models.NeedPart, p models.Person, e models.Expertise, deeds map[string]models.Deeds, at models.Organisation) string {
	switch part.Kind {
	case models.NeedOrgKind:
		if at.Kind == part.Value {
			return "Works at " + p.OrgName + ": " + lowerFirst(at.Kind) + "."
		}
		return ""
	case models.NeedRegion:
		if at.Region == part.Value {
			return "Works in the region " + at.Region + "."
		}
		return ""
	}
	kind := models.KnowKind(part.Kind)
	name, key, says := nameOf(v, kind, part.Value), part.Value, slices.Contains(e.Values(kind), part.Value)
	if kind == models.KnowSkill {
		key = models.SkillTag(part.Value)
		if at := slices.IndexFunc(p.Skills, func(s string) bool { return models.SkillKey(s) == part.Value }); at >= 0 {
			name, says = p.Skills[at], true
		}
	}
	did := confirmedBy(deeds[p.ID+" "+part.Kind+" "+key])
	switch {
	case kind == models.KnowLanguage && says && strings.Contains(name, "Sign Language"):
		return "Signs " + name + "."
	case kind == models.KnowLanguage && says:
		return "Speaks " + name + "."
	case says && did != "":
		return "Knows " + name + ", confirmed by " + did + "."
	case says && kind == models.KnowSetting:
		return "Says that they have worked in: " + name + "."
	case says:
		return "Says that they know " + name + "."
	case did != "":
		return "Has to do with " + name + " here: " + did + "."
	}
	return ""
}

// lowerFirst is a kind of organisation inside of a sentence.
func lowerFirst(s string) string {
	first, rest, found := strings.Cut(s, " ")
	if !found || strings.ToUpper(first) == first { // NHS, GP
		return s
	}
	return strings.ToLower(first) + " " + rest
}

// find is the page of people who know what is needed.
func (f *Feature) find(c *fiber.Ctx, a asked) error {
	ctx, person := c.UserContext(), web.Person(c)
	cursor, err := store.ParseNameCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	found, missed, err := f.Experts(ctx, a.need, person, cursor, peoplePerPage)
	if err != nil {
		return err
	}
	page := templates.ExpertsPage{Total: found.Total, Missed: missed, Unknown: a.unknown, Errors: a.errors, SignedIn: person != nil}
	if page.Form, err = f.findForm(ctx, a); err != nil {
		return err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	for _, part := range a.need.Parts() {
		page.Understood = append(page.Understood, needLabels[part.Kind]+": "+nameOf(v, models.KnowKind(part.Kind), part.Value))
	}
	for _, e := range found.Items {
		page.People = append(page.People, expertCard(e))
	}
	page.PrevURL, page.NextURL = a.address(found.Prev), a.address(found.Next)
	shell := f.site.Shell(c, "Find somebody who knows")
	shell.Search, shell.NoIndex, shell.Errors = "", true, a.errors
	shell.Crumbs = []templates.Crumb{{Text: "People", URL: "/people"}}
	status := fiber.StatusOK
	if len(a.errors) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	return f.site.Render(c, status, shell, templates.Experts(page))
}

var needLabels = map[string]string{string(models.KnowSystem): "System", string(models.KnowStandard): "Standard or service", string(models.KnowSkill): "Skill", string(models.KnowSetting): "Care setting",
	string(models.KnowLanguage): "Language", models.NeedOrgKind: "Kind of organisation", models.NeedRegion: "Region"}

func expertCard(e Expert) templates.ExpertCard {
	card := templates.ExpertCard{PersonCard: templates.PersonCard{Name: e.Name, URL: "/people/" + e.Handle, JobTitle: e.JobTitle, Organisation: e.OrgName}, Why: e.Why, AskMe: e.AskMe}
	if e.Organisation != "" {
		card.OrganisationURL = "/organisations/" + e.Organisation
	}
	return card
}

// address is that of a page of what was asked for; nothing without a cursor.
func (a *asked) address(cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{"cursor": {cursor}}
	if a.text != "" {
		q.Set("need", a.text)
	}
	for name, value := range a.typed {
		q.Set(name, value)
	}
	return "/people?" + q.Encode()
}

// findForm is the form, filled in with what was typed or else understood.
func (f *Feature) findForm(ctx context.Context, a asked) (templates.FindForm, error) {
	form := templates.FindForm{Need: a.text, Values: map[string]string{}, Errors: a.errors}
	for name, value := range a.typed {
		form.Values[name] = value
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return form, err
	}
	for _, s := range v.Systems {
		if s.Kind != models.KindGeneric {
			form.Systems = append(form.Systems, s.Name)
		}
	}
	for _, s := range v.Standards {
		form.Standards = append(form.Standards, s.Name)
	}
	if form.Skills, err = f.skills.Get(ctx, "", func(ctx context.Context) ([]string, error) { return f.store.CommonSkills(ctx, offeredSkills) }); err != nil {
		return form, err
	}
	form.Settings = reference.Settings()
	for _, l := range reference.Languages() {
		form.Languages = append(form.Languages, l.Name)
	}
	for _, r := range reference.Regions() {
		form.Regions = append(form.Regions, r.Name)
	}
	form.Kinds, err = f.kinds.Get(ctx, "", f.store.OrganisationKinds)
	return form, err
}

// KnowsAbout makes the list of people who know what a case study joins, to stand
// under it on its page; nothing where there is nobody.
func (f *Feature) KnowsAbout(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) {
	const shown = 4
	ctx, person := c.UserContext(), web.Person(c)
	v, err := f.site.Vocabulary(ctx)
	if err != nil || cs.Status == models.Withdrawn {
		return templ.NopComponent, err
	}
	facets, err := f.store.FacetsByID(ctx, []string{cs.ID})
	if err != nil {
		return nil, err
	}
	systems := slices.DeleteFunc(slices.Clone(facets[cs.ID][models.FacetSystem]), func(slug string) bool { return generic(v, slug) })
	standards := slices.DeleteFunc(slices.Clone(facets[cs.ID][models.FacetStandard]), func(code string) bool { return code == models.Unknown })
	if len(systems)+len(standards) == 0 {
		return templ.NopComponent, nil
	}
	authors, err := f.store.AuthorsOf(ctx, cs.ID)
	if err != nil {
		return nil, err
	}
	reader := person
	if person != nil && web.IsShared(c) { // the page is for everybody of the same roles
		reader = &models.Person{}
	}
	people, err := f.store.ExpertsOn(ctx, reader, systems, standards, authors, shown)
	if err != nil || len(people) == 0 {
		return templ.NopComponent, err
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	said, err := f.store.ExpertiseOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	section := templates.WhoKnows{FindURL: findURL(systems, standards)}
	for _, p := range people {
		var names []string
		for _, s := range systems {
			if slices.Contains(said[p.ID].Systems, s) {
				names = append(names, v.SystemName(s))
			}
		}
		for _, s := range standards {
			if slices.Contains(said[p.ID].Standards, s) {
				names = append(names, v.StandardName(s))
			}
		}
		section.People = append(section.People, expertCard(Expert{Person: p, Why: []string{"Knows " + models.Together(names) + "."}}))
	}
	return templates.WhoKnowsThis(section), nil
}

func findURL(systems, standards []string) string {
	if len(systems) > 0 {
		return "/people?system=" + web.QueryEscape(systems[0])
	}
	return "/people?standard=" + web.QueryEscape(standards[0])
}
