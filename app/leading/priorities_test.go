package leading_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/words"
	"grassroots/models"
)

// What matters to an organisation is said by its leads, and what is new is looked through for it.
func TestWhatMattersIsLookedFor(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		b.study(b.owner, models.Document{Title: "Our own", Stage: models.StageTrial, Organisation: "RR8", Tags: []string{"discharge"}, Connections: joined("PPM+", "hl7-v2")})
		b.study(b.author, models.Document{Title: "Letters home", Stage: models.StageTrial, Organisation: "RWY", Tags: []string{"discharge", "fax"}})
		b.study(b.author, models.Document{Title: "Both", Stage: models.StageTrial, Organisation: "RWY", Tags: []string{"theatre lists"}, Connections: joined("PPM+", "hl7-v2")})
		b.study(b.author, models.Document{Title: "Neither", Stage: models.StageTrial, Organisation: "RWY", Tags: []string{"pumps"}})
		c := b.As(t, b.lead)
		form := c.Get("/me/lead").Want(http.StatusOK).WantNoText("Letters home").Form("/me/lead/priorities?organisation=RR8")
		form.Set("priorities", "discharge, A/B").Send().Want(http.StatusUnprocessableEntity).WantErrors("A tag has letters, digits, spaces and hyphens, 40 characters at most: “a/b” does not").WantNoText("Letters home")
		form.Set("priorities", strings.Join([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}, ",")).Send().Want(http.StatusUnprocessableEntity).WantErrors("Name 10 priorities at most: what matters most to you")
		form.Set("priorities", "ring 07700 900123").Send().Want(http.StatusUnprocessableEntity)
		form.Set("priorities", " Discharge,\n#theatre lists, discharge ,").Send().WantRedirect("/me/lead?organisation=RR8")
		page := c.Get("/me/lead")
		part := b.part(page, "new")
		for _, want := range []string{"Letters home", "Among your priorities: discharge.", "Both", "Names PPM+ and hl7-v2, which your organisation uses. Among your priorities: theatre lists."} {
			if !strings.Contains(part, want) {
				t.Errorf("no %q in %s", want, part)
			}
		}
		if strings.Contains(part, "Neither") || strings.Contains(part, "Our own") || !strings.Contains(page.Body, `value="discharge, theatre lists"`) {
			t.Error(part)
		}
		for _, id := range book.Missing(models.Welsh, []byte(page.Body)) {
			if strings.Contains(id, "riorit") {
				t.Errorf("not in Welsh: %q", id)
			}
		}
		if events, _, err := b.Store.AuditEvents(t.Context(), models.AuditQuery{Action: "organisation.priorities", Limit: 5}); err != nil || len(events) != 1 || events[0].Subject != "RR8" {
			t.Errorf("the record has %+v, %v", events, err)
		}
		// Only who leads it says so; one who leads two, for the one that is named.
		b.As(t, b.owner).Post("/me/lead/priorities?organisation=RR8", nil).Want(http.StatusForbidden)
		b.As(t, b.far).Post("/me/lead/priorities?organisation=RR8", nil).Want(http.StatusForbidden)
		var home struct {
			Priorities []string
			New        []struct {
				Title string
				Tags  []string
			}
		}
		two := b.Program(t, b.two)
		two.Get("/api/v1/me/lead?organisation=RR8").Want(http.StatusOK).JSON(&home)
		if len(home.Priorities) != 2 || len(home.New) != 2 || home.New[0].Title != "Both" || home.New[0].Tags[0] != "theatre lists" {
			t.Errorf("%+v", home)
		}
		const api = "/api/v1/me/lead/priorities?organisation=RWY"
		two.Send(http.MethodPut, api, map[string]any{"priorities": []string{"x", "X", "Y"}}).Want(http.StatusOK).JSON(&home)
		if len(home.Priorities) != 2 || home.Priorities[0] != "x" || home.Priorities[1] != "y" {
			t.Errorf("%+v", home.Priorities)
		}
		two.Send(http.MethodPut, api, map[string]any{"priorities": []string{"a/b"}}).WantProblem(http.StatusUnprocessableEntity)
		b.Program(t, b.lead).Send(http.MethodPut, api, map[string]any{"priorities": []string{"x"}}).WantProblem(http.StatusForbidden)
		two.Send(http.MethodPut, api, map[string]any{"priorities": []string{}}).Want(http.StatusOK)
		if left, err := b.Store.Priorities(t.Context(), "RWY"); err != nil || len(left) > 0 {
			t.Errorf("%v, %v", left, err)
		}
	})
}
