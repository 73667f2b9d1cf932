package store

import (
	"context"
	"fmt"
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
	Seq     *int64
	Hash    string
}

func (auditRow) TableName() string { return "audit_events" }

func (r auditRow) toModel() models.AuditEvent {
	e := models.AuditEvent{ID: r.ID, At: r.At, Actor: r.Actor, Means: r.Means, Action: r.Action, Subject: r.Subject, Address: r.Address, Request: r.Request,
		Before: r.Before, After: r.After, Hash: r.Hash}
	if r.Seq != nil {
		e.Seq = *r.Seq
	}
	return e
}

func (s *Store) addAudit(ctx context.Context, list []models.AuditEvent) error {
	rows := make([]auditRow, len(list))
	for i, e := range list {
		rows[i] = auditRow{ID: e.ID, At: e.At.Truncate(time.Microsecond), Actor: e.Actor, Means: e.Means, Action: models.Truncate(e.Action, 200),
			Subject: models.Truncate(e.Subject, 200), Address: e.Address, Request: e.Request, Before: e.Before, After: e.After}
	}
	return s.DB(ctx).CreateInBatches(&rows, 500).Error
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
	var waiting int64
	if err := s.DB(ctx).Model(&auditRow{}).Where("seq IS NULL").Limit(1).Count(&waiting).Error; err != nil || waiting == 0 {
		return 0, err
	}
	err = s.Tx(ctx, func(ctx context.Context) error {
		var end auditEndsRow
		if err := s.forUpdate(ctx).Take(&end, "id = 1").Error; err != nil {
			return err
		}
		var rows []auditRow
		if err := s.DB(ctx).Where("seq IS NULL").Order("id").Limit(sealAtOnce).Find(&rows).Error; err != nil {
			return err
		}
		n = len(rows)
		for part := rows; len(part) > 0; part = part[min(100, len(part)):] {
			some := part[:min(100, len(part))]
			values, args := make([]string, len(some)), make([]any, 0, 3*len(some))
			for i, r := range some {
				end.Seq++
				e := r.toModel()
				e.Seq = end.Seq
				end.Hash = e.Chain(end.Hash)
				values[i] = "(CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT))"
				args = append(args, r.ID, end.Seq, end.Hash)
			}
			err := s.DB(ctx).Exec("WITH sealed (sealed_id, place, sealed_hash) AS (VALUES "+strings.Join(values, ", ")+") "+
				"UPDATE audit_events SET seq = sealed.place, hash = sealed.sealed_hash FROM sealed WHERE audit_events.id = sealed.sealed_id AND audit_events.seq IS NULL", args...).Error
			if err != nil {
				return err
			}
		}
		return s.DB(ctx).Exec("UPDATE audit_ends SET seq = ?, hash = ? WHERE id = 1", end.Seq, end.Hash).Error
	})
	return n, err
}

// maxAuditFaults bounds what VerifyAudit names.
const maxAuditFaults = 50

// VerifyAudit looks at the whole chain: every event has to be in its place, as
// it was when it was sealed. Up to 50 faults are named, in order.
func (s *Store) VerifyAudit(ctx context.Context) (models.AuditReport, error) {
	var report models.AuditReport
	err := s.View(ctx, func(ctx context.Context) error {
		var end auditEndsRow
		if err := s.DB(ctx).Take(&end, "id = 1").Error; err != nil {
			return err
		}
		report.Last, report.Head = end.Seq, end.Hash
		fault := func(seq int64, id, format string, args ...any) {
			if len(report.Faults) < maxAuditFaults {
				report.Faults = append(report.Faults, models.AuditFault{Seq: seq, ID: id, What: fmt.Sprintf(format, args...)})
			}
		}
		at, previous := end.FirstSeq, end.FirstHash
		for {
			var rows []auditRow
			if err := s.DB(ctx).Where("seq > ?", at).Order("seq").Limit(5000).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				e := r.toModel()
				for missing := at + 1; missing < e.Seq && len(report.Faults) < maxAuditFaults; missing++ {
					fault(missing, "", "the event in place %d is missing", missing)
				}
				if e.Seq == at+1 && e.Chain(previous) != e.Hash {
					fault(e.Seq, e.ID, "the event in place %d was changed, or is not the one that was sealed there", e.Seq)
				} else if e.Seq != at+1 {
					// What it follows is gone, so what it was is not known.
					fault(e.Seq, e.ID, "the event in place %d follows a gap and cannot be checked", e.Seq)
				}
				at, previous = e.Seq, e.Hash
				report.Events++
			}
			if len(rows) == 0 {
				break
			}
		}
		for missing := at + 1; missing <= end.Seq && len(report.Faults) < maxAuditFaults; missing++ {
			fault(missing, "", "the event in place %d is missing", missing)
		}
		if at > end.Seq {
			fault(at, "", "there are events after place %d, where the chain ends", end.Seq)
		} else if at == end.Seq && previous != end.Hash {
			fault(at, "", "the chain does not end as it was left")
		}
		return s.DB(ctx).Model(&auditRow{}).Where("seq IS NULL").Count(&report.Open).Error
	})
	return report, err
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
	db := s.DB(ctx).Order("id DESC").Limit(q.Limit + 1)
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
	var rows []auditRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > q.Limit; more {
		rows = rows[:q.Limit]
	}
	for _, r := range rows {
		list = append(list, r.toModel())
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
		if err := s.DB(ctx).Model(&auditRow{}).Where("seq IS NOT NULL AND at >= ?", before.UTC()).Order("seq").Limit(1).Pluck("seq", &stays).Error; err != nil {
			return err
		}
		upTo := end.Seq
		if len(stays) > 0 {
			upTo = stays[0] - 1
		}
		if upTo <= end.FirstSeq {
			return nil
		}
		var last auditRow
		if err := s.DB(ctx).Take(&last, "seq = ?", upTo).Error; err != nil {
			return notFound(err, "The last event that is to go")
		}
		r := s.DB(ctx).Where("seq <= ?", upTo).Delete(&auditRow{})
		if gone = r.RowsAffected; r.Error != nil {
			return r.Error
		}
		return s.DB(ctx).Exec("UPDATE audit_ends SET first_seq = ?, first_hash = ? WHERE id = 1", upTo, last.Hash).Error
	})
	return gone, err
}
