package bundles

import (
	"context"
	"strings"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/personal"
)

// personHere gives the person of this site whom a bundle means: by id, by
// account, or by e-mail address. NotFound when it is nobody yet.
func (f *Feature) personHere(ctx context.Context, b bundle.Person) (models.Person, error) {
	p, err := f.store.PersonByID(ctx, b.ID)
	if models.KindOf(err) != models.NotFound {
		return p, err
	}
	if email := emailOf(b); email != placeholder(b.ID) {
		return f.store.PersonByEmail(ctx, email)
	}
	return p, err
}

func emailOf(b bundle.Person) string {
	switch {
	case b.Account == bundle.ImporterAccount:
		return models.ImporterEmail
	case b.Email != "":
		return b.Email
	}
	return placeholder(b.ID)
}

// person brings in somebody who is not here yet, as a member, and gives their
// id here. Those who are here stay as they are.
func (a *application) person(ctx context.Context, b bundle.Person) (string, error) {
	here, err := a.f.personHere(ctx, b)
	if err == nil {
		return here.ID, nil
	}
	if models.KindOf(err) != models.NotFound {
		return "", err
	}
	a.report.People++
	if a.dry {
		return b.ID, nil
	}
	handle, err := a.f.freeHandle(ctx, b.Handle)
	if err != nil {
		return "", err
	}
	role := models.RoleMember
	if b.Account == bundle.ImporterAccount {
		role = models.RoleModerator // as a site that makes the account gives it
	}
	p := models.Person{ID: b.ID, Handle: handle, Name: b.Name, Email: emailOf(b), JobTitle: b.Role, StaffGroup: b.StaffGroup, Organisation: b.Organisation,
		YearsExperience: b.YearsExperience, CreatedAt: b.Created, Grants: []models.Grant{{Role: role}}}
	if b.Handle == models.FormerHandle(b.ID) {
		now := a.f.store.Now()
		p.Grants, p.ClosedAt = nil, &now
	}
	if err := a.f.store.CreatePerson(ctx, &p); err != nil {
		return p.ID, err
	}
	return p.ID, a.letStand(ctx, models.Override{Subject: models.OverrideProfile, SubjectID: p.ID},
		[]personal.Text{{Field: "name", Value: p.Name, Allow: []personal.Kind{personal.Name}}, {Field: "role", Value: p.JobTitle}}, nil)
}

// freeHandle gives a handle that nobody has or had: the one that is wanted, or
// one with a number after it.
func (f *Feature) freeHandle(ctx context.Context, want string) (string, error) {
	if free, err := f.store.HandleFree(ctx, want); err != nil || free {
		return want, err
	}
	const room = 34 // leaves some for the number
	return f.store.FreeHandle(ctx, strings.Trim(want[:min(len(want), room)], "-"))
}
