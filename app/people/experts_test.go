package people_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

// knower saves somebody at an organisation who says that they know things.
func (h *house) knower(t *testing.T, handle, organisation string, shown models.Visibility, findable bool, change ...func(*models.Expertise)) models.Person {
	t.Helper()
	p := apptest.Person(t, h.Store, apptest.Named(handle, "Person "+handle), func(p *models.Person) { p.Organisation, p.Skills = organisation, []string{"discharge planning"} })
	e := models.Expertise{PersonID: p.ID, Shown: shown, Findable: findable}
	for _, f := range change {
		f(&e)
	}
	if err := h.Store.SaveExpertise(t.Context(), &e, func(models.KnowKind, string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	return p
}

func (h *house) trusts(t *testing.T) {
	t.Helper()
	for _, o := range []models.Organisation{{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust", Region: "North East and Yorkshire"}, {Code: "RGD", Name: "Leeds and York Partnership", Kind: "Mental health trust", Region: "North East and Yorkshire"},
		{Code: "RV5", Name: "South London and Maudsley", Kind: "Mental health trust", Region: "London"}} {
		if _, _, err := h.Store.SaveOrganisation(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

func gpConnect(e *models.Expertise) { e.Standards = []string{"gp-connect"} }

func TestFindingAnExpertByNeed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		h.trusts(t)
		says := h.knower(t, "says", "RGD", models.ToEverybody, true, gpConnect, func(e *models.Expertise) { e.AskMe, e.Languages = "Consent", []string{"pl", "bfi"} })
		h.knower(t, "acute", "RR8", models.ToEverybody, true, gpConnect)
		h.knower(t, "not-found", "RGD", models.ToEverybody, false, gpConnect)
		did := h.knower(t, "did", "RV5", models.ToEverybody, true)
		h.wrote(t, did, "One", models.Connection{From: "PPM+", To: "SystmOne", Standard: "gp-connect"})
		adopter := h.knower(t, "adopter", "RV5", models.ToEverybody, true)
		cs := h.wrote(t, apptest.Person(t, h.Store), "Two", models.Connection{From: "PPM+", To: "SystmOne", Standard: "gp-connect"})
		a := models.Adoption{ID: h.Store.NewID(), CaseStudyID: cs.ID, Organisation: "RV5", Status: models.AdoptionTrying, OwnerID: adopter.ID, CreatedAt: h.Store.Now()}
		if err := h.Store.AddAdoption(t.Context(), &a, adopter.ID); err != nil {
			t.Fatal(err)
		}
		c := h.Client(t)
		page := c.Get("/people?need=" + url.QueryEscape("someone who has run GP Connect in a mental health trust")).Want(http.StatusOK)
		page.WantText("Understood as Standard or service: GP Connect; Kind of organisation: Mental health trust", "3 people who agreed to be found fit, in the order of their names:",
			"Says that they know GP Connect.", "Has to do with GP Connect here: 1 case study.", "Has to do with GP Connect here: 1 adoption.", "Works at Leeds and York Partnership: mental health trust.", "8 years in health and care.", "Ask me about: Consent")
		if got := names(page); !slices.Equal(got, []string{"Person adopter", "Person did", "Person says"}) {
			t.Errorf("found %v", got)
		}
		for need, want := range map[string][]string{
			"standard=GP+Connect&region=london": {"Person adopter", "Person did"},
			"need=polish":                       {"Person says"},
			"language=British+Sign+Language&kind=mental+health+trust":          {"Person says"},
			"need=discharge-planning+leeds":                                    {"Person acute", "Person adopter", "Person did", "Person says"},
			"setting=Mental+health":                                            {"Person adopter", "Person did"},
			"system=systmone":                                                  {"Person adopter", "Person did"},
			"need=gp+connect&region=North+East+and+Yorkshire&kind=Acute+trust": {"Person acute"},
		} {
			if got := names(c.Get("/people?" + need).Want(http.StatusOK)); !slices.Equal(got, want) {
				t.Errorf("%s finds %v, want %v", need, got, want)
			}
		}
		// Nobody fits all of it; nothing is understood; what is in no list.
		c.Get("/people?system=systmone&language=Polish").Want(http.StatusOK).WantText("Nobody who agreed to be found fits all of it. 3 people fit all but one part:")
		c.Get("/people?need=frobnication").Want(http.StatusOK).WantText("Not understood: “frobnication”")
		c.Get("/people?system=sistmone").WantErrors("“sistmone” is not in the list. Did you mean SystmOne?")
		c.Get("/people?need=gp+connect&cursor=x").Want(http.StatusBadRequest)
		if got := names(h.As(t, says).Get("/people?need=gp+connect")); slices.Contains(got, "Person says") {
			t.Errorf("they find themselves: %v", got)
		}
		var got struct {
			Items []struct {
				Handle string
				Why    []string
			}
			Total int
		}
		c.Get("/api/v1/people?need=GP+Connect&kind=Acute+trust").Want(http.StatusOK).JSON(&got)
		if got.Total != 1 || got.Items[0].Handle != "acute" || !slices.Contains(got.Items[0].Why, "Says that they know GP Connect.") {
			t.Errorf("the API finds %+v", got)
		}
		c.Get("/api/v1/people?region=Mars").WantProblem(http.StatusBadRequest)
	})
}

// Only those who agreed are found, and by those to whom they show what they know.
func TestWhoIsFoundByWhom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		h.trusts(t)
		h.knower(t, "everybody", "RR8", models.ToEverybody, true, gpConnect)
		h.knower(t, "signed-in", "RR8", models.ToSignedIn, true, gpConnect)
		h.knower(t, "colleagues", "RR8", models.ToOrganisation, true, gpConnect)
		h.knower(t, "hidden", "RR8", models.ToEverybody, false, gpConnect)
		closed := h.knower(t, "closed", "RR8", models.ToEverybody, true, gpConnect)
		if err := h.Store.ClosePerson(t.Context(), closed.ID); err != nil {
			t.Fatal(err)
		}
		member := h.As(t, apptest.Person(t, h.Store, func(p *models.Person) { p.Organisation = "RR8" }))
		colleague := h.As(t, apptest.Person(t, h.Store, func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" }))
		for _, who := range []struct {
			c    *apptest.Client
			want []string
		}{{h.Client(t), []string{"Person everybody"}}, {member, []string{"Person everybody", "Person signed-in"}}, {colleague, []string{"Person colleagues", "Person everybody", "Person signed-in"}}} {
			if got := names(who.c.Get("/people?standard=gp-connect")); !slices.Equal(got, who.want) {
				t.Errorf("found %v, want %v", got, who.want)
			}
		}
	})
}

// The number of statements does not grow with the people, and pages follow one
// another without losing anybody.
func TestFindingManyExperts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		h.trusts(t)
		count := func() int {
			return len(h.Statements(func() { h.Client(t).Get("/people?need=gp+connect+mental+health+trust").Want(http.StatusOK) }))
		}
		h.knower(t, "first", "RGD", models.ToEverybody, true, gpConnect)
		h.knower(t, "second", "RGD", models.ToEverybody, true, gpConnect)
		few := count()
		for i := range 43 {
			p := h.knower(t, fmt.Sprintf("n%02d", i), "RGD", models.ToEverybody, true, gpConnect)
			if i%10 == 0 {
				h.wrote(t, p, "A case study", models.Connection{From: "PPM+", To: "SystmOne", Standard: "gp-connect"})
			}
		}
		h.Site.Changed()
		if many := count(); many > few {
			t.Errorf("%d statements for 2 people, %d for 45", few, many)
		}
		seen := map[string]bool{}
		for to, pages := "/people?need=gp+connect", 0; to != ""; pages++ {
			page := h.Client(t).Get(to).Want(http.StatusOK)
			for _, n := range names(page) {
				seen[n] = true
			}
			next := page.All(apptest.With("a", "rel", "next"))
			if to = ""; len(next) > 0 && pages < 5 {
				to = apptest.Attr(next[0], "href")
			}
		}
		if len(seen) != 45 {
			t.Errorf("%d people on all pages", len(seen))
		}
		if body := h.Client(t).Get("/people").Want(http.StatusOK).Body; !strings.Contains(body, `name="need"`) {
			t.Error("the list of people does not ask for a need")
		}
	})
}
