package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type webhookEventRow struct {
	ID        string
	Type      models.EventType
	Payload   string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (webhookEventRow) TableName() string { return "webhook_events" }

type deliveryRow struct {
	ID        string
	WebhookID string
	EventID   string
	State     models.DeliveryState
	Attempts  int
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (deliveryRow) TableName() string { return "webhook_deliveries" }

type attemptRow struct {
	ID         string
	DeliveryID string
	Status     int
	Error      string
	Answer     string
	TookMS     int64     `gorm:"column:took_ms"`
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
}

func (attemptRow) TableName() string { return "webhook_attempts" }

// AddWebhookEvent saves an event with its deliveries to endpoints: held to
// those that are paused. It gives the ids of those to be sent.
func (s *Store) AddWebhookEvent(ctx context.Context, e models.WebhookEvent, to []models.Webhook) (send []string, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		send = nil // this may be another try
		row := webhookEventRow(e)
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		rows := make([]deliveryRow, len(to))
		for i, w := range to {
			rows[i] = deliveryRow{ID: s.NewID(), WebhookID: w.ID, EventID: e.ID, State: models.DeliveryPending, CreatedAt: e.CreatedAt}
			if w.PausedAt != nil {
				rows[i].State = models.DeliveryHeld
			} else {
				send = append(send, rows[i].ID)
			}
		}
		return s.DB(ctx).Create(&rows).Error
	})
	return send, err
}

type deliveryWithEvent struct {
	Row          deliveryRow `gorm:"embedded"`
	Type         models.EventType
	Payload      string
	EventCreated time.Time
}

func (r deliveryWithEvent) toModel() models.WebhookDelivery {
	return models.WebhookDelivery{ID: r.Row.ID, WebhookID: r.Row.WebhookID, State: r.Row.State, Attempts: r.Row.Attempts, CreatedAt: r.Row.CreatedAt,
		Event: models.WebhookEvent{ID: r.Row.EventID, Type: r.Type, Payload: r.Payload, CreatedAt: r.EventCreated}}
}

func (s *Store) deliveries(ctx context.Context) *gorm.DB {
	return s.DB(ctx).Table("webhook_deliveries").
		Select("webhook_deliveries.*, webhook_events.type, webhook_events.payload, webhook_events.created_at AS event_created").
		Joins("JOIN webhook_events ON webhook_events.id = webhook_deliveries.event_id")
}

// Delivery gives a delivery with its event, without its log. NotFound when
// there is none.
func (s *Store) Delivery(ctx context.Context, id string) (models.WebhookDelivery, error) {
	var found []deliveryWithEvent
	err := s.deliveries(ctx).Where("webhook_deliveries.id = ?", id).Limit(1).Find(&found).Error
	if err == nil && len(found) == 0 {
		err = notFound(gorm.ErrRecordNotFound, "That delivery")
	}
	if err != nil {
		return models.WebhookDelivery{}, err
	}
	return found[0].toModel(), nil
}

// Deliveries gives a page of what was sent to an endpoint, newest first, with
// the log of each. before is the last id of the page before.
func (s *Store) Deliveries(ctx context.Context, webhookID, before string, limit int) (list []models.WebhookDelivery, more bool, err error) {
	db := s.deliveries(ctx).Where("webhook_deliveries.webhook_id = ?", webhookID)
	if before != "" {
		db = db.Where("webhook_deliveries.id < ?", before)
	}
	var rows []deliveryWithEvent
	if err := db.Order("webhook_deliveries.id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	ids, at := make([]string, len(rows)), map[string]int{}
	for i, r := range rows {
		list = append(list, r.toModel())
		ids[i], at[r.Row.ID] = r.Row.ID, i
	}
	var log []attemptRow
	if err := s.DB(ctx).Where("delivery_id IN ?", ids).Order("id DESC").Limit(limit * 100).Find(&log).Error; err != nil {
		return nil, false, err
	}
	for _, a := range log {
		d := &list[at[a.DeliveryID]]
		d.Log = append(d.Log, models.WebhookAttempt{ID: a.ID, Status: a.Status, Error: a.Error, Answer: a.Answer, Took: time.Duration(a.TookMS) * time.Millisecond, CreatedAt: a.CreatedAt})
	}
	return list, more, nil
}

// CountDeliveries counts what was sent to an endpoint, by state.
func (s *Store) CountDeliveries(ctx context.Context, webhookID string) (map[models.DeliveryState]int, error) {
	var rows []struct {
		State models.DeliveryState
		N     int
	}
	err := s.DB(ctx).Table("webhook_deliveries").Select("state, COUNT(*) AS n").Where("webhook_id = ?", webhookID).Group("state").Find(&rows).Error
	out := map[models.DeliveryState]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// NoteAttempt keeps a try to deliver, what became of the delivery by it, and
// since when the endpoint fails. NotFound when the delivery is gone.
func (s *Store) NoteAttempt(ctx context.Context, d models.WebhookDelivery, a models.WebhookAttempt) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		done := s.DB(ctx).Exec("UPDATE webhook_deliveries SET state = ?, attempts = attempts + 1 WHERE id = ?", d.State, d.ID)
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound(gorm.ErrRecordNotFound, "That delivery")
		}
		if done.Error != nil {
			return done.Error
		}
		row := attemptRow{ID: s.NewID(), DeliveryID: d.ID, Status: a.Status, Error: a.Error, Answer: a.Answer, TookMS: a.Took.Milliseconds(), CreatedAt: a.CreatedAt}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		if a.Good() {
			return s.DB(ctx).Exec("UPDATE webhooks SET failing_since = NULL WHERE id = ? AND failing_since IS NOT NULL", d.WebhookID).Error
		}
		return s.DB(ctx).Exec("UPDATE webhooks SET failing_since = ? WHERE id = ? AND failing_since IS NULL", a.CreatedAt, d.WebhookID).Error
	})
}

// SendAgain makes a delivery that is over pending. Conflict when it is not
// over.
func (s *Store) SendAgain(ctx context.Context, id string) error {
	done := s.DB(ctx).Exec("UPDATE webhook_deliveries SET state = ? WHERE id = ? AND state IN (?, ?)", models.DeliveryPending, id, models.DeliveryDelivered, models.DeliveryFailed)
	if done.Error == nil && done.RowsAffected == 0 {
		return models.E(models.Conflict, "This event is still on its way.")
	}
	return done.Error
}

// Release makes deliveries pending that were held for an endpoint, the oldest
// first, limit at most, and gives their ids.
func (s *Store) Release(ctx context.Context, webhookID string, limit int) (ids []string, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		ids = nil // this may be another try
		err := s.DB(ctx).Table("webhook_deliveries").Where("webhook_id = ? AND state = ?", webhookID, models.DeliveryHeld).Order("id").Limit(limit).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		return s.DB(ctx).Exec("UPDATE webhook_deliveries SET state = ? WHERE id IN ?", models.DeliveryPending, ids).Error
	})
	return ids, err
}

// DeleteWebhookEvents takes away the events from before a time, with what
// became of them.
func (s *Store) DeleteWebhookEvents(ctx context.Context, before time.Time) error {
	return s.DB(ctx).Exec("DELETE FROM webhook_events WHERE created_at < ?", before).Error
}
