package search

import (
	"context"
	"fmt"
	"iter"
)

// Away is an index that is never there: for commands that write while another
// process holds the index, and for tests of what happens without an engine.
// What it is not told of, the sweep of the server that has the index tells it.
type Away struct{}

var _ Index = Away{}

func (Away) err() error { return fmt.Errorf("no engine in this process: %w", ErrUnavailable) }

// Upsert implements Index.
func (a Away) Upsert(context.Context, ...Document) error { return a.err() }

// Delete implements Index.
func (a Away) Delete(context.Context, Kind, ...string) error { return a.err() }

// Search implements Index.
func (a Away) Search(context.Context, Query) (Result, error) { return Result{}, a.err() }

// Suggest implements Index.
func (a Away) Suggest(context.Context, string, int) ([]Hit, error) { return nil, a.err() }

// Similar implements Index.
func (a Away) Similar(context.Context, Kind, string, string, string, int) ([]Hit, error) {
	return nil, a.err()
}

// Rebuild implements Index.
func (a Away) Rebuild(context.Context, iter.Seq2[Document, error]) error { return a.err() }

// SetSynonyms implements Index; there is nothing to set.
func (Away) SetSynonyms(context.Context, Synonyms) error { return nil }

// Ping implements Index.
func (a Away) Ping(context.Context) error { return a.err() }

// Close implements Index.
func (Away) Close() error { return nil }
