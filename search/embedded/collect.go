package embedded

import (
	"bytes"
	"container/heap"
	"slices"
	"strings"

	index "github.com/blevesearch/bleve_index_api"

	"grassroots/search"
)

// docSet is a set of document numbers. A nil set holds every number.
type docSet struct{ bits []uint64 }

func (s *docSet) add(doc uint64) {
	if n := int(doc/64) + 1; n > len(s.bits) {
		s.bits = append(s.bits, make([]uint64, max(n, 2*len(s.bits))-len(s.bits))...)
	}
	s.bits[doc/64] |= 1 << (doc % 64)
}

func (s *docSet) has(doc uint64) bool {
	if s == nil {
		return true
	}
	i := int(doc / 64)
	return i < len(s.bits) && s.bits[i]&(1<<(doc%64)) != 0
}

func (s *docSet) keep(docs []uint64) []uint64 {
	if s == nil {
		return docs
	}
	return slices.DeleteFunc(docs, func(d uint64) bool { return !s.has(d) })
}

// kinds is the set of documents of the kinds wanted, nil for all.
func (s *scorer) kinds(kinds []search.Kind) (*docSet, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	terms := make([]string, len(kinds))
	for i, k := range kinds {
		terms[i] = string(k)
	}
	return s.anyOf(fieldKind, terms)
}

func (s *scorer) anyOf(field string, terms []string) (*docSet, error) {
	set := &docSet{}
	for _, t := range terms {
		err := s.each(field, t, false, func(m *index.TermFieldDoc) { set.add(m.ID.Value()) })
		if err != nil {
			return nil, err
		}
	}
	return set, nil
}

// filter is the choice a query makes within one facet.
type filter struct {
	facet string
	docs  *docSet
}

// collector counts facets and keeps the best hits, in one pass: a document that
// fails one facet's filter still counts for that facet, one that fails two
// counts for none.
type collector struct {
	s       *scorer
	filters []filter
	total   int

	counts map[string]counter
	reader index.DocValueReader            // what is read of a hit
	others map[string]index.DocValueReader // what is read of a document that fails one filter

	byScore bool
	sortBy  string
	offset  int
	keep    int
	best    hits
	now     hit                   // the document at hand, its fields reused
	id      index.IndexInternalID // and its number
}

// counter counts the values of one facet.
type counter map[string]*int

func (c counter) add(term []byte) {
	if n := c[string(term)]; n != nil {
		*n++
		return
	}
	one := 1
	c[string(term)] = &one
}

func newCollector(s *scorer, q search.Query, order search.Sort) (*collector, error) {
	limit := min(q.Limit, search.MaxLimit)
	c := &collector{
		s: s, offset: q.Offset, counts: map[string]counter{}, others: map[string]index.DocValueReader{},
		byScore: order == search.SortRelevance,
	}
	if limit > 0 && q.Offset < int(s.count) {
		c.keep = q.Offset + limit
	}
	for facet, values := range q.Without("") {
		terms := make([]string, len(values))
		for i, v := range values {
			terms[i] = facetTerm(v)
		}
		set, err := s.anyOf(facetField+facet, terms)
		if err != nil {
			return nil, err
		}
		c.filters = append(c.filters, filter{facet: facet, docs: set})
	}
	return c, c.open(q, order)
}

// open prepares to read the values of documents.
func (c *collector) open(q search.Query, order search.Sort) error {
	var fields []string
	for _, f := range q.Facets {
		c.counts[facetField+f] = counter{}
		fields = append(fields, facetField+f)
	}
	for _, f := range c.filters {
		if c.counts[facetField+f.facet] == nil {
			continue
		}
		r, err := c.s.reader.DocValueReader([]string{facetField + f.facet})
		if err != nil {
			return err
		}
		c.others[f.facet] = r
	}
	if c.keep > 0 {
		fields = append(fields, fieldID)
		if !c.byScore {
			c.sortBy = sortField + string(order)
			fields = append(fields, c.sortBy)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	var err error
	c.reader, err = c.s.reader.DocValueReader(fields)
	return err
}

// collect takes one document that the text and the kinds allow.
func (c *collector) collect(doc uint64) error {
	failed := ""
	for _, f := range c.filters {
		if f.docs.has(doc) {
			continue
		}
		if failed != "" {
			return nil
		}
		failed = f.facet
	}
	id := index.NewIndexInternalID(c.id, doc)
	c.id = id
	if failed != "" {
		if r := c.others[failed]; r != nil {
			return r.VisitDocValues(id, c.count)
		}
		return nil
	}
	c.total++
	if c.reader == nil {
		return nil
	}
	c.now.doc, c.now.key, c.now.id, c.now.score = doc, c.now.key[:0], c.now.id[:0], 0
	if int(doc) < len(c.s.score) {
		c.now.score = c.s.score[doc]
	}
	if err := c.reader.VisitDocValues(id, c.visit); err != nil {
		return err
	}
	if c.keep > 0 {
		c.offer()
	}
	return nil
}

func (c *collector) count(field string, term []byte) {
	if n := c.counts[field]; n != nil {
		n.add(term)
	}
}

func (c *collector) visit(field string, term []byte) {
	switch field {
	case fieldID:
		c.now.id = append(c.now.id[:0], term...)
	case c.sortBy:
		c.now.key = append(c.now.key[:0], term...)
	default:
		c.count(field, term)
	}
}

// offer keeps the document at hand if it is among the best so far.
func (c *collector) offer() {
	c.best.byScore = c.byScore
	if len(c.best.list) < c.keep {
		heap.Push(&c.best, c.now.clone())
		return
	}
	if c.best.before(&c.now, c.best.list[0]) {
		c.best.list[0] = c.now.clone()
		heap.Fix(&c.best, 0)
	}
}

// hit is one document in the running.
type hit struct {
	doc     uint64
	score   float32
	key, id []byte
}

func (h *hit) clone() *hit {
	return &hit{doc: h.doc, score: h.score, key: bytes.Clone(h.key), id: bytes.Clone(h.id)}
}

// hits is a heap with the worst hit on top.
type hits struct {
	byScore bool
	list    []*hit
}

// before is the order of the result: the score or the key, then the ID.
func (h *hits) before(a, b *hit) bool {
	if h.byScore && a.score != b.score {
		return a.score > b.score
	}
	if c := bytes.Compare(a.key, b.key); c != 0 {
		return c < 0
	}
	return bytes.Compare(a.id, b.id) < 0
}

func (h *hits) Len() int           { return len(h.list) }
func (h *hits) Less(i, j int) bool { return h.before(h.list[j], h.list[i]) }
func (h *hits) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *hits) Push(x any)         { h.list = append(h.list, x.(*hit)) }
func (h *hits) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

// result writes down what was collected.
func (c *collector) result() (search.Result, error) {
	result := search.Result{Total: c.total, Facets: map[string]map[string]int{}}
	for field, counter := range c.counts {
		values := make(map[string]int, len(counter))
		for term, n := range counter {
			values[strings.TrimPrefix(term, facetTerm(""))] = *n
		}
		result.Facets[strings.TrimPrefix(field, facetField)] = values
	}
	list := c.best.list
	slices.SortFunc(list, func(a, b *hit) int {
		switch {
		case c.best.before(a, b):
			return -1
		case c.best.before(b, a):
			return 1
		}
		return 0
	})
	for _, h := range list[min(c.offset, len(list)):] {
		shown, err := c.s.show(h)
		if err != nil {
			return search.Result{}, err
		}
		result.Hits = append(result.Hits, shown)
	}
	return result, nil
}

// show reads what a page shows of a document.
func (s *scorer) show(h *hit) (search.Hit, error) {
	kind, id, _ := strings.Cut(string(h.id), "/")
	shown := search.Hit{Kind: search.Kind(kind), ID: id, Score: float64(h.score)}
	doc, err := s.reader.Document(string(h.id))
	if err != nil || doc == nil {
		return shown, err
	}
	doc.VisitFields(func(f index.Field) {
		switch f.Name() {
		case fieldShown:
			shown.Title = string(f.Value())
		case fieldURL:
			shown.URL = string(f.Value())
		}
	})
	return shown, nil
}
