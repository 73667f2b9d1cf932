package leading_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/leading"
	"grassroots/app/web"
	"grassroots/app/words"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

type bench struct {
	*apptest.App
	t                             *testing.T
	author, owner, lead, far, two models.Person
	admin                         models.Person
}

// cards are those of case studies without their marks.
func cards(_ *fiber.Ctx, items []models.Summary, _ string) ([]templates.ListCardProps, error) {
	out := make([]templates.ListCardProps, len(items))
	for i, s := range items {
		out[i] = templates.ListCardProps{Title: s.Title, URL: "/case-studies/" + s.Slug, Date: s.PublishedAt}
	}
	return out, nil
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		s.Feedback.Days = 14
		return []apptest.Routes{leading.New(s, leading.Hooks{Cards: cards})}
	}, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, t: t}
		b.author, b.owner = b.person("owen", "RWY"), b.person("olga", "RR8")
		b.lead, b.far = b.person("lena", "RR8", apptest.WithRole(models.RoleLead)), b.person("fay", "RWY", apptest.WithRole(models.RoleLead))
		b.two = b.person("tess", "RR8", func(p *models.Person) {
			p.Grants = []models.Grant{{Role: models.RoleLead, Organisation: "RWY"}, {Role: models.RoleLead, Organisation: "RR8"}}
		})
		b.admin = b.person("ada", "", apptest.WithRole(models.RoleAdmin))
		f(t, b)
	})
}

func (b *bench) person(handle, organisation string, change ...func(*models.Person)) models.Person {
	b.t.Helper()
	at := func(p *models.Person) { p.Organisation = organisation }
	return apptest.Person(b.t, b.Store, append([]func(*models.Person){at, apptest.Named(handle, "Person "+handle)}, change...)...)
}

func (b *bench) study(by models.Person, d models.Document) models.CaseStudy {
	b.t.Helper()
	d.Body, d.Language = "Text", "en"
	for i := range d.Connections {
		d.Connections[i].To = "A thing of " + d.Title // which nobody else has
	}
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: by.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), Document: d}
	if err := b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: by.ID}); err != nil {
		b.t.Fatal(err)
	}
	b.Clock.Move(time.Second)
	return cs
}

func joined(system, standard string) []models.Connection {
	return []models.Connection{{From: system, To: "Something", Standard: standard}}
}

func (b *bench) adopt(cs models.CaseStudy, status models.AdoptionStatus) models.Adoption {
	b.t.Helper()
	a := models.Adoption{ID: b.Store.NewID(), CaseStudyID: cs.ID, Organisation: "RR8", Status: status, OwnerID: b.owner.ID, CreatedAt: b.Store.Now()}
	if err := b.Store.AddAdoption(b.t.Context(), &a, b.owner.ID); err != nil {
		b.t.Fatal(err)
	}
	return a
}

func (b *bench) task(a models.Adoption, words, due string, done bool) {
	b.t.Helper()
	t := models.Task{ID: b.Store.NewID(), AdoptionID: a.ID, Words: words, Due: due, CreatedBy: b.owner.ID}
	if now := b.Store.Now(); done {
		t.DoneAt = &now
	}
	if err := b.Store.AddTask(b.t.Context(), &t); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) day(days int) string { return models.InLondonDay(b.Store.Now().AddDate(0, 0, days)) }

// part gives the words of one part of the page.
func (b *bench) part(page *apptest.Page, id string) string {
	b.t.Helper()
	for _, s := range page.All(apptest.Tag("section")) {
		if apptest.Attr(s, "aria-labelledby") == id {
			return apptest.Text(s)
		}
	}
	b.t.Fatalf("no part %s", id)
	return ""
}

// has fails the test unless a part of the page has all of some texts, in this order.
func (b *bench) has(page *apptest.Page, id string, texts ...string) {
	b.t.Helper()
	rest := b.part(page, id)
	for _, text := range texts {
		_, after, ok := strings.Cut(rest, text)
		if !ok {
			b.t.Errorf("%s has no %q in its place: %s", id, text, b.part(page, id))
			return
		}
		rest = after
	}
}

func (b *bench) lacks(page *apptest.Page, id string, texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		if strings.Contains(b.part(page, id), text) {
			b.t.Errorf("%s has %q", id, text)
		}
	}
}

// inWelsh fails the test for each sentence of ours on a page that has no Welsh.
func inWelsh(t *testing.T, page *apptest.Page) {
	t.Helper()
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range book.Missing(models.Welsh, []byte(page.Body)) {
		if id != words.ID("Organisation RR8") && id != words.ID("Organisation RWY") {
			t.Errorf("not in Welsh: %q", id)
		}
	}
}

func TestWhoSeesThePageOfLeads(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(b.author, models.Document{Title: "Makes them known", Organisation: "RR8", Stage: models.StageTrial})
		b.study(b.author, models.Document{Title: "Makes them known too", Organisation: "RWY", Stage: models.StageTrial})
		const here = "/me/lead?organisation=RR8"
		b.Client(t).Get("/me/lead").WantRedirect("/sign-in?next=%2Fme%2Flead")
		member := b.As(t, b.owner)
		member.Get("/me/lead").Want(http.StatusForbidden)
		member.Get(here).Want(http.StatusForbidden)
		moderator := b.As(t, b.person("mo", "RR8", apptest.WithRole(models.RoleModerator)))
		moderator.Get(here).Want(http.StatusForbidden)
		b.As(t, b.far).Get(here).Want(http.StatusForbidden)
		b.As(t, b.far).Get("/me/lead?organisation=NONE1").Want(http.StatusForbidden)
		lead := b.As(t, b.lead)
		lead.Get("/me/lead").Want(http.StatusOK).WantText("Organisation RR8", "Lead’s home").WantNoText("You lead other organisations too")
		lead.Get("/me/lead?organisation=rr8").Want(http.StatusOK)
		both := b.As(t, b.two)
		page := both.Get("/me/lead").Want(http.StatusOK).WantText("You lead other organisations too")
		if link := apptest.All(page.Doc(), func(n *apptest.Node) bool { return apptest.Attr(n, "href") == "/me/lead?organisation=RWY" }); len(link) != 1 {
			t.Errorf("%d links to the other organisation", len(link))
		}
		inWelsh(t, page)
		both.Get("/me/lead?organisation=RWY").Want(http.StatusOK).WantText("Organisation RWY")
		admin := b.As(t, b.admin)
		admin.Get(here).Want(http.StatusOK)
		admin.Get("/me/lead").Want(http.StatusNotFound).WantText("You lead no organisation.")
		admin.Get("/me/lead?organisation=XX99").Want(http.StatusNotFound)
		admin.Get("/me/lead?organisation=%27%22").Want(http.StatusNotFound)
	})
}

func TestThePageOfLeadsSaysWhatThereIsNot(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(b.author, models.Document{Title: "Makes it known", Organisation: "RR8", Stage: models.StageTrial})
		page := b.As(t, b.lead).Get("/me/lead").Want(http.StatusOK)
		b.has(page, "new", "No case study of your organisation says yet which systems")
		b.has(page, "ideas", "No idea of your organisation waits")
		b.has(page, "tries", "has not said yet that it tries or uses anything")
		b.has(page, "overdue", "Nothing is overdue")
		b.has(page, "thanks", "There is nobody to thank")
		inWelsh(t, page)
	})
}

func TestThePageOfLeadsShowsWhatFitsAndWaits(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(b.author, models.Document{Title: "Too old", Organisation: "RWY", Stage: models.StageTrial, Connections: joined("SystmOne", "hl7-v2")})
		b.Clock.Move(31 * 24 * time.Hour)
		b.study(b.owner, models.Document{Title: "Our own", Organisation: "RR8", Stage: models.StageInUse, Connections: joined("SystmOne", "hl7-v2")})
		b.study(b.author, models.Document{Title: "Something else", Organisation: "RWY", Stage: models.StageTrial, Connections: joined("PPM+", "dicom")})
		lead := b.As(t, b.lead)
		page := lead.Get("/me/lead")
		b.has(page, "new", "Nothing that names a system or standard of yours")
		b.study(b.author, models.Document{Title: "By its system", Organisation: "RWY", Stage: models.StageTrial, Connections: joined("SystmOne", "")})
		b.study(b.author, models.Document{Title: "By its standard", Organisation: "RWY", Stage: models.StageTrial, Connections: joined("PPM+", "hl7-v2")})
		b.study(b.author, models.Document{Title: "Not for everybody", Visibility: models.ToOrganisation, Organisation: "RWY", Stage: models.StageTrial, Connections: joined("SystmOne", "")})
		page = lead.Get("/me/lead")
		inWelsh(t, page)
		b.has(page, "new", "By its standard", "Names hl7-v2, which your organisation uses.", "By its system", "Names SystmOne", "All case studies about your systems")
		b.lacks(page, "new", "Too old", "Our own", "Something else", "Not for everybody")

		b.study(b.owner, models.Document{Title: "Waits long", Organisation: "RR8", Stage: models.StageIdea})
		b.Clock.Move(10 * 24 * time.Hour)
		answered := b.study(b.owner, models.Document{Title: "Answered", Organisation: "RR8", Stage: models.StageIdea})
		b.study(b.owner, models.Document{Title: "Waits for us", Visibility: models.ToOrganisation, Organisation: "RR8", Stage: models.StageIdea})
		b.study(b.author, models.Document{Title: "Of others", Organisation: "RWY", Stage: models.StageIdea})
		said := models.Comment{ID: b.Store.NewID(), CaseStudyID: answered.ID, AuthorID: b.author.ID, Kind: models.Experience, Body: "It works", CreatedAt: b.Store.Now()}
		if err := b.Store.AddComment(t.Context(), &said, nil); err != nil {
			t.Fatal(err)
		}
		b.Clock.Move(6 * 24 * time.Hour)
		lead = b.As(t, b.lead)
		page = lead.Get("/me/lead")
		b.has(page, "ideas", "2 ideas wait for a first response", "Waits long", "Overdue", "Waits for 16 days", "Person olga", "Waits for us", "Waits for 6 days")
		b.lacks(page, "ideas", "Answered", "Of others")
		b.has(page, "overdue", "Waits long", "2 days overdue", "Idea without a first response")
		b.lacks(page, "overdue", "Waits for us")
		inWelsh(t, page)
		if err := b.Store.SetResponseDays(t.Context(), "RR8", 3); err != nil {
			t.Fatal(err)
		}
		b.has(lead.Get("/me/lead"), "overdue", "Waits long", "13 days overdue", "Waits for us", "3 days overdue")
	})
}

func TestThePageOfLeadsShowsWhatIsTriedOverdueAndToThankFor(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		used := b.adopt(b.study(b.author, models.Document{Title: "Used letters", Organisation: "RWY", Stage: models.StageInUse}), models.AdoptionInUse)
		tried := b.adopt(b.study(b.author, models.Document{Title: "Tried trolleys", Organisation: "RWY", Stage: models.StageInUse}), models.AdoptionTrying)
		ended := b.adopt(b.study(b.author, models.Document{Title: "Ended bleeps", Organisation: "RWY", Stage: models.StageInUse}), models.AdoptionStopped)
		own := b.study(b.owner, models.Document{Title: "Of our own", Organisation: "RR8", Stage: models.StageInUse})
		b.adopt(own, models.AdoptionInUse)
		b.task(tried, "Ask the lab", b.day(-5), false)
		b.task(tried, "Tell the porters", b.day(-9), true)
		b.task(tried, "Go live", b.day(3), false)
		b.task(used, "Due today", b.day(0), false)
		b.task(ended, "Of what has stopped", b.day(-30), false)
		asked := b.Store.Now().Add(-16*24*time.Hour - 2*time.Hour)
		for id, at := range map[string]time.Time{used.ID: asked, ended.ID: asked, tried.ID: b.Store.Now().Add(-13 * 24 * time.Hour)} { // the last may still answer
			if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET silent_since = ? WHERE id = ?", at, id).Error; err != nil {
				t.Fatal(err)
			}
		}
		lead := b.As(t, b.lead)
		page := lead.Get("/me/lead").Want(http.StatusOK)
		b.has(page, "tries", "Used letters", "Nothing heard since we asked on", "0 of 1 task done", "Of our own", "No tasks yet", "Tried trolleys", "1 of 3 tasks done", "1 task overdue", "Ended bleeps", "All that your organisation adopts")
		b.has(page, "overdue", "Ask the lab", "4 days overdue", "Tried trolleys", "Nobody has it", "Used letters", "2 days overdue", "Nothing heard since we asked", "Person olga")
		if n := strings.Count(b.part(page, "overdue"), "Nothing heard since we asked"); n != 1 {
			t.Errorf("%d adoptions are overdue, want the one that was asked 16 days ago", n)
		}
		b.lacks(page, "overdue", "Due today", "Tell the porters", "Go live", "Of what has stopped", "Ended bleeps")
		b.has(page, "thanks", "Used letters", "Person owen", "Say thanks")
		b.lacks(page, "thanks", "Tried trolleys", "Of our own")

		inWelsh(t, page)

		// Thanks of a colleague are enough; those of somebody elsewhere are not.
		thank := func(p models.Person) {
			t.Helper()
			th := models.Thanks{ID: b.Store.NewID(), CaseStudyID: used.CaseStudyID, FromID: p.ID, Reason: models.ThanksHelped, CreatedAt: b.Store.Now()}
			if err := b.Store.AddThanks(t.Context(), &th, []string{b.author.ID}); err != nil {
				t.Fatal(err)
			}
		}
		thank(b.far)
		b.has(lead.Get("/me/lead"), "thanks", "Used letters")
		thank(b.owner)
		b.has(lead.Get("/me/lead"), "thanks", "There is nobody to thank")
		// What is hidden is in no part.
		if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET hidden = ? WHERE id = ?", b.Store.NewID(), tried.ID).Error; err != nil {
			t.Fatal(err)
		}
		lead.Get("/me/lead").WantNoText("Tried trolleys", "Ask the lab")
	})
}

// TestThePageOfLeadsTakesAsManyStatementsForMany: and it says when it shows not all.
func TestThePageOfLeadsTakesAsManyStatementsForMany(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(b.owner, models.Document{Title: "Our own", Organisation: "RR8", Stage: models.StageInUse, Connections: joined("SystmOne", "hl7-v2")})
		more := func() {
			a := b.adopt(b.study(b.author, models.Document{Title: "Letters", Organisation: "RWY", Stage: models.StageInUse, Connections: joined("SystmOne", "hl7-v2")}), models.AdoptionInUse)
			b.task(a, "Ask", b.day(-2), false)
			if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET silent_since = ? WHERE id = ?", b.Store.Now().AddDate(0, 0, -15), a.ID).Error; err != nil {
				t.Fatal(err)
			}
			b.study(b.owner, models.Document{Title: "An idea", Organisation: "RR8", Stage: models.StageIdea})
		}
		more()
		c := b.As(t, b.lead)
		c.Get("/me/lead") // what is read now and then is read by now
		few := len(b.Statements(func() { c.Get("/me/lead").Want(http.StatusOK) }))
		for range 12 {
			more()
		}
		c.Get("/me/lead")
		statements := b.Statements(func() {
			page := c.Get("/me/lead").Want(http.StatusOK)
			inWelsh(t, page)
			b.has(page, "ideas", "13 ideas wait")
			b.has(page, "overdue", "The ten that are most overdue.")
			if n := strings.Count(b.part(page, "thanks"), "Say thanks"); n != 5 {
				t.Errorf("%d to thank for", n)
			}
		})
		if len(statements) > few {
			t.Errorf("%d statements, then %d", few, len(statements))
		}
		for _, s := range statements {
			if verb := strings.ToUpper(strings.Fields(s)[0]); verb != "SELECT" && verb != "WITH" {
				t.Errorf("it writes: %s", s)
			}
		}
		t.Logf("%d statements", len(statements))
	})
}
