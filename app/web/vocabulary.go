package web

import (
	"context"
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
	read          time.Time
}

// SystemName gives the name of a system's slug, or the slug.
func (v *Vocabulary) SystemName(slug string) string { return or(v.systemNames[slug], slug) }

// StandardName gives the name of a standard's code, or the code.
func (v *Vocabulary) StandardName(code string) string { return or(v.standardNames[code], code) }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Vocabulary gives the lists as they were a moment ago.
func (s *Site) Vocabulary(ctx context.Context) (*Vocabulary, error) {
	if v := s.vocabulary.Load(); v != nil && s.Now().Sub(v.read) < vocabularyTTL {
		return v, nil
	}
	got, err, _ := s.vocabularyReads.Do("", func() (any, error) {
		v := &Vocabulary{read: s.Now(), systemNames: map[string]string{}, standardNames: map[string]string{}}
		var err error
		if v.Systems, err = s.Store.Systems(ctx); err != nil {
			return nil, err
		}
		if v.Standards, err = s.Store.Standards(ctx); err != nil {
			return nil, err
		}
		for _, x := range v.Systems {
			v.systemNames[x.Slug] = x.Name
		}
		for _, x := range v.Standards {
			v.standardNames[x.Code] = x.Name
		}
		s.vocabulary.Store(v)
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	return got.(*Vocabulary), nil
}
