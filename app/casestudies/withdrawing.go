package casestudies

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// Withdraw takes a case study away from readers; its history is kept. Whoever
// has not posted it says why, in words that its authors read.
func (f *Feature) Withdraw(ctx context.Context, p *models.Person, idOrSlug, words string) (models.CaseStudy, error) {
	cs, err := f.mayWithdraw(ctx, p, idOrSlug)
	if err != nil {
		return cs, err
	}
	var overrides []models.Override
	if p.ID == cs.OwnerID {
		words = ""
	} else {
		if words, err = models.ValidateAnswer("words", words); err != nil {
			return cs, err
		}
		if overrides, err = f.site.CheckTexts(ctx, []personal.Text{{Field: "words", Value: words}}, nil); err != nil {
			return cs, err
		}
	}
	was := cs.Status
	return f.moved(ctx, cs, models.Withdrawn, func(ctx context.Context) error {
		if err := f.store.SetStatus(ctx, cs.ID, models.Withdrawn); err != nil || words == "" || was == models.Withdrawn {
			return err
		}
		if err := f.store.KeepWithdrawal(ctx, models.Withdrawal{CaseStudyID: cs.ID, ByID: p.ID, Words: words}); err != nil {
			return err
		}
		about := models.Override{PersonID: p.ID, Subject: models.OverrideStudy, SubjectID: cs.ID, CaseStudyID: cs.ID}
		if err := f.site.KeepOverrides(ctx, overrides, about); err != nil {
			return err
		}
		return f.tellAuthors(ctx, p, &cs, "withdrawn", "\n\n"+words)
	})
}

// BringBack shows a withdrawn case study to readers again.
func (f *Feature) BringBack(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	cs, err := f.mayWithdraw(ctx, p, idOrSlug)
	if err != nil {
		return cs, err
	}
	was := cs.Status
	return f.moved(ctx, cs, models.Published, func(ctx context.Context) error {
		if err := f.store.SetStatus(ctx, cs.ID, models.Published); err != nil || p.ID == cs.OwnerID || was != models.Withdrawn {
			return err
		}
		return f.tellAuthors(ctx, p, &cs, "brought back", "")
	})
}

// mayWithdraw gives a case study that a person may withdraw, or bring back. What
// moderators take from readers they hide, by a measure.
func (f *Feature) mayWithdraw(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	cs, err := f.Get(ctx, p, idOrSlug)
	if err != nil {
		return cs, err
	}
	if cs.Copy != nil {
		return cs, errCopy(cs.Copy)
	}
	ok, err := f.site.May(ctx, p, models.WithdrawStudy, &cs)
	if err != nil || ok {
		return cs, err
	}
	if p.May(models.Moderate, models.Subject{}) {
		return cs, models.E(models.Forbidden, "Only those who wrote this case study, and the leads of its organisation, withdraw it or bring it back. A moderator hides it, with a reason that its authors read: choose “Moderate” on its page.")
	}
	return cs, models.E(models.Forbidden, "Only those who wrote this case study, and the leads of its organisation, can withdraw it or bring it back.")
}

// tellAuthors writes to those who wrote a case study that somebody else has done
// something about it.
func (f *Feature) tellAuthors(ctx context.Context, p *models.Person, cs *models.CaseStudy, what, words string) error {
	if f.Mail == nil {
		return nil
	}
	authors, err := f.store.OwnersOf(ctx, models.Measure{Kind: models.ThingStudy, SubjectID: cs.ID})
	if err != nil {
		return err
	}
	for _, a := range authors {
		if a.ID == p.ID {
			continue
		}
		err := f.Mail.Send(ctx, mail.Message{To: a.Email, Subject: "Your case study on " + f.site.Host() + " was " + what,
			Text: p.Name + " has " + what + " a case study of yours: “" + cs.Title + "”." + words + "\n\nYou find it here:\n" + f.site.URL("/case-studies/"+cs.Slug) + "\n"})
		if err != nil {
			return err
		}
	}
	return nil
}

// Moderated does what follows when write, which a moderator asked for, changes
// who reads a case study: it has a status from then on.
func (f *Feature) Moderated(ctx context.Context, cs models.CaseStudy, status models.Status, write func(context.Context) error) error {
	_, err := f.moved(ctx, cs, status, write)
	return err
}

// moved does what follows when write withdraws a case study or brings it back,
// in its transaction.
func (f *Feature) moved(ctx context.Context, cs models.CaseStudy, status models.Status, write func(context.Context) error) (models.CaseStudy, error) {
	was := cs.Status
	if cs.Status = status; status == models.Published {
		cs.Status = cs.Shown()
	}
	err := f.store.Tx(ctx, func(ctx context.Context) error {
		if err := write(ctx); err != nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.ContentChanged)
		if err := f.queue.Enqueue(ctx, indexArgs{}); err != nil || was == cs.Status {
			return err
		}
		return f.announceChange(ctx, was, &cs)
	})
	return cs, err
}

func (f *Feature) withdraw(c *fiber.Ctx) error {
	ctx, words := web.SeeOwn(c), web.Value(c, "words")
	cs, err := f.Withdraw(ctx, web.Person(c), c.Params("slug"), words)
	if models.KindOf(err) == models.Invalid {
		return f.withdrawAgain(c, cs, words, err)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/case-studies/"+cs.Slug, "The case study is withdrawn. You can bring it back at any time.")
}

// withdrawAgain asks anew why a case study is withdrawn.
func (f *Feature) withdrawAgain(c *fiber.Ctx, cs models.CaseStudy, words string, failed error) error {
	web.ShowStopped(c, failed)
	errors, _ := web.FormErrors(failed)
	shell := f.site.Shell(c, "Withdraw a case study")
	shell.NoIndex, shell.Errors = true, errors
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: "/case-studies/" + cs.Slug}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusUnprocessableEntity, shell, templates.WithdrawStudy(templates.WithdrawPage{CaseStudy: cs, Words: words, Errors: errors}))
}

func (f *Feature) bringBack(c *fiber.Ctx) error {
	cs, err := f.BringBack(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.Done(c, "/case-studies/"+cs.Slug, "The case study is back.")
}

// addWithdrawal puts on the page of a case study whether a person can withdraw
// it, or bring it back, and who else than its owner has withdrawn it, and why.
// What is hidden is not brought back.
func (f *Feature) addWithdrawal(ctx context.Context, p *models.Person, page *templates.CaseStudyPage) (err error) {
	cs := &page.CaseStudy
	if cs.Hidden != "" || cs.Copy != nil {
		return nil
	}
	page.MustSay = p.ID != cs.OwnerID
	if page.CanWithdraw, err = f.site.May(ctx, p, models.WithdrawStudy, cs); err != nil || cs.Status != models.Withdrawn || page.MergedInto != nil {
		return err
	}
	w, err := f.store.WithdrawalOf(ctx, cs.ID)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	page.Withdrawal = &w
	return err
}
