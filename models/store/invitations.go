package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

// invitedAtOnce is how many people or invitations are asked about in one statement.
const invitedAtOnce = 500

type invitationRow struct {
	ID           string
	CampaignID   string
	BatchID      string
	Kind         models.InvitationKind
	PersonID     *string
	Address      string
	Organisation string
	State        models.InvitationState
	Reminders    int
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	SentAt       *time.Time
	OpenedAt     *time.Time
	AnsweredAt   *time.Time
	RemindedAt   *time.Time
}

func (invitationRow) TableName() string { return "campaign_invitations" }

func (r invitationRow) toModel() models.Invitation {
	i := models.Invitation{ID: r.ID, CampaignID: r.CampaignID, BatchID: r.BatchID, Kind: r.Kind, Address: r.Address, Organisation: r.Organisation, State: r.State, Reminders: r.Reminders,
		CreatedAt: r.CreatedAt, SentAt: r.SentAt, OpenedAt: r.OpenedAt, AnsweredAt: r.AnsweredAt, RemindedAt: r.RemindedAt}
	if r.PersonID != nil {
		i.PersonID = *r.PersonID
	}
	return i
}

// AddInvitations invites to a campaign those of a list who are not invited yet, and gives
// how many they were. Each has a kind, whose it is and a state; ids and times are set.
// Whom it concerns may be invited by somebody else at the same time: each is invited once.
func (s *Store) AddInvitations(ctx context.Context, campaignID, by, message string, list []models.Invitation) (int, error) {
	added := 0
	err := s.Tx(ctx, func(ctx context.Context) error {
		batch, now := s.NewID(), s.Now()
		err := s.exec(ctx, "INSERT INTO campaign_invitation_batches (id, campaign_id, invited_by, message, created_at) VALUES (?, ?, ?, ?, ?)", batch, campaignID, by, message, now)
		if err != nil {
			return err
		}
		added = 0
		for start := 0; start < len(list); start += invitedAtOnce {
			var rows []invitationRow
			for _, i := range list[start:min(start+invitedAtOnce, len(list))] {
				rows = append(rows, invitationRow{ID: s.NewID(), CampaignID: campaignID, BatchID: batch, Kind: i.Kind, PersonID: orNull(i.PersonID), Address: i.Address, Organisation: i.Organisation, State: i.State, CreatedAt: now})
			}
			done := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows)
			if done.Error != nil {
				return done.Error
			}
			added += int(done.RowsAffected)
		}
		Note(ctx, "campaign.invite", campaignID, nil, map[string]any{"batch": batch, "invited": added})
		return nil
	})
	return added, err
}

// Invitee is what matters of somebody with an account for whether they are invited.
type Invitee struct {
	ID           string
	Invited      bool // to the campaign already
	Suspended    bool
	Bouncing     bool
	Unsubscribed bool // wants no invitations, or hears nothing of them
	Times        int  // invited lately, to whatever
}

// out tells whether nothing is sent to them.
func (i Invitee) out() (models.InvitationState, bool) {
	switch {
	case i.Suspended:
		return models.InvitationLeftOut, true
	case i.Unsubscribed:
		return models.InvitationUnsubscribed, true
	case i.Bouncing:
		return models.InvitationBounced, true
	}
	return "", false
}

// Invitees tells of people with open accounts, by id, how it stands with them and a
// campaign; who is not in it has no open account. since is from when invitations count.
func (s *Store) Invitees(ctx context.Context, campaignID string, ids []string, since time.Time) (map[string]Invitee, error) {
	out := make(map[string]Invitee, len(ids))
	for start := 0; start < len(ids); start += invitedAtOnce {
		some := ids[start:min(start+invitedAtOnce, len(ids))]
		var rows []struct {
			Invitee
			Email string
		}
		err := s.DB(ctx).Raw(`SELECT p.id, p.email, EXISTS (SELECT 1 FROM campaign_invitations i WHERE i.campaign_id = ? AND (i.person_id = p.id OR i.address = p.email AND i.address <> '')) AS invited,
			EXISTS (SELECT 1 FROM measures m WHERE m.kind = 'person' AND m.action = 'suspend' AND m.subject_id = p.id AND m.lifted_at IS NULL AND (m.until IS NULL OR m.until > ?)) AS suspended,
			EXISTS (SELECT 1 FROM mail_bounces b WHERE b.person_id = p.id AND b.address = p.email AND b.stopped_at IS NOT NULL) AS bouncing,
			(SELECT COUNT(*) FROM campaign_invitations i WHERE i.person_id = p.id AND i.created_at > ?) AS times
			FROM people p WHERE p.id IN ? AND p.closed_at IS NULL`, campaignID, s.Now(), since, some).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		settings, err := s.notifySettingsOf(ctx, some)
		if err != nil {
			return nil, err
		}
		addresses := make([]string, len(rows))
		for i, r := range rows {
			addresses[i] = r.Email
		}
		stopped, err := s.stoppedAddresses(ctx, addresses)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			set := settings[r.ID]
			r.Unsubscribed = set.Choice(models.NotifyInvitation) == models.NotAtAll || stopped[r.Email]
			out[r.ID] = r.Invitee
		}
	}
	return out, nil
}

// stoppedAddresses tells which of some addresses want no invitations.
func (s *Store) stoppedAddresses(ctx context.Context, addresses []string) (map[string]bool, error) {
	hashes := make(map[string]string, len(addresses))
	list := make([]string, 0, len(addresses))
	for _, a := range addresses {
		h := addressHash(a)
		hashes[h] = a
		list = append(list, h)
	}
	var found []string
	out := map[string]bool{}
	if len(list) == 0 {
		return out, nil
	}
	err := s.DB(ctx).Table("invitation_stops").Where("address_hash IN ?", list).Pluck("address_hash", &found).Error
	for _, h := range found {
		out[hashes[h]] = true
	}
	return out, err
}

// InvitedAddresses tells of addresses without an account which are invited to a campaign
// already, and which want no invitations or may have no account.
func (s *Store) InvitedAddresses(ctx context.Context, campaignID string, addresses []string) (invited, stopped, refused map[string]bool, err error) {
	invited, stopped, refused = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for start := 0; start < len(addresses); start += invitedAtOnce {
		some := addresses[start:min(start+invitedAtOnce, len(addresses))]
		var found []string
		if err := s.DB(ctx).Table("campaign_invitations").Where("campaign_id = ? AND address IN ?", campaignID, some).Pluck("address", &found).Error; err != nil {
			return nil, nil, nil, err
		}
		for _, a := range found {
			invited[a] = true
		}
		some2, err := s.stoppedAddresses(ctx, some)
		if err != nil {
			return nil, nil, nil, err
		}
		hashes, byHash := make([]string, len(some)), make(map[string]string, len(some))
		for i, a := range some {
			hashes[i] = addressHash(a)
			byHash[hashes[i]] = a
			stopped[a] = some2[a]
		}
		var closed []string
		err = s.DB(ctx).Table("measures").Where("closed_address IN ? AND lifted_at IS NULL AND (until IS NULL OR until > ?)", hashes, s.Now()).Pluck("closed_address", &closed).Error
		if err != nil {
			return nil, nil, nil, err
		}
		for _, h := range closed {
			refused[byHash[h]] = true
		}
	}
	return invited, stopped, refused, nil
}

// InvitedOrganisations tells which organisations of some are invited to a campaign already,
// and how often each was invited to whatever since a time.
func (s *Store) InvitedOrganisations(ctx context.Context, campaignID string, codes []string, since time.Time) (invited map[string]bool, times map[string]int, err error) {
	invited, times = map[string]bool{}, map[string]int{}
	for start := 0; start < len(codes); start += invitedAtOnce {
		var rows []struct {
			Organisation string
			Here, Times  int
		}
		err := s.DB(ctx).Raw(`SELECT organisation, SUM(CASE WHEN campaign_id = ? THEN 1 ELSE 0 END) AS here, SUM(CASE WHEN created_at > ? THEN 1 ELSE 0 END) AS times
			FROM campaign_invitations WHERE kind = 'organisation' AND organisation IN ? AND organisation <> '' GROUP BY organisation`, campaignID, since, codes[start:min(start+invitedAtOnce, len(codes))]).Scan(&rows).Error
		if err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			invited[r.Organisation], times[r.Organisation] = r.Here > 0, r.Times
		}
	}
	return invited, times, nil
}

// LeadsOfAll gives the leads of organisations with open accounts, by organisation.
func (s *Store) LeadsOfAll(ctx context.Context, codes []string) (map[string][]string, error) {
	out := map[string][]string{}
	for start := 0; start < len(codes); start += invitedAtOnce {
		var rows []grantRow
		err := s.DB(ctx).Table("grants").Select("grants.person_id, grants.role, grants.organisation").Joins("JOIN people ON people.id = grants.person_id AND people.closed_at IS NULL").
			Where("grants.role = ? AND grants.organisation IN ?", models.RoleLead, codes[start:min(start+invitedAtOnce, len(codes))]).Order("grants.organisation, grants.person_id").Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Organisation] = append(out[r.Organisation], r.PersonID)
		}
	}
	return out, nil
}

// PeopleToInvite gives the ids of people with open accounts who have one of some roles or
// are of one of some staff groups, at most limit.
func (s *Store) PeopleToInvite(ctx context.Context, roles []models.Role, staffGroups []string, limit int) ([]string, error) {
	if len(roles)+len(staffGroups) == 0 {
		return nil, nil
	}
	db := s.DB(ctx).Table("people").Where("closed_at IS NULL")
	const withRole = "EXISTS (SELECT 1 FROM grants WHERE grants.person_id = people.id AND grants.role IN ?)"
	switch {
	case len(roles) == 0:
		db = db.Where("staff_group IN ?", staffGroups)
	case len(staffGroups) == 0:
		db = db.Where(withRole, roles)
	default:
		db = db.Where("staff_group IN ? OR "+withRole, staffGroups, roles)
	}
	var ids []string
	err := db.Order("id").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

// OrganisationsToInvite gives the codes of organisations that are not closed, of some
// regions and kinds, at most limit; of an empty list all.
func (s *Store) OrganisationsToInvite(ctx context.Context, regions, kinds []string, limit int) ([]string, error) {
	if len(regions)+len(kinds) == 0 {
		return nil, nil
	}
	db := s.DB(ctx).Table("organisations").Where("closed IS NULL OR closed > ?", s.Now())
	if len(regions) > 0 {
		db = db.Where("region IN ?", regions)
	}
	if len(kinds) > 0 {
		db = db.Where("kind IN ?", kinds)
	}
	var codes []string
	err := db.Order("code").Limit(limit).Pluck("code", &codes).Error
	return codes, err
}

// InvitedTooOften gives the people and organisations that were invited more than a number
// of times since a time, who was most often first.
func (s *Store) InvitedTooOften(ctx context.Context, since time.Time, most, limit int) ([]models.InvitedTooOften, error) {
	var out []models.InvitedTooOften
	err := s.DB(ctx).Raw(`SELECT often.person_id, p.name, p.handle, often.organisation, COALESCE(o.name, '') AS org_name, often.times FROM (
			SELECT COALESCE(person_id, '') AS person_id, CASE WHEN person_id IS NULL THEN organisation ELSE '' END AS organisation, COUNT(*) AS times FROM campaign_invitations
			WHERE created_at > ? AND (person_id IS NOT NULL OR kind = 'organisation') GROUP BY 1, 2 HAVING COUNT(*) > ?) often
		LEFT JOIN people p ON p.id = often.person_id LEFT JOIN organisations o ON o.code = often.organisation
		ORDER BY often.times DESC, often.person_id, often.organisation LIMIT ?`, since, most, limit).Scan(&out).Error
	return out, err
}

// Invitations gives a page of the invitations to a campaign, the newest first; more tells
// that there are others after it.
func (s *Store) Invitations(ctx context.Context, q models.InvitationQuery) (list []models.Invitation, more bool, err error) {
	db := invitationsIn(s.DB(ctx), q)
	if q.Cursor != nil {
		db = db.Where("i.id < ?", q.Cursor.ID)
	}
	list, err = s.invitationsWhere(db.Order("i.id DESC").Limit(q.Limit + 1))
	if more = len(list) > q.Limit; more {
		list = list[:q.Limit]
	}
	return list, more, err
}

func invitationsIn(db *gorm.DB, q models.InvitationQuery) *gorm.DB {
	db = db.Where("i.campaign_id = ?", q.CampaignID)
	if q.State != "" {
		db = db.Where("i.state = ?", q.State)
	}
	if q.Kind != "" {
		db = db.Where("i.kind = ?", q.Kind)
	}
	return db
}

// CountInvitations counts the invitations to a campaign by their state.
func (s *Store) CountInvitations(ctx context.Context, campaignID string, kind models.InvitationKind) (map[models.InvitationState]int, error) {
	var rows []struct {
		State models.InvitationState
		N     int
	}
	err := invitationsIn(s.DB(ctx).Table("campaign_invitations i"), models.InvitationQuery{CampaignID: campaignID, Kind: kind}).Select("i.state, COUNT(*) AS n").Group("i.state").Find(&rows).Error
	out := make(map[models.InvitationState]int, len(rows))
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

func (s *Store) invitationsWhere(db *gorm.DB) ([]models.Invitation, error) {
	var rows []struct {
		Row                              invitationRow `gorm:"embedded"`
		Name, Handle, OrgName, Said, Who string
	}
	err := db.Table("campaign_invitations i").Select(`i.*, COALESCE(p.name, '') AS name, CASE WHEN p.closed_at IS NULL THEN COALESCE(p.handle, '') ELSE '' END AS handle,
		COALESCE(o.name, '') AS org_name, b.message AS said, bp.name AS who`).Joins("LEFT JOIN people p ON p.id = i.person_id").Joins("LEFT JOIN organisations o ON o.code = i.organisation").
		Joins("JOIN campaign_invitation_batches b ON b.id = i.batch_id").Joins("JOIN people bp ON bp.id = b.invited_by").Find(&rows).Error
	out := make([]models.Invitation, len(rows))
	for n, r := range rows {
		out[n] = r.Row.toModel()
		out[n].Name, out[n].Handle, out[n].Message, out[n].InvitedBy = r.Name, r.Handle, r.Said, r.Who
		if r.Row.Organisation != "" {
			out[n].OrganisationName = models.Organisation{Code: r.Row.Organisation, Name: r.OrgName}.DisplayName()
		}
	}
	return out, err
}

// Invitation gives an invitation by its id. NotFound when there is none.
func (s *Store) Invitation(ctx context.Context, id string) (models.Invitation, error) {
	return s.oneInvitation(s.DB(ctx).Where("i.id = ?", id))
}

// InvitationOf gives the invitation of a person to a campaign. NotFound when they have none.
func (s *Store) InvitationOf(ctx context.Context, campaignID, personID string) (models.Invitation, error) {
	return s.oneInvitation(s.DB(ctx).Where("i.campaign_id = ? AND i.person_id = ?", campaignID, personID))
}

// InvitationWords gives what organisers said when they invited a person to some
// campaigns, by campaign; nothing for those to which they said nothing.
func (s *Store) InvitationWords(ctx context.Context, personID string, campaignIDs []string) (map[string]string, error) {
	var rows []struct{ CampaignID, Message string }
	err := s.DB(ctx).Raw("SELECT i.campaign_id, b.message FROM campaign_invitations i JOIN campaign_invitation_batches b ON b.id = i.batch_id WHERE i.person_id = ? AND i.campaign_id IN ? AND b.message <> ''",
		personID, campaignIDs).Scan(&rows).Error
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.CampaignID] = r.Message
	}
	return out, err
}

func (s *Store) oneInvitation(db *gorm.DB) (models.Invitation, error) {
	list, err := s.invitationsWhere(db)
	if err == nil && len(list) == 0 {
		err = models.ErrNoSuchInvitation
	}
	if err != nil {
		return models.Invitation{}, err
	}
	return list[0], nil
}

// OrganisationInvitations gives the campaigns that are open or to come and to which an
// organisation is invited and has not entered, by id.
func (s *Store) OrganisationInvitations(ctx context.Context, code string) ([]models.Campaign, error) {
	return s.campaignsWhere(ctx, s.campaignsIn(s.DB(ctx), "").Where("campaigns.closes_at > ?", s.Now()).
		Where("EXISTS (SELECT 1 FROM campaign_invitations i WHERE i.campaign_id = campaigns.id AND i.kind = 'organisation' AND i.organisation = ? AND i.state <> 'entered')", code).Order("campaigns.closes_at, campaigns.id").Limit(10))
}
