package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type commentRow struct {
	ID          string
	CaseStudyID string
	ParentID    string
	AuthorID    string
	Kind        models.CommentKind
	Body        string
	HTML        string
	Official    bool
	Version     int
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	EditedAt    *time.Time
	DeletedAt   *time.Time
	Hidden      string // id of the measure
	HiddenAt    *time.Time
	HelpedAt    *time.Time
	HelpedBy    string
	Asked       bool
}

// standing is what comments that readers see have in common.
const standing = "comments.deleted_at IS NULL AND comments.hidden = ''"

func (commentRow) TableName() string { return "comments" }

// AddComment saves a comment, its mentions and the count beside the case
// study. c.ParentID, if any, must be a top-level comment of the same case
// study. NotFound when the case study is not published.
func (s *Store) AddComment(ctx context.Context, c *models.Comment, mentioned []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.bumpComments(ctx, c.CaseStudyID, 1); err != nil {
			return err
		}
		Note(ctx, "comment.post", c.ID, nil, map[string]any{"case_study": c.CaseStudyID, "kind": c.Kind, "official": c.Official})
		c.Version = 1
		var err error
		if c.Asked, err = s.wasAsked(ctx, c.CaseStudyID, c.AuthorID); err != nil {
			return err
		}
		row := commentRow{ID: c.ID, CaseStudyID: c.CaseStudyID, ParentID: c.ParentID, AuthorID: c.AuthorID, Kind: c.Kind,
			Body: c.Body, HTML: c.HTML, Official: c.Official, Version: c.Version, CreatedAt: c.CreatedAt, Asked: c.Asked}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		return s.saveMentions(ctx, c.ID, c.CreatedAt, mentioned)
	})
}

func (s *Store) saveMentions(ctx context.Context, commentID string, at time.Time, personIDs []string) error {
	for _, id := range personIDs {
		err := s.DB(ctx).Exec("INSERT INTO mentions (comment_id, person_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", commentID, id, at).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) bumpComments(ctx context.Context, caseStudyID string, by int) error {
	var votes []int
	err := s.DB(ctx).Raw(changeCounts("0", "?"), by, by, caseStudyID).Scan(&votes).Error
	if err == nil && len(votes) == 0 {
		err = models.E(models.NotFound, "That case study is not there any more.")
	}
	return err
}

// Comment gives one comment with its author. NotFound when there is none.
func (s *Store) Comment(ctx context.Context, id string) (models.Comment, error) {
	list, err := s.commentsWhere(ctx, s.DB(ctx).Where("comments.id = ?", id))
	if err != nil {
		return models.Comment{}, err
	}
	if len(list) == 0 {
		return models.Comment{}, models.E(models.NotFound, "That comment could not be found.")
	}
	return list[0], nil
}

// CommentsByAuthor gives a person's newest comments that still stand.
func (s *Store) CommentsByAuthor(ctx context.Context, personID string, limit int) ([]models.Comment, error) {
	return s.commentsWhere(ctx, s.DB(ctx).Where("comments.author_id = ? AND "+standing, personID).
		Order("comments.id DESC").Limit(limit))
}

// RecentComments gives comments that still stand, the newest first: on one
// case study, or with an empty id on any that is published. before is the last
// id of the page before; more tells of a further page.
func (s *Store) RecentComments(ctx context.Context, caseStudyID, before string, limit int) (list []models.Comment, more bool, err error) {
	db := s.DB(ctx).Where(standing)
	if caseStudyID != "" {
		db = db.Where("comments.case_study_id = ?", caseStudyID)
	} else {
		db = db.Where("comments.case_study_id IN (SELECT id FROM case_studies WHERE status = ?)", models.Published)
	}
	if before != "" {
		db = db.Where("comments.id < ?", before)
	}
	list, err = s.commentsWhere(ctx, db.Order("comments.id DESC").Limit(limit+1))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}

// commentsWhere reads comments with their authors. What is hidden comes without
// its words: Reveal adds them for those who may read them.
func (s *Store) commentsWhere(ctx context.Context, db *gorm.DB) ([]models.Comment, error) {
	var rows []struct {
		Row             commentRow `gorm:"embedded"`
		Name            string
		Handle          string
		JobTitle        string
		StaffGroup      string
		YearsExperience *int
		Organisation    string
		OrgName         string
	}
	err := db.Table("comments").Select(`comments.*, people.name, CASE WHEN people.closed_at IS NULL THEN people.handle ELSE '' END AS handle, people.job_title, people.staff_group,
		people.years_experience, people.organisation, COALESCE(organisations.name, '') AS org_name`).
		Joins("JOIN people ON people.id = comments.author_id").
		Joins("LEFT JOIN organisations ON organisations.code = people.organisation").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]models.Comment, len(rows))
	for i, a := range rows {
		r := a.Row
		out[i] = models.Comment{ID: r.ID, CaseStudyID: r.CaseStudyID, ParentID: r.ParentID, AuthorID: r.AuthorID, Kind: r.Kind,
			Body: r.Body, HTML: r.HTML, Official: r.Official, Helped: r.HelpedAt != nil, Asked: r.Asked, Version: r.Version, CreatedAt: r.CreatedAt, EditedAt: r.EditedAt, DeletedAt: r.DeletedAt,
			Author: models.Person{ID: r.AuthorID, Name: a.Name, Handle: a.Handle, JobTitle: a.JobTitle, StaffGroup: a.StaffGroup,
				YearsExperience: a.YearsExperience, Organisation: a.Organisation, OrgName: a.OrgName}}
		if out[i].Hidden, out[i].HiddenAt = r.Hidden, r.HiddenAt; r.Hidden != "" {
			out[i].Body, out[i].HTML, out[i].Official, out[i].Helped = "", "", false, false
		}
	}
	return out, nil
}

// EditComment saves a comment's new text and kind. c.Version must be the one
// that was read: Conflict when the comment has been edited or deleted since.
func (s *Store) EditComment(ctx context.Context, c *models.Comment, mentioned []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now := s.Now()
		r := s.DB(ctx).Exec(`UPDATE comments SET body = ?, html = ?, kind = ?, edited_at = ?, version = version + 1
			WHERE id = ? AND version = ? AND deleted_at IS NULL AND hidden = ''`, c.Body, c.HTML, c.Kind, now, c.ID, c.Version)
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return models.E(models.Conflict, "The comment has been changed, hidden or deleted since you opened it.")
		}
		c.Version++
		c.EditedAt = &now
		Note(ctx, "comment.edit", c.ID, map[string]any{"version": c.Version - 1}, map[string]any{"version": c.Version, "kind": c.Kind})
		if err := s.DB(ctx).Exec("DELETE FROM mentions WHERE comment_id = ?", c.ID).Error; err != nil {
			return err
		}
		return s.saveMentions(ctx, c.ID, now, mentioned)
	})
}

// MarkOfficial sets or takes away the mark of an official response; it is not
// an edit of the text. A comment that is deleted or hidden stays as it is.
func (s *Store) MarkOfficial(ctx context.Context, id string, on bool) error {
	Note(ctx, "comment.official", id, nil, map[string]any{"official": on})
	return s.DB(ctx).Exec("UPDATE comments SET official = ? WHERE id = ? AND "+standing, on, id).Error
}

// DeleteComment empties a comment and keeps its place as a stub, so that the
// replies still make sense. Deleting it again changes nothing.
func (s *Store) DeleteComment(ctx context.Context, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		c, err := s.Comment(ctx, id)
		if err != nil {
			return err
		}
		var hidden []string // one, by the measure that hid it; none when it is deleted already
		err = s.DB(ctx).Raw("UPDATE comments SET body = '', html = '', official = ?, deleted_at = ?, version = version + 1 WHERE id = ? AND deleted_at IS NULL RETURNING hidden", false, s.Now(), id).Scan(&hidden).Error
		if err != nil || len(hidden) == 0 {
			return err
		}
		if err := s.DB(ctx).Exec("DELETE FROM mentions WHERE comment_id = ?", id).Error; err != nil {
			return err
		}
		Note(ctx, "comment.delete", id, map[string]any{"case_study": c.CaseStudyID, "author": c.AuthorID}, nil)
		if hidden[0] != "" { // it is not counted any more
			return nil
		}
		return s.bumpComments(ctx, c.CaseStudyID, -1)
	})
}
