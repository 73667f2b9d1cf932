package store

import (
	"context"
	"encoding/json"
	"time"

	"grassroots/models"
	"grassroots/models/impact"
)

// byOthers is of what was said of a case study c by somebody who did not write it.
func byOthers(person string) string {
	return person + ` <> c.owner_id AND NOT EXISTS (SELECT 1 FROM case_study_people p WHERE p.case_study_id = c.id AND p.person_id = ` + person + `)`
}

// ImpactFacts gives all that is counted of case studies which everybody may read, in four
// statements however many there are.
func (s *Store) ImpactFacts(ctx context.Context) (*impact.Facts, error) {
	out := &impact.Facts{}
	studies, err := s.impactStudies(ctx, out)
	if err != nil {
		return nil, err
	}
	var answers []struct {
		CaseStudyID string
		At          NullTime
	}
	err = s.DB(ctx).Raw(`SELECT x.case_study_id, MIN(x.at) AS at FROM (
			SELECT c.id AS case_study_id, comments.created_at AS at FROM comments JOIN case_studies c ON c.id = comments.case_study_id WHERE c.status = 'published' AND ` + standing + ` AND ` + byOthers("comments.author_id") + `
			UNION ALL SELECT c.id, d.made_at FROM decisions d JOIN case_studies c ON c.id = d.case_study_id WHERE c.status = 'published' AND ` + byOthers("d.person_id") + `) x
		GROUP BY x.case_study_id`).Scan(&answers).Error
	if err != nil {
		return nil, err
	}
	for _, r := range answers {
		if study := studies[r.CaseStudyID]; study != nil && r.At.Valid {
			at := r.At.Time.UTC()
			study.Answered = &at
		}
	}
	return out, s.impactAdoptions(ctx, out, studies)
}

// impactStudies reads the case studies, with how they were first posted and the benefits
// that they give now.
func (s *Store) impactStudies(ctx context.Context, into *impact.Facts) (map[string]*impact.Study, error) {
	field := func(name string) string {
		if s.Dialect() == Postgres {
			return `COALESCE((CAST(r.document AS json) ->> '` + name + `'), '')`
		}
		return `COALESCE(json_extract(r.document, '$.` + name + `'), '')`
	}
	var rows []struct {
		ID, Slug, Title, Organisation, OrgName, Region, Kind string
		PublishedAt                                          time.Time
		Idea, Copied, Demo                                   bool
		Benefits, Licence                                    string
	}
	// Only what might have benefits is taken apart.
	err := s.DB(ctx).Raw(`SELECT c.id, c.slug, c.title, c.organisation, COALESCE(o.name, '') AS org_name, COALESCE(o.region, '') AS region, COALESCE(o.kind, '') AS kind, c.published_at, c.demo,
			EXISTS (SELECT 1 FROM revisions f WHERE f.case_study_id = c.id AND f.number = 1 AND f.document LIKE '%"stage":"idea"%') AS idea,
			EXISTS (SELECT 1 FROM exchange_copies x WHERE x.case_study_id = c.id) AS copied,
			CASE WHEN r.document LIKE '%"benefits":[%' THEN ` + field("benefits") + ` ELSE '' END AS benefits,
			CASE WHEN r.document LIKE '%"benefits":[%' THEN ` + field("licence") + ` ELSE '' END AS licence
		FROM case_studies c LEFT JOIN revisions r ON r.case_study_id = c.id AND r.number = c.revision LEFT JOIN organisations o ON o.code = c.organisation AND o.code <> ''
		WHERE c.status = 'published' ORDER BY c.id`).Scan(&rows).Error
	out := make(map[string]*impact.Study, len(rows))
	for _, r := range rows {
		study := &impact.Study{ID: r.ID, Slug: r.Slug, Title: r.Title, Organisation: r.Organisation, OrgName: models.Organisation{Code: r.Organisation, Name: r.OrgName}.DisplayName(), Region: r.Region,
			Kind: r.Kind, PublishedAt: r.PublishedAt.UTC(), Idea: r.Idea, Copy: r.Copied, Demo: r.Demo, Licence: r.Licence}
		if r.Benefits != "" {
			if err := json.Unmarshal([]byte(r.Benefits), &study.Benefits); err != nil {
				return nil, err
			}
		}
		into.Studies, out[r.ID] = append(into.Studies, study), study
	}
	return out, err
}

// impactAdoptions reads what organisations say of these case studies; nothing that is
// hidden, or that an organisation says of its own.
func (s *Store) impactAdoptions(ctx context.Context, into *impact.Facts, studies map[string]*impact.Study) error {
	const shown = `adoptions a JOIN case_studies c ON c.id = a.case_study_id AND c.status = 'published' AND a.hidden = '' AND a.organisation <> c.organisation`
	var rows []struct {
		ID, CaseStudyID, Organisation, OrgName, Region, Kind string
		Status                                               models.AdoptionStatus
		CreatedAt                                            time.Time
		SilentSince                                          *time.Time
		Demo, HasBaseline, HasResult                         bool
		Figures                                              string
	}
	err := s.DB(ctx).Raw(`SELECT a.id, a.case_study_id, a.organisation, a.status, a.created_at, a.silent_since, a.demo, a.baseline <> '' AS has_baseline, a.result <> '' AS has_result, a.figures,
			COALESCE(o.name, '') AS org_name, COALESCE(o.region, '') AS region, COALESCE(o.kind, '') AS kind
		FROM ` + shown + ` LEFT JOIN organisations o ON o.code = a.organisation ORDER BY a.id`).Scan(&rows).Error
	if err != nil {
		return err
	}
	var steps []adoptionStepRow
	if err := s.DB(ctx).Raw(`SELECT t.adoption_id, t.number, t.status, t.at FROM ` + shown + ` JOIN adoption_steps t ON t.adoption_id = a.id ORDER BY t.adoption_id, t.number`).Scan(&steps).Error; err != nil {
		return err
	}
	had := map[string][]impact.Step{}
	for _, t := range steps {
		had[t.AdoptionID] = append(had[t.AdoptionID], impact.Step{Status: t.Status, At: t.At.UTC()})
	}
	for _, r := range rows {
		a := &impact.Adoption{ID: r.ID, Study: studies[r.CaseStudyID], Organisation: r.Organisation, OrgName: models.Organisation{Code: r.Organisation, Name: r.OrgName}.DisplayName(), Region: r.Region,
			Kind: r.Kind, CreatedAt: r.CreatedAt.UTC(), Steps: had[r.ID], SilentSince: r.SilentSince, Demo: r.Demo, HasBaseline: r.HasBaseline, HasResult: r.HasResult, Figures: figuresOf(r.Figures)}
		if len(a.Steps) == 0 { // what came from elsewhere may have none
			a.Steps = []impact.Step{{Status: r.Status, At: a.CreatedAt}}
		}
		if a.Study != nil {
			into.Adoptions = append(into.Adoptions, a)
		}
	}
	return nil
}

// ImpactCampaign is a campaign by which what came of it can be counted.
type ImpactCampaign struct{ ID, Slug, Title string }

// ImpactCampaigns gives the campaigns that everybody may read, the newest first.
func (s *Store) ImpactCampaigns(ctx context.Context) (out []ImpactCampaign, err error) {
	err = s.DB(ctx).Raw("SELECT id, slug, title FROM campaigns WHERE published_at IS NOT NULL ORDER BY id DESC LIMIT 200").Scan(&out).Error
	return out, err
}

// ImpactEntered gives the ids of the case studies that are entered in a campaign.
func (s *Store) ImpactEntered(ctx context.Context, c ImpactCampaign) (map[string]bool, error) {
	var ids []string
	err := s.DB(ctx).Raw(enteredStudies, map[string]any{"id": c.ID, "slug": c.Slug}).Scan(&ids).Error
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// ImpactWords is what an adoption tells in words of what came of it.
type ImpactWords struct{ ID, Baseline, Result, Reason string }

// ImpactWords gives what is told in words by an organisation, and of its case studies by
// others, by the id of the adoption.
func (s *Store) ImpactWords(ctx context.Context, organisation string) (map[string]ImpactWords, error) {
	var rows []ImpactWords
	err := s.DB(ctx).Raw(`SELECT id, baseline, result, reason FROM adoptions WHERE hidden = '' AND (baseline <> '' OR result <> '' OR reason <> '')
		AND (organisation = ? OR case_study_id IN (SELECT id FROM case_studies WHERE organisation = ?))`, organisation, organisation).Scan(&rows).Error
	out := make(map[string]ImpactWords, len(rows))
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, err
}
