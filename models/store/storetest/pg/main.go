// Command pg runs another command with a Postgres server for its tests:
//
//	go run ./models/store/storetest/pg -- go test ./...
//
// The server is temporary, and its address is in GRASSROOTS_TEST_POSTGRES_URL.
// When that is set already, or no server is installed, the command runs as it is;
// the tests say for themselves which servers took part.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"grassroots/models/store/storetest"
	"grassroots/models/store/storetest/pgserver"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: pg -- command [argument…]")
		os.Exit(2)
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pg:", err)
		code = 1
	}
	os.Exit(code)
}

// run gives the command's exit code. A Ctrl-C reaches the command from the
// terminal; this process waits for it to end and then stops the server.
func run(args []string) (int, error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)

	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	if os.Getenv(storetest.PostgresVariable) == "" {
		server, err := pgserver.Start(context.Background())
		switch {
		case errors.Is(err, pgserver.ErrMissing):
			fmt.Fprintln(os.Stderr, "pg:", err)
		case err != nil:
			return 0, err
		default:
			defer server.Stop()
			cmd.Env = append(cmd.Env, storetest.PostgresVariable+"="+server.URL)
		}
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			if s == syscall.SIGTERM {
				_ = cmd.Process.Signal(s)
			}
		case err := <-ended:
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				return max(exit.ExitCode(), 1), nil
			}
			return 0, err
		}
	}
}
