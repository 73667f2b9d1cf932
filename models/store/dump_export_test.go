package store

import "context"

// SchemaAt makes the schema of a version, for tests of what older programs left.
func (s *Store) SchemaAt(ctx context.Context, version int64) error {
	return s.schemaAt(ctx, 0, version)
}
