// Package plain says how hard a text is to read, and what of it could be said in
// plainer words. What it says are hints: it counts, and understands nothing.
package plain

import (
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// LongSentence is how many words a sentence may have before it is pointed out, as
// the style guide of GOV.UK has it.
const LongSentence = 25

// fewWords is how many words a reading age needs to mean anything.
const fewWords = 50

// shown is how many hints of each kind are given.
const shown = 20

//go:embed plainer.csv
var plainerFile string

//go:embed common.txt
var commonFile string

// Word is one with a plainer one.
type Word struct {
	Word    string `json:"word"`
	Plainer string `json:"plainer"`
}

// Sentence is one that is long.
type Sentence struct {
	Text  string `json:"text"`
	Words int    `json:"words"`
}

// Reading is what can be said of a text.
type Reading struct {
	Words, Sentences int
	Age              int        // 0 when the text is too short to tell
	Long             []Sentence // the longest first
	Unexplained      []string   // abbreviations, in the order of the text
	Plainer          []Word
}

var plainer, common = lists()

func lists() (words []Word, known map[string]bool) {
	for _, line := range strings.Split(strings.TrimSpace(plainerFile), "\n")[1:] {
		word, better, _ := strings.Cut(line, ",")
		words = append(words, Word{word, better})
	}
	known = map[string]bool{}
	for _, a := range strings.Fields(commonFile) {
		known[a] = true
	}
	return words, known
}

// Read reads a text in Markdown.
func Read(markdown string) Reading {
	text := prose(markdown)
	var r Reading
	syllables := 0
	for _, s := range sentences(text) {
		words := wordsOf(s)
		if len(words) == 0 {
			continue
		}
		r.Sentences++
		r.Words += len(words)
		for _, w := range words {
			syllables += Syllables(w)
		}
		if len(words) > LongSentence {
			r.Long = append(r.Long, Sentence{s, len(words)})
		}
	}
	slices.SortStableFunc(r.Long, func(a, b Sentence) int { return b.Words - a.Words })
	r.Long = r.Long[:min(len(r.Long), shown)]
	if r.Words >= fewWords {
		r.Age = Age(Grade(r.Words, r.Sentences, syllables))
	}
	r.Unexplained = unexplained(text)
	lower := " " + strings.Join(wordsOf(strings.ToLower(text)), " ") + " "
	for _, w := range plainer {
		if strings.Contains(lower, " "+w.Word+" ") && len(r.Plainer) < shown {
			r.Plainer = append(r.Plainer, w)
		}
	}
	return r
}

// Grade is the Flesch–Kincaid grade level: the school year of the United States in
// which a text can be read. The formula is that of Kincaid, Fishburne, Rogers and
// Chissom, “Derivation of new readability formulas for Navy enlisted personnel”,
// Research Branch Report 8-75, 1975: 0.39 × words a sentence + 11.8 × syllables a
// word − 15.59.
func Grade(words, sentences, syllables int) float64 {
	return 0.39*float64(words)/float64(max(sentences, 1)) + 11.8*float64(syllables)/float64(max(words, 1)) - 15.59
}

// Age is the age at which somebody is in a grade: they are 6 in the first.
func Age(grade float64) int { return int(math.Round(min(max(grade, 0), 20))) + 5 }

var (
	fences   = regexp.MustCompile("(?s)(```|~~~).*?(```|~~~|$)")
	tables   = regexp.MustCompile(`(?m)^\s*\|.*$`)
	images   = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	links    = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	inCode   = regexp.MustCompile("`[^`]*`")
	bare     = regexp.MustCompile(`https?://\S+`)
	markup   = regexp.MustCompile(`<[^>]*>|[*_]{1,3}|\[\^[^\]]*\]:?`)
	starts   = regexp.MustCompile(`(?m)^\s*(#{1,6}\s|>\s?|[-+*]\s(\[[ xX]\]\s)?|\d+[.)]\s)`)
	breaks   = regexp.MustCompile(`\n\s*\n`)
	stops    = regexp.MustCompile(`[.!?]+["”’)]*\s+`)
	wordForm = regexp.MustCompile(`[\p{L}\p{N}]+(?:[’'\-][\p{L}\p{N}]+)*`)
	letters  = regexp.MustCompile(`\b[A-Z]{2,6}s?\b`)
	short    = regexp.MustCompile(`\b(e\.g|i\.e|etc|Dr|Mr|Mrs|Ms|Prof|St|vs|approx|No)\.`)
)

// prose takes out of a text in Markdown what is no prose. Headings and items of
// lists become paragraphs.
func prose(markdown string) string {
	text := strings.ReplaceAll(markdown, "\r\n", "\n")
	for _, gone := range []*regexp.Regexp{fences, tables, images, inCode} {
		text = gone.ReplaceAllString(text, " ")
	}
	text = links.ReplaceAllString(text, "$1")
	text = bare.ReplaceAllString(text, " ")
	var out strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		began := starts.MatchString(line)
		heading := strings.HasPrefix(strings.TrimSpace(line), "#")
		if began {
			out.WriteString("\n\n")
		}
		out.WriteString(starts.ReplaceAllString(line, "") + "\n")
		if heading {
			out.WriteString("\n")
		}
	}
	return markup.ReplaceAllString(out.String(), "")
}

// sentences cuts a text at the ends of sentences and paragraphs.
func sentences(text string) (out []string) {
	for _, paragraph := range breaks.Split(text, -1) {
		p := short.ReplaceAllString(strings.Join(strings.Fields(paragraph), " "), "$1\u2024")
		from := 0
		for _, at := range stops.FindAllStringIndex(p, -1) {
			out, from = append(out, p[from:at[1]]), at[1]
		}
		out = append(out, p[from:])
	}
	for i := range out {
		out[i] = strings.TrimSpace(strings.ReplaceAll(out[i], "\u2024", "."))
	}
	return out
}

func wordsOf(text string) []string { return wordForm.FindAllString(text, -1) }

// Syllables counts the syllables of an English word by its vowels, which is right
// for most words and near for the rest. What is written in digits counts as one.
func Syllables(word string) int {
	w := strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, word))
	n, before := 0, false
	for _, r := range w {
		vowel := strings.ContainsRune("aeiouyáéíóú", r)
		if vowel && !before {
			n++
		}
		before = vowel
	}
	switch {
	case len(w) <= 3:
	case strings.HasSuffix(w, "le") && !strings.ContainsRune("aeiouy", rune(w[len(w)-3])):
	case strings.HasSuffix(w, "e"), strings.HasSuffix(w, "es") && !endsAny(w, "ses", "zes", "xes", "ces", "ges", "ches", "shes", "ies"),
		strings.HasSuffix(w, "ed") && !endsAny(w, "ted", "ded"):
		if !endsAny(w, "ee", "ye", "oe", "ue", "ie", "eed", "ied", "ues", "oes", "ees") {
			n--
		}
	}
	if endsAny(w, "oing", "uing", "ying", "eing") {
		n++
	}
	for _, apart := range []string{"ia", "io", "iu", "ua"} { // two vowels that are two syllables, but for -tion and the like
		if i := strings.Index(w, apart); i > 0 && !strings.ContainsRune("tscgqx", rune(w[i-1])) {
			n++
		}
	}
	return max(n, 1)
}

func endsAny(w string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(w, e) })
}

// unexplained lists the abbreviations that are not explained where they first
// stand: after their words in brackets, or with their words in brackets after.
func unexplained(text string) (out []string) {
	seen := map[string]bool{}
	for _, at := range letters.FindAllStringIndex(text, -1) {
		a := strings.TrimSuffix(text[at[0]:at[1]], "s")
		if seen[a] || common[a] {
			continue
		}
		seen[a] = true
		before, after := strings.TrimRight(text[:at[0]], " \n"), strings.TrimLeft(text[at[1]:], " \n")
		if strings.HasSuffix(before, "(") && strings.HasPrefix(after, ")") || strings.HasPrefix(after, "(") {
			continue
		}
		if len(out) < shown {
			out = append(out, a)
		}
	}
	return out
}
