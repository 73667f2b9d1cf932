package searchtest

import (
	"context"
	"slices"
	"testing"

	"grassroots/search"
)

// Evaluation says how well an engine finds what is labelled right.
type Evaluation struct {
	// Recall is the share of right answers among the first five hits.
	Recall float64
	// MRR is the mean of one over the rank of the first right answer.
	MRR float64
	// Missed are the queries whose right answer is not the first hit.
	Missed []string
}

// Evaluate asks an index every query and compares.
func Evaluate(ctx context.Context, ix search.Index, labels []Label) (Evaluation, error) {
	var e Evaluation
	for _, l := range labels {
		result, err := ix.Search(ctx, search.Query{Text: l.Query, Limit: 20})
		if err != nil {
			return e, err
		}
		recall, rank := judge(result.Hits, l.Right)
		e.Recall += recall / float64(len(labels))
		if rank > 0 {
			e.MRR += 1 / float64(rank) / float64(len(labels))
		}
		if rank != 1 {
			e.Missed = append(e.Missed, l.Query)
		}
	}
	return e, nil
}

// judge compares one result with the right answers. A rank of 0 means that none was
// found.
func judge(hits []search.Hit, right []string) (recall float64, rank int) {
	found := 0
	for i, h := range hits {
		if !slices.Contains(right, h.ID) {
			continue
		}
		if rank == 0 {
			rank = i + 1
		}
		if i < 5 {
			found++
		}
	}
	return float64(found) / float64(len(right)), rank
}

// What both engines have to reach, for questions and for misspelt keywords.
const (
	wantRecall = 0.9
	wantMRR    = 0.75
)

// relevance runs the evaluation. What an engine reaches is logged: see the
// packages' comments for what was measured when its ranking was chosen.
func relevance(t *testing.T, ix search.Index) {
	docs, err := Corpus()
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.SetSynonyms(t.Context(), search.DefaultSynonyms()); err != nil {
		t.Fatal(err)
	}
	if err := ix.Upsert(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string]func() ([]Label, error){"questions": Questions, "misspelt": Misspelt} {
		labels, err := list()
		if err != nil {
			t.Fatal(err)
		}
		e, err := Evaluate(t.Context(), ix, labels)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d queries, recall@5 %.3f, MRR %.3f, not first: %q", name, len(labels), e.Recall, e.MRR, e.Missed)
		if e.Recall < wantRecall || e.MRR < wantMRR {
			t.Errorf("%s: recall@5 %.3f and MRR %.3f, want at least %.2f and %.2f", name, e.Recall, e.MRR, wantRecall, wantMRR)
		}
	}
}

// checkLabels reports a label whose right answer is no document of the corpus.
func checkLabels(t *testing.T) {
	docs, err := Corpus()
	if err != nil {
		t.Fatal(err)
	}
	questions, err := Questions()
	if err != nil {
		t.Fatal(err)
	}
	misspelt, err := Misspelt()
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) < 60 || len(questions) < 30 || len(misspelt) < 30 {
		t.Errorf("%d documents, %d questions, %d misspelt queries", len(docs), len(questions), len(misspelt))
	}
	for _, l := range append(questions, misspelt...) {
		for _, id := range l.Right {
			if !slices.ContainsFunc(docs, func(d search.Document) bool { return d.ID == id }) {
				t.Errorf("%q: no document %s", l.Query, id)
			}
		}
	}
}
