package templates

// CheckPage is the page on which anybody checks a text for patient data.
type CheckPage struct {
	Text    string
	Checked bool
	Parts   []CheckPart // of Text, once it was checked
	Errors  []FieldError
}

// CheckPart is a part of a text that was checked; Kind is empty where nothing
// was found.
type CheckPart struct {
	Text    string
	Kind    string
	Certain bool
}

// Found lists the parts in which something was found.
func (p CheckPage) Found() []CheckPart {
	var out []CheckPart
	for _, part := range p.Parts {
		if part.Kind != "" {
			out = append(out, part)
		}
	}
	return out
}

// said is what a part is, for whoever cannot see the mark.
func (p CheckPart) said() string {
	if p.Certain {
		return "(" + p.Kind + ", certain)"
	}
	return "(perhaps a " + p.Kind + ")"
}
