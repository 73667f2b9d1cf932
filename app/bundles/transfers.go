package bundles

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"grassroots/app/jobs"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/bundle"
	"grassroots/models/format"
	"grassroots/models/store"
)

const (
	// maxTransfer is the largest bundle that is taken in the browser, in bytes.
	maxTransfer = 2_000_000_000
	// transferTimeout is how long the work on one bundle may take.
	transferTimeout = 45 * time.Minute
	// sweepEvery is how often transfers that nobody came back to are removed.
	sweepEvery = 6 * time.Hour
	// tellEvery is how often other nodes are told how far the work is.
	tellEvery = time.Second
	// maxProblems is how many problems of a bundle are kept for its page.
	maxProblems = 200
)

// transferArgs asks for the next step of a transfer, whichever its state says.
type transferArgs struct{ ID string }

// Kind implements jobs.Args.
func (transferArgs) Kind() string { return "bundles.transfer" }

// sweepArgs asks for the removal of what nobody came back to.
type sweepArgs struct{}

// Kind implements jobs.Args.
func (sweepArgs) Kind() string { return "bundles.sweep" }

func (f *Feature) registerJobs() {
	jobs.RegisterLong(f.queue, transferTimeout, func(ctx context.Context, a transferArgs) error { return f.work(ctx, a.ID) })
	jobs.Register(f.queue, func(ctx context.Context, _ sweepArgs) error { return f.SweepTransfers(ctx) })
	f.queue.Every(sweepEvery, sweepArgs{})
}

// transferReport is what the work on a bundle came to.
type transferReport struct {
	Import   *Report          `json:"import,omitempty"`
	Problems []format.Problem `json:"problems,omitempty"`
	More     int              `json:"more,omitempty"` // problems that are not listed
	Export   *exportReport    `json:"export,omitempty"`
	Failure  string           `json:"failure,omitempty"` // in words for the admin
}

type exportReport struct {
	CaseStudies int  `json:"case_studies"`
	Revisions   int  `json:"revisions"`
	Comments    int  `json:"comments"`
	Attachments int  `json:"attachments"`
	Missing     int  `json:"missing"`
	Emails      bool `json:"emails"`
}

func (r transferReport) text() string {
	text, err := json.Marshal(r)
	if err != nil {
		return "{}" // numbers and strings: it cannot fail
	}
	return string(text)
}

func readReport(text string) transferReport {
	var r transferReport
	if json.Unmarshal([]byte(text), &r) != nil {
		return transferReport{}
	}
	return r
}

// counts is how far each transfer is that this process is at work on.
type counts struct {
	mu sync.Mutex
	of map[string][2]int
}

func (c *counts) set(id string, done, total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string][2]int{}
	}
	c.of[id] = [2]int{done, total}
}

func (c *counts) get(id string) (done, total int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok := c.of[id]
	return n[0], n[1], ok
}

func (c *counts) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.of, id)
}

// progress tells how far the work is. SQLite has one writer, which an import
// may be, so there it is told within the process alone, which is the only one.
func (f *Feature) progress(ctx context.Context, id string) func(done, total int) {
	var told time.Time
	return func(done, total int) {
		f.counts.set(id, done, total)
		if now := time.Now(); f.store.Dialect() == store.Postgres && now.Sub(told) >= tellEvery {
			told = now
			if err := f.store.TransferProgress(context.WithoutCancel(ctx), id, done, total); err != nil {
				f.site.Log.WarnContext(ctx, "the progress of a bundle was not noted", "error", err)
			}
		}
	}
}

// work does the next step of a transfer. A step that was done already, or that
// nobody waits for any more, is left.
func (f *Feature) work(ctx context.Context, id string) error {
	t, err := f.store.Transfer(ctx, id)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.counts.drop(id)
	from := t.State
	switch from {
	case store.TransferChecking:
		err = f.check(ctx, &t)
	case store.TransferImporting:
		err = f.apply(ctx, &t)
	case store.TransferExporting:
		err = f.makeExport(ctx, &t)
	default:
		return nil
	}
	if err != nil && (models.KindOf(err) != models.Unavailable || jobs.LastAttempt(ctx)) {
		f.site.Log.ErrorContext(ctx, "the work on a bundle failed", "transfer", id, "state", from, "error", err)
		t.State, t.Report = store.TransferFailed, transferReport{Failure: web.Describe(err).Message}.text()
		err = nil
	}
	if err != nil {
		return err
	}
	if err = f.store.MoveTransfer(context.WithoutCancel(ctx), from, &t); models.KindOf(err) == models.Conflict {
		return nil // removed meanwhile
	}
	return err
}

// withFile puts the file of a transfer together and opens it.
func (f *Feature) withFile(ctx context.Context, t *store.Transfer, use func(*Import) error) error {
	dir, err := os.MkdirTemp("", "grassroots-import-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bundle.zip")
	if err := f.fetch(ctx, t, path); err != nil {
		return err
	}
	i, err := f.Check(ctx, path, f.progress(ctx, t.ID))
	if list := format.Problems(err); list != nil {
		for n := range list {
			if list[n].File == path { // the reader's name of the file is its own
				list[n].File = t.FileName
			}
		}
		t.State, t.Report = store.TransferRefused, transferReport{Problems: list[:min(len(list), maxProblems)], More: max(0, len(list)-maxProblems)}.text()
		return f.files.DeleteParts(ctx, t.ID)
	}
	if err != nil {
		return err
	}
	return errors.Join(use(i), i.Close())
}

func (f *Feature) fetch(ctx context.Context, t *store.Transfer, path string) error {
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	from := f.files.OpenParts(ctx, t.ID, t.Parts)
	n, err := io.Copy(to, from)
	err = errors.Join(err, from.Close(), to.Close())
	if err == nil && n != t.Size {
		err = models.E(models.Invalid, "The file did not arrive whole. Send it again.")
	}
	return err
}

// check finds out whether a bundle is right and what it would change.
func (f *Feature) check(ctx context.Context, t *store.Transfer) error {
	return f.withFile(ctx, t, func(i *Import) error {
		report, err := i.Plan(ctx, f.progress(ctx, t.ID))
		t.State, t.Report = store.TransferChecked, transferReport{Import: &report}.text()
		return err
	})
}

// apply brings a bundle in that was checked. It is checked once more: the site
// may have changed since.
func (f *Feature) apply(ctx context.Context, t *store.Transfer) error {
	return f.withFile(ctx, t, func(i *Import) error {
		if err := i.StoreFiles(ctx); err != nil {
			return errors.Join(err, i.DropFiles(ctx))
		}
		report, err := i.Apply(ctx, f.progress(ctx, t.ID))
		if err != nil {
			return errors.Join(err, i.DropFiles(context.WithoutCancel(ctx)))
		}
		f.site.PeopleChanged()
		t.State, t.Report = store.TransferImported, transferReport{Import: &report}.text()
		return f.files.DeleteParts(ctx, t.ID)
	})
}

// makeExport writes a bundle and keeps it in parts.
func (f *Feature) makeExport(ctx context.Context, t *store.Transfer) error {
	asked := readReport(t.Report).Export
	if asked == nil {
		asked = &exportReport{}
	}
	dir, err := os.MkdirTemp("", "grassroots-export-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "bundle.zip")
	to, err := archive.Create(path, bundle.Layout())
	if err != nil {
		return err
	}
	defer to.Abort()
	o := ExportOptions{ExportFilter: store.ExportFilter{Organisation: t.Organisation}, Emails: asked.Emails, Progress: f.progress(ctx, t.ID)}
	if t.Since != nil {
		o.Since = *t.Since
	}
	out, err := f.Export(ctx, to, o)
	if err != nil {
		return err
	}
	if err := f.keepParts(ctx, t, path); err != nil {
		return err
	}
	t.State, t.Report = store.TransferReady, transferReport{Export: &exportReport{CaseStudies: out.CaseStudies, Revisions: out.Revisions,
		Comments: out.Comments, Attachments: out.Attachments, Missing: len(out.Missing), Emails: asked.Emails}}.text()
	return nil
}

func (f *Feature) keepParts(ctx context.Context, t *store.Transfer, path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	t.Parts, t.Size = 0, 0
	return f.split(ctx, t, from)
}

// split keeps what r gives as the next parts of a transfer.
func (f *Feature) split(ctx context.Context, t *store.Transfer, r io.Reader) error {
	part := make([]byte, uploads.PartSize)
	for {
		n, err := io.ReadFull(r, part)
		if n > 0 {
			if err := f.files.PutPart(ctx, t.ID, t.Parts, part[:n]); err != nil {
				return err
			}
			t.Parts++
			t.Size += int64(n)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return models.Wrap(models.BadRequest, "The file did not arrive whole. Try again.", err)
		}
	}
}

// SweepTransfers removes transfers that nobody came back to, with their files.
func (f *Feature) SweepTransfers(ctx context.Context) error {
	ids, err := f.store.OldTransfers(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := f.removeTransfer(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// removeTransfer forgets a transfer and its file; the row goes last, so that
// what fails is done again.
func (f *Feature) removeTransfer(ctx context.Context, id string) error {
	if err := f.files.DeleteParts(ctx, id); err != nil {
		return err
	}
	return f.store.DeleteTransfer(ctx, id)
}
