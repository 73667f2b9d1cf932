package store

import (
	"context"
	"time"
)

// Priorities gives what matters to an organisation, as its leads say, in their order.
func (s *Store) Priorities(ctx context.Context, organisation string) (tags []string, err error) {
	err = s.DB(ctx).Table("organisation_priorities").Where("organisation = ?", organisation).Order("position").Pluck("tag", &tags).Error
	return tags, err
}

// SetPriorities keeps what matters to an organisation in place of what did before. The tags
// are as models.CleanPriorities gives them.
func (s *Store) SetPriorities(ctx context.Context, organisation string, tags []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.Priorities(ctx, organisation)
		if err != nil {
			return err
		}
		Note(ctx, "organisation.priorities", organisation, map[string]any{"tags": old}, map[string]any{"tags": tags})
		if err := s.exec(ctx, "DELETE FROM organisation_priorities WHERE organisation = ?", organisation); err != nil {
			return err
		}
		for i, t := range tags {
			if err := s.exec(ctx, "INSERT INTO organisation_priorities (organisation, position, tag) VALUES (?, ?, ?)", organisation, i+1, t); err != nil {
				return err
			}
		}
		return nil
	})
}

// FitsQuery asks for what is new and fits an organisation.
type FitsQuery struct {
	Organisation             string
	Systems, Standards, Tags []string  // of which it names one at least
	Since                    time.Time // when it was published at the earliest
	Limit                    int
}
