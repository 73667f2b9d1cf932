package exchange

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"grassroots/models"
	"grassroots/models/format"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// maxFile is how large an attachment may be, in bytes.
const maxFile = 12 << 20

// incoming is a case study on its way in.
type incoming struct {
	study
	token, by string // the signed document, and the key
	cs        models.CaseStudy
	files     []models.Attachment
	inFiles   []models.Override // what is in doubt in those that are fetched
}

// read makes of a document what is to be saved.
func (f *Feature) read(ctx context.Context, d *study) (models.CaseStudy, error) {
	file, err := format.Parse(d.ID+format.Extension, []byte(d.Markdown))
	if err != nil {
		return models.CaseStudy{}, &refused{"It does not keep to the format: " + firstProblem(err), err}
	}
	if file.ID != d.ID {
		return models.CaseStudy{}, &refused{why: "The text is of another case study."}
	}
	now := f.site.Now()
	cs := models.CaseStudy{ID: d.ID, Document: public(file.Document), Status: models.Published, Demo: d.Demo,
		CreatedAt: past(file.Created, now), UpdatedAt: past(file.Updated, now), PublishedAt: past(d.Published, now)}
	if cs.Licence != d.Licence && d.Licence != "" {
		return cs, &refused{why: "The licence of the document is not that of its text."}
	}
	if _, err := f.personal(ctx, personal.Texts(cs.Document), nil); err != nil {
		return cs, err
	}
	if err := f.hooks.Prepare(&cs); err != nil {
		return cs, &refused{"It does not keep to the format: " + explain(err), err}
	}
	return cs, nil
}

// personal refuses a copy of what holds personal data or a secret, without
// saying what that is. It gives what is in doubt, but for what stood in former
// texts: its writers were asked at its origin, and moderators see it here.
func (f *Feature) personal(ctx context.Context, texts, former []personal.Text) ([]models.Override, error) {
	overrides, err := f.site.CheckTexts(personal.WithAnswers(ctx, personal.ForAll(models.ReasonCopy)), texts, former)
	if err == nil {
		return overrides, nil
	}
	return nil, &refused{"It holds personal data or a secret. " + models.Fields(err)[0].Message + ".", err}
}

func firstProblem(err error) string {
	if list := format.Problems(err); len(list) > 0 {
		return models.Truncate(list[0].String(), 300)
	}
	return "it cannot be read"
}

// past keeps an instance from being ahead of its time, and so first of every
// list.
func past(t, now time.Time) time.Time {
	if t.IsZero() || t.After(now) {
		return now
	}
	return t
}

// mayTake tells whether a case study of an id can be one of this instance's:
// not when it was posted here, or comes from elsewhere.
func (s *sync) mayTake(ctx context.Context, id string) (*store.KeptCopy, error) {
	copied, err := s.copied(ctx, id)
	if copied != nil || err != nil {
		return copied, err
	}
	_, err = s.f.store.CaseStudy(ctx, id)
	if models.KindOf(err) == models.NotFound {
		_, err = s.f.store.Draft(ctx, id)
	}
	switch {
	case models.KindOf(err) == models.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	}
	// Another run may have taken it between the two statements above. A copy and
	// its case study are written together, so it is a copy by now if it is one.
	if copied, err = s.copied(ctx, id); copied != nil || err != nil {
		return copied, err
	}
	return nil, &refused{why: "A case study with this id was posted here, and stays as it is."}
}

// copied gives the copy with an id, nil when there is none.
func (s *sync) copied(ctx context.Context, id string) (*store.KeptCopy, error) {
	copied, err := s.f.store.CopyOf(ctx, id)
	switch {
	case models.KindOf(err) == models.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case copied.OriginID != s.origin.ID:
		return nil, &refused{why: "A case study with this id is here already, as a copy from another instance."}
	}
	return &copied, nil
}

// fetch gets a case study with its files, ready to be saved.
func (s *sync) fetch(ctx context.Context, id string, revision int) (*incoming, error) {
	got, token, by, err := s.study(ctx, id)
	if err != nil {
		return nil, err
	}
	if got.Revision < revision {
		return nil, &refused{why: "The document is older than the list of changes says."}
	}
	in := &incoming{study: got, token: token, by: by}
	if in.cs, err = s.f.read(ctx, &got); err != nil {
		return nil, err
	}
	for _, a := range got.Attachments {
		named, err := s.f.personal(ctx, []personal.Text{{Field: "file name", Value: strings.ReplaceAll(a.Name, "_", " ")}, {Field: "alt", Value: a.Alt}}, nil)
		if err != nil {
			return nil, err
		}
		said, err := s.file(ctx, a)
		if err != nil {
			return nil, err
		}
		for _, o := range append(named, said...) {
			o.Subject, o.SubjectID, o.CaseStudyID = models.OverrideFile, a.ID, id
			in.inFiles = append(in.inFiles, o)
		}
		in.files = append(in.files, models.Attachment{ID: a.ID, CaseStudyID: id, FileName: fileName(a.Name, a.ContentType), ContentType: a.ContentType, Size: a.Size,
			SHA256: a.SHA256, Alt: models.Truncate(models.CleanLine(a.Alt), 300), CreatedAt: past(a.Created, s.f.site.Now()), Published: true})
	}
	return in, nil
}

// fileName makes the name of a file fit to be shown and saved under, with the
// ending of its type.
func fileName(name, contentType string) string {
	endings := map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf"}
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*%#;`, r) {
			return -1
		}
		return r
	}, models.CleanLine(name)), ". ")
	if ending := endings[contentType]; ending != "" {
		name = strings.TrimSuffix(name, path.Ext(name)) + ending
	}
	return name
}

// file fetches an attachment, unless its content is here already, and gives
// what in its text is in doubt.
func (s *sync) file(ctx context.Context, a file) ([]models.Override, error) {
	has, err := s.f.uploads.Has(ctx, a.SHA256)
	if err != nil || has {
		return nil, err
	}
	raw, err := get(ctx, s.f.files, s.origin.URL+"/attachments/"+a.ID+"/"+url.PathEscape(a.Name))
	if errors.Is(err, errGone) || errors.Is(err, errTooLarge) {
		return nil, &refused{"An attachment cannot be fetched: " + explain(err), err}
	}
	if err != nil {
		return nil, err
	}
	kept, err := s.f.uploads.Examine(ctx, bytes.NewReader(raw), maxFile)
	if err != nil && models.KindOf(err) != models.Unavailable {
		return nil, &refused{"An attachment is not taken: " + explain(err), err}
	}
	if err != nil {
		return nil, err
	}
	if kept.SHA256 != a.SHA256 || kept.ContentType != a.ContentType {
		return nil, &refused{why: "An attachment is not the one that was signed."}
	}
	text, err := s.f.uploads.Text(ctx, raw)
	if err != nil {
		return nil, err
	}
	said, err := s.f.personal(ctx, []personal.Text{{Field: "file", Value: text}}, nil)
	if err != nil {
		return nil, err
	}
	_, err = s.f.uploads.Add(ctx, bytes.NewReader(raw), maxFile)
	return said, err
}

// save writes a case study that was fetched, new or over the copy that is here,
// in the transaction in ctx.
func (s *sync) save(ctx context.Context, in *incoming, before *store.KeptCopy) error {
	owner, err := s.f.owner(ctx)
	if err != nil {
		return err
	}
	cs, what := in.cs, models.EventCaseStudyPublished
	cs.OwnerID = owner.ID
	var former []personal.Text
	if before == nil {
		err = s.create(ctx, &cs)
	} else {
		what, former, err = s.revise(ctx, &cs)
	}
	if err == nil {
		err = s.doubts(ctx, in, owner.ID, former)
	}
	if err != nil {
		return err
	}
	err = s.f.store.SaveCopy(ctx, store.SavedCopy{CaseStudyID: cs.ID, OriginID: s.origin.ID, URL: in.URL, Revision: in.Revision, Signed: in.token, SignedBy: in.by})
	if err == nil {
		err = s.attach(ctx, in, owner.ID)
	}
	if err == nil {
		err = s.f.store.ShowCopy(ctx, cs.ID)
	}
	if err == nil {
		err = s.f.store.Accept(ctx, s.origin.ID, cs.ID)
	}
	if err != nil {
		return err
	}
	return s.f.after(ctx, cs.ID, what)
}

// doubts keeps for moderators what in a copy is in doubt: of its text what was
// not in it before, of its files what the ones that are new hold.
func (s *sync) doubts(ctx context.Context, in *incoming, ownerID string, former []personal.Text) error {
	overrides, err := s.f.personal(ctx, personal.Texts(in.cs.Document), former)
	if err != nil {
		return err
	}
	for i := range overrides {
		overrides[i].Subject, overrides[i].SubjectID, overrides[i].CaseStudyID = models.OverrideStudy, in.cs.ID, in.cs.ID
	}
	have, err := s.f.store.Attachments(ctx, in.ID)
	if err != nil {
		return err
	}
	for _, o := range in.inFiles {
		if !slices.ContainsFunc(have, func(a models.Attachment) bool { return a.ID == o.SubjectID }) {
			overrides = append(overrides, o)
		}
	}
	for i := range overrides {
		overrides[i].PersonID = ownerID
	}
	return s.f.store.AddOverrides(ctx, overrides)
}

func (s *sync) create(ctx context.Context, cs *models.CaseStudy) error {
	err := s.f.store.AddKept(ctx, cs, store.KeptCaseStudy{ID: cs.ID, Slug: models.Slugify(cs.Title), Status: models.Published, OwnerID: cs.OwnerID, Revision: 1,
		Demo: cs.Demo, CreatedAt: cs.CreatedAt, UpdatedAt: cs.UpdatedAt, PublishedAt: cs.PublishedAt})
	if err != nil {
		return err
	}
	return s.f.store.AddKeptRevisions(ctx, []store.KeptRevision{{Revision: models.Revision{CaseStudyID: cs.ID, Number: 1, Document: cs.Document, HTML: cs.HTML,
		Contents: cs.Contents, EditorID: cs.OwnerID, Note: "Taken from " + s.origin.Name(), CreatedAt: cs.UpdatedAt}, Text: cs.Text, Rules: cs.HTMLRules}})
}

// revise saves what is new. A copy that was withdrawn and is back says the same
// as before, and so does one that is only signed anew.
func (s *sync) revise(ctx context.Context, cs *models.CaseStudy) (what models.EventType, former []personal.Text, err error) {
	old, err := s.f.store.CaseStudy(ctx, cs.ID)
	if err != nil {
		return "", nil, err
	}
	former = personal.Texts(old.Document)
	what = models.EventCaseStudyRevised
	if old.Status == models.Withdrawn {
		what = models.EventCaseStudyPublished
	}
	if old.Same(&cs.Document) && s.f.differs(ctx, &old, cs) == "" {
		if old.Status == models.Published {
			what = ""
		}
		return what, former, nil
	}
	cs.Revision = old.Revision
	return what, former, s.f.store.ReviseCaseStudy(ctx, cs, store.SaveNote{EditorID: cs.OwnerID, Note: "Taken from " + s.origin.Name()})
}

// attach makes the files of a copy those that were signed.
func (s *sync) attach(ctx context.Context, in *incoming, ownerID string) error {
	have, err := s.f.store.Attachments(ctx, in.ID)
	if err != nil {
		return err
	}
	var fresh []models.Attachment
	for _, a := range in.files {
		a.UploadedBy = ownerID
		if !slices.ContainsFunc(have, func(h models.Attachment) bool { return sameFile(h, a) }) {
			fresh = append(fresh, a)
		}
	}
	var gone []string
	for _, h := range have {
		if !slices.ContainsFunc(in.files, func(a models.Attachment) bool { return sameFile(h, a) }) {
			gone = append(gone, h.ID)
		}
	}
	if err := s.f.store.DropFiles(ctx, in.ID, gone); err != nil {
		return err
	}
	err = s.f.store.AddKeptAttachments(ctx, fresh)
	if models.KindOf(err) == models.Conflict {
		return &refused{"An attachment has the id of one that belongs to another case study here.", err}
	}
	return err
}

func sameFile(x, y models.Attachment) bool {
	return x.ID == y.ID && x.SHA256 == y.SHA256 && x.FileName == y.FileName && x.Alt == y.Alt && x.ContentType == y.ContentType && x.Size == y.Size
}

// after does what follows a change of a copy, in its transaction.
func (f *Feature) after(ctx context.Context, id string, what models.EventType) error {
	cs, err := f.store.CaseStudy(ctx, id)
	if err != nil {
		return err
	}
	if err := f.hooks.AfterWrite(ctx, &cs); err != nil || what == "" {
		return err
	}
	if cs.Hidden != "" || what != models.EventCaseStudyWithdrawn && cs.Status != models.Published {
		return nil // hidden here: nobody is to hear of it
	}
	return f.hooks.Announce(ctx, what, cs)
}

// owner gives the account that copies belong to.
func (f *Feature) owner(ctx context.Context) (models.Person, error) {
	p, err := f.store.PersonByEmail(ctx, models.ExchangeEmail)
	if models.KindOf(err) != models.NotFound {
		return p, err
	}
	handle, err := f.store.FreeHandle(ctx, "other-instances")
	if err != nil {
		return p, err
	}
	p = models.Person{ID: f.store.NewID(), Handle: handle, Name: "Other instances", Email: models.ExchangeEmail, JobTitle: "Copies of case studies from elsewhere",
		CreatedAt: f.site.Now(), Grants: []models.Grant{{Role: models.RoleMember}}}
	return p, f.store.CreatePerson(ctx, &p)
}
