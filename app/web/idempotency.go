package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// keptHeaders are the headers of an answer that are given again with it.
var keptHeaders = []string{fiber.HeaderContentType, fiber.HeaderLocation, fiber.HeaderETag}

// errNotDone undoes a request that was refused, and with it the claim on its
// key: nothing has been done, so it can be tried again.
var errNotDone = errors.New("the request was refused")

// Idempotent answers a POST to the API that carries an Idempotency-Key once:
// the same request again gets the same answer for a day, another request with
// the same key is refused. The key, what the request writes and the answer are
// committed together, so that neither a crash nor many at once do it twice;
// who comes while the first is at work waits for its answer.
func (s *Site) Idempotent(c *fiber.Ctx) error {
	key := c.Get("Idempotency-Key")
	person := Person(c)
	reads := c.Path() == CheckPath || c.Path() == ReadingPath // it writes nothing, so no answer is kept, and anybody may ask
	if c.Method() != fiber.MethodPost || key == "" || person == nil && !reads || !strings.HasPrefix(c.Path(), "/api/") {
		return c.Next()
	}
	if !isKey(key) {
		return models.E(models.BadRequest, "The Idempotency-Key must be 1 to 255 letters, digits and signs of ASCII, without spaces.")
	}
	if reads || c.Locals(unreadAnswersKey{}) != nil { // the one writes nothing, the other is refused where it is known what it asks
		return c.Next()
	}
	sum := sha256.Sum256([]byte(c.Method() + "\n" + c.OriginalURL() + "\n" + c.Get(fiber.HeaderContentType) + "\n" + string(c.Body())))
	request := hex.EncodeToString(sum[:])
	outer := c.UserContext()
	defer c.SetUserContext(outer)
	err := s.Store.TxOnce(outer, func(ctx context.Context) error {
		kept, mine, err := s.Store.ClaimKey(ctx, person.ID, key, request)
		if err != nil {
			return err
		}
		if !mine {
			return again(c, kept, request)
		}
		c.SetUserContext(ctx)
		if err := c.Next(); err != nil {
			return err
		}
		if c.Response().StatusCode() >= fiber.StatusBadRequest {
			return errNotDone
		}
		return s.Store.FinishKey(ctx, person.ID, key, answered(c))
	})
	if errors.Is(err, errNotDone) {
		return nil
	}
	return err
}

// answered is the answer in c, to be given again.
func answered(c *fiber.Ctx) store.KeptAnswer {
	r := c.Response()
	answer := store.KeptAnswer{Status: r.StatusCode(), Headers: map[string]string{}, Body: append([]byte{}, r.Body()...)}
	for _, name := range keptHeaders {
		if v := string(r.Header.Peek(name)); v != "" {
			answer.Headers[name] = v
		}
	}
	return answer
}

func again(c *fiber.Ctx, kept store.KeptAnswer, request string) error {
	if kept.Request != request {
		return models.E(models.Invalid, "This Idempotency-Key was used for another request. Use a new key for a new request.")
	}
	for name, v := range kept.Headers {
		c.Set(name, v)
	}
	c.Set("Idempotent-Replayed", "true")
	return c.Status(kept.Status).Send(kept.Body)
}

// isKey tells whether a header's value can be an Idempotency-Key.
func isKey(key string) bool {
	visible := func(r rune) bool { return r > ' ' && r < 0x7f }
	return len(key) <= 255 && strings.IndexFunc(key, func(r rune) bool { return !visible(r) }) < 0
}
