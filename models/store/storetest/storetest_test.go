package storetest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// Each test has a database of its own, whatever others write.
func TestIsolation(t *testing.T) {
	for range 3 {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			e := store.Email{ToAddress: "a@example.org", Subject: "b", Text: "c"}
			if err := s.AddEmail(t.Context(), &e); err != nil {
				t.Fatal(err)
			}
			if n, err := s.CountEmails(t.Context(), store.EmailPending); err != nil || n != 1 {
				t.Errorf("%d rows, %v", n, err)
			}
			current, want, err := s.SchemaVersion(t.Context())
			if err != nil || current != want {
				t.Errorf("at schema %d of %d, %v", current, want, err)
			}
		})
	}
}

func TestNote(t *testing.T) {
	name := filepath.Join(t.TempDir(), "servers")
	t.Setenv(storetest.ServersVariable, name)
	storetest.Note("one: 1.0 took part")
	storetest.Note("two: not available (no reason)")
	got, err := os.ReadFile(name)
	if want := "SERVER one: 1.0 took part\nSERVER two: not available (no reason)\n"; err != nil || !bytes.Equal(got, []byte(want)) {
		t.Errorf("%q, %v", got, err)
	}
}
