package connections

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// mapPath is the address of the map of connections.
const mapPath = "/interoperability/map"

// The views of the map: the same connections, each shown in another way.
const (
	viewGraph   = "graph"
	viewTable   = "table"
	viewMatrix  = "matrix"
	viewEngland = "england"
)

// views lists the views in the order in which they are offered.
func views() []string { return []string{viewGraph, viewTable, viewMatrix, viewEngland} }

// mapQuery is what an address asks of the map.
type mapQuery struct {
	models.JoinQuery        // its filters: see models.JoinFilters
	view             string // one of views
	selected         string // slug of the system that is looked at
	sort             string // of the table: a column, after a hyphen when downwards
	page             int    // of the table, from 1
}

// maxMapPages is the last page that a table can have: a row a connection.
const maxMapPages = store.MaxJoinRecords / rowsPerPage

// parseMap reads what an address asks. A parameter that is none of the map's is
// a BadRequest, and so is a value that a list of values does not have.
func (f *Feature) parseMap(c *fiber.Ctx) (mapQuery, error) {
	q := mapQuery{view: viewGraph, page: 1}
	for k, v := range c.Context().QueryArgs().All() {
		name, value := string(k), models.CleanLine(string(v))
		switch {
		case slices.Contains(models.JoinFilters(), name):
			if values := q.Filter(name); value != "" && !slices.Contains(*values, value) {
				*values = append(*values, value)
			}
		case value == "" && slices.Contains([]string{"view", "selected", "sort", "page"}, name):
		case name == "view":
			q.view = value
		case name == "selected":
			q.selected = value
		case name == "sort":
			q.sort = value
		case name == "page":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > maxMapPages {
				return q, models.Errorf(models.BadRequest, "“page” must be a whole number from 1 to %d.", maxMapPages)
			}
			q.page = n
		default:
			return q, models.Errorf(models.BadRequest, "There is no filter called “%s”.", models.Truncate(models.CleanLine(name), 40))
		}
	}
	if !slices.Contains(views(), q.view) {
		return q, models.Errorf(models.BadRequest, "There is no view called “%s”. Use %s.", models.Truncate(q.view, 40), models.Alternatives(views()))
	}
	if q.sort != "" && !slices.Contains(mapSorts(), strings.TrimPrefix(q.sort, "-")) {
		return q, models.Errorf(models.BadRequest, "There is no order called “%s”. Use %s.", models.Truncate(q.sort, 40), models.Alternatives(mapSorts()))
	}
	if err := q.Validate(); err != nil { // before anything is looked up
		return q, err
	}
	return q, f.resolve(c, &q)
}

// resolve turns what people may call systems, standards, regions and
// organisations into what connections are kept with.
func (f *Feature) resolve(c *fiber.Ctx, q *mapQuery) (err error) {
	names := q.System
	if q.selected != "" {
		names = append(slices.Clone(names), q.selected)
	}
	slugs, err := f.systems(c.UserContext(), names)
	if err != nil {
		return err
	}
	q.System = slugs[:len(q.System)]
	if q.selected != "" {
		q.selected = slugs[len(slugs)-1]
	}
	if q.Standard, err = f.standards(c.UserContext(), q.Standard); err != nil {
		return err
	}
	for i, name := range q.Region {
		q.Region[i] = region(name)
	}
	for i, code := range q.Organisation {
		q.Organisation[i] = strings.ToUpper(code)
	}
	return nil
}

// active counts the filters.
func (q mapQuery) active() int {
	n := 0
	for _, field := range models.JoinFilters() {
		n += len(*q.Filter(field))
	}
	return n
}

// values gives the parameters of an address of the map.
func (q mapQuery) values() url.Values {
	v := url.Values{}
	if q.view != viewGraph {
		v.Set("view", q.view)
	}
	for _, field := range models.JoinFilters() {
		if values := *q.Filter(field); len(values) > 0 {
			v[field] = values
		}
	}
	if q.selected != "" {
		v.Set("selected", q.selected)
	}
	if q.view == viewTable && q.sort != "" {
		v.Set("sort", q.sort)
	}
	if q.view == viewTable && q.page > 1 {
		v.Set("page", strconv.Itoa(q.page))
	}
	return v
}

// address gives the address of the map with changes.
func (q mapQuery) address(changes ...func(*mapQuery)) string {
	for _, change := range changes {
		change(&q)
	}
	if v := q.values(); len(v) > 0 {
		return mapPath + "?" + v.Encode()
	}
	return mapPath
}

func inView(view string) func(*mapQuery) { return func(q *mapQuery) { q.view, q.page = view, 1 } }

func selecting(slug string) func(*mapQuery) { return func(q *mapQuery) { q.selected = slug } }

func onPage(n int) func(*mapQuery) { return func(q *mapQuery) { q.page = n } }

// only leaves one value of a field.
func only(field, value string) func(*mapQuery) {
	return func(q *mapQuery) { *q.Filter(field), q.page = []string{value}, 1 }
}

// lacking takes a value of a field away.
func lacking(field, value string) func(*mapQuery) {
	return func(q *mapQuery) {
		values := q.Filter(field)
		*values, q.page = slices.DeleteFunc(slices.Clone(*values), func(v string) bool { return v == value }), 1
	}
}

// unfiltered takes every filter away.
func unfiltered(q *mapQuery) { q.JoinQuery, q.page = models.JoinQuery{}, 1 }

func systemURL(slug string) string { return "/systems/" + url.PathEscape(slug) }

func standardURL(code string) string { return "/standards/" + url.PathEscape(code) }
