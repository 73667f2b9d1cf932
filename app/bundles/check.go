package bundles

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/format"
	"grassroots/models/personal"
)

// maxAttachment is how large a file in a bundle may be, in bytes: more than may
// be uploaded, since what is kept of an image can be larger than what came.
const maxAttachment = 64 << 20

// Import is a bundle that was found to be whole and right. Close it.
type Import struct {
	f      *Feature
	reader *bundle.Reader
	spool  *spool
	files  []file // that are not here yet
	added  []string

	texts  map[string][]personal.Text // of files, in which something is in doubt
	doubts []string                   // of all, for whoever imports
	more   int                        // how many there are
}

// file is an attachment of a bundle.
type file struct {
	caseStudy  string
	attachment bundle.Attachment
}

// Check reads a whole bundle, in a folder or a .zip, and holds everything in it
// to the rules. Nothing is changed. The error is a *format.Errors when
// something is wrong with the bundle. progress, if any, hears how far it is, in
// case studies.
func (f *Feature) Check(ctx context.Context, path string, progress func(done, total int)) (*Import, error) {
	reader, err := bundle.Open(path)
	if err != nil {
		return nil, err
	}
	spool, err := newSpool()
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	i := &Import{f: f, reader: reader, spool: spool, texts: map[string][]personal.Text{}}
	total := reader.CaseStudies()
	err = reader.Check(ctx, &preparation{ctx: ctx, i: i, handles: map[string]bool{}}, bundle.CheckOptions{
		Rules: []func(*models.Document) error{f.hooks.CheckLists, personal.Rule(f.site.PersonalOptions())},
		Text:  func(text string) error { return f.site.CheckDraft([]personal.Text{{Value: text}}) },
		Progress: func(done int) {
			if progress != nil {
				progress(done, total)
			}
		},
	})
	if err != nil {
		return nil, errors.Join(err, i.Close())
	}
	return i, nil
}

// Close lets go of the bundle and of what was kept of it on the way.
func (i *Import) Close() error { return errors.Join(i.reader.Close(), i.spool.close()) }

// Signature gives the signature of the bundle, nil when it has none, and the
// SHA-256 that it is to fit.
func (i *Import) Signature() ([]byte, [sha256.Size]byte) { return i.reader.Signature() }

// CaseStudies counts the case studies of the bundle.
func (i *Import) CaseStudies() int { return i.reader.CaseStudies() }

// preparation makes of a bundle what is written into the store: texts are
// rendered here, before the transaction.
type preparation struct {
	ctx     context.Context
	i       *Import
	handles map[string]bool // of the bundle's people, who keep them here
	known   bool            // the case study is here already
	said    []personal.Text // the revision before the one at hand
}

var _ bundle.Visitor = (*preparation)(nil)

// Organisation implements bundle.Visitor.
func (p *preparation) Organisation(o bundle.Organisation) error {
	return p.i.spool.add(item{Kind: organisationItem}, o, nil)
}

// System implements bundle.Visitor.
func (p *preparation) System(s bundle.System) error {
	return p.i.spool.add(item{Kind: systemItem}, s, nil)
}

// Standard implements bundle.Visitor.
func (p *preparation) Standard(s bundle.Standard) error {
	return p.i.spool.add(item{Kind: standardItem}, s, nil)
}

// Person implements bundle.Visitor.
func (p *preparation) Person(b bundle.Person) error {
	here, err := p.i.f.personHere(p.ctx, b)
	switch {
	case err == nil:
		p.handles[b.Handle] = here.Handle == b.Handle
	case models.KindOf(err) == models.NotFound:
		free, err := p.i.f.store.HandleFree(p.ctx, b.Handle)
		if err != nil {
			return err
		}
		p.handles[b.Handle] = free
	default:
		return err
	}
	return p.i.spool.add(item{Kind: personItem}, b, nil)
}

// CaseStudy implements bundle.Visitor. What is here already is rendered only
// when it turns out to say something else.
func (p *preparation) CaseStudy(r bundle.Record, now format.File) error {
	_, _, err := p.i.f.store.StatusOf(p.ctx, r.ID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	p.known, p.said = err == nil, nil
	if p.known || !p.i.f.elsewhere(r) {
		if err := p.attachments(r); err != nil {
			return err
		}
	}
	return p.text(item{Kind: studyItem}, r, now.Document)
}

// text keeps what a revision says, rendered when it will be needed for sure.
func (p *preparation) text(i item, record any, d models.Document) error {
	cs := models.CaseStudy{Document: d}
	cs.Complete()
	if !p.known {
		if err := p.i.f.hooks.Prepare(&cs); err != nil {
			return err
		}
		i.HTML, i.Text, i.Contents, i.Rules = cs.HTML, cs.Text, cs.Contents, cs.HTMLRules
	}
	return p.i.spool.add(i, record, &cs.Document)
}

// Revision implements bundle.Visitor.
func (p *preparation) Revision(r bundle.Record, v bundle.Revision, text format.File) error {
	if !p.known {
		if err := p.doubtsOf(r, v.Number, text.Document); err != nil {
			return err
		}
	}
	if v.Number == r.Revision && !p.known {
		// What it says was kept with the case study.
		return p.i.spool.add(item{Kind: revisionItem}, v, nil)
	}
	return p.text(item{Kind: revisionItem}, v, text.Document)
}

// Comment implements bundle.Visitor.
func (p *preparation) Comment(r bundle.Record, c bundle.Comment) error {
	i := item{Kind: commentItem}
	if c.Deleted == nil {
		if !p.known {
			p.doubts([]personal.Text{{Field: "body", Value: c.Body}}, func(message string) error {
				return p.i.reader.CommentsProblem(r.ID, "comment "+c.ID+": "+message)
			})
		}
		i.HTML = p.i.f.hooks.Comment(c.ID, c.Body, func(handle string) bool { return p.handles[handle] })
	}
	return p.i.spool.add(i, c, nil)
}

// attachments holds the files that are not here yet to what is taken from
// people: of a known type, and an image without anything but picture.
func (p *preparation) attachments(r bundle.Record) error {
	ids := make([]string, len(r.Attachments))
	for n, a := range r.Attachments {
		ids[n] = a.ID
	}
	here, err := p.i.f.store.HasAttachments(p.ctx, ids)
	if err != nil {
		return err
	}
	for _, a := range r.Attachments {
		if here[a.ID] {
			continue
		}
		content, err := p.i.reader.Attachment(r.ID, a)
		if err != nil {
			return err
		}
		text, err := p.i.f.files.Text(p.ctx, content)
		if err != nil {
			return err
		}
		if err := p.i.f.site.CheckDraft(fileTexts(a, text)); err != nil {
			return p.i.reader.AttachmentProblem(r.ID, a, models.Fields(err)[0].Message)
		}
		kept, err := p.i.f.files.Examine(p.ctx, bytes.NewReader(content), maxAttachment)
		switch models.KindOf(err) {
		case "":
		case models.Invalid, models.Unsupported, models.TooLarge:
			return p.i.reader.AttachmentProblem(r.ID, a, err.Error())
		default:
			return err
		}
		switch {
		case kept.ContentType != a.ContentType:
			return p.i.reader.AttachmentProblem(r.ID, a, "The file is a "+kept.ContentType+", and the record says "+a.ContentType)
		case kept.SHA256 != a.SHA256:
			return p.i.reader.AttachmentProblem(r.ID, a, "The image holds something beside the picture, such as where it was taken: attach it on the site, which removes that")
		}
		p.doubts(fileTexts(a, text), func(message string) error { return p.i.reader.AttachmentProblem(r.ID, a, message) })
		if personal.Doubtful(fileTexts(a, text), nil, p.i.f.site.PersonalOptions()) != nil {
			p.i.texts[a.ID] = fileTexts(a, text)
		}
		p.i.files = append(p.i.files, file{r.ID, a})
	}
	return nil
}

// StoreFiles keeps the attachments that are not here yet, before the rows that
// name them. DropFiles takes them away again when those are not written.
func (i *Import) StoreFiles(ctx context.Context) error {
	for _, f := range i.files {
		has, err := i.f.files.Has(ctx, f.attachment.SHA256)
		if err != nil || has {
			if err != nil {
				return err
			}
			continue
		}
		content, err := i.reader.Attachment(f.caseStudy, f.attachment)
		if err != nil {
			return err
		}
		i.added = append(i.added, f.attachment.SHA256)
		if err := i.f.files.Put(ctx, f.attachment.SHA256, bytes.NewReader(content)); err != nil {
			return err
		}
	}
	return nil
}

// DropFiles removes what StoreFiles kept, but for what somebody has attached
// meanwhile.
func (i *Import) DropFiles(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, sum := range i.added {
		used, err := i.f.store.ContentInUse(ctx, sum)
		if err == nil && !used {
			err = i.f.files.Delete(ctx, sum)
		}
		errs = append(errs, err)
	}
	i.added = nil
	return errors.Join(errs...)
}
