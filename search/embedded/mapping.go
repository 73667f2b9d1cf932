package embedded

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// layout is the version of everything that decides what stands in the index:
// the fields below and how package lang makes words. An index of another
// layout is not opened, it has to be rebuilt.
const layout = "1"

// The fields of a document. Texts arrive as words that package lang made, so
// all that is left for Bleve is to split them at blanks.
const (
	fieldKind  = "kind"
	fieldID    = "id"    // the key, for breaking ties
	fieldShown = "shown" // title and address as they are, stored and not searched
	fieldURL   = "url"
	facetField = "f_" // and the facet's name
	sortField  = "s_" // and the sort's name
	pairsField = "_pairs"
)

// textField is a searched field: its weight in a score and the length, in
// words, of one that is neither long nor short.
type textField struct {
	name   string
	weight float64
	usual  float64
	// curb is how much a greater length lowers the weight of a match, BM25's b.
	curb float64
}

// Searched fields, the weightiest first. Lengths are fixed and not averaged over
// the index: the averages that Bleve could give are of its dictionary, and
// would move every score with each document.
func textFields() []textField {
	return []textField{
		{name: "title", weight: 4.5, usual: 7, curb: 0.5},
		{name: "labels", weight: 1.5, usual: 10, curb: 0.3},
		{name: "summary", weight: 1.8, usual: 25, curb: 0.5},
		{name: "body", weight: 1, usual: 300, curb: 0.6},
	}
}

// record is a document as Bleve takes it.
type record map[string]any

// Type names the one kind of record to Bleve.
func (record) Type() string { return "record" }

// newMapping tells Bleve what to do with each field. Nothing but the title and
// address is stored, and no positions are kept: an index that has the bodies
// and their positions is three to four times as large.
func newMapping() (mapping.IndexMapping, error) {
	im := bleve.NewIndexMapping()
	err := im.AddCustomAnalyzer("words", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name})
	if err != nil {
		return nil, fmt.Errorf("define the analyser of words: %w", err)
	}
	doc := bleve.NewDocumentStaticMapping()
	add := func(name string, change func(*mapping.FieldMapping)) {
		fm := bleve.NewTextFieldMapping()
		fm.Store, fm.IncludeTermVectors, fm.IncludeInAll, fm.DocValues = false, false, false, false
		change(fm)
		doc.AddFieldMappingsAt(name, fm)
	}
	for _, f := range textFields() {
		add(f.name, func(fm *mapping.FieldMapping) { fm.Analyzer = "words" })
		add(f.name+pairsField, func(fm *mapping.FieldMapping) { fm.Analyzer, fm.SkipFreqNorm = "words", true })
	}
	exact := func(fm *mapping.FieldMapping) {
		fm.Analyzer, fm.SkipFreqNorm, fm.DocValues = keyword.Name, true, true
	}
	add(fieldKind, exact)
	add(fieldID, exact)
	for _, name := range search.FacetNames() {
		add(facetField+name, exact)
	}
	for s := range (search.Document{}).Order() {
		add(sortField+string(s), exact)
	}
	kept := func(fm *mapping.FieldMapping) { fm.Store, fm.Index = true, false }
	add(fieldShown, kept)
	add(fieldURL, kept)
	im.DefaultMapping = doc
	return im, nil
}

// key names a document in the index.
func key(kind search.Kind, id string) string { return string(kind) + "/" + id }

// newRecord makes what Bleve indexes of a document.
func newRecord(d search.Document) record {
	r := record{
		fieldKind:  string(d.Kind),
		fieldID:    key(d.Kind, d.ID),
		fieldShown: d.Title,
		fieldURL:   d.URL,
	}
	texts := map[string]string{"title": d.Title, "labels": d.Labels(), "summary": d.Summary, "body": d.Body}
	for _, f := range textFields() {
		words := lang.Analyse(texts[f.name])
		r[f.name] = strings.Join(append(words.Words, words.Joined...), " ")
		r[f.name+pairsField] = pairTerms(words)
	}
	for name, values := range d.Facets {
		kept := make([]string, len(values))
		for i, v := range values {
			kept[i] = facetTerm(v)
		}
		r[facetField+name] = kept
	}
	for s, v := range d.Order() {
		r[sortField+string(s)] = sortable(v)
	}
	return r
}

// pairTerm stands for two words side by side. Every pair of a text as a term of
// its own would treble the index, for there are more pairs than words; so pairs
// share 65,536 terms, and phraseWay makes sure that the words are there too. Then
// one document in some hundreds of those that have both words is wrongly taken
// to have them side by side.
func pairTerm(a, b string) string {
	h := fnv.New32a()
	h.Write([]byte(lang.Pair(a, b)))
	return fmt.Sprintf("%04x", uint16(h.Sum32()^h.Sum32()>>16))
}

// pairTerms lists the pairs of a field.
func pairTerms(f lang.Field) string {
	var b strings.Builder
	for i := 1; i < len(f.Words); i++ {
		b.WriteString(pairTerm(f.Words[i-1], f.Words[i]))
		b.WriteByte(' ')
	}
	return b.String()
}

// facetTerm writes a facet's value so that the empty one is a term too.
func facetTerm(value string) string { return "=" + value }

// sortable writes a number as a string that sorts from the largest to the
// smallest, as every order shows them.
func sortable(v float64) string {
	bits := math.Float64bits(v)
	if v < 0 || bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], ^bits)
	return hex.EncodeToString(b[:])
}
