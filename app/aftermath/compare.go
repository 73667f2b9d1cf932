package aftermath

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/templates"
)

const (
	compareURL = web.CampaignsURL + "/compare"
	// fewest and most are how many campaigns are compared.
	fewest, most = 2, 6
	// mostToChoose is how many campaigns can be chosen from.
	mostToChoose = 60
)

// Compare gives the reports of campaigns, each once, in the order in which they are named.
// BadRequest when they are too few or too many, NotFound for one that is none, and Conflict
// for one whose report may not be seen yet.
func (f *Feature) Compare(ctx context.Context, p *models.Person, names []string) ([]*Report, error) {
	var out []*Report
	seen := map[string]bool{}
	if len(names) > 4*most {
		names = names[:4*most]
	}
	var clean []string
	for _, name := range names {
		if name = models.CleanLine(name); name != "" && !seen[name] {
			seen[name] = true
			clean = append(clean, name)
		}
	}
	if len(clean) < fewest || len(clean) > most {
		return nil, models.E(models.BadRequest, "Choose 2 to 6 campaigns to compare.")
	}
	for _, name := range clean {
		r, err := f.Report(ctx, p, name)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(o *Report) bool { return o.Campaign.ID == r.Campaign.ID }) {
			out = append(out, r)
		}
	}
	return out, nil
}

// figures is one row of a comparison.
type figures struct {
	label string
	of    func(*Report) string
}

func counted(known bool, n int) string {
	if !known {
		return "Not counted"
	}
	return fmt.Sprint(n)
}

// perWeek is how often something happened in a week, on average.
func perWeek(n int, from, until time.Time) string {
	weeks := until.Sub(from).Hours() / (24 * 7)
	if weeks <= 0 {
		return "–"
	}
	return figure(float64(n) / weeks)
}

// closes is until when entries were taken, or now.
func (r *Report) closes() time.Time {
	if at, ok := r.Campaign.EntriesClose(); ok && at.Before(r.Until) {
		return at
	}
	return r.Until
}

func (r *Report) people(d aftermath.Did) string {
	switch counts, ok := r.Reach[d]; {
	case !ok:
		return notShown
	case counts.Total == 0:
		return fmt.Sprintf("Fewer than %d", aftermath.Least)
	default:
		return fmt.Sprint(counts.Total)
	}
}

func (r *Report) step(key string) string {
	for _, s := range r.Funnel {
		if s.Key == key {
			return counted(s.Known, s.N)
		}
	}
	return "Not counted"
}

func comparison() []figures {
	return []figures{
		{"Weeks open for entries", func(r *Report) string { return figure(r.closes().Sub(r.From).Hours() / (24 * 7)) }},
		{"Weeks until the results", func(r *Report) string { return figure(r.Until.Sub(r.From).Hours() / (24 * 7)) }},
		{"Times the page of the campaign was opened", func(r *Report) string { return r.step("views") }},
		{"Opened in a week, of those until the results", func(r *Report) string {
			if r.ViewsSince == "" {
				return "Not counted"
			}
			return perWeek(r.Series.Sums().Views, r.From, r.Until)
		}},
		{"Entries", func(r *Report) string { return r.step("entries") }},
		{"Entries in a week, of those open for entries", func(r *Report) string { return perWeek(r.Sums.Entries, r.From, r.closes()) }},
		{"People who entered", func(r *Report) string { return r.people(aftermath.Entered) }},
		{"People who voted", func(r *Report) string { return r.people(aftermath.Voted) }},
		{"People who commented on entries", func(r *Report) string { return r.people(aftermath.Commented) }},
		{"Comments", func(r *Report) string { return fmt.Sprint(r.Series.Sums().Comments) }},
		{"Comments in a week, of those until the results", func(r *Report) string { return perWeek(r.Series.Sums().Comments, r.From, r.Until) }},
		{"Shortlisted", func(r *Report) string { return r.step("shortlisted") }},
		{"Entries that judges scored", func(r *Report) string { return r.step("judged") }},
		{"Winners and commended", func(r *Report) string { return r.step("chosen") }},
		{"Winners", func(r *Report) string { return r.step("won") }},
		{"Entries that an organisation tries or uses", func(r *Report) string { return r.step("adopted") }},
		{"Awarded", func(r *Report) string { return aftermath.Pounds(aftermath.Sum(r.Awards)) }},
	}
}

func compareTable(list []*Report) templates.ReportTable {
	t := templates.ReportTable{Key: "compare", Title: "Side by side", Columns: []string{"Figure"}, Named: true}
	for _, r := range list {
		t.Columns = append(t.Columns, r.Campaign.Title)
	}
	for _, line := range comparison() {
		row := []templates.ReportCell{ours(line.label)}
		for _, r := range list {
			row = append(row, ours(line.of(r)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func chosen(c *fiber.Ctx) (out []string) {
	for _, raw := range c.Context().QueryArgs().PeekMulti("campaign") {
		out = append(out, string(raw))
	}
	return out
}

func (f *Feature) comparePage(c *fiber.Ctx) error {
	p, ctx := web.Person(c), c.UserContext()
	if err := web.OnlyParameters(c, "campaign"); err != nil {
		return err
	}
	page := templates.ComparePage{Chosen: chosen(c), Least: aftermath.Least}
	if len(page.Chosen) > 0 {
		list, err := f.Compare(ctx, p, page.Chosen)
		if err != nil {
			return err
		}
		page.Table = compareTable(list)
		page.CSVURL = compareURL + ".csv?" + url.Values{"campaign": page.Chosen}.Encode()
	}
	can, _, err := f.store.Campaigns(ctx, models.CampaignQuery{State: models.CampaignsEnded, Limit: mostToChoose})
	if err != nil {
		return err
	}
	for _, one := range can {
		page.Options = append(page.Options, templates.Option{Value: one.Slug, Text: one.Title})
	}
	shell := f.site.CampaignShell(c, "Compare campaigns", nil)
	shell.Wide = true
	return f.site.Render(c, fiber.StatusOK, shell, templates.CompareCampaigns(page))
}

func (f *Feature) compareCSV(c *fiber.Ctx) error {
	if err := web.OnlyParameters(c, "campaign"); err != nil {
		return err
	}
	list, err := f.Compare(c.UserContext(), web.Person(c), chosen(c))
	if err != nil {
		return err
	}
	t := compareTable(list)
	return f.site.SendCSV(c, "campaigns-compared", t.Columns, func(_ context.Context, write func(cells ...string) error) error {
		for _, row := range t.Rows {
			cells := make([]string, len(row))
			for i, cell := range row {
				cells[i] = cell.Plain()
			}
			if err := write(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}
