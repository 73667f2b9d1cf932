package impact

import (
	"math"
	"net/url"
	"strconv"
	"time"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
	"grassroots/templates"
)

// mostMeasures is how many benefits, and how many units, the page lists; the files have all.
const mostMeasures = 15

// number writes a number that was measured, with no more digits than it has.
func number(v float64) string {
	v = math.Round(v*100) / 100
	if math.Abs(v) >= 1e9 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return templates.FormatValue(v)
}

// took writes how long something took, in whole hours or days.
func took(d time.Duration) string {
	if hours := int(math.Round(d.Hours())); hours < 48 {
		return templates.FormatCount(hours, "hour", "hours")
	}
	return templates.FormatCount(int(math.Round(d.Hours()/24)), "day", "days")
}

// median writes a median, or that there is none yet.
func median(s impact.Survival) string {
	switch {
	case s.N == 0:
		return "Nothing to count"
	case !s.Known:
		return "Not known yet: fewer than half have come so far"
	}
	return took(s.Median)
}

func ours(list ...string) []templates.ReportCell {
	out := make([]templates.ReportCell, len(list))
	for i, text := range list {
		out[i].Text = text
	}
	return out
}

func count(n int) string { return templates.FormatNumber(n) }

func organisationURL(code string) string { return "/organisations/" + url.PathEscape(code) }

// adoption is the figures of adoptions.
func adoptionFacts(f *impact.Figures) []templates.ReportFact {
	return []templates.ReportFact{
		{Label: "Case studies posted", Text: count(len(f.Posted))},
		{Label: "Adoptions recorded", Text: count(len(f.Adoptions))},
		{Label: "Organisations that recorded one", Text: count(f.Adopters)},
		{Label: "Organisations that try or use something", Text: count(f.Using)},
		{Label: "Organisations that stopped with something", Text: count(f.Stopped)},
		{Label: "Case studies that another organisation tried, uses, or has stopped using", Text: count(f.Tried)},
	}
}

func statusTable(f *impact.Figures) templates.ReportTable {
	t := templates.ReportTable{Key: "status", Title: "Adoptions by status", Columns: []string{"Status", "Adoptions"}}
	for _, s := range models.AdoptionStatuses() {
		t.Rows = append(t.Rows, ours(s.Label(), count(f.ByStatus[s])))
	}
	t.Rows = append(t.Rows, ours("Of all these: asked how it goes, nothing heard", count(f.Silent)))
	return t
}

func monthTable(f *impact.Figures) templates.ReportTable {
	t := templates.ReportTable{Key: "time", Title: "Adoptions over time", Columns: []string{"Month", "Recorded", "Began to try or use it", "Stopped"}}
	if f.Yearly {
		t.Columns[0] = "Year"
	}
	for _, m := range f.Months {
		t.Rows = append(t.Rows, ours(monthName(f, m), count(m.Recorded), count(m.Begun), count(m.Stopped)))
	}
	return t
}

func monthName(f *impact.Figures, m impact.Month) string {
	if f.Yearly {
		return m.From.Format("2006")
	}
	return m.From.Format("January 2006")
}

func thirdFacts(f *impact.Figures) []templates.ReportFact {
	return []templates.ReportFact{
		{Label: "Median time from posting to the third organisation that tries or uses it", Text: median(f.Third)},
		{Label: "Case studies that have reached it", Text: count(f.Third.Came)},
		{Label: "Case studies that have not, or not yet", Text: count(f.Third.N - f.Third.Came)},
	}
}

func answerFacts(f *impact.Figures) []templates.ReportFact {
	return []templates.ReportFact{
		{Label: "Ideas posted", Text: count(f.Answers.N)},
		{Label: "Ideas with a first response", Text: count(f.Answers.Came)},
		{Label: "Ideas that wait for one", Text: count(f.Answers.N - f.Answers.Came)},
		{Label: "Median time to the first response", Text: median(f.Answers)},
	}
}

// kinds are the columns that are never added together.
var kinds = []string{"Measured", "Claimed", "Only estimated"}

func sumTable(f *impact.Figures) templates.ReportTable {
	t := templates.ReportTable{Key: "benefits", Title: "Benefits, by how well they are known", Columns: append([]string{"Figure"}, kinds...)}
	n, hours, added := ours("Benefits"), ours("Hours released a week"), ours("Benefits that these hours are the sum of")
	for _, k := range impact.Kinds() {
		s := f.Sums[k]
		n, added = append(n, ours(count(s.N))...), append(added, ours(count(s.Added))...)
		text := "None said"
		if s.Added > 0 {
			text = number(s.Hours)
		}
		hours = append(hours, ours(text)...)
	}
	t.Rows = append(t.Rows, n, hours, added)
	return t
}

func unitTable(f *impact.Figures) templates.ReportTable {
	t := templates.ReportTable{Key: "units", Title: "Benefits in other units, which are counted and not added", Columns: append([]string{"Unit"}, kinds...)}
	for _, u := range f.Units {
		unit := templates.ReportCell{Text: u.Unit, Theirs: true}
		if u.Unit == "" {
			unit = templates.ReportCell{Text: "No unit said"}
		}
		row := []templates.ReportCell{unit}
		for _, k := range impact.Kinds() {
			row = append(row, ours(count(u.N[k]))...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func value(v *float64, unit string) templates.ReportCell {
	if v == nil {
		return templates.ReportCell{Text: "Not said"}
	}
	return templates.ReportCell{Text: models.CleanLine(number(*v) + " " + unit), Theirs: true}
}

func measureTable(f *impact.Figures) templates.ReportTable {
	t := templates.ReportTable{Key: "measures", Title: "Each benefit, the best known first", Columns: []string{"Measure", "How well known", "Before", "After", "Case study"}}
	for _, b := range f.Benefits[:min(len(f.Benefits), mostMeasures)] {
		t.Rows = append(t.Rows, []templates.ReportCell{{Text: b.Measure, Theirs: true}, {Text: b.Kind.Label()}, value(b.Before, b.Unit), value(b.After, b.Unit), {Text: b.Study.Title, URL: web.StudyURL(b.Study.Slug), Theirs: true}})
	}
	return t
}

// series is the chart of adoptions over time.
func series(f *impact.Figures) []templates.ReportSeries {
	recorded, stopped := templates.ReportSeries{Key: "recorded", Title: "Adoptions recorded"}, templates.ReportSeries{Key: "stopped", Title: "Adoptions stopped"}
	any := false
	for _, m := range f.Months {
		recorded.N, stopped.N = append(recorded.N, m.Recorded), append(stopped.N, m.Stopped)
		any = any || m.Stopped > 0
	}
	switch {
	case len(f.Months) == 0:
		return nil
	case any:
		return []templates.ReportSeries{recorded, stopped}
	}
	return []templates.ReportSeries{recorded}
}
