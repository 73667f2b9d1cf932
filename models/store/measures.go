package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type measureRow struct {
	ID           string
	Action       models.MeasureAction
	Kind         models.ThingKind
	SubjectID    string
	CaseStudyID  string
	AuthorID     string
	ModeratorID  string
	Reason       models.ReportReason
	Words        string
	ItemID       string
	WasWithdrawn bool // the case study, before it was hidden
	MadeAt       time.Time
	Until        *time.Time
	ReadAt       *time.Time
	LiftedAt     *time.Time
	LiftedBy     string
	LiftWords    string

	Appeal        string
	AppealedAt    *time.Time
	AppealedBy    string
	Decision      models.Outcome
	DecidedAt     *time.Time
	DecidedBy     string
	DecisionWords string
}

func (measureRow) TableName() string { return "measures" }

func (r measureRow) toModel() models.Measure {
	return models.Measure{ID: r.ID, Action: r.Action, Kind: r.Kind, SubjectID: r.SubjectID, CaseStudyID: r.CaseStudyID, AuthorID: r.AuthorID, ModeratorID: r.ModeratorID,
		Reason: r.Reason, Words: r.Words, ItemID: r.ItemID, MadeAt: r.MadeAt, Until: r.Until, ReadAt: r.ReadAt, LiftedAt: r.LiftedAt, LiftedBy: r.LiftedBy, LiftWords: r.LiftWords,
		Appeal: r.Appeal, AppealedAt: r.AppealedAt, Decision: r.Decision, DecidedAt: r.DecidedAt, DecidedBy: r.DecidedBy, Decided: r.DecisionWords}
}

// errDoneAlready is what the slower of two moderators is told.
var errDoneAlready = models.E(models.Conflict, "This has been done already, perhaps by another moderator a moment ago. Look at it again.")

// TakeMeasure keeps a measure and does what it says. Its MadeAt is set. Conflict
// when one of the same kind stands already.
func (s *Store) TakeMeasure(ctx context.Context, m *models.Measure) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		m.MadeAt = s.Now()
		row := measureRow{ID: m.ID, Action: m.Action, Kind: m.Kind, SubjectID: m.SubjectID, CaseStudyID: m.CaseStudyID, AuthorID: m.AuthorID, ModeratorID: m.ModeratorID,
			Reason: m.Reason, Words: m.Words, ItemID: m.ItemID, MadeAt: m.MadeAt, Until: m.Until}
		var err error
		switch {
		case m.Kind == models.ThingStudy && m.Action == models.MeasureHide:
			row.WasWithdrawn, err = s.hideStudy(ctx, m)
		case m.Kind == models.ThingStudy && m.Action == models.MeasureLock:
			err = s.mark(ctx, "UPDATE case_studies SET locked = ? WHERE id = ? AND locked = ''", m.ID, m.SubjectID)
		case m.Kind == models.ThingComment && m.Action == models.MeasureHide:
			err = s.hideComment(ctx, m)
		case m.Kind == models.ThingAdoption && m.Action == models.MeasureHide:
			err = s.turnAdoption(ctx, m.SubjectID, "UPDATE adoptions SET hidden = ? WHERE id = ? AND hidden = ''", m.ID, m.SubjectID)
		case m.Kind == models.ThingCollection && m.Action == models.MeasureHide:
			if err = s.mark(ctx, "UPDATE collections SET hidden = ? WHERE id = ? AND hidden = ''", m.ID, m.SubjectID); err == nil {
				err = s.changed(ctx, KindCollection, m.SubjectID)
			}
		case m.Kind == models.ThingPerson && m.Action == models.MeasureWarn:
		case m.Kind == models.ThingStudy && m.Action == models.MeasureMerge: // MergeStudies has done it
		case m.Kind == models.ThingPerson && m.Action == models.MeasureSuspend:
			err = s.beforeSuspending(ctx, m)
		default:
			err = models.E(models.BadRequest, "That cannot be done to this.")
		}
		if err != nil {
			return err
		}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, errDoneAlready.Message)
		}
		after := map[string]any{"measure": m.ID, "kind": m.Kind, "author": m.AuthorID, "reason": m.Reason}
		if m.ItemID != "" {
			after["item"] = m.ItemID
		}
		if m.Until != nil {
			after["until"] = m.Until.UTC()
		}
		Note(ctx, "moderation."+string(m.Action), m.SubjectID, nil, after)
		return nil
	})
}

// mark runs a statement that changes one row, unless another was first.
func (s *Store) mark(ctx context.Context, statement string, args ...any) error {
	done := s.DB(ctx).Exec(statement, args...)
	if done.Error == nil && done.RowsAffected == 0 {
		return errDoneAlready
	}
	return done.Error
}

// hideStudy withdraws a case study, and tells whether it was withdrawn before.
func (s *Store) hideStudy(ctx context.Context, m *models.Measure) (withdrawn bool, err error) {
	var row caseStudyRow
	if err := s.forUpdate(ctx).Take(&row, "id = ?", m.SubjectID).Error; err != nil {
		return false, notFound(err, "That case study")
	}
	if row.Hidden != "" {
		return false, errDoneAlready
	}
	if err := s.mark(ctx, "UPDATE case_studies SET hidden = ? WHERE id = ?", m.ID, row.ID); err != nil || row.Status == models.Withdrawn {
		return true, err
	}
	_, err = s.turn(ctx, row, models.Withdrawn)
	return false, err
}

func (s *Store) hideComment(ctx context.Context, m *models.Measure) error {
	err := s.mark(ctx, "UPDATE comments SET hidden = ?, hidden_at = ? WHERE id = ? AND "+standing, m.ID, m.MadeAt, m.SubjectID)
	if err != nil {
		return err
	}
	return s.countComment(ctx, m.SubjectID, -1)
}

// countComment changes the count beside the case study that a comment is on by
// now, whatever its status.
func (s *Store) countComment(ctx context.Context, commentID string, by int) error {
	return s.DB(ctx).Exec("UPDATE case_studies SET "+newCounts("0", "?")+" WHERE id = (SELECT case_study_id FROM comments WHERE id = ?)", by, by, commentID).Error
}

// LiftMeasure takes a measure back and undoes what it did. Conflict when that
// has been done already.
func (s *Store) LiftMeasure(ctx context.Context, id, by, words string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var row measureRow
		if err := s.forUpdate(ctx).Take(&row, "id = ?", id).Error; err != nil {
			return notFound(err, "That measure")
		}
		err := s.mark(ctx, "UPDATE measures SET lifted_at = ?, lifted_by = ?, lift_words = ? WHERE id = ? AND lifted_at IS NULL", s.Now(), by, words, id)
		if err != nil {
			return err
		}
		Note(ctx, "moderation.lift", row.SubjectID, map[string]any{"measure": id, "action": row.Action}, nil)
		if row.AppealedAt != nil && row.DecidedAt == nil {
			if err := s.decide(ctx, id, by, models.OutcomeLifted, words); err != nil {
				return err
			}
		}
		switch {
		case row.Kind == models.ThingStudy && row.Action == models.MeasureHide:
			return s.showStudy(ctx, row)
		case row.Kind == models.ThingStudy && row.Action == models.MeasureLock:
			return s.DB(ctx).Exec("UPDATE case_studies SET locked = '' WHERE id = ? AND locked = ?", row.SubjectID, id).Error
		case row.Kind == models.ThingStudy && row.Action == models.MeasureMerge:
			if _, err := s.SplitStudy(ctx, row.SubjectID); err != nil {
				return err
			}
			return s.reopenItem(ctx, row.ItemID)
		case row.Kind == models.ThingComment:
			return s.showComment(ctx, row)
		case row.Kind == models.ThingCollection:
			if err := s.exec(ctx, "UPDATE collections SET hidden = '' WHERE id = ? AND hidden = ?", row.SubjectID, id); err != nil {
				return err
			}
			return s.changed(ctx, KindCollection, row.SubjectID)
		case row.Kind == models.ThingAdoption:
			err := s.turnAdoption(ctx, row.SubjectID, "UPDATE adoptions SET hidden = '' WHERE id = ? AND hidden = ?", row.SubjectID, id)
			if models.KindOf(err) == models.NotFound { // it is not here any more
				err = nil
			}
			return err
		}
		return nil
	})
}

func (s *Store) showStudy(ctx context.Context, m measureRow) error {
	var row caseStudyRow
	err := s.forUpdate(ctx).Take(&row, "id = ? AND hidden = ?", m.SubjectID, m.ID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil // it is not here any more
	}
	if err != nil {
		return err
	}
	if err := s.exec(ctx, "UPDATE case_studies SET hidden = '' WHERE id = ?", row.ID); err != nil {
		return err
	}
	switch c, err := s.CopyOf(ctx, row.ID); { // its origin has the word on that
	case err == nil:
		m.WasWithdrawn = c.Shown() == models.Withdrawn
	case models.KindOf(err) != models.NotFound:
		return err
	}
	if m.WasWithdrawn {
		return nil
	}
	_, err = s.turn(ctx, row, models.Published)
	return err
}

// turnAdoption hides an adoption or shows it again, by a statement that changes
// its row, and counts those of its case study anew.
func (s *Store) turnAdoption(ctx context.Context, id, statement string, args ...any) error {
	var studies []string
	err := s.DB(ctx).Table("adoptions").Where("id = ? AND site = ''", id).Pluck("case_study_id", &studies).Error
	if err == nil && len(studies) == 0 {
		err = models.E(models.NotFound, "That adoption could not be found.")
	}
	if err != nil {
		return err
	}
	var row caseStudyRow // first, as everything does that counts beside it
	if err := s.forUpdate(ctx).Select("id").Take(&row, "id = ?", studies[0]).Error; err != nil {
		return err
	}
	if err := s.mark(ctx, statement, args...); err != nil {
		return err
	}
	return s.Recount(ctx, row.ID)
}

func (s *Store) showComment(ctx context.Context, m measureRow) error {
	done := s.DB(ctx).Exec("UPDATE comments SET hidden = '', hidden_at = NULL WHERE id = ? AND hidden = ? AND deleted_at IS NULL", m.SubjectID, m.ID)
	if done.Error != nil || done.RowsAffected == 0 { // its author deleted it meanwhile
		return done.Error
	}
	return s.countComment(ctx, m.SubjectID, 1)
}

// measureColumns is what a measure is read with, by measuresWhere. A comment may
// be on another case study by now.
const measureColumns = `measures.*, authors.name AS author_name, CASE WHEN authors.closed_at IS NULL THEN authors.handle ELSE '' END AS author_handle,
	moderators.name AS moderator, COALESCE(case_studies.id, '') AS study_id, COALESCE(case_studies.title, collections.title, '') AS title, COALESCE(case_studies.slug, collections.slug, '') AS slug, 
	COALESCE(adoptions.organisation, '') AS adopter, comments.deleted_at IS NOT NULL OR COALESCE(adoptions.erased, FALSE) OR measures.kind = 'collection' AND collections.id IS NULL AS gone,
	measures.kind = 'case-study' AND EXISTS (SELECT 1 FROM revisions r WHERE r.case_study_id = case_studies.id AND r.number < case_studies.revision AND NOT r.erased) AS earlier`

func (s *Store) measuresWhere(ctx context.Context, db *gorm.DB) ([]models.Measure, error) {
	var rows []struct {
		Row                                                                measureRow `gorm:"embedded"`
		AuthorName, AuthorHandle, Moderator, StudyID, Title, Slug, Adopter string
		Gone, Earlier                                                      bool
	}
	err := db.Table("measures").Select(measureColumns).Joins("JOIN people AS authors ON authors.id = measures.author_id").
		Joins("JOIN people AS moderators ON moderators.id = measures.moderator_id").
		Joins("LEFT JOIN comments ON measures.kind = 'comment' AND comments.id = measures.subject_id").
		Joins("LEFT JOIN adoptions ON measures.kind = 'adoption' AND adoptions.id = measures.subject_id").
		Joins("LEFT JOIN collections ON measures.kind = 'collection' AND collections.id = measures.subject_id").
		Joins("LEFT JOIN case_studies ON case_studies.id = COALESCE(comments.case_study_id, adoptions.case_study_id, measures.case_study_id)").Find(&rows).Error
	out := make([]models.Measure, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel()
		out[i].AuthorName, out[i].AuthorHandle, out[i].Moderator, out[i].Title, out[i].Slug = r.AuthorName, r.AuthorHandle, r.Moderator, r.Title, r.Slug
		out[i].CaseStudyID, out[i].Organisation, out[i].Gone, out[i].Earlier = r.StudyID, r.Adopter, r.Gone, r.Earlier
	}
	return out, err
}

// Measure gives one measure. NotFound when there is none.
func (s *Store) Measure(ctx context.Context, id string) (models.Measure, error) {
	list, err := s.measuresWhere(ctx, s.DB(ctx).Where("measures.id = ?", id))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "That measure could not be found.")
	}
	if err != nil {
		return models.Measure{}, err
	}
	return list[0], nil
}

// MeasuresAgainst lists what was done about one thing, the newest first.
func (s *Store) MeasuresAgainst(ctx context.Context, kind models.ThingKind, subjectID string, limit int) ([]models.Measure, error) {
	return s.measuresWhere(ctx, s.DB(ctx).Where("measures.kind = ? AND measures.subject_id = ?", kind, subjectID).Order("measures.id DESC").Limit(limit))
}

// MeasureQuery asks for a page of measures, the newest first.
type MeasureQuery struct {
	Of     string // id of a person whose things they are about; empty for everybody's
	Before string // last id of the page before
	Limit  int
}

// mine keeps the measures about what is a person's: a case study belongs to
// whoever owns it by now, and to its co-authors; an adoption to whoever looks
// after it by now, too.
const mine = `(measures.kind <> 'case-study' AND measures.author_id = @mine
	OR measures.kind = 'adoption' AND measures.subject_id IN (SELECT id FROM adoptions WHERE owner_id = @mine)
	OR measures.kind = 'collection' AND measures.subject_id IN (SELECT id FROM collections WHERE owner_id = @mine)
	OR measures.kind = 'case-study' AND (measures.subject_id IN (SELECT id FROM case_studies WHERE owner_id = @mine)
		OR measures.subject_id IN (SELECT case_study_id FROM case_study_people WHERE person_id = @mine)))`

// Measures lists measures; more tells that there are others after them.
func (s *Store) Measures(ctx context.Context, q MeasureQuery) (list []models.Measure, more bool, err error) {
	db := s.DB(ctx).Order("measures.id DESC").Limit(q.Limit + 1)
	if q.Of != "" {
		db = db.Where(mine, sql.Named("mine", q.Of))
	}
	if q.Before != "" {
		db = db.Where("measures.id < ?", q.Before)
	}
	list, err = s.measuresWhere(ctx, db)
	if more = len(list) > q.Limit; more {
		list = list[:q.Limit]
	}
	return list, more, err
}

// CountMeasures counts what Measures lists on all pages.
func (s *Store) CountMeasures(ctx context.Context, q MeasureQuery) (int, error) {
	var n int64
	db := s.DB(ctx).Table("measures")
	if q.Of != "" {
		db = db.Where(mine, sql.Named("mine", q.Of))
	}
	err := db.Count(&n).Error
	return int(n), err
}

// IsMine tells whether a measure is about something of a person's.
func (s *Store) IsMine(ctx context.Context, id, personID string) (bool, error) {
	var n int64
	err := s.DB(ctx).Table("measures").Where("measures.id = ?", id).Where(mine, sql.Named("mine", personID)).Count(&n).Error
	return n > 0, err
}

// OwnersOf lists whose the subject of a measure is and who can be written to:
// not those whose account is closed, nor those that have no mailbox.
func (s *Store) OwnersOf(ctx context.Context, m models.Measure) ([]models.Person, error) {
	db := s.DB(ctx).Select("id", "name", "email").Where("closed_at IS NULL AND email NOT LIKE '%.invalid'")
	switch m.Kind {
	case models.ThingStudy:
		db = db.Where("id IN (SELECT owner_id FROM case_studies WHERE id = ?) OR id IN (SELECT person_id FROM case_study_people WHERE case_study_id = ?)", m.SubjectID, m.SubjectID)
	case models.ThingAdoption:
		db = db.Where("id = ? OR id IN (SELECT owner_id FROM adoptions WHERE id = ?)", m.AuthorID, m.SubjectID)
	case models.ThingCollection:
		db = db.Where("id = ? OR id IN (SELECT owner_id FROM collections WHERE id = ?)", m.AuthorID, m.SubjectID)
	default:
		db = db.Where("id = ?", m.AuthorID)
	}
	var rows []personRow
	err := db.Order("id").Limit(50).Find(&rows).Error
	out := make([]models.Person, len(rows))
	for i, r := range rows {
		out[i] = models.Person{ID: r.ID, Name: r.Name, Email: r.Email}
	}
	return out, err
}

// Reveal adds to those of some comments that are hidden, and that pick chooses,
// their words and the measure. One statement, and none where it chooses none.
func (s *Store) Reveal(ctx context.Context, list []*models.Comment, pick func(*models.Comment) bool) error {
	at, ids := map[string]*models.Comment{}, []string{}
	for _, c := range list {
		if c.Hidden != "" && pick(c) {
			at[c.Hidden], ids = c, append(ids, c.Hidden)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []struct {
		Row        measureRow `gorm:"embedded"`
		Body, HTML string
	}
	err := s.DB(ctx).Table("measures").Select("measures.*, comments.body, comments.html").Joins("JOIN comments ON comments.hidden = measures.id AND comments.id = measures.subject_id").
		Where("measures.id IN ?", ids).Find(&rows).Error
	for _, r := range rows {
		m, c := r.Row.toModel(), at[r.Row.ID]
		c.Body, c.HTML, c.Measure = r.Body, r.HTML, &m
	}
	return err
}

// WaitOf gives the measure by which something waits for a first look. NotFound
// when nothing does.
func (s *Store) WaitOf(ctx context.Context, kind models.ThingKind, subjectID string) (models.Measure, error) {
	return s.standingMeasure(ctx, s.DB(ctx).Where("measures.kind = ? AND measures.subject_id = ? AND measures.reason = ?", kind, subjectID, models.ReasonFirst))
}

// MergeMeasure gives the measure by which a case study is part of another.
// NotFound when there is none.
func (s *Store) MergeMeasure(ctx context.Context, caseStudyID string) (models.Measure, error) {
	return s.standingMeasure(ctx, s.DB(ctx).Where("measures.kind = ? AND measures.subject_id = ? AND measures.action = ?", models.ThingStudy, caseStudyID, models.MeasureMerge))
}

func (s *Store) standingMeasure(ctx context.Context, db *gorm.DB) (models.Measure, error) {
	list, err := s.measuresWhere(ctx, db.Where("measures.lifted_at IS NULL"))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "That measure could not be found.")
	}
	if err != nil {
		return models.Measure{}, err
	}
	return list[0], nil
}

// WasWithdrawn tells of a measure that hides a case study whether it was
// withdrawn before.
func (s *Store) WasWithdrawn(ctx context.Context, id string) (bool, error) {
	var rows []measureRow
	err := s.DB(ctx).Where("id = ?", id).Find(&rows).Error
	return len(rows) == 1 && rows[0].WasWithdrawn, err
}

// LockOf gives the id of the measure that closes the comments of a case study,
// or nothing.
func (s *Store) LockOf(ctx context.Context, caseStudyID string) (string, error) {
	var ids []string
	err := s.DB(ctx).Table("case_studies").Where("id = ?", caseStudyID).Pluck("locked", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}
