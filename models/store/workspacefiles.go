package store

import (
	"context"
	"slices"
	"time"

	"grassroots/models"
)

type workFileRow struct {
	ID          string
	AdoptionID  *string
	FileName    string
	ContentType string
	Size        int64
	SHA256      string `gorm:"column:sha256"`
	AddedBy     string
	AddedAt     time.Time
}

func (workFileRow) TableName() string { return "workspace_files" }

var errManyFiles = models.Errorf(models.Conflict, "This workspace has %d files, which is the most that one can have. Remove what is not needed any more.", models.MaxWorkFiles)

func (s *Store) workFiles(ctx context.Context, adoptionID string) ([]models.WorkFile, error) {
	var rows []struct {
		Row  workFileRow `gorm:"embedded"`
		Name string
	}
	err := s.DB(ctx).Table("workspace_files f").Select("f.*, p.name").Joins("JOIN people p ON p.id = f.added_by").Where("f.adoption_id = ?", adoptionID).Order("f.id").Find(&rows).Error
	var out []models.WorkFile
	for _, r := range rows {
		out = append(out, models.WorkFile{ID: r.Row.ID, AdoptionID: adoptionID, FileName: r.Row.FileName, ContentType: r.Row.ContentType, Size: r.Row.Size, SHA256: r.Row.SHA256, AddedBy: r.Row.AddedBy, AddedByName: r.Name, AddedAt: r.Row.AddedAt})
	}
	return out, err
}

// AddWorkFile adds a file whose content is kept already. Its time is set. Conflict when the
// workspace has as many as it can have.
func (s *Store) AddWorkFile(ctx context.Context, f *models.WorkFile) error {
	return s.inWorkspace(ctx, f.AdoptionID, "file.add", map[string]any{"file": f.ID, "size": f.Size}, func(ctx context.Context, _ *workspaceRow) error {
		if err := s.full(ctx, "workspace_files", f.AdoptionID, models.MaxWorkFiles, errManyFiles); err != nil {
			return err
		}
		f.AddedAt = s.Now()
		return s.DB(ctx).Create(&workFileRow{f.ID, &f.AdoptionID, f.FileName, f.ContentType, f.Size, f.SHA256, f.AddedBy, f.AddedAt}).Error
	})
}

// RemoveWorkFile takes a file out of a workspace; its content is for the caller to forget.
// NotFound when it is gone.
func (s *Store) RemoveWorkFile(ctx context.Context, adoptionID, id string) error {
	return s.removeWork(ctx, adoptionID, "file.remove", id, &workFileRow{}, 0)
}

// DropWorkFiles removes the rows of files whose workspace is gone, limit at a time, and
// gives the names of their contents to forget, in the transaction. done tells that there
// are no more.
func (s *Store) DropWorkFiles(ctx context.Context, limit int, forget func(ctx context.Context, sums []string) error) (done bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		var sums []string
		if err := s.DB(ctx).Raw("DELETE FROM workspace_files WHERE id IN (SELECT id FROM workspace_files WHERE adoption_id IS NULL ORDER BY id LIMIT ?) RETURNING sha256", limit).Scan(&sums).Error; err != nil {
			return err
		}
		done = len(sums) < limit
		slices.Sort(sums)
		return forget(ctx, slices.Compact(sums))
	})
	return done, err
}
