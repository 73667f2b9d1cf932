package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type bounceRow struct {
	PersonID  string `gorm:"primaryKey"`
	Address   string
	Bounces   int
	Reason    string
	LastAt    time.Time
	StoppedAt *time.Time
}

func (bounceRow) TableName() string { return "mail_bounces" }

const (
	// mostBounces is how often e-mail may come back before none is sent.
	mostBounces = 3
	// bouncesFor is for how long one that came back counts.
	bouncesFor = 30 * 24 * time.Hour
)

// NoteBounce notes that an e-mail to an address of somebody came back for good,
// and why, in words without addresses. After the third within 30 days, or at once
// when gone says that there is no such address, nothing that can be done without
// is sent there. An address that is nobody's is no error.
func (s *Store) NoteBounce(ctx context.Context, address, reason string, gone bool) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		p, err := s.PersonByEmail(ctx, strings.ToLower(address))
		if models.KindOf(err) == models.NotFound {
			return s.invitationBounced(ctx, "address = ? AND address <> ''", strings.ToLower(address))
		}
		if err == nil {
			err = s.HoldPerson(ctx, p.ID)
		}
		if err != nil {
			return err
		}
		row, now := bounceRow{PersonID: p.ID}, s.Now()
		if err := s.DB(ctx).Limit(1).Find(&row, "person_id = ?", p.ID).Error; err != nil {
			return err
		}
		if row.Address != p.Email || row.LastAt.Before(now.Add(-bouncesFor)) && row.StoppedAt == nil {
			row = bounceRow{PersonID: p.ID, Address: p.Email}
		}
		row.Bounces, row.Reason, row.LastAt = row.Bounces+1, models.Truncate(models.CleanLine(reason), 200), now
		if row.StoppedAt == nil && (gone || row.Bounces >= mostBounces) {
			row.StoppedAt = &now
			Note(ctx, "email.bounce", p.ID, nil, map[string]any{"bounces": row.Bounces, "stopped": true})
			if err := s.invitationBounced(ctx, "person_id = ?", p.ID); err != nil {
				return err
			}
		}
		return s.DB(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, UpdateAll: true}).Create(&row).Error
	})
}

// BouncingSince gives since when nothing that can be done without is sent to the
// address of a person, because too much of it came back; nil while it is.
func (s *Store) BouncingSince(ctx context.Context, p *models.Person) (*time.Time, error) {
	var row bounceRow
	err := s.DB(ctx).Limit(1).Find(&row, "person_id = ? AND address = ?", p.ID, strings.ToLower(p.Email)).Error
	return row.StoppedAt, err
}

// AddressProved notes that an e-mail to a person has reached them, so that more
// of it is sent again. It is no error when none had come back.
func (s *Store) AddressProved(ctx context.Context, personID string) error {
	done := s.DB(ctx).Exec("DELETE FROM mail_bounces WHERE person_id = ?", personID)
	if done.Error == nil && done.RowsAffected > 0 {
		Note(ctx, "email.proved", personID, nil, nil)
	}
	return done.Error
}

// CountUnmailed counts the people to whom no e-mail about what happens goes:
// because too much came back, and because their mailboxes complained.
func (s *Store) CountUnmailed(ctx context.Context) (bouncing, complained int, err error) {
	err = s.DB(ctx).Raw(`SELECT (SELECT COUNT(*) FROM mail_bounces b JOIN people p ON p.id = b.person_id AND p.email = b.address WHERE b.stopped_at IS NOT NULL),
		(SELECT COUNT(*) FROM notify_settings WHERE stopped_at IS NOT NULL AND stopped_why = ?)`, models.StoppedByComplaint).Row().Scan(&bouncing, &complained)
	return bouncing, complained, err
}
