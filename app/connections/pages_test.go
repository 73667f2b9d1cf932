package connections_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

// by makes a live connection between two systems by a standard.
func by(from, to, standard string) models.Connection {
	return models.Connection{From: from, To: to, Standard: standard, Direction: "one-way", Status: "live"}
}

// answer gives what the page says in sentences.
func answer(p *apptest.Page) []string {
	var out []string
	for _, n := range apptest.All(p.ByID("answer"), apptest.Tag("p")) {
		if text := apptest.Text(n); !strings.HasPrefix(text, "Ask another question") {
			out = append(out, text)
		}
	}
	return out
}

// cards gives the titles of the case studies on a page, in order.
func cards(p *apptest.Page) []string {
	out := []string{}
	for _, n := range p.All(apptest.Class("gr-result__title")) {
		out = append(out, apptest.Text(n))
	}
	return out
}

func TestTheQuestionIsAnsweredInSentences(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("One", "RR8", by("PPM+", "SystmOne", "hl7-fhir-r4"))
		b.join("Two", "RXF", by("PPM+", "SystmOne", "hl7-fhir-r4"), models.Connection{From: "PPM+", To: "SystmOne", Standard: "re-typed", Status: "trial"})
		b.join("Three", "RJ1", models.Connection{From: "SystmOne", To: "PPM+", Direction: "two-way", Status: "stopped"})
		b.join("Four", "", models.Connection{From: "PPM+", To: "SystmOne", Direction: "view"})
		b.join("The other way", "RWK", by("SystmOne", "PPM+", "hl7-v2"))
		page := b.Client(t).Get("/interoperability?from=PPM+Plus&to=tpp").Want(http.StatusOK)
		if page.Heading() != "Who joins PPM+ to SystmOne?" {
			t.Errorf("the heading is %q", page.Heading())
		}
		want := []string{"3 organisations join PPM+ to SystmOne: 2 by HL7 FHIR R4, 1 by re-typing and 1 does not say how.", "2 are live, 1 on trial and 1 has stopped.",
			"So does 1 case study that names no organisation."}
		if got := answer(page); !slices.Equal(got, want) {
			t.Errorf("the answer is %q, not %q", got, want)
		}
		if got := cards(page); !slices.Equal(got, []string{"Four", "Three", "Two", "One"}) {
			t.Errorf("the case studies are %q", got)
		}
		page.WantText("4 case studies", "PPM+ to SystmOne by re-typing. On trial.", "SystmOne to PPM+. Stopped, both ways.")
		for query, want := range map[string]string{
			"from=ppm-plus&to=systmone&status=trial":                                  "1 organisation joins PPM+ to SystmOne by re-typing.",
			"from=ppm-plus&to=systmone&standard=FHIR":                                 "2 organisations join PPM+ to SystmOne by HL7 FHIR R4.",
			"from=ppm-plus&to=systmone&standard=hl7-fhir-r4&region=" + esc(yorkshire): "2 organisations join PPM+ to SystmOne in North East and Yorkshire by HL7 FHIR R4.",
			"from=ppm-plus&to=systmone&standard=unknown&status=stopped":               "1 organisation joins PPM+ to SystmOne, and does not say how.",
			"from=systmone&to=ppm-plus":                                               "2 organisations join SystmOne to PPM+: 1 by HL7 version 2 and 1 does not say how.",
			"from=systmone":                                                           "2 organisations join SystmOne to other systems: 1 by HL7 version 2 and 1 does not say how.",
			"status=trial":                                                            "1 organisation joins one system to another by re-typing.",
			"from=ppm-plus&to=systmone&status=unknown":                                "1 case study that names no organisation joins PPM+ to SystmOne, and does not say how.",
		} {
			if got := answer(b.Client(t).Get("/interoperability?" + query).Want(http.StatusOK)); len(got) == 0 || got[0] != want {
				t.Errorf("%s is answered by %q, not %q", query, got, want)
			}
		}
	})
}

func esc(s string) string { return url.QueryEscape(s) }

func TestThoseWhoWroteItCanBeAsked(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		years := 12
		grace := apptest.Person(t, b.Store, apptest.Named("grace", "Grace Okafor"), func(p *models.Person) {
			p.JobTitle, p.Organisation, p.YearsExperience = "District nursing sister", "RR8", &years
		})
		first := b.join("Letters", "RR8", by("PPM+", "SystmOne", "hl7-v2"))
		second := b.join("Results", "RR8", by("PPM+", "SystmOne", "hl7-v2"))
		for _, cs := range []models.CaseStudy{first, second} {
			b.must(b.Store.SetEditors(t.Context(), cs.ID, []string{grace.ID}))
		}
		b.Site.ContentChanged()
		page := b.Client(t).Get("/interoperability?from=ppm-plus").Want(http.StatusOK)
		page.WantText("Grace Okafor", "District nursing sister", "12 years of experience", "Leeds Teaching Hospitals NHS Trust", "Wrote Results, Letters")
		if page.Link("Grace Okafor") != "/people/grace" || strings.Contains(page.Body, grace.Email) || len(page.All(apptest.With("a", "href", "/people/grace"))) != 1 {
			t.Error("a profile is not linked once, or an address is shown")
		}
		b.join("Nobody’s", "RXF", by("ICE", "EMIS", "hl7-v2"))
		b.Client(t).Get("/interoperability?from=ice").WantText("Nobody who wrote these has a profile here.")
	})
}

func TestAnswersFromPlacesLikeYoursComeFirst(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Ours", "RR8", by("PPM+", "SystmOne", "hl7-v2"), by("ICE", "PPM+", "hl7-v2"), by("Paper", "PPM+", ""))
		b.must(b.Store.SaveSystem(t.Context(), models.System{Slug: "paper", Name: "Paper", Kind: models.KindGeneric, Confirmed: true}))
		b.join("Neighbours", "RXF", by("EMIS", "SystmOne", "hl7-v2"))
		b.join("Same systems", "RWK", by("EMIS", "SystmOne", "hl7-v2"), by("ICE", "EMIS", "hl7-v2"), by("Paper", "EMIS", ""))
		b.join("At ours", "RWK", models.Connection{From: "EMIS", To: "SystmOne", Site: "RR8"})
		b.join("Same kind", "RJ1", by("EMIS", "SystmOne", "hl7-v2"))
		b.join("Nowhere", "", by("EMIS", "SystmOne", "hl7-v2"))
		newest := []string{"Nowhere", "Same kind", "At ours", "Same systems", "Neighbours"}
		nearest := []string{"At ours", "Neighbours", "Same kind", "Same systems", "Nowhere"}
		if got := cards(b.Client(t).Get("/interoperability?from=emis&to=systmone")); !slices.Equal(got, newest) {
			t.Errorf("for nobody the order is %q", got)
		}
		nurse := apptest.Person(t, b.Store, func(p *models.Person) { p.Organisation = "RR8" })
		own := b.As(t, nurse).Get("/interoperability?from=emis&to=systmone").Want(http.StatusOK)
		for _, page := range []*apptest.Page{own, b.Client(t).Get("/interoperability?from=emis&to=systmone&near=rr8"), b.Client(t).Get("/interoperability?from=emis&to=systmone&near=Leeds+Teaching")} {
			if got := cards(page); !slices.Equal(got, nearest) {
				t.Errorf("for Leeds the order is %q", got)
			}
			page.WantText("Those that are most like Leeds Teaching Hospitals NHS Trust come first.", "At Leeds Teaching Hospitals NHS Trust. This is your own organisation.",
				"Like yours: the same kind of organisation (acute trust), the same region (North East and Yorkshire) and 2 systems that you have too (EMIS Web and SystmOne).",
				"Like yours: the same kind of organisation (acute trust) and 2 systems that you have too (EMIS Web and SystmOne).",
				"Like yours: 3 systems that you have too (EMIS Web, ICE and SystmOne).", "It names no organisation.")
		}
		own.WantText("Left empty, it is yours: Leeds Teaching Hospitals NHS Trust")
		if got := cards(b.As(t, nurse).Get("/interoperability?from=emis&to=systmone&near=RJ1")); got[0] != "Same kind" {
			t.Errorf("for another organisation the order is %q", got)
		}
	})
}

func TestWithoutADirectLinkTheWayGoesOverOthers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("A", "RR8", by("PPM+", "ICE", "hl7-v2"), by("ICE", "EMIS", "hl7-v2"))
		b.join("B", "RXF", by("PPM+", "ICE", "hl7-v2"))
		b.join("C", "RJ1", models.Connection{From: "SystmOne", To: "EMIS", Direction: "two-way", Status: "live"})
		page := b.Client(t).Get("/interoperability?from=ppm-plus&to=systmone").Want(http.StatusOK)
		if got := answer(page); got[0] != "Nobody has written yet of joining PPM+ to SystmOne." {
			t.Errorf("the answer is %q", got)
		}
		if got := cards(page); !slices.Equal(got, []string{"PPM+ → ICE → EMIS Web → SystmOne"}) {
			t.Errorf("the paths are %q", got)
		}
		page.WantText("PPM+ to ICE 2 organisations", "ICE to EMIS Web 1 organisation", "EMIS Web to SystmOne 1 organisation")
		if page.Link("EMIS Web to SystmOne") != "/interoperability?from=emis-web&to=systmone" {
			t.Error("a step does not lead to its own question")
		}
		// Nothing goes against the direction of a step.
		back := b.Client(t).Get("/interoperability?from=systmone&to=ppm-plus")
		if got := cards(back); len(got) > 0 {
			t.Errorf("against the direction there is %q", got)
		}
		// What is looked at can be the end of a way, and no part of it.
		b.join("D", "RR8", models.Connection{From: "EMIS", To: "Leeds Care Record", Direction: "view", Status: "live"}, by("Leeds Care Record", "Archive", "hl7-v2"))
		if got := cards(b.Client(t).Get("/interoperability?from=ice&to=leeds-care-record")); !slices.Equal(got, []string{"ICE → EMIS Web → Leeds Care Record"}) {
			t.Errorf("what is looked at is reached by %q", got)
		}
		if got := cards(b.Client(t).Get("/interoperability?from=ice&to=archive")); len(got) > 0 {
			t.Errorf("what is looked at is passed on by %q", got)
		}
		// A direct link makes the others needless.
		b.join("E", "RWK", by("PPM+", "SystmOne", "hl7-v2"))
		b.Client(t).Get("/interoperability?from=ppm-plus&to=systmone").WantText("1 organisation joins PPM+ to SystmOne by HL7 version 2.").WantNoText("Over other systems")
	})
}

func TestNothingIsNoDeadEnd(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("One", "RR8", by("PPM+", "SystmOne", "hl7-v2"))
		page := b.Client(t).Get("/interoperability?from=ppm-plus&to=systmone&status=planned&standard=FHIR&region=London").Want(http.StatusOK)
		page.WantText("Nobody has written yet of joining PPM+ to SystmOne by HL7 FHIR R4 in London (planned).", "Without your other choices there is 1 case study:")
		if page.Link("Who joins PPM+ to SystmOne?") != "/interoperability?from=ppm-plus&to=systmone" {
			t.Error("the wider question is not linked")
		}
		page = b.Client(t).Get("/interoperability?from=systmone&to=ppm-plus").WantText("The other way round it has been done by 1 organisation:")
		if page.Link("Who joins PPM+ to SystmOne?") != "/interoperability?from=ppm-plus&to=systmone" || page.Link("Where does information from SystmOne go?") != "/interoperability?from=systmone" {
			t.Error("the other way round, or the half of the question, is not linked")
		}
		if !strings.Contains(page.Body, `name="robots" content="noindex"`) {
			t.Error("a page with nothing is offered to search engines")
		}
	})
}

func TestWhereToBegin(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.Client(t).Get("/interoperability").Want(http.StatusOK).WantText("Who has joined what to what?", "No connections yet")
		b.join("One", "RR8", by("PPM+", "SystmOne", "hl7-v2"))
		b.join("Two", "RXF", by("PPM+", "SystmOne", "hl7-v2"), by("ICE", "EMIS", ""))
		page := b.Client(t).Get("/interoperability?from=&to=&standard=&status=&region=&near=").Want(http.StatusOK)
		page.WantText("3 connections in 2 case studies from 2 organisations.", "PPM+ to SystmOne 2 organisations", "ICE to EMIS Web 1 organisation", "HL7 version 2 2 case studies")
		if page.Link("HL7 version 2") != "/interoperability?standard=hl7-v2" {
			t.Error("a standard does not lead to its question")
		}
		one := b.Client(t).Get("/interoperability?from=ppm-plus").WantText("System by system", "PPM+ to SystmOne 2 organisations")
		if !strings.HasPrefix(one.Title(), "Where does information from PPM+ go?") {
			t.Errorf("the title is %q", one.Title())
		}
		if one.Link("Follow this as a feed") != "/feeds/case-studies.atom?from_system=ppm-plus" {
			t.Error("the answer cannot be followed")
		}
	})
}

func TestWhatNobodyKnowsIsSaid(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		page := b.Client(t).Get("/interoperability?from=sistmone&to=ppm-plus&status=gone&standard=hl8-v2&region=Yorkshire&near=Nowhere")
		page.WantErrors("“sistmone” is in no case study and not in the list of systems. Did you mean SystmOne?", "“hl8-v2” is not in the list of standards. Did you mean HL7 version 2?",
			"“gone” is not how far a connection can be. Did you mean Planned, On trial, Live, Stopped or Not known?",
			"“Yorkshire” is not a region. Did you mean East of England, London, Midlands, North East and Yorkshire, North West, South East, South West, Scotland, Wales or Northern Ireland?",
			"No organisation, or more than one, is called “Nowhere”. Enter its code, such as RR8, or its full name")
		form := page.Form("/interoperability")
		if form.Values.Get("from") != "sistmone" || form.Values.Get("to") != "PPM+" || form.Values.Get("near") != "Nowhere" {
			t.Errorf("the form has %v", form.Values)
		}
		if got := page.Link("SystmOne"); got != "/interoperability?from=systmone&to=ppm-plus&standard=hl8-v2&status=gone&region=Yorkshire&near=Nowhere" {
			t.Errorf("the suggestion leads to %q", got)
		}
		for query, part := range map[string]string{"form=x": "There is nothing called “form”", "from=a&from=b": "“from” is given twice", "q=x": "“q”"} {
			b.Client(t).Get("/interoperability?" + query).Want(http.StatusBadRequest).WantText(part)
		}
		for _, text := range []string{"%00", "%ff", "<script>alert(1)</script>", strings.Repeat("x", 5000), "\u202e"} {
			if p := b.Client(t).Get("/interoperability?from=" + esc(text)); p.Status >= 500 || strings.Contains(p.Body, "<script>alert") {
				t.Errorf("%.20q is answered by %d", text, p.Status)
			}
		}
	})
}

func TestTheQueriesOfAnAnswerDoNotGrow(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		writers := []models.Person{apptest.Person(t, b.Store), apptest.Person(t, b.Store)}
		nurse := apptest.Person(t, b.Store, func(p *models.Person) { p.Organisation = "RR8" })
		add := func(n int) {
			for i := range n {
				cs := b.join(apptest.Numbered("Study ", i), []string{"RR8", "RXF", "RJ1", "RWK", ""}[i%5], by("PPM+", "SystmOne", "hl7-v2"), by("PPM+", "ICE", ""), by("ICE", "EMIS", "hl7-fhir-r4"))
				b.must(b.Store.SetEditors(t.Context(), cs.ID, []string{writers[0].ID, writers[1].ID}))
			}
			b.Site.ContentChanged()
		}
		count := func(path string) int {
			b.Client(t).Get("/standards") // which no test counts
			return len(b.Statements(func() { b.As(t, nurse).Get(path).Want(http.StatusOK) }))
		}
		paths := []string{"/interoperability", "/interoperability?from=ppm-plus&to=systmone", "/interoperability?from=ppm-plus", "/interoperability?from=ppm-plus&to=emis-web", "/interoperability?region=London"}
		few := map[string]int{}
		add(5)
		for _, p := range paths {
			few[p] = count(p)
		}
		add(25)
		for _, p := range paths {
			if n := count(p); n > few[p] || n == 0 {
				t.Errorf("%s takes %d queries where it took %d", p, n, few[p])
			}
		}
	})
}

func TestAnAnswerIsKeptForThoseWhoAreNotSignedIn(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("One", "RR8", by("PPM+", "SystmOne", "hl7-v2"))
		c := b.Client(t)
		c.Get("/interoperability") // after which the site knows the names of the lists
		c.Get("/interoperability?from=ppm-plus")
		if n := len(b.Statements(func() { c.Get("/interoperability?from=ppm-plus").Want(http.StatusOK) })); n != 0 {
			t.Errorf("the same question again takes %d queries", n)
		}
	})
}

// What nobody has joined yet can be kept as a search, to hear of the first who does.
func TestAQuestionIsSavedAsASearch(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("One", "RR8", by("PPM+", "SystmOne", "hl7-fhir-r4"))
		path := "/interoperability?from=systmone&to=ppm-plus&standard=hl7-v2"
		const save = "/me/searches/new?from_system=systmone&to_system=ppm-plus&standard=hl7-v2"
		p := apptest.Person(t, b.Store)
		for _, link := range b.As(t, p).Get(path).Want(http.StatusOK).All(apptest.Tag("a")) {
			if apptest.Attr(link, "href") == save {
				b.Client(t).Get(path).Want(http.StatusOK).WantNoText("Save this search")
				return
			}
		}
		t.Errorf("there is no link to %s", save)
	})
}
