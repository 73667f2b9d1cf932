// Package feedback has ideas and questions answered: it asks the few people best placed for
// what they know, and tells the leads of organisations what has waited too long.
package feedback

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// Feature is the operations, pages and jobs, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	queue *jobs.Queue

	// TellAsked has somebody told that they are asked about an idea or a question,
	// in the transaction in which they are; asker is who posted it.
	TellAsked func(ctx context.Context, a models.Ask, asker string) error
	// TellLeads has the leads of an organisation told that ideas wait, in the
	// transaction in which that is noted: how many, and the first with who posted it.
	TellLeads func(ctx context.Context, organisation, first, owner string, n int, leads []string) error
	// TellDecided has people told what became of a case study, in the transaction in
	// which it was decided.
	TellDecided func(ctx context.Context, d models.Decision) error
	// Named gives what a text names that people can know.
	Named func(ctx context.Context, text string) ([]models.Known, error)
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue}
	jobs.Register(queue, f.ask)
	jobs.RegisterLong(queue, 30*time.Minute, f.fill)
	queue.Every(fillEvery, fill{})
	jobs.RegisterLong(queue, 30*time.Minute, f.questions)
	queue.Every(questionsEvery, questions{})
	jobs.RegisterLong(queue, 30*time.Minute, f.overdue)
	queue.Every(overdueEvery, overdue{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(askedURL, web.Signed(f.askedPage))
	r.Post(askedURL+"/settings", web.Signed(f.saveChoice))
	r.Post(askedURL+"/:id/decline", web.Signed(f.decline))
	r.Get("/organisations/:code/waiting", web.Signed(f.waitingPage))
	r.Post("/organisations/:code/response-time", web.Signed(f.saveResponseTime))
	r.Get("/case-studies/:slug/decision", f.decisionPage)
	r.Post("/case-studies/:slug/decision", web.Signed(f.decide))
	r.Get("/moderation/waiting", web.Signed(f.allWaitingPage))
}
