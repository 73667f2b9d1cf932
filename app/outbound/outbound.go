// Package outbound is how the program asks other servers whose addresses
// people have typed. It cannot be made to ask what only this machine can reach:
// the address is looked at when the connection is made, after the name has been
// looked up, so that no name can stand for another address a moment later.
// Redirects are not followed, and time and size are bounded.
package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"grassroots/models"
)

// Config says what is allowed; its zero value will do.
type Config struct {
	// AllowPrivate lets requests go to this machine and the networks around it,
	// and over plain http: for tests and development alone.
	AllowPrivate bool
	// Timeout bounds a request from the look-up of the name to the end of the
	// answer; 0 means 15 seconds.
	Timeout time.Duration
	// MaxBody is how much of an answer is read, in bytes; 0 means 1 MB.
	MaxBody int64
	// UserAgent says who asks; empty means "Grassroots".
	UserAgent string
	// Resolver looks names up; nil means the system's.
	Resolver *net.Resolver
	// Roots are the certificate authorities that are trusted; nil means the
	// system's.
	Roots *x509.CertPool
}

const (
	defaultTimeout = 15 * time.Second
	defaultBody    = 1 << 20
	dialTimeout    = 5 * time.Second
	maxHeader      = 64 << 10 // bytes
)

// ErrRefused is wrapped by the error of a request that would have gone to an
// address that is refused.
var ErrRefused = errors.New("the address is of a private network, or of this machine")

// Client asks other servers. It is safe for use by many at once.
type Client struct {
	cfg  Config
	http *http.Client
}

// New makes a client.
func New(cfg Config) *Client {
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.MaxBody <= 0 {
		cfg.MaxBody = defaultBody
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "Grassroots"
	}
	c := &Client{cfg: cfg}
	dialer := &net.Dialer{Timeout: dialTimeout, Resolver: cfg.Resolver, ControlContext: c.control}
	c.http = &http.Client{
		Timeout: cfg.Timeout,
		// The answer is the redirect itself: where it leads is for people to decide.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			Proxy:                  nil, // it would be asked in place of the address, whatever that is
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.Roots},
			TLSHandshakeTimeout:    dialTimeout,
			ResponseHeaderTimeout:  cfg.Timeout,
			MaxResponseHeaderBytes: maxHeader,
			DisableCompression:     true, // what is small on the way may be large here
			DisableKeepAlives:      true, // seldom the same server twice
			ForceAttemptHTTP2:      true,
		},
	}
	return c
}

// control is asked about each address before it is connected to.
func (c *Client) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	if c.cfg.AllowPrivate {
		return nil
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || !Public(to.Addr()) {
		return ErrRefused
	}
	return nil
}

// Check tells what is wrong with an address that somebody typed, as an Invalid
// error of the field. Where its name leads is looked at with each request.
func (c *Client) Check(field, address string) error {
	say := func(message string) error {
		return &models.Error{Kind: models.Invalid, Message: message, Fields: []models.FieldError{{Field: field, Message: message}}}
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "" || len(address) > models.MaxURL || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return say("Enter a whole address, such as https://example.nhs.uk/hooks")
	case u.User != nil:
		return say("Leave the user name and password out of the address")
	case u.Fragment != "":
		return say("Leave out what follows the # in the address: it is never sent")
	case u.Scheme != "https" && (u.Scheme != "http" || !c.cfg.AllowPrivate):
		return say("The address must begin with https://")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !c.cfg.AllowPrivate && !Public(ip) {
		return say("This address is of a private network, or of this machine, and nothing is sent there")
	}
	return nil
}

// Answer is what a server said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Cut tells that the body was longer than is read.
	Cut bool
}

// Do sends a request and reads the answer, of which no more than MaxBody. Any
// status is an answer; an error means that there was none.
func (c *Client) Do(request *http.Request) (Answer, error) {
	if err := c.Check("url", request.URL.String()); err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", c.cfg.UserAgent)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	a := Answer{Status: response.StatusCode, Header: response.Header}
	a.Body, err = io.ReadAll(io.LimitReader(response.Body, c.cfg.MaxBody+1))
	if int64(len(a.Body)) > c.cfg.MaxBody {
		a.Body, a.Cut, err = a.Body[:c.cfg.MaxBody], true, nil
	}
	return a, err
}

// Get asks for an address, with further headers as pairs of name and value.
func (c *Client) Get(ctx context.Context, address string, headers ...string) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Answer{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return c.Do(request)
}

// Explain says in a plain sentence why a request had no answer, without the
// addresses that names led to: the reader may be who chose them.
func Explain(err error) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrRefused):
		return "The address is of a private network, or of this machine, and nothing is sent there."
	case errors.As(err, &dns) && !dns.IsTimeout:
		return "The name of the server could not be found."
	case errors.As(err, &certificate):
		return "The certificate of the server is not trusted."
	case errors.As(err, &record):
		return "The server does not speak https."
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "The server did not answer in time."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "The server refused the connection."
	case errors.Is(err, context.Canceled):
		return "The program was stopped before the server had answered."
	}
	return "The connection to the server failed."
}
