package aftermath

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/templates"
)

const notShown = "Not shown"

func number(n int) templates.ReportCell { return templates.ReportCell{Text: strconv.Itoa(n)} }

func ours(text string) templates.ReportCell { return templates.ReportCell{Text: text} }

func theirs(text, url string) templates.ReportCell {
	return templates.ReportCell{Text: text, URL: url, Theirs: true}
}

// dids are what people are counted for in a report, of what may be seen.
func (r *Report) dids() (out []aftermath.Did) {
	for _, d := range aftermath.Dids() {
		if _, ok := r.Reach[d]; ok {
			out = append(out, d)
		}
	}
	return out
}

func didText(d aftermath.Did) string {
	return map[aftermath.Did]string{aftermath.Entered: "Entered", aftermath.Voted: "Voted", aftermath.Commented: "Commented"}[d]
}

// reach are the tables of whom the campaign reached.
func (r *Report) reach() []templates.ReportTable {
	return []templates.ReportTable{
		r.reachBy("region", "By region or nation", "Region or nation", func(c aftermath.Counts) map[string]int { return c.Regions }),
		r.reachBy("organisation", "By organisation", "Organisation", func(c aftermath.Counts) map[string]int { return c.Organisations }),
		r.reachBy("staff-group", "By staff group", "Staff group", func(c aftermath.Counts) map[string]int { return c.StaffGroups }),
	}
}

func (r *Report) reachBy(key, title, first string, of func(aftermath.Counts) map[string]int) templates.ReportTable {
	t := templates.ReportTable{Key: key, Title: title, Columns: []string{first}}
	values := map[string]bool{}
	rest := []templates.ReportCell{ours("Others, or not said")}
	any := false
	for _, d := range r.dids() {
		t.Columns = append(t.Columns, didText(d))
		counts := r.Reach[d]
		for value := range of(counts) {
			values[value] = true
		}
		if n := counts.Rest(of(counts)); counts.Total > 0 {
			rest, any = append(rest, number(n)), true
		} else {
			rest = append(rest, ours(notShown))
		}
	}
	name := func(value string) string {
		if key == "organisation" {
			return cmp.Or(r.Names[value], value)
		}
		return value
	}
	if !any {
		return t
	}
	for _, value := range slices.SortedFunc(maps.Keys(values), func(a, b string) int { return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(a, b)) }) {
		row := []templates.ReportCell{ours(name(value))}
		if key == "organisation" {
			row[0] = theirs(name(value), "/organisations/"+url.PathEscape(value))
		}
		for _, d := range r.dids() {
			if n := of(r.Reach[d])[value]; n > 0 {
				row = append(row, number(n))
			} else {
				row = append(row, ours(notShown))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, rest)
	return t
}

// totals are the figures at the top.
func (r *Report) totals() []templates.ReportFact {
	people := func(d aftermath.Did) string {
		if n := r.Reach[d].Total; n > 0 {
			return strconv.Itoa(n)
		}
		return fmt.Sprintf("Fewer than %d", aftermath.Least)
	}
	out := []templates.ReportFact{{Label: "Entries", Text: strconv.Itoa(r.Sums.Entries)}, {Label: "People who entered", Text: people(aftermath.Entered)}}
	if _, ok := r.Reach[aftermath.Voted]; ok && r.ShowsVotes {
		out = append(out, templates.ReportFact{Label: "People who voted", Text: people(aftermath.Voted)})
	}
	return append(out, templates.ReportFact{Label: "People who commented on entries", Text: people(aftermath.Commented)})
}

// timesVotes tells whether it is shown when votes came.
func (r *Report) timesVotes() bool { return r.ShowsVotes && r.VotesTimed }

// participation is what happened in each span of time.
func (r *Report) participation() templates.ReportTable {
	t := templates.ReportTable{Key: "participation", Title: "Day by day", Columns: []string{"Day"}}
	if r.Series.Weekly {
		t.Title, t.Columns[0] = "Week by week", "Week from"
	}
	if r.ViewsSince != "" {
		t.Columns = append(t.Columns, "Page opened")
	}
	t.Columns = append(t.Columns, "Entries")
	if r.timesVotes() {
		t.Columns = append(t.Columns, "Votes")
	}
	t.Columns = append(t.Columns, "Comments")
	for _, s := range r.Series.Spans {
		row := []templates.ReportCell{{Day: s.From}}
		if r.ViewsSince != "" {
			row = append(row, number(s.Views))
		}
		row = append(row, number(s.Entries))
		if r.timesVotes() {
			row = append(row, number(s.Votes))
		}
		t.Rows = append(t.Rows, append(row, number(s.Comments)))
	}
	return t
}

// series are the charts of that table.
func (r *Report) series() (out []templates.ReportSeries) {
	add := func(key, title string, of func(aftermath.Span) int) {
		s := templates.ReportSeries{Key: key, Title: title}
		most := 0
		for _, span := range r.Series.Spans {
			s.N = append(s.N, of(span))
			most = max(most, of(span))
		}
		if most > 0 {
			out = append(out, s)
		}
	}
	add("views", "Page opened", func(s aftermath.Span) int { return s.Views })
	add("entries", "Entries", func(s aftermath.Span) int { return s.Entries })
	if r.timesVotes() {
		add("votes", "Votes", func(s aftermath.Span) int { return s.Votes })
	}
	add("comments", "Comments", func(s aftermath.Span) int { return s.Comments })
	return out
}

var stepTexts = map[string]string{"views": "Times the page of the campaign was opened", "entries": "Entries", "shortlisted": "Shortlisted", "judged": "Entries that judges scored", "chosen": "Winners and commended", "won": "Winners",
	"adopted": "Entries that an organisation tries or uses", "used": "In use, by the last answer of who entered", "stopped": "Stopped, by the last answer of who entered"}

func (r *Report) funnel() templates.ReportTable {
	t := templates.ReportTable{Key: "funnel", Title: "From reading to using", Columns: []string{"Step", "Number", "Of the entries"}}
	for _, s := range r.Funnel {
		row := []templates.ReportCell{ours(stepTexts[s.Key]), ours("Not counted"), ours("")}
		if s.Known {
			row[1] = number(s.N)
			if s.Key != "views" && s.Key != "entries" && r.Sums.Entries > 0 {
				row[2] = ours(models.InHundred(100 * float64(s.N) / float64(r.Sums.Entries)))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func figure(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func (r *Report) scores() templates.ReportTable {
	t := templates.ReportTable{Key: "scores", Title: "Scores by criterion", Columns: []string{"Criterion", "1", "2", "3", "4", "5", "Mean", "Lower quartile", "Median", "Upper quartile"}}
	for _, s := range r.Spread {
		row := []templates.ReportCell{theirs(s.Name, "")}
		for _, n := range s.Counts {
			row = append(row, number(n))
		}
		for _, x := range []float64{s.Mean, s.Lower, s.Median, s.High} {
			text := figure(x)
			if s.N == 0 {
				text = "–"
			}
			row = append(row, ours(text))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (r *Report) spread() (out []templates.ReportSpread) {
	for i, s := range r.Spread {
		if s.N > 0 {
			out = append(out, templates.ReportSpread{Key: strconv.Itoa(i), Name: s.Name, N: s.Counts[:]})
		}
	}
	return out
}

func (r *Report) adoptions() templates.ReportTable {
	t := templates.ReportTable{Key: "adoption", Title: "Who tried or uses it", Columns: []string{"Entry", "Organisation", "How far", "Since"}}
	for i := range r.Adoptions {
		a := &r.Adoptions[i]
		since := a.Since()
		row := []templates.ReportCell{theirs(a.Title, "/case-studies/"+a.Slug), theirs(cmp.Or(a.OrgName, a.Organisation), "/organisations/"+url.PathEscape(a.Organisation)), ours(a.Status.Label()), ours("Not said")}
		if since != "" {
			row[3] = templates.ReportCell{Text: since}
			if day, err := dayOf(since); err == nil {
				row[3] = templates.ReportCell{Day: day}
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// tables are all tables of the report, in the order of the page.
func (r *Report) tables() []templates.ReportTable {
	out := append(r.reach(), r.participation(), r.funnel())
	if r.Out && r.Cards > 0 {
		out = append(out, r.scores())
	}
	return append(out, r.adoptions(), awardTable(r.Awards), r.followUps())
}
