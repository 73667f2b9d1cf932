package apidocs

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/templates"
)

// resolve gives what a reference stands for.
func resolve(api *huma.OpenAPI, schema *huma.Schema) *huma.Schema {
	for schema != nil && schema.Ref != "" {
		schema = api.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	return schema
}

// propertyNames lists the properties of a schema: those that are required in
// the order in which they were written, then the others by name.
func propertyNames(schema *huma.Schema) []string {
	names := slices.Clone(schema.Required)
	var others []string
	for name := range schema.Properties {
		if !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	return append(names, others...)
}

// fields lists what an object has, and what its parts have: "authors[].name".
func fields(api *huma.OpenAPI, schema *huma.Schema) []templates.APIField {
	var out []templates.APIField
	var walk func(schema *huma.Schema, prefix string, within []*huma.Schema)
	walk = func(schema *huma.Schema, prefix string, within []*huma.Schema) {
		schema = resolve(api, schema)
		if schema == nil || slices.Contains(within, schema) { // as replies have replies
			return
		}
		within = append(within, schema)
		for _, name := range propertyNames(schema) {
			property := schema.Properties[name]
			if property.ReadOnly { // may be sent, and is not looked at
				continue
			}
			full := resolve(api, property)
			description := property.Description
			if description == "" {
				description = full.Description
			}
			out = append(out, templates.APIField{Name: prefix + name, Type: typeText(api, property), Required: slices.Contains(schema.Required, name) && prefix == "", Description: description})
			if full.Items != nil {
				walk(full.Items, prefix+name+"[].", within)
			} else {
				walk(full, prefix+name+".", within)
			}
		}
	}
	walk(schema, "", nil)
	return out
}

// typeText says in words what a value is.
func typeText(api *huma.OpenAPI, schema *huma.Schema) string {
	schema = resolve(api, schema)
	if schema == nil {
		return ""
	}
	text := "anything"
	switch {
	case len(schema.Enum) > 0:
		text = enumText(schema.Enum)
	case schema.Type == huma.TypeArray:
		text = "list"
		if items := resolve(api, schema.Items); items != nil && items.Type != huma.TypeObject {
			text = "list of: " + typeText(api, items)
		}
	case schema.Type == huma.TypeString:
		text = stringText(schema.Format)
	case schema.Type == huma.TypeInteger:
		text = "whole number"
	case schema.Type == huma.TypeNumber:
		text = "number"
	case schema.Type == huma.TypeBoolean:
		text = "true or false"
	case schema.Type == huma.TypeObject:
		text = "object"
	}
	if schema.Nullable {
		text += ", or null"
	}
	return text
}

func stringText(format string) string {
	switch format {
	case "date-time":
		return "date and time"
	case "date":
		return "date"
	case "uri":
		return "address"
	}
	return "text"
}

func enumText(values []any) string {
	words := make([]string, 0, len(values))
	for _, v := range values {
		if s, ok := v.(string); ok {
			words = append(words, s)
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
