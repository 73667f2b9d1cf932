package evidence

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models"
)

const (
	// reviewEvery is how often it is looked whether a case study is to be read again.
	reviewEvery = time.Hour
	// reviewAtOnce is of how many people are asked each time: those of a large site are
	// spread over days.
	reviewAtOnce = 100
)

// askReviews is the job that asks for case studies to be read again.
type askReviews struct{}

// Kind implements jobs.Args.
func (askReviews) Kind() string { return "evidence.review" }

// Review has authors asked to read their case studies again. Called once, before the jobs run.
func (f *Feature) Review(queue *jobs.Queue) {
	jobs.Register(queue, func(ctx context.Context, _ askReviews) error { return f.AskReviews(ctx) })
	queue.Every(reviewEvery, askReviews{})
}

// AskReviews asks the authors of case studies that are due to read them again, once for each
// time, and after they were silent the leads of the organisation.
func (f *Feature) AskReviews(ctx context.Context) error {
	for n := reviewAtOnce; n == reviewAtOnce; {
		var err error
		if n, err = f.store.FillReviewDue(ctx, reviewAtOnce); err != nil {
			return err
		}
	}
	due, err := f.store.ReviewsToAsk(ctx, reviewAtOnce)
	if err != nil {
		return err
	}
	for _, id := range due {
		if err := f.askAuthors(ctx, id); err != nil {
			return err
		}
	}
	silent, err := f.store.ReviewsUnheard(ctx, f.site.Now().Add(-models.ReviewSilence), reviewAtOnce)
	if err != nil {
		return err
	}
	for _, id := range silent {
		if err := f.askLeads(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (f *Feature) askAuthors(ctx context.Context, id string) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		cs, err := f.store.CaseStudy(ctx, id)
		if err != nil {
			return err
		}
		asked, err := f.store.AskReview(ctx, &cs)
		if err != nil || !asked {
			return err
		}
		f.store.AfterCommit(ctx, f.site.ContentChanged)
		authors, err := f.store.AuthorsOf(ctx, id)
		if err != nil || f.Tell == nil {
			return err
		}
		return f.Tell(ctx, cs, authors, false)
	})
}

func (f *Feature) askLeads(ctx context.Context, id string) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		asked, err := f.store.AskReviewOfLeads(ctx, id)
		if err != nil || !asked {
			return err
		}
		cs, err := f.store.CaseStudy(ctx, id)
		if err != nil || cs.Organisation == "" || f.Tell == nil {
			return err
		}
		leads, err := f.store.LeadsOf(ctx, cs.Organisation)
		if err != nil {
			return err
		}
		authors, err := f.store.AuthorsOf(ctx, id)
		if err != nil {
			return err
		}
		return f.Tell(ctx, cs, slices.DeleteFunc(leads, func(l string) bool { return slices.Contains(authors, l) }), true)
	})
}

// Confirm keeps that somebody who may change a case study has read it and finds it right.
func (f *Feature) Confirm(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return cs, err
	}
	ok, err := f.site.May(ctx, p, models.EditStudy, &cs)
	if err != nil {
		return cs, err
	}
	if !ok || cs.Copy != nil {
		return cs, models.E(models.Forbidden, "Only those who wrote this case study, and the leads of its organisation, can say that it is still right.")
	}
	if err := f.store.ConfirmReview(ctx, &cs); err != nil {
		return cs, err
	}
	f.site.ContentChanged()
	return cs, nil
}

type apiReviewedOutput struct{ Body apiReviewed }

type apiReviewed struct {
	Reviewed  time.Time `json:"reviewed" doc:"Now."`
	ReviewDue time.Time `json:"review_due" doc:"When it is to be read again."`
}

func (f *Feature) apiConfirm(ctx context.Context, in *apiStudyInput) (*apiReviewedOutput, error) {
	cs, err := f.Confirm(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &apiReviewedOutput{apiReviewed{cs.LastReviewed(), cs.ReviewDue()}}, nil
}

func (f *Feature) confirm(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	cs, err := f.Confirm(c.UserContext(), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.Done(c, web.StudyURL(cs.Slug), "Thank you. The page says that it was reviewed today.")
}
