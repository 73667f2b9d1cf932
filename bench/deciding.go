package main

import (
	"context"
	"time"

	"grassroots/app"
	"grassroots/app/jobs"
	"grassroots/models"
	"grassroots/models/store"
)

// tellVoters has a case study that every reader voted for decided about, and says
// how long it took until each of them was told, once and together.
func tellVoters(ctx context.Context, a *app.App, st *store.Store, queue *jobs.Queue) (time.Duration, error) {
	author, err := st.PersonByHandle(ctx, "author")
	if err != nil {
		return 0, err
	}
	cs := models.CaseStudy{ID: st.NewID(), OwnerID: author.ID, Status: models.Published, Document: models.Document{Title: "A case study with votes", Stage: models.StageIdea, Body: "Text"}, CreatedAt: st.Now(), UpdatedAt: st.Now()}
	if err := st.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: author.ID}); err != nil {
		return 0, err
	}
	if err := st.DB(ctx).Exec("INSERT INTO votes (case_study_id, person_id, created_at) SELECT ?, id, ? FROM people WHERE id <> ?", cs.ID, st.Now(), author.ID).Error; err != nil {
		return 0, err
	}
	began := time.Now()
	if _, _, err := a.Feedback.Decide(ctx, &author, cs.ID, models.Planned, "The ward round asked for it."); err != nil {
		return 0, err
	}
	err = queue.Drain(ctx)
	return time.Since(began), err
}
