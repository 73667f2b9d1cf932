package meili

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// layout is the version of everything that decides what stands in a document
// here: its attributes and how package lang makes words.
const layout = "1"

// settings are what the index is told. Searched attributes are listed from the
// weightiest; "sort" is the first rule, so that a chosen order is the order and
// not a tie-break; the key comes last and settles every tie.
//
// The limits on hits and on values of a facet are far above what there can be:
// with the server's own (1,000 and 100) totals and counts would be wrong.
func settings() *meilisearch.Settings {
	filterable := []string{attrKey, attrKind, attrLayout}
	for _, f := range search.FacetNames() {
		filterable = append(filterable, facetPrefix+f)
	}
	sortable := []string{attrKey}
	for s := range (search.Document{}).Order() {
		sortable = append(sortable, sortPrefix+string(s))
	}
	slices.Sort(filterable)
	slices.Sort(sortable)
	return &meilisearch.Settings{
		SearchableAttributes: searched(),
		DisplayedAttributes:  []string{attrKey, attrKind, attrID, attrShown, attrURL},
		FilterableAttributes: filterable,
		SortableAttributes:   sortable,
		RankingRules:         []string{"sort", "words", "typo", "proximity", "attributeRank", "exactness", attrKey + ":asc"},
		TypoTolerance: &meilisearch.TypoTolerance{
			Enabled:             true,
			MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: lang.OneTypo, TwoTypos: lang.TwoTypos},
			DisableOnWords:      []string{},
			DisableOnAttributes: []string{},
			DisableOnNumbers:    true,
		},
		Pagination: &meilisearch.Pagination{MaxTotalHits: 1_000_000},
		Faceting: &meilisearch.Faceting{
			MaxValuesPerFacet: maxFacetValues,
			SortFacetValuesBy: map[string]meilisearch.SortFacetType{"*": meilisearch.SortFacetTypeAlpha},
		},
		// An answer that was cut short would be wrong and look right; ours is
		// given up after Options.Timeout instead.
		SearchCutoffMs: 10_000,
	}
}

// maxFacetValues is how many values of one facet are counted.
const maxFacetValues = 100_000

// searched are the searched attributes, the weightiest first.
func searched() []string { return []string{attrTitle, attrSummary, attrLabels, attrBody} }

// sameSettings compares what the server has with what it should have.
func sameSettings(have, want *meilisearch.Settings) bool {
	sorted := func(s []string) []string { return slices.Sorted(slices.Values(s)) }
	return slices.Equal(have.SearchableAttributes, want.SearchableAttributes) &&
		slices.Equal(sorted(have.DisplayedAttributes), sorted(want.DisplayedAttributes)) &&
		slices.Equal(sorted(have.FilterableAttributes), want.FilterableAttributes) &&
		slices.Equal(sorted(have.SortableAttributes), want.SortableAttributes) &&
		slices.Equal(have.RankingRules, want.RankingRules) &&
		have.TypoTolerance != nil && have.TypoTolerance.Enabled &&
		have.TypoTolerance.MinWordSizeForTypos == want.TypoTolerance.MinWordSizeForTypos &&
		have.TypoTolerance.DisableOnNumbers &&
		len(have.TypoTolerance.DisableOnWords)+len(have.TypoTolerance.DisableOnAttributes) == 0 &&
		have.Pagination != nil && *have.Pagination == *want.Pagination &&
		have.Faceting != nil && have.Faceting.MaxValuesPerFacet == want.Faceting.MaxValuesPerFacet &&
		have.SearchCutoffMs == want.SearchCutoffMs
}

// applySettings brings an index's settings up to date and checks that the
// server took them.
func (ix *Index) applySettings(ctx context.Context, uid string) error {
	want := settings()
	have, err := ix.settingsOf(ctx, uid)
	if err != nil {
		return err
	}
	if sameSettings(have, want) {
		return nil
	}
	err = ix.task(ctx, "change the settings", settingsTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return ix.client.Index(uid).UpdateSettingsWithContext(ctx, want)
	})
	if err != nil {
		return err
	}
	if have, err = ix.settingsOf(ctx, uid); err != nil {
		return err
	}
	if !sameSettings(have, want) {
		return fmt.Errorf("%w: Meilisearch did not take over the settings of index %s; is it version 1.50 or later?", search.ErrUnavailable, uid)
	}
	return nil
}

func (ix *Index) settingsOf(ctx context.Context, uid string) (*meilisearch.Settings, error) {
	ctx, cancel := context.WithTimeout(ctx, ix.o.Timeout)
	defer cancel()
	s, err := ix.client.Index(uid).GetSettingsWithContext(ctx)
	if err != nil {
		return nil, ix.failure(ctx, "give the settings", err)
	}
	return s, nil
}

// synonymToken is the word that stands for an entry of the table of synonyms in
// a query. The server knows it by its synonyms alone: every way to say the entry,
// the typed one among them, each as a phrase. Nothing else is ever spelt like it.
func synonymToken(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "zq" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])) + "qz"
}

// synonymMap is the table as the server takes it.
func synonymMap(s search.Synonyms) map[string][]string {
	m := map[string][]string{}
	for key, phrases := range s.Table().Entries() {
		list := make([]string, len(phrases))
		for i, p := range phrases {
			list[i] = strings.Join(p, " ")
		}
		slices.Sort(list)
		m[synonymToken(key)] = slices.Compact(list)
	}
	return m
}

// applySynonyms gives an index a table; the server does not index anything
// again for it.
func (ix *Index) applySynonyms(ctx context.Context, uid string, s search.Synonyms) error {
	return ix.putSynonyms(ctx, uid, synonymMap(s))
}

func (ix *Index) putSynonyms(ctx context.Context, uid string, want map[string][]string) error {
	have, err := ix.synonymsOf(ctx, uid)
	if err != nil {
		return err
	}
	sorted := func(m map[string][]string) map[string][]string {
		c := map[string][]string{}
		for k, v := range m {
			c[k] = slices.Sorted(slices.Values(v))
		}
		return c
	}
	if maps.EqualFunc(sorted(have), want, slices.Equal) {
		return nil
	}
	return ix.task(ctx, "change the synonyms", settingsTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		if len(want) == 0 {
			return ix.client.Index(uid).ResetSynonymsWithContext(ctx)
		}
		return ix.client.Index(uid).UpdateSynonymsWithContext(ctx, &want)
	})
}

func (ix *Index) synonymsOf(ctx context.Context, uid string) (map[string][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, ix.o.Timeout)
	defer cancel()
	have, err := ix.client.Index(uid).GetSynonymsWithContext(ctx)
	if err != nil {
		return nil, ix.failure(ctx, "give the synonyms", err)
	}
	return *have, nil
}
