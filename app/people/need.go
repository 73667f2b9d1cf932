package people

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
)

// maxPhrase is how many words of a text are looked up together.
const maxPhrase = 8

// recogniser knows the words for the parts of a need.
type recogniser map[string]models.NeedPart

// recogniser makes the recogniser of what there is now. Where two kinds of part
// are called the same, the first of them is meant.
func (f *Feature) recogniser(ctx context.Context, v *web.Vocabulary) (recogniser, error) {
	return f.words.Get(ctx, "", func(ctx context.Context) (recogniser, error) {
		kinds, err := f.store.OrganisationKinds(ctx)
		if err != nil {
			return nil, err
		}
		skills, err := f.store.CommonSkills(ctx, offeredSkills)
		if err != nil {
			return nil, err
		}
		r := recogniser{}
		add := func(kind, value string, names ...string) {
			for _, name := range names {
				if key := strings.Join(tokens(name), " "); key != "" && r[key].Kind == "" {
					r[key] = models.NeedPart{Kind: kind, Value: value}
				}
			}
		}
		for _, s := range v.Systems {
			if s.Kind != models.KindGeneric {
				add(string(models.KnowSystem), s.Slug, append([]string{s.Name}, s.Aliases...)...)
			}
		}
		for _, s := range v.Standards {
			add(string(models.KnowStandard), s.Code, append([]string{s.Name, s.Code}, s.Aliases...)...)
		}
		for _, k := range kinds {
			add(models.NeedOrgKind, k, k, k+"s")
		}
		for _, s := range reference.Settings() {
			add(string(models.KnowSetting), s, s)
		}
		for _, g := range reference.Regions() {
			add(models.NeedRegion, g.Name, g.Name)
		}
		for _, l := range reference.Languages() {
			add(string(models.KnowLanguage), l.Code, l.Name)
		}
		for _, s := range skills {
			add(string(models.KnowSkill), models.SkillKey(s), s)
		}
		return r, nil
	})
}

// tokens are the words of a text, folded: PPM+ is a word.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' })
}

// small are words that say nothing of a need.
var small = strings.Fields("a an and any anybody anyone at by can colleague colleagues do does experience experienced expert experts find for from has have help how i in is it know knows me my need of on or our people person please run running ran set somebody someone speak speaks speaking that the their they to use used uses using we who whom with work worked working works")

// read sets the parts of a need that a text names, the longest names first as
// they stand, and gives the words that it does not know.
func (r recogniser) read(text string, need *models.Need) (unknown []string) {
	words := tokens(models.Truncate(text, models.MaxQuery))
	for i := 0; i < len(words); {
		n := min(maxPhrase, len(words)-i)
		for ; n > 0; n-- {
			if p := r[strings.Join(words[i:i+n], " ")]; p.Kind != "" && (n > 1 || !slices.Contains(small, words[i])) {
				need.Set(p.Kind, p.Value)
				break
			}
		}
		if n == 0 && !slices.Contains(small, words[i]) && !slices.Contains(unknown, words[i]) {
			unknown = append(unknown, words[i])
		}
		i += max(n, 1)
	}
	return unknown
}

// maxNamed is how many words of a text are looked through for names.
const maxNamed = 3000

// Named gives what a text names that people can know: systems, standards, skills
// and care settings, each once, the longest names first as they stand. Skills are
// by their keys.
func (f *Feature) Named(ctx context.Context, text string) ([]models.Known, error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	r, err := f.recogniser(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []models.Known
	words := tokens(text)
	words = words[:min(len(words), maxNamed)]
	for i := 0; i < len(words); {
		n := min(maxPhrase, len(words)-i)
		for ; n > 0; n-- {
			p := r[strings.Join(words[i:i+n], " ")]
			kind := models.KnowKind(p.Kind)
			if p.Kind == "" || kind.Facet() == "" || n == 1 && slices.Contains(small, words[i]) {
				continue
			}
			if k := (models.Known{Kind: kind, Value: p.Value}); !slices.Contains(out, k) {
				out = append(out, k)
			}
			break
		}
		i += max(n, 1)
	}
	return out, nil
}

// NeedIn gives the address of a search for people who know what a text names: a
// system, a standard or a skill; empty when it names none.
func (f *Feature) NeedIn(ctx context.Context, text string) (string, error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return "", err
	}
	r, err := f.recogniser(ctx, v)
	if err != nil {
		return "", err
	}
	var need models.Need
	r.read(text, &need)
	if need.System == "" && need.Standard == "" && need.Skill == "" {
		return "", nil
	}
	return "/people?need=" + web.QueryEscape(text), nil
}
