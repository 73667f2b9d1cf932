package models

import "slices"

// PayBand is what somebody is paid by, as they say. It is kept apart from the
// person, so that whatever reads people does not read it: nobody else sees it.
type PayBand string

// The two answers that say no band.
const (
	BandNotApplicable PayBand = "not-applicable"
	BandNotSaid       PayBand = "prefer-not-to-say"
)

var payBands = []struct {
	band  PayBand
	label string
}{
	{"2", "Band 2"}, {"3", "Band 3"}, {"4", "Band 4"}, {"5", "Band 5"}, {"6", "Band 6"}, {"7", "Band 7"},
	{"8a", "Band 8a"}, {"8b", "Band 8b"}, {"8c", "Band 8c"}, {"8d", "Band 8d"}, {"9", "Band 9"},
	{"md-training", "Doctor or dentist in training"}, {"md-specialty", "Specialty or specialist doctor or dentist"}, {"md-consultant", "Consultant"}, {"md-primary", "GP or dentist in primary care"},
	{BandNotApplicable, "Not applicable"}, {BandNotSaid, "Prefer not to say"},
}

// PayBands lists the bands of Agenda for Change, the medical and dental grades,
// and the two answers that say neither, in the order in which they are shown.
func PayBands() []PayBand {
	out := make([]PayBand, len(payBands))
	for i, b := range payBands {
		out[i] = b.band
	}
	return out
}

// Valid tells whether it is one of the list; empty is nothing said.
func (b PayBand) Valid() bool { return b == "" || slices.Contains(PayBands(), b) }

// Counts tells whether it names a band or a grade, by which people are counted.
func (b PayBand) Counts() bool {
	return b != "" && b != BandNotApplicable && b != BandNotSaid && b.Valid()
}

// Label gives the band as a person reads it.
func (b PayBand) Label() string {
	for _, one := range payBands {
		if one.band == b {
			return one.label
		}
	}
	return string(b)
}

// ValidPayBand is invalid for what is none of the list.
func ValidPayBand(b PayBand) error {
	if b.Valid() {
		return nil
	}
	return InvalidField("band", "Choose a pay band from the list")
}
