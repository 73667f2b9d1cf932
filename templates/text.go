package templates

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a container with no zone files must still show London time
	"unicode"

	"github.com/a-h/templ"

	"grassroots/models"
)

// serviceName is the name in the header and at the end of each title.
const serviceName = "Grassroots"

// london gives the zone in which people read times. The zone data is compiled in, so a failure to load it is a fault of
// the build; the panic is met by the first test that renders a date.
var london = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return zone
})

// London gives the zone in which people read and type times.
func London() *time.Location { return london() }

// FormatDate writes a date as people in the NHS do: 4 January 2026, in London time.
func FormatDate(t time.Time) string {
	return t.In(london()).Format("2 January 2006")
}

// FormatDateTime writes a date with the time of day: 4 January 2026, 14:02, in London time.
func FormatDateTime(t time.Time) string {
	return t.In(london()).Format("2 January 2006, 15:04")
}

// FormatMoment writes a moment as a deadline is said: with the day of the week and the
// time, in London.
func FormatMoment(t time.Time) string { return t.In(london()).Format("Monday 2 January 2006, 15:04") }

// FormatDay writes a day, YYYY-MM-DD, in words; nothing for what is no day.
func FormatDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.Format("2 January 2006")
}

// FormatCount writes a number with its noun: "1 vote", "2 votes", "12,345 votes".
func FormatCount(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return FormatNumber(n) + " " + many
}

// FormatValue writes a value that was measured, with no more digits than it has.
func FormatValue(v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	whole, rest, _ := strings.Cut(text, ".")
	if n, err := strconv.Atoi(whole); err == nil && whole != "-0" {
		whole = FormatNumber(n)
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole
}

// FormatPounds writes a sum in whole pounds.
func FormatPounds(v int64) string {
	if v < 0 {
		return "−£" + FormatNumber(int(-v))
	}
	return "£" + FormatNumber(int(v))
}

// FormatNumber writes a number with commas between thousands.
func FormatNumber(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// PlainText makes text fit for a place where no element can stand, such as an attribute, an option or a title: invalid
// UTF-8, control characters and the characters that change the direction of text are dropped.
func PlainText(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r), isBidiControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// isBidiControl reports whether r is one of the invisible characters that set the direction of the text after it.
func isBidiControl(r rune) bool {
	return r == '\u061c' || r == '\u200e' || r == '\u200f' || (r >= '\u202a' && r <= '\u202e') || (r >= '\u2066' && r <= '\u2069')
}

// FieldID is the id of the input of a field, and so what the error summary links to. Characters that would need escaping
// in a selector or an address become hyphens.
func FieldID(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || (r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))) {
			return r
		}
		return '-'
	}, name)
}

// FieldErrors picks the messages of one field out of those of the form.
func FieldErrors(errors []FieldError, field string) []string {
	var messages []string
	for _, e := range errors {
		if e.Field == field {
			messages = append(messages, e.Message)
		}
	}
	return messages
}

// documentTitle is the text of the title element.
func (s Shell) documentTitle() string {
	title := serviceName
	if s.Title != "" {
		title = PlainText(s.Title) + " - " + serviceName
	}
	if len(s.Errors) > 0 {
		return "Error: " + title
	}
	return title
}

// previewTitle is what a page is called where somebody has shared it: the service is named beside it.
func (s Shell) previewTitle() string {
	if s.Title == "" {
		return serviceName
	}
	return s.Title
}

// isoTime is a time as programs read it.
func isoTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// scriptWords is the data element for what scripts say in the language of the page, or nothing.
func (s Shell) scriptWords() templ.Component {
	if s.Words == "" {
		return templ.NopComponent
	}
	return templ.Raw(`<script type="application/json" id="script-words">` + safeInScript.Replace(s.Words) + `</script>`)
}

// safeInScript keeps JSON from ending the element that it stands in.
var safeInScript = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "\u2028", `\u2028`, "\u2029", `\u2029`)

// jsonLD is the data element for the head, or nothing when the document is not valid JSON. Characters that could end the
// element early stand only inside strings in valid JSON, where an escape means the same.
func (s Shell) jsonLD() templ.Component {
	if !json.Valid([]byte(s.JSONLD)) {
		return templ.NopComponent
	}
	return templ.Raw(`<script type="application/ld+json">` + safeInScript.Replace(s.JSONLD) + `</script>`)
}

// signInURL is the sign-in page, told where to come back to.
func signInURL(back string) string {
	if back == "" || back == "/" || strings.HasPrefix(back, "/sign-in") {
		return "/sign-in"
	}
	return "/sign-in?next=" + url.QueryEscape(back)
}

// accountText is the name in the header, or a word that always works as a link.
func (p Person) accountText() string {
	if strings.TrimSpace(PlainText(p.Name)) == "" {
		return "Your account"
	}
	return p.Name
}

// navItem is a link in the header.
type navItem struct {
	Text, URL string
}

// navigation is the list of links in the header. Those who look after the service have more.
func navigation(person *Person) []navItem {
	items := []navItem{
		{"Case studies", "/case-studies"},
		{"Who joins what", "/interoperability"},
		{"Campaigns", "/campaigns"},
		{"Collections", "/collections"},
		{"Organisations", "/organisations"},
		{"People", "/people"},
		{"Post an idea", "/case-studies/new"},
	}
	if person != nil && person.CanModerate {
		items = append(items, navItem{"Moderation", "/moderation"})
	}
	if person != nil && person.CanAdminister {
		items = append(items, navItem{"Admin", "/admin"})
	}
	return items
}

// current reports whether a navigation item leads to this page ("page"), to the part of the site it is in ("true"), or
// to neither ("").
func (n navItem) current(path string) string {
	switch {
	case path == n.URL:
		return "page"
	case n.URL == "/case-studies" && strings.HasPrefix(path, "/case-studies/new"):
		return ""
	case strings.HasPrefix(path, n.URL+"/"):
		return "true"
	}
	return ""
}

// stageColour is the colour of a stage. An unknown one is grey.
func stageColour(stage string) Colour {
	switch models.Stage(stage) {
	case models.StageIdea:
		return Yellow
	case models.StageTrial:
		return Purple
	case models.StageInUse:
		return Green
	case models.StageSpreading:
		return Blue
	case models.StageStopped:
		return Red
	}
	return Grey
}

// StageText is the word for a stage: "In use" for "in-use".
func StageText(stage string) string {
	return models.Stage(stage).Label()
}

// yearsText is a person's experience in words.
func yearsText(years int) string {
	switch {
	case years < 1:
		return "less than 1 year of experience"
	case years == 1:
		return "1 year of experience"
	}
	return FormatNumber(years) + " years of experience"
}

// facts are the parts of a byline after the name, in the order they are shown, without the empty ones.
func (p BylineProps) facts() []string {
	parts := []string{p.Role, p.StaffGroup}
	if p.Years != nil {
		parts = append(parts, yearsText(*p.Years))
	}
	return slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// markedPiece is a run of text that is either marked or not.
type markedPiece struct {
	text   string
	marked bool
}

// pieces cuts the text at its marks. Marks that overlap, run backwards or reach past the end are cut to what is left, so
// that the text itself always comes out whole.
func (p MarkedProps) pieces() []markedPiece {
	runes := []rune(p.Text)
	marks := slices.Clone(p.Marks)
	slices.SortFunc(marks, func(a, b [2]int) int { return a[0] - b[0] })
	var pieces []markedPiece
	at := 0
	for _, m := range marks {
		start, end := max(m[0], at), min(m[1], len(runes))
		if start >= end {
			continue
		}
		if start > at {
			pieces = append(pieces, markedPiece{text: string(runes[at:start])})
		}
		pieces = append(pieces, markedPiece{text: string(runes[start:end]), marked: true})
		at = end
	}
	if at < len(runes) {
		pieces = append(pieces, markedPiece{text: string(runes[at:])})
	}
	return pieces
}

// anyChecked reports whether a value of the facet is chosen.
func (p FacetProps) anyChecked() bool {
	return slices.ContainsFunc(p.Options, func(o FacetOption) bool { return o.Checked })
}

// optionID is the id of one checkbox of the facet.
func (p FacetProps) optionID(i int) string {
	return "facet-" + FieldID(p.Name) + "-" + strconv.Itoa(i+1)
}

// forText says what a vote is for, between the word and the count.
func (p VoteButtonProps) forText() string {
	if !p.SignedIn {
		return " for " + PlainText(p.Title) + " (sign in first),"
	}
	return " for " + PlainText(p.Title) + ","
}

// sideVote is the vote button as it stands at the side of a card.
func (p ListCardProps) sideVote() VoteButtonProps {
	vote := *p.Vote
	vote.Side = true
	return vote
}

// voteNoun is the word after a count of votes.
func voteNoun(n int) string {
	if n == 1 {
		return "vote"
	}
	return "votes"
}

// resultNoun is the word after a count of results.
func resultNoun(n int) string {
	if n == 1 {
		return "result"
	}
	return "results"
}

// buttonClasses are the classes of a button or a link that looks like one.
func buttonClasses(v Variant, small bool) string {
	classes := "nhsuk-button"
	if v != Primary {
		classes += " nhsuk-button--" + string(v)
	}
	if small {
		classes += " nhsuk-button--small"
	}
	return classes
}

// headingLevel is the level asked for when there is such a heading, or else the usual one.
func headingLevel(level, usual int) int {
	if level < 2 || level > 4 {
		return usual
	}
	return level
}

// kindColour tells the kinds of comment apart at a glance; the word in the tag says the same.
func (p CommentProps) kindColour() Colour {
	switch p.Kind {
	case models.Question.Label():
		return Purple
	case models.Suggestion.Label():
		return Yellow
	case models.Experience.Label():
		return AquaGreen
	case models.Result.Label():
		return Green
	}
	return Grey
}

// FormatSize writes the size of a file as people read it: "850 KB", "1.2 MB".
func FormatSize(bytes int64) string {
	const kilo, mega = 1000, 1000 * 1000
	switch {
	case bytes < kilo:
		return FormatCount(int(bytes), "byte", "bytes")
	case bytes < mega-kilo/2:
		return strconv.FormatInt((bytes+kilo/2)/kilo, 10) + " KB"
	}
	return strconv.FormatFloat(float64(bytes)/mega, 'f', 1, 64) + " MB"
}

// anyAction reports whether a row has an action, so that the others leave room for it.
func anyAction(rows []SummaryRow) bool {
	return slices.ContainsFunc(rows, func(r SummaryRow) bool { return r.ActionURL != "" })
}
