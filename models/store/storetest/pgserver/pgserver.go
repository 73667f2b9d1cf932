// Package pgserver starts an installed Postgres in a temporary folder, for
// tests: tuned for speed, not for keeping anything, reachable from this machine
// only and gone with the process that started it.
package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrMissing says that no server program is installed.
var ErrMissing = errors.New("no Postgres server program was found (PATH, pg_config, /usr/lib/postgresql)")

// Server is a running server.
type Server struct {
	// URL is the address of its maintenance database.
	URL string

	dir  string
	stop io.Closer
	done chan struct{}
}

// Find gives the folder of the newest server programs installed.
func Find(ctx context.Context) (string, error) {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(versions, func(a, b string) int { return majorOf(b) - majorOf(a) })
	for _, dir := range append(dirs, versions...) {
		if isProgram(filepath.Join(dir, "postgres")) && isProgram(filepath.Join(dir, "initdb")) {
			return dir, nil
		}
	}
	return "", ErrMissing
}

// majorOf is the version in /usr/lib/postgresql/15/bin.
func majorOf(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// supervise runs the server until its standard input ends, which it does when
// the process at the other end of the pipe closes it or dies in any way, and
// then removes the folder. Arguments: folder, postgres program, port, settings.
const supervise = `
"$2" -D "$1/data" -p "$3" -k "$1" -c listen_addresses=127.0.0.1 -c max_connections=200 $4 >"$1/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$1"
`

// Start makes a database cluster and starts a server on it that does not wait
// for the disk: for tests. It returns when the server answers.
func Start(ctx context.Context) (*Server, error) {
	return startIn(ctx, "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=64MB -c autovacuum=off -c max_wal_size=256MB")
}

// StartDurable is Start with commits that reach the disk and all else that a
// server does by its own defaults, as in production: for measurements.
func StartDurable(ctx context.Context) (*Server, error) { return startIn(ctx, "") }

func startIn(ctx context.Context, settings string) (*Server, error) {
	bin, err := Find(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "grassroots-postgres-")
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, bin, dir, settings)
	if err != nil {
		if s != nil {
			s.Stop()
		}
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func start(ctx context.Context, bin, dir, settings string) (*Server, error) {
	asUser, err := serverUser(dir)
	if err != nil {
		return nil, err
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"),
		"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = asUser, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "sh", dir, filepath.Join(bin, "postgres"), strconv.Itoa(port), settings)
	cmd.SysProcAttr, cmd.Dir = asUser, dir
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{
		URL:  fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port),
		dir:  dir,
		stop: stdin,
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		_ = cmd.Wait()
	}()
	return s, s.wait(ctx)
}

// wait polls until the server answers.
func (s *Server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-s.done:
			return errors.New("the Postgres server stopped at once")
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("the Postgres server does not answer: %w: %s", err, bytes.TrimSpace(log))
		}
	}
}

// Stop stops the server and removes its folder.
func (s *Server) Stop() {
	_ = s.stop.Close()
	<-s.done
	_ = os.RemoveAll(s.dir)
}

// freePort asks the kernel for a port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
