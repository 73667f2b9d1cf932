package judging_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/judging"
)

func TestWhatNeedsAnOrganiser(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	judged := []models.CampaignStep{{Stage: models.CampaignOpen, Starts: start.Add(10 * day)}, {Stage: models.CampaignJudge, Starts: start.Add(30 * day)},
		{Stage: models.CampaignResults, Starts: start.Add(50 * day)}, {Stage: models.CampaignFollowUp, Starts: start.Add(90 * day)}}
	voted := []models.CampaignStep{judged[0], {Stage: models.CampaignDecide, Starts: start.Add(30 * day)}, judged[2]}
	short := append(slices.Clone(judged[:1]), models.CampaignStep{Stage: models.CampaignShortlist, Starts: start.Add(20 * day)}, judged[1], judged[2])
	vote := judging.Ballot{Rule: judging.Equal, Counts: judging.CountsAfter, Stage: models.CampaignDecide}
	panel := judging.CampaignSums{Entries: 4, Accepted: 2, Given: 8, Done: 8, Decided: 4}
	for _, one := range []struct {
		what  string
		steps []models.CampaignStep
		draft bool
		day   float64
		sums  judging.CampaignSums
		want  string // kinds, each with the day by which
	}{
		{"a draft long before", judged, true, 2.9, judging.CampaignSums{}, ""},
		{"a draft a week before", judged, true, 3, judging.CampaignSums{}, "publish 10"},
		{"a draft that was to open", judged, true, 40, judging.CampaignSums{}, "publish 10"},
		{"a draft without dates", nil, true, 40, judging.CampaignSums{}, ""},
		{"open", judged, false, 12, judging.CampaignSums{Entries: 3, Drafts: 2}, ""},
		{"no panel a week before judging", judged, false, 23, judging.CampaignSums{Entries: 3, Asked: 2}, "panel 30"},
		{"a panel a week before judging", judged, false, 23, judging.CampaignSums{Entries: 3, Accepted: 1}, ""},
		{"judged by nobody, with late ones", judged, false, 31, judging.CampaignSums{Entries: 3, Late: 2}, "let-in 50 panel 50"},
		{"judged, not given out", judged, false, 31, judging.CampaignSums{Entries: 3, Accepted: 2}, "give 50"},
		{"judged, with nothing to give", judged, false, 31, judging.CampaignSums{Accepted: 2}, ""},
		{"judged in part", judged, false, 31, judging.CampaignSums{Entries: 3, Accepted: 2, Given: 6, Done: 5}, "scores 50"},
		{"all is judged", judged, false, 31, panel, ""},
		{"results are due, nothing decided", judged, false, 43, judging.CampaignSums{Entries: 4, Accepted: 2, Given: 8, Done: 8}, "decide 50"},
		{"results are due, decided", judged, false, 43, panel, ""},
		{"results without entries", judged, false, 49, judging.CampaignSums{Accepted: 1}, ""},
		{"results out, nothing decided", judged, false, 63, judging.CampaignSums{Entries: 4, Late: 1}, "decide 50"},
		{"results out long since", judged, false, 64, judging.CampaignSums{Entries: 4, Late: 1}, ""},
		{"shortlisting to come", short, false, 19, judging.CampaignSums{Entries: 4, Accepted: 1}, ""},
		{"shortlisting, one open", short, false, 21, judging.CampaignSums{Entries: 4, Accepted: 1, Shortlisted: 3}, "shortlist 30"},
		{"shortlisted", short, false, 29, judging.CampaignSums{Entries: 4, Accepted: 1, Shortlisted: 4}, ""},
		{"judged, one came in since", short, false, 31, judging.CampaignSums{Entries: 5, Accepted: 2, Given: 8, Done: 8, Shortlisted: 4}, "shortlist 50"},
		{"judged without a shortlist", short, false, 31, judging.CampaignSums{Entries: 5, Accepted: 2, Given: 10, Done: 10}, ""},
		{"votes decide", voted, false, 49, judging.CampaignSums{Entries: 4, Ballot: vote}, ""},
		{"nobody votes", voted, false, 49, judging.CampaignSums{Entries: 4}, "decide 50"},
		{"only organisers see the votes", voted, false, 49, judging.CampaignSums{Entries: 4, Ballot: judging.Ballot{Rule: judging.Equal, Counts: judging.CountsNever, Stage: models.CampaignDecide}}, "decide 50"},
	} {
		c := models.Campaign{ID: "1", Steps: one.steps, PublishedAt: &start}
		if one.draft {
			c.PublishedAt = nil
		}
		var got []string
		for _, n := range judging.Needs(&c, one.sums, start.Add(time.Duration(one.day*float64(day)))) {
			got = append(got, fmt.Sprintf("%s %d", n.Kind, n.By.Sub(start)/day))
		}
		if is := strings.Join(got, " "); is != one.want {
			t.Errorf("%s: %q, want %q", one.what, is, one.want)
		}
	}
}

func TestVotesAreShownWhereTheirRuleLetsThem(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := models.Campaign{PublishedAt: &start, Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: start}, {Stage: models.CampaignDecide, Starts: start.Add(time.Hour)}, {Stage: models.CampaignResults, Starts: start.Add(2 * time.Hour)}}}
	for counts, while := range map[judging.Counts]bool{judging.CountsAlways: true, judging.CountsAfter: false, judging.CountsNever: false} {
		s := judging.CampaignSums{Ballot: judging.Ballot{Rule: judging.Open, Counts: counts, Stage: models.CampaignDecide}}
		if s.ShowsVotes(&c, start) || s.ShowsVotes(&c, start.Add(time.Hour)) != while || !s.ShowsVotes(&c, start.Add(2*time.Hour)) {
			t.Errorf("counts that are shown %s", counts)
		}
	}
	if none := (judging.CampaignSums{}); none.ShowsVotes(&c, start.Add(2*time.Hour)) {
		t.Error("there is no vote to show")
	}
}

// What is due first comes first, and what is due at no time last.
func TestNeedsAreInTheOrderInWhichTheyAreDue(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a, b := &models.Campaign{ID: "a"}, &models.Campaign{ID: "b"}
	list := []judging.Need{{Campaign: b}, {Campaign: a}, {Campaign: b, By: at.Add(time.Hour)}, {Campaign: b, By: at}, {Campaign: a, By: at}}
	judging.SortNeeds(list)
	got := ""
	for _, n := range list {
		got += n.Campaign.ID
	}
	if got != "abbab" || list[2].By != at.Add(time.Hour) {
		t.Errorf("%s", got)
	}
}
