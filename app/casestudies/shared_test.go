package casestudies_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

// The list is made once for everybody of the same roles, and each of them sees
// their own name and votes in it.
func TestTheSharedListIsEachPersonsOwn(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		amina := apptest.Person(t, a.Store, apptest.Named("amina", "Amina Yusuf"))
		bob := apptest.Person(t, a.Store, apptest.Named("bob", "Bob Hale"))
		admin := apptest.Person(t, a.Store, apptest.Named("ada", "Ada Admin"), apptest.WithRole(models.RoleAdmin))
		first, second := post(t, cs, amina, "Letters in minutes", "Text"), post(t, cs, bob, "Beds in view", "Text")
		if _, err := a.Store.Vote(t.Context(), first.ID, amina.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Store.Vote(t.Context(), second.ID, bob.ID, true); err != nil {
			t.Fatal(err)
		}
		for range 2 { // made, and kept
			for _, path := range []string{"/case-studies", "/case-studies?sort=new"} {
				for _, p := range []models.Person{amina, bob, admin} {
					page := a.As(t, p).Get(path).Want(200).WantText(p.Name)
					for _, other := range []models.Person{amina, bob, admin} {
						if other.ID != p.ID {
							page.WantNoText(other.Name)
						}
					}
					if n := len(page.All(apptest.With("a", "href", "/admin"))); (n > 0) != (p.ID == admin.ID) {
						t.Errorf("%s: %s has %d links to the admin pages", path, p.Name, n)
					}
					want := map[string]bool{first.Slug: p.ID == amina.ID, second.Slug: p.ID == bob.ID}
					for slug, voted := range want {
						if got, there := pressed(page, slug); there && got != voted {
							t.Errorf("%s: for %s the vote on %s is pressed: %v, want %v", path, p.Name, slug, got, voted)
						}
					}
				}
			}
		}
		c := a.As(t, bob)
		c.Get("/case-studies").Want(200)
		kept := a.Statements(func() { c.Get("/case-studies").Want(200) })
		if len(kept) != 1 { // their votes
			t.Errorf("a kept list takes %d statements: %s", len(kept), strings.Join(kept, "\n"))
		}
		c.Post("/case-studies/"+first.Slug+"/vote", url.Values{"voted": {"true"}}).Want(303)
		if got, _ := pressed(c.Get("/case-studies").Want(200), first.Slug); !got {
			t.Error("a person does not see their own vote at once")
		}
		// A message is for one person and for once.
		c.Post("/case-studies/"+second.Slug+"/withdraw", url.Values{}).Want(303)
		c.Get("/case-studies").Want(200).WantText("is withdrawn").WantNoText("Beds in view", "Text")
		a.As(t, amina).Get("/case-studies").Want(200).WantNoText("is withdrawn")
	})
}

// pressed tells whether the vote button of a case study is pressed, and whether
// the page has one.
func pressed(p *apptest.Page, slug string) (bool, bool) {
	for _, form := range p.All(apptest.With("form", "action", "/case-studies/"+slug+"/vote")) {
		for _, b := range apptest.All(form, func(n *html.Node) bool { return n.Data == "button" }) {
			return apptest.Attr(b, "aria-pressed") == "true", true
		}
	}
	return false, false
}

// pressedVote finds a vote button that is pressed, or is not.
func pressedVote(pressed string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		return n.Data == "button" && apptest.Attr(n, "aria-pressed") == pressed && apptest.HasAttr(n.Parent, "data-vote")
	}
}
