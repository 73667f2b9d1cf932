package people

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/templates"
)

// heldPage shows what a person sent after their session had ended, or when it was
// too old for that.
func (f *Feature) heldPage(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	forms, err := f.site.HeldForms(c, p.ID)
	if err != nil {
		return err
	}
	var page templates.HeldPage
	for _, held := range forms {
		page.Forms = append(page.Forms, heldLine(held))
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	shell := f.site.Shell(c, "What you sent is still here")
	shell.NoIndex, shell.Crumbs = true, crumbsOfMe()
	return f.site.Render(c, fiber.StatusOK, shell, templates.Held(page))
}

func heldLine(held web.HeldForm) templates.HeldForm {
	out := templates.HeldForm{ID: held.ID, Path: held.Path, What: held.What, Files: held.Files, Until: held.Until}
	names := make([]string, 0, len(held.Values))
	for name := range held.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range held.Values[name] {
			out.Fields = append(out.Fields, templates.HeldField{Name: name, Value: value})
		}
	}
	out.Shown = templates.ShownFields(out.Fields)
	return out
}

// sendHeld sends a held form to where it was going, as its person has it before
// them. A form that is wrong there comes back as any other does.
func (f *Feature) sendHeld(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	held, err := f.site.TakeHeldForm(c, p.ID, c.Params("id"))
	if err != nil {
		return err
	}
	return c.Redirect(held.Path, fiber.StatusTemporaryRedirect)
}

func (f *Feature) dropHeld(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	if _, err := f.site.TakeHeldForm(c, p.ID, c.Params("id")); err != nil {
		return err
	}
	return f.site.Done(c, "/me", "It is thrown away.")
}
