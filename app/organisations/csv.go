package organisations

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models/store"
)

// rowsAtOnce is how many rows of a table are read in one statement.
const rowsAtOnce = 200

// table sends the list of organisations as CSV.
func (f *Feature) table(c *fiber.Ctx) error {
	if err := web.OnlyParameters(c, "q", "region", "kind", "all", "unnamed", "cursor"); err != nil {
		return err
	}
	q, err := readQuery(c)
	if err != nil {
		return err
	}
	q.After, q.Limit = nil, rowsAtOnce
	columns := []string{"code", "name", "kind", "region", "icb", "icb_name", "postcode", "opened", "closed", "successors", "named", "case_studies", "people", "url"}
	return f.site.SendCSV(c, "organisations", columns, func(ctx context.Context, write func(...string) error) error {
		for {
			found, more, err := f.store.Organisations(ctx, q.OrganisationQuery)
			if err != nil {
				return err
			}
			for _, o := range found {
				if err := write(o.Code, o.Name, o.Kind, o.Region, o.ICBCode, o.ICBName, o.Postcode, dayOf(o.Opened), dayOf(o.Closed), web.CSVList(o.Successors),
					strconv.FormatBool(o.Named), strconv.Itoa(o.Studies), strconv.Itoa(o.People), f.site.URL(address(o.Code))); err != nil {
					return err
				}
				q.After = &store.NameCursor{Name: o.Name, Key: o.Code}
			}
			if !more {
				return nil
			}
		}
	})
}

func dayOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// tableAddress gives the address of the list as CSV.
func (q listQuery) tableAddress() string {
	return strings.Replace(q.address(""), "/organisations", "/organisations.csv", 1)
}
