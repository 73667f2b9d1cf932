package store

import (
	"context"
	"fmt"

	"grassroots/models"
)

// maxAuditFaults bounds what VerifyAudit names.
const maxAuditFaults = 50

// auditWalk is a look along the chain.
type auditWalk struct {
	report   models.AuditReport
	at       int64  // the last place that was looked at
	previous string // its hash
}

func (w *auditWalk) fault(seq int64, id, format string, args ...any) {
	if len(w.report.Faults) < maxAuditFaults {
		w.report.Faults = append(w.report.Faults, models.AuditFault{Seq: seq, ID: id, What: fmt.Sprintf(format, args...)})
	}
}

// missing names the places up to one, without it, that nothing stands in.
func (w *auditWalk) missing(before int64) {
	for w.at+1 < before && len(w.report.Faults) < maxAuditFaults {
		w.at++
		w.fault(w.at, "", "the seal of place %d is missing", w.at)
	}
}

// sealed is a place of the chain and the event that was sealed there; Found is
// empty when that is gone.
type sealed struct {
	Seq     int64
	EventID string
	Hash    string
	Found   string
	Event   auditRow `gorm:"embedded"`
}

func (w *auditWalk) step(s sealed) {
	follows := s.Seq == w.at+1
	w.missing(s.Seq)
	e := s.Event.toModel()
	e.Seq = s.Seq
	switch {
	case s.Found == "":
		w.fault(s.Seq, s.EventID, "the event in place %d is missing", s.Seq)
	case follows && e.Chain(w.previous) != s.Hash:
		w.fault(s.Seq, s.EventID, "the event in place %d was changed, or is not the one that was sealed there", s.Seq)
	case !follows:
		// What it follows is gone, so what it was is not known.
		w.fault(s.Seq, s.EventID, "the event in place %d follows a gap and cannot be checked", s.Seq)
	}
	w.at, w.previous = s.Seq, s.Hash
	w.report.Events++
}

// VerifyAudit looks at the whole chain: every event has to be in its place, as
// it was when it was sealed, or has to wait for one. Up to 50 faults are named,
// in order.
func (s *Store) VerifyAudit(ctx context.Context) (models.AuditReport, error) {
	var w auditWalk
	err := s.View(ctx, func(ctx context.Context) error {
		var end auditEndsRow
		if err := s.DB(ctx).Take(&end, "id = 1").Error; err != nil {
			return err
		}
		w.report.Last, w.report.Head = end.Seq, end.Hash
		w.at, w.previous = end.FirstSeq, end.FirstHash
		for {
			var rows []sealed
			err := s.DB(ctx).Model(&auditSealRow{}).Select("audit_seals.seq, audit_seals.event_id, audit_seals.hash, COALESCE(audit_events.id, '') AS found, audit_events.*").
				Joins("LEFT JOIN audit_events ON audit_events.id = audit_seals.event_id").Where("seq > ?", w.at).Order("seq").Limit(5000).Find(&rows).Error
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				w.step(r)
			}
		}
		at, previous := w.at, w.previous
		w.missing(end.Seq + 1)
		if at > end.Seq {
			w.fault(at, "", "there are events after place %d, where the chain ends", end.Seq)
		} else if at == end.Seq && previous != end.Hash {
			w.fault(at, "", "the chain does not end as it was left")
		}
		return s.verifyOpen(ctx, &w)
	})
	return w.report, err
}

// verifyOpen looks at the events that have no place in the chain.
func (s *Store) verifyOpen(ctx context.Context, w *auditWalk) error {
	for _, look := range []struct{ query, what string }{
		{"SELECT id FROM audit_events WHERE NOT EXISTS (SELECT 1 FROM audit_seals WHERE event_id = id) AND NOT EXISTS (SELECT 1 FROM audit_open WHERE event_id = id) ORDER BY id LIMIT ?",
			"the event %s has no place and does not wait for one"},
		{"SELECT event_id FROM audit_open WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE id = event_id) ORDER BY event_id LIMIT ?",
			"the event %s, which waits for its place, is missing"},
		{"SELECT audit_open.event_id FROM audit_open JOIN audit_seals ON audit_seals.event_id = audit_open.event_id ORDER BY audit_open.event_id LIMIT ?",
			"the event %s waits for a place and has one"},
	} {
		var ids []string
		if err := s.DB(ctx).Raw(look.query, maxAuditFaults).Scan(&ids).Error; err != nil {
			return err
		}
		for _, id := range ids {
			w.fault(0, id, look.what, id)
		}
	}
	return s.DB(ctx).Model(&auditOpenRow{}).Count(&w.report.Open).Error
}
