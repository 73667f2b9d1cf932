package models

import "time"

// StudyMerge says that a case study was found to be of the same thing as
// another, and became part of it: votes, comments and addresses lead to the
// second. The text of the first is kept with its history.
type StudyMerge struct {
	FromID, FromSlug, FromTitle string
	IntoID, IntoSlug, IntoTitle string
	OwnerID, OwnerName          string // whose the first is; read with it, as are slugs and titles
	OwnerHandle                 string // empty once the account is closed
	MeasureID                   string // of the merge, which says the rest
	ByID                        string
	Words                       string // what the moderator says to the author
	At                          time.Time
}

// MergedError is what readers of a case study are told that was merged into
// another: where it is now.
type MergedError struct{ Merge StudyMerge }

// Error says where it is now.
func (e *MergedError) Error() string {
	return "This case study is part of another one now: “" + e.Merge.IntoTitle + "”, /case-studies/" + e.Merge.IntoSlug + "."
}

// Unwrap makes it answer as what is gone, where nobody can be led on.
func (e *MergedError) Unwrap() error { return E(Gone, e.Error()) }

// MayMerge tells why one case study cannot become part of another; nil when it
// can. What was said for some readers must not reach others, so both have to be
// for the same ones.
func MayMerge(from, into *CaseStudy) error {
	switch {
	case from.ID == into.ID:
		return InvalidField("into", "Choose another one: nothing can be merged into itself")
	case from.Copy != nil || into.Copy != nil:
		return InvalidField("into", "One of the two is a copy from elsewhere, which changes with what it is a copy of. Hide the copy here instead")
	case from.Status == Withdrawn:
		return InvalidField("into", "“"+from.Title+"” is withdrawn, so there is nothing to merge")
	case into.Status == Withdrawn:
		return InvalidField("into", "“"+into.Title+"” is withdrawn, so readers would find nothing there")
	case from.Visibility != into.Visibility, from.Visibility == ToOrganisation && from.Organisation != into.Organisation:
		return InvalidField("into", "The two are for different readers, and comments for some would be seen by others. Have their authors change who may read them first")
	}
	return nil
}
