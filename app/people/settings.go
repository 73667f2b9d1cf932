package people

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/templates"
)

// offered is how many organisations the form offers while one is typed.
const offered = 400

func (f *Feature) settingsPage(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	page, err := f.settingsOf(web.SeeOwn(c), p)
	if err != nil {
		return err
	}
	return f.showSettings(c, p, fiber.StatusOK, page)
}

// settingsOf is the form of a profile as it is.
func (f *Feature) settingsOf(ctx context.Context, p *models.Person) (templates.SettingsPage, error) {
	page := templates.SettingsPage{Name: p.Name, Handle: p.Handle, JobTitle: p.JobTitle, StaffGroup: p.StaffGroup, Organisation: organisationText(p),
		Skills: strings.Join(p.Skills, ", "), Bio: p.Bio}
	if p.YearsExperience != nil {
		page.Years = strconv.Itoa(*p.YearsExperience)
	}
	band, err := f.store.PayBand(ctx, p.ID)
	page.Band = string(band)
	return page, err
}

// organisationText is a person's organisation as the form shows and reads it.
func organisationText(p *models.Person) string {
	if p.Organisation == "" {
		return ""
	}
	return offer(models.Organisation{Code: p.Organisation, Name: strings.TrimPrefix(p.OrgName, "Organisation "+p.Organisation)})
}

// offer is an organisation as the form offers it: its name with its code, from
// which the code is read again.
func offer(o models.Organisation) string {
	if o.Name == "" {
		return o.Code
	}
	return o.Name + " (" + o.Code + ")"
}

func (f *Feature) showSettings(c *fiber.Ctx, p *models.Person, status int, page templates.SettingsPage) error {
	var err error
	if page.Organisations, err = f.offeredOrganisations(c.UserContext()); err != nil {
		return err
	}
	page.StaffGroups = reference.StaffGroupNames()
	for _, b := range models.PayBands() {
		page.Bands = append(page.Bands, templates.Option{Value: string(b), Text: b.Label()})
	}
	page.Email = p.Email
	shell := f.site.Shell(c, "Your profile")
	shell.NoIndex, shell.Crumbs, shell.Errors = true, crumbsOfMe(), page.Errors
	return f.site.Render(c, status, shell, templates.ProfileForm(page))
}

// saveSettings saves one's own profile.
func (f *Feature) saveSettings(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	page := readSettings(c)
	changed, err := f.updateProfile(c.UserContext(), *p, page)
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showSettings(c, p, status, page)
		})
	}
	f.site.PeopleChanged()
	return f.site.Done(c, "/people/"+changed.Handle, "Your profile is saved.")
}

// readSettings takes the form as it was typed, without what could harm a page.
func readSettings(c *fiber.Ctx) templates.SettingsPage {
	line := func(name string) string { return models.CleanLine(web.Value(c, name)) }
	return templates.SettingsPage{Name: line("name"), Handle: line("handle"), JobTitle: line("job_title"), StaffGroup: line("staff_group"), Band: line("band"),
		Organisation: line("organisation"), Years: line("years_experience"), Skills: line("skills"), Bio: models.CleanText(web.Value(c, "bio"))}
}

// updateProfile checks and saves a form. Every field that is wrong is named, in
// the order of the form.
func (f *Feature) updateProfile(ctx context.Context, p models.Person, page templates.SettingsPage) (models.Person, error) {
	old := p
	var wrong []models.FieldError
	add := func(err error) error {
		var e *models.Error
		if !errors.As(err, &e) || e.Kind != models.Invalid {
			return err
		}
		wrong = append(wrong, e.Fields...)
		return nil
	}
	p.Name, p.Handle, p.JobTitle, p.StaffGroup, p.Bio = page.Name, strings.ToLower(strings.TrimPrefix(page.Handle, "@")), page.JobTitle, page.StaffGroup, page.Bio
	var err error
	if p.Skills, err = f.tidySkills(ctx, p.ID, splitSkills(page.Skills)); err != nil {
		return p, err
	}
	if p.YearsExperience, err = readYears(page.Years); add(err) != nil {
		return p, err
	}
	if p.Organisation, err = f.organisationCode(ctx, page.Organisation); add(err) != nil {
		return p, err
	}
	p.Clean()
	if err = p.Validate(reference.StaffGroupNames()); add(err) != nil {
		return p, err
	}
	if err = models.ValidPayBand(models.PayBand(page.Band)); add(err) != nil {
		return p, err
	}
	if p.Name != "" && !strings.ContainsFunc(p.Name, unicode.IsLetter) {
		wrong = append(wrong, models.FieldError{Field: "name", Message: "Enter your name with at least one letter"})
	}
	if len(wrong) > 0 {
		order := []string{"name", "handle", "job_title", "staff_group", "band", "organisation", "years_experience", "skills", "bio"}
		slices.SortStableFunc(wrong, func(a, b models.FieldError) int { return slices.Index(order, a.Field) - slices.Index(order, b.Field) })
		return p, &models.Error{Kind: models.Invalid, Message: "Your profile was not saved: some fields need your attention.", Fields: wrong}
	}
	overrides, err := f.site.CheckTexts(ctx, profileTexts(p), profileTexts(old))
	if err != nil {
		return p, err
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideProfile, SubjectID: p.ID}); err != nil {
			return err
		}
		if err := f.store.SetPayBand(ctx, p.ID, models.PayBand(page.Band)); err != nil {
			return err
		}
		return f.store.UpdatePerson(ctx, &p)
	})
	if models.KindOf(err) == models.Conflict {
		return p, models.InvalidField("handle", "Somebody else has or had this handle. Choose another")
	}
	return p, err
}

// profileTexts are what of a profile is checked for personal data of others.
func profileTexts(p models.Person) []personal.Text {
	return []personal.Text{{Field: "name", Value: p.Name, Allow: []personal.Kind{personal.Name}}, {Field: "handle", Value: p.Handle},
		{Field: "job_title", Value: p.JobTitle}, {Field: "skills", Value: strings.Join(p.Skills, ", ")}, {Field: "bio", Value: p.Bio}}
}

func splitSkills(text string) []string {
	out := []string{}
	for s := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		if s = models.CleanLine(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// readYears reads years of experience; nothing typed is nothing said.
func readYears(text string) (*int, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > models.MaxYears {
		return nil, models.InvalidField("years_experience", fmt.Sprintf("Years of experience must be a whole number from 0 to %d", models.MaxYears))
	}
	return &n, nil
}

// maxOrganisationText is more than any name of an organisation with its code.
const maxOrganisationText = 300

// organisationCode gives the ODS code of what was typed: a name with its code
// in brackets, as the form offers it, a code, or a name. Invalid when it is
// none, or several could be meant.
func (f *Feature) organisationCode(ctx context.Context, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if utf8.RuneCountInString(text) > maxOrganisationText {
		return "", models.InvalidField("organisation", "Enter the name or the ODS code of your organisation")
	}
	found, more, err := f.store.Organisations(ctx, store.OrganisationQuery{Text: text, Limit: 20})
	if err != nil {
		return "", err
	}
	code := strings.ToUpper(text)
	for _, o := range found {
		if o.Code == code || strings.EqualFold(o.Name, text) {
			return o.Code, nil
		}
	}
	if named, ok := codeInBrackets(text); ok {
		if _, err := f.store.Organisation(ctx, named); models.KindOf(err) != models.NotFound {
			return named, err
		}
	}
	switch {
	case len(found) == 1:
		return found[0].Code, nil
	case len(found) > 1:
		return "", models.InvalidField("organisation", severalMeant(found, more))
	case models.ValidODSCode(code) && strings.ContainsFunc(code, unicode.IsDigit):
		return code, nil // a code that no list has named yet; an admin can
	}
	return "", models.InvalidField("organisation", "No organisation here has this name. Enter its ODS code, such as RR8, or choose from the list")
}

// codeInBrackets gives the code that stands in brackets after a name.
func codeInBrackets(text string) (code string, ok bool) {
	open := strings.LastIndexByte(text, '(')
	if open < 0 || !strings.HasSuffix(text, ")") {
		return "", false
	}
	code = text[open+1 : len(text)-1]
	return code, models.ValidODSCode(code)
}

// severalMeant names the organisations that were found, the first few of them.
func severalMeant(found []models.Organisation, more bool) string {
	const most = 4
	names := make([]string, 0, most)
	for _, o := range found[:min(most, len(found))] {
		names = append(names, offer(o))
	}
	text := "More than one organisation fits: " + strings.Join(names, "; ")
	if more || len(found) > most {
		text += "; and more"
	}
	return text + ". Choose one of them"
}
