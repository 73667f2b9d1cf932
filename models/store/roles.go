package store

import (
	"context"

	"grassroots/models"
)

// Revoke takes a role from a person; one that they do not hold is no error.
// The only admin keeps the role: a Conflict, so that a site is never without
// one, whoever revokes whom at the same moment.
func (s *Store) Revoke(ctx context.Context, personID string, g models.Grant) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if g.Role == models.RoleAdmin {
			if err := s.KeepAnAdmin(ctx, personID, "This is the only admin. Make somebody else an admin first."); err != nil {
				return err
			}
		}
		r := s.DB(ctx).Where("person_id = ? AND role = ? AND organisation = ?", personID, g.Role, g.Organisation).Delete(&grantRow{})
		if r.RowsAffected > 0 {
			Note(ctx, "role.revoke", personID, map[string]any{"role": g.Role, "organisation": g.Organisation}, nil)
		}
		return r.Error
	})
}

// GrantsOf lists the roles of several people, by person.
func (s *Store) GrantsOf(ctx context.Context, personIDs []string) (map[string][]models.Grant, error) {
	out := make(map[string][]models.Grant, len(personIDs))
	if len(personIDs) == 0 {
		return out, nil
	}
	var rows []grantRow
	if err := s.DB(ctx).Where("person_id IN ?", personIDs).Order("role, organisation").Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, r := range rows {
		out[r.PersonID] = append(out[r.PersonID], models.Grant{Role: r.Role, Organisation: r.Organisation})
	}
	return out, nil
}

// DeleteSetting forgets a text that an admin kept; one that was never set is no
// error.
func (s *Store) DeleteSetting(ctx context.Context, name string) error {
	return s.DB(ctx).Where("name = ?", name).Delete(&settingRow{}).Error
}
