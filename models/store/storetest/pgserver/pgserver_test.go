package pgserver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"grassroots/models/store/storetest/pgserver"
)

const holdVariable = "GRASSROOTS_TEST_HOLD_SERVER"

func start(t *testing.T) *pgserver.Server {
	t.Helper()
	s, err := pgserver.Start(t.Context())
	if errors.Is(err, pgserver.ErrMissing) && os.Getenv("CI") == "" {
		t.Skipf("SERVER postgres: not available (%v)", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// answers reports whether a server does.
func answers(address string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err == nil {
		_ = conn.Close(ctx)
	}
	return err == nil
}

// folder is where a server keeps its data.
func folder(t *testing.T, address string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var dir string
	if err := conn.QueryRow(t.Context(), "SHOW data_directory").Scan(&dir); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(dir, "/data")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	s := start(t)
	u, err := url.Parse(s.URL)
	if err != nil || u.Hostname() != "127.0.0.1" {
		t.Errorf("it is at %s", s.URL)
	}
	dir := folder(t, s.URL)
	s.Stop()
	if answers(s.URL) || exists(dir) {
		t.Error("something is left of it")
	}
}

// A test process that is killed leaves no server behind.
func TestAServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv(holdVariable) != "" {
		fmt.Println("URL", start(t).URL)
		select {} // until killed
	}
	t.Parallel()
	if _, err := pgserver.Find(t.Context()); err != nil && os.Getenv("CI") == "" {
		t.Skipf("SERVER postgres: not available (%v)", err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestAServerEndsWithItsProcess$", "-test.v")
	cmd.Env = append(os.Environ(), holdVariable+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := ""
	for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
		address, _ = strings.CutPrefix(lines.Text(), "URL ")
		if address == lines.Text() {
			address = ""
		}
	}
	if address == "" {
		t.Fatalf("it did not start: %v", cmd.Wait())
	}
	dir := folder(t, address)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for answers(address) || exists(dir) {
		select {
		case <-deadline:
			t.Fatal("the server outlived its process")
		case <-tick.C:
		}
	}
}
