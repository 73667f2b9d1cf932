package casestudies

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// findsAtOnce is how many finds of a search are read at once.
const findsAtOnce = 100

// table sends the list of case studies, as the address narrows and orders it,
// as CSV: what the page shows, of every page.
func (f *Feature) table(c *fiber.Ctx) error {
	q, err := ParseQuery(c, findsAtOnce)
	if err != nil {
		return err
	}
	q.Cursor, q.Uncounted = nil, true
	columns := []string{"id", "title", "summary", "stage", "organisation", "organisation_name", "author", "tags", "votes", "comments", "adoptions", "published", "updated", "url"}
	return f.site.SendCSV(c, "case-studies", columns, func(ctx context.Context, write func(...string) error) error {
		return f.eachSummary(ctx, q, func(s models.Summary) error {
			return write(s.ID, s.Title, s.Summary, string(s.Stage), s.Organisation, s.OrgName, s.Byline, web.CSVList(s.Tags), strconv.Itoa(s.Votes),
				strconv.Itoa(s.Comments), strconv.Itoa(s.Adoptions), web.CSVTime(s.PublishedAt), web.CSVTime(s.UpdatedAt), f.site.URL("/case-studies/"+s.Slug))
		})
	})
}

// eachSummary gives every case study of a query to do, a page at a time. What
// moves from a page that is still to come to one that was read is given once.
func (f *Feature) eachSummary(ctx context.Context, q models.ListQuery, do func(models.Summary) error) error {
	given := map[string]bool{}
	for first := true; ; first = false {
		listing, err := f.rows(ctx, q)
		if err != nil {
			return err
		}
		if listing.Away && !first && q.Cursor != nil && q.Cursor.Offset > 0 {
			return models.E(models.Unavailable, "Search went away while the table was made. Try again in a moment.")
		}
		for _, s := range listing.Items {
			if given[s.ID] {
				continue
			}
			given[s.ID] = true
			if err := do(s); err != nil {
				return err
			}
		}
		if listing.Next == "" {
			return nil
		}
		if q.Cursor, err = models.ParseCursor(listing.Next); err != nil {
			return err
		}
	}
}

// rows gives a page of a table: of a list more at once than a page shows.
func (f *Feature) rows(ctx context.Context, q models.ListQuery) (Listing, error) {
	if q.Text != "" {
		return f.List(ctx, q, nil)
	}
	if err := f.followMerges(ctx, &q); err != nil {
		return Listing{}, err
	}
	q.Limit = f.rowsAtOnce
	page, err := f.store.ListCaseStudies(ctx, q)
	return Listing{Page: page, Query: q}, err
}
