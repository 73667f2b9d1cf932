package store

import (
	"context"

	"grassroots/models"
)

// PayBand gives what a person says that they are paid by; empty when they said
// nothing. It is for that person alone: counts are made without names.
func (s *Store) PayBand(ctx context.Context, personID string) (models.PayBand, error) {
	var bands []models.PayBand
	err := s.DB(ctx).Table("pay_bands").Where("person_id = ?", personID).Pluck("band", &bands).Error
	if err != nil || len(bands) == 0 {
		return "", err
	}
	return bands[0], nil
}

// SetPayBand keeps what a person says that they are paid by; empty takes it back.
// The record says that it changed, and not to what.
func (s *Store) SetPayBand(ctx context.Context, personID string, band models.PayBand) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.PayBand(ctx, personID)
		if err != nil || old == band {
			return err
		}
		Note(ctx, "person.change", personID, nil, map[string]any{"fields": []string{"band"}})
		if band == "" {
			return s.exec(ctx, "DELETE FROM pay_bands WHERE person_id = ?", personID)
		}
		return s.exec(ctx, "INSERT INTO pay_bands (person_id, band) VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET band = excluded.band", personID, band)
	})
}
