package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"grassroots/models/store/migrations"
	"grassroots/models/store/storetest/pgserver"
)

// PostgresVariable names the server that tests use; its user must be allowed
// to create databases. Without it each test process starts a server of its own.
const PostgresVariable = "GRASSROOTS_TEST_POSTGRES_URL"

// templateLock is held while the template database is made: test processes
// share one.
const templateLock = 0x67726f6f74

// cluster is the server of this process: its maintenance database and the
// migrated one that every test's is copied from.
type cluster struct {
	admin    string
	template string
}

// postgres finds or starts the server, once a process. A server started here
// ends with the process: see pgserver.
var postgres = sync.OnceValues(func() (*cluster, error) {
	c, err := startCluster(context.Background())
	if err != nil {
		Note("postgres: not available (" + err.Error() + ")")
	}
	return c, err
})

func startCluster(ctx context.Context) (*cluster, error) {
	c := &cluster{admin: os.Getenv(PostgresVariable)}
	if c.admin == "" {
		server, err := pgserver.Start(ctx)
		if err != nil {
			return nil, err
		}
		c.admin = server.URL
	}
	return c, c.makeTemplate(ctx)
}

// makeTemplate makes the migrated database unless another process of this
// schema has done so. It gets its name last, so that it is never half done.
func (c *cluster) makeTemplate(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var version string
	if err := conn.QueryRow(ctx, "SHOW server_version").Scan(&version); err != nil {
		return err
	}
	version, _, _ = strings.Cut(version, " ")
	took("postgres", version)
	name, err := templateName()
	if err != nil {
		return err
	}
	c.template = name
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(templateLock)); err != nil {
		return err
	}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).
		Scan(&exists); err != nil || exists {
		return err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + "_new", "CREATE DATABASE " + name + "_new"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	cfg := config(nil)
	if cfg.PostgresURL, err = withDatabase(c.admin, name+"_new"); err != nil {
		return err
	}
	if _, err := migrated(ctx, cfg); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+name+"_new RENAME TO "+name)
	return err
}

// templateName differs for every schema: it is made from the migrations, ours
// and the job queue's.
func templateName() (string, error) {
	h := sha256.New()
	queue := riverpgxv5.New(nil).GetMigrationFS(riverdriver.MigrationLineMain)
	for _, files := range []fs.FS{migrations.Files, queue} {
		err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(files, path)
			fmt.Fprintf(h, "%s\n%s\n", path, text)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return "grassroots_test_" + hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// postgresDatabase makes a database for a test and drops it afterwards.
func postgresDatabase(t testing.TB, schema bool) string {
	t.Helper()
	c, err := postgres()
	if err != nil {
		if os.Getenv("CI") != "" || !errors.Is(err, pgserver.ErrMissing) {
			t.Fatalf("Postgres: %v", err)
		}
		t.Skipf("SERVER postgres: not available (%v)", err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	from := "template0"
	if schema {
		from = c.template
	}
	if err := c.exec("CREATE DATABASE " + name + " TEMPLATE " + from); err != nil {
		t.Fatalf("making a Postgres database: %v", err)
	}
	t.Cleanup(func() {
		if err := c.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("dropping a Postgres database: %v", err)
		}
	})
	address, err := withDatabase(c.admin, name)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// exec runs one statement on the maintenance database, on a connection of its
// own: the test's context has ended when its database is dropped.
func (c *cluster) exec(statement string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, c.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// withDatabase is a server's address with another database.
func withDatabase(address, name string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%s is not a postgres:// address", PostgresVariable)
	}
	u.Path = "/" + name
	return u.String(), nil
}
