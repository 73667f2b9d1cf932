package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

// lookupSize keeps a query under the number of values that a statement may
// have on either database.
const lookupSize = 500

// OrganisationsByCode gives the organisations of these codes that are known,
// named or not; an unknown code is left out.
func (s *Store) OrganisationsByCode(ctx context.Context, codes []string) (map[string]models.Organisation, error) {
	out := make(map[string]models.Organisation, len(codes))
	for part := range slices.Chunk(codes, lookupSize) {
		var rows []organisationRow
		if err := s.DB(ctx).Where("code IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Code] = r.toModel()
		}
	}
	return out, nil
}

// RenameBoard gives an integrated care board's name to the organisations that
// are in it. A code that is no board's changes nothing.
func (s *Store) RenameBoard(ctx context.Context, code, name string) error {
	return s.DB(ctx).Exec("UPDATE organisations SET icb_name = ? WHERE icb_code = ? AND icb_name <> ?", name, code, name).Error
}

// shortestName is how many characters of a name are enough to look for it, and
// manyNamed how many organisations are looked through for all texts together.
const (
	shortestName = 4
	manyNamed    = 500
)

// OrganisationsCalled gives the codes of the organisations that are meant by
// texts that people typed: a code, a name, or a part of a name that only one
// has. A text that means none, or several, is left out.
func (s *Store) OrganisationsCalled(ctx context.Context, texts []string) (map[string]string, error) {
	var codes, names, tests []string
	var values []any
	for _, t := range texts {
		folded := foldName(t)
		if code := strings.ToUpper(folded); models.ValidODSCode(code) {
			codes = append(codes, code)
		}
		if len(folded) >= shortestName {
			names = append(names, folded)
			tests = append(tests, `LOWER(name) LIKE ? ESCAPE '\'`)
			values = append(values, "%"+likeEscaper.Replace(folded)+"%")
		}
	}
	if len(codes)+len(names) == 0 {
		return nil, nil
	}
	tests, values = append(tests, "code IN ?"), append(values, codes)
	// What is meant for certain comes before what is only a part of a name, of
	// which there may be too many.
	first := clause.OrderBy{Expression: clause.Expr{SQL: "CASE WHEN code IN ? OR LOWER(name) IN ? THEN 0 ELSE 1 END, code", Vars: []any{codes, names}}}
	var rows []organisationRow
	err := s.DB(ctx).Select("code", "name", "closed").Where("("+strings.Join(tests, " OR ")+")", values...).Clauses(first).Limit(manyNamed).Find(&rows).Error
	out := make(map[string]string, len(texts))
	for _, t := range texts {
		if code := organisationCalled(rows, foldName(t)); code != "" {
			out[t] = code
		}
	}
	return out, err
}

// organisationCalled chooses the organisation that is meant, those that are
// open before those that are closed.
func organisationCalled(rows []organisationRow, folded string) string {
	var whole, part []organisationRow
	for _, r := range rows {
		name := strings.ToLower(r.Name)
		switch {
		case strings.ToLower(r.Code) == folded:
			return r.Code
		case name == folded:
			whole = append(whole, r)
		case len(folded) >= shortestName && strings.Contains(name, folded):
			part = append(part, r)
		}
	}
	for _, found := range [][]organisationRow{whole, part} {
		if len(found) > 1 {
			found = slices.DeleteFunc(found, func(r organisationRow) bool { return r.Closed != nil })
		}
		if len(found) == 1 {
			return found[0].Code
		}
	}
	return ""
}
