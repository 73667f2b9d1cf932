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
	After *NameCursor
	Limit int
}

// PageOfSystems lists systems by name; more tells of a further page in the
// direction asked for, total counts those of all pages.
func (s *Store) PageOfSystems(ctx context.Context, q TermQuery) (list []models.System, more bool, total int, err error) {
	rows, more, total, err := pageOfTerms[systemRow](ctx, s, q, "slug", "supplier")
	for _, r := range rows {
		list = append(list, r.toModel())
	}
	return list, more, total, err
}

// PageOfStandards lists standards by name; more and total are as for systems.
func (s *Store) PageOfStandards(ctx context.Context, q TermQuery) (list []models.Standard, more bool, total int, err error) {
	rows, more, total, err := pageOfTerms[standardRow](ctx, s, q, "code", "publisher")
	for _, r := range rows {
		list = append(list, r.toModel())
	}
	return list, more, total, err
}

func pageOfTerms[Row any](ctx context.Context, s *Store, q TermQuery, key, maker string) (rows []Row, more bool, total int, err error) {
	var row Row
	matching := func() *gorm.DB { return termsMatching(s.DB(ctx).Model(&row), q.Text, "name", maker, key) }
	var n int64
	if err := matching().Count(&n).Error; err != nil {
		return nil, false, 0, err
	}
	if err := byName(matching(), "name", key, q.After, q.Limit).Find(&rows).Error; err != nil {
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
