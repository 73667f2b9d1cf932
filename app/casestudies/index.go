package casestudies

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"grassroots/app/jobs"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// indexArgs asks for the search index to be brought up to date. It names no
// case study: what the index has not seen is marked in the database, so one
// job does for many writes, and a lost job loses nothing.
type indexArgs struct{}

// Kind implements jobs.Args.
func (indexArgs) Kind() string { return "case_studies.index" }

// countArgs asks for the search index to see votes and other counts too.
type countArgs struct{}

// Kind implements jobs.Args.
func (countArgs) Kind() string { return "case_studies.counts" }

const (
	// indexEvery is how often the search index sees what was written and
	// enqueued no job of its own.
	indexEvery = 15 * time.Second
	// countEvery is how often it sees counts. For each it reads a whole text
	// anew, which a busy site has better uses for.
	countEvery = time.Minute
)

// indexBatch is how many case studies are given to the engine at a time.
const indexBatch = 200

func (f *Feature) registerJobs() {
	jobs.Register(f.queue, func(ctx context.Context, _ indexArgs) error {
		_, err := f.sweep(ctx, false)
		return err
	})
	jobs.Register(f.queue, func(ctx context.Context, _ countArgs) error {
		_, err := f.sweep(ctx, true)
		return err
	})
	f.queue.Every(indexEvery, indexArgs{})
	f.queue.Every(countEvery, countArgs{})
}

// Index has the search engine see what was written, in the same transaction.
func (f *Feature) Index(ctx context.Context) error { return f.queue.Enqueue(ctx, indexArgs{}) }

// IndexTouched gives the search engine every case study that has changed since
// it saw it last, once each, and tells how many. What changes again meanwhile is
// for the next time: on a busy day it would not come to an end.
func (f *Feature) IndexTouched(ctx context.Context) (total int, err error) { return f.sweep(ctx, true) }

func (f *Feature) sweep(ctx context.Context, counts bool) (total int, err error) {
	err = f.store.SweepIndex(ctx, func(ctx context.Context) error {
		for after := ""; ; {
			batch, err := f.store.ToIndex(ctx, after, indexBatch, counts)
			if err != nil || len(batch) == 0 {
				return err
			}
			if err := f.indexBatch(ctx, batch); err != nil {
				f.noteSearch(err)
				return err
			}
			total += len(batch)
			after = batch[len(batch)-1].ID
			f.noteSearch(nil)
			f.site.Changed()
		}
	})
	return total, err
}

func (f *Feature) indexBatch(ctx context.Context, batch []store.Touched) error {
	var gone, ids []string
	for _, t := range batch {
		if t.Status == models.Published {
			ids = append(ids, t.ID)
		} else {
			gone = append(gone, t.ID)
		}
	}
	if len(gone) > 0 {
		if err := f.site.Index.Delete(ctx, search.KindCaseStudy, gone...); err != nil {
			return err
		}
	}
	docs, err := f.documents(ctx, ids)
	if err != nil {
		return err
	}
	if len(docs) > 0 {
		if err := f.site.Index.Upsert(ctx, docs...); err != nil {
			return err
		}
	}
	return f.store.MarkIndexed(ctx, batch)
}

// documents makes what the search engine is given of case studies, in four at most
// statements however many there are.
func (f *Feature) documents(ctx context.Context, ids []string) ([]search.Document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	texts, err := f.store.TextsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	facets, err := f.store.FacetsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	names, err := f.termNames(ctx, facets)
	if err != nil {
		return nil, err
	}
	docs := make([]search.Document, 0, len(texts))
	for _, cs := range texts {
		own := facets[cs.ID]
		body := []string{cs.Text}
		// Every name of what was joined finds it, even where the text calls it
		// something else.
		for _, facet := range []string{models.FacetSystem, models.FacetStandard} {
			for _, id := range own[facet] {
				body = append(body, names[facet+" "+id]...)
			}
		}
		body = append(body, strings.Join(cs.Tags, " "), cs.Organisation)
		docs = append(docs, search.Document{Kind: search.KindCaseStudy, ID: cs.ID, Title: cs.Title, Summary: cs.Summary,
			Body: strings.Join(body, "\n"), URL: "/case-studies/" + cs.Slug, Facets: own, Votes: cs.Votes, Comments: cs.Comments,
			Adoptions: cs.Adoptions, Hot: cs.Hot, Published: cs.PublishedAt})
	}
	return docs, nil
}

// termNames gives every name of the systems and standards among the facets of
// case studies, by facet and id. They are read as they are now: what the site
// remembers of them may be older than the change for which they are indexed.
func (f *Feature) termNames(ctx context.Context, facets map[string]map[string][]string) (map[string][]string, error) {
	ids := map[string][]string{}
	for _, own := range facets {
		for _, facet := range []string{models.FacetSystem, models.FacetStandard} {
			ids[facet] = append(ids[facet], own[facet]...)
		}
	}
	for facet, list := range ids {
		slices.Sort(list)
		ids[facet] = slices.Compact(list)
	}
	names := map[string][]string{}
	systems, err := f.store.SystemsBySlug(ctx, ids[models.FacetSystem])
	if err != nil {
		return nil, err
	}
	for _, s := range systems {
		names[models.FacetSystem+" "+s.Slug] = append([]string{s.Name}, s.Aliases...)
	}
	standards, err := f.store.StandardsByCode(ctx, ids[models.FacetStandard])
	for _, s := range standards {
		names[models.FacetStandard+" "+s.Code] = append([]string{s.Name}, s.Aliases...)
	}
	return names, err
}

// AllDocuments reads every published case study, a batch at a time, for a
// rebuild of the index.
func (f *Feature) AllDocuments(ctx context.Context) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		after := ""
		for {
			ids, err := f.store.PublishedIDs(ctx, after, indexBatch)
			if err != nil {
				yield(search.Document{}, err)
				return
			}
			if len(ids) == 0 {
				return
			}
			docs, err := f.documents(ctx, ids)
			if err != nil {
				yield(search.Document{}, err)
				return
			}
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
			after = ids[len(ids)-1]
		}
	}
}

// noteSearch keeps the banner in step with what the engine last answered.
func (f *Feature) noteSearch(err error) { f.site.NoteSearch(err) }

func isAway(err error) bool { return errors.Is(err, search.ErrUnavailable) }

func restoredNote(number int) string { return "Restored revision " + strconv.Itoa(number) }
