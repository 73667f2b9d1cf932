package admin

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// grantable are the roles that an admin gives; everybody is a member anyhow.
func grantable() []models.Role {
	return []models.Role{models.RoleLead, models.RoleOrganiser, models.RoleModerator, models.RoleAdmin}
}

// roleHint says what a role lets a person do.
func roleHint(r models.Role) string {
	switch r {
	case models.RoleLead:
		return "Speaks for one organisation"
	case models.RoleOrganiser:
		return "Runs campaigns"
	case models.RoleModerator:
		return "Acts on what other people have written"
	case models.RoleAdmin:
		return "All of these, and the pages under Admin"
	}
	return ""
}

func roleOptions() []templates.Option {
	var out []templates.Option
	for _, r := range grantable() {
		out = append(out, templates.Option{Value: string(r), Text: r.Label(), Hint: roleHint(r)})
	}
	return out
}

func (f *Feature) peoplePage(c *fiber.Ctx, _ *models.Person) error {
	page := templates.AdminPeoplePage{Query: models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery), Role: c.Query("role")}
	if page.Role != "" && !slices.Contains(grantable(), models.Role(page.Role)) {
		return models.E(models.BadRequest, "There is no such role. Use lead, organiser, moderator or admin.")
	}
	return f.showPeople(c, fiber.StatusOK, page)
}

func (f *Feature) showPeople(c *fiber.Ctx, status int, page templates.AdminPeoplePage) error {
	ctx := c.UserContext()
	cursor, err := store.ParseNameCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	q := store.PeopleQuery{Text: page.Query, Role: models.Role(page.Role), After: cursor, Limit: perPage}
	if page.Total, err = f.store.CountPeople(ctx, q); err != nil {
		return err
	}
	people, more, err := f.store.People(ctx, q)
	if err != nil {
		return err
	}
	if page.People, err = f.rows(ctx, people); err != nil {
		return err
	}
	if len(people) > 0 {
		first, last := people[0], people[len(people)-1]
		page.PrevURL, page.NextURL = around(store.NameCursor{Name: first.Name, Key: first.ID}, store.NameCursor{Name: last.Name, Key: last.ID}, cursor, more,
			func(cursor string) string {
				return "/admin/people?cursor=" + web.QueryEscape(cursor) + "&q=" + web.QueryEscape(page.Query) + "&role=" + web.QueryEscape(page.Role)
			})
	}
	page.Roles = roleOptions()
	return f.site.Render(c, status, f.shell(c, "People and roles", page.Errors), templates.AdminPeople(page))
}

// rows makes the rows of people, with the roles of all in one statement.
func (f *Feature) rows(ctx context.Context, people []models.Person) ([]templates.AdminPerson, error) {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	grants, err := f.store.GrantsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]templates.AdminPerson, len(people))
	for i, p := range people {
		out[i] = templates.AdminPerson{Name: p.Name, Handle: p.Handle, URL: "/admin/people/" + p.Handle, JobTitle: p.JobTitle, Organisation: p.OrgName}
		for _, g := range grants[p.ID] {
			if g.Role != models.RoleMember {
				out[i].Roles = append(out[i].Roles, g.Label())
			}
		}
	}
	return out, nil
}

// findPerson leads to the person with an e-mail address. It is a POST, so that
// the address stands in no log and no history.
func (f *Feature) findPerson(c *fiber.Ctx, _ *models.Person) error {
	email := models.CleanLine(web.Value(c, "email"))
	p, err := f.store.PersonByEmail(c.UserContext(), email)
	if models.KindOf(err) == models.NotFound {
		err = models.InvalidField("email", "Nobody here has this e-mail address")
	}
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showPeople(c, status, templates.AdminPeoplePage{Email: email, Errors: errors})
		})
	}
	return c.Redirect("/admin/people/"+p.Handle, fiber.StatusSeeOther)
}

// person gives the person that an address names.
func (f *Feature) person(c *fiber.Ctx) (models.Person, error) {
	handle := strings.ToLower(c.Params("handle"))
	if !models.ValidHandle(handle) {
		return models.Person{}, fiber.ErrNotFound
	}
	return f.store.PersonByHandle(store.Fresh(c.UserContext()), handle)
}

func (f *Feature) rolesPage(c *fiber.Ctx, me *models.Person) error {
	p, err := f.person(c)
	if err != nil {
		return err
	}
	return f.showRoles(c, fiber.StatusOK, me, p, templates.RolesPage{Code: p.Organisation})
}

func (f *Feature) showRoles(c *fiber.Ctx, status int, me *models.Person, p models.Person, page templates.RolesPage) error {
	page.Name, page.Handle, page.JobTitle, page.Organisation, page.Own = p.Name, p.Handle, p.JobTitle, p.OrgName, p.ID == me.ID
	for _, g := range p.Grants {
		if g.Role != models.RoleMember {
			page.Grants = append(page.Grants, templates.GrantLine{Label: g.Label(), Role: string(g.Role), Organisation: g.Organisation})
		}
	}
	page.Choices = roleOptions()
	shell := f.shell(c, "Roles of "+p.Name, page.Errors)
	shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: "People and roles", URL: "/admin/people"})
	return f.site.Render(c, status, shell, templates.Roles(page))
}

func (f *Feature) grant(c *fiber.Ctx, me *models.Person) error {
	p, err := f.person(c)
	if err != nil {
		return err
	}
	page := templates.RolesPage{Role: models.CleanLine(web.Value(c, "role")), Code: strings.ToUpper(models.CleanLine(web.Value(c, "organisation")))}
	g := models.Grant{Role: models.Role(page.Role)}
	if g.Role == models.RoleLead {
		g.Organisation = page.Code
	}
	if err := f.checkGrant(c.UserContext(), g); err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showRoles(c, status, me, p, page)
		})
	}
	if err := f.store.Grant(c.UserContext(), p.ID, g); err != nil {
		return err
	}
	f.site.PeopleChanged()
	f.site.Log.InfoContext(c.UserContext(), "a role was granted", "by", me.ID, "to", p.ID, "role", string(g.Role), "organisation", g.Organisation)
	return f.site.Done(c, "/admin/people/"+p.Handle, p.Name+" now has the role "+g.Label()+".")
}

// checkGrant tells whether a role can be given: one of the list, and for a lead
// an organisation that this site knows.
func (f *Feature) checkGrant(ctx context.Context, g models.Grant) error {
	if !slices.Contains(grantable(), g.Role) {
		return models.InvalidField("role", "Choose a role")
	}
	if g.Role != models.RoleLead {
		return nil
	}
	if !models.ValidODSCode(g.Organisation) {
		return models.InvalidField("organisation", "Enter the ODS code of the organisation, such as RR8")
	}
	_, err := f.store.Organisation(ctx, g.Organisation)
	if models.KindOf(err) == models.NotFound {
		return models.InvalidField("organisation", "No organisation here has the code "+g.Organisation)
	}
	return err
}

func (f *Feature) revoke(c *fiber.Ctx, me *models.Person) error {
	p, err := f.person(c)
	if err != nil {
		return err
	}
	g := models.Grant{Role: models.Role(models.CleanLine(web.Value(c, "role"))), Organisation: models.CleanLine(web.Value(c, "organisation"))}
	if !slices.Contains(p.Grants, g) || !slices.Contains(grantable(), g.Role) {
		return f.site.Done(c, "/admin/people/"+p.Handle, p.Name+" does not have that role any more.")
	}
	if err := f.store.Revoke(c.UserContext(), p.ID, g); err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showRoles(c, status, me, p, templates.RolesPage{Code: p.Organisation, Errors: errors})
		})
	}
	f.site.PeopleChanged()
	f.site.Log.InfoContext(c.UserContext(), "a role was revoked", "by", me.ID, "from", p.ID, "role", string(g.Role), "organisation", g.Organisation)
	to := "/admin/people/" + p.Handle
	if p.ID == me.ID && g.Role == models.RoleAdmin {
		to = "/me" // the admin's pages are not theirs any more
	}
	return f.site.Done(c, to, p.Name+" does not have the role "+g.Label()+" any more.")
}
