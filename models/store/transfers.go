package store

import (
	"context"
	"time"

	"grassroots/models"
)

// Transfer is an import or an export of a bundle that an admin asked for in the
// browser, and how far it is. Its file is kept in parts with the uploads, under
// its id.
type Transfer struct {
	ID           string
	Kind         string // TransferImport or TransferExport
	State        string // one of the Transfer… states
	PersonID     string
	Organisation string // ODS code that an export is narrowed to
	Since        *time.Time
	FileName     string
	Size         int64 // of the file, in bytes
	Parts        int
	Done, Total  int       // case studies, while a job is at work
	Report       string    // JSON that the feature makes
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// The kinds of a transfer.
const (
	TransferImport = "import"
	TransferExport = "export"
)

// The states of a transfer. An import goes from receiving over checking to
// checked or refused, and on to importing and imported; an export from exporting
// to ready. Either may end as failed.
const (
	TransferReceiving = "receiving"
	TransferChecking  = "checking"
	TransferChecked   = "checked"
	TransferRefused   = "refused"
	TransferImporting = "importing"
	TransferImported  = "imported"
	TransferExporting = "exporting"
	TransferReady     = "ready"
	TransferFailed    = "failed"
)

// TransferLife is how long a transfer and its file are kept after they changed
// last.
const TransferLife = 3 * 24 * time.Hour

// NewTransfer keeps a transfer and gives it an id and times.
func (s *Store) NewTransfer(ctx context.Context, t *Transfer) error {
	t.ID, t.CreatedAt = s.NewID(), s.Now()
	t.UpdatedAt = t.CreatedAt
	return s.DB(ctx).Create(t).Error
}

// Transfer gives a transfer by its id. NotFound when there is none.
func (s *Store) Transfer(ctx context.Context, id string) (Transfer, error) {
	var t Transfer
	err := s.DB(Fresh(ctx)).Take(&t, "id = ?", id).Error
	return t, notFound(err, "That transfer")
}

// Transfers lists a person's transfers of a kind, the newest first, 20 at most.
func (s *Store) Transfers(ctx context.Context, personID, kind string) ([]Transfer, error) {
	var list []Transfer
	err := s.DB(Fresh(ctx)).Where("person_id = ? AND kind = ?", personID, kind).Order("created_at DESC, id DESC").Limit(20).Find(&list).Error
	return list, err
}

// MoveTransfer takes a transfer from one state to what t has: its state, parts,
// size and report. Conflict when it is not in that state any more.
func (s *Store) MoveTransfer(ctx context.Context, from string, t *Transfer) error {
	t.UpdatedAt = s.Now()
	r := s.DB(ctx).Model(&Transfer{}).Where("id = ? AND state = ?", t.ID, from).
		Select("state", "parts", "size", "done", "total", "report", "updated_at").Updates(t)
	if r.Error == nil && r.RowsAffected == 0 {
		return models.E(models.Conflict, "This has moved on meanwhile. Open its page again.")
	}
	return r.Error
}

// TransferProgress notes how far a transfer is.
func (s *Store) TransferProgress(ctx context.Context, id string, done, total int) error {
	return s.DB(ctx).Model(&Transfer{}).Where("id = ?", id).
		Updates(map[string]any{"done": done, "total": total, "updated_at": s.Now()}).Error
}

// OldTransfers lists the ids of transfers that nobody has come back to for
// TransferLife.
func (s *Store) OldTransfers(ctx context.Context) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Model(&Transfer{}).Where("updated_at < ?", s.Now().Add(-TransferLife)).Limit(1000).Pluck("id", &ids).Error
	return ids, err
}

// DeleteTransfer forgets a transfer; one that is not there is no error.
func (s *Store) DeleteTransfer(ctx context.Context, id string) error {
	return s.DB(ctx).Where("id = ?", id).Delete(&Transfer{}).Error
}
