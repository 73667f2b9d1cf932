package people_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

// Somebody who is new says what they do, where and with which systems in one
// form, and goes on to where they were going.
func TestThreeQuestions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.trusts(t)
		h.lists(t)
		p := apptest.Person(t, h.Store, apptest.Named("nia", "Nia Nurse"), func(p *models.Person) { p.JobTitle, p.Skills = "", []string{"audit"} })
		c := h.As(t, p)
		h.Client(t).Get("/welcome").WantRedirect("/sign-in?next=%2Fwelcome")
		if err := h.Store.SetPayBand(t.Context(), p.ID, models.PayBands()[2]); err != nil {
			t.Fatal(err)
		}
		page := c.Get("/welcome?next=%2Fme%2Ftokens").Want(http.StatusOK).WantText("What do you do?", "Where do you work?", "Which systems do you use?")
		if page.Link("Do this later") != "/me/tokens" || c.Get("/welcome?next=https://elsewhere.example").Link("Do this later") != "/" {
			t.Error("the way on is wrong")
		}
		form := page.Form("/welcome").Set("job_title", "Ward manager").Set("staff_group", "Nursing and Midwifery Registered").Set("organisation", "RR8").Set("systems[0]", "systmone")
		form.Send().WantRedirect("/me/tokens")
		now, err := h.Store.PersonByID(t.Context(), p.ID)
		if err != nil || now.JobTitle != "Ward manager" || now.StaffGroup != "Nursing and Midwifery Registered" || now.Organisation != "RR8" || !slices.Equal(now.Skills, []string{"audit"}) {
			t.Fatalf("the profile: %+v, %v", now, err)
		}
		if band, err := h.Store.PayBand(t.Context(), p.ID); err != nil || band != models.PayBands()[2] {
			t.Errorf("the band is %q, %v", band, err)
		}
		e, err := h.Store.Expertise(t.Context(), p.ID)
		if err != nil || len(e.Systems) != 1 || e.Shown != models.ToSignedIn || e.Findable {
			t.Fatalf("what they know: %+v, %v", e, err)
		}

		// Opened again it has the answers, and a system that is not ticked any more
		// goes; what else they know stays.
		kept := models.Expertise{PersonID: p.ID, Systems: e.Systems, Languages: []string{"cy"}, AskMe: "Letters", Shown: models.ToEverybody, Findable: true}
		if err := h.Store.SaveExpertise(t.Context(), &kept, func(models.KnowKind, string) string { return "" }); err != nil {
			t.Fatal(err)
		}
		again := c.Get("/welcome").Form("/welcome")
		if again.Values.Get("uses") != e.Systems[0] || again.Values.Get("job_title") != "Ward manager" || !strings.Contains(again.Values.Get("organisation"), "RR8") {
			t.Errorf("the form has %v", again.Values)
		}
		again.Values.Del("uses")
		again.Send().WantRedirect("/")
		if e, err = h.Store.Expertise(t.Context(), p.ID); err != nil || len(e.Systems) != 0 || !slices.Equal(e.Languages, []string{"cy"}) || e.AskMe != "Letters" || e.Shown != models.ToEverybody || !e.Findable {
			t.Errorf("what they know: %+v, %v", e, err)
		}
	})
}

// Answers with a fault are kept as they were typed, and none of them is saved.
func TestAnswersWithFaults(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		p := apptest.Person(t, h.Store, apptest.Named("nia", "Nia Nurse"), func(p *models.Person) { p.JobTitle = "Nurse" })
		c := h.As(t, p)
		typed := url.Values{"name": {"!!!"}, "job_title": {strings.Repeat("x", 101)}, "staff_group": {"Wizards"}, "organisation": {"?"}, "systems[0]": {"No such thing"}, "systems[1]": {"PPM+"}, "uses": {"systmone", "none-of-these"}, "next": {"/me"}}
		page := c.Post("/welcome", typed).Want(http.StatusUnprocessableEntity)
		if got := page.Errors(); len(got) != 6 || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "“No such thing” is not in the list of systems") }) {
			t.Errorf("the errors are %q", got)
		}
		form := page.Form("/welcome").Values
		for _, name := range []string{"name", "job_title", "organisation", "systems[0]", "systems[1]", "next"} {
			if form.Get(name) != typed.Get(name) {
				t.Errorf("the field %s has %q", name, form.Get(name))
			}
		}
		if !slices.Equal(form["uses"], []string{"systmone"}) {
			t.Errorf("ticked are %q", form["uses"])
		}
		c.Post("/welcome", url.Values{"name": {"Nia Nurse"}, "job_title": {"Ward manager"}, "systems[0]": {"No such thing"}}).Want(http.StatusUnprocessableEntity)
		c.Post("/welcome", url.Values{"name": {"Nia Nurse"}, "job_title": {"Looks after NHS number 943 476 5919"}}).Want(http.StatusUnprocessableEntity)
		if now, err := h.Store.PersonByID(t.Context(), p.ID); err != nil || now.JobTitle != "Nurse" {
			t.Errorf("half of it was saved: %+v, %v", now, err)
		}
		for what, value := range hostile() {
			for _, field := range []string{"job_title", "organisation", "systems[0]", "uses", "next", "name"} {
				form := url.Values{"name": {"Nia Nurse"}}
				form.Set(field, value)
				got := c.Post("/welcome", form)
				if got.Status != http.StatusSeeOther && got.Status != http.StatusUnprocessableEntity || got.Status == http.StatusUnprocessableEntity && len(got.All(apptest.Tag("script"))) != 1 {
					t.Errorf("%s in %s: status %d", what, field, got.Status)
				}
			}
		}
	})
}
