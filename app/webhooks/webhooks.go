// Package webhooks tells other systems what happens here, by the Standard
// Webhooks specification: an event is a row and a job, written in the
// transaction that it tells of, so none is told of what never happened and none
// is lost in a crash. Admins say who is told of what, and see what became of it.
package webhooks

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/outbound"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// Feature is the pages, operations and jobs, with what they lean on.
type Feature struct {
	site   *web.Site
	store  *store.Store
	queue  *jobs.Queue
	client *outbound.Client
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, client *outbound.Client) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue, client: client}
	jobs.Register(queue, f.deliver)
	jobs.Register(queue, f.release)
	jobs.Register(queue, f.sweep)
	queue.Every(24*time.Hour, sweep{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/admin/webhooks", web.Signed(f.listPage))
	r.Get("/admin/webhooks/new", web.Signed(f.newPage))
	r.Post("/admin/webhooks/new", web.Signed(f.create))
	r.Get("/admin/webhooks/:id", web.Signed(f.showPage))
	r.Get("/admin/webhooks/:id/edit", web.Signed(f.editPage))
	r.Post("/admin/webhooks/:id/edit", web.Signed(f.edit))
	r.Post("/admin/webhooks/:id/secret", web.Signed(f.newSecret))
	r.Post("/admin/webhooks/:id/test", web.Signed(f.test))
	r.Post("/admin/webhooks/:id/pause", web.Signed(f.pause))
	r.Post("/admin/webhooks/:id/resume", web.Signed(f.resume))
	r.Post("/admin/webhooks/:id/delete", web.Signed(f.delete))
	r.Post("/admin/webhooks/:id/deliveries/:delivery/resend", web.Signed(f.resend))
}

// sweep is the job that forgets old events.
type sweep struct{}

// Kind implements jobs.Args.
func (sweep) Kind() string { return "webhooks.sweep" }

func (f *Feature) sweep(ctx context.Context, _ sweep) error {
	return f.store.DeleteWebhookEvents(ctx, f.site.Now().Add(-models.WebhookEventsFor))
}
