package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type exchangeKeyRow struct {
	Number    int64 `gorm:"primaryKey;autoIncrement:false"`
	ID        string
	Sealed    string
	Handover  string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (exchangeKeyRow) TableName() string { return "exchange_keys" }

// ExchangeKeys lists the keys with which this instance has signed, the one of
// the present last.
func (s *Store) ExchangeKeys(ctx context.Context) ([]models.ExchangeKey, error) {
	var rows []exchangeKeyRow
	err := s.DB(ctx).Order("number").Find(&rows).Error
	out := make([]models.ExchangeKey, len(rows))
	for i, r := range rows {
		out[i] = models.ExchangeKey(r)
	}
	return out, err
}

// AddExchangeKey makes a key the one of the present. A Conflict says that its
// number is taken: another node was first.
func (s *Store) AddExchangeKey(ctx context.Context, k models.ExchangeKey) error {
	row := exchangeKeyRow(k)
	return conflictOr(s.DB(ctx).Create(&row).Error, "Another key was made at the same moment.")
}

type exchangeLogRow struct {
	CaseStudyID string `gorm:"primaryKey"`
	Position    int64
	Revision    int
	Status      models.Status
}

func (exchangeLogRow) TableName() string { return "exchange_log" }

type exchangeEndRow struct {
	ID       int64 `gorm:"primaryKey;autoIncrement:false"`
	Position int64
}

func (exchangeEndRow) TableName() string { return "exchange_ends" }

// numberBatch is how many case studies are looked at in one transaction.
const numberBatch = 500

// NumberExchange gives every change of a case study that is this instance's own
// and has none yet its place in the list for other instances. A place is given
// after the write is there for all to see, and by one transaction at a time: so
// none appears below one that somebody has read already.
func (s *Store) NumberExchange(ctx context.Context) error {
	var any []string
	if err := s.DB(ctx).Model(&caseStudyRow{}).Where("changes > exchanged").Limit(1).Pluck("id", &any).Error; err != nil || len(any) == 0 {
		return err
	}
	for {
		var n int
		err := s.Tx(ctx, func(ctx context.Context) error {
			var err error
			n, err = s.numberSome(ctx)
			return err
		})
		if err != nil || n < numberBatch {
			return err
		}
	}
}

type unnumbered struct {
	ID       string
	Revision int
	Status   models.Status
	Changes  int64
	Copied   bool
	Told     bool
	WasAt    int
	Was      models.Status
}

func (s *Store) numberSome(ctx context.Context) (int, error) {
	if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&exchangeEndRow{ID: 1}).Error; err != nil {
		return 0, err
	}
	var end exchangeEndRow
	if err := s.forUpdate(ctx).Take(&end, "id = ?", 1).Error; err != nil {
		return 0, err
	}
	var rows []unnumbered
	err := s.DB(ctx).Table("case_studies").
		Select("case_studies.id, case_studies.revision, case_studies.status, case_studies.changes, exchange_copies.case_study_id IS NOT NULL AS copied, " +
			"exchange_log.case_study_id IS NOT NULL AS told, COALESCE(exchange_log.revision, 0) AS was_at, COALESCE(exchange_log.status, '') AS was").
		Joins("LEFT JOIN exchange_log ON exchange_log.case_study_id = case_studies.id").
		Joins("LEFT JOIN exchange_copies ON exchange_copies.case_study_id = case_studies.id").
		Where("case_studies.changes > case_studies.exchanged").Order("case_studies.id").Limit(numberBatch).Scan(&rows).Error
	if err != nil {
		return 0, err
	}
	before := end.Position
	for _, r := range rows {
		if r.tells() {
			end.Position++
			row := exchangeLogRow{CaseStudyID: r.ID, Position: end.Position, Revision: r.Revision, Status: r.Status}
			if err := s.DB(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
				return 0, err
			}
		}
		// What was written since the row was read is looked at the next time.
		if err := s.DB(ctx).Exec("UPDATE case_studies SET exchanged = ? WHERE id = ?", r.Changes, r.ID).Error; err != nil {
			return 0, err
		}
	}
	if end.Position == before {
		return len(rows), nil
	}
	return len(rows), s.DB(ctx).Exec("UPDATE exchange_ends SET position = ? WHERE id = 1", end.Position).Error
}

// tells tells whether there is something to tell others: not of copies, nor of
// votes, nor of what nobody was told of and is gone again.
func (r unnumbered) tells() bool {
	switch {
	case r.Copied:
		return false
	case !r.Told:
		return r.Status == models.Published
	}
	return r.Revision != r.WasAt || r.Status != r.Was
}

// ExchangeChanges lists what became of this instance's case studies after a
// position, and gives the position of the last change of all.
func (s *Store) ExchangeChanges(ctx context.Context, after int64, limit int) (list []models.ExchangeChange, last int64, err error) {
	err = s.View(ctx, func(ctx context.Context) error {
		var end []int64
		if err := s.DB(ctx).Model(&exchangeEndRow{}).Pluck("position", &end).Error; err != nil {
			return err
		}
		for _, n := range end {
			last = n
		}
		var rows []exchangeLogRow
		if err := s.DB(ctx).Where("position > ?", after).Order("position").Limit(limit).Find(&rows).Error; err != nil {
			return err
		}
		list = make([]models.ExchangeChange, len(rows))
		for i, r := range rows {
			list[i] = models.ExchangeChange(r)
		}
		return nil
	})
	return list, last, err
}
