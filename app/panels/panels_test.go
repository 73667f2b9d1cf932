package panels_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/notifications"
	"grassroots/app/panels"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	feature        *panels.Feature
	organiser, ann models.Person
	judges         []models.Person // of RWY, RX1 and RR8
	campaign       models.Campaign
	study          models.CaseStudy // of Ann, at RR8
	other          models.CaseStudy // of the organiser
}

const at = "/campaigns/release-time-to-care"

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	features := sync.Map{}
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		queue := jobs.New(s.Store, jobs.Config{Now: s.Store.Now})
		feature, told := panels.New(s, queue), notifications.New(s, queue, nil)
		feature.TellJudges = told.CampaignJudges
		features.Store(s.Store, feature)
		return []apptest.Routes{feature, told}
	}, func(t *testing.T, a *apptest.App) {
		at := func(code string) func(*models.Person) { return func(p *models.Person) { p.Organisation = code } }
		kept, _ := features.Load(a.Store)
		b := &bench{App: a, feature: kept.(*panels.Feature), organiser: apptest.Person(t, a.Store, apptest.Named("olga", "Olga Organiser"), apptest.WithRole(models.RoleOrganiser)),
			ann: apptest.Person(t, a.Store, apptest.Named("ann", "Ann Author"), at("RR8"))}
		for i, code := range []string{"RWY", "RX1", "RR8"} {
			b.judges = append(b.judges, apptest.Person(t, a.Store, apptest.Named(fmt.Sprint("judge-", i), fmt.Sprint("Judge Number", i)), at(code)))
		}
		now := a.Store.Now()
		b.campaign = models.Campaign{ID: a.Store.NewID(), OwnerID: b.organiser.ID, Title: "Release time to care", Template: models.CampaignIdeas, PublishedAt: &now,
			Criteria: []models.Criterion{{ID: "impact", Name: "Difference to patients", Weight: 3, Anchors: []string{"None", "A little", "Some", "Much", "Very much"}}, {ID: "spread", Name: "Others can do it", Weight: 1}},
			Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now.AddDate(0, 0, -7)}, {Stage: models.CampaignJudge, Starts: now.AddDate(0, 0, 7)},
				{Stage: models.CampaignDecide, Starts: now.AddDate(0, 0, 14)}, {Stage: models.CampaignResults, Starts: now.AddDate(0, 0, 21)}}}
		if err := a.Store.CreateCampaign(t.Context(), &b.campaign); err != nil {
			t.Fatal(err)
		}
		b.study, b.other = b.enter(t, b.ann, "RR8", "Letters by Ann Author"), b.enter(t, b.organiser, "", "Beds in sight")
		f(t, b)
	})
}

func (b *bench) enter(t *testing.T, p models.Person, organisation, title string) models.CaseStudy {
	t.Helper()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: p.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), HTML: "<p>We did it.</p>",
		Document: models.Document{Title: title, Stage: models.StageInUse, Organisation: organisation, Body: "We at RR8 did it: ask @ann, or [our page](https://rr8.example/ann), www.rr8.nhs.uk or ann@rr8.nhs.uk.", Language: "en", Campaign: b.campaign.Slug,
			Authors: []models.Author{{Name: p.Name}}}}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: p.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

func (b *bench) desk(t *testing.T, i int) *apptest.Client { return b.As(t, b.judges[i]) }

// begin makes a panel of all three judges, with two for each entry, and gives the entries
// out. It ends when judging is open.
func (b *bench) begin(t *testing.T, values url.Values) {
	t.Helper()
	c := b.As(t, b.organiser)
	form := c.Get(at+"/panel").Want(http.StatusOK).Form(at+"/panel").Set("per_entry", "2")
	for name, v := range values {
		form.Set(name, v[0])
	}
	form.Send().WantRedirect(at + "/panel")
	for i, j := range b.judges {
		c.Post(at+"/panel/judges", url.Values{"handle": {j.Handle}}).WantRedirect(at + "/panel")
		b.desk(t, i).Post(at+"/judging/answer", url.Values{"accept": {"true"}}).WantRedirect(at + "/judging")
	}
	c.Post(at+"/panel/assign", nil).WantRedirect(at + "/panel")
	b.Clock.Move(7 * 24 * time.Hour)
}

// score submits a scorecard.
func (b *bench) score(t *testing.T, judge int, cs models.CaseStudy, impact, spread int) {
	t.Helper()
	c, where := b.desk(t, judge), at+"/judging/"+cs.ID
	c.Get(where).Want(http.StatusOK).Form(where).Set("scores.impact", fmt.Sprint(impact)).Set("scores.spread", fmt.Sprint(spread)).Set("feedback", fmt.Sprintf("Well told, number %d.", judge)).
		Set("note", "To myself alone").Press("submit", "true").Send().WantRedirect(at + "/judging")
}

func TestAPanelIsAskedAndTheEntriesGivenOut(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.organiser)
		b.As(t, b.ann).Get(at + "/panel").Want(http.StatusForbidden)
		b.As(t, b.ann).Get(at + "/judging").Want(http.StatusNotFound)
		c.Post(at+"/panel/assign", nil).Want(http.StatusConflict).WantText("Say first how many judges each entry has.")
		c.Get(at+"/panel").Form(at+"/panel").Set("per_entry", "none").Send().WantErrors("Enter how many judges each entry has, from 1 to 12")
		c.Get(at+"/panel").Form(at+"/panel/judges").Set("handle", "nobody-here").Send().WantErrors("Nobody here has that handle. It stands at the end of the address of somebody's page")
		c.Post(at+"/panel/judges", url.Values{"handle": {"@judge-0"}}).WantRedirect(at + "/panel")
		b.desk(t, 0).Get(at + "/judging").WantText("You are asked to judge entries of this campaign.")
		b.begin(t, nil)
		// The judge of RR8 has none of RR8, so both of the others have it.
		b.desk(t, 2).Get(at+"/judging").WantText("Beds in sight", "0 of 1 done").WantNoText("Letters by")
		b.desk(t, 0).Get(at+"/judging").WantText("Letters by Ann Author", "Judging ends on")
		b.desk(t, 2).Get(at + "/judging/" + b.study.ID).Want(http.StatusNotFound)
		c = b.As(t, b.organiser)
		c.Get(at+"/panel").WantText("0 of 4 scorecards count.", "Judge Number0").WantNoText("too few judges")

		// A conflict takes the entry away; nobody else may judge it, and that is said.
		b.desk(t, 0).Post(at+"/judging/"+b.study.ID+"/conflict", nil).WantRedirect(at + "/judging")
		b.desk(t, 0).Get(at + "/judging/" + b.study.ID).Want(http.StatusNotFound)
		c.Get(at + "/panel").WantText("Letters by Ann Author has 1 of 2.")
		c.Post(at+"/panel/assign", nil).WantRedirect(at + "/panel")
		b.desk(t, 0).Get(at + "/judging").WantNoText("Letters by")
		c.Post(at+"/panel/judges/judge-1/remove", nil).WantRedirect(at + "/panel")
		b.desk(t, 1).Get(at + "/judging").Want(http.StatusNotFound)
	})
}

// Judges with something left hear of it once, in the last days of judging, whoever
// else was asked or is done.
func TestJudgesAreRemindedOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.begin(t, nil)
		const words = "reminds you that judging ends soon, and entries wait for your scores, in the campaign Release time to care"
		remind := func() {
			t.Helper()
			var errs [2]error
			var both sync.WaitGroup
			for i := range errs {
				both.Go(func() { errs[i] = b.feature.Remind(context.WithoutCancel(t.Context())) })
			}
			both.Wait()
			if err := errors.Join(errs[:]...); err != nil {
				t.Fatal(err)
			}
		}
		b.score(t, 2, b.other, 3, 3) // all that the judge of RR8 has
		b.Clock.Move(4*24*time.Hour - time.Minute)
		remind()
		b.desk(t, 0).Get("/me/notifications").WantNoText(words)
		b.Clock.Move(2 * time.Minute)
		for range 2 {
			remind()
		}
		if n := strings.Count(b.desk(t, 0).Get("/me/notifications").Want(http.StatusOK).Text(), words); n != 1 {
			t.Errorf("they are reminded %d times", n)
		}
		b.desk(t, 2).Get("/me/notifications").WantNoText(words)
		b.As(t, b.ann).Get("/me/notifications").WantNoText(words)
	})
}

func TestAScorecardCountsWhenItIsWhole(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.begin(t, nil)
		c, where := b.desk(t, 0), at+"/judging/"+b.study.ID
		page := c.Get(where).WantText("Letters by Ann Author", "We did it.", "1: None", "Weight 3", "without your name")
		page.Form(where).Set("scores.impact", "4").Set("note", "Ask about the figures").Press("submit", "false").Send().WantRedirect(where)
		c.Get(where).WantText("Saved on", "It does not count yet.", "Ask about the figures")
		c.Get(at+"/judging").WantText("Begun", "0 of ")
		again := c.Get(where).Form(where).Press("submit", "true").Send().WantErrors("Choose a score for “Others can do it”", "Write feedback to those who entered: a scorecard counts with it alone")
		again.Form(where).Set("scores.spread", "2").Set("feedback", "Say more of what it cost.").Press("submit", "true").Send().WantRedirect(at + "/judging")
		c.Get(at+"/judging").WantText("Letters by Ann Author Done", "1 of ")
		page.Form(where).Set("feedback", "From an old window").Press("submit", "false").Send().Want(http.StatusUnprocessableEntity)
		page.Form(where).Set("scores.spread", "1").Set("feedback", "From an old window").Set("scores.impact", "1").Press("submit", "false").Send().Want(http.StatusConflict).WantText("From an old window")
		c.Post(where, url.Values{"version": {"3"}, "scores.impact": {"9"}, "submit": {"false"}}).Want(http.StatusUnprocessableEntity)
		c.Post(where, url.Values{"version": {"x"}}).Want(http.StatusBadRequest)
		c.Get(where).Form(where).Set("feedback", "The patient with NHS number 943 476 5919 was glad.").Press("submit", "true").Send().Want(http.StatusUnprocessableEntity)

		program := b.Program(t, b.judges[1])
		send := func(body string) *apptest.Page {
			return program.Do(http.MethodPut, "/api/v1/campaigns/release-time-to-care/entries/"+b.study.Slug+"/score", strings.NewReader(body), "application/json")
		}
		send(`{"scores": {"impact": 5}, "submit": true}`).WantProblem(http.StatusUnprocessableEntity)
		send(`{"scores": {"impact": 5, "cost": 1}}`).WantProblem(http.StatusUnprocessableEntity)
		if answer := send(`{"scores": {"impact": 5, "spread": 1}, "feedback": "Good.", "submit": true}`).Want(http.StatusOK).Body; !strings.Contains(answer, `"score":75`) || !strings.Contains(answer, `"submitted":true`) {
			t.Error(answer)
		}
		b.Program(t, b.ann).Do(http.MethodPut, "/api/v1/campaigns/release-time-to-care/entries/"+b.study.ID+"/score", strings.NewReader(`{"scores": {}}`), "application/json").WantProblem(http.StatusNotFound)
		b.Clock.Move(7 * 24 * time.Hour)
		b.Program(t, b.judges[1]).Do(http.MethodPut, "/api/v1/campaigns/release-time-to-care/entries/"+b.study.ID+"/score", strings.NewReader(`{"scores": {}}`), "application/json").WantProblem(http.StatusConflict)
	})
}

func TestAScorecardIsSavedWhileItIsFilledIn(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.begin(t, nil)
		c, where := b.desk(t, 0), at+"/judging/"+b.study.ID
		c.Header.Set("Accept", "application/json")
		if answer := c.Post(where, url.Values{"version": {"1"}, "scores.impact": {"3"}, "note": {"So far"}}).Want(http.StatusOK).Body; !strings.Contains(answer, `"version":2`) || !strings.Contains(answer, `"saved_at":"2026-03-11T12:00:00Z"`) {
			t.Error(answer)
		}
		c.Post(where, url.Values{"version": {"1"}, "scores.impact": {"4"}}).WantProblem(http.StatusConflict)
		b.desk(t, 0).Get(where).WantText("So far", "It does not count yet.")
	})
}

func TestWhatWasEnteredIsJudged(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		err := b.Store.DB(t.Context()).Exec("INSERT INTO campaign_entries (id, campaign_id, case_study_id, owner_id, state, revision, created_at, updated_at) VALUES (?, ?, ?, ?, 'entered', 1, ?, ?)",
			b.Store.NewID(), b.campaign.ID, b.study.ID, b.ann.ID, b.Store.Now(), b.Store.Now()).Error
		if err != nil {
			t.Fatal(err)
		}
		b.begin(t, nil)
		later := b.study
		later.Title, later.HTML = "A later title", "<p>What came after.</p>"
		if err := b.Store.ReviseCaseStudy(t.Context(), &later, store.SaveNote{EditorID: b.ann.ID}); err != nil {
			t.Fatal(err)
		}
		b.desk(t, 0).Get(at+"/judging/"+b.study.ID).WantText("Letters by Ann Author", "We did it.").WantNoText("What came after.", "A later title")
	})
}

func TestBlindJudging(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.begin(t, url.Values{"blind": {"true"}})
		page := b.desk(t, 0).Get(at+"/judging/"+b.study.ID).Want(http.StatusOK).WantText("You judge blind", "Letters by [hidden]", "We at [hidden] did it: ask [hidden], or our page, [hidden] or [hidden]").WantNoText("Ann", "RR8", "Its own page")
		for _, leak := range []string{"rr8", "/people/ann", b.study.Slug} {
			if strings.Contains(strings.ToLower(page.Body), leak) {
				t.Errorf("the page tells %q", leak)
			}
		}
		b.desk(t, 0).Get(at + "/judging").WantText("Letters by [hidden]")
	})
}

func TestMeetingDecisionsAndResults(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.begin(t, nil)
		c := b.As(t, b.organiser)
		c.Get(at+"/moderation").WantText("No scorecard counts yet.", "Entries without a scorecard that counts", "Beds in sight")
		b.As(t, b.ann).Get(at + "/moderation").Want(http.StatusForbidden)
		b.score(t, 0, b.study, 5, 5)
		b.score(t, 1, b.study, 2, 1)
		b.score(t, 2, b.other, 3, 3)
		c.Get(at+"/moderation").WantText("Krippendorff’s alpha", "Letters by Ann Author", "Raw and normalised scores, side by side", "59.4, place 1", "from 18.8 to 100.0", "Judge Number1", "None yet", "2 groups that no judge links", "share a place").WantNoText("To myself alone")
		where := at + "/moderation/" + b.study.ID
		c.Get(where).WantText("Well told, number 0.", "Difference to patients", "100.0").WantNoText("To myself alone")
		c.Get(where).Form(where).Set("outcome", "winner").Send().WantErrors("Say why: everybody reads it with the results")
		c.Get(where).Form(where).Set("outcome", "winner").Set("reasoning", "It gives the most time back.").Send().WantRedirect(at + "/moderation")
		c.Post(where, url.Values{"version": {"0"}, "outcome": {"commended"}, "reasoning": {"No"}}).Want(http.StatusConflict)
		c.Get(at + "/moderation").WantText("Winner")

		// Embargoed until the stage of the results.
		b.Client(t).Get(at+"/results").WantText("The results are out on").WantNoText("It gives the most time back.", "Letters by")
		b.As(t, b.ann).Get(at+"/results").WantNoText("It gives the most time back.", "Well told")
		c.Get(at+"/results").WantText("Only organisers see what follows until then.", "It gives the most time back.")
		b.Clock.Move(14 * 24 * time.Hour)
		b.Client(t).Get(at+"/results").WantText("Winner", "Letters by Ann Author", "It gives the most time back.", "Mean score 59.4 of 100, from 18.8 to 100.0, by 2 judges").WantNoText("Well told", "Judge Number")
		b.As(t, b.ann).Get(at+"/results").WantText("Feedback to you", "Well told, number 0.", "Well told, number 1.").WantNoText("Judge Number", "To myself alone")
		b.As(t, b.judges[0]).Get(at + "/results").WantNoText("Well told")
		b.As(t, b.organiser).Post(where, url.Values{"version": {"1"}, "outcome": {"commended"}, "reasoning": {"No"}}).Want(http.StatusConflict)
	})
}

func TestWhatJudgesSaidGoesWithTheirAccount(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.begin(t, nil)
		b.score(t, 0, b.study, 5, 5)
		if err := b.Store.ClosePerson(t.Context(), b.judges[0].ID); err != nil {
			t.Fatal(err)
		}
		cards, err := b.Store.OwnCards(t.Context(), b.campaign.ID, b.judges[0].ID)
		if err != nil || len(cards) != 1 || cards[0].Note != "" || cards[0].Feedback == "" {
			t.Errorf("cards %v, %v: want the one that counts, without its note", cards, err)
		}
	})
}

func TestTheQueriesOfThePanelDoNotGrow(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.begin(t, nil)
		count := func() (n [4]int) {
			organiser, judge := b.As(t, b.organiser), b.desk(t, 0)
			for i, get := range []func(){func() { organiser.Get(at + "/panel") }, func() { organiser.Get(at + "/moderation") }, func() { judge.Get(at + "/judging") }, func() { organiser.Get(at + "/results") }} {
				get()
				n[i] = len(b.Statements(get))
			}
			return n
		}
		before := count()
		for i := range 8 {
			b.enter(t, b.organiser, "", fmt.Sprint("Another ", i))
		}
		b.As(t, b.organiser).Post(at+"/panel/assign", nil).WantRedirect(at + "/panel")
		if after := count(); after != before {
			t.Errorf("statements %v, with eight entries more %v", before, after)
		}
	})
}

func TestWhatBlindJudgingHides(t *testing.T) {
	e := judging.Contestant{TeamNames: []string{"Ann Author", "Al"}, TeamHandles: []string{"ann"}, Byline: "Dr Ann Author", OrgName: "Leeds Teaching Hospitals", Organisation: "RR8", Organisations: []string{"RR8"}}
	for in, want := range map[string]string{
		"By Dr Ann Author and @ann":           "By [hidden] and [hidden]",
		"LEEDS teaching hospitals (RR8, RR8)": "[hidden] ([hidden], [hidden])",
		"Annual planning, all in all":         "Annual planning, all in all",
	} {
		if got := e.Hide(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
