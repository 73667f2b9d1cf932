// Package cite writes how a work is cited: as text in two styles that reference lists in
// health use, and in the two formats that programs for references read. Names of people
// are written as they are given, never turned round or shortened.
package cite

import (
	"strconv"
	"strings"
	"time"
)

// Kind is what a work is, as far as a reference depends on it.
type Kind int

// The kinds of works.
const (
	Page    Kind = iota // of a web site
	Article             // in a journal
	Report
	Other
)

// Work is what is known of a work that is cited. What is empty is not known.
type Work struct {
	Key      string // that a program names it by
	Kind     Kind
	Title    string
	Authors  []string
	Source   string    // a journal, or who published it
	Date     string    // YYYY, YYYY-MM or YYYY-MM-DD
	Updated  time.Time // of a page that has changed since; else zero
	Revision int       // of a page
	URL      string
	DOI      string
	PMID     string
	Language string
	Licence  string
	Read     time.Time // when a page was looked at
}

// date gives the year, month and day that are known; 0 for what is not.
func (w Work) date() (year, month, day int) {
	parts := strings.Split(w.Date, "-")
	for i, to := range []*int{&year, &month, &day} {
		if i < len(parts) {
			*to, _ = strconv.Atoi(parts[i])
		}
	}
	return year, month, day
}

// sentence ends a text with a full stop, unless it ends a sentence already.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}

// vancouverDay writes a moment as the style of the International Committee of Medical
// Journal Editors does: 2026 Feb 11.
func vancouverDay(t time.Time) string { return t.Format("2006 Jan 2") }

// Vancouver writes a reference in the style that medical journals use. After six authors
// comes "et al.".
func (w Work) Vancouver() string {
	authors := w.Authors
	if len(authors) > 6 {
		authors = append(authors[:6:6], "et al")
	}
	title := w.Title
	if w.Kind == Page {
		title += " [Internet]"
	}
	date := ""
	if year, month, day := w.date(); year > 0 {
		date = strconv.Itoa(year)
		if month > 0 {
			date += " " + time.Month(month).String()[:3]
		}
		if day > 0 {
			date += " " + strconv.Itoa(day)
		}
	}
	var seen []string
	if !w.Updated.IsZero() {
		seen = append(seen, "updated "+vancouverDay(w.Updated))
	}
	if !w.Read.IsZero() {
		seen = append(seen, "cited "+vancouverDay(w.Read))
	}
	if len(seen) > 0 {
		date = joined(date, "["+strings.Join(seen, "; ")+"]")
	}
	source := w.Source
	switch {
	case source != "" && date != "" && w.Kind != Article:
		source += "; " + date
	case source != "" && date != "":
		source = sentence(source) + " " + date
	case source == "":
		source = date
	}
	parts := []string{sentence(strings.Join(authors, ", ")), sentence(title), sentence(source)}
	if w.DOI != "" {
		parts = append(parts, "doi: "+w.DOI)
	}
	if w.PMID != "" {
		parts = append(parts, "PubMed PMID: "+w.PMID+".")
	}
	if w.URL != "" && w.DOI == "" && w.PMID == "" {
		parts = append(parts, "Available from: "+w.URL)
	}
	return joined(parts...)
}

// Harvard writes a reference in the style "author (year)". After three authors comes
// "et al.".
func (w Work) Harvard() string {
	authors := ""
	switch n := len(w.Authors); {
	case n > 3:
		authors = w.Authors[0] + " et al."
	case n > 1:
		authors = strings.Join(w.Authors[:n-1], ", ") + " and " + w.Authors[n-1]
	case n == 1:
		authors = w.Authors[0]
	}
	year := "(no date)"
	if y, _, _ := w.date(); y > 0 {
		year = "(" + strconv.Itoa(y) + ")"
	}
	// Without an author a work is named by its title, and the year follows that.
	parts := []string{authors, year, sentence(w.Title)}
	if authors == "" {
		parts = []string{w.Title, year + "."}
	}
	source := w.Source
	if w.Revision > 1 {
		source = strings.TrimPrefix(source+", revision "+strconv.Itoa(w.Revision), ", ")
	}
	parts = append(parts, sentence(source))
	switch {
	case w.DOI != "":
		parts = append(parts, "doi: "+w.DOI)
	case w.URL != "" && !w.Read.IsZero():
		parts = append(parts, "Available at: "+w.URL+" (Accessed: "+w.Read.Format("2 January 2006")+").")
	case w.URL != "":
		parts = append(parts, "Available at: "+w.URL)
	case w.PMID != "":
		parts = append(parts, "PubMed PMID: "+w.PMID+".")
	}
	return joined(parts...)
}

var bibEscapes = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\textbraceleft{}`, `}`, `\textbraceright{}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `%`, `\%`, `_`, `\_`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`)

// bibAddress writes what stands verbatim: BibTeX counts braces even there, and a
// backslash begins a command.
var bibAddress = strings.NewReplacer(`\`, "%5C", `{`, "%7B", `}`, "%7D")

// BibTeX writes an entry of a .bib file in UTF-8. Names and titles stand in braces of
// their own, so that no program turns them round or changes their capitals.
func (w Work) BibTeX() string {
	kind, source := map[Kind]string{Page: "misc", Article: "article", Report: "techreport", Other: "misc"}[w.Kind], "howpublished"
	switch w.Kind {
	case Article:
		source = "journal"
	case Report:
		source = "institution"
	}
	lines := []string{"@" + kind + "{" + w.Key}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, "  "+name+" = {"+value+"}")
		}
	}
	whole := func(s string) string {
		if s == "" {
			return ""
		}
		return "{" + bibEscapes.Replace(s) + "}"
	}
	authors := make([]string, len(w.Authors))
	for i, a := range w.Authors {
		authors[i] = whole(a)
	}
	add("author", strings.Join(authors, " and "))
	add("title", whole(w.Title))
	add(source, whole(w.Source))
	year, month, _ := w.date()
	if year > 0 {
		add("year", strconv.Itoa(year))
	}
	if month > 0 { // a name that every style knows, without braces
		lines = append(lines, "  month = "+strings.ToLower(time.Month(month).String()[:3]))
	}
	if w.Revision > 1 {
		add("version", strconv.Itoa(w.Revision))
	}
	add("doi", bibAddress.Replace(w.DOI))
	add("pmid", w.PMID)
	add("url", bibAddress.Replace(w.URL))
	if !w.Read.IsZero() {
		add("urldate", w.Read.Format(time.DateOnly))
	}
	add("language", bibEscapes.Replace(w.Language))
	return strings.Join(lines, ",\n") + "\n}\n"
}

// RIS writes a record of a .ris file, with the line ends that the format has.
func (w Work) RIS() string {
	kind, source := map[Kind]string{Page: "ELEC", Article: "JOUR", Report: "RPRT", Other: "GEN"}[w.Kind], "PB"
	if w.Kind == Article {
		source = "T2"
	}
	var b strings.Builder
	add := func(tag, value string) {
		if value = strings.Join(strings.Fields(value), " "); value != "" || tag == "ER" {
			b.WriteString(tag + "  - " + value + "\r\n")
		}
	}
	add("TY", kind)
	add("ID", w.Key)
	for _, a := range w.Authors {
		add("AU", a)
	}
	add("TI", w.Title)
	add(source, w.Source)
	if year, month, day := w.date(); year > 0 {
		y := pad(year, 4)
		add("PY", y)
		if month > 0 {
			d := ""
			if day > 0 {
				d = pad(day, 2)
			}
			add("DA", y+"/"+pad(month, 2)+"/"+d+"/")
		}
	}
	if w.Revision > 1 {
		add("ET", strconv.Itoa(w.Revision))
	}
	add("DO", w.DOI)
	add("AN", w.PMID)
	add("UR", w.URL)
	add("LA", w.Language)
	if !w.Read.IsZero() {
		add("Y2", w.Read.Format("2006/01/02")+"/")
	}
	add("ER", "")
	return b.String()
}

func pad(n, digits int) string {
	s := strconv.Itoa(n)
	for len(s) < digits {
		s = "0" + s
	}
	return s
}
