package casestudies_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

// Somebody finds what comes from places like their own, and reads why.
func TestWhatComesFromPlacesLikeOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		for _, o := range []models.Organisation{{Code: "RR8", Name: "Our trust", Kind: "Acute trust", Region: "Yorkshire"}, {Code: "RAE", Name: "A trust there", Kind: "Acute trust", Region: "London"},
			{Code: "RWY", Name: "Next door", Kind: "Community trust", Region: "Yorkshire"}, {Code: "RX1", Name: "With our systems", Kind: "Mental health trust", Region: "Wales"}, {Code: "RZ9", Name: "Far away", Kind: "Ambulance trust", Region: "Devon"}} {
			o.Named = true
			if err := a.Store.DB(t.Context()).Exec("INSERT INTO organisations (code, name, kind, region, named) VALUES (?, ?, ?, ?, ?)", o.Code, o.Name, o.Kind, o.Region, true).Error; err != nil {
				t.Fatal(err)
			}
		}
		at := func(code string) func(*models.Document) { return func(d *models.Document) { d.Organisation = code } }
		joins := func(d *models.Document) {
			d.Connections = []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		}
		writer := apptest.Person(t, a.Store)
		nurse := apptest.Person(t, a.Store, apptest.Named("nia", "Nia Nurse"), func(p *models.Person) { p.Organisation = "RR8" })
		c := a.As(t, nurse)
		c.Get("/me/like-mine").Want(http.StatusOK).WantText("Nothing from places like yours yet")
		a.As(t, writer).Get("/me/like-mine").Want(http.StatusOK).WantText("Say where you work first")
		a.Client(t).Get("/me/like-mine").Want(http.StatusSeeOther)

		post(t, cs, writer, "At ours", "Text", at("RR8"), joins)
		same := post(t, cs, writer, "Same kind", "Text", at("RAE"))
		post(t, cs, writer, "Neighbours", "Text", at("RWY"))
		post(t, cs, writer, "Same systems", "Text", at("RX1"), joins)
		far := post(t, cs, writer, "Nothing in common", "Text", at("RZ9"))
		post(t, cs, writer, "For some", "Text", at("RWY"), func(d *models.Document) { d.Visibility = models.ToOrganisation })
		a.Clock.Move(15 * 60e9) // what is near is remembered for a while

		page := c.Get("/me/like-mine").Want(http.StatusOK).WantText("From the 3 organisations most like Our trust", "3 case studies", "Like yours: the same kind of organisation (acute trust).",
			"Like yours: the same region (Yorkshire).", "Like yours: 2 systems that you have too (").WantNoText("At ours", "Nothing in common", "For some")
		if n := len(page.All(func(n *html.Node) bool { return n.Data == "article" })); n != 3 {
			t.Errorf("the page has %d cards", n)
		}
		c.Get("/me/like-mine?sort=new").Want(http.StatusOK).WantText("Same kind")
		for _, bad := range []string{"?q=letters", "?tag=x", "?colour=red", "?cursor=x"} {
			c.Get("/me/like-mine" + bad).Want(http.StatusBadRequest)
		}
		c.Get("/case-studies/" + same.Slug).WantText("Like yours: the same kind of organisation (acute trust). More from places like yours")
		c.Get("/case-studies/" + far.Slug).WantNoText("More from places like yours")
		a.Client(t).Get("/case-studies/" + same.Slug).WantNoText("Like yours")

		var list struct {
			Items []struct{ Title, Organisation, Why string }
			Total int
		}
		a.Program(t, nurse).Get("/api/v1/me/case-studies/like-mine?sort=new&limit=10").Want(http.StatusOK).JSON(&list)
		var titles []string
		for _, i := range list.Items {
			titles = append(titles, i.Title)
			if !strings.HasPrefix(i.Why, "Like yours: ") {
				t.Errorf("%+v says nothing of why", i)
			}
		}
		slices.Sort(titles)
		if list.Total != 3 || !slices.Equal(titles, []string{"Neighbours", "Same kind", "Same systems"}) {
			t.Errorf("the API gives %+v", list)
		}
		a.Program(t, writer).Get("/api/v1/me/case-studies/like-mine").Want(http.StatusOK).JSON(&list)

		// What is near is remembered: neither page asks for it with every row or reader.
		path := "/case-studies/" + same.Slug
		few, study := len(a.Statements(func() { c.Get("/me/like-mine").Want(http.StatusOK) })), len(a.Statements(func() { c.Get(path).Want(http.StatusOK) }))
		other := a.As(t, writer)
		other.Get(path).Want(http.StatusOK)
		for i := range 12 {
			post(t, cs, writer, fmt.Sprintf("More %02d", i), "Text", at("RAE"))
		}
		c.Get("/me/like-mine").WantText("15 case studies")
		if many := len(a.Statements(func() { c.Get("/me/like-mine").Want(http.StatusOK) })); many > few || few > 7 {
			t.Errorf("%d statements for 3 case studies, %d for 15", few, many)
		}
		if n := len(a.Statements(func() { c.Get(path).Want(http.StatusOK) })); n > study || study > 14 {
			t.Errorf("the page of a case study takes %d statements, then %d", study, n)
		}
	})
}
