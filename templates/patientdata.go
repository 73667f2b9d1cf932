package templates

import "time"

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

// StoppedForm is the id of the form on a page whose fields are checked for
// personal data before they are saved.
const StoppedForm = "checked-form"

// StoppedPanel asks about the personal data that stopped a save. Its controls
// belong to the form with the id StoppedForm, which has all that was typed.
type StoppedPanel struct {
	Certain  []StoppedPlace
	Doubtful []StoppedPlace
	Reasons  []Option
	Again    string // the action that was meant, for forms that have several
}

// StoppedPlace is one place, without what stands there.
type StoppedPlace struct {
	Key           string
	What          string // the kind, in the middle of a sentence
	Before, After string
	Answer        string // what was chosen before
}

// button is what the button of the panel says.
func (p StoppedPanel) button() string {
	switch {
	case len(p.Doubtful) == 0:
		return "Redact these and save"
	case len(p.Certain) == 0:
		return "Save with these answers"
	}
	return "Redact, and save with these answers"
}

// heading is what the panel is about.
func (p StoppedPanel) heading() string {
	if len(p.Certain) == 0 {
		return "Is this personal data?"
	}
	return "This holds personal data"
}

// again is the value of the button: never empty, as it says by itself that the
// form was sent by it.
func (p StoppedPanel) again() string {
	if p.Again == "" {
		return "save"
	}
	return p.Again
}

func (p StoppedPanel) options() []Option {
	return append([]Option{{Value: "redact", Text: "It is personal data: redact it"}}, p.Reasons...)
}

// OverridesPage is what moderators see of the personal data that was let
// stand.
type OverridesPage struct {
	URL                     string
	Kind, Reason, CaseStudy string
	Kinds, Reasons          []Option
	Lines                   []OverrideLine
	NextURL                 string
}

// OverrideLine is one of them: what kind, where, who, when and why.
type OverrideLine struct {
	Kind, Field     string
	Where, WhereURL string
	Who, WhoURL     string
	When            time.Time
	Reason          string
}
