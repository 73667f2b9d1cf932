package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"grassroots/app/backup"
	"grassroots/app/uploads"
	"grassroots/models/archive"
	"grassroots/models/format"
	"grassroots/models/store"
)

// backupCommand takes the whole store out.
type backupCommand struct {
	Path string `arg:"" help:"A new folder, or a file that ends in .zip." type:"path"`
}

// Run writes the backup, while the site may go on serving. It changes nothing:
// not the schema either, so that it can be made before an upgrade.
func (c backupCommand) Run(ctx context.Context, env *Env) error {
	if info, err := os.Stat(c.Path); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is there already: name a new file", c.Path)
	}
	st, files, err := openContent(ctx, env)
	if err != nil {
		return err
	}
	return errors.Join(c.write(ctx, env, st, files), files.Close(), st.Close())
}

func (c backupCommand) write(ctx context.Context, env *Env, st *store.Store, files *uploads.Store) error {
	if schema, _, err := st.ContentVersion(ctx); err != nil {
		return err
	} else if schema == 0 {
		return errors.New("there is nothing to back up: the database is empty")
	}
	to, err := archive.Create(c.Path, backup.Layout())
	if err != nil {
		return err
	}
	defer to.Abort()
	made, missing, err := backup.Backup(ctx, st, files, to, version, nil)
	if err != nil {
		return err
	}
	for _, name := range missing {
		if _, err := fmt.Fprintf(env.Err, "The content of the attachment %s is not where files are kept, so it is not in the backup.\n", name); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(env.Out, "%s: %s.\n", c.Path, made); err != nil {
		return err
	}
	if have, want, err := st.SchemaVersion(ctx); err != nil || have != want {
		return err // an older schema may have no audit record
	}
	return st.Leave(ctx)
}

// restoreCommand puts a backup back.
type restoreCommand struct {
	Path  string `arg:"" help:"The folder or .zip of a backup." type:"path"`
	Force bool   `help:"Replace everything that is in the store."`
}

// Run checks the whole backup before it changes anything. The site must be
// stopped meanwhile.
func (c restoreCommand) Run(ctx context.Context, env *Env) error {
	checked, err := backup.Check(ctx, c.Path, nil)
	if list := format.Problems(err); list != nil {
		lines := make([]string, len(list))
		for i, p := range list {
			lines[i] = p.String()
		}
		if _, err := fmt.Fprintln(env.Err, strings.Join(lines, "\n")); err != nil {
			return err
		}
		return errors.New("nothing was restored: the backup is damaged, or is none")
	}
	if err != nil {
		return err
	}
	return errors.Join(c.restore(ctx, env, checked), checked.Close())
}

func (c restoreCommand) restore(ctx context.Context, env *Env, checked *backup.Checked) error {
	if err := mustBeStopped(ctx, env); err != nil {
		return err
	}
	st, files, err := openContent(ctx, env)
	if err != nil {
		return err
	}
	err = checked.Restore(ctx, st, files, c.Force, nil)
	if err = errors.Join(err, files.Close(), st.Close()); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(env.Out, "Restored: %s.\n", checked.Manifest()); err != nil {
		return err
	}
	return indexAnew(ctx, env)
}

// mustBeStopped finds out whether a server is running on the data folder: it
// holds the index in there.
func mustBeStopped(ctx context.Context, env *Env) error {
	if env.Meilisearch() {
		return nil
	}
	if err := os.MkdirAll(env.DataDir, 0o750); err != nil {
		return fmt.Errorf("the data folder %s cannot be made: %w", env.DataDir, err)
	}
	index, _, err := openIndex(ctx, env)
	if errors.Is(err, errIndexHeld) {
		return errors.New("a server is running on this data folder: stop it, then restore")
	}
	if err != nil {
		return err
	}
	return index.Close()
}

// indexAnew makes the search index of what was restored, or says how.
func indexAnew(ctx context.Context, env *Env) error {
	r, err := open(ctx, env, env.PublicURL(env.Addr), wants{migrate: true})
	if err != nil {
		return err
	}
	n, err := r.Finding.Rebuild(ctx)
	if err == nil {
		_, err = fmt.Fprintf(env.Out, "The search index is rebuilt: %d documents.\n", n)
	} else {
		_, err = fmt.Fprintf(env.Out, "The search index could not be rebuilt (%s): run grassroots reindex.\n", sentence(err))
	}
	return errors.Join(err, r.Close())
}

// openContent opens the database and the uploads as they are: the schema is
// neither brought up to date nor looked at.
func openContent(ctx context.Context, env *Env) (*store.Store, *uploads.Store, error) {
	if err := os.MkdirAll(env.DataDir, 0o750); err != nil {
		return nil, nil, fmt.Errorf("the data folder %s cannot be made: %w", env.DataDir, err)
	}
	st, err := connect(ctx, env)
	if err != nil {
		return nil, nil, err
	}
	address, err := env.Uploads()
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	files, err := uploads.Open(ctx, address)
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	return st, files, nil
}
