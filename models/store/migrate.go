package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"grassroots/models"
	"grassroots/models/store/migrations"
)

// Migrate brings the schema up to date: ours, then the job queue's. Nodes that
// start at the same moment wait for one another.
func (s *Store) Migrate(ctx context.Context) error {
	return s.migrateWith(ctx, migrations.Files, true)
}

// MigrateDown takes every migration back, and all content with them. It is
// there to prove that each of them can be.
func (s *Store) MigrateDown(ctx context.Context) error {
	return s.migrateWith(ctx, migrations.Files, false)
}

func (s *Store) migrateWith(ctx context.Context, files fs.FS, up bool) error {
	return s.withSchemaLock(ctx, func() error {
		ours, err := s.goose(files)
		if err != nil {
			return err
		}
		queue, err := s.queueMigrator()
		if err != nil {
			return err
		}
		if !up {
			return errors.Join(queue.down(ctx), gooseDown(ctx, ours))
		}
		results, err := ours.Up(ctx)
		for _, r := range results {
			s.log.InfoContext(ctx, "schema changed", "migration", r.Source.Path, "took", r.Duration)
		}
		if err != nil {
			return models.Wrap(models.Internal, "The schema of the database could not be brought up to date.", err)
		}
		if err := queue.up(ctx); err != nil {
			return models.Wrap(models.Internal, "The job queue's schema could not be brought up to date.", err)
		}
		return s.measure(ctx)
	})
}

func gooseDown(ctx context.Context, p *goose.Provider) error {
	_, err := p.DownTo(ctx, 0)
	return err
}

// SchemaVersion counts the migrations that were applied, ours and the job
// queue's, and those that this program knows. The schema is up to date when
// the two agree; current above want means that a newer program was here.
func (s *Store) SchemaVersion(ctx context.Context) (current, want int64, err error) {
	ours, err := s.goose(migrations.Files)
	if err != nil {
		return 0, 0, err
	}
	current, want, err = ours.GetVersions(ctx)
	if err != nil {
		return 0, 0, models.Wrap(models.Unavailable, "The schema of the database cannot be read.", err)
	}
	queue, err := s.queueMigrator()
	if err != nil {
		return 0, 0, err
	}
	have, known, err := queue.versions(ctx)
	if err != nil {
		return 0, 0, models.Wrap(models.Unavailable, "The job queue's schema cannot be read.", err)
	}
	return current + have, want + known, nil
}

func (s *Store) goose(files fs.FS) (*goose.Provider, error) {
	texts, err := dialectFS(files, s.dialect)
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if s.dialect == Postgres {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, s.pool.writer, texts,
		goose.WithDisableGlobalRegistry(true),
		// Work that is done side by side does not come in the order of its numbers:
		// what a database is missing is applied, whatever it has by now.
		goose.WithAllowOutofOrder(true))
	if err != nil {
		return nil, fmt.Errorf("the migrations: %w", err)
	}
	return p, nil
}

// queueSchema migrates the job queue's tables, whatever the driver's type.
type queueSchema struct {
	up, down func(context.Context) error
	versions func(context.Context) (have, known int64, err error)
}

func (s *Store) queueMigrator() (queueSchema, error) {
	// What it applies shows in the schema's version; that there was nothing to
	// apply is no news at each start.
	cfg := &rivermigrate.Config{Logger: slog.New(quietHandler{s.log.Handler()})}
	if s.dialect == Postgres {
		m, err := rivermigrate.New(riverpgxv5.New(s.pg.primary), cfg)
		return queueSchemaOf(m), err
	}
	m, err := rivermigrate.New(riversqlite.New(s.pool.writer), cfg)
	return queueSchemaOf(m), err
}

func queueSchemaOf[T any](m *rivermigrate.Migrator[T]) queueSchema {
	return queueSchema{
		up: func(ctx context.Context) error {
			_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
			return err
		},
		down: func(ctx context.Context) error {
			_, err := m.Migrate(ctx, rivermigrate.DirectionDown, &rivermigrate.MigrateOpts{TargetVersion: -1})
			return err
		},
		versions: func(ctx context.Context) (int64, int64, error) {
			have, err := m.ExistingVersions(ctx)
			return int64(len(have)), int64(len(m.AllVersions())), err
		},
	}
}

// quietHandler passes on warnings and errors alone.
type quietHandler struct{ slog.Handler }

// Enabled implements slog.Handler.
func (h quietHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, l)
}
