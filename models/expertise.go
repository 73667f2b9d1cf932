package models

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// KnowKind is a kind of thing that people know, or know their way about in.
type KnowKind string

// The kinds of what people know. Each but the languages is also a facet of case
// studies, by which what people did here confirms what they say.
const (
	KnowSkill    KnowKind = "skill"
	KnowSystem   KnowKind = "system"
	KnowStandard KnowKind = "standard"
	KnowSetting  KnowKind = "setting"
	KnowLanguage KnowKind = "language"
)

// KnowKinds lists every kind in the order in which they are shown.
func KnowKinds() []KnowKind {
	return []KnowKind{KnowSystem, KnowStandard, KnowSkill, KnowSetting, KnowLanguage}
}

// Facet gives the facet of case studies that holds the same values; empty for
// languages. Of skills it is the tag: see SkillTag.
func (k KnowKind) Facet() string {
	switch k {
	case KnowSkill:
		return FacetTag
	case KnowSystem:
		return FacetSystem
	case KnowStandard:
		return FacetStandard
	case KnowSetting:
		return FacetSetting
	}
	return ""
}

// Limits of what a person says that they know.
const (
	MaxKnown = 30  // of each kind
	MaxAskMe = 500 // characters
)

// Expertise is what a person says that they know, beside their skills, and who
// sees it. Systems are by slug, standards by code, settings by name, languages by
// their code of BCP 47.
type Expertise struct {
	PersonID  string
	Systems   []string
	Standards []string
	Settings  []string
	Languages []string
	AskMe     string     // what they like to be asked about
	Shown     Visibility // to whom; never empty. ToOrganisation is colleagues who are confirmed to work where the person does
	Findable  bool       // they agreed to be found by what they know and did here
	ChangedAt time.Time  // zero: they never said anything
}

// Empty tells whether the person says nothing that could be shown.
func (e *Expertise) Empty() bool {
	return len(e.Systems)+len(e.Standards)+len(e.Settings)+len(e.Languages) == 0 && e.AskMe == ""
}

// Values gives the values of a kind; skills are with the person.
func (e *Expertise) Values(k KnowKind) []string {
	switch k {
	case KnowSystem:
		return e.Systems
	case KnowStandard:
		return e.Standards
	case KnowSetting:
		return e.Settings
	case KnowLanguage:
		return e.Languages
	}
	return nil
}

// Clean puts what somebody typed into its kept form: nothing twice.
func (e *Expertise) Clean() {
	for _, list := range []*[]string{&e.Systems, &e.Standards, &e.Settings, &e.Languages} {
		*list = cleanList(*list, CleanLine)
	}
	e.AskMe = strings.TrimSpace(CleanText(e.AskMe))
	e.Shown = cmp.Or(e.Shown, ToSignedIn)
}

// Validate checks what is cleaned. Systems and standards are looked up before;
// settings and languages are the values that there are.
func (e *Expertise) Validate(settings, languages []string) error {
	var p problems
	for _, list := range []struct {
		field  string
		values []string
		known  []string
	}{{"systems", e.Systems, nil}, {"standards", e.Standards, nil}, {"settings", e.Settings, settings}, {"languages", e.Languages, languages}} {
		if len(list.values) > MaxKnown {
			p.add(list.field, "Choose at most %d", MaxKnown)
		}
		for _, v := range list.values {
			if list.known != nil && !slices.Contains(list.known, v) {
				p.add(list.field, "“%s” is not in the list", Truncate(v, 60))
				break
			}
		}
	}
	if n := runeLen(e.AskMe); n > MaxAskMe {
		p.add("ask_me", "“Ask me about” must be %d characters or fewer; it has %d", MaxAskMe, n)
	}
	if !slices.Contains(Visibilities(), e.Shown) {
		p.add("shown", "Choose who sees this: public, signed-in or organisation")
	}
	return p.err("It was not saved: some fields need your attention.")
}

// MaySee tells whether somebody, nil for nobody who is signed in, may see what
// its owner says that they know. Moderators may, who look at what is reported.
func (e *Expertise) MaySee(owner *Person, by *Person) bool {
	switch {
	case by != nil && by.ID == owner.ID, e.Shown == ToEverybody:
		return true
	case by == nil:
		return false
	case e.Shown == ToSignedIn, by.May(Moderate, Subject{}):
		return true
	}
	return by.WorksAt(owner.Organisation)
}

// ExpertiseShownLabel says who sees what a person knows, as a person reads it.
func ExpertiseShownLabel(v Visibility) string {
	if v == ToOrganisation {
		return "Confirmed colleagues at my organisation alone"
	}
	return v.Label()
}

// SkillKey is how skills are compared, so that “Discharge-planning” and
// “discharge planning” are one. The migration that files skills does the same.
func SkillKey(skill string) string {
	key := strings.NewReplacer("-", " ", "&", " and ").Replace(FoldName(skill))
	return strings.Join(strings.Fields(key), " ")
}

// SkillTag is the tag of case studies that says the same as a skill.
func SkillTag(skill string) string { return strings.ReplaceAll(SkillKey(skill), " ", "-") }

// Deeds is what a person did here with one thing: what everybody can see of it.
type Deeds struct {
	Wrote    int // published case studies that they wrote, alone or with others
	Adopted  int // adoptions that they look after, of what was at least tried
	Answered int // answers of theirs that helped
}

// None tells whether there is nothing.
func (d Deeds) None() bool { return d == Deeds{} }

// Deed says what somebody did with something, by its kind and value.
type Deed struct {
	PersonID string
	Kind     KnowKind
	Value    string
	Deeds
}

// Need is what somebody is needed for: any part may be empty.
type Need struct {
	System, Standard, Skill, Setting, Language string // slug, code, key, name, code
	OrgKind, Region                            string // of the organisation that they work for
}

// NeedPart is one part of a need.
type NeedPart struct {
	Kind  string // a KnowKind, or NeedOrgKind or NeedRegion
	Value string
}

// The parts of a need that are not of what people know.
const (
	NeedOrgKind = "kind"
	NeedRegion  = "region"
)

// Parts lists what is asked for, in the order in which it is shown.
func (n *Need) Parts() (out []NeedPart) {
	for _, p := range n.fields() {
		if *p.value != "" {
			out = append(out, NeedPart{p.kind, *p.value})
		}
	}
	return out
}

type needField struct {
	kind  string
	value *string
}

func (n *Need) fields() []needField {
	return []needField{{string(KnowSystem), &n.System}, {string(KnowStandard), &n.Standard}, {string(KnowSkill), &n.Skill}, {string(KnowSetting), &n.Setting},
		{string(KnowLanguage), &n.Language}, {NeedOrgKind, &n.OrgKind}, {NeedRegion, &n.Region}}
}

// Set sets a part of a need that is not set yet, and tells whether it did.
func (n *Need) Set(kind, value string) bool {
	for _, f := range n.fields() {
		if f.kind == kind && *f.value == "" {
			*f.value = value
			return true
		}
	}
	return false
}
