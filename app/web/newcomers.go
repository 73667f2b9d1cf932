package web

import (
	"context"

	"grassroots/models"
)

// IsNew tells whether a person's account is so new, or has posted so little,
// that the limits of new accounts hold for it.
func (s *Site) IsNew(ctx context.Context, p *models.Person) (bool, error) {
	if s.Trust.Knows(p) {
		return false, nil
	}
	if s.Now().Sub(p.CreatedAt) < s.Trust.After {
		return true, nil
	}
	n, err := s.Store.CountStanding(ctx, p.ID)
	return n < s.Trust.Posts, err
}
