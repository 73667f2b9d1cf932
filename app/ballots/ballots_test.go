package ballots_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/ballots"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	organiser, ann, ben models.Person
	campaign            models.Campaign
	a, b, c             models.CaseStudy // of Ann, of Ben, of the organiser
}

const at = "/campaigns/release-time-to-care"

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{ballots.New(s)} }, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, organiser: apptest.Person(t, a.Store, apptest.Named("olga", "Olga Organiser"), apptest.WithRole(models.RoleOrganiser)),
			ann: apptest.Person(t, a.Store, apptest.Named("ann", "Ann Author")), ben: apptest.Person(t, a.Store, apptest.Named("ben", "Ben Author"))}
		b.campaign = b.begin(t, "Release time to care")
		b.a, b.b, b.c = b.enter(t, b.campaign, b.ann, "Letters in minutes"), b.enter(t, b.campaign, b.ben, "Bloods in hours"), b.enter(t, b.campaign, b.organiser, "Beds in sight")
		f(t, b)
	})
}

// begin makes a campaign that improves its entries from now on, for a week, and then
// judges and has results a week later each.
func (b *bench) begin(t *testing.T, title string) models.Campaign {
	t.Helper()
	now := b.Store.Now()
	c := models.Campaign{ID: b.Store.NewID(), OwnerID: b.organiser.ID, Title: title, Template: models.CampaignIdeas, PublishedAt: &now,
		Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now.AddDate(0, 0, -7)}, {Stage: models.CampaignImprove, Starts: now.AddDate(0, 0, 1)},
			{Stage: models.CampaignJudge, Starts: now.AddDate(0, 0, 7)}, {Stage: models.CampaignResults, Starts: now.AddDate(0, 0, 14)}}}
	if err := b.Store.CreateCampaign(t.Context(), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *bench) enter(t *testing.T, c models.Campaign, p models.Person, title string) models.CaseStudy {
	t.Helper()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: p.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageInUse, Body: "We did it.", Language: "en", Campaign: c.Slug}}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: p.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

// rules sets how people vote, and moves on to when they do.
func (b *bench) rules(t *testing.T, slug string, values url.Values) {
	t.Helper()
	form := b.As(t, b.organiser).Get("/campaigns/"+slug+"/ballot").Want(http.StatusOK).Form("/campaigns/"+slug+"/ballot").Set("stage", "improve").Set("counts", "after").Set("secret", "false")
	for name, v := range values {
		form.Set(name, v[0])
	}
	form.Send().WantRedirect("/campaigns/" + slug + "/ballot")
}

func TestOrganisersSetHowPeopleVote(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.organiser)
		c.Get(at + "/vote").Want(http.StatusNotFound)
		b.As(t, b.ann).Get(at + "/ballot").Want(http.StatusForbidden)
		c.Get(at+"/ballot").Form(at+"/ballot").Set("rule", "equal").Set("stage", "improve").Set("counts", "always").Set("secret", "true").Send().
			WantErrors("Enter how many everybody has, from 1 to 1,000", "Counts cannot be shown while people vote in secret: they would tell what the last one voted")
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"equal"}, "have": {"2"}})
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"quadratic"}, "have": {"9"}})
		b.Client(t).Get(at+"/vote").WantText("Everybody has 9 credits", "the number of votes times itself", "The vote is not secret", "with the results", "Voting opens on").WantNoText("Sign in to vote")
		b.rules(t, b.campaign.Slug, url.Values{"rule": {""}})
		c.Get(at + "/vote").Want(http.StatusNotFound)
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"open"}})
		b.Clock.Move(24 * time.Hour)
		c = b.As(t, b.organiser)
		c.Get(at + "/ballot").WantText("Voting has begun")
		c.Post(at+"/ballot", url.Values{"rule": {""}, "version": {"1"}}).Want(http.StatusConflict)
	})
}

func TestEqualVotes(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"equal"}, "have": {"1"}})
		b.As(t, b.ann).Post(at+"/vote", url.Values{"votes": {b.b.ID}}).Want(http.StatusConflict)
		b.Clock.Move(24 * time.Hour)
		c := b.As(t, b.ann)
		b.Client(t).Get(at+"/vote").WantText("Sign in to vote", "Voting is open until")
		page := c.Get(at+"/vote").WantText("Letters in minutes is your own.", "Bloods in hours").WantNoText("Counts")
		page.Form(at + "/vote").Send().WantRedirect(at + "/vote") // for nothing
		c.Post(at+"/vote", url.Values{"votes": {b.b.ID, b.c.ID}}).WantErrors("That is more votes than you have. Take some away").WantText("Bloods in hours")
		c.Post(at+"/vote", url.Values{"votes": {b.a.ID}}).WantErrors("One of these is not to be voted for: it is no entry of this campaign any more, or your own")
		c.Post(at+"/vote", url.Values{"votes": {b.b.ID}}).WantRedirect(at + "/vote")
		c.Post(at+"/vote", url.Values{"votes": {b.c.ID}}).WantRedirect(at + "/vote")
		b.As(t, b.ben).Post(at+"/vote", url.Values{"votes": {b.c.ID}}).WantRedirect(at + "/vote")
		b.As(t, b.organiser).Get(at + "/vote").WantNoText("have voted")
		b.Clock.Move(7 * 24 * time.Hour)
		b.As(t, b.ann).Get(at+"/vote").WantText("You have voted.", "Voting ended on").WantNoText("Counts")
		b.As(t, b.organiser).Get(at+"/vote").WantText("2 people have voted", "Beds in sight")
		b.Clock.Move(7 * 24 * time.Hour)
		rows := b.Client(t).Get(at + "/vote").WantText("Counts").Text()
		if i, j := strings.Index(rows, "Beds in sight"), strings.LastIndex(rows, "2 (shared)"); i < 0 || j < i {
			t.Errorf("places are wrong: %s", rows)
		}
	})
}

func TestQuadraticVotesAndTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"quadratic"}, "have": {"5"}, "counts": {"always"}})
		b.Clock.Move(24 * time.Hour)
		c := b.As(t, b.ann)
		vote := func() *apptest.Form { return c.Get(at + "/vote").Form(at + "/vote") }
		vote().Set("votes-"+b.b.ID, "2").Set("votes-"+b.c.ID, "2").Send().WantErrors("That costs more credits than you have: n votes for one entry cost n times n credits")
		vote().Set("votes-"+b.b.ID, "two").Send().WantErrors("Enter whole numbers of votes, or nothing")
		vote().Set("votes-"+b.b.ID, "2").Set("votes-"+b.c.ID, "1").Send().WantRedirect(at + "/vote")
		c.Get(at+"/vote").WantText("Counts", "1 person has voted.")
		program := b.Program(t, b.ben)
		send := func(votes map[string]int) *apptest.Page {
			body, _ := json.Marshal(map[string]any{"votes": votes})
			return program.Do(http.MethodPut, "/api/v1/campaigns/"+b.campaign.Slug+"/vote", strings.NewReader(string(body)), "application/json")
		}
		send(map[string]int{b.a.ID: 3}).WantProblem(http.StatusUnprocessableEntity)
		send(map[string]int{b.a.ID: 2, b.c.ID: 1}).Want(http.StatusOK)
		b.Clock.Move(7 * 24 * time.Hour)
		send(map[string]int{b.a.ID: 1}).WantProblem(http.StatusConflict)
		b.Client(t).Get(at + "/vote").WantText("2 people have voted")
	})
}

func TestPairs(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"pairwise"}, "have": {"2"}})
		b.Clock.Move(24 * time.Hour)
		reader := apptest.Person(t, b.Store, apptest.Named("rae", "Rae Reader"))
		c := b.As(t, reader)
		for range 2 {
			page := c.Get(at + "/vote")
			if again := c.Get(at + "/vote"); again.Text() != page.Text() {
				t.Error("reloading brings another pair")
			}
			form := page.WantText("Which is better?").Form(at + "/vote")
			button := page.All(func(n *html.Node) bool { return apptest.Attr(n, "name") == "better" })[0]
			form.Press("better", apptest.Attr(button, "value")).Send().WantRedirect(at + "/vote")
			c.Post(at+"/vote", url.Values{"better": {apptest.Attr(button, "value")}}).Want(http.StatusConflict)
		}
		c.Get(at + "/vote").WantText("You have compared all that there is for you to compare.")
		own := b.As(t, b.ann).Get(at + "/vote").Text()
		if strings.Contains(own, "Letters in minutes") {
			t.Error("somebody is asked about their own entry")
		}
		b.Clock.Move(14 * 24 * time.Hour)
		b.Client(t).Get(at+"/vote").WantText("times in 100", "The comparisons alone leave part of this order open")
	})
}

// vote reads the vote of a campaign as the API gives it.
func (b *bench) vote(t *testing.T, c *apptest.Client) (v ballots.APICampaignVote) {
	t.Helper()
	c.Get("/api/v1/campaigns/" + b.campaign.Slug + "/vote").Want(http.StatusOK).JSON(&v)
	return v
}

func TestTheAPIOfPairs(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		path := "/api/v1/campaigns/" + b.campaign.Slug + "/vote"
		b.Client(t).Get(path).WantProblem(http.StatusNotFound)
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"pairwise"}, "have": {"2"}})
		rae := b.Program(t, apptest.Person(t, b.Store, apptest.Named("rae", "Rae Reader")))
		if v := b.vote(t, rae); v.Open || v.Over || len(v.Pair) != 0 || len(v.Rules) == 0 || v.Turnout != nil || len(v.Entries) != 3 {
			t.Errorf("before it opens: %+v", v)
		}
		b.Clock.Move(24 * time.Hour)
		if v := b.vote(t, b.Client(t)); !v.Open || len(v.Pair) != 0 || v.Entries[0].Own {
			t.Errorf("for nobody: %+v", v)
		}
		answer := map[string]string{"better": b.a.ID, "other": b.b.ID}
		b.Client(t).Send(http.MethodPost, path+"/pairs", answer).WantProblem(http.StatusUnauthorized)
		rae.Send(http.MethodPost, path+"/pairs", map[string]string{"better": b.a.ID}).WantProblem(http.StatusUnprocessableEntity)
		for n := range 2 {
			v := b.vote(t, rae)
			if len(v.Pair) != 2 || v.Pairs != n {
				t.Fatalf("%+v", v)
			}
			rae.Send(http.MethodPost, path+"/pairs", map[string]string{"better": v.Pair[0], "other": v.Pair[0]}).WantProblem(http.StatusConflict)
			rae.Send(http.MethodPost, path+"/pairs", map[string]string{"better": v.Pair[0], "other": v.Pair[1]}).Want(http.StatusOK).JSON(&v)
			if v.Pairs != n+1 || !v.Voted {
				t.Errorf("after %d: %+v", n+1, v)
			}
		}
		rae.Send(http.MethodPost, path+"/pairs", answer).WantProblem(http.StatusConflict)
		if v := b.vote(t, b.Program(t, b.ann)); slices.Contains(v.Pair, b.a.ID) || !v.Entries[slices.IndexFunc(v.Entries, func(e ballots.APIVoteEntry) bool { return e.CaseStudy == b.a.ID })].Own {
			t.Errorf("Ann is asked about her own: %+v", v)
		}
		b.Clock.Move(7 * 24 * time.Hour)
		rae = b.Program(t, b.ben)
		rae.Send(http.MethodPost, path+"/pairs", answer).WantProblem(http.StatusConflict)
		if v := b.vote(t, rae); !v.Over || v.Turnout != nil || v.Entries[0].Place != nil {
			t.Errorf("the counts are shown before the results: %+v", v)
		}
		if v := b.vote(t, b.Program(t, b.organiser)); v.Turnout == nil || *v.Turnout != 1 || v.Entries[0].Count == nil {
			t.Errorf("the organiser sees no counts: %+v", v)
		}
	})
}

func TestTheAPIOfVotes(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"equal"}, "have": {"2"}, "counts": {"always"}})
		b.Clock.Move(24 * time.Hour)
		ann := b.Program(t, b.ann)
		ann.Send(http.MethodPut, "/api/v1/campaigns/"+b.campaign.Slug+"/vote", map[string]any{"votes": map[string]int{b.b.ID: 1}}).Want(http.StatusOK)
		for _, e := range b.vote(t, ann).Entries {
			given, own := e.CaseStudy == b.b.ID, e.CaseStudy == b.a.ID
			if e.Own != own || (e.Votes == nil) != own || e.Count == nil || (*e.Count == 1) != given || (*e.Place == 1) != given || e.Votes != nil && (*e.Votes == 1) != given {
				t.Errorf("%+v", e)
			}
		}
		if v := b.vote(t, b.Client(t)); v.Turnout == nil || *v.Turnout != 1 || v.Voted || v.Entries[0].Votes != nil {
			t.Errorf("for nobody: %+v", v)
		}
	})
}

// A secret vote must not be joined with who gave it. Two campaigns get the same two
// voters in the same order at the same times, who vote the other way round: what the
// database then has of each, in every table, is the same.
func TestNothingJoinsASecretVoteWithItsVoter(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		one, other := b.begin(t, "One way round"), b.begin(t, "The other way round")
		entries := map[string][]string{}
		for _, c := range []models.Campaign{one, other} {
			x, y := b.enter(t, c, b.organiser, "First of "+c.Title), b.enter(t, c, b.organiser, "Second of "+c.Title)
			entries[c.ID] = []string{min(x.ID, y.ID), max(x.ID, y.ID)}
			b.rules(t, c.Slug, url.Values{"rule": {"equal"}, "have": {"1"}, "secret": {"true"}})
		}
		b.Clock.Move(24 * time.Hour)
		for i, c := range []models.Campaign{one, other} {
			for j, p := range []models.Person{b.ann, b.ben} {
				client, where := b.As(t, p), "/campaigns/"+c.Slug+"/vote"
				client.Post(where, nil).WantErrors("Vote for an entry at least: a secret vote cannot be changed later")
				client.Post(where, url.Values{"votes": {entries[c.ID][(i+j)%2]}}).WantRedirect(where)
				client.Post(where, url.Values{"votes": {entries[c.ID][0]}}).Want(http.StatusConflict)
				client.Get(where).WantText("You have voted. Nothing here tells what for.")
			}
		}
		first, second := b.everythingOf(t, one, entries[one.ID]), b.everythingOf(t, other, entries[other.ID])
		if first != second {
			t.Errorf("who voted for what can be told:\n%s\n%s", first, second)
		}
		if !strings.Contains(first, "campaign_tallies") || !strings.Contains(first, b.ann.ID) {
			t.Fatalf("the test looks at too little: %s", first)
		}
		b.As(t, b.organiser).Get("/campaigns/"+one.Slug+"/signs").WantText("2 people have voted.", "there is nothing to look for signs in")
	})
}

// everythingOf gives every row that names a campaign in the order in which the database
// has it, with the campaign and its entries called the same in each.
func (b *bench) everythingOf(t *testing.T, c models.Campaign, entries []string) string {
	t.Helper()
	tables, err := b.Store.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer(c.ID, "the campaign", c.Slug, "its slug", entries[0], "x", entries[1], "y")
	var out []string
	for _, table := range tables {
		if table.Name == "case_studies" || strings.HasPrefix(table.Name, "case_study") || table.Name == "revisions" || table.Name == "campaigns" {
			continue // what the entries say
		}
		rows, err := b.Store.DB(t.Context()).Table(table.Name).Rows()
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			line := table.Name
			for i, v := range values {
				switch columns[i] {
				case "id", "request", "seal", "previous", "number": // of each request, made of chance
					continue
				}
				line += fmt.Sprintf(" %s=%v", columns[i], v)
			}
			if strings.Contains(line, c.ID) || strings.Contains(line, entries[0]) || strings.Contains(line, entries[1]) {
				out = append(out, names.Replace(line))
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return strings.HasPrefix(s, "search_changes") }), "\n")
}

func TestSignsAreListedWithTheirReason(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"open"}})
		b.Clock.Move(24 * time.Hour)
		b.As(t, b.ann).Get(at + "/signs").Want(http.StatusForbidden)
		c := b.As(t, b.organiser)
		c.Get(at + "/signs").WantText("There are no signs.")
		for i := range 3 {
			p := apptest.Person(t, b.Store, apptest.Named(fmt.Sprint("new", i), "New"))
			b.As(t, p).Post(at+"/vote", url.Values{"votes": {b.c.ID}}).WantRedirect(at + "/vote")
		}
		b.As(t, b.ann).Post(at+"/vote", url.Values{"votes": {b.b.ID}}).WantRedirect(at + "/vote")
		b.As(t, b.ben).Post(at+"/vote", url.Values{"votes": {b.a.ID}}).WantRedirect(at + "/vote")
		c.Get(at+"/signs").WantText("New accounts that voted for one entry alone", "3 of 3 votes came from accounts made since the campaign opened", "Two teams that voted for each other", "Beds in sight")
	})
}

func TestTheQueriesOfTheVoteDoNotGrow(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.rules(t, b.campaign.Slug, url.Values{"rule": {"open"}, "counts": {"always"}})
		b.Clock.Move(24 * time.Hour)
		c := b.As(t, b.ann)
		c.Get(at + "/vote")
		before := len(b.Statements(func() { c.Get(at + "/vote").Want(http.StatusOK) }))
		for i := range 10 {
			b.enter(t, b.campaign, b.ben, fmt.Sprint("Another ", i))
		}
		if after := len(b.Statements(func() { c.Get(at + "/vote").Want(http.StatusOK) })); after > before {
			t.Errorf("%d statements, with ten entries more %d", before, after)
		}
	})
}
