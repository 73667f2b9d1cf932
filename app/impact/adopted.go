package impact

import (
	"math"
	"strconv"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
	"grassroots/templates"
)

// adoptedSums is how many measures adoptions have, and the hours that they release, each kind
// by itself.
func adoptedSums(a *impact.Adopted) templates.ReportTable {
	t := templates.ReportTable{Key: "adoption-benefits", Title: "Measures of adoptions, by how well they are known", Columns: append([]string{"Figure"}, kinds...)}
	n, hours, full, added := ours("Measures"), ours("Hours released a week"), ours("The same in full-time equivalents of 37.5 hours"), ours("Measures that these hours are the sum of")
	for _, k := range impact.Kinds() {
		s := a.Sums[k]
		n, added = append(n, ours(count(s.N))...), append(added, ours(count(s.Added))...)
		text, same := "None said", "None said"
		if s.Added > 0 {
			text, same = number(s.Hours), number(s.Hours/models.FullTimeHours)
		}
		hours, full = append(hours, ours(text)...), append(full, ours(same)...)
	}
	t.Rows = append(t.Rows, n, hours, full, added)
	return t
}

// againstTable sets what was expected beside what came.
func againstTable(a *impact.Adopted) templates.ReportTable {
	t := templates.ReportTable{Key: "adoption-expected", Title: "Expected beside actual, where adoptions tell both", Columns: append([]string{"Figure"}, kinds...)}
	n, met, short, expected, hours := ours("Measures that tell both"), ours("As good as expected, or better"), ours("Not as good as expected"), ours("Hours expected a week"), ours("Hours released a week, of the same measures")
	for _, k := range impact.Kinds() {
		s := a.Against[k]
		n, met, short = append(n, ours(count(s.N))...), append(met, ours(count(s.Met))...), append(short, ours(count(s.N-s.Met))...)
		if s.OfTime > 0 {
			expected, hours = append(expected, ours(number(s.Expected))...), append(hours, ours(number(s.Hours))...)
		} else {
			expected, hours = append(expected, ours("None said")...), append(hours, ours("None said")...)
		}
	}
	t.Rows = append(t.Rows, n, met, short, expected, hours)
	return t
}

// moneyTable is what adoptions cost and saved: cash and not cash apart, and each by how well
// it is known.
func moneyTable(a *impact.Adopted) templates.ReportTable {
	t := templates.ReportTable{Key: "adoption-money", Title: "What adoptions cost and saved", Columns: []string{"Figure", "From accounts", "Claimed", "Only estimated"}}
	rows := [][]templates.ReportCell{ours("Adoptions that say it")}
	for _, label := range templates.SumLabels() {
		rows = append(rows, ours(label))
	}
	for _, k := range impact.Kinds() {
		p := a.Money[k]
		rows[0] = append(rows[0], ours(count(p.N))...)
		for i, v := range p.Sums {
			text := "None said"
			if p.Said[i] > 0 {
				text = templates.FormatPounds(v)
			}
			rows[i+1] = append(rows[i+1], ours(text)...)
		}
	}
	t.Rows = rows
	return t
}

// moneyAgainstTable sets pounds that were expected beside those that came, of the adoptions
// that tell both; nothing where none does.
func moneyAgainstTable(a *impact.Adopted) (out []templates.ReportTable) {
	t := templates.ReportTable{Key: "adoption-money-expected", Title: "Costs and savings expected beside actual, where adoptions tell both", Columns: []string{"Figure", "From accounts", "Claimed", "Only estimated"}}
	for i, label := range templates.SumLabels() {
		expected, came, any := ours(templates.ExpectedLabels()[i]), ours(label), false
		for _, k := range impact.Kinds() {
			if p := a.Money[k]; p.Both[i] > 0 {
				any = true
				expected, came = append(expected, ours(templates.FormatPounds(p.Expected[i]))...), append(came, ours(templates.FormatPounds(p.Came[i]))...)
				continue
			}
			expected, came = append(expected, ours("None said")...), append(came, ours("None said")...)
		}
		if any {
			t.Rows = append(t.Rows, expected, came)
		}
	}
	if len(t.Rows) > 0 {
		out = append(out, t)
	}
	return out
}

// adoptedTable lists measures of adoptions, the best known first.
func adoptedTable(a *impact.Adopted) templates.ReportTable {
	t := templates.ReportTable{Key: "adoption-measures", Title: "Each measure of an adoption, the best known first", Columns: []string{"Measure", "How well known", "Before", "Now", "Expected", "Organisation", "By now", "Case study"}}
	for _, m := range a.Measures[:min(len(a.Measures), mostMeasures)] {
		t.Rows = append(t.Rows, []templates.ReportCell{{Text: m.Name, Theirs: true}, {Text: m.Kind.Label()}, value(m.Baseline, m.Unit), value(m.Result, m.Unit), value(m.Expected, m.Unit),
			{Text: m.Of.OrgName, URL: web.AdoptionURL(m.Of.Study.Slug, m.Of.Organisation), Theirs: true}, {Text: m.Status.Label()}, {Text: m.Of.Study.Title, URL: web.StudyURL(m.Of.Study.Slug), Theirs: true}})
	}
	return t
}

// adopted is what a page shows of it.
func adopted(f *impact.Figures) templates.AdoptedFigures {
	a := &f.Adopted
	return templates.AdoptedFigures{Any: a.Any(), Sums: adoptedSums(a), Against: againstTable(a), Money: append([]templates.ReportTable{moneyTable(a)}, moneyAgainstTable(a)...), Measures: adoptedTable(a), N: len(a.Measures), Stopped: a.Stopped}
}

// apiAdopted is what adoptions say in figures.
type apiAdopted struct {
	Measured  apiAdoptedSum `json:"measured"`
	Claimed   apiAdoptedSum `json:"claimed"`
	Estimated apiAdoptedSum `json:"estimated"`
}

type apiAdoptedSum struct {
	Measures int             `json:"measures"`
	Hours    *float64        `json:"hours_released_a_week" doc:"Of what is tried or used by now; null where nothing of that kind is in hours."`
	Added    int             `json:"measures_in_hours" doc:"How many the hours are the sum of."`
	Against  apiAgainst      `json:"expected_beside_actual" doc:"Of measures that tell both."`
	Money    apiImpactPounds `json:"money" doc:"In whole pounds. measured: from accounts or invoices."`
}

type apiAgainst struct {
	Measures int      `json:"measures"`
	Met      int      `json:"as_good_or_better"`
	Expected *float64 `json:"hours_expected_a_week" doc:"null where none is of time."`
	Hours    *float64 `json:"hours_released_a_week" doc:"Of the same measures."`
}

type apiImpactPounds struct {
	Adoptions int    `json:"adoptions"`
	OneOff    *int64 `json:"one_off" doc:"Cost, once; null where none says it."`
	Running   *int64 `json:"running" doc:"Cost, a year."`
	Cash      *int64 `json:"cash" doc:"Saved a year, cash-releasing."`
	NonCash   *int64 `json:"non_cash" doc:"Saved a year, not cash-releasing: do not add it to the other."`

	Against apiPoundsAgainst `json:"expected_beside_actual"`
}

// apiPoundsAgainst sets what was expected beside what came.
type apiPoundsAgainst struct {
	OneOff  apiSumAgainst `json:"one_off"`
	Running apiSumAgainst `json:"running"`
	Cash    apiSumAgainst `json:"cash"`
	NonCash apiSumAgainst `json:"non_cash"`
}

type apiSumAgainst struct {
	Adoptions int    `json:"adoptions" doc:"How many tell both."`
	Expected  *int64 `json:"expected" doc:"Their sum; null where none tells both."`
	Actual    *int64 `json:"actual" doc:"Of the same adoptions."`
}

func apiOfAdopted(a *impact.Adopted) apiAdopted {
	of := func(k impact.Kind) apiAdoptedSum {
		s, against, money := a.Sums[k], a.Against[k], a.Money[k]
		out := apiAdoptedSum{Measures: s.N, Added: s.Added, Against: apiAgainst{Measures: against.N, Met: against.Met}, Money: apiImpactPounds{Adoptions: money.N}}
		if s.Added > 0 {
			out.Hours = &s.Hours
		}
		if against.OfTime > 0 {
			out.Against.Expected, out.Against.Hours = &against.Expected, &against.Hours
		}
		for i, to := range []**int64{&out.Money.OneOff, &out.Money.Running, &out.Money.Cash, &out.Money.NonCash} {
			if money.Said[i] > 0 {
				*to = &money.Sums[i]
			}
		}
		for i, to := range []*apiSumAgainst{&out.Money.Against.OneOff, &out.Money.Against.Running, &out.Money.Against.Cash, &out.Money.Against.NonCash} {
			if to.Adoptions = money.Both[i]; to.Adoptions > 0 {
				to.Expected, to.Actual = &money.Expected[i], &money.Came[i]
			}
		}
		return out
	}
	return apiAdopted{of(impact.Measured), of(impact.Claimed), of(impact.Estimated)}
}

// adopterColumns say whose figures a row of the open data has.
var adopterColumns = append(append([]templates.ImpactColumn{}, placeColumns...), []templates.ImpactColumn{{Name: "adopter", Text: "ODS code of the organisation that adopts"}, {Name: "adopter_name", Text: "Its name"}, {Name: "status", Text: "interested, planning, trying, in-use or stopped, as it is now"}}...)

// adoptedData is the part of the open data about what adoptions say in figures.
var adoptedData = []table{
	{"adoption-measures", "A row for each measure that an adoption gives as figures", append(append([]templates.ImpactColumn{}, adopterColumns...), []templates.ImpactColumn{{Name: "measure", Text: "What it is of"}, {Name: "repeats", Text: "The benefit of the case study that it measures again; empty for none"},
		{Name: "unit", Text: "Unit"}, {Name: "before", Text: "Value before"}, {Name: "after", Text: "Value after"}, {Name: "expected", Text: "Value that was expected"}, {Name: "better", Text: "lower or higher: which way is better"}, {Name: "sample", Text: "How many were looked at"},
		{Name: "period", Text: "First and last day"}, {Name: "known", Text: "measured, claimed or estimated: never add these together"}, {Name: "hours_released_a_week", Text: "Hours a week, where it can be said; less than nothing where it became worse"}}...), measureRows},
	{"adoption-money", "A row for each adoption that says what it cost or saved, in whole pounds", append(append([]templates.ImpactColumn{}, adopterColumns...), []templates.ImpactColumn{{Name: "one_off", Text: "Cost, once"}, {Name: "running", Text: "Cost, each year"},
		{Name: "cash", Text: "Saved each year, cash-releasing"}, {Name: "non_cash", Text: "Saved each year, not cash"}, {Name: "known", Text: "measured, claimed or estimated: never add these together"},
		{Name: "one_off_expected", Text: "Cost, once, that was expected"}, {Name: "running_expected", Text: "Cost, each year, that was expected"}, {Name: "cash_expected", Text: "Cash-releasing saving each year that was expected"}, {Name: "non_cash_expected", Text: "Other saving each year that was expected"}}...), moneyRows},
}

func (f *Feature) adopter(a *impact.Adoption) []string {
	return append(f.place(a.Study), a.Organisation, a.OrgName, string(a.Steps[len(a.Steps)-1].Status))
}

func measureRows(f *Feature, facts *impact.Facts, write func(cells ...string) error) error {
	for _, a := range facts.Adoptions {
		for i := range a.Figures.Measures {
			m, sample, hours := &a.Figures.Measures[i], "", ""
			if m.Sample != nil {
				sample = strconv.Itoa(*m.Sample)
			}
			if h, ok := impact.HoursReleased(m.Benefit()); ok {
				h = math.Round(h*100) / 100
				hours = web.CSVNumber(&h)
			}
			if err := write(append(f.adopter(a), m.Name, m.Repeats, m.Unit, web.CSVNumber(m.Baseline), web.CSVNumber(m.Result), web.CSVNumber(m.Expected), m.Better, sample, m.Benefit().Period, string(impact.KindOfMeasure(m)), hours)...); err != nil {
				return err
			}
		}
	}
	return nil
}

func moneyRows(f *Feature, facts *impact.Facts, write func(cells ...string) error) error {
	for _, a := range facts.Adoptions {
		if m := &a.Figures.Money; !m.Empty() {
			if err := write(append(f.adopter(a), web.CSVWhole(m.OneOff), web.CSVWhole(m.Running), web.CSVWhole(m.Cash), web.CSVWhole(m.NonCash), string(m.Known),
				web.CSVWhole(m.Expected.OneOff), web.CSVWhole(m.Expected.Running), web.CSVWhole(m.Expected.Cash), web.CSVWhole(m.Expected.NonCash))...); err != nil {
				return err
			}
		}
	}
	return nil
}
