package templates

import (
	"strconv"
	"strings"
	"time"

	"grassroots/models"
)

// Citation is how a work is cited, as text.
type Citation struct {
	Title, Vancouver, Harvard string
}

// CitePage says how a case study and its evidence are cited.
type CitePage struct {
	Title, StudyURL string
	Study           Citation
	Evidence        []Citation
}

func evidenceOptions() []Option {
	var out []Option
	for _, k := range models.EvidenceChoices() {
		out = append(out, Option{Value: k.Value, Text: k.Label})
	}
	return out
}

// evidenceTitle names a source by the best that is known of it.
func evidenceTitle(e models.Evidence) string {
	for _, s := range []string{e.Title, e.Address(), e.Source, e.Claim, e.Benefit} {
		if s != "" {
			return s
		}
	}
	return "Source without a title"
}

// sourceAnchor is where a source stands on the page of its case study.
func sourceAnchor(i int) string { return "source-" + strconv.Itoa(i+1) }

// supporting gives the places in the list of those sources that carry a benefit.
func supporting(d models.Document, b models.Benefit) (out []int) {
	for i, e := range d.Evidence {
		if e.Supports(b) {
			out = append(out, i)
		}
	}
	return out
}

// benefitAt gives the place of the first benefit that a source carries, or -1.
func benefitAt(d models.Document, e models.Evidence) int {
	for i, b := range d.Benefits {
		if e.Supports(b) {
			return i
		}
	}
	return -1
}

// benefitOptions offers the benefits of a case study, and one that is kept and is none
// of them any more.
func benefitOptions(d models.Document, kept string) []Option {
	var choices []models.Choice
	seen := map[string]bool{}
	for _, b := range d.Benefits {
		if b.Measure != "" && !seen[b.Measure] {
			seen[b.Measure] = true
			choices = append(choices, models.Choice{Value: b.Measure, Label: b.Measure})
		}
	}
	options := choiceOptions(choices, kept)
	for i := range options {
		options[i].Named = true
	}
	return options
}

// moreOfSource tells whether more is said of a source than its kind, title and address,
// or is wrong about it: then the form shows it unfolded.
func moreOfSource(e models.Evidence, i int, errors []FieldError) bool {
	plain := models.Evidence{Kind: e.Kind, Title: e.Title, URL: e.URL, Extra: e.Extra}
	if len(e.Authors) > 0 || plain.Address() != e.Address() || e.Source+e.Date+e.DOI+e.PMID+e.Benefit+e.Claim+e.CheckedBy+e.Checked != "" {
		return true
	}
	for _, f := range errors {
		if strings.HasPrefix(f.Field, "evidence["+strconv.Itoa(i)+"].") && !hasError([]FieldError{f}, rowName("evidence", i, "kind"), rowName("evidence", i, "title"), rowName("evidence", i, "url")) {
			return true
		}
	}
	return false
}

// partDateText writes a year, a month or a day as people read it.
func partDateText(s string) string {
	if t, err := time.Parse("2006-01", s); err == nil {
		return t.Format("January 2006")
	}
	if day := FormatDay(s); day != "" {
		return day
	}
	return s
}

// benefitsSayHow tells whether any benefit says how it was measured.
func benefitsSayHow(list []models.Benefit) bool {
	for _, b := range list {
		if benefitHow(b) != "" {
			return true
		}
	}
	return false
}
