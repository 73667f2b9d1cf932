package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
	"grassroots/models/judging"
)

// PanelRules gives how a campaign is judged. NotFound when that is not said.
func (s *Store) PanelRules(ctx context.Context, campaignID string) (judging.PanelRules, error) {
	var list []judging.PanelRules
	err := s.DB(ctx).Table("campaign_panels").Where("campaign_id = ?", campaignID).Find(&list).Error
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "This campaign has no panel.")
	}
	if err != nil {
		return judging.PanelRules{}, err
	}
	return list[0], nil
}

// SavePanelRules sets how a campaign is judged. r.Version is of what the change was
// made from, 0 for none; the seed stays once it is there. Conflict when it was changed
// meanwhile.
func (s *Store) SavePanelRules(ctx context.Context, r *judging.PanelRules) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.panel", r.CampaignID, nil, map[string]any{"per_entry": r.PerEntry, "blind": r.Blind, "tie": r.Tie})
		done := s.DB(ctx).Exec("INSERT INTO campaign_panels (campaign_id, per_entry, blind, tie, seed) SELECT ?, ?, ?, ?, ? WHERE ? = 0 ON CONFLICT DO NOTHING", r.CampaignID, r.PerEntry, r.Blind, r.Tie, r.Seed, r.Version)
		if r.Version > 0 {
			done = s.DB(ctx).Exec("UPDATE campaign_panels SET per_entry = ?, blind = ?, tie = ?, version = version + 1 WHERE campaign_id = ? AND version = ?", r.PerEntry, r.Blind, r.Tie, r.CampaignID, r.Version)
		}
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has changed this panel meanwhile. Look at it again.")
		}
		r.Version++
		return done.Error
	})
}

// Judges gives the panel of a campaign with those who were asked, by name, with how
// many entries each has and has done.
func (s *Store) Judges(ctx context.Context, campaignID string) ([]judging.Member, error) {
	var out []judging.Member
	err := s.DB(ctx).Raw(`SELECT j.person_id, p.name, p.handle, p.organisation, j.invited_at, j.answered_at, j.accepted, COUNT(c.case_study_id) AS given, COUNT(c.submitted_at) AS done
		FROM campaign_judges j JOIN people p ON p.id = j.person_id LEFT JOIN campaign_scorecards c ON c.campaign_id = j.campaign_id AND c.person_id = j.person_id
		WHERE j.campaign_id = ? GROUP BY j.person_id, p.name, p.handle, p.organisation, j.invited_at, j.answered_at, j.accepted ORDER BY p.name, j.person_id`, campaignID).Scan(&out).Error
	return out, err
}

// Judge gives somebody's part in the panel of a campaign. NotFound when they were not
// asked.
func (s *Store) Judge(ctx context.Context, campaignID, personID string) (judging.Member, error) {
	var list []judging.Member
	err := s.DB(ctx).Table("campaign_judges").Where("campaign_id = ? AND person_id = ?", campaignID, personID).Find(&list).Error
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "You are not on the panel of this campaign, and were not asked to be.")
	}
	if err != nil {
		return judging.Member{}, err
	}
	return list[0], nil
}

// InviteJudge asks somebody to judge, and tells whether they had not been asked yet.
func (s *Store) InviteJudge(ctx context.Context, campaignID, personID, by string) (invited bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.judge-ask", campaignID, nil, map[string]any{"person": personID})
		done := s.DB(ctx).Exec("INSERT INTO campaign_judges (campaign_id, person_id, invited_by, invited_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", campaignID, personID, by, s.Now())
		invited = done.RowsAffected > 0
		return done.Error
	})
	return invited, err
}

// AnswerJudging says whether somebody who was asked judges. Who declines lets go of
// the entries that they have and have not submitted. NotFound when they were not asked.
func (s *Store) AnswerJudging(ctx context.Context, campaignID, personID string, accept bool) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.judge-answer", campaignID, nil, map[string]any{"person": personID, "accepted": accept})
		done := s.DB(ctx).Exec("UPDATE campaign_judges SET accepted = ?, answered_at = ? WHERE campaign_id = ? AND person_id = ?", accept, s.Now(), campaignID, personID)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.NotFound, "You are not on the panel of this campaign, and were not asked to be.")
		}
		if done.Error != nil || accept {
			return done.Error
		}
		return s.exec(ctx, "DELETE FROM campaign_scorecards WHERE campaign_id = ? AND person_id = ? AND submitted_at IS NULL", campaignID, personID)
	})
}

// RemindJudges does once for each judge who has scorecards left to submit, in a
// campaign whose stage of judging ends within a time, what is to be done: remind is
// called in the transaction that notes it. It takes limit judges at a time; done tells
// that there are no more.
func (s *Store) RemindJudges(ctx context.Context, within time.Duration, limit int, remind func(ctx context.Context, c models.Campaign, people []string) error) (done bool, err error) {
	now := s.Now()
	err = s.Tx(ctx, func(ctx context.Context) error {
		var rows []campaignPerson
		err := s.DB(ctx).Raw(`UPDATE campaign_judges SET reminded_at = ? WHERE reminded_at IS NULL AND (campaign_id, person_id) IN (SELECT j.campaign_id, j.person_id FROM campaign_judges j
			JOIN campaigns c ON c.id = j.campaign_id AND c.published_at IS NOT NULL JOIN campaign_stages s ON s.campaign_id = j.campaign_id AND s.stage = 'judge' AND s.starts_at <= ?
			JOIN campaign_stages n ON n.campaign_id = j.campaign_id AND n.starts_at > ? AND n.starts_at <= ? AND n.starts_at = (SELECT MIN(m.starts_at) FROM campaign_stages m WHERE m.campaign_id = j.campaign_id AND m.starts_at > s.starts_at)
			WHERE j.accepted AND j.reminded_at IS NULL AND EXISTS (SELECT 1 FROM campaign_scorecards d WHERE d.campaign_id = j.campaign_id AND d.person_id = j.person_id AND d.submitted_at IS NULL)
			ORDER BY j.campaign_id, j.person_id LIMIT ?) RETURNING campaign_id, person_id`, now, now, now, now.Add(within), limit).Scan(&rows).Error
		if err != nil {
			return err
		}
		done = len(rows) < limit
		return s.eachCampaign(ctx, rows, remind)
	})
	return done, err
}

// RemoveJudge takes somebody off a panel, with what they have not submitted; what they
// have counts on. NotFound when they are not on it.
func (s *Store) RemoveJudge(ctx context.Context, campaignID, personID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.judge-remove", campaignID, nil, map[string]any{"person": personID})
		done := s.DB(ctx).Exec("DELETE FROM campaign_judges WHERE campaign_id = ? AND person_id = ?", campaignID, personID)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.NotFound, "They are not on this panel.")
		}
		if done.Error != nil {
			return done.Error
		}
		return s.exec(ctx, "DELETE FROM campaign_scorecards WHERE campaign_id = ? AND person_id = ? AND submitted_at IS NULL", campaignID, personID)
	})
}

// Conflicts gives who may not judge what, by their own word.
func (s *Store) Conflicts(ctx context.Context, campaignID string) ([]judging.Pair, error) {
	var out []judging.Pair
	err := s.DB(ctx).Table("campaign_conflicts").Select("case_study_id AS entry, person_id AS judge").Where("campaign_id = ?", campaignID).Order("case_study_id, person_id").Find(&out).Error
	return out, err
}

// DeclareConflict says that a judge may not judge an entry, and takes it from them with
// whatever they said of it.
func (s *Store) DeclareConflict(ctx context.Context, campaignID, caseStudyID, personID string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.conflict", campaignID, nil, map[string]any{"case_study": caseStudyID})
		if err := s.exec(ctx, "INSERT INTO campaign_conflicts (campaign_id, case_study_id, person_id, declared_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", campaignID, caseStudyID, personID, s.Now()); err != nil {
			return err
		}
		return s.exec(ctx, "DELETE FROM campaign_scorecards WHERE campaign_id = ? AND case_study_id = ? AND person_id = ?", campaignID, caseStudyID, personID)
	})
}

// Given gives who judges what in a campaign.
func (s *Store) Given(ctx context.Context, campaignID string) ([]judging.Pair, error) {
	var out []judging.Pair
	err := s.DB(ctx).Table("campaign_scorecards").Select("case_study_id AS entry, person_id AS judge").Where("campaign_id = ?", campaignID).Order("case_study_id, person_id").Find(&out).Error
	return out, err
}

// Give gives entries to judges, beside what they have, and takes those that are lost,
// unless they were submitted.
func (s *Store) Give(ctx context.Context, campaignID string, pairs, lost []judging.Pair) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.assign", campaignID, nil, map[string]any{"pairs": len(pairs), "taken": len(lost)})
		for _, p := range lost {
			if err := s.exec(ctx, "DELETE FROM campaign_scorecards WHERE campaign_id = ? AND case_study_id = ? AND person_id = ? AND submitted_at IS NULL", campaignID, p.Entry, p.Judge); err != nil {
				return err
			}
		}
		now := s.Now()
		for start := 0; start < len(pairs); start += 200 {
			rows := make([]map[string]any, 0, 200)
			for _, p := range pairs[start:min(start+200, len(pairs))] {
				rows = append(rows, map[string]any{"campaign_id": campaignID, "case_study_id": p.Entry, "person_id": p.Judge, "assigned_at": now})
			}
			if err := s.DB(ctx).Table("campaign_scorecards").Clauses(clause.OnConflict{DoNothing: true}).Create(rows).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

type cardRow struct {
	CampaignID, CaseStudyID, PersonID string
	Scores, Note, Feedback            string
	Version                           int
	ChangedAt, SubmittedAt            *time.Time
}

func (r cardRow) toModel() (judging.Card, error) {
	c := judging.Card{CampaignID: r.CampaignID, CaseStudyID: r.CaseStudyID, PersonID: r.PersonID, Note: r.Note, Feedback: r.Feedback, Version: r.Version, ChangedAt: r.ChangedAt, SubmittedAt: r.SubmittedAt}
	return c, json.Unmarshal([]byte(r.Scores), &c.Scores)
}

func cardsOf(db *gorm.DB) ([]judging.Card, error) {
	var rows []cardRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]judging.Card, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.toModel(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OwnCards gives the scorecards of a judge.
func (s *Store) OwnCards(ctx context.Context, campaignID, personID string) ([]judging.Card, error) {
	return cardsOf(s.DB(ctx).Table("campaign_scorecards").Where("campaign_id = ? AND person_id = ?", campaignID, personID).Order("case_study_id"))
}

// OwnCard gives the scorecard of a judge for an entry. NotFound when the entry is not
// theirs to judge.
func (s *Store) OwnCard(ctx context.Context, campaignID, caseStudyID, personID string) (judging.Card, error) {
	list, err := cardsOf(s.DB(ctx).Table("campaign_scorecards").Where("campaign_id = ? AND case_study_id = ? AND person_id = ?", campaignID, caseStudyID, personID))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "This entry is not yours to judge.")
	}
	if err != nil {
		return judging.Card{}, err
	}
	return list[0], nil
}

// CountingCards gives the scorecards of a campaign that count, without the notes, which
// are for the judge alone.
func (s *Store) CountingCards(ctx context.Context, campaignID string) ([]judging.Card, error) {
	return cardsOf(s.DB(ctx).Table("campaign_scorecards").Select("campaign_id, case_study_id, person_id, scores, feedback, version, changed_at, submitted_at").
		Where("campaign_id = ? AND submitted_at IS NOT NULL", campaignID).Order("case_study_id, person_id"))
}

// SaveCard keeps what a judge says of an entry; submit has it count from now on. A card
// that counts goes on counting. c.Version is of what the change was made from: Conflict
// when it is another by now. NotFound when the entry is not theirs to judge.
func (s *Store) SaveCard(ctx context.Context, c *judging.Card, submit bool) error {
	raw, err := json.Marshal(c.Scores)
	if err != nil {
		return err
	}
	if len(c.Scores) == 0 {
		raw = []byte("{}")
	}
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.OwnCard(ctx, c.CampaignID, c.CaseStudyID, c.PersonID)
		if err != nil {
			return err
		}
		now := s.Now()
		if c.ChangedAt, c.SubmittedAt = &now, old.SubmittedAt; submit && old.SubmittedAt == nil {
			c.SubmittedAt = &now
		}
		Note(ctx, "campaign.score", c.CampaignID, nil, map[string]any{"case_study": c.CaseStudyID, "submitted": c.SubmittedAt != nil})
		done := s.DB(ctx).Exec("UPDATE campaign_scorecards SET scores = ?, note = ?, feedback = ?, version = version + 1, changed_at = ?, submitted_at = ? WHERE campaign_id = ? AND case_study_id = ? AND person_id = ? AND version = ?",
			string(raw), c.Note, c.Feedback, now, c.SubmittedAt, c.CampaignID, c.CaseStudyID, c.PersonID, c.Version)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "This scorecard was changed in another window since you opened it. What you typed is still here: compare it with what is saved.")
		}
		c.Version++
		return done.Error
	})
}

// EntryDecisions gives what became of the entries of a campaign, as far as it is decided.
func (s *Store) EntryDecisions(ctx context.Context, campaignID string) ([]judging.Decision, error) {
	var out []judging.Decision
	err := s.DB(ctx).Table("campaign_decisions d").Select("d.*, p.name AS by_name").Joins("JOIN people p ON p.id = d.person_id").Where("d.campaign_id = ?", campaignID).Order("d.case_study_id").Find(&out).Error
	return out, err
}

// DecideEntry keeps what became of an entry, and why. d.Version is of what it is changed
// from, 0 for none. Conflict when it was changed meanwhile.
func (s *Store) DecideEntry(ctx context.Context, d *judging.Decision) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.decide", d.CampaignID, nil, map[string]any{"case_study": d.CaseStudyID, "outcome": d.Outcome})
		d.DecidedAt = s.Now()
		done := s.DB(ctx).Exec("INSERT INTO campaign_decisions (campaign_id, case_study_id, outcome, reasoning, person_id, decided_at) SELECT ?, ?, ?, ?, ?, ? WHERE ? = 0 ON CONFLICT DO NOTHING",
			d.CampaignID, d.CaseStudyID, d.Outcome, d.Reasoning, d.PersonID, d.DecidedAt, d.Version)
		if d.Version > 0 {
			done = s.DB(ctx).Exec("UPDATE campaign_decisions SET outcome = ?, reasoning = ?, person_id = ?, decided_at = ?, version = version + 1 WHERE campaign_id = ? AND case_study_id = ? AND version = ?",
				d.Outcome, d.Reasoning, d.PersonID, d.DecidedAt, d.CampaignID, d.CaseStudyID, d.Version)
		}
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has decided on this entry meanwhile. Look at it again.")
		}
		d.Version++
		return done.Error
	})
}
