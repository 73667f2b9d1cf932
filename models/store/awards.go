package store

import (
	"context"

	"grassroots/models"
	"grassroots/models/aftermath"
)

// Awards gives what was awarded in a campaign, in the order in which it was recorded, of
// case studies that everybody may read.
func (s *Store) Awards(ctx context.Context, campaignID string) ([]aftermath.Award, error) {
	var out []aftermath.Award
	err := s.DB(ctx).Raw(`SELECT a.id, a.campaign_id, a.case_study_id, a.pence, a.purpose, a.organisation, a.awarded_on, a.note, a.person_id, a.version, a.created_at, a.updated_at, c.slug, c.title, COALESCE(o.name, '') AS org_name
		FROM campaign_awards a JOIN case_studies c ON c.id = a.case_study_id LEFT JOIN organisations o ON o.code = a.organisation WHERE a.campaign_id = ? AND c.status = ? ORDER BY a.id`, campaignID, models.Published).Scan(&out).Error
	return out, err
}

// Award gives one award of a campaign. NotFound when there is none.
func (s *Store) Award(ctx context.Context, campaignID, id string) (aftermath.Award, error) {
	list, err := s.Awards(ctx, campaignID)
	for _, a := range list {
		if a.ID == id {
			return a, nil
		}
	}
	if err == nil {
		err = models.E(models.NotFound, "That award cannot be found.")
	}
	return aftermath.Award{}, err
}

// forRecord is what the audit record keeps of an award.
func forRecord(a *aftermath.Award) map[string]any {
	return map[string]any{"award": a.ID, "case_study": a.CaseStudyID, "pence": a.Pence, "organisation": a.Organisation, "awarded_on": a.AwardedOn}
}

// SaveAward records an award, or corrects one. a.Version is of what the correction was
// made from, 0 for a new one. Conflict when it was changed meanwhile.
func (s *Store) SaveAward(ctx context.Context, a *aftermath.Award) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		a.UpdatedAt = s.Now()
		if a.Version == 0 {
			a.ID, a.Version, a.CreatedAt = s.NewID(), 1, a.UpdatedAt
			Note(ctx, "campaign.award", a.CampaignID, nil, forRecord(a))
			return s.exec(ctx, "INSERT INTO campaign_awards (id, campaign_id, case_study_id, pence, purpose, organisation, awarded_on, note, person_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				a.ID, a.CampaignID, a.CaseStudyID, a.Pence, a.Purpose, a.Organisation, a.AwardedOn, a.Note, a.PersonID, a.CreatedAt, a.UpdatedAt)
		}
		old, err := s.Award(ctx, a.CampaignID, a.ID)
		if err != nil {
			return err
		}
		Note(ctx, "campaign.award", a.CampaignID, forRecord(&old), forRecord(a))
		done := s.DB(ctx).Exec("UPDATE campaign_awards SET case_study_id = ?, pence = ?, purpose = ?, organisation = ?, awarded_on = ?, note = ?, person_id = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?",
			a.CaseStudyID, a.Pence, a.Purpose, a.Organisation, a.AwardedOn, a.Note, a.PersonID, a.UpdatedAt, a.ID, a.Version)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has corrected this award since you opened it. Look at it again.")
		}
		a.Version++
		return done.Error
	})
}

// RemoveAward takes back an award that was recorded by mistake. NotFound when there is
// none.
func (s *Store) RemoveAward(ctx context.Context, campaignID, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.Award(ctx, campaignID, id)
		if err != nil {
			return err
		}
		Note(ctx, "campaign.award-remove", campaignID, forRecord(&old), nil)
		return s.exec(ctx, "DELETE FROM campaign_awards WHERE id = ?", id)
	})
}

// Fund gives what there is to award in a campaign; version 0 when none is set.
func (s *Store) Fund(ctx context.Context, campaignID string) (aftermath.Fund, error) {
	var list []aftermath.Fund
	err := s.DB(ctx).Table("campaign_funds").Where("campaign_id = ?", campaignID).Find(&list).Error
	if err != nil || len(list) == 0 {
		return aftermath.Fund{CampaignID: campaignID}, err
	}
	return list[0], nil
}

// SaveFund sets what there is to award; none at all takes the fund away. f.Version is of
// what it is changed from. Conflict when it was changed meanwhile.
func (s *Store) SaveFund(ctx context.Context, f *aftermath.Fund) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.Fund(ctx, f.CampaignID)
		if err != nil {
			return err
		}
		if old.Version != f.Version {
			return models.E(models.Conflict, "Somebody has changed the fund meanwhile. Look at it again.")
		}
		Note(ctx, "campaign.fund", f.CampaignID, map[string]any{"pence": old.Pence}, map[string]any{"pence": f.Pence})
		// The version is asked of the row as it is written: another may have read it as well.
		done := s.DB(ctx).Exec("INSERT INTO campaign_funds (campaign_id, pence) SELECT ?, ? WHERE ? = 0 ON CONFLICT DO NOTHING", f.CampaignID, f.Pence, f.Version)
		if f.Version > 0 {
			done = s.DB(ctx).Exec("UPDATE campaign_funds SET pence = ?, version = version + 1 WHERE campaign_id = ? AND version = ?", f.Pence, f.CampaignID, f.Version)
		}
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has changed the fund meanwhile. Look at it again.")
		}
		f.Version++
		return done.Error
	})
}
