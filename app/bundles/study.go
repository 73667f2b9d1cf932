package bundles

import (
	"context"
	"time"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// incoming is one case study on its way in.
type incoming struct {
	record   bundle.Record
	document models.Document // what it says at present, in the bundle
	item     *item

	here      *models.CaseStudy // nil: it is new
	fixed     bool              // it is a copy, here or in the bundle: only comments and adoptions are taken
	title     string            // as it is called here at the end
	outcome   Outcome
	differs   bool // the texts of now are not the same
	follows   bool // the bundle has what is here, and more
	last      bundle.Revision
	times     []time.Time // of the revisions here
	versions  map[string]store.CommentVersion
	replies   int                              // comments that came, or came anew
	adopted   map[string]store.AdoptionVersion // by the organisation
	adoptions int                              // that came, or came anew

	revisions []store.KeptRevision
	comments  []store.KeptComment
	said      []personal.Text // the text of the revision before
}

// writeBatch is how many rows are written at a time.
const writeBatch = 50

// begin takes up a case study: adds it when it is new, else finds out how it
// differs from the one here.
func (a *application) begin(ctx context.Context, r bundle.Record, it *item) error {
	document, err := it.document()
	if err != nil {
		return err
	}
	kept := *it
	in := &incoming{record: r, document: document, item: &kept, title: document.Title, outcome: Unchanged}
	a.study = in
	here, err := a.f.store.CaseStudy(ctx, r.ID)
	switch {
	case models.KindOf(err) == models.NotFound && a.f.elsewhere(r):
		in.outcome = Elsewhere
		return nil
	case models.KindOf(err) == models.NotFound:
		in.outcome = Created
		return a.create(ctx, in)
	case err != nil:
		return err
	}
	in.here, in.title, in.fixed = &here, here.Title, here.Copy != nil || r.CopyOf != nil
	document.KeepEmails(&here.Document)
	if in.differs = !in.fixed && !document.SameText(&here.Document); in.differs {
		if in.times, err = a.f.store.RevisionTimes(ctx, r.ID); err != nil {
			return err
		}
	}
	if in.versions, err = a.f.store.CommentVersions(ctx, r.ID); err != nil {
		return err
	}
	in.adopted, err = a.f.store.AdoptionVersions(ctx, r.ID)
	return err
}

// elsewhere tells whether a case study of a bundle is one of another instance
// than this one.
func (f *Feature) elsewhere(r bundle.Record) bool {
	return r.CopyOf != nil && r.CopyOf.Origin != f.site.BaseURL
}

func (a *application) create(ctx context.Context, in *incoming) error {
	if a.dry {
		return nil
	}
	cs := models.CaseStudy{Document: in.document}
	if !in.item.rendered() {
		if err := a.f.hooks.Prepare(&cs); err != nil {
			return err
		}
		in.item.HTML, in.item.Text, in.item.Contents, in.item.Rules = cs.HTML, cs.Text, cs.Contents, cs.HTMLRules
	}
	return a.f.store.AddKept(ctx, &cs, a.kept(in.record))
}

// revision takes a revision: all of those of a new case study, and of one that
// is here those that follow what is here.
func (a *application) revision(ctx context.Context, v bundle.Revision, it *item) error {
	in := a.study
	in.last = v
	if in.outcome == Elsewhere {
		return nil
	}
	if in.here == nil {
		return a.addRevision(ctx, in, v, it)
	}
	if !in.differs || v.Number < len(in.times) {
		return nil
	}
	document, err := it.document()
	if err != nil {
		return err
	}
	if v.Number == len(in.times) {
		in.follows = v.Created.Equal(in.times[v.Number-1]) && document.SameText(&in.here.Document)
		return nil
	}
	if in.follows {
		return a.revise(ctx, in, document, v, v.Note)
	}
	return nil
}

func (a *application) addRevision(ctx context.Context, in *incoming, v bundle.Revision, it *item) error {
	if a.dry {
		return nil
	}
	from, document := in.item, in.document
	if v.Number < in.record.Revision {
		var err error
		from = it
		if document, err = it.document(); err != nil {
			return err
		}
	}
	cs := models.CaseStudy{Document: document, HTML: from.HTML, Text: from.Text, Contents: from.Contents, HTMLRules: from.Rules}
	if !from.rendered() {
		if err := a.f.hooks.Prepare(&cs); err != nil {
			return err
		}
	}
	if err := a.letStandIn(ctx, in, document, v.Note); err != nil {
		return err
	}
	in.revisions = append(in.revisions, store.KeptRevision{Text: cs.Text, Rules: cs.HTMLRules, Revision: models.Revision{CaseStudyID: in.record.ID, Number: v.Number,
		Document: cs.Document, HTML: cs.HTML, Contents: cs.Contents, EditorID: a.ids[v.Editor], Note: v.Note, CreatedAt: v.Created}})
	if len(in.revisions) < writeBatch {
		return nil
	}
	return a.flushRevisions(ctx, in)
}

func (a *application) flushRevisions(ctx context.Context, in *incoming) error {
	list := in.revisions
	in.revisions = nil
	return a.f.store.AddKeptRevisions(ctx, list)
}

// revise makes a text of the bundle the next revision here.
func (a *application) revise(ctx context.Context, in *incoming, document models.Document, v bundle.Revision, note string) error {
	in.outcome, in.title = Updated, document.Title
	if a.dry {
		return nil
	}
	document.KeepEmails(&in.here.Document)
	cs := *in.here
	cs.Document, cs.UpdatedAt = document, v.Created
	if err := a.f.hooks.Prepare(&cs); err != nil {
		return err
	}
	if err := a.f.store.ReviseCaseStudy(ctx, &cs, store.SaveNote{EditorID: a.ids[v.Editor], Note: note}); err != nil {
		return err
	}
	in.said = personal.Texts(in.here.Document)
	if err := a.letStandIn(ctx, in, document, note); err != nil {
		return err
	}
	in.here = &cs
	return a.f.hooks.AfterWrite(ctx, &cs)
}

// comment takes a comment that is not here, or that has been changed or deleted
// since it came. Deleted here stays deleted, and what a moderator has hidden
// here stays as it is.
func (a *application) comment(ctx context.Context, c bundle.Comment, it *item) error {
	in := a.study
	if in.outcome == Elsewhere {
		return nil
	}
	here, known := in.versions[c.ID]
	if known && (here.Deleted || here.Hidden || c.Deleted == nil && c.Version <= here.Version) {
		return nil
	}
	in.replies++
	a.report.Comments++
	if a.dry {
		return nil
	}
	author, err := a.account(ctx, c.Author)
	if err != nil {
		return err
	}
	kept := store.KeptComment{Comment: models.Comment{ID: c.ID, CaseStudyID: in.record.ID, ParentID: c.ReplyTo, AuthorID: author, Kind: c.Kind, Body: c.Body,
		HTML: it.HTML, Official: c.Official, Version: c.Version, CreatedAt: c.Created, EditedAt: c.Edited, DeletedAt: c.Deleted}}
	if c.Deleted == nil {
		about := models.Override{Subject: models.OverrideComment, SubjectID: c.ID, CaseStudyID: in.record.ID}
		if err := a.letStand(ctx, about, []personal.Text{{Field: "body", Value: c.Body}}, nil); err != nil {
			return err
		}
	}
	for _, m := range c.Mentions {
		kept.Mentioned = append(kept.Mentioned, a.ids[m])
	}
	if known {
		return a.f.store.ReplaceKeptComment(ctx, kept)
	}
	in.comments = append(in.comments, kept)
	if len(in.comments) < writeBatch {
		return nil
	}
	return a.flushComments(ctx, in)
}

func (a *application) flushComments(ctx context.Context, in *incoming) error {
	list := in.comments
	in.comments = nil
	return a.f.store.AddKeptComments(ctx, list)
}

// finish ends a case study, if there is one.
func (a *application) finish(ctx context.Context) error {
	in := a.study
	if in == nil {
		return nil
	}
	a.study = nil
	if !a.dry {
		if err := a.flushRevisions(ctx, in); err != nil {
			return err
		}
		if err := a.flushComments(ctx, in); err != nil {
			return err
		}
	}
	files, err := a.attach(ctx, in)
	if err != nil {
		return err
	}
	if in.here != nil && !in.fixed {
		if err := a.settle(ctx, in); err != nil {
			return err
		}
	}
	if in.replies+in.adoptions > 0 && !a.dry {
		if err := a.f.store.Recount(ctx, in.record.ID); err != nil {
			return err
		}
	}
	if in.outcome == Unchanged && in.replies+in.adoptions+files > 0 {
		in.outcome = Updated
	}
	a.tell(in.record.ID, in.title, in.outcome)
	return nil
}

// attach adds the attachments that are not here.
func (a *application) attach(ctx context.Context, in *incoming) (int, error) {
	if in.fixed || in.outcome == Elsewhere {
		return 0, nil
	}
	ids := make([]string, len(in.record.Attachments))
	for n, f := range in.record.Attachments {
		ids[n] = f.ID
	}
	here, err := a.f.store.HasAttachments(ctx, ids)
	if err != nil {
		return 0, err
	}
	var list []models.Attachment
	for _, f := range in.record.Attachments {
		if !here[f.ID] {
			list = append(list, models.Attachment{ID: f.ID, CaseStudyID: in.record.ID, FileName: f.FileName, ContentType: f.ContentType, Size: f.Size,
				SHA256: f.SHA256, Alt: f.Alt, UploadedBy: a.ids[f.UploadedBy], CreatedAt: f.Created})
		}
	}
	a.report.Attachments += len(list)
	if a.dry {
		return len(list), nil
	}
	for _, f := range list {
		about := models.Override{Subject: models.OverrideFile, SubjectID: f.ID, CaseStudyID: in.record.ID}
		if err := a.letStand(ctx, about, a.i.texts[f.ID], nil); err != nil {
			return 0, err
		}
	}
	return len(list), a.f.store.AddKeptAttachments(ctx, list)
}

// settle decides about a case study that is here and that the bundle does not
// simply go on from: the later text wins, and so does the later word on whether
// it is published.
func (a *application) settle(ctx context.Context, in *incoming) error {
	if in.differs && in.outcome != Updated {
		said, err := a.saidHere(ctx, in)
		switch {
		case err != nil:
			return err
		case said: // the bundle is of before
		case in.last.Created.After(in.times[len(in.times)-1]):
			if err := a.revise(ctx, in, in.document, in.last, "Imported"); err != nil {
				return err
			}
		default:
			in.outcome = Kept
		}
	}
	if in.here.Hidden != "" { // that is for the moderators here to take back
		return nil
	}
	status, at, err := a.f.store.StatusOf(ctx, in.record.ID)
	if err != nil {
		return err
	}
	changed := in.record.StatusChangedAt
	if changed == nil || status == in.record.Status || at != nil && !changed.After(*at) {
		return nil
	}
	switch _, err := a.f.store.MergeOf(ctx, in.record.ID); {
	case err == nil: // it is part of another here, and stays so
		return nil
	case models.KindOf(err) != models.NotFound:
		return err
	}
	if in.outcome == Unchanged {
		in.outcome = Updated
	}
	if a.dry {
		return nil
	}
	return a.f.store.SetStatusAt(ctx, in.record.ID, in.record.Status, *changed)
}

// saidHere tells whether the case study said earlier what it says in the
// bundle.
func (a *application) saidHere(ctx context.Context, in *incoming) (bool, error) {
	for n := len(in.times) - 1; n > 0; n-- {
		earlier, err := a.f.store.Revision(ctx, in.record.ID, n)
		if err != nil {
			return false, err
		}
		if in.document.SameText(&earlier.Document) {
			return true, nil
		}
	}
	return false, nil
}
