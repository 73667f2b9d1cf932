package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type stepOutRow struct {
	ID         string
	AdoptionID string
	Key        string
	Step       string
	RemovedAt  time.Time
}

func (stepOutRow) TableName() string { return "workspace_steps_out" }

func (s *Store) stepsOut(ctx context.Context, adoptionID string) ([]models.StepOut, error) {
	var rows []stepOutRow
	err := s.DB(ctx).Where("adoption_id = ?", adoptionID).Order("id").Find(&rows).Error
	var out []models.StepOut
	for _, r := range rows {
		out = append(out, models.StepOut{ID: r.ID, Step: r.Step, RemovedAt: r.RemovedAt})
	}
	return out, err
}

// RemoveTask deletes a task of a version, 0 for whichever there is. The step of the case
// study that it was made from is kept as one that was taken out. NotFound when the task is
// gone, Conflict when there is another version by now.
func (s *Store) RemoveTask(ctx context.Context, adoptionID, id string, version int) error {
	return s.inWorkspace(ctx, adoptionID, "task.remove", map[string]any{"id": id}, func(ctx context.Context, _ *workspaceRow) error {
		var steps []string
		if err := s.DB(ctx).Model(&taskRow{}).Where("adoption_id = ? AND id = ?", adoptionID, id).Pluck("step", &steps).Error; err != nil {
			return err
		}
		if err := s.deleteWork(ctx, adoptionID, id, &taskRow{}, version); err != nil || len(steps) == 0 || models.StepKey(steps[0]) == "" {
			return err
		}
		out := stepOutRow{ID: s.NewID(), AdoptionID: adoptionID, Key: models.StepKey(steps[0]), Step: steps[0], RemovedAt: s.Now()}
		if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&out).Error; err != nil {
			return err
		}
		// No more than a plan can have, the last ones: of a case study that is written anew and again.
		return s.exec(ctx, "DELETE FROM workspace_steps_out WHERE adoption_id = ? AND id NOT IN (SELECT id FROM workspace_steps_out WHERE adoption_id = ? ORDER BY id DESC LIMIT ?)", adoptionID, adoptionID, models.MaxTasks)
	})
}

// BringBackStep makes a task again of a step that was taken out of a plan, below those
// that are there, and gives its id; where there is a task of it by now, that one's.
// NotFound when it is not taken out.
func (s *Store) BringBackStep(ctx context.Context, adoptionID, id, by string) (task string, err error) {
	err = s.inWorkspace(ctx, adoptionID, "step.back", map[string]any{"step": id}, func(ctx context.Context, _ *workspaceRow) error {
		var out stepOutRow
		if err := s.DB(ctx).Take(&out, "adoption_id = ? AND id = ?", adoptionID, id).Error; err != nil {
			return notFound(err, "That step")
		}
		if err := s.DB(ctx).Delete(&stepOutRow{}, "id = ?", id).Error; err != nil {
			return err
		}
		there, err := s.tasks(ctx, adoptionID)
		if err != nil {
			return err
		}
		if t := (&models.Workspace{Tasks: there}).Of(out.Step); t != nil {
			task = t.ID
			return nil
		}
		if len(there) >= models.MaxTasks {
			return errManyTasks
		}
		last, err := s.lastPosition(ctx, adoptionID)
		if err != nil {
			return err
		}
		row := taskRow{ID: s.NewID(), AdoptionID: adoptionID, Position: last + 1, Words: out.Step, Step: out.Step, CreatedBy: by, CreatedAt: s.Now(), ChangedAt: s.Now(), Version: 1}
		task = row.ID
		return s.DB(ctx).Create(&row).Error
	})
	return task, err
}

// SeeRevision notes that somebody of a workspace has looked at a revision of a case study.
// They have not looked at less by that than they had.
func (s *Store) SeeRevision(ctx context.Context, adoptionID, personID, studyID string, revision int) error {
	return s.inWorkspace(ctx, adoptionID, "seen", map[string]any{"case_study": studyID, "revision": revision}, func(ctx context.Context, _ *workspaceRow) error {
		return s.seeRevision(ctx, adoptionID, personID, studyID, revision)
	})
}

func (s *Store) seeRevision(ctx context.Context, adoptionID, personID, studyID string, revision int) error {
	return s.exec(ctx, `INSERT INTO workspace_seen (adoption_id, person_id, study_id, revision, seen_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (adoption_id, person_id) DO UPDATE SET study_id = excluded.study_id, seen_at = excluded.seen_at,
		revision = CASE WHEN workspace_seen.study_id = excluded.study_id AND workspace_seen.revision > excluded.revision THEN workspace_seen.revision ELSE excluded.revision END`,
		adoptionID, personID, studyID, revision, s.Now())
}

// SeenRevision gives which revision of a case study somebody of a workspace has looked at
// last; 0 where they have looked at none.
func (s *Store) SeenRevision(ctx context.Context, adoptionID, personID, studyID string) (n int, err error) {
	err = s.DB(ctx).Raw("SELECT COALESCE(MAX(revision), 0) FROM workspace_seen WHERE adoption_id = ? AND person_id = ? AND study_id = ?", adoptionID, personID, studyID).Scan(&n).Error
	return n, err
}

// RevisionAt gives the number of the revision that a case study had at a time; the
// first where that was before it.
func (s *Store) RevisionAt(ctx context.Context, id string, at time.Time) (n int, err error) {
	err = s.DB(ctx).Raw("SELECT COALESCE(MAX(number), 1) FROM revisions WHERE case_study_id = ? AND created_at <= ?", id, at).Scan(&n).Error
	return n, err
}

func (s *Store) deleteWork(ctx context.Context, adoptionID, id string, row any, version int) error {
	db := s.DB(ctx).Where("adoption_id = ? AND id = ?", adoptionID, id)
	if version != 0 {
		db = db.Where("version = ?", version)
	}
	done := db.Delete(row)
	if done.Error != nil || done.RowsAffected > 0 {
		return done.Error
	}
	if version != 0 {
		return errWorkspaceChanged
	}
	return notFound(gorm.ErrRecordNotFound, "That")
}
