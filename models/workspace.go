package models

import (
	"cmp"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Limits of a workspace.
const (
	MaxTasks        = 200
	MaxTask         = 300 // characters
	MaxCycles       = 50
	MaxCycleText    = 2000 // characters of each text
	MaxWorkPeople   = 30
	MaxWorkLinks    = 50
	MaxWorkLink     = 500 // characters of an address
	MaxWorkLinkText = 120 // characters of a title
	MaxWorkFiles    = 30
	MaxWorkFile     = 10 << 20 // bytes
)

// Workspace is where the people of an organisation work on an adoption of theirs:
// a plan of tasks, cycles of plan, do, study and act, and links. Nobody else reads
// it: see MayOpen.
type Workspace struct {
	AdoptionID string
	// StudyID and Revision are of the case study that the plan was made from last; no
	// revision while there is no such plan.
	StudyID  string
	Revision int
	// Seen is the revision from which those count who have looked at none yet; who has is
	// told of what changed since that.
	Seen     int
	People   []WorkPerson
	Tasks    []Task    // in their order
	StepsOut []StepOut // the first that was taken out first
	Cycles   []Cycle
	Links    []WorkLink
	Files    []WorkFile // the first that was added first
}

// WorkPerson is somebody who was added to a workspace.
type WorkPerson struct {
	Person  Person // name, handle, job title and organisation
	AddedAt time.Time
}

// Task is one thing to do.
type Task struct {
	ID         string
	AdoptionID string
	Position   int
	Words      string
	Step       string // of the case study, as it stood there; empty for one of their own
	PersonID   string // empty for nobody
	PersonName string // read with it
	Handle     string // read with it
	Due        string // YYYY-MM-DD in London; empty for no day
	DoneAt     *time.Time
	CreatedBy  string
	Version    int
}

// StepOut is a step of the case study of which somebody deleted the task.
type StepOut struct {
	ID        string
	Step      string
	RemovedAt time.Time
}

// StepKey gives a step as it is compared with others; empty for none.
func StepKey(step string) string { return strings.ToLower(strings.Trim(CleanLine(step), " .;,")) }

// CycleAct says what somebody does after a cycle.
type CycleAct string

// What there is to do after a cycle.
const (
	CycleAdopt   CycleAct = "adopt"
	CycleAdapt   CycleAct = "adapt"
	CycleAbandon CycleAct = "abandon"
)

// CycleActs lists what there is to do after a cycle.
func CycleActs() []CycleAct { return []CycleAct{CycleAdopt, CycleAdapt, CycleAbandon} }

// Label gives it as a person reads it.
func (a CycleAct) Label() string {
	switch a {
	case CycleAdopt:
		return "Adopt"
	case CycleAdapt:
		return "Adapt"
	case CycleAbandon:
		return "Abandon"
	}
	return "Not decided yet"
}

// Cycle is one round of plan, do, study and act.
type Cycle struct {
	ID         string
	AdoptionID string
	Number     int
	Plan       string
	Prediction string
	Did        string
	Studied    string // what happened, against the prediction
	Act        CycleAct
	Next       string // what follows from it
	Started    string // YYYY-MM-DD
	Ended      string
	CreatedBy  string
	CreatedAt  time.Time
	ChangedAt  time.Time
	Version    int
}

// WorkLink leads to a document elsewhere.
type WorkLink struct {
	ID, AdoptionID string
	Title, URL     string
	AddedBy        string
}

// WorkFile is a file that the people of a workspace keep there.
type WorkFile struct {
	ID, AdoptionID string
	FileName       string
	ContentType    string
	Size           int64 // bytes
	SHA256         string
	AddedBy        string
	AddedByName    string // read with it
	AddedAt        time.Time
}

// File gives a file of the workspace by its id; nil when it is not there.
func (w *Workspace) File(id string) *WorkFile {
	i := slices.IndexFunc(w.Files, func(f WorkFile) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return &w.Files[i]
}

// ErrNoWorkspace is what is said of a workspace to everybody who may not know of it.
var ErrNoWorkspace = E(NotFound, "That workspace could not be found.")

// InLondonDay gives the day that it is in London, YYYY-MM-DD.
func InLondonDay(t time.Time) string { return t.In(london()).Format(time.DateOnly) }

// MayRun tells whether a person says who else reads the workspace of an adoption:
// its owner, leads of its organisation and admins.
func (a *Adoption) MayRun(p *Person) bool {
	return p != nil && a.Site == "" && p.May(RunAdoption, a.Subject())
}

// Belongs tells whether somebody can be among the people of the workspace of an
// adoption: their profile names its organisation, or they lead it.
func (a *Adoption) Belongs(p *Person) bool {
	return p != nil && a.Organisation != "" && (p.Organisation == a.Organisation || p.Leads(a.Organisation))
}

// MayOpen tells whether a person reads and writes a workspace, which is of an
// adoption: who says who else does, and who was added, as long as they work there.
func (w *Workspace) MayOpen(a *Adoption, p *Person) bool {
	return a.MayRun(p) || a.Site == "" && a.Belongs(p) && w.Has(p.ID)
}

// Has tells whether somebody was added.
func (w *Workspace) Has(personID string) bool {
	return slices.ContainsFunc(w.People, func(wp WorkPerson) bool { return wp.Person.ID == personID })
}

// Doers lists to whom a task of an adoption can be given: its owner, and the people
// who were added and work there.
func (w *Workspace) Doers(a *Adoption) []Person {
	var out []Person
	if a.OwnerID != "" && a.Belongs(&a.Owner) {
		out = append(out, a.Owner)
	}
	for _, wp := range w.People {
		if wp.Person.ID != a.OwnerID && a.Belongs(&wp.Person) {
			out = append(out, wp.Person)
		}
	}
	return out
}

// Task gives a task by its id, nil when there is none.
func (w *Workspace) Task(id string) *Task {
	if i := slices.IndexFunc(w.Tasks, func(t Task) bool { return t.ID == id }); i >= 0 {
		return &w.Tasks[i]
	}
	return nil
}

// Cycle gives a cycle by its id, nil when there is none.
func (w *Workspace) Cycle(id string) *Cycle {
	if i := slices.IndexFunc(w.Cycles, func(c Cycle) bool { return c.ID == id }); i >= 0 {
		return &w.Cycles[i]
	}
	return nil
}

// Out gives a step that was taken out by its id, nil when there is none.
func (w *Workspace) Out(id string) *StepOut {
	if i := slices.IndexFunc(w.StepsOut, func(out StepOut) bool { return out.ID == id }); i >= 0 {
		return &w.StepsOut[i]
	}
	return nil
}

// Link gives a link by its id, nil when there is none.
func (w *Workspace) Link(id string) *WorkLink {
	if i := slices.IndexFunc(w.Links, func(l WorkLink) bool { return l.ID == id }); i >= 0 {
		return &w.Links[i]
	}
	return nil
}

// Overdue tells whether a task should have been done before today.
func (t *Task) Overdue(today string) bool { return t.DoneAt == nil && t.Due != "" && t.Due < today }

// Sorted gives the tasks as they are shown: those that are overdue, the longest
// first, those to do in their order, and those done, the last one first.
func (w *Workspace) Sorted(today string) (overdue, open, done []Task) {
	for _, t := range w.Tasks {
		switch {
		case t.DoneAt != nil:
			done = append(done, t)
		case t.Overdue(today):
			overdue = append(overdue, t)
		default:
			open = append(open, t)
		}
	}
	slices.SortStableFunc(overdue, func(a, b Task) int { return cmp.Compare(a.Due, b.Due) })
	slices.SortStableFunc(done, func(a, b Task) int { return b.DoneAt.Compare(*a.DoneAt) })
	return overdue, open, done
}

// Beside gives the task with which one changes places when it goes up or down: its
// neighbour among those to do that are not overdue. Empty where there is none.
func (w *Workspace) Beside(id string, up bool, today string) string {
	_, open, _ := w.Sorted(today)
	i := slices.IndexFunc(open, func(t Task) bool { return t.ID == id })
	switch {
	case i < 0, up && i == 0, !up && i == len(open)-1:
		return ""
	case up:
		return open[i-1].ID
	}
	return open[i+1].ID
}

// ChangedFrom tells whether the text or the connections of a case study are other than
// they were.
func (d *Document) ChangedFrom(was *Document) bool {
	return d.Body != was.Body || !reflect.DeepEqual(d.Connections, was.Connections)
}

// Of gives the task that was made of a step, or says the same; nil when there is none.
func (w *Workspace) Of(step string) *Task {
	key := StepKey(step)
	i := slices.IndexFunc(w.Tasks, func(t Task) bool { return StepKey(t.Step) == key || StepKey(t.Words) == key })
	if i < 0 {
		return nil
	}
	return &w.Tasks[i]
}

// Missing gives those of the steps of a case study from which no task is made yet and
// that nobody has taken out, each once.
func (w *Workspace) Missing(steps []string) (missing []string) {
	seen := map[string]bool{}
	for _, t := range w.Tasks {
		seen[StepKey(t.Step)], seen[StepKey(t.Words)] = true, true
	}
	for _, out := range w.StepsOut {
		seen[StepKey(out.Step)] = true
	}
	for _, s := range steps {
		if key := StepKey(s); key != "" && !seen[key] {
			seen[key] = true
			missing = append(missing, s)
		}
	}
	return missing
}

// Validate cleans and checks a task.
func (t *Task) Validate() error {
	var p problems
	t.Words, t.Due = CleanLine(t.Words), strings.TrimSpace(t.Due)
	switch n := runeLen(t.Words); {
	case n == 0:
		p.add("words", "Enter what there is to do")
	case n > MaxTask:
		p.add("words", "What there is to do must be %d characters or fewer; it has %d", MaxTask, n)
	}
	checkWorkDay(&p, "due", t.Due)
	return p.err("The task was not saved.")
}

func checkWorkDay(p *problems, field, day string) {
	if day == "" {
		return
	}
	if t, err := time.Parse(time.DateOnly, day); err != nil || t.Year() < 1948 || t.Year() > 2999 {
		p.add(field, "“%s” is no day. Enter it as 2026-01-31", Truncate(CleanLine(day), 40))
	}
}

// EachText gives every text that a person wrote to visit, by the name of its field.
func (c *Cycle) EachText(visit func(field string, text *string)) {
	visit("plan", &c.Plan)
	visit("prediction", &c.Prediction)
	visit("did", &c.Did)
	visit("studied", &c.Studied)
	visit("next", &c.Next)
}

// Validate cleans and checks a cycle.
func (c *Cycle) Validate() error {
	var p problems
	c.EachText(func(field string, text *string) {
		*text = strings.TrimSpace(CleanText(*text))
		if n := runeLen(*text); n > MaxCycleText {
			p.add(field, "This must be %d characters or fewer; it has %d", MaxCycleText, n)
		}
	})
	if c.Plan == "" {
		p.add("plan", "Say what you will try")
	}
	if c.Prediction == "" {
		p.add("prediction", "Say what you expect to happen, so that you can compare it with what does")
	}
	if c.Act != "" && !slices.Contains(CycleActs(), c.Act) {
		p.add("act", "Choose adopt, adapt or abandon, or leave it open")
	}
	if c.Act != "" && c.Studied == "" {
		p.add("studied", "Say what happened against the prediction before you decide")
	}
	c.Started, c.Ended = strings.TrimSpace(c.Started), strings.TrimSpace(c.Ended)
	checkWorkDay(&p, "started", c.Started)
	checkWorkDay(&p, "ended", c.Ended)
	if len(p) == 0 && c.Started != "" && c.Ended != "" && c.Ended < c.Started {
		p.add("ended", "The cycle must not end before it begins")
	}
	return p.err("The cycle was not saved.")
}

// Validate cleans and checks a link.
func (l *WorkLink) Validate() error {
	var p problems
	l.Title, l.URL = CleanLine(l.Title), CleanLine(l.URL)
	switch n := runeLen(l.Title); {
	case n == 0:
		p.add("title", "Enter what the document is")
	case n > MaxWorkLinkText:
		p.add("title", "The title must be %d characters or fewer; it has %d", MaxWorkLinkText, n)
	}
	u, err := url.Parse(l.URL)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil:
		p.add("url", "Enter the address of the document, which begins with https://")
	case runeLen(l.URL) > MaxWorkLink:
		p.add("url", "The address must be %d characters or fewer", MaxWorkLink)
	}
	return p.err("The link was not saved.")
}
