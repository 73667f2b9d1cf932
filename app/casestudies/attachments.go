package casestudies

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"grassroots/app/uploads"
	"grassroots/models"
	"grassroots/models/personal"
)

// MaxUpload is how large a file may be, in bytes.
const MaxUpload = 10 << 20

// Attach keeps a file with a draft: its type is told by its content, an
// image's metadata is stripped, and the row is written only when the whole
// content is kept.
func (f *Feature) Attach(ctx context.Context, p *models.Person, draftID, fileName, alt string, content io.Reader) (models.Attachment, error) {
	if _, err := f.editable(ctx, p, draftID); err != nil {
		return models.Attachment{}, err
	}
	raw, err := io.ReadAll(io.LimitReader(content, MaxUpload+1))
	if err != nil {
		return models.Attachment{}, models.Wrap(models.BadRequest, "The file did not arrive whole. Try again.", err)
	}
	a := models.Attachment{ID: f.store.NewID(), CaseStudyID: draftID, FileName: uploads.CleanName(fileName, ""), Alt: models.Truncate(models.CleanLine(alt), 300),
		UploadedBy: p.ID, CreatedAt: f.site.Now()}
	// Before anything of it is kept.
	texts, err := f.fileTexts(ctx, a, raw)
	if err != nil {
		return a, err
	}
	overrides, err := f.site.CheckTexts(ctx, texts, nil)
	if err != nil {
		return a, err
	}
	kept, err := f.uploads.Add(ctx, bytes.NewReader(raw), MaxUpload)
	if err != nil {
		return models.Attachment{}, err
	}
	a.FileName, a.ContentType, a.Size, a.SHA256 = uploads.CleanName(fileName, kept.Extension), kept.ContentType, kept.Size, kept.SHA256
	return a, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.AddAttachment(ctx, a); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideFile, SubjectID: a.ID, CaseStudyID: draftID})
	})
}

// fileTexts are what of a file is checked for personal data: its name, what it
// is said to show, and the text of a PDF. Images keep no text: it is taken out
// of them.
func (f *Feature) fileTexts(ctx context.Context, a models.Attachment, raw []byte) ([]personal.Text, error) {
	text, err := f.uploads.Text(ctx, raw)
	return []personal.Text{{Field: "file name", Value: strings.ReplaceAll(a.FileName, "_", " ")}, {Field: "alt", Value: a.Alt}, {Field: "file", Value: text}}, err
}

// editable tells whether a person may change the files of a draft or case
// study, whichever there is.
func (f *Feature) editable(ctx context.Context, p *models.Person, id string) (exists bool, err error) {
	if p == nil {
		return false, models.E(models.Unauthorised, "Sign in to attach a file.")
	}
	_, err = f.Draft(ctx, p, id)
	if models.KindOf(err) != models.NotFound {
		return err == nil, err
	}
	cs, err := f.store.CaseStudy(ctx, id)
	if err != nil {
		return false, models.E(models.NotFound, "Save the draft first, then attach the file.")
	}
	return true, f.mayEdit(ctx, p, &cs)
}

// Attachment gives a file to whoever may read what it belongs to: one that is
// published, to readers of the case study; one that is the draft's alone, to
// those who work on it, and others are told that it cannot be found. open tells
// whether everybody may read it.
func (f *Feature) Attachment(ctx context.Context, p *models.Person, id string) (a models.Attachment, content io.ReadCloser, open bool, err error) {
	if a, err = f.store.Attachment(ctx, id); err != nil {
		return a, nil, false, err
	}
	if a.Published {
		var cs models.CaseStudy
		cs, err = f.Get(ctx, p, a.CaseStudyID)
		open = cs.Status == models.Published
	} else if _, err = f.editable(ctx, p, a.CaseStudyID); models.KindOf(err) == models.Unauthorised || models.KindOf(err) == models.Forbidden {
		err = errNoSuchFile
	}
	if err != nil {
		return a, nil, false, err
	}
	content, err = f.uploads.Open(ctx, a.SHA256)
	return a, content, open, err
}

var errNoSuchFile = models.E(models.NotFound, "That file cannot be found.")

// Detach removes a file from a draft, or with removed false puts it back. What
// readers see already stays for them until the draft is published.
func (f *Feature) Detach(ctx context.Context, p *models.Person, draftID, id string, removed bool) (models.Attachment, error) {
	if _, err := f.editable(ctx, p, draftID); err != nil {
		return models.Attachment{}, err
	}
	a, err := f.store.Attachment(ctx, id)
	if err != nil {
		return a, err
	}
	if a.CaseStudyID != draftID {
		return a, errNoSuchFile
	}
	return a, f.store.Tx(ctx, func(ctx context.Context) error {
		gone, err := f.store.RemoveAttachment(ctx, a, removed)
		if err != nil {
			return err
		}
		return f.Forget(ctx, gone)
	})
}

// forgetArgs asks for contents to be removed that files had which are gone.
type forgetArgs struct {
	Sums []string `json:"sums"`
}

// Kind implements jobs.Args.
func (forgetArgs) Kind() string { return "attachments.forget" }

// Forget has contents removed once the transaction is through, unless something else
// has the same.
func (f *Feature) Forget(ctx context.Context, sums []string) error {
	if len(sums) == 0 {
		return nil
	}
	return f.queue.Enqueue(ctx, forgetArgs{sums})
}

func (f *Feature) forgetContents(ctx context.Context, args forgetArgs) error {
	for _, sum := range args.Sums {
		used, err := f.store.ContentInUse(ctx, sum)
		if err != nil {
			return err
		}
		if used {
			continue
		}
		if err := f.uploads.Delete(ctx, sum); err != nil {
			return err
		}
	}
	return nil
}

var attachmentLink = regexp.MustCompile(`/attachments/([0-9A-HJKMNP-TV-Z]{26})/`)

// attachmentsIn gives the ids of the files that a text shows or links to.
func attachmentsIn(body string) []string {
	var ids []string
	for _, m := range attachmentLink.FindAllStringSubmatch(body, models.MaxAttachments) {
		if !slices.Contains(ids, m[1]) {
			ids = append(ids, m[1])
		}
	}
	return ids
}
