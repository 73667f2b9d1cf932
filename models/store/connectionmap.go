package store

import (
	"context"

	"grassroots/models"
)

// MaxJoinRecords is how many connections a map is drawn from at most.
const MaxJoinRecords = 200_000

// JoinRecords gives every connection, those of the newest case studies first,
// as a map counts them: one statement, after which all that a map shows is
// counted without another. more tells that there are more than MaxJoinRecords,
// the rest of which are left out.
func (s *Store) JoinRecords(ctx context.Context) (list []models.JoinRecord, more bool, err error) {
	rows, err := s.DB(ctx).Table("connections").Select("from_slug, to_slug, standard, direction, status, organisation, region, case_study_id").
		Order("id DESC").Limit(MaxJoinRecords + 1).Rows()
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	known := map[string]string{} // the same few values come again and again
	one := func(v string) string {
		if k, ok := known[v]; ok {
			return k
		}
		known[v] = v
		return v
	}
	for rows.Next() {
		if len(list) == MaxJoinRecords {
			return list, true, nil
		}
		var r models.JoinRecord
		if err := rows.Scan(&r.From, &r.To, &r.Standard, &r.Direction, &r.Status, &r.Organisation, &r.Region, &r.CaseStudyID); err != nil {
			return nil, false, err
		}
		list = append(list, models.JoinRecord{From: one(r.From), To: one(r.To), Standard: one(r.Standard), Direction: one(r.Direction), Status: one(r.Status),
			Organisation: one(r.Organisation), Region: one(r.Region), CaseStudyID: one(r.CaseStudyID)})
	}
	return list, false, rows.Err()
}

// JoinOrganisations names the organisations that connections are counted with,
// by code. One that no list has named is left out.
func (s *Store) JoinOrganisations(ctx context.Context) (map[string]string, error) {
	var rows []struct{ Code, Name string }
	err := s.DB(ctx).Table("organisations").Select("code, name").
		Where("name <> '' AND code IN (SELECT DISTINCT organisation FROM connections)").Scan(&rows).Error
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.Code] = r.Name
	}
	return names, err
}
