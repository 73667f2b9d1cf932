package meili

import (
	"math"
	"slices"
	"strings"

	"grassroots/search/internal/lang"
)

// The server can ask for all words of a query or for the first, and for nothing
// between. A question needs something between: some of its words, no matter
// which. So a query that asks for two of four terms is put as six queries of two
// each, all in one federated request; the server unites what they find, and
// counts hits and facets over the union exactly.
//
// Within such a query each term is written in one of three ways:
//
//   - "word" in quotes: that stem and no other. Words that occur are taken at
//     their word, or "ward" would find "word" and every total would be wrong;
//   - word without quotes: the server's typo tolerance, for a word that does not
//     occur, or occurs so rarely beside its look-alikes that it is likely a slip;
//   - the token of an entry in the table of synonyms.
//
// Whether a word occurs is asked first, for all words in one request.
//
// Measured with version 1.50 on the labels of the suite (recall@5), all with
// the same words and settings:
//
//	                                        questions   misspelt keywords
//	matchingStrategy last                     0.09            0.92
//	  without the words of a question         0.60            0.92
//	matchingStrategy frequency                0.20            0.95
//	  without the words of a question         0.57            0.95
//	matchingStrategy all, likewise            0.17            0.87
//	united queries, ranked anew               0.94            1.00
//
// and on 250 questions over 5,000 public medical answers 0.78, 0.95 and 0.96 for
// last and frequency without the words of a question and for this.

// probeKind says what a probe counts.
type probeKind int

const (
	probeExact probeKind = iota
	probeFuzzy
	probeEnding
)

// commoner is how many times as frequent its look-alikes have to be for a word
// that does occur to be taken for a misspelling. Package embedded has the same.
const commoner = 10

// completeFrom is how many letters of a word that does not occur have to be
// there for a search to complete it.
const completeFrom = 4

// probe is one count that a plan needs.
type probe struct {
	term int
	word string // the word counted
	kind probeKind
	text string // what the server is asked
}

// exactly writes a phrase of stems; fuzzily a word that may be misspelt. The
// blank at the end keeps the server from completing the last word.
func exactly(words ...string) string { return `"` + strings.Join(words, " ") + `"` }
func fuzzily(word string) string     { return word + " " }

// probes lists what has to be counted before a query can be put.
func probes(terms []lang.Term, complete bool) []probe {
	var list []probe
	word := func(i int, w string, last bool) {
		list = append(list, probe{term: i, word: w, kind: probeExact, text: exactly(w)})
		if lang.Typos(w) > 0 {
			list = append(list, probe{term: i, word: w, kind: probeFuzzy, text: fuzzily(w)})
		}
		if last && (complete || len(w) >= completeFrom) {
			list = append(list, probe{term: i, word: w, kind: probeEnding, text: w})
		}
	}
	for i, t := range terms {
		if t.Key != "" {
			list = append(list, probe{term: i, kind: probeExact, text: synonymToken(t.Key)})
		}
		if t.Joined != "" {
			list = append(list, probe{term: i, word: t.Joined, kind: probeExact, text: exactly(t.Joined)})
		}
		if len(t.Words) > 1 {
			list = append(list, probe{term: i, kind: probeExact, text: exactly(t.Words...)})
		}
		for j, w := range t.Words {
			word(i, w, t.Last && j == len(t.Words)-1)
		}
	}
	return list
}

// option is one way to ask for a term.
type option struct {
	text   string
	weight float64
	ending bool // the word is to be completed, so it has to stand last
}

// asked is a term with the ways to ask for it that find anything.
type asked struct {
	options []option
	df      int // how many documents have it, at least
}

// What a match is worth beside one of the very word that was typed; package
// embedded has the same.
const (
	synonymWeight = 0.85
	apartWeight   = 0.4
	prefixWeight  = 0.6
)

// choose settles how each term is asked for, from the counts of its probes.
// Terms that occur nowhere are left out, and all but the rarest of many.
func choose(terms []lang.Term, list []probe, counts []int, complete bool) []asked {
	var all []asked
	for i, t := range terms {
		c := counter{term: i, list: list, counts: counts}
		if a := c.term1(t, complete); len(a.options) > 0 {
			all = append(all, a)
		}
	}
	for len(all) > lang.MaxNeeded {
		most := 0
		for i, a := range all {
			if a.df > all[most].df {
				most = i
			}
		}
		all = slices.Delete(all, most, most+1)
	}
	return all
}

// counter looks up the counts of one term's probes.
type counter struct {
	term   int
	list   []probe
	counts []int
}

func (c counter) of(kind probeKind, text string) int {
	for i, p := range c.list {
		if p.term == c.term && p.kind == kind && p.text == text {
			return c.counts[i]
		}
	}
	return 0
}

func (c counter) term1(t lang.Term, complete bool) asked {
	var a asked
	add := func(o option, df int) {
		if df > 0 {
			a.options = append(a.options, o)
			a.df = max(a.df, df)
		}
	}
	if t.Key != "" {
		token := synonymToken(t.Key)
		add(option{text: token, weight: 1}, c.of(probeExact, token))
	}
	if t.Joined != "" {
		add(option{text: exactly(t.Joined), weight: 1}, c.of(probeExact, exactly(t.Joined)))
	}
	if len(t.Words) == 1 {
		if t.Key != "" && len(a.options) > 0 && !(t.Last && complete) {
			return a // the token stands for the word too
		}
		for _, o := range c.word(t.Words[0], t.Last, complete) {
			add(o.option, o.df)
		}
		return a
	}
	if t.Key == "" || len(a.options) == 0 {
		add(option{text: exactly(t.Words...), weight: 1}, c.of(probeExact, exactly(t.Words...)))
	}
	apart, df := c.apart(t, complete)
	if df > 0 {
		a.options = append(a.options, apart)
		if len(a.options) == 1 {
			a.df = df
		}
	}
	return a
}

// counted is an option with its count.
type counted struct {
	option
	df int
}

// word lists the ways to ask for one word.
func (c counter) word(w string, last, complete bool) []counted {
	exact, fuzzy := c.of(probeExact, exactly(w)), c.of(probeFuzzy, fuzzily(w))
	var list []counted
	if exact == 0 || fuzzy > commoner*exact {
		if fuzzy > 0 {
			list = append(list, counted{option{text: w, weight: 1}, fuzzy})
		}
	} else {
		list = append(list, counted{option{text: exactly(w), weight: 1}, exact})
	}
	if last && (complete || exact == 0) {
		if ending := c.of(probeEnding, w); ending > 0 {
			list = append(list, counted{option{text: w, weight: prefixWeight, ending: true}, ending})
		}
	}
	return list
}

// apart asks for all words of a phrase, wherever they stand. Its count is at most
// that of the rarest word.
func (c counter) apart(t lang.Term, complete bool) (option, int) {
	o := option{weight: apartWeight}
	least := math.MaxInt
	for j, w := range t.Words {
		ways := c.word(w, t.Last && j == len(t.Words)-1, complete)
		if len(ways) == 0 {
			return option{}, 0
		}
		way := ways[len(ways)-1]
		o.text += " " + way.text
		o.ending = o.ending || way.ending
		least = min(least, way.df)
	}
	o.text = o.text[1:]
	return o, least
}

// part is one query of a federated request.
type part struct {
	text   string
	weight float64
}

// maxParts is how many queries one request may have. What would go beyond it
// does without the lesser ways to ask for a term.
const maxParts = 64

// parts writes the queries that together find the documents that have at least
// need of the terms.
func parts(terms []asked, need int, total float64) []part {
	if need <= 0 {
		return nil
	}
	sum := 0.0
	for _, t := range terms {
		sum += idf(t.df, total)
	}
	list := combine(terms, need, total, sum, true)
	if len(list) > maxParts {
		list = combine(terms, need, total, sum, false)
	}
	return list
}

func combine(terms []asked, need int, total, sum float64, all bool) []part {
	var list []part
	var pick func(from int, chosen []option, weight float64)
	pick = func(from int, chosen []option, weight float64) {
		if len(chosen) == need {
			list = append(list, part{text: write(chosen), weight: weight / max(sum, 1e-9)})
			return
		}
		for i := from; i <= len(terms)-(need-len(chosen)); i++ {
			options := terms[i].options
			if !all {
				options = options[:1]
			}
			for _, o := range options {
				pick(i+1, append(slices.Clone(chosen), o), weight+o.weight*idf(terms[i].df, total))
			}
		}
	}
	pick(0, nil, 0)
	return list
}

// write joins options into the text of a query. A word to be completed goes
// last, with nothing after it; after any other end stands a blank.
func write(options []option) string {
	options = slices.Clone(options)
	slices.SortStableFunc(options, func(a, b option) int {
		switch {
		case a.ending == b.ending:
			return 0
		case b.ending:
			return -1
		}
		return 1
	})
	texts := make([]string, len(options))
	for i, o := range options {
		texts[i] = o.text
	}
	text := strings.Join(texts, " ")
	if n := len(options); n > 0 && options[n-1].ending {
		return text
	}
	return text + " "
}

// idf is how telling a term is that df of total documents have.
func idf(df int, total float64) float64 {
	return math.Log(1 + (max(total-float64(df), 0)+0.5)/(float64(df)+0.5))
}
