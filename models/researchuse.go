package models

import (
	"regexp"
	"slices"
	"strings"
)

// Limits of what is said of the use of data for research.
const (
	MaxDatasets  = 20
	MaxApprovals = 20
)

// ResearchUse is which data a study of real-world data used, and on whose approval. None of
// the data is here.
type ResearchUse struct {
	Study     string         `json:"study,omitempty"`
	Datasets  []Dataset      `json:"datasets,omitempty"`
	Approvals []Approval     `json:"approvals,omitempty"`
	Extra     map[string]any `json:"extra,omitempty"`
}

// Dataset is one data set that a study used.
type Dataset struct {
	Name   string         `json:"name"`
	HeldBy string         `json:"held_by,omitempty"`
	Access string         `json:"access,omitempty"` // of DatasetAccesses
	URL    string         `json:"url,omitempty"`    // where it is described
	Extra  map[string]any `json:"extra,omitempty"`
}

// Approval is one approval that a study had.
type Approval struct {
	Kind      string         `json:"kind"` // of ApprovalKinds
	Reference string         `json:"reference,omitempty"`
	By        string         `json:"by,omitempty"`
	Date      string         `json:"date,omitempty"` // YYYY, YYYY-MM or YYYY-MM-DD
	Extra     map[string]any `json:"extra,omitempty"`
}

// DatasetAccesses lists how a study can have come to data.
func DatasetAccesses() []Choice {
	return []Choice{
		{"sde", "In a secure data environment", "The data stayed there, and results alone left it."},
		{"extract", "As a copy", "Data was sent to those who studied it."},
		{"own-records", "Our own records", "Staff used what their organisation holds."},
		{"open", "Open data", "Anybody may use it."},
		{"unknown", "I don’t know", ""},
	}
}

// ApprovalKinds lists what a study can have been approved by, or registered as.
func ApprovalKinds() []Choice {
	return []Choice{
		{"hra", "HRA and HCRW Approval", "Of the Health Research Authority, with Health and Care Research Wales."},
		{"rec", "Favourable opinion of a research ethics committee (REC)", ""},
		{"iras", "IRAS project ID", "The number of the Integrated Research Application System."},
		{"cag", "Support under section 251, advised by the Confidentiality Advisory Group (CAG)", "For confidential patient information without consent, in England and Wales."},
		{"data-access", "Approval by who holds the data", "Such as that of a secure data environment, or of a data access committee."},
		{"local", "Confirmation by the organisation (R&D office)", ""},
		{"not-research", "Judged to be no research: an audit or a service evaluation", ""},
		{"other", "Another approval", ""},
	}
}

var irasForm = regexp.MustCompile(`^[0-9]{4,8}$`)

func choiceValues(list []Choice) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Value
	}
	return out
}

func (s Dataset) empty() bool {
	return s.Name == "" && s.HeldBy == "" && s.URL == "" && len(s.Extra) == 0
}

func (a Approval) empty() bool {
	return a.Kind == "" && a.Reference == "" && a.By == "" && a.Date == "" && len(a.Extra) == 0
}

func (d *Document) cleanResearch() {
	if d.ResearchUse == nil {
		return
	}
	r := *d.ResearchUse
	r.Study, r.Datasets, r.Approvals = CleanLine(r.Study), slices.Clone(r.Datasets), slices.Clone(r.Approvals)
	for i := range r.Datasets {
		s := &r.Datasets[i]
		s.Name, s.HeldBy, s.Access, s.URL = CleanLine(s.Name), CleanLine(s.HeldBy), CleanLine(s.Access), CleanLine(s.URL)
	}
	for i := range r.Approvals {
		a := &r.Approvals[i]
		a.Kind, a.Reference, a.By, a.Date = CleanLine(a.Kind), CleanLine(a.Reference), CleanLine(a.By), CleanLine(a.Date)
	}
	r.Datasets, r.Approvals = without(r.Datasets, Dataset.empty), without(r.Approvals, Approval.empty)
	if d.ResearchUse = &r; r.Study == "" && r.Datasets == nil && r.Approvals == nil && len(r.Extra) == 0 {
		d.ResearchUse = nil
	}
}

func (d *Document) validateResearch(p *problems) {
	r := d.ResearchUse
	if r == nil {
		return
	}
	if runeLen(r.Study) > MaxSource {
		p.add("research_use.study", "This must be %d characters or fewer", MaxSource)
	}
	if len(r.Datasets) > MaxDatasets {
		p.add("research_use.datasets", "List at most %d data sets", MaxDatasets)
	}
	for i, s := range r.Datasets {
		at := index("research_use.datasets", i)
		if s.Name == "" || runeLen(s.Name) > MaxTitle {
			p.add(at+".name", "Enter the name of the data set, %d characters or fewer", MaxTitle)
		}
		shortLine(p, at+".held_by", s.HeldBy)
		if s.Access != "" && !slices.Contains(choiceValues(DatasetAccesses()), s.Access) {
			p.add(at+".access", "How the data was used must be one of %s", strings.Join(choiceValues(DatasetAccesses()), ", "))
		}
		if s.URL != "" && !ValidWebURL(s.URL) {
			p.add(at+".url", "Enter a web address that starts with https:// or http://")
		}
	}
	if len(r.Approvals) > MaxApprovals {
		p.add("research_use.approvals", "List at most %d approvals", MaxApprovals)
	}
	for i, a := range r.Approvals {
		at := index("research_use.approvals", i)
		if !slices.Contains(choiceValues(ApprovalKinds()), a.Kind) {
			p.add(at+".kind", "The kind of approval must be one of %s", strings.Join(choiceValues(ApprovalKinds()), ", "))
		}
		shortLine(p, at+".reference", a.Reference)
		shortLine(p, at+".by", a.By)
		if a.Kind == "iras" && !irasForm.MatchString(a.Reference) {
			p.add(at+".reference", "Enter the IRAS project ID: a number of 4 to 8 digits")
		}
		if a.Date != "" && !partDate(a.Date) {
			p.add(at+".date", "Enter the date of the approval as 2024, 2024-05 or 2024-05-31")
		}
	}
}

// eachTextOfResearch is EachText of the standards and of the use of data for research.
func (d *Document) eachTextOfResearch(visit func(field, text string) string) {
	if n := d.NICEEvidence; n != nil {
		v := *n
		v.Extra = eachExtra(v.Extra, "nice_evidence.extra", visit)
		d.NICEEvidence = &v
	}
	if d.ResearchUse == nil {
		return
	}
	r := *d.ResearchUse
	r.Study = visit("research_use.study", r.Study)
	r.Datasets, r.Approvals = slices.Clone(r.Datasets), slices.Clone(r.Approvals)
	for i := range r.Datasets {
		s, at := &r.Datasets[i], index("research_use.datasets", i)
		s.Name, s.HeldBy, s.URL = visit(at+".name", s.Name), visit(at+".held_by", s.HeldBy), visit(at+".url", s.URL)
		s.Extra = eachExtra(s.Extra, at+".extra", visit)
	}
	for i := range r.Approvals {
		a, at := &r.Approvals[i], index("research_use.approvals", i)
		a.Reference, a.By = visit(at+".reference", a.Reference), visit(at+".by", a.By)
		a.Extra = eachExtra(a.Extra, at+".extra", visit)
	}
	r.Extra = eachExtra(r.Extra, "research_use.extra", visit)
	d.ResearchUse = &r
}

// researchParts are the places of these that keep unknown keys.
func (d *Document) researchParts() (parts []extraPart) {
	if d.NICEEvidence != nil {
		parts = append(parts, extraPart{"nice_evidence.extra", d.NICEEvidence.Extra, []string{"tier", "parts"}})
	}
	if r := d.ResearchUse; r != nil {
		parts = append(parts, extraPart{"research_use.extra", r.Extra, []string{"study", "datasets", "approvals"}})
		for i, s := range r.Datasets {
			parts = append(parts, extraPart{index("research_use.datasets", i) + ".extra", s.Extra, []string{"name", "held_by", "access", "url"}})
		}
		for i, a := range r.Approvals {
			parts = append(parts, extraPart{index("research_use.approvals", i) + ".extra", a.Extra, []string{"kind", "reference", "by", "date"}})
		}
	}
	return parts
}
