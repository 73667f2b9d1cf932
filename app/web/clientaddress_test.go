package web_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"grassroots/app/web"
)

func prefixes(t *testing.T, list ...string) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func TestClientsBehindAProxyAreToldApart(t *testing.T) {
	t.Parallel()
	byDefault, none := web.Proxies{}, web.Proxies{None: true}
	known := web.Proxies{Known: prefixes(t, "10.0.0.0/8", "2001:db8:f::/48")}
	app := fiber.New()
	for _, x := range []struct {
		proxies         web.Proxies
		peer, forwarded string
		want            string
	}{
		{byDefault, "203.0.113.5", "", "203.0.113.5"},
		{byDefault, "203.0.113.5", "198.51.100.7", "203.0.113.5"}, // from afar the header says nothing
		{byDefault, "127.0.0.1", "198.51.100.7", "198.51.100.7"},
		{byDefault, "10.0.0.2", "192.0.2.1, 198.51.100.7", "198.51.100.7"},
		{byDefault, "10.0.0.2", "6.6.6.6, 10.1.2.3", "10.1.2.3"}, // what the client adds itself stands before
		{byDefault, "10.0.0.2", "not an address", "10.0.0.2"},
		{byDefault, "::1", "2001:db8::1", "2001:db8::1"},
		{none, "127.0.0.1", "198.51.100.7", "127.0.0.1"},
		{known, "192.168.0.1", "198.51.100.7", "192.168.0.1"},
		{known, "10.0.0.2", "6.6.6.6, 198.51.100.7, 10.0.0.3", "198.51.100.7"},
		{known, "2001:db8:f::1", "6.6.6.6,198.51.100.7 ,10.0.0.3", "198.51.100.7"},
		{known, "10.0.0.2", "::ffff:198.51.100.7", "198.51.100.7"},
		{known, "10.0.0.2", "x, 10.0.0.3", "10.0.0.3"},
		{known, "10.0.0.2", "10.0.0.4, 10.0.0.3", "10.0.0.4"},
		{known, "10.0.0.2", "fe80::1%eth0", "fe80::1"},
	} {
		site := &web.Site{Config: web.Config{Proxies: x.proxies}}
		var raw fasthttp.RequestCtx
		raw.SetRemoteAddr(&net.TCPAddr{IP: net.ParseIP(x.peer), Port: 1})
		raw.Request.Header.Set(fiber.HeaderXForwardedFor, x.forwarded)
		c := app.AcquireCtx(&raw)
		if got := site.ClientAddress(c).String(); got != x.want {
			t.Errorf("%+v: %s with %q is %s, want %s", x.proxies, x.peer, x.forwarded, got, x.want)
		}
		app.ReleaseCtx(c)
	}
}
