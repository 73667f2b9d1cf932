package impact

import "time"

// Of is what came of the case studies of one organisation, and of what it adopts.
type Of struct {
	Here *Figures // of its case studies, and of who adopts them
	By   *Figures // of what it adopts
}

// Of counts what is about one organisation, by its code.
func (f *Facts) Of(code string, q Query, zone *time.Location) Of {
	var from, by Facts
	for _, s := range f.Studies {
		if s.Organisation == code {
			from.Studies = append(from.Studies, s)
		}
	}
	for _, a := range f.Adoptions {
		switch code {
		case a.Study.Organisation:
			from.Adoptions = append(from.Adoptions, a)
		case a.Organisation:
			by.Adoptions = append(by.Adoptions, a)
		}
	}
	return Of{from.Count(q, zone), by.Count(q, zone)}
}
