package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"grassroots/models/store"
)

// Limits says how often things may be done; 0 is as often as one likes. An
// address stands for all who share it, often a whole hospital.
type Limits struct {
	// Requests within a minute by a token, by a person who is signed in, and by
	// all at one address who are not.
	Token, Person, Address int
	// Of those within a minute by one person, however they ask, and by all at one
	// address who are not signed in fellows times as many.
	Writes, Searches, Exports, Uploads int
	// SignIns is how many steps of signing in are made within an hour from one address.
	SignIns int
	// Links is how many sign-in links are sent within an hour to one e-mail address.
	Links int
}

// fellows is how many people are taken to share an address at one moment.
const fellows = 10

// limit names what is counted. The name is a part of what is kept of it.
type limit string

// What is counted.
const (
	limitToken   limit = "token"
	limitPerson  limit = "person"
	limitAddress limit = "address"
	limitWrite   limit = "write"
	limitSearch  limit = "search"
	limitExport  limit = "export"
	limitUpload  limit = "upload"
	limitSignIn  limit = "sign-in"
	limitLogout  limit = "logout"
	limitLink    limit = "link"
)

// most gives how often something may be done, and within what.
func (l Limits) most(of limit) (int, time.Duration) {
	switch of {
	case limitToken:
		return l.Token, time.Minute
	case limitPerson:
		return l.Person, time.Minute
	case limitAddress:
		return l.Address, time.Minute
	case limitWrite:
		return l.Writes, time.Minute
	case limitSearch:
		return l.Searches, time.Minute
	case limitExport:
		return l.Exports, time.Minute
	case limitUpload:
		return l.Uploads, time.Minute
	case limitSignIn:
		return l.SignIns, time.Hour
	case limitLogout: // from a provider's server, for everybody
		return fellows * l.SignIns, time.Hour
	case limitLink:
		return l.Links, time.Hour
	}
	return 0, time.Minute
}

const (
	// keptCounters is how many counters a node remembers, some 10 MB; the one not
	// used for longest is forgotten first.
	keptCounters = 50_000
	// tellAt is the part of a limit that a node counts before it tells the others.
	tellAt = 20
	// settleEvery is how often the nodes tell one another.
	settleEvery = time.Second
)

// counters count what is done on this node, and learn from the database what
// is done on the others. No request waits for that.
type counters struct {
	limits Limits
	store  *store.Store
	secret []byte
	log    *slog.Logger
	now    func() time.Time

	mu   sync.Mutex
	kept *simplelru.LRU[counterKey, *counter]
	due  map[counterKey]*counter
}

type counterKey struct {
	of      limit
	subject string
}

// counter counts within one window. Windows begin at the same moments on all
// nodes, by their clocks.
type counter struct {
	began, ends time.Time
	hits        int // of all nodes, as far as this one knows
	untold      int // of them those that the others do not know of yet
	refused     bool
}

func newCounters(cfg Config, st *store.Store, log *slog.Logger, now func() time.Time) *counters {
	kept, err := simplelru.NewLRU[counterKey, *counter](keptCounters, nil)
	if err != nil { // only for a size of zero or less
		panic(err)
	}
	return &counters{limits: cfg.Limits, store: st, secret: cfg.Secret, log: log, now: now, kept: kept, due: map[counterKey]*counter{}}
}

// allow counts one more, and gives how long to wait when that would be too
// many, which is then not counted. first is true of the first that is refused
// within a window.
func (k *counters) allow(of limit, subject string, times int) (wait time.Duration, first bool) {
	most, span := k.limits.most(of)
	if most <= 0 {
		return 0, false
	}
	most *= times
	now := k.now()
	key := counterKey{of, subject}
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.kept.Get(key)
	if !ok || !now.Before(c.ends) {
		began := now.Truncate(span)
		c = &counter{began: began, ends: began.Add(span)}
		k.kept.Add(key, c)
	}
	if c.hits >= most {
		first, c.refused = !c.refused, true
		return c.ends.Sub(now), first
	}
	c.hits++
	c.untold++
	if c.untold >= max(1, most/tellAt) {
		k.due[key] = c
	}
	return 0, false
}

// allowExactly is allow for what is rare and must not be done once more than it
// may: it asks the database, and counts also what is refused.
func (k *counters) allowExactly(ctx context.Context, of limit, subject string) (wait time.Duration, err error) {
	most, span := k.limits.most(of)
	if most <= 0 {
		return 0, nil
	}
	now := k.now()
	began := now.Truncate(span)
	sums, err := k.store.AddRateCounts(ctx, []store.RateCount{{Key: k.hash(counterKey{of, subject}), Began: began, Ends: began.Add(span), Hits: 1}})
	if err != nil || len(sums) != 1 || sums[0].Hits <= most {
		return 0, err
	}
	return began.Add(span).Sub(now), nil
}

// hash is what is kept of a key: who has the database alone cannot try out
// addresses.
func (k *counters) hash(key counterKey) string {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte("limit " + string(key.of) + " " + key.subject)) // a hash never fails to write
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// settle tells the other nodes what was counted here, and learns what they have
// counted of the same. What cannot be told is told the next time.
func (k *counters) settle(ctx context.Context) error {
	k.mu.Lock()
	due := k.due
	k.due = map[counterKey]*counter{}
	list := make([]store.RateCount, 0, len(due))
	byHash := make(map[string]*counter, len(due))
	for key, c := range due {
		hash := k.hash(key)
		byHash[hash] = c
		list = append(list, store.RateCount{Key: hash, Began: c.began, Ends: c.ends, Hits: c.untold})
	}
	k.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	sums, err := k.store.AddRateCounts(ctx, list)
	told := make(map[string]int, len(list))
	for _, one := range list {
		told[one.Key] = one.Hits
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, sum := range sums {
		c := byHash[sum.Key]
		c.untold -= told[sum.Key]
		c.hits = sum.Hits + c.untold
		delete(byHash, sum.Key)
	}
	for key, c := range due { // those that were not written
		if byHash[k.hash(key)] != nil && k.due[key] == nil {
			k.due[key] = c
		}
	}
	return err
}

// ShareLimits lets the nodes know of one another what they have counted, until
// ctx ends.
func (s *Site) ShareLimits(ctx context.Context) {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	away := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := s.SettleLimits(ctx)
		if err != nil && !away && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "the limits are held by each node by itself until the database answers", "error", err)
		}
		away = err != nil
	}
}

// SettleLimits does once what ShareLimits does.
func (s *Site) SettleLimits(ctx context.Context) error { return s.counters.settle(ctx) }
