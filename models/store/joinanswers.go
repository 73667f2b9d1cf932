package store

import (
	"context"

	"grassroots/models"
)

// A connection is a step in the direction in which it is written, and one that
// goes both ways in the other direction as well.
const (
	bothWays = "JOIN (SELECT 0 AS turned UNION ALL SELECT 1 AS turned) AS ways ON ways.turned = 0 OR connections.direction = 'two-way'"
	stepFrom = "CASE WHEN ways.turned = 0 THEN connections.from_slug ELSE connections.to_slug END"
	stepTo   = "CASE WHEN ways.turned = 0 THEN connections.to_slug ELSE connections.from_slug END"
	stepView = "CASE WHEN connections.direction = 'view' THEN 1 ELSE 0 END"
)

// JoinSteps counts the connections of a query as the steps that information can
// take, most organisations first: one that goes both ways is a step each way,
// and one that can only be looked at is told apart. From and To are of the
// step. After is not looked at; a Limit of 0 is MaxEdges.
func (s *Store) JoinSteps(ctx context.Context, q models.JoinQuery) ([]models.JoinStep, error) {
	if q.Limit == 0 {
		q.Limit = MaxEdges
	}
	q.EitherWay = true // finds by index what the steps are then chosen from
	db := s.joinsMatching(ctx, q).Joins(bothWays)
	if len(q.From) > 0 {
		db = db.Where(stepFrom+" IN ?", q.From)
	}
	if len(q.To) > 0 {
		db = db.Where(stepTo+" IN ?", q.To)
	}
	var rows []struct {
		StepFrom, StepTo           string
		Viewed                     int
		Organisations, CaseStudies int
	}
	err := db.Select(stepFrom + " AS step_from, " + stepTo + " AS step_to, " + stepView + " AS viewed, " + counted).
		Group(stepFrom + ", " + stepTo + ", " + stepView).
		Order("organisations DESC, case_studies DESC, step_from, step_to, viewed").Limit(q.Limit).Scan(&rows).Error
	out := make([]models.JoinStep, len(rows))
	for i, r := range rows {
		out[i] = models.JoinStep{From: r.StepFrom, To: r.StepTo, ViewOnly: r.Viewed == 1, Organisations: r.Organisations, CaseStudies: r.CaseStudies}
	}
	return out, err
}

// JoinPlaces counts the connections of a query by organisation, those with the
// newest case study first; an empty code stands for case studies that name
// none. After and Limit are not looked at.
func (s *Store) JoinPlaces(ctx context.Context, q models.JoinQuery) ([]models.JoinPlace, error) {
	var places []models.JoinPlace
	err := s.joinsMatching(ctx, q).
		Select("connections.organisation AS code, COALESCE(organisations.name, '') AS name, COALESCE(organisations.kind, '') AS kind, COALESCE(organisations.region, '') AS region, " +
			"COUNT(DISTINCT connections.case_study_id) AS case_studies, MAX(connections.case_study_id) AS newest").
		Joins("LEFT JOIN organisations ON organisations.code = connections.organisation").
		Group("connections.organisation, organisations.name, organisations.kind, organisations.region").Order("newest DESC").Scan(&places).Error
	for i, p := range places {
		if p.Name == "" && p.Code != "" {
			places[i].Name = "Organisation " + p.Code
		}
	}
	return places, err
}

// SystemsAt gives the slugs of the systems that an organisation's connections
// name, by how often they do.
func (s *Store) SystemsAt(ctx context.Context, organisation string) ([]string, error) {
	var slugs []string
	err := s.DB(ctx).Raw(`SELECT slug FROM (SELECT from_slug AS slug FROM connections WHERE organisation = ? UNION ALL
		SELECT to_slug AS slug FROM connections WHERE organisation = ?) AS named GROUP BY slug ORDER BY COUNT(*) DESC, slug`, organisation, organisation).Scan(&slugs).Error
	return slugs, err
}

// OrganisationsWith gives, by their codes, the organisations whose connections
// name some of the systems, and which of them they name.
func (s *Store) OrganisationsWith(ctx context.Context, systems []string) (map[string][]string, error) {
	if len(systems) == 0 {
		return nil, nil
	}
	var rows []struct{ Organisation, Slug string }
	err := s.DB(ctx).Raw(`SELECT organisation, from_slug AS slug FROM connections WHERE from_slug IN ? AND organisation <> '' UNION
		SELECT organisation, to_slug AS slug FROM connections WHERE to_slug IN ? AND organisation <> '' ORDER BY 1, 2`, systems, systems).Scan(&rows).Error
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Organisation] = append(out[r.Organisation], r.Slug)
	}
	return out, err
}

// Writer is somebody with a profile here who is named as an author of a case
// study.
type Writer struct {
	CaseStudyID string
	Person      models.Person
}

// WritersOf gives the authors of case studies who have a profile, by name,
// without their grants.
func (s *Store) WritersOf(ctx context.Context, ids []string) ([]Writer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		Row         personRow `gorm:"embedded"`
		OrgName     string
		CaseStudyID string
	}
	err := s.withOrganisation(s.DB(ctx)).Select("people.*, COALESCE(organisations.name, '') AS org_name, case_study_people.case_study_id").
		Joins("JOIN case_study_people ON case_study_people.person_id = people.id").
		Where("case_study_people.case_study_id IN ?", ids).Order("people.name, people.id, case_study_people.case_study_id").Find(&rows).Error
	out := make([]Writer, len(rows))
	for i, r := range rows {
		out[i] = Writer{r.CaseStudyID, r.Row.toModel(r.OrgName)}
	}
	return out, err
}

// PostingPlaces gives the organisations from which there are case studies that
// everybody may read, by their codes.
func (s *Store) PostingPlaces(ctx context.Context) ([]models.JoinPlace, error) {
	var places []models.JoinPlace
	err := s.DB(ctx).Table("organisations").Select("code, name, kind, region").
		Where("EXISTS (SELECT 1 FROM case_study_facets f WHERE f.facet = ? AND f.value = organisations.code)", models.FacetOrganisation).Order("code").Find(&places).Error
	return places, err
}

// PlacesOf gives what is known of some organisations, by their codes; those that are not
// there are left out.
func (s *Store) PlacesOf(ctx context.Context, codes []string) (map[string]models.JoinPlace, error) {
	out := map[string]models.JoinPlace{}
	if len(codes) == 0 {
		return out, nil
	}
	var places []models.JoinPlace
	err := s.DB(ctx).Table("organisations").Select("code, name, kind, region").Where("code IN ?", codes).Find(&places).Error
	for _, p := range places {
		out[p.Code] = p
	}
	return out, err
}
