package store

import (
	"context"
	"strconv"

	"grassroots/models"
	"grassroots/models/judging"
)

// enteredStudies are the ids of what can be voted for and judged in a campaign. Where
// nothing was entered by itself, as in one that came from elsewhere, those that name the
// campaign are its entries.
const enteredStudies = `SELECT n.case_study_id FROM campaign_entries n JOIN case_studies e ON e.id = n.case_study_id WHERE n.campaign_id = @id AND n.state = 'entered' AND e.status = 'published'
	UNION SELECT f.case_study_id FROM case_study_facets f JOIN case_studies e ON e.id = f.case_study_id WHERE f.facet = 'campaign' AND f.value = @slug AND e.status = 'published'
		AND NOT EXISTS (SELECT 1 FROM campaign_entries n WHERE n.campaign_id = @id)`

// Contestants gives the entries of a campaign that can be voted for and judged, by
// title, with who entered them. Two statements, however many there are.
func (s *Store) Contestants(ctx context.Context, c *models.Campaign) ([]judging.Contestant, error) {
	named := map[string]any{"id": c.ID, "slug": c.Slug}
	var rows []struct{ CaseStudyID, Slug, Title, Summary, Organisation, OrgName, Byline, OwnerID string }
	err := s.DB(ctx).Raw(`SELECT cs.id AS case_study_id, cs.slug, cs.title, cs.summary, cs.organisation, COALESCE(o.name, '') AS org_name, cs.byline, cs.owner_id
		FROM case_studies cs LEFT JOIN organisations o ON o.code = cs.organisation WHERE cs.id IN (`+enteredStudies+`) ORDER BY LOWER(cs.title), cs.id`, named).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, at := make([]judging.Contestant, len(rows)), make(map[string]int, len(rows))
	for i, r := range rows {
		at[r.CaseStudyID] = i
		out[i] = judging.Contestant{CaseStudyID: r.CaseStudyID, Slug: r.Slug, Title: r.Title, Summary: r.Summary, Organisation: r.Organisation, OrgName: r.OrgName, Byline: r.Byline, OwnerID: r.OwnerID}
		if r.Organisation != "" {
			out[i].Organisations = []string{r.Organisation}
		}
	}
	var team []struct{ CaseStudyID, PersonID, Name, Handle, Organisation string }
	err = s.DB(ctx).Raw(`SELECT t.case_study_id, p.id AS person_id, p.name, p.handle, p.organisation FROM (
			SELECT id AS case_study_id, owner_id AS person_id FROM case_studies WHERE id IN (`+enteredStudies+`) UNION
			SELECT case_study_id, person_id FROM case_study_people WHERE case_study_id IN (`+enteredStudies+`)) t
		JOIN people p ON p.id = t.person_id ORDER BY t.case_study_id, p.id`, named).Scan(&team).Error
	for _, t := range team {
		one := &out[at[t.CaseStudyID]]
		one.Team, one.TeamNames, one.TeamHandles = append(one.Team, t.PersonID), append(one.TeamNames, t.Name), append(one.TeamHandles, t.Handle)
		if t.Organisation != "" {
			one.Organisations = append(one.Organisations, t.Organisation)
		}
	}
	return out, err
}

// EntriesVersion gives a word that is another whenever an entry to a campaign comes,
// changes or goes; not when its case study does.
func (s *Store) EntriesVersion(ctx context.Context, campaignID string) (string, error) {
	var v struct{ N, Sum int64 }
	err := s.DB(ctx).Raw("SELECT COUNT(*) AS n, COALESCE(SUM(version), 0) AS sum FROM campaign_entries WHERE campaign_id = ?", campaignID).Scan(&v).Error
	return strconv.FormatInt(v.N, 36) + "." + strconv.FormatInt(v.Sum, 36), err
}

// closeJudging forgets what an account that is closed was asked to judge and has not,
// and what is for that person alone. What counts goes on counting.
func (s *Store) closeJudging(ctx context.Context, personID string) error {
	for _, statement := range []string{
		"DELETE FROM campaign_scorecards WHERE person_id = ? AND submitted_at IS NULL",
		"UPDATE campaign_scorecards SET note = '' WHERE person_id = ?",
		"DELETE FROM campaign_judges WHERE person_id = ?",
		"DELETE FROM campaign_conflicts WHERE person_id = ?",
	} {
		if err := s.exec(ctx, statement, personID); err != nil {
			return err
		}
	}
	return nil
}

// ownJudging lists what an export of one's own data has of votes and judging in
// campaigns.
func ownJudging() []OwnSection {
	judged, paired := "campaign_id || ':' || case_study_id", "campaign_id || ':' || first_id || ':' || second_id"
	return []OwnSection{
		{"campaign-turnout", "Campaigns in which you voted", "SELECT campaign_id AS place, campaign_id FROM campaign_voters WHERE person_id = @person AND campaign_id > @after ORDER BY campaign_id"},
		{"campaign-votes", "What you voted for in campaigns, where that is not secret", "SELECT " + judged + " AS place, campaign_id, case_study_id, votes, cast_at FROM campaign_votes WHERE person_id = @person AND " + judged + " > @after ORDER BY 1"},
		{"campaign-pairs", "Which of two entries you preferred", "SELECT " + paired + " AS place, campaign_id, first_id, second_id, winner_id, cast_at FROM campaign_pairs WHERE person_id = @person AND " + paired + " > @after ORDER BY 1"},
		{"judge-of", "Campaigns that you judge, or were asked to", "SELECT campaign_id AS place, campaign_id, invited_at, answered_at, accepted FROM campaign_judges WHERE person_id = @person AND campaign_id > @after ORDER BY campaign_id"},
		{"judges-asked", "Whom you asked to judge", "SELECT campaign_id || ':' || person_id AS place, campaign_id, person_id, invited_at FROM campaign_judges WHERE invited_by = @person AND campaign_id || ':' || person_id > @after ORDER BY 1"},
		{"scorecards", "What you said as a judge", "SELECT " + judged + " AS place, campaign_id, case_study_id, scores, note, feedback, assigned_at, changed_at, submitted_at FROM campaign_scorecards WHERE person_id = @person AND " + judged + " > @after ORDER BY 1"},
		{"judging-conflicts", "What you declared that you may not judge", "SELECT " + judged + " AS place, campaign_id, case_study_id, declared_at FROM campaign_conflicts WHERE person_id = @person AND " + judged + " > @after ORDER BY 1"},
		{"campaign-shortlists", "What you decided on shortlists of campaigns", "SELECT " + judged + " AS place, campaign_id, case_study_id, chosen, reason, decided_at FROM campaign_shortlist WHERE person_id = @person AND " + judged + " > @after ORDER BY 1"},
		{"campaign-decisions", "What you decided on entries of campaigns", "SELECT " + judged + " AS place, campaign_id, case_study_id, outcome, reasoning, decided_at FROM campaign_decisions WHERE person_id = @person AND " + judged + " > @after ORDER BY 1"},
	}
}
