package mail_test

import (
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"grassroots/app/mail"
	"grassroots/models/store"
)

// secret is an invitation whose link works for a quarter of an hour.
func (w *world) secret() mail.Message {
	m := invitation
	m.SecretUntil = w.clock.now().Add(15 * time.Minute)
	return m
}

func TestASecretIsKeptWhileItIsOfUse(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		w := newWorld(t, dialect, mail.Config{})
		w.send(t, w.secret())
		w.clock.move(time.Second)
		w.send(t, invitation)
		must(t, w.drain(t))
		w.clock.move(14 * time.Minute)
		must(t, w.drain(t))
		if e := w.emails(t)[0]; e.State != store.EmailKept || e.Text == "" || e.HTML == "" {
			t.Fatalf("while the link works the outbox has %+v", e)
		}
		w.clock.move(2 * time.Minute)
		must(t, w.drain(t))
		list := w.emails(t)
		if e := list[0]; e.State != store.EmailKept || e.Text != "" || e.HTML != "" {
			t.Errorf("when the link has ended the outbox has %+v", e)
		}
		if e := list[1]; e.Text == "" || e.HTML == "" {
			t.Errorf("a message without a secret is %+v", e)
		}
	})
}

func TestASecretThatComesTooLateIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		server := startSMTP(t, smtpOptions{})
		server.fail(&smtp.SMTPError{Code: 451, Message: "later"})
		w := newWorld(t, dialect, mail.Config{SMTPURL: server.url("smtp")})
		w.send(t, w.secret())
		if err := w.drain(t); err == nil {
			t.Fatal("no error")
		}
		server.fail(nil)
		w.clock.move(20 * time.Minute)
		must(t, w.drain(t))
		if e := w.emails(t)[0]; e.State != store.EmailFailed || e.Text != "" || e.HTML != "" || e.LastError == "" {
			t.Errorf("outbox: %+v", e)
		}
		if n := len(server.taken()); n != 0 {
			t.Errorf("%d links were sent that work no more", n)
		}
		w.wantNothingLogged(t)
	})
}

func TestASecretThatIsRefusedIsWiped(t *testing.T) {
	each(t, func(t *testing.T, dialect string) {
		server := startSMTP(t, smtpOptions{})
		server.fail(&smtp.SMTPError{Code: 550, Message: "no such person"})
		w := newWorld(t, dialect, mail.Config{SMTPURL: server.url("smtp")})
		w.send(t, w.secret())
		w.clock.move(time.Second)
		w.send(t, invitation)
		if err := w.drain(t); err == nil {
			t.Fatal("no error")
		}
		list := w.emails(t)
		if e := list[0]; e.State != store.EmailFailed || e.Text != "" || e.HTML != "" {
			t.Errorf("outbox: %+v", e)
		}
		if e := list[1]; e.State != store.EmailFailed || e.Text == "" {
			t.Errorf("a message without a secret is %+v", e)
		}
	})
}
