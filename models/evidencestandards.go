package models

import (
	"maps"
	"slices"
)

// NICEFrameworkURL is where NICE publishes its evidence standards framework for digital
// health technologies (ECD7).
const NICEFrameworkURL = "https://www.nice.org.uk/corporate/ecd7"

// NICEEvidence is in which tier of that framework its authors put what a case study is
// about, and how far they say that each part of what the tier asks for is met. Nobody of
// NICE has looked at it.
type NICEEvidence struct {
	Tier  string            `json:"tier,omitempty"`  // A, B or C
	Parts map[string]string `json:"parts,omitempty"` // of NICEParts, by ProvisionAnswers
	Extra map[string]any    `json:"extra,omitempty"`
}

// NICETiers lists the tiers of the framework, in our words.
func NICETiers() []Choice {
	return []Choice{
		{"A", "Tier A", "It saves costs or staff time, or makes a service run better. Patients do not use it for their own health."},
		{"B", "Tier B", "People use it to look after their own health and wellbeing."},
		{"C", "Tier C", "It treats or diagnoses a condition, or guides such choices. Medical devices are in this tier."},
	}
}

// NICEPart is a part of what the framework asks for: some of its 21 standards, which apply
// to some of its tiers.
type NICEPart struct {
	Value, Label, Standards, Asks string
	Tiers                         []string
}

// NICEParts lists what the framework asks for as of 2022, by its groups of standards, in
// our words. Which standards apply to which tier is as its section C says.
func NICEParts() []NICEPart {
	all, health := []string{"A", "B", "C"}, []string{"B", "C"}
	return []NICEPart{
		{"design", "How it is designed", "1 to 6", "It keeps to the standards of safety and quality that apply, those who use it had a part in its design, and the environment, fairness, data and professional oversight were thought of.", all},
		{"trust", "Whether people can trust it", "7 to 9", "Its health information is reliable, professionals in the UK think it credible, and people who may be vulnerable are safeguarded.", health},
		{"value", "What it is for", "10 to 13", "Whom it is for, how things are done now, how they would be done with it, and what that should change in health, cost and work.", all},
		{"effectiveness", "Whether it works", "14", "Evidence that it is effective, for the benefits that are claimed.", []string{"C"}},
		{"real-world", "Whether it works in practice", "15 and 16", "Evidence from real use that the benefits come about, and an agreed plan to go on measuring.", all},
		{"cost", "Whether it is worth its cost", "17 and 18", "What it does to the budget, and where much money is at risk, how its costs compare with its effects.", all},
		{"deployment", "Whether others can take it up", "19 to 21", "What is needed to put it in place, how people are told, asked and trained, and whether it can grow.", all},
	}
}

// PartsAsked gives the parts that a tier asks for; none for a tier that is none.
func PartsAsked(tier string) (out []NICEPart) {
	for _, p := range NICEParts() {
		if slices.Contains(p.Tiers, tier) {
			out = append(out, p)
		}
	}
	return out
}

// Met counts how many of the parts that the tier asks for are said to be met, and of how many.
func (n *NICEEvidence) Met() (met, asked int) {
	for _, p := range PartsAsked(n.Tier) {
		asked++
		if n.Parts[p.Value] == "yes" {
			met++
		}
	}
	return met, asked
}

func niceValues() (tiers, parts []string) {
	for _, t := range NICETiers() {
		tiers = append(tiers, t.Value)
	}
	for _, p := range NICEParts() {
		parts = append(parts, p.Value)
	}
	return tiers, parts
}

func (d *Document) cleanStandards() {
	if d.NICEEvidence == nil {
		return
	}
	n := *d.NICEEvidence
	n.Tier, n.Parts = CleanLine(n.Tier), nil
	for _, key := range slices.Sorted(maps.Keys(d.NICEEvidence.Parts)) {
		if name := CleanLine(key); name != "" {
			if n.Parts == nil {
				n.Parts = make(map[string]string, len(d.NICEEvidence.Parts))
			}
			n.Parts[name] = CleanLine(d.NICEEvidence.Parts[key])
		}
	}
	if d.NICEEvidence = &n; n.Tier == "" && len(n.Parts) == 0 && len(n.Extra) == 0 {
		d.NICEEvidence = nil
	}
}

func (d *Document) validateStandards(p *problems) {
	n := d.NICEEvidence
	if n == nil {
		return
	}
	tiers, parts := niceValues()
	if n.Tier != "" && !slices.Contains(tiers, n.Tier) {
		p.add("nice_evidence.tier", "The tier must be A, B or C")
	}
	for _, key := range slices.Sorted(maps.Keys(n.Parts)) {
		switch {
		case !slices.Contains(parts, key):
			p.add("nice_evidence.parts", "“%s” is no part of what the framework asks for", Truncate(key, MaxName))
		case !slices.Contains(ProvisionAnswers(), n.Parts[key]):
			p.add("nice_evidence.parts", "The answer for “%s” must be yes, partly, no or unknown", Truncate(key, MaxName))
		}
	}
}
