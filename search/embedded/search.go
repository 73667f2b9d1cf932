package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// read runs f on one snapshot of the live index. No swap happens meanwhile.
func (ix *Index) read(ctx context.Context, f func(index.IndexReader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.live == nil {
		return errClosed
	}
	err := guarded(func() error {
		r, err := ix.live.scorch.Reader()
		if err != nil {
			return err
		}
		return errors.Join(f(r), r.Close())
	})
	if err != nil && ctx.Err() == nil && !errors.Is(err, search.ErrUnavailable) {
		err = fmt.Errorf("%w: %w", search.ErrUnavailable, err)
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return err
}

// Search answers a query.
func (ix *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	start := time.Now()
	if err := q.Validate(); err != nil {
		return search.Result{}, err
	}
	var result search.Result
	asked := lang.Parse(q.Text, ix.synonyms.Load().Table())
	err := ix.read(ctx, func(r index.IndexReader) error {
		var err error
		result, err = answer(ctx, r, q, asked)
		return err
	})
	if err != nil {
		return search.Result{}, err
	}
	result.Took = time.Since(start)
	return result, nil
}

// answer finds, counts and sorts on one snapshot.
func answer(ctx context.Context, r index.IndexReader, q search.Query, asked lang.Query) (search.Result, error) {
	s, err := newScorer(ctx, r, textFields())
	if err != nil {
		return search.Result{}, err
	}
	kinds, err := s.kinds(q.Kinds)
	if err != nil {
		return search.Result{}, err
	}
	docs, err := s.find(asked, kinds, false)
	if err != nil {
		return search.Result{}, err
	}
	order := q.Sort
	if order == "" {
		order = search.SortRelevance
	}
	if order == search.SortRelevance && len(asked.Terms) == 0 {
		order = search.SortNew
	}
	c, err := newCollector(s, q, order)
	if err != nil {
		return search.Result{}, err
	}
	for i, d := range docs {
		if i%1024 == 0 && ctx.Err() != nil {
			return search.Result{}, ctx.Err()
		}
		if err := c.collect(d); err != nil {
			return search.Result{}, err
		}
	}
	return c.result()
}

// find lists the documents that have enough of what is asked for, in the order
// of their numbers; all of them when nothing is.
//
// Enough is what package lang says of the number of things that occur in the
// index at all; when no document of the kinds wanted has as many, the most that
// any has. Filters have no say in it, so that counts beside the values of a
// facet come true when one is chosen.
func (s *scorer) find(asked lang.Query, kinds *docSet, complete bool) ([]uint64, error) {
	if len(asked.Terms) == 0 {
		docs, err := s.all()
		return kinds.keep(docs), err
	}
	terms, err := s.rarest(asked.Terms, complete)
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(terms); i++ {
		if a, b := terms[i-1].Word(), terms[i].Word(); a != "" && b != "" {
			if err := s.bonus(a, b); err != nil {
				return nil, err
			}
		}
	}
	docs := kinds.keep(s.seen)
	need := lang.Need(len(terms))
	most := 0
	for _, d := range docs {
		most = max(most, int(s.matched[d]))
	}
	need = min(need, most)
	docs = slices.DeleteFunc(docs, func(d uint64) bool { return int(s.matched[d]) < need })
	slices.Sort(docs)
	return docs, nil
}

// rarest scores the terms that occur, at most lang.MaxNeeded of them: the
// rarest, in the order of typing.
func (s *scorer) rarest(terms []lang.Term, complete bool) ([]lang.Term, error) {
	type found struct {
		term lang.Term
		docs docWeights
	}
	var list []found
	for _, t := range terms {
		ways, err := s.ways(t, complete)
		if err != nil {
			return nil, err
		}
		f := found{term: t}
		for _, w := range ways {
			if err := w.collect(s, &f.docs); err != nil {
				return nil, err
			}
		}
		if len(f.docs.docs) > 0 {
			list = append(list, f)
		}
	}
	for len(list) > lang.MaxNeeded {
		most := 0
		for i, f := range list {
			if len(f.docs.docs) > len(list[most].docs.docs) {
				most = i
			}
		}
		list = slices.Delete(list, most, most+1)
	}
	kept := make([]lang.Term, len(list))
	for i, f := range list {
		s.settle(&f.docs, 1, true)
		kept[i] = f.term
	}
	return kept, nil
}
