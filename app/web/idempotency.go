package web

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// keptHeaders are the headers of an answer that are given again with it.
var keptHeaders = []string{fiber.HeaderContentType, fiber.HeaderLocation, fiber.HeaderETag}

// Idempotent answers a POST to the API that carries an Idempotency-Key once:
// the same request again gets the same answer for a day, another request with
// the same key is refused. Failures of ours are not kept, so that they can be
// tried again.
func (s *Site) Idempotent(c *fiber.Ctx) error {
	key := c.Get("Idempotency-Key")
	person := Person(c)
	if c.Method() != fiber.MethodPost || key == "" || person == nil || !strings.HasPrefix(c.Path(), "/api/") {
		return c.Next()
	}
	if len(key) > 255 {
		return models.E(models.BadRequest, "The Idempotency-Key must be 255 characters or fewer.")
	}
	sum := sha256.Sum256([]byte(c.Method() + "\n" + c.OriginalURL() + "\n" + c.Get(fiber.HeaderContentType) + "\n" + string(c.Body())))
	request := hex.EncodeToString(sum[:])
	ctx := c.UserContext()
	kept, mine, err := s.Store.ClaimKey(ctx, person.ID, key, request)
	if err != nil {
		return err
	}
	if !mine {
		return again(c, kept, request)
	}
	err = c.Next()
	r := c.Response()
	if err != nil || r.StatusCode() >= 500 {
		if freed := s.Store.FreeKey(ctx, person.ID, key); freed != nil {
			s.Log.ErrorContext(ctx, "an idempotency key could not be given back", "error", freed)
		}
		return err
	}
	answer := store.KeptAnswer{Status: r.StatusCode(), Headers: map[string]string{}, Body: append([]byte{}, r.Body()...)}
	for _, name := range keptHeaders {
		if v := string(r.Header.Peek(name)); v != "" {
			answer.Headers[name] = v
		}
	}
	return s.Store.FinishKey(ctx, person.ID, key, answer)
}

func again(c *fiber.Ctx, kept store.KeptAnswer, request string) error {
	switch {
	case kept.Request != request:
		return models.E(models.Invalid, "This Idempotency-Key was used for another request. Use a new key for a new request.")
	case kept.Status == 0:
		return models.E(models.Conflict, "The first request with this Idempotency-Key is still being answered. Ask again in a moment.")
	}
	for name, v := range kept.Headers {
		c.Set(name, v)
	}
	c.Set("Idempotent-Replayed", "true")
	return c.Status(kept.Status).Send(kept.Body)
}
