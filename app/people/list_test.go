package people_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

func names(p *apptest.Page) []string {
	var out []string
	for _, h := range p.All(apptest.Class("gr-result__title")) {
		out = append(out, apptest.Text(h))
	}
	return out
}

func TestTheListOfPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		c.Get("/people").Want(http.StatusOK).WantText("Nobody is here yet")
		for i := range 45 {
			apptest.Person(t, h.Store, func(p *models.Person) {
				p.Name, p.Skills = apptest.Numbered("Person ", i), []string{"audit"}
				if i == 7 {
					p.JobTitle, p.Skills, p.Organisation = "Pharmacist", []string{"A&E", "discharge planning"}, "RR8"
				}
			})
		}
		h.Site.Changed() // the people were not made by a request
		page := c.Get("/people").Want(http.StatusOK).WantText("45 people")
		var seen []string
		for range 3 {
			seen = append(seen, names(page)...)
			if next := page.All(apptest.With("a", "rel", "next")); len(next) == 1 {
				page = c.Get(apptest.Attr(next[0], "href")).Want(http.StatusOK)
			}
		}
		if len(seen) != 45 || !slices.IsSorted(seen) {
			t.Fatalf("the pages show %d people: %v", len(seen), seen)
		}
		back := apptest.Attr(page.One(apptest.With("a", "rel", "prev")), "href")
		middle := c.Get(back).Want(http.StatusOK)
		if got := names(middle); !slices.Equal(got, seen[20:40]) {
			t.Fatalf("back leads to %v", got)
		}
		first := c.Get(apptest.Attr(middle.One(apptest.With("a", "rel", "prev")), "href")).Want(http.StatusOK)
		if got := names(first); !slices.Equal(got, seen[:20]) || len(first.All(apptest.With("a", "rel", "prev"))) != 0 {
			t.Fatalf("back again leads to %v", got)
		}

		for _, q := range []string{"Person 0007", "pharmacist", "discharge PLANNING", "a&e"} {
			found := c.Get("/people?q="+url.QueryEscape(q)).Want(http.StatusOK).WantText("1 person for", "Pharmacist", "Organisation RR8")
			if got := names(found); !slices.Equal(got, []string{"Person 0007"}) {
				t.Errorf("%q finds %v", q, got)
			}
			if v := apptest.Attr(found.ByID("people-q"), "value"); v != q {
				t.Errorf("the search box has %q", v)
			}
		}
		c.Get("/people?q=audit&cursor=" + url.QueryEscape(store.NameCursor{Name: "Person 0040", Key: "x"}.String())).Want(http.StatusOK).WantText("44 people for “audit”")
		c.Get("/people?q=nobody+has+this").Want(http.StatusOK).WantText("Nobody found")
		c.Get("/people?cursor=nonsense").Want(http.StatusBadRequest).WantText("The cursor in this address")
		for what, q := range hostile() {
			if len(q) > 4000 {
				q = q[:4000]
			}
			found := c.Get("/people?q=" + url.QueryEscape(q)).Want(http.StatusOK)
			if len(found.All(apptest.Tag("script"))) != 1 || strings.ContainsRune(found.Body, '\u202e') {
				t.Errorf("%s is in the page as it was typed", what)
			}
		}
	})
}

func TestAProfile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		years := 22
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"), func(p *models.Person) {
			p.JobTitle, p.Organisation, p.YearsExperience, p.Skills = "Ward manager", "RR8", &years, []string{"discharge planning", "A&E"}
			p.Bio = "First.\n\nSecond <b>bold</b>."
		}, apptest.WithRole(models.RoleLead))
		other := apptest.Person(t, h.Store, apptest.Named("tom", "Tom Rees"))
		c := h.Client(t)
		c.Get("/people/amina").Want(http.StatusOK).WantText("Amina Yusuf has posted nothing yet.", "There are no comments yet.", "Lead for RR8")

		cs := h.post(t, p, "Letters in minutes")
		withdrawn := h.post(t, other, "Gone again")
		said := h.comment(t, cs, p, `<p>We <em>tried</em> this &amp; it worked.</p><p>Twice.</p>`)
		h.comment(t, withdrawn, p, "<p>On something withdrawn</p>")
		if err := h.Store.SetStatus(t.Context(), withdrawn.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		h.Site.Changed()
		page := c.Get("/people/amina").Want(http.StatusOK)
		page.WantText("Ward manager", "@amina", "22 years", "Nursing and Midwifery Registered", "First.", "Second <b>bold</b>.", "Letters in minutes",
			"We tried this & it worked. Twice.", "Question").
			WantNoText("On something withdrawn", "@nhs.net", "Change your profile")
		if got := page.Link("Organisation RR8"); got != "/organisations/RR8" {
			t.Errorf("the organisation leads to %q", got)
		}
		if got := page.Link("A&E"); got != "/people?q=A%26E" {
			t.Errorf("the skill leads to %q", got)
		}
		if !slices.Contains(page.Links(), "/comments/"+said.ID) {
			t.Errorf("no link leads to the comment: %v", page.Links())
		}
		if strings.Contains(page.Body, p.Email) {
			t.Error("the page has the e-mail address")
		}
		h.As(t, p).Get("/people/amina").Want(http.StatusOK).WantText("Change your profile")

		for _, handle := range []string{"AMINA", "Amina"} {
			moved := c.Get("/people/" + handle).Want(http.StatusMovedPermanently)
			if got := moved.Header.Get("Location"); got != "/people/amina" {
				t.Errorf("%s leads to %q", handle, got)
			}
		}
		for _, handle := range []string{"nobody", "%00", "%ff", "a%20b", "..", strings.Repeat("a", 3000), url.PathEscape("\u202eamina")} {
			c.Get("/people/" + handle).Want(http.StatusNotFound)
		}
	})
}

// No page's statements grow with its rows.
func TestStatementsDoNotGrow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"), func(p *models.Person) { p.Organisation = "RR8" })
		c := h.As(t, p)
		fill := func(n int) {
			for range n {
				other := apptest.Person(t, h.Store)
				cs := h.post(t, p, "A title")
				h.comment(t, cs, other, "<p>@amina</p>", p.ID)
				h.comment(t, cs, p, "<p>Yes</p>")
				h.Clock.Move(time.Second)
			}
			h.Site.PeopleChanged()
		}
		measure := func() map[string]int {
			out := map[string]int{}
			for _, path := range []string{"/people", "/people/amina", "/me", "/me/mentions", "/me/settings", "/me/tokens", "/me/sessions"} {
				c.Get(path).Want(http.StatusOK) // the session is remembered from here on
				out[path] = len(h.Statements(func() { c.Get(path).Want(http.StatusOK) }))
			}
			return out
		}
		fill(1)
		few := measure()
		fill(12)
		many := measure()
		for path, n := range few {
			if n == 0 || many[path] != n {
				t.Errorf("%s runs %d statements with few rows and %d with many", path, n, many[path])
			}
		}
	})
}

func TestTheSameAddressForEveryone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range 3 {
			apptest.Person(t, h.Store, apptest.Named(fmt.Sprintf("p%d", i), "Same Name"))
		}
		page := h.Client(t).Get("/people").Want(http.StatusOK).WantText("3 people")
		if got := names(page); len(got) != 3 {
			t.Errorf("the list shows %v", got)
		}
	})
}
