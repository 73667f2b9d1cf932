package connections

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
)

// rowsAtOnce is how many rows of a table are read in one statement.
const rowsAtOnce = 500

// tableFile sends the table view of the map as CSV, all pages of it.
func (f *Feature) tableFile(c *fiber.Ctx) error {
	q, err := f.parseMap(c)
	if err != nil {
		return err
	}
	s, err := f.mapSource(c.UserContext())
	if err != nil {
		return err
	}
	columns := []string{"from", "from_name", "to", "to_name", "standard", "standard_name", "direction", "status", "organisations", "case_studies", "url"}
	return f.site.SendCSV(c, "connections-counted", columns, func(_ context.Context, write func(...string) error) error {
		list, _ := s.matching(q.JoinQuery)
		rows := group(list, rowOf)
		for _, k := range s.sortRows(rows, cmp.Or(q.sort, usualSort)) {
			row := s.row(k, rows[k])
			if err := write(k.from, row.From.Text, k.to, row.To.Text, k.standard, row.Standard.Text, k.direction, k.status,
				strconv.Itoa(row.Organisations), strconv.Itoa(row.Studies), f.site.URL(row.PairURL)); err != nil {
				return err
			}
		}
		return nil
	})
}

// joinsFile sends every connection that the filters of the map leave as CSV:
// what the case studies say, those of the newest first.
func (f *Feature) joinsFile(c *fiber.Ctx) error {
	q, err := f.parseMap(c)
	if err != nil {
		return err
	}
	v, err := f.site.Vocabulary(c.UserContext())
	if err != nil {
		return err
	}
	columns := []string{"id", "from", "from_system", "to", "to_system", "standard", "standard_name", "version", "transport", "direction", "data", "status", "site",
		"organisation", "organisation_name", "region", "case_study", "case_study_title", "case_study_stage", "url"}
	return f.site.SendCSV(c, "connections", columns, func(ctx context.Context, write func(...string) error) error {
		ask := q.JoinQuery
		for ask.Limit = rowsAtOnce; ; {
			list, next, _, err := f.store.Joins(ctx, ask)
			if err != nil {
				return err
			}
			for _, j := range list {
				if err := write(j.ID, j.FromText, j.From, j.ToText, j.To, j.Standard, v.StandardName(j.Standard), j.Version, j.Transport, j.Direction, web.CSVList(j.Data),
					j.Status, j.Site, j.Organisation, j.OrgName, j.Region, j.CaseStudyID, j.Title, string(j.Stage), f.site.URL("/case-studies/"+j.Slug)); err != nil {
					return err
				}
			}
			if next == "" {
				return nil
			}
			ask.After = next
		}
	})
}

// files gives the addresses of both tables with what was asked for.
func (q mapQuery) files() (table, joins string) {
	q.page, q.selected = 1, ""
	table = strings.Replace(q.address(), mapPath, mapPath+".csv", 1)
	q.view, q.sort = viewGraph, ""
	return table, strings.Replace(q.address(), mapPath, "/interoperability/connections.csv", 1)
}
