package templates

import (
	"net/url"
	"strings"

	"grassroots/models"
)

// ConnectionRow is one link between systems as the page of a case study shows
// it.
type ConnectionRow struct {
	From, FromURL, To, ToURL, Standard, StandardURL string
	// FromProposed and ToProposed mark systems that nobody who looks after the
	// list has confirmed.
	FromProposed, ToProposed bool
	Transport, Data          string
	// State is its status and direction, in words.
	State         string
	Site, SiteURL string
	// AskURL leads to who else has joined the two.
	AskURL string
}

// ConnectionField is one link between systems in the form of a draft.
type ConnectionField struct {
	models.Connection
	// FromNew and ToNew mark names that are not in the list of systems.
	FromNew, ToNew bool
	// Listed tells that the standard can be chosen from the list.
	Listed bool
	// SiteName is what the organisation of the site's code is called.
	SiteName string
}

// SystemOption is a name that a form offers, with what else it is called.
type SystemOption struct {
	Name, Also string
}

// label says what a system is called, for browsers that show that alone.
func (o SystemOption) label() string {
	if o.Also == "" {
		return ""
	}
	return PlainText(o.Name + " (" + o.Also + ")")
}

// listedStandard and otherStandard share out what a connection's standard is
// between the list and the field for what is not in it.
func (c ConnectionField) listedStandard() string {
	if c.Listed {
		return c.Standard
	}
	return ""
}

func (c ConnectionField) otherStandard() string {
	if c.Listed {
		return ""
	}
	return c.Standard
}

// directionOptions puts the directions of a connection into words, by the names
// of its systems where there are any.
func directionOptions(from, to string) []Option {
	if from == "" || to == "" {
		from, to = "the first system", "the second"
	}
	return []Option{{Value: models.OneWay, Text: "From " + from + " to " + to}, {Value: models.TwoWay, Text: "Both ways"},
		{Value: models.ViewOnly, Text: "View only: it can be looked at, and is not copied"}, {Value: models.Unknown, Text: "I don’t know"}}
}

func statusOptions() []Option {
	return []Option{{Value: models.StatusPlanned, Text: "Planned"}, {Value: models.StatusTrial, Text: "On trial"}, {Value: models.StatusLive, Text: "Live"},
		{Value: models.StatusStopped, Text: "Stopped"}, {Value: models.Unknown, Text: "I don’t know"}}
}

// ConnectionText puts a direction or status of a connection into words.
func ConnectionText(value string) string {
	switch value {
	case models.OneWay:
		return "One way"
	case models.ViewOnly:
		return "View only"
	case models.Unknown, "":
		return "Not known"
	}
	for _, o := range append(directionOptions("", ""), statusOptions()...) {
		if o.Value == value {
			return o.Text
		}
	}
	return value
}

// ConnectionState says in words how far a connection is and which way
// information goes.
func ConnectionState(status, direction string) string {
	state, way := ConnectionText(status), ConnectionText(direction)
	switch unknown := ConnectionText(models.Unknown); {
	case state == unknown && way == unknown:
		return unknown
	case state == unknown:
		return way
	case way == unknown:
		return state
	}
	return state + ", " + strings.ToLower(way)
}

// StandardVersion names a standard with the version of it that is used.
func StandardVersion(name, version string) string {
	if version == "" {
		return name
	}
	return name + " (" + version + ")"
}

// InteroperabilityURL is where the question is answered who has joined one
// system to another, each by its slug; an empty one is any.
func InteroperabilityURL(from, to string) string {
	v := url.Values{}
	for name, slug := range map[string]string{"from": from, "to": to} {
		if slug != "" {
			v.Set(name, slug)
		}
	}
	if len(v) == 0 {
		return "/interoperability"
	}
	return "/interoperability?" + v.Encode()
}

// newSystemText says of a form's names that they are not in the list.
func (c ConnectionField) newSystemText() string {
	var names []string
	if c.FromNew {
		names = append(names, "“"+c.From+"”")
	}
	if c.ToNew && c.To != c.From {
		names = append(names, "“"+c.To+"”")
	}
	if len(names) == 0 {
		return ""
	}
	verb := " is not in the list of systems yet. You can use it: a moderator looks at it after you publish."
	if len(names) > 1 {
		verb = " are not in the list of systems yet. You can use them: a moderator looks at them after you publish."
	}
	return strings.Join(names, " and ") + verb
}
