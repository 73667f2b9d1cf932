package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// ExportFilter says which case studies are taken out.
type ExportFilter struct {
	Organisation  string    // ODS code; empty for all
	Since         time.Time // only what has changed since, by any of its times; zero for all
	PublishedOnly bool
}

// KeptCaseStudy is what is kept of a case study beside its texts and comments.
type KeptCaseStudy struct {
	ID              string
	Slug            string
	FormerSlugs     []string // in their order as text
	Status          models.Status
	StatusChangedAt *time.Time // nil: never
	OwnerID         string
	Editors         []string // ids, beside the owner
	Revision        int
	Votes           int
	Demo            bool
	CreatedAt       time.Time
	UpdatedAt       time.Time
	PublishedAt     time.Time
	CopyOf          *models.Copy        // origin's address, address and revision alone; nil for what is no copy
	Attachments     []models.Attachment // that readers see, in the order of their upload
}

// openly gives the status of a case study to those who may see all of them: for
// whom it is published is in its document.
func openly(s models.Status) models.Status {
	if s == models.Limited {
		return models.Published
	}
	return s
}

// CountExport counts the case studies of a filter.
func (s *Store) CountExport(ctx context.Context, f ExportFilter) (int, error) {
	var n int64
	err := exported(s.DB(ctx).Table("case_studies"), f).Count(&n).Error
	return int(n), err
}

func exported(db *gorm.DB, f ExportFilter) *gorm.DB {
	if f.PublishedOnly {
		db = db.Where("status = ?", models.Published)
	}
	if f.Organisation != "" {
		db = db.Where("organisation = ?", f.Organisation)
	}
	if !f.Since.IsZero() {
		t := f.Since
		db = db.Where(`(updated_at >= ? OR published_at >= ? OR status_changed_at >= ?
			OR EXISTS (SELECT 1 FROM comments c WHERE c.case_study_id = case_studies.id AND (c.created_at >= ? OR c.edited_at >= ? OR c.deleted_at >= ? OR c.hidden_at >= ?))
			OR EXISTS (SELECT 1 FROM adoptions d WHERE d.case_study_id = case_studies.id AND d.site = '' AND d.changed_at >= ?)
			OR EXISTS (SELECT 1 FROM attachments a WHERE a.case_study_id = case_studies.id AND a.created_at >= ?))`, t, t, t, t, t, t, t, t, t)
	}
	return db
}

// ExportBatch gives the next case studies of a filter in the order of their
// ids, after one: four statements a batch.
func (s *Store) ExportBatch(ctx context.Context, f ExportFilter, after string, limit int) ([]KeptCaseStudy, error) {
	var rows []caseStudyRow
	if err := exported(s.DB(ctx), f).Where("id > ?", after).Order("id").Limit(limit).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]string, len(rows))
	out := make([]KeptCaseStudy, len(rows))
	at := make(map[string]*KeptCaseStudy, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
		out[i] = KeptCaseStudy{ID: r.ID, Slug: r.Slug, Status: openly(r.Status), StatusChangedAt: r.StatusChangedAt, OwnerID: r.OwnerID, Revision: r.Revision,
			Votes: r.Votes, Demo: r.Demo, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, PublishedAt: r.PublishedAt}
		at[r.ID] = &out[i]
	}
	var slugs []slugRow
	if err := s.DB(ctx).Where("case_study_id IN ?", ids).Find(&slugs).Error; err != nil {
		return nil, err
	}
	for _, r := range slugs {
		if cs := at[r.CaseStudyID]; r.Slug != cs.Slug {
			cs.FormerSlugs = append(cs.FormerSlugs, r.Slug)
		}
	}
	for i := range out {
		slices.Sort(out[i].FormerSlugs)
	}
	var editors []struct{ CaseStudyID, PersonID string }
	if err := s.DB(ctx).Table("case_study_people").Where("case_study_id IN ?", ids).Order("case_study_id, person_id").Find(&editors).Error; err != nil {
		return nil, err
	}
	for _, r := range editors {
		at[r.CaseStudyID].Editors = append(at[r.CaseStudyID].Editors, r.PersonID)
	}
	var copies []struct {
		CaseStudyID, OriginURL, URL string
		Revision                    int
	}
	err := s.DB(ctx).Table("exchange_copies").Select("exchange_copies.case_study_id, exchange_origins.url AS origin_url, exchange_copies.url, exchange_copies.revision").
		Joins("JOIN exchange_origins ON exchange_origins.id = exchange_copies.origin_id").Where("exchange_copies.case_study_id IN ?", ids).Scan(&copies).Error
	if err != nil {
		return nil, err
	}
	for _, r := range copies {
		at[r.CaseStudyID].CopyOf = &models.Copy{OriginURL: r.OriginURL, URL: r.URL, Revision: r.Revision}
	}
	var files []attachmentRow
	if err := s.DB(ctx).Where("case_study_id IN ? AND published = ?", ids, true).Order("case_study_id, created_at, id").Find(&files).Error; err != nil {
		return nil, err
	}
	for _, r := range files {
		at[r.CaseStudyID].Attachments = append(at[r.CaseStudyID].Attachments, r.toModel())
	}
	return out, nil
}

// EachRevision calls f with each revision of a case study from the first on,
// without its HTML, one at a time: there may be many, and each may be long. f
// must ask the database nothing.
func (s *Store) EachRevision(ctx context.Context, id string, f func(models.Revision) error) error {
	db := s.DB(ctx).Model(&revisionRow{}).Select("number", "document", "editor_id", "note", "created_at").Where("case_study_id = ?", id).Order("number")
	return eachRow(db, func(r revisionRow) error {
		return f(models.Revision{CaseStudyID: id, Number: r.Number, Document: r.Document, EditorID: r.EditorID, Note: r.Note, CreatedAt: r.CreatedAt})
	})
}

// EachComment calls f with each comment on a case study in the order of their
// ids, without its HTML and author, and the ids of the people it mentions. What
// a moderator has hidden is deleted to whoever gets it. f must ask the database nothing.
func (s *Store) EachComment(ctx context.Context, id string, f func(c models.Comment, mentioned []string) error) error {
	var mentions []struct{ CommentID, PersonID string }
	err := s.DB(ctx).Table("mentions").Select("mentions.comment_id, mentions.person_id").Joins("JOIN comments ON comments.id = mentions.comment_id").
		Where("comments.case_study_id = ?", id).Order("mentions.comment_id, mentions.person_id").Find(&mentions).Error
	if err != nil {
		return err
	}
	by := map[string][]string{}
	for _, m := range mentions {
		by[m.CommentID] = append(by[m.CommentID], m.PersonID)
	}
	return eachRow(s.DB(ctx).Model(&commentRow{}).Where("case_study_id = ?", id).Order("id"), func(r commentRow) error {
		if r.Hidden != "" && r.DeletedAt == nil {
			r.DeletedAt = r.HiddenAt
		}
		return f(models.Comment{ID: r.ID, CaseStudyID: r.CaseStudyID, ParentID: r.ParentID, AuthorID: r.AuthorID, Kind: r.Kind, Body: r.Body,
			Official: r.Official, Version: r.Version, CreatedAt: r.CreatedAt, EditedAt: r.EditedAt, DeletedAt: r.DeletedAt}, by[r.ID])
	})
}

// EachAttachment calls f with every attachment, of drafts and case studies. f
// must ask nothing on the transaction in ctx.
func (s *Store) EachAttachment(ctx context.Context, f func(models.Attachment) error) error {
	return eachRow(s.DB(ctx).Model(&attachmentRow{}).Order("id"), func(r attachmentRow) error { return f(r.toModel()) })
}

// eachRow reads one row after the other, so that memory does not grow with
// them.
func eachRow[Row any](db *gorm.DB, f func(Row) error) error {
	rows, err := db.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r Row
		if err := db.ScanRows(rows, &r); err != nil {
			return err
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return rows.Err()
}
