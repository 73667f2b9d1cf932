package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
	"grassroots/models/judging"
)

// ProgrammeCampaigns gives all campaigns with their dates, drafts too: those that have
// not ended before the others, of each the newest first. more tells that there are
// others beyond limit. Whether somebody may read drafts is for the caller to ask.
func (s *Store) ProgrammeCampaigns(ctx context.Context, limit int) (list []models.Campaign, more bool, err error) {
	ended := clause.Expr{SQL: "CASE WHEN campaigns.published_at IS NOT NULL AND campaigns.results_at <= ? THEN 1 ELSE 0 END, campaigns.id DESC", Vars: []any{s.Now()}}
	list, err = s.campaignsWhere(ctx, s.DB(ctx).Clauses(clause.OrderBy{Expression: ended}).Limit(limit+1))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}

// CalendarCampaigns gives the campaigns that everybody may read and whose results are to
// come or came after a moment, the newest first.
func (s *Store) CalendarCampaigns(ctx context.Context, since time.Time, limit int) ([]models.Campaign, error) {
	return s.campaignsWhere(ctx, s.campaignsIn(s.DB(ctx), "").Where("campaigns.results_at > ?", since).Order("campaigns.id DESC").Limit(limit))
}

// campaignSums counts in one statement, however many campaigns there are. Where nothing was
// entered by itself, what names the campaign are its entries, as in Contestants.
const campaignSums = `SELECT c.id AS campaign_id,
	(SELECT COUNT(*) FROM campaign_entries e JOIN case_studies cs ON cs.id = e.case_study_id WHERE e.campaign_id = c.id AND e.state = 'entered' AND cs.status = 'published')
		+ (SELECT COUNT(*) FROM case_study_facets f JOIN case_studies cs ON cs.id = f.case_study_id WHERE f.facet = 'campaign' AND f.value = c.slug AND cs.status = 'published'
			AND NOT EXISTS (SELECT 1 FROM campaign_entries e WHERE e.campaign_id = c.id)) AS entries,
	(SELECT COUNT(*) FROM campaign_entries e WHERE e.campaign_id = c.id AND e.state = 'draft' AND NOT e.late) AS drafts,
	(SELECT COUNT(*) FROM campaign_entries e WHERE e.campaign_id = c.id AND e.state = 'draft' AND e.late AND e.kept_out = '') AS late,
	(SELECT COUNT(*) FROM campaign_judges j WHERE j.campaign_id = c.id) AS asked,
	(SELECT COUNT(*) FROM campaign_judges j WHERE j.campaign_id = c.id AND j.accepted) AS accepted,
	(SELECT COUNT(*) FROM campaign_scorecards k WHERE k.campaign_id = c.id) AS given,
	(SELECT COUNT(k.submitted_at) FROM campaign_scorecards k WHERE k.campaign_id = c.id) AS done,
	(SELECT COUNT(*) FROM campaign_decisions d WHERE d.campaign_id = c.id) AS decided,
	(SELECT COUNT(*) FROM campaign_shortlist l JOIN case_studies cs ON cs.id = l.case_study_id AND cs.status = 'published' LEFT JOIN campaign_entries e ON e.campaign_id = l.campaign_id AND e.case_study_id = l.case_study_id
		WHERE l.campaign_id = c.id AND (e.state = 'entered' OR NOT EXISTS (SELECT 1 FROM campaign_entries o WHERE o.campaign_id = c.id))) AS shortlisted,
	CAST(CASE WHEN b.rule IS NULL THEN 0
		WHEN b.secret THEN (SELECT COALESCE(SUM(t.votes), 0) FROM campaign_tallies t WHERE t.campaign_id = c.id)
		WHEN b.rule = 'pairwise' THEN (SELECT COUNT(*) FROM campaign_pairs p WHERE p.campaign_id = c.id)
		ELSE (SELECT COALESCE(SUM(v.votes), 0) FROM campaign_votes v WHERE v.campaign_id = c.id) END AS BIGINT) AS votes,
	COALESCE(b.rule, '') AS rule, COALESCE(b.counts, '') AS counts, COALESCE(b.stage, '') AS stage
	FROM campaigns c LEFT JOIN campaign_ballots b ON b.campaign_id = c.id WHERE c.id IN ?`

// CampaignSums counts what campaigns have, by their ids.
func (s *Store) CampaignSums(ctx context.Context, ids []string) (map[string]judging.CampaignSums, error) {
	out := make(map[string]judging.CampaignSums, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		CampaignID                                                                       string
		Entries, Drafts, Late, Asked, Accepted, Given, Done, Decided, Shortlisted, Votes int
		Rule                                                                             judging.Rule
		Counts                                                                           judging.Counts
		Stage                                                                            models.CampaignStage
	}
	err := s.DB(ctx).Raw(campaignSums, ids).Scan(&rows).Error
	for _, r := range rows {
		out[r.CampaignID] = judging.CampaignSums{CampaignID: r.CampaignID, Entries: r.Entries, Drafts: r.Drafts, Late: r.Late, Asked: r.Asked, Accepted: r.Accepted, Given: r.Given, Done: r.Done,
			Decided: r.Decided, Shortlisted: r.Shortlisted, Votes: r.Votes, Ballot: judging.Ballot{CampaignID: r.CampaignID, Rule: r.Rule, Counts: r.Counts, Stage: r.Stage}}
	}
	return out, err
}
