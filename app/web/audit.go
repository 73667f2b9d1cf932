package web

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// audited leaves what a request writes in the audit record, under its route
// where the operation notes nothing better. What is written in a transaction is
// recorded in it, anything else after it.
func (s *Site) audited(method, path string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.SetUserContext(store.WithTrail(c.UserContext(), s.trail(c, method+" "+path)))
		if err := c.Next(); err != nil {
			return err
		}
		if c.Response().StatusCode() >= fiber.StatusBadRequest {
			return nil
		}
		return s.Store.Leave(c.UserContext())
	}
}

func (s *Site) trail(c *fiber.Ctx, action string) *store.Trail {
	t := &store.Trail{Means: models.ByNobody, Address: s.network(c), Request: RequestID(c), Action: action}
	if names := c.Route().Params; len(names) > 0 && names[0] != "secret" { // that of a link signs in whoever has it
		t.Subject = c.Params(names[0])
	}
	if w, ok := c.Locals(whoKey{}).(who); ok {
		t.Actor, t.Means = w.person.ID, models.BySession
		if w.token != "" {
			t.Means = models.ByToken
		}
	}
	return t
}

// OnRecord has what a request that is no write by its method writes all the same
// put on record, as far as it is noted. Its handler calls Store.Leave at its end.
func (s *Site) OnRecord(c *fiber.Ctx) {
	c.SetUserContext(store.WithTrail(c.UserContext(), s.trail(c, "")))
}

// Record leaves an event of a request that is no write by its method, such as
// the sending of an export.
func (s *Site) Record(c *fiber.Ctx, action, subject string, after map[string]any) error {
	ctx := store.WithTrail(c.UserContext(), s.trail(c, ""))
	store.Note(ctx, action, subject, nil, after)
	return s.Store.Leave(ctx)
}
