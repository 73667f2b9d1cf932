package format

import (
	_ "embed"
	"slices"
)

//go:embed case-study-1.json
var schema []byte

// Schema gives the JSON Schema (2020-12) of the front matter. Parse is more
// patient than it in three things: a key may hold nothing, letters of codes
// and tags may be of either case, and dates need not be quoted.
func Schema() []byte { return slices.Clone(schema) }
