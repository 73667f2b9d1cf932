package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"grassroots/models"
	"grassroots/models/judging"
)

// judge asks the panel, gives the entries out and has every card filled in. Each
// judge is severe or mild in their own measure, and uses more or less of the scale.
func (t *trial) judge(ctx context.Context) error {
	at := "/campaigns/" + t.campaign.Slug
	panel := t.people[staff-judges:]
	setUp := []call{{by: t.organiser, method: http.MethodPost, path: at + "/panel", form: url.Values{"per_entry": {fmt.Sprint(perEntry)}, "blind": {"true"}, "tie": {string(judging.TieShared)}, "version": {"0"}}}}
	for _, a := range panel {
		setUp = append(setUp, call{by: t.organiser, method: http.MethodPost, path: at + "/panel/judges", form: url.Values{"handle": {a.Handle}}})
	}
	for _, a := range panel {
		setUp = append(setUp, call{by: a, method: http.MethodPost, path: at + "/judging/answer", form: url.Values{"accept": {"true"}}})
	}
	replies, _, err := send(ctx, t.base, 1, setUp)
	if err = errors.Join(err, want("the panel", replies, http.StatusSeeOther)); err != nil {
		return err
	}
	replies, w, err := send(ctx, t.base, 1, []call{{by: t.organiser, method: http.MethodPost, path: at + "/panel/assign", form: url.Values{"go": {"1"}}}})
	if err = errors.Join(err, want("giving out", replies, http.StatusSeeOther)); err != nil {
		return err
	}
	t.line("giving out the entries", w)
	if err := t.until(ctx, t.campaign.closes.AddDate(0, 0, judgeDay-closesDay).Add(time.Hour)); err != nil {
		return err
	}
	calls, err := t.cards(ctx, panel)
	if err != nil {
		return err
	}
	replies, w, err = send(ctx, t.base, judges, calls)
	if err = errors.Join(err, want("a scorecard", replies, http.StatusOK)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("scorecards, %d judges at a time", judges), w)
	return t.compare(ctx)
}

// cards are what the judges send, of all that they were given.
func (t *trial) cards(ctx context.Context, panel []*actor) ([]call, error) {
	for _, a := range t.people[:entries] {
		t.quality[a.study] = t.random.NormFloat64()
	}
	var calls []call
	fewest, most := entries, 0
	for _, a := range panel {
		own, err := t.st.OwnCards(ctx, t.campaign.ID, a.ID)
		if err != nil {
			return nil, err
		}
		fewest, most = min(fewest, len(own)), max(most, len(own))
		severity, reach := 0.8*t.random.NormFloat64(), 0.5+t.random.Float64()
		for _, c := range own {
			scores := map[string]int{}
			for _, one := range t.campaign.Criteria {
				seen := 3 - severity + reach*t.quality[c.CaseStudyID] + 0.5*t.random.NormFloat64()
				scores[one.ID] = min(max(int(math.Round(seen)), 1), models.CampaignScores)
			}
			calls = append(calls, call{by: a, method: http.MethodPut, path: "/api/v1/campaigns/" + t.campaign.Slug + "/entries/" + c.CaseStudyID + "/score",
				json: map[string]any{"scores": scores, "feedback": "Say more of what it cost, and of who else could do it.", "submit": true}})
		}
	}
	if len(calls) != entries*perEntry {
		return nil, fmt.Errorf("%d scorecards were given out, not %d", len(calls), entries*perEntry)
	}
	fmt.Printf("| %s | entries of the judge with fewest and with most | | %d, %d | |\n", t.name, fewest, most)
	t.random.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	return calls, nil
}

// compare says how near the order of the judges comes to how good the entries are,
// by what they gave and with their severity and spread taken out.
func (t *trial) compare(ctx context.Context) error {
	cards, err := t.st.CountingCards(ctx, t.campaign.ID)
	if err != nil {
		return err
	}
	began := time.Now()
	m := judging.Meet(cards, t.campaign.Criteria, judging.TieShared, nil)
	took := time.Since(began)
	var truth, raw, normal, additive []float64
	for _, s := range m.Standings {
		truth, raw, normal, additive = append(truth, t.quality[s.CaseStudyID]), append(raw, s.Raw.Mean), append(normal, s.Normalised), append(additive, s.Adjusted)
	}
	fmt.Printf("| %s | order of %d scorecards against the truth (Spearman): raw, severity and spread taken out, severity taken out | | %.3f, %.3f, %.3f | worked out in %s |\n", t.name, m.Cards, correlation(raw, truth), correlation(normal, truth), correlation(additive, truth), round(took))
	fmt.Printf("| %s | agreement of the judges (Krippendorff's alpha) | | %.3f | |\n", t.name, m.Alpha)
	return nil
}

// decide opens the meeting and decides about the best, then has the results come out.
func (t *trial) decide(ctx context.Context) error {
	if err := t.until(ctx, t.campaign.closes.AddDate(0, 0, decideDay-closesDay).Add(time.Hour)); err != nil {
		return err
	}
	if err := t.page(ctx, "the page of the meeting", "/moderation"); err != nil {
		return err
	}
	cards, err := t.st.CountingCards(ctx, t.campaign.ID)
	if err != nil {
		return err
	}
	standings := judging.Meet(cards, t.campaign.Criteria, judging.TieShared, nil).Standings
	slices.SortFunc(standings, func(a, b judging.Standing) int { return int(math.Copysign(1, b.Normalised-a.Normalised)) })
	var calls []call
	for _, s := range standings[:winners] {
		calls = append(calls, call{by: t.organiser, method: http.MethodPost, path: "/campaigns/" + t.campaign.Slug + "/moderation/" + s.CaseStudyID,
			form: url.Values{"outcome": {string(judging.Winner)}, "reasoning": {"It gives the most time back, and the evidence is sound."}, "version": {"0"}}})
	}
	replies, w, err := send(ctx, t.base, 1, calls)
	if err = errors.Join(err, want("a decision", replies, http.StatusSeeOther)); err != nil {
		return err
	}
	t.line("decisions with a reason", w)
	return nil
}

// readResults opens what everybody reads once the results are out.
func (t *trial) readResults(ctx context.Context) error {
	if err := t.until(ctx, t.campaign.closes.AddDate(0, 0, resultsDay-closesDay).Add(time.Hour)); err != nil {
		return err
	}
	for _, p := range [][2]string{{"the campaign", ""}, {"its entries", "/entries"}, {"its results", "/results"}} {
		if err := t.page(ctx, p[0], p[1]); err != nil {
			return err
		}
	}
	replies, _, err := send(ctx, t.base, 1, []call{{by: t.people[0], method: http.MethodGet, path: "/campaigns/" + t.campaign.Slug + "/results"}})
	if err == nil && strings.Count(string(replies[0].body), "It gives the most time back") != winners {
		err = fmt.Errorf("the results do not show %d winners", winners)
	}
	return err
}

// rushIn has people send their entries at the same moment, with time left: half with
// a case study that is there, by the API, and then as many with an idea that they
// write in the form.
func (t *trial) rushIn(ctx context.Context) error {
	c, err := t.newCampaign(ctx, "The last hour", false)
	if err != nil {
		return err
	}
	var calls, ideas []call
	for _, a := range t.people[entries : entries+rush] {
		calls = append(calls, t.entryOf(a, c.Slug))
		ideas = append(ideas, call{by: a, method: http.MethodPost, path: "/campaigns/" + c.Slug + "/enter", form: url.Values{"case_study": {"new"}, "title": {"Results that find their way " + a.Handle},
			"body": {"The laboratory could send them to the community team as it sends them to the ward."}, "action": {"enter"}}})
	}
	replies, w, err := send(ctx, t.base, rush, calls)
	if err = errors.Join(err, want("an entry in the rush", replies, http.StatusCreated)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("the rush: entries of %d people at the same moment (aim: p95 under 1 s)", rush), w)
	replies, w, err = send(ctx, t.base, rush, ideas)
	if err = errors.Join(err, want("an idea in the rush", replies, http.StatusSeeOther)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("the rush: new ideas of %d people at the same moment (aim: p95 under 1 s)", rush), w)
	return t.kept(ctx, c.ID, 2*rush)
}

// kept holds what was acknowledged against what is there.
func (t *trial) kept(ctx context.Context, campaign string, want int) error {
	var n int64
	err := t.st.DB(ctx).Table("campaign_entries").Where("campaign_id = ? AND state = ?", campaign, models.EntryEntered).Count(&n).Error
	if err == nil && int(n) != want {
		err = fmt.Errorf("%d entries were acknowledged, and %d are there", want, n)
	}
	return err
}

// lead is how long before entries close the first of them is sent at the deadline: in
// that time about half of them can be.
const lead = 250 * time.Millisecond

// deadline has people send their entries all around the second in which they close,
// and holds every answer to that second.
func (t *trial) deadline(ctx context.Context) error {
	c, err := t.newCampaign(ctx, "To the second", false)
	if err != nil {
		return err
	}
	var calls []call
	for _, a := range t.people[entries+rush : entries+2*rush] {
		calls = append(calls, t.entryOf(a, c.Slug))
	}
	if err := t.until(ctx, c.closes.Add(-lead)); err != nil {
		return err
	}
	replies, w, err := send(ctx, t.base, 64, calls)
	if err = errors.Join(err, want("an entry at the deadline", replies, http.StatusCreated, http.StatusConflict)); err != nil {
		return err
	}
	t.line(fmt.Sprintf("around the deadline: %d in time, %d too late", w.byCode[http.StatusCreated], w.byCode[http.StatusConflict]), w)
	var late int64
	err = t.st.DB(ctx).Table("campaign_entries").Where("campaign_id = ? AND state = ? AND arrived_at >= ?", c.ID, models.EntryEntered, c.closes).Count(&late).Error
	if err == nil && late > 0 {
		err = fmt.Errorf("%d entries that came too late are in", late)
	}
	var drafts int64
	if err == nil {
		err = t.st.DB(ctx).Table("campaign_entries").Where("campaign_id = ? AND state = ?", c.ID, models.EntryDraft).Count(&drafts).Error
	}
	if err == nil && int(drafts) != w.byCode[http.StatusConflict] {
		err = fmt.Errorf("%d entries were too late, and %d are kept as drafts", w.byCode[http.StatusConflict], drafts)
	}
	return errors.Join(err, t.kept(ctx, c.ID, w.byCode[http.StatusCreated]))
}
