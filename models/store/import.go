package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

// KeptRevision is a revision with everything that is kept of it.
type KeptRevision struct {
	models.Revision
	Text  string // what a reader sees of HTML
	Rules int    // number of the rules by which HTML was made
}

// KeptComment is a comment with the ids of the people it mentions.
type KeptComment struct {
	models.Comment
	Mentioned []string
}

// AddKept adds a case study that comes with its past: its slugs, counts and
// times are what they were. cs has the document and the HTML of its last
// revision; its revisions, comments and attachments are added by themselves. A
// slug that is another's here is left to that one: cs.Slug is then a new one.
// Once its comments are added, Recount follows. An id that exists is a Conflict.
func (s *Store) AddKept(ctx context.Context, cs *models.CaseStudy, k KeptCaseStudy) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		free, err := s.freeSlugs(ctx, append([]string{k.Slug}, k.FormerSlugs...))
		if err != nil {
			return err
		}
		if len(free) == 0 || free[0] != k.Slug {
			slug, err := s.claimSlug(ctx, k.ID, cs.Title)
			if err != nil {
				return err
			}
			free = append([]string{slug}, free...)
		}
		cs.ID, cs.Slug, cs.Status, cs.OwnerID, cs.Revision, cs.Votes, cs.Demo = k.ID, free[0], k.Status, k.OwnerID, k.Revision, k.Votes, k.Demo
		if cs.Status == models.Published {
			cs.Status = cs.Shown()
		}
		cs.CreatedAt, cs.UpdatedAt, cs.PublishedAt = k.CreatedAt, k.UpdatedAt, k.PublishedAt
		cs.Hot = models.HotRank(cs.Votes, 0, 0, cs.PublishedAt)
		row := s.rowOf(cs)
		row.Votes, row.StatusChangedAt = cs.Votes, k.StatusChangedAt
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, "A case study with this id exists already.")
		}
		slugs := make([]slugRow, len(free))
		for i, slug := range free {
			slugs[i] = slugRow{slug, cs.ID}
		}
		if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&slugs, lookupSize).Error; err != nil {
			return err
		}
		if err := s.SetEditors(ctx, cs.ID, k.Editors); err != nil {
			return err
		}
		return s.show(ctx, models.Withdrawn, "", cs)
	})
}

// freeSlugs gives those of the slugs that no case study has or had, in order.
func (s *Store) freeSlugs(ctx context.Context, slugs []string) ([]string, error) {
	taken := map[string]bool{}
	for part := range slices.Chunk(slugs, lookupSize) {
		var rows []slugRow
		if err := s.DB(ctx).Where("slug IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			taken[r.Slug] = true
		}
	}
	var free []string
	for _, slug := range slugs {
		if !taken[slug] {
			free = append(free, slug)
		}
	}
	return free, nil
}

// AddKeptRevisions adds revisions of a case study that AddKept added.
func (s *Store) AddKeptRevisions(ctx context.Context, list []KeptRevision) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]revisionRow, len(list))
	for i, v := range list {
		rows[i] = revisionRow{CaseStudyID: v.CaseStudyID, Number: v.Number, Document: v.Document, HTML: v.HTML, Text: v.Text, Contents: v.Contents, Rules: v.Rules,
			EditorID: v.EditorID, Note: v.Note, CreatedAt: v.CreatedAt}
	}
	return s.DB(ctx).Create(&rows).Error
}

// AddKeptComments adds comments as they were. The counts beside the case study
// are the caller's: AddKept was told of them, or Recount follows.
func (s *Store) AddKeptComments(ctx context.Context, list []KeptComment) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]commentRow, len(list))
	var mentions []mentionRow
	for i, c := range list {
		rows[i] = commentRow{ID: c.ID, CaseStudyID: c.CaseStudyID, ParentID: c.ParentID, AuthorID: c.AuthorID, Kind: c.Kind, Body: c.Body, HTML: c.HTML,
			Official: c.Official, Version: c.Version, CreatedAt: c.CreatedAt, EditedAt: c.EditedAt, DeletedAt: c.DeletedAt}
		mentions = append(mentions, c.mentions()...)
	}
	if err := s.DB(ctx).Create(&rows).Error; err != nil {
		return conflictOr(err, "A comment has the id of one that is here on another case study.")
	}
	if len(mentions) == 0 {
		return nil
	}
	return s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&mentions).Error
}

type mentionRow struct {
	CommentID string
	PersonID  string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (mentionRow) TableName() string { return "mentions" }

func (c KeptComment) mentions() []mentionRow {
	at := c.CreatedAt
	if c.EditedAt != nil {
		at = *c.EditedAt
	}
	rows := make([]mentionRow, len(c.Mentioned))
	for i, p := range c.Mentioned {
		rows[i] = mentionRow{c.ID, p, at}
	}
	return rows
}

// ReplaceKeptComment brings a comment to the state that it has elsewhere, its
// deletion included. NotFound when there is none of its id. Recount follows.
func (s *Store) ReplaceKeptComment(ctx context.Context, c KeptComment) error {
	r := s.DB(ctx).Exec(`UPDATE comments SET kind = ?, body = ?, html = ?, official = ?, version = ?, edited_at = ?, deleted_at = ? WHERE id = ?`,
		c.Kind, c.Body, c.HTML, c.Official, c.Version, c.EditedAt, c.DeletedAt, c.ID)
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return models.E(models.NotFound, "That comment could not be found.")
	}
	if err := s.DB(ctx).Exec("DELETE FROM mentions WHERE comment_id = ?", c.ID).Error; err != nil {
		return err
	}
	if rows := c.mentions(); len(rows) > 0 {
		return s.DB(ctx).Create(&rows).Error
	}
	return nil
}

// CommentVersions gives the version of each comment on a case study, and
// whether it is deleted or hidden. Those that went to another with a merge are among them:
// where they were posted, they are known.
func (s *Store) CommentVersions(ctx context.Context, caseStudyID string) (map[string]CommentVersion, error) {
	var rows []commentRow
	if err := s.DB(ctx).Select("id", "version", "deleted_at", "hidden").Where("case_study_id = ? OR id IN (SELECT comment_id FROM merged_comments WHERE from_id = ?)", caseStudyID, caseStudyID).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]CommentVersion, len(rows))
	for _, r := range rows {
		out[r.ID] = CommentVersion{r.Version, r.DeletedAt != nil, r.Hidden != ""}
	}
	return out, nil
}

// CommentVersion is how far a comment has come.
type CommentVersion struct {
	Version         int
	Deleted, Hidden bool
}

// HasAttachments tells which of the ids are those of attachments.
func (s *Store) HasAttachments(ctx context.Context, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	for part := range slices.Chunk(ids, lookupSize) {
		var found []string
		if err := s.DB(ctx).Model(&attachmentRow{}).Where("id IN ?", part).Pluck("id", &found).Error; err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
	}
	return out, nil
}

// AddKeptAttachments adds the rows of files whose content is kept already, for
// readers to see.
func (s *Store) AddKeptAttachments(ctx context.Context, list []models.Attachment) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]attachmentRow, len(list))
	for i, a := range list {
		rows[i] = attachmentRow{ID: a.ID, CaseStudyID: a.CaseStudyID, FileName: a.FileName, ContentType: a.ContentType, Size: a.Size, SHA256: a.SHA256,
			Alt: a.Alt, UploadedBy: a.UploadedBy, CreatedAt: a.CreatedAt, Published: true}
	}
	return conflictOr(s.DB(ctx).Create(&rows).Error, "A file has the id of one that is here on another case study.")
}

// Recount counts a case study's comments and adoptions anew, ranks it by them,
// and has the search index see it. An organisation that tries or uses it is
// counted once, wherever it has said so.
func (s *Store) Recount(ctx context.Context, id string) error {
	err := s.exec(ctx, `UPDATE case_studies SET
		comments = (SELECT COUNT(*) FROM comments c WHERE c.case_study_id = case_studies.id AND c.deleted_at IS NULL AND c.hidden = ''),
		adoptions = (SELECT COUNT(DISTINCT a.organisation) FROM adoptions a WHERE a.case_study_id = case_studies.id AND a.hidden = '' AND a.status IN ?) WHERE id = ?`, countedStatuses, id)
	if err != nil {
		return err
	}
	return s.exec(ctx, "UPDATE case_studies SET hot = "+hotBy("votes", "comments")+", changes = changes + 1 WHERE id = ?", id)
}

// StatusOf gives whether a case study is published, to whomever, and when that was changed
// last; nil when never. NotFound when there is none.
func (s *Store) StatusOf(ctx context.Context, id string) (models.Status, *time.Time, error) {
	var r caseStudyRow
	err := s.DB(ctx).Select("status", "status_changed_at").Take(&r, "id = ?", id).Error
	return openly(r.Status), r.StatusChangedAt, notFound(err, "That case study")
}

// SetStatusAt is SetStatus for a change that was made elsewhere, at a time.
func (s *Store) SetStatusAt(ctx context.Context, id string, status models.Status, at time.Time) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.SetStatus(ctx, id, status); err != nil {
			return err
		}
		return s.DB(ctx).Exec("UPDATE case_studies SET status_changed_at = ? WHERE id = ?", at, id).Error
	})
}

// RevisionTimes gives when each revision of a case study was made, from the
// first on.
func (s *Store) RevisionTimes(ctx context.Context, id string) ([]time.Time, error) {
	var rows []revisionRow
	if err := s.DB(ctx).Select("created_at").Where("case_study_id = ?", id).Order("number").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]time.Time, len(rows))
	for i, r := range rows {
		out[i] = r.CreatedAt
	}
	return out, nil
}
