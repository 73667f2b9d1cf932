package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type personRow struct {
	ID              string
	Handle          string
	Name            string
	Email           string
	JobTitle        string
	StaffGroup      string
	Organisation    string
	YearsExperience *int
	Skills          jsonList[string]
	Bio             string
	Demo            bool
	CreatedAt       time.Time `gorm:"autoCreateTime:false"`
	ClosedAt        *time.Time
	Confirmed       string
	ConfirmedBy     string
	ConfirmedAt     *time.Time
	Unread          int
}

func (personRow) TableName() string { return "people" }

type grantRow struct {
	PersonID     string
	Role         models.Role
	Organisation string
}

func (grantRow) TableName() string { return "grants" }

func (r personRow) toModel(orgName string) models.Person {
	if orgName == "" && r.Organisation != "" {
		orgName = "Organisation " + r.Organisation
	}
	return models.Person{ID: r.ID, Handle: r.Handle, Name: r.Name, Email: r.Email, JobTitle: r.JobTitle, StaffGroup: r.StaffGroup,
		Organisation: r.Organisation, OrgName: orgName, YearsExperience: r.YearsExperience, Skills: r.Skills, Bio: r.Bio,
		Demo: r.Demo, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt, Confirmed: r.Confirmed, Unread: r.Unread}
}

func rowOfPerson(p *models.Person) personRow {
	return personRow{ID: p.ID, Handle: p.Handle, Name: p.Name, Email: strings.ToLower(p.Email), JobTitle: p.JobTitle, StaffGroup: p.StaffGroup,
		Organisation: p.Organisation, YearsExperience: p.YearsExperience, Skills: p.Skills, Bio: p.Bio, Demo: p.Demo, CreatedAt: p.CreatedAt, ClosedAt: p.ClosedAt, Confirmed: p.Confirmed}
}

// CreatePerson saves a new person; the grants of p are kept too. An e-mail
// address or handle that is in use is a Conflict.
func (s *Store) CreatePerson(ctx context.Context, p *models.Person) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.refuseSuspended(ctx, p.Email); err != nil {
			return err
		}
		owner, err := s.formerOwner(ctx, p.Handle)
		if err != nil {
			return err
		}
		retired, err := s.retired(ctx, p.Handle)
		if err != nil {
			return err
		}
		if owner != "" || retired {
			return errHandleTaken
		}
		if p.Organisation != "" {
			if _, err := s.ensureOrganisation(ctx, p.Organisation); err != nil {
				return err
			}
			if err := s.countPeople(ctx, p.Organisation, 1); err != nil {
				return err
			}
		}
		Note(ctx, "person.make", p.ID, nil, nil)
		row := rowOfPerson(p)
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, "Somebody with this e-mail address or handle is here already.")
		}
		for _, g := range p.Grants {
			if err := s.Grant(ctx, p.ID, g); err != nil {
				return err
			}
		}
		if err := s.fileSkills(ctx, p.ID, p.Skills); err != nil {
			return err
		}
		return s.changed(ctx, KindPerson, p.ID)
	})
}

// ConfirmOrganisation notes that a person works at the organisation with an ODS
// code, or with an empty code that it is not known where. by says on whose word:
// the id of a person, or what signs people in.
func (s *Store) ConfirmOrganisation(ctx context.Context, personID, code, by string) error {
	Note(ctx, "person.confirm", personID, nil, map[string]any{"organisation": code, "by": by})
	now := s.Now()
	r := s.DB(ctx).Model(&personRow{}).Where("id = ?", personID).Updates(map[string]any{"confirmed": code, "confirmed_by": by, "confirmed_at": &now})
	if r.Error == nil && r.RowsAffected == 0 {
		return models.E(models.NotFound, "That person could not be found.")
	}
	return r.Error
}

// changedFields names what differs between two profiles, without what they say.
func changedFields(old, now personRow) []string {
	var out []string
	for _, f := range []struct {
		name    string
		changed bool
	}{{"name", old.Name != now.Name}, {"handle", old.Handle != now.Handle}, {"job_title", old.JobTitle != now.JobTitle}, {"staff_group", old.StaffGroup != now.StaffGroup},
		{"organisation", old.Organisation != now.Organisation}, {"skills", !slices.Equal(old.Skills, now.Skills)}, {"bio", old.Bio != now.Bio},
		{"years_experience", (old.YearsExperience == nil) != (now.YearsExperience == nil) || old.YearsExperience != nil && *old.YearsExperience != *now.YearsExperience}} {
		if f.changed {
			out = append(out, f.name)
		}
	}
	return out
}

// UpdatePerson saves the profile that a person edits: not the e-mail address
// nor the grants. Another organisation has to be confirmed again. A handle that is in use is a Conflict.
func (s *Store) UpdatePerson(ctx context.Context, p *models.Person) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var old personRow
		if err := s.forUpdate(ctx).Take(&old, "id = ?", p.ID).Error; err != nil {
			return notFound(err, "That person")
		}
		if old.Organisation != p.Organisation {
			if p.Organisation != "" {
				if _, err := s.ensureOrganisation(ctx, p.Organisation); err != nil {
					return err
				}
			}
			if err := s.countPeople(ctx, old.Organisation, -1); err != nil {
				return err
			}
			if err := s.countPeople(ctx, p.Organisation, 1); err != nil {
				return err
			}
		}
		if old.Handle != p.Handle {
			if err := s.changeHandle(ctx, p.ID, old.Handle, p.Handle); err != nil {
				return err
			}
		}
		Note(ctx, "person.change", p.ID, nil, map[string]any{"fields": changedFields(old, rowOfPerson(p))})
		row := rowOfPerson(p)
		row.Confirmed, row.ConfirmedBy, row.ConfirmedAt = old.Confirmed, old.ConfirmedBy, old.ConfirmedAt
		if old.Organisation != p.Organisation { // who says that they have moved is confirmed nowhere
			row.Confirmed, row.ConfirmedBy, row.ConfirmedAt = "", "", nil
		}
		err := s.DB(ctx).Model(&personRow{}).Where("id = ?", p.ID).
			Select("handle", "name", "job_title", "staff_group", "organisation", "years_experience", "skills", "bio", "confirmed", "confirmed_by", "confirmed_at").Updates(&row).Error
		if IsDuplicate(err) {
			return errHandleTaken
		}
		if err != nil {
			return err
		}
		if err := s.fileSkills(ctx, p.ID, p.Skills); err != nil {
			return err
		}
		return s.changed(ctx, KindPerson, p.ID)
	})
}

// PersonByID gives a person with their grants, also one whose account is
// closed. NotFound when there is none.
func (s *Store) PersonByID(ctx context.Context, id string) (models.Person, error) {
	return s.person(ctx, "people.id = ?", id)
}

// PersonByHandle gives the person who has a handle, or had it before, with
// their grants. NotFound when there is none.
func (s *Store) PersonByHandle(ctx context.Context, handle string) (models.Person, error) {
	handle = strings.ToLower(handle)
	p, err := s.person(ctx, "people.handle = ? AND people.closed_at IS NULL", handle)
	if models.KindOf(err) != models.NotFound {
		return p, err
	}
	return s.person(ctx, "people.id = (SELECT person_id FROM former_handles WHERE handle = ?)", handle)
}

// PersonByEmail gives a person with their grants. NotFound when there is none.
func (s *Store) PersonByEmail(ctx context.Context, email string) (models.Person, error) {
	return s.person(ctx, "people.email = ? AND people.closed_at IS NULL", strings.ToLower(email))
}

func (s *Store) person(ctx context.Context, where string, arg string) (models.Person, error) {
	var r struct {
		Row      personRow `gorm:"embedded"`
		OrgName  string
		Measured bool
	}
	err := s.withOrganisation(s.DB(ctx)).Select("people.*, COALESCE(organisations.name, '') AS org_name, "+measured+" AS measured").Where(where, arg).Take(&r).Error
	if err != nil {
		return models.Person{}, notFound(err, "That person")
	}
	p := r.Row.toModel(r.OrgName)
	if r.Measured {
		if err := s.addMeasures(ctx, &p); err != nil {
			return p, err
		}
	}
	p.Grants, err = s.Grants(ctx, p.ID)
	return p, err
}

func (s *Store) withOrganisation(db *gorm.DB) *gorm.DB {
	return db.Table("people").Select("people.*, COALESCE(organisations.name, '') AS org_name").
		Joins("LEFT JOIN organisations ON organisations.code = people.organisation")
}

// Grants lists a person's roles.
func (s *Store) Grants(ctx context.Context, personID string) ([]models.Grant, error) {
	var rows []grantRow
	if err := s.DB(ctx).Where("person_id = ?", personID).Order("role, organisation").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]models.Grant, len(rows))
	for i, r := range rows {
		out[i] = models.Grant{Role: r.Role, Organisation: r.Organisation}
	}
	return out, nil
}

// Grant gives a person a role; giving it again changes nothing.
func (s *Store) Grant(ctx context.Context, personID string, g models.Grant) error {
	r := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&grantRow{personID, g.Role, g.Organisation})
	if r.RowsAffected > 0 {
		Note(ctx, "role.grant", personID, nil, map[string]any{"role": g.Role, "organisation": g.Organisation})
	}
	return r.Error
}

// PeopleQuery asks for a page of people by name. After is the name and id of
// the row that the page begins after, or with Back ends before.
type PeopleQuery struct {
	Text         string // words of the name, the job title or the skills
	Organisation string
	Role         models.Role // only those who hold it, anywhere
	After        *NameCursor
	Limit        int
}

// People lists people by name; more tells whether there is a further page in
// the direction asked for.
func (s *Store) People(ctx context.Context, q PeopleQuery) (people []models.Person, more bool, err error) {
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		OrgName string
	}
	db := s.withOrganisation(s.DB(ctx))
	db = peopleMatching(db, q)
	if err := byName(db, "people.name", "people.id", q.After, q.Limit).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	rows, more = namePage(rows, q.After, q.Limit)
	for _, r := range rows {
		people = append(people, r.Row.toModel(r.OrgName))
	}
	return people, more, nil
}

// CountPeople counts the people of a query.
func (s *Store) CountPeople(ctx context.Context, q PeopleQuery) (int, error) {
	var n int64
	err := peopleMatching(s.DB(ctx).Table("people"), q).Count(&n).Error
	return int(n), err
}

func peopleMatching(db *gorm.DB, q PeopleQuery) *gorm.DB {
	db = db.Where("people.closed_at IS NULL")
	if q.Organisation != "" {
		db = db.Where("people.organisation = ?", q.Organisation)
	}
	if q.Role != "" {
		db = db.Where("people.id IN (SELECT person_id FROM grants WHERE role = ?)", q.Role)
	}
	words := strings.Fields(q.Text)
	if len(words) > 12 {
		words = words[:12]
	}
	for _, w := range words {
		like := "%" + likeEscaper.Replace(strings.ToLower(w)) + "%"
		// SQLite folds the letters of English alone, so a name such as Órla is
		// looked for as it was typed, too.
		typed := "%" + likeEscaper.Replace(w) + "%"
		db = db.Where(`(LOWER(people.name) LIKE ? ESCAPE '\' OR people.name LIKE ? ESCAPE '\' OR LOWER(people.job_title) LIKE ? ESCAPE '\'
			OR LOWER(people.skills) LIKE ? ESCAPE '\')`, like, typed, like, "%"+likeEscaper.Replace(inJSON(strings.ToLower(w)))+"%")
	}
	return db
}

// inJSON gives text as it stands inside a string of kept JSON, where a & or a "
// is written in another way.
func inJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil { // a string always can be
		return s
	}
	return string(b[1 : len(b)-1])
}

// HandlesOf gives the handles of people by their ids; those whose account is
// closed have none.
func (s *Store) HandlesOf(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []personRow
	if len(ids) == 0 {
		return nil, nil
	}
	if err := s.DB(ctx).Select("id", "handle").Where("id IN ? AND closed_at IS NULL", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Handle
	}
	return out, nil
}

// PeopleByHandles gives the ids of those of the handles that exist.
func (s *Store) PeopleByHandles(ctx context.Context, handles []string) (map[string]string, error) {
	return s.idsBy(ctx, "handle", handles)
}

// PeopleByEmails gives the ids of those of the e-mail addresses that exist.
func (s *Store) PeopleByEmails(ctx context.Context, emails []string) (map[string]string, error) {
	return s.idsBy(ctx, "email", emails)
}

func (s *Store) idsBy(ctx context.Context, column string, values []string) (map[string]string, error) {
	if len(values) == 0 {
		return nil, nil
	}
	var rows []struct{ ID, Value string }
	err := s.DB(ctx).Table("people").Select("id, "+column+" AS value").Where(column+" IN ? AND closed_at IS NULL", values).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Value] = r.ID
	}
	return out, nil
}

// FreeHandle gives a handle made of base that nobody has or had, also in an
// account that is closed.
func (s *Store) FreeHandle(ctx context.Context, base string) (string, error) {
	var taken []string
	err := s.DB(ctx).Raw(`SELECT handle FROM people WHERE handle = ? OR handle LIKE ?
		UNION SELECT handle FROM former_handles WHERE handle = ? OR handle LIKE ?`, base, base+"-%", base, base+"-%").Scan(&taken).Error
	if err != nil {
		return "", err
	}
	for {
		handle := firstFree(base, taken)
		retired, err := s.retired(ctx, handle)
		if err != nil || !retired {
			return handle, err
		}
		taken = append(taken, handle)
	}
}

// DemoPeople lists the invented people of the demonstration by name.
func (s *Store) DemoPeople(ctx context.Context) ([]models.Person, error) {
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		OrgName string
	}
	if err := s.withOrganisation(s.DB(ctx)).Where("people.demo = ?", true).Order("people.name, people.id").Limit(100).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]models.Person, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel(r.OrgName)
	}
	return out, nil
}
