package store

import (
	"context"
	"io/fs"

	"grassroots/models/store/migrations"
)

// MigrateWith is Migrate with these files as all there are.
func (s *Store) MigrateWith(ctx context.Context, files fs.FS) error {
	return s.migrateWith(ctx, files, true)
}

// MigrateDownTo takes back the migrations with a number above one.
func (s *Store) MigrateDownTo(ctx context.Context, version int64) error {
	p, err := s.goose(migrations.Files)
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, version)
	return err
}
