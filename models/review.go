package models

import "time"

const (
	// ReviewMonths is how many months after somebody last changed or confirmed a case study
	// it is to be read again, where its authors name no day of their own.
	ReviewMonths = 12
	// ReviewSilence is for how long the authors may be silent before the leads of the
	// organisation are asked.
	ReviewSilence = 30 * 24 * time.Hour
)

// ReviewOverdue is the value of the facet of reviews: a case study that nobody has
// changed or confirmed since it was to be read again.
const ReviewOverdue = "overdue"

// ReviewFacets lists the values of the facet of reviews.
func ReviewFacets() []Choice {
	return []Choice{{ReviewOverdue, "Not reviewed when it was due", ""}}
}

// LastReviewed is when somebody last changed a case study, or said that it is still right.
func (cs *CaseStudy) LastReviewed() time.Time {
	if cs.ReviewedAt != nil && cs.ReviewedAt.After(cs.UpdatedAt) {
		return *cs.ReviewedAt
	}
	return cs.UpdatedAt
}

// ReviewDue is from when on a case study is to be read again: the end of the day that its
// authors named, unless that has passed when it was last looked at, or else a year after that.
func (cs *CaseStudy) ReviewDue() time.Time {
	last := cs.LastReviewed()
	if day, err := time.ParseInLocation(time.DateOnly, cs.ReviewBy, london()); err == nil {
		if end := day.AddDate(0, 0, 1); end.After(last) {
			return end.UTC()
		}
	}
	return last.AddDate(0, ReviewMonths, 0).UTC()
}

// ReadAgainBy is the last day on which a case study is not overdue, as a page names it.
func (cs *CaseStudy) ReadAgainBy() time.Time { return cs.ReviewDue().Add(-time.Second) }

// Stale tells whether a case study was to be read again and has not been. Ideas wait for
// answers and are not reviewed; a copy is reviewed where it comes from.
func (cs *CaseStudy) Stale(now time.Time) bool {
	return cs.Stage != StageIdea && cs.Copy == nil && !cs.ReviewDue().After(now)
}

// Stale is CaseStudy.Stale for what a list shows. What a job has not got to yet is not.
func (s *Summary) Stale(now time.Time) bool {
	return s.Stage != StageIdea && s.ReviewDue != nil && !s.ReviewDue.After(now)
}
