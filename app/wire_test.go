package app_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"grassroots/app"
)

// These speak to the real server over a real connection, byte by byte.

// short are time-outs that a test can wait for.
var short = app.Timeouts{Read: 250 * time.Millisecond, Write: 250 * time.Millisecond, Idle: 250 * time.Millisecond}

// patience bounds a wait of a test: what has not happened by then, does not.
const patience = 15 * time.Second

// listen serves the whole application at a port of its own.
func listen(t *testing.T, timeouts app.Timeouts, change ...func(*app.Deps)) (w *wholeSite, address string) {
	t.Helper()
	w = newWholeSite(t, append(change, func(d *app.Deps) { d.Timeouts = timeouts })...)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- w.whole.Serve(listener) }()
	t.Cleanup(func() {
		if err := errors.Join(w.whole.ShutdownWithTimeout(patience), <-served); err != nil {
			t.Error(err)
		}
	})
	return w, listener.Addr().String()
}

// wire is a connection of a client that does as it likes.
type wire struct {
	t *testing.T
	*net.TCPConn
	got bytes.Buffer // what the server has sent
}

func dial(t *testing.T, address string) *wire {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &wire{t: t, TCPConn: conn.(*net.TCPConn)}
}

// listenFor reads for as long as d, and tells whether the server has closed.
func (w *wire) listenFor(d time.Duration) (closed bool) {
	w.t.Helper()
	if err := w.SetReadDeadline(time.Now().Add(d)); err != nil {
		return true
	}
	_, err := io.Copy(&w.got, w.TCPConn)
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// trickle sends a text slowly, a byte at a time, until the server closes.
func (w *wire) trickle(text string) {
	w.t.Helper()
	for i := range len(text) {
		if _, err := w.Write([]byte{text[i]}); err != nil {
			_ = w.listenFor(patience)
			return
		}
		if w.listenFor(10 * time.Millisecond) {
			return
		}
	}
	w.t.Errorf("%d bytes were taken one at a time, and the connection is open still", len(text))
}

// send sends a text and only then reads, as many clients do, and gives all
// answers until the server closes the connection, which it must.
func (w *wire) send(text string) []*wireAnswer {
	w.t.Helper()
	if err := w.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		w.t.Fatal(err)
	}
	if _, err := io.WriteString(w.TCPConn, text); err != nil {
		w.t.Errorf("%s could not be sent: %v", firstLine(text), err)
	}
	if !w.listenFor(patience) {
		w.t.Errorf("the connection is open after %s", firstLine(text))
	}
	return w.answers()
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strconv.Quote(line[:min(len(line), 60)])
}

type wireAnswer struct {
	Status int
	Header http.Header
	Body   string
	Close  bool // the server says that it closes the connection
}

func (w *wire) answers() (list []*wireAnswer) {
	r := bufio.NewReader(&w.got)
	for {
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			return list
		}
		body, err := io.ReadAll(answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			w.t.Errorf("half an answer: %v", err)
		}
		list = append(list, &wireAnswer{answer.StatusCode, answer.Header, string(body), answer.Close})
	}
}

// wantOne fails the test unless there is one answer, of a status, that a person
// can read, with what keeps browsers safe.
func (w *wire) wantOne(what string, list []*wireAnswer, says string, statuses ...int) {
	w.t.Helper()
	if len(list) != 1 {
		w.t.Errorf("%s: %d answers", what, len(list))
		return
	}
	a := list[0]
	fits := false
	for _, s := range statuses {
		fits = fits || a.Status == s
	}
	if !fits || !strings.Contains(a.Body, says) || !a.Close {
		w.t.Errorf("%s: %d, %v, %s", what, a.Status, a.Header, a.Body)
	}
	if !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") || a.Header.Get("X-Content-Type-Options") != "nosniff" || len(a.Header.Get("X-Request-Id")) != 26 {
		w.t.Errorf("%s: the headers are %v", what, a.Header)
	}
}

func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	_, address := listen(t, short)
	const head = "POST /check HTTP/1.1\r\nHost: grassroots.test\r\n"
	for name, one := range map[string]struct{ at, slowly string }{
		"headers":        {"", head + "X-Long: " + strings.Repeat("a", 3000)},
		"a body":         {head + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3000\r\n\r\n", "text=" + strings.Repeat("a", 2990)},
		"chunks":         {head + "Transfer-Encoding: chunked\r\n\r\n", strings.Repeat("1\r\na\r\n", 500)},
		"a form's parts": {head + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n", strings.Repeat("a", 3000)},
		"after waiting":  {head + "Expect: 100-continue\r\nContent-Length: 3000\r\n\r\n", strings.Repeat("a", 2990)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, address)
			if _, err := io.WriteString(c.TCPConn, one.at); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			c.trickle(one.slowly)
			if took := time.Since(began); took < short.Read/2 || took > patience {
				t.Errorf("it was closed after %s", took)
			}
			said := c.got.String()
			if text, ok := strings.CutPrefix(said, "HTTP/1.1 100 Continue\r\n\r\n"); ok {
				c.got.Reset()
				c.got.WriteString(text)
			}
			c.wantOne(name, c.answers(), "took too long to arrive", http.StatusRequestTimeout)
		})
	}
	t.Run("nothing at all", func(t *testing.T) {
		t.Parallel()
		if c := dial(t, address); !c.listenFor(patience) {
			t.Error("a connection on which nothing is said stays open")
		}
	})
}

func TestSlowReadersAreCutOff(t *testing.T) {
	t.Parallel()
	_, address := listen(t, app.Timeouts{Read: patience, Write: short.Write, Idle: patience})
	c := dial(t, address)
	if err := c.SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	// More than the buffers on the way can hold, and none of it is read.
	asking := strings.Repeat("GET /api/openapi.json HTTP/1.1\r\nHost: grassroots.test\r\n\r\n", 400)
	if err := c.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	closed := false
	for began := time.Now(); !closed && time.Since(began) < patience; {
		_, err := io.WriteString(c.TCPConn, asking)
		closed = err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
	}
	if !closed {
		t.Error("a client that reads nothing is waited for")
	}
}

// What is too large is said to be, though the client has not finished sending.
func TestBodiesOverTheLimit(t *testing.T) {
	t.Parallel()
	_, address := listen(t, app.Timeouts{})
	body := strings.Repeat("a", app.BodyLimit+1)
	chunk := strconv.FormatInt(1<<20, 16) + "\r\n" + strings.Repeat("a", 1<<20) + "\r\n"
	length := "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
	const readable, problem = "larger than we take: 10 MB for a file", `"status":413`
	for name, one := range map[string]struct{ request, says string }{
		"its length":        {"POST /check HTTP/1.1\r\nHost: grassroots.test\r\n" + length + body, readable},
		"its length, alone": {"POST /check HTTP/1.1\r\nHost: grassroots.test\r\nContent-Length: 99999999999\r\n\r\n", readable},
		"chunks":            {"POST /check HTTP/1.1\r\nHost: grassroots.test\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat(chunk, 16) + "0\r\n\r\n", readable},
		"one chunk":         {"POST /check HTTP/1.1\r\nHost: grassroots.test\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" + body, readable},
		"a form's parts": {"POST /me/drafts/x/files HTTP/1.1\r\nHost: grassroots.test\r\nContent-Type: multipart/form-data; boundary=x\r\n" + length +
			"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n" + body, readable},
		"of the API":            {"POST /api/v1/check HTTP/1.1\r\nHost: grassroots.test\r\nContent-Type: application/json\r\n" + length + body, problem},
		"of the API, announced": {"POST /api/v1/check HTTP/1.1\r\nHost: grassroots.test\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n" + length, problem},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, address)
			list := c.send(one.request)
			if len(list) > 0 && list[0].Status == http.StatusContinue {
				list = list[1:]
			}
			c.wantOne(name, list, one.says, http.StatusRequestEntityTooLarge)
		})
	}
}

func TestHeadersOverTheLimit(t *testing.T) {
	t.Parallel()
	_, address := listen(t, app.Timeouts{})
	const readable = "The request&#39;s address or headers are longer than we take."
	for name, request := range map[string]string{
		"one header":     "GET / HTTP/1.1\r\nHost: grassroots.test\r\nX-Long: " + strings.Repeat("a", 40_000) + "\r\n\r\n",
		"many headers":   "GET / HTTP/1.1\r\nHost: grassroots.test\r\n" + strings.Repeat("X-Many: a\r\n", 4000) + "\r\n",
		"cookies":        "GET / HTTP/1.1\r\nHost: grassroots.test\r\nCookie: a=" + strings.Repeat("a", 40_000) + "\r\n\r\n",
		"its address":    "GET /" + strings.Repeat("a", 40_000) + " HTTP/1.1\r\nHost: grassroots.test\r\n\r\n",
		"what is asked":  "GET /case-studies?q=" + strings.Repeat("a", 40_000) + " HTTP/1.1\r\nHost: grassroots.test\r\n\r\n",
		"without an end": "GET / HTTP/1.1\r\nHost: grassroots.test\r\nX-Long: " + strings.Repeat("a", 200_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, address)
			c.wantOne(name, c.send(request), readable, http.StatusRequestHeaderFieldsTooLarge, http.StatusRequestURITooLong)
		})
	}
}

func TestManyIdleConnections(t *testing.T) {
	t.Parallel()
	_, address := listen(t, app.Timeouts{Read: short.Read, Idle: short.Idle, Write: patience})
	idle := make([]*wire, 400)
	for i := range idle {
		idle[i] = dial(t, address)
		if i%2 == 0 { // these have asked for something, and are kept
			if _, err := io.WriteString(idle[i].TCPConn, "GET /healthz HTTP/1.1\r\nHost: grassroots.test\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := dial(t, address)
	if list := c.send("GET /healthz HTTP/1.1\r\nHost: grassroots.test\r\nConnection: close\r\n\r\n"); len(list) != 1 || list[0].Status != http.StatusOK {
		t.Errorf("beside %d others: %+v", len(idle), list)
	}
	for i, c := range idle {
		if !c.listenFor(patience) {
			t.Fatalf("connection %d is open still", i)
		}
		if list := c.answers(); i%2 == 0 && (len(list) != 1 || list[0].Status != http.StatusOK) {
			t.Errorf("connection %d: %+v", i, list)
		}
	}
}

// Each of these can be read in two ways, of which a server in front may choose
// the other: what is one request to it would be two here. Each ends with what
// would be the second.
func TestRequestsThatCanBeReadInTwoWays(t *testing.T) {
	t.Parallel()
	_, address := listen(t, app.Timeouts{})
	const second = "GET /healthz HTTP/1.1\r\nHost: grassroots.test\r\nConnection: close\r\n\r\n"
	length := strconv.Itoa(len(second))
	const host = "POST /check HTTP/1.1\r\nHost: grassroots.test\r\n"
	for name, request := range map[string]string{
		"two lengths":                         host + "Content-Length: 0\r\nContent-Length: " + length + "\r\n\r\n",
		"two lengths that are the same":       host + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
		"a list of lengths":                   host + "Content-Length: 0, 0\r\n\r\n",
		"a length with a sign":                host + "Content-Length: +0\r\n\r\n",
		"a length below nothing":              host + "Content-Length: -1\r\n\r\n",
		"a length in hexadecimal":             host + "Content-Length: 0x0\r\n\r\n",
		"no length":                           host + "Content-Length:\r\n\r\n",
		"a length too long for a number":      host + "Content-Length: 18446744073709551616\r\n\r\n",
		"a length and chunks":                 host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"chunks and a length":                 host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
		"a length and no encoding":            host + "Content-Length: 0\r\nTransfer-Encoding: identity\r\n\r\n",
		"two encodings":                       host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"two encodings of one kind":           host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"an encoding that nobody knows":       host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"a list of encodings":                 host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"an encoding with a space before":     host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"an encoding with a tab within":       host + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
		"an encoding of HTTP/1.0":             "POST /check HTTP/1.0\r\nHost: grassroots.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a length with a space before":        host + "Content-Length : " + length + "\r\n\r\n",
		"a chunk of no size":                  host + "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n",
		"a chunk of a size that is none":      host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
		"a chunk below nothing":               host + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
		"a chunk with 0x":                     host + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
		"a chunk of a size too long":          host + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff1\r\na\r\n0\r\n\r\n",
		"a chunk that is longer than it says": host + "Transfer-Encoding: chunked\r\n\r\n1\r\naaa\r\n0\r\n\r\n",
		"a chunk with a line end too little":  host + "Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n",
		"a chunk with words over two lines":   host + "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n",
		"a header over two lines":             host + "X-Folded: a\r\n b\r\n\r\n",
		"a length over two lines":             host + "Content-Length:\r\n " + length + "\r\n\r\n",
		"a header that begins with a space":   "POST /check HTTP/1.1\r\n Host: grassroots.test\r\n\r\n",
		"a zero byte in a header":             host + "X-Zero: a\x00b\r\n\r\n",
		"a zero byte in a name":               host + "X-Zero\x00: a\r\n\r\n",
		"a return in a header":                host + "X-Return: a\rTransfer-Encoding: chunked\r\n\r\n",
		"a line without a colon":              host + "Content-Length\r\n\r\n",
		"a header without a name":             host + ": a\r\n\r\n",
		"a name with a space":                 host + "X Name: a\r\n\r\n",
		"two hosts":                           host + "Host: evil.example\r\n\r\n",
		"no host":                             "POST /check HTTP/1.1\r\n\r\n",
		"a space too many":                    "GET  / HTTP/1.1\r\nHost: grassroots.test\r\n\r\n",
		"a version that is none":              "GET / HTTP/1.1x\r\nHost: grassroots.test\r\n\r\n",
		"no version":                          "GET /\r\nHost: grassroots.test\r\n\r\n",
		"a method with a return":              "GET\r / HTTP/1.1\r\nHost: grassroots.test\r\n\r\n",
		"a zero byte in the address":          "GET /\x00 HTTP/1.1\r\nHost: grassroots.test\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, address)
			c.wantOne(name, c.send(request+second), "", http.StatusBadRequest)
		})
	}
	// And what is plain is read as it is meant.
	for name, request := range map[string]string{
		"a length": host + "Content-Length: 6\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\ntext=a", "nothing": host + "Content-Length: 0\r\n\r\n",
		"chunks":                host + "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ntext=a\r\n0\r\n\r\n",
		"chunks with more said": host + "Transfer-Encoding: Chunked\r\n\r\n6;a=b\r\ntext=a\r\n0\r\n\r\n", "a read with a body": "GET /check HTTP/1.1\r\nHost: grassroots.test\r\nContent-Length: 5\r\n\r\nGET /",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, address)
			if list := c.send(request + second); len(list) != 2 || list[0].Status != http.StatusOK && list[0].Status != http.StatusUnprocessableEntity || list[1].Status != http.StatusOK {
				t.Errorf("%s: %+v", name, list)
			}
		})
	}
}
