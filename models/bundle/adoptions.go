package bundle

import (
	"reflect"
	"time"

	"grassroots/models"
)

// Adoption is what one organisation does with a case study.
type Adoption struct {
	ID           string                 `json:"id"`
	Organisation string                 `json:"organisation"`
	Status       models.AdoptionStatus  `json:"status"`
	Owner        string                 `json:"owner,omitempty"`
	Sites        string                 `json:"sites,omitempty"`
	Started      string                 `json:"started,omitempty"`
	InUse        string                 `json:"in_use,omitempty"`
	Stopped      string                 `json:"stopped,omitempty"`
	Baseline     string                 `json:"baseline,omitempty"`
	Result       string                 `json:"result,omitempty"`
	Cost         string                 `json:"cost,omitempty"`
	Adaptations  string                 `json:"adaptations,omitempty"`
	Needed       string                 `json:"needed,omitempty"`
	Reason       string                 `json:"reason,omitempty"`
	Figures      models.AdoptionFigures `json:"figures,omitzero"` // left out where there are none, so that programs which know of none read the bundle
	Demo         bool                   `json:"demo,omitempty"`
	Version      int                    `json:"version"`
	Created      time.Time              `json:"created"`
	Changed      time.Time              `json:"changed"`
	History      []AdoptionStep         `json:"history"`
}

// AdoptionStep is one status that an adoption had.
type AdoptionStep struct {
	Status models.AdoptionStatus `json:"status"`
	By     string                `json:"by,omitempty"`
	At     time.Time             `json:"at"`
}

// Model gives the adoption as the domain has it, with the people as they are
// called in the bundle.
func (a *Adoption) Model() models.Adoption {
	out := models.Adoption{ID: a.ID, Organisation: a.Organisation, Status: a.Status, OwnerID: a.Owner, Sites: a.Sites, Started: a.Started, InUse: a.InUse, Stopped: a.Stopped, Baseline: a.Baseline, Result: a.Result,
		Cost: a.Cost, Adaptations: a.Adaptations, Needed: a.Needed, Reason: a.Reason, Figures: a.Figures.Clone(), Demo: a.Demo, Version: a.Version, CreatedAt: a.Created, ChangedAt: a.Changed}
	for _, s := range a.History {
		out.Steps = append(out.Steps, models.AdoptionStep{Status: s.Status, PersonID: s.By, At: s.At})
	}
	return out
}

// AdoptionOf gives an adoption as a bundle has it.
func AdoptionOf(a models.Adoption) Adoption {
	out := Adoption{ID: a.ID, Organisation: a.Organisation, Status: a.Status, Owner: a.OwnerID, Sites: a.Sites, Started: a.Started, InUse: a.InUse, Stopped: a.Stopped, Baseline: a.Baseline, Result: a.Result,
		Cost: a.Cost, Adaptations: a.Adaptations, Needed: a.Needed, Reason: a.Reason, Figures: a.Figures.Clone(), Demo: a.Demo, Version: a.Version, Created: a.CreatedAt.UTC(), Changed: a.ChangedAt.UTC()}
	for _, s := range a.Steps {
		out.History = append(out.History, AdoptionStep{s.Status, s.PersonID, s.At.UTC()})
	}
	return out
}

func (a *Adoption) check() error {
	switch n := len(a.History); {
	case !models.ValidID(a.ID):
		return wrong("The id of the adoption is no ULID")
	case a.Version < 1 || a.Version > maxVersion:
		return wrong("The version of the adoption is none")
	case !isTime(&a.Created) || !isTime(&a.Changed):
		return wrong("A time of the adoption is missing")
	case n == 0 || n > models.MaxAdoptionSteps || a.History[n-1].Status != a.Status:
		return wrong("The history of the adoption must end with its status, after %d others at most", models.MaxAdoptionSteps-1)
	}
	for _, s := range a.History {
		if !s.Status.Valid() || !isTime(&s.At) {
			return wrong("The history of the adoption has a status that is none, or a time that is missing")
		}
	}
	// What the rules would make of it is what it has to be. They are held to the
	// day on which it was said, so that a bundle stays right.
	as := a.Model()
	if err := as.Validate(a.Changed); err != nil {
		return wrong("%s", models.Fields(err)[0].Message)
	}
	was, same := map[string]string{}, true
	before := a.Model()
	before.EachText(func(field string, text *string) { was[field] = *text })
	as.EachText(func(field string, text *string) { same = same && was[field] == *text })
	if !same || !reflect.DeepEqual(as.Figures, a.Figures) || as.Started != a.Started || as.InUse != a.InUse || as.Stopped != a.Stopped {
		return wrong("The texts and figures of the adoption must be without control characters and space around them, its days as its status asks, and a reason only where it has stopped")
	}
	return nil
}

// adoptions reads those of one case study.
func (c *check) adoptions(rec *Record) error {
	by := map[string]bool{}
	return lines(c.r, of(rec.ID, adoptionsFile), func(_ int, a Adoption) error {
		if err := a.check(); err != nil {
			return err
		}
		if !c.firstID(a.ID) {
			return wrong("The id %s is that of another comment, attachment or adoption", a.ID)
		}
		if by[a.Organisation] {
			return wrong("The organisation %s adopts the case study twice", a.Organisation)
		}
		by[a.Organisation] = true
		if a.Owner != "" {
			if err := c.known(a.Owner, "owner of the adoption"); err != nil {
				return err
			}
		}
		for _, s := range a.History {
			if s.By != "" {
				if err := c.known(s.By, "person who changed the adoption"); err != nil {
					return err
				}
			}
		}
		var texts []string
		as := a.Model()
		as.EachText(func(_ string, text *string) {
			if *text != "" {
				texts = append(texts, *text)
			}
		})
		if err := c.text(texts...); err != nil {
			return err
		}
		c.found.Adoptions++
		return c.visit(func(v Visitor) error { return v.Adoption(*rec, a) })
	})
}

// Adoption writes an adoption of the case study: all of them, one after the
// other, after its comments.
func (w *Writer) Adoption(id string, a Adoption) error {
	w.manifest.Adoptions++
	return w.line(of(id, adoptionsFile), a)
}

// AdoptionsProblem is an error about the adoptions of a case study.
func (r *Reader) AdoptionsProblem(id, message string) error {
	return r.archive.Problem(of(id, adoptionsFile), 1, "%s", message)
}
