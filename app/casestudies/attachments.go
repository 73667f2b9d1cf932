package casestudies

import (
	"context"
	"io"
	"path"
	"strings"

	"grassroots/models"
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
	kept, err := f.uploads.Add(ctx, content, MaxUpload)
	if err != nil {
		return models.Attachment{}, err
	}
	a := models.Attachment{ID: f.store.NewID(), CaseStudyID: draftID, FileName: cleanFileName(fileName, kept.Extension),
		ContentType: kept.ContentType, Size: kept.Size, SHA256: kept.SHA256, Alt: models.Truncate(models.CleanLine(alt), 300),
		UploadedBy: p.ID, CreatedAt: f.site.Now()}
	return a, f.store.AddAttachment(ctx, a)
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

// Attachment gives a file to whoever may read what it belongs to.
func (f *Feature) Attachment(ctx context.Context, p *models.Person, id string) (models.Attachment, io.ReadCloser, error) {
	a, err := f.store.Attachment(ctx, id)
	if err != nil {
		return a, nil, err
	}
	cs, err := f.store.CaseStudy(ctx, a.CaseStudyID)
	switch {
	case models.KindOf(err) == models.NotFound:
		if p == nil {
			return a, nil, models.E(models.NotFound, "That file cannot be found.")
		}
		if _, err := f.Draft(ctx, p, a.CaseStudyID); err != nil {
			return a, nil, models.E(models.NotFound, "That file cannot be found.")
		}
	case err != nil:
		return a, nil, err
	case cs.Status != models.Published:
		if _, err := f.Get(ctx, p, cs.ID); err != nil {
			return a, nil, err
		}
	}
	content, err := f.uploads.Open(ctx, a.SHA256)
	return a, content, err
}

// Detach removes a file; the content goes when nothing else has the same.
func (f *Feature) Detach(ctx context.Context, p *models.Person, draftID, id string) error {
	if _, err := f.editable(ctx, p, draftID); err != nil {
		return err
	}
	a, err := f.store.Attachment(ctx, id)
	if err != nil {
		return err
	}
	if a.CaseStudyID != draftID {
		return models.E(models.NotFound, "That file cannot be found.")
	}
	last, err := f.store.DeleteAttachment(ctx, a)
	if err != nil || !last {
		return err
	}
	return f.uploads.Delete(ctx, a.SHA256)
}

// cleanFileName keeps the last part of a file's name, without anything that
// means something to a file system, with the ending of its true type.
func cleanFileName(name, extension string) string {
	name = path.Base(strings.ReplaceAll(models.CleanLine(name), `\`, "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*%#;`, r) {
			return -1
		}
		return r
	}, name), ". ")
	if name == "" {
		name = "file"
	}
	return models.Truncate(name, 80) + extension
}
