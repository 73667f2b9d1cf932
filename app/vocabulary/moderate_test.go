package vocabulary_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

// moderator opens a browser in which a moderator is signed in.
func (b *bench) moderator() *apptest.Client {
	b.t.Helper()
	return b.As(b.t, apptest.Person(b.t, b.Store, apptest.WithRole(models.RoleModerator)))
}

func (b *bench) system(slug string) models.System {
	b.t.Helper()
	s, err := b.Store.System(b.t.Context(), slug)
	b.must(err)
	return s
}

// filed gives the titles of the case studies that are filed under a value.
func (b *bench) filed(facet, value string) []string {
	b.t.Helper()
	page, err := b.Store.ListCaseStudies(b.t.Context(), models.ListQuery{Sort: models.SortNew, Limit: 50, Filters: map[string][]string{facet: {value}}})
	b.must(err)
	out := []string{}
	for _, s := range page.Items {
		out = append(out, s.Title)
	}
	slices.Sort(out)
	return out
}

// joined gives the connections of a query as "from by standard to".
func (b *bench) joined(q models.JoinQuery) []string {
	b.t.Helper()
	q.Limit = 50
	list, _, _, err := b.Store.Joins(b.t.Context(), q)
	b.must(err)
	out := []string{}
	for _, j := range list {
		out = append(out, j.From+" by "+j.Standard+" to "+j.To)
	}
	slices.Sort(out)
	return out
}

func want(t *testing.T, what string, got, wanted []string) {
	t.Helper()
	if !slices.Equal(got, wanted) {
		t.Errorf("%s: %q, want %q", what, got, wanted)
	}
}

func TestOnlyModeratorsKeepTheLists(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		gets := []string{"/moderation/systems", "/moderation/new-system", "/moderation/systems/ppm-plus", "/moderation/systems/ppm-plus/merge",
			"/moderation/standards", "/moderation/new-standard", "/moderation/standards/hl7-v2", "/moderation/standards/hl7-v2/merge", "/moderation/systems/no-such"}
		posts := []string{"/moderation/new-system", "/moderation/systems/ppm-plus", "/moderation/systems/ppm-plus/merge", "/moderation/systems/ppm-plus/split", "/moderation/systems/3m-codefinder/remove",
			"/moderation/new-standard", "/moderation/standards/hl7-v2", "/moderation/standards/hl7-v2/merge", "/moderation/standards/hl7-v2/split", "/moderation/standards/gp-connect/remove"}
		form := url.Values{"name": {"Owned"}, "into": {"systmone"}, "version": {"1"}, "into_version": {"1"}}
		for _, role := range []models.Role{models.RoleMember, models.RoleLead, models.RoleOrganiser} {
			c := b.As(t, apptest.Person(t, b.Store, apptest.WithRole(role)))
			for _, path := range gets {
				c.Get(path).Want(http.StatusForbidden)
			}
			for _, path := range posts {
				c.Post(path, form).Want(http.StatusForbidden)
			}
		}
		nobody := b.Client(t)
		for _, path := range gets {
			nobody.Get(path).WantRedirect("/sign-in?next=" + url.QueryEscape(path))
		}
		for _, path := range posts {
			nobody.Post(path, form).Want(http.StatusUnauthorized)
		}
		if s := b.system("ppm-plus"); s.Name != "PPM+" {
			t.Errorf("it is called %q now", s.Name)
		}
		for _, role := range []models.Role{models.RoleModerator, models.RoleAdmin} {
			c := b.As(t, apptest.Person(t, b.Store, apptest.WithRole(role)))
			for _, path := range gets[:8] {
				if p := c.Get(path); p.Status != http.StatusOK && !strings.HasSuffix(path, "/merge") {
					t.Errorf("%s answers %d to a %s", path, p.Status, role)
				}
			}
			c.Get("/moderation/systems/no-such").Want(http.StatusNotFound)
		}
	})
}

func TestTheModeratorsList(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "Home-made thing", To: "SystmOne", Standard: "letter-by-pigeon"})
		c := b.moderator()
		page := c.Get("/moderation/systems").Want(http.StatusOK).WantText("5 systems", "1 proposed system to look at", "Home-made thing Proposed", "Old Record Succeeded", "TPP")
		proposed := c.Get(page.Link("1 proposed system to look at")).WantText("1 proposed system", "Home-made thing").WantNoText("SystmOne")
		c.Get(proposed.Link("Home-made thing")).Want(http.StatusOK).WantText("Named by 1 case study", "Somebody named this in a case study")
		c.Get("/moderation/systems?show=confirmed").WantText("4 systems").WantNoText("Home-made thing")
		c.Get("/moderation/systems?q=leeds").WantText("1 system", "PPM+").WantNoText("SystmOne")
		c.Get("/moderation/systems?q=nothing+like+it").WantText("None found")
		c.Get("/moderation/standards?show=proposed").WantText("letter-by-pigeon").WantNoText("HL7")
		c.Get("/moderation/systems?show=everything").Want(http.StatusBadRequest)
		c.Get("/moderation/systems?cursor=x").Want(http.StatusBadRequest)
		for i := range 60 {
			b.must(b.Store.SaveSystem(t.Context(), models.System{Slug: apptest.Numbered("many-", i), Name: apptest.Numbered("Many ", i), Confirmed: true}))
		}
		first := c.Get("/moderation/systems?q=many").WantText("60 systems", "Many 0000").WantNoText("Many 0055")
		second := c.Get(first.Link("Next systems")).WantText("60 systems", "Many 0055").WantNoText("Many 0000")
		c.Get(second.Link("Previous systems")).WantText("Many 0000")
	})
}

func TestAddingASystemAndAStandard(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.moderator()
		form := c.Get("/moderation/new-system").Want(http.StatusOK).Form("/moderation/new-system")
		form.Set("name", "  Oracle Health   Millennium ").Set("aliases", "Cerner\r\nCerner Millennium; millennium\n\ncerner").Set("maker", "Oracle Health").Set("category", "Acute record").
			Set("successor", "ppm plus")
		form.Values["settings"] = []string{"Acute", "Outpatients"}
		form.Send().WantRedirect("/moderation/systems/oracle-health-millennium").Follow().WantText("Oracle Health Millennium is in the list.", "Added")
		got, wanted := b.system("oracle-health-millennium"), models.System{Slug: "oracle-health-millennium", Name: "Oracle Health Millennium", Supplier: "Oracle Health", Kind: "Acute record",
			Settings: []string{"Acute", "Outpatients"}, Aliases: []string{"Cerner", "Cerner Millennium", "millennium"}, Successor: "ppm-plus", Confirmed: true}
		if fmt.Sprint(got) != fmt.Sprint(wanted) {
			t.Errorf("it is %+v, want %+v", got, wanted)
		}
		b.join("Letters", models.Connection{From: "CERNER", To: "SystmOne"})
		want(t, "filed", b.filed(models.FacetSystem, "oracle-health-millennium"), []string{"Letters"})

		standard := func() *apptest.Form { return c.Get("/moderation/new-standard").Form("/moderation/new-standard") }
		standard().Set("name", "FHIR R5").Set("purpose", "The next one").Set("url", "https://hl7.org/fhir/R5/").Set("aliases", "Release 5").Send().WantRedirect("/moderation/standards/fhir-r5")
		standard().Set("name", "GS1 barcodes").Set("id", "gs1.bar-codes").Send().WantRedirect("/moderation/standards/gs1.bar-codes")
		if s, err := b.Store.Standard(t.Context(), "fhir-r5"); err != nil || s.URL != "https://hl7.org/fhir/R5/" || s.Purpose != "The next one" || !s.Confirmed {
			t.Errorf("the standard is %+v, %v", s, err)
		}
	})
}

func TestWhatCannotBeAdded(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.moderator()
		form := func(kind string) *apptest.Form {
			return c.Get("/moderation/new-" + kind).Form("/moderation/new-" + kind)
		}
		form("system").Send().WantErrors("Enter the name, 100 characters or fewer")
		taken := form("system").Set("name", "Leeds Care record").Set("aliases", "Mine\nsystmone").Set("maker", "Somebody").Send().
			WantErrors("“Leeds Care record” is a name of ppm-plus already. If they are the same thing, merge one into the other", "“systmone” is a name of systmone already. If they are the same thing, merge one into the other")
		if f := taken.Form("/moderation/new-system"); f.Values.Get("maker") != "Somebody" || strings.TrimSpace(f.Values.Get("aliases")) != "Mine\nsystmone" {
			t.Errorf("what was typed is gone: %v", f.Values)
		}
		form("system").Set("name", "X").Set("successor", "no such").Send().WantErrors("Nothing in the list is called “no such”")
		bad := form("system").Set("name", strings.Repeat("x", 101)).Set("category", strings.Repeat("y", 101)).Set("aliases", strings.Repeat("z", 101))
		bad.Values["settings"] = []string{"The moon"}
		bad.Send().WantErrors("Enter the name, 100 characters or fewer", "The kind must be 100 characters or fewer",
			"“"+strings.Repeat("z", 39)+"…” is longer than 100 characters", "Choose settings from the list")
		form("standard").Set("name", "New").Set("id", "HL7 v9").Set("url", "javascript:alert(1)").Set("purpose", strings.Repeat("p", 301)).Send().WantErrors(
			"A code begins with a letter or digit and has lower-case letters, digits, dots and hyphens, 60 at most", "What it is for must be 300 characters or fewer",
			"Enter a web address that starts with https:// or http://")
		form("standard").Set("name", "Another").Set("id", "hl7-v2").Send().Want(http.StatusUnprocessableEntity).WantText("There is one with this code already: hl7-v2")
		const hostile = `"><script>alert(1)</script>`
		p := form("system").Set("name", hostile).Set("aliases", hostile+"2").Send().Want(http.StatusSeeOther).Follow()
		if strings.Contains(p.Body, "<script>alert") {
			t.Error("a name became part of the page")
		}
		if got := form("system").Set("name", "a\x00b\u202ec\xff").Send(); got.Status != http.StatusSeeOther {
			t.Errorf("characters that cannot be seen: %d", got.Status)
		}
	})
}

func TestRenamingKeepsTheOldNameAndTheAddress(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "SystmOne", To: "PPM+"})
		c := b.moderator()
		p := c.Get("/moderation/systems/systmone").Form("/moderation/systems/systmone").Set("name", "TPP SystmOne").Send().
			WantRedirect("/moderation/systems/systmone").Follow().WantText("Your changes to TPP SystmOne are saved.", "Name: “TPP SystmOne”, before “SystmOne”")
		if s := b.system("systmone"); s.Name != "TPP SystmOne" || !slices.Equal(s.Aliases, []string{"SystmOne"}) {
			t.Errorf("it is %+v", s)
		}
		p.Form("/moderation/systems/systmone").Set("name", "S1").Send().Want(http.StatusSeeOther)
		if s := b.system("systmone"); !slices.Equal(s.Aliases, []string{"SystmOne", "TPP SystmOne"}) {
			t.Errorf("it is %+v", s)
		}
		b.Client(t).Get("/systems/systmone").Want(http.StatusOK).WantText("S1", "TPP SystmOne")
		b.Client(t).Get("/systems").WantText("S1 TPP").WantNoText("SystmOne TPP")
		b.join("More letters", models.Connection{From: "systmone", To: "tpp  systmone"}, models.Connection{From: "s1", To: "PPM+"})
		want(t, "filed", b.filed(models.FacetSystem, "systmone"), []string{"Letters", "More letters"})
	})
}

func TestANameThatIsTakenAwayIsAProposalAgain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("By the other name", models.Connection{From: "Leeds Care Record", To: "SystmOne", Standard: "hl7-v2"})
		b.join("By its own", models.Connection{From: "PPM+", To: "SystmOne"}, models.Connection{From: "SystmOne", To: "PPM plus"})
		c := b.moderator()
		c.Get("/moderation/systems/ppm-plus").Form("/moderation/systems/ppm-plus").Set("aliases", "PPM Plus").Send().Want(http.StatusSeeOther)
		want(t, "filed under it", b.filed(models.FacetSystem, "ppm-plus"), []string{"By its own"})
		want(t, "filed under the name", b.filed(models.FacetSystem, "leeds-care-record"), []string{"By the other name"})
		want(t, "joined", b.joined(models.JoinQuery{System: []string{"leeds-care-record"}}), []string{"leeds-care-record by hl7-v2 to systmone"})
		if s := b.system("leeds-care-record"); s.Confirmed || s.Name != "Leeds Care Record" {
			t.Errorf("the proposal is %+v", s)
		}
		c.Get("/moderation/systems?show=proposed").WantText("1 proposed system", "Leeds Care Record")
	})
}

func TestConfirmingAProposal(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "Home-made thing", To: "SystmOne", Standard: "letter-by-pigeon"})
		c := b.moderator()
		c.Get("/moderation/systems/home-made-thing").WantText("Save and confirm").Form("/moderation/systems/home-made-thing").Send().WantRedirect("/moderation/systems/home-made-thing").
			Follow().WantText("Home-made thing is confirmed.", "Confirmed").WantNoText("Somebody named this")
		c.Get("/moderation/standards/letter-by-pigeon").Form("/moderation/standards/letter-by-pigeon").Set("name", "Letters by pigeon").Set("category", "local").Send().Want(http.StatusSeeOther)
		b.Client(t).Get("/systems/home-made-thing").WantNoText("Proposed")
		b.Client(t).Get("/standards/letter-by-pigeon").WantText("Letters by pigeon", "Local").WantNoText("Proposed")
		c.Get("/moderation/systems?show=proposed").WantText("Nothing is waiting")
	})
}

func TestTwoModeratorsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const path = "/moderation/systems/ppm-plus"
		slow := b.moderator().Get(path).Form(path).Set("maker", "Mine").Set("category", "My kind")
		b.moderator().Get(path).Form(path).Set("maker", "Theirs").Send().Want(http.StatusSeeOther)
		page := slow.Send().Want(http.StatusConflict).WantText("Saved by somebody else", "Theirs", "Somebody else has changed “PPM+” since you opened it. Nothing was changed.")
		if s := b.system("ppm-plus"); s.Supplier != "Theirs" {
			t.Fatalf("the supplier is %q", s.Supplier)
		}
		form := page.Form(path)
		if form.Values.Get("maker") != "Mine" || form.Values.Get("category") != "My kind" {
			t.Errorf("the form has %v", form.Values)
		}
		form.Send().Want(http.StatusSeeOther)
		if s := b.system("ppm-plus"); s.Supplier != "Mine" || s.Kind != "My kind" {
			t.Errorf("saved %+v", s)
		}
		for _, version := range []string{"", "x", "1", "-1", "99999999999999999999"} {
			form.Values.Set("version", version)
			form.Send().Want(http.StatusConflict)
		}
	})
}

func TestSuccessors(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.moderator()
		set := func(slug, successor string) *apptest.Page {
			return c.Get("/moderation/systems/"+slug).Form("/moderation/systems/"+slug).Set("successor", successor).Send()
		}
		set("systmone", "Leeds Care Record").Want(http.StatusSeeOther)
		b.Client(t).Get("/systems/systmone").WantText("Its place has been taken by PPM+.")
		b.Client(t).Get("/systems/ppm-plus").WantText("Took the place of", "Old Record", "SystmOne")
		set("ppm-plus", "old-record").WantErrors("It cannot take its own place, at once or in the end")
		set("ppm-plus", "PPM+").WantErrors("It cannot take its own place, at once or in the end")
		set("systmone", "").Want(http.StatusSeeOther)
		if s := b.system("systmone"); s.Successor != "" {
			t.Errorf("it is succeeded by %q", s.Successor)
		}
		path := "/moderation/standards/gp-connect"
		c.Get(path).Form(path).Set("successor", "HL7-V2").Send().Want(http.StatusSeeOther)
		b.Client(t).Get("/standards/gp-connect").WantText("Its place has been taken by HL7 version 2.")
		b.Client(t).Get("/standards/hl7-v2").WantText("Took the place of", "GP Connect")
	})
}

func TestRemovingWhatNothingNames(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "Old Record", To: "SystmOne"})
		c := b.moderator()
		c.Get("/moderation/systems/3m-codefinder").Form("/moderation/systems/3m-codefinder/remove").Send().WantRedirect("/moderation/systems").Follow().WantText("3M Codefinder is not in the list any more.")
		b.Client(t).Get("/systems/3m-codefinder").Want(http.StatusNotFound)
		c.Get("/moderation/systems/old-record").WantNoText("Remove it")
		c.Post("/moderation/systems/old-record/remove", url.Values{"version": {"1"}}).Want(http.StatusConflict).WantText("Merge it into another")
		// What takes another's place is not removed under it.
		c.Post("/moderation/systems/ppm-plus/remove", url.Values{"version": {"1"}}).Want(http.StatusConflict)
		c.Post("/moderation/systems/3m-codefinder/remove", url.Values{"version": {"1"}}).Want(http.StatusNotFound)
	})
}

func TestModeratorsPagesCostTheSameWithMany(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("First", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		c := b.moderator()
		look := func() []int {
			var out []int
			for _, path := range []string{"/moderation/systems", "/moderation/systems/ppm-plus", "/moderation/systems/ppm-plus/merge?into=systmone", "/moderation/standards", "/moderation/standards/hl7-v2"} {
				b.Clock.Move(2 * time.Minute) // past what is remembered of lists and sessions
				out = append(out, len(b.Statements(func() { c.Get(path).Want(http.StatusOK) })))
			}
			return out
		}
		few := look()
		for i := range 12 {
			name := fmt.Sprint("System ", i)
			b.join(fmt.Sprint("Study ", i), models.Connection{From: "PPM+", To: name, Standard: fmt.Sprint("standard-", i)}, models.Connection{From: "SystmOne", To: "PPM+", Standard: "hl7-v2"})
			if i < 6 {
				b.must(b.Store.MergeTerms(t.Context(), store.Merge{Kind: models.TermSystem, From: fmt.Sprint("system-", i), Into: "ppm-plus", FromVersion: 1, IntoVersion: 1 + i, By: b.owner.ID}))
			}
		}
		if many := look(); !slices.Equal(few, many) {
			t.Errorf("%v statements with little there, %v with much", few, many)
		}
	})
}
