package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type copyRow struct {
	CaseStudyID string `gorm:"primaryKey"`
	OriginID    string
	URL         string `gorm:"column:url"`
	Revision    int
	Status      models.Status
	Signed      string
	SignedBy    string
	FetchedAt   time.Time
	CheckedAt   time.Time
	Fault       string
	Dropped     bool
}

func (copyRow) TableName() string { return "exchange_copies" }

// copyColumns is what CaseStudy and TextsByID read of a copy along with the
// case study, by withCopy.
type copyColumns struct {
	CopyOriginID  *string
	CopyOriginURL *string
	CopyURL       *string
	CopyRevision  *int
	CopyStatus    *models.Status
	CopyFetchedAt *time.Time
	CopyCheckedAt *time.Time
	CopyFault     *string
	CopyDropped   *bool
	CopyPausedAt  *time.Time
	CopyRemovedAt *time.Time
}

const copySelect = ", exchange_copies.origin_id AS copy_origin_id, exchange_origins.url AS copy_origin_url, exchange_copies.url AS copy_url, " +
	"exchange_copies.revision AS copy_revision, exchange_copies.status AS copy_status, exchange_copies.fetched_at AS copy_fetched_at, " +
	"exchange_copies.checked_at AS copy_checked_at, exchange_copies.fault AS copy_fault, " +
	"exchange_copies.dropped AS copy_dropped, exchange_origins.paused_at AS copy_paused_at, " +
	"exchange_origins.removed_at AS copy_removed_at"

// withCopy joins what is kept of a case study that is a copy.
func withCopy(db *gorm.DB) *gorm.DB {
	return db.Joins("LEFT JOIN exchange_copies ON exchange_copies.case_study_id = case_studies.id").
		Joins("LEFT JOIN exchange_origins ON exchange_origins.id = exchange_copies.origin_id")
}

func (c copyColumns) toModel() *models.Copy {
	if c.CopyOriginID == nil {
		return nil
	}
	return &models.Copy{OriginID: *c.CopyOriginID, OriginURL: *c.CopyOriginURL, URL: *c.CopyURL, Revision: *c.CopyRevision, Status: *c.CopyStatus,
		FetchedAt: *c.CopyFetchedAt, CheckedAt: *c.CopyCheckedAt, Fault: *c.CopyFault,
		Dropped: *c.CopyDropped, Followed: c.CopyPausedAt == nil && c.CopyRemovedAt == nil}
}

// SavedCopy is what is kept of a copy beside the case study.
type SavedCopy struct {
	CaseStudyID string
	OriginID    string
	URL         string
	Revision    int
	Signed      string
	SignedBy    string
}

// SaveCopy notes that a case study is a copy of one elsewhere that is to be
// read there, as it was signed; nothing is wrong with it any more. What a
// moderator here has said of it stands.
func (s *Store) SaveCopy(ctx context.Context, c SavedCopy) error {
	now := s.Now()
	row := copyRow{CaseStudyID: c.CaseStudyID, OriginID: c.OriginID, URL: c.URL, Revision: c.Revision, Status: models.Published, Signed: c.Signed, SignedBy: c.SignedBy,
		FetchedAt: now, CheckedAt: now}
	return s.DB(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "case_study_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"origin_id", "url", "revision", "status", "signed", "signed_by", "fetched_at", "checked_at", "fault", "dropped"})}).Create(&row).Error
}

// KeptCopy is a copy with what was signed at its origin.
type KeptCopy struct {
	models.Copy
	CaseStudyID string
	Signed      string
	SignedBy    string
}

func (r copyRow) toModel() KeptCopy {
	return KeptCopy{CaseStudyID: r.CaseStudyID, Signed: r.Signed, SignedBy: r.SignedBy, Copy: models.Copy{OriginID: r.OriginID, URL: r.URL, Revision: r.Revision,
		Status: r.Status, FetchedAt: r.FetchedAt, CheckedAt: r.CheckedAt, Fault: r.Fault, Dropped: r.Dropped}}
}

// CopyOf gives what is kept of a copy. NotFound when the case study is none.
// The address of its origin is not read.
func (s *Store) CopyOf(ctx context.Context, id string) (KeptCopy, error) {
	var r copyRow
	if err := s.DB(ctx).Take(&r, "case_study_id = ?", id).Error; err != nil {
		return KeptCopy{}, notFound(err, "That copy")
	}
	return r.toModel(), nil
}

// CopiesAfter lists copies in the order of their ids, after one; of one origin
// when its id is given. The addresses of origins are not read.
func (s *Store) CopiesAfter(ctx context.Context, originID, after string, limit int) ([]KeptCopy, error) {
	db := s.DB(ctx).Where("case_study_id > ?", after)
	if originID != "" {
		db = db.Where("origin_id = ?", originID)
	}
	var rows []copyRow
	err := db.Order("case_study_id").Limit(limit).Find(&rows).Error
	out := make([]KeptCopy, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// CountCopies counts the copies of each origin: all, those that readers see and
// those that something is wrong with.
func (s *Store) CountCopies(ctx context.Context) (map[string]CopyCount, error) {
	var rows []struct {
		OriginID           string
		Total, Shown, Weak int
	}
	err := s.DB(ctx).Table("exchange_copies").Select("exchange_copies.origin_id, COUNT(*) AS total, " +
		"SUM(CASE WHEN case_studies.status = 'published' THEN 1 ELSE 0 END) AS shown, SUM(CASE WHEN exchange_copies.fault <> '' THEN 1 ELSE 0 END) AS weak").
		Joins("JOIN case_studies ON case_studies.id = exchange_copies.case_study_id").Group("exchange_copies.origin_id").Scan(&rows).Error
	out := map[string]CopyCount{}
	for _, r := range rows {
		out[r.OriginID] = CopyCount{r.Total, r.Shown, r.Weak}
	}
	return out, err
}

// CopyCount is how many copies there are of an origin.
type CopyCount struct{ Total, Shown, AtFault int }

// CopyAtFault is a copy that is not what was signed.
type CopyAtFault struct {
	CaseStudyID, Slug, Title, OriginID, Fault string
}

// CopiesAtFault lists the copies that something is wrong with.
func (s *Store) CopiesAtFault(ctx context.Context, limit int) ([]CopyAtFault, error) {
	var rows []CopyAtFault
	err := s.DB(ctx).Table("exchange_copies").Select("exchange_copies.case_study_id, case_studies.slug, case_studies.title, exchange_copies.origin_id, exchange_copies.fault").
		Joins("JOIN case_studies ON case_studies.id = exchange_copies.case_study_id").Where("exchange_copies.fault <> ''").
		Order("exchange_copies.case_study_id").Limit(limit).Scan(&rows).Error
	return rows, err
}

// NoteCheck keeps what came of checking a copy: that it is what was signed, or
// what is wrong with it.
func (s *Store) NoteCheck(ctx context.Context, id, fault string) error {
	values := map[string]any{"fault": fault}
	if fault == "" {
		values["checked_at"] = s.Now()
	}
	return s.DB(ctx).Model(&copyRow{}).Where("case_study_id = ?", id).Updates(values).Error
}

// SetCopyStatus keeps whether a copy is published where it is from.
func (s *Store) SetCopyStatus(ctx context.Context, id string, status models.Status) error {
	return s.changeCopy(ctx, id, map[string]any{"status": status})
}

// DropCopy withdraws a copy because its origin was removed.
func (s *Store) DropCopy(ctx context.Context, id string) error {
	return s.changeCopy(ctx, id, map[string]any{"dropped": true})
}

func (s *Store) changeCopy(ctx context.Context, id string, values map[string]any) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		done := s.DB(ctx).Model(&copyRow{}).Where("case_study_id = ?", id).Updates(values)
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound(gorm.ErrRecordNotFound, "That copy")
		}
		if done.Error != nil {
			return done.Error
		}
		return s.ShowCopy(ctx, id)
	})
}

// ShowCopy shows or withdraws a copy as its origin wants it. One that a measure
// hides stays hidden.
func (s *Store) ShowCopy(ctx context.Context, id string) error {
	c, err := s.CopyOf(ctx, id)
	if err != nil {
		return err
	}
	var hidden string
	if err := s.DB(ctx).Table("case_studies").Where("id = ?", id).Pluck("hidden", &hidden).Error; err != nil || hidden != "" {
		return err
	}
	return s.SetStatus(ctx, id, c.Shown())
}

// Listing is what lists show of a case study, and by which rules its page was
// rendered.
type Listing struct {
	Title, Summary, Organisation, Byline string

	Stage models.Stage
	Tags  []string
	Rules int
}

// ListedAs gives what lists show of a case study. NotFound when there is none.
func (s *Store) ListedAs(ctx context.Context, id string) (Listing, error) {
	var r struct {
		Row   caseStudyRow `gorm:"embedded"`
		Rules int
	}
	err := s.DB(ctx).Table("case_studies").Select("case_studies.*, revisions.rules").
		Joins("JOIN revisions ON revisions.case_study_id = case_studies.id AND revisions.number = case_studies.revision").
		Where("case_studies.id = ?", id).Take(&r).Error
	return Listing{Title: r.Row.Title, Summary: r.Row.Summary, Organisation: r.Row.Organisation, Byline: r.Row.Byline, Stage: r.Row.Stage, Tags: r.Row.Tags, Rules: r.Rules},
		notFound(err, "That case study")
}
