// Package web is what the features share between a request and an answer: the
// signed-in person, pages and their cache, errors turned into statuses, forms,
// and paging. It knows no feature.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"grassroots/app/words"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// Config says how the site is set up.
type Config struct {
	BaseURL      string // no slash at its end
	Demo         bool   // demo people sign in with one press
	EmailDomains []string
	SingleSignOn SingleSignOn
	// SessionIdle and SessionLife are the time-outs of sessions; 0 means those of
	// the constants of the same names.
	SessionIdle, SessionLife time.Duration
	// FreshFor is how long after a sign-in its person may do what needs a fresh
	// one: see NeedsProof. 0 asks nobody again.
	FreshFor time.Duration
	// Trust is when the limits of new accounts end.
	Trust models.Trust
	// FirstLook has what new accounts post wait for a moderator.
	FirstLook bool
	// Feedback says how much is asked of people; its zero value asks nobody.
	Feedback models.FeedbackRules
	Limits   Limits  // how often things may be done; its zero value has none
	Proxies  Proxies // whose word is taken for where a request comes from
	Secret   []byte  // signs what the browser carries for us
	Version  string
}

// Site is what every feature is given. It holds no state of a request.
type Site struct {
	Config
	Store  *store.Store
	Index  search.Index
	Assets *assets.Assets
	Log    *slog.Logger
	Now    func() time.Time

	cache       *pageCache
	people      *signedIn
	words       *words.Book
	scriptWords map[models.Language]string // what scripts say by themselves, as JSON; none in English
	counters    *counters
	content     atomic.Uint64 // counts changes of what is posted
	searchAway  atomic.Bool
	highlighter atomic.Pointer[search.Highlighter]
	// Fingerprints of the synonyms that results are marked by, and of those that
	// the search engine has; nil until there was a list.
	marking, synonyms atomic.Pointer[string]

	vocabulary      atomic.Pointer[Vocabulary]
	vocabularyReads singleflight.Group
}

// NewSite makes the shared part of the features.
func NewSite(cfg Config, st *store.Store, index search.Index, built *assets.Assets, log *slog.Logger, now func() time.Time) *Site {
	s := &Site{Config: cfg, Store: st, Index: index, Assets: built, Log: log, Now: now}
	var err error
	if s.words, err = words.Load(); err != nil { // only when the program itself is broken; a test loads them
		panic(err)
	}
	s.scriptWords = scriptWords(s.words)
	s.highlight(search.DefaultSynonyms())
	initial := wordList{}.fingerprint()
	s.marking.Store(&initial)
	s.cache = newPageCache(now)
	s.people = newSignedIn(cfg, st, now)
	s.counters = newCounters(cfg, st, log, now)
	return s
}

// URL gives the absolute address of a path of the site.
func (s *Site) URL(path string) string { return s.BaseURL + path }

// Secure tells whether people reach the site over https.
func (s *Site) Secure() bool { return strings.HasPrefix(s.BaseURL, "https://") }

// Host gives the host and port that people reach the site by.
func (s *Site) Host() string {
	u, err := url.Parse(s.BaseURL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Changed drops every kept page: something that pages show has been written.
func (s *Site) Changed() { s.cache.drop() }

// ContentChanged drops every kept page and what is counted over all that is
// posted. What is posted may name systems and standards that no list has had,
// so those are read again too.
func (s *Site) ContentChanged() {
	s.vocabulary.Store(nil)
	s.content.Add(1)
	s.Changed()
}

// SearchAway notes whether the search engine answered the last time that it
// was asked; pages say so while it does not.
func (s *Site) SearchAway(away bool) {
	if s.searchAway.Swap(away) != away {
		s.Changed()
		if away {
			s.Log.Warn("the search engine is away; lists and search answer from the database")
		} else {
			s.Log.Info("the search engine is back")
		}
	}
}

// IsSearchAway tells whether the search engine did not answer the last time.
func (s *Site) IsSearchAway() bool { return s.searchAway.Load() }

// NoteSearch keeps the banner in step with what the search engine last
// answered. An error of another kind says nothing of the engine.
func (s *Site) NoteSearch(err error) {
	switch {
	case err == nil:
		s.SearchAway(false)
	case errors.Is(err, search.ErrUnavailable):
		s.SearchAway(true)
	}
}

func (s *Site) highlight(table search.Synonyms) {
	h := search.NewHighlighter(table)
	s.highlighter.Store(&h)
}

// Highlighter marks what a query matched, on any engine's results, by the
// synonyms as they were a moment ago.
func (s *Site) Highlighter(ctx context.Context) search.Highlighter {
	// When the lists cannot be read, the table that was used before will do.
	_, _ = s.Vocabulary(ctx)
	return *s.highlighter.Load()
}
