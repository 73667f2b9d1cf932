package collections_test

import (
	"net/http"
	"net/url"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestEditorsAreAskedAndChangeACollection(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c, other := b.As(t, b.owner), b.As(t, b.other)
		at := b.begin(t, c, url.Values{"audience": {"editors"}})
		editors := at + "/editors"
		c.Get(editors).Form(editors).Set("handle", "nobody-here").Send().WantErrors("Nobody here has that handle. It stands at the end of the address of somebody's page")
		c.Get(editors).Form(editors).Set("handle", "owen").Send().WantErrors("That is the owner of this collection")
		other.Get(at).Want(http.StatusNotFound)
		c.Get(editors).Form(editors).Set("handle", "@olive").Send().WantRedirect(editors)
		c.Get(editors).WantText("Olive Other", "has not answered")
		other.Get("/me/notifications").WantText("Owen Owner asks you to look after a collection with them:", "Where to begin")
		other.Get(at).Want(http.StatusOK).WantText("You are asked to look after this collection").WantNoText("Change it")
		other.Get(at + "/edit").Want(http.StatusForbidden)
		other.Post(at+"/accept", nil).WantRedirect(at)
		other.Post(at+"/accept", nil).Want(http.StatusNotFound)
		b.add(t, other, at, b.first, "By the second of us")
		other.Post(at+"/delete", nil).Want(http.StatusForbidden)
		other.Get(editors).Want(http.StatusForbidden)
		c.Get(at).WantText("By the second of us", "With Olive Other")
		other.Get("/me/collections").WantText("Where to begin")
		other.Post(at+"/leave", nil).WantRedirect("/me/collections")
		other.Get(at).Want(http.StatusNotFound)
		other.Get("/me/notifications").WantNoText("Where to begin")
		c.Post(editors, url.Values{"handle": {"olive"}}).WantRedirect(editors)
		c.Post(editors+"/olive/remove", nil).WantRedirect(editors)
		c.Post(editors+"/olive/remove", nil).Want(http.StatusNotFound)
	})
}

// Who closes their account leaves what they own to who looks after it with them.
func TestACollectionIsLeft(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c, other := b.As(t, b.owner), b.As(t, b.other)
		shared, alone, private := b.begin(t, c, url.Values{"audience": {"editors"}}), b.begin(t, c, nil), b.begin(t, c, url.Values{"title": {"Private"}, "audience": {"editors"}})
		c.Post(shared+"/editors", url.Values{"handle": {"olive"}}).WantRedirect(shared + "/editors")
		other.Post(shared+"/accept", nil).WantRedirect(shared)
		if err := b.Store.ClosePerson(t.Context(), b.owner.ID); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		other.Get(shared + "/editors").Want(http.StatusOK).WantText("Nobody yet")
		other.Get(alone).Want(http.StatusOK).WantText(models.FormerMember).WantNoText("Owen Owner")
		b.As(t, apptest.Person(t, b.Store, apptest.WithRole(models.RoleModerator))).Get(private).Want(http.StatusNotFound)
	})
}

func TestACopySaysWhereItIsFrom(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c, other := b.As(t, b.owner), b.As(t, b.other)
		at := b.begin(t, c, url.Values{"about": {"For all"}})
		b.add(t, c, at, b.first, "Why")
		b.add(t, c, at, b.post(t, "Only here", models.ToOrganisation), "Hidden why")
		copied := other.Post(at+"/copy", nil).Want(http.StatusSeeOther).Header.Get("Location")
		if copied != at+"-2" {
			t.Errorf("the copy is at %s", copied)
		}
		other.Get(copied).WantText("Copied from Where to begin", "Its editors alone", "Letters in minutes", "Why", "1 case study", "For all").WantNoText("Hidden why")
		b.Client(t).Get(at).WantText("1 copy")
		c.Get(copied).Want(http.StatusNotFound)
		c.Post(at+"/delete", nil).Want(http.StatusSeeOther)
		other.Get(copied).WantText("Copied from a collection that is not there to read any more.")
		var made struct {
			Source *string `json:"copied_from"`
		}
		b.Program(t, b.other).Send(http.MethodPost, "/api/v1"+copied+"/copy", map[string]any{}).Want(http.StatusCreated).JSON(&made)
		if made.Source == nil {
			t.Error("the API does not say where the copy is from")
		}
	})
}

func TestALeadMarksAReadingList(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		lead := apptest.Person(t, b.Store, func(p *models.Person) { p.Organisation = "RR8" }, apptest.WithRole(models.RoleLead))
		c, leads := b.As(t, b.owner), b.As(t, lead)
		at := b.begin(t, c, nil)
		c.Post("/organisations/RR8/reading-list", url.Values{"collection": {"where-to-begin"}}).Want(http.StatusForbidden)
		leads.Post("/organisations/RWY/reading-list", url.Values{"collection": {"where-to-begin"}}).Want(http.StatusForbidden)
		leads.Get(at).WantText("Make it a reading list of RR8").Form("/organisations/RR8/reading-list").Send().WantRedirect(at)
		b.Client(t).Get(at).WantText("Reading list of RR8")
		leads.Get("/collections?for=me").WantText("Where to begin")
		b.Client(t).Get("/collections?organisation=RR8").WantText("Where to begin")
		leads.Get(at).WantText("No longer a reading list of RR8").Form("/organisations/RR8/reading-list").Send().WantRedirect(at)
		b.Client(t).Get(at).WantNoText("Reading list of RR8")
		program := b.Program(t, lead)
		program.Do(http.MethodPut, "/api/v1/organisations/RR8/reading-lists/where-to-begin", nil, "").Want(http.StatusNoContent)
		program.Do(http.MethodDelete, "/api/v1/organisations/RR8/reading-lists/where-to-begin", nil, "").Want(http.StatusNoContent)
		program.Do(http.MethodDelete, "/api/v1/organisations/RR8/reading-lists/where-to-begin", nil, "").WantProblem(http.StatusConflict)
	})
}
