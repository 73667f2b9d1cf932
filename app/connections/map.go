package connections

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// mapRoutes adds the map of connections and what its script draws.
func (f *Feature) mapRoutes(r fiber.Router) {
	r.Get(mapPath, f.site.Cached(f.mapPage))
	r.Get(mapPath+".json", f.site.Cached(f.mapData))
	r.Get(mapPath+".csv", f.tableFile)
	r.Get("/interoperability/connections.csv", f.joinsFile)
}

// mapPage is the map in the view that is asked for.
func (f *Feature) mapPage(c *fiber.Ctx) error {
	q, err := f.parseMap(c)
	if err != nil {
		return err
	}
	s, err := f.mapSource(c.UserContext())
	if err != nil {
		return err
	}
	list, facets := s.matching(q.JoinQuery)
	page := templates.MapPage{Views: viewLinks(q), Filters: mapFilters(q), Empty: len(s.records) == 0, Count: s.countText(list)}
	if s.cut {
		page.Cut = "Counted are the connections of the newest case studies: there are more than " + templates.FormatNumber(len(s.records)) + "."
	}
	page.Facets, page.Selects = s.filterFields(q, facets)
	page.Chosen = s.chosen(q)
	if len(list) > 0 {
		if err := f.addView(c, &page, s, list, q); err != nil {
			return err
		}
	}
	shell := f.site.Shell(c, "Map of connections")
	shell.Description = "Which systems of the NHS are joined to which, by what standards, and in which regions: as a graph, a table, a matrix and a map of England."
	shell.Wide, shell.MapCSS = true, f.site.Assets.URL("map.css")
	if page.Graph != nil {
		shell.MapJS, shell.MapLibrary, shell.MapData = f.site.Assets.URL("map.js"), page.Graph.Library, page.Graph.Data
	}
	shell.Canonical = f.site.URL(mapQuery{view: q.view, page: 1}.address())
	shell.NoIndex = q.active() > 0 || q.selected != "" || q.sort != "" || q.page > 1
	shell.Crumbs = []templates.Crumb{{Text: "Who has joined what", URL: "/interoperability"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Map(page))
}

// addView fills in the view that is asked for.
func (f *Feature) addView(c *fiber.Ctx, page *templates.MapPage, s *mapSource, list []models.JoinRecord, q mapQuery) (err error) {
	switch q.view {
	case viewTable:
		if page.Table, err = s.tablePage(list, q); err == nil {
			page.Table.CSVURL, page.Table.JoinsURL = q.files()
		}
	case viewMatrix:
		page.Matrix = s.matrixPage(list)
		page.Matrix.Choose, page.Matrix.One = s.choose(list, q), s.onePage(list, q)
	case viewEngland:
		page.England = s.englandPage(list, q)
	default:
		var d *drawing
		if d, err = f.draw(c.UserContext(), s, list, q.selected, drawnSystems, drawnLines); err != nil {
			return err
		}
		page.Graph = d.graphPage(q)
		page.Graph.Choose, page.Graph.One = s.choose(list, q), s.onePage(list, q)
		page.Graph.Data = strings.Replace(q.address(selecting("")), mapPath, mapPath+".json", 1)
		page.Graph.Library = f.site.Assets.URL("cytoscape.js")
	}
	return err
}

// mapData is what the script draws, as JSON. It is the same for everybody, so
// it has a tag for those too who are signed in.
func (f *Feature) mapData(c *fiber.Ctx) error {
	q, err := f.parseMap(c)
	if err != nil {
		return err
	}
	s, err := f.mapSource(c.UserContext())
	if err != nil {
		return err
	}
	list, _ := s.matching(q.JoinQuery)
	d, err := f.draw(c.UserContext(), s, list, "", scriptSystems, scriptLines)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(d.data())
	if err != nil {
		return err
	}
	tag := "W/" + web.ETag("", raw)
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if web.MatchesTag(c.Get(fiber.HeaderIfNoneMatch), tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(raw)
}

// countText says how much is shown.
func (s *mapSource) countText(list []models.JoinRecord) string {
	if len(list) == 0 {
		return "No connections found"
	}
	t := totalOf(list)
	return fmt.Sprintf("%s between %s: %s, %s", templates.FormatCount(t.connections, "connection", "connections"), templates.FormatCount(len(systemsOf(list)), "system", "systems"),
		templates.FormatCount(t.organisations.count(), "organisation", "organisations"), templates.FormatCount(t.studies, "case study", "case studies"))
}

func viewLinks(q mapQuery) []templates.Sort {
	var out []templates.Sort
	for _, v := range []struct{ view, text string }{{viewGraph, "Graph"}, {viewTable, "Table"}, {viewMatrix, "Matrix"}, {viewEngland, "England and nations"}} {
		out = append(out, templates.Sort{Text: v.text, URL: q.address(inView(v.view)), Current: v.view == q.view})
	}
	return out
}

// mapFilters is the form around the filters: the view, the system that is
// looked at and the order are kept when it is sent.
func mapFilters(q mapQuery) templates.FiltersProps {
	p := templates.FiltersProps{ActionURL: mapPath, Active: q.active(), ClearURL: q.address(unfiltered)}
	kept := q
	kept.JoinQuery, kept.page = models.JoinQuery{}, 1
	p.Keep = fieldsOf(kept)
	for _, field := range []string{models.JoinBySystem, models.JoinByOrganisation} {
		values := *q.Filter(field)
		for i := 1; i < len(values); i++ { // the first is in its own field
			p.Keep = append(p.Keep, templates.NameValue{Name: field, Value: values[i]})
		}
	}
	return p
}

// fieldsOf gives the parameters of an address as fields of a form.
func fieldsOf(q mapQuery) []templates.NameValue {
	var out []templates.NameValue
	values := q.values()
	for _, name := range append(models.JoinFilters(), "view", "selected", "sort") {
		for _, v := range values[name] {
			out = append(out, templates.NameValue{Name: name, Value: v})
		}
	}
	return out
}

// choose is the form that looks at one system.
func (s *mapSource) choose(list []models.JoinRecord, q mapQuery) templates.MapChoose {
	kept := q
	kept.selected = ""
	choose := templates.MapChoose{ActionURL: mapPath, Keep: fieldsOf(kept), Select: templates.SelectProps{Name: "selected", ID: "selected", Label: "Look at one system", Value: q.selected, Empty: "Choose a system"}}
	if q.selected != "" {
		choose.ClearURL = kept.address()
	}
	for _, m := range systemsOf(list) {
		choose.Select.Options = append(choose.Select.Options, templates.Option{Value: m.slug, Text: s.words.SystemName(m.slug)})
	}
	slices.SortFunc(choose.Select.Options, func(a, b templates.Option) int { return compareNames(a.Text, b.Text) })
	return choose
}
