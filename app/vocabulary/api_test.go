package vocabulary_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

type apiWith struct {
	ID, Name    string
	CaseStudies int `json:"case_studies"`
}

type apiTerm struct {
	Slug, Code, Name, Supplier, Publisher, Kind, Purpose, URL string
	Specification, Successor                                  *string
	Aliases                                                   []string
	Confirmed                                                 bool
	CaseStudies                                               int `json:"case_studies"`
	From, To                                                  int
	Standards, Systems                                        []apiWith
}

type apiTerms struct {
	Items      []apiTerm
	NextCursor *string `json:"next_cursor"`
	Total      int
}

// names walks through the pages of a list.
func names(t *testing.T, b *bench, path string, total int) []string {
	t.Helper()
	var out []string
	for next := path; next != ""; {
		var page apiTerms
		p := b.Client(t).Get(next).Want(http.StatusOK).JSON(&page)
		if page.Total != total || page.Items == nil {
			t.Fatalf("%s is %s", next, p.Body)
		}
		for _, one := range page.Items {
			if one.Aliases == nil || one.URL == "" {
				t.Errorf("%s has an item without aliases or address: %+v", next, one)
			}
			out = append(out, one.Name)
		}
		next = ""
		if page.NextCursor != nil {
			next = path + "&cursor=" + url.QueryEscape(*page.NextCursor)
		}
	}
	return out
}

func TestSystemsInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM Plus", To: "SystmOne", Standard: "hl7-v2"})
		b.join("Results", models.Connection{From: "SystmOne", To: "Home-made thing"})
		got := names(t, b, "/api/v1/systems?limit=2", 5)
		slices.Sort(got)
		if want := []string{"3M Codefinder", "Home-made thing", "Old Record", "PPM+", "SystmOne"}; !slices.Equal(got, want) {
			t.Errorf("the systems are %q", got)
		}
		for query, want := range map[string][]string{"q=leeds": {"PPM+"}, "q=care+record": {"PPM+"}, "q=tpp": {"SystmOne"}, "q=CODEFINDER": {"3M Codefinder"}, "q=100%25": nil, "q=nobody": nil} {
			if got := names(t, b, "/api/v1/systems?limit=10&"+query, len(want)); !slices.Equal(got, want) {
				t.Errorf("%s finds %q", query, got)
			}
		}
		var one apiTerm
		p := b.Client(t).Get("/api/v1/systems/systmone").Want(http.StatusOK).JSON(&one)
		if one.Name != "SystmOne" || one.CaseStudies != 2 || one.From != 1 || one.To != 1 || one.Successor != nil || !one.Confirmed || one.URL != apptest.BaseURL+"/systems/systmone" ||
			len(one.Standards) == 0 || !slices.Contains(one.Standards, apiWith{"hl7-v2", "HL7 version 2", 1}) {
			t.Errorf("SystmOne is %s", p.Body)
		}
		for _, another := range []string{"ppm-plus", "PPM%20Plus", "Leeds%20Care%20Record"} {
			if b.Client(t).Get("/api/v1/systems/" + another).Want(http.StatusOK).JSON(&one); one.Slug != "ppm-plus" {
				t.Errorf("%s is %s", another, one.Slug)
			}
		}
		b.Client(t).Get("/api/v1/systems/old-record").Want(http.StatusOK).JSON(&one)
		if one.Successor == nil || *one.Successor != "ppm-plus" || one.Standards == nil {
			t.Errorf("the old record is %+v", one)
		}
		for _, path := range []string{"/api/v1/systems/no-such", "/api/v1/systems/%00", "/api/v1/systems/%ff"} {
			b.Client(t).Get(path).WantProblem(http.StatusNotFound)
		}
		for _, query := range []string{"limit=0", "limit=101", "cursor=x", "kind=x"} {
			b.Client(t).Get("/api/v1/systems?" + query).WantProblem(http.StatusBadRequest)
		}
	})
}

func TestStandardsInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM Plus", To: "SystmOne", Standard: "hl7-v2"})
		got := names(t, b, "/api/v1/standards?limit=1", 2)
		if want := []string{"GP Connect", "HL7 version 2"}; !slices.Equal(got, want) {
			t.Errorf("the standards are %q", got)
		}
		if got := names(t, b, "/api/v1/standards?limit=10&q=nhs+england", 1); !slices.Equal(got, []string{"GP Connect"}) {
			t.Errorf("the publisher finds %q", got)
		}
		var one apiTerm
		p := b.Client(t).Get("/api/v1/standards/HL7-V2").Want(http.StatusOK).JSON(&one)
		if one.Code != "hl7-v2" || one.CaseStudies != 1 || one.Specification == nil || *one.Specification != "https://www.hl7.org/v2" || one.URL != apptest.BaseURL+"/standards/hl7-v2" ||
			len(one.Systems) != 2 {
			t.Errorf("HL7 is %s", p.Body)
		}
		var another apiTerm
		p = b.Client(t).Get("/api/v1/standards/gp-connect").Want(http.StatusOK).JSON(&another)
		if another.Specification != nil || another.Systems == nil || len(another.Systems) != 0 {
			t.Errorf("GP Connect is %s", p.Body)
		}
		b.Client(t).Get("/api/v1/standards/no-such").WantProblem(http.StatusNotFound)
	})
}
