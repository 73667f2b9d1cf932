package outbound_test

import (
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grassroots/app/outbound"
	"grassroots/app/outbound/outboundtest"
)

// knocked listens at a port of this machine, on both kinds of address as far as
// there are, and counts who connects.
func knocked(t *testing.T) (port string, count *atomic.Int64) {
	t.Helper()
	count = &atomic.Int64{}
	first, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(first.Addr().String())
	listeners := []net.Listener{first}
	if second, err := net.Listen("tcp6", "[::1]:"+port); err == nil {
		listeners = append(listeners, second)
	}
	for _, l := range listeners {
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				count.Add(1)
				_ = conn.Close()
			}
		}()
	}
	return port, count
}

// A name that is of the internet when it is looked at, and of this machine or
// its networks when it is asked.
func TestANameThatIsAnotherAddressAMomentLater(t *testing.T) {
	t.Parallel()
	port, count := knocked(t)
	names := outboundtest.New(t)
	cfg := outbound.Config{Resolver: names.Resolver, Timeout: 5 * time.Second}
	strict := outbound.New(cfg)
	address := "https://rebind.example:" + port + "/"
	for _, second := range [][]string{{"127.0.0.1"}, {"169.254.169.254"}, {"::1"}, {"fc00::1"}, {"fe80::1"}, {"::ffff:127.0.0.1"}, {"::ffff:169.254.169.254"}, {"64:ff9b::7f00:1"},
		{"10.0.0.1"}, {"0.0.0.0"}, {"::"}, {"127.0.0.1", "::1"}, {"::ffff:127.0.0.1", "127.0.0.1"}} {
		names.Answer("193.63.160.1")
		seen, err := names.LookupNetIP(t.Context(), "ip", "rebind.example")
		if err != nil || len(seen) != 1 || !outbound.Public(seen[0]) || strict.Check("url", address) != nil {
			t.Fatalf("at first it is %v, %v", seen, err)
		}
		names.Answer(second...)
		if _, err := strict.Get(t.Context(), address); !errors.Is(err, outbound.ErrRefused) || strings.Contains(outbound.Explain(err), second[0]) {
			t.Errorf("%v, asked by us: %v", second, err)
		}
		if _, err := strict.HTTP("issuer.example").Get(address); !errors.Is(err, outbound.ErrRefused) {
			t.Errorf("%v, asked by a library: %v", second, err)
		}
	}
	if n := count.Load(); n > 0 {
		t.Errorf("this machine was reached %d times", n)
	}
	// And with leave it is reached, so that the above says something.
	cfg.AllowPrivate = true
	names.Answer("127.0.0.1")
	if _, err := outbound.New(cfg).Get(t.Context(), address); err == nil || errors.Is(err, outbound.ErrRefused) || count.Load() == 0 {
		t.Errorf("with leave: %v, reached %d times", err, count.Load())
	}
}
