package finding

import (
	"context"
	"errors"
	"iter"
	"time"

	"grassroots/app/jobs"
	"grassroots/models/store"
	"grassroots/search"
)

// indexArgs asks for what has changed to be given to the index. It names
// nothing: what the index has not seen is marked in the database.
type indexArgs struct{}

// Kind implements jobs.Args.
func (indexArgs) Kind() string { return "search.index" }

// rebuildArgs asks the node that has the index to make it again.
type rebuildArgs struct{}

// Kind implements jobs.Args.
func (rebuildArgs) Kind() string { return "search.rebuild" }

// indexEvery is how long a changed name may take to be found.
const indexEvery = 15 * time.Second

// indexBatch is how many documents are given to the engine at a time.
const indexBatch = 200

func (f *Feature) registerJobs() {
	jobs.Register(f.queue, func(ctx context.Context, _ indexArgs) error {
		_, err := f.IndexTouched(ctx)
		return err
	})
	jobs.Register(f.queue, func(ctx context.Context, _ rebuildArgs) error {
		_, err := f.Rebuild(ctx)
		return err
	})
	f.queue.Every(indexEvery, indexArgs{})
}

// AskForRebuild leaves the rebuild to the node that has the index.
func (f *Feature) AskForRebuild(ctx context.Context) error {
	return f.queue.Enqueue(ctx, rebuildArgs{})
}

// Rebuild makes the search index again beside the live one and swaps; it tells
// how many documents there are.
func (f *Feature) Rebuild(ctx context.Context) (int, error) {
	// What is marked as unseen before the rebuild reads anything is seen by it,
	// in that state or a later one, so no sweep has to give it once more.
	studies, err := f.store.ToIndex(ctx, "", -1, true)
	if err != nil {
		return 0, err
	}
	others, err := f.store.Unindexed(ctx, -1)
	if err != nil {
		return 0, err
	}
	n := 0
	err = f.site.Index.Rebuild(ctx, func(yield func(search.Document, error) bool) {
		for d, err := range f.AllDocuments(ctx) {
			n++
			if !yield(d, err) {
				return
			}
		}
	})
	f.site.NoteSearch(err)
	f.site.Changed()
	if err == nil {
		err = errors.Join(f.store.MarkIndexed(ctx, studies), f.store.Indexed(ctx, others))
	}
	return n, err
}

// IndexTouched gives the search engine every person, organisation, system, standard,
// collection and campaign that has changed since it saw it last, and tells how many.
func (f *Feature) IndexTouched(ctx context.Context) (total int, err error) {
	err = f.store.SweepIndex(ctx, func(ctx context.Context) error {
		for {
			batch, err := f.store.Unindexed(ctx, indexBatch)
			if err != nil || len(batch) == 0 {
				return err
			}
			if err := f.indexBatch(ctx, batch); err != nil {
				f.site.NoteSearch(err)
				return err
			}
			total += len(batch)
			f.site.NoteSearch(nil)
		}
	})
	return total, err
}

func (f *Feature) indexBatch(ctx context.Context, batch []store.Unindexed) error {
	ids := map[search.Kind][]string{}
	for _, u := range batch {
		ids[search.Kind(u.Kind)] = append(ids[search.Kind(u.Kind)], u.ID)
	}
	for kind, wanted := range ids {
		found, err := f.documents(ctx, kind, wanted)
		if err != nil {
			return err
		}
		gone := map[string]bool{}
		for _, id := range wanted {
			gone[id] = true
		}
		docs := found[:0]
		for _, d := range found {
			// A document that no engine takes must not hold up the others.
			if err := d.Validate(); err != nil {
				f.site.Log.ErrorContext(ctx, "left out of the search index", "kind", d.Kind, "error", err)
				continue
			}
			delete(gone, d.ID)
			docs = append(docs, d)
		}
		if len(gone) > 0 {
			if err := f.site.Index.Delete(ctx, kind, keys(gone)...); err != nil {
				return err
			}
		}
		if len(docs) > 0 {
			if err := f.site.Index.Upsert(ctx, docs...); err != nil {
				return err
			}
		}
	}
	// The other names of systems and standards are synonyms.
	if len(ids[search.KindSystem])+len(ids[search.KindStandard]) > 0 {
		if err := f.site.RefreshSynonyms(ctx); err != nil {
			return err
		}
	}
	return f.store.Indexed(ctx, batch)
}

func keys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	return out
}

// AllDocuments reads everything that the index holds, a batch at a time.
func (f *Feature) AllDocuments(ctx context.Context) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for d, err := range f.studies.Documents(ctx) {
			if !yield(d, err) || err != nil {
				return
			}
		}
		for _, read := range []func(context.Context, *store.NameCursor) ([]search.Document, *store.NameCursor, error){
			f.pageOfPeople, f.pageOfOrganisations, f.pageOfSystems, f.pageOfStandards, f.pageOfCollections, f.pageOfCampaigns} {
			for at, more := (*store.NameCursor)(nil), true; more; more = at != nil {
				docs, next, err := read(ctx, at)
				if err != nil {
					yield(search.Document{}, err)
					return
				}
				for _, d := range docs {
					if !yield(d, nil) {
						return
					}
				}
				at = next
			}
		}
	}
}
