package web

import (
	"slices"
	"strings"

	"grassroots/models"
	"grassroots/templates"
)

type standardGroup struct {
	label string
	kinds []string // none: whatever is in no other group
}

// standardGroups puts the kinds of standards under the headings by which a form
// offers them. The honest names for what is no standard come first, because
// they are most often true.
var standardGroups = []standardGroup{
	{"No standard, or not known", []string{models.KindLocal}},
	{"Carries information", []string{"message", "api", "document", "profile", "transport", "image", "media", "national service"}},
	{"Codes and headings", []string{"terminology", "classification", "identifier", "model", "data set", "record standard", "clinical score"}},
	{"Safety, security and access", []string{"safety", "security", "identity", "accessibility"}},
	{"Others", nil},
}

// StandardGroups gives the standards as a form offers them, in groups and by
// name. That nobody knows comes first of all.
func (v *Vocabulary) StandardGroups() []templates.OptionGroup {
	out := make([]templates.OptionGroup, len(standardGroups))
	for i, g := range standardGroups {
		out[i].Label = g.label
	}
	for _, s := range v.Standards {
		at := slices.IndexFunc(standardGroups, func(g standardGroup) bool { return slices.Contains(g.kinds, s.Kind) })
		if at < 0 {
			at = len(out) - 1
		}
		option := templates.Option{Value: s.Code, Text: s.Name}
		if s.Code == models.Unknown {
			option.Text = "I don’t know"
			out[at].Options = slices.Insert(out[at].Options, 0, option)
			continue
		}
		out[at].Options = append(out[at].Options, option)
	}
	return slices.DeleteFunc(out, func(g templates.OptionGroup) bool { return len(g.Options) == 0 })
}

// StandardCalled gives the code of the standard that has a code, a name or
// another name, in any case; nothing when there is none.
func (v *Vocabulary) StandardCalled(text string) string {
	called := func(s string) bool { return strings.EqualFold(s, text) }
	for _, s := range v.Standards {
		if called(s.Code) || called(s.Name) {
			return s.Code
		}
	}
	for _, s := range v.Standards {
		if slices.ContainsFunc(s.Aliases, called) {
			return s.Code
		}
	}
	return ""
}
