package vocabulary_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/vocabulary"
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

// bench is a site with a small list of systems and standards.
type bench struct {
	*apptest.App
	t     *testing.T
	owner models.Person
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		return []apptest.Routes{vocabulary.New(s, cards)}
	}, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, t: t, owner: apptest.Person(t, a.Store)}
		for _, s := range []models.System{
			{Slug: "ppm-plus", Name: "PPM+", Supplier: "Leeds Teaching Hospitals", Kind: "Acute record", Aliases: []string{"PPM Plus", "Leeds Care Record"}, Confirmed: true},
			{Slug: "systmone", Name: "SystmOne", Supplier: "TPP", Kind: "GP record", Confirmed: true},
			{Slug: "old-record", Name: "Old Record", Successor: "ppm-plus", Confirmed: true},
			{Slug: "3m-codefinder", Name: "3M Codefinder", Confirmed: true},
		} {
			b.must(a.Store.SaveSystem(t.Context(), s))
		}
		b.must(a.Store.SaveStandard(t.Context(), models.Standard{Code: "hl7-v2", Name: "HL7 version 2", Publisher: "HL7 International", Kind: "message",
			Purpose: "Event messages between hospital systems", URL: "https://www.hl7.org/v2", Confirmed: true}))
		b.must(a.Store.SaveStandard(t.Context(), models.Standard{Code: "gp-connect", Name: "GP Connect", Publisher: "NHS England", Kind: "api", Confirmed: true}))
		f(t, b)
	})
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) join(title string, connections ...models.Connection) {
	b.t.Helper()
	b.Clock.Move(20 * time.Second) // past what is remembered of the lists
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageInUse, Body: "We did it.", Language: "en", Connections: connections}}
	b.must(b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}))
	b.Site.Changed()
}

// titles gives what the cards of a page are headed.
func titles(p *apptest.Page) []string {
	var out []string
	for _, n := range p.All(apptest.Class("gr-result__title")) {
		out = append(out, apptest.Text(n))
	}
	return out
}

func TestSystemsFromAToZ(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM Plus", To: "SystmOne", Standard: "hl7-v2"})
		b.join("Results", models.Connection{From: "SystmOne", To: "Home-made thing"})
		page := b.Client(t).Get("/systems").Want(http.StatusOK).WantText("5 systems, 3 named by case studies", "TPP GP record 2 case studies", "Leeds Teaching Hospitals Acute record 1 case study", "Proposed")
		var letters []string
		for _, h := range page.All(apptest.Tag("h2")) {
			if strings.HasPrefix(apptest.Attr(h, "id"), "letter-") || apptest.Attr(h, "id") == "other" {
				letters = append(letters, apptest.Text(h))
			}
		}
		if got := strings.Join(letters, " "); got != "H O P S Other" {
			t.Errorf("the letters are %q", got)
		}
		if page.Link("PPM+") != "/systems/ppm-plus" {
			t.Error("a system does not lead to its page")
		}
		for _, l := range page.Links() {
			if id, ok := strings.CutPrefix(l, "#"); ok {
				page.ByID(id)
			}
		}
	})
}

func TestASystemShowsWhatItJoins(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		b.join("Bookings", models.Connection{From: "SystmOne", To: "Leeds Care Record", Standard: "gp-connect"}, models.Connection{From: "SystmOne", To: "PPM+", Standard: "hl7-v2"})
		b.join("Something else", models.Connection{From: "Old Record", To: "SystmOne"})
		page := b.Client(t).Get("/systems/ppm-plus").Want(http.StatusOK).WantText("Acute record", "Leeds Teaching Hospitals", "PPM Plus, Leeds Care Record", "2 case studies").WantNoText("Proposed", "Something else")
		if got := titles(page); !slices.Equal(got, []string{"Bookings", "Letters"}) {
			t.Errorf("the case studies are %q", got)
		}
		for text, want := range map[string]string{"HL7 version 2 (2)": "/standards/hl7-v2", "GP Connect (1)": "/standards/gp-connect", "Old Record": "/systems/old-record"} {
			if got := page.Link(text); got != want {
				t.Errorf("%q leads to %q, want %q", text, got, want)
			}
		}
		old := b.Client(t).Get("/systems/old-record").WantText("Its place has been taken by PPM+.")
		if old.Link("PPM+") != "/systems/ppm-plus" {
			t.Error("the successor is not linked")
		}
	})
}

func TestAStandardShowsWhatItIsFor(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		list := b.Client(t).Get("/standards").Want(http.StatusOK).WantText("2 standards", "HL7 International Message 1 case study", "NHS England API")
		page := b.Client(t).Get(list.Link("HL7 version 2")).WantText("Message", "Event messages between hospital systems", "HL7 International", "1 case study", "PPM+ (1)", "SystmOne (1)")
		if got := page.Link("https://www.hl7.org/v2"); got != "https://www.hl7.org/v2" {
			t.Errorf("the specification is at %q", got)
		}
		if to := b.Client(t).Get("/standards/HL7-V2").Want(http.StatusMovedPermanently).Header.Get("Location"); to != "/standards/hl7-v2" {
			t.Errorf("capitals lead to %q", to)
		}
	})
}

func TestWhatNobodyConfirmedSaysSo(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Early", models.Connection{From: "Home-made thing", To: "PPM+", Standard: "letter-by-pigeon"})
		for _, path := range []string{"/systems/home-made-thing", "/standards/letter-by-pigeon"} {
			page := b.Client(t).Get(path).Want(http.StatusOK).WantText("Proposed", "nobody who looks after the list has confirmed it yet", "Early")
			if !strings.Contains(page.Body, `name="robots" content="noindex"`) {
				t.Errorf("%s is offered to search engines", path)
			}
		}
		b.Client(t).Get("/systems").WantText("Proposed")
	})
}

func TestOtherNamesLeadToTheSystem(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for _, name := range []string{"PPM%20Plus", "leeds%20care%20record", "PPM-PLUS"} {
			if to := b.Client(t).Get("/systems/" + name).Want(http.StatusMovedPermanently).Header.Get("Location"); to != "/systems/ppm-plus" {
				t.Errorf("%s leads to %q", name, to)
			}
		}
		for _, bad := range []string{"nothing-of-the-kind", "%00", "%ff%fe", "a%2Fb", strings.Repeat("w", 3000)} {
			b.Client(t).Get("/systems/" + bad).Want(http.StatusNotFound)
			b.Client(t).Get("/standards/" + bad).Want(http.StatusNotFound)
		}
		b.Client(t).Get("/systems/ppm-plus?cursor=x").Want(http.StatusBadRequest)
	})
}

func TestCaseStudiesOfASystemPage(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var all []string
		for i := range 13 {
			all = append(all, apptest.Numbered("Study ", i))
			b.join(all[i], models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		}
		slices.Reverse(all)
		for _, path := range []string{"/systems/ppm-plus", "/standards/hl7-v2"} {
			page := b.Client(t).Get(path).WantText("13 case studies")
			next := b.Client(t).Get(page.Link("Next case studies"))
			if got := append(titles(page), titles(next)...); !slices.Equal(got, all) {
				t.Errorf("%s lists %q", path, got)
			}
			if got := titles(b.Client(t).Get(next.Link("Previous case studies"))); !slices.Equal(got, all[:10]) {
				t.Errorf("%s: the way back lists %q", path, got)
			}
		}
	})
}

func TestStatementsDoNotGrowWithTheLists(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("First", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		look := func() []int {
			var out []int
			for _, path := range []string{"/systems", "/systems/ppm-plus", "/standards", "/standards/hl7-v2"} {
				b.Clock.Move(time.Minute)
				out = append(out, len(b.Statements(func() { b.Client(t).Get(path).Want(http.StatusOK) })))
			}
			return out
		}
		few := look()
		for i := range 15 {
			b.join(fmt.Sprint("Study ", i), models.Connection{From: "PPM+", To: fmt.Sprint("System ", i), Standard: fmt.Sprint("standard-", i)}, models.Connection{From: "SystmOne", To: "PPM+", Standard: "hl7-v2"})
		}
		if many := look(); !slices.Equal(few, many) || slices.Max(many) > 20 {
			t.Errorf("%v statements with little there, %v with much", few, many)
		}
	})
}

func TestHostileNamesAreInert(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const name = `<script>alert(1)</script>"><img src=x onerror=alert(1)>`
		b.must(b.Store.SaveSystem(t.Context(), models.System{Slug: "bad", Name: name, Supplier: name, Kind: name, Aliases: []string{name + "2"}, Successor: "javascript:alert(1)"}))
		b.must(b.Store.SaveStandard(t.Context(), models.Standard{Code: "bad", Name: name, Publisher: name, Kind: "é" + name, Purpose: name, URL: "javascript:alert(1)"}))
		for _, path := range []string{"/systems", "/systems/bad", "/standards", "/standards/bad"} {
			page := b.Client(t).Get(path).Want(http.StatusOK)
			if strings.Contains(page.Body, "<script>alert") || len(page.All(apptest.Tag("img"))) > 0 {
				t.Errorf("%s: the name became part of the page", path)
			}
			for _, l := range page.Links() {
				if strings.HasPrefix(strings.ToLower(l), "javascript:") {
					t.Errorf("%s links to %q", path, l)
				}
			}
		}
	})
}
