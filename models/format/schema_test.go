package format_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"grassroots/models"
	"grassroots/models/format"
)

func schemaValidator(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(format.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("case-study-1.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("case-study-1.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance gives the front matter of a file as JSON has it.
func instance(t *testing.T, src []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(bytes.SplitN(src, []byte("---\n"), 3)[1], &v); err != nil {
		t.Fatal(err)
	}
	return asJSON(v)
}

func asJSON(v any) any {
	switch v := v.(type) {
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	case []any:
		for i := range v {
			v[i] = asJSON(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = asJSON(v[k])
		}
	}
	return v
}

func TestSchemaTakesWhatWriteWrites(t *testing.T) {
	s := schemaValidator(t)
	paths, err := filepath.Glob("../demo/case-studies/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no demo files: %v", err)
	}
	for _, path := range append(paths, "testdata/full.md") {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := format.Parse(filepath.Base(path), src)
		if err != nil {
			t.Error(err)
			continue
		}
		written, err := format.Write(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(instance(t, written)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestTheDocumentedExampleIsCanonical lints the example of docs/format.md.
func TestTheDocumentedExampleIsCanonical(t *testing.T) {
	document, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)\n````case-study\n(.*?)````\n").FindAllSubmatch(document, -1)
	if len(examples) != 1 {
		t.Fatalf("there are %d examples", len(examples))
	}
	src := examples[0][1]
	f, err := format.Parse("docs/format.md", src)
	if err != nil {
		t.Fatal(err)
	}
	if err := schemaValidator(t).Validate(instance(t, src)); err != nil {
		t.Errorf("it does not fit the schema: %v", err)
	}
	written, err := format.Write(f)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, src) {
		t.Errorf("it is written back as\n%s", written)
	}
	for _, key := range models.FormatKeys() {
		if !bytes.Contains(src, []byte("\n"+key+":")) {
			t.Errorf("the example leaves %s out", key)
		}
		if !bytes.Contains(document, []byte("`"+key+"`")) {
			t.Errorf("the text does not explain %s", key)
		}
	}
}

// TestTheSchemaIsOneOf2020 holds the schema to the rules for schemas.
func TestTheSchemaIsOneOf2020(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(format.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	const draft = "https://json-schema.org/draft/2020-12/schema"
	if got := doc.(map[string]any)["$schema"]; got != draft {
		t.Errorf("it says that it is of %v", got)
	}
	meta, err := jsonschema.NewCompiler().Compile(draft)
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(doc); err != nil {
		t.Error(err)
	}
}

// TestSchemaRefusesWhatParseRefuses takes one broken rule at a time.
func TestSchemaRefusesWhatParseRefuses(t *testing.T) {
	s := schemaValidator(t)
	if err := s.Validate(instance(t, []byte(file()))); err != nil {
		t.Fatalf("the file without a fault: %v", err)
	}
	for _, front := range []string{
		"id: 01JD3Z6V7Q8R9S0T1V2W3X4Y5I", "summary: [a]", "summary: " + strings.Repeat("a", models.MaxSummary+1), "organisation: R-8", "organisation: R8",
		"authors: [{role: Nurse}]", "authors: [{name: N, email: nowhere}]", "settings: Acute", "tags: ['!']", "tags: [a, b, c, d, e, f, g, h, i, j, k]",
		"connections: [{from: A}]", "connections: [{from: A, to: B, direction: up}]", "connections: [{from: A, to: B, version: 2.4}]",
		"connections: [{from: A, to: B, standard: 'HL7 v2!'}]", "connections: [{from: A, to: B, status: gone}]", "connections: [{from: A, to: B, site: '?'}]",
		"benefits: [{before: 1}]", "benefits: [{measure: M, before: '1'}]", "benefits: [{measure: M, sample: -1}]", "benefits: [{measure: M, sample: 1.5}]",
		"benefits: [{measure: M, period: 2025}]", "benefits: [{measure: M, better: more}]", "data_use: {personal_data: 'yes'}", "data_use: []",
		"safety: {dtac: true}", "devices: {used: true, provisions: {updates: perhaps}}", "evidence: [{title: T, kind: rumour}]", "evidence: [{title: T, url: 'ftp://a.b'}]",
		"campaign: A B", "licence: " + strings.Repeat("a", 61), "language: English", "created: 2026-01-04", "review_by: soon", "body: Text",
	} {
		src := []byte(file(front))
		if err := s.Validate(instance(t, src)); err == nil {
			t.Errorf("the schema takes %q", front)
		}
		if _, err := format.Parse("f.md", src); err == nil {
			t.Errorf("Parse takes %q", front)
		}
	}
}

// TestSchemaHasTheNumbersOfTheRules holds the schema to the rules in models,
// which are written once more in it.
func TestSchemaHasTheNumbersOfTheRules(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(format.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	at := func(path string) any {
		var v any = root
		for _, key := range strings.Split(path, "/") {
			v = v.(map[string]any)[key]
		}
		return v
	}
	keys := slices.Sorted(maps.Keys(at("properties").(map[string]any)))
	if want := slices.Sorted(slices.Values(append(models.FormatKeys(), "body"))); !slices.Equal(keys, want) {
		t.Errorf("the keys are %v and not %v", keys, want)
	}
	for path, want := range map[string]any{
		"properties/format/const":                                                  format.Version,
		"properties/title/maxLength":                                               models.MaxTitle,
		"properties/summary/maxLength":                                             models.MaxSummary,
		"properties/stage/enum":                                                    models.Stages(),
		"properties/authors/maxItems":                                              models.MaxAuthors,
		"properties/authors/items/properties/name/maxLength":                       models.MaxName,
		"properties/settings/maxItems":                                             models.MaxSettings,
		"properties/tags/maxItems":                                                 models.MaxTags,
		"properties/tags/items/maxLength":                                          models.MaxTag,
		"properties/connections/maxItems":                                          models.MaxConnections,
		"properties/connections/items/properties/direction/enum":                   models.Directions(),
		"properties/connections/items/properties/status/enum":                      models.Statuses(),
		"properties/benefits/maxItems":                                             models.MaxBenefits,
		"properties/benefits/items/properties/measure/maxLength":                   models.MaxTitle,
		"properties/benefits/items/properties/method/maxLength":                    models.MaxSummary,
		"properties/data_use/properties/notes/maxLength":                           models.MaxNotes,
		"properties/devices/properties/provisions/maxProperties":                   models.MaxProvisions,
		"properties/devices/properties/provisions/additionalProperties":            map[string]any{"enum": models.ProvisionAnswers()},
		"properties/evidence/maxItems":                                             models.MaxEvidence,
		"properties/evidence/items/properties/kind/enum":                           models.EvidenceKinds(),
		"properties/evidence/items/properties/url/maxLength":                       models.MaxURL,
		"properties/evidence/items/properties/authors/maxItems":                    models.MaxAuthorsOfSource,
		"properties/evidence/items/properties/source/maxLength":                    models.MaxSource,
		"properties/evidence/items/properties/claim/maxLength":                     models.MaxSource,
		"properties/evidence/items/properties/benefit/maxLength":                   models.MaxTitle,
		"properties/nice_evidence/properties/parts/additionalProperties":           map[string]any{"enum": models.ProvisionAnswers()},
		"properties/nice_evidence/properties/tier/enum":                            values(models.NICETiers()),
		"properties/nice_evidence/properties/parts/propertyNames/enum":             parts(),
		"properties/research_use/properties/study/maxLength":                       models.MaxSource,
		"properties/research_use/properties/datasets/maxItems":                     models.MaxDatasets,
		"properties/research_use/properties/datasets/items/properties/access/enum": values(models.DatasetAccesses()),
		"properties/research_use/properties/approvals/maxItems":                    models.MaxApprovals,
		"properties/research_use/properties/approvals/items/properties/kind/enum":  values(models.ApprovalKinds()),
		"$defs/shortText/maxLength":                                                models.MaxName,
	} {
		var wanted any
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &wanted); err != nil {
			t.Fatal(err)
		}
		if got := at(path); !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s is %v and not %v", path, got, wanted)
		}
	}
}

func values(list []models.Choice) (out []string) {
	for _, c := range list {
		out = append(out, c.Value)
	}
	return out
}

func parts() (out []string) {
	for _, p := range models.NICEParts() {
		out = append(out, p.Value)
	}
	return out
}
