package web

import (
	"cmp"
	"context"
	"slices"
	"time"

	"grassroots/models"
)

// vocabularyTTL is how long names of systems and standards may lag behind a
// change.
const vocabularyTTL = 15 * time.Second

// Vocabulary is the lists that forms offer and pages translate codes with.
type Vocabulary struct {
	Systems       []models.System
	Standards     []models.Standard
	systemNames   map[string]string
	standardNames map[string]string
	merged        map[string]string // by kind and id: what it is another name for now
	read          time.Time
}

// SystemName gives the name of a system's slug, or the slug. The slug of one
// that was merged gives the name of the one that it was merged into.
func (v *Vocabulary) SystemName(slug string) string {
	return cmp.Or(v.systemNames[v.Now(models.TermSystem, slug)], slug)
}

// StandardName gives the name of a standard's code, or the code. The code of
// one that was merged gives the name of the one that it was merged into.
func (v *Vocabulary) StandardName(code string) string {
	return cmp.Or(v.standardNames[v.Now(models.TermStandard, code)], code)
}

// FacetLabel gives what a value of a facet is called; organisations and campaigns, which
// stand in no vocabulary, stay as they are.
func (v *Vocabulary) FacetLabel(name, value string) string {
	switch name {
	case models.FacetStage:
		return models.Stage(value).Label()
	case models.FacetSystem, models.FacetFromSystem, models.FacetToSystem:
		return v.SystemName(value)
	case models.FacetStandard:
		return v.StandardName(value)
	case models.FacetDevices:
		return models.LabelOf(models.DeviceFacets(), value)
	case models.FacetReview:
		return models.LabelOf(models.ReviewFacets(), value)
	case models.FacetEvidence:
		return models.LabelOf(models.EvidenceChoices(), value)
	case models.FacetNICETier:
		return models.LabelOf(models.NICETiers(), value)
	}
	return value
}

// Now gives the id that a system or a standard has now: another one than asked
// for when it was merged.
func (v *Vocabulary) Now(kind, id string) string { return cmp.Or(v.merged[kind+" "+id], id) }

// NowAll is Now for the values of a filter, in place of each what it is now.
func (v *Vocabulary) NowAll(kind string, ids []string) []string {
	if len(v.merged) == 0 || len(ids) == 0 {
		return ids
	}
	var out []string
	for _, id := range ids {
		if id = v.Now(kind, id); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// VocabularyChanged lets this node's pages, lists and forms show what was
// changed in the lists of systems and standards at once; other nodes follow
// within vocabularyTTL.
func (s *Site) VocabularyChanged() {
	s.vocabulary.Store(nil)
	s.ContentChanged()
}

// Vocabulary gives the lists as they were a moment ago. Reading them, the site
// also notices what another node has changed in the synonyms.
func (s *Site) Vocabulary(ctx context.Context) (*Vocabulary, error) {
	if v := s.vocabulary.Load(); v != nil && s.Now().Sub(v.read) < vocabularyTTL {
		return v, nil
	}
	got, err, _ := s.vocabularyReads.Do("", func() (any, error) {
		v := &Vocabulary{read: s.Now(), systemNames: map[string]string{}, standardNames: map[string]string{}, merged: map[string]string{}}
		var err error
		if v.Systems, err = s.Store.Systems(ctx); err != nil {
			return nil, err
		}
		if v.Standards, err = s.Store.Standards(ctx); err != nil {
			return nil, err
		}
		merged, err := s.Store.MergedTerms(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range merged {
			v.merged[m.Kind+" "+m.ID] = m.Into
		}
		for _, x := range v.Systems {
			v.systemNames[x.Slug] = x.Name
		}
		for _, x := range v.Standards {
			v.standardNames[x.Code] = x.Name
		}
		list, err := listWords(ctx, s.Store, v.Systems, v.Standards)
		if err != nil {
			return nil, err
		}
		s.followSynonyms(ctx, list)
		s.vocabulary.Store(v)
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	return got.(*Vocabulary), nil
}
