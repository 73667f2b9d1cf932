package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type channelRow struct {
	ID           string
	Organisation string
	Kind         models.ChannelKind
	Address      string
	Host         string
	Hears        jsonList[string]
	CreatedBy    string
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
}

func (channelRow) TableName() string { return "channels" }

func (r channelRow) toModel() models.Channel {
	return models.Channel{ID: r.ID, Organisation: r.Organisation, Kind: r.Kind, Address: r.Address, Host: r.Host, Hears: r.Hears, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt}
}

type channelPostRow struct {
	ID          string
	ChannelID   string
	CaseStudyID string
	State       models.PostState
	Attempts    int
	Error       string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
}

func (channelPostRow) TableName() string { return "channel_posts" }

// CreateChannel saves a new channel. Conflict when its organisation has as many
// as one can.
func (s *Store) CreateChannel(ctx context.Context, c *models.Channel) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var n int64
		if err := s.DB(ctx).Model(&channelRow{}).Where("organisation = ?", c.Organisation).Count(&n).Error; err != nil {
			return err
		}
		if n >= models.MaxChannels {
			return models.Errorf(models.Conflict, "There are %d channels of this organisation, which is the most that there can be. Delete one first.", n)
		}
		Note(ctx, "channel.make", c.ID, nil, map[string]any{"organisation": c.Organisation, "kind": c.Kind, "host": c.Host, "hears": c.Hears})
		row := channelRow{ID: c.ID, Organisation: c.Organisation, Kind: c.Kind, Address: c.Address, Host: c.Host, Hears: c.Hears, CreatedBy: c.CreatedBy, CreatedAt: c.CreatedAt}
		return s.DB(ctx).Create(&row).Error
	})
}

// ChannelsOf lists the channels of an organisation, the newest first. There are
// few.
func (s *Store) ChannelsOf(ctx context.Context, organisation string) ([]models.Channel, error) {
	return s.channelsWhere(s.DB(ctx).Where("organisation = ?", organisation).Order("id DESC"))
}

// ChannelsAfter gives a page of all channels, by id after one.
func (s *Store) ChannelsAfter(ctx context.Context, after string, limit int) ([]models.Channel, error) {
	return s.channelsWhere(s.DB(ctx).Where("id > ?", after).Order("id").Limit(limit))
}

func (s *Store) channelsWhere(db *gorm.DB) ([]models.Channel, error) {
	var rows []channelRow
	err := db.Find(&rows).Error
	out := make([]models.Channel, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// Channel gives a channel by its id. NotFound when there is none.
func (s *Store) Channel(ctx context.Context, id string) (models.Channel, error) {
	var r channelRow
	err := s.DB(ctx).Take(&r, "id = ?", id).Error
	return r.toModel(), notFound(err, "That channel")
}

// DeleteChannel takes a channel away with the log of what was posted there.
func (s *Store) DeleteChannel(ctx context.Context, c models.Channel) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "channel.remove", c.ID, map[string]any{"organisation": c.Organisation, "kind": c.Kind, "host": c.Host, "hears": c.Hears}, nil)
		return s.exec(ctx, "DELETE FROM channels WHERE id = ?", c.ID)
	})
}

// AddPosts notes posts on their way, and gives the ids of those that are new: of
// one case study a channel is told once.
func (s *Store) AddPosts(ctx context.Context, posts []models.ChannelPost) ([]string, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	rows, ids := make([]channelPostRow, len(posts)), make([]string, len(posts))
	for i, p := range posts {
		rows[i] = channelPostRow{ID: s.NewID(), ChannelID: p.ChannelID, CaseStudyID: p.CaseStudyID, State: models.PostPending, CreatedAt: s.Now()}
		ids[i] = rows[i].ID
	}
	if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return nil, err
	}
	var added []string
	err := s.DB(ctx).Model(&channelPostRow{}).Where("id IN ?", ids).Pluck("id", &added).Error
	return added, err
}

// ChannelPost gives a post by its id. NotFound when there is none.
func (s *Store) ChannelPost(ctx context.Context, id string) (models.ChannelPost, error) {
	var r channelPostRow
	err := s.DB(ctx).Take(&r, "id = ?", id).Error
	return models.ChannelPost{ID: r.ID, ChannelID: r.ChannelID, CaseStudyID: r.CaseStudyID, State: r.State, Attempts: r.Attempts, Error: r.Error, CreatedAt: r.CreatedAt}, notFound(err, "That post")
}

// NotePost notes what became of a try to post, in words without the address.
func (s *Store) NotePost(ctx context.Context, id string, state models.PostState, problem string) error {
	return s.exec(ctx, "UPDATE channel_posts SET state = ?, error = ?, attempts = attempts + 1 WHERE id = ?", state, problem, id)
}

// PostsTo gives the newest posts to a channel, with the titles of the case
// studies that everybody may read.
func (s *Store) PostsTo(ctx context.Context, channelID string, limit int) ([]models.ChannelPost, error) {
	var rows []struct {
		Row   channelPostRow `gorm:"embedded"`
		Title string
	}
	err := s.DB(ctx).Table("channel_posts").Select("channel_posts.*, COALESCE(case_studies.title, '') AS title").
		Joins("LEFT JOIN case_studies ON case_studies.id = channel_posts.case_study_id AND case_studies.status = ?", models.Published).
		Where("channel_id = ?", channelID).Order("channel_posts.id DESC").Limit(limit).Find(&rows).Error
	out := make([]models.ChannelPost, len(rows))
	for i, r := range rows {
		out[i] = models.ChannelPost{ID: r.Row.ID, ChannelID: channelID, CaseStudyID: r.Row.CaseStudyID, Title: r.Title, State: r.Row.State, Attempts: r.Row.Attempts, Error: r.Row.Error, CreatedAt: r.Row.CreatedAt}
	}
	return out, err
}

// ForgetPosts removes what was posted before a time.
func (s *Store) ForgetPosts(ctx context.Context, before time.Time) error {
	return s.exec(ctx, "DELETE FROM channel_posts WHERE created_at < ? AND state <> ?", before, models.PostPending)
}
