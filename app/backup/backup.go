// Package backup takes a whole store into a folder or a .zip, uploads included,
// while it is used, and puts it back: into the same kind of database or the
// other.
package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"grassroots/app/uploads"
	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/store"
)

// Version is the value of the key "format" in the manifest of every backup of
// this version.
const Version = "grassroots/backup/1"

const (
	manifestFile = "backup.json"
	tablesFolder = "tables/"
	tableSuffix  = ".jsonl"
	filesFolder  = "uploads/"
)

// Bounds of the files of a backup, in bytes.
const (
	maxManifest = 1 << 20
	maxTable    = 1 << 42
	maxRow      = 64 << 20 // such as a revision with its HTML, or a kept answer
	maxFile     = 256 << 20
)

// Manifest says what a backup is and how much is in it.
type Manifest struct {
	Format   string    `json:"format"`
	Schema   int64     `json:"schema"`   // the number of the last migration
	Made     time.Time `json:"made"`     // UTC
	Database string    `json:"database"` // sqlite or postgres; it can be restored into either
	Program  string    `json:"program"`
	Tables   []Count   `json:"tables"` // in the order in which they are written
	Files    int       `json:"files"`
}

// Count is how many rows a table has.
type Count struct {
	Table string `json:"table"`
	Rows  int    `json:"rows"`
}

// Rows counts the rows of all tables.
func (m Manifest) Rows() int {
	n := 0
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

var (
	tableName = regexp.MustCompile(`^tables/([a-z][a-z0-9_]*)\.jsonl$`)
	fileName  = regexp.MustCompile(`^uploads/([0-9a-f]{2})/([0-9a-f]{64})$`)
)

// Layout says what a backup may hold.
func Layout() archive.Layout {
	return archive.Layout{What: "backup", Marker: manifestFile, Limit: func(name string) (int64, bool) {
		switch {
		case name == manifestFile:
			return maxManifest, true
		case tableName.MatchString(name):
			return maxTable, true
		case fileName.MatchString(name) && strings.HasPrefix(name[len(filesFolder)+3:], name[len(filesFolder):len(filesFolder)+2]):
			return maxFile, true
		}
		return 0, false
	}}
}

func fileOf(sum string) string { return filesFolder + sum[:2] + "/" + sum }

// Backup writes everything that a store and its uploads hold at one moment. It
// gives what was written, and the ids of attachments whose content was not
// there.
func Backup(ctx context.Context, st *store.Store, files *uploads.Store, to *archive.Writer, program string, progress func(what string)) (Manifest, []string, error) {
	b := &backup{store: st, files: files, to: to, progress: progress, written: map[string]bool{}, gone: map[string]bool{},
		manifest: Manifest{Format: Version, Made: st.Now(), Database: st.Dialect(), Program: program, Tables: []Count{}}}
	err := st.View(ctx, func(inside context.Context) error { return b.run(inside, ctx) })
	return b.manifest, b.missing, err
}

type backup struct {
	store    *store.Store
	files    *uploads.Store
	to       *archive.Writer
	progress func(what string)
	manifest Manifest
	written  map[string]bool // contents
	gone     map[string]bool // contents of attachments that were removed meanwhile
	missing  []string
}

// run writes the uploads first: what is removed while that goes on is then not
// in the tables either. inside sees the moment of the backup, outside the
// present.
func (b *backup) run(inside, outside context.Context) error {
	var err error
	if b.manifest.Schema, _, err = b.store.ContentVersion(outside); err != nil {
		return err
	}
	tables, err := b.store.Tables(inside) // its first read fixes the moment
	if err != nil {
		return err
	}
	b.tell("uploads")
	if err := b.uploads(inside, outside); err != nil {
		return err
	}
	for _, t := range tables {
		b.tell(t.Name)
		if err := b.table(inside, t); err != nil {
			return err
		}
	}
	content, err := json.MarshalIndent(b.manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := b.to.Add(manifestFile, append(content, '\n')); err != nil {
		return err
	}
	return b.to.Close()
}

func (b *backup) tell(what string) {
	if b.progress != nil {
		b.progress(what)
	}
}

// uploads writes every file. Those that come while it goes on may be among
// them; those that go may be missing, and then their rows are left out.
func (b *backup) uploads(inside, outside context.Context) error {
	err := b.files.Each(outside, func(sum string, _ int64) error { return b.file(outside, sum) })
	if err != nil {
		return err
	}
	return b.store.EachAttachment(inside, func(a models.Attachment) error {
		if b.written[a.SHA256] || b.gone[a.SHA256] {
			return nil
		}
		if err := b.file(outside, a.SHA256); err != nil || b.written[a.SHA256] {
			return err
		}
		_, err := b.store.Attachment(outside, a.ID)
		switch models.KindOf(err) {
		case models.NotFound:
			b.gone[a.SHA256] = true
			return nil
		case "":
			b.missing = append(b.missing, a.ID+" ("+a.FileName+")")
			return nil
		}
		return err
	})
}

func (b *backup) file(ctx context.Context, sum string) error {
	content, err := b.files.Open(ctx, sum)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	b.written[sum] = true
	b.manifest.Files++
	return b.to.AddFrom(fileOf(sum), content)
}

func (b *backup) table(ctx context.Context, t store.Table) error {
	to, err := b.to.Begin(tablesFolder + t.Name + tableSuffix)
	if err != nil {
		return err
	}
	n := 0
	if t.Name == "attachments" && len(b.gone) > 0 {
		var all bytes.Buffer
		if _, err = b.store.Dump(ctx, t, &all); err != nil {
			return err
		}
		for line := range bytes.Lines(all.Bytes()) {
			var row struct{ SHA256 string }
			if err := json.Unmarshal(line, &row); err != nil {
				return err
			}
			if b.gone[row.SHA256] {
				continue
			}
			n++
			if _, err := to.Write(line); err != nil {
				return err
			}
		}
	} else if n, err = b.store.Dump(ctx, t, to); err != nil {
		return err
	}
	b.manifest.Tables = append(b.manifest.Tables, Count{t.Name, n})
	return nil
}

// String says what a backup holds.
func (m Manifest) String() string {
	return fmt.Sprintf("%d rows of %d tables and %d files, of %s", m.Rows(), len(m.Tables), m.Files, m.Made.Format("2 January 2006, 15:04 UTC"))
}
