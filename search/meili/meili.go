// Package meili is the search index on a Meilisearch server.
//
// Meilisearch is given words that package lang made, and queries of which each
// part is settled here; see plan.go for how a query is put and rerank.go for how
// the first page is ranked. Its key needs the actions search, documents.*,
// indexes.*, settings.* and tasks.get on all indexes: the server shows the task
// of a swap to no narrower key.
package meili

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"grassroots/search"
)

// Options says where the server is and what is ours on it.
type Options struct {
	// URL and Key reach the server.
	URL, Key string
	// Prefix begins the name of every index of ours; empty means "grassroots".
	Prefix string
	// Synonyms is the table to begin with.
	Synonyms search.Synonyms
	// Timeout is how long one search may take; 0 means two seconds.
	Timeout time.Duration
	// TaskTimeout is how long to wait for the server to take in a write; 0
	// means a minute. Writes are made by jobs, which try again.
	TaskTimeout time.Duration
	// Now tells the time; nil means the clock's.
	Now func() time.Time
}

// Index is a search.Index on Meilisearch.
type Index struct {
	o      Options
	client meilisearch.ServiceManager
	http   *http.Transport

	prepared   sync.Mutex // guards ready
	ready      bool
	rebuilding chan struct{} // holds a token while a rebuild runs
	breaker    *breaker
	synonyms   atomic.Pointer[search.Synonyms]
	closed     atomic.Bool
}

var _ search.Index = (*Index)(nil)

// prefixForm is what the server allows in the name of an index, short enough
// for the suffixes that are added.
var prefixForm = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,100}$`)

// Open connects and makes sure that the index is there with the right
// settings. needsRebuild says that what stands in it is not all there is to
// find.
//
// When the server is away, the error wraps search.ErrUnavailable and the Index
// can be used all the same: it prepares itself at its first write, and Prepare
// can be called again.
func Open(ctx context.Context, o Options) (ix *Index, needsRebuild bool, err error) {
	if ix, err = connect(o); err != nil {
		return nil, false, err
	}
	needsRebuild, err = ix.Prepare(ctx)
	return ix, needsRebuild, err
}

// Look says of the index on a server what Open would, and changes nothing there.
// Without an index there missing is true.
func Look(ctx context.Context, o Options) (missing, needsRebuild bool, err error) {
	ix, err := connect(o)
	if err != nil {
		return false, false, err
	}
	names, err := ix.indexes(ctx)
	switch {
	case err != nil:
	case !names[ix.live()]:
		missing = true
	default:
		needsRebuild, err = ix.stale(ctx)
	}
	return missing, needsRebuild, errors.Join(err, ix.Close())
}

// connect makes the Index and asks the server nothing yet.
func connect(o Options) (*Index, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the address of the Meilisearch server is not a URL such as http://127.0.0.1:7700: %q", o.URL)
	}
	if o.Prefix == "" {
		o.Prefix = "grassroots"
	}
	if !prefixForm.MatchString(o.Prefix) {
		return nil, fmt.Errorf("the prefix of Meilisearch indexes may have letters, digits, - and _ only: %q", o.Prefix)
	}
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Second
	}
	if o.TaskTimeout <= 0 {
		o.TaskTimeout = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	transport := &http.Transport{
		DialContext: (&net.Dialer{Timeout: o.Timeout}).DialContext,
		// The server sends a compressed answer in pieces, of which the last one
		// waits for the kernel to acknowledge the others: 48 ms where the same
		// answer takes 3 ms uncompressed.
		DisableCompression:  true,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     time.Minute,
		TLSHandshakeTimeout: o.Timeout,
	}
	u.Path, u.RawQuery, u.Fragment = trimSlash(u.Path), "", ""
	ix := &Index{
		o: o, http: transport, rebuilding: make(chan struct{}, 1), breaker: &breaker{now: o.Now},
		client: meilisearch.New(u.String(), meilisearch.WithAPIKey(o.Key), meilisearch.DisableRetries(),
			meilisearch.WithCustomClient(&http.Client{Transport: transport})),
	}
	ix.synonyms.Store(&o.Synonyms)
	return ix, nil
}

func trimSlash(path string) string {
	for len(path) > 0 && path[len(path)-1] == '/' {
		path = path[:len(path)-1]
	}
	return path
}

// Prepare makes sure that the index is there with the right settings, and says
// whether it needs a rebuild.
func (ix *Index) Prepare(ctx context.Context) (needsRebuild bool, err error) {
	ix.prepared.Lock()
	defer ix.prepared.Unlock()
	ix.ready = false
	if err := ix.setUp(ctx); err != nil {
		return false, err
	}
	ix.ready = true
	return ix.stale(ctx)
}

// prepare does what Prepare does unless it was done.
func (ix *Index) prepare(ctx context.Context) error {
	if ix.closed.Load() {
		return fmt.Errorf("%w: the index is closed", search.ErrUnavailable)
	}
	ix.prepared.Lock()
	defer ix.prepared.Unlock()
	if ix.ready {
		return nil
	}
	if err := ix.setUp(ctx); err != nil {
		return err
	}
	ix.ready = true
	return nil
}

// The names of our indexes. The live one keeps its name: a rebuild fills another
// and swaps the two. The mark is an empty index that stands for as long as the
// live one has never been filled.
func (ix *Index) live() string { return ix.o.Prefix }
func (ix *Index) mark() string { return ix.o.Prefix + "_unfilled" }

// setUp makes the index if it is not there and brings its settings up to date.
func (ix *Index) setUp(ctx context.Context) error {
	names, err := ix.indexes(ctx)
	if err != nil {
		return err
	}
	if !names[ix.live()] {
		for _, uid := range []string{ix.mark(), ix.live()} {
			if err := ix.create(ctx, uid); err != nil {
				return err
			}
		}
	}
	if err := ix.applySettings(ctx, ix.live()); err != nil {
		return err
	}
	return ix.applySynonyms(ctx, ix.live(), *ix.synonyms.Load())
}

// stale reports whether the live index was never filled, or holds documents of
// another layout.
func (ix *Index) stale(ctx context.Context) (bool, error) {
	names, err := ix.indexes(ctx)
	if err != nil || names[ix.mark()] {
		return names[ix.mark()], err
	}
	none := int64(0)
	ctx, cancel := context.WithTimeout(ctx, ix.o.Timeout)
	defer cancel()
	r, err := ix.client.Index(ix.live()).SearchWithContext(ctx, "", &meilisearch.SearchRequest{
		Filter: attrLayout + " != " + quote(layout), HitsPerPage: &none,
	})
	if err != nil {
		return false, ix.failure(ctx, "look for documents of another version", err)
	}
	return r.TotalHits > 0, nil
}

// indexes is the set of names of all indexes that begin with our prefix.
func (ix *Index) indexes(ctx context.Context) (map[string]bool, error) {
	const page = 500
	names := map[string]bool{}
	for offset := int64(0); ; offset += page {
		list, err := ix.listPage(ctx, offset, page)
		if err != nil {
			return nil, err
		}
		for _, r := range list.Results {
			if r.UID == ix.live() || len(r.UID) > len(ix.o.Prefix) && r.UID[:len(ix.o.Prefix)+1] == ix.o.Prefix+"_" {
				names[r.UID] = true
			}
		}
		if offset+page >= list.Total {
			return names, nil
		}
	}
}

func (ix *Index) listPage(ctx context.Context, offset, limit int64) (*meilisearch.IndexesResults, error) {
	ctx, cancel := context.WithTimeout(ctx, ix.o.Timeout)
	defer cancel()
	list, err := ix.client.ListIndexesWithContext(ctx, &meilisearch.IndexesQuery{Offset: offset, Limit: limit})
	if err != nil {
		return nil, ix.failure(ctx, "list the indexes", err)
	}
	return list, nil
}

// SetSynonyms replaces the table of synonyms, here and on the server.
func (ix *Index) SetSynonyms(ctx context.Context, s search.Synonyms) error {
	if err := ix.prepare(ctx); err != nil {
		return err
	}
	if err := ix.applySynonyms(ctx, ix.live(), s); err != nil {
		return err
	}
	ix.synonyms.Store(&s)
	return nil
}

// Ping reports whether the server answers, accepts the key and has the index.
func (ix *Index) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, ix.o.Timeout)
	defer cancel()
	if _, err := ix.client.GetIndexWithContext(ctx, ix.live()); err != nil {
		return ix.failure(ctx, "give the index "+ix.live(), err)
	}
	return nil
}

// Close lets go of the connections.
func (ix *Index) Close() error {
	ix.closed.Store(true)
	ix.http.CloseIdleConnections()
	return nil
}

// failure says in one sentence what could not be done. What the caller's own
// context ended is the context's error, everything else means that the server
// cannot be relied on at the moment. The library's own message is left out: it
// repeats requests and answers, which hold people's text.
func (ix *Index) failure(ctx context.Context, doing string, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	reason := "no answer"
	var e *meilisearch.Error
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: Meilisearch did not %s in time: %w", search.ErrUnavailable, doing, context.DeadlineExceeded)
	case errors.As(err, &e) && e.StatusCode != 0:
		reason = fmt.Sprintf("status %d %s %.200s", e.StatusCode, e.MeilisearchApiError.Code, e.MeilisearchApiError.Message)
	case errors.As(err, &e) && e.OriginError != nil:
		reason = e.OriginError.Error()
	}
	return fmt.Errorf("%w: Meilisearch could not %s: %s", search.ErrUnavailable, doing, reason)
}
