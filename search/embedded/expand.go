package embedded

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	index "github.com/blevesearch/bleve_index_api"

	"grassroots/search/internal/lang"
)

// How far a word is expanded.
const (
	maxVariants = 16 // misspellings that one word may stand for
	maxEndings  = 48 // endings that an unfinished word may have
	// commoner is how many times as frequent another word has to be for a word
	// that does occur to be taken for its misspelling.
	commoner = 10
	maxWalk  = 2000
	// completeFrom is how many letters of a word that does not occur have to be
	// there for a search to complete it.
	completeFrom = 4
)

// ways lists all the ways in which a document can have a term. complete says
// to complete the word that may be unfinished even if it is a word as it is.
func (s *scorer) ways(t lang.Term, complete bool) ([]way, error) {
	var ways []way
	if w := t.Word(); w != "" {
		word, err := s.wordWays(w, t.Last, complete)
		if err != nil {
			return nil, err
		}
		ways = word
	}
	for i, p := range t.Phrases() {
		switch {
		case len(p) == 1 && p[0] == t.Word():
		case i == 0:
			ways = append(ways, phraseWay{words: p, weight: 1})
		default:
			ways = append(ways, phraseWay{words: p, weight: synonymWeight})
		}
	}
	if len(t.Words) < 2 {
		return ways, nil
	}
	apart := allWay{weight: apartWeight}
	for i, w := range t.Words {
		last := t.Last && i == len(t.Words)-1
		part, err := s.wordWays(w, last, complete)
		if err != nil {
			return nil, err
		}
		apart.parts = append(apart.parts, part)
	}
	return append(ways, apart), nil
}

// wordWays lists the ways to have one word: itself, what it may be a
// misspelling of, and what it may be the beginning of.
func (s *scorer) wordWays(word string, last, complete bool) ([]way, error) {
	known, err := s.frequency(word)
	if err != nil {
		return nil, err
	}
	ways := []way{wordWay{word: word, weight: 1}}
	if s.exact {
		return ways, nil
	}
	variants, err := s.variants(word, known)
	if err != nil {
		return nil, err
	}
	for _, v := range variants {
		ways = append(ways, wordWay{word: v.word, weight: v.weight})
	}
	if split, err := s.split(word, known); err != nil {
		return nil, err
	} else if split != nil {
		ways = append(ways, *split)
	}
	if last && (complete || known == 0 && len(word) >= completeFrom) {
		ends, err := s.endings(word)
		if err != nil {
			return nil, err
		}
		ways = append(ways, ends...)
	}
	return ways, nil
}

// variant is another word that a word may stand for.
type variant struct {
	word   string
	weight float64
	edits  int
	df     int
}

// variants lists the words of the index that a word may be a misspelling of. A
// word that occurs is taken at its word, unless another is so much more
// frequent that it is likely a slip in a document too.
func (s *scorer) variants(word string, known int) ([]variant, error) {
	limit := lang.Typos(word)
	if limit == 0 {
		return nil, nil
	}
	fuzzy, ok := s.reader.(index.IndexReaderFuzzy)
	if !ok {
		return nil, nil
	}
	found := map[string]bool{}
	for _, f := range s.fields {
		dict, err := fuzzy.FieldDictFuzzy(f.name, word, limit, "")
		if err != nil {
			return nil, err
		}
		if err := walk(dict, func(e *index.DictEntry) bool { found[e.Term] = true; return true }); err != nil {
			return nil, err
		}
	}
	delete(found, word)
	return s.likely(word, known, found)
}

// likely keeps the variants that are likeliest to be meant.
func (s *scorer) likely(word string, known int, found map[string]bool) ([]variant, error) {
	var variants []variant
	for v := range found {
		if lang.Typos(v) == 0 && len(v) >= lang.OneTypo {
			continue // a code is never a misspelt word
		}
		df, err := s.frequency(v)
		if err != nil {
			return nil, err
		}
		if known > 0 && df < commoner*known {
			continue
		}
		one := lang.Within(word, v, 1)
		x := variant{word: v, df: df, edits: 2, weight: twoTyposWeight}
		if one {
			x.edits, x.weight = 1, oneTypoWeight
		}
		if v[0] != word[0] {
			x.weight *= oneTypoWeight // people rarely get the first letter wrong
		}
		variants = append(variants, x)
	}
	slices.SortFunc(variants, func(a, b variant) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.df, a.df), strings.Compare(a.word, b.word))
	})
	return variants[:min(len(variants), maxVariants)], nil
}

// split takes a word that does not occur for two words of a title written as one.
func (s *scorer) split(word string, known int) (*phraseWay, error) {
	const shortest = 3
	if known > 0 {
		return nil, nil
	}
	for i := shortest; i <= len(word)-shortest; i++ {
		p := phraseWay{words: []string{lang.Stem(word[:i]), word[i:]}, weight: oneTypoWeight}
		var found docWeights
		if err := p.inField(s, s.fields[0], &found); err != nil {
			return nil, err
		}
		if len(found.docs) > 0 {
			return &p, nil
		}
	}
	return nil, nil
}

// endings completes an unfinished word with the most frequent words that begin
// with it.
func (s *scorer) endings(word string) ([]way, error) {
	found := map[string]int{}
	for _, f := range s.fields {
		dict, err := s.reader.FieldDictPrefix(f.name, []byte(word))
		if err != nil {
			return nil, err
		}
		n := 0
		err = walk(dict, func(e *index.DictEntry) bool {
			found[e.Term] += int(e.Count)
			n++
			return n < maxWalk
		})
		if err != nil {
			return nil, err
		}
	}
	delete(found, word)
	words := slices.SortedFunc(maps.Keys(found), func(a, b string) int {
		return cmp.Or(cmp.Compare(found[b], found[a]), strings.Compare(a, b))
	})
	var ways []way
	for _, w := range words[:min(len(words), maxEndings)] {
		ways = append(ways, wordWay{word: w, weight: prefixWeight})
	}
	return ways, nil
}

// walk calls f for the entries of a dictionary until it has had enough.
func walk(dict index.FieldDict, f func(*index.DictEntry) bool) error {
	defer dict.Close()
	for {
		e, err := dict.Next()
		if err != nil || e == nil || !f(e) {
			return err
		}
	}
}
