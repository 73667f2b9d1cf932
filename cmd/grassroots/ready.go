package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// readyTimeout bounds the question: health checks come every few seconds.
const readyTimeout = 3 * time.Second

// readyCommand asks a running server whether it is ready. A container that
// holds nothing but this program needs it for its health check.
type readyCommand struct {
	URL string `arg:"" optional:"" name:"url" help:"Address to ask; /readyz at the listen address when not given."`
}

// Run exits with 0 when the server answers that it is ready.
func (c readyCommand) Run(ctx context.Context, env *Env) error {
	address := c.URL
	if address == "" {
		if _, port, err := net.SplitHostPort(env.Addr); err == nil && port == "0" {
			return usagef("the server picks its own port: say which address to ask")
		}
		local := env.Settings
		local.BaseURL = "" // ask this machine, not what stands in front of it
		address = local.PublicURL(env.Addr) + "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return usagef("%q is not an address that can be asked", address)
	}
	client := &http.Client{
		Transport:     &http.Transport{Proxy: nil, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err // leaves out the method and the address, said already
		}
		return fmt.Errorf("%s does not answer: %w", address, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(response.Body, 300))
		return fmt.Errorf("%s is not ready: it answered %s: %s", address, response.Status, why)
	}
	_, err = fmt.Fprintln(env.Out, "ready")
	return err
}
