package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"grassroots/app/uploads"
	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/store"
)

// Checked is a backup that was found to be whole. Close it.
type Checked struct {
	reader   *archive.Reader
	manifest Manifest
	files    []string // names of contents
}

// Check opens a backup and reads all of it once: every file is there and as it
// was written. The error is a *format.Errors when it is not.
func Check(ctx context.Context, path string, progress func(what string)) (*Checked, error) {
	reader, err := archive.Open(path, Layout())
	if err != nil {
		return nil, err
	}
	c := &Checked{reader: reader}
	if err := c.check(ctx, progress); err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	return c, nil
}

// Close lets go of the backup.
func (c *Checked) Close() error { return c.reader.Close() }

// Manifest gives what the backup says of itself.
func (c *Checked) Manifest() Manifest { return c.manifest }

func (c *Checked) check(ctx context.Context, progress func(what string)) error {
	content, err := c.reader.Read(manifestFile)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, &c.manifest); err != nil {
		return c.reader.Problem(manifestFile, 1, "This is no manifest: %s", err.Error())
	}
	if c.manifest.Format != Version {
		return c.reader.Problem(manifestFile, 1, "The format is %q, and only %s can be read here", models.Truncate(c.manifest.Format, 60), Version)
	}
	rows := map[string]int{}
	for _, t := range c.manifest.Tables {
		rows[t.Table] = t.Rows
	}
	for _, f := range c.reader.Files() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if progress != nil {
			progress(f.Name)
		}
		switch m := fileName.FindStringSubmatch(f.Name); {
		case m != nil:
			if err := c.file(f.Name, m[2]); err != nil {
				return err
			}
		case f.Name != manifestFile:
			name := tableName.FindStringSubmatch(f.Name)[1]
			if err := c.table(f.Name, name, rows); err != nil {
				return err
			}
			delete(rows, name)
		}
	}
	for name := range rows {
		return c.reader.Problem(tablesFolder+name+tableSuffix, 1, "The table is missing")
	}
	if len(c.files) != c.manifest.Files {
		return c.reader.Problem(manifestFile, 1, "It says that there are %d files, and there are %d", c.manifest.Files, len(c.files))
	}
	return nil
}

func (c *Checked) file(name, sum string) error {
	content, err := c.reader.Read(name)
	if err != nil {
		return err
	}
	if uploads.Sum(content) != sum {
		return c.reader.Problem(name, 1, "The file does not fit its name")
	}
	c.files = append(c.files, sum)
	return nil
}

func (c *Checked) table(file, name string, rows map[string]int) error {
	want, listed := rows[name]
	if !listed {
		return c.reader.Problem(file, 1, "The table is not listed in %s", manifestFile)
	}
	n := 0
	err := c.reader.Lines(file, maxRow, func(line int, text []byte) error {
		if n++; !json.Valid(text) {
			return c.reader.Problem(file, line, "The line is not JSON")
		}
		return nil
	})
	if err == nil && n != want {
		err = c.reader.Problem(file, max(n, 1), "There are %d rows, and %s says %d", n, manifestFile, want)
	}
	return err
}

// Restore puts the backup in the place of everything in a store and its
// uploads. One that is not vacant is a Conflict, unless force is set. Nothing
// must use the store meanwhile.
func (c *Checked) Restore(ctx context.Context, st *store.Store, files *uploads.Store, force bool, progress func(what string)) error {
	vacant, err := st.Vacant(ctx)
	if err != nil {
		return err
	}
	if !vacant && !force {
		return models.E(models.Conflict, "The store is not empty. To replace everything in it, restore with --force.")
	}
	tell := func(what string) {
		if progress != nil {
			progress(what)
		}
	}
	tell("uploads")
	for _, sum := range c.files {
		content, err := c.reader.Read(fileOf(sum))
		if err != nil {
			return err
		}
		if err := files.Put(ctx, sum, bytes.NewReader(content)); err != nil {
			return err
		}
	}
	names := make([]string, len(c.manifest.Tables))
	for i, t := range c.manifest.Tables {
		names[i] = t.Table
	}
	err = st.Restore(ctx, c.manifest.Schema, names, func(table string) iter.Seq2[[]byte, error] {
		tell(table)
		return c.rows(table)
	})
	if err != nil {
		return err
	}
	return c.dropOthers(ctx, files)
}

// rows gives the lines of a table.
func (c *Checked) rows(table string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		stopped := errors.New("stopped")
		err := c.reader.Lines(tablesFolder+table+tableSuffix, maxRow, func(_ int, text []byte) error {
			if !yield(text, nil) {
				return stopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, stopped) {
			yield(nil, err)
		}
	}
}

// dropOthers removes the uploads that are not in the backup.
func (c *Checked) dropOthers(ctx context.Context, files *uploads.Store) error {
	slices.Sort(c.files)
	var others []string
	err := files.Each(ctx, func(sum string, _ int64) error {
		if _, kept := slices.BinarySearch(c.files, sum); !kept {
			others = append(others, sum)
		}
		return nil
	})
	for _, sum := range others {
		err = errors.Join(err, files.Delete(ctx, sum))
	}
	return err
}
