package store

import (
	"crypto/rand"

	"github.com/oklog/ulid/v2"
)

// NewID makes a ULID for the store's present time (UTC, milliseconds).
func (s *Store) NewID() string {
	return ulid.MustNew(ulid.Timestamp(s.Now()), rand.Reader).String()
}
