package models

// Visibility says who may read a case study once it is published.
type Visibility string

// The visibilities. The empty one is ToEverybody, and how that is kept.
const (
	ToEverybody    Visibility = "public"
	ToSignedIn     Visibility = "signed-in"
	ToOrganisation Visibility = "organisation"
)

// Visibilities lists every visibility, the widest first.
func Visibilities() []Visibility { return []Visibility{ToEverybody, ToSignedIn, ToOrganisation} }

// Label gives the visibility as a person reads it.
func (v Visibility) Label() string {
	switch v {
	case "", ToEverybody:
		return "Everybody"
	case ToSignedIn:
		return "Everybody who signs in"
	case ToOrganisation:
		return "The organisation alone"
	case ToEditors:
		return "Its editors alone"
	}
	return string(v)
}

// ErrNoSuchCaseStudy is what somebody is told who asks for a case study that is
// not there, or that they may not know of: the same words for both.
var ErrNoSuchCaseStudy = E(NotFound, "That case study cannot be found. Some can be read only by those who sign in, or by one organisation.")

// Limited is the status of a published case study that not everybody may read.
// What lists, counts, feeds, maps, the search index, the exchange and kept
// pages show is Published; none of them has to know of visibility to keep what
// is limited out.
const Limited Status = "limited"

// Shown is the status that the case study has while it is not withdrawn.
func (d *Document) Shown() Status {
	if d.Visibility == "" || d.Visibility == ToEverybody {
		return Published
	}
	return Limited
}

// ReadRight is the right that reading the case study needs.
func (cs *CaseStudy) ReadRight() Right {
	switch {
	case cs.Status == Withdrawn:
		return ReadWithdrawn
	case cs.Status == Published:
		return ReadPublic
	case cs.Visibility == ToSignedIn:
		return ReadSignedIn
	}
	return ReadOrganisation
}

func (d *Document) validateVisibility(p *problems) {
	switch d.Visibility {
	case "", ToEverybody, ToSignedIn:
	case ToOrganisation:
		if d.Organisation == "" {
			p.add("organisation", "Enter the ODS code of the organisation that alone may read this, such as RR8")
		}
	default:
		p.add("visibility", "Who can read it must be public, signed-in or organisation")
	}
}
