package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type adoptionRow struct {
	ID           string
	CaseStudyID  string
	Organisation string
	Site         string
	URL          string `gorm:"column:url"`
	Status       models.AdoptionStatus
	OwnerID      string
	Sites        string
	Started      string
	InUse        string
	Stopped      string
	Baseline     string
	Result       string
	Cost         string
	Adaptations  string
	Needed       string
	Reason       string
	Figures      string // JSON; empty for none
	Demo         bool
	Hidden       string
	Erased       bool // until something is said again
	SilentSince  *time.Time
	Version      int
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	ChangedAt    time.Time
}

func (adoptionRow) TableName() string { return "adoptions" }

type adoptionStepRow struct {
	AdoptionID string
	Number     int
	Status     models.AdoptionStatus
	PersonID   string
	At         time.Time
}

func (adoptionStepRow) TableName() string { return "adoption_steps" }

func rowOfAdoption(a *models.Adoption) adoptionRow {
	return adoptionRow{ID: a.ID, CaseStudyID: a.CaseStudyID, Organisation: a.Organisation, Site: a.Site, URL: a.URL, Status: a.Status, OwnerID: a.OwnerID, Sites: a.Sites, Started: a.Started, InUse: a.InUse,
		Stopped: a.Stopped, Baseline: a.Baseline, Result: a.Result, Cost: a.Cost, Adaptations: a.Adaptations, Needed: a.Needed, Reason: a.Reason, Figures: figuresText(&a.Figures), Demo: a.Demo, Hidden: a.Hidden, Version: a.Version, CreatedAt: a.CreatedAt, ChangedAt: a.ChangedAt}
}

func (r adoptionRow) toModel() models.Adoption {
	return models.Adoption{ID: r.ID, CaseStudyID: r.CaseStudyID, Organisation: r.Organisation, Site: r.Site, URL: r.URL, Status: r.Status, OwnerID: r.OwnerID, Sites: r.Sites, Started: r.Started, InUse: r.InUse,
		Stopped: r.Stopped, Baseline: r.Baseline, Result: r.Result, Cost: r.Cost, Adaptations: r.Adaptations, Needed: r.Needed, Reason: r.Reason, Figures: figuresOf(r.Figures), Demo: r.Demo, Hidden: r.Hidden, Version: r.Version, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt, SilentSince: r.SilentSince}
}

// holdStudy makes other transactions that hold the same case study wait until
// this one ends, so that what is counted beside it is counted right. NotFound
// when it is not there, or withdrawn.
func (s *Store) holdStudy(ctx context.Context, id string) error {
	var row caseStudyRow
	err := s.forUpdate(ctx).Select("id", "status").Take(&row, "id = ?", id).Error
	if err == nil && row.Status == models.Withdrawn {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return notFound(err, "That case study")
	}
	return nil
}

// AddAdoption saves a new adoption with its first step, and counts it. a.ID and
// CreatedAt are given; ChangedAt and Version are set. Conflict when the
// organisation adopts the case study already, NotFound when that is withdrawn.
func (s *Store) AddAdoption(ctx context.Context, a *models.Adoption, by string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.holdStudy(ctx, a.CaseStudyID); err != nil {
			return err
		}
		o, err := s.ensureOrganisation(ctx, a.Organisation)
		if err != nil {
			return err
		}
		a.Version, a.ChangedAt, a.OrgName = 1, a.CreatedAt, o.DisplayName()
		row := rowOfAdoption(a)
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, "This organisation adopts the case study already. Change what it says instead.")
		}
		a.Steps = []models.AdoptionStep{{Status: a.Status, PersonID: by, At: a.CreatedAt}}
		if err := s.addSteps(ctx, a.ID, a.Steps, 1); err != nil {
			return err
		}
		Note(ctx, "adoption.create", a.ID, nil, map[string]any{"case_study": a.CaseStudyID, "organisation": a.Organisation, "status": a.Status})
		return s.Recount(ctx, a.CaseStudyID)
	})
}

// addSteps saves steps, the first of them with a number.
func (s *Store) addSteps(ctx context.Context, id string, steps []models.AdoptionStep, number int) error {
	rows := make([]adoptionStepRow, len(steps))
	for i, step := range steps {
		rows[i] = adoptionStepRow{AdoptionID: id, Number: number + i, Status: step.Status, PersonID: step.PersonID, At: step.At}
	}
	return s.DB(ctx).CreateInBatches(rows, 100).Error
}

// ChangeAdoption saves what an organisation says by now, with a step when it is
// another status, and counts it. a.Version is the one that was read: Conflict
// when there is another by now, or the adoption is gone.
func (s *Store) ChangeAdoption(ctx context.Context, a *models.Adoption, by string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.holdStudy(ctx, a.CaseStudyID); err != nil {
			return err
		}
		var old adoptionRow
		if err := s.DB(ctx).Take(&old, "id = ?", a.ID).Error; err != nil || old.Version != a.Version {
			if err == nil || models.KindOf(notFound(err, "")) == models.NotFound {
				err = models.E(models.Conflict, "Somebody else has changed this since you opened it. Read what it says now, and make your change from that.")
			}
			return err
		}
		a.Version++
		a.ChangedAt = s.Now()
		row := rowOfAdoption(a)
		err := s.DB(ctx).Model(&adoptionRow{}).Where("id = ?", a.ID).
			Select("status", "owner_id", "sites", "started", "in_use", "stopped", "baseline", "result", "cost", "adaptations", "needed", "reason", "figures", "erased", "version", "changed_at").Updates(&row).Error
		if err != nil {
			return err
		}
		if err := s.HeardOfAdoption(ctx, a.ID, a.Status); err != nil {
			return err
		}
		if old.Status != a.Status {
			if err := s.addStep(ctx, a, by); err != nil {
				return err
			}
		}
		Note(ctx, "adoption.change", a.ID, map[string]any{"status": old.Status, "owner": old.OwnerID, "version": old.Version}, map[string]any{"status": a.Status, "owner": a.OwnerID, "version": a.Version})
		return s.Recount(ctx, a.CaseStudyID)
	})
}

func (s *Store) addStep(ctx context.Context, a *models.Adoption, by string) error {
	var last int
	if err := s.DB(ctx).Raw("SELECT COALESCE(MAX(number), 0) FROM adoption_steps WHERE adoption_id = ?", a.ID).Scan(&last).Error; err != nil {
		return err
	}
	if last >= models.MaxAdoptionSteps {
		return models.Errorf(models.Conflict, "The status has changed %d times, which is the most that is kept.", models.MaxAdoptionSteps)
	}
	step := models.AdoptionStep{Status: a.Status, PersonID: by, At: a.ChangedAt}
	a.Steps = append(a.Steps, step)
	return s.addSteps(ctx, a.ID, []models.AdoptionStep{step}, last+1)
}

// RemoveAdoption takes an adoption away with its steps, and remembers that it was
// taken back. NotFound when it is gone.
func (s *Store) RemoveAdoption(ctx context.Context, a *models.Adoption) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.holdStudy(ctx, a.CaseStudyID); err != nil {
			return err
		}
		r := s.DB(ctx).Exec("DELETE FROM adoptions WHERE id = ?", a.ID)
		if r.Error == nil && r.RowsAffected == 0 {
			r.Error = gorm.ErrRecordNotFound
		}
		if r.Error != nil {
			return notFound(r.Error, "That adoption")
		}
		row := removedAdoptionRow{AdoptionID: a.ID, CaseStudyID: a.CaseStudyID, RemovedAt: s.Now()}
		if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
		Note(ctx, "adoption.remove", a.ID, map[string]any{"case_study": a.CaseStudyID, "organisation": a.Organisation, "status": a.Status}, nil)
		return s.Recount(ctx, a.CaseStudyID)
	})
}

// EraseAdoption deletes what an adoption says in words and figures, and keeps how far the
// organisation is. NotFound when it is gone.
func (s *Store) EraseAdoption(ctx context.Context, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		r := s.DB(ctx).Exec(`UPDATE adoptions SET sites = '', baseline = '', result = '', cost = '', adaptations = '', needed = '', reason = '', figures = '', erased = ?, version = version + 1, changed_at = ?
			WHERE id = ?`, true, s.Now(), id)
		if r.Error == nil && r.RowsAffected == 0 {
			r.Error = gorm.ErrRecordNotFound
		}
		Note(ctx, "adoption.erase", id, nil, nil)
		return notFound(r.Error, "That adoption")
	})
}

// Adoption gives what one organisation, by what was recorded here, does with a
// case study, with every status that it had; also what is hidden. NotFound when
// there is none.
func (s *Store) Adoption(ctx context.Context, caseStudyID, organisation string) (models.Adoption, error) {
	return s.oneAdoption(ctx, s.DB(ctx).Where("adoptions.case_study_id = ? AND adoptions.organisation = ? AND adoptions.site = ''", caseStudyID, organisation))
}

// AdoptionByID is Adoption by its id.
func (s *Store) AdoptionByID(ctx context.Context, id string) (models.Adoption, error) {
	return s.oneAdoption(ctx, s.DB(ctx).Where("adoptions.id = ? AND adoptions.site = ''", id))
}

func (s *Store) oneAdoption(ctx context.Context, db *gorm.DB) (models.Adoption, error) {
	list, err := s.adoptionsWhere(ctx, db)
	if err == nil && len(list) == 0 {
		err = models.ErrNoSuchAdoption
	}
	if err != nil {
		return models.Adoption{}, err
	}
	a := list[0]
	a.Steps, err = s.stepsOf(ctx, a.ID)
	return a, err
}

func (s *Store) stepsOf(ctx context.Context, id string) ([]models.AdoptionStep, error) {
	var rows []adoptionStepRow
	err := s.DB(ctx).Where("adoption_id = ?", id).Order("number").Find(&rows).Error
	out := make([]models.AdoptionStep, len(rows))
	for i, r := range rows {
		out[i] = models.AdoptionStep{Status: r.Status, PersonID: r.PersonID, At: r.At}
	}
	return out, err
}

// AddAdoptionSteps adds to adoptions every status that each had, in one
// statement.
func (s *Store) AddAdoptionSteps(ctx context.Context, list []models.Adoption) error {
	if len(list) == 0 {
		return nil
	}
	ids, at := make([]string, len(list)), map[string]int{}
	for i, a := range list {
		ids[i], at[a.ID] = a.ID, i
	}
	var rows []adoptionStepRow
	if err := s.DB(ctx).Where("adoption_id IN ?", ids).Order("adoption_id, number").Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		a := &list[at[r.AdoptionID]]
		a.Steps = append(a.Steps, models.AdoptionStep{Status: r.Status, PersonID: r.PersonID, At: r.At})
	}
	return nil
}

// AdoptionQuery asks for adoptions of one case study, by one organisation, or of
// the case studies of one organisation; of the last two only those of case
// studies that everybody may read. What is hidden is in none.
type AdoptionQuery struct {
	CaseStudyID string
	By          string // ODS code of who adopts
	From        string // ODS code of whose case study it is
	After       string // Next of the page before
	Limit       int
}

// shownOrder ranks adoptions as models.AdoptionsShown does.
var shownOrder = func() string {
	var b strings.Builder
	b.WriteString("CASE adoptions.status")
	for i, status := range models.AdoptionsShown() {
		fmt.Fprintf(&b, " WHEN '%s' THEN %d", status, i)
	}
	return b.String() + " END"
}()

func (q AdoptionQuery) apply(db *gorm.DB) *gorm.DB {
	db = db.Table("adoptions").Joins("JOIN case_studies ON case_studies.id = adoptions.case_study_id").Where("adoptions.hidden = ''")
	switch {
	case q.CaseStudyID != "":
		return db.Where("adoptions.case_study_id = ?", q.CaseStudyID)
	case q.By != "":
		db = db.Where("adoptions.organisation = ? AND adoptions.site = ''", q.By)
	default:
		db = db.Where("case_studies.organisation = ?", q.From)
	}
	return db.Where("case_studies.status = ?", models.Published)
}

// Adoptions gives a page of adoptions, those that others can learn most from
// first, then the older first. next is where the page after begins; empty when
// there is none. BadRequest when q.After is none that was given.
func (s *Store) Adoptions(ctx context.Context, q AdoptionQuery) (list []models.Adoption, next string, err error) {
	db := q.apply(s.DB(ctx))
	if q.After != "" {
		rank, id, ok := strings.Cut(q.After, "-")
		if !ok || len(rank) != 1 || rank[0] < '0' || int(rank[0]-'0') >= len(models.AdoptionsShown()) || !models.ValidID(id) {
			return nil, "", models.ErrCursor
		}
		place := int(rank[0] - '0')
		db = db.Where("("+shownOrder+" > ? OR "+shownOrder+" = ? AND adoptions.id > ?)", place, place, id)
	}
	list, err = s.adoptionsWhere(ctx, db.Order(shownOrder+", adoptions.id").Limit(q.Limit+1))
	if err != nil || len(list) <= q.Limit {
		return list, "", err
	}
	list = list[:q.Limit]
	last := list[q.Limit-1]
	for i, status := range models.AdoptionsShown() {
		if status == last.Status {
			next = fmt.Sprintf("%d-%s", i, last.ID)
		}
	}
	return list, next, nil
}

// CountAdoptions counts what Adoptions lists on all its pages, by status, in the
// order in which they are shown; what there is none of is left out.
func (s *Store) CountAdoptions(ctx context.Context, q AdoptionQuery) (counts []models.AdoptionCount, total int, err error) {
	var rows []models.AdoptionCount
	if err := q.apply(s.DB(ctx)).Select("adoptions.status, COUNT(*) AS count").Group("adoptions.status").Find(&rows).Error; err != nil {
		return nil, 0, err
	}
	for _, status := range models.AdoptionsShown() {
		for _, r := range rows {
			if r.Status == status {
				counts = append(counts, r)
				total += r.Count
			}
		}
	}
	return counts, total, nil
}

// adoptionsWhere reads adoptions with their owners and organisations, and with
// what they are of, in one statement.
func (s *Store) adoptionsWhere(ctx context.Context, db *gorm.DB) ([]models.Adoption, error) {
	var rows []struct {
		Row                                                      adoptionRow `gorm:"embedded"`
		OrgName                                                  string
		OwnerName, OwnerHandle, OwnerJobTitle, OwnerOrganisation string
		Slug, Title, StudyOrganisation                           string
	}
	err := db.Table("adoptions").Select(`adoptions.*, COALESCE(adopters.name, '') AS org_name, COALESCE(owners.name, '') AS owner_name,
		CASE WHEN owners.closed_at IS NULL THEN COALESCE(owners.handle, '') ELSE '' END AS owner_handle, COALESCE(owners.job_title, '') AS owner_job_title, COALESCE(owners.organisation, '') AS owner_organisation,
		studies.slug, studies.title, studies.organisation AS study_organisation`).
		Joins("JOIN case_studies AS studies ON studies.id = adoptions.case_study_id").
		Joins("LEFT JOIN organisations AS adopters ON adopters.code = adoptions.organisation").
		Joins("LEFT JOIN people AS owners ON owners.id = adoptions.owner_id").Find(&rows).Error
	out := make([]models.Adoption, len(rows))
	for i, r := range rows {
		a := r.Row.toModel()
		a.OrgName = models.Organisation{Code: a.Organisation, Name: r.OrgName}.DisplayName()
		a.Owner = models.Person{ID: a.OwnerID, Name: r.OwnerName, Handle: r.OwnerHandle, JobTitle: r.OwnerJobTitle, Organisation: r.OwnerOrganisation}
		a.Slug, a.Title, a.StudyOrganisation = r.Slug, r.Title, r.StudyOrganisation
		out[i] = a
	}
	return out, err
}

// CountAdopters counts the organisations that try or use a case study which
// everybody may read and which a person posted or wrote with others.
func (s *Store) CountAdopters(ctx context.Context, personID string) (n int, err error) {
	err = s.DB(ctx).Raw(`SELECT COUNT(DISTINCT adoptions.organisation) FROM adoptions JOIN case_studies ON case_studies.id = adoptions.case_study_id
		WHERE adoptions.hidden = '' AND adoptions.status IN ? AND case_studies.status = ? AND (case_studies.owner_id = ? OR EXISTS (SELECT 1 FROM case_study_people p WHERE p.case_study_id = case_studies.id AND p.person_id = ?))`,
		countedStatuses, models.Published, personID, personID).Scan(&n).Error
	return n, err
}

// countedStatuses are those that models.AdoptionStatus.Counts.
var countedStatuses = []models.AdoptionStatus{models.AdoptionTrying, models.AdoptionInUse}

// CountAdoptionsSince counts the adoptions that a person has begun since a time.
func (s *Store) CountAdoptionsSince(ctx context.Context, personID string, since time.Time) (int, error) {
	var n int64
	err := s.DB(ctx).Table("adoption_steps").Where("person_id = ? AND number = 1 AND at > ?", personID, since).Count(&n).Error
	return int(n), err
}

// leaveAdoptions takes a person from what they look after: it stays with the
// organisation.
func (s *Store) leaveAdoptions(ctx context.Context, personID string) error {
	if err := s.exec(ctx, "UPDATE adoption_followups SET person_id = '', token_hash = '' WHERE person_id = ?", personID); err != nil {
		return err
	}
	return s.exec(ctx, "UPDATE adoptions SET owner_id = '', version = version + 1 WHERE owner_id = ?", personID)
}

// moveAdoptions moves adoptions of one case study to another that it was merged
// into. What an organisation says of both stays with each, as does what the
// organisation of the second says of the first: it would be of its own.
func (s *Store) moveAdoptions(ctx context.Context, from, into string) error {
	err := s.exec(ctx, `INSERT INTO merged_adoptions (from_id, adoption_id) SELECT CAST(? AS TEXT), a.id FROM adoptions a WHERE a.case_study_id = ?
		AND NOT EXISTS (SELECT 1 FROM adoptions b WHERE b.case_study_id = ? AND b.organisation = a.organisation AND b.site = a.site)
		AND a.organisation <> (SELECT organisation FROM case_studies WHERE id = ?) ON CONFLICT DO NOTHING`, from, from, into, into)
	if err != nil {
		return err
	}
	return s.exec(ctx, "UPDATE adoptions SET case_study_id = ? WHERE case_study_id = ? AND id IN (SELECT adoption_id FROM merged_adoptions WHERE from_id = ?)", into, from, from)
}

// returnAdoptions moves back what moveAdoptions moved. What an organisation says
// of another case study that was merged into the same one, and that could not
// come because of this, comes now.
func (s *Store) returnAdoptions(ctx context.Context, m models.StudyMerge) error {
	err := s.exec(ctx, "UPDATE adoptions SET case_study_id = ? WHERE case_study_id = ? AND id IN (SELECT adoption_id FROM merged_adoptions WHERE from_id = ?)", m.FromID, m.IntoID, m.FromID)
	if err != nil {
		return err
	}
	var others []string
	err = s.DB(ctx).Table("case_study_merges").Joins("JOIN measures ON measures.id = case_study_merges.measure_id").
		Where("into_id = ? AND from_id <> ?", m.IntoID, m.FromID).Order("measures.made_at, from_id").Pluck("from_id", &others).Error
	if err != nil {
		return err
	}
	for _, from := range others {
		if err := s.moveAdoptions(ctx, from, m.IntoID); err != nil {
			return err
		}
	}
	return nil
}
