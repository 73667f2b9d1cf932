package people_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestAPayBandIsForItsPersonAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"))
		admin := apptest.Person(t, h.Store, apptest.Named("root", "Root"), apptest.WithRole(models.RoleAdmin))
		c := h.As(t, p)
		c.Get("/me/settings").Want(http.StatusOK).WantText("Pay band or grade", "shown to nobody, admins included").Form("/me/settings").Set("band", "8a").Send().WantRedirect("/people/amina")
		if form := c.Get("/me/settings").Form("/me/settings"); form.Values.Get("band") != "8a" {
			t.Errorf("the form has the band %q", form.Values.Get("band"))
		}
		for _, path := range []string{"/people/amina", "/people", "/people.csv", "/api/v1/people/amina", "/api/v1/people"} {
			page := h.As(t, admin).Get(path).Want(http.StatusOK)
			if strings.Contains(page.Body, "8a</") || strings.Contains(page.Body, `"band"`) || strings.Contains(page.Body, "Band 8a") {
				t.Errorf("%s tells of a band", path)
			}
		}
		program := h.Client(t)
		program.Header.Set("Authorization", "Bearer "+apptest.Text(c.Get("/me/tokens").Form("/me/tokens").Set("name", "Mine").Set("expires", "7").Send().Want(http.StatusOK).ByID("token")))
		if me := answer[map[string]any](t, program.Get("/api/v1/me").Want(http.StatusOK)); me["band"] != "8a" {
			t.Errorf("the API says %v", me)
		}
		c.Get("/me/settings").Form("/me/settings").Set("band", "11").Send().Want(http.StatusUnprocessableEntity).WantText("Choose a pay band from the list")
		if band, err := h.Store.PayBand(t.Context(), p.ID); err != nil || band != "8a" {
			t.Errorf("the band is %q, %v", band, err)
		}
		var after []string
		if err := h.Store.DB(t.Context()).Table("audit_events").Where("action = 'person.change' AND after LIKE '%band%'").Pluck("after", &after).Error; err != nil || len(after) != 1 || strings.Contains(after[0], "8a") {
			t.Errorf("the record says %q, %v", after, err)
		}
		c.Get("/me/settings").Form("/me/settings").Set("band", "").Send().WantRedirect("/people/amina")
		if band, err := h.Store.PayBand(t.Context(), p.ID); err != nil || band != "" {
			t.Errorf("the band is %q after it was taken back, %v", band, err)
		}
		if err := h.Store.SetPayBand(t.Context(), p.ID, "md-consultant"); err != nil {
			t.Fatal(err)
		}
		if err := h.Store.ClosePerson(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		if band, err := h.Store.PayBand(t.Context(), p.ID); err != nil || band != "" {
			t.Errorf("the band is %q after the account was closed, %v", band, err)
		}
	})
}
