package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"grassroots/models"
	"grassroots/models/store"
)

// sendTimeout bounds one delivery.
const sendTimeout = 30 * time.Second

// server is a mail server that takes messages on.
type server struct {
	from    *mail.Address
	options []gomail.Option
	host    string

	mu       sync.Mutex
	idle     []idleClient
	sweeping bool // the old ones are closed in a while
}

// parseServer reads the address of a mail server:
//
//	smtp://user:password@host:587    STARTTLS when the server offers it
//	smtps://user:password@host:465   TLS from the start
//
// The parameter from=… is the sender, in place of the one given. To sign in to
// another machine STARTTLS is required: a password never travels in the clear.
func parseServer(address, from string, tlsConfig *tls.Config) (*server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		// The error of url.Parse would quote the password.
		return nil, models.E(models.Invalid, "The mail server's address is not of the form smtp://user:password@host:port.")
	}
	if q := u.Query(); q.Has("from") {
		from = q.Get("from")
	}
	s := &server{host: u.Hostname()}
	if s.from, err = mail.ParseAddress(from); err != nil {
		return nil, models.E(models.Invalid, "The sender of e-mail is not an address.")
	}
	if s.options, err = transport(u); err != nil {
		return nil, err
	}
	s.options = append(s.options, gomail.WithTimeout(sendTimeout))
	if tlsConfig != nil {
		tlsConfig = tlsConfig.Clone()
		tlsConfig.ServerName = s.host
		s.options = append(s.options, gomail.WithTLSConfig(tlsConfig))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, models.Wrap(models.Invalid, "The mail server's settings do not fit together.", err)
	}
	return s, nil
}

// transport gives the port and the use of TLS.
func transport(u *url.URL) ([]gomail.Option, error) {
	port := 587
	if u.Scheme == "smtps" {
		port = 465
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 65535 {
			return nil, models.E(models.Invalid, "The mail server's port is not a number from 1 to 65535.")
		}
		port = n
	}
	options := []gomail.Option{gomail.WithPort(port)}
	switch {
	case u.Scheme == "smtps":
		return append(options, gomail.WithSSL()), nil
	case u.User != nil && !isThisMachine(u.Hostname()):
		return append(options, gomail.WithTLSPolicy(gomail.TLSMandatory)), nil
	}
	return append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic)), nil
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Check connects and signs in to a mail server, and says which it was.
func Check(ctx context.Context, address string) (string, error) {
	if address == "" {
		return "no mail server is set, e-mail is kept in the outbox", nil
	}
	s, err := parseServer(address, "check@localhost", nil)
	if err != nil {
		return "", err
	}
	return s.host, s.check(ctx)
}

func (s *server) check(ctx context.Context) error {
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return models.Wrap(models.Invalid, "The mail server's settings do not fit together.", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return models.Wrap(models.Unavailable, "The mail server cannot be reached.", err)
	}
	return client.Close()
}

// refusal is a delivery that failed, in words that hold neither addresses nor
// text: what a server answers often quotes them.
type refusal struct {
	code    int // of the server's answer, 0 when there was none
	final   bool
	unknown bool // the whole message was sent, and there was no answer
	address bool // it was the addressee that was refused
	status  string
}

func (r *refusal) Error() string {
	switch {
	case r.code == 0:
		return "the mail server could not be reached, or refused the connection"
	case r.final:
		return fmt.Sprintf("the mail server refused the message for good, with code %d", r.code)
	}
	return fmt.Sprintf("the mail server cannot take the message now, with code %d", r.code)
}

// send delivers a message, or says why not with a refusal.
func (s *server) send(ctx context.Context, e store.Email, m Message) error {
	msg, err := s.message(e, m)
	if err != nil {
		// Send checked the address; whatever this is, time will not mend it.
		return &refusal{final: true, code: 553}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	client, err := s.connect(ctx)
	if err != nil {
		return refusalOf(err)
	}
	err = client.Send(msg)
	if msg.IsDelivered() { // whatever else was said
		s.putBack(client, err == nil)
		return nil
	}
	_ = client.Close() // why the message was refused is what matters
	return refusalOf(err)
}

// message writes a message as it is sent. Its id is that of its row: the same at
// each try.
func (s *server) message(e store.Email, m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(s.from.Name, s.from.Address); err != nil {
		return nil, err
	}
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.SetMessageIDWithValue(e.ID + "@" + domainOf(s.from.Address))
	msg.SetDateWithValue(e.CreatedAt)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.StopURL != "" {
		msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+m.StopURL+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
		msg.SetGenHeader("List-Id", m.ListName)
		msg.SetGenHeader("Precedence", "bulk") // for answering machines that know no better
	}
	msg.Subject(m.Subject)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

func domainOf(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[i+1:]
		}
	}
	return address
}

// refusalOf keeps of an error only what may be logged.
func refusalOf(err error) error {
	if err == nil {
		return nil
	}
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return &refusal{}
	}
	code := failed.ErrorCode()
	// A refused sender or login is a fault of the settings, which can be
	// mended while the message waits; a refused addressee or text is not.
	final := code >= 500 && code < 600 &&
		(failed.Reason == gomail.ErrSMTPRcptTo || failed.Reason == gomail.ErrSMTPDataClose)
	return &refusal{code: code, final: final, unknown: failed.Reason == gomail.ErrSMTPDataClose && code == 0,
		address: final && failed.Reason == gomail.ErrSMTPRcptTo, status: failed.EnhancedStatusCode()}
}
