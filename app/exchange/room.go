package exchange

import (
	"context"
	"fmt"

	"grassroots/models"
)

// isFull tells whether there are as many copies of the instance as there may be,
// so that nobody who is trusted with some can fill this one. No copy is ever
// deleted: once it is so, it stays so through a run.
func (s *sync) isFull(ctx context.Context) (bool, error) {
	if s.full {
		return true, nil
	}
	full, err := s.f.store.CopiesFull(ctx, s.origin.ID, s.f.maxCopies)
	s.full = full
	return full, err
}

// leaveOut passes a case study over that there is no room for. It is counted and
// not kept: a list of them could grow without end as well.
func (s *sync) leaveOut(c change) func(context.Context) error {
	return func(ctx context.Context) error {
		s.report.LeftOut++
		return s.f.store.LeaveOut(ctx, s.origin.ID, c.CaseStudy)
	}
}

// tooMany says how much of an instance was left out, and why; nothing when all
// has come.
func (f *Feature) tooMany(ctx context.Context, originID string) (string, error) {
	o, err := f.store.Origin(ctx, originID)
	if models.KindOf(err) == models.NotFound {
		return "", nil // removed a moment ago
	}
	if err != nil || o.LeftOut == 0 {
		return "", err
	}
	full, err := f.store.CopiesFull(ctx, originID, f.maxCopies)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%d of its case studies were left out", o.LeftOut)
	if o.LeftOut == 1 {
		text = "1 of its case studies was left out"
	}
	if full {
		return fmt.Sprintf("%s, since %d are here, which is the most that is taken from one instance (GRASSROOTS_EXCHANGE_MAX_COPIES).", text, f.maxCopies), nil
	}
	return fmt.Sprintf("%s. There may be room by now, or more than %d of them are refused: they are tried again once a day, and with “Get what is new now” or grassroots exchange sync.", text, models.MaxRefusals), nil
}
