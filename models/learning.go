package models

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// LearntHeading is the heading of the part of a case study whose list is what was
// learnt.
const LearntHeading = "What we learnt"

// learntHeadings are the headings under which a list is what was learnt, in small
// letters.
var learntHeadings = []string{"what we learnt", "what we learned", "learning points", "lessons learnt", "lessons learned"}

// learntMark begins a quotation that is one thing learnt, in small letters.
const learntMark = "**learning point:**"

// Limits of learning points.
const (
	MaxLearningPoints = 20  // of one case study
	MaxLearningPoint  = 500 // characters
)

// LearningPoint is one thing that those who wrote a case study say that they learnt.
type LearningPoint struct {
	CaseStudyID string
	Number      int
	Words       string

	// Read with it.
	Slug, Title           string
	Organisation, OrgName string
	PublishedAt           time.Time
}

// LearningTopics lists the facets by which learning points are gathered.
func LearningTopics() []string {
	return []string{FacetTag, FacetSystem, FacetStandard, FacetSetting}
}

// LearningQuery asks for a page of learning points, those of the newest case study
// first.
type LearningQuery struct {
	Text    string
	Filters map[string]string // one value a topic
	Cursor  *Cursor           // Offset is the number of the point within its case study
	Limit   int
}

// Validate cleans the words and checks the place.
func (q *LearningQuery) Validate() error {
	q.Text = Truncate(CleanLine(q.Text), MaxQuery)
	if q.Cursor != nil && (q.Cursor.Sort != SortNew || q.Cursor.ID == "" || q.Cursor.Offset == 0) {
		return ErrCursor
	}
	return nil
}

// LearningPoints gives what the text of a case study marks as learnt: each entry of a
// list under a heading such as “What we learnt”, and each quotation that begins with
// **Learning point:**. The text is plain Markdown, which says the same to whoever reads
// it elsewhere.
func LearningPoints(body string) []string {
	r := pointReader{}
	fence := ""
	for line := range strings.Lines(body) {
		line = strings.TrimRight(strings.ReplaceAll(line, "\t", "    "), "\r\n ")
		was := fence
		fence = nextFence(fence, line)
		if was != "" || fence != "" { // a block of code, or its fences
			r.end()
			continue
		}
		r.line(line)
	}
	r.end()
	return r.points
}

// pointReader gathers learning points line by line.
type pointReader struct {
	points  []string
	within  bool     // under a heading of what was learnt
	open    []string // the words of the entry that is being read
	quoted  []string // the lines of the quotation that is being read
	isPoint bool     // open is an entry
	blank   bool     // the line before was empty
}

var (
	headingLine = regexp.MustCompile(`^ {0,3}(#{1,6})(?: +(.*?))?(?: +#+)?$`)
	entryLine   = regexp.MustCompile(`^( *)(?:[-*+]|[0-9]{1,9}[.)])(?: +(?:\[[ xX]\] +)?(.*))?$`)
	quoteLine   = regexp.MustCompile(`^ {0,3}> ?(.*)$`)
)

func (r *pointReader) line(line string) {
	if m := quoteLine.FindStringSubmatch(line); m != nil {
		r.endEntry()
		r.quoted = append(r.quoted, strings.TrimSpace(m[1]))
		return
	}
	r.endQuote()
	if m := headingLine.FindStringSubmatch(line); m != nil {
		r.endEntry()
		if len(m[1]) <= 2 {
			r.within = slices.Contains(learntHeadings, strings.ToLower(strings.TrimSpace(m[2])))
		}
		return
	}
	switch m := entryLine.FindStringSubmatch(line); {
	case !r.within:
	case strings.TrimSpace(line) == "":
		r.blank = true
		return
	case m != nil && len(m[1]) < 2:
		r.endEntry()
		r.isPoint, r.open = true, []string{m[2]}
	case m != nil && r.isPoint:
		r.open = append(r.open, m[2])
	case r.isPoint && (!r.blank || strings.HasPrefix(line, "  ")):
		r.open = append(r.open, strings.TrimSpace(line))
	default:
		r.endEntry()
	}
	r.blank = false
}

func (r *pointReader) end() {
	r.endEntry()
	r.endQuote()
}

func (r *pointReader) endEntry() {
	if r.isPoint {
		r.add(strings.Join(r.open, " "))
	}
	r.isPoint, r.open, r.blank = false, nil, false
}

func (r *pointReader) endQuote() {
	text := strings.Join(r.quoted, " ")
	r.quoted = nil
	if len(text) >= len(learntMark) && strings.EqualFold(text[:len(learntMark)], learntMark) {
		r.add(text[len(learntMark):])
	}
}

func (r *pointReader) add(markdown string) {
	words := Truncate(plainWords(markdown), MaxLearningPoint)
	if words != "" && len(r.points) < MaxLearningPoints && !slices.Contains(r.points, words) {
		r.points = append(r.points, words)
	}
}

var (
	linkOrImage = regexp.MustCompile(`!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])`)
	footnote    = regexp.MustCompile(`\[\^[^\[\]]*\]`)
	codeSpan    = regexp.MustCompile("`+([^`]+)`+")
	strong      = regexp.MustCompile(`(\*\*|__|~~)(\S(?:.*?\S)?)(\*\*|__|~~)`)
	emphasised  = regexp.MustCompile(`(^|[^\w*])\*(\S(?:[^*]*\S)?)\*`)
	underlined  = regexp.MustCompile(`(^|\W)_(\S(?:[^_]*\S)?)_($|\W)`)
	escaped     = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)
)

const aside = '\uE000'

// plainWords is a line of Markdown without its marks.
func plainWords(s string) string {
	// What is escaped is no mark: it stands aside meanwhile, as a character of private use.
	s = escaped.ReplaceAllStringFunc(s, func(m string) string { return string(aside + rune(m[1])) })
	s = footnote.ReplaceAllString(s, "")
	s = linkOrImage.ReplaceAllString(s, "$1")
	s = codeSpan.ReplaceAllString(s, "$1")
	s = strong.ReplaceAllString(s, "$2")
	s = emphasised.ReplaceAllString(s, "$1$2")
	s = underlined.ReplaceAllString(s, "$1$2$3")
	return CleanLine(strings.Map(func(r rune) rune {
		if r >= aside && r < aside+utf8.RuneSelf {
			return r - aside
		}
		return r
	}, s))
}
