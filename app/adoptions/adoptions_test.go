package adoptions_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/adoptions"
	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// around stands in for the pages that adoptions stand on.
type around struct {
	site      *web.Site
	adoptions *adoptions.Feature
}

func (s around) Routes(r fiber.Router) {
	r.Get("/case-studies/:slug", func(c *fiber.Ctx) error {
		cs, err := s.site.Store.CaseStudy(c.UserContext(), c.Params("slug"))
		if err != nil {
			return err
		}
		section, err := s.adoptions.Section(c, cs)
		if err != nil {
			return err
		}
		return s.site.Render(c, fiber.StatusOK, s.site.Shell(c, cs.Title), section)
	})
	r.Get("/organisations/:code", func(c *fiber.Ctx) error {
		below, err := s.adoptions.OfOrganisation(c, c.Params("code"))
		if err != nil {
			return err
		}
		return s.site.Render(c, fiber.StatusOK, s.site.Shell(c, "An organisation"), below)
	})
}

type bench struct {
	*apptest.App
	t       *testing.T
	feature *adoptions.Feature
	owner   models.Person
	study   models.CaseStudy
}

func (b *bench) path() string { return "/case-studies/" + b.study.Slug }

func (b *bench) api() string { return "/api/v1/case-studies/" + b.study.ID + "/adoptions" }

func each(t *testing.T, f func(t *testing.T, b *bench), options ...apptest.Option) {
	t.Helper()
	t.Parallel()
	features := sync.Map{}
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		feature := adoptions.New(s)
		features.Store(s.Store, feature)
		return []apptest.Routes{feature, around{s, feature}}
	}, func(t *testing.T, a *apptest.App) {
		feature, _ := features.Load(a.Store)
		b := &bench{App: a, t: t, feature: feature.(*adoptions.Feature), owner: apptest.Person(t, a.Store, apptest.Named("owen-owner", "Owen Owner"))}
		b.study = models.CaseStudy{ID: a.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: a.Store.Now(), UpdatedAt: a.Store.Now(),
			Document: models.Document{Title: "Letters in minutes", Organisation: "RR8", Stage: models.StageInUse, Body: "We did it.", Language: "en"}}
		if err := a.Store.CreateCaseStudy(t.Context(), &b.study, store.SaveNote{EditorID: b.owner.ID}); err != nil {
			t.Fatal(err)
		}
		f(t, b)
	}, options...)
}

func (b *bench) person(handle, organisation string, change ...func(*models.Person)) models.Person {
	b.t.Helper()
	at := func(p *models.Person) { p.Organisation = organisation }
	return apptest.Person(b.t, b.Store, append([]func(*models.Person){apptest.Named(handle, "Person "+handle), at}, change...)...)
}

func (b *bench) counted() int {
	b.t.Helper()
	cs, err := b.Store.CaseStudy(b.t.Context(), b.study.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return cs.Adoptions
}

type answer struct {
	ID, Organisation, Status, Result, Reason, Sites, URL string
	Started, InUse, Stopped                              *string
	Owner                                                *struct{ Handle string }
	History                                              []struct{ Status string }
}

func TestAnOrganisationAdoptsOnPages(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		nurse := b.person("nina-nurse", "RWY")
		c := b.As(t, nurse)
		to := c.Get(b.path()).Want(http.StatusOK).WantText("Adopted by", "No other organisation has said yet").Link("We want to try this")
		form := c.Get(to).Want(http.StatusOK).Form(b.path() + "/adopt")
		form.Set("sites", "Ward 12").Send().WantRedirect(b.path() + "#adoptions")
		c.Get(b.path()).WantText("1 organisation: 1 interested", "Ward 12", "Ask Person nina-nurse")
		if n := b.counted(); n != 0 {
			t.Errorf("who is interested is counted: %d", n)
		}
		// Further: it says since when by itself, and is counted.
		form = c.Get(b.path() + "/adopt").Want(http.StatusOK).WantText("How far are you with it?").Form(b.path() + "/adopt")
		form.Set("status", "in-use").Set("result", "Letters arrive\n\nthe same day").Set("adaptations", "Two templates").Send().WantRedirect(b.path() + "#adoptions")
		b.Client(t).Get(b.path()).WantText("1 in use", "Since 4 March 2026", "What they changed", "Two templates", "the same day")
		if n := b.counted(); n != 1 {
			t.Errorf("%d are counted, want 1", n)
		}
		// A stop wants a reason, and what was typed is kept.
		form = c.Get(b.path() + "/adopt").Form(b.path() + "/adopt")
		again := form.Set("status", "stopped").Set("cost", "Half a day").Send().Want(http.StatusUnprocessableEntity).WantErrors("Say why you stopped: that helps others as much as a success")
		again.WantText("Half a day")
		again.Form(b.path()+"/adopt").Set("reason", "The licence became too dear").Send().WantRedirect(b.path() + "#adoptions")
		b.Client(t).Get(b.path()).WantText("1 stopped", "Why they stopped", "The licence became too dear")
		b.Client(t).Get(b.path()+"/adoptions/RWY").Want(http.StatusOK).WantText("What it cost", "Half a day", "Interested, said on", "In use, said on", "Stopped, said on")
		b.Client(t).Get("/organisations/RWY").WantText("What this organisation adopts", "Letters in minutes", "The licence became too dear")
		b.Client(t).Get("/organisations/RR8/adoptions?of=from").Want(http.StatusOK).WantText("Adopted from here", "Letters in minutes")
		if n := b.counted(); n != 0 {
			t.Errorf("what has stopped is counted: %d", n)
		}
		table := b.Client(t).Get(b.path() + "/adoptions.csv").Want(http.StatusOK).Table()
		if len(table) != 1 || table[0]["status"] != "stopped" || table[0]["reason"] != "The licence became too dear" || table[0]["stopped"] != "2026-03-04" {
			t.Errorf("the table has %v", table)
		}
	})
}

func TestWhoCanSpeakForAnOrganisation(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		nobody := b.Client(t)
		nobody.Get(b.path() + "/adopt").Want(http.StatusOK).WantText("Sign in to say for your organisation").WantNoText("How far is your organisation?")
		nobody.Post(b.path()+"/adopt", url.Values{"status": {"trying"}, "result": {"It went well"}}).Want(http.StatusUnauthorized).WantText("It went well")
		b.As(t, b.person("no-organisation", "")).Get(b.path() + "/adopt").Want(http.StatusOK).WantText("Say in your profile which organisation you work for")
		own := b.As(t, b.person("own", "RR8"))
		own.Get(b.path() + "/adopt").Want(http.StatusOK).WantText("This is your organisation's own case study")
		own.Post(b.path()+"/adopt", url.Values{"status": {"trying"}, "organisation": {"RR8"}}).Want(http.StatusUnprocessableEntity)
		own.Post(b.path()+"/adopt", url.Values{"status": {"trying"}, "organisation": {"RWY"}}).Want(http.StatusForbidden)
		keeper, colleague := b.person("keeper", "RWY"), b.person("colleague", "RWY")
		lead, admin := b.person("lead", "RWY", apptest.WithRole(models.RoleLead)), b.person("admin", "RA1", apptest.WithRole(models.RoleAdmin))
		moderator := b.person("moderator", "RA1", apptest.WithRole(models.RoleModerator))
		put := func(p models.Person, status string) *apptest.Page {
			return b.Program(t, p).Send("PUT", b.api()+"/RWY", map[string]string{"status": status})
		}
		put(moderator, "planning").Want(http.StatusForbidden)
		put(keeper, "planning").Want(http.StatusOK)
		put(colleague, "trying").Want(http.StatusForbidden)
		b.As(t, colleague).Get(b.path()+"/adopt").Want(http.StatusOK).WantText("has said already that it adopts this case study", "Person keeper looks after this")
		put(lead, "trying").Want(http.StatusOK)
		put(admin, "in-use").Want(http.StatusOK)
		b.Program(t, moderator).Send("POST", b.api(), map[string]string{"organisation": "RZ1"}).Want(http.StatusForbidden)
		b.Program(t, admin).Send("POST", b.api(), map[string]string{"organisation": "rz1"}).Want(http.StatusCreated)
		// What was tried stays, and a moderator takes nothing away: they hide it, for a reason.
		b.Program(t, keeper).Send("DELETE", b.api()+"/RWY", nil).WantProblem(http.StatusForbidden)
		b.Program(t, moderator).Send("DELETE", b.api()+"/RWY", nil).WantProblem(http.StatusForbidden)
		b.Program(t, moderator).Send("DELETE", b.api()+"/RZ2", nil).Want(http.StatusNotFound)
		if err := b.Store.DB(t.Context()).Exec("DELETE FROM adoptions WHERE organisation = 'RWY'").Error; err != nil {
			t.Fatal(err)
		}
		put(keeper, "interested").Want(http.StatusOK)
		b.As(t, keeper).Get(b.path() + "/adoptions/RWY").Form(b.path() + "/adoptions/RWY/remove").Send().WantRedirect(b.path() + "#adoptions")
	})
}

func TestAdoptionsInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		keeper := b.person("keeper", "RWY")
		p := b.Program(t, keeper)
		made := p.Send("POST", b.api(), map[string]string{"status": "trying", "sites": "Ward 12", "started": "2026-01-12"}).Want(http.StatusCreated)
		if to := made.Header.Get("Location"); !strings.HasSuffix(to, b.api()+"/RWY") {
			t.Errorf("it is at %s", to)
		}
		var a answer
		made.JSON(&a)
		if a.Organisation != "RWY" || a.Owner == nil || a.Owner.Handle != "keeper" || a.Started == nil || *a.Started != "2026-01-12" || a.InUse != nil || len(a.History) != 1 {
			t.Errorf("made %+v", a)
		}
		p.Send("POST", b.api(), map[string]string{"status": "trying"}).WantProblem(http.StatusConflict)
		if problem := p.Send("PUT", b.api()+"/RWY", map[string]string{"status": "stopped"}).WantProblem(http.StatusUnprocessableEntity); len(problem.Errors) != 1 || problem.Errors[0].Field != "reason" {
			t.Errorf("a stop without a reason: %+v", problem)
		}
		p.Send("PUT", b.api()+"/RWY", map[string]string{"organisation": "RA1"}).WantProblem(http.StatusUnprocessableEntity)
		p.Send("PUT", b.api()+"/x", map[string]string{}).WantProblem(http.StatusNotFound)
		p.Send("PUT", b.api()+"/RWY", map[string]string{"owner": "owen-owner"}).WantProblem(http.StatusUnprocessableEntity)
		p.Send("PUT", b.api()+"/RWY", map[string]string{"status": "stopped", "reason": "Too dear", "result": "None"}).Want(http.StatusOK).JSON(&a)
		if a.Status != "stopped" || a.Sites != "Ward 12" || len(a.History) != 2 || *a.Stopped != "2026-03-04" {
			t.Errorf("changed to %+v", a)
		}
		if tag := p.Get(b.api() + "/RWY").Want(http.StatusOK).Header.Get("ETag"); !strings.HasPrefix(tag, `"v2.`) {
			t.Errorf("its tag is %s", tag)
		}
		for _, body := range []string{`{"status":"sold"}`, `{"reason":7}`, `[]`} {
			if status := p.Do("POST", b.api(), strings.NewReader(body), "application/json").Status; status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
				t.Errorf("%s gave %d", body, status)
			}
		}
		var list struct {
			Items []answer
			Total int
		}
		b.Client(t).Get(b.api()).Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || len(list.Items) != 1 || list.Items[0].Reason != "Too dear" || len(list.Items[0].History) != 2 {
			t.Errorf("listed %+v", list)
		}
		if err := b.Store.SetStatus(t.Context(), b.study.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		b.Client(t).Get(b.api()).Want(http.StatusGone)
		b.Client(t).Get(b.path() + "/adoptions/RWY").Want(http.StatusGone)
	})
}

func TestWhoIsQuickerIsNotOverwritten(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		keeper := b.person("keeper", "RWY")
		c := b.As(t, keeper)
		first := c.Get(b.path() + "/adopt").Form(b.path() + "/adopt")
		b.Program(t, keeper).Send("POST", b.api(), map[string]string{"status": "trying", "result": "Better"}).Want(http.StatusCreated)
		again := first.Set("result", "Worse").Send().Want(http.StatusConflict).WantText("What is saved by now", "Better", "Worse")
		again.Form(b.path() + "/adopt").Send().WantRedirect(b.path() + "#adoptions")
		b.Client(t).Get(b.path()).WantText("Worse").WantNoText("Better")
	})
}

func TestPatientDataIsStoppedInAdoptions(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		keeper := b.person("keeper", "RWY")
		b.As(t, keeper).Post(b.path()+"/adopt", url.Values{"status": {"trying"}, "result": {"The letter for NHS number 999 026 0184 came"}}).Want(http.StatusUnprocessableEntity)
		b.Program(t, keeper).Send("POST", b.api(), map[string]string{"result": "DOB 12/03/1961"}).WantProblem(http.StatusUnprocessableEntity)
		if _, err := b.Store.Adoption(t.Context(), b.study.ID, "RWY"); models.KindOf(err) != models.NotFound {
			t.Errorf("it was saved: %v", err)
		}
	})
}

func TestTheNumberOfStatementsDoesNotGrowWithAdoptions(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		paths := []string{b.path(), b.path() + "/adoptions", b.api() + "?limit=100", "/organisations/RR8", "/organisations/RR8/adoptions?of=from"}
		count := func() (out []int) {
			for _, path := range paths {
				b.Site.Changed()
				out = append(out, len(b.Statements(func() { b.Client(t).Get(path).Want(http.StatusOK) })))
			}
			return out
		}
		add := func(from, to int) {
			for i := from; i < to; i++ {
				a := models.Adoption{ID: b.Store.NewID(), CaseStudyID: b.study.ID, Organisation: "RZ" + strconv.Itoa(i+10), Status: models.AdoptionStatuses()[i%5], Reason: "x", CreatedAt: b.Store.Now()}
				if err := b.Store.AddAdoption(t.Context(), &a, b.owner.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		add(0, 2)
		few := count()
		add(2, 40)
		for i, many := range count() {
			if many > few[i] {
				t.Errorf("%s: %d statements for 2 adoptions, %d for 40", paths[i], few[i], many)
			}
		}
		page := b.Client(t).Get(b.path()).WantText("40 organisations: 8 in use")
		all := b.Client(t).Get(page.Link("All organisations that have said something")).Want(http.StatusOK)
		if !strings.Contains(all.Body, "?cursor=") {
			t.Error("there is no way to the second page")
		}
		if rows := b.Client(t).Get(b.path() + "/adoptions.csv").Table(); len(rows) != 40 {
			t.Errorf("the table has %d rows", len(rows))
		}
	})
}
