package models

import (
	"cmp"
	"slices"
	"time"
)

// NewFor is for how long something new is shown to the lead of an organisation as new.
const NewFor = 30 * 24 * time.Hour

// NewWith is a new case study, and what it names of what an organisation uses.
type NewWith struct {
	Summary
	Systems   []string // by slug
	Standards []string // by code
	Tags      []string // that are priorities of it
}

// MaxPriorities is how many priorities an organisation can have at most.
const MaxPriorities = 10

// CleanPriorities gives what matters to an organisation as it is kept: tags, each once. The
// error is Invalid, about the field "priorities".
func CleanPriorities(typed []string) (tags []string, err error) {
	var p problems
	for _, t := range typed {
		if t = CleanTag(t); t == "" || slices.Contains(tags, t) {
			continue
		}
		if p.checkTag("priorities", t); len(p) > 0 {
			break
		}
		tags = append(tags, t)
	}
	if len(tags) > MaxPriorities {
		p.add("priorities", "Name %d priorities at most: what matters most to you", MaxPriorities)
	}
	if err = p.err("The priorities were not saved."); err != nil {
		return nil, err
	}
	return tags, nil
}

// TaskCount counts the tasks of a workspace.
type TaskCount struct{ Total, Done, Overdue int }

// OverdueTask is a task of a workspace that should have been done by now, with the case
// study that the workspace is about.
type OverdueTask struct {
	ID, Words   string
	Due         string // YYYY-MM-DD
	PersonName  string // empty for nobody
	Slug, Title string
}

// ToThank is a case study with those who can be thanked for it.
type ToThank struct {
	ID, Slug, Title string
	Names           []string
}

// Waits gives for how many whole days an idea has waited.
func (w *WaitingIdea) Waits(now time.Time) int { return int(now.Sub(w.PublishedAt) / (24 * time.Hour)) }

// Overdue tells whether an idea has waited for longer than its organisation wants.
func (w *WaitingIdea) Overdue(now time.Time) bool {
	return w.Days > 0 && w.PublishedAt.Before(now.AddDate(0, 0, -w.Days))
}

// OverdueKind says what is overdue.
type OverdueKind string

// What can be overdue for an organisation.
const (
	OverdueTasks  OverdueKind = "task"     // of a workspace
	OverdueAnswer OverdueKind = "response" // to an idea
	OverdueNews   OverdueKind = "news"     // of an adoption
)

// Overdue is one thing that is overdue for an organisation.
type Overdue struct {
	Kind  OverdueKind
	Since time.Time // when it should have been done, answered or heard of
	// Of the three one is set, by the kind.
	Task     *OverdueTask
	Idea     *WaitingIdea
	Adoption *Adoption
}

// ID gives the id of what is overdue.
func (o *Overdue) ID() string {
	switch o.Kind {
	case OverdueTasks:
		return o.Task.ID
	case OverdueAnswer:
		return o.Idea.ID
	}
	return o.Adoption.ID
}

// Rank gives where what is overdue since the same moment stands, by its kind.
func (k OverdueKind) Rank() int { return slices.Index(OverdueKinds(), k) }

// OverdueKinds lists what can be overdue, in their order.
func OverdueKinds() []OverdueKind { return []OverdueKind{OverdueTasks, OverdueAnswer, OverdueNews} }

// TasksOverdueBy gives the last day by which a task should have been done that is overdue
// at a moment, and since when such a task is.
func TasksOverdueBy(at time.Time) (due string, since time.Time) {
	y, m, d := at.In(london()).Date()
	return time.Date(y, m, d-1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), time.Date(y, m, d, 0, 0, 0, 0, london())
}

// AllOverdue puts what is overdue into one list: what is most overdue first, then by its kind
// and id. Ideas that may still wait are left out.
func AllOverdue(tasks []OverdueTask, ideas []WaitingIdea, silent []Adoption, now time.Time) (list []Overdue) {
	for i := range tasks {
		if due, err := time.ParseInLocation(time.DateOnly, tasks[i].Due, london()); err == nil {
			list = append(list, Overdue{Kind: OverdueTasks, Since: due.AddDate(0, 0, 1), Task: &tasks[i]})
		}
	}
	for i := range ideas {
		if w := &ideas[i]; w.Overdue(now) {
			list = append(list, Overdue{Kind: OverdueAnswer, Since: w.PublishedAt.AddDate(0, 0, w.Days), Idea: w})
		}
	}
	for i := range silent {
		if a := &silent[i]; a.SilentSince != nil {
			list = append(list, Overdue{Kind: OverdueNews, Since: a.SilentSince.Add(AdoptionOverdueAfter), Adoption: a})
		}
	}
	slices.SortFunc(list, func(a, b Overdue) int {
		return cmp.Or(cmp.Compare(a.Since.UnixMicro(), b.Since.UnixMicro()), cmp.Compare(a.Kind.Rank(), b.Kind.Rank()), cmp.Compare(a.ID(), b.ID()))
	})
	return list
}
