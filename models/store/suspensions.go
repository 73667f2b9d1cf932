package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"grassroots/models"
)

// measured tells of a person whether addMeasures would find something.
const measured = `EXISTS (SELECT 1 FROM measures WHERE ` + onPerson + ` AND measures.subject_id = people.id)`

// onPerson are the measures that a person's own requests have to do with.
const onPerson = "measures.kind = 'person' AND measures.lifted_at IS NULL AND (measures.action = 'suspend' OR measures.action = 'warn' AND measures.read_at IS NULL)"

// addMeasures reads by what a person is suspended, and the oldest warning that
// they have not read.
func (s *Store) addMeasures(ctx context.Context, p *models.Person) error {
	var rows []measureRow
	if err := s.DB(ctx).Where(onPerson).Where("subject_id = ?", p.ID).Order("id DESC").Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		m := r.toModel()
		if m.Action == models.MeasureSuspend {
			p.Suspension = &m
		} else {
			p.Warning = &m
		}
	}
	return nil
}

// beforeSuspending makes way for a suspension: one that has ended by itself is
// noted to have, and somebody has to be left who looks after the site.
func (s *Store) beforeSuspending(ctx context.Context, m *models.Measure) error {
	err := s.DB(ctx).Exec("UPDATE measures SET lifted_at = until WHERE kind = ? AND subject_id = ? AND action = ? AND lifted_at IS NULL AND until <= ?",
		models.ThingPerson, m.SubjectID, models.MeasureSuspend, s.Now()).Error
	if err != nil {
		return err
	}
	return s.KeepAnAdmin(ctx, m.SubjectID, "This is the only admin who can write. Make somebody else an admin first.")
}

// KeepAnAdmin is a Conflict with a sentence when nobody is left who looks after
// the site once a person does not any more: an admin with an account that is
// open and not suspended. Others who ask the same wait until this transaction
// ends.
func (s *Store) KeepAnAdmin(ctx context.Context, without, sentence string) error {
	// Locked in one order, so that two wait for one another.
	var admins []grantRow
	if err := s.forUpdate(ctx).Where("role = ?", models.RoleAdmin).Order("person_id").Find(&admins).Error; err != nil {
		return err
	}
	if !slices.ContainsFunc(admins, func(g grantRow) bool { return g.PersonID == without }) {
		return nil
	}
	var left int64
	err := s.DB(ctx).Table("grants").Joins("JOIN people ON people.id = grants.person_id AND people.closed_at IS NULL").
		Where("grants.role = ? AND grants.person_id <> ?", models.RoleAdmin, without).
		Where("NOT EXISTS (SELECT 1 FROM measures WHERE measures.kind = 'person' AND measures.action = 'suspend' AND measures.subject_id = people.id AND measures.lifted_at IS NULL AND (measures.until IS NULL OR measures.until > ?))", s.Now()).
		Count(&left).Error
	if err == nil && left == 0 {
		err = models.E(models.Conflict, sentence)
	}
	return err
}

// ReadWarning notes that a person has read a warning. NotFound when they have no
// such warning; reading it again changes nothing.
func (s *Store) ReadWarning(ctx context.Context, id, personID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var row measureRow
		err := s.DB(ctx).Take(&row, "id = ? AND action = ? AND subject_id = ?", id, models.MeasureWarn, personID).Error
		if err != nil {
			return notFound(err, "That warning")
		}
		Note(ctx, "moderation.read", personID, nil, map[string]any{"measure": id})
		return s.DB(ctx).Exec("UPDATE measures SET read_at = ? WHERE id = ? AND read_at IS NULL", s.Now(), id).Error
	})
}

// keepSuspended keeps of the address of an account that is closed while it is
// suspended what is needed to know it again.
func (s *Store) keepSuspended(ctx context.Context, p personRow) error {
	return s.DB(ctx).Exec("UPDATE measures SET closed_address = ? WHERE kind = ? AND subject_id = ? AND action = ? AND lifted_at IS NULL AND (until IS NULL OR until > ?)",
		addressHash(p.Email), models.ThingPerson, p.ID, models.MeasureSuspend, s.Now()).Error
}

func addressHash(email string) string {
	sum := sha256.Sum256([]byte("address " + strings.ToLower(email)))
	return hex.EncodeToString(sum[:])
}

// refuseSuspended is Forbidden when an account of an e-mail address was closed
// while it was suspended, as long as that would stand.
func (s *Store) refuseSuspended(ctx context.Context, email string) error {
	var until []*time.Time
	err := s.DB(ctx).Table("measures").Where("closed_address = ? AND lifted_at IS NULL AND (until IS NULL OR until > ?)", addressHash(email), s.Now()).Pluck("until", &until).Error
	if err == nil && len(until) > 0 {
		err = models.E(models.Forbidden, "An account with this e-mail address was closed while it was suspended, so no other can be made for it yet. Ask those who run this site.")
	}
	return err
}
