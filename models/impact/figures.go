package impact

import (
	"slices"
	"strings"
	"time"

	"grassroots/models"
)

// Third is how many organisations have adopted when something has begun to spread.
const Third = 3

// Study is a case study that everybody may read, as far as it is counted.
type Study struct {
	ID, Slug, Title                     string
	Organisation, OrgName, Region, Kind string
	PublishedAt                         time.Time
	Idea                                bool // it was posted as one
	Copy                                bool // of another instance
	Demo                                bool
	Licence                             string
	Benefits                            []models.Benefit
	Answered                            *time.Time // when somebody else first responded
}

// Step is one status that an adoption had.
type Step struct {
	Status models.AdoptionStatus
	At     time.Time
}

// Adoption is what one organisation says of a case study, as far as it is counted.
type Adoption struct {
	ID                                  string
	Study                               *Study
	Organisation, OrgName, Region, Kind string
	CreatedAt                           time.Time
	SilentSince                         *time.Time // since when they were asked how far they are and said nothing; nil for not
	Steps                               []Step
	Demo, HasBaseline, HasResult        bool
	Figures                             models.AdoptionFigures
}

// At gives the status that an adoption had before a moment; empty when it was not there.
func (a *Adoption) At(until time.Time) models.AdoptionStatus {
	var status models.AdoptionStatus
	for _, s := range a.Steps {
		if s.At.Before(until) {
			status = s.Status
		}
	}
	return status
}

// first gives when an adoption first had one of some statuses before a moment.
func (a *Adoption) first(until time.Time, is func(models.AdoptionStatus) bool) (time.Time, bool) {
	for _, s := range a.Steps {
		if s.At.Before(until) && is(s.Status) {
			return s.At, true
		}
	}
	return time.Time{}, false
}

// Facts is everything that is counted.
type Facts struct {
	Studies   []*Study
	Adoptions []*Adoption
}

// Demonstration tells whether there is nothing but invented content.
func (f *Facts) Demonstration() bool {
	return len(f.Studies) > 0 && !slices.ContainsFunc(f.Studies, func(s *Study) bool { return !s.Demo })
}

// Real leaves out the content of the demonstration, unless there is no other.
func (f *Facts) Real() {
	if f.Demonstration() {
		return
	}
	f.Studies = slices.DeleteFunc(f.Studies, func(s *Study) bool { return s.Demo })
	f.Adoptions = slices.DeleteFunc(f.Adoptions, func(a *Adoption) bool { return a.Demo || a.Study.Demo })
}

// Query says what is counted. Empty fields choose everything.
type Query struct {
	From, Until  time.Time // zero From: from the beginning; Until is never zero
	Region, Kind string
	Studies      map[string]bool // ids; nil: all
}

func (q *Query) in(t time.Time) bool { return !t.Before(q.From) && t.Before(q.Until) }

func (q *Query) takes(region, kind string) bool {
	return (q.Region == "" || q.Region == region) && (q.Kind == "" || q.Kind == kind)
}

// Month is what happened to adoptions in a month, or in a year where there are many.
type Month struct {
	From                     time.Time
	Recorded, Begun, Stopped int
}

// Figures is what is shown.
type Figures struct {
	Query     Query
	Posted    []*Study    // in the period
	Adoptions []*Adoption // recorded in the period
	ByStatus  map[models.AdoptionStatus]int
	Adopters  int // organisations with an adoption of any status
	Using     int // organisations that try or use something
	Stopped   int // organisations that stopped with something
	Silent    int // adoptions of which nothing was heard when it was asked how far they are
	Tried     int // case studies that an organisation tried, whatever became of it
	Third     Survival
	Answers   Survival
	Sums      map[Kind]*Sum
	Units     []Unit
	Benefits  []Benefit // the best known first
	Adopted   Adopted
	Results   int // tried adoptions that tell in words what came of it
	Baselines int // of these, those that tell how it was before too
	Yearly    bool
	Months    []Month
}

// Count counts. Of adoptions region and kind are those of who adopts, of case studies those
// of where they are from. Everything is as it stood at the end of the period.
func (f *Facts) Count(q Query, zone *time.Location) *Figures {
	out := &Figures{Query: q, ByStatus: map[models.AdoptionStatus]int{}}
	adopters, using, stopped, tried := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[*Study]bool{}
	for _, a := range f.Adoptions {
		status := a.At(q.Until)
		if status == "" || !q.in(a.CreatedAt) || !q.takes(a.Region, a.Kind) || q.Studies != nil && !q.Studies[a.Study.ID] {
			continue
		}
		out.Adoptions = append(out.Adoptions, a)
		out.ByStatus[status]++
		adopters[a.Organisation] = true
		switch {
		case status.Counts():
			using[a.Organisation] = true
		case status == models.AdoptionStopped:
			stopped[a.Organisation] = true
		}
		if a.SilentSince != nil && a.SilentSince.Before(q.Until) {
			out.Silent++
		}
		if status.Tried() {
			tried[a.Study] = true
			if a.HasResult {
				out.Results++
				if a.HasBaseline {
					out.Baselines++
				}
			}
		}
	}
	out.Adopters, out.Using, out.Stopped, out.Tried = len(adopters), len(using), len(stopped), len(tried)
	for _, s := range f.Studies {
		if !s.Copy && q.in(s.PublishedAt) && q.takes(s.Region, s.Kind) && (q.Studies == nil || q.Studies[s.ID]) {
			out.Posted = append(out.Posted, s)
		}
	}
	out.waits(f.Thirds(q.Until))
	out.benefits(out.Posted)
	out.adopted()
	out.months(zone)
	return out
}

// Thirds gives when the third organisation began to try or use a case study, of those where
// that was before a moment.
func (f *Facts) Thirds(until time.Time) map[*Study]time.Time {
	begun, out := map[*Study][]time.Time{}, map[*Study]time.Time{}
	for _, a := range f.Adoptions {
		if at, ok := a.first(until, models.AdoptionStatus.Counts); ok {
			begun[a.Study] = append(begun[a.Study], at)
		}
	}
	for s, times := range begun {
		if len(times) >= Third {
			slices.SortFunc(times, time.Time.Compare)
			out[s] = times[Third-1]
		}
	}
	return out
}

// waits works out how long it took until the third organisation began, and until ideas
// were answered.
func (f *Figures) waits(thirds map[*Study]time.Time) {
	var third, answers []Wait
	wait := func(s *Study, at *time.Time) Wait {
		if at != nil && at.Before(f.Query.Until) {
			return Wait{max(at.Sub(s.PublishedAt), 0), true}
		}
		return Wait{f.Query.Until.Sub(s.PublishedAt), false}
	}
	for _, s := range f.Posted {
		var at *time.Time
		if when, ok := thirds[s]; ok {
			at = &when
		}
		third = append(third, wait(s, at))
		if s.Idea {
			answers = append(answers, wait(s, s.Answered))
		}
	}
	f.Third, f.Answers = SurvivalOf(third), SurvivalOf(answers)
}

// mostMonths is up to how many months are shown one by one.
const mostMonths = 36

// months puts the adoptions of the figures into months by the clock of a zone, from the
// first of them to the end of the period.
func (f *Figures) months(zone *time.Location) {
	if len(f.Adoptions) == 0 {
		return
	}
	begin := func(t time.Time) time.Time {
		y, m, _ := t.In(zone).Date()
		if f.Yearly {
			m = time.January
		}
		return time.Date(y, m, 1, 0, 0, 0, 0, zone)
	}
	first := slices.MinFunc(f.Adoptions, func(a, b *Adoption) int { return a.CreatedAt.Compare(b.CreatedAt) }).CreatedAt
	last := f.Query.Until.Add(-time.Nanosecond)
	a, b := begin(first), begin(last)
	f.Yearly = (b.Year()-a.Year())*12+int(b.Month())-int(a.Month()) >= mostMonths
	for at := begin(first); !at.After(last); {
		f.Months = append(f.Months, Month{From: at})
		if f.Yearly {
			at = at.AddDate(1, 0, 0)
		} else {
			at = at.AddDate(0, 1, 0)
		}
	}
	put := func(t time.Time, n func(*Month) *int) {
		for i := range f.Months {
			if f.Months[i].From.Equal(begin(t)) {
				*n(&f.Months[i])++
			}
		}
	}
	for _, a := range f.Adoptions {
		put(a.CreatedAt, func(m *Month) *int { return &m.Recorded })
		if at, ok := a.first(f.Query.Until, models.AdoptionStatus.Counts); ok {
			put(at, func(m *Month) *int { return &m.Begun })
		}
		if a.At(f.Query.Until) == models.AdoptionStopped {
			at, _ := a.first(f.Query.Until, func(s models.AdoptionStatus) bool { return s == models.AdoptionStopped })
			put(at, func(m *Month) *int { return &m.Stopped })
		}
	}
}

// Day gives the beginning of a day YYYY-MM-DD by the clock of a zone. BadRequest when it is
// no such day.
func Day(name, day string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(day), zone)
	if err != nil || t.Year() < 1948 || t.Year() > 2200 {
		return t, models.Errorf(models.BadRequest, "“%s” must be a date, such as 2026-03-31.", name)
	}
	return t, nil
}
