package campaigns_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"grassroots/app/apptest"
	"grassroots/app/words"
	"grassroots/models"
	"grassroots/models/judging"
)

// exec writes what other features keep of a campaign.
func (b *bench) exec(t *testing.T, sql string, values ...any) {
	t.Helper()
	if err := b.Store.DB(t.Context()).Exec(sql, values...).Error; err != nil {
		t.Fatal(err)
	}
}

func TestTheProgrammeShowsWhatNeedsAnOrganiser(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.Client(t).Get("/campaigns/programme").Want(http.StatusSeeOther)
		b.As(t, b.member).Get("/campaigns/programme").Want(http.StatusForbidden)
		b.As(t, b.member).Get("/campaigns").WantNoText("Programme: all campaigns")
		b.As(t, b.organiser).Get("/campaigns").WantText("Programme: all campaigns")
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("Nothing needs you today.", "No stage begins in the next months.")

		made := b.begin(t)
		draft := models.Campaign{Title: "Beds & more", Brief: "Show us.", Template: models.CampaignIdeas, Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: b.Store.Now().Add(3 * 24 * time.Hour)}, {Stage: models.CampaignResults, Starts: b.Store.Now().Add(9 * 24 * time.Hour)}}}
		if err := b.feature.Create(t.Context(), &b.organiser, &draft, false); err != nil {
			t.Fatal(err)
		}
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("It is still a draft, and is to open on 7 March 2026, 12:00", "3 days are left", "March 2026", "Opens soon", "0 of 0 accepted", "No vote")
		b.inWelsh(t, "/campaigns/programme")
		b.inWelsh(t, "/campaigns")

		b.Clock.Move(25 * time.Hour)
		at := "/campaigns/" + made.Slug
		in, late := b.post(t, b.member, "Letters in minutes"), b.post(t, b.member, "Too late")
		b.As(t, b.member).Post(at+"/enter", url.Values{"case_study": {in.Slug}}).Want(http.StatusSeeOther)
		b.As(t, b.member).Post(at+"/enter", url.Values{"case_study": {b.post(t, b.member, "Half done").Slug}, "action": {"draft"}}).Want(http.StatusSeeOther)
		b.Clock.Move(7 * 24 * time.Hour)
		b.As(t, b.member).Post(at+"/enter", url.Values{"case_study": {late.Slug}}).Want(http.StatusConflict)
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("It is still a draft, and was to open on 7 March 2026, 12:00", "1 entry came too late and asks to be let in", "1 draft", "1 too late, not let in",
			"Nobody has accepted to judge yet. Judging begins on 19 March 2026, 12:00")

		b.inWelsh(t, "/campaigns/programme")
		b.Clock.Move(7 * 24 * time.Hour)
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("It is being judged, and nobody has accepted to judge. Judging ends on 3 April 2026, 13:00")
		b.inWelsh(t, "/campaigns/programme")
		now := b.Store.Now()
		for i, accepted := range []bool{true, false} {
			judge := apptest.Person(t, b.Store)
			b.exec(t, "INSERT INTO campaign_judges (campaign_id, person_id, invited_by, invited_at, answered_at, accepted) VALUES (?, ?, ?, ?, ?, ?)", made.ID, judge.ID, b.organiser.ID, now, now, accepted)
			if i == 0 {
				b.As(t, b.organiser).Get("/campaigns/programme").WantText("The entries are not given out to judges. Judging ends on 3 April 2026, 13:00", "1 of 1 accepted")
				b.inWelsh(t, "/campaigns/programme")
			}
			b.exec(t, "INSERT INTO campaign_scorecards (campaign_id, case_study_id, person_id, assigned_at) VALUES (?, ?, ?, ?)", made.ID, in.ID, judge.ID, now)
		}
		b.exec(t, "UPDATE campaign_scorecards SET submitted_at = ? WHERE person_id IN (SELECT person_id FROM campaign_judges WHERE accepted)", now)
		b.exec(t, "INSERT INTO campaign_ballots (campaign_id, rule, have, secret, counts, stage) VALUES (?, 'equal', 3, ?, 'after', 'improve')", made.ID, true)
		b.exec(t, "INSERT INTO campaign_tallies (campaign_id, case_study_id, votes, ballots) VALUES (?, ?, 17, 17)", made.ID, in.ID)
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("1 of 2 scorecards count. Judging ends on 3 April 2026, 13:00", "1 of 2 accepted", "17")
		b.inWelsh(t, "/campaigns/programme")
		b.exec(t, "UPDATE campaign_ballots SET stage = 'judge' WHERE campaign_id = ?", made.ID)
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("Not shown yet").WantNoText("17 ")
		b.Clock.Move(15*24*time.Hour - 90*time.Minute)
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("Nothing is decided yet. The results are due on 3 April 2026, 13:00", "Less than an hour is left")
		b.inWelsh(t, "/campaigns/programme")
		b.Clock.Move(90 * time.Minute)
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("The results came with nothing decided, on 3 April 2026, 13:00").WantNoText("asks to be let in")
		b.inWelsh(t, "/campaigns/programme")
	})
}

// inWelsh fails where the organiser is shown a sentence that has no Welsh.
func (b *bench) inWelsh(t *testing.T, path string) {
	t.Helper()
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range book.Missing(models.Welsh, []byte(b.As(t, b.organiser).Get(path).Body)) {
		if !strings.Contains(id, "Olga") {
			t.Errorf("%s is not in Welsh: %q", path, id)
		}
	}
}

// While there is a shortlist to make, the programme reminds of what is not decided.
func TestTheProgrammeRemindsOfAnOpenShortlist(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, func(c *models.Campaign) {
			c.Steps = []models.CampaignStep{c.Steps[0], {Stage: models.CampaignShortlist, Starts: b.Store.Now().Add(8 * 24 * time.Hour)}, c.Steps[2], c.Steps[3]}
		})
		b.Clock.Move(25 * time.Hour)
		var studies []models.CaseStudy
		for _, title := range []string{"Letters in minutes", "Beds in sight"} {
			cs := b.post(t, b.member, title)
			b.As(t, b.member).Post("/campaigns/"+made.Slug+"/enter", url.Values{"case_study": {cs.Slug}}).Want(http.StatusSeeOther)
			studies = append(studies, cs)
		}
		decide := func(cs models.CaseStudy) {
			b.exec(t, "INSERT INTO campaign_shortlist (campaign_id, case_study_id, chosen, reason, person_id, decided_at) VALUES (?, ?, ?, '', ?, ?)", made.ID, cs.ID, true, b.organiser.ID, b.Store.Now())
		}
		b.Clock.Move(7 * 24 * time.Hour)
		const open = "Of 2 of 2 entries it is not decided whether they are shortlisted. Shortlisting ends on 19 March 2026, 12:00"
		b.As(t, b.organiser).Get("/campaigns/programme").WantText(open)
		b.inWelsh(t, "/campaigns/programme")
		decide(studies[0])
		b.Clock.Move(8 * 24 * time.Hour)
		b.As(t, b.organiser).Get("/campaigns/programme").WantText("Judges are not given 1 of 2 entries, because nothing is decided of them. Judging ends on 3 April 2026, 13:00")
		b.inWelsh(t, "/campaigns/programme")
		var got struct {
			Needs []struct {
				Kind, Campaign string
				N, Of          int
				By             time.Time
			}
			Campaigns []struct {
				ID, Stage string
				Entries   int
				Votes     *int
			}
		}
		const path = "/api/v1/campaigns/programme"
		b.Client(t).Get(path).WantProblem(http.StatusUnauthorized)
		b.Program(t, b.member).Get(path).WantProblem(http.StatusForbidden)
		b.Program(t, b.organiser).Get(path).Want(http.StatusOK).JSON(&got)
		if len(got.Needs) != 2 || got.Needs[0].Kind != "shortlist" && got.Needs[1].Kind != "shortlist" || got.Needs[0].Campaign != made.ID || len(got.Campaigns) != 1 || got.Campaigns[0].Entries != 2 || got.Campaigns[0].Stage != "judge" || got.Campaigns[0].Votes != nil {
			t.Errorf("%+v", got)
		}
		decide(studies[1])
		b.As(t, b.organiser).Get("/campaigns/programme").WantNoText("Judges are not given")
	})
}

// What is counted is the same whatever the vote is like.
func TestSumsOfCampaigns(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t)
		if none, err := b.Store.CampaignSums(t.Context(), nil); err != nil || len(none) != 0 {
			t.Errorf("%v, %v", none, err)
		}
		cs := b.post(t, b.member, "Letters in minutes")
		other := b.post(t, b.member, "Beds in sight")
		b.exec(t, "INSERT INTO case_study_facets (case_study_id, facet, value) VALUES (?, 'campaign', ?)", cs.ID, made.Slug)
		for _, secret := range []bool{false, true} {
			b.exec(t, "DELETE FROM campaign_ballots")
			b.exec(t, "INSERT INTO campaign_ballots (campaign_id, rule, have, secret, counts, stage) VALUES (?, 'quadratic', 9, ?, 'after', 'judge')", made.ID, secret)
			if secret {
				b.exec(t, "INSERT INTO campaign_tallies (campaign_id, case_study_id, votes) VALUES (?, ?, 4), (?, ?, 1)", made.ID, cs.ID, made.ID, other.ID)
			} else {
				b.exec(t, "INSERT INTO campaign_votes (campaign_id, person_id, case_study_id, votes, cast_at) VALUES (?, ?, ?, 2, ?), (?, ?, ?, 1, ?)", made.ID, b.member.ID, cs.ID, b.Store.Now(), made.ID, b.organiser.ID, cs.ID, b.Store.Now())
			}
			sums, err := b.Store.CampaignSums(t.Context(), []string{made.ID, b.Store.NewID()})
			want := judging.CampaignSums{CampaignID: made.ID, Entries: 1, Votes: 3, Ballot: judging.Ballot{CampaignID: made.ID, Rule: judging.Quadratic, Counts: judging.CountsAfter, Stage: models.CampaignJudge}}
			if secret {
				want.Votes = 5
			}
			if err != nil || len(sums) != 1 || sums[made.ID] != want {
				t.Errorf("secret %v: %+v, %v", secret, sums, err)
			}
		}
		b.exec(t, "UPDATE campaign_ballots SET rule = 'pairwise', secret = ?", false)
		b.exec(t, "INSERT INTO campaign_pairs (campaign_id, person_id, first_id, second_id, winner_id, cast_at) VALUES (?, ?, ?, ?, ?, ?)", made.ID, b.member.ID, min(cs.ID, other.ID), max(cs.ID, other.ID), cs.ID, b.Store.Now())
		if sums, err := b.Store.CampaignSums(t.Context(), []string{made.ID}); err != nil || sums[made.ID].Votes != 1 {
			t.Errorf("%+v, %v", sums, err)
		}
	})
}

// However many campaigns there are, the programme and the calendar take as many statements.
func TestTheProgrammeTakesAsManyStatementsForMany(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		count := func(c *apptest.Client, path string) int {
			b.Site.Changed()
			return len(b.Statements(func() { c.Get(path).Want(http.StatusOK) }))
		}
		o, everybody := b.As(t, b.organiser), b.Client(t)
		b.begin(t)
		o.Get("/campaigns/programme")
		few, feed := count(o, "/campaigns/programme"), count(everybody, "/campaigns/calendar.ics")
		for range 25 {
			b.begin(t)
		}
		if many := count(o, "/campaigns/programme"); many != few {
			t.Errorf("%d statements for one campaign, %d for 26", few, many)
		}
		if many := count(everybody, "/campaigns/calendar.ics"); many != feed || feed > 2 {
			t.Errorf("the calendar takes %d statements for one campaign, %d for 26", feed, many)
		}
	})
}

func TestTheCalendarHasTheStagesOfWhatIsPublished(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		empty := b.Client(t).Get("/campaigns/calendar.ics").Want(http.StatusOK)
		if cal, err := ics.ParseCalendar(strings.NewReader(empty.Body)); err != nil || len(cal.Events()) != 0 {
			t.Errorf("of nothing: %v, %s", err, empty.Body)
		}
		long := strings.Repeat("Gofal, amser; a lle – ", 6) + "ŵ\\n"
		made := b.begin(t, func(c *models.Campaign) { c.Title, c.Sponsor = long, "RR8" })
		draft := models.Campaign{Title: "Not to be seen", Brief: "Show us.", Template: models.CampaignIdeas, Steps: made.Steps}
		if err := b.feature.Create(t.Context(), &b.organiser, &draft, false); err != nil {
			t.Fatal(err)
		}
		first := b.Client(t).Get("/campaigns/calendar.ics").Want(http.StatusOK)
		if kind := first.Header.Get("Content-Type"); kind != "text/calendar; charset=utf-8" {
			t.Errorf("it is %s", kind)
		}
		for line := range strings.SplitSeq(first.Body, "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("a line of %d bytes: %q", len(line), line)
			}
		}
		cal, err := ics.ParseCalendar(strings.NewReader(first.Body))
		if err != nil || len(cal.Events()) != 4 {
			t.Fatalf("%v, %s", err, first.Body)
		}
		for i, e := range cal.Events() {
			step := made.Steps[i]
			starts, err := e.GetStartAt()
			if err != nil || !starts.Equal(step.Starts) || e.Id() != made.ID+"-"+string(step.Stage)+"@"+strings.TrimPrefix(apptest.BaseURL, "http://") {
				t.Errorf("%s starts %v, %v", e.Id(), starts, err)
			}
			if ends, err := e.GetEndAt(); i < 3 && (err != nil || !ends.Equal(made.Steps[i+1].Starts)) {
				t.Errorf("%s ends %v, %v", e.Id(), ends, err)
			}
			if got := e.GetProperty(ics.ComponentPropertySummary).Value; got != long+": "+step.Stage.Label() {
				t.Errorf("it is called %q", got)
			}
		}
		if !strings.Contains(first.Body, "DTSTART:20260305T120000Z") {
			t.Errorf("times are not UTC: %s", first.Body)
		}

		tag := first.Header.Get("ETag")
		b.Clock.Move(time.Hour)
		known := b.Client(t)
		known.Header.Set("If-None-Match", tag)
		known.Get("/campaigns/calendar.ics").Want(http.StatusNotModified)
		c := b.As(t, b.organiser)
		c.Get("/campaigns/"+made.Slug+"/edit").Form("/campaigns/"+made.Slug+"/edit").Set("title", "Renamed").Send().Want(http.StatusSeeOther)
		changed := known.Get("/campaigns/calendar.ics").Want(http.StatusOK)
		if changed.Header.Get("ETag") == tag || !strings.Contains(changed.Body, "UID:"+made.ID+"-open@") || !strings.Contains(changed.Body, "SEQUENCE:2") {
			t.Errorf("after it was renamed: %s", changed.Body)
		}
		b.Client(t).Get("/campaigns").WantText("Follow the stages of campaigns in your calendar (iCalendar)")
		b.Clock.Move(400 * 24 * time.Hour)
		b.Site.Changed()
		if body := b.Client(t).Get("/campaigns/calendar.ics").Want(http.StatusOK).Body; strings.Contains(body, "VEVENT") {
			t.Errorf("what is long over is still there: %s", body)
		}
	})
}
