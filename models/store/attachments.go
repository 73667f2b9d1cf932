package store

import (
	"context"
	"time"

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
}

func (attachmentRow) TableName() string { return "attachments" }

func (r attachmentRow) toModel() models.Attachment {
	return models.Attachment{ID: r.ID, CaseStudyID: r.CaseStudyID, FileName: r.FileName, ContentType: r.ContentType, Size: r.Size,
		SHA256: r.SHA256, Alt: r.Alt, UploadedBy: r.UploadedBy, CreatedAt: r.CreatedAt}
}

// AddAttachment keeps the row of an uploaded file. TooLarge when the case
// study has models.MaxAttachments already.
func (s *Store) AddAttachment(ctx context.Context, a models.Attachment) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var n int64
		if err := s.DB(ctx).Model(&attachmentRow{}).Where("case_study_id = ?", a.CaseStudyID).Count(&n).Error; err != nil {
			return err
		}
		if n >= models.MaxAttachments {
			return models.Errorf(models.TooLarge, "A case study can have %d files at most. Remove one first.", models.MaxAttachments)
		}
		return s.DB(ctx).Create(&attachmentRow{ID: a.ID, CaseStudyID: a.CaseStudyID, FileName: a.FileName, ContentType: a.ContentType, Size: a.Size,
			SHA256: a.SHA256, Alt: a.Alt, UploadedBy: a.UploadedBy, CreatedAt: a.CreatedAt}).Error
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

// Attachments lists the files of a case study in the order of their upload.
func (s *Store) Attachments(ctx context.Context, caseStudyID string) ([]models.Attachment, error) {
	var rows []attachmentRow
	err := s.DB(ctx).Where("case_study_id = ?", caseStudyID).Order("created_at, id").Find(&rows).Error
	out := make([]models.Attachment, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// DeleteAttachment removes the row of a file and tells whether no other row
// has the same content, so that the content can go too.
func (s *Store) DeleteAttachment(ctx context.Context, a models.Attachment) (last bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB(ctx).Where("id = ?", a.ID).Delete(&attachmentRow{}).Error; err != nil {
			return err
		}
		var n int64
		err := s.DB(ctx).Model(&attachmentRow{}).Where("sha256 = ?", a.SHA256).Count(&n).Error
		last = n == 0
		return err
	})
	return last, err
}
