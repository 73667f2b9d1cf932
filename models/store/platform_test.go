package store_test

import (
	"context"
	"errors"
	"testing"

	"gorm.io/gorm"

	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func countEmails(t *testing.T, ctx context.Context, s *store.Store) int64 {
	t.Helper()
	var n int64
	if err := s.DB(ctx).Table("emails").Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func addEmail(db *gorm.DB, id string) error {
	return db.Exec(`INSERT INTO emails (id, to_address, subject, text, created_at) VALUES (?, 'a', 'b', 'c', ?)`,
		id, db.NowFunc()).Error
}

func TestTxCommitsAndRollsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		stop := errors.New("stop")
		err := s.Tx(ctx, func(ctx context.Context) error {
			if err := addEmail(s.DB(ctx), "1"); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) || countEmails(t, ctx, s) != 0 {
			t.Fatalf("after an error: %v, %d rows", err, countEmails(t, ctx, s))
		}
		if err := s.Tx(ctx, func(ctx context.Context) error {
			return s.Tx(ctx, func(ctx context.Context) error { return addEmail(s.DB(ctx), "1") })
		}); err != nil || countEmails(t, ctx, s) != 1 {
			t.Fatalf("after a commit: %v, %d rows", err, countEmails(t, ctx, s))
		}
	})
}
