package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"grassroots/models/store/storetest"
)

// smtpOptions say what a test's mail server offers.
type smtpOptions struct {
	tls, implicit bool
	password      string // of the account "ward"; without one nobody signs in
}

// smtpServer is a real mail server that keeps what it takes.
type smtpServer struct {
	server   *smtp.Server
	listener net.Listener
	address  string
	trust    *tls.Config
	options  smtpOptions

	mu    sync.Mutex
	mails []takenMail
	fault error
}

type takenMail struct {
	from string
	to   []string
	data string
	tls  bool
}

// tookPart notes, once a process, that a real mail server did.
var tookPart = sync.OnceFunc(func() { storetest.Note("smtp: emersion/go-smtp took part") })

func startSMTP(t *testing.T, options smtpOptions) *smtpServer {
	t.Helper()
	s := &smtpServer{options: options}
	s.server = smtp.NewServer(s)
	s.server.Domain = "localhost"
	s.server.AllowInsecureAuth = true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.address = listener.Addr().String()
	if options.tls {
		cert, pool := certificate(t)
		s.trust = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
		s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		if options.implicit {
			listener = tls.NewListener(listener, s.server.TLSConfig)
		}
	}
	s.listener = listener
	ended := make(chan error, 1)
	go func() { ended <- s.server.Serve(listener) }()
	tookPart()
	t.Cleanup(func() {
		s.stop()
		if err := <-ended; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Errorf("the mail server: %v", err)
		}
	})
	return s
}

func (s *smtpServer) url(scheme string) string { return scheme + "://" + s.address }

// stop ends the server; it may have ended already, or not have begun to listen.
func (s *smtpServer) stop() {
	_ = s.listener.Close()
	_ = s.server.Close()
}

// fail makes the server refuse every addressee, until told nil.
func (s *smtpServer) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = err
}

func (s *smtpServer) taken() []takenMail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// NewSession implements smtp.Backend.
func (s *smtpServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &smtpSession{s: s, conn: c, known: s.options.password == ""}, nil
}

type smtpSession struct {
	s     *smtpServer
	conn  *smtp.Conn
	known bool
	mail  takenMail
}

func (s *smtpSession) AuthMechanisms() []string {
	if s.s.options.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "ward" || password != s.s.options.password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *smtpSession) Reset()        { s.mail = takenMail{} }
func (s *smtpSession) Logout() error { return nil }

func (s *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.mail.from = from
	return nil
}

func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.mail.to = append(s.mail.to, to)
	return s.s.fault
}

func (s *smtpSession) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.data = string(data)
	_, s.mail.tls = s.conn.TLSConnectionState()
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.s.mails = append(s.s.mails, s.mail)
	return nil
}

// certificate makes a server's certificate that only the pool trusts.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:   time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
