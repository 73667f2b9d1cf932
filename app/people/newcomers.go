package people

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
)

// Create makes the account of an e-mail address. Handle, and name when none is
// given, are guessed from what stands before the @. Conflict when the address
// has an account, or somebody else takes the handle at the same moment.
func Create(ctx context.Context, site *web.Site, email, name string) (models.Person, error) {
	local, _, _ := strings.Cut(email, "@")
	if name = models.Truncate(models.CleanLine(name), models.MaxName); name == "" {
		name = nameFrom(local)
	}
	return create(ctx, site, models.Person{ID: site.Store.NewID(), Name: name, Email: email}, local)
}

// newcomer makes the account of somebody whom a provider vouches for, with an
// address or without.
func newcomer(ctx context.Context, site *web.Site, email, name string) (models.Person, error) {
	if email != "" {
		return Create(ctx, site, email, name)
	}
	id := site.Store.NewID()
	if name = models.Truncate(models.CleanLine(name), models.MaxName); name == "" {
		name = "New colleague"
	}
	return create(ctx, site, models.Person{ID: id, Name: name, Email: models.NoAddress(id)}, name)
}

func create(ctx context.Context, site *web.Site, p models.Person, handle string) (models.Person, error) {
	var err error
	if p.Handle, err = site.Store.FreeHandle(ctx, handleFrom(handle)); err != nil {
		return models.Person{}, err
	}
	p.Skills, p.Grants, p.CreatedAt = []string{}, []models.Grant{{Role: models.RoleMember}}, site.Now()
	return p, site.Store.CreatePerson(ctx, &p)
}

// welcome leads somebody who has just shown who they are to where they were
// going, and a newcomer to the three questions first.
func (f *Feature) welcome(c *fiber.Ctx, a arrival) error {
	// A form that they sent when their session had ended, or was too old for what
	// they did, comes before all else. It is shown: nothing is sent by itself.
	held, err := f.site.HeldForms(c, a.person.ID)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return f.site.Done(c, "/me/held", "You are signed in as "+a.person.Name+".")
	}
	if !a.first {
		return f.site.Done(c, nextOr(a.next), "You are signed in as "+a.person.Name+".")
	}
	to := "/welcome"
	if a.next != "" {
		to += "?next=" + web.QueryEscape(a.next)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// staffGroupOf gives the one staff group among what a claim holds, by its name
// in the Electronic Staff Record.
func staffGroupOf(values []string) string {
	if len(values) != 1 {
		return ""
	}
	for _, g := range reference.StaffGroups() {
		if strings.EqualFold(g.Name, values[0]) {
			return g.Name
		}
	}
	return ""
}
