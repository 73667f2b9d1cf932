package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type pointRow struct {
	CaseStudyID string
	Number      int
	Words       string
}

func (pointRow) TableName() string { return "learning_points" }

// pointsOf are the learning points of a case study as rows.
func pointsOf(cs *models.CaseStudy) []pointRow {
	var rows []pointRow
	for i, words := range models.LearningPoints(cs.Body) {
		rows = append(rows, pointRow{cs.ID, i + 1, words})
	}
	return rows
}

// points keeps the learning points that a query asks for, of case studies that
// everybody may read.
func (s *Store) points(ctx context.Context, q models.LearningQuery) *gorm.DB {
	db := s.DB(ctx).Table("learning_points p").Joins("JOIN case_studies c ON c.id = p.case_study_id AND c.status = ?", models.Published)
	for _, topic := range models.LearningTopics() {
		if value := q.Filters[topic]; value != "" {
			db = db.Where("EXISTS (SELECT 1 FROM case_study_facets f WHERE f.case_study_id = p.case_study_id AND f.facet = ? AND f.value = ?)", topic, value)
		}
	}
	words := strings.Fields(q.Text)
	for _, w := range words[:min(len(words), 12)] {
		like := "%" + likeEscaper.Replace(strings.ToLower(w)) + "%"
		db = db.Where(`(LOWER(p.words) LIKE ? ESCAPE '\' OR LOWER(c.title) LIKE ? ESCAPE '\')`, like, like)
	}
	return db
}

// CountLearningPoints counts what LearningPoints lists on all pages.
func (s *Store) CountLearningPoints(ctx context.Context, q models.LearningQuery) (int, error) {
	var n int64
	err := s.points(ctx, q).Count(&n).Error
	return int(n), err
}

// LearningPoints gives a page of learning points, those of the newest case study
// first and of each in its order; more tells that there are others after it.
func (s *Store) LearningPoints(ctx context.Context, q models.LearningQuery) (list []models.LearningPoint, more bool, err error) {
	db := s.points(ctx, q).Joins("LEFT JOIN organisations o ON o.code = c.organisation").
		Select("p.case_study_id, p.number, p.words, c.slug, c.title, c.organisation, COALESCE(o.name, '') AS org_name, c.published_at")
	if q.Cursor != nil {
		at := time.UnixMicro(int64(q.Cursor.Value)).UTC()
		db = db.Where("(c.published_at < ? OR c.published_at = ? AND (c.id < ? OR c.id = ? AND p.number > ?))", at, at, q.Cursor.ID, q.Cursor.ID, q.Cursor.Offset)
	}
	err = db.Order("c.published_at DESC, c.id DESC, p.number").Limit(q.Limit + 1).Find(&list).Error
	if more = len(list) > q.Limit; more {
		list = list[:q.Limit]
	}
	for i := range list {
		if list[i].OrgName == "" {
			list[i].OrgName = list[i].Organisation
		}
	}
	return list, more, err
}

// LearningTopics gives by which topics there are learning points, and in how many case
// studies, the most frequent first and limit of each at most.
func (s *Store) LearningTopics(ctx context.Context, limit int) (map[string][]models.FacetCount, error) {
	var rows []struct {
		Facet, Value string
		N            int
	}
	err := s.DB(ctx).Table("case_study_facets f").Select("f.facet, f.value, COUNT(*) AS n").
		Where("f.facet IN ? AND f.case_study_id IN (SELECT case_study_id FROM learning_points WHERE number = 1)", models.LearningTopics()).
		Group("f.facet, f.value").Order("n DESC, f.facet, f.value").Find(&rows).Error
	out := map[string][]models.FacetCount{}
	for _, r := range rows {
		if len(out[r.Facet]) < limit {
			out[r.Facet] = append(out[r.Facet], models.FacetCount{Value: r.Value, Label: r.Value, Count: r.N})
		}
	}
	return out, err
}
