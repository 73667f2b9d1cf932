package casestudies

import (
	"context"

	"grassroots/models"
	"grassroots/models/format"
)

// Outcome says what an import did with a case study.
type Outcome string

// The outcomes of an import.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// Import brings a case study in from a file, on behalf of a person who may
// change any: new by its id, or the next revision when it says something else.
// Doing it again changes nothing.
func (f *Feature) Import(ctx context.Context, p *models.Person, file format.File, demo bool) (models.CaseStudy, Outcome, error) {
	pub := Publication{ID: file.ID, Document: file.Document, Created: file.Created, Updated: file.Updated, Note: "Imported", Demo: demo}
	if file.ID == "" {
		cs, err := f.Create(ctx, p, pub)
		return cs, Created, err
	}
	old, err := f.store.CaseStudy(ctx, file.ID)
	if models.KindOf(err) == models.NotFound {
		cs, err := f.Create(ctx, p, pub)
		return cs, Created, err
	}
	if err != nil {
		return old, "", err
	}
	pub.Base = old.Revision
	cs, err := f.Revise(ctx, p, pub)
	if err == nil && cs.Revision == old.Revision {
		return cs, Unchanged, nil
	}
	return cs, Updated, err
}
