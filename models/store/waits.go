package store

import (
	"context"

	"grassroots/models"
)

// shownDrafts is how many drafts a start page names.
const shownDrafts = 3

// Waits gives what waits for a person; usual is after how many days an idea has
// waited for too long where its organisation has not said. How many statements it
// takes depends on the person's roles alone.
func (s *Store) Waits(ctx context.Context, p *models.Person, usual int) (models.Waits, error) {
	var out models.Waits
	err := s.DB(ctx).Raw(`SELECT
		(SELECT COUNT(*) FROM conversation_people m JOIN conversations c ON c.id = m.conversation_id WHERE m.person_id = ? AND m.left_at IS NULL AND m.part = 'asked' AND c.state = 'open') AS conversations,
		(SELECT COUNT(*) FROM feedback_asks a JOIN case_studies c ON c.id = a.case_study_id AND c.status = ? LEFT JOIN comments q ON q.id = a.question_id
			WHERE a.person_id = ? AND a.declined_at IS NULL AND `+questionStands+`
			AND NOT `+answered+`) AS asks`,
		p.ID, models.Published, p.ID).Row().Scan(&out.Conversations, &out.Asks)
	if err != nil {
		return out, err
	}
	if out.Drafts, err = s.DraftsOf(ctx, p.ID, shownDrafts); err != nil {
		return out, err
	}
	searches, err := s.SavedSearches(ctx, p.ID)
	if err != nil {
		return out, err
	}
	for _, search := range searches {
		if search.New > 0 {
			out.Searches = append(out.Searches, search)
		}
	}
	if p.MightDo(models.Moderate) {
		if out.Reports, err = s.CountItems(ctx, ItemQuery{NotOf: p.ID}); err != nil {
			return out, err
		}
	}
	out.Ideas, err = s.CountWaiting(ctx, p.LeadOf(), usual)
	return out, err
}
