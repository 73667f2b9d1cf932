package web

import (
	"encoding/json"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// Conditional gives every read of the API a name for its state, where the
// handler gave none, and answers 304 to who has that state already.
func (s *Site) Conditional(c *fiber.Ctx) error {
	if !strings.HasPrefix(c.Path(), "/api/") {
		return c.Next()
	}
	err := c.Next()
	if err != nil || c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead || c.Response().StatusCode() != fiber.StatusOK {
		return err
	}
	h := &c.Response().Header
	if len(h.Peek(fiber.HeaderCacheControl)) == 0 {
		control := "no-cache"
		if Person(c) != nil {
			control = "private, no-cache"
		}
		h.Set(fiber.HeaderCacheControl, control)
	}
	c.Vary(fiber.HeaderAccept, fiber.HeaderAuthorization, fiber.HeaderCookie)
	tag := string(h.Peek(fiber.HeaderETag))
	if tag == "" {
		tag = "W/" + ETag("", c.Response().Body(), h.ContentType())
		h.Set(fiber.HeaderETag, tag)
	}
	if MatchesTag(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Response().ResetBody()
		h.Del(fiber.HeaderContentType)
		return c.SendStatus(fiber.StatusNotModified)
	}
	return nil
}

// ETag names a state by its version, which If-Match is compared with, and by
// what is said of it, which a cache has to know of.
func ETag(version string, said ...[]byte) string {
	hash := fnv.New64a()
	for _, part := range said {
		_, _ = hash.Write(part) // a hash.Hash never fails to write
		_, _ = hash.Write([]byte{0})
	}
	return `"` + version + "." + strconv.FormatUint(hash.Sum64(), 36) + `"`
}

// ETagOf is ETag of what a value is as JSON.
func ETagOf(version string, v any) (string, error) {
	raw, err := json.Marshal(v)
	return ETag(version, raw), err
}

// MatchesTag tells whether an If-None-Match header names the state that an
// ETag names. Whether a tag is weak makes no difference to a read.
func MatchesTag(header, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// SendTagged sends a body with a tag of its content, or only says that it is
// the one that the client has.
func SendTagged(c *fiber.Ctx, contentType string, body []byte) error {
	hash := fnv.New64a()
	_, _ = hash.Write(body) // a hash.Hash never fails to write
	tag := `W/"` + strconv.FormatUint(hash.Sum64(), 36) + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if match := c.Get(fiber.HeaderIfNoneMatch); match != "" && MatchesTag(match, tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(body)
}

// ErrStale is what is said of a write that was made from a version that is not there any more.
var ErrStale = models.E(models.Precondition, "This has been changed since you read it. Read it again and make your change from that.")

// Stale gives ErrStale in place of the Conflict of a write that was made from the version of
// an If-Match header, and every other error as it is. 0 is no version.
func Stale(err error, version int) error {
	if models.KindOf(err) == models.Conflict && version != 0 {
		return ErrStale
	}
	return err
}

// IfMatch gives the version that a write was made from, out of an If-Match
// header with an ETag of ours: 0 when there is no header, or it takes any.
// Precondition when it is none that we gave.
func IfMatch(header, prefix string) (int, error) {
	header = strings.TrimSpace(header)
	if header == "" || header == "*" {
		return 0, nil
	}
	version, _, _ := strings.Cut(strings.Trim(strings.TrimPrefix(header, "W/"), `"`), ".")
	digits, ok := strings.CutPrefix(version, prefix)
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 {
		return 0, models.E(models.Precondition, "The If-Match header is not an ETag that we gave. Read it again, and make your change from that.")
	}
	return n, nil
}
