package aftermath

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/templates"
)

// settleEvery is how often what was counted is written.
const settleEvery = time.Minute

// views counts how often pages were opened until that is written: sums alone, so that
// nothing is kept of who opened them, and no page waits for the database.
type views struct {
	mu   sync.Mutex
	days map[string]map[string]int // by day, then by slug
}

func (v *views) add(day, slug string, n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.days == nil {
		v.days = map[string]map[string]int{}
	}
	if v.days[day] == nil {
		v.days[day] = map[string]int{}
	}
	v.days[day][slug] += n
}

func (v *views) take() map[string]map[string]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	days := v.days
	v.days = nil
	return days
}

// robots are words that programs which read the whole web say of themselves.
var robots = []string{"bot", "crawl", "spider", "slurp", "preview", "monitor", "curl", "wget", "python", "go-http"}

// Seen counts that the page of a campaign is opened. What says of itself that it is a
// program is not counted, nor is a page that is not given.
func (f *Feature) Seen(c *fiber.Ctx) error {
	err := c.Next()
	if err != nil || c.Method() != fiber.MethodGet || c.Response().StatusCode() != fiber.StatusOK {
		return err
	}
	agent := strings.ToLower(c.Get(fiber.HeaderUserAgent))
	for _, word := range robots {
		if strings.Contains(agent, word) {
			return nil
		}
	}
	f.views.add(f.site.Now().In(templates.London()).Format(time.DateOnly), c.Params("slug"), 1)
	return nil
}

// KeepViews writes what was counted, until ctx ends.
func (f *Feature) KeepViews(ctx context.Context) {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := f.SettleViews(ctx); err != nil && ctx.Err() == nil {
			f.site.Log.WarnContext(ctx, "how often campaigns were read could not be written; it is tried again", "error", err)
		}
	}
}

// SettleViews writes what was counted. What cannot be written is kept for the next time.
func (f *Feature) SettleViews(ctx context.Context) error {
	var failed error
	for day, bySlug := range f.views.take() {
		if err := f.store.AddCampaignViews(ctx, day, bySlug); err != nil {
			failed = err
			for slug, n := range bySlug {
				f.views.add(day, slug, n)
			}
		}
	}
	return failed
}
