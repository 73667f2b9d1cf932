package connections_test

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/connections"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// bench is a site with a small list of systems, standards and organisations.
type bench struct {
	*apptest.App
	t     *testing.T
	owner models.Person
}

const yorkshire = "North East and Yorkshire"

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		return []apptest.Routes{connections.New(s)}
	}, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, t: t, owner: apptest.Person(t, a.Store)}
		for _, s := range []models.System{
			{Slug: "ppm-plus", Name: "PPM+", Aliases: []string{"PPM Plus"}, Confirmed: true},
			{Slug: "systmone", Name: "SystmOne", Aliases: []string{"TPP"}, Confirmed: true},
			{Slug: "emis-web", Name: "EMIS Web", Aliases: []string{"EMIS"}, Confirmed: true},
			{Slug: "ice", Name: "ICE", Confirmed: true},
			{Slug: "leeds-care-record", Name: "Leeds Care Record", Confirmed: true},
		} {
			b.must(a.Store.SaveSystem(t.Context(), s))
		}
		for _, s := range []models.Standard{
			{Code: "hl7-v2", Name: "HL7 version 2", Aliases: []string{"HL7v2"}, Kind: "message", Confirmed: true},
			{Code: "hl7-fhir-r4", Name: "HL7 FHIR R4", Aliases: []string{"FHIR"}, Kind: "api", Confirmed: true},
			{Code: "re-typed", Name: "Re-typed by staff", Kind: models.KindLocal, Confirmed: true},
			{Code: "unknown", Name: "Not stated", Kind: models.KindLocal, Confirmed: true},
		} {
			b.must(a.Store.SaveStandard(t.Context(), s))
		}
		for _, o := range []models.Organisation{
			{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust", Region: yorkshire},
			{Code: "RXF", Name: "Mid Yorkshire Teaching NHS Trust", Kind: "Acute trust", Region: yorkshire},
			{Code: "RJ1", Name: "Guy's and St Thomas' NHS Foundation Trust", Kind: "Acute trust", Region: "London"},
			{Code: "RWK", Name: "East London NHS Foundation Trust", Kind: "Mental health trust", Region: "London"},
		} {
			_, _, err := a.Store.SaveOrganisation(t.Context(), o)
			b.must(err)
		}
		f(t, b)
	})
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// join publishes a case study of an organisation, a minute after the one before.
func (b *bench) join(title, organisation string, joined ...models.Connection) models.CaseStudy {
	b.t.Helper()
	return b.write(models.Document{Title: title, Organisation: organisation, Connections: joined})
}

func (b *bench) write(doc models.Document) models.CaseStudy {
	b.t.Helper()
	b.Clock.Move(time.Minute) // past what is remembered of the lists
	doc.Stage, doc.Body, doc.Language = models.StageInUse, "We did it.", "en"
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), Document: doc}
	b.must(b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}))
	b.Site.ContentChanged()
	return cs
}

type apiConnection struct {
	ID, From, To, Standard, Version, Transport, Direction, Status, Site, Organisation, Region string

	FromSystem       string `json:"from_system"`
	ToSystem         string `json:"to_system"`
	FromName         string `json:"from_name"`
	ToName           string `json:"to_name"`
	StandardName     string `json:"standard_name"`
	OrganisationName string `json:"organisation_name"`
	Data             []string
	CaseStudy        struct{ ID, Slug, Title, Stage, URL string } `json:"case_study"`
}

type apiConnections struct {
	Items      []apiConnection
	NextCursor *string `json:"next_cursor"`
	Total      int
}

// found gives what a query of the API finds, in short.
func found(t *testing.T, b *bench, query string) []string {
	t.Helper()
	var page apiConnections
	p := b.Client(t).Get("/api/v1/connections?limit=100&" + query).Want(http.StatusOK).JSON(&page)
	if page.Items == nil || page.Total != len(page.Items) || page.NextCursor != nil {
		t.Errorf("%s is %s", query, p.Body)
	}
	out := []string{}
	for _, c := range page.Items {
		out = append(out, c.CaseStudy.Title+" "+c.FromSystem+" "+c.ToSystem)
	}
	return out
}

func TestAConnectionInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.join("Letters", "RR8", models.Connection{From: "PPM Plus", To: "TPP", Standard: "hl7-v2", Version: "2.4", Transport: "MESH", Direction: "one-way",
			Data: []string{"discharge summary"}, Status: "live", Site: "RR801"}, models.Connection{From: "Home-made thing", To: "PPM+"})
		var page apiConnections
		p := b.Client(t).Get("/api/v1/connections").Want(http.StatusOK).JSON(&page)
		if page.Total != 2 || len(page.Items) != 2 {
			t.Fatalf("the list is %s", p.Body)
		}
		want := apiConnection{ID: cs.ID + "-01", From: "PPM Plus", To: "TPP", FromSystem: "ppm-plus", ToSystem: "systmone", FromName: "PPM+", ToName: "SystmOne", Standard: "hl7-v2",
			StandardName: "HL7 version 2", Version: "2.4", Transport: "MESH", Direction: "one-way", Data: []string{"discharge summary"}, Status: "live", Site: "RR801", Organisation: "RR8",
			OrganisationName: "Leeds Teaching Hospitals NHS Trust", Region: yorkshire}
		want.CaseStudy.ID, want.CaseStudy.Slug, want.CaseStudy.Title, want.CaseStudy.Stage, want.CaseStudy.URL = cs.ID, "letters", "Letters", "in-use", apptest.BaseURL+"/case-studies/letters"
		if got := page.Items[0]; !reflect.DeepEqual(got, want) {
			t.Errorf("the connection is %+v", got)
		}
		if c := page.Items[1]; c.Standard != "unknown" || c.StandardName != "Not stated" || c.Direction != "unknown" || c.Status != "unknown" || c.Data == nil || c.FromSystem != "home-made-thing" {
			t.Errorf("what nobody said is %+v", c)
		}
		b.must(b.Store.SetStatus(t.Context(), cs.ID, models.Withdrawn))
		if got := found(t, b, ""); len(got) > 0 {
			t.Errorf("withdrawn, it is still found: %q", got)
		}
	})
}

func TestConnectionsAreFilteredInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		letters := b.join("Letters", "RR8", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Direction: "one-way", Status: "live"})
		b.join("Results", "RJ1", models.Connection{From: "ICE", To: "EMIS", Standard: "hl7-fhir-r4", Direction: "two-way", Status: "trial"},
			models.Connection{From: "ICE", To: "SystmOne", Status: "stopped"})
		one, two, three := "Letters ppm-plus systmone", "Results ice emis-web", "Results ice systmone"
		for query, want := range map[string][]string{
			"":                                  {two, three, one},
			"from=ppm-plus":                     {one},
			"from=PPM%2B":                       {one},
			"from=ppm+plus":                     {one},
			"to=TPP":                            {three, one},
			"to=tpp&to=emis":                    {two, three, one},
			"from=ice&to=systmone":              {three},
			"from=emis-web&to=ice":              {two},
			"to=ice":                            {two},
			"from=systmone":                     {},
			"system=systmone":                   {three, one},
			"from=nobody-has-this":              {},
			"standard=hl7-v2":                   {one},
			"standard=FHIR":                     {two},
			"standard=HL7+version+2":            {one},
			"standard=unknown":                  {three},
			"direction=one-way":                 {one},
			"direction=two-way&direction=view":  {two},
			"status=live":                       {one},
			"status=trial&status=stopped":       {two, three},
			"organisation=rj1":                  {two, three},
			"region=north+east+and+yorkshire":   {one},
			"case_study=" + letters.ID:          {one},
			"from=":                             {two, three, one},
			"from=ice&status=live":              {},
			"from=%00":                          {two, three, one},
			"from=" + url.QueryEscape("' OR 1"): {},
		} {
			if got := found(t, b, query); !slices.Equal(got, want) {
				t.Errorf("%q finds %q, not %q", query, got, want)
			}
		}
		for query, field := range map[string]string{"direction=sideways": "direction", "status=perhaps": "status", "form=ice": "form", "limit=0": "limit", "limit=101": "limit", "cursor=!": "cursor",
			"cursor=AAAA": "cursor", "from=" + strings.Repeat("x&from=", 50) + "x": "from"} {
			if p := b.Client(t).Get("/api/v1/connections?" + query).WantProblem(http.StatusBadRequest); !strings.Contains(p.Detail, field) {
				t.Errorf("%s: %q does not name %q", query, p.Detail, field)
			}
		}
	})
}

func TestConnectionsAreAListOfTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i := range 5 {
			b.join(apptest.Numbered("Study ", i), "RR8", models.Connection{From: "PPM+", To: "SystmOne"}, models.Connection{From: "PPM+", To: "ICE"})
		}
		all := found(t, b, "")
		var paged []string
		queries := map[int]bool{}
		for next := "/api/v1/connections?limit=3"; next != ""; {
			var page apiConnections
			address := next
			n := len(b.Statements(func() { b.Client(t).Get(address).Want(http.StatusOK).JSON(&page) }))
			queries[n] = true
			for _, c := range page.Items {
				paged = append(paged, c.CaseStudy.Title+" "+c.FromSystem+" "+c.ToSystem)
			}
			next = ""
			if page.NextCursor != nil {
				next = "/api/v1/connections?limit=3&cursor=" + *page.NextCursor
			}
		}
		if !slices.Equal(paged, all) || len(all) != 10 || len(queries) != 1 {
			t.Errorf("the pages give %q by %v queries; the list is %q", paged, queries, all)
		}
	})
}

func TestAStandardIsFoundByWhatItWasCalledBeforeAMerge(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.must(b.Store.SaveStandard(t.Context(), models.Standard{Code: "hl7-two", Name: "HL7 two", Kind: "message", Confirmed: true}))
		b.join("Letters", "RR8", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-two", Status: "live"})
		b.must(b.Store.MergeTerms(t.Context(), store.Merge{Kind: models.TermStandard, From: "hl7-two", Into: "hl7-v2", FromVersion: 1, IntoVersion: 1}))
		b.Clock.Move(time.Minute)
		b.Site.ContentChanged()
		for _, name := range []string{"hl7-two", "HL7-TWO", "hl7-v2"} {
			if got := found(t, b, "standard="+name); !slices.Equal(got, []string{"Letters ppm-plus systmone"}) {
				t.Errorf("%s finds %q", name, got)
			}
			b.Client(t).Get("/interoperability?from=ppm-plus&to=systmone&standard=" + name).Want(http.StatusOK).WantText("1 organisation joins PPM+ to SystmOne")
		}
	})
}
