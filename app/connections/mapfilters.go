package connections

import (
	"cmp"
	"fmt"
	"slices"

	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/templates"
)

// offeredValues is how many systems or organisations a filter offers, those
// with most connections.
const offeredValues = 500

// legends name the filters.
func legends() map[string]string {
	return map[string]string{models.JoinByStandard: "Standard", models.JoinByStatus: "Status", models.JoinByRegion: "Region", models.JoinBySystem: "System",
		models.JoinByOrganisation: "Organisation"}
}

// valueText names a value of a filter.
func (s *mapSource) valueText(field, value string) string {
	switch field {
	case models.JoinByStandard:
		return s.words.StandardName(value)
	case models.JoinByStatus:
		return templates.ConnectionText(value)
	case models.JoinBySystem:
		return s.words.SystemName(value)
	case models.JoinByOrganisation:
		return s.organisation(value)
	}
	return value
}

// filterFields are the filters: boxes to tick where there are few values, lists
// to choose from where there are many. Values that are chosen are offered
// whether anything has them or not.
func (s *mapSource) filterFields(q mapQuery, counts map[string]map[string]int) (facets []templates.ListFacet, selects []templates.SelectProps) {
	for _, field := range models.JoinFilters() {
		chosen := *q.Filter(field)
		switch field {
		case models.JoinBySystem, models.JoinByOrganisation:
			selects = append(selects, s.selectOf(field, chosen, counts[field]))
		default:
			facet := templates.ListFacet{Name: field, Legend: legends()[field], Named: models.FacetOfNames(field)}
			for _, v := range s.facetValues(field, chosen, counts[field]) {
				facet.Options = append(facet.Options, templates.FacetOption{Value: v, Text: s.valueText(field, v), Count: counts[field][v], Checked: slices.Contains(chosen, v)})
			}
			facets = append(facets, facet)
		}
	}
	return facets, selects
}

// facetValues gives the values of a filter in the order in which they are
// offered.
func (s *mapSource) facetValues(field string, chosen []string, counts map[string]int) []string {
	var order []string
	switch field {
	case models.JoinByStatus:
		order = models.Statuses()
	case models.JoinByRegion:
		for _, r := range reference.Regions() {
			order = append(order, r.Name)
		}
	default:
		order = s.standards
	}
	var out []string
	for _, v := range order {
		if counts[v] > 0 || slices.Contains(chosen, v) {
			out = append(out, v)
		}
	}
	for _, v := range chosen {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func (s *mapSource) selectOf(field string, chosen []string, counts map[string]int) templates.SelectProps {
	p := templates.SelectProps{Name: field, ID: "filter-" + field, Label: legends()[field], Empty: "Any " + field}
	if len(chosen) > 0 {
		p.Value = chosen[0]
	}
	values := make([]string, 0, len(counts))
	for v := range counts {
		if v != "" {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	if len(values) > offeredValues {
		values = values[:offeredValues]
		p.Hint = fmt.Sprintf("The %d with most connections", offeredValues)
	}
	for _, v := range chosen {
		if !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	for _, v := range values {
		p.Options = append(p.Options, templates.Option{Value: v, Text: fmt.Sprintf("%s (%s)", s.valueText(field, v), templates.FormatNumber(counts[v])), Named: true})
	}
	slices.SortFunc(p.Options, func(a, b templates.Option) int { return compareNames(a.Text, b.Text) })
	return p
}

// chosen are the filters that hold, each with the address without it.
func (s *mapSource) chosen(q mapQuery) []templates.ChosenFilter {
	var out []templates.ChosenFilter
	for _, field := range models.JoinFilters() {
		for _, v := range *q.Filter(field) {
			out = append(out, templates.ChosenFilter{Legend: legends()[field], Value: s.valueText(field, v), Named: models.FacetOfNames(field), URL: q.address(lacking(field, v))})
		}
	}
	return out
}
