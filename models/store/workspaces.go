package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type workspaceRow struct {
	AdoptionID string
	StudyID    string
	Revision   int
	LastCycle  int
	Seen       int
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
}

func (workspaceRow) TableName() string { return "workspaces" }

type taskRow struct {
	ID         string
	AdoptionID string
	Position   int
	Words      string
	Step       string
	PersonID   *string
	Due        string
	DoneAt     *time.Time
	CreatedBy  string
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
	ChangedAt  time.Time
	Version    int
}

func (taskRow) TableName() string { return "workspace_tasks" }

type cycleRow struct {
	ID         string
	AdoptionID string
	Number     int
	Plan       string
	Prediction string
	Did        string
	Studied    string
	Act        models.CycleAct
	Next       string
	Started    string
	Ended      string
	CreatedBy  string
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
	ChangedAt  time.Time
	Version    int
}

func (cycleRow) TableName() string { return "workspace_cycles" }

func cycleRowOf(c *models.Cycle) cycleRow {
	return cycleRow{c.ID, c.AdoptionID, c.Number, c.Plan, c.Prediction, c.Did, c.Studied, c.Act, c.Next, c.Started, c.Ended, c.CreatedBy, c.CreatedAt, c.ChangedAt, c.Version}
}

type workLinkRow struct {
	ID         string
	AdoptionID string
	Title      string
	URL        string `gorm:"column:url"`
	AddedBy    string
	AddedAt    time.Time
}

func (workLinkRow) TableName() string { return "workspace_links" }

// Workspace gives what is in the workspace of an adoption; one that nobody has
// written in yet is empty. Its statements do not grow with what is in it.
func (s *Store) Workspace(ctx context.Context, adoptionID string) (models.Workspace, error) {
	w := models.Workspace{AdoptionID: adoptionID}
	var rows []workspaceRow
	if err := s.DB(ctx).Where("adoption_id = ?", adoptionID).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return w, err
	}
	w.StudyID, w.Revision, w.Seen = rows[0].StudyID, rows[0].Revision, rows[0].Seen
	var err error
	if w.People, err = s.workPeople(ctx, adoptionID); err != nil {
		return w, err
	}
	if w.Tasks, err = s.tasks(ctx, adoptionID); err != nil {
		return w, err
	}
	if w.StepsOut, err = s.stepsOut(ctx, adoptionID); err != nil {
		return w, err
	}
	var cycles []cycleRow
	if err := s.DB(ctx).Where("adoption_id = ?", adoptionID).Order("number").Find(&cycles).Error; err != nil {
		return w, err
	}
	for _, c := range cycles {
		w.Cycles = append(w.Cycles, models.Cycle{ID: c.ID, AdoptionID: c.AdoptionID, Number: c.Number, Plan: c.Plan, Prediction: c.Prediction, Did: c.Did, Studied: c.Studied, Act: c.Act, Next: c.Next,
			Started: c.Started, Ended: c.Ended, CreatedBy: c.CreatedBy, CreatedAt: c.CreatedAt, ChangedAt: c.ChangedAt, Version: c.Version})
	}
	var links []workLinkRow
	err = s.DB(ctx).Where("adoption_id = ?", adoptionID).Order("id").Find(&links).Error
	for _, l := range links {
		w.Links = append(w.Links, models.WorkLink{ID: l.ID, AdoptionID: l.AdoptionID, Title: l.Title, URL: l.URL, AddedBy: l.AddedBy})
	}
	if err == nil {
		w.Files, err = s.workFiles(ctx, adoptionID)
	}
	return w, err
}

func (s *Store) workPeople(ctx context.Context, adoptionID string) ([]models.WorkPerson, error) {
	var rows []struct {
		ID, Name, Handle, JobTitle, Organisation string
		AddedAt                                  time.Time
	}
	err := s.DB(ctx).Table("workspace_people").Select("people.id, people.name, people.handle, people.job_title, people.organisation, workspace_people.added_at").
		Joins("JOIN people ON people.id = workspace_people.person_id").Where("workspace_people.adoption_id = ?", adoptionID).Order("people.name, people.id").Find(&rows).Error
	var out []models.WorkPerson
	for _, r := range rows {
		out = append(out, models.WorkPerson{Person: models.Person{ID: r.ID, Name: r.Name, Handle: r.Handle, JobTitle: r.JobTitle, Organisation: r.Organisation}, AddedAt: r.AddedAt})
	}
	return out, err
}

func (s *Store) tasks(ctx context.Context, adoptionID string) ([]models.Task, error) {
	var rows []struct {
		Row          taskRow `gorm:"embedded"`
		Name, Handle string
	}
	err := s.DB(ctx).Table("workspace_tasks").Select("workspace_tasks.*, COALESCE(people.name, '') AS name, COALESCE(people.handle, '') AS handle").
		Joins("LEFT JOIN people ON people.id = workspace_tasks.person_id").Where("workspace_tasks.adoption_id = ?", adoptionID).Order("workspace_tasks.position, workspace_tasks.id").Find(&rows).Error
	var out []models.Task
	for _, r := range rows {
		t := models.Task{ID: r.Row.ID, AdoptionID: r.Row.AdoptionID, Position: r.Row.Position, Words: r.Row.Words, Step: r.Row.Step, PersonName: r.Name, Handle: r.Handle, Due: r.Row.Due, DoneAt: r.Row.DoneAt, CreatedBy: r.Row.CreatedBy, Version: r.Row.Version}
		if r.Row.PersonID != nil {
			t.PersonID = *r.Row.PersonID
		}
		out = append(out, t)
	}
	return out, err
}

// InWorkspace tells whether somebody was added to the workspace of an adoption.
func (s *Store) InWorkspace(ctx context.Context, adoptionID, personID string) (bool, error) {
	var n int64
	err := s.DB(ctx).Table("workspace_people").Where("adoption_id = ? AND person_id = ?", adoptionID, personID).Count(&n).Error
	return n > 0, err
}

// inWorkspace runs a change of the workspace of an adoption, which it holds until
// the transaction ends and makes where there is none yet. NotFound when the adoption
// is gone.
func (s *Store) inWorkspace(ctx context.Context, adoptionID, action string, after map[string]any, change func(ctx context.Context, row *workspaceRow) error) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var there []string
		if err := s.DB(ctx).Table("adoptions").Where("id = ? AND site = ''", adoptionID).Pluck("id", &there).Error; err != nil {
			return err
		}
		if len(there) == 0 {
			return models.ErrNoWorkspace
		}
		row := workspaceRow{AdoptionID: adoptionID, CreatedAt: s.Now()}
		if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
		if err := s.forUpdate(ctx).Take(&row, "adoption_id = ?", adoptionID).Error; err != nil {
			return err
		}
		Note(ctx, "workspace."+action, adoptionID, nil, after)
		return change(ctx, &row)
	})
}

// full tells that there are as many rows of a table as a workspace may have.
func (s *Store) full(ctx context.Context, table, adoptionID string, most int, full error) error {
	var n int64
	err := s.DB(ctx).Table(table).Where("adoption_id = ?", adoptionID).Count(&n).Error
	if err == nil && int(n) >= most {
		return full
	}
	return err
}

// What is said of a workspace that is full.
var (
	errManyTasks  = models.Errorf(models.Conflict, "This workspace has %d tasks, which is the most that one can have. Delete what is not needed any more.", models.MaxTasks)
	errManyCycles = models.Errorf(models.Conflict, "This workspace has %d cycles, which is the most that one can have. Delete what is not needed any more.", models.MaxCycles)
	errManyLinks  = models.Errorf(models.Conflict, "This workspace has %d links, which is the most that one can have. Remove what is not needed any more.", models.MaxWorkLinks)
	errManyPeople = models.Errorf(models.Conflict, "This workspace has %d people, which is the most that one can have. Remove somebody first.", models.MaxWorkPeople)
)

// PlanFrom adds tasks made from the steps of a revision of a case study, below those
// that are there; whoever does has looked at that revision. missing picks those of which there is none yet, as the workspace is
// by then; it gives how many were added.
func (s *Store) PlanFrom(ctx context.Context, adoptionID, by, studyID string, revision int, missing func(models.Workspace) []string) (added int, err error) {
	err = s.inWorkspace(ctx, adoptionID, "plan", map[string]any{"case_study": studyID, "revision": revision}, func(ctx context.Context, _ *workspaceRow) error {
		added = 0
		there, err := s.tasks(ctx, adoptionID)
		if err != nil {
			return err
		}
		out, err := s.stepsOut(ctx, adoptionID)
		if err != nil {
			return err
		}
		last, err := s.lastPosition(ctx, adoptionID)
		if err != nil {
			return err
		}
		now := s.Now()
		var rows []taskRow
		for i, step := range missing(models.Workspace{Tasks: there, StepsOut: out}) {
			if len(there)+len(rows) >= models.MaxTasks {
				break
			}
			rows = append(rows, taskRow{ID: s.NewID(), AdoptionID: adoptionID, Position: last + 1 + i, Words: step, Step: step, CreatedBy: by, CreatedAt: now, ChangedAt: now, Version: 1})
		}
		if len(rows) > 0 {
			if err := s.DB(ctx).CreateInBatches(rows, 50).Error; err != nil {
				return err
			}
		}
		added = len(rows)
		// From the first plan on, whoever has looked at no later revision sees what changed since.
		if err := s.exec(ctx, "UPDATE workspaces SET seen = CASE WHEN study_id = ? AND seen > 0 THEN seen ELSE ? END, study_id = ?, revision = ? WHERE adoption_id = ?", studyID, revision, studyID, revision, adoptionID); err != nil {
			return err
		}
		return s.seeRevision(ctx, adoptionID, by, studyID, revision)
	})
	return added, err
}

// Adopter is somebody who looks after an adoption or works on it.
type Adopter struct{ PersonID, Organisation string }

// AdoptersOf gives who looks after the adoptions of a case study that have not
// stopped, and the people of their workspaces, as long as their profile names the
// organisation or they lead it; who has been told of an event already is left out.
func (s *Store) AdoptersOf(ctx context.Context, caseStudyID, event string) ([]Adopter, error) {
	var list []Adopter
	err := s.DB(ctx).Raw(`SELECT who.person_id, who.organisation FROM (
			SELECT a.owner_id AS person_id, a.organisation FROM adoptions a WHERE a.case_study_id = @study AND a.site = '' AND a.hidden = '' AND a.status <> 'stopped' AND a.owner_id <> ''
			UNION SELECT w.person_id, a.organisation FROM adoptions a JOIN workspace_people w ON w.adoption_id = a.id
				WHERE a.case_study_id = @study AND a.site = '' AND a.hidden = '' AND a.status <> 'stopped') who
		JOIN people p ON p.id = who.person_id AND p.closed_at IS NULL
		WHERE (p.organisation = who.organisation OR EXISTS (SELECT 1 FROM grants g WHERE g.person_id = p.id AND g.role = @lead AND g.organisation = who.organisation)) AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.person_id = who.person_id AND n.event = @event) ORDER BY who.organisation, who.person_id`,
		map[string]any{"study": caseStudyID, "event": event, "lead": models.RoleLead}).Scan(&list).Error
	return list, err
}

func (s *Store) lastPosition(ctx context.Context, adoptionID string) (n int, err error) {
	err = s.DB(ctx).Raw("SELECT COALESCE(MAX(position), 0) FROM workspace_tasks WHERE adoption_id = ?", adoptionID).Scan(&n).Error
	return n, err
}

// AddTask adds a task below those that are there.
func (s *Store) AddTask(ctx context.Context, t *models.Task) error {
	return s.inWorkspace(ctx, t.AdoptionID, "task.add", map[string]any{"task": t.ID, "person": t.PersonID}, func(ctx context.Context, _ *workspaceRow) error {
		if err := s.full(ctx, "workspace_tasks", t.AdoptionID, models.MaxTasks, errManyTasks); err != nil {
			return err
		}
		last, err := s.lastPosition(ctx, t.AdoptionID)
		if err != nil {
			return err
		}
		t.Version = 1
		row := taskRow{ID: t.ID, AdoptionID: t.AdoptionID, Position: last + 1, Words: t.Words, PersonID: orNull(t.PersonID), Due: t.Due, DoneAt: t.DoneAt, CreatedBy: t.CreatedBy, CreatedAt: s.Now(), ChangedAt: s.Now(), Version: 1}
		return s.DB(ctx).Create(&row).Error
	})
}

var errWorkspaceChanged = models.E(models.Conflict, "Somebody else has changed this since you opened it. Read what it says now, and make your change from that.")

// SaveTask saves a task. t.Version is the one that was read: Conflict when there is
// another by now, or the task is gone.
func (s *Store) SaveTask(ctx context.Context, t *models.Task) error {
	return s.inWorkspace(ctx, t.AdoptionID, "task.change", map[string]any{"task": t.ID, "person": t.PersonID, "due": t.Due, "done": t.DoneAt != nil}, func(ctx context.Context, _ *workspaceRow) error {
		row := taskRow{Words: t.Words, PersonID: orNull(t.PersonID), Due: t.Due, DoneAt: t.DoneAt, ChangedAt: s.Now(), Version: t.Version + 1}
		done := s.DB(ctx).Model(&taskRow{}).Where("id = ? AND adoption_id = ? AND version = ?", t.ID, t.AdoptionID, t.Version).
			Select("words", "person_id", "due", "done_at", "changed_at", "version").Updates(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return errWorkspaceChanged
		}
		t.Version++
		return done.Error
	})
}

// SwapTasks has two tasks change places.
func (s *Store) SwapTasks(ctx context.Context, adoptionID, one, other string) error {
	return s.inWorkspace(ctx, adoptionID, "task.move", map[string]any{"task": one}, func(ctx context.Context, _ *workspaceRow) error {
		var rows []taskRow
		if err := s.DB(ctx).Where("adoption_id = ? AND id IN ?", adoptionID, []string{one, other}).Find(&rows).Error; err != nil || len(rows) != 2 {
			return err // what is gone stands nowhere
		}
		for i, r := range rows {
			if err := s.exec(ctx, "UPDATE workspace_tasks SET position = ? WHERE id = ?", rows[1-i].Position, r.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// TaskDone notes that a task is done, or is not.
func (s *Store) TaskDone(ctx context.Context, adoptionID, id string, done bool) error {
	return s.inWorkspace(ctx, adoptionID, "task.done", map[string]any{"task": id, "done": done}, func(ctx context.Context, _ *workspaceRow) error {
		if done {
			return s.exec(ctx, "UPDATE workspace_tasks SET done_at = COALESCE(done_at, ?), changed_at = ?, version = version + 1 WHERE id = ? AND adoption_id = ?", s.Now(), s.Now(), id, adoptionID)
		}
		return s.exec(ctx, "UPDATE workspace_tasks SET done_at = NULL, changed_at = ?, version = version + 1 WHERE id = ? AND adoption_id = ?", s.Now(), id, adoptionID)
	})
}

// removeWork deletes a row of a workspace; with a version, of that alone. NotFound when
// there is none, Conflict when there is another version.
func (s *Store) removeWork(ctx context.Context, adoptionID, action, id string, row any, version int) error {
	return s.inWorkspace(ctx, adoptionID, action, map[string]any{"id": id}, func(ctx context.Context, _ *workspaceRow) error {
		return s.deleteWork(ctx, adoptionID, id, row, version)
	})
}

// AddCycle begins a cycle, with the next number.
func (s *Store) AddCycle(ctx context.Context, c *models.Cycle) error {
	return s.inWorkspace(ctx, c.AdoptionID, "cycle.add", map[string]any{"cycle": c.ID}, func(ctx context.Context, row *workspaceRow) error {
		if err := s.full(ctx, "workspace_cycles", c.AdoptionID, models.MaxCycles, errManyCycles); err != nil {
			return err
		}
		c.Number, c.Version, c.CreatedAt = row.LastCycle+1, 1, s.Now()
		c.ChangedAt = c.CreatedAt
		if err := s.exec(ctx, "UPDATE workspaces SET last_cycle = ? WHERE adoption_id = ?", c.Number, c.AdoptionID); err != nil {
			return err
		}
		made := cycleRowOf(c)
		return s.DB(ctx).Create(&made).Error
	})
}

// SaveCycle saves a cycle. c.Version is the one that was read: Conflict when there is
// another by now, or the cycle is gone.
func (s *Store) SaveCycle(ctx context.Context, c *models.Cycle) error {
	return s.inWorkspace(ctx, c.AdoptionID, "cycle.change", map[string]any{"cycle": c.ID, "act": c.Act}, func(ctx context.Context, _ *workspaceRow) error {
		row := cycleRowOf(c)
		row.Version, row.ChangedAt = c.Version+1, s.Now()
		done := s.DB(ctx).Model(&cycleRow{}).Where("id = ? AND adoption_id = ? AND version = ?", c.ID, c.AdoptionID, c.Version).
			Select("plan", "prediction", "did", "studied", "act", "next", "started", "ended", "changed_at", "version").Updates(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return errWorkspaceChanged
		}
		c.Version++
		return done.Error
	})
}

// RemoveCycle deletes a cycle of a version, 0 for whichever there is. Its number is not
// given again. NotFound when it is gone, Conflict when there is another version by now.
func (s *Store) RemoveCycle(ctx context.Context, adoptionID, id string, version int) error {
	return s.removeWork(ctx, adoptionID, "cycle.remove", id, &cycleRow{}, version)
}

// AddWorkLink adds a link to a document.
func (s *Store) AddWorkLink(ctx context.Context, l *models.WorkLink) error {
	return s.inWorkspace(ctx, l.AdoptionID, "link.add", map[string]any{"link": l.ID}, func(ctx context.Context, _ *workspaceRow) error {
		if err := s.full(ctx, "workspace_links", l.AdoptionID, models.MaxWorkLinks, errManyLinks); err != nil {
			return err
		}
		return s.DB(ctx).Create(&workLinkRow{l.ID, l.AdoptionID, l.Title, l.URL, l.AddedBy, s.Now()}).Error
	})
}

// RemoveWorkLink deletes a link. NotFound when it is gone.
func (s *Store) RemoveWorkLink(ctx context.Context, adoptionID, id string) error {
	return s.removeWork(ctx, adoptionID, "link.remove", id, &workLinkRow{}, 0)
}

// AddWorkPerson adds somebody to a workspace; to add them again changes nothing.
func (s *Store) AddWorkPerson(ctx context.Context, adoptionID, personID, by string) error {
	return s.inWorkspace(ctx, adoptionID, "person.add", map[string]any{"person": personID}, func(ctx context.Context, _ *workspaceRow) error {
		there, err := s.InWorkspace(ctx, adoptionID, personID)
		if err != nil || there {
			return err
		}
		if err := s.full(ctx, "workspace_people", adoptionID, models.MaxWorkPeople, errManyPeople); err != nil {
			return err
		}
		return s.exec(ctx, "INSERT INTO workspace_people (adoption_id, person_id, added_by, added_at) VALUES (?, ?, ?, ?)", adoptionID, personID, by, s.Now())
	})
}

// RemoveWorkPerson takes somebody out of a workspace; what they had to do is
// nobody's then. NotFound when they are not in it.
func (s *Store) RemoveWorkPerson(ctx context.Context, adoptionID, personID string) error {
	return s.inWorkspace(ctx, adoptionID, "person.remove", map[string]any{"person": personID}, func(ctx context.Context, _ *workspaceRow) error {
		done := s.DB(ctx).Exec("DELETE FROM workspace_people WHERE adoption_id = ? AND person_id = ?", adoptionID, personID)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.NotFound, "That person is not in this workspace.")
		}
		if done.Error != nil {
			return done.Error
		}
		if err := s.exec(ctx, "DELETE FROM workspace_seen WHERE adoption_id = ? AND person_id = ?", adoptionID, personID); err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE workspace_tasks SET person_id = NULL, version = version + 1 WHERE adoption_id = ? AND person_id = ? AND done_at IS NULL AND person_id NOT IN (SELECT owner_id FROM adoptions WHERE id = ?)", adoptionID, personID, adoptionID)
	})
}

// leaveWorkspaces takes a person whose account is closed out of all workspaces: what
// they had to do is nobody's, and what they wrote stays with the organisation.
func (s *Store) leaveWorkspaces(ctx context.Context, personID string) error {
	for _, table := range []string{"workspace_people", "workspace_seen"} {
		if err := s.exec(ctx, "DELETE FROM "+table+" WHERE person_id = ?", personID); err != nil {
			return err
		}
	}
	return s.exec(ctx, "UPDATE workspace_tasks SET person_id = NULL, version = version + 1 WHERE person_id = ?", personID)
}
