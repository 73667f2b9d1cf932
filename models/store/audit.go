package store

import (
	"context"
	"strings"
	"time"

	"grassroots/models"
)

type auditRow struct {
	ID      string
	At      time.Time
	Actor   string
	Means   string
	Action  string
	Subject string
	Address string
	Request string
	Before  string
	After   string
}

func (auditRow) TableName() string { return "audit_events" }

func (r auditRow) toModel() models.AuditEvent {
	return models.AuditEvent{ID: r.ID, At: r.At, Actor: r.Actor, Means: r.Means, Action: r.Action, Subject: r.Subject, Address: r.Address, Request: r.Request,
		Before: r.Before, After: r.After}
}

// auditSealRow is the place of an event in the chain.
type auditSealRow struct {
	Seq     int64 `gorm:"primaryKey;autoIncrement:false"`
	EventID string
	Hash    string
}

func (auditSealRow) TableName() string { return "audit_seals" }

// auditOpenRow is an event that waits for its place.
type auditOpenRow struct {
	EventID string `gorm:"primaryKey"`
}

func (auditOpenRow) TableName() string { return "audit_open" }

func (s *Store) addAudit(ctx context.Context, list []models.AuditEvent) error {
	rows, open := make([]auditRow, len(list)), make([]auditOpenRow, len(list))
	for i, e := range list {
		rows[i] = auditRow{ID: e.ID, At: e.At.Truncate(time.Microsecond), Actor: e.Actor, Means: e.Means, Action: models.Truncate(e.Action, 200),
			Subject: models.Truncate(e.Subject, 200), Address: e.Address, Request: e.Request, Before: e.Before, After: e.After}
		open[i].EventID = e.ID
	}
	if err := s.DB(ctx).CreateInBatches(&rows, 500).Error; err != nil {
		return err
	}
	return s.DB(ctx).CreateInBatches(&open, 500).Error
}

type auditEndsRow struct {
	ID        int64
	Seq       int64
	Hash      string
	FirstSeq  int64
	FirstHash string
}

func (auditEndsRow) TableName() string { return "audit_ends" }

// sealAtOnce is how many events one transaction seals.
const sealAtOnce = 1000

// SealAudit gives every event that has none its place in the chain, in the order
// of their ids, and tells how many. On several nodes one does it at a time.
func (s *Store) SealAudit(ctx context.Context) (total int, err error) {
	for {
		n, err := s.sealSome(ctx)
		total += n
		if err != nil || n < sealAtOnce {
			return total, err
		}
	}
}

func (s *Store) sealSome(ctx context.Context) (n int, err error) {
	var waiting []int
	if err := s.DB(ctx).Raw("SELECT 1 FROM audit_open LIMIT 1").Scan(&waiting).Error; err != nil || len(waiting) == 0 {
		return 0, err
	}
	err = s.Tx(ctx, func(ctx context.Context) error {
		var end auditEndsRow
		if err := s.forUpdate(ctx).Take(&end, "id = 1").Error; err != nil {
			return err
		}
		var rows []auditRow
		err := s.DB(ctx).Joins("JOIN audit_open ON audit_open.event_id = audit_events.id").
			Where("NOT EXISTS (SELECT 1 FROM audit_seals WHERE audit_seals.event_id = audit_events.id)"). // VerifyAudit names what waits and is sealed
			Order("audit_open.event_id").Limit(sealAtOnce).Find(&rows).Error
		if n = len(rows); err != nil || n == 0 {
			return err
		}
		seals, ids := make([]auditSealRow, n), make([]string, n)
		for i, r := range rows {
			end.Seq++
			e := r.toModel()
			e.Seq = end.Seq
			end.Hash = e.Chain(end.Hash)
			seals[i], ids[i] = auditSealRow{end.Seq, e.ID, end.Hash}, e.ID
		}
		if err := s.DB(ctx).Create(&seals).Error; err != nil {
			return err
		}
		if err := s.DB(ctx).Delete(&auditOpenRow{}, "event_id IN ?", ids).Error; err != nil {
			return err
		}
		return s.DB(ctx).Exec("UPDATE audit_ends SET seq = ?, hash = ? WHERE id = 1", end.Seq, end.Hash).Error
	})
	return n, err
}

// AuditHead gives the place and the hash with which the chain ends.
func (s *Store) AuditHead(ctx context.Context) (int64, string, error) {
	var end auditEndsRow
	err := s.DB(ctx).Take(&end, "id = 1").Error
	return end.Seq, end.Hash, err
}

// AuditEvents gives a page of events, the newest first; more tells of a further
// page.
func (s *Store) AuditEvents(ctx context.Context, q models.AuditQuery) (list []models.AuditEvent, more bool, err error) {
	db := s.DB(ctx).Model(&auditRow{}).Select("audit_events.*, COALESCE(audit_seals.seq, 0) AS seq, COALESCE(audit_seals.hash, '') AS hash").
		Joins("LEFT JOIN audit_seals ON audit_seals.event_id = audit_events.id").Order("id DESC").Limit(q.Limit + 1)
	if q.Actor != "" {
		db = db.Where("actor = ?", q.Actor)
	}
	if q.Action != "" && strings.HasSuffix(q.Action, ".") {
		db = db.Where(`action LIKE ? ESCAPE '\'`, likeEscaper.Replace(q.Action)+"%")
	} else if q.Action != "" {
		db = db.Where("action = ?", q.Action)
	}
	if q.Subject != "" {
		db = db.Where("subject = ?", q.Subject)
	}
	if !q.From.IsZero() {
		db = db.Where("at >= ?", q.From.UTC())
	}
	if !q.Until.IsZero() {
		db = db.Where("at < ?", q.Until.UTC())
	}
	if q.Before != "" {
		db = db.Where("id < ?", q.Before)
	}
	var rows []struct {
		Event auditRow `gorm:"embedded"`
		Seq   int64
		Hash  string
	}
	if err := db.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > q.Limit; more {
		rows = rows[:q.Limit]
	}
	for _, r := range rows {
		e := r.Event.toModel()
		e.Seq, e.Hash = r.Seq, r.Hash
		list = append(list, e)
	}
	return list, more, nil
}

// PruneAudit removes the events that were sealed before a time, the oldest
// first, and notes where the chain begins from then on. It tells how many went.
func (s *Store) PruneAudit(ctx context.Context, before time.Time) (int64, error) {
	var gone int64
	err := s.Tx(ctx, func(ctx context.Context) error {
		var end auditEndsRow
		if err := s.forUpdate(ctx).Take(&end, "id = 1").Error; err != nil {
			return err
		}
		// Up to the first that is to stay: the order of the chain is not quite
		// that of the times.
		var stays []int64
		err := s.DB(ctx).Model(&auditSealRow{}).Joins("JOIN audit_events ON audit_events.id = audit_seals.event_id").Where("at >= ?", before.UTC()).
			Order("seq").Limit(1).Pluck("seq", &stays).Error
		if err != nil {
			return err
		}
		upTo := end.Seq
		if len(stays) > 0 {
			upTo = stays[0] - 1
		}
		if upTo <= end.FirstSeq {
			return nil
		}
		var last auditSealRow
		if err := s.DB(ctx).Take(&last, "seq = ?", upTo).Error; err != nil {
			return notFound(err, "The last event that is to go")
		}
		if err := s.mayRemoveAudit(ctx, true); err != nil {
			return err
		}
		r := s.DB(ctx).Where("id IN (SELECT event_id FROM audit_seals WHERE seq <= ?)", upTo).Delete(&auditRow{})
		if gone = r.RowsAffected; r.Error != nil {
			return r.Error
		}
		if err := s.DB(ctx).Where("seq <= ?", upTo).Delete(&auditSealRow{}).Error; err != nil {
			return err
		}
		if err := s.DB(ctx).Exec("UPDATE audit_ends SET first_seq = ?, first_hash = ? WHERE id = 1", upTo, last.Hash).Error; err != nil {
			return err
		}
		return s.mayRemoveAudit(ctx, false)
	})
	return gone, err
}

// mayRemoveAudit lets the transaction in ctx remove from the audit record, which
// the database refuses otherwise, or ends that.
func (s *Store) mayRemoveAudit(ctx context.Context, yes bool) error {
	return s.DB(ctx).Exec("UPDATE audit_ends SET removing = ? WHERE id = 1", yes).Error
}
