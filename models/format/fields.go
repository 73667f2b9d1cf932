package format

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"grassroots/models"
)

// document reads the known keys of the front matter and keeps the others.
func (r *reader) document(root *yaml.Node, f *File) {
	var stage, visibility string
	f.Extra = r.object("", root, map[string]set{
		"format":        func(string, *yaml.Node) {}, // checked before all else
		"id":            r.id(&f.ID),
		"title":         r.text(&f.Title),
		"summary":       r.text(&f.Summary),
		"stage":         r.text(&stage),
		"organisation":  r.text(&f.Organisation),
		"authors":       list(r, &f.Authors, r.author, keepsAuthor),
		"settings":      r.settings(&f.Settings),
		"tags":          r.tags(&f.Tags),
		"connections":   list(r, &f.Connections, r.connection, keepsConnection),
		"benefits":      list(r, &f.Benefits, r.benefit, keepsBenefit),
		"data_use":      pointer(&f.DataUse, r.dataUse),
		"safety":        pointer(&f.Safety, r.safety),
		"devices":       pointer(&f.Devices, r.devices),
		"evidence":      list(r, &f.Evidence, r.evidence, keepsEvidence),
		"nice_evidence": pointer(&f.NICEEvidence, r.niceEvidence),
		"research_use":  pointer(&f.ResearchUse, r.researchUse),
		"campaign":      r.text(&f.Campaign),
		"visibility":    r.text(&visibility),
		"licence":       r.text(&f.Licence),
		"language":      r.text(&f.Language),
		"created":       r.moment(&f.Created),
		"updated":       r.moment(&f.Updated),
		"review_by":     r.text(&f.ReviewBy),
		"body": func(path string, n *yaml.Node) {
			r.add(path, place(n), "The text of a case study stands below the front matter, not in it")
		},
	})
	f.Stage, f.Visibility = models.Stage(stage), models.Visibility(visibility)
}

func (r *reader) id(to *string) set {
	return func(path string, n *yaml.Node) {
		if isNull(n) {
			return
		}
		id := strings.ToUpper(n.Value)
		if n.Kind != yaml.ScalarNode || !models.ValidID(id) {
			r.add(path, place(n), "This must be a ULID, 26 digits and capitals such as 01JD3Z6V7Q8R9S0T1V2W3X4Y5Z: leave the key out, and one is made")
			return
		}
		*to = id
	}
}

func (r *reader) author(path string, n *yaml.Node) (a models.Author) {
	a.Extra = r.object(path, n, map[string]set{
		"name": r.text(&a.Name), "handle": r.text(&a.Handle), "email": r.text(&a.Email),
		"role": r.text(&a.Role), "staff_group": r.text(&a.StaffGroup),
	})
	return a
}

func (r *reader) connection(path string, n *yaml.Node) (c models.Connection) {
	c.Extra = r.object(path, n, map[string]set{
		"from": r.text(&c.From), "to": r.text(&c.To), "standard": r.text(&c.Standard), "version": r.text(&c.Version),
		"transport": r.text(&c.Transport), "direction": r.text(&c.Direction), "data": r.texts(&c.Data),
		"status": r.text(&c.Status), "site": r.text(&c.Site),
	})
	return c
}

func (r *reader) benefit(path string, n *yaml.Node) (b models.Benefit) {
	b.Extra = r.object(path, n, map[string]set{
		"measure": r.text(&b.Measure), "unit": r.text(&b.Unit), "before": r.number(&b.Before), "after": r.number(&b.After),
		"sample": r.whole(&b.Sample), "period": r.text(&b.Period), "method": r.text(&b.Method), "better": r.text(&b.Better),
	})
	return b
}

func (r *reader) dataUse(path string, n *yaml.Node) (u models.DataUse) {
	u.Extra = r.object(path, n, map[string]set{
		"personal_data": r.truth(&u.PersonalData), "lawful_basis": r.text(&u.LawfulBasis), "dpia": r.text(&u.DPIA),
		"opt_out": r.text(&u.OptOut), "notes": r.text(&u.Notes),
	})
	return u
}

func (r *reader) safety(path string, n *yaml.Node) (s models.Safety) {
	s.Extra = r.object(path, n, map[string]set{
		"dcb0129": r.text(&s.DCB0129), "dcb0160": r.text(&s.DCB0160), "dtac": r.text(&s.DTAC),
	})
	return s
}

func (r *reader) devices(path string, n *yaml.Node) (d models.Devices) {
	d.Extra = r.object(path, n, map[string]set{"used": r.truth(&d.Used), "provisions": r.provisions(&d.Provisions)})
	return d
}

// provisions takes a map from the name of each provision to an answer.
func (r *reader) provisions(to *map[string]string) set {
	return func(path string, n *yaml.Node) {
		if n.Kind != yaml.MappingNode {
			r.object(path, n, nil)
			return
		}
		answers := make([]string, len(n.Content)/2)
		setters := make(map[string]set, len(answers))
		for i := range answers {
			if name := n.Content[2*i].Value; setters[name] == nil {
				setters[name] = r.text(&answers[i])
			}
		}
		r.object(path, n, setters)
		for i, answer := range answers {
			if name := n.Content[2*i].Value; answer != "" {
				if *to == nil {
					*to = make(map[string]string, len(answers))
				}
				(*to)[name] = answer
			}
		}
	}
}

func (r *reader) evidence(path string, n *yaml.Node) (e models.Evidence) {
	e.Extra = r.object(path, n, map[string]set{
		"kind": r.text(&e.Kind), "title": r.text(&e.Title), "url": r.text(&e.URL), "authors": r.texts(&e.Authors), "source": r.text(&e.Source),
		"date": r.text(&e.Date), "doi": r.text(&e.DOI), "pmid": r.text(&e.PMID), "benefit": r.text(&e.Benefit), "claim": r.text(&e.Claim),
		"checked_by": r.text(&e.CheckedBy), "checked": r.text(&e.Checked),
	})
	return e
}

func (r *reader) niceEvidence(path string, n *yaml.Node) (v models.NICEEvidence) {
	v.Extra = r.object(path, n, map[string]set{"tier": r.text(&v.Tier), "parts": r.provisions(&v.Parts)})
	return v
}

func (r *reader) researchUse(path string, n *yaml.Node) (v models.ResearchUse) {
	v.Extra = r.object(path, n, map[string]set{
		"study": r.text(&v.Study), "datasets": list(r, &v.Datasets, r.dataset, keepsDataset), "approvals": list(r, &v.Approvals, r.approval, keepsApproval),
	})
	return v
}

func (r *reader) dataset(path string, n *yaml.Node) (s models.Dataset) {
	s.Extra = r.object(path, n, map[string]set{"name": r.text(&s.Name), "held_by": r.text(&s.HeldBy), "access": r.text(&s.Access), "url": r.text(&s.URL)})
	return s
}

func (r *reader) approval(path string, n *yaml.Node) (a models.Approval) {
	a.Extra = r.object(path, n, map[string]set{"kind": r.text(&a.Kind), "reference": r.text(&a.Reference), "by": r.text(&a.By), "date": r.text(&a.Date)})
	return a
}

// pointer takes a map that is nil when the key holds nothing.
func pointer[T any](to **T, read func(path string, n *yaml.Node) T) set {
	return func(path string, n *yaml.Node) {
		if !isNull(n) {
			v := read(path, n)
			*to = &v
		}
	}
}

// list takes a list of maps. Clean drops empty entries, so the place of each
// that it keeps is noted: the rules number what is left.
func list[T any](r *reader, to *[]T, read func(path string, n *yaml.Node) T, keeps func(T) bool) set {
	return func(path string, n *yaml.Node) {
		for i, entry := range r.entries(path, n, "{key: value}") {
			at := path + "[" + strconv.Itoa(i) + "]"
			r.at[at] = place(entry)
			if entry.Kind != yaml.MappingNode {
				r.object(at, entry, nil) // nothing, or a problem
				continue
			}
			if v := read(at, entry); keeps(v) {
				*to = append(*to, v)
				r.kept[path] = append(r.kept[path], i)
			}
		}
	}
}

// entries gives the entries of a list, or reports that there is none.
func (r *reader) entries(path string, n *yaml.Node, example string) []*yaml.Node {
	switch {
	case isNull(n):
		return nil
	case n.Kind != yaml.SequenceNode:
		r.add(path, place(n), "This must be a list, such as [%s], and not %s", example, kindOf(n))
		return nil
	case len(n.Content) > maxEntries:
		r.add(path, place(n), "This list has %d entries, which is too many", len(n.Content))
		return nil
	}
	return n.Content
}

func (r *reader) texts(to *[]string) set {
	return func(path string, n *yaml.Node) {
		for i, entry := range r.entries(path, n, "one, another") {
			var s string
			at := path + "[" + strconv.Itoa(i) + "]"
			r.at[at] = place(entry)
			r.text(&s)(at, entry)
			*to = append(*to, s)
		}
	}
}

// settings and tags take lists of texts of which Clean drops the repeated.

func (r *reader) settings(to *[]string) set {
	return r.distinct(to, func(s string) []string {
		d := models.Document{Settings: []string{s}}
		d.Clean()
		return d.Settings
	})
}

func (r *reader) tags(to *[]string) set {
	return r.distinct(to, func(s string) []string {
		d := models.Document{Tags: []string{s}}
		d.Clean()
		return d.Tags
	})
}

func (r *reader) distinct(to *[]string, clean func(string) []string) set {
	return func(path string, n *yaml.Node) {
		var all []string
		r.texts(&all)(path, n)
		for i, s := range all {
			if c := clean(s); len(c) == 1 && !slices.Contains(*to, c[0]) {
				*to = append(*to, c[0])
				r.kept[path] = append(r.kept[path], i)
			}
		}
	}
}

// What Clean keeps is asked of Clean, so that the two cannot differ.

func keepsAuthor(a models.Author) bool {
	d := models.Document{Authors: []models.Author{a}}
	d.Clean()
	return len(d.Authors) == 1
}

func keepsConnection(c models.Connection) bool {
	d := models.Document{Connections: []models.Connection{c}}
	d.Clean()
	return len(d.Connections) == 1
}

func keepsBenefit(b models.Benefit) bool {
	d := models.Document{Benefits: []models.Benefit{b}}
	d.Clean()
	return len(d.Benefits) == 1
}

func keepsEvidence(e models.Evidence) bool {
	d := models.Document{Evidence: []models.Evidence{e}}
	d.Clean()
	return len(d.Evidence) == 1
}

func keepsDataset(s models.Dataset) bool {
	d := models.Document{ResearchUse: &models.ResearchUse{Datasets: []models.Dataset{s}}}
	d.Clean()
	return d.ResearchUse != nil
}

func keepsApproval(a models.Approval) bool {
	d := models.Document{ResearchUse: &models.ResearchUse{Approvals: []models.Approval{a}}}
	d.Clean()
	return d.ResearchUse != nil
}
