package store

import (
	"context"

	"grassroots/models"
)

// SeedWith is Seed with other lists than those of the program.
func (s *Store) SeedWith(ctx context.Context, systems []models.System, standards []models.Standard, hash string) error {
	return s.seed(ctx, seedLists{systems, standards, hash})
}
