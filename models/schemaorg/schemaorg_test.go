package schemaorg_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/piprate/json-gold/ld"

	"grassroots/models"
	"grassroots/models/schemaorg"
)

const space = "http://schema.org/"

// facts are what schema.org says of the types that are used here: of each, the
// properties that it or a type above it has (https://schema.org/docs/full.html).
var facts = map[string]string{
	"Thing":              "name alternateName description url sameAs identifier image potentialAction",
	"CreativeWork":       "Thing abstract headline author publisher isPartOf dateCreated datePublished dateModified version creativeWorkStatus inLanguage license keywords about citation commentCount discussionUrl interactionStatistic",
	"Article":            "CreativeWork",
	"WebSite":            "CreativeWork",
	"DefinedTermSet":     "CreativeWork",
	"Person":             "Thing jobTitle",
	"Organization":       "Thing address parentOrganization areaServed foundingDate dissolutionDate",
	"PostalAddress":      "Thing postalCode addressCountry",
	"PropertyValue":      "Thing propertyID value",
	"DefinedTerm":        "Thing termCode inDefinedTermSet",
	"InteractionCounter": "Thing interactionType userInteractionCount",
	"SearchAction":       "Thing target query-input",
	"EntryPoint":         "Thing urlTemplate",
	"BreadcrumbList":     "Thing itemListElement",
	"ListItem":           "Thing position item",
}

// addresses are the properties whose values are addresses; in the context of
// schema.org they are of the type @id.
const addresses = "url sameAs image license discussionUrl item interactionType"

// dates are those whose values are dates, with or without a time.
const dates = "dateCreated datePublished dateModified foundingDate dissolutionDate"

func has(kind, property string) bool {
	for p := range strings.FieldsSeq(facts[kind]) {
		if p == property || facts[p] != "" && has(p, property) {
			return true
		}
	}
	return false
}

// loader gives the part of schema.org's context that is used, so that no test
// asks another site.
type loader struct{}

// LoadDocument implements ld.DocumentLoader.
func (loader) LoadDocument(address string) (*ld.RemoteDocument, error) {
	if address != "https://schema.org" {
		return nil, fmt.Errorf("there is no context at %s", address)
	}
	terms := map[string]any{"@vocab": space, "schema": space}
	for p := range strings.FieldsSeq(addresses) {
		terms[p] = map[string]any{"@id": "schema:" + p, "@type": "@id"}
	}
	return &ld.RemoteDocument{DocumentURL: address, Document: map[string]any{"@context": terms}}, nil
}

// read expands a document as any program that knows JSON-LD does, and holds
// every node of it to what schema.org knows.
func read(t *testing.T, raw []byte) []any {
	t.Helper()
	var doc any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader, options.SafeMode = loader{}, true
	expanded, err := ld.NewJsonLdProcessor().Expand(doc, options)
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	if len(expanded) == 0 {
		t.Fatalf("nothing is said by %s", raw)
	}
	for _, n := range expanded {
		check(t, n)
	}
	// And as statements, which a blank node or a relative address would spoil.
	rdf, err := ld.NewJsonLdProcessor().ToRDF(doc, options)
	if err != nil || len(rdf.(*ld.RDFDataset).Graphs["@default"]) < 3 {
		t.Errorf("as statements: %v, %v", rdf, err)
	}
	return expanded
}

var isDate = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$`)

func check(t *testing.T, n any) {
	t.Helper()
	node, ok := n.(map[string]any)
	if !ok {
		t.Errorf("%v is no node", n)
		return
	}
	if node["@value"] != nil || len(node) == 1 && node["@id"] != nil {
		return
	}
	types, _ := node["@type"].([]any)
	if len(types) != 1 {
		t.Fatalf("%v has no type", node)
	}
	kind := strings.TrimPrefix(fmt.Sprint(types[0]), space)
	if facts[kind] == "" {
		t.Errorf("there is no type %q", kind)
	}
	for key, values := range node {
		if strings.HasPrefix(key, "@") {
			continue
		}
		property := strings.TrimPrefix(key, space)
		if !has(kind, property) {
			t.Errorf("%s has no property %q", kind, property)
		}
		for _, v := range values.([]any) {
			check(t, v)
			literal, _ := v.(map[string]any)
			if slices.Contains(strings.Fields(dates), property) && !isDate.MatchString(fmt.Sprint(literal["@value"])) {
				t.Errorf("%s of %s is %v", property, kind, literal)
			}
			if id, isID := literal["@id"].(string); isID {
				if u, err := url.Parse(id); err != nil || !u.IsAbs() || u.Host == "" {
					t.Errorf("%s of %s is the address %q", property, kind, id)
				}
			}
		}
	}
}

const site = schemaorg.Site("https://grassroots.test")

func study() models.CaseStudy {
	at := time.Date(2026, 1, 4, 9, 30, 0, 0, time.FixedZone("", 3600))
	return models.CaseStudy{ID: "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", Slug: "letters", CreatedAt: at, PublishedAt: at, UpdatedAt: at.Add(time.Hour), Revision: 3, Votes: 7, Comments: 2,
		Document: models.Document{Title: `</script>"Letters"`, Summary: "In minutes.", Stage: models.StageInUse, Organisation: "RR8", Tags: []string{"discharge"}, Language: "en", Licence: "OGL-UK-3.0",
			Authors:  []models.Author{{Name: "Amina Yusuf", Handle: "amina", Email: "amina@nhs.net", Role: "Ward manager"}, {Name: "Somebody"}},
			Evidence: []models.Evidence{{Title: "An audit", URL: "https://example.nhs.uk/audit"}, {URL: "javascript:alert(1)"}, {Title: "On paper"}}}}
}

func TestACaseStudyIsAnArticle(t *testing.T) {
	t.Parallel()
	raw, err := schemaorg.Document(site.CaseStudy(study(), schemaorg.Around{OrgName: "Leeds", Image: "https://grassroots.test/card.png",
		Terms: []schemaorg.Term{{Path: "/systems/ppm", Name: "PPM+"}, {Path: "/standards/hl7-v2", Name: "HL7 v2"}}}))
	if err != nil {
		t.Fatal(err)
	}
	a := read(t, raw)[0].(map[string]any)
	for property, want := range map[string]string{"headline": `</script>"Letters"`, "datePublished": "2026-01-04T08:30:00Z", "dateModified": "2026-01-04T09:30:00Z", "inLanguage": "en", "keywords": "discharge",
		"license": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "url": "https://grassroots.test/case-studies/letters"} {
		if got := value(a, property); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
	for property, want := range map[string]string{"author": "Amina Yusuf, Somebody", "publisher": "Leeds", "about": "PPM+, HL7 v2", "isPartOf": "Grassroots", "creativeWorkStatus": "In use", "citation": "An audit, On paper"} {
		if got := names(a, property); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
	if strings.Contains(string(raw), "@nhs.net") || strings.Contains(string(raw), "javascript:") {
		t.Errorf("it gives away too much: %s", raw)
	}
}

func TestALittleIsEnough(t *testing.T) {
	t.Parallel()
	cs := models.CaseStudy{ID: "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", Slug: "x", Document: models.Document{Title: "An idea", Stage: models.StageIdea}}
	for licence, want := range map[string]string{"": "", "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/", "https://example.nhs.uk/ours": "https://example.nhs.uk/ours"} {
		cs.Licence = licence
		raw, err := schemaorg.Document(site.CaseStudy(cs, schemaorg.Around{}))
		if err != nil {
			t.Fatal(err)
		}
		if got := value(read(t, raw)[0].(map[string]any), "license"); got != want {
			t.Errorf("the licence %q is %q", licence, got)
		}
	}
	cs.Licence, cs.Organisation = "ask the trust", "RZZ"
	raw, err := schemaorg.Document(site.CaseStudy(cs, schemaorg.Around{}))
	if err != nil {
		t.Fatal(err)
	}
	if a := read(t, raw)[0].(map[string]any); names(a, "license") != "ask the trust" || names(a, "publisher") != "Organisation RZZ" {
		t.Errorf("it is %s", raw)
	}
}

func TestEverythingElseIsDescribed(t *testing.T) {
	t.Parallel()
	opened := time.Date(1998, 4, 1, 0, 0, 0, 0, time.UTC)
	for name, nodes := range map[string][]schemaorg.Node{
		"the site": {site.WebSite()},
		"Leeds": {site.Organisation(models.Organisation{Code: "RR8", Name: "Leeds", Kind: "Acute trust", Region: "North East and Yorkshire", ICBCode: "QWO", ICBName: "West Yorkshire", Postcode: "LS9 7TF", Opened: &opened}),
			site.Breadcrumbs([]schemaorg.Step{{Name: "Home", Path: "/"}, {Name: "Organisations", Path: "/organisations"}, {Name: "Leeds"}})},
		"a code":     {site.Organisation(models.Organisation{Code: "RZZ"})},
		"a system":   {site.System(models.System{Slug: "ppm", Name: "PPM+", Aliases: []string{"PPM"}, Kind: "EPR", Supplier: "Leeds"})},
		"a standard": {site.Standard(models.Standard{Code: "hl7-v2", Name: "HL7 v2", URL: "https://www.hl7.org", Purpose: "Messages"})},
		"the lists":  {site.Systems(), site.Standards()},
	} {
		raw, err := schemaorg.Document(nodes...)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, raw); len(got) != len(nodes) {
			t.Errorf("%s: %d of %d are read: %v", name, len(got), len(nodes), slices.Collect(maps.Keys(got[0].(map[string]any))))
		}
	}
}

// value is the first value of a property, an address or a text.
func value(node map[string]any, property string) string {
	list, _ := node[space+property].([]any)
	if len(list) == 0 {
		return ""
	}
	first, _ := list[0].(map[string]any)
	if id, ok := first["@id"].(string); ok {
		return id
	}
	return fmt.Sprint(first["@value"])
}

// names are those of the nodes that a property leads to.
func names(node map[string]any, property string) string {
	var out []string
	list, _ := node[space+property].([]any)
	for _, v := range list {
		inner, _ := v.(map[string]any)
		out = append(out, value(inner, "name"))
	}
	return strings.Join(out, ", ")
}
