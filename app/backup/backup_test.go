package backup_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"grassroots/app/backup"
	"grassroots/app/uploads"
	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/format"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// place is a store with its uploads.
type place struct {
	t     *testing.T
	store *store.Store
	files *uploads.Store
	n     atomic.Int64
}

func newPlace(t *testing.T, dialect string, empty bool) *place {
	t.Helper()
	cfg := storetest.EmptyOn
	if !empty {
		cfg = storetest.ConfigOn
	}
	st, err := store.Open(t.Context(), cfg(t, dialect))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	files, err := uploads.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	return &place{t: t, store: st, files: files}
}

// post writes a case study with its company; everything of it in one
// transaction, so that no backup may have half of it.
func (p *place) post(ctx context.Context) (models.Attachment, error) {
	n := p.n.Add(1)
	kept, err := p.files.Add(ctx, strings.NewReader(fmt.Sprintf("%%PDF-1.4\n%d\n%%%%EOF\n", n)), 0)
	if err != nil {
		return models.Attachment{}, err
	}
	var a models.Attachment
	err = p.store.Tx(ctx, func(ctx context.Context) error {
		who := models.Person{ID: p.store.NewID(), Handle: fmt.Sprint("person-", n), Name: "A Person", Email: fmt.Sprintf("p%d@nhs.net", n), CreatedAt: p.store.Now()}
		if err := p.store.CreatePerson(ctx, &who); err != nil {
			return err
		}
		cs := models.CaseStudy{ID: p.store.NewID(), OwnerID: who.ID, CreatedAt: p.store.Now(), UpdatedAt: p.store.Now(), HTML: "<p>Text.</p>",
			Document: models.Document{Title: fmt.Sprint("Study ", n), Stage: models.StageIdea, Body: "Text.", Organisation: "RR8"}}
		if err := p.store.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: who.ID}); err != nil {
			return err
		}
		if err := p.store.ReviseCaseStudy(ctx, &cs, store.SaveNote{EditorID: who.ID}); err != nil {
			return err
		}
		if _, err := p.store.Vote(ctx, cs.ID, who.ID, true); err != nil {
			return err
		}
		c := models.Comment{ID: p.store.NewID(), CaseStudyID: cs.ID, AuthorID: who.ID, Kind: models.Question, Body: "How?", CreatedAt: p.store.Now()}
		if err := p.store.AddComment(ctx, &c, []string{who.ID}); err != nil {
			return err
		}
		a = models.Attachment{ID: p.store.NewID(), CaseStudyID: cs.ID, FileName: "a.pdf", ContentType: kept.ContentType, Size: kept.Size, SHA256: kept.SHA256,
			UploadedBy: who.ID, CreatedAt: p.store.Now(), Published: true}
		return p.store.AddAttachment(ctx, a)
	})
	return a, err
}

// detach removes an attachment and its content.
func (p *place) detach(ctx context.Context, a models.Attachment) error {
	if err := p.store.DB(ctx).Exec("DELETE FROM attachments WHERE id = ?", a.ID).Error; err != nil {
		return err
	}
	return p.files.Delete(ctx, a.SHA256)
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) backup(path string, progress func(string)) (backup.Manifest, []string) {
	p.t.Helper()
	to, err := archive.Create(path, backup.Layout())
	p.must(err)
	defer to.Abort()
	m, missing, err := backup.Backup(p.t.Context(), p.store, p.files, to, "test", progress)
	p.must(err)
	return m, missing
}

func (p *place) restore(path string, force bool) error {
	p.t.Helper()
	c, err := backup.Check(p.t.Context(), path, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Restore(p.t.Context(), p.store, p.files, force, nil)
}

func (p *place) count(query string) int {
	p.t.Helper()
	var n int
	p.must(p.store.DB(p.t.Context()).Raw(query).Scan(&n).Error)
	return n
}

// sound holds a store to what is true of every one: counts agree with rows,
// and each attachment has its content.
func (p *place) sound() {
	p.t.Helper()
	for what, query := range map[string]string{
		"votes":       "SELECT COUNT(*) FROM case_studies s WHERE votes <> (SELECT COUNT(*) FROM votes v WHERE v.case_study_id = s.id)",
		"comments":    "SELECT COUNT(*) FROM case_studies s WHERE comments <> (SELECT COUNT(*) FROM comments c WHERE c.case_study_id = s.id)",
		"revisions":   "SELECT COUNT(*) FROM case_studies s WHERE revision <> (SELECT COUNT(*) FROM revisions r WHERE r.case_study_id = s.id)",
		"studies":     "SELECT COUNT(*) FROM organisations o WHERE studies <> (SELECT COUNT(*) FROM case_studies s WHERE s.organisation = o.code)",
		"owners":      "SELECT COUNT(*) FROM case_studies WHERE owner_id NOT IN (SELECT id FROM people)",
		"attachments": "SELECT COUNT(*) FROM attachments WHERE case_study_id NOT IN (SELECT id FROM case_studies)",
	} {
		if n := p.count(query); n > 0 {
			p.t.Errorf("%d case studies are wrong about their %s", n, what)
		}
	}
	p.must(p.store.EachAttachment(p.t.Context(), func(a models.Attachment) error {
		content, err := p.files.Open(p.t.Context(), a.SHA256)
		if err != nil {
			return fmt.Errorf("the content of %s: %w", a.ID, err)
		}
		defer content.Close()
		raw, err := io.ReadAll(content)
		if err == nil && int64(len(raw)) != a.Size {
			err = fmt.Errorf("%d bytes, not %d", len(raw), a.Size)
		}
		return err
	}))
}

// TestABackupIsOfOneMoment makes one while people write, on both databases, and
// restores it into the other kind.
func TestABackupIsOfOneMoment(t *testing.T) {
	t.Parallel()
	for from, to := range map[string]string{store.SQLite: store.Postgres, store.Postgres: store.SQLite} {
		t.Run(from+" to "+to, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, from, false)
			p.must(p.store.Seed(t.Context()))
			var list []models.Attachment
			for range 20 {
				a, err := p.post(t.Context())
				p.must(err)
				list = append(list, a)
			}
			// While it goes on, more is written and some removed: before the
			// uploads are copied, after, and between the tables.
			steps := 0
			live, later := filepath.Join(t.TempDir(), "live"), filepath.Join(t.TempDir(), "later.zip")
			m, missing := p.backup(live, func(what string) {
				steps++
				switch what {
				case "uploads":
					p.must(p.detach(t.Context(), list[3]))
				case "case_studies":
					p.must(p.detach(t.Context(), list[4]))
				case "comments", "votes":
				default:
					return
				}
				for range 3 {
					_, err := p.post(t.Context())
					p.must(err)
				}
			})
			if len(missing) > 0 || steps < 20 || m.Database != from || m.Schema < 8 {
				t.Errorf("%+v, missing %v, %d steps", m, missing, steps)
			}
			for path, want := range map[string][2]int{live: {20, 19}, later: {32, 30}} {
				if path == later {
					p.backup(later, nil)
				}
				other := newPlace(t, to, true)
				p.must(other.restore(path, false))
				other.sound()
				got := [2]int{other.count("SELECT COUNT(*) FROM case_studies"), other.count("SELECT COUNT(*) FROM attachments")}
				if got != want {
					t.Errorf("%s has %v case studies and attachments, not %v", path, got, want)
				}
			}
		})
	}
}

// TestABackupWhileManyWrite leaves it to chance when what is written.
func TestABackupWhileManyWrite(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, dialect, false)
			ctx, stop := context.WithCancel(t.Context())
			first, done := make(chan struct{}), make(chan error, 3)
			for worker := range 3 {
				go func() {
					for n := 0; ctx.Err() == nil; n++ {
						a, err := p.post(t.Context())
						if err == nil && n%3 == 0 {
							err = p.detach(t.Context(), a)
						}
						if err != nil {
							done <- err
							return
						}
						if worker == 0 && n == 5 {
							close(first)
						}
					}
					done <- nil
				}()
			}
			<-first
			path := filepath.Join(t.TempDir(), "backup.zip")
			_, missing := p.backup(path, nil)
			stop()
			for range 3 {
				p.must(<-done)
			}
			if len(missing) > 0 {
				t.Errorf("missing: %v", missing)
			}
			other := newPlace(t, store.SQLite, true)
			p.must(other.restore(path, false))
			other.sound()
			if n := other.count("SELECT COUNT(*) FROM case_studies"); n < 5 {
				t.Errorf("there are %d case studies", n)
			}
		})
	}
}

func TestAStoreThatIsInUseIsNotReplacedUnasked(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			p, other := newPlace(t, dialect, false), newPlace(t, dialect, false)
			_, err := p.post(t.Context())
			p.must(err)
			other.n.Store(100)
			theirs, err := other.post(t.Context())
			p.must(err)
			path := filepath.Join(t.TempDir(), "backup")
			p.backup(path, nil)
			if err := other.restore(path, false); models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "--force") {
				t.Errorf("it says %v", err)
			}
			if other.count("SELECT COUNT(*) FROM case_studies WHERE title = 'Study 101'") != 1 {
				t.Error("what was there is gone")
			}
			other.must(other.restore(path, true))
			other.sound()
			if other.count("SELECT COUNT(*) FROM case_studies WHERE title = 'Study 1'") != 1 || other.count("SELECT COUNT(*) FROM case_studies") != 1 {
				t.Error("it was not replaced")
			}
			if _, err := other.files.Open(t.Context(), theirs.SHA256); models.KindOf(err) != models.NotFound {
				t.Errorf("a file of before is still there: %v", err)
			}
		})
	}
}

func TestADamagedBackupIsNotRestored(t *testing.T) {
	t.Parallel()
	p := newPlace(t, store.SQLite, false)
	_, err := p.post(t.Context())
	p.must(err)
	for name, c := range map[string]struct {
		damage func(dir string) error
		want   string
	}{
		"a row was changed": {func(dir string) error { return change(dir, "tables/people.jsonl", "A Person", "No Person") }, `tables/people.jsonl:1: The file does not fit its checksum`},
		"a table is gone":   {func(dir string) error { return os.Remove(filepath.Join(dir, "tables/votes.jsonl")) }, `The file tables/votes.jsonl is missing`},
		"it was cut short":  {func(dir string) error { return os.Remove(filepath.Join(dir, archive.Sums)) }, `The backup is not whole`},
		"no backup":         {func(dir string) error { return os.Remove(filepath.Join(dir, "backup.json")) }, `This is no backup`},
		"a file too many":   {func(dir string) error { return os.WriteFile(filepath.Join(dir, "more.txt"), nil, 0o600) }, `A backup has no such file`},
		"another version":   {func(dir string) error { return change(dir, "backup.json", "backup/1", "backup/2") }, `does not fit its checksum`},
	} {
		dir := filepath.Join(t.TempDir(), "backup")
		p.backup(dir, nil)
		p.must(c.damage(dir))
		if err := newPlace(t, store.SQLite, true).restore(dir, false); err == nil || format.Problems(err) == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: it says %v", name, err)
		}
	}
}

func change(dir, name, old, new string) error {
	path := filepath.Join(dir, name)
	content, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, bytes.Replace(content, []byte(old), []byte(new), 1), 0o600)
	}
	return err
}

// TestAContentThatIsLostIsSaid keeps a damaged store from having no backup.
func TestAContentThatIsLostIsSaid(t *testing.T) {
	t.Parallel()
	p := newPlace(t, store.SQLite, false)
	a, err := p.post(t.Context())
	p.must(err)
	p.must(p.files.Delete(t.Context(), a.SHA256))
	path := filepath.Join(t.TempDir(), "backup.zip")
	if _, missing := p.backup(path, nil); len(missing) != 1 || !strings.HasPrefix(missing[0], a.ID) {
		t.Errorf("missing: %v", missing)
	}
	other := newPlace(t, store.SQLite, true)
	p.must(other.restore(path, false))
	if _, err := other.store.Attachment(t.Context(), a.ID); err != nil {
		t.Errorf("its row: %v", err)
	}
}
