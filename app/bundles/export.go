package bundles

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"time"

	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/bundle"
	"grassroots/models/format"
	"grassroots/models/store"
)

// ExportOptions says what is taken out.
type ExportOptions struct {
	store.ExportFilter
	// Emails takes the e-mail addresses of people and authors out, too: for
	// operators alone.
	Emails bool
	// Progress, if any, hears how far it is, in case studies.
	Progress func(done, total int)
	// Sign, if any, makes the signature of the bundle of the SHA-256 of its list
	// of checksums.
	Sign func(sums [sha256.Size]byte) ([]byte, error)
}

// Exported is what was taken out.
type Exported struct {
	bundle.Manifest
	// Missing names the attachments whose content was not where files are kept.
	Missing []string
}

// exportBatch is how many case studies are read at a time.
const exportBatch = 100

// Export writes a bundle of what the site holds at this moment, whatever is
// written meanwhile. The same content gives the same bytes.
func (f *Feature) Export(ctx context.Context, to *archive.Writer, o ExportOptions) (Exported, error) {
	to.Sign = o.Sign
	asked := bundle.Manifest{Emails: o.Emails, Organisation: o.Organisation}
	if !o.Since.IsZero() {
		since := o.Since.UTC()
		asked.Since = &since
	}
	e := &export{f: f, o: o, to: bundle.NewWriter(to, asked), people: set{}, organisations: set{}, systems: set{}, standards: set{}}
	var out Exported
	err := f.store.View(ctx, func(ctx context.Context) error {
		if err := e.caseStudies(ctx); err != nil {
			return err
		}
		return e.named(ctx)
	})
	if err != nil {
		return out, err
	}
	out.Missing = e.missing
	out.Manifest, err = e.to.Close()
	return out, err
}

type set map[string]bool

func (s set) add(values ...string) {
	for _, v := range values {
		if v != "" {
			s[v] = true
		}
	}
}

func (s set) sorted() []string { return slices.Sorted(maps.Keys(s)) }

// export is one export on its way: what its case studies name is gathered, and
// written after them.
type export struct {
	f             *Feature
	o             ExportOptions
	to            *bundle.Writer
	missing       []string
	people        set // ids
	organisations set // codes
	systems       set // names, as the connections have them
	standards     set // codes
}

func (e *export) caseStudies(ctx context.Context) error {
	total, err := e.f.store.CountExport(ctx, e.o.ExportFilter)
	if err != nil {
		return err
	}
	done, after := 0, ""
	for {
		batch, err := e.f.store.ExportBatch(ctx, e.o.ExportFilter, after, exportBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		for i := range batch {
			if err := e.caseStudy(ctx, &batch[i]); err != nil {
				return err
			}
			if done++; e.o.Progress != nil {
				e.o.Progress(done, total)
			}
		}
		after = batch[len(batch)-1].ID
	}
}

func (e *export) caseStudy(ctx context.Context, k *store.KeptCaseStudy) error {
	r := bundle.Record{ID: k.ID, Slug: k.Slug, FormerSlugs: k.FormerSlugs, Status: k.Status, StatusChangedAt: utc(k.StatusChangedAt), Owner: k.OwnerID,
		Editors: k.Editors, Revision: k.Revision, Votes: k.Votes, Demo: k.Demo, Created: k.CreatedAt.UTC(), Updated: k.UpdatedAt.UTC(), Published: k.PublishedAt.UTC()}
	if c := k.CopyOf; c != nil {
		r.CopyOf = &bundle.CopyOf{Origin: c.OriginURL, URL: c.URL, Revision: c.Revision}
	}
	e.people.add(k.OwnerID)
	e.people.add(k.Editors...)
	for _, a := range k.Attachments {
		kept, err := e.attachment(ctx, k.ID, a)
		if err != nil {
			return err
		}
		if kept {
			r.Attachments = append(r.Attachments, attachmentRecord(a))
			e.people.add(a.UploadedBy)
		}
	}
	if err := e.to.CaseStudy(r); err != nil {
		return err
	}
	if err := e.revisions(ctx, k); err != nil {
		return err
	}
	err := e.f.store.EachComment(ctx, k.ID, func(c models.Comment, mentioned []string) error {
		out := commentRecord(c, mentioned)
		e.people.add(out.Author)
		e.people.add(out.Mentions...)
		return e.to.Comment(k.ID, out)
	})
	if err != nil {
		return err
	}
	return e.adoptions(ctx, k)
}

// attachment writes the content of an attachment, and tells whether there is
// any.
func (e *export) attachment(ctx context.Context, id string, a models.Attachment) (bool, error) {
	content, err := e.f.files.Open(ctx, a.SHA256)
	if models.KindOf(err) == models.NotFound {
		e.missing = append(e.missing, a.ID+" ("+a.FileName+")")
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer content.Close()
	return true, e.to.Attachment(id, attachmentRecord(a), content)
}

// revisions writes what each revision says, then who made it. The texts come
// one at a time, since there may be many.
func (e *export) revisions(ctx context.Context, k *store.KeptCaseStudy) error {
	var by []bundle.Revision
	err := e.f.store.EachRevision(ctx, k.ID, func(v models.Revision) error {
		file := format.File{ID: k.ID, Document: v.Document, Created: k.CreatedAt, Updated: v.CreatedAt}
		if !e.o.Emails {
			file.Document = file.Document.WithoutEmails()
		}
		if v.Number == k.Revision {
			file.Updated = k.UpdatedAt
			e.mention(&v.Document)
		}
		by = append(by, bundle.Revision{Number: v.Number, Editor: v.EditorID, Note: models.Truncate(models.CleanLine(v.Note), 300), Created: v.CreatedAt.UTC()})
		e.people.add(v.EditorID)
		return e.to.Text(file, v.Number, k.Revision)
	})
	if err != nil {
		return err
	}
	for _, v := range by {
		if err := e.to.Revision(k.ID, v); err != nil {
			return err
		}
	}
	return nil
}

// mention notes what a document names in the lists.
func (e *export) mention(d *models.Document) {
	e.organisations.add(d.Organisation)
	for _, c := range d.Connections {
		e.systems.add(c.From, c.To)
		e.standards.add(c.Standard)
		e.organisations.add(c.Site)
	}
}

func attachmentRecord(a models.Attachment) bundle.Attachment {
	return bundle.Attachment{ID: a.ID, FileName: a.FileName, ContentType: a.ContentType, Size: a.Size, SHA256: a.SHA256, Alt: a.Alt,
		UploadedBy: a.UploadedBy, Created: a.CreatedAt.UTC()}
}

// commentRecord leaves of a deleted comment nothing but its place, also not
// who wrote it.
func commentRecord(c models.Comment, mentioned []string) bundle.Comment {
	out := bundle.Comment{ID: c.ID, ReplyTo: c.ParentID, Kind: c.Kind, Version: c.Version, Created: c.CreatedAt.UTC(), Edited: utc(c.EditedAt), Deleted: utc(c.DeletedAt)}
	if c.DeletedAt == nil {
		out.Author, out.Body, out.Official, out.Mentions = c.AuthorID, c.Body, c.Official, mentioned
	}
	return out
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
