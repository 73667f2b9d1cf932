package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

// caseStudyRow is a row of case_studies: what a list shows.
type caseStudyRow struct {
	ID           string
	Slug         string
	Status       models.Status
	Visibility   models.Visibility
	Title        string
	Summary      string
	Stage        models.Stage
	Organisation string
	Byline       string
	Tags         jsonList[string]
	OwnerID      string
	Revision     int
	Votes        int
	Comments     int
	Adoptions    int
	Hot          float64
	HotAge       float64 // the part of Hot that comes from PublishedAt
	Demo         bool
	Merged       int       // how many are part of it
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
	PublishedAt  time.Time
	// When it was last confirmed, is to be read again, and who was asked for that when.
	ReviewedAt, ReviewDue, ReviewAskedAt, ReviewLeadAskedAt *time.Time
	Changes                                                 int64 `gorm:"default:1"`
	Indexed                                                 int64
	// StatusChangedAt is when it was withdrawn or brought back; nil when it
	// never was.
	StatusChangedAt *time.Time
	Hidden, Locked  string // ids of measures
	Decision        models.DecisionStatus
	DecisionReason  string
	DecidedAt       *time.Time
}

func (caseStudyRow) TableName() string { return "case_studies" }

type revisionRow struct {
	CaseStudyID string
	Number      int
	Document    models.Document `gorm:"serializer:json"`
	HTML        string
	Text        string
	Contents    jsonList[models.Heading]
	Rules       int
	EditorID    string
	Note        string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
}

func (revisionRow) TableName() string { return "revisions" }

type slugRow struct {
	Slug        string
	CaseStudyID string
}

func (slugRow) TableName() string { return "case_study_slugs" }

func (r caseStudyRow) toModel(rev revisionRow) models.CaseStudy {
	cs := models.CaseStudy{ID: r.ID, Slug: r.Slug, Status: r.Status, Document: rev.Document, OwnerID: r.OwnerID,
		Revision: r.Revision, HTML: rev.HTML, Text: rev.Text, Contents: rev.Contents, Votes: r.Votes, Comments: r.Comments,
		Adoptions: r.Adoptions, Hot: r.Hot, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		PublishedAt: r.PublishedAt, ReviewedAt: r.ReviewedAt, Demo: r.Demo, Merged: r.Merged, Hidden: r.Hidden, Locked: r.Locked}
	if r.DecidedAt != nil {
		cs.Decision = models.Decision{CaseStudyID: r.ID, Status: r.Decision, Reason: r.DecisionReason, MadeAt: *r.DecidedAt}
	}
	return cs
}

// SaveNote is who made a revision and what they said of it.
type SaveNote struct {
	EditorID string
	Note     string
}

// CreateCaseStudy publishes a new case study as revision 1 and gives its slug.
// cs.ID, OwnerID, Document, HTML, Contents, CreatedAt and UpdatedAt are read;
// PublishedAt is CreatedAt. An id that exists is a Conflict.
func (s *Store) CreateCaseStudy(ctx context.Context, cs *models.CaseStudy, note SaveNote) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		slug, err := s.claimSlug(ctx, cs.ID, cs.Title)
		if err != nil {
			return err
		}
		cs.Slug, cs.Status, cs.Revision, cs.PublishedAt = slug, cs.Shown(), 1, cs.CreatedAt
		cs.Hot = models.HotRank(0, 0, 0, cs.PublishedAt)
		row := s.rowOf(cs)
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, "A case study with this id exists already.")
		}
		if err := s.DB(ctx).Create(&slugRow{slug, cs.ID}).Error; err != nil {
			return err
		}
		if err := s.addRevision(ctx, cs, note); err != nil {
			return err
		}
		Note(ctx, "case-study.publish", cs.ID, nil, stateOf(cs.Status, cs.Visibility, cs.Revision))
		return s.show(ctx, models.Withdrawn, "", cs)
	})
}

// stateOf is what the audit record keeps of a case study. Its texts are with its
// revisions.
func stateOf(status models.Status, visibility models.Visibility, revision int) map[string]any {
	state := map[string]any{"status": status, "revision": revision}
	if visibility != "" {
		state["visibility"] = visibility
	}
	return state
}

// show keeps what is counted and derived in step with what everybody may read:
// a case study had one status and organisation and now has another.
func (s *Store) show(ctx context.Context, was models.Status, organisation string, cs *models.CaseStudy) error {
	shown, shows := was == models.Published, cs.Status == models.Published
	if shown && (!shows || organisation != cs.Organisation) {
		if err := s.countStudies(ctx, organisation, -1); err != nil {
			return err
		}
	}
	if shows && (!shown || organisation != cs.Organisation) {
		if err := s.countStudies(ctx, cs.Organisation, 1); err != nil {
			return err
		}
	}
	if shown {
		if err := s.dropDerived(ctx, cs.ID); err != nil {
			return err
		}
	}
	if shows {
		return s.saveDerived(ctx, cs)
	}
	return nil
}

// ReviseCaseStudy saves cs.Document as the next revision. cs.Revision must be
// the revision that the change was made from: when another came in between,
// the error is a Conflict and nothing is saved.
func (s *Store) ReviseCaseStudy(ctx context.Context, cs *models.CaseStudy, note SaveNote) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var old caseStudyRow
		if err := s.forUpdate(ctx).Take(&old, "id = ?", cs.ID).Error; err != nil {
			return notFound(err, "That case study")
		}
		if old.Revision != cs.Revision {
			return models.E(models.Conflict, "The case study has been changed since you opened it.")
		}
		cs.Revision++
		cs.Slug = old.Slug
		if models.Slugify(cs.Title) != models.Slugify(old.Title) {
			slug, err := s.claimSlug(ctx, cs.ID, cs.Title)
			if err != nil {
				return err
			}
			cs.Slug = slug
			// Going back to an earlier title finds its slug there already.
			if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&slugRow{slug, cs.ID}).Error; err != nil {
				return err
			}
		}
		cs.Status, cs.Votes, cs.Comments, cs.Adoptions, cs.Hot = old.Status, old.Votes, old.Comments, old.Adoptions, old.Hot
		cs.PublishedAt, cs.OwnerID, cs.Demo = old.PublishedAt, old.OwnerID, old.Demo
		if old.Status != models.Withdrawn {
			cs.Status = cs.Shown()
		}
		row := s.rowOf(cs)
		row.Changes = old.Changes + 1
		err := s.DB(ctx).Model(&caseStudyRow{}).Where("id = ?", cs.ID).
			Select("slug", "status", "visibility", "title", "summary", "stage", "organisation", "byline", "tags", "revision", "updated_at", "changes",
				"review_due", "review_asked_at", "review_lead_asked_at").
			Updates(&row).Error
		if err != nil {
			return err
		}
		if err := s.addRevision(ctx, cs, note); err != nil {
			return err
		}
		Note(ctx, "case-study.revise", cs.ID, stateOf(old.Status, old.Visibility, old.Revision), stateOf(cs.Status, cs.Visibility, cs.Revision))
		return s.show(ctx, old.Status, old.Organisation, cs)
	})
}

func (s *Store) rowOf(cs *models.CaseStudy) caseStudyRow {
	byline := ""
	if len(cs.Authors) > 0 {
		byline = cs.Authors[0].Name
	}
	due := cs.ReviewDue()
	return caseStudyRow{ReviewedAt: cs.ReviewedAt, ReviewDue: &due, ID: cs.ID, Slug: cs.Slug, Status: cs.Status, Visibility: cs.Visibility, Title: cs.Title, Summary: cs.Summary, Stage: cs.Stage,
		Organisation: cs.Organisation, Byline: byline, Tags: cs.Tags, OwnerID: cs.OwnerID, Revision: cs.Revision,
		Hot: cs.Hot, HotAge: models.HotRank(0, 0, 0, cs.PublishedAt), Demo: cs.Demo, CreatedAt: cs.CreatedAt, UpdatedAt: cs.UpdatedAt, PublishedAt: cs.PublishedAt,
		Changes: 1}
}

func (s *Store) addRevision(ctx context.Context, cs *models.CaseStudy, note SaveNote) error {
	return s.DB(ctx).Create(&revisionRow{CaseStudyID: cs.ID, Number: cs.Revision, Document: cs.Document, HTML: cs.HTML,
		Text: cs.Text, Contents: cs.Contents, Rules: cs.HTMLRules, EditorID: note.EditorID, Note: note.Note, CreatedAt: cs.UpdatedAt}).Error
}

// claimSlug gives a slug for the title that no other case study has or had.
func (s *Store) claimSlug(ctx context.Context, id, title string) (string, error) {
	base := models.Slugify(title)
	var taken []slugRow
	// Most titles are new, and looking for all that begin alike reads every slug.
	if err := s.DB(ctx).Where("slug = ?", base).Find(&taken).Error; err != nil || len(taken) == 0 || taken[0].CaseStudyID == id {
		return base, err
	}
	if err := s.DB(ctx).Where("slug = ? OR slug LIKE ?", base, base+"-%").Find(&taken).Error; err != nil {
		return "", err
	}
	owner := make(map[string]string, len(taken))
	for _, t := range taken {
		owner[t.Slug] = t.CaseStudyID
	}
	slug := base
	for n := 2; owner[slug] != "" && owner[slug] != id; n++ {
		slug = base + "-" + strconv.Itoa(n)
	}
	return slug, nil
}

// CaseStudy gives the case study with the id or slug, withdrawn ones included:
// the caller looks at Status. An earlier slug finds it too; its Slug then
// differs from what was asked. NotFound when there is none.
func (s *Store) CaseStudy(ctx context.Context, idOrSlug string) (models.CaseStudy, error) {
	type joined struct {
		Row      caseStudyRow    `gorm:"embedded"`
		Document models.Document `gorm:"serializer:json"`
		HTML     string          `gorm:"column:html"`
		Contents jsonList[models.Heading]
		Copy     copyColumns `gorm:"embedded"`
	}
	var j joined
	q := withCopy(s.DB(ctx).Table("case_studies")).
		Select("case_studies.*, revisions.document, revisions.html, revisions.contents" + copySelect).
		Joins("JOIN revisions ON revisions.case_study_id = case_studies.id AND revisions.number = case_studies.revision")
	if models.ValidID(idOrSlug) {
		q = q.Where("case_studies.id = ?", idOrSlug)
	} else {
		q = q.Joins("JOIN case_study_slugs ON case_study_slugs.case_study_id = case_studies.id").
			Where("case_study_slugs.slug = ?", idOrSlug)
	}
	if err := q.Take(&j).Error; errors.Is(err, gorm.ErrRecordNotFound) {
		return models.CaseStudy{}, models.ErrNoSuchCaseStudy
	} else if err != nil {
		return models.CaseStudy{}, err
	}
	cs := j.Row.toModel(revisionRow{Document: j.Document, HTML: j.HTML, Contents: j.Contents})
	cs.Copy = j.Copy.toModel()
	return cs, nil
}

// CaseStudiesTitled gives the ids of case studies with exactly this title,
// withdrawn ones included, 20 at most.
func (s *Store) CaseStudiesTitled(ctx context.Context, title string) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Table("case_studies").
		Joins("JOIN case_study_slugs ON case_study_slugs.case_study_id = case_studies.id").
		Where("case_study_slugs.slug = ? OR case_study_slugs.slug LIKE ?", models.Slugify(title), models.Slugify(title)+"-%").
		Where("case_studies.title = ?", title).Distinct().Order("case_studies.id").Limit(20).Pluck("case_studies.id", &ids).Error
	return ids, err
}

// SetStatus withdraws a case study, or brings it back to those who may read it
// by its visibility. Setting what is set already changes nothing. NotFound when
// there is none; Conflict for one that is part of another: see SplitStudy, and
// ErrHidden when a measure hides it.
func (s *Store) SetStatus(ctx context.Context, id string, status models.Status) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if status != models.Withdrawn {
			switch _, err := s.MergeOf(ctx, id); {
			case err == nil:
				return models.E(models.Conflict, "This case study is part of another one now. A moderator can take that back.")
			case models.KindOf(err) != models.NotFound:
				return err
			}
		}
		return s.setStatus(ctx, id, status)
	})
}

func (s *Store) setStatus(ctx context.Context, id string, status models.Status) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var row caseStudyRow
		if err := s.forUpdate(ctx).Take(&row, "id = ?", id).Error; err != nil {
			return notFound(err, "That case study")
		}
		if (row.Status == models.Withdrawn) == (status == models.Withdrawn) {
			return nil
		}
		if row.Hidden != "" {
			return models.ErrHidden
		}
		what := "case-study.bring-back"
		if status == models.Withdrawn {
			what = "case-study.withdraw"
		}
		now, err := s.turn(ctx, row, status)
		if err == nil && status != models.Withdrawn {
			err = s.exec(ctx, "DELETE FROM withdrawals WHERE case_study_id = ?", id)
		}
		if err == nil {
			Note(ctx, what, id, stateOf(row.Status, row.Visibility, row.Revision), stateOf(now, row.Visibility, row.Revision))
		}
		return err
	})
}

// turn gives a case study whose row is held another status, and the one that it
// has from then on.
func (s *Store) turn(ctx context.Context, row caseStudyRow, status models.Status) (models.Status, error) {
	cs, err := s.CaseStudy(ctx, row.ID)
	if err != nil {
		return "", err
	}
	if status != models.Withdrawn {
		status = cs.Shown()
	}
	cs.Status = status
	err = s.DB(ctx).Model(&caseStudyRow{}).Where("id = ?", row.ID).
		Updates(map[string]any{"status": status, "status_changed_at": s.Now(), "changes": row.Changes + 1}).Error
	if err != nil {
		return "", err
	}
	return status, s.show(ctx, row.Status, row.Organisation, &cs)
}

// Revisions lists a case study's revisions without their text, newest first.
func (s *Store) Revisions(ctx context.Context, id string) ([]models.Revision, error) {
	var rows []struct {
		Number     int
		EditorID   string
		EditorName string
		Note       string
		CreatedAt  time.Time
	}
	err := s.DB(ctx).Table("revisions").
		Select("revisions.number, revisions.editor_id, people.name AS editor_name, revisions.note, revisions.created_at").
		Joins("JOIN people ON people.id = revisions.editor_id").
		Where("revisions.case_study_id = ?", id).Order("revisions.number DESC").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]models.Revision, len(rows))
	for i, r := range rows {
		out[i] = models.Revision{CaseStudyID: id, Number: r.Number, EditorID: r.EditorID, EditorName: r.EditorName, Note: r.Note, CreatedAt: r.CreatedAt}
	}
	return out, nil
}

// Revision gives one revision with its text. NotFound when there is none.
func (s *Store) Revision(ctx context.Context, id string, number int) (models.Revision, error) {
	var r revisionRow
	if err := s.DB(ctx).Take(&r, "case_study_id = ? AND number = ?", id, number).Error; err != nil {
		return models.Revision{}, notFound(err, "That revision")
	}
	return models.Revision{CaseStudyID: id, Number: r.Number, Document: r.Document, HTML: r.HTML, Contents: r.Contents,
		EditorID: r.EditorID, Note: r.Note, CreatedAt: r.CreatedAt}, nil
}

// SetEditors keeps who may edit a case study beside its owner.
func (s *Store) SetEditors(ctx context.Context, id string, personIDs []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB(ctx).Exec("DELETE FROM case_study_people WHERE case_study_id = ?", id).Error; err != nil {
			return err
		}
		for _, p := range personIDs {
			err := s.DB(ctx).Exec("INSERT INTO case_study_people (case_study_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING", id, p).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// IsEditor tells whether the person is one of the case study's co-authors.
func (s *Store) IsEditor(ctx context.Context, id, personID string) (bool, error) {
	var n int64
	err := s.DB(ctx).Table("case_study_people").Where("case_study_id = ? AND person_id = ?", id, personID).Count(&n).Error
	return n > 0, err
}

// forUpdate locks the rows it reads until the transaction ends. SQLite has one
// writer at a time anyhow and does not know the words.
func (s *Store) forUpdate(ctx context.Context) *gorm.DB {
	db := s.DB(ctx)
	if s.Dialect() == "postgres" {
		return db.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return db
}
