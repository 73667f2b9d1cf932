// Package embedded is the search index in this process, on Bleve. It needs no
// server, and one process alone can have it open.
//
// Bleve keeps the words, the facets' values and the sorting keys, and finds
// documents by them; what a query matches and how hits are ranked is decided
// here, so that it can agree with package meili. See score.go.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	index "github.com/blevesearch/bleve_index_api"
	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"grassroots/search"
)

// ErrLocked means that another process has the index open.
var ErrLocked = errors.New("the search index is in use by another process")

// errClosed answers calls after Close.
var errClosed = fmt.Errorf("%w: the index is closed", search.ErrUnavailable)

// Options says where an index lives.
type Options struct {
	// Dir is the index's own folder; it is made when it is not there.
	Dir string
	// Synonyms is the table to begin with.
	Synonyms search.Synonyms
	// LockTimeout is how long to wait for another process to let go of the
	// folder; 0 means one second.
	LockTimeout time.Duration
}

// Index is a search.Index on Bleve.
type Index struct {
	dir   string
	saved *bolt.DB // holds the lock on the folder and says which generation is live

	mu   sync.RWMutex // searches hold it for reading, a swap and Close for writing
	live *generation  // nil once closed

	writing    sync.Mutex    // one write at a time, so that a rebuild misses none
	rebuilding chan struct{} // holds a token while a rebuild runs
	rebuild    *rebuild      // the rebuild under way, guarded by writing

	synonyms atomic.Pointer[search.Synonyms]
}

var _ search.Index = (*Index)(nil)

// generation is one Bleve index in a folder of its own.
type generation struct {
	number int
	path   string
	bleve  bleve.Index
	scorch index.Index
}

// state is what the state file says: which generation is live, the layout it was
// made to, and whether a rebuild ever filled it.
type state struct {
	generation int
	layout     string
	filled     bool
}

const (
	stateFile       = "state.bolt"
	stateBucket     = "state"
	stateGeneration = "generation"
	stateLayout     = "layout"
	stateFilled     = "filled"
	folderPrefix    = "generation-"
)

// Open opens the index in a folder, or makes an empty one. needsRebuild says
// that what stands in it is not all there is to find: it is new, it was built
// by another version of the product, it was damaged, or its first rebuild never
// ended. It works all the same, and Rebuild should be called soon.
func Open(o Options) (ix *Index, needsRebuild bool, err error) {
	if err := os.MkdirAll(o.Dir, 0o750); err != nil {
		return nil, false, fmt.Errorf("make the folder of the search index: %w", err)
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = time.Second
	}
	saved, err := openState(filepath.Join(o.Dir, stateFile), o.LockTimeout)
	if err != nil {
		return nil, false, err
	}
	ix = &Index{dir: o.Dir, saved: saved, rebuilding: make(chan struct{}, 1)}
	ix.synonyms.Store(&o.Synonyms)
	now, err := ix.readState()
	if err != nil {
		return nil, false, errors.Join(err, saved.Close())
	}
	if now.layout == layout {
		ix.live, err = openGeneration(o.Dir, now.generation)
	}
	if ix.live == nil || err != nil {
		// Nothing in an index is lost for good: all of it is in the database.
		now = state{generation: now.generation + 1, layout: layout}
		if ix.live, err = ix.startOver(now); err != nil {
			return nil, false, errors.Join(err, saved.Close())
		}
	}
	ix.sweep()
	return ix, !now.filled, nil
}

// openState opens the state file, which also is the folder's lock. A damaged
// one is replaced.
func openState(path string, timeout time.Duration) (*bolt.DB, error) {
	db, err := tryState(path, timeout)
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("%w: %s", ErrLocked, filepath.Dir(path))
	case err == nil:
		return db, nil
	}
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("open the state of the search index: %w", err)
	}
	if err := os.Remove(path); err != nil {
		return nil, fmt.Errorf("replace the damaged state of the search index: %w", err)
	}
	if db, err = tryState(path, timeout); err != nil {
		return nil, fmt.Errorf("open the state of the search index: %w", err)
	}
	return db, nil
}

func tryState(path string, timeout time.Duration) (db *bolt.DB, err error) {
	err = guarded(func() error {
		db, err = bolt.Open(path, 0o640, &bolt.Options{Timeout: timeout})
		if err != nil {
			return err
		}
		return db.Update(func(tx *bolt.Tx) error {
			if info, err := os.Stat(path); err != nil || info.Size() < tx.Size() {
				return errors.Join(errDamaged, err)
			}
			b, err := tx.CreateBucketIfNotExists([]byte(stateBucket))
			if err != nil {
				return err
			}
			return walkBucket(b, func([]byte) {})
		})
	})
	if err != nil && db != nil {
		return nil, errors.Join(err, guarded(db.Close))
	}
	return db, err
}

func (ix *Index) readState() (now state, err error) {
	err = guarded(func() error {
		return ix.saved.View(func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(stateBucket))
			now.generation, _ = strconv.Atoi(string(b.Get([]byte(stateGeneration))))
			now.layout = string(b.Get([]byte(stateLayout)))
			now.filled = string(b.Get([]byte(stateFilled))) == "true"
			return nil
		})
	})
	return now, err
}

func (ix *Index) writeState(now state) error {
	err := guarded(func() error {
		return ix.saved.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(stateBucket))
			return errors.Join(
				b.Put([]byte(stateGeneration), []byte(strconv.Itoa(now.generation))),
				b.Put([]byte(stateLayout), []byte(now.layout)),
				b.Put([]byte(stateFilled), []byte(strconv.FormatBool(now.filled))))
		})
	})
	if err != nil {
		return fmt.Errorf("write the state of the search index: %w", err)
	}
	return nil
}

// startOver makes an empty generation live.
func (ix *Index) startOver(now state) (*generation, error) {
	g, err := createGeneration(ix.dir, now.generation)
	if err != nil {
		return nil, err
	}
	if err := ix.writeState(now); err != nil {
		return nil, errors.Join(err, g.bleve.Close())
	}
	return g, nil
}

func folder(dir string, number int) string {
	return filepath.Join(dir, folderPrefix+strconv.Itoa(number))
}

func createGeneration(dir string, number int) (*generation, error) {
	path := folder(dir, number)
	if err := os.RemoveAll(path); err != nil {
		return nil, fmt.Errorf("clear %s: %w", path, err)
	}
	im, err := newMapping()
	if err != nil {
		return nil, err
	}
	b, err := bleve.NewUsing(path, im, "scorch", "scorch", nil)
	if err != nil {
		return nil, fmt.Errorf("make a search index in %s: %w", path, err)
	}
	return newGeneration(number, path, b)
}

// openGeneration opens what is there, after a look at all of it, so that damage
// shows now and not at the first search.
func openGeneration(dir string, number int) (g *generation, err error) {
	path := folder(dir, number)
	if err := checkFiles(path); err != nil {
		return nil, err
	}
	err = guarded(func() error {
		b, err := bleve.OpenUsing(path, map[string]any{"bolt_timeout": "1s"})
		if err != nil {
			return fmt.Errorf("open the search index in %s: %w", path, err)
		}
		g, err = newGeneration(number, path, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := guarded(g.probe); err != nil {
		return nil, errors.Join(err, g.bleve.Close())
	}
	return g, nil
}

func newGeneration(number int, path string, b bleve.Index) (*generation, error) {
	s, err := b.Advanced()
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return &generation{number: number, path: path, bleve: b, scorch: s}, nil
}

// probe reads a little of every part of the index.
func (g *generation) probe() error {
	r, err := g.scorch.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	s := &scorer{ctx: context.Background(), reader: r}
	for _, f := range textFields() {
		if err := s.probe(f.name); err != nil {
			return err
		}
	}
	_, err = s.all()
	return err
}

// sweep removes generations that are not live: left by a rebuild that was cut
// short. One that cannot be removed costs room and nothing else.
func (ix *Index) sweep() {
	entries, _ := os.ReadDir(ix.dir)
	for _, e := range entries {
		path := filepath.Join(ix.dir, e.Name())
		if strings.HasPrefix(e.Name(), folderPrefix) && path != ix.live.path {
			_ = os.RemoveAll(path)
		}
	}
}

// SetSynonyms replaces the table of synonyms. Words are expanded when a query
// is asked, so nothing has to be indexed again.
func (ix *Index) SetSynonyms(ctx context.Context, s search.Synonyms) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ix.synonyms.Store(&s)
	return nil
}

// Ping reports whether the index is open.
func (ix *Index) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.live == nil {
		return errClosed
	}
	return nil
}

// Close lets go of the folder. A rebuild under way ends with an error.
func (ix *Index) Close() error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.live == nil {
		return nil
	}
	err := errors.Join(ix.live.bleve.Close(), ix.saved.Close())
	ix.live = nil
	return err
}
