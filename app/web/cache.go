package web

import (
	"bytes"
	"compress/gzip"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// pageTTL is how long a kept page is taken as it is although another node may
// have written; then the next who asks makes it again, while others are shown
// the kept one for staleTTL at most, so that nobody waits in a line. A write on
// this node drops every page at once.
const (
	pageTTL  = 2 * time.Second
	staleTTL = 10 * time.Second
)

// maxKeptPage is the largest page that is kept, in bytes before compression;
// keptPages is how many: 12 MB or so of ordinary pages.
const (
	maxKeptPage = 256 << 10
	keptPages   = 512
)

// page is one answer kept for people who are not signed in.
type page struct {
	made        time.Time
	generation  uint64
	contentType string
	link        string
	etag        string
	modified    time.Time         // when its content was first seen here, whole seconds
	bodies      map[string][]byte // by content encoding; "" is as it is
	refreshing  atomic.Bool       // somebody is making it again
}

// pageCache keeps answers to people who are not signed in: their pages differ
// by address alone.
type pageCache struct {
	now        func() time.Time
	generation atomic.Uint64
	pages      *lru.Cache[string, *page]
	making     singleflight.Group
}

func newPageCache(now func() time.Time) *pageCache {
	pages, err := lru.New[string, *page](keptPages)
	if err != nil { // only for a size of zero or less
		panic(err)
	}
	return &pageCache{now: now, pages: pages}
}

func (pc *pageCache) drop() { pc.generation.Add(1) }

func (pc *pageCache) get(key string) *page {
	p, ok := pc.pages.Get(key)
	if !ok || p.generation != pc.generation.Load() {
		return nil
	}
	if age := pc.now().Sub(p.made); age > staleTTL || age > pageTTL && p.refreshing.CompareAndSwap(false, true) {
		return nil
	}
	return p
}

// Cached keeps the answers of a handler for those who are not signed in and
// carry no message. Many asking for one page at once make it once. The kept
// answer is compressed once a page, not once a request.
func (s *Site) Cached(handler fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead || hasCookies(c) {
			return handler(c)
		}
		key := c.OriginalURL() + "\x00" + c.Get(fiber.HeaderAccept)
		if p := s.cache.get(key); p != nil {
			return p.send(c)
		}
		generation := s.cache.generation.Load()
		first := false
		made, err, _ := s.cache.making.Do(key+strconv.FormatUint(generation, 36), func() (any, error) {
			first = true
			if err := handler(c); err != nil {
				return nil, err
			}
			return s.cache.keep(key, generation, c), nil
		})
		if err != nil {
			if first {
				return err
			}
			return handler(c)
		}
		if p, _ := made.(*page); p != nil {
			return p.send(c)
		}
		if first {
			return nil
		}
		return handler(c)
	}
}

func hasCookies(c *fiber.Ctx) bool { return len(c.Request().Header.Peek(fiber.HeaderCookie)) > 0 }

// keep makes a kept page of the answer in c, or nil when it is not to be kept.
func (pc *pageCache) keep(key string, generation uint64, c *fiber.Ctx) *page {
	r := c.Response()
	body := r.Body()
	if r.StatusCode() != fiber.StatusOK || len(body) > maxKeptPage || len(r.Header.Peek(fiber.HeaderSetCookie)) > 0 {
		return nil
	}
	hash := fnv.New64a()
	_, _ = hash.Write(body) // a hash.Hash never fails to write
	p := &page{made: pc.now(), generation: generation, contentType: string(r.Header.ContentType()), link: string(r.Header.Peek(fiber.HeaderLink)),
		etag:   `W/"` + strconv.FormatUint(hash.Sum64(), 36) + `"`,
		bodies: map[string][]byte{"": bytes.Clone(body), "br": brotliOf(body), "gzip": gzipOf(body)}}
	old, _ := pc.pages.Peek(key)
	p.modified = modified(p, old)
	pc.pages.Add(key, p)
	return p
}

// modified dates a page by when its content was first seen under its address:
// what it shows may change without a row of it changing, as when one is
// withdrawn. It goes up by a second at least, which is all that a header tells.
func modified(p, old *page) time.Time {
	if old != nil && old.etag == p.etag {
		return old.modified
	}
	at := p.made.UTC().Truncate(time.Second)
	if old != nil && !at.After(old.modified) {
		at = old.modified.Add(time.Second)
	}
	return at
}

func (p *page) send(c *fiber.Ctx) error {
	h := &c.Response().Header
	h.SetContentType(p.contentType)
	h.Set(fiber.HeaderETag, p.etag)
	h.Set(fiber.HeaderCacheControl, "no-cache")
	h.Set(fiber.HeaderVary, "Accept-Encoding, Cookie, Accept")
	if p.link != "" {
		h.Set(fiber.HeaderLink, p.link)
	}
	h.Set(fiber.HeaderLastModified, p.modified.Format(http.TimeFormat))
	if p.isWith(c.Get(fiber.HeaderIfNoneMatch), c.Get(fiber.HeaderIfModifiedSince)) {
		c.Response().ResetBody()
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Status(fiber.StatusOK)
	encoding := Encoding(c.Get(fiber.HeaderAcceptEncoding))
	if encoding != "" {
		h.Set(fiber.HeaderContentEncoding, encoding)
	}
	// The kept bytes are never changed, so the answer may point at them.
	c.Response().SetBodyRaw(p.bodies[encoding])
	return nil
}

// isWith tells whether a client has the page, by what it says of the one that
// it has: its tag counts, and its date where it names no tag. The date has to
// be the one that was given here, since another node may have given another.
func (p *page) isWith(match, since string) bool {
	if match != "" {
		return strings.Contains(match, strings.TrimPrefix(p.etag, "W/"))
	}
	return since == p.modified.Format(http.TimeFormat)
}

// Encoding chooses "br", "gzip" or "" by an Accept-Encoding header. A weight
// of zero refuses; other weights are not compared, brotli being the smaller.
func Encoding(accept string) string {
	if !strings.Contains(accept, ";") { // the header of every browser
		switch {
		case strings.Contains(accept, "br"):
			return "br"
		case strings.Contains(accept, "gzip"):
			return "gzip"
		}
		return ""
	}
	takes := map[string]bool{}
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		takes[strings.TrimSpace(name)] = weight == "" || err == nil && q > 0
	}
	for _, name := range []string{"br", "gzip"} {
		if takes[name] {
			return name
		}
	}
	return ""
}

func brotliOf(body []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, 5)
	_, _ = w.Write(body) // a bytes.Buffer never fails to write
	_ = w.Close()
	return b.Bytes()
}

func gzipOf(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // a bytes.Buffer never fails to write
	_ = w.Close()
	return b.Bytes()
}
