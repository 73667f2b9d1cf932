package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type webhookRow struct {
	ID           string
	URL          string `gorm:"column:url"`
	Description  string
	Events       jsonList[models.EventType]
	Secret       string
	FormerSecret string
	FormerUntil  *time.Time
	PausedAt     *time.Time
	PausedWhy    string
	FailingSince *time.Time
	CreatedBy    string
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
}

func (webhookRow) TableName() string { return "webhooks" }

func (r webhookRow) toModel() models.Webhook {
	return models.Webhook{ID: r.ID, URL: r.URL, Description: r.Description, Events: r.Events, Secret: r.Secret, FormerSecret: r.FormerSecret,
		FormerUntil: r.FormerUntil, PausedAt: r.PausedAt, PausedWhy: r.PausedWhy, FailingSince: r.FailingSince, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt}
}

// CreateWebhook saves a new endpoint. Conflict when there are as many as there
// can be.
func (s *Store) CreateWebhook(ctx context.Context, w *models.Webhook) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		n, err := s.CountWebhooks(ctx)
		if err != nil {
			return err
		}
		if n >= models.MaxWebhooks {
			return models.Errorf(models.Conflict, "There are %d webhooks, which is the most that there can be. Delete one first.", n)
		}
		row := webhookRow{ID: w.ID, URL: w.URL, Description: w.Description, Events: w.Events, Secret: w.Secret, CreatedBy: w.CreatedBy, CreatedAt: w.CreatedAt}
		return s.DB(ctx).Create(&row).Error
	})
}

// CountWebhooks counts the endpoints.
func (s *Store) CountWebhooks(ctx context.Context) (int, error) {
	var n int64
	err := s.DB(ctx).Model(&webhookRow{}).Count(&n).Error
	return int(n), err
}

// Webhooks lists the endpoints, the newest first. There are few.
func (s *Store) Webhooks(ctx context.Context) ([]models.Webhook, error) {
	var rows []webhookRow
	if err := s.DB(ctx).Order("id DESC").Limit(models.MaxWebhooks).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]models.Webhook, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, nil
}

// Webhook gives an endpoint by its id. NotFound when there is none.
func (s *Store) Webhook(ctx context.Context, id string) (models.Webhook, error) {
	var r webhookRow
	if err := s.DB(ctx).Take(&r, "id = ?", id).Error; err != nil {
		return models.Webhook{}, notFound(err, "That webhook")
	}
	return r.toModel(), nil
}

// UpdateWebhook saves what an admin edits of an endpoint. NotFound when it is
// gone.
func (s *Store) UpdateWebhook(ctx context.Context, w *models.Webhook) error {
	row := webhookRow{URL: w.URL, Description: w.Description, Events: w.Events}
	return s.changeWebhook(ctx, w.ID, func(db *gorm.DB) *gorm.DB { return db.Select("url", "description", "events").Updates(&row) })
}

// ReplaceSecret gives an endpoint a new secret; the one that it had signs too
// until a time.
func (s *Store) ReplaceSecret(ctx context.Context, id, secret string, formerUntil time.Time) error {
	return s.changeWebhook(ctx, id, func(db *gorm.DB) *gorm.DB {
		return db.Updates(map[string]any{"former_secret": gorm.Expr("secret"), "former_until": formerUntil, "secret": secret})
	})
}

// PauseWebhook stops the sending to an endpoint. What waits to be sent is held.
func (s *Store) PauseWebhook(ctx context.Context, id, why string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		err := s.changeWebhook(ctx, id, func(db *gorm.DB) *gorm.DB {
			return db.Where("paused_at IS NULL").Updates(map[string]any{"paused_at": s.Now(), "paused_why": why})
		})
		if models.KindOf(err) == models.NotFound { // paused already, for the reason that stands there
			_, err = s.Webhook(ctx, id)
		}
		if err != nil {
			return err
		}
		return s.DB(ctx).Exec("UPDATE webhook_deliveries SET state = ? WHERE webhook_id = ? AND state = ?", models.DeliveryHeld, id, models.DeliveryPending).Error
	})
}

// ResumeWebhook lets events be sent again. What was held stays so until it is
// released.
func (s *Store) ResumeWebhook(ctx context.Context, id string) error {
	return s.changeWebhook(ctx, id, func(db *gorm.DB) *gorm.DB {
		return db.Updates(map[string]any{"paused_at": nil, "paused_why": "", "failing_since": nil})
	})
}

// DeleteWebhook takes an endpoint away with all that was sent to it.
func (s *Store) DeleteWebhook(ctx context.Context, id string) error {
	return s.DB(ctx).Exec("DELETE FROM webhooks WHERE id = ?", id).Error
}

func (s *Store) changeWebhook(ctx context.Context, id string, change func(*gorm.DB) *gorm.DB) error {
	done := change(s.DB(ctx).Model(&webhookRow{}).Where("id = ?", id))
	if done.Error == nil && done.RowsAffected == 0 {
		return notFound(gorm.ErrRecordNotFound, "That webhook")
	}
	return done.Error
}
