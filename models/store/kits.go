package store

import (
	"context"
	"time"

	"grassroots/models"
)

// StagesOf gives the stages that a case study came to, in order, with when each was
// said. It takes of each revision the stage alone.
func (s *Store) StagesOf(ctx context.Context, id string) ([]models.StageStep, error) {
	stage := "json_extract(document, '$.stage')"
	if s.Dialect() == Postgres {
		stage = "(CAST(document AS json) ->> 'stage')"
	}
	var rows []struct {
		Stage     models.Stage
		CreatedAt time.Time
	}
	err := s.DB(ctx).Raw("SELECT COALESCE("+stage+", '') AS stage, created_at FROM revisions WHERE case_study_id = ? ORDER BY number", id).Scan(&rows).Error
	var out []models.StageStep
	for _, r := range rows {
		if r.Stage != "" && (len(out) == 0 || out[len(out)-1].Stage != r.Stage) {
			out = append(out, models.StageStep{Stage: r.Stage, At: r.CreatedAt})
		}
	}
	return out, err
}
