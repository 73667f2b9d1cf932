package people_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

// answer reads a JSON answer.
func answer[T any](t *testing.T, p *apptest.Page) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(p.Body), &v); err != nil {
		t.Fatalf("%s: %v\n%s", p.Path, err, p.Body)
	}
	return v
}

type listed struct {
	Items []struct {
		Handle, Name string
	}
	NextCursor *string `json:"next_cursor"`
	Total      int
}

func TestPeopleInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range 5 {
			apptest.Person(t, h.Store, func(p *models.Person) { p.Name, p.Organisation = apptest.Numbered("Person ", i), "RR8" })
		}
		// A name of the greatest length in a script of three bytes a letter has a long cursor.
		long := apptest.Person(t, h.Store, apptest.Named("long", strings.Repeat("नमस्ते", 16)))
		c := h.Client(t)
		var names []string
		for path := "/api/v1/people?limit=2"; path != ""; {
			page := answer[listed](t, c.Get(path).Want(http.StatusOK))
			if page.Total != 6 {
				t.Fatalf("the total is %d", page.Total)
			}
			for _, p := range page.Items {
				names = append(names, p.Name)
			}
			path = ""
			if page.NextCursor != nil {
				path = "/api/v1/people?limit=2&cursor=" + url.QueryEscape(*page.NextCursor)
			}
		}
		if len(names) != 6 || names[0] != "Person 0000" || names[5] != long.Name {
			t.Fatalf("the pages have %q", names)
		}
		found := answer[listed](t, c.Get("/api/v1/people?q=person+0003&organisation=rr8").Want(http.StatusOK))
		if found.Total != 1 || found.Items[0].Name != "Person 0003" {
			t.Errorf("found %+v", found)
		}
		for _, query := range []string{"standard=nothing-of-this", "need=&kind=nothing+of+this", "limit=0", "limit=101", "limit=x", "cursor=x", "colour=red"} {
			c.Get("/api/v1/people?" + query).Want(http.StatusBadRequest)
		}

		for _, id := range []string{long.ID, "long", "LONG"} {
			page := c.Get("/api/v1/people/" + id).Want(http.StatusOK)
			got := answer[map[string]any](t, page)
			if got["handle"] != "long" || got["years_experience"] != 8.0 || got["role"] != "Staff nurse" || got["url"] != apptest.BaseURL+"/people/long" {
				t.Errorf("%s is %v", id, got)
			}
			if strings.Contains(page.Body, "@nhs.net") || got["email"] != nil {
				t.Errorf("the e-mail address is in %s", page.Body)
			}
		}
		for _, id := range []string{"nobody", "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z", "%00", "%ff", "a%20b"} {
			c.Get("/api/v1/people/" + id).Want(http.StatusNotFound)
		}
	})
}

func TestWhoseTokenItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"), func(p *models.Person) { p.Organisation = "RR8" }, apptest.WithRole(models.RoleLead))
		browser, program := h.As(t, p), h.Client(t)
		program.Get("/api/v1/me").Want(http.StatusUnauthorized)
		made := browser.Get("/me/tokens").Form("/me/tokens").Set("name", "Intranet").Set("expires", "7").Send().Want(http.StatusOK)
		program.Header.Set("Authorization", "Bearer "+apptest.Text(made.ByID("token")))
		got := answer[struct {
			Handle, Email string
			Roles         []struct{ Role, Organisation string }
		}](t, program.Get("/api/v1/me").Want(http.StatusOK))
		if got.Handle != "amina" || got.Email != p.Email || len(got.Roles) != 2 || got.Roles[0].Role != "lead" || got.Roles[0].Organisation != "RR8" {
			t.Errorf("the token is of %+v", got)
		}
		// A token opens no page, and stops at its end.
		program.Get("/me").Want(http.StatusSeeOther)
		h.Clock.Move(7*24*time.Hour + time.Second)
		program.Get("/api/v1/me").Want(http.StatusUnauthorized)
	})
}

// A revoked token is turned away at once, although tokens are remembered for a
// moment.
func TestARevokedTokenStops(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store)
		browser, program := h.As(t, p), h.Client(t)
		made := browser.Get("/me/tokens").Form("/me/tokens").Set("name", "Intranet").Send().Want(http.StatusOK)
		program.Header.Set("Authorization", "Bearer "+apptest.Text(made.ByID("token")))
		program.Get("/api/v1/me").Want(http.StatusOK)
		tokens, err := h.Store.TokensOf(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		browser.Post("/me/tokens/"+tokens[0].ID+"/revoke", nil).Want(http.StatusSeeOther)
		program.Get("/api/v1/me").Want(http.StatusUnauthorized)
	})
}
