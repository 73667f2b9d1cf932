package format_test

import (
	"os"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/format"
)

func ptr[T any](v T) *T { return &v }

// full is a case study with a value in every field.
func full() format.File {
	return format.File{
		ID: "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z",
		Document: models.Document{
			Title:        "Discharge letters reach the GP system in minutes",
			Summary:      "Letters went by post. Now they arrive: before the patient is home.",
			Stage:        models.StageInUse,
			Organisation: "RR8",
			Authors: []models.Author{
				{Name: "Amina Yusuf", Email: "amina.yusuf@demo.nhs.uk", Role: "Ward manager", StaffGroup: "Nursing and Midwifery Registered"},
				{Name: "O’Brien, Pat", Handle: "pat", Extra: map[string]any{"orcid": "0000-0002-1825-0097"}},
			},
			Settings: []string{"Acute", "General practice"},
			Tags:     []string{"discharge", "2.4", "yes"},
			Connections: []models.Connection{
				{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Version: "2.4", Transport: "MESH", Direction: "one-way",
					Data: []string{"discharge summary", "allergies, if any"}, Status: "live", Site: "RR8"},
				{From: "Paper", To: "GP system (any)", Extra: map[string]any{"volume": 300.0, "peak": map[string]any{"month": "January", "rows": []any{1.5, nil, true}}}},
			},
			Benefits: []models.Benefit{{Measure: "Time to send a letter", Unit: "minutes", Before: ptr(2880.0), After: ptr(6.5), Sample: ptr(412),
				Period: "2025-01-01/2025-03-31", Method: "audit", Better: "lower"}},
			DataUse: &models.DataUse{PersonalData: true, LawfulBasis: "public-task", DPIA: "done", OptOut: "no", Notes: "Two lines:\nthe second # is no comment"},
			Safety:  &models.Safety{DCB0129: "not-applicable", DCB0160: "done", DTAC: "done"},
			Devices: &models.Devices{Used: true, Provisions: map[string]string{"no-default-passwords": "yes", "5.10": "unknown"}},
			Evidence: []models.Evidence{{Kind: "local-audit", Title: "Audit: the \"letters\" report", URL: "https://example.nhs.uk/a?b=c&d=[1]#e"},
				{Kind: "rct", Title: "A trial", Authors: []string{"Smith J", "Patel, A"}, Source: "Journal of Letters", Date: "2024", DOI: "10.1136/bmj.n1(2)", PMID: "31978945", Benefit: "Time to send a letter",
					Claim: "It is quicker", CheckedBy: "Clinical audit", Checked: "2026-02-01", Extra: map[string]any{"volume": "3"}}},
			NICEEvidence: &models.NICEEvidence{Tier: "A", Parts: map[string]string{"design": "yes", "real-world": "partly"}, Extra: map[string]any{"seen": "2026"}},
			ResearchUse: &models.ResearchUse{Study: "Letters: a study", Datasets: []models.Dataset{{Name: "Discharge letters, 2024", HeldBy: "Leeds", Access: "own-records", URL: "https://example.nhs.uk/data"}},
				Approvals: []models.Approval{{Kind: "iras", Reference: "312345", By: "HRA", Date: "2024-05-01"}, {Kind: "rec", Extra: map[string]any{"phase": 2.0}}}},
			Campaign: "digital-discharge-2026", Licence: "OGL-UK-3.0", Language: "en", ReviewBy: "2027-02-11",
			Extra: map[string]any{"cost": map[string]any{"capital": 1200.0}, "board_date": "2026-03-01", "seen by": []any{}, "ratio": 1e-9, "5": "five", "empty": nil, "on": false},
			Body:  "    an indented block first\n\n---\n\n## After a rule\n\ntitle: not front matter",
		},
		Created: time.Date(2026, 1, 4, 9, 30, 0, 0, time.UTC),
		Updated: time.Date(2026, 2, 11, 16, 2, 0, 0, time.UTC),
	}
}

func TestWriteIsTheCanonicalText(t *testing.T) {
	got, err := format.Write(full())
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/full.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("Write gives\n%s\nand not testdata/full.md", got)
	}
}
