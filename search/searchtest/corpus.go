// Package searchtest is what every search engine has to pass: one suite of
// behaviour, and one evaluation of whether it finds the right thing, both run
// against an empty search.Index that the engine's own test provides.
package searchtest

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"grassroots/search"
)

//go:embed corpus.txt
var corpusText string

//go:embed questions.txt
var questionsText string

//go:embed misspelt.txt
var misspeltText string

// epoch is when the first document of the corpus was published.
func epoch() time.Time { return time.Date(2025, 1, 6, 9, 0, 0, 0, time.UTC) }

// Corpus is a set of short invented case studies about joining systems up in
// the NHS.
func Corpus() ([]search.Document, error) {
	var docs []search.Document
	for _, block := range strings.Split(strings.TrimSpace(corpusText), "\n\n") {
		if strings.HasPrefix(block, "#") {
			continue
		}
		lines := strings.Split(block, "\n")
		if len(lines) != 5 {
			return nil, fmt.Errorf("a document of %d lines, want 5: %.40q", len(lines), block)
		}
		n := len(docs)
		d := search.Document{
			Kind: search.KindCaseStudy, ID: lines[0], Title: lines[1], Summary: lines[2], Body: lines[3],
			URL: "/case-studies/" + lines[0], Facets: map[string][]string{},
			Votes: n * 7 % 23, Comments: n * 5 % 11, Adoptions: n * 3 % 7,
			Hot: float64(n*11%37) / 3, Published: epoch().AddDate(0, 0, n*13%97),
		}
		for _, pair := range strings.Split(lines[4], ";") {
			name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if !ok || !search.IsFacet(name) {
				return nil, fmt.Errorf("document %s: facet %q", d.ID, pair)
			}
			d.Facets[name] = append(d.Facets[name], value)
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// Label is a query with the documents that answer it.
type Label struct {
	Query string
	Right []string
}

// Questions are sentences of a dozen words.
func Questions() ([]Label, error) { return labels(questionsText) }

// Misspelt are keywords with letters wrong.
func Misspelt() ([]Label, error) { return labels(misspeltText) }

func labels(text string) ([]Label, error) {
	var list []Label
	for _, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		query, right, ok := strings.Cut(line, " | ")
		if !ok {
			return nil, fmt.Errorf("no answer in %q", line)
		}
		list = append(list, Label{Query: query, Right: strings.Split(right, ", ")})
	}
	return list, nil
}
