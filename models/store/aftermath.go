package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"grassroots/models"
	"grassroots/models/aftermath"
)

// AddCampaignViews adds to how often the pages of campaigns were opened on a day, by slug.
// What is no campaign that everybody may read is passed over.
func (s *Store) AddCampaignViews(ctx context.Context, day string, views map[string]int) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		for _, slug := range slices.Sorted(maps.Keys(views)) { // two nodes wait for each other in the same order
			if err := s.exec(ctx, `INSERT INTO campaign_views (campaign_id, day, views) SELECT id, ?, ? FROM campaigns WHERE slug = ? AND published_at IS NOT NULL
				ON CONFLICT (campaign_id, day) DO UPDATE SET views = campaign_views.views + excluded.views`, day, views[slug], slug); err != nil {
				return err
			}
		}
		return nil
	})
}

// CampaignMoments gives when what happened in a campaign happened, in four statements. Of
// votes it has those that are kept with a time: of a secret vote none.
func (s *Store) CampaignMoments(ctx context.Context, c *models.Campaign) (aftermath.Moments, error) {
	var out aftermath.Moments
	named := map[string]any{"id": c.ID, "slug": c.Slug}
	for _, one := range []struct {
		into      *[]time.Time
		statement string
	}{
		{&out.Entries, `SELECT COALESCE(n.arrived_at, cs.published_at, cs.created_at) AS at FROM case_studies cs LEFT JOIN campaign_entries n ON n.case_study_id = cs.id AND n.campaign_id = @id WHERE cs.id IN (` + enteredStudies + `)`},
		{&out.Votes, `SELECT cast_at AS at FROM campaign_votes WHERE campaign_id = @id UNION ALL SELECT cast_at FROM campaign_pairs WHERE campaign_id = @id`},
		{&out.Comments, `SELECT comments.created_at AS at FROM comments WHERE ` + standing + ` AND comments.case_study_id IN (` + enteredStudies + `)`},
	} {
		var rows []struct{ At NullTime }
		if err := s.DB(ctx).Raw(one.statement, named).Scan(&rows).Error; err != nil {
			return out, err
		}
		for _, r := range rows {
			if r.At.Valid {
				*one.into = append(*one.into, r.At.Time)
			}
		}
	}
	err := s.DB(ctx).Raw("SELECT day, views AS n FROM campaign_views WHERE campaign_id = ? ORDER BY day", c.ID).Scan(&out.Views).Error
	return out, err
}

// CampaignMembers gives who took part in a campaign until a moment, in one statement:
// everybody once for each thing that they did.
func (s *Store) CampaignMembers(ctx context.Context, c *models.Campaign, until time.Time) (map[aftermath.Did][]aftermath.Member, error) {
	opens, _ := c.Starts(models.CampaignOpen)
	var rows []struct {
		Did                              aftermath.Did
		Organisation, Region, StaffGroup string
	}
	err := s.DB(ctx).Raw(`SELECT x.did, p.organisation, COALESCE(o.region, '') AS region, p.staff_group FROM (
			SELECT 'entered' AS did, owner_id AS person_id FROM case_studies WHERE id IN (`+enteredStudies+`)
			UNION SELECT 'entered', person_id FROM case_study_people WHERE case_study_id IN (`+enteredStudies+`)
			UNION SELECT 'voted', person_id FROM campaign_voters WHERE campaign_id = @id
			UNION SELECT 'commented', comments.author_id FROM comments WHERE `+standing+` AND comments.created_at >= @opens AND comments.created_at < @until AND comments.case_study_id IN (`+enteredStudies+`)) x
		JOIN people p ON p.id = x.person_id LEFT JOIN organisations o ON o.code = p.organisation AND o.code <> '' WHERE p.email <> @importer ORDER BY x.did, p.id`,
		map[string]any{"id": c.ID, "slug": c.Slug, "opens": opens, "until": until, "importer": models.ImporterEmail}).Scan(&rows).Error
	out := map[aftermath.Did][]aftermath.Member{}
	for _, r := range rows {
		out[r.Did] = append(out[r.Did], aftermath.Member{Organisation: r.Organisation, Region: r.Region, StaffGroup: r.StaffGroup})
	}
	return out, err
}

// CampaignReach gives whom a campaign reached as it was counted when its results came
// out; ok is false while it is not counted.
func (s *Store) CampaignReach(ctx context.Context, campaignID string) (counts map[aftermath.Did]aftermath.Counts, at time.Time, ok bool, err error) {
	var rows []struct {
		Counts    string
		CountedAt time.Time
	}
	if err := s.DB(ctx).Raw("SELECT counts, counted_at FROM campaign_reach WHERE campaign_id = ?", campaignID).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, at, false, err
	}
	return counts, rows[0].CountedAt, true, json.Unmarshal([]byte(rows[0].Counts), &counts)
}

// CountReach counts once whom those campaigns reached whose results are out, however many
// nodes ask, and gives how many it counted, limit at most.
func (s *Store) CountReach(ctx context.Context, limit int) (int, error) {
	var due []string
	err := s.DB(ctx).Raw(`SELECT c.id FROM campaigns c WHERE c.published_at IS NOT NULL AND c.results_at <= ? AND NOT EXISTS (SELECT 1 FROM campaign_reach r WHERE r.campaign_id = c.id)
		ORDER BY c.id LIMIT ?`, s.Now(), limit).Scan(&due).Error
	for _, id := range due {
		if err != nil {
			break
		}
		err = s.Tx(ctx, func(ctx context.Context) error {
			c, err := s.Campaign(ctx, id)
			if err != nil {
				return err
			}
			until, _ := c.Starts(models.CampaignResults)
			members, err := s.CampaignMembers(ctx, &c, until)
			if err != nil {
				return err
			}
			counts := map[aftermath.Did]aftermath.Counts{}
			for _, did := range aftermath.Dids() {
				counts[did] = aftermath.Count(members[did])
			}
			raw, err := json.Marshal(counts)
			if err != nil {
				return err
			}
			return s.exec(ctx, "INSERT INTO campaign_reach (campaign_id, counts, counted_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, string(raw), s.Now())
		})
	}
	return len(due), err
}

// Lessons gives the last revision of what organisers say that was learnt from a campaign;
// revision 0 while they have said nothing.
func (s *Store) Lessons(ctx context.Context, campaignID string) (aftermath.Lessons, error) {
	list, err := s.LessonsHistory(ctx, campaignID, 1)
	if err != nil || len(list) == 0 {
		return aftermath.Lessons{CampaignID: campaignID}, err
	}
	return list[0], nil
}

// LessonsHistory gives the revisions of what was learnt from a campaign, the newest first.
func (s *Store) LessonsHistory(ctx context.Context, campaignID string, limit int) ([]aftermath.Lessons, error) {
	var out []aftermath.Lessons
	err := s.DB(ctx).Raw(`SELECT l.campaign_id, l.revision, l.body, l.person_id, l.created_at, p.name AS by_name FROM campaign_lessons l JOIN people p ON p.id = l.person_id
		WHERE l.campaign_id = ? ORDER BY l.revision DESC LIMIT ?`, campaignID, limit).Scan(&out).Error
	return out, err
}

// SaveLessons keeps a further revision of what was learnt. l.Revision is of what it was
// made from: Conflict when there is a later one.
func (s *Store) SaveLessons(ctx context.Context, l *aftermath.Lessons) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "campaign.lessons", l.CampaignID, nil, map[string]any{"revision": l.Revision + 1})
		l.CreatedAt = s.Now()
		done := s.DB(ctx).Exec(`INSERT INTO campaign_lessons (campaign_id, revision, body, person_id, created_at) SELECT ?, ?, ?, ?, ?
			WHERE ? = (SELECT COALESCE(MAX(revision), 0) FROM campaign_lessons WHERE campaign_id = ?) ON CONFLICT DO NOTHING`,
			l.CampaignID, l.Revision+1, l.Body, l.PersonID, l.CreatedAt, l.Revision, l.CampaignID)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has changed what was learnt since you opened it. What you typed is still here: compare it with what is saved, and save again.")
		}
		l.Revision++
		return done.Error
	})
}

// EntryLearning gives the learning points of the entries of a campaign, by title, limit
// at most.
func (s *Store) EntryLearning(ctx context.Context, c *models.Campaign, limit int) ([]models.LearningPoint, error) {
	var out []models.LearningPoint
	err := s.DB(ctx).Raw(`SELECT p.case_study_id, p.number, p.words, cs.slug, cs.title FROM learning_points p JOIN case_studies cs ON cs.id = p.case_study_id
		WHERE cs.id IN (`+enteredStudies+`) ORDER BY LOWER(cs.title), cs.id, p.number LIMIT @most`, map[string]any{"id": c.ID, "slug": c.Slug, "most": limit}).Scan(&out).Error
	return out, err
}

// EntryAdoptions gives who tried or uses what was entered in a campaign, by case study
// and in the order in which adoptions are shown.
func (s *Store) EntryAdoptions(ctx context.Context, c *models.Campaign) ([]models.Adoption, error) {
	tried := []models.AdoptionStatus{models.AdoptionTrying, models.AdoptionInUse, models.AdoptionStopped}
	return s.adoptionsWhere(ctx, s.DB(ctx).Where("adoptions.hidden = '' AND adoptions.status IN @tried AND adoptions.case_study_id IN ("+enteredStudies+")", map[string]any{"id": c.ID, "slug": c.Slug, "tried": tried}).
		Order("adoptions.case_study_id, "+shownOrder+", adoptions.id"))
}
