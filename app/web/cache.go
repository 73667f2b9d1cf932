package web

import (
	"bytes"
	"compress/gzip"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync"
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

// page is one answer that is kept.
type page struct {
	made        time.Time
	generation  uint64
	contentType string
	link        string
	etag        string
	modified    time.Time // when its content was first seen here, whole seconds
	body        []byte
	brotli      lazily
	gzip        lazily
	parts       []part      // instead of a body, of a page with gaps
	refreshing  atomic.Bool // somebody is making it again
}

// lazily makes something when it is first asked for: most who read a page ask
// for the same encoding of it.
type lazily struct {
	once sync.Once
	made []byte
}

func (l *lazily) of(body []byte, make func([]byte) []byte) []byte {
	l.once.Do(func() { l.made = make(body) })
	return l.made
}

// encoded gives the body in a content encoding; "" is as it is.
func (p *page) encoded(encoding string) []byte {
	switch encoding {
	case "br":
		return p.brotli.of(p.body, brotliOf)
	case "gzip":
		return p.gzip.of(p.body, gzipOf)
	}
	return p.body
}

// pageCache keeps answers to people who are not signed in, whose pages differ
// by address alone, and with gaps answers to those who are.
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
		key := string(Language(c)) + c.OriginalURL() + "\x00" + c.Get(fiber.HeaderAccept)
		p, answered, err := s.kept(c, key, handler, s.cache.keep)
		switch {
		case p != nil:
			return p.send(c)
		case answered:
			return err
		}
		return handler(c)
	}
}

// kept gives the kept page under a key, or has it made by the handler and kept.
// It gives no page when the answer is not to be kept; answered says that the
// handler has run for this request, with this error.
func (s *Site) kept(c *fiber.Ctx, key string, handler fiber.Handler, keep func(string, uint64, *fiber.Ctx) *page) (p *page, answered bool, err error) {
	if p := s.cache.get(key); p != nil {
		return p, false, nil
	}
	generation := s.cache.generation.Load()
	made, err, _ := s.cache.making.Do(key+strconv.FormatUint(generation, 36), func() (any, error) {
		answered = true
		if err := handler(c); err != nil {
			return nil, err
		}
		return keep(key, generation, c), nil
	})
	p, _ = made.(*page)
	return p, answered, err
}

// hasCookies tells whether a browser brings a cookie that makes its pages its own:
// any but the one of its language.
func hasCookies(c *fiber.Ctx) bool {
	cookies := c.Request().Header.Peek(fiber.HeaderCookie)
	return len(cookies) > 0 && (bytes.IndexByte(cookies, ';') >= 0 || !bytes.HasPrefix(cookies, []byte(languageCookie+"=")))
}

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
		etag: `W/"` + strconv.FormatUint(hash.Sum64(), 36) + `"`, body: bytes.Clone(body)}
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
	h.Set(fiber.HeaderVary, "Accept-Encoding, Cookie, Accept, Accept-Language")
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
	c.Response().SetBodyRaw(p.encoded(encoding))
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
