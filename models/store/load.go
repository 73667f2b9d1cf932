package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"grassroots/models"
	"grassroots/models/store/migrations"
)

// Rows gives the lines of a table in a backup, each as Dump wrote it.
type Rows func(table string) iter.Seq2[[]byte, error]

// Vacant tells whether the store holds nothing but what every store starts
// with, or has no schema at all.
func (s *Store) Vacant(ctx context.Context) (bool, error) {
	tables, err := s.Tables(ctx)
	if err != nil {
		return false, err
	}
	for _, t := range tables {
		switch t.Name {
		case "systems", "system_names", "standards", "standard_names", "settings", "search_changes", "audit_ends":
			continue // Seed and the migrations fill these
		}
		var found []int
		if err := s.DB(ctx).Raw("SELECT 1 FROM " + quoted(t.Name) + " LIMIT 1").Scan(&found).Error; err != nil {
			return false, err
		}
		if len(found) > 0 {
			return false, nil
		}
	}
	return true, nil
}

// ContentVersion is the number of the last migration that the schema of the
// content has seen, the job queue's aside; latest is that of this program. A
// database without a schema is at 0.
func (s *Store) ContentVersion(ctx context.Context) (current, latest int64, err error) {
	ours, err := s.goose(migrations.Files)
	if err != nil {
		return 0, 0, err
	}
	return ours.GetVersions(ctx)
}

// Restore puts the rows of a backup in the place of everything in the store.
// version is the ContentVersion that they were written at: an older one is
// migrated after, a newer one is Invalid. tables lists those of the backup.
//
// When the store is at that version already, all of it is one transaction.
// Else the schema is made anew, and after an error the store is empty.
func (s *Store) Restore(ctx context.Context, version int64, tables []string, rows Rows) error {
	current, latest, err := s.ContentVersion(ctx)
	if err != nil {
		return models.Wrap(models.Unavailable, "The schema of the database cannot be read.", err)
	}
	if version > latest || version < 1 {
		return models.Errorf(models.Invalid, "The backup is of schema %d, and this program knows those up to %d: use a newer one.", version, latest)
	}
	if current != version {
		if err := s.schemaAt(ctx, current, version); err != nil {
			return err
		}
	}
	if err := s.Tx(ctx, func(ctx context.Context) error { return s.replaceAll(ctx, tables, rows) }); err != nil {
		return err
	}
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.settle(ctx)
}

// schemaAt makes the schema of a version, without any rows.
func (s *Store) schemaAt(ctx context.Context, current, version int64) error {
	if current > 0 {
		if err := s.MigrateDown(ctx); err != nil {
			return models.Wrap(models.Internal, "The schema of the database could not be taken down.", err)
		}
	}
	return s.withSchemaLock(ctx, func() error {
		ours, err := s.goose(migrations.Files)
		if err == nil {
			_, err = ours.UpTo(ctx, version)
		}
		if err != nil {
			return models.Wrap(models.Internal, "The schema of the backup could not be made.", err)
		}
		return nil
	})
}

// replaceAll removes every row and writes those of the backup.
func (s *Store) replaceAll(ctx context.Context, names []string, rows Rows) error {
	tables, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, name := range names {
		has[name] = true
	}
	for _, t := range tables {
		if !has[t.Name] {
			return models.Errorf(models.Invalid, "The backup has no table %s, which its schema has.", t.Name)
		}
		delete(has, t.Name)
	}
	for name := range has {
		return models.Errorf(models.Invalid, "The backup has a table %s, which its schema has not.", name)
	}
	if slices.ContainsFunc(tables, func(t Table) bool { return t.Name == "audit_seals" }) { // an older schema guards nothing
		if err := s.mayRemoveAudit(ctx, true); err != nil {
			return err
		}
	}
	for i := len(tables) - 1; i >= 0; i-- { // what refers before what is referred to
		if err := s.DB(ctx).Exec("DELETE FROM " + quoted(tables[i].Name)).Error; err != nil {
			return err
		}
	}
	for _, t := range tables {
		if err := s.load(ctx, t, rows(t.Name)); err != nil {
			return fmt.Errorf("the table %s: %w", t.Name, err)
		}
	}
	return nil
}

// errRow is the error of a line that is no row of its table.
func errRow(line int, err error) error {
	return models.Wrap(models.Invalid, fmt.Sprintf("Line %d of the backup cannot be read.", line), err)
}

// load writes the rows of one table.
func (s *Store) load(ctx context.Context, t Table, lines iter.Seq2[[]byte, error]) error {
	if s.dialect == Postgres {
		return s.PgxTx(ctx, func(tx pgx.Tx) error { return copyRows(ctx, tx, t, lines) })
	}
	return s.SQLTx(ctx, func(tx *sql.Tx) error { return insertRows(ctx, tx, t, lines) })
}

// copyRows lets Postgres take the rows in one stream.
func copyRows(ctx context.Context, tx pgx.Tx, t Table, lines iter.Seq2[[]byte, error]) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	next, stop := iter.Pull2(lines)
	defer stop()
	n := 0
	_, err := tx.CopyFrom(ctx, pgx.Identifier{t.Name}, names, pgx.CopyFromFunc(func() ([]any, error) {
		text, err, ok := next()
		if !ok || err != nil {
			return nil, err
		}
		n++
		row, err := readRow(t, text)
		if err != nil {
			return nil, errRow(n, err)
		}
		return row, nil
	}))
	return err
}

// Bounds of one statement of SQLite, which takes 32,766 values.
const (
	insertValues = 10_000
	insertBytes  = 4 << 20
)

// insertRows writes many rows a statement.
func insertRows(ctx context.Context, tx *sql.Tx, t Table, lines iter.Seq2[[]byte, error]) error {
	var values []any
	size, n := 0, 0
	flush := func() error {
		if len(values) == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, insertQuery(t, len(values)/len(t.Columns)), values...)
		values, size = values[:0], 0
		return err
	}
	for text, err := range lines {
		if err != nil {
			return err
		}
		n++
		row, err := readRow(t, text)
		if err != nil {
			return errRow(n, err)
		}
		values, size = append(values, row...), size+len(text)
		if len(values)+len(t.Columns) > insertValues || size > insertBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func insertQuery(t Table, rows int) string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", len(names)), ",") + ")"
	return "INSERT INTO " + quoted(t.Name) + " (" + strings.Join(names, ",") + ") VALUES " + strings.TrimSuffix(strings.Repeat(row+",", rows), ",")
}

// settle says of what waited for a job when the backup was made that it was not
// done: jobs are not in a backup, and most of these were done since.
func (s *Store) settle(ctx context.Context) error {
	const why = "it was waiting when the backup was made that was restored"
	return s.Tx(ctx, func(ctx context.Context) error {
		err := s.DB(ctx).Exec("UPDATE emails SET state = ?, last_error = ?, text = '', html = '' WHERE state IN ?", EmailFailed, why, []string{EmailPending, EmailSending}).Error
		if err != nil {
			return err
		}
		// Who waited for an e-mail about what happened has had it since; it stands in the site.
		for _, statement := range []string{"DELETE FROM mail_dues", "UPDATE notifications SET delivery = 'site' WHERE email_id = '' AND delivery <> 'site'"} {
			if err := s.exec(ctx, statement); err != nil {
				return err
			}
		}
		if err := s.DB(ctx).Exec("UPDATE webhook_deliveries SET state = 'failed' WHERE state = 'pending'").Error; err != nil {
			return err
		}
		return s.forgetJobs(ctx)
	})
}

// forgetJobs removes the jobs of what was here before, and what was on its way
// in or out.
func (s *Store) forgetJobs(ctx context.Context) error {
	for _, table := range []string{"river_job", "transfers", "import_files"} {
		if err := s.DB(ctx).Exec("DELETE FROM " + table).Error; err != nil {
			return err
		}
	}
	return nil
}
