package organisations

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	// maxUpload is the largest file that is taken in the browser, in bytes:
	// what a request may have, less what stands around the file in it. The
	// command line takes more.
	maxUpload = 11 << 20
	// shownChanges is how many of the organisations that would change are
	// listed.
	shownChanges = 200
	uploadPath   = "/admin/import/organisations"
)

func (f *Feature) uploadPage(c *fiber.Ctx) error {
	return f.showUpload(c, fiber.StatusOK, nil)
}

func (f *Feature) showUpload(c *fiber.Ctx, status int, errors []templates.FieldError) error {
	return f.site.Render(c, status, f.adminShell(c, "Bring organisations up to date", errors), templates.ImportOrganisations(errors))
}

func (f *Feature) adminShell(c *fiber.Ctx, title string, errors []templates.FieldError) templates.Shell {
	return f.site.AdminShell(c, title, errors, templates.Crumb{Text: "Organisations", URL: "/admin/organisations"})
}

// upload reads a file and changes nothing yet: the next page says what it would
// change.
func (f *Feature) upload(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	kept, err := f.keep(c, p)
	if err != nil {
		list, ok := web.FormErrors(err)
		if !ok {
			return err
		}
		for i := range list {
			list[i].Field = "file"
		}
		return f.showUpload(c, web.Describe(err).Status, list)
	}
	return c.Redirect(uploadPath+"/"+kept.ID, fiber.StatusSeeOther)
}

func (f *Feature) keep(c *fiber.Ctx, p *models.Person) (store.ImportFile, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Filename == "" {
		return store.ImportFile{}, models.E(models.Invalid, "Choose a file")
	}
	if header.Size > maxUpload {
		return store.ImportFile{}, models.Errorf(models.TooLarge, "The file is larger than %d MB. Import it on the command line: grassroots organisations import FILE", maxUpload>>20)
	}
	in, err := header.Open()
	if err != nil {
		return store.ImportFile{}, err
	}
	defer in.Close()
	content, err := io.ReadAll(in)
	if err != nil {
		return store.ImportFile{}, models.Wrap(models.BadRequest, "The file did not arrive whole. Try again.", err)
	}
	kept := store.ImportFile{PersonID: p.ID, FileName: web.FileName(header.Filename), Content: content}
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return kept, models.E(models.Invalid, "This is a zip file or a spreadsheet. Unpack it, or save it as CSV, and choose the CSV file")
	}
	if _, err := ParseODS(kept.FileName, bytes.NewReader(content)); err != nil {
		return kept, err
	}
	return kept, f.store.KeepImportFile(c.UserContext(), &kept)
}

// kept gives the file that an address names, to the admin who sent it.
func (f *Feature) kept(c *fiber.Ctx) (*models.Person, store.ImportFile, error) {
	p, err := web.Require(c)
	if err != nil {
		return nil, store.ImportFile{}, err
	}
	file, err := f.store.ImportFile(c.UserContext(), c.Params("id"), p.ID)
	if models.KindOf(err) == models.NotFound {
		err = models.E(models.NotFound, "This file is not kept any more: it was imported already, or a day has passed. Choose it again.")
	}
	return p, file, err
}

func (f *Feature) trialPage(c *fiber.Ctx) error {
	_, file, err := f.kept(c)
	if err != nil {
		return err
	}
	page, err := f.trial(c.UserContext(), file)
	if err != nil {
		return err
	}
	return f.site.Render(c, fiber.StatusOK, f.adminShell(c, "What the file would change", nil), templates.TryOrganisations(page))
}

// trial tells what a file would change, and changes nothing.
func (f *Feature) trial(ctx context.Context, file store.ImportFile) (templates.TryOrganisationsPage, error) {
	page := templates.TryOrganisationsPage{FileName: file.FileName, ActionURL: uploadPath + "/" + file.ID}
	report, err := importFile(ctx, f.store, file.FileName, bytes.NewReader(file.Content), true, func(before, after models.Organisation) {
		if len(page.Changes) == shownChanges {
			page.More++
			return
		}
		page.Changes = append(page.Changes, templates.OrganisationChange{Code: after.Code, Name: after.Name, What: changesOf(before, after)})
	})
	page.Created, page.Updated, page.Closed, page.Unchanged = report.Created, report.Updated, report.Closed, report.Unchanged
	return page, err
}

// changesOf says in words what becomes of an organisation.
func changesOf(before, after models.Organisation) []string {
	var out []string
	if !before.Named {
		out = append(out, "New")
	}
	if after.Closed != nil && before.Closed == nil {
		out = append(out, "Closed on "+templates.FormatDate(*after.Closed))
	}
	if !before.Named {
		return out
	}
	if after.Closed == nil && before.Closed != nil {
		out = append(out, "Open again")
	}
	for _, field := range []struct{ name, old, new string }{
		{"Name", before.Name, after.Name}, {"Kind", before.Kind, after.Kind}, {"Region", before.Region, after.Region},
		{"Board", boardText(before), boardText(after)}, {"Postcode", before.Postcode, after.Postcode},
		{"Successors", strings.Join(before.Successors, ", "), strings.Join(after.Successors, ", ")},
	} {
		switch {
		case field.old == field.new:
		case field.old == "":
			out = append(out, field.name+": "+field.new)
		default:
			out = append(out, field.name+": "+field.new+" (was "+field.old+")")
		}
	}
	if len(out) == 0 {
		out = append(out, "Dates of opening or closing")
	}
	return out
}

func boardText(o models.Organisation) string {
	if o.ICBName != "" {
		return o.ICBName
	}
	return o.ICBCode
}

// importKept imports the file whose trial was shown.
func (f *Feature) importKept(c *fiber.Ctx) error {
	p, file, err := f.kept(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	report, err := Import(ctx, f.store, file.FileName, bytes.NewReader(file.Content), false)
	if err != nil {
		return err
	}
	if err := f.store.DeleteImportFile(ctx, file.ID); err != nil {
		return err
	}
	f.site.PeopleChanged() // the header names a person's organisation
	f.site.ContentChanged()
	f.site.Log.InfoContext(ctx, "organisations were imported", "by", p.ID, "new", report.Created, "changed", report.Updated, "closed", report.Closed)
	return f.site.Done(c, "/admin/organisations", fmt.Sprintf("The file is imported: %s new, %s changed, %s closed.",
		templates.FormatNumber(report.Created), templates.FormatNumber(report.Updated), templates.FormatNumber(report.Closed)))
}
