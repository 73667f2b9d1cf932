package models

import "slices"

// JoinRecord is what a map counts a connection of a published case study by.
// Its fields are those of Join.
type JoinRecord struct {
	From, To     string
	Standard     string
	Direction    string
	Status       string
	Organisation string
	Region       string
	CaseStudyID  string
}

// The fields of a connection that a map is filtered by, as addresses name them.
const (
	JoinBySystem       = "system"
	JoinByStandard     = "standard"
	JoinByStatus       = "status"
	JoinByRegion       = "region"
	JoinByOrganisation = "organisation"
)

// JoinFilters lists the fields that a map is filtered by.
func JoinFilters() []string {
	return []string{JoinByStandard, JoinByStatus, JoinByRegion, JoinBySystem, JoinByOrganisation}
}

// Filter gives the values that a query asks of a field of JoinFilters, to be
// read or added to. It panics for another field.
func (q *JoinQuery) Filter(field string) *[]string {
	switch field {
	case JoinBySystem:
		return &q.System
	case JoinByStandard:
		return &q.Standard
	case JoinByStatus:
		return &q.Status
	case JoinByRegion:
		return &q.Region
	case JoinByOrganisation:
		return &q.Organisation
	}
	panic("models: connections are not filtered by " + field)
}

// Misses tells how many of the filters of a query a connection does not have
// the values of, and names the last of them. Fields of the query that are no
// filter of JoinFilters are not looked at.
func (q *JoinQuery) Misses(r JoinRecord) (n int, field string) {
	for _, f := range [...]struct {
		field  string
		values []string
		value  string
	}{{JoinByStandard, q.Standard, r.Standard}, {JoinByStatus, q.Status, r.Status}, {JoinByRegion, q.Region, r.Region}, {JoinByOrganisation, q.Organisation, r.Organisation}} {
		if len(f.values) > 0 && !slices.Contains(f.values, f.value) {
			n, field = n+1, f.field
		}
	}
	if len(q.System) > 0 && !slices.Contains(q.System, r.From) && !slices.Contains(q.System, r.To) {
		n, field = n+1, JoinBySystem
	}
	return n, field
}
