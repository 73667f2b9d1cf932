package meili

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"grassroots/search"
)

// A rebuild fills a new index beside the live one and swaps the two. Other
// processes go on writing meanwhile, and they do not know of each other, so the
// rebuild leaves a sign on the server: an index for notes. Every write looks for
// it, and what it changes it notes there before it changes the live index. The
// rebuild reads what it indexes after the sign stands, so whatever a writer did
// before it saw the sign is in what the rebuild reads; and whatever it did
// afterwards is in the notes.
//
// The notes are carried over before the swap, and again after it until nothing
// new is noted: a writer may note something before the swap and come to write
// it after.
const (
	notesInfix = "_notes_"
	blankInfix = "_blank_" // notes that are being made
	nextInfix  = "_v"
	// leftOver is the age at which what a rebuild left is taken for abandoned.
	leftOver = 24 * time.Hour
	// cleanUpTimeout is how long a failed rebuild may take to remove what it made.
	cleanUpTimeout = 20 * time.Second
)

// Rebuild fills a new index and swaps it for the live one.
func (ix *Index) Rebuild(ctx context.Context, docs iter.Seq2[search.Document, error]) error {
	select {
	case ix.rebuilding <- struct{}{}:
		defer func() { <-ix.rebuilding }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ix.prepare(ctx); err != nil {
		return err
	}
	if err := ix.sweep(ctx); err != nil {
		return err
	}
	stamp := strconv.FormatInt(ix.o.Now().UnixMicro(), 10)
	next, notes := ix.o.Prefix+nextInfix+stamp, ix.o.Prefix+notesInfix+stamp
	err := ix.rebuild(ctx, next, notes, docs)
	// After a success next holds what was live before.
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTimeout)
	defer cancel()
	cleaned := ix.drop(clean, notes, strings.Replace(notes, notesInfix, blankInfix, 1), next)
	if err != nil {
		return err
	}
	return cleaned
}

func (ix *Index) rebuild(ctx context.Context, next, notes string, docs iter.Seq2[search.Document, error]) error {
	if err := ix.createNotes(ctx, notes); err != nil {
		return err
	}
	if err := ix.create(ctx, next); err != nil {
		return err
	}
	if err := ix.applySettings(ctx, next); err != nil {
		return err
	}
	if err := ix.fill(ctx, next, docs); err != nil {
		return err
	}
	carried := map[string]change{}
	if err := ix.carry(ctx, next, notes, carried); err != nil {
		return err
	}
	synonyms, err := ix.synonymsOf(ctx, ix.live())
	if err != nil {
		return err
	}
	if err := ix.putSynonyms(ctx, next, synonyms); err != nil {
		return err
	}
	err = ix.task(ctx, "swap the indexes", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return ix.client.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{ix.live(), next}}})
	})
	if err != nil {
		return err
	}
	// From here on the new index is live, so what follows is done even when
	// the caller has lost interest.
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), ix.o.TaskTimeout)
	defer cancel()
	if err := ix.carry(after, ix.live(), notes, carried); err != nil {
		return err
	}
	return ix.drop(after, ix.mark())
}

// createNotes makes the index for notes. It is never searched, so nothing but
// the key is indexed. Writers must not see it before that is settled (the server
// muddles a change of settings and documents that come with it), so it gets its
// name last.
func (ix *Index) createNotes(ctx context.Context, notes string) error {
	blank := strings.Replace(notes, notesInfix, blankInfix, 1)
	if err := ix.create(ctx, blank); err != nil {
		return err
	}
	err := ix.task(ctx, "prepare the notes", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return ix.client.Index(blank).UpdateSettingsWithContext(ctx, &meilisearch.Settings{SearchableAttributes: []string{attrKey}})
	})
	if err != nil {
		return err
	}
	return ix.task(ctx, "name the notes", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return ix.client.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{blank, notes}, Rename: true}})
	})
}

// note writes changes down for a rebuild. A rebuild whose notes were removed
// between the look for them and the write is over, and needs none.
func (ix *Index) note(ctx context.Context, notes string, changes []change) error {
	for len(changes) > 0 {
		n := min(batchSize, len(changes))
		err := ix.task(ctx, "note a change", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
			return ix.client.Index(notes).AddDocumentsWithContext(ctx, changes[:n], nil)
		})
		if taskCode(err) == "index_primary_key_no_candidate_found" {
			// Our notes always have a key: the server has just made an index of
			// this name anew, without one, for a rebuild that is over.
			return ix.drop(ctx, notes)
		}
		if err != nil {
			return err
		}
		changes = changes[n:]
	}
	return nil
}

// fill indexes all documents.
func (ix *Index) fill(ctx context.Context, next string, docs iter.Seq2[search.Document, error]) error {
	batch := make([]change, 0, batchSize)
	for d, err := range docs {
		if err == nil {
			err = d.Validate()
		}
		if err != nil {
			return err
		}
		record, err := newRecord(d)
		if err != nil {
			return err
		}
		if batch = append(batch, change{Key: key(d.Kind, d.ID), Record: record}); len(batch) == batchSize {
			if err := ix.apply(ctx, next, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return ix.apply(ctx, next, batch)
}

// carry applies the notes that were not applied yet, until there are none.
func (ix *Index) carry(ctx context.Context, uid, notes string, carried map[string]change) error {
	for {
		all, err := ix.readNotes(ctx, notes)
		if err != nil {
			return err
		}
		var fresh []change
		for _, c := range all {
			if old, ok := carried[c.Key]; !ok || !bytes.Equal(old.Record, c.Record) {
				fresh = append(fresh, c)
				carried[c.Key] = c
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		if err := ix.apply(ctx, uid, fresh); err != nil {
			return err
		}
	}
}

// readNotes reads all that is noted.
func (ix *Index) readNotes(ctx context.Context, notes string) ([]change, error) {
	var all []change
	for {
		var page meilisearch.DocumentsResult
		err := ix.client.Index(notes).GetDocumentsWithContext(ctx,
			&meilisearch.DocumentsQuery{Offset: int64(len(all)), Limit: batchSize}, &page)
		if err != nil {
			return nil, ix.failure(ctx, "read the notes", err)
		}
		for _, hit := range page.Results {
			var c change
			if err := json.Unmarshal(hit["key"], &c.Key); err != nil {
				return nil, fmt.Errorf("%w: a note that is not ours: %w", search.ErrUnavailable, err)
			}
			if record, ok := hit["record"]; ok && string(record) != "null" {
				c.Record = record
			}
			all = append(all, c)
		}
		if len(page.Results) == 0 || int64(len(all)) >= page.Total {
			return all, nil
		}
	}
}

// sweep removes what a rebuild of a day ago left when it was cut short.
func (ix *Index) sweep(ctx context.Context) error {
	names, err := ix.indexes(ctx)
	if err != nil {
		return err
	}
	var old []string
	for name := range names {
		made, ok := madeAt(strings.TrimPrefix(name, ix.o.Prefix))
		if ok && ix.o.Now().Sub(made) >= leftOver {
			old = append(old, name)
		}
	}
	return ix.drop(ctx, old...)
}

// madeAt reads the time out of the name of a rebuild's index. It is strict, so
// that the live index of another installation with a longer prefix is never
// taken for one.
func madeAt(suffix string) (time.Time, bool) {
	for _, infix := range []string{notesInfix, blankInfix, nextInfix} {
		if stamp, ok := strings.CutPrefix(suffix, infix); ok {
			micros, err := strconv.ParseInt(stamp, 10, 64)
			return time.UnixMicro(micros), err == nil && len(stamp) == len("1700000000000000")
		}
	}
	return time.Time{}, false
}
