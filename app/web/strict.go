package web

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
)

// The description of the API says what each operation takes. huma holds
// requests to it but for three things, which are held to here: it takes null for
// any field that may be left out, of a parameter that is given twice it reads the
// first, and one that is given without a value it reads as left out. Each could
// hide a mistake of who wrote the request.

const (
	noNull     = "null is not a value of this field: leave it out instead"
	onceOnly   = "may be given only once"
	noValue    = "has no value: leave it out instead"
	validation = "validation failed" // what huma says of any request that is not as described
)

// strict refuses what an operation of the API does not describe.
func strict(api huma.API, op huma.Operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		described := describedAs(api, op)
		wrong := wronglyGiven(ctx, described)
		if len(wrong) == 0 {
			wrong = nullsIn(api, ctx, described)
		}
		if len(wrong) == 0 {
			next(ctx)
			return
		}
		// The answer is in memory: it cannot fail to be written.
		_ = huma.WriteErr(api, ctx, http.StatusUnprocessableEntity, validation, wrong...)
	}
}

// describedAs gives an operation as it stands in the description of the API.
func describedAs(api huma.API, op huma.Operation) *huma.Operation {
	item := api.OpenAPI().Paths[op.Path]
	for _, added := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete, item.Patch} {
		if added != nil && added.Method == op.Method {
			return added
		}
	}
	return &op
}

// wronglyGiven finds the parameters of the address that have one value and were
// given several, or none where they cannot be empty.
func wronglyGiven(ctx huma.Context, op *huma.Operation) []error {
	address := ctx.URL()
	asked := address.Query()
	var wrong []error
	for _, p := range op.Parameters {
		if p.In == "query" && len(asked[p.Name]) > 1 && (p.Explode == nil || !*p.Explode) {
			wrong = append(wrong, &huma.ErrorDetail{Location: "query." + p.Name, Message: onceOnly})
		} else if given := asked[p.Name]; p.In == "query" && len(given) == 1 && given[0] == "" && !canBeEmpty(p.Schema) {
			wrong = append(wrong, &huma.ErrorDetail{Location: "query." + p.Name, Message: noValue})
		}
	}
	return wrong
}

// canBeEmpty tells whether a parameter can be given without a value: a list has none
// then, and some texts may be empty.
func canBeEmpty(s *huma.Schema) bool {
	switch s.Type {
	case huma.TypeArray:
		return true
	case huma.TypeString:
		return s.Format == "" && (s.MinLength == nil || *s.MinLength == 0) && (len(s.Enum) == 0 || slices.Contains(s.Enum, any("")))
	}
	return false
}

// nullsIn finds the fields of a JSON body that are null and may not be. What is
// no JSON, or too large, is left for huma to refuse.
func nullsIn(api huma.API, ctx huma.Context, op *huma.Operation) []error {
	if op.RequestBody == nil {
		return nil
	}
	content := op.RequestBody.Content["application/json"]
	kind, _, err := mime.ParseMediaType(ctx.Header("Content-Type"))
	if content == nil || err == nil && kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return nil
	}
	body := humafiber.Unwrap(ctx).Body() // as huma reads it: unpacked
	if len(body) > MaxBody || !bytes.Contains(body, []byte("null")) {
		return nil
	}
	var value any
	if json.Unmarshal(body, &value) != nil {
		return nil
	}
	f := nullFinder{api.OpenAPI().Components.Schemas, nil}
	f.walk(content.Schema, value, "body")
	return f.wrong
}

type nullFinder struct {
	schemas huma.Registry
	wrong   []error
}

// walk compares a value with its schema. Keys that the schema does not name are
// not its business.
func (f *nullFinder) walk(schema *huma.Schema, value any, path string) {
	nullable := false
	for schema != nil && schema.Ref != "" {
		nullable = nullable || schema.Nullable
		schema = f.schemas.SchemaFromRef(schema.Ref)
	}
	if schema == nil {
		return
	}
	switch value := value.(type) {
	case nil:
		if schema.Type != "" && !schema.Nullable && !nullable {
			f.wrong = append(f.wrong, &huma.ErrorDetail{Location: path, Message: noNull})
		}
	case map[string]any:
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			f.walk(schema.Properties[name], value[name], path+"."+name)
		}
	case []any:
		for i, item := range value {
			f.walk(schema.Items, item, path+"["+strconv.Itoa(i)+"]")
		}
	}
}
