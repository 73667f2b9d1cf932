package embedded

import (
	"context"
	"math"

	index "github.com/blevesearch/bleve_index_api"
)

// How BM25 weighs a match. k1 says how soon a further match of the same word
// stops to matter.
const k1 = 1.2

// What a match is worth beside one of the very word that was typed.
const (
	synonymWeight  = 0.85
	apartWeight    = 0.4 // the words of a phrase, but not side by side
	oneTypoWeight  = 0.7
	twoTyposWeight = 0.4
	prefixWeight   = 0.6
	nearbyWeight   = 0.35 // a bonus for two words of the query side by side
)

// scorer finds and scores the documents of one snapshot of the index.
//
// It is BM25F: the matches of one thing asked for are added up over the fields,
// each with its weight, before they saturate, and everything that stands for
// that thing (its synonyms, its misspellings, its completions) counts as one word
// with one rarity. Bleve's own scoring treats each of those as a word of its
// own, and so puts a document with a rare misspelling above those with the
// right word. It also takes the size of its dictionary for the length of a field.
//
// Measured on the labels of the suite and on 5,000 public medical answers
// (recall@5, MRR): questions 0.94, 0.91 and 0.95, 0.80; misspelt keywords 1.00,
// 1.00 and 0.98, 0.90. Without nearbyWeight the public questions' MRR is 0.77;
// with a title's weight of 2 it is 0.79; with typos forgiven from five and nine
// letters, as other engines do, misspelt keywords fall to 0.95 and 0.96.
type scorer struct {
	ctx    context.Context
	reader index.IndexReader
	fields []textField
	// exact takes every word at its word: what asks was not typed just now.
	exact bool

	count   float64   // documents in the snapshot
	score   []float32 // by document number
	matched []uint8   // how many of the things asked for, by document number
	seen    []uint64  // the numbers of all documents with a match
}

// docWeights is a sparse list of weights by document number.
type docWeights struct {
	weight []float32
	docs   []uint64
}

func (w *docWeights) add(doc uint64, weight float32) {
	if n := int(doc) + 1; n > len(w.weight) {
		w.weight = append(w.weight, make([]float32, max(n, 2*len(w.weight))-len(w.weight))...)
	}
	if w.weight[doc] == 0 {
		w.docs = append(w.docs, doc)
	}
	w.weight[doc] += weight
}

// newScorer scores matches in the fields named.
func newScorer(ctx context.Context, r index.IndexReader, fields []textField) (*scorer, error) {
	n, err := r.DocCount()
	if err != nil {
		return nil, err
	}
	return &scorer{ctx: ctx, reader: r, fields: fields, count: float64(n)}, nil
}

// idf is how telling something is that df documents have.
func (s *scorer) idf(df int) float64 {
	return math.Log(1 + (s.count-float64(df)+0.5)/(float64(df)+0.5))
}

// bonus lifts documents that have two words side by side. It makes no document
// match.
func (s *scorer) bonus(a, b string) error {
	var found docWeights
	if err := (phraseWay{words: []string{a, b}, weight: 1}).collect(s, &found); err != nil {
		return err
	}
	s.settle(&found, nearbyWeight, false)
	return nil
}

// settle turns the weights of one thing into scores. counts says that documents
// match because of it.
func (s *scorer) settle(found *docWeights, weight float64, counts bool) {
	idf := weight * s.idf(len(found.docs))
	for _, d := range found.docs {
		tf := float64(found.weight[d])
		s.grow(d)
		if s.matched[d] == 0 {
			if !counts {
				continue
			}
			s.seen = append(s.seen, d)
		}
		s.score[d] += float32(idf * tf * (k1 + 1) / (tf + k1))
		if counts {
			s.matched[d]++
		}
	}
}

func (s *scorer) grow(doc uint64) {
	if n := int(doc) + 1; n > len(s.score) {
		more := max(n, 2*len(s.score)) - len(s.score)
		s.score = append(s.score, make([]float32, more)...)
		s.matched = append(s.matched, make([]uint8, more)...)
	}
}

// each calls f for every document that has a term in a field.
func (s *scorer) each(field, term string, freq bool, f func(*index.TermFieldDoc)) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	r, err := s.reader.TermFieldReader(s.ctx, []byte(term), field, freq, freq, false)
	if err != nil {
		return err
	}
	defer r.Close()
	var doc index.TermFieldDoc
	for n := 1; ; n++ {
		m, err := r.Next(doc.Reset())
		if err != nil || m == nil {
			return err
		}
		f(m)
		if n%4096 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
	}
}

// frequency is how many documents have a word in the field where it is most
// frequent.
func (s *scorer) frequency(word string) (int, error) {
	most := 0
	for _, f := range s.fields {
		r, err := s.reader.TermFieldReader(s.ctx, []byte(word), f.name, false, false, false)
		if err != nil {
			return 0, err
		}
		most = max(most, int(r.Count()))
		if err := r.Close(); err != nil {
			return 0, err
		}
	}
	return most, nil
}

// all lists every document of the snapshot.
func (s *scorer) all() ([]uint64, error) {
	r, err := s.reader.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var docs []uint64
	for {
		id, err := r.Next()
		if err != nil || id == nil {
			return docs, err
		}
		docs = append(docs, id.Value())
	}
}

// probe reads the first words of a field and where they stand.
func (s *scorer) probe(field string) error {
	dict, err := s.reader.FieldDict(field)
	if err != nil {
		return err
	}
	defer dict.Close()
	for range 10 {
		e, err := dict.Next()
		if err != nil || e == nil {
			return err
		}
		if err := s.each(field, e.Term, true, func(*index.TermFieldDoc) {}); err != nil {
			return err
		}
	}
	return nil
}

// way is one way in which a document can have what is asked for.
type way interface {
	collect(s *scorer, into *docWeights) error
}

// wordWay matches one word as it stands.
type wordWay struct {
	word   string
	weight float64
}

func (w wordWay) collect(s *scorer, into *docWeights) error {
	for _, f := range s.fields {
		err := s.each(f.name, w.word, true, func(m *index.TermFieldDoc) {
			length := f.usual
			if m.Norm > 0 {
				length = 1 / (m.Norm * m.Norm)
			}
			tf := float64(max(m.Freq, 1)) / (1 - f.curb + f.curb*length/f.usual)
			into.add(m.ID.Value(), float32(w.weight*f.weight*tf))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// phraseWay matches words that stand side by side in one field.
type phraseWay struct {
	words  []string
	weight float64
}

func (w phraseWay) collect(s *scorer, into *docWeights) error {
	if len(w.words) == 1 {
		return wordWay{word: w.words[0], weight: w.weight}.collect(s, into)
	}
	for _, f := range s.fields {
		if err := w.inField(s, f, into); err != nil {
			return err
		}
	}
	return nil
}

// inField finds the documents that have every pair of neighbours of the phrase,
// and every word.
func (w phraseWay) inField(s *scorer, f textField, into *docWeights) error {
	var docs []uint64
	for i := 1; i < len(w.words); i++ {
		var found []uint64
		err := s.each(f.name+pairsField, pairTerm(w.words[i-1], w.words[i]), false, func(m *index.TermFieldDoc) {
			found = append(found, m.ID.Value())
		})
		if err != nil {
			return err
		}
		if i > 1 {
			found = intersect(docs, found)
		}
		if docs = found; len(docs) == 0 {
			return nil
		}
	}
	for _, word := range w.words {
		var err error
		if docs, err = s.having(f.name, word, docs); err != nil || len(docs) == 0 {
			return err
		}
	}
	for _, d := range docs {
		into.add(d, float32(w.weight*f.weight))
	}
	return nil
}

// intersect lists what is in both of two ascending lists, in the second's room.
func intersect(a, b []uint64) []uint64 {
	kept, i := b[:0], 0
	for _, d := range b {
		for i < len(a) && a[i] < d {
			i++
		}
		if i < len(a) && a[i] == d {
			kept = append(kept, d)
		}
	}
	return kept
}

// having keeps those of an ascending list of documents that have a word.
func (s *scorer) having(field, word string, docs []uint64) ([]uint64, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	r, err := s.reader.TermFieldReader(s.ctx, []byte(word), field, false, false, false)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	kept := docs[:0]
	var doc index.TermFieldDoc
	at, err := r.Next(&doc)
	for _, d := range docs {
		if err == nil && at != nil && at.ID.Value() < d {
			at, err = r.Advance(index.NewIndexInternalID(nil, d), doc.Reset())
		}
		if err != nil || at == nil {
			break
		}
		if at.ID.Value() == d {
			kept = append(kept, d)
		}
	}
	return kept, err
}

// allWay matches documents that have every one of several things, anywhere.
type allWay struct {
	parts  [][]way
	weight float64
}

func (w allWay) collect(s *scorer, into *docWeights) error {
	least := map[uint64]float32{}
	for i, part := range w.parts {
		var found docWeights
		for _, p := range part {
			if err := p.collect(s, &found); err != nil {
				return err
			}
		}
		next := make(map[uint64]float32, len(found.docs))
		for _, d := range found.docs {
			v := found.weight[d]
			if old, ok := least[d]; ok {
				next[d] = min(old, v)
			} else if i == 0 {
				next[d] = v
			}
		}
		least = next
	}
	for d, v := range least {
		into.add(d, float32(w.weight)*v)
	}
	return nil
}
