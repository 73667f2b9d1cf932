package store

import (
	"context"

	"grassroots/models"
)

// SignInLink gives the address that a link was sent to, without using the link
// up. NotFound when it is unknown, used or past its end.
func (s *Store) SignInLink(ctx context.Context, secret string) (email string, err error) {
	var r linkRow
	err = s.DB(ctx).Take(&r, "hash = ? AND used_at IS NULL AND expires_at > ?", hashSecret(secret), s.Now()).Error
	if err != nil {
		return "", notFound(err, "That sign-in link")
	}
	return r.Email, nil
}

// DeleteSignInLink takes a link back that was never sent; one that is not
// there is no error.
func (s *Store) DeleteSignInLink(ctx context.Context, secret string) error {
	return s.DB(ctx).Exec("DELETE FROM sign_in_links WHERE hash = ?", hashSecret(secret)).Error
}

// EndOtherSessions revokes every session of a person but one, and gives how
// many there were that had not ended by themselves.
func (s *Store) EndOtherSessions(ctx context.Context, personID, keep string) (int, error) {
	Note(ctx, "session.end-others", personID, nil, nil)
	var live int64
	if err := s.DB(ctx).Model(&sessionRow{}).Where("person_id = ? AND id <> ? AND expires_at > ?", personID, keep, s.Now()).Count(&live).Error; err != nil {
		return 0, err
	}
	return int(live), s.DB(ctx).Exec("DELETE FROM sessions WHERE person_id = ? AND id <> ?", personID, keep).Error
}

// CountTokens counts a person's tokens that have not expired.
func (s *Store) CountTokens(ctx context.Context, personID string) (int, error) {
	var n int64
	err := s.DB(ctx).Model(&tokenRow{}).Where("person_id = ? AND (expires_at IS NULL OR expires_at > ?)", personID, s.Now()).Count(&n).Error
	return int(n), err
}

// MentionsOf gives a page of the comments that mention a person, newest first:
// those that still stand, on case studies that can be read. before is the last
// id of the page before, empty for the first page.
func (s *Store) MentionsOf(ctx context.Context, personID, before string, limit int) (list []models.Comment, more bool, err error) {
	db := s.DB(ctx).Joins("JOIN mentions ON mentions.comment_id = comments.id AND mentions.person_id = ?", personID).
		Joins("JOIN case_studies ON case_studies.id = comments.case_study_id AND case_studies.status = ?", models.Published).
		Where(standing)
	if before != "" {
		db = db.Where("comments.id < ?", before)
	}
	list, err = s.commentsWhere(ctx, db.Order("comments.id DESC").Limit(limit+1))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}
