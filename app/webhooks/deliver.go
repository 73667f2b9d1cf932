package webhooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"grassroots/app/jobs"
	"grassroots/app/outbound"
	"grassroots/models"
)

// delivery is the job that takes an event to an endpoint.
type delivery struct {
	ID string `json:"id"`
}

// Kind implements jobs.Args.
func (delivery) Kind() string { return "webhooks.deliver" }

// released is the job that sends what was held for an endpoint.
type released struct {
	Webhook string `json:"webhook"`
}

// Kind implements jobs.Args.
func (released) Kind() string { return "webhooks.release" }

const (
	// releaseBatch is how many held events are released at a time.
	releaseBatch = 200
	// shownAnswer is how much of an answer the log keeps, in characters.
	shownAnswer = 500
	// noteWithin bounds the note of an attempt, when the job's own time is over.
	noteWithin = 10 * time.Second
)

// deliver may be run again after it has succeeded, when the note of it was
// lost; the id of the event then lets the receiver drop the second copy.
func (f *Feature) deliver(ctx context.Context, job delivery) error {
	d, err := f.store.Delivery(ctx, job.ID)
	if models.KindOf(err) == models.NotFound { // deleted, or too old
		return nil
	}
	if err != nil || d.State != models.DeliveryPending {
		return err
	}
	w, err := f.store.Webhook(ctx, d.WebhookID)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if w.PausedAt != nil { // a moment ago
		return f.store.PauseWebhook(ctx, w.ID, w.PausedWhy)
	}
	attempt := f.try(ctx, w, d)
	if ctx.Err() != nil && !attempt.Good() { // the program stops: that says nothing of the endpoint
		return ctx.Err()
	}
	return f.note(context.WithoutCancel(ctx), w, d, attempt)
}

// try sends an event once.
func (f *Feature) try(ctx context.Context, w models.Webhook, d models.WebhookDelivery) models.WebhookAttempt {
	attempt := models.WebhookAttempt{CreatedAt: f.site.Now()}
	request, err := f.request(ctx, w, d.Event, attempt.CreatedAt)
	if err != nil {
		attempt.Error = sentence(err)
		return attempt
	}
	began := time.Now()
	answer, err := f.client.Do(request)
	attempt.Took = time.Since(began)
	if err != nil && answer.Status == 0 {
		attempt.Error = outbound.Explain(err)
		return attempt
	}
	attempt.Status = answer.Status
	attempt.Answer = models.Truncate(models.CleanText(string(answer.Body)), shownAnswer)
	switch {
	case attempt.Good():
	case attempt.Status == http.StatusGone:
		attempt.Error = "The server says that this address is gone for good."
	case attempt.Status >= 300 && attempt.Status < 400:
		attempt.Error = fmt.Sprintf("The server answered %d, which leads elsewhere. Redirects are not followed: enter the address that they lead to.", attempt.Status)
	default:
		attempt.Error = fmt.Sprintf("The server answered %d.", attempt.Status)
	}
	return attempt
}

// sentence is what may be said of an error on a page.
func sentence(err error) string {
	var known *models.Error
	if errors.As(err, &known) && known.Kind != models.Internal {
		return known.Message
	}
	return "The event could not be signed."
}

// request makes the request of the specification, signed with the secret, and
// for a day after a change also with the one before.
func (f *Feature) request(ctx context.Context, w models.Webhook, e models.WebhookEvent, at time.Time) (*http.Request, error) {
	id := "msg_" + e.ID
	sealed := []string{w.Secret}
	if w.FormerSecret != "" && w.FormerUntil != nil && at.Before(*w.FormerUntil) {
		sealed = append(sealed, w.FormerSecret)
	}
	var signatures []string
	for _, s := range sealed {
		secret, err := f.open(w.ID, s)
		if err != nil {
			return nil, err
		}
		signature, err := secret.Sign(id, at, []byte(e.Payload))
		if err != nil {
			return nil, err
		}
		signatures = append(signatures, signature)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader([]byte(e.Payload)))
	if err != nil {
		return nil, models.Wrap(models.BadRequest, "The address cannot be read.", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(standard.HeaderWebhookID, id)
	request.Header.Set(standard.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	request.Header.Set(standard.HeaderWebhookSignature, strings.Join(signatures, " "))
	return request, nil
}

// note keeps what an attempt came to. An error has the job tried again.
func (f *Feature) note(ctx context.Context, w models.Webhook, d models.WebhookDelivery, attempt models.WebhookAttempt) error {
	last := jobs.LastAttempt(ctx)
	ctx, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	if w.FailingSince == nil {
		w.FailingSince = &attempt.CreatedAt
	}
	pause := !attempt.Good() && (attempt.Status == http.StatusGone || w.FailedTooLong(attempt.CreatedAt))
	switch {
	case attempt.Good():
		d.State = models.DeliveryDelivered
	case last && !pause:
		d.State = models.DeliveryFailed
	}
	err := f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.NoteAttempt(ctx, d, attempt); err != nil || !pause {
			return err
		}
		return f.store.PauseWebhook(ctx, w.ID, attempt.Error)
	})
	if models.KindOf(err) == models.NotFound { // deleted meanwhile
		return nil
	}
	if err != nil || attempt.Good() {
		return err
	}
	if pause {
		f.site.Log.WarnContext(ctx, "a webhook was paused, because it has failed for too long", "webhook", w.ID, "reason", attempt.Error)
		return jobs.Abandon(errors.New(attempt.Error))
	}
	return errors.New(attempt.Error)
}

// release sends what was held for an endpoint, the oldest first.
func (f *Feature) release(ctx context.Context, job released) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		w, err := f.store.Webhook(ctx, job.Webhook)
		if models.KindOf(err) == models.NotFound || err == nil && w.PausedAt != nil {
			return nil
		}
		if err != nil {
			return err
		}
		ids, err := f.store.Release(ctx, job.Webhook, releaseBatch)
		if err != nil {
			return err
		}
		if err := f.enqueue(ctx, ids); err != nil || len(ids) < releaseBatch {
			return err
		}
		return f.queue.Enqueue(ctx, job)
	})
}
