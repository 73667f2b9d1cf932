package connections

import (
	"cmp"
	"slices"
	"strings"

	"grassroots/models"
	"grassroots/templates"
)

// how says by what a connection is made, as it stands after "by". The honest
// names of the lists are nouns there, and read better so.
func how(code, name string) string {
	switch code {
	case "proprietary-api":
		return "the supplier’s own interface"
	case "flat-file":
		return "files"
	case "database-link":
		return "a direct database link"
	case "rpa":
		return "a software robot"
	case "re-typed":
		return "re-typing"
	case "screen-link":
		return "a link from screen to screen"
	}
	return name
}

// sentences answer a question in words. The first says how many and how, then
// how far they are, then what else has to be known of the numbers.
func (a *answer) sentences() []string {
	t := a.totals
	if t.CaseStudies == 0 {
		return nil
	}
	out := []string{a.first(), a.howFar()}
	for _, d := range t.ByDirection {
		if n := a.units(d); d.Value == models.ViewOnly && n > 0 {
			out = append(out, a.viewed(n)+" it can only be looked at: nothing is copied.")
		}
	}
	if t.Organisations > 0 && t.Unplaced > 0 {
		out = append(out, "So "+verb(t.Unplaced, "does", "do")+" "+templates.FormatCount(t.Unplaced, "case study that names", "case studies that name")+" no organisation.")
	}
	return out
}

// viewed says at how many of them information can only be looked at.
func (a *answer) viewed(n int) string {
	all, alone := a.unitsInAll(), len(a.totals.ByDirection) == 1
	switch {
	case all == 1 && alone:
		return "There"
	case all == 1:
		return "In part"
	case alone:
		return "In all of them"
	}
	return "In " + templates.FormatNumber(n) + " of them"
}

// units is what the sentences count: organisations, or case studies when none
// of them names an organisation.
func (a *answer) units(c models.JoinCount) int {
	if a.totals.Organisations > 0 {
		return c.Organisations
	}
	return c.CaseStudies
}

func (a *answer) unitsInAll() int {
	return a.units(models.JoinCount{Organisations: a.totals.Organisations, CaseStudies: a.totals.CaseStudies})
}

// first is "7 organisations join PPM+ to SystmOne: 4 by HL7 FHIR R4, 2 by HL7
// version 2, and 1 does not say how."
func (a *answer) first() string {
	n := a.unitsInAll()
	s := templates.FormatCount(n, "organisation", "organisations")
	if a.totals.Organisations == 0 {
		s = templates.FormatCount(n, "case study that names", "case studies that name") + " no organisation"
	}
	s += " " + verb(n, "joins", "join") + " " + a.ends()
	if a.question.Region != "" {
		s += " in " + a.question.Region
	}
	known := a.totals.ByStandard
	switch {
	case a.question.standard == models.Unknown, a.question.standard == "" && len(known) == 1 && known[0].Value == models.Unknown:
		return s + verb(n, ", and does not say how.", ", and none says how.")
	case a.question.standard != "":
		return s + " by " + how(a.question.standard, a.standardName(a.question.standard)) + "."
	case len(known) == 1:
		return s + verb(n, "", ", all") + " by " + how(known[0].Value, a.standardName(known[0].Value)) + "."
	}
	if n == 1 {
		return s + ", " + a.inSeveralWays() + "."
	}
	return s + ": " + a.byStandard() + "."
}

// inSeveralWays is byStandard for one organisation.
func (a *answer) inSeveralWays() string {
	var parts []string
	unknown := false
	for _, c := range a.totals.ByStandard {
		switch {
		case a.units(c) == 0:
		case c.Value == models.Unknown:
			unknown = true
		default:
			parts = append(parts, "by "+how(c.Value, a.standardName(c.Value)))
		}
	}
	if unknown {
		parts = append(parts, "in a way that it does not say")
	}
	return models.Together(parts)
}

// ends names the two sides.
func (a *answer) ends() string {
	from, to := a.question.From, a.question.To
	switch {
	case from == "" && to == "":
		return "one system to another"
	case from == "":
		return "other systems to " + to
	case to == "":
		return from + " to other systems"
	}
	return from + " to " + to
}

// shownStandards is how many standards a sentence names.
const shownStandards = 5

func (a *answer) byStandard() string {
	var parts []string
	others, unknown := 0, ""
	for _, c := range a.totals.ByStandard {
		n := a.units(c)
		switch {
		case n == 0: // only in case studies that name no organisation, which have a sentence of their own
		case c.Value == models.Unknown:
			unknown = templates.FormatNumber(n) + verb(n, " does", " do") + " not say how"
		case len(parts) == shownStandards:
			others++
		default:
			parts = append(parts, templates.FormatNumber(n)+" by "+how(c.Value, a.standardName(c.Value)))
		}
	}
	if others > 0 {
		parts = append(parts, "more by "+templates.FormatCount(others, "other standard", "other standards"))
	}
	if unknown != "" {
		parts = append(parts, unknown)
	}
	return models.Together(parts)
}

// byProgress puts statuses in the order in which people want to know of them.
func byProgress(list []models.JoinCount) []models.JoinCount {
	order := []string{models.StatusLive, models.StatusTrial, models.StatusPlanned, models.StatusStopped, models.Unknown}
	out := slices.Clone(list)
	slices.SortFunc(out, func(x, y models.JoinCount) int {
		return cmp.Compare(slices.Index(order, x.Value), slices.Index(order, y.Value))
	})
	return out
}

// howFar is "5 are live, 2 on trial and 1 does not say."
func (a *answer) howFar() string {
	all := a.unitsInAll()
	if list := a.totals.ByStatus; len(list) == 1 {
		switch {
		case list[0].Value == models.Unknown:
			return verb(all, "It does not say how far it is.", "None says how far it is.")
		case all == 1:
			return "It " + isOrHas(list[0].Value, 1) + "."
		}
		return "All " + isOrHas(list[0].Value, all) + "."
	}
	if all == 1 {
		return a.inParts()
	}
	var parts []string
	unknown := ""
	for _, c := range byProgress(a.totals.ByStatus) {
		n := a.units(c)
		switch {
		case n == 0:
		case c.Value == models.Unknown:
			unknown = templates.FormatNumber(n) + verb(n, " does", " do") + " not say"
		case c.Value == models.StatusStopped || len(parts) == 0:
			parts = append(parts, templates.FormatNumber(n)+" "+isOrHas(c.Value, n))
		default:
			parts = append(parts, templates.FormatNumber(n)+" "+statusWord(c.Value))
		}
	}
	if unknown != "" {
		parts = append(parts, unknown)
	}
	return models.Together(parts) + "."
}

// inParts is howFar for one organisation that has several connections.
func (a *answer) inParts() string {
	var words []string
	for _, c := range byProgress(a.totals.ByStatus) {
		if a.units(c) > 0 && c.Value != models.Unknown {
			words = append(words, statusWord(c.Value))
		}
	}
	if len(words) < len(a.totals.ByStatus) {
		words = append(words, "some of it not said")
	}
	return "In parts it is " + models.Together(words) + "."
}

func isOrHas(status string, n int) string {
	if status == models.StatusStopped {
		return verb(n, "has", "have") + " stopped"
	}
	return verb(n, "is", "are") + " " + statusWord(status)
}

func statusWord(status string) string { return strings.ToLower(templates.ConnectionText(status)) }

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// evidence says how many do something: organisations, or case studies where
// none names its organisation.
func evidence(organisations, studies int) string {
	if organisations > 0 {
		return templates.FormatCount(organisations, "organisation", "organisations")
	}
	return templates.FormatCount(studies, "case study", "case studies")
}
