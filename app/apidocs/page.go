package apidocs

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/templates"
)

func (f *Feature) docs(c *fiber.Ctx) error {
	shell := f.site.Shell(c, "The API")
	shell.Description = "What programs can read and write here, with an example of each."
	shell.Canonical = f.site.URL("/api/docs")
	return f.site.Render(c, fiber.StatusOK, shell, templates.APIDocs(Page(f.api.OpenAPI(), f.site.BaseURL)))
}

// Page makes the page of an API from its description.
func Page(api *huma.OpenAPI, baseURL string) templates.APIDocsPage {
	page := templates.APIDocsPage{BaseURL: baseURL}
	for _, op := range operations(api) {
		name := "Other"
		if len(op.Tags) > 0 {
			name = op.Tags[0]
		}
		at := slices.IndexFunc(page.Groups, func(g templates.APIGroup) bool { return g.Name == name })
		if at < 0 {
			at = len(page.Groups)
			page.Groups = append(page.Groups, templates.APIGroup{Name: name})
		}
		page.Groups[at].Operations = append(page.Groups[at].Operations, operation(api, op, baseURL))
	}
	return page
}

// groupOrder is the order in which kinds of thing are told of.
func groupOrder() []string {
	return []string{"Case studies", "Comments", "Search", "People", "Organisations", "Systems and standards"}
}

// operations lists what the API does: by group, then by path, reading before
// adding before changing before taking away.
func operations(api *huma.OpenAPI) []*huma.Operation {
	var list []*huma.Operation
	for _, item := range api.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				list = append(list, op)
			}
		}
	}
	group := func(op *huma.Operation) int {
		if at := slices.Index(groupOrder(), strings.Join(op.Tags, "")); at >= 0 {
			return at
		}
		return len(groupOrder())
	}
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	slices.SortFunc(list, func(a, b *huma.Operation) int {
		if by := group(a) - group(b); by != 0 {
			return by
		}
		if by := strings.Compare(a.Path, b.Path); by != 0 {
			return by
		}
		return slices.Index(methods, a.Method) - slices.Index(methods, b.Method)
	})
	return list
}

func operation(api *huma.OpenAPI, op *huma.Operation, baseURL string) templates.APIOperation {
	out := templates.APIOperation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
		NeedsToken: len(op.Security) > 0, Curl: curl(api, op, baseURL)}
	for _, p := range op.Parameters {
		if p.Name == "If-None-Match" || p.Name == "Idempotency-Key" { // told of once, at the top of the page
			continue
		}
		field := templates.APIField{Name: p.Name, Type: typeText(api, p.Schema) + ", in the " + p.In, Required: p.Required && p.In != "path", Description: p.Description}
		if field.Description == "" && p.Schema != nil {
			field.Description = p.Schema.Description
		}
		if p.Schema != nil && p.Schema.Default != nil {
			field.Type += fmt.Sprintf(", %v unless you say otherwise", p.Schema.Default)
		}
		out.Parameters = append(out.Parameters, field)
	}
	if op.RequestBody != nil {
		out.Sends = fields(api, jsonSchema(op.RequestBody.Content))
	}
	for status, response := range op.Responses {
		if status[0] == '2' {
			out.Gives = fields(api, jsonSchema(response.Content))
		}
		out.Answers = append(out.Answers, templates.APIAnswer{Status: status, Text: answerText(status, response)})
	}
	slices.SortFunc(out.Answers, func(a, b templates.APIAnswer) int { return strings.Compare(a.Status, b.Status) })
	return out
}

func jsonSchema(content map[string]*huma.MediaType) *huma.Schema {
	if m := content["application/json"]; m != nil {
		return m.Schema
	}
	return nil
}

// answerTexts say what a status means here.
var answerTexts = map[string]string{
	"200": "Done: the answer is in the body.", "201": "Made: its address is in Location.", "204": "Done: there is nothing more to say.",
	"304": "It is as it was when you were given the ETag.", "400": "The address, a header or the form of the body is wrong.",
	"401": "A token is needed, or the one that was sent is not valid.", "403": "You are not allowed to do this.", "404": "There is no such thing.",
	"406": "It does not come in a form that you accept.", "409": "It has changed meanwhile, or is there already.", "410": "It has been withdrawn or deleted.",
	"412": "It has changed since the ETag in If-Match was given.", "413": "The body is larger than 1 MB.", "415": "The body is of a kind that is not taken.",
	"422": "Some fields are wrong: errors says which.", "431": "The address or the headers are longer than 16 KB.", "429": "Too many requests: Retry-After says how many seconds to wait.", "500": "A fault of ours, which has been noted.",
	"503": "Part of the service is away: try again in a moment.",
}

func answerText(status string, response *huma.Response) string {
	if text := answerTexts[status]; text != "" {
		return text
	}
	return response.Description
}

// curl gives an example of an operation for a command line.
func curl(api *huma.OpenAPI, op *huma.Operation, baseURL string) string {
	path, query := op.Path, url.Values{}
	for _, p := range op.Parameters {
		if p.Schema == nil || len(p.Schema.Examples) == 0 {
			continue
		}
		switch value := fmt.Sprint(p.Schema.Examples[0]); p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
		case "query":
			query.Set(p.Name, value)
		}
	}
	address := baseURL + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	lines := []string{"curl '" + address + "'"}
	if op.Method != http.MethodGet {
		lines[0] = "curl -X " + op.Method + " '" + address + "'"
	}
	if len(op.Security) > 0 {
		lines = append(lines, "-H 'Authorization: Bearer YOUR_TOKEN'")
	}
	if op.RequestBody != nil {
		if body := exampleBody(api, jsonSchema(op.RequestBody.Content)); body != "" {
			lines = append(lines, "-H 'Content-Type: application/json'", "-d '"+strings.ReplaceAll(body, "'", `'\''`)+"'")
		}
	}
	return strings.Join(lines, " \\\n  ")
}

// exampleBody is an example of what to send: the fields that have one.
func exampleBody(api *huma.OpenAPI, schema *huma.Schema) string {
	schema = resolve(api, schema)
	if schema == nil {
		return ""
	}
	var parts []string
	for _, name := range propertyNames(schema) {
		property := schema.Properties[name]
		if len(property.Examples) == 0 {
			continue
		}
		value, err := json.Marshal(property.Examples[0])
		if err != nil { // an example that is no JSON is none
			continue
		}
		parts = append(parts, strconv.Quote(name)+": "+string(value))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
