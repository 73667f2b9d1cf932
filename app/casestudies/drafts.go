package casestudies

import (
	"context"
	"errors"

	"grassroots/models"
	"grassroots/models/personal"
)

// NewDraft makes an unsaved draft of a person's, with what is known of them
// filled in.
func (f *Feature) NewDraft(p *models.Person, stage models.Stage) models.Draft {
	return models.Draft{ID: f.store.NewID(), OwnerID: p.ID, Document: models.Document{Stage: stage, Organisation: p.Organisation,
		Authors: []models.Author{{Name: p.Name, Handle: p.Handle, Role: p.JobTitle, StaffGroup: p.StaffGroup}}}}
}

// Draft gives a draft for editing to those who may: its owner, those named in
// it, the authors of the case study that it changes, and those who moderate.
// Others are told that it cannot be found, because that it exists is nobody
// else's business.
func (f *Feature) Draft(ctx context.Context, p *models.Person, id string) (models.Draft, error) {
	if p == nil {
		return models.Draft{}, models.E(models.Unauthorised, "Sign in to go on with your draft. It is kept for you.")
	}
	d, err := f.store.Draft(ctx, id)
	if err != nil {
		return d, err
	}
	return d, f.mayEditDraft(ctx, p, d)
}

func (f *Feature) mayEditDraft(ctx context.Context, p *models.Person, d models.Draft) error {
	ok, err := f.store.MayEditDraft(ctx, d, p.ID)
	if err != nil || ok {
		return err
	}
	if d.Based > 0 {
		cs, err := f.store.CaseStudy(ctx, d.ID)
		if err != nil {
			return err
		}
		if ok, err = f.MayEdit(ctx, p, &cs); err != nil || ok {
			return err
		}
	}
	return models.E(models.NotFound, "That draft cannot be found.")
}

// DraftOf gives the draft of changes to a case study: the one that is kept, or
// an unsaved one (Version 0) that starts from its current revision.
func (f *Feature) DraftOf(ctx context.Context, p *models.Person, idOrSlug string) (models.Draft, error) {
	if p == nil {
		return models.Draft{}, models.E(models.Unauthorised, "Sign in to change this case study.")
	}
	cs, err := f.Get(ctx, p, idOrSlug)
	if err != nil {
		return models.Draft{}, err
	}
	if err := f.mayEdit(ctx, p, &cs); err != nil {
		return models.Draft{}, err
	}
	d, err := f.store.Draft(ctx, cs.ID)
	if models.KindOf(err) == models.NotFound {
		return models.Draft{ID: cs.ID, Document: cs.Document, OwnerID: cs.OwnerID, Based: cs.Revision}, nil
	}
	return d, err
}

// SaveDraft keeps a draft as it is, finished or not: nothing is checked but
// its size. A *models.DraftConflict carries both versions when somebody else
// has saved since d.Version.
func (f *Feature) SaveDraft(ctx context.Context, p *models.Person, d models.Draft) (models.Draft, error) {
	if p == nil {
		return d, models.E(models.Unauthorised, "Your session has ended. Sign in again: what you typed is still in this page.")
	}
	if !models.ValidID(d.ID) {
		return d, models.E(models.BadRequest, "This draft has no proper number. Start again from “Post an idea”.")
	}
	d.Document.Clean()
	if err := fitsDraft(&d.Document); err != nil {
		return d, err
	}
	if err := f.site.CheckDraft(personal.Texts(d.Document)); err != nil {
		return d, err
	}
	err := f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.claimDraft(ctx, p, &d); err != nil {
			return err
		}
		d.SavedBy, d.SavedName = p.ID, p.Name
		if err := f.store.SaveDraft(ctx, &d); err != nil {
			return err
		}
		ids, err := f.authorIDs(ctx, &d.Document)
		if err != nil {
			return err
		}
		return f.store.SetDraftPeople(ctx, d.ID, ids)
	})
	return d, err
}

// claimDraft settles whose draft this is and what it is based on: from what is
// kept, never from what was sent.
func (f *Feature) claimDraft(ctx context.Context, p *models.Person, d *models.Draft) error {
	kept, err := f.store.Draft(ctx, d.ID)
	if err == nil {
		d.OwnerID, d.Based = kept.OwnerID, kept.Based
		return f.mayEditDraft(ctx, p, kept)
	}
	if models.KindOf(err) != models.NotFound {
		return err
	}
	if d.Version > 0 {
		// Published or thrown away in another window meanwhile: what was
		// typed goes on as a new draft rather than being lost.
		d.Version = 0
	}
	cs, err := f.store.CaseStudy(ctx, d.ID)
	switch {
	case models.KindOf(err) == models.NotFound:
		d.OwnerID, d.Based = p.ID, 0
		return nil
	case err != nil:
		return err
	}
	if err := f.mayEdit(ctx, p, &cs); err != nil {
		return err
	}
	d.OwnerID = cs.OwnerID
	if d.Based < 1 || d.Based > cs.Revision {
		d.Based = cs.Revision
	}
	return nil
}

// fitsDraft holds a draft to sizes that the database and the page can carry;
// what it says may be unfinished.
func fitsDraft(d *models.Document) error {
	if len(d.Body) > 4*models.MaxBody {
		return &models.Error{Kind: models.Invalid, Message: "The draft was not saved.", Fields: []models.FieldError{{Field: "body",
			Message: "The text is too long to keep. Attach long documents as PDF instead"}}}
	}
	if len(d.Title) > 10*models.MaxTitle || len(d.Summary) > 10*models.MaxSummary {
		return &models.Error{Kind: models.Invalid, Message: "The draft was not saved.", Fields: []models.FieldError{{Field: "title",
			Message: "The title or the summary is far too long. Shorten it and save again"}}}
	}
	return nil
}

// PublishDraft publishes a draft as SaveDraft gave it back: a new case study,
// or the next revision of the one that it changes. The draft goes when that
// worked and stays when it did not. When the case study has been revised since
// the draft began, the error is a Conflict: see Rebase.
func (f *Feature) PublishDraft(ctx context.Context, p *models.Person, d models.Draft, note string) (models.CaseStudy, error) {
	var cs models.CaseStudy
	err := f.store.Tx(ctx, func(ctx context.Context) error {
		pub := Publication{ID: d.ID, Document: d.Document, Note: note, Base: d.Based, By: p.ID, Poster: p}
		var err error
		if d.Based == 0 {
			cs, err = f.Create(ctx, f.ownerOf(p, d), pub)
		} else {
			cs, err = f.Revise(ctx, p, pub)
		}
		if err != nil {
			return err
		}
		gone, err := f.store.PublishAttachments(ctx, d.ID)
		if err != nil {
			return err
		}
		if err := f.Forget(ctx, gone); err != nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.ContentChanged) // also when the files alone have changed
		return f.store.DeleteDraft(ctx, d.ID)
	})
	return cs, err
}

// ownerOf gives who will own what a draft becomes: whoever began it, also when
// a co-author publishes it.
func (f *Feature) ownerOf(p *models.Person, d models.Draft) *models.Person {
	if d.OwnerID == p.ID {
		return p
	}
	owner := *p
	owner.ID = d.OwnerID
	return &owner
}

// Rebase makes a kept draft a change of the current revision: the person has
// seen the other's text and chosen what to keep.
func (f *Feature) Rebase(ctx context.Context, p *models.Person, id string) error {
	d, err := f.Draft(ctx, p, id)
	if err != nil {
		return err
	}
	cs, err := f.store.CaseStudy(ctx, id)
	if err != nil {
		return err
	}
	return f.store.RebaseDraft(ctx, d.ID, cs.Revision)
}

// DeleteDraft throws a draft away, with the files that it alone has; what is
// published stays.
func (f *Feature) DeleteDraft(ctx context.Context, p *models.Person, id string) error {
	d, err := f.Draft(ctx, p, id)
	if err != nil {
		return err
	}
	if d.OwnerID != p.ID && d.Based == 0 {
		return models.E(models.Forbidden, "Only the person who began this draft can throw it away.")
	}
	return f.discard(ctx, id)
}

// discard removes a draft with the files that it alone has.
func (f *Feature) discard(ctx context.Context, id string) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		gone, err := f.store.DiscardAttachments(ctx, id)
		if err != nil {
			return err
		}
		if err := f.Forget(ctx, gone); err != nil {
			return err
		}
		return f.store.DeleteDraft(ctx, id)
	})
}

// asConflict gives the draft conflict in an error, or nil.
func asConflict(err error) *models.DraftConflict {
	var c *models.DraftConflict
	if errors.As(err, &c) {
		return c
	}
	return nil
}
