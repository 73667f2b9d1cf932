package store

import (
	"context"

	"grassroots/models"
	"grassroots/models/judging"
)

// Shortlist gives what was decided of the entries of a campaign in shortlisting.
func (s *Store) Shortlist(ctx context.Context, campaignID string) ([]judging.Shortlisting, error) {
	var out []judging.Shortlisting
	err := s.DB(ctx).Table("campaign_shortlist l").Select("l.*, p.name AS by_name").Joins("JOIN people p ON p.id = l.person_id").Where("l.campaign_id = ?", campaignID).Order("l.case_study_id").Find(&out).Error
	return out, err
}

// SaveShortlisting keeps whether an entry is shortlisted. v.Version is of what it is
// changed from, 0 for nothing. An entry that is not loses the judges that have not begun
// to score it. Conflict when it was decided meanwhile, or a judge has begun.
func (s *Store) SaveShortlisting(ctx context.Context, v *judging.Shortlisting) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.shortlist", v.CampaignID, nil, map[string]any{"case_study": v.CaseStudyID, "chosen": v.Chosen})
		if !v.Chosen {
			if err := s.exec(ctx, "DELETE FROM campaign_scorecards WHERE campaign_id = ? AND case_study_id = ? AND changed_at IS NULL AND submitted_at IS NULL", v.CampaignID, v.CaseStudyID); err != nil {
				return err
			}
			var begun int64
			if err := s.DB(ctx).Raw("SELECT COUNT(*) FROM campaign_scorecards WHERE campaign_id = ? AND case_study_id = ?", v.CampaignID, v.CaseStudyID).Scan(&begun).Error; err != nil {
				return err
			}
			if begun > 0 {
				return models.E(models.Conflict, "A judge has begun to score this entry, so it stays on the shortlist.")
			}
		}
		v.DecidedAt = s.Now()
		done := s.DB(ctx).Exec("INSERT INTO campaign_shortlist (campaign_id, case_study_id, chosen, reason, person_id, decided_at) SELECT ?, ?, ?, ?, ?, ? WHERE ? = 0 ON CONFLICT DO NOTHING",
			v.CampaignID, v.CaseStudyID, v.Chosen, v.Reason, v.PersonID, v.DecidedAt, v.Version)
		if v.Version > 0 {
			done = s.DB(ctx).Exec("UPDATE campaign_shortlist SET chosen = ?, reason = ?, person_id = ?, decided_at = ?, version = version + 1 WHERE campaign_id = ? AND case_study_id = ? AND version = ?",
				v.Chosen, v.Reason, v.PersonID, v.DecidedAt, v.CampaignID, v.CaseStudyID, v.Version)
		}
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has decided on this entry meanwhile. Look at it again.")
		}
		v.Version++
		return done.Error
	})
}
