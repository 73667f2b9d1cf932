package templates

import (
	"strings"

	"grassroots/models"
)

// MergeStudyPage has a moderator merge one case study into another: first it
// asks into which, then, with Into, why.
type MergeStudyPage struct {
	From       models.CaseStudy
	Into       *models.CaseStudy
	ActionURL  string
	Candidates []Option // similar ones, by slug
	Typed      string
	Words      string
	OrgNames   map[string]string // by ODS code
	Errors     []FieldError
}

// typedAddress is what was typed when it is none of the candidates.
func (p MergeStudyPage) typedAddress() string {
	for _, c := range p.Candidates {
		if c.Value == p.Typed {
			return ""
		}
	}
	return p.Typed
}

// rows set the two side by side.
func (p MergeStudyPage) rows() []MergeRow {
	rows := []MergeRow{{Field: "Title", From: p.From.Title, Into: p.Into.Title}}
	add := func(field string, of func(cs *models.CaseStudy) string) {
		rows = append(rows, MergeRow{Field: field, From: of(&p.From), Into: of(p.Into)})
	}
	add("Summary", func(cs *models.CaseStudy) string { return cs.Summary })
	add("Organisation", func(cs *models.CaseStudy) string { return p.OrgNames[cs.Organisation] })
	add("Authors", func(cs *models.CaseStudy) string {
		names := make([]string, len(cs.Authors))
		for i, a := range cs.Authors {
			names[i] = a.Name
		}
		return strings.Join(names, ", ")
	})
	add("Stage", func(cs *models.CaseStudy) string { return StageText(string(cs.Stage)) })
	add("Posted", func(cs *models.CaseStudy) string { return FormatDate(cs.PublishedAt) })
	add("Votes", func(cs *models.CaseStudy) string { return FormatCount(cs.Votes, "vote", "votes") })
	add("Comments", func(cs *models.CaseStudy) string { return FormatCount(cs.Comments, "comment", "comments") })
	return rows
}
