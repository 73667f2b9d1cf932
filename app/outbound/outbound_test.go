package outbound_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grassroots/app/outbound"
	"grassroots/models"
)

func TestWhatIsOfTheInternet(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "193.63.160.1": true, "172.32.0.1": true, "100.128.0.1": true, "2a00:1450:4009::1": true, "2606:4700::1111": true,
		"127.0.0.1": false, "127.8.8.8": false, "0.0.0.0": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "169.254.0.1": false, "100.64.0.1": false, "100.100.100.200": false, "168.63.129.16": false, "192.0.0.192": false,
		"198.18.0.1": false, "192.0.2.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::": false, "::1": false, "fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false, "::ffff:8.8.8.8": true, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false,
		"2002:7f00:1::": false, "2001:0:1::1": false, "2001:db8::1": false, "3fff::1": false, "2a00::1%eth0": false,
	} {
		if got := outbound.Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %v", address, got)
		}
	}
}

func TestAddressesThatPeopleType(t *testing.T) {
	t.Parallel()
	strict, open := outbound.New(outbound.Config{}), outbound.New(outbound.Config{AllowPrivate: true})
	for address, want := range map[string][2]bool{ // strict, open
		"https://example.nhs.uk/hooks?a=b": {true, true}, "https://example.nhs.uk:8443": {true, true}, "http://example.nhs.uk": {false, true},
		"http://127.0.0.1:1234": {false, true}, "https://127.0.0.1": {false, true}, "https://[::1]/": {false, true}, "https://169.254.169.254/latest": {false, true},
		"": {false, false}, "example.nhs.uk": {false, false}, "ftp://example.nhs.uk": {false, false}, "file:///etc/passwd": {false, false}, "https://": {false, false},
		"https://user:secret@example.nhs.uk": {false, false}, "https://example.nhs.uk/#x": {false, false}, "https://exa mple.nhs.uk": {false, false},
		"https://example.nhs.uk/\n": {false, false}, "javascript:alert(1)": {false, false}, "https:example.nhs.uk": {false, false}, "https://example.nhs.uk/" + strings.Repeat("a", 2000): {false, false},
	} {
		for i, c := range []*outbound.Client{strict, open} {
			err := c.Check("url", address)
			if (err == nil) != want[i] {
				t.Errorf("%q: %v, want %v", address, err, want[i])
			}
			if err != nil && (models.KindOf(err) != models.Invalid || models.Fields(err)[0].Field != "url") {
				t.Errorf("%q: %v is no error of a field", address, err)
			}
		}
	}
}

// receiver is a real server on this machine, which counts what reached it.
func receiver(t *testing.T, handler http.HandlerFunc) (address string, reached *atomic.Int64, roots *x509.CertPool) {
	t.Helper()
	reached = &atomic.Int64{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		handler(w, r)
	}))
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	roots = x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return server.URL, reached, roots
}

func TestNothingReachesThisMachine(t *testing.T) {
	t.Parallel()
	address, reached, roots := receiver(t, func(http.ResponseWriter, *http.Request) {})
	_, port, err := net.SplitHostPort(strings.TrimPrefix(address, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	strict := outbound.New(outbound.Config{Roots: roots})
	// By address, by name, and by the ways in which an address can be written.
	for _, host := range []string{"127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0", "0.0.0.0", "[::]"} {
		_, err := strict.Get(t.Context(), "https://"+host+":"+port+"/")
		if err == nil {
			t.Errorf("%s answers", host)
		}
		if host == "localhost" && (!errors.Is(err, outbound.ErrRefused) || strings.Contains(outbound.Explain(err), "127")) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if n := reached.Load(); n > 0 {
		t.Errorf("%d requests reached this machine", n)
	}
	if answer, err := outbound.New(outbound.Config{Roots: roots, AllowPrivate: true}).Get(t.Context(), address); err != nil || answer.Status != http.StatusOK || reached.Load() != 1 {
		t.Errorf("with leave: %+v, %v", answer, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	address, reached, roots := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/long":
			for range 100 {
				_, _ = io.WriteString(w, strings.Repeat("x", 100))
			}
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("x", 100<<10))
		case "/slow":
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		default:
			_, _ = io.WriteString(w, r.Header.Get("User-Agent")+" "+r.Header.Get("X-Colour")+" "+r.Header.Get("Accept-Encoding"))
		}
	})
	t.Cleanup(func() { close(hold) })
	c := outbound.New(outbound.Config{Roots: roots, AllowPrivate: true, MaxBody: 1000, Timeout: 300 * time.Millisecond})
	if a, err := c.Get(t.Context(), address, "X-Colour", "blue"); err != nil || string(a.Body) != "Grassroots blue " || a.Cut {
		t.Errorf("it says %q, %v", a.Body, err)
	}
	before := reached.Load()
	if a, err := c.Get(t.Context(), address+"/away"); err != nil || a.Status != http.StatusFound || reached.Load() != before+1 {
		t.Errorf("a redirect was followed: %+v, %v", a, err)
	}
	if a, err := c.Get(t.Context(), address+"/long"); err != nil || len(a.Body) != 1000 || !a.Cut {
		t.Errorf("%d bytes were read, %v", len(a.Body), err)
	}
	if _, err := c.Get(t.Context(), address+"/headers"); err == nil {
		t.Error("100 KB of headers were read")
	}
	if _, err := c.Get(t.Context(), address+"/slow"); outbound.Explain(err) != "The server did not answer in time." {
		t.Errorf("a slow server: %v", err)
	}
}

func TestFailuresAreExplained(t *testing.T) {
	t.Parallel()
	address, _, _ := receiver(t, func(http.ResponseWriter, *http.Request) {})
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	c := outbound.New(outbound.Config{AllowPrivate: true, Timeout: 5 * time.Second})
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, one := range []struct {
		ctx        context.Context
		to, expect string
	}{{t.Context(), address, "certificate"}, {t.Context(), "http://" + closed.Addr().String(), "refused the connection"}, {stopped, address, "stopped"},
		{t.Context(), strings.Replace(address, "https", "http", 1), ""}} {
		_, err := c.Get(one.ctx, one.to)
		if one.expect != "" && !strings.Contains(outbound.Explain(err), one.expect) {
			t.Errorf("%s: %q of %v", one.to, outbound.Explain(err), err)
		}
	}
	if outbound.Explain(nil) != "" || outbound.Explain(errors.New("secret 10.0.0.1")) != "The connection to the server failed." {
		t.Error("what is not known is told")
	}
}
