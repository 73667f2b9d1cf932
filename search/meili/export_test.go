package meili

import "context"

// NoteLate notes that a document was removed, in an index for notes that may be gone.
func (ix *Index) NoteLate(ctx context.Context, notes, id string) error {
	return ix.note(ctx, notes, []change{{Key: id}})
}
