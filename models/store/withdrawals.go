package store

import (
	"context"
	"time"

	"grassroots/models"
)

// KeepWithdrawal keeps why a case study is withdrawn, for its authors: until it
// is brought back. What was kept before is replaced.
func (s *Store) KeepWithdrawal(ctx context.Context, w models.Withdrawal) error {
	return s.exec(ctx, `INSERT INTO withdrawals (case_study_id, by_id, words, made_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (case_study_id) DO UPDATE SET by_id = excluded.by_id, words = excluded.words, made_at = excluded.made_at`, w.CaseStudyID, w.ByID, w.Words, s.Now())
}

// WithdrawalOf gives why a case study is withdrawn. NotFound where whoever posted
// it has withdrawn it, and where it is not withdrawn.
func (s *Store) WithdrawalOf(ctx context.Context, caseStudyID string) (models.Withdrawal, error) {
	var row struct {
		CaseStudyID, ByID, ByName, ByHandle, Words string
		MadeAt                                     time.Time
	}
	err := s.DB(ctx).Table("withdrawals").Select("withdrawals.*, people.name AS by_name, CASE WHEN people.closed_at IS NULL THEN people.handle ELSE '' END AS by_handle").
		Joins("JOIN people ON people.id = withdrawals.by_id").Where("withdrawals.case_study_id = ?", caseStudyID).Take(&row).Error
	return models.Withdrawal{CaseStudyID: row.CaseStudyID, ByID: row.ByID, ByName: row.ByName, ByHandle: row.ByHandle, Words: row.Words, At: row.MadeAt}, notFound(err, "That withdrawal")
}
