// Package aftermath shows what came of a campaign: whom it reached, how it went, how
// judges scored, and what was learnt.
package aftermath

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/markdown"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/personal"
	"grassroots/models/store"
)

const (
	// countEvery is how often it is looked whether results are out, and countAtOnce of how
	// many campaigns at a time.
	countEvery  = 5 * time.Minute
	countAtOnce = 50
	// mostLearnt is how many learning points of entries a report gathers.
	mostLearnt = 200
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	markdown *markdown.Renderer
	views    views

	// Mail sends e-mail; nil for none.
	Mail *mail.Service
	// TellFollowUp has people told that they are asked what became of an entry, or reminded
	// of it, in the transaction that notes it.
	TellFollowUp func(ctx context.Context, c models.Campaign, question string, again bool, people []string) error
}

// count is the job that counts whom campaigns reached.
type count struct{}

// Kind implements jobs.Args.
func (count) Kind() string { return "aftermath.count" }

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue) *Feature {
	f := &Feature{site: site, store: site.Store, markdown: markdown.New(markdown.Options{Prefix: "lessons"})}
	jobs.Register(queue, func(ctx context.Context, _ count) error { return f.Count(ctx) })
	jobs.Register(queue, func(ctx context.Context, _ ask) error { return f.Ask(ctx) })
	queue.Every(countEvery, count{})
	queue.Every(askEvery, ask{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/campaigns/:slug/report", f.page)
	r.Get("/campaigns/:slug/report.csv", f.csv)
	r.Get("/campaigns/:slug/report.md", f.text)
	r.Get("/campaigns/:slug/report/lessons", web.Signed(f.lessonsPage))
	r.Post("/campaigns/:slug/report/lessons", web.Signed(f.saveLessons))
	r.Get(compareURL, f.comparePage)
	r.Get(compareURL+".csv", f.compareCSV)
	r.Get("/campaigns/:slug/awards", web.Signed(f.awardsPage))
	r.Post("/campaigns/:slug/awards", web.Signed(f.addAward))
	r.Get("/campaigns/:slug/awards/:award", web.Signed(f.awardPage))
	r.Post("/campaigns/:slug/awards/:award", web.Signed(f.correctAward))
	r.Post("/campaigns/:slug/awards/:award/remove", web.Signed(f.removeAward))
	r.Post("/campaigns/:slug/fund", web.Signed(f.saveFund))
	r.Get("/follow-up/:token", f.tokenPage)
	r.Post("/follow-up/:token", f.tokenAnswer)
	r.Get("/campaigns/:slug/follow-up", web.Signed(f.ownPage))
	r.Get("/campaigns/:slug/follow-up/:question", web.Signed(f.ownQuestion))
	r.Post("/campaigns/:slug/follow-up/:question", web.Signed(f.ownAnswer))
}

// Count counts once whom each campaign reached whose results are out.
func (f *Feature) Count(ctx context.Context) error {
	for {
		n, err := f.store.CountReach(ctx, countAtOnce)
		if err != nil {
			return err
		}
		if n > 0 {
			f.site.Changed()
		}
		if n < countAtOnce {
			return nil
		}
	}
}

// SaveLessons keeps what organisers learnt from a campaign; former is what stood there.
func (f *Feature) SaveLessons(ctx context.Context, p *models.Person, l *aftermath.Lessons, former string) error {
	if err := l.Clean(); err != nil {
		return err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "body", Value: l.Body}}, []personal.Text{{Field: "body", Value: former}})
	if err != nil {
		return err
	}
	l.PersonID = p.ID
	return f.store.Tx(ctx, func(ctx context.Context) error {
		f.store.AfterCommit(ctx, f.site.Changed)
		if err := f.store.SaveLessons(ctx, l); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideCampaign, SubjectID: l.CampaignID})
	})
}
