package models

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// AdoptionStatus says how far an organisation is with what a case study
// describes.
type AdoptionStatus string

// How far an organisation can be.
const (
	AdoptionInterested AdoptionStatus = "interested"
	AdoptionPlanning   AdoptionStatus = "planning"
	AdoptionTrying     AdoptionStatus = "trying"
	AdoptionInUse      AdoptionStatus = "in-use"
	AdoptionStopped    AdoptionStatus = "stopped"
)

// AdoptionStatuses lists every status, in the order in which most go through
// them.
func AdoptionStatuses() []AdoptionStatus {
	return []AdoptionStatus{AdoptionInterested, AdoptionPlanning, AdoptionTrying, AdoptionInUse, AdoptionStopped}
}

// AdoptionsShown lists every status in the order in which adoptions are shown:
// those that others can learn most from first.
func AdoptionsShown() []AdoptionStatus {
	return []AdoptionStatus{AdoptionInUse, AdoptionTrying, AdoptionStopped, AdoptionPlanning, AdoptionInterested}
}

// Valid tells whether the status is one of the list.
func (s AdoptionStatus) Valid() bool { return slices.Contains(AdoptionStatuses(), s) }

// Counts tells whether an adoption of this status is counted beside its case
// study: the organisation tries it, or uses it. That somebody thinks of it, or
// has stopped, is shown and not counted.
func (s AdoptionStatus) Counts() bool { return s == AdoptionTrying || s == AdoptionInUse }

// Tried tells whether the organisation has begun with it, whatever became of it.
func (s AdoptionStatus) Tried() bool { return s.Counts() || s == AdoptionStopped }

// Label gives the status as a person reads it.
func (s AdoptionStatus) Label() string {
	switch s {
	case AdoptionInterested:
		return "Interested"
	case AdoptionPlanning:
		return "Planning"
	case AdoptionTrying:
		return "Trying it"
	case AdoptionInUse:
		return "In use"
	case AdoptionStopped:
		return "Stopped"
	}
	return string(s)
}

// Limits of an adoption.
const (
	MaxAdoptionText  = 2000 // characters of each text
	MaxAdoptionSites = 500  // characters
	AdoptionsOnStudy = 5    // on the page of a case study; the rest is on a page of their own
	AdoptionsAPage   = 20
	MaxAdoptionSteps = 200 // changes of status of one adoption
)

// Adoption is the record that one organisation tries or uses what a case study,
// most often of another organisation, describes. There is one a case study and
// organisation.
type Adoption struct {
	ID           string
	CaseStudyID  string
	Organisation string // ODS code
	OrgName      string // read with it
	Site         string // address of the instance that it was recorded on; empty: this one
	URL          string // of its page there; empty for one of this instance
	Status       AdoptionStatus
	OwnerID      string // who looks after it; empty for nobody
	Owner        Person // read with it: name, handle, job title and organisation; no handle once the account is closed
	Sites        string // wards, clinics or practices, in the words of the organisation
	Started      string // YYYY-MM-DD on which they began to try it; empty when not said
	InUse        string // YYYY-MM-DD since when it is ordinary work
	Stopped      string // YYYY-MM-DD
	Baseline     string // how it was before
	Result       string
	Cost         string
	Adaptations  string // what they changed
	Needed       string // what they had to have for it
	Reason       string // why they stopped
	Figures      AdoptionFigures
	Demo         bool   // invented for the demonstration
	Hidden       string // id of the measure by which nobody reads it but those who may know; empty for none
	Version      int
	CreatedAt    time.Time
	ChangedAt    time.Time
	SilentSince  *time.Time     // since when whoever looks after it was asked how far they are, and said nothing; nil for not
	Steps        []AdoptionStep // every status that it had, in order; read with one alone

	// Read with a list over several case studies.
	Slug, Title, StudyOrganisation string
}

// AdoptionStep is one status that an adoption had.
type AdoptionStep struct {
	Status   AdoptionStatus
	PersonID string // who said so; empty when that is not known here
	At       time.Time
}

// Since gives the day from which the status holds, YYYY-MM-DD; empty when nobody
// has said.
func (a *Adoption) Since() string {
	switch a.Status {
	case AdoptionTrying:
		return a.Started
	case AdoptionInUse:
		return a.InUse
	case AdoptionStopped:
		return a.Stopped
	}
	return a.ChangedAt.UTC().Format(time.DateOnly)
}

// EachText gives every text that a person wrote to visit, by the name of its
// field, with where it stands: first what is said in words, then what stands
// beside figures.
func (a *Adoption) EachText(visit func(field string, text *string)) {
	a.eachWord(visit)
	a.Figures.eachText(visit)
}

func (a *Adoption) eachWord(visit func(field string, text *string)) {
	for _, t := range []struct {
		field string
		text  *string
	}{{"sites", &a.Sites}, {"baseline", &a.Baseline}, {"result", &a.Result}, {"cost", &a.Cost}, {"adaptations", &a.Adaptations}, {"needed", &a.Needed}, {"reason", &a.Reason}} {
		visit(t.field, t.text)
	}
}

// HasText tells whether there is anything in words or figures.
func (a *Adoption) HasText() bool {
	found := false
	a.EachText(func(_ string, text *string) { found = found || *text != "" })
	return found || !a.Figures.Empty()
}

// adoptionFields are how messages call the fields.
var adoptionFields = map[string]string{"sites": "Where", "baseline": "How it was before", "result": "What came of it", "cost": "What it cost", "adaptations": "What you changed",
	"needed": "What you needed", "reason": "Why you stopped"}

// AdoptionFieldName gives the name of the field of a text, as people read it.
func AdoptionFieldName(field string) string { return cmp.Or(adoptionFields[field], "Beside figures") }

// Validate cleans and checks what an organisation says. Days that follow from
// the status are filled in with today's where they were left out, and what only
// belongs to a stop is taken out of what has not stopped.
func (a *Adoption) Validate(now time.Time) error {
	var p problems
	if !ValidODSCode(a.Organisation) {
		p.add("organisation", "Give the ODS code of the organisation, such as RR8")
	}
	if !a.Status.Valid() {
		p.add("status", "Choose how far your organisation is: interested, planning, trying, in-use or stopped")
	}
	a.eachWord(func(field string, text *string) {
		*text = strings.TrimSpace(CleanText(*text))
		most := MaxAdoptionText
		if field == "sites" {
			most = MaxAdoptionSites
		}
		if n := runeLen(*text); n > most {
			p.add(field, "“%s” must be %d characters or fewer; it has %d", adoptionFields[field], most, n)
		}
	})
	a.checkDays(&p, now)
	a.Figures.validate(&p, now)
	if a.Status != AdoptionStopped {
		a.Reason, a.Stopped = "", ""
	} else if a.Reason == "" {
		p.add("reason", "Say why you stopped: that helps others as much as a success")
	}
	return p.err("The adoption was not saved.")
}

func (a *Adoption) checkDays(p *problems, now time.Time) {
	// Tomorrow is today for somebody, and clocks differ.
	latest := now.UTC().Add(24 * time.Hour).Format(time.DateOnly)
	days := []struct {
		field, name string
		day         *string
	}{{"started", "The day on which you began", &a.Started}, {"in_use", "The day from which it is in use", &a.InUse}, {"stopped", "The day on which you stopped", &a.Stopped}}
	last, lastName := "", ""
	for _, d := range days {
		*d.day = strings.TrimSpace(*d.day)
		if *d.day == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, *d.day)
		switch {
		case err != nil || t.Year() < 1948:
			p.add(d.field, "%s must be a date, such as 2026-03-31", d.name)
		case *d.day > latest:
			p.add(d.field, "%s must not be in the future", d.name)
		case *d.day < last:
			p.add(d.field, "%s must not be before %s", d.name, strings.ToLower(lastName[:1])+lastName[1:])
		default:
			last, lastName = *d.day, d.name
		}
	}
	today := now.UTC().Format(time.DateOnly)
	fill := func(day *string) {
		if *day == "" && today >= last {
			*day = today
		}
	}
	switch a.Status {
	case AdoptionTrying:
		fill(&a.Started)
	case AdoptionInUse:
		fill(&a.InUse)
	case AdoptionStopped:
		fill(&a.Stopped)
	}
}

// Subject gives an adoption as a subject of rights: of the organisation that
// adopts. Its owner has no right over it once their profile names another
// organisation.
func (a *Adoption) Subject() Subject {
	s := Subject{Organisation: a.Organisation}
	if a.OwnerID != "" && a.Owner.Organisation == a.Organisation {
		s.AuthorID = a.OwnerID
	}
	return s
}

// MayRemove tells whether a person may take an adoption away altogether. What
// was tried stays on record: for whoever speaks for the organisation it ends by
// being stopped, with the reason. What is hidden stays until that is decided.
func (a *Adoption) MayRemove(p *Person) bool {
	return a.Site == "" && a.Hidden == "" && !a.Status.Tried() && p.May(RunAdoption, a.Subject())
}

// MayReveal tells whether a person reads what is hidden: who looks after it or
// may change it, and moderators.
func (a *Adoption) MayReveal(p *Person) bool {
	return a.Hidden == "" || p != nil && a.OwnerID == p.ID || p.May(RunAdoption, a.Subject()) || p.May(Moderate, Subject{})
}

// SaidBy gives who has to answer for an adoption: whoever looks after it, or
// else who said last how far it is; empty when neither is known here.
func (a *Adoption) SaidBy() string {
	if a.OwnerID != "" || len(a.Steps) == 0 {
		return a.OwnerID
	}
	return a.Steps[len(a.Steps)-1].PersonID
}

// ErrNoSuchAdoption is what is said of an adoption that is not there, or that
// the person who asks may not know of.
var ErrNoSuchAdoption = E(NotFound, "That organisation has not said that it adopts this case study.")

// ErrAdoptionHidden is what somebody is told who would take back, or say anew,
// what a moderator has hidden.
var ErrAdoptionHidden = E(Conflict, "A moderator has hidden what this organisation says of the case study, or has still to look at it, so it stays until that is decided. You can change it. Why, and how to appeal, is on your page of what moderators did: /me/moderation")

// AdoptionCount counts the adoptions of one status.
type AdoptionCount struct {
	Status AdoptionStatus
	Count  int
}
