package notifications

import (
	"context"
	"net/url"
	"strings"

	"grassroots/models"
	"grassroots/search"
)

// queriesAtOnce is how many searches are compared with a case study at a time.
const queriesAtOnce = 500

// match notes in which saved searches a case study is new, each query once however
// many people keep it. They find what lists find, which is what everybody may read.
// Run again it notes nothing twice.
func (f *Feature) match(ctx context.Context, cs *models.CaseStudy) error {
	if cs.Status != models.Published {
		return nil
	}
	found, err := f.finder(ctx, cs)
	if err != nil {
		return err
	}
	for after := ""; ; {
		list, err := f.store.QueriesAfter(ctx, after, queriesAtOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		var matching []string
		for _, query := range list {
			if found(query) {
				matching = append(matching, query)
			}
		}
		if err := f.store.Match(ctx, cs.ID, matching); err != nil {
			return err
		}
		after = list[len(list)-1]
	}
}

// finder tells of searches whether they find a case study. Words are compared as
// the engines do, but for misspelt ones and synonyms; what a search calls by the
// name that something had before it was merged finds what it is now.
func (f *Feature) finder(ctx context.Context, cs *models.CaseStudy) (func(query string) bool, error) {
	all, err := f.store.FacetsByID(ctx, []string{cs.ID})
	if err != nil {
		return nil, err
	}
	texts, err := f.store.TextsByID(ctx, []string{cs.ID})
	if err != nil {
		return nil, err
	}
	vocabulary, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	facets := all[cs.ID]
	text := []string{cs.Title, cs.Summary, strings.Join(cs.Tags, " "), cs.Organisation}
	for _, t := range texts {
		text = append(text, t.Text)
	}
	for _, id := range facets[models.FacetSystem] {
		text = append(text, vocabulary.SystemName(id))
	}
	for _, id := range facets[models.FacetStandard] {
		text = append(text, vocabulary.StandardName(id))
	}
	has := map[string]bool{}
	for _, w := range search.Stems(strings.Join(text, "\n")) {
		has[w] = true
	}
	kinds := map[string]string{models.FacetSystem: models.TermSystem, models.FacetFromSystem: models.TermSystem, models.FacetToSystem: models.TermSystem, models.FacetStandard: models.TermStandard}
	return func(query string) bool {
		q, err := models.ParseSearch(query)
		if err != nil { // a filter that there is no more
			return false
		}
		for name, list := range q.Filters {
			if kind := kinds[name]; kind != "" {
				q.Filters[name] = vocabulary.NowAll(kind, list)
			}
		}
		return q.Finds(facets, search.Stems(q.Text), has)
	}, nil
}

// tag gives a tag that some case study has which everybody may read.
func (f *Feature) tag(ctx context.Context, out models.Following) (models.Following, error) {
	if plain, err := url.PathUnescape(out.Thing); err == nil { // as it comes in an address; no tag has a percent sign
		out.Thing = plain
	}
	out.Thing = models.CleanTag(out.Thing)
	out.Name, out.URL = out.Thing, "/case-studies?tag="+url.QueryEscape(out.Thing)
	there, err := f.store.HasTag(ctx, out.Thing)
	if err == nil && !there {
		err = models.E(models.NotFound, "No case study has this tag.")
	}
	return out, err
}

// search gives a saved search of a person's.
func (f *Feature) search(ctx context.Context, p *models.Person, out models.Following) (models.Following, error) {
	s, err := f.store.SavedSearch(ctx, p.ID, out.Thing)
	out.Name, out.URL = s.Name, "/me/searches/"+s.ID
	return out, err
}
