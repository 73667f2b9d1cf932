package outbound

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
)

// HTTP gives the client for a library that makes its own requests. Each is held
// to what Do holds it to, except that the named host may be of a private network
// and asked over plain http: an operator has set it, and nobody else can.
func (c *Client) HTTP(trusted string) *http.Client {
	transport := c.http.Transport.(*http.Transport).Clone()
	guarded, open := transport.DialContext, &net.Dialer{Timeout: dialTimeout, Resolver: c.cfg.Resolver}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, _, err := net.SplitHostPort(address); err == nil && host == trusted {
			return open.DialContext(ctx, network, address)
		}
		return guarded(ctx, network, address)
	}
	return &http.Client{Timeout: c.cfg.Timeout, Transport: &lent{client: c, trusted: trusted, next: transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// lent checks the requests of a library.
type lent struct {
	client  *Client
	trusted string
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (l *lent) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Hostname() != l.trusted {
		if err := l.client.Check("url", request.URL.String()); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRefused, err)
		}
	}
	request = request.Clone(request.Context())
	request.Header.Set("User-Agent", l.client.cfg.UserAgent)
	response, err := l.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = &bounded{response.Body, l.client.cfg.MaxBody}
	return response, nil
}

// bounded fails when a body is longer than may be read.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, fmt.Errorf("the answer is longer than is read")
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left+1)])
	b.left -= int64(n)
	return n, err
}
