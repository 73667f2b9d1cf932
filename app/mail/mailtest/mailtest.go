// Package mailtest is a real mail server that keeps what it takes, for tests
// and measurements.
package mailtest

import (
	"errors"
	"io"
	"log"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// Server is a mail server on this machine. Close it.
type Server struct {
	server   *smtp.Server
	listener net.Listener
	ended    chan error

	mu     sync.Mutex
	mails  []Mail
	taken  int
	forget bool
	refuse func(to string) error
	before func(n int)
}

// Mail is a message that was taken.
type Mail struct {
	From, To string
	Data     string
}

// Message reads its headers and body.
func (m Mail) Message() (*mail.Message, error) { return mail.ReadMessage(strings.NewReader(m.Data)) }

// Start starts a server on a free port.
func Start() (*Server, error) {
	s := &Server{ended: make(chan error, 1)}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }))
	s.server.Domain = "localhost"
	s.server.ErrorLog = log.New(io.Discard, "", 0) // a sender that is cut off is what some tests want
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	go func() { s.ended <- s.server.Serve(s.listener) }()
	return s, nil
}

// Close ends the server.
func (s *Server) Close() error {
	_ = s.listener.Close() // so that nobody new comes in
	_ = s.server.Close()
	if err := <-s.ended; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// URL is the server as the settings name it.
func (s *Server) URL() string { return "smtp://" + s.listener.Addr().String() }

// Forget has the server count messages, and keep none.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget = true
}

// Refuse sets what is said of an addressee; nil takes everybody.
func (s *Server) Refuse(f func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = f
}

// Before sets what happens once a message has been taken and counted, before its
// sender is told.
func (s *Server) Before(f func(n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = f
}

// Taken gives the messages that were taken, the oldest first.
func (s *Server) Taken() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// To gives the messages to an address, the oldest first.
func (s *Server) To(address string) []Mail {
	return slices.DeleteFunc(s.Taken(), func(m Mail) bool { return m.To != address })
}

// Count counts the messages that were taken.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

type session struct {
	s    *Server
	mail Mail
}

// Reset implements smtp.Session.
func (c *session) Reset() { c.mail = Mail{} }

// Logout implements smtp.Session.
func (c *session) Logout() error { return nil }

// Mail implements smtp.Session.
func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	c.mail.From = from
	return nil
}

// Rcpt implements smtp.Session.
func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.mail.To = to
	c.s.mu.Lock()
	refuse := c.s.refuse
	c.s.mu.Unlock()
	if refuse != nil {
		return refuse(to)
	}
	return nil
}

// Data implements smtp.Session.
func (c *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	c.s.taken++
	if c.mail.Data = string(data); !c.s.forget {
		c.s.mails = append(c.s.mails, c.mail)
	}
	n, before := c.s.taken, c.s.before
	c.s.mu.Unlock()
	if before != nil {
		before(n)
	}
	return nil
}
