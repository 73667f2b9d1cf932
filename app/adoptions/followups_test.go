package adoptions_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/models"
)

var followUpLink = regexp.MustCompile(`/adoption-follow-up/[A-Za-z0-9_-]+`)

// asks has the owner of an adoption asked as often as it is due, and gives the links of the
// e-mails so far.
func (b *bench) asks() (links []string) {
	b.t.Helper()
	for range 2 { // as two nodes would
		if err := b.feature.Ask(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
	}
	var texts []string
	if err := b.Store.DB(b.t.Context()).Raw("SELECT text FROM emails ORDER BY id").Scan(&texts).Error; err != nil {
		b.t.Fatal(err)
	}
	for _, text := range texts {
		links = append(links, followUpLink.FindString(text))
	}
	return links
}

// adopted has somebody of RR8 try the case study, and e-mail be written.
func (b *bench) adopted() (at string) {
	b.t.Helper()
	queue := jobs.New(b.Store, jobs.Config{Now: b.Store.Now})
	service, err := mail.New(b.Store, queue, mail.Config{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.feature.FollowUp(queue, service)
	tries := b.person("tess", "RWY")
	b.As(b.t, tries).Post(b.path()+"/adopt", url.Values{"status": {"trying"}, "baseline": {"Two hours a week"}}).Want(http.StatusSeeOther)
	return b.path() + "/adoptions/RWY"
}

func TestWhoAdoptsIsAskedHowFarTheyAre(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := b.adopted()
		if n := len(b.asks()); n != 0 {
			t.Fatalf("%d e-mails at once", n)
		}
		b.Clock.Move(92 * 24 * time.Hour)
		links := b.asks()
		if len(links) != 1 {
			t.Fatalf("%d e-mails after three months", len(links))
		}
		var kept string
		if err := b.Store.DB(t.Context()).Raw("SELECT token_hash FROM adoption_followups").Scan(&kept).Error; err != nil || kept == "" || strings.HasSuffix(links[0], kept) {
			t.Error("the link is kept as it is", err)
		}
		c := b.Client(t)
		c.Get(at).WantText("Asked how it goes", "After 3 months: Nothing heard, asked on")
		c.Get(b.path()).WantText("Nothing heard since we asked on")
		if body := b.Client(t).Get(b.api()).Body; !strings.Contains(body, `"silent_since":"2`) {
			t.Error(body)
		}
		// Opening the link answers nothing, whatever it suggests.
		page := c.Get(links[0]+"?status=stopped").Want(http.StatusOK).WantText("Letters in minutes", "RWY", "How far are you?")
		if page.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Error("the address goes to other sites")
		}
		c.Get(at).WantText("Nothing heard")
		page.Form(links[0]).Send().WantErrors("Say why you stopped: that helps others as much as a success")
		page.Form(links[0]).Set("status", "flying").Send().WantErrors("Choose how far your organisation is: interested, planning, trying, in-use or stopped")
		page.Form(links[0]).Set("status", "in-use").Set("result", "NHS number 943 476 5919").Send().Want(http.StatusUnprocessableEntity)
		page.Form(links[0]).Set("status", "in-use").Set("result", "Forty minutes a week").Send().WantRedirect(links[0] + "?done=1")
		c.Get(links[0]+"?done=1").WantText("Thank you.", "Forty minutes a week")
		c.Get(at).WantText("In use", "Forty minutes a week", "Two hours a week", "After 3 months: In use, answered on").WantNoText("Nothing heard")
		// It can be corrected; what was made from what it said before is not taken.
		page.Form(links[0]).Set("status", "trying").Send().Want(http.StatusConflict)
		// Whoever said something lately is not asked; a press alone is an answer.
		b.Clock.Move(93 * 24 * time.Hour)
		if links = b.asks(); len(links) != 2 {
			t.Fatalf("%d e-mails after six months", len(links))
		}
		c.Get(links[1]).Form(links[1]).Send().WantRedirect(links[1] + "?done=1")
		c.Get(at).WantText("After 6 months: In use, answered on")
		c.Get("/adoption-follow-up/no-such").Want(http.StatusNotFound)
		c.Get(links[0]).Want(http.StatusNotFound)
	})
}

func TestNobodyIsAskedInVain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := b.adopted()
		tess, err := b.Store.PersonByHandle(t.Context(), "tess")
		if err != nil {
			t.Fatal(err)
		}
		b.Clock.Move(85 * 24 * time.Hour)
		form := b.As(t, tess).Get(b.path() + "/adopt?organisation=RWY").Want(http.StatusOK).Form(b.path() + "/adopt")
		form.Set("result", "It goes well").Send().Want(http.StatusSeeOther)
		b.Clock.Move(8 * 24 * time.Hour)
		if n := len(b.asks()); n != 0 {
			t.Fatalf("%d e-mails to who said something a week ago", n)
		}
		b.Clock.Move(22 * 24 * time.Hour)
		links := b.asks()
		if len(links) != 1 {
			t.Fatalf("%d e-mails", len(links))
		}
		// What is said on its page answers too, and somebody else who looks after it ends the link.
		b.As(t, tess).Get(b.path()+"/adopt?organisation=RWY").Form(b.path()+"/adopt").Set("status", "stopped").Set("reason", "The supplier left").Send().Want(http.StatusSeeOther)
		b.Client(t).Get(at).WantText("After 3 months: Stopped, answered on").WantNoText("Nothing heard")
		b.Clock.Move(80 * 24 * time.Hour)
		if n := len(b.asks()); n != 1 {
			t.Fatalf("%d e-mails about what has stopped", n)
		}
		b.Client(t).Get(links[0]).Want(http.StatusOK)
		if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET owner_id = ?", b.owner.ID).Error; err != nil {
			t.Fatal(err)
		}
		b.Client(t).Get(links[0]).Want(http.StatusNotFound)
	})
}

func TestAClosedAccountIsAskedNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := b.adopted()
		tess, err := b.Store.PersonByHandle(t.Context(), "tess")
		if err != nil {
			t.Fatal(err)
		}
		b.Clock.Move(92 * 24 * time.Hour)
		links := b.asks()
		if err := b.Store.ClosePerson(t.Context(), tess.ID); err != nil {
			t.Fatal(err)
		}
		b.Client(t).Get(links[0]).Want(http.StatusNotFound)
		b.Client(t).Get(at).WantText("Nothing heard")
		b.Clock.Move(92 * 24 * time.Hour)
		if n := len(b.asks()); n != 0 { // that of before went with the account
			t.Fatalf("%d e-mails", n)
		}
	})
}

// Whoever moved to another organisation, or looks after it no more, cannot answer for it: the
// leads of the organisation are asked in their place.
func TestLeadsAreAskedWhereNobodyLooksAfterIt(t *testing.T) {
	for name, leave := range map[string]func(b *bench, tess models.Person, at string){
		"moved": func(b *bench, tess models.Person, _ string) {
			if err := b.Store.DB(b.t.Context()).Exec("UPDATE people SET organisation = 'RR8' WHERE id = ?", tess.ID).Error; err != nil {
				b.t.Fatal(err)
			}
		},
		"gave it up": func(b *bench, tess models.Person, _ string) {
			form := b.As(b.t, tess).Get(b.path() + "/adopt?organisation=RWY").Want(http.StatusOK).Form(b.path() + "/adopt")
			form.Set("owner", "").Send().Want(http.StatusSeeOther)
		},
		"closed": func(b *bench, tess models.Person, _ string) {
			if err := b.Store.ClosePerson(b.t.Context(), tess.ID); err != nil {
				b.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, b *bench) {
				at := b.adopted()
				tess, err := b.Store.PersonByHandle(t.Context(), "tess")
				if err != nil {
					t.Fatal(err)
				}
				leave(b, tess, at)
				b.Clock.Move(92 * 24 * time.Hour)
				if n := len(b.asks()); n != 0 {
					t.Fatalf("%d e-mails, with nobody there to answer", n)
				}
				b.Client(t).Get(at).WantNoText("Nothing heard", "Asked how it goes")
				b.person("other", "RR8", leads("RR8"))
				lead := b.person("lena", "RR8", leads("RWY"))
				links := b.asks()
				if len(links) != 1 || links[0] != "" { // they sign in: the link of one is for who looks after it
					t.Fatalf("the e-mails have the links %q", links)
				}
				var mail struct{ ToAddress, Text string }
				if err := b.Store.DB(t.Context()).Raw("SELECT to_address, text FROM emails").Scan(&mail).Error; err != nil || mail.ToAddress != lead.Email || !strings.Contains(mail.Text, "Nobody of your organisation looks after it any more.") {
					t.Errorf("%+v, %v", mail, err)
				}
				b.Client(t).Get(at).WantText("After 3 months: Nothing heard")
				form := b.As(t, lead).Get(b.path() + "/adopt?organisation=RWY").Want(http.StatusOK).Form(b.path() + "/adopt")
				form.Set("result", "It goes well").Set("owner", "lena").Send().Want(http.StatusSeeOther)
				b.Client(t).Get(at).WantNoText("Nothing heard").WantText("Person lena")
			})
		})
	}
}

func TestWhoWantsNoEMailReadsItOnThePage(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := b.adopted()
		tess, err := b.Store.PersonByHandle(t.Context(), "tess")
		if err != nil {
			t.Fatal(err)
		}
		chosen, now := models.DefaultNotifySettings(tess.ID), b.Store.Now()
		chosen.StoppedAt, chosen.StoppedWhy = &now, models.StoppedByPerson
		if err := b.Store.SaveNotifySettings(t.Context(), chosen); err != nil {
			t.Fatal(err)
		}
		b.Clock.Move(92 * 24 * time.Hour)
		b.Client(t).Get(at).Want(http.StatusOK).WantNoText("Nothing heard") // and is kept for the next who asks for it
		if n := len(b.asks()); n != 0 {
			t.Fatalf("%d e-mails to who wants none", n)
		}
		b.Client(t).Get(at).WantText("After 3 months: Nothing heard")
	})
}

func leads(code string) func(*models.Person) {
	return func(p *models.Person) {
		p.Grants = append(p.Grants, models.Grant{Role: models.RoleLead, Organisation: code})
	}
}
