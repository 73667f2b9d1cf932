package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"grassroots/models"
)

// FieldChange is a field of a case study that two versions differ in, as
// people read it. Lists have one line an entry.
type FieldChange struct {
	Name string
	Old  string
	New  string
}

// Fields gives the fields, other than the body, that two versions differ in,
// in the order of the form. Addresses of authors are not shown, so a change in
// them alone is none.
func Fields(before, after models.Document) []FieldChange {
	var out []FieldChange
	for _, f := range []struct {
		name string
		text func(models.Document) string
	}{
		{"Title", func(d models.Document) string { return d.Title }},
		{"Summary", func(d models.Document) string { return d.Summary }},
		{"Stage", func(d models.Document) string { return d.Stage.Label() }},
		{"Organisation", func(d models.Document) string { return d.Organisation }},
		{"Authors", func(d models.Document) string { return list(d.Authors, author) }},
		{"Settings", func(d models.Document) string { return strings.Join(d.Settings, "\n") }},
		{"Tags", func(d models.Document) string { return strings.Join(d.Tags, "\n") }},
		{"Connections", func(d models.Document) string { return list(d.Connections, connection) }},
		{"Benefits", func(d models.Document) string { return list(d.Benefits, benefit) }},
		{"Use of data", func(d models.Document) string { return dataUse(d.DataUse) }},
		{"Clinical safety", func(d models.Document) string { return safety(d.Safety) }},
		{"Connected devices", func(d models.Document) string { return devices(d.Devices) }},
		{"Evidence", func(d models.Document) string { return list(d.Evidence, evidence) }},
		{"NICE evidence standards", func(d models.Document) string { return niceEvidence(d.NICEEvidence) }},
		{"Use of data for research", func(d models.Document) string { return researchUse(d.ResearchUse) }},
		{"Campaign", func(d models.Document) string { return d.Campaign }},
		{"Who can read it", func(d models.Document) string {
			if d.Visibility == "" || d.Visibility == models.ToEverybody { // before, nobody said
				return ""
			}
			return d.Visibility.Label()
		}},
		{"Licence", func(d models.Document) string { return d.Licence }},
		{"Language", func(d models.Document) string { return d.Language }},
		{"Review by", func(d models.Document) string { return d.ReviewBy }},
		{"Other fields", func(d models.Document) string { return extra(d.Extra) }},
	} {
		if old, new := f.text(before), f.text(after); old != new {
			out = append(out, FieldChange{f.name, old, new})
		}
	}
	return out
}

func list[T any](items []T, text func(T) string) string {
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i] = text(item)
	}
	return strings.Join(lines, "\n")
}

// detail puts what there is of some facts in brackets behind a text.
func detail(text string, facts ...string) string {
	if facts = slices.DeleteFunc(facts, func(s string) bool { return s == "" }); len(facts) > 0 {
		return text + " (" + strings.Join(facts, ", ") + ")"
	}
	return text
}

// named gives "name: value", or nothing without a value.
func named(name, value string) string {
	if value == "" {
		return ""
	}
	return name + ": " + value
}

func author(a models.Author) string {
	handle := a.Handle
	if handle != "" {
		handle = "@" + handle
	}
	return detail(a.Name, handle, a.Role, a.StaffGroup)
}

func connection(c models.Connection) string {
	arrow := " → "
	if c.Direction == "two-way" {
		arrow = " ↔ "
	}
	return detail(c.From+arrow+c.To, strings.TrimSpace(c.Standard+" "+c.Version), named("by", c.Transport), named("direction", c.Direction),
		named("data", strings.Join(c.Data, ", ")), named("status", c.Status), named("site", c.Site))
}

func benefit(b models.Benefit) string {
	number := func(n *float64) string {
		if n == nil {
			return ""
		}
		return strconv.FormatFloat(*n, 'f', -1, 64)
	}
	sample := ""
	if b.Sample != nil {
		sample = strconv.Itoa(*b.Sample)
	}
	return detail(b.Measure, named("before", number(b.Before)), named("after", number(b.After)), named("unit", b.Unit), named("sample", sample),
		named("period", b.Period), named("method", b.Method), named("better", b.Better))
}

func dataUse(d *models.DataUse) string {
	if d == nil {
		return ""
	}
	return lined("Personal data: "+yesNo(d.PersonalData), named("Lawful basis", d.LawfulBasis),
		named("Data protection impact assessment", d.DPIA), named("National data opt-out", d.OptOut), named("Notes", d.Notes))
}

func safety(s *models.Safety) string {
	if s == nil {
		return ""
	}
	return lined(named("DCB0129", s.DCB0129), named("DCB0160", s.DCB0160), named("DTAC", s.DTAC))
}

func devices(d *models.Devices) string {
	if d == nil {
		return ""
	}
	lines := []string{"Used: " + yesNo(d.Used)}
	for _, provision := range slices.Sorted(maps.Keys(d.Provisions)) {
		lines = append(lines, named(provision, d.Provisions[provision]))
	}
	return lined(lines...)
}

func evidence(e models.Evidence) string {
	return detail(e.Title, e.Kind, e.URL, named("authors", strings.Join(e.Authors, "; ")), named("source", e.Source), named("date", e.Date), named("DOI", e.DOI), named("PubMed", e.PMID),
		named("benefit", e.Benefit), named("claim", e.Claim), named("checked by", e.CheckedBy), named("checked", e.Checked))
}

func niceEvidence(n *models.NICEEvidence) string {
	if n == nil {
		return ""
	}
	lines := []string{named("Tier", n.Tier)}
	for _, part := range slices.Sorted(maps.Keys(n.Parts)) {
		lines = append(lines, named(part, n.Parts[part]))
	}
	return lined(lines...)
}

func researchUse(r *models.ResearchUse) string {
	if r == nil {
		return ""
	}
	lines := []string{named("Study", r.Study)}
	for _, s := range r.Datasets {
		lines = append(lines, detail("Data set: "+s.Name, s.HeldBy, s.Access, s.URL))
	}
	for _, a := range r.Approvals {
		lines = append(lines, detail("Approval: "+a.Kind, a.Reference, a.By, a.Date))
	}
	return lined(lines...)
}

// extra gives the fields that this version of the format does not know. Their
// values can be anything that YAML has, so they are shown as JSON.
func extra(fields map[string]any) string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		value, err := json.Marshal(fields[key])
		if err != nil {
			value = fmt.Append(nil, fields[key])
		}
		lines = append(lines, key+": "+string(value))
	}
	return strings.Join(lines, "\n")
}

// lined puts what there is on a line each.
func lined(lines ...string) string {
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
