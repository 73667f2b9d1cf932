package embedded

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/blevesearch/bleve/v2"

	"grassroots/search"
)

// batchSize is how many documents go into one write to disk. A rebuild writes
// more at a time: it is quicker, and other writes wait the longer.
const (
	batchSize   = 200
	rebuildSize = 500
)

// rebuild is a generation that is being filled beside the live one.
type rebuild struct {
	next *generation
	// touched are the keys written or deleted since it began. What the rebuild
	// reads of them may be older than that, so it leaves them alone.
	touched map[string]bool
}

// Upsert adds or replaces documents.
func (ix *Index) Upsert(ctx context.Context, docs ...search.Document) error {
	for _, d := range docs {
		if err := d.Validate(); err != nil {
			return err
		}
	}
	for len(docs) > 0 {
		n := min(batchSize, len(docs))
		err := ix.write(ctx, func(b *bleve.Batch) error { return fill(b, docs[:n]) }, keys(docs[:n]))
		if err != nil {
			return err
		}
		docs = docs[n:]
	}
	return nil
}

// Delete removes documents.
func (ix *Index) Delete(ctx context.Context, kind search.Kind, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	gone := make([]string, len(ids))
	for i, id := range ids {
		gone[i] = key(kind, id)
	}
	return ix.write(ctx, func(b *bleve.Batch) error {
		for _, k := range gone {
			b.Delete(k)
		}
		return nil
	}, gone)
}

func keys(docs []search.Document) []string {
	ks := make([]string, len(docs))
	for i, d := range docs {
		ks[i] = key(d.Kind, d.ID)
	}
	return ks
}

func fill(b *bleve.Batch, docs []search.Document) error {
	for _, d := range docs {
		if err := b.Index(key(d.Kind, d.ID), newRecord(d)); err != nil {
			return fmt.Errorf("%w: %s %s: %w", search.ErrBadDocument, d.Kind, d.ID, err)
		}
	}
	return nil
}

// write applies a change to the live generation and, while a rebuild runs, to
// the one that will follow it.
func (ix *Index) write(ctx context.Context, change func(*bleve.Batch) error, ks []string) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	// Only Close and a swap replace live, and both hold writing.
	if ix.live == nil {
		return errClosed
	}
	if r := ix.rebuild; r != nil {
		for _, k := range ks {
			r.touched[k] = true
		}
		if err := r.next.apply(change); err != nil {
			return err
		}
	}
	return ix.live.apply(change)
}

// apply writes one batch, on disk when it returns.
func (g *generation) apply(change func(*bleve.Batch) error) error {
	return guarded(func() error {
		b := g.bleve.NewBatch()
		if err := change(b); err != nil {
			return err
		}
		if err := g.bleve.Batch(b); err != nil {
			return fmt.Errorf("%w: write the search index: %w", search.ErrUnavailable, err)
		}
		return nil
	})
}

// Rebuild fills a new generation and makes it the live one.
func (ix *Index) Rebuild(ctx context.Context, docs iter.Seq2[search.Document, error]) error {
	select {
	case ix.rebuilding <- struct{}{}:
		defer func() { <-ix.rebuilding }()
	case <-ctx.Done():
		return ctx.Err()
	}
	r, err := ix.begin(ctx)
	if err != nil {
		return err
	}
	if err = ix.copyAll(ctx, r, docs); err == nil {
		err = ix.swap(ctx, r)
	}
	if err != nil {
		return errors.Join(err, ix.abandon(r))
	}
	return nil
}

// begin opens the next generation; from here on writes go to both.
func (ix *Index) begin(ctx context.Context) (*rebuild, error) {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if ix.live == nil {
		return nil, errClosed
	}
	next, err := createGeneration(ix.dir, ix.live.number+1)
	if err != nil {
		return nil, err
	}
	ix.rebuild = &rebuild{next: next, touched: map[string]bool{}}
	return ix.rebuild, nil
}

// copyAll writes every document that nobody else wrote meanwhile.
func (ix *Index) copyAll(ctx context.Context, r *rebuild, docs iter.Seq2[search.Document, error]) error {
	var batch []search.Document
	for d, err := range docs {
		if err == nil {
			err = d.Validate()
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if batch = append(batch, d); len(batch) == rebuildSize {
			if err := ix.copyBatch(r, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return ix.copyBatch(r, batch)
}

// copyBatch makes the words outside the lock, so that writes wait for the disk
// alone.
func (ix *Index) copyBatch(r *rebuild, docs []search.Document) error {
	records := make([]record, len(docs))
	for i, d := range docs {
		records[i] = newRecord(d)
	}
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.live == nil {
		return errClosed
	}
	return r.next.apply(func(b *bleve.Batch) error {
		for i, d := range docs {
			k := key(d.Kind, d.ID)
			if r.touched[k] {
				continue
			}
			if err := b.Index(k, records[i]); err != nil {
				return fmt.Errorf("%w: %s: %w", search.ErrBadDocument, k, err)
			}
		}
		return nil
	})
}

// swap makes the new generation live, on disk first: a crash between the two
// steps leaves a whole index either way.
func (ix *Index) swap(ctx context.Context, r *rebuild) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if ix.live == nil {
		return errClosed
	}
	if err := ix.writeState(state{generation: r.next.number, layout: layout, filled: true}); err != nil {
		return err
	}
	ix.mu.Lock()
	old := ix.live
	ix.live = r.next
	ix.mu.Unlock()
	ix.rebuild = nil
	return errors.Join(old.bleve.Close(), os.RemoveAll(old.path))
}

// abandon throws an unfinished generation away.
func (ix *Index) abandon(r *rebuild) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.rebuild != r {
		return nil // it is live already: only the old one's removal failed
	}
	ix.rebuild = nil
	return errors.Join(r.next.bleve.Close(), os.RemoveAll(r.next.path))
}
