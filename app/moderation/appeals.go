package moderation

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/templates"
)

// mineOnly gives a measure about something of a person's. To others it is not
// there.
func (f *Feature) mineOnly(ctx context.Context, p *models.Person, id string) (models.Measure, error) {
	missing := models.E(models.NotFound, "That measure could not be found.")
	if !models.ValidID(id) {
		return models.Measure{}, missing
	}
	yes, err := f.store.IsMine(ctx, id, p.ID)
	if err == nil && !yes {
		err = missing
	}
	if err != nil {
		return models.Measure{}, err
	}
	return f.store.Measure(ctx, id)
}

// Appeal puts what somebody says against a measure about something of theirs
// before another moderator: once, also while they are suspended.
func (f *Feature) Appeal(ctx context.Context, p *models.Person, id, words string) (models.Measure, error) {
	m, err := f.mineOnly(ctx, p, id)
	if err != nil {
		return m, err
	}
	if err := m.MayAppeal(f.store.Now()); err != nil {
		return m, err
	}
	if words, err = models.ValidateAnswer("words", words); err != nil {
		return m, err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "words", Value: words}}, nil)
	if err != nil {
		return m, err
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.Appeal(ctx, m, p.ID, words); err != nil {
			return err
		}
		where := map[models.ThingKind]models.OverrideSubject{models.ThingStudy: models.OverrideStudy, models.ThingComment: models.OverrideComment, models.ThingAdoption: models.OverrideAdoption, models.ThingPerson: models.OverrideProfile}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, SubjectID: m.SubjectID, CaseStudyID: m.CaseStudyID, Subject: where[m.Kind]})
	})
	now := f.store.Now()
	m.Appeal, m.AppealedAt = words, &now
	return m, err
}

// mayDecide tells why a moderator may not decide an appeal: whoever took the
// measure does so only where there is nobody else, which alone then tells.
func (f *Feature) mayDecide(ctx context.Context, p *models.Person, m models.Measure) (alone bool, err error) {
	if m.ModeratorID != p.ID {
		return false, nil
	}
	roles := []models.Role{models.RoleModerator, models.RoleAdmin}
	if m.Action == models.MeasureSuspend {
		other, err := f.store.PersonByID(ctx, m.SubjectID)
		if err != nil {
			return false, err
		}
		if !maySuspend(&models.Person{}, &other) {
			roles = roles[1:]
		}
	}
	n, err := f.store.CanDecide(ctx, m, p.ID, roles)
	if err == nil && n > 0 {
		err = models.E(models.Forbidden, "You took this measure, so another moderator has to decide about the appeal.")
	}
	return n == 0, err
}

// Decide decides an appeal against a measure, with words to whoever made it:
// the measure stands, or is taken back.
func (f *Feature) Decide(ctx context.Context, p *models.Person, id string, decision models.Outcome, words string) (models.Measure, error) {
	m, err := f.measure(ctx, p, id)
	if err != nil {
		return m, err
	}
	item, err := f.store.OpenAppeal(ctx, m.ID)
	if models.KindOf(err) == models.NotFound && m.AppealedAt != nil {
		err = models.E(models.Conflict, "This appeal has been decided already, perhaps by another moderator a moment ago. Look at it again.")
	}
	if err != nil {
		return m, err
	}
	alone, err := f.mayDecide(ctx, p, m)
	if err != nil {
		return m, err
	}
	if decision != models.OutcomeUpheld && decision != models.OutcomeLifted {
		return m, models.InvalidField("decision", "Choose whether it stands or is taken back")
	}
	words, overrides, err := f.answer(unasked(ctx), "words", words)
	if err != nil {
		return m, err
	}
	note := func(ctx context.Context) error {
		after := map[string]any{"measure": m.ID, "decision": decision, "item": item.ID}
		if alone { // there is nobody else, and they took the measure
			after["alone"] = true
		}
		store.Note(ctx, "moderation.decide", m.SubjectID, nil, after)
		return f.keepAnswer(ctx, p, m.ID, overrides)
	}
	if decision == models.OutcomeLifted {
		return m, f.lifted(ctx, &m, p, words, func(ctx context.Context) error {
			return errors.Join(note(ctx), f.store.CloseItem(ctx, item.ID, p.ID, decision, words))
		})
	}
	return m, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := errors.Join(note(ctx), f.store.Uphold(ctx, m, p.ID, words)); err != nil {
			return err
		}
		now := f.store.Now()
		m.Decision, m.DecidedAt, m.Decided = decision, &now, words
		return f.writeTo(ctx, m, upheldMail)
	})
}

func upheldMail(f *Feature, m models.Measure) mail.Message {
	return mail.Message{Subject: "Your appeal on " + f.site.Host(),
		Text: "A moderator has looked at your appeal" + inTitle(m) + ". What was done stands: " + lowerFirst(m.WhatYours()) + ".\n\n" + m.Decided + "\n\n" + f.site.URL("/me/moderation") + "\n"}
}

func (f *Feature) appealPage(c *fiber.Ctx, p *models.Person) error {
	m, err := f.mineOnly(web.SeeOwn(c), p, c.Params("id"))
	if err == nil {
		err = m.MayAppeal(f.site.Now())
	}
	if err != nil {
		return err
	}
	return f.showAppeal(c, fiber.StatusOK, m, "", nil)
}

func (f *Feature) showAppeal(c *fiber.Ctx, status int, m models.Measure, typed string, errors []templates.FieldError) error {
	line := f.line(m)
	line.What, line.Typed = line.Yours, typed
	shell := f.site.Shell(c, "Appeal")
	shell.NoIndex, shell.Errors = true, errors
	shell.Crumbs = []templates.Crumb{{Text: "Your account", URL: "/me"}, {Text: "What moderators did", URL: "/me/moderation"}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.Appeal(templates.LiftPage{Line: line, Errors: errors}))
}

func (f *Feature) appeal(c *fiber.Ctx, p *models.Person) error {
	words := web.Value(c, "words")
	m, err := f.Appeal(web.SeeOwn(c), p, c.Params("id"), words)
	if errors, ok := web.FormErrors(err); ok && models.KindOf(err) == models.Invalid {
		web.ShowStopped(c, err)
		return f.showAppeal(c, fiber.StatusUnprocessableEntity, m, words, errors)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/me/moderation", "Your appeal is sent. Another moderator will look at it, and you will get an e-mail.")
}

// decide takes what a moderator decides about an appeal.
func (f *Feature) decide(c *fiber.Ctx, p *models.Person) error {
	ctx, words, decision := web.SeeOwn(c), web.Value(c, "words"), web.Value(c, "decision")
	m, err := f.Decide(ctx, p, c.Params("id"), models.Outcome(decision), words)
	if errors, ok := web.FormErrors(err); ok && models.KindOf(err) == models.Invalid {
		web.ShowStopped(c, err)
		item, err := f.store.OpenAppeal(ctx, m.ID)
		if err != nil {
			return err
		}
		return f.showItem(c, fiber.StatusUnprocessableEntity, p, item, templates.ItemPage{Typed: words, Decision: decision, Errors: errors})
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, queueURL, "Decided. Whoever appealed is told so, with what you said.")
}

// showAppealed puts the measure that an appeal is against, and what is said
// against it, on the page of its item.
func (f *Feature) showAppealed(ctx context.Context, p *models.Person, item models.Item, page *templates.ItemPage) error {
	if item.Cause != models.CauseAppeal {
		return nil
	}
	m, err := f.store.Measure(ctx, item.MeasureID)
	if err != nil {
		return err
	}
	line := f.line(m)
	page.Appeal, page.ActURL, page.PersonURL = &line, "", ""
	if item.ClosedAt != nil {
		return nil
	}
	alone, err := f.mayDecide(ctx, p, m)
	page.Alone, page.MayDecide = alone, err == nil
	if models.KindOf(err) == models.Forbidden {
		err = nil
	}
	return err
}
