package store

import (
	"context"

	"grassroots/models"
)

// Appeal keeps what somebody says against a measure, and puts it into the queue.
// Conflict when an appeal was made before, or the measure was taken back.
func (s *Store) Appeal(ctx context.Context, m models.Measure, by, words string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		err := s.mark(ctx, "UPDATE measures SET appeal = ?, appealed_at = ?, appealed_by = ? WHERE id = ? AND appealed_at IS NULL AND lifted_at IS NULL", words, s.Now(), by, m.ID)
		if err != nil {
			return err
		}
		item, err := s.OpenItem(ctx, models.Item{ID: s.NewID(), Cause: models.CauseAppeal, Kind: m.Kind, SubjectID: m.SubjectID, CaseStudyID: m.CaseStudyID, AuthorID: m.AuthorID, MeasureID: m.ID})
		Note(ctx, "moderation.appeal", m.SubjectID, nil, map[string]any{"measure": m.ID, "item": item.ID})
		return err
	})
}

// OpenAppeal gives the item of the queue by which an appeal waits. NotFound when
// none does.
func (s *Store) OpenAppeal(ctx context.Context, measureID string) (models.Item, error) {
	list, err := s.itemsWhere(ctx, s.DB(ctx).Where("moderation_items.cause = ? AND moderation_items.measure_id = ? AND moderation_items.closed_at IS NULL", models.CauseAppeal, measureID))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "No appeal against that is waiting.")
	}
	if err != nil {
		return models.Item{}, err
	}
	return list[0], nil
}

// Uphold decides an appeal: the measure stands. Conflict when it was decided
// before.
func (s *Store) Uphold(ctx context.Context, m models.Measure, by, words string) error {
	return s.Tx(ctx, func(ctx context.Context) error { return s.decide(ctx, m.ID, by, models.OutcomeUpheld, words) })
}

// decide notes what became of an appeal, and closes its item.
func (s *Store) decide(ctx context.Context, id, by string, decision models.Outcome, words string) error {
	now := s.Now()
	err := s.mark(ctx, "UPDATE measures SET decision = ?, decided_at = ?, decided_by = ?, decision_words = ? WHERE id = ? AND appealed_at IS NOT NULL AND decided_at IS NULL", decision, now, by, words, id)
	if err != nil {
		return err
	}
	return s.DB(ctx).Exec("UPDATE moderation_items SET closed_at = ?, closed_by = ?, outcome = ?, answer = ? WHERE cause = ? AND measure_id = ? AND closed_at IS NULL",
		now, by, decision, words, models.CauseAppeal, id).Error
}

// CanDecide counts who could decide an appeal against a measure beside one
// moderator: those who may moderate and write, hold one of the roles, and did
// not write what it is about.
func (s *Store) CanDecide(ctx context.Context, m models.Measure, without string, roles []models.Role) (int, error) {
	owners, err := s.OwnersOf(ctx, m)
	if err != nil {
		return 0, err
	}
	out := []string{without, m.AuthorID}
	for _, o := range owners {
		out = append(out, o.ID)
	}
	var n int64
	err = s.DB(ctx).Table("people").Where("closed_at IS NULL AND email NOT LIKE '%.invalid' AND id NOT IN ?", out).
		Where("id IN (SELECT person_id FROM grants WHERE role IN ?)", roles).
		Where("NOT EXISTS (SELECT 1 FROM measures WHERE measures.kind = 'person' AND measures.action = 'suspend' AND measures.subject_id = people.id AND measures.lifted_at IS NULL AND (measures.until IS NULL OR measures.until > ?))", s.Now()).
		Count(&n).Error
	return int(n), err
}
