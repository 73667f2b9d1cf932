package templates

import "strconv"

// WelcomePage is the three questions to somebody who is new, with what they typed.
type WelcomePage struct {
	Name, JobTitle, StaffGroup, Organisation string

	StaffGroups   []string
	Organisations []string // that are offered while one is typed
	Systems       []Option // that can be ticked, by slug
	Ticked        []string
	Typed         []string // systems that are not among them, by any name
	Offers        []string // names of systems that are offered while one is typed
	Next          string   // where its reader was going; empty for the start page
	Errors        []FieldError
}

// next is where its reader goes from here.
func (p WelcomePage) next() string {
	if p.Next == "" {
		return "/"
	}
	return p.Next
}

func systemLine(i int) string { return "systems[" + strconv.Itoa(i) + "]" }

func systemLabel(i int) string { return "Another system, " + strconv.Itoa(i+1) }

// otherLegend asks for systems that cannot be ticked: the whole question where
// none can be.
func (p WelcomePage) otherLegend() string {
	if len(p.Systems) == 0 {
		return "3. Which systems do you use?"
	}
	return "Others that you use"
}

func (p WelcomePage) otherSize() LabelSize {
	if len(p.Systems) == 0 {
		return "m"
	}
	return "s"
}
