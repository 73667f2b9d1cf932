package webhooks

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// perPage is how many deliveries a page shows.
const perPage = 20

func (f *Feature) listPage(c *fiber.Ctx, _ *models.Person) error {
	list, err := f.store.Webhooks(c.UserContext())
	if err != nil {
		return err
	}
	page := templates.WebhooksPage{Full: len(list) >= models.MaxWebhooks}
	for _, w := range list {
		page.Webhooks = append(page.Webhooks, templates.WebhookLine{URL: "/admin/webhooks/" + w.ID, Address: w.URL, Description: w.Description,
			Events: len(w.Events), State: stateOf(w)})
	}
	return f.site.Render(c, fiber.StatusOK, f.site.AdminShell(c, "Webhooks", nil), templates.Webhooks(page))
}

func stateOf(w models.Webhook) templates.WebhookState {
	switch {
	case w.PausedAt != nil:
		return templates.WebhookPaused
	case w.FailingSince != nil:
		return templates.WebhookFailing
	}
	return templates.WebhookSending
}

func (f *Feature) newPage(c *fiber.Ctx, _ *models.Person) error {
	return f.showForm(c, fiber.StatusOK, models.Webhook{Events: []models.EventType{models.EventCaseStudyPublished, models.EventCaseStudyRevised, models.EventCaseStudyWithdrawn}}, nil)
}

// read gives an endpoint what a form says of it.
func read(c *fiber.Ctx, w models.Webhook) models.Webhook {
	w.URL, w.Description, w.Events = models.CleanLine(web.Value(c, "url")), models.CleanLine(web.Value(c, "description")), nil
	for _, t := range web.Values(c, "events") {
		w.Events = append(w.Events, models.EventType(t))
	}
	return w
}

// showForm shows the form of a new endpoint, or of one that is there.
func (f *Feature) showForm(c *fiber.Ctx, status int, w models.Webhook, errors []templates.FieldError) error {
	page := templates.WebhookForm{Title: "Add a webhook", Action: "/admin/webhooks/new", Address: w.URL, Description: w.Description, Errors: errors}
	crumbs := []templates.Crumb{{Text: "Webhooks", URL: "/admin/webhooks"}}
	if w.ID != "" {
		page.Title, page.Action = "Change the webhook", "/admin/webhooks/"+w.ID+"/edit"
		crumbs = append(crumbs, templates.Crumb{Text: w.URL, URL: "/admin/webhooks/" + w.ID})
	}
	for _, t := range w.Events {
		page.Events = append(page.Events, string(t))
	}
	for _, t := range models.EventTypes() {
		page.Choices = append(page.Choices, templates.Option{Value: string(t), Text: t.Label(), Hint: string(t)})
	}
	return f.site.Render(c, status, f.site.AdminShell(c, page.Title, errors, crumbs...), templates.WebhookEdit(page))
}

// create adds an endpoint and shows its secret on the answer itself: neither
// an address nor a cookie may hold it.
func (f *Feature) create(c *fiber.Ctx, p *models.Person) error {
	typed := read(c, models.Webhook{})
	w, secret, err := f.Create(c.UserContext(), p, typed)
	if list, ok := web.FormErrors(err); ok && err != nil {
		web.ShowStopped(c, err)
		return f.showForm(c, web.Describe(err).Status, typed, list)
	}
	if err != nil {
		return err
	}
	return f.show(c, w.ID, secret)
}

func (f *Feature) editPage(c *fiber.Ctx, _ *models.Person) error {
	w, err := f.store.Webhook(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return f.showForm(c, fiber.StatusOK, w, nil)
}

func (f *Feature) edit(c *fiber.Ctx, p *models.Person) error {
	w, err := f.store.Webhook(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	typed := read(c, w)
	err = f.Change(c.UserContext(), p, typed)
	if list, ok := web.FormErrors(err); ok && err != nil {
		web.ShowStopped(c, err)
		return f.showForm(c, web.Describe(err).Status, typed, list)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/admin/webhooks/"+w.ID, "The webhook is changed.")
}

func (f *Feature) newSecret(c *fiber.Ctx, p *models.Person) error {
	id := c.Params("id")
	secret, err := f.ReplaceSecret(c.UserContext(), p, id)
	if err != nil {
		return err
	}
	return f.show(c, id, secret)
}

func (f *Feature) showPage(c *fiber.Ctx, _ *models.Person) error {
	return f.show(c, c.Params("id"), "")
}

// show is an endpoint's page, with its secret when that has just been made.
func (f *Feature) show(c *fiber.Ctx, id, secret string) error {
	ctx := c.UserContext()
	w, err := f.store.Webhook(ctx, id)
	if err != nil {
		return err
	}
	before := c.Query("before")
	if before != "" && !models.ValidID(before) {
		return models.ErrCursor
	}
	page := templates.WebhookPage{ID: w.ID, Address: w.URL, Description: w.Description, State: stateOf(w), Paused: w.PausedAt, Why: w.PausedWhy, Failing: w.FailingSince,
		Secret: secret, First: before == ""}
	if w.FormerUntil != nil && f.site.Now().Before(*w.FormerUntil) {
		page.FormerUntil = w.FormerUntil
	}
	var events []string
	for _, t := range w.Events {
		events = append(events, string(t))
	}
	page.Events = strings.Join(events, ", ")
	counts, err := f.store.CountDeliveries(ctx, w.ID)
	if err != nil {
		return err
	}
	page.Held = counts[models.DeliveryHeld]
	list, more, err := f.store.Deliveries(ctx, w.ID, before, perPage)
	if err != nil {
		return err
	}
	for _, d := range list {
		page.Deliveries = append(page.Deliveries, line(d, w.PausedAt != nil))
	}
	if more {
		page.NextURL = "/admin/webhooks/" + w.ID + "?before=" + list[len(list)-1].ID
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, f.site.AdminShell(c, "Webhook", nil, templates.Crumb{Text: "Webhooks", URL: "/admin/webhooks"}), templates.Webhook(page))
}

func line(d models.WebhookDelivery, paused bool) templates.DeliveryLine {
	l := templates.DeliveryLine{Event: string(d.Event.Type), MessageID: "msg_" + d.Event.ID, Made: d.Event.CreatedAt, Payload: d.Event.Payload, Attempts: d.Attempts,
		State: map[models.DeliveryState]string{models.DeliveryPending: "Waiting", models.DeliveryHeld: "Held", models.DeliveryDelivered: "Delivered", models.DeliveryFailed: "Failed"}[d.State]}
	if !paused && (d.State == models.DeliveryDelivered || d.State == models.DeliveryFailed) {
		l.ResendURL = "/admin/webhooks/" + d.WebhookID + "/deliveries/" + d.ID + "/resend"
	}
	for _, a := range d.Log {
		l.Log = append(l.Log, templates.AttemptLine{When: a.CreatedAt, Status: a.Status, Error: a.Error, Answer: a.Answer, Took: a.Took, Good: a.Good()})
	}
	return l
}

// did sends the browser back to the page of an endpoint after something that
// worked; what could not be done is said there too.
func (f *Feature) did(c *fiber.Ctx, err error, message string) error {
	to := "/admin/webhooks/" + c.Params("id")
	if models.KindOf(err) == models.Conflict {
		f.site.Flash(c, templates.Flash{Message: web.Describe(err).Message})
		return c.Redirect(to, fiber.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, to, message)
}

func (f *Feature) test(c *fiber.Ctx, _ *models.Person) error {
	return f.did(c, f.Test(c.UserContext(), c.Params("id")), "A test is on its way. Reload this page in a moment to see what became of it.")
}

func (f *Feature) pause(c *fiber.Ctx, p *models.Person) error {
	return f.did(c, f.store.PauseWebhook(c.UserContext(), c.Params("id"), "Paused by "+p.Name+"."), "The webhook is paused. What happens meanwhile is held for it.")
}

func (f *Feature) resume(c *fiber.Ctx, _ *models.Person) error {
	return f.did(c, f.Resume(c.UserContext(), c.Params("id")), "The webhook is resumed. What was held is on its way.")
}

func (f *Feature) resend(c *fiber.Ctx, _ *models.Person) error {
	return f.did(c, f.Resend(c.UserContext(), c.Params("id"), c.Params("delivery")), "The event is on its way again.")
}

func (f *Feature) delete(c *fiber.Ctx, p *models.Person) error {
	if err := f.store.DeleteWebhook(c.UserContext(), c.Params("id")); err != nil {
		return err
	}
	f.site.Log.InfoContext(c.UserContext(), "a webhook was deleted", "webhook", c.Params("id"), "by", p.ID)
	return f.site.Done(c, "/admin/webhooks", "The webhook is deleted.")
}
