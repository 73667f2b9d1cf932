package embedded

import (
	"context"
	"slices"

	index "github.com/blevesearch/bleve_index_api"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// Suggest answers while a person types, from titles alone.
func (ix *Index) Suggest(ctx context.Context, text string, limit int) ([]search.Hit, error) {
	asked := lang.ParseTitle(text, ix.synonyms.Load().Table())
	if len(asked.Terms) == 0 || limit <= 0 {
		return nil, ctx.Err()
	}
	var found []search.Hit
	err := ix.read(ctx, func(r index.IndexReader) error {
		s, err := newScorer(ctx, r, textFields()[:1])
		if err != nil {
			return err
		}
		docs, err := s.find(asked, nil, true)
		if err != nil {
			return err
		}
		found, err = s.best(docs, limit)
		return err
	})
	return found, err
}

// Similar finds documents about the same as a title and a summary.
func (ix *Index) Similar(ctx context.Context, kind search.Kind, title, summary, exclude string, limit int) ([]search.Hit, error) {
	if err := (search.Query{Kinds: []search.Kind{kind}}).Validate(); err != nil {
		return nil, err
	}
	asked := lang.Keywords(title, summary, ix.synonyms.Load().Table())
	if len(asked.Terms) == 0 || limit <= 0 {
		return nil, ctx.Err()
	}
	var found []search.Hit
	err := ix.read(ctx, func(r index.IndexReader) error {
		s, err := newScorer(ctx, r, textFields()[:3])
		if err != nil {
			return err
		}
		// A title that is being typed may have a slip in it; one that is posted
		// is not looked at for them, which would cost most of the search.
		s.exact = exclude != ""
		kinds, err := s.kinds([]search.Kind{kind})
		if err != nil {
			return err
		}
		docs, err := s.find(asked, kinds, false)
		if err != nil {
			return err
		}
		if self, err := r.InternalID(key(kind, exclude)); err == nil && self != nil {
			docs = slices.DeleteFunc(docs, func(d uint64) bool { return d == self.Value() })
		}
		found, err = s.best(docs, limit)
		return err
	})
	return found, err
}

// best shows the documents with the highest scores.
func (s *scorer) best(docs []uint64, limit int) ([]search.Hit, error) {
	c, err := newCollector(s, search.Query{Limit: limit}, search.SortRelevance)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		if err := c.collect(d); err != nil {
			return nil, err
		}
	}
	result, err := c.result()
	return result.Hits, err
}
