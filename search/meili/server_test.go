package meili_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"grassroots/search"
	"grassroots/search/meili"
	"grassroots/search/searchtest"
)

func ward(id string) search.Document {
	return search.Document{Kind: search.KindCaseStudy, ID: id, Title: "Ward round " + id}
}

func found(t *testing.T, ix search.Index) []string {
	t.Helper()
	r, err := ix.Search(t.Context(), search.Query{Text: "ward", Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	return ids
}

func expectFound(t *testing.T, ix search.Index, want ...string) {
	t.Helper()
	if got := found(t, ix); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// fixture is a server and an installation on it, with a client of its own.
type fixture struct {
	server searchtest.Server
	prefix string
	client meilisearch.ServiceManager
}

func newFixture(t *testing.T, server searchtest.Server) fixture {
	return fixture{server: server, prefix: "t" + rand.Text(), client: meilisearch.New(server.URL, meilisearch.WithAPIKey(server.Key))}
}

func (f fixture) open(t *testing.T, wantRebuild bool) *meili.Index {
	t.Helper()
	ix, needsRebuild, err := meili.Open(t.Context(), meili.Options{URL: f.server.URL, Key: f.server.Key, Prefix: f.prefix})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	if needsRebuild != wantRebuild {
		t.Errorf("needs a rebuild: %v, want %v", needsRebuild, wantRebuild)
	}
	return ix
}

// do waits for a task that the test starts by itself.
func (f fixture) do(t *testing.T, info *meilisearch.TaskInfo, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	task, err := f.client.WaitForTask(info.TaskUID, 10*time.Millisecond)
	if err != nil || task.Status != meilisearch.TaskStatusSucceeded {
		t.Fatalf("task %+v, %v", task, err)
	}
}

func (f fixture) indexes(t *testing.T) []string {
	t.Helper()
	list, err := f.client.ListIndexes(&meilisearch.IndexesQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range list.Results {
		if suffix, ok := strings.CutPrefix(r.UID, f.prefix); ok {
			names = append(names, suffix)
		}
	}
	slices.Sort(names)
	return names
}

// TestServer runs what needs the real server, on one.
func TestServer(t *testing.T) {
	server := searchtest.Meili(t)
	for name, test := range map[string]func(*testing.T, fixture){
		"needs rebuild": needsRebuild, "settings": settingsAreRepaired, "two processes": twoProcesses,
		"left over": leftOver, "late note": lateNote, "removed": removed, "away and back": awayAndBack, "wrong key": wrongKey, "narrow key": narrowKey,
	} {
		t.Run(name, func(t *testing.T) { test(t, newFixture(t, server)) })
	}
}

func needsRebuild(t *testing.T, f fixture) {
	ix := f.open(t, true)
	if err := ix.Upsert(t.Context(), ward("a")); err != nil {
		t.Fatal(err)
	}
	f.open(t, true) // something is there, but it was never filled
	if err := ix.Rebuild(t.Context(), all(ward("a"), ward("b"))); err != nil {
		t.Fatal(err)
	}
	f.open(t, false)
	if names := f.indexes(t); !slices.Equal(names, []string{""}) {
		t.Errorf("after a rebuild there are %q", names)
	}
	// A document that another version wrote.
	old := []map[string]any{{"key": "case-study_6f6c64", "kind": "case-study", "layout": "0", "title": "ward"}}
	info, err := f.client.Index(f.prefix).AddDocuments(old, nil)
	f.do(t, info, err)
	f.open(t, true)
}

func all(docs ...search.Document) func(func(search.Document, error) bool) {
	return func(yield func(search.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func settingsAreRepaired(t *testing.T, f fixture) {
	f.open(t, true)
	want, err := f.client.Index(f.prefix).GetSettings()
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.client.Index(f.prefix).UpdateSettings(&meilisearch.Settings{
		RankingRules: []string{"words"}, FilterableAttributes: []string{"kind"}, SearchableAttributes: []string{"*"},
		Pagination: &meilisearch.Pagination{MaxTotalHits: 10}, Faceting: &meilisearch.Faceting{MaxValuesPerFacet: 3},
	})
	f.do(t, info, err)
	f.open(t, true)
	got, err := f.client.Index(f.prefix).GetSettings()
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if string(a) != string(b) {
		t.Errorf("settings %s, want %s", b, a)
	}
}

// twoProcesses writes through one index while another, which knows nothing of
// it, rebuilds.
func twoProcesses(t *testing.T, f fixture) {
	a, b := f.open(t, true), f.open(t, true)
	if err := a.Upsert(t.Context(), ward("stale"), ward("gone")); err != nil {
		t.Fatal(err)
	}
	err := a.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
		if !yield(ward("stale"), nil) || !yield(ward("gone"), nil) {
			return
		}
		changed := ward("stale")
		changed.Title = "Theatre list"
		if err := errors.Join(b.Upsert(t.Context(), changed, ward("new")), b.Delete(t.Context(), search.KindCaseStudy, "gone")); err != nil {
			t.Error(err)
		}
		yield(ward("other"), nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, ix := range []*meili.Index{a, b} {
		expectFound(t, ix, "new", "other")
		if r, err := ix.Search(t.Context(), search.Query{Text: "theatre"}); err != nil || r.Total != 1 {
			t.Errorf("the change made meanwhile: %+v, %v", r, err)
		}
	}
	if err := b.Upsert(t.Context(), ward("later")); err != nil {
		t.Fatal(err)
	}
	expectFound(t, a, "later", "new", "other")

	// A rebuild that fails leaves nothing but the live index.
	failed := errors.New("the database is away")
	err = b.Rebuild(t.Context(), func(yield func(search.Document, error) bool) { yield(search.Document{}, failed) })
	if !errors.Is(err, failed) {
		t.Errorf("%v, want the iterator's error", err)
	}
	expectFound(t, a, "later", "new", "other")
	if names := f.indexes(t); !slices.Equal(names, []string{""}) {
		t.Errorf("there are %q", names)
	}
}

func leftOver(t *testing.T, f fixture) {
	ix := f.open(t, true)
	young := fmt.Sprint(time.Now().UnixMicro())
	for _, suffix := range []string{"_v1600000000000000", "_notes_1600000000000000", "_blank_1600000000000000", "_v2", "_v" + young, "x"} {
		info, err := f.client.CreateIndex(&meilisearch.IndexConfig{Uid: f.prefix + suffix, PrimaryKey: "key"})
		f.do(t, info, err)
	}
	if err := ix.Rebuild(t.Context(), all(ward("a"))); err != nil {
		t.Fatal(err)
	}
	want := []string{"", "_v" + young, "_v2", "x"}
	slices.Sort(want)
	if names := f.indexes(t); !slices.Equal(names, want) {
		t.Errorf("there are %q, want %q", names, want)
	}
}

// lateNote writes a note for a rebuild that ended after the writer had looked for one.
func lateNote(t *testing.T, f fixture) {
	ix := f.open(t, true)
	before := f.indexes(t)
	if err := ix.NoteLate(t.Context(), f.prefix+"_notes_1700000000000000", "c1"); err != nil {
		t.Errorf("a note for a rebuild that is over: %v", err)
	}
	if after := f.indexes(t); !slices.Equal(before, after) {
		t.Errorf("indexes before %q, after %q", before, after)
	}
}

// removed takes the index away under the feet of the program.
func removed(t *testing.T, f fixture) {
	ix := f.open(t, true)
	if err := ix.Rebuild(t.Context(), all(ward("a"))); err != nil {
		t.Fatal(err)
	}
	info, err := f.client.DeleteIndex(f.prefix)
	f.do(t, info, err)
	if _, err := ix.Search(t.Context(), search.Query{Text: "ward"}); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("Search without an index: %v", err)
	}
	if err := ix.Upsert(t.Context(), ward("b")); err != nil {
		t.Fatal(err)
	}
	expectFound(t, ix, "b")
	f.open(t, true)
}

// awayAndBack puts a proxy before the server that can be switched off.
func awayAndBack(t *testing.T, f fixture) {
	target, err := url.Parse(f.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var off atomic.Bool
	off.Store(true)
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if off.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	ix, _, err := meili.Open(t.Context(), meili.Options{URL: front.URL + "/", Key: f.server.Key, Prefix: f.prefix, Synonyms: search.DefaultSynonyms()})
	if !errors.Is(err, search.ErrUnavailable) || ix == nil {
		t.Fatalf("Open while the server is away: %v", err)
	}
	expectUnavailable(t, ix)

	off.Store(false)
	if err := ix.Upsert(t.Context(), ward("a"), search.Document{Kind: search.KindPerson, ID: "n", Title: "Inpatient sister"}); err != nil {
		t.Fatalf("Upsert when it is back: %v", err)
	}
	expectFound(t, ix, "a")
	if r, err := ix.Search(t.Context(), search.Query{Text: "in-patients"}); err != nil || r.Total != 1 {
		t.Errorf("synonyms when it is back: %+v, %v", r, err)
	}
	if again, err := ix.Prepare(t.Context()); err != nil || !again {
		t.Errorf("Prepare when it is back: %v, %v", again, err)
	}
	off.Store(true)
	expectUnavailable(t, ix)
	off.Store(false)
	expectFound(t, ix, "a")
}

// expectUnavailable calls everything and wants search.ErrUnavailable, with
// nothing of people's text in the message.
func expectUnavailable(t *testing.T, ix *meili.Index) {
	t.Helper()
	secret := ward("a")
	secret.Body = "confidential"
	start := time.Now()
	_, searched := ix.Search(t.Context(), search.Query{Text: "confidential"})
	_, listed := ix.Search(t.Context(), search.Query{Facets: []string{"stage"}, Filters: map[string][]string{"stage": {"confidential"}}})
	_, suggested := ix.Suggest(t.Context(), "confidential", 5)
	_, similar := ix.Similar(t.Context(), search.KindCaseStudy, "confidential", "", "", 5)
	for name, err := range map[string]error{
		"Search": searched, "Search without text": listed, "Suggest": suggested, "Similar": similar, "Ping": ix.Ping(t.Context()),
		"Upsert": ix.Upsert(t.Context(), secret), "Delete": ix.Delete(t.Context(), search.KindCaseStudy, "a"),
		"Rebuild": ix.Rebuild(t.Context(), all(secret)), "SetSynonyms": ix.SetSynonyms(t.Context(), search.DefaultSynonyms()),
	} {
		if !errors.Is(err, search.ErrUnavailable) || strings.Contains(fmt.Sprint(err), "confidential") {
			t.Errorf("%s: %v, want ErrUnavailable without text", name, err)
		}
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("it took %v to say so", took)
	}
}

func wrongKey(t *testing.T, f fixture) {
	if f.server.Key == "" {
		t.Skip("the server has no key")
	}
	ix, _, err := meili.Open(t.Context(), meili.Options{URL: f.server.URL, Key: "wrong", Prefix: f.prefix})
	if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "403") {
		t.Errorf("Open with a wrong key: %v", err)
	}
	expectUnavailable(t, ix)
}

// narrowKey does everything with a key that may do no more than the package's
// comment says.
func narrowKey(t *testing.T, f fixture) {
	k, err := f.client.CreateKey(&meilisearch.Key{
		Actions: []string{"search", "documents.*", "indexes.*", "settings.*", "tasks.get"},
		Indexes: []string{"*"}, ExpiresAt: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.server.Key = k.Key
	ix := f.open(t, true)
	if err := ix.SetSynonyms(t.Context(), search.DefaultSynonyms()); err != nil {
		t.Fatal(err)
	}
	if err := ix.Rebuild(t.Context(), all(ward("a"), ward("b"))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ix.Upsert(t.Context(), ward("c")), ix.Delete(t.Context(), search.KindCaseStudy, "a"), ix.Ping(t.Context())); err != nil {
		t.Fatal(err)
	}
	expectFound(t, ix, "b", "c")
}

// The rest needs no server.

func TestRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	l.Close()
	ix, _, err := meili.Open(t.Context(), meili.Options{URL: address})
	if !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("Open: %v", err)
	}
	expectUnavailable(t, ix)
}

// TestSilent has a server that takes calls and never answers.
func TestSilent(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	front := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	defer front.Close()
	defer close(hold)
	start := time.Now()
	ix, _, err := meili.Open(t.Context(), meili.Options{URL: front.URL, Timeout: 100 * time.Millisecond})
	if !errors.Is(err, search.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Open: %v", err)
	}
	expectUnavailable(t, ix)

	// A caller with less patience, or one who leaves.
	brief, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if ix, _, err = meili.Open(t.Context(), meili.Options{URL: front.URL, Timeout: 100 * time.Millisecond}); err == nil {
		t.Error("Open succeeds")
	}
	if _, err := ix.Search(brief, search.Query{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a caller's deadline: %v", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("all of it took %v", took)
	}
}

// TestBreaker counts how often a server that never answers is asked.
func TestBreaker(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	var calls atomic.Int64
	front := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1); <-hold }))
	defer front.Close()
	defer close(hold)
	var now atomic.Int64
	ix, _, err := meili.Open(t.Context(), meili.Options{URL: front.URL, Timeout: 20 * time.Millisecond,
		Now: func() time.Time { return time.Unix(now.Load(), 0) }})
	if !errors.Is(err, search.ErrUnavailable) {
		t.Fatal(err)
	}
	ask := func(n int) int64 {
		before := calls.Load()
		for range n {
			if _, err := ix.Search(t.Context(), search.Query{Limit: 1}); !errors.Is(err, search.ErrUnavailable) {
				t.Errorf("Search: %v", err)
			}
		}
		return calls.Load() - before
	}
	if got := ask(20); got != 3 {
		t.Errorf("asked %d times before it is left alone, want 3", got)
	}
	if _, err := ix.Suggest(t.Context(), "ward", 5); !errors.Is(err, search.ErrUnavailable) || !strings.Contains(err.Error(), "again in 5s") {
		t.Errorf("Suggest meanwhile: %v", err)
	}
	now.Store(6)
	if got := ask(5); got != 1 {
		t.Errorf("asked %d times when the pause is over, want 1", got)
	}
	// A caller who leaves says nothing of the server.
	now.Store(60)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ix.Search(gone, search.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who left: %v", err)
	}
}

// TestNonsense has a server that is something else.
func TestNonsense(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"html": "<html>welcome</html>", "empty": "", "json": `{"results":7}`, "null": "null"} {
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		defer front.Close()
		ix, _, err := meili.Open(t.Context(), meili.Options{URL: front.URL})
		if err == nil {
			t.Errorf("%s: Open succeeds", name)
		}
		if _, err := ix.Search(t.Context(), search.Query{Text: "ward"}); !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	for _, o := range []meili.Options{{}, {URL: "127.0.0.1:7700"}, {URL: "ftp://x"}, {URL: "http://"}, {URL: "http://x", Prefix: "a b"}, {URL: "http://x", Prefix: strings.Repeat("a", 101)}} {
		if ix, _, err := meili.Open(t.Context(), o); err == nil || errors.Is(err, search.ErrUnavailable) || ix != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
