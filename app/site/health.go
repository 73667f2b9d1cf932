package site

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
)

// readyWithin bounds the questions: health checks come every few seconds.
const readyWithin = 2 * time.Second

// healthz says that the process runs, and asks nothing else.
func (f *Feature) healthz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString("ok\n")
}

// readiness is what /readyz answers. What exactly is wrong is in the log: the
// answer is for anybody.
type readiness struct {
	Ready    bool   `json:"ready"`
	Database string `json:"database"`
	Schema   string `json:"schema"`
	Search   string `json:"search"`
}

// The states of what the service leans on.
const (
	stateOK      = "ok"
	stateAway    = "away"
	stateOld     = "out of date: run grassroots migrate"
	stateNewer   = "newer than this program: install the newer program"
	stateUnknown = "unknown"
)

// readyz says whether the service can answer people: that its database is
// there, with the schema that this program knows. It can do without search,
// so that is only told.
func (f *Feature) readyz(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), readyWithin)
	defer cancel()
	r := readiness{Database: stateOK, Schema: stateUnknown, Search: stateOK}
	if err := f.store.Ping(ctx); err != nil {
		f.site.Log.WarnContext(ctx, "not ready", "error", err)
		r.Database = stateAway
	} else {
		r.Schema = f.schemaState(ctx)
	}
	if err := f.site.Index.Ping(ctx); err != nil {
		r.Search = stateAway
	}
	r.Ready = r.Database == stateOK && r.Schema == stateOK
	status := fiber.StatusOK
	if !r.Ready {
		status = fiber.StatusServiceUnavailable
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).JSON(r)
}

func (f *Feature) schemaState(ctx context.Context) string {
	current, want, err := f.store.SchemaVersion(ctx)
	switch {
	case err != nil:
		f.site.Log.WarnContext(ctx, "not ready", "error", err)
		return stateUnknown
	case current < want:
		return stateOld
	case current > want:
		return stateNewer
	}
	return stateOK
}
