package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// sqliteTemplate is a migrated file, made once a process.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "grassroots-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg := config(nil)
	cfg.SQLitePath = filepath.Join(dir, "template.db")
	version, err := migrated(context.Background(), cfg)
	if err != nil {
		return nil, err
	}
	took("sqlite", version)
	return os.ReadFile(cfg.SQLitePath)
})

func sqliteFile(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("making the SQLite template: %v", err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
