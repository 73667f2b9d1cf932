package meili

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// rankWindow is how many of the server's first hits are ranked anew. Later pages
// keep the server's order.
const rankWindow = 60

// The server ranks by one criterion after another, and of a united answer by the
// best of the queries that found a document. Neither adds up: a document that
// has four of a question's words, two of them rare, is no better to it than one
// that has two common ones side by side. So the first hits are ranked as BM25
// would: for each term the server says how well each of them has it (in which
// attribute, with how many typos), that is weighed with the rarity of the term,
// and summed.

// scoreDetails is how the server came to a score.
type scoreDetails struct {
	Typo *struct {
		Count int `json:"typoCount"`
	} `json:"typo"`
	Attribute *struct {
		Score float64 `json:"score"`
	} `json:"attributeRank"`
	Exactness *struct {
		Score float64 `json:"score"`
	} `json:"exactness"`
}

// rank orders hits by the sum over the terms.
func (ix *Index) rank(ctx context.Context, p plan, filter []string, hits []found) error {
	if len(hits) < 2 {
		return nil
	}
	only := append(slices.Clone(filter), keysFilter(hits))
	type source struct {
		term   int
		weight float64
	}
	var sources []source
	request := &meilisearch.MultiSearchRequest{}
	for i, t := range p.terms {
		for _, o := range t.options {
			sources = append(sources, source{term: i, weight: o.weight})
			request.Queries = append(request.Queries, &meilisearch.SearchRequest{
				IndexUID: ix.live(), Query: write([]option{o}), MatchingStrategy: meilisearch.All,
				Filter: only, Limit: int64(len(hits)), ShowRankingScoreDetails: true,
				AttributesToRetrieve: []string{attrKey},
			})
		}
	}
	r, err := ix.client.MultiSearchWithContext(ctx, request)
	if err != nil {
		return ix.failure(ctx, "rank", err)
	}
	best := make([]map[string]float64, len(p.terms))
	for i := range best {
		best[i] = map[string]float64{}
	}
	for i, one := range r.Results[:min(len(sources), len(r.Results))] {
		rated, err := readHits(one.Hits)
		if err != nil {
			return err
		}
		s := sources[i]
		for _, h := range rated {
			best[s.term][h.key] = max(best[s.term][h.key], s.weight*h.details.value())
		}
	}
	for i := range hits {
		hits[i].Score = 0
		for t, a := range p.terms {
			hits[i].Score += idf(a.df, p.total) * best[t][hits[i].key]
		}
	}
	slices.SortStableFunc(hits, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.key, b.key))
	})
	return nil
}

// value is what a match of one term is worth: by the attribute that it is in,
// and less with every typo.
func (d scoreDetails) value() float64 {
	v := 1.0
	if d.Attribute != nil {
		// The server rates the first of four searched attributes 1, the last 1/4.
		switch place := d.Attribute.Score; {
		case place > 0.9:
			v = titleValue
		case place > 0.65:
			v = summaryValue
		case place > 0.4:
			v = labelsValue
		}
	}
	if d.Typo != nil {
		switch d.Typo.Count {
		case 0:
		case 1:
			v *= oneTypoValue
		default:
			v *= twoTyposValue
		}
	}
	return v
}

// What a match in each attribute is worth beside one in the body.
const (
	titleValue    = 1.9
	summaryValue  = 1.5
	labelsValue   = 1.3
	oneTypoValue  = 0.7
	twoTyposValue = 0.4
)

// Suggest answers while a person types, from titles alone.
func (ix *Index) Suggest(ctx context.Context, text string, limit int) ([]search.Hit, error) {
	query := lang.ParseTitle(text, ix.synonyms.Load().Table())
	if len(query.Terms) == 0 || limit <= 0 {
		return nil, ctx.Err()
	}
	return ix.quick(ctx, query.Terms, nil, []string{attrTitle}, "", limit, true)
}

// Similar finds documents about the same as a title and a summary.
func (ix *Index) Similar(ctx context.Context, kind search.Kind, title, summary, exclude string, limit int) ([]search.Hit, error) {
	kinds := []search.Kind{kind}
	if err := (search.Query{Kinds: kinds}).Validate(); err != nil {
		return nil, err
	}
	query := lang.Keywords(title, summary, ix.synonyms.Load().Table())
	if len(query.Terms) == 0 || limit <= 0 {
		return nil, ctx.Err()
	}
	return ix.quick(ctx, query.Terms, kinds, []string{attrTitle, attrSummary, attrLabels}, key(kind, exclude), limit, false)
}

// quick finds the best few documents in some attributes.
func (ix *Index) quick(ctx context.Context, terms []lang.Term, kinds []search.Kind, in []string, exclude string, limit int, complete bool) ([]search.Hit, error) {
	var hits []search.Hit
	err := ix.breaker.search(ctx, ix.o.Timeout, func(ctx context.Context) (err error) {
		hits, err = ix.best(ctx, terms, kinds, in, exclude, limit, complete)
		return err
	})
	return hits, err
}

func (ix *Index) best(ctx context.Context, terms []lang.Term, kinds []search.Kind, in []string, exclude string, limit int, complete bool) ([]search.Hit, error) {
	p, err := ix.plan(ctx, terms, in, complete)
	if err != nil {
		return nil, err
	}
	filter := filters(kinds, nil)
	if exclude != "" {
		filter = append(filter, attrKey+" != "+quote(exclude))
	}
	var hits []found
	for ; p.need > 0; p = p.with(p.need - 1) {
		request := ix.federated(p.parts, filter, in, nil)
		request.Federation.Limit = int64(min(max(limit, rankWindow), search.MaxLimit))
		r, err := ix.ask(ctx, request, nil)
		if err != nil {
			return nil, err
		}
		if hits, err = readHits(r.Hits); err != nil {
			return nil, err
		}
		if len(hits) > 0 {
			break
		}
	}
	if len(p.parts) > 1 {
		if err := ix.rank(ctx, p, filter, hits); err != nil {
			return nil, err
		}
	}
	list := make([]search.Hit, min(limit, len(hits)))
	for i := range list {
		list[i] = hits[i].Hit
	}
	return list, nil
}
