package moderation

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
)

// thing is what a report is about, as readers see it.
type thing struct {
	kind   models.ThingKind
	id     string
	author string // id of whose it is
	study  *models.CaseStudy
	note   *models.Comment
	says   *models.Adoption
	person *models.Person
	list   *models.Collection
}

// item is the thing as something that may wait for moderators.
func (t thing) item(id string) models.Item {
	item := models.Item{ID: id, Kind: t.kind, SubjectID: t.id, AuthorID: t.author}
	if t.study != nil {
		item.CaseStudyID = t.study.ID
	}
	return item
}

// hidden tells whether a measure hides it.
func (t thing) hidden() bool {
	return t.kind == models.ThingStudy && t.study.Hidden != "" || t.note != nil && t.note.Hidden != "" || t.says != nil && t.says.Hidden != "" || t.list != nil && t.list.Hidden != ""
}

// copied tells whether it is a copy from another instance, whose author is not
// here.
func (t thing) copied() bool { return t.kind == models.ThingStudy && t.study.Copy != nil }

// url is where readers see it.
func (t thing) url() string {
	switch t.kind {
	case models.ThingComment:
		return "/comments/" + t.id
	case models.ThingAdoption:
		return web.AdoptionURL(t.study.Slug, t.says.Organisation)
	case models.ThingPerson:
		return "/people/" + t.person.Handle
	case models.ThingCollection:
		return "/collections/" + url.PathEscape(t.list.Slug)
	}
	return "/case-studies/" + t.study.Slug
}

// title names it, in the middle of a sentence.
func (t thing) title() string {
	switch t.kind {
	case models.ThingComment:
		return "a comment on “" + t.study.Title + "”"
	case models.ThingAdoption:
		return "what " + t.says.OrgName + " says of “" + t.study.Title + "”"
	case models.ThingPerson:
		return t.person.Name
	case models.ThingCollection:
		return "the collection “" + t.list.Title + "”"
	}
	return "“" + t.study.Title + "”"
}

// override says of what was let stand in a report where it was.
func (t thing) override(by string) models.Override {
	o := models.Override{PersonID: by, SubjectID: t.id, Subject: models.OverrideProfile}
	if t.study != nil {
		o.CaseStudyID, o.Subject = t.study.ID, models.OverrideStudy
	}
	switch t.kind {
	case models.ThingComment:
		o.Subject = models.OverrideComment
	case models.ThingAdoption:
		o.Subject = models.OverrideAdoption
	case models.ThingCollection:
		o.Subject = models.OverrideCollection
	}
	return o
}

// find gives a thing that a person may read, by its id, slug or handle.
func (f *Feature) find(ctx context.Context, p *models.Person, kind models.ThingKind, id string) (thing, error) {
	id = models.CleanLine(id) // it may come from a program, with what no database takes
	switch kind {
	case models.ThingStudy:
		cs, err := f.hooks.CaseStudy(ctx, p, id)
		return thing{kind: kind, id: cs.ID, author: cs.OwnerID, study: &cs}, err
	case models.ThingComment:
		c, cs, err := f.hooks.Comment(ctx, p, id)
		if err == nil && c.DeletedAt != nil {
			err = models.E(models.Gone, "This comment has been deleted. Its text is gone, and its place is kept for the answers to it.")
		}
		return thing{kind: kind, id: c.ID, author: c.AuthorID, study: &cs, note: &c}, err
	case models.ThingAdoption:
		a, cs, err := f.hooks.Adoption(ctx, p, id)
		author := a.SaidBy()
		if author == "" { // it came with a bundle, and those whose case study it is are here
			author = cs.OwnerID
		}
		return thing{kind: kind, id: a.ID, author: author, study: &cs, says: &a}, err
	case models.ThingCollection:
		c, err := f.hooks.Collection(ctx, p, id)
		return thing{kind: kind, id: c.ID, author: c.OwnerID, list: &c}, err
	case models.ThingPerson:
		read := f.store.PersonByHandle
		if models.ValidID(id) {
			read = f.store.PersonByID
		}
		person, err := read(ctx, id)
		if err == nil && person.ClosedAt != nil {
			err = models.E(models.Gone, "This account is closed. Its profile is gone, and what the person wrote stands without their name.")
		}
		return thing{kind: kind, id: person.ID, author: person.ID, person: &person}, err
	}
	return thing{}, models.E(models.NotFound, "Only a case study, a comment, an adoption, a collection or a person can be reported.")
}

// NewReport is a report on its way.
type NewReport struct {
	Kind   models.ThingKind
	Thing  string // id, slug or handle
	Reason models.ReportReason
	Words  string
}

// Report tells the moderators of a thing. A person has one open report of a
// thing: another one changes it, and created is false.
func (f *Feature) Report(ctx context.Context, p *models.Person, n NewReport) (r models.Report, about thing, created bool, err error) {
	if p == nil {
		return r, about, false, models.E(models.Unauthorised, "Sign in to report something. What you wrote is still here.")
	}
	if about, err = f.find(ctx, p, n.Kind, n.Thing); err != nil {
		return r, about, false, err
	}
	if about.author == p.ID {
		return r, about, false, errOwn(about)
	}
	if about.hidden() {
		return r, about, false, models.E(models.Conflict, "A moderator has hidden this already.")
	}
	r = models.Report{ID: f.store.NewID(), ReporterID: p.ID, Reason: n.Reason, Words: n.Words}
	if err := r.Validate(); err != nil {
		return r, about, false, err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "words", Value: r.Words}}, nil)
	if err != nil {
		return r, about, false, err
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.HoldPerson(ctx, p.ID); err != nil {
			return err
		}
		if created, err = f.store.AddReport(ctx, about.item(f.store.NewID()), &r); err != nil {
			return err
		}
		n, err := f.store.CountReportsSince(ctx, p.ID, f.store.Now().Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if n > models.MaxReportsADay {
			return &models.Error{Kind: models.TooMany, After: 24 * time.Hour, // by then there is room again
				Message: fmt.Sprintf("You have reported %d things within a day, which is the most that one person can. The moderators will look at those first.", models.MaxReportsADay)}
		}
		if n > models.NewcomerReports {
			isNew, err := f.site.IsNew(ctx, p)
			if err != nil {
				return err
			}
			if isNew {
				return models.ErrNewcomer("reported " + strconv.Itoa(n-1) + " things")
			}
		}
		return f.site.KeepOverrides(ctx, overrides, about.override(p.ID))
	})
	return r, about, created, err
}

// errOwn says what somebody can do who would report what is theirs.
func errOwn(t thing) error {
	what := map[models.ThingKind]string{models.ThingStudy: "This case study is your own: edit it, or withdraw it.", models.ThingComment: "This comment is your own: edit it, or delete it.",
		models.ThingAdoption:   "You look after this for your organisation: change what it says, or take it back.",
		models.ThingCollection: "This collection is your own: change it, or delete it.",
		models.ThingPerson:     "This is your own page: change your profile."}
	return models.E(models.Conflict, what[t.kind])
}
