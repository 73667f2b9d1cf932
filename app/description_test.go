package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"grassroots/app"
)

// document is as much of an OpenAPI document as the rules below are about.
type document struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct {
		Schemas         map[string]schema
		SecuritySchemes map[string]struct{ Type, Scheme string }
	}
}

type operation struct {
	OperationID string
	Summary     string
	Tags        []string
	Parameters  []struct {
		Name, In, Description string
		Required              bool
	}
	RequestBody *struct{ Content map[string]content }
	Responses   map[string]struct {
		Description string
		Content     map[string]content
		Headers     map[string]struct {
			Required bool
			Schema   schema
		}
	}
	Security []map[string][]string
}

type content struct{ Schema schema }

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Properties map[string]schema
	Items      *schema
	Required   []string
}

func describe(t *testing.T) (document, []byte) {
	t.Helper()
	raw, err := app.Description()
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d, raw
}

var pathParameter = regexp.MustCompile(`\{([a-z_]+)\}`)

func TestEveryOperationOfTheAPIIsDescribed(t *testing.T) {
	d, _ := describe(t)
	if d.OpenAPI != "3.1.0" || d.Components.SecuritySchemes["token"].Scheme != "bearer" {
		t.Errorf("OpenAPI %q with the security schemes %v", d.OpenAPI, d.Components.SecuritySchemes)
	}
	seen := map[string]bool{}
	for path, item := range d.Paths {
		if !strings.HasPrefix(path, "/api/v1/") {
			t.Errorf("%s is not under /api/v1", path)
		}
		for method, op := range item {
			name := strings.ToUpper(method) + " " + path
			if op.OperationID == "" || seen[op.OperationID] || op.Summary == "" || len(op.Tags) != 1 {
				t.Errorf("%s has the id %q (seen: %v), the summary %q and the tags %q", name, op.OperationID, seen[op.OperationID], op.Summary, op.Tags)
			}
			seen[op.OperationID] = true
			for _, found := range pathParameter.FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct {
					Name, In, Description string
					Required              bool
				}) bool {
					return p.In == "path" && p.Name == found[1] && p.Required
				}) {
					t.Errorf("%s does not declare %q", name, found[1])
				}
			}
			checkResponses(t, name, method, op)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d operations are described", len(seen))
	}
}

func checkResponses(t *testing.T, name, method string, op operation) {
	t.Helper()
	done := 0
	for status, response := range op.Responses {
		if response.Description == "" {
			t.Errorf("%s says nothing of %s", name, status)
		}
		switch {
		case status[0] == '2':
			done++
			_, file := response.Content["application/octet-stream"]
			if status != "204" && response.Content["application/json"].Schema.Ref == "" && !(file && strings.HasPrefix(op.OperationID, "get-") && strings.HasSuffix(op.OperationID, "-file")) {
				t.Errorf("%s does not say what %s holds", name, status)
			}
		case status[0] >= '4':
			if len(response.Content) != 1 || response.Content["application/problem+json"].Schema.Ref != "#/components/schemas/Problem" {
				t.Errorf("%s answers %s with %v", name, status, response.Content)
			}
		}
	}
	want := []string{"400", "401"}
	switch {
	case method == "get":
		want = append(want, "304")
	case op.OperationID == "check", op.OperationID == "read-text": // reads what it is sent, and keeps nothing
	case len(op.Security) == 0:
		t.Errorf("%s changes something and needs no token", name)
	}
	if len(op.Security) > 0 {
		want = append(want, "403")
	}
	if op.RequestBody != nil {
		want = append(want, "413", "415", "422")
		for kind := range op.RequestBody.Content {
			if kind != "application/json" && kind != "text/markdown" && !(kind == "application/octet-stream" && strings.HasPrefix(op.OperationID, "post-") && strings.HasSuffix(op.OperationID, "-file")) {
				t.Errorf("%s says that it takes %s", name, kind)
			}
		}
	} else if method != "post" && op.Responses["422"].Description != "" { // a POST may have a key that another request had
		t.Errorf("%s has no body, and says that it may be wrong", name)
	}
	for _, status := range want {
		if op.Responses[status].Description == "" {
			t.Errorf("%s does not say that it may answer %s", name, status)
		}
	}
	if header := op.Responses["429"].Headers["Retry-After"]; !header.Required || header.Schema.Type != "integer" {
		t.Errorf("%s does not say that 429 tells how long to wait", name)
	}
	if done != 1 {
		t.Errorf("%s has %d answers that are good", name, done)
	}
}

func TestTheDescriptionHoldsTogether(t *testing.T) {
	d, raw := describe(t)
	for _, found := range regexp.MustCompile(`"\$ref": "([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
		if _, ok := d.Components.Schemas[strings.TrimPrefix(found[1], "#/components/schemas/")]; !ok {
			t.Errorf("%s stands for nothing", found[1])
		}
	}
	for name, s := range d.Components.Schemas {
		for property, p := range s.Properties {
			// A list that is empty is [], never null.
			if p.Items != nil && p.Type != "array" {
				t.Errorf("%s.%s is of type %v", name, property, p.Type)
			}
		}
		if strings.HasPrefix(name, "List") {
			for _, field := range []string{"items", "next_cursor", "total"} {
				if !slices.Contains(s.Required, field) {
					t.Errorf("%s need not have %s", name, field)
				}
			}
		}
		if strings.Contains(name, "api") || strings.Contains(name, "API") {
			t.Errorf("a schema is called %s", name)
		}
	}
	for _, name := range []string{"Person", "Writer", "Hit"} {
		if _, ok := d.Components.Schemas[name].Properties["email"]; ok {
			t.Errorf("%s has an e-mail address", name)
		}
	}
}

func TestTheContractIsThere(t *testing.T) {
	d, _ := describe(t)
	for path, methods := range map[string]string{
		"/case-studies": "get post", "/case-studies/{id}": "get put delete", "/case-studies/{id}/revisions": "get", "/case-studies/{id}/similar": "get",
		"/case-studies/{id}/vote": "put delete", "/case-studies/{id}/comments": "get post", "/search": "get", "/systems": "get", "/systems/{slug}": "get",
		"/standards": "get", "/standards/{code}": "get", "/organisations": "get", "/organisations/{code}": "get", "/people": "get", "/people/{id}": "get", "/me": "get",
	} {
		for method := range strings.FieldsSeq(methods) {
			if d.Paths["/api/v1"+path][method].OperationID == "" {
				t.Errorf("there is no %s %s", method, path)
			}
		}
	}
	var parameters []string
	for _, p := range d.Paths["/api/v1/case-studies"]["get"].Parameters {
		parameters = append(parameters, p.Name)
	}
	for _, want := range []string{"q", "stage", "organisation", "region", "setting", "staff_group", "system", "from_system", "to_system", "standard", "campaign", "tag", "evidence", "sort", "limit", "cursor", "facets"} {
		if !slices.Contains(parameters, want) {
			t.Errorf("the list of case studies takes no %s", want)
		}
	}
}

func TestTheCommittedDescriptionIsTheOneServed(t *testing.T) {
	_, raw := describe(t)
	committed, err := os.ReadFile(filepath.Join("..", "docs", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != string(raw) {
		t.Error("docs/openapi.json is not up to date: run make generate")
	}
}
