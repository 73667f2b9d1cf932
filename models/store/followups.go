package store

import (
	"context"
	"time"

	"grassroots/models"
	"grassroots/models/aftermath"
)

// errNoFollowUp is what whoever opens a link is told that is none, or none any more: the
// same words for both.
var errNoFollowUp = models.E(models.NotFound, "This link cannot be used: it is too old, or not whole. Whoever entered can sign in and answer from the page of the results.")

type followUpRow struct {
	ID, CampaignID, CaseStudyID, Reason, Outcome, Measure, Slug, Title, OwnerID string
	Months, Version                                                             int
	AskedAt, ExpiresAt                                                          time.Time
	RemindedAt, AnsweredAt                                                      *time.Time
	Answer                                                                      aftermath.Answer
	Places                                                                      jsonList[string]
}

func (s *Store) followUpsWhere(ctx context.Context, where string, args ...any) ([]aftermath.FollowUp, error) {
	var rows []followUpRow
	err := s.DB(ctx).Raw(`SELECT f.id, f.campaign_id, f.case_study_id, f.months, f.asked_at, f.reminded_at, f.expires_at, f.answered_at, f.answer, f.reason, f.places, f.outcome, f.measure, f.version,
		c.slug, c.title, c.owner_id FROM campaign_followups f JOIN case_studies c ON c.id = f.case_study_id WHERE c.status = 'published' AND `+where+` ORDER BY LOWER(c.title), c.id, f.months`, args...).Scan(&rows).Error
	out := make([]aftermath.FollowUp, len(rows))
	for i, r := range rows {
		out[i] = aftermath.FollowUp{ID: r.ID, CampaignID: r.CampaignID, CaseStudyID: r.CaseStudyID, Months: r.Months, AskedAt: r.AskedAt, RemindedAt: r.RemindedAt, ExpiresAt: r.ExpiresAt, AnsweredAt: r.AnsweredAt,
			Answer: r.Answer, Reason: r.Reason, Places: r.Places, Outcome: r.Outcome, Measure: r.Measure, Version: r.Version, Slug: r.Slug, Title: r.Title, OwnerID: r.OwnerID}
	}
	return out, err
}

// FollowUps gives what was asked after a campaign, by title and months.
func (s *Store) FollowUps(ctx context.Context, campaignID string) ([]aftermath.FollowUp, error) {
	return s.followUpsWhere(ctx, "f.campaign_id = ?", campaignID)
}

// FollowUpByToken gives what the link of an e-mail asks. NotFound when there is none, or
// the link is too old.
func (s *Store) FollowUpByToken(ctx context.Context, token string) (aftermath.FollowUp, error) {
	hash := hashSecret(token)
	list, err := s.followUpsWhere(ctx, "(f.token_hash = ? OR f.reminder_hash = ?) AND f.expires_at > ?", hash, hash, s.Now())
	if err == nil && len(list) == 0 {
		err = errNoFollowUp
	}
	if err != nil {
		return aftermath.FollowUp{}, err
	}
	return list[0], nil
}

// FollowedCampaigns gives the campaigns that everybody may read and whose results came out
// between two moments.
func (s *Store) FollowedCampaigns(ctx context.Context, from, to time.Time) ([]models.Campaign, error) {
	return s.campaignsWhere(ctx, s.campaignsIn(s.DB(ctx), "").Where("campaigns.results_at >= ? AND campaigns.results_at <= ?", from, to).Order("campaigns.id"))
}

// AskFollowUp notes that an entry is asked, and tells whether it had not been: whichever
// node asks, it is asked once. Its ID and times are set.
func (s *Store) AskFollowUp(ctx context.Context, f *aftermath.FollowUp, token string) (bool, error) {
	f.ID, f.AskedAt, f.Version = s.NewID(), s.Now(), 1
	f.ExpiresAt = f.AskedAt.Add(aftermath.AnswerWithin)
	done := s.DB(ctx).Exec("INSERT INTO campaign_followups (id, campaign_id, case_study_id, months, token_hash, asked_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		f.ID, f.CampaignID, f.CaseStudyID, f.Months, hashSecret(token), f.AskedAt, f.ExpiresAt)
	return done.RowsAffected > 0, done.Error
}

// KeepFollowUp brings in what was asked and answered at times of its own, without a link to
// answer by: of what is invented. What is there stays.
func (s *Store) KeepFollowUp(ctx context.Context, f *aftermath.FollowUp) error {
	f.ID = s.NewID()
	return s.exec(ctx, `INSERT INTO campaign_followups (id, campaign_id, case_study_id, months, asked_at, reminded_at, expires_at, answered_at, answer, reason, places, outcome, measure) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		f.ID, f.CampaignID, f.CaseStudyID, f.Months, f.AskedAt, f.RemindedAt, f.ExpiresAt, f.AnsweredAt, f.Answer, f.Reason, jsonList[string](f.Places), f.Outcome, f.Measure)
}

// SilentFollowUps gives up to limit that were asked before a moment, and were neither
// answered nor reminded of.
func (s *Store) SilentFollowUps(ctx context.Context, before time.Time, limit int) ([]aftermath.FollowUp, error) {
	list, err := s.followUpsWhere(ctx, "f.answered_at IS NULL AND f.reminded_at IS NULL AND f.asked_at <= ? AND f.expires_at > ?", before, s.Now())
	return list[:min(len(list), limit)], err
}

// RemindFollowUp notes that who was asked is reminded by a further link, and tells whether
// they had not been. The first link can be answered by too.
func (s *Store) RemindFollowUp(ctx context.Context, id, token string) (bool, error) {
	done := s.DB(ctx).Exec("UPDATE campaign_followups SET reminded_at = ?, reminder_hash = ? WHERE id = ? AND reminded_at IS NULL AND answered_at IS NULL", s.Now(), hashSecret(token), id)
	return done.RowsAffected > 0, done.Error
}

// AnswerFollowUp keeps an answer, or corrects it. f.Version is of what it is made from:
// Conflict when it was changed meanwhile.
func (s *Store) AnswerFollowUp(ctx context.Context, f *aftermath.FollowUp) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now := s.Now()
		Note(ctx, "campaign.follow-up", f.CampaignID, nil, map[string]any{"case_study": f.CaseStudyID, "months": f.Months, "answer": f.Answer})
		done := s.DB(ctx).Exec("UPDATE campaign_followups SET answered_at = ?, answer = ?, reason = ?, places = ?, outcome = ?, measure = ?, version = version + 1 WHERE id = ? AND version = ?",
			now, f.Answer, f.Reason, jsonList[string](f.Places), f.Outcome, f.Measure, f.ID, f.Version)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody of your team has answered meanwhile. Look at it again.")
		}
		f.AnsweredAt, f.Version = &now, f.Version+1
		return done.Error
	})
}

// TeamEmails gives the e-mail addresses of those of some people whose accounts are open.
func (s *Store) TeamEmails(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct{ ID, Email string }
	err := s.DB(ctx).Raw("SELECT id, email FROM people WHERE id IN ? AND closed_at IS NULL AND email <> '' AND email <> ?", ids, models.ImporterEmail).Scan(&rows).Error
	for _, r := range rows {
		out[r.ID] = r.Email
	}
	return out, err
}

// MailedOfCampaigns gives those of some people who want e-mail about campaigns that they
// follow or entered.
func (s *Store) MailedOfCampaigns(ctx context.Context, ids []string) (map[string]bool, error) {
	settings, err := s.notifySettingsOf(ctx, ids)
	out := map[string]bool{}
	for _, id := range ids {
		set := settings[id]
		out[id] = set.Choice(models.NotifyCampaign).Mails()
	}
	return out, err
}
