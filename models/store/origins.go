package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type originRow struct {
	ID           string
	URL          string `gorm:"column:url"`
	Trusted      string
	Position     int64
	WalkedAt     *time.Time
	AddedBy      string
	AddedAt      time.Time
	PausedAt     *time.Time
	PausedBy     string
	RemovedAt    *time.Time
	SucceededAt  *time.Time
	FailedAt     *time.Time
	FailingSince *time.Time
	Failure      string
	LeftOut      int
}

func (originRow) TableName() string { return "exchange_origins" }

// AddOrigin has case studies taken from an instance from now on. One that was
// removed is taken up again, from the beginning and with the keys that it has
// now; o.ID is then what it was. A Conflict says that it is there already, or
// that there are as many as there can be.
func (s *Store) AddOrigin(ctx context.Context, o *models.Origin) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var n int64
		if err := s.DB(ctx).Model(&originRow{}).Where("removed_at IS NULL").Count(&n).Error; err != nil {
			return err
		}
		if n >= models.MaxOrigins {
			return models.Errorf(models.Conflict, "There are %d instances, which is the most that there can be. Remove one first.", n)
		}
		var was originRow
		err := s.forUpdate(ctx).Take(&was, "url = ?", o.URL).Error
		switch {
		case err != nil && !errors.Is(err, gorm.ErrRecordNotFound):
			return err
		case err == nil && was.RemovedAt == nil:
			return models.Errorf(models.Conflict, "Case studies are taken from %s already.", o.URL)
		case err == nil:
			o.ID = was.ID
		}
		row := originRow{ID: o.ID, URL: o.URL, Trusted: o.Trusted, AddedBy: o.AddedBy, AddedAt: o.AddedAt}
		return s.DB(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
}

// Origins lists the instances that case studies are taken from, by address,
// those aside that were removed.
func (s *Store) Origins(ctx context.Context) ([]models.Origin, error) {
	var rows []originRow
	err := s.DB(ctx).Where("removed_at IS NULL").Order("url").Limit(models.MaxOrigins).Find(&rows).Error
	out := make([]models.Origin, len(rows))
	for i, r := range rows {
		out[i] = models.Origin(r)
	}
	return out, err
}

// AllOrigins gives every instance by its id, removed ones included.
func (s *Store) AllOrigins(ctx context.Context) (map[string]models.Origin, error) {
	var rows []originRow
	err := s.DB(ctx).Find(&rows).Error
	out := map[string]models.Origin{}
	for _, r := range rows {
		out[r.ID] = models.Origin(r)
	}
	return out, err
}

// Origin gives an instance by its id or address. NotFound when there is none,
// or it was removed.
func (s *Store) Origin(ctx context.Context, idOrURL string) (models.Origin, error) {
	var r originRow
	if err := s.DB(ctx).Take(&r, "(id = ? OR url = ?) AND removed_at IS NULL", idOrURL, idOrURL).Error; err != nil {
		return models.Origin{}, notFound(err, "That instance")
	}
	return models.Origin(r), nil
}

func (s *Store) changeOrigin(ctx context.Context, id string, values map[string]any) error {
	done := s.DB(ctx).Model(&originRow{}).Where("id = ? AND removed_at IS NULL", id).Updates(values)
	if done.Error == nil && done.RowsAffected == 0 {
		return notFound(gorm.ErrRecordNotFound, "That instance")
	}
	return done.Error
}

// PauseOrigin takes nothing more from an instance until it is resumed.
func (s *Store) PauseOrigin(ctx context.Context, id, by string) error {
	return s.changeOrigin(ctx, id, map[string]any{"paused_at": s.Now(), "paused_by": by})
}

// ResumeOrigin goes on with an instance where it was left.
func (s *Store) ResumeOrigin(ctx context.Context, id string) error {
	return s.changeOrigin(ctx, id, map[string]any{"paused_at": nil, "paused_by": ""})
}

// RemoveOrigin takes nothing more from an instance. Its copies stay as they
// are, and what was refused is forgotten.
func (s *Store) RemoveOrigin(ctx context.Context, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.changeOrigin(ctx, id, map[string]any{"removed_at": s.Now(), "failing_since": nil, "failure": ""}); err != nil {
			return err
		}
		var site string
		if err := s.DB(ctx).Raw("SELECT url FROM exchange_origins WHERE id = ?", id).Scan(&site).Error; err != nil {
			return err
		}
		if _, err := s.ReplaceOffered(ctx, site, nil); err != nil { // nobody would tell when one is taken back
			return err
		}
		return s.DB(ctx).Exec("DELETE FROM exchange_refusals WHERE origin_id = ?", id).Error
	})
}

// TrustKeys keeps the keys of an instance.
func (s *Store) TrustKeys(ctx context.Context, id, trusted string) error {
	return s.changeOrigin(ctx, id, map[string]any{"trusted": trusted})
}

// MoveOrigin notes, in the transaction that applies a change, up to where the
// changes of an instance are here. A Conflict says that somebody else has moved
// it meanwhile, or paused or removed the instance: then nothing is to be
// applied.
func (s *Store) MoveOrigin(ctx context.Context, id string, from, to int64) error {
	done := s.DB(ctx).Model(&originRow{}).Where("id = ? AND position = ? AND paused_at IS NULL AND removed_at IS NULL", id, from).Updates(map[string]any{"position": to})
	if done.Error == nil && done.RowsAffected == 0 {
		return models.E(models.Conflict, "Its changes are being fetched by somebody else, or it was paused or removed a moment ago.")
	}
	return done.Error
}

// NoteSync keeps that an instance was asked, and what was wrong; walked, that
// its whole list was compared with the copies.
func (s *Store) NoteSync(ctx context.Context, id, failure string, walked bool) error {
	now := s.Now()
	values := map[string]any{"succeeded_at": now, "failing_since": nil}
	if failure != "" {
		values = map[string]any{"failed_at": now, "failure": failure, "failing_since": gorm.Expr("COALESCE(failing_since, ?)", now)}
	}
	if walked {
		values["walked_at"] = now
	}
	return s.changeOrigin(ctx, id, values)
}

type refusalRow struct {
	OriginID    string `gorm:"primaryKey"`
	CaseStudyID string `gorm:"primaryKey"`
	Why         string
	Since       time.Time
	TriedAt     time.Time
}

func (refusalRow) TableName() string { return "exchange_refusals" }

// Refuse keeps, in the transaction in ctx, that a case study was not taken, and
// why. When as many are kept as may be, it is counted as left out instead.
func (s *Store) Refuse(ctx context.Context, originID, caseStudyID, why string) error {
	var kept []string
	if err := s.DB(ctx).Model(&refusalRow{}).Where("origin_id = ? AND case_study_id <> ?", originID, caseStudyID).Limit(models.MaxRefusals).Pluck("case_study_id", &kept).Error; err != nil {
		return err
	}
	if len(kept) >= models.MaxRefusals {
		return s.LeaveOut(ctx, originID, caseStudyID)
	}
	now := s.Now()
	return s.DB(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "origin_id"}, {Name: "case_study_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"why", "tried_at"})}).Create(&refusalRow{originID, caseStudyID, why, now, now}).Error
}

// LeaveOut counts, in the transaction in ctx, that there was no room for a case
// study of an instance. That it was refused before is forgotten, so that it is
// counted once.
func (s *Store) LeaveOut(ctx context.Context, originID, caseStudyID string) error {
	if err := s.Accept(ctx, originID, caseStudyID); err != nil {
		return err
	}
	return s.changeOrigin(ctx, originID, map[string]any{"left_out": gorm.Expr("left_out + 1")})
}

// RecountLeftOut begins to count anew what was left out of an instance, before
// its whole list is compared.
func (s *Store) RecountLeftOut(ctx context.Context, originID string) error {
	return s.changeOrigin(ctx, originID, map[string]any{"left_out": 0})
}

// CopiesFull tells whether there are as many copies of an instance as there may
// be, withdrawn ones included, since those are kept too; 0 sets no limit.
func (s *Store) CopiesFull(ctx context.Context, originID string, most int) (bool, error) {
	if most <= 0 {
		return false, nil
	}
	var last []string
	err := s.DB(ctx).Model(&copyRow{}).Where("origin_id = ?", originID).Order("case_study_id").Offset(most-1).Limit(1).Pluck("case_study_id", &last).Error
	return len(last) > 0, err
}

// Accept forgets that a case study was refused; that it was not is no error.
func (s *Store) Accept(ctx context.Context, originID, caseStudyID string) error {
	return s.DB(ctx).Exec("DELETE FROM exchange_refusals WHERE origin_id = ? AND case_study_id = ?", originID, caseStudyID).Error
}

// Refusals lists what was not taken of an instance, or of all when its id is
// empty, those first that were tried the longest ago, and only those that were
// tried before a time when one is given.
func (s *Store) Refusals(ctx context.Context, originID string, before time.Time, limit int) ([]models.Refusal, error) {
	db := s.DB(ctx)
	if originID != "" {
		db = db.Where("origin_id = ?", originID)
	}
	if !before.IsZero() {
		db = db.Where("tried_at < ?", before)
	}
	var rows []refusalRow
	err := db.Order("tried_at, origin_id, case_study_id").Limit(limit).Find(&rows).Error
	out := make([]models.Refusal, len(rows))
	for i, r := range rows {
		out[i] = models.Refusal(r)
	}
	return out, err
}

// RefusalsOfEach lists what was not taken of every instance, so much of each at
// most, those first that were tried the longest ago.
func (s *Store) RefusalsOfEach(ctx context.Context, limit int) ([]models.Refusal, error) {
	var rows []refusalRow
	err := s.DB(ctx).Raw(`SELECT origin_id, case_study_id, why, since, tried_at FROM (
		SELECT r.*, ROW_NUMBER() OVER (PARTITION BY origin_id ORDER BY tried_at, case_study_id) AS place FROM exchange_refusals r
	) AS listed WHERE place <= ? ORDER BY origin_id, place`, limit).Scan(&rows).Error
	out := make([]models.Refusal, len(rows))
	for i, r := range rows {
		out[i] = models.Refusal(r)
	}
	return out, err
}

// CountRefusals counts what was not taken of each instance.
func (s *Store) CountRefusals(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		OriginID string
		N        int
	}
	err := s.DB(ctx).Table("exchange_refusals").Select("origin_id, COUNT(*) AS n").Group("origin_id").Scan(&rows).Error
	out := map[string]int{}
	for _, r := range rows {
		out[r.OriginID] = r.N
	}
	return out, err
}
