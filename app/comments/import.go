package comments

import (
	"context"
	"time"

	"grassroots/models"
)

// ImportedComment is a comment that comes from a file.
type ImportedComment struct {
	ID          string
	CaseStudyID string
	ParentID    string // top-level comment of the same case study; empty for none
	AuthorID    string
	Kind        models.CommentKind
	Body        string
	Official    bool
	Created     time.Time
}

// Import brings a comment in from a file, and tells whether it was new. One
// whose id is here already is left as it is, so doing it again changes nothing.
// No limits of a person hold for it.
func (f *Feature) Import(ctx context.Context, in ImportedComment) (created bool, err error) {
	if !models.ValidID(in.ID) {
		return false, models.E(models.Invalid, "The id of the comment is not a ULID.")
	}
	c := models.Comment{ID: in.ID, CaseStudyID: in.CaseStudyID, ParentID: in.ParentID, AuthorID: in.AuthorID, Kind: in.Kind, Body: in.Body,
		Official: in.Official, CreatedAt: in.Created}
	mentioned, err := f.prepare(ctx, &c)
	if err != nil {
		return false, err
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		created = false // this may be another try
		_, err := f.store.Comment(ctx, in.ID)
		if models.KindOf(err) != models.NotFound {
			return err
		}
		if in.ParentID != "" {
			parent, err := f.store.Comment(ctx, in.ParentID)
			if err != nil {
				return err
			}
			if parent.CaseStudyID != in.CaseStudyID || parent.ParentID != "" {
				return models.Errorf(models.Invalid, "Comment %s answers one that is not a top-level comment of the same case study.", in.ID)
			}
		}
		created = true
		return f.store.AddComment(ctx, &c, mentioned)
	})
	return created && err == nil, err
}
