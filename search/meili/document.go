package meili

import (
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// The attributes of a document on the server.
const (
	attrKey     = "key" // names the document and breaks ties
	attrKind    = "kind"
	attrLayout  = "layout"
	attrID      = "id"    // the four shown attributes, as they are
	attrShown   = "shown" // the title
	attrURL     = "url"
	attrTitle   = "title" // the four searched attributes, as words of package lang
	attrSummary = "summary"
	attrLabels  = "labels"
	attrBody    = "body"
	facetPrefix = "f_" // and the facet's name
	sortPrefix  = "s_" // and the sort's name
)

// key names a document. The ID is in hexadecimal: the server allows few
// characters in a key, and orders strings without regard to case, which would
// break ties otherwise than the other engine does.
func key(kind search.Kind, id string) string {
	return string(kind) + "_" + hex.EncodeToString([]byte(id))
}

// newRecord is a document as the server takes it.
func newRecord(d search.Document) (json.RawMessage, error) {
	r := map[string]any{
		attrKey: key(d.Kind, d.ID), attrKind: string(d.Kind), attrLayout: layout,
		attrID: d.ID, attrShown: strings.ToValidUTF8(d.Title, "\uFFFD"), attrURL: strings.ToValidUTF8(d.URL, "\uFFFD"),
		attrTitle:   lang.Analyse(d.Title).String(),
		attrSummary: lang.Analyse(d.Summary).String(),
		attrLabels:  lang.Analyse(d.Labels()).String(),
		attrBody:    lang.Analyse(d.Body).String(),
	}
	for name, values := range d.Facets {
		kept := make([]string, len(values))
		for i, v := range values {
			kept[i] = encodeFacet(v)
		}
		r[facetPrefix+name] = kept
	}
	for s, v := range d.Order() {
		r[sortPrefix+string(s)] = v
	}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %s %s: %w", search.ErrBadDocument, d.Kind, d.ID, err)
	}
	return b, nil
}

// encodeFacet writes a facet's value so that the server keeps it apart from
// every other: it folds case and accents, so values of anything but small
// letters, digits and a few signs are written in base 32.
func encodeFacet(value string) string {
	if isPlain(value) {
		return "=" + value
	}
	return "~" + strings.ToLower(facetEncoding.EncodeToString([]byte(value)))
}

// decodeFacet reads what encodeFacet wrote.
func decodeFacet(value string) (string, error) {
	if plain, ok := strings.CutPrefix(value, "="); ok {
		return plain, nil
	}
	b, err := facetEncoding.DecodeString(strings.ToUpper(strings.TrimPrefix(value, "~")))
	if err != nil {
		return "", fmt.Errorf("%w: a facet's value that is not ours: %q", search.ErrUnavailable, value)
	}
	return string(b), nil
}

var facetEncoding = base32.HexEncoding.WithPadding(base32.NoPadding)

func isPlain(value string) bool {
	for i := range len(value) {
		c := value[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

// quote writes a string in a filter.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// filters writes the kinds and filters of a query, one group for each that all
// have to hold, as the server takes them.
func filters(kinds []search.Kind, chosen map[string][]string) []string {
	var all []string
	if len(kinds) > 0 {
		values := make([]string, len(kinds))
		for i, k := range kinds {
			values[i] = quote(string(k))
		}
		all = append(all, attrKind+" IN ["+strings.Join(values, ", ")+"]")
	}
	for _, facet := range search.FacetNames() {
		if len(chosen[facet]) == 0 {
			continue
		}
		values := make([]string, len(chosen[facet]))
		for i, v := range chosen[facet] {
			values[i] = quote(encodeFacet(v))
		}
		all = append(all, facetPrefix+facet+" IN ["+strings.Join(values, ", ")+"]")
	}
	return all
}
