package webhooks

import (
	"context"

	"grassroots/models"
	"grassroots/models/personal"
)

// Create adds an endpoint and gives it with its secret, which is shown this
// once.
func (f *Feature) Create(ctx context.Context, p *models.Person, w models.Webhook) (models.Webhook, string, error) {
	overrides, err := f.check(ctx, &w, models.Webhook{})
	if err != nil {
		return w, "", err
	}
	w.ID, w.CreatedBy, w.CreatedAt = f.store.NewID(), p.ID, f.site.Now()
	secret := newSecret()
	if w.Secret, err = f.seal(w.ID, secret); err != nil {
		return w, "", err
	}
	err = f.keep(ctx, p, w.ID, overrides, func(ctx context.Context) error { return f.store.CreateWebhook(ctx, &w) })
	if err != nil {
		return w, "", err
	}
	f.site.Log.InfoContext(ctx, "a webhook was added", "webhook", w.ID, "by", p.ID)
	return w, secret, nil
}

// check says everything that is wrong with what was typed.
func (f *Feature) check(ctx context.Context, w *models.Webhook, old models.Webhook) ([]models.Override, error) {
	w.URL = models.CleanLine(w.URL)
	address, rest := f.client.Check("url", w.URL), w.Validate()
	fields := append(models.Fields(address), models.Fields(rest)...)
	if len(fields) == 0 {
		return f.site.CheckTexts(ctx, texts(*w), texts(old))
	}
	return nil, &models.Error{Kind: models.Invalid, Message: "The webhook was not saved.", Fields: fields}
}

// texts are what of an endpoint is checked for personal data. Its address may
// well hold a secret: it is how many servers know who asks.
func texts(w models.Webhook) []personal.Text {
	return []personal.Text{{Field: "description", Value: w.Description}, {Field: "url", Value: w.URL, Allow: []personal.Kind{personal.Secret}}}
}

// keep writes an endpoint together with what in it was let stand.
func (f *Feature) keep(ctx context.Context, p *models.Person, id string, overrides []models.Override, write func(context.Context) error) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := write(ctx); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideWebhook, SubjectID: id})
	})
}

// Change saves what an admin typed over an endpoint.
func (f *Feature) Change(ctx context.Context, p *models.Person, w models.Webhook) error {
	old, err := f.store.Webhook(ctx, w.ID)
	if err != nil {
		return err
	}
	overrides, err := f.check(ctx, &w, old)
	if err != nil {
		return err
	}
	if err := f.keep(ctx, p, w.ID, overrides, func(ctx context.Context) error { return f.store.UpdateWebhook(ctx, &w) }); err != nil {
		return err
	}
	f.site.Log.InfoContext(ctx, "a webhook was changed", "webhook", w.ID, "by", p.ID)
	return nil
}

// ReplaceSecret gives an endpoint a new secret, which is shown this once. The
// one before signs beside it for a day.
func (f *Feature) ReplaceSecret(ctx context.Context, p *models.Person, id string) (string, error) {
	secret := newSecret()
	sealed, err := f.seal(id, secret)
	if err != nil {
		return "", err
	}
	if err := f.store.ReplaceSecret(ctx, id, sealed, f.site.Now().Add(models.FormerSecretFor)); err != nil {
		return "", err
	}
	f.site.Log.InfoContext(ctx, "the secret of a webhook was replaced", "webhook", id, "by", p.ID)
	return secret, nil
}

// Test sends an event that says nothing, to see whether an endpoint works.
func (f *Feature) Test(ctx context.Context, id string) error {
	w, err := f.store.Webhook(ctx, id)
	if err != nil {
		return err
	}
	if w.PausedAt != nil {
		return models.E(models.Conflict, "This webhook is paused. Resume it first.")
	}
	return f.send(ctx, models.EventTest, toldTest{"This is a test. Nothing has happened."}, []models.Webhook{w})
}

// Resume lets events be sent to an endpoint again, those first that were held.
func (f *Feature) Resume(ctx context.Context, id string) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.ResumeWebhook(ctx, id); err != nil {
			return err
		}
		return f.queue.Enqueue(ctx, released{id})
	})
}

// Resend sends an event to an endpoint once more.
func (f *Feature) Resend(ctx context.Context, webhookID, deliveryID string) error {
	w, err := f.store.Webhook(ctx, webhookID)
	if err != nil {
		return err
	}
	if w.PausedAt != nil {
		return models.E(models.Conflict, "This webhook is paused. Resume it first.")
	}
	d, err := f.store.Delivery(ctx, deliveryID)
	if err != nil {
		return err
	}
	if d.WebhookID != webhookID {
		return models.E(models.NotFound, "That delivery could not be found.")
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.SendAgain(ctx, deliveryID); err != nil {
			return err
		}
		return f.enqueue(ctx, []string{deliveryID})
	})
}
