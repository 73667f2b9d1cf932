package bundle

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"grassroots/models"
)

// Bounds of what stands in records.
const (
	maxNote    = 300
	maxSlugs   = 10_000
	maxVotes   = 1_000_000_000
	maxTerms   = 100 // aliases, successors
	maxTerm    = 200 // characters of what a list says
	maxMerged  = 1_000
	maxVersion = 1_000_000
	// Beside those that a case study may have, those that are to go with its
	// next revision.
	maxAttachments = 5 * models.MaxAttachments
)

var (
	slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	termForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,99}$`)
)

// tidy tells whether a text is one clean line of at most so many characters.
func tidy(s string, most int) bool {
	return models.CleanLine(s) == s && utf8.RuneCountInString(s) <= most
}

// allTidy is tidy for a list without repeats, of which none is empty.
func allTidy(list []string, most int) bool {
	for i, s := range list {
		if s == "" || !tidy(s, most) || slices.Contains(list[:i], s) {
			return false
		}
	}
	return len(list) <= maxTerms
}

// isTime tells whether a time is one that both databases keep.
func isTime(t *time.Time) bool {
	return !t.IsZero() && t.Year() > 0 && t.Year() <= 9999
}

func optionalTime(t *time.Time) bool { return t == nil || isTime(t) }

func (o Organisation) check() error {
	switch {
	case !models.ValidODSCode(o.Code):
		return wrong("The code is none that an organisation can have")
	case o.Name == "" || !tidy(o.Name, maxTerm):
		return wrong("The name of %s must be one line of %d characters or fewer", o.Code, maxTerm)
	case !tidy(o.Kind, maxTerm) || !tidy(o.Region, maxTerm) || !tidy(o.ICBCode, maxTerm) || !tidy(o.ICBName, maxTerm) || !tidy(o.Postcode, maxTerm):
		return wrong("What is said of %s must be lines of %d characters or fewer", o.Code, maxTerm)
	case !optionalTime(o.Opened) || !optionalTime(o.Closed):
		return wrong("The days of %s are none", o.Code)
	case !allTidy(o.Successors, maxTerm) || slices.ContainsFunc(o.Successors, func(s string) bool { return !models.ValidODSCode(s) }):
		return wrong("The successors of %s must be codes of organisations", o.Code)
	}
	return nil
}

func (s System) check() error {
	switch {
	case !termForm.MatchString(s.Slug):
		return wrong("The slug is none that a system can have")
	case s.Name == "" || !tidy(s.Name, models.MaxName) || !tidy(s.Supplier, maxTerm) || !tidy(s.Kind, maxTerm):
		return wrong("What is said of %s must be lines of %d characters or fewer", s.Slug, models.MaxName)
	case !allTidy(s.Aliases, models.MaxName) || !allTidy(s.Settings, models.MaxName):
		return wrong("The other names and the settings of %s must be %d lines at most, without repeats", s.Slug, maxTerms)
	case s.Successor != "" && !termForm.MatchString(s.Successor):
		return wrong("The successor of %s is none that a system can have", s.Slug)
	}
	return checkMerged(s.Slug, s.Merged)
}

func checkMerged(into string, list []Merged) error {
	if len(list) > maxMerged {
		return wrong("At most %d can have become %s", maxMerged, into)
	}
	for _, m := range list {
		if !termForm.MatchString(m.ID) || m.ID == into || m.Name == "" || !tidy(m.Name, maxTerm) {
			return wrong("What became %s must have an id and a name", into)
		}
	}
	return nil
}

func (s Standard) check() error {
	switch {
	case !termForm.MatchString(s.Code):
		return wrong("The code is none that a standard can have")
	case s.Name == "" || !tidy(s.Name, maxTerm) || !tidy(s.Publisher, maxTerm) || !tidy(s.Kind, maxTerm) || !tidy(s.Purpose, models.MaxSummary):
		return wrong("What is said of %s must be lines of %d characters or fewer", s.Code, maxTerm)
	case s.URL != "" && !models.ValidWebURL(s.URL):
		return wrong("The address of %s must be one of the web", s.Code)
	case !allTidy(s.Aliases, maxTerm):
		return wrong("The other names of %s must be %d lines at most, without repeats", s.Code, maxTerms)
	case s.Successor != "" && !termForm.MatchString(s.Successor):
		return wrong("The successor of %s is none that a standard can have", s.Code)
	}
	return checkMerged(s.Code, s.Merged)
}

func (p Person) check() error {
	switch {
	case !models.ValidID(p.ID):
		return wrong("The id of the person is no ULID")
	case p.Account != "" && (p.Account != ImporterAccount || p.Email != ""):
		return wrong("The account of the person is none that there is")
	case !models.ValidHandle(p.Handle):
		return wrong("The handle of the person must be 1 to 40 lower-case letters, digits and inner hyphens")
	case p.Name == "" || !tidy(p.Name, models.MaxName) || !tidy(p.Role, models.MaxName) || !tidy(p.StaffGroup, models.MaxName):
		return wrong("The name, role and staff group of the person must be lines of %d characters or fewer", models.MaxName)
	case p.Email != "" && (!models.ValidEmail(p.Email) || strings.ToLower(p.Email) != p.Email):
		return wrong("The e-mail address of the person is none, or is not in small letters")
	case p.Organisation != "" && !models.ValidODSCode(p.Organisation):
		return wrong("The organisation of the person must be an ODS code")
	case p.YearsExperience != nil && (*p.YearsExperience < 0 || *p.YearsExperience > models.MaxYears):
		return wrong("The years of experience must be a whole number from 0 to %d", models.MaxYears)
	case !isTime(&p.Created):
		return wrong("The time is missing")
	}
	return nil
}

func (r *Record) check() error {
	switch {
	case r.Status != models.Published && r.Status != models.Withdrawn:
		return wrong("The status must be published or withdrawn")
	case !slugForm.MatchString(r.Slug) || len(r.Slug) > maxTerm:
		return wrong("The slug is none that a case study can have")
	case len(r.FormerSlugs) > maxSlugs || slices.ContainsFunc(r.FormerSlugs, func(s string) bool { return !slugForm.MatchString(s) || len(s) > maxTerm }):
		return wrong("The former slugs are none that a case study can have")
	case r.Revision < 1 || r.Revision >= maxRevisions:
		return wrong("The number of revisions must be from 1 to %d", maxRevisions-1)
	case r.Votes < 0 || r.Votes > maxVotes:
		return wrong("The number of votes is none")
	case !isTime(&r.Created) || !isTime(&r.Updated) || !isTime(&r.Published) || !optionalTime(r.StatusChangedAt):
		return wrong("A time is missing")
	case r.CopyOf != nil && !r.CopyOf.whole():
		return wrong("What the case study is a copy of must have an origin and its page there, each an address that begins with https:// or http://, and a revision")
	case len(r.Attachments) > maxAttachments:
		return wrong("A case study can have %d files at most", maxAttachments)
	}
	for _, a := range r.Attachments {
		switch {
		case !models.ValidID(a.ID):
			return wrong("The id of an attachment is no ULID")
		case extension(a.ContentType) == "":
			return wrong("The attachment %s is of a type that is not taken", a.ID)
		case a.FileName == "" || !tidy(a.FileName, models.MaxName) || strings.ContainsAny(a.FileName, `/\`):
			return wrong("The name of the attachment %s is none for a file", a.ID)
		case !tidy(a.Alt, maxNote):
			return wrong("What the attachment %s shows must be said in %d characters or fewer", a.ID, maxNote)
		case !isTime(&a.Created):
			return wrong("The time of the attachment %s is missing", a.ID)
		}
	}
	return nil
}

// whole tells whether it says what the case study is a copy of.
func (c *CopyOf) whole() bool {
	address := func(s string) bool { return models.ValidWebURL(s) }
	return address(c.Origin) && !strings.HasSuffix(c.Origin, "/") && address(c.URL) && c.Revision >= 1
}

func (c *Comment) check() error {
	switch {
	case !models.ValidID(c.ID) || c.ReplyTo != "" && !models.ValidID(c.ReplyTo):
		return wrong("The id of the comment, or of what it answers, is no ULID")
	case c.Version < 1 || c.Version > maxVersion:
		return wrong("The version of the comment is none")
	case !isTime(&c.Created) || !optionalTime(c.Edited) || !optionalTime(c.Deleted):
		return wrong("A time of the comment is missing")
	case len(c.Mentions) > models.MaxMentions || !allTidy(c.Mentions, models.MaxName):
		return wrong("The comment mentions too many people, or one twice")
	case !slices.Contains(models.CommentKinds(), c.Kind):
		return wrong("The comment is of no kind that there is")
	}
	if c.Deleted != nil {
		if c.Body != "" || c.Author != "" || c.Official || len(c.Mentions) > 0 {
			return wrong("Of a deleted comment there can only be its place")
		}
		return nil
	}
	as := models.Comment{Body: c.Body, Kind: c.Kind}
	if c.Author == "" || as.Validate() != nil || as.Body != c.Body {
		return wrong("The comment must have an author and a text of %d characters or fewer, without control characters", models.MaxComment)
	}
	return nil
}
