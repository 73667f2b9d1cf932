package feedback

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

const askedURL = "/me/asked"

// askedPage is what a person is asked, and how often they want to be.
func (f *Feature) askedPage(c *fiber.Ctx, p *models.Person) error {
	chosen, err := f.store.AsksAWeek(web.SeeOwn(c), p.ID)
	if err != nil {
		return err
	}
	return f.showAsked(c, p, fiber.StatusOK, choiceText(chosen), nil)
}

func choiceText(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func (f *Feature) showAsked(c *fiber.Ctx, p *models.Person, status int, chosen string, errors []templates.FieldError) error {
	ctx := web.SeeOwn(c)
	list, next, err := f.Asked(ctx, p, c.Query("cursor"), models.AsksAPage)
	if err != nil {
		return err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	page := templates.AskedPage{First: c.Query("cursor") == "", AWeek: chosen, Usual: "As usual here: " + timesAWeek(f.site.Feedback.AWeek), Errors: errors}
	if next != "" {
		page.NextURL = askedURL + "?cursor=" + next
	}
	for n := range models.MaxAsksAWeek + 1 {
		page.Times = append(page.Times, templates.Option{Value: strconv.Itoa(n), Text: timesAWeek(n)})
	}
	e, err := f.store.Expertise(ctx, p.ID)
	if err != nil {
		return err
	}
	page.Findable = e.Findable
	for _, a := range list {
		study := "/case-studies/" + url.PathEscape(a.Slug)
		line := templates.AskedLine{ID: a.ID, Title: a.Title, Summary: a.Summary, URL: study, By: a.OwnerName, When: a.AskedAt, Why: f.why(v, &a)}
		give := study + "#add-comment"
		if a.QuestionID != "" {
			give = "/comments/" + a.QuestionID
			line.Asks, line.Question, line.URL = true, models.Truncate(models.CleanLine(a.Question), 300), give
		}
		switch a.State() {
		case models.AskAnswered:
			line.State, line.AnswerURL = "Answered", "/comments/"+a.CommentID
		case models.AskDeclined:
			line.State, line.GiveURL = "Not this time", give
		default:
			line.Open, line.GiveURL, line.DeclineURL = true, give, askedURL+"/"+a.ID+"/decline"
		}
		page.Lines = append(page.Lines, line)
	}
	shell := f.site.Shell(c, "What you are asked")
	shell.NoIndex, shell.Errors, shell.Crumbs = true, errors, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, status, shell, templates.Asked(page))
}

func timesAWeek(n int) string {
	switch n {
	case 0:
		return "Never"
	case 1:
		return "Once a week at most"
	case 2:
		return "Twice a week at most"
	}
	return strconv.Itoa(n) + " times a week at most"
}

func (f *Feature) decline(c *fiber.Ctx, p *models.Person) error {
	if _, err := f.Decline(web.SeeOwn(c), p, c.Params("id")); err != nil {
		return err
	}
	return f.site.Done(c, askedURL, "Thank you for saying so. Somebody else is asked.")
}

func (f *Feature) saveChoice(c *fiber.Ctx, p *models.Person) error {
	typed := models.CleanLine(web.Value(c, "a_week"))
	var n *int
	if typed != "" {
		number, err := strconv.Atoi(typed)
		if err != nil {
			number = -1
		}
		n = &number
	}
	if err := f.Choose(web.SeeOwn(c), p, n); err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showAsked(c, p, status, models.Truncate(typed, 20), errors)
		})
	}
	return f.site.Done(c, askedURL, "How often you are asked is saved.")
}
