package casestudies

import (
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/models"
	"grassroots/models/format"
)

// operationTexts say more of an operation than its summary does.
var operationTexts = map[string]string{
	"list-case-studies": "Without `q` the list is in the order of `sort`, `hot` unless you say otherwise; with `q` the best match is first. " +
		"A filter may be given several times: any of its values will do, and every filter has to hold.",
	"get-case-study": "As JSON, as Markdown in the case study format, or as JSON-LD, by the `Accept` header.",
	"post-case-study": "`title`, `stage` and `body` are required. The body may also be sent as Markdown in the case study format. " +
		"The schema of its front matter is at `/schemas/case-study-1.json`.",
	"put-case-study": "What is left out is taken away, but for the e-mail addresses of authors, which are never given out. " +
		"What answers add, such as `votes`, may be sent back and is not looked at. A change that changes nothing makes no revision.",
	"withdraw-case-study": "It is kept in the history, and answers 410 from then on. It is brought back on its page.",
	"list-similar":        "Up to ten, the most alike first; none while the search engine is away.",
	"vote":                "One vote a person, however often it is sent.",
	"unvote":              "Without a vote it changes nothing.",
}

// writeBody describes what a POST or PUT takes.
func writeBody(api huma.API) *huma.RequestBody {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[apiCaseStudyInput](), true, "")
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: schema},
		"text/markdown":    {Schema: &huma.Schema{Type: huma.TypeString, Description: "The case study format, version 1"}}}}
}

func readResponses(api huma.API) map[string]*huma.Response {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[apiCaseStudy](), true, "")
	return map[string]*huma.Response{
		"200": {Description: "The case study", Content: map[string]*huma.MediaType{"application/json": {Schema: schema},
			"text/markdown":       {Schema: &huma.Schema{Type: huma.TypeString}},
			"application/ld+json": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}}}}
}

func writeResponses(api huma.API, status string) map[string]*huma.Response {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[apiCaseStudy](), true, "")
	return map[string]*huma.Response{status: {Description: "The case study as it is now", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
}

// formatSchema is as much of the schema of the format as the API repeats.
type formatSchema struct {
	Description string
	Enum        []string
	Properties  map[string]*formatSchema
	Items       *formatSchema
}

// UnmarshalJSON lets a schema be true or false as well, which says nothing to
// repeat.
func (f *formatSchema) UnmarshalJSON(raw []byte) error {
	if string(raw) == "true" || string(raw) == "false" {
		return nil
	}
	type plain formatSchema
	return json.Unmarshal(raw, (*plain)(f))
}

// describe gives the fields of a case study in the API the descriptions that
// the format has for them, so that they are written once. What a field may
// hold is checked by the rules of the domain, which also say what is wrong in
// plain words, so it is told here and not made a rule of the schema.
func describe(api huma.API) {
	var of formatSchema
	if err := json.Unmarshal(format.Schema(), &of); err != nil {
		panic(err) // the schema is a part of the program, and a test reads it
	}
	registry := api.OpenAPI().Components.Schemas
	for _, t := range []reflect.Type{reflect.TypeFor[apiCaseStudy](), reflect.TypeFor[apiCaseStudyInput]()} {
		schema := registry.Schema(t, false, "")
		schema.Properties["body"].Description = "The text, in Markdown."
		schema.Properties["title"].Description = "At most " + strconv.Itoa(models.MaxTitle) + " characters."
		schema.Properties["extra"].Description = "What else stands in the front matter of the file. It is kept and given back."
		schema.Properties["title"].Examples = []any{"Discharge letters reach the GP in minutes"}
		schema.Properties["stage"].Examples = []any{string(models.StageIdea)}
		schema.Properties["body"].Examples = []any{"They are typed twice. **MESH** could carry them."}
		repeat(registry, schema, &of)
	}
}

func repeat(registry huma.Registry, to *huma.Schema, of *formatSchema) {
	for name, field := range of.Properties {
		target := to.Properties[name]
		if target == nil {
			continue
		}
		if target.Description == "" {
			target.Description = field.text()
		}
		inner := field
		if target.Items != nil && field.Items != nil {
			inner, target = field.Items, target.Items
		}
		if target.Ref != "" {
			target = registry.SchemaFromRef(target.Ref)
		}
		repeat(registry, target, inner)
	}
}

// text is the description, with the values that the format allows.
func (f *formatSchema) text() string {
	text := f.Description
	for i, v := range f.Enum {
		switch {
		case i == 0 && text == "":
			text = "One of " + v
		case i == 0:
			text += " One of " + v
		case i == len(f.Enum)-1:
			text += " or " + v + "."
		default:
			text += ", " + v
		}
	}
	return text
}
