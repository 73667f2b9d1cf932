package templates

import (
	"strings"

	"grassroots/models"
)

// ReflectionsPage lists what somebody learnt within a period.
type ReflectionsPage struct {
	Period  models.Period
	Totals  models.ReflectionTotals
	List    []models.Reflection
	First   bool
	Query   string // of the period, for the ways out
	NextURL string
	Errors  []FieldError
}

// ReflectionForm is the form of a reflection. Slug is of the case study that a new
// one is about, Was the title of one that is there already.
type ReflectionForm struct {
	models.Reflection
	Slug, Was, Hours   string
	ActionURL, BackURL string
	Saved              *models.Reflection // what is kept by now, where that is later
	Errors             []FieldError
}

// RecordPage is the record of a period, to print.
type RecordPage struct {
	Name, JobTitle string
	Period         models.Period
	Totals         models.ReflectionTotals
	List           []models.Reflection
}

const maxReflectionText = models.MaxReflectionText

// When says of which days a record is.
func (p RecordPage) When() string {
	switch {
	case p.Period.From == "":
		return "Until " + FormatDay(p.Period.To)
	case p.Period.To == "":
		return "From " + FormatDay(p.Period.From)
	}
	return "From " + FormatDay(p.Period.From) + " to " + FormatDay(p.Period.To)
}

// Sum sums a record up in a sentence.
func (p RecordPage) Sum() string { return sumOf(p.Totals) }

func sumOf(t models.ReflectionTotals) string {
	text := FormatCount(t.Count, "reflection", "reflections") + ", " + models.Hours(t.Minutes) + " in all, " + models.Hours(t.With) + " of them together with others"
	if t.Unfinished > 0 {
		text += "; " + FormatNumber(t.Unfinished) + " unfinished"
	}
	return text + "."
}

// ReflectionFacts are the short facts of a reflection.
func ReflectionFacts(r *models.Reflection) []SummaryRow {
	rows := []SummaryRow{{Key: "Day", Value: FormatDay(r.Day)}}
	if r.Minutes > 0 {
		time := models.Hours(r.Minutes)
		if r.With {
			time += ", together with others"
		}
		rows = append(rows, SummaryRow{Key: "Time", Value: time})
	}
	for _, m := range models.LearningMethods() {
		if m.Value == r.Method {
			rows = append(rows, SummaryRow{Key: "How", Value: m.Label})
		}
	}
	if r.Register != models.RegisterOther {
		rows = append(rows, SummaryRow{Key: "Register", Value: r.Register.Label()})
	}
	if len(r.Themes) > 0 {
		rows = append(rows, SummaryRow{Key: "Themes", Value: strings.Join(r.Themes, "; ")})
	}
	return rows
}

func registerOptions() (out []Option) {
	for _, r := range models.Registers() {
		out = append(out, Option{Value: string(r), Text: r.Label()})
	}
	return out
}

func themeOptions(r models.Register) (out []Option) {
	for _, t := range r.Themes() {
		out = append(out, Option{Value: t, Text: t})
	}
	return out
}

// methodOptions are how somebody learns.
func methodOptions() (out []Option) {
	for _, m := range models.LearningMethods() {
		out = append(out, Option{Value: m.Value, Text: m.Label, Hint: m.Meaning})
	}
	return out
}

// questions are those of the form, which asks the last one for every register.
func (f ReflectionForm) questions() []models.ReflectionAnswer {
	list := f.Questions()
	last := &list[len(list)-1]
	last.Ask, last.Hint = "How is it relevant?", "To the Code (NMC), to those who use the service (HCPC), to Good medical practice (GMC), or to your work"
	return list
}

func (f ReflectionForm) withValues() []string {
	if f.With {
		return []string{"yes"}
	}
	return nil
}

func themesLegend(r models.Register) string {
	if r == models.RegisterNMC {
		return "Which themes of the Code?"
	}
	return "Which domains of Good medical practice?"
}

// reflectionRows are the facts of a reflection with a way to its case study.
func reflectionRows(r models.Reflection) []SummaryRow {
	rows := ReflectionFacts(&r)
	if r.Slug != "" {
		rows = append(rows, SummaryRow{Key: "Case study", Value: "Read it", URL: "/case-studies/" + r.Slug})
	}
	return rows
}
