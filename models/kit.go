package models

import "time"

// StageStep is a stage that a case study came to, and when that was said.
type StageStep struct {
	Stage Stage
	At    time.Time
}

// DaysToUse gives how many days an organisation took from its first interest to use:
// from when it said first that it is interested or plans, to the day since when it is in
// use, or on which it said so. Not ok where one of them is not known, as when it was
// written down only afterwards.
func (a *Adoption) DaysToUse() (days int, ok bool) {
	if len(a.Steps) == 0 || a.Steps[0].Status != AdoptionInterested && a.Steps[0].Status != AdoptionPlanning {
		return 0, false
	}
	from, use := InLondonDay(a.Steps[0].At), a.InUse
	if use == "" {
		for _, s := range a.Steps {
			if s.Status == AdoptionInUse {
				use = InLondonDay(s.At)
				break
			}
		}
	}
	days, ok = DaysBetween(from, use)
	return max(days, 0), ok && days >= 0
}

// DaysBetween counts the days of the calendar from one day to another, each YYYY-MM-DD;
// fewer than none where the other is before. Not ok where one is no day.
func DaysBetween(from, to string) (days int, ok bool) {
	begin, err := time.Parse(time.DateOnly, from)
	end, wrong := time.Parse(time.DateOnly, to)
	return int(end.Sub(begin).Hours() / 24), err == nil && wrong == nil
}
