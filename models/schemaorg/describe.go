package schemaorg

import (
	"net/url"
	"strings"
	"time"

	"grassroots/models"
)

// Site makes descriptions for the site at an address without a slash at its
// end. What it describes has the address of its page for its id.
type Site string

func (s Site) at(parts ...string) string {
	address := string(s)
	for _, p := range parts {
		address += "/" + url.PathEscape(p)
	}
	return address
}

// WebSite describes the site and how it is searched.
func (s Site) WebSite() WebSite {
	w := *s.self()
	w.URL, w.InLanguage = s.at(""), "en-GB"
	w.Description = "Where NHS staff post digital ideas and case studies, find what others have joined up, and give feedback."
	w.Search = &SearchAction{Type: "SearchAction", Input: "required name=words",
		Target: EntryPoint{Type: "EntryPoint", URLTemplate: s.at("case-studies") + "?q={words}"}}
	return w
}

// self is the site as others name it.
func (s Site) self() *WebSite {
	return &WebSite{Type: "WebSite", ID: s.at("") + "#site", Name: "Grassroots"}
}

// Around is what is known of a case study beside itself.
type Around struct {
	OrgName string
	Terms   []Term // the systems and standards that it is about
	Image   string // address of a picture of it
}

// Term is an entry of a list that a case study is about.
type Term struct {
	Path string // of its page
	Name string
}

// CaseStudy describes a case study, without the e-mail addresses of anyone.
func (s Site) CaseStudy(cs models.CaseStudy, around Around) Article {
	page := s.at("case-studies", cs.Slug)
	a := Article{Type: "Article", ID: page, URL: page, Headline: cs.Title, Abstract: cs.Summary, Image: around.Image, IsPartOf: s.self(),
		DateCreated: timeText(cs.CreatedAt), DatePublished: timeText(cs.PublishedAt), DateModified: timeText(cs.UpdatedAt),
		Version: cs.Revision, InLanguage: cs.Language, License: licence(cs.Licence), Keywords: cs.Tags, CommentCount: cs.Comments, DiscussionURL: page + "#comments",
		Status:     &DefinedTerm{Type: "DefinedTerm", Name: cs.Stage.Label(), TermCode: string(cs.Stage)},
		Identifier: PropertyValue{Type: "PropertyValue", PropertyID: "ULID", Value: cs.ID},
		InteractionCounts: []InteractionCounter{{Type: "InteractionCounter", Action: "https://schema.org/LikeAction", Count: cs.Votes},
			{Type: "InteractionCounter", Action: "https://schema.org/CommentAction", Count: cs.Comments}}}
	for _, author := range cs.Authors {
		p := Person{Type: "Person", Name: author.Name, JobTitle: author.Role}
		if models.ValidHandle(author.Handle) {
			p.URL = s.at("people", author.Handle)
		}
		a.Author = append(a.Author, p)
	}
	if cs.Organisation != "" {
		name := around.OrgName
		if name == "" {
			name = models.Organisation{Code: cs.Organisation}.DisplayName()
		}
		a.Publisher = s.named(cs.Organisation, name)
	}
	for _, t := range around.Terms {
		a.About = append(a.About, DefinedTerm{Type: "DefinedTerm", ID: string(s) + t.Path, Name: t.Name})
	}
	for _, e := range cs.Evidence {
		if address := e.Address(); models.ValidWebURL(address) || e.Title != "" {
			work := CreativeWork{Type: "CreativeWork", Name: e.Title}
			if models.ValidWebURL(address) {
				work.URL = address
			}
			a.Citation = append(a.Citation, work)
		}
	}
	return a
}

// named is an organisation as others name it.
func (s Site) named(code, name string) *Organization {
	return &Organization{Type: "Organization", ID: s.at("organisations", code), Name: name, Identifier: ods(code)}
}

func ods(code string) *PropertyValue {
	return &PropertyValue{Type: "PropertyValue", PropertyID: "ODS", Value: code}
}

// Organisation describes an organisation.
func (s Site) Organisation(o models.Organisation) Organization {
	out := *s.named(o.Code, o.DisplayName())
	out.URL, out.Description, out.AreaServed = out.ID, o.Kind, o.Region
	if o.Postcode != "" {
		out.Address = &PostalAddress{Type: "PostalAddress", PostalCode: o.Postcode, Country: "GB"}
	}
	if o.ICBCode != "" && o.ICBCode != o.Code && o.ICBName != "" {
		out.Parent = s.named(o.ICBCode, o.ICBName)
	}
	out.FoundingDate, out.Dissolved = dateText(o.Opened), dateText(o.Closed)
	return out
}

// System describes a system.
func (s Site) System(m models.System) DefinedTerm {
	t := s.term("system", m.Slug, m.Name, m.Aliases)
	var parts []string
	for _, p := range []string{m.Kind, m.Supplier} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	t.Description = strings.Join(parts, ", ")
	return t
}

// Standard describes a standard.
func (s Site) Standard(m models.Standard) DefinedTerm {
	t := s.term("standard", m.Code, m.Name, m.Aliases)
	t.Description = m.Purpose
	if models.ValidWebURL(m.URL) {
		t.SameAs = m.URL
	}
	return t
}

func (s Site) term(kind, code, name string, aliases []string) DefinedTerm {
	id := s.at(kind+"s", code)
	set := s.set(kind)
	return DefinedTerm{Type: "DefinedTerm", ID: id, URL: id, Name: name, AlternateName: aliases, TermCode: code, Set: &set}
}

func (s Site) set(kind string) DefinedTermSet {
	name := map[string]string{"system": "Systems", "standard": "Standards"}[kind]
	return DefinedTermSet{Type: "DefinedTermSet", ID: s.at(kind + "s"), Name: name}
}

// Systems describes the list of systems.
func (s Site) Systems() DefinedTermSet {
	return s.list("system", "What information comes from and goes to.")
}

// Standards describes the list of standards.
func (s Site) Standards() DefinedTermSet {
	return s.list("standard", "The ways in which systems exchange information.")
}

func (s Site) list(kind, description string) DefinedTermSet {
	set := s.set(kind)
	set.URL, set.Description = set.ID, description
	return set
}

// Step is a page on the way to another, by its path on the site.
type Step struct{ Name, Path string }

// Breadcrumbs describes the way to a page, which is the last step.
func (s Site) Breadcrumbs(steps []Step) BreadcrumbList {
	list := BreadcrumbList{Type: "BreadcrumbList"}
	for i, step := range steps {
		item := ListItem{Type: "ListItem", Position: i + 1, Name: step.Name}
		if step.Path != "" {
			item.Item = string(s) + step.Path
		}
		list.Items = append(list.Items, item)
	}
	return list
}

// licences are the addresses of the licences that people choose, by their SPDX
// names (https://spdx.org/licenses/).
var licences = map[string]string{
	"OGL-UK-3.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
	"OGL-UK-2.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/2/",
	"CC0-1.0":    "https://creativecommons.org/publicdomain/zero/1.0/",
	"CC-BY-4.0":  "https://creativecommons.org/licenses/by/4.0/", "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
	"CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/", "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
	"CC-BY-ND-4.0": "https://creativecommons.org/licenses/by-nd/4.0/",
	"MIT":          "https://spdx.org/licenses/MIT.html", "Apache-2.0": "https://spdx.org/licenses/Apache-2.0.html",
}

// licence gives a licence's address, or what is known of it: its name.
func licence(name string) any {
	switch {
	case name == "":
		return nil
	case licences[name] != "":
		return licences[name]
	case models.ValidWebURL(name):
		return name
	}
	return CreativeWork{Type: "CreativeWork", Name: name}
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func dateText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
