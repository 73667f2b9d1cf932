// Package connections answers who has joined what to what: over the
// connections of all case studies, as pages and in the API.
package connections

import (
	"context"
	"strings"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/models/store"
)

// Feature is the question and its answers, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	steps *web.Memo[[]models.JoinStep]
	maps  mapMemos
}

// New makes the feature.
func New(site *web.Site) *Feature {
	return &Feature{site: site, store: site.Store, steps: web.NewContentMemo[[]models.JoinStep](site, 32), maps: newMapMemos(site)}
}

// systems gives the slugs of systems by slug, name or other name, in one
// statement. What nobody knows stays as it is, so that it finds nothing.
func (f *Feature) systems(ctx context.Context, names []string) ([]string, error) {
	names = cleaned(names)
	if len(names) == 0 {
		return nil, nil
	}
	slugs, err := f.store.SystemSlugs(ctx, names)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = slugs[n]; out[i] == "" {
			out[i] = n
		}
	}
	return out, nil
}

// standards gives the codes of standards by code, name or other name, or by
// what they were called before a merge. What nobody knows stays as it is.
func (f *Feature) standards(ctx context.Context, names []string) ([]string, error) {
	names = cleaned(names)
	if len(names) == 0 {
		return nil, nil
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	for i, n := range names {
		code, err := f.standard(ctx, v, n)
		if err != nil {
			return nil, err
		}
		if code != "" {
			names[i] = code
		}
	}
	return names, nil
}

// standard gives the code of a standard by any of its names, those before a
// merge included; nothing when there is none.
func (f *Feature) standard(ctx context.Context, v *web.Vocabulary, name string) (string, error) {
	if code := v.StandardCalled(name); code != "" {
		return code, nil
	}
	codes, err := f.store.TermIDs(ctx, store.KindStandard, []string{name})
	return codes[name], err
}

// region gives a region as the lists have it, by its name in any case.
func region(name string) string {
	for _, r := range reference.Regions() {
		if strings.EqualFold(r.Name, name) {
			return r.Name
		}
	}
	return name
}

// cleaned gives values as they are kept, without those that are empty.
func cleaned(values []string) []string {
	var out []string
	for _, v := range values {
		if v = models.CleanLine(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}
