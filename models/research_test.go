package models_test

import (
	"slices"
	"testing"

	"grassroots/models"
)

// Which standards apply to which tier is as section C of the framework says: 1 to 6, 10 to 13
// and 15 to 21 to all, 7 to 9 to B and C, 14 to C alone.
func TestATierAsksForItsParts(t *testing.T) {
	for tier, want := range map[string][]string{"A": {"design", "value", "real-world", "cost", "deployment"}, "B": {"design", "trust", "value", "real-world", "cost", "deployment"},
		"C": {"design", "trust", "value", "effectiveness", "real-world", "cost", "deployment"}, "": nil, "D": nil} {
		var got []string
		for _, p := range models.PartsAsked(tier) {
			got = append(got, p.Value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("tier %q asks for %v", tier, got)
		}
	}
	n := models.NICEEvidence{Tier: "A", Parts: map[string]string{"design": "yes", "value": "partly", "effectiveness": "yes"}}
	if met, asked := n.Met(); met != 1 || asked != 5 {
		t.Errorf("%d of %d are met", met, asked)
	}
}

func TestWhatIsSaidOfStandardsAndResearchIsChecked(t *testing.T) {
	d := models.Document{Title: "T", Stage: models.StageIdea, Body: "B", NICEEvidence: &models.NICEEvidence{Tier: "D", Parts: map[string]string{"design": "perhaps", "beauty": "yes"}},
		ResearchUse: &models.ResearchUse{Datasets: []models.Dataset{{HeldBy: "Leeds", Access: "taken", URL: "ftp://x"}}, Approvals: []models.Approval{{Kind: "mine"}, {Kind: "iras", Reference: "one", Date: "May"}}}}
	d.Clean()
	var got []string
	for _, f := range models.Fields(d.Validate()) {
		got = append(got, f.Field)
	}
	want := []string{"nice_evidence.tier", "nice_evidence.parts", "nice_evidence.parts", "research_use.datasets[0].name", "research_use.datasets[0].access", "research_use.datasets[0].url",
		"research_use.approvals[0].kind", "research_use.approvals[1].reference", "research_use.approvals[1].date"}
	if !slices.Equal(got, want) {
		t.Errorf("at fault are %v and not %v", got, want)
	}
	empty := models.Document{NICEEvidence: &models.NICEEvidence{}, ResearchUse: &models.ResearchUse{Datasets: []models.Dataset{{Access: "sde"}}, Approvals: []models.Approval{{}}}}
	shared := empty.ResearchUse
	empty.Clean()
	if empty.NICEEvidence != nil || empty.ResearchUse != nil || len(shared.Datasets) != 1 {
		t.Errorf("kept is %+v, %+v of %+v", empty.NICEEvidence, empty.ResearchUse, shared)
	}
	// Every text that a person types is looked at for what tells who a patient is.
	seen := map[string]bool{}
	full := models.Document{ResearchUse: &models.ResearchUse{Study: "s", Datasets: []models.Dataset{{Name: "n"}}, Approvals: []models.Approval{{Reference: "r"}}}, Evidence: []models.Evidence{{Title: "t"}}}
	full.EachText(func(field, text string) string { seen[field] = true; return text })
	for _, f := range []string{"research_use.study", "research_use.datasets[0].name", "research_use.datasets[0].held_by", "research_use.approvals[0].reference", "research_use.approvals[0].by", "evidence[0].claim", "evidence[0].checked_by", "evidence[0].source", "evidence[0].doi", "evidence[0].pmid"} {
		if !seen[f] {
			t.Errorf("%s is not looked at", f)
		}
	}
}
