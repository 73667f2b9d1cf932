package jobs

import (
	"context"

	"github.com/riverqueue/river/riverdriver"

	"grassroots/models"
)

// Counts gives how many jobs there are in each state, such as "available" for
// those that could be worked now and "retryable" for those that failed and
// wait for another try.
func (q *Queue) Counts(ctx context.Context) (map[string]int, error) {
	c, err := q.client()
	if err != nil {
		return nil, err
	}
	counts, err := c.counts(ctx)
	if err != nil {
		return nil, models.Wrap(models.Unavailable, "The job queue cannot be read.", err)
	}
	return counts, nil
}

func (c *clientOn[T]) counts(ctx context.Context) (map[string]int, error) {
	found, err := c.driver.GetExecutor().JobCountByAllStates(ctx, &riverdriver.JobCountByAllStatesParams{})
	out := make(map[string]int, len(found))
	for state, n := range found {
		out[string(state)] = n
	}
	return out, err
}
