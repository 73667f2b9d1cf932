package store

import (
	"context"
	"slices"

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
