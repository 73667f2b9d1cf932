package meili

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"grassroots/search"
)

const (
	// batchSize is how many documents go to the server in one request.
	batchSize = 500
	// settingsTimeout is how long a change of settings may take: on a large
	// index the server indexes everything again for some of them.
	settingsTimeout = 30 * time.Minute
)

// Upsert adds or replaces documents and waits until the server has taken them
// in.
func (ix *Index) Upsert(ctx context.Context, docs ...search.Document) error {
	if len(docs) == 0 {
		return ctx.Err()
	}
	changes := make([]change, len(docs))
	for i, d := range docs {
		if err := d.Validate(); err != nil {
			return err
		}
		record, err := newRecord(d)
		if err != nil {
			return err
		}
		changes[i] = change{Key: key(d.Kind, d.ID), Record: record}
	}
	return ix.write(ctx, changes)
}

// Delete removes documents and waits until they are gone.
func (ix *Index) Delete(ctx context.Context, kind search.Kind, ids ...string) error {
	if len(ids) == 0 {
		return ctx.Err()
	}
	changes := make([]change, len(ids))
	for i, id := range ids {
		changes[i] = change{Key: key(kind, id)}
	}
	return ix.write(ctx, changes)
}

// change is a document written, or deleted when it has no record.
type change struct {
	Key    string          `json:"key"`
	Record json.RawMessage `json:"record,omitempty"`
}

// write makes changes to the live index. While a rebuild runs, in this process
// or in another, they are noted for it first: see rebuild.go.
func (ix *Index) write(ctx context.Context, changes []change) error {
	if err := ix.prepare(ctx); err != nil {
		return err
	}
	names, err := ix.indexes(ctx)
	if err != nil {
		return err
	}
	if !names[ix.live()] {
		// Somebody removed it: what is made anew has to be filled anew.
		if _, err := ix.Prepare(ctx); err != nil {
			return err
		}
	}
	for name := range names {
		if !strings.HasPrefix(name, ix.o.Prefix+notesInfix) {
			continue
		}
		if err := ix.note(ctx, name, changes); err != nil {
			return err
		}
	}
	return ix.apply(ctx, ix.live(), changes)
}

// apply makes changes to an index, deletions and documents in batches. Of two
// changes to one key the later counts.
func (ix *Index) apply(ctx context.Context, uid string, changes []change) error {
	last := map[string]int{}
	for i, c := range changes {
		last[c.Key] = i
	}
	var gone []string
	var records []json.RawMessage
	for _, i := range slices.Sorted(maps.Values(last)) {
		if c := changes[i]; c.Record == nil {
			gone = append(gone, c.Key)
		} else {
			records = append(records, c.Record)
		}
	}
	for batch := range slices.Chunk(records, batchSize) {
		err := ix.task(ctx, "index documents", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
			return ix.client.Index(uid).AddDocumentsWithContext(ctx, batch, nil)
		})
		if err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(gone, batchSize) {
		err := ix.task(ctx, "remove documents", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
			return ix.client.Index(uid).DeleteDocumentsWithContext(ctx, batch, nil)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// create makes an index.
func (ix *Index) create(ctx context.Context, uid string) error {
	err := ix.task(ctx, "make an index", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return ix.client.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: uid, PrimaryKey: attrKey})
	})
	if taskCode(err) == "index_already_exists" { // another process was quicker
		return nil
	}
	return err
}

// drop removes those of the indexes that are there.
func (ix *Index) drop(ctx context.Context, uids ...string) error {
	names, err := ix.indexes(ctx)
	if err != nil {
		return err
	}
	for _, uid := range uids {
		if !names[uid] {
			continue
		}
		err := ix.task(ctx, "remove an index", ix.o.TaskTimeout, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
			return ix.client.DeleteIndexWithContext(ctx, uid)
		})
		if err != nil && taskCode(err) != "index_not_found" {
			return err
		}
	}
	return nil
}

// taskError is a task that the server took on and could not do.
type taskError struct {
	doing, code, message string
}

func (e *taskError) Error() string {
	return fmt.Sprintf("Meilisearch could not %s: %s %.200s", e.doing, e.code, e.message)
}

// Unwrap makes it search.ErrBadDocument or search.ErrUnavailable.
func (e *taskError) Unwrap() error {
	switch e.code {
	case "invalid_document_id", "missing_document_id", "invalid_document_fields":
		return search.ErrBadDocument
	}
	return search.ErrUnavailable
}

func taskCode(err error) string {
	if e, ok := err.(*taskError); ok {
		return e.code
	}
	return ""
}

// task asks the server to do something and waits until it is done.
func (ix *Index) task(ctx context.Context, doing string, timeout time.Duration,
	start func(context.Context) (*meilisearch.TaskInfo, error)) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	info, err := start(ctx)
	if err != nil {
		return ix.failure(ctx, doing, err)
	}
	const most = 250 * time.Millisecond
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, most) {
		t, err := ix.client.GetTaskWithContext(ctx, info.TaskUID)
		if err != nil {
			return ix.failure(ctx, doing, err)
		}
		switch t.Status {
		case meilisearch.TaskStatusSucceeded:
			return nil
		case meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return &taskError{doing: doing, code: t.Error.Code, message: t.Error.Message}
		}
		wait := time.NewTimer(pause)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return ix.failure(ctx, doing, ctx.Err())
		}
	}
}
