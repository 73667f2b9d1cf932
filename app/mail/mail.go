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
	"grassroots/app/words"
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
	// Language is what the message is to be read in; empty for the language that the
	// person with the address has chosen, and English for who has not.
	Language models.Language
	// StopURL stops e-mail of this kind when it is sent a POST, by whoever has it
	// (RFC 8058); empty for a message that is not of a list. ListName is what the
	// list is called.
	StopURL, ListName string
}

// Compose writes a message at each try to send it, as it is to be read then, but
// for whom it is to. ErrNothing when there is nothing to say any more.
type Compose func(ctx context.Context, e store.Email) (Message, error)

// ErrNothing says that a message has nothing to say, so that it is not sent.
var ErrNothing = errors.New("there is nothing left to say")

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
	compose Compose                     // nil until Composes was called
	kinds   map[models.Delivery]Compose // of kinds that have a writer of their own
	words   *words.Book
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
	var err error
	if m.words, err = words.Load(); err != nil {
		return nil, err
	}
	if cfg.SMTPURL != "" {
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
		msg, err := m.translated(ctx, msg)
		if err != nil {
			return err
		}
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

// translated is a message in the language of who it is to.
func (m *Service) translated(ctx context.Context, msg Message) (Message, error) {
	if msg.Language == "" {
		var err error
		if msg.Language, err = m.store.LanguageOf(ctx, msg.To); err != nil {
			return Message{}, err
		}
	}
	if !m.words.Has(msg.Language) {
		return msg, nil
	}
	msg.Subject, _ = m.words.Text(msg.Language, msg.Subject)
	msg.HTML = string(m.words.HTML(msg.Language, []byte(msg.HTML)))
	lines := strings.Split(msg.Text, "\n")
	for i, line := range lines {
		lines[i], _ = m.words.Text(msg.Language, line)
	}
	msg.Text = strings.Join(lines, "\n")
	return msg, nil
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

// Composes says who writes the messages that are written at each try.
func (m *Service) Composes(c Compose) { m.compose = c }

// ComposesKind says who writes those of a kind, in place of who writes the others.
func (m *Service) ComposesKind(kind models.Delivery, c Compose) {
	if m.kinds == nil {
		m.kinds = map[models.Delivery]Compose{}
	}
	m.kinds[kind] = c
}

// Deliver has messages that are in the outbox without a text delivered, in the
// transaction in ctx: after everything that somebody waits for.
func (m *Service) Deliver(ctx context.Context, ids []string) error {
	args := make([]jobs.Args, len(ids))
	for i, id := range ids {
		args[i] = deliver{id}
	}
	return m.queue.EnqueueMany(ctx, args, jobs.Outside(), jobs.Low())
}

// Again has a message that failed delivered once more.
func (m *Service) Again(ctx context.Context, id string) error {
	return m.store.Tx(ctx, func(ctx context.Context) error {
		if err := m.store.EmailAgain(ctx, id); err != nil {
			return err
		}
		return m.queue.Enqueue(ctx, deliver{id})
	})
}

// deliver may be run again after it has succeeded, when the note of it was
// lost; the message's id then lets the receiving side drop the second copy. But
// of messages that are written at each try none is sent twice: see send.
func (m *Service) deliver(ctx context.Context, job deliver) error {
	e, err := m.store.Email(ctx, job.ID)
	if models.KindOf(err) == models.NotFound {
		return jobs.Abandon(err)
	}
	if err == nil && e.State == store.EmailSending {
		return m.giveUp(ctx, e, errInterrupted)
	}
	if err != nil || e.State != store.EmailPending {
		return err
	}
	if e.SecretUntil != nil && !m.store.Now().Before(*e.SecretUntil) {
		return m.store.BlankSecrets(ctx) // it would come too late
	}
	msg := Message{To: e.ToAddress, Subject: e.Subject, Text: e.Text, HTML: e.HTML}
	if e.Kind != "" {
		write, own := m.kinds[e.Kind]
		if !own {
			write = m.compose
		}
		msg, err = write(ctx, e)
		if errors.Is(err, ErrNothing) {
			return m.store.EmailDropped(ctx, e.ID, ErrNothing.Error())
		}
		if err != nil {
			return err
		}
		msg.To = e.ToAddress
		if msg, err = m.translated(ctx, msg); err != nil {
			return err
		}
	}
	if m.server == nil {
		return m.keep(ctx, e, msg)
	}
	return m.send(ctx, e, msg)
}

// errInterrupted says that nobody knows what became of a message.
var errInterrupted = errors.New("the program or the connection ended while it was being sent: it may have arrived")

// send takes a message to the server. One that is written at each try is noted
// to be on its way before, and if the note of what became of it is lost it is not
// sent again by itself: twice the same digest annoys, and what one misses stands
// in the site. A link to sign in is sent again: without it somebody is locked out.
func (m *Service) send(ctx context.Context, e store.Email, msg Message) error {
	if e.Kind != "" {
		if mine, err := m.store.EmailSending(ctx, e.ID); err != nil || !mine {
			return err
		}
	}
	err := m.server.send(ctx, e, msg)
	if err == nil {
		return m.store.EmailSent(ctx, e.ID)
	}
	var refused *refusal
	known := errors.As(err, &refused)
	if e.Kind != "" && known && refused.unknown {
		return m.giveUp(ctx, e, errInterrupted)
	}
	if jobs.LastAttempt(ctx) || known && refused.final {
		if known && refused.address {
			err = errors.Join(err, m.bounced(context.WithoutCancel(ctx), e, refused))
		}
		return m.giveUp(ctx, e, err)
	}
	return m.note(ctx, e, err, false)
}

// giveUp notes that a message has failed for good.
func (m *Service) giveUp(ctx context.Context, e store.Email, err error) error {
	noted := m.note(ctx, e, err, true)
	m.log.ErrorContext(ctx, "an e-mail was given up", "email", e.ID, "reason", err)
	return jobs.Abandon(noted)
}

// note keeps why a try failed, and gives that.
func (m *Service) note(ctx context.Context, e store.Email, err error, final bool) error {
	// The job's own context may be what ended; the note must still be made.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, m.store.EmailFailed(ctx, e.ID, err.Error(), final))
}

// keep leaves a message in the outbox and shows it to the developer.
func (m *Service) keep(ctx context.Context, e store.Email, msg Message) error {
	if m.console != nil {
		_, err := fmt.Fprintf(m.console, "\n--- e-mail to %s\nSubject: %s\n\n%s\n---\n",
			msg.To, msg.Subject, strings.TrimSpace(msg.Text))
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
