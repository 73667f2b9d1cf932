package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"grassroots/models"
)

// bestFirst orders the statuses of connections.
var bestFirst = []string{models.StatusLive, models.StatusTrial, models.StatusPlanned, models.StatusStopped, models.Unknown}

// JoinUsers gives the organisations of the connections of a query, those with
// most case studies first. After and Limit are not looked at.
func (s *Store) JoinUsers(ctx context.Context, q models.JoinQuery) ([]models.JoinUser, error) {
	var rows []struct {
		Organisation string
		OrgName      string
		OrgKind      string
		Region       string
		S0           int
		S1           int
		S2           int
		S3           int
		S4           int
		CaseStudies  int
	}
	columns := "connections.organisation, COALESCE(organisations.name, '') AS org_name, COALESCE(organisations.kind, '') AS org_kind, connections.region, COUNT(DISTINCT connections.case_study_id) AS case_studies"
	for i, status := range bestFirst {
		columns += fmt.Sprintf(", MAX(CASE WHEN connections.status = '%s' THEN 1 ELSE 0 END) AS s%d", status, i)
	}
	err := s.joinsMatching(ctx, q).Where("connections.organisation <> ''").Select(columns).
		Joins("LEFT JOIN organisations ON organisations.code = connections.organisation").
		Group("connections.organisation, organisations.name, organisations.kind, connections.region").
		Order("case_studies DESC, org_name, connections.organisation").Limit(MaxEdges).Scan(&rows).Error
	out := make([]models.JoinUser, len(rows))
	for i, r := range rows {
		out[i] = models.JoinUser{Organisation: r.Organisation, OrgName: models.Organisation{Code: r.Organisation, Name: r.OrgName}.DisplayName(), OrgKind: r.OrgKind,
			Region: r.Region, CaseStudies: r.CaseStudies}
		for n, has := range []int{r.S0, r.S1, r.S2, r.S3, r.S4} {
			if has > 0 {
				out[i].Statuses = append(out[i].Statuses, bestFirst[n])
			}
		}
	}
	return out, err
}

// PeopleWhoKnow gives people who know what a facet's value names: those with
// most published case studies of theirs that have it first, then those who say
// to everybody that they know it and agreed to be found, then those who name it
// among their skills, by one of these names. An account without a
// mailbox, such as that of imports, is no person to ask.
func (s *Store) PeopleWhoKnow(ctx context.Context, facet, value string, names []string, limit int) ([]models.Knower, error) {
	type row struct {
		Row     personRow `gorm:"embedded"`
		OrgName string
		N       int
	}
	var byStudies []row
	err := s.withOrganisation(s.DB(ctx)).Select("people.*, COALESCE(organisations.name, '') AS org_name, k.n").
		Joins(`JOIN (SELECT w.person_id, COUNT(*) AS n FROM (
			SELECT c.owner_id AS person_id, f.case_study_id FROM case_study_facets f JOIN case_studies c ON c.id = f.case_study_id WHERE f.facet = ? AND f.value = ?
			UNION SELECT p.person_id, f.case_study_id FROM case_study_facets f JOIN case_study_people p ON p.case_study_id = f.case_study_id WHERE f.facet = ? AND f.value = ?
			) w GROUP BY w.person_id ORDER BY n DESC, w.person_id LIMIT ?) k ON k.person_id = people.id`, facet, value, facet, value, limit+1).
		Where("people.email NOT LIKE '%.invalid'").Order("k.n DESC, people.name, people.id").Find(&byStudies).Error
	if err != nil {
		return nil, err
	}
	var bySkill []row
	if err := skilled(s.withOrganisation(s.DB(ctx)), names).Order("people.name, people.id").Limit(limit).Find(&bySkill).Error; err != nil {
		return nil, err
	}
	var byWord []row
	err = findableTo(s.withOrganisation(s.DB(ctx)).Joins("JOIN expertise_choices ON expertise_choices.person_id = people.id AND expertise_choices.findable"), nil).
		Where("people.closed_at IS NULL AND people.id IN (SELECT person_id FROM expertise WHERE kind = ? AND value = ?)", facet, value).Order("people.name, people.id").Limit(limit).Find(&byWord).Error
	if err != nil {
		return nil, err
	}
	var out []models.Knower
	for _, r := range append(append(byStudies, byWord...), bySkill...) {
		if !slices.ContainsFunc(out, func(k models.Knower) bool { return k.ID == r.Row.ID }) {
			k := models.Knower{Person: r.Row.toModel(r.OrgName), CaseStudies: r.N}
			k.Says = slices.ContainsFunc(byWord, func(said row) bool { return said.Row.ID == r.Row.ID })
			k.Skill = slices.ContainsFunc(k.Skills, func(skill string) bool {
				return slices.ContainsFunc(names, func(n string) bool { return foldName(n) == foldName(skill) })
			})
			out = append(out, k)
		}
	}
	return out[:min(len(out), limit)], nil
}

// skilled keeps the people who have one of these names among their skills.
func skilled(db *gorm.DB, names []string) *gorm.DB {
	var tests []string
	var values []any
	for _, n := range names {
		tests = append(tests, `LOWER(people.skills) LIKE ? ESCAPE '\'`)
		values = append(values, `%"`+likeEscaper.Replace(inJSON(foldName(n)))+`"%`)
	}
	if len(tests) == 0 {
		return db.Where("1 = 0")
	}
	return db.Where("("+strings.Join(tests, " OR ")+")", values...)
}

// Failures gives published case studies that have a facet's value and tell of
// what failed, the newest first: those that were stopped, and those with a
// section under a heading.
func (s *Store) Failures(ctx context.Context, facet, value, heading string, limit int) ([]models.Failure, error) {
	text, err := json.Marshal(heading)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Slug         string
		Title        string
		Stage        models.Stage
		Organisation string
		OrgName      string
		Contents     jsonList[models.Heading]
	}
	// By id, which is by age: so reading stops at the limit.
	err = s.DB(ctx).Table("case_study_facets").
		Select("case_studies.slug, case_studies.title, case_studies.stage, case_studies.organisation, COALESCE(organisations.name, '') AS org_name, revisions.contents").
		Joins("JOIN case_studies ON case_studies.id = case_study_facets.case_study_id").
		Joins("JOIN revisions ON revisions.case_study_id = case_studies.id AND revisions.number = case_studies.revision").
		Joins("LEFT JOIN organisations ON organisations.code = case_studies.organisation").
		Where("case_study_facets.facet = ? AND case_study_facets.value = ?", facet, value).
		Where(`(case_studies.stage = ? OR revisions.contents LIKE ? ESCAPE '\')`, models.StageStopped, "%"+likeEscaper.Replace(`"text":`+string(text))+"%").
		Order("case_study_facets.case_study_id DESC").Limit(limit).Find(&rows).Error
	out := make([]models.Failure, len(rows))
	for i, r := range rows {
		out[i] = models.Failure{Slug: r.Slug, Title: r.Title, Stage: r.Stage}
		if r.Organisation != "" {
			out[i].OrgName = models.Organisation{Code: r.Organisation, Name: r.OrgName}.DisplayName()
		}
		for _, h := range r.Contents {
			if h.Text == heading {
				out[i].Heading = h.ID
			}
		}
	}
	return out, err
}
