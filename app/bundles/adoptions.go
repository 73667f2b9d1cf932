package bundles

import (
	"context"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// adoptions writes those of a case study that were recorded here.
func (e *export) adoptions(ctx context.Context, k *store.KeptCaseStudy) error {
	return e.f.store.EachAdoption(ctx, k.ID, func(a models.Adoption) error {
		e.organisations.add(a.Organisation)
		e.people.add(a.OwnerID)
		for _, s := range a.Steps {
			e.people.add(s.PersonID)
		}
		return e.to.Adoption(k.ID, bundle.AdoptionOf(a))
	})
}

// Adoption implements bundle.Visitor.
func (p *preparation) Adoption(r bundle.Record, a bundle.Adoption) error {
	if !p.known {
		p.doubts(adoptionTexts(a.Model()), func(message string) error {
			return p.i.reader.AdoptionsProblem(r.ID, "adoption "+a.ID+": "+message)
		})
	}
	return p.i.spool.add(item{Kind: adoptionItem}, a, nil)
}

func adoptionTexts(a models.Adoption) (out []personal.Text) {
	a.EachText(func(field string, text *string) {
		if *text != "" {
			out = append(out, personal.Text{Field: field, Value: *text})
		}
	})
	return out
}

// adoption takes an adoption that is not here, or that has been changed since it
// came. What an organisation has said here by itself stays, and what was taken
// back here stays away, as a deleted comment does.
func (a *application) adoption(ctx context.Context, in bundle.Adoption) error {
	study := a.study
	if study.outcome == Elsewhere {
		return nil
	}
	here, known := study.adopted[in.Organisation]
	if known && (here.ID != in.ID || here.Version >= in.Version) {
		return nil
	}
	if !known && study.here != nil {
		if gone, err := a.f.store.AdoptionRemoved(ctx, in.ID); err != nil || gone {
			return err
		}
	}
	study.adoptions++
	a.report.Adoptions++
	if a.dry {
		return nil
	}
	kept := in.Model()
	kept.CaseStudyID, kept.OwnerID = study.record.ID, a.ids[in.Owner]
	for i, s := range in.History {
		kept.Steps[i].PersonID = a.ids[s.By]
	}
	about := models.Override{Subject: models.OverrideAdoption, SubjectID: in.ID, CaseStudyID: study.record.ID}
	if err := a.letStand(ctx, about, adoptionTexts(kept), nil); err != nil {
		return err
	}
	return a.f.store.KeepAdoption(ctx, kept, known)
}
