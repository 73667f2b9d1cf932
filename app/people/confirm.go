package people

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// Confirm says that a person works at the organisation that their profile names,
// or takes that back. It lets them read what is for that organisation alone.
func (f *Feature) Confirm(ctx context.Context, by *models.Person, p models.Person, on bool) error {
	organisation := p.Organisation
	if !on && p.Confirmed != "" { // they may say by now that they work elsewhere
		organisation = p.Confirmed
	}
	if !by.May(models.ConfirmColleague, models.Subject{Organisation: organisation}) {
		return models.E(models.Forbidden, "Only the leads of an organisation, and the admins of this site, can confirm who works there.")
	}
	if on && organisation == "" {
		return models.E(models.Conflict, "The profile names no organisation, so there is nothing to confirm.")
	}
	if !on {
		organisation = ""
	}
	return f.store.ConfirmOrganisation(ctx, p.ID, organisation, by.ID)
}

func (f *Feature) confirm(c *fiber.Ctx, me *models.Person) error {
	p, err := f.Get(c.UserContext(), c.Params("handle"))
	if err != nil {
		return err
	}
	on := web.Value(c, "confirmed") == "true"
	if on && web.Value(c, "organisation") != p.Organisation {
		return models.E(models.Conflict, "The profile has changed since you opened it. Look at it again, then confirm.")
	}
	if err := f.Confirm(c.UserContext(), me, p, on); err != nil {
		return err
	}
	f.site.PeopleChanged()
	f.site.Log.InfoContext(c.UserContext(), "where a person works was confirmed, or is no longer", "by", me.ID, "person", p.ID, "organisation", p.Organisation, "confirmed", on)
	text := "It is not confirmed any more that " + p.Name + " works there."
	if on {
		text = "It is confirmed that " + p.Name + " works at " + p.OrgName + "."
	}
	return f.site.Done(c, "/people/"+p.Handle, text)
}
