package people_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

// wrote saves a published case study on systems of somebody's.
func (h *house) wrote(t *testing.T, p models.Person, title string, joins ...models.Connection) models.CaseStudy {
	t.Helper()
	cs := models.CaseStudy{ID: h.Store.NewID(), OwnerID: p.ID, CreatedAt: h.Store.Now(), UpdatedAt: h.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageInUse, Body: "We did it.", Language: "en", Settings: []string{"Mental health"}, Tags: []string{"discharge-planning"}, Connections: joins}}
	if err := h.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: p.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

func (h *house) lists(t *testing.T) {
	t.Helper()
	for _, s := range []models.System{{Slug: "systmone", Name: "SystmOne", Kind: "GP system", Aliases: []string{"TPP"}, Confirmed: true}, {Slug: "ppm-plus", Name: "PPM+", Kind: "Acute record", Confirmed: true}} {
		if err := h.Store.SaveSystem(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Store.SaveStandard(t.Context(), models.Standard{Code: "gp-connect", Name: "GP Connect", Kind: "api", Confirmed: true}); err != nil {
		t.Fatal(err)
	}
}

func TestSayingWhatOneKnows(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		apptest.Person(t, h.Store, func(p *models.Person) { p.Skills = []string{"discharge planning"} })
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"))
		h.wrote(t, p, "Letters in minutes", models.Connection{From: "PPM+", To: "SystmOne", Standard: "gp-connect"})
		h.wrote(t, p, "Letters in seconds", models.Connection{From: "PPM+", To: "SystmOne"})
		c := h.As(t, p)
		form := c.Get("/me/expertise").Want(http.StatusOK).WantText("From what you did here", "Mental health").Form("/me/expertise")
		if form.Values.Get("shown") != "signed-in" || form.Values.Has("findable") {
			t.Errorf("a new form has %v", form.Values)
		}
		// More lines keep what was typed; what is in no list is asked about.
		again := form.Set("systems[0]", "Sistm One").Set("skills[0]", "Discharge-Planning").Press("action", "more").Send().Want(http.StatusOK)
		form = again.Form("/me/expertise")
		if form.Values.Get("systems[0]") != "Sistm One" || !form.Values.Has("systems[5]") {
			t.Errorf("more lines have %v", form.Values)
		}
		form.Values.Del("action")
		form.Send().WantErrors("“Sistm One” is not in the list of systems. Did you mean SystmOne? If none of them, write it among the skills of your profile")
		form.Values["add"] = []string{"system:ppm-plus"}
		form.Values["settings"] = []string{"Mental health"}
		form.Set("systems[0]", "tpp").Set("languages[0]", "polish").Set("ask_me", "How the ward took to it").Set("shown", "public").Set("findable", "true").
			Send().WantRedirect("/people/amina#knows")
		page := h.Client(t).Get("/people/amina").Want(http.StatusOK).WantText("SystmOne Confirmed by 2 case studies", "PPM+ Confirmed by 2 case studies", "Polish", "Ask me about", "How the ward took to it",
			"discharge planning Confirmed by 2 case studies", "Mental health Confirmed by 2 case studies").WantNoText("Discharge-Planning")
		if page.Link("SystmOne") != "/systems/systmone" {
			t.Error("a system leads nowhere")
		}
		saved, err := h.Store.Expertise(t.Context(), p.ID)
		if err != nil || !slices.Equal(saved.Systems, []string{"ppm-plus", "systmone"}) || !slices.Equal(saved.Languages, []string{"pl"}) || !saved.Findable {
			t.Errorf("saved %+v, %v", saved, err)
		}
		back := c.Get("/me/expertise").WantNoText("From what you did here GP Connect Mental").Form("/me/expertise")
		if back.Values.Get("systems[1]") != "SystmOne" || back.Values.Get("languages[0]") != "Polish" || back.Values.Get("skills[0]") != "discharge planning" {
			t.Errorf("the form has %v", back.Values)
		}
	})
}

func TestWhatOneKnowsIsShownToWhomOneChose(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		at := func(code string, confirmed bool) func(*models.Person) {
			return func(p *models.Person) {
				if p.Organisation = code; confirmed {
					p.Confirmed = code
				}
			}
		}
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"), at("RR8", false))
		says, colleague := apptest.Person(t, h.Store, at("RR8", false)), apptest.Person(t, h.Store, at("RR8", true))
		moderator := apptest.Person(t, h.Store, apptest.WithRole(models.RoleModerator))
		readers := map[string]*apptest.Client{"nobody": h.Client(t), "member": h.As(t, says), "colleague": h.As(t, colleague), "moderator": h.As(t, moderator), "own": h.As(t, p)}
		programs := map[string]*apptest.Client{"nobody": h.Client(t), "member": h.Program(t, says), "colleague": h.Program(t, colleague), "moderator": h.Program(t, moderator), "own": h.Program(t, p)}
		for shown, to := range map[string][]string{"public": {"nobody", "member", "colleague", "moderator", "own"}, "signed-in": {"member", "colleague", "moderator", "own"}, "organisation": {"colleague", "moderator", "own"}} {
			h.As(t, p).Post("/me/expertise", url.Values{"systems[0]": {"SystmOne"}, "ask_me": {"Night shifts"}, "shown": {shown}}).Want(http.StatusSeeOther)
			for who, c := range readers {
				body := c.Get("/people/amina").Want(http.StatusOK).Text()
				if may := slices.Contains(to, who); strings.Contains(body, "SystmOne") != may || strings.Contains(body, "Night shifts") != may {
					t.Errorf("shown to %s: %s sees it %v", shown, who, !may)
				}
				var got struct {
					Expertise struct {
						Visible bool
						Systems []struct{ ID string }
						AskMe   string `json:"ask_me"`
					}
				}
				programs[who].Get("/api/v1/people/amina").Want(http.StatusOK).JSON(&got)
				if may := slices.Contains(to, who); got.Expertise.Visible != may || (len(got.Expertise.Systems) == 1) != may || (got.Expertise.AskMe != "") != may {
					t.Errorf("shown to %s: the API gives %s %+v", shown, who, got.Expertise)
				}
			}
		}
		h.As(t, p).Post("/me/expertise", url.Values{"shown": {"world"}}).WantErrors("Choose who sees this: public, signed-in or organisation")
	})
}

func TestWhatOneKnowsIsCheckedAndKeptAndForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"))
		c := h.As(t, p)
		c.Post("/me/expertise", url.Values{"ask_me": {"NHS number 943 476 5919"}, "shown": {"public"}}).Want(http.StatusUnprocessableEntity).WantText("943 476 5919")
		c.Post("/me/expertise", url.Values{"ask_me": {"Night shifts"}, "skills[0]": {"audit"}, "systems[0]": {"ppm+"}, "settings": {"Moon base"}}).WantErrors("“Moon base” is not in the list")
		c.Post("/me/expertise", url.Values{"ask_me": {"Night shifts"}, "skills[0]": {"audit"}, "systems[0]": {"ppm+"}, "shown": {"public"}}).Want(http.StatusSeeOther)
		var events []models.AuditEvent
		if err := h.Store.DB(t.Context()).Table("audit_events").Where("action = 'person.expertise'").Select("subject, after").Find(&events).Error; err != nil || len(events) != 1 ||
			events[0].Subject != p.ID || !strings.Contains(events[0].After, `"ask_me"`) || strings.Contains(events[0].After, "Night") {
			t.Errorf("on record: %+v, %v", events, err)
		}
		var got map[string]any
		program := h.Program(t, p)
		program.Send("PUT", "/api/v1/me/expertise", map[string]any{"systems": []string{"TPP"}, "languages": []string{"cy", "Urdu"}, "skills": []string{"audit", "Audit"}, "findable": true}).Want(http.StatusOK).JSON(&got)
		if got["shown"] != "signed-in" || got["ask_me"] != nil || len(got["skills"].([]any)) != 1 || got["systems"].([]any)[0] != "systmone" {
			t.Errorf("the API answers %v", got)
		}
		program.Send("PUT", "/api/v1/me/expertise", map[string]any{"standards": []string{"carrier pigeon"}}).WantProblem(http.StatusUnprocessableEntity)
		if err := h.Store.ClosePerson(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"expertise", "expertise_choices"} {
			var n int64
			if err := h.Store.DB(t.Context()).Table(table).Where("person_id = ?", p.ID).Count(&n).Error; err != nil || n != 0 {
				t.Errorf("%d rows of %s stay, %v", n, table, err)
			}
		}
	})
}

// What a person knows follows a system that is merged, and comes back with it.
func TestWhatOneKnowsFollowsMerges(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.lists(t)
		p := apptest.Person(t, h.Store, apptest.Named("amina", "Amina Yusuf"))
		h.As(t, p).Post("/me/expertise", url.Values{"systems[0]": {"TPP"}, "systems[1]": {"PPM+"}, "shown": {"public"}}).Want(http.StatusSeeOther)
		want := func(systems ...string) {
			t.Helper()
			e, err := h.Store.Expertise(t.Context(), p.ID)
			if err != nil || !slices.Equal(e.Systems, systems) {
				t.Errorf("they know %v, want %v (%v)", e.Systems, systems, err)
			}
		}
		want("ppm-plus", "systmone")
		if err := h.Store.MergeTerms(t.Context(), store.Merge{Kind: models.TermSystem, From: "systmone", Into: "ppm-plus", FromVersion: 1, IntoVersion: 1}); err != nil {
			t.Fatal(err)
		}
		want("ppm-plus")
		if _, err := h.Store.SplitTerm(t.Context(), models.TermSystem, "systmone", ""); err != nil {
			t.Fatal(err)
		}
		want("ppm-plus", "systmone")
		s, err := h.Store.Term(t.Context(), models.TermSystem, "systmone")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Store.RemoveTerm(t.Context(), models.TermSystem, "systmone", s.Version, ""); models.KindOf(err) != models.Conflict {
			t.Errorf("what somebody knows was removed: %v", err)
		}
	})
}
