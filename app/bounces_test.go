package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"grassroots/app/apptest"
	"grassroots/models"
)

// told about a message, by the id that it has in the database.
func statusReport(id, action, status string) string {
	return strings.ReplaceAll(`From: MAILER-DAEMON@mail.example (Mail Delivery System)
To: no-reply@grassroots.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b0"

--b0
Content-Type: text/plain

I could not deliver your message.

--b0
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Wed, 04 Mar 2026 12:00:00 +0000

Final-Recipient: rfc822; somebody-else@nhs.net
Action: `+action+`
Status: `+status+`
Diagnostic-Code: smtp; 550 5.1.1 no such person

--b0
Content-Type: text/rfc822-headers

Message-ID: <`+id+`@grassroots.test>
Subject: x

--b0--
`, "\n", "\r\n")
}

func feedback(id, kind string) string {
	return strings.ReplaceAll(`From: abuse@mail.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type="feedback-report"; boundary=b1

--b1
Content-Type: text/plain

This is an abuse report.
--b1
Content-Type: message/feedback-report

Feedback-Type: `+kind+`
User-Agent: Reports/1
Version: 1

--b1
Content-Type: message/rfc822

From: no-reply@grassroots.test
Message-ID: <`+id+`@grassroots.test>
Subject: x

Text
--b1--
`, "\n", "\r\n")
}

// mention has somebody mentioned and mailed of it.
func (w mailed) mention(author models.Person, cs models.CaseStudy) {
	w.t.Helper()
	w.comment(author, cs, "", "Hello @bob")
	w.work()
	w.clock.Move(3 * time.Minute)
	if err := w.whole.Notifications.Collect(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	_ = w.queue.Drain(w.t.Context()) // it may be refused
}

// idOf gives the id of the last e-mail to an address.
func (w mailed) idOf(address string) string {
	w.t.Helper()
	all := w.smtp.To(address)
	if len(all) == 0 {
		w.t.Fatal("no e-mail")
	}
	id := w.read(all[len(all)-1]).header.Get("Message-Id")
	return strings.TrimPrefix(id[:strings.IndexByte(id, '@')], "<")
}

var signInLink = regexp.MustCompile(`/sign-in/link/\S+`)

func TestAnAddressThatBouncesGetsNoMore(t *testing.T) {
	eachMailed(t, func(w mailed) {
		w.Site.EmailDomains = []string{"nhs.net"}
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		admin := w.As(w.t, apptest.Person(w.t, w.Store, apptest.WithRole(models.RoleAdmin)))
		cs := w.post(author, models.Document{Title: "Letters"})
		refuse := func(code int, status smtp.EnhancedCode) {
			w.smtp.Refuse(func(string) error { return &smtp.SMTPError{Code: code, EnhancedCode: status, Message: "no"} })
		}
		// A full mailbox counts, and three of it are too many.
		refuse(552, smtp.EnhancedCode{5, 2, 2})
		for range 2 {
			w.mention(author, cs)
		}
		if at, err := w.Store.BouncingSince(w.t.Context(), &reader); err != nil || at != nil {
			w.t.Fatalf("bouncing since %v (%v) after two", at, err)
		}
		w.mention(author, cs)
		w.smtp.Refuse(nil)
		w.mention(author, cs)
		if n := w.smtp.Count(); n != 0 {
			w.t.Errorf("%d e-mails to an address that bounces", n)
		}
		w.As(w.t, reader).Get("/me/notifications/settings").WantText("E-mail does not reach you")
		admin.Get("/admin/mail").WantText("No e-mail about notifications goes to 1 person whose address")
		// A link to sign in still comes, and to follow it proves the address.
		w.Client(w.t).Post("/sign-in/email", url.Values{"email": {reader.Email}}).Want(http.StatusSeeOther)
		w.work()
		links := w.smtp.To(reader.Email)
		if len(links) != 1 {
			w.t.Fatalf("%d links", len(links))
		}
		link := signInLink.FindString(w.read(links[0]).text)
		w.Client(w.t).Post(link, nil).Want(http.StatusSeeOther)
		w.As(w.t, reader).Get("/me/notifications/settings").WantNoText("E-mail does not reach you")
		w.mention(author, cs)
		if n := w.smtp.Count(); n != 2 {
			w.t.Errorf("%d e-mails after it was proved", n)
		}
		// An address that there is not is too much at once.
		refuse(550, smtp.EnhancedCode{5, 1, 1})
		w.mention(author, cs)
		if at, err := w.Store.BouncingSince(w.t.Context(), &reader); err != nil || at == nil {
			w.t.Errorf("bouncing since %v (%v) though there is no such address", at, err)
		}
	})
}

func TestReportsOfMailServers(t *testing.T) {
	eachMailed(t, func(w mailed) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		other := w.person("somebody-else", "Else")

		cs := w.post(author, models.Document{Title: "Letters"})
		w.mention(author, cs)
		id := w.idOf(reader.Email)
		report := func(text string) error {
			_, err := w.mail.Report(w.t.Context(), strings.NewReader(text))
			return err
		}
		for name, c := range map[string]struct {
			text string
			kind models.Kind
		}{
			"nothing": {"", models.Invalid}, "an ordinary message": {"Subject: x\r\n\r\nText", models.Invalid}, "of no message of ours": {statusReport(w.Store.NewID(), "failed", "5.1.1"), models.NotFound},
			"without an id": {statusReport("", "failed", "5.1.1"), models.Invalid}, "without an end": {"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n", models.Invalid},
			"with nonsense": {strings.ReplaceAll(statusReport(id, "failed", "5.1.1"), "report-type=delivery-status", "report-type=x"), models.Invalid},
		} {
			if err := report(c.text); models.KindOf(err) != c.kind || err == nil {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		bouncing := func() bool {
			at, err := w.Store.BouncingSince(w.t.Context(), &reader)
			if err != nil {
				w.t.Fatal(err)
			}
			return at != nil
		}
		if err := report(statusReport(id, "delayed", "4.4.1")); err != nil || bouncing() {
			w.t.Errorf("late: bouncing %v (%v)", bouncing(), err)
		}
		if err := report(statusReport(strings.ToLower(id), "failed", "5.1.1")); err != nil || !bouncing() {
			w.t.Errorf("failed: bouncing %v (%v)", bouncing(), err)
		}
		// Whom it names is not believed: only the id of our message counts.
		if at, err := w.Store.BouncingSince(w.t.Context(), &other); err != nil || at != nil {
			w.t.Errorf("somebody else's address bounces (%v)", err)
		}
		if err := report(feedback(id, "not-spam")); err != nil {
			w.t.Error(err)
		}
		w.As(w.t, reader).Get("/me/notifications/settings").WantNoText("your mailbox reported")
		if err := report(feedback(id, "abuse")); err != nil {
			w.t.Error(err)
		}
		page := w.As(w.t, reader).Get("/me/notifications/settings").WantText("because your mailbox reported one as unwanted")
		// Only its person starts it again.
		form := page.Form("/me/notifications/settings")
		form.Values.Del("stop")
		form.Send().Want(http.StatusSeeOther)
		if n, err := w.Store.NotifySettings(w.t.Context(), reader.ID); err != nil || n.StoppedAt != nil {
			w.t.Errorf("stopped at %v (%v)", n.StoppedAt, err)
		}
	})
}
