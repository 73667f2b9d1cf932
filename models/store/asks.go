package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type askRow struct {
	ID          string
	CaseStudyID string
	PersonID    string
	QuestionID  *string
	Why         string
	AskedAt     time.Time
	DeclinedAt  *time.Time
}

func (askRow) TableName() string { return "feedback_asks" }

type feedbackChoiceRow struct {
	PersonID string `gorm:"primaryKey"`
	AWeek    int
}

func (feedbackChoiceRow) TableName() string { return "feedback_choices" }

const week = 7 * 24 * time.Hour

// KnownIn gives what of a case study people can say that they know: its systems,
// standards, settings, and its tags as skills. It is read from its document, so
// that it is there for what not everybody may read as well.
func (s *Store) KnownIn(ctx context.Context, cs *models.CaseStudy) ([]models.Known, error) {
	t, err := s.termsOf(ctx, &cs.Document)
	if err != nil {
		return nil, err
	}
	facets, err := s.facetsOf(ctx, t, cs)
	if err != nil {
		return nil, err
	}
	var out []models.Known
	for _, f := range facets {
		switch f.Facet {
		case models.FacetSystem:
			out = append(out, models.Known{Kind: models.KnowSystem, Value: f.Value})
		case models.FacetStandard:
			out = append(out, models.Known{Kind: models.KnowStandard, Value: f.Value})
		case models.FacetSetting:
			out = append(out, models.Known{Kind: models.KnowSetting, Value: f.Value})
		case models.FacetTag:
			out = append(out, models.Known{Kind: models.KnowSkill, Value: models.SkillKey(f.Value)})
		}
	}
	return out, nil
}

// AskQuery says whom to ask about a case study.
type AskQuery struct {
	Study    models.CaseStudy
	Question string         // id of the comment that it is about; empty for an idea
	Known    []models.Known // what it is about; skills by their keys
	Asker    *models.Person // who posted the idea, or asked the question
	Rules    models.FeedbackRules
}

// about is the condition that an ask a is about the same, with its arguments.
func (q *AskQuery) about() (string, []any) {
	if q.Question != "" {
		return "a.question_id = ?", []any{q.Question}
	}
	return "a.case_study_id = ? AND a.question_id IS NULL", []any{q.Study.ID}
}

// spare is how many more people are looked at than are asked: somebody may have
// been asked about another idea a moment ago.
const spare = 20

// live is of an ask a of which an answer has come or can be hoped for: nobody
// declined it, and it was made since a time or was answered.
const live = `a.declined_at IS NULL AND (a.asked_at > ? OR ` + answered + `)`

// answered is of an ask a on which its person has commented since, and the comment
// stands.
const answered = `EXISTS (SELECT 1 FROM comments m WHERE m.case_study_id = a.case_study_id AND m.author_id = a.person_id AND m.asked AND m.deleted_at IS NULL)`

// Ask has the people best placed asked about an idea or a question, until as many as the
// rules say have been asked who neither declined nor let models.PassedOnAfter go
// by without a word, and gives those whom it asked now. Run again, or by two at
// once, it asks nobody twice about one case study, and nobody more often than they
// want.
func (s *Store) Ask(ctx context.Context, q AskQuery) (asked []models.Ask, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		var study caseStudyRow
		if err := s.forUpdate(ctx).Select("id").Take(&study, "id = ?", q.Study.ID).Error; err != nil {
			return notFound(err, "That case study")
		}
		var before struct{ Live, Total int }
		same, args := q.about()
		err := s.DB(ctx).Raw("SELECT COUNT(*) AS total, COALESCE(SUM(CASE WHEN "+live+" THEN 1 ELSE 0 END), 0) AS live FROM feedback_asks a WHERE "+same,
			append([]any{s.Now().Add(-models.PassedOnAfter)}, args...)...).Scan(&before).Error
		n := min(q.Rules.People-before.Live, models.MaxAskedAboutIdea-before.Total)
		if err != nil || n <= 0 {
			return err
		}
		people, err := s.bestPlaced(ctx, q, n+spare)
		if err != nil || len(people) == 0 {
			return err
		}
		if people, err = s.stillFree(ctx, people, q.Rules.AWeek); err != nil || len(people) == 0 {
			return err
		}
		people = people[:min(n, len(people))]
		why, err := s.inCommon(ctx, people, q.Known)
		if err != nil {
			return err
		}
		now := s.Now()
		rows := make([]askRow, len(people))
		for i, id := range people {
			rows[i] = askRow{ID: s.NewID(), CaseStudyID: q.Study.ID, PersonID: id, Why: models.JoinKnown(why[id]), AskedAt: now}
			if q.Question != "" {
				rows[i].QuestionID = &q.Question
			}
			asked = append(asked, models.Ask{ID: rows[i].ID, CaseStudyID: q.Study.ID, PersonID: id, QuestionID: q.Question, Why: why[id], AskedAt: now})
		}
		Note(ctx, "feedback.ask", q.Study.ID, nil, map[string]any{"people": len(rows)})
		return s.DB(ctx).Create(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	return asked, nil
}

// bestPlaced gives the ids of people who can be asked: those with most in common
// with the case study first, of these who was asked least recently.
func (s *Store) bestPlaced(ctx context.Context, q AskQuery, limit int) ([]string, error) {
	match, args := matches(q.Known)
	if match == "" {
		return nil, nil
	}
	now := s.Now()
	spoken, of := "m.case_study_id = ?", q.Study.ID
	if q.Question != "" { // who has said something else there may well know this
		spoken, of = "m.parent_id = ?", q.Question
	}
	last := "(SELECT MAX(a.asked_at) FROM feedback_asks a WHERE a.person_id = people.id)"
	db := s.DB(ctx).Table("people").Joins("JOIN expertise_choices ON expertise_choices.person_id = people.id AND expertise_choices.findable").
		Joins("JOIN (SELECT person_id, COUNT(DISTINCT kind || ':' || value) AS n, SUM(CASE WHEN kind = 'setting' THEN 0 ELSE 1 END) AS telling FROM expertise WHERE "+match+" GROUP BY person_id) k ON k.person_id = people.id", args...).
		Joins("LEFT JOIN feedback_choices w ON w.person_id = people.id").
		Where("k.telling > 0 AND people.closed_at IS NULL AND people.email NOT LIKE '%.invalid'").
		Where("(SELECT COUNT(*) FROM feedback_asks a WHERE a.person_id = people.id AND a.asked_at > ?) < COALESCE(w.a_week, ?)", now.Add(-week), q.Rules.AWeek).
		Where("NOT EXISTS (SELECT 1 FROM feedback_asks a WHERE a.case_study_id = ? AND a.person_id = people.id)", q.Study.ID).
		Where("NOT EXISTS (SELECT 1 FROM comments m WHERE "+spoken+" AND m.author_id = people.id AND m.deleted_at IS NULL)", of).
		Where("people.id <> ?", q.Asker.ID).
		Where("NOT EXISTS (SELECT 1 FROM case_study_people p WHERE p.case_study_id = ? AND p.person_id = people.id)", q.Study.ID).
		Where("NOT EXISTS (SELECT 1 FROM conversation_blocks b WHERE b.person_id = people.id AND b.blocked_id = ?)", q.Asker.ID).
		Where("NOT EXISTS (SELECT 1 FROM measures WHERE measures.kind = 'person' AND measures.action = 'suspend' AND measures.subject_id = people.id AND measures.lifted_at IS NULL AND (measures.until IS NULL OR measures.until > ?))", now)
	if q.Study.Visibility == models.ToOrganisation {
		db = db.Where("(people.confirmed = ? OR EXISTS (SELECT 1 FROM grants g WHERE g.person_id = people.id AND g.role = ? AND g.organisation = ?))", q.Study.Organisation, models.RoleLead, q.Study.Organisation)
	}
	var ids []string
	err := findableTo(db, q.Asker).Order("k.n DESC, CASE WHEN "+last+" IS NULL THEN 0 ELSE 1 END, "+last+", people.id").Limit(limit).Pluck("people.id", &ids).Error
	return ids, err
}

// matches is the condition that a row of expertise is one of some things; empty
// where there are none.
func matches(known []models.Known) (string, []any) {
	var test string
	var args []any
	for _, kind := range models.KnowKinds() {
		var values []string
		for _, k := range known {
			if k.Kind == kind {
				values = append(values, k.Value)
			}
		}
		if len(values) == 0 {
			continue
		}
		if test != "" {
			test += " OR "
		}
		test, args = test+"kind = ? AND value IN ?", append(args, kind, values)
	}
	return test, args
}

// stillFree holds some people until the transaction ends, and gives those of them
// who have not been asked as often as they want meanwhile, in the order in which
// they came.
func (s *Store) stillFree(ctx context.Context, people []string, usual int) ([]string, error) {
	open, err := s.holdOpen(ctx, people)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	var free []string
	err = s.DB(ctx).Raw(`SELECT people.id FROM people LEFT JOIN feedback_choices w ON w.person_id = people.id WHERE people.id IN ?
		AND (SELECT COUNT(*) FROM feedback_asks a WHERE a.person_id = people.id AND a.asked_at > ?) < COALESCE(w.a_week, ?)`, open, s.Now().Add(-week), usual).Scan(&free).Error
	return slices.DeleteFunc(slices.Clone(people), func(id string) bool { return !slices.Contains(free, id) }), err
}

// inCommon gives what each of some people say that they know of some things,
// skills as they wrote them.
func (s *Store) inCommon(ctx context.Context, people []string, known []models.Known) (map[string][]models.Known, error) {
	match, args := matches(known)
	var rows []knownRow
	err := s.DB(ctx).Where("person_id IN ?", people).Where("("+match+")", args...).Order("person_id, kind, value").Find(&rows).Error
	out := map[string][]models.Known{}
	for _, kind := range models.KnowKinds() {
		for _, r := range rows {
			k := models.Known{Kind: r.Kind, Value: r.Value}
			if kind == models.KnowSkill {
				k.Value = r.Said
			}
			if r.Kind == kind && !slices.Contains(out[r.PersonID], k) {
				out[r.PersonID] = append(out[r.PersonID], k)
			}
		}
	}
	return out, err
}

// IdeasToAskAbout gives the ids of ideas about which somebody can still be asked,
// published since a time, in the order of these after one.
func (s *Store) IdeasToAskAbout(ctx context.Context, since time.Time, people int, after string, limit int) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Raw(`SELECT c.id FROM case_studies c WHERE c.stage = 'idea' AND c.status <> 'withdrawn' AND c.published_at > ? AND c.id > ?
		AND (SELECT COUNT(*) FROM feedback_asks a WHERE a.case_study_id = c.id AND a.question_id IS NULL AND `+live+`) < ?
		AND (SELECT COUNT(*) FROM feedback_asks a WHERE a.case_study_id = c.id AND a.question_id IS NULL) < ? ORDER BY c.id LIMIT ?`, since, after, s.Now().Add(-models.PassedOnAfter), people, models.MaxAskedAboutIdea, limit).Scan(&ids).Error
	return ids, err
}

// OpenQuestion is a question that stands unanswered, with the case study under
// which it does.
type OpenQuestion struct{ ID, CaseStudyID string }

// QuestionsToAskAbout gives questions among comments about which somebody can
// still be asked, asked after one time and no later than another and answered by
// nobody since, in the order of their ids after one.
func (s *Store) QuestionsToAskAbout(ctx context.Context, since, until time.Time, people int, after string, limit int) ([]OpenQuestion, error) {
	var list []OpenQuestion
	err := s.DB(ctx).Raw(`SELECT q.id, q.case_study_id FROM comments q JOIN case_studies c ON c.id = q.case_study_id AND c.status <> 'withdrawn'
		WHERE q.kind = 'question' AND q.parent_id = '' AND q.deleted_at IS NULL AND q.hidden = '' AND q.created_at > ? AND q.created_at <= ? AND q.id > ?
		AND NOT EXISTS (SELECT 1 FROM comments r WHERE r.case_study_id = q.case_study_id AND r.parent_id = q.id AND r.author_id <> q.author_id AND r.deleted_at IS NULL AND r.hidden = '')
		AND (SELECT COUNT(*) FROM feedback_asks a WHERE a.question_id = q.id AND `+live+`) < ?
		AND (SELECT COUNT(*) FROM feedback_asks a WHERE a.question_id = q.id) < ? ORDER BY q.id LIMIT ?`,
		since, until, after, s.Now().Add(-models.PassedOnAfter), people, models.MaxAskedAboutIdea, limit).Scan(&list).Error
	return list, err
}

// Asks gives a page of what a person was asked, the newest first, without what is
// withdrawn. What is limited is there, and whether the person may still read it is
// for the caller to ask. before is the last id of the page before.
func (s *Store) Asks(ctx context.Context, personID, before string, limit int) (list []models.Ask, more bool, err error) {
	db := s.DB(ctx)
	if before != "" {
		db = db.Where("feedback_asks.id < ?", before)
	}
	list, err = s.asks(ctx, db.Where("feedback_asks.person_id = ?", personID).Order("feedback_asks.id DESC").Limit(limit+1))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}

// CountAsks counts what Asks lists on all its pages.
func (s *Store) CountAsks(ctx context.Context, personID string) (int, error) {
	var n int64
	err := s.DB(ctx).Table("feedback_asks").Joins(ofStanding).Joins(questionOf).Where("feedback_asks.person_id = ?", personID).Where(questionStands).Count(&n).Error
	return int(n), err
}

// AskOf gives one thing that a person was asked. NotFound when it is none of
// theirs.
func (s *Store) AskOf(ctx context.Context, personID, id string) (models.Ask, error) {
	list, err := s.asks(ctx, s.DB(ctx).Where("feedback_asks.id = ? AND feedback_asks.person_id = ?", id, personID))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "You were not asked this, or it is not there any more.")
	}
	if err != nil {
		return models.Ask{}, err
	}
	return list[0], nil
}

// What belongs to an ask: the case study, and the question with who asked it. What
// is withdrawn, deleted or hidden is asked of nobody any more.
const (
	ofStanding     = "JOIN case_studies ON case_studies.id = feedback_asks.case_study_id AND case_studies.status <> 'withdrawn'"
	questionOf     = "LEFT JOIN comments q ON q.id = feedback_asks.question_id"
	questionStands = "(q.id IS NULL OR q.deleted_at IS NULL AND q.hidden = '')"
)

func (s *Store) asks(_ context.Context, db *gorm.DB) ([]models.Ask, error) {
	var rows []struct {
		Row                                              askRow `gorm:"embedded"`
		Slug, Title, Summary, Owner, Question, CommentID string
		Status                                           models.Status
	}
	err := db.Table("feedback_asks").Select(`feedback_asks.*, case_studies.slug, case_studies.title, case_studies.summary, case_studies.status, people.name AS owner, COALESCE(q.body, '') AS question,
		COALESCE((SELECT MIN(m.id) FROM comments m WHERE m.case_study_id = feedback_asks.case_study_id AND m.author_id = feedback_asks.person_id AND m.asked AND m.deleted_at IS NULL), '') AS comment_id`).
		Joins(ofStanding).Joins(questionOf).Where(questionStands).Joins("JOIN people ON people.id = COALESCE(q.author_id, case_studies.owner_id)").Find(&rows).Error
	out := make([]models.Ask, len(rows))
	for i, r := range rows {
		out[i] = models.Ask{ID: r.Row.ID, CaseStudyID: r.Row.CaseStudyID, PersonID: r.Row.PersonID, Why: models.SplitKnown(r.Row.Why), AskedAt: r.Row.AskedAt, DeclinedAt: r.Row.DeclinedAt,
			Slug: r.Slug, Title: r.Title, Summary: r.Summary, Status: r.Status, OwnerName: r.Owner, Question: r.Question, CommentID: r.CommentID}
		if r.Row.QuestionID != nil {
			out[i].QuestionID = *r.Row.QuestionID
		}
	}
	return out, err
}

// DeclineAsk notes that a person does not answer something this time, and tells
// whether they had not said so before.
func (s *Store) DeclineAsk(ctx context.Context, personID, id string) (changed bool, err error) {
	var done []string
	err = s.DB(ctx).Raw("UPDATE feedback_asks SET declined_at = ? WHERE id = ? AND person_id = ? AND declined_at IS NULL RETURNING id", s.Now(), id, personID).Scan(&done).Error
	if changed = len(done) > 0; changed {
		Note(ctx, "feedback.decline", id, nil, nil)
	}
	return changed, err
}

// AsksAWeek gives how often a person wants to be asked within a week; nil: they
// have not chosen.
func (s *Store) AsksAWeek(ctx context.Context, personID string) (*int, error) {
	var rows []feedbackChoiceRow
	if err := s.DB(ctx).Where("person_id = ?", personID).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0].AWeek, nil
}

// SetAsksAWeek keeps how often a person wants to be asked; nil: as usual.
func (s *Store) SetAsksAWeek(ctx context.Context, personID string, n *int) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.HoldPerson(ctx, personID); err != nil {
			return err
		}
		old, err := s.AsksAWeek(ctx, personID)
		if err != nil {
			return err
		}
		Note(ctx, "feedback.choose", personID, map[string]any{"a_week": old}, map[string]any{"a_week": n})
		if n == nil {
			return s.exec(ctx, "DELETE FROM feedback_choices WHERE person_id = ?", personID)
		}
		return s.DB(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, UpdateAll: true}).Create(&feedbackChoiceRow{personID, *n}).Error
	})
}

// wasAsked tells whether a person was asked about a case study.
func (s *Store) wasAsked(ctx context.Context, caseStudyID, personID string) (bool, error) {
	var n int64
	err := s.DB(ctx).Table("feedback_asks").Where("case_study_id = ? AND person_id = ?", caseStudyID, personID).Count(&n).Error
	return n > 0, err
}
