package casestudies_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

// joinable gives a store some systems, standards and organisations.
func joinable(t *testing.T, a *apptest.App) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []models.System{{Slug: "ppm-plus", Name: "PPM+", Aliases: []string{"PPM Plus", "Leeds Care Record"}, Confirmed: true},
		{Slug: "systmone", Name: "SystmOne", Aliases: []string{"TPP"}, Confirmed: true}, {Slug: "unknown", Name: "Unknown", Confirmed: true}} {
		must(a.Store.SaveSystem(t.Context(), s))
	}
	for _, s := range []models.Standard{{Code: "hl7-v2", Name: "HL7 version 2", Aliases: []string{"HL7v2"}, Kind: "message", Confirmed: true},
		{Code: "snomed-ct", Name: "SNOMED CT", Kind: "terminology", Confirmed: true}, {Code: "re-typed", Name: "Re-typed by staff", Kind: models.KindLocal, Confirmed: true},
		{Code: "unknown", Name: "Not stated", Kind: models.KindLocal, Confirmed: true}} {
		must(a.Store.SaveStandard(t.Context(), s))
	}
	for _, o := range []models.Organisation{{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust"}, {Code: "RXF", Name: "Mid Yorkshire Teaching NHS Trust"}, {Code: "RGD", Name: "Leeds and York Partnership NHS Foundation Trust"}} {
		_, _, err := a.Store.SaveOrganisation(t.Context(), o)
		must(err)
	}
}

// editor opens the form of a case study that is in use, ready to be published.
func editor(t *testing.T, a *apptest.App) (*apptest.Client, *apptest.Form, string) {
	t.Helper()
	c := a.As(t, apptest.Person(t, a.Store, apptest.Named("amina", "Amina Yusuf")))
	address := c.Post("/case-studies/new", nil).Header.Get("Location")
	form := c.Get(address).Want(http.StatusOK).Form(address).Set("title", "Letters reach the GP").Set("section_problem", "They are typed twice.")
	return c, form, address
}

func TestEveryFieldOfAConnectionIsFilledInTheForm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		joinable(t, a)
		_, form, _ := editor(t, a)
		page := form.Set("connections[0].from", "leeds care record").Set("connections[0].to", "Ward whiteboard").Set("connections[0].standard", "hl7-v2").Set("connections[0].version", "2.4").
			Set("connections[0].transport", "MESH").Set("connections[0].direction", "one-way").Set("connections[0].data", "discharge summary, allergies").Set("connections[0].status", "trial").
			Set("connections[0].site", "Leeds teaching hospitals").Press("action", "publish").Send()
		shown := page.Follow().Want(http.StatusOK).WantText("From leeds care record", "To Ward whiteboard Proposed", "By HL7 version 2 (2.4) over MESH", "Carries discharge summary, allergies",
			"State On trial, one way at Leeds Teaching Hospitals NHS Trust")
		if got := shown.Link("Who else? leeds care record to Ward whiteboard"); got != "/interoperability?from=ppm-plus&to=ward-whiteboard" {
			t.Errorf("the question leads to %q", got)
		}
		kept, err := cs.Get(t.Context(), nil, "letters-reach-the-gp")
		if err != nil {
			t.Fatal(err)
		}
		if c := kept.Connections[0]; c.Site != "RR8" || c.Standard != "hl7-v2" || c.Transport != "MESH" || len(c.Data) != 2 || c.Direction != "one-way" {
			t.Errorf("kept is %+v", c)
		}
		if s, err := a.Store.System(t.Context(), "ward-whiteboard"); err != nil || s.Confirmed {
			t.Errorf("the new system is %+v, %v", s, err)
		}
	})
}

func TestTheFormOffersWhatIsInTheLists(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		joinable(t, a)
		c, form, address := editor(t, a)
		page := c.Get(address)
		var offered []string
		for _, o := range apptest.All(page.ByID("system-names"), apptest.Tag("option")) {
			offered = append(offered, apptest.Attr(o, "value")+"|"+apptest.Attr(o, "label"))
		}
		if want := []string{"PPM+|PPM+ (PPM Plus, Leeds Care Record)", "SystmOne|SystmOne (TPP)", "Unknown|"}; !slices.Equal(offered, want) {
			t.Errorf("the systems offered are %q", offered)
		}
		var groups []string
		for _, g := range page.All(apptest.Tag("optgroup")) {
			groups = append(groups, apptest.Attr(g, "label")+": "+apptest.Text(g))
		}
		if want := []string{"No standard, or not known: I don’t know Re-typed by staff", "Carries information: HL7 version 2", "Codes and headings: SNOMED CT"}; !slices.Equal(groups, want) {
			t.Errorf("the standards offered are %q", groups)
		}
		saved := form.Set("connections[0].from", "PPM+").Set("connections[0].to", "Ward whiteboard").Press("action", "preview").Send().Want(http.StatusOK)
		saved.WantText("“Ward whiteboard” is not in the list of systems yet. You can use it: a moderator looks at it after you publish.", "From PPM+ to Ward whiteboard")
		both := saved.Form(address).Set("connections[0].from", "Notice board").Press("action", "preview").Send()
		both.WantText("“Notice board” and “Ward whiteboard” are not in the list of systems yet.")
		known := both.Form(address).Set("connections[0].from", "ppm plus").Set("connections[0].to", "TPP").Press("action", "preview").Send()
		known.WantNoText("not in the list of systems yet")
	})
}

func TestNobodyHasToKnowEverythingOfAConnection(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		joinable(t, a)
		_, form, _ := editor(t, a)
		page := form.Set("connections[0].from", "I don’t know").Set("connections[0].to", "SystmOne").Set("connections[0].standard", "unknown").
			Set("connections[0].direction", "unknown").Set("connections[0].status", "unknown").Press("action", "publish").Send()
		page.Follow().WantText("From Unknown", "By Not known", "Carries Not said", "State Not known")
		if kept, err := cs.Get(t.Context(), nil, "letters-reach-the-gp"); err != nil || kept.Connections[0].From != "Unknown" {
			t.Errorf("kept is %+v, %v", kept.Connections, err)
		}
	})
}

func TestWhatIsWrongWithAConnectionIsSaidAndNothingIsLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		joinable(t, a)
		_, form, address := editor(t, a)
		typed := map[string]string{"from": "PPM+", "to": "", "standard_other": "???", "version": "2.4", "transport": "MESH", "data": "letters, results", "site": "Leeds", "status": "live", "direction": "two-way"}
		for field, value := range typed {
			form.Set("connections[0]."+field, value)
		}
		page := form.Press("action", "publish").Send()
		page.WantErrors("Enter the system that the information goes to, 100 characters or fewer", "Choose a standard from the list, or “I don’t know”", "Enter the ODS code of the site, such as RR8, or its full name")
		again := page.Form(address)
		for field, value := range typed {
			if got := again.Values.Get("connections[0]." + field); !strings.EqualFold(got, value) || field == "site" && got != value {
				t.Errorf("%s is %q, and not %q", field, got, value)
			}
		}
		// What says more than its two systems is not thrown away for want of them.
		page = again.Set("connections[0].from", "").Set("connections[0].standard_other", "").Set("connections[0].site", "").Press("action", "publish").Send()
		page.WantErrors("Enter the system that the information comes from, 100 characters or fewer", "Enter the system that the information goes to, 100 characters or fewer")
		fixed := page.Form(address).Set("connections[0].from", "PPM+").Set("connections[0].to", "SystmOne").Set("connections[0].standard_other", "hl7V2").
			Set("connections[0].site", "rr8").Press("action", "publish").Send()
		fixed.Follow().WantText("By HL7 version 2 (2.4) over MESH", "Carries letters, results", "State Live, both ways at Leeds Teaching Hospitals NHS Trust")
	})
}

func TestAStandardThatNobodyListedIsTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		joinable(t, a)
		c, form, address := editor(t, a)
		form.Set("connections[0].from", "PPM+").Set("connections[0].to", "SystmOne").Set("connections[0].standard", "hl7-v2").Set("connections[0].standard_other", "Pigeon post").Send()
		again := c.Get(address).Form(address)
		if again.Values.Get("connections[0].standard") != "" || again.Values.Get("connections[0].standard_other") != "pigeon-post" {
			t.Errorf("the form has %q and %q", again.Values.Get("connections[0].standard"), again.Values.Get("connections[0].standard_other"))
		}
		again.Press("action", "publish").Send().Follow().WantText("By pigeon-post")
		if s, err := a.Store.Standard(t.Context(), "pigeon-post"); err != nil || s.Confirmed {
			t.Errorf("the standard is %+v, %v", s, err)
		}
	})
}

func TestAConnectionIsRemoved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, _ *casestudies.Feature) {
		joinable(t, a)
		_, form, address := editor(t, a)
		page := form.Set("connections[0].from", "PPM+").Set("connections[0].to", "SystmOne").Press("action", "add-connection").Send().Want(http.StatusOK)
		page = page.Form(address).Set("connections[1].from", "SystmOne").Set("connections[1].to", "ICE").Press("action", "add-connection").Send().Want(http.StatusOK)
		page = page.Form(address).Set("connections[2].from", "ICE").Set("connections[2].to", "PPM+").Press("action", "remove-connection-1").Send().Want(http.StatusOK)
		left := page.Form(address).Values
		if left.Get("connections[0].to") != "SystmOne" || left.Get("connections[1].from") != "ICE" || left.Has("connections[2].from") {
			t.Errorf("left are %v", left)
		}
	})
}
