package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
)

// server is a program that was started to be measured.
type server struct {
	cmd     *exec.Cmd
	url     string
	started time.Duration // until it answered that it is ready
}

// start runs a program that listens on a port of its own, and waits until the
// path answers 200.
func start(ctx context.Context, path string, env []string, name string, args ...string) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	address := "127.0.0.1:" + strconv.Itoa(port)
	s := &server{url: "http://" + address, cmd: exec.CommandContext(ctx, name, args...)}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.Env = append(append(os.Environ(), env...), "GRASSROOTS_ADDR="+address, "GRASSROOTS_LOG=error", "GRASSROOTS_LIMITS_OFF=1")
	s.cmd.Stderr = os.Stderr
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	deadline := began.Add(30 * time.Second)
	for {
		response, err := http.Get(s.url + path)
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				s.started = time.Since(began)
				return s, nil
			}
		}
		if time.Now().After(deadline) {
			s.stop()
			return nil, fmt.Errorf("%s does not answer: %w", name, err)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// resident is the memory that the program holds, in megabytes.
func (s *server) resident() float64 {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// answer is what a page of the program came as, to be served again bare.
type answer struct {
	Header map[string]string
	Body   []byte
}

// record asks once and keeps the answer as it came over the wire.
func record(ctx context.Context, r request) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, nil)
	if err != nil {
		return answer{}, err
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{Header: map[string]string{}}
	for name := range response.Header {
		a.Header[name] = response.Header.Get(name)
	}
	if response.StatusCode != http.StatusOK {
		return a, fmt.Errorf("%s answered %s", r.url, response.Status)
	}
	a.Body, err = io.ReadAll(response.Body)
	return a, err
}

// serveBare is the other side: a Fiber application with one handler that
// returns the bytes and headers of a file.
func serveBare(args []string) error {
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/*", func(c *fiber.Ctx) error {
		for name, value := range a.Header {
			c.Set(name, value)
		}
		return c.Send(a.Body)
	})
	return app.Listen(os.Getenv("GRASSROOTS_ADDR"))
}
