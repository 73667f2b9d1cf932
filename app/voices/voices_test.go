package voices_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/voices"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type crowd struct {
	*apptest.App
	t     *testing.T
	heard *voices.Feature
	queue *jobs.Queue
	admin models.Person
	n     int
}

func each(t *testing.T, f func(t *testing.T, c *crowd)) {
	t.Helper()
	t.Parallel()
	var made sync.Map
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		c := &crowd{queue: jobs.New(s.Store, jobs.Config{Logger: s.Log, Now: s.Now})}
		c.heard = voices.New(s, c.queue)
		made.Store(s.Store, c)
		return []apptest.Routes{c.heard}
	}, func(t *testing.T, a *apptest.App) {
		kept, _ := made.Load(a.Store)
		c := kept.(*crowd)
		c.App, c.t = a, t
		if _, _, err := a.Store.SaveOrganisation(t.Context(), models.Organisation{Code: "RR8", Name: "Leeds", Kind: "Acute trust", Region: "North East and Yorkshire", Named: true}); err != nil {
			t.Fatal(err)
		}
		c.admin = apptest.Person(t, a.Store, apptest.Named("root", "Root"), apptest.WithRole(models.RoleAdmin))
		f(t, c)
	})
}

// post has people of a staff group and a band join, who post and are answered after
// a day and a half.
func (c *crowd) post(n int, group string, band models.PayBand) {
	c.t.Helper()
	ctx := c.t.Context()
	for range n {
		c.n++
		p := apptest.Person(c.t, c.Store, apptest.Named(fmt.Sprint("p", c.n), fmt.Sprint("Person ", c.n)), func(p *models.Person) { p.StaffGroup, p.Organisation = group, "RR8" })
		if err := c.Store.SetPayBand(ctx, p.ID, band); err != nil {
			c.t.Fatal(err)
		}
		now := c.Clock.Now()
		cs := models.CaseStudy{ID: c.Store.NewID(), Document: models.Document{Title: fmt.Sprint("Study ", c.n), Stage: models.StageIdea, Body: "Text", Authors: []models.Author{{Name: p.Name}}},
			OwnerID: p.ID, HTML: "<p>Text</p>", Status: models.Published, CreatedAt: now, UpdatedAt: now, PublishedAt: now}
		if err := c.Store.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID}); err != nil {
			c.t.Fatal(err)
		}
		c.Clock.Move(36 * time.Hour)
		answer := models.Comment{ID: c.Store.NewID(), CaseStudyID: cs.ID, AuthorID: c.admin.ID, Kind: models.CommentKinds()[0], Body: "Yes", HTML: "<p>Yes</p>", CreatedAt: c.Clock.Now()}
		if err := c.Store.AddComment(ctx, &answer, nil); err != nil {
			c.t.Fatal(err)
		}
		c.Clock.Move(-36*time.Hour + time.Second)
	}
}

func (c *crowd) count() {
	c.t.Helper()
	if err := c.heard.Count(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

const (
	nurses = "Nursing and Midwifery Registered"
	clerks = "Administrative and Clerical"
	medics = "Medical and Dental"
)

func TestWhoIsHeard(t *testing.T) {
	each(t, func(t *testing.T, c *crowd) {
		reader := c.Client(t)
		c.count()
		reader.Get("/impact/voices").Want(http.StatusOK).WantText("Nothing is shown for this period yet")
		c.post(60, nurses, "5")
		c.post(20, clerks, "4")
		c.post(4, medics, "md-consultant")
		c.count()
		reader.Get("/impact/voices").Want(http.StatusOK).WantText("Nothing is shown for this period yet") // the quarter is not over
		c.Clock.Move(60 * 24 * time.Hour)
		c.count()
		reader.Get("/impact/voices").Want(http.StatusOK).WantText("until 31 March 2026", nurses, clerks, "Band 5", "Acute trust", "North East and Yorkshire", "1 to 3 days", "Nobody has entered how the workforce").WantNoText(medics, "Consultant", "About 4 ")
		shares := strings.Join([]string{"Nursing and Midwifery Registered,48.5", "Administrative and Clerical, 15 %", "Estates and Ancillary,25", "Medical and Dental,10"}, "\n")
		c.As(t, c.admin).Get("/admin/workforce").Want(http.StatusOK).Form("/admin/workforce").Set("csv", "group,percent\n"+shares).Set("source", "Made up for a test").Set("as_of", "2026-01-31").Send().WantRedirect("/admin/workforce?by=staff-group")
		page := reader.Get("/impact/voices?period=all&of=posted").Want(http.StatusOK).WantText("Made up for a test, as of 31 January 2026", "Estates and Ancillary: 25 in 100 of the workforce, and too few of them posted to be shown", "49 in 100 of the workforce")
		if got := len(page.All(apptest.Tag("svg"))); got < 5 {
			t.Errorf("there are %d charts", got)
		}
		for _, path := range []string{"/impact/voices?period=2031", "/impact/voices?of=nothing", "/impact/voices.csv?period=x", "/api/v1/impact/voices?period=x"} {
			reader.Get(path).Want(http.StatusBadRequest)
		}
		// What can be fetched has no more than the page.
		for _, row := range reader.Get("/impact/voices.csv?period=all").Want(http.StatusOK).Table() {
			if len(row) != 9 || row["group"] == medics && row["posted"]+row["voted"]+row["commented"]+row["answered"]+row["adopted"]+row["median_first_response"] != "" {
				t.Errorf("the file says %q", row)
			}
		}
		var body struct {
			Counted []struct{ Of, To string }
			Tables  []struct {
				By     string
				Groups []struct {
					Group   string
					Percent *float64 `json:"workforce_percent"`
					Counts  map[string]int
					Median  string `json:"median_first_response"`
				}
			}
		}
		answer := reader.Get("/api/v1/impact/voices").Want(http.StatusOK).Body
		if err := json.Unmarshal([]byte(answer), &body); err != nil || len(body.Tables) != 5 || body.Counted[0].To != "2026-04-01" {
			t.Fatalf("%v: %s", err, answer)
		}
		for _, g := range body.Tables[0].Groups {
			switch n := g.Counts["posted"]; g.Group {
			case nurses:
				if n < 40 || n > 60 || n%5 != 0 || g.Median != "days" || *g.Percent != 48.5 {
					t.Errorf("of nurses it says %+v", g)
				}
			case medics:
				if len(g.Counts) != 0 {
					t.Errorf("of medics it says %+v", g)
				}
			}
		}
		if strings.Contains(answer, `"people"`) {
			t.Error("the API says how many people a table is made of")
		}
	})
}

// The page of today is that of yesterday when somebody came, and takes the same
// few statements whatever there is.
func TestNothingChangesWhenSomebodyComes(t *testing.T) {
	each(t, func(t *testing.T, c *crowd) {
		c.post(40, nurses, "5")
		c.Clock.Move(60 * 24 * time.Hour)
		c.count()
		reader := c.Client(t)
		before := reader.Get("/impact/voices.csv?period=all").Want(http.StatusOK).Body
		few := len(c.Statements(func() { reader.Get("/impact/voices?period=all").Want(http.StatusOK) }))
		c.post(3, nurses, "9")
		c.count()
		c.Clock.Move(91 * 24 * time.Hour)
		c.count()
		if after := reader.Get("/impact/voices.csv?period=all").Want(http.StatusOK).Body; after != before {
			t.Errorf("three came, and\n%s\nbecame\n%s", before, after)
		}
		c.post(40, nurses, "9")
		c.Clock.Move(91 * 24 * time.Hour)
		c.count()
		c.count()
		if after := reader.Get("/impact/voices.csv?period=all").Want(http.StatusOK).Body; after == before {
			t.Error("forty came, and nothing changed")
		}
		if many := len(c.Statements(func() { reader.Get("/impact/voices?period=all").Want(http.StatusOK) })); many > few {
			t.Errorf("the page takes %d statements, and took %d", many, few)
		}
		c.Clock.Move(120 * 24 * time.Hour)
		c.count()
		reader.Get("/impact/voices?period=2026").Want(http.StatusOK).WantText("From 1 January 2026 until 31 December 2026.")
	})
}

func TestAnAdminEntersTheWorkforce(t *testing.T) {
	each(t, func(t *testing.T, c *crowd) {
		anybody := apptest.Person(t, c.Store)
		c.Client(t).Get("/admin/workforce").WantRedirect("/sign-in?next=%2Fadmin%2Fworkforce")
		c.As(t, anybody).Get("/admin/workforce").Want(http.StatusForbidden)
		c.As(t, anybody).Post("/admin/workforce", nil).Want(http.StatusForbidden)
		admin := c.As(t, c.admin)
		admin.Get("/admin/workforce?by=setting").Want(http.StatusNotFound)
		form := admin.Get("/admin/workforce?by=region").Want(http.StatusOK).WantText("North West").Form("/admin/workforce")
		form.Set("share-0", "12.5").Set("share-1", "many").Set("source", "A source").Set("as_of", "2026-01-31").Send().Want(http.StatusUnprocessableEntity).WantText("Enter per cent as a number")
		form = admin.Get("/admin/workforce?by=region").Form("/admin/workforce")
		form.Set("share-0", "60").Set("share-1", "50").Set("source", "").Set("as_of", "2027-01-31").Send().Want(http.StatusUnprocessableEntity).
			WantText("The shares come to 110.0 per cent", "Say where the figures are from", "not one to come")
		form = admin.Get("/admin/workforce?by=region").Form("/admin/workforce")
		form.Set("csv", "London,20\nAtlantis,3\nNorth West,x").Set("source", "A source").Set("as_of", "2026-01-31").Send().Want(http.StatusUnprocessableEntity).WantText("Line 2: “Atlantis” is none", "Line 3: the share is no number")
		for _, source := range []string{"The first source", "The second source"} {
			form = admin.Get("/admin/workforce?by=region").Form("/admin/workforce")
			form.Set("share-0", "12.5").Set("share-1", "50").Set("source", source).Set("as_of", "2026-01-31").Send().WantRedirect("/admin/workforce?by=region")
			c.Clock.Move(time.Second)
		}
		page := admin.Get("/admin/workforce?by=region").Want(http.StatusOK).WantText("The first source", "The second source", "East of England 12.5%; London 50%")
		if got := page.Form("/admin/workforce").Values.Get("source"); got != "The second source" {
			t.Errorf("the form has %q", got)
		}
		var n int64
		if err := c.Store.DB(t.Context()).Table("audit_events").Where("action = 'workforce.set' AND subject = 'region'").Count(&n).Error; err != nil || n != 2 {
			t.Errorf("%d events, %v", n, err)
		}
	})
}
