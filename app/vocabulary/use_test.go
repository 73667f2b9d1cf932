package vocabulary_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

// write posts a case study of a person's.
func (b *bench) write(p models.Person, d models.Document) models.CaseStudy {
	b.t.Helper()
	b.Clock.Move(20 * time.Second)
	d.Language = "en"
	if d.Stage == "" {
		d.Stage = models.StageInUse
	}
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: p.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), Document: d}
	if strings.Contains(d.Body, models.FailedHeading) {
		cs.Contents = []models.Heading{{Level: 2, ID: "what-failed", Text: models.FailedHeading}}
	}
	b.must(b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: p.ID}))
	b.Site.Changed()
	return cs
}

// rows gives the cells of the tables of a page, a line for each row.
func rows(p *apptest.Page) []string {
	var out []string
	for _, tr := range p.All(apptest.Class("nhsuk-table__row")) {
		var cells []string
		for _, td := range apptest.All(tr, apptest.Tag("td")) {
			text := apptest.Text(td)
			for _, heading := range apptest.All(td, apptest.Class("nhsuk-table__heading")) { // shown on narrow screens alone
				text = strings.TrimSpace(strings.TrimPrefix(text, apptest.Text(heading)))
			}
			cells = append(cells, text)
		}
		out = append(out, strings.Join(cells, " | "))
	}
	return out
}

func (b *bench) organisations() {
	for _, o := range []models.Organisation{{Code: "RR8", Name: "Leeds Teaching Hospitals", Kind: "Acute trust", Region: "North East and Yorkshire"},
		{Code: "REF", Name: "Royal Cornwall Hospitals", Kind: "Acute trust", Region: "South West"}} {
		_, _, err := b.Store.SaveOrganisation(b.t.Context(), o)
		b.must(err)
	}
}

func TestASystemShowsWhoUsesItAndHow(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.organisations()
		nurse := apptest.Person(t, b.Store, apptest.Named("amina", "Amina Yusuf"), func(p *models.Person) { p.JobTitle, p.Organisation = "Ward manager", "RR8" })
		skilled := apptest.Person(t, b.Store, apptest.Named("tom", "Tom Rees"), func(p *models.Person) { p.Skills = []string{"audit", "Leeds care record"} })
		apptest.Person(t, b.Store, apptest.Named("near", "Near Miss"), func(p *models.Person) { p.Skills = []string{"Leeds care records of old"} })
		b.write(nurse, models.Document{Title: "Letters", Organisation: "RR8", Body: "Text\n\n## What failed\n\nNights.", Connections: []models.Connection{
			{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Status: "live"}, {From: "SystmOne", To: "PPM+", Standard: "gp-connect", Status: "trial", Direction: "view"}}})
		b.write(nurse, models.Document{Title: "Results", Organisation: "REF", Body: "Text", Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Status: "planned"}}})
		stopped := b.write(skilled, models.Document{Title: "It was stopped", Stage: models.StageStopped, Body: "Text", Connections: []models.Connection{{From: "PPM+", To: "Paper", Status: "stopped"}}})
		b.write(skilled, models.Document{Title: "Something else", Stage: models.StageStopped, Body: "## What failed\n\nAll", Connections: []models.Connection{{From: "Paper", To: "SystmOne"}}})

		importer := apptest.Person(t, b.Store, func(p *models.Person) { p.Name, p.Email = "Imported", "import@grassroots.invalid" })
		b.write(importer, models.Document{Title: "Brought in", Body: "Text", Connections: []models.Connection{{From: "SystmOne", To: "Old Record"}}})
		b.Client(t).Get("/systems/old-record").WantText("Nobody here has said so yet").WantNoText("Imported")

		page := b.Client(t).Get("/systems/ppm-plus").Want(http.StatusOK).WantText("Who uses it: 2 organisations", "By how far it has come: Live (1), On trial (1), Planned (1)",
			"By region: North East and Yorkshire (1), South West (1)", "3 case studies", "Follow them as a feed").WantNoText("Something else", "Near Miss", "Change this entry")
		want(t, "the tables", rows(page), []string{
			"Leeds Teaching Hospitals | North East and Yorkshire | Live On trial | 1",
			"Royal Cornwall Hospitals | South West | Planned | 1",
			"Goes to | SystmOne | HL7 version 2 Live Planned | 2 | 2",
			"Comes from | SystmOne | GP Connect On trial | 1 | 1",
			"Goes to | Paper | unknown Stopped | 0 | 1",
		})
		for text, want := range map[string]string{"Leeds Teaching Hospitals": "/organisations/RR8", "South West": "/case-studies?system=ppm-plus&region=South+West", "Amina Yusuf": "/people/amina",
			"1 case study that was stopped": "/case-studies?system=ppm-plus&stage=stopped", "Follow them as a feed": "/feeds/case-studies.atom?system=ppm-plus"} {
			found := page.All(func(n *apptest.Node) bool { return n.Data == "a" && apptest.Text(n) == text })
			if !slices.ContainsFunc(found, func(n *apptest.Node) bool { return apptest.Attr(n, "href") == want }) {
				t.Errorf("%q does not lead to %q", text, want)
			}
		}
		page.WantText("Amina Yusuf", "2 case studies", "1 case study and among their skills", "It was stopped Stopped", "Says what failed")
		links := page.Links()
		if !slices.Contains(links, "/case-studies/letters#what-failed") || !slices.Contains(links, "/case-studies/"+stopped.Slug) {
			t.Errorf("what failed is not linked: %q", links)
		}
		feed := page.All(apptest.With("link", "type", "application/atom+xml"))
		if len(feed) == 0 || apptest.Attr(feed[0], "href") != "/feeds/case-studies.atom?system=ppm-plus" {
			t.Error("a reader of feeds does not find the feed")
		}
	})
}

func TestAStandardShowsWhatItJoins(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.organisations()
		nurse := apptest.Person(t, b.Store, apptest.Named("amina", "Amina Yusuf"), func(p *models.Person) { p.Skills = []string{"hl7 VERSION 2"} })
		b.write(b.owner, models.Document{Title: "Letters", Organisation: "RR8", Body: "Text", Connections: []models.Connection{
			{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Status: "live"}, {From: "SystmOne", To: "PPM+", Standard: "gp-connect", Status: "trial"}}})
		page := b.Client(t).Get("/standards/hl7-v2").Want(http.StatusOK).WantText("Who uses it: 1 organisation", "What it joins", nurse.Name, "Among their skills", "1 case study")
		want(t, "the tables", rows(page), []string{"Leeds Teaching Hospitals | North East and Yorkshire | Live | 1", "PPM+ | SystmOne | Live | 1 | 1"})
		if got := page.Link("Follow them as a feed"); got != "/feeds/case-studies.atom?standard=hl7-v2" {
			t.Errorf("the feed is at %q", got)
		}
		if !slices.Contains(page.Links(), "/case-studies?from_system=ppm-plus&to_system=systmone&standard=hl7-v2") {
			t.Error("the case studies of a pair are not linked")
		}
	})
}

func TestWhatNobodyHasWrittenOf(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, path := range []string{"/systems/ppm-plus", "/standards/hl7-v2"} {
			page := b.Client(t).Get(path).Want(http.StatusOK).WantText("Nobody has written of it yet").WantNoText("Who uses it", "0 case studies", "What failed")
			if page.Link("Post what you know") != "/case-studies/new" {
				t.Error("there is nothing to do about it")
			}
		}
		c := b.As(t, apptest.Person(t, b.Store, apptest.WithRole(models.RoleModerator)))
		if got := c.Get("/systems/ppm-plus").Link("Change this entry"); got != "/moderation/systems/ppm-plus" {
			t.Errorf("a moderator is led to %q", got)
		}
		b.As(t, apptest.Person(t, b.Store)).Get("/systems/ppm-plus").WantNoText("Change this entry")
	})
}

func TestTheListIsSearchedAndGrouped(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM Plus", To: "SystmOne", Standard: "hl7-v2"})
		b.join("Results", models.Connection{From: "SystmOne", To: "Home-made thing"})
		headings := func(p *apptest.Page) string {
			var out []string
			for _, h := range p.All(apptest.Tag("h2")) {
				if apptest.HasAttr(h, "id") && apptest.Attr(h, "id") != "flash-title" {
					out = append(out, apptest.Text(h))
				}
			}
			return strings.Join(out, ", ")
		}
		c := b.Client(t)
		if got := headings(c.Get("/systems?by=kind").Want(http.StatusOK)); got != "Acute record, GP record, Other" {
			t.Errorf("the kinds are %q", got)
		}
		used := c.Get("/systems?by=use").WantText("5 systems, 3 named by case studies").WantNoText("3M Codefinder")
		if text := used.Text(); strings.Index(text, "SystmOne TPP") > strings.Index(text, "PPM+ Leeds") {
			t.Error("the most frequent is not the first")
		}
		found := c.Get("/systems?q=care+record").WantText("1 system, 1 named by case studies", "PPM+").WantNoText("SystmOne")
		if got := found.Link("By kind"); got != "/systems?by=kind&q=care+record" {
			t.Errorf("the other view is at %q", got)
		}
		if got := found.Link("Clear the search"); got != "/systems" {
			t.Errorf("the search is cleared at %q", got)
		}
		c.Get("/systems?kind=GP+record").WantText("1 system", "SystmOne").WantNoText("PPM+")
		c.Get("/systems?q=nothing+like+it").WantText("None found")
		c.Get("/standards?q=NHS+England").WantText("1 standard", "GP Connect").WantNoText("HL7 version 2")
		c.Get("/standards?by=use").WantText("HL7 version 2").WantNoText("GP Connect API")
		c.Get("/systems?by=colour").Want(http.StatusBadRequest)
		if p := c.Get("/systems?q=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E").Want(http.StatusOK); strings.Contains(p.Body, "<script>alert") {
			t.Error("the search became part of the page")
		}
	})
}
