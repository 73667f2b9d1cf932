package people

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// Close closes a person's own account for good: see store.ClosePerson for what
// goes and what stays. Forbidden for the invented people of the demonstration,
// whom others sign in as; Conflict for the last admin, since nobody else could
// look after the site.
func (f *Feature) Close(ctx context.Context, p *models.Person) error {
	if p.Demo {
		return models.E(models.Forbidden, "This is one of the invented people of the demonstration, whom others sign in as too. Their accounts cannot be closed.")
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.KeepAnAdmin(ctx, p.ID, "You are the only admin of this site. Make somebody else an admin first, then close your account."); err != nil {
			return err
		}
		if f.Leave != nil {
			if err := f.Leave(ctx, *p); err != nil {
				return err
			}
		}
		return f.store.ClosePerson(ctx, p.ID)
	})
}

func (f *Feature) closePage(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	return f.showClose(c, p, fiber.StatusOK, nil)
}

func (f *Feature) showClose(c *fiber.Ctx, p *models.Person, status int, errors []templates.FieldError) error {
	shell := f.site.Shell(c, "Close your account")
	shell.NoIndex, shell.Errors = true, errors
	shell.Crumbs = append(crumbsOfMe(), templates.Crumb{Text: "Your profile", URL: "/me/settings"})
	return f.site.Render(c, status, shell, templates.CloseAccount(templates.CloseAccountPage{ProfileURL: "/people/" + p.Handle, Email: p.Email, Errors: errors}))
}

func (f *Feature) close(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	err = models.InvalidField("sure", "Tick the box to say that you are sure")
	if web.Value(c, "sure") == "yes" {
		err = f.Close(c.UserContext(), p)
	}
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error { return f.showClose(c, p, status, errors) })
	}
	f.site.PeopleChanged()
	f.site.ContentChanged()
	f.site.Log.InfoContext(c.UserContext(), "an account was closed by its person", "person", p.ID)
	f.site.SignOut(c)
	return f.site.Done(c, "/", "Your account is closed. What you wrote stays, without your name.")
}
