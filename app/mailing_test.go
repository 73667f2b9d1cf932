package app_test

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/html"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/mail/mailtest"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// mailed is a site that sends e-mail to a real mail server, on a clock that the
// test moves: it begins on Wednesday 4 March 2026 at noon in London.
type mailed struct {
	told
	smtp  *mailtest.Server
	clock *apptest.Clock
	mail  *mail.Service
}

func eachMailed(t *testing.T, f func(w mailed)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			clock := apptest.NewClock()
			f(mailedOn(t, storetest.NewOn(t, dialect, storetest.WithNow(clock.Now)), clock))
		})
	}
}

func mailedOn(t *testing.T, st *store.Store, clock *apptest.Clock) mailed {
	t.Helper()
	server, err := mailtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("the mail server: %v", err)
		}
	})
	storetest.Note("smtp: emersion/go-smtp took part")
	var service *mail.Service
	w := mailed{told: told{wholeSiteOn(t, st, func(d *app.Deps) {
		d.Queue = jobs.New(st, jobs.Config{Logger: d.Log, Now: st.Now})
		if d.Mail, err = mail.New(st, d.Queue, mail.Config{SMTPURL: server.URL(), From: "Grassroots <no-reply@grassroots.test>", Logger: d.Log}); err != nil {
			t.Fatal(err)
		}
		service = d.Mail
	})}, smtp: server, clock: clock}
	w.mail = service
	return w
}

// goOn lets time pass, and has the jobs do what is due.
func (w mailed) goOn(by time.Duration) {
	w.t.Helper()
	w.clock.Move(by)
	w.work()
	if err := w.whole.Notifications.Collect(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.work()
}

// parts are a message as its reader sees it.
type parts struct {
	subject, text, html string
	header              http.Header
}

func (w mailed) read(m mailtest.Mail) parts {
	w.t.Helper()
	fail := func(err error) {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	message, err := m.Message()
	fail(err)
	p := parts{header: http.Header(message.Header)}
	p.subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	fail(err)
	_, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	fail(err)
	body := multipart.NewReader(message.Body, params["boundary"])
	for _, into := range []*string{&p.text, &p.html} {
		part, err := body.NextRawPart()
		fail(err)
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		fail(err)
		*into = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	return p
}

func TestAtOnceIsOneEMail(t *testing.T) {
	eachMailed(t, func(w mailed) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		cs := w.post(author, models.Document{Title: "Letters"})
		first := w.comment(author, cs, "", "Hello @bob")
		w.goOn(0)
		if n := w.smtp.Count(); n != 0 {
			w.t.Fatalf("%d e-mails before others could join", n)
		}
		w.goOn(time.Minute)
		w.comment(author, cs, first.ID, "And once more, @bob")
		w.goOn(2 * time.Minute)
		got := w.smtp.To(reader.Email)
		if len(got) != 1 || w.smtp.Count() != 1 {
			w.t.Fatalf("%d e-mails to Bob of %d", len(got), w.smtp.Count())
		}
		p := w.read(got[0])
		if p.subject != "2 things are new for you" || strings.Count(p.text, "Ann mentioned you in a comment\n") != 2 || !strings.Contains(p.text, apptest.BaseURL+"/comments/"+first.ID) {
			w.t.Errorf("%q\n%s", p.subject, p.text)
		}
		for _, never := range []string{"Hello", "<img", "src=", "@import", "url(", "<script", "<style", reader.Email} {
			if strings.Contains(p.html, never) || never != reader.Email && strings.Contains(p.text, never) {
				w.t.Errorf("the e-mail has %q", never)
			}
		}
		if p.header.Get("Auto-Submitted") != "auto-generated" || p.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || p.header.Get("Precedence") != "bulk" ||
			!strings.Contains(p.header.Get("List-Id"), "<notifications.grassroots.test>") || !strings.HasSuffix(p.header.Get("Message-Id"), "@grassroots.test>") {
			w.t.Errorf("headers %v", p.header)
		}
		// At night it waits for the morning. What was read meanwhile is not sent.
		w.clock.Move(10 * time.Hour)
		w.comment(author, cs, first.ID, "Late, @bob")
		w.goOn(time.Hour)
		if n := w.smtp.Count(); n != 1 {
			w.t.Errorf("%d e-mails at night", n)
		}
		w.goOn(8 * time.Hour)
		if got := w.smtp.To(reader.Email); len(got) != 2 || w.read(got[1]).subject != "Ann mentioned you in a comment on Letters" {
			w.t.Errorf("%d e-mails in the morning", len(got))
		}
		w.comment(author, cs, first.ID, "Read this, @bob")
		w.work()
		if err := w.Store.ReadNotifications(w.t.Context(), reader.ID, "", ""); err != nil {
			w.t.Fatal(err)
		}
		w.goOn(time.Hour)
		if n := len(w.smtp.To(reader.Email)); n != 2 {
			w.t.Errorf("%d e-mails, one of them of what was read", n)
		}
	})
}

func TestADigestIsGroupedAndLeavesOutWhatIsGone(t *testing.T) {
	eachMailed(t, func(w mailed) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		connections := []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		cs := w.post(author, models.Document{Title: "Letters", Connections: connections})
		w.work()
		w.follow(reader, models.FollowStudy, cs.ID)
		w.follow(reader, models.FollowSystem, "systmone")
		w.comment(author, cs, "", "One")
		w.work()
		w.clock.Move(time.Minute)
		second := w.post(author, models.Document{Title: "Discharge <b>", Connections: connections})
		gone := w.post(author, models.Document{Title: "Gone", Connections: connections})
		w.work()
		w.clock.Move(time.Minute)
		c := w.comment(author, cs, "", "Two")
		w.work()
		if _, err := w.whole.CaseStudies.Withdraw(w.t.Context(), &author, gone.ID, ""); err != nil {
			w.t.Fatal(err)
		}
		w.goOn(24 * time.Hour)
		if n := w.smtp.Count(); n != 0 {
			w.t.Fatalf("%d e-mails before Monday", n)
		}
		w.goOn(4 * 24 * time.Hour) // noon of Monday
		got := w.smtp.To(reader.Email)
		if len(got) != 1 {
			w.t.Fatalf("%d e-mails", len(got))
		}
		p := w.read(got[0])
		if p.subject != "Your week on Grassroots: 3 things are new for you" {
			w.t.Errorf("subject %q", p.subject)
		}
		places := []int{strings.Index(p.text, "LETTERS"), strings.Index(p.text, "/comments/"+c.ID), strings.Index(p.text, "SYSTMONE\nYou follow this system.\n"), strings.Index(p.text, "/case-studies/"+second.Slug)}
		if !slices.IsSorted(places) || places[0] < 0 || strings.Contains(p.text+p.html, "Gone") || !strings.Contains(p.html, "Discharge &lt;b&gt;") {
			w.t.Errorf("%v in\n%s", places, p.text)
		}
		// The next week there is nothing new, so there is no e-mail.
		w.goOn(7 * 24 * time.Hour)
		if n := w.smtp.Count(); n != 1 {
			w.t.Errorf("%d e-mails though nothing is new", n)
		}
		// One who may not read it any more when it is sent hears nothing of it.
		d := cs.Document
		w.comment(author, cs, "", "Three")
		w.work()
		d.Organisation, d.Visibility = "RR8", models.ToOrganisation
		w.revise(author, cs.ID, 1, d)
		w.goOn(7 * 24 * time.Hour)
		if n := w.smtp.Count(); n != 1 {
			w.t.Errorf("%d e-mails, one of what is not theirs to read", n)
		}
	})
}

func TestEMailIsStoppedWithOnePress(t *testing.T) {
	eachMailed(t, func(w mailed) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		cs := w.post(author, models.Document{Title: "Letters"})
		w.comment(author, cs, "", "Hello @bob")
		w.goOn(0)
		w.goOn(3 * time.Minute)
		header := w.read(w.smtp.To(reader.Email)[0]).header.Get("List-Unsubscribe")
		address := strings.TrimPrefix(strings.Trim(header, "<>"), apptest.BaseURL)
		w.comment(author, cs, "", "Again @bob")
		w.work()
		// To look at it changes nothing: mail readers do that by themselves.
		page := w.Client(w.t).Get(address).Want(http.StatusOK).WantText("Stop e-mail about notifications?")
		if page.Header.Get("Cache-Control") != "no-store" {
			w.t.Errorf("headers %v", page.Header)
		}
		program := w.Client(w.t)
		program.Header.Set("Origin", "https://mail.example")
		program.Header.Set("Sec-Fetch-Site", "cross-site")
		for _, bad := range []string{address + "x", "/unsubscribe/" + reader.ID, "/unsubscribe/" + author.ID + address[strings.IndexByte(address, '.'):], "/unsubscribe/x.y"} {
			program.Post(bad, url.Values{"List-Unsubscribe": {"One-Click"}}).Want(http.StatusNotFound)
		}
		stopped := func() bool {
			n, err := w.Store.NotifySettings(w.t.Context(), reader.ID)
			if err != nil {
				w.t.Fatal(err)
			}
			return n.StoppedAt != nil
		}
		if stopped() {
			w.t.Fatal("stopped by looking at it")
		}
		program.Post(address, url.Values{"List-Unsubscribe": {"One-Click"}}).Want(http.StatusOK).WantText("You will get no more e-mail about notifications")
		program.Post(address, url.Values{"List-Unsubscribe": {"One-Click"}}).Want(http.StatusOK)
		if !stopped() {
			w.t.Fatal("not stopped")
		}
		w.goOn(time.Hour)
		w.comment(author, cs, "", "And again @bob")
		w.goOn(time.Hour)
		w.goOn(time.Hour)
		if n := len(w.smtp.To(reader.Email)); n != 1 {
			w.t.Errorf("%d e-mails though they are stopped", n)
		}
		// It is started again in the settings, for what comes from then on.
		form := w.As(w.t, reader).Get("/me/notifications/settings").WantText("You have been sent no e-mail about notifications since").Form("/me/notifications/settings")
		form.Values.Del("stop")
		form.Send().Want(http.StatusSeeOther)
		w.comment(author, cs, "", "Here you are, @bob")
		w.goOn(0)
		w.goOn(3 * time.Minute)
		if got := w.smtp.To(reader.Email); len(got) != 2 || strings.Count(w.read(got[1]).text, "* Ann") != 1 {
			w.t.Errorf("%d e-mails", len(got))
		}
	})
}

// Changing one's mind moves what waits, and never makes a second e-mail of a day.
func TestADigestADay(t *testing.T) {
	eachMailed(t, func(w mailed) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		cs := w.post(author, models.Document{Title: "Letters"})
		w.work()
		w.follow(reader, models.FollowStudy, cs.ID)
		w.choose(reader, map[string]string{"comment": "daily", "digest_hour": "13"}).Want(http.StatusSeeOther)
		w.comment(author, cs, "", "One")
		w.goOn(0)
		w.goOn(time.Hour)
		if n := w.smtp.Count(); n != 1 {
			w.t.Fatalf("%d e-mails at 13:00", n)
		}
		w.choose(reader, map[string]string{"digest_hour": "15"}).Want(http.StatusSeeOther)
		w.comment(author, cs, "", "Two")
		w.goOn(0)
		w.goOn(2 * time.Hour)
		if n := w.smtp.Count(); n != 1 {
			w.t.Fatalf("%d e-mails on one day", n)
		}
		w.goOn(24 * time.Hour)
		if n := w.smtp.Count(); n != 2 {
			w.t.Fatalf("%d e-mails on the next", n)
		}
		w.comment(author, cs, "", "Three")
		w.goOn(0)
		w.choose(reader, map[string]string{"comment": "at-once"}).Want(http.StatusSeeOther)
		w.goOn(5 * time.Minute)
		if n := w.smtp.Count(); n != 3 {
			w.t.Errorf("%d e-mails after they chose to hear at once", n)
		}
	})
}

func TestWhatFailedIsSentAgainOrGivenUp(t *testing.T) {
	eachMailed(t, func(w mailed) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		cs := w.post(author, models.Document{Title: "Letters"})
		fault := func(code int) {
			w.smtp.Refuse(func(string) error { return &smtp.SMTPError{Code: code, Message: "no"} })
		}
		fault(451)
		w.comment(author, cs, "", "Hello @bob")
		w.work()
		w.clock.Move(3 * time.Minute)
		if err := w.whole.Notifications.Collect(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		if err := w.queue.Drain(w.t.Context()); err == nil {
			w.t.Fatal("no error")
		}
		fault(552)
		w.clock.Move(5 * time.Minute)
		if err := w.queue.Drain(w.t.Context()); err == nil {
			w.t.Fatal("no error")
		}
		w.smtp.Refuse(nil)
		admin := w.As(w.t, apptest.Person(w.t, w.Store, apptest.WithRole(models.RoleAdmin)))
		page := admin.Get("/admin/mail?state=failed").Want(http.StatusOK).WantText("the mail server refused the message for good, with code 552").WantNoText("bob@")
		forms := page.All(func(n *html.Node) bool { return strings.HasSuffix(apptest.Attr(n, "action"), "/resend") })
		if len(forms) != 1 {
			w.t.Fatalf("%d can be sent again", len(forms))
		}
		resend := apptest.Attr(forms[0], "action")
		admin.Post(resend, nil).Want(http.StatusSeeOther)
		w.work()
		if got := w.smtp.To(reader.Email); len(got) != 1 || !strings.Contains(w.read(got[0]).text, "LETTERS") {
			w.t.Errorf("%d e-mails", len(got))
		}
		admin.Post(resend, nil).Follow().WantText("This e-mail cannot be sent again")
		admin.Post(strings.Replace(resend, "/resend", "/drop", 1), nil).Follow().WantText("This e-mail has not failed")
		admin.Post("/admin/mail/"+w.Store.NewID()+"/drop", nil).Want(http.StatusNotFound)
	})
}

// A program that ended while it sent does not send again what may have arrived.
func TestWhatWasOnItsWayIsNotSentTwice(t *testing.T) {
	eachMailed(t, func(w mailed) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		cs := w.post(author, models.Document{Title: "Letters"})
		w.comment(author, cs, "", "Hello @bob")
		w.work()
		w.clock.Move(3 * time.Minute)
		if err := w.whole.Notifications.Collect(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		if err := w.Store.DB(w.t.Context()).Exec("UPDATE emails SET state = 'sending' WHERE person_id = ?", reader.ID).Error; err != nil {
			w.t.Fatal(err)
		}
		if err := w.queue.Drain(w.t.Context()); err == nil || w.smtp.Count() != 0 {
			w.t.Errorf("%d sent (%v)", w.smtp.Count(), err)
		}
		w.As(w.t, apptest.Person(w.t, w.Store, apptest.WithRole(models.RoleAdmin))).Get("/admin/mail?state=failed").WantText("it may have arrived")
	})
}
