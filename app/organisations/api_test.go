package organisations_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

type apiOrganisation struct {
	Code, Name, Kind, Region, ICB, Postcode, URL string
	ICBName                                      string `json:"icb_name"`
	Named                                        bool
	Opened, Closed                               *string
	Successors                                   []string
	People                                       int
	CaseStudies                                  int `json:"case_studies"`
}

type apiOrganisations struct {
	Items      []apiOrganisation
	NextCursor *string `json:"next_cursor"`
	Total      int
}

func TestOrganisationsInTheAPI(t *testing.T) {
	eachPage(t, func(t *testing.T, a *apptest.App) {
		opened, closed := time.Date(1998, 4, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 3, 31, 0, 0, 0, 0, time.UTC)
		addOrganisation(t, a, models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust", Region: "North East and Yorkshire",
			ICBCode: "QWO", ICBName: "NHS West Yorkshire", Postcode: "LS9 7TF", Opened: &opened})
		addOrganisation(t, a, models.Organisation{Code: "RGD", Name: "Leeds and York Partnership", Kind: "Mental health trust", Closed: &closed, Successors: []string{"RR8"}})
		addOrganisation(t, a, models.Organisation{Code: "RTH", Name: "Oxford University Hospitals", Kind: "Acute trust", Region: "South East"})
		owner := apptest.Person(t, a.Store, of("RR8"))
		addStudy(t, a, owner, "Letters", "RR8")
		addStudy(t, a, owner, "Of a code that nobody has named", "X26")

		c := a.Client(t)
		var codes []string
		for next := "/api/v1/organisations?limit=3"; next != ""; {
			var page apiOrganisations
			p := c.Get(next).Want(http.StatusOK).JSON(&page)
			if page.Total != 4 {
				t.Fatalf("a page is %s", p.Body)
			}
			for _, o := range page.Items {
				codes = append(codes, o.Code)
			}
			next = ""
			if page.NextCursor != nil {
				next = "/api/v1/organisations?limit=3&cursor=" + url.QueryEscape(*page.NextCursor)
			}
		}
		slices.Sort(codes)
		if !slices.Equal(codes, []string{"RGD", "RR8", "RTH", "X26"}) {
			t.Errorf("the pages have %q", codes)
		}
		for query, want := range map[string]int{"q=leeds": 2, "q=rr8": 1, "kind=Acute+trust": 2, "region=South+East": 1, "q=leeds&kind=Acute+trust": 1, "q=nobody": 0} {
			var page apiOrganisations
			if p := c.Get("/api/v1/organisations?" + query).Want(http.StatusOK).JSON(&page); page.Total != want || page.Items == nil || len(page.Items) != want {
				t.Errorf("%s finds %s", query, p.Body)
			}
		}
		var one apiOrganisation
		p := c.Get("/api/v1/organisations/rr8").Want(http.StatusOK).JSON(&one)
		if one.Code != "RR8" || one.ICB != "QWO" || one.ICBName != "NHS West Yorkshire" || one.Opened == nil || *one.Opened != "1998-04-01" || one.Closed != nil || one.Successors == nil ||
			one.People != 1 || one.CaseStudies != 1 || !one.Named || one.URL != apptest.BaseURL+"/organisations/RR8" {
			t.Errorf("RR8 is %s", p.Body)
		}
		p = c.Get("/api/v1/organisations/RGD").Want(http.StatusOK).JSON(&one)
		if one.Closed == nil || *one.Closed != "2024-03-31" || !slices.Equal(one.Successors, []string{"RR8"}) {
			t.Errorf("RGD is %s", p.Body)
		}
		p = c.Get("/api/v1/organisations/X26").Want(http.StatusOK).JSON(&one)
		if one.Named || one.Name != "Organisation X26" {
			t.Errorf("X26 is %s", p.Body)
		}
		for _, code := range []string{"ZZZ9", "A", "not-a-code", "%00"} {
			c.Get("/api/v1/organisations/" + code).WantProblem(http.StatusNotFound)
		}
		for _, query := range []string{"limit=0", "limit=101", "cursor=x", "active=1"} {
			c.Get("/api/v1/organisations?" + query).WantProblem(http.StatusBadRequest)
		}
	})
}
