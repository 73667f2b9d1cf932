package store

import (
	"context"
	"slices"
	"strings"

	"grassroots/models"
)

// terms finds what the documents of a write name in the lists, reading each
// list once, and takes up what no list knows, unconfirmed. It is of one
// transaction: what it took up is undone with that.
type terms struct {
	store         *Store
	systems       map[string]string // folded name to slug
	standards     map[string]string // folded code, name or alias to code
	organisations map[string]models.Organisation
}

// termsOf reads what the lists know of what the documents name, in three
// statements at most.
func (s *Store) termsOf(ctx context.Context, docs ...*models.Document) (*terms, error) {
	t := &terms{store: s, systems: map[string]string{}, standards: map[string]string{}, organisations: map[string]models.Organisation{}}
	var systems, standards, organisations []string
	for _, d := range docs {
		if d.Organisation != "" {
			organisations = append(organisations, d.Organisation)
		}
		for _, c := range d.Connections {
			systems = append(systems, c.From, c.To)
			if c.Standard != "" {
				standards = append(standards, c.Standard)
			}
			if c.Site != "" {
				organisations = append(organisations, c.Site)
			}
		}
	}
	var err error
	if len(systems) > 0 {
		if t.systems, err = s.owners(ctx, termTables[KindSystem], systems); err != nil {
			return nil, err
		}
	}
	if len(standards) > 0 {
		if t.standards, err = s.owners(ctx, termTables[KindStandard], standards); err != nil {
			return nil, err
		}
	}
	var bodies []organisationRow
	if err := findIn(ctx, s, &bodies, "code", organisations); err != nil {
		return nil, err
	}
	for _, r := range bodies {
		t.organisations[r.Code] = r.toModel()
	}
	return t, nil
}

// findIn reads the rows of which a column has one of the values; without values
// it asks nothing.
func findIn[Row any](ctx context.Context, s *Store, rows *[]Row, column string, values []string) error {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	return s.DB(ctx).Where(column+" IN ?", slices.Compact(values)).Find(rows).Error
}

// system gives the slug of the system with this name or alias.
func (t *terms) system(ctx context.Context, name string) (string, error) {
	if slug := t.systems[foldName(name)]; slug != "" {
		return slug, nil
	}
	slug, err := t.store.ensureSystem(ctx, name)
	if err == nil {
		t.systems[foldName(name)] = slug
	}
	return slug, err
}

// standard gives the code of the standard that has a code or goes by it; the
// empty code is none.
func (t *terms) standard(ctx context.Context, name string) (string, error) {
	if code := t.standards[foldName(name)]; code != "" || name == "" {
		return code, nil
	}
	code, err := t.store.ensureStandard(ctx, name)
	if err == nil {
		t.standards[foldName(name)] = code
	}
	return code, err
}

func (t *terms) organisation(ctx context.Context, code string) (models.Organisation, error) {
	if o, ok := t.organisations[code]; ok || code == "" {
		return o, nil
	}
	o, err := t.store.ensureOrganisation(ctx, code)
	if err == nil {
		t.organisations[code] = o
	}
	return o, err
}

// saveDerived keeps what is derived from a published case study to be asked about:
// its facets, its connections and what was learnt. Nothing of it may be there any
// more.
func (s *Store) saveDerived(ctx context.Context, cs *models.CaseStudy) error {
	t, err := s.termsOf(ctx, &cs.Document)
	if err != nil {
		return err
	}
	facets, err := s.facetsOf(ctx, t, cs)
	if err != nil {
		return err
	}
	joins, err := s.joinsOf(ctx, t, cs)
	if err != nil {
		return err
	}
	return s.addDerived(ctx, facets, joins, pointsOf(cs))
}

func (s *Store) addDerived(ctx context.Context, facets []facetRow, joins []joinRow, points []pointRow) error {
	if len(facets) > 0 {
		if err := s.DB(ctx).Create(&facets).Error; err != nil {
			return err
		}
	}
	if len(joins) > 0 {
		if err := s.DB(ctx).Create(&joins).Error; err != nil {
			return err
		}
	}
	if len(points) > 0 {
		return s.DB(ctx).Create(&points).Error
	}
	return nil
}

// dropDerived removes what was derived from a case study.
func (s *Store) dropDerived(ctx context.Context, id string) error {
	if err := s.DB(ctx).Where("case_study_id = ?", id).Delete(&facetRow{}).Error; err != nil {
		return err
	}
	if err := s.DB(ctx).Where("case_study_id = ?", id).Delete(&joinRow{}).Error; err != nil {
		return err
	}
	return s.DB(ctx).Where("case_study_id = ?", id).Delete(&pointRow{}).Error
}

// derivedAtOnce is how many case studies one transaction of RebuildConnections
// looks at.
const derivedAtOnce = 100

// RebuildConnections derives the connections, facets and learning points of every published case
// study anew: after the lists have changed in which names are looked up, or the
// rules by which they are derived. Those that come out otherwise are marked for
// the search index. It works through a few case studies at a time and can be
// run again when it was interrupted.
func (s *Store) RebuildConnections(ctx context.Context) error {
	for after := ""; ; {
		var last string
		err := s.Tx(ctx, func(ctx context.Context) error {
			var err error
			last, err = s.rebuildAfter(ctx, after)
			return err
		})
		if err != nil || last == "" {
			return err
		}
		after = last
	}
}

// rebuildAfter derives a few case studies after an id and gives the id of the
// last; nothing when there are no more.
func (s *Store) rebuildAfter(ctx context.Context, after string) (last string, err error) {
	var ids []string
	err = s.forUpdate(ctx).Model(&caseStudyRow{}).Where("id > ? AND status = ?", after, models.Published).
		Order("id").Limit(derivedAtOnce).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	studies, err := s.documents(ctx, ids)
	if err != nil {
		return "", err
	}
	if err := s.rederiveAll(ctx, studies); err != nil {
		return "", err
	}
	return ids[len(ids)-1], nil
}

// rederiveAll derives a few published case studies anew, reading each list and
// what is kept once.
func (s *Store) rederiveAll(ctx context.Context, studies []models.CaseStudy) error {
	if len(studies) == 0 {
		return nil
	}
	docs, ids := make([]*models.Document, len(studies)), make([]string, len(studies))
	for i := range studies {
		docs[i], ids[i] = &studies[i].Document, studies[i].ID
	}
	t, err := s.termsOf(ctx, docs...)
	if err != nil {
		return err
	}
	var facetsKept []facetRow
	var joinsKept []joinRow
	var pointsKept []pointRow
	if err := s.DB(ctx).Where("case_study_id IN ?", ids).Order("case_study_id, number").Find(&pointsKept).Error; err != nil {
		return err
	}
	if err := s.DB(ctx).Where("case_study_id IN ?", ids).Find(&facetsKept).Error; err != nil {
		return err
	}
	if err := s.DB(ctx).Where("case_study_id IN ?", ids).Order("id").Find(&joinsKept).Error; err != nil {
		return err
	}
	for i := range studies {
		if err := s.rederive(ctx, t, &studies[i], facetsKept, joinsKept, pointsKept); err != nil {
			return err
		}
	}
	return nil
}

// documents reads the present documents of case studies.
func (s *Store) documents(ctx context.Context, ids []string) ([]models.CaseStudy, error) {
	var rows []revisionRow
	err := s.DB(ctx).Table("case_studies").Select("revisions.case_study_id, revisions.document").
		Joins("JOIN revisions ON revisions.case_study_id = case_studies.id AND revisions.number = case_studies.revision").
		Where("case_studies.id IN ?", ids).Order("case_studies.id").Find(&rows).Error
	out := make([]models.CaseStudy, len(rows))
	for i, r := range rows {
		out[i] = models.CaseStudy{ID: r.CaseStudyID, Document: r.Document}
	}
	return out, err
}

// rederive replaces what is derived from a case study when it is not as kept.
func (s *Store) rederive(ctx context.Context, t *terms, cs *models.CaseStudy, facetsKept []facetRow, joinsKept []joinRow, pointsKept []pointRow) error {
	facets, err := s.facetsOf(ctx, t, cs)
	if err != nil {
		return err
	}
	joins, err := s.joinsOf(ctx, t, cs)
	if err != nil {
		return err
	}
	var facetsOld []facetRow
	for _, f := range facetsKept {
		if f.CaseStudyID == cs.ID {
			facetsOld = append(facetsOld, f)
		}
	}
	slices.SortFunc(facetsOld, compareFacets)
	var joinsOld []joinRow
	for _, j := range joinsKept {
		if j.CaseStudyID == cs.ID {
			joinsOld = append(joinsOld, j)
		}
	}
	points, pointsOld := pointsOf(cs), []pointRow(nil)
	for _, p := range pointsKept {
		if p.CaseStudyID == cs.ID {
			pointsOld = append(pointsOld, p)
		}
	}
	if slices.Equal(facets, facetsOld) && slices.EqualFunc(joins, joinsOld, joinRow.equal) && slices.Equal(points, pointsOld) {
		return nil
	}
	if err := s.dropDerived(ctx, cs.ID); err != nil {
		return err
	}
	if err := s.addDerived(ctx, facets, joins, points); err != nil {
		return err
	}
	return s.DB(ctx).Exec("UPDATE case_studies SET changes = changes + 1 WHERE id = ?", cs.ID).Error
}

func compareFacets(a, b facetRow) int {
	return strings.Compare(a.Facet+"\x00"+a.Value, b.Facet+"\x00"+b.Value)
}
