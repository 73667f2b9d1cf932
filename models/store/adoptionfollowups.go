package store

import (
	"context"
	"time"

	"grassroots/models"
)

// errNoAdoptionFollowUp is what whoever opens a link is told that is none, or none any
// more: the same words for both.
var errNoAdoptionFollowUp = models.E(models.NotFound, "This link cannot be used: it is too old or not whole, or somebody else looks after this by now. Whoever looks after it can sign in and change what it says on its page.")

// ownerAnswers and leadsAnswer are who can say how far an adoption is: whoever looks after it,
// as long as they work for the organisation or lead it, and its leads.
const (
	ownerAnswers = `(owners.closed_at IS NULL AND owners.email <> '' AND (owners.organisation = adoptions.organisation OR
		EXISTS (SELECT 1 FROM grants g WHERE g.person_id = owners.id AND g.role = 'lead' AND g.organisation = adoptions.organisation)))`
	leadsAnswer = `EXISTS (SELECT 1 FROM grants g JOIN people p ON p.id = g.person_id AND p.closed_at IS NULL AND p.email <> '' WHERE g.role = 'lead' AND g.organisation = adoptions.organisation)`
)

// AdoptionsToAsk gives up to limit adoptions of which it is to be asked how far they are, with
// their owners: recorded between two moments, about which nobody has said anything since a
// third, and not asked for that many months. There is somebody to ask of each.
func (s *Store) AdoptionsToAsk(ctx context.Context, months int, after, until, silent time.Time, limit int) ([]models.Adoption, error) {
	return s.adoptionsWhere(ctx, s.DB(ctx).Where("adoptions.site = '' AND adoptions.hidden = '' AND adoptions.status <> ? AND adoptions.created_at > ? AND adoptions.created_at <= ? AND adoptions.changed_at <= ?", models.AdoptionStopped, after, until, silent).
		Where("studies.status = ? AND COALESCE(owners.email, '') <> ?", models.Published, models.ImporterEmail).Where("("+ownerAnswers+" OR "+leadsAnswer+")").
		Where("NOT EXISTS (SELECT 1 FROM adoption_followups f WHERE f.adoption_id = adoptions.id AND f.months = ?)", months).Order("adoptions.created_at, adoptions.id").Limit(limit))
}

// AskAdoption notes that somebody is asked how far an adoption is, and tells whether nobody
// had been: whichever node asks, it is asked once. q.ID and its times are set.
func (s *Store) AskAdoption(ctx context.Context, q *models.AdoptionFollowUp, token string) (bool, error) {
	q.ID, q.AskedAt = s.NewID(), s.Now()
	q.ExpiresAt = q.AskedAt.Add(models.AdoptionAnswerWithin)
	done := s.DB(ctx).Exec("INSERT INTO adoption_followups (id, adoption_id, months, person_id, token_hash, asked_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		q.ID, q.AdoptionID, q.Months, q.PersonID, hashSecret(token), q.AskedAt, q.ExpiresAt)
	if done.Error != nil || done.RowsAffected == 0 {
		return false, done.Error
	}
	return true, s.exec(ctx, "UPDATE adoptions SET silent_since = ? WHERE id = ? AND silent_since IS NULL", q.AskedAt, q.AdoptionID)
}

// AdoptionFollowUpByToken gives what the link of an e-mail asks. NotFound when there is
// none, the link is too old, or who was asked does not look after the adoption any more.
func (s *Store) AdoptionFollowUpByToken(ctx context.Context, token string) (q models.AdoptionFollowUp, err error) {
	var list []models.AdoptionFollowUp
	err = s.DB(ctx).Raw(`SELECT f.id, f.adoption_id, f.months, f.person_id, f.asked_at, f.expires_at, f.answered_at, f.status FROM adoption_followups f JOIN adoptions a ON a.id = f.adoption_id
		WHERE f.token_hash = ? AND f.expires_at > ? AND a.owner_id = f.person_id`, hashSecret(token), s.Now()).Scan(&list).Error
	if err == nil && len(list) == 0 {
		err = errNoAdoptionFollowUp
	}
	if err != nil {
		return q, err
	}
	return list[0], nil
}

// AdoptionFollowUps gives what was asked of an adoption, in its order.
func (s *Store) AdoptionFollowUps(ctx context.Context, adoptionID string) (list []models.AdoptionFollowUp, err error) {
	err = s.DB(ctx).Raw("SELECT id, adoption_id, months, person_id, asked_at, expires_at, answered_at, status FROM adoption_followups WHERE adoption_id = ? ORDER BY months", adoptionID).Scan(&list).Error
	return list, err
}

// HeardOfAdoption notes that something was heard of an adoption: what is asked of it and can
// still be answered is answered by that. Whoever says something on its page need not answer
// the e-mail as well.
func (s *Store) HeardOfAdoption(ctx context.Context, adoptionID string, status models.AdoptionStatus) error {
	now := s.Now()
	if err := s.exec(ctx, "UPDATE adoptions SET silent_since = NULL WHERE id = ? AND silent_since IS NOT NULL", adoptionID); err != nil {
		return err
	}
	return s.exec(ctx, "UPDATE adoption_followups SET answered_at = ?, status = ? WHERE adoption_id = ? AND answered_at IS NULL AND expires_at > ?", now, status, adoptionID, now)
}
