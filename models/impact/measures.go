package impact

import "grassroots/models"

// KindOfMeasure tells how well a measure of an adoption is known, by the same rules as for the
// benefit of a case study. A series says itself when each of its points was.
func KindOfMeasure(m *models.AdoptionMeasure) Kind {
	b := m.Benefit()
	if b.Period == "" && m.FromSeries {
		b.Period = "series"
	}
	return KindOf(b)
}
