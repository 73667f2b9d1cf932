package comments

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// threadsAtOnce is how many threads of a table are read at a time.
const threadsAtOnce = 100

// table sends the comments on a case study as CSV, in the order of the page.
// What is deleted or hidden is left out, for whoever asks.
func (f *Feature) table(c *fiber.Ctx) error {
	if err := web.OnlyParameters(c); err != nil {
		return err
	}
	person := web.Person(c)
	cs, err := f.site.StandingCaseStudy(c.UserContext(), person, c.Params("slug"))
	if err != nil {
		return err
	}
	columns := []string{"id", "reply_to", "kind", "official", "author", "role", "staff_group", "years_experience", "organisation", "organisation_name", "created", "edited", "body", "url"}
	return f.site.SendCSV(c, "comments", columns, func(ctx context.Context, write func(...string) error) error {
		for after := ""; ; {
			page, err := f.threads(ctx, person, cs, after, threadsAtOnce)
			if err != nil {
				return err
			}
			for _, top := range page.Items {
				for _, one := range append([]models.Comment{top}, top.Replies...) {
					if one.Stub() {
						continue
					}
					if err := write(f.row(one)...); err != nil {
						return err
					}
				}
			}
			if after = page.Next; after == "" {
				return nil
			}
		}
	})
}

func (f *Feature) row(c models.Comment) []string {
	years, edited := "", ""
	if n := c.Author.YearsExperience; n != nil {
		years = strconv.Itoa(*n)
	}
	if c.EditedAt != nil {
		edited = web.CSVTime(*c.EditedAt)
	}
	return []string{c.ID, c.ParentID, string(c.Kind), strconv.FormatBool(c.Official), c.Author.Name, c.Author.JobTitle, c.Author.StaffGroup, years,
		c.Author.Organisation, c.Author.OrgName, web.CSVTime(c.CreatedAt), edited, c.Body, f.site.URL(commentURL(c.ID))}
}
