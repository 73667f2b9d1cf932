package impact

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/models/impact"
	"grassroots/models/reference"
	"grassroots/templates"
)

func (f *Feature) page(c *fiber.Ctx) error {
	ask, err := readAsk(c)
	if err != nil {
		return err
	}
	r, err := f.Get(c.UserContext(), ask)
	if err != nil {
		return err
	}
	page := templates.ImpactPage{ImpactFigures: figures(r.Figures), From: ask.From, To: ask.To, Region: ask.Region, Kind: ask.Kind, Campaign: ask.Campaign, Demo: r.Demo, CSVURL: ask.address(pageURL + ".csv"),
		Filtered: ask != Ask{}}
	for _, region := range reference.Regions() {
		page.Regions = append(page.Regions, templates.Option{Value: region.Name, Text: region.Name})
	}
	for _, k := range r.Kinds {
		page.Kinds = append(page.Kinds, templates.Option{Value: k, Text: k})
	}
	for _, one := range r.Campaigns {
		page.Campaigns = append(page.Campaigns, templates.Option{Value: one.Slug, Text: one.Title})
	}
	shell := f.site.Shell(c, "Impact")
	shell.Description = "What came of what was posted: who adopted it, how fast, and with what benefits, measured, claimed and estimated apart."
	shell.Canonical, shell.NoIndex = f.site.URL(pageURL), page.Filtered
	return f.site.Render(c, fiber.StatusOK, shell, templates.Impact(page))
}

// figures are what the page of everything and that of an organisation have in common.
func figures(f *impact.Figures) templates.ImpactFigures {
	out := templates.ImpactFigures{Begin: f.Query.From, End: f.Query.Until.Add(-time.Nanosecond), Adoption: adoptionFacts(f), Status: statusTable(f), Months: monthTable(f), Series: series(f), Yearly: f.Yearly,
		Third: thirdFacts(f), Answers: answerFacts(f), Sums: sumTable(f), Units: unitTable(f), OfUnits: len(f.Units), Measures: measureTable(f), Benefits: len(f.Benefits), Results: f.Results, Baselines: f.Baselines, Adopted: adopted(f)}
	out.Units.Rows = out.Units.Rows[:min(len(out.Units.Rows), mostMeasures)]
	for _, a := range f.Adoptions {
		if a.At(f.Query.Until).Tried() {
			out.Tried++
		}
	}
	return out
}

// tables are all figures, for a file and for programs.
func tables(f *impact.Figures) []templates.ReportTable {
	facts := func(key, title string, list []templates.ReportFact) templates.ReportTable {
		t := templates.ReportTable{Key: key, Title: title, Columns: []string{"Figure", "Value"}}
		for _, one := range list {
			t.Rows = append(t.Rows, ours(one.Label, one.Text))
		}
		return t
	}
	return append([]templates.ReportTable{facts("adoption", "Adoption", adoptionFacts(f)), statusTable(f), monthTable(f), facts("third", "How fast it spreads", thirdFacts(f)),
		facts("answers", "Ideas answered", answerFacts(f)), sumTable(f), unitTable(f), adoptedSums(&f.Adopted), againstTable(&f.Adopted), moneyTable(&f.Adopted)}, moneyAgainstTable(&f.Adopted)...)
}

// file is every figure, a line each.
func (f *Feature) file(c *fiber.Ctx) error {
	ask, err := readAsk(c)
	if err != nil {
		return err
	}
	r, err := f.Get(c.UserContext(), ask)
	if err != nil {
		return err
	}
	return f.site.SendCSV(c, "impact", []string{"table", "row", "figure", "value"}, func(_ context.Context, write func(cells ...string) error) error {
		return lines(tables(r.Figures), 1, write)
	})
}

// lines writes a line for each cell of tables, but for the first ones of a row, which name
// it.
func lines(list []templates.ReportTable, first int, write func(cells ...string) error) error {
	for _, t := range list {
		for _, row := range t.Rows {
			names := make([]string, first)
			for i := range names {
				names[i] = row[i].Plain()
			}
			for i := first; i < len(row); i++ {
				if err := write(t.Key, strings.Join(names, " · "), t.Columns[i], row[i].Plain()); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
