package casestudies

import (
	"context"
	"slices"
	"time"

	"grassroots/models"
	"grassroots/models/format"
	"grassroots/models/personal"
)

// Outcome says what an import did with a case study.
type Outcome string

// The outcomes of an import.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	// Kept means that the case study was changed here since the file was
	// written, and stays as it is.
	Kept Outcome = "kept"
)

// ImportOptions says how files are brought in.
type ImportOptions struct {
	Demo      bool // the case studies are of the demonstration
	Overwrite bool // the file wins also where the case study was changed here later
	DryRun    bool // only tell what would be done
}

// Import brings a case study in from a file, on behalf of a person who may
// change any: new by its id, or the next revision when it says something else.
// Doing it again changes nothing.
//
// A file without an id is the case study of the same title that says the same,
// or else a new one. A file that says what the case study has said before is
// old news, and one that a person here has changed after the file's time stays
// as that person left it: Kept.
func (f *Feature) Import(ctx context.Context, p *models.Person, file format.File, o ImportOptions) (models.CaseStudy, Outcome, error) {
	ctx = personal.WithAnswers(ctx, personal.ForAll(models.ReasonImport))
	pub := Publication{ID: file.ID, Document: file.Document, Created: file.Created, Updated: file.Updated, Note: "Imported", Demo: o.Demo}
	if err := f.site.CheckDraft(personal.Texts(file.Document)); err != nil {
		return models.CaseStudy{}, "", err
	}
	old, err := f.importTarget(ctx, file)
	if models.KindOf(err) == models.NotFound {
		if o.DryRun {
			return models.CaseStudy{ID: file.ID, Document: file.Document}, Created, nil
		}
		cs, err := f.Create(ctx, p, pub)
		return cs, Created, err
	}
	if err != nil {
		return old, "", err
	}
	said := asKept(file.Document)
	said.KeepEmails(&old.Document)
	if said.Same(&old.Document) {
		return old, Unchanged, nil
	}
	if !o.Overwrite {
		kept, err := f.changedHere(ctx, p, &old, &said, file.Updated)
		if err != nil || kept {
			return old, Kept, err
		}
	}
	if o.DryRun {
		return old, Updated, nil
	}
	pub.ID, pub.Base, pub.Document = old.ID, old.Revision, said
	if !pub.Updated.After(old.UpdatedAt) {
		pub.Updated = time.Time{} // the file was changed without saying when
	}
	cs, err := f.Revise(ctx, p, pub)
	return cs, Updated, err
}

// importTarget gives the case study that a file is about. NotFound when it is
// a new one.
func (f *Feature) importTarget(ctx context.Context, file format.File) (models.CaseStudy, error) {
	if file.ID != "" {
		return f.store.CaseStudy(ctx, file.ID)
	}
	ids, err := f.store.CaseStudiesTitled(ctx, file.Title)
	if err != nil {
		return models.CaseStudy{}, err
	}
	for _, id := range ids {
		cs, err := f.store.CaseStudy(ctx, id)
		if err != nil {
			return cs, err
		}
		said := asKept(file.Document)
		said.KeepEmails(&cs.Document)
		if said.Same(&cs.Document) {
			return cs, nil
		}
	}
	return models.CaseStudy{}, models.E(models.NotFound, "No case study of this title says the same.")
}

// changedHere tells whether a case study stays as it is rather than becoming
// what a file says: when it has said just that before, or when a person has
// changed it after the file's time.
func (f *Feature) changedHere(ctx context.Context, p *models.Person, cs *models.CaseStudy, said *models.Document, updated time.Time) (bool, error) {
	current, err := f.store.Revision(ctx, cs.ID, cs.Revision)
	if err != nil {
		return false, err
	}
	byPerson := current.EditorID != p.ID
	if byPerson && updated.Before(cs.UpdatedAt.Truncate(time.Second)) {
		return true, nil
	}
	for n := cs.Revision - 1; byPerson && n > 0; n-- {
		earlier, err := f.store.Revision(ctx, cs.ID, n)
		if err != nil {
			return false, err
		}
		if said.SameText(&earlier.Document) {
			return true, nil
		}
	}
	return false, nil
}

// asKept gives a document as it would be saved.
func asKept(d models.Document) models.Document {
	d.Authors = slices.Clone(d.Authors)
	d.Complete()
	return d
}
