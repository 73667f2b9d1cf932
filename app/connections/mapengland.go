package connections

import (
	"fmt"

	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

// place is a region and a status.
type regionStatus struct{ region, status string }

// englandPage counts connections by region.
func (s *mapSource) englandPage(list []models.JoinRecord, q mapQuery) *templates.MapEngland {
	byRegion := group(list, func(r models.JoinRecord) string { return r.Region })
	byStatus := group(list, func(r models.JoinRecord) regionStatus { return regionStatus{r.Region, r.Status} })
	live := func(region string) int { return organisationsOf(byStatus[regionStatus{region, models.StatusLive}]) }
	e := &templates.MapEngland{}
	highest := 0
	for _, r := range reference.Regions() {
		highest = max(highest, live(r.Name))
	}
	for _, t := range reference.Tiles() {
		tile := templates.MapTile{Column: t.Column, Row: t.Row, Name: t.Name, Live: live(t.Name), Level: level(live(t.Name), highest),
			URL: q.address(only(models.JoinByRegion, t.Name)), Selected: len(q.Region) == 1 && q.Region[0] == t.Name, Nation: isNation(t.Name)}
		tile.Title = fmt.Sprintf("%s, %s live: %s with a live connection, %s with any", t.Name, templates.FormatNumber(tile.Live),
			templates.FormatCount(tile.Live, "organisation", "organisations"), templates.FormatNumber(organisationsOf(byRegion[t.Name])))
		e.Tiles = append(e.Tiles, tile)
	}
	e.Levels = levels(highest)
	e.Columns = []templates.MapColumn{{Text: "Region"}}
	for _, status := range models.Statuses() {
		e.Columns = append(e.Columns, templates.MapColumn{Text: templates.ConnectionText(status), Number: true})
	}
	e.Columns = append(e.Columns, templates.MapColumn{Text: "Any status", Number: true}, templates.MapColumn{Text: "Case studies", Number: true})
	row := func(name string, of func(status string) *tally, all *tally) templates.MapRegion {
		r := templates.MapRegion{Name: name}
		for _, status := range models.Statuses() {
			r.Counts = append(r.Counts, organisationsOf(of(status)))
		}
		studies := 0
		if all != nil {
			studies = all.studies
		}
		r.Counts = append(r.Counts, organisationsOf(all), studies)
		return r
	}
	for _, region := range reference.Regions() {
		r := row(region.Name, func(status string) *tally { return byStatus[regionStatus{region.Name, status}] }, byRegion[region.Name])
		r.URL = q.address(inView(viewTable), only(models.JoinByRegion, region.Name))
		e.Rows = append(e.Rows, r)
	}
	if all := byRegion[""]; all != nil {
		e.Rows = append(e.Rows, row("No region known", func(status string) *tally { return byStatus[regionStatus{"", status}] }, all))
	}
	all := group(list, func(r models.JoinRecord) string { return r.Status })
	e.Total = row("All", func(status string) *tally { return all[status] }, totalOf(list))
	return e
}

func organisationsOf(t *tally) int {
	if t == nil {
		return 0
	}
	return t.organisations.count()
}

func isNation(name string) bool {
	for _, r := range reference.Regions() {
		if r.Name == name {
			return r.Nation == name
		}
	}
	return false
}

// levels explains the shades by the numbers that have them.
func levels(highest int) []templates.MapLevel {
	out := []templates.MapLevel{{Level: 0, Text: "None"}}
	from := 1
	for n := 1; n <= highest; n++ {
		if n == highest || level(n+1, highest) != level(n, highest) {
			text := templates.FormatNumber(from)
			if n > from {
				text += " to " + templates.FormatNumber(n)
			}
			out = append(out, templates.MapLevel{Level: level(n, highest), Text: text})
			from = n + 1
		}
	}
	return out
}
