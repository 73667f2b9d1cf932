package campaigns_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/campaigns"
	"grassroots/app/jobs"
	"grassroots/app/notifications"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

type bench struct {
	*apptest.App
	feature           *campaigns.Feature
	queue             *jobs.Queue
	files             *uploads.Store
	organiser, member models.Person
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	features := sync.Map{}
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		files, err := uploads.Open(t.Context(), "file://"+t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		queue := jobs.New(s.Store, jobs.Config{Now: s.Store.Now})
		told := notifications.New(s, queue, nil)
		feature := campaigns.New(s, queue, files, campaigns.Hooks{
			Cards: func(_ *fiber.Ctx, list []models.Summary, _ string) ([]templates.ListCardProps, error) {
				out := make([]templates.ListCardProps, len(list))
				for i, one := range list {
					out[i] = templates.ListCardProps{Title: one.Title, URL: "/case-studies/" + one.Slug}
				}
				return out, nil
			},
			Found:     s.Store.ListCaseStudies,
			TellMoved: told.CampaignMoved, TellExtended: told.CampaignExtended, TellEntry: told.CampaignEntry, TellDrafts: told.CampaignDrafts,
			Post: func(ctx context.Context, p *models.Person, d models.Document) (models.CaseStudy, error) {
				d.Language = "en"
				cs := models.CaseStudy{ID: s.Store.NewID(), OwnerID: p.ID, CreatedAt: s.Store.Now(), UpdatedAt: s.Store.Now(), Document: d}
				return cs, s.Store.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID})
			},
			KeepDraft: func(ctx context.Context, p *models.Person, d models.Document) (string, error) {
				draft := models.Draft{ID: s.Store.NewID(), OwnerID: p.ID, SavedBy: p.ID, Document: d}
				return draft.ID, s.Store.SaveDraft(ctx, &draft)
			}})
		features.Store(s.Store, &bench{feature: feature, queue: queue, files: files})
		return []apptest.Routes{feature, told}
	}, func(t *testing.T, a *apptest.App) {
		kept, _ := features.Load(a.Store)
		b := kept.(*bench)
		b.App, b.organiser = a, apptest.Person(t, a.Store, apptest.Named("olga", "Olga Organiser"), apptest.WithRole(models.RoleOrganiser))
		b.member = apptest.Person(t, a.Store, apptest.Named("mia", "Mia Member"))
		f(t, b)
	})
}

// begin makes a published campaign that opens in a day and is open for a week.
func (b *bench) begin(t *testing.T, change ...func(c *models.Campaign)) models.Campaign {
	t.Helper()
	now := b.Store.Now()
	day := 24 * time.Hour
	c := models.Campaign{Title: "Time to care", Brief: "Show **us**.", Template: models.CampaignIdeas, Criteria: []models.Criterion{{Name: "Difference", Weight: 2}},
		Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now.Add(day)}, {Stage: models.CampaignImprove, Starts: now.Add(8 * day)}, {Stage: models.CampaignJudge, Starts: now.Add(15 * day)}, {Stage: models.CampaignResults, Starts: now.Add(30 * day)}}}
	for _, f := range change {
		f(&c)
	}
	if err := b.feature.Create(t.Context(), &b.organiser, &c, true); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnOrganiserMakesPublishesChangesAndCopiesACampaign(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.organiser)
		b.Client(t).Get("/campaigns").WantText("There are no campaigns yet")
		b.As(t, b.member).Get("/campaigns/new").Want(http.StatusForbidden)
		c.Get("/campaigns/new").WantText("Ideas challenge", "Call for case studies", "Peer-voted fund", "Hackathon")
		c.Get("/campaigns/new?template=raffle").Want(http.StatusBadRequest)
		form := c.Get("/campaigns/new?template=peer-voted-fund").Want(http.StatusOK).Form("/campaigns/new")
		form.Set("title", "").Set("starts_open", "2026-03-29T01:30").Send().WantErrors("The clocks go forward that night: it is never 01:30. Choose a time before 01:00 or from 02:00 on", "Enter what it is called, such as “Release time to care”")
		form = c.Get("/campaigns/new?template=peer-voted-fund").Form("/campaigns/new")
		more := form.Set("title", "Time to care").Set("starts_open", "2026-03-29T01:30").Set("sponsor", "RR8").Press("action", "add-question").Send()
		more.Want(http.StatusOK).WantText("Question 3")
		form = more.Form("/campaigns/new").Set("questions[2].text", "Anything else?")
		form = form.Send().WantErrors("The clocks go forward that night: it is never 01:30. Choose a time before 01:00 or from 02:00 on").Form("/campaigns/new")
		at := form.Set("starts_open", "2026-03-29T02:00").Set("starts_improve", "2026-04-07T12:00").Set("starts_decide", "2026-04-10T12:00").Set("starts_results", "2026-10-26T12:00").Set("starts_follow-up", "").
			Send().Want(http.StatusSeeOther).Header.Get("Location")
		if at != "/campaigns/time-to-care" {
			t.Fatalf("it is at %s", at)
		}
		c.Get(at).WantText("This is a preview", "29 March 2026, 02:00", "26 October 2026, 12:00", "Anything else?", "Everybody who signs in")
		b.Client(t).Get(at).Want(http.StatusNotFound)
		b.As(t, b.member).Get(at).Want(http.StatusNotFound)
		b.Client(t).Get("/campaigns").WantText("There are no campaigns yet")
		c.Get("/campaigns").WantText("Drafts, for organisers alone", "Time to care")
		b.As(t, b.member).Post(at+"/publish", nil).Want(http.StatusForbidden)

		stale := c.Get(at + "/edit").Form(at + "/edit")
		c.Get(at+"/edit").Form(at+"/edit").Set("brief", "Show us **more**.").Send().WantRedirect(at)
		stale.Set("brief", "Typed").Send().Want(http.StatusConflict).WantText("Somebody has changed this campaign", "Typed", "Show us **more**.")
		c.Post(at+"/publish", nil).WantRedirect(at)
		c.Post(at+"/publish", nil).Want(http.StatusConflict)
		page := b.Client(t).Get(at).Want(http.StatusOK).WantText("Opens soon", "Show us more.")
		if !strings.Contains(page.Body, "<strong>more</strong>") {
			t.Error("the brief is not rendered")
		}
		b.Client(t).Get("/campaigns").WantText("Coming", "Time to care")
		c.Post(at+"/delete", nil).Want(http.StatusConflict)

		copied := c.Post(at+"/copy", nil).Want(http.StatusSeeOther).Header.Get("Location")
		if copied != "/campaigns/time-to-care-2/edit" {
			t.Errorf("the copy is at %s", copied)
		}
		c.Get("/campaigns/time-to-care-2").WantText("28 March 2027, 02:00", "25 October 2027, 12:00", "Anything else?")
		c.Post("/campaigns/time-to-care-2/delete", nil).WantRedirect("/campaigns")
	})
}

func TestWhatWasPromisedWhenItOpenedStays(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t)
		b.Clock.Move(25 * time.Hour)
		c, at := b.As(t, b.organiser), "/campaigns/"+made.Slug
		b.Client(t).Get(at).WantText("Open for entries")
		form := c.Get(at + "/edit").WantText("The campaign has opened").Form(at + "/edit")
		form.Set("title", "More time to care").Send().WantRedirect(at)
		c.Post(at+"/edit", url.Values{"version": {"2"}, "title": {"Time"}, "brief": {"Other"}, "starts_open": {"2027-01-01T12:00"}, "criteria[0].name": {"Luck"}, "criteria[0].weight": {"1"}}).WantRedirect(at)
		now, err := b.Store.Campaign(t.Context(), made.ID)
		if err != nil || now.Title != "Time" || now.Criteria[0].Name != "Difference" || len(now.Steps) != 4 || !now.Steps[0].Starts.Equal(made.Steps[0].Starts) {
			t.Errorf("%+v, %v", now, err)
		}

		b.As(t, b.member).Post("/follow", url.Values{"kind": {"campaign"}, "thing": {made.ID}}).Want(http.StatusSeeOther)
		b.As(t, b.member).Get("/me/following").WantText("Campaigns", "Time")
		extend := c.Get(at + "/extend").Want(http.StatusOK).Form(at + "/extend")
		extend.Set("until", "2026-03-13T12:00").Send().WantErrors("Say why: everybody sees it")
		c.Get(at+"/extend").Form(at+"/extend").Set("until", "2026-03-13T12:00").Set("reason", "Half of the wards had no network").Send().WantRedirect(at)
		b.Client(t).Get(at).WantText("Extended: Open for entries", "Half of the wards had no network", "Olga Organiser", "13 March 2026, 12:00")
		if err := b.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.As(t, b.member).Get("/me/notifications").WantText("Olga Organiser extended a stage of the campaign Time")
	})
}

// Stages move by themselves, and what that brings is done once, however many nodes look.
func TestAMoveIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t)
		c := b.As(t, b.member)
		c.Post("/follow", url.Values{"kind": {"campaign"}, "thing": {made.Slug}}).Want(http.StatusSeeOther)
		for i, day := range []time.Duration{25, 24, 8 * 24, 8 * 24} {
			b.Clock.Move(day * time.Hour)
			errs := make(chan error, 8)
			for range cap(errs) {
				go func() { errs <- b.feature.Move(context.WithoutCancel(t.Context())) }()
			}
			var failed error
			for range cap(errs) {
				failed = errors.Join(failed, <-errs)
			}
			if err := errors.Join(failed, b.queue.Drain(t.Context())); err != nil {
				t.Fatal(err)
			}
			want := []int{1, 1, 2, 3}[i]
			if n, err := b.Store.CountNotifications(t.Context(), b.member.ID); err != nil || n != want {
				t.Errorf("after move %d they were told of %d things, want %d: %v", i, n, want, err)
			}
		}
		b.As(t, b.member).Get("/me/notifications").WantText("Olga Organiser opened a campaign for entries: Time to care", "moved a campaign to “Improving entries”: Time to care", "moved a campaign to “Judging”: Time to care")
	})
}

func TestThePageListsCaseStudiesThatNameIt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t)
		cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.member.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
			Document: models.Document{Title: "Letters in minutes", Stage: models.StageInUse, Body: "We did it.", Language: "en", Campaign: made.Slug}}
		if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.member.ID}); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.Client(t).Get("/campaigns/"+made.Slug).WantText("Case studies of this campaign", "Letters in minutes")
		b.Client(t).Get("/campaigns/" + made.ID).Want(http.StatusMovedPermanently)
	})
}

// However many campaigns there are, the list takes as many statements.
func TestTheListTakesAsManyStatementsForMany(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		count := func() int {
			b.Site.Changed()
			return len(b.Statements(func() { b.Client(t).Get("/campaigns").Want(http.StatusOK) }))
		}
		b.begin(t)
		few := count()
		for range 25 {
			b.begin(t)
		}
		if many := count(); many != few {
			t.Errorf("%d statements for one campaign, %d for 26", few, many)
		}
		b.Client(t).Get("/campaigns").WantText("All 26 of these")
		b.Client(t).Get("/campaigns?state=coming").WantText("Next")
		b.Client(t).Get("/campaigns?state=wrong").Want(http.StatusBadRequest)
	})
}

func TestTheAPIOfCampaigns(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		body := map[string]any{"title": "Time to care", "brief": "Show us.", "regions": []string{"London"}, "criteria": []map[string]any{{"name": "Difference", "weight": 2}},
			"questions": []map[string]any{{"text": "Where?", "kind": "choice", "choices": []string{"Here", "There"}}},
			"stages":    []map[string]any{{"stage": "open", "starts": "2026-03-05T09:00:00Z"}, {"stage": "results", "starts": "2026-04-05T09:00:00Z"}}, "publish": true}
		b.Client(t).Send(http.MethodPost, "/api/v1/campaigns", body).WantProblem(http.StatusUnauthorized)
		b.Program(t, b.member).Send(http.MethodPost, "/api/v1/campaigns", body).WantProblem(http.StatusForbidden)
		o := b.Program(t, b.organiser)
		var made campaigns.APICampaign
		o.Send(http.MethodPost, "/api/v1/campaigns", body).Want(http.StatusCreated).JSON(&made)
		if made.Stage != "coming" || made.Slug != "time-to-care" || len(made.Criteria) != 1 || made.Criteria[0].ID == "" || made.Questions[0].ID == "" || made.EntriesClose == nil {
			t.Errorf("%+v", made)
		}
		body["publish"], body["title"] = false, "Draft"
		o.Send(http.MethodPost, "/api/v1/campaigns", body).Want(http.StatusCreated)
		body["stages"] = []map[string]any{}
		body["publish"] = true
		o.Send(http.MethodPost, "/api/v1/campaigns", body).WantProblem(http.StatusUnprocessableEntity)
		var list struct {
			Items []campaigns.APICampaign
			Total int
		}
		b.Client(t).Get("/api/v1/campaigns").Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || len(list.Items) != 1 || list.Items[0].Title != "Time to care" {
			t.Errorf("everybody is given %+v", list)
		}
		o.Get("/api/v1/campaigns?state=draft").Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || list.Items[0].Title != "Draft" {
			t.Errorf("the organiser is given %+v", list)
		}
		b.Clock.Move(24 * time.Hour)
		b.Client(t).Get("/api/v1/campaigns/" + made.Slug).Want(http.StatusOK).JSON(&made)
		if made.Stage != "open" {
			t.Errorf("a day later it is %s", made.Stage)
		}
		b.Client(t).Get("/api/v1/campaigns/" + list.Items[0].ID).WantProblem(http.StatusNotFound)
	})
}
