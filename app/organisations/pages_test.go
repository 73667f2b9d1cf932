package organisations_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/organisations"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// cards stands in for the cards of the case studies' own feature.
func cards(_ *fiber.Ctx, items []models.Summary, _ string) ([]templates.ListCardProps, error) {
	var out []templates.ListCardProps
	for _, s := range items {
		out = append(out, templates.ListCardProps{Title: s.Title, URL: "/case-studies/" + s.Slug})
	}
	return out, nil
}

func eachPage(t *testing.T, f func(t *testing.T, a *apptest.App)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		return []apptest.Routes{organisations.New(s, cards)}
	}, f)
}

func addOrganisation(t *testing.T, a *apptest.App, o models.Organisation) {
	t.Helper()
	if _, _, err := a.Store.SaveOrganisation(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	a.Site.Changed()
}

func addStudy(t *testing.T, a *apptest.App, owner models.Person, title, code string) {
	t.Helper()
	a.Clock.Move(time.Second)
	cs := models.CaseStudy{ID: a.Store.NewID(), OwnerID: owner.ID, CreatedAt: a.Store.Now(), UpdatedAt: a.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageIdea, Organisation: code, Body: "We did it.", Language: "en"}}
	if err := a.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID}); err != nil {
		t.Fatal(err)
	}
	a.Site.Changed()
}

// of gives somebody who works at an organisation.
func of(code string) func(*models.Person) {
	return func(p *models.Person) { p.Organisation = code }
}

// titles gives what the cards of a page are headed.
func titles(p *apptest.Page) []string {
	var out []string
	for _, n := range p.All(apptest.Class("gr-result__title")) {
		out = append(out, apptest.Text(n))
	}
	return out
}

func wantTitles(t *testing.T, p *apptest.Page, want ...string) {
	t.Helper()
	if got := titles(p); !slices.Equal(got, want) {
		t.Errorf("%s lists %q, want %q", p.Path, got, want)
	}
}

func TestTheListBeginsWithThoseThatTakePart(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		a.Client(t).Get("/organisations").Want(http.StatusOK).WantText("No organisation is here yet")
		addOrganisation(t, a, models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust", Region: "North East and Yorkshire"})
		addOrganisation(t, a, models.Organisation{Code: "RX6", Name: "North East Ambulance Service", Kind: "Ambulance trust", Region: "North East and Yorkshire"})
		addOrganisation(t, a, models.Organisation{Code: "RJ1", Name: "Guy's and St Thomas'", Kind: "Acute trust", Region: "London"})
		person := apptest.Person(t, a.Store, of("RR8"))
		addStudy(t, a, person, "Letters", "RR8")
		addStudy(t, a, person, "Somewhere new", "ZZ99")

		page := a.Client(t).Get("/organisations").WantText("1 organisation with people or case studies here", "1 case study", "1 person", "RR8", "Acute trust")
		wantTitles(t, page, "Leeds Teaching Hospitals NHS Trust")
		wantTitles(t, a.Client(t).Get(page.Link("Show all 4 organisations")).WantText("Not yet named"),
			"Organisation ZZ99", "Guy's and St Thomas'", "Leeds Teaching Hospitals NHS Trust", "North East Ambulance Service")
		wantTitles(t, a.Client(t).Get(page.Link("1 code that no list has named yet")), "Organisation ZZ99")

		search := page.Form("/organisations").Set("q", "north ambul").Send()
		wantTitles(t, search.WantText("1 organisation"), "North East Ambulance Service")
		wantTitles(t, page.Form("/organisations").Set("q", "rj1").Send(), "Guy's and St Thomas'")
		wantTitles(t, page.Form("/organisations").Set("q", "zz9").Send(), "Organisation ZZ99")
		london := page.Form("/organisations").Set("region", "London").Send()
		wantTitles(t, london.WantText("No organisation found"))
		wantTitles(t, a.Client(t).Get(london.Link("Show all 1 organisation")), "Guy's and St Thomas'")
		if got := london.Form("/organisations").Values.Get("region"); got != "London" {
			t.Errorf("the form forgot the region: %q", got)
		}
		wantTitles(t, a.Client(t).Get("/organisations?all=1&kind=Acute+trust"), "Guy's and St Thomas'", "Leeds Teaching Hospitals NHS Trust")
	})
}

func TestTheListPagesBothWays(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		var all []string
		for i := range 45 {
			name := apptest.Numbered("Trust ", i)
			all = append(all, name)
			addOrganisation(t, a, models.Organisation{Code: fmt.Sprintf("A%03d", i), Name: name, Region: "London"})
		}
		page := a.Client(t).Get("/organisations?all=1&region=London").WantText("45 organisations")
		for i, part := range slices.Collect(slices.Chunk(all, 20)) {
			if i > 0 {
				page = a.Client(t).Get(page.Link("Next organisations"))
			}
			wantTitles(t, page, part...)
		}
		wantTitles(t, a.Client(t).Get(page.Link("Previous organisations")), all[20:40]...)
		a.Client(t).Get("/organisations?cursor=nonsense").Want(http.StatusBadRequest)
	})
}

func TestAnOrganisationShowsWhatItsPeopleDid(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		opened := time.Date(1998, 4, 1, 0, 0, 0, 0, time.UTC)
		addOrganisation(t, a, models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust", Region: "North East and Yorkshire",
			ICBCode: "QWO", ICBName: "NHS West Yorkshire ICB", Postcode: "LS9 7TF", Opened: &opened})
		addOrganisation(t, a, models.Organisation{Code: "QWO", Name: "NHS West Yorkshire ICB", Kind: "Integrated care board"})
		bare := a.Client(t).Get("/organisations/RR8").Want(http.StatusOK).WantText("Nobody has posted anything about this organisation yet", "Nobody here has said that they work there")
		if bare.Heading() != "Acute trust Leeds Teaching Hospitals NHS Trust" && bare.Heading() != "Acute trustLeeds Teaching Hospitals NHS Trust" {
			t.Errorf("the heading is %q", bare.Heading())
		}
		var all []string
		owner := apptest.Person(t, a.Store, apptest.Named("zoe", "Zoe"), of("RR8"))
		for i := range 13 {
			all = append(all, apptest.Numbered("Study ", i))
			addStudy(t, a, owner, all[i], "RR8")
		}
		addStudy(t, a, owner, "Elsewhere", "RJ1")
		slices.Reverse(all) // newest first
		apptest.Person(t, a.Store, apptest.Named("amina", "Amina"), of("RR8"))
		apptest.Person(t, a.Store, apptest.Named("ben", "Ben"), of("RJ1"))

		page := a.Client(t).Get("/organisations/RR8").WantText("13 case studies", "2 people", "North East and Yorkshire", "LS9 7TF", "Since 1 April 1998").WantNoText("Elsewhere", "Ben")
		wantTitles(t, page, append(slices.Clone(all[:10]), "Amina", "Zoe")...)
		wantTitles(t, a.Client(t).Get(page.Link("Next case studies")), append(slices.Clone(all[10:]), "Amina", "Zoe")...)
		for text, want := range map[string]string{"NHS West Yorkshire ICB": "/organisations/QWO", "Amina": "/people/amina",
			"Search and sort these in the list of case studies": "/case-studies?organisation=RR8", "Follow them as a feed": "/feeds/case-studies.atom?organisation=RR8"} {
			if got := page.Link(text); got != want {
				t.Errorf("%q leads to %q, want %q", text, got, want)
			}
		}
		a.Client(t).Get("/organisations/rr8").Want(http.StatusMovedPermanently)
		if to := a.Client(t).Get("/organisations/rr8").Header.Get("Location"); to != "/organisations/RR8" {
			t.Errorf("small letters lead to %q", to)
		}
		a.Client(t).Get("/organisations/XX9").Want(http.StatusNotFound)
		for _, bad := range []string{"R", "RR8%00", "%ff%fe%fd", "RR8'--", "%3Cscript%3E"} {
			a.Client(t).Get("/organisations/" + bad).Want(http.StatusNotFound)
		}
		for _, query := range []string{"?cursor=x", "?people=x", "?cursor=" + models.Cursor{Sort: models.SortTop, ID: a.Store.NewID()}.String()} {
			a.Client(t).Get("/organisations/RR8" + query).Want(http.StatusBadRequest)
		}
	})
}

func TestAClosedOrganisationLeadsOn(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		opened, closed := time.Date(2001, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2019, 4, 1, 0, 0, 0, 0, time.UTC)
		addOrganisation(t, a, models.Organisation{Code: "RE9", Name: "South Tyneside", Opened: &opened, Closed: &closed, Successors: []string{"R0B", "ZZZ"}})
		addOrganisation(t, a, models.Organisation{Code: "R0B", Name: "South Tyneside and Sunderland"})
		page := a.Client(t).Get("/organisations/RE9").Want(http.StatusOK).WantText("This organisation closed on 1 April 2019", "Its work went to", "From 1 October 2001 to 1 April 2019", "Organisation ZZZ")
		if got := page.Link("South Tyneside and Sunderland"); got != "/organisations/R0B" {
			t.Errorf("the successor is at %q", got)
		}
		if strings.Contains(page.Body, "/organisations/ZZZ") {
			t.Error("a successor that is not here is linked")
		}
		wantTitles(t, a.Client(t).Get("/organisations?q=tyneside").WantText("Closed"), "South Tyneside", "South Tyneside and Sunderland")
	})
}

func TestAnUnnamedCodeSaysSo(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		addStudy(t, a, apptest.Person(t, a.Store), "Early", "ZZ99")
		page := a.Client(t).Get("/organisations/ZZ99").Want(http.StatusOK).WantText("Organisation ZZ99", "before any list had named it")
		wantTitles(t, page, "Early")
	})
}

func TestStatementsDoNotGrowWithWhatIsThere(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		owner := apptest.Person(t, a.Store, of("RR8"))
		addOrganisation(t, a, models.Organisation{Code: "RR8", Name: "Leeds", Kind: "Acute trust", Successors: []string{"R0B"}})
		addStudy(t, a, owner, "First", "RR8")
		look := func() []int {
			var out []int
			for _, path := range []string{"/organisations", "/organisations?all=1", "/organisations/RR8"} {
				a.Clock.Move(time.Minute) // past what was kept of the page
				out = append(out, len(a.Statements(func() { a.Client(t).Get(path).Want(http.StatusOK) })))
			}
			return out
		}
		few := look()
		for i := range 30 {
			code := fmt.Sprintf("A%03d", i)
			addOrganisation(t, a, models.Organisation{Code: code, Name: "Trust " + code, Kind: "Kind " + code})
			apptest.Person(t, a.Store, of("RR8"))
			apptest.Person(t, a.Store, of(code))
			addStudy(t, a, owner, "Study "+code, "RR8")
		}
		if many := look(); !slices.Equal(few, many) || slices.Max(many) > 7 {
			t.Errorf("%v statements with little there, %v with much", few, many)
		}
	})
}

func TestHostileNamesAreInert(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		const name = `<script>alert(1)</script>"><img src=x onerror=alert(1)>`
		addOrganisation(t, a, models.Organisation{Code: "RR8", Name: name, Kind: name, Region: name, Postcode: name, ICBName: name, Successors: []string{name}})
		apptest.Person(t, a.Store, of("RR8"), func(p *models.Person) { p.Name, p.JobTitle, p.Skills = name, name, []string{name} })
		for _, path := range []string{"/organisations", "/organisations/RR8", "/organisations?q=" + web.QueryEscape(name) + "&region=" + web.QueryEscape(name) + "&kind=%00%ff", "/organisations?q=" + strings.Repeat("w", 5000)} {
			page := a.Client(t).Get(path).Want(http.StatusOK)
			if strings.Contains(page.Body, "<script>alert") || len(page.All(apptest.Tag("img"))) > 0 {
				t.Errorf("%.60s: the name became part of the page", path)
			}
		}
	})
}
