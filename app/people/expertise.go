package people

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
)

// Known is what a person says that they know, as it was typed: by any name.
type Known struct {
	Skills, Systems, Standards, Settings, Languages []string

	AskMe    string
	Shown    models.Visibility
	Findable bool
}

// ExpertiseOf gives what a person says that they know, as somebody may see it,
// and whether they may. What is not for them is empty.
func (f *Feature) ExpertiseOf(ctx context.Context, p *models.Person, by *models.Person) (models.Expertise, bool, error) {
	e, err := f.store.Expertise(ctx, p.ID)
	if err != nil || !e.MaySee(p, by) {
		return models.Expertise{PersonID: p.ID}, false, err
	}
	return e, true, nil
}

// SaveKnown saves what a person says that they know. Systems, standards and
// languages are looked up by any of their names; what is in no list is Invalid,
// with what may have been meant. Skills are written as most people here write
// them.
func (f *Feature) SaveKnown(ctx context.Context, p models.Person, k Known) error {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	old, err := f.store.Expertise(ctx, p.ID)
	if err != nil {
		return err
	}
	l := lookup{said: map[string]string{}}
	e := models.Expertise{PersonID: p.ID, Settings: k.Settings, AskMe: k.AskMe, Shown: k.Shown, Findable: k.Findable}
	if e.Systems, err = f.lookUp(ctx, &l, models.KnowSystem, "systems", k.Systems, func(name string) []web.Choice { return web.SimilarSystems(v, name) }); err != nil {
		return err
	}
	if e.Standards, err = f.lookUp(ctx, &l, models.KnowStandard, "standards", k.Standards, func(name string) []web.Choice { return web.SimilarStandards(v, name) }); err != nil {
		return err
	}
	e.Languages = l.languages(k.Languages)
	oldSkills := p.Skills
	if p.Skills, err = f.tidySkills(ctx, p.ID, k.Skills); err != nil {
		return err
	}
	e.Clean()
	if err := l.add(e.Validate(reference.Settings(), languageCodes())); err != nil {
		return err
	}
	p.Clean()
	if err := l.add(p.ValidateSkills()); err != nil {
		return err
	}
	if len(l.wrong) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "It was not saved: some fields need your attention.", Fields: l.wrong}
	}
	overrides, err := f.site.CheckTexts(ctx, knownTexts(p.Skills, e.AskMe), knownTexts(oldSkills, old.AskMe))
	if err != nil {
		return err
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideProfile, SubjectID: p.ID}); err != nil {
			return err
		}
		if !slices.Equal(oldSkills, p.Skills) {
			if err := f.store.UpdatePerson(ctx, &p); err != nil {
				return err
			}
		}
		return f.store.SaveExpertise(ctx, &e, func(kind models.KnowKind, id string) string { return l.said[string(kind)+" "+id] })
	})
}

// knownTexts are what of it is checked for personal data: the rest is of lists.
func knownTexts(skills []string, askMe string) []personal.Text {
	out := []personal.Text{{Field: "ask_me", Value: askMe}}
	for i, s := range skills {
		out = append(out, personal.Text{Field: row("skills", i), Value: s})
	}
	return out
}

// row names one of the lines of a list in the form.
func row(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// lookup gathers what names mean, and what is wrong with them.
type lookup struct {
	said  map[string]string // by kind and id
	wrong []models.FieldError
}

// add takes up the fields that an Invalid error names, and gives back any other
// error.
func (l *lookup) add(err error) error {
	var e *models.Error
	if !errors.As(err, &e) || e.Kind != models.Invalid {
		return err
	}
	l.wrong = append(l.wrong, e.Fields...)
	return nil
}

// lookUp gives the ids of what was called by these names.
func (f *Feature) lookUp(ctx context.Context, l *lookup, kind models.KnowKind, field string, names []string, similar func(string) []web.Choice) ([]string, error) {
	ids, err := f.store.TermIDs(ctx, string(kind), names)
	if err != nil {
		return nil, err
	}
	var out []string
	for i, name := range names {
		id := ids[name]
		switch {
		case name == "":
			continue
		case id == "":
			message := "“" + models.Truncate(name, 60) + "” is not in the list of " + field
			if meant := web.DidYouMean(similar(name)); meant != "" {
				message += ". " + meant + " If none of them, write it among the skills of your profile"
			} else {
				message += ". Write it among the skills of your profile"
			}
			l.wrong = append(l.wrong, models.FieldError{Field: row(field, i), Message: message})
			continue
		}
		l.said[string(kind)+" "+id] = name
		out = append(out, id)
	}
	return out, nil
}

// languages gives the codes of languages by name or code.
func (l *lookup) languages(names []string) (codes []string) {
	for i, name := range names {
		code := reference.LanguageCode(name)
		switch {
		case name == "":
		case code == "":
			l.wrong = append(l.wrong, models.FieldError{Field: row("languages", i), Message: "“" + models.Truncate(name, 60) + "” is not in the list of languages. Choose one from the list"})
		default:
			codes = append(codes, code)
		}
	}
	return codes
}

func languageCodes() (codes []string) {
	for _, l := range reference.Languages() {
		codes = append(codes, l.Code)
	}
	return codes
}

// tidySkills writes skills as most others here write them, each once.
func (f *Feature) tidySkills(ctx context.Context, personID string, skills []string) ([]string, error) {
	keys := make([]string, 0, len(skills))
	for _, s := range skills {
		keys = append(keys, models.SkillKey(s))
	}
	names, err := f.store.SkillNames(ctx, personID, keys)
	out, seen := []string{}, map[string]bool{"": true}
	for i, s := range skills {
		if key := keys[i]; !seen[key] {
			seen[key] = true
			if names[key] != "" {
				s = names[key]
			}
			out = append(out, models.CleanLine(s))
		}
	}
	return out, err
}

// knownFacts are what a person knows, ready to be shown: with what they did here
// by which it is confirmed.
func (f *Feature) knownFacts(ctx context.Context, p *models.Person, e models.Expertise) ([]Fact, error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	deeds, err := f.store.DeedsOf(ctx, []string{p.ID})
	if err != nil {
		return nil, err
	}
	did := map[string]models.Deeds{}
	for _, d := range deeds {
		did[string(d.Kind)+" "+d.Value] = d.Deeds
	}
	var out []Fact
	for _, kind := range models.KnowKinds() {
		values := e.Values(kind)
		if kind == models.KnowSkill {
			values = p.Skills
		}
		for _, value := range values {
			key := value
			if kind == models.KnowSkill {
				key = models.SkillTag(value)
			}
			out = append(out, Fact{Kind: kind, Value: value, Name: nameOf(v, kind, value), Deeds: did[string(kind)+" "+key]})
		}
	}
	return out, nil
}

// Fact is one thing that a person knows, by their word, and what they did here
// with it.
type Fact struct {
	Kind        models.KnowKind
	Value, Name string
	models.Deeds
}

func nameOf(v *web.Vocabulary, kind models.KnowKind, value string) string {
	switch kind {
	case models.KnowSystem:
		return v.SystemName(value)
	case models.KnowStandard:
		return v.StandardName(value)
	case models.KnowLanguage:
		return reference.LanguageName(value)
	}
	return value
}

// suggestedFrom lists what a person did things with here and does not say that
// they know: the most frequent first.
func suggestedFrom(deeds []models.Deed, e models.Expertise, v *web.Vocabulary) []web.Choice {
	const most = 8
	deeds = slices.DeleteFunc(slices.Clone(deeds), func(d models.Deed) bool {
		return d.Kind == models.KnowSkill || slices.Contains(e.Values(d.Kind), d.Value) || d.Value == models.Unknown || d.Kind == models.KnowSystem && generic(v, d.Value)
	})
	total := func(d models.Deed) int { return d.Wrote + d.Adopted + d.Answered }
	slices.SortStableFunc(deeds, func(a, b models.Deed) int { return total(b) - total(a) })
	var out []web.Choice
	for _, d := range deeds[:min(len(deeds), most)] {
		out = append(out, web.Choice{Value: string(d.Kind) + ":" + d.Value, Text: nameOf(v, d.Kind, d.Value)})
	}
	return out
}

// generic tells whether a system stands for no one system, such as paper.
func generic(v *web.Vocabulary, slug string) bool {
	return slices.ContainsFunc(v.Systems, func(s models.System) bool { return s.Slug == slug && s.Kind == models.KindGeneric })
}

// readKnown takes the form as it was typed.
func readKnown(c *fiber.Ctx) Known {
	k := Known{AskMe: models.CleanText(web.Value(c, "ask_me")), Shown: models.Visibility(web.Value(c, "shown")), Findable: web.Value(c, "findable") == "true"}
	for _, s := range web.Values(c, "settings") {
		k.Settings = append(k.Settings, models.CleanLine(s))
	}
	for _, list := range []struct {
		name string
		to   *[]string
	}{{"skills", &k.Skills}, {"systems", &k.Systems}, {"standards", &k.Standards}, {"languages", &k.Languages}} {
		for i := 0; i < models.MaxKnown+shownEmpty && web.HasField(c, row(list.name, i)); i++ {
			*list.to = append(*list.to, models.CleanLine(web.Value(c, row(list.name, i))))
		}
	}
	for _, added := range web.Values(c, "add") {
		kind, value, _ := strings.Cut(models.CleanLine(added), ":")
		switch models.KnowKind(kind) {
		case models.KnowSystem:
			k.Systems = append(k.Systems, value)
		case models.KnowStandard:
			k.Standards = append(k.Standards, value)
		case models.KnowSetting:
			k.Settings = append(k.Settings, value)
		}
	}
	return k
}
