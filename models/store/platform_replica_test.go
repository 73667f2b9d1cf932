package store_test

import (
	"context"
	"testing"

	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// The replica here is another database with rows of its own, which shows where
// a statement ran.
func TestReplicas(t *testing.T) {
	t.Parallel()
	primary := storetest.ConfigOn(t, store.Postgres)
	replica := storetest.NewOn(t, store.Postgres)
	must(t, addEmail(replica.DB(t.Context()), "on the replica"))
	replicaURL := replica.PgxPool().Config().ConnString()

	for name, c := range map[string]struct {
		replicas []string
		reads    int64
	}{
		"one":          {[]string{replicaURL}, 1},
		"one of two":   {[]string{replicaURL, "postgres://nobody@127.0.0.1:1/x"}, -1},
		"none is left": {[]string{"postgres://nobody@127.0.0.1:1/x"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := primary
			cfg.ReplicaURLs = c.replicas
			s, err := store.Open(t.Context(), cfg)
			must(t, err)
			defer s.Close()
			ctx := t.Context()
			for range 10 {
				n := countEmails(t, ctx, s)
				// With one of two away, a read that met it ran on the primary.
				if n != c.reads && c.reads >= 0 {
					t.Errorf("a read saw %d rows", n)
				}
				if n := countEmails(t, store.Fresh(ctx), s); n != 0 {
					t.Errorf("a fresh read saw %d rows", n)
				}
			}
			must(t, s.Tx(ctx, func(ctx context.Context) error {
				if n := countEmails(t, ctx, s); n != 0 {
					t.Errorf("a transaction saw %d rows", n)
				}
				return nil
			}))
			must(t, addEmail(s.DB(ctx), "1"))
			if n := countEmails(t, store.Fresh(ctx), s); n != 1 {
				t.Errorf("after a write: %d rows", n)
			}
			must(t, s.DB(ctx).Exec("DELETE FROM emails").Error)
		})
	}
}
