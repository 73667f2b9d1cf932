package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"grassroots/models"
)

// joinRow is a connection of a published case study.
type joinRow struct {
	ID           string
	CaseStudyID  string
	Position     int
	FromSlug     string
	FromText     string
	ToSlug       string
	ToText       string
	Standard     string
	Version      string
	Transport    string
	Direction    string
	Data         jsonList[string]
	Status       string
	Site         string
	Organisation string
	Region       string
}

func (joinRow) TableName() string { return "connections" }

func (r joinRow) equal(o joinRow) bool {
	data := slices.Equal(r.Data, o.Data)
	r.Data, o.Data = nil, nil
	return data && fmt.Sprint(r) == fmt.Sprint(o)
}

// joinID names a connection by its case study and its place in that.
func joinID(caseStudyID string, position int) string {
	return fmt.Sprintf("%s-%02d", caseStudyID, position)
}

// joinsOf works out the connections of a published case study.
func (s *Store) joinsOf(ctx context.Context, t *terms, cs *models.CaseStudy) ([]joinRow, error) {
	rows := make([]joinRow, 0, len(cs.Connections))
	for i, c := range cs.Connections {
		from, err := t.system(ctx, c.From)
		if err != nil {
			return nil, err
		}
		to, err := t.system(ctx, c.To)
		if err != nil {
			return nil, err
		}
		standard, err := t.standard(ctx, c.Standard)
		if err != nil {
			return nil, err
		}
		at, err := t.joinPlace(ctx, cs.Organisation, c.Site)
		if err != nil {
			return nil, err
		}
		rows = append(rows, joinRow{ID: joinID(cs.ID, i+1), CaseStudyID: cs.ID, Position: i + 1, FromSlug: from, FromText: c.From, ToSlug: to, ToText: c.To,
			Standard: known(standard), Version: c.Version, Transport: c.Transport, Direction: known(c.Direction), Data: c.Data, Status: known(c.Status),
			Site: c.Site, Organisation: at.Code, Region: at.Region})
	}
	return rows, nil
}

func known(value string) string {
	if value == "" {
		return models.Unknown
	}
	return value
}

// joinPlace gives the organisation that a connection is counted with: that of
// its site when a list has named it, unless it is a site of the case study's
// own organisation, whose code then begins the site's.
func (t *terms) joinPlace(ctx context.Context, own, site string) (models.Organisation, error) {
	o, err := t.organisation(ctx, own)
	if err != nil || site == "" {
		return o, err
	}
	at, err := t.organisation(ctx, site)
	if err != nil || !at.Named || own != "" && strings.HasPrefix(site, own) {
		return o, err
	}
	return at, nil
}

// moveJoins lets the connections of an organisation follow when the lists name
// it or place it elsewhere.
func (s *Store) moveJoins(ctx context.Context, old, now models.Organisation) error {
	if !old.Named && now.Named {
		err := s.DB(ctx).Exec("UPDATE connections SET organisation = ? WHERE site = ? AND (organisation = '' OR SUBSTR(site, 1, LENGTH(organisation)) <> organisation)", now.Code, now.Code).Error
		if err != nil {
			return err
		}
	}
	return s.DB(ctx).Exec("UPDATE connections SET region = ? WHERE organisation = ? AND region <> ?", now.Region, now.Code, now.Region).Error
}

// joinsMatching starts a query over the connections that have the values asked
// for.
func (s *Store) joinsMatching(ctx context.Context, q models.JoinQuery) *gorm.DB {
	db := s.DB(ctx).Table("connections")
	ends := func(from, to string) (string, []any) {
		var tests []string
		var values []any
		if len(q.From) > 0 {
			tests, values = append(tests, from+" IN ?"), append(values, q.From)
		}
		if len(q.To) > 0 {
			tests, values = append(tests, to+" IN ?"), append(values, q.To)
		}
		return strings.Join(tests, " AND "), values
	}
	if test, values := ends("connections.from_slug", "connections.to_slug"); test != "" {
		if q.EitherWay {
			turned, more := ends("connections.to_slug", "connections.from_slug")
			test = "(" + test + " OR connections.direction = 'two-way' AND " + turned + ")"
			values = append(values, more...)
		}
		db = db.Where(test, values...)
	}
	if len(q.System) > 0 {
		db = db.Where("(connections.from_slug IN ? OR connections.to_slug IN ?)", q.System, q.System)
	}
	for _, f := range []struct {
		column string
		values []string
	}{{"standard", q.Standard}, {"direction", q.Direction}, {"status", q.Status}, {"organisation", q.Organisation}, {"region", q.Region}, {"case_study_id", q.CaseStudy}} {
		if len(f.values) > 0 {
			db = db.Where("connections."+f.column+" IN ?", f.values)
		}
	}
	return db
}

// Joins gives a page of connections, those of the newest case studies first and
// those of one in its order, each with its case study's title and its
// organisation's name. next is the id to ask for as After, empty on the last
// page; total counts those of all pages. An After that is no id of a connection
// is a BadRequest.
func (s *Store) Joins(ctx context.Context, q models.JoinQuery) (list []models.Join, next string, total int, err error) {
	db := s.joinsMatching(ctx, q)
	if q.After != "" {
		study, _, ok := strings.Cut(q.After, "-")
		if !ok || !models.ValidID(study) {
			return nil, "", 0, models.ErrCursor
		}
		db = db.Where("(connections.case_study_id < ? OR connections.case_study_id = ? AND connections.id > ?)", study, study, q.After)
	}
	var rows []struct {
		Row     joinRow `gorm:"embedded"`
		Title   string
		Slug    string
		Stage   models.Stage
		OrgName string
		OrgKind string
	}
	err = db.Select("connections.*, case_studies.title, case_studies.slug, case_studies.stage, COALESCE(organisations.name, '') AS org_name, COALESCE(organisations.kind, '') AS org_kind").
		Joins("JOIN case_studies ON case_studies.id = connections.case_study_id").
		Joins("LEFT JOIN organisations ON organisations.code = connections.organisation").
		Order("connections.case_study_id DESC, connections.id").Limit(q.Limit + 1).Find(&rows).Error
	if err != nil {
		return nil, "", 0, err
	}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		next = rows[q.Limit-1].Row.ID
	}
	for _, r := range rows {
		j := r.Row.toModel()
		j.Title, j.Slug, j.Stage, j.OrgKind = r.Title, r.Slug, r.Stage, r.OrgKind
		if j.OrgName = r.OrgName; j.OrgName == "" && j.Organisation != "" {
			j.OrgName = "Organisation " + j.Organisation
		}
		list = append(list, j)
	}
	var n int64
	err = s.joinsMatching(ctx, q).Count(&n).Error
	return list, next, int(n), err
}

func (r joinRow) toModel() models.Join {
	return models.Join{ID: r.ID, CaseStudyID: r.CaseStudyID, Position: r.Position, From: r.FromSlug, To: r.ToSlug, FromText: r.FromText, ToText: r.ToText,
		Standard: r.Standard, Version: r.Version, Transport: r.Transport, Direction: r.Direction, Data: r.Data, Status: r.Status, Site: r.Site,
		Organisation: r.Organisation, Region: r.Region}
}

// counted are the columns that count the rows of a group.
const counted = "COUNT(DISTINCT NULLIF(connections.organisation, '')) AS organisations, COUNT(DISTINCT connections.case_study_id) AS case_studies"

// MaxEdges is how many edges or pairs are given at most, those with most
// evidence first.
const MaxEdges = 20_000

// JoinEdges counts the connections of a query by their two systems, standard,
// direction and status: what a map is drawn from, most case studies first.
// After and Limit are not looked at.
func (s *Store) JoinEdges(ctx context.Context, q models.JoinQuery) ([]models.JoinEdge, error) {
	var edges []models.JoinEdge
	err := s.joinsMatching(ctx, q).
		Select("connections.from_slug AS \"from\", connections.to_slug AS \"to\", connections.standard, connections.direction, connections.status, " + counted).
		Group("connections.from_slug, connections.to_slug, connections.standard, connections.direction, connections.status").
		Order("case_studies DESC, connections.from_slug, connections.to_slug, connections.standard, connections.direction, connections.status").
		Limit(MaxEdges).Scan(&edges).Error
	return edges, err
}

// JoinPairs counts the connections of a query by their two systems alone, in
// the direction that they are written in, most organisations first. After is
// not looked at; a Limit of 0 is MaxEdges.
func (s *Store) JoinPairs(ctx context.Context, q models.JoinQuery) ([]models.JoinPair, error) {
	if q.Limit == 0 {
		q.Limit = MaxEdges
	}
	var pairs []models.JoinPair
	err := s.joinsMatching(ctx, q).Select("connections.from_slug AS \"from\", connections.to_slug AS \"to\", " + counted).
		Group("connections.from_slug, connections.to_slug").
		Order("organisations DESC, case_studies DESC, connections.from_slug, connections.to_slug").Limit(q.Limit).Scan(&pairs).Error
	return pairs, err
}

// JoinTotals counts the connections of a query: all of them, and by standard,
// status and direction, most organisations first. An organisation that joins
// two systems by two standards is counted with both and once in all.
func (s *Store) JoinTotals(ctx context.Context, q models.JoinQuery) (models.JoinTotals, error) {
	var all struct{ Connections, CaseStudies, Organisations, Unplaced int }
	err := s.joinsMatching(ctx, q).Select("COUNT(*) AS connections, COUNT(DISTINCT CASE WHEN connections.organisation = '' THEN connections.case_study_id END) AS unplaced, " + counted).
		Scan(&all).Error
	t := models.JoinTotals{Connections: all.Connections, CaseStudies: all.CaseStudies, Organisations: all.Organisations, Unplaced: all.Unplaced}
	if err != nil || t.Connections == 0 {
		return t, err
	}
	for _, by := range []struct {
		column string
		counts *[]models.JoinCount
	}{{"standard", &t.ByStandard}, {"status", &t.ByStatus}, {"direction", &t.ByDirection}} {
		err := s.joinsMatching(ctx, q).Select("connections." + by.column + " AS value, " + counted).Group("connections." + by.column).
			Order("organisations DESC, case_studies DESC, value").Scan(by.counts).Error
		if err != nil {
			return t, err
		}
	}
	return t, nil
}
