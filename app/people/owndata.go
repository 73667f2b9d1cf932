package people

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"io"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

func (f *Feature) ownDataPage(c *fiber.Ctx, _ *models.Person) error {
	page := templates.OwnDataPage{}
	for _, s := range store.OwnSections() {
		page.Sections = append(page.Sections, templates.OwnDataSection{Name: s.Name, Title: s.Title})
	}
	shell := f.site.Shell(c, "Your data")
	shell.NoIndex, shell.Crumbs = true, crumbsOfMe()
	return f.site.Render(c, fiber.StatusOK, shell, templates.OwnData(page))
}

// sendOwnData sends a person everything that is kept of them, as JSON and to be
// read.
func (f *Feature) sendOwnData(c *fiber.Ctx, p *models.Person) error {
	store.Note(c.UserContext(), "person.export", p.ID, nil, nil)
	return f.site.SendMade(c, "grassroots-your-data.zip", "application/zip", func(ctx context.Context, w io.Writer) error {
		return f.WriteOwnData(store.Fresh(ctx), p, w)
	})
}

// WriteOwnData writes the archive of a person's own data, a page of rows at a
// time.
func (f *Feature) WriteOwnData(ctx context.Context, p *models.Person, w io.Writer) error {
	archive := zip.NewWriter(w)
	page := templates.OwnDataPage{Name: p.Name, Host: f.site.Host(), Made: f.site.Now()}
	for _, s := range store.OwnSections() {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: "data/" + s.Name + ".json", Method: zip.Deflate, Modified: f.site.Now()})
		if err != nil {
			return err
		}
		n, err := f.writeOwnJSON(ctx, s, p, file)
		if err != nil {
			return err
		}
		page.Sections = append(page.Sections, templates.OwnDataSection{Name: s.Name, Title: s.Title, Count: n, Rows: f.ownRows(s, p)})
	}
	file, err := archive.CreateHeader(&zip.FileHeader{Name: "index.html", Method: zip.Deflate, Modified: f.site.Now()})
	if err != nil {
		return err
	}
	if err := templates.OwnDataFile(page).Render(ctx, file); err != nil {
		return err
	}
	return archive.Close()
}

// writeOwnJSON writes a section as a list of objects, and counts them.
func (f *Feature) writeOwnJSON(ctx context.Context, s store.OwnSection, p *models.Person, to io.Writer) (n int, err error) {
	w := bufio.NewWriterSize(to, 32<<10)
	_, _ = w.WriteString("[") // what fails is told by Flush
	err = f.store.EachOwn(ctx, s, p, func(row []store.OwnField) error {
		if n++; n > 1 {
			_, _ = w.WriteString(",")
		}
		_, _ = w.WriteString("\n{")
		for i, field := range row {
			value, err := json.Marshal(field.Value)
			if err != nil {
				return err
			}
			if i > 0 {
				_, _ = w.WriteString(", ")
			}
			_, _ = w.WriteString(`"` + field.Name + `": `)
			_, _ = w.Write(value)
		}
		_, _ = w.WriteString("}")
		return nil
	})
	if err != nil {
		return n, err
	}
	_, _ = w.WriteString("\n]\n")
	return n, w.Flush()
}

// ownRows shows the rows of a section to be read.
func (f *Feature) ownRows(s store.OwnSection, p *models.Person) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return f.store.EachOwn(ctx, s, p, func(row []store.OwnField) error {
			var fields []templates.OwnDataField
			for _, field := range row {
				fields = append(fields, templates.OwnDataField{Name: field.Name, Value: field.Value})
			}
			return templates.OwnDataRow(fields).Render(ctx, w)
		})
	})
}
