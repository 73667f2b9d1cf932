package templates

import (
	"strconv"
	"strings"

	"grassroots/models"
)

// standardsOf gives what is said of the NICE evidence standards, or that nothing is.
func standardsOf(d models.Document) models.NICEEvidence {
	if d.NICEEvidence == nil {
		return models.NICEEvidence{}
	}
	return *d.NICEEvidence
}

func tierOptions() []Option {
	return append(choiceOptions(models.NICETiers(), ""), Option{Value: "", Text: "Not said"})
}

// partAnswer is how far the authors say that a part is met.
func partAnswer(n models.NICEEvidence, part string) string {
	switch n.Parts[part] {
	case "yes":
		return "Its authors say: met."
	case "partly":
		return "Its authors say: met in part."
	case "no":
		return "Its authors say: not met."
	}
	return "Its authors do not say whether it is met."
}

// partHere is what stands in a case study about a part; nothing where that cannot be told.
func partHere(d models.Document, part string) string {
	kinds := func(list ...string) (n int) {
		for _, e := range d.Evidence {
			for _, k := range list {
				if e.Kind == k {
					n++
				}
			}
		}
		return n
	}
	switch part {
	case "design":
		if d.Safety == nil || d.Safety.DTAC == "" {
			return "Nothing is said here of the Digital Technology Assessment Criteria."
		}
		return "What is said of the Digital Technology Assessment Criteria stands under data use and safety."
	case "value":
		return FormatCount(len(d.Benefits), "benefit is listed here.", "benefits are listed here.")
	case "effectiveness":
		return FormatCount(kinds("controlled", "rct", "systematic-review"), "source here is a comparison, a trial or a review.", "sources here are comparisons, trials or reviews.")
	case "real-world":
		return FormatCount(kinds("local-audit", "before-after", "run-chart", "real-world-data", "evaluation"), "source here is of real use.", "sources here are of real use.")
	}
	return ""
}

// researchOf gives what is said of the use of data for research, with an empty row where
// there is none or where one more was asked for.
func researchOf(e Editor) models.ResearchUse {
	r := models.ResearchUse{}
	if e.Draft.Document.ResearchUse != nil {
		r = *e.Draft.Document.ResearchUse
	}
	if len(r.Datasets) == 0 || e.Add == "dataset" {
		r.Datasets = append(r.Datasets[:len(r.Datasets):len(r.Datasets)], models.Dataset{})
	}
	if len(r.Approvals) == 0 || e.Add == "approval" {
		r.Approvals = append(r.Approvals[:len(r.Approvals):len(r.Approvals)], models.Approval{})
	}
	return r
}

// researchOpen tells whether the form shows the questions on research unfolded.
func researchOpen(e Editor) bool {
	if e.Draft.Document.ResearchUse != nil || e.Add == "dataset" || e.Add == "approval" {
		return true
	}
	for _, f := range e.Errors {
		if strings.HasPrefix(f.Field, "research_use") {
			return true
		}
	}
	return false
}

func numbered(text string, i int) string { return text + " " + strconv.Itoa(i+1) }
