package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type organisationRow struct {
	Code       string `gorm:"primaryKey"`
	Name       string
	Kind       string
	Region     string
	ICBCode    string `gorm:"column:icb_code"`
	ICBName    string `gorm:"column:icb_name"`
	Postcode   string
	Opened     *time.Time
	Closed     *time.Time
	Successors jsonList[string]
	Named      bool
	Studies    int
	People     int
}

func (organisationRow) TableName() string { return "organisations" }

func (r organisationRow) toModel() models.Organisation {
	return models.Organisation{Code: r.Code, Name: r.Name, Kind: r.Kind, Region: r.Region, ICBCode: r.ICBCode, ICBName: r.ICBName,
		Postcode: r.Postcode, Opened: r.Opened, Closed: r.Closed, Successors: r.Successors, Named: r.Named, People: r.People, Studies: r.Studies}
}

// ensureOrganisation gives the organisation of a code, taking an unknown one
// up without a name, for an admin to name.
func (s *Store) ensureOrganisation(ctx context.Context, code string) (models.Organisation, error) {
	o, err := s.Organisation(ctx, code)
	if models.KindOf(err) != models.NotFound {
		return o, err
	}
	row := organisationRow{Code: code}
	err = s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	return row.toModel(), err
}

// Organisation gives the organisation of an ODS code. NotFound when no list
// and no case study has named it.
func (s *Store) Organisation(ctx context.Context, code string) (models.Organisation, error) {
	var r organisationRow
	if err := s.DB(ctx).Take(&r, "code = ?", code).Error; err != nil {
		return models.Organisation{}, notFound(err, "That organisation")
	}
	return r.toModel(), nil
}

// countStudies changes the number of published case studies of a code.
func (s *Store) countStudies(ctx context.Context, code string, by int) error {
	if code == "" {
		return nil
	}
	if _, err := s.ensureOrganisation(ctx, code); err != nil {
		return err
	}
	return s.DB(ctx).Exec("UPDATE organisations SET studies = studies + ? WHERE code = ?", by, code).Error
}

func (s *Store) countPeople(ctx context.Context, code string, by int) error {
	if code == "" {
		return nil
	}
	return s.DB(ctx).Exec("UPDATE organisations SET people = people + ? WHERE code = ?", by, code).Error
}

// SaveOrganisation adds or replaces an organisation, its counts kept, and
// tells whether it was new or changed. The region of its case studies follows.
func (s *Store) SaveOrganisation(ctx context.Context, o models.Organisation) (created, changed bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		row := organisationRow{Code: o.Code, Name: o.Name, Kind: o.Kind, Region: o.Region, ICBCode: o.ICBCode, ICBName: o.ICBName,
			Postcode: o.Postcode, Opened: o.Opened, Closed: o.Closed, Successors: o.Successors, Named: o.Name != ""}
		old, err := s.Organisation(ctx, o.Code)
		if models.KindOf(err) == models.NotFound {
			created = true
			if err := s.DB(ctx).Create(&row).Error; err != nil {
				return err
			}
			return s.changed(ctx, KindOrganisation, o.Code)
		}
		if err != nil {
			return err
		}
		if sameOrganisation(old, row.toModel()) {
			return nil
		}
		changed = true
		err = s.DB(ctx).Model(&organisationRow{}).Where("code = ?", o.Code).
			Select("name", "kind", "region", "icb_code", "icb_name", "postcode", "opened", "closed", "successors", "named").Updates(&row).Error
		if err != nil {
			return err
		}
		if err := s.changed(ctx, KindOrganisation, o.Code); err != nil {
			return err
		}
		if old.Name != o.Name { // people are found by what their organisation is called
			if err := s.peopleChanged(ctx, o.Code); err != nil {
				return err
			}
		}
		if err := s.moveJoins(ctx, old, row.toModel()); err != nil {
			return err
		}
		return s.moveRegion(ctx, o.Code, old.Region, o.Region)
	})
	return created, changed, err
}

// moveRegion gives the case studies of an organisation its new region and
// marks them for the search index.
func (s *Store) moveRegion(ctx context.Context, code, from, to string) error {
	const of = "(SELECT id FROM case_studies WHERE organisation = ? AND status = 'published')"
	if from != to {
		if err := s.DB(ctx).Exec("DELETE FROM case_study_facets WHERE facet = 'region' AND case_study_id IN "+of, code).Error; err != nil {
			return err
		}
		if to != "" {
			err := s.DB(ctx).Exec("INSERT INTO case_study_facets (facet, value, case_study_id) SELECT 'region', ?, id FROM case_studies WHERE organisation = ? AND status = 'published' ON CONFLICT DO NOTHING", to, code).Error
			if err != nil {
				return err
			}
		}
	}
	return s.DB(ctx).Exec("UPDATE case_studies SET changes = changes + 1 WHERE organisation = ?", code).Error
}

func sameOrganisation(a, b models.Organisation) bool {
	same := func(x, y *time.Time) bool { return x == nil && y == nil || x != nil && y != nil && x.Equal(*y) }
	return a.Name == b.Name && a.Kind == b.Kind && a.Region == b.Region && a.ICBCode == b.ICBCode && a.ICBName == b.ICBName &&
		a.Postcode == b.Postcode && a.Named == b.Named && same(a.Opened, b.Opened) && same(a.Closed, b.Closed) &&
		strings.Join(a.Successors, " ") == strings.Join(b.Successors, " ")
}

// OrganisationQuery asks for a page of organisations by name.
type OrganisationQuery struct {
	Text    string
	Region  string
	Kind    string
	Unnamed bool // only those whose code nobody has explained
	Named   bool // only those that have a name
	Active  bool // only those with people or case studies
	After   *NameCursor
	Limit   int
}

// Organisations lists organisations by name; more tells of a further page in
// the direction asked for.
func (s *Store) Organisations(ctx context.Context, q OrganisationQuery) (list []models.Organisation, more bool, err error) {
	var rows []organisationRow
	if err := byName(organisationsMatching(s.DB(ctx), q), "name", "code", q.After, q.Limit).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = namePage(rows, q.After, q.Limit)
	for _, r := range rows {
		list = append(list, r.toModel())
	}
	return list, more, nil
}

// CountOrganisations counts the organisations of a query.
func (s *Store) CountOrganisations(ctx context.Context, q OrganisationQuery) (int, error) {
	var n int64
	err := organisationsMatching(s.DB(ctx), q).Count(&n).Error
	return int(n), err
}

func organisationsMatching(db *gorm.DB, q OrganisationQuery) *gorm.DB {
	db = db.Model(&organisationRow{})
	if q.Region != "" {
		db = db.Where("region = ?", q.Region)
	}
	if q.Kind != "" {
		db = db.Where("kind = ?", q.Kind)
	}
	if q.Unnamed {
		db = db.Where("named = ?", false)
	}
	if q.Named {
		db = db.Where("named = ?", true)
	}
	if q.Active {
		db = db.Where("studies > 0 OR people > 0")
	}
	for _, w := range strings.Fields(strings.ToLower(q.Text)) {
		like := "%" + likeEscaper.Replace(w) + "%"
		db = db.Where(`(LOWER(name) LIKE ? ESCAPE '\' OR LOWER(code) LIKE ? ESCAPE '\')`, like, like)
	}
	return db
}

// OrganisationNames gives the display names of codes.
func (s *Store) OrganisationNames(ctx context.Context, codes []string) (map[string]string, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	var rows []organisationRow
	if err := s.DB(ctx).Select("code", "name").Where("code IN ?", codes).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Code] = r.toModel().DisplayName()
	}
	return out, nil
}

// OrganisationKinds lists the kinds that organisations have, by name.
func (s *Store) OrganisationKinds(ctx context.Context) ([]string, error) {
	var kinds []string
	err := s.DB(ctx).Model(&organisationRow{}).Where("kind <> ''").Distinct().Order("kind").Limit(200).Pluck("kind", &kinds).Error
	return kinds, err
}
