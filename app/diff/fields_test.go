package diff

import (
	"reflect"
	"strings"
	"testing"

	"grassroots/models"
)

func number[T any](n T) *T { return &n }

// full is a document with every field.
func full() models.Document {
	return models.Document{
		Title: "Letters", Summary: "They go out.", Stage: models.StageInUse, Organisation: "RR8",
		Authors:      []models.Author{{Name: "Anna", Handle: "anna", Email: "anna@nhs.net", Role: "Ward manager", StaffGroup: "Nursing"}, {Name: "Ben"}},
		Settings:     []string{"Acute"},
		Tags:         []string{"discharge", "letters"},
		Connections:  []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Version: "2.4", Transport: "MESH", Direction: "one-way", Data: []string{"letter", "dates"}, Status: "live", Site: "RR8"}},
		Benefits:     []models.Benefit{{Measure: "Time", Unit: "minutes", Before: number(2880.0), After: number(6.5), Sample: number(412), Period: "2025-01-01/2025-03-31", Method: "audit", Better: "lower"}},
		DataUse:      &models.DataUse{PersonalData: true, LawfulBasis: "public-task", DPIA: "done", OptOut: "not-applicable", Notes: "None."},
		Safety:       &models.Safety{DCB0129: "not-applicable", DCB0160: "done", DTAC: "done"},
		Devices:      &models.Devices{Used: true, Provisions: map[string]string{"5.2": "partly", "5.1": "yes"}},
		Evidence:     []models.Evidence{{Kind: "local-audit", Title: "Audit", URL: "https://example.org/a"}},
		NICEEvidence: &models.NICEEvidence{Tier: "A", Parts: map[string]string{"value": "yes", "design": "partly"}},
		ResearchUse:  &models.ResearchUse{Study: "A study", Datasets: []models.Dataset{{Name: "Letters", HeldBy: "Leeds", Access: "sde"}}, Approvals: []models.Approval{{Kind: "iras", Reference: "312345"}}},
		Campaign:     "digital", Visibility: models.ToSignedIn, Licence: "OGL-UK-3.0", Language: "en", ReviewBy: "2027-02-11",
		Extra: map[string]any{"b": []any{1.0, "x"}, "a": "y"},
		Body:  "## Aim\n\nText.",
	}
}

func TestFieldsOfANewDocument(t *testing.T) {
	want := []FieldChange{
		{"Title", "", "Letters"},
		{"Summary", "", "They go out."},
		{"Stage", "", "In use"},
		{"Organisation", "", "RR8"},
		{"Authors", "", "Anna (@anna, Ward manager, Nursing)\nBen"},
		{"Settings", "", "Acute"},
		{"Tags", "", "discharge\nletters"},
		{"Connections", "", "PPM+ → SystmOne (hl7-v2 2.4, by: MESH, direction: one-way, data: letter, dates, status: live, site: RR8)"},
		{"Benefits", "", "Time (before: 2880, after: 6.5, unit: minutes, sample: 412, period: 2025-01-01/2025-03-31, method: audit, better: lower)"},
		{"Use of data", "", "Personal data: yes\nLawful basis: public-task\nData protection impact assessment: done\nNational data opt-out: not-applicable\nNotes: None."},
		{"Clinical safety", "", "DCB0129: not-applicable\nDCB0160: done\nDTAC: done"},
		{"Connected devices", "", "Used: yes\n5.1: yes\n5.2: partly"},
		{"Evidence", "", "Audit (local-audit, https://example.org/a)"},
		{"NICE evidence standards", "", "Tier: A\ndesign: partly\nvalue: yes"},
		{"Use of data for research", "", "Study: A study\nData set: Letters (Leeds, sde)\nApproval: iras (312345)"},
		{"Campaign", "", "digital"},
		{"Who can read it", "", "Everybody who signs in"},
		{"Licence", "", "OGL-UK-3.0"},
		{"Language", "", "en"},
		{"Review by", "", "2027-02-11"},
		{"Other fields", "", "a: \"y\"\nb: [1,\"x\"]"},
	}
	if got := Fields(models.Document{}, full()); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	// Every field of a document but its body is compared, so that one added to
	// the format later cannot change unseen.
	if n := reflect.TypeFor[models.Document]().NumField(); n != len(want)+1 {
		t.Errorf("a document has %d fields, %d are compared", n-1, len(want))
	}
}

func TestFields(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*models.Document)
		want   []FieldChange
	}{
		{"nothing", func(*models.Document) {}, nil},
		{"the body alone", func(d *models.Document) { d.Body = "Other." }, nil},
		{"an author's address alone", func(d *models.Document) { d.Authors[0].Email = "other@nhs.net" }, nil},
		{"the stage", func(d *models.Document) { d.Stage = models.StageStopped }, []FieldChange{{"Stage", "In use", "Stopped"}}},
		{"a tag taken out", func(d *models.Document) { d.Tags = d.Tags[:1] }, []FieldChange{{"Tags", "discharge\nletters", "discharge"}}},
		{"a two-way connection", func(d *models.Document) {
			d.Connections = []models.Connection{{From: "A", To: "B", Direction: "two-way"}}
		}, []FieldChange{{"Connections", Fields(models.Document{}, full())[7].New, "A ↔ B (direction: two-way)"}}},
		{"data use taken out", func(d *models.Document) { d.DataUse = nil }, []FieldChange{{"Use of data", Fields(models.Document{}, full())[9].New, ""}}},
		{"no personal data", func(d *models.Document) { d.DataUse = &models.DataUse{} }, []FieldChange{{"Use of data", Fields(models.Document{}, full())[9].New, "Personal data: no"}}},
		{"a value that JSON does not have", func(d *models.Document) { d.Extra = map[string]any{"f": func() {}} }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after := full()
			tt.change(&after)
			got := Fields(full(), after)
			if tt.name == "a value that JSON does not have" {
				if len(got) != 1 || !strings.HasPrefix(got[0].New, "f: ") {
					t.Errorf("got %q", got)
				}
				return
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFieldsNeverShowAddresses(t *testing.T) {
	for _, f := range Fields(models.Document{}, full()) {
		if strings.Contains(f.New, "@nhs.net") {
			t.Errorf("%s shows an e-mail address: %q", f.Name, f.New)
		}
	}
}
