package voices

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// seen is all that there is to see of a period.
type seen struct {
	period  string
	periods []string // that there are
	columns map[models.VoiceDid]*models.VoiceColumn
	groups  map[models.VoiceBy][]models.VoiceGroup
	mixes   map[models.VoiceBy]models.WorkforceMix
}

// see reads what there is to see of a period; an empty one is the usual. It takes
// three statements, however many people there are. BadRequest when the period is
// none.
func (f *Feature) see(ctx context.Context, period string) (*seen, error) {
	all, err := f.store.ShownVoices(ctx)
	if err != nil {
		return nil, err
	}
	s := &seen{period: period, columns: map[models.VoiceDid]*models.VoiceColumn{}}
	for _, c := range all {
		if !slices.Contains(s.periods, c.Period) {
			s.periods = append(s.periods, c.Period)
		}
	}
	slices.SortFunc(s.periods, func(a, b string) int { return comparePeriods(a, b) })
	for _, usual := range []string{models.VoicesYear, models.VoicesEver} {
		if !slices.Contains(s.periods, usual) {
			s.periods = slices.Insert(s.periods, 0, usual)
		}
	}
	slices.SortFunc(s.periods, comparePeriods)
	if s.period == "" {
		s.period = models.VoicesYear
	}
	if !slices.Contains(s.periods, s.period) {
		return nil, models.E(models.BadRequest, "There is no such period here. Choose “12-months”, “all” or a calendar year that is over.")
	}
	for i, c := range all {
		if c.Period == s.period {
			s.columns[c.Did] = &all[i]
		}
	}
	if s.groups, err = f.groups(ctx); err != nil {
		return nil, err
	}
	s.mixes, err = f.store.WorkforceMixes(ctx)
	return s, err
}

// comparePeriods puts the last 12 months first, then all time, then years, the
// newest first.
func comparePeriods(a, b string) int {
	place := func(p string) int {
		switch p {
		case models.VoicesYear:
			return -2
		case models.VoicesEver:
			return -1
		}
		year, _ := strconv.Atoi(p)
		return 10_000 - year
	}
	return place(a) - place(b)
}

func periodText(period string) string {
	switch period {
	case models.VoicesYear:
		return "Last 12 months"
	case models.VoicesEver:
		return "All time"
	}
	return period
}

// about gives a count as it is shown.
func about(c *models.VoiceColumn, by models.VoiceBy, value string) (text string, n int) {
	if c == nil {
		return "Not shown", 0
	}
	if n = c.Counts[by][value]; n == 0 {
		return "Not shown", 0
	}
	return "About " + templates.FormatNumber(n), n
}

func (f *Feature) page(c *fiber.Ctx) error {
	s, err := f.see(c.UserContext(), models.CleanLine(c.Query("period")))
	if err != nil {
		return err
	}
	did := models.VoiceDid(models.CleanLine(c.Query("of", string(models.DidPost))))
	if !slices.Contains(models.VoiceDids(), did) {
		return models.E(models.BadRequest, "People are not counted for that. Choose posted, voted, commented, answered or adopted.")
	}
	column := s.columns[did]
	page := templates.VoicesPage{Period: s.period, Did: string(did), DidText: did.Label(), Counted: column != nil, Least: models.VoiceLeast, Step: models.VoiceStep, Apart: models.VoiceApart,
		CSVURL: pageURL + ".csv?period=" + s.period, Mixes: len(s.mixes)}
	for _, p := range s.periods {
		page.Periods = append(page.Periods, templates.Option{Value: p, Text: periodText(p)})
	}
	for _, d := range models.VoiceDids() {
		page.Dids = append(page.Dids, templates.Option{Value: string(d), Text: d.Label()})
	}
	if web.Person(c).May(models.Administer, models.Subject{}) {
		page.AdminURL = adminURL
	}
	if column != nil {
		page.From, page.To = column.From, column.To
		for _, d := range models.VoiceDids() {
			if c := s.columns[d]; c != nil && !c.To.Equal(column.To) {
				page.Older = append(page.Older, "Those who "+d.Label()+" are counted until "+templates.FormatDate(c.To.AddDate(0, 0, -1))+".")
			}
		}
		for _, by := range models.VoiceBys() {
			page.Tables = append(page.Tables, s.table(by, did))
			page.Unheard = append(page.Unheard, s.unheard(by, did)...)
		}
	}
	shell := f.site.Shell(c, "Who is heard")
	shell.Description = "Who posts, votes, comments, is answered and adopted from, beside how the workforce is made up."
	shell.Canonical, shell.Wide = f.site.URL(pageURL), true
	return f.site.Render(c, fiber.StatusOK, shell, templates.Voices(page))
}

// table is what there is to see by one thing. A group that is neither in the
// workforce that was entered nor shown is left out.
func (s *seen) table(by models.VoiceBy, did models.VoiceDid) templates.VoicesTable {
	t := templates.VoicesTable{Key: string(by), Title: by.Label(), Mixed: by.HasMix(), Nothing: true, Columns: []string{by.Label()}}
	mix, mixed := s.mixes[by]
	if mixed {
		t.Source, t.AsOf = mix.Source, mix.AsOf
		t.Columns = append(t.Columns, "Workforce")
	}
	for _, d := range models.VoiceDids() {
		t.Columns = append(t.Columns, map[models.VoiceDid]string{models.DidPost: "Posted", models.DidVote: "Voted", models.DidComment: "Commented", models.WasHeard: "Answered", models.WasAdopted: "Adopted from"}[d])
	}
	t.Columns = append(t.Columns, "Median wait")
	for _, g := range s.groups[by] {
		row := templates.VoicesRow{Label: g.Label}
		share, said := mix.Share(g.Value)
		if mixed {
			row.Workforce = "Not entered"
			if said {
				row.Workforce = templates.FormatPercent(share)
			}
			row.Cells = append(row.Cells, row.Workforce)
		}
		known := said
		for _, d := range models.VoiceDids() {
			text, n := about(s.columns[d], by, g.Value)
			row.Cells, known = append(row.Cells, text), known || n > 0
			if d == did && n > 0 {
				t.Nothing = false
			}
		}
		wait := "Not shown"
		if c := s.columns[models.WasHeard]; c != nil && c.Times[by][g.Value] != "" {
			wait = models.UpperFirst(c.Times[by][g.Value].Label())
		}
		row.Cells = append(row.Cells, wait)
		if !known {
			continue
		}
		row.Bars = s.bars(by, did, g, share, said)
		if sentence := s.sentence(by, did, g, share, said); sentence != "" {
			t.Sentences = append(t.Sentences, sentence)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// bars are the part of a group of the workforce and of those who did something;
// of care settings, of which people have many, how many they are.
func (s *seen) bars(by models.VoiceBy, did models.VoiceDid, g models.VoiceGroup, share float64, said bool) [2]templates.VoicesBar {
	bars := [2]templates.VoicesBar{{Text: "not entered"}, {Text: "not shown"}}
	if said {
		bars[0] = templates.VoicesBar{Low: share, High: share, Shown: true, Text: models.InHundred(share)}
	}
	text, n := about(s.columns[did], by, g.Value)
	switch {
	case n == 0:
	case !by.HasMix():
		bars[1] = templates.VoicesBar{Low: float64(n), High: float64(n), Shown: true, Text: text}
	default:
		part, _ := s.columns[did].Share(by, g.Value, s.groups[by])
		bars[1] = templates.VoicesBar{Low: part.Low, High: part.High, Shown: true, Text: part.Words()}
	}
	return bars
}

// sentence says how a group of the workforce compares; empty where nothing can be
// said.
func (s *seen) sentence(by models.VoiceBy, did models.VoiceDid, g models.VoiceGroup, share float64, said bool) string {
	if _, n := about(s.columns[did], by, g.Value); !said || n == 0 {
		return ""
	}
	part, _ := s.columns[did].Share(by, g.Value, s.groups[by])
	return fmt.Sprintf("%s: %s of the workforce, and %s of those who %s.", g.Label, models.InHundred(share), part.Words(), did.Label())
}

// unheard says which groups are in the workforce and nearly absent here.
func (s *seen) unheard(by models.VoiceBy, did models.VoiceDid) (out []string) {
	mix, ok := s.mixes[by]
	if !ok {
		return nil
	}
	c := s.columns[did]
	for _, g := range mix.Unheard(c, s.groups[by]) {
		share, _ := mix.Share(g.Value)
		part, _ := c.Share(by, g.Value, s.groups[by])
		text := fmt.Sprintf("%s: %s of the workforce, and %s of those who %s", g.Label, models.InHundred(share), part.Words(), did.Label())
		if c.Counts[by][g.Value] == 0 {
			text = fmt.Sprintf("%s: %s of the workforce, and too few of them %s to be shown, %s", g.Label, models.InHundred(share), did.Label(), part.Words())
		}
		out = append(out, text+".")
	}
	return out
}

// file is every table of a period for a spreadsheet: what is not shown is empty.
func (f *Feature) file(c *fiber.Ctx) error {
	s, err := f.see(c.UserContext(), models.CleanLine(c.Query("period")))
	if err != nil {
		return err
	}
	columns := []string{"by", "group", "workforce_percent"}
	for _, d := range models.VoiceDids() {
		columns = append(columns, string(d))
	}
	return f.site.SendCSV(c, "who-is-heard-"+s.period, append(columns, "median_first_response"), func(_ context.Context, write func(cells ...string) error) error {
		for _, by := range models.VoiceBys() {
			mix := s.mixes[by]
			for _, g := range s.groups[by] {
				cells := []string{string(by), g.Label, ""}
				if share, ok := mix.Share(g.Value); ok {
					cells[2] = strconv.FormatFloat(share, 'f', -1, 64)
				}
				for _, d := range models.VoiceDids() {
					text := ""
					if _, n := about(s.columns[d], by, g.Value); n > 0 {
						text = strconv.Itoa(n)
					}
					cells = append(cells, text)
				}
				wait := ""
				if h := s.columns[models.WasHeard]; h != nil {
					wait = h.Times[by][g.Value].Label()
				}
				if err := write(append(cells, wait)...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
