package casestudies

import (
	"maps"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// readStandards reads what a form says of the NICE evidence standards. Parts that the form
// did not ask for, since another tier was chosen, keep their answers.
func readStandards(c *fiber.Ctx, d *models.Document) {
	if !web.HasField(c, "nice_evidence.tier") {
		return
	}
	n := models.NICEEvidence{}
	if d.NICEEvidence != nil {
		n = *d.NICEEvidence
	}
	n.Tier, n.Parts = web.Value(c, "nice_evidence.tier"), maps.Clone(n.Parts)
	for _, p := range models.NICEParts() {
		field := "nice_evidence.parts[" + p.Value + "]"
		if !web.HasField(c, field) {
			continue
		}
		if n.Parts == nil {
			n.Parts = map[string]string{}
		}
		if n.Parts[p.Value] = web.Value(c, field); n.Parts[p.Value] == "" {
			delete(n.Parts, p.Value)
		}
	}
	d.NICEEvidence = &n
}

// readResearch reads which data a study used. Of a row that is still about the same, keys
// that the form does not know stay.
func readResearch(c *fiber.Ctx, d *models.Document) {
	if !web.HasField(c, "research_use.study") {
		return
	}
	r := models.ResearchUse{}
	if d.ResearchUse != nil {
		r = *d.ResearchUse
	}
	datasets, approvals := r.Datasets, r.Approvals
	r.Study, r.Datasets, r.Approvals = web.Value(c, "research_use.study"), nil, nil
	for i := 0; i <= models.MaxDatasets; i++ {
		at := "research_use.datasets[" + strconv.Itoa(i) + "]."
		if !web.HasField(c, at+"name") {
			break
		}
		s := models.Dataset{Name: web.Value(c, at+"name"), HeldBy: web.Value(c, at+"held_by"), Access: web.Value(c, at+"access"), URL: web.Value(c, at+"url")}
		if i < len(datasets) && datasets[i].Name == s.Name {
			s.Extra = datasets[i].Extra
		}
		r.Datasets = append(r.Datasets, s)
	}
	for i := 0; i <= models.MaxApprovals; i++ {
		at := "research_use.approvals[" + strconv.Itoa(i) + "]."
		if !web.HasField(c, at+"kind") {
			break
		}
		a := models.Approval{Kind: web.Value(c, at+"kind"), Reference: web.Value(c, at+"reference"), By: web.Value(c, at+"by"), Date: web.Value(c, at+"date")}
		if i < len(approvals) && approvals[i].Kind == a.Kind {
			a.Extra = approvals[i].Extra
		}
		r.Approvals = append(r.Approvals, a)
	}
	d.ResearchUse = &r
}
