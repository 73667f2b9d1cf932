package people

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// rowsAtOnce is how many rows of a table are read in one statement.
const rowsAtOnce = 200

// table sends the list of people as CSV: what the page shows, which is never
// an e-mail address.
func (f *Feature) table(c *fiber.Ctx) error {
	if err := web.OnlyParameters(c, "q", "cursor"); err != nil {
		return err
	}
	q := store.PeopleQuery{Text: models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery), Limit: rowsAtOnce}
	columns := []string{"handle", "name", "role", "organisation", "organisation_name", "skills", "url"}
	return f.site.SendCSV(c, "people", columns, func(ctx context.Context, write func(...string) error) error {
		for {
			people, more, err := f.store.People(ctx, q)
			if err != nil {
				return err
			}
			for _, p := range people {
				if err := write(p.Handle, p.Name, p.JobTitle, p.Organisation, p.OrgName, web.CSVList(p.Skills), f.site.URL("/people/"+p.Handle)); err != nil {
					return err
				}
				q.After = &store.NameCursor{Name: p.Name, Key: p.ID}
			}
			if !more {
				return nil
			}
		}
	})
}

// tableAddress gives the address of the list as CSV.
func tableAddress(text string) string {
	if text == "" {
		return "/people.csv"
	}
	return "/people.csv?q=" + web.QueryEscape(text)
}
