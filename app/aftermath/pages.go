package aftermath

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/templates"
)

func dayOf(day string) (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, day, templates.London())
}

// Link is what leads from the page of a campaign to its report.
func (f *Feature) Link(c *fiber.Ctx, of *models.Campaign) string {
	stage := of.StageAt(f.site.Now())
	if stage == models.CampaignResults || stage == models.CampaignFollowUp || web.Person(c).May(models.RunCampaign, models.Subject{}) {
		return reportURL(of)
	}
	return ""
}

func reportURL(of *models.Campaign) string { return web.CampaignURL(of) + "/report" }

func (f *Feature) page(c *fiber.Ctx) error {
	r, err := f.Report(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil && !errors.Is(err, errNotYet) {
		return err
	}
	of := &r.Campaign
	page := templates.CampaignReportPage{Title: of.Title, URL: reportURL(of), CSVURL: reportURL(of) + ".csv", TextURL: reportURL(of) + ".md", ResultsURL: web.CampaignURL(of) + "/results", Out: r.Out, Shown: err == nil}
	page.OutAt, page.Dated = of.Starts(models.CampaignResults)
	if page.Shown {
		f.fill(r, &page)
		if page.FollowUps, err = f.followUpsShown(c.UserContext(), r.FollowUps, r.Adoptions); err != nil {
			return err
		}
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Campaign report", of), templates.CampaignReport(page))
}

func (f *Feature) fill(r *Report, page *templates.CampaignReportPage) {
	page.From, page.Until, page.Begun, page.Weekly, page.Counted = r.From, r.Until, r.From.Before(r.Until), r.Series.Weekly, r.Counted
	page.Totals, page.ViewsSince, page.HasVote, page.ShowsVotes, page.VotesTimed = r.totals(), r.ViewsSince, r.Sums.Ballot.Rule != "", r.ShowsVotes, r.VotesTimed
	page.Reach, page.Participation, page.Funnel, page.Scores, page.Adoptions = r.reach(), r.participation(), r.funnel(), r.scores(), r.adoptions()
	page.Awards = awardsShown(r.Awards, r.Fund)
	page.Series, page.Spread, page.Cards, page.Least = r.series(), r.spread(), r.Cards, aftermath.Least
	if r.Lessons.Body != "" {
		page.LessonsHTML, page.LessonsBy, page.LessonsAt, page.LessonsRevision = f.markdown.Render(r.Lessons.Body).HTML, r.Lessons.ByName, r.Lessons.CreatedAt, r.Lessons.Revision
	}
	if r.Organiser {
		page.LessonsURL = reportURL(&r.Campaign) + "/lessons"
	}
	for _, l := range r.Learning {
		if n := len(page.Learning); n == 0 || page.Learning[n-1].URL != "/case-studies/"+l.Slug {
			page.Learning = append(page.Learning, templates.ReportLearning{Title: l.Title, URL: "/case-studies/" + l.Slug})
		}
		last := &page.Learning[len(page.Learning)-1]
		last.Words = append(last.Words, l.Words)
	}
}

// csv is every figure of the report, a line each.
func (f *Feature) csv(c *fiber.Ctx) error {
	if err := web.OnlyParameters(c); err != nil {
		return err
	}
	r, err := f.Report(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.SendCSV(c, "report-"+r.Campaign.Slug, []string{"table", "row", "figure", "value"}, func(_ context.Context, write func(cells ...string) error) error {
		for _, fact := range r.totals() {
			if err := write("totals", fact.Label, "number", fact.Text); err != nil {
				return err
			}
		}
		for _, t := range r.tables() {
			for _, row := range t.Rows {
				for i := 1; i < len(row); i++ {
					if err := write(t.Key, row[0].Plain(), t.Columns[i], row[i].Plain()); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// text is the report as Markdown.
func (f *Feature) text(c *fiber.Ctx) error {
	r, err := f.Report(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.SendMade(c, "report-"+r.Campaign.Slug+".md", "text/markdown; charset=utf-8", func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, r.markdown(f.site.URL(reportURL(&r.Campaign))))
		return err
	})
}

func (r *Report) markdown(address string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Report: %s\n\n%s\n\nFrom %s until %s.\n\n", models.CleanLine(r.Campaign.Title), address, templates.FormatDateTime(r.From), templates.FormatDateTime(r.Until))
	if !r.Out {
		b.WriteString("For organisers alone: the results are not out yet.\n\n")
	}
	for _, fact := range r.totals() {
		fmt.Fprintf(&b, "- %s: %s\n", fact.Label, fact.Text)
	}
	fmt.Fprintf(&b, "\nFewer than %d people are not shown, nor is what they could be worked out from.\n", aftermath.Least)
	for _, t := range r.tables() {
		if text := t.Markdown(); text != "" {
			b.WriteString("\n" + text)
		}
	}
	if r.Lessons.Body != "" {
		b.WriteString("\n## What was learnt\n\n" + r.Lessons.Body + "\n")
	}
	if len(r.Learning) > 0 {
		b.WriteString("\n## What those who entered learnt\n\n")
		for _, l := range r.Learning {
			fmt.Fprintf(&b, "- %s: %s\n", models.CleanLine(l.Title), models.CleanLine(l.Words))
		}
	}
	return b.String()
}

func (f *Feature) lessonsPage(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	l, err := f.store.Lessons(ctx, of.ID)
	if err != nil {
		return err
	}
	return f.showLessons(c, fiber.StatusOK, &of, l, nil)
}

func (f *Feature) showLessons(c *fiber.Ctx, status int, of *models.Campaign, l aftermath.Lessons, fields []templates.FieldError) error {
	history, err := f.store.LessonsHistory(c.UserContext(), of.ID, 20)
	if err != nil {
		return err
	}
	page := templates.LessonsPage{Title: of.Title, URL: reportURL(of) + "/lessons", ReportURL: reportURL(of), Body: l.Body, Revision: l.Revision, Errors: fields}
	for _, h := range history {
		page.History = append(page.History, templates.LessonsLine{Revision: h.Revision, By: h.ByName, Body: h.Body, At: h.CreatedAt})
	}
	shell := f.site.CampaignShell(c, "What was learnt", of, templates.Crumb{Text: "Campaign report", URL: reportURL(of)})
	shell.Errors = fields
	return f.site.Render(c, status, shell, templates.CampaignLessons(page))
}

func (f *Feature) saveLessons(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	old, err := f.store.Lessons(ctx, of.ID)
	if err != nil {
		return err
	}
	l := aftermath.Lessons{CampaignID: of.ID, Body: web.Value(c, "body")}
	if l.Revision, err = web.FormVersion(c, "revision", 0); err != nil {
		return err
	}
	if err := f.SaveLessons(ctx, p, &l, old.Body); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, fields []templates.FieldError) error {
			return f.showLessons(c, status, &of, l, fields)
		})
	}
	return f.site.Done(c, reportURL(&of), "What was learnt is saved. Everybody reads it once the results are out.")
}
