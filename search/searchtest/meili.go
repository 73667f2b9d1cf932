package searchtest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a Meilisearch server that tests may fill.
type Server struct{ URL, Key string }

// The variables that name a server to use in place of starting one.
const (
	meiliURL = "GRASSROOTS_TEST_MEILI_URL"
	meiliKey = "GRASSROOTS_TEST_MEILI_KEY"
)

// startDeadline is how long a server may take to answer. A busy machine is slow.
const startDeadline = 30 * time.Second

// Meili finds or starts a Meilisearch server: the one that
// GRASSROOTS_TEST_MEILI_URL names, or the program meilisearch on PATH, on a port
// of its own with a folder of its own, for as long as the test runs. Without
// either the test is skipped. A line that begins with SERVER says which it was.
func Meili(t testing.TB) Server {
	t.Helper()
	if url := os.Getenv(meiliURL); url != "" {
		s := Server{URL: strings.TrimRight(url, "/"), Key: os.Getenv(meiliKey)}
		TookPart(t, "meilisearch", s.await(t, nil))
		return s
	}
	program, err := exec.LookPath("meilisearch")
	if err != nil {
		Missing(t, "meilisearch", "it is not on the PATH and "+meiliURL+" is not set")
		t.Skipf("meilisearch is not on PATH, and %s is not set", meiliURL)
	}
	return start(t, program)
}

func start(t testing.TB, program string) Server {
	t.Helper()
	key := rand.Text()
	s := Server{URL: "http://" + freePort(t), Key: key}
	dir := t.TempDir()
	log, err := os.Create(dir + "/log")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--no-analytics", "--db-path", dir+"/data", "--dump-dir", dir+"/dumps",
		"--snapshot-dir", dir+"/snapshots", "--http-addr", strings.TrimPrefix(s.URL, "http://"),
		"--max-indexing-threads", "1", "--max-indexing-memory", "256Mb", "--log-level", "WARN")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "MEILI_MASTER_KEY="+key)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		stop(cmd, ended)
		log.Close()
		if t.Failed() {
			if text, err := os.ReadFile(log.Name()); err == nil {
				t.Logf("the server's log:\n%s", text)
			}
		}
	})
	TookPart(t, "meilisearch", s.await(t, ended))
	return s
}

// stop asks the server to end, and makes it when it does not.
func stop(cmd *exec.Cmd, ended chan error) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
	}
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// await asks until the server says its version.
func (s Server) await(t testing.TB, ended chan error) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startDeadline)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		version, err := s.version(ctx)
		if err == nil {
			return version
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("meilisearch ended: %v", err)
		case <-ctx.Done():
			t.Fatalf("meilisearch at %s does not answer: %v", s.URL, err)
		case <-tick.C:
		}
	}
}

func (s Server) version(ctx context.Context) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/version", nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+s.Key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var v struct {
		Version string `json:"pkgVersion"`
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %s", answer.Status)
	}
	err = json.NewDecoder(answer.Body).Decode(&v)
	return v.Version, err
}
