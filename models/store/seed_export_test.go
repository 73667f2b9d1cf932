package store

import (
	"context"
	"io/fs"

	"grassroots/models"
)

// SeedWith is Seed with other lists than those of the program.
func (s *Store) SeedWith(ctx context.Context, systems []models.System, standards []models.Standard, hash string) error {
	return s.seed(ctx, seedLists{systems, standards, hash})
}

// MigrateTo brings the schema up to the migrations of files alone.
func (s *Store) MigrateTo(ctx context.Context, files fs.FS) error {
	return s.migrateWith(ctx, files, true)
}
