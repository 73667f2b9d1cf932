package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// summaryRow is what a list reads; one statement brings the organisation's
// name along.
type summaryRow struct {
	ID           string
	Slug         string
	Title        string
	Summary      string
	Stage        models.Stage
	Organisation string
	OrgName      string
	Byline       string
	Tags         jsonList[string]
	Votes        int
	Comments     int
	Adoptions    int
	Hot          float64
	PublishedAt  time.Time
	UpdatedAt    time.Time
	ReviewDue    *time.Time
	Demo         bool
	Visibility   models.Visibility
}

const summaryColumns = `case_studies.id, case_studies.slug, case_studies.title, case_studies.summary, case_studies.stage,
	case_studies.organisation, COALESCE(organisations.name, '') AS org_name, case_studies.byline, case_studies.tags,
	case_studies.votes, case_studies.comments, case_studies.adoptions, case_studies.hot, case_studies.published_at,
	case_studies.updated_at, case_studies.review_due, case_studies.demo, case_studies.visibility`

func (r summaryRow) toModel() models.Summary {
	name := r.OrgName
	if name == "" && r.Organisation != "" {
		name = "Organisation " + r.Organisation
	}
	return models.Summary{ID: r.ID, Slug: r.Slug, Title: r.Title, Summary: r.Summary, Stage: r.Stage,
		Organisation: r.Organisation, OrgName: name, Byline: r.Byline, Tags: r.Tags, Votes: r.Votes, Comments: r.Comments,
		Adoptions: r.Adoptions, PublishedAt: r.PublishedAt, UpdatedAt: r.UpdatedAt, ReviewDue: r.ReviewDue, Demo: r.Demo, Visibility: r.Visibility}
}

// sortColumns name the column that each order goes by; every one has an index
// (status, column DESC, id DESC).
var sortColumns = map[models.Sort]string{
	models.SortHot: "hot", models.SortNew: "published_at", models.SortUpdated: "updated_at", models.SortTop: "votes",
	models.SortDiscussed: "comments", models.SortAdopted: "adoptions",
}

// summaries starts a query over published case studies and their organisations.
func (s *Store) summaries(ctx context.Context) *gorm.DB { return published(s.allSummaries(ctx)) }

func (s *Store) allSummaries(ctx context.Context) *gorm.DB {
	return s.DB(ctx).Table("case_studies").Select(summaryColumns).
		Joins("LEFT JOIN organisations ON organisations.code = case_studies.organisation")
}

// published keeps what everybody may read.
func published(db *gorm.DB) *gorm.DB {
	return db.Where("case_studies.status = ?", models.Published)
}

// ListCaseStudies gives a page of published case studies in the order of a
// column, by key, so that the hundredth page costs what the first does. Text,
// if any, is matched word by word against title and summary: the plain search
// for when the search engine is away. Relevance is then the hot order.
func (s *Store) ListCaseStudies(ctx context.Context, q models.ListQuery) (models.Page[models.Summary], error) {
	return s.listPage(ctx, q, published)
}

func (s *Store) listPage(ctx context.Context, q models.ListQuery, scope func(*gorm.DB) *gorm.DB) (models.Page[models.Summary], error) {
	var page models.Page[models.Summary]
	column := sortColumns[q.Sort]
	if column == "" {
		column = "hot"
	}
	db := matching(filtered(scope(s.allSummaries(ctx)), q.Filters, ""), q.Text)
	back := q.Cursor != nil && q.Cursor.Back
	if c := q.Cursor; c != nil && c.ID != "" {
		op := "<"
		if back {
			op = ">"
		}
		db = db.Where("(case_studies."+column+", case_studies.id) "+op+" (?, ?)", sortKey(q.Sort, c.Value), c.ID)
	}
	direction := " DESC"
	if back {
		direction = " ASC"
	}
	var rows []summaryRow
	err := db.Order("case_studies." + column + direction + ", case_studies.id" + direction).Limit(q.Limit + 1).Find(&rows).Error
	if err != nil {
		return page, err
	}
	more := len(rows) > q.Limit
	if more {
		rows = rows[:q.Limit]
	}
	if back {
		slices.Reverse(rows)
	}
	for _, r := range rows {
		page.Items = append(page.Items, r.toModel())
	}
	if len(rows) > 0 {
		first, last := rows[0], rows[len(rows)-1]
		if more || back {
			page.Next = models.Cursor{Sort: q.Sort, Value: keyOf(q.Sort, last), ID: last.ID}.String()
		}
		if q.Cursor != nil && (!back || more) {
			page.Prev = models.Cursor{Sort: q.Sort, Value: keyOf(q.Sort, first), ID: first.ID, Back: true}.String()
		}
	}
	if q.Uncounted {
		return page, nil
	}
	page.Total, err = s.count(ctx, q, scope)
	return page, err
}

// keyOf gives a row's sort key as it is kept in a cursor; times are
// microseconds since 1970, exact in a float64 for some centuries.
func keyOf(sort models.Sort, r summaryRow) float64 {
	switch sort {
	case models.SortNew:
		return float64(r.PublishedAt.UnixMicro())
	case models.SortUpdated:
		return float64(r.UpdatedAt.UnixMicro())
	case models.SortTop:
		return float64(r.Votes)
	case models.SortDiscussed:
		return float64(r.Comments)
	case models.SortAdopted:
		return float64(r.Adoptions)
	}
	return r.Hot
}

func sortKey(sort models.Sort, value float64) any {
	switch sort {
	case models.SortNew, models.SortUpdated:
		return time.UnixMicro(int64(value)).UTC()
	case models.SortTop, models.SortDiscussed, models.SortAdopted:
		return int64(value)
	}
	return value
}

// CountCaseStudies counts the published case studies of a query.
func (s *Store) CountCaseStudies(ctx context.Context, q models.ListQuery) (int, error) {
	return s.count(ctx, q, published)
}

func (s *Store) count(ctx context.Context, q models.ListQuery, scope func(*gorm.DB) *gorm.DB) (int, error) {
	var n int64
	err := matching(filtered(scope(s.DB(ctx).Table("case_studies")), q.Filters, ""), q.Text).Count(&n).Error
	return int(n), err
}

// matching keeps the case studies whose title or summary has every word.
func matching(db *gorm.DB, text string) *gorm.DB {
	words := strings.Fields(strings.ToLower(text))
	if len(words) > 12 {
		words = words[:12]
	}
	for _, w := range words {
		like := "%" + likeEscaper.Replace(w) + "%"
		db = db.Where(`(LOWER(case_studies.title) LIKE ? ESCAPE '\' OR LOWER(case_studies.summary) LIKE ? ESCAPE '\')`, like, like)
	}
	return db
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// SummariesByID gives the published ones of the case studies, in the order of
// ids: what a search engine found, read fresh.
func (s *Store) SummariesByID(ctx context.Context, ids []string) ([]models.Summary, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []summaryRow
	// The status is no column here but an expression: SQLite, when it has to
	// guess how many are published, took that for the narrower of the two
	// conditions and read all of them, 5 ms at 10,000 in place of 0.1.
	err := s.allSummaries(ctx).Where("case_studies.id IN ? AND case_studies.status || '' = ?", ids, models.Published).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	byID := make(map[string]summaryRow, len(rows))
	for _, r := range rows {
		byID[r.ID] = r
	}
	out := make([]models.Summary, 0, len(rows))
	for _, id := range ids {
		if r, ok := byID[id]; ok {
			out = append(out, r.toModel())
		}
	}
	return out, nil
}

// CaseStudiesOf gives the newest published case studies that a person owns or
// is a co-author of, limit at most.
func (s *Store) CaseStudiesOf(ctx context.Context, personID string, limit int) ([]models.Summary, error) {
	return s.someSummaries(s.summaries(ctx).
		Where("(case_studies.owner_id = ? OR case_studies.id IN (SELECT case_study_id FROM case_study_people WHERE person_id = ?))", personID, personID), limit)
}

// WithdrawnOf gives the withdrawn case studies that a person owns.
func (s *Store) WithdrawnOf(ctx context.Context, personID string, limit int) ([]models.Summary, error) {
	return s.someSummaries(s.allSummaries(ctx).Where("case_studies.status = ? AND case_studies.owner_id = ?", models.Withdrawn, personID), limit)
}

func (s *Store) someSummaries(db *gorm.DB, limit int) ([]models.Summary, error) {
	var rows []summaryRow
	if err := db.Order("case_studies.published_at DESC, case_studies.id DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]models.Summary, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, nil
}

// PublishedIDs gives ids of published case studies after an id, in order.
func (s *Store) PublishedIDs(ctx context.Context, after string, limit int) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Table("case_studies").Where("status = ? AND id > ?", models.Published, after).Order("id").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

// TextsByID gives the published ones of the case studies with their documents
// and plain texts, in one statement.
func (s *Store) TextsByID(ctx context.Context, ids []string) ([]models.CaseStudy, error) {
	return s.texts(ctx, ids, published)
}

func (s *Store) texts(ctx context.Context, ids []string, scope func(*gorm.DB) *gorm.DB) ([]models.CaseStudy, error) {
	var rows []struct {
		Row      caseStudyRow    `gorm:"embedded"`
		Document models.Document `gorm:"serializer:json"`
		Text     string
		Copy     copyColumns `gorm:"embedded"`
	}
	err := scope(withCopy(s.DB(ctx).Table("case_studies"))).Select("case_studies.*, revisions.document, revisions.text"+copySelect).
		Joins("JOIN revisions ON revisions.case_study_id = case_studies.id AND revisions.number = case_studies.revision").
		Where("case_studies.id IN ?", ids).Order("case_studies.id").Find(&rows).Error
	out := make([]models.CaseStudy, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel(revisionRow{Document: r.Document, Text: r.Text})
		out[i].Copy = r.Copy.toModel()
	}
	return out, err
}
