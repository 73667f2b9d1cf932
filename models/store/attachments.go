package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type attachmentRow struct {
	ID          string
	CaseStudyID string
	FileName    string
	ContentType string
	Size        int64
	SHA256      string `gorm:"column:sha256"`
	Alt         string
	UploadedBy  string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	Published   bool
	Removed     bool
}

func (attachmentRow) TableName() string { return "attachments" }

func (r attachmentRow) toModel() models.Attachment {
	return models.Attachment{ID: r.ID, CaseStudyID: r.CaseStudyID, FileName: r.FileName, ContentType: r.ContentType, Size: r.Size,
		SHA256: r.SHA256, Alt: r.Alt, UploadedBy: r.UploadedBy, CreatedAt: r.CreatedAt, Published: r.Published, Removed: r.Removed}
}

// AddAttachment keeps the row of an uploaded file. TooLarge when the case
// study has models.MaxAttachments already.
func (s *Store) AddAttachment(ctx context.Context, a models.Attachment) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var n int64
		if err := s.DB(ctx).Model(&attachmentRow{}).Where("case_study_id = ? AND removed = ?", a.CaseStudyID, false).Count(&n).Error; err != nil {
			return err
		}
		if n >= models.MaxAttachments {
			return models.Errorf(models.TooLarge, "A case study can have %d files at most. Remove one first.", models.MaxAttachments)
		}
		return s.DB(ctx).Create(&attachmentRow{ID: a.ID, CaseStudyID: a.CaseStudyID, FileName: a.FileName, ContentType: a.ContentType, Size: a.Size,
			SHA256: a.SHA256, Alt: a.Alt, UploadedBy: a.UploadedBy, CreatedAt: a.CreatedAt, Published: a.Published, Removed: a.Removed}).Error
	})
}

// Attachment gives the row of one file. NotFound when there is none.
func (s *Store) Attachment(ctx context.Context, id string) (models.Attachment, error) {
	var r attachmentRow
	if err := s.DB(ctx).Take(&r, "id = ?", id).Error; err != nil {
		return models.Attachment{}, notFound(err, "That file")
	}
	return r.toModel(), nil
}

// Attachments lists the files of a case study that its readers see, in the
// order of their upload.
func (s *Store) Attachments(ctx context.Context, caseStudyID string) ([]models.Attachment, error) {
	return s.attachments(s.DB(ctx).Where("published = ?", true), caseStudyID)
}

// DraftAttachments lists all files of a case study and its draft, those too
// that are to be published or taken away with the draft.
func (s *Store) DraftAttachments(ctx context.Context, caseStudyID string) ([]models.Attachment, error) {
	return s.attachments(s.DB(ctx), caseStudyID)
}

func (s *Store) attachments(db *gorm.DB, caseStudyID string) ([]models.Attachment, error) {
	var rows []attachmentRow
	err := db.Where("case_study_id = ?", caseStudyID).Order("created_at, id").Find(&rows).Error
	out := make([]models.Attachment, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// RemoveAttachment takes a file away from a draft, or with removed false puts
// it back. One that readers see stays for them until the draft is published;
// any other goes at once, and its content's name is given.
func (s *Store) RemoveAttachment(ctx context.Context, a models.Attachment, removed bool) (gone []string, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		gone = nil
		r := s.DB(ctx).Exec("UPDATE attachments SET removed = ? WHERE id = ? AND published = ?", removed, a.ID, true)
		if r.Error != nil || r.RowsAffected > 0 || !removed {
			return r.Error
		}
		gone = []string{a.SHA256}
		return s.DB(ctx).Where("id = ?", a.ID).Delete(&attachmentRow{}).Error
	})
	return gone, err
}

// PublishAttachments makes the files of a draft those that readers see, and
// gives the names of the contents that it took away.
func (s *Store) PublishAttachments(ctx context.Context, caseStudyID string) (gone []string, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		if gone, err = s.dropAttachments(ctx, "case_study_id = ? AND removed = ?", caseStudyID, true); err != nil {
			return err
		}
		return s.DB(ctx).Exec("UPDATE attachments SET published = ? WHERE case_study_id = ? AND published = ?", true, caseStudyID, false).Error
	})
	return gone, err
}

// PublishReferenced lets readers see those of the files of a case study that
// its published text shows.
func (s *Store) PublishReferenced(ctx context.Context, caseStudyID string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.DB(ctx).Exec("UPDATE attachments SET published = ? WHERE case_study_id = ? AND published = ? AND id IN ?", true, caseStudyID, false, ids).Error
}

// DiscardAttachments takes away what only a draft has, puts back what only it
// has removed, and gives the names of the contents that it took away.
func (s *Store) DiscardAttachments(ctx context.Context, caseStudyID string) (gone []string, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		if gone, err = s.dropAttachments(ctx, "case_study_id = ? AND published = ?", caseStudyID, false); err != nil {
			return err
		}
		return s.DB(ctx).Exec("UPDATE attachments SET removed = ? WHERE case_study_id = ? AND removed = ?", false, caseStudyID, true).Error
	})
	return gone, err
}

// dropAttachments removes rows and gives the names of their contents.
func (s *Store) dropAttachments(ctx context.Context, where string, args ...any) ([]string, error) {
	var gone []string
	err := s.DB(ctx).Model(&attachmentRow{}).Where(where, args...).Order("id").Pluck("sha256", &gone).Error
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	return gone, s.DB(ctx).Where(where, args...).Delete(&attachmentRow{}).Error
}

// ContentInUse tells whether any file, an answer to a campaign, the cover of one or a file
// of a workspace has a content.
func (s *Store) ContentInUse(ctx context.Context, sum string) (bool, error) {
	var n int64
	err := s.DB(ctx).Raw("SELECT (SELECT COUNT(*) FROM attachments WHERE sha256 = ?) + (SELECT COUNT(*) FROM campaigns WHERE cover = ?) + (SELECT COUNT(*) FROM campaign_files WHERE sha256 = ?) + (SELECT COUNT(*) FROM workspace_files WHERE sha256 = ?)", sum, sum, sum, sum).Scan(&n).Error
	return n > 0, err
}

// DropFiles removes files of a case study. Their contents stay until the next
// clearing up, since others may have the same.
func (s *Store) DropFiles(ctx context.Context, caseStudyID string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.DB(ctx).Where("case_study_id = ? AND id IN ?", caseStudyID, ids).Delete(&attachmentRow{}).Error
}
