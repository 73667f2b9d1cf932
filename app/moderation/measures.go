package moderation

import (
	"context"
	"time"

	"grassroots/app/mail"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// NewMeasure is a measure on its way.
type NewMeasure struct {
	Action models.MeasureAction
	Kind   models.ThingKind
	Thing  string // id, slug or handle
	Reason models.ReportReason
	Words  string     // that the author reads
	Until  *time.Time // when a suspension ends; nil: not by itself
	Item   string     // id of the item of the queue that it closes; empty for none
	Answer string     // to those who reported it; may be empty
}

// moderator tells why a person may not moderate.
func moderator(p *models.Person) error {
	switch {
	case p == nil:
		return models.E(models.Unauthorised, "Sign in first. What you were doing will be there when you come back.")
	case !p.May(models.Moderate, models.Subject{}):
		return models.E(models.Forbidden, "Only moderators can do this.")
	}
	return nil
}

// judged gives a thing that a moderator may do something about.
func (f *Feature) judged(ctx context.Context, p *models.Person, kind models.ThingKind, id string) (thing, error) {
	if err := moderator(p); err != nil {
		return thing{}, err
	}
	about, err := f.find(ctx, p, kind, id)
	if err != nil {
		return thing{}, err
	}
	return about, f.site.MayJudge(ctx, p, about.kind, about.id, about.author)
}

// prepare checks a measure before it is taken, as far as that can be done
// without taking it.
func (f *Feature) prepare(ctx context.Context, p *models.Person, about thing, n NewMeasure) (models.Measure, string, []models.Override, error) {
	ctx = unasked(ctx)
	m := models.Measure{ID: f.store.NewID(), Action: n.Action, Kind: about.kind, SubjectID: about.id, AuthorID: about.author, ModeratorID: p.ID, Reason: n.Reason, Words: n.Words, ItemID: n.Item, Until: n.Until}
	if about.study != nil {
		m.CaseStudyID, m.Title, m.Slug = about.study.ID, about.study.Title, about.study.Slug
	}
	if about.list != nil {
		m.Title, m.Slug = about.list.Title, about.list.Slug
	}
	if err := m.Validate(f.store.Now()); err != nil {
		return m, "", nil, err
	}
	if m.Action == models.MeasureSuspend && !maySuspend(p, about.person) {
		return m, "", nil, errModerators
	}
	answer, said := models.CleanText(n.Answer), []models.Override(nil)
	if answer != "" {
		var err error
		if answer, said, err = f.answer(ctx, "answer", answer); err != nil {
			return m, answer, nil, err
		}
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "words", Value: m.Words}}, nil)
	return m, answer, append(overrides, said...), err
}

// errModerators is what a moderator is told who would suspend another.
var errModerators = models.E(models.Forbidden, "Only an admin suspends moderators and admins, and lets them write again.")

// maySuspend tells whether a person may suspend another one, and end that.
func maySuspend(p, other *models.Person) bool {
	return p.Has(models.RoleAdmin) || !other.Has(models.RoleModerator) && !other.Has(models.RoleAdmin)
}

// Act takes a measure, answers those who had reported the thing and writes to
// its author.
func (f *Feature) Act(ctx context.Context, p *models.Person, n NewMeasure) (models.Measure, error) {
	about, err := f.judged(ctx, p, n.Kind, n.Thing)
	if err != nil {
		return models.Measure{}, err
	}
	m, answer, overrides, err := f.prepare(ctx, p, about, n)
	if err != nil {
		return m, err
	}
	waits := false
	write := func(ctx context.Context) error {
		if waits, err = f.endWait(ctx, p, m); err != nil {
			return err
		}
		if err := f.store.TakeMeasure(ctx, &m); err != nil {
			return err
		}
		if err := f.keepAnswer(ctx, p, m.ID, overrides); err != nil {
			return err
		}
		if m.ItemID != "" {
			if err := f.closeFor(ctx, p, about, m, answer); err != nil {
				return err
			}
		}
		if !waits { // else nobody has heard of it
			if err := f.tellHidden(ctx, about); err != nil {
				return err
			}
		}
		return f.writeTo(ctx, m, measureMail)
	}
	if m.Action == models.MeasureHide && about.kind == models.ThingStudy {
		return m, f.hooks.Move(ctx, *about.study, models.Withdrawn, write)
	}
	err = f.store.Tx(ctx, write)
	switch about.kind {
	case models.ThingPerson:
		f.site.PeopleChanged()
	case models.ThingCollection:
		f.site.Changed()
	}
	return m, err
}

// tellHidden tells other systems that a comment or an adoption is hidden.
func (f *Feature) tellHidden(ctx context.Context, about thing) error {
	switch about.kind {
	case models.ThingComment:
		return f.hooks.Tell(ctx, *about.note, *about.study, false)
	case models.ThingAdoption:
		return f.hooks.TellAdoption(ctx, *about.says, *about.study, false)
	}
	return nil
}

// closeFor closes the item that a measure came from, which has to be about the
// same thing, or where somebody is warned or suspended about something of theirs.
func (f *Feature) closeFor(ctx context.Context, p *models.Person, about thing, m models.Measure, answer string) error {
	item, err := f.item(ctx, p, m.ItemID)
	if err != nil {
		return err
	}
	if item.Cause == models.CauseFirst { // it ends when it is shown, or hidden for a reason
		return nil
	}
	same := item.Kind == about.kind && item.SubjectID == about.id
	if !same && !(about.kind == models.ThingPerson && item.AuthorID == about.id) {
		return models.E(models.BadRequest, "That report is about something else. Open it from the queue.")
	}
	return f.store.CloseItem(ctx, item.ID, p.ID, m.Action.Outcome(), answer)
}

// Lift takes a measure back, with words for whose thing it is about.
func (f *Feature) Lift(ctx context.Context, p *models.Person, id, words string) (models.Measure, error) {
	m, err := f.measure(ctx, p, id)
	if err != nil {
		return m, err
	}
	words, overrides, err := f.answer(unasked(ctx), "words", words)
	if err != nil {
		return m, err
	}
	return m, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.lifted(ctx, &m, p, words, nil); err != nil {
			return err
		}
		return f.keepAnswer(ctx, p, m.ID, overrides)
	})
}

// Merged writes to the authors of a case study that it was merged into another,
// in the transaction in which that was done.
func (f *Feature) Merged(ctx context.Context, merge models.StudyMerge) error {
	m, err := f.store.MergeMeasure(ctx, merge.FromID)
	if err != nil {
		return err
	}
	return f.writeTo(ctx, m, measureMail)
}

// Unmerge takes the merge of a case study back as the measure that it is.
func (f *Feature) Unmerge(ctx context.Context, p *models.Person, caseStudyID string) error {
	m, err := f.store.MergeMeasure(ctx, caseStudyID)
	if models.KindOf(err) == models.NotFound {
		return models.E(models.NotFound, "That case study is not part of another one.")
	}
	if err != nil {
		return err
	}
	return f.lifted(ctx, &m, p, "Your case study is there by itself again, with its votes and comments.", nil)
}

// measure gives a measure that a moderator may take back.
func (f *Feature) measure(ctx context.Context, p *models.Person, id string) (models.Measure, error) {
	if err := moderator(p); err != nil {
		return models.Measure{}, err
	}
	if !models.ValidID(id) {
		return models.Measure{}, models.E(models.NotFound, "That measure could not be found.")
	}
	m, err := f.store.Measure(ctx, id)
	if err != nil {
		return m, err
	}
	if m.Action == models.MeasureSuspend {
		other, err := f.store.PersonByID(ctx, m.SubjectID)
		if err != nil {
			return m, err
		}
		if other.ID != p.ID && !maySuspend(p, &other) {
			return m, errModerators
		}
	}
	return m, f.site.MayJudge(ctx, p, m.Kind, m.SubjectID, m.AuthorID)
}

// lifted does what Lift says, after what comes before it in its transaction.
func (f *Feature) lifted(ctx context.Context, m *models.Measure, p *models.Person, words string, before func(context.Context) error) error {
	write := func(ctx context.Context) error {
		if before != nil {
			if err := before(ctx); err != nil {
				return err
			}
		}
		if err := f.store.LiftMeasure(ctx, m.ID, p.ID, words); err != nil {
			return err
		}
		if m.Waits() {
			if err := f.store.EndWait(ctx, m.ID, p.ID, models.OutcomeShown); err != nil {
				return err
			}
		}
		now := f.store.Now()
		m.LiftedAt, m.LiftedBy, m.LiftWords = &now, p.ID, words
		if m.AppealedAt != nil && m.DecidedAt == nil {
			m.Decision, m.DecidedAt, m.Decided = models.OutcomeLifted, &now, words
		}
		return f.writeTo(ctx, *m, liftMail)
	}
	if m.Kind == models.ThingCollection {
		defer f.site.Changed()
		return f.store.Tx(ctx, write)
	}
	if m.Action != models.MeasureHide && m.Action != models.MeasureMerge {
		defer f.site.PeopleChanged()
		return f.store.Tx(ctx, write)
	}
	cs, err := f.store.CaseStudy(ctx, m.CaseStudyID)
	if err != nil {
		return err
	}
	switch {
	case m.Action == models.MeasureMerge:
		return f.hooks.Move(ctx, cs, models.Published, write)
	case m.Kind == models.ThingStudy:
		return f.showAgain(ctx, cs, write)
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := write(ctx); err != nil {
			return err
		}
		if m.Kind == models.ThingAdoption {
			a, err := f.store.AdoptionByID(ctx, m.SubjectID)
			if err != nil {
				return err
			}
			return f.hooks.TellAdoption(ctx, a, cs, true)
		}
		c, err := f.store.Comment(ctx, m.SubjectID)
		if err != nil || c.DeletedAt != nil {
			return err
		}
		return f.hooks.Tell(ctx, c, cs, true)
	})
}

// showAgain shows a case study again, unless it was withdrawn before it was
// hidden, or of a copy is where it is from: then it stays so.
func (f *Feature) showAgain(ctx context.Context, cs models.CaseStudy, write func(context.Context) error) error {
	if cs.Copy != nil {
		return f.hooks.Move(ctx, cs, cs.Copy.Shown(), write)
	}
	withdrawn, err := f.store.WasWithdrawn(ctx, cs.Hidden)
	if err != nil {
		return err
	}
	status := models.Published
	if withdrawn {
		status = models.Withdrawn
	}
	return f.hooks.Move(ctx, cs, status, write)
}

// writeTo sends whose thing a measure is about an e-mail.
func (f *Feature) writeTo(ctx context.Context, m models.Measure, compose func(*Feature, models.Measure) mail.Message) error {
	people, err := f.store.OwnersOf(ctx, m)
	if err != nil {
		return err
	}
	for _, p := range people {
		message := compose(f, m)
		message.To = p.Email
		if err := f.mail.Send(ctx, message); err != nil {
			return err
		}
	}
	return nil
}

func measureMail(f *Feature, m models.Measure) mail.Message {
	until := ""
	if m.Until != nil {
		until = " It lasts until " + templates.FormatDateTime(*m.Until) + "; you can read meanwhile, but not write."
	}
	return mail.Message{Subject: m.WhatYours() + " on " + f.site.Host(),
		Text: m.WhatYours() + " by a moderator" + inTitle(m) + "." + until + "\n\nThe reason: " + m.Reason.Label() + ".\n\n" + m.Words +
			"\n\nWhat this means, and how to say that you disagree:\n" + f.site.URL("/me/moderation") + "\n"}
}

func liftMail(f *Feature, m models.Measure) mail.Message {
	if m.Waits() {
		return mail.Message{Subject: "What you posted on " + f.site.Host() + " can be read now",
			Text: "A moderator has looked at what you posted" + inTitle(m) + ", and others can read it now.\n\n" + f.site.URL("/me") + "\n"}
	}
	return mail.Message{Subject: m.WhatYours() + " on " + f.site.Host() + ": taken back",
		Text: "A moderator has taken this back: " + lowerFirst(m.WhatYours()) + inTitle(m) + ".\n\n" + m.LiftWords + "\n\n" + f.site.URL("/me/moderation") + "\n"}
}

// inTitle names the case study of a measure, in a sentence.
func inTitle(m models.Measure) string {
	if m.Title == "" {
		return ""
	}
	return " (“" + m.Title + "”)"
}
