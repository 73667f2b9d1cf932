package store

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"gorm.io/gorm"

	"grassroots/models"
)

// filingBatch is how many case studies are read at a time.
const filingBatch = 200

// touchNaming lets the search index see again the case studies that name a
// term, since it finds them by the term's names.
func (s *Store) touchNaming(ctx context.Context, k termTable, id string) error {
	return s.DB(ctx).Exec(`UPDATE case_studies SET changes = changes + 1
		WHERE id IN (SELECT case_study_id FROM case_study_facets WHERE facet = ? AND value = ?)`, k.facets[0], id).Error
}

// moveFiling files under one term what is filed under another.
func (s *Store) moveFiling(ctx context.Context, k termTable, from, into string) error {
	err := s.DB(ctx).Exec(`INSERT INTO case_study_facets (facet, value, case_study_id)
		SELECT facet, ?, case_study_id FROM case_study_facets WHERE facet IN ? AND value = ? ON CONFLICT DO NOTHING`, into, k.facets, from).Error
	if err != nil {
		return err
	}
	if err := s.DB(ctx).Where("facet IN ? AND value = ?", k.facets, from).Delete(&facetRow{}).Error; err != nil {
		return err
	}
	for _, column := range k.joins {
		if err := s.exec(ctx, "UPDATE connections SET "+column+" = ? WHERE "+column+" = ?", into, from); err != nil {
			return err
		}
	}
	return nil
}

// fileAgain works out anew under which terms case studies are filed that are
// filed under a term and call it by one of these folded names. Documents keep
// the names that their authors wrote, so what they mean now is read from them.
func (s *Store) fileAgain(ctx context.Context, k termTable, id string, names []string) error {
	after := ""
	for {
		var ids []string
		db := s.DB(ctx).Table("case_study_facets").Joins("JOIN case_studies ON case_studies.id = case_study_facets.case_study_id").
			Joins("JOIN revisions ON revisions.case_study_id = case_studies.id AND revisions.number = case_studies.revision").
			Where("case_study_facets.facet = ? AND case_study_facets.value = ? AND case_study_facets.case_study_id > ?", k.facets[0], id, after)
		err := withAnyText(db, names).Order("case_study_facets.case_study_id").Limit(filingBatch).Pluck("case_study_facets.case_study_id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		list, err := s.documents(ctx, ids)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(cs models.CaseStudy) bool { return !namesAny(&cs.Document, k.kind, names) })
		if err := s.rederiveAll(ctx, list); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// withAnyText leaves out the documents in which none of the names can stand, so
// that few have to be read. The databases fold the letters of English alone:
// with a name that has others, every document is read.
func withAnyText(db *gorm.DB, names []string) *gorm.DB {
	var tests []string
	var values []any
	for _, n := range names {
		if strings.IndexFunc(n, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
			return db
		}
		tests = append(tests, `LOWER(revisions.document) LIKE ? ESCAPE '\'`)
		values = append(values, "%"+likeEscaper.Replace(inJSON(n))+"%")
	}
	return db.Where("("+strings.Join(tests, " OR ")+")", values...)
}

// namesAny tells whether a document calls a system or a standard by one of
// these folded names.
func namesAny(d *models.Document, kind string, names []string) bool {
	return slices.ContainsFunc(d.Connections, func(c models.Connection) bool {
		if kind == KindStandard {
			return slices.Contains(names, models.FoldName(c.Standard))
		}
		return slices.Contains(names, models.FoldName(c.From)) || slices.Contains(names, models.FoldName(c.To))
	})
}
