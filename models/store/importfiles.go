package store

import (
	"context"
	"time"
)

// ImportFile is a file that somebody sent, between its trial and its import.
type ImportFile struct {
	ID        string
	PersonID  string
	FileName  string
	Content   []byte
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

// TableName implements gorm's Tabler.
func (ImportFile) TableName() string { return "import_files" }

// importFileLife is how long a file waits for who sent it to decide.
const importFileLife = 24 * time.Hour

// KeepImportFile keeps a file and gives it an id. Those that nobody has come
// back to within a day go.
func (s *Store) KeepImportFile(ctx context.Context, f *ImportFile) error {
	f.ID, f.CreatedAt = s.NewID(), s.Now()
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB(ctx).Where("created_at < ?", s.Now().Add(-importFileLife)).Delete(&ImportFile{}).Error; err != nil {
			return err
		}
		return s.DB(ctx).Create(f).Error
	})
}

// ImportFile gives a file that a person sent within the last day. NotFound when
// there is none.
func (s *Store) ImportFile(ctx context.Context, id, personID string) (ImportFile, error) {
	var f ImportFile
	err := s.DB(Fresh(ctx)).Take(&f, "id = ? AND person_id = ? AND created_at >= ?", id, personID, s.Now().Add(-importFileLife)).Error
	return f, notFound(err, "That file")
}

// DeleteImportFile forgets a file; one that is not there is no error.
func (s *Store) DeleteImportFile(ctx context.Context, id string) error {
	return s.DB(ctx).Where("id = ?", id).Delete(&ImportFile{}).Error
}
