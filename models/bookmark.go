package models

import "time"

// MaxBookmarks is how many case studies one person can keep for later.
const MaxBookmarks = 1000

// Bookmark is a case study that somebody keeps for later. Nobody else sees it.
type Bookmark struct {
	ID          string
	CaseStudyID string
	CreatedAt   time.Time
	Study       *Summary // nil where the person may not read it any more
	// Of one that is part of another now, where that is, and what it is called;
	// empty where it is not for everybody to read.
	IntoSlug, IntoTitle string
}

// OwnMarks are what a person has said of case studies with one press: their id
// where they voted, and by BookmarkMark where they keep one for later.
type OwnMarks map[string]bool

// bookmarkMark stands behind the id of a case study where what is meant is that
// it is kept for later.
const bookmarkMark = "+"

// BookmarkMark names in OwnMarks that a case study is kept for later.
func BookmarkMark(caseStudyID string) string { return caseStudyID + bookmarkMark }

// OfMark gives the id of the case study that a mark is on.
func OfMark(mark string) string {
	if n := len(mark) - len(bookmarkMark); n >= 0 && mark[n:] == bookmarkMark {
		return mark[:n]
	}
	return mark
}
