package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

const from = "Grassroots <no-reply@ideas.example.org>"

var invitation = mail.Message{
	To:      "sam@example.org",
	Subject: "Sign in to Grassroots – your link",
	Text:    "Dear Sam,\n\nFollow https://ideas.example.org/s/secret-token\n",
	HTML:    `<p>Dear Sam, <a href="https://ideas.example.org/s/secret-token">sign in</a></p>`,
}

// world is a store with its queue and outbox, on a clock that is moved by hand.
type world struct {
	store *store.Store
	queue *jobs.Queue
	mail  *mail.Service
	log   *lockedBuffer
	clock *testClock
}

func newWorld(t *testing.T, dialect string, cfg mail.Config) *world {
	t.Helper()
	w := &world{log: &lockedBuffer{}, clock: &testClock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.store = storetest.NewOn(t, dialect, storetest.WithNow(w.clock.now), storetest.WithLogger(logger))
	w.queue = jobs.New(w.store, jobs.Config{Now: w.clock.now, Logger: logger})
	cfg.From, cfg.Logger = from, logger
	var err error
	w.mail, err = mail.New(w.store, w.queue, cfg)
	must(t, err)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) send(t *testing.T, m mail.Message) {
	t.Helper()
	must(t, w.mail.Send(t.Context(), m))
}

func (w *world) drain(t *testing.T) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return w.queue.Drain(ctx)
}

func (w *world) emails(t *testing.T) []store.Email {
	t.Helper()
	var all []store.Email
	must(t, w.store.DB(t.Context()).Order("id").Find(&all).Error)
	return all
}

// wantNothingLogged holds that no address and no text came into the log.
func (w *world) wantNothingLogged(t *testing.T) {
	t.Helper()
	for _, private := range []string{"sam@", "example.org", "secret-token", "Dear Sam"} {
		if strings.Contains(w.log.String(), private) {
			t.Errorf("%q was logged:\n%s", private, w.log.String())
		}
	}
}

func each(t *testing.T, f func(t *testing.T, dialect string)) {
	t.Helper()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			f(t, dialect)
		})
	}
}

func TestDelivered(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		server := startSMTP(t, smtpOptions{})
		w := newWorld(t, dialect, mail.Config{SMTPURL: server.url("smtp")})
		w.send(t, invitation)
		if n := len(server.taken()); n != 0 {
			t.Fatalf("%d messages before any job ran", n)
		}
		must(t, w.drain(t))
		taken := server.taken()
		if len(taken) != 1 {
			t.Fatalf("%d messages", len(taken))
		}
		got := taken[0]
		if got.from != "no-reply@ideas.example.org" || !slices.Equal(got.to, []string{"sam@example.org"}) {
			t.Errorf("from %q to %q", got.from, got.to)
		}
		e := w.emails(t)[0]
		if e.State != store.EmailSent || e.Attempts != 1 || e.SentAt == nil || e.Text+e.HTML != "" {
			t.Errorf("outbox: %+v", e)
		}
		checkMessage(t, got.data, e.ID)
		must(t, w.drain(t))
		if n := len(server.taken()); n != 1 {
			t.Errorf("sent %d times", n)
		}
		w.wantNothingLogged(t)
	})
}

func checkMessage(t *testing.T, data, id string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(data))
	must(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	must(t, err)
	for name, c := range map[string][2]string{
		"subject": {subject, invitation.Subject},
		"id":      {m.Header.Get("Message-Id"), "<" + id + "@ideas.example.org>"},
		"auto":    {m.Header.Get("Auto-Submitted"), "auto-generated"},
		"date":    {m.Header.Get("Date"), "Mon, 02 Mar 2026 09:00:00 +0000"},
		"from":    {m.Header.Get("From"), `"Grassroots" <no-reply@ideas.example.org>`},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %q, want %q", name, c[0], c[1])
		}
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	must(t, err)
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []string{invitation.Text, invitation.HTML} {
		part, err := parts.NextRawPart()
		must(t, err)
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		must(t, err)
		if got := strings.ReplaceAll(string(text), "\r\n", "\n"); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("part %q, want %q", got, want)
		}
	}
}

// What never happened sends nothing.
func TestARolledBackMessage(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		server := startSMTP(t, smtpOptions{})
		w := newWorld(t, dialect, mail.Config{SMTPURL: server.url("smtp")})
		stop := errors.New("stop")
		err := w.store.Tx(t.Context(), func(ctx context.Context) error {
			must(t, w.mail.Send(ctx, invitation))
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		must(t, w.drain(t))
		if len(server.taken()) != 0 || len(w.emails(t)) != 0 {
			t.Errorf("%d sent, %d in the outbox", len(server.taken()), len(w.emails(t)))
		}
	})
}

func TestKeptWithoutAServer(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		console := &lockedBuffer{}
		w := newWorld(t, dialect, mail.Config{Console: console})
		w.send(t, invitation)
		must(t, w.drain(t))
		e := w.emails(t)[0]
		if e.State != store.EmailKept || e.Text != invitation.Text || e.HTML != invitation.HTML {
			t.Errorf("outbox: %+v", e)
		}
		for _, want := range []string{"sam@example.org", invitation.Subject, "secret-token"} {
			if !strings.Contains(console.String(), want) {
				t.Errorf("the console lacks %q: %s", want, console)
			}
		}
		w.wantNothingLogged(t)
	})
}

func TestAServerThatIsAwayForAWhile(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		server := startSMTP(t, smtpOptions{})
		w := newWorld(t, dialect, mail.Config{SMTPURL: server.url("smtp")})
		w.send(t, invitation)
		for _, fault := range []error{
			&smtp.SMTPError{Code: 451, Message: "greylisted, sam@example.org"},
			&smtp.SMTPError{Code: 421, Message: "too many for example.org"},
		} {
			server.fail(fault)
			if err := w.drain(t); err == nil {
				t.Fatal("no error")
			}
			if e := w.emails(t)[0]; e.State != store.EmailPending || e.LastError == "" || e.Text == "" {
				t.Fatalf("outbox: %+v", e)
			}
			w.clock.move(2 * time.Minute)
		}
		server.fail(nil)
		must(t, w.drain(t))
		if e := w.emails(t)[0]; e.State != store.EmailSent || e.Attempts != 3 || e.LastError != "" {
			t.Errorf("outbox: %+v", e)
		}
		if len(server.taken()) != 1 {
			t.Errorf("%d messages", len(server.taken()))
		}
		w.wantNothingLogged(t)
	})
}

func TestAnAddressThatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		server := startSMTP(t, smtpOptions{})
		server.fail(&smtp.SMTPError{Code: 550, Message: "no such person sam@example.org"})
		w := newWorld(t, dialect, mail.Config{SMTPURL: server.url("smtp")})
		w.send(t, invitation)
		if err := w.drain(t); err == nil {
			t.Fatal("no error")
		}
		e := w.emails(t)[0]
		if e.State != store.EmailFailed || !strings.Contains(e.LastError, "550") || strings.Contains(e.LastError, "sam@") {
			t.Errorf("outbox: %+v", e)
		}
		server.fail(nil)
		w.clock.move(24 * time.Hour)
		must(t, w.drain(t))
		if n := len(server.taken()); n != 0 {
			t.Errorf("%d messages after the refusal", n)
		}
		if !strings.Contains(w.log.String(), "an e-mail was given up") {
			t.Error("nobody was told")
		}
		w.wantNothingLogged(t)
	})
}

func TestAServerThatIsGone(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, smtpOptions{})
	w := newWorld(t, store.SQLite, mail.Config{SMTPURL: server.url("smtp")})
	server.stop()
	w.send(t, invitation)
	for i := range 10 {
		if err := w.drain(t); err == nil {
			t.Fatalf("attempt %d gave no error", i+1)
		}
		w.clock.move(7 * time.Hour)
	}
	if e := w.emails(t)[0]; e.State != store.EmailFailed || e.Attempts != 10 {
		t.Errorf("outbox: %+v", e)
	}
	w.wantNothingLogged(t)
}

func TestTLSAndSignIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options smtpOptions
		scheme  string
		user    string
		trusted bool
		want    bool
	}{
		"STARTTLS":                       {smtpOptions{tls: true}, "smtp", "", true, true},
		"STARTTLS, nobody's certificate": {smtpOptions{tls: true}, "smtp", "", false, false},
		"TLS from the start":             {smtpOptions{tls: true, implicit: true}, "smtps", "", true, true},
		"smtps without TLS":              {smtpOptions{}, "smtps", "", true, false},
		"signed in":                      {smtpOptions{tls: true, password: "pa:ss@w/rd"}, "smtp", "ward:pa%3Ass%40w%2Frd@", true, true},
		"wrong password":                 {smtpOptions{tls: true, password: "other"}, "smtp", "ward:wrong@", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startSMTP(t, c.options)
			cfg := mail.Config{SMTPURL: strings.Replace(server.url(c.scheme), "://", "://"+c.user, 1)}
			if c.trusted {
				cfg.TLS = server.trust
			}
			w := newWorld(t, store.SQLite, cfg)
			w.send(t, invitation)
			err := w.drain(t)
			taken := server.taken()
			if ok := err == nil && len(taken) == 1; ok != c.want {
				t.Fatalf("%d messages, %v", len(taken), err)
			}
			if c.want && !taken[0].tls {
				t.Error("the message came in the clear")
			}
			// A fault of the settings can be mended while the message waits.
			if e := w.emails(t)[0]; !c.want && e.State != store.EmailPending {
				t.Errorf("outbox: %+v", e)
			}
			w.wantNothingLogged(t)
		})
	}
}

func TestMessagesThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, store.SQLite, mail.Config{})
	for field, change := range map[string]func(*mail.Message){
		"to":      func(m *mail.Message) { m.To = "Sam <sam@example.org>" },
		"to ":     func(m *mail.Message) { m.To = "sam@example.org\r\nBcc: all@example.org" },
		"subject": func(m *mail.Message) { m.Subject = "Hello\nBcc: all@example.org" },
		"text":    func(m *mail.Message) { m.Text = " \n" },
	} {
		m := invitation
		change(&m)
		err := w.mail.Send(t.Context(), m)
		fields := models.Fields(err)
		if models.KindOf(err) != models.Invalid || len(fields) != 1 || fields[0].Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if n := len(w.emails(t)); n != 0 {
		t.Errorf("%d in the outbox", n)
	}
}

func TestServersThatCannotBe(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	for _, address := range []string{
		"http://mail.example.org", "smtp://", "mail.example.org:25", "smtp://u:secret@mail.example.org:99999",
		"smtp://u:secret@mail.example.org:x", "smtp://mail.example.org?from=nobody",
	} {
		_, err := mail.New(s, jobs.New(s, jobs.Config{}), mail.Config{SMTPURL: address, From: from})
		if models.KindOf(err) != models.Invalid || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestOldMessagesAreSweptAway(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		w := newWorld(t, dialect, mail.Config{})
		w.send(t, invitation)
		must(t, w.drain(t)) // kept
		w.clock.move(29 * 24 * time.Hour)
		w.send(t, invitation)
		must(t, w.drain(t))
		w.clock.move(2 * 24 * time.Hour)
		w.send(t, invitation) // still pending
		must(t, w.queue.Start(t.Context()))
		deadline := time.Now().Add(20 * time.Second)
		for len(w.emails(t)) != 2 && time.Now().Before(deadline) {
			tick := time.NewTimer(10 * time.Millisecond)
			<-tick.C
		}
		must(t, w.queue.Stop(t.Context()))
		if n := len(w.emails(t)); n != 2 {
			t.Errorf("%d messages are left", n)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, smtpOptions{})
	if what, err := mail.Check(t.Context(), server.url("smtp")); err != nil || what != "127.0.0.1" {
		t.Error(what, err)
	}
	if what, err := mail.Check(t.Context(), ""); err != nil || !strings.Contains(what, "kept") {
		t.Error(what, err)
	}
	server.stop()
	if _, err := mail.Check(t.Context(), server.url("smtp")); models.KindOf(err) != models.Unavailable {
		t.Error(err)
	}
}

// lockedBuffer can be written by jobs while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

type testClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *testClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *testClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}
