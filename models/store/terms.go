package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"grassroots/models"
)

// TermQuery asks for a page of systems or of standards by name. After is the
// name and slug or code of the row that the page begins after, or with Back
// ends before.
type TermQuery struct {
	Text  string // words of the name, of another name, of who makes it, or of the slug or code
	Kind  string // such as Acute record
	State string // "proposed" or "confirmed"; empty for both
	After *NameCursor
	Limit int
}

// PageOfSystems lists systems by name; more tells of a further page in the
// direction asked for, total counts those of all pages.
func (s *Store) PageOfSystems(ctx context.Context, q TermQuery) (list []models.System, more bool, total int, err error) {
	rows, more, total, err := pageOfTerms[systemRow](ctx, s, q, termTables[KindSystem])
	for _, r := range rows {
		list = append(list, r.toModel())
	}
	return list, more, total, err
}

// PageOfStandards lists standards by name; more and total are as for systems.
func (s *Store) PageOfStandards(ctx context.Context, q TermQuery) (list []models.Standard, more bool, total int, err error) {
	rows, more, total, err := pageOfTerms[standardRow](ctx, s, q, termTables[KindStandard])
	for _, r := range rows {
		list = append(list, r.toModel())
	}
	return list, more, total, err
}

// PageOfTerms is PageOfSystems or PageOfStandards, by kind.
func (s *Store) PageOfTerms(ctx context.Context, kind string, q TermQuery) (list []models.Term, more bool, total int, err error) {
	if kind == KindSystem {
		rows, more, total, err := pageOfTerms[systemRow](ctx, s, q, termTables[kind])
		for _, r := range rows {
			list = append(list, r.toTerm())
		}
		return list, more, total, err
	}
	rows, more, total, err := pageOfTerms[standardRow](ctx, s, q, termTables[kind])
	for _, r := range rows {
		list = append(list, r.toTerm())
	}
	return list, more, total, err
}

// CountTerms counts the terms of a kind, and those that nobody has confirmed.
func (s *Store) CountTerms(ctx context.Context, kind string) (total, proposed int, err error) {
	var n struct{ Total, Proposed int }
	err = s.DB(ctx).Table(termTables[kind].table).Select("COUNT(*) AS total, COALESCE(SUM(CASE WHEN confirmed THEN 0 ELSE 1 END), 0) AS proposed").Scan(&n).Error
	return n.Total, n.Proposed, err
}

func pageOfTerms[Row any](ctx context.Context, s *Store, q TermQuery, k termTable) (rows []Row, more bool, total int, err error) {
	var row Row
	matching := func() *gorm.DB {
		db := termsMatching(s.DB(ctx).Model(&row), q.Text, "name", k.maker, k.key)
		if q.Kind != "" {
			db = db.Where("kind = ?", q.Kind)
		}
		if q.State != "" {
			db = db.Where("confirmed = ?", q.State == "confirmed")
		}
		return db
	}
	var n int64
	if err := matching().Count(&n).Error; err != nil {
		return nil, false, 0, err
	}
	if err := byName(matching(), "name", k.key, q.After, q.Limit).Find(&rows).Error; err != nil {
		return nil, false, 0, err
	}
	rows, more = namePage(rows, q.After, q.Limit)
	return rows, more, int(n), nil
}

// termsMatching keeps the rows of which every word stands in one of the columns
// or in one of the other names.
func termsMatching(db *gorm.DB, text string, columns ...string) *gorm.DB {
	words := strings.Fields(strings.ToLower(text))
	for _, w := range words[:min(len(words), 12)] {
		tests := `LOWER(aliases) LIKE ? ESCAPE '\'`
		values := []any{"%" + likeEscaper.Replace(inJSON(w)) + "%"}
		for _, c := range columns {
			tests += " OR LOWER(" + c + `) LIKE ? ESCAPE '\'`
			values = append(values, "%"+likeEscaper.Replace(w)+"%")
		}
		db = db.Where("("+tests+")", values...)
	}
	return db
}
