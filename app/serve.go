package app

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"
)

// Timeouts bound what a connection may take. A zero is the default.
type Timeouts struct {
	Read  time.Duration // a request, from its first byte to its last; 30 s
	Write time.Duration // an answer, in whole; 60 s
	Idle  time.Duration // between two requests of one connection; 75 s
}

// DefaultTimeouts are those of a server that nobody has set otherwise.
func DefaultTimeouts() Timeouts {
	return Timeouts{Read: 30 * time.Second, Write: 60 * time.Second, Idle: 75 * time.Second}
}

func (t Timeouts) orDefault() Timeouts {
	d := DefaultTimeouts()
	for _, one := range []struct{ is, or *time.Duration }{{&t.Read, &d.Read}, {&t.Write, &d.Write}, {&t.Idle, &d.Idle}} {
		if *one.is <= 0 {
			*one.is = *one.or
		}
	}
	return t
}

// Serve answers what comes to a listener, until the application is shut down.
func (a *App) Serve(l net.Listener) error { return a.Listener(lingering{l}) }

const (
	// lingerFor and lingerOver bound how much longer a client that is still sending
	// is listened to once it has been answered.
	lingerFor  = 2 * time.Second
	lingerOver = 4 * BodyLimit
)

// lingering is a listener whose connections are closed so that their clients
// can read the last answer.
type lingering struct{ net.Listener }

// Accept implements net.Listener.
func (l lingering) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &lingeringConn{tcp}, nil
	}
	return conn, err
}

// lingeringConn is closed in two steps. A connection that is closed while its
// client still sends is reset, and the client then sees that instead of the
// answer: that a file is too large, say.
type lingeringConn struct{ *net.TCPConn }

// Close implements net.Conn. It does not wait for the client.
func (c *lingeringConn) Close() error {
	if c.CloseWrite() != nil || c.SetReadDeadline(time.Now().Add(lingerFor)) != nil {
		return c.TCPConn.Close()
	}
	go func() {
		_, _ = io.CopyN(io.Discard, c.TCPConn, lingerOver)
		_ = c.TCPConn.Close()
	}()
	return nil
}

// wireLog is where the library says what went wrong with connections. Its
// words go to the log without what clients have sent, which may be a secret.
type wireLog struct{ log *slog.Logger }

// Printf implements fasthttp.Logger.
func (w wireLog) Printf(format string, _ ...any) {
	level := slog.LevelWarn
	if strings.HasPrefix(format, "error when serving connection") {
		level = slog.LevelDebug // the client's doing
	}
	w.log.Log(context.Background(), level, "a connection could not be served", "library", format)
}
