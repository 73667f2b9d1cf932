package aftermath_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/aftermath"
	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	feature        *aftermath.Feature
	organiser, ann models.Person
	campaign       models.Campaign
	study          models.CaseStudy // of Ann, at RR8
}

const at = "/campaigns/release-time-to-care"

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	features := sync.Map{}
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		feature := aftermath.New(s, jobs.New(s.Store, jobs.Config{Now: s.Store.Now}))
		features.Store(s.Store, feature)
		return []apptest.Routes{feature}
	}, func(t *testing.T, a *apptest.App) {
		kept, _ := features.Load(a.Store)
		works := func(p *models.Person) { p.Organisation, p.StaffGroup = "RR8", "Medical and Dental" }
		b := &bench{App: a, feature: kept.(*aftermath.Feature), organiser: apptest.Person(t, a.Store, apptest.Named("olga", "Olga Organiser"), apptest.WithRole(models.RoleOrganiser)),
			ann: apptest.Person(t, a.Store, apptest.Named("ann", "Ann Author"), works)}
		now := a.Store.Now()
		b.campaign = models.Campaign{ID: a.Store.NewID(), OwnerID: b.organiser.ID, Title: "Release time to care", Template: models.CampaignIdeas, PublishedAt: &now,
			Criteria: []models.Criterion{{ID: "impact", Name: "Difference to patients", Weight: 3}},
			Steps:    []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now.AddDate(0, 0, -7)}, {Stage: models.CampaignJudge, Starts: now.AddDate(0, 0, 7)}, {Stage: models.CampaignResults, Starts: now.AddDate(0, 0, 21)}}}
		if err := a.Store.CreateCampaign(t.Context(), &b.campaign); err != nil {
			t.Fatal(err)
		}
		b.study = b.enter(t, b.ann, "Letters in minutes")
		f(t, b)
	})
}

func (b *bench) enter(t *testing.T, p models.Person, title string) models.CaseStudy {
	t.Helper()
	now := b.Store.Now()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: p.ID, CreatedAt: now, UpdatedAt: now, HTML: "<p>We did it.</p>",
		Document: models.Document{Title: title, Stage: models.StageInUse, Organisation: "RR8", Body: "We did it.\n\n## What we learnt\n\n- Ask the night staff first.\n", Language: "en", Authors: []models.Author{{Name: p.Name}}}}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: p.ID}); err != nil {
		t.Fatal(err)
	}
	entry := models.CampaignEntry{CampaignID: b.campaign.ID, CaseStudyID: cs.ID, OwnerID: p.ID, State: models.EntryEntered, Revision: 1, ArrivedAt: &now}
	if err := b.Store.SaveEntry(t.Context(), &entry); err != nil {
		t.Fatal(err)
	}
	return cs
}

func (b *bench) decide(t *testing.T, cs models.CaseStudy, outcome judging.Outcome) {
	t.Helper()
	if err := b.Store.DecideEntry(t.Context(), &judging.Decision{CampaignID: b.campaign.ID, CaseStudyID: cs.ID, Outcome: outcome, Reasoning: "It helps.", PersonID: b.organiser.ID}); err != nil {
		t.Fatal(err)
	}
}

// score has a scorecard that counts.
func (b *bench) score(t *testing.T, cs models.CaseStudy, p models.Person, impact int) {
	t.Helper()
	if err := b.Store.Give(t.Context(), b.campaign.ID, []judging.Pair{{Entry: cs.ID, Judge: p.ID}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := b.Store.SaveCard(t.Context(), &judging.Card{CampaignID: b.campaign.ID, CaseStudyID: cs.ID, PersonID: p.ID, Scores: map[string]int{"impact": impact}, Feedback: "Well told.", Version: 1}, true); err != nil {
		t.Fatal(err)
	}
}

// out lets the results come, and whom the campaign reached be counted.
func (b *bench) out(t *testing.T) {
	t.Helper()
	b.Clock.Move(22 * 24 * time.Hour)
	if err := b.feature.Count(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTheReportIsForEverybodyOnceTheResultsAreOut(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.score(t, b.study, b.organiser, 4)
		b.decide(t, b.study, judging.Winner)
		b.Client(t).Get(at+"/report").Want(http.StatusOK).WantText("Everybody can read the report once the results are out").WantNoText("From reading to using", "Letters in minutes")
		for _, where := range []string{at + "/report.csv", at + "/report.md"} {
			b.As(t, b.ann).Get(where).Want(http.StatusConflict)
		}
		b.Client(t).Get("/api/v1" + at + "/report").WantProblem(http.StatusConflict)
		c := b.As(t, b.organiser)
		c.Get(at+"/report").WantText("Only organisers see what follows until then.", "From reading to using", "Entries 1", "Fewer than 5", "was not counted").WantNoText("How judges scored How", "Scores by criterion")
		if body := c.Get(at + "/report.csv").Want(http.StatusOK).Body; strings.Contains(body, "scores,") {
			t.Error("scores before the results")
		}
		b.out(t)
		b.Client(t).Get(at+"/report").WantText("Scores by criterion", "Difference to patients", "4.0", "What those who entered learnt", "Ask the night staff first.", "No organisation has said yet").WantNoText("Ann Author", "Only organisers")
		if body := b.Client(t).Get(at + "/report.csv").Want(http.StatusOK).Body; !strings.Contains(body, "funnel,Winners,Number,1\r\n") || !strings.Contains(body, "scores,Difference to patients,4,1\r\n") || !strings.Contains(body, "totals,People who entered,number,Fewer than 5\r\n") {
			t.Error(body)
		}
		if body := b.Client(t).Get(at + "/report.md").Want(http.StatusOK).Body; !strings.Contains(body, "| Winners | 1 | 100 in 100 |") {
			t.Error(body)
		}
		if body := b.Client(t).Get("/api/v1" + at + "/report").Want(http.StatusOK).Body; !strings.Contains(body, `"results_out":true`) || !strings.Contains(body, `"Ask the night staff first."`) {
			t.Error(body)
		}
		b.Client(t).Get(at + "/report.csv?x=1").Want(http.StatusBadRequest)
		b.Client(t).Get("/campaigns/no-such/report").Want(http.StatusNotFound)
		b.Client(t).Get("/campaigns/no-such/report.md").Want(http.StatusNotFound)
		b.Client(t).Get("/api/v1/campaigns/no-such/report").WantProblem(http.StatusNotFound)
	})
}

func TestWhomACampaignReachedIsCountedOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		join := func(i int, org string) models.Person {
			return apptest.Person(t, b.Store, apptest.Named(fmt.Sprint("voter-", org, i), fmt.Sprint("Voter ", i)), func(p *models.Person) {
				p.Organisation, p.StaffGroup = strings.ToUpper(org), "Medical and Dental"
			})
		}
		vote := judging.Ballot{CampaignID: b.campaign.ID, Rule: judging.Open, Counts: judging.CountsAfter, Stage: models.CampaignJudge}
		if err := b.Store.SaveBallot(t.Context(), &vote); err != nil {
			t.Fatal(err)
		}
		for org, n := range map[string]int{"rr8": 7, "rwy": 6, "rx1": 2} {
			for i := range n {
				if err := b.Store.CastBallot(t.Context(), &vote, join(i, org).ID, map[string]int{b.study.ID: 1}, []string{b.study.ID}); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.As(t, b.organiser).Get(at+"/report").WantNoText("Voted", "People who voted").WantText("is not shown here")
		b.out(t)
		// Two of RX1 would be what is left of 15 when 7 and 6 are taken: so RWY goes too.
		b.Client(t).Get(at+"/report").WantText("People who voted 15", "Organisation RR8 Entered Not shown Voted 7", "Others, or not said Entered Not shown Voted 8", "They were counted on").WantNoText("RX1", "RWY")
		// Who votes, moves or leaves later changes nothing.
		before := b.Client(t).Get(at + "/report.csv").Body
		late := join(99, "rr8")
		if err := b.Store.DB(t.Context()).Exec("INSERT INTO campaign_voters (campaign_id, person_id) VALUES (?, ?)", b.campaign.ID, late.ID).Error; err != nil {
			t.Fatal(err)
		}
		if err := b.feature.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := b.Client(t).Get(at + "/report.csv").Body; after != before {
			t.Errorf("%s\nbecame\n%s", before, after)
		}
	})
}

func TestVotesThatNobodyIsToSeeAreNotInTheReport(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		vote := judging.Ballot{CampaignID: b.campaign.ID, Rule: judging.Open, Counts: judging.CountsNever, Stage: models.CampaignJudge}
		if err := b.Store.SaveBallot(t.Context(), &vote); err != nil {
			t.Fatal(err)
		}
		for i := range 8 {
			p := apptest.Person(t, b.Store, apptest.Named(fmt.Sprint("voter-", i), fmt.Sprint("Voter ", i)))
			if err := b.Store.CastBallot(t.Context(), &vote, p.ID, map[string]int{b.study.ID: 1}, []string{b.study.ID}); err != nil {
				t.Fatal(err)
			}
		}
		b.out(t)
		b.Client(t).Get(at+"/report").WantText("How many voted is not shown here").WantNoText("People who voted", "Votes")
		if body := b.Client(t).Get(at + "/report.csv").Body; strings.Contains(body, "Vote") {
			t.Error(body)
		}
		b.As(t, b.organiser).Get(at + "/report").WantText("People who voted 8")
	})
}

func TestOrganisersWriteWhatWasLearnt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.As(t, b.ann).Get(at + "/report/lessons").Want(http.StatusForbidden)
		c, where := b.As(t, b.organiser), at+"/report/lessons"
		page := c.Get(where).Want(http.StatusOK)
		page.Form(where).Set("body", "Begin **earlier**.").Send().WantRedirect(at + "/report")
		page.Form(where).Set("body", "From an old window").Send().Want(http.StatusConflict).WantText("From an old window")
		c.Get(where).Form(where).Set("body", "The patient with NHS number 943 476 5919 was glad.").Send().Want(http.StatusUnprocessableEntity)
		c.Get(where).Form(where).Set("body", strings.Repeat("x", 20001)).Send().WantErrors("What was learnt must be 20,000 characters or fewer")
		c.Post(where, url.Values{"revision": {"x"}}).Want(http.StatusBadRequest)
		c.Get(where).Form(where).Set("body", "Begin **much earlier**.").Send().WantRedirect(at + "/report")
		c.Get(where).WantText("Revision 2", "Revision 1", "Begin **earlier**.")
		b.Client(t).Get(at + "/report").WantNoText("much earlier")
		b.out(t)
		if body := b.Client(t).Get(at+"/report").WantText("Olga Organiser", "Revision 2").Body; !strings.Contains(body, "<strong>much earlier</strong>") {
			t.Error(body)
		}
	})
}

func TestViewsAreCountedWithoutWhoseTheyAre(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		if err := b.Store.AddCampaignViews(t.Context(), "2026-03-03", map[string]int{b.campaign.Slug: 2, "no-such": 3}); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.AddCampaignViews(t.Context(), "2026-03-03", map[string]int{b.campaign.Slug: 3}); err != nil {
			t.Fatal(err)
		}
		b.out(t)
		b.Client(t).Get(at+"/report").WantText("Page opened", "Nothing is kept of who opened it").WantNoText("was not counted")
		if body := b.Client(t).Get(at + "/report.csv").Body; !strings.Contains(body, "funnel,Times the page of the campaign was opened,Number,5\r\n") {
			t.Error(body)
		}
	})
}

func TestTheQueriesOfTheReportDoNotGrow(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.out(t)
		count := func() int {
			get := func() { b.Client(t).Get(at + "/report").Want(http.StatusOK) }
			get()
			return len(b.Statements(get))
		}
		before := count()
		for i := range 8 {
			cs := b.enter(t, b.ann, fmt.Sprint("Another ", i))
			b.score(t, cs, b.organiser, 1+i%5)
			b.decide(t, cs, judging.Commended)
		}
		if after := count(); after != before {
			t.Errorf("%d statements, with eight entries more %d", before, after)
		}
	})
}
