package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type campaignEntryRow struct {
	ID          string
	CampaignID  string
	CaseStudyID string
	OwnerID     string
	State       models.EntryState
	Revision    int
	Answers     jsonList[models.EntryAnswer]
	ArrivedAt   *time.Time
	Late        bool
	LateReason  string
	KeptOut     string
	LateBy      *string
	Version     int
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt   time.Time `gorm:"autoUpdateTime:false"`
}

func (campaignEntryRow) TableName() string { return "campaign_entries" }

// CampaignEntry gives an entry by its id. NotFound when there is none.
func (s *Store) CampaignEntry(ctx context.Context, id string) (models.CampaignEntry, error) {
	return s.oneEntry(ctx, s.DB(ctx).Where("e.id = ?", id))
}

// EntryOf gives the entry of a case study in a campaign. NotFound when there is none.
func (s *Store) EntryOf(ctx context.Context, campaignID, caseStudyID string) (models.CampaignEntry, error) {
	return s.oneEntry(ctx, s.DB(ctx).Where("e.campaign_id = ? AND e.case_study_id = ?", campaignID, caseStudyID))
}

func (s *Store) oneEntry(ctx context.Context, db *gorm.DB) (models.CampaignEntry, error) {
	list, err := s.entriesWhere(ctx, db)
	if err == nil && len(list) == 0 {
		err = models.ErrNoSuchEntry
	}
	if err != nil {
		return models.CampaignEntry{}, err
	}
	return list[0], nil
}

func (s *Store) entriesWhere(_ context.Context, db *gorm.DB) ([]models.CampaignEntry, error) {
	var rows []struct {
		Row                       campaignEntryRow `gorm:"embedded"`
		Slug, Title, Organisation string
		Status                    models.Status
		OwnerName, LateByName     string
	}
	err := db.Table("campaign_entries e").Select("e.*, c.slug, c.title, c.status, c.organisation, p.name AS owner_name, COALESCE(l.name, '') AS late_by_name").
		Joins("JOIN case_studies c ON c.id = e.case_study_id").Joins("JOIN people p ON p.id = e.owner_id").Joins("LEFT JOIN people l ON l.id = e.late_by").Find(&rows).Error
	out := make([]models.CampaignEntry, len(rows))
	for i, r := range rows {
		e := r.Row
		out[i] = models.CampaignEntry{ID: e.ID, CampaignID: e.CampaignID, CaseStudyID: e.CaseStudyID, OwnerID: e.OwnerID, State: e.State, Revision: e.Revision, Answers: e.Answers, ArrivedAt: e.ArrivedAt,
			Late: e.Late, LateReason: e.LateReason, KeptOut: e.KeptOut, Version: e.Version, CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt, Slug: r.Slug, Title: r.Title, Status: r.Status, Organisation: r.Organisation,
			OwnerName: r.OwnerName, LateByName: r.LateByName}
		if e.LateBy != nil {
			out[i].LateBy = *e.LateBy
		}
	}
	return out, err
}

// Entries gives a page of the entries of a campaign, the first that came first: those
// that are entered, and where all is set also drafts that came too late and what was
// withdrawn. Whether somebody may read the case studies is for the caller to ask. after
// is the last id of the page before.
func (s *Store) Entries(ctx context.Context, campaignID string, all bool, after string, limit int) (list []models.CampaignEntry, more bool, err error) {
	list, err = s.entriesWhere(ctx, entriesOf(s.DB(ctx), campaignID, all).Where("e.id > ?", after).Order("e.id").Limit(limit+1))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}

func entriesOf(db *gorm.DB, campaignID string, all bool) *gorm.DB {
	if all {
		return db.Where("e.campaign_id = ? AND (e.state <> ? OR e.arrived_at IS NOT NULL)", campaignID, models.EntryDraft)
	}
	return db.Where("e.campaign_id = ? AND e.state = ? AND c.status = ?", campaignID, models.EntryEntered, models.Published)
}

// CountEntries counts what Entries lists on all pages.
func (s *Store) CountEntries(ctx context.Context, campaignID string, all bool) (int, error) {
	var n int64
	err := entriesOf(s.DB(ctx).Table("campaign_entries e").Joins("JOIN case_studies c ON c.id = e.case_study_id"), campaignID, all).Count(&n).Error
	return int(n), err
}

// EntriesBy gives the entries of a person's to a campaign, of whatever state: those that
// they made, and those of case studies that they wrote with others.
func (s *Store) EntriesBy(ctx context.Context, campaignID, personID string) ([]models.CampaignEntry, error) {
	return s.entriesWhere(ctx, s.DB(ctx).Where(`e.campaign_id = ? AND (e.owner_id = ? OR c.owner_id = ? OR c.id IN (SELECT case_study_id FROM case_study_people WHERE person_id = ?))`, campaignID, personID, personID, personID).Order("e.id").Limit(100))
}

// SaveEntry saves an entry: a new one, or a change of the one that the case study has in
// the campaign, whoever made it. Saved again it is the same entry. Its ID, version and
// times are set. One that is entered stays so when a draft of it is saved.
func (s *Store) SaveEntry(ctx context.Context, e *models.CampaignEntry) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now := s.Now()
		Note(ctx, "campaign.entry", e.CampaignID, nil, map[string]any{"case_study": e.CaseStudyID, "state": e.State, "revision": e.Revision, "late": e.Late})
		answers, err := jsonList[models.EntryAnswer](e.Answers).Value()
		if err != nil {
			return err
		}
		var saved struct {
			ID                   string
			Version              int
			CreatedAt, UpdatedAt time.Time
		}
		err = s.DB(ctx).Raw(`INSERT INTO campaign_entries (id, campaign_id, case_study_id, owner_id, state, revision, answers, arrived_at, late, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (campaign_id, case_study_id) DO UPDATE SET state = excluded.state, revision = excluded.revision, answers = excluded.answers,
			arrived_at = COALESCE(excluded.arrived_at, campaign_entries.arrived_at), late = excluded.late OR campaign_entries.late_reason <> '', updated_at = excluded.updated_at, version = campaign_entries.version + 1 RETURNING id, version, created_at, updated_at`,
			s.NewID(), e.CampaignID, e.CaseStudyID, e.OwnerID, e.State, e.Revision, answers, e.ArrivedAt, e.Late, now, now).Scan(&saved).Error
		e.ID, e.Version, e.CreatedAt, e.UpdatedAt = saved.ID, saved.Version, saved.CreatedAt, saved.UpdatedAt
		return err
	})
}

// WithdrawEntry takes an entry back. Conflict when it is not entered.
func (s *Store) WithdrawEntry(ctx context.Context, e *models.CampaignEntry) error {
	return s.moveEntry(ctx, e, "campaign.entry.withdraw", "UPDATE campaign_entries SET state = 'withdrawn', updated_at = ?, version = version + 1 WHERE id = ? AND state = 'entered'",
		"This entry is not in the campaign any more.", s.Now(), e.ID)
}

// LetIn enters an entry that came too late, with the revision that the case study had
// then and why. Conflict when it has been decided meanwhile.
func (s *Store) LetIn(ctx context.Context, e *models.CampaignEntry, by, reason string) error {
	return s.moveEntry(ctx, e, "campaign.entry.let-in", "UPDATE campaign_entries SET state = 'entered', late_reason = ?, kept_out = '', late_by = ?, updated_at = ?, version = version + 1, told_version = version + 1 WHERE id = ? AND state = 'draft' AND late",
		"This entry has not come too late, or it was let in already.", reason, by, s.Now(), e.ID)
}

// KeepOut notes why an entry that came too late is not let in. Conflict when that has
// been decided meanwhile.
func (s *Store) KeepOut(ctx context.Context, e *models.CampaignEntry, by, reason string) error {
	return s.moveEntry(ctx, e, "campaign.entry.keep-out", "UPDATE campaign_entries SET kept_out = ?, late_by = ?, updated_at = ?, version = version + 1 WHERE id = ? AND state = 'draft' AND late AND kept_out = ''",
		"This entry has not come too late, or it was decided already.", reason, by, s.Now(), e.ID)
}

func (s *Store) moveEntry(ctx context.Context, e *models.CampaignEntry, action, statement, refusal string, args ...any) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, action, e.CampaignID, nil, map[string]any{"case_study": e.CaseStudyID})
		done := s.DB(ctx).Exec(statement, args...)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, refusal)
		}
		return done.Error
	})
}

// TellReceived does once what is to be done for each entry that has come, or changed,
// since those whose it is were told: tell is called in the transaction that notes it,
// with who entered it and who posted the case study. It takes limit entries at a time;
// done tells that there are no more.
func (s *Store) TellReceived(ctx context.Context, limit int, tell func(ctx context.Context, c models.Campaign, e models.CampaignEntry, people []string) error) (done bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		var rows []struct {
			ID, CampaignID, CaseStudyID, OwnerID, Poster string
			Version                                      int
		}
		err := s.DB(ctx).Raw(`UPDATE campaign_entries SET told_version = version WHERE told_version < version AND state = 'entered' AND id IN (SELECT id FROM campaign_entries WHERE state = 'entered' AND told_version < version ORDER BY id LIMIT ?)
			RETURNING id, campaign_id, case_study_id, owner_id, version, (SELECT c.owner_id FROM case_studies c WHERE c.id = campaign_entries.case_study_id) AS poster`, limit).Scan(&rows).Error
		if err != nil {
			return err
		}
		done = len(rows) < limit
		campaigns := map[string]models.Campaign{}
		for _, r := range rows {
			c, ok := campaigns[r.CampaignID]
			if !ok {
				if c, err = s.Campaign(ctx, r.CampaignID); err != nil {
					return err
				}
				campaigns[r.CampaignID] = c
			}
			people := []string{r.OwnerID}
			if r.Poster != r.OwnerID {
				people = append(people, r.Poster)
			}
			if err := tell(ctx, c, models.CampaignEntry{ID: r.ID, CampaignID: r.CampaignID, CaseStudyID: r.CaseStudyID, OwnerID: r.OwnerID, Version: r.Version}, people); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

// RemindDrafts does once what is to be done for each draft of an entry whose campaign
// closes for entries within a time: remind is called in the transaction that notes it.
// It takes limit drafts at a time; done tells that there are no more.
func (s *Store) RemindDrafts(ctx context.Context, within time.Duration, limit int, remind func(ctx context.Context, campaign models.Campaign, people []string) error) (done bool, err error) {
	now := s.Now()
	err = s.Tx(ctx, func(ctx context.Context) error {
		var rows []campaignPerson
		err := s.DB(ctx).Raw(`UPDATE campaign_entries SET reminded_at = ? WHERE reminded_at IS NULL AND state = 'draft' AND id IN (SELECT e.id FROM campaign_entries e JOIN campaigns c ON c.id = e.campaign_id
			WHERE e.state = 'draft' AND e.reminded_at IS NULL AND c.published_at IS NOT NULL AND c.opens_at <= ? AND c.closes_at > ? AND c.closes_at <= ? ORDER BY e.id LIMIT ?) RETURNING campaign_id, owner_id AS person_id`,
			now, now, now, now.Add(within), limit).Scan(&rows).Error
		if err != nil {
			return err
		}
		done = len(rows) < limit
		return s.eachCampaign(ctx, rows, remind)
	})
	return done, err
}

// campaignPerson is somebody in a campaign.
type campaignPerson struct{ CampaignID, PersonID string }

// eachCampaign does something once for each campaign of some rows, with its people, in the
// order of the campaigns' ids.
func (s *Store) eachCampaign(ctx context.Context, rows []campaignPerson, do func(ctx context.Context, c models.Campaign, people []string) error) error {
	people := map[string][]string{}
	for _, r := range rows {
		people[r.CampaignID] = append(people[r.CampaignID], r.PersonID)
	}
	for _, id := range slices.Sorted(maps.Keys(people)) {
		c, err := s.Campaign(ctx, id)
		if err == nil {
			err = do(ctx, c, people[id])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CampaignAudience gives a page of those who are told of what happens in a campaign, by
// id after one: who follows it, and who entered it or has a draft.
func (s *Store) CampaignAudience(ctx context.Context, id, after string, limit int) ([]Told, error) {
	var rows []struct {
		PersonID string
		Delivery models.Delivery
	}
	err := s.DB(ctx).Raw(`SELECT told.person_id, COALESCE(f.delivery, '') AS delivery FROM (SELECT person_id FROM follows WHERE kind = 'campaign' AND thing = ?
		UNION SELECT owner_id FROM campaign_entries WHERE campaign_id = ? AND state <> 'withdrawn'
		UNION SELECT p.person_id FROM campaign_entries e JOIN case_study_people p ON p.case_study_id = e.case_study_id WHERE e.campaign_id = ? AND e.state = 'entered') AS told
		LEFT JOIN follows f ON f.person_id = told.person_id AND f.kind = 'campaign' AND f.thing = ? WHERE told.person_id > ? ORDER BY told.person_id LIMIT ?`, id, id, id, id, after, limit).Scan(&rows).Error
	list := make([]Told, len(rows))
	for i, r := range rows {
		list[i].PersonID = r.PersonID
		if r.Delivery != "" {
			list[i].Through = []Through{{Delivery: r.Delivery}}
		}
	}
	return list, err
}
