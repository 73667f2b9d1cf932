package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"grassroots/models"
)

// ExpertQuery asks for people who agreed to be found, by what they say that they
// know, what they did here, and where they work.
type ExpertQuery struct {
	Parts  []models.NeedPart
	Missed int            // how many of the parts, exactly, somebody does not fit; 0 asks for all of them
	By     *models.Person // who asks, which is not found; nil for nobody who is signed in
	After  *NameCursor
	Limit  int
}

// Experts gives a page of the people of a query by name, and how many there are;
// more tells of a further page in the direction asked for. Nobody is put before
// another for how much they did.
func (s *Store) Experts(ctx context.Context, q ExpertQuery) (people []models.Person, more bool, total int, err error) {
	var n int64
	if err := s.experts(ctx, q).Count(&n).Error; err != nil || n == 0 {
		return nil, false, 0, err
	}
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		OrgName string
	}
	db := byName(s.experts(ctx, q).Select("people.*, COALESCE(organisations.name, '') AS org_name"), "people.name", "people.id", q.After, q.Limit)
	if err := db.Find(&rows).Error; err != nil {
		return nil, false, 0, err
	}
	rows, more = namePage(rows, q.After, q.Limit)
	for _, r := range rows {
		people = append(people, r.Row.toModel(r.OrgName))
	}
	return people, more, int(n), nil
}

func (s *Store) experts(ctx context.Context, q ExpertQuery) *gorm.DB {
	db := s.DB(ctx).Table("people").Joins("JOIN expertise_choices ON expertise_choices.person_id = people.id AND expertise_choices.findable").
		Joins("LEFT JOIN organisations ON organisations.code = people.organisation").Where("people.closed_at IS NULL")
	db = findableTo(db, q.By)
	var tests []string
	var values []any
	for _, p := range q.Parts {
		test, args := fits(p)
		if q.Missed == 0 {
			db = db.Where(test, args...)
		}
		tests, values = append(tests, "CASE WHEN "+test+" THEN 1 ELSE 0 END"), append(values, args...)
	}
	if q.Missed > 0 {
		db = db.Where(strings.Join(tests, " + ")+" = ?", append(values, len(q.Parts)-q.Missed)...)
	}
	return db
}

// findableTo keeps those who show what they know to whoever asks.
func findableTo(db *gorm.DB, by *models.Person) *gorm.DB {
	switch {
	case by == nil:
		return db.Where("expertise_choices.shown = ?", models.ToEverybody)
	case by.Confirmed == "":
		return db.Where("people.id <> ? AND expertise_choices.shown IN ?", by.ID, []models.Visibility{models.ToEverybody, models.ToSignedIn})
	}
	return db.Where("people.id <> ? AND (expertise_choices.shown IN ? OR people.organisation = ?)", by.ID, []models.Visibility{models.ToEverybody, models.ToSignedIn}, by.Confirmed)
}

// fits is the condition that somebody fits a part of a need: what they know by
// their word, or by what they did here.
func fits(p models.NeedPart) (string, []any) {
	switch p.Kind {
	case models.NeedOrgKind:
		return "COALESCE(organisations.kind, '') = ?", []any{p.Value}
	case models.NeedRegion:
		return "COALESCE(organisations.region, '') = ?", []any{p.Value}
	}
	said := "people.id IN (SELECT person_id FROM expertise WHERE kind = ? AND value = ?"
	facet := models.KnowKind(p.Kind).Facet()
	if facet == "" {
		return said + ")", []any{p.Kind, p.Value}
	}
	value := p.Value
	if p.Kind == string(models.KnowSkill) {
		value = models.SkillTag(value)
	}
	const at = " FROM case_study_facets f JOIN "
	const of = " WHERE f.facet = ? AND f.value = ?"
	return said + " UNION ALL SELECT c.owner_id" + at + "case_studies c ON c.id = f.case_study_id" + of +
			" UNION ALL SELECT w.person_id" + at + "case_study_people w ON w.case_study_id = f.case_study_id" + of +
			" UNION ALL SELECT a.owner_id" + at + "adoptions a ON a.case_study_id = f.case_study_id" + of + " AND a.site = '' AND a.hidden = '' AND a.status IN ('trying', 'in-use', 'stopped')" +
			" UNION ALL SELECT m.author_id" + at + "comments m ON m.case_study_id = f.case_study_id" + of + " AND m.helped_at IS NOT NULL AND m.deleted_at IS NULL AND m.hidden = '')",
		[]any{p.Kind, p.Value, facet, value, facet, value, facet, value, facet, value}
}

// ExpertsOn gives people who agreed to be found and say that they know some of
// the systems and standards, those with most of these in common first, but for
// some people.
func (s *Store) ExpertsOn(ctx context.Context, by *models.Person, systems, standards, but []string, limit int) ([]models.Person, error) {
	if len(systems)+len(standards) == 0 {
		return nil, nil
	}
	none := []string{""}
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		OrgName string
	}
	db := s.withOrganisation(s.DB(ctx)).Joins(`JOIN (SELECT person_id, COUNT(DISTINCT kind || value) AS n FROM expertise
		WHERE kind = ? AND value IN ? OR kind = ? AND value IN ? GROUP BY person_id) k ON k.person_id = people.id`, models.KnowSystem, append(none, systems...), models.KnowStandard, append(none, standards...)).
		Joins("JOIN expertise_choices ON expertise_choices.person_id = people.id AND expertise_choices.findable").Where("people.closed_at IS NULL AND people.id NOT IN ?", append(none, but...))
	err := findableTo(db, by).Order("k.n DESC, people.name, people.id").Limit(limit).Find(&rows).Error
	out := make([]models.Person, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel(r.OrgName)
	}
	return out, err
}
