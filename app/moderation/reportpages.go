package moderation

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// aPage is how many lines the lists of this feature show.
const aPage = 20

func reasonOptions() []templates.Option {
	hints := map[models.ReportReason]string{"patient-data": "One can tell who a patient or somebody else is, or it holds a password", "duplicate": "It is here already: say where",
		"wrong": "It could lead somebody to do harm, or it is not true"}
	var out []templates.Option
	for _, r := range models.ReportReasons() {
		out = append(out, templates.Option{Value: string(r), Text: r.Label(), Hint: hints[r]})
	}
	return out
}

// reportPage shows the form, with what the person said before and nobody has
// looked at yet.
func (f *Feature) reportPage(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	about, err := f.find(ctx, p, models.ThingKind(c.Params("kind")), c.Params("id"))
	if err != nil {
		return err
	}
	if about.author == p.ID {
		return errOwn(about)
	}
	before, err := f.store.OpenReportOf(ctx, p.ID, about.kind, about.id)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	return f.showReport(c, fiber.StatusOK, about, templates.ReportPage{Reason: string(before.Reason), Words: before.Words, Again: before.ID != ""})
}

func (f *Feature) showReport(c *fiber.Ctx, status int, about thing, page templates.ReportPage) error {
	page.Kind, page.Title, page.ThingURL = about.kind.One(), about.title(), about.url()
	page.ActionURL = "/report/" + string(about.kind) + "/" + about.id
	page.Reasons = reasonOptions()
	shell := f.site.Shell(c, "Report "+page.Kind)
	shell.NoIndex, shell.Errors = true, page.Errors
	return f.site.Render(c, status, shell, templates.Report(page))
}

func (f *Feature) report(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	n := NewReport{Kind: models.ThingKind(c.Params("kind")), Thing: c.Params("id"), Reason: models.ReportReason(web.Value(c, "reason")), Words: web.Value(c, "words")}
	_, about, created, err := f.Report(c.UserContext(), p, n)
	if err != nil {
		web.ShowStopped(c, err)
		web.RetryAfter(c, err)
		errors, ok := web.FormErrors(err)
		if !ok || about.author == p.ID || about.id == "" {
			return err
		}
		return f.showReport(c, web.Describe(err).Status, about, templates.ReportPage{Reason: string(n.Reason), Words: n.Words, Errors: errors})
	}
	text := "Thank you. The moderators will look at it, and you will see here what became of it."
	if !created {
		text = "Your report is changed. You had sent one before, which nobody had closed yet."
	}
	return f.site.Done(c, "/me/reports", text)
}

// cursor reads the place in a list.
func cursor(c *fiber.Ctx) (string, error) {
	at := c.Query("cursor")
	if at != "" && !models.ValidID(at) {
		return "", models.E(models.BadRequest, "The place in this list is not one that we gave. Start again from its beginning.")
	}
	return at, nil
}

func (f *Feature) myReports(c *fiber.Ctx, p *models.Person) error {
	at, err := cursor(c)
	if err != nil {
		return err
	}
	list, more, err := f.store.ReportsBy(web.SeeOwn(c), p.ID, at, aPage)
	if err != nil {
		return err
	}
	page := templates.MyReportsPage{First: at == ""}
	for _, r := range list {
		page.Reports = append(page.Reports, myReport(r))
	}
	if more {
		page.NextURL = "/me/reports?cursor=" + list[len(list)-1].ID
	}
	shell := f.site.Shell(c, "Your reports")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.MyReports(page))
}

func myReport(r models.ReportSeen) templates.MyReport {
	line := templates.MyReport{Title: itemTitle(r.Item), Reason: r.Reason.Label(), Words: r.Words, When: r.CreatedAt, State: "Waiting for a moderator"}
	switch {
	case r.Item.ClosedAt != nil:
		line.Closed, line.State, line.Answer = r.Item.ClosedAt, r.Item.Outcome.Label(), r.Item.Answer
	case r.Item.AssigneeID != "":
		line.State = "A moderator is looking at it"
	}
	if r.Item.ClosedAt == nil {
		id := r.Item.SubjectID
		line.ChangeURL = "/report/" + string(r.Item.Kind) + "/" + id
	}
	return line
}

// itemTitle names what an item is about, at the beginning of a line.
func itemTitle(i models.Item) string {
	switch i.Kind {
	case models.ThingComment:
		return "A comment on “" + i.Title + "”"
	case models.ThingAdoption:
		return "What an organisation says of “" + i.Title + "”"
	case models.ThingPerson:
		return i.AuthorName
	case models.ThingCollection:
		return "The collection “" + i.Title + "”"
	}
	return i.Title
}
