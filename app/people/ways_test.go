package people_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

var changeLink = regexp.MustCompile(`/me/email/[A-Za-z0-9._-]{20,}`)

func TestAnAddressIsChangedByALinkToTheNewOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, other := apptest.Person(t, h.Store, apptest.Named("jane-smith", "Jane Smith")), apptest.Person(t, h.Store)
		c, elsewhere, program := h.As(t, p), h.As(t, p), h.Program(t, p)
		c.Get("/me/sign-in").Want(http.StatusOK).WantText(p.Email, "No account of a provider is linked")
		for typed, want := range map[string]string{"": "Enter your e-mail address", "x": "Enter an e-mail address in the form name@nhs.net", "jane@gmail.com": "Use your work e-mail address.", p.Email: "This is your address already"} {
			c.Post("/me/email", url.Values{"email": {typed}}).Want(http.StatusUnprocessableEntity).WantText(want)
		}
		c.Get("/me/email").Form("/me/email").Set("email", " Jane.Smith@Trust.nhs.uk ").Send().Want(http.StatusOK).WantText("Look at your e-mail")
		link := changeLink.FindString(h.mails(t))
		h.Client(t).Get(link).WantRedirect("/sign-in?next=" + url.QueryEscape(link))
		h.As(t, other).Get(link).Want(http.StatusNotFound)
		h.As(t, other).Post(link, nil).Want(http.StatusNotFound)
		c.Get(link + "x").Want(http.StatusNotFound)
		// Asked for anew, the first link is of no use.
		c.Post("/me/email", url.Values{"email": {"jane.smith@trust.nhs.uk"}}).Want(http.StatusOK)
		c.Post(link, nil).Want(http.StatusNotFound)
		all := changeLink.FindAllString(h.mails(t), -1)
		if link = all[0]; c.Get(link).Status != http.StatusOK {
			link = all[len(all)-1]
		}
		// Somebody at the old address has asked for a link, too.
		h.Client(t).Post("/sign-in/email", url.Values{"email": {p.Email}}).WantRedirect("/sign-in/sent")
		old := linkForm.FindStringSubmatch(h.mails(t))[1]
		h.Client(t).Get(old).Want(http.StatusOK)
		elsewhere.Get("/me").Want(http.StatusOK)
		c.Get(link).Want(http.StatusOK).WantText("jane.smith@trust.nhs.uk").Form(link).Send().WantRedirect("/me/sign-in").Follow().WantText("Your e-mail address is changed", "jane.smith@trust.nhs.uk")
		c.Post(link, nil).Want(http.StatusNotFound)
		// Nobody is signed in elsewhere any more; tokens are ended one by one.
		elsewhere.Get("/me").WantRedirect("/sign-in?next=%2Fme")
		c.Get("/me/sessions").Want(http.StatusOK)
		program.Get("/api/v1/me").Want(http.StatusOK)
		h.Client(t).Get(old).Want(http.StatusGone)
		if now, err := h.Store.PersonByEmail(t.Context(), "jane.smith@trust.nhs.uk"); err != nil || now.ID != p.ID {
			t.Errorf("%+v, %v", now, err)
		}
		if text := h.mails(t); !strings.Contains(text, "has another e-mail address now") || !strings.Contains(text, "It was signed out everywhere") {
			t.Errorf("the old address was not told: %s", text)
		}
		list, _, err := h.Store.AuditEvents(t.Context(), models.AuditQuery{Limit: 100})
		seen := map[string]string{}
		for _, e := range list {
			seen[e.Action] = e.Before + e.After
			if strings.Contains(e.Before+e.After+e.Subject, "jane") || strings.Contains(e.Subject, link[len("/me/email/"):]) {
				t.Errorf("the record has the address, or the secret: %+v", e)
			}
		}
		if err != nil || !strings.Contains(seen["person.address"], `"trust.nhs.uk"`) || seen["person.ask-address"] == "" {
			t.Errorf("on record: %v, %v", seen, err)
		}
	})
}

func TestLinksThatChangeAnAddressEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p, other := apptest.Person(t, h.Store), apptest.Person(t, h.Store, apptest.Named("taken", "Taken"))
		c := h.As(t, p)
		// Whether an address is somebody's is told to that address alone.
		c.Post("/me/email", url.Values{"email": {other.Email}}).Want(http.StatusOK).WantText("Look at your e-mail")
		if text := h.mails(t); !strings.Contains(text, "that of another account already") || changeLink.MatchString(text) {
			t.Errorf("sent: %s", text)
		}
		c.Post("/me/email", url.Values{"email": {"late@nhs.net"}}).Want(http.StatusOK)
		link := changeLink.FindString(h.mails(t))
		h.Clock.Move(15*time.Minute + time.Second)
		h.As(t, p).Post(link, nil).Want(http.StatusNotFound)
		// Somebody made an account for it meanwhile.
		c = h.As(t, p)
		c.Post("/me/email", url.Values{"email": {"quick@nhs.net"}}).Want(http.StatusOK)
		for _, l := range changeLink.FindAllString(h.mails(t), -1) {
			if c.Get(l).Status == http.StatusOK {
				link = l
			}
		}
		apptest.Person(t, h.Store, func(p *models.Person) { p.Email = "quick@nhs.net" })
		c.Post(link, nil).Want(http.StatusConflict)
	})
}

func TestSingleSignOnIsUnlinkedButNotAsTheLastWayIn(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.issuer.set(func(i *issuer) {
			i.claims = map[string]any{"name": "Jane Smith", "email": "jane.smith@elsewhere.example", "email_verified": true}
		})
		c := h.Client(t)
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		p, err := h.Store.PersonByEmail(t.Context(), "jane.smith@elsewhere.example")
		if err != nil {
			t.Fatal(err)
		}
		list, err := h.Store.IdentitiesOf(t.Context(), p.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		unlink := "/me/sign-in/" + list[0].Key() + "/unlink"
		// No link is sent to such an address, and there is no passkey.
		page := c.Get("/me/sign-in").Want(http.StatusOK).WantText("the test provider", "This is your only way to sign in")
		if len(page.Forms(unlink)) > 0 {
			t.Error("the page offers to unlink it")
		}
		c.Post(unlink, nil).Want(http.StatusConflict).WantText("only way to sign in")
		if err := h.Store.DB(t.Context()).Exec("UPDATE people SET email = 'jane.smith@nhs.net' WHERE id = ?", p.ID).Error; err != nil {
			t.Fatal(err)
		}
		h.Site.PeopleChanged()
		elsewhere := h.Client(t)
		h.signOn(t, elsewhere, nil).Want(http.StatusSeeOther)
		h.As(t, apptest.Person(t, h.Store)).Post(unlink, nil).Want(http.StatusNotFound)
		c.Get("/me/sign-in").Form(unlink).Send().WantRedirect("/me/sign-in").Follow().WantText("It is unlinked", "No account of a provider is linked")
		elsewhere.Get("/me").WantRedirect("/sign-in?next=%2Fme")
		c.Post(unlink, nil).Want(http.StatusNotFound)
		events, _, err := h.Store.AuditEvents(t.Context(), models.AuditQuery{Action: "identity.unlink", Limit: 10})
		if err != nil || len(events) != 1 || events[0].Subject != p.ID {
			t.Errorf("on record: %+v, %v", events, err)
		}
	})
}

func TestSingleSignOnAloneIsNotUnlinked(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.issuer.set(func(i *issuer) {
			i.claims = map[string]any{"name": "Jane Smith", "email": "jane.smith@nhs.net", "email_verified": true}
		})
		c := h.Client(t)
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		p, err := h.Store.PersonByEmail(t.Context(), "jane.smith@nhs.net")
		if err != nil {
			t.Fatal(err)
		}
		list, err := h.Store.IdentitiesOf(t.Context(), p.ID)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		c.Post("/me/sign-in/"+list[0].Key()+"/unlink", nil).Want(http.StatusConflict)
	}, func(s *web.SingleSignOn) { s.Only = true })
}
