package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/mail"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func TestTheLanguageOfPages(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	c := w.Client(t)
	is := func(p *apptest.Page, lang string) {
		t.Helper()
		if !strings.Contains(p.Body, `<html lang="`+lang+`"`) {
			t.Errorf("%s is not in %q", p.Path, lang)
		}
	}
	is(c.Get("/case-studies").Want(http.StatusOK), "en-GB")
	asks := w.Client(t)
	for header, want := range map[string]string{"cy": "cy", "cy-GB,cy;q=0.9,en;q=0.8": "cy", "en-GB,en;q=0.9,cy;q=0.8": "en-GB", "fr,cy;q=0.5": "cy", "de": "en-GB", "cy;q=x": "en-GB", "*": "en-GB"} {
		asks.Header.Set("Accept-Language", header)
		p := asks.Get("/case-studies").Want(http.StatusOK)
		is(p, want)
		if !strings.Contains(p.Header.Get("Vary"), "Accept-Language") {
			t.Errorf("a cache between us would give one language to all: Vary is %q", p.Header.Get("Vary"))
		}
	}
	c.Header.Set("Referer", apptest.BaseURL+"/case-studies?stage=idea")
	c.Post("/language", url.Values{"language": {"cy"}}).WantRedirect("/case-studies?stage=idea")
	is(c.Get("/case-studies").Want(http.StatusOK).WantText("Astudiaethau achos"), "cy")
	is(c.Get("/nothing-here").Want(http.StatusNotFound), "cy")
	is(w.Client(t).Get("/case-studies").Want(http.StatusOK), "en-GB")
	c.Post("/language", url.Values{"language": {"en"}})
	is(c.Get("/case-studies"), "en-GB")
	c.Post("/language", url.Values{"language": {"tlh"}}).Want(http.StatusBadRequest)
	c.Post("/language", nil).Want(http.StatusBadRequest)
}

func TestALanguageGoesWithItsPerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := wholeSiteOn(t, st)
		p, q, r := apptest.Person(t, st), apptest.Person(t, st), apptest.Person(t, st)
		w.As(t, p).Post("/language", url.Values{"language": {"cy"}}).Want(http.StatusSeeOther)
		other := w.As(t, p)
		if got := other.Cookie("grassroots_language"); got != "cy" {
			t.Errorf("another browser of theirs was given %q", got)
		}
		other.Get("/me").Want(http.StatusOK).WantText("Allgofnodi")
		// Who chose before they signed in has chosen.
		c := w.Client(t)
		c.Post("/language", url.Values{"language": {"cy"}})
		c.Post("/apptest/sign-in/"+q.ID, nil).Want(http.StatusNoContent)
		for _, who := range []models.Person{p, q} {
			if lang, err := st.LanguageOf(t.Context(), strings.ToUpper(who.Email)); err != nil || lang != models.Welsh {
				t.Errorf("e-mails to %s are in %q, %v", who.Email, lang, err)
			}
			w.mailIs(t, who.Email, "Eich dolen i fewngofnodi i Grassroots")
		}
		w.mailIs(t, r.Email, "Your link to sign in to Grassroots")
	})
}

// mailIs fails the test unless a message that everybody gets has this subject for
// who has an address.
func (w *wholeSite) mailIs(t *testing.T, to, subject string) {
	t.Helper()
	if err := w.mailer.Send(t.Context(), mail.Message{To: to, Subject: "Your link to sign in to Grassroots", Text: "Use this link to sign in to Grassroots:\n\nhttp://127.0.0.1/x\n"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := w.Store.DB(t.Context()).Table("emails").Where("to_address = ?", to).Order("id DESC").Limit(1).Pluck("subject", &got).Error; err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0] != subject {
		t.Errorf("the e-mail to %s is called %q, want %q", to, got, subject)
	}
}
