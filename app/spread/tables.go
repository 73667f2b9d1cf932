package spread

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// chart is how many organisations had begun, and how many had stopped, from when the case
// study was posted until now.
func (s *Spread) chart(from, until time.Time) templates.SpreadChart {
	c := templates.SpreadChart{}
	at := func(t time.Time) float64 {
		if !until.After(from) {
			return 0
		}
		return min(1, max(0, float64(t.Sub(from))/float64(until.Sub(from)))) // what was there before it was posted stands at the beginning
	}
	for i := range s.Adopters {
		if a := &s.Adopters[i]; !a.begun.IsZero() {
			c.Begun = append(c.Begun, at(a.begun))
		}
		if a := &s.Adopters[i]; !a.ended.IsZero() {
			c.Stopped = append(c.Stopped, at(a.ended))
		}
	}
	slices.Sort(c.Stopped)
	return c
}

func cell(text string) templates.ReportCell { return templates.ReportCell{Text: text} }

// who lists who began when, after how long, and how far they are.
func (s *Spread) who() templates.ReportTable {
	t := templates.ReportTable{Key: "who", Title: "Who, and when", Columns: []string{"Organisation", "Began to try or use it", "Days after it was posted", "By now"}}
	for i := range s.Adopters {
		a := &s.Adopters[i]
		row := []templates.ReportCell{{Text: a.OrgName, URL: web.AdoptionAt(&a.Adoption), Theirs: true, Demo: a.Demo}, cell("Not yet"), cell(""), cell(a.Status.Label())}
		if !a.begun.IsZero() {
			row[1] = templates.ReportCell{Day: a.begun}
			if n, _ := models.DaysBetween(models.InLondonDay(s.Study.PublishedAt), models.InLondonDay(a.begun)); n >= 0 {
				row[2] = cell(strconv.Itoa(n))
			} else {
				row[2] = cell("Before")
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// regions counts by region how many tried it, have it in use, and stopped.
func (s *Spread) regions() templates.ReportTable {
	t := templates.ReportTable{Key: "regions", Title: "By region", Columns: []string{"Region", "Organisations", "In use", "Trying it", "Stopped"}}
	type counts struct{ all, use, trying, stopped int }
	by := map[string]*counts{}
	var names []string
	for i := range s.Adopters {
		a := &s.Adopters[i]
		region := cmp.Or(a.place.Region, "Not known")
		if by[region] == nil {
			by[region] = &counts{}
			names = append(names, region)
		}
		n := by[region]
		n.all++
		switch a.Status {
		case models.AdoptionInUse:
			n.use++
		case models.AdoptionTrying:
			n.trying++
		case models.AdoptionStopped:
			n.stopped++
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(by[b].all-by[a].all, cmp.Compare(a, b)) })
	for _, name := range names {
		n := by[name]
		row := []templates.ReportCell{{Text: name, Theirs: name != "Not known"}}
		for _, count := range []int{n.all, n.use, n.trying, n.stopped} {
			row = append(row, cell(strconv.Itoa(count)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// came is what came of it at each that tried it, those that stopped or say nothing among
// them: a list of successes alone would say more than is known.
func (s *Spread) came() templates.ReportTable {
	t := templates.ReportTable{Key: "came", Title: "What came of it, at all that tried it", Columns: []string{"Organisation", "By now", "Before", "What came of it"}}
	for i := range s.Adopters {
		a := &s.Adopters[i]
		if !a.Status.Tried() || len(t.Rows) == mostListed {
			continue
		}
		result := templates.ReportCell{Text: a.Result, Theirs: true}
		switch {
		case a.Result != "":
		case a.Reason != "":
			result.Text = a.Reason
		case a.SilentSince != nil:
			result = cell("Nothing heard")
		default:
			result = cell("Not told yet")
		}
		before := templates.ReportCell{Text: a.Baseline, Theirs: true}
		if a.Baseline == "" {
			before = cell("Not told")
		}
		t.Rows = append(t.Rows, []templates.ReportCell{{Text: a.OrgName, URL: web.AdoptionAt(&a.Adoption), Theirs: true, Demo: a.Demo}, cell(a.Status.Label()), before, result})
	}
	return t
}

// alike says what the reader's organisation has in common with some adopters, with which it
// has most first.
func (s *Spread) alike(which func(*adopter) bool) (out []templates.SpreadSaid) {
	if s.Near == nil {
		return nil
	}
	var list []*adopter
	for i := range s.Adopters {
		if which(&s.Adopters[i]) {
			list = append(list, &s.Adopters[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *adopter) int { return s.Near.Score(b.place) - s.Near.Score(a.place) })
	for _, a := range list[:min(len(list), mostListed)] {
		out = append(out, templates.SpreadSaid{Name: a.OrgName, URL: web.AdoptionAt(&a.Adoption), Text: s.Near.Words(a.place, a.place.Code), Demo: a.Demo})
	}
	return out
}
