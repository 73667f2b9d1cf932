package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type campaignFileRow struct {
	ID          string
	CampaignID  *string
	QuestionID  string
	EntryID     *string
	UploadedBy  string
	FileName    string
	ContentType string
	Size        int64
	SHA256      string `gorm:"column:sha256"`
	Words       string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	DropAt      *time.Time
}

func (campaignFileRow) TableName() string { return "campaign_files" }

func (r campaignFileRow) toModel() models.CampaignFile {
	f := models.CampaignFile{ID: r.ID, QuestionID: r.QuestionID, UploadedBy: r.UploadedBy, FileName: r.FileName, ContentType: r.ContentType, Size: r.Size, SHA256: r.SHA256, Words: r.Words, CreatedAt: r.CreatedAt}
	if r.CampaignID != nil {
		f.CampaignID = *r.CampaignID
	}
	if r.EntryID != nil {
		f.EntryID = *r.EntryID
	}
	return f
}

// AddCampaignFile keeps the row of a file that no entry has yet, for models.FilesAside.
// Beyond models.MaxFilesAside of a person's in a campaign the oldest go.
func (s *Store) AddCampaignFile(ctx context.Context, f models.CampaignFile) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now := s.Now()
		drop := now.Add(models.FilesAside)
		Note(ctx, "campaign.file-add", f.CampaignID, nil, map[string]any{"file": f.ID, "question": f.QuestionID, "size": f.Size})
		err := s.DB(ctx).Create(&campaignFileRow{ID: f.ID, CampaignID: &f.CampaignID, QuestionID: f.QuestionID, UploadedBy: f.UploadedBy, FileName: f.FileName, ContentType: f.ContentType, Size: f.Size,
			SHA256: f.SHA256, Words: f.Words, CreatedAt: f.CreatedAt, DropAt: &drop}).Error
		if err != nil {
			return err
		}
		return s.DB(ctx).Exec(`UPDATE campaign_files SET drop_at = ? WHERE drop_at > ? AND id IN (SELECT id FROM campaign_files WHERE campaign_id = ? AND uploaded_by = ? AND entry_id IS NULL AND drop_at > ? ORDER BY id DESC LIMIT 1000 OFFSET ?)`,
			now, now, f.CampaignID, f.UploadedBy, now, models.MaxFilesAside).Error
	})
}

func (s *Store) campaignFiles(ctx context.Context, where func(*gorm.DB) *gorm.DB) ([]models.CampaignFile, error) {
	var rows []campaignFileRow
	err := where(s.DB(ctx).Where("(drop_at IS NULL OR drop_at > ?)", s.Now())).Find(&rows).Error
	out := make([]models.CampaignFile, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// CampaignFile gives the row of a file. NotFound when there is none.
func (s *Store) CampaignFile(ctx context.Context, id string) (models.CampaignFile, error) {
	list, err := s.CampaignFiles(ctx, []string{id})
	if err != nil {
		return models.CampaignFile{}, err
	}
	f, ok := list[id]
	if !ok {
		return f, models.ErrNoSuchFile
	}
	return f, nil
}

// CampaignFiles gives the rows of files by their ids, as far as they are there.
func (s *Store) CampaignFiles(ctx context.Context, ids []string) (map[string]models.CampaignFile, error) {
	out := map[string]models.CampaignFile{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := s.campaignFiles(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("id IN ?", ids) })
	for _, f := range list {
		out[f.ID] = f
	}
	return out, err
}

// FilesAside gives the files that somebody has in a campaign and no entry has, the newest
// first.
func (s *Store) FilesAside(ctx context.Context, campaignID, personID string) ([]models.CampaignFile, error) {
	return s.campaignFiles(ctx, func(db *gorm.DB) *gorm.DB {
		return db.Where("campaign_id = ? AND uploaded_by = ? AND entry_id IS NULL AND drop_at IS NOT NULL", campaignID, personID).Order("id DESC")
	})
}

// GiveFiles makes files those of an entry, by the ids of the questions that they answer,
// and takes away whatever other files it has. Each has to be of the entry already, or one
// of personID's that no entry has: Invalid for the question where it is neither.
func (s *Store) GiveFiles(ctx context.Context, e *models.CampaignEntry, personID string, files map[string]string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now := s.Now()
		ids := []string{""}
		for _, question := range slices.Sorted(maps.Keys(files)) {
			done := s.DB(ctx).Exec("UPDATE campaign_files SET entry_id = ?, drop_at = NULL WHERE id = ? AND campaign_id = ? AND question_id = ? AND (entry_id = ? OR entry_id IS NULL AND uploaded_by = ? AND drop_at > ?)",
				e.ID, files[question], e.CampaignID, question, e.ID, personID, now)
			if done.Error == nil && done.RowsAffected == 0 {
				return models.InvalidField(models.CampaignQuestion{ID: question}.Field(), "This file was taken away or replaced meanwhile. Choose it again")
			}
			if done.Error != nil {
				return done.Error
			}
			ids = append(ids, files[question])
		}
		return s.DB(ctx).Exec("UPDATE campaign_files SET entry_id = NULL, drop_at = ? WHERE entry_id = ? AND id NOT IN ?", now, e.ID, ids).Error
	})
}

// DropAside takes away a file of a person's that no entry has. That it is gone already is
// no error.
func (s *Store) DropAside(ctx context.Context, id, personID string) error {
	return s.DB(ctx).Exec("UPDATE campaign_files SET drop_at = ? WHERE id = ? AND uploaded_by = ? AND entry_id IS NULL AND drop_at > ?", s.Now(), id, personID, s.Now()).Error
}

// DropCampaignFiles removes the rows of files that nothing has any more, limit at a time,
// and gives the names of their contents to forget, in the transaction. done tells that
// there are no more.
func (s *Store) DropCampaignFiles(ctx context.Context, limit int, forget func(ctx context.Context, sums []string) error) (done bool, err error) {
	const gone = "drop_at <= ? OR entry_id IS NULL AND drop_at IS NULL OR campaign_id IS NULL"
	var any int64
	if err := s.DB(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM campaign_files WHERE "+gone+" LIMIT 1) AS g", s.Now()).Scan(&any).Error; err != nil || any == 0 {
		return true, err
	}
	err = s.Tx(ctx, func(ctx context.Context) error {
		var sums []string
		if err := s.DB(ctx).Raw("DELETE FROM campaign_files WHERE id IN (SELECT id FROM campaign_files WHERE "+gone+" ORDER BY id LIMIT ?) RETURNING sha256", s.Now(), limit).Scan(&sums).Error; err != nil {
			return err
		}
		done = len(sums) < limit
		slices.Sort(sums)
		return forget(ctx, slices.Compact(sums))
	})
	return done, err
}

// KeepAnswers keeps what somebody answers to the questions of a campaign for an idea that
// no entry has yet, in place of what was kept before; none forgets that.
func (s *Store) KeepAnswers(ctx context.Context, campaignID, personID string, answers []models.EntryAnswer) error {
	answers = slices.DeleteFunc(slices.Clone(answers), func(a models.EntryAnswer) bool { return a.Answer == "" })
	if len(answers) == 0 {
		return s.exec(ctx, "DELETE FROM campaign_answers_aside WHERE campaign_id = ? AND person_id = ?", campaignID, personID)
	}
	return s.exec(ctx, "INSERT INTO campaign_answers_aside (campaign_id, person_id, answers, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (campaign_id, person_id) DO UPDATE SET answers = excluded.answers, created_at = excluded.created_at",
		campaignID, personID, jsonList[models.EntryAnswer](answers), s.Now())
}

// KeptAnswers gives what KeepAnswers kept, nothing where there is none.
func (s *Store) KeptAnswers(ctx context.Context, campaignID, personID string) ([]models.EntryAnswer, error) {
	var rows []struct{ Answers jsonList[models.EntryAnswer] }
	err := s.DB(ctx).Raw("SELECT answers FROM campaign_answers_aside WHERE campaign_id = ? AND person_id = ?", campaignID, personID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0].Answers, nil
}
