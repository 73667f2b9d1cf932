package models

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a source, in characters unless they say otherwise.
const (
	MaxAuthorsOfSource = 20 // how many
	MaxSource          = 300
)

// Evidence is one source for what a case study claims.
type Evidence struct {
	Kind      string         `json:"kind,omitempty"`
	Title     string         `json:"title,omitempty"`
	URL       string         `json:"url,omitempty"`
	Authors   []string       `json:"authors,omitempty"` // each as it should be cited
	Source    string         `json:"source,omitempty"`  // a journal, or who published it
	Date      string         `json:"date,omitempty"`    // YYYY, YYYY-MM or YYYY-MM-DD
	DOI       string         `json:"doi,omitempty"`     // 10.1136/bmj.n1
	PMID      string         `json:"pmid,omitempty"`    // digits
	Benefit   string         `json:"benefit,omitempty"` // the measure of a benefit that it supports
	Claim     string         `json:"claim,omitempty"`   // what it supports, in words
	CheckedBy string         `json:"checked_by,omitempty"`
	Checked   string         `json:"checked,omitempty"` // YYYY-MM-DD
	Extra     map[string]any `json:"extra,omitempty"`
}

// EvidenceKinds lists the kinds of evidence, weakest first.
func EvidenceKinds() (out []string) {
	for _, k := range EvidenceChoices() {
		out = append(out, k.Value)
	}
	return out
}

// EvidenceChoices lists the kinds of evidence with what they are called, weakest first.
func EvidenceChoices() []Choice {
	return []Choice{{"opinion", "Opinion", ""}, {"published-account", "Published account", ""}, {"supplier-report", "Supplier’s report", ""},
		{"local-audit", "Local audit", ""}, {"before-after", "Before and after", ""}, {"run-chart", "Run chart", ""}, {"real-world-data", "Real-world data", ""},
		{"evaluation", "Evaluation", ""}, {"controlled", "Controlled comparison", ""}, {"rct", "Randomised trial", ""}, {"systematic-review", "Systematic review", ""}}
}

// EvidenceKeys lists the keys of a source in the format, in the order in which
// they are written.
func EvidenceKeys() []string {
	return []string{"kind", "title", "url", "authors", "source", "date", "doi", "pmid", "benefit", "claim", "checked_by", "checked"}
}

var (
	// doiForm is the prefix of a registrant and whatever it chose as suffix (ISO 26324).
	doiForm    = regexp.MustCompile(`^10\.[0-9]{4,9}(\.[0-9]+)*/[^\s\p{C}]+$`)
	pmidForm   = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)
	doiHost    = regexp.MustCompile(`(?i)^(https?://)?(dx\.|www\.)?doi\.org/`)
	doiLabel   = regexp.MustCompile(`(?i)^doi\s*:?\s*`)
	pubmedHost = regexp.MustCompile(`(?i)^(https?://)?(pubmed\.ncbi\.nlm\.nih\.gov|(www\.)?ncbi\.nlm\.nih\.gov/pubmed)/`)
	pmidLabel  = regexp.MustCompile(`(?i)^(pubmed|pmid)\s*:?\s*`)
)

// CleanDOI gives the digital object identifier in what somebody typed or pasted: an
// address at doi.org, or one that says what it is. What is none stays as it was typed.
func CleanDOI(s string) string {
	s = CleanLine(s)
	out := s
	if at := doiHost.FindString(out); at != "" {
		// In an address a name is written with percent signs, and what follows ? or # is of the page.
		u, err := url.Parse("https://doi.org/" + out[len(at):])
		if err != nil {
			return s
		}
		out = strings.TrimPrefix(u.Path, "/")
	} else {
		out = doiLabel.ReplaceAllString(out, "")
	}
	if doiForm.MatchString(out) {
		return out
	}
	return s
}

// CleanPMID gives the PubMed identifier in what somebody typed or pasted. What is none
// stays as it was typed.
func CleanPMID(s string) string {
	s = CleanLine(s)
	out := s
	if at := pubmedHost.FindString(out); at != "" {
		out = out[len(at):]
		if end := strings.IndexAny(out, "/?#"); end >= 0 {
			out = out[:end]
		}
	} else {
		out = pmidLabel.ReplaceAllString(out, "")
	}
	if pmidForm.MatchString(out) {
		return out
	}
	return s
}

// ValidDOI tells whether a text has the form of a digital object identifier.
func ValidDOI(s string) bool { return len(s) <= MaxSource && doiForm.MatchString(s) }

// DOIURL is where a digital object identifier leads; empty for what is none.
func DOIURL(doi string) string {
	if !ValidDOI(doi) {
		return ""
	}
	return (&url.URL{Scheme: "https", Host: "doi.org", Path: "/" + doi}).String()
}

// PubMedURL is the page of a PubMed identifier; empty for what is none.
func PubMedURL(pmid string) string {
	if !pmidForm.MatchString(pmid) {
		return ""
	}
	return "https://pubmed.ncbi.nlm.nih.gov/" + pmid + "/"
}

// Address is where a source can be read: its own address, or else where its
// identifiers lead; empty where nothing is known.
func (e Evidence) Address() string {
	for _, to := range []string{e.URL, DOIURL(e.DOI), PubMedURL(e.PMID)} {
		if to != "" {
			return to
		}
	}
	return ""
}

// clean puts a source into its kept form. Keys that earlier versions of the format did
// not know, and kept as unknown ones, become what they are known as by now.
func (e *Evidence) clean() {
	if len(e.Extra) > 0 {
		e.Extra = maps.Clone(e.Extra)
		for key, to := range map[string]*string{"source": &e.Source, "date": &e.Date, "doi": &e.DOI, "pmid": &e.PMID, "claim": &e.Claim, "checked_by": &e.CheckedBy, "checked": &e.Checked} {
			said, is := e.Extra[key].(string)
			if n, number := e.Extra[key].(float64); number && key == "pmid" {
				said, is = strconv.FormatFloat(n, 'f', -1, 64), true
			}
			if is && *to == "" {
				*to = said
				delete(e.Extra, key)
			}
		}
		if len(e.Extra) == 0 {
			e.Extra = nil
		}
	}
	e.Kind, e.Title, e.URL = CleanLine(e.Kind), CleanLine(e.Title), CleanLine(e.URL)
	e.Authors = cleanList(e.Authors, CleanLine)
	e.Source, e.Date, e.DOI, e.PMID = CleanLine(e.Source), CleanLine(e.Date), CleanDOI(e.DOI), CleanPMID(e.PMID)
	e.Benefit, e.Claim, e.CheckedBy, e.Checked = CleanLine(e.Benefit), CleanLine(e.Claim), CleanLine(e.CheckedBy), CleanLine(e.Checked)
}

// empty tells whether an entry says nothing but of which kind it would be.
func (e Evidence) empty() bool {
	return e.Title == "" && e.URL == "" && len(e.Authors) == 0 && e.Source == "" && e.Date == "" && e.DOI == "" && e.PMID == "" && e.Benefit == "" && e.Claim == "" && e.CheckedBy == "" &&
		e.Checked == "" && len(e.Extra) == 0
}

// Supports tells whether a source is given for a benefit.
func (e Evidence) Supports(b Benefit) bool { return e.Benefit != "" && e.Benefit == b.Measure }

func (d *Document) validateEvidence(p *problems) {
	if len(d.Evidence) > MaxEvidence {
		p.add("evidence", "List at most %d sources", MaxEvidence)
	}
	for i, e := range d.Evidence {
		at := index("evidence", i)
		if e.URL != "" && !ValidWebURL(e.URL) {
			p.add(at+".url", "Enter a web address that starts with https:// or http://")
		}
		if e.Kind != "" && !slices.Contains(EvidenceKinds(), e.Kind) {
			p.add(at+".kind", "The kind of evidence must be one of %s", strings.Join(EvidenceKinds(), ", "))
		}
		if runeLen(e.Title) > MaxSource {
			p.add(at+".title", "The title of a source must be 300 characters or fewer")
		}
		if e.Benefit != "" && !slices.ContainsFunc(d.Benefits, e.Supports) {
			p.add(at+".benefit", "“%s” is not the measure of a benefit of this case study", Truncate(e.Benefit, MaxName))
		}
		e.validate(p, at)
	}
}

// validate checks what a source says of itself.
func (e Evidence) validate(p *problems, at string) {
	if len(e.Authors) > MaxAuthorsOfSource || slices.ContainsFunc(e.Authors, func(a string) bool { return runeLen(a) > MaxName }) {
		p.add(at+".authors", "A source has at most %d authors of %d characters or fewer each", MaxAuthorsOfSource, MaxName)
	}
	for _, f := range []struct{ field, text string }{{"source", e.Source}, {"claim", e.Claim}} {
		if runeLen(f.text) > MaxSource {
			p.add(at+"."+f.field, "This must be %d characters or fewer", MaxSource)
		}
	}
	shortLine(p, at+".checked_by", e.CheckedBy)
	if e.Date != "" && !partDate(e.Date) {
		p.add(at+".date", "Enter when the source appeared as 2024, 2024-05 or 2024-05-31")
	}
	if e.DOI != "" && !ValidDOI(e.DOI) {
		p.add(at+".doi", "A DOI begins with 10. and has a slash in it, such as 10.1136/bmj.n71")
	}
	if e.PMID != "" && !pmidForm.MatchString(e.PMID) {
		p.add(at+".pmid", "A PubMed identifier is a number, such as 33782057")
	}
	if e.Checked != "" {
		if _, err := time.Parse(time.DateOnly, e.Checked); err != nil {
			p.add(at+".checked", "Enter the day on which it was checked as YYYY-MM-DD, such as 2026-02-11")
		}
	}
}

// partDate tells whether a text is a year, a month or a day.
func partDate(s string) bool {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return true
		}
	}
	return false
}
