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
		spent := templates.ReportTable{Key: "kit-money-" + string(kind), Columns: []string{"Organisation", "Cost, once", "Cost, each year", "Saved each year, cash-releasing", "Saved each year, not cash", "How it was worked out"}}
		spent.Title = map[impact.Kind]string{impact.Measured: "From accounts", impact.Claimed: "Claimed", impact.Estimated: "Only estimated"}[kind]
		came := templates.ReportTable{Key: "kit-measures-" + string(kind), Title: kind.Label(), Columns: []string{"Organisation", "By now", "What is measured", "Before", "Now", "Expected"}}
		for i := range k.adopters {
			a := &k.adopters[i]
			who := templates.ReportCell{Text: a.OrgName, URL: web.AdoptionAt(a), Theirs: true, Demo: a.Demo}
			if m := &a.Figures.Money; !m.Empty() && string(m.Known) == string(kind) && len(spent.Rows) < mostQuoted {
				spent.Rows = append(spent.Rows, []templates.ReportCell{who, pounds(m.OneOff), pounds(m.Running), pounds(m.Cash), pounds(m.NonCash), theirs(m.How)})
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
	URL           string `json:"url" format:"uri" doc:"Of the adoption."`
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
		if m := &a.Figures.Money; !m.Empty() && m.Known != "" {
			money = append(money, apiKitMoney{a.OrgName, a.Demo, string(m.Known), m.OneOff, m.Running, m.Cash, m.NonCash, to})
		}
		for j := range a.Figures.Measures {
			if m := &a.Figures.Measures[j]; m.Result != nil || m.Expected != nil {
				measures = append(measures, apiKitMeasure{a.OrgName, a.Demo, string(a.Status), string(impact.KindOfMeasure(m)), m.Name, m.Unit, m.Better, m.Baseline, m.Result, m.Expected, to})
			}
		}
	}
	return money, measures
}
