package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

// The threads of a case study stand in one order: official responses first,
// then the oldest first. A page begins after the comment that ended the one
// before, so the hundredth page costs what the first does.

// threads starts a query over the top-level comments of a case study.
func threads(db *gorm.DB, caseStudyID string) *gorm.DB {
	return db.Where("comments.case_study_id = ? AND comments.parent_id = ''", caseStudyID)
}

// threadOrder is the order of the threads, and againstOrder its opposite.
const (
	threadOrder  = "comments.official DESC, comments.id"
	againstOrder = "comments.official, comments.id DESC"
)

// place is where a top-level comment stands in the order.
type place struct {
	ID       string
	Official bool
}

// after keeps what stands after a place in the order.
func (p place) after(db *gorm.DB) *gorm.DB {
	if p.Official {
		return db.Where("(comments.official = ? OR comments.id > ?)", false, p.ID)
	}
	return db.Where("comments.official = ? AND comments.id > ?", false, p.ID)
}

// before keeps what stands before a place in the order.
func (p place) before(db *gorm.DB) *gorm.DB {
	if p.Official {
		return db.Where("comments.official = ? AND comments.id < ?", true, p.ID)
	}
	return db.Where("(comments.official = ? OR comments.id < ?)", true, p.ID)
}

func (s *Store) placeOf(ctx context.Context, caseStudyID, id string) (place, error) {
	var found []place
	err := threads(s.DB(ctx).Table("comments"), caseStudyID).Where("comments.id = ?", id).Select("id, official").Limit(1).Find(&found).Error
	if err == nil && len(found) == 0 {
		err = models.E(models.BadRequest, "The place in this list of comments is not one that we gave. Start again from the first comment.")
	}
	if err != nil {
		return place{}, err
	}
	return found[0], nil
}

// CommentPage is a page of the threads of a case study.
type CommentPage struct {
	Comments []models.Comment // top-level, each with all its replies
	More     bool             // there is a page after this one, which begins after its last comment
	First    bool             // there is none before it
	Before   string           // the comment after which the page before begins; empty when it is the first page
}

// Comments gives a page of a case study's threads. after is the last comment
// of the page before, empty for the first page; BadRequest when it is no
// top-level comment of the case study. The number of statements does not
// depend on how many comments there are.
func (s *Store) Comments(ctx context.Context, caseStudyID, after string, limit int) (CommentPage, error) {
	page := CommentPage{First: after == ""}
	db := threads(s.DB(ctx), caseStudyID)
	if after != "" {
		at, err := s.placeOf(ctx, caseStudyID, after)
		if err != nil {
			return page, err
		}
		if page.Before, err = s.nthBefore(ctx, caseStudyID, at, limit); err != nil {
			return page, err
		}
		db = at.after(db)
	}
	top, err := s.commentsWhere(ctx, db.Order(threadOrder).Limit(limit+1))
	if err != nil {
		return page, err
	}
	if page.More = len(top) > limit; page.More {
		top = top[:limit]
	}
	page.Comments = top
	return page, s.addReplies(ctx, caseStudyID, top)
}

// nthBefore gives the comment that stands n places before one, or nothing when
// there are fewer before it.
func (s *Store) nthBefore(ctx context.Context, caseStudyID string, at place, n int) (string, error) {
	var ids []string
	err := at.before(threads(s.DB(ctx).Table("comments"), caseStudyID)).Order(againstOrder).Offset(n-1).Limit(1).Pluck("comments.id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

func (s *Store) addReplies(ctx context.Context, caseStudyID string, top []models.Comment) error {
	if len(top) == 0 {
		return nil
	}
	ids := make([]string, len(top))
	at := make(map[string]int, len(top))
	for i, c := range top {
		ids[i], at[c.ID] = c.ID, i
	}
	replies, err := s.commentsWhere(ctx, s.DB(ctx).
		Where("comments.case_study_id = ? AND comments.parent_id IN ?", caseStudyID, ids).Order("comments.id"))
	if err != nil {
		return err
	}
	for _, r := range replies {
		i := at[r.ParentID]
		top[i].Replies = append(top[i].Replies, r)
	}
	return nil
}

// CommentsAfter tells which page of the threads a top-level comment is on: the
// comment after which that page begins, empty for the first page.
func (s *Store) CommentsAfter(ctx context.Context, caseStudyID, id string, limit int) (string, error) {
	at, err := s.placeOf(ctx, caseStudyID, id)
	if err != nil {
		return "", err
	}
	var before int64
	if err := at.before(threads(s.DB(ctx).Table("comments"), caseStudyID)).Count(&before).Error; err != nil {
		return "", err
	}
	start := int(before) / limit * limit
	if start == 0 {
		return "", nil
	}
	var ids []string
	err = threads(s.DB(ctx).Table("comments"), caseStudyID).Order(threadOrder).Offset(start-1).Limit(1).Pluck("comments.id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// AddReplies reads the replies to a top-level comment.
func (s *Store) AddReplies(ctx context.Context, c *models.Comment) error {
	list := []models.Comment{*c}
	err := s.addReplies(ctx, c.CaseStudyID, list)
	c.Replies = list[0].Replies
	return err
}

// CountThreads counts the top-level comments of a case study, deleted ones too.
func (s *Store) CountThreads(ctx context.Context, caseStudyID string) (int, error) {
	var n int64
	err := threads(s.DB(ctx).Table("comments"), caseStudyID).Count(&n).Error
	return int(n), err
}

// CountReplies counts the replies to a top-level comment, deleted ones too.
func (s *Store) CountReplies(ctx context.Context, caseStudyID, id string) (int, error) {
	var n int64
	err := s.DB(ctx).Table("comments").Where("case_study_id = ? AND parent_id = ?", caseStudyID, id).Count(&n).Error
	return int(n), err
}

// CountCommentsSince counts what a person has written since a time, deleted
// comments too.
func (s *Store) CountCommentsSince(ctx context.Context, personID string, since time.Time) (int, error) {
	var n int64
	err := s.DB(ctx).Table("comments").Where("author_id = ? AND created_at > ?", personID, since).Count(&n).Error
	return int(n), err
}

// CountStanding counts the case studies and comments of a person that readers
// can see.
func (s *Store) CountStanding(ctx context.Context, personID string) (n int, err error) {
	err = s.DB(ctx).Raw("SELECT (SELECT COUNT(*) FROM case_studies WHERE owner_id = ? AND status <> ?) + (SELECT COUNT(*) FROM comments WHERE author_id = ? AND "+standing+")",
		personID, models.Withdrawn, personID).Scan(&n).Error
	return n, err
}

// CountStudiesSince counts what a person has posted since a time, whatever
// became of it.
func (s *Store) CountStudiesSince(ctx context.Context, personID string, since time.Time) (int, error) {
	var n int64
	err := s.DB(ctx).Table("case_studies").Where("owner_id = ? AND created_at > ?", personID, since).Count(&n).Error
	return int(n), err
}

// HoldPerson makes other transactions that hold the same person wait until
// this one ends, so that what a person may do so many times is counted right.
// SQLite has one writer at a time anyhow.
func (s *Store) HoldPerson(ctx context.Context, id string) error {
	if s.Dialect() == SQLite {
		return nil
	}
	var ids []string
	return s.DB(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Table("people").Where("id = ?", id).Pluck("id", &ids).Error
}
