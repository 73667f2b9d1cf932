package people

import (
	"net"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

func TestClientsBehindAProxyAreToldApart(t *testing.T) {
	app := fiber.New()
	for _, x := range []struct{ peer, forwarded, want string }{
		{"203.0.113.5", "", "203.0.113.5"},
		{"203.0.113.5", "198.51.100.7", "203.0.113.5"}, // from afar the header says nothing
		{"127.0.0.1", "198.51.100.7", "198.51.100.7"},
		{"10.0.0.2", "192.0.2.1, 198.51.100.7", "198.51.100.7"},
		{"10.0.0.2", "not an address", "10.0.0.2"},
		{"::1", "2001:db8::1", "2001:db8::1"},
	} {
		var raw fasthttp.RequestCtx
		raw.SetRemoteAddr(&net.TCPAddr{IP: net.ParseIP(x.peer), Port: 1})
		raw.Request.Header.Set(fiber.HeaderXForwardedFor, x.forwarded)
		c := app.AcquireCtx(&raw)
		if got := clientAddress(c); got != x.want {
			t.Errorf("%s with %q is %s, want %s", x.peer, x.forwarded, got, x.want)
		}
		app.ReleaseCtx(c)
	}
}

func TestDevicesInPlainWords(t *testing.T) {
	for agent, want := range map[string]string{
		"": "A browser that does not say what it is",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0": "Edge on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0":                                          "Firefox on Windows",
		"Mozilla/5.0 (Linux; Android 16; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136 Safari/537": "Samsung Internet on Android",
		"Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/143 Mobile/15E148 Safari/604": "Chrome on an iPad",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36":            "Chrome on a Chromebook",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":     "Safari on a Mac",
		"something on Linux": "A browser on Linux",
	} {
		if got := device(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
