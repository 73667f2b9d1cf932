// Package mail sends e-mail through an outbox: a message is a row and a job,
// both written in the transaction that makes it necessary, so none is sent for
// what never happened and none is lost in a crash. Neither addresses nor texts
// are ever logged.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"grassroots/app/jobs"
	"grassroots/models"
	"grassroots/models/store"
)

// keepFor is how long a message that waits for nothing stays in the outbox.
const keepFor = 30 * 24 * time.Hour

// blankAfter is how long after a secret has ended its text is taken away: more
// than the clocks of two machines differ.
const blankAfter = 10 * time.Second

// Message is an e-mail to one person.
type Message struct {
	To      string // an address alone, without a name
	Subject string
	Text    string
	HTML    string // optional
	// SecretUntil is when what the text holds, such as a link to sign in, is of
	// no use any more; then the text goes from the outbox, sent or not, and what
	// was not sent is given up. Zero means that the text holds no secret.
	SecretUntil time.Time
}

// Config says where e-mail goes.
type Config struct {
	// SMTPURL is the mail server, as parseServer has it; without one every
	// message stays in the outbox.
	SMTPURL string
	// From is the sender, unless SMTPURL names one: an address, or a name and
	// an address.
	From string
	// TLS is for servers whose certificate the system does not know.
	TLS *tls.Config
	// Console, when there is no server, is where each message is shown: for
	// development alone.
	Console io.Writer
	// Logger hears of messages that will never arrive; nil means slog's default.
	Logger *slog.Logger
}

// Service is the outbox at work.
type Service struct {
	store   *store.Store
	queue   *jobs.Queue
	server  *server // nil when there is none
	console io.Writer
	log     *slog.Logger
}

// deliver is the job that takes a message to the server.
type deliver struct {
	ID string `json:"id"`
}

// Kind implements jobs.Args.
func (deliver) Kind() string { return "mail.deliver" }

// sweep is the job that empties the outbox of what is old.
type sweep struct{}

// Kind implements jobs.Args.
func (sweep) Kind() string { return "mail.sweep" }

// blank is the job that takes out of the outbox the texts of messages whose
// secrets have had their time.
type blank struct{}

// Kind implements jobs.Args.
func (blank) Kind() string { return "mail.blank" }

// New makes the service and registers its jobs: call it before the queue's
// first use.
func New(s *store.Store, q *jobs.Queue, cfg Config) (*Service, error) {
	m := &Service{store: s, queue: q, console: cfg.Console, log: cfg.Logger}
	if m.log == nil {
		m.log = slog.Default()
	}
	if cfg.SMTPURL != "" {
		var err error
		if m.server, err = parseServer(cfg.SMTPURL, cfg.From, cfg.TLS); err != nil {
			return nil, err
		}
	}
	jobs.Register(q, m.deliver)
	jobs.Register(q, m.sweep)
	jobs.Register(q, func(ctx context.Context, _ blank) error { return m.store.BlankSecrets(ctx) })
	q.Every(24*time.Hour, sweep{})
	return m, nil
}

// Send puts a message into the outbox, in the transaction in ctx if there is
// one. It gives an Invalid error for a message that could never arrive.
func (m *Service) Send(ctx context.Context, msg Message) error {
	if err := msg.check(); err != nil {
		return err
	}
	return m.store.Tx(ctx, func(ctx context.Context) error {
		e := store.Email{ToAddress: msg.To, Subject: msg.Subject, Text: msg.Text, HTML: msg.HTML}
		if !msg.SecretUntil.IsZero() {
			e.SecretUntil = &msg.SecretUntil
			if err := m.queue.Enqueue(ctx, blank{}, jobs.At(msg.SecretUntil.Add(blankAfter))); err != nil {
				return err
			}
		}
		if err := m.store.AddEmail(ctx, &e); err != nil {
			return err
		}
		return m.queue.Enqueue(ctx, deliver{e.ID})
	})
}

func (m Message) check() error {
	var fields []models.FieldError
	if a, err := mail.ParseAddress(m.To); err != nil || a.Address != m.To {
		fields = append(fields, models.FieldError{Field: "to", Message: "Enter an e-mail address, such as name@nhs.net."})
	}
	if strings.TrimSpace(m.Subject) == "" || strings.ContainsFunc(m.Subject, unicode.IsControl) {
		fields = append(fields, models.FieldError{Field: "subject", Message: "Enter a subject of one line."})
	}
	if strings.TrimSpace(m.Text) == "" {
		fields = append(fields, models.FieldError{Field: "text", Message: "Enter the text of the e-mail."})
	}
	if len(fields) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "The e-mail cannot be sent as it is.", Fields: fields}
}

// deliver may be run again after it has succeeded, when the note of it was
// lost; the message's id then lets the receiving side drop the second copy.
func (m *Service) deliver(ctx context.Context, job deliver) error {
	e, err := m.store.Email(ctx, job.ID)
	if models.KindOf(err) == models.NotFound {
		return jobs.Abandon(err)
	}
	if err != nil || e.State != store.EmailPending {
		return err
	}
	if e.SecretUntil != nil && !m.store.Now().Before(*e.SecretUntil) {
		return m.store.BlankSecrets(ctx) // it would come too late
	}
	if m.server == nil {
		return m.keep(ctx, e)
	}
	err = m.server.send(ctx, e)
	if err == nil {
		return m.store.EmailSent(ctx, e.ID)
	}
	var refused *refusal
	final := jobs.LastAttempt(ctx) || errors.As(err, &refused) && refused.final
	// The job's own context may be what ended; the note must still be made.
	noteCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if noteErr := m.store.EmailFailed(noteCtx, e.ID, err.Error(), final); noteErr != nil {
		return errors.Join(err, noteErr)
	}
	if final {
		m.log.ErrorContext(ctx, "an e-mail was given up", "email", e.ID, "reason", err)
		return jobs.Abandon(err)
	}
	return err
}

// keep leaves a message in the outbox and shows it to the developer.
func (m *Service) keep(ctx context.Context, e store.Email) error {
	if m.console != nil {
		_, err := fmt.Fprintf(m.console, "\n--- e-mail to %s\nSubject: %s\n\n%s\n---\n",
			e.ToAddress, e.Subject, strings.TrimSpace(e.Text))
		if err != nil {
			return err
		}
	}
	return m.store.EmailKept(ctx, e.ID)
}

func (m *Service) sweep(ctx context.Context, _ sweep) error {
	if err := m.store.BlankSecrets(ctx); err != nil {
		return err
	}
	_, err := m.store.DeleteEmails(ctx, m.store.Now().Add(-keepFor))
	return err
}
