package store

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type campaignRow struct {
	ID            string
	Slug          string
	Title         string
	Brief         string
	Sponsor       string
	Template      models.CampaignTemplate
	OwnerID       string
	Organisations jsonList[string]
	Regions       jsonList[string]
	StaffGroups   jsonList[string]
	Criteria      jsonList[models.Criterion]
	Questions     jsonList[models.CampaignQuestion]
	Cover         string
	CoverType     string
	CoverWidth    int
	CoverHeight   int
	CoverAlt      string
	CopiedFrom    string
	PublishedAt   *time.Time
	OpensAt       *time.Time
	ClosesAt      *time.Time
	ResultsAt     *time.Time
	Version       int
	CreatedAt     time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt     time.Time `gorm:"autoUpdateTime:false"`
}

func (campaignRow) TableName() string { return "campaigns" }

func (r campaignRow) toModel() models.Campaign {
	return models.Campaign{ID: r.ID, Slug: r.Slug, Title: r.Title, Brief: r.Brief, Sponsor: r.Sponsor, Template: r.Template, OwnerID: r.OwnerID, Organisations: r.Organisations,
		Regions: r.Regions, StaffGroups: r.StaffGroups, Criteria: r.Criteria, Questions: r.Questions, CopiedFrom: r.CopiedFrom, PublishedAt: r.PublishedAt, Version: r.Version,
		Cover:     models.CampaignCover{SHA256: r.Cover, ContentType: r.CoverType, Width: r.CoverWidth, Height: r.CoverHeight, Alt: r.CoverAlt},
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}
}

// campaignFields are the columns of what a campaign says of itself, with the dates by
// which lists are read.
func campaignFields(c *models.Campaign) campaignRow {
	when := func(t time.Time, ok bool) *time.Time {
		if !ok {
			return nil
		}
		return &t
	}
	row := campaignRow{ID: c.ID, Slug: c.Slug, Title: c.Title, Brief: c.Brief, Sponsor: c.Sponsor, Template: c.Template, OwnerID: c.OwnerID, Organisations: c.Organisations, Regions: c.Regions,
		StaffGroups: c.StaffGroups, Criteria: c.Criteria, Questions: c.Questions, CopiedFrom: c.CopiedFrom, PublishedAt: c.PublishedAt, Version: c.Version, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}
	row.Cover, row.CoverType, row.CoverWidth, row.CoverHeight, row.CoverAlt = c.Cover.SHA256, c.Cover.ContentType, c.Cover.Width, c.Cover.Height, c.Cover.Alt
	row.OpensAt, row.ClosesAt, row.ResultsAt = when(c.Starts(models.CampaignOpen)), when(c.EntriesClose()), when(c.Starts(models.CampaignResults))
	return row
}

// reservedCampaigns are parts of addresses that are no campaign.
var reservedCampaigns = map[string]bool{"new": true, "programme": true, "calendar": true, "compare": true}

// campaignSlug gives a slug for a title that no other campaign has. A slug that case
// studies name as their campaign already is as good as any.
func (s *Store) campaignSlug(ctx context.Context, title string) (string, error) {
	base := models.Slugify(title)
	if base == models.Slugify("") {
		base = "campaign"
	}
	var taken []string
	if err := s.DB(ctx).Table("campaigns").Where("slug = ? OR slug LIKE ?", base, base+"-%").Pluck("slug", &taken).Error; err != nil {
		return "", err
	}
	is := make(map[string]bool, len(taken))
	for _, t := range taken {
		is[t] = true
	}
	slug := base
	for n := 2; is[slug] || reservedCampaigns[slug]; n++ {
		slug = base + "-" + strconv.Itoa(n)
	}
	return slug, nil
}

// CreateCampaign saves a new campaign, a draft unless PublishedAt is set. Its ID,
// OwnerID and words are read; its slug, version and times are set, and the ids of
// criteria and questions that have none.
func (s *Store) CreateCampaign(ctx context.Context, c *models.Campaign) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var err error
		if c.Slug, err = s.campaignSlug(ctx, c.Title); err != nil {
			return err
		}
		c.CreatedAt, c.Version = s.Now(), 1
		c.UpdatedAt = c.CreatedAt
		s.nameParts(c)
		Note(ctx, "campaign.create", c.ID, nil, map[string]any{"slug": c.Slug, "template": c.Template, "copied_from": c.CopiedFrom, "published": c.PublishedAt != nil})
		row := campaignFields(c)
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, "Somebody made a campaign of this name a moment ago. Try again.")
		}
		if err := s.putSteps(ctx, c); err != nil {
			return err
		}
		return s.changed(ctx, KindCampaign, c.ID)
	})
}

// nameParts gives an id to each criterion and question that has none.
func (s *Store) nameParts(c *models.Campaign) {
	for i := range c.Criteria {
		c.Criteria[i].ID = cmp.Or(c.Criteria[i].ID, s.NewID())
	}
	for i := range c.Questions {
		c.Questions[i].ID = cmp.Or(c.Questions[i].ID, s.NewID())
	}
}

// putSteps writes the dates of a campaign in place of those that it had. What a stage
// brought stays done.
func (s *Store) putSteps(ctx context.Context, c *models.Campaign) error {
	stages := []models.CampaignStage{""} // of none at all, an empty list is not to be asked for
	for _, step := range c.Steps {
		stages = append(stages, step.Stage)
		if err := s.exec(ctx, "INSERT INTO campaign_stages (campaign_id, stage, starts_at) VALUES (?, ?, ?) ON CONFLICT (campaign_id, stage) DO UPDATE SET starts_at = excluded.starts_at", c.ID, step.Stage, step.Starts); err != nil {
			return err
		}
	}
	return s.exec(ctx, "DELETE FROM campaign_stages WHERE campaign_id = ? AND stage NOT IN ?", c.ID, stages)
}

// SaveCampaign changes what a campaign says of itself, with its dates. c.Version is what
// the change was made from: Conflict when it is another by now.
func (s *Store) SaveCampaign(ctx context.Context, c *models.Campaign) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		s.nameParts(c)
		c.UpdatedAt = s.Now()
		Note(ctx, "campaign.change", c.ID, nil, map[string]any{"version": c.Version + 1})
		row := campaignFields(c)
		row.Version++
		done := s.DB(ctx).Model(&campaignRow{}).Where("id = ? AND version = ?", c.ID, c.Version).
			Select("title", "brief", "sponsor", "template", "organisations", "regions", "staff_groups", "criteria", "questions", "opens_at", "closes_at", "results_at", "version", "updated_at").Updates(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has changed this campaign since you opened it. What you typed is still here: compare it with what is saved, and save again.")
		}
		if done.Error != nil {
			return done.Error
		}
		c.Version++
		if err := s.putSteps(ctx, c); err != nil {
			return err
		}
		return s.changed(ctx, KindCampaign, c.ID)
	})
}

// SetCover sets the picture at the head of a campaign, or with none takes it away.
func (s *Store) SetCover(ctx context.Context, c *models.Campaign) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.cover", c.ID, nil, map[string]any{"content": c.Cover.SHA256, "alt": c.Cover.Alt})
		return s.exec(ctx, "UPDATE campaigns SET cover = ?, cover_type = ?, cover_width = ?, cover_height = ?, cover_alt = ?, updated_at = ? WHERE id = ?",
			c.Cover.SHA256, c.Cover.ContentType, c.Cover.Width, c.Cover.Height, c.Cover.Alt, s.Now(), c.ID)
	})
}

// PublishCampaign lets everybody read a draft. Conflict when it is none any more.
func (s *Store) PublishCampaign(ctx context.Context, c *models.Campaign) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now := s.Now()
		Note(ctx, "campaign.publish", c.ID, nil, map[string]any{"slug": c.Slug})
		done := s.DB(ctx).Exec("UPDATE campaigns SET published_at = ?, updated_at = ?, version = version + 1 WHERE id = ? AND published_at IS NULL AND version = ?", now, now, c.ID, c.Version)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "This campaign was published or changed meanwhile. Read it again.")
		}
		if done.Error != nil {
			return done.Error
		}
		c.PublishedAt, c.UpdatedAt, c.Version = &now, now, c.Version+1
		return s.changed(ctx, KindCampaign, c.ID)
	})
}

// ExtendCampaign saves the dates of a campaign after one stage was made to last longer,
// with who did that and why. Conflict when it was changed meanwhile.
func (s *Store) ExtendCampaign(ctx context.Context, c *models.Campaign, e models.CampaignExtension, by string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.extend", c.ID, map[string]any{"stage": e.Stage, "until": e.Was}, map[string]any{"until": e.Now})
		if err := s.SaveCampaign(ctx, c); err != nil {
			return err
		}
		return s.exec(ctx, "INSERT INTO campaign_extensions (id, campaign_id, stage, was, until, reason, person_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", s.NewID(), c.ID, e.Stage, e.Was, e.Now, e.Reason, by, s.Now())
	})
}

// SettleCampaign notes of a campaign that nobody is to be told of the stages that have
// begun by now: of one that is brought in as it is.
func (s *Store) SettleCampaign(ctx context.Context, id string) error {
	return s.exec(ctx, "UPDATE campaign_stages SET moved_at = starts_at WHERE campaign_id = ? AND moved_at IS NULL AND starts_at <= ?", id, s.Now())
}

// RemoveCampaign deletes a draft for good. Conflict when it is published: what others
// have read stays.
func (s *Store) RemoveCampaign(ctx context.Context, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.delete", id, nil, nil)
		done := s.DB(ctx).Exec("DELETE FROM campaigns WHERE id = ? AND published_at IS NULL", id)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Only a draft can be deleted. This campaign is published.")
		}
		if done.Error != nil {
			return done.Error
		}
		return s.changed(ctx, KindCampaign, id)
	})
}

// Campaign gives a campaign by its id or slug, with its dates and extensions. NotFound
// when there is none.
func (s *Store) Campaign(ctx context.Context, idOrSlug string) (models.Campaign, error) {
	column := "slug"
	if models.ValidID(idOrSlug) {
		column = "id"
	}
	list, err := s.campaignsWhere(ctx, s.DB(ctx).Where("campaigns."+column+" = ?", idOrSlug))
	if err == nil && len(list) == 0 {
		err = models.ErrNoSuchCampaign
	}
	if err != nil {
		return models.Campaign{}, err
	}
	c := list[0]
	err = s.DB(ctx).Table("campaign_extensions e").Select("e.stage, e.was, e.until AS now, e.reason, p.name AS by_name, e.created_at AS at").
		Joins("JOIN people p ON p.id = e.person_id").Where("e.campaign_id = ?", c.ID).Order("e.id").Find(&c.Extensions).Error
	return c, err
}

// campaignsWhere reads campaigns with their dates, in two statements.
func (s *Store) campaignsWhere(ctx context.Context, db *gorm.DB) ([]models.Campaign, error) {
	var rows []struct {
		Row                             campaignRow `gorm:"embedded"`
		OwnerName, OwnerHandle, OrgName string
	}
	err := db.Table("campaigns").Select(`campaigns.*, owners.name AS owner_name, CASE WHEN owners.closed_at IS NULL THEN owners.handle ELSE '' END AS owner_handle,
		COALESCE(organisations.name, '') AS org_name`).Joins("JOIN people AS owners ON owners.id = campaigns.owner_id").
		Joins("LEFT JOIN organisations ON organisations.code = campaigns.sponsor").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, at, ids := make([]models.Campaign, len(rows)), make(map[string]int, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		out[i], ids[i], at[r.Row.ID] = r.Row.toModel(), r.Row.ID, i
		out[i].OwnerName, out[i].OwnerHandle, out[i].SponsorName = r.OwnerName, r.OwnerHandle, cmp.Or(r.OrgName, r.Row.Sponsor)
	}
	var steps []struct {
		CampaignID string
		Stage      models.CampaignStage
		StartsAt   time.Time
	}
	if err := s.DB(ctx).Table("campaign_stages").Where("campaign_id IN ?", ids).Order("campaign_id, starts_at").Find(&steps).Error; err != nil {
		return nil, err
	}
	for _, step := range steps {
		c := &out[at[step.CampaignID]]
		c.Steps = append(c.Steps, models.CampaignStep{Stage: step.Stage, Starts: step.StartsAt})
	}
	return out, nil
}

// campaignsIn keeps the campaigns of a state as it is now; of none those that are
// published.
func (s *Store) campaignsIn(db *gorm.DB, state models.CampaignState) *gorm.DB {
	now := s.Now()
	if state == models.CampaignsDraft {
		return db.Where("campaigns.published_at IS NULL")
	}
	db = db.Where("campaigns.published_at IS NOT NULL")
	switch state {
	case models.CampaignsOpen:
		db = db.Where("campaigns.opens_at <= ? AND campaigns.closes_at > ?", now, now)
	case models.CampaignsUnderWay:
		db = db.Where("campaigns.closes_at <= ? AND campaigns.results_at > ?", now, now)
	case models.CampaignsComing:
		db = db.Where("campaigns.opens_at > ?", now)
	case models.CampaignsEnded:
		db = db.Where("campaigns.results_at <= ?", now)
	}
	return db
}

// CountCampaigns counts what Campaigns lists on all pages.
func (s *Store) CountCampaigns(ctx context.Context, q models.CampaignQuery) (int, error) {
	var n int64
	err := s.campaignsIn(s.DB(ctx).Table("campaigns"), q.State).Count(&n).Error
	return int(n), err
}

// Campaigns gives a page of the campaigns of a state, the newest first; more tells that
// there are others after it. Whether somebody may read drafts is for the caller to ask.
func (s *Store) Campaigns(ctx context.Context, q models.CampaignQuery) (list []models.Campaign, more bool, err error) {
	db := s.campaignsIn(s.DB(ctx), q.State)
	if q.Cursor != nil {
		db = db.Where("campaigns.id < ?", q.Cursor.ID)
	}
	list, err = s.campaignsWhere(ctx, db.Order("campaigns.id DESC").Limit(q.Limit+1))
	if more = len(list) > q.Limit; more {
		list = list[:q.Limit]
	}
	return list, more, err
}

// OpenCampaigns gives those of the campaigns that everybody may read.
func (s *Store) OpenCampaigns(ctx context.Context, ids []string) ([]models.Campaign, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.campaignsWhere(ctx, s.campaignsIn(s.DB(ctx), "").Where("campaigns.id IN ?", ids))
}

// MoveCampaigns does once what it brings that stages of campaigns have begun, however
// many nodes ask: for each campaign moved is called in the transaction that notes it,
// with the stage that it is in now. Where several began since it was asked last, only
// the last is told of. It takes limit campaigns at a time; done tells that there are no
// more.
func (s *Store) MoveCampaigns(ctx context.Context, limit int, moved func(ctx context.Context, c models.Campaign, stage models.CampaignStage) error) (done bool, err error) {
	now := s.Now()
	var due []string
	err = s.DB(ctx).Raw(`SELECT DISTINCT s.campaign_id FROM campaign_stages s JOIN campaigns c ON c.id = s.campaign_id
		WHERE s.moved_at IS NULL AND s.starts_at <= ? AND c.published_at IS NOT NULL ORDER BY s.campaign_id LIMIT ?`, now, limit).Scan(&due).Error
	if err != nil {
		return false, err
	}
	for _, id := range due {
		err := s.Tx(ctx, func(ctx context.Context) error {
			var mine []models.CampaignStage // and not those that another node has taken meanwhile
			err := s.DB(ctx).Raw("UPDATE campaign_stages SET moved_at = ? WHERE campaign_id = ? AND moved_at IS NULL AND starts_at <= ? RETURNING stage", now, id, now).Scan(&mine).Error
			if err != nil || len(mine) == 0 {
				return err
			}
			c, err := s.Campaign(ctx, id)
			if err != nil {
				return err
			}
			stage := c.StageAt(now)
			for _, m := range mine {
				if m == stage {
					Note(ctx, "campaign.move", id, nil, map[string]any{"stage": stage})
					return moved(ctx, c, stage)
				}
			}
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	return len(due) < limit, nil
}
