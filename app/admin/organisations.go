package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/templates"
)

// Limits of what an admin says of an organisation, in characters.
const (
	maxOrganisationName = 200
	maxPostcode         = 10
)

func (f *Feature) organisationsPage(c *fiber.Ctx, _ *models.Person) error {
	ctx := c.UserContext()
	cursor, err := store.ParseNameCursor(c.Query("cursor"))
	if err != nil {
		return err
	}
	page := templates.AdminOrganisationsPage{Query: models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery), All: c.Query("all") != ""}
	q := store.OrganisationQuery{Text: page.Query, Unnamed: !page.All, After: cursor, Limit: perPage}
	if page.Total, err = f.store.CountOrganisations(ctx, q); err != nil {
		return err
	}
	list, more, err := f.store.Organisations(ctx, q)
	if err != nil {
		return err
	}
	for _, o := range list {
		page.Organisations = append(page.Organisations, templates.AdminOrganisation{Code: o.Code, Name: o.Name, URL: "/admin/organisations/" + o.Code,
			People: o.People, Studies: o.Studies})
	}
	if len(list) > 0 {
		first, last := list[0], list[len(list)-1]
		page.PrevURL, page.NextURL = around(store.NameCursor{Name: first.Name, Key: first.Code}, store.NameCursor{Name: last.Name, Key: last.Code}, cursor, more,
			func(cursor string) string {
				to := "/admin/organisations?cursor=" + web.QueryEscape(cursor)
				if page.Query != "" {
					to += "&q=" + web.QueryEscape(page.Query)
				}
				if page.All {
					to += "&all=1"
				}
				return to
			})
	}
	return f.site.Render(c, fiber.StatusOK, f.shell(c, "Organisations", nil), templates.AdminOrganisations(page))
}

// organisation gives the organisation that an address names.
func (f *Feature) organisation(c *fiber.Ctx) (models.Organisation, error) {
	code := strings.ToUpper(c.Params("code"))
	if !models.ValidODSCode(code) {
		return models.Organisation{}, fiber.ErrNotFound
	}
	return f.store.Organisation(c.UserContext(), code)
}

func (f *Feature) organisationPage(c *fiber.Ctx, _ *models.Person) error {
	o, err := f.organisation(c)
	if err != nil {
		return err
	}
	return f.showOrganisation(c, fiber.StatusOK, o, nil)
}

func (f *Feature) showOrganisation(c *fiber.Ctx, status int, o models.Organisation, errors []templates.FieldError) error {
	page := templates.NameOrganisationPage{Code: o.Code, Name: o.Name, Kind: o.Kind, Region: o.Region, Postcode: o.Postcode, People: o.People, Studies: o.Studies,
		Kinds: kinds(), Regions: regions(), Errors: errors}
	shell := f.shell(c, "Organisation "+o.Code, errors)
	shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: "Organisations", URL: "/admin/organisations"})
	return f.site.Render(c, status, shell, templates.NameOrganisation(page))
}

// kinds are the kinds of organisation that the form offers; others can be
// typed.
func kinds() []string {
	return []string{"Acute trust", "Acute specialist trust", "Ambulance trust", "Care home", "Community pharmacy", "Community trust", "General practice",
		"Health and social care trust", "Health board", "Hospice", "Independent provider", "Integrated care board", "Mental health trust", "National body", "NHS trust", "Other", "Social enterprise"}
}

// regions are the regions of England and the other nations.
func regions() []string {
	var out []string
	for _, r := range reference.Regions() {
		out = append(out, r.Name)
	}
	return out
}

// nameOrganisation saves what an admin says of an organisation. What the form
// does not ask for stays as it is.
func (f *Feature) nameOrganisation(c *fiber.Ctx, p *models.Person) error {
	o, err := f.organisation(c)
	if err != nil {
		return err
	}
	before := organisationTexts(o)
	line := func(name string) string { return models.CleanLine(web.Value(c, name)) }
	o.Name, o.Kind, o.Region, o.Postcode = line("name"), line("kind"), line("region"), strings.ToUpper(line("postcode"))
	var overrides []models.Override
	if err = validateOrganisation(o); err == nil {
		overrides, err = f.site.CheckTexts(c.UserContext(), organisationTexts(o), before)
	}
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error { return f.showOrganisation(c, status, o, errors) })
	}
	err = f.store.Tx(c.UserContext(), func(ctx context.Context) error {
		if _, _, err := f.store.SaveOrganisation(ctx, o); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideOrganisation, SubjectID: o.Code})
	})
	if err != nil {
		return err
	}
	f.site.PeopleChanged() // the header names a person's organisation
	f.site.Log.InfoContext(c.UserContext(), "an organisation was named", "by", p.ID, "code", o.Code)
	return f.site.Done(c, "/admin/organisations", "Organisation "+o.Code+" is now called "+o.Name+".")
}

func organisationTexts(o models.Organisation) []personal.Text {
	return []personal.Text{{Field: "name", Value: o.Name}, {Field: "kind", Value: o.Kind}}
}

func validateOrganisation(o models.Organisation) error {
	var wrong []models.FieldError
	add := func(field, message string) {
		wrong = append(wrong, models.FieldError{Field: field, Message: message})
	}
	if n := utf8.RuneCountInString(o.Name); n == 0 || n > maxOrganisationName {
		add("name", fmt.Sprintf("Enter the organisation's name, %d characters or fewer", maxOrganisationName))
	}
	if utf8.RuneCountInString(o.Kind) > models.MaxName {
		add("kind", fmt.Sprintf("The kind must be %d characters or fewer", models.MaxName))
	}
	if o.Region != "" && !slices.Contains(regions(), o.Region) {
		add("region", "Choose a region from the list")
	}
	if utf8.RuneCountInString(o.Postcode) > maxPostcode {
		add("postcode", fmt.Sprintf("A postcode has %d characters or fewer", maxPostcode))
	}
	if len(wrong) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "The organisation was not saved.", Fields: wrong}
}
