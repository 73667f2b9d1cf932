package kits

import (
	"grassroots/app/web"
	"grassroots/models/impact"
	"grassroots/templates"
)

// figures are what adopters say in figures: what it cost and saved, and what they measured, in
// a table for each way in which it is known. No table adds anything up: what is measured, claimed
// and estimated is never added together, and neither are cash and other savings.
func (k *kit) figures() (money, measures []templates.ReportTable) {
	for _, kind := range impact.Kinds() {
		spent := templates.ReportTable{Key: "kit-money-" + string(kind), Columns: moneyColumns()}
		spent.Title = map[impact.Kind]string{impact.Measured: "From accounts", impact.Claimed: "Claimed", impact.Estimated: "Only estimated"}[kind]
		came := templates.ReportTable{Key: "kit-measures-" + string(kind), Title: kind.Label(), Columns: []string{"Organisation", "By now", "What is measured", "Before", "Now", "Expected"}}
		for i := range k.adopters {
			a := &k.adopters[i]
			who := templates.ReportCell{Text: a.OrgName, URL: web.AdoptionAt(a), Theirs: true, Demo: a.Demo}
			if m := &a.Figures.Money; !m.Empty() && impact.KindOfMoney(m) == kind && len(spent.Rows) < mostQuoted {
				row := []templates.ReportCell{who}
				for j := range m.Each() {
					row = append(row, pounds(*m.Each()[j]), pounds(*m.Expected.Each()[j]))
				}
				spent.Rows = append(spent.Rows, append(row, theirs(m.How)))
			}
			for j := range a.Figures.Measures {
				m := &a.Figures.Measures[j]
				if m.Result == nil && m.Expected == nil || impact.KindOfMeasure(m) != kind || len(came.Rows) >= mostQuoted {
					continue
				}
				came.Rows = append(came.Rows, []templates.ReportCell{who, {Text: a.Status.Label()}, theirs(m.Name), value(m.Baseline, m.Unit), value(m.Result, m.Unit), value(m.Expected, m.Unit)})
			}
		}
		if len(spent.Rows) > 0 {
			money = append(money, spent)
		}
		if len(came.Rows) > 0 {
			measures = append(measures, came)
		}
	}
	return money, measures
}

func moneyColumns() []string {
	out := []string{"Organisation"}
	for i, label := range templates.SumLabels() {
		out = append(out, label, templates.ExpectedLabels()[i])
	}
	return append(out, "How it was worked out")
}

func pounds(v *int64) templates.ReportCell {
	if v == nil {
		return templates.ReportCell{Text: "Not told"}
	}
	return templates.ReportCell{Text: templates.FormatPounds(*v), Theirs: true}
}

func theirs(text string) templates.ReportCell {
	if text == "" {
		return templates.ReportCell{Text: "Not told"}
	}
	return templates.ReportCell{Text: text, Theirs: true}
}

func value(v *float64, unit string) templates.ReportCell {
	if v == nil {
		return templates.ReportCell{Text: "Not told"}
	}
	return templates.ReportCell{Text: templates.CleanUnit(templates.FormatValue(*v), unit), Theirs: true}
}

// apiKitMoney is what an adopter says of costs and savings.
type apiKitMoney struct {
	Organisation  string `json:"organisation_name"`
	Demonstration bool   `json:"demonstration" doc:"It is invented."`
	Known         string `json:"known" enum:"measured,claimed,estimated" doc:"measured: from accounts. Never add these together."`
	OneOff        *int64 `json:"one_off" doc:"Cost, once, in whole pounds; null where it is not said."`
	Running       *int64 `json:"running" doc:"Cost, a year."`
	Cash          *int64 `json:"cash" doc:"Saved a year, cash-releasing."`
	NonCash       *int64 `json:"non_cash" doc:"Saved a year, not cash-releasing: do not add it to the other."`
	// What was expected of each before they began.
	OneOffExpected  *int64 `json:"one_off_expected" doc:"What was expected before they began."`
	RunningExpected *int64 `json:"running_expected"`
	CashExpected    *int64 `json:"cash_expected"`
	NonCashExpected *int64 `json:"non_cash_expected"`
	URL             string `json:"url" format:"uri" doc:"Of the adoption."`
}

// apiKitMeasure is what an adopter measured.
type apiKitMeasure struct {
	Organisation  string   `json:"organisation_name"`
	Demonstration bool     `json:"demonstration" doc:"It is invented."`
	Status        string   `json:"status"`
	Known         string   `json:"known" enum:"measured,claimed,estimated" doc:"Never add these together."`
	Name          string   `json:"name"`
	Unit          string   `json:"unit"`
	Better        string   `json:"better" enum:"lower,higher"`
	Baseline      *float64 `json:"baseline"`
	Result        *float64 `json:"result"`
	Expected      *float64 `json:"expected"`
	URL           string   `json:"url" format:"uri" doc:"Of the adoption."`
}

func (f *Feature) figuresForAPI(k *kit) (money []apiKitMoney, measures []apiKitMeasure) {
	money, measures = []apiKitMoney{}, []apiKitMeasure{}
	for i := range k.adopters {
		a := &k.adopters[i]
		to := f.full(web.AdoptionAt(a))
		if m := &a.Figures.Money; !m.Empty() {
			e := m.Expected
			money = append(money, apiKitMoney{a.OrgName, a.Demo, string(impact.KindOfMoney(m)), m.OneOff, m.Running, m.Cash, m.NonCash, e.OneOff, e.Running, e.Cash, e.NonCash, to})
		}
		for j := range a.Figures.Measures {
			if m := &a.Figures.Measures[j]; m.Result != nil || m.Expected != nil {
				measures = append(measures, apiKitMeasure{a.OrgName, a.Demo, string(a.Status), string(impact.KindOfMeasure(m)), m.Name, m.Unit, m.Better, m.Baseline, m.Result, m.Expected, to})
			}
		}
	}
	return money, measures
}
