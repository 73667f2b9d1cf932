package adoptions

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

const (
	// askEvery is how often it is looked whether somebody is to be asked.
	askEvery = time.Hour
	// askAtOnce is how many are asked at a time.
	askAtOnce = 100
	// followUpPath begins the addresses of the links that are answered by.
	followUpPath = "/adoption-follow-up/"
)

// askHowFar is the job that asks how far organisations are with what they adopt.
type askHowFar struct{}

// Kind implements jobs.Args.
func (askHowFar) Kind() string { return "adoptions.ask" }

// FollowUp has those who look after adoptions asked by e-mail how far they are. Called once,
// before the jobs run.
func (f *Feature) FollowUp(queue *jobs.Queue, sender *mail.Service) {
	f.mail = sender
	jobs.Register(queue, func(ctx context.Context, _ askHowFar) error { return f.Ask(ctx) })
	queue.Every(askEvery, askHowFar{})
}

// Ask asks those who look after adoptions how far they are, once for each of the months,
// unless they have stopped or said something lately.
func (f *Feature) Ask(ctx context.Context) error {
	now := f.site.Now()
	for _, months := range models.AdoptionFollowUpMonths() {
		due := now.AddDate(0, -months, 0)
		for asked := askAtOnce; asked == askAtOnce; {
			list, err := f.store.AdoptionsToAsk(ctx, months, due.Add(-models.AdoptionAskedWithin), due, now.Add(-models.AdoptionSaidLately), askAtOnce)
			if err != nil {
				return err
			}
			asked = 0
			for i := range list {
				done, err := f.ask(ctx, &list[i], months)
				if err != nil {
					return err
				}
				if done {
					asked++
				}
			}
		}
	}
	return nil
}

// ask asks whoever looks after an adoption; where nobody does who may answer for the
// organisation, as after a move to another, its leads.
func (f *Feature) ask(ctx context.Context, a *models.Adoption, months int) (asked bool, err error) {
	people, owned, err := f.whoAnswers(ctx, a)
	if err != nil || len(people) == 0 { // whoever could went a moment ago
		return false, err
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		token := web.NewSecret()
		q := models.AdoptionFollowUp{AdoptionID: a.ID, Months: months, PersonID: people[0].ID}
		asked, err = f.store.AskAdoption(ctx, &q, token)
		if err != nil || !asked {
			return err
		}
		f.store.AfterCommit(ctx, f.site.Changed)
		if f.mail == nil {
			return nil
		}
		for _, p := range people {
			chosen, err := f.store.NotifySettings(ctx, p.ID)
			if err != nil {
				return err
			}
			if chosen.StoppedAt != nil { // who wants no e-mail sees it on the page
				continue
			}
			message := f.askLead(a)
			if owned {
				message = f.askOwner(a, &q, token)
			}
			message.To = p.Email
			if err := f.mail.Send(ctx, message); err != nil {
				return err
			}
		}
		return nil
	})
	return asked, err
}

// whoAnswers gives who is asked about an adoption, and whether that is whoever looks after it.
func (f *Feature) whoAnswers(ctx context.Context, a *models.Adoption) (people []models.Person, owned bool, err error) {
	if a.OwnerID != "" {
		owner, err := f.store.PersonByID(ctx, a.OwnerID)
		if err != nil {
			return nil, false, err
		}
		if reachable(&owner) && owner.May(models.RunAdoption, a.Subject()) {
			return []models.Person{owner}, true, nil
		}
	}
	leads, err := f.store.LeadsOf(ctx, a.Organisation)
	if err != nil {
		return nil, false, err
	}
	people, err = f.store.PeopleByIDs(ctx, leads)
	return slices.DeleteFunc(people, func(p models.Person) bool { return !reachable(&p) }), false, err
}

func reachable(p *models.Person) bool { return p.ClosedAt == nil && p.Email != "" }

func (f *Feature) askLead(a *models.Adoption) mail.Message {
	return mail.Message{Subject: "How far are you with it by now?",
		Text: "Two questions about something that your organisation takes up: how far are you, and what came of it?\n\n" + a.Title + "\n\n" + a.OrgName + "\n\n" +
			"Nobody of your organisation looks after it any more. Say how far it is, and name who looks after it from now on:\n" + f.site.URL(formURL(a.Slug, a.Organisation)) + "\n\n" +
			"That something stopped is worth as much to others as that it goes on.\n\n" +
			"You get this because you are a lead of the organisation.\n"}
}

func (f *Feature) askOwner(a *models.Adoption, q *models.AdoptionFollowUp, token string) mail.Message {
	at := f.site.URL(followUpPath + token)
	return mail.Message{Subject: "How far are you with it by now?", SecretUntil: q.ExpiresAt,
		Text: "Two questions about something that your organisation takes up: how far are you, and what came of it?\n\n" + a.Title + "\n\n" + a.OrgName + "\n\n" +
			"We are trying it:\n" + at + "?status=trying\n\nIt is in use:\n" + at + "?status=in-use\n\nWe stopped:\n" + at + "?status=stopped\n\nSomething else:\n" + at + "\n\n" +
			"You need not sign in, and need not write anything: one more press is enough. That something stopped is worth as much to others as that it goes on.\n\n" +
			"The link is for this question alone, and for 90 days. Whoever has it can answer for your organisation, so pass it on only to who knows. Whoever can read the case study reads the answer.\n\n" +
			"You get this because you look after it. Somebody else can be named here:\n" + f.site.URL(formURL(a.Slug, a.Organisation)) + "\n"}
}

// Answer takes down what whoever looks after an adoption answers by the link of an e-mail.
// It is said in their name; who has the link has it from them.
func (f *Feature) Answer(ctx context.Context, q *models.AdoptionFollowUp, a *models.Adoption, ch Change) error {
	owner, err := f.store.PersonByID(ctx, q.PersonID)
	if err != nil {
		return err
	}
	ch.CaseStudy, ch.Organisation = a.CaseStudyID, a.Organisation
	return f.store.Tx(ctx, func(ctx context.Context) error {
		f.store.AfterCommit(ctx, f.site.Changed)
		saved, _, err := f.Save(ctx, &owner, ch)
		if err != nil {
			return err
		}
		return f.store.HeardOfAdoption(ctx, a.ID, saved.Status) // when nothing changed, that is an answer too
	})
}

// asked gives what the link of an e-mail asks, and of which adoption.
func (f *Feature) asked(c *fiber.Ctx) (q models.AdoptionFollowUp, a models.Adoption, err error) {
	ctx := web.SeeOwn(c)
	if q, err = f.store.AdoptionFollowUpByToken(ctx, c.Params("token")); err == nil {
		a, err = f.store.AdoptionByID(ctx, q.AdoptionID)
	}
	return q, a, err
}

// followUp is the page that the link of an e-mail leads to. Nothing is answered by opening
// it: programs that look through mail follow links.
func (f *Feature) followUp(c *fiber.Ctx) error {
	q, a, err := f.asked(c)
	if err != nil {
		return err
	}
	page := templates.AdoptionFollowUpPage{Status: string(a.Status), Result: a.Result, Reason: a.Reason, Version: a.Version, Done: c.Query("done") == "1"}
	if chosen := models.AdoptionStatus(c.Query("status")); chosen.Valid() {
		page.Status = string(chosen)
	}
	return f.showFollowUp(c, fiber.StatusOK, &q, &a, page)
}

func (f *Feature) showFollowUp(c *fiber.Ctx, status int, q *models.AdoptionFollowUp, a *models.Adoption, page templates.AdoptionFollowUpPage) error {
	page.Title, page.OrgName, page.URL, page.AdoptionURL, page.Months = a.Title, a.OrgName, followUpPath+c.Params("token"), web.AdoptionURL(a.Slug, a.Organisation), q.Months
	shell := f.site.Shell(c, "How far are you with it?")
	shell.NoIndex, shell.Errors = true, page.Errors
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer") // the address is a secret
	return f.site.Render(c, status, shell, templates.AdoptionFollowUp(page))
}

func (f *Feature) answerFollowUp(c *fiber.Ctx) error {
	q, a, err := f.asked(c)
	if err != nil {
		return err
	}
	in, err := readForm(c)
	if err != nil {
		return err
	}
	page := templates.AdoptionFollowUpPage{Status: in.status, Result: in.Texts["result"], Reason: in.Texts["reason"], Version: in.Version}
	said := Change{Status: in.Status, Version: cmp.Or(in.Version, a.Version), Texts: map[string]string{"result": page.Result, "reason": page.Reason}}
	if err := f.Answer(web.SeeOwn(c), &q, &a, said); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showFollowUp(c, status, &q, &a, page)
		})
	}
	return c.Redirect(followUpPath+c.Params("token")+"?done=1", fiber.StatusSeeOther)
}

// followUps gives what was asked of an adoption as its page shows it.
func (f *Feature) followUps(ctx context.Context, a *models.Adoption) (out []templates.AdoptionFollowUpLine, err error) {
	list, err := f.store.AdoptionFollowUps(ctx, a.ID)
	for _, q := range list {
		l := templates.AdoptionFollowUpLine{Months: q.Months, Asked: q.AskedAt, Answered: q.AnsweredAt}
		if q.AnsweredAt != nil {
			l.Status = q.Status.Label()
		}
		out = append(out, l)
	}
	return out, err
}
