package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type knownRow struct {
	PersonID string
	Kind     models.KnowKind
	Value    string
	Said     string
}

func (knownRow) TableName() string { return "expertise" }

type choicesRow struct {
	PersonID  string `gorm:"primaryKey"`
	AskMe     string
	Shown     models.Visibility
	Findable  bool
	ChangedAt time.Time
}

func (choicesRow) TableName() string { return "expertise_choices" }

// Expertise gives what a person says that they know, in the order of its values;
// nothing, shown to those who sign in, for somebody who never said anything.
func (s *Store) Expertise(ctx context.Context, personID string) (models.Expertise, error) {
	all, err := s.ExpertiseOf(ctx, []string{personID})
	if err != nil {
		return models.Expertise{}, err
	}
	return all[personID], nil
}

// ExpertiseOf gives what each of some people say that they know, also those who
// say nothing, in two statements.
func (s *Store) ExpertiseOf(ctx context.Context, ids []string) (map[string]models.Expertise, error) {
	out := make(map[string]models.Expertise, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	for _, id := range ids {
		out[id] = models.Expertise{PersonID: id, Shown: models.ToSignedIn}
	}
	var choices []choicesRow
	if err := s.DB(ctx).Where("person_id IN ?", ids).Find(&choices).Error; err != nil {
		return nil, err
	}
	for _, c := range choices {
		out[c.PersonID] = models.Expertise{PersonID: c.PersonID, AskMe: c.AskMe, Shown: c.Shown, Findable: c.Findable, ChangedAt: c.ChangedAt}
	}
	var rows []knownRow
	if err := s.DB(ctx).Where("person_id IN ? AND kind <> ?", ids, models.KnowSkill).Order("person_id, kind, value").Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, r := range rows {
		e := out[r.PersonID]
		list := map[models.KnowKind]*[]string{models.KnowSystem: &e.Systems, models.KnowStandard: &e.Standards, models.KnowSetting: &e.Settings, models.KnowLanguage: &e.Languages}[r.Kind]
		if list != nil && !slices.Contains(*list, r.Value) {
			*list = append(*list, r.Value)
		}
		out[r.PersonID] = e
	}
	return out, nil
}

// SaveExpertise saves what a person says that they know. said gives what a
// system or a standard was called, by kind and id, where that is not its id.
func (s *Store) SaveExpertise(ctx context.Context, e *models.Expertise, said func(kind models.KnowKind, id string) string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.HoldPerson(ctx, e.PersonID); err != nil {
			return err
		}
		old, err := s.Expertise(ctx, e.PersonID)
		if err != nil {
			return err
		}
		e.ChangedAt = s.Now()
		Note(ctx, "person.expertise", e.PersonID, map[string]any{"shown": old.Shown, "findable": old.Findable}, map[string]any{"fields": changedExpertise(old, *e), "shown": e.Shown, "findable": e.Findable})
		if err := s.DB(ctx).Where("person_id = ? AND kind <> ?", e.PersonID, models.KnowSkill).Delete(&knownRow{}).Error; err != nil {
			return err
		}
		var rows []knownRow
		for _, k := range models.KnowKinds() {
			for _, v := range e.Values(k) {
				name := said(k, v)
				if name == "" {
					name = v
				}
				if k == models.KnowSystem || k == models.KnowStandard {
					name = foldName(name)
				}
				rows = append(rows, knownRow{e.PersonID, k, v, name})
			}
		}
		if len(rows) > 0 {
			if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
				return err
			}
		}
		return s.DB(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"ask_me", "shown", "findable", "changed_at"})}).
			Create(&choicesRow{e.PersonID, e.AskMe, e.Shown, e.Findable, e.ChangedAt}).Error
	})
}

// changedExpertise names what differs, without what it says.
func changedExpertise(old, now models.Expertise) []string {
	fields := []string{}
	for _, k := range models.KnowKinds() {
		a, b := slices.Clone(old.Values(k)), slices.Clone(now.Values(k))
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			fields = append(fields, string(k))
		}
	}
	if old.AskMe != now.AskMe {
		fields = append(fields, "ask_me")
	}
	return fields
}

// fileSkills files the skills of a person so that others find them by these.
func (s *Store) fileSkills(ctx context.Context, personID string, skills []string) error {
	if err := s.DB(ctx).Where("person_id = ? AND kind = ?", personID, models.KnowSkill).Delete(&knownRow{}).Error; err != nil {
		return err
	}
	var rows []knownRow
	for _, skill := range skills {
		if key := models.SkillKey(skill); key != "" {
			rows = append(rows, knownRow{personID, models.KnowSkill, key, skill})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// SkillNames gives, for each of some skills, how most people here but one write
// it: by its key. What nobody else has is not there.
func (s *Store) SkillNames(ctx context.Context, but string, keys []string) (map[string]string, error) {
	out := map[string]string{}
	if len(keys) == 0 {
		return out, nil
	}
	var rows []struct{ Value, Said string }
	err := s.DB(ctx).Table("expertise").Select("value, said").Where("kind = ? AND value IN ? AND person_id <> ?", models.KnowSkill, keys, but).Group("value, said").Order("value, COUNT(*) DESC, said").Scan(&rows).Error
	for _, r := range rows {
		if out[r.Value] == "" {
			out[r.Value] = r.Said
		}
	}
	return out, err
}

// CommonSkills gives the skills that most people have, each as most write it.
func (s *Store) CommonSkills(ctx context.Context, limit int) ([]string, error) {
	var keys []string
	err := s.DB(ctx).Table("expertise").Where("kind = ?", models.KnowSkill).Group("value").Order("COUNT(*) DESC, value").Limit(limit).Pluck("value", &keys).Error
	if err != nil {
		return nil, err
	}
	names, err := s.SkillNames(ctx, "", keys)
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		if names[k] != "" {
			out = append(out, names[k])
		}
	}
	slices.Sort(out)
	return out, err
}

// did are the things that people did with published case studies: who, which, and
// as what. An answer that helped counts once for each.
const did = `SELECT c.owner_id AS person_id, c.id AS case_study_id, c.id AS thing, 'wrote' AS deed FROM case_studies c WHERE c.status = 'published' AND c.owner_id IN @people
	UNION SELECT p.person_id, p.case_study_id, p.case_study_id, 'wrote' FROM case_study_people p WHERE p.person_id IN @people
	UNION SELECT a.owner_id, a.case_study_id, a.id, 'adopted' FROM adoptions a WHERE a.owner_id IN @people AND a.site = '' AND a.hidden = '' AND a.status IN ('trying', 'in-use', 'stopped')
	UNION SELECT m.author_id, m.case_study_id, m.id, 'answered' FROM comments m WHERE m.author_id IN @people AND m.helped_at IS NOT NULL AND m.deleted_at IS NULL AND m.hidden = ''`

// DeedsOf tells what people did here with systems, standards, settings and tags,
// in one statement: only what everybody can see, as facets are of published case
// studies. The deeds with a tag are those with the skill of the same words.
func (s *Store) DeedsOf(ctx context.Context, people []string) ([]models.Deed, error) {
	if len(people) == 0 {
		return nil, nil
	}
	var rows []struct {
		PersonID, Facet, Value   string
		Wrote, Adopted, Answered int
	}
	err := s.DB(ctx).Raw(`SELECT d.person_id, f.facet, f.value, SUM(CASE WHEN d.deed = 'wrote' THEN 1 ELSE 0 END) AS wrote, SUM(CASE WHEN d.deed = 'adopted' THEN 1 ELSE 0 END) AS adopted,
		SUM(CASE WHEN d.deed = 'answered' THEN 1 ELSE 0 END) AS answered FROM (`+did+`) d JOIN case_study_facets f ON f.case_study_id = d.case_study_id AND f.facet IN @facets
		GROUP BY d.person_id, f.facet, f.value ORDER BY d.person_id, f.facet, f.value`,
		map[string]any{"people": people, "facets": []string{models.FacetSystem, models.FacetStandard, models.FacetSetting, models.FacetTag}}).Scan(&rows).Error
	kinds := map[string]models.KnowKind{}
	for _, k := range models.KnowKinds() {
		kinds[k.Facet()] = k
	}
	out := make([]models.Deed, len(rows))
	for i, r := range rows {
		out[i] = models.Deed{PersonID: r.PersonID, Kind: kinds[r.Facet], Value: r.Value, Deeds: models.Deeds{Wrote: r.Wrote, Adopted: r.Adopted, Answered: r.Answered}}
	}
	return out, err
}

// MarkHelped notes that an answer helped, by the word of a person, or takes that
// back. A comment that is deleted or hidden stays as it is.
func (s *Store) MarkHelped(ctx context.Context, id, by string, on bool) error {
	Note(ctx, "comment.helped", id, nil, map[string]any{"helped": on})
	if !on {
		return s.exec(ctx, "UPDATE comments SET helped_at = NULL, helped_by = '' WHERE id = ? AND "+standing, id)
	}
	return s.exec(ctx, "UPDATE comments SET helped_at = ?, helped_by = ? WHERE id = ? AND helped_at IS NULL AND "+standing, s.Now(), by, id)
}
